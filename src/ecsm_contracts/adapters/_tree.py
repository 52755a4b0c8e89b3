"""
The tree of a document, built from what a scanner meets: opens, keys, scalars and closes.

YAML and JSON differ in how they are scanned. What they have in common is here, once: duplicate keys, the
limits, the place of each part, and problems that are gathered, so that one reading reports all of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecsm_contracts.adapters._limits import DEPTH, NODES, PROBLEMS, SCALAR
from ecsm_contracts.contracts._document import Document, Path, Place, Raw, dotted
from ecsm_contracts.errors import DocumentError, Problem, shown

if TYPE_CHECKING:
    from ecsm_contracts.adapters._limits import Limit

__all__ = ["SURROGATE", "Lines", "TreeBuilder"]

_LINE_END = re.compile(r"\r\n|\n|\r")
SURROGATE = re.compile("[\ud800-\udfff]")


class Lines:
    r"""
    Turns an offset in a text into a place.

        >>> Lines("ab\ncd").place(4)
        Place(line=2, column=2)
    """

    def __init__(self, text: str) -> None:
        """Note where each line of *text* begins."""
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def place(self, offset: int) -> Place:
        """Return the place of the character at *offset*."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)


@dataclass(slots=True)
class _Open:
    """
    A list or mapping that has not ended.

    A mapping is `pending` between a key and its value; a `key` of None was refused. `seen` holds its keys so
    far.
    """

    container: dict[str, Raw] | list[Raw]
    path: Path
    is_key: bool = False
    pending: bool = False
    key: str | None = None
    seen: dict[str, Place] = field(default_factory=dict)


class TreeBuilder:
    """
    Builds a `Document` from the parts of it, in the order of the text.

    After a part that is refused, reading goes on to find the others; `stop` is for what cannot be read on
    from. A document is only handed out when nothing was refused, so what stands in for a refused part is
    never seen.
    """

    def __init__(self, name: str) -> None:
        """Begin an empty document called *name*."""
        self.name = name
        self._data: Raw = None
        self._places: dict[Path, Place] = {}
        self._key_places: dict[Path, Place] = {}
        self._problems: list[Problem] = []
        self._open: list[_Open] = []
        self._nodes = 0

    @property
    def depth(self) -> int:
        """How many lists and mappings are open."""
        return len(self._open)

    @property
    def in_mapping(self) -> bool:
        """Whether the innermost open container is a mapping."""
        return bool(self._open) and isinstance(self._open[-1].container, dict)

    @property
    def awaits_key(self) -> bool:
        """Whether the next part is a key."""
        return self.in_mapping and not self._open[-1].pending

    def open(self, container: dict[str, Raw] | list[Raw], place: Place) -> None:
        """
        Begin a list or mapping at *place*, given empty; as a key it is refused, and its content is dropped.
        """
        if len(self._open) >= DEPTH.value:
            raise self.exceeded(DEPTH, place)
        if is_key := self.awaits_key:
            self.refuse_key(place)
        path = self._attach(container, place)
        self._open.append(_Open(container, path, is_key))

    def close(self) -> None:
        """End the innermost list or mapping."""
        if self._open.pop().is_key:
            self.drop_key()

    def key(self, key: str, place: Place) -> None:
        """Take a key of the innermost mapping, at *place*."""
        self._count(place)
        self._check_text(key, place)
        mapping = self._open[-1]
        mapping.pending, mapping.key = True, key
        if first := mapping.seen.get(key):
            self.refuse(place, "duplicate_key", f"{shown(key)} is already given in line {first.line}")
        mapping.seen.setdefault(key, place)
        self._key_places.setdefault(self._next_path(), place)

    def refuse_key(self, place: Place) -> None:
        """Refuse a key that is not a text; its value is read and dropped."""
        self.refuse(place, "key_not_text", "a key must be a text")
        self.drop_key()

    def drop_key(self) -> None:
        """Stand in for a key that was refused; its value is read and dropped."""
        self._open[-1].pending, self._open[-1].key = True, None

    def scalar(self, value: str | bool | int | None, place: Place) -> None:  # noqa: FBT001 - it is data
        """Take a value that is neither a list nor a mapping."""
        if isinstance(value, str):
            self._check_text(value, place)
        self._attach(value, place)

    def refuse(self, place: Place, code: str, message: str) -> None:
        """Note a problem at *place* and go on, unless there are too many already."""
        self._problems.append(self._problem(place, code, message))
        if len(self._problems) >= PROBLEMS.value:
            raise self.exceeded(PROBLEMS, place)

    def stop(self, place: Place, code: str, message: str) -> DocumentError:
        """Return the error that ends the reading at *place*, with every problem found before it."""
        return DocumentError([*self._problems, self._problem(place, code, message)])

    def exceeded(self, limit: Limit, place: Place) -> DocumentError:
        """Return the error that ends the reading because of a *limit*."""
        return self.stop(place, limit.code, limit.message)

    def document(self) -> Document:
        """Return the document; its top must be a mapping, and nothing in it may have been refused."""
        if not isinstance(self._data, dict):
            message = "the document must be a mapping of fields, such as `ref: ACME-2026`"
            raise self.stop(self._places.get((), Place(1, 1)), "not_a_mapping", message)
        if self._problems:
            raise DocumentError(self._problems)
        return Document(self.name, self._data, self._places, self._key_places)

    def _attach(self, value: Raw, place: Place) -> Path:
        self._count(place)
        path = self._next_path()
        self._places.setdefault(path, place)
        if not self._open:
            self._data = value
            return path
        parent = self._open[-1]
        if isinstance(parent.container, list):
            parent.container.append(value)
        elif parent.key is not None:
            parent.container[parent.key] = value
        parent.pending = False
        return path

    def _next_path(self) -> Path:
        if not self._open:
            return ()
        parent = self._open[-1]
        if isinstance(parent.container, list):
            return (*parent.path, len(parent.container))
        return (*parent.path, parent.key) if parent.pending and parent.key is not None else parent.path

    def _count(self, place: Place) -> None:
        self._nodes += 1
        if self._nodes > NODES.value:
            raise self.exceeded(NODES, place)

    def _check_text(self, text: str, place: Place) -> None:
        if len(text) > SCALAR.value:
            self.refuse(place, SCALAR.code, SCALAR.message)
        if not text.isascii() and SURROGATE.search(text):
            self.refuse(place, "encoding", "half of a surrogate pair is not a character")

    def _problem(self, place: Place, code: str, message: str) -> Problem:
        return Problem(self.name, place.line, place.column, dotted(self._next_path()), code, message)
