"""Spans as sets of integers, and the interval value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import (
    Interval,
    Span,
    clip_spans,
    intersect_spans,
    merge_spans,
    parse_instant,
    subtract_spans,
    to_micros,
    total_span,
)
from ecsm_contracts.errors import InvalidValue

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
any_spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)
sorted_spans = any_spans.map(merge_spans)


class Outage(Model):
    """A model with an interval."""

    span: Interval


def points(spans: object) -> set[int]:
    """Return the integers in *spans*, one by one."""
    return {point for start, end in spans for point in range(start, end)}  # type: ignore[attr-defined]


def is_canonical(spans: tuple[Span, ...]) -> bool:
    """Say whether spans are sorted, disjoint, not empty, and do not touch."""
    edges = [edge for span in spans for edge in span]
    return edges == sorted(set(edges))


@given(any_spans)
def test_merging_is_the_union(spans: list[Span]) -> None:
    """Merging keeps exactly the points of all spans, in canonical form."""
    assert points(merge_spans(spans)) == points(spans)
    assert is_canonical(merge_spans(spans))


@given(sorted_spans, sorted_spans)
def test_intersecting_and_subtracting_are_those_of_sets(one: tuple[Span, ...], two: tuple[Span, ...]) -> None:
    """Intersection and difference keep exactly the points of the sets, and together they give back the
    first."""
    both, left = intersect_spans(one, two), subtract_spans(one, two)
    assert points(both) == points(one) & points(two)
    assert points(left) == points(one) - points(two)
    assert is_canonical(both)
    assert is_canonical(left)
    assert merge_spans([*both, *left]) == one


@given(sorted_spans, st.integers(-5, 45), st.integers(-5, 45))
def test_clipping_is_intersecting_with_one_span(spans: tuple[Span, ...], start: int, end: int) -> None:
    """Clipping keeps exactly the points in ``[start, end)``."""
    assert points(clip_spans(spans, start, end)) == points(spans) & set(range(start, end))
    assert is_canonical(clip_spans(spans, start, end))


@given(sorted_spans)
def test_the_total_is_the_number_of_points(spans: tuple[Span, ...]) -> None:
    """The total length of disjoint spans is the number of their points."""
    assert total_span(spans) == len(points(spans))


def test_an_interval_is_half_open_and_in_utc() -> None:
    """It holds its start, not its end, and keeps both in UTC."""
    interval = Interval(NINE.astimezone(ZoneInfo("Europe/Paris")), NINE + timedelta(hours=1))
    assert interval.start == NINE
    assert interval.start.tzinfo is UTC
    assert interval.duration == timedelta(hours=1)
    assert interval.span == (to_micros(NINE), to_micros(NINE) + 3_600_000_000)
    assert NINE in interval
    assert interval.end not in interval


def test_an_interval_may_be_empty_but_not_reversed() -> None:
    """Start and end may be one instant; an end before the start is refused."""
    assert Interval(NINE, NINE).duration == timedelta()
    with pytest.raises(InvalidValue) as caught:
        Interval(NINE, NINE - timedelta(microseconds=1))
    assert caught.value.rule == "interval_order"


def test_an_interval_is_a_frozen_value() -> None:
    """Equal intervals hash alike, order by start, and cannot be changed."""
    one, same = Interval(NINE, NINE), Interval(parse_instant("2026-03-02T09:00:00Z"), NINE)
    assert one == same
    assert hash(one) == hash(same)
    assert one < Interval(NINE, NINE + timedelta(hours=1))
    with pytest.raises(AttributeError):
        one.start = NINE  # type: ignore[misc]


def test_a_model_reads_and_writes_start_and_end() -> None:
    """A field reads a mapping or an interval, and writes the mapping in UTC."""
    data = {"span": {"start": "2026-03-02T10:00:00+01:00", "end": "2026-03-02T09:30:00Z"}}
    outage = Outage.model_validate(data)
    assert outage.to_data() == {"span": {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T09:30:00Z"}}
    assert Outage(span=outage.span) == outage
    assert set(Outage.model_json_schema()["properties"]["span"]["properties"]) == {"start", "end"}


@pytest.mark.parametrize(
    "value", [None, "2026-03", {"start": "2026-03-02T09:00:00Z"}, {"start": NINE, "end": NINE, "x": 1}]
)
def test_what_is_not_an_interval_is_refused(value: object) -> None:
    """A missing end, an unknown key or anything else is refused."""
    with pytest.raises(ValidationError, match="not an interval"):
        Outage.model_validate({"span": value})
