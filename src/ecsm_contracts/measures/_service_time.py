"""
Service time of one promise.

The hours of its calendar, less relieved time, as one monotone function and its inverse.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import merge_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecsm_contracts.calendars import ServiceTimeTable, Span

__all__ = ["ServiceTime"]


class ServiceTime:
    """
    W(t): microseconds of service time worked up to the instant *t*, from a fixed origin.

    Relieved time does not count.

    A plain object of integers, shared by all tickets of a level. `relieved` are half-open spans in
    microseconds.
    """

    __slots__ = ("_gross", "_net", "_starts", "_sums", "_table", "latest_instant_of", "relieved", "worked_until")

    worked_until: Callable[[int], int]
    """Return W of an instant. Where nothing is relieved, it and the inverse are the table's own: no call between."""
    latest_instant_of: Callable[[int], int]
    """Return the last instant *t* at which W(*t*) is at most what is given."""

    def __init__(self, table: ServiceTimeTable, relieved: Iterable[Span] = ()) -> None:
        """
        Take the compiled *table* of a calendar and any relieved spans, in any order, overlapping or not.
        """
        self._table = table
        self._gross = table.worked_until
        self.relieved: tuple[Span, ...] = tuple(merge_spans(relieved))
        self._starts = [start for start, _ in self.relieved]
        worked = (table.worked_until(end) - table.worked_until(start) for start, end in self.relieved)
        self._sums = [0, *accumulate(worked)]
        starts = zip(self._starts, self._sums, strict=False)
        self._net = [table.worked_until(start) - relieved for start, relieved in starts]
        self.worked_until = self._net_until if self.relieved else table.worked_until
        self.latest_instant_of = self._net_inverse if self.relieved else table.latest_instant_of

    def _net_until(self, instant: int) -> int:
        worked = self._gross(instant)
        before = bisect_right(self._starts, instant)
        if not before:
            return worked
        start, end = self.relieved[before - 1]
        inside = worked - self._gross(start) if instant < end else self._sums[before] - self._sums[before - 1]
        return worked - self._sums[before - 1] - inside

    def _net_inverse(self, worked: int) -> int:
        return self._table.latest_instant_of(worked + self._sums[bisect_right(self._net, worked)])

    def between(self, start: int, end: int) -> int:
        """Return the service time in [*start*, *end*), zero if *end* is not after *start*."""
        return max(0, self.worked_until(end) - self.worked_until(start))
