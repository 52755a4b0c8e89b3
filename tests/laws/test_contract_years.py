"""Periods follow each other over the turn of a contract year, on whatever day the term begins."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import ecsm_contracts as ec
from ecsm_contracts.contracts import Document, contract_from_document

ACME = Path(__file__).parents[2] / "examples" / "acme.yaml"


def contract(first_day: str) -> ec.Contract:
    """The worked example over two years, with no holidays and a limit over the contract year."""
    document: dict[str, Any] = yaml.load(ACME.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    document["term"] = {"start": first_day, "end": "2027-06-01"}
    document["calendars"]["desk"].pop("holidays")
    del document["holidays"]
    document["billing"]["anchor_day"] = 1
    for clause in document["clauses"]:
        if clause["kind"] == "limit":
            clause["window"] = "contract_year"
        if "minimum" in clause.get("measure", {}):
            clause["measure"]["minimum"] = 1
    return contract_from_document(Document.of(document))


@pytest.mark.parametrize(
    "first_day",
    ["2025-02-01", "2025-01-15", "2024-02-29"],
)
def test_periods_follow_each_other(first_day: str) -> None:
    """The carry of each period settles the next one, over the turn of the contract year too."""
    given = contract(first_day)
    facts = ec.facts_from_records(tickets=[])
    carry = None
    for period in given.billing.periods(given.term.start, given.term.end):
        if given.term.start <= period.start and period.end <= given.term.end:
            carry = ec.evaluate(given, facts, period=period, carry=carry).carry
    assert carry is not None
    assert carry.ends == given.term.end
