"""
Columns as they come in: one dimension of instants or amounts, made whole microseconds without loss.

This module needs NumPy; `_service_time` imports it when the first calendar is asked about columns, and not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Column", "check_forms", "check_rows", "first_true", "read_amounts", "read_instants", "read_rows"]

_FAR_DAYS = 73_000_000
"""About 200,000 years: beyond any calendar, and still within 64 bits of microseconds."""
_FAR: Final[dict[str, int]] = {
    "Y": _FAR_DAYS // 366,
    "M": _FAR_DAYS // 31,
    "W": _FAR_DAYS // 7,
    "D": _FAR_DAYS,
    "h": _FAR_DAYS * 24,
    "m": _FAR_DAYS * 24 * 60,
    "s": _FAR_DAYS * 24 * 3600,
    "ms": _FAR_DAYS * 24 * 3_600_000,
    "us": _FAR_DAYS * 24 * 3_600_000_000,
}
"""How many of each unit are taken over; what lies further is brought here, so that it is refused and not wrapped."""
_FINER: Final = frozenset({"ns", "ps", "fs", "as"})
_NO_FIXED_LENGTH: Final = frozenset({"Y", "M"})

_WANTED: Final = {
    "M": "datetime64, or whole numbers of microseconds since 1970 in UTC",
    "m": "timedelta64 of a fixed unit, or whole numbers of microseconds",
    "i": "whole numbers, counted from 0",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `micros` are its whole microseconds, `given` is what was handed in, for messages."""

    name: str
    given: NDArray[Any]
    micros: NDArray[np.int64]

    @property
    def dated(self) -> bool:
        """Whether it came as datetime64 or timedelta64, so that answers go out the same way."""
        return self.given.dtype.kind in "mM"

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.micros)

    def row(self, position: int) -> str:
        """Return a place and what stands there, such as ``starts[3] = 2026-03-02T09:00``."""
        return f"{self.name}[{position}] = {self.given[position]}"


def read_instants(values: object, name: str) -> Column:
    """
    Return a column of instants; what lies outside 64 bits of microseconds is brought to their ends.

    Raises:
        InvalidValue: rules "column_type", "column_shape", "column_missing" (NaT) and "column_precision".
    """
    return _read(values, name, "M")


def read_amounts(values: object, name: str) -> Column:
    """
    Return a column of amounts of time; as `read_instants`.

    Raises:
        InvalidValue: as `read_instants`; also for timedelta64 of months or years, which have no fixed length.
    """
    return _read(values, name, "m")


def read_rows(values: object, name: str) -> Column:
    """
    Return a column of row numbers.

    Raises:
        InvalidValue: rules "column_type" and "column_shape".
    """
    return _read(values, name, "i")


def check_rows(first: Column, *others: Column) -> None:
    """
    Refuse columns of different lengths.

    Raises:
        InvalidValue: rule "column_shape".
    """
    for other in others:
        if len(first) != len(other):
            raise InvalidValue(
                f"{first.name} has {len(first)} rows and {other.name} has {len(other)}; each row needs both",
                rule="column_shape",
                value=(len(first), len(other)),
            )


def check_forms(first: Column, *others: Column) -> None:
    """
    Refuse whole numbers beside datetime64 and timedelta64, which hide a mistake about units.

    Raises:
        InvalidValue: rule "column_type".
    """
    for other in others:
        if first.dated != other.dated and len(first) and len(other):
            raise InvalidValue(
                f"{first.name} holds {first.given.dtype} and {other.name} {other.given.dtype}; give all as "
                "datetime64 and timedelta64, or all as whole microseconds",
                rule="column_type",
                value=str(other.given.dtype),
            )


def first_true(flags: NDArray[np.bool_]) -> int | None:
    """Return the first position that is true, or None."""
    return int(flags.argmax()) if flags.any() else None


def _read(values: object, name: str, kind: Literal["M", "m", "i"]) -> Column:
    given = _array(values, name, kind)
    if given.dtype.kind in "iu":
        return Column(name, given, _whole(given))
    unit, _ = np.datetime_data(given.dtype) if given.dtype.kind == kind else ("generic", 1)
    if unit == "generic" or (kind == "m" and unit in _NO_FIXED_LENGTH):
        raise InvalidValue(
            f"{name} holds {given.dtype}; write {_WANTED[kind]}", rule="column_type", value=str(given.dtype)
        )
    missing = first_true(np.isnat(given))
    if missing is not None:
        raise InvalidValue(
            f"{name}[{missing}] is NaT: nothing is assumed in its place; leave the row out",
            rule="column_missing",
            value=missing,
        )
    return Column(name, given, _micros(given, name))


def _array(values: object, name: str, kind: str) -> NDArray[Any]:
    """Return *values* as an array of one dimension; an empty list holds whatever is wanted."""
    if isinstance(values, np.ma.MaskedArray):
        raise InvalidValue(f"{name} is masked; hand in .compressed()", rule="column_type", value="masked")
    try:
        given = np.asarray(values)
    except Exception as problem:  # noqa: BLE001 - what is handed in makes an array of itself, by code of its own
        message = f"{name} is no column: {shown(str(problem))}; write {_WANTED[kind]}"
        raise InvalidValue(message, rule="column_type", value=type(values).__name__) from None
    if given.ndim != 1:
        raise InvalidValue(
            f"{name} has {given.ndim} dimensions; a column has one", rule="column_shape", value=given.shape
        )
    return given.astype(np.int64) if isinstance(values, (list, tuple)) and not values else given


def _whole(given: NDArray[Any]) -> NDArray[np.int64]:
    """Return whole numbers of any size and byte order as 64 bits with a sign."""
    if given.dtype.kind == "u":
        given = np.minimum(given, np.uint64(np.iinfo(np.int64).max))
    return given.astype(np.int64, copy=False)


def _micros(given: NDArray[Any], name: str) -> NDArray[np.int64]:
    """Return datetime64 or timedelta64 of any unit as microseconds, exactly."""
    kind, (unit, count) = given.dtype.kind, np.datetime_data(given.dtype)
    micros = np.dtype(f"{kind}8[us]")
    if unit in _FINER:
        whole = given.astype(micros)
        finer = first_true(whole.astype(given.dtype) != given)
        if finer is not None:
            raise InvalidValue(
                f"{name}[{finer}] = {given[finer]} is finer than a microsecond; cutting would lose time",
                rule="column_precision",
                value=str(given[finer]),
            )
        return whole.view(np.int64)
    if (unit, count) == ("us", 1):
        return given.astype(micros, copy=False).view(np.int64)
    far = _FAR[unit] // count
    counts = given.astype(given.dtype.newbyteorder("="), copy=False).view(np.int64)
    return np.clip(counts, -far, far).view(f"{kind}8[{count}{unit}]").astype(micros).view(np.int64)
