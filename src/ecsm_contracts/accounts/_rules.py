"""The rules by which amounts become documents."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import rule
from ecsm_contracts.money import ExactAmount, Money, RoundingMode

__all__: list[str] = []


@rule("entitled/1")
def _entitled(*lines: Money) -> Money:
    """Return what lines of credits and their limits owe to the customer: their sum with the sign turned."""
    return -sum(lines[1:], start=lines[0])


@rule("lesser/1")
def _lesser(first: Money, second: Money) -> Money:
    """Return the lesser of two rounded amounts."""
    return min(first, second)


@rule("left over/1")
def _left_over(amount: Money, used: Money) -> Money:
    """Return what is left of an amount of which a part, never more than all, is used."""
    return amount - used


@rule("days of service/1")
def _days_of_service(amount: Money, charge: Money, days: int, part: Literal["up", "down", "exact"]) -> Fraction:
    """Return how many days of service an amount is worth, if *days* days are worth the charge."""
    if not charge.minor or days < 1:
        raise InvalidValue("a day of service that costs nothing is worth nothing", rule="service_day_zero")
    exact = Fraction(amount.minor * days, charge.minor)
    whole = exact.numerator // exact.denominator
    if part == "exact" or exact == whole:
        return exact
    return Fraction(whole + 1) if part == "up" else Fraction(whole)


@rule("paid in/1")
def _paid_in(amount: Money, rate: Fraction, currency: str, mode: RoundingMode) -> Money:
    """Return an amount in another currency, of which *rate* units are worth one of its own, rounded."""
    return ExactAmount(amount.ratio * rate, currency).round(mode)
