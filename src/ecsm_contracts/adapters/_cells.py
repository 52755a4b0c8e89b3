"""From the fields of a row to values: the cells of a mapping, made ready once for a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.adapters._bad import Bad
from ecsm_contracts.errors import did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from ecsm_contracts.adapters._mapping_parts import CellTerms, Only, TakeLeave

__all__ = ["hints", "optional_cell", "optional_time", "required_cell", "required_time", "row_filter"]

MOST_HINTED = 100
"""For how many values of one cell a hint is looked for: looking takes as long as reading a thousand rows."""


def hints(known: Collection[str]) -> Callable[[str], str]:
    """
    Return a function from a value to a hint at the one of *known* that was meant; to an empty text if none is close.

    A hint is looked for once for each value, and for the first values only.
    """
    found: dict[str, str] = {}

    def hint(value: str) -> str:
        if value not in found:
            if len(found) == MOST_HINTED:
                return ""
            found[value] = did_you_mean(value, known)
        return found[value]

    return hint


def _blank(name: str) -> Bad:
    return Bad("blank_cell", f"{name} is blank; say what a blank means (blank: …), or correct the row")


def optional_cell(
    cell: CellTerms | None, positions: Mapping[str, int], check: Callable[[str], str], name: str
) -> Callable[[Sequence[str]], str | None]:
    """
    Return a function from the fields of a row to the value of *cell*, which *check* has looked at; None where blank.

    The function raises `Bad` for a raw value without a meaning, and for a value that *check* refuses.
    """
    if cell is None:
        return lambda _: None
    if cell.always is not None:
        always = cell.always
        return lambda _: always
    raw = _raw_value(cell, positions, name)
    known = _meanings(cell)
    blank, otherwise = cell.blank, cell.otherwise
    hint = hints(known or ())

    def value(fields: Sequence[str]) -> str | None:
        text = raw(fields)
        if not text:
            return blank
        if known is None:
            return check(text)
        meaning = known.get(text, otherwise)
        if meaning is None:
            raise Bad("unmapped_value", f"{name}: the mapping does not list {shown(text)}{hint(text)}")
        return meaning

    return value


def _meanings(cell: CellTerms) -> dict[str, str] | None:
    return None if cell.is_ is None else {text.strip(): meaning for text, meaning in cell.is_.named.items()}


def _raw_value(cell: CellTerms, positions: Mapping[str, int], name: str) -> Callable[[Sequence[str]], str]:
    """Return a function from the fields of a row to the raw value of *cell*, without blanks at its edges."""
    if cell.column is not None:
        position = positions[cell.column]
        return lambda fields: fields[position].strip()
    parts = [optional_cell(part, positions, str, name) for part in cell.parts or ()]
    joint = cell.joined or ""

    def joined(fields: Sequence[str]) -> str:
        values = [part(fields) for part in parts]
        return "" if None in values else joint.join(value or "" for value in values).strip()

    return joined


def required_cell(
    cell: CellTerms, positions: Mapping[str, int], check: Callable[[str], str], name: str
) -> Callable[[Sequence[str]], str]:
    """Return as `optional_cell` does; a blank value is `Bad` too."""
    optional = optional_cell(cell, positions, check, name)

    def value(fields: Sequence[str]) -> str:
        found = optional(fields)
        if found is None:
            raise _blank(name)
        return found

    return value


def optional_time(
    column: str, positions: Mapping[str, int], read: Callable[[str], datetime | Bad], name: str
) -> Callable[[Sequence[str]], datetime | None]:
    """Return a function from the fields of a row to the instant in *column*; None where blank."""
    position = positions[column]

    def value(fields: Sequence[str]) -> datetime | None:
        text = fields[position].strip()
        if not text:
            return None
        found = read(text)
        if isinstance(found, Bad):
            raise Bad(found.code, f"{name}: {found}")
        return found

    return value


def required_time(
    column: str, positions: Mapping[str, int], read: Callable[[str], datetime | Bad], name: str
) -> Callable[[Sequence[str]], datetime]:
    """Return as `optional_time` does; a blank value is `Bad` too."""
    optional = optional_time(column, positions, read, name)

    def value(fields: Sequence[str]) -> datetime:
        found = optional(fields)
        if found is None:
            raise _blank(name)
        return found

    return value


def row_filter(only: Only, positions: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """
    Return a function that says whether a row is of the mapping; a row that one column leaves out is not.

    The function raises `Bad` for a value that is neither taken nor left.
    """
    rules = [(name.strip(), positions[name.strip()], *_sets(terms)) for name, terms in only.named.items()]
    hint = {name: hints(take) for name, _, take, _ in rules}

    def taken(fields: Sequence[str]) -> bool:
        values = [(fields[position].strip(), name, take, leave) for name, position, take, leave in rules]
        if any(value in leave for value, _, _, leave in values):
            return False
        for value, name, take, _ in values:
            if value not in take:
                message = f"only.{name}: the mapping neither takes nor leaves {shown(value)}{hint[name](value)}"
                raise Bad("unmapped_value", message)
        return True

    return taken


def _sets(terms: TakeLeave) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(text.strip() for text in terms.take), frozenset(text.strip() for text in terms.leave)
