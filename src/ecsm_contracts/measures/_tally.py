"""
The mergeable value between observing and settling, and the table of rows that it is the sum of.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ecsm_contracts._model import digest
from ecsm_contracts.errors import DuplicateItem, EngineInvariantError, InvalidValue, UnknownReference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Outcomes", "Row", "Tally"]


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


class Row(NamedTuple):
    """
    What one item came to.

    Its kind and identity, a digest of what was known of it, and a number for each column.
    """

    kind: str
    ref: str
    digest: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The rows of all items, sorted by kind and identity; the tally is their sum."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, columns: tuple[str, ...], rows: Iterable[Row]) -> Self:
        """
        Return the *rows* sorted.

        Raises:
            DuplicateItem: when two rows are of one item.
        """
        ordered = tuple(sorted(rows))
        for before, after in pairwise(ordered):
            if before[:2] == after[:2]:
                raise DuplicateItem(f"{after.kind} {after.ref}")
        return cls(columns, ordered)

    def __add__(self, other: Self) -> Self:
        """Return the rows of both; no item may be in both."""
        return type(self).of(self.columns, (*self.rows, *other.rows))

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows, sorted by kind and identity."""
        return iter(self.rows)

    def tally(self) -> Tally:
        """Return the sum of the rows, column by column."""
        sums = [0] * len(self.columns)
        for row in self.rows:
            for position, number in enumerate(row.numbers):
                sums[position] += number
        return Tally(self.columns, tuple(sums))

    def digest(self) -> str:
        """Return the digest of the whole table."""
        return digest(self.to_data())

    def to_data(self) -> list[list[Any]]:
        """Return each row as ``[kind, ref, digest, number, …]``."""
        return [[row.kind, row.ref, row.digest, *row.numbers] for row in self.rows]

    @classmethod
    def from_data(cls, columns: tuple[str, ...], data: Iterable[list[Any]]) -> Self:
        """
        Return the table from what `to_data` gave.

        Raises:
            InvalidValue: when a row does not have a whole number for each column.
        """
        rows = [Row(kind, ref, seal, tuple(numbers)) for kind, ref, seal, *numbers in data]
        for row in rows:
            if len(row.numbers) != len(columns) or not all(type(number) is int for number in row.numbers):
                raise InvalidValue(
                    f"{row.kind} {row.ref}: a row has a whole number for each of {len(columns)} columns",
                    rule="outcome_row",
                    value=row,
                )
        return cls.of(columns, rows)
