"""How a statement shows itself: grouped by service and outcome, as text, HTML, Markdown, and drawn by `rich`."""

import io
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from rich.console import Console

import ecsm_contracts as ec
from ecsm_contracts.statements._show import statement_tables
from ecsm_contracts.testing import MonthCase, month_cases
from tests.engine.world import acme_data, contract_of, january, statement


def drawn(shown: object, width: int = 200) -> str:
    """What rich writes to a terminal of this width, without colours."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None, legacy_windows=False)
    console.print(shown)
    return str(console.file.getvalue())  # type: ignore[attr-defined]  # it is the one above


def of_one_service() -> ec.Statement:
    """January of a contract that lists the desk alone."""
    data = acme_data()
    data["services"] = data["services"][:1]
    data["clauses"] = [each for each in data["clauses"] if each["ref"] in {"3.1", "4.1", "4.2", "4.4", "4.5"}]
    return ec.evaluate(contract_of(data), january(outages=[], notices=[]), period="2026-01")


def test_the_text_is_grouped_by_service_and_outcome() -> None:
    """Promises and lines stand under the title and outcome of their service, with a subtotal; the total is last."""
    promises, lines = str(statement()).split("\n\n")[1:]
    assert promises.split("\n")[3:] == [
        "Service desk: people can work",
        "4.1     Incidents are answered in time  met                            20 tickets in time, 0 not",
        "4.2     Incidents are resolved in time  MISSED           85%    ≥ 95%  17 of 20 tickets in time",
        "Mail: people can write to each other",
        "4.3     Mail is up                      MISSED   99.461641…%  ≥ 99.9%",
    ]
    assert lines.split("\n")[3:] == [
        "Service desk: people can work",
        "4.5     Credit for late resolutions                     EUR -1,000.00",
        "        subtotal                                        EUR -1,000.00",
        "Mail: people can write to each other",
        "4.6     Credit for mail that is down                    EUR -2,000.00",
        "        subtotal                                        EUR -2,000.00",
        "Several services, or none",
        "3.1     Monthly fee                                     EUR 20,000.00",
        "4.7     Monthly limit of credits: limits 4.4, 4.5, 4.6   EUR 1,000.00",
        "        subtotal                                        EUR 21,000.00",
        "------  ----------------------------------------------  -------------",
        "        total                                           EUR 18,000.00",
    ]


def test_a_contract_of_one_service_has_no_headings() -> None:
    """Where there is one service, the tables are those of clauses and lines, and nothing else."""
    assert str(of_one_service()).split("\n\n")[2].split("\n") == [
        "Lines",
        "clause  line                                amount",
        "------  ---------------------------  -------------",
        "3.1     Monthly fee                  EUR 20,000.00",
        "4.5     Credit for late resolutions  EUR -1,000.00",
        "------  ---------------------------  -------------",
        "        total                        EUR 19,000.00",
    ]
    assert [table.headings for table in statement_tables(of_one_service())] == [(), ()]


def test_two_services_of_one_title_are_told_apart() -> None:
    """The reference stands behind a title that another service has too; without an outcome there is the title alone."""
    data = acme_data()
    data["services"][1] |= {"title": "Service desk", "outcome": None}
    shown = str(ec.evaluate(contract_of(data), january(), period="2026-01"))
    assert "\nService desk (desk): people can work\n" in shown
    assert "\nService desk (mail)\n" in shown


def test_html_and_markdown_have_the_same_headings() -> None:
    """A heading goes over all columns in HTML, and stands in bold in Markdown."""
    html, markdown = statement()._repr_html_(), statement()._repr_markdown_()
    heading = "Mail: people can write to each other"
    assert html.count(f'<tr><th colspan="6" scope="rowgroup" style="text-align:left">{heading}</th></tr>') == 1
    assert html.count(f'<tr><th colspan="3" scope="rowgroup" style="text-align:left">{heading}</th></tr>') == 1
    assert f"| **{heading}** |  |  |  |  |  |\n" in markdown
    assert f"| **{heading}** |  |  |\n" in markdown


def test_terms_that_cannot_be_read_do_not_keep_a_statement_from_being_shown() -> None:
    """A statement whose terms were tampered with shows its lines, without headings."""
    for terms in ("", "{}", "[1]", '{"schema": "ecsm.contract/1"}', "[" * 100_000):
        assert "subtotal" not in str(replace(statement(), terms=terms))


@settings(max_examples=10)
@given(month_cases())
def test_every_line_is_shown_once_and_subtotals_add_up(case: MonthCase) -> None:
    """Grouped or not, each line and each promise has the row it would have alone, and subtotals add up to the total."""
    settled = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
    promises, lines = statement_tables(settled)
    rows = [row for row in lines.rows if row[:2] != ("", "subtotal")]
    assert sorted(rows) == sorted((line.clause, line.text, line.amount.display) for line in settled.lines)
    subtotals = [row for row in lines.rows if row[:2] == ("", "subtotal")]
    assert len(subtotals) == len(lines.headings)
    places = [*(place for place, _ in lines.headings), len(lines.rows)]
    shown = {line.amount.display: line.amount for line in settled.lines}
    for start, end in pairwise(places):
        whole = sum((shown[row[2]] for row in lines.rows[start : end - 1]), start=ec.Money.zero(case.contract.currency))
        assert lines.rows[end - 1] == ("", "subtotal", whole.display)
    assert {row[0].partition("@")[0] for row in promises.rows} == {
        each.clause.partition("@")[0] for each in settled.assessments
    }


def words(text: str) -> list[str]:
    """The words of a text, without what only draws lines."""
    return [word for word in text.split() if not set(word) <= set("-─━")]


def test_rich_draws_the_same_content() -> None:
    """What `rich` draws is, word for word, what `str` says, for any statement and breakdown."""
    for shown in (statement(), of_one_service(), ec.breakdown(statement(), ("service", "item"))):
        assert words(drawn(shown)) == words(str(shown))


def test_rich_cuts_nothing_off_where_a_terminal_is_narrow() -> None:
    """However narrow, no row is wider, and each letter is there; amounts stay whole while there is room."""
    letters = Counter(str(statement())) - Counter(" -\n" * 1000)
    for width in (120, 80, 60, 40, 36, 35, 20, 5):
        text = drawn(statement(), width=width)
        assert max(map(len, text.split("\n"))) <= width
        assert Counter(text) - Counter(" -─\n" * 5000) == letters
        assert "EUR -1,000.00" in text or width < 60


@pytest.mark.parametrize(
    "text",
    ["[bold]x[/bold]", "[/]", "[link=http://x]y[/link]", "\x1b[31mred", "\u202eevil", ":smile:", "a\nb", "\\[x]"],
)
def test_rich_takes_no_text_for_markup(text: str) -> None:
    """Markup and codes for emojis are shown as they stand; what cannot be seen is shown as an escape."""
    held = of_one_service()
    lines = tuple(line._replace(text=text) for line in held.lines)
    shown = drawn(replace(held, title=text, lines=lines))
    safe = text.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e").replace("\n", "\\n")
    assert shown.count(safe) == 1 + len(held.lines)
    assert not set(shown) & {"\x1b", "\u202e"}
