"""
The compiled calendar, asked with datetimes: service time as `timedelta`, deadlines as `datetime`.

Whoever asks with datetimes would pay more for turning them into integers and back than for the answer. So the
days that are asked about are kept a second time, in the language's own objects: of every UTC day its *breaks*,
the times since 1970 at which hours open and close, and W(t) between them, which is a constant (closed) or the
time since 1970 less a constant (open), as in the table. The other way round, 24 hours of service are kept
together: W at every closing, and what to add to W to get the time since 1970. All of it comes from the table,
and what cannot be kept is asked there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias

from ecsm_contracts.calendars._instant import EPOCH, MICROSECOND, from_micros, to_micros
from ecsm_contracts.calendars._zones import DAY_MICROS
from ecsm_contracts.errors import CalendarRangeError

if TYPE_CHECKING:
    from ecsm_contracts.calendars._table import ServiceTimeTable

__all__ = ["Moments"]

KEPT_DAYS: Final = 4096
"""How many days are kept of each kind, some 300 bytes each; then all are dropped, and kept again when asked about."""

_ZERO: Final = timedelta(0)
_Day: TypeAlias = tuple[tuple[timedelta, ...], tuple[timedelta, ...]]
_NOT_KEPT: Final[_Day] = (), ()


class Moments:
    """
    Service time and deadlines of one calendar, for aware datetimes in any zone.

    What is kept is immutable, and two threads that keep the same day keep the same; so no lock is needed.

    Args:
        table: the same calendar over integers.
    """

    __slots__ = ("_days", "_levels", "_table")

    def __init__(self, table: ServiceTimeTable) -> None:
        """Start with no day kept."""
        self._table = table
        self._days: dict[int, _Day] = {}
        self._levels: dict[int, _Day] = {}

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """
        Return the service time in ``[start, end)``; zero when reversed.

        The same few lines stand here twice, because a call of a function would cost as much as they do.

        Raises:
            CalendarRangeError: outside the calendar's limits.
            InvalidValue: rule "instant_naive".
        """
        days = self._days
        try:
            since = start - EPOCH
            breaks, values = days[since.days]
            i = bisect_right(breaks, since)
            before = since - values[i] if i & 1 else values[i]
            since = end - EPOCH
            breaks, values = days[since.days]
            i = bisect_right(breaks, since)
            worked = (since - values[i] if i & 1 else values[i]) - before
        except (LookupError, TypeError):
            return self._worked(to_micros(start), to_micros(end))
        if type(worked) is not timedelta:
            return self._worked(to_micros(start), to_micros(end))
        return worked if worked > _ZERO else _ZERO  # noqa: FURB136 - max would cost a fifth of all this

    def deadline(self, start: datetime, amount: timedelta) -> datetime:
        """
        Return the earliest instant at which *amount*, more than zero, is used up from *start*, in UTC.

        Raises:
            CalendarRangeError: when there is not so much service time within the calendar's limits.
            InvalidValue: rule "instant_naive".
        """
        try:
            since = start - EPOCH
            breaks, values = self._days[since.days]
            i = bisect_right(breaks, since)
            level = (since - values[i] if i & 1 else values[i]) + amount
            closings, shifts = self._levels[level.days]
            if type(level) is timedelta:
                return EPOCH + (level + shifts[bisect_left(closings, level)])
        except (LookupError, TypeError, OverflowError):
            """Not kept yet, or nothing to be kept; or no aware datetime, which is told below."""
        return self._deadline(to_micros(start), amount // MICROSECOND)

    def in_hours(self, instant: datetime) -> bool:
        """
        Say whether *instant* is in hours.

        Raises:
            CalendarRangeError: outside the calendar's limits.
            InvalidValue: rule "instant_naive".
        """
        try:
            since = instant - EPOCH
            breaks, values = self._days[since.days]
            if values:
                return bool(bisect_right(breaks, since) & 1)
        except (LookupError, TypeError):
            """Not kept yet; or no aware datetime, which is told below."""
        at = to_micros(instant)
        before = self._table.worked_until(at)
        self._keep_day(at)
        return self._table.worked_until(at + 1) > before

    def _worked(self, start: int, end: int) -> timedelta:
        if end <= start:
            return _ZERO
        worked = self._table.worked_until(end) - self._table.worked_until(start)
        self._keep_day(start)
        self._keep_day(end)
        return worked * MICROSECOND

    def _deadline(self, start: int, amount: int) -> datetime:
        level = self._table.worked_until(start) + amount
        found = self._table.instant_of(level)
        self._keep_day(start)
        self._keep_level(level)
        return from_micros(found)

    def _keep_day(self, instant: int) -> None:
        """Keep the UTC day of *instant*, unless the calendar does not cover all of it."""
        day = instant // DAY_MICROS
        if day in self._days:
            return
        try:
            breaks, values = self._table.breaks_within(day * DAY_MICROS, (day + 1) * DAY_MICROS)
            kept = _times(breaks), _times(values)
        except CalendarRangeError:
            kept = _NOT_KEPT
        _keep(self._days, day, kept)

    def _keep_level(self, level: int) -> None:
        """Keep the 24 hours of service of *level*, unless the calendar does not have all of them."""
        day = level // DAY_MICROS
        if day in self._levels:
            return
        lowest, highest = day * DAY_MICROS, (day + 1) * DAY_MICROS
        try:
            first, last = self._table.instant_of(lowest), self._table.instant_of(highest)
        except CalendarRangeError:
            _keep(self._levels, day, _NOT_KEPT)
            return
        spans = self._table.spans_within(first, last)
        closings = tuple(accumulate((closes - opens for opens, closes in spans), initial=lowest))
        shifts = (first - lowest, *(closes - level for (_, closes), level in zip(spans, closings[1:], strict=True)))
        _keep(self._levels, day, (_times(closings), _times(shifts)))


def _times(micros: tuple[int, ...]) -> tuple[timedelta, ...]:
    return tuple(each * MICROSECOND for each in micros)


def _keep(days: dict[int, _Day], day: int, kept: _Day) -> None:
    if len(days) >= KEPT_DAYS:
        days.clear()
    days[day] = kept
