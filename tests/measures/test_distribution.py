"""Tests of distributions, of the percentiles that have a name, and of the tallies that keep values apart."""

from __future__ import annotations

import statistics
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import EngineInvariantError, InvalidValue, UnknownReference
from ecsm_contracts.measures import Distribution, Outcomes, Row, Tally, kept_apart

if TYPE_CHECKING:
    from ecsm_contracts.measures import Definition

VALUES = st.lists(st.integers(-5, 5) | st.integers(0, 2**62), max_size=30)
SOME = st.lists(st.integers(-5, 5) | st.integers(0, 2**62), min_size=1, max_size=30)
SHARES = st.fractions(0, 1, max_denominator=1000)
COLUMNS = ("4.2.counted", "4.2.each", "4.3.each", "4.3.met")


@given(VALUES, VALUES, VALUES)
def test_a_commutative_group(a: list[int], b: list[int], c: list[int]) -> None:
    """Distributions add in any order and grouping, nothing is neutral, and what is taken back was never there."""
    one, two, three = (Distribution.of(values) for values in (a, b, c))
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one == Distribution.of(a + b)
    assert one + Distribution() == one == one - Distribution()
    assert (one - two) + two == one == (one + two) - two
    assert hash(one + two) == hash(two + one)


@given(SOME, st.data())
def test_merging_in_any_split_gives_the_same(values: list[int], data: st.DataObject) -> None:
    """Values in any number of parts, merged, have the statistics of all of them at once."""
    owner = [data.draw(st.integers(0, 4)) for _ in values]
    parts = [Distribution.of(value for value, of in zip(values, owner, strict=True) if of == part) for part in range(5)]
    merged = sum(reversed(parts), start=Distribution())
    assert merged == Distribution.of(values)
    assert merged.median == Distribution.of(values).median


@given(SOME)
def test_like_the_naive_reading(values: list[int]) -> None:
    """Length, sum, ranks, mean, median and maximum are those of the sorted list."""
    found, ranked = Distribution.of(values), sorted(values)
    assert (len(found), found.total, found.pairs) == (len(values), sum(values), tuple(sorted(Counter(values).items())))
    assert [found.ranked(place) for place in range(1, len(values) + 1)] == ranked
    assert [found.total_of_smallest(n) for n in range(len(values) + 2)] == [
        sum(ranked[:n]) for n in range(len(values) + 2)
    ]
    assert found.mean == statistics.mean(map(Fraction, values))
    assert found.median == statistics.median(map(Fraction, values))
    assert found.maximum == max(values)
    assert Distribution.from_data(found.to_data()) == found


@given(SOME, SHARES)
def test_nearest_rank(values: list[int], share: Fraction) -> None:
    """It is the smallest value such that at least the share of all are at most it."""
    enough = [x for x in values if Fraction(sum(y <= x for y in values), len(values)) >= share]
    assert Distribution.of(values).percentile(share, "nearest_rank") == min(enough)


@given(SOME.filter(lambda values: len(values) > 1), st.integers(2, 40), st.data())
def test_linear_and_exclusive_cut_as_the_standard_library_does(
    values: list[int], parts: int, data: st.DataObject
) -> None:
    """Types 7 and 6 are the inclusive and exclusive quantiles of Python's statistics; type 6 stops at the extremes."""
    cut = data.draw(st.integers(1, parts - 1))
    exact, found = [Fraction(value) for value in values], Distribution.of(values)
    share = Fraction(cut, parts)
    assert found.percentile(share, "linear") == statistics.quantiles(exact, n=parts, method="inclusive")[cut - 1]
    beyond = statistics.quantiles(exact, n=parts, method="exclusive")[cut - 1]  # may go on beyond the extremes
    inside = min(max(beyond, min(exact)), max(exact))
    assert found.percentile(share, "exclusive") == inside


