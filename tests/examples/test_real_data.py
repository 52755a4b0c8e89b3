"""The pages about real data say what the library says of them; without the data beside the project, this is skipped."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "real_data"
DATA = ROOT.parent / "shared" / "data"
PAGES = ROOT / "docs" / "explanation"
SLOW = ("incident", "vendor", "cloud_aws", "cloud_azure")
"""Sets whose whole section takes long to make; what the incidents come to is tested by itself."""

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not beside the project"),
]


@pytest.fixture(scope="module")
def scripts() -> Iterator[dict[str, Any]]:
    """The modules of the example, imported as a reader's command does."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        yield {name: importlib.import_module(name) for name in ("by_hand", "report", "sets")}
    finally:
        sys.path.remove(str(EXAMPLE))


def without_times(page: str) -> list[str]:
    """The lines of a page that do not tell how long it took."""
    return [line for line in page.splitlines() if not line.startswith("Measured: ")]


def chapter(title: str) -> str:
    """The section of the committed page with this *title*."""
    page = (PAGES / "real-data.md").read_text(encoding="utf-8")
    body = page.split(f"\n## {title}\n", 1)[1]
    return f"## {title}\n" + body.split("\n## ", 1)[0]


@pytest.mark.parametrize(
    "name",
    [
        "helpdesk",
        "cloud_gcp",
        *(pytest.param(name, marks=pytest.mark.deep) for name in SLOW),
    ],
)
def test_the_page_shows_what_the_library_says(name: str, scripts: dict[str, Any], tmp_path: Path) -> None:
    """Settling a set again gives its section of the page, but for the times; every statement verifies on the way."""
    data = next(each for each in scripts["sets"].SETS if each.name == name)
    tickets = tmp_path / "ten-tickets.md"
    made = scripts["report"].section(data, DATA, tickets)
    assert without_times(made) == without_times(chapter(data.title))
    if name == "incident":
        assert tickets.read_text(encoding="utf-8") == (PAGES / "ten-tickets.md").read_text(encoding="utf-8")


def test_ten_tickets_take_what_was_reckoned_by_hand(scripts: dict[str, Any]) -> None:
    """
    Ten sums made with paper and pencil from the rows of the log are the service times of the library; and the page has
    the two statements that they stand in.
    """
    by_hand, data = scripts["by_hand"], scripts["sets"].SETS[0]
    contract, facts = data.contract(), data.read(DATA)
    march = ec.evaluate(contract, facts, period="2016-03")
    months = {"2016-03": march, "2016-04": ec.evaluate(contract, facts, period="2016-04", carry=march)}
    page = chapter(data.title)
    assert all(f"```text\n{statement}\n```" in page for statement in months.values())
    assert len(by_hand.TEN) == 10
    for ticket in by_hand.TEN:
        assert by_hand.elapsed(ec.explain_ticket(months[ticket.month], facts, ticket.ref)) == ticket.elapsed, ticket.ref
