"""Billing cycles, against an oracle that writes every start of a cycle down, and the years of a contract."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.calendars import BillingCycle, CycleName, Period, contract_year
from ecsm_contracts.errors import InvalidValue, PeriodError
from tests.calendars.strategies import ZONES

DAY = timedelta(days=1)
days = st.dates(date(1992, 1, 1), date(2098, 12, 31))
JANUARY, FEBRUARY, APRIL = 1, 2, 4


@st.composite
def cycles(draw: st.DrawFn) -> BillingCycle:
    """Draw any cycle; days that not every month has come as often as the others."""
    name = draw(st.sampled_from(get_args(CycleName)))
    if name == "four_weeks":
        return BillingCycle(cycle=name, anchor=draw(st.dates(date(1970, 1, 1), date(2120, 1, 1))))
    month = draw(st.integers(1, 12))
    day = draw(st.one_of(st.integers(1, 28), st.integers(29, 31)))
    if name == "year":
        day = min(day, 29 if month == FEBRUARY else 30)
    fields: dict[str, Any] = {"cycle": name, "anchor_day": day}
    if day > 28:
        fields["month_end"] = draw(st.sampled_from(["last_day", "next_day"]))
    if name != "month":
        fields["anchor_month"] = month
    return BillingCycle.model_validate(fields)


def start_in(year: int, month: int, day: int, rule: str | None) -> date:
    """The day of a month; where there is none, step down to a day that is there, or go to the next month."""
    for candidate in range(day, 0, -1):
        try:
            found = date(year, month, candidate)
        except ValueError:
            continue
        return found if candidate == day or rule == "last_day" else found + DAY
    raise AssertionError


@cache
def starts(cycle: BillingCycle) -> tuple[date, ...]:
    """Every start of a cycle from 1990 to 2100, written down one after the other."""
    if cycle.anchor is not None:
        first = date(1990, 1, 1)
        while (first - cycle.anchor).days % 28:
            first += DAY
        return tuple(first + timedelta(days=28 * number) for number in range(1445))
    assert cycle.anchor_day is not None
    distance = {"month": 1, "quarter": 3, "year": 12}[cycle.cycle]
    months = [(year, month) for year in range(1990, 2101) for month in range(1, 13)]
    anchor = cycle.anchor_month or 1
    return tuple(
        start_in(year, month, cycle.anchor_day, cycle.month_end)
        for year, month in months
        if (month - anchor) % distance == 0
    )


@given(cycles(), days)
def test_the_periods_are_those_between_the_starts_written_down(cycle: BillingCycle, day: date) -> None:
    """The period of a day goes from the last start not after it to the next start."""
    listed = starts(cycle)
    before = max(start for start in listed if start <= day)
    after = min(start for start in listed if start > day)
    assert cycle.period_containing(day) == Period(before, after)


@given(cycles(), days)
def test_periods_tile_all_time(cycle: BillingCycle, day: date) -> None:
    """A period meets the next one and the one before, and each is found from every side."""
    period = cycle.period_containing(day)
    assert period.covers(day)
    following, before = cycle.next(period), cycle.previous(period)
    assert before.end == period.start
    assert period.end == following.start
    assert cycle.previous(following) == period == cycle.next(before)
    assert cycle.is_period(period)
    assert cycle.period_containing(period.end - DAY) == period


@given(cycles(), days)
def test_no_other_period_is_one_of_the_cycle(cycle: BillingCycle, day: date) -> None:
    """A day more or less, at either end, and it is no billing period; to ask for its neighbour is an error."""
    period = cycle.period_containing(day)
    for other in (
        Period(period.start, period.end + DAY),
        Period(period.start, period.end - DAY),
        Period(period.start + DAY, period.end),
        Period(period.start - DAY, period.end),
    ):
        assert not cycle.is_period(other)
        for neighbour in (cycle.next, cycle.previous):
            with pytest.raises(PeriodError, match="not a period of the cycle"):
                neighbour(other)


@given(cycles(), days, st.integers(0, 2000))
def test_the_periods_between_two_days_share_a_day_with_them(cycle: BillingCycle, start: date, length: int) -> None:
    """They are consecutive, cover every day of the span, and each holds at least one of its days."""
    end = min(start + timedelta(days=length), date(2099, 1, 1))
    found = cycle.periods(start, end)
    assert all(first.end == second.start for first, second in pairwise(found))
    assert all(period.start < end and period.end > start for period in found)
    assert bool(found) == (start < end)
    if found:
        assert found[0].start <= start
        assert found[-1].end >= end


@given(cycles(), days, st.sampled_from(ZONES))
def test_periods_meet_as_time_in_every_zone(cycle: BillingCycle, day: date, zone: str) -> None:
    """The instant at which a period ends is the one at which the next begins."""
    period = cycle.period_containing(day)
    start, end = period.bounds(zone)
    assert start < end == cycle.next(period).bounds(zone)[0]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"anchor_day": 31, "month_end": "last_day"},
            ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"],
        ),
        (
            {"anchor_day": 31, "month_end": "next_day"},
            ["2027-12-31", "2028-01-31", "2028-03-01", "2028-03-31", "2028-05-01"],
        ),
        (
            {"cycle": "quarter", "anchor_day": 30, "anchor_month": 11, "month_end": "last_day"},
            ["2027-11-30", "2028-02-29", "2028-05-30", "2028-08-30"],
        ),
        (
            {"cycle": "quarter", "anchor_month": 4},
            ["2027-10-01", "2028-01-01", "2028-04-01", "2028-07-01"],
        ),
        (
            {"cycle": "year", "anchor_day": 29, "anchor_month": 2, "month_end": "next_day"},
            ["2027-03-01", "2028-02-29", "2029-03-01"],
        ),
        (
            {"cycle": "four_weeks", "anchor": "2030-01-07"},
            ["2027-12-13", "2028-01-10", "2028-02-07", "2028-03-06"],
        ),
    ],
    ids=["month-last-day", "month-next-day", "quarter-short", "quarter", "leap-day", "four-weeks-before-anchor"],
)
def test_each_period_is_reckoned_from_the_anchor(fields: dict[str, Any], expected: list[str]) -> None:
    """A short month moves its own start and no later one."""
    cycle = BillingCycle.model_validate(fields)
    found = cycle.periods(date(2027, 12, 31), date.fromisoformat(expected[-1]))
    assert [period.start.isoformat() for period in found] == expected[:-1]
    assert found[-1].end.isoformat() == expected[-1]


@pytest.mark.parametrize(
    ("fields", "rule", "said"),
    [
        ({"anchor_day": 29}, "month_end_missing", "month_end: next_day"),
        ({"cycle": "quarter", "anchor_month": 1, "anchor_day": 31}, "month_end_missing", "month_end: last_day"),
        ({"anchor_day": 28, "month_end": "last_day"}, "month_end_unused", "leave out month_end"),
        ({"month_end": "next_day"}, "month_end_unused", "every month has a day 1"),
        ({"cycle": "quarter"}, "anchor_missing", "needs anchor_month, 1 to 12"),
        ({"cycle": "year", "anchor_day": 5}, "anchor_missing", "needs anchor_month, 1 to 12"),
        ({"cycle": "four_weeks"}, "anchor_missing", "such as 2026-01-05"),
        ({"cycle": "four_weeks", "anchor_day": 5}, "anchor_missing", "it has no anchor_day"),
        ({"cycle": "four_weeks", "anchor": "2026-01-05", "anchor_day": 5}, "anchor_unused", "it has no anchor_day"),
        (
            {"cycle": "four_weeks", "anchor": "2026-01-05", "month_end": "last_day"},
            "anchor_unused",
            "it has no month_end",
        ),
        ({"cycle": "month", "anchor": "2026-01-05"}, "anchor_unused", "only four_weeks"),
        ({"cycle": "month", "anchor_month": 1}, "anchor_unused", "only quarters and years"),
        (
            {"cycle": "year", "anchor_month": 4, "anchor_day": 31, "month_end": "last_day"},
            "anchor_absent",
            "write anchor_day: 30",
        ),
        (
            {"cycle": "year", "anchor_month": 2, "anchor_day": 30, "month_end": "next_day"},
            "anchor_absent",
            "write anchor_day: 29",
        ),
    ],
)
def test_fields_that_do_not_fit_say_what_to_write(fields: dict[str, Any], rule: str, said: str) -> None:
    """A field that is missing, or belongs to another cycle, is named together with what to do."""
    with pytest.raises(ValidationError) as caught:
        BillingCycle.model_validate(fields)
    cause = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(cause, InvalidValue)
    assert cause.rule == rule
    assert said in str(cause)


@pytest.mark.parametrize(
    "fields",
    [
        {"anchor_day": 0},
        {"anchor_day": 32, "month_end": "last_day"},
        {"anchor_day": "1"},
        {"cycle": "week"},
        {"cycle": "quarter", "anchor_month": 13},
        {"cycle": "quarter", "anchor_month": 0},
        {"cycle": "four_weeks", "anchor": "2026-02-30"},
        {"cycle": "four_weeks", "anchor": 20260105},
        {"anchor_day": 31, "month_end": "first_day"},
        {"anchor_day": True},
    ],
)
def test_values_that_no_cycle_has_are_refused(fields: dict[str, Any]) -> None:
    """Numbers out of range, other words and other types are no part of a cycle."""
    with pytest.raises(ValidationError):
        BillingCycle.model_validate(fields)


def test_a_monthly_cycle_is_written_as_before() -> None:
    """Only the fields of its own cycle are written, the anchor day in full, so that digests stay what they were."""
    assert BillingCycle().to_data() == {"cycle": "month", "anchor_day": 1}
    four = {"cycle": "four_weeks", "anchor": "2026-01-05"}
    assert BillingCycle.model_validate(four).to_data() == four
    last = {"cycle": "quarter", "anchor_day": 31, "month_end": "last_day", "anchor_month": 1}
    assert BillingCycle.model_validate(last).to_data() == last


@given(cycles())
def test_a_cycle_reads_back(cycle: BillingCycle) -> None:
    """What a cycle writes is read as the same cycle."""
    assert BillingCycle.model_validate(cycle.to_data()) == cycle
    assert BillingCycle.model_validate_json(cycle.model_dump_json()) == cycle


def test_a_cycle_can_be_replaced_by_another_sort() -> None:
    """The anchor day that was filled in does not stay behind."""
    four = BillingCycle().replace(cycle="four_weeks", anchor=date(2026, 1, 5))
    assert (four.words, four.months, four.anchor_day) == ("four weeks", None, None)
    assert BillingCycle().months == 1


@given(cycles(), days, st.integers(1, 12))
def test_a_window_is_the_last_periods_together(cycle: BillingCycle, day: date, count: int) -> None:
    """It ends with the period that is named, and holds as many periods as were asked for."""
    if day.year < 2005:
        day = day.replace(year=2005, day=1)
    period = cycle.period_containing(day)
    window = cycle.window(period, count)
    parts = cycle.periods(window.start, window.end)
    assert len(parts) == count
    assert (parts[0].start, parts[-1]) == (window.start, period)


def test_a_window_is_refused_where_it_has_no_meaning() -> None:
    """No periods, a part of one, a period of another cycle, or more than there is time for."""
    cycle, march = BillingCycle(), Period.month(2026, 3)
    for count in (0, -1, True, 1.5, "3"):
        with pytest.raises(InvalidValue) as caught:
            cycle.window(march, count)  # type: ignore[arg-type]
        assert caught.value.rule == "window_count"
    with pytest.raises(InvalidValue, match="1990") as far:
        cycle.window(march, 10**9)
    assert far.value.rule == "period_range"
    with pytest.raises(PeriodError):
        cycle.window(Period.parse("2026-03-02/2026-04-02"), 2)


@pytest.mark.parametrize("day", ["1989-12-31", "0001-01-01", "9999-12-31", "2101-01-01"])
@pytest.mark.parametrize(
    "fields",
    [{}, {"cycle": "year", "anchor_month": 7}, {"cycle": "four_weeks", "anchor": "9999-12-31"}],
    ids=["month", "year", "four-weeks"],
)
def test_days_that_are_not_covered_are_refused(day: str, fields: dict[str, Any]) -> None:
    """Outside 1990 to 2100 there is no period, whatever the cycle, and the error is the library's own."""
    cycle = BillingCycle.model_validate(fields)
    with pytest.raises(InvalidValue) as caught:
        cycle.period_containing(date.fromisoformat(day))
    assert caught.value.rule == "period_range"


