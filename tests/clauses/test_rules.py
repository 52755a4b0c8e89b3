"""Tests of the rules of this floor, each against a naive reading of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.figures import _rules
from ecsm_contracts.figures._rules import apply_rule
from ecsm_contracts.money import ExactAmount, Money, Percent
from tests.figures.strategies import COUNTS, EXACTS, MONIES, PERCENTS, RATIOS, TIMES

MICRO = timedelta(microseconds=1)
OUTCOMES = st.sampled_from(["met", "missed", "excused", "not_measured"])
STATES = st.sampled_from(["met", "missed", "minor", "serious", "excused", "not_measured"])
WORDS = st.sampled_from(["met", "missed", "missed serious", "missed serious minor"])
NUMBERS = COUNTS | RATIOS
AMOUNTS = st.integers(0, 10**6).map(lambda number: ExactAmount(Fraction(number, 7), "EUR"))
CENTS = st.integers(-(10**6), 10**6).map(lambda number: Money.from_minor(number, "EUR"))
ZERO = ExactAmount.zero("EUR")


def euros(number: Fraction | int) -> ExactAmount:
    """Return an exact amount."""
    return ExactAmount(Fraction(number), "EUR")


def micros(time: timedelta) -> Fraction:
    """Return the microseconds of a time."""
    return Fraction(time // MICRO)


def several(each: st.SearchStrategy[Any], least: int = 1) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return some values of one kind."""
    return st.lists(each, min_size=least, max_size=6).map(tuple)


def number_of(value: Any) -> Fraction:
    """Return the number behind a value; times in microseconds."""
    return micros(value) if isinstance(value, timedelta) else Fraction(getattr(value, "ratio", value))


