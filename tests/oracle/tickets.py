"""Section 2 of docs/reference/semantics.md: what is known, what contradicts itself, priorities and holders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .clock import instant

Event = dict[str, Any]
Record = dict[str, Any]
Matrix = dict[Any, dict[Any, str]]

# Section 2, table: the kinds of event, and the further fields of which one must be there to tell a figure.
KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("opened", "acknowledged", "arrived", "resumed", "transferred", "resolved", "reopened"), ()),
    **dict.fromkeys(("closed", "cancelled", "merged", "noted"), ()),
    "replied": ("party",),
    "held": ("party",),
    "reprioritised": ("priority", "impact", "urgency"),
}
ENDINGS = ("cancelled", "merged")


def read_instant(value: Any) -> Any:
    """
    Section 2: an instant as a number, so that equal ones are equal whatever their spelling; else marked as unreadable.
    """
    if isinstance(value, str):
        try:
            return instant(value)
        except (TypeError, ValueError):  # no offset, or no instant at all
            pass
    return ("unreadable", value)


def are_texts(record: Record, *names: str) -> bool:
    """Section 2: whether the record has these fields, each a text."""
    return all(isinstance(record.get(name), str) for name in names)


def whole_ticket(ticket: Record) -> Record:
    """Section 2: the whole ticket, its events in the order of their instants, repetitions ignored."""
    given = ticket.get("events")
    if not isinstance(given, list) or not all(isinstance(event, dict) for event in given):
        return ticket  # not of the form
    read: list[Event] = [{**event, "at": read_instant(event.get("at"))} for event in given]
    if not all(isinstance(event["at"], int) for event in read):
        return {**ticket, "events": read}  # not of the form
    events: list[Event] = []
    for event in sorted(read, key=lambda event: int(event["at"])):
        if event not in events:
            events.append(event)
    return {**ticket, "events": events}


def whole_span(record: Record) -> Record:
    """Section 2: the whole outage or notice, its instants as instants."""
    end = record.get("end")
    return {**record, "start": read_instant(record.get("start")), "end": None if end is None else read_instant(end)}


def event_has_form(event: Any) -> bool:
    """Section 2, table: an event of a kind in the table, with an instant and a further field that it needs."""
    if not isinstance(event, dict) or not are_texts(event, "kind") or event["kind"] not in KINDS:
        return False
    further = KINDS[event["kind"]]
    return isinstance(event["at"], int) and (not further or any(are_texts(event, name) for name in further))


def ticket_is_fit(ticket: Record) -> bool:
    """Section 2: whether a whole ticket is of the form."""
    events = ticket.get("events")
    is_ticket = are_texts(ticket, "ref", "service", "type") and isinstance(events, list)
    is_ticket = is_ticket and (are_texts(ticket, "priority") or are_texts(ticket, "impact", "urgency"))
    return is_ticket and all(event_has_form(event) for event in ticket["events"])


def outage_is_fit(outage: Record) -> bool:
    """Section 2: whether a whole outage is of the form and does not end before its start."""
    start, end = outage["start"], outage["end"]
    is_outage = are_texts(outage, "ref", "service") and isinstance(start, int)
    return is_outage and (end is None or (isinstance(end, int) and start <= end))


def notice_is_fit(notice: Record) -> bool:
    """Section 2: whether a whole notice is of the form (it has an end) and does not end before its start."""
    return (
        outage_is_fit(notice) and notice["end"] is not None and notice.get("kind") in ("maintenance", "force_majeure")
    )


def whole_origin(origin: Record) -> Record:
    """Section 2: the whole origin; it has no instants."""
    return origin


def origin_is_fit(origin: Record) -> bool:
    """Section 2: whether an origin is of the form: it may leave only `acknowledged` and `replied` unrecorded."""
    assumed, missing = origin.get("assumes", []), origin.get("unrecorded", [])
    are_lists = isinstance(assumed, list) and isinstance(missing, list)
    return (
        are_texts(origin, "ref", "title")
        and are_lists
        and all(isinstance(text, str) for text in assumed)
        and all(kind in ("acknowledged", "replied") for kind in missing)
    )


def ref_of(record: Record) -> str:
    """Section 2: the ref by which the statement lists a record; empty when it has none."""
    return str(record.get("ref", ""))


def settle(records: list[Record]) -> tuple[list[Record], set[str]]:
    """Section 2: whole records of one kind without repetitions, and the refs that stand for different contents.

    Whole records are compared, whatever the period.
    """
    distinct: list[Record] = []
    for record in records:
        if record not in distinct:
            distinct.append(record)
    refs = [ref_of(record) for record in distinct]
    bad = {ref for ref in refs if refs.count(ref) > 1}
    return [record for record in distinct if ref_of(record) not in bad], bad


def known_tickets(tickets: list[Record], end: int) -> list[Record]:
    """Section 2: the tickets with their events before `end`; one without any is not known."""
    known = [{**ticket, "events": [event for event in ticket["events"] if event["at"] < end]} for ticket in tickets]
    return [ticket for ticket in known if ticket["events"]]


def known_outages(outages: list[Record], end: int) -> list[Record]:
    """Section 2: the outages that began before `end`; an end at or after it does not exist yet."""
    known = [outage for outage in outages if outage["start"] < end]
    return [
        {**outage, "end": None} if outage["end"] is not None and outage["end"] >= end else outage for outage in known
    ]


def known_notices(notices: list[Record], end: int) -> list[Record]:
    """Section 2: the notices whose time began before `end`."""
    return [notice for notice in notices if notice["start"] < end]


def sift(records: list[Record], bad: set[str], is_fit: Callable[[Record], bool]) -> tuple[list[Record], set[str]]:
    """Section 2: the records that may enter figures, and the refs of all that are quarantined."""
    found = {ref_of(record) for record in records if not is_fit(record)}
    return [record for record in records if ref_of(record) not in found], bad | found


def admitted(
    given: list[Record], whole: Callable[[Record], Record], is_fit: Callable[[Record], bool]
) -> tuple[list[Record], set[str]]:
    """
    Section 2: whole records of one kind that are not quarantined whatever the period, and the refs of those that are.
    """
    records, bad = settle([whole(record) for record in given])
    return sift(records, bad, is_fit)


def is_consistent(ticket: Record) -> bool:
    """Section 2: whether a ticket, by the events known of it, does not contradict itself and has its priorities."""
    told = [ticket, *(event for event in ticket["events"] if event["kind"] == "reprioritised")]
    return not contradicts(ticket) and all(each["priority"] is not None for each in told)


def with_priorities(ticket: Record, matrix: Matrix) -> Record:
    """Section 2, Priority: where no priority is said, the one of the matrix; None where it makes none."""
    impact, urgency = ticket.get("impact"), ticket.get("urgency")

    def made(record: Record) -> str | None:
        return record.get("priority") or matrix.get(impact, {}).get(urgency)

    priority = made(ticket)
    events: list[Event] = []
    for event in ticket["events"]:
        if event["kind"] == "reprioritised":
            impact, urgency = event.get("impact", impact), event.get("urgency", urgency)
            events.append({**event, "priority": made(event)})
        else:
            events.append(event)
    return {**ticket, "priority": priority, "events": events}


class Holder(NamedTuple):
    """Section 2, Holder: a party and perhaps its group."""

    party: str
    group: str | None = None

    def answers_to(self, names: list[str]) -> bool:
        """Section 2, Holder: whether the party or the group is one of the names."""
        return self.party in names or self.group in names


def holders(events: list[Event]) -> list[Holder]:
    """Section 2, Holder: in whose hands a ticket is from each of its events on."""
    found: list[Holder] = []
    resolved = False
    awaited: str | None = None
    desk = Holder("provider")
    for event in events:
        kind = event["kind"]
        if kind in ("opened", "transferred"):
            party = event.get("party") if kind == "transferred" else None
            desk = Holder(party or "provider", event.get("group"))
        if kind == "held":
            awaited = event["party"]
        if kind in ("resumed", "resolved", "closed"):
            awaited = None
        resolved = (resolved or kind in ("resolved", "closed")) and kind != "reopened"
        found.append(Holder("customer") if resolved else Holder(awaited) if awaited else desk)
    return found


def contradicts(ticket: Record) -> bool:
    """Section 2: whether a ticket contradicts itself."""
    events: list[Event] = ticket["events"]
    if events[0]["kind"] != "opened":
        return True
    resolved = ended = False
    for event in events[1:]:
        kind = event["kind"]
        if ended and kind != "noted":
            return True
        if kind == "opened":
            return True
        if kind == "reopened":
            if not resolved:
                return True
            resolved = False
        if kind in ("held", "resumed") and resolved:
            return True
        if kind in ("resolved", "closed"):
            resolved = True
        if kind in ("cancelled", "merged"):
            ended = True
    return False


def last_resolution(ticket: Record, kinds: tuple[str, ...] = ("resolved", "closed")) -> int | None:
    """Section 5, populations `resolved` and `closed`: when it was last resolved (closed), None when it is not."""
    at: int | None = None
    for event in ticket["events"]:
        if event["kind"] in kinds and at is None:
            at = event["at"]
        elif event["kind"] == "reopened":
            at = None
    return at


def has_ended(ticket: Record) -> bool:
    """Section 5, Fates: whether a ticket is resolved, closed, cancelled or merged by what is known of it."""
    kinds = {event["kind"] for event in ticket["events"]}
    return last_resolution(ticket) is not None or bool(kinds & {"cancelled", "merged"})
