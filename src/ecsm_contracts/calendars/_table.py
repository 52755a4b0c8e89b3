"""
The compiled calendar: service time as a function of the instant, W(t), over integers, in both directions.

W(t) is the service time, in microseconds, from a fixed anchor up to the instant t; negative before the
anchor. It never falls, so ``worked(a, b) = W(b) - W(a)`` and a deadline is ``W^-1(W(a) + n)``.

The *breaks* are the instants at which hours open and close, in turn. With i breaks at or before t, W(t) is a
constant (i even: closed) or a constant plus t (i odd: open); the constants are the *offsets*. Which i it is,
is nearly told by the *bucket* of t, 2**36 microseconds (about 19 hours) wide, found by a shift; the last step
or two is a comparison. The other way round, offsets with even index are the values of W at the openings, and
buckets of W lead to them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from ecsm_contracts.calendars._instant import END_YEAR, FIRST_YEAR, format_instant, from_micros, to_micros
from ecsm_contracts.errors import CalendarRangeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecsm_contracts.calendars._interval import Span

__all__ = ["ALL_TIME", "RANGE", "ServiceTimeTable"]

BUCKET_BITS = 36
ANCHOR = to_micros(datetime(2020, 1, 1, tzinfo=UTC))
RANGE: Span = (
    to_micros(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)),
    to_micros(datetime(END_YEAR, 1, 1, tzinfo=UTC)),
)
"""The instants that any calendar may be asked about, in microseconds since 1970; the end only as an end."""

_Ints: TypeAlias = tuple[int, ...]
_Forward: TypeAlias = tuple[int, int, _Ints, _Ints, _Ints]
"""First and last instant compiled, buckets of instants, breaks and a sentinel, offsets."""
_Inverse: TypeAlias = tuple[int, int, int, _Ints, _Ints]
"""W at the first and last instant compiled, bits of a bucket of W, buckets of W, offsets."""
_State: TypeAlias = tuple[_Forward, _Inverse]


class ServiceTimeTable:
    """
    Service time between any two instants, and the instant at which it is used up, in constant time.

    All instants are microseconds since 1970 in UTC, all service times microseconds. The table compiles years
    as they are asked for. What it has compiled is one immutable tuple, replaced as a whole; a thread that
    reads while another compiles sees the old tuple or the new one, and W never changes, so that no lock is
    needed.

    Args:
        open_spans: gives the sorted, disjoint spans in hours within a span of time.

        limits: the span that the calendar can be asked about; both ends may be asked.

        name: what errors call the calendar.
    """

    __slots__ = ("_limits", "_name", "_open_spans", "_state")

    def __init__(
        self,
        open_spans: Callable[[int, int], Sequence[Span]],
        limits: Span = RANGE,
        name: str = "the calendar",
    ) -> None:
        """Start with nothing compiled, at the anchor: 2020-01-01T00:00:00Z, or the limit nearest to it."""
        self._open_spans = open_spans
        self._limits = limits
        self._name = name
        anchor = min(max(ANCHOR, limits[0]), limits[1])
        self._state = _build(anchor, anchor, 0, (), BUCKET_BITS)

    @property
    def compiled(self) -> Span:
        """The span compiled so far."""
        return self._state[0][:2]

    def worked_until(self, instant: int) -> int:
        """
        Return W(*instant*): the service time from the anchor up to *instant*, negative before the anchor.

        Raises:
            CalendarRangeError: outside the calendar's limits.
        """
        first, _, buckets, breaks, offsets = self._state[0]
        bucket = (instant - first) >> BUCKET_BITS
        if bucket >= 0:
            try:
                i = buckets[bucket]
                while breaks[i] <= instant:
                    i += 1
                return offsets[i] + instant if i & 1 else offsets[i]
            except IndexError:
                """Later than what is compiled: beyond the last bucket, or past the sentinel."""
        self._reach(instant)
        return self.worked_until(instant)

    def is_open(self, instant: int) -> bool:
        """
        Say whether *instant* is in hours.

        Raises:
            CalendarRangeError: outside the calendar's limits; their end is outside, as nothing is known from there on.
        """
        worked = self.worked_until(instant)
        if instant == self._limits[1]:
            raise self._outside(instant)
        return self.worked_until(instant + 1) > worked

    def instant_of(self, worked: int) -> int:
        """
        Return the earliest instant t with W(t) >= *worked*: for an exact fit the closing.

        Raises:
            CalendarRangeError: when that instant does not lie within the calendar's limits.
        """
        lowest, highest, bits, buckets, offsets = self._state[1]
        if lowest < worked <= highest:
            i = buckets[(worked - lowest) >> bits]
            while offsets[i + 2] < worked:
                i += 2
            return worked - offsets[i + 1]
        self._reach_further(forward=worked > highest)
        return self.instant_of(worked)

    def latest_instant_of(self, worked: int) -> int:
        """
        Return the latest instant t with W(t) <= *worked*: for an exact fit the next opening.

        Raises:
            CalendarRangeError: when that instant does not lie within the calendar's limits.
        """
        lowest, highest, bits, buckets, offsets = self._state[1]
        if lowest <= worked < highest:
            i = buckets[(worked - lowest) >> bits]
            while offsets[i + 2] <= worked:
                i += 2
            return worked - offsets[i + 1]
        self._reach_further(forward=worked >= highest)
        return self.latest_instant_of(worked)

    def breaks_within(self, start: int, end: int) -> tuple[_Ints, _Ints]:
        """
        Return the breaks in ``[start, end)``, and the offsets before, between and after them.

        The hours are closed at *start*, or it is itself the first break: so that W(t) after i breaks is an offset
        (i even) or t less an offset (i odd).

        Raises:
            CalendarRangeError: when the span is not inside the calendar's limits.
        """
        self._reach(start)
        self._reach(end)
        _, _, _, breaks, offsets = self._state[0]
        i, j = bisect_right(breaks, start), bisect_left(breaks, end, hi=len(breaks) - 1)
        found, values = breaks[i:j], offsets[i : j + 1]
        if i & 1:
            found, values = (start, *found), (offsets[i] + start, *values)
        return found, tuple(-value if k & 1 else value for k, value in enumerate(values))

    def spans_within(self, start: int, end: int) -> tuple[Span, ...]:
        """
        Return the spans in hours within ``[start, end)``, sorted and disjoint.

        Raises:
            CalendarRangeError: when the span is not inside the calendar's limits.
        """
        breaks, _ = self.breaks_within(start, end)
        edges = (*breaks, end) if len(breaks) & 1 else breaks
        return tuple(zip(edges[::2], edges[1::2], strict=True))

    def _reach(self, instant: int) -> None:
        """Compile whole years until *instant* is inside."""
        start, end = self._limits
        if not start <= instant <= end:
            raise self._outside(instant)
        state = self._state
        if instant > state[0][1]:
            self._extend_after(state, min(_year_start(_year(instant - 1) + 1), end))
        elif instant < state[0][0]:
            self._extend_before(state, max(_year_start(_year(instant)), start))

    def _outside(self, instant: int) -> CalendarRangeError:
        start, end = map(_show, self._limits)
        return CalendarRangeError(
            f"{self._name} covers {start} to {end}, the end not included; {_show(instant)} is outside"
        )

    def _reach_further(self, *, forward: bool) -> None:
        """Compile later or earlier years, as many as there are already and one."""
        start, end = self._limits
        state = self._state
        first, last = state[0][:2]
        if (last if forward else first) == (end if forward else start):
            span = f"until {_show(end)}" if forward else f"since {_show(start)}"
            raise CalendarRangeError(f"{self._name} has no such service time {span}")
        years = 1 + (last - first) // (_year_start(2021) - ANCHOR)
        if forward:
            self._extend_after(state, min(_year_start(_year(last) + years), end))
        else:
            self._extend_before(state, max(_year_start(_year(first - 1) + 1 - years), start))

    def _extend_after(self, state: _State, end: int) -> None:
        self._state = _grow(state, end, self._open_spans(state[0][1], end))

    def _extend_before(self, state: _State, start: int) -> None:
        (first, last, _, breaks, _), (lowest, _, bits, _, _) = state
        spans = self._open_spans(start, first)
        lowest -= sum(closes - opens for opens, closes in spans)
        self._state = _build(start, last, lowest, [*spans, *zip(breaks[:-1:2], breaks[1::2], strict=True)], bits)


def _build(start: int, end: int, lowest: int, spans: Sequence[Span], bits: int) -> _State:
    """Return the state of ``[start, end]``, where W(start) is *lowest*."""
    empty = (start, start, (), (start,), (lowest,)), (lowest, lowest, bits, (), (lowest,))
    return _grow(empty, end, spans)


def _grow(state: _State, end: int, spans: Sequence[Span]) -> _State:
    """Return *state* with the *spans* in hours between its last instant and *end* added."""
    (first, _, buckets, old_breaks, old_offsets), (lowest, _, bits, worked_buckets, _) = state
    breaks, offsets = list(old_breaks[:-1]), list(old_offsets)
    highest = offsets[-1]
    for opens, closes in spans:
        breaks += (opens, closes)
        offsets.append(highest - opens)
        highest += closes - opens
        offsets.append(highest)
    starts = range(first + (len(buckets) << BUCKET_BITS), end + 1, 1 << BUCKET_BITS)
    buckets += tuple(bisect_right(breaks, start) for start in starts)
    fitting = ((highest - lowest) // max(len(breaks) // 2, 1)).bit_length()
    if not old_breaks[:-1] or abs(fitting - bits) > 2:  # noqa: PLR2004 - or hours have become much longer or shorter
        bits, worked_buckets = fitting, ()
    openings = offsets[::2]
    levels = range(lowest + (len(worked_buckets) << bits), highest + 1, 1 << bits)
    worked_buckets += tuple(2 * max(bisect_left(openings, level) - 1, 0) for level in levels)
    frozen = tuple(offsets)
    return (first, end, buckets, (*breaks, end + 1), frozen), (lowest, highest, bits, worked_buckets, frozen)


ALL_TIME = ServiceTimeTable(lambda start, end: ((start, end),), name="all time")
"""Elapsed time: every instant counts."""


def _year(instant: int) -> int:
    return from_micros(instant).year


def _year_start(year: int) -> int:
    return to_micros(datetime(year, 1, 1, tzinfo=UTC))


def _show(instant: int) -> str:
    return format_instant(from_micros(instant))
