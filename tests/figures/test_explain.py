"""Tests of figures as trees."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ecsm_contracts.errors import InvalidValue, WrongType
from ecsm_contracts.figures import (
    Figure,
    decode_figures,
    derive,
    explain,
    explain_data,
    figure_tree,
    figure_trees,
    given,
    show_value,
)
from ecsm_contracts.money import Money, Percent

from .strategies import figures, same


def example() -> Figure[Any]:
    """Return what is at risk twice over: a figure that rests on one part in two ways."""
    fee = given("fee", Money.parse("EUR 20000.00"), "clause 3.1")
    risk = derive("at risk", "share of/1", given("share", Percent.parse("10%"), "clause 4.6"), fee)
    return derive("both", "sum/1", risk, risk, cites=("clause 4.7", "annex 2"))


def test_explain() -> None:
    """An explanation is a tree of names, values, rules and places; what is known is not told again."""
    assert explain(example()).splitlines() == [
        "both: EUR 4,000 = sum  [clause 4.7, annex 2]",
        "├─ at risk: EUR 2,000 = share of",
        "│  ├─ share: 10%  [clause 4.6]",
        "│  └─ fee: EUR 20,000.00  [clause 3.1]",
        "└─ at risk: EUR 2,000 = share of  (as above)",
    ]


@pytest.mark.parametrize(("depth", "lines"), [(0, 1), (1, 3), (2, 5), (None, 5)])
def test_depth(depth: int | None, lines: int) -> None:
    """No more levels are shown than asked for, and what is folded is marked."""
    text = explain(example(), depth=depth)
    assert len(text.splitlines()) == lines
    assert text.count("…") == {0: 1, 1: 2}.get(depth if depth is not None else 9, 0)


@hypothesis_given(figures())
def test_everything_is_told(figure: Figure[Any]) -> None:
    """Every figure below stands in the tree with its value, and those with inputs in full exactly once."""
    text = explain(figure)
    lines = text.splitlines()
    for part in figure.walk():
        said = [line for line in lines if f"{part.name}: {show_value(part.value)}" in line]
        assert said
        if part.inputs:
            assert sum("(as above)" not in line for line in said) == 1


def test_a_leaf_is_told_wherever_it_is_used() -> None:
    """A given figure is one line, and repeated in full."""
    one = given("one", 1)
    tree = figure_tree(derive("ratio", "ratio/1", one, one))
    assert [child.label for child in tree.children] == ["one: 1", "one: 1"]
    assert tree.label == "ratio: 100% (1/1) = ratio"
    assert show_value(Fraction(1)) in tree.label


DEPTHS = st.none() | st.integers(0, 12)


def by_level(figure: Figure[Any]) -> dict[str, int]:
    """The least number of steps from *figure* to every figure below it, by what it says; an oracle by recursion."""
    found: dict[str, int] = {}

    def go(part: Figure[Any], level: int) -> None:
        key = repr((part.name, part.rule, part.value, part.cites, [str(each) for each in part.walk()]))
        if found.get(key, level + 1) > level:
            found[key] = level
            for each in part.inputs:
                go(each, level + 1)

    go(figure, 0)
    return found


@hypothesis_given(figures(), DEPTHS)
def test_data_holds_each_figure_within_the_depth_once(figure: Figure[Any], depth: int | None) -> None:
    """Nodes are the figures that are near enough, each once; what is left out is counted, and adds up."""
    data = explain_data(figure, depth=depth)
    levels = by_level(figure)
    near = [level for level in levels.values() if depth is None or level <= depth]
    assert len(data["nodes"]) == len(near)
    assert sum(node.get("below", 0) for node in data["nodes"].values()) == len(levels) - len(near)
    for node in data["nodes"].values():
        assert ("below" in node) == any(part not in data["nodes"] for part in node["inputs"])


@hypothesis_given(figures())
def test_whole_data_reads_back_as_the_figure(figure: Figure[Any]) -> None:
    """Without a depth the data is what a statement file has, and is the same figure again."""
    data = explain_data(figure)
    back, failures = decode_figures({"root": data["root"]}, data["nodes"])
    assert failures == []
    assert same(back["root"], figure) or explain(back["root"]) == explain(figure)


@hypothesis_given(figures(), st.integers(0, 12))
def test_a_depth_cuts_nothing_that_is_near_enough(figure: Figure[Any], depth: int) -> None:
    """Whatever lies within the depth by any way is told in the tree, and each part with inputs opens at most once."""
    text = explain(figure, depth=depth)
    for part in figure.walk():
        key = repr((part.name, part.rule, part.value, part.cites, [str(each) for each in part.walk()]))
        said = [line for line in text.splitlines() if f"{part.name}: {show_value(part.value)}" in line]
        assert bool(said) or by_level(figure)[key] > depth
    if depth >= len(list(figure.walk())):
        assert text == explain(figure)


def test_a_shared_part_is_shown_where_there_is_room_for_it() -> None:
    """A part that is met first where the depth ends is shown below, where it is nearer, and both places say so."""
    deep = derive("deep", "sum/1", derive("whole", "exact/1", given("fee", Money.parse("EUR 1.00"))))
    far = derive("far", "sum/1", derive("between", "sum/1", deep))
    top = derive("top", "sum/1", far, deep)
    assert explain(top, depth=4) == explain(top, depth=3)
    assert explain(top, depth=3).splitlines() == [
        "top: EUR 2 = sum",
        "├─ far: EUR 1 = sum",
        "│  └─ between: EUR 1 = sum",
        "│     └─ deep: EUR 1 = sum  (as below)",
        "└─ deep: EUR 1 = sum",
        "   └─ whole: EUR 1 = exact",
        "      └─ fee: EUR 1.00",
    ]


@hypothesis_given(figures(), DEPTHS)
def test_a_proof_does_not_tell_how_it_came_into_memory(figure: Figure[Any], depth: int | None) -> None:
    """Read from data, where equal parts are one, a figure is explained in the same words as when it was computed."""
    data = explain_data(figure)
    back, _ = decode_figures({"root": data["root"]}, data["nodes"])
    for form in ("text", "markdown", "html"):
        assert explain(back["root"], depth=depth, form=form) == explain(figure, depth=depth, form=form)


def test_several_proofs_name_each_other() -> None:
    """A part that two figures rest on is shown under one of them; the other says under which."""
    risk = derive("at risk", "exact/1", given("fee", Money.parse("EUR 2.00")))
    trees = figure_trees({"line 1": derive("one", "sum/1", risk), "line 2": derive("two", "sum/1", risk, risk)})
    assert str(trees["line 2"]).splitlines() == [
        "two: EUR 4 = sum",
        "├─ at risk: EUR 2 = exact  (as under line 1)",
        "└─ at risk: EUR 2 = exact  (as under line 1)",
    ]


HOSTILE = "<script>alert(1)</script> [a](b) `c` *d* \x1b[2J"


def test_no_name_or_citation_becomes_markup() -> None:
    """In HTML and Markdown a hostile name stays text; characters that cannot be seen never come through."""
    figure = derive(HOSTILE, "exact/1", given(HOSTILE, Money.parse("EUR 1.00"), HOSTILE), cites=(HOSTILE,))
    page, text, list_ = (explain(figure, form=form) for form in ("html", "text", "markdown"))
    assert "<script" not in page
    assert "\x1b" not in page + text + list_
    shown = MarkdownIt("commonmark", {"html": True}).render(list_)
    assert "<script" not in shown
    assert "<a " not in shown
    assert "<code>" not in shown
    assert "<em>" not in shown


@pytest.mark.parametrize("depth", [-1, True, "2", 1.5])
def test_a_depth_that_is_none_is_refused(depth: Any) -> None:
    """A negative depth, or what is no whole number, is refused with what to write."""
    for call in (explain, explain_data):
        with pytest.raises(InvalidValue, match="no number of levels") as caught:
            call(example(), depth=depth)
        assert caught.value.rule == "explain_depth"


@pytest.mark.parametrize(
    ("form", "hint"), [("data", "explain_data"), ("markdwn", "markdown"), (None, "text"), ([], "there are text")]
)
def test_a_form_that_is_none_is_refused(form: Any, hint: str) -> None:
    """Another form is refused with the one that was meant."""
    with pytest.raises(InvalidValue, match=hint) as caught:
        explain(example(), form=form)
    assert caught.value.rule == "explain_form"


def test_only_figures_are_explained() -> None:
    """Anything else is refused by its type."""
    for call in (explain, explain_data):
        with pytest.raises(WrongType):
            call("4.6")  # type: ignore[arg-type]  # that is what is tried


def test_a_deep_proof_is_no_harder_than_a_wide_one() -> None:
    """Five thousand levels, each with two ways down, are explained in every form."""
    figure = given("fee", Money.parse("EUR 0.00"))
    for _ in range(5_000):
        figure = Figure("sum", Money.parse("EUR 0.00"), "plus/1", (figure, figure))
    assert len(explain(figure, depth=3).splitlines()) == 7
    assert len(explain_data(figure, depth=3)["nodes"]) == 4
    assert explain(figure, form="html").count("<details") == 5_000
