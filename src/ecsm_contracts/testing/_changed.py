"""Facts told in another way: what the laws compare with the facts as they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ecsm_contracts.adapters import facts_from_records
from ecsm_contracts.calendars import from_micros, parse_instant, to_micros
from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts import Event, Facts, Origin, Outage, Survey, Ticket, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecsm_contracts.facts import RecordedKind

__all__ = [
    "backwards",
    "delivered_twice",
    "elsewhere",
    "holds_split",
    "unrecorded",
    "with_later_events",
    "with_older_tickets",
    "with_tickets",
]

_OFFSET = timezone(timedelta(hours=5, minutes=45))
_UNUSED = "not-in-any-contract"


def with_tickets(facts: Facts, tickets: Iterable[Ticket]) -> Facts:
    """Return *facts* with other tickets."""
    return replace(facts, tickets=tuple(tickets))


def _ticket(data: dict[str, Any], events: Iterable[Event]) -> Ticket:
    return Ticket.model_validate({**data, "events": tuple(events)})


def _with_events(ticket: Ticket, events: Iterable[Event]) -> Ticket:
    return ticket.replace(events=tuple(events))


_TABLES = (
    *("tickets", "outages", "notices", "work", "origins", "samples", "surveys", "declared"),
    *("volumes", "charges", "forecasts"),
)


def _tables(facts: Facts) -> dict[str, Any]:
    """Return all records that could be read, by the name of their table."""
    return {name: getattr(facts, name) for name in _TABLES}


def backwards(facts: Facts) -> Facts:
    """Return *facts* with everything in the opposite order; events of one instant keep theirs."""

    def turned(ticket: Ticket) -> Ticket:
        groups = [list(group) for _, group in groupby(ticket.events, key=lambda event: event.at)]
        return _with_events(ticket, [event for group in reversed(groups) for event in group])

    tables: dict[str, Any] = {name: tuple(reversed(items)) for name, items in _tables(facts).items()}
    tables["tickets"] = [turned(ticket) for ticket in tables["tickets"]]
    return Facts.of(**tables, rejected=reversed(facts.rejected))


def delivered_twice(facts: Facts) -> Facts:
    """Return *facts* with every event and every record repeated."""
    doubled = [_with_events(ticket, ticket.events * 2) for ticket in facts.tickets]
    tables = {name: items * 2 for name, items in _tables(facts).items()}
    return Facts.of(**tables | {"tickets": [*facts.tickets, *doubled]}, rejected=facts.rejected)


_INSTANTS = frozenset({"announced", "at", "start", "end"})


def _moved(record: dict[str, Any]) -> dict[str, Any]:
    def told(key: str, value: Any) -> Any:
        if key == "events":
            return [_moved(event) for event in value]
        return parse_instant(value).astimezone(_OFFSET).isoformat() if key in _INSTANTS else value

    return {key: told(key, value) for key, value in record.items()}


def elsewhere(facts: Facts) -> Facts:
    """Return *facts* with every instant written with another offset."""
    records = {name: [_moved(item.to_data()) for item in items] for name, items in _tables(facts).items()}
    return replace(facts_from_records(**records), rejected=facts.rejected)


def unrecorded(facts: Facts, kinds: Sequence[RecordedKind]) -> Facts:
    """Return *facts* with one more origin, which does not record these *kinds* of event."""
    taken = {origin.ref for origin in facts.origins} | {record.ref for record in facts.rejected}
    ref = next(name for name in map("G-{}".format, range(len(taken) + 1)) if name not in taken)
    gap = Origin(ref=ref, title="A source with a gap", unrecorded=tuple(kinds))
    origins = sorted((*facts.origins, gap), key=lambda origin: origin.ref)
    return replace(facts, setting=replace(facts.setting, origins=tuple(origins)))


def with_later_events(facts: Facts, end: int) -> Facts:
    """Return *facts* with more of everything at and after *end*, in microseconds."""
    at, after = from_micros(end), from_micros(end + 1)
    tickets = [
        _with_events(ticket, [*ticket.events, Event(kind="cancelled", at=at), Event(kind="noted", at=after)])
        for ticket in facts.tickets
    ]
    late = Ticket(
        ref=f"{_UNUSED}-later", service=_UNUSED, type=_UNUSED, priority="P1", events=(Event(kind="opened", at=at),)
    )
    outage = Outage(ref=f"{_UNUSED}-later", service=_UNUSED, start=at)
    survey = Survey(ref=f"{_UNUSED}-later", service=_UNUSED, at=at, score=0)
    more: dict[str, Any] = {
        "tickets": [*tickets, late],
        "outages": [*facts.outages, outage],
        "surveys": [*facts.surveys, survey],
    }
    return Facts.of(**_tables(facts) | more, rejected=facts.rejected)


def with_older_tickets(facts: Facts, services: Iterable[str], start: int) -> Facts:
    """Return *facts* with a ticket of each service that was over before *start*, in microseconds."""
    opened, closed = from_micros(start - 2 * 3_600_000_000), from_micros(start - 1)
    events = (Event(kind="opened", at=opened), Event(kind="closed", at=closed))
    taken = {ticket.ref for ticket in facts.tickets} | {record.ref for record in facts.rejected}
    old = [
        Ticket(ref=f"old-{number}", service=service, type="incident", priority="P1", events=events)
        for number, service in enumerate(services)
    ]
    return with_tickets(facts, sorted((*facts.tickets, *(t for t in old if t.ref not in taken)), key=lambda t: t.ref))


def _consistent(ticket: Ticket) -> bool:
    try:
        timeline(ticket)
    except Contradiction:
        return False
    return True


def _split(ticket: Ticket) -> Ticket:
    """Return *ticket* with each wait ended and begun anew at one instant in its middle."""
    events: list[Event] = []
    following = [*ticket.events[1:], None]
    for event, later in zip(ticket.events, following, strict=True):
        events.append(event)
        start = to_micros(event.at)
        end = start + 2 * 3_600_000_000 if later is None else to_micros(later.at)
        if event.kind == "held" and end - start > 1:
            middle = from_micros((start + end) // 2)
            events.append(Event(kind="resumed", at=middle))
            events.append(Event(kind="held", at=middle, party=event.party, reason="still waiting"))
    return _with_events(ticket, events)


def holds_split(facts: Facts) -> Facts:
    """Return *facts* with every wait cut in two at one instant."""
    return with_tickets(facts, [_split(ticket) if _consistent(ticket) else ticket for ticket in facts.tickets])


def out_of_scope(ref: str, service: str, kind: str, start: int) -> Ticket:
    """Return a ticket that was open for an hour from *start*, in microseconds."""
    events = [
        Event(kind="opened", at=from_micros(start)),
        Event(kind="resolved", at=from_micros(start + 3_600_000_000)),
    ]
    return _ticket({"ref": ref, "service": service, "type": kind, "priority": "P1"}, events)
