"""The number that a promise must reach, and the comparison."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Tag, WithJsonSchema, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import Duration, duration_micros, show_duration
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import ExactDecimal
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import Percent

__all__ = ["Target", "Unit", "judged"]

Unit = Literal["share", "time", "number"]
"""What a measure gives: a share (written ``95%``), a time (``4h``), or a plain number (``"4.2"``)."""


def _kind_of(value: object) -> str:
    if isinstance(value, Percent) or (isinstance(value, str) and value.endswith("%")):
        return "share"
    if isinstance(value, timedelta) or (isinstance(value, str) and value[-1:].isalpha()):
        return "time"
    is_number = isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool)
    return "number" if is_number else "share"


Bound = Annotated[
    Annotated[Percent, Tag("share")] | Annotated[Duration, Tag("time")] | Annotated[ExactDecimal, Tag("number")],
    Discriminator(_kind_of),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[-0-9P]", "examples": ["95%", "4h", "4.2", 3]}),
]
"""A share (``95%``), a time (``4h``) or a plain number (``3``)."""


class Target(Model):
    """
    The number that must be reached, or not be exceeded; reaching it exactly is enough.

        >>> Target(at_least="95%").unit, Target(at_most="4h").unit, Target(at_most=3).unit
        ('share', 'time', 'number')
    """

    at_least: Bound | None = None
    """The measured number must be this or more."""
    at_most: Bound | None = None
    """The measured number must be this or less."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise PydanticCustomError(
                "target_shape", 'say at_least or at_most, and only one of them: {at_least: "95%"}'
            )
        if isinstance(self.bound, Percent) and self.bound > Percent.of(100):
            raise PydanticCustomError("target_range", "a target lies between 0% and 100%")
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @property
    def bound(self) -> Percent | timedelta | Decimal:
        """What the number is compared with."""
        value = self.at_most if self.at_least is None else self.at_least
        if value is None:  # pragma: no cover - the validator refuses such a target
            raise ValueError("no target")
        return value

    @property
    def unit(self) -> Unit:
        """The unit of the number that it is a target for."""
        bound = self.bound
        return "share" if isinstance(bound, Percent) else "time" if isinstance(bound, timedelta) else "number"

    def __str__(self) -> str:
        """Return ``at least 95%``, or ``at most 4h``."""
        word = "at most" if self.at_least is None else "at least"
        return f"{word} {self.shown_bound}"

    @property
    def shown_bound(self) -> str:
        """The bound for people: ``95%``, ``4h`` or ``4.2``."""
        bound = self.bound
        if isinstance(bound, timedelta):
            return show_duration(duration_micros(bound))
        return f"{bound:f}" if isinstance(bound, Decimal) else str(bound)


@rule("at most/1")
def _at_most(number: Fraction, target: Percent) -> bool:
    """Return whether the number does not exceed the target; equal is in order."""
    return number <= target.ratio


@rule("time at most/1")
def _time_at_most(number: timedelta, target: timedelta) -> bool:
    """Return whether the time does not exceed the target; equal is in order."""
    return duration_micros(number) <= duration_micros(target)


@rule("number at least/1")
def _number_at_least(number: Fraction | int, target: Fraction) -> bool:
    """Return whether the number reaches the target; equal is reached."""
    return number >= target


@rule("number at most/1")
def _number_at_most(number: Fraction | int, target: Fraction) -> bool:
    """Return whether the number does not exceed the target; equal is in order."""
    return number <= target


_COMPARISONS = {
    ("share", True): "at least/1",
    ("share", False): "at most/1",
    ("time", False): "time at most/1",
    ("number", True): "number at least/1",
    ("number", False): "number at most/1",
}


def judged(number: Figure[Any], target: Target, cite: str) -> Figure[Any]:
    """
    Return the outcome of a *number* against a *target*: ``met`` or ``missed``.

    Raises:
        InvalidValue: rule "target_unit", for a time that must be at least something: no measure promises that.
    """
    comparison = _COMPARISONS.get((target.unit, target.at_least is not None))
    if comparison is None:
        raise InvalidValue("a time is promised to be at most something", rule="target_unit", value=target)
    bound = target.bound
    stated = given("target", Fraction(bound) if isinstance(bound, Decimal) else bound, cite)
    return derive("outcome", "outcome/1", derive("target reached", comparison, number, stated), cites=(cite,))
