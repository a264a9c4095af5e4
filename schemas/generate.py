#!/usr/bin/env python3
"""Regenerate the embedded schemas, and what else is known of Kubernetes and of KEDA.

    python3 schemas/generate.py          download the pinned packages, write the data
    python3 schemas/generate.py --check  compare the checked-in files with their recorded hashes

Regenerating needs `pip`, `npm`, `cargo` and `go`; checking needs nothing but the files.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from generate import core, crds, enums, lifecycle, output, scalers, sources

HERE = Path(__file__).resolve().parent


def regenerate() -> None:
    packages = sources.load_lock(HERE / "sources.lock")
    with tempfile.TemporaryDirectory() as scratch:
        archives = sources.fetch(packages, Path(scratch))
        overlay = enums.read(archives["kubernetes-models"])
        core_data, unplaced = core.build(archives["kubernetes-validate"], overlay)
        crd_data = crds.build(
            [archives[package.key] for package in packages if package.registry == "crates.io"],
            core_data["versions"].values(),
        )
        modules = [package for package in packages if package.registry == "go"]
        kubernetes = [archives[module.key] for module in modules if module.name == "k8s.io/api"]
        (keda,) = (archives[module.key] for module in modules if module.name.startswith("github.com/kedacore/keda/"))
        (HERE / "lifecycle.tsv").write_text(lifecycle.build(kubernetes, core_data["kinds"]), encoding="utf-8")
        (HERE / "scalers.txt").write_text(scalers.build(keda), encoding="utf-8")
    for owner, field in unplaced:
        print(f"no home for enum {owner}.{field}", file=sys.stderr)
    output.write_json_gz(HERE / "core.json.gz", core_data)
    output.write_json_gz(HERE / "crds.json.gz", crd_data)
    (HERE / "LICENSES").write_text(sources.licence_notice(packages), encoding="utf-8")
    output.write_hashes(HERE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="verify recorded hashes, offline")
    if not parser.parse_args().check:
        regenerate()
        return 0
    stale = output.stale_files(HERE)
    for name in stale:
        print(f"{name}: differs from generated.sha256; run schemas/generate.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
