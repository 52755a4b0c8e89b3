"""Tests of levels as they observe: which period a ticket counts in, and what outages add up to."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ecsm_contracts.calendars import Span, from_micros
from ecsm_contracts.facts import Notice, Outage, Setting
from ecsm_contracts.measures import (
    BoundLevel,
    Item,
    LateUnits,
    LevelProgram,
    Measure,
    Scope,
    TicketView,
    Vocabulary,
    life_of,
)

from .desk import (
    DAY,
    TABLES,
    TICK,
    WEEK,
    Happening,
    any_clocks,
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


VOCABULARY = Vocabulary()
"""What the tickets of these tests are compiled by, and all levels are bound to."""


def view(told: Sequence[Happening], **item: Any) -> TicketView:
    """Return what a level needs of a P2 ticket to which this happened."""
    compiled = VOCABULARY.compile(steps_of(told))
    return TicketView(Item(**{"service": "desk", "type": "incident", **item}), compiled, life_of(compiled, VOCABULARY))


def bound(
    measure: Any, start: int, end: int, spans: Sequence[Span] = (), scope: Scope | None = None, **more: Any
) -> BoundLevel:
    """Return a level bound to relieved *spans*, in the period from tick *start* to tick *end*."""
    tables = {name: TABLES[name] for name in measure.calendars()}
    program = LevelProgram("4.2", scope or Scope(), measure, tables, micros(start), micros(end), **more)
    return program.bind(((micros(first), micros(last)) for first, last in spans), VOCABULARY)


def known_at(level: BoundLevel, told: Sequence[Happening], **item: Any) -> tuple[int, ...] | None:
    """Return the row of a ticket, of which a level sees what happened before the end of its period."""
    known = [each for each in told if micros(each.tick) < level.program.end]
    return level.observe_ticket(view(known, **item)) if known else (0,) * len(level.program.columns)


def ticket_time(rules: Clock, start: int, end: int, spans: Sequence[Span] = ()) -> BoundLevel:
    """Return a level of each ticket by itself, in the period from tick *start* to tick *end*."""
    measure = MEASURE.validate_python({"kind": "ticket_time", "clock": rules.to_data(), "within": WITHIN})
    return bound(measure, start, end, spans, Scope(service="desk"), late_units=UNITS)


def attainment(start: int, end: int, *, within: object = "8h", **choices: Any) -> BoundLevel:
    """Return an attainment level in the period from tick *start* to tick *end*."""
    said = {name: choices.pop(name) for name in ("undecided", "overdue") if name in choices}
    population = choices.pop("population", "due")
    choices.update(choices.pop("rules", {}))
    data = {"kind": "attainment", "clock": clock_data(**choices), "within": within, "population": population}
    return bound(MEASURE.validate_python({**data, "minimum": 1, "when_too_few": "met", **said}), start, end)


def availability(start: int, end: int, relieved: Sequence[Span] = (), **more: Any) -> BoundLevel:
    """Return an availability level in the period from tick *start* to tick *end*."""
    measure = MEASURE.validate_python({"kind": "availability", "hours": "desk"})
    return bound(measure, start, end, relieved, Scope(service="mail"), **more)


def standing(rules: Clock, told: Sequence[Happening], until: int) -> tuple[int, ...]:
    """Return met, breached, late and late units of a ticket at a tick, counted on fingers."""
    fingers = count(rules, TARGETS, "P2", told, until)
    if not fingers.judged:
        return 0, 0, 0, 0, 0
    breached = fingers.breach is not None
    late = fingers.late
    return (
        int(fingers.stopped and not breached),
        int(breached),
        late,
        -(-late // (2 * TICK)),
        late // (2 * TICK),
    )


@settings(max_examples=80)
@given(clocks() | any_clocks(), stories(), PERIODS)
def test_ticket_time_telescopes(rules: Clock, told: tuple[Happening, ...], edges: list[int]) -> None:
    """The rows of periods that follow on each other sum to the row of one long period: nothing is counted twice."""
    rows = [known_at(ticket_time(rules, *each), told) for each in pairwise(edges)]
    whole = known_at(ticket_time(rules, edges[0], edges[-1]), told)
    assert whole == tuple(map(sum, zip(*(row or () for row in rows), strict=True)))


@settings(max_examples=80)
@given(clocks() | any_clocks(), stories(), PERIODS)
def test_ticket_time_counts_like_fingers(rules: Clock, told: tuple[Happening, ...], edges: list[int]) -> None:
    """A row is what stands at the period's end less what stood at its start, as counted on fingers."""
    start, end, *_ = edges
    after, before = standing(rules, told, end), standing(rules, told, start)
    row = known_at(ticket_time(rules, start, end), told)
    assert row == tuple(a - b for a, b in zip(after, before, strict=True))


