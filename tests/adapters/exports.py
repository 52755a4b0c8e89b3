"""Small exports and mappings for tests: a ticket table, an event table, outages."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import ecsm_contracts as ec

if TYPE_CHECKING:
    from pathlib import Path

TICKETS = """\
tickets:
  file: tickets.csv
  ref: id
  opened: opened
  service: {always: desk}
  type: {always: incident}
  priority: {column: prio, is: {"1": P1, "2": P2}}
"""
EVENTS = """\
events:
  {file: events.csv, ticket: id, at: at, state: state, group: group, priority: {column: prio, is: {"1": P1, "2": P2}}}
"""
ALONE = """\
events:
  file: events.csv
  ticket: id
  at: at
  state: state
  group: group
  service: {always: desk}
  type: {always: incident}
  priority: {column: prio, is: {"1": P1, "2": P2}}
"""
STATES = """\
states:
  New: {is: new}
  Active: {is: working}
  Waiting: {is: held, party: customer}
  Vendor: {is: held, party: vendor}
  Resolved: {is: resolved}
  Closed: {is: closed}
  Cancelled: {is: cancelled}
  Mail out: {is: replied, party: provider}
  Mail in: {is: replied, party: customer}
  Note: {is: noted}
"""
OUTAGES = """\
outages: {file: outages.csv, service: service, start: start, end: end, no_length: reject}
"""
TOP = "schema: ecsm.mapping/1\nref: desk log\ntitle: Log of the desk\n"
UTC = "times: {zone: UTC}\n"

TICKET_HEADER = "id,opened,prio"
EVENT_HEADER = "id,at,state,prio,group"
OUTAGE_HEADER = "service,start,end"


def mapping(*parts: str) -> ec.Mapping:
    """Return the mapping of these parts of a document; times are in UTC unless a part says otherwise."""
    times = "" if any(part.startswith("times") for part in parts) else UTC
    return ec.parse_mapping(TOP + times + "".join(parts))


def at(minute: int) -> str:
    """Return the reading so many minutes after Monday, 2 March 2026, 09:00."""
    day, rest = divmod(9 * 60 + minute, 24 * 60)
    return f"2026-03-{2 + day:02}T{rest // 60:02}:{rest % 60:02}"


def table(header: str, *rows: str) -> str:
    """Return the text of a table."""
    return "".join(f"{line}\n" for line in (header, *rows))


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    """Write each file, whose name is the keyword with the first underscore as a point; return their folder."""
    for keyword, content in files.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        name = keyword.replace("_", ".")
        (tmp_path / name).write_bytes(
            gzip.compress(data) if name.endswith(".gz") and isinstance(content, str) else data
        )
    return tmp_path


def read(tmp_path: Path, *parts: str, **files: str | bytes) -> ec.Facts:
    """Return the facts that the mapping of these parts finds in these files."""
    return ec.read_tables(mapping(*parts), folder(tmp_path, **files))


def from_rows(tmp_path: Path, *rows: str, parts: tuple[str, ...] = ()) -> ec.Facts:
    """Return the facts of an event table with these rows, without a ticket table."""
    return read(tmp_path, ALONE, STATES, *parts, events_csv=table(EVENT_HEADER, *rows))


def told(facts: ec.Facts) -> list[tuple[str, str, str]]:
    """Return reference, code and place of what was rejected."""
    return [(each.ref, each.code, each.place) for each in facts.rejected]


def kinds(facts: ec.Facts, position: int = 0) -> list[str]:
    """Return the kinds of event of one ticket, in order."""
    return [event.kind for event in facts.tickets[position].events]
