"""Levels that are judged on the mean of several windows: what is remembered, and what counts where nothing is known."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import ecsm_contracts as ec
from ecsm_contracts.clauses import Carry, Recall
from ecsm_contracts.errors import CarryError
from ecsm_contracts.figures._rules import apply_rule
from tests.clauses.world import EACH, LEVEL, MARCH, MINUTE, SHARE, codes, context_of, read, without
from tests.measures.contracts import contract_with, level_of

SMOOTHED = {**LEVEL, "smoothed": 3}
NUMBERS = st.fractions(0, 1, max_denominator=1000)


def carried(*values: Any) -> Carry:
    """Return a carry that remembers these numbers of the months before March."""
    months = [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1), date(2025, 11, 1)]
    past = list(zip(months, reversed(values), strict=False))[::-1]
    return Carry.opening("ACME-2026", ends=MARCH.start, past={("4.1", "measured"): past})


def number_of(minutes: int, carry: Carry, level: dict[str, Any] = SMOOTHED) -> Any:
    """Return what March, with so many minutes of outage, is judged on."""
    sums = {"4.1.unavailable": minutes * MINUTE, "4.1.planned": 0, "4.1.unknown": 0}
    context = context_of(read(level), sums=sums, carry=carry)
    outcome = context.settled["4.1"]
    return outcome.inputs[0].inputs[0].value


@given(st.integers(0, 43_200), st.lists(NUMBERS | st.just("not_measured"), max_size=4))
def test_the_mean_is_of_this_window_and_those_before(minutes: int, before: list[Any]) -> None:
    """Of three windows the mean is that of this one and the last two, without those that have no number."""
    mine = 1 - Fraction(minutes, 43_200)
    known = [mine, *(each for each in before[-2:] if each != "not_measured")]
    assert number_of(minutes, carried(*before)) == sum(known, start=Fraction(0)) / len(known)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=5))
def test_the_mean_of_times_is_rounded_up(micros: list[int]) -> None:
    """A mean of times is carried to the microsecond, rounded up; a mean of numbers is exact."""
    times = tuple(timedelta(microseconds=each) for each in micros)
    exact = Fraction(sum(micros), len(micros))
    assert apply_rule("mean of times/1", times) == timedelta(microseconds=ceil(exact))
    assert apply_rule("mean of numbers/1", tuple(micros)) == exact
    assert apply_rule("mean of shares/1", tuple(map(Fraction, micros))) == exact


def test_what_is_remembered_is_what_was_measured() -> None:
    """The next window averages the numbers themselves, not what they were smoothed to."""
    level = read(SMOOTHED)
    sums = {"4.1.unavailable": 21_600 * MINUTE, "4.1.planned": 0, "4.1.unknown": 0}
    context = context_of(level, sums=sums, carry=carried(Fraction(1)))
    assert [each.value for each in level.memories(context)["measured"]] == [Fraction(1, 2)]
    assert [each.value for each in level.memories(context)["number"]] == [Fraction(3, 4)]
    assert level.recalls() == (Recall("4.1", "measured", 2),)
    assert "measured" not in read(LEVEL).memories(context_of(read(LEVEL), sums=sums))


def test_a_contract_that_is_taken_over_says_what_was_measured() -> None:
    """Without the numbers of the windows before nothing is assumed."""
    sums = {"4.1.unavailable": 0, "4.1.planned": 0, "4.1.unknown": 0}
    with pytest.raises(CarryError, match="measured"):
        context_of(read(SMOOTHED), sums=sums, carry=Carry.opening("ACME-2026", ends=MARCH.start))


def test_rounding_comes_after_smoothing() -> None:
    """The mean is rounded, not what it is made of."""
    precision = {"places": 0, "mode": "half_up"}
    assert number_of(0, carried(Fraction("0.99")), {**SMOOTHED, "precision": precision}) == 1
    assert number_of(0, carried(Fraction("0.98")), {**SMOOTHED, "precision": precision}) == Fraction("0.99")


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ({**without(LEVEL, "target"), "measure": EACH, "smoothed": 2}, "smoothed_unused"),
        (
            {**without(LEVEL, "target"), "measure": EACH, "precision": {"places": 1, "mode": "up"}},
            "precision_unused",
        ),
    ],
    ids=["smoothed", "precision"],
)
def test_a_level_without_a_number_has_none_to_smooth(level: dict[str, Any], code: str) -> None:
    """Where each ticket is judged by itself there is nothing to smooth or to round."""
    with pytest.raises(ValidationError) as caught:
        read(level)
    assert codes(caught.value) == [code]


OUT = {"ref": "O-1", "service": "mail", "start": "2026-03-10T00:00:00Z", "end": "2026-03-13T02:24:00Z"}


def test_two_months_of_a_contract() -> None:
    """March is 90% available and stands for itself, April 100%: its mean with March is 95%, which is judged."""
    contract = contract_with({"kind": "availability", "hours": "always"}, {"at_least": "96%"})
    level = next(each for each in contract.clauses if each.ref == "4.1")
    smoothed = level.replace(smoothed=2)
    contract = contract.replace(clauses=tuple(smoothed if each is level else each for each in contract.clauses))
    facts = ec.facts_from_records(outages=[OUT])
    march = ec.evaluate(contract, facts, period="2026-03")
    april = ec.evaluate(contract, facts, period="2026-04", carry=march)
    for statement, number in ((march, Fraction(9, 10)), (april, Fraction(19, 20))):
        assert (level_of(statement).number, level_of(statement).outcome) == (number, "missed")
        ec.verify(statement, facts)
    remembered = april.carry.find("4.1", "measured")
    assert remembered is not None
    assert [each.value for each in remembered.past] == [1]


def test_windows_within_a_month_are_smoothed_one_after_the_other() -> None:
    """A level by the week remembers from week to week, within periods and across them; a week without is skipped."""
    measure = {**SHARE, "clock": {**SHARE["clock"], "hours": "always"}, "population": "resolved"}  # type: ignore[dict-item]
    contract = contract_with({**measure, "when_too_few": "not_measured"}, {"at_least": "50%"})
    level = next(each for each in contract.clauses if each.ref == "4.1")
    weekly = level.replace(every="week", smoothed=2)
    contract = contract.replace(clauses=tuple(weekly if each is level else each for each in contract.clauses))

    def ticket(day: int, hours: int) -> dict[str, Any]:
        events = [
            {"kind": kind, "at": f"2026-03-{day:02}T{hour:02}:00:00Z"}
            for kind, hour in (("opened", 0), ("resolved", hours))
        ]
        return {"ref": f"T-{day}-{hours}", "service": "desk", "type": "incident", "priority": "P3", "events": events}

    tickets = [
        ticket(3, 9),
        ticket(10, 1),
        ticket(24, 9),
        ticket(31, 1),
    ]  # late, in time, a week of none, late, in time
    facts = ec.facts_from_records(tickets=tickets)
    march = ec.evaluate(contract, facts, period="2026-03")
    april = ec.evaluate(contract, facts, period="2026-04", carry=march)
    numbers = {each.clause: each.number for each in (*march.assessments, *april.assessments)}
    assert numbers["4.1@2026-03-02"] == 0
    assert numbers["4.1@2026-03-09"] == Fraction(1, 2)
    assert numbers["4.1@2026-03-16"] is None
    assert numbers["4.1@2026-03-23"] == 0  # the week before it has no number
    assert numbers["4.1@2026-03-30"] == Fraction(1, 2)
    for statement in (march, april):
        ec.verify(statement, facts)
