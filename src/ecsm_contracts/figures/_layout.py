"""Which figures of a proof are shown where: each one in full once, however many others rest on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.figures._figure import Figure

__all__ = ["Place", "check_depth", "layout"]


Where = Literal["here", "cut", "above", "below"]


class Place(NamedTuple):
    """A figure where it stands in a proof that is shown."""

    figure: Figure[Any]
    root: int
    """Under which of the figures that are proved, counted from 0."""
    where: Where
    """Where its inputs stand: below it, in their order; nowhere, since they lie too deep; or at another place."""
    other: int = 0
    """Under which figure that other place is."""


def check_depth(depth: int | None) -> None:
    """
    Raise unless *depth* is a number of levels, or None for all.

    Raises:
        InvalidValue: when it is negative, or no whole number.
    """
    if depth is not None and (type(depth) is not int or depth < 0):
        message = f"depth: {shown(depth)} is no number of levels; write 1 for a figure and its inputs, None for all"
        raise InvalidValue(message, rule="explain_depth", value=depth)


def _same_ones(roots: Sequence[Figure[Any]]) -> dict[int, int]:
    """
    Return for the ``id`` of every figure below *roots* that of the first one which says the same.

    Figures that were computed may be several objects of one content, figures that were read from a file are one: so
    both are shown alike.
    """
    found: dict[int, int] = {}
    known: dict[tuple[Any, ...], int] = {}
    for root in roots:
        for figure in root.walk():
            if id(figure) not in found:
                inputs = tuple(found[id(part)] for part in figure.inputs)
                content = (figure.name, type(figure.value), str(figure.value), figure.rule, inputs, figure.cites)
                found[id(figure)] = known.setdefault(content, id(figure))
    return found


def _heights(roots: Sequence[Figure[Any]]) -> dict[int, int]:
    """Return how many levels lie below each figure."""
    found: dict[int, int] = {}
    for root in roots:
        for figure in root.walk():
            found[id(figure)] = 1 + max((found[id(part)] for part in figure.inputs), default=-1)
    return found


def _least_levels(roots: Sequence[Figure[Any]], same: dict[int, int]) -> dict[int, int]:
    """Return the least number of levels below one of *roots* at which each figure stands."""
    found = {same[id(root)]: 0 for root in roots}
    level, row = 0, list(roots)
    while row:
        level += 1
        below = {same[id(part)]: part for figure in row for part in figure.inputs}
        row = [part for key, part in below.items() if key not in found]
        found |= dict.fromkeys((same[id(part)] for part in row), level)
    return found


def layout(roots: Sequence[Figure[Any]], depth: int | None = None) -> tuple[Place, ...]:
    """
    Return the figures below *roots* from top to bottom, as they are shown down to *depth* levels below each root.

    A figure opens at the first place from which all of it can be shown; where *depth* leaves no such place, at the
    first one that is as near to a root as any. So each opens once, and not less of it is shown than there is room for.

    Raises:
        InvalidValue: when *depth* is no number of levels.
    """
    check_depth(depth)
    same, heights = _same_ones(roots), _heights(roots)
    least = _least_levels(roots, same)
    opened: dict[int, int] = {}
    places: list[Place] = []
    left = [(root, number, 0) for number, root in reversed(list(enumerate(roots)))]
    while left:
        figure, root, level = left.pop()
        key = same[id(figure)]
        fits = depth is None or level + heights[id(figure)] <= depth
        where: Where = "here"
        if figure.inputs and key in opened:
            where = "above"
        elif figure.inputs and not fits and (level == depth or level > least[key]):
            where = "cut" if least[key] == depth else "below"
        elif figure.inputs:
            opened[key] = root
            left.extend((part, root, level + 1) for part in reversed(figure.inputs))
        places.append(Place(figure, root, where))
    return tuple(place._replace(other=opened.get(same[id(place.figure)], 0)) for place in places)
