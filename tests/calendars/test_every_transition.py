"""Every change of clocks of every zone, 2015 to 2035, with hours laid around it, against a wall clock."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pytest

from ecsm_contracts.calendars import BusinessCalendar, zone_names
from tests.calendars.strategies import ZONES, calendar_of
from tests.calendars.transitions_oracle import (
    DATE_LINE,
    EPOCH,
    MICROS,
    REACH,
    Hours,
    Turn,
    Wall,
    date_line_moves,
    offset_at,
    turns_of,
    zone_files,
)
from tests.calendars.wallclock import DAY, TICK, Desk, transitions, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.calendars.transitions_oracle import Shift

pytestmark = pytest.mark.sweep

Laying: TypeAlias = "Callable[[str, tuple[Turn, ...]], Iterator[Desk]]"
"""Lays the hours of desks around the changes of a zone."""

YEARS = (2015, 2036)
CHUNKS = 24
DEEP_CHUNKS = 48
VARIANTS = 12
STEPS = (-61, -60, -30, -1, 0, 1, 30, 60)
QUIET = 1_622_548_800
"""2021-06-01T12:00Z: where hours are laid in a zone whose clocks do not change."""
NEAR = 3 * 3600 * MICROS
"""Edges this near to a change are asked about."""
FAR = (REACH - 3600) * MICROS
"""Where windows begin before a change, and end after it."""
DATES_COME_BACK = {"America/St_Johns": (2007, 2012), "Canada/Newfoundland": (2007, 2012)}
"""Where clocks were put back from 00:01, so that a date that was over began again; nowhere since."""
FLOORS = {
    "all": 8000,
    "gap": 4000,
    "fold": 4000,
    "at midnight": 400,
    "midnight skipped": 150,
    "a date comes back": 8,
    "not on the hour": 120,
    "part of an hour": 60,
    "more than an hour": 40,
    "names only": 15,
    "date line": 5,
}
"""How many changes of each kind there are at the least, aliases counted; the sweep asked 2 071 873 questions."""


def every_turn(name: str) -> tuple[Turn, ...]:
    """Return the changes of a zone, and from the years since 1990 those that move a date."""
    earlier = turns_of(name, *DATES_COME_BACK[name]) if name in DATES_COME_BACK else ()
    return date_line_moves(name) + earlier + turns_of(name, *YEARS)


def turns_or_quiet(name: str) -> tuple[Turn, ...]:
    """Return the changes of a zone, or else one instant at which nothing changes."""
    offset = offset_at(zone_of(name), QUIET)
    return every_turn(name) or (Turn(QUIET, offset, offset),)


# --- hours laid around changes ---------------------------------------------------------------------------


def edges_of(turn: Turn) -> list[int]:
    """Return minutes of the day on and beside what the clock shows before and after a change, and midnight."""
    return sorted({(minute + step) % DAY for minute in turn.minutes for step in STEPS} | {0})


def pairs(edges: list[int]) -> list[Shift]:
    """Return every shift from one edge to a later one, or to 24:00."""
    ends = [*edges, DAY]
    return [(start, end) for i, start in enumerate(edges) for end in ends[i + 1 :]]


def by_date(name: str, turns: tuple[Turn, ...], shifts_of: dict[Turn, Iterator[tuple[Shift, ...]]]) -> Desk:
    """Return a desk that works on the dates around changes only, with the next of the shifts on each date."""
    special = {day: next(shifts_of[turn]) for turn in turns for day in turn.dates}
    return Desk(name, (), special=tuple(sorted(special.items())))


def alternating(turn: Turn, parity: int) -> Iterator[tuple[Shift, ...]]:
    """Return the hours from every other edge to the next, and on the next date the hours between them."""
    ends = [*edges_of(turn), DAY]
    spans = list(pairwise(ends))
    return cycle([tuple(spans[parity::2]), tuple(spans[1 - parity :: 2])])


def single(edges: list[int], order: random.Random) -> Iterator[tuple[Shift, ...]]:
    """Return one shift a day, each from one edge to another, in a drawn order."""
    shifts = pairs(edges)
    return cycle([(shift,) for shift in order.sample(shifts, len(shifts))])


def by_night(name: str, edges: list[int], order: random.Random) -> Desk:
    """Return a desk with a shift every evening that ends after midnight, each from a late edge to an early one."""
    cut = order.randrange(1, len(edges) - 1)
    opens, closes = (order.choices(part, k=7) for part in (edges[cut + 1 :], edges[1 : cut + 1]))
    return Desk(name, tuple((day * DAY + opens[day], (day + 1) * DAY + closes[day]) for day in range(7)))


def by_day(name: str, edges: list[int], order: random.Random) -> Desk:
    """Return a desk with one shift on each day of the week, from one edge to another."""
    shifts = order.choices(pairs(edges), k=7)
    return Desk(name, tuple((day * DAY + start, day * DAY + end) for day, (start, end) in enumerate(shifts)))


def drawn_desks(name: str, turns: tuple[Turn, ...], order: random.Random) -> list[Desk]:
    """Return three desks that have a shift from edge to edge: on the dates around changes, by night and by day."""
    shifts = {wall: single(list(wall), order) for wall in {tuple(edges_of(turn)) for turn in turns}}
    wall = edges_of(order.choice(turns))
    dates = by_date(name, turns, {turn: shifts[tuple(edges_of(turn))] for turn in turns})
    return [dates, by_night(name, wall, order), by_day(name, wall, order)]


def few_desks(name: str, turns: tuple[Turn, ...]) -> Iterator[Desk]:
    """Return two desks: hours from edge to edge, and hours of every week with drawn dates at half the changes."""
    order = random.Random(name)
    dates, night, day = drawn_desks(name, turns[order.randrange(2) % len(turns) :: 2], order)
    yield by_date(name, turns, {turn: alternating(turn, i // 2 % 2) for i, turn in enumerate(turns)})
    yield replace(order.choice([night, night, day, *whole_desks(name)]), special=dates.special)


def many_desks(name: str, turns: tuple[Turn, ...]) -> Iterator[Desk]:
    """Return more such desks: every edge as an opening and as a closing at each change, and more that are drawn."""
    order = random.Random(name)
    for parity in (0, 1):
        yield by_date(name, turns, {turn: alternating(turn, parity) for turn in turns})
    for _ in range(VARIANTS):
        yield from drawn_desks(name, turns, order)
    yield from whole_desks(name)


def whole_desks(name: str) -> list[Desk]:
    """Return a desk that works from 22:00 to 06:00, and one that never closes."""
    nights = tuple((day * DAY + 1320, (day + 1) * DAY + 360) for day in range(7))
    return [Desk(name, nights), Desk(name, tuple((day * DAY, (day + 1) * DAY) for day in range(7)))]


# --- what is asked, and what the wall clock says ----------------------------------------------------------


class Checks(NamedTuple):
    """Questions about one desk around one change, each with its answer."""

    worked: list[tuple[datetime, datetime, timedelta]]
    inside: list[tuple[datetime, bool]]
    due: list[tuple[datetime, timedelta, datetime]]
    next_opening: list[tuple[datetime, timedelta, datetime]]
    closing: list[tuple[datetime, datetime]]
    spans: list[tuple[int, int, tuple[Shift, ...]]]

    def asked(self) -> int:
        """Return how many questions there are."""
        return sum(len(questions) for questions in self)


def at(micros: int) -> datetime:
    """Return the instant so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=micros)


