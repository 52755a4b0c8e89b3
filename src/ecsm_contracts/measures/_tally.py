"""The mergeable value between observing and settling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ecsm_contracts.errors import EngineInvariantError, UnknownReference

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Tally"]


@dataclass(frozen=True, slots=True)
class Tally:
    """
    Sums of integers by column, for one plan: all that clauses get to know about what happened.

    `tally + tally` is associative and commutative, and `Tally.zero(columns)` is neutral, so that tickets can
    be counted in any order and in any number of parts; `tally - tally` takes back. Times are in microseconds.

        >>> one, two = Tally(("4.2.met",), (1,)), Tally(("4.2.met",), (2,))
        >>> (one + two)["4.2.met"], (one + two - two) == one
        (3, True)
    """

    columns: tuple[str, ...]
    sums: tuple[int, ...]

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
        return type(self)(self.columns, tuple(a + b for a, b in zip(self.sums, other.sums, strict=True)))

    def __sub__(self, other: Self) -> Self:
        """Take *other* away column by column; both must be of one plan."""
        self._same_columns(other)
        return type(self)(self.columns, tuple(a - b for a, b in zip(self.sums, other.sums, strict=True)))

    def __getitem__(self, column: str) -> int:
        """Return the sum of one *column*, for example ``4.2.met``."""
        try:
            return self.sums[self.columns.index(column)]
        except ValueError:
            raise UnknownReference(f"no column {column!r}; there are {', '.join(self.columns)}") from None

    def to_data(self) -> dict[str, int]:
        """Return the sums by column."""
        return dict(zip(self.columns, self.sums, strict=True))

    @classmethod
    def from_data(cls, columns: tuple[str, ...], data: Mapping[str, int]) -> Self:
        """Return the tally with these *columns* from what `to_data` gave."""
        return cls(columns, tuple(data[column] for column in columns))