@given(clocks(), stories(), PERIODS)
def test_what_happens_later_changes_nothing(rules: Clock, told: tuple[Happening, ...], edges: list[int]) -> None:
    """Law E21: events at or after an instant change nothing of what the clock says there."""
    earlier = [each for each in told if each.tick < edges[1]]
    level = ticket_time(rules, edges[0], edges[2])
    expected = level.judge(view(earlier), micros(edges[1])) if earlier else None
    assert level.judge(view(told), micros(edges[1])) == expected


def counted_at(population: str, told: Sequence[Happening], start: int, end: int) -> bool:
    """Say whether a ticket of which this is known was opened, last resolved or last closed, or open, in the period."""
    if not told or told[-1].kind in {"cancelled", "merged"}:
        return False
    again = max((n for n, each in enumerate(told) if each.kind == "reopened"), default=0)
    ends = {"resolved": {"resolved", "closed"}, "closed": {"closed"}, "active": {"resolved", "closed"}}
    standing = [each.tick for each in told[again:] if each.kind in ends.get(population, ())]
    if population == "active":
        return not standing or standing[0] >= start
    at = told[0].tick if population == "opened" else standing[0] if standing else None
    return at is not None and start <= at < end


@settings(max_examples=80)
@given(
    SETTLED,
    stories(),
    PERIODS,
    st.sampled_from(["due", "resolved", "closed", "opened", "active"]),
    st.sampled_from(["met", "missed", "left_out"]),
)
def test_attainment_counts_like_fingers(
    rules: Clock, told: tuple[Happening, ...], edges: list[int], population: str, undecided: str
) -> None:
    """A ticket counts when its population has it, and is met without a breach; what is undecided, as was said."""
    start, end, *_ = edges
    told = tuple(each for each in told if each.tick < end)
    fingers = count(rules, TARGETS, "P2", told, end)
    if population == "due":
        counts = fingers.judged and fingers.due is not None and micros(start) <= fingers.due < micros(end)
    else:
        counts = fingers.judged and counted_at(population, told, start, end)
    met = fingers.breach is None
    said = {"undecided": undecided} if population in {"opened", "active"} else {}
    if said and met and fingers.state == "ticking":
        counts, met = counts and undecided != "left_out", undecided == "met"
    level = attainment(start, end, within=WITHIN, population=population, rules=rules.to_data(), **said)
    assert known_at(level, told) == ((1, int(met), fingers.elapsed) if counts else (0, 0, 0))


@settings(max_examples=80)
@given(SETTLED, stories(), PERIODS)
def test_what_is_overdue_counts_until_it_is_stopped(
    rules: Clock, told: tuple[Happening, ...], edges: list[int]
) -> None:
    """A late ticket that is still open counts as missed in each later period too; else nothing differs."""
    start, end, *_ = edges
    told = tuple(each for each in told if each.tick < end)
    before, after = (count(rules, TARGETS, "P2", told, at) for at in (start, end))
    once, always = (
        known_at(attainment(start, end, within=WITHIN, overdue=overdue, rules=rules.to_data()), told)
        for overdue in ("once", "until_stopped")
    )
    carried = before.judged and before.state == "ticking" and before.breach is not None and after.judged
    if carried:
        assert always == (1, int(after.breach is None), after.elapsed)
    else:
        assert always == once


