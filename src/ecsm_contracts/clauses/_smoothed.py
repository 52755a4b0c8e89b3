"""The number of a window smoothed: its mean with those of the windows before it."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecsm_contracts.calendars import duration_micros
from ecsm_contracts.figures import Figure, derive, given, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.measures._target import Unit

__all__ = ["kept_numbers", "smoothed_number"]

_NONE = "not_measured"


def kept_numbers(numbers: Sequence[Figure[Any] | None], cite: str) -> tuple[Figure[Any], ...]:
    """Return the numbers of windows as they are remembered: ``not_measured`` for a window without one."""
    return tuple(given("number", _NONE, cite) if each is None else each for each in numbers)


def smoothed_number(number: Figure[Any], before: Sequence[Figure[Any]], unit: Unit, cite: str) -> Figure[Any]:
    """Return the mean of *number* and of those *before* it; windows without a number are left out."""
    known = [each for each in before if each.value != _NONE]
    return derive(f"{number.name}, smoothed", f"mean of {unit}s/1", number, *known, cites=(cite,))


@rule("mean of numbers/1")
def _mean_of_numbers(first: Fraction | int, *others: Fraction | int) -> Fraction:
    """Return the mean of numbers, exactly."""
    return sum(map(Fraction, others), start=Fraction(first)) / (1 + len(others))


@rule("mean of shares/1")
def _mean_of_shares(first: Fraction, *others: Fraction) -> Fraction:
    """Return the mean of shares, exactly, each alike."""
    return sum(others, start=first) / (1 + len(others))


@rule("mean of times/1")
def _mean_of_times(first: timedelta, *others: timedelta) -> timedelta:
    """Return the mean of times, rounded up to the microsecond."""
    total = sum(map(duration_micros, others), start=duration_micros(first))
    return timedelta(microseconds=math.ceil(Fraction(total, 1 + len(others))))