def test_a_period_at_the_edge_of_time_is_told_from_one_of_the_cycle() -> None:
    """January 1990 is no period of a cycle from the 15th, though the period around its start cannot be made."""
    cycle = BillingCycle(anchor_day=15)
    assert not cycle.is_period(Period.month(1990, 1))
    with pytest.raises(PeriodError, match="1989-12-15"):
        cycle.next(Period.month(1990, 1))


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 12_000))
def test_contract_years_tile_the_term(start: date, later: int) -> None:
    """Every day of a term lies in one year of it, and years meet."""
    day = start + timedelta(days=later)
    year = contract_year(start, day)
    assert year.covers(day)
    assert contract_year(start, year.end).start == year.end
    assert (year.end - year.start).days in (365, 366)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 12_000))
def test_contract_years_are_a_yearly_cycle_from_the_first_day_of_the_term(start: date, later: int) -> None:
    """Whoever bills by the year from the start of the term bills contract years."""
    rule: Any = "last_day" if start.day > 28 else None
    cycle = BillingCycle(cycle="year", anchor_month=start.month, anchor_day=start.day, month_end=rule)
    day = start + timedelta(days=later)
    assert cycle.period_containing(day) == contract_year(start, day)


def test_a_term_from_the_leap_day_has_its_anniversary_on_the_last_of_february() -> None:
    """Counted from the term's start each time, so that 2028 has its 29th again."""
    start = date(2024, 2, 29)
    ends = [contract_year(start, date(year, 2, 1)).end for year in (2025, 2026, 2028)]
    assert ends == [date(2025, 2, 28), date(2026, 2, 28), date(2028, 2, 29)]
    assert contract_year(start, date(2025, 2, 28)).start == date(2025, 2, 28)
    assert contract_year(start, start).start == start


def test_a_day_before_the_term_is_an_error() -> None:
    """Before its start a term has no years."""
    with pytest.raises(PeriodError, match="before the term"):
        contract_year(date(2026, 1, 1), date(2025, 12, 31))


def test_what_is_no_period_is_told_so() -> None:
    """A text in the place of a period is an error of the library that says what to write."""
    with pytest.raises(TypeError, match=r"Period\.parse"):
        BillingCycle().is_period("2026-03")  # type: ignore[arg-type]
