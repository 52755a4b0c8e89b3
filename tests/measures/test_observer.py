"""Tests of levels as they observe: which period a ticket counts in, and what outages add up to."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ecsm_contracts.calendars import Span
from ecsm_contracts.measures import BoundLevel, LateUnits, LevelProgram, Measure, Scope, TicketView
from ecsm_contracts.measures._observer import last_resolution

from .desk import (
    DAY,
    TABLE,
    TICK,
    WEEK,
    Happening,
    clock_data,
    clocks,
    micros,
    moments,
    steps_of,
    stories,
    story,
    tick_of,
    works,
)
from .fingers import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.measures import Clock

MEASURE: TypeAdapter[Any] = TypeAdapter(Measure)
WITHIN = {"by": "priority", "P1": "2h", "P3": "20h", "P4": "none", "otherwise": "8h"}
TARGETS = {"P1": 4, "P2": 16, "P3": 40, "P4": None}
UNITS = (LateUnits("5.1.late.4.2", 2 * TICK, "up"), LateUnits("5.2.late.4.2", 2 * TICK, "down"))
SETTLED = clocks(changed="keep_elapsed") | clocks(changed="new_only") | clocks(changed="restart")
"""Clocks that go with the population `due`."""
PERIODS = st.lists(st.integers(0, 4 * WEEK), min_size=3, max_size=5, unique=True).map(sorted)
"""Where periods that follow on each other begin and end, in ticks."""


def view(told: Sequence[Happening], *, service: str = "desk", kind: str = "incident") -> TicketView:
    """Return what a clock needs of a P2 ticket to which this happened."""
    return TicketView(service, kind, "P2", steps_of(told))


def ticket_time(rules: Clock, start: int, end: int, spans: Sequence[Span] = ()) -> BoundLevel:
    """Return a level of each ticket by itself, in the period from tick *start* to tick *end*."""
    measure = MEASURE.validate_python({"kind": "ticket_time", "clock": rules.to_data(), "within": WITHIN})
    program = LevelProgram("4.2", Scope(service="desk"), measure, TABLE, micros(start), micros(end), UNITS)
    return program.bind((micros(first), micros(last)) for first, last in spans)


def attainment(
    start: int, end: int, *, within: object = "8h", scope: Scope | None = None, **choices: Any
) -> BoundLevel:
    """Return an attainment level in the period from tick *start* to tick *end*."""
    population = choices.pop("population", "due")
    choices.update(choices.pop("rules", {}))
    data = {"kind": "attainment", "clock": clock_data(**choices), "within": within, "population": population}
    measure = MEASURE.validate_python({**data, "minimum": 1, "when_too_few": "met"})
    return LevelProgram("4.2", Scope(), measure, TABLE, micros(start), micros(end)).bind()


def availability(start: int, end: int, relieved: Sequence[Span] = ()) -> BoundLevel:
    """Return an availability level in the period from tick *start* to tick *end*."""
    measure = MEASURE.validate_python({"kind": "availability", "hours": "desk"})
    program = LevelProgram("4.2", Scope(service="mail"), measure, TABLE, micros(start), micros(end))
    return program.bind((micros(first), micros(last)) for first, last in relieved)


def standing(rules: Clock, told: Sequence[Happening], until: int) -> tuple[int, ...]:
    """Return met, breached, late and late units of a ticket at a tick, counted on fingers."""
    fingers = count(rules, TARGETS, "P2", told, until)
    if not fingers.judged:
        return 0, 0, 0, 0, 0
    breached = fingers.breach is not None
    late = fingers.late
    return (
        int(fingers.state == "stopped" and not breached),
        int(breached),
        late * TICK,
        -(-late // 2),
        late // 2,
    )


@settings(max_examples=80)
@given(clocks(), stories(), PERIODS)
def test_ticket_time_telescopes(rules: Clock, told: tuple[Happening, ...], edges: list[int]) -> None:
    """The rows of periods that follow on each other sum to the row of one long period: nothing is counted twice."""
    rows = [ticket_time(rules, *each).observe_ticket(view(told)) for each in pairwise(edges)]
    whole = ticket_time(rules, edges[0], edges[-1]).observe_ticket(view(told))
    assert whole == tuple(map(sum, zip(*(row or () for row in rows), strict=True)))


@settings(max_examples=80)
@given(clocks(), stories(), PERIODS)
def test_ticket_time_counts_like_fingers(rules: Clock, told: tuple[Happening, ...], edges: list[int]) -> None:
    """A row is what stands at the period's end less what stood at its start, as counted on fingers."""
    start, end, *_ = edges
    after, before = standing(rules, told, end), standing(rules, told, start)
    assert ticket_time(rules, start, end).observe_ticket(view(told)) == tuple(
        a - b for a, b in zip(after, before, strict=True)
    )


