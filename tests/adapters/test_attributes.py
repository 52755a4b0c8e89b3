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
