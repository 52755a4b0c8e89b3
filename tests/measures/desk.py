"""
A desk open Mon-Fri 09:00-17:00 UTC, and stories of tickets on it, told in half hours.

A *tick* is half an hour, counted from Monday, 2 March 2026, 00:00 UTC. Stories keep to whole ticks, so that a
clock can be checked by looking at each tick in turn.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, to_micros
from ecsm_contracts.facts import EventKind, Step
from ecsm_contracts.measures import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MON_2026_03_02 = datetime(2026, 3, 2, tzinfo=UTC)
ORIGIN = to_micros(MON_2026_03_02)
MINUTE = 60_000_000
TICK = 30 * MINUTE
DAY, WEEK = 48, 7 * 48
OPENS, CLOSES = 18, 34
TABLE = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="UTC").table

REOPENED = ("continue_with_closed_time", "continue_without", "restart")
ATTEMPT = ("first", "last", "worst")
CHANGED = ("restart", "keep_elapsed", "retroactive", "new_only")


def micros(tick: int) -> int:
    """Return the instant of a *tick* in microseconds."""
    return ORIGIN + tick * TICK


def works(tick: int) -> bool:
    """Say whether the desk is open in the half hour that begins with *tick*."""
    return tick // DAY % 7 < 5 and OPENS <= tick % DAY < CLOSES


def tick_of(text: str) -> int:
    """Return the tick that a text such as ``Tue 10:30`` names; ``Tue2`` is the Tuesday of the second week."""
    day, time = text.split()
    hours, minutes = time.split(":")
    number = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day[:3]) + 7 * (int(day[3:] or 1) - 1)
    return number * DAY + int(hours) * 2 + int(minutes) // 30


class Happening(NamedTuple):
    """One event of a story."""

    tick: int
    kind: EventKind
    party: str | None = None
    priority: str | None = None


def story(*lines: str) -> tuple[Happening, ...]:
    """Return what *lines* such as ``Mon 11:00 held customer`` tell."""
    told = []
    for line in lines:
        day, time, kind, *rest = line.split()
        said = rest[0] if rest else None
        party, priority = (None, said) if kind == "reprioritised" else (said, None)
        # a kind
        told.append(Happening(tick_of(f"{day} {time}"), kind, party, priority))  # type: ignore[arg-type]
    return tuple(told)


def steps_of(happenings: Iterable[Happening]) -> tuple[Step, ...]:
    """Return the steps that clocks walk over."""
    return tuple(
        Step(micros(each.tick), each.kind, each.party, each.priority, position)
        for position, each in enumerate(happenings, 1)
    )


def clock_data(**choices: Any) -> dict[str, Any]:
    """Return a clock from opening to resolution as plain data, with some *choices* made otherwise."""
    usual = {
        "start": ["opened"],
        "stop": ["resolved"],
        "hours": "desk",
        "holds": ["customer"],
        "reopened": "continue_without",
        "attempt": "last",
        "changed": "keep_elapsed",
    }
    return {**usual, **choices}


def clock(**choices: Any) -> Clock:
    """Return a clock from opening to resolution, with some *choices* made otherwise."""
    return Clock.model_validate(clock_data(**choices))


GAPS = st.sampled_from([0, 1, 1, 2, 3, 4, 6, 8, 10, 16, 17, 32, 48, 64, 112])
"""From one event to the next: within a day, to the next opening, over a weekend."""
FIRST_TICKS = st.sampled_from([0, OPENS - 1, OPENS, OPENS + 1, 26, CLOSES - 1, CLOSES, 4 * DAY + 30, 5 * DAY + 20])
PRIORITIES = st.sampled_from(["P1", "P2", "P3", "P4"])
PARTIES = st.sampled_from(["customer", "vendor", "provider"])
WHILE_OPEN: tuple[EventKind, ...] = (
    "acknowledged", "replied", "held", "held", "resumed", "reprioritised", "reprioritised",
    "resolved", "resolved", "resolved", "noted", "transferred", "cancelled",
)  # fmt: skip
WHILE_RESOLVED: tuple[EventKind, ...] = (
    "reopened", "reopened", "reopened", "reopened", "resolved", "closed",
    "replied", "reprioritised", "noted", "merged",
)  # fmt: skip


@st.composite
def stories(draw: st.DrawFn, most: int = 9) -> tuple[Happening, ...]:
    """Draw what happens to a ticket that does not contradict itself, with up to *most* events after its opening."""
    tick = draw(FIRST_TICKS)
    told = [Happening(tick, "opened")]
    resolved = False
    for _ in range(draw(st.integers(0, most))):
        tick += draw(GAPS)
        kind = draw(st.sampled_from(WHILE_RESOLVED if resolved else WHILE_OPEN))
        party = draw(PARTIES) if kind in {"replied", "held"} else None
        priority = draw(PRIORITIES) if kind == "reprioritised" else None
        told.append(Happening(tick, kind, party, priority))
        if kind in {"cancelled", "merged"}:
            break
        resolved = kind in {"resolved", "closed"} or (resolved and kind != "reopened")
    return tuple(told)


ENDS = st.sampled_from([("opened",), ("acknowledged",), ("replied",), ("opened", "replied")])


@st.composite
def clocks(draw: st.DrawFn, /, **choices: Any) -> Clock:
    """Draw a clock, any choice of which may be fixed."""
    start = draw(ENDS)
    further = draw(st.sampled_from([(), ("replied",), ("acknowledged",)]))
    usual = {
        "start": start,
        "stop": ("resolved", *(kind for kind in further if kind not in start)),
        "holds": draw(st.sampled_from([(), ("customer",), ("customer",), ("customer", "vendor")])),
        "reopened": draw(st.sampled_from(REOPENED)),
        "attempt": draw(st.sampled_from(ATTEMPT)),
        "changed": draw(st.sampled_from(CHANGED)),
    }
    return clock(**{**usual, **choices})


TARGETS = st.fixed_dictionaries(
    {
        "P1": st.integers(0, 6),
        "P2": st.integers(4, 20),
        "P3": st.integers(0, 40),
        "P4": st.none() | st.integers(1, 9),
    }
)
"""Targets by priority, in ticks; one of them may be no promise."""


def moments(told: Sequence[Happening]) -> st.SearchStrategy[int]:
    """Ticks at, beside and after the events of a story."""
    near = [each.tick + step for each in told for step in (0, 1, 5, 40)]
    return st.sampled_from([*near, told[-1].tick + 2 * WEEK])
