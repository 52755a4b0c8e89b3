"""Tests of figures: deriving, walking, replaying, and finding what does not follow."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import Figure, derive, given, replay
from ecsm_contracts.money import Money, Percent

from .strategies import VALUES, figures


def rebuilt(figure: Figure[Any], wrong: Figure[Any], changes: dict[str, Any]) -> Figure[Any]:
    """Return *figure* with one part changed, and everything above left as it says it is."""
    made: dict[int, Figure[Any]] = {}
    for part in figure.walk():
        inputs = tuple(made[id(each)] for each in part.inputs)
        made[id(part)] = replace(part, inputs=inputs, **(changes if part is wrong else {}))
    return made[id(figure)]


@hypothesis_given(figures())
def test_replay_proves_what_was_derived(figure: Figure[Any]) -> None:
    """Whatever was derived follows from its inputs, all the way down."""
    assert replay(figure) == []


@hypothesis_given(figures(), VALUES, st.data())
def test_replay_finds_any_changed_value(figure: Figure[Any], value: Any, data: st.DataObject) -> None:
    """A derived value that is changed is found and named, whatever it is changed to."""
    wrong = data.draw(st.sampled_from([part for part in figure.walk() if part.inputs]))
    if type(value) is type(wrong.value) and value == wrong.value:
        return
    failures = replay(rebuilt(figure, wrong, {"value": value}))
    assert wrong.name in [failure.figure for failure in failures]


@hypothesis_given(figures(), st.data())
def test_replay_finds_a_figure_without_its_rule(figure: Figure[Any], data: st.DataObject) -> None:
    """A derived figure that says it is given, or names a rule that is not there, is found and named."""
    wrong = data.draw(st.sampled_from([part for part in figure.walk() if part.inputs]))
    for rule, message in (("given", "it is given, and yet has inputs"), ("bogus/1", "bogus/1 cannot be applied")):
        failures = replay(rebuilt(figure, wrong, {"rule": rule}))
        assert [failure.figure for failure in failures] == [wrong.name]
        assert message in failures[0].reason


def test_replay_names_the_first_and_every_other() -> None:
    """Replay goes on after a failure, inputs first, and says what each figure says and what it should."""
    half = replace(derive("half", "ratio/1", given("part", 1), given("whole", 2)), value=Fraction(1, 3))
    reached = replace(derive("reached", "at least/1", half, given("target", Percent.parse("30%"))), value=False)
    assert [str(failure) for failure in replay(reached)] == [
        "half: it says 33.333333…% (1/3), but ratio/1 gives 50% (1/2) from its inputs",
        "reached: it says no, but at least/1 gives yes from its inputs",
    ]


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        ("ratio/1", [1, 0]),
        ("ratio/1", [1]),
        ("ratio/1", ["a", "b"]),
        ("at least/1", [Fraction(1), "95%"]),
        ("split/1", [Money.parse("EUR 1.00"), 3, Money.parse("EUR 1.00").exact]),
        ("outcome when too few/1", [2, 1, "met"]),
        ("round/1", [Money.parse("EUR 1.00").exact, "roundish"]),
        ("band/1", []),
        ("sum/1", [Money.parse("EUR 1.00").exact, Money.parse("USD 1.00").exact]),
    ],
)
def test_replay_survives_inputs_that_do_not_fit(rule: str, inputs: list[Any]) -> None:
    """A rule that cannot be applied to its inputs is a failure of that figure, not an error of the replay."""
    figure = Figure("forged", 1, rule, tuple(given("input", value) for value in inputs))
    (failure,) = replay(figure)
    assert failure.figure == "forged"
    assert failure.reason.startswith(f"{rule} cannot be applied to its inputs: ")


@pytest.mark.parametrize("value", [1, Fraction(1), "1"])
def test_replay_minds_the_type(value: object) -> None:
    """A value that is equal but of another type is not the value: yes is not one."""
    figure = replace(derive("reached", "at least/1", given("a", Fraction(1)), given("b", Percent.of(1))), value=value)
    assert [failure.figure for failure in replay(figure)] == ["reached"]


@hypothesis_given(figures())
def test_walk_is_inputs_first_each_once(figure: Figure[Any]) -> None:
    """Walking meets every figure once, its inputs before it, and the figure itself last."""
    order = list(figure.walk())
    positions = {id(part): position for position, part in enumerate(order)}
    assert len(positions) == len(order)
    assert order[-1] is figure
    for position, part in enumerate(order):
        assert all(positions[id(each)] < position for each in part.inputs)


@hypothesis_given(figures())
def test_sources_are_all_that_is_cited(figure: Figure[Any]) -> None:
    """The sources of a figure are its own and those of its inputs, sorted, each once."""

    def cited(part: Figure[Any]) -> set[str]:
        return {*part.cites}.union(*map(cited, part.inputs))

    assert list(figure.sources()) == sorted(cited(figure))


def test_walk_is_not_deep() -> None:
    """A proof of many steps is walked and replayed without recursion."""
    figure: Figure[Any] = given("start", Money.parse("EUR 1.00"))
    for number in range(5000):
        figure = derive(f"step {number}", "negative/1", figure)
    assert sum(1 for _ in figure.walk()) == 5001
    assert replay(figure) == []


def test_given_and_derived_say_where_from() -> None:
    """A leaf has no inputs and cites its place; a derived figure keeps rule, inputs and cites."""
    fee = given("fee", Money.parse("EUR 20000.00"), "clause 3.1", "annex 2")
    share = derive("at risk", "share of/1", given("share", Percent.parse("10%")), fee, cites=("clause 4.6",))
    assert (fee.rule, fee.inputs, fee.cites) == ("given", (), ("clause 3.1", "annex 2"))
    assert (share.rule, share.inputs[1], share.cites) == ("share of/1", fee, ("clause 4.6",))
    assert str(share) == "at risk: EUR 2,000"
    with pytest.raises(FrozenInstanceError):
        share.value = None  # type: ignore[misc]  # that it is frozen is the claim


def test_derive_needs_a_rule() -> None:
    """Nothing is derived by a rule that is not there."""
    with pytest.raises(InvalidValue, match="there is no rule 'sum/9'"):
        derive("total", "sum/9", given("a", 1))
