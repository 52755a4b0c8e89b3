"""Exact decimal numbers in models: figures that were measured elsewhere."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Annotated, Final

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from ecsm_contracts.errors import InvalidValue, shown
from ecsm_contracts.money._value import decimal_digits, decimal_text

__all__ = ["ExactDecimal", "decimal_parts", "parse_decimal"]

MOST_DIGITS: Final = 18
"""All digits of a number, those behind the point included; zeros at its edges do not count."""
MOST_PLACES: Final = 9
"""How many of them may stand behind the point."""
_LONGEST_TEXT = 40
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")


def parse_decimal(value: object) -> Decimal:
    """
    Return the number that *value* is, exactly and in its shortest form: without trailing zeros behind the point.

    A text is ``0`` or digits without leading zeros, perhaps with ``-`` before it and with ``.`` and decimals behind
    it. No decimal context, the caller's or another, has a say in it.

        >>> parse_decimal("97.50"), parse_decimal(-3), parse_decimal(Decimal("1E+3"))
        (Decimal('97.5'), Decimal('-3'), Decimal('1000'))

    Args:
        value: a text, an int or a `Decimal`.

    Raises:
        InvalidValue: "number_syntax" when it is none of these or does not follow the grammar, "number_float" for a
            binary float, "not_finite", "number_range" beyond 18 digits, "number_scale" beyond 9 decimals.
    """
    numerator, places = _parts(value)
    if abs(numerator) >= 10**MOST_DIGITS:
        raise _too_long(value)
    if places > MOST_PLACES:
        message = f"{shown(value)}: a number has at most {MOST_PLACES} decimals; round it first, and say how"
        raise InvalidValue(message, rule="number_scale", value=value)
    return Decimal(decimal_text(numerator, places))


def decimal_parts(number: Decimal) -> tuple[int, int]:
    """
    Return the numerator and the places of a *number* that `parse_decimal` returned: it is numerator / 10**places.

        >>> decimal_parts(Decimal("-97.5")), decimal_parts(Decimal(3))
        ((-975, 1), (3, 0))
    """
    sign, digits, exponent = decimal_digits(number)
    numerator = int(digits) * 10 ** max(0, exponent)
    return (-numerator if sign else numerator), max(0, -exponent)


def _parts(value: object) -> tuple[int, int]:
    match value:
        case bool():
            raise _syntax(value)
        case int():
            return value, 0
        case str():
            return _text_parts(value)
        case Decimal() if value.is_finite():
            return _decimal_parts(value)
        case Decimal():
            raise InvalidValue("a number must be finite", rule="not_finite", value=value)
        case float() if math.isfinite(value):
            message = f'a binary float does not hold decimals exactly; write it as a text: "{value!r}"'
            raise InvalidValue(message, rule="number_float", value=value)
        case float():
            raise InvalidValue("a number must be finite", rule="not_finite", value=value)
    raise _syntax(value)


def _text_parts(text: str) -> tuple[int, int]:
    if len(text) > _LONGEST_TEXT:
        raise _too_long(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise _syntax(text)
    sign, whole, decimals = match.groups(default="")
    decimals = decimals.rstrip("0")
    numerator = int(whole + decimals)
    return (-numerator if sign else numerator), len(decimals)


def _decimal_parts(number: Decimal) -> tuple[int, int]:
    """Return the parts of a finite *number*, of any size: what is too large is told before it is written out."""
    _, digits, exponent = decimal_digits(number)
    if len(digits) + max(0, exponent) > MOST_DIGITS:
        raise _too_long(number)
    return decimal_parts(number)


def _too_long(value: object) -> InvalidValue:
    message = f"{shown(value)}: a number has at most {MOST_DIGITS} digits, those behind the point included"
    return InvalidValue(message, rule="number_range", value=value)


def _syntax(value: object) -> InvalidValue:
    message = (
        f'{shown(value)} is not a number: write digits, with "-" before them and "." and decimals if need be: "97.5"'
    )
    return InvalidValue(message, rule="number_syntax", value=value)


def _text(number: Decimal) -> str:
    return decimal_text(*decimal_parts(number))


ExactDecimal = Annotated[
    Decimal,
    PlainValidator(parse_decimal),
    PlainSerializer(_text, return_type=str, when_used="json"),
    WithJsonSchema(
        {"type": ["string", "integer"], "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", "examples": ["97.5", -3]}
    ),
]
"""An exact decimal number in a model: reads a text or an int, at most 18 digits and 9 decimals; writes a text."""
