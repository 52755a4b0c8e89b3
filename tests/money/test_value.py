"""Tests of what the value types share: they never change, travel, and have their place in pydantic models."""

from __future__ import annotations

import copy
import json
import pickle
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ecsm_contracts._model import Model, canonical_json
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money import ExactAmount, Money, Percent
from ecsm_contracts.money._value import decimal_digits, decimal_text, quoted
from tests.money.strategies import PERCENTS, exact_amounts, monies

VALUES = st.one_of(monies(), exact_amounts(), PERCENTS)
EXAMPLES = [Money.parse("EUR 20.00"), ExactAmount.parse("EUR 10/3"), Percent.parse("15%")]


class Terms(Model):
    """A model with one field of each type."""

    fee: Money
    basis: ExactAmount | None = None
    rate: Percent | None = None
    others: tuple[Money, ...] = ()


TERMS = Terms.model_validate({"fee": "EUR 20", "basis": "EUR 20/6", "rate": "15.0%", "others": ["JPY 5", "EUR -1"]})


@pytest.mark.parametrize("value", EXAMPLES, ids=repr)
@pytest.mark.parametrize("name", ["units", "_units", "_ratio", "currency", "_currency", "other"])
def test_never_changes(value: Any, name: str) -> None:
    """No attribute can be set or deleted, be it there or not."""
    with pytest.raises(AttributeError, match="never changes"):
        setattr(value, name, 1)
    with pytest.raises(AttributeError, match="never changes"):
        delattr(value, name)
    assert not hasattr(value, "__dict__")


@given(VALUES, st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_travels(value: Money | ExactAmount | Percent, protocol: int) -> None:
    """A value is the same after pickling and copying, so it can go to another process and be a key in a
    table."""
    again = pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 - our own bytes
    assert again == value
    assert (type(again), hash(again), str(again)) == (type(value), hash(value), str(value))
    assert copy.copy(value) is value
    assert copy.deepcopy([value])[0] is value
    assert {value: 1}[again] == 1


def test_types_are_apart() -> None:
    """Values of different types are never equal, even where their numbers are."""
    zeros = [Money.zero("EUR"), ExactAmount.zero("EUR"), Percent.of(0), 0, "EUR 0.00", None]
    for position, zero in enumerate(zeros):
        assert zeros.index(zero) == position


def test_read_by_pydantic() -> None:
    """A model reads texts and takes values as they are."""
    assert TERMS.fee == Money.parse("EUR 20.00")
    assert TERMS.basis == ExactAmount.parse("EUR 10/3")
    assert TERMS.rate == Percent.parse("15%")
    assert Terms(fee=TERMS.fee).fee is TERMS.fee
    assert Terms.model_validate_json('{"fee":"EUR 20"}').fee == TERMS.fee
    assert TypeAdapter(Money).validate_python("EUR 20", strict=True) == TERMS.fee
    assert hash(TERMS) == hash(Terms.model_validate(TERMS.model_dump()))


def test_written_by_pydantic() -> None:
    """A model writes the canonical texts in JSON, and keeps the values in python mode."""
    texts = {"fee": "EUR 20.00", "basis": "EUR 10/3", "rate": "15%", "others": ["JPY 5", "EUR -1.00"]}
    assert TERMS.model_dump(mode="json") == TERMS.to_data() == texts
    assert json.loads(TERMS.model_dump_json()) == texts
    assert TERMS.model_dump()["fee"] is TERMS.fee
    assert TERMS.model_dump()["others"] == TERMS.others
    assert canonical_json(TERMS.to_data()).startswith('{"basis":"EUR 10/3","fee":"EUR 20.00"')
    assert Terms.model_validate_json(TERMS.model_dump_json()) == TERMS


@given(monies(), st.one_of(st.none(), exact_amounts()), st.one_of(st.none(), PERCENTS))
def test_pydantic_round_trip(fee: Money, basis: ExactAmount | None, rate: Percent | None) -> None:
    """Whatever a model holds is read back from its JSON, to the byte."""
    terms = Terms(fee=fee, basis=basis, rate=rate)
    again = Terms.model_validate_json(terms.model_dump_json())
    assert again == terms
    assert again.digest() == terms.digest()


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"fee": 20.0}, "money_float"),
        ({"fee": float("nan")}, "not_finite"),
        ({"fee": 20}, "money_number"),
        ({"fee": Decimal(20)}, "money_number"),
        ({"fee": True}, "money_float"),
        ({"fee": None}, "money_type"),
        ({"fee": "20.00"}, "money_currency_missing"),
        ({"fee": "EUR 12,000.00"}, "money_syntax"),
        ({"fee": "EUR {amount}"}, "money_syntax"),
        ({"fee": Percent.of(15)}, "money_type"),
        ({"fee": ExactAmount.zero("EUR")}, "money_type"),
        ({"fee": "EUR 1", "rate": 0.15}, "percent_float"),
        ({"fee": "EUR 1", "rate": "0.15"}, "percent_sign"),
        ({"fee": "EUR 1", "rate": 15}, "percent_sign"),
        ({"fee": "EUR 1", "basis": "EUR 1/0"}, "exact_syntax"),
        ({"fee": "EUR 1", "basis": 1}, "money_number"),
    ],
)
def test_pydantic_errors(wrong: dict[str, Any], rule: str) -> None:
    """The type of a pydantic error is our rule, its message is ours, and it has its place."""
    with pytest.raises(ValidationError) as caught:
        Terms.model_validate(wrong)
    (error,) = caught.value.errors()
    assert (error["type"], error["loc"]) == (rule, (list(wrong)[-1],))


