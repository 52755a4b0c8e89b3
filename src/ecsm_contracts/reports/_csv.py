"""The lines of a statement as comma-separated values, for spreadsheets and ledgers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.money import Money
    from ecsm_contracts.statements import Statement

__all__ = ["COLUMNS", "statement_csv", "text_cell"]

COLUMNS = ("contract", "period", "status", "clause", "kind", "text", "amount", "currency")
"""The columns, in their order; the last row has the kind ``total`` and no clause."""

_FORMULA = re.compile("[=+\\-@\\t\\r\\n\\0\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet may take for the beginning of a formula, the full-width forms included."""


def text_cell(cell: str) -> str:
    r"""
    Return a cell of text: quoted, and never a formula.

        >>> print(text_cell("4.4"), text_cell("=1+1"))
        "4.4" "'=1+1"
    """
    safe = f"'{cell}" if _FORMULA.match(cell) else cell
    return '"' + safe.replace('"', '""') + '"'


def _row(before: Iterable[str], amount: Money) -> str:
    """Return a row; the amount is a number and stays one, so that a spreadsheet can add it up."""
    return ",".join([*map(text_cell, before), amount.number, text_cell(amount.currency)])


def statement_csv(statement: Statement) -> str:
    """
    Return the lines of *statement* and their total, one row each.

    Texts are in double quotes (RFC 4180), and one that a spreadsheet would take for a formula begins with an
    apostrophe. Amounts are bare numbers with all digits of their currency, such as ``-50.00``. Lines end in a
    line feed.
    """
    common = (statement.contract, statement.period.label, statement.status)
    rows = [_row((*common, line.clause, line.kind, line.text), line.amount) for line in statement.lines]
    rows.append(_row((*common, "", "total", "total"), statement.total.value))
    return "\n".join([",".join(map(text_cell, COLUMNS)), *rows]) + "\n"
