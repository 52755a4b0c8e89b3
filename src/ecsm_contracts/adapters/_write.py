"""
Contracts as text: YAML that a person reads, and JSON.

What is written is the expanded document, every default in its place, in the order in which the classes name their
fields. A text stands in quotes where this library, or any reader that follows YAML 1.1, would take it for something
else; dates alone stay bare, as a person writes them, and this library reads them as text.

PyYAML is not needed for writing.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecsm_contracts.adapters._documents import FORMS, Form, parse_document
from ecsm_contracts.adapters._limits import SIZE
from ecsm_contracts.adapters._statements import write_atomically
from ecsm_contracts.contracts import Contract, contract_from_document
from ecsm_contracts.errors import DocumentError, InvalidValue, Problem, expect, shown

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["contract_text", "write_contract"]

WIDTH: Final = 120
"""What fits into so many characters stands on one line; a text that is longer is not broken."""

_FIRST: Final = ("schema", "ref", "kind", "by")
_LAST: Final = ("otherwise",)
_WIDE: Final = 0xFFFF
"""Up to here four digits name a character."""
_LONGEST_KEY: Final = 1000
"""YAML looks so far, and a little farther, for the colon after a key."""

_NOT_TEXT = re.compile(
    r"""
      [-+]?[0-9.][0-9_.:]*(?:e[-+]?[0-9]+)?                     # a whole number or a fraction, also in sixties
    | [-+]?0[box][0-9a-f_]+
    | [-+]?\.(?:inf|nan)
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:t|\ ).*                  # an instant
    | y|n|yes|no|on|off|true|false|null|~|=|<<
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What one reader of YAML or another takes for a number, an instant, a boolean, nothing or a sign."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SIGNS: Final = frozenset("-?:,[]{}#&*!|>'\"%@` ")
"""What a bare text does not begin with."""
_BREAKS = re.compile(r": | #|:$| $")
"""What ends a bare text."""
_FLOW_BREAKS = re.compile(r"[\[\]{},?]|:$|: | #| $")


def contract_text(contract: Contract, form: Form = "yaml") -> str:
    """
    Return *contract* as a document that reads back as the same contract, with the same digest.

    Every default is written out, so that a later version of the library reads the same from it. The same contract
    gives the same text.

        >>> from ecsm_contracts import read_contract
        >>> text = contract_text(read_contract("examples/acme.yaml"))
        >>> text.splitlines()[:2]
        ['schema: ecsm.contract/1', 'ref: ACME-2026']

    Raises:
        DocumentError: when it could not be read back: it was made in Python past what reading checks, or is larger
            than a document may be.
        InvalidValue: when *form* is neither ``yaml`` nor ``json``.
        WrongType: when *contract* is none.
    """
    expect(contract, Contract, "contract", "read one with read_contract(…)")
    if form not in FORMS.values():
        raise InvalidValue(
            f"{shown(form)} is not a form of documents; say yaml or json", rule="document_form", value=form
        )
    data = _ordered(contract.to_data())
    as_json = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    contract_from_document(parse_document(as_json, name=contract.ref, form="json"))
    text = as_json if form == "json" else "".join(f"{line}\n" for line in _document(data))
    if len(text.encode()) > SIZE.value:
        raise DocumentError([Problem(contract.ref, 0, 0, "", SIZE.code, SIZE.message)])
    return text


def write_contract(contract: Contract, path: str | os.PathLike[str]) -> None:
    """
    Write *contract* to *path*, which ends in ``.yaml``, ``.yml`` or ``.json``: the old file or the new, never half.

    `ecsm_contracts.read_contract` reads the same contract back. Comments of a file that was there are lost.

    Raises:
        DocumentError: when the contract could not be read back.
        InvalidValue: when the name of the file does not say what it holds.
        OSError: when the file cannot be written; the old one is untouched then.
    """
    form = FORMS.get(Path(path).suffix.lower())
    if form is None:
        message = f"{shown(str(path))}: a contract is written to a file that ends in .yaml, .yml or .json"
        raise InvalidValue(message, rule="document_suffix", value=str(path))
    write_atomically(path, contract_text(contract, form))


def _document(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the whole document; at its top, a table of parts has a line for each part at the least."""
    for name, value in data.items():
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        opened = bool(parts) and all(isinstance(each, (dict, list)) for each in parts)
        yield from _field(name, value, 0, opened=opened)


def _field(name: str, value: object, indent: int, *, opened: bool = False) -> Iterator[str]:
    """Yield the lines of a field of a mapping; `opened` says that its value does not stand on one line."""
    key = f"{' ' * indent}{_key(name, indent)}"
    whole = f"{key} {_flow(value)}"
    if not isinstance(value, (dict, list)) or not value or (len(whole) <= WIDTH and not opened):
        yield whole
    elif isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        yield from _filled(key, value, indent + 2)
    else:
        yield key
        yield from _block(value, indent + 2)


def _block(value: Mapping[str, Any] | Sequence[Any], indent: int) -> Iterator[str]:
    """Yield the lines of a mapping or list of which each part begins on a line of its own."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _field(name, part, indent)
        return
    for item in value:
        whole = f"{' ' * indent}- {_flow(item)}"
        if not isinstance(item, (dict, list)) or not item or len(whole) <= WIDTH:
            yield whole
            continue
        first, *rest = _block(item, indent + 2)
        yield f"{' ' * indent}- {first[indent + 2 :]}"
        yield from rest


def _filled(key: str, values: Sequence[object], indent: int) -> Iterator[str]:
    """Yield a long list of scalars, as many on a line as fit."""
    line = f"{key} ["
    for position, value in enumerate(values):
        text = _flow(value) + ("]" if position == len(values) - 1 else ",")
        if len(line) + len(text) > WIDTH and line.strip() and position:
            yield line.rstrip()
            line = " " * indent
        line += f"{text} "
    yield line.rstrip()


def _flow(value: object) -> str:
    """Return *value* on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(name, flow=True)}: {_flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, flow=True)


def _ordered(data: Any) -> Any:
    """Return *data* as people look at it: of each mapping, what names it first, and what holds otherwise last."""
    if isinstance(data, list):
        return [_ordered(each) for each in data]
    if not isinstance(data, dict):
        return data
    names = sorted(data, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST) + (name in _LAST))
    return {name: _ordered(data[name]) for name in names}


def _key(name: str, indent: int) -> str:
    """Return a key with its colon; a very long one needs a sign before it, or no reader would find the colon."""
    key = _scalar(name)
    return f"{key}:" if len(key) <= _LONGEST_KEY else f"? {key}\n{' ' * indent}:"


def _scalar(value: object, *, flow: bool = False) -> str:
    if isinstance(value, str):
        return value if _is_bare(value, flow=flow) else _quoted(value)
    return json.dumps(value)


def _is_bare(text: str, *, flow: bool) -> bool:
    if not text or text[0] in _SIGNS or not text.isprintable() or (_FLOW_BREAKS if flow else _BREAKS).search(text):
        return False
    if _DATE.fullmatch(text):
        return _is_date(text)
    return not _NOT_TEXT.fullmatch(text)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _quoted(text: str) -> str:
    """Return *text* in double quotes; what cannot be seen is escaped."""
    shown_text = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escaped(ord(each)) for each in shown_text)


def _escaped(number: int) -> str:
    return f"\\u{number:04x}" if number <= _WIDE else f"\\U{number:08x}"
