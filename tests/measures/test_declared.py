"""Tests of the measure declared: a figure that was measured elsewhere."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from tests.engine.world import JANUARY
from tests.measures.months import SPAN, contract_with, level, settled

MEASURE = {
    "kind": "declared", "figure": "store uptime", "gives": "share",
    "when_missing": "missed", "evidence": "optional",
}  # fmt: skip


def promised(target: Any = "97%", **changes: Any) -> ec.Contract:
    """The contract with a level over the declared uptime of stores."""
    return contract_with({**MEASURE, **changes}, {"at_least": target})


def declared(ref: str, value: Any, **fields: Any) -> dict[str, Any]:
    """A value for January, delivered on 3 February."""
    return {"ref": ref, "figure": "store uptime", "value": value, "at": "2026-02-03T08:00:00Z", **SPAN, **fields}


@pytest.mark.parametrize(
    ("gives", "target", "value", "outcome", "number"),
    [
        ("share", "97.5%", "97.5", "met", Fraction(975, 1000)),
        ("share", "97.5%", "97.499999999", "missed", Fraction(97499999999, 10**11)),
        ("share", "97.5%", "0.975", "missed", Fraction(975, 100000)),  # per cent, as the document says
        ("number", 12, 12, "met", Fraction(12)),
        ("number", "-0.5", "-0.6", "missed", Fraction(-3, 5)),
        ("number", 0, "999999999999999999", "met", Fraction(999999999999999999)),
    ],
)
def test_the_value_is_the_number(gives: str, target: Any, value: Any, outcome: str, number: Fraction) -> None:
    """A value for exactly the period is judged as it stands: as per cent, or as a plain number."""
    found = level(settled(promised(target, gives=gives), declared=[declared("D-1", value)]))
    assert (found.outcome, found.number) == (outcome, number)


ABSENT = {
    "nothing": [],
    "another figure": [declared("D-1", "99", figure="till uptime")],
    "a day less": [declared("D-1", "99", end="2026-01-30T23:00:00Z")],
    "in UTC": [declared("D-1", "99", start="2026-01-01T00:00:00Z", end="2026-02-01T00:00:00Z")],
}


@pytest.mark.parametrize("name", ABSENT)
@pytest.mark.parametrize("word", ["missed", "not_measured"])
def test_not_declared_for_this_period(name: str, word: str) -> None:
    """Without the figure for exactly this period the outcome is the one that the contract names."""
    statement = settled(promised(when_missing=word), declared=ABSENT[name])
    assert (level(statement).outcome, level(statement).number) == (word, None)
    assert "not declared" in str(statement)


@given(st.permutations([("D-1", "97.5"), ("D-2", "97.50"), ("D-3", "97.5")]))
def test_the_same_value_twice_is_one(told: list[tuple[str, str]]) -> None:
    """However often one value is declared, and whoever is first, it counts once."""
    facts = ec.facts_from_records(declared=[declared(ref, value) for ref, value in told])
    found = level(ec.evaluate(CONTRACT, facts, period=JANUARY))
    assert (found.outcome, found.number, dict(found.counts)["4.9.counted"]) == ("met", Fraction(39, 40), 1)


CONTRACT = promised()


def test_two_values_leave_it_not_measured() -> None:
    """Nobody can say which one is true: the level is not measured, and the figure says why."""
    statement = settled(
        promised(), declared=[declared("D-1", "97.5"), declared("D-2", "97.6"), declared("D-3", "97.5")]
    )
    assert (level(statement).outcome, level(statement).number) == ("not_measured", None)
    assert statement["4.9"].rule == "declared twice/1"
    assert "values declared for store uptime: 2" in ec.explain(statement["4.9"])
    assert "2 different values declared" in str(statement)


def test_evidence() -> None:
    """Where evidence is required, a value without it is as if it were not declared, and contradicts no other."""
    bare, proven = declared("D-1", "99"), declared("D-2", "97.5", evidence="report 12")
    assert level(settled(promised(evidence="required"), declared=[bare, proven])).number == Fraction(39, 40)
    statement = settled(promised(evidence="required"), declared=[bare])
    assert level(statement).outcome == "missed"
    assert "declared without evidence" in str(statement)
    assert [(each.kind, each.ref) for each in statement.shortfalls("4.9")] == [("declared", "D-1")]


@pytest.mark.parametrize(
    ("at", "word", "outcome"),
    [
        ("2026-02-05T23:00:00Z", "missed", "met"),  # exactly five days after the end is in time
        ("2026-02-05T23:00:00.000001Z", "missed", "missed"),
        ("2026-02-05T23:00:00.000001Z", "not_measured", "not_measured"),
        ("2026-02-05T23:00:00.000001Z", "accepted", "met"),
        ("2026-01-20T00:00:00Z", "missed", "met"),  # before the period is over: early, not late
    ],
)
def test_delivered_late(at: str, word: str, outcome: str) -> None:
    """What is delivered later than agreed is judged as the contract says."""
    contract = promised(delivered_within="120h", when_late=word)
    found = level(settled(contract, declared=[declared("D-1", "97.5", at=at)]))
    assert found.outcome == outcome
    assert (found.number is None) == (outcome != "met")


def test_a_value_in_time_is_in_time_though_it_is_repeated_later() -> None:
    """The earliest delivery of a value decides whether it is late."""
    contract = promised(delivered_within="120h", when_late="missed")
    told = [declared("D-1", "97.5", at="2026-03-01T00:00:00Z"), declared("D-2", "97.5")]
    assert level(settled(contract, declared=told)).outcome == "met"


@pytest.mark.parametrize(
    ("changes", "target", "fields", "code"),
    [
        ({"delivered_within": "120h"}, "97%", {}, "when_late"),
        ({"when_late": "missed"}, "97%", {}, "when_late"),
        ({}, "97", {}, "percent_sign"),
        ({"gives": "time"}, "97%", {}, "unknown_word"),
        ({}, "97%", {"scope": {"service": "desk"}}, "scope_unused"),
    ],
)
def test_refused(changes: dict[str, Any], target: Any, fields: dict[str, Any], code: str) -> None:
    """What cannot work is refused by a stable code."""
    with pytest.raises(ec.DocumentError) as caught:
        contract_with({**MEASURE, **changes}, {"at_least": target}, **fields)
    assert {problem.code for problem in caught.value.problems} == {code}


def test_terms_that_meet_nothing_are_refused() -> None:
    """Relief takes hours out, of which there are none here; bands price a number, and this level is missed without."""
    data = promised().to_data()
    relief = {"ref": "5.2", "kind": "relief", "notices": ["maintenance"], "levels": ["4.9"], "treatment": "exclude"}
    bands = {"bands": [{"below": "95%", "is": "EUR 10.00"}, {"is": "EUR 0.00"}]}
    credit = {"ref": "4.91", "kind": "service_credit", "levels": ["4.9"], "per": "level", "rate": bands}
    for clause, code in ((relief, "relief_unused"), (credit, "bands_without_number")):
        with pytest.raises(ec.DocumentError) as caught:
            ec.parse_contract(json.dumps({**data, "clauses": [*data["clauses"], clause]}), form="json")
        assert {problem.code for problem in caught.value.problems} == {code}
