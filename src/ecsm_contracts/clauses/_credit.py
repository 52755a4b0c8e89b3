"""What poor service costs the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Needs
from ecsm_contracts.calendars import Duration
from ecsm_contracts.clauses._clause import Clause, Context, Yields
from ecsm_contracts.clauses._level import level_number
from ecsm_contracts.clauses._rate import Bands, Rate
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.measures import ObservesLate
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from datetime import timedelta
    from typing import Any

    from ecsm_contracts.measures import Observation

__all__ = ["ServiceCredit"]

PartName = Literal["up", "down", "exact"]


@register_clause
class ServiceCredit(Clause):
    """
    An amount for each level that is missed: quantity × rate.

    A credit is not negative and not rounded here; what limits it, and where it is rounded, other clauses say.
    """

    yields: ClassVar[Yields] = "credit"

    kind: Literal["service_credit"]
    levels: Annotated[tuple[Annotated[Ref, Needs("level")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """The levels that it is given for; each is priced by itself, and the amounts are added."""
    per: Literal["level", "ticket", "late_time"]
    """
    What is counted: the missed level as a whole, each ticket that is too late, or the time by which they are.
    """
    unit: Duration | None = None
    """The unit of late time, for example one hour."""
    part: PartName | None = None
    """What a begun unit of late time counts."""
    rate: Rate
    """What one of them is worth."""
    of: Annotated[Ref, Needs("charge")] | None = None
    """The charge that a percentage is of."""

    @model_validator(mode="after")
    def _dimensions(self) -> Self:
        percentage = isinstance(self.rate.priced if isinstance(self.rate, Bands) else self.rate, Percent)
        if percentage and self.of is None:
            raise PydanticCustomError("rate_without_basis", "a percentage needs a charge that it is of: add of")
        if not percentage and self.of is not None:
            raise PydanticCustomError("rate_with_basis", "an amount is not a share of anything; leave 'of' out")
        timed = self.per == "late_time"
        if timed and (self.unit is None or not self.unit or self.part is None):
            raise PydanticCustomError(
                "late_time_unit", "late_time needs a unit above zero and a part: up, down or exact"
            )
        if not timed and (self.unit is not None or self.part is not None):
            raise PydanticCustomError("unit_unused", "unit and part belong to per: late_time; leave them out")
        return self

    def observes(self) -> tuple[Observation, ...]:
        """Return the late units of each level, where they are what is counted."""
        if self.unit is None or self.part is None:
            return ()
        return tuple(
            ObservesLate(self.ref, self._late_column(level), level, self.unit, self.part) for level in self.levels
        )

    def settle(self, context: Context) -> Figure[Any]:
        """Return the exact sum over the levels."""
        credits = [self._credit_for(level, context) for level in self.levels]
        return derive(self.title or "credit", "sum/1", *credits, cites=(self.cite,))

    def _late_column(self, level: str) -> str:
        return f"{self.ref}.late.{level}"

    def _credit_for(self, level: str, context: Context) -> Figure[Any]:
        outcome = context.figure(level)
        quantity = self._quantity(level, outcome, context)
        return derive(f"credit for {level}", "times/1", quantity, self._price(outcome, context))

    def _quantity(self, level: str, outcome: Figure[Any], context: Context) -> Figure[Any]:
        if self.per == "level":
            return derive("levels missed", "one if missed/1", outcome)
        if self.per == "ticket":
            misses = context.count("tickets that took too long", f"{level}.misses")
            return derive("tickets that count", "not below zero/1", misses)
        column = self._late_column(level)
        if self.part == "exact":
            unit: Figure[timedelta | None] = given("unit", self.unit, self.cite)
            return derive("late units", "in units/1", context.time("late time", column), unit)
        return derive("late units that count", "not below zero/1", context.count("late units", column))

    def _price(self, outcome: Figure[Any], context: Context) -> Figure[Any]:
        rate: Figure[Any]
        if isinstance(self.rate, Bands):
            number = level_number(outcome)
            if number is None:
                return given("nothing to price", Money.zero(context.currency), self.cite)
            rate = derive("rate", "band/1", number, *self._bands(self.rate), cites=(self.cite,))
        else:
            rate = given("rate", self.rate, self.cite)
        if self.of is None:
            return rate
        return derive("price", "share of/1", rate, context.figure(self.of))

    def _bands(self, bands: Bands) -> list[Figure[Any]]:
        terms: list[Figure[Any]] = []
        for band in bands.bands:
            if band.below is not None:
                terms.append(given("below", band.below, self.cite))
            terms.append(given("is", band.is_, self.cite))
        return terms