def span(micros: int) -> timedelta:
    """Return so many microseconds."""
    return timedelta(microseconds=micros)


def instants(hours: Hours) -> list[int]:
    """Return the edges near a change, also those that the other offset would give, the change, and what is beside."""
    turn = hours.turn.at * MICROS
    marks = [mark for mark in hours.marks if abs(mark - turn) <= NEAR]
    edges = {edge for shift in hours.spans for edge in shift if abs(edge - turn) <= NEAR}
    beside = {edge + (1 if i % 2 else -1) for i, edge in enumerate(sorted(edges))}
    return sorted({*marks, *beside, turn - 1, turn, turn + 1, turn - FAR, turn + FAR})


def checks_around(hours: Hours) -> Checks:
    """Ask about windows between instants in turn and from far before, and about the deadlines they amount to."""
    until, ask = hours.until, instants(hours)
    first, last = ask[0], ask[-1]
    found = Checks([], [(at(each), hours.is_open(each)) for each in ask], [], [], [], [])
    for start, end in [*pairwise(ask), *((first, each) for each in ask), *((each, last) for each in ask[1:-1:3])]:
        found.worked.append((at(start), at(end), span(until(end) - until(start))))
    for start, end in [*((first, each) for each in ask), *zip(ask, ask[5:], strict=False)]:
        amount = until(end) - until(start)
        found.due.append((at(start), span(amount), at(hours.earliest(start, amount))))
        if amount > 0 and (back := hours.latest(until(end) - amount)) is not None:
            found.due.append((at(end), span(-amount), at(back)))
    for start in (first, *ask[1::4]):
        if (opens := hours.latest(until(ask[-2]))) is not None and start <= ask[-2]:
            found.next_opening.append((at(start), span(until(ask[-2]) - until(start)), at(opens)))
        if (opens := hours.latest(until(start))) is not None:
            found.next_opening.append((at(start), timedelta(), at(opens)))
    closings = ((each, hours.closing(each)) for each in ask[1::9])
    found.closing.extend((at(each), at(closes)) for each, closes in closings if closes is not None)
    turn = hours.turn.at
    found.spans.append(((turn - REACH) * MICROS, (turn + REACH) * MICROS, hours.spans))
    return found


