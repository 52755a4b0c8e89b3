"""What a table says of a ticket beside its events."""

from __future__ import annotations

from pathlib import Path

import ecsm_contracts as ec

HEADER = "ref,opened,state,at,customer,channel,user,parent,subject"
ROWS = (
    "T-1,2026-03-02T09:00:00Z,new,2026-03-02T09:00:00Z,Acme,phone,jo,,No mail",
    "T-2,2026-03-02T09:00:00Z,new,2026-03-02T09:00:00Z,,portal,,T-1,",
)
CELLS = "\n  customer: customer\n  channel: channel\n  user: user\n  parent: parent\n  subject: subject"
TICKETS = f"""
schema: ecsm.mapping/1
ref: export
title: Export
times: {{zone: UTC}}
tickets:
  file: tickets.csv
  ref: ref
  opened: opened
  service: {{always: desk}}
  type: {{always: incident}}
  priority: {{always: P2}}{CELLS}
"""


def test_the_attributes_of_a_ticket_are_read_and_blanks_are_none(tmp_path: Path) -> None:
    """Each attribute cell lands in the field of its name, and a blank one says nothing."""
    (tmp_path / "tickets.csv").write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    first, second = ec.read_tables(ec.parse_mapping(TICKETS), tmp_path).tickets
    assert (first.customer, first.channel, first.user, first.parent, first.subject) == (
        "Acme", "phone", "jo", None, "No mail",
    )  # fmt: skip
    assert (second.customer, second.channel, second.user, second.parent, second.subject) == (
        None, "portal", None, "T-1", None,
    )  # fmt: skip


def test_area_and_cause_are_read_from_both_tables(tmp_path: Path) -> None:
    """The place and the cause of a ticket are cells, of a ticket table or of the first row of an event table."""
    header, row = "ref,opened,state,at,where,why", "T-1,2026-03-02T09:00:00Z,new,2026-03-02T09:00:00Z,north,C-1"
    (tmp_path / "tickets.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    cells = "\n  area: where\n  cause: why"
    of_tickets = TICKETS.replace(CELLS, cells)
    of_events = (
        of_tickets.replace("tickets:", "states: {new: {is: new}}\nevents:")
        .replace("  ref: ref\n", "  ticket: ref\n  state: state\n")
        .replace("  opened: opened\n", "  at: at\n")
    )
    for mapping in (of_tickets, of_events):
        (ticket,) = ec.read_tables(ec.parse_mapping(mapping), tmp_path).tickets
        assert (ticket.area, ticket.cause, ticket.subject) == ("north", "C-1", None)


OUTAGES = """
schema: ecsm.mapping/1
ref: export
title: Export
times: {zone: UTC}
outages:
  file: outages.csv
  ref: ref
  service: {always: mail}
  start: start
  end: end
  no_length: keep
  state: {column: state, is: {red: down, amber: degraded, grey: unknown, odd: slow}}
  area: area
  subject: what
  cause: why
  affected: share
"""


def test_what_an_outage_says_beside_its_span_is_read_from_cells(tmp_path: Path) -> None:
    """State, area, subject, cause and share of users come from cells; what is none costs its own row alone."""
    rows = [
        "ref,start,end,state,area,what,why,share",
        "O-1,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,amber,north,router 7,C-1,40%",
        "O-2,2026-03-02T09:00:00Z,,,,,,",
        "O-3,2026-03-02T09:00:00Z,,odd,,,,",
        "O-4,2026-03-02T09:00:00Z,,red,,,,140%",
        "O-5,2026-03-02T09:00:00Z,,blue,,,,",
    ]
    (tmp_path / "outages.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    facts = ec.read_tables(ec.parse_mapping(OUTAGES), tmp_path)
    span = {"service": "mail", "start": "2026-03-02T09:00:00Z"}
    said = {"state": "degraded", "area": "north", "subject": "router 7", "cause": "C-1", "affected": "40%"}
    first = {"ref": "O-1", "end": "2026-03-02T10:00:00Z", **span, **said}
    assert facts.outages == tuple(map(ec.Outage.model_validate, (first, {"ref": "O-2", **span})))
    assert [(each.ref, each.code, each.place) for each in facts.rejected] == [
        ("O-3", "unknown_word", "outages.csv:4"),
        ("O-4", "affected_share", "outages.csv:5"),
        ("O-5", "unmapped_value", "outages.csv:6"),
    ]