def finished_at(rules: Clock, told: Sequence[Happening]) -> int | None:
    """Return the tick at which a ticket was resolved, or closed where only that stops its clock, as it stands."""
    again = max((n for n, each in enumerate(told) if each.kind == "reopened"), default=0)
    kinds = {"resolved", "closed"} if "resolved" in rules.stop else {"closed"}
    return next((each.tick for each in told[again:] if each.kind in kinds), None)


OVERDUE: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"stopped": "counts"},
        {"stopped": "left_out"},
        {"stopped": "counts", "unless_within": "30min"},
        {"stopped": "counts", "unless_within": "48h"},
        {"stopped": "counts", "unless_within": "672h"},
    ]
)


@settings(max_examples=120)
@given(SETTLED, stories(), PERIODS, st.sampled_from(["due", "resolved", "closed"]), OVERDUE)
def test_what_is_overdue_is_left_out_when_it_stops(
    rules: Clock, told: tuple[Happening, ...], edges: list[int], population: str, overdue: dict[str, Any]
) -> None:
    """A ticket that was overdue at the start is left out in the period in which it stops, if the contract says so."""
    start, end, *_ = edges
    told = tuple(each for each in told if each.tick < end)
    finish = ["resolved"] if "resolved" in rules.stop else ["closed"]
    if "unless_within" in overdue:
        rules = rules.replace(stop=tuple(finish), start=("opened",), cycles="one")
    before, after = (count(rules, TARGETS, "P2", told, at) for at in (start, end))
    was, is_ = (each.judged and each.state == "ticking" and each.breach is not None for each in (before, after))
    stopped, finished = after.judged and after.stopped, finished_at(rules, told)
    soon = False
    if "unless_within" in overdue and finished is not None and after.breach is not None and after.due is not None:
        hours = {"30min": 0.5, "48h": 48, "672h": 672}[overdue["unless_within"]]
        soon = micros(finished) - after.due <= hours * 2 * TICK
    left_out = was and stopped and (overdue["stopped"] == "left_out" or soon)
    if population == "due":
        mine = after.due is not None and micros(start) <= after.due < micros(end)
        counts, missed = mine or was, after.breach is not None or was
    else:
        counts, missed = counted_at(population, told, start, end) or is_, after.breach is not None
    level = attainment(start, end, within=WITHIN, population=population, overdue=overdue, rules=rules.to_data())
    expected = (1, int(not missed), after.elapsed) if after.judged and counts and not left_out else (0, 0, 0)
    assert known_at(level, told) == expected


@pytest.mark.parametrize(
    ("population", "overdue", "rows"),
    [
        # A ticket due in the first week and resolved in the third, on the Monday; and one resolved in the fourth.
        ("due", "once", [(1, 0), (0, 0), (0, 0), (0, 0)]),
        ("due", "until_stopped", [(1, 0), (1, 0), (1, 0), (0, 0)]),
        ("due", {"stopped": "left_out"}, [(1, 0), (1, 0), (0, 0), (0, 0)]),
        ("due", {"stopped": "counts", "unless_within": "400h"}, [(1, 0), (1, 0), (0, 0), (0, 0)]),
        ("due", {"stopped": "counts", "unless_within": "240h"}, [(1, 0), (1, 0), (0, 0), (0, 0)]),
        ("due", {"stopped": "counts", "unless_within": "239h"}, [(1, 0), (1, 0), (1, 0), (0, 0)]),
        ("resolved", "once", [(0, 0), (0, 0), (1, 0), (0, 0)]),
        ("resolved", "until_stopped", [(1, 0), (1, 0), (1, 0), (0, 0)]),
        ("resolved", {"stopped": "left_out"}, [(1, 0), (1, 0), (0, 0), (0, 0)]),
        ("resolved", {"stopped": "counts", "unless_within": "239h"}, [(1, 0), (1, 0), (1, 0), (0, 0)]),
    ],
    ids=str,
)
def test_open_work_is_carried_over(population: str, overdue: Any, rows: list[tuple[int, int]]) -> None:
    """A ticket due on Friday at 09:00 and resolved ten days later counts in each week until then, as is said."""
    told = story("Thu 09:00 opened", "Mon3 09:00 resolved")
    levels = (attainment(n * WEEK, (n + 1) * WEEK, population=population, overdue=overdue) for n in range(4))
    assert [(known_at(level, told) or ())[:2] for level in levels] == rows


