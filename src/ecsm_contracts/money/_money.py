"""Amounts of one currency: `Money`, which can be paid, and `ExactAmount`, which has to be rounded first."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, final

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money._amount import Amount
from ecsm_contracts.money._currency import check_currency, currency_exponent, same_currency
from ecsm_contracts.money._percent import Percent
from ecsm_contracts.money._rounding import RoundingMode, round_ratio
from ecsm_contracts.money._syntax import (
    AMOUNT_PATTERN,
    EXAMPLE,
    MAXIMUM_DIGITS,
    most_decimals,
    read_amount,
    read_decimal,
    read_money,
    split_currency,
    too_fine,
    too_large,
)
from ecsm_contracts.money._value import decimal_text, exact_number, not_a_text, put, quoted, whole_number

_MAXIMUM_DENOMINATOR_BITS: Final = 1993  # 600 digits, so that the text is within Python's own limit
_RATIO = re.compile(r"(-?(?:0|[1-9][0-9]{0,614}))(?:/([1-9][0-9]{0,599}))?")


@final
class Money(Amount):
    """
    An amount of money in one currency: EUR 20,000.00 is 2,000,000 units of a hundredth of a euro.

    It is a whole number of decimal units, so nothing is ever lost in it; what does not fit is refused, not
    rounded. The scale is that of the currency; a rate such as EUR 0.1234 per minute may have up to six
    decimals more. Amounts are equal when they are the same money (EUR 20 is EUR 20.00), and all of one
    currency have an order. Those of different currencies are never equal, and neither add nor compare.

    The sign is the reader's: this type knows neither debit nor credit.

        >>> fee = Money.parse("EUR 20000.00")
        >>> fee - Money.of("0.01", "EUR"), fee * -3, fee.display
        (Money('EUR 19999.99'), Money('EUR -60000.00'), 'EUR 20,000.00')
        >>> fee.amount, fee.minor, fee.ratio
        (Decimal('20000.00'), 2000000, Fraction(20000, 1))
        >>> sum([fee, fee], start=Money.zero("EUR"))
        Money('EUR 40000.00')

    Only whole numbers multiply money, as other products are finer than money can be. Whatever is a share of
    an amount is taken from its `exact` form, and rounded once, where the contract says so:

        >>> (Money.parse("EUR 33.33").exact * Percent.parse("15%")).round("half_up")
        Money('EUR 5.00')

    Raises:
        InvalidValue: with rule `money_range` at 10**15 major units, `money_scale` with over six decimals more
            than the currency has, and the rules of `check_currency`; so do all methods that make money.
        CurrencyMismatch: from arithmetic and order, when the currencies differ.

    References:
        ISO 4217:2015 for codes and minor units.
    """

    __slots__ = ("_scale", "_units")

    _units: int
    _scale: int

    _json_schema: ClassVar[dict[str, Any]] = {
        "pattern": f"^[A-Z]{{3}} {AMOUNT_PATTERN}$",
        "description": "An amount: an ISO 4217 code, a blank, and digits with a point before the decimals.",
        "examples": [EXAMPLE, "EUR -5.00", "JPY 3000"],
    }

    def __init__(self, units: int, scale: int, currency: str) -> None:
        """Take *units* of the decimal number *scale*: 2000 and 2 are 20.00."""
        exponent = currency_exponent(currency)
        units, scale = whole_number(units, noun="the number of units"), whole_number(scale, noun="the scale")
        if not 0 <= scale <= most_decimals(currency):
            raise too_fine(scale, scale, currency)
        if abs(units) >= 10 ** (MAXIMUM_DIGITS + scale):
            raise too_large(currency, units)
        if scale < exponent:
            units, scale = units * 10 ** (exponent - scale), exponent
        while scale > exponent and units % 10 == 0:
            units, scale = units // 10, scale - 1
        put(self, _units=units, _scale=scale, _currency=currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """
        Read a currency code, one blank and an amount.

            >>> Money.parse("JPY 3000"), Money.parse("EUR -0.5")
            (Money('JPY 3000'), Money('EUR -0.50'))
            >>> Money.parse("EUR 12,000.00")
            Traceback (most recent call last):
            ecsm_contracts.errors.InvalidValue: "12,000.00": "," is not allowed; write "EUR 12000.00"

        Args:
            text: up to 15 digits before the point, up to six decimals more than the currency has, ASCII only.

        Raises:
            InvalidValue: with rule `money_syntax`, `money_currency_missing`, `currency_unknown`,
                `currency_no_minor_unit`, `money_range`, `money_scale`, `money_negative_zero` or `not_finite`;
                with `money_float`, `money_number` or `money_type` when it is no text at all.
        """
        return cls(*read_money(text))

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """
        Return an *amount* of major units (euros, not cents) of a currency.

            >>> Money.of(Decimal("20.5"), "EUR"), Money.of(20, "EUR"), Money.of("20.00", "EUR")
            (Money('EUR 20.50'), Money('EUR 20.00'), Money('EUR 20.00'))

        Args:
            amount: a number that is exact in decimals, or its text; a binary float is not.

            currency: the ISO 4217 code.

        Raises:
            InvalidValue: with rule `money_float` for a float or a bool, and otherwise the rules of `parse`.
        """
        check_currency(currency)
        if isinstance(amount, str):
            return cls(*read_amount(amount, currency), currency)
        if isinstance(amount, Decimal):
            return cls(*read_decimal(amount, currency), currency)
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise not_a_text(amount, kind="money", number_rule="money_number", example=EXAMPLE)
        return cls(amount, 0, currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return no money, in a currency: the start of a sum."""
        return cls(0, 0, currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """
        Return *minor* units of a currency: cents for euros, yen for yen.

            >>> Money.from_minor(12345, "EUR"), Money.from_minor(12345, "JPY"), Money.from_minor(12345, "KWD")
            (Money('EUR 123.45'), Money('JPY 12345'), Money('KWD 12.345'))
        """
        return cls(minor, currency_exponent(currency), currency)

    @property
    def units(self) -> int:
        """The amount in units of its last decimal: 2000 for EUR 20.00."""
        return self._units

    @property
    def scale(self) -> int:
        """How many decimals the units have: those of the currency, and more only where they are not zero."""
        return self._scale

    @property
    def number(self) -> str:
        """The amount without its currency, as `str` writes it: ``20000.00``."""
        return decimal_text(self.units, self.scale)

    @property
    def amount(self) -> Decimal:
        """The exact number of major units, with the decimals of the text."""
        return Decimal(self.number)

    @property
    def ratio(self) -> Fraction:
        """The exact number of major units (euros, not cents), as a fraction."""
        return Fraction(self.units, 10**self.scale)

    @property
    def minor(self) -> int:
        """
        The number of minor units: 2000 for EUR 20.00.

        Raises:
            InvalidValue: with rule `money_scale`, when the amount is finer than the minor unit.
        """
        if self.scale > currency_exponent(self.currency):
            message = f"{self} is finer than the minor unit of {self.currency}; round it first"
            raise InvalidValue(message, rule="money_scale", value=self)
        return self.units

    @property
    def exact(self) -> ExactAmount:
        """The same amount, to reckon with."""
        return ExactAmount(self.ratio, self.currency)

    @property
    def display(self) -> str:
        """The amount as people read it, whatever their locale: ``EUR 20,000.00``; it does not parse."""
        sign, digits = ("-", self.number[1:]) if self.units < 0 else ("", self.number)
        whole, point, decimals = digits.partition(".")
        return f"{self.currency} {sign}{int(whole):,}{point}{decimals}"

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.currency} {self.number}"

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency."""
        if not isinstance(other, Money):
            return NotImplemented
        scale = max(self.scale, other.scale)
        return Money(self._at(scale) + other._at(scale), scale, same_currency(self.currency, other.currency))

    def __neg__(self) -> Money:
        """Turn the sign."""
        return Money(-self.units, self.scale, self.currency)

    def __abs__(self) -> Money:
        """Drop the sign."""
        return Money(abs(self.units), self.scale, self.currency)

    def __mul__(self, factor: int) -> Money:
        """Multiply by a whole number; shares are taken from `exact`."""
        if isinstance(factor, bool) or not isinstance(factor, int):
            return NotImplemented
        return Money(self.units * factor, self.scale, self.currency)

    __rmul__ = __mul__

    def _arguments(self) -> tuple[int, int, str]:
        return self.units, self.scale, self.currency

    def _at(self, scale: int) -> int:
        """Return the units at a *scale* not below its own."""
        units: int = self.units * 10 ** (scale - self.scale)
        return units


@final
class ExactAmount(Amount):
    """
    An amount that has not been rounded: a third of EUR 10 is EUR 10/3.

    Figures reckon with these, so that each product and quotient is exact and their order does not matter.
    Nobody can pay one; the only way to `Money` is `round`, which says how, and is called where the contract
    says so.

        >>> monthly = Money.parse("EUR 20000.00").exact
        >>> credit = monthly * Percent.parse("15%") * Fraction(1, 31)
        >>> credit, credit.round("half_up"), credit.round("down", places=0)
        (ExactAmount('EUR 3000/31'), Money('EUR 96.77'), Money('EUR 96.00'))

    Raises:
        InvalidValue: with rule `money_range` at 10**15 major units, `exact_precision` when the denominator
            outgrows six hundred digits, `money_float` when the ratio is a binary float, and the rules of
            `check_currency`; so do all methods that make such an amount.
        CurrencyMismatch: from arithmetic and order, when the currencies differ.
    """

    __slots__ = ("_ratio",)

    _ratio: Fraction

    _json_schema: ClassVar[dict[str, Any]] = {
        "pattern": r"^[A-Z]{3} -?(?:0|[1-9][0-9]*)(?:/[1-9][0-9]*)?$",
        "description": "An unrounded amount: an ISO 4217 code, a blank, and a whole number or a fraction.",
        "examples": ["EUR 10/3", "EUR 1500"],
    }

    def __init__(self, ratio: Fraction | int, currency: str) -> None:
        """Take so many major units of a currency."""
        check_currency(currency)
        ratio = exact_number(ratio, kind="money", noun="an exact amount")
        if abs(ratio) >= 10**MAXIMUM_DIGITS:
            raise too_large(currency, ratio)
        if ratio.denominator.bit_length() > _MAXIMUM_DENOMINATOR_BITS:
            message = "an exact amount has a denominator of at most six hundred digits; round at an earlier stage"
            raise InvalidValue(message, rule="exact_precision", value=ratio)
        put(self, _ratio=ratio, _currency=currency)

    @classmethod
    def parse(cls, text: str) -> ExactAmount:
        """
        Read a currency code, one blank, and a whole number or a fraction: ``EUR 10/3``.

        Raises:
            InvalidValue: with rule `exact_syntax`, or one of the rules of `Money.parse` about the currency.
        """
        currency, number = split_currency(text)
        match = _RATIO.fullmatch(number)
        if match is None or number == "-0":
            message = f'{quoted(number)}: an exact amount is a whole number or a fraction; write it like "EUR 10/3"'
            raise InvalidValue(message, rule="exact_syntax", value=text)
        return cls(Fraction(int(match[1]), int(match[2] or 1)), currency)

    @classmethod
    def zero(cls, currency: str) -> ExactAmount:
        """Return no money, in a currency: the start of a sum."""
        return cls(Fraction(0), currency)

    @property
    def ratio(self) -> Fraction:
        """The exact number of major units (euros, not cents), of either sign."""
        return self._ratio

    def round(self, mode: RoundingMode, places: int | None = None) -> Money:
        """
        Return the money that this amount is rounded to.

            >>> half_a_cent = ExactAmount.parse("EUR -1/200")
            >>> half_a_cent.round("half_up"), half_a_cent.round("half_even")
            (Money('EUR -0.01'), Money('EUR 0.00'))
            >>> half_a_cent.round("half_up", places=3)
            Money('EUR -0.005')

        Args:
            mode: one of the seven of `RoundingMode`; there is no default, as the contract has to name it.

            places: the decimals to keep, from 0 (whole major units) to six more than the currency has; those
                of the currency, if not given.

        Raises:
            InvalidValue: with rule `rounding_mode`, `money_scale` or `money_range`.
        """
        scale = currency_exponent(self.currency) if places is None else whole_number(places, noun="places")
        if not 0 <= scale <= most_decimals(self.currency):
            raise too_fine(scale, scale, self.currency)
        return Money(round_ratio(self.ratio * 10**scale, mode), scale, self.currency)

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.currency} {self.ratio}"

    def __add__(self, other: ExactAmount) -> ExactAmount:
        """Add an exact amount of the same currency."""
        if not isinstance(other, ExactAmount):
            return NotImplemented
        return ExactAmount(self.ratio + other.ratio, same_currency(self.currency, other.currency))

    def __neg__(self) -> ExactAmount:
        """Turn the sign."""
        return ExactAmount(-self.ratio, self.currency)

    def __abs__(self) -> ExactAmount:
        """Drop the sign."""
        return ExactAmount(abs(self.ratio), self.currency)

    def __mul__(self, factor: Fraction | int | Percent) -> ExactAmount:
        """Multiply by an exact number, or take a percentage."""
        if isinstance(factor, Percent):
            factor = factor.ratio
        if isinstance(factor, bool) or not isinstance(factor, (Fraction, int)):
            return NotImplemented
        return ExactAmount(self.ratio * factor, self.currency)

    __rmul__ = __mul__

    def _arguments(self) -> tuple[Fraction, str]:
        return self.ratio, self.currency
