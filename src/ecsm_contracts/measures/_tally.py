"""The mergeable value between observing and settling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from ecsm_contracts.errors import EngineInvariantError, UnknownReference
from ecsm_contracts.measures._distribution import Distribution

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Tally", "kept_apart"]


def kept_apart(columns: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """
    Return the places of the columns whose values a tally keeps apart, each with the place of what says that it counts.

    By their names: ``4.2.each`` is kept apart for the rows whose ``4.2.counted`` is not zero.

        >>> kept_apart(("4.2.counted", "4.2.each", "4.3.met"))
        ((1, 0),)
    """
    places = {column: place for place, column in enumerate(columns)}
    return tuple(
        (place, places[counted])
        for column, place in places.items()
        if column.endswith(".each") and (counted := f"{column.removesuffix('.each')}.counted") in places
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """
    Sums of integers by column, for one plan: all that clauses get to know about what happened.

    `tally + tally` is associative and commutative, and `Tally.zero(columns)` is neutral, so that tickets can
    be counted in any order and in any number of parts; `tally - tally` takes back. Times are in microseconds.
    Of the columns that medians and percentiles are made of the values are kept apart, too: see `each`.

        >>> one, two = Tally(("4.2.met",), (1,)), Tally(("4.2.met",), (2,))
        >>> (one + two)["4.2.met"], (one + two - two) == one
        (3, True)
    """

    columns: tuple[str, ...]
    sums: tuple[int, ...]
    bags: tuple[Distribution, ...] = ()
    """
    The values of the columns that are kept apart, ``4.2.each`` for example, in the order of the columns; empty ones by
    default.
    """

    groups: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """The sums of each group of items, by group and sorted, where a clause looks at groups; empty by default."""

    def __post_init__(self) -> None:
        """Give every column that is kept apart a distribution."""
        apart = kept_apart(self.columns)
        if not self.bags and apart:
            object.__setattr__(self, "bags", (Distribution(),) * len(apart))
        if len(self.bags) != len(apart):
            message = f"{len(self.bags)} distributions for {len(apart)} columns whose values are kept apart"
            raise EngineInvariantError(message)

    @classmethod
    def zero(cls, columns: tuple[str, ...]) -> Self:
        """Return the tally of nothing."""
        return cls(columns, (0,) * len(columns))

    def _same_columns(self, other: Self) -> None:
        if self.columns != other.columns:
            raise EngineInvariantError("tallies of different plans cannot be added")

    def __add__(self, other: Self) -> Self:
        """Add column by column; both must be of one plan."""
        self._same_columns(other)
        return type(self)(
            self.columns,
            tuple(a + b for a, b in zip(self.sums, other.sums, strict=True)),
            tuple(a + b for a, b in zip(self.bags, other.bags, strict=True)),
            _together(self.groups, other.groups, 1),
        )

    def __sub__(self, other: Self) -> Self:
        """Take *other* away column by column; both must be of one plan."""
        self._same_columns(other)
        return type(self)(
            self.columns,
            tuple(a - b for a, b in zip(self.sums, other.sums, strict=True)),
            tuple(a - b for a, b in zip(self.bags, other.bags, strict=True)),
            _together(self.groups, other.groups, -1),
        )

    def __getitem__(self, column: str) -> int:
        """Return the sum of one *column*, for example ``4.2.met``."""
        try:
            return self.sums[self.columns.index(column)]
        except ValueError:
            raise UnknownReference(f"no column {column!r}; there are {', '.join(self.columns)}") from None

    def each(self, column: str) -> Distribution:
        """
        Return all values of one *column* whose values are kept apart, for example ``4.2.each``.

            >>> columns = ("4.2.counted", "4.2.each")
            >>> Tally(columns, (2, 30), (Distribution.of([10, 20]),)).each("4.2.each").maximum
            20

        Raises:
            UnknownReference: when there is no such column.
            EngineInvariantError: when the values do not add up to the sum of the column.
        """
        names = [self.columns[place] for place, _ in kept_apart(self.columns)]
        if column not in names:
            raise UnknownReference(f"no values of {column!r} are kept apart; there are {', '.join(names) or 'none'}")
        found = self.bags[names.index(column)]
        if found.total != self[column]:
            message = f"the values of {column} add up to {found.total}, and its sum is {self[column]}: give both"
            raise EngineInvariantError(message)
        return found

    def _bags_by_name(self) -> dict[str, Distribution]:
        places = kept_apart(self.columns)
        return {self.columns[place]: bag for (place, _), bag in zip(places, self.bags, strict=True)}

    def to_data(self) -> dict[str, Any]:
        """Return the sums by column; of columns whose values are kept apart each value and how often it occurs."""
        sums = dict(zip(self.columns, self.sums, strict=True))
        return sums | {name: bag.to_data() for name, bag in self._bags_by_name().items()}

    @classmethod
    def from_data(cls, columns: tuple[str, ...], data: Mapping[str, Any]) -> Self:
        """Return the tally with these *columns* from what `to_data` gave."""
        bags = {columns[place]: Distribution.from_data(data[columns[place]]) for place, _ in kept_apart(columns)}
        sums = tuple(bags[column].total if column in bags else data[column] for column in columns)
        return cls(columns, sums, tuple(bags.values()))


_Groups = tuple[tuple[str, tuple[int, ...]], ...]


def _together(first: _Groups, second: _Groups, sign: int) -> _Groups:
    """Return the groups of both, added or taken away; a group of which nothing is left is not there."""
    if not first and not second:
        return ()
    sums = dict(first)
    for group, numbers in second:
        before = sums.get(group, (0,) * len(numbers))
        sums[group] = tuple(a + sign * b for a, b in zip(before, numbers, strict=True))
    return tuple(sorted((group, numbers) for group, numbers in sums.items() if any(numbers)))
