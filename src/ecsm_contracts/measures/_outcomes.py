"""
The table of rows that a tally is the sum of: what every item came to.

It is kept in columns, each in the smallest machine type that holds its numbers, as there is a row for each ticket: some
fifty bytes a ticket, identity included, not some four hundred.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from hashlib import sha256
from itertools import islice, pairwise
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ecsm_contracts._model import canonical_json
from ecsm_contracts.errors import DuplicateItem, EngineInvariantError, InvalidValue
from ecsm_contracts.measures._distribution import Distribution
from ecsm_contracts.measures._packed import PackedTexts, decoded, encoded, fits, joined, narrow, ordered, wider
from ecsm_contracts.measures._tally import Tally, kept_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Outcomes", "Row"]

KINDS = ("billed", "declared", "forecast", "notice", "outage", "relief", "sample", "survey", "ticket", "volume", "work")
"""The kinds of item, in the order in which the table lists them."""
DIGEST_LENGTH = 16
"""Hexadecimal digits of an item's digest: 64 bits."""
_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_KIND_BYTES = tuple(bytes([number]) for number in range(len(KINDS)))
_SEALED_AT_ONCE = 1000
"""How many rows are put into one text while the table is sealed."""


class Row(NamedTuple):
    """
    What one item came to.

    Its kind and identity, a digest of what was known of it, and a number for each column.
    """

    kind: str
    ref: str
    digest: str
    numbers: tuple[int, ...]
    group: str = ""
    """
    What it is grouped by, where a clause looks at groups and this item counts for it: a JSON list of texts or nulls.
    """


