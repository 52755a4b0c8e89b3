"""
A document as it was written: plain data, and the place of each part of it in its file.

Nothing here knows a format. What reads YAML or JSON hands over a `Document`; what checks a contract looks at
its data and, when something is wrong, asks it for a `Problem` at the right line and column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ecsm_contracts._display import escape_text
from ecsm_contracts.errors import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Document", "Path", "Place", "Raw", "dotted"]

Path: TypeAlias = "tuple[str | int, ...]"
"""The way from the top of a document to a part of it: keys of mappings and positions in lists, from 0."""

Raw: TypeAlias = "dict[str, Raw] | list[Raw] | str | bool | int | None"
"""
What a document holds before it is checked. There are no floats: a number with a fraction is written as text.
"""

LONGEST_MESSAGE = 1000
"""The longest message of one problem; it may list names of the document."""
SHOWN_PATH_PART = 80
"""The longest key that a path repeats as it is."""


class Place(NamedTuple):
    """
    A place in a file, as an editor shows it.

    Attributes:
        line: the line, from 1; 0 when the place is not known.
        column: the character in the line, from 1; 0 when the place is not known.
    """

    line: int
    column: int


UNKNOWN = Place(0, 0)


def dotted(path: Path) -> str:
    """
    Return *path* as people read it; a key that would be misread is put in quotes.

        >>> dotted(("clauses", 2, "within"))
        'clauses.2.within'
        >>> dotted(("weights", "4.1"))
        "weights.'4.1'"
    """
    return ".".join(str(part) if isinstance(part, int) or _is_plain(part) else shown(part) for part in path)


def _is_plain(key: str) -> bool:
    return 0 < len(key) <= SHOWN_PATH_PART and key.isprintable() and "." not in key


@dataclass(frozen=True, slots=True)
class Document:
    """
    What a file says, before anything is checked, and where it says it.

        >>> document = Document("acme.yaml", {"term": {"end": "soon"}}, {("term", "end"): Place(3, 8)})
        >>> str(document.problem(("term", "end"), "date_syntax", "not a date"))
        'acme.yaml:3:8: term.end: not a date [date_syntax]'

    Attributes:
        name: the name of the file, as problems show it.
        data: the data. Nobody changes it; a checked model is made from it.
        places: where each value begins; the empty path is the document itself.
        key_places: where the key of each value in a mapping begins.
    """

    name: str
    data: Raw
    places: Mapping[Path, Place] = field(default_factory=dict, repr=False)
    key_places: Mapping[Path, Place] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, data: Raw, name: str = "contract") -> Document:
        """
        Return a document of data that was made in Python, which has no places.

            >>> str(Document.of({"ref": ""}).problem(("ref",), "empty", "the reference is empty"))
            'contract: ref: the reference is empty [empty]'
        """
        return cls(name, data)

    def place(self, path: Path) -> Place:
        """
        Return where the value at *path* begins, or else the nearest part around it that is known.

            >>> Document("a", {"b": {}}, {(): Place(1, 1), ("b",): Place(1, 4)}).place(("b", "missing", 0))
            Place(line=1, column=4)
        """
        for length in range(len(path), -1, -1):
            if found := self.places.get(path[:length]):
                return found
        return UNKNOWN

    def key_place(self, path: Path) -> Place:
        """
        Return where the key of the value at *path* begins; a value without a key stands for itself.

            >>> Document("a", {"b": 1}, {("b",): Place(1, 4)}, {("b",): Place(1, 1)}).key_place(("b",))
            Place(line=1, column=1)
        """
        return self.key_places.get(path) or self.place(path)

    def problem(self, path: Path, code: str, message: str, *, at_key: bool = False) -> Problem:
        """
        Return what is wrong at *path*, placed at its value or, with *at_key*, at its key.

        A *message* may repeat names of the document: it is escaped here, and cut where it grows long.
        """
        line, column = self.key_place(path) if at_key else self.place(path)
        told = escape_text(message[: LONGEST_MESSAGE + 1])
        told = told if len(told) <= LONGEST_MESSAGE else told[:LONGEST_MESSAGE] + "…"
        return Problem(self.name, line, column, dotted(path), code, told)
