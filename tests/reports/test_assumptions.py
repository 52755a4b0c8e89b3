"""Reports say what the facts take for granted, and what they do not record."""

from typing import Any, Literal

import pytest

import ecsm_contracts as ec
from ecsm_contracts.reports import render
from tests.engine.world import JANUARY, acme, january
from tests.reports.hostile import TEXTS

Form = Literal["text", "html", "markdown"]
FORMS: tuple[Form, ...] = ("text", "html", "markdown")
TITLE = "What the facts take for granted; no figure proves it"
GAP: dict[str, Any] = {"ref": "log", "title": "Log", "assumes": ["Zone: Europe/Rome"], "unrecorded": ["replied"]}


def settled(*origins: dict[str, Any]) -> ec.Statement:
    """The statement of January, from facts with these origins."""
    return ec.evaluate(acme(), january(origins=list(origins)), period=JANUARY)


@pytest.mark.parametrize("form", FORMS)
def test_assumptions_are_shown(form: Form) -> None:
    """Each assumption and each kind that is not recorded has its row, and the level says why it is not measured."""
    text = render(settled(GAP), form)
    for shown in (TITLE, "Zone: Europe/Rome", "Not recorded: replied.", "the facts do not record replied"):
        assert shown in text.replace("\\", "")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("origins", [(), ({"ref": "log", "title": "Log"},)])
def test_where_nothing_is_assumed_there_is_no_table(form: Form, origins: tuple[dict[str, Any], ...]) -> None:
    """Without origins, or where they assume nothing and record all, a report says nothing of it."""
    text = render(settled(*origins), form)
    assert TITLE not in text
    assert "do not record" not in text


def test_a_terminal_and_a_notebook_show_them_too() -> None:
    """A statement that prints itself shows its assumptions in both forms."""
    made = settled(GAP)
    for text in (str(made), made._repr_html_()):
        assert TITLE in text
        assert "the facts do not record replied" in text


def test_several_gaps_are_named_once_each() -> None:
    """Two sources that do not record the same kind are one reason."""
    text = str(settled(GAP, {**GAP, "ref": "log 2", "unrecorded": ["replied", "acknowledged"]}))
    assert text.count("the facts do not record replied") == 1
    assert "replied or replied" not in text


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_assumptions_stay_text(text: str) -> None:
    """Markup in a title or an assumption adds no element to a page, in HTML or in Markdown."""
    made = settled({"ref": "log", "title": text, "assumes": [text], "unrecorded": []})
    plain = settled({"ref": "log", "title": "a", "assumes": ["a"], "unrecorded": []})
    for page, usual in (
        (render(made, "html"), render(plain, "html")),
        (made._repr_html_(), plain._repr_html_()),
    ):
        assert page.count("<") == usual.count("<")
    assert "<script" not in render(made, "markdown")
    assert "<img" not in render(made, "markdown")


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\u202eb", "a\x00b", "a\rb"])
def test_control_characters_never_reach_a_reader(text: str) -> None:
    """What an assumption hides is shown escaped, in every form."""
    made = settled({"ref": "log", "title": text, "assumes": [text], "unrecorded": []})
    for form in FORMS:
        assert text not in render(made, form)
    assert text not in str(made)
    assert text not in made._repr_html_()
