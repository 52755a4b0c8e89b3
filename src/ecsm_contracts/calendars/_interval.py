"""
Half-open intervals: as pairs of integers for the engine, and as a value for models.

A *span* is a pair of integers ``(start, end)`` that holds its start and not its end; here mostly microseconds
since 1970 in UTC. A tuple of spans is *sorted and disjoint*, and its neighbours do not touch, unless a
function says that it takes less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic_core import core_schema

from ecsm_contracts.calendars._instant import Instant, format_instant, parse_instant, to_micros
from ecsm_contracts.calendars._schema import value_schema
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

__all__ = ["Interval", "Span", "clip_spans", "intersect_spans", "merge_spans", "subtract_spans", "total_span"]

Span: TypeAlias = tuple[int, int]
"""``(start, end)``: half-open, ``start <= end``."""


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """
    Return the union of *spans*, which may come in any order, overlap, touch, or be empty.

        >>> merge_spans([(5, 7), (1, 3), (3, 4), (9, 9)])
        ((1, 4), (5, 7))
    """
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def clip_spans(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """
    Return what of the sorted, disjoint *spans* lies in ``[start, end)``.

        >>> clip_spans(((1, 4), (5, 7)), 2, 6)
        ((2, 4), (5, 6))
    """
    return tuple((max(first, start), min(last, end)) for first, last in spans if max(first, start) < min(last, end))


def intersect_spans(first: Sequence[Span], second: Sequence[Span]) -> tuple[Span, ...]:
    """
    Return what lies in both of two sorted, disjoint sequences.

        >>> intersect_spans(((1, 4), (5, 9)), ((3, 6), (8, 20)))
        ((3, 4), (5, 6), (8, 9))
    """
    both: list[Span] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start = max(first[i][0], second[j][0])
        end = min(first[i][1], second[j][1])
        if start < end:
            both.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return tuple(both)


def subtract_spans(spans: Sequence[Span], less: Sequence[Span]) -> tuple[Span, ...]:
    """
    Return what of *spans* is not in *less*; both sorted and disjoint.

        >>> subtract_spans(((1, 10),), ((2, 3), (9, 12)))
        ((1, 2), (3, 9))
    """
    left: list[Span] = []
    j = 0
    for span_start, end in spans:
        start = span_start
        while j < len(less) and less[j][1] <= start:
            j += 1
        k = j
        while k < len(less) and less[k][0] < end:
            if start < less[k][0]:
                left.append((start, less[k][0]))
            start = max(start, less[k][1])
            k += 1
        if start < end:
            left.append((start, end))
    return tuple(left)


def total_span(spans: Iterable[Span]) -> int:
    """
    Return the length of disjoint *spans* together.

        >>> total_span(((1, 4), (5, 7)))
        5
    """
    return sum(end - start for start, end in spans)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """
    The instants from `start` up to, not including, `end`; both in UTC. It may be empty, never reversed.

        >>> Interval(parse_instant("2026-03-02T09:00:00Z"), parse_instant("2026-03-02T10:30:00Z")).duration
        datetime.timedelta(seconds=5400)

    Raises:
        InvalidValue: rule "interval_order" when `end` lies before `start`, else as `Instant` does.
    """

    start: Instant
    end: Instant

    def __post_init__(self) -> None:
        """Normalise both ends to UTC and check their order."""
        object.__setattr__(self, "start", parse_instant(self.start))
        object.__setattr__(self, "end", parse_instant(self.end))
        if self.end < self.start:
            raise InvalidValue(
                f"the interval ends at {format_instant(self.end)}, before its start at {format_instant(self.start)}",
                rule="interval_order",
                value=(self.start, self.end),
            )

    @property
    def span(self) -> Span:
        """The interval as microseconds since 1970 in UTC, half-open."""
        return to_micros(self.start), to_micros(self.end)

    @property
    def duration(self) -> timedelta:
        """The elapsed time from start to end, whatever the hours."""
        return self.end - self.start

    def __contains__(self, instant: object) -> bool:
        """Say whether *instant*, an aware `datetime` or ISO 8601 text, lies in ``[start, end)``."""
        return self.start <= parse_instant(instant) < self.end

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        """Read an `Interval` or a mapping with `start` and `end`; write the mapping."""
        text = core_schema.str_schema()
        fields = {name: core_schema.typed_dict_field(text) for name in ("start", "end")}
        return value_schema(_read, _write, core_schema.typed_dict_schema(fields, extra_behavior="forbid"))


def _read(value: Any) -> Interval:
    if isinstance(value, Interval):
        return value
    if isinstance(value, dict) and set(value) == {"start", "end"}:
        return Interval(value["start"], value["end"])
    raise InvalidValue(
        f"{shown(value)} is not an interval; write its start and its end", rule="interval_syntax", value=value
    )


def _write(interval: Interval) -> dict[str, str]:
    return {"start": format_instant(interval.start), "end": format_instant(interval.end)}
