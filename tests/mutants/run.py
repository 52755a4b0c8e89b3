"""Break a copy of the library on purpose, one small change at a time, and see whether the tests notice.

    python tests/mutants/run.py [--only ID] [--jobs N] [--timeout SECONDS] [--markdown]

Each mutant of `mutants.py` is applied to a fresh copy of the source, and the tests that are named with it are run
against that copy. A mutant is killed when a test fails. An unbroken copy is tested first, since a test that fails
anyway notices nothing. The exit status is 1 when a mutant survives, or does not fit the source any more.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants.mutants import MUTANTS, Mutant  # noqa: E402 - found by the line above, when this is run as a script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COPIED = ("src", "tests", "examples", "conftest.py", "pyproject.toml")
PACKAGE = Path("src", "ecsm_contracts")
FAILED = re.compile(r"^FAILED (?P<test>[^\s\[]+)(?P<why>.*)$", re.MULTILINE)
CANNOT_RUN = re.compile(r" - (?:NameError|UnboundLocalError|ImportError|ModuleNotFoundError|SyntaxError)\b")
"""A mutant that fails in this way is itself wrong, and shows nothing about the tests."""
TESTS_FAILED = 1  # the exit status of pytest; another one means that the tests could not be run
BASELINE_TIMEOUT = 1200


class Verdict(NamedTuple):
    """What became of one mutant."""

    mutant: Mutant
    killed_by: str
    """The test that noticed; empty when none did."""
    seconds: float
    problem: str = ""
    """Why it is not killed."""


class Misfit(Exception):
    """A mutant that does not fit the source any more."""


def mutated(mutant: Mutant, root: Path = ROOT) -> str:
    """Return the text of the mutant's file with its change made.

    Raises:
        Misfit: when its old text does not stand there exactly once, or the new one is no Python.
    """
    path = root / PACKAGE / mutant.file
    text = path.read_text(encoding="utf-8")
    found = text.count(mutant.old)
    if found != 1:
        raise Misfit(f"its old text stands {found} times in {mutant.file}")
    changed = text.replace(mutant.old, mutant.new)
    try:
        compile(changed, str(path), "exec")
    except SyntaxError as fault:
        raise Misfit(f"its new text is no Python: {fault}") from None
    return changed


def _environment(copy: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 - handed on to the tests, except what measures this run
        if not name.startswith(("COV", "PYTEST"))
    }
    return kept | {
        "PYTHONPATH": str(copy / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "HYPOTHESIS_PROFILE": "ci",
        "COLUMNS": "400",  # so that the reason of a failure is printed in full
    }


def _pytest(copy: Path, tests: Iterable[str], timeout: float) -> tuple[int, str]:
    """Run *tests* in *copy*, up to the first failure; return the exit status and what was printed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=short", *tests]
    done = subprocess.run(
        command, cwd=copy, env=_environment(copy), capture_output=True, text=True, timeout=timeout, check=False
    )
    return done.returncode, done.stdout + done.stderr


def _copy_to(folder: str) -> Path:
    for name in COPIED:
        source, target = ROOT / name, Path(folder, name)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return Path(folder)


def judge(mutant: Mutant, timeout: float) -> Verdict:
    """Apply *mutant* to a copy, and run its tests there."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy_to(folder)
        try:
            (copy / PACKAGE / mutant.file).write_text(mutated(mutant), encoding="utf-8")
            status, printed = _pytest(copy, mutant.tests, timeout)
        except Misfit as misfit:
            return Verdict(mutant, "", 0, str(misfit))
        except subprocess.TimeoutExpired:
            return Verdict(mutant, "", timeout, "its tests did not come to an end")
    spent = time.monotonic() - start
    failed = FAILED.search(printed)
    if failed and CANNOT_RUN.search(failed["why"]):
        return Verdict(mutant, "", spent, f"it cannot be run{failed['why']}")
    if status == TESTS_FAILED and failed:
        return Verdict(mutant, failed["test"], spent)
    last = printed.strip().splitlines()[-1:] or ["nothing was printed"]
    return Verdict(mutant, "", spent, "survived" if status == 0 else f"its tests cannot be run: {last[0]}")


def judge_all(mutants: Sequence[Mutant], *, jobs: int = 2, timeout: float = 120) -> Iterator[Verdict]:
    """Yield the verdict on each mutant, in their order."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda mutant: judge(mutant, timeout), mutants)


def failures_unbroken(mutants: Iterable[Mutant]) -> str:
    """Return what fails without any mutant; an empty text when all of their tests pass."""
    tests = dict.fromkeys(test for mutant in mutants for test in mutant.tests)
    with tempfile.TemporaryDirectory() as folder:
        status, printed = _pytest(_copy_to(folder), tests, BASELINE_TIMEOUT)
    return printed if status else ""


def _row(verdict: Verdict, *, markdown: bool) -> str:
    mutant = verdict.mutant
    if markdown:
        return f"| `{mutant.id}` | {mutant.breaks} | `{verdict.killed_by or verdict.problem}` |"
    return f"{mutant.id:<26} {verdict.seconds:6.1f} s  {verdict.killed_by or verdict.problem.upper()}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the mutants, print a table, and return the exit status."""
    parser = argparse.ArgumentParser(description="Break a copy of the library, and see whether the tests notice.")
    parser.add_argument("--only", metavar="ID", action="append", help="only this mutant; may be given again")
    parser.add_argument("--jobs", metavar="N", type=int, default=2, help="how many at a time (2)")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=120, help="for the tests of one mutant (120)"
    )
    parser.add_argument("--markdown", action="store_true", help="print the table as docs/explanation/mutants.md has it")
    given = parser.parse_args(arguments)
    chosen = [mutant for mutant in MUTANTS if not given.only or mutant.id in given.only]
    unknown = set(given.only or ()) - {mutant.id for mutant in chosen}
    if unknown:
        parser.error(f"there is no mutant {', '.join(sorted(unknown))}")
    if failed := failures_unbroken(chosen):
        _say(f"{failed}\nThe tests fail without any mutant.")
        return 1
    survivors = 0
    for verdict in judge_all(chosen, jobs=given.jobs, timeout=given.timeout):
        _say(_row(verdict, markdown=given.markdown))
        survivors += not verdict.killed_by
    if not given.markdown:
        _say(f"{len(chosen) - survivors} killed, {survivors} not")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
