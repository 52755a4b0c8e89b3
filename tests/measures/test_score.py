"""Tests of the measure score: what users answered, in one number."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.reports import render
from tests.engine.world import JANUARY
from tests.measures.months import contract_with, level, settled

MEASURE = {"kind": "score", "scale": [1, 5], "take": "mean", "minimum": 1, "when_too_few": "not_measured"}
NPS = {"scale": [0, 10], "take": {"promoters": 9, "detractors": 6}}


def asked(take: Any = "mean", target: Any = "4.2", *, scope: Any = None, **changes: Any) -> ec.Contract:
    """The contract with a level over the answers about a service."""
    measure = {**MEASURE, "take": take, **changes}
    return contract_with(measure, {"at_least": target}, scope=scope or {"service": "desk"})


def answers(*scores: int, **fields: Any) -> list[dict[str, Any]]:
    """An answer about the desk for each score, in the middle of January."""
    usual = {"service": "desk", "at": "2026-01-15T12:00:00Z", **fields}
    return [{"ref": f"A-{place}", "score": score, **usual} for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("changes", "target", "scores", "outcome", "number"),
    [
        ({}, "4.2", (4, 4, 5), "met", Fraction(13, 3)),
        ({}, "4.2", (4, 5, 4, 4, 4), "met", Fraction(21, 5)),  # equal is reached
        ({}, "4.2", (4,), "missed", Fraction(4)),
        ({"take": {"top": 4}}, "80%", (5, 4, 4, 4, 1), "met", Fraction(4, 5)),
        ({"take": {"top": 4}}, "80%", (5, 3), "missed", Fraction(1, 2)),
        (NPS, 30, (10, 9, 8, 7, 6), "missed", Fraction(20)),  # two, less one, of five
        (NPS, -50, (0, 6, 7, 8), "met", Fraction(-50)),
    ],
)
def test_each_number_by_hand(
    changes: dict[str, Any], target: Any, scores: tuple[int, ...], outcome: str, number: Fraction
) -> None:
    """Mean, share of good answers and net promoter score are what a person reckons, exactly."""
    found = level(settled(asked(target=target, **{"take": "mean", **changes}), surveys=answers(*scores)))
    assert (found.outcome, found.number) == (outcome, number)


CONTRACTS = {"mean": asked(), "top": asked({"top": 4}, "80%"), "promoters": asked(target=0, **NPS)}


@given(st.sampled_from(sorted(CONTRACTS)), st.lists(st.integers(-2, 12), max_size=9))
def test_like_the_naive_reading(take: str, scores: list[int]) -> None:
    """What is not on the scale is left out and counted apart; of the rest the number is the textbook's."""
    statement = ec.evaluate(CONTRACTS[take], ec.facts_from_records(surveys=answers(*scores)), period=JANUARY)
    lowest, highest = (0, 10) if take == "promoters" else (1, 5)
    kept = [score for score in scores if lowest <= score <= highest]
    found = level(statement)
    assert dict(found.counts)["4.9.off_scale"] == len(scores) - len(kept)
    if not kept:
        assert (found.outcome, found.number) == ("not_measured", None)
        return
    naive = {
        "mean": Fraction(sum(kept), len(kept)),
        "top": Fraction(sum(score >= 4 for score in kept), len(kept)),
        "promoters": 100 * Fraction(sum(score >= 9 for score in kept) - sum(score <= 6 for score in kept), len(kept)),
    }
    assert found.number == naive[take]


def test_who_is_counted() -> None:
    """Answers of January about the service, of the customer's users; January is half-open, in the contract's zone."""
    first, end = "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"
    told = [
        *answers(5, at=first),
        {**answers(1, at=end)[0], "ref": "B-1"},
        {**answers(1, at="2025-12-31T22:59:59Z")[0], "ref": "B-2"},
        {**answers(1, service="mail")[0], "ref": "B-3"},
        {**answers(1, customer="globex")[0], "ref": "B-4"},
    ]
    statement = settled(asked(scope={"service": "desk", "customer": "acme"}), surveys=[
        *told, {**answers(4, customer="acme")[0], "ref": "B-5"},
    ])  # fmt: skip
    assert level(statement).number == 4
    statement = settled(asked(), surveys=told)
    assert level(statement).number == 3, "without a customer in the scope, users of all are asked"
    assert [row.ref for row in statement.outcomes if row.kind == "survey"] == ["A-0", "B-4"]


def test_answers_that_no_promise_asks_for_leave_no_trace() -> None:
    """A contract without a level over answers gives the same bytes with and without them."""
    contract = contract_with({"kind": "availability", "hours": "always"}, {"at_least": "95%"})
    with_, without = settled(contract, surveys=answers(1, 2)), settled(contract)
    assert with_.to_json() == without.to_json()


def test_too_few_and_shown() -> None:
    """Fewer answers than the minimum are not judged; those off the scale are told, and listed."""
    contract = asked(minimum=3, when_too_few="missed")
    statement = settled(contract, surveys=answers(4, 5, 9))
    assert (level(statement).outcome, level(statement).number) == ("missed", None)
    assert "2 answers, too few to measure, 1 more not on the scale" in str(statement)
    assert [(each.kind, each.ref) for each in statement.shortfalls("4.9")] == [("survey", "A-2")]
    good = settled(asked(), surveys=answers(4, 5))
    row = next(line for line in render(good, "markdown").splitlines() if line.startswith("| 4.9"))
    assert [cell.strip() for cell in row.strip("|").split("|")][3:] == ["4.5", "≥ 4.2", "2 answers"]
    assert "target: 4.2 " in ec.explain(good["4.9"])


@pytest.mark.parametrize(
    ("changes", "target", "code"),
    [
        ({"scale": [5, 1]}, "4.2", "scale_order"),
        ({"scale": [1]}, "4.2", "missing_field"),
        ({"scale": [0, 5000]}, "4.2", "out_of_range"),
        ({"take": {"top": 6}}, "80%", "take_off_scale"),
        ({"take": {"promoters": 3, "detractors": 3}}, 0, "promoters_order"),
        ({"take": "median"}, "4.2", "unknown_word"),
        ({"take": {"top": 4}}, "4.2", "percent_sign"),
        ({}, "80%", "target_unit"),
        ({"minimum": 0}, "4.2", "out_of_range"),
    ],
)
def test_refused(changes: dict[str, Any], target: Any, code: str) -> None:
    """What cannot work is refused by a stable code."""
    with pytest.raises(ec.DocumentError) as caught:
        asked(target=target, **{"take": "mean", **changes})
    assert {problem.code for problem in caught.value.problems} == {code}
