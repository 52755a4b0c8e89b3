"""
Facts from JSON lines: one record a line, each read by itself, so that a bad one costs nothing but itself.

A folder of facts holds ``tickets.jsonl``, ``outages.jsonl``, ``notices.jsonl``, ``work.jsonl``, ``origins.jsonl``,
``samples.jsonl``, ``surveys.jsonl``, ``declared.jsonl``, ``volumes.jsonl``, ``charges.jsonl``,
``forecasts.jsonl``, ``claims.jsonl`` and ``decisions.jsonl``, and ``rejected.jsonl`` for what was rejected where it
came from; each may be absent, but not all.
Volumes, charges and forecasts may come as CSV instead.
"""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecsm_contracts._model import canonical_json
from ecsm_contracts.adapters._bad import RAW_LENGTH, Bad, encodable, json_record, why
from ecsm_contracts.adapters._doubts import doubts
from ecsm_contracts.adapters._flat import flat_rows
from ecsm_contracts.adapters._folders import files_in, listed
from ecsm_contracts.adapters._limits import SIZE
from ecsm_contracts.adapters._mapping import table_form
from ecsm_contracts.adapters._statements import write_atomically
from ecsm_contracts.errors import DocumentError, InvalidValue, Problem
from ecsm_contracts.facts import (
    Billed,
    Claim,
    Decision,
    Declared,
    Facts,
    Forecast,
    Notice,
    Origin,
    Outage,
    Rejected,
    Sample,
    Survey,
    Ticket,
    Volume,
    Work,
)
from ecsm_contracts.facts._ticket import MOST_EVENTS

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Iterator

    from ecsm_contracts._model import Model

__all__ = ["facts_from_records", "read_facts", "write_facts"]

_TABLES: dict[str, tuple[str, type[Model]]] = {
    "tickets": ("ticket", Ticket),
    "outages": ("outage", Outage),
    "notices": ("notice", Notice),
    "work": ("work", Work),
    "origins": ("origin", Origin),
    "samples": ("sample", Sample),
    "surveys": ("survey", Survey),
    "declared": ("declared", Declared),
    "volumes": ("volume", Volume),
    "charges": ("billed", Billed),
    "forecasts": ("forecast", Forecast),
    "claims": ("claim", Claim),
    "decisions": ("decision", Decision),
}
_FLAT = ("volumes", "charges", "forecasts")
"""The tables that may come as CSV instead: each field of a record is one text."""
REJECTED = "rejected"
"""The table of records that were rejected where they came from, and are not lines of these files."""


def _read_record(kind: str, model: type[Model], record: object, place: str, raw: str) -> Model | Rejected:
    if not isinstance(record, dict):
        return Rejected(kind, "", "not_a_mapping", "a record is a mapping of fields", place, raw[:RAW_LENGTH])
    ref = record.get("ref")
    named = encodable(ref) if isinstance(ref, str) else ""
    events = record.get("events") if model is Ticket else None
    if isinstance(events, (list, tuple)) and len(events) > MOST_EVENTS:
        message = f"events: there are {len(events)} events; {MOST_EVENTS} is the limit for a ticket"
        return Rejected(kind, named, "too_many", message, place, raw[:RAW_LENGTH])
    try:
        return model.model_validate(record)
    except ValidationError as errors:
        return Rejected(kind, named, *why(errors), place, raw[:RAW_LENGTH])
    except (RecursionError, OverflowError):
        return Rejected(kind, named, "too_deep", "the record is nested too deep", place, raw[:RAW_LENGTH])


def _read_line(kind: str, model: type[Model], line: bytes, place: str) -> Model | Rejected:
    raw = line.decode("utf-8", errors="backslashreplace").strip()
    try:
        record = json_record(line.decode("utf-8").strip(), most=SIZE)
    except UnicodeDecodeError:
        return Rejected(kind, "", "encoding", "the line is not UTF-8; save the file as UTF-8", place, raw[:RAW_LENGTH])
    except Bad as bad:
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
    tickets: list[Ticket] = tables["tickets"]
    tables["origins"] += doubts((ticket.ref for ticket in tickets), _priorities(tickets))
    return Facts.of(**tables, rejected=rejected)


