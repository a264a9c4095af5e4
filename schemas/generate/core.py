"""Built-in kinds: normalise, overlay enumerations, share definitions between versions.

    {"pool": [schema, ...],
     "versions": {"1.34": {"apps.v1.Deployment": index into pool, ...}, ...},
     "kinds": {"1.34": {"apps/v1/Deployment": "apps.v1.Deployment", ...}, ...},
     "scopes": {"v1/Namespace": "Cluster", ...}}

Schemas refer to each other by `#/$defs/<definition>`. A kind without scope is namespaced.
"""

import json
import zipfile
from pathlib import Path

from . import tables
from .enums import Overlay, owner_key
from .vocabulary import INTEGER_LIMITS, INT_OR_STRING, REF, reference, references, short_name

VERSIONS = range(27, 38)
INT_OR_STRING_NAME = "util.intstr.IntOrString"
# As published these are unions with null in each branch: null matches twice, and so never.
REPLACED = {
    INT_OR_STRING_NAME: INT_OR_STRING,
    "api.resource.Quantity": {
        "anyOf": [{"type": "string"}, {"type": "number"}],
        "format": "quantity",
    },
}
GVK = "x-kubernetes-group-version-kind"
# No `enum`: as published it only lists the names that a type goes by, see _name_kinds.
KEPT = {
    "$ref", "additionalProperties", "format", "items", "maximum", "minimum",
    "pattern", "properties", "required", "type", "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type",
    "x-kubernetes-patch-merge-key", "x-kubernetes-patch-strategy",
    "x-kubernetes-preserve-unknown-fields",
}


def build(wheel: Path, overlay: Overlay) -> tuple[dict, list[tuple[str, str]]]:
    """The data of core.json.gz, and the enumerations that no definition took."""
    placed: set[tuple[str, str]] = set()
    definitions, kinds, scopes = {}, {}, {}
    for version, source in _read(wheel):
        kinds[version] = _kinds(source)
        scopes |= {kind: "Cluster" for kind in kinds[version] if _cluster_scoped(kind)}
        normal = {}
        for full_name, schema in source.items():
            enums = overlay.get(owner_key(full_name), {})
            placed |= {(owner_key(full_name), field) for field in enums.keys() & schema.get("properties", {}).keys()}
            normal[short_name(full_name)] = _definition(short_name(full_name), schema, enums)
        if len(normal) < len(source):
            raise ValueError(f"{version}: short names are not unique")
        _name_kinds(normal, kinds[version])
        definitions[version] = _reachable(normal, kinds[version].values())
    pool, versions = _share(definitions)
    unplaced = [(owner, field) for owner, fields in overlay.items() for field in fields if (owner, field) not in placed]
    return {"pool": pool, "versions": versions, "kinds": kinds, "scopes": scopes}, unplaced


def _read(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        for minor in VERSIONS:
            folder = f"kubernetes_validate/kubernetes-json-schema/v1.{minor}.0-local"
            yield f"1.{minor}", json.loads(archive.read(f"{folder}/_definitions.json"))["$defs"]


def _kinds(source: dict) -> dict[str, str]:
    """`apps/v1/Deployment` -> definition. Types of every group, such as DeleteOptions, are none."""
    found = {}
    for name, schema in source.items():
        gvks = schema.get(GVK, [])
        if len(gvks) == 1 and not short_name(name).startswith("meta."):
            gvk = gvks[0]
            prefix = f"{gvk['group']}/" if gvk["group"] else ""
            found[f"{prefix}{gvk['version']}/{gvk['kind']}"] = short_name(name)
    return found


def _cluster_scoped(kind: str) -> bool:
    api_version, _, name = kind.rpartition("/")
    group = api_version.rpartition("/")[0]
    return name in tables.CLUSTER_SCOPED.get(group, ())


def _definition(name: str, schema: dict, enums: dict[str, list[str]]) -> dict:
    if name in REPLACED:
        return REPLACED[name]
    normal = _normalise(schema)
    properties = normal.get("properties", {})
    for field, inner in properties.items():
        values = enums.get(field) or tables.MORE_ENUMS.get((name, field))
        if values:
            _restrict(inner, values)
        if (name, field) in tables.PORTS:
            properties[field] = _port(inner, tables.PORTS[name, field])
    return normal


def _normalise(schema: dict) -> dict:
    normal = {}
    for keyword, value in schema.items():
        if keyword not in KEPT:
            continue
        if keyword == "properties":
            value = {field: _normalise(inner) for field, inner in value.items()}
        elif keyword in ("items", "additionalProperties") and isinstance(value, dict):
            value = _normalise(value)
        elif keyword == "$ref":
            value = REF + short_name(value.removeprefix(REF))
        normal[keyword] = value
    # The formats of numbers say how wide they are, which validators do not check.
    if normal.get("format") in ("int32", "int64", "double"):
        normal |= INTEGER_LIMITS.get(normal.pop("format"), {})
    return normal


def _restrict(schema: dict, values: list[str]) -> None:
    target = schema.get("items", schema)
    nullable = isinstance(target["type"], list)
    target["enum"] = [*values, None] if nullable else values


def _port(schema: dict, smallest: int) -> dict:
    limits = {"minimum": smallest, "maximum": 65535}
    if schema == reference(INT_OR_STRING_NAME):
        return {**INT_OR_STRING, "anyOf": [{"type": "integer", **limits}, {"type": "string"}]}
    return {**schema, **limits}


def _name_kinds(definitions: dict, kinds: dict[str, str]) -> None:
    for kind, name in kinds.items():
        properties = definitions[name]["properties"]
        properties["apiVersion"], properties["kind"] = ({"const": part} for part in kind.rsplit("/", 1))


def _reachable(definitions: dict, roots) -> dict:
    found, pending = {}, list(roots)
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = definitions[name]
            pending.extend(references(definitions[name]))
    return found


def _share(definitions: dict[str, dict]) -> tuple[list, dict]:
    """Store equal definitions once; variants of one name lie side by side, which packs best."""
    pool, versions, places = [], {version: {} for version in definitions}, {}
    for name in sorted(set().union(*definitions.values())):
        for version, members in definitions.items():
            if name not in members:
                continue
            text = json.dumps(members[name], sort_keys=True)
            if text not in places:
                places[text] = len(pool)
                pool.append(members[name])
            versions[version][name] = places[text]
    return pool, versions
