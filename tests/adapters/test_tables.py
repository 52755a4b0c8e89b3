"""From exported tables to facts, by a mapping."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.adapters import _cells, stream_tables
from ecsm_contracts.adapters._granted import taken_for_granted
from ecsm_contracts.errors import WrongType
from ecsm_contracts.facts import timeline
from tests.adapters.exports import (
    ALONE,
    EVENT_HEADER,
    EVENTS,
    OUTAGE_HEADER,
    OUTAGES,
    STATES,
    TICKET_HEADER,
    TICKETS,
    at,
    folder,
    from_rows,
    kinds,
    mapping,
    read,
    table,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOTH = (TICKETS, EVENTS, STATES)


def both(tmp_path: Path, tickets: Sequence[str], events: Sequence[str], *parts: str) -> ec.Facts:
    """Return the facts of a ticket table and an event table with these rows."""
    files = {"tickets_csv": table(TICKET_HEADER, *tickets), "events_csv": table(EVENT_HEADER, *events)}
    return read(tmp_path, *(parts or BOTH), **files)


def test_rows_are_ordered_by_instant_and_those_of_one_instant_by_the_file(tmp_path: Path) -> None:
    """Where a row stands in the file matters among rows of one instant only."""
    facts = from_rows(
        tmp_path,
        f"T-1,{at(9)},Resolved,1,A",
        f"T-1,{at(5)},Active,1,A",
        f"T-1,{at(9)},Active,1,A",
        f"T-1,{at(0)},New,1,A",
    )
    assert [(event.kind, (event.at - NINE) // timedelta(minutes=1)) for event in facts.tickets[0].events] == [
        ("opened", 0),
        ("noted", 0),
        ("noted", 5),
        ("resolved", 9),
        ("reopened", 9),
    ]


def test_without_a_ticket_table_the_first_row_opens_and_names_the_ticket(tmp_path: Path) -> None:
    """The ticket is what its first row says, by instant; later rows change its priority and group, and no more."""
    parts = (
        ALONE.replace("{always: desk}", "what").replace("{always: incident}", "kind")
        + "  customer: who\n  subject: text\n"
    )
    header = f"{EVENT_HEADER},what,kind,who,text"
    rows = [f"T-1,{at(5)},Resolved,1,B,mail,request,,", f"T-1,{at(0)},New,2,A,desk,incident,Acme,=1+1"]
    facts = read(tmp_path, parts, STATES, events_csv=table(header, *rows))
    [ticket] = facts.tickets
    assert (ticket.service, ticket.type, ticket.priority) == ("desk", "incident", "P2")
    assert (ticket.customer, ticket.subject) == ("Acme", "=1+1")
    assert [(event.kind, event.priority or event.group) for event in ticket.events] == [
        ("opened", "A"),
        ("noted", None),
        ("reprioritised", "P1"),
        ("transferred", "B"),
        ("resolved", None),
    ]


def test_a_ticket_of_the_table_without_rows_is_its_opening(tmp_path: Path) -> None:
    """It was opened, and nothing else is known to have happened."""
    facts = both(tmp_path, [f"T-1,{at(0)},1", f"T-2,{at(0)},2"], [f"T-2,{at(1)},Resolved,2,"])
    assert [kinds(facts, position) for position in (0, 1)] == [["opened"], ["opened", "resolved"]]


def test_moments_of_the_ticket_table_are_events(tmp_path: Path) -> None:
    """Each column that is not blank is one event; a reply is the provider's."""
    moments = "  moments: {resolved: solved, replied: answered, acknowledged: taken, closed: done, cancelled: gone}\n"
    header = "id,opened,prio,taken,answered,solved,done,gone"
    rows = [f"T-1,{at(0)},1,{at(1)},{at(2)},{at(3)},{at(3)},", f"T-2,{at(0)},1,,,,,{at(4)}"]
    facts = read(tmp_path, TICKETS + moments, tickets_csv=table(header, *rows))
    assert kinds(facts) == ["opened", "acknowledged", "replied", "resolved", "closed"]
    assert facts.tickets[0].events[2].party == "provider"
    assert kinds(facts, 1) == ["opened", "cancelled"]
    assert facts.origins[0].unrecorded == ()


def test_moments_and_rows_are_put_together(tmp_path: Path) -> None:
    """The same resolution in both tables is one event."""
    header, row = "id,opened,prio,solved", f"T-1,{at(0)},1,{at(9)}"
    files = {"tickets_csv": table(header, row), "events_csv": table(EVENT_HEADER, f"T-1,{at(9)},Resolved,1,")}
    assert kinds(read(tmp_path, TICKETS + "  moments: {resolved: solved}\n", EVENTS, STATES, **files)) == [
        "opened",
        "resolved",
    ]


