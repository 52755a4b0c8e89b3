"""A second package as it lies in an environment, without an installer, and programs that run where it is installed."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

GOODWILL = Path(__file__).parent / "goodwill_clauses"
GROUP = "ecsm_contracts.clauses"


def metadata_of(package: Path) -> tuple[str, str]:
    """The files METADATA and entry_points.txt, as far as importlib.metadata reads them, that installing would write."""
    project: dict[str, Any] = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = "".join(f"{name} = {module}\n" for name, module in project["entry-points"][GROUP].items())
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    return metadata, f"[{GROUP}]\n{entries}"


def install(package: Path, target: Path) -> Path:
    """Put *package* into the folder *target*, as installing does: its modules, and what it says of itself."""
    metadata, entries = metadata_of(package)
    name, version = (line.partition(": ")[2] for line in metadata.splitlines()[1:])
    for module in package.glob("*/__init__.py"):
        shutil.copytree(module.parent, target / module.parent.name, ignore=shutil.ignore_patterns("__pycache__"))
    return written(target, f"{name.replace('-', '_')}-{version}.dist-info", metadata, entries)


def written(target: Path, folder: str, metadata: str, entries: str) -> Path:
    """Put a folder of metadata into *target*."""
    (target / folder).mkdir(parents=True)
    (target / folder / "METADATA").write_text(metadata, encoding="utf-8")
    (target / folder / "entry_points.txt").write_text(entries, encoding="utf-8")
    return target


def made_up(target: Path, name: str, prefix: str, code: str, *, version: str = "0.3") -> Path:
    """Install into *target* a package of one module whose entry point is *prefix* and whose source is *code*."""
    module = name.replace("-", "_")
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return written(target, f"{module}-{version}.dist-info", metadata, f"[{GROUP}]\n{prefix} = {module}\n")


def run(code: str, *installed: Path, arguments: tuple[object, ...] = ()) -> str:
    """What a new process prints that runs *code* where the packages in the folders *installed* can be imported."""
    known = os.environ.get("PYTHONPATH")  # noqa: TID251 - what can be imported here, can be imported there
    path = os.pathsep.join([*map(str, installed), *([known] if known else [])])
    ran = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},  # noqa: TID251 - so that coverage sees the run
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
