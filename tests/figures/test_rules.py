"""Tests of the rules, each against a naive reading of it in fractions, and of the registry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import ClauseError, CurrencyMismatch, InvalidValue
from ecsm_contracts.figures import _rules, rule, rule_names
from ecsm_contracts.figures._rules import apply_rule
from ecsm_contracts.money import ExactAmount, Money, Percent

from .strategies import COUNTS, EXACTS, MODES, MONIES, PERCENTS, RATIOS, TIMES

SECOND = timedelta(seconds=1)
MICRO = timedelta(microseconds=1)
UNITS = st.integers(1, 10**10).map(lambda micros: timedelta(microseconds=micros))
OUTCOMES = st.sampled_from(["met", "missed", "not_measured"])
AMOUNTS = MONIES | EXACTS


def ratio(*values: Any) -> list[Fraction]:
    """Return the numbers behind values, amounts in major units and times in seconds."""
    return [
        Fraction(value // MICRO, 10**6) if isinstance(value, timedelta) else Fraction(getattr(value, "ratio", value))
        for value in values
    ]


def euros(value: Fraction) -> ExactAmount:
    """Return an exact amount."""
    return ExactAmount(value, "EUR")


def cents(value: Fraction) -> Money:
    """Return an amount that is whole in cents."""
    assert (value * 100).denominator == 1
    return Money.from_minor(int(value * 100), "EUR")


def least(values: list[Fraction]) -> Fraction:
    """Return the least of numbers."""
    first, *others = values
    return first if all(first <= each for each in others) else least(others)


NAIVE: dict[str, tuple[st.SearchStrategy[tuple[Any, ...]], Callable[..., Any]]] = {
    "sum/1": (st.lists(EXACTS, min_size=1, max_size=5).map(tuple), lambda *v: euros(sum(ratio(*v), Fraction(0)))),
    "total/1": (st.lists(MONIES, min_size=1, max_size=5).map(tuple), lambda *v: cents(sum(ratio(*v), Fraction(0)))),
    "ratio/1": (st.tuples(COUNTS, COUNTS.filter(bool)), lambda a, b: Fraction(a) / Fraction(b)),
    "less/1": (st.tuples(TIMES, TIMES), lambda a, b: a + -b),
    "availability/1": (st.tuples(UNITS, TIMES), lambda a, b: 1 - ratio(b)[0] / ratio(a)[0]),
    "at least/1": (st.tuples(RATIOS, PERCENTS), lambda a, b: not a < ratio(b)[0]),
    "outcome/1": (st.tuples(st.booleans()), lambda a: ("missed", "met")[a]),
    "outcome of misses/1": (st.tuples(COUNTS), lambda a: "missed" if a >= 1 else "met"),
    "not recorded/1": (st.sampled_from([("acknowledged",), ("acknowledged", "replied")]), lambda *_: "not_measured"),
    "one if missed/1": (st.tuples(OUTCOMES), lambda a: {"met": 0, "missed": 1, "not_measured": 0}[a]),
    "not below zero/1": (st.tuples(COUNTS), lambda a: a * (a > 0)),
    "in units/1": (st.tuples(TIMES, UNITS), lambda a, b: ratio(max(a, 0 * a))[0] / ratio(b)[0]),
    "share of/1": (st.tuples(PERCENTS, AMOUNTS), lambda a, b: euros(ratio(a)[0] * ratio(b)[0])),
    "times/1": (st.tuples(COUNTS | RATIOS, AMOUNTS), lambda a, b: euros(Fraction(a) * ratio(b)[0])),
    "exact/1": (st.tuples(MONIES), lambda a: euros(ratio(a)[0])),
    "least/1": (st.lists(EXACTS, min_size=1, max_size=5).map(tuple), lambda *v: euros(least(ratio(*v)))),
    "room/1": (st.tuples(EXACTS, MONIES), lambda a, b: euros(max(Fraction(0), ratio(a)[0] - ratio(b)[0]))),
    "round/1": (st.tuples(EXACTS, MODES), lambda a, mode: a.round(mode)),
    "round within/1": (
        st.tuples(EXACTS, EXACTS, MODES),
        lambda a, b, mode: cents(min(ratio(a.round(mode))[0], Fraction((ratio(b)[0] * 100).__floor__(), 100))),
    ),
    "negative/1": (st.tuples(MONIES), lambda a: cents(-ratio(a)[0])),
    "as is/1": (st.tuples(MONIES), lambda a: cents(ratio(a)[0])),
    "beyond/1": (st.tuples(MONIES, MONIES), lambda a, b: cents(ratio(a)[0] - ratio(b)[0])),
    "plus/1": (st.tuples(MONIES, MONIES), lambda a, b: cents(ratio(a)[0] + ratio(b)[0])),
}
OWN = {name for name, function in _rules._RULES.items() if function.__module__ == _rules.__name__}
"""The rules of this floor; others may be registered by who else is at work."""
BY_HAND = {"band/1", "split/1", "outcome when too few/1", "outcome of few misses/1", "not measured/1"}


def test_no_rule_is_forgotten() -> None:
    """Every rule of the library is tested in this file, and each name ends in a version."""
    assert {*NAIVE, *BY_HAND} == OWN
    assert rule_names() == tuple(sorted(rule_names()))
    assert all(name.rpartition("/")[2].isdigit() for name in rule_names())


@pytest.mark.parametrize("name", NAIVE)
@given(data=st.data())
def test_like_a_naive_reading(name: str, data: st.DataObject) -> None:
    """A rule gives what its one line of prose says, in fractions, of the same type."""
    inputs, naive = NAIVE[name]
    values = data.draw(inputs)
    expected = naive(*values)
    found = apply_rule(name, values)
    assert (found, type(found)) == (expected, type(expected))


@given(RATIOS, st.lists(st.integers(0, 200), min_size=1, max_size=6, unique=True), st.data())
def test_band(number: Fraction, edges: list[int], data: st.DataObject) -> None:
    """The rate is that of the first band whose edge is greater than the number, else the last."""
    if data.draw(st.booleans()):
        number = Fraction(data.draw(st.sampled_from(edges)), 100)  # on an edge, which is in the band above
    rates = [Percent.of(number) for number in range(len(edges) + 1)]
    pairs = [value for edge, rate in zip(sorted(edges), rates, strict=False) for value in (Percent.of(edge), rate)]
    expected = rates[sum(1 for edge in edges if Fraction(edge, 100) <= number)]
    assert apply_rule("band/1", (number, *pairs, rates[-1])) == expected


@given(st.integers(0, 10**6), st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any))
def test_split(total: int, weights: list[int]) -> None:
    """Shares by position are whole cents, sum to the total, and are less than one cent from proportion."""
    exact = [euros(Fraction(weight)) for weight in weights]
    money = Money.from_minor(total, "EUR")
    shares = [apply_rule("split/1", (money, position, *exact)) for position in range(1, len(weights) + 1)]
    minors = [share.minor for share in shares if isinstance(share, Money)]
    assert sum(minors) == total
    assert all(abs(n - Fraction(total * w, sum(weights))) < 1 for n, w in zip(minors, weights, strict=True))


def test_split_ties_go_to_the_earlier() -> None:
    """Worked example 85: a hundred pounds over three are 33.34, 33.33 and 33.33."""
    third = ExactAmount(Fraction(1, 3), "GBP")
    shares = [apply_rule("split/1", (Money.parse("GBP 100.00"), n, third, third, third)) for n in (1, 2, 3)]
    assert [str(share) for share in shares] == ["GBP 33.34", "GBP 33.33", "GBP 33.33"]


@given(st.integers(0, 50), st.integers(1, 50), OUTCOMES)
def test_outcome_when_too_few(counted: int, minimum: int, outcome: str) -> None:
    """A sample smaller than its minimum has the outcome that the contract names; for others the rule does not hold."""
    if counted < minimum:
        assert apply_rule("outcome when too few/1", (counted, minimum, outcome)) == outcome
        return
    with pytest.raises(InvalidValue) as caught:
        apply_rule("outcome when too few/1", (counted, minimum, outcome))
    assert caught.value.rule == "not_too_few"


@pytest.mark.parametrize(
    ("met", "allowed", "outcome"), [(3, 0, "met"), (2, 1, "met"), (2, 0, "missed"), (0, 2, "missed")]
)
def test_outcome_of_few_misses(met: int, allowed: int, outcome: str) -> None:
    """A small sample is met with as many misses as are allowed, and missed with one more; a large one has no say."""
    assert apply_rule("outcome of few misses/1", (3, 4, met, allowed)) == outcome
    with pytest.raises(InvalidValue) as caught:
        apply_rule("outcome of few misses/1", (4, 4, met, allowed))
    assert caught.value.rule == "not_too_few"


def test_not_measured() -> None:
    """Only where there was no service time at all is a level not measured."""
    assert apply_rule("not measured/1", (timedelta(0),)) == "not_measured"
    with pytest.raises(InvalidValue) as caught:
        apply_rule("not measured/1", (MICRO,))
    assert caught.value.rule == "measured"


@pytest.mark.parametrize("name", ["sum/1", "total/1", "least/1"])
def test_currencies_do_not_mix(name: str) -> None:
    """Amounts in two currencies are neither added nor compared."""
    amounts = [Money.parse("EUR 1.00"), Money.parse("USD 1.00")]
    values = amounts if name == "total/1" else [amount.exact for amount in amounts]
    with pytest.raises(CurrencyMismatch):
        apply_rule(name, tuple(values))


def test_unknown_rule() -> None:
    """A rule that is not there is an error, also the word for what has none."""
    for name in ("sum/2", "given", ""):
        with pytest.raises(InvalidValue) as caught:
            apply_rule(name, ())
        assert (caught.value.rule, caught.value.value) == ("rule_unknown", name)


@pytest.fixture
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that a test registers go when it ends."""
    monkeypatch.setattr(_rules, "_RULES", dict(_rules._RULES))


@pytest.mark.usefixtures("_own_registry")
@pytest.mark.parametrize("name", ["decay/1", "acme.decay/1", "acme.decay of points/12"])
def test_register(name: str) -> None:
    """A rule is registered under words and a version, with or without a prefix, and stays the function that it was."""

    def halve(number: int) -> Fraction:
        return Fraction(number, 2)

    assert rule(name)(halve) is halve
    assert name in rule_names()
    assert apply_rule(name, (3,)) == Fraction(3, 2)
    with pytest.raises(ClauseError, match="is taken"):
        rule(name)(halve)


@pytest.mark.usefixtures("_own_registry")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sum/1", "is taken"),  # what a statement of last year was made by cannot change
        *[(name, "is not the name of a rule") for name in (
            "given", "decay", "decay/0", "decay/01", "decay/1.0", "Decay/1", "/1", "acme/decay/1", "a.b.decay/1",
            "decay/1\n", " decay/1", "",
        )],
    ],
)  # fmt: skip
def test_refuses_names(name: str, message: str) -> None:
    """A name that is taken, or does not end in a version, is refused."""
    before = rule_names()
    with pytest.raises(ClauseError, match=message):
        rule(name)(lambda: 1)
    assert rule_names() == before
