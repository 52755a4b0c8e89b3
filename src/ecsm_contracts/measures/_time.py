"""How long tickets take: the mean, the median, a percentile or the longest of their times."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import duration_micros
from ecsm_contracts.errors import EngineInvariantError, InvalidValue
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures._base import ClockMeasure, Seen, WhenTooFew, in_population, too_few
from ecsm_contracts.measures._distribution import Definition, Distribution, left_out_of, percentile_place
from ecsm_contracts.measures._target import Target, Unit, judged
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from ecsm_contracts.measures._sums import Sums

__all__ = ["Percentile", "Statistic", "TimeTaken", "Trimmed"]


def _inner(share: Percent) -> Percent:
    if not 0 < share.ratio < 1:
        raise PydanticCustomError("share_range", "this share lies between 0% and 100%, and is neither of them")
    return share


class Percentile(Model):
    """
    The time that a share of the tickets does not exceed.

        >>> Percentile(percentile="90%", by="nearest_rank").to_data()
        {'percentile': '90%', 'by': 'nearest_rank'}
    """

    percentile: Percent
    """The share, for example ``90%``."""
    by: Definition
    """
    Which percentile is meant, as they differ on small samples: ``nearest_rank`` (the smallest time that so many of
    all do not exceed), ``linear`` (Excel's PERCENTILE.INC) or ``exclusive`` (its PERCENTILE.EXC).
    """

    _range = field_validator("percentile")(_inner)


class Trimmed(Model):
    """The mean without the longest times, which nobody could have helped."""

    trimmed: Percent
    """The share of the tickets that is left out, those with the longest times; their number is rounded down."""

    _range = field_validator("trimmed")(_inner)


def _statistic_tag(value: object) -> str:
    if isinstance(value, Mapping):
        return "trimmed" if "trimmed" in value else "percentile"
    return "trimmed" if isinstance(value, Trimmed) else "percentile" if isinstance(value, Percentile) else "word"


Statistic = Annotated[
    Annotated[Literal["mean", "median", "maximum"], Tag("word")]
    | Annotated[Percentile, Tag("percentile")]
    | Annotated[Trimmed, Tag("trimmed")],
    Discriminator(_statistic_tag),
]
"""What is told of many times in one."""


class TimeTaken(ClockMeasure):
    """
    How long the tickets of a period took, in one number.

    Of ten tickets the 90th percentile by nearest rank is the ninth shortest time. The number is carried to the
    microsecond and rounded up, so that it is at most a target exactly when the unrounded one is.

    References: semantics, section 5.
    """

    columns: ClassVar[tuple[str, ...]] = ("counted", "each")
    unit: ClassVar[Unit | None] = "time"

    kind: Literal["time"]
    population: Literal["resolved", "closed", "active", "open"]
    """
    Which tickets a period counts: those that were last resolved, or last closed, in it; ``open``, those whose clock
    runs or is held at its end, with their age by then; or ``active``, those that were open at any instant of it.
    """
    statistic: Statistic
    """What is told of their times."""
    minimum: int = Field(ge=1, le=1_000_000, strict=True)
    """With fewer tickets than this, `when_too_few` says what the outcome is."""
    when_too_few: WhenTooFew
    """The outcome for a small sample, the empty one included."""

    @model_validator(mode="after")
    def _clocks_have_stopped(self) -> Self:
        if self.population == "resolved" and self.clock.finish != "resolved":
            raise PydanticCustomError(
                "population_unstopped",
                "the clock of a resolved ticket still runs here: add resolved to stop, or write population: closed",
            )
        return self

    def numbers(self, seen: Seen) -> tuple[int, ...]:
        """Return whether the ticket is counted, and how long it took."""
        at_end = seen.at_end
        if at_end is None or not at_end.judged:
            return 0, 0
        if not (at_end.ticking if self.population == "open" else in_population(self.population, seen)):
            return 0, 0
        return 1, at_end.longest if self.clock.attempt == "worst" else at_end.elapsed

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the statistic."""
        cite = f"clause {ref}"
        if unrecorded := sums.unrecorded(self.clock):
            return derive("outcome", "not recorded/1", *unrecorded, cites=(cite,))
        when = "at the period's end" if self.population == "open" else "in the period"
        counted = sums.count(f"tickets {self.population} {when}", f"{ref}.counted")
        if counted.value < self.minimum or target is None:
            return too_few(sums, ref, counted, self.minimum, self.when_too_few)
        times = _Times(sums, ref, counted)
        return judged(times.statistic(self.statistic), target, cite)


class _Times:
    """The times of a level, and the figures of what is told of them."""

    def __init__(self, sums: Sums, ref: str, counted: Figure[int]) -> None:
        self.counted, self.sums = counted, sums
        self.column, self.cite = f"{ref}.each", f"clause {ref}"
        self.each: Distribution = sums.each(self.column)
        if len(self.each) != counted.value:
            raise EngineInvariantError(f"{ref}: {counted.value} tickets counted, and {len(self.each)} times")

    def statistic(self, statistic: Statistic) -> Figure[timedelta]:
        """Return what is told of the times."""
        if isinstance(statistic, Percentile):
            share = given("percentile", statistic.percentile, self.cite)
            place = derive("place of the percentile", _PLACES[statistic.by], self.counted, share)
            return self._at(f"{statistic.percentile} percentile of the times", place)
        if isinstance(statistic, Trimmed):
            return self._trimmed(given("share left out", statistic.trimmed, self.cite))
        if statistic == "median":
            place = derive("place of the median", "median place/1", self.counted)
            return self._at("median of the times", place)
        if statistic == "maximum":
            return given("longest time", self._ranked(self.counted.value), f"tally {self.column}")
        total = self.sums.time("time of all", self.column)
        return derive("mean of the times", "mean time/1", total, self.counted)

    def _ranked(self, place: int) -> timedelta:
        return timedelta(microseconds=self.each.ranked(place))

    def _at(self, name: str, place: Figure[Fraction]) -> Figure[timedelta]:
        """Return the time at a *place*; between two, where it is not whole."""
        ranks = sorted({math.floor(place.value), math.ceil(place.value)})
        of = f"of {self.counted.value}"
        times = [
            given(f"time {rank} {of}, shortest first", self._ranked(rank), f"tally {self.column}") for rank in ranks
        ]
        return derive(name, "time at place/1", place, *times)

    def _trimmed(self, share: Figure[Percent]) -> Figure[timedelta]:
        left_out = derive("tickets left out", "number left out/1", self.counted, share)
        kept = timedelta(microseconds=self.each.total_of_smallest(self.counted.value - left_out.value))
        total = given("time of all others", kept, f"tally {self.column}")
        return derive("trimmed mean of the times", "trimmed mean time/1", total, self.counted, left_out)


_PLACES: Mapping[str, str] = {
    "nearest_rank": "nearest rank place/1",
    "linear": "linear place/1",
    "exclusive": "exclusive place/1",
}


def _rounded_up(micros: Fraction) -> timedelta:
    """Return a time to the microsecond, rounded up: it is at most a target exactly when the unrounded one is."""
    return timedelta(microseconds=math.ceil(micros))


@rule("mean time/1")
def _mean_time(total: timedelta, count: int) -> timedelta:
    """Divide a time by a number, rounded up to the microsecond."""
    return _rounded_up(Fraction(duration_micros(total), count))


@rule("number left out/1")
def _number_left_out(count: int, share: Percent) -> int:
    """Return how many a share of a number is, rounded down."""
    return left_out_of(count, share.ratio)


@rule("trimmed mean time/1")
def _trimmed_mean_time(total: timedelta, count: int, left_out: int) -> timedelta:
    """Divide the time of those that are not left out by their number, rounded up to the microsecond."""
    return _rounded_up(Fraction(duration_micros(total), count - left_out))


@rule("median place/1")
def _median_place(count: int) -> Fraction:
    """Return the place in the middle, from 1 on; between two places for an even number."""
    return Fraction(count + 1, 2)


@rule("nearest rank place/1")
def _nearest_rank_place(count: int, share: Percent) -> Fraction:
    """Return the place of a percentile: the smallest one with at least the share at or before it (type 1)."""
    return percentile_place(count, share.ratio, "nearest_rank")


@rule("linear place/1")
def _linear_place(count: int, share: Percent) -> Fraction:
    """Return the place of a percentile: ``(n - 1) p + 1`` (type 7)."""
    return percentile_place(count, share.ratio, "linear")


@rule("exclusive place/1")
def _exclusive_place(count: int, share: Percent) -> Fraction:
    """Return the place of a percentile: ``(n + 1) p``, from 1 to n (type 6)."""
    return percentile_place(count, share.ratio, "exclusive")


@rule("time at place/1")
def _time_at_place(place: Fraction, lower: timedelta, *upper: timedelta) -> timedelta:
    """Return the time at a place, in proportion between the two beside it, rounded up to the microsecond."""
    part = place - math.floor(place)
    if len(upper) != (part != 0):
        raise InvalidValue("a whole place takes one time, another one two", rule="place_times", value=place)
    below = duration_micros(lower)
    above = duration_micros(upper[0]) if upper else below
    return _rounded_up(below + (above - below) * part)
