"""
One digest for all: evaluates the corpus in every surrounding, and compares.

    python tests/determinism/matrix.py

A cell is one surrounding: of a process (hash seed, zone, locale, options of the interpreter) or inside one (decimal
contexts, order, drivers, threads, processes; see `surroundings.py`). Each process also runs some of the latter, so that
they meet. With other zone data the seals differ, and `verify` names them. Prints which cells differ in which form.
"""

# A script prints, and these surroundings are what the library must not look at.
# ruff: noqa: T201, TID251

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "src")]

from tests.determinism.surroundings import SURROUNDINGS  # noqa: E402 - from where this is

Digests = dict[str, str]
LEAST: Final = 40
"""How many cells there are at least."""


class Process(NamedTuple):
    """How an interpreter is started."""

    name: str
    options: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


def _process(name: str, *options: str, **environment: str) -> Process:
    return Process(name, options, tuple(environment.items()))


PROCESSES: Final = (
    _process("nothing set"),
    _process("seed 0, UTC, C", PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C", PYTHONUTF8="0"),
    _process("seed 1, Kathmandu, C.UTF-8", PYTHONHASHSEED="1", TZ="Asia/Kathmandu", LC_ALL="C.UTF-8", PYTHONUTF8="1"),
    _process(
        "seed 2, New York, Turkish", PYTHONHASHSEED="2", TZ="America/New_York", LC_ALL="tr_TR.UTF-8", LANGUAGE="tr"
    ),
    _process("last seed, Apia, German", PYTHONHASHSEED="4294967295", TZ="Pacific/Apia", LC_ALL="de_DE.UTF-8"),
    _process("no such zone, Thai", PYTHONHASHSEED="random", TZ="Foo/Bar", LANG="th_TH.UTF-8", PYTHONUTF8="0"),
    _process("random seed, short integers", PYTHONHASHSEED="random", PYTHONINTMAXSTRDIGITS="640"),
    _process("-O", "-O", PYTHONHASHSEED="3"),
    _process("-OO", "-OO", PYTHONHASHSEED="4", TZ="Europe/London"),
    _process("-X dev", "-X", "dev"),
    _process("-I", "-I"),
    _process("-O -I, Turkish in C", "-O", "-I", TZ="Asia/Tehran", LC_ALL="tr_TR.ISO-8859-9", PYTHONUTF8="0"),
)
_SURROUNDED: Final = {"PATH", "HOME", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}


def _run(process: Process, *arguments: str) -> str:
    """Return what the corpus prints when an interpreter is started so."""
    kept = {name: value for name, value in os.environ.items() if name in _SURROUNDED}
    done = subprocess.run(
        [sys.executable, *process.options, str(HERE / "corpus.py"), *arguments],
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **dict(process.environment)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        return json.dumps({arguments[-1]: {"error": done.stderr.strip().rpartition("\n")[2]}})
    return done.stdout


def _cells(process: Process, names: list[str], corpus: Path) -> dict[str, Digests]:
    """Return the digests of each cell that one *process* runs, by the name of the cell."""
    found: dict[str, Digests] = {}
    for line in _run(process, "--cases", str(corpus), *names).splitlines():
        for name, digests in json.loads(line).items():
            found[f"{process.name} | {name}"] = digests
    return found


def differences(cells: dict[str, Digests]) -> list[str]:
    """Return which *cells* differ from most others, and in which form."""
    every = [json.dumps(digests, sort_keys=True) for digests in cells.values()]
    usual: Digests = json.loads(max(sorted(set(every)), key=every.count))
    return [
        f"{cell}: {form} is {digests.get(form, 'missing')}, and {usual.get(form, 'missing')} elsewhere"
        for cell, digests in cells.items()
        for form in sorted({*digests, *usual})
        if digests.get(form) != usual.get(form)
    ]


def other_zone_data(folder: Path, **changes: Any) -> Path:
    """Return a folder with a `tzdata` package of other content: *zone* as *other*, or of another *version*."""
    spec = find_spec("tzdata")
    if spec is None or spec.origin is None:
        raise SystemExit("the package tzdata is not installed")
    package = folder / "tzdata"
    shutil.copytree(Path(spec.origin).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    if "zone" in changes:
        zones = package / "zoneinfo"
        shutil.copyfile(zones / changes["other"], zones / changes["zone"])
    if "version" in changes:
        (package / "__init__.py").write_text(f'IANA_VERSION = "{changes["version"]}"\n', encoding="utf-8")
    return folder


def zone_axis(corpus: Path, folder: Path) -> list[str]:
    """Return what other zone data did silently: every statement must name it, and `verify` must refuse the other's."""
    statement = folder / "statement.json"
    _run(PROCESSES[0], "--cases", str(corpus), "--statement", str(statement))
    found = []
    for name, changes in {
        "another Amsterdam": {"zone": "Europe/Amsterdam", "other": "Europe/London"},
        "another version": {"version": "1999z"},
    }.items():
        data = other_zone_data(folder / name.replace(" ", "-"), **changes)
        process = Process(name, (), (("PYTHONPATH", str(data)),))
        said = json.loads(_run(process, "--cases", str(corpus), "--verify", str(statement)))
        if not said.get("refused") or "zones" not in said["why"] or not said["sealed"]:
            found.append(f"zone data with {name}: {said}")
    return found


def main() -> int:
    """Run all cells, and return 1 if any differs."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        small, whole = folder / "small.json", folder / "whole.json"
        for path, options in ((small, ()), (whole, ("--whole",))):
            _run(PROCESSES[0], *options, "--write", str(path))
        inside = [name for name in SURROUNDINGS if name != "plain"]
        shared = [["plain", *inside[place :: len(PROCESSES)]] for place in range(len(PROCESSES))]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            odd = _process("-O, seed 5, Apia", "-O", PYTHONHASHSEED="5", TZ="Pacific/Apia")
            full = [
                pool.submit(_run, process, "--cases", str(whole), "--amounts", name)
                for process, name in ((PROCESSES[0], "plain"), (odd, "all at once"))
            ]
            zones = pool.submit(zone_axis, small, folder)
            runs = [pool.submit(_cells, *each, small) for each in zip(PROCESSES, shared, strict=True)]
            cells = {name: digests for run in runs for name, digests in run.result().items()}
            whole_cells = {str(place): next(iter(json.loads(run.result()).values())) for place, run in enumerate(full)}
            found = [
                *differences(cells),
                *(f"whole corpus, {each}" for each in differences(whole_cells)),
                *zones.result(),
            ]
    if len(cells) < LEAST:
        found.append(f"there are {len(cells)} cells, and {LEAST} are needed")
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(cells) + len(whole_cells) + 2} cells, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
