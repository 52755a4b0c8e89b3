"""A right or a duty that follows from what happened; it never makes money."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.clauses._bands import Price
from ecsm_contracts.clauses._clause import Clause, Recall, Yields
from ecsm_contracts.clauses._limit import MoneyWindow, back_of, past_of
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.clauses._when import MOST_WINDOWS, When
from ecsm_contracts.facts import ExactDecimal, Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.clauses._context import Context

__all__ = ["AmountsReached", "PointsReached", "Right", "Trigger"]

Right = Literal["terminate", "rectify", "critical_failure", "step_in", "withhold", "escalate", "audit", "other"]
"""
What follows: the customer may end the contract; the provider must present a plan; the failure is critical, with what
the contract says of such; the customer may step in; may withhold payment; a higher level is called; the customer may
audit; or what the title says.
"""


class PointsReached(Model):
    """
    So many points, of one or more credits, in the last periods.

        >>> PointsReached.model_validate({"credits": ["4.5"], "at_least": "50", "within": 3, "consumes": False}).within
        3
    """

    credits: Annotated[tuple[Annotated[Ref, Needs("credit")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """The credits whose quantities are added up: points, missed windows, tickets, whatever they count."""
    at_least: ExactDecimal
    """So many make it hold; above zero."""
    within: int = Field(ge=1, le=MOST_WINDOWS, strict=True)
    """In how many billing periods, that of now included."""
    consumes: bool
    """Whether points that made it hold once are used up; contracts differ."""
    reset_after: Annotated[int, Field(ge=1, le=MOST_WINDOWS, strict=True)] | None = None
    """After so many periods in a row without any points those before are forgotten; they are not by default."""

    @model_validator(mode="after")
    def _above_zero(self) -> Self:
        if self.at_least <= 0:
            raise PydanticCustomError("threshold_zero", "a threshold is above zero, else it always holds")
        return self


class AmountsReached(Model):
    """
    So much money given, by one or more credits or limits, in a window.

        >>> terms = {"credits": ["4.6"], "at_least": "EUR 5000.00", "window": "contract_year", "consumes": False}
        >>> AmountsReached.model_validate(terms).window
        'contract_year'
    """

    credits: Annotated[tuple[Annotated[Ref, Needs("money", given=True)], ...], AfterValidator(each_once)] = Field(
        min_length=1
    )
    """The credits, combined credits or limits, whose amounts are added up as they were given, after all limits."""
    at_least: Price | None = None
    """So much makes it hold, an amount or a percentage of a charge or basis; exactly this much does."""
    above: Price | None = None
    """More than this makes it hold; exactly this much does not."""
    of: Annotated[Ref, Needs("amount")] | None = None
    """The charge or basis that a percentage is of; that of the period of now, whatever the window."""
    window: MoneyWindow
    """In which periods, that of now included."""
    consumes: bool
    """Whether amounts that made it hold once are used up; contracts differ."""

    @model_validator(mode="after")
    def _dimensions(self) -> Self:
        if (self.at_least is None) == (self.above is None):
            raise PydanticCustomError("threshold_shape", "say at_least or above, and only one of them")
        if isinstance(self.threshold, Percent) and self.of is None:
            raise PydanticCustomError("rate_without_basis", "a percentage needs a charge that it is of: add of")
        if not isinstance(self.threshold, Percent) and self.of is not None:
            raise PydanticCustomError("rate_with_basis", "an amount is not a share of anything; leave 'of' out")
        if self.at_least is not None and self.at_least.ratio <= 0:
            raise PydanticCustomError("threshold_zero", "a threshold is above zero, else it always holds")
        return self

    @property
    def threshold(self) -> Percent | Money | None:
        """The amount or percentage, whichever way it is written."""
        return self.at_least if self.above is None else self.above


def _when_tag(value: object) -> str:
    return "word" if isinstance(value, str) else "condition"


TriggerWhen = Annotated[
    Annotated[Literal["any", "all"], Tag("word")] | Annotated[When, Tag("condition")], Discriminator(_when_tag)
]
"""As soon as ``any`` or only when ``all`` levels are missed in the period, or a condition over the past."""


@register_clause
class Trigger(Clause):
    """
    A right or a duty: to terminate, to rectify, to step in.

    It reads what came of levels, what credits counted or gave, and whether a limit was reached. It makes no money. Of
    levels it reads the outcome itself: a failure whose credit was stacked away by `combine`, cut by a limit, waived or
    earned back still counts; one that is excused does not.
    """

    yields: ClassVar[Yields] = "trigger"

    kind: Literal["trigger"]
    right: Right
    """What follows; with ``other`` the title says it."""
    levels: Annotated[tuple[Annotated[Ref, Needs("level")], ...], AfterValidator(each_once)] = ()
    """The levels that it reads, with `when`."""
    when: TriggerWhen | None = None
    """The condition over the outcomes of `levels`."""
    points: PointsReached | None = None
    """So many points in the last periods."""
    amounts: AmountsReached | None = None
    """So much money given in a window."""
    reached: Annotated[Ref, Needs("limit")] | None = None
    """A limit that is used up by what is given in the period: it holds as soon as nothing is left of its room."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if key != "levels" or value}

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        found = [each for each in (self.when, self.points, self.amounts, self.reached) if each is not None]
        if len(found) != 1:
            raise PydanticCustomError(
                "trigger_shape", "say levels and when, points, amounts or reached, and only one of them"
            )
        if bool(self.levels) != (self.when is not None):
            raise PydanticCustomError("trigger_levels", "levels and when belong together")
        if self.right == "other" and self.title is None:
            raise PydanticCustomError("trigger_title", "say in the title what follows, or name a right")
        return self

    @property
    def what(self) -> str:
        """What it looks at, in a few words: ``4.2 missed 3 times in a row``."""
        if self.points is not None:
            return f"{self.points.at_least} of {', '.join(self.points.credits)} in {_periods(self.points.within)}"
        if self.amounts is not None:
            word = "at least" if self.amounts.above is None else "more than"
            share = "" if self.amounts.of is None else f" of {self.amounts.of}"
            return f"{word} {self.amounts.threshold}{share} given by {', '.join(self.amounts.credits)}"
        if self.reached is not None:
            return f"limit {self.reached} reached"
        names = ", ".join(self.levels)
        if not isinstance(self.when, When):
            return f"{self.when} of {names} missed" if len(self.levels) > 1 else f"{names} missed"
        word = self.when.severity or self.when.outcome
        if self.when.run is not None:
            return f"{names} {word} {self.when.run} times in a row"
        return f"{names} {word}" + (f" {self.when.times} times in {self.when.within}" if self.when.times else "")

    def recalls(self) -> tuple[Recall, ...]:
        """Return what it looks back at: outcomes, quantities or amounts, and when it held where that uses them up."""
        if isinstance(self.when, When):
            return self.when.recalls(self.ref, self.levels)
        if self.points is not None:
            back = self.points.within - 1
            names = [Recall(ref, "quantity", back) for ref in self.points.credits]
            return (*names, *([Recall(self.ref, "fired", back)] if self.points.consumes else [])) if back else ()
        if self.amounts is not None:
            back_ = back_of(self.amounts.window)
            names = [Recall(ref, "given", back_) for ref in self.amounts.credits]
            return (*names, *([Recall(self.ref, "fired", back_)] if self.amounts.consumes else [])) if back_ else ()
        return ()

    def settle(self, context: Context) -> Figure[Any]:
        """Return whether it holds in the period."""
        return derive(self.title or self.right.replace("_", " "), "any/1", *self._holds(context), cites=(self.cite,))

    def _holds(self, context: Context) -> tuple[Figure[bool], ...]:
        if self.points is not None:
            return (self._points(self.points, context),)
        if self.amounts is not None:
            return (self._amounts(self.amounts, context),)
        if self.reached is not None:
            return context.aspects[self.reached, "reached"]
        if isinstance(self.when, When):
            fires = self.when.fires(context, self.ref, self.levels)
            return tuple(each for windows in fires.values() for each in windows)
        words = given("which", self.when, self.cite), given("outcome that counts", "missed", self.cite)
        together = derive("levels together", "together/1", *words, *map(context.figure, self.levels))
        return (derive("condition holds", "number at least/1", together, given("needed", Fraction(1), self.cite)),)

    def _points(self, terms: PointsReached, context: Context) -> Figure[bool]:
        back = terms.within - 1
        now = [each for ref in terms.credits for each in context.aspects.get((ref, "quantity"), ())]
        past = [context.past(ref, "quantity", last=back) for ref in terms.credits] if back else []
        fired = context.past(self.ref, "fired", last=back) if back and terms.consumes else ()
        by_period = _unused_only(_by_period(past, "points of the period", "add/1"), fired)
        whole = derive("points of the period", "add/1", *now) if now else given("no points", Fraction(0), self.cite)
        if terms.reset_after is None:
            found = derive("points", "add/1", whole, *by_period)
        else:
            reset = given("reset after", terms.reset_after, self.cite)
            found = derive("points that count", "points since reset/1", reset, *by_period, whole)
        needed = given("points needed", Fraction(terms.at_least), self.cite)
        return derive("condition holds", "number at least/1", found, needed, cites=(self.cite,))

    def _amounts(self, terms: AmountsReached, context: Context) -> Figure[bool]:
        past = [past_of(context, ref, "given", terms.window) for ref in terms.credits]
        fired = past_of(context, self.ref, "fired", terms.window) if terms.consumes else ()
        before = _unused_only(_by_period(past, "given in the period", "total/1"), fired)
        whole = derive("given", "total/1", *before, *map(context.flow.given, terms.credits))
        stated = given("at least" if terms.above is None else "above", terms.threshold, self.cite)
        threshold = (
            derive("threshold", "exact/1", stated)
            if terms.of is None
            else derive("threshold", "share of/1", stated, context.figure(terms.of))
        )
        word = "amount at least/1" if terms.above is None else "amount above/1"
        return derive("condition holds", word, whole, threshold, cites=(self.cite,))

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return whether it held, for the period, or for each window of each level where windows are used up."""
        found: dict[str, tuple[Figure[Any], ...]] = {"fired": (context.figure(self.ref),)}
        if isinstance(self.when, When) and self.when.consumes:
            fires = self.when.fires(context, self.ref, self.levels)
            found |= {"fired" if self.when.pooled else f"fired {level}": each for level, each in fires.items()}
        return found


def _periods(number: int) -> str:
    return f"{number} periods" if number > 1 else "one period"


def _by_period(past: Sequence[Sequence[Figure[Any]]], name: str, how: str) -> list[Figure[Any]]:
    """Return one figure for each past period, oldest first, added up over the clauses; the newest are the same one."""
    most = max(map(len, past), default=0)
    periods = [[each[len(each) - back] for each in past if len(each) >= back] for back in range(most, 0, -1)]
    return [each[0] if len(each) == 1 else derive(name, how, *each) for each in periods]


def _unused_only(by_period: list[Figure[Any]], fired: Sequence[Figure[bool]]) -> list[Figure[Any]]:
    """Return what is left of the past periods when those up to the last in which it held are used up."""
    since = next((place for place, each in enumerate(reversed(fired)) if each.value), len(by_period))
    return by_period[len(by_period) - min(since, len(by_period)) :]


@rule("any/1")
def _any(*conditions: bool) -> bool:
    """Return whether any of the conditions holds; of none, none does."""
    return any(conditions)


@rule("points since reset/1")
def _points_since_reset(after: int, *points: int | Fraction) -> Fraction:
    """Add up the points of periods, oldest first; so many in a row without any make those before forgotten."""
    found, clean = Fraction(0), 0
    for each in points:
        clean = 0 if each else clean + 1
        found = Fraction(0) if clean >= after else found + each
    return found


@rule("amount at least/1")
def _amount_at_least(amount: Money, threshold: ExactAmount) -> bool:
    """Return whether an amount reaches a threshold; nothing reaches nothing."""
    return bool(amount.ratio) and amount.exact >= threshold


@rule("amount above/1")
def _amount_above(amount: Money, threshold: ExactAmount) -> bool:
    """Return whether an amount is above a threshold."""
    return amount.exact > threshold
