"""What the reports of a statement have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import Column, Table
from ecsm_contracts.statements._show import assumptions_of, provisional_note, statement_tables, triggers_of

if TYPE_CHECKING:
    from ecsm_contracts.statements import Shortfall, Statement

__all__ = ["provisional_note", "report_tables"]

MOST_SHORTFALLS = 200
"""How many items a report lists; all of them are in the statement."""


def _rejected(statement: Statement) -> Table:
    return Table(
        title="Records that entered no figure",
        columns=(Column("kind"), Column("ref"), Column("reason"), Column("code")),
        rows=tuple((each.kind, each.name, each.message, each.code) for each in statement.rejected),
    )


def _shortfalls(found: tuple[Shortfall, ...]) -> Table:
    more = len(found) - MOST_SHORTFALLS
    return Table(
        title="Tickets and outages that fell short",
        columns=(Column("clause"), Column("kind"), Column("ref"), Column("how")),
        rows=tuple((each.clause, each.kind, each.ref, each.text) for each in found[:MOST_SHORTFALLS]),
        note=f"and {more} more" if more > 0 else "",
    )


def _unlisted(statement: Statement) -> Table:
    return Table(
        title="Of services that the contract does not list; no promise about a service counts them",
        columns=(Column("kind"), Column("ref"), Column("service")),
        rows=tuple(statement.unlisted),
    )


def report_tables(statement: Statement) -> tuple[Table, ...]:
    """Return the tables of promises, lines and rights, then what fell short, was rejected, is unlisted or assumed."""
    tables = list(statement_tables(statement))
    if (triggers := triggers_of(statement)) is not None:
        tables.append(triggers)
    found = statement.shortfalls()
    if found:
        tables.append(_shortfalls(found))
    if statement.rejected:
        tables.append(_rejected(statement))
    if statement.unlisted:
        tables.append(_unlisted(statement))
    if (assumptions := assumptions_of(statement)) is not None:
        tables.append(assumptions)
    return tuple(tables)