@given(clocks(), stories(), PERIODS)
def test_what_happens_later_changes_nothing(rules: Clock, told: tuple[Happening, ...], edges: list[int]) -> None:
    """Law E21: events at or after the period's end change no row."""
    earlier = [each for each in told if each.tick < edges[1]]
    level = ticket_time(rules, edges[0], edges[1])
    assert level.observe_ticket(view(told)) == level.observe_ticket(view(earlier))


@settings(max_examples=80)
@given(
    SETTLED,
    stories(),
    PERIODS,
    st.sampled_from(["due", "resolved"]),
)
def test_attainment_counts_like_fingers(
    rules: Clock, told: tuple[Happening, ...], edges: list[int], population: str
) -> None:
    """A ticket counts when it is due, or last resolved, in the period, and is met without a breach."""
    start, end, *_ = edges
    fingers = count(rules, TARGETS, "P2", told, end)
    at: int | None = fingers.due
    if population == "resolved":
        at = None
        for each in told:
            if each.tick < end and each.kind in {"resolved", "closed"} and at is None:
                at = each.tick
            elif each.tick < end and each.kind in {"reopened", "cancelled", "merged"}:
                at = None
    counts = fingers.judged and at is not None and start <= at < end
    level = attainment(start, end, within=WITHIN, population=population, rules=rules.to_data())
    steps = [each._replace(kind="resolved") if each.kind == "closed" else each for each in told]
    expected = (1, int(fingers.breach is None), fingers.elapsed * TICK) if counts else (0, 0, 0)
    assert level.observe_ticket(view(steps)) == expected


@given(clocks(changed="restart"), stories(), PERIODS, st.data())
def test_a_ticket_is_due_once_while_it_is_not_reopened(
    rules: Clock, told: tuple[Happening, ...], edges: list[int], data: st.DataObject
) -> None:
    """A ticket that is not reopened is counted as due in at most one of the periods that follow on each other."""
    if any(each.kind == "reopened" for each in told):
        told = told[: next(n for n, each in enumerate(told) if each.kind == "reopened")]
    spans = pairwise(edges)
    rows = [attainment(*span, within=WITHIN, rules=rules.to_data()).observe_ticket(view(told)) for span in spans]
    assert sum(row[0] for row in rows if row is not None) <= 1


@pytest.mark.parametrize(
    ("told", "population", "row"),
    [
        # The period is the second week; eight hours is a working day.
        (("Fri 09:00 opened", "Mon2 09:00 resolved"), "due", (1, 1, 16)),  # due at the next opening
        (
            ("Fri 09:00 opened", "Fri 17:00 resolved"),
            "due",
            (1, 1, 16),
        ),  # resolved before the period, due in it
        (("Fri 09:00 opened", "Fri 10:00 resolved"), "due", (1, 1, 2)),
        (("Thu 16:00 opened", "Fri 10:00 resolved"), "due", (0, 0, 0)),  # was due on Friday, at 16:00
        (("Thu 16:00 opened",), "due", (0, 0, 0)),  # late, and counted in the week before
        (("Mon2 09:30 opened", "Tue2 10:00 resolved"), "due", (1, 0, 17)),
        (("Fri2 09:00 opened",), "due", (0, 0, 0)),  # all used at the end of the week, and still in time
        (("Thu2 09:00 opened",), "due", (1, 0, 32)),
        (("Fri 09:00 opened", "Fri 10:00 resolved"), "resolved", (0, 0, 0)),
        (("Fri 09:00 opened", "Mon2 00:00 resolved"), "resolved", (1, 1, 16)),
        (("Fri 09:00 opened", "Sun 23:30 resolved"), "resolved", (0, 0, 0)),
        (("Fri 09:00 opened", "Tue2 10:00 resolved"), "resolved", (1, 0, 34)),
        (("Mon2 09:00 opened", "Mon2 10:00 resolved", "Mon2 11:00 reopened"), "resolved", (0, 0, 0)),
        (("Mon2 09:00 opened", "Mon2 10:00 resolved", "Mon2 11:00 cancelled"), "resolved", (0, 0, 0)),
        (
            ("Fri 09:00 opened", "Fri 10:00 resolved", "Mon2 11:00 resolved"),
            "resolved",
            (0, 0, 0),
        ),  # the first stands
    ],
)
def test_population(told: tuple[str, ...], population: str, row: tuple[int, int, int]) -> None:
    """Which period a ticket counts in, and how, is as worked by hand."""
    counted, met, ticks = row
    level = attainment(WEEK, 2 * WEEK, population=population)
    assert level.observe_ticket(view(story(*told))) == (counted, met, ticks * TICK)


