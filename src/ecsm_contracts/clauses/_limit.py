"""How much may be given, above what anything is, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.clauses._bands import Price
from ecsm_contracts.clauses._clause import Clause, Recall, Yields
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from ecsm_contracts.clauses._clause import Back
    from ecsm_contracts.clauses._context import Context

__all__ = ["Limit", "MoneyWindow", "Rolling", "back_of", "past_of"]


class Rolling(Model):
    """The last so many billing periods, that of now included."""

    periods: int = Field(ge=2, le=1200, strict=True)
    """How many."""


def _window_tag(value: object) -> str:
    return "rolling" if isinstance(value, (Mapping, Rolling)) else "word"


MoneyWindow = Annotated[
    Annotated[Literal["period", "contract_year", "term"], Tag("word")] | Annotated[Rolling, Tag("rolling")],
    Discriminator(_window_tag),
]
"""
Each period by itself; the years of the contract, counted from the first day of its term; the whole term; or the last so
many periods: ``{periods: 12}``.
"""


def back_of(window: str | Rolling) -> Back:
    """Return how far back a *window* looks."""
    if isinstance(window, Rolling):
        return window.periods - 1
    return "contract_year" if window == "contract_year" else "term" if window == "term" else 0


def past_of(context: Context, ref: str, name: str, window: str | Rolling) -> tuple[Figure[Any], ...]:
    """Return what the clause *ref* handed on under *name* in the *window*, without the period of now, oldest first."""
    if window == "period" or (window == "contract_year" and context.first_of_year):
        return ()
    if isinstance(window, Rolling):
        return context.past(ref, name, last=window.periods - 1)
    return context.past(ref, name, since=context.year_start if window == "contract_year" else None)


@register_clause
class Limit(Clause):
    """
    A limit on the sum of credits, or of bonuses, for one period or over several.

    It *takes* the amounts it names: each is taken by at most one clause, and what nobody takes is owed as it is. A
    limit may take other limits: then it takes what they gave, in whole minor units.
    """

    yields: ClassVar[Yields] = "limit"

    kind: Literal["limit"]
    credits: Annotated[tuple[Annotated[Ref, Needs("money", takes=True)], ...], AfterValidator(each_once)] = Field(
        min_length=1, max_length=400
    )
    """The credits (or bonuses) that it limits together, and limits of such."""
    at_most: Price | None = None
    """The most that may be given: an amount, or a percentage of a charge or basis."""
    above: Price | None = None
    """Nothing is given unless the sum is greater than this: exactly this much is not. Then the whole sum is."""
    times: Annotated[int, Field(ge=1, le=1200, strict=True)] | None = None
    """In how many periods of the window anything may be given."""
    of: Annotated[Ref, Needs("amount")] | None = None
    """The charge or basis that a percentage is of."""
    window: MoneyWindow
    """
    What it limits: each period by itself, or the years of the contract, counted from the first day of its
    term; the whole term; or the last so many periods.
    """
    excess: Literal["forfeit", "carry"]
    """What becomes of what exceeds it: it is lost, or is added to the sum of the next period."""

    @model_validator(mode="after")
    def _dimensions(self) -> Self:
        found = [each for each in (self.at_most, self.above, self.times) if each is not None]
        if len(found) != 1:
            raise PydanticCustomError("limit_shape", "say at_most, above or times, and only one of them")
        percentage = isinstance(found[0], Percent)
        if percentage and self.of is None:
            raise PydanticCustomError("rate_without_basis", "a percentage needs a charge that it is of: add of")
        if not percentage and self.of is not None:
            raise PydanticCustomError("rate_with_basis", "an amount is not a share of anything; leave 'of' out")
        if self.above is not None and self.window != "period":
            raise PydanticCustomError("above_window", "above looks at one sum at a time: write window: period")
        if self.times is not None and self.window == "period":
            raise PydanticCustomError("times_window", "a number of times needs a window of several periods")
        return self

    def takes(self) -> tuple[str, ...]:
        """Return what it limits."""
        return self.credits

    def recalls(self) -> tuple[Recall, ...]:
        """Return what it gave earlier in its window, and what it could not give."""
        used = [Recall(self.ref, "given", back_of(self.window))] if self.window != "period" else []
        return (*used, *([Recall(self.ref, "excess", 1)] if self.excess == "carry" else []))

    def settle(self, context: Context) -> Figure[Any]:
        """Return what is given: the lesser of the sum that it takes and the room that is left."""
        word = "bonuses" if context.flow.is_earned(self.ref) else "credits"
        amounts = [context.flow.taken(ref) for ref in self.credits]
        if self.excess == "carry" or context.remembered(self.ref, "excess") is not None:
            amounts += [
                derive("carried from before", "exact/1", each) for each in context.past(self.ref, "excess", last=1)
            ]
        wanted = derive(f"{word} before the limit", "sum/1", *amounts)
        room = self._room(wanted, context)
        context.aspects[self.ref, "reached"] = (derive("limit reached", "reached/1", wanted, room),)
        return derive(self.title or f"{word} after the limit", "least/1", wanted, room, cites=(self.cite,))

    def _room(self, wanted: Figure[Any], context: Context) -> Figure[Any]:
        past = past_of(context, self.ref, "given", self.window)
        if self.times is not None:
            used = derive("times given before", "number above zero/1", *past)
            return derive("room left", "all if fewer/1", wanted, used, given("times", self.times, self.cite))
        if self.above is not None:
            return derive("room left", "all if above/1", wanted, self._amount("above", self.above, context))
        used = derive("used before", "total/1", *past) if past else self._nothing(context)
        return derive("room left", "room/1", self._amount("at most", self.at_most, context), used)

    def _nothing(self, context: Context) -> Figure[Any]:
        return given("used before", Money.zero(context.currency), "carry")

    def _amount(self, name: str, price: Any, context: Context) -> Figure[Any]:
        stated = given(name, price, self.cite)
        if self.of is None:
            return derive("amount allowed" if name == "at most" else "threshold", "exact/1", stated)
        label = "amount allowed" if name == "at most" else "threshold"
        return derive(label, "share of/1", stated, context.figure(self.of))

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return what it gave, after limits around it, and what it could not give."""
        excess = given("excess, which is forfeited", Money.zero(context.currency), self.cite)
        if self.excess == "carry":
            excess = derive("excess", "beyond/1", context.flow.gross(self.ref), context.flow.limited(self.ref))
        return {"given": (context.flow.given(self.ref),), "excess": (excess,)}


@rule("reached/1")
def _reached(wanted: ExactAmount, room: ExactAmount) -> bool:
    """Return whether what is wanted uses up the room; nothing reaches nothing."""
    return wanted >= room and bool(wanted.ratio)


@rule("number above zero/1")
def _number_above_zero(*amounts: Money) -> int:
    """Return how many amounts are above zero."""
    return sum(amount > Money.zero(amount.currency) for amount in amounts)


@rule("all if fewer/1")
def _all_if_fewer(wanted: ExactAmount, used: int, times: int) -> ExactAmount:
    """Return all that is wanted while it was given fewer times than allowed, else nothing."""
    return wanted if used < times else ExactAmount.zero(wanted.currency)


@rule("all if above/1")
def _all_if_above(wanted: ExactAmount, threshold: ExactAmount) -> ExactAmount:
    """Return all that is wanted when it is above the threshold, else nothing."""
    return wanted if wanted > threshold else ExactAmount.zero(wanted.currency)
