"""The rows of a ticket table and of an event table, put together by ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.adapters._bad import Bad, checked_ref, checked_text
from ecsm_contracts.adapters._cells import hints, optional_cell, optional_time, required_cell, required_time, row_filter
from ecsm_contracts.adapters._history import Opening, Update
from ecsm_contracts.adapters._mapping import ATTRIBUTES
from ecsm_contracts.errors import shown
from ecsm_contracts.facts import Rejected
from ecsm_contracts.facts._ticket import MOST_EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from ecsm_contracts.adapters._mapping import EventTable, TicketTable
    from ecsm_contracts.adapters._mapping_parts import States
    from ecsm_contracts.adapters._rows import Row, Table
    from ecsm_contracts.facts import EventKind

    TimeReader = Callable[[str], datetime | Bad]
    Fields = Sequence[str]

__all__ = ["Desk", "Gathered", "Head"]


class Head(NamedTuple):
    """What a ticket is, from its row in the ticket table or from its first row in the event table."""

    opening: Opening
    service: str
    type: str
    others: tuple[tuple[str, str], ...] = ()
    """What else it is: the attributes that the table says, by their names."""
    moments: tuple[tuple[EventKind, datetime], ...] = ()


class Gathered:
    """What the tables say of one ticket, as far as they have been read."""

    __slots__ = ("bad", "head", "more", "since", "updates")

    def __init__(self, head: Head | Rejected, since: datetime | None = None) -> None:
        """Begin with what the ticket is, or why that cannot be told; *since* is the instant of its first row."""
        self.head = head
        self.since = since
        self.updates: list[Update] = []
        self.bad: Rejected | None = None
        self.more = 0

    def reject(self, rejected: Rejected) -> None:
        """Give the ticket up: the first rejection is kept, the others are counted, and its rows are let go."""
        if self.bad is None:
            self.bad, self.updates = rejected, []
        else:
            self.more += 1

    def add(self, update: Update) -> None:
        """Take an *update*; `Bad` is raised when there are more than a ticket may have."""
        if len(self.updates) == MOST_EVENTS:
            raise Bad("too_many", f"the ticket has more than {MOST_EVENTS} rows, the limit for its events")
        self.updates.append(update)

    def outcome(self) -> Head | Rejected:
        """Return what the ticket is, or why it enters no figure."""
        found = self.bad or self.head
        if isinstance(found, Head) or not self.more:
            return found
        return found._replace(message=f"{found.message}; and {self.more} more row{'s' if self.more > 1 else ''}")


def _rejection(row: Row, file: str, ref: str, bad: Bad) -> Rejected:
    return Rejected("ticket", ref, bad.code, str(bad), f"{file}:{row.line}", row.kept())


class Desk:
    """
    The tickets of a mapping, by their identity.

    A row that cannot be read costs its whole ticket: a history with a hole is not a history. What cannot be told
    to be of a ticket is yielded as it is found.
    """

    def __init__(self, read_time: TimeReader) -> None:
        """Begin without tickets; *read_time* reads the times of the tables."""
        self.tickets: dict[str, Gathered] = {}
        self._left: set[str] = set()
        self._read_time = read_time

    def _give_up(self, row: Row, file: str, ref: str | None, bad: Bad) -> Iterator[Rejected]:
        if ref is None:
            yield _rejection(row, file, "", bad)
        else:
            rejection = _rejection(row, file, ref, bad)
            self.tickets.setdefault(ref, Gathered(rejection)).reject(rejection)

    def add_tickets(self, table: Table, terms: TicketTable) -> Iterator[Rejected]:
        """Take the rows of a ticket table; yield what is of no ticket that can be told."""
        ref_of = required_cell(terms.ref, table.positions, checked_ref, "ref")
        taken = row_filter(terms.only, table.positions)
        head_of = _head_of_ticket(table, terms, self._read_time)
        for row in table.rows:
            ref = _told(ref_of, row)
            try:
                fields = row.readable()
                if not taken(fields):
                    self._left.update(() if ref is None else (ref,))
                    continue
                self._add_head(ref_of(fields), head_of(fields))
            except Bad as bad:
                yield from self._give_up(row, terms.file, ref, bad)

    def _add_head(self, ref: str, head: Head) -> None:
        known = self.tickets.get(ref)
        if known is None:
            self.tickets[ref] = Gathered(head)
        elif known.bad is None and known.head != head:
            raise Bad("duplicate_identity", "an earlier row with this identity says something else")

    def add_events(self, table: Table, terms: EventTable, states: States, *, alone: bool) -> Iterator[Rejected]:
        """Take the rows of an event table, *alone* or after a ticket table; yield what is of no ticket."""
        ref_of = required_cell(terms.ticket, table.positions, checked_ref, "ticket")
        taken = row_filter(terms.only, table.positions)
        update_of = _update_of(table, terms, states, self._read_time)
        add = self._first_row(table, terms) if alone else self._check_opening(terms)
        for row in table.rows:
            ref = _told(ref_of, row)
            if not alone and ref is not None and ref not in self.tickets:
                if ref in self._left:
                    continue
                if row.fault is not None:
                    ref = None  # a row that is damaged, and a ticket that is not there: it may be any other
            try:
                fields = row.readable()
                if taken(fields):
                    ref = ref_of(fields)
                    add(ref, update_of(fields), row)
            except Bad as bad:
                yield from self._give_up(row, terms.file, ref, bad)

    def _check_opening(self, terms: EventTable) -> Callable[[str, Update, Row], None]:
        """Return what takes an update of a ticket that the ticket table must have."""
        reject = terms.before_opening != "at_opening"

        def add(ref: str, update: Update, _row: Row) -> None:
            known = self.tickets.get(ref)
            if known is None or (known.bad is not None and known.bad.code == "unknown_ticket"):
                raise Bad("unknown_ticket", f"the ticket table has no ticket {shown(ref)}")
            if known.bad is not None or not isinstance(known.head, Head):
                return
            if reject and update.at < known.head.opening.at:
                since = known.head.opening.at.isoformat()
                message = f"the row, {update.at.isoformat()}, lies before the opening of its ticket, {since}"
                raise Bad("before_opening", message)
            known.add(update)

        return add

    def _first_row(self, table: Table, terms: EventTable) -> Callable[[str, Update, Row], None]:
        """Return what takes an update, and makes the earliest of a ticket its opening."""
        head_of = _head_of_event(table, terms)

        def add(ref: str, update: Update, row: Row) -> None:
            head = head_of(row.fields, update)
            first = _rejection(row, terms.file, ref, head) if isinstance(head, Bad) else head
            known = self.tickets.setdefault(ref, Gathered(first, update.at))
            if known.bad is not None:
                return
            if known.since is None or update.at < known.since:
                known.head, known.since = first, update.at
            known.add(update)

        return add


def _told(ref_of: Callable[[Fields], str], row: Row) -> str | None:
    """Return the ticket that *row* is about; None where that cannot be told."""
    try:
        return ref_of(row.fields)
    except (Bad, IndexError):
        return None


def _attributes(table: Table, terms: TicketTable | EventTable) -> Callable[[Fields], tuple[tuple[str, str], ...]]:
    """Return what reads the attributes that a ticket may have, by their names; what a row leaves blank is left out."""
    cells = [
        (name, optional_cell(cell, table.positions, checked_text if name == "subject" else checked_ref, name))
        for name in ATTRIBUTES
        if (cell := getattr(terms, name)) is not None
    ]
    return lambda fields: tuple((name, value) for name, read in cells if (value := read(fields)) is not None)


def _head_of_ticket(table: Table, terms: TicketTable, read_time: TimeReader) -> Callable[[Fields], Head]:
    at = table.positions
    opened = required_time(terms.opened, at, read_time, "opened")
    service = required_cell(terms.service, at, checked_ref, "service")
    kind = required_cell(terms.type, at, checked_ref, "type")
    priority = required_cell(terms.priority, at, checked_ref, "priority")
    others = _attributes(table, terms)
    group = optional_cell(terms.group, at, checked_text, "group")
    columns = dict(terms.moments.columns())
    moments = [(name, optional_time(column, at, read_time, f"moments.{name}")) for name, column in columns.items()]

    def head(fields: Fields) -> Head:
        opening = Opening(opened(fields), priority(fields), group(fields))
        happened = tuple((name, instant) for name, read in moments if (instant := read(fields)) is not None)
        early = next((name for name, instant in happened if instant < opening.at), None)
        if early is not None:
            moment, since = (shown(fields[at[column]].strip()) for column in (columns[early], terms.opened))
            raise Bad("before_opening", f"moments.{early}, {moment}, lies before the opening of the ticket, {since}")
        return Head(opening, service(fields), kind(fields), others(fields), happened)

    return head


def _head_of_event(table: Table, terms: EventTable) -> Callable[[Fields, Update], Head | Bad]:
    """Return what makes the head of a ticket of its first row; a blank where there must be something is returned."""
    at = table.positions
    service = optional_cell(terms.service, at, checked_ref, "service")
    kind = optional_cell(terms.type, at, checked_ref, "type")
    others = _attributes(table, terms)

    def head(fields: Fields, update: Update) -> Head | Bad:
        named = service(fields), kind(fields), update.priority
        for name, value in zip(("service", "type", "priority"), named, strict=True):
            if value is None:
                return Bad("blank_cell", f"{name} is blank in the first row of the ticket; say what a blank means")
        return Head(Opening(update.at, str(named[2]), update.group), str(named[0]), str(named[1]), others(fields))

    return head


def _update_of(table: Table, terms: EventTable, states: States, read_time: TimeReader) -> Callable[[Fields], Update]:
    at = table.positions
    instant = required_time(terms.at, at, read_time, "at")
    state = required_cell(terms.state, at, checked_ref, "state")
    priority = optional_cell(terms.priority, at, checked_ref, "priority")
    group = optional_cell(terms.group, at, checked_text, "group")
    meanings = {name.strip(): (terms.is_, terms.party) for name, terms in states.named.items()}
    hint = hints(meanings)

    def update(fields: Fields) -> Update:
        text = state(fields)
        meaning = meanings.get(text)
        if meaning is None:
            raise Bad("unmapped_value", f"state: the mapping does not list {shown(text)}{hint(text)}")
        return Update(instant(fields), *meaning, text, priority(fields), group(fields))

    return update
