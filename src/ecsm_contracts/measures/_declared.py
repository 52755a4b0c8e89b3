"""A figure that was measured elsewhere and is declared for the period: a KPI, or an indicator of a business."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import Duration, duration_micros, to_micros
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures._base import SettingMeasure
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from ecsm_contracts.facts import Declared, Setting
    from ecsm_contracts.measures._observer import BoundLevel, LevelProgram
    from ecsm_contracts.measures._sums import Sums

__all__ = ["DeclaredFigure"]


class DeclaredFigure(SettingMeasure):
    """
    The value that was declared for exactly the period: 97.5 that gives a share is 97.5 %.

    A figure that is declared for another interval is not for this period. The same value twice is one; two different
    values leave the level not measured, as nobody can say which one is true.

    References: semantics, section 5.
    """

    columns: ClassVar[tuple[str, ...]] = ("counted", "numerator", "places", "overdue", "unproven")
    has_scope: ClassVar[bool] = False

    kind: Literal["declared"]
    figure: Ref
    """The name under which the figure is declared."""
    gives: Literal["share", "number"]
    """What the value is: per cent, or a plain number."""
    delivered_within: Duration | None = None
    """How long after the period's end it may be delivered, by the clock; exactly then is in time. Absent: any time."""
    when_late: Literal["missed", "not_measured", "accepted"] | None = None
    """The outcome when it is delivered later; ``accepted`` judges it all the same. Goes with `delivered_within`."""
    when_missing: Literal["missed", "not_measured"]
    """The outcome when it is not declared at all."""
    evidence: Literal["required", "optional"]
    """Whether a figure that names no evidence counts as not declared."""

    @model_validator(mode="after")
    def _late_means_something(self) -> Self:
        if (self.delivered_within is None) != (self.when_late is None):
            raise PydanticCustomError(
                "when_late", "delivered_within and when_late go together: say both, or leave both out"
            )
        return self

    @property
    def unit(self) -> Unit:  # type: ignore[override]  # a choice of the contract, not of the class
        """What the value is."""
        return self.gives

    def rows(self, level: BoundLevel, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return for each declaration of the figure for the period what it adds to the columns."""
        program = level.program
        declared = [each for each in setting.declared if self._is_for(each, program)]
        proven = [each for each in declared if self.evidence == "optional" or each.evidence is not None]
        found: dict[tuple[str, str], tuple[int, ...]] = {("declared", each.ref): (0, 0, 0, 0, 1) for each in declared}
        seen: set[tuple[int, int]] = set()
        for each in sorted(proven, key=lambda item: (item.at, item.ref)):
            value = each.numerator, each.places
            first = value not in seen
            seen.add(value)
            counts = (1, *value, int(self._is_late(each, program)), 0) if first else (0, 0, 0, 0, 0)
            found["declared", each.ref] = counts
        return found

    def _is_for(self, each: Declared, program: LevelProgram) -> bool:
        span = to_micros(each.start), to_micros(each.end)
        return each.figure == self.figure and span == (program.start, program.end)

    def _is_late(self, each: Declared, program: LevelProgram) -> bool:
        within = self.delivered_within
        return within is not None and to_micros(each.at) > program.end + duration_micros(within)

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the declared value."""
        cite = f"clause {ref}"
        declared = sums.count(f"values declared for {self.figure}", f"{ref}.counted")
        if declared.value > 1:
            return derive("outcome", "declared twice/1", declared, cites=(cite,))
        if not declared.value or target is None:
            unproven = sums.count("declarations without evidence", f"{ref}.unproven")
            words = given("when missing", self.when_missing, cite)
            return derive("outcome", "not declared/1", declared, unproven, words, cites=(cite,))
        late = sums.count("declared too late", f"{ref}.overdue")
        if late.value and self.when_late != "accepted":
            return derive("outcome", "declared late/1", late, given("when late", self.when_late, cite), cites=(cite,))
        digits = sums.count("declared, without its point", f"{ref}.numerator")
        places = sums.count("digits behind the point", f"{ref}.places")
        value = derive(self.figure, f"declared {self.gives}/1", digits, places)
        return judged(value, target, cite)


MOST_PLACES = 9
"""How many digits a declared figure has behind its point, at the most."""


@rule("declared number/1")
def _declared_number(numerator: int, places: int) -> Fraction:
    """Return a number with so many digits behind its point."""
    return Fraction(numerator, 10 ** _checked(places))


@rule("declared share/1")
def _declared_share(numerator: int, places: int) -> Fraction:
    """Return a percentage with so many digits behind its point, as a share."""
    return Fraction(numerator, 100 * 10 ** _checked(places))


def _checked(places: int) -> int:
    """Return *places*; a statement that was edited may say anything."""
    if not 0 <= places <= MOST_PLACES:
        raise InvalidValue(f"{places} digits behind the point; figures have at most 9", rule="number_scale")
    return places


@rule("declared twice/1")
def _declared_twice(declared: int) -> str:
    """Return ``not_measured``, as different values are declared for one period."""
    if declared <= 1:
        raise InvalidValue(f"{declared} value is not two", rule="not_declared_twice", value=declared)
    return "not_measured"


@rule("not declared/1")
def _not_declared(declared: int, unproven: int, when_missing: str) -> str:  # noqa: ARG001 - why it may be missing
    """Return what the contract says of a figure that is not declared with what it needs."""
    if declared:
        raise InvalidValue("it is declared", rule="not_missing", value=declared)
    return when_missing


@rule("declared late/1")
def _declared_late(late: int, when_late: str) -> str:
    """Return what the contract says of a figure that is declared too late."""
    if late < 1:
        raise InvalidValue("it is not declared late", rule="not_late", value=late)
    return when_late
