"""Splitting an amount into shares that add up to it, to the last minor unit."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money._money import Money
from ecsm_contracts.money._value import exact_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction


def allocate(total: Money, weights: Sequence[Fraction | int]) -> tuple[Money, ...]:
    """
    Split *total* in proportion to *weights*, by largest remainder, in whole minor units.

    Each share is first its ideal amount, cut to a minor unit toward zero; the units that are left go, one
    each, to the shares that lost most by the cut, and among equals to the earlier ones. So the shares sum to
    the total exactly, each is less than one minor unit from its ideal, those of equal weights differ by at
    most one unit, and a weight of zero gets zero.

        >>> [str(share) for share in allocate(Money.parse("GBP 100.00"), [1, 1, 1])]
        ['GBP 33.34', 'GBP 33.33', 'GBP 33.33']
        >>> [str(share) for share in allocate(Money.parse("EUR -0.05"), [3, 0, 7])]
        ['EUR -0.02', 'EUR 0.00', 'EUR -0.03']

    A negative total is split as the positive one is, with the signs turned, so a credit note splits like its
    invoice.

    Note:
        The method has the *Alabama paradox*: a greater total may give a share less. Over weights 2, 6, 6,
        three cents are split 1, 1, 1, and four cents 0, 2, 2. Shares of different totals are therefore not to
        be compared with each other, and a total must be split once, not unit by unit.

    Args:
        total: what is split; a whole number of minor units.

        weights: exact numbers, not negative, of which only the proportion matters; not all zero, unless there
            is nothing to split.

    Returns:
        One share for each weight, in the order of the weights.

    Raises:
        InvalidValue: with rule `money_scale` when the total is finer than the minor unit (round it first),
            `money_float` when a weight is not exact, and `allocation_weights` when one is negative, or when
            none is positive while there is something to split.

    References:
        The method of Hamilton (Vinton), used for seats of the United States House from 1852 to 1900.
    """
    minor = total.minor
    shares = _split(abs(minor), _whole(weights))
    return tuple(Money.from_minor(-share if minor < 0 else share, total.currency) for share in shares)


def _whole(weights: Sequence[Fraction | int]) -> list[int]:
    """
    Return the *weights* as whole numbers in the same proportion.

    Raises:
        InvalidValue: when a weight is negative or not exact.
    """
    exact = [exact_number(weight, kind="money", noun="a weight") for weight in weights]
    for weight in exact:
        if weight < 0:
            raise InvalidValue("a weight is not negative", rule="allocation_weights", value=weight)
    common = lcm(*(weight.denominator for weight in exact))
    return [weight.numerator * (common // weight.denominator) for weight in exact]


def _split(units: int, weights: list[int]) -> list[int]:
    """
    Return *units*, not negative, in shares by largest remainder.

    Raises:
        InvalidValue: when there are units but no weight to give them to.
    """
    whole = sum(weights)
    if not whole:
        if units:
            raise InvalidValue("at least one weight must be positive", rule="allocation_weights", value=weights)
        return [0] * len(weights)
    shares, rests = [], []
    for weight in weights:
        share, rest = divmod(units * weight, whole)
        shares.append(share)
        rests.append(rest)
    by_loss = sorted(range(len(weights)), key=lambda position: -rests[position])
    for position in by_loss[: units - sum(shares)]:
        shares[position] += 1
    return shares
