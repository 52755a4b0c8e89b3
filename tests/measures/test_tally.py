"""Tests of tallies and the tables of rows that they are the sums of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import DuplicateItem, EngineInvariantError, InvalidValue, UnknownReference
from ecsm_contracts.measures import Outcomes, Row, Tally

COLUMNS = ("4.2.counted", "4.2.met", "5.1.late")
NUMBERS = st.tuples(*[st.integers(2 - 2**63, 2**63 - 1) | st.integers(-9, 9)] * 3)
TALLIES = st.builds(Tally, st.just(COLUMNS), NUMBERS)
ROWS = st.builds(Row, st.sampled_from(["ticket", "outage"]), st.sampled_from("ABCDEFGH"), st.just("d" * 16), NUMBERS)
TABLES = st.lists(ROWS, max_size=8, unique_by=lambda row: row[:2])


@given(TALLIES, TALLIES, TALLIES)
def test_a_commutative_group(a: Tally, b: Tally, c: Tally) -> None:
    """Tallies add in any order and grouping, nothing is neutral, and what is taken back is as if never added."""
    zero = Tally.zero(COLUMNS)
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + zero == a == a - zero
    assert (a + b) - b == a
    assert a - a == zero
    assert hash(a + b) == hash(b + a)


@given(TALLIES, TALLIES)
def test_column_by_column(a: Tally, b: Tally) -> None:
    """Each column is summed by itself."""
    for column in COLUMNS:
        assert (a + b)[column] == a[column] + b[column]
        assert (a - b)[column] == a[column] - b[column]
    assert a.to_data() == {column: a[column] for column in COLUMNS}
    assert Tally.from_data(COLUMNS, a.to_data()) == a
    assert Tally.from_data(COLUMNS, dict(reversed(a.to_data().items()))) == a


@pytest.mark.parametrize("columns", [COLUMNS[:2], COLUMNS[::-1], ()])
def test_one_plan_only(columns: tuple[str, ...]) -> None:
    """Tallies of other columns, or of the same in another order, are neither added nor taken away."""
    one, other = Tally.zero(COLUMNS), Tally.zero(columns)
    with pytest.raises(EngineInvariantError):
        one + other
    with pytest.raises(EngineInvariantError):
        one - other


def test_unknown_column() -> None:
    """A column that is not there is an error that names those that are; it never reads as zero."""
    with pytest.raises(UnknownReference) as caught:
        Tally.zero(COLUMNS)["4.2.mett"]
    assert str(caught.value) == "no column '4.2.mett'; there are 4.2.counted, 4.2.met, 5.1.late"


@given(TABLES, st.integers(0, 8))
def test_parts_make_the_whole(rows: list[Row], cut: int) -> None:
    """Law E45: rows in parts, joined in any order, are the rows at once, and so are their sums."""
    whole = Outcomes(COLUMNS, rows)
    one, other = Outcomes(COLUMNS, rows[:cut]), Outcomes(COLUMNS, rows[cut:])
    assert one + other == other + one == whole
    assert one.tally() + other.tally() == whole.tally()
    assert (one + other).digest() == whole.digest()
    assert whole.tally().sums == tuple(sum(row.numbers[n] for row in rows) for n in range(len(COLUMNS)))


@given(TABLES)
def test_rows_are_sorted_and_read_back(rows: list[Row]) -> None:
    """Rows stand in the order of kind and identity, and are read back from their data."""
    table = Outcomes(COLUMNS, rows)
    assert list(table) == sorted(rows, key=lambda row: (row.kind, row.ref))
    assert len(table) == len(rows)
    assert Outcomes.from_data(COLUMNS, table.to_data()) == table == Outcomes(COLUMNS, rows[::-1])
    assert table.to_data() == [
        [row.kind, row.ref, row.digest, *row.numbers, *filter(None, [row.group])] for row in table
    ]


@given(TABLES.filter(bool), NUMBERS, st.data())
def test_an_item_is_observed_once(rows: list[Row], numbers: tuple[int, ...], data: st.DataObject) -> None:
    """A second row of an item is an error that names it, whatever it says and whichever part it is in."""
    row = data.draw(st.sampled_from(rows))
    again = row._replace(numbers=numbers, digest=data.draw(st.sampled_from(["d" * 16, "e" * 16])))
    with pytest.raises(DuplicateItem) as caught:
        Outcomes(COLUMNS, [*rows, again])
    assert caught.value.item == f"{row.kind} {row.ref}"
    with pytest.raises(DuplicateItem, match=f"{row.kind} {row.ref}"):
        Outcomes(COLUMNS, rows) + Outcomes(COLUMNS, [again])


def test_kinds_have_references_of_their_own() -> None:
    """A ticket and an outage of one reference are two items."""
    row = Row("ticket", "A", "d" * 16, (1, 2, 3))
    assert len(Outcomes(COLUMNS, [row, row._replace(kind="outage")])) == 2


@given(TABLES.filter(bool), st.integers(0, 2))
def test_digest_sees_every_number(rows: list[Row], column: int) -> None:
    """A change of any number of any row changes the digest of the table."""
    numbers = list(rows[0].numbers)
    numbers[column] ^= 1
    changed = [rows[0]._replace(numbers=tuple(numbers)), *rows[1:]]
    assert Outcomes(COLUMNS, changed).digest() != Outcomes(COLUMNS, rows).digest()


@given(TABLES)
def test_equal_by_content(rows: list[Row]) -> None:
    """Tables with the same rows and columns are equal, hash alike, and say how many items they hold; others differ."""
    table = Outcomes(COLUMNS, rows)
    assert hash(table) == hash(Outcomes(COLUMNS, rows[::-1]))
    assert table != Outcomes((*COLUMNS[:2], "9.9.late"), rows)
    assert table != Outcomes(COLUMNS, [*rows, Row("notice", "N-1", "d" * 16, (0, 0, 0))])
    assert table != table.to_data()
    assert repr(table) == f"<Outcomes of {len(rows)} items in 3 columns>"


@pytest.mark.parametrize(
    "row",
    [
        Row("task", "A", "d" * 16, (1, 2, 3)),
        Row("ticket", "A", "d" * 15, (1, 2, 3)),
        Row("ticket", "A", "D" * 16, (1, 2, 3)),
        Row("ticket", "A", "d" * 16, (1, 2)),
        Row("ticket", "A", "d" * 16, (1, 2, 3, 4)),
        Row("ticket", "A", "d" * 16, (1, 2, True)),
        Row("ticket", "A", "d" * 16, (1, 2, 2**63)),
        Row("ticket", "A", "d" * 16, (1, 2, 3.0)),  # type: ignore[arg-type]  # that it is refused is the claim
    ],
    ids=str,
)
def test_refuses_rows(row: Row) -> None:
    """A row of no known kind, without a digest, or without a whole number for each column is refused."""
    with pytest.raises(InvalidValue) as caught:
        Outcomes(COLUMNS, [row])
    assert (caught.value.rule, caught.value.value) == ("outcome_row", row)
