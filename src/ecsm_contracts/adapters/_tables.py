"""Facts from the tables of another system, by a mapping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecsm_contracts.adapters._bad import Bad, checked_ref, why
from ecsm_contracts.adapters._cells import optional_cell, optional_time, required_cell, required_time, row_filter
from ecsm_contracts.adapters._doubts import doubts
from ecsm_contracts.adapters._folders import files_in, listed
from ecsm_contracts.adapters._gather import Desk, Head
from ecsm_contracts.adapters._granted import taken_for_granted
from ecsm_contracts.adapters._history import History, events_of
from ecsm_contracts.adapters._mapping import Mapping, shown_states
from ecsm_contracts.adapters._rows import open_table
from ecsm_contracts.adapters._times import time_reader
from ecsm_contracts.errors import DocumentError, Problem, did_you_mean, expect
from ecsm_contracts.facts import Event, Facts, Origin, Outage, Rejected, Ticket
from ecsm_contracts.facts._text import PROVIDER

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from ecsm_contracts.adapters._gather import Gathered
    from ecsm_contracts.adapters._mapping import OutageTable
    from ecsm_contracts.adapters._rows import Table
    from ecsm_contracts.facts import RecordedKind

__all__ = ["read_tables", "stream_tables"]


def read_tables(mapping: Mapping, folder: str | os.PathLike[str]) -> Facts:
    """
    Return the facts that *mapping* finds in the tables of *folder*.

    A row that cannot be read is in `Facts.rejected`, with file, line and reason, in the name of its ticket, which
    enters no figure then; the other tickets are not touched.

    Raises:
        DocumentError: when the folder or a file is not there, or when a file has not the columns that the mapping
            names, or is damaged.
        OSError: when a file cannot be read.
    """
    found: dict[type, list[Any]] = {Ticket: [], Outage: [], Rejected: [], Origin: []}
    for item in stream_tables(mapping, folder):
        found[type(item)].append(item)
    return Facts.of(tickets=found[Ticket], outages=found[Outage], origins=found[Origin], rejected=found[Rejected])


def stream_tables(mapping: Mapping, folder: str | os.PathLike[str]) -> Iterator[Ticket | Outage | Rejected | Origin]:
    """
    Yield the origin of the facts, then outages, then warnings of what is doubtful, then tickets.

    Each is made only when it is asked for; a warning is an origin too.

    What cannot be read is yielded in between. Rows are read one by one and kept in a short form until their table
    has been read, as the rows of a ticket may lie anywhere in it.

    Raises:
        DocumentError: when the folder or a file is not there, or when a file has not the columns that the mapping
            names, or is damaged.
        OSError: when a file cannot be read.
    """
    expect(mapping, Mapping, "mapping", "read it with read_mapping(…)")
    root = Path(folder)
    _check_files(mapping, root)
    yield _origin(mapping)
    read_time = time_reader(mapping.times)
    if mapping.outages is not None:
        table = open_table(root / mapping.outages.file, mapping.outages, "outages")
        yield from _outages(table, mapping.outages, read_time)
    desk = Desk(read_time)
    if mapping.tickets is not None:
        table = open_table(root / mapping.tickets.file, mapping.tickets, "tickets")
        yield from desk.add_tickets(table, mapping.tickets)
    if mapping.events is not None and mapping.states is not None:
        table = open_table(root / mapping.events.file, mapping.events, "events")
        yield from desk.add_events(table, mapping.events, mapping.states, alone=mapping.tickets is None)
    history = History(mapping.acknowledged_by or (), mapping.events is not None and mapping.events.group is not None)
    yield from doubts(desk.tickets, _priorities(desk))
    for ref in tuple(desk.tickets):
        yield _ticket(ref, desk.tickets.pop(ref), history)


def _priorities(desk: Desk) -> Iterator[str]:
    for gathered in desk.tickets.values():
        if isinstance(gathered.head, Head):
            yield gathered.head.opening.priority
        yield from (update.priority for update in gathered.updates if update.priority is not None)


def _check_files(mapping: Mapping, root: Path) -> None:
    present = files_in(root)
    tables = {"tickets": mapping.tickets, "events": mapping.events, "outages": mapping.outages}
    problems = [
        Problem(
            str(root / terms.file), 0, 0, f"{name}.file", "no_such_file",
            f"there is no such file in the folder; it holds {listed(present)}{did_you_mean(terms.file, present)}",
        )
        for name, terms in tables.items()
        if terms is not None and terms.file not in present
    ]  # fmt: skip
    problems += [
        Problem(str(root / terms.file), 0, 0, f"{name}.file", "no_such_file", "not a file that can be read")
        for name, terms in tables.items()
        if terms is not None and terms.file in present and not (root / terms.file).is_file()
    ]
    if problems:
        raise DocumentError(problems)


def _origin(mapping: Mapping) -> Origin:
    """Return where the facts come from, with what the mapping takes for granted without saying it."""
    assumes = (*mapping.assumes, *(text for text in taken_for_granted(mapping) if text not in mapping.assumes))
    return Origin(ref=mapping.ref, title=mapping.title, assumes=assumes, unrecorded=_unrecorded(mapping))


def _unrecorded(mapping: Mapping) -> tuple[RecordedKind, ...]:
    """Return the kinds of event that no part of the mapping can give; outages alone have no such kinds."""
    if mapping.tickets is None and mapping.events is None:
        return ()
    recorded = {kind for kind, _ in mapping.tickets.moments.columns()} if mapping.tickets is not None else set()
    if mapping.acknowledged_by is not None:
        recorded.add("acknowledged")
    if any(state.is_ == "replied" and state.party == "provider" for state in shown_states(mapping)):
        recorded.add("replied")
    kinds: tuple[RecordedKind, ...] = ("acknowledged", "replied")
    return tuple(kind for kind in kinds if kind not in recorded)


def _ticket(ref: str, gathered: Gathered, history: History) -> Ticket | Rejected:
    head = gathered.outcome()
    if isinstance(head, Rejected):
        return head
    events = events_of(head.opening, gathered.updates, history)
    events += [Event(kind=kind, at=at, party=PROVIDER if kind == "replied" else None) for kind, at in head.moments]
    try:
        return Ticket(
            ref=ref,
            service=head.service,
            type=head.type,
            priority=head.opening.priority,
            events=tuple(events),
            **dict(head.others),
        )
    except ValidationError as errors:  # more events than a ticket may have
        return Rejected("ticket", ref, *why(errors), "", ref)


def _outages(
    table: Table, terms: OutageTable, read_time: Callable[[str], datetime | Bad]
) -> Iterator[Outage | Rejected]:
    make = _outage_of(table, terms, read_time)
    taken = row_filter(terms.only, table.positions)
    ref_of = required_cell(terms.ref, table.positions, checked_ref, "ref") if terms.ref is not None else None
    for row in table.rows:
        ref = ""
        try:
            ref = f"line {row.line}" if ref_of is None else ref_of(row.readable())
            fields = row.readable()
            if taken(fields):
                yield make(ref, fields)
        except Bad as bad:
            yield Rejected("outage", ref, bad.code, str(bad), f"{terms.file}:{row.line}", row.kept())


def _outage_of(
    table: Table, terms: OutageTable, read_time: Callable[[str], datetime | Bad]
) -> Callable[[str, Sequence[str]], Outage]:
    service = required_cell(terms.service, table.positions, checked_ref, "service")
    start = required_time(terms.start, table.positions, read_time, "start")
    end = optional_time(terms.end, table.positions, read_time, "end")
    others = [(name, optional_cell(cell, table.positions, checked_ref, name)) for name, cell in terms.others()]

    def make(ref: str, fields: Sequence[str]) -> Outage:
        values: dict[str, Any] = {"ref": ref, "service": service(fields), "start": start(fields), "end": end(fields)}
        values |= {name: value for name, read in others if (value := read(fields)) is not None}
        if values["start"] == values["end"] and terms.no_length == "reject":
            raise Bad("no_length", "the outage ends when it starts")
        try:
            return Outage.model_validate(values)
        except ValidationError as errors:
            raise Bad(*why(errors)) from None

    return make
