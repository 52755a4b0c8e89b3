"""What people and tools see of windows: tables, files, fates, explanations, whose time it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import UnknownReference
from tests.engine.test_windows_days import mail, opening
from tests.engine.test_windows_prices import DOWN, hours_down
from tests.engine.windows import MEASURES, contract, facts

if TYPE_CHECKING:
    from pathlib import Path

MARCH = "2026-03"
TICKETS = ("due", "overdue", "active", "each", "mean", "count", "ratio")


def march(every: Any, names: tuple[str, ...] = tuple(MEASURES)) -> tuple[ec.Statement, ec.Facts]:
    """Return the statement of March of a level of every measure, and its facts."""
    given, happened = contract(every, names=names), facts(40, tickets=200)
    return ec.evaluate(given, happened, period=MARCH, carry=opening(given, MARCH)), happened


@pytest.mark.parametrize("every", ["day", "week", {"periods": 3}], ids=["day", "week", "rolling"])
def test_a_statement_with_windows_is_verified_and_read_back(every: Any, tmp_path: Path) -> None:
    """From its file it is the same statement, and the facts prove it as they prove any other."""
    found, happened = march(every)
    ec.write_statement(found, tmp_path / "march.json")
    again = ec.read_statement(tmp_path / "march.json")
    assert again == found
    assert ec.verify(again, happened).with_facts


def rows(statement: ec.Statement, *, after: str = "Promises") -> list[list[str]]:
    """Return the cells of the table of promises, as its text shows them."""
    lines = str(statement).split("\n\n")[1].splitlines()
    assert lines[0] == after
    return [line.split() for line in lines[3:]]


def test_of_many_windows_only_the_missed_ones_are_shown() -> None:
    """Of 31 days the four that were missed have a row and the others are counted; of five weeks each has one."""
    for every, shown in (("day", [f"4.1@{day}" for day in DOWN] + ["4.1"]), ("week", None)):
        given = mail(every)
        found = ec.evaluate(given, hours_down(DOWN), period=MARCH, carry=opening(given, MARCH))
        names = [row[0] for row in rows(found)]
        assert names == (shown or [each.clause for each in found.assessments])
        assert len(found.assessments) == (31 if every == "day" else 5)
        assert ("31 windows: 27 met, 4 missed" in str(found)) == (every == "day")
        assert ("31 windows: 27 met, 4 missed" in found._repr_html_()) == (every == "day")


def test_a_level_of_which_no_window_ends_is_named() -> None:
    """A reader is told that the quarter is not over, and does not miss the promise."""
    given = mail("quarter")
    found = ec.evaluate(given, hours_down(DOWN), period="2026-02", carry=opening(given, "2026-02"))
    assert found["4.1"].value == "undecided"
    assert "Undecided, as no window of theirs ends in the period: 4.1" in str(found)


def test_what_fell_short_is_found_by_window_and_by_clause() -> None:
    """The outages behind a missed day are those of that day, those behind the clause all of them."""
    given = mail()
    found = ec.evaluate(given, hours_down(DOWN), period=MARCH, carry=opening(given, MARCH))
    assert [(each.clause, each.ref) for each in found.shortfalls("4.1")] == [(f"4.1@{day}", f"O-{day}") for day in DOWN]


def test_fates_count_by_clause() -> None:
    """A ticket that counts in several weeks is counted once for its clause, and the four fates add up."""
    found, happened = march("week")
    for kind in ("ticket", "outage"):
        fates = ec.account_for(found, happened, kind=kind)
        clauses = dict(fates.clauses)
        assert list(clauses) == list(TICKETS if kind == "ticket" else ("up", "outages"))
        if kind == "ticket":
            for name in TICKETS:
                places = [at for at, column in enumerate(found.tally.columns) if column.startswith(f"{name}@")]
                counted = [row for row in found.outcomes.of_kind("ticket") if any(row.numbers[at] for at in places)]
                assert clauses[name] == len(counted)
        assert fates.read == len(happened.tickets if kind == "ticket" else happened.outages)


def test_an_outage_before_the_period_counts_where_the_window_reaches_back() -> None:
    """An outage of January is evaluated in the statement of March when the quarter is the window."""
    given, happened = mail("quarter"), hours_down({date(2026, 1, 9): 5})
    found = ec.evaluate(given, happened, period=MARCH, carry=opening(given, MARCH))
    assert ec.account_for(found, happened, kind="outage").by_ref == {"O-2026-01-09": "evaluated"}


def test_a_ticket_is_explained_for_each_window_that_counts_it() -> None:
    """The clocks of an explanation are those of the windows with a number of the ticket, each at the window's end."""
    found, happened = march("day", ("due", "overdue", "each"))
    columns = found.outcomes.columns
    for row in list(found.outcomes.of_kind("ticket"))[:40]:
        names = {columns[at].rpartition(".")[0] for at, number in enumerate(row.numbers) if number}
        explained = ec.explain_ticket(found, happened, row.ref)
        assert {clock.clause for clock in explained.clocks} == names


