"""Reproducible files: the same data gives the same bytes, and a hash list says so."""

import gzip
import hashlib
import json
from pathlib import Path

HASHES = "generated.sha256"
DATA = ["core.json.gz", "crds.json.gz", "lifecycle.tsv", "scalers.txt"]


def write_json_gz(path: Path, data: object) -> None:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    with path.open("wb") as raw:
        # An empty name and a zero time keep the header free of anything but the data.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as file:
            file.write(text.encode())


def write_hashes(root: Path) -> None:
    lines = [f"{_digest(root / name)}  {name}\n" for name in _covered(root)]
    (root / HASHES).write_text("".join(lines), encoding="utf-8")


def stale_files(root: Path) -> list[str]:
    """Names whose content, presence or absence disagrees with the hash list."""
    lines = (root / HASHES).read_text(encoding="utf-8").splitlines()
    recorded = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    present = {name: _digest(root / name) for name in _covered(root) if (root / name).is_file()}
    return sorted(name for name in recorded | present if recorded.get(name) != present.get(name))


def _covered(root: Path) -> list[str]:
    modules = sorted(path.relative_to(root).as_posix() for path in (root / "generate").glob("*.py"))
    return ["LICENSES", *DATA, "generate.py", *modules, "sources.lock"]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
