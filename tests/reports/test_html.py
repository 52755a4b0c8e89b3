"""Statements as HTML pages."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts.reports import render
from ecsm_contracts.testing import MonthCase, month_cases
from tests.reports.hostile import TEXTS, statement

VOID = {"meta", "br", "hr", "img", "input", "link"}
TAGS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "table", "caption", "thead", "tbody"}
TAGS |= {"tfoot", "tr", "th", "td", "details", "summary", "div"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "style", "scope", "colspan", "open"}


class Page(HTMLParser):
    """Follows the nesting of a page, and keeps its tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave the element that was entered last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text of everything but the styles."""
        if "style" not in self.open:
            self.texts.append(data)


@pytest.mark.sweep
@settings(max_examples=25)
@given(month_cases())
def test_pages_are_well_nested(case: MonthCase) -> None:
    """Whatever is settled, the page is complete and well nested, and has only the elements that it is made of."""
    settled = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
    text = render(settled, "html")
    page = Page(text)
    assert page.open == []
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert text == render(settled, "html")


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_becomes_markup(text: str) -> None:
    """A hostile text adds no element and no attribute, and is shown as it is."""
    page = Page(render(statement(text), "html"))
    assert page.open == []
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert text in page.texts


def test_a_page_needs_nothing_else() -> None:
    """A page has a policy that lets nothing run or load, no script, and no address."""
    text = render(statement("a"), "html")
    assert "default-src &#x27;none&#x27;" in text
    assert "<script" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert "@media print" in text


def test_every_line_has_a_proof_that_unfolds() -> None:
    """There is one folded proof for each line, and it names clause, text and amount."""
    settled = statement("a")
    text = render(settled, "html")
    assert text.count('<details class="proof">') == len(settled.lines)
    for line in settled.lines:
        assert f"<summary>{line.clause}  {line.text}: {line.amount.display}</summary>" in text


def test_a_provisional_page_says_so() -> None:
    """A provisional statement is marked in the title and above the tables, and lists the records left out."""
    provisional, final = render(statement("a"), "html"), render(statement("a", rejected=False), "html")
    assert "<title>a, 2026-01: provisional</title>" in provisional
    assert '<p class="provisional">Provisional: 1 record entered no figure' in provisional
    assert "Records that entered no figure" in provisional
    assert "provisional" not in Page(final).texts
    assert "Records that entered no figure" not in final
