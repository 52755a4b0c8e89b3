"""Periods, billing cycles and contract years."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import BillingCycle, Period, contract_year, from_micros, zone_names
from ecsm_contracts.errors import InvalidValue, PeriodError
from tests.calendars.wallclock import zone_of

HOUR = 3_600_000_000
days = st.dates(date(1990, 3, 1), date(2099, 12, 31))


class Statement(Model):
    """A model with a period."""

    period: Period


@given(days, st.integers(1, 28))
def test_the_periods_of_a_cycle_tile_all_time(day: date, anchor: int) -> None:
    """Every day lies in one period of a cycle, which starts on the anchor day and meets the next."""
    cycle = BillingCycle(anchor_day=anchor)
    period = cycle.period_containing(day)
    assert period.covers(day)
    assert period.start.day == period.end.day == anchor
    assert cycle.is_period(period)
    assert period.next() == cycle.period_containing(period.end)
    assert not cycle.is_period(Period(period.start, period.end + timedelta(days=1)))
    assert not cycle.is_period(Period(period.start + timedelta(days=1), period.end))


@given(days, days, st.integers(1, 28))
def test_the_periods_between_two_days_share_a_day_with_them(one: date, two: date, anchor: int) -> None:
    """They are consecutive, hold every day of the span, and each holds at least one."""
    start, end = sorted((one, two))
    periods = BillingCycle(anchor_day=anchor).periods(start, end)
    assert all(first.next() == second for first, second in pairwise(periods))
    assert all(period.start < end and period.end > start for period in periods)
    assert bool(periods) == (start < end)
    if periods:
        assert periods[0].covers(start)
        assert periods[-1].covers(end - timedelta(days=1))


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
        ("2026", "period_syntax"),
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


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 12_000))
def test_contract_years_tile_the_term(start: date, later: int) -> None:
    """Every day of a term lies in one year of it, and years meet."""
    day = start + timedelta(days=later)
    year = contract_year(start, day)
    assert year.covers(day)
    assert contract_year(start, year.end).start == year.end
    assert (year.end - year.start).days in (365, 366)


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


@pytest.mark.parametrize("fields", [{"anchor_day": 0}, {"anchor_day": 29}, {"anchor_day": "1"}, {"cycle": "quarter"}])
def test_a_cycle_is_monthly_from_the_1st_to_the_28th(fields: dict[str, object]) -> None:
    """A day that not every month has is no anchor, and other cycles are not known yet."""
    with pytest.raises(ValidationError):
        BillingCycle.model_validate(fields)
