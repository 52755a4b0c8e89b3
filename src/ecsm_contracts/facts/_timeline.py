"""
From the events of a ticket to the steps that clocks walk over: one small state machine, no promise in sight.

The states are `none`, `open`, `resolved` (which includes closed) and `ended` (cancelled or merged). The table
below says for each state which kinds of event may follow and where they lead; what it does not list is a
contradiction. Beside the state goes the *holder*: whose turn it is from each step on.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts._text import CUSTOMER, PROVIDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecsm_contracts.facts._events import Event, EventKind
    from ecsm_contracts.facts._matrix import PriorityMatrix
    from ecsm_contracts.facts._ticket import Ticket

__all__ = ["NEXT_STATE", "Holder", "Step", "is_finished", "timeline"]


class Holder(NamedTuple):
    """Who has a ticket: a party (``provider``, ``customer``, or a third party's name), and its group if one is said."""

    party: str
    group: str | None = None

    def answers_to(self, names: frozenset[str]) -> bool:
        """Return whether the party or the group is one of *names*."""
        return self.party in names or self.group in names

    def __str__(self) -> str:
        """Return ``party``, or ``party: group``."""
        return self.party if self.group is None else f"{self.party}: {self.group}"


class Step(NamedTuple):
    """One event as clocks see it; `at` is in microseconds since 1970, UTC, and `position` counts from 1."""

    at: int
    kind: EventKind
    party: str | None
    priority: str | None
    """The priority that holds from an opening or a change of priority on; None for other steps."""
    holder: Holder
    """Who has the ticket from this step on; from its resolution on it is the customer's turn."""
    group: str | None
    """The group that a transfer names; the holder shows it only once nobody is waited for."""
    position: int
    reason: str | None = None
    """Why a ticket is held, where that was said."""


_ANYWHERE = ("acknowledged", "replied", "arrived", "reprioritised", "transferred", "noted")
NEXT_STATE: dict[str, dict[str, str]] = {
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
_AT_CUSTOMER = Holder(CUSTOMER)
_AT_PROVIDER = Holder(PROVIDER)
_CONFIRMING = frozenset({"resolved", "closed"})
_AFTER_WAITING = frozenset({"resumed", "resolved", "closed"})
_step: Callable[[tuple[object, ...]], Step] = partial(tuple.__new__, Step)
"""A step of its fields in order: there is one for every event, and this takes a third of the time of `Step`."""


def _contradiction(ticket: Ticket, state: str, since: int, event: Event, position: int) -> Contradiction:
    """Return what is said of *event*, which *state* does not allow; *since* is the position that led to the state."""
    reason = _REASONS.get((state, event.kind)) or _REASONS[state, None]
    other = since
    if state == "none":
        others = (place for place, each in enumerate(ticket.events, 1) if each.kind == "opened")
        other = next(others, 0)
    elif event.kind == "opened" and state != "ended":
        other = 1
    said = f"event {position}" + (f", which clashes with event {other}" if other else "")
    clash = tuple(sorted({position, other} - {0}))
    return Contradiction(ticket.ref, f"{reason.format(kind=event.kind)} ({said})", events=clash)


def timeline(ticket: Ticket, matrix: PriorityMatrix | None = None) -> tuple[Step, ...]:
    """
    Return the steps of *ticket*, in order.

    A ticket that is closed without being resolved is resolved by its closing. Where the ticket or a change says no
    priority, *matrix* makes it of impact and urgency.

    Raises:
        Contradiction: when the events cannot all be true; it names the two that clash. Also when there is no priority
            and no matrix has one.
    """
    steps: list[Step] = []
    urgency = _Urgency(ticket, matrix) if matrix is not None or ticket.priority is None else None
    state, since = "none", 0  # the position of the event that led to the state, or confirmed it
    desk, waits_for = _AT_PROVIDER, None  # who works on it when it waits for nobody, and whom it waits for
    for position, event in enumerate(ticket.events, 1):
        kind, at, party = event.kind, to_micros(event.at), event.party
        after = NEXT_STATE[state].get(kind)
        if after is None:
            raise _contradiction(ticket, state, since, event, position)
        if kind == "closed" and state == "open":
            steps.append(Step(at, "resolved", None, None, _AT_CUSTOMER, None, position))
        if after != state or kind in _CONFIRMING:
            state, since = after, position
        priority = group = None
        if kind == "opened":
            priority = ticket.priority if urgency is None else urgency.at_opening()
            desk = _AT_PROVIDER if event.group is None else Holder(PROVIDER, event.group)
        elif kind == "held" and party is not None:
            waits_for = _AT_CUSTOMER if party == CUSTOMER else Holder(party)
        elif kind in _AFTER_WAITING:
            waits_for = None
        elif kind == "transferred":
            group = event.group
            desk = Holder(party or PROVIDER, group)
        elif kind == "reprioritised":
            priority = (urgency or _Urgency(ticket, None)).after(event, position)
        holder = _AT_CUSTOMER if state == "resolved" else waits_for or desk
        steps.append(_step((at, kind, party, priority, holder, group, position, event.reason)))
    return tuple(steps)


class _Urgency:
    """Impact and urgency as of each event, and the priority that a matrix makes of them."""

    def __init__(self, ticket: Ticket, matrix: PriorityMatrix | None) -> None:
        self._ticket, self._matrix = ticket, matrix
        self._impact, self._urgency = ticket.impact, ticket.urgency

    def at_opening(self) -> str:
        return self._ticket.priority or self._made(1)

    def after(self, event: Event, position: int) -> str:
        self._impact = event.impact or self._impact
        self._urgency = event.urgency or self._urgency
        return event.priority or self._made(position)

    def _made(self, position: int) -> str:
        if self._matrix is None:
            message = (
                f"event {position} says impact and urgency, no priority, and the contract has no matrix of priorities"
            )
            raise Contradiction(self._ticket.ref, message, events=(position,))
        made = self._matrix.priority(self._impact, self._urgency)
        if made is None:
            message = (
                f"the matrix has no priority for impact {self._impact} and urgency {self._urgency} (event {position})"
            )
            raise Contradiction(self._ticket.ref, message, events=(position,))
        return made


def is_finished(steps: Sequence[Step], *, by_closing: bool = False) -> bool:
    """
    Return whether a ticket with these *steps* is resolved, closed, cancelled or merged at their end.

    With *by_closing* a resolution alone does not finish it.
    """
    state, closed = "none", False
    for step in steps:
        state = NEXT_STATE[state][step.kind]
        closed = step.kind == "closed" or (closed and step.kind != "reopened")
    return state == "ended" or (state == "resolved" and (closed or not by_closing))
