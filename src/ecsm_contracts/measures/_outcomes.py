"""
The table of rows that a tally is the sum of: what every item came to.

It is kept in columns, each in the smallest machine type that holds its numbers, as there is a row for each ticket: some
fifty bytes a ticket, identity included, not some four hundred.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from hashlib import sha256
from itertools import islice, pairwise, repeat
from json import JSONEncoder
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, Self

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
"""How many rows are put into one text while the table is sealed or written."""
_quoted = JSONEncoder(ensure_ascii=False).encode
"""A text as canonical JSON writes it."""
_Plain = tuple[int, bytes, int, bytes, tuple[int, ...]]
"""A row as the table keeps it: kind, identity, digest, group, numbers; the first two are what rows are sorted by."""


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

    __slots__ = ("_added", "_digests", "_groups", "_kinds", "_numbers", "_refs", "columns")

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
        self._added: Tally | None = None
        if all(before < after for before, after in pairwise(self._keys())):
            return
        order = sorted(range(len(kinds)), key=list(self._keys()).__getitem__)
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
        if not len(self) or not len(other):
            return self if len(self) else other
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
        return map(_row, self._plain())

    def _plain(self) -> Iterator[_Plain]:
        """Iterate over the rows as they are kept."""
        numbers = zip(*self._numbers, strict=True) if self._numbers else repeat((), len(self))
        return zip(
            self._kinds, self._refs.all_encoded(), self._digests, self._groups.all_encoded(), numbers, strict=True
        )

    def _row(self, at: int) -> Row:
        numbers = tuple(column[at] for column in self._numbers)
        return _row((self._kinds[at], self._refs.encoded(at), self._digests[at], self._groups.encoded(at), numbers))

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
        return all(getattr(self, name) == getattr(other, name) for name in _KEPT)

    def differences(self, other: Outcomes) -> Iterator[tuple[Row | None, Row | None]]:
        """
        Yield each item whose row is not the same in both tables, as it is here and as it is in *other*.

        By kind and identity; None where the table has no such item. Equal tables are told at once, and others row by
        row, without a copy of either.

            >>> here, there = Row("ticket", "T-1", "0" * 16, (1,)), Row("ticket", "T-1", "0" * 16, (0,))
            >>> [(mine.numbers, theirs.numbers) for mine, theirs in
            ...  Outcomes(("4.2.met",), [here]).differences(Outcomes(("4.2.met",), [there]))]
            [((1,), (0,))]
        """
        if self == other:
            return
        all_mine, all_theirs = self._plain(), other._plain()
        mine, theirs = next(all_mine, None), next(all_theirs, None)
        while mine is not None or theirs is not None:
            is_here = mine is not None and (theirs is None or mine[:2] <= theirs[:2])
            is_there = theirs is not None and (mine is None or theirs[:2] <= mine[:2])
            if mine != theirs:
                yield (
                    _row(mine) if is_here and mine is not None else None,
                    _row(theirs) if is_there and theirs is not None else None,
                )
            mine = next(all_mine, None) if is_here else mine
            theirs = next(all_theirs, None) if is_there else theirs

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """Leave out the sums, which are added up again where they are needed."""
        return None, {name: getattr(self, name) for name in _KEPT} | {"_added": None}

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.digest())

    def __repr__(self) -> str:
        """Say how many items there are; a row for each would be no help."""
        return f"<Outcomes of {len(self)} items in {len(self.columns)} columns>"

    def tally(self) -> Tally:
        """Return the sum of the rows, column by column, with the values of the columns that are kept apart."""
        if self._added is None:
            sums = tuple(sum(column) for column in self._numbers)
            self._added = Tally(self.columns, sums, self.bags(), self.groups())
        return self._added

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
        sealed = sha256()
        for part in self.json_parts():
            sealed.update(part.encode())
        return f"sha256:{sealed.hexdigest()}"

    def to_data(self) -> list[list[Any]]:
        """Return each row as ``[kind, ref, digest, number, …]``, with its group at the end where it has one."""
        return list(self.data_rows())

    def data_rows(self) -> Iterator[list[Any]]:
        """Iterate over what `to_data` returns, row by row."""
        return ([kind, ref, seal, *numbers, *([group] if group else ())] for kind, ref, seal, numbers, group in self)

    def json_rows(self) -> Iterator[str]:
        """
        Iterate over the canonical JSON of each row of `to_data`, made straight from the columns.

            >>> list(Outcomes(("4.2.met",), [Row("ticket", "T-1", "00c0ffee00c0ffee", (1,))]).json_rows())
            ['["ticket","T-1","00c0ffee00c0ffee",1]']
        """
        return self._json_rows(self._numbers, with_groups=self._groups.is_written)

    def json_parts(self, *, items_only: bool = False) -> Iterator[str]:
        """
        Iterate over parts of the canonical JSON of `to_data`, a thousand rows in each.

        Args:
            items_only: Of each row only kind, identity and digest: what was known, not what it came to.
        """
        rows = self._json_rows((), with_groups=False) if items_only else self.json_rows()
        before = "["
        while part := list(islice(rows, _SEALED_AT_ONCE)):
            yield before + ",".join(part)
            before = ","
        yield "]" if len(self) else "[]"

    def _json_rows(self, numbers: Sequence[array[int]], *, with_groups: bool) -> Iterator[str]:
        kinds, refs = map(KINDS.__getitem__, self._kinds), map(_quoted, map(decoded, self._refs.all_encoded()))
        written = f'["%s",%s,"%0{DIGEST_LENGTH}x"' + ",%d" * len(numbers)
        rows = zip(kinds, refs, self._digests, *numbers, strict=True)
        if not with_groups:
            return map(f"{written}]".__mod__, rows)
        groups = (f",{_quoted(decoded(group))}]" if group else "]" for group in self._groups.all_encoded())
        return map(add, map(written.__mod__, rows), groups)

    @classmethod
    def from_data(cls, columns: tuple[str, ...], data: Iterable[list[Any]]) -> Self:
        """
        Return the table from what `to_data` gave.

        Raises:
            DuplicateItem: when two rows are of one item.
            InvalidValue: when a row is of no known kind, or does not have a whole number for each column.
        """
        return cls(columns, (_row_of(*each) for each in data))


_KEPT = ("_digests", "_groups", "_kinds", "_numbers", "_refs", "columns")
"""All that a table is."""


def _row(plain: _Plain) -> Row:
    kind, ref, seal, group, numbers = plain
    return Row(KINDS[kind], decoded(ref), f"{seal:0{DIGEST_LENGTH}x}", numbers, decoded(group))


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
