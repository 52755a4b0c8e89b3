"""Tests of splitting amounts: law E35, tables, and an oracle that gives units one by one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money import Money, allocate
from tests.money.strategies import CURRENCIES, WEIGHTS, monies

TOTALS = monies(fine=False)


def minors(total: Money, weights: list[Any]) -> list[int]:
    """Return the shares in minor units."""
    return [share.minor for share in allocate(total, weights)]


def one_by_one(total: int, weights: list[Any]) -> list[int]:
    """Split a positive total by handing out the units that are left to the greatest remainder, again and
    again."""
    ideals = [Fraction(total) * Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]
    shares = [ideal.numerator // ideal.denominator for ideal in ideals]
    while sum(shares) < total:
        owed = [ideal - share for ideal, share in zip(ideals, shares, strict=True)]
        shares[owed.index(max(owed))] += 1
    return shares


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("GBP 100.00", [1, 1, 1], [3334, 3333, 3333]),  # worked case 85: three cost centres
        ("EUR 0.05", [3, 0, 7], [2, 0, 3]),  # a tie goes to the earlier, nothing to a weight of zero
        ("EUR -0.05", [3, 0, 7], [-2, 0, -3]),
        ("EUR 0.01", [1, 1], [1, 0]),
        ("EUR -0.01", [1, 1], [-1, 0]),
        ("EUR 0.03", [2, 6, 6], [1, 1, 1]),  # the Alabama paradox: a cent more for all
        ("EUR 0.04", [2, 6, 6], [0, 2, 2]),  # is a cent less for the first
        ("JPY 100", [1, 1, 1], [34, 33, 33]),  # yen have no decimals
        ("KWD 1.000", [1, 1, 1], [334, 333, 333]),  # dinars have three
        ("EUR 10.00", [Fraction(1, 3), Fraction(2, 3)], [333, 667]),
        ("EUR 10.00", [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], [500, 333, 167]),
        ("EUR 10.00", [5], [1000]),
        (
            "EUR 999999999999999.99",
            [1, 2],
            [33333333333333333, 66666666666666666],
        ),  # beyond what a float holds
        ("EUR 0.00", [1, 2], [0, 0]),
        ("EUR 0.00", [0, 0], [0, 0]),
        ("EUR 0.00", [], []),
    ],
)
def test_table(total: str, weights: list[Any], shares: list[int]) -> None:
    """Amounts are split as worked by hand."""
    assert minors(Money.parse(total), weights) == shares


@given(TOTALS, WEIGHTS)
def test_nothing_is_lost(total: Money, weights: list[Any]) -> None:
    """Law E35: the shares sum to the total exactly, in its currency, one for each weight."""
    shares = allocate(total, weights)
    assert len(shares) == len(weights)
    assert sum(shares, start=Money.zero(total.currency)) == total


@given(TOTALS, WEIGHTS)
def test_within_one_unit(total: Money, weights: list[Any]) -> None:
    """Law E35: each share is less than one minor unit from its ideal, and a weight of zero gets zero."""
    whole = sum(map(Fraction, weights))
    for share, weight in zip(minors(total, weights), weights, strict=True):
        assert abs(share - total.minor * Fraction(weight) / whole) < 1
        assert weight or not share


@given(TOTALS, WEIGHTS)
def test_equals_differ_by_one(total: Money, weights: list[Any]) -> None:
    """Equal weights differ by at most one unit, and it is the earlier ones that have it."""
    shares = minors(total, weights)
    for weight in set(weights):
        equals = [abs(share) for share, other in zip(shares, weights, strict=True) if other == weight]
        assert max(equals) - min(equals) <= 1
        assert equals == sorted(equals, reverse=True)


@given(TOTALS, WEIGHTS)
def test_like_handing_out_one_by_one(total: Money, weights: list[Any]) -> None:
    """The split is the one that hands out what is left one by one, to the share that lost most."""
    assert [abs(share) for share in minors(total, weights)] == one_by_one(abs(total.minor), weights)


@given(TOTALS, WEIGHTS)
def test_negative_mirrors_positive(total: Money, weights: list[Any]) -> None:
    """A credit note is split as its invoice, with the signs turned."""
    assert allocate(-total, weights) == tuple(-share for share in allocate(total, weights))


@given(TOTALS, WEIGHTS, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_only_proportion_matters(total: Money, weights: list[Any], factor: Fraction) -> None:
    """Weights in hours and in minutes split alike."""
    assert allocate(total, [weight * factor for weight in weights]) == allocate(total, weights)


@given(st.integers(-(10**9), 10**9), WEIGHTS, CURRENCIES, CURRENCIES)
def test_currency_is_a_label(minor: int, weights: list[Any], first: str, second: str) -> None:
    """Laws E31 and E33: the same number of minor units is split alike in any currency, whatever its
    decimals."""
    assert minors(Money.from_minor(minor, first), weights) == minors(Money.from_minor(minor, second), weights)


@pytest.mark.parametrize(
    ("total", "weights", "rule", "message"),
    [
        ("EUR 0.01", [0, 0], "allocation_weights", "at least one weight must be positive"),
        ("EUR 0.01", [], "allocation_weights", "at least one weight must be positive"),
        ("EUR 0.00", [1, -1], "allocation_weights", "a weight is not negative"),
        ("EUR 1.00", [2, Fraction(-1, 3)], "allocation_weights", "a weight is not negative"),
        ("EUR 1.00", [0.5, 0.5], "money_float", "a weight is a Fraction or an int; got float"),
        ("EUR 1.00", [True, False], "money_float", "a weight is a Fraction or an int; got bool"),
        ("EUR 1.00", ["1"], "money_number", "a weight is a Fraction or an int; got str"),
        ("EUR 0.005", [1, 1], "money_scale", "EUR 0.005 is finer than the minor unit of EUR; round it first"),
    ],
)
def test_refuses(total: str, weights: list[Any], rule: str, message: str) -> None:
    """What cannot be split fairly is refused, not guessed."""
    with pytest.raises(InvalidValue) as caught:
        allocate(Money.parse(total), weights)
    assert (caught.value.rule, str(caught.value)) == (rule, message)