@pytest.mark.parametrize(
    ("told", "rows"),
    [
        # Met, misses and half hours late in each of three weeks; eight hours is a working day.
        (("Thu 09:00 opened", "Thu 12:00 resolved"), [(1, 0, 0), (0, 0, 0), (0, 0, 0)]),
        (("Thu 09:00 opened", "Mon2 12:00 resolved"), [(0, 1, 16), (0, 0, 6), (0, 0, 0)]),
        (("Thu 09:00 opened",), [(0, 1, 16), (0, 0, 80), (0, 0, 80)]),
        (("Thu 09:00 opened", "Mon2 12:00 cancelled"), [(0, 1, 16), (0, -1, -16), (0, 0, 0)]),
        (
            ("Fri 09:00 opened", "Fri 12:00 resolved", "Mon2 09:00 reopened"),
            [(1, 0, 0), (-1, 1, 70), (0, 0, 80)],
        ),
        (("Fri 09:00 opened", "Mon2 00:00 resolved"), [(0, 0, 0), (1, 0, 0), (0, 0, 0)]),
    ],
)
def test_misses_fall_where_they_happen(told: tuple[str, ...], rows: list[tuple[int, ...]]) -> None:
    """A miss, and each late half hour, counts in the week in which it happens; a cancellation takes them back."""
    rules = attainment(0, 1).program.measure
    assert rules.kind == "attainment"
    found = [ticket_time(rules.clock, n * WEEK, (n + 1) * WEEK).observe_ticket(view(story(*told))) for n in range(3)]
    assert [row[:3] for row in found if row] == [(met, misses, late * TICK) for met, misses, late in rows]


def test_columns_and_scope() -> None:
    """A level names its columns after itself, and has no row for a ticket out of its scope."""
    rules = TypeAdapter(Any).validate_python(attainment(0, 1).program.measure).clock
    level = ticket_time(rules, 0, WEEK)
    assert level.program.columns == ("4.2.met", "4.2.misses", "4.2.late", "5.1.late.4.2", "5.2.late.4.2")
    told = story("Mon 09:00 opened")
    assert level.observe_ticket(view(told, service="mail")) is None
    assert level.observe_ticket(view(told, kind="request")) is not None
    assert availability(0, WEEK).observe_ticket(view(told, service="mail")) is None
    assert availability(0, WEEK).program.columns == ("4.2.unavailable", "4.2.planned")


def test_relief_stops_the_clock() -> None:
    """Relieved time is no service time for the level's clocks."""
    rules = TypeAdapter(Any).validate_python(attainment(0, 1).program.measure).clock
    told = view(story("Mon 09:00 opened", "Tue 10:00 resolved"))
    relieved = [(tick_of("Mon 12:00"), tick_of("Mon 13:00"))]
    assert ticket_time(rules, 0, WEEK).observe_ticket(told) == (0, 1, 2 * TICK, 1, 1)
    assert ticket_time(rules, 0, WEEK, relieved).observe_ticket(told) == (1, 0, 0, 0, 0)


SPANS = st.lists(
    st.tuples(st.integers(0, 2 * WEEK), st.integers(0, 3 * DAY)).map(lambda each: (each[0], each[0] + each[1])),
    max_size=6,
)


def named(spans: Sequence[Span]) -> list[tuple[str, Span]]:
    """Return spans of ticks with an identity each, as instants."""
    return [(f"O-{n}", (micros(start), micros(end))) for n, (start, end) in enumerate(spans)]


@given(SPANS, SPANS, st.integers(0, WEEK), st.integers(1, 2 * WEEK), st.randoms(use_true_random=False))
def test_outages_sum_to_their_union(
    spans: list[Span], relieved: list[Span], start: int, length: int, random: Any
) -> None:
    """What outages add sums, in any order, to the open half hours of their union that are not relieved."""
    level = availability(start, start + length, relieved)
    rows = level.observe_outages(named(spans))
    out = {tick for first, last in spans for tick in range(first, last)}
    out -= {tick for first, last in relieved for tick in range(first, last)}
    assert set(rows) == {ref for ref, _ in named(spans)}
    assert sum(row[0] for row in rows.values()) == TICK * sum(works(n) for n in out if start <= n < start + length)
    assert all(row[0] >= 0 == row[1] for row in rows.values())
    shuffled = named(spans)
    random.shuffle(shuffled)
    assert level.observe_outages(shuffled) == rows


