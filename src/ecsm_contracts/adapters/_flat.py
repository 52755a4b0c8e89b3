"""
Records from CSV: a header with the names of their fields, and one record a row, each read by itself.

It is for tables that people keep in a spreadsheet: volumes, charges billed elsewhere and forecasts. A cell holds what
the field would say in JSON lines; a blank one says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecsm_contracts.adapters._bad import Bad
from ecsm_contracts.adapters._csv import Form, csv_rows
from ecsm_contracts.adapters._lines import Ahead, read_lines
from ecsm_contracts.adapters._rows import read_header
from ecsm_contracts.errors import DocumentError, Problem, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ecsm_contracts._model import Model
    from ecsm_contracts.adapters._csv import Row

__all__ = ["flat_rows"]

_DELIMITER: Final = ","
_FOR_PEOPLE: Final = frozenset({"evidence"})


def flat_rows(path: Path, model: type[Model]) -> Iterator[tuple[Row, dict[str, str] | Bad]]:
    """
    Yield each row of the table at *path* with what its cells say, or why it cannot be read.

    Raises:
        DocumentError: when it has no header, or one with a column that *model* does not have, without one that it
            needs, or with one twice; when the file is damaged or beyond the limits.
    """
    lines = Ahead(read_lines(path))
    number, header = read_header(path, lines, _DELIMITER)
    if problems := list(_misfits(str(path), number, header, model)):
        raise DocumentError(problems)
    names = frozenset(at for at, column in enumerate(header) if column not in _FOR_PEOPLE)
    for row in csv_rows(lines, Form(_DELIMITER, len(header), names)):
        if row.fault is not None:
            yield row, row.fault
        else:
            cells = zip(header, map(str.strip, row.fields), strict=True)
            yield row, {column: cell for column, cell in cells if cell}


def _misfits(path: str, line: int, header: Sequence[str], model: type[Model]) -> Iterator[Problem]:
    """Yield each column that is missing, unknown or there twice."""
    known = list(model.model_fields)
    if len(header) == 1:
        message = f"the header is one field, {shown(header[0])}; write a comma between the columns"
        yield Problem(path, line, 1, "", "table_header", message)
        return
    for column in known:
        if column not in header and model.model_fields[column].is_required():
            hint = did_you_mean(column, set(header) - set(known))
            yield Problem(path, line, 1, column, "missing_column", f"there is no column {shown(column)}{hint}")
    for column in dict.fromkeys(header):
        if column not in known:
            hint = did_you_mean(column, known) or f"; there are {', '.join(known)}"
            message = f"{shown(column)} is no field of such a record{hint}"
            yield Problem(path, line, 1, "", "unknown_column", message)
        elif header.count(column) > 1:
            message = f"the header has {shown(column)} twice"
            yield Problem(path, line, 1, column, "duplicate_column", message)
