"""
From the rows of one ticket to its events: a small state machine that knows no file and no column.

A row shows a ticket as it is after an update. What happened is the difference between a row and what held before
it; a row that shows nothing new is `noted`. The rules are numbered in the reference of the mapping document.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.facts import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from ecsm_contracts.adapters._mapping_parts import StateWord
    from ecsm_contracts.facts import EventKind

__all__ = ["History", "Opening", "Update", "events_of"]

_DONE = frozenset({"resolved", "closed"})
_AT_WORK = frozenset({"new", "working"})
_STAYS = frozenset({"replied", "noted"})


class Update(NamedTuple):
    """
    What one row shows.

    Attributes:
        at: the instant of the update.
        word: what its state means.
        party: whom the ticket waits for, or who wrote, where the word says so.
        text: the state as the table writes it.
        priority: the priority; None where nothing is said.
        group: the group; None where it has none, or nothing is said.
    """

    at: datetime
    word: StateWord
    party: str | None
    text: str
    priority: str | None = None
    group: str | None = None


class Opening(NamedTuple):
    """What held when the ticket was opened."""

    at: datetime
    priority: str
    group: str | None = None


class History(NamedTuple):
    """
    How histories are read.

    Attributes:
        acknowledged_by: the words of which the first acknowledges.
        groups: whether rows say a group, so that a blank one means that there is none.
    """

    acknowledged_by: Collection[StateWord] = ()
    groups: bool = True


class _Held:
    """What held before a row: the ticket as the rows up to there have shown it."""

    def __init__(self, opening: Opening, group: str | None) -> None:
        self.word: StateWord = "new"
        self.party: str | None = None
        self.priority = opening.priority
        self.group = group
        self.acknowledged = False


def events_of(opening: Opening, updates: Sequence[Update], history: History = History()) -> list[Event]:  # noqa: B008
    """
    Return the events of a ticket, its opening first, then those of *updates*, in the order of their instants.

    Updates of one instant keep their order, and those before the opening happen at it.

        >>> from ecsm_contracts.calendars import parse_instant
        >>> nine, ten, noon = (parse_instant(f"2026-03-02T{hour}:00:00Z") for hour in ("09", "10", "12"))
        >>> found = events_of(Opening(nine, "P2"), [
        ...     Update(ten, "held", "customer", "Pending"), Update(noon, "resolved", None, "Solved")])
        >>> [event.kind for event in found]
        ['opened', 'held', 'resolved']

    Raises:
        pydantic.ValidationError: when a group, a priority or a party is no text that an event can hold.
    """
    ordered = sorted(updates, key=attrgetter("at"))
    group = opening.group
    if group is None and ordered:
        group = ordered[0].group
    held = _Held(opening, group)
    events = [Event(kind="opened", at=opening.at, group=group)]
    for update in ordered:
        at = max(update.at, opening.at)
        events.extend(Event(kind=kind, at=at, **fields) for kind, fields in _changes(held, update, history))
    return _told_apart(events)


_Change = tuple["EventKind", dict[str, Any]]


def _changes(held: _Held, update: Update, history: History) -> Iterable[_Change]:
    """Return what *update* changes in what *held*, and make the change."""
    found = [*_about_work(held, update, history), *_about_state(held, update)]
    if update.word not in _STAYS:
        held.word, held.party = update.word, update.party
    return found or [("noted", {})]


def _about_work(held: _Held, update: Update, history: History) -> Iterator[_Change]:
    """Yield a reopening, and what changes whatever the state is: acknowledgement, priority, group."""
    at_work = update.word in _AT_WORK or update.word == "held"
    if at_work and (held.word in _DONE or held.word == "cancelled"):
        yield "reopened", {}
    if not held.acknowledged and update.word in history.acknowledged_by:
        held.acknowledged = True
        yield "acknowledged", {}
    if update.priority is not None and update.priority != held.priority:
        held.priority = update.priority
        yield "reprioritised", {"priority": update.priority}
    if history.groups and update.group != held.group:
        held.group = update.group
        yield "transferred", {"group": update.group}


def _about_state(held: _Held, update: Update) -> Iterator[_Change]:
    """Yield what the state of the row changes."""
    word = update.word
    if word == "held" and (held.word, held.party) != ("held", update.party):
        yield "held", {"party": update.party, "reason": update.text}
    elif word in _AT_WORK and held.word == "held":
        yield "resumed", {}
    elif word == "resolved" and held.word not in _DONE:
        yield "resolved", {}
    elif word in {"closed", "cancelled"} and held.word != word:
        yield ("closed" if word == "closed" else "cancelled"), {}
    elif word == "replied":
        yield "replied", {"party": update.party}


def _told_apart(events: Sequence[Event]) -> list[Event]:
    """
    Return *events* so that no two are equal, but for what is only noted.

    A ticket takes equal events for one that was delivered twice; what happens again at one instant says so, with a
    number that no state has in its name.
    """
    taken = set(events)
    count: dict[Event, int] = {}
    found: list[Event] = []
    for event in events:
        count[event] = number = count.get(event, 0) + 1
        if number > 1 and event.kind != "noted":
            while (again := _again(event, number)) in taken:
                number += 1
            count[event] = number
            taken.add(again)
            found.append(again)
        else:
            found.append(event)
    return found


def _again(event: Event, number: int) -> Event:
    reason = f"{event.reason or event.kind} ({number})"
    return Event(
        kind=event.kind, at=event.at, party=event.party, reason=reason, priority=event.priority, group=event.group
    )
