"""Buckets of equal length, aligned to the day in UTC: which of them lie in hours, and where an instant belongs."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.calendars import Span

__all__ = ["Buckets"]


class Buckets:
    """
    The buckets of *length* microseconds that start in sorted, disjoint *spans*.

    A bucket starts at a multiple of its length since 1970-01-01T00:00:00Z; a length that divides a day so starts
    one at each midnight UTC. How many there are is worked out by the span, not by counting buckets.

        >>> buckets = Buckets(60, [(0, 120), (150, 190)])
        >>> buckets.count, buckets.before(100), buckets.start_of(119)
        (3, 2, 60)
    """

    __slots__ = ("_sums", "count", "length", "spans")

    def __init__(self, length: int, spans: Iterable[Span]) -> None:
        """Count the buckets of each span."""
        self.length = length
        self.spans = tuple(spans)
        self._sums = [0, *accumulate(self._starts(start, end) for start, end in self.spans)]
        self.count: int = self._sums[-1]
        """How many there are."""

    def _starts(self, start: int, end: int) -> int:
        """Return how many buckets start in `[start, end)`."""
        return -(-end // self.length) - -(-start // self.length)

    def before(self, instant: int) -> int:
        """Return how many of the buckets start before *instant*."""
        place = bisect_right(self.spans, (instant,))
        if not place:
            return 0
        start, end = self.spans[place - 1]
        return self._sums[place - 1] + self._starts(start, min(instant, end))

    def start_of(self, instant: int) -> int:
        """Return the start of the bucket, of all time, in which *instant* lies."""
        return instant // self.length * self.length
