"""The table of rows: the same as a list of rows, found quickly, and small."""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.errors import DuplicateItem, EngineInvariantError, InvalidValue
from ecsm_contracts.measures import Outcomes, Row

COLUMNS = ("4.1.met", "4.1.late", "4.2.elapsed")
KINDS = ("billed", "declared", "forecast", "notice", "outage", "sample", "survey", "ticket", "volume", "work")
EDGES = [0, 1, -1, *(sign * (1 << bits) + more for bits in (7, 15, 31) for sign in (1, -1) for more in (-1, 0, 1))]
NUMBERS = st.sampled_from([*EDGES, (1 << 63) - 1, 1 - (1 << 63)]) | st.integers(-(1 << 40), 1 << 40)
REFS = st.sampled_from(["", "T", "T-1", "T-10", "T-2", "é", "z", "\uffff", "\U0001f600", "\x00", "\x7f"]) | st.text(
    max_size=6
)
ROWS = st.builds(
    Row,
    st.sampled_from(KINDS),
    REFS,
    st.integers(0, (1 << 64) - 1).map("{:016x}".format),
    st.tuples(*(NUMBERS for _ in COLUMNS)),
)


def rows_of(most: int) -> st.SearchStrategy[list[Row]]:
    """Up to so many rows, of different items."""
    return st.lists(ROWS, unique_by=lambda row: row[:2], max_size=most)


def in_order(rows: list[Row]) -> list[Row]:
    """The rows as a table lists them, by the plain comparison of texts."""
    return sorted(rows, key=lambda row: (row.kind, row.ref))


@given(rows_of(12))
def test_a_table_is_its_rows_in_order(rows: list[Row]) -> None:
    """Whatever the order and size of numbers and letters, a table gives back its rows by kind and code point."""
    table = Outcomes(COLUMNS, rows)
    assert list(table) == in_order(rows)
    assert len(table) == len(rows)
    assert table.to_data() == [
        [row.kind, row.ref, row.digest, *row.numbers, *filter(None, [row.group])] for row in in_order(rows)
    ]
    assert table.tally().sums == tuple(sum(row.numbers[place] for row in rows) for place in range(len(COLUMNS)))
    for kind in KINDS:
        assert list(table.of_kind(kind)) == [row for row in in_order(rows) if row.kind == kind]


def test_the_order_is_that_of_code_points() -> None:
    """Identities are sorted as Python sorts texts, letters beyond UTF-16 and halves of surrogate pairs included."""
    refs = [chr(point) for point in (0, 9, 65, 127, 128, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFF, 0x10000)]
    table = Outcomes(
        (), [Row("ticket", ref + "x" * (5 - at % 5), "0" * 16, ()) for at, ref in enumerate(reversed(refs))]
    )
    assert [row.ref[0] for row in table] == refs


@given(rows_of(8), ROWS)
def test_only_what_is_there_is_found(rows: list[Row], other: Row) -> None:
    """A row is found under its own kind and identity, and nothing else is."""
    table = Outcomes(COLUMNS, rows)
    expected = {row[:2]: row for row in rows}
    for row in (*rows, other):
        assert table.find(row.kind, row.ref) == expected.get(row[:2])


@given(rows_of(12), st.data())
def test_parts_make_the_whole(rows: list[Row], data: st.DataObject) -> None:
    """However the rows are dealt into parts, adding the parts in any order gives the table of all."""
    dealt = [data.draw(st.integers(0, 2)) for _ in rows]
    parts = [[row for row, part in zip(rows, dealt, strict=True) if part == number] for number in range(3)]
    one, two, three = (Outcomes(COLUMNS, part) for part in parts)
    whole = Outcomes(COLUMNS, rows)
    assert one + two + three == three + (two + one) == whole
    assert hash(one + two + three) == hash(whole)
    assert list(one + two + three) == list(whole)


@given(rows_of(6), rows_of(6))
def test_an_item_is_there_once(rows: list[Row], others: list[Row]) -> None:
    """A second row of an item is refused, in one table and when two are added, and it is named."""
    twice = [key for key, times in Counter(row[:2] for row in (*rows, *others)).items() if times > 1]
    if not twice:
        assert len(Outcomes(COLUMNS, rows) + Outcomes(COLUMNS, others)) == len(rows) + len(others)
        return
    first = min(twice)
    with pytest.raises(DuplicateItem, match=first[0]):
        Outcomes(COLUMNS, (*rows, *others))
    with pytest.raises(DuplicateItem) as refused:
        _ = Outcomes(COLUMNS, rows) + Outcomes(COLUMNS, others)
    assert first[1] in str(refused.value) or not first[1].isprintable()


@given(rows_of(8))
def test_a_table_travels(rows: list[Row]) -> None:
    """Pickled, copied, or written as data and read again, a table is the same, to the digest."""
    table = Outcomes(COLUMNS, rows)
    for again in (
        pickle.loads(pickle.dumps(table)),  # noqa: S301 - written in this line
        copy.deepcopy(table),
        Outcomes.from_data(COLUMNS, table.to_data()),
    ):
        assert again == table
        assert again.to_data() == table.to_data()


