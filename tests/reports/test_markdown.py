"""Statements as Markdown, and the choice of a form."""

import json
import re

import pytest
from markdown_it import MarkdownIt

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.reports import FORMATS, render
from tests.reports.hostile import TEXTS, statement

HTML_TAG = re.compile(r"<(?:script|img|b)\b", re.IGNORECASE)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_becomes_markup(text: str) -> None:
    """Rendered, a hostile text leaves the tables whole and adds neither links nor elements."""
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(render(statement(text), "markdown"))
    plain = MarkdownIt("commonmark", {"html": True}).enable("table").render(render(statement("a"), "markdown"))
    assert HTML_TAG.search(shown) is None
    assert "<a " not in shown
    assert "<code>" not in shown
    for tag in ("<table>", "<tr>", "<td", "<h1>", "<strong>"):
        assert shown.count(tag) == plain.count(tag)


def test_a_provisional_statement_says_so() -> None:
    """The status stands below the title; a provisional statement explains it and lists what was left out."""
    provisional, final = render(statement("a"), "markdown"), render(statement("a", rejected=False), "markdown")
    assert "status **provisional**" in provisional
    assert "1 record entered no figure" in provisional
    assert "status **final**" in final
    assert "no figure" not in final


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_shows_status_and_total(form: str) -> None:
    """In every form the status can be seen, and the text ends in one line feed."""
    text = render(statement("a"), form)  # type: ignore[arg-type]  # FORMATS lists the literals as texts
    assert "provisional" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "940" in text
    if form == "json":
        assert json.loads(text)["status"] == "provisional"


def test_another_form_is_refused() -> None:
    """A form that there is not is refused, with a hint."""
    with pytest.raises(InvalidValue, match='did you mean "markdown"') as caught:
        render(statement("a"), "markdwn")  # type: ignore[arg-type]  # that is what is tested
    assert caught.value.rule == "report_form"
