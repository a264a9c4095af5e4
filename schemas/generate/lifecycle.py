"""When the versions of Kubernetes' own APIs came, were deprecated, and went.

One line per kind of an API version, fields separated by tabs, `-` for what nobody has announced:

    apiVersion  kind  introduced  deprecated  removed  replacement

Versions are minors of Kubernetes 1. A later release of the package knows better than an earlier one, and an earlier one
knows what is gone from the later ones. Both only foretell when a preview goes; the schemas know when it went.
"""

import re
import zipfile
from pathlib import Path

_FILE = "zz_generated.prerelease-lifecycle.go"
_METHOD = re.compile(r"func \(in \*(\w+)\) APILifecycle(Introduced|Deprecated|Removed)\(\) \(major, minor int\) \{\s*return (\d+), (\d+)")
_REPLACEMENT = re.compile(
    r"func \(in \*(\w+)\) APILifecycleReplacement\(\) schema\.GroupVersionKind \{\s*"
    r'return schema\.GroupVersionKind\{Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"\}'
)
_FIELDS = ("Introduced", "Deprecated", "Removed", "Replacement")
# The directories of k8s.io/api that are not named after their group.
_GROUPS = {
    "admissionregistration": "admissionregistration.k8s.io", "apiserverinternal": "internal.apiserver.k8s.io",
    "certificates": "certificates.k8s.io", "coordination": "coordination.k8s.io", "core": "",
    "discovery": "discovery.k8s.io", "events": "events.k8s.io", "flowcontrol": "flowcontrol.apiserver.k8s.io",
    "networking": "networking.k8s.io", "node": "node.k8s.io", "rbac": "rbac.authorization.k8s.io",
    "resource": "resource.k8s.io", "scheduling": "scheduling.k8s.io", "storage": "storage.k8s.io",
    "storagemigration": "storagemigration.k8s.io", "authentication": "authentication.k8s.io",
    "authorization": "authorization.k8s.io", "lifecycle": "lifecycle.k8s.io",
}
# Nobody writes manifests of these.
_SPOKEN = {"admission", "apidiscovery", "imagepolicy"}
# Kinds whose types are in other modules, and what the deprecation guide says of them.
_ELSEWHERE = {
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): {"Introduced": "16"},
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"): {
        "Introduced": "7", "Deprecated": "16", "Removed": "22", "Replacement": "apiextensions.k8s.io/v1 CustomResourceDefinition",
    },
    ("apiregistration.k8s.io/v1", "APIService"): {"Introduced": "10"},
    ("apiregistration.k8s.io/v1beta1", "APIService"): {
        "Introduced": "7", "Deprecated": "10", "Removed": "22", "Replacement": "apiregistration.k8s.io/v1 APIService",
    },
    ("batch/v2alpha1", "CronJob"): {
        "Introduced": "5", "Deprecated": "8", "Removed": "21", "Replacement": "batch/v1 CronJob",
    },
}


def build(modules: list[Path], served: dict[str, dict]) -> str:
    """The table, from the oldest release of k8s.io/api to the newest, and the kinds that each version has schemas of."""
    kinds = dict(_ELSEWHERE)
    for module in modules:
        kinds |= _read(module)
    for kind, facts in kinds.items():
        _correct(facts, [int(version.removeprefix("1.")) for version in served if "/".join(kind) in served[version]], served)
    # A version that is not announced to go, and no preview of another one, has nothing to say.
    lines = [
        "\t".join([*kind, *(facts.get(field, "-") for field in _FIELDS)])
        for kind, facts in sorted(kinds.items())
        if "Removed" in facts or "Introduced" in facts
    ]
    return "\n".join(lines) + "\n"


def _correct(facts: dict[str, str], having: list[int], served: dict[str, dict]) -> None:
    known = sorted(int(version.removeprefix("1.")) for version in served)
    if having and min(having) > known[0]:
        facts["Introduced"] = str(max(min(having), int(facts.get("Introduced", 0))))
    if having and max(having) < known[-1]:
        facts["Removed"] = str(min(max(having) + 1, int(facts.get("Removed", max(having) + 1))))


def _read(module: Path) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    with zipfile.ZipFile(module) as archive:
        for name in archive.namelist():
            if not name.endswith(_FILE):
                continue
            directory, version = name.split("/")[-3:-1]
            if directory in _SPOKEN:
                continue
            group = _GROUPS.get(directory, directory)
            api_version = f"{group}/{version}" if group else version
            text = archive.read(name).decode()
            for kind, field, major, minor in _METHOD.findall(text):
                if not kind.endswith("List"):
                    # `1.0` is how the annotations write "always".
                    found.setdefault((api_version, kind), {})[field] = minor if major == "1" else "0"
            for kind, *replacement in _REPLACEMENT.findall(text):
                if not kind.endswith("List"):
                    group, version, new = replacement
                    found[api_version, kind]["Replacement"] = f"{group}/{version} {new.removesuffix('List')}"
    return found
