"""Read enumerations from TypeScript declarations.

Kubernetes publishes them in its OpenAPI v3 documents only; the v2 documents behind
the JSON schemas leave them out, so that `imagePullPolicy: always` would pass.
"""

import re
import tarfile
from pathlib import Path

# owner_key(definition) -> field -> allowed values
Overlay = dict[str, dict[str, list[str]]]

_INTERFACE = re.compile(r"export interface \w+[^{]*\{(.*?)\n\}", re.S)
_ALIAS = re.compile(r"export type \{ I\w+ as I(\w+)")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_FIELD = re.compile(r'^    "(\w+)"\??: (?:Array<)?("[^;]*?")>?;$', re.M)
_VALUE = re.compile(r'"([^"]*)"')


def read(archive: Path) -> Overlay:
    overlay = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.name.endswith(".d.ts") and "/_schemas/" not in member.name:
                overlay.update(_declared(tar.extractfile(member).read().decode()))
    return overlay


def owner_key(definition: str) -> str:
    """`io.k8s.api.core.v1.Container` and `IoK8sApiCoreV1Container` share one key."""
    return definition.replace(".", "").replace("-", "").lower()


def _declared(text: str) -> Overlay:
    interface, alias = _INTERFACE.search(text), _ALIAS.search(text)
    if not interface or not alias:
        return {}
    body = _COMMENT.sub("", interface[1])
    fields = {
        field: _VALUE.findall(values)
        for field, values in _FIELD.findall(body)
        if field not in ("apiVersion", "kind")
    }
    return {owner_key(alias[1]): fields} if fields else {}
