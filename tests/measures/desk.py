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
from ecsm_contracts.facts import EventKind, Holder, Step
from ecsm_contracts.measures import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MON_2026_03_02 = datetime(2026, 3, 2, tzinfo=UTC)
ORIGIN = to_micros(MON_2026_03_02)
MINUTE = 60_000_000
TICK = 30 * MINUTE
DAY, WEEK = 48, 7 * 48
OPENS, CLOSES = 18, 34
TABLE = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="UTC").table
TABLES = {"desk": TABLE, "always": BusinessCalendar.always(zone="UTC").table}

REOPENED = ("continue_with_closed_time", "continue_without", "restart")
ATTEMPT = ("first", "last", "worst", "sum")
CHANGED = ("restart", "keep_elapsed", "keep_share", "retroactive", "new_only")


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
    group: str | None = None


class Hands(NamedTuple):
    """Whose turn it is, as the semantics tell it: the desk that has the ticket, and the party that it waits for."""

    desk: tuple[str, str | None] = ("provider", None)
    waits_for: str | None = None
    resolved: bool = False

    def after(self, what: Happening) -> Hands:
        """Return whose turn it is after *what*."""
        if what.kind == "held":
            return self._replace(waits_for=what.party)
        if what.kind == "resumed":
            return self._replace(waits_for=None)
        if what.kind in {"resolved", "closed"}:
            return self._replace(waits_for=None, resolved=True)
        if what.kind == "reopened":
            return self._replace(resolved=False)
        return self._replace(desk=(what.party or "provider", what.group)) if what.kind == "transferred" else self

    @property
    def holder(self) -> tuple[str, str | None]:
        """The party that has the ticket, and its group."""
        if self.resolved:
            return "customer", None
        return self.desk if self.waits_for is None else (self.waits_for, None)


def hands(told: Iterable[Happening]) -> Iterator[Hands]:
    """Yield for each event of a story whose turn it is from it on."""
    now = Hands()
    for what in told:
        now = now.after(what)
        yield now


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
    """Return the steps that clocks walk over, those of a P2 ticket."""
    told = tuple(happenings)
    return tuple(
        Step(
            micros(each.tick),
            each.kind,
            each.party,
            "P2" if each.kind == "opened" else each.priority,
            Holder(*now.holder),
            each.group if each.kind == "transferred" else None,
            position,
        )
        for position, (each, now) in enumerate(zip(told, hands(told), strict=True), 1)
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
GROUPS = st.sampled_from([None, "network"])
WHILE_OPEN: tuple[EventKind, ...] = (
    "acknowledged", "replied", "replied", "held", "held", "resumed", "reprioritised", "reprioritised", "arrived",
    "resolved", "resolved", "resolved", "noted", "transferred", "transferred", "cancelled",
)  # fmt: skip
WHILE_RESOLVED: tuple[EventKind, ...] = (
    "reopened", "reopened", "reopened", "reopened", "resolved", "closed",
    "replied", "reprioritised", "transferred", "noted", "merged",
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
        party = draw(PARTIES) if kind in {"replied", "held", "transferred"} else None
        priority = draw(PRIORITIES) if kind == "reprioritised" else None
        group = draw(GROUPS) if kind == "transferred" else None
        told.append(Happening(tick, kind, party, priority, group))
        if kind in {"cancelled", "merged"}:
            break
        resolved = kind in {"resolved", "closed"} or (resolved and kind != "reopened")
    return tuple(told)


ENDS = st.sampled_from([("opened",), ("acknowledged",), ("replied",), ("opened", "replied")])


@st.composite
def clocks(draw: st.DrawFn, /, **choices: Any) -> Clock:
    """Draw a clock with one cycle that some hands hold, any choice of which may be fixed."""
    start = draw(ENDS)
    further = draw(st.sampled_from([(), ("replied",), ("acknowledged",)]))
    usual = {
        "start": start,
        "stop": ("resolved", *(kind for kind in further if kind not in start)),
        "holds": draw(st.sampled_from([(), ("customer",), ("customer",), ("customer", "vendor"), ("network",)])),
        "reopened": draw(st.sampled_from(REOPENED)),
        "attempt": draw(st.sampled_from(ATTEMPT)),
        "changed": draw(st.sampled_from(CHANGED)),
    }
    return clock(**{**usual, **choices})


MATCHES: dict[str, tuple[str, str | None, str | None]] = {
    "replied": ("replied", "provider", None),
    "customer_replied": ("replied", "customer", None),
}
"""The words that say a party with the kind."""
EVENTS = (
    "acknowledged", "replied", "customer_replied", "arrived", "held", "resumed",
    {"event": "transferred"}, {"event": "transferred", "group": "network"}, {"event": "transferred", "party": "vendor"},
    {"event": "replied"}, {"event": "replied", "party": "vendor"}, {"event": "held", "party": "vendor"},
)  # fmt: skip
"""What may start and what may stop a clock, by word and by selector."""
HANDS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"holds": ()}, {"holds": ("customer",)}, {"holds": ("customer", "vendor")}, {"holds": ("network",)},
        {"counts_only": ("provider",)}, {"counts_only": ("vendor", "network")},
    ]
)  # fmt: skip
HOURS = st.sampled_from(["desk", "always", {"by": "priority", "P1": "always", "P4": "always", "otherwise": "desk"}])


def matched(event: Any) -> tuple[str, str | None, str | None]:
    """Return the kind, the party and the group that a word or a selector asks for."""
    if isinstance(event, str):
        return MATCHES.get(event, (event, None, None))
    data = event if isinstance(event, dict) else event.to_data()
    return data["event"], data.get("party"), data.get("group")


def may_both_match(one: Any, other: Any) -> bool:
    """Return whether some event is both."""
    (kind, *said), (other_kind, *other_said) = matched(one), matched(other)
    return kind == other_kind and all(a is None or b is None or a == b for a, b in zip(said, other_said, strict=True))


@st.composite
def any_clocks(draw: st.DrawFn, /, **choices: Any) -> Clock:
    """Draw a clock of all that a contract can say, any choice of which may be fixed."""
    cycles = draw(st.sampled_from(["one", "many"]))
    finish = draw(st.sampled_from([("resolved",), ("resolved",), ("closed",), ("closed", "resolved")]))
    first = ["opened", "opened", *EVENTS, {"event": "reopened"}]
    if "resolved" not in finish:
        first.append("resolved")
    start = draw(st.lists(st.sampled_from(first), min_size=1, max_size=2))
    further = draw(st.lists(st.sampled_from(EVENTS), max_size=2))
    if cycles == "one":
        further = [each for each in further if not any(may_both_match(each, other) for other in start)]
    usual = {
        "start": start,
        "stop": [*finish, *further],
        "hours": draw(HOURS),
        "cycles": cycles,
        "holds": None,
        **draw(HANDS),
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
