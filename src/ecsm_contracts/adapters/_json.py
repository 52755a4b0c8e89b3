"""
Strict JSON with places.

The reader of the standard library gives no places, lets a second key replace the first, and reads `NaN`. This
one does not; it takes the scanner of texts from there, and keeps no call stack, so that nothing can exhaust
it.
"""

from __future__ import annotations

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs leave it out
from typing import TYPE_CHECKING, Final

from ecsm_contracts.adapters._limits import DIGITS
from ecsm_contracts.adapters._tree import Lines, TreeBuilder
from ecsm_contracts.errors import shown

if TYPE_CHECKING:
    from ecsm_contracts.contracts._document import Document, Place
    from ecsm_contracts.errors import DocumentError

__all__ = ["parse_json"]

_SPACE = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r'[^ \t\n\r,:"\[\]{}]+')
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"-?(?:NaN|Infinity)")
_LITERALS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


def parse_json(text: str, name: str) -> Document:
    """
    Return the document that the JSON *text* holds.

        >>> parse_json('{"ref": "A", "years": [2026]}', "acme.json").data
        {'ref': 'A', 'years': [2026]}

    Raises:
        DocumentError: with every problem that was found.
    """
    return _Reader(text, name).read()


class _Reader:
    """One reading of one text: `at` is the offset that is read next."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.at = 0
        self.lines = Lines(text)
        self.tree = TreeBuilder(name)

    def read(self) -> Document:
        if not self._peek():
            raise self.tree.stop(self._place(), "empty_document", "the document is empty")
        began = self._value()
        while self.tree.depth:
            began = self._step(began=began)
        if self._peek():
            raise self._error("the document has ended, but there is more text")
        return self.tree.document()

    def _step(self, *, began: bool) -> bool:
        """
        Read the next item of the innermost container; *began* says that it has none yet. Same for the next.
        """
        closing = "}" if self.tree.in_mapping else "]"
        char = self._peek()
        if char == closing:
            self.at += 1
            self.tree.close()
            return False
        if not began:
            if char != ",":
                raise self._error(f'expected "," or "{closing}"')
            self.at += 1
            if self._peek() == closing:
                raise self._error(f'expected another item between "," and "{closing}"')
        if self.tree.in_mapping:
            self._key()
        return self._value()

    def _key(self) -> None:
        if self._peek() != '"':
            raise self._error("expected a key in double quotes")
        place = self._place()
        self.tree.key(self._string(), place)
        if self._peek() != ":":
            raise self._error('expected ":" after the key')
        self.at += 1

    def _value(self) -> bool:
        """Read a scalar, or the beginning of a list or mapping; return whether it was the latter."""
        char = self._peek()
        place = self._place()
        if char in ("{", "["):
            self.at += 1
            self.tree.open({} if char == "{" else [], place)
            return True
        if char == '"':
            self.tree.scalar(self._string(), place)
        else:
            self._word(place)
        return False

    def _word(self, place: Place) -> None:
        match = _WORD.match(self.text, self.at)
        if match is None:
            raise self._error("expected a value")
        word = match[0]
        value: bool | int | None = None
        if word in _LITERALS:
            value = _LITERALS[word]
        elif _INT.fullmatch(word):
            value = self._int(word, place)
        elif _FLOAT.fullmatch(word):
            self.tree.refuse(place, "number_float", f'a number with a fraction; write it as a text: "{word[:80]}"')
        elif _NOT_FINITE.fullmatch(word):
            self.tree.refuse(place, "not_finite", f"{word} is not a number")
        else:
            raise self._error(f"{shown(word)} is not a value; a text stands in double quotes")
        self.at = match.end()
        self.tree.scalar(value, place)

    def _int(self, word: str, place: Place) -> int:
        if len(word.lstrip("-")) > DIGITS.value:
            self.tree.refuse(place, DIGITS.code, DIGITS.message)
            return 0
        return int(word)

    def _string(self) -> str:
        try:
            value, self.at = scanstring(self.text, self.at + 1, True)  # noqa: FBT003 - it takes no keywords
        except JSONDecodeError as error:
            self.at = min(error.pos, len(self.text))
            message = error.msg.removesuffix(" at").removesuffix(" starting")
            raise self._error(message[:1].lower() + message[1:]) from None
        return str(value)

    def _peek(self) -> str:
        """Skip space and return the next character, or an empty text at the end."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def _place(self) -> Place:
        return self.lines.place(self.at)

    def _error(self, message: str) -> DocumentError:
        return self.tree.stop(self._place(), "json_syntax", message if self._left() else f"{message}, but it ends here")

    def _left(self) -> bool:
        return self.at < len(self.text)
