"""
Measurement windows: the spans of whole local days over which a promise is judged, where that is not the billing period.

A window belongs to the billing period in which it ends. Windows of one kind tile the time line, but for rolling ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import Discriminator, Field, Tag

from ecsm_contracts._model import Model
from ecsm_contracts.calendars._cycle import FOUR_WEEKS, MONTHS, BillingCycle, CycleName
from ecsm_contracts.calendars._month_end import day_of_month, month_number
from ecsm_contracts.calendars._period import Period

__all__ = ["Every", "EveryName", "Rolling", "may_skip_periods", "measurement_windows"]

EveryName = Literal["day", "week", "month", "quarter", "year", "four_weeks"]
"""How long a window is: a local day, a week from Monday to Monday, or as long as a billing period of that name."""

MOST_PERIODS = 120
"""Over how many billing periods a rolling window reaches at most: ten years of months."""
_DAYS: Final = {"day": timedelta(days=1), "week": timedelta(days=7), "four_weeks": FOUR_WEEKS}
_FIRST_MONDAY: Final = date(1990, 1, 1)
_ORDER: Final = ("day", "week", "four_weeks", "month", "quarter", "year")
"""From the shortest to the longest."""


class Rolling(Model):
    """
    The last so many billing periods, the one that is settled included: a rolling average, assessed in every period.

        >>> Rolling(periods=3).to_data()
        {'periods': 3}
    """

    periods: Annotated[int, Field(ge=2, le=MOST_PERIODS, strict=True)]
    """How many, two or more; one is the billing period itself."""


def _tag(value: object) -> str:
    return "rolling" if isinstance(value, (Mapping, Rolling)) else "word"


Every = Annotated[
    Annotated[EveryName, Tag("word")] | Annotated[Rolling, Tag("rolling")],
    Discriminator(_tag),
]
"""The measurement window of a promise: a word for windows that tile time, or so many periods up to now."""


def measurement_windows(
    every: EveryName | Rolling, billing: BillingCycle, term_start: date, period: Period
) -> tuple[Period, ...]:
    """
    Return the windows that end in the billing *period*, oldest first: their ends lie in ``(start, end]`` of it.

    Months, quarters and years begin on the day of the month on which billing periods do, four weeks where those do;
    where *billing* names no such day, with the first day of the term. Quarters and years are counted from the month in
    which the billing of quarters or years begins, else from that of the term's start. A window that begins before the
    term is none, as the service was not promised in all of it.

        >>> march, cycle = Period.month(2026, 3), BillingCycle()
        >>> [each.label for each in measurement_windows("week", cycle, date(2026, 1, 1), march)][:2]
        ['2026-02-23/2026-03-02', '2026-03-02/2026-03-09']
        >>> [each.label for each in measurement_windows("quarter", cycle, date(2026, 1, 1), march)]
        ['2026-01-01/2026-04-01']
        >>> measurement_windows(Rolling(periods=4), cycle, date(2026, 1, 1), march)
        ()

    Raises:
        PeriodError: when *period* is not one of *billing*, and windows are counted in such periods.
    """
    if isinstance(every, Rolling):
        spans = _rolling(every.periods, billing, term_start, period)
    elif every in MONTHS:
        spans = _months(MONTHS[every], billing, term_start, period)
    else:
        spans = _days(_DAYS[every], _FIRST_MONDAY if every == "week" else billing.anchor or term_start, period)
    return tuple(Period(start, end) for start, end in spans if start >= term_start and end <= period.end)


def _days(length: timedelta, anchor: date, period: Period) -> Iterator[tuple[date, date]]:
    """Yield the spans of a *length* from an *anchor* on that end in or after *period*, up to its end."""
    start = period.start - (period.start - anchor) % length
    while start < period.end:
        yield start, start + length
        start += length


def _months(step: int, billing: BillingCycle, term_start: date, period: Period) -> Iterator[tuple[date, date]]:
    """Yield the spans of so many months from that in which *period* starts, up to its end."""
    day, rule = billing.anchor_day or term_start.day, billing.month_end or "last_day"

    def number_of(asked: date) -> int:
        number = month_number(asked)
        return number if day_of_month(number, day, rule) <= asked else number - 1

    first = number_of(term_start) if billing.anchor_month is None else billing.anchor_month - 1
    number = number_of(period.start)
    number -= (number - first) % step
    start = day_of_month(number, day, rule)
    while start < period.end:
        number += step
        end = day_of_month(number, day, rule)
        yield start, end
        start = end


def _rolling(count: int, billing: BillingCycle, term_start: date, period: Period) -> Iterator[tuple[date, date]]:
    """Yield the span of the last *count* periods up to *period*; none where it begins before the term."""
    first = period
    for _ in range(count - 1):
        if first.start <= term_start:
            return
        first = billing.previous(first)
    yield first.start, period.end


def may_skip_periods(every: EveryName | Rolling, cycle: CycleName) -> bool:
    """
    Say whether billing periods of a *cycle* go by in which no window ends, once the term is under way.

        >>> may_skip_periods("quarter", "month"), may_skip_periods("week", "month"), may_skip_periods("day", "month")
        (True, False, False)
    """
    return not isinstance(every, Rolling) and _ORDER.index(every) > _ORDER.index(cycle)
