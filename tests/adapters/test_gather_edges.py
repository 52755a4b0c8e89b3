"""Rows that nearly agree: at one instant, under one identity, by two columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.exports import (
    ALONE,
    EVENT_HEADER,
    EVENTS,
    STATES,
    TICKET_HEADER,
    TICKETS,
    at,
    kinds,
    read,
    table,
    told,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_of_two_rows_at_the_first_instant_the_earlier_in_the_file_opens(tmp_path: Path) -> None:
    """Rows of one instant are in the order of the file, the opening included."""
    parts = ALONE.replace("{always: desk}", "what"), STATES
    rows = [f"T-1,{at(0)},New,1,A,desk", f"T-1,{at(0)},Active,2,B,mail"]
    [ticket] = read(tmp_path, *parts, events_csv=table(f"{EVENT_HEADER},what", *rows)).tickets
    assert (ticket.service, ticket.priority, ticket.events[0].group) == ("desk", "P1", "A")


def test_a_moment_at_the_instant_of_the_opening_is_not_before_it(tmp_path: Path) -> None:
    """A ticket that is resolved as it is opened is believed."""
    moments = "  moments: {resolved: solved}\n"
    files = {"tickets_csv": table("id,opened,prio,solved", f"T-1,{at(5)},1,{at(5)}")}
    assert kinds(read(tmp_path, TICKETS + moments, **files)) == ["opened", "resolved"]


def test_rows_of_one_identity_that_differ_in_one_cell_reject_the_ticket(tmp_path: Path) -> None:
    """Opened alike, of another service: nobody can tell which is true, so no level counts the ticket."""
    rows = [f"T-1,{at(0)},1,desk", f"T-1,{at(0)},1,mail"]
    files = {"tickets_csv": table(f"{TICKET_HEADER},what", *rows)}
    facts = read(tmp_path, TICKETS.replace("{always: desk}", "what"), **files)
    assert (facts.tickets, told(facts)) == ((), [("T-1", "duplicate_identity", "tickets.csv:3")])


def test_a_row_that_one_column_leaves_out_is_left_whatever_the_others_say(tmp_path: Path) -> None:
    """Neither a value that another column takes nor one that it does not list brings the row back."""
    only = "only: {state: {take: [New], leave: [Note]}, group: {take: [A], leave: [B]}}"
    rows = [f"T-1,{at(1)},Note,1,A", f"T-1,{at(2)},Note,1,X", f"T-1,{at(3)},New,1,B", f"T-1,{at(4)},New,1,A"]
    files = {"tickets_csv": table(TICKET_HEADER, f"T-1,{at(0)},1"), "events_csv": table(EVENT_HEADER, *rows)}
    facts = read(tmp_path, TICKETS, EVENTS.replace("at: at", f"at: at, {only}"), STATES, **files)
    assert (kinds(facts), facts.rejected) == (["opened", "noted"], ())


def test_without_a_column_for_the_group_a_ticket_keeps_its_own(tmp_path: Path) -> None:
    """Rows that cannot say a group take none away."""
    files = {
        "tickets_csv": table(f"{TICKET_HEADER},team", f"T-1,{at(0)},1,A"),
        "events_csv": table(EVENT_HEADER, f"T-1,{at(1)},Resolved,1,"),
    }
    facts = read(tmp_path, f"{TICKETS}  group: team\n", EVENTS.replace("group: group, ", ""), STATES, **files)
    assert (kinds(facts), facts.tickets[0].events[0].group) == (["opened", "resolved"], "A")
