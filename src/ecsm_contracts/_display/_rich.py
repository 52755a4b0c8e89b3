"""What `rich` draws on a terminal. It is imported when something is drawn, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecsm_contracts._display._escape import display_width, escape_text

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

    from ecsm_contracts._display._table import Table

__all__ = ["rich_table", "rich_text"]


_LEAST: Final = 10
"""How many columns of a terminal are left for each column of a table, beside its numbers, for these to stay whole."""
_NARROW: Final = 6
"""With fewer columns of a terminal for each column of a table `rich` leaves some out."""


def _width_of_numbers(table: Table) -> int:
    """Return how many columns of a terminal the numbers take."""
    rows = (tuple(column.name for column in table.columns), *table.rows, *table.footer)
    places = [place for place, column in enumerate(table.columns) if column.align == "right"]
    return sum(max(display_width(escape_text(row[place])) for row in rows) for place in places)


def rich_text(text: str, style: str = "") -> Text:
    """Return *text* as `rich` shows it literally: neither markup nor anything that cannot be seen."""
    from rich.text import Text  # noqa: PLC0415 - an extra, needed by this alone

    return Text(escape_text(text), style=style, overflow="fold")


def rich_table(table: Table, width: int) -> Group:
    """
    Return *table* as `rich` draws it on a terminal of *width* columns: cells are folded, and never cut off.

    Numbers are not folded, unless there would be no room for the rest beside them. Where there is no room for columns
    at all, it is the plain text.
    """
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - an extra, needed by this alone
    from rich.console import Group  # noqa: PLC0415 - as above
    from rich.table import Table as Grid  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    if width < _NARROW * len(table.columns):
        return Group(Text(table.text(), overflow="fold"))
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    is_wide = _width_of_numbers(table) + _LEAST * len(table.columns) <= width
    for column in table.columns:
        whole = is_wide and column.align == "right"
        grid.add_column(rich_text(column.name, "bold"), justify=column.align, overflow="fold", no_wrap=whole)
    headings = dict(table.headings)
    for place, row in enumerate(table.rows):
        if place in headings:
            at = min(1, len(row) - 1)  # there is no cell over several columns; the first one is narrow
            cells = [""] * at + [headings[place]]
            grid.add_row(*(rich_text(cell, "bold") for cell in cells))
        grid.add_row(*(rich_text(cell) for cell in row))
    if table.footer:
        grid.add_section()
    for row in table.footer:
        grid.add_row(*(rich_text(cell, "bold") for cell in row))
    around = [[rich_text(text, style)] if text else [] for text, style in ((table.title, "bold"), (table.note, ""))]
    return Group(*around[0], grid, *around[1])
