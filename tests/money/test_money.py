"""Tests of `Money`."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import CurrencyMismatch, InvalidValue
from ecsm_contracts.money import Money, Percent, currency_exponent
from tests.money.strategies import CURRENCIES, monies

ORDER = (operator.lt, operator.le, operator.gt, operator.ge)


@pytest.mark.parametrize(
    ("text", "canonical", "units", "scale"),
    [
        ("EUR 20000.00", "EUR 20000.00", 2000000, 2),
        ("EUR 20", "EUR 20.00", 2000, 2),
        ("EUR 20.5", "EUR 20.50", 2050, 2),
        ("EUR -5", "EUR -5.00", -500, 2),
        ("EUR 0", "EUR 0.00", 0, 2),
        ("EUR -0.01", "EUR -0.01", -1, 2),
        ("EUR 0.1234", "EUR 0.1234", 1234, 4),
        ("EUR 0.12345678", "EUR 0.12345678", 12345678, 8),
        ("EUR 0.50000000", "EUR 0.50", 50, 2),
        ("EUR 0.00100000", "EUR 0.001", 1, 3),
        ("EUR 999999999999999.99", "EUR 999999999999999.99", 99999999999999999, 2),
        ("EUR -999999999999999.99999999", "EUR -999999999999999.99999999", -99999999999999999999999, 8),
        ("JPY 3000", "JPY 3000", 3000, 0),
        ("JPY 3000.000", "JPY 3000", 3000, 0),
        ("JPY 0.5", "JPY 0.5", 5, 1),
        ("KWD 1.5", "KWD 1.500", 1500, 3),
        ("CLF 1", "CLF 1.0000", 10000, 4),
        ("CLF 0.1234567890", "CLF 0.123456789", 123456789, 9),
        ("HRK 7.53450", "HRK 7.5345", 75345, 4),
    ],
)
def test_parse(text: str, canonical: str, units: int, scale: int) -> None:
    """A text is read to the one form that its amount has, with the decimals of its currency (mutant: always
    two)."""
    money = Money.parse(text)
    assert (str(money), money.units, money.scale) == (canonical, units, scale)
    assert repr(money) == f"Money('{canonical}')"


@given(monies())
def test_text_round_trip(money: Money) -> None:
    """Every amount is read back from what it writes, from its number, and from its parts."""
    assert Money.parse(str(money)) == money
    assert Money.of(money.number, money.currency) == money
    assert Money(money.units, money.scale, money.currency) == money
    assert str(Money.parse(str(money))) == str(money)


@given(monies())
def test_decimal_round_trip(money: Money) -> None:
    """The decimal amount is exact, has the decimals of the text, and leads back; so does the fraction."""
    assert f"{money.amount:f}" == money.number
    assert Money.of(money.amount, money.currency) == money
    assert money.ratio == Fraction(money.amount)


@pytest.mark.parametrize(
    "amount",
    ["20", "20.0", "20.00000000", 20, Decimal(20), Decimal("2E+1"), Decimal("20.000000000000000000000")],
)
def test_of(amount: Any) -> None:
    """Equal amounts are equal money with equal texts, however they were given."""
    assert str(Money.of(amount, "EUR")) == "EUR 20.00"
    assert Money.of(amount, "EUR") == Money.parse("EUR 20")
    assert hash(Money.of(amount, "EUR")) == hash(Money.parse("EUR 20"))


@pytest.mark.parametrize("amount", [0, "0", "0.00", Decimal(0), Decimal("-0"), Decimal("-0.00"), Decimal("0E+99")])
def test_zero(amount: Any) -> None:
    """There is one zero of a currency, without a sign, and it is false."""
    zero = Money.of(amount, "EUR")
    assert (str(zero), zero.is_zero, bool(zero)) == ("EUR 0.00", True, False)
    assert zero == Money.zero("EUR") == -zero == abs(zero)
    assert Money.zero("EUR") != Money.zero("USD")
    assert bool(Money.parse("EUR -0.00000001"))


@given(st.integers(-(10**17), 10**17), CURRENCIES)
def test_minor_units(minor: int, currency: str) -> None:
    """Law E33: minor units go in and out unchanged, and mean as many major units as the currency has decimals
    for."""
    if abs(minor) < 10 ** (15 + currency_exponent(currency)):
        money = Money.from_minor(minor, currency)
        assert money.minor == minor
        assert money.ratio == Fraction(minor, 10 ** currency_exponent(currency))


def test_minor_refuses_what_is_finer() -> None:
    """An unrounded amount has no number of minor units."""
    assert Money.parse("EUR 0.010").minor == 1
    with pytest.raises(InvalidValue, match="is finer than the minor unit of EUR; round it first") as caught:
        _ = Money.parse("EUR 0.005").minor
    assert caught.value.rule == "money_scale"


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("EUR 20000", "EUR 20,000.00"),
        ("EUR -1234567.5", "EUR -1,234,567.50"),
        ("EUR 999", "EUR 999.00"),
        ("EUR -0.5", "EUR -0.50"),
        ("JPY 1000000", "JPY 1,000,000"),
        ("EUR 1000.12345678", "EUR 1,000.12345678"),
        ("EUR 0", "EUR 0.00"),
    ],
)
def test_display(text: str, display: str) -> None:
    """People read amounts in thousands; the decimals are not grouped."""
    assert Money.parse(text).display == display


@given(monies("EUR"), monies("EUR"), monies("EUR"))
def test_addition(first: Money, second: Money, third: Money) -> None:
    """Sums are exact, whatever the order and the number of decimals."""
    assert (first + second).ratio == first.ratio + second.ratio
    assert first + second == second + first
    assert (first + second) + third == first + (second + third)
    assert (first + second) - second == first
    assert first - second == -(second - first)
    assert first + Money.zero("EUR") == first


@given(monies(most=10**9), st.integers(-1000, 1000))
def test_multiplication(money: Money, factor: int) -> None:
    """A whole number of times an amount is exact, from either side."""
    assert (money * factor).ratio == money.ratio * factor
    assert factor * money == money * factor
    assert -money == money * -1
    assert abs(money).ratio == abs(money.ratio)


@given(monies("EUR"), st.one_of(monies("EUR"), monies("EUR", most=9)))
def test_order(first: Money, second: Money) -> None:
    """Amounts of one currency compare as their numbers do, whatever their decimals, and equal ones hash
    alike."""
    for compare in (*ORDER, operator.eq, operator.ne):
        assert compare(first, second) == compare(first.ratio, second.ratio)
    assert first != second or hash(first) == hash(second)


@given(monies("EUR"), monies("USD"))
def test_currencies_do_not_mix(first: Money, second: Money) -> None:
    """Amounts of two currencies are never equal, and neither add nor compare, not even nothing and
    nothing."""
    assert first != second
    for work in (operator.add, operator.sub, *ORDER):
        with pytest.raises(CurrencyMismatch, match="EUR and USD do not mix"):
            work(first, second)


@pytest.mark.parametrize("other", [1, 0, 1.5, Decimal(1), Fraction(1, 2), True, "EUR 1.00", None, Percent.of(15)])
def test_other_types_do_not_mix(other: Any) -> None:
    """Money adds to nothing but money, compares with nothing else, and multiplies by whole numbers only."""
    money = Money.parse("EUR 1.00")
    assert money != other
    for work in (operator.add, operator.sub, *ORDER):
        with pytest.raises(TypeError):
            work(money, other)
    if type(other) is not int:
        with pytest.raises(TypeError):
            operator.mul(money, other)
        with pytest.raises(TypeError):
            operator.mul(other, money)


def test_exact_money_is_another_type() -> None:
    """What is rounded and what is not neither add nor compare: the contract says where one becomes the
    other."""
    money: Any = Money.parse("EUR 1.00")
    assert money != money.exact
    for work in (operator.add, operator.sub, *ORDER):
        for first, second in ((money, money.exact), (money.exact, money)):
            with pytest.raises(TypeError):
                work(first, second)


def test_sum_needs_a_start() -> None:
    """A sum starts at a zero of its currency, so that no lines is still an amount."""
    lines = [Money.parse("EUR 0.10")] * 3
    assert sum(lines, start=Money.zero("EUR")) == Money.parse("EUR 0.30")
    assert sum([], start=Money.zero("EUR")) == Money.zero("EUR")
    with pytest.raises(TypeError):
        sum(lines)  # type: ignore[arg-type]  # the point of the test


def test_bound() -> None:
    """No amount reaches 10**15 major units on either side, nor does a sum or product, whatever the
    currency."""
    for currency in ("EUR", "JPY", "CLF"):
        most = Money.of("999999999999999", currency)
        for work, other in (
            (operator.add, most),
            (operator.sub, -most),
            (operator.mul, 2),
            (operator.mul, -2),
        ):
            with pytest.raises(InvalidValue, match=f"less than {currency} 10\\^15") as caught:
                work(most, other)
            assert caught.value.rule == "money_range"
        with pytest.raises(InvalidValue):
            Money.from_minor(10 ** (15 + currency_exponent(currency)), currency)


@pytest.mark.parametrize(
    ("units", "scale", "rule"),
    [
        (1.0, 2, "money_float"),
        (True, 2, "money_float"),
        (1, 2.0, "money_float"),
        ("1", 2, "money_number"),
        (Decimal(1), 2, "money_number"),
        (1, None, "money_number"),
        (1, -1, "money_scale"),
        (0, 9, "money_scale"),
        (10**17, 2, "money_range"),
        (-(10**17), 2, "money_range"),
        (10**15, 0, "money_range"),
    ],
)
def test_parts_are_checked(units: Any, scale: Any, rule: str) -> None:
    """Units and scale are whole numbers in their bounds."""
    with pytest.raises(InvalidValue) as caught:
        Money(units, scale, "EUR")
    assert caught.value.rule == rule


def test_from_minor_is_checked() -> None:
    """A binary float is no number of cents."""
    cents: Any = 12.0
    with pytest.raises(InvalidValue, match="the number of units is an int; got float"):
        Money.from_minor(cents, "EUR")