def _priorities(tickets: Iterable[Ticket]) -> Iterator[str]:
    for ticket in tickets:
        named = (ticket.priority, *(event.priority for event in ticket.events))
        yield from (each for each in named if each is not None)


def _as_text(record: object) -> str:
    """
    Return a rejected *record* as text, the same in every run; what JSON cannot hold is only named.

    Of a long one, the beginning is enough: no more of it is put into text than a rejection keeps.
    """
    parts = json.JSONEncoder(ensure_ascii=False, sort_keys=True).iterencode(record)
    text = ""
    try:
        while len(text) < RAW_LENGTH and (part := next(parts, "")):
            text += part
    except (TypeError, ValueError, RecursionError):
        return f"a {type(record).__name__} that JSON cannot hold"
    return text


def _from_record(kind: str, model: type[Model], record: object, place: str) -> Model | Rejected:
    found = _read_record(kind, model, record, place, "")
    return found._replace(raw=encodable(_as_text(record))[:RAW_LENGTH]) if isinstance(found, Rejected) else found


def facts_from_records(**tables: Iterable[dict[str, Any]]) -> Facts:
    """
    Return facts from plain records, for example ``facts_from_records(tickets=[{"ref": "T-1", …}])``.

    A record that cannot be read is rejected; the others are not touched. The tables are ``tickets``,
    ``outages``, ``notices``, ``work``, ``origins``, ``samples``, ``surveys``, ``declared``, ``volumes``, ``charges``,
    ``forecasts``, ``claims`` and ``decisions``.

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
        DocumentError: when the folder is not there, holds none of the files, a file that looks like one under
            another name, or one table in two forms; when the header of a CSV file is not one of its records.
        OSError: when a file cannot be read.
    """
    root = Path(folder)
    present = _tables_in(root)
    found: Iterator[tuple[str, Model | Rejected]] = (
        (table, item) for table, (kind, model) in _TABLES.items() for item in _items(table, kind, model, root, present)
    )
    before = _rejected_lines(root / f"{REJECTED}.jsonl") if f"{REJECTED}.jsonl" in present else ()
    return _sorted_out(chain(found, ((REJECTED, record) for record in before)))


def _items(table: str, kind: str, model: type[Model], root: Path, present: set[str]) -> Iterator[Model | Rejected]:
    """Yield the records of one table, whatever its form."""
    if f"{table}.jsonl" in present:
        yield from _lines(kind, model, root / f"{table}.jsonl")
    elif f"{table}.csv" in present:
        path = root / f"{table}.csv"
        for row, found in flat_rows(path, model):
            place, raw = f"{path.name}:{row.line}", row.kept()
            if isinstance(found, Bad):
                yield Rejected(kind, "", found.code, str(found), place, raw)
            else:
                yield _read_record(kind, model, found, place, raw)


def _in_two_forms(root: Path, files: Collection[str]) -> None:
    """Refuse a table that is there as CSV and as JSON lines: nobody can tell which of the two is meant."""
    twice = [table for table in _FLAT if {f"{table}.csv", f"{table}.jsonl"} <= set(files)]
    if twice:
        message = "this table is here as JSON lines too; remove one of the two"
        raise DocumentError([Problem(str(root / f"{table}.csv"), 0, 0, "", "table_twice", message) for table in twice])


def _only_as_csv(table: str, files: Collection[str]) -> bool:
    return f"{table}.csv" in files and f"{table}.jsonl" not in files


