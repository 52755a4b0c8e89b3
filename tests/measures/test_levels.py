"""Tests of the measure levels: other levels judged together."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.figures import derive, given
from tests.engine.world import JANUARY, acme_data, contract_of, january
from tests.measures.months import contract_with, level

OUTCOMES = ("met", "missed", "not_measured")


def together(take: str, target: int | None = None) -> ec.Contract:
    """The example contract with a level over its three others, of which 4.2 and 4.3 are missed in January."""
    measure = {"kind": "levels", "levels": ["4.1", "4.2", "4.3"], "take": take}
    return contract_with(measure, None if target is None else {"at_most": target})


@pytest.mark.parametrize(
    ("contract", "outcome", "number"),
    [
        (together("missed", 1), "missed", 2),
        (together("missed", 2), "met", 2),
        (together("worst"), "missed", None),
    ],
    ids=["two of one", "two of two", "worst"],
)
def test_a_month(contract: ec.Contract, outcome: str, number: int | None) -> None:
    """Two of three levels are missed: more than one, not more than two, and the worst of them is a miss."""
    statement = ec.evaluate(contract, january(), period=JANUARY)
    ec.verify(statement, january())
    found = level(statement)
    assert (found.outcome, found.number, found.counts) == (outcome, number, ())
    assert ec.account_for(statement, january()).read == len(january().tickets)


@pytest.mark.parametrize("outcomes", list(product(OUTCOMES, repeat=2)), ids="-".join)
def test_the_order_of_outcomes(outcomes: tuple[str, str]) -> None:
    """Missed is worse than not measured, which is worse than met; only what is missed is counted as missed."""
    figures = [given("outcome", outcome) for outcome in outcomes]
    worst = derive("outcome", "worst outcome/1", *figures).value
    assert worst == max(outcomes, key=("met", "not_measured", "missed").index)
    assert derive("missed", "number missed/1", *figures).value == outcomes.count("missed")


def test_it_settles_after_those_that_it_names() -> None:
    """It may stand before them in the document, be priced, and be named by another; it is shown with its count."""
    data = acme_data()
    first = {"ref": "4.0", "kind": "service_level", "measure": {"kind": "levels", "levels": ["4.01"], "take": "worst"}}
    second = {
        "ref": "4.01", "kind": "service_level", "target": {"at_most": 1},
        "measure": {"kind": "levels", "levels": ["4.2", "4.3"], "take": "missed"},
    }  # fmt: skip
    credit = {"ref": "4.8", "kind": "service_credit", "levels": ["4.0"], "per": "level", "rate": "EUR 100.00"}
    contract = contract_of({**data, "clauses": [first, second, *data["clauses"], credit]})
    statement = ec.evaluate(contract, january(), period=JANUARY)
    assert [each.outcome for each in statement.assessments[:2]] == ["missed", "missed"]
    assert statement["4.8"].value.round("half_up") == ec.Money.parse("EUR 100.00")
    row = next(line for line in str(statement).splitlines() if line.startswith("4.01"))
    assert row.split() == ["4.01", "levels", "MISSED", "2", "≤", "1"]
    found = [finding.clause for finding in contract.check() if finding.code == "breach_without_consequence"]
    assert found == [], "a level that is judged in another one has its consequence there"


@pytest.mark.parametrize(
    ("measure", "target", "code"),
    [
        ({"levels": ["4.1", "4.1"], "take": "worst"}, None, "named_twice"),
        ({"levels": [], "take": "worst"}, None, "too_few"),
        ({"levels": ["4.7"], "take": "worst"}, None, "reference_kind"),
        ({"levels": ["4.77"], "take": "worst"}, None, "dangling_reference"),
        ({"levels": ["4.9"], "take": "worst"}, None, "circular_reference"),
        ({"levels": ["4.1"], "take": "missed"}, None, "target_missing"),
        ({"levels": ["4.1"], "take": "worst"}, {"at_most": 1}, "target_unused"),
        ({"levels": ["4.1"], "take": "missed"}, {"at_least": 1}, "target_direction"),
    ],
)
def test_refused(measure: dict[str, Any], target: dict[str, Any] | None, code: str) -> None:
    """What cannot work is refused by a stable code."""
    with pytest.raises(ec.DocumentError) as caught:
        contract_with({"kind": "levels", **measure}, target)
    assert {problem.code for problem in caught.value.problems} == {code}
