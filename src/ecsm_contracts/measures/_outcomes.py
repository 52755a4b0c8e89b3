"""
The table of rows that a tally is the sum of: what every item came to.

It is kept in columns of machine integers, as there is a row for each ticket: some eighty bytes a ticket, not some
three hundred.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ecsm_contracts._model import digest
from ecsm_contracts.errors import DuplicateItem, EngineInvariantError, InvalidValue
from ecsm_contracts.measures._tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Outcomes", "Row"]

KINDS = ("notice", "outage", "ticket")
"""The kinds of item, in the order in which the table lists them."""
DIGEST_LENGTH = 16
"""Hexadecimal digits of an item's digest: 64 bits."""


class Row(NamedTuple):
    """
    What one item came to.

    Its kind and identity, a digest of what was known of it, and a number for each column.
    """

    kind: str
    ref: str
    digest: str
    numbers: tuple[int, ...]


class Outcomes:
    """The rows of all items, sorted by kind and identity; the tally is their sum. Immutable."""

    __slots__ = ("_digests", "_kinds", "_numbers", "_refs", "columns")

    columns: tuple[str, ...]
    """The columns, as in the tally."""

    def __init__(self, columns: tuple[str, ...], rows: Iterable[Row] = ()) -> None:
        """
        Take the *rows*, in any order.

        Raises:
            DuplicateItem: when two rows are of one item.
            InvalidValue: when a row is of no known kind, or does not have a whole number for each column.
        """
        kinds, digests = array("B"), array("Q")
        refs: list[str] = []
        numbers = [array("q") for _ in columns]
        for row in rows:
            _check(row, columns)
            kinds.append(KINDS.index(row.kind))
            refs.append(row.ref)
            digests.append(int(row.digest, 16))
            for column, number in zip(numbers, row.numbers, strict=True):
                column.append(number)
        order = sorted(range(len(refs)), key=lambda at: (kinds[at], refs[at]))
        self.columns = columns
        self._kinds = array("B", [kinds[at] for at in order])
        self._refs = tuple(refs[at] for at in order)
        self._digests = array("Q", [digests[at] for at in order])
        self._numbers = tuple(array("q", [column[at] for at in order]) for column in numbers)
        for before, after in pairwise(zip(self._kinds, self._refs, strict=True)):
            if before == after:
                raise DuplicateItem(f"{KINDS[after[0]]} {after[1]}")

    def __add__(self, other: Self) -> Self:
        """
        Return the rows of both.

        Raises:
            DuplicateItem: when an item is in both.
            EngineInvariantError: when they are of different plans.
        """
        if self.columns != other.columns:
            raise EngineInvariantError("outcomes of different plans cannot be joined")
        return type(self)(self.columns, (*self, *other))

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self._refs)

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows, sorted by kind and identity."""
        return map(self._row, range(len(self._refs)))

    def _row(self, at: int) -> Row:
        seal = f"{self._digests[at]:0{DIGEST_LENGTH}x}"
        return Row(KINDS[self._kinds[at]], self._refs[at], seal, tuple(column[at] for column in self._numbers))

    def find(self, kind: str, ref: str) -> Row | None:
        """Return the row of one item; None when there is none. The table is sorted, so that this is quick."""
        wanted = KINDS.index(kind), ref
        at = bisect_left(range(len(self._refs)), wanted, key=lambda place: (self._kinds[place], self._refs[place]))
        found = self._row(at) if at < len(self._refs) else None
        return found if found is not None and (found.kind, found.ref) == (kind, ref) else None

    def of_kind(self, kind: str) -> Iterator[Row]:
        """Iterate over the rows of one kind, sorted by identity."""
        number = KINDS.index(kind)
        return map(self._row, range(bisect_left(self._kinds, number), bisect_right(self._kinds, number)))

    def __eq__(self, other: object) -> bool:
        """Compare columns and rows."""
        if not isinstance(other, Outcomes):
            return NotImplemented
        return self.columns == other.columns and self.to_data() == other.to_data()

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.digest())

    def __repr__(self) -> str:
        """Say how many items there are; a row for each would be no help."""
        return f"<Outcomes of {len(self)} items in {len(self.columns)} columns>"

    def tally(self) -> Tally:
        """Return the sum of the rows, column by column."""
        return Tally(self.columns, tuple(sum(column) for column in self._numbers))

    def digest(self) -> str:
        """Return the digest of the whole table."""
        return digest(self.to_data())

    def to_data(self) -> list[list[Any]]:
        """Return each row as ``[kind, ref, digest, number, …]``."""
        return [[row.kind, row.ref, row.digest, *row.numbers] for row in self]

    @classmethod
    def from_data(cls, columns: tuple[str, ...], data: Iterable[list[Any]]) -> Self:
        """
        Return the table from what `to_data` gave.

        Raises:
            DuplicateItem: when two rows are of one item.
            InvalidValue: when a row is of no known kind, or does not have a whole number for each column.
        """
        return cls(columns, (Row(kind, ref, seal, tuple(numbers)) for kind, ref, seal, *numbers in data))


def _check(row: Row, columns: tuple[str, ...]) -> None:
    whole = all(type(number) is int and abs(number) < 1 << 63 for number in row.numbers)
    sealed = len(row.digest) == DIGEST_LENGTH and not row.digest.strip("0123456789abcdef")
    if row.kind not in KINDS or len(row.numbers) != len(columns) or not whole or not sealed:
        message = f"{row.kind} {row.ref}: a row has a known kind, a digest and a whole number for each column"
        raise InvalidValue(message, rule="outcome_row", value=row)
