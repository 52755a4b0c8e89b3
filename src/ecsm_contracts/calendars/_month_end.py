"""
Months later, by a named rule for the months that have no such day.

A period that starts on the 31st needs a rule for February: nothing says by itself whether it then starts on the
last day of February or on the first of March, and programs differ. So whoever steps by months names the rule.

References:
    `last_day`: Council Regulation (EEC, Euratom) No 1182/71, article 3(2)(c), a period ends with the last day of
    a month that has no such day; SKIP=BACKWARD of RFC 7529, section 4.1. `next_day`: SKIP=FORWARD of RFC 7529.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Literal

from ecsm_contracts.errors import InvalidValue

__all__ = ["LAST_DAY_OF_ANY_MONTH", "MonthEnd", "day_of_month", "month_number", "months_later"]

LAST_DAY_OF_ANY_MONTH = 28
"""The last day that every month has."""

MonthEnd = Literal["last_day", "next_day"]
"""In a month without the day: its last day, or the first day of the month after it."""


def month_number(day: date) -> int:
    """Return the number of the month of *day*, counted from January of the year 0; neighbours differ by one."""
    return day.year * 12 + day.month - 1


def day_of_month(number: int, day: int, month_end: MonthEnd = "last_day") -> date:
    """
    Return the *day*, 1 to 31, of the month with that *number*, by the rule *month_end* where there is none.

        >>> february = month_number(date(2026, 2, 1))
        >>> day_of_month(february, 31, "last_day"), day_of_month(february, 31, "next_day")
        (datetime.date(2026, 2, 28), datetime.date(2026, 3, 1))

    Raises:
        InvalidValue: rule "period_range", when there is no such year.
    """
    year, month = divmod(number, 12)
    if not date.min.year <= year <= date.max.year:
        raise InvalidValue(f"in the year {year} there are no dates", rule="period_range", value=year)
    if day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, day)
    if month_end == "last_day":
        return date(year, month + 1, monthrange(year, month + 1)[1])
    return date(year, month + 2, 1)  # December has every day


def months_later(start: date, months: int, month_end: MonthEnd = "last_day") -> date:
    """
    Return the same day *months* later, or earlier if negative; reckoned at once, never month by month.

        >>> months_later(date(2026, 1, 31), 1), months_later(date(2026, 1, 31), 2)
        (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))

    Raises:
        InvalidValue: rule "period_range", when there is no such year.
    """
    return day_of_month(month_number(start) + months, start.day, month_end)
