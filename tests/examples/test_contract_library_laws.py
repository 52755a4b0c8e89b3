"""The laws of the testing kit on the library of contracts; they run without coverage, as there are many."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.testing import clause_laws, contract_laws

HERE = Path(__file__).parents[2] / "examples" / "contracts"
sys.path.insert(0, str(HERE))

import scenarios  # type: ignore[import-not-found]  # noqa: E402 - beside the contracts, where mypy does not look

pytestmark = pytest.mark.sweep


SOME = scenarios.contracts()[::3]
"""Every third; a deep run has them all."""


@pytest.mark.parametrize(
    "name",
    [each if each in SOME else pytest.param(each, marks=pytest.mark.deep) for each in scenarios.contracts()],
)
def test_every_law_holds_on_a_real_contract(name: str) -> None:
    """Each law of clauses and of contracts holds on the contract, with the facts of its first scenario."""
    contract = ec.read_contract(HERE / name / "contract.yaml")
    first = scenarios.read_scenarios(name)[0]
    facts = ec.facts_from_records(**first.facts)
    for _, check in (*clause_laws(contract), *contract_laws(contract, facts, first.expect[0]["period"])):
        check()
