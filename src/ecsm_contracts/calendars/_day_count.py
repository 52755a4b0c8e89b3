"""
Parts of a period: what share of an amount for a whole period belongs to some of its days.

Contracts count days in several ways, and the ways differ by per cents: half of February is 14/28, 16/30 or
14 × 12/365. So the way is named, and there is none by default.

References:
    `thirty_days`: 30E/360, 2006 ISDA Definitions, section 4.16(g), known as Eurobond basis. `one_365th`: the day
    rate is the amount of a year over 365, "Actual/365 (Fixed)", section 4.16(d).
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, get_args

from ecsm_contracts.calendars._calendar import BusinessCalendar
from ecsm_contracts.calendars._period import Period
from ecsm_contracts.calendars._zones import first_instant
from ecsm_contracts.errors import InvalidValue, did_you_mean, expect, shown

if TYPE_CHECKING:
    from datetime import date

__all__ = ["DayCount", "part_of"]

DayCount = Literal["days_in_period", "thirty_days", "one_30th", "one_365th", "working_days"]
"""How the days of a part month are counted (proration)."""

_BY_MONTHS: Final = ("one_30th", "one_365th")
_DAYS_OF_MONTH: Final = 30
_DAYS_OF_YEAR: Final = 365
_MONTHS_OF_YEAR: Final = 12
_LENGTHS: Final[dict[int, tuple[int, int]]] = {1: (28, 31), 3: (89, 92), 12: (365, 366)}
"""How many days a period of so many months has, at least and at most."""
_DAY: Final = timedelta(days=1)


def part_of(
    period: Period,
    part: Period,
    count: DayCount,
    *,
    months: int | None = None,
    calendar: BusinessCalendar | None = None,
) -> Fraction:
    """
    Return the share of *period* that the days of *part* are, exactly.

        >>> february, second_half = Period.month(2026, 2), Period.parse("2026-02-15/2026-03-01")
        >>> part_of(february, second_half, "days_in_period")
        Fraction(1, 2)
        >>> part_of(february, second_half, "thirty_days")
        Fraction(8, 15)
        >>> part_of(february, second_half, "one_365th", months=1)
        Fraction(168, 365)

    The whole period is 1 by every count, and a part of a part is never more than it.

    Args:
        period: What an amount is for: a billing period.

        part: Some days of it, such as ``period.overlap(term)``.

        count: How days are counted. There is no default.

            * ``days_in_period``: days over the days of the period.
            * ``thirty_days``: every month has 30 days (30E/360: the 31st counts as the 30th, and what is left of
              February counts to the 30th), over the same count of the period.
            * ``one_30th``: a day is 1/30 of the amount of a month, that of the period / *months*; at most the whole.
            * ``one_365th``: a day is 1/365 of the amount of a year, which is that of the period × 12 / *months*.
            * ``working_days``: dates on which *calendar* has service time, over those of the period.

            The parts of a split add up to 1, but not by ``one_365th`` and ``one_30th``.

        months: For ``one_365th`` and ``one_30th``, how many the period has: `BillingCycle.months`, so 1, 3 or 12.

        calendar: For ``working_days``, whose; its zone says where dates begin.

    Raises:
        InvalidValue: rules "day_count" (no such count), "part_outside" (not inside the period),
            "day_count_needs" (*months* or *calendar* is missing, or there and not used), "day_count_months" (the
            period does not have so many) and "day_count_empty" (it has no day by this count).
        CalendarRangeError: when *calendar* does not cover the period.
    """
    _check(period, part, count, months, calendar)
    if part == period:
        return Fraction(1)
    days = (part.end - part.start).days
    if count == "one_30th" and months is not None:
        return min(Fraction(days, _DAYS_OF_MONTH * months), Fraction(1))
    if count == "one_365th" and months is not None:
        return Fraction(days * _MONTHS_OF_YEAR, _DAYS_OF_YEAR * months)
    whole = _days(period, count, calendar)
    if whole == 0:
        message = f"{period.label} has no day by {count}, so that it has no parts"
        raise InvalidValue(message, rule="day_count_empty", value=period)
    return Fraction(_days(part, count, calendar), whole)


def _check(
    period: Period, part: Period, count: DayCount, months: int | None, calendar: BusinessCalendar | None
) -> None:
    for name, value in (("period", period), ("part", part)):
        expect(value, Period, name, 'write Period.parse("2026-03-15/2026-04-01")')
    if count not in get_args(DayCount):
        known = ", ".join(get_args(DayCount))
        hint = did_you_mean(str(count), get_args(DayCount))
        raise InvalidValue(
            f"{shown(count)} is no count of days; known are {known}{hint}", rule="day_count", value=count
        )
    if part.start < period.start or part.end > period.end:
        raise InvalidValue(
            f"{part.label} does not lie inside {period.label}; cut it first: period.overlap(part)",
            rule="part_outside",
            value=part,
        )
    for name, given, needed in (("months", months, _BY_MONTHS), ("calendar", calendar, ("working_days",))):
        if (given is None) == (count in needed):
            said = f"needs {name}: write {name}=…" if given is None else f"takes no {name}: leave it out"
            raise InvalidValue(f"{count} {said}", rule="day_count_needs", value=name)
    if months is not None and not _fits(period, months):
        raise InvalidValue(
            f"{period.label} is no period of {shown(months)} months; months are those of its cycle, 1, 3 or 12",
            rule="day_count_months",
            value=months,
        )
    if calendar is not None:
        expect(calendar, BusinessCalendar, "calendar", "write BusinessCalendar.weekly(…)")


def _fits(period: Period, months: object) -> bool:
    shortest, longest = _LENGTHS.get(months, (0, -1)) if type(months) is int else (0, -1)
    return shortest <= (period.end - period.start).days <= longest


def _days(period: Period, count: DayCount, calendar: BusinessCalendar | None) -> int:
    if count == "working_days" and calendar is not None:
        return _working_days(period, calendar)
    if count == "thirty_days":
        return _thirtieth(period.end) - _thirtieth(period.start)
    return (period.end - period.start).days


def _thirtieth(day: date) -> int:
    """Return the number of *day* where every month has 30 days; the 31st has that of the 30th."""
    return day.year * 360 + day.month * 30 + min(day.day, 30)


def _working_days(period: Period, calendar: BusinessCalendar) -> int:
    """Return how many local dates of *period* have service time."""
    found, day = 0, period.start
    before = calendar.table.worked_until(first_instant(calendar.zone, day))
    while day < period.end:
        day += _DAY
        after = calendar.table.worked_until(first_instant(calendar.zone, day))
        found += after > before
        before = after
    return found
