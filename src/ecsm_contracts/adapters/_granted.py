"""
What a mapping takes for granted without saying it: its choices, in words, for the origin of the facts.

The words come from the mapping alone, never from the tables, so that they are the same when an export grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecsm_contracts.errors import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.adapters._mapping import Mapping, TableTerms
    from ecsm_contracts.adapters._mapping_parts import CellTerms, Times

__all__ = ["taken_for_granted"]

MOST_VALUES = 10
"""How many values of a list are named; the rest are counted, as the text is for people."""
MOST_LETTERS = 80
"""How long a word may be that is named without quotes, and without being cut."""
_CELLS: Final = (
    *("service", "type", "priority", "state", "customer", "channel", "parent", "group"),
    *("area", "subject", "cause", "affected"),
)
"""The fields in which a blank, or a value that is not listed, can move an amount or the place it is shown at."""


def taken_for_granted(mapping: Mapping) -> tuple[str, ...]:
    """Return each choice of *mapping* that no figure shows, once, in an order that only the mapping decides."""
    texts = [*_about_times(mapping.times), *_about_tables(mapping)]
    for table, rows, whose in _tables(mapping):
        texts += _passed_over(table, rows)
        for name in _CELLS:
            cell: CellTerms | None = getattr(table, name, None)
            texts += () if cell is None else _about_cell(cell, name, whose)
    return tuple(dict.fromkeys(texts))


def _about_times(times: Times) -> Iterator[str]:
    if times.zone is not None:
        yield f"Times without an offset are read in {times.zone}."
    if times.repeated != "reject":
        yield f"Of a reading of the clock that happens twice, the {times.repeated} is meant."
    if times.skipped != "reject":
        yield "A reading of the clock that never happens lies as far after the change as it says."


def _about_tables(mapping: Mapping) -> Iterator[str]:
    if mapping.outages is not None and mapping.outages.no_length == "keep":
        yield "An outage that ends when it starts is an outage of no length."
    if mapping.events is not None and mapping.tickets is None:
        yield "A ticket is opened by its first row."
    if mapping.acknowledged_by is not None:
        yield f"Acknowledged is the first row in: {', '.join(mapping.acknowledged_by)}."
    if mapping.events is not None and mapping.events.before_opening == "at_opening":
        yield "A row before the opening is taken at the opening."


def _tables(mapping: Mapping) -> Iterator[tuple[TableTerms, str, str]]:
    """Yield each table, with the words for its rows and for whose a cell is where there are several tables."""
    if mapping.tickets is not None:
        yield mapping.tickets, "Rows", ""
    if mapping.events is not None:
        yield mapping.events, *(("Rows", "") if mapping.tickets is None else ("Updates", " of an update"))
    if mapping.outages is not None:
        alone = mapping.tickets is None and mapping.events is None
        yield mapping.outages, *(("Rows", "") if alone else ("Outages", " of an outage"))


def _passed_over(table: TableTerms, rows: str) -> Iterator[str]:
    for column, terms in table.only.named.items():
        if terms.leave:
            values = _listed([_named(value.strip()) if value.strip() else "blank" for value in terms.leave])
            yield f"{rows} whose {_named(column.strip())} is {values} are passed over."


def _about_cell(cell: CellTerms, name: str, whose: str) -> Iterator[str]:
    """Yield what *cell* says of a blank and of what it does not list, its parts first; each is called by its column."""
    for part in cell.parts or ():
        yield from _about_cell(part, name if part.column is None else shown(part.column), whose)
    if cell.blank is not None:
        yield f"A blank {name}{whose} is {_named(cell.blank)}."
    if cell.otherwise is not None:
        other = f"value of {name}" if name.startswith(("'", '"')) else name
        yield f"Any other {other}{whose} is {_named(cell.otherwise)}."


def _named(text: str) -> str:
    """Return *text*, in quotes unless it is one word."""
    return text if text.isalnum() and len(text) <= MOST_LETTERS else shown(text)


def _listed(values: Sequence[str]) -> str:
    """Return *values* as a sentence lists them."""
    if len(values) > MOST_VALUES:
        values = [*values[: MOST_VALUES - 1], f"one of {len(values) - MOST_VALUES + 1} other values"]
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
