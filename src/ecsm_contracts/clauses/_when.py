"""Conditions over the past: runs, and so many times among the last windows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.clauses._clause import Recall
from ecsm_contracts.clauses._past import GAPS
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.clauses._context import Context

__all__ = ["MOST_WINDOWS", "Together", "When", "WhenEach", "occurrence", "run_length"]

MOST_WINDOWS = 1200
"""How many windows a condition looks back at, at the most."""

Together = Literal["each", "any", "all"]
"""
Each level is priced by itself, and the amounts are added; or one price for all, as soon as any of them is missed, or
only when all are.
"""


class When(Model):
    """
    A condition over the windows of a level, that of now included; it holds for each level by itself, or for all pooled.

        >>> When(run=2, consumes=False).run
        2
    """

    outcome: Literal["missed", "met"] = "missed"
    """Which windows count: those that were missed, as penalties say, or those that were met."""
    severity: Ref | None = None
    """Only windows whose miss had this severity or a worse one count."""
    run: int | None = Field(default=None, ge=2, le=MOST_WINDOWS, strict=True)
    """It holds from this window in a row on; what a window without outcome does to a run the level says (`gaps`)."""
    times: int | None = Field(default=None, ge=1, le=MOST_WINDOWS, strict=True)
    """It holds when so many of the last `within` windows count."""
    within: int | None = Field(default=None, ge=2, le=MOST_WINDOWS, strict=True)
    """Among how many windows, that of now included, `times` are counted."""
    pooled: bool = False
    """Whether the windows of all levels count together; else each level is looked at by itself."""
    consumes: bool | None = None
    """Whether windows that made it hold once count again; required, as contracts differ."""

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if (self.times is None) != (self.within is None):
            raise PydanticCustomError("when_within", "times and within belong together: {times: 4, within: 12}")
        if self.run is not None and self.times is not None:
            raise PydanticCustomError("when_shape", "say run, or times and within, not both")
        if (self.run is None and self.times is None) != (self.consumes is None):
            raise PydanticCustomError(
                "when_consumes",
                "say whether windows that fired once count again: consumes: true or false; it belongs to run and times",
            )
        if self.pooled and self.times is None:
            raise PydanticCustomError("when_pooled", "only times are counted over several levels pooled")
        if self.severity is not None and self.outcome == "met":
            raise PydanticCustomError("when_severity", "a window that was met has no severity; leave it out")
        return self

    @property
    def looks_back(self) -> int:
        """How many windows before that of now it looks at."""
        if self.run is not None:
            return MOST_WINDOWS if self.consumes else self.run - 1
        return 0 if self.within is None else self.within - 1

    def recalls(self, ref: str, levels: Sequence[str]) -> tuple[Recall, ...]:
        """Return what a clause *ref* with this condition looks back at."""
        back = self.looks_back
        if not back:
            return ()
        states = [Recall(level, "state", back) for level in levels]
        fired = [Recall(ref, fired_name(level, self), back) for level in levels] if self.consumes else []
        return (*states, *fired)

    def fires(self, context: Context, ref: str, levels: Sequence[str]) -> dict[str, tuple[Figure[bool], ...]]:
        """Return for each level whether it holds, for each of the windows that end in the period."""
        if not self.pooled:
            return {level: self._fires_for(context, ref, [level]) for level in levels}
        return dict.fromkeys(levels, self._fires_for(context, ref, levels))

    def _fires_for(self, context: Context, ref: str, levels: Sequence[str]) -> tuple[Figure[bool], ...]:
        wanted = given("windows that count", " ".join(self._wanted(context, levels)), f"clause {ref}")
        found: list[Figure[bool]] = []
        fired = list(self._fired_before(context, ref, levels))
        windows = max((len(context.states(level)) for level in levels), default=0)
        for position in range(windows):
            states = self._states(context, levels, position, fired)
            found.append(self._holds(context, wanted, states, levels[0], ref))
            fired.append(bool(found[-1].value))
        return tuple(found)

    def _wanted(self, context: Context, levels: Sequence[str]) -> list[str]:
        if self.outcome == "met":
            return ["met"]
        names = [name for level in levels for name in context.severities_of(level)]
        if self.severity is None:
            return ["missed", *dict.fromkeys(names)]
        return list(
            dict.fromkeys(
                name
                for level in levels
                for name in context.severities_of(level)[: context.severities_of(level).index(self.severity) + 1]
            )
        )

    def _fired_before(self, context: Context, ref: str, levels: Sequence[str]) -> list[bool]:
        if not self.consumes:
            return []
        return [each.value is True for each in context.past(ref, fired_name(levels[0], self), last=self.looks_back)]

    def _states(
        self, context: Context, levels: Sequence[str], position: int, fired: Sequence[bool]
    ) -> list[Figure[str]]:
        """Return the states that may still count at the window *position*, oldest first."""
        back = self.looks_back
        found: list[Figure[str]] = []
        for level in levels:
            now = context.states(level)[: position + 1]
            past: tuple[Figure[str], ...] = ()
            if back:
                past = context.past(level, "state", last=back) if self.run is None else context.past_states(level, back)
            seen = [*past, *now]
            if self.run is None:
                seen = seen[-(back + 1) :]
            if self.consumes and True in fired:
                since = next(place for place, each in enumerate(reversed(fired)) if each)
                seen = seen[len(seen) - 1 - since :]
            found.extend(seen)
        return found

    def _holds(
        self, context: Context, wanted: Figure[str], states: Sequence[Figure[str]], level: str, ref: str
    ) -> Figure[bool]:
        cite = (f"clause {ref}",)
        if self.run is not None:
            count = derive("windows in a row", "run length/1", wanted, context.gaps_of(level), *states)
            needed = given("windows needed", Fraction(self.run), *cite)
            return derive("condition holds", "number at least/1", count, needed, cites=cite)
        count = derive("windows that count", "times counted/1", wanted, *states)
        needed = given("times needed", Fraction(self.times or 1), *cite)
        return derive("condition holds", "number at least/1", count, needed, cites=cite)


def fired_name(level: str, when: When) -> str:
    """Return the name under which a clause remembers for which windows a condition held."""
    return "fired" if when.pooled else f"fired {level}"


def run_length(context: Context, level: str, wanted: Sequence[str], position: int, back: int) -> Figure[int]:
    """Return how many windows of *level* in a row count, up to the one at *position* of those that end now."""
    words = given("windows that count", " ".join(wanted))
    states = (*context.past_states(level, back), *context.states(level)[: position + 1])
    return derive("windows in a row", "run length/1", words, context.gaps_of(level), *states)


def occurrence(context: Context, level: str, wanted: Sequence[str], position: int, within: int) -> Figure[int]:
    """Return how many of the last *within* windows of *level* count, up to the one at *position*."""
    words = given("windows that count", " ".join(wanted))
    states = (*context.past(level, "state", last=within - 1), *context.states(level)[: position + 1])
    return derive("windows that count", "times counted/1", words, *states[-within:])


def _when_tag(value: object) -> str:
    return "condition" if isinstance(value, (Mapping, When)) else "word"


WhenEach = Annotated[
    Annotated[Together, Tag("word")] | Annotated[When, Tag("condition")],
    Discriminator(_when_tag),
]
"""``each``, ``any`` or ``all`` of the levels that are missed now, or a condition over the past."""


@rule("run length/1")
def _run_length(wanted: str, gaps: str, *states: str) -> int:
    """
    Return how many windows in a row count, back from the last one.

    A window that was not measured or is excused breaks the row, or is skipped, as *gaps* says.
    """
    words = set(wanted.split())
    length = 0
    for position, state in enumerate(reversed(states)):
        if state in words:
            length += 1
        elif state not in GAPS or gaps != "skips" or position == 0:
            break
    return length


@rule("times counted/1")
def _times_counted(wanted: str, *states: str) -> int:
    """Return how many windows count."""
    words = set(wanted.split())
    return sum(state in words for state in states)
