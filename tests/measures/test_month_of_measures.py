"""A month with a level of each kind that is not about single tickets: every law holds, and corrections move it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.economics._credits import credits_by_ticket
from ecsm_contracts.testing import clause_laws, contract_laws
from tests.engine.world import JANUARY, acme_data, contract_of, january
from tests.measures.months import CLOCK, SPAN, ticket

if TYPE_CHECKING:
    from collections.abc import Callable

FEW = {"minimum": 1, "when_too_few": "not_measured"}
LEVELS: list[dict[str, Any]] = [
    {
        "ref": f"6.{number}", "measure": {"kind": "time", "clock": {**CLOCK, "attempt": "worst"},
        "population": "resolved", "statistic": statistic, **FEW}, "target": {"at_most": "20h"},
    }
    for number, statistic in enumerate(["mean", "median", {"percentile": "90%", "by": "linear"}, {"trimmed": "5%"}], 1)
] + [
    {
        "ref": "6.5", "measure": {"kind": "score", "scale": [1, 5], "take": "mean", **FEW},
        "target": {"at_least": "4.2"}, "scope": {"service": "desk"},
    },
    {
        "ref": "6.6", "measure": {"kind": "declared", "figure": "uptime", "gives": "share", "evidence": "required",
        "delivered_within": "72h", "when_late": "missed", "when_missing": "missed"}, "target": {"at_least": "97%"},
    },
    {"ref": "6.7", "measure": {"kind": "levels", "levels": ["4.2", "6.5", "6.6"], "take": "missed"},
     "target": {"at_most": 1}},
    {"ref": "6.8", "measure": {"kind": "levels", "levels": ["6.1", "6.7"], "take": "worst"}},
]  # fmt: skip
CREDIT = {
    "ref": "6.9", "kind": "service_credit", "per": "level", "rate": "EUR 100.00",
    "levels": [level["ref"] for level in LEVELS],
}  # fmt: skip


def contract() -> ec.Contract:
    """The example contract with these levels and a credit for them."""
    data = acme_data()
    levels = [{"kind": "service_level", **level} for level in LEVELS]
    return contract_of({**data, "clauses": [*data["clauses"], *levels, CREDIT]})


def facts(value: str = "97.5", *scores: int) -> ec.Facts:
    """January with answers and a declared figure."""
    surveys = [
        {"ref": f"A-{n}", "service": "desk", "score": score, "at": "2026-01-15T12:00:00Z"}
        for n, score in enumerate(scores or (4, 5, 9))
    ]
    told = {"ref": "D-1", "figure": "uptime", "value": value, "evidence": "r", "at": "2026-02-03T08:00:00Z", **SPAN}
    return january(surveys=surveys, declared=[told])


@pytest.mark.parametrize(("name", "law"), contract_laws(contract(), facts(), JANUARY))
def test_every_law_holds(name: str, law: Callable[[], None]) -> None:
    """Order, redelivery, shards, the future, round trips and the rest: as for any other contract."""
    law()


@pytest.mark.parametrize(("name", "law"), clause_laws(contract()))
def test_every_clause_settles_a_made_up_tally(name: str, law: Callable[[], None]) -> None:
    """Tallies without any fact give each clause a figure that replays and cites it."""
    law()


def test_a_correction_is_restated() -> None:
    """Another declared value and another answer are named as what changed, with the numbers before and after."""
    issued = ec.evaluate(contract(), facts(), period=JANUARY)
    corrected = ec.evaluate(contract(), facts("96.9", 4, 4), period=JANUARY)
    (document,) = ec.restate([issued], [corrected])
    assert [(item.kind, item.ref, item.change) for item in document.items] == [
        ("declared", "D-1", "changed"),
        ("survey", "A-1", "changed"),
        ("survey", "A-2", "removed"),
    ]
    text = str(document)
    assert "met, 97.5%" in text
    assert "missed, 96.9%" in text
    assert "met, 4.5" in text


def test_costs_are_told_for_tickets_under_a_level_about_none_of_them() -> None:
    """A credit that no single ticket stands behind is allocated to none."""
    alone = ec.facts_from_records(tickets=[ticket("T-1", 3000, type="incident")])
    statement = ec.evaluate(contract(), alone, period=JANUARY)
    numbers = {row.ref: row.numbers for row in statement.outcomes if row.kind == "ticket"}
    given = credits_by_ticket(contract(), statement, numbers)
    of_times = sum(1 for each in statement.assessments if each.clause > "6" and each.outcome == "missed")
    assert of_times > 3
    assert given[None] == 100 * of_times
