"""Tests of service time less relieved time, against counting minutes one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.calendars import Span
from ecsm_contracts.measures import ServiceTime

from .desk import DAY, MINUTE, TABLE, TICK, micros, works

FORTNIGHT = 14 * DAY
EDGES = st.sampled_from([0, 1, 17, 18, 19, 26, 33, 34, 35, DAY]).flatmap(
    lambda tick: st.integers(0, 8).map(lambda day: day * DAY + tick)
)
SPANS = st.lists(
    st.tuples(EDGES | st.integers(0, FORTNIGHT), st.sampled_from([0, 1, 2, 8, 16, 48, 64, 112])).map(
        lambda each: (each[0], each[0] + each[1])
    ),
    max_size=6,
)
"""Relieved spans in ticks, on and beside the edges of the hours; some are empty, many overlap."""
TICKS = EDGES | st.integers(-DAY, FORTNIGHT)
NUDGES = st.sampled_from([0, 0, 1, -1, 7 * MINUTE])


def service_time(spans: list[Span]) -> ServiceTime:
    """Return the desk's service time less these *spans* of ticks."""
    return ServiceTime(TABLE, [(micros(start), micros(end)) for start, end in spans])


def counted(spans: list[Span], start: int, end: int) -> int:
    """Count the half hours that are open and not relieved."""
    relieved = {tick for first, last in spans for tick in range(first, last)}
    return sum(works(tick) and tick not in relieved for tick in range(start, end))


@given(SPANS, TICKS, TICKS)
def test_between_counts(spans: list[Span], start: int, end: int) -> None:
    """Service time between two instants is the number of open half hours that are not relieved."""
    assert service_time(spans).between(micros(start), micros(end)) == TICK * counted(spans, start, end)


@given(SPANS, TICKS, st.integers(0, TICK))
def test_within_a_tick(spans: list[Span], tick: int, part: int) -> None:
    """Inside a half hour service time grows with the clock or stands still."""
    time = service_time(spans)
    grown = time.worked_until(micros(tick) + part) - time.worked_until(micros(tick))
    assert grown == part * counted(spans, tick, tick + 1)


@given(SPANS, TICKS, NUDGES, TICKS, NUDGES)
def test_monotone(spans: list[Span], one: int, here: int, other: int, there: int) -> None:
    """W never falls, and never grows faster than the clock."""
    time = service_time(spans)
    first, last = sorted((micros(one) + here, micros(other) + there))
    assert 0 <= time.worked_until(last) - time.worked_until(first) <= last - first


@given(SPANS, TICKS, NUDGES, TICKS, NUDGES)
def test_galois(spans: list[Span], tick: int, nudge: int, other: int, extra: int) -> None:
    """Law E03: W(t) is at most w exactly when t is at most the last instant of w."""
    time = service_time(spans)
    worked = time.worked_until(micros(tick)) + extra
    last = time.latest_instant_of(worked)
    instant = micros(other) + nudge
    assert (time.worked_until(instant) <= worked) == (instant <= last)
    assert time.worked_until(last) == worked < time.worked_until(last + 1)


@given(SPANS, TICKS)
def test_latest_instant_counts(spans: list[Span], tick: int) -> None:
    """The last instant of the time worked until a tick is the next half hour that is open and not relieved."""
    following = tick
    while not counted(spans, following, following + 1):
        following += 1
    time = service_time(spans)
    assert time.latest_instant_of(time.worked_until(micros(tick))) == micros(following)


@given(SPANS, TICKS, TICKS)
def test_relief_is_a_union(spans: list[Span], start: int, end: int) -> None:
    """Law E09: relief told in another order, twice, or in pieces, is the same relief."""
    pieces = [(tick, tick + 1) for first, last in spans for tick in range(first, last)]
    one, other = service_time(spans), service_time([*reversed(spans), *pieces, *spans])
    assert one.relieved == other.relieved
    assert one.between(micros(start), micros(end)) == other.between(micros(start), micros(end))


@given(SPANS, TICKS, TICKS)
def test_relief_outside_hours_is_neutral(spans: list[Span], start: int, end: int) -> None:
    """Law E10: relief while the desk is closed, or of no length, changes no time and no instant."""
    closed = [(tick, tick + 1) for first, last in spans for tick in range(first, last) if not works(tick)]
    empty = [(first, first) for first, _ in spans]
    plain, relieved = ServiceTime(TABLE), service_time(closed + empty)
    first, last = micros(start), micros(end)
    assert relieved.between(first, last) == plain.between(first, last)
    worked, gross = relieved.worked_until(first), plain.worked_until(first)
    assert relieved.latest_instant_of(worked) == plain.latest_instant_of(gross)


@given(SPANS, SPANS, TICKS, TICKS)
def test_more_relief_is_less_time(spans: list[Span], more: list[Span], start: int, end: int) -> None:
    """Law E05: more relief never adds service time."""
    both = service_time(spans + more)
    assert both.between(micros(start), micros(end)) <= service_time(spans).between(micros(start), micros(end))


def test_nothing_before_its_start() -> None:
    """An interval that ends before it starts holds nothing."""
    assert service_time([]).between(micros(30), micros(20)) == 0
