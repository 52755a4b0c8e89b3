"""Quotes that enclose no field: whatever they do, no row of a table is lost in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import DocumentError
from tests.adapters.exports import ALONE, STATES, at, from_rows, kinds, read, table, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import ecsm_contracts as ec

SUBJECTS = ALONE.replace("  group: group\n", "  group: group\n  subject: note\n")
ORDERS = [
    "id,note,at,state,prio,group",
    "id,at,state,prio,group,note",
    "note,id,at,state,prio,group",
    "at,state,id,prio,note,group",
]
TICKETS = """\
tickets:
  file: tickets.csv
  ref: ref
  opened: opened
  service: {always: desk}
  type: {always: incident}
  priority: {always: P1}
  subject: subject
"""


def of_tickets(tmp_path: Path, *lines: str, header: str = "ref,subject,opened") -> ec.Facts:
    """Return the facts of a ticket table with these lines."""
    return read(tmp_path, TICKETS, tickets_csv=table(header, *lines))


def test_two_rows_are_not_one_for_two_stray_quotes(tmp_path: Path) -> None:
    """Each of two neighbours with a stray quote is read, or rejected, by itself."""
    facts = of_tickets(tmp_path, 'T1,"oops,2026-03-02 09:00', 'T2,24",2026-03-02 10:00')
    assert told(facts) == [("T1", "csv_quote", "tickets.csv:2")]
    assert [(ticket.ref, ticket.subject) for ticket in facts.tickets] == [("T2", '24"')]


@pytest.mark.parametrize("odd", ["", "T0,one,more,2026-03-02 09:00", "T0,2026-03-02 09:00"])
def test_an_odd_line_between_two_stray_quotes_swallows_no_row(odd: str, tmp_path: Path) -> None:
    """A blank line, or a row with a field too many or too few, does not make text of the rows around it."""
    good = [f"T{number},x,2026-03-02 09:00" for number in range(10, 60)]
    lines = ['T1,"oops,2026-03-02 09:00', *good[:20], odd, *good[20:], 'T2,24",2026-03-02 10:00']
    facts = of_tickets(tmp_path, *lines)
    assert {ticket.ref for ticket in facts.tickets} == {*(f"T{number}" for number in range(10, 60)), "T2"}
    assert ("T1", "csv_quote", "tickets.csv:2") in told(facts)


def test_a_hold_between_two_stray_quotes_is_not_lost(tmp_path: Path) -> None:
    """The ticket of the row with the quote is rejected; the one between keeps its hold."""
    facts = from_rows(
        tmp_path,
        f'T-1,{at(0)},New,1,"A',
        f"T-2,{at(1)},Waiting,1,A",
        "",
        f'T-1,{at(2)},Active,1,A"',
        f"T-2,{at(3)},Resolved,1,A",
    )
    assert told(facts) == [("T-1", "csv_quote", "events.csv:2")]
    assert kinds(facts) == ["opened", "held", "resolved"]


@pytest.mark.parametrize("header", ['ref,opened,"note', 'ref,subject,opened,"note'])
def test_a_header_is_one_line(header: str, tmp_path: Path) -> None:
    """A quote in the header does not make a column of the first row."""
    with pytest.raises(DocumentError, match=r"csv:1:1: the header cannot be read: .* a header is one line"):
        of_tickets(tmp_path, 'T1,2026-03-02 09:00,24"', header=header)


def test_a_text_of_several_lines_stays_one_field(tmp_path: Path) -> None:
    """Prose with line breaks, quotes and some commas is no row; in the last column its first line may look like one."""
    facts = of_tickets(tmp_path, 'T1,"Hello\n\nit ""stopped"", again.\nBye",2026-03-02 09:00', "T2,x,2026-03-02 09:00")
    assert (told(facts), len(facts.tickets)) == ([], 2)
    assert facts.tickets[0].subject == 'Hello\n\nit "stopped", again.\nBye'
    long = of_tickets(tmp_path, 'T1,"Dear all\nit stopped, and, as I said, again",2026-03-02 09:00')
    assert (told(long), long.tickets[0].ref) == ([], "T1")
    last = of_tickets(tmp_path, 'T1,2026-03-02 09:00,"Dear all, hello,\nbye"', header="ref,opened,subject")
    assert (told(last), last.tickets[0].subject) == ([], "Dear all, hello,\nbye")


@pytest.mark.parametrize(
    "lines",
    [
        'T1,"Dear all, it stopped,\nbye",2026-03-02 09:00',  # the first line
        'T1,"Dear all\none, two, three\nbye",2026-03-02 09:00',  # one between
        'T1,"Dear all\n""it"" stopped, again, and again",2026-03-02 09:00',  # the last, where quotes are doubled
    ],
)
def test_a_text_of_lines_that_may_be_rows_is_rejected(lines: str, tmp_path: Path) -> None:
    """What might as well be rows is rejected, so that it is seen."""
    facts = of_tickets(tmp_path, lines)
    [rejected] = [each for each in facts.rejected if each.ref == "T1"]
    assert (rejected.code, rejected.place) == ("csv_quote", "tickets.csv:2")
    assert "may be rows" in rejected.message
    assert all(each.ref != "T1" for each in facts.tickets)


@pytest.mark.parametrize(
    ("row", "ref"),
    [
        (' "T3",x,2026-03-02 09:00', ""),
        ('T3, "x",2026-03-02 09:00', "T3"),
        ('T3, "x, y",2026-03-02 09:00', "T3"),
        ('T3,x,\t"2026-03-02 09:00"', "T3"),
    ],
)
def test_a_blank_before_a_quote_is_no_part_of_a_name(row: str, ref: str, tmp_path: Path) -> None:
    """A field that a blank and a quote begin is rejected, and the message speaks of the blank."""
    facts = of_tickets(tmp_path, row)
    assert told(facts) == [(ref, "csv_quote", "tickets.csv:2")]
    assert "blank before it" in facts.rejected[0].message


@pytest.mark.parametrize("row", ['T"1,{},New,1,A', 'T-1,{},New,1,Net"work', 'T-1,{},New,1,A""'])
def test_a_quote_is_no_letter_of_a_name(row: str, tmp_path: Path) -> None:
    """A stray quote makes no new ticket and no new group; it does stand in a text for people."""
    assert [code for _, code, _ in told(from_rows(tmp_path, row.format(at(0))))] == ["csv_quote"]
    assert of_tickets(tmp_path, 'T1,5" disk,2026-03-02 09:00').tickets[0].subject == '5" disk'
    both = from_rows(tmp_path, f'"T-1,", a",{at(0)}')  # one of them is stray, and the identity may be T-1
    assert told(both) == [("", "csv_quote", "events.csv:2")]
    quoted = from_rows(tmp_path, f'T-1,{at(0)},New,1,"The ""A"" team"')
    assert quoted.tickets[0].events[0].group == 'The "A" team'


@pytest.mark.parametrize(
    "row",
    ["x,{},T-1,New,1,A", "{},New,1,T-1", '"{},T-1",New,1,A'],
)
def test_a_row_of_another_width_is_not_blamed_on_a_shifted_identity(row: str, tmp_path: Path) -> None:
    """What stands where the identity should be may be another field; the first field is where it should be."""
    shifted = read(
        tmp_path, ALONE, STATES, events_csv=table("at,id,state,prio,group", row.format(at(0)), f"{at(0)},A,New,1,A")
    )
    assert [(each.ref, each.place) for each in shifted.rejected] == [("", "events.csv:2")]
    assert [ticket.ref for ticket in shifted.tickets] == ["A"]
    first = from_rows(tmp_path, f"T-1,{at(1)},New,1,A,x", f'"T-2,",{at(1)},New,1,A,x')
    assert told(first) == [("", "columns", "events.csv:3"), ("T-1", "columns", "events.csv:2")]


WORDS = st.sampled_from(["x", "", "a b", "a,b", "a, ", 'c "d"', "\nhello", "one\ntwo", "one,\ntwo"])
STATE = st.sampled_from(["New", "Active", "Waiting", "Resolved"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Return a header, and the rows of a table that has no fault: some notes are quoted, and some of several lines."""
    header = draw(st.sampled_from(ORDERS))
    rows = []
    for number in range(draw(st.integers(2, 6))):
        note = draw(WORDS)
        if draw(st.booleans()) or set('",\n') & set(note):
            note = '"' + note.replace('"', '""') + '"'
        fields = {"id": f"T-{draw(st.integers(1, 3))}", "at": at(number), "state": draw(STATE), "prio": "1"}
        fields |= {"group": draw(st.sampled_from(["A", "B"])), "note": note}
        rows += [",".join(fields[name] for name in header.split(","))] + [""] * draw(st.integers(0, 1))
    return header, rows


