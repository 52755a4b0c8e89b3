"""The annex to an invoice, the proof of one clause, and how deep they go."""

from __future__ import annotations

import json
import re

import pytest
from markdown_it import MarkdownIt

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue, UnknownReference, WrongType
from ecsm_contracts.reports import PROOF_FORMS, annex, proof, render
from ecsm_contracts.statements import statement_from_data
from tests.engine.world import statement as acme_statement
from tests.reports.hostile import TEXTS, statement

HTML_TAG = re.compile(r"<(?:script|img|b)\b", re.IGNORECASE)


def shown(text: str) -> str:
    """Markdown as a page shows it, HTML in it included."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def test_the_annex_proves_every_line_and_the_total() -> None:
    """Each line and the total has its heading; what they cite, the rules and the seals stand in it."""
    given = acme_statement()
    text = annex(given)
    for number, line in enumerate(given.lines, 1):
        assert f"### Line {number}: {line.clause} {line.text}, {line.amount.display}" in text
    assert f"### Total: {given.total.value.display}" in text
    for figure in (*(line.figure for line in given.lines), given.total):
        for cite in figure.sources():
            assert cite in text
            assert f"| {cite.partition(' ')[0]} | {cite.partition(' ')[2]} |" in text
    for rule in given.seals.rules:
        name, _, version = rule.rpartition("/")
        assert not name or f"| {name} | {version} |" in text
    for seal in (given.digest(), given.seals.contract, given.seals.facts, *given.seals.calendars.values()):
        assert text.count(seal) == 1


def test_what_lines_share_is_told_once() -> None:
    """A figure that several lines rest on stands in full once, and the others say under which line."""
    text = annex(acme_statement())
    assert text.count("attainment: 85% (17/20) = ratio\n") == 1
    assert "credits before the limit, rounded: EUR 3,000.00 = round  (as under line 2)" in text


def test_the_annex_is_a_function_of_the_content() -> None:
    """Read from its file, and with another maker, a statement has the same annex."""
    data = acme_statement().to_data()
    data["made_by"] = {"library": "another", "python": "another"}
    assert annex(statement_from_data(data)) == annex(acme_statement()) == render(acme_statement(), "annex")


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_becomes_markup(text: str) -> None:
    """Rendered, a hostile text leaves headings, lists and tables whole and adds neither links nor elements."""
    page, plain = shown(annex(statement(text))), shown(annex(statement("a")))
    assert HTML_TAG.search(page) is None
    assert "<a " not in page
    assert "<code>" not in page
    for tag in ("<table>", "<h1>", "<h2>", "<h3>", "<ul>"):
        assert page.count(tag) == plain.count(tag)


@pytest.mark.parametrize("form", ["html", "annex"])
def test_a_depth_makes_a_report_shorter(form: ec.reports.Format) -> None:
    """No level, then more and more of them, up to all."""
    lengths = [len(render(acme_statement(), form, depth=depth)) for depth in (0, 1, 3, 50)]
    assert lengths == sorted(set(lengths))
    assert lengths[-1] == len(render(acme_statement(), form))


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_a_depth_of_a_form_without_proofs_is_refused(form: ec.reports.Format) -> None:
    """A depth that would do nothing is refused, with the forms that have proofs."""
    with pytest.raises(InvalidValue, match="html and annex") as caught:
        render(acme_statement(), form, depth=1)
    assert caught.value.rule == "report_depth"


@pytest.mark.parametrize("depth", [-1, True, "1"])
def test_a_depth_that_is_none_is_refused(depth: int) -> None:
    """In whatever is shown."""
    for call in (annex, lambda given, depth: render(given, "html", depth=depth)):
        with pytest.raises(InvalidValue, match="no number of levels"):
            call(acme_statement(), depth)


@pytest.mark.parametrize("form", PROOF_FORMS)
def test_the_proof_of_a_clause_says_what_fell_short(form: ec.reports.ProofForm) -> None:
    """In every form the figures stand, what fell short behind them, and no more levels than were asked for."""
    text = proof(acme_statement(), "4.5", form)
    assert text.endswith("\n")
    for said in ("attainment", "T-0", "10 h on its clock"):
        assert said in text
    assert "attainment" not in proof(acme_statement(), "4.5", form, depth=1)


def test_the_proof_as_data_is_that_of_the_statement_file() -> None:
    """The nodes of the JSON are nodes of the statement's file, under the same keys; it says what it is about."""
    given, data = acme_statement().to_data(), json.loads(proof(acme_statement(), "total", "json"))
    assert data["root"] == given["figures"]["total"]
    assert data["nodes"].items() <= given["nodes"].items()
    assert (data["contract"], data["period"], data["clause"]) == ("ACME-2026", "2026-01", "total")
    assert [each["ref"] for each in data["shortfalls"]] == [each.ref for each in acme_statement().shortfalls()]


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_becomes_markup_in_a_proof(text: str) -> None:
    """A page or a list of a hostile statement has no element of its texts."""
    page, listed = proof(statement(text), "total", "html"), shown(proof(statement(text), "total", "markdown"))
    for found in (page, listed):
        assert HTML_TAG.search(found) is None
        assert "<a " not in found
    assert page.count("<") == proof(statement("a"), "total", "html").count("<")


def test_what_is_no_proof_is_refused() -> None:
    """An unknown clause, another form, and what is no statement."""
    with pytest.raises(UnknownReference, match="did you mean"):
        proof(acme_statement(), "4.55")
    with pytest.raises(InvalidValue, match="there are text, markdown, html, json"):
        proof(acme_statement(), "4.5", "csv")  # type: ignore[arg-type]  # that is what is tried
    for call in (annex, lambda given: proof(given, "4.5")):
        with pytest.raises(WrongType):
            call("march")  # type: ignore[arg-type]  # as above
