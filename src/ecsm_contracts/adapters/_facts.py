"""
Facts from JSON lines: one record a line, each read by itself, so that a bad one costs nothing but itself.

A folder of facts holds ``tickets.jsonl``, ``outages.jsonl``, ``notices.jsonl``, ``work.jsonl`` and
``origins.jsonl``; each may be absent, but not all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecsm_contracts._model import canonical_json, code_and_message
from ecsm_contracts.adapters._limits import SCALAR
from ecsm_contracts.adapters._statements import write_atomically
from ecsm_contracts.errors import DocumentError, InvalidValue, Problem, shown
from ecsm_contracts.facts import Facts, Notice, Origin, Outage, Rejected, Ticket, Work

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from ecsm_contracts._model import Model

__all__ = ["facts_from_records", "read_facts", "write_facts"]

_TABLES: dict[str, tuple[str, type[Model]]] = {
    "tickets": ("ticket", Ticket),
    "outages": ("outage", Outage),
    "notices": ("notice", Notice),
    "work": ("work", Work),
    "origins": ("origin", Origin),
}
MOST_FAULTS = 5
"""How many faults of one record are put into words."""
RAW_LENGTH = 4000
"""How many characters of a rejected line are kept."""


class _Bad(ValueError):
    """A line that is not a record: `code` and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, value in pairs:
        if key in record:
            raise _Bad("duplicate_key", f"the field {shown(key)} stands twice")
        record[key] = value
    return record


def _refuse_number(text: str) -> Any:
    raise _Bad("number_float", f"the number {shown(text)} would go through a binary float; write it as a text")


def _record(line: str) -> dict[str, Any]:
    if len(line) > SCALAR.value:
        raise _Bad("too_large", f"a line of {len(line)} characters; {SCALAR.value} is the limit")
    try:
        record = json.loads(line, object_pairs_hook=_unique, parse_float=_refuse_number, parse_constant=_refuse_number)
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, _Bad):
            raise
        where = f" (column {problem.colno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise _Bad("json_syntax", f"not a JSON record{where}") from None
    if not isinstance(record, dict):
        raise _Bad("not_a_mapping", "a record is an object: {…}")
    return record


def _why(errors: ValidationError) -> tuple[str, str]:
    """Return the code of the first fault, and all of them in words."""
    some = errors.errors(include_url=False)[:MOST_FAULTS]
    found = [(error["loc"], *code_and_message(error)) for error in some]
    inner = {where[0] for where, _, _ in found if len(where) > 1}
    found = [each for each in found if len(each[0]) != 1 or each[0][0] not in inner]  # the list is short of the bad one
    words = [f"{'.'.join(map(str, where))}: {message}" if where else message for where, _, message in found]
    return found[0][1], _encodable("; ".join(words))


def _read_record(kind: str, model: type[Model], record: object, place: str, raw: str) -> Model | Rejected:
    if not isinstance(record, dict):
        return Rejected(kind, "", "not_a_mapping", "a record is a mapping of fields", place, raw[:RAW_LENGTH])
    ref = record.get("ref")
    named = _encodable(ref) if isinstance(ref, str) else ""
    try:
        return model.model_validate(record)
    except ValidationError as errors:
        return Rejected(kind, named, *_why(errors), place, raw[:RAW_LENGTH])
    except (RecursionError, OverflowError):
        return Rejected(kind, named, "too_deep", "the record is nested too deep", place, raw[:RAW_LENGTH])


def _read_line(kind: str, model: type[Model], line: bytes, place: str) -> Model | Rejected:
    raw = line.decode("utf-8", errors="backslashreplace").strip()
    try:
        record = _record(line.decode("utf-8").strip())
    except UnicodeDecodeError:
        return Rejected(kind, "", "encoding", "the line is not UTF-8; save the file as UTF-8", place, raw[:RAW_LENGTH])
    except _Bad as bad:
        return Rejected(kind, "", bad.code, str(bad), place, raw[:RAW_LENGTH])
    return _read_record(kind, model, record, place, raw)


def _lines(kind: str, model: type[Model], path: Path) -> Iterator[Model | Rejected]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _read_line(kind, model, line, f"{path.name}:{number}")


def _sorted_out(found: Iterable[tuple[str, Model | Rejected]]) -> Facts:
    tables: dict[str, list[Any]] = {name: [] for name in _TABLES}
    rejected: list[Rejected] = []
    for table, item in found:
        if isinstance(item, Rejected):
            rejected.append(item)
        else:
            tables[table].append(item)
    return Facts.of(**tables, rejected=rejected)


def _as_text(record: object) -> str:
    """Return a rejected *record* as text, the same in every run; what JSON cannot hold is only named."""
    try:
        return json.dumps(record, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return f"a {type(record).__name__} that JSON cannot hold"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _from_record(kind: str, model: type[Model], record: object, place: str) -> Model | Rejected:
    found = _read_record(kind, model, record, place, "")
    return found._replace(raw=_encodable(_as_text(record))[:RAW_LENGTH]) if isinstance(found, Rejected) else found


def facts_from_records(**tables: Iterable[dict[str, Any]]) -> Facts:
    """
    Return facts from plain records, for example ``facts_from_records(tickets=[{"ref": "T-1", …}])``.

    A record that cannot be read is rejected; the others are not touched. The tables are ``tickets``,
    ``outages``, ``notices`` and ``work``.

    Raises:
        InvalidValue: for a table of another name.
    """
    unknown = sorted(tables.keys() - _TABLES.keys())
    if unknown:
        raise InvalidValue(f"there is no table {unknown[0]!r}; there are {', '.join(_TABLES)}", rule="table_unknown")
    return _sorted_out(
        (table, _from_record(*_TABLES[table], record, f"{table}:{number}"))
        for table, records in tables.items()
        for number, record in enumerate(records, 1)
    )


def read_facts(folder: str | os.PathLike[str]) -> Facts:
    """
    Return the facts in *folder*.

    Every line is read by itself: one that cannot be read is in `Facts.rejected`, with file, line and reason,
    and makes every statement provisional; the others are not touched.

    Raises:
        DocumentError: when the folder holds none of the files, or a file that looks like one under another
        name. OSError: when a file cannot be read.
    """
    root = Path(folder)
    known = {f"{table}.jsonl" for table in _TABLES}
    if not root.is_dir():
        raise DocumentError([Problem(str(root), 0, 0, "", "not_a_folder", "facts are a folder of .jsonl files")])
    present = {path.name for path in root.glob("*.jsonl")}
    others = sorted(present - known)
    if others or not present:
        message = (
            f"not one of {', '.join(sorted(known))}"
            if others
            else f"the folder holds none of {', '.join(sorted(known))}"
        )
        raise DocumentError([Problem(str(root / name), 0, 0, "", "unknown_table", message) for name in others or [""]])
    return _sorted_out(
        (table, item)
        for table, (kind, model) in _TABLES.items()
        if f"{table}.jsonl" in present
        for item in _lines(kind, model, root / f"{table}.jsonl")
    )


def write_facts(facts: Facts, folder: str | os.PathLike[str]) -> None:
    """
    Write *facts* to *folder*, one file for each table that holds something.

    Records rejected before are written as they came.

    Raises:
        OSError: when a file cannot be written.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    for table, (kind, _) in _TABLES.items():
        lines = [canonical_json(item.to_data()) for item in getattr(facts, table)]
        lines += [record.raw for record in facts.rejected if record.kind == kind]
        if lines:
            write_atomically(root / f"{table}.jsonl", "\n".join(lines) + "\n")