def histories(facts: ec.Facts) -> dict[str, Sequence[ec.Event]]:
    """Return the events of each ticket."""
    return {ticket.ref: ticket.events for ticket in facts.tickets}


@given(tables(), st.data())
def test_no_stray_quote_loses_a_row_in_silence(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, list[str]], data: st.DataObject
) -> None:
    """Two quotes anywhere: a ticket has the events it had, or it is rejected, or a row without a ticket is."""
    folder, (header, rows) = tmp_path_factory.mktemp("quotes"), made
    before = read(folder, SUBJECTS, STATES, events_csv=table(header, *rows))
    text = "\n".join(rows)
    for _ in range(2):
        place = data.draw(st.integers(0, len(text)))
        text = f'{text[:place]}"{text[place:]}'
    after = read(folder, SUBJECTS, STATES, events_csv=table(header, text))
    rejected = {each.ref for each in after.rejected}
    told_once = {**histories(after), **dict.fromkeys(rejected, None)}
    for ref, events in histories(before).items():
        assert ref in rejected or "" in rejected or told_once.get(ref) == events


def test_the_quotes_of_a_mapping_in_use(tmp_path: Path) -> None:
    """A table in which every field is quoted is read as one in which none is."""
    rows = [["T-1", at(0), "New", "1", "A"], ["T-1", at(1), "Waiting", "1", "B"]]
    plain, quoted = (
        from_rows(tmp_path, *(",".join(f"{mark}{field}{mark}" for field in row) for row in rows)) for mark in ("", '"')
    )
    assert plain.tickets == quoted.tickets