def test_a_row_before_the_opening_rejects_its_ticket_unless_the_mapping_says_otherwise(tmp_path: Path) -> None:
    """It is an error, or it is taken at the opening; the origin says which."""
    tickets = [f"T-1,{at(5)},1", f"T-2,{at(5)},1"]
    rows = [f"T-1,{at(4)},Active,1,", f"T-1,{at(9)},Resolved,1,", f"T-2,{at(5)},Active,1,"]
    facts = both(tmp_path, tickets, rows)
    assert told(facts) == [("T-1", "before_opening", "events.csv:2")]
    assert facts.rejected[0].message == (
        "the row, 2026-03-02T09:04:00+00:00, lies before the opening of its ticket, 2026-03-02T09:05:00+00:00"
    )
    assert [ticket.ref for ticket in facts.tickets] == ["T-2"]
    taken = both(
        tmp_path, tickets, rows, TICKETS, EVENTS.replace("at: at", "at: at, before_opening: at_opening"), STATES
    )
    assert [(event.kind, (event.at - NINE) // timedelta(minutes=1)) for event in taken.tickets[0].events] == [
        ("opened", 5),
        ("noted", 5),
        ("resolved", 9),
    ]
    assert "A row before the opening is taken at the opening." in taken.origins[0].assumes


def test_a_moment_before_the_opening_rejects_the_ticket(tmp_path: Path) -> None:
    """A ticket cannot be resolved before it is opened."""
    header, row = "id,opened,prio,solved", f"T-1,{at(5)},1,{at(4)}"
    facts = read(tmp_path, TICKETS + "  moments: {resolved: solved}\n", tickets_csv=table(header, row))
    assert told(facts) == [("T-1", "before_opening", "tickets.csv:2")]
    assert facts.rejected[0].message == (
        "moments.resolved, '2026-03-02T09:04', lies before the opening of the ticket, '2026-03-02T09:05'"
    )


BAD_ROWS = [
    (f"T-1,{at(3)},Active,1", "columns"),
    (f"T-1,{at(3)},Active,1,A,x", "columns"),
    ("T-1,yesterday,Active,1,A", "time_syntax"),
    ("T-1,2026-02-30T09:00,Active,1,A", "time_syntax"),
    ("T-1,2026-03-02,Active,1,A", "time_syntax"),
    ("T-1,1926-03-02T09:00,Active,1,A", "instant_range"),
    ("T-1,2026-03-02T09:00:00.1234567,Active,1,A", "instant_precision"),
    ("T-1,,Active,1,A", "blank_cell"),
    (f"T-1,{at(3)},Actve,1,A", "unmapped_value"),
    (f"T-1,{at(3)}, ,1,A", "blank_cell"),
    (f"T-1,{at(3)},Active,7,A", "unmapped_value"),
    (f"T-1,{at(3)},Active,1,{'x' * 2001}", "text_length"),
    (f'T-1,{at(3)},"Active,1,A', "csv_quote"),
    (f'"T-1","{at(3)}","Act"ive","1","A"', "csv_quote"),
    (f"T-1,{at(3)},Active,1,\udcff", "encoding"),
    (f"T-1,{at(3)},Active,1,\0", "control_character"),
    (f"T-1,{at(3)},Active,1,{'x' * 200_000}", "too_large"),
]


def encoded(row: str) -> str:
    """Return the text of a row as a rejection keeps it."""
    return row.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@pytest.mark.parametrize(("row", "code"), BAD_ROWS)
def test_a_bad_row_rejects_its_whole_ticket_and_no_other(row: str, code: str, tmp_path: Path) -> None:
    """A history with a hole is not a history: the good rows of the ticket enter no figure either."""
    rows = [
        f"T-1,{at(0)},New,1,A",
        f"T-2,{at(0)},New,1,A",
        row,
        f"T-1,{at(5)},Resolved,1,A",
        f"T-2,{at(6)},Resolved,1,A",
    ]
    for facts in (from_rows(tmp_path, *rows), both(tmp_path, [f"T-1,{at(0)},1", f"T-2,{at(0)},1"], rows)):
        assert told(facts) == [("T-1", code, "events.csv:4")]
        assert facts.rejected[0].kind == "ticket"
        assert facts.rejected[0].raw == encoded(row)[:4000]
        assert [ticket.ref for ticket in facts.tickets] == ["T-2"]
        assert kinds(facts) == ["opened", "noted", "resolved"]


def test_a_ticket_is_rejected_once_for_its_first_bad_row(tmp_path: Path) -> None:
    """The others are counted."""
    rows = [f"T-1,{at(0)},New,1,A", f"T-1,{at(1)},Nwe,1,A", "T-1,soon,New,1,A", f"T-1,{at(2)},New,1"]
    [rejected] = from_rows(tmp_path, *rows).rejected
    assert str(rejected) == (
        "events.csv:3: ticket T-1: state: the mapping does not list 'Nwe'; did you mean \"New\"?; and 2 more rows "
        "[unmapped_value]"
    )
    [rejected] = from_rows(tmp_path, *rows[:3]).rejected
    assert rejected.message.endswith("; and 1 more row")


@pytest.mark.parametrize(
    "row", [f",{at(0)},New,1,A", f" ,{at(0)},New,1,A", f"T\x07,{at(0)},New,1,A", f"{'T' * 201},,,,"]
)
def test_a_row_whose_ticket_cannot_be_told_is_rejected_by_itself(row: str, tmp_path: Path) -> None:
    """Without a readable identity there is no ticket to reject."""
    facts = from_rows(tmp_path, row, f"T-2,{at(0)},New,1,A")
    assert [(each.ref, each.place) for each in facts.rejected] == [("", "events.csv:2")]
    assert len(facts.tickets) == 1


def test_a_damaged_row_of_an_unknown_ticket_is_of_no_ticket(tmp_path: Path) -> None:
    """Beside a ticket table, what stands first in a damaged row is believed only if there is such a ticket."""
    facts = both(tmp_path, [f"T-1,{at(0)},1"], ["shifted,T-1,New"])
    assert told(facts) == [("", "columns", "events.csv:2")]
    assert len(facts.tickets) == 1


def test_rows_of_an_unknown_ticket_are_one_rejection(tmp_path: Path) -> None:
    """A ticket that the ticket table does not have is told once, with the number of its other rows."""
    rows = [f"T-9,{at(0)},New,1,A", f"T-1,{at(1)},New,1,A", f"T-9,{at(2)},New,1,A", f"T-9,{at(3)},New,1,A"]
    facts = both(tmp_path, [f"T-1,{at(0)},1"], rows)
    assert told(facts) == [("T-9", "unknown_ticket", "events.csv:2")]
    assert facts.rejected[0].message == "the ticket table has no ticket 'T-9'; and 2 more rows"
    assert kinds(facts) == ["opened", "noted"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"T-1,{at(0)}", "columns"),
        ("T-1,,1", "blank_cell"),
        ("T-1,soon,1", "time_syntax"),
        (f"T-1,{at(0)},9", "unmapped_value"),
        (f"T-1,{at(0)},", "blank_cell"),
    ],
)
def test_a_bad_row_of_the_ticket_table_rejects_the_ticket(row: str, code: str, tmp_path: Path) -> None:
    """Its events are not those of an unknown ticket."""
    facts = both(tmp_path, [row, f"T-2,{at(0)},2"], [f"T-1,{at(1)},New,1,A", f"T-2,{at(1)},New,2,A"])
    assert told(facts) == [("T-1", code, "tickets.csv:2")]
    assert [ticket.ref for ticket in facts.tickets] == ["T-2"]


