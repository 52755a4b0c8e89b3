"""Targets: reached or exceeded, strictly or not, and how a number is rounded before it is judged."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from decimal import Context as DecimalContext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import given as stated
from ecsm_contracts.figures._rules import apply_rule
from ecsm_contracts.measures import Precision, Target, judged
from ecsm_contracts.money import Percent
from ecsm_contracts.statements import statement_from_data, statement_to_data
from tests.figures.strategies import PERCENTS, RATIOS, TIMES
from tests.measures.contracts import contract_with, level_of, problems_with
from tests.measures.test_shapes import codes

MODES = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "half_down": ROUND_HALF_DOWN, "up": ROUND_UP,
    "down": ROUND_DOWN, "ceiling": ROUND_CEILING, "floor": ROUND_FLOOR,
}  # fmt: skip
WHOLE = st.integers(0, 10**15).map(lambda micros: timedelta(microseconds=micros))
TARGETS: dict[str, tuple[st.SearchStrategy[Any], st.SearchStrategy[Any], Callable[[Any, Any], bool]]] = {
    "above/1": (RATIOS, PERCENTS, lambda a, b: not a <= b.ratio),
    "below/1": (RATIOS, PERCENTS, lambda a, b: not a >= b.ratio),
    "time below/1": (TIMES, TIMES, lambda a, b: not a >= b),
    "number above/1": (RATIOS, RATIOS, lambda a, b: not a <= b),
    "number below/1": (RATIOS, RATIOS, lambda a, b: not a >= b),
}
"""What is strict: the number, the target, and what the comparison says."""


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_a_strict_comparison_is_a_miss_at_equality(name: str, data: st.DataObject) -> None:
    """A strict rule says what its one line of prose says, and the target itself is never enough."""
    numbers, bounds, naive = TARGETS[name]
    number, bound = data.draw(numbers), data.draw(bounds)
    assert apply_rule(name, (number, bound)) is naive(number, bound)
    same = bound.ratio if isinstance(bound, Percent) else bound
    assert apply_rule(name, (same, bound)) is False


def text_of(number: Fraction, places: int, mode: str) -> Fraction:
    """Return a number with a finite decimal expansion, rounded by the `decimal` module."""
    context = DecimalContext(prec=60)
    exact = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    return Fraction(exact.quantize(Decimal(1).scaleb(-places), rounding=MODES[mode], context=context))


@given(st.integers(-(10**9), 10**9), st.integers(0, 9), st.integers(0, 9), st.sampled_from(sorted(MODES)))
def test_rounding_is_that_of_the_decimal_module(digits: int, have: int, places: int, mode: str) -> None:
    """A number and a share are rounded to their decimals as the standard library rounds; a share by its percentage."""
    number = Fraction(digits, 10**have)
    assert apply_rule("rounded number/1", (number, places, mode)) == text_of(number, places, mode)
    assert apply_rule("rounded share/1", (number / 100, places, mode)) == text_of(number, places, mode) / 100


@given(TIMES, TIMES)
def test_time_left_and_fixed_days(whole: timedelta, part: timedelta) -> None:
    """Neither the time that is left nor the share of fixed days is ever below nothing."""
    assert apply_rule("time left/1", (whole, part)) == (whole - part if part <= whole else timedelta(0))
    days = timedelta(days=30)
    share = 1 - Fraction(part // timedelta(microseconds=1), 30 * 86_400 * 10**6)
    assert apply_rule("availability of fixed days/1", (days, part)) == max(0, share)


@pytest.mark.parametrize(
    ("target", "below", "at", "above"),
    [
        ({"at_least": "99.5%"}, "missed", "met", "met"),
        ({"above": "99.5%"}, "missed", "missed", "met"),
        ({"at_most": "99.5%"}, "met", "met", "missed"),
        ({"below": "99.5%"}, "met", "missed", "missed"),
        ({"at_most": "4h"}, "met", "met", "missed"),
        ({"below": "4h"}, "met", "missed", "missed"),
        ({"at_least": 3}, "missed", "met", "met"),
        ({"above": 3}, "missed", "missed", "met"),
        ({"at_most": 3}, "met", "met", "missed"),
        ({"below": 3}, "met", "missed", "missed"),
    ],
    ids=str,
)
def test_each_comparison_by_hand(target: dict[str, Any], below: str, at: str, above: str) -> None:
    """A number just under the target, exactly on it, and just over it."""
    asked = Target.model_validate(target)
    bound = asked.bound
    exact: Any = (
        bound.ratio if isinstance(bound, Percent) else bound if isinstance(bound, timedelta) else Fraction(bound)
    )
    step: Any = timedelta(microseconds=1) if isinstance(exact, timedelta) else Fraction(1, 10**12)
    found = [judged(stated("number", each), asked, "clause 4.1").value for each in (exact - step, exact, exact + step)]
    assert found == [below, at, above]
    assert Target.model_validate(asked.to_data()) == asked
    assert asked.to_data().keys() == target.keys()
    assert str(asked) == f"{next(iter(target)).replace('_', ' ')} {asked.shown_bound}"
    assert asked.more_is_better is (next(iter(target)) in {"at_least", "above"})


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({}, "target_shape"),
        ({"above": "99%", "at_least": "98%"}, "target_shape"),
        ({"above": "99%", "below": "99.9%"}, "target_shape"),
        ({"above": "100%"}, "target_never"),
        ({"below": "0%"}, "target_never"),
        ({"above": "101%"}, "target_range"),
    ],
    ids=str,
)
def test_what_is_no_target(target: dict[str, str], code: str) -> None:
    """One comparison, and one that some number can reach."""
    with pytest.raises(ValidationError) as caught:
        Target.model_validate(target)
    assert codes(caught.value) == {code}


def test_a_time_is_never_promised_to_be_long() -> None:
    """A time above something is no promise, wherever it is written, and a time is not rounded."""
    for word in ("above", "at_least"):
        with pytest.raises(InvalidValue) as caught:
            judged(stated("mean", timedelta(hours=4)), Target.model_validate({word: "4h"}), "clause 4.1")
        assert caught.value.rule == "target_unit"
        assert problems_with({"kind": "availability", "hours": "always"}, {word: "4h"}) == ["target_unit"]
    rounded = Precision(places=1, mode="half_up")
    with pytest.raises(InvalidValue) as caught:
        judged(stated("mean", timedelta(hours=4)), Target(at_most=timedelta(hours=4)), "clause 4.1", rounded)
    assert caught.value.rule == "precision_time"


UPTIME = {"kind": "availability", "hours": "always"}
MARCH = 31 * 1440


def settled(target: dict[str, str], minutes: int, measure: dict[str, Any] = UPTIME, **fields: Any) -> ec.Statement:
    """Return the statement of March with so many minutes of outage, read back from what it writes."""
    contract = contract_with(measure, target)
    level = next(each for each in contract.clauses if each.ref == "4.1")
    clauses = tuple(each.replace(**fields) if each is level else each for each in contract.clauses)
    hours, rest = divmod(minutes, 60)
    out = {
        "ref": "O-1",
        "service": "mail",
        "start": "2026-03-05T00:00:00Z",
        "end": f"2026-03-05T{hours:02}:{rest:02}:00Z",
    }
    facts = ec.facts_from_records(outages=[out])
    statement = ec.evaluate(contract.replace(clauses=clauses), facts, period="2026-03")
    ec.verify(statement, facts)
    assert statement_from_data(statement_to_data(statement)).digest() == statement.digest()
    return statement


@pytest.mark.parametrize(("word", "sign", "outcome"), [("at_least", "≥", "met"), ("above", ">", "missed")])
def test_a_month_that_is_exactly_on_its_target(word: str, sign: str, outcome: str) -> None:
    """Of 44,640 minutes 279 are five eighths of a percent: exactly what is left is enough, or not."""
    statement = settled({word: "99.375%"}, 279)
    level = level_of(statement)
    assert (level.number, level.outcome, level.shown_target) == (Fraction("0.99375"), outcome, f"{sign} 99.375%")
    assert sign in str(statement)


@pytest.mark.parametrize(
    ("precision", "number", "outcome"),
    [
        (None, 1 - Fraction(469, MARCH), "missed"),  # 98.949...%
        ({"places": 1, "mode": "half_up"}, Fraction("0.989"), "missed"),
        ({"places": 1, "mode": "up"}, Fraction("0.99"), "met"),
        ({"places": 0, "mode": "half_up"}, Fraction("0.99"), "met"),
        ({"places": 0, "mode": "down"}, Fraction("0.98"), "missed"),
    ],
    ids=str,
)
def test_a_number_is_judged_as_it_is_rounded(precision: Any, number: Fraction, outcome: str) -> None:
    """A contract that prints 98.9 and 99.0 says what lies between: the rounded number is judged, shown and priced."""
    statement = settled({"at_least": "99%"}, 469, precision=precision)
    level = level_of(statement)
    assert (level.number, level.outcome) == (number, outcome)
    assert math.isclose(1 - 469 / MARCH, 0.98949, abs_tol=1e-5)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"precision": {"places": 1}}, "missing"),
        ({"precision": {"places": 10, "mode": "half_up"}}, "less_than_equal"),
        ({"precision": {"places": 1, "mode": "nearest"}}, "literal_error"),
        ({"smoothed": 1}, "greater_than_equal"),
        ({"smoothed": 61}, "less_than_equal"),
        ({"smoothed": "2"}, "int_type"),
    ],
    ids=str,
)
def test_a_level_refuses_what_it_cannot_mean(fields: dict[str, Any], code: str) -> None:
    """A rounding has its places and its mode, a smoothing two windows or more."""
    level = next(each for each in contract_with(UPTIME, {"at_least": "99%"}).clauses if each.ref == "4.1")
    with pytest.raises(ValidationError) as caught:
        level.replace(**fields)
    assert codes(caught.value) == {code}
    assert {"precision", "smoothed"}.isdisjoint(level.to_data())
