"""Facts from twenty other systems, as far as calendars alone can express them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecsm_contracts.calendars import (
    DayMeaning,
    DayPreset,
    Days,
    Period,
    from_micros,
    instant_after_gap,
    wall_clock_instants,
    zone,
)
from tests.clock_cases import FACTS, PATH, calendar_of, instant

DONE = ("due", "due_back", "elapsed", "both", "next_open", "period", "elapsed_intersection", "local_time", "due_days")
"""Kinds of case that calendars alone can express."""

APART = {"period", "elapsed_intersection", "local_time", "due_days"}
"""Of these, the kinds that have a test of their own."""

LATER = {
    "timeline": "clocks are a floor above",
    "availability": "measures are a floor above",
    "ratio": "measures are a floor above",
    "penalty": "clauses are floors above",
    "weighted_minutes": "charges are floors above",
}
"""Kinds of case that wait, and what for."""

MEANINGS: dict[str, DayMeaning | DayPreset] = {
    "same_time": "working_day_same_time",
    "end_of_day": "end_of_working_day",
    "legacy_freshdesk": "legacy_freshdesk",
}
"""What the cases call the meanings of a day."""

CASES = [case for case in FACTS["cases"] if case["kind"] in DONE]
missing = pytest.mark.skipif(PATH is None, reason="the shared cases are not beside this repository")


@missing
@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] not in APART])
def test_a_fact_from_another_system_holds(case: dict[str, Any]) -> None:
    """The deadline, elapsed time or opening that the case expects, to the second, traps included."""
    calendar = calendar_of(case["calendar"])
    start = instant(case["start"], calendar.zone)
    holds = [(instant(a, calendar.zone), instant(b, calendar.zone)) for a, b in case.get("pauses", [])]
    amount, expect = timedelta(seconds=case.get("target_s", 0)), case["expect"]
    if "due" in expect:
        assert calendar.deadline(start, amount, holds) == instant(expect["due"], calendar.zone)
    if "at" in expect:
        assert calendar.deadline(start, -amount, holds) == instant(expect["at"], calendar.zone)
    if "opens" in expect:
        assert calendar.next_open(start) == instant(expect["opens"], calendar.zone)
    if "elapsed_s" in expect:
        elapsed = calendar.worked(start, instant(case["end"], calendar.zone), holds)
        assert elapsed == timedelta(seconds=expect["elapsed_s"])
        if "breached" in expect:
            assert (elapsed > amount) == expect["breached"]


@missing
@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == "period"])
def test_a_period_of_another_system_has_these_bounds(case: dict[str, Any]) -> None:
    """A period in local dates starts and ends at the instants that the case expects."""
    dates = [datetime.fromisoformat(case[key]).date() for key in ("local_start", "local_end_exclusive")]
    bounds = Period(*dates).bounds(case["timezone"])
    expected = [datetime.fromisoformat(case["expect"][key]) for key in ("start_utc", "end_utc_exclusive")]
    assert [timedelta(microseconds=bound) + datetime(1970, 1, 1, tzinfo=UTC) for bound in bounds] == expected


@missing
@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == "elapsed_intersection"]
)
def test_a_fact_about_two_calendars_holds(case: dict[str, Any]) -> None:
    """The service time in which both calendars of the case work is what it expects."""
    first, second = map(calendar_of, case["calendars"])
    start, end = (datetime.fromisoformat(case[key]) for key in ("start", "end"))
    elapsed = (first & second).worked(start, end)
    assert elapsed == timedelta(seconds=case["expect"]["elapsed_s"])


@missing
@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == "local_time"])
def test_a_reading_of_a_wall_clock_resolves_as_elsewhere(case: dict[str, Any]) -> None:
    """A reading that is skipped lies as far after the change; of one that happens twice the first is meant."""
    name, reading = case["timezone"], datetime.fromisoformat(case["local"])
    instants = wall_clock_instants(name, reading)
    found = from_micros(instants[0] if instants else instant_after_gap(name, reading))
    local = found.astimezone(zone(name)).replace(tzinfo=None)
    assert local == datetime.fromisoformat(case["expect"]["resolves_to_local"])
    assert "utc" not in case["expect"] or found == datetime.fromisoformat(case["expect"]["utc"])


@missing
@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == "due_days"])
def test_a_number_of_days_ends_as_elsewhere(case: dict[str, Any]) -> None:
    """Days of the meaning that the case names end at the instant that it expects, pauses taken out."""
    calendar = calendar_of(case["calendar"])
    holds = [(instant(a, calendar.zone), instant(b, calendar.zone)) for a, b in case.get("pauses", [])]
    days = Days(case["days"], MEANINGS[case["day_mode"]])
    found = calendar.deadline(instant(case["start"], calendar.zone), days, holds)
    assert found == instant(case["expect"]["due"], calendar.zone)


@missing
def test_every_case_is_done_or_waits_for_a_reason() -> None:
    """No kind of case is left out silently."""
    assert {case["kind"] for case in FACTS["cases"]} == {*DONE, *LATER}
    assert len(CASES) >= 140