def test_two_rows_with_one_identity_are_one_if_they_say_the_same(tmp_path: Path) -> None:
    """Equal rows are one delivery twice; of different ones nobody can tell which is true."""
    same = read(tmp_path, TICKETS, tickets_csv=table(TICKET_HEADER, *[f"T-1,{at(0)},1"] * 3))
    assert (len(same.tickets), same.rejected) == (1, ())
    rows = [f"T-1,{at(0)},1", f"T-1,{at(0)},2", f"T-1,{at(0)},1", f"T-2,{at(0)},1"]
    different = read(tmp_path, TICKETS, tickets_csv=table(TICKET_HEADER, *rows))
    assert told(different) == [("T-1", "duplicate_identity", "tickets.csv:3")]
    assert [ticket.ref for ticket in different.tickets] == ["T-2"]


def test_a_blank_in_a_later_row_is_no_hole(tmp_path: Path) -> None:
    """What a ticket is need stand in its first row only; where it is blank there, the ticket is rejected."""
    good = from_rows(tmp_path, f"T-1,{at(1)},Active,,A", f"T-1,{at(0)},New,1,A")
    assert kinds(good) == ["opened", "noted", "noted"]
    bad = from_rows(tmp_path, f"T-1,{at(1)},Active,1,A", f"T-1,{at(0)},New,,A", f"T-1,{at(2)},Resolved,1,A")
    assert told(bad) == [("T-1", "blank_cell", "events.csv:3")]


