"""The compiled table: both directions, growth, guards, size, and against the spans it is made of."""

from __future__ import annotations

import sys
from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import (
    BusinessCalendar,
    ServiceTimeTable,
    Span,
    clip_spans,
    to_micros,
    total_span,
)
from ecsm_contracts.errors import CalendarRangeError

HOUR = 3_600_000_000
ANCHOR = to_micros(datetime(2020, 1, 1, tzinfo=UTC))
LIMITS = (ANCHOR - 9999 * HOUR, ANCHOR + 18000 * HOUR)
span_lists = st.lists(st.integers(LIMITS[0], LIMITS[1]), unique=True, min_size=2, max_size=40).map(
    lambda cuts: tuple(zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False))
)


def table_of(spans: tuple[Span, ...], limits: Span = LIMITS) -> ServiceTimeTable:
    """Return the table of fixed spans."""
    return ServiceTimeTable(lambda start, end: clip_spans(spans, start, end), limits, "the desk")


def worked_until(spans: tuple[Span, ...], instant: int) -> int:
    """Return W by adding up spans."""
    anchor = min(max(ANCHOR, LIMITS[0]), LIMITS[1])
    if instant >= anchor:
        return total_span(clip_spans(spans, anchor, instant))
    return -total_span(clip_spans(spans, instant, anchor))


@given(span_lists, st.data())
@settings(max_examples=200)
def test_both_directions_agree_with_the_spans(spans: tuple[Span, ...], data: st.DataObject) -> None:
    """W adds up the spans, and its inverses are the first and last instants at which W has a value."""
    table, edges = table_of(spans), sorted({edge for span in spans for edge in span} | set(LIMITS))
    beside = st.sampled_from(edges).flatmap(lambda edge: st.sampled_from([edge - 1, edge, edge + 1]))
    instant = min(max(data.draw(beside | st.integers(*LIMITS)), LIMITS[0]), LIMITS[1])
    worked = worked_until(spans, instant)
    assert table.worked_until(instant) == worked
    lowest, highest = worked_until(spans, LIMITS[0]), worked_until(spans, LIMITS[1])
    if lowest < worked:
        first = table.instant_of(worked)
        assert (worked_until(spans, first), worked_until(spans, first - 1)) == (worked, worked - 1)
    if worked < highest:
        last = table.latest_instant_of(worked)
        assert (worked_until(spans, last), worked_until(spans, last + 1)) == (worked, worked + 1)


@given(span_lists, st.lists(st.integers(*LIMITS), min_size=2, max_size=6))
@settings(max_examples=100)
def test_values_stay_as_the_table_grows(spans: tuple[Span, ...], instants: list[int]) -> None:
    """W does not depend on the order in which a table was made to grow, forward or backward."""
    one, two = table_of(spans), table_of(spans)
    backward = [two.worked_until(instant) for instant in reversed(instants)][::-1]
    assert [one.worked_until(instant) for instant in instants] == backward
    assert one.worked_until(instants[0]) == backward[0]


def test_nothing_is_compiled_before_it_is_asked_for() -> None:
    """A new table is empty, and grows by whole years to hold what is asked."""
    table = BusinessCalendar.always().table
    assert table.compiled == (ANCHOR, ANCHOR)
    assert table.worked_until(ANCHOR) == 0
    table.worked_until(ANCHOR + 1)
    assert table.compiled == (ANCHOR, to_micros(datetime(2021, 1, 1, tzinfo=UTC)))
    table.worked_until(ANCHOR - 1)
    assert table.compiled[0] == to_micros(datetime(2019, 1, 1, tzinfo=UTC))


def test_an_instant_below_the_table_is_not_read_from_its_end() -> None:
    """A negative place in a list would silently be the last one: just below and far below, the table grows
    instead."""
    for below in (1, 2**36 - 1, 2**36, 2**36 + 1, 400 * 24 * HOUR):
        table = table_of(((LIMITS[0], ANCHOR + HOUR), (ANCHOR + 9 * HOUR, ANCHOR + 8600 * HOUR)))
        table.worked_until(ANCHOR + 1)
        assert table.worked_until(ANCHOR - below) == -below
    table = BusinessCalendar.always().table
    assert table.instant_of(-(2**48)) == ANCHOR - 2**48
    assert table.latest_instant_of(-(2**49)) == ANCHOR - 2**49


def test_whoever_comes_late_grows_nothing() -> None:
    """When another thread has compiled the year in the meantime, the table stays as it is."""
    table = BusinessCalendar.always().table
    table.worked_until(ANCHOR + 1)
    state = table._state
    table._reach(ANCHOR + 1)
    assert table._state is state


def test_every_edge_of_the_compiled_span_is_exact() -> None:
    """One microsecond around the ends of what is compiled, forward and inverse."""
    table = BusinessCalendar.always().table
    table.worked_until(ANCHOR + 1)
    for end in table.compiled:
        for beside in (-1, 0, 1):
            at = end + beside
            assert table.worked_until(at) == at - ANCHOR
            assert table.instant_of(at - ANCHOR) == table.latest_instant_of(at - ANCHOR) == at


