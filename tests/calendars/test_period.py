"""Periods: what is one, how it is written, what follows it, and windows that look back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import BillingCycle, Period, from_micros, zone_names
from ecsm_contracts.errors import InvalidValue, PeriodError
from tests.calendars.wallclock import zone_of

HOUR = 3_600_000_000
days = st.dates(date(1990, 3, 1), date(2099, 12, 31))


class Statement(Model):
    """A model with a period."""

    period: Period


@given(days, st.integers(1, 28))
def test_the_next_of_a_period_is_the_next_of_its_cycle(day: date, anchor: int) -> None:
    """Where a period by itself has a next one, a monthly cycle from its first day has the same."""
    cycle = BillingCycle(anchor_day=anchor)
    period = cycle.period_containing(day)
    assert period.start.day == period.end.day == anchor
    assert period.next() == cycle.next(period)


@given(days, days)
def test_a_label_reads_back(one: date, two: date) -> None:
    """Any period is found again by its label, and in a model by its label or its dates."""
    start, end = min(one, two), max(one, two) + timedelta(days=1)
    period = Period(start, end)
    assert Period.parse(period.label) == period == Period.parse(str(period))
    statement = Statement.model_validate({"period": period.label})
    assert statement.to_data() == {"period": {"start": start.isoformat(), "end": end.isoformat()}}
    assert Statement.model_validate(statement.to_data()) == statement == Statement(period=period)


def test_a_month_is_written_short() -> None:
    """A calendar month has the label of the month, any other period its two dates."""
    assert Period.month(2026, 12).label == "2026-12"
    assert Period.month(2026, 12).next() == Period.month(2027, 1)
    assert Period.month(2026, 1) < Period.month(2026, 2)
    assert Period.parse("2026-01-01/2026-04-01").label == "2026-01-01/2026-04-01"
    assert Period.parse("2026-01-01/2026-04-01").next().label == "2026-04-01/2026-07-01"
    assert Period.parse("1990-01").start == date(1990, 1, 1)
    assert Period.parse("2100-12").end == date(2101, 1, 1)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("202", "period_syntax"),
        ("2026-13", "period_syntax"),
        ("2026-00", "period_syntax"),
        ("2026-3", "period_syntax"),
        ("march", "period_syntax"),
        ("", "period_syntax"),
        ("0000-01", "period_syntax"),
        ("9999-12", "period_range"),
        ("2026-03-15/", "date_syntax"),
        ("2026-03-15/2026-04", "date_syntax"),
        ("/", "date_syntax"),
        ("2026-03-15/2026-03-15", "period_order"),
        ("2026-03-15/2026-03-14", "period_order"),
        ("1989-12", "period_range"),
        ("2101-01", "period_range"),
        ("0001-01-01/2026-01-01", "period_range"),
    ],
)
def test_what_is_not_a_period_is_refused(text: str, rule: str) -> None:
    """Each kind of mistake has its rule."""
    with pytest.raises(InvalidValue) as caught:
        Period.parse(text)
    assert caught.value.rule == rule


@pytest.mark.parametrize("month", [(2026, 0), (2026, 13), (26, 1), (-1, 1), (2026, 1.0)])
def test_only_months_are_months(month: tuple[int, int]) -> None:
    """A month of a year, both whole numbers, in range."""
    with pytest.raises(InvalidValue):
        Period.month(*month)


@pytest.mark.parametrize(
    "value", [None, 202603, {"start": "2026-03-01"}, {"start": "2026-03-01", "end": "2026-04-01", "x": 1}]
)
def test_a_field_takes_a_label_or_two_dates(value: object) -> None:
    """Nothing else is a period."""
    with pytest.raises(ValidationError, match="not a period"):
        Statement.model_validate({"period": value})
    assert set(Statement.model_json_schema()["properties"]["period"]["properties"]) == {"start", "end"}


@pytest.mark.parametrize("label", ["2026-03-01/2026-03-15", "2026-01-31/2026-02-28", "2026-01-29/2026-03-29"])
def test_only_whole_months_have_a_next(label: str) -> None:
    """Of a half month, or of one that starts on a day that not every month has, the next is not defined."""
    with pytest.raises(PeriodError, match="whole number of months"):
        Period.parse(label).next()


def test_bounds_are_local_midnights() -> None:
    """A month with a change of the clock has an hour less or more; anchored to the 16th likewise (743
    hours)."""
    for label, hours in (
        ("2026-03", 743),
        ("2026-10", 745),
        ("2026-04", 720),
        ("2026-03-16/2026-04-16", 743),
    ):
        start, end = Period.parse(label).bounds("Europe/Madrid")
        assert (end - start) // HOUR == hours


def test_bounds_meet_in_every_zone() -> None:
    """In every zone a month ends where the next begins, and begins when the wall clock first shows its
    first day."""
    for name in zone_names():
        march, april = Period.month(2026, 3).bounds(name), Period.month(2026, 4).bounds(name)
        assert march[1] == april[0]
        shown = [from_micros(march[0] + step).astimezone(zone_of(name)).date() for step in (-1, 0)]
        assert shown[0] < date(2026, 3, 1) == shown[1]


def test_a_period_is_a_frozen_value() -> None:
    """Equal periods hash alike, and cannot be changed."""
    period = Period.month(2026, 3)
    assert hash(period) == hash(Period(date(2026, 3, 1), date(2026, 4, 1)))
    with pytest.raises(AttributeError):
        period.start = date(2026, 1, 1)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-Q1", "2026-01-01/2026-04-01"),
        ("2026-Q4", "2026-10-01/2027-01-01"),
        ("2026", "2026-01-01/2027-01-01"),
        ("2100-Q4", "2100-10-01/2101-01-01"),
    ],
)
def test_quarters_and_years_of_the_calendar_are_read(text: str, expected: str) -> None:
    """They are written short; their label holds the dates, as it did before they were read."""
    assert Period.parse(text).label == expected
    assert Statement.model_validate({"period": text}).period.label == expected


@pytest.mark.parametrize("text", ["2026-Q0", "2026-Q5", "2026-q1", "2026Q1", "26", "20260", "2026-Q", "2026-", " 2026"])
def test_what_only_looks_like_a_quarter_or_year_is_refused(text: str) -> None:
    """Nothing is guessed: one spelling for each."""
    with pytest.raises(InvalidValue, match="2026-Q1") as caught:
        Period.parse(text)
    assert caught.value.rule == "period_syntax"


@pytest.mark.parametrize("quarter", [(2026, 0), (2026, 5), (2026, "1"), ("2026", 1), (2026, None), (10**30, 1)])
def test_only_quarters_are_quarters(quarter: tuple[Any, Any]) -> None:
    """A quarter of a year, both whole numbers, in range."""
    with pytest.raises(InvalidValue):
        Period.quarter(*quarter)
    assert Period.year(2026) == Period(Period.quarter(2026, 1).start, Period.quarter(2026, 4).end)


@pytest.mark.parametrize("year", [0, 1989, 2101, "2026", None])
def test_only_years_are_years(year: Any) -> None:
    """A year in range, as a whole number."""
    with pytest.raises(InvalidValue):
        Period.year(year)


@given(days, st.integers(1, 1500))
def test_the_last_days_are_as_many_and_end_before_the_day(end: date, count: int) -> None:
    """Every one of the days before the end is among them, the end is not."""
    if (end - date(1990, 1, 1)).days < count:
        return
    window = Period.last_days(end, count)
    assert sum(window.covers(end - timedelta(days=back)) for back in range(-3, count + 4)) == count
    assert not window.covers(end)
    assert window.covers(end - timedelta(days=1))


@given(days, st.integers(1, 36), st.sampled_from(["last_day", "next_day"]))
def test_the_last_months_begin_on_the_same_day(end: date, count: int, rule: Any) -> None:
    """Every month's day of the same number is met once; where there is none, the rule says which day stands for it."""
    if end.year < 1995:
        end = end.replace(year=1995, day=1)
    start = Period.last_months(end, count, rule).start
    year, month = divmod(end.year * 12 + end.month - 1 - count, 12)
    month += 1
    if start.day == end.day:
        assert (start.year, start.month) == (year, month)
    elif rule == "last_day":
        assert (start.year, start.month) == (year, month)
        assert (start + timedelta(days=1)).day == 1
        assert start.day < end.day
    else:
        assert start.day == 1
        before = start - timedelta(days=1)
        assert (before.year, before.month) == (year, month)
        assert before.day < end.day


