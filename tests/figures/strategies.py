"""What the tests of this floor draw from: values of every type, and figures that share parts of their proofs."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecsm_contracts.figures import Figure, Value, derive, given
from ecsm_contracts.money import ROUNDING_MODES, ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = st.sampled_from(ROUNDING_MODES)
COUNTS = st.integers(-(10**12), 10**12) | st.integers(-3, 3)
RATIOS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=43_200)
TIMES = st.integers(-(10**15), 10**15).map(lambda micros: timedelta(microseconds=micros))
MONIES = st.integers(-(10**12), 10**12).map(lambda minor: Money.from_minor(minor, "EUR"))
EXACTS = RATIOS.map(lambda ratio: ExactAmount(ratio, "EUR"))
PERCENTS = st.integers(0, 30_000).map(lambda number: Percent(Fraction(number, 10_000)))
VALUES: st.SearchStrategy[Value] = st.one_of(
    COUNTS, RATIOS, TIMES, MONIES, EXACTS, PERCENTS, st.booleans(), st.text(max_size=12)
)

STEPS: dict[str, tuple[type, ...]] = {
    "exact/1": (Money,),
    "sum/1": (ExactAmount, ExactAmount, ExactAmount),
    "share of/1": (Percent, Money),
    "times/1": (int, ExactAmount),
    "least/1": (ExactAmount, ExactAmount),
    "room/1": (ExactAmount, Money),
    "total/1": (Money, Money),
    "negative/1": (Money,),
    "round/1": (ExactAmount, str),
    "not below zero/1": (int,),
}
"""Rules with the types of their inputs, for figures that are drawn."""


@st.composite
def figures(draw: st.DrawFn) -> Figure[Any]:
    """Draw a figure of several steps, some of which rest on the same parts."""
    pool: list[Figure[Any]] = [
        given("fee", draw(MONIES), "clause 3.1"),
        given("share", draw(PERCENTS), "clause 4.5"),
        given("count", draw(st.integers(-5, 50)), "tally 4.2.misses"),
        given("amount", draw(EXACTS), "clause 4.6", "clause 4.7"),
        given("mode", draw(MODES)),
    ]
    for number in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from(sorted(STEPS)))
        inputs = [draw(st.sampled_from([each for each in pool if type(each.value) is kind])) for kind in STEPS[name]]
        pool.append(derive(f"step {number}", name, *inputs, cites=(f"clause {number}",) * draw(st.integers(0, 1))))
    return pool[-1]


def same(one: Figure[Any], other: Figure[Any]) -> bool:
    """Say whether two figures say the same all the way down; values of other types are not the same."""
    pairs = zip(one.walk(), other.walk(), strict=True)
    return all(
        (a.name, a.value, type(a.value), a.rule, a.cites) == (b.name, b.value, type(b.value), b.rule, b.cites)
        for a, b in pairs
    )


def leaves(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every scalar in plain *data*."""
    if isinstance(data, dict):
        return [found for key, value in data.items() for found in leaves(value, (*path, key))]
    if isinstance(data, list):
        return [found for position, value in enumerate(data) for found in leaves(value, (*path, position))]
    return [path]


def put(data: Mapping[str, Any], path: tuple[str | int, ...], change: Any) -> None:
    """Change the scalar at *path* by the function *change*."""
    part: Any = data
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = change(part[path[-1]])
