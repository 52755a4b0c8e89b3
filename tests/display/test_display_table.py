"""A table shows every cell, whole and aligned, in each of its forms."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts._display import Column, Table, display_width, escape_text
from ecsm_contracts.errors import InvalidValue

TABLE = Table(
    "March 2026",
    (Column("Clause"), Column("Promise"), Column("Amount", "right")),
    (("4.1", "日本 desk", "50.00"), ("4.10", "Mail", "1000.00")),
    (("Total", "", "1050.00"),),
    "Amounts in EUR.",
)
CELLS = st.text(st.one_of(st.characters(), st.sampled_from("\n\x1b\u202e<>&|*\"' 日")), max_size=8)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table of any cells."""
    columns = draw(st.lists(st.builds(Column, CELLS, st.sampled_from(["left", "right"])), min_size=1, max_size=4))
    row = st.tuples(*[CELLS] * len(columns))
    rows, footer = (tuple(draw(st.lists(row, max_size=most))) for most in (5, 2))
    return Table(draw(CELLS), tuple(columns), rows, footer, draw(CELLS))


def test_text_is_aligned_by_what_the_eye_sees() -> None:
    """Numbers stand to the right, and wide characters take two columns."""
    assert TABLE.text().split("\n") == [
        "March 2026",
        "Clause  Promise     Amount",
        "------  ---------  -------",
        "4.1     日本 desk    50.00",
        "4.10    Mail       1000.00",
        "------  ---------  -------",
        "Total              1050.00",
        "Amounts in EUR.",
    ]
    assert str(TABLE) == TABLE.text()


def test_a_width_above_its_own_makes_the_table_wider() -> None:
    """A table fills the width that is asked for, and is never cut to a smaller one."""
    assert {len(line) for line in TABLE.text(40).split("\n") if line.startswith("-")} == {40}
    assert TABLE.text(10) == TABLE.text()


def test_markdown_is_a_table() -> None:
    """Markdown has a title, a rule that aligns, a footer in bold and a note."""
    assert TABLE.markdown() == (
        "**March 2026**\n\n| Clause | Promise | Amount |\n| :--- | :--- | ---: |\n| 4.1 | 日本 desk | 50.00 |\n"
        "| 4.10 | Mail | 1000.00 |\n| **Total** |  | **1050.00** |\n\nAmounts in EUR."
    )


def test_html_is_a_table_element() -> None:
    """HTML has a caption, headings with a scope, a body, a foot and a note."""
    assert TABLE.html() == (
        '<table>\n<caption>March 2026</caption>\n<thead>\n<tr><th scope="col">Clause</th><th scope="col">Promise</th>'
        '<th scope="col" style="text-align:right">Amount</th></tr>\n</thead>\n<tbody>\n'
        '<tr><td>4.1</td><td>日本 desk</td><td style="text-align:right">50.00</td></tr>\n'
        '<tr><td>4.10</td><td>Mail</td><td style="text-align:right">1000.00</td></tr>\n</tbody>\n<tfoot>\n'
        '<tr><td>Total</td><td></td><td style="text-align:right">1050.00</td></tr>\n</tfoot>\n</table>\n'
        "<p>Amounts in EUR.</p>"
    )


def test_a_row_of_another_length_is_refused() -> None:
    """Every row and footer has a cell for each column."""
    with pytest.raises(InvalidValue, match="a row of 2 cells in a table of 1 columns"):
        Table("", (Column("a"),), (("1", "2"),))
    with pytest.raises(InvalidValue):
        Table("", (Column("a"),), (), ((),))


def test_a_table_without_columns_is_refused() -> None:
    """There is nothing to show without a column."""
    with pytest.raises(InvalidValue, match="at least one column"):
        Table("", ())


@given(tables())
def test_no_hidden_character_survives(table: Table) -> None:
    """A cell cannot add a line, a colour or a turn of direction to any form."""
    for shown in (table.text(), table.markdown(), table.html()):
        assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n"]


@given(tables())
def test_text_lines_are_one_per_row_and_as_wide_as_the_rule(table: Table) -> None:
    """Every cell stands whole inside its column."""
    lines = table.text().split("\n")
    around = bool(table.title) + bool(table.note) + 1 + bool(table.footer)
    assert len(lines) == around + 1 + len(table.rows) + len(table.footer)
    lines = lines[bool(table.title) : len(lines) - bool(table.note)]
    rule = lines.pop(1)
    if table.footer:
        assert lines.pop(1 + len(table.rows)) == rule
    widths = [len(dashes) for dashes in rule.split("  ")] if rule.strip() else None
    for line, row in zip(lines, (tuple(c.name for c in table.columns), *table.rows, *table.footer), strict=True):
        assert display_width(line) <= len(rule)
        if widths is None:
            continue
        for cell, column, (start, end) in zip(row, table.columns, _spans(widths), strict=True):
            text = escape_text(cell)
            inside = _columns(line, start, end)
            assert inside.strip(" ") == text.strip(" ")
            assert inside.endswith(text) if column.align == "right" and text.strip(" ") == text else True


def _spans(widths: list[int]) -> list[tuple[int, int]]:
    starts = [sum(widths[:position]) + 2 * position for position in range(len(widths))]
    return [(start, start + width) for start, width in zip(starts, widths, strict=True)]


def _columns(line: str, start: int, end: int) -> str:
    taken, at = "", 0
    for char in line:
        width = display_width(char)
        if start <= at < end or (not width and start < at <= end):
            taken += char
        at += width
    return taken


@given(tables())
def test_markdown_rows_have_as_many_cells_as_columns(table: Table) -> None:
    """No cell can add a column or end its row."""
    lines = [line for line in table.markdown().split("\n") if line.startswith("| ")]
    assert len(lines) == 2 + len(table.rows) + len(table.footer)
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == len(table.columns) + 1


@given(tables())
def test_html_holds_the_cells_and_no_element_of_theirs(table: Table) -> None:
    """The elements are those of the table, and the cells read back as their text."""
    cells: list[str] = []
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            assert {name for name, _ in attrs} <= {"scope", "style"}
            if tag in ("td", "th"):
                cells.append("")

        def handle_data(self, data: str) -> None:
            if tags[-1] in ("td", "th") and data.strip("\n"):
                cells[-1] += data

    reader = Reader()
    reader.feed(table.html())
    reader.close()
    names = tuple(column.name for column in table.columns)
    assert set(tags) <= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "p"}
    assert cells == [escape_text(cell) for row in (names, *table.rows, *table.footer) for cell in row]


def test_equal_tables_show_the_same() -> None:
    """A table is a value."""
    again = Table(TABLE.title, TABLE.columns, TABLE.rows, TABLE.footer, TABLE.note)
    assert again == TABLE
    assert (again.text(), again.markdown(), again.html()) == (TABLE.text(), TABLE.markdown(), TABLE.html())


def test_a_heading_stands_over_the_whole_width_above_its_row() -> None:
    """In each form a heading stands above the row that it names, and makes no column wider."""
    table = Table("", (Column("a"), Column("b")), (("1", "2"), ("3", "4")), headings=((1, "a long <heading>"),))
    assert table.text() == "a  b\n-  -\n1  2\na long <heading>\n3  4"
    assert table.markdown().split("\n")[3:] == ["| **a long &lt;heading&gt;** |  |", "| 3 | 4 |"]
    assert (
        '<tr><th colspan="2" scope="rowgroup" style="text-align:left">a long &lt;heading&gt;</th></tr>' in table.html()
    )
