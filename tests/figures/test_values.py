"""Tests of values as data and as text for people."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import show_value, value_from_data, value_to_data
from ecsm_contracts.money import ExactAmount, Money, Percent

from .strategies import VALUES


@given(VALUES)
def test_round_trip(value: Any) -> None:
    """A value is read back equal and of its type, also over a text of JSON."""
    data = value_to_data(value)
    again = value_from_data(json.loads(json.dumps(data)))
    assert (again, type(again)) == (value, type(value))
    assert len(data) == 1


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (True, {"truth": True}),
        (-7, {"count": -7}),
        (Fraction(4, 2), {"ratio": "2/1"}),
        (timedelta(minutes=1), {"microseconds": 60_000_000}),
        (Money.parse("EUR 1"), {"money": "EUR 1.00"}),
        (ExactAmount(Fraction(1, 3), "EUR"), {"exact": "EUR 1/3"}),
        (Percent.parse("15%"), {"percent": "15%"}),
        ("met", {"text": "met"}),
    ],
)
def test_data(value: Any, data: dict[str, Any]) -> None:
    """A value is written with the name of its type."""
    assert value_to_data(value) == data
    assert value_from_data(data) == value


@pytest.mark.parametrize("value", [1.5, None, [], {}, b"1", 1 + 2j], ids=repr)
def test_refuses(value: Any) -> None:
    """A figure holds no binary float and nothing else that is not exact."""
    with pytest.raises(InvalidValue) as caught:
        value_to_data(value)
    assert caught.value.rule == "figure_value"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (-1234567, "-1234567"),
        (Fraction(19, 20), "95% (19/20)"),
        (Fraction(2, 3), "66.666666…% (2/3)"),
        (Fraction(-1, 8), "-12.5% (-1/8)"),
        (Fraction(0), "0% (0/1)"),
        (Fraction(1), "100% (1/1)"),
        (Fraction(7), "7"),  # more than the whole: a number of units
        (Fraction(-1), "-1"),
        (Fraction(10, 3), "333.333333…% (10/3)"),
        (Fraction(1, 10**8), "0.000001% (1/100000000)"),
        (Fraction(1, 10**9), "0…% (1/1000000000)"),
        (Fraction(999_999_999, 10**9), "99.999999…% (999999999/1000000000)"),  # cut, never rounded up to all
        (timedelta(hours=4, minutes=5), "4 h 05 min"),
        (timedelta(0), "0 s"),
        (timedelta(hours=-36), "-36 h"),
        (Money.parse("EUR 20000.00"), "EUR 20,000.00"),
        (Money.parse("EUR -0.50"), "EUR -0.50"),
        (ExactAmount(Fraction(5, 2), "EUR"), "EUR 2.5"),
        (ExactAmount(2000, "EUR"), "EUR 2,000"),
        (ExactAmount(Fraction(1, 3), "EUR"), "EUR 0.333333… (1/3)"),
        (ExactAmount(Fraction(-1, 3), "EUR"), "EUR -0.333333… (-1/3)"),
        (Percent.parse("15%"), "15%"),
        ("met", "met"),
        ("", ""),
    ],
)
def test_show(value: Any, text: str) -> None:
    """Every value is shown for people as in this table; what is cut off is seen to be."""
    assert show_value(value) == text
