"""A figure as a tree that a person can read, and as data that a program can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from ecsm_contracts._display import Tree
from ecsm_contracts.errors import InvalidValue, did_you_mean, expect, shown
from ecsm_contracts.figures._codec import encode_figures
from ecsm_contracts.figures._figure import Figure
from ecsm_contracts.figures._layout import check_depth, layout
from ecsm_contracts.figures._rules import GIVEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.figures._layout import Place

__all__ = ["ExplainForm", "explain", "explain_data", "figure_tree", "figure_trees"]

ExplainForm = Literal["text", "markdown", "html"]
"""The forms in which a proof is written for people."""

_HINT = 'take one from a statement: statement["4.6"] or statement.total'


def _label(figure: Figure[Any]) -> str:
    how = "" if figure.rule == GIVEN else f" = {figure.rule.rpartition('/')[0]}"
    where = f"  [{', '.join(figure.cites)}]" if figure.cites else ""
    return f"{figure.name}: {figure.shown}{how}{where}"


def _note(place: Place, names: Sequence[str]) -> str:
    """Say where the inputs of a figure stand when they do not stand below it."""
    if place.where == "here":
        return ""
    if place.where == "cut":
        return " …"
    return f"  (as {place.where})" if place.other == place.root else f"  (as under {names[place.other]})"


def figure_trees(figures: Mapping[str, Figure[Any]], depth: int | None = None) -> dict[str, Tree]:
    """
    Return each of *figures* and everything below it as a tree for display, by its name.

    A figure that several others rest on is shown in full once, under whichever of the names; at the other places it
    is named, with where its inputs stand. What lies more than *depth* levels below a figure is left out, and the figure
    that rests on it ends in ``…``.

    Raises:
        InvalidValue: when *depth* is no number of levels.
    """
    for figure in figures.values():
        expect(figure, Figure, "figure", _HINT)
    names = tuple(figures)
    built: list[Tree] = []
    for place in reversed(layout(tuple(figures.values()), depth)):
        children = tuple(built.pop() for _ in place.figure.inputs) if place.where == "here" else ()
        built.append(Tree(_label(place.figure) + _note(place, names), children))
    return dict(zip(names, reversed(built), strict=True))


def figure_tree(figure: Figure[Any], depth: int | None = None) -> Tree:
    """
    Return *figure* and everything below it as a tree for display, down to *depth* levels below it.

    A figure that several others rest on is shown in full once; at the other places it is named only.

    Raises:
        InvalidValue: when *depth* is no number of levels.
    """
    return figure_trees({"": figure}, depth)[""]


def explain(figure: Figure[Any], *, depth: int | None = None, form: ExplainForm = "text") -> str:
    """
    Return why *figure* has its value: each line a figure, below it what it was made from.

    A figure that several others rest on is shown in full once. `explain_data` gives the same to a program.

    Args:
        figure: The figure to explain.

        depth: How many levels below the figure to show: 1 for the figure and its inputs; all by default.

        form: ``text``, indented; ``markdown``, a nested list; ``html``, `details` elements that fold, without scripts.
            All texts are escaped.

    Raises:
        InvalidValue: when *depth* is no number of levels, or there is no such form.

    Example:
        >>> from ecsm_contracts.figures import derive, given
        >>> late, all_due = given("in time", 19, "tally 4.2.met"), given("due", 20, "tally 4.2.counted")
        >>> print(explain(derive("attainment", "ratio/1", late, all_due)))
        attainment: 95% (19/20) = ratio
        ├─ in time: 19  [tally 4.2.met]
        └─ due: 20  [tally 4.2.counted]
    """
    if form not in get_args(ExplainForm):
        raise _no_form(form)
    tree = figure_tree(figure, depth)
    match form:
        case "text":
            return tree.text()
        case "markdown":
            return tree.markdown()
        case "html":
            return tree.html()


def _no_form(form: object) -> InvalidValue:
    forms = get_args(ExplainForm)
    hint = "; data is what explain_data(…) gives" if form == "data" else did_you_mean(str(form), forms)
    message = f"form: there is no form {shown(form)}{hint}; there are {', '.join(forms)}"
    return InvalidValue(message, rule="explain_form", value=form)


def explain_data(figure: Figure[Any], *, depth: int | None = None) -> dict[str, Any]:
    """
    Return why *figure* has its value as plain data: ``{"root": key, "nodes": {key: node}}``, each figure once.

    Keys and nodes are those of a statement file. With a *depth*, figures that lie more levels below are left out. A
    node some of whose inputs are left out then says ``below``: how many figures were left out below it that no node
    before it speaks of, so that all of these numbers add up to what is missing.

    Args:
        figure: The figure to explain.

        depth: How many levels below the figure: 1 for the figure and its inputs; all by default.

    Raises:
        InvalidValue: when *depth* is no number of levels.

    Example:
        >>> from ecsm_contracts.figures import derive, given
        >>> share = derive("attainment", "ratio/1", given("in time", 19), given("due", 20))
        >>> data = explain_data(share, depth=0)
        >>> data["nodes"][data["root"]]["value"], data["nodes"][data["root"]]["below"]
        ({'ratio': '19/20'}, 2)
    """
    expect(figure, Figure, "figure", _HINT)
    check_depth(depth)
    roots, nodes = encode_figures({"root": figure})
    kept = _within(roots["root"], nodes, depth)
    told = set(kept)
    shown_nodes: dict[str, dict[str, Any]] = {}
    for key in kept:
        below, left = 0, [part for part in nodes[key]["inputs"] if part not in kept]
        for part in left:  # it grows while it is gone through
            if part not in told:
                told.add(part)
                below += 1
                left.extend(nodes[part]["inputs"])
        cut = any(part not in kept for part in nodes[key]["inputs"])
        shown_nodes[key] = nodes[key] | ({"below": below} if cut else {})
    return {"root": roots["root"], "nodes": shown_nodes}


def _within(root: str, nodes: Mapping[str, Mapping[str, Any]], depth: int | None) -> dict[str, int]:
    """Return the keys that lie at most *depth* levels below *root*, each with its level, the nearest first."""
    found = {root: 0}
    row = [root]
    while row and (depth is None or found[row[0]] < depth):
        below = dict.fromkeys(part for key in row for part in nodes[key]["inputs"] if part not in found)
        found |= dict.fromkeys(below, found[row[0]] + 1)
        row = list(below)
    return found
