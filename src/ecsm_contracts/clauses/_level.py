"""A promise: a measure, and the target that its number must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.clauses._clause import Clause, Context, Yields
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.measures import Attainment, Availability, Measure, ObservesLevel, Scope, TicketTime
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any

    from ecsm_contracts.measures import Observation

__all__ = ["ServiceLevel", "Target", "level_number"]


class Target(Model):
    """The number that must be reached; reaching it exactly is enough."""

    at_least: Percent
    """From 0% to 100%."""

    @model_validator(mode="after")
    def _attainable(self) -> Self:
        if self.at_least > Percent.of(100):
            raise PydanticCustomError("target_range", "a target lies between 0% and 100%")
        return self


@register_clause
class ServiceLevel(Clause):
    """
    What was promised about tickets or about a service being up.

    Its outcome is ``met``, ``missed`` or ``not_measured``.
    """

    yields: ClassVar[Yields] = "level"

    kind: Literal["service_level"]
    scope: Scope = Field(default_factory=Scope)
    """Which tickets or outages it is about; all of them by default, as a contract without a scope says."""
    measure: Measure
    """The number it is judged on."""
    target: Target | None = None
    """What the number must reach; a level that judges each ticket by itself has none."""

    @model_validator(mode="after")
    def _judged_one_way(self) -> Self:
        by_ticket = isinstance(self.measure, TicketTime)
        if by_ticket and self.target is not None:
            raise PydanticCustomError("target_unused", "ticket_time judges each ticket by itself; leave out the target")
        if not by_ticket and self.target is None:
            raise PydanticCustomError("target_missing", 'say what the number must reach: target: {at_least: "95%"}')
        return self

    def observes(self) -> tuple[Observation, ...]:
        """Return the measure over the scope."""
        return (ObservesLevel(self.ref, self.scope, self.measure),)

    def settle(self, context: Context) -> Figure[Any]:
        """Return the outcome."""
        if isinstance(self.measure, Availability):
            return self._availability(context)
        if unrecorded := context.unrecorded(self.measure.clock):
            return derive("outcome", "not recorded/1", *unrecorded, cites=(self.cite,))
        if isinstance(self.measure, TicketTime):
            misses = context.count("tickets that took too long", f"{self.ref}.misses")
            return derive("outcome", "outcome of misses/1", misses, cites=(self.cite,))
        return self._attainment(self.measure, context)

    def _attainment(self, measure: Attainment, context: Context) -> Figure[Any]:
        counted = context.count(f"tickets {measure.population} in the period", f"{self.ref}.counted")
        if counted.value < measure.minimum:
            minimum = given("minimum", measure.minimum, self.cite)
            too_few = given("when too few", measure.when_too_few, self.cite)
            return derive("outcome", "outcome when too few/1", counted, minimum, too_few, cites=(self.cite,))
        met = context.count("tickets in time", f"{self.ref}.met")
        return self._judged(derive("attainment", "ratio/1", met, counted))

    def _availability(self, context: Context) -> Figure[Any]:
        planned = context.time("planned time that leaves the denominator", f"{self.ref}.planned")
        service_time = derive("service time that counts", "less/1", context.service_time(self.ref), planned)
        if not service_time.value:
            return derive("outcome", "not measured/1", service_time, cites=(self.cite,))
        unavailable = context.time("unavailable", f"{self.ref}.unavailable")
        return self._judged(derive("availability", "availability/1", service_time, unavailable))

    def _judged(self, number: Figure[Fraction]) -> Figure[Any]:
        if self.target is None:  # pragma: no cover - the validator refuses such a level
            raise ValueError("no target")
        target = given("target", self.target.at_least, self.cite)
        reached = derive("target reached", "at least/1", number, target)
        return derive("outcome", "outcome/1", reached, cites=(self.cite,))


def level_number(outcome: Figure[Any]) -> Figure[Any] | None:
    """
    Return the number that an *outcome* was judged on.

    A ratio; None where there was too little to judge, or no single number.
    """
    return outcome.inputs[0].inputs[0] if outcome.rule == "outcome/1" else None
