"""
Desks, windows and holds laid around real changes of real zones.

The zone is drawn first, then one of its transitions, then hours whose edges fall on and beside the local
times before and after it, then instants on and beside those edges: a window drawn at random would hardly ever
meet any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar
from tests.calendars.wallclock import DAY, MINUTE, TICK, WEEK, Desk, transitions, zone_of

ZONES = (
    "Europe/Amsterdam",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Santiago",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "UTC",
)
YEARS = (2017, 2024)
QUIET = datetime(2024, 12, 31, 12, tzinfo=UTC)
"""Where windows are laid for zones without transitions."""


@dataclass(frozen=True)
class World:
    """A desk, the calendar that the library makes of it, and a window around a transition."""

    desk: Desk
    turn: datetime
    start: datetime
    end: datetime
    holds: tuple[tuple[datetime, datetime], ...]

    @cached_property
    def calendar(self) -> BusinessCalendar:
        """The library's calendar."""
        return calendar_of(self.desk)


def calendar_of(desk: Desk) -> BusinessCalendar:
    """Return the library's calendar of an oracle's desk."""
    return BusinessCalendar.weekly(
        desk.text,
        zone=desk.zone,
        holidays=sorted(desk.holidays),
        yearly_holidays=[f"{month:02}-{day:02}" for month, day in desk.yearly],
        special_days={day: day_text(shifts) for day, shifts in desk.special},
    )


def day_text(shifts: tuple[tuple[int, int], ...]) -> str:
    """Return one date's shifts in the library's grammar."""
    times = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in shifts]
    return " ".join(times) or "closed"


@st.composite
def turns(draw: st.DrawFn) -> tuple[str, datetime]:
    """Draw a zone, then one of its transitions within YEARS."""
    zone = draw(st.sampled_from(ZONES))
    return zone, draw(st.sampled_from(transitions(zone, *YEARS) or (QUIET,)))


def edges_around(zone: str, turn: datetime) -> list[int]:
    """Return minutes of the day on and beside what the wall clock shows just before and just after *turn*."""
    shown = [at.astimezone(zone_of(zone)) for at in (turn - MINUTE, turn)]
    minutes = [local.hour * 60 + local.minute for local in shown]
    near = {minute + step for minute in minutes for step in (-61, -60, -30, -1, 0, 1, 30, 60)}
    return sorted({minute % DAY for minute in near} | {0, 1, 360, 540, 720, 1020, 1320, 1439})


@st.composite
def desks(draw: st.DrawFn, zone: str, turn: datetime) -> Desk:
    """Draw hours with edges around the transition, and holidays and special days within two days of it."""
    week = draw(weeks(edges_around(zone, turn)))
    today = turn.astimezone(zone_of(zone)).date()
    near = st.integers(-2, 2).map(lambda days: today + timedelta(days=days))
    kind = draw(st.sampled_from(["none", "none", "none", "dated", "yearly", "special", "clash"]))
    hours = st.sampled_from([(), ((0, DAY),), ((60, 150), (540, 1020)), ((0, 90), (1380, DAY))])
    days = draw(st.lists(near, min_size=1, max_size=2, unique=True))
    holidays = frozenset(days) if kind in ("dated", "clash") else frozenset()
    yearly = frozenset((day.month, day.day) for day in days[:1]) if kind in ("yearly", "clash") else frozenset()
    special = {day: draw(hours) for day in days[-1:]} if kind in ("special", "clash") else {}
    return Desk(zone, week, holidays, yearly, tuple(sorted(special.items())))


@st.composite
def weeks(draw: st.DrawFn, edges: list[int]) -> tuple[tuple[int, int], ...]:
    """Draw a pattern of shifts, perhaps overnight, and the weekdays that have it."""
    days = draw(st.sampled_from([range(7), range(7), range(5), (0, 2, 4), (5, 6, 0)]))
    cuts = draw(st.lists(st.sampled_from(edges), min_size=2, max_size=6, unique=True).map(sorted))
    cuts = cuts[: len(cuts) // 2 * 2]
    kind = draw(st.sampled_from(["day", "night", "evening", "always"]))
    if kind == "always":
        pattern = [(0, DAY)]
    elif kind == "day":
        pattern = list(zip(cuts[::2], cuts[1::2], strict=True))
    elif kind == "evening":
        pattern = [(0, cuts[0] or 1), (max(cuts[-1], 1), DAY)]
    else:
        pattern = [*zip(cuts[1:-1:2], cuts[2::2], strict=True), (cuts[-1], cuts[0] + DAY)]
    return tuple((day * DAY + start, day * DAY + end) for day in days for start, end in pattern)


@st.composite
def instants(draw: st.DrawFn, desk: Desk, turn: datetime, hours: int = 40) -> datetime:
    """Draw an instant near *turn*: on, beside or far from an edge of the hours or the transition itself."""
    edges = {0, *(minute % DAY for shift in desk.week for minute in shift)}
    local_midnight = turn.astimezone(zone_of(desk.zone)).replace(hour=0, minute=0, tzinfo=None)
    days = draw(st.integers(-hours // 24, hours // 24))
    on_edge = local_midnight + timedelta(days=days, minutes=draw(st.sampled_from(sorted(edges))))
    choice = draw(st.sampled_from(["edge", "edge", "edge", "turn", "any"]))
    if choice == "turn":
        at = turn
    elif choice == "edge":
        at = on_edge.replace(tzinfo=zone_of(desk.zone), fold=draw(st.sampled_from([0, 1]))).astimezone(UTC)
    else:
        at = turn + timedelta(microseconds=draw(st.integers(-hours * 3_600_000_000, hours * 3_600_000_000)))
    return at + draw(st.sampled_from([0, 0, 1, -1])) * TICK


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a desk, a window that mostly crosses the transition, and some holds."""
    zone, turn = draw(turns())
    desk = draw(desks(zone, turn))
    first, last = sorted((draw(instants(desk, turn)), draw(instants(desk, turn))))
    if draw(st.sampled_from([True, True, False])):
        first, last = turn - abs(turn - first), turn + abs(turn - last)
    pairs = st.tuples(instants(desk, turn), instants(desk, turn))
    holds = draw(st.lists(pairs.map(lambda pair: (min(pair), max(pair))), max_size=3))
    return World(desk, turn, first, last, tuple(holds))


def without_exceptions(desk: Desk) -> Desk:
    """Return the desk with its weekly hours only."""
    return replace(desk, holidays=frozenset(), yearly=frozenset(), special=())


def minutes_of_week(desk: Desk) -> set[int]:
    """Return every minute of the week in the weekly hours."""
    return {minute % WEEK for start, end in desk.week for minute in range(start, end)}


def with_minutes(desk: Desk, minutes: set[int]) -> Desk:
    """Return a desk in the same zone that works in these minutes of the week, its shifts cut at midnight."""
    spans: list[tuple[int, int]] = []
    for minute in sorted(minutes):
        if spans and spans[-1][1] == minute and minute % DAY:
            spans[-1] = (spans[-1][0], minute + 1)
        else:
            spans.append((minute, minute + 1))
    return replace(without_exceptions(desk), week=tuple(spans))


def moved(desk: Desk, by: int) -> Desk:
    """Return a desk whose weekly hours lie *by* minutes later."""
    return with_minutes(desk, {(minute + by) % WEEK for minute in minutes_of_week(desk)})
