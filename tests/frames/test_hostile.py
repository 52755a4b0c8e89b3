"""What is given to columns of tickets by mistake is an error of ours, or costs its ticket alone; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import EcsmError, InvalidValue, WrongType
from ecsm_contracts.facts import Setting
from ecsm_contracts.frames import TicketColumns, observe_columns, observe_in_processes
from tests.engine.world import JANUARY, acme, tickets

if TYPE_CHECKING:
    from collections.abc import Callable

np: Any = pytest.importorskip("numpy")
pa: Any = pytest.importorskip("pyarrow")
nw: Any = pytest.importorskip("narwhals")

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MIXED = (NINE, NINE.astimezone(timezone(timedelta(hours=5))), NINE.replace(tzinfo=None))
ROWS = {"ref": ["A", "B"], "service": ["desk"] * 2, "type": ["incident"] * 2, "priority": ["P1"] * 2}
EVENTS = {"ticket": ["A", "A", "B"], "kind": ["opened", "resolved", "opened"]}


def objects(values: Any) -> Any:
    """A NumPy column of Python objects."""
    column = np.empty(len(values), np.object_)
    column[:] = values
    return column


def framed(columns: dict[str, Any]) -> Any:
    """A pandas frame with a column of Python objects."""
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame({**columns, "at": pandas.Series(list(columns["at"]), dtype=object)})


FORMS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "list": lambda columns: {**columns, "at": list(columns["at"])},
    "generator": lambda columns: {**columns, "at": (each for each in columns["at"])},
    "objects": lambda columns: {**columns, "at": objects(columns["at"])},
    "pandas": framed,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_naive_instant_among_others_is_refused_in_every_order(form: Any) -> None:
    """No row without a zone is read as UTC because others have one, wherever it stands."""
    for at in permutations(MIXED):
        with pytest.raises(InvalidValue, match=r"no zone|without a zone") as caught:
            TicketColumns.from_frames(ROWS, form({**EVENTS, "at": at}))
        assert caught.value.rule == "instant_naive"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_zoned_objects_are_read_and_absent_ones_cost_their_ticket(form: Any) -> None:
    """Python objects with zones are the instants that they name; None is no instant."""
    columns = TicketColumns.from_frames(ROWS, form({**EVENTS, "at": [MIXED[1], NINE + timedelta(hours=1), None]}))
    assert [event.at for event in columns.ticket(0).events] == [NINE, NINE + timedelta(hours=1)]
    assert [(each.ref, each.code) for each in columns.rejected] == [("B", "missing_field")]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_float_among_instants_is_refused(form: Any) -> None:
    """A float beside timestamps is not cut to whole microseconds in silence."""
    with pytest.raises(InvalidValue) as caught:
        TicketColumns.from_frames(ROWS, form({**EVENTS, "at": [NINE, NINE, 1_772_442_000_000_000.5]}))
    assert caught.value.rule == "column_type"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_numbers_among_timestamps_are_refused(form: Any) -> None:
    """Whole numbers beside timestamps would be counted in the unit of the first timestamp; no one says it."""
    with pytest.raises(InvalidValue, match="both timestamps and numbers") as caught:
        TicketColumns.from_frames(ROWS, form({**EVENTS, "at": [NINE, None, 1_772_442_000_000_000]}))
    assert caught.value.rule == "column_type"


@pytest.mark.parametrize("far", [2**63, 10**30, -(2**63) - 1, -(10**30)])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_number_beyond_64_bits_costs_its_ticket_alone(form: Any, far: int) -> None:
    """However large a whole number is, its ticket is rejected, and the others are read."""
    nine = 1_772_442_000_000_000
    columns = TicketColumns.from_frames(ROWS, form({**EVENTS, "at": [nine, nine, far]}))
    assert columns.refs == ("A",)
    assert [(each.ref, each.kind) for each in columns.rejected] == [("B", "ticket")]


@pytest.mark.parametrize("place", ["tickets.service", "events.party"])
def test_half_a_letter_is_told_with_its_table_column_and_row(place: str) -> None:
    """A text that UTF-8 cannot hold is refused by an error that names where it stands."""
    rows: dict[str, Any] = dict(ROWS)
    events: dict[str, Any] = {**EVENTS, "at": [NINE] * 3, "party": ["x"] * 3}
    table, column = place.split(".")
    {"tickets": rows, "events": events}[table][column] = ["x", "a\ud800", "x"][: 2 if table == "tickets" else 3]
    with pytest.raises(InvalidValue, match=f"{place}.*row 2") as caught:
        TicketColumns.from_frames(rows, events)
    assert caught.value.rule == "encoding"


@pytest.mark.parametrize("kind", ["float64", "int32", "bool", "null"])
def test_columns_without_rows_are_empty_whatever_their_type(kind: str) -> None:
    """Empty lists make columns of floats in some libraries; they are read as no tickets."""
    empty = {"float64": pa.float64(), "int32": pa.int32(), "bool": pa.bool_(), "null": pa.null()}[kind]
    rows = {name: pa.array([], empty) for name in ROWS}
    events = {name: pa.array([], empty) for name in (*EVENTS, "at")}
    assert len(TicketColumns.from_frames(rows, events)) == 0


def some() -> TicketColumns:
    """A few tickets, of different numbers of events."""
    return TicketColumns.from_tickets([ec.Ticket.model_validate(each) for each in tickets()])


def test_rows_taken_are_those_tickets() -> None:
    """Rising rows, in any column of whole numbers, give those tickets with their own events."""
    columns = some()
    every = list(range(len(columns)))
    for rows in (every, every[::2], every[1:2], []):
        for form in (list, tuple, np.array, lambda given: np.array(given, np.uint8)):
            taken = columns.taken(form(rows))
            assert [taken.ticket(row) for row in range(len(taken))] == [columns.ticket(row) for row in rows]


WRONG_ROWS = {
    "falling": lambda count: np.arange(count)[::-1],
    "falling, of two": lambda _: [1, 0],
    "twice": lambda _: [0, 0],
    "as many as there are": lambda count: [0] * count,
    "below": lambda _: [-1],
    "above": lambda count: [count],
    "far above": lambda _: [10**30],
    "large without a sign": lambda _: np.array([1, 2**64 - 1], np.uint64),
    "flags": lambda count: np.ones(count, np.bool_),
    "floats": lambda _: [0.0],
    "texts": lambda _: ["0"],
    "none": lambda _: None,
    "ragged": lambda _: [[0], [1, 2]],
    "of two dimensions": lambda _: [[0]],
}


@pytest.mark.parametrize("rows", WRONG_ROWS.values(), ids=WRONG_ROWS.keys())
def test_rows_that_do_not_rise_are_refused(rows: Any) -> None:
    """Rows that would swap events between tickets, or that there are not, are no rows."""
    columns = some()
    with pytest.raises(InvalidValue) as caught:
        columns.taken(rows(len(columns)))
    assert caught.value.rule == "ticket_row"


WRONG_PARTS: dict[str, Callable[[TicketColumns], object]] = {
    "a ticket beyond": lambda columns: columns.ticket(10**6),
    "the ticket after the last": lambda columns: columns.ticket(len(columns)),
    "a ticket before": lambda columns: columns.ticket(-1),
    "a ticket of none": lambda columns: columns.part(0, 0).ticket(0),
    "a ticket named": lambda columns: columns.ticket("0"),  # type: ignore[arg-type]
    "a part from before": lambda columns: columns.part(-1, 3),
    "a part of everything": lambda columns: columns.part(-5, 10**9),
    "a part beyond": lambda columns: columns.part(0, len(columns) + 1),
    "a part backwards": lambda columns: columns.part(2, 1),
    "a part of floats": lambda columns: columns.part(0.0, 1),  # type: ignore[arg-type]
    "chunks of none": lambda columns: list(columns.chunks(0)),
    "chunks of less": lambda columns: list(columns.chunks(-(10**30))),
    "chunks of None": lambda columns: list(columns.chunks(None)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("asked", WRONG_PARTS.values(), ids=WRONG_PARTS.keys())
def test_a_row_that_there_is_not_is_refused(asked: Callable[[TicketColumns], object]) -> None:
    """No negative row counts from the end, and none beyond the last is cut short."""
    with pytest.raises(EcsmError) as caught:
        asked(some())
    assert isinstance(caught.value, WrongType) or getattr(caught.value, "rule", "") == "ticket_row"


def test_chunks_and_numpy_numbers_are_taken() -> None:
    """The parts of columns are all their tickets, and rows may be NumPy's numbers."""
    columns = some()
    assert [ref for chunk in columns.chunks(2) for ref in chunk.refs] == list(columns.refs)
    assert columns.ticket(np.int64(1)) == columns.part(np.int64(1), np.int64(2)).ticket(0)


