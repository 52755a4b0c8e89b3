"""Tests of rounding, against tables and two oracles that share no code with it."""

from __future__ import annotations

import decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money import ROUNDING_MODES, RoundingMode, check_rounding_mode, round_ratio
from tests.money.strategies import MODES

VALUES = [Fraction(text) for text in ("2.4", "2.5", "2.6", "3.5", "-2.4", "-2.5", "-2.6", "-3.5", "0.5", "-0.5", "7")]

TABLE: dict[RoundingMode, list[int]] = {
    "half_up": [2, 3, 3, 4, -2, -3, -3, -4, 1, -1, 7],
    "half_even": [2, 2, 3, 4, -2, -2, -3, -4, 0, 0, 7],
    "half_down": [2, 2, 3, 3, -2, -2, -3, -3, 0, 0, 7],
    "up": [3, 3, 3, 4, -3, -3, -3, -4, 1, -1, 7],
    "down": [2, 2, 2, 3, -2, -2, -2, -3, 0, 0, 7],
    "ceiling": [3, 3, 3, 4, -2, -2, -2, -3, 1, 0, 7],
    "floor": [2, 2, 2, 3, -3, -3, -3, -4, 0, -1, 7],
}


def from_decimal_module(value: decimal.Decimal, mode: RoundingMode) -> int:
    """Round with the `decimal` module, in a context of its own."""
    context = decimal.Context(prec=200, rounding=f"ROUND_{mode.upper()}")
    return int(value.quantize(decimal.Decimal(1), context=context))


def from_distances(value: Fraction, mode: RoundingMode) -> int:
    """Round by looking at both neighbours and their distances, as one would by hand."""
    below = -((-value.numerator) // value.denominator) - (value.denominator != 1)
    neighbours = [below, below + 1] if value.denominator != 1 else [int(value)]
    toward_zero, away = min(neighbours, key=abs), max(neighbours, key=abs)
    distances = [abs(neighbour - value) for neighbour in neighbours]
    if mode.startswith("half") and len(set(distances)) > 1:
        return neighbours[distances.index(min(distances))]
    even = [neighbour for neighbour in neighbours if neighbour % 2 == 0] or neighbours
    return {
        "half_up": away, "half_down": toward_zero, "half_even": even[0],
        "up": away, "down": toward_zero, "ceiling": max(neighbours), "floor": min(neighbours),
    }[mode]  # fmt: skip


@pytest.mark.parametrize("mode", ROUNDING_MODES)
def test_table(mode: RoundingMode) -> None:
    """Each mode rounds as its row of the table says, in the middle and beside it, on both sides of zero."""
    assert [round_ratio(value, mode) for value in VALUES] == TABLE[mode]


@given(st.integers(-(10**30), 10**30), st.integers(0, 12), MODES)
@example(25, 1, "half_even")
@example(-25, 1, "half_up")
def test_like_the_decimal_module(units: int, scale: int, mode: RoundingMode) -> None:
    """Decimal numbers are rounded as the `decimal` module rounds them, without using it."""
    oracle = from_decimal_module(decimal.Decimal(units).scaleb(-scale, decimal.Context(prec=200)), mode)
    assert round_ratio(Fraction(units, 10**scale), mode) == oracle


@given(st.one_of(st.fractions(), st.integers().map(lambda odd: Fraction(2 * odd + 1, 2))), MODES)
def test_like_the_nearer_neighbour(value: Fraction, mode: RoundingMode) -> None:
    """Any fraction is rounded to the neighbour that a reckoning by distances picks."""
    assert round_ratio(value, mode) == from_distances(value, mode)


@given(st.fractions(), MODES)
def test_stays_near(value: Fraction, mode: RoundingMode) -> None:
    """Law E34: no mode moves a value by a whole unit, and those to the nearer by no more than half of one."""
    moved = abs(round_ratio(value, mode) - value)
    assert moved < 1
    assert moved <= Fraction(1, 2) or not mode.startswith("half")


@given(st.fractions(), st.fractions(), MODES)
def test_keeps_order(first: Fraction, second: Fraction, mode: RoundingMode) -> None:
    """A greater value is never rounded to less."""
    low, high = sorted([first, second])
    assert round_ratio(low, mode) <= round_ratio(high, mode)


@given(st.fractions(), st.sampled_from(["half_up", "half_even", "half_down", "up", "down"]))
def test_is_symmetric(value: Fraction, mode: RoundingMode) -> None:
    """A credit is rounded as the charge of the same size, except by floor and ceiling."""
    assert round_ratio(-value, mode) == -round_ratio(value, mode)
    assert round_ratio(-value, "floor") == -round_ratio(value, "ceiling")


@given(st.integers(), MODES)
def test_leaves_whole_numbers(value: int, mode: RoundingMode) -> None:
    """What is whole already is not moved by any mode, as a fraction or as an int."""
    assert round_ratio(Fraction(value), mode) == value
    assert round_ratio(value, mode) == value


@pytest.mark.parametrize("value", [2.5, True, decimal.Decimal("2.5"), "2.5", None])
def test_refuses_what_is_not_exact(value: Any) -> None:
    """Only fractions and ints can be rounded, so no binary float gets in."""
    with pytest.raises(InvalidValue, match="what is rounded is a Fraction or an int"):
        round_ratio(value, "half_up")


@pytest.mark.parametrize(("mode", "hint"), [("half-up", '; did you mean "half_up"?'), ("bankers", ""), (None, "")])
def test_refuses_an_unknown_mode(mode: Any, hint: str) -> None:
    """An unknown mode is refused with all that there are, even where nothing is to be rounded."""
    with pytest.raises(InvalidValue) as caught:
        round_ratio(Fraction(2), mode)
    assert caught.value.rule == "rounding_mode"
    assert str(caught.value).endswith(f"write one of {', '.join(ROUNDING_MODES)}{hint}")


@pytest.mark.parametrize("mode", ROUNDING_MODES)
def test_knows_its_modes(mode: RoundingMode) -> None:
    """Each of the seven modes is accepted as it is."""
    assert check_rounding_mode(mode) == mode
