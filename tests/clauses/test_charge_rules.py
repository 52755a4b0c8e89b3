"""Tests of the rules of charges and bases, each against a naive reading of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures._rules import apply_rule
from ecsm_contracts.money import ExactAmount, Money, Percent

MICRO = timedelta(microseconds=1)
EXACTS = st.integers(-(10**6), 10**6).map(lambda number: euros(Fraction(number, 7)))
CENTS = st.integers(-(10**6), 10**6).map(lambda number: Money.from_minor(number, "EUR"))
NUMBERS = st.integers(0, 10**6).map(lambda number: Fraction(number, 12))
SHARES = st.integers(0, 300).map(Percent.of)
COUNTS = st.integers(1, 12)
TIMES = st.integers(0, 10**10).map(lambda number: number * MICRO)
UNITS = st.integers(1, 10**9).map(lambda number: number * MICRO)
DAYS = st.dates().map(str)


def euros(number: Fraction | int) -> ExactAmount:
    """Return an exact amount."""
    return ExactAmount(Fraction(number), "EUR")


def several(each: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return some values of one kind."""
    return st.lists(each, min_size=1, max_size=5).map(tuple)


def added(*amounts: Any) -> ExactAmount:
    """Return the sum of amounts of both kinds."""
    return euros(sum((amount.ratio for amount in amounts), start=Fraction(0)))


def weighted(unit: timedelta, *terms: Any) -> Fraction:
    """Return the sum of times by their weights, in units."""
    pairs = [(terms[place] // MICRO, terms[place + 1]) for place in range(0, len(terms), 2)]
    return sum((Fraction(time) * weight for time, weight in pairs), start=Fraction(0)) / (unit // MICRO)


def whole_number(number: Fraction, part: str) -> Fraction:
    """Return a number rounded up or down."""
    return Fraction(ceil(number) if part == "up" else floor(number))


PARTS = st.sampled_from(["up", "down"])
NAIVE: dict[str, tuple[st.SearchStrategy[tuple[Any, ...]], Callable[..., Any]]] = {
    "whole and billionths/1": (
        st.tuples(st.integers(0, 10**18), st.integers(0, 10**10)),
        lambda a, b: Fraction(a * 10**9 + b, 10**9),
    ),
    "index/1": (
        st.tuples(st.integers(0, 1), NUMBERS, NUMBERS.filter(bool)),
        lambda known, a, b: a / b if known else Fraction(1),
    ),
    "index least/1": (st.tuples(NUMBERS, SHARES), lambda a, b: max(1 + b.ratio, a)),
    "index most/1": (st.tuples(NUMBERS, SHARES), lambda a, b: min(1 + b.ratio, a)),
    "amounts together/1": (several(EXACTS | CENTS), added),
    "mean over time/1": (
        st.tuples(st.integers(0, 99), st.integers(0, 10**18 - 1), st.integers(0, 10**20), UNITS),
        lambda a, b, c, t: Fraction(a * 10**36 + b * 10**18 + c, (t // MICRO) * 10**9),
    ),
    "whole number/1": (st.tuples(NUMBERS, PARTS), whole_number),
    "weighted units/1": (
        st.tuples(UNITS, st.lists(st.tuples(TIMES, NUMBERS), min_size=1, max_size=3)).map(
            lambda drawn: (drawn[0], *(each for pair in drawn[1] for each in pair))
        ),
        weighted,
    ),
    "in increments/1": (
        st.tuples(TIMES, UNITS, PARTS),
        lambda a, b, part: int(whole_number(Fraction(a // MICRO, b // MICRO), part)) * b,
    ),
    "greatest number/1": (several(NUMBERS), lambda *v: max(v)),
    "least number/1": (several(NUMBERS), lambda *v: min(v)),
    "number less/1": (st.tuples(NUMBERS, NUMBERS), lambda a, b: a + -b),
    "minor units/1": (
        st.tuples(st.integers(-(10**9), 10**9), st.just("EUR")),
        lambda a, _: Money.of(0, "EUR") + Money(a, 2, "EUR"),
    ),
    "not less/1": (st.tuples(EXACTS, CENTS), lambda a, b: a if a.ratio >= b.ratio else euros(b.ratio)),
    "owed on/1": (
        st.tuples(CENTS, DAYS, DAYS, DAYS),
        lambda a, day, start, end: a if day >= start and day < end else Money.zero("EUR"),
    ),
    "owed then/1": (
        st.tuples(NUMBERS, COUNTS, COUNTS),
        lambda a, place, wanted: a if place == wanted else Fraction(0),
    ),
    "less amounts/1": (several(EXACTS).filter(lambda v: len(v) > 1), lambda a, *v: euros(a.ratio - added(*v).ratio)),
    "mean of amounts/1": (st.tuples(EXACTS, COUNTS), lambda a, n: euros(a.ratio / n)),
    "basis/1": (st.tuples(SHARES, EXACTS), lambda share, a: euros(max(a.ratio, Fraction(0)) * share.ratio)),
}


@pytest.mark.parametrize("name", NAIVE)
@given(data=st.data())
def test_like_a_naive_reading(name: str, data: st.DataObject) -> None:
    """A rule gives what its one line of prose says, of the same type."""
    inputs, naive = NAIVE[name]
    values = data.draw(inputs)
    expected = naive(*values)
    found = apply_rule(name, values)
    assert (found, type(found)) == (expected, type(expected))


@given(st.integers(-(10**7), 10**7), COUNTS)
def test_equal_parts_add_up(cents: int, count: int) -> None:
    """The parts of an amount are whole cents that differ by one at the most, and add up to it."""
    whole = Money.from_minor(cents, "EUR")
    parts = [apply_rule("equal part/1", (whole, place, count)) for place in range(1, count + 1)]
    minors = [part.minor for part in parts if isinstance(part, Money)]
    assert sum(minors) == cents
    assert max(minors) - min(minors) <= 1


def test_amount_in_force() -> None:
    """It is that of the last day that is not after the start; before the first day there is none."""
    terms = ("2026-01-01", Money.parse("EUR 1.00"), "2026-03-01", Money.parse("EUR 2.00"))
    found = [str(apply_rule("in force/1", (day, *terms))) for day in ("2026-01-01", "2026-02-28", "2026-03-01")]
    assert found == ["EUR 1.00", "EUR 1.00", "EUR 2.00"]
    with pytest.raises(InvalidValue) as caught:
        apply_rule("in force/1", ("2025-12-31", *terms))
    assert caught.value.rule == "dated_start"
