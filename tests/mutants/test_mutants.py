"""The tests have teeth: each way of breaking the library that `mutants.py` lists is noticed by a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.mutants.mutants import EQUIVALENT, MUTANTS, Mutant
from tests.mutants.run import failures_unbroken, judge_all, mutated

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| `([^`]+)` \|$", re.MULTILINE)
ALL = (*MUTANTS, *(Mutant(each.id, each.reason, each.file, each.old, each.new, ()) for each in EQUIVALENT))


def there_is(test: str) -> bool:
    """Whether a test of this id is in the file that it names."""
    file, *names = test.split("::")
    path = ROOT / file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return bool(text) and all(re.search(rf"\b(?:def|class) {name}\b", text) for name in names)


@pytest.mark.parametrize("mutant", ALL, ids=[each.id for each in ALL])
def test_fits_the_source(mutant: Mutant) -> None:
    """What a mutant changes stands in the source exactly once, what it makes of it is Python, and its tests exist."""
    assert mutated(mutant)
    assert mutant.old != mutant.new
    assert [test for test in mutant.tests if not there_is(test)] == []


def test_each_is_another_one() -> None:
    """No id is given twice, no change is made twice, and every mutant has a test."""
    assert len({mutant.id for mutant in ALL}) == len(ALL)
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in ALL}) == len(ALL)
    assert all(mutant.tests for mutant in MUTANTS)


def test_the_page_lists_them() -> None:
    """The page about mutants has a row for each, in this order, with a test that exists."""
    page = (ROOT / "docs" / "explanation" / "mutants.md").read_text(encoding="utf-8")
    rows = ROW.findall(page)
    assert [(name, breaks) for name, breaks, _ in rows] == [(mutant.id, mutant.breaks) for mutant in MUTANTS]
    assert [test for _, _, test in rows if not there_is(test)] == []
    assert [each.id for each in EQUIVALENT if f"`{each.id}`" not in page] == []


@pytest.mark.deep
def test_every_mutant_is_killed() -> None:
    """The tests pass on an unbroken copy, and one fails on each broken one."""
    assert failures_unbroken(MUTANTS) == ""
    assert [(each.mutant.id, each.problem) for each in judge_all(MUTANTS) if not each.killed_by] == []
