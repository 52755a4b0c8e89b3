"""Tests of several periods in a row: history from the carry alone is history recomputed from all facts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.clauses import Carry
from ecsm_contracts.engine import _settle
from ecsm_contracts.engine._opening import recalled
from ecsm_contracts.errors import CarryError, PeriodError
from ecsm_contracts.money import Percent
from tests.clauses.history import SEVERE, contract, facts, months, statements

EVERYTHING: tuple[dict[str, Any], ...] = (
    SEVERE,
    {
        "ref": "4.4", "kind": "service_credit", "levels": ["4.1"], "per": "level", "when": {"run": 2, "consumes": True},
        "rate": {"by": "run", "1": "EUR 5.00", "2": "EUR 10.00", "otherwise": "EUR 20.00"},
    },
    {
        "ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "points", "rate": "EUR 3.00",
        "points": {"by": "severity", "severe": 4, "otherwise": 1},
        "times": {"by": "occurrence", "within": 4, "1": 1, "otherwise": 2},
    },
    {
        "ref": "4.6", "kind": "limit", "credits": ["4.4", "4.5"], "at_most": "EUR 40.00", "window": {"periods": 3},
        "excess": "carry",
    },
    {
        "ref": "4.8", "kind": "earn_back", "of": ["4.6"], "levels": ["4.1"], "gaps": "skips", "within": 5,
        "tranches": [{"after": 1, "share": "30%"}, {"after": 3, "share": "70%"}],
    },
    {
        "ref": "4.9", "kind": "limit", "credits": ["4.8"], "at_most": "EUR 15.00", "window": "contract_year",
        "excess": "forfeit",
    },
    {
        "ref": "9.1", "kind": "trigger", "right": "terminate", "levels": ["4.1"],
        "when": {"times": 2, "within": 4, "consumes": True},
    },
    {
        "ref": "9.2", "kind": "trigger", "right": "rectify",
        "points": {"credits": ["4.5"], "at_least": "5", "within": 3, "consumes": True},
    },
    {
        "ref": "9.3", "kind": "trigger", "right": "rectify",
        "amounts": {"credits": ["4.6"], "at_least": "EUR 50.00", "window": "contract_year", "consumes": False},
    },
)  # fmt: skip
"""A contract that looks back in every way there is."""
CONTRACT = contract(*EVERYTHING)
WORDS = st.text("gbs.", min_size=2, max_size=10)


def seen(statement: ec.Statement) -> tuple[object, ...]:
    """Return what a statement says is owed and follows."""
    return statement.period, [(line.clause, str(line.amount)) for line in statement.lines], statement.triggers


@settings(max_examples=25)
@given(WORDS)
def test_from_the_carry_alone(word: str) -> None:
    """A period settled with the carry of the one before, read back from JSON, is the one of a row of periods."""
    found = CONTRACT
    row = statements(found, word)
    for place, month in enumerate(months(len(word))):
        kept = None if not place else Carry.model_validate(json.loads(json.dumps(row[place - 1].carry.to_data())))
        of_the_month = facts("." * place + word[place])
        again = ec.evaluate(found, of_the_month, period=month, carry=kept)
        assert seen(again) == seen(row[place])
        assert again.carry == row[place].carry
        assert [str(figure.value) for figure in again.figures.values()] == [
            str(figure.value) for figure in row[place].figures.values()
        ]


@pytest.mark.sweep
@settings(max_examples=25)
@given(WORDS)
def test_a_pruned_carry_says_all_that_is_needed(word: str) -> None:
    """A carry that forgets nothing gives the same amounts and rights as one that keeps only what is looked back at."""
    found = CONTRACT
    pruned = statements(found, word)

    def all_of_it(document: ec.Contract, version: ec.Contract) -> dict[tuple[str, str], set[Any]]:
        return {key: {"term"} for key in recalled(document, version)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_settle, "recalled", all_of_it)
        whole = statements(found, word)
    assert list(map(seen, pruned)) == list(map(seen, whole))
    kept = {(each.ref, each.name): each.past for each in whole[-1].carry.remembered}
    for each in pruned[-1].carry.remembered:
        past = kept[each.ref, each.name]
        assert past[len(past) - len(each.past) :] == each.past


@pytest.mark.sweep
@settings(max_examples=25)
@given(WORDS, st.integers(1, 9))
def test_a_row_can_be_cut_anywhere(word: str, place: int) -> None:
    """The first periods, and the others with the carry of the last of them, are the whole row."""
    found, cut = CONTRACT, min(place, len(word) - 1)
    row = statements(found, word)
    later = ec.evaluate_periods(found, facts(word), last=row[-1].period, carry=row[cut - 1])
    assert later == row[cut:]


def test_where_it_begins_and_ends() -> None:
    """It begins with the term, or where the carry ends, or where it is told to; a wrong end is refused."""
    found, all_facts = CONTRACT, facts("gbg")
    row = ec.evaluate_periods(found, all_facts, last="2026-03")
    assert [each.period.label for each in row] == ["2026-01", "2026-02", "2026-03"]
    assert ec.evaluate_periods(found, all_facts, first="2026-02", last="2026-03", carry=row[0].carry) == row[1:]
    with pytest.raises(CarryError):
        ec.evaluate_periods(found, all_facts, first="2026-02", last="2026-03")
    with pytest.raises(PeriodError, match="comes before"):
        ec.evaluate_periods(found, all_facts, last="2026-01", carry=row[1])
    with pytest.raises(PeriodError, match="not a billing period"):
        ec.evaluate_periods(found, all_facts, last="2026-01-10/2026-02-10")
    with pytest.raises(PeriodError, match="term"):
        ec.evaluate_periods(found, all_facts, first="2025-11", last="2025-12")


def test_a_term_that_begins_within_a_month() -> None:
    """Where the term begins within a month, the first period is the first whole one."""
    found = contract(*EVERYTHING, term={"start": "2026-01-10", "end": "2027-01-01"})
    assert [each.period.label for each in ec.evaluate_periods(found, facts(".."), last="2026-03")] == [
        "2026-02",
        "2026-03",
    ]


@pytest.mark.parametrize(
    ("word", "terms", "target"),
    [
        ("g" * 12, {"rule": "mean"}, "99.5%"),  # Sears: half-way from 99 to 100
        ("g" * 12, {"rule": "share", "most": "10%"}, "99.1%"),  # worked example 50, for 95: 95.5
        ("b" + "g" * 12, {"rule": "mean"}, "99.5%"),
        ("g" * 11, {"rule": "mean"}, None),
        ("g" * 5 + "b" + "g" * 11, {"rule": "mean"}, None),
        ("g" * 5 + "." + "g" * 6, {"rule": "mean"}, None),
        ("ggg", {"rule": "mean", "most": "10%", "after": 3}, "99.1%"),
        ("ggg", {"rule": "mean", "most": "33.3%", "after": 3, "places": 1}, "99.3%"),  # cut off, never up
        ("ggg", {"rule": "mean", "most": "1%", "after": 3, "places": 0}, None),  # too little to write down
    ],
)
def test_ratchet(word: str, terms: dict[str, Any], target: str | None) -> None:
    """The target rises after so many periods that were better, by the rule and bound of the contract."""
    given_terms = terms | ({"most": Percent.parse(terms["most"])} if "most" in terms else {})
    found = ec.ratchet(statements(contract(SEVERE), word), "4.1", **given_terms)
    assert found == (None if target is None else Percent.parse(target))


def test_the_ratchet_of_example_50() -> None:
    """Worked example 50: from 95 %, by at most 10 % of what is missing to 100 %, to 95.5 %."""
    found = contract({**SEVERE, "target": {"at_least": "95%"}})
    row = statements(found, "g" * 12)
    assert ec.ratchet(row, "4.1", rule="share", most=Percent.of(10)) == Percent.parse("95.5%")


@pytest.mark.parametrize(
    "terms",
    [
        {"rule": "steps"}, {"rule": "share"}, {"rule": "mean", "after": 0}, {"rule": "mean", "places": 10},
        {"rule": "mean", "most": Percent.of(0)},
    ],
)  # fmt: skip
def test_a_ratchet_is_refused(terms: dict[str, Any]) -> None:
    """Terms that make no ratchet are refused, as are statements with a gap and levels that there are none of."""
    row = statements(contract(SEVERE), "ggg")
    with pytest.raises(ec.errors.InvalidValue) as caught:
        ec.ratchet(row, "4.1", **terms)
    assert caught.value.rule == "ratchet_terms"
    with pytest.raises(ec.errors.InvalidValue, match="does not follow"):
        ec.ratchet([row[0], row[2]], "4.1", rule="mean", after=2)
    with pytest.raises(ec.errors.UnknownReference):
        ec.ratchet(row, "4.2", rule="mean", after=2)
