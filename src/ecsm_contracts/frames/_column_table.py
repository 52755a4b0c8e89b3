"""
The compiled calendar over arrays: the table of `ecsm_contracts.calendars`, a column at a time.

Both directions come down to one question: how many entries of a sorted array are at or before a value? The *bucket* of
the value, found by a shift, nearly tells; a comparison or two settle it. A binary search would ask its way through
the whole array for every row, and miss the cache at each step.

This module needs NumPy; `_service_time` imports it when the first calendar is asked about columns, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ecsm_contracts.calendars import from_micros, to_micros
from ecsm_contracts.calendars._instant import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ecsm_contracts.calendars import Span

    Ints = NDArray[np.int64]

__all__ = ["ColumnTable", "Counts", "disjoint_holds", "extended", "parts", "whole_years"]

ROWS_AT_ONCE: Final = 32_768
"""What lies between two steps of a chunk stays in the cache, and memory stays bounded."""
_BUCKETS_PER_ENTRY: Final = 4
_FEWEST_BUCKETS: Final = 64
_COMPARISONS: Final = 2
"""Comparisons that all rows make; those in crowded buckets, of very short shifts, are searched for afterwards."""
_LAST: Final = np.iinfo(np.int64).max


class Counts:
    """
    How many of the sorted *entries* are at or before a value in ``[first, last]``.

    There are about four buckets an entry, whatever their width, so that memory follows the entries.
    """

    __slots__ = ("_bits", "_comparisons", "_entries", "_first", "_index")

    def __init__(self, entries: Ints, first: int, last: int) -> None:
        """Sort the buckets' starts into *entries*, once."""
        most = max(_BUCKETS_PER_ENTRY * len(entries), _FEWEST_BUCKETS)
        self._first, self._bits = first, ((last - first) // most).bit_length()
        buckets = ((last - first) >> self._bits) + 1
        starts = first + (np.arange(buckets + 1, dtype=np.int64) << self._bits)
        index = np.searchsorted(entries, starts, "right")
        self._comparisons = int(np.diff(index).max())
        self._index = index[:-1].astype(np.int64)
        self._entries = np.append(entries, _LAST)

    def until(self, values: Ints) -> Ints:
        """Return for each of *values* the number of entries at or before it."""
        found: Ints = self._index.take((values - self._first) >> self._bits, mode="clip")
        for _ in range(min(self._comparisons, _COMPARISONS)):
            found += self._entries.take(found, mode="clip") <= values
        if self._comparisons > _COMPARISONS:
            further = np.flatnonzero(self._entries.take(found, mode="clip") <= values)
            found[further] = np.searchsorted(self._entries[:-1], values[further], "right")
        return found


class ColumnTable:
    """
    W(t) between two instants, both included; immutable, so that threads share it.

    With i breaks (openings and closings, in turn) at or before t, W(t) is ``offsets[i]``, plus t where i is odd.

    Args:
        first, last: what is compiled, in microseconds since 1970.

        lowest: W(first).

        breaks: openings and closings in turn, sorted.
    """

    __slots__ = ("_breaks", "_inverse", "_offsets", "breaks", "first", "highest", "last", "lowest")

    def __init__(self, first: int, last: int, lowest: int, breaks: Ints) -> None:
        """Reckon what W is at each break."""
        self.first, self.last, self.lowest, self.breaks = first, last, lowest, breaks
        opens, closes = breaks[::2], breaks[1::2]
        levels = lowest + np.concatenate((np.zeros(1, np.int64), np.cumsum(closes - opens)))
        self.highest = int(levels[-1])
        self._offsets = np.empty(len(breaks) + 1, np.int64)
        self._offsets[::2] = levels
        self._offsets[1::2] = levels[:-1] - opens
        self._breaks = Counts(breaks, first, last)
        self._inverse = Counts(levels[:-1], lowest, self.highest)

    def worked_until(self, instants: Ints) -> Ints:
        """Return W(t) for each t of *instants*."""
        passed = self._breaks.until(instants)
        worked = self._offsets.take(passed, mode="clip")
        passed &= 1
        passed *= instants
        worked += passed
        return worked

    def worked_between(self, starts: Ints, ends: Ints) -> Ints:
        """Return the service time from each start to its end, zero where they are reversed."""
        worked = self.worked_until(ends)
        worked -= self.worked_until(starts)
        return np.maximum(worked, 0, out=worked)

    def in_hours(self, instants: Ints) -> NDArray[np.bool_]:
        """Say of each instant whether it is in hours."""
        return (self._breaks.until(instants) & 1).astype(np.bool_)

    def instant_of(self, worked: Ints) -> Ints:
        """Return for each w in ``[lowest, highest)`` the latest instant t with W(t) == w, which is in hours."""
        span = self._inverse.until(worked)
        span *= 2
        span -= 1
        return worked - self._offsets.take(span, mode="clip")


def parts(rows: int) -> Iterator[slice]:
    """Yield slices of so many rows as are reckoned at once."""
    return (slice(start, start + ROWS_AT_ONCE) for start in range(0, rows, ROWS_AT_ONCE))


def extended(table: ColumnTable, before: Sequence[Span], after: Sequence[Span], covered: Span) -> ColumnTable:
    """Return *table* with the spans in hours *before* and *after* it, so that it covers the years *covered*."""
    earlier, later = (np.array(spans, np.int64).reshape(-1) for spans in (before, after))
    lowest = table.lowest - int((earlier[1::2] - earlier[::2]).sum())
    return ColumnTable(*covered, lowest, np.concatenate((earlier, table.breaks, later)))


def whole_years(first: int, last: int, limits: Span, *, further: int = 0) -> Span:
    """Return the years in UTC around two instants, and *further* years on either side of them, within *limits*."""
    return max(_year_start(first, -further), limits[0]), min(_year_start(last, 1 + further), limits[1])


def _year_start(instant: int, on: int) -> int:
    return to_micros(EPOCH.replace(year=from_micros(instant).year + on))


def disjoint_holds(rows: Ints, starts: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """
    Return the same holds, sorted by row and start, each beginning where those before it in its row have ended.

    One that lies inside others ends before it begins, and so covers nothing.
    """
    order = np.lexsort((starts, rows))
    rows, starts, ends = rows[order], starts[order], ends[order]
    known, ranks = np.unique(ends, return_inverse=True)
    # The latest end so far, of this row only: a later row outweighs every end of an earlier one.
    latest = np.maximum.accumulate(rows * len(known) + ranks)[:-1] % max(len(known), 1)
    same = rows[1:] == rows[:-1]
    starts[1:] = np.where(same, np.maximum(starts[1:], known[latest]), starts[1:])
    return rows, starts, ends