def test_rows_are_taken_left_or_rejected(tmp_path: Path) -> None:
    """`only` names the values that are read and those that are passed over; any other is a rejection."""
    only = EVENTS.replace("at: at", "at: at, only: {state: {take: [New, Active], leave: [Note]}}")
    rows = [f"T-1,{at(1)},New,1,", f"T-1,{at(2)},Note,1,", f"T-2,{at(3)},Closed,1,"]
    facts = both(tmp_path, [f"T-1,{at(0)},1", f"T-2,{at(0)},1"], rows, TICKETS, only, STATES)
    assert kinds(facts) == ["opened", "noted"]
    assert told(facts) == [("T-2", "unmapped_value", "events.csv:4")]


def test_rows_of_a_ticket_that_is_left_are_left_too(tmp_path: Path) -> None:
    """A ticket that the mapping passes over is not unknown."""
    only = TICKETS.replace("ref: id", 'ref: id\n  only: {prio: {take: ["1"], leave: ["2"]}}')
    tickets = [f"T-1,{at(0)},1", f"T-2,{at(0)},2", f"T-3,{at(0)},3"]
    facts = both(tmp_path, tickets, [f"T-1,{at(1)},New,1,", f"T-2,{at(1)},New,1,", "T-2,"], only, EVENTS, STATES)
    assert [ticket.ref for ticket in facts.tickets] == ["T-1"]
    assert told(facts) == [("T-3", "unmapped_value", "tickets.csv:4")]


def test_cells_are_columns_constants_or_parts(tmp_path: Path) -> None:
    """Raw values lose their blanks, parts are joined and then looked up, and what is not listed is `otherwise`."""
    text = TICKETS.replace(
        "{always: desk}", "{parts: [maker, place], joined: ' / ', is: {A / X: mail}, otherwise: other}"
    )
    text = text.replace("  priority:", "  customer: {column: who, blank: nobody}\n  group: team\n  priority:")
    header = f"{TICKET_HEADER},maker,place,who,team"
    rows = [f" T-1 , {at(0)} , 1 , A , X , Acme , Ops ", f"T-2,{at(0)},1,B,X,,", f"T-3,{at(0)},1,A,,,"]
    facts = read(tmp_path, text, tickets_csv=table(header, *rows))
    first, second = facts.tickets
    assert (first.ref, first.service, first.customer, first.events[0].group) == ("T-1", "mail", "Acme", "Ops")
    assert (second.service, second.customer, second.events[0].group) == ("other", "nobody", None)
    assert told(facts) == [("T-3", "blank_cell", "tickets.csv:4")]  # a blank part makes the whole blank


