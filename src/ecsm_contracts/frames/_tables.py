"""The two tables of a statement, as plain columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ecsm_contracts.errors import InvalidValue, did_you_mean

if TYPE_CHECKING:
    from ecsm_contracts.statements import Statement

__all__ = ["TableName", "lines_table", "outcomes_table", "plain_table"]

TableName = Literal["outcomes", "lines"]
"""``outcomes`` has a row for each ticket, outage and notice; ``lines`` one for each amount that is owed."""


def outcomes_table(statement: Statement) -> dict[str, list[Any]]:
    """
    Return what each item came to: the columns ``kind``, ``ref``, and one of whole numbers for each column of the tally.

    Times are in microseconds. Each column adds up to what the statement's tally says.
    """
    rows = list(statement.outcomes)
    table: dict[str, list[Any]] = {"kind": [row.kind for row in rows], "ref": [row.ref for row in rows]}
    for position, column in enumerate(statement.outcomes.columns):
        table[column] = [row.numbers[position] for row in rows]
    return table


def lines_table(statement: Statement) -> dict[str, list[Any]]:
    """
    Return what is owed: ``contract``, ``period``, ``status``, ``clause``, ``kind``, ``text``, ``amount``, ``currency``.

    An amount is an exact text with all digits of its currency, such as ``-50.00``. There is no row for the total, so
    that the column can be added up.
    """
    lines = statement.lines
    return {
        "contract": [statement.contract] * len(lines),
        "period": [statement.period.label] * len(lines),
        "status": [statement.status] * len(lines),
        "clause": [line.clause for line in lines],
        "kind": [line.kind for line in lines],
        "text": [line.text for line in lines],
        "amount": [line.amount.number for line in lines],
        "currency": [line.amount.currency for line in lines],
    }


def plain_table(statement: Statement, table: TableName) -> dict[str, list[Any]]:
    """
    Return one of the tables by its name.

    Raises:
        InvalidValue: rule "table_unknown".
    """
    tables = {"outcomes": outcomes_table, "lines": lines_table}
    if table not in tables:
        raise InvalidValue(
            f"there is no table {table!r}{did_you_mean(table, tables)}", rule="table_unknown", value=table
        )
    return tables[table](statement)
