"""Hostile texts in what shows itself: drawn by `rich`, as Markdown in a notebook, and broken down."""

import io
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

import ecsm_contracts as ec
from tests.reports.hostile import TEXTS, statement
from tests.reports.test_html import ATTRIBUTES, TAGS, Page

HOSTILE = (*TEXTS, "[bold]x[/bold]", "[/]", "[link=http://x]y[/link]", ":smile:")
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> tuple[ec.Statement, ec.Breakdown]:
    """A statement with this text wherever one may stand, and its breakdown by items, promises and services."""
    found = statement(text)
    return found, ec.breakdown(found, by=("item", "promise", "service", "outcome"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_terminal_shows_each_text_as_it_stands(text: str) -> None:
    """Neither markup nor a control sequence of a text does anything: there is nothing hidden in what is written."""
    for each in shown(text):
        console = Console(file=io.StringIO(), width=4000, force_terminal=True, color_system=None, legacy_windows=False)
        console.print(each)
        drawn = str(console.file.getvalue())  # type: ignore[attr-defined]  # it is the one above
        assert HIDDEN.search(drawn) is None
        assert HIDDEN.search(str(each)) is None
        assert drawn.count(text) == str(each).count(text) > 0


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_of_a_notebook_stays_whole(text: str) -> None:
    """Rendered, a hostile text adds no link, element or cell."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    ours, others = ([each._repr_markdown_() for each in shown(title)] for title in (text, "a"))
    for mine, plain in zip(ours, others, strict=True):
        html, other = reader.render(mine), reader.render(plain)
        assert re.search(r"<(?:script|img|b|a|code)\b", html, re.IGNORECASE) is None
        assert HIDDEN.search(html) is None
        for tag in ("<table>", "<tr>", "<td", "<h1>", "<strong>"):
            assert html.count(tag) == other.count(tag)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_of_a_breakdown_has_its_own_elements_alone(text: str) -> None:
    """A hostile text adds no element and no attribute to what a notebook shows."""
    for each in shown(text):
        page = Page(each._repr_html_())
        assert page.open == []
        assert page.tags <= TAGS | {"h3"}
        assert page.attributes <= ATTRIBUTES
        assert HIDDEN.search("".join(page.texts)) is None


def test_what_cannot_be_seen_is_shown_as_an_escape() -> None:
    """No text of a contract can hold a control character; one that is put in by hand is escaped all the same."""
    found = shown("a")[1]
    text = "late\x1b[31m\u202e\u200bevil"
    each = replace(found, contract=text, rows=tuple(row._replace(key=(text,) * 4) for row in found.rows))
    console = Console(file=io.StringIO(), width=4000, force_terminal=True, color_system=None, legacy_windows=False)
    console.print(each)
    drawn = str(console.file.getvalue())  # type: ignore[attr-defined]  # it is the one above
    for form in (drawn, str(each), each._repr_html_(), each._repr_markdown_()):
        assert HIDDEN.search(form) is None
    assert drawn.count("late\\x1b[31m\\u202e\\u200bevil") == 1 + 4 * len(found.rows)


def test_the_notes_are_those_of_a_provisional_statement() -> None:
    """As Markdown for a notebook, too, a provisional statement says what it is."""
    assert "1 record entered no figure" in statement("a")._repr_markdown_()