@pytest.mark.parametrize("population", ["due", "resolved"])
@pytest.mark.parametrize("overdue", [{"stopped": "left_out"}, {"stopped": "counts", "unless_within": "672h"}], ids=str)
def test_what_was_not_overdue_is_not_left_out(population: str, overdue: Any) -> None:
    """A ticket that runs out of time in the week in which it is resolved counts: its miss is no old one."""
    late = story("Mon 09:00 opened", "Wed 09:00 resolved")
    early = story("Mon 09:00 opened", "Mon 10:00 resolved")
    level = attainment(0, WEEK, population=population, overdue=overdue)
    assert [(known_at(level, told) or ())[:2] for told in (late, early)] == [(1, 0), (1, 1)]


@given(clocks(changed="restart"), stories(), PERIODS, st.data())
def test_a_ticket_is_due_once_while_it_is_not_reopened(
    rules: Clock, told: tuple[Happening, ...], edges: list[int], data: st.DataObject
) -> None:
    """A ticket that is not reopened is counted as due in at most one of the periods that follow on each other."""
    if any(each.kind == "reopened" for each in told):
        told = told[: next(n for n, each in enumerate(told) if each.kind == "reopened")]
    spans = pairwise(edges)
    rows = [known_at(attainment(*span, within=WITHIN, rules=rules.to_data()), told) for span in spans]
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
        (("Fri 09:00 opened", "Mon2 00:00 resolved"), "active", (1, 1, 16)),  # resolved at the very start
        (("Fri 09:00 opened", "Sun 23:30 resolved"), "active", (0, 0, 0)),
        (("Mon2 00:00 opened", "Mon2 10:00 resolved"), "opened", (1, 1, 2)),
        (("Sun 23:30 opened", "Mon2 10:00 resolved"), "opened", (0, 0, 0)),
        (("Fri2 09:00 opened",), "opened", (0, 0, 0)),  # all used at the end of the week: undecided, not missed
    ],
)
def test_population(told: tuple[str, ...], population: str, row: tuple[int, int, int]) -> None:
    """Which period a ticket counts in, and how, is as worked by hand."""
    counted, met, ticks = row
    said = {"undecided": "left_out"} if population in {"opened", "active"} else {}
    level = attainment(WEEK, 2 * WEEK, population=population, **said)
    assert known_at(level, story(*told)) == (counted, met, ticks * TICK)


