"""
Sections 2 and 4 of docs/reference/semantics.md: what is known, what contradicts itself, and the clock of a ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .clock import Interval, duration, instant, last_instant_within, service_time

Event = dict[str, Any]
Record = dict[str, Any]

# Section 2, table: the kinds of event, and the further field without which a figure could not be told.
KINDS: dict[str, str | None] = {
    **dict.fromkeys(("opened", "acknowledged", "resumed", "transferred", "resolved", "reopened", "closed"), None),
    **dict.fromkeys(("cancelled", "merged", "noted"), None),
    "replied": "party",
    "held": "party",
    "reprioritised": "priority",
}


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
    """Section 2, table: an event of a kind in the table, with an instant and its further field."""
    if not isinstance(event, dict) or not are_texts(event, "kind") or event["kind"] not in KINDS:
        return False
    further = KINDS[event["kind"]]
    return isinstance(event["at"], int) and (further is None or are_texts(event, further))


def ticket_is_fit(ticket: Record) -> bool:
    """Section 2: whether a whole ticket is of the form."""
    events = ticket.get("events")
    is_ticket = are_texts(ticket, "ref", "service", "type", "priority") and isinstance(events, list)
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
    """Section 2: whether a ticket, by the events known of it, does not contradict itself."""
    return not contradicts(ticket)


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


def last_resolution(ticket: Record) -> int | None:
    """Section 5, population `resolved`: when the ticket was last resolved, None when it is not resolved."""
    at: int | None = None
    for event in ticket["events"]:
        if event["kind"] in ("resolved", "closed") and at is None:
            at = event["at"]
        elif event["kind"] == "reopened":
            at = None
    return at


def has_ended(ticket: Record) -> bool:
    """Section 5, Fates: whether a ticket is resolved, closed, cancelled or merged by what is known of it."""
    kinds = {event["kind"] for event in ticket["events"]}
    return last_resolution(ticket) is not None or bool(kinds & {"cancelled", "merged"})


# ---------------------------------------------------------------------------------------------------------------- clock


@dataclass(frozen=True)
class Measure:
    """Section 4: a clock, its targets, and the hours and relieved time it counts in."""

    clock: dict[str, Any]
    within: Any
    hours: str
    relieved: list[Interval]

    def target(self, priority: str) -> int | None:
        """Section 4, Target: a duration, or a table by priority; None where nothing is promised."""
        if isinstance(self.within, str):
            return duration(self.within)
        text = self.within.get(priority, self.within["otherwise"])
        return None if text in (None, "none") else duration(text)

    def time(self, start: int, end: int) -> int:
        """Section 4: all time is service time of the calendar, less relieved time."""
        return service_time(self.hours, self.relieved, start, end)

    def last_instant(self, start: int, end: int, allowance: int) -> int | None:
        """Section 4, Breach instant: the last instant with at most `allowance` since start."""
        return last_instant_within(self.hours, self.relieved, start, end, allowance)


@dataclass
class Reading:
    """Section 4: a clock as it stands at an instant."""

    state: str = "waiting"
    elapsed: int = 0
    target: int | None = None
    breach: int | None = None
    due: int | None = None
    late_before: int = 0  # of earlier attempts whose breach stands

    @property
    def promised(self) -> bool:
        """Section 5, Scope: a ticket whose clock is waiting or void, or with no promise, is in no population."""
        return self.state not in ("waiting", "void") and self.target is not None

    @property
    def beyond(self) -> int:
        """Section 5, `ticket_time`: the elapsed time beyond the target, zero if there is none."""
        return 0 if self.target is None else max(0, self.elapsed - self.target)

    @property
    def breached(self) -> bool:
        """Section 5, `breached(t)`: zero in no population."""
        return self.promised and self.breach is not None

    @property
    def late(self) -> int:
        """Section 5, `late(t)`: that of this attempt and of earlier ones whose breach stands; zero in no population."""
        return self.beyond + self.late_before if self.promised else 0

    @property
    def met(self) -> bool:
        """Section 5, `met(t)`: stopped and not breached; zero in no population."""
        return self.promised and self.state == "stopped" and self.breach is None

    def begin_again(self) -> None:
        """Sections 4 and 5: elapsed time begins at zero, the breach so far stands and its lateness is kept."""
        self.late_before += self.beyond
        self.elapsed = 0

    def forget(self) -> None:
        """Section 4, Attempts: with `last`, a reopening that restarts forgets every breach before it."""
        self.breach = None
        self.late_before = 0


def meanings(event: Event, resolved: bool) -> set[str]:
    """
    Section 2, table: what an event means; closing what is not resolved resolves it, a second resolution is nothing.
    """
    kind: str = event["kind"]
    if kind == "resolved" and resolved:
        return set()
    if kind == "closed" and not resolved:
        return {"closed", "resolved"}
    if kind == "replied" and event.get("party") != "provider":  # section 4: a reply of another party moves no clock
        return set()
    return {kind}


def now_resolved(event: Event, resolved: bool) -> bool:
    """Section 2, table: whether the ticket is resolved after the event."""
    return (resolved or event["kind"] in ("resolved", "closed")) and event["kind"] != "reopened"


def begins(clock: dict[str, Any], event: Event, resolved: bool) -> bool:
    """
    Section 4: whether an event starts a waiting clock; while its ticket is resolved none does, before a reopening.
    """
    return bool(meanings(event, resolved) & set(clock["start"])) and not now_resolved(event, resolved)


def counting_events(clock: dict[str, Any], events: list[Event]) -> list[Event]:
    """
    Section 4, Attempts: with `first`, nothing after the first stop counts, but the end of a ticket without judgement.
    """
    if clock["attempt"] != "first":
        return events
    started = resolved = False
    for index, event in enumerate(events):
        means = meanings(event, resolved)
        if not started:
            started = begins(clock, event, resolved)
        elif means & set(clock["stop"]):
            return events[: index + 1] + [
                later for later in events[index + 1 :] if later["kind"] in ("cancelled", "merged")
            ]
        resolved = now_resolved(event, resolved)
    return events


def read_clock(measure: Measure, ticket: Record, until: int) -> Reading:
    """Section 4: the clock of a ticket at `until`, knowing what happened before."""
    clock = measure.clock
    events = counting_events(clock, [event for event in ticket["events"] if event["at"] < until])
    changed = clock["changed"]
    priority: str = ticket["priority"]  # of the ticket
    last_priority = ([priority] + [event["priority"] for event in events if event["kind"] == "reprioritised"])[-1]
    holding = priority  # the one that holds for the clock, where changes take effect
    now = Reading()
    since = 0  # up to where `elapsed` has been counted
    stopped_at = 0
    resolved = False

    def breach_at_once(at: int) -> None:
        """
        Section 4, Breach instant: a reopening or a change of priority made elapsed time exceed the target at once.
        """
        if now.breach is None and now.beyond > 0:
            now.breach = at

    def run_to(at: int) -> None:
        """Section 4: `elapsed` grows while the clock is running."""
        nonlocal since
        if now.state == "running":
            grown = measure.time(since, at)
            if now.breach is None and now.target is not None and now.elapsed + grown > now.target:
                now.breach = measure.last_instant(since, at, now.target - now.elapsed)
            now.elapsed += grown
        since = at

    for event in events:
        at: int = event["at"]
        kind: str = event["kind"]
        means = meanings(event, resolved)
        run_to(at)
        if kind == "reprioritised":
            priority = event["priority"]

        if kind in ("cancelled", "merged"):
            now.state = "void"
        elif now.state == "waiting":
            if begins(clock, event, resolved):
                now.state = "running"
                holding = priority
                now.target = measure.target(last_priority if changed == "retroactive" else priority)
        elif now.state in ("running", "held"):
            if means & set(clock["stop"]):
                now.state = "stopped"
                stopped_at = at
            elif kind == "held":
                now.state = "held" if event["party"] in clock["holds"] else "running"
            elif kind == "resumed":
                now.state = "running"
        elif now.state == "stopped" and kind == "reopened":
            now.state = "running"
            if clock["reopened"] == "continue_with_closed_time":
                now.elapsed += measure.time(stopped_at, at)
                breach_at_once(at)  # by the target that held at the stop; a change of priority comes after it
            elif clock["reopened"] == "restart":
                now.begin_again()
                if clock["attempt"] == "last":
                    now.forget()

        counts_on = now.state in ("running", "held")  # not while it is stopped: those changes wait for the reopening
        if counts_on and changed in ("keep_elapsed", "restart") and priority != holding:
            holding = priority
            if changed == "restart":
                now.begin_again()
            now.target = measure.target(priority)
            breach_at_once(at)
        resolved = now_resolved(event, resolved)
    run_to(until)

    if now.promised:  # section 4, Due instant
        if now.breach is not None:
            now.due = now.breach
        elif now.state == "stopped" and now.target is not None:
            now.due = measure.last_instant(stopped_at, until, now.target - now.elapsed)
    return now
