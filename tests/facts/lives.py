"""Tickets with long and crooked lives, and what the semantics page says of an instant of them, told event by event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, from_micros, to_micros
from ecsm_contracts.facts import Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MON_2026_03_02_07 = datetime(2026, 3, 2, 7, tzinfo=UTC)
DESK = BusinessCalendar.weekly("Mon-Fri 09:00-12:00 13:00-17:00", zone="Europe/Amsterdam")
MINUTE, MICRO = timedelta(minutes=1), timedelta(microseconds=1)
GAPS = st.sampled_from([0, 0, 1, 30, 60, 60, 180, 300, 480, 1440, 4000]).map(lambda n: n * MINUTE)
WHILE_OPEN = (
    "held", "held", "held", "resumed", "transferred", "transferred", "reprioritised", "reprioritised", "replied",
    "replied", "acknowledged", "noted", "resolved", "resolved", "resolved", "closed", "cancelled",
)  # fmt: skip
WHILE_RESOLVED = ("reopened", "reopened", "reopened", "closed", "transferred", "noted", "replied", "resolved", "merged")
PARTIES, GROUPS, REASONS = ("customer", "vendor", "provider"), ("network", "second line"), (None, "a part", "an answer")


@st.composite
def _event(draw: st.DrawFn, kind: str, at: datetime) -> Event:
    fields: dict[str, str | None] = {}
    if kind == "held":
        fields = {"party": draw(st.sampled_from(PARTIES)), "reason": draw(st.sampled_from(REASONS))}
    elif kind == "replied":
        fields = {"party": draw(st.sampled_from(("provider", "provider", "customer")))}
    elif kind == "transferred":
        fields = {
            "party": draw(st.sampled_from([None, None, "vendor"])),
            "group": draw(st.sampled_from([*GROUPS, None])),
        }
    elif kind == "reprioritised":
        fields = {"priority": draw(st.sampled_from(["P1", "P2", "P3", "P4"]))}
    elif kind == "opened":
        fields = {"group": draw(st.sampled_from([None, "first line"]))}
    # a kind
    return Event(kind=kind, at=at, **{key: value for key, value in fields.items() if value})  # type: ignore[arg-type]


@st.composite
def lives(draw: st.DrawFn, most: int = 10) -> Ticket:
    """Draw a ticket that does not contradict itself, with up to *most* events after its opening."""
    at = MON_2026_03_02_07 + draw(GAPS) + draw(st.integers(0, 1)) * MICRO
    events = [draw(_event("opened", at))]
    resolved = False
    for _ in range(draw(st.integers(0, most))):
        at += draw(GAPS)
        kind = draw(st.sampled_from(WHILE_RESOLVED if resolved else WHILE_OPEN))
        one = draw(_event(kind, at))
        if one in events:
            continue  # a repetition is ignored, and does not change what may follow
        events.append(one)
        if kind in {"cancelled", "merged"}:
            break
        resolved = kind in {"resolved", "closed"} or (resolved and kind != "reopened")
    return Ticket(ref="T-1", service="desk", type="incident", priority="P2", events=tuple(events))


def moments(ticket: Ticket) -> st.SearchStrategy[datetime]:
    """Instants at, beside and after the events of a ticket."""
    near = [event.at + step for event in ticket.events for step in (timedelta(0), MICRO, 90 * MINUTE, 1000 * MINUTE)]
    return st.sampled_from([*near, ticket.events[-1].at + timedelta(days=20)])


LIVES = lives().flatmap(lambda ticket: st.tuples(st.just(ticket), moments(ticket)))
"""A ticket, and an instant of asking that is not before its opening."""


class Known(NamedTuple):
    """What is so from an instant on."""

    party: str
    group: str | None
    state: str


def as_of(ticket: Ticket, instant: datetime) -> Known:
    """Say by the semantics page whose turn it is at *instant*, event by event; not for cancelled tickets."""
    desk: tuple[str, str | None] = ("provider", None)
    waits: str | None = None
    state = "open"
    for event in ticket.events:
        if event.at > instant:
            break
        if event.kind == "opened":
            desk = ("provider", event.group)
        if event.kind == "transferred":
            desk = (event.party or "provider", event.group)
        if event.kind == "held":
            waits, state = event.party, "held"
        if event.kind == "resumed":
            waits, state = None, "open"
        if event.kind in {"resolved", "closed"}:
            waits, state = None, "resolved"
        if event.kind == "reopened":
            state = "open"
    if state == "resolved":
        return Known("customer", None, state)
    return Known(waits, None, state) if waits else Known(*desk, state)


def traits_seen(
    strategy: st.SearchStrategy[Any], traits: Mapping[str, Callable[[Any], bool]], draws: int = 400
) -> set[str]:
    """Return which *traits* show in so many draws: a law is worth as much as what it is tried on."""
    seen: set[str] = set()

    @settings(max_examples=draws, database=None, derandomize=True, phases=[Phase.generate])
    @given(strategy)
    def look(drawn: Any) -> None:
        seen.update(name for name, shows in traits.items() if name not in seen and shows(drawn))

    look()
    return seen


def life_of(ticket: Ticket, until: datetime) -> tuple[datetime, datetime] | None:
    """Return from when to when a ticket lives, by what happened before *until*."""
    known = [event for event in ticket.events if event.at < until]
    if not known:
        return None
    end = until
    last_reopening = max([place for place, event in enumerate(known) if event.kind == "reopened"], default=0)
    closings = [event.at for event in known[last_reopening:] if event.kind == "closed"]
    ended = [event.at for event in known if event.kind in {"cancelled", "merged"}]
    end = (ended or closings or [until])[0]
    return known[0].at, end


def sampled(start: int, end: int) -> list[datetime]:
    """Return some instants of ``[start, end)``, the first and the last among them."""
    step = max(1, (end - start) // 5)
    return [from_micros(at) for at in (*range(start, end, step), end - 1)]


def micros(instant: datetime) -> int:
    """Return an instant in microseconds."""
    return to_micros(instant)
