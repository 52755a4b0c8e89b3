"""What a month should cost: whole minor units, by integers and fractions, from the counts of the world alone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecsm_contracts.simulation._terms import Amount, Bands
from ecsm_contracts.simulation._truth import LineTruth

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ecsm_contracts.simulation._count import LevelMonth
    from ecsm_contracts.simulation._desk import Desk
    from ecsm_contracts.simulation._terms import CreditTerms, LimitTerms, Price

__all__ = ["Till"]

CHARGE = "3.1"


def _whole(amount: Fraction, mode: str) -> int:
    """Return *amount*, which is not negative, in whole minor units."""
    units, rest = divmod(amount.numerator, amount.denominator)
    twice = 2 * rest - amount.denominator
    if mode in ("down", "floor") or not rest:
        return units
    if mode in ("up", "ceiling") or twice > 0:
        return units + 1
    if twice < 0 or mode == "half_down":
        return units
    return units + 1 if mode == "half_up" else units + units % 2


def _split(total: int, weights: list[Fraction]) -> list[int]:
    """Share *total* by largest remainder; ties go to the earlier weight."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(part) for part in exact]
    for _ in range(total - sum(shares)):
        gaps = [part - share for part, share in zip(exact, shares, strict=True)]
        shares[gaps.index(max(gaps))] += 1
    return shares


class Till:
    """The till of a desk: it remembers what each limit gave in the contract year, and nothing else."""

    def __init__(self, desk: Desk) -> None:
        """Begin with nothing given."""
        self._desk = desk
        self._year: date | None = None
        self._given: dict[str, int] = {}

    def _price(self, price: Price) -> Fraction:
        if isinstance(price, Amount):
            return Fraction(price.minor)
        return Fraction(price.hundredths * self._desk.charge, 10000)

    def _rate(self, credit: CreditTerms, level: LevelMonth) -> Fraction:
        if not isinstance(credit.rate, Bands):
            return self._price(credit.rate)
        number = level.truth.number
        if number is None:
            return Fraction(0)
        return next(
            self._price(price) for edge, price in credit.rate.rows if edge is None or Fraction(edge, 10000) > number
        )

    def _exact(self, credit: CreditTerms, levels: Mapping[str, LevelMonth]) -> Fraction:
        return sum(
            (_quantity(credit, levels[ref]) * self._rate(credit, levels[ref]) for ref in credit.levels), Fraction()
        )

    def _room(self, limit: LimitTerms) -> Fraction:
        used = self._given.get(limit.ref, 0) if limit.window == "contract_year" else 0
        return max(self._price(limit.at_most) - used, Fraction())

    def _apply(self, limit: LimitTerms, exact: Mapping[str, Fraction], owed: dict[str, int]) -> int:
        """Put the lines of the credits that *limit* takes into *owed*, and return what it takes off."""
        weights = [exact[ref] for ref in limit.credits]
        wanted, room = sum(weights, Fraction()), self._room(limit)
        gross = _whole(wanted, self._desk.rounding)
        given = min(_whole(min(wanted, room), self._desk.rounding), int(room))
        owed.update(zip(limit.credits, _split(gross, weights), strict=True))
        self._given[limit.ref] = self._given.get(limit.ref, 0) + given
        return gross - given

    def _new_year(self, first: date) -> None:
        start = self._desk.term_start
        begun = start.replace(
            year=first.year if (first.month, first.day) >= (start.month, start.day) else first.year - 1
        )
        if begun != self._year:
            self._year, self._given = begun, {}

    def settle(self, first: date, months: tuple[LevelMonth, ...]) -> tuple[tuple[LineTruth, ...], tuple[str, ...]]:
        """Return the lines of the month that begins on *first*, and the limits that took something off."""
        self._new_year(first)
        desk = self._desk
        levels = {month.truth.clause: month for month in months}
        exact = {credit.ref: self._exact(credit, levels) for credit in desk.credits}
        owed = {ref: _whole(amount, desk.rounding) for ref, amount in exact.items()}
        taken_off = {limit.ref: self._apply(limit, exact, owed) for limit in desk.limits}
        credited = [
            LineTruth(credit.ref, -owed[credit.ref])
            for credit in desk.credits
            if exact[credit.ref] or any(levels[ref].truth.outcome == "missed" for ref in credit.levels)
        ]
        limited = tuple(ref for ref, minor in taken_off.items() if minor)
        given_back = [LineTruth(ref, taken_off[ref]) for ref in limited]
        return (LineTruth(CHARGE, desk.charge), *credited, *given_back), limited


def _quantity(credit: CreditTerms, level: LevelMonth) -> Fraction:
    if credit.per == "level":
        return Fraction(int(level.truth.outcome == "missed"))
    if credit.per == "ticket":
        return Fraction(max(0, level.truth.count("misses")))
    if credit.part == "exact":
        units = Fraction(sum(after - before for before, after in level.late), credit.unit)
    else:
        up = credit.unit - 1 if credit.part == "up" else 0
        units = Fraction(
            sum((after + up) // credit.unit - (before + up) // credit.unit for before, after in level.late)
        )
    return max(units, Fraction())
