"""
From tables of any kind to Arrow tables, without a guess at what Python objects in a column of instants are.

This module needs NumPy, PyArrow and narwhals; it is imported when the first frames are read, and not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import narwhals
import numpy as np
import pyarrow as pa

from ecsm_contracts.errors import InvalidValue, shown

__all__ = ["FAR", "SAY_ZONE", "WRITE_INSTANTS", "arrow_table"]

SAY_ZONE: Final = "say which clock they were read off, with tz_localize, replace_time_zone, assume_timezone or a tzinfo"
WRITE_INSTANTS: Final = "write timestamps with a zone, or whole microseconds since 1970, UTC"
FAR: Final = 1 << 62
"""A number that is no instant, far enough from 64 bits to be reckoned with."""


def arrow_table(frame: Any, name: str) -> Any:
    """
    Return a *frame* of any kind as a `pyarrow.Table`.

    Raises:
        InvalidValue: rule "frame_table"; "instant_naive" and "column_type" for Python objects in a column ``at`` that
            are no instants; "encoding" for a text with half of a surrogate pair.
    """
    if isinstance(frame, pa.RecordBatch):
        return pa.Table.from_batches([frame])
    if isinstance(frame, pa.Table):
        return frame
    try:
        return _converted(frame)
    except InvalidValue:
        raise
    except (TypeError, ValueError, OverflowError, pa.ArrowException) as problem:
        if isinstance(problem, UnicodeEncodeError):
            _refuse_half_letters(frame, name)
        message = (
            f"{name} is no table, but a {type(frame).__name__}: {shown(str(problem))}; "
            "give a data frame (a lazy one collected), an Arrow table, or a mapping of columns"
        )
        raise InvalidValue(message, rule="frame_table", value=type(frame).__name__) from None


def _converted(frame: Any) -> Any:
    """Return a mapping or a data frame as a `pyarrow.Table`; Python objects in its column ``at`` are looked at."""
    if isinstance(frame, Mapping):
        columns = dict(frame)
        if "at" in columns and _holds_objects(columns["at"]):
            columns["at"] = _told_instants(columns["at"])
        return pa.table(columns)
    known = narwhals.from_native(frame, eager_only=True)
    if "at" not in known.columns or not _holds_objects(at := known.get_column("at").to_native()):
        return known.to_arrow()
    others = {each: known.get_column(each).to_arrow() for each in known.columns if each != "at"}
    return pa.table({**others, "at": _told_instants(at)})


def _holds_objects(column: Any) -> bool:
    """Say whether a column holds Python objects, of which Arrow would guess one type for all."""
    if hasattr(column, "dtype"):
        return str(column.dtype).lower() == "object"
    return not any(hasattr(column, name) for name in ("__arrow_array__", "__arrow_c_array__", "__arrow_c_stream__"))


def _told_instants(column: Iterable[Any]) -> Any:
    """Return the Python objects of a column ``at`` as an array; Arrow would read naive ones beside others as UTC."""
    told = [_told_instant(each, row) for row, each in enumerate(column, 1)]
    if any(type(each) is int for each in told) and any(isinstance(each, datetime) and _is_there(each) for each in told):
        message = f"events.at holds both timestamps and numbers, whose unit nobody says; {WRITE_INSTANTS}"
        raise InvalidValue(message, rule="column_type", value="timestamps and numbers")
    return pa.array(told, from_pandas=True)


def _told_instant(value: Any, row: int) -> Any:
    """Return *value*, and a whole number of more than 64 bits as one that is no instant either."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return max(-FAR, min(int(value), FAR))
    if isinstance(value, (datetime, np.datetime64)):
        if _is_there(value) and (isinstance(value, np.datetime64) or value.utcoffset() is None):
            message = f"events.at: {shown(str(value))}, in row {row}, has no zone and names no instant; {SAY_ZONE}"
            raise InvalidValue(message, rule="instant_naive", value=value)
    elif isinstance(value, (float, np.floating)) and _is_there(value):
        message = f"events.at holds a float, {value!r}, in row {row}; {WRITE_INSTANTS}"
        raise InvalidValue(message, rule="column_type", value=value)
    return value


def _is_there(value: Any) -> bool:
    return bool(value == value)  # noqa: PLR0124 - only NaN and NaT are not themselves


def _refuse_half_letters(frame: Any, name: str) -> None:
    """Raise an error that names the first text that UTF-8 cannot hold, if it is found."""
    known = frame if isinstance(frame, Mapping) else narwhals.from_native(frame, eager_only=True)
    for column in known if isinstance(known, Mapping) else known.columns:
        cells = known[column]
        for row, cell in enumerate(cells if isinstance(cells, Iterable) else (), 1):
            if isinstance(cell, str) and not _is_encodable(cell):
                message = (
                    f"{name}.{column}: {shown(cell)}, in row {row}, has half of a surrogate pair, which is no letter"
                )
                raise InvalidValue(f"{message}; save the text as UTF-8", rule="encoding", value=cell)


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
