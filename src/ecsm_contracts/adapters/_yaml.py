"""
The part of YAML in which every text means what it shows, with places.

Only the scanner and parser of PyYAML are used: they give events, and no event makes a Python object. Plain
`true`, `false`, `null`, `~` and whole numbers in their usual spelling are read as such; everything else is
the text as written, so that `NO`, `22:30`, `0123`, `1.10` and `2026-01-01` arrive untouched. What hides or
repeats content (tags, anchors, aliases, merge keys, duplicate keys) is refused.

This module needs PyYAML; `_documents` imports it when a YAML document is read, and not before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

import yaml
from yaml.reader import ReaderError

from ecsm_contracts._display import escape_text
from ecsm_contracts.adapters._tree import SURROGATE, Lines, TreeBuilder
from ecsm_contracts.contracts._document import Place
from ecsm_contracts.errors import DocumentError, shown

if TYPE_CHECKING:
    from ecsm_contracts.contracts._document import Document

__all__ = ["parse_yaml"]

_INT = re.compile(r"0|-?[1-9][0-9]{0,17}")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LONGEST_MESSAGE = 200


def parse_yaml(text: str, name: str) -> Document:
    r"""
    Return the document that the YAML *text* holds.

        >>> parse_yaml("country: NO\nopen: 22:30\nyear: 2026", "acme.yaml").data
        {'country': 'NO', 'open': '22:30', 'year': 2026}

    Raises:
        DocumentError: with every problem that was found.
    """
    tree = TreeBuilder(name)
    reader = _Reader(tree)
    try:
        loader = yaml.SafeLoader(text)
    except ReaderError as error:
        raise _bad_character(text, tree, error) from None
    try:
        while loader.check_event():
            reader.take(loader.get_event())  # type: ignore[no-untyped-call]  # the stubs leave its types out
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(tree, reader.last, error) from None
    except DocumentError:
        raise
    except (
        ValueError,
        OverflowError,
        IndexError,
    ):  # PyYAML lets them out for numbers in escapes and versions
        message = "the number in this escape or version is out of range"
        raise tree.stop(_place(loader.get_mark()), "yaml_syntax", message) from None
    return tree.document()


class _Mark(Protocol):
    """A place, as PyYAML gives it: both numbers count from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


class _Reader:
    """Hands the events of the parser to the tree; `last` is the place of the latest."""

    def __init__(self, tree: TreeBuilder) -> None:
        self.tree = tree
        self.last = Place(1, 1)
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        self.last = _place(event.start_mark)
        match event:
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent():
                self._check_properties(event)
                self._scalar(event)
            case yaml.CollectionStartEvent():
                self._check_properties(event)
                self.tree.open({} if isinstance(event, yaml.MappingStartEvent) else [], self.last)
            case yaml.CollectionEndEvent():
                self.tree.close()
            case yaml.DocumentStartEvent():
                self._document(event)
            case yaml.StreamEndEvent() if not self.documents:
                raise self.tree.stop(Place(1, 1), "empty_document", "the document is empty")

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.tree.stop(self.last, "yaml_syntax", "a second document begins here; a file holds one")
        if event.tags:
            self.tree.refuse(self.last, "tag", "tags are not read")

    def _check_properties(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self.tree.refuse(self.last, "alias", f"anchors are not read: {shown(event.anchor)}")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.tree.refuse(self.last, "tag", f"tags are not read: {shown(tag)}")

    def _alias(self, event: yaml.AliasEvent) -> None:
        self.tree.refuse(self.last, "alias", f"aliases are not read: {shown(event.anchor)}; write it out")
        if self.tree.awaits_key:
            self.tree.drop_key()
        else:
            self.tree.scalar(None, self.last)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        value, plain = str(event.value), not event.style
        if not self.tree.awaits_key:
            self._check_not_empty(value, plain=plain)
            self.tree.scalar(_plain_value(value) if plain else value, self.last)
        elif plain and not value:
            self.tree.refuse_key(self.last)
        elif plain and value == "<<":
            self.tree.refuse(self.last, "merge_key", 'merge keys are not read; write the fields out, or quote "<<"')
            self.tree.drop_key()
        else:
            self.tree.key(value, self.last)

    def _check_not_empty(self, value: str, *, plain: bool) -> None:
        if not self.tree.depth and plain and not value:
            raise self.tree.stop(self.last, "empty_document", "the document is empty")


def _plain_value(text: str) -> str | bool | int | None:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INT.fullmatch(text) else text


def _place(mark: _Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(0, 0)


def _syntax_error(tree: TreeBuilder, last: Place, error: yaml.MarkedYAMLError) -> DocumentError:
    parts = [escape_text(part)[:_LONGEST_MESSAGE] for part in (error.context, error.problem) if part]
    message = ", ".join(parts) or "not YAML"
    if "'\\t'" in (error.problem or ""):
        message += "; indent with spaces, not with tabs"
    return tree.stop(_place(error.problem_mark) if error.problem_mark else last, "yaml_syntax", message)


def _bad_character(text: str, tree: TreeBuilder, error: ReaderError) -> DocumentError:
    place = Lines(text).place(error.position)
    number = ord(text[error.position])
    code = "encoding" if SURROGATE.match(chr(number)) else "yaml_syntax"
    return tree.stop(place, code, f"the character U+{number:04X} is not allowed here")