def test_pydantic_message() -> None:
    """The message reaches the reader as it was written, braces and quotes included."""
    text = '{"fee": "EUR {x} %s"}'
    with pytest.raises(ValidationError) as caught:
        Terms.model_validate_json(text)
    assert caught.value.errors()[0]["msg"] == '"{x} %s": a blank is not allowed in or around an amount'


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("value", EXAMPLES, ids=repr)
def test_json_schema(value: Money | ExactAmount | Percent, mode: Any) -> None:
    """The JSON schema is a text with a description, examples that can be read, and a pattern that they
    follow."""
    kind = type(value)
    schema = TypeAdapter(kind).json_schema(mode=mode)
    assert schema["type"] == "string"
    assert schema["description"].endswith(".")
    for text in [*schema["examples"], str(value)]:
        assert str(kind.parse(text)) == text
        assert re.search(schema["pattern"], text)


@given(VALUES)
def test_json_schema_has_all(value: Money | ExactAmount | Percent) -> None:
    """Whatever is written follows the pattern of its type."""
    assert re.search(TypeAdapter(type(value)).json_schema()["pattern"], str(value))


@given(st.integers(), st.integers(0, 12))
def test_decimal_text(units: int, scale: int) -> None:
    """A number of units is written with as many decimals as its scale."""
    text = decimal_text(units, scale)
    assert Fraction(text) == Fraction(units, 10**scale)
    assert len(text.partition(".")[2]) == scale


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimal_digits(number: Decimal) -> None:
    """A decimal number is taken apart digit by digit, without needless zeros."""
    sign, digits, exponent = decimal_digits(number)
    assert Decimal((sign, tuple(map(int, digits)), exponent)) == number
    assert digits == "0" or not digits.endswith("0")


def test_quoted() -> None:
    """A text from outside is shown short, in one line, and without control characters."""
    assert quoted("EUR 5") == '"EUR 5"'
    assert quoted("a\nb\x1b") == '"a\\nb\\x1b"'
    assert quoted("x" * 81) == f'"{"x" * 80}…"'


def test_error_keeps_the_value() -> None:
    """A program finds what was wrong in the error, without reading the message."""
    with pytest.raises(InvalidValue) as caught:
        Money.parse("EUR 12,000.00")
    assert (caught.value.code, caught.value.rule, caught.value.value) == (
        "invalid_value",
        "money_syntax",
        "12,000.00",
    )
