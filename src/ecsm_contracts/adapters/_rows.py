"""
The rows of a table in CSV, TSV or JSON lines: streamed, each with its place, each by itself.

A row that cannot be read says so and costs nothing else.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.adapters._bad import Bad, json_record
from ecsm_contracts.adapters._csv import DELIMITERS, Form, Row, csv_rows
from ecsm_contracts.adapters._limits import RECORD
from ecsm_contracts.adapters._lines import Ahead, read_lines
from ecsm_contracts.adapters._mapping import table_form
from ecsm_contracts.errors import DocumentError, Problem, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ecsm_contracts.adapters._lines import Line
    from ecsm_contracts.adapters._mapping import TableTerms

__all__ = ["Row", "Table", "open_table", "read_header"]


_FOR_PEOPLE = frozenset({"subject"})
"""Fields of a mapping whose value no figure follows from, so that a quote inside may be a letter."""


class Table(NamedTuple):
    """
    An opened table.

    Attributes:
        positions: where each column stands in the fields of a row.
        rows: the rows, to be taken once.
    """

    positions: Mapping[str, int]
    rows: Iterator[Row]


def open_table(path: Path, terms: TableTerms, name: str) -> Table:
    """
    Open the table at *path*; *name* is what problems call it, as in ``events.state``.

    Raises:
        DocumentError: when it has no header, or none with the columns that *terms* name; on the way, when the
            file is damaged or beyond the limits.
    """
    wanted = _by_column(terms, name)
    if table_form(terms.file) == "jsonl":
        return Table({column: at for at, column in enumerate(wanted)}, _json_rows(path, wanted))
    delimiter = "\t" if table_form(terms.file) == "tsv" else terms.delimiter or ","
    lines = Ahead(read_lines(path))
    number, header = read_header(path, lines, delimiter)
    problems = [
        Problem(str(path), number, 1, wanted[column], "missing_column", _missing(column, header))
        for column in wanted
        if column not in header
    ]
    problems += [
        Problem(str(path), number, 1, wanted[column], "duplicate_column", f"the header has {shown(column)} twice")
        for column in wanted
        if header.count(column) > 1
    ]
    if problems:
        raise DocumentError(problems)
    positions = {column: header.index(column) for column in wanted}
    names = frozenset(positions[column] for field, column in terms.fields() if field not in _FOR_PEOPLE)
    return Table(positions, csv_rows(lines, Form(delimiter, len(header), names)))


def _by_column(terms: TableTerms, name: str) -> dict[str, str]:
    """Return the columns that are read, each with the field of the mapping that reads it first."""
    wanted: dict[str, str] = {}
    for field, column in terms.fields():
        wanted.setdefault(column, f"{name}.{field}")
    return wanted


def _missing(column: str, header: Sequence[str]) -> str:
    hint = did_you_mean(column, header) or f"; there are {', '.join(map(shown, header))}"
    if len(header) == 1:
        hint = f"; the header is one field, {shown(header[0])}: {_ASK}"
    return f"there is no column {shown(column)}{hint}"


def read_header(path: Path, lines: Ahead, delimiter: str) -> tuple[int, list[str]]:
    """
    Return the number of the line on which the header stands, and its columns.

    Raises:
        DocumentError: when there is none.
    """
    row = next(csv_rows(lines, Form(delimiter)), None)
    if row is None:
        raise DocumentError([Problem(str(path), 1, 1, "", "table_header", "the table is empty: it has no header")])
    message = _no_header(row, delimiter)
    if message is not None:
        raise DocumentError([Problem(str(path), row.line, 1, "", "table_header", message)])
    return row.line, [field.strip() for field in row.fields]


def _no_header(row: Row, delimiter: str) -> str | None:
    """Return why *row* is no header; None if it is one."""
    if said := _FOR_EXCEL.fullmatch(row.raw.strip(" ")):
        also = f", and say delimiter: {_spelt(said[1])}" if said[1] in DELIMITERS.replace(delimiter, "") else ""
        return f"the line {shown(row.raw.strip())} is for Excel and no header: remove it{also}"
    if row.fault is None:
        return None
    if row.fault.code == RECORD.code and _read_otherwise(row.raw, delimiter):
        return f"the header cannot be read: {shown(row.raw)} has no quote where a field ends: {_ASK}"
    return f"the header cannot be read: {row.fault}"


_ASK = "is the delimiter another one?"
_FOR_EXCEL = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""What Excel takes for a word about the delimiter, in the first line."""


def _spelt(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else f'"{delimiter}"'


def _read_otherwise(text: str, delimiter: str) -> bool:
    """Return whether another delimiter makes fields of *text*."""
    for other in DELIMITERS.replace(delimiter, ""):
        try:
            fields = next(csv.reader([text], delimiter=other, strict=True), [])
        except csv.Error:
            continue
        if len(fields) > 1:
            return True
    return False


def _json_rows(path: Path, wanted: Mapping[str, str]) -> Iterator[Row]:
    seen: set[str] = set()
    number = 0
    for line in read_lines(path):
        if not line.text.strip():
            continue
        number = line.number
        if line.fault is not None:
            yield Row(line.number, line.text, (), line.fault)
            continue
        try:
            record = json_record(line.text, parse_float=str)
        except Bad as bad:
            yield Row(line.number, line.text, (), bad)
            continue
        seen.update(record)
        yield _of_values(line, [record.get(column) for column in wanted], tuple(wanted))
    problems = [
        Problem(str(path), number, 1, wanted[column], "missing_column", _never(column, seen))
        for column in wanted
        if column not in seen
    ]
    if seen and problems:
        raise DocumentError(problems)


def _never(column: str, seen: set[str]) -> str:
    hint = did_you_mean(column, seen) or "; write null where nothing is known"
    return f"no row has the field {shown(column)}{hint}"


def _of_values(line: Line, values: Sequence[object], columns: Sequence[str]) -> Row:
    fields = [_as_text(value) for value in values]
    if None in fields:
        column = columns[fields.index(None)]
        message = f"{shown(column)} is a list or an object; a row holds texts, numbers, true, false and null"
        fault = Bad("not_a_text", message)
        return Row(line.number, line.text, [field or "" for field in fields], fault)
    return Row(line.number, line.text, [field or "" for field in fields])


def _as_text(value: object) -> str | None:
    """Return a value of JSON as the text of a field; None for one that holds others."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else None
