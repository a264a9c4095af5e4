"""Read Rust types that kopium generated from CustomResourceDefinitions.

kopium writes one declaration per line and few attributes, so line patterns read all
of it. What they do not know stops the run: a guess would become a wrong schema.
"""

import re
from dataclasses import dataclass, field

_ITEM = re.compile(r"((?:^#\[[^\n]*\]\n)*)^pub (struct|enum) (\w+) \{\n?(.*?)^\}", re.S | re.M)
_MEMBER = re.compile(r"((?:^    #\[.*\]\n)*)^    (.+),$", re.M)
_SERDE = re.compile(r"#\[serde\((.*)\)\]")
_PAIR = re.compile(r'(\w+) = "([^"]*)"')
_IMPORT = re.compile(r"pub use k8s_openapi::(\S+);")


@dataclass
class Field:
    name: str
    type: str
    required: bool


@dataclass
class Resource:
    group: str
    version: str
    kind: str
    spec: str
    namespaced: bool


@dataclass
class Module:
    structs: dict[str, list[Field]] = field(default_factory=dict)
    enums: dict[str, list[str | int]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    resource: Resource | None = None


def parse(text: str) -> Module:
    text = re.sub(r"^\s*//.*\n", "", text, flags=re.M)
    module = Module()
    for path in _IMPORT.findall(text):
        module.imports[path.rpartition("::")[2]] = path.replace("::", ".")
    for attributes, shape, name, body in _ITEM.findall(text):
        _serde(attributes)
        if _MEMBER.sub("", body).strip():
            raise ValueError(f"{name}: not understood: {body}")
        members = [(_serde(inner), member) for inner, member in _MEMBER.findall(body)]
        if shape == "enum":
            module.enums[name] = _values(name, members)
        else:
            module.structs[name] = [_field(serde, member) for serde, member in members]
        if "#[kube(group" in attributes:
            module.resource = _resource(attributes, name)
    return module


def _serde(attributes: str) -> dict[str, str]:
    found = {}
    for arguments in _SERDE.findall(attributes):
        for argument in arguments.split(", "):
            key, _, value = argument.partition(" = ")
            if key not in ("default", "skip_serializing_if", "rename"):
                raise ValueError(f"unknown serde attribute: {argument}")
            found[key] = value.strip('"')
    return found


def _field(serde: dict[str, str], text: str) -> Field:
    name, type_name = re.fullmatch(r"pub (?:r#)?(\w+): (.+)", text).groups()
    required = "default" not in serde and not type_name.startswith("Option<")
    return Field(serde.get("rename", name), type_name, required)


def _values(name: str, members: list[tuple[dict[str, str], str]]) -> list[str | int]:
    # A variant that is a bare number stands for an integer: those in use are HTTP codes.
    values = []
    for serde, variant in members:
        if not re.fullmatch(r"\w+|r#_\d+", variant):
            raise ValueError(f"{name}: not a plain variant: {variant}")
        value = serde.get("rename", variant)
        values.append(int(value) if variant == f"r#_{value}" else value)
    return values


def _resource(attributes: str, spec: str) -> Resource:
    pairs = dict(_PAIR.findall(next(line for line in attributes.splitlines() if "group" in line)))
    namespaced = "#[kube(namespaced)]" in attributes
    return Resource(pairs["group"], pairs["version"], pairs["kind"], spec, namespaced)
