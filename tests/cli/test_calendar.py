"""The month view on the command line."""

from pathlib import Path

import pytest

from ecsm_contracts.cli import main
from tests.engine.world import EXAMPLES, acme

ACME = str(EXAMPLES / "acme.yaml")


def test_a_month_of_a_calendar_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Contract and calendar, then the month as Python shows it; status 0."""
    assert main(["calendar", ACME, "desk", "2026-12"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ACME-2026: desk"
    assert lines[1] == "December 2026, Europe/Amsterdam, UTC+01:00"
    assert lines[-1] == "Service time: 220 h"


def test_a_month_can_be_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    """HTML is a page of its own, without scripts, and ends as one."""
    assert main(["calendar", ACME, "desk", "2026-12", "--format", "html"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert "<h1>ACME-2026: desk</h1>" in page
    assert "<script" not in page
    assert "{" not in page.split("</style>", 1)[1]


def test_names_from_the_document_are_shown_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reference of a contract is data: it opens no tag."""
    path = tmp_path / "acme.yaml"
    text = Path(ACME).read_text(encoding="utf-8").replace("ref: ACME-2026", 'ref: "<b>{0}"', 1)
    path.write_text(text, encoding="utf-8")
    assert main(["calendar", str(path), "desk", "2026-12", "--format", "html"]) == 0
    assert "<h1>&lt;b&gt;{0}: desk</h1>" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dsek", "2026-12"], "no calendar 'dsek'; did you mean \"desk\"?"),
        (["desk", "2026-13"], "'2026-13' is not a month; write 2026-12"),
        (["desk", "2026-Q1"], "'2026-Q1' is not a month; write 2026-12"),
        (["desk", "December"], "'December' is not a month; write 2026-12"),
        (["desk", "2027-01"], "does not cover"),
    ],
    ids=["name", "month-13", "quarter", "word", "year"],
)
def test_what_cannot_be_shown_is_named(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and what to write."""
    assert main(["calendar", ACME, *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_form_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the form that was probably meant."""
    with pytest.raises(SystemExit) as stopped:
        main(["calendar", ACME, "desk", "2026-12", "--format", "htm"])
    assert stopped.value.code == 2
    assert 'did you mean "html"?' in capsys.readouterr().err


def test_the_example_has_the_calendar_that_is_shown() -> None:
    """The page and these tests name a calendar of the example."""
    assert "desk" in acme().calendar_names()
