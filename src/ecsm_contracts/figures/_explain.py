"""A figure as a tree that a person can read."""

from __future__ import annotations

from typing import Any

from ecsm_contracts._display import Tree
from ecsm_contracts.errors import expect
from ecsm_contracts.figures._figure import Figure
from ecsm_contracts.figures._rules import GIVEN

__all__ = ["explain", "figure_tree"]


def _label(figure: Figure[Any]) -> str:
    how = "" if figure.rule == GIVEN else f" = {figure.rule.rpartition('/')[0]}"
    where = f"  [{', '.join(figure.cites)}]" if figure.cites else ""
    return f"{figure.name}: {figure.shown}{how}{where}"


def figure_tree(figure: Figure[Any]) -> Tree:
    """
    Return *figure* and everything below it as a tree for display.

    A figure that several others rest on is shown in full once; after that it is named only.
    """
    shown: set[int] = set()

    def tree(part: Figure[Any]) -> Tree:
        if part.inputs and id(part) in shown:
            return Tree(f"{_label(part)}  (as above)")
        shown.add(id(part))
        return Tree(_label(part), tuple(tree(each) for each in part.inputs))

    return tree(figure)


def explain(figure: Figure[Any], *, depth: int | None = None) -> str:
    """
    Return why *figure* has its value, as an indented text.

    Each line a figure, below it what it was made from.

    Args:
        figure: The figure to explain.

        depth: How many levels to show; all by default.

    Example:
        >>> from ecsm_contracts.figures import derive, given
        >>> late, all_due = given("in time", 19, "tally 4.2.met"), given("due", 20, "tally 4.2.counted")
        >>> print(explain(derive("attainment", "ratio/1", late, all_due)))
        attainment: 95% (19/20) = ratio
        ├─ in time: 19  [tally 4.2.met]
        └─ due: 20  [tally 4.2.counted]
    """
    expect(figure, Figure, "figure", 'take one from a statement: statement["4.6"] or statement.total')
    return figure_tree(figure).text(depth=depth)