@pytest.mark.parametrize("limits", [(ANCHOR - 5 * HOUR, ANCHOR - 2 * HOUR), (ANCHOR + 2 * HOUR, ANCHOR + 9000 * HOUR)])
def test_limits_away_from_the_anchor_work(limits: Span) -> None:
    """A calendar whose years do not hold the anchor counts from the nearest limit, and raises beyond both."""
    table = table_of(((LIMITS[0], LIMITS[1]),), limits)
    start, end = limits
    assert table.worked_until(end) - table.worked_until(start) == end - start
    assert table.instant_of(table.worked_until(end)) == end
    assert table.latest_instant_of(table.worked_until(start)) == start
    for beyond in (start - 1, end + 1):
        with pytest.raises(CalendarRangeError, match="the desk covers"):
            table.worked_until(beyond)
    for worked, call in (
        (table.worked_until(start), table.instant_of),
        (table.worked_until(end), table.latest_instant_of),
        (table.worked_until(end) + 1, table.instant_of),
        (table.worked_until(start) - 1, table.latest_instant_of),
    ):
        with pytest.raises(CalendarRangeError, match="the desk has no such service time"):
            call(worked)


def test_a_table_without_hours_is_flat() -> None:
    """W is zero everywhere, and no service time is ever found."""
    table = table_of(())
    assert {table.worked_until(at) for at in (*LIMITS, ANCHOR, ANCHOR + 5)} == {0}
    for call in (table.instant_of, table.latest_instant_of):
        for worked in (-1, 0, 1):
            with pytest.raises(CalendarRangeError):
                call(worked)


def test_many_short_shifts_are_found_without_a_long_walk() -> None:
    """Buckets of W are as wide as a shift, so that a desk of five minutes a week is as quick as any other."""
    table = BusinessCalendar.weekly("Mon 09:00-09:05", zone="UTC").table
    table.worked_until(to_micros(datetime(2050, 1, 1, tzinfo=UTC)))
    lowest, _, bits, buckets, offsets = table._state[1]
    openings = offsets[::2]
    for worked in range(lowest + 1, lowest + 300_000_000 * 1000, 77_777_777):
        begins = buckets[(worked - lowest) >> bits]
        assert bisect_left(openings, worked) - begins // 2 <= 3


@pytest.mark.parametrize(("first", "later"), [("00:00-00:01", "always"), ("always", "00:00-00:01")])
def test_hours_that_become_longer_or_shorter_are_indexed_anew(first: str, later: str) -> None:
    """Whatever the first year was like, eighty years take some megabytes, and a deadline few steps."""
    year = [date(2020, 1, 1) + timedelta(days=day) for day in range(366)]
    desk = BusinessCalendar.weekly(later, zone="UTC", special_days=dict.fromkeys(year, first))
    table = desk.table
    table.worked_until(ANCHOR)
    table.worked_until(to_micros(datetime(2020, 6, 1, tzinfo=UTC)))
    end = table.worked_until(to_micros(datetime(2100, 1, 1, tzinfo=UTC)))
    assert sum(len(part) for half in table._state for part in half if isinstance(part, tuple)) < 300_000
    assert table.instant_of(end - 1) < to_micros(datetime(2100, 1, 1, tzinfo=UTC))
    buckets = table._state[1][3]
    assert max(after - before for before, after in pairwise(buckets)) < 5000


def test_thirty_years_fit_in_memory() -> None:
    """A desk with office hours and lunch compiled over thirty years takes less than 4 MiB, one without 2.5
    MiB."""
    for hours, limit in (("Mon-Fri 09:00-17:30", 2.5), ("Mon-Fri 09:00-12:30 13:00-17:30", 4.0)):
        table = BusinessCalendar.weekly(hours, zone="Europe/London").table
        table.worked_until(to_micros(datetime(2050, 1, 1, tzinfo=UTC)))
        assert size(table._state, set()) < limit * 2**20


def size(value: object, seen: set[int]) -> int:
    """Return the bytes of a tree of tuples and integers."""
    if id(value) in seen:
        return 0
    seen.add(id(value))
    return sys.getsizeof(value) + (sum(size(each, seen) for each in value) if isinstance(value, tuple) else 0)


def test_a_year_more_costs_a_fraction_of_thirty() -> None:
    """Growing by one year copies what is there and compiles one year: the spans are asked for that year
    only."""
    asked: list[Span] = []

    def spans(start: int, end: int) -> tuple[Span, ...]:
        asked.append((start, end))
        return ((start, end),)

    table = ServiceTimeTable(spans)
    for year in (2030, 2031):
        table.worked_until(to_micros(datetime(year, 1, 1, tzinfo=UTC)))
    assert [end - start for start, end in asked] == [
        timedelta(days=3653) // timedelta(microseconds=1),
        365 * 24 * HOUR,
    ]
