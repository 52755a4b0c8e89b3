"""Tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from ecsm_contracts._display._escape import display_width, escape_html, escape_markdown, escape_text
from ecsm_contracts.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Column", "Table"]

_GAP: Final = "  "
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a table.

    Attributes:
        name: what stands above it.
        align: the side its cells keep to; numbers stand to the right.
    """

    name: str
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table that shows itself as text, Markdown and HTML. Nothing is wrapped or cut off.

        >>> print(Table("March", (Column("Clause"), Column("Amount", "right")), (("4.1", "5.00"),), (("", "5.00"),)))
        March
        Clause  Amount
        ------  ------
        4.1       5.00
        ------  ------
                  5.00

    Attributes:
        title: what stands above the table, or nothing.
        columns: at least one.
        rows: the cells of each row, as many as there are columns.
        footer: rows that stand below a rule, such as totals.
        note: what stands below the table, or nothing.
        headings: texts over the whole width, each with the place of the row that it stands above, from 0.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    footer: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    headings: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        """Check that there are columns, and that every row fits them."""
        if not self.columns:
            raise InvalidValue("a table has at least one column", rule="table_columns")
        for row in (*self.rows, *self.footer):
            if len(row) != len(self.columns):
                message = f"a row of {len(row)} cells in a table of {len(self.columns)} columns"
                raise InvalidValue(message, rule="table_row", value=row)

    def __str__(self) -> str:
        """Return the table as text."""
        return self.text()

    def text(self, width: int | None = None) -> str:
        """Return the table as aligned text; a *width* above its own makes the first column wider."""
        grid = [[escape_text(cell) for cell in row] for row in (self._names(), *self.rows, *self.footer)]
        widths = [max(map(display_width, cells)) for cells in zip(*grid, strict=True)]
        if width is not None:
            widths[0] += max(0, width - sum(widths) - len(_GAP) * (len(widths) - 1))
        head, *lines = [self._line(row, widths) for row in grid]
        rule = _GAP.join("-" * size for size in widths)
        body = self._under_headings(lines[: len(self.rows)], escape_text)
        footer = [rule, *lines[len(self.rows) :]] if self.footer else []
        whole = [head, rule, *body, *footer]
        return "\n".join([*_optional(escape_text(self.title)), *whole, *_optional(escape_text(self.note))])

    def markdown(self) -> str:
        """Return the table as GitHub-flavoured Markdown, its title and footer in bold."""
        head = [escape_markdown(name) for name in self._names()]
        rule = ["---:" if column.align == "right" else ":---" for column in self.columns]
        rows = [[escape_markdown(cell) for cell in row] for row in self.rows]
        footer = [[_bold(escape_markdown(cell)) for cell in row] for row in self.footer]
        body = self._under_headings(rows, self._markdown_heading)
        lines = "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body, *footer))
        blocks = [
            *_optional(_bold(escape_markdown(self.title))),
            lines,
            *_optional(escape_markdown(self.note)),
        ]
        return "\n\n".join(blocks)

    def html(self) -> str:
        """Return the table as a `table` element, without scripts; its note is a paragraph below it."""
        parts = ["<table>"]
        if self.title:
            parts.append(f"<caption>{escape_html(self.title)}</caption>")
        parts.append("<thead>\n" + self._html_row(self._names(), "th", ' scope="col"') + "\n</thead>")
        body = self._under_headings([self._html_row(row, "td") for row in self.rows], self._html_heading)
        parts.append("\n".join(["<tbody>", *body, "</tbody>"]))
        if self.footer:
            parts.append("\n".join(["<tfoot>", *(self._html_row(row, "td") for row in self.footer), "</tfoot>"]))
        parts.append("</table>")
        if self.note:
            parts.append(f"<p>{escape_html(self.note)}</p>")
        return "\n".join(parts)

    def _names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def _under_headings(self, rows: Sequence[_Row], show: Callable[[str], _Row]) -> list[_Row]:
        """Return the *rows* as some format shows them, each heading above its own."""
        texts = dict(self.headings)
        found: list[_Row] = []
        for place, row in enumerate(rows):
            if place in texts:
                found.append(show(texts[place]))
            found.append(row)
        return found

    def _markdown_heading(self, text: str) -> list[str]:
        return [_bold(escape_markdown(text)), *[""] * (len(self.columns) - 1)]

    def _html_heading(self, text: str) -> str:
        style = ' style="text-align:left"'
        return f'<tr><th colspan="{len(self.columns)}" scope="rowgroup"{style}>{escape_html(text)}</th></tr>'

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> str:
        cells = zip(row, widths, self.columns, strict=True)
        return _GAP.join(_padded(cell, width, column.align) for cell, width, column in cells).rstrip(" ")

    def _html_row(self, row: Sequence[str], tag: str, attributes: str = "") -> str:
        cells = []
        for cell, column in zip(row, self.columns, strict=True):
            style = ' style="text-align:right"' if column.align == "right" else ""
            cells.append(f"<{tag}{attributes}{style}>{escape_html(cell)}</{tag}>")
        return "<tr>" + "".join(cells) + "</tr>"


def _padded(text: str, width: int, align: str) -> str:
    space = " " * (width - display_width(text))
    return space + text if align == "right" else text + space


def _optional(text: str) -> list[str]:
    return [text] if text else []


def _bold(text: str) -> str:
    return f"**{text}**" if text else ""
