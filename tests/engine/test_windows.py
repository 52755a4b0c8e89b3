"""Levels with windows of their own, against contracts that bill by those windows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.calendars import Period
from tests.engine.windows import MEASURES, contract, facts, judged, statements

QUARTERS: dict[str, Any] = {"cycle": "quarter", "anchor_month": 1}
MONTHS: dict[str, Any] = {"cycle": "month"}
FIFTEENTH: dict[str, Any] = {"cycle": "month", "anchor_day": 15}
FOUR_WEEKS: dict[str, Any] = {"cycle": "four_weeks", "anchor": "2026-01-01"}


@pytest.mark.parametrize(
    ("every", "billing", "alike", "seed"),
    [
        pytest.param("quarter", MONTHS, QUARTERS, 1, id="quarters-by-month"),
        pytest.param("quarter", FOUR_WEEKS, QUARTERS, 2, id="quarters-by-four-weeks"),
        pytest.param("month", QUARTERS, MONTHS, 3, id="months-by-quarter"),
        pytest.param("month", {"cycle": "year", "anchor_month": 1}, MONTHS, 4, id="months-by-year"),
        pytest.param("four_weeks", MONTHS, FOUR_WEEKS, 5, id="four-weeks-by-month"),
        pytest.param("quarter", FIFTEENTH, {**QUARTERS, "anchor_day": 15}, 6, id="quarters-from-the-15th"),
    ],
)
def test_windows_are_judged_as_billing_periods_of_that_length_are(
    every: str, billing: dict[str, Any], alike: dict[str, Any], seed: int
) -> None:
    """Every measure comes to the same over a window as over a billing period, wherever in the other period it ends."""
    day = "15" if billing is FIFTEENTH else "01"
    start, end = f"2026-01-{day}", f"2027-01-{day}"
    happened = facts(seed)
    own = judged(statements(contract(every, billing=billing, start=start, end=end), happened))
    whole = judged(statements(contract(None, billing=alike, start=start, end=end), happened))
    assert set(own) == {name for name in whole if date.fromisoformat(name[-10:]) < _last(own, alike)}
    assert {name: whole[name] for name in own} == own
    assert len(own) >= 3 * len(MEASURES)


def _last(own: dict[str, Any], alike: dict[str, Any]) -> date:
    """Return the end of the last window: what ends behind the last billing period is not assessed."""
    last = max(date.fromisoformat(name[-10:]) for name in own)
    return ec.BillingCycle.model_validate(alike).period_containing(last).end


@pytest.mark.parametrize("seed", range(2))
def test_a_rolling_window_is_the_last_periods(seed: int) -> None:
    """Three months up to the end of a quarter come to what that quarter does; before them nothing is judged."""
    happened, given = facts(seed + 10), contract({"periods": 3})
    found = statements(given, happened)
    assert all(not each.assessments and each["due"].value == "undecided" for each in found[:2])
    rolling = {name: said for name, said in judged(found).items() if name[-5:-3] in {"01", "04", "07", "10"}}
    assert rolling == judged(statements(contract(None, billing=QUARTERS), happened))
    assert [len(each.assessments) for each in found[2:]] == [len(MEASURES)] * 10


def test_what_follows_a_window_does_not_enter_it() -> None:
    """A ticket that is resolved on one day and again on another is resolved on both; each day knows only its past."""
    days = ("02T09:00", "opened"), ("02T10:00", "resolved"), ("04T09:00", "reopened"), ("04T11:00", "resolved")
    events = [{"kind": kind, "at": f"2026-03-{day}:00Z"} for day, kind in days]
    ticket = {"ref": "T-1", "service": "mail", "type": "incident", "priority": "P1", "events": events}
    given = contract("day", names=("ratio", "count", "mean"))
    found = ec.evaluate(given, ec.facts_from_records(tickets=[ticket]), period="2026-03", carry=_opening(given))
    numbers = {column: number for each in found.assessments for column, number in each.counts if number}
    hour = 3_600_000_000
    assert numbers == {
        "ratio@2026-03-02.total": 1,
        "ratio@2026-03-02.having": 1,
        "ratio@2026-03-04.total": 1,
        "count@2026-03-04.number": 1,
        "mean@2026-03-02.counted": 1,
        "mean@2026-03-02.each": hour,
        "mean@2026-03-04.counted": 1,
        "mean@2026-03-04.each": 3 * hour,
    }


def _opening(given: ec.Contract, ends: date = date(2026, 3, 1)) -> ec.Carry:
    return ec.Carry.opening(given.ref, ends=ends)


def test_part_windows_are_not_assessed() -> None:
    """Weeks that begin before the term, or end after its last period, are in no statement; all others are in one."""
    given = contract("week", start="2026-01-01", end="2026-04-01", names=("outages",))
    found = [each.clause for statement in statements(given, facts(20, days=90)) for each in statement.assessments]
    monday, weeks = date(2026, 1, 5), []
    while monday + timedelta(days=7) <= date(2026, 4, 1):
        weeks.append(f"outages@{monday}")
        monday += timedelta(days=7)
    assert found == weeks


def test_facts_reach_back_to_the_first_day_of_a_window() -> None:
    """The window of a plan begins with the longest of its windows, so that a stream is not cut short."""
    given = contract({"periods": 3}, names=("count",))
    planned = ec.plan(given, "2026-06")
    assert planned.window == Period.parse("2026-04-01/2026-07-01").bounds(given.zone)
    assert [program.ref for program in planned.levels] == ["count@2026-04-01"]
    assert [window.name for window in planned.windows["count"]] == ["count@2026-04-01"]


def test_a_level_without_windows_is_the_level_that_it_was() -> None:
    """Its program has the number of its clause and the bounds of the period, and no window is named."""
    planned = ec.plan(contract(None), "2026-03")
    assert [program.ref for program in planned.levels] == list(MEASURES)
    assert {(program.start, program.end) for program in planned.levels} == {planned.bounds}
    assert not planned.windows