@pytest.mark.parametrize(
    ("times", "reading", "expected"),
    [
        ("{zone: Europe/Amsterdam}", "2026-10-25T02:30", "time_repeated"),
        ("{zone: Europe/Amsterdam, repeated: first}", "2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),
        ("{zone: Europe/Amsterdam, repeated: second}", "2026-10-25T02:30", "2026-10-25T01:30:00+00:00"),
        ("{zone: Europe/Amsterdam}", "2026-03-29T02:30", "time_skipped"),
        ("{zone: Europe/Amsterdam, skipped: after}", "2026-03-29T02:30", "2026-03-29T01:30:00+00:00"),
        ("{zone: Europe/Amsterdam}", "2026-03-29 02:30+01:00", "2026-03-29T01:30:00+00:00"),
        ("{}", "2026-03-29T02:30", "instant_naive"),
        ("{}", "2026-03-29T02:30Z", "2026-03-29T02:30:00+00:00"),
        ("{zone: UTC, format: '%d/%m/%Y %H:%M'}", "29/3/2026 2:30", "2026-03-29T02:30:00+00:00"),
        ("{zone: UTC, format: '%d/%m/%Y %H:%M'}", "2026-03-29T02:30", "time_syntax"),
        ("{zone: UTC}", "0001-01-01T00:00", "instant_range"),
        ("{zone: UTC}", "9999-12-31T23:59", "instant_range"),
    ],
)
def test_a_time_is_an_instant_or_the_mapping_says_what_it_means(
    times: str, reading: str, expected: str, tmp_path: Path
) -> None:
    """A reading that is ambiguous, or that never happened, is rejected unless the mapping decides."""
    facts = read(tmp_path, f"times: {times}\n", TICKETS, tickets_csv=table(TICKET_HEADER, f"T-1,{reading},1"))
    found = [ticket.events[0].at.isoformat() for ticket in facts.tickets] or [each.code for each in facts.rejected]
    assert found == [expected]


def test_outages_are_read_each_by_itself(tmp_path: Path) -> None:
    """A blank end lasts; an outage of no or negative length is rejected; the identity is the line."""
    rows = [
        f"mail,{at(0)},{at(5)}",
        f"mail,{at(0)},",
        f'"m\na\nil",{at(0)},{at(1)}',  # a service is one line
        f"mail,{at(5)},{at(5)}",
        f"mail,{at(5)},{at(4)}",
        f",{at(5)},{at(6)}",
        f"mail,{at(5)}",
    ]
    facts = read(tmp_path, OUTAGES, outages_csv=table(OUTAGE_HEADER, *rows))
    assert [(outage.ref, outage.end is None) for outage in facts.outages] == [("line 2", False), ("line 3", True)]
    assert sorted((each.ref, each.code) for each in facts.rejected) == [
        ("line 10", "columns"),
        ("line 4", "control_character"),
        ("line 7", "no_length"),
        ("line 8", "end_before_start"),
        ("line 9", "blank_cell"),
    ]
    kept = read(
        tmp_path, OUTAGES.replace("no_length: reject", "no_length: keep"), outages_csv=table(OUTAGE_HEADER, rows[3])
    )
    assert [(outage.start, outage.end) for outage in kept.outages] == [(NINE + timedelta(minutes=5),) * 2]


def test_an_outage_may_have_an_identity_and_rows_may_be_left(tmp_path: Path) -> None:
    """A column of identities is read like any cell, and equal outages are one."""
    text = OUTAGES.replace("{file", "{ref: id, only: {service: {take: [mail], leave: [web]}}, file")
    rows = [f"O-1,mail,{at(0)},{at(5)}", f"O-1,mail,{at(0)},{at(5)}", f"O-2,web,{at(0)},{at(5)}", f",mail,{at(0)},"]
    facts = read(tmp_path, text, outages_csv=table(f"id,{OUTAGE_HEADER}", *rows))
    assert [outage.ref for outage in facts.outages] == ["O-1"]
    assert told(facts) == [("", "blank_cell", "outages.csv:5")]
    assert facts.origins[0].unrecorded == ()  # outages have no acknowledgements to record


def test_the_origin_says_what_the_mapping_takes_for_granted(tmp_path: Path) -> None:
    """The mapping's own assumptions come first, then what its choices imply, each once."""
    by = "acknowledged_by: [working, held]\n"
    facts = from_rows(tmp_path, parts=("times: {zone: Europe/Rome}\n", by))
    assert facts.origins[0].to_data() == {
        "ref": "desk log",
        "title": "Log of the desk",
        "assumes": [
            "Times without an offset are read in Europe/Rome.",
            "A ticket is opened by its first row.",
            "Acknowledged is the first row in: working, held.",
        ],
        "unrecorded": [],
    }
    own = "assumes: [Mondays are quiet., A ticket is opened by its first row.]\n"
    assert from_rows(tmp_path, parts=(own,)).origins[0].assumes == (
        "Mondays are quiet.",
        "A ticket is opened by its first row.",
        "Times without an offset are read in UTC.",
    )


def assumed(*parts: str) -> list[str]:
    """Return what the mapping of these parts takes for granted, but for the zone."""
    return [text for text in taken_for_granted(mapping(*parts)) if not text.startswith("Times")]


def test_the_origin_says_what_blanks_and_other_values_become() -> None:
    """Each choice that can move an amount is one sentence, table by table, the same whatever the export holds."""
    tickets = TICKETS.replace('"2": P2}}', '"2": P2}, otherwise: P4, blank: P3}')
    tickets = tickets.replace("type: {always: incident}", "type: {column: kind, blank: service request}")
    tickets = tickets.replace("ref: id", "ref: id\n  only: {vendor: {take: [AWS], leave: [Azure, GCP, '']}}")
    assert assumed(tickets) == [
        "Rows whose vendor is Azure, GCP or blank are passed over.",
        "A blank type is 'service request'.",
        "A blank priority is P3.",
        "Any other priority is P4.",
    ]
    events = EVENTS.replace("state: state", "state: {column: state, blank: New}").replace(
        '"2": P2}', '"2": P2}, blank: P3'
    )
    events = events.replace("at: at", "at: at, only: {state: {take: [New], leave: [Note]}, kind: {take: [x]}}")
    outages = OUTAGES.replace("service: service", "service: {column: service, blank: mail}")
    assert assumed(TICKETS, events, STATES, outages) == [
        "Updates whose state is Note are passed over.",
        "A blank priority of an update is P3.",
        "A blank state of an update is New.",
        "A blank service of an outage is mail.",
    ]
    assert assumed(outages) == ["A blank service is mail."]


def test_the_origin_calls_the_parts_of_a_cell_by_their_columns() -> None:
    """What a part becomes is told from what the whole becomes."""
    parts = "{parts: [{column: maker, is: {A: B}, otherwise: C}, {column: place, blank: Unknown}], joined: '-'"
    assert assumed(
        OUTAGES.replace("service: service", f"service: {parts}, is: {{x: y}}, otherwise: Not covered}}")
    ) == [
        "Any other value of 'maker' is C.",
        "A blank 'place' is Unknown.",
        "Any other service is 'Not covered'.",
    ]


def test_the_origin_of_a_mapping_with_many_or_long_values_stays_short() -> None:
    """A list is cut at ten values and a value at eighty letters, so that a sentence is read; none stands twice."""
    leave = ", ".join(["x" * 5000, *(f"v{number}" for number in range(500))])
    [text] = assumed(OUTAGES.replace("{file", f"{{only: {{service: {{take: [a], leave: [{leave}]}}}}, file"))
    assert text.startswith("Rows whose service is 'xxx")
    assert text.endswith(", v6, v7 or one of 492 other values are passed over.")
    assert len(text) < 200
    twice = "{parts: [{column: a, blank: x}, {column: a, blank: x}], joined: '-'}"
    assert assumed(OUTAGES.replace("service: service", f"service: {twice}")) == ["A blank 'a' is x."]


@pytest.mark.parametrize(
    ("parts", "unrecorded"),
    [
        ((TICKETS,), ("acknowledged", "replied")),
        ((TICKETS + "  moments: {replied: prio}\n",), ("acknowledged",)),
        ((ALONE, "states:\n  New: {is: replied, party: customer}\n"), ("acknowledged", "replied")),
        ((ALONE, STATES, "acknowledged_by: [held]\n"), ()),
        ((ALONE.replace("state: state", "state: {column: state, is: {o: Note}}"), STATES), ("acknowledged", "replied")),
        ((ALONE.replace("state: state", "state: {always: Mail out}"), STATES), ("acknowledged",)),
        (
            (ALONE.replace("state: state", "state: {column: state, is: {o: Note}, otherwise: Mail out}"), STATES),
            ("acknowledged",),
        ),
        ((ALONE.replace("state: state", "state: {column: state, blank: Mail out}"), STATES), ("acknowledged",)),
        (
            (ALONE.replace("state: state", "state: {column: state, is: {o: Note}, blank: Mail out}"), STATES),
            ("acknowledged",),
        ),
    ],
)
def test_what_no_part_of_the_mapping_gives_is_unrecorded(
    parts: tuple[str, ...], unrecorded: tuple[str, ...], tmp_path: Path
) -> None:
    """The absence of an event proves nothing where nobody records it."""
    files = {"tickets_csv": table(TICKET_HEADER), "events_csv": table(EVENT_HEADER)}
    assert read(tmp_path, *parts, **files).origins[0].unrecorded == unrecorded


def test_a_missing_file_is_named_with_what_there_is(tmp_path: Path) -> None:
    """All files that are not there are told at once, with a hint; a folder that is not there, or is a file, is one."""
    where = folder(tmp_path, ticket_csv="", readme_txt="")
    with pytest.raises(ec.DocumentError) as refused:
        ec.read_tables(mapping(*BOTH), where)
    assert [problem.path for problem in refused.value.problems] == ["events.file", "tickets.file"]
    assert str(refused.value.problems[1]) == (
        f"{where / 'tickets.csv'}: tickets.file: there is no such file in the folder; "
        "it holds 'readme.txt', 'ticket.csv'; did you mean \"ticket.csv\"? [no_such_file]"
    )
    with pytest.raises(ec.DocumentError, match=r"nowhere: there is no such folder \[not_a_folder\]"):
        ec.read_tables(mapping(*BOTH), where / "nowhere")
    with pytest.raises(ec.DocumentError, match=r"ticket\.csv: this is a file; give its folder \[not_a_folder\]"):
        ec.read_tables(mapping(*BOTH), where / "ticket.csv")


def test_a_table_is_a_file(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to, or a link to nothing under the name of a table is refused at once."""
    where = folder(tmp_path, events_csv=table(EVENT_HEADER))
    makers: list[Callable[[Path], object]] = [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(where / "nothing")]
    for make in makers:
        make(where / "tickets.csv")
        with pytest.raises(ec.DocumentError, match=r"tickets\.csv: tickets\.file: not a file .*\[no_such_file\]"):
            ec.read_tables(mapping(*BOTH), where)
        (where / "tickets.csv").rename(where / f"aside{len(list(where.iterdir()))}")


def test_hints_are_looked_for_once_for_a_value_and_for_the_first_values_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of values that the mapping does not list costs no search in every row."""
    asked: list[str] = []

    def ask(word: str, _known: object) -> str:
        asked.append(word)
        return "; a hint"

    monkeypatch.setattr(_cells, "did_you_mean", ask)
    only = EVENTS.replace("at: at", "at: at, only: {group: {take: [A]}}")
    names = [f"x{number % 300}" for number in range(600)]
    rows = [f"T-{number},{at(1)},{name},1,A" for number, name in enumerate(names)]
    rows += [f"U-{number},{at(1)},New,{name},A" for number, name in enumerate(names)]
    rows += [f"V-{number},{at(1)},New,1,{name}" for number, name in enumerate(names)]
    tickets = [f"{letter}-{number},{at(0)},1" for letter in "TUV" for number in range(600)]
    facts = both(tmp_path, tickets, rows, TICKETS, only, STATES)
    assert len(facts.rejected) == 1800
    assert sorted(asked) == sorted(3 * [f"x{number}" for number in range(_cells.MOST_HINTED)])
    assert sum(each.message.endswith("; a hint") for each in facts.rejected) == 3 * 2 * _cells.MOST_HINTED


def test_a_mapping_is_an_object_and_not_a_path(tmp_path: Path) -> None:
    """The message says how to come by one."""
    with pytest.raises(WrongType, match="read_mapping"):
        ec.read_tables("map.yaml", tmp_path)  # type: ignore[arg-type]  # that is the mistake


def test_a_damaged_table_gives_no_facts(tmp_path: Path) -> None:
    """A part of the export never becomes facts: reading fails as a whole."""
    text = table(EVENT_HEADER, *[f"T-{number},{at(0)},New,1,A" for number in range(5000)])
    cut = gzip.compress(text.encode())[:-2000]
    parts = ALONE.replace("events.csv", "events.csv.gz"), STATES
    with pytest.raises(ec.DocumentError, match=r"events\.csv\.gz:\d+:1: the gzip file is cut"):
        ec.read_tables(mapping(*parts), folder(tmp_path, events_csv_gz=cut))


def test_a_second_header_is_a_row_like_any_other(tmp_path: Path) -> None:
    """Two exports put together cost one rejection, and no ticket."""
    facts = from_rows(tmp_path, f"T-1,{at(0)},New,1,A", EVENT_HEADER, f"T-2,{at(0)},New,1,A")
    assert told(facts) == [("id", "unmapped_value", "events.csv:3")]
    assert len(facts.tickets) == 2


def test_texts_that_a_spreadsheet_would_run_stay_texts(tmp_path: Path) -> None:
    """A formula is a name like any other; who writes it to a sheet escapes it."""
    facts = from_rows(tmp_path, f'"=HYPERLINK(""x"")",{at(0)},New,1,@SUM(A1)')
    assert facts.tickets[0].ref == '=HYPERLINK("x")'
    assert facts.tickets[0].events[0].group == "@SUM(A1)"


def test_streaming_gives_the_same_facts_one_by_one(tmp_path: Path) -> None:
    """The origin comes first, then outages, then tickets; nothing else is yielded."""
    files = {
        "tickets_csv": table(TICKET_HEADER, f"T-1,{at(0)},1", f"T-2,{at(0)},7"),
        "events_csv": table(EVENT_HEADER, f"T-1,{at(1)},Resolved,1,"),
        "outages_csv": table(OUTAGE_HEADER, f"mail,{at(0)},"),
    }
    where, whole = folder(tmp_path, **files), mapping(*BOTH, OUTAGES)
    assert [type(item).__name__ for item in stream_tables(whole, where)] == ["Origin", "Outage", "Ticket", "Rejected"]
    facts = ec.read_tables(whole, where)
    assert (len(facts.tickets), len(facts.outages), len(facts.rejected), len(facts.origins)) == (1, 1, 1, 1)


STATE_NAMES = ["New", "Active", "Waiting", "Vendor", "Resolved", "Closed", "Mail out", "Note"]
GOOD_ROWS = st.builds(
    lambda ticket, minute, state, prio, group: f"T-{ticket},{at(minute)},{state},{prio},{group}",
    st.integers(1, 4),
    st.integers(0, 8),
    st.sampled_from(STATE_NAMES),
    st.sampled_from("12"),
    st.sampled_from(["", "A", "B"]),
)


@given(st.lists(GOOD_ROWS, max_size=20))
def test_compression_and_form_change_nothing(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    """The same table as CSV, gzipped, and as TSV gives the same tickets, and none contradicts itself."""
    where = tmp_path_factory.mktemp("same")
    text = table(EVENT_HEADER, *rows)
    plain = read(where, ALONE, STATES, events_csv=text)
    zipped = read(where, ALONE.replace("events.csv", "events.csv.gz"), STATES, events_csv_gz=text)
    tabs = read(where, ALONE.replace("events.csv", "events.tsv"), STATES, events_tsv=text.replace(",", "\t"))
    assert plain.tickets == zipped.tickets == tabs.tickets
    assert plain.rejected == ()
    for ticket in plain.tickets:
        timeline(ticket)


@given(st.lists(GOOD_ROWS, max_size=15), st.sampled_from([row for row, _ in BAD_ROWS]), st.integers(0, 15))
def test_a_bad_row_changes_no_other_ticket(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], bad: str, position: int
) -> None:
    """Wherever a bad row stands, the tickets it is not of are what they were without it."""
    where = tmp_path_factory.mktemp("bad")
    good = from_rows(where, *rows)
    spoilt = from_rows(where, *rows[:position], bad, *rows[position:])
    assert spoilt.tickets == tuple(ticket for ticket in good.tickets if ticket.ref != "T-1")
    assert [each.ref for each in spoilt.rejected] == ["T-1"]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever follows a header becomes tickets or rejections that can be written as UTF-8."""
    where = tmp_path_factory.mktemp("bytes")
    facts = read(where, ALONE, STATES, events_csv=f"{EVENT_HEADER}\n".encode() + data)
    for rejected in facts.rejected:
        assert str(rejected).encode("utf-8")
        assert rejected.raw.encode("utf-8").decode() == rejected.raw


@pytest.fixture
def real(shared_folder: Path) -> Path:
    """The folder of real exports; where there is none, the test is skipped."""
    if not (shared_folder / "data").is_dir():
        pytest.skip("shared/data is not beside this checkout")
    return shared_folder / "data"


INCIDENT_TICKETS = """\
tickets:
  file: incident_tickets.csv.gz
  ref: ticket
  opened: opened_at
  service: {always: desk}
  type: {always: incident}
  priority: priority_first
"""
INCIDENT_EVENTS = """\
events: {file: incident_events.csv.gz, ticket: ticket, at: at, state: state, priority: priority, group: group}
states:
  New: {is: new}
  Active: {is: working}
  Awaiting User Info: {is: held, party: customer}
  Awaiting Vendor: {is: held, party: vendor}
  Awaiting Problem: {is: held, party: problem}
  Awaiting Evidence: {is: held, party: customer}
  Resolved: {is: resolved}
  Closed: {is: closed}
"""


@pytest.mark.sweep
def test_a_real_desk_is_read(real: Path) -> None:
    """17,136 incidents: five have a row before their opening, and all others have a history that makes sense."""
    times = "times: {zone: America/Sao_Paulo}\n"
    facts = ec.read_tables(mapping(times, INCIDENT_TICKETS, INCIDENT_EVENTS), real)
    assert [each.code for each in facts.rejected] == ["before_opening"] * 5
    assert len(facts.tickets) == 17_136 - 5
    taken = INCIDENT_EVENTS.replace("at: at", "at: at, before_opening: at_opening")
    facts = ec.read_tables(mapping(times, INCIDENT_TICKETS, taken), real)
    assert (len(facts.tickets), facts.rejected) == (17_136, ())
    for ticket in facts.tickets:
        timeline(ticket)
    assert sum(any(event.kind == "resolved" for event in ticket.events) for ticket in facts.tickets) > 17_000


def test_real_outages_are_read(real: Path) -> None:
    """1,041 records, some broken, one with line breaks inside a field: each is an outage or says why it is none."""
    text = OUTAGES.replace("outages.csv", "cloud_outages.csv.gz")
    facts = ec.read_tables(mapping(text), real)
    assert len(facts.outages) + len(facts.rejected) == 1_041
    assert {each.code for each in facts.rejected} <= {
        *("no_length", "end_before_start", "time_syntax", "control_character", "blank_cell"),
    }
    assert len(facts.outages) > 1_000
