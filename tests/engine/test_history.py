"""Runs, occurrences and conditions over the past, month by month through the carry."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ecsm_contracts as ec

from ..contracts.test_presets import BASE

MISSED = (1, 2, 3, 5, 6, 7, 8)
"""The months of 2026 in which the service was down for seven hours; April was good."""
LEVEL = {
    "ref": "4.1",
    "kind": "service_level",
    "measure": {"kind": "availability", "hours": "always"},
    "target": {"at_least": "100%"},
    "gaps": "breaks",
}
BY_RUN = {"by": "run", "1": "12.5%", "2": "25%", "otherwise": "50%"}
BY_OCCURRENCE = {"by": "occurrence", "within": 3, "1": "1%", "otherwise": "2%"}


def months(**credit: Any) -> list[str]:
    """Return what a credit of a fee of 1,000 gives from January to August."""
    fee = {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"}
    priced = {"ref": "5.1", "kind": "service_credit", "levels": ["4.1"], "per": "level", "of": "3.1", **credit}
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": [fee, LEVEL, priced]}))
    down = [
        {"ref": f"O-{each}", "service": "s", "start": f"2026-{each:02}-10T00:00Z", "end": f"2026-{each:02}-10T07:00Z"}
        for each in MISSED
    ]
    facts = ec.facts_from_records(outages=down)
    carry, found = None, []
    for month in range(1, 9):
        statement = ec.evaluate(contract, facts, period=f"2026-{month:02}", carry=carry)
        ec.verify(statement, facts)
        carry = ec.Carry.model_validate(json.loads(json.dumps(statement.carry.to_data())))
        found.append(str(statement["5.1"].value).removeprefix("GBP "))
    return found


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ({"rate": BY_RUN}, "125 250 500 0 125 250 500 500"),
        ({"rate": BY_OCCURRENCE}, "10 20 20 0 20 20 20 20"),
        ({"rate": "10%", "times": {"by": "run", "1": 1, "otherwise": 2}}, "100 200 200 0 100 200 200 200"),
        ({"rate": "10%", "when": {"run": 2, "consumes": False}}, "0 100 100 0 0 100 100 100"),
        ({"rate": "10%", "when": {"run": 2, "consumes": True}}, "0 100 0 0 0 100 0 100"),
        ({"rate": "10%", "when": {"times": 2, "within": 3, "consumes": False}}, "0 100 100 0 100 100 100 100"),
        ({"rate": "10%", "when": {"times": 2, "within": 3, "consumes": True}}, "0 100 0 0 100 0 100 0"),
    ],
    ids=["rate-by-run", "rate-by-occurrence", "factor-by-run", "run", "run-consumed", "times", "times-consumed"],
)
def test_the_past_prices_the_present(credit: dict[str, Any], expected: str) -> None:
    """Each window is priced by the windows before it, with itself the last, whatever carried them here."""
    assert months(**credit) == expected.split()