class Outcomes:
    """The rows of all items, sorted by kind and identity; the tally is their sum. Immutable."""

    __slots__ = ("_digests", "_groups", "_kinds", "_numbers", "_refs", "columns")

    columns: tuple[str, ...]
    """The columns, as in the tally."""

    def __init__(self, columns: tuple[str, ...], rows: Iterable[Row] = ()) -> None:
        """
        Take the *rows*, in any order.

        Raises:
            DuplicateItem: when two rows are of one item.
            InvalidValue: when a row is of no known kind, or does not have a whole number for each column.
        """
        kinds, digests, refs, groups = array("B"), array("Q"), PackedTexts(), PackedTexts()
        numbers = [narrow() for _ in columns]
        for row in rows:
            _check(row, columns)
            kinds.append(_KIND_NUMBERS[row.kind])
            refs.append(row.ref)
            digests.append(int(row.digest, 16))
            groups.append(row.group)
            for place, number in enumerate(row.numbers):
                try:
                    numbers[place].append(number)
                except OverflowError:
                    if not fits(number):
                        raise _refused(row) from None
                    numbers[place] = wider(numbers[place], number)
        self.columns = columns
        self._keep(kinds, refs, digests, groups, numbers)

    def _keep(
        self,
        kinds: array[int],
        refs: PackedTexts,
        digests: array[int],
        groups: PackedTexts,
        numbers: Sequence[array[int]],
    ) -> None:
        """Keep these columns, in the order of kind and identity, each once."""
        self._kinds, self._refs, self._digests, self._groups = kinds, refs, digests, groups
        self._numbers = tuple(numbers)
        if all(before < after for before, after in pairwise(self._keys())):
            return
        order = [at for _, at in sorted(zip(self._keys(), range(len(kinds)), strict=True))]
        self._kinds, self._refs, self._digests = ordered(kinds, order), refs.ordered(order), ordered(digests, order)
        self._groups = groups.ordered(order)
        self._numbers = tuple(ordered(column, order) for column in numbers)
        for before, after in pairwise(self._keys()):
            if before == after:
                raise DuplicateItem(f"{KINDS[after[0]]} {decoded(after[1:])}")

    def _keys(self) -> Iterator[bytes]:
        """Iterate over what the rows are sorted by: one byte for the kind, then the identity."""
        return map(add, map(_KIND_BYTES.__getitem__, self._kinds), self._refs.all_encoded())

    def _key(self, at: int) -> bytes:
        """Return what the row at a place is sorted by."""
        return _KIND_BYTES[self._kinds[at]] + self._refs.encoded(at)

    def __add__(self, other: Self) -> Self:
        """
        Return the rows of both.

        Raises:
            DuplicateItem: when an item is in both.
            EngineInvariantError: when they are of different plans.
        """
        if self.columns != other.columns:
            raise EngineInvariantError("outcomes of different plans cannot be joined")
        found = type(self)(self.columns)
        found._keep(
            joined(self._kinds, other._kinds),
            self._refs.joined(other._refs),
            joined(self._digests, other._digests),
            self._groups.joined(other._groups),
            [joined(*pair) for pair in zip(self._numbers, other._numbers, strict=True)],
        )
        return found

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self._refs)

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows, sorted by kind and identity."""
        return map(self._row, range(len(self._refs)))

    def _row(self, at: int) -> Row:
        seal = f"{self._digests[at]:0{DIGEST_LENGTH}x}"
        numbers = tuple(column[at] for column in self._numbers)
        return Row(KINDS[self._kinds[at]], self._refs[at], seal, numbers, self._groups[at])

    def find(self, kind: str, ref: str) -> Row | None:
        """Return the row of one item; None when there is none. The table is sorted, so that this is quick."""
        wanted = _KIND_BYTES[KINDS.index(kind)] + encoded(ref)
        at = bisect_left(range(len(self._refs)), wanted, key=self._key)
        return self._row(at) if at < len(self._refs) and self._key(at) == wanted else None

    def of_kind(self, kind: str) -> Iterator[Row]:
        """Iterate over the rows of one kind, sorted by identity."""
        number = KINDS.index(kind)
        return map(self._row, range(bisect_left(self._kinds, number), bisect_right(self._kinds, number)))

    def __eq__(self, other: object) -> bool:
        """Compare columns and rows."""
        if not isinstance(other, Outcomes):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.digest())

    def __repr__(self) -> str:
        """Say how many items there are; a row for each would be no help."""
        return f"<Outcomes of {len(self)} items in {len(self.columns)} columns>"

    def tally(self) -> Tally:
        """Return the sum of the rows, column by column, with the values of the columns that are kept apart."""
        return Tally(self.columns, tuple(sum(column) for column in self._numbers), self.bags(), self.groups())

    def groups(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Return for each group the sums of its rows, sorted; empty where nothing is grouped."""
        sums: dict[str, tuple[int, ...]] = {}
        for row in self if self._groups.is_written else ():
            if row.group:
                before = sums.get(row.group)
                sums[row.group] = row.numbers if before is None else tuple(map(add, before, row.numbers))
        return tuple(sorted(sums.items()))

    def bags(self) -> tuple[Distribution, ...]:
        """Return the values of the columns that a tally keeps apart, of the rows that count, in their order."""
        return tuple(
            Distribution.of(
                value for value, counted in zip(self._numbers[place], self._numbers[counts], strict=True) if counted
            )
            for place, counts in kept_apart(self.columns)
        )

    def digest(self) -> str:
        """Return the digest of the whole table: of the canonical JSON of `to_data`, made part by part."""
        sealed, rows = sha256(b"["), (_row_data(row) for row in self)
        before = ""
        while part := list(islice(rows, _SEALED_AT_ONCE)):
            sealed.update(f"{before}{canonical_json(part)[1:-1]}".encode())
            before = ","
        sealed.update(b"]")
        return f"sha256:{sealed.hexdigest()}"

    def to_data(self) -> list[list[Any]]:
        """Return each row as ``[kind, ref, digest, number, …]``, with its group at the end where it has one."""
        return [_row_data(row) for row in self]

    @classmethod
    def from_data(cls, columns: tuple[str, ...], data: Iterable[list[Any]]) -> Self:
        """
        Return the table from what `to_data` gave.

        Raises:
            DuplicateItem: when two rows are of one item.
            InvalidValue: when a row is of no known kind, or does not have a whole number for each column.
        """
        return cls(columns, (_row_of(*each) for each in data))


def _row_data(row: Row) -> list[Any]:
    data: list[Any] = [row.kind, row.ref, row.digest, *row.numbers]
    return [*data, row.group] if row.group else data


def _row_of(kind: str, ref: str, seal: str, *numbers: Any) -> Row:
    if numbers and isinstance(numbers[-1], str) and numbers[-1]:
        return Row(kind, ref, seal, numbers[:-1], numbers[-1])
    return Row(kind, ref, seal, numbers)


def _check(row: Row, columns: tuple[str, ...]) -> None:
    kind, _, seal, numbers, _ = row
    whole = set(map(type, numbers)) <= {int} and len(numbers) == len(columns)
    if not whole or kind not in _KIND_NUMBERS or len(seal) != DIGEST_LENGTH or seal.strip("0123456789abcdef"):
        raise _refused(row)


def _refused(row: Row) -> InvalidValue:
    message = f"{row.kind} {row.ref}: a row has a known kind, a digest and a whole number for each column"
    return InvalidValue(message, rule="outcome_row", value=row)