@given(rows_of(5), rows_of(5))
def test_tables_are_equal_by_their_rows(rows: list[Row], others: list[Row]) -> None:
    """Two tables are equal exactly when their columns and rows are, whatever was read before."""
    assert (Outcomes(COLUMNS, rows) == Outcomes(COLUMNS, others)) == (in_order(rows) == in_order(others))
    assert Outcomes(COLUMNS, rows) != rows
    assert Outcomes(("4.1.met",)) != Outcomes(("4.2.met",))


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_the_digest_is_of_the_canonical_json(count: int) -> None:
    """The digest that is made part by part is that of the data as a whole, on either side of a part's end."""
    rows = [
        Row("ticket", f'"é\\-{number}', f"{number:016x}", (number, -number, number << 40)) for number in range(count)
    ]
    table = Outcomes(COLUMNS, rows)
    assert table.digest() == digest(table.to_data())


@given(rows_of(8), st.lists(st.sampled_from(["", '["north"]', '[null,"é"]']), min_size=8, max_size=8))
def test_what_is_written_from_the_columns_is_the_canonical_json(rows: list[Row], groups: list[str]) -> None:
    """Row by row, part by part and by its items alone, the text is that of canonical JSON, groups included."""
    table = Outcomes(COLUMNS, [row._replace(group=group) for row, group in zip(rows, groups, strict=False)])
    assert list(table.json_rows()) == [canonical_json(row) for row in table.to_data()]
    assert "".join(table.json_parts()) == canonical_json(table.to_data())
    items = [[row.kind, row.ref, row.digest] for row in table]
    assert "".join(table.json_parts(items_only=True)) == canonical_json(items)


@given(rows_of(8), rows_of(4), st.data())
def test_differences_are_those_of_two_dictionaries(rows: list[Row], others: list[Row], data: st.DataObject) -> None:
    """Rows that are added, removed or changed in any part are told in order, each beside its other self; no others."""
    changes = ("same", "same", "removed", "digest", "numbers", "group")
    second = {row[:2]: row for row in others}
    for row in rows:
        change = data.draw(st.sampled_from(changes))
        changed = {
            "same": row,
            "digest": row._replace(digest="0123456789abcdef"),
            "numbers": row._replace(numbers=(7, 7, 7)),
            "group": row._replace(group="[1]"),
        }
        if change in changed:
            second[row[:2]] = changed[change]
    first = {row[:2]: row for row in rows}
    expected = [
        (first.get(key), second.get(key)) for key in sorted({**first, **second}) if first.get(key) != second.get(key)
    ]
    here, there = Outcomes(COLUMNS, first.values()), Outcomes(COLUMNS, second.values())
    assert list(here.differences(there)) == expected
    assert list(there.differences(here)) == [(mine, theirs) for theirs, mine in expected]


def test_the_sums_do_not_travel() -> None:
    """A table that was added up is pickled as one that was not, and gives the same sums where it arrives."""
    table = Outcomes(COLUMNS, [Row("ticket", "T-1", "0" * 16, (1, 2, 3))])
    fresh = pickle.dumps(table)
    sums = table.tally()
    assert table.tally() is sums
    assert pickle.dumps(table) == fresh
    assert pickle.loads(pickle.dumps(table)).tally() == sums  # noqa: S301 - written in this line


REFUSED: list[tuple[str, Any]] = [
    ("kind", "incident"),
    ("digest", "0" * 15),
    ("digest", "0" * 15 + "G"),
    ("numbers", (1, 2)),
    ("numbers", (1, 2, 3, 4)),
    ("numbers", (1, 2, True)),
    ("numbers", (1, 2, 3.0)),
    ("numbers", (1, 2, 1 << 63)),
    ("numbers", (1, -(1 << 63) - 1, 0)),
]


@pytest.mark.parametrize(("field", "value"), REFUSED, ids=[f"{n}-{field}" for n, (field, _) in enumerate(REFUSED)])
def test_a_row_that_is_none_is_refused(field: str, value: object) -> None:
    """A row of no known kind, without a digest, or without a whole number of 64 bits for each column is refused."""
    fields: dict[str, Any] = {"kind": "ticket", "ref": "T-1", "digest": "0" * 16, "numbers": (1, 2, 3), field: value}
    row = Row(**fields)
    with pytest.raises(InvalidValue) as refused:
        Outcomes(COLUMNS, [row])
    assert refused.value.rule == "outcome_row"


def test_tables_of_different_plans_are_not_added() -> None:
    """Two tables with different columns cannot be joined."""
    with pytest.raises(EngineInvariantError):
        _ = Outcomes(("4.1.met",)) + Outcomes(("4.2.met",))


def test_a_ticket_takes_little() -> None:
    """Two levels of a month of tickets, identities and digests included, take less than a hundred bytes a ticket."""
    count, elapsed = 10_000, 400 * 3_600_000_000
    columns = ("4.1.met", "4.1.misses", "4.1.late", "4.2.counted", "4.2.met", "4.2.elapsed")
    table = Outcomes(
        columns,
        (
            Row("ticket", f"INC{number:07}", f"{number:016x}", (0, 1, elapsed - number, 1, 0, elapsed + number))
            for number in range(count)
        ),
    )
    assert len(pickle.dumps(table)) <= 60 * count