def test_rejected_records_among_tickets_are_kept() -> None:
    """A stream's rejected records are observed by the column as they are one by one."""
    good = [ec.Ticket.model_validate(each) for each in tickets()]
    bad = ec.facts_from_records(tickets=[{"ref": "Z"}, {"ref": "Y"}]).rejected[::-1]
    columns = TicketColumns.from_tickets([bad[0], *good, bad[1]])
    planned = ec.plan(acme(), JANUARY)
    found = observe_columns(planned, Setting(), columns)
    assert found == ec.observe_tickets(planned, Setting(), [bad[0], *good, bad[1]])
    assert columns.rejected == bad[::-1]


@pytest.mark.parametrize("given", [None, 5, [None], ["T-1"], [{"ref": "T-1"}]])
def test_what_is_no_ticket_is_refused(given: Any) -> None:
    """Columns are made of tickets and of nothing else."""
    with pytest.raises(WrongType, match="ticket"):
        TicketColumns.from_tickets(given)


def test_a_plan_and_a_setting_are_needed() -> None:
    """A contract in place of a plan, or no setting, is told with what to write instead."""
    columns, planned = some(), ec.plan(acme(), JANUARY)
    wrong: list[tuple[Any, Any, str]] = [(acme(), Setting(), "plan"), (None, Setting(), "plan"), (planned, None, "set")]
    for observe in (observe_columns, observe_in_processes):
        for plan, setting, word in wrong:
            with pytest.raises(WrongType, match=word):
                observe(plan, setting, columns)
