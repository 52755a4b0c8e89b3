"""A sample of no ticket at all."""

from __future__ import annotations

import json

import pytest

import ecsm_contracts as ec
from tests.contracts.test_presets import BASE


@pytest.mark.parametrize(("none", "outcome"), [(None, "met"), ("not_measured", "not_measured"), ("missed", "missed")])
def test_no_ticket_at_all_is_what_the_contract_says(none: str | None, outcome: str) -> None:
    """A small sample is judged by its misses; one of no ticket is met then, or whatever `when_none` says."""
    clock = {"start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": [], "reopened": "continue_without"}
    clock |= {"attempt": "last", "changed": "restart"}
    few = {"misses_at_most": 1} | ({} if none is None else {"when_none": none})
    measure = {"kind": "attainment", "clock": clock, "within": "4h", "population": "opened", "undecided": "met"}
    level = {"ref": "4.1", "kind": "service_level", "target": {"at_least": "95%"}}
    level |= {"measure": {**measure, "minimum": 20, "when_too_few": few}}
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": [level]}))
    assert ec.evaluate(contract, ec.facts_from_records(), period="2026-01").assessments[0].outcome == outcome