def _tables_in(root: Path) -> set[str]:
    """Return the names of the tables of facts in the folder *root*, of which there must be one, and no other."""
    files = files_in(root)
    flat = {f"{table}.csv" for table in _FLAT}
    known = {f"{table}.jsonl" for table in (*_TABLES, REJECTED)} | flat
    present = {name for name in files if name.endswith(".jsonl") or name in flat}
    others = sorted(present - known)
    if present & flat:  # whoever has some tables as CSV may believe that the others are read like them
        others += [f"{each}.csv" for each in _TABLES if each not in _FLAT and _only_as_csv(each, files)]
    _in_two_forms(root, present)
    message = f"not one of {', '.join(sorted(known))}"
    if not present:
        message = f"the folder holds none of {', '.join(sorted(known))}; it holds {listed(files)}"
    if not present & known and any(map(table_form, files)):
        message += "; exported tables are read by read_tables, with a mapping (on the command line: --mapping)"
    if others or not present:
        raise DocumentError([Problem(str(root / name), 0, 0, "", "unknown_table", message) for name in others or [""]])
    return present


def _rejected_lines(path: Path) -> Iterator[Rejected]:
    """Yield the records of a table of rejected records; a line that is none is rejected itself."""
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        raw = line.decode("utf-8", errors="backslashreplace").strip()
        if raw:
            yield _rejected_line(raw, f"{path.name}:{number}")


def _rejected_line(raw: str, place: str) -> Rejected:
    try:
        fields = json_record(raw, most=SIZE)
    except Bad as bad:
        return Rejected(REJECTED, "", bad.code, str(bad), place, raw[:RAW_LENGTH])
    if fields.keys() == set(Rejected._fields) and all(isinstance(each, str) for each in fields.values()):
        return Rejected(**{name: encodable(text) for name, text in fields.items()})
    message = f"a rejected record has the texts {', '.join(Rejected._fields)}"
    return Rejected(REJECTED, "", "rejected_record", message, place, raw[:RAW_LENGTH])


def _came_as_line(record: Rejected, kind: str, model: type[Model]) -> bool:
    """
    Say whether the raw text of *record* is a line of its table, so that reading it again says the same of it.

    A text that reads as a good record is such a line only where others share its identity: then all of them are
    rejected again. Else it was rejected for what its own table said, and must not come back as a fact.
    """
    again = _read_line(kind, model, record.raw.encode("utf-8", "backslashreplace"), "")
    if isinstance(again, Rejected):
        return again[:4] == record[:4]
    return record.code == "duplicate_identity" and not record.place


def write_facts(facts: Facts, folder: str | os.PathLike[str]) -> None:
    """
    Write *facts* to *folder*, one file for each table that holds something.

    Records rejected before are written as they came: lines of these tables as they are, any other with its reason
    into ``rejected.jsonl``. The names of these files belong to this function: a table that *facts* do not hold, from
    an earlier writing, is removed, so that what is read back is what was written. Each file is replaced or removed
    as a whole, but one after the other: after a crash, write again.

    Raises:
        DocumentError: when a table is in the folder as CSV: it would be read back too. It is not ours to remove.
        OSError: when a file cannot be written.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    _in_two_forms(root, [*files_in(root), *(f"{table}.jsonl" for table in _FLAT)])
    tables: dict[str, list[str]] = {}
    others = [record for record in facts.rejected if record.kind not in {kind for kind, _ in _TABLES.values()}]
    for table, (kind, model) in _TABLES.items():
        lines = [canonical_json(item.to_data()) for item in getattr(facts, table)]
        for record in facts.rejected:
            if record.kind == kind and _came_as_line(record, kind, model):
                lines.append(record.raw)
            elif record.kind == kind:
                others.append(record)
        tables[table] = lines
    tables[REJECTED] = [canonical_json(record._asdict()) for record in others]
    if not any(tables.values()):
        tables["tickets"] = [""]  # facts of a month in which nothing happened are read back too
    for table, lines in tables.items():
        path = root / f"{table}.jsonl"
        if lines:
            write_atomically(path, "\n".join(lines) + "\n")
        else:
            path.unlink(missing_ok=True)
