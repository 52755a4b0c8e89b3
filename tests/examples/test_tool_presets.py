"""The page about presets on real logs says what the library says; without the data, this is skipped."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "real_data"
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "explanation" / "tool-presets.md"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not beside the project")


@pytest.fixture(scope="module")
def script() -> Iterator[Any]:
    """The script of the page, imported as a reader's command does."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        yield importlib.import_module("presets")
    finally:
        sys.path.remove(str(EXAMPLE))


def data_set(script: Any, name: str) -> Any:
    """The set of this name."""
    return next(each for each in script.SETS if each.name == name)


@pytest.fixture(scope="module")
def cases(script: Any) -> Any:
    """The tickets of the help desk log."""
    return data_set(script, "helpdesk").read(DATA).tickets


@pytest.mark.sweep
def test_the_page_shows_what_two_tools_make_of_a_log(script: Any, cases: Any) -> None:
    """The rows of OTRS and Zammad about the resolution of a help desk's cases are those that comparing gives again."""
    data = data_set(script, "helpdesk")
    page = PAGE.read_text(encoding="utf-8").split(f"## {data.title}", 1)[1].split("### Response", 1)[0]
    for found in script.differences(data, "resolution", cases, ("otrs", "zammad")):
        counts = f"{found.judged:,} | {found.late[1]:,} | {len(found.tickets):,}"
        assert f"| {found.second} | {counts} | {script.causes(found)} |" in page
        assert f"| the contract | {found.judged:,} | {found.late[0]:,} |" in page


@pytest.mark.parametrize("kind", ["response", "resolution"])
def test_every_difference_on_a_slice_has_a_cause(script: Any, cases: Any, kind: Any) -> None:
    """For each tool and the first tickets of a log, the causes add up to the tickets whose verdict differs."""
    data = data_set(script, "helpdesk")
    for found in script.differences(data, kind, cases[:300]):
        assert found.read == 300
        assert sum(count for _, count in found.by_rule()) == len(found.tickets)
        assert all(each.first.met is not each.second.met for each in found.tickets)
        assert found.late[1] - found.late[0] == sum(
            (each.second.met is False) - (each.first.met is False) for each in found.tickets
        )


@pytest.mark.deep
@pytest.mark.parametrize("name", ["incident", "helpdesk", "vendor"])
def test_a_chapter_of_the_page_is_what_the_script_writes(script: Any, name: str) -> None:
    """Judging a whole log again gives its chapter."""
    assert script.chapter(data_set(script, name), DATA) in PAGE.read_text(encoding="utf-8")
