"""
The service time of a promise over arrays: the hours of its calendar less relieved time, both ways.

This module needs NumPy; it is imported when the first columns of tickets are observed, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ecsm_contracts.calendars._interval import subtract_spans
from ecsm_contracts.frames._column_table import ColumnTable, parts, whole_years

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from ecsm_contracts.measures import ServiceTime

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["EventTimes", "RelievedHours"]


class RelievedHours:
    """One `ServiceTime` over arrays: relief is taken out of the hours, so that one table answers."""

    def __init__(self, time: ServiceTime) -> None:
        """Compile nothing yet."""
        self._time = time
        self._spans = time._table  # noqa: SLF001 - a service time has no public name for its calendar's table
        self.limits = self._spans._limits  # noqa: SLF001 - nor the table for what it covers
        self._table: ColumnTable | None = None

    @property
    def key(self) -> Hashable:
        """What two service times that are one share."""
        return id(self._spans), self._time.relieved

    def covering(self, first: int, last: int) -> ColumnTable:
        """Return a table of the years around two instants, as far as the calendar covers them."""
        start, end = self.limits
        first, last = (min(max(instant, start), end) for instant in (first, last))
        table = self._table
        if table is not None and table.first <= first and last <= table.last:
            return table
        if table is not None:
            first, last = min(first, table.first), max(last, table.last)
        first, last = whole_years(first, last, self.limits)
        spans = subtract_spans(self._spans.spans_within(first, last), self._time.relieved)
        breaks = np.array(spans, np.int64).reshape(-1)
        self._table = ColumnTable(first, last, self._time.worked_until(first), breaks)
        return self._table


class Worked(NamedTuple):
    """W at each event; what is said of instants that are `outside` means nothing."""

    at: Ints
    outside: Flags | None
    table: ColumnTable


class EventTimes:
    """The instants of all events of some tickets, and W of each; each calendar is asked once, whatever the clocks."""

    def __init__(self, times: Ints, until: int, hours: dict[Hashable, RelievedHours]) -> None:
        """Take sorted or unsorted *times*, none after *until*; *hours* keeps what is compiled."""
        self.times = times
        self._span = (int(times.min()) if len(times) else until, until)
        self._hours = hours
        self._worked: dict[Hashable, Worked] = {}

    def worked(self, time: ServiceTime) -> Worked:
        """Return W of each event."""
        asked = RelievedHours(time)
        found = self._worked.get(asked.key)
        if found is None:
            found = self._worked[asked.key] = self._reckon(self._hours.setdefault(asked.key, asked))
        return found

    def _reckon(self, hours: RelievedHours) -> Worked:
        times = self.times
        table = hours.covering(*self._span)
        worked = np.empty(len(times), np.int64)
        for part in parts(len(times)):
            worked[part] = table.worked_until(times[part])
        inside = table.first <= self._span[0] and self._span[1] <= table.last
        return Worked(worked, None if inside else (times < table.first) | (times > table.last), table)
