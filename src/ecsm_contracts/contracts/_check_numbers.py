"""Which numbers a level can have, which of them miss it, and which lie in a band."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.calendars import duration_micros, show_duration
from ecsm_contracts.measures import Count, DeclaredFigure, LevelsTogether, Promoters, Score
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Band, Bands, ServiceLevel

__all__ = [
    "ALL",
    "Numbers",
    "decimal",
    "exact",
    "in_unit",
    "met_numbers",
    "missed_numbers",
    "numbers_of_bands",
    "possible",
    "show",
    "shown",
]


def exact(value: Any) -> Fraction:
    """Return a bound, an edge or a unit as a number; times in microseconds."""
    if isinstance(value, timedelta):
        return Fraction(duration_micros(value))
    return value.ratio if isinstance(value, Percent) else Fraction(value)


def shown(value: Any) -> str:
    """Return a bound, an edge or a unit for people."""
    if isinstance(value, timedelta):
        return show_duration(duration_micros(value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class Numbers(NamedTuple):
    """
    The numbers between two edges.

        >>> missed, band = Numbers(high=Fraction(95)), Numbers(low=Fraction(95), with_low=True)
        >>> missed.meet(band).is_empty(), Numbers(high=Fraction(95), with_high=True).meet(band).is_empty()
        (True, False)
    """

    low: Fraction | None = None
    """The lower edge; None where there is none."""
    high: Fraction | None = None
    """The upper edge; None where there is none."""
    with_low: bool = False
    """Whether the lower edge is one of them."""
    with_high: bool = False
    """Whether the upper edge is one of them."""

    def meet(self, other: Numbers) -> Numbers:
        """Return the numbers that lie in both."""
        low, with_low = _tighter((self.low, self.with_low), (other.low, other.with_low), 1)
        high, with_high = _tighter((self.high, self.with_high), (other.high, other.with_high), -1)
        return Numbers(low, high, with_low, with_high)

    def is_empty(self, *, step: Fraction | None = None) -> bool:
        """Say whether there are none; with a *step*, no multiples of it."""
        if self.low is None or self.high is None:
            return False
        if step is None:
            return self.low > self.high or (self.low == self.high and not (self.with_low and self.with_high))
        first, last = -(-self.low // step), self.high // step
        first += first * step == self.low and not self.with_low
        last -= last * step == self.high and not self.with_high
        return first > last


ALL = Numbers()
"""Every number."""


def _tighter(
    first: tuple[Fraction | None, bool], second: tuple[Fraction | None, bool], sign: int
) -> tuple[Fraction | None, bool]:
    if first[0] is None or second[0] is None:
        return second if first[0] is None else first
    if first[0] == second[0]:
        return first[0], first[1] and second[1]
    return max(first, second, key=lambda each: sign * (each[0] or 0))


def missed_numbers(level: ServiceLevel) -> Numbers:
    """Return the numbers that miss the target of *level*, which has one."""
    word, bound = _word_and_bound(level)
    if word in {"at_least", "above"}:
        return Numbers(high=bound, with_high=word == "above")
    return Numbers(low=bound, with_low=word == "below")


def met_numbers(level: ServiceLevel) -> Numbers:
    """Return the numbers that meet the target of *level*, which has one."""
    word, bound = _word_and_bound(level)
    if word in {"at_least", "above"}:
        return Numbers(low=bound, with_low=word == "at_least")
    return Numbers(high=bound, with_high=word == "at_most")


def _word_and_bound(level: ServiceLevel) -> tuple[str, Fraction]:
    if level.target is None:
        return "at_least", Fraction(0)
    return level.target.word, exact(level.target.bound)


def possible(level: ServiceLevel) -> tuple[Numbers, Fraction | None]:
    """Return the numbers that *level* can be judged on, and the step that they come in; None where there is no such."""
    measure = level.measure
    step = None
    if isinstance(measure, (Count, LevelsTogether)) and level.smoothed is None:
        step = Fraction(1)
    elif level.precision is not None:
        step = Fraction(1, 10 ** (level.precision.places + (2 if measure.unit == "share" else 0)))
    if isinstance(measure, DeclaredFigure):
        return ALL, step
    if isinstance(measure, Score) and measure.unit == "number":
        low, high = (-100, 100) if isinstance(measure.take, Promoters) else measure.scale
        return Numbers(Fraction(low), Fraction(high), with_low=True, with_high=True), step
    highest = Fraction(1) if measure.unit == "share" else None
    return Numbers(Fraction(0), highest, with_low=True, with_high=True), step


def numbers_of_bands(bands: Bands) -> Iterator[tuple[int, Band, Numbers]]:
    """Yield each band with its position and the numbers in it."""
    lower: Fraction | None = None
    with_lower = False
    for position, band in enumerate(bands.bands):
        upper = None if band.edge is None else exact(band.edge)
        yield position, band, Numbers(lower, upper, with_lower, band.up_to is not None)
        lower, with_lower = upper, band.up_to is None


def show(numbers: Numbers, level: ServiceLevel) -> str:
    """Return *numbers* in the unit of the *level*: ``from 95% to below 99%``."""
    low = None if numbers.low is None else in_unit(numbers.low, level)
    high = None if numbers.high is None else in_unit(numbers.high, level)
    if low is not None and low == high:
        return f"exactly {low}"
    upper = f"{'up to' if numbers.with_high else 'below'} {high}"
    if low is None:
        return "all" if high is None else upper
    lower = f"{'from' if numbers.with_low else 'above'} {low}"
    if high is None:
        return f"{lower} on" if numbers.with_low else lower
    return f"{lower} {'to' if upper.startswith('below') and numbers.with_low else 'and'} {upper}".replace(
        "and up", "up"
    )


def in_unit(number: Fraction, level: ServiceLevel) -> str:
    """Return a *number* in the unit of the *level*."""
    unit = level.measure.unit
    if unit == "time":
        return show_duration(number.numerator // number.denominator)
    return f"{decimal(number * 100)}%" if unit == "share" else decimal(number)


def decimal(number: Fraction) -> str:
    """Return a terminating number in full, another one to four decimals, cut."""
    scaled = next((place for place in range(13) if (number * 10**place).denominator == 1), 4)
    digits = number * 10**scaled
    whole, sign = abs(digits.numerator) // digits.denominator, "-" if number < 0 else ""
    text = str(whole).rjust(scaled + 1, "0")
    return f"{sign}{text[:-scaled]}.{text[-scaled:]}" if scaled else f"{sign}{text}"