def test_months_back_from_a_day_that_not_every_month_has_need_the_rule() -> None:
    """Three months before 31 May are refused until the rule for February is named."""
    end = date(2026, 5, 31)
    with pytest.raises(InvalidValue, match="last_day or next_day") as caught:
        Period.last_months(end, 3)
    assert caught.value.rule == "month_end_missing"
    assert Period.last_months(end, 3, "last_day").start == date(2026, 2, 28)
    assert Period.last_months(end, 3, "next_day").start == date(2026, 3, 1)
    assert Period.last_months(date(2026, 4, 1), 3) == Period.quarter(2026, 1)
    with pytest.raises(InvalidValue) as word:
        Period.last_months(end, 3, "first_day")  # type: ignore[arg-type]
    assert word.value.rule == "unknown_word"


@pytest.mark.parametrize("count", [0, -1, True, 1.0, "7", None])
def test_windows_count_whole_days_and_months(count: Any) -> None:
    """Nothing but a whole number above zero is a length."""
    for window in (Period.last_days, Period.last_months):
        with pytest.raises(InvalidValue) as caught:
            window(date(2026, 4, 1), count)
        assert caught.value.rule == "window_count"


@pytest.mark.parametrize("count", [20_000, 10**6, 10**100])
def test_windows_that_reach_too_far_are_refused(count: int) -> None:
    """Before 1990, and before there are dates at all, in the library's own words."""
    for window in (Period.last_days, Period.last_months):
        with pytest.raises(InvalidValue) as caught:
            window(date(2026, 4, 1), count)
        assert caught.value.rule == "period_range"


@given(days, days, days, days, days)
def test_an_overlap_holds_the_days_that_lie_in_both(a: date, b: date, c: date, d: date, day: date) -> None:
    """A day lies in the overlap exactly when it lies in each; where none does, there is no overlap."""
    one = Period(min(a, b), max(a, b) + timedelta(days=1))
    other = Period(min(c, d), max(c, d) + timedelta(days=1))
    both = one.overlap(other)
    assert both == other.overlap(one)
    for each in (day, one.start, other.start, one.end, other.end - timedelta(days=1)):
        assert (both is not None and both.covers(each)) == (one.covers(each) and other.covers(each))
