"""Tests of `ExactAmount`, and of laws E31 to E34 on the way from exact amounts to money."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecsm_contracts.errors import CurrencyMismatch, InvalidValue
from ecsm_contracts.money import ExactAmount, Money, Percent, RoundingMode, currency_exponent, round_ratio
from tests.money.strategies import (
    CURRENCIES,
    HALF_MODES,
    MODES,
    PERCENTS,
    RATIOS,
    brief,
    exact_amounts,
    monies,
)

ORDER = (operator.lt, operator.le, operator.gt, operator.ge)
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=50000)


@pytest.mark.parametrize(
    ("text", "ratio", "canonical"),
    [
        ("EUR 10/3", Fraction(10, 3), "EUR 10/3"),
        ("EUR 20/6", Fraction(10, 3), "EUR 10/3"),
        ("EUR -1/3", Fraction(-1, 3), "EUR -1/3"),
        ("EUR 1500", Fraction(1500), "EUR 1500"),
        ("EUR 1500/1", Fraction(1500), "EUR 1500"),
        ("EUR 0", Fraction(0), "EUR 0"),
        ("EUR 0/7", Fraction(0), "EUR 0"),
        ("JPY 1/7", Fraction(1, 7), "JPY 1/7"),
    ],
)
def test_parse(text: str, ratio: Fraction, canonical: str) -> None:
    """A fraction is read exactly, and written in lowest terms."""
    amount = ExactAmount.parse(text)
    assert (amount.ratio, str(amount), repr(amount)) == (ratio, canonical, f"ExactAmount('{canonical}')")


@given(exact_amounts())
def test_round_trip(amount: ExactAmount) -> None:
    """Every exact amount is read back from what it writes, and from its parts."""
    assert ExactAmount.parse(str(amount)) == amount
    assert ExactAmount(amount.ratio, amount.currency) == amount
    assert (amount.is_zero, bool(amount)) == (not amount.ratio, bool(amount.ratio))


@given(monies())
def test_money_is_exact(money: Money) -> None:
    """Money becomes exact and comes back, in any mode, without a change."""
    assert money.exact.round("up", places=money.scale) == money
    assert money.exact.ratio == money.ratio


@pytest.mark.parametrize(
    "number",
    [
        "", " 1", "1 ", "12.50", "1/0", "1/-3", "-0", "03", "1/03", "+1", "1//3", "1/3/5", "1_0", "\uff11",
        "nan", "1,5", "9" * 616,
    ],
    ids=brief,
)  # fmt: skip
def test_parse_refuses_a_number(number: str) -> None:
    """Only whole numbers and fractions are exact amounts; the currency is checked as for money."""
    with pytest.raises(InvalidValue) as caught:
        ExactAmount.parse(f"EUR {number}")
    assert caught.value.rule == ("exact_syntax" if number else "money_syntax")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("10/3", "money_syntax"),
        ("eur 10/3", "currency_unknown"),
        ("XDR 10/3", "currency_no_minor_unit"),
        ("1500", "money_currency_missing"),
        ("EUR 1000000000000000", "money_range"),
        (1500, "money_number"),
        (0.5, "money_float"),
        (None, "money_type"),
    ],
)
def test_parse_refuses(text: Any, rule: str) -> None:
    """What is no exact amount is refused with a stable rule."""
    with pytest.raises(InvalidValue) as caught:
        ExactAmount.parse(text)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("ratio", "rule"),
    [
        (0.5, "money_float"),
        (True, "money_float"),
        (Decimal("0.5"), "money_number"),
        ("1/2", "money_number"),
        (Fraction(10**15), "money_range"),
        (-(10**15), "money_range"),
        (Fraction(1, 10**600), "exact_precision"),
    ],
)
def test_ratio_is_checked(ratio: Any, rule: str) -> None:
    """Only a fraction or an int in the bounds is an exact amount."""
    with pytest.raises(InvalidValue) as caught:
        ExactAmount(ratio, "EUR")
    assert caught.value.rule == rule
    with pytest.raises(InvalidValue, match="is not an ISO 4217 code"):
        ExactAmount(Fraction(1), "ABC")


def test_finest_amount_has_a_text() -> None:
    """The finest amount there can be is still written and read, under the smallest limit on digits that
    Python has."""
    finest = ExactAmount(Fraction(10**15 * (2**1993 - 1) - 1, 2**1993 - 1), "EUR")
    assert len(str(finest)) < 2 * 640
    assert ExactAmount.parse(str(finest)) == finest


@given(exact_amounts("EUR"), exact_amounts("EUR"), SHARES)
def test_arithmetic(first: ExactAmount, second: ExactAmount, share: Fraction) -> None:
    """Sums, differences and products are those of fractions; nothing is rounded."""
    assert (first + second).ratio == first.ratio + second.ratio
    assert (first - second).ratio == first.ratio - second.ratio
    assert (-first).ratio == -first.ratio
    assert abs(first).ratio == abs(first.ratio)
    assert (first + second) * share == first * share + second * share
    assert share * first == first * share
    assert (first * 3).ratio == 3 * first.ratio == (3 * first).ratio
    assert first + ExactAmount.zero("EUR") == first


@given(exact_amounts("EUR"), PERCENTS)
def test_percent(amount: ExactAmount, percent: Percent) -> None:
    """A percentage of an amount is taken exactly, from either side."""
    assert (amount * percent).ratio == amount.ratio * percent.ratio
    assert percent * amount == amount * percent


@given(exact_amounts("EUR"), exact_amounts("EUR"))
def test_order(first: ExactAmount, second: ExactAmount) -> None:
    """Amounts of one currency compare as their fractions do, so the least and the greatest can be taken."""
    for compare in (*ORDER, operator.eq, operator.ne):
        assert compare(first, second) == compare(first.ratio, second.ratio)
    assert min(first, second).ratio == min(first.ratio, second.ratio)
    assert first != second or hash(first) == hash(second)


@given(exact_amounts("EUR"), exact_amounts("USD"))
def test_currencies_do_not_mix(first: ExactAmount, second: ExactAmount) -> None:
    """Amounts of two currencies are never equal, and neither add nor compare."""
    assert first != second
    for work in (operator.add, operator.sub, *ORDER):
        with pytest.raises(CurrencyMismatch, match="EUR and USD do not mix"):
            work(first, second)


@pytest.mark.parametrize("other", [1.5, Decimal(1), True, "EUR 1", None])
def test_other_types_do_not_mix(other: Any) -> None:
    """Exact amounts do not multiply by what is not exact, and add to nothing but themselves."""
    amount = ExactAmount.parse("EUR 1/3")
    assert amount != other
    for work in (operator.add, operator.sub, operator.mul, *ORDER):
        with pytest.raises(TypeError):
            work(amount, other)
    with pytest.raises(TypeError):
        operator.mul(other, amount)


@pytest.mark.parametrize(
    ("text", "mode", "places", "money"),
    [
        ("EUR 10/3", "half_up", None, "EUR 3.33"),
        ("EUR 1/200", "half_up", None, "EUR 0.01"),
        ("EUR 1/200", "half_even", None, "EUR 0.00"),
        ("EUR 3/200", "half_even", None, "EUR 0.02"),
        ("EUR 1/200", "half_down", None, "EUR 0.00"),
        ("EUR -1/200", "half_up", None, "EUR -0.01"),
        ("EUR 1/1000", "up", None, "EUR 0.01"),
        ("EUR -1/1000", "floor", None, "EUR -0.01"),
        ("EUR -1/1000", "ceiling", None, "EUR 0.00"),
        ("EUR 5/2", "half_up", 0, "EUR 3.00"),
        ("EUR 5/2", "half_even", 0, "EUR 2.00"),
        ("EUR 1/3", "half_up", 8, "EUR 0.33333333"),
        ("EUR 1/3", "half_up", 4, "EUR 0.3333"),
        ("EUR 1/2", "half_up", 8, "EUR 0.50"),
        ("JPY 5/2", "half_up", None, "JPY 3"),  # yen have no decimals
        ("KWD 1/2000", "half_up", None, "KWD 0.001"),  # dinars have three
        ("CLF 1/3", "half_up", None, "CLF 0.3333"),
    ],
)
def test_round(text: str, mode: RoundingMode, places: int | None, money: str) -> None:
    """Amounts are rounded to the decimals of their currency, or as many as the contract says, in the mode it
    names."""
    assert ExactAmount.parse(text).round(mode, places) == Money.parse(money)


def test_round_once_or_line_by_line() -> None:
    """Worked case 77: three lines of 33.335 depend on stage and mode, so both are named."""
    line = ExactAmount(Fraction("33.335"), "EUR")
    assert line.round("half_up") * 3 == Money.parse("EUR 100.02")
    assert (line * 3).round("half_up") == Money.parse("EUR 100.01")
    assert (line * 3).round("half_even") == Money.parse("EUR 100.00")


@pytest.mark.parametrize(
    ("fee", "percent", "credit"),
    [
        ("EUR 1.15", "50%", "EUR 0.58"),  # 0.575: a binary float holds 0.57499… and rounds it to 0.57
        ("EUR 2.675", "100%", "EUR 2.68"),  # a float holds 2.67499…
        ("EUR 10.05", "10%", "EUR 1.01"),  # half-even gives 1.00
        ("EUR 999999999999999.99", "100%", "EUR 999999999999999.99"),
        ("EUR 999999999999.45", "10%", "EUR 99999999999.95"),  # 99999999999.945
    ],
)
def test_no_float_on_the_way(fee: str, percent: str, credit: str) -> None:
    """Products that sit on the middle are rounded as decimals say, not as binary floats would (mutant:
    float)."""
    assert (Money.parse(fee).exact * Percent.parse(percent)).round("half_up") == Money.parse(credit)


@pytest.mark.parametrize(
    ("places", "rule"),
    [
        (-1, "money_scale"),
        (9, "money_scale"),
        (2.0, "money_float"),
        (True, "money_float"),
        ("2", "money_number"),
    ],
)
def test_round_refuses(places: Any, rule: str) -> None:
    """The number of places is whole, and within what the currency can hold."""
    with pytest.raises(InvalidValue) as caught:
        ExactAmount.parse("EUR 1/3").round("half_up", places)
    assert caught.value.rule == rule


def test_round_is_bounded() -> None:
    """Rounding up over the bound is refused, and so is a mode that does not exist."""
    almost = ExactAmount(Fraction(10**15) - Fraction(1, 1000), "EUR")
    assert almost.round("down") == Money.parse("EUR 999999999999999.99")
    for mode, rule in (("half_up", "money_range"), ("nearest", "rounding_mode")):
        unchecked: Any = mode
        with pytest.raises(InvalidValue) as caught:
            almost.round(unchecked)
        assert caught.value.rule == rule


@given(RATIOS, MODES, st.permutations(["JPY", "EUR", "KWD", "CLF"]))
def test_decimal_scaling(ratio: Fraction, mode: RoundingMode, currencies: list[str]) -> None:
    """Law E31: a fee times 10**k in a currency with k fewer decimals is the same number of minor units."""
    units = {ExactAmount(ratio / 10 ** currency_exponent(code), code).round(mode).minor for code in currencies}
    assert units == {round_ratio(ratio, mode)}


@given(exact_amounts("EUR"), SHARES, st.integers(1, 50), HALF_MODES)
def test_integer_scaling(fee: ExactAmount, share: Fraction, times: int, mode: RoundingMode) -> None:
    """Law E32: a line of s fees and s lines of a fee differ by at most (s+1)/2 cents, by none if nothing is
    rounded."""
    one, many = (fee * share).round(mode), (fee * times * share).round(mode)
    assert abs(many - one * times).minor <= Fraction(times + 1, 2)
    assert one.exact != fee * share or many == one * times


@given(RATIOS, MODES, CURRENCIES, CURRENCIES)
def test_relabelling(ratio: Fraction, mode: RoundingMode, first: str, second: str) -> None:
    """Law E33: another currency with as many decimals changes the label and nothing else."""
    assume(currency_exponent(first) == currency_exponent(second))
    one, other = ExactAmount(ratio, first).round(mode), ExactAmount(ratio, second).round(mode)
    assert (one.units, one.scale, one.number) == (other.units, other.scale, other.number)
    assert (one == other) == (first == second)


@given(exact_amounts(), MODES)
def test_rounded_is_near(amount: ExactAmount, mode: RoundingMode) -> None:
    """Law E34: what is rounded is whole minor units, less than one from the exact value; half of one for half
    modes."""
    rounded, unit = amount.round(mode), Fraction(1, 10 ** currency_exponent(amount.currency))
    assert rounded.minor == rounded.ratio / unit
    distance = abs(rounded.exact - amount).ratio
    assert distance < unit
    assert distance <= unit / 2 or not mode.startswith("half")


@given(st.lists(SHARES, max_size=6), st.permutations(range(6)))
def test_products_in_any_order(shares: list[Fraction], order: list[int]) -> None:
    """Products are exact, so the order in which shares are taken does not matter."""
    fee = ExactAmount.parse("EUR 20000")
    shuffled = [shares[position] for position in order if position < len(shares)]
    taken = fee
    for share in shuffled:
        taken = taken * share
    assert taken == fee * prod(shares, start=Fraction(1))
