"""Chance for desks, and what they charge for failure: rates, bands and limits of every kind."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeVar

from ecsm_contracts.simulation._terms import Amount, Bands, CreditTerms, LimitTerms, Share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.simulation._terms import Price, UptimePromise

__all__ = ["Draw", "draw_credits", "draw_limits"]

T = TypeVar("T")


class Draw:
    """Chance from a seed."""

    def __init__(self, seed: str) -> None:
        self._rng = random.Random(seed)

    def one(self, *among: T) -> T:
        """Return one of these values."""
        return self._rng.choice(among)

    def of(self, among: Sequence[T]) -> T:
        """Return one of a sequence."""
        return self._rng.choice(among)

    def to(self, low: int, high: int) -> int:
        """Return a whole number between two, both included."""
        return self._rng.randint(low, high)

    def days(self, number: int, first: date, last: date) -> tuple[date, ...]:
        """Return up to *number* dates between two, both included."""
        span = (last - first).days
        return tuple(sorted({first + timedelta(self.to(0, span)) for _ in range(number)}))


def _bands(draw: Draw, unit: int) -> Bands:
    if draw.to(0, 1):
        return Bands(((9500, Share(5000)), (9900, Share(1250)), (9990, Share(333)), (None, Share(0))))
    return Bands(((9800, Amount(37 * unit)), (9985, Amount(11 * unit)), (None, Amount(unit // 3))))


def draw_credits(draw: Draw, unit: int, levels: tuple[UptimePromise, ...]) -> tuple[CreditTerms, ...]:
    """Return credits; *unit* is a fiftieth of a percent or so of the monthly charge, in minor units."""
    prices: tuple[Price, ...] = (Amount(5 * unit), Share(draw.to(3, 99)))
    flat = draw.of(prices)
    per_ticket = CreditTerms(ref="4.4", title="Credit for late answers", levels=("4.1",), per="ticket", rate=flat)
    if draw.to(1, 3) == 1:
        part: Literal["up", "down", "exact"] = draw.one("up", "down", "exact")
        per_ticket = CreditTerms(
            ref="4.4",
            title="Credit for late hours",
            levels=("4.1",),
            per="late_time",
            rate=flat,
            unit=draw.one(30, 60, 7),
            part=part,
        )
    rates: tuple[Price, ...] = (Share(500), Share(draw.to(1, 999)), Amount(23 * unit))
    rate: Price | Bands = draw.of(rates)
    if draw.to(1, 4) == 1:
        rate = Bands(((5000, Share(1000)), (9000, Share(517)), (None, Share(101))))
    late = CreditTerms(ref="4.5", title="Credit for late resolutions", levels=("4.2",), per="level", rate=rate)
    down = CreditTerms(
        ref="4.6", title="Credit for what is down", levels=("4.3",), per="level", rate=_bands(draw, unit)
    )
    if len(levels) == 1:
        return per_ticket, late, down
    both = CreditTerms(
        ref="4.9", title="Credit for any outage", levels=("4.3", "4.8"), per="level", rate=Share(draw.to(1, 300))
    )
    return per_ticket, late, down, both


def draw_limits(draw: Draw) -> tuple[LimitTerms, ...]:
    """Return a monthly limit, and in half of all desks a yearly one beside it."""
    month = LimitTerms(
        ref="4.7",
        title="Monthly limit",
        credits=("4.4", "4.5", "4.6"),
        at_most=Share(draw.one(1000, 1000, 333)),
        window="period",
    )
    if draw.to(0, 1):
        return (month,)
    refs = draw.one(("4.6", "4.4"), ("4.6",))
    year = LimitTerms(
        ref="4.10", title="Yearly limit", credits=refs, at_most=Share(draw.one(900, 2500, 1)), window="contract_year"
    )
    rest = tuple(ref for ref in month.credits if ref not in refs)
    return (LimitTerms(ref="4.7", title=month.title, credits=rest, at_most=month.at_most, window="period"), year)
