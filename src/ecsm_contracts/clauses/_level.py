"""A promise: a measure, and the target that its number must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import Every
from ecsm_contracts.clauses._bands import Edged, check_edges, in_band
from ecsm_contracts.clauses._clause import Clause, Recall, Yields
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.clauses._smoothed import kept_numbers, smoothed_number
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import LevelsTogether, Measure, ObservesLevel, Precision, Scope, Target, judged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.clauses._context import Context, Window
    from ecsm_contracts.measures import Observation

__all__ = ["ServiceLevel", "Severity", "Target", "level_number"]

_EXAMPLES = {"share": '{at_least: "95%"}', "time": "{at_most: 4h}", "number": '{at_least: "4.2"}'}


_WORDS = frozenset({"met", "missed", "excused", "not_measured", "undecided"})


class Severity(Edged):
    """How bad a miss is: the name `is` for numbers in the band."""

    is_: Annotated[str, Field(alias="is", pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    """The name of the severity, in small letters, for example ``serious``."""


@register_clause
class ServiceLevel(Clause):
    """
    What was promised about tickets or about a service being up.

    Its outcome is ``met``, ``missed`` or ``not_measured``; ``undecided`` while its window has not ended.
    """

    yields: ClassVar[Yields] = "level"

    kind: Literal["service_level"]
    scope: Scope = Field(default_factory=Scope)
    """Which tickets or outages it is about; all of them by default, as a contract without a scope says."""
    measure: Measure
    """The number it is judged on."""
    target: Target | None = None
    """What the number must reach; a level that judges each ticket by itself has none."""
    every: Every | None = None
    """
    The measurement window: ``day``, ``week`` (from Monday), ``four_weeks``, ``month``, ``quarter``, ``year``, or
    ``{periods: 3}``, the last three billing periods, anew in each. By default the billing period, which is what
    contracts mean that name no other. A window counts in the billing period in which it ends.
    """
    smoothed: int | None = Field(default=None, ge=2, le=60, strict=True)
    """
    Over how many windows the number is smoothed: with 2 the mean of this window's number and the one's before is
    judged. Windows without a number, and those before the term, are left out of the mean. By default each window stands
    for itself, as nearly every contract has it.
    """
    precision: Precision | None = None
    """
    To how many decimals the number is rounded before it is judged, banded and priced. By default it is exact: rounding
    moves a number across an edge, which a contract has to say.
    """
    severities: tuple[Severity, ...] = ()
    """
    How bad a miss is, by bands over the number: where more is better the worst comes first, where less is better last.
    The edges of severities lie on the missed side of the target.
    """
    gaps: Literal["breaks", "skips"] | None = None
    """
    What a window that was not measured or is excused does to a row of misses: it breaks it, or is skipped. Required
    where some clause counts rows of this level.
    """
    promised_by: Ref | None = None
    """Who promised it, where that is not the provider: a supplier, or the customer, for duties of the customer."""

    @model_validator(mode="after")
    def _scope_is_asked(self) -> Self:
        if not self.measure.has_scope and self.scope != Scope():
            raise PydanticCustomError(
                "scope_unused", "{kind} asks nothing of a scope; leave it out", {"kind": self.measure.kind}
            )
        return self

    @model_validator(mode="after")
    def _windows_of_its_own(self) -> Self:
        if self.every is not None and isinstance(self.measure, LevelsTogether):
            raise PydanticCustomError(
                "every_unused", "levels are judged together as they come out in the billing period; leave every out"
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
        if target is not None and target.unit == "time" and target.more_is_better:
            raise PydanticCustomError("target_unit", "a time is promised to be at most something: {at_most: 4h}")
        if target is not None and target.more_is_better and isinstance(self.measure, LevelsTogether):
            raise PydanticCustomError("target_direction", "the fewer levels are missed the better: {at_most: 0}")
        return self

    @model_validator(mode="after")
    def _number_is_there(self) -> Self:
        if self.smoothed is not None and self.measure.unit is None:
            raise PydanticCustomError(
                "smoothed_unused", "{kind} gives no number to smooth; leave it out", {"kind": self.measure.kind}
            )
        if self.precision is not None and self.measure.unit in {None, "time"}:
            raise PydanticCustomError(
                "precision_unused",
                "{kind} gives no share and no number to round; leave precision out",
                {"kind": self.measure.kind},
            )
        return self

    def observes(self) -> tuple[Observation, ...]:
        """Return the measure over the scope."""
        return (ObservesLevel(self.ref, self.scope, self.measure, self.every),)

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if (key, value) != ("severities", [])}

    @model_validator(mode="after")
    def _severities_whole(self) -> Self:
        if not self.severities:
            return self
        check_edges(self.severities)
        names = [each.is_ for each in self.severities]
        if len({*names}) < len(names) or _WORDS & {*names}:
            raise PydanticCustomError("severity_name", "each severity has a name of its own, none of an outcome")
        if self.target is None:
            raise PydanticCustomError("severity_unused", "severities are bands over a number; this level has none")
        if any(each.edge is not None and type(each.edge) is not type(self.target.bound) for each in self.severities):
            raise PydanticCustomError("bands_units", "write the edges of severities in the unit of the target")
        return self

    @property
    def severity_names(self) -> tuple[str, ...]:
        """The names of the severities, the worst first."""
        names = tuple(each.is_ for each in self.severities)
        return names if self.target is None or self.target.more_is_better else names[::-1]

    def recalls(self) -> tuple[Recall, ...]:
        """Return the numbers of the windows before, where it is smoothed."""
        return () if self.smoothed is None else (Recall(self.ref, "measured", self.smoothed - 1),)

    def settle(self, context: Context) -> Figure[Any]:
        """Return the outcome: of its window, or of all its windows that end in the period."""
        windows = context.windows_of(self.ref)
        found = zip(self._outcomes(context, windows), windows, strict=True)
        outcomes = [context.excused(self.ref, each, window.name) for each, window in found]
        context.aspects[self.ref, "state"] = tuple(self._state(each) for each in outcomes)
        context.aspects[self.ref, "outcome"] = tuple(outcomes)
        if len(outcomes) == 1:
            return outcomes[0]
        if not outcomes:
            return given(self.title or "outcome", "undecided", self.cite)
        return derive("outcome", "outcome of windows/1", *outcomes, cites=(self.cite,))

    def _outcomes(self, context: Context, windows: Sequence[Window]) -> list[Figure[Any]]:
        """Return what each window comes to, before anything excuses it."""
        outcomes = [self.measure.outcome(context, each.name, self.target) for each in windows]
        if self.target is None or (self.smoothed is None and self.precision is None):
            return outcomes
        numbers = [level_number(each) for each in outcomes]
        return [
            outcome if number is None else judged(number, self.target, self.cite, self.precision)
            for outcome, number in zip(outcomes, self._smooth(context, numbers), strict=True)
        ]

    def _smooth(self, context: Context, numbers: Sequence[Figure[Any] | None]) -> list[Figure[Any] | None]:
        """Return each of the *numbers*, as they were measured, with those before it in one."""
        if self.smoothed is None or self.target is None:
            return list(numbers)
        back, kept = self.smoothed - 1, kept_numbers(numbers, self.cite)
        context.aspects[self.ref, "measured"] = kept
        past = (*context.past(self.ref, "measured", last=back), *kept)
        earlier = len(past) - len(kept)
        return [
            None
            if number is None
            else smoothed_number(number, past[max(0, place - back) : place], self.target.unit, self.cite)
            for place, number in enumerate(numbers, earlier)
        ]

    def _state(self, outcome: Figure[Any]) -> Figure[Any]:
        if not self.severities or outcome.value != "missed":
            return outcome
        number = level_number(outcome)
        if number is None:
            worst = given("worst severity", self.severity_names[0], self.cite)
            return derive("state", "severity/1", outcome, worst)
        severity = in_band("severity", number, [(each, each.is_) for each in self.severities], self.cite)
        return derive("state", "severity/1", outcome, severity)

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return the state of each window, its number where it has one, and what it was before it was smoothed."""
        numbers = (level_number(each) for each in context.aspects.get((self.ref, "outcome"), ()))
        known = tuple(each for each in numbers if each is not None)
        states = context.states(self.ref)
        measured = {"measured": context.aspects[self.ref, "measured"]} if self.smoothed is not None else {}
        return {"state": states} | ({"number": known} if len(known) == len(states) else {}) | measured


@rule("severity/1")
def _severity(outcome: str, severity: str) -> str:
    """Return how bad a miss is; of any other outcome the outcome itself."""
    return severity if outcome == "missed" else outcome


@rule("outcome of windows/1")
def _outcome_of_windows(first: str, *others: str) -> str:
    """Return ``missed`` when a window was missed, else ``met`` when one was met, else what the first one was."""
    outcomes = (first, *others)
    return next((word for word in ("missed", "met") if word in outcomes), first)


def level_number(outcome: Figure[Any]) -> Figure[Any] | None:
    """
    Return the number that an *outcome* was judged on.

    A ratio; None where there was too little to judge, or no single number.
    """
    plain = before_excuses(outcome)
    return plain.inputs[0].inputs[0] if plain.rule == "outcome/1" else None


def before_excuses(outcome: Figure[Any]) -> Figure[Any]:
    """Return what an *outcome* was before anything excused it."""
    while outcome.rule == "excused/1":
        outcome = outcome.inputs[0]
    return outcome
