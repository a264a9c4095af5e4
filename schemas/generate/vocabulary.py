"""Schema fragments and helpers that built-in and custom kinds share."""

REF = "#/$defs/"

INTEGER_LIMITS = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
}
INT_OR_STRING = {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}
ANYTHING = {"x-kubernetes-preserve-unknown-fields": True}


def short_name(full_name: str) -> str:
    """`io.k8s.api.core.v1.Container` -> `core.v1.Container`.

    The saving is not the prefix itself: with it, the index of one version would no
    longer fit deflate's 32 KB window, and each version's index would cost its full size.
    """
    return ".".join(full_name.split(".")[-3:])


def reference(name: str) -> dict:
    return {"$ref": REF + name}


def references(schema: object):
    """Names of the definitions a schema refers to. A field called `$ref` has an object as value."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str):
            yield target.removeprefix(REF)
        schema = schema.values()
    elif not isinstance(schema, list):
        return
    for inner in schema:
        yield from references(inner)
