"""Custom resources: from Rust types to JSON schemas, equal types stored once.

    {"defs": {"keda.sh.v1alpha1.ScaledObject": schema, ...},
     "kinds": {"keda.sh/v1alpha1/ScaledObject": {"def": "keda.sh.v1alpha1.ScaledObject",
                                                 "scope": "Namespaced"}, ...}}

Schemas refer to each other, and to built-in definitions that every version has, by
`#/$defs/<definition>`: both sets of definitions belong under the same `$defs`.
"""

import json
import re
import tarfile
from collections import Counter
from pathlib import Path

from . import kopium, tables
from .vocabulary import ANYTHING, INTEGER_LIMITS, REF, reference, references, short_name

SCALARS = {
    "String": {"type": "string"},
    "bool": {"type": "boolean"},
    "f64": {"type": "number"},
    "i32": {"type": "integer", **INTEGER_LIMITS["int32"]},
    "i64": {"type": "integer", **INTEGER_LIMITS["int64"]},
    "serde_json::Value": ANYTHING,
}
STATUS = {"type": "object", **ANYTHING}
_GENERIC = re.compile(r"(Option|Vec|BTreeMap)<(?:String, )?(.*)>")


class Types:
    """Structs by content: equal types, whatever their names, become one definition."""

    def __init__(self) -> None:
        self.schemas: list[dict] = []
        self.names: list[set[str]] = []
        self._index: dict[str, int] = {}

    def add(self, schema: dict, name: str) -> dict:
        content = json.dumps(schema, sort_keys=True)
        index = self._index.setdefault(content, len(self.schemas))
        if index == len(self.schemas):
            self.schemas.append(schema)
            self.names.append(set())
        self.names[index].add(name)
        return reference(str(index))


def build(archives: list[Path], core_versions) -> dict:
    types, kinds = Types(), {}
    for archive in archives:
        for module in _modules(archive):
            resource = module.resource
            kinds[f"{resource.group}/{resource.version}/{resource.kind}"] = {
                "def": _root(module, types)["$ref"],
                "scope": "Namespaced" if resource.namespaced else "Cluster",
            }
    data = _resolve(types, kinds)
    missing = {name for schema in data["defs"].values() for name in references(schema)} - data["defs"].keys()
    for definitions in core_versions:
        if data["defs"].keys() & definitions.keys():
            raise ValueError(f"defined twice: {data['defs'].keys() & definitions.keys()}")
        if not missing <= definitions.keys():
            raise ValueError(f"not in every core version: {missing - definitions.keys()}")
    return data


def _modules(archive: Path):
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            if member.name.endswith(".rs"):
                module = kopium.parse(tar.extractfile(member).read().decode())
                if module.resource:
                    yield module


def _root(module: kopium.Module, types: Types) -> dict:
    resource = module.resource
    api_version = f"{resource.group}/{resource.version}"
    # Whether a spec may be left out is not in the types; where `{}` would do, so does nothing.
    spec_required = bool(_required(resource.spec, module))
    root = {
        "type": "object",
        "required": ["apiVersion", "kind", *(["spec"] if spec_required else [])],
        "properties": {
            "apiVersion": {"const": api_version},
            "kind": {"const": resource.kind},
            "metadata": reference("meta.v1.ObjectMeta"),
            "spec": _schema(resource.spec, module, types),
            # Controllers write it; what a manifest says there is ignored.
            "status": STATUS,
        },
        # The types have spec and status only, but some kinds have more at the root.
        "x-karat-open": True,
    }
    return types.add(root, f"{resource.group}.{resource.version}.{resource.kind}")


def _schema(type_name: str, module: kopium.Module, types: Types) -> dict:
    generic = _GENERIC.fullmatch(type_name)
    if generic:
        inner = _schema(generic[2], module, types)
        wrap = {
            "Option": inner,
            "Vec": {"type": "array", "items": inner},
            "BTreeMap": {"type": "object", "additionalProperties": inner},
        }
        return wrap[generic[1]]
    if type_name in module.structs:
        return _struct(type_name, module, types)
    if type_name in module.enums:
        return {"enum": module.enums[type_name]}
    if type_name in module.imports:
        return reference(short_name(module.imports[type_name]))
    return SCALARS[type_name]


def _struct(name: str, module: kopium.Module, types: Types) -> dict:
    fields = module.structs[name]
    schema = {"type": "object"}
    if fields:
        schema["properties"] = {field.name: _schema(field.type, module, types) for field in fields}
    required = _required(name, module)
    if required:
        schema["required"] = required
    resource = module.resource
    return types.add(schema, f"{resource.group}.{resource.version}.{name}")


def _required(name: str, module: kopium.Module) -> list[str]:
    group = module.resource.group
    fields = module.structs[name]
    return [field.name for field in fields if field.required and (group, field.name) not in tables.DEFAULTED]


def _resolve(types: Types, kinds: dict) -> dict:
    """Give shared types their names and write all others where they are used."""
    roots = {kind["def"].removeprefix(REF) for kind in kinds.values()}
    uses = Counter(target for schema in types.schemas for target in references(schema))
    names = {}
    for index, candidates in enumerate(types.names):
        if str(index) in roots or uses[str(index)] > 1:
            name = min(candidates, key=lambda name: (len(name), name))
            # Two kinds of one group may use a type name differently.
            names[str(index)] = f"{name}.{index}" if name in names.values() else name

    def expand(schema):
        if isinstance(schema, list):
            return [expand(inner) for inner in schema]
        if not isinstance(schema, dict):
            return schema
        target = schema.get("$ref")
        if not isinstance(target, str):
            return {keyword: expand(inner) for keyword, inner in schema.items()}
        index = target.removeprefix(REF)
        if index in names:
            return reference(names[index])
        return expand(types.schemas[int(index)]) if index.isdecimal() else schema

    return {
        "defs": {name: expand(types.schemas[int(index)]) for index, name in names.items()},
        "kinds": {key: {**kind, "def": names[kind["def"].removeprefix(REF)]} for key, kind in kinds.items()},
    }
