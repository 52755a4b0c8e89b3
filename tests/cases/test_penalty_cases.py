"""The shared cases of penalties, each through a contract document: bands, limits, repeats and rewards of real tools."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import DocumentError
from tests.cases.world import Clause, attainment, credit, declared, document, fee, level, limit, read, settle, told
from tests.cases.world import some_late as tickets
from tests.clock_cases import FACTS, PATH

CASES: list[dict[str, Any]] = [case for case in FACTS["cases"] if case["kind"] == "penalty"]
TIERS: dict[str, dict[str, Any]] = FACTS.get("penalty_tiers", {})
FEE = 10_000
"""Of 10,000.00 a hundredth of a per cent is an amount of a currency."""

GAPS = {
    "bmc-99-98.995": "99 is not reached, and the first tier ends at 98.99",
    "bmc-99-94.995": "one tier ends at 95.00, and the next begins at 94.99",
    "bmc-99-91": "no tier is for less than 92",
}
"""Values that have no tier in the source as it is printed."""
APART = {"governify-cap", "governify-repeat-not-yet", "governify-staff-rotation"}
"""Cases that describe their terms in words; each has a test of its own."""
READ = [case for case in CASES if case["id"] not in GAPS and case["id"] not in APART]

pytestmark = pytest.mark.skipif(PATH is None, reason="the shared cases are not beside the repository")


def share(value: object) -> str:
    """A percentage as documents write it."""
    return f"{abs(Decimal(str(value)))}%"


def money(value: object) -> str:
    """An amount of dollars as documents write it."""
    return f"EUR {abs(Decimal(str(value))):.2f}"


def stepped(edges: list[tuple[object, str]], word: str, last: str) -> dict[str, Any]:
    """Bands with these upper edges, the lowest first, and the rate beyond them."""
    return {"bands": [*({word: share(edge), "is": rate} for edge, rate in edges), {"is": last}]}


def terms_of(name: str) -> tuple[Clause, ...]:
    """The clauses of a tier of the source; one edge for both bands that meet there."""
    tier = TIERS[name]
    if "bands_below" in tier:  # uptime: the lowest band last, as credits of so many per cent
        falling = sorted(tier["bands_below"], key=lambda band: Decimal(str(band[0])))
        rates = stepped([(edge, share(rate)) for edge, rate in falling[:-1]], "below", share(falling[-1][1]))
        judged = level("level", told("figure"), {"at_least": share(falling[-1][0])})
        return fee(), judged, credit("c", "level", "level", rates)
    if "bands_over" in tier:  # less is better: a number at an edge is still in the milder band
        rising = [(high, share(rate)) for _, high, rate in tier["bands_over"]]
        rates = stepped(rising[:-1], "up_to", rising[-1][1])
        target = {"at_most": share(tier["bands_over"][0][0])}
        return fee(), level("level", told("figure"), target), credit("c", "level", "level", rates)
    target = {"at_least": share(tier["objective_pct"])}
    if "bands" in tier:
        rising = [(high, share(rate)) for _, high, rate in reversed(tier["bands"])]
        rates = stepped(rising[:-1], "below", rising[-1][1])
        return fee(), level("level", told("figure"), target), credit("c", "level", "level", rates)
    printed = [band for band in tier["bands_inclusive_as_documented"] if band[2] < 0]
    worst_first = sorted(printed, key=lambda band: Decimal(band[0]))
    edges = [(better[0], money(worse[2])) for worse, better in pairwise(worst_first)]
    rates = stepped(edges, "below", money(worst_first[-1][2]))
    rewards = [band for band in tier["bands_inclusive_as_documented"] if band[2] > 0]
    bonuses = [clause for low, _, amount in rewards for clause in rewarded(low, money(amount))]
    return fee(), level("level", told("figure"), target), credit("c", "level", "level", rates), *bonuses


def rewarded(low: object, amount: str) -> tuple[Clause, Clause]:
    """A reward from a number on."""
    bonus = {"ref": "bonus", "kind": "bonus", "levels": ["better"], "per": "level", "rate": amount}
    return level("better", told("figure"), {"at_least": share(low)}), bonus


def owed(clauses: tuple[Clause, ...], *values: str) -> list[Fraction]:
    """What the customer gets in months with these figures."""
    months = [f"2026-{month:02d}" for month in range(4, 4 + len(values))]
    statements = settle(read(document(clauses)), declared(*values), months)
    return [FEE - each.total.value.exact.ratio for each in statements]


def expected(case: dict[str, Any]) -> Fraction:
    """What the customer gets by a case."""
    said = case["expect"]
    if "amount" in said:
        return -Fraction(said["amount"])
    return abs(Fraction(said.get("percent", said.get("credit_percent")))) * FEE / 100


@pytest.mark.parametrize("case", READ, ids=lambda case: case["id"])
def test_each_value_costs_what_its_tier_says(case: dict[str, Any]) -> None:
    """A declared figure in a tier of the source costs what the source says, at the edges too."""
    assert owed(terms_of(case["tiers"]), case["value"]) == [expected(case)]


def test_every_case_is_run_or_named() -> None:
    """No case of the file is left over, and the lists here name no others."""
    assert {case["id"] for case in CASES} == {*GAPS, *APART} | {case["id"] for case in READ}
    undefined = {case["id"] for case in CASES if case["expect"].get("undefined_in_source")}
    assert undefined == {*GAPS}


def test_the_limit_of_a_service_line() -> None:
    """Penalties of 14 % together are given up to 10 % of the month."""
    case = next(case for case in CASES if case["id"] == "governify-cap")
    clauses = (*terms_of("governify-K01-P1")[:2], credit("c", "level", "level", share(case["value"])))
    limited = limit("limit", "c", at_most="10%", of="fee")
    assert owed((*clauses, limited), "50") == [abs(Fraction(case["expect"]["percent"])) * FEE / 100]


def test_a_repeat_needs_two_months_in_a_row() -> None:
    """An extra penalty for two months in a row is not owed for one of them, whichever comes first, and is for both."""
    bad = "84"
    fee_, judged, first = terms_of("governify-K01-P1")
    again = credit("again", "level", "level", "1%", when={"run": 2, "consumes": False})
    clauses = (fee_, {**judged, "gaps": "breaks"}, first, again)
    assert owed(clauses, bad, "99") == [500, 0]
    assert owed(clauses, "99", bad) == [0, 500]
    assert owed(clauses, bad, bad) == [500, 600]


@pytest.mark.parametrize(("value", "percent"), [("1", 0), ("2", 1), ("1.5", 0)], ids=["one", "two", "between"])
def test_rotation_of_staff(value: str, percent: int) -> None:
    """One change of staff is allowed and two cost 1 %; what lies between breaks the promise and costs nothing."""
    judged = level("level", told("figure", "number"), {"at_most": 1})
    rates = {"bands": [{"below": "2", "is": "0%"}, {"is": "1%"}]}
    assert owed((fee(), judged, credit("c", "level", "level", rates)), value) == [percent * FEE // 100]


@pytest.mark.parametrize("name", ["bmc-target-99", "bmc-daily-98"])
def test_tiers_with_gaps_are_refused_as_they_are_printed(name: str) -> None:
    """From 92.00 to 94.99 and from 95.00 to 98.99 leaves out what lies between, and is refused with that code."""
    printed = sorted(TIERS[name]["bands_inclusive_as_documented"], key=lambda band: Decimal(band[0]))
    bands = [{"from": share(low), "up_to": share(high), "is": money(amount)} for low, high, amount in printed]
    for each in (bands[0], bands[-1]):
        each.pop("from" if each is bands[0] else "up_to")
    judged = level("level", told("figure"), {"at_least": share(TIERS[name]["objective_pct"])})
    with pytest.raises(DocumentError) as caught:
        read(document((fee(), judged, credit("c", "level", "level", {"bands": bands}))))
    assert "bands_gap" in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("value", "mode", "amount"),
    [
        ("98.995", None, 1000),
        ("98.995", "half_up", 0),  # judged as 99.00, which is the objective
        ("98.995", "down", 1000),
        ("94.995", None, 3000),
        ("94.995", "half_up", 1000),
        ("94.995", "down", 3000),
        ("91", None, 3000),  # the lowest band has no end here
    ],
)
def test_a_value_in_a_gap_has_the_reading_that_the_document_says(value: str, mode: str | None, amount: int) -> None:
    """One edge for both bands decides every number; a document that prints two decimals can say so by its precision."""
    fee_, judged, penalty = terms_of("bmc-target-99")
    precision = {"precision": {"places": 2, "mode": mode}} if mode else {}
    assert owed((fee_, {**judged, **precision}, penalty), value) == [amount]


def test_an_edge_in_two_bands_is_decided_by_one_word() -> None:
    """360 and 600 sit in two bands of the source; `up_to` puts an edge into the lower one, `below` into the upper."""
    printed = TIERS["infraon-downtime-min"]["bands_inclusive_as_documented"]
    found = {}
    for word in ("up_to", "below"):
        bands = [
            {word: str(low), "is": money(before)} for (low, _, _), before in zip(printed, (0, 500, 1000), strict=True)
        ]
        judged = level("level", told("figure", "number"), {"at_most": 0})
        rates = {"bands": [*bands, {"is": "EUR 2000.00"}]}
        late = credit("c", "level", "shortfall", rates, unit="1", part="exact")
        found[word] = [owed((fee(), judged, late), value)[0] for value in ("360", "400", "600", "601")]
    assert found == {"up_to": [500, 1000, 1000, 2000], "below": [1000, 1000, 2000, 2000]}


def test_eight_of_eleven_stay_a_fraction() -> None:
    """A source keeps 72.72727272727273 as a float; here it is 8/11, and costs the 3 % of its tier."""
    terms = terms_of("governify-K01-P2")
    judged = level("level", attainment(), {"at_least": "90%"})
    contract = read(document((terms[0], judged, terms[2])))
    (statement,) = settle(contract, {"tickets": tickets(11, 3)}, ["2026-04"])
    assert next(each for each in statement.assessments if each.clause == "level").number == Fraction(8, 11)
    assert statement.total.value == ec.Money.parse("EUR 9700.00")
