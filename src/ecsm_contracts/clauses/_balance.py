"""What is included in a charge, and is drawn from: in its own time, or for longer."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import Discriminator, Field, Tag

from ecsm_contracts._model import Model
from ecsm_contracts.clauses._clause import Recall
from ecsm_contracts.clauses._due import MONTHS, due_in, fixed_part, periods_in
from ecsm_contracts.figures import Figure, derive, given, rule

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from ecsm_contracts.clauses._context import Context

__all__ = ["Balance", "Further", "Rollover", "drawn_from"]


class Further(Model):
    """
    So many billing periods after those that it is for.

        >>> Further(periods=3).periods
        3
    """

    periods: int = Field(ge=1, le=120, strict=True)
    """How many."""


def _tag(value: object) -> str:
    return "further" if isinstance(value, (Mapping, Further)) else "word"


Rollover = Annotated[
    Annotated[Literal["term"], Tag("word")] | Annotated[Further, Tag("further")],
    Discriminator(_tag),
]
"""For so many periods more, or until the end of the term."""


class Balance(NamedTuple):
    """What the clause `ref` includes, each time that its amount is owed, and for how long it can be used."""

    ref: str
    included: Decimal
    every: str | None
    on: date | None
    rollover: Literal["term"] | Further | None

    def lasts(self, context: Context) -> int | None:
        """Return in how many periods a grant can be used, that of the grant included; None until the term ends."""
        return None if self.rollover == "term" else periods_in(context, self.every) + self._further

    @property
    def _further(self) -> int:
        return self.rollover.periods if isinstance(self.rollover, Further) else 0

    def recalls(self) -> tuple[Recall, ...]:
        """Return what is left of the balance, and what was granted as long as it may be used."""
        most = MONTHS.get(self.every or "", 1) + self._further
        if self.rollover is None and most == 1:
            return ()
        left = Recall(self.ref, "left", 1)
        back = most - 2
        return (left,) if self.rollover == "term" or back < 1 else (left, Recall(self.ref, "granted", back))


def drawn_from(balance: Balance, quantity: Figure[Any], context: Context, cite: str) -> Figure[Any]:
    """
    Return what of a *quantity* is beyond the balance; what is left of that is kept among the aspects of the clause.

    What is oldest is used first, so that of what is left nothing is older than the youngest grants: no more is kept
    than was granted in the periods that can still be used.
    """
    ref, lasts = balance.ref, balance.lasts(context)
    whole = given("included", Fraction(balance.included), cite)
    granted = fixed_part(whole, due_in(context, balance.every, balance.on), "advance", cite)
    before = context.past(ref, "left", last=1) if balance.recalls() else ()
    there = derive("balance", "add/1", granted, *before)
    used = derive("used of the balance", "least number/1", quantity, there)
    left = derive("left of the balance", "number less/1", there, used)
    if lasts is not None:
        young = context.past(ref, "granted", last=lasts - 2) if lasts > 2 else ()  # noqa: PLR2004 - this period and the next
        keep = (
            derive("granted for longer", "add/1", granted, *young) if lasts > 1 else given("lapses", Fraction(0), cite)
        )
        left = derive("left for later", "least number/1", left, keep)
    context.aspects[ref, "granted"] = (granted,)
    context.aspects[ref, "used"] = (used,)
    context.aspects[ref, "left"] = (left,)
    return derive("beyond what is included", "number less/1", quantity, used)


@rule("least number/1")
def _least_number(first: Fraction, *others: Fraction) -> Fraction:
    """Return the least of numbers."""
    return min(first, *others) if others else first


@rule("number less/1")
def _number_less(whole: Fraction, part: Fraction) -> Fraction:
    """Take a number from a number."""
    return whole - part
