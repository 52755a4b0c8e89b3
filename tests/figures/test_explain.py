"""Tests of figures as trees."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as hypothesis_given

from ecsm_contracts.figures import Figure, derive, explain, figure_tree, given, show_value
from ecsm_contracts.money import Money, Percent

from .strategies import figures


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
    assert text.count("…") == {0: 1, 1: 1}.get(depth if depth is not None else 9, 0)


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
