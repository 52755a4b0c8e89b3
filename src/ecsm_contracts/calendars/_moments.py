"""
The compiled calendar, asked with datetimes: service time as `timedelta`, deadlines as `datetime`.

Whoever asks with datetimes would pay more for turning them into integers and back than for the answer. So the
days that are asked about are kept a second time, in the language's own objects. Every UTC day that is kept is a
chain of *pieces*, each with its end, the next piece, whether hours are open in it, and W(t): a constant (closed),
or the time since 1970 less a constant (open), as in the table. The other way round, 24 hours of service are a chain
of stretches, each with W at its closing, the next one, and the instant at which W would have been zero. All of it
comes from the table, and what cannot be kept is asked there. `ServiceHours` follows the chains in place, since a
call would cost as much as they do.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ecsm_contracts.calendars._instant import MICROSECOND, from_micros, to_micros
from ecsm_contracts.calendars._zones import DAY_MICROS
from ecsm_contracts.errors import CalendarRangeError

if TYPE_CHECKING:
    from ecsm_contracts.calendars._table import ServiceTimeTable

__all__ = ["Moments"]

KEPT_DAYS: Final = 2048
"""How many days are kept of each kind, some 350 bytes each; then all are dropped, and kept again when asked about."""

_ZERO: Final = timedelta(0)
MOST_PIECES: Final = 12
"""A day of more is not kept, as following its chain would take longer than asking the table."""

Piece: TypeAlias = tuple[timedelta, Any, bool, timedelta]
Stretch: TypeAlias = tuple[timedelta, Any, datetime]


class Moments:
    """
    What of one calendar is kept for datetimes, and the answers when it is not kept yet.

    What is kept is immutable, and two threads that keep the same day keep the same; so no lock is needed.

    Args:
        table: the same calendar over integers.
    """

    __slots__ = ("_table", "days", "levels")

    def __init__(self, table: ServiceTimeTable) -> None:
        """Start with nothing kept."""
        self._table = table
        self.days: dict[int, Piece | None] = {}
        """UTC days by their number since 1970; None for one that cannot be kept."""
        self.levels: dict[int, Stretch | None] = {}
        """Blocks of 24 hours of service by their number, the first from W = 0; None for one that cannot be kept."""

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return the service time in ``[start, end)``, zero when reversed, and keep both days; as `ServiceHours`."""
        first, last = to_micros(start), to_micros(end)
        if last <= first:
            return _ZERO
        worked = self._table.worked_until(last) - self._table.worked_until(first)
        self._keep_day(first)
        self._keep_day(last)
        return worked * MICROSECOND

    def deadline(self, start: datetime, amount: timedelta) -> datetime:
        """Return the earliest deadline of *amount*, more than zero, and keep what it is found by; as `ServiceHours`."""
        first = to_micros(start)
        level = self._table.worked_until(first) + amount // MICROSECOND
        found = self._table.instant_of(level)
        self._keep_day(first)
        self._keep_level(level)
        return from_micros(found)

    def in_hours(self, instant: datetime) -> bool:
        """Say whether *instant* is in hours, and keep its day; as `ServiceHours`."""
        at = to_micros(instant)
        is_open = self._table.is_open(at)
        self._keep_day(at)
        return is_open

    def _keep_day(self, instant: int) -> None:
        """Keep the UTC day of *instant*, unless the calendar does not cover all of it."""
        day = instant // DAY_MICROS
        if day in self.days:
            return
        kept: Piece | None = None
        with suppress(CalendarRangeError):
            breaks, values = self._table.breaks_within(day * DAY_MICROS, (day + 1) * DAY_MICROS)
            ends = (*(each * MICROSECOND for each in breaks), timedelta.max)
            pieces = list(enumerate(zip(ends, values, strict=True)))
            for i, (end, value) in reversed(pieces if len(pieces) <= MOST_PIECES else ()):
                kept = end, kept, bool(i & 1), value * MICROSECOND
        if len(self.days) >= KEPT_DAYS:
            self.days.clear()
        self.days[day] = kept

    def _keep_level(self, level: int) -> None:
        """Keep the 24 hours of service of *level*, unless the calendar does not have all of them."""
        day = level // DAY_MICROS
        if day in self.levels:
            return
        kept: Stretch | None = None
        lowest, highest = day * DAY_MICROS, (day + 1) * DAY_MICROS
        with suppress(CalendarRangeError):
            first, last = self._table.instant_of(lowest), self._table.instant_of(highest)
            spans = self._table.spans_within(first, last)
            closings = accumulate((closes - opens for opens, closes in spans), initial=lowest)
            ends = (first, *(closes for _, closes in spans))
            stretches = list(zip(closings, ends, strict=True))
            for closing, end in reversed(stretches if len(stretches) <= MOST_PIECES else ()):
                kept = closing * MICROSECOND, kept, from_micros(end - closing)
        if len(self.levels) >= KEPT_DAYS:
            self.levels.clear()
        self.levels[day] = kept
