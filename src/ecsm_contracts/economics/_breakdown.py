"""A breakdown of cost, revenue and credits: rows that add up to their total in every column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts._display import Column, Table, escape_html, escape_text
from ecsm_contracts.calendars import duration_micros, format_duration, show_duration

if TYPE_CHECKING:
    from datetime import timedelta

    from ecsm_contracts.money import Money

__all__ = ["CostBreakdown", "CostRow"]

_NUMBERS = ("tickets", "updates", "effort", "cost", "revenue", "credits", "margin")


class CostRow(NamedTuple):
    """What the tickets of one row came to; amounts are in whole minor units."""

    key: tuple[str, ...]
    """
    What the row is of, a text for each attribute of the breakdown: ``(blank)`` for what tickets do not say, and
    ``(no ticket)`` throughout for what stands behind no ticket.
    """
    tickets: int
    """Tickets with anything in the period: an update, effort, a credit, or a number that a promise counts."""
    updates: int
    """Instants in the period at which the state, the group or the priority of a ticket changed."""
    effort: timedelta
    """Effort, recorded and assumed."""
    cost: Money
    """Effort at its rates, rounded by largest remainder."""
    revenue: Money
    """The allocated part of the charges, before credits."""
    credits: Money
    """The allocated part of the credits, after limits; positive for what is taken off the charges."""
    margin: Money
    """Revenue less credits less cost; negative for a loss."""

    def cells(self) -> tuple[str, ...]:
        """Return the numbers for people."""
        amounts = (self.cost, self.revenue, self.credits, self.margin)
        effort = show_duration(duration_micros(self.effort))
        return str(self.tickets), str(self.updates), effort, *(amount.display for amount in amounts)

    def to_data(self) -> dict[str, Any]:
        """Return the row as plain data: effort in ISO 8601, amounts as texts."""
        amounts = {name: str(getattr(self, name)) for name in ("cost", "revenue", "credits", "margin")}
        counts = {"tickets": self.tickets, "updates": self.updates, "effort": format_duration(self.effort)}
        return {"key": list(self.key), **counts, **amounts}


@dataclass(frozen=True, slots=True, repr=False)
class CostBreakdown:
    """
    What a period cost, paid and gave in credits, by attributes of tickets.

    Every column of the rows adds up to the total, amounts to the minor unit. In a terminal and in a notebook it
    shows itself as a table, with what it assumes below it.
    """

    contract: str
    """The contract's reference."""
    period: str
    """The label of the period."""
    by: tuple[str, ...]
    """The attributes that the rows are by."""
    rows: tuple[CostRow, ...]
    """Sorted by their keys as texts, with what is blank behind, and ``(no ticket)`` last."""
    total: CostRow
    """The whole: revenue less credits is the total of the statement. Its key is empty."""
    assumptions: tuple[str, ...]
    """What the rows rest on beside facts and terms, for people: assumed effort, and how amounts are allocated."""

    def __repr__(self) -> str:
        """Return one line; `str` gives the table."""
        what = f"{self.contract} {self.period} by {', '.join(self.by)}"
        return f"<CostBreakdown {what}: {len(self.rows)} rows, margin {self.total.margin.display}>"

    def __str__(self) -> str:
        """Return the table as plain text, with what is assumed."""
        return "\n".join([self._table().text(), *map(escape_text, self.assumptions)])

    def _repr_html_(self) -> str:
        """Return the table for a notebook, with what is assumed."""
        return "\n".join([self._table().html(), *(f"<p>{escape_html(each)}</p>" for each in self.assumptions)])

    def to_data(self) -> dict[str, Any]:
        """Return the breakdown as plain data, as canonical JSON wants it."""
        return {
            "contract": self.contract,
            "period": self.period,
            "by": list(self.by),
            "rows": [row.to_data() for row in self.rows],
            "total": self.total.to_data(),
            "assumptions": list(self.assumptions),
        }

    def _table(self) -> Table:
        columns = (*map(Column, self.by), *(Column(name, "right") for name in _NUMBERS))
        footer = ("total", *[""] * (len(self.by) - 1), *self.total.cells())
        rows = tuple((*row.key, *row.cells()) for row in self.rows)
        return Table(f"{self.contract}, {self.period}: cost by {', '.join(self.by)}", columns, rows, (footer,))
