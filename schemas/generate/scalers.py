"""The triggers of KEDA and the keys of their metadata.

A line names a trigger; the lines below it, each after a space, are its keys with letters behind them:

    m   may stand in the metadata
    e   may be given as `<key>FromEnv`
    a   may come from a TriggerAuthentication
    r   one of these must give it
    d   was announced to go, or is gone
"""

import json
import zipfile
from pathlib import Path

# What another key may stand in for, which KEDA's own schema does not say.
_REPLACEABLE = {("ibmmq", "queueNames")}
_SCHEMA = "schema/generated/scalers-schema.json"


def build(module: Path) -> str:
    with zipfile.ZipFile(module) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(_SCHEMA))
        scalers = json.loads(archive.read(name))["scalers"]
    lines = []
    for scaler in sorted(scalers, key=lambda scaler: scaler["type"]):
        lines.append(scaler["type"])
        keys: dict[str, str] = {}
        for parameter in scaler["parameters"]:
            # The same key can be declared twice, once by the scaler and once by what it shares with others.
            flags = _flags(parameter)
            if (scaler["type"], parameter["name"]) in _REPLACEABLE:
                flags = flags.replace("r", "")
            before = keys.get(parameter["name"])
            keys[parameter["name"]] = flags if before is None else _join(before, flags)
        lines += [f" {key} {flags}" for key, flags in sorted(keys.items())]
    return "\n".join(lines) + "\n"


def _flags(parameter: dict) -> str:
    given = (
        ("m", parameter.get("metadataVariableReadable")),
        ("e", parameter.get("envVariableReadable")),
        ("a", parameter.get("triggerAuthenticationVariableReadable")),
        ("r", not parameter.get("optional") and "default" not in parameter and not parameter.get("deprecated")),
        ("d", parameter.get("deprecated")),
    )
    return "".join(letter for letter, holds in given if holds)


def _join(one: str, other: str) -> str:
    both = set(one) | set(other)
    if "r" not in one or "r" not in other:
        both.discard("r")
    return "".join(letter for letter in "meard" if letter in both)
