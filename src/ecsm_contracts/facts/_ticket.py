"""A ticket: an identity, attributes, and what happened to it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import SHORT_DIGEST_LENGTH, Model
from ecsm_contracts.calendars import format_instant, to_micros
from ecsm_contracts.facts._events import Event
from ecsm_contracts.facts._text import Ref, ShortText

__all__ = ["MOST_EVENTS", "Ticket"]

_EVENT_FIELDS = ("party", "reason", "priority", "group", "impact", "urgency", "into")
_OPTIONAL = (
    *("priority", "impact", "urgency", "subject", "customer", "channel", "user", "parent", "split_from"),
    *("area", "cause"),
)

_EVENT_KEYS = ("group", "impact", "into", "kind", "party", "priority", "reason", "urgency")
_FIRST_KEYS = ("area", "cause", "channel", "customer")
_LAST_KEYS = (*("impact", "parent", "priority", "ref", "service", "split_from", "subject", "type", "urgency", "user"),)
"""The keys of canonical JSON, in its order: of an event those after ``at``, of a ticket those about ``events``."""
_event_values, _first_values, _last_values = (attrgetter(*keys) for keys in (_EVENT_KEYS, _FIRST_KEYS, _LAST_KEYS))
_EVENT_LABELS, _FIRST_LABELS, _LAST_LABELS = (
    tuple(f',"{key}":' for key in keys) for keys in (_EVENT_KEYS, _FIRST_KEYS, _LAST_KEYS)
)

MOST_EVENTS = 100_000
"""How many events a ticket may have: far more than people can cause, and few enough to be read in a second."""

_TWO = tuple(f"{number:02}" for number in range(60))


def _event_data(event: Event) -> dict[str, str]:
    data = {"kind": event.kind, "at": format_instant(event.at)}
    data.update({name: value for name in _EVENT_FIELDS if (value := getattr(event, name)) is not None})
    return data


def _instant_text(at: datetime) -> str:
    """Return `format_instant` of *at*, which is in UTC once validated, in a quarter of the time."""
    if at.tzinfo is not UTC or at.microsecond:
        return format_instant(at)
    clock = f"{_TWO[at.hour]}:{_TWO[at.minute]}:{_TWO[at.second]}"
    return f"{at.year}-{_TWO[at.month]}-{_TWO[at.day]}T{clock}Z"


def _said(labels: tuple[str, ...], values: tuple[str | None, ...]) -> str:
    pairs = zip(labels, values, strict=True)
    return "".join([label + quoted(value) for label, value in pairs if value is not None])


@lru_cache(maxsize=512)
def _event_said(values: tuple[str | None, ...]) -> str:
    """Return all that an event says beside its instant; most say one of few things, so these are kept."""
    return _said(_EVENT_LABELS, values)


def _event_text(event: Event) -> str:
    return f'{{"at":"{_instant_text(event.at)}"{_event_said(_event_values(event))}}}'


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
    priority: Ref | None = None
    """The priority at the ticket's opening; later ones are events. Without one, a matrix makes it of the next two."""
    impact: Ref | None = None
    """How much is affected, as of the opening."""
    urgency: Ref | None = None
    """How soon it matters, as of the opening."""
    subject: ShortText | None = None
    """What it is about: a headline for people, or a device, an instance or a circuit, where a promise is about one."""
    area: Ref | None = None
    """The place or the part of the service concerned, for example a site or a region."""
    cause: Ref | None = None
    """What caused it: an identity that everything shares that one event caused, tickets and outages alike."""
    customer: Ref | None = None
    """Whose user it is, where one provider serves many."""
    channel: Ref | None = None
    """How it came in, for example ``phone`` or ``portal``."""
    user: Ref | None = None
    """Who asked."""
    parent: Ref | None = None
    """The ticket that this one is a part or a follower of; a promise may leave such children out."""
    split_from: Ref | None = None
    """The ticket that this one was split off; its own events say what happened since."""
    events: tuple[Event, ...] = Field(min_length=1, max_length=MOST_EVENTS)
    """What happened, in the order of time; at most 100,000 events."""

    def model_post_init(self, _context: object, /) -> None:
        """Put the events in the order of their instants, and drop exact repetitions."""
        ordered = sorted(dict.fromkeys(self.events), key=lambda event: event.at)
        self.__dict__["events"] = tuple(ordered)

    @model_validator(mode="after")
    def _prioritised(self) -> Self:
        if self.priority is None and (self.impact is None or self.urgency is None):
            raise PydanticCustomError(
                "ticket_priority", "say its priority, or both its impact and its urgency for a matrix to make one of"
            )
        return self

    def to_data(self) -> dict[str, Any]:
        """Return the ticket as plain data, as canonical JSON and digests want it."""
        data: dict[str, Any] = {"ref": self.ref, "service": self.service, "type": self.type}
        data.update({name: value for name in _OPTIONAL if (value := getattr(self, name)) is not None})
        data["events"] = [_event_data(event) for event in self.events]
        return data

    def known_before(self, end: int) -> Self | None:
        """
        Return the ticket as it was known just before *end* (microseconds since 1970, UTC).

        Events at or after it are left out.

        None when nothing had happened yet.
        """
        if to_micros(self.events[-1].at) < end:
            return self
        known = tuple(event for event in self.events if to_micros(event.at) < end)
        return self.replace(events=known) if known else None

    def canonical_json(self) -> str:
        """
        Return the canonical JSON of `to_data`.

        It is put together here, as every ticket is sealed by it and the plain data need not be made first.
        """
        first, last = _said(_FIRST_LABELS, _first_values(self)), _said(_LAST_LABELS, _last_values(self))
        return f'{{{first},"events":[{",".join(map(_event_text, self.events))}]{last}}}'.replace("{,", "{", 1)

    @cached_property
    def short_digest(self) -> str:
        """16 hexadecimal digits that change with anything the ticket says."""
        return sha256(self.canonical_json().encode()).hexdigest()[:SHORT_DIGEST_LENGTH]
