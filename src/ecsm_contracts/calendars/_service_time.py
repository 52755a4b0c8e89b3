"""Service time between instants less what is held, and the instants at which it is used up: integers only."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ecsm_contracts.calendars._instant import from_micros, to_micros
from ecsm_contracts.calendars._interval import Interval, Span, merge_spans
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.calendars._table import ServiceTimeTable

__all__ = ["Hold", "after_service", "hold_spans", "looking_back", "used_up", "worked_between"]

_T = TypeVar("_T")

Hold: TypeAlias = Interval | tuple[datetime, datetime]
"""Time that does not count, half-open: an `Interval`, or a start and an end."""


def hold_spans(holds: Iterable[Hold]) -> tuple[Span, ...]:
    """
    Return *holds* as sorted, disjoint spans of microseconds.

    Raises:
        InvalidValue: rule "hold_order" for a hold that ends before it starts; rule "hold_syntax" for what is no hold;
            rule "instant_naive".
    """
    spans = []
    for hold in _each(holds, holds):
        start, end = hold.span if isinstance(hold, Interval) else _pair(hold)
        if end < start:
            raise InvalidValue(
                f"a hold ends at {from_micros(end)}, before its start at {from_micros(start)}",
                rule="hold_order",
                value=hold,
            )
        spans.append((start, end))
    return merge_spans(spans)


def _pair(hold: Iterable[datetime]) -> Span:
    edges = tuple(_each(hold, hold))
    if len(edges) != 2:  # noqa: PLR2004 - a start and an end
        raise _no_hold(hold)
    return to_micros(edges[0]), to_micros(edges[1])


def _each(values: Iterable[_T], said: object) -> Iterator[_T]:
    try:
        return iter(values)
    except TypeError:
        raise _no_hold(said) from None


def _no_hold(said: object) -> InvalidValue:
    message = f"{shown(said)} is no hold; give Intervals, or pairs of a start and an end, in a list"
    return InvalidValue(message, rule="hold_syntax", value=said)


def worked_between(table: ServiceTimeTable, start: int, end: int, holds: tuple[Span, ...]) -> int:
    """Return the service time in ``[start, end)`` less what *holds* cover; zero when reversed."""
    if end <= start:
        return 0
    worked_until = table.worked_until
    total = worked_until(end) - worked_until(start)
    for hold_start, hold_end in holds:
        if hold_start < end and hold_end > start:
            total -= worked_until(min(hold_end, end)) - worked_until(max(hold_start, start))
    return total


def used_up(table: ServiceTimeTable, start: int, amount: int, holds: tuple[Span, ...], *, latest: bool) -> int:
    """
    Return the earliest (or *latest*) instant until which *amount* is worked from *start*.

    Every hold that begins before the instant found so far moves it by the service time that the hold covers.
    """
    find = table.latest_instant_of if latest else table.instant_of
    target = table.worked_until(start) + amount
    for hold_start, hold_end in holds:
        if hold_end <= start:
            continue
        found = find(target)
        if found < hold_start or (found == hold_start and not latest):
            return found
        target += table.worked_until(hold_end) - table.worked_until(max(hold_start, start))
    return find(target)


def after_service(table: ServiceTimeTable, start: int, amount: int, holds: tuple[Span, ...], *, latest: bool) -> int:
    """Return the instant *amount* of service after *start*, or before it when it is negative; as a deadline is."""
    if amount < 0:
        return looking_back(table, start, -amount, holds)
    if amount == 0 and not latest:
        return start
    return used_up(table, start, amount, holds, latest=latest)


def looking_back(table: ServiceTimeTable, start: int, amount: int, holds: tuple[Span, ...]) -> int:
    """Return the latest instant from which *amount*, more than zero, is worked until *start*."""
    target = table.worked_until(start) - amount
    for hold_start, hold_end in reversed(holds):
        if hold_start >= start:
            continue
        found = table.latest_instant_of(target)
        if found >= hold_end:
            return found
        target -= table.worked_until(min(hold_end, start)) - table.worked_until(hold_start)
    return table.latest_instant_of(target)
