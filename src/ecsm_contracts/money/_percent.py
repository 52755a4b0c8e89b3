"""Percentages: exact, and never a bare number."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from typing import Any, ClassVar, Final, final

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money._value import (
    TextValue,
    decimal_digits,
    decimal_text,
    exact_number,
    not_a_text,
    put,
    quoted,
)

MAXIMUM_DECIMALS: Final = 9
MAXIMUM_PERCENT: Final = 10**6

_EXAMPLE = "15%"
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_SIGNED = re.compile(r"-[0-9]+(?:\.[0-9]+)?")
_LONGEST_NUMBER = 40
_SHARE_OF_ONE = re.compile(r"0\.[0-9]{1,9}")


@final
@total_ordering
class Percent(TextValue):
    """
    A share in hundredths: ``15%`` of EUR 20,000.00 is EUR 3,000.00.

    A percentage is exact, not negative, at most 1,000,000% and has at most nine decimals. It is written with
    its sign, because a bare 0.15 may mean fifteen percent or a seventh of one; and it is no number, so that
    nobody multiplies by 15 what should be multiplied by 3/20.

        >>> uptime = Percent.parse("99.90%")
        >>> str(uptime), uptime.ratio, uptime.number
        ('99.9%', Fraction(999, 1000), '99.9')
        >>> Percent.of("15") < uptime
        True
        >>> Percent.parse("0.15")
        Traceback (most recent call last):
        ecsm_contracts.errors.InvalidValue: "0.15": a percentage has its sign; write "0.15%", or "15%" ...

    Raises:
        InvalidValue: with rule `percent_range` when negative or above 1,000,000%, and `percent_scale` when it
            is finer than nine decimals of a percent.
    """

    __slots__ = ("_ratio",)

    _ratio: Fraction

    _json_schema: ClassVar[dict[str, Any]] = {
        "pattern": r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,9})?%$",
        "description": "An exact percentage with its sign; at most nine decimals, from 0% to 1000000%.",
        "examples": [_EXAMPLE, "99.9%"],
    }

    def __init__(self, ratio: Fraction | int) -> None:
        """Take the share of one: 3/20 is 15%."""
        ratio = exact_number(ratio, kind="percent", noun="a share of one")
        if not 0 <= 100 * ratio <= MAXIMUM_PERCENT:
            message = f"a percentage is at least 0% and at most {MAXIMUM_PERCENT}%"
            raise InvalidValue(message, rule="percent_range", value=ratio)
        if 10 ** (MAXIMUM_DECIMALS + 2) % ratio.denominator:
            message = f"a percentage has at most {MAXIMUM_DECIMALS} decimals"
            raise InvalidValue(message, rule="percent_scale", value=ratio)
        put(self, _ratio=ratio)

    @classmethod
    def parse(cls, text: str) -> Percent:
        """
        Read a percentage with its sign, such as ``15%`` or ``99.95%``.

        Raises:
            InvalidValue: with rule `percent_sign` for a bare number, `percent_float` for a binary float,
                `percent_range` when it is negative or too large, `percent_scale` when it has more than nine
                decimals, `percent_syntax` for anything else.
        """
        if not isinstance(text, str):
            raise not_a_text(text, kind="percent", number_rule="percent_sign", example=_EXAMPLE)
        number = text.removesuffix("%")
        if number == text and _NUMBER.fullmatch(text):
            message = f'{quoted(text)}: a percentage has its sign; write "{text[:_LONGEST_NUMBER]}%"'
            if _SHARE_OF_ONE.fullmatch(text):
                message += f', or "{Percent(Fraction(text))}" if it is a share of one'
            raise InvalidValue(message, rule="percent_sign", value=text)
        return cls(_read(number if number != text else "", text))

    @classmethod
    def of(cls, number: Decimal | int | str) -> Percent:
        """
        Return *number* percent: ``Percent.of("15")`` is 15%, three twentieths.

        Args:
            number: how many hundredths; an exact decimal number or its text, without a sign of any kind.

        Raises:
            InvalidValue: with the rules of `parse`.
        """
        if isinstance(number, str):
            return cls(_read(number, number))
        if isinstance(number, Decimal):
            return cls(_read_decimal(number))
        if isinstance(number, bool) or not isinstance(number, int):
            raise not_a_text(number, kind="percent", number_rule="percent_type", example=_EXAMPLE)
        return cls(Fraction(number, 100))

    @property
    def ratio(self) -> Fraction:
        """The share of one: 3/20 for 15%."""
        return self._ratio

    @property
    def number(self) -> str:
        """The number before the sign, without needless zeros: ``99.9``."""
        units, scale = int(self.ratio * 10 ** (MAXIMUM_DECIMALS + 2)), MAXIMUM_DECIMALS
        while scale and units % 10 == 0:
            units, scale = units // 10, scale - 1
        return decimal_text(units, scale)

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.number}%"

    def __bool__(self) -> bool:
        """Say whether it is more than nothing."""
        return bool(self.ratio)

    def __lt__(self, other: Percent) -> bool:
        """Compare with another percentage; with numbers it does not compare."""
        if not isinstance(other, Percent):
            return NotImplemented
        return self.ratio < other.ratio

    def _arguments(self) -> tuple[Fraction]:
        return (self.ratio,)


def _read(number: str, text: str) -> Fraction:
    """
    Return the share that *number* percent is; *text* is what the user wrote.

    Raises:
        InvalidValue: when it does not follow the grammar.
    """
    match = _NUMBER.fullmatch(number)
    if match is None:
        if _SIGNED.fullmatch(number):
            raise InvalidValue(f"{quoted(text)}: a percentage is not negative", rule="percent_range", value=text)
        message = f'{quoted(text)}: a percentage is digits, perhaps "." and decimals, and "%", such as "{_EXAMPLE}"'
        raise InvalidValue(message, rule="percent_syntax", value=text)
    whole, decimals = match.groups(default="")
    if len(decimals) > MAXIMUM_DECIMALS:
        message = f"{quoted(text)}: a percentage has at most {MAXIMUM_DECIMALS} decimals; got {len(decimals)}"
        raise InvalidValue(message, rule="percent_scale", value=text)
    if len(whole) > len(str(MAXIMUM_PERCENT)):
        message = f"{quoted(text)}: a percentage is at most {MAXIMUM_PERCENT}%"
        raise InvalidValue(message, rule="percent_range", value=text)
    return Fraction(int(whole + decimals), 10 ** (len(decimals) + 2))


def _read_decimal(number: Decimal) -> Fraction:
    """
    Return the share that *number* percent is, read digit by digit.

    Raises:
        InvalidValue: when it is not finite, too large or too fine.
    """
    if not number.is_finite():
        raise InvalidValue("percent must be finite", rule="not_finite", value=number)
    sign, digits, exponent = decimal_digits(number)
    if sign or len(digits) + exponent > len(str(MAXIMUM_PERCENT)):
        message = f"a percentage is at least 0% and at most {MAXIMUM_PERCENT}%"
        raise InvalidValue(message, rule="percent_range", value=number)
    if -exponent > MAXIMUM_DECIMALS:
        raise InvalidValue(f"a percentage has at most {MAXIMUM_DECIMALS} decimals", rule="percent_scale", value=number)
    return Fraction(int(digits + "0" * exponent), 10 ** (2 + max(0, -exponent)))
