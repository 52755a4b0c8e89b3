"""
All values of a column, with how often each occurs: what means, medians and percentiles are made of.

A distribution is as mergeable as a sum. Its statistics are exact: a mean is a fraction, a percentile is by a named
definition, of which there are nine in the field that differ on small samples.

References:
    R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996),
    361-365. Type 1 is `nearest_rank`; type 7, the default of NumPy and Excel's PERCENTILE.INC, is `linear`; type 6,
    Excel's PERCENTILE.EXC, is `exclusive`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, Self

from ecsm_contracts.errors import EngineInvariantError, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Definition", "Distribution", "left_out_of", "percentile_place"]

Definition = Literal["nearest_rank", "linear", "exclusive"]
"""Which percentile is meant; see `percentile_place`."""


def percentile_place(count: int, share: Fraction, by: Definition) -> Fraction:
    """
    Return the place of the percentile *share* (0 to 1) among *count* sorted values, from 1 to *count*.

    A place between two values stands for a number between them, in proportion.

    - ``nearest_rank``: the smallest whole place that has at least *share* of all at or before it (type 1).
    - ``linear``: ``(count - 1) * share + 1`` (type 7).
    - ``exclusive``: ``(count + 1) * share`` (type 6), at least 1 and at most *count*.

        >>> [str(percentile_place(10, Fraction(9, 10), by)) for by in ("nearest_rank", "linear", "exclusive")]
        ['9', '91/10', '99/10']

    Raises:
        InvalidValue: rule "percentile_share", for a share outside 0 to 1, or when there are no values.
    """
    if count < 1 or not 0 <= share <= 1:
        message = f"there is no place of {share} among {count} values; a share lies between 0 and 1"
        raise InvalidValue(message, rule="percentile_share", value=share)
    if by == "nearest_rank":
        return Fraction(max(1, math.ceil(count * share)))
    if by == "linear":
        return (count - 1) * share + 1
    return min(max((count + 1) * share, Fraction(1)), Fraction(count))


def left_out_of(count: int, share: Fraction) -> int:
    """Return how many of *count* values are the *share* that a trimmed mean leaves out, rounded down."""
    return math.floor(count * share)


@dataclass(frozen=True, slots=True)
class Distribution:
    """
    A multiset of integers. Make one with `Distribution.of`.

    `+` is commutative and associative, ``Distribution()`` is neutral, and `-` takes back; so parts can be merged in
    any order. Statistics are of what is there: they refuse a distribution that more was taken from than it had.

        >>> times = Distribution.of([40, 10, 20, 20])
        >>> times.pairs, len(times), times.total, times.ranked(4)
        (((10, 1), (20, 2), (40, 1)), 4, 90, 40)
        >>> times.mean, times.median, times - Distribution.of([40]) == Distribution.of([10, 20, 20])
        (Fraction(45, 2), Fraction(20, 1), True)
    """

    values: tuple[int, ...] = ()
    """The values that occur, each once, rising."""
    counts: tuple[int, ...] = ()
    """How often each occurs; below zero while more was taken back than had been there."""

    @classmethod
    def of(cls, values: Iterable[int]) -> Self:
        """Return the distribution of *values*, in any order."""
        return cls._of_counter(Counter(values))

    @classmethod
    def _of_counter(cls, counter: Counter[int]) -> Self:
        values = tuple(sorted(value for value, count in counter.items() if count))
        return cls(values, tuple(map(counter.__getitem__, values)))

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Each value with how often it occurs, rising."""
        return tuple(zip(self.values, self.counts, strict=True))

    def __add__(self, other: Self) -> Self:
        """Return what is in either, as often as in both together."""
        counter = Counter(dict(self.pairs))
        counter.update(dict(other.pairs))
        return self._of_counter(counter)

    def __sub__(self, other: Self) -> Self:
        """Take back what is in *other*."""
        counter = Counter(dict(self.pairs))
        counter.subtract(dict(other.pairs))
        return self._of_counter(counter)

    def __len__(self) -> int:
        """
        Return how many values there are, those that occur twice counted twice.

        Raises:
            EngineInvariantError: when more of a value was taken back than had been there.
        """
        if self.counts and min(self.counts) < 0:
            raise EngineInvariantError("more values were taken from a distribution than it had")
        return sum(self.counts)

    def __bool__(self) -> bool:
        """Return whether there is any value."""
        return bool(self.values)

    @property
    def total(self) -> int:
        """The sum of all values."""
        return sum(value * count for value, count in self.pairs)

    def ranked(self, place: int) -> int:
        """
        Return the *place*-th smallest value, counted from 1.

        Raises:
            InvalidValue: rule "rank_range", when there are fewer values, or *place* is below 1.
        """
        if not 1 <= place <= len(self):
            raise InvalidValue(f"there is no place {place} among {len(self)} values", rule="rank_range", value=place)
        return self.values[bisect_left(list(accumulate(self.counts)), place)]

    def total_of_smallest(self, count: int) -> int:
        """Return the sum of the *count* smallest values."""
        total, left = 0, min(count, len(self))
        for value, times in self.pairs:
            taken = min(times, left)
            total, left = total + value * taken, left - taken
        return total

    @property
    def mean(self) -> Fraction:
        """
        The sum of all values by their number.

        Raises:
            InvalidValue: rule "rank_range", when there are none; so do the other statistics.
        """
        return Fraction(self.total, self._some())

    @property
    def median(self) -> Fraction:
        """The value in the middle, or the mean of the two there."""
        return self.percentile(Fraction(1, 2), "linear")

    @property
    def maximum(self) -> int:
        """The largest value."""
        return self.ranked(self._some())

    def percentile(self, share: Fraction, by: Definition) -> Fraction:
        """
        Return the percentile *share* (0 to 1) by the definition *by*; see `percentile_place`.

            >>> times = Distribution.of(range(10, 110, 10))
            >>> [str(times.percentile(Fraction(9, 10), by)) for by in ("nearest_rank", "linear", "exclusive")]
            ['90', '91', '99']
        """
        place = percentile_place(self._some(), share, by)
        lower, upper = self.ranked(math.floor(place)), self.ranked(math.ceil(place))
        return lower + (upper - lower) * (place - math.floor(place))

    def trimmed_mean(self, share: Fraction) -> Fraction:
        """Return the mean without the largest *share* of the values (0 to below 1), their number rounded down."""
        kept = self._some() - left_out_of(len(self), share)
        if kept < 1 or share < 0:
            message = f"a trimmed mean leaves out a share from 0 to below 1, not {share}"
            raise InvalidValue(message, rule="percentile_share", value=share)
        return Fraction(self.total_of_smallest(kept), kept)

    def _some(self) -> int:
        if not len(self):
            raise InvalidValue("there are no values", rule="rank_range", value=self)
        return len(self)

    def to_data(self) -> list[list[int]]:
        """Return each value with how often it occurs."""
        return [list(pair) for pair in self.pairs]

    @classmethod
    def from_data(cls, data: Iterable[Iterable[int]]) -> Self:
        """Return the distribution from what `to_data` gave."""
        counter: Counter[int] = Counter()
        for value, count in data:
            counter[value] += count
        return cls._of_counter(counter)