def mistakes(calendar: BusinessCalendar, checks: Checks) -> list[str]:
    """Ask the library; return where its answers are not those of the wall clock."""
    worked, deadline, in_hours = calendar.worked, calendar.deadline, calendar.in_hours
    wrong: list[object] = [("worked", each) for each in checks.worked if worked(each[0], each[1]) != each[2]]
    wrong += [("in_hours", each) for each in checks.inside if in_hours(each[0]) is not each[1]]
    wrong += [("deadline", each) for each in checks.due if deadline(each[0], each[1]) != each[2]]
    wrong += [
        ("next opening", each)
        for each in checks.next_opening
        if deadline(each[0], each[1], at="next_opening") != each[2]
        or (not each[1] and calendar.next_open(each[0]) != each[2])
    ]
    wrong += [("next_close", each) for each in checks.closing if calendar.next_close(each[0]) != each[1]]
    wrong += [("open_spans", each) for each in checks.spans if calendar.open_spans(each[0], each[1]) != each[2]]
    return [f"{calendar.title}: {each}" for each in wrong]


def sweep(names: tuple[str, ...], desks: list[Desk], *, every_name: bool) -> Counter[str]:
    """Ask about every change of the zones in one file; return how much was asked under each name.

    All desks are asked under the first name; under each other name all of them too, or one in turn.
    """
    turns, done = turns_or_quiet(names[0]), Counter[str]()
    for number, desk in enumerate(desks):
        wall = Wall(desk)
        checks = [checks_around(wall.hours_around(turn)) for turn in (turns[-1], *turns[:-1])]
        for place, name in enumerate(names):
            if every_name or place == 0 or place % len(desks) == number:
                calendar = calendar_of(replace(desk, zone=name))
                wrong = [each for asked in checks for each in mistakes(calendar, asked)]
                assert not wrong, f"{len(wrong)} wrong answers, such as:\n" + "\n".join(wrong[:5])
                done[name] += sum(asked.asked() for asked in checks)
    return done


# --- tests -------------------------------------------------------------------------------------------------


