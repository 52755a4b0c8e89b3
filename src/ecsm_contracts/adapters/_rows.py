"""
The rows of a table in CSV, TSV or JSON lines: streamed, each with its place, each by itself.

A row that cannot be read says so and costs nothing else. A stray quote does not swallow what follows: where a
quoted field does not end as it should, only the line on which it began is given up.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.adapters._bad import RAW_LENGTH, Bad, json_record
from ecsm_contracts.adapters._limits import RECORD, SCALAR
from ecsm_contracts.adapters._lines import Ahead, read_lines
from ecsm_contracts.adapters._mapping import table_form
from ecsm_contracts.errors import DocumentError, Problem, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ecsm_contracts.adapters._lines import Line
    from ecsm_contracts.adapters._mapping import TableTerms

__all__ = ["Row", "Table", "open_table"]

_DELIMITERS = ",;\t|"
TELLING_WIDTH = 3
"""From so many columns on, lines that have as many fields are taken for rows, and not for the text of one field."""


class Row(NamedTuple):
    """
    One record of a table.

    Attributes:
        line: the line of the file on which it begins, from 1.
        raw: its text.
        fields: what stands in it; of a row with a fault, as much as can be told from its beginning.
        fault: why it cannot be read, if so.
    """

    line: int
    raw: str
    fields: Sequence[str]
    fault: Bad | None = None

    def readable(self) -> Sequence[str]:
        """Return the fields; `Bad` is raised for a row with a fault."""
        if self.fault is not None:
            raise self.fault
        return self.fields

    def kept(self) -> str:
        """Return the text as a rejection keeps it."""
        return self.raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")[:RAW_LENGTH]


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
    number, header = _header(path, lines, delimiter)
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
    return Table({column: header.index(column) for column in wanted}, _csv_rows(lines, delimiter, len(header)))


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


def _header(path: Path, lines: Ahead, delimiter: str) -> tuple[int, list[str]]:
    row = next(_csv_rows(lines, delimiter, None), None)
    if row is None:
        raise DocumentError([Problem(str(path), 1, 1, "", "table_header", "the table is empty: it has no header")])
    message = _no_header(row, delimiter)
    if message is not None:
        raise DocumentError([Problem(str(path), row.line, 1, "", "table_header", message)])
    return row.line, [field.strip() for field in row.fields]


def _no_header(row: Row, delimiter: str) -> str | None:
    """Return why *row* is no header; None if it is one."""
    if said := _FOR_EXCEL.fullmatch(row.raw.strip(" ")):
        also = f", and say delimiter: {_spelt(said[1])}" if said[1] in _DELIMITERS.replace(delimiter, "") else ""
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
    for other in _DELIMITERS.replace(delimiter, ""):
        try:
            fields = next(csv.reader([text], delimiter=other, strict=True), [])
        except csv.Error:
            continue
        if len(fields) > 1:
            return True
    return False


def _csv_rows(lines: Ahead, delimiter: str, width: int | None) -> Iterator[Row]:
    """Yield the rows of CSV; without a *width* they may be of any."""
    while line := lines.take():
        text = line.text
        if not text.strip(" \r"):
            continue
        if line.fault is not None:
            yield Row(line.number, text, _beginning(text, delimiter), line.fault)
        elif '"' in text or "\r" in text:
            yield _quoted(line, lines, delimiter, width)
        else:
            yield _of_width(line.number, text, text.split(delimiter), width)


def _of_width(line: int, raw: str, fields: Sequence[str], width: int | None) -> Row:
    if width is None or len(fields) == width:
        return Row(line, raw, fields)
    return Row(line, raw, fields, Bad("columns", f"the row has {len(fields)} fields, and the header {width}"))


def _beginning(text: str, delimiter: str) -> list[str]:
    """Return the fields, quoted or not, before the first that does not end as it should, and without the last."""
    field, found, position = _WHOLE[delimiter], [], 0
    while match := field.match(text, position):
        quoted, plain = match.groups()
        found.append(plain if quoted is None else quoted.replace('""', '"'))
        position = match.end()
    return found


_WHOLE = {each: re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{each}]*)){re.escape(each)}') for each in _DELIMITERS}
"""A field and the delimiter after it."""


def _quoted(line: Line, lines: Ahead, delimiter: str, width: int | None) -> Row:
    """Return the row that begins on *line*; the further lines that it holds are taken."""
    more: list[str] = []
    try:
        fields = next(csv.reader(_offered(line, lines, more), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return Row(line.number, line.text, _beginning(line.text, delimiter), Bad(RECORD.code, _QUOTE))
    if not more:
        return _of_width(line.number, line.text, fields, width)
    if (width is not None and len(fields) != width) or _are_rows(more[:-1], delimiter, len(fields)):
        return Row(line.number, line.text, _beginning(line.text, delimiter), Bad(RECORD.code, _QUOTE))
    for _ in more:
        lines.take()
    return Row(line.number, "\n".join([line.text, *more]), fields)


_QUOTE = (
    "a quote here does not enclose a field: it is not closed where a field ends, within 100 lines; "
    'write "…" around the whole field and "" for a quote inside it'
)


def _offered(line: Line, lines: Ahead, more: list[str]) -> Iterator[str]:
    """Yield the text of *line* and, as long as more is asked for, of those that follow, which are put into *more*."""
    yield line.text + "\n"
    length = len(line.text)
    for position in range(RECORD.value - 1):
        following = lines.look(position)
        if following is None or following.fault is not None or length + len(following.text) > SCALAR.value:
            return
        length += len(following.text)
        more.append(following.text)
        yield following.text + "\n"


def _are_rows(texts: Sequence[str], delimiter: str, width: int) -> bool:
    """Return whether *texts*, the lines between two quotes, are rows that a stray quote would have swallowed."""
    return width >= TELLING_WIDTH and bool(texts) and all(text.count(delimiter) == width - 1 for text in texts)


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