def same_unit(*kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return values of these kinds."""
    return st.tuples(*kinds)


def row(key: str | int, *terms: Any) -> Any:
    """Return what a table says."""
    rows = {terms[place]: terms[place + 1] for place in range(len(terms) - 3, -1, -2)}
    return rows.get(f"{key}", terms[-1])


def in_units(quantity: Any, unit: Any, part: str) -> Fraction:
    """Return a quantity in units."""
    exact = number_of(quantity) / number_of(unit)
    return {"up": Fraction(ceil(exact)), "down": Fraction(floor(exact)), "exact": exact}[part]


def positive(amounts: tuple[ExactAmount, ...]) -> list[ExactAmount]:
    """Return the amounts above zero."""
    return [each for each in amounts if each > ZERO]


PARTS = st.sampled_from(["up", "down", "exact"])
NAIVE: dict[str, tuple[st.SearchStrategy[tuple[Any, ...]], Callable[..., Any]]] = {
    "one if met/1": (st.tuples(OUTCOMES), lambda a: {"met": 1}.get(a, 0)),
    "negative amount/1": (st.tuples(EXACTS), lambda amount: ExactAmount(0 - amount.ratio, amount.currency)),
    "number met/1": (several(OUTCOMES), lambda *v: v.count("met")),
    "together/1": (
        st.tuples(st.sampled_from(["any", "all"]), st.sampled_from(["met", "missed"]), several(OUTCOMES)).map(
            lambda drawn: (*drawn[:2], *drawn[2])
        ),
        lambda which, counts, *v: int(v.count(counts) >= (1 if which == "any" else len(v))),
    ),
    "if so/1": (st.tuples(st.booleans(), COUNTS), lambda a, b: a * b),
    "product/1": (st.tuples(NUMBERS, NUMBERS), lambda a, b: Fraction(a * b)),
    "add/1": (several(NUMBERS), lambda *v: Fraction(sum(v))),
    "at most so many/1": (st.tuples(NUMBERS, COUNTS), lambda a, b: Fraction(min(a, b))),
    "less than counted/1": (st.tuples(COUNTS, COUNTS), lambda a, b: a + -b),
    "beyond share/1": (
        st.tuples(COUNTS, COUNTS, PERCENTS),
        lambda a, b, c: max(Fraction(a) - b * c.ratio, Fraction(0)),
    ),
    "beyond number/1": (st.tuples(COUNTS, RATIOS), lambda a, b: Fraction(a - b if a > b else 0)),
    "share of time/1": (st.tuples(PERCENTS, TIMES), lambda a, b: a.ratio * micros(b)),
    "time beyond/1": (
        st.tuples(TIMES, TIMES | RATIOS),
        lambda a, b: micros(a) - number_of(b) if micros(a) > number_of(b) else Fraction(0),
    ),
    "distance/1": (
        st.tuples(RATIOS, PERCENTS) | st.tuples(TIMES, TIMES) | st.tuples(COUNTS, RATIOS),
        lambda a, b: max(number_of(a), number_of(b)) - min(number_of(a), number_of(b)),
    ),
    "whole units/1": (
        st.tuples(RATIOS, st.integers(1, 100).map(lambda n: Fraction(n, 7)), PARTS)
        | st.tuples(TIMES, st.integers(1, 10**9).map(lambda n: n * MICRO), PARTS),
        in_units,
    ),
    "greatest/1": (several(EXACTS), lambda *v: next(a for a in v if not any(a < b for b in v))),
    "least above zero/1": (several(AMOUNTS), lambda *v: (sorted(positive(v)) or [ZERO])[0]),
    "first above zero/1": (several(AMOUNTS), lambda *v: (positive(v) or [ZERO])[0]),
    "less given/1": (several(CENTS), lambda a, *v: Money.from_minor(a.minor - sum(each.minor for each in v), "EUR")),
    "part taken/1": (
        st.lists(st.sampled_from([ZERO, euros(1), euros(2), euros(3)]), min_size=1, max_size=5).flatmap(
            lambda v: st.tuples(st.integers(1, len(v)), st.sampled_from(v), *map(st.just, v))
        ),
        lambda place, taken, *v: taken if v[place - 1] == taken and taken not in v[: place - 1] else ZERO,
    ),
    "excused/1": (st.tuples(OUTCOMES, st.booleans()), lambda a, b: {("missed", True): "excused"}.get((a, b), a)),
    "severity/1": (st.tuples(OUTCOMES, st.just("minor")), lambda a, b: {"missed": b}.get(a, a)),
    "outcome of windows/1": (
        several(OUTCOMES),
        lambda *v: "missed" if "missed" in v else "met" if "met" in v else v[0],
    ),
    "reached/1": (st.tuples(AMOUNTS, AMOUNTS), lambda a, b: a > ZERO and not a < b),
    "number above zero/1": (several(CENTS, 0), lambda *v: len([each for each in v if each.minor > 0])),
    "all if fewer/1": (
        st.tuples(AMOUNTS, st.integers(0, 4), st.integers(1, 4)),
        lambda a, used, times: a if range(times)[used:] else ZERO,
    ),
    "price of some/1": (
        st.tuples(st.sampled_from([0, Fraction(0)]) | COUNTS | RATIOS, AMOUNTS),
        lambda quantity, price: ZERO if quantity == 0 else price,
    ),
    "all if above/1": (
        st.tuples(AMOUNTS, AMOUNTS) | AMOUNTS.map(lambda each: (each, each)),
        lambda a, b: euros(a.ratio if a.ratio - b.ratio > 0 else 0),
    ),
    "row/1": (
        st.tuples(
            st.integers(1, 5) | st.sampled_from(["minor", "serious"]),
            st.lists(st.tuples(st.sampled_from(["1", "2", "3", "minor"]), PERCENTS), max_size=4).map(
                lambda rows: tuple(each for pair in rows for each in pair)
            ),
            PERCENTS,
        ).map(lambda drawn: (drawn[0], *drawn[1], drawn[2])),
        row,
    ),
    "times counted/1": (
        st.tuples(WORDS, several(STATES, 0)).map(lambda drawn: (drawn[0], *drawn[1])),
        lambda wanted, *v: sum(v.count(word) for word in wanted.split()),
    ),
}
BY_HAND = {"run length/1", "in bands/1", "marginal amount/1", "marginal share/1"}
TESTS = Path(__file__).parents[1]


def test_no_rule_is_forgotten() -> None:
    """Every rule of this floor is tested here, or another test names it."""
    of_the_floor = {
        name for name, function in _rules._RULES.items() if function.__module__.startswith("ecsm_contracts.clauses.")
    }
    assert {*NAIVE, *BY_HAND} <= of_the_floor
    others = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    assert [name for name in of_the_floor - {*NAIVE, *BY_HAND} if f'"{name}"' not in others] == []


@pytest.mark.parametrize("name", NAIVE)
@given(data=st.data())
def test_like_a_naive_reading(name: str, data: st.DataObject) -> None:
    """A rule gives what its one line of prose says, of the same type."""
    inputs, naive = NAIVE[name]
    values = data.draw(inputs)
    expected = naive(*values)
    found = apply_rule(name, values)
    assert (found, type(found)) == (expected, type(expected))


@given(WORDS, st.sampled_from(["breaks", "skips"]), st.lists(STATES, max_size=8))
def test_run_length(wanted: str, gaps: str, states: list[str]) -> None:
    """The row ends at the last window; what is skipped is as if it had not been, unless the last window is a gap."""
    absent = {"excused", "not_measured"}
    seen = states if gaps == "breaks" else [state for state in states if state not in absent]
    if states and states[-1] in absent:
        seen = []
    text = "".join("x" if state in wanted.split() else "." for state in seen)
    assert apply_rule("run length/1", (wanted, gaps, *states)) == len(text) - len(text.rstrip("x"))


EDGES = st.lists(st.integers(0, 60), min_size=1, max_size=5, unique=True).map(sorted)


@given(st.integers(0, 60), EDGES, st.data())
def test_in_bands(number: int, edges: list[int], data: st.DataObject) -> None:
    """The value is that of the first band that holds the number: below its edge, or up to it where it says so."""
    words = [data.draw(st.sampled_from(["below", "up to"])) for _ in edges]
    unit = data.draw(st.sampled_from(["share", "time", "number"]))
    value: Any = {"share": Fraction(number, 100), "time": timedelta(minutes=number), "number": Fraction(number)}[unit]
    bounds: list[Any] = [
        {"share": Percent.of(edge), "time": timedelta(minutes=edge), "number": Fraction(edge)}[unit] for edge in edges
    ]
    names = [f"band {place}" for place in range(len(edges) + 1)]
    terms = [term for triple in zip(words, bounds, names, strict=False) for term in triple]
    passed = sum(edge <= number if word == "below" else edge < number for word, edge in zip(words, edges, strict=True))
    assert apply_rule("in bands/1", (value, *terms, names[-1])) == names[passed]


@given(st.integers(0, 70), EDGES, st.data())
def test_marginal(quantity: int, edges: list[int], data: st.DataObject) -> None:
    """Each single unit of a quantity is priced by the band that it lies in."""
    prices = [data.draw(st.integers(0, 1000)) for _ in range(len(edges) + 1)]
    expected = sum(prices[sum(edge <= unit for edge in edges)] for unit in range(quantity))
    amounts = [Money.from_minor(price, "EUR") for price in prices]
    shares = [Percent(Fraction(price, 1000)) for price in prices]
    priced: list[tuple[str, list[Any]]] = [("marginal amount/1", amounts), ("marginal share/1", shares)]
    for name, values in priced:
        pairs = [term for pair in zip(map(Fraction, edges), values, strict=False) for term in pair]
        found: Any = apply_rule(name, (quantity, *pairs, values[-1]))
        assert getattr(found, "ratio", found) == (Fraction(expected, 100 if values is amounts else 1000))


def test_marginal_of_a_part() -> None:
    """A begun unit is priced in part."""
    terms = (Fraction(5, 2), Fraction(2), Money.parse("EUR 10.00"), Money.parse("EUR 4.00"))
    assert apply_rule("marginal amount/1", terms) == euros(22)


@given(MONIES)
def test_less_given_nothing(amount: Money) -> None:
    """Where nothing is given apart, the amount stays, whatever its sign."""
    assert apply_rule("less given/1", (amount,)) == amount
