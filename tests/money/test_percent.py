"""Tests of percentages."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money import Percent
from tests.money.strategies import PERCENTS, brief

GRAMMAR = 'a percentage is digits, perhaps "." and decimals, and "%", such as "15%"'
AS_TEXT = 'percent is written as a text, such as "15%"'


@pytest.mark.parametrize(
    ("text", "canonical", "ratio"),
    [
        ("15%", "15%", Fraction(3, 20)),
        ("99.90%", "99.9%", Fraction(999, 1000)),
        ("0%", "0%", Fraction(0)),
        ("0.000%", "0%", Fraction(0)),
        ("100%", "100%", Fraction(1)),
        ("120%", "120%", Fraction(6, 5)),
        ("1000000%", "1000000%", Fraction(10**4)),
        ("0.000000001%", "0.000000001%", Fraction(1, 10**11)),
        ("99.999999999%", "99.999999999%", Fraction(99999999999, 10**11)),
    ],
)
def test_parse(text: str, canonical: str, ratio: Fraction) -> None:
    """A percentage is read exactly, and written in one way."""
    percent = Percent.parse(text)
    assert (str(percent), percent.ratio, percent.number) == (canonical, ratio, canonical[:-1])


@pytest.mark.parametrize("number", ["15", "15.00", 15, Decimal(15), Decimal("15.000000000000"), Decimal("1.5E+1")])
def test_of(number: Any) -> None:
    """A number of hundredths is the same percentage, however it is written."""
    assert Percent.of(number) == Percent.parse("15%")


@given(PERCENTS)
def test_round_trip(percent: Percent) -> None:
    """Every percentage is read back from what it writes, from its number and from its ratio."""
    assert Percent.parse(str(percent)) == percent
    assert Percent.of(percent.number) == Percent.of(Decimal(percent.number)) == percent
    assert Percent(percent.ratio) == percent


@given(PERCENTS, PERCENTS)
def test_order(first: Percent, second: Percent) -> None:
    """Percentages compare as their ratios do, and equal ones hash alike."""
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compare(first, second) == compare(first.ratio, second.ratio)
    assert first != second or hash(first) == hash(second)
    assert bool(first) == bool(first.ratio)


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("15", "percent_sign", '"15": a percentage has its sign; write "15%"'),
        ("0.15", "percent_sign", '"0.15": a percentage has its sign; write "0.15%", or "15%" if it is a share of one'),
        ("-5%", "percent_range", '"-5%": a percentage is not negative'),
        ("-0.5%", "percent_range", '"-0.5%": a percentage is not negative'),
        ("1000001%", "percent_range", "a percentage is at least 0% and at most 1000000%"),
        ("1000000.000000001%", "percent_range", "a percentage is at least 0% and at most 1000000%"),
        ("99999999%", "percent_range", '"99999999%": a percentage is at most 1000000%'),
        ("9" * 5000 + "%", "percent_range", f'"{"9" * 80}…": a percentage is at most 1000000%'),
        ("0.1234567891%", "percent_scale", '"0.1234567891%": a percentage has at most 9 decimals; got 10'),
        *[
            (text, "percent_syntax", f'"{text}": {GRAMMAR}')
            for text in (
                "", "%", "15 %", " 15%", "15% ", "15%%", "%15", "15,5%", "1e3%", "+15%", "015%", ".5%",
                "5.%", "\uff11\uff15%", "15percent", "nan%", "1_000%", "15\uff05", "-15", "--5%",
            )
        ],
        (0.15, "percent_float", f"{AS_TEXT}; got float, which does not hold decimals exactly"),
        (True, "percent_float", f"{AS_TEXT}; got bool"),
        (15, "percent_sign", f"{AS_TEXT}; got int"),
        (Decimal(15), "percent_sign", f"{AS_TEXT}; got Decimal"),
        (float("nan"), "not_finite", "percent must be finite"),
        (None, "percent_type", f"{AS_TEXT}; got NoneType"),
        (b"15%", "percent_type", f"{AS_TEXT}; got bytes"),
    ],
    ids=brief,
)  # fmt: skip
def test_parse_refuses(text: Any, rule: str, message: str) -> None:
    """What is no percentage is refused with a stable rule, and with what to write."""
    with pytest.raises(InvalidValue) as caught:
        Percent.parse(text)
    assert (caught.value.rule, str(caught.value)) == (rule, message)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("15%", "percent_syntax"),
        ("-5", "percent_range"),
        (-5, "percent_range"),
        (Decimal("-0.1"), "percent_range"),
        (10**6 + 1, "percent_range"),
        (Decimal("1E+1000000"), "percent_range"),
        (Decimal("1000000.1"), "percent_range"),
        (Decimal("1E-1000000"), "percent_scale"),
        (Decimal("0.1234567891"), "percent_scale"),
        ("0.1234567891", "percent_scale"),
        (Decimal("NaN"), "not_finite"),
        (Decimal("-Infinity"), "not_finite"),
        (float("inf"), "not_finite"),
        (1.5, "percent_float"),
        (True, "percent_float"),
        (Fraction(1, 2), "percent_type"),
        (None, "percent_type"),
    ],
)
def test_of_refuses(number: Any, rule: str) -> None:
    """Only an exact, finite number within the bounds makes a percentage, and a huge one is refused at
    once."""
    with pytest.raises(InvalidValue) as caught:
        Percent.of(number)
    assert caught.value.rule == rule


def test_huge_numbers() -> None:
    """A number with more digits than Python prints is refused with our error, not Python's."""
    for huge in (10**5000, -(10**5000)):
        with pytest.raises(InvalidValue, match="at least 0% and at most 1000000%"):
            Percent.of(huge)


@pytest.mark.parametrize(
    ("ratio", "rule"),
    [
        (Fraction(1, 3), "percent_scale"),
        (Fraction(1, 10**12), "percent_scale"),
        (Fraction(-1, 100), "percent_range"),
        (10**4 + 1, "percent_range"),
        (0.15, "percent_float"),
        (True, "percent_float"),
        (Decimal("0.15"), "percent_number"),
        ("15%", "percent_number"),
    ],
)
def test_ratio_refuses(ratio: Any, rule: str) -> None:
    """A share of one that no percentage can write is refused."""
    with pytest.raises(InvalidValue) as caught:
        Percent(ratio)
    assert caught.value.rule == rule


@given(st.integers(0, 10**4))
def test_ratio_may_be_whole(ratio: int) -> None:
    """A whole number of ones is a share as well, and is kept as a fraction."""
    assert Percent(ratio).ratio == ratio
    assert isinstance(Percent(ratio).ratio, Fraction)


@pytest.mark.parametrize("number", [15, 0.15, Fraction(3, 20), Decimal(15), "15%", None])
def test_is_no_number(number: Any) -> None:
    """A percentage neither equals nor compares with a number, nor multiplies one."""
    percent: Any = Percent.parse("15%")
    assert percent != number
    for work in (operator.lt, operator.le, operator.gt, operator.ge, operator.mul, operator.add):
        with pytest.raises(TypeError):
            work(percent, number)