@given(SPANS, SPANS)
def test_planned_time_is_not_relieved_time(spans: list[Span], relieved: list[Span]) -> None:
    """What notices take out of the denominator is their union in hours, whatever is relieved."""
    rows = availability(DAY, WEEK, relieved).observe_planned(named(spans))
    planned = {tick for first, last in spans for tick in range(first, last)}
    assert sum(row[1] for row in rows.values()) == TICK * sum(works(tick) for tick in planned if DAY <= tick < WEEK)
    assert not any(row[0] for row in rows.values())


@pytest.mark.parametrize(
    ("told", "until", "resolved"),
    [
        ((), "Fri 00:00", None),
        (("Mon 09:00 opened",), "Fri 00:00", None),
        (("Mon 09:00 opened", "Mon 10:00 resolved"), "Mon 10:00", None),  # not yet
        (("Mon 09:00 opened", "Mon 10:00 resolved"), "Mon 10:30", "Mon 10:00"),
        (("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 resolved"), "Fri 00:00", "Mon 10:00"),
        (("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 reopened"), "Mon 11:00", "Mon 10:00"),
        (("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 reopened"), "Fri 00:00", None),
        (
            ("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 reopened", "Tue 09:00 resolved"),
            "Fri 00:00",
            "Tue 09:00",
        ),
        (("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 merged"), "Fri 00:00", None),
    ],
)
def test_last_resolution(told: tuple[str, ...], until: str, resolved: str | None) -> None:
    """The resolution that stands is the first after the last reopening, if the ticket has not ended."""
    expected = None if resolved is None else micros(tick_of(resolved))
    assert last_resolution(steps_of(story(*told)), micros(tick_of(until))) == expected


@settings(max_examples=80)
@given(stories(), st.integers(DAY, 3 * WEEK), st.data())
def test_nothing_before_the_window_matters(told: tuple[Happening, ...], start: int, data: st.DataObject) -> None:
    """A ticket that was over before the first instant that matters is not counted in the period."""
    level = attainment(start, start + WEEK, within=WITHIN, changed="restart")
    first = level.program.look_back()
    assert first <= micros(start)
    done = (*[each for each in told if each.kind not in {"cancelled", "merged", "reopened"}],)
    over = (*done, Happening(data.draw(moments(done)), "resolved"))
    over = (*sorted(over, key=lambda each: each.tick),)
    if micros(over[-1].tick) < first:
        assert level.observe_ticket(view(over)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("within", "back"),
    [
        ("0h", "Fri 17:00"),  # the earliest instant at which as much time had been worked
        ("2h", "Fri 15:00"),
        ("8h", "Thu 17:00"),
        ({"by": "priority", "P1": "1h", "P2": "9h", "otherwise": "none"}, "Thu 16:00"),  # the longest of them
    ],
)
def test_look_back(within: object, back: str) -> None:
    """A ticket resolved before the period can be due in it, as far back as its longest target reaches."""
    assert attainment(WEEK, 2 * WEEK, within=within).program.look_back() == micros(tick_of(back))


def test_look_back_of_others() -> None:
    """Measures that count what happens in the period look back no further than its start."""
    assert attainment(WEEK, 2 * WEEK, population="resolved").program.look_back() == micros(WEEK)
    assert availability(WEEK, 2 * WEEK).program.look_back() == micros(WEEK)


def test_look_back_has_ends() -> None:
    """Where relief could have stopped the clock, or the calendar does not reach back, everything known can matter."""
    long, short = (attainment(0, 1, within=within).program for within in ("200000h", "8h"))
    assert replace(long, earliest=7).look_back() == 7
    assert replace(short, earliest=7, relieved=True).look_back() == 7


@pytest.mark.parametrize(
    ("start", "stop", "needed"),
    [
        (["opened"], ["resolved"], []),
        (["opened"], ["replied", "resolved"], ["replied"]),
        (["acknowledged"], ["resolved"], ["acknowledged"]),
        (["replied"], ["acknowledged", "resolved"], ["acknowledged", "replied"]),
    ],
)
def test_what_a_clock_needs(start: list[str], stop: list[str], needed: list[str]) -> None:
    """A level misses a kind of event when its clock starts or stops at it; what only holds it is not missed."""
    level = attainment(0, WEEK, rules={"start": start, "stop": stop}).program
    kinds = ("acknowledged", "replied", "held", "noted")
    assert [kind for kind in kinds if level.misses([kind])] == needed
    assert level.misses(kinds) is bool(needed)
    assert not level.misses([])
    assert not availability(0, WEEK).program.misses(kinds)
