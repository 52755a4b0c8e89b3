"""What the reports of a statement have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import Column, Table
from ecsm_contracts.statements._show import statement_tables

if TYPE_CHECKING:
    from ecsm_contracts.statements import Statement

__all__ = ["provisional_note", "report_tables"]


def provisional_note(statement: Statement) -> str:
    """Return what a reader of a provisional statement must know; empty for a final one."""
    if statement.status == "final":
        return ""
    count = len(statement.rejected)
    records = "1 record entered" if count == 1 else f"{count} records entered"
    return f"Provisional: {records} no figure, and may still change this statement."


def _rejected(statement: Statement) -> Table:
    return Table(
        title="Records that entered no figure",
        columns=(Column("kind"), Column("ref"), Column("reason"), Column("code")),
        rows=tuple((each.kind, each.ref, each.message, each.code) for each in statement.rejected),
    )


def report_tables(statement: Statement) -> tuple[Table, ...]:
    """Return the tables of promises and of lines, and that of rejected records when there are any."""
    tables = statement_tables(statement)
    return (*tables, _rejected(statement)) if statement.rejected else tables