@pytest.mark.parametrize(
    ("told", "rows"),
    [
        # Met, misses and half hours late in each of three weeks; eight hours is a working day.
        (("Thu 09:00 opened", "Thu 12:00 resolved"), [(1, 0, 0), (0, 0, 0), (0, 0, 0)]),
        (("Thu 09:00 opened", "Mon2 12:00 resolved"), [(0, 1, 16), (0, 0, 6), (0, 0, 0)]),
        (("Thu 09:00 opened",), [(0, 1, 16), (0, 0, 80), (0, 0, 80)]),
        (("Thu 09:00 opened", "Fri 09:30 resolved"), [(0, 1, 1), (0, 0, 0), (0, 0, 0)]),  # half an hour is late, too
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
    rules: Any = attainment(0, 1).program.measure
    assert rules.kind == "attainment"
    found = [known_at(ticket_time(rules.clock, n * WEEK, (n + 1) * WEEK), story(*told)) for n in range(3)]
    assert [row[:3] for row in found if row] == [(met, misses, late * TICK) for met, misses, late in rows]


def test_columns_and_scope() -> None:
    """A level names its columns after itself, and has no row for a ticket out of its scope."""
    rules = TypeAdapter(Any).validate_python(attainment(0, 1).program.measure).clock
    level = ticket_time(rules, 0, WEEK)
    assert level.program.columns == ("4.2.met", "4.2.misses", "4.2.late", "5.1.late.4.2", "5.2.late.4.2")
    told = story("Mon 09:00 opened")
    assert level.observe_ticket(view(told, service="mail")) is None
    assert level.observe_ticket(view(told, type="request")) is not None
    assert availability(0, WEEK).observe_ticket(view(told, service="mail")) is None
    assert availability(0, WEEK).program.columns == ("4.2.unavailable", "4.2.planned", "4.2.unknown")


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


def outages(spans: Sequence[Span], service: str = "mail") -> list[Outage]:
    """Return outages over spans of ticks."""
    instants = ((from_micros(micros(start)), from_micros(micros(end))) for start, end in spans)
    return [Outage(ref=f"O-{n}", service=service, start=start, end=end) for n, (start, end) in enumerate(instants)]


def notices(spans: Sequence[Span], kind: str = "maintenance") -> list[Notice]:
    """Return notices over spans of ticks."""
    data = [each.to_data() | {"ref": each.ref.replace("O", "N"), "kind": kind} for each in outages(spans)]
    return [Notice.model_validate(each) for each in data]


@given(SPANS, SPANS, st.integers(0, WEEK), st.integers(1, 2 * WEEK), st.randoms(use_true_random=False))
def test_outages_sum_to_their_union(
    spans: list[Span], relieved: list[Span], start: int, length: int, random: Any
) -> None:
    """What outages add sums, in any order, to the open half hours of their union that are not relieved."""
    level = availability(start, start + length, relieved)
    rows = level.observe_setting(Setting(outages=tuple(outages(spans))))
    out = {tick for first, last in spans for tick in range(first, last)}
    out -= {tick for first, last in relieved for tick in range(first, last)}
    begun = {("outage", f"O-{n}") for n, (first, _) in enumerate(spans) if first < start + length}
    assert set(rows) == begun
    assert sum(row[0] for row in rows.values()) == TICK * sum(works(n) for n in out if start <= n < start + length)
    assert all(row[0] >= 0 == row[1] for row in rows.values())
    shuffled = outages(spans)
    random.shuffle(shuffled)
    elsewhere = outages([(0, 9 * DAY)], service="web")
    assert level.observe_setting(Setting(outages=(*shuffled, *elsewhere))) == rows


@given(SPANS, SPANS)
def test_planned_time_is_not_relieved_time(spans: list[Span], relieved: list[Span]) -> None:
    """What notices take out of the denominator is their union in hours, whatever is relieved; others take nothing."""
    setting = Setting(notices=tuple(notices(spans)))
    leaving = frozenset({"maintenance"})
    rows = availability(DAY, WEEK, relieved, leaving=leaving).observe_setting(setting)
    planned = {tick for first, last in spans for tick in range(first, last)}
    assert sum(row[1] for row in rows.values()) == TICK * sum(works(tick) for tick in planned if DAY <= tick < WEEK)
    assert not any(row[0] for row in rows.values())
    assert not availability(DAY, WEEK, relieved, leaving=frozenset({"force_majeure"})).observe_setting(setting)


@pytest.mark.parametrize(
    ("told", "until", "resolved"),
    [
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
    known = VOCABULARY.compile(steps_of(story(*told))).known_before(micros(tick_of(until)))
    assert life_of(known, VOCABULARY).resolved == expected


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
        assert known_at(level, over) == (0, 0, 0)


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
