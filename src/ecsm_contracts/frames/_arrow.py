"""Arrow tables and data frames; the libraries for them are imported when they are first needed."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, get_args

from ecsm_contracts.errors import InvalidValue, MissingExtra, did_you_mean
from ecsm_contracts.frames._tables import TableName, plain_table
from ecsm_contracts.money import currency_exponent

if TYPE_CHECKING:
    from ecsm_contracts.statements import Statement

__all__ = ["Backend", "needed", "to_arrow", "to_frame"]

Backend = Literal["pandas", "polars", "pyarrow"]
"""Whose frames `to_frame` makes."""

_TEXTS = frozenset({"contract", "period", "status", "clause", "kind", "text", "currency", "ref"})
_PRECISION = 38
"""The digits of a decimal column: all that Arrow's 128 bits hold."""


def needed(module: str, purpose: str) -> Any:
    """Return a module of the extra ``frames``; `MissingExtra` is raised when it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as problem:
        if problem.name != module:
            raise
        raise MissingExtra("frames", purpose) from problem


def to_arrow(statement: Statement, table: TableName = "outcomes") -> Any:
    """
    Return a table of *statement* as a `pyarrow.Table`: texts, 64-bit whole numbers, and amounts as exact decimals.

    Args:
        statement: The statement.

        table: ``outcomes``, a row for each item, or ``lines``, a row for each amount that is owed.

    Raises:
        MissingExtra: when PyArrow is not installed.
        InvalidValue: for another table.
    """
    columns = plain_table(statement, table)
    pyarrow = needed("pyarrow", "an Arrow table")
    scale = currency_exponent(statement.total.value.currency)

    def array(name: str, values: list[Any]) -> Any:
        if name == "amount":
            return pyarrow.array([Decimal(text) for text in values], pyarrow.decimal128(_PRECISION, scale))
        return pyarrow.array(values, pyarrow.string() if name in _TEXTS else pyarrow.int64())

    return pyarrow.table({name: array(name, values) for name, values in columns.items()})


def to_frame(statement: Statement, table: TableName = "outcomes", *, backend: Backend = "pandas") -> Any:
    """
    Return a table of *statement* as a data frame of pandas or Polars, or as a `pyarrow.Table`.

    Args:
        statement: The statement.

        table: ``outcomes``, a row for each item, or ``lines``, a row for each amount that is owed.

        backend: Whose frame to make. That library is not brought by the extra ``frames``, as it is the reader's choice.

    Raises:
        MissingExtra: when narwhals or PyArrow is not installed.
        InvalidValue: for another table or backend (rule "frame_backend"), or one that is not installed.
    """
    known = get_args(Backend)
    if backend not in known:
        raise InvalidValue(f"no backend {backend!r}{did_you_mean(backend, known)}", rule="frame_backend", value=backend)
    arrow = to_arrow(statement, table)
    narwhals = needed("narwhals", "a data frame")
    try:
        import_module(backend)
    except ModuleNotFoundError as problem:
        message = f"{backend} is not installed: pip install {backend}, or name another backend"
        raise InvalidValue(message, rule="frame_backend", value=backend) from problem
    return narwhals.from_arrow(arrow, backend=backend).to_native()
