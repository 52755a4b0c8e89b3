"""Parts of a period by named counts of days, against counts on foot and figures written out."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecsm_contracts.calendars import (
    BillingCycle,
    BusinessCalendar,
    DayCount,
    HolidaySet,
    Period,
    contract_year,
    from_micros,
    part_of,
)
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, WrongType
from tests.calendars.wallclock import zone_of

DAY = timedelta(days=1)
DESK = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam", yearly_holidays=["12-25", "01-01"])
NIGHT = BusinessCalendar.weekly("Fri 22:00-02:00", zone="Europe/Amsterdam")
GAP = BusinessCalendar.weekly("Sun 02:00-03:00; Mon 09:00-10:00", zone="Europe/Amsterdam")
"""Its Sunday hour is the one that the clocks skip on 29 March 2026."""

CYCLES = [
    BillingCycle(),
    BillingCycle(anchor_day=31, month_end="last_day"),
    BillingCycle(anchor_day=30, month_end="next_day"),
    BillingCycle(cycle="quarter", anchor_month=11, anchor_day=30, month_end="last_day"),
    BillingCycle(cycle="year", anchor_month=2, anchor_day=29, month_end="next_day"),
    BillingCycle(cycle="four_weeks", anchor=date(2026, 1, 5)),
]


BY_MONTHS = ("one_30th", "one_365th")
"""Counts by a rate of a day, which need the number of months."""


def given_to(count: str, cycle: BillingCycle) -> dict[str, Any]:
    """Return what a count needs beside the period and its part."""
    more: dict[str, dict[str, Any]] = {each: {"months": cycle.months} for each in BY_MONTHS}
    more["working_days"] = {"calendar": DESK}
    return more.get(count, {})


def counts_of(cycle: BillingCycle) -> list[Any]:
    """Return the counts that a cycle can be cut by: four weeks are no number of months."""
    return [each for each in get_args(DayCount) if each not in BY_MONTHS or cycle.months]


@st.composite
def splits(draw: st.DrawFn) -> tuple[BillingCycle, Period, list[Period]]:
    """Draw a period of a cycle, and the parts that it is cut into on some of its days."""
    cycle = draw(st.sampled_from(CYCLES))
    period = cycle.period_containing(draw(st.dates(date(1995, 1, 1), date(2060, 1, 1))))
    length = (period.end - period.start).days
    cuts = sorted(draw(st.sets(st.integers(1, length - 1), max_size=4)))
    edges = [period.start, *(period.start + cut * DAY for cut in cuts), period.end]
    return cycle, period, [Period(*edge) for edge in pairwise(edges)]


@given(splits())
def test_the_parts_of_a_split_add_up_to_one(split: tuple[BillingCycle, Period, list[Period]]) -> None:
    """By days, by thirtieths and by working days, however a period is cut, nothing is lost or counted twice."""
    cycle, period, parts = split
    for count in ("days_in_period", "thirty_days", "working_days"):
        shares = [part_of(period, part, count, **given_to(count, cycle)) for part in parts]
        assert sum(shares) == 1, count
        assert all(share >= 0 for share in shares)


@given(splits())
def test_parts_by_365ths_add_up_to_what_the_days_are_of_a_year(
    split: tuple[BillingCycle, Period, list[Period]],
) -> None:
    """They do not add up to the period: 31 days are more than a twelfth of 365. The sum is known all the same."""
    cycle, period, parts = split
    assume(cycle.months is not None and len(parts) > 1)
    assert cycle.months is not None
    shares = [part_of(period, part, "one_365th", months=cycle.months) for part in parts]
    amount_of_year = Fraction(12, cycle.months)
    assert sum(shares) == (period.end - period.start).days * amount_of_year / 365
    assert all(0 < share <= 1 for share in shares)


@given(splits(), st.data())
def test_the_whole_is_one_and_more_days_are_never_less(
    split: tuple[BillingCycle, Period, list[Period]], data: st.DataObject
) -> None:
    """By every count the whole period is 1, and a part that holds another is at least as much."""
    cycle, period, parts = split
    for count in counts_of(cycle):
        more = given_to(count, cycle)
        assert part_of(period, period, count, **more) == 1
        first = data.draw(st.integers(0, len(parts) - 1))
        inner = parts[first]
        outer = Period(inner.start, parts[-1].end)
        assert part_of(period, inner, count, **more) <= part_of(period, outer, count, **more) <= 1


def published_30e_360(start: date, end: date) -> int:
    """The formula of 30E/360 as it is published: day numbers of 31 become 30, at both ends."""
    first, last = (30 if day.day == 31 else day.day for day in (start, end))
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + (last - first)


@given(splits())
def test_thirty_days_are_those_of_30e_360(split: tuple[BillingCycle, Period, list[Period]]) -> None:
    """The days of part and period are counted by the published formula."""
    _, period, parts = split
    whole = published_30e_360(period.start, period.end)
    for part in parts:
        assert part_of(period, part, "thirty_days") == Fraction(published_30e_360(part.start, part.end), whole)


@given(splits())
def test_working_days_are_those_on_which_the_desk_opens(split: tuple[BillingCycle, Period, list[Period]]) -> None:
    """Monday to Friday but for two holidays, told one by one."""
    _, period, parts = split

    def working(some: Period) -> int:
        listed = [some.start + step * DAY for step in range((some.end - some.start).days)]
        return sum(day.weekday() < 5 and (day.month, day.day) not in {(12, 25), (1, 1)} for day in listed)

    for part in parts:
        expected = Fraction(working(part), working(period))
        assert part_of(period, part, "working_days", calendar=DESK) == expected


@pytest.mark.parametrize(
    ("period", "part", "count", "expected"),
    [
        ("2026-02", "2026-02-15/2026-03-01", "days_in_period", Fraction(14, 28)),
        ("2026-02", "2026-02-15/2026-03-01", "thirty_days", Fraction(16, 30)),
        ("2026-02", "2026-02-15/2026-03-01", "one_365th", Fraction(14 * 12, 365)),
        ("2026-03", "2026-03-11/2026-04-01", "days_in_period", Fraction(21, 31)),
        ("2026-03", "2026-03-11/2026-04-01", "thirty_days", Fraction(20, 30)),
        ("2026-03", "2026-03-11/2026-04-01", "one_365th", Fraction(21 * 12, 365)),
        ("2026-01", "2026-01-30/2026-01-31", "thirty_days", Fraction(0)),
        ("2026-01", "2026-01-31/2026-02-01", "thirty_days", Fraction(1, 30)),
        ("2026-Q1", "2026-02-10/2026-04-01", "days_in_period", Fraction(50, 90)),
        ("2026-Q1", "2026-02-10/2026-04-01", "thirty_days", Fraction(51, 90)),
        ("2026-Q1", "2026-02-10/2026-04-01", "one_365th", Fraction(50 * 4, 365)),
        ("2026-Q1", "2026-02-10/2026-04-01", "one_30th", Fraction(50, 90)),
        ("2026-02", "2026-02-02/2026-03-01", "one_30th", Fraction(27, 30)),
        ("2026-03", "2026-03-15/2026-04-01", "one_30th", Fraction(17, 30)),
        ("2026-03", "2026-03-02/2026-04-01", "one_30th", Fraction(1)),
        ("2028", "2028-01-01/2028-12-31", "one_30th", Fraction(1)),
        ("2028", "2028-01-01/2028-12-31", "one_365th", Fraction(1)),
    ],
)
def test_amounts_that_a_contract_would_write(period: str, part: str, count: Any, expected: Fraction) -> None:
    """Figures reckoned by hand."""
    whole = Period.parse(period)
    months = {28: 1, 31: 1, 90: 3, 366: 12}[(whole.end - whole.start).days]
    more = {"months": months} if count in BY_MONTHS else {}
    assert part_of(whole, Period.parse(part), count, **more) == expected  # type: ignore[arg-type]


def test_a_date_works_when_it_has_service_time() -> None:
    """A shift past midnight makes two dates of it, and an hour that the clocks skip makes none."""
    march = Period.month(2026, 3)
    friday, weekend = Period.parse("2026-03-06/2026-03-07"), Period.parse("2026-03-07/2026-03-09")
    assert part_of(march, friday, "working_days", calendar=NIGHT) == Fraction(1, 8)
    assert part_of(march, weekend, "working_days", calendar=NIGHT) == Fraction(1, 8)
    turn = Period.parse("2026-03-29/2026-03-30")
    assert from_micros(turn.bounds("Europe/Amsterdam")[1]).astimezone(zone_of("Europe/Amsterdam")).hour == 0
    assert part_of(march, turn, "working_days", calendar=GAP) == 0
    assert part_of(march, Period.parse("2026-03-22/2026-03-23"), "working_days", calendar=GAP) == Fraction(1, 9)


MARCH, HALF = Period.month(2026, 3), Period.parse("2026-03-01/2026-03-16")


@pytest.mark.parametrize(
    ("part", "count", "more", "rule", "said"),
    [
        (HALF, "days_in_periods", {}, "day_count", 'did you mean "days_in_period"'),
        (HALF, None, {}, "day_count", "known are days_in_period, thirty_days"),
        (HALF, "actual", {}, "day_count", "known are"),
        (HALF, "one_365th", {}, "day_count_needs", "write months="),
        (HALF, "one_30th", {}, "day_count_needs", "write months="),
        (HALF, "days_in_period", {"months": 1}, "day_count_needs", "takes no months"),
        (HALF, "working_days", {}, "day_count_needs", "write calendar="),
        (HALF, "thirty_days", {"calendar": DESK}, "day_count_needs", "takes no calendar"),
        (HALF, "one_365th", {"months": 3}, "day_count_months", "1, 3 or 12"),
        (HALF, "one_365th", {"months": 0}, "day_count_months", "1, 3 or 12"),
        (HALF, "one_365th", {"months": True}, "day_count_months", "1, 3 or 12"),
        (HALF, "one_365th", {"months": []}, "day_count_months", "1, 3 or 12"),
        (Period.month(2026, 4), "days_in_period", {}, "part_outside", "period.overlap"),
        (Period.parse("2026-02-28/2026-03-02"), "days_in_period", {}, "part_outside", "cut it first"),
    ],
)
def test_what_does_not_fit_says_what_to_write(
    part: Period, count: Any, more: dict[str, Any], rule: str, said: str
) -> None:
    """No count is assumed, and nothing is given that a count would not use."""
    with pytest.raises(InvalidValue, match=said) as caught:
        part_of(MARCH, part, count, **more)
    assert caught.value.rule == rule


def test_a_period_without_days_of_that_sort_has_no_parts() -> None:
    """A closed desk has no working days to share out, and 30 to 31 January is no day of thirty."""
    closed = BusinessCalendar.weekly("closed", zone="UTC")
    with pytest.raises(InvalidValue) as caught:
        part_of(MARCH, HALF, "working_days", calendar=closed)
    assert caught.value.rule == "day_count_empty"
    assert part_of(MARCH, MARCH, "working_days", calendar=closed) == 1


def test_what_is_no_period_or_calendar_is_told_so() -> None:
    """Other types are errors of the library."""
    with pytest.raises(WrongType, match="period"):
        part_of("2026-03", HALF, "days_in_period")  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="calendar"):
        part_of(MARCH, HALF, "working_days", calendar="desk")  # type: ignore[arg-type]


def test_a_calendar_that_does_not_cover_the_period_is_refused() -> None:
    """Working days of a year without known holidays are not guessed."""
    frozen = BusinessCalendar.weekly(
        "Mon-Fri 09:00-17:00", zone="Europe/Amsterdam", holidays=HolidaySet(years="2025", days=())
    )
    with pytest.raises(CalendarRangeError):
        part_of(MARCH, HALF, "working_days", calendar=frozen)


def test_the_part_month_at_the_start_of_a_term() -> None:
    """A term that starts on 10 March: what of the first billing month lies in it."""
    term = contract_year(date(2026, 3, 10), date(2026, 3, 10))
    march = BillingCycle().period_containing(term.start)
    part = march.overlap(term)
    assert part is not None
    assert part_of(march, part, "days_in_period") == Fraction(22, 31)