def check_files(part: tuple[tuple[str, ...], ...], lay: Laying, least: tuple[int, int], *, every_name: bool) -> None:
    """Sweep the zones of these files; so much at the least is asked about a change, under the first name and others."""
    for names in part:
        turns = turns_or_quiet(names[0])
        done = sweep(names, list(lay(names[0], turns)), every_name=every_name)
        assert sorted(done) == sorted(names)
        assert done[names[0]] >= least[0] * len(turns)
        assert min(done.values()) >= least[1] * len(turns)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_change_of_clocks_is_what_the_wall_clock_shows(chunk: int) -> None:
    """Around every change, service time, deadlines and membership are what a wall clock shows, to the microsecond."""
    check_files(zone_files()[chunk::CHUNKS], few_desks, (150, 25), every_name=False)


@pytest.mark.deep
@pytest.mark.parametrize("chunk", range(DEEP_CHUNKS))
def test_every_change_of_clocks_with_many_more_hours(chunk: int) -> None:
    """Likewise, with forty desks around every change, each under every name of the zone."""
    check_files(zone_files()[chunk::DEEP_CHUNKS], many_desks, (2000, 2000), every_name=True)


def kinds_of(turn: Turn) -> set[str]:
    """Say what sort of change it is, read off the two clocks."""
    old, new = ((turn.at + offset) // 60 for offset in (turn.before, turn.after))
    kinds = {
        "gap": turn.jump > 0,
        "fold": turn.jump < 0,
        "names only": turn.jump == 0,
        "part of an hour": turn.jump % 3600 != 0,
        "more than an hour": abs(turn.jump) > 3600,
        "at midnight": 0 in (old % DAY, new % DAY),
        "midnight skipped": old % DAY == 0 and turn.jump > 0,
        "a date comes back": new // DAY < (old - 1) // DAY,
        "not on the hour": old % 60 != 0 or new % 60 != 0,
        "date line": abs(turn.jump) > DATE_LINE,
    }
    return {kind for kind, it_is in kinds.items() if it_is}


def test_no_zone_and_no_kind_of_change_is_left_out() -> None:
    """All names of the package are swept, and thousands of changes of ten kinds: the sweep cannot become empty."""
    assert sorted(name for names in zone_files() for name in names) == sorted(zone_names())
    seen: Counter[str] = Counter()
    for names in zone_files():
        for turn in every_turn(names[0]):
            seen.update({kind: len(names) for kind in ("all", *kinds_of(turn))})
    few = {kind: (seen[kind], floor) for kind, floor in FLOORS.items() if seen[kind] < floor}
    assert not few, f"{few} of {seen}"


def sample() -> Iterator[tuple[Desk, Turn]]:
    """Return desks of every sort, each around one change, in zones where clocks do odd things."""
    for i, name in enumerate([*ZONES, "Antarctica/Casey", "Africa/Monrovia", "Pacific/Kwajalein"]):
        turns = turns_or_quiet(name)
        for k, desk in enumerate([*few_desks(name, turns), *many_desks(name, turns)]):
            if k % 7 == i % 7:
                yield desk, turns[(5 * k + i) % len(turns)]


def test_the_quick_oracle_is_the_slow_one() -> None:
    """What this oracle says of windows and deadlines, one that reads the clock every minute says as well."""
    compared = 0
    for desk, turn in sample():
        hours = Wall(desk).hours_around(turn)
        ask = instants(hours)
        for start, end in [(ask[0], ask[-1]), *zip(ask, ask[4::3], strict=False)]:
            assert span(hours.until(end) - hours.until(start)) == desk.worked(at(start), at(end))
            compared += 1
        amount = hours.until(ask[-2]) - hours.until(ask[0])
        due = at(hours.earliest(ask[0], amount))
        assert (desk.worked(at(ask[0]), due)) == span(amount)
        assert amount == 0 or desk.worked(at(ask[0]), due - TICK) == span(amount - 1)
        assert all(hours.is_open(each) == desk.is_open(at(each)) for each in ask)
    assert compared > 500


@pytest.mark.parametrize("name", ["Africa/Casablanca", "Asia/Gaza", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
def test_changes_are_found_where_a_closer_look_finds_them(name: str) -> None:
    """Looking once a day finds the changes of offset that looking every six hours does."""
    found = [at(turn.at * MICROS) for turn in turns_of(name, 2015, 2027) if turn.jump]
    assert found == list(transitions(name, 2015, 2027))
