"""
From the events of a ticket to the steps that clocks walk over: one small state machine, no promise in sight.

The states are `none`, `open`, `resolved` (which includes closed) and `ended` (cancelled or merged). The table
below says for each state which kinds of event may follow and where they lead; what it does not list is a
contradiction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import Contradiction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.facts._events import Event, EventKind
    from ecsm_contracts.facts._ticket import Ticket

__all__ = ["Step", "is_finished", "timeline"]


class Step(NamedTuple):
    """One event as clocks see it; `at` is in microseconds since 1970, UTC, and `position` counts from 1."""

    at: int
    kind: EventKind
    party: str | None
    priority: str | None
    position: int


_ANYWHERE = ("acknowledged", "replied", "reprioritised", "transferred", "noted")
_NEXT: dict[str, dict[str, str]] = {
    "none": {"opened": "open"},
    "open": {
        **dict.fromkeys((*_ANYWHERE, "held", "resumed"), "open"),
        **dict.fromkeys(("resolved", "closed"), "resolved"),
        **dict.fromkeys(("cancelled", "merged"), "ended"),
    },
    "resolved": {
        **dict.fromkeys((*_ANYWHERE, "resolved", "closed"), "resolved"),
        "reopened": "open",
        **dict.fromkeys(("cancelled", "merged"), "ended"),
    },
    "ended": {"noted": "ended"},
}
_REASONS = {
    ("none", None): "the first event is {kind}, not opened",
    ("open", "opened"): "it is opened a second time",
    ("resolved", "opened"): "it is opened a second time",
    ("open", "reopened"): "it is reopened without having been resolved",
    ("resolved", "held"): "it is held while resolved; a reopening is missing",
    ("resolved", "resumed"): "it is resumed while resolved; a reopening is missing",
    ("ended", None): "it is {kind} after it was cancelled or merged",
}


def _contradiction(ticket: str, state: str, event: Event, position: int) -> Contradiction:
    reason = _REASONS.get((state, event.kind)) or _REASONS[state, None]
    return Contradiction(ticket, f"{reason.format(kind=event.kind)} (event {position})", events=(position,))


def _steps(event: Event, state: str, position: int) -> Sequence[Step]:
    at = to_micros(event.at)
    step = Step(at, event.kind, event.party, event.priority, position)
    if event.kind == "closed" and state == "open":
        return Step(at, "resolved", None, None, position), step
    return (step,)


def timeline(ticket: Ticket) -> tuple[Step, ...]:
    """
    Return the steps of *ticket*, in order.

    A ticket that is closed without being resolved is resolved by its closing.

    Raises:
        Contradiction: when the events cannot all be true; it names the event that clashes.
    """
    state = "none"
    steps: list[Step] = []
    for position, event in enumerate(ticket.events, 1):
        after = _NEXT[state].get(event.kind)
        if after is None:
            raise _contradiction(ticket.ref, state, event, position)
        steps.extend(_steps(event, state, position))
        state = after
    return tuple(steps)


def is_finished(steps: Sequence[Step]) -> bool:
    """Return whether a ticket with these *steps* is resolved, closed, cancelled or merged at their end."""
    state = "none"
    for step in steps:
        state = _NEXT[state][step.kind]
    return state in {"resolved", "ended"}
