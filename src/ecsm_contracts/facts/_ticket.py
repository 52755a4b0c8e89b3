"""A ticket: an identity, attributes, and what happened to it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self

from pydantic import Field

from ecsm_contracts._model import Model, short_digest
from ecsm_contracts.calendars import format_instant, to_micros
from ecsm_contracts.facts._events import Event
from ecsm_contracts.facts._text import Ref, ShortText

__all__ = ["Ticket"]

_EVENT_FIELDS = ("party", "reason", "priority", "group")


def _event_data(event: Event) -> dict[str, str]:
    data = {"kind": event.kind, "at": format_instant(event.at)}
    data.update({name: value for name in _EVENT_FIELDS if (value := getattr(event, name)) is not None})
    return data


class Ticket(Model):
    """
    What one user asked for and what became of it; nothing in it says what was promised.

    Events may be given in any order; they are taken in the order of their instants, and events of one instant
    in the order given.

        >>> from ecsm_contracts.facts import Event
        >>> ticket = Ticket(ref="T-1", service="desk", type="incident", priority="P2", events=[
        ...     Event(kind="resolved", at="2026-03-02T12:00:00Z"),
        ...     Event(kind="opened", at="2026-03-02T09:00:00Z")])
        >>> [event.kind for event in ticket.events]
        ['opened', 'resolved']
    """

    ref: Ref
    """The identity of the ticket, unique among the tickets of a contract."""
    service: Ref
    """The service concerned, by its reference in the contract."""
    type: Ref
    """The type of ticket, for example ``incident`` or ``request``."""
    priority: Ref
    """The priority at the ticket's opening; later ones are events."""
    subject: ShortText | None = None
    """What it is about, for people; no clause reads it."""
    customer: Ref | None = None
    """Whose user it is, where one provider serves many."""
    events: tuple[Event, ...] = Field(min_length=1)
    """What happened, in the order of time."""

    def model_post_init(self, _context: object, /) -> None:
        """Put the events in the order of their instants, and drop exact repetitions."""
        ordered = sorted(dict.fromkeys(self.events), key=lambda event: event.at)
        self.__dict__["events"] = tuple(ordered)

    def to_data(self) -> dict[str, Any]:
        """Return the ticket as plain data, as canonical JSON and digests want it."""
        data: dict[str, Any] = {
            "ref": self.ref,
            "service": self.service,
            "type": self.type,
            "priority": self.priority,
        }
        if self.subject is not None:
            data["subject"] = self.subject
        if self.customer is not None:
            data["customer"] = self.customer
        data["events"] = [_event_data(event) for event in self.events]
        return data

    def known_before(self, end: int) -> Self | None:
        """
        Return the ticket as it was known just before *end* (microseconds since 1970, UTC).

        Events at or after it are left out.

        None when nothing had happened yet.
        """
        known = tuple(event for event in self.events if to_micros(event.at) < end)
        if len(known) == len(self.events):
            return self
        return self.replace(events=known) if known else None

    @cached_property
    def short_digest(self) -> str:
        """16 hexadecimal digits that change with anything the ticket says."""
        return short_digest(self.to_data())
