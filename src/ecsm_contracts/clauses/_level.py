"""A promise: a measure, and the target that its number must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts.clauses._clause import Clause, Context, Yields
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.figures import Figure
from ecsm_contracts.measures import LevelsTogether, Measure, ObservesLevel, Scope, Target

if TYPE_CHECKING:
    from typing import Any

    from ecsm_contracts.measures import Observation

__all__ = ["ServiceLevel", "Target", "level_number"]

_EXAMPLES = {"share": '{at_least: "95%"}', "time": "{at_most: 4h}", "number": '{at_least: "4.2"}'}


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
    def _scope_is_asked(self) -> Self:
        if not self.measure.has_scope and self.scope != Scope():
            raise PydanticCustomError(
                "scope_unused", "{kind} asks nothing of a scope; leave it out", {"kind": self.measure.kind}
            )
        return self

    @model_validator(mode="after")
    def _judged_one_way(self) -> Self:
        unit, target = self.measure.unit, self.target
        if unit is None and target is not None:
            raise PydanticCustomError(
                "target_unused", "{kind} is judged without a target; leave it out", {"kind": self.measure.kind}
            )
        if unit is not None and target is None:
            raise PydanticCustomError(
                "target_missing", "say what the number must reach: target: {example}", {"example": _EXAMPLES[unit]}
            )
        if unit is not None and target is not None and target.unit != unit:
            raise PydanticCustomError(
                "percent_sign" if (unit, target.unit) == ("share", "number") else "target_unit",
                "{kind} gives a {unit}; write the target so: {example}",
                {"kind": self.measure.kind, "unit": unit, "example": _EXAMPLES[unit]},
            )
        if target is not None and target.unit == "time" and target.at_most is None:
            raise PydanticCustomError("target_unit", "a time is promised to be at most something: {at_most: 4h}")
        if target is not None and target.at_most is None and isinstance(self.measure, LevelsTogether):
            raise PydanticCustomError("target_direction", "the fewer levels are missed the better: {at_most: 0}")
        return self

    def observes(self) -> tuple[Observation, ...]:
        """Return the measure over the scope."""
        return (ObservesLevel(self.ref, self.scope, self.measure),)

    def settle(self, context: Context) -> Figure[Any]:
        """Return the outcome."""
        return self.measure.outcome(context, self.ref, self.target)


def level_number(outcome: Figure[Any]) -> Figure[Any] | None:
    """
    Return the number that an *outcome* was judged on.

    A ratio; None where there was too little to judge, or no single number.
    """
    return outcome.inputs[0].inputs[0] if outcome.rule == "outcome/1" else None