def test_whose_time_it_was_is_told_of_a_clause_and_of_a_window() -> None:
    """A clause adds up each late ticket once; its windows by themselves have at least these tickets among them."""
    found, happened = march("week", ("overdue",))
    whole = ec.influence(found, happened, clause="overdue")
    windows = [ec.influence(found, happened, clause=each.clause) for each in found.assessments]
    assert whole.tickets
    assert len(set(whole.tickets)) == len(whole.tickets)
    assert set(whole.tickets) <= {ref for each in windows for ref in each.tickets}
    assert sum(len(each.tickets) for each in windows) > len(whole.tickets)
    with pytest.raises(UnknownReference, match="overdue@2026-03-03"):
        ec.influence(found, happened, clause="overdue@2026-03-03")


def test_a_level_that_is_added_is_not_judged_on_days_before_it() -> None:
    """A quarter in which an amendment adds its level is not assessed; the quarter after it is, as are its weeks."""
    level = {
        "kind": "service_level", "measure": {"kind": "availability", "hours": "always"}, "target": {"at_least": "99%"},
    }  # fmt: skip
    added = [{"ref": "4.8", **level, "every": "quarter"}, {"ref": "4.9", **level, "every": "week"}]
    given = contract(
        None,
        names=("count",),
        versions={"period": "start", "tickets": "period"},
        amendments=[{"ref": "A-1", "from": "2026-02-10", "clauses": added}],
    )
    happened, carry = hours_down({}), None
    found: dict[str, list[str]] = {}
    for month in [f"2026-{number:02}" for number in range(1, 7)]:
        statement = ec.evaluate(given, happened, period=month, carry=carry)
        carry = statement.carry
        found[month] = [each.clause for each in statement.assessments if each.clause != "count"]
    assert found["2026-01"] == found["2026-02"] == []
    assert found["2026-03"] == [f"4.9@2026-03-{day}" for day in ("02", "09", "16", "23")]
    assert found["2026-06"][0] == "4.8@2026-04-01"


def test_tickets_keep_the_promises_of_their_day_in_each_window() -> None:
    """Where tickets are judged by the version of their opening, a week judges old and new ones by their own targets."""
    looser = {"ref": "due", "kind": "service_level", "measure": {**MEASURES["due"][0], "within": "40h"}}
    looser |= {"target": {"at_least": "90%"}, "every": "week", "scope": {"service": "mail"}}
    amendment = {"ref": "A-1", "from": "2026-03-01", "clauses": [looser]}
    versions = {"period": "start", "tickets": "opened"}
    given = contract("week", names=("due", "count"), versions=versions, amendments=[amendment])
    happened = facts(41, tickets=400, first=date(2026, 2, 1), days=60)
    found = ec.evaluate(given, happened, period=MARCH, carry=opening(given, MARCH))
    before = contract("week", names=("due", "count"))
    columns = [at for at, column in enumerate(found.outcomes.columns) if column.startswith("due@")]
    start = ec.Period.parse(MARCH).bounds(given.zone)[0]
    strict = ec.evaluate(before, happened, period=MARCH, carry=opening(before, MARCH))
    differs = 0
    for ticket in happened.tickets:
        rows = [each.outcomes.find("ticket", ticket.ref) for each in (found, strict)]
        numbers = [None if row is None else [row.numbers[at] for at in columns] for row in rows]
        if ticket.events[0].at.timestamp() * 1_000_000 < start:
            assert numbers[0] == numbers[1]
        differs += numbers[0] != numbers[1]
    assert differs > 10
