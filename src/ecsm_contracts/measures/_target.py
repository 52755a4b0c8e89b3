"""The number that a promise must reach, and the comparison."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, WithJsonSchema, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import Duration, duration_micros, show_duration
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import ExactDecimal
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import Percent, RoundingMode, round_ratio

__all__ = ["Precision", "Target", "Unit", "judged"]

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


_WORDS = {"at_least": ("at least", "≥"), "at_most": ("at most", "≤"), "above": ("above", ">"), "below": ("below", "<")}


class Target(Model):
    """
    The number that must be reached, or not be exceeded; reaching it exactly is enough, unless it says otherwise.

        >>> Target(at_least="95%").unit, Target(at_most="4h").unit, Target(at_most=3).unit
        ('share', 'time', 'number')
        >>> str(Target(above="99.5%")), Target(above="99.5%").sign
        ('above 99.5%', '>')
    """

    at_least: Bound | None = None
    """The measured number must be this or more."""
    at_most: Bound | None = None
    """The measured number must be this or less."""
    above: Bound | None = None
    """The measured number must be more than this; exactly this is a miss."""
    below: Bound | None = None
    """The measured number must be less than this; exactly this is a miss."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(getattr(self, name) is not None for name in _WORDS) != 1:
            raise PydanticCustomError(
                "target_shape", 'say at_least, at_most, above or below, and only one of them: {at_least: "95%"}'
            )
        if isinstance(self.bound, Percent) and self.bound > Percent.of(100):
            raise PydanticCustomError("target_range", "a target lies between 0% and 100%")
        if self.above == Percent.of(100) or self.below == Percent.of(0):
            raise PydanticCustomError("target_never", "no share is above 100% or below 0%: this is always missed")
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @property
    def word(self) -> str:
        """The field that is given: ``at_least``, ``at_most``, ``above`` or ``below``."""
        return next((name for name in _WORDS if getattr(self, name) is not None), "at_least")

    @property
    def more_is_better(self) -> bool:
        """Whether the number must be great enough; otherwise it must be small enough."""
        return self.word in {"at_least", "above"}

    @property
    def sign(self) -> str:
        """The comparison in one character: ``≥``, ``≤``, ``>`` or ``<``."""
        return _WORDS[self.word][1]

    @property
    def bound(self) -> Percent | timedelta | Decimal:
        """What the number is compared with."""
        value: Percent | timedelta | Decimal | None = getattr(self, self.word)
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
        return f"{_WORDS[self.word][0]} {self.shown_bound}"

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


@rule("above/1")
def _above(number: Fraction, target: Percent) -> bool:
    """Return whether the number exceeds the target; equal is a miss."""
    return number > target.ratio


@rule("below/1")
def _below(number: Fraction, target: Percent) -> bool:
    """Return whether the number lies under the target; equal is a miss."""
    return number < target.ratio


@rule("time below/1")
def _time_below(number: timedelta, target: timedelta) -> bool:
    """Return whether the time is shorter than the target; equal is a miss."""
    return duration_micros(number) < duration_micros(target)


@rule("number above/1")
def _number_above(number: Fraction | int, target: Fraction) -> bool:
    """Return whether the number exceeds the target; equal is a miss."""
    return number > target


@rule("number below/1")
def _number_below(number: Fraction | int, target: Fraction) -> bool:
    """Return whether the number lies under the target; equal is a miss."""
    return number < target


_COMPARISONS = {
    ("share", "at_least"): "at least/1",
    ("share", "at_most"): "at most/1",
    ("share", "above"): "above/1",
    ("share", "below"): "below/1",
    ("time", "at_most"): "time at most/1",
    ("time", "below"): "time below/1",
    ("number", "at_least"): "number at least/1",
    ("number", "at_most"): "number at most/1",
    ("number", "above"): "number above/1",
    ("number", "below"): "number below/1",
}


class Precision(Model):
    """
    To how many decimals a number is carried before it is judged, as a contract prints it: ``98.0-98.9 %``.

    The decimals of a share are those of its percentage.

        >>> tenths = Precision(places=1, mode="half_up")
        >>> judged(given("uptime", Fraction("0.98951")), Target(at_least="99%"), "clause 4.1", tenths).value
        'met'
    """

    places: int = Field(ge=0, le=9, strict=True)
    """How many decimals are kept; with 1, 98.951 % is 99.0 %."""
    mode: RoundingMode
    """How it is rounded to them: ``half_up``, ``half_even``, ``down`` and so on."""


@rule("rounded number/1")
def _rounded_number(number: Fraction | int, places: int, mode: RoundingMode) -> Fraction:
    """Round a number to so many decimals, by a named mode."""
    return Fraction(round_ratio(Fraction(number) * 10**places, mode), 10**places)


@rule("rounded share/1")
def _rounded_share(share: Fraction, places: int, mode: RoundingMode) -> Fraction:
    """Round a share to so many decimals of its percentage, by a named mode."""
    return Fraction(round_ratio(Fraction(share) * 100 * 10**places, mode), 100 * 10**places)


def judged(number: Figure[Any], target: Target, cite: str, precision: Precision | None = None) -> Figure[Any]:
    """
    Return the outcome of a *number* against a *target*: ``met`` or ``missed``.

    With a *precision* the number is rounded first, and the rounded one is what the outcome names.

    Raises:
        InvalidValue: rule "target_unit", for a time that must be at least something: no measure promises that; rule
            "precision_time", for a time that is to be rounded.
    """
    comparison = _COMPARISONS.get((target.unit, target.word))
    if comparison is None:
        raise InvalidValue("a time is promised to be at most something", rule="target_unit", value=target)
    bound = target.bound
    if precision is not None:
        number = _rounded(number, target.unit, precision, cite)
    stated = given("target", Fraction(bound) if isinstance(bound, Decimal) else bound, cite)
    return derive("outcome", "outcome/1", derive("target reached", comparison, number, stated), cites=(cite,))


def _rounded(number: Figure[Any], unit: Unit, precision: Precision, cite: str) -> Figure[Any]:
    if unit == "time":
        raise InvalidValue("a time is judged as it is, not rounded", rule="precision_time", value=precision)
    places, mode = given("decimal places", precision.places, cite), given("rounding", precision.mode, cite)
    return derive(f"{number.name}, rounded", f"rounded {unit}/1", number, places, mode)
