"""
Columns in as little memory as they need: numbers in the smallest machine type that holds them, texts in one piece.

A column is an `array`, which grows by `append`; where a number does not fit, the column moves to a wider type.
"""

from __future__ import annotations

from array import array
from itertools import chain, repeat
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["PackedTexts", "decoded", "encoded", "fits", "joined", "narrow", "ordered", "wider"]

_WIDTHS = (("b", 8), ("h", 16), ("i", 32), ("q", 64))
"""The types of a column, by bits: signed, and the same on every machine."""


def narrow() -> array[int]:
    """Return an empty column of the smallest type."""
    return array("b")


def fits(number: int) -> bool:
    """Return whether a column can hold *number*."""
    return -(1 << 63) <= number < 1 << 63


def wider(column: array[int], number: int) -> array[int]:
    """Return *column* with *number*, which fits in no column as narrow, in the smallest type that holds all."""
    code = next(code for code, bits in _WIDTHS if -(1 << (bits - 1)) <= number < 1 << (bits - 1))
    return array(code, chain(column, (number,)))


def joined(first: array[int], second: array[int]) -> array[int]:
    """Return both columns as one, in the wider of their types."""
    wide = max(first, second, key=lambda column: column.itemsize).typecode
    return array(wide, first) + array(wide, second)


def ordered(column: array[int], order: Iterable[int]) -> array[int]:
    """Return *column* in another *order*."""
    return array(column.typecode, map(column.__getitem__, order))


class PackedTexts:
    """
    Texts in one piece of UTF-8, and where each ends: of a text of ten letters fourteen bytes, not sixty-seven.

    UTF-8 sorts as its code points do, so that bytes are compared for texts.
    """

    __slots__ = ("_bytes", "_ends")

    def __init__(self, kept: Iterable[bytes] = ()) -> None:
        """Begin with texts as others have *kept* them, none by default."""
        self._bytes = bytearray()
        self._ends = narrow()
        for each in kept:
            self._add(each)

    def append(self, text: str) -> None:
        """Add *text* at the end."""
        self._add(encoded(text))

    def _add(self, kept: bytes) -> None:
        self._bytes += kept
        end = len(self._bytes)
        try:
            self._ends.append(end)
        except OverflowError:
            self._ends = wider(self._ends, end)

    @property
    def is_written(self) -> bool:
        """Whether any of them is not empty."""
        return bool(self._bytes)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ends)

    def encoded(self, place: int) -> bytes:
        """Return the text at *place*, from 0, as it is kept."""
        start = self._ends[place - 1] if place else 0
        return bytes(self._bytes[start : self._ends[place]])

    def __getitem__(self, place: int) -> str:
        """Return the text at *place*, from 0."""
        return decoded(self.encoded(place))

    def all_encoded(self) -> Iterator[bytes]:
        """Iterate over the texts as they are kept."""
        if not self._bytes:  # mostly so where they are groups
            yield from repeat(b"", len(self))
            return
        start = 0
        for end in self._ends:
            yield bytes(self._bytes[start:end])
            start = end

    def __eq__(self, other: object) -> bool:
        """Compare the texts."""
        if not isinstance(other, PackedTexts):
            return NotImplemented
        return self._ends == other._ends and self._bytes == other._bytes

    __hash__ = None  # type: ignore[assignment]  # it grows

    def ordered(self, order: Iterable[int]) -> Self:
        """Return the texts in another *order*."""
        return type(self)(map(self.encoded, order))

    def joined(self, other: Self) -> Self:
        """Return the texts of both."""
        return type(self)(chain(self.all_encoded(), other.all_encoded()))


def encoded(text: str) -> bytes:
    """Return *text* as `PackedTexts` keep it; halves of surrogate pairs, which facts refuse, are kept as they are."""
    return text.encode(errors="surrogatepass")


def decoded(kept: bytes) -> str:
    """Return the text that is *kept*."""
    return kept.decode(errors="surrogatepass")