@pytest.mark.parametrize(
    ("share", "by", "expected"),
    [  # of 15, 20, 35, 40, 50, by hand; the first three are the usual example of nearest rank
        ("0.05", "nearest_rank", "15"), ("0.4", "nearest_rank", "20"), ("1", "nearest_rank", "50"),
        ("0.4", "linear", "29"), ("0.75", "linear", "40"), ("0", "linear", "15"), ("1", "linear", "50"),
        ("0.4", "exclusive", "26"), ("0.1", "exclusive", "15"), ("0.95", "exclusive", "50"),
    ],
)  # fmt: skip
def test_percentiles_by_hand(share: str, by: Definition, expected: str) -> None:
    """The worked example: each definition gives what its formula gives by hand."""
    times = Distribution.of([15, 20, 35, 40, 50])
    assert times.percentile(Fraction(share), by) == Fraction(expected)


@given(SOME, SHARES.filter(lambda share: share < 1))
def test_trimmed_mean(values: list[int], share: Fraction) -> None:
    """The largest are left out, their number rounded down; nothing else is."""
    kept = sorted(values)[: len(values) - (len(values) * share.numerator // share.denominator)]
    assert Distribution.of(values).trimmed_mean(share) == Fraction(sum(kept), len(kept))


def test_what_has_no_answer_is_an_error() -> None:
    """Nothing has no mean, no share lies outside 0 to 1, and more cannot be taken back than there was."""
    empty, some, less = Distribution(), Distribution.of([1, 2]), Distribution.of([1]) - Distribution.of([2])
    for ask in (
        lambda: empty.mean,
        lambda: empty.maximum,
        lambda: empty.percentile(Fraction(1, 2), "linear"),
        lambda: some.ranked(3),
        lambda: some.ranked(0),
        lambda: some.percentile(Fraction(3, 2), "linear"),
        lambda: some.trimmed_mean(Fraction(1)),
        lambda: some.trimmed_mean(Fraction(-1, 2)),
    ):
        with pytest.raises(InvalidValue):
            ask()
    with pytest.raises(EngineInvariantError):
        len(less)


NUMBERS = st.tuples(st.integers(0, 1), st.integers(0, 99), st.integers(-9, 9), st.integers(-9, 9)).map(
    lambda row: (row[0], row[0] * row[1], *row[2:])
)
TABLES = st.lists(NUMBERS, max_size=12).map(
    lambda rows: [Row("ticket", f"T-{place}", "d" * 16, row) for place, row in enumerate(rows)]
)


def test_what_is_kept_apart() -> None:
    """Only a column named each beside one named counted of the same level: the name of no level can feign it."""
    assert kept_apart(COLUMNS) == ((1, 0),)
    assert kept_apart(("4.2.each",)) == kept_apart(()) == ()


@given(TABLES, st.integers(0, 12))
def test_parts_keep_the_values_of_the_whole(rows: list[Row], cut: int) -> None:
    """Tallies of parts, added, keep each value of the rows that count; what is taken back leaves the rest."""
    whole = Outcomes(COLUMNS, rows).tally()
    one, other = (Outcomes(COLUMNS, part).tally() for part in (rows[:cut], rows[cut:]))
    assert one + other == other + one == whole
    assert whole - other == one
    assert whole.each("4.2.each") == Distribution.of(row.numbers[1] for row in rows if row.numbers[0])
    assert Tally.from_data(COLUMNS, whole.to_data()) == whole
    assert hash(Tally.from_data(COLUMNS, whole.to_data())) == hash(whole)
    assert whole + Tally.zero(COLUMNS) == whole


def test_a_tally_that_is_made_up_needs_its_values() -> None:
    """Values that do not add up to their sum, or are left out, are told; so is a column without values."""
    made_up = Tally(COLUMNS, (2, 30, 0, 0), (Distribution.of([10, 20]),))
    assert made_up.each("4.2.each").maximum == 20
    assert made_up != Tally(COLUMNS, (2, 30, 0, 0), (Distribution.of([15, 15]),))
    with pytest.raises(EngineInvariantError, match=r"the values of 4\.2\.each add up to 0, and its sum is 30"):
        Tally(COLUMNS, (2, 30, 0, 0)).each("4.2.each")
    with pytest.raises(EngineInvariantError):
        Tally(COLUMNS, (2, 30, 0, 0), (Distribution(), Distribution()))
    with pytest.raises(UnknownReference):
        made_up.each("4.3.each")
