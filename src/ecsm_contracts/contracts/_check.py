"""
Findings for the author of a contract: terms that are valid and yet probably not meant.

Nothing is evaluated. Each rule names the law of compensable contracts that it checks; docs/reference/findings.md lists
the laws, with those that reading refuses already and those that take an evaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.clauses import EarnBack, Priced, Relief, ServiceLevel
from ecsm_contracts.contracts._check_bands import band_findings
from ecsm_contracts.contracts._check_flow import Flows, flow_findings
from ecsm_contracts.contracts._check_history import history_findings
from ecsm_contracts.contracts._check_price import price_findings
from ecsm_contracts.contracts._check_settlement import settlement_findings
from ecsm_contracts.contracts._check_targets import target_findings
from ecsm_contracts.contracts._check_terms import term_findings, unused_calendars
from ecsm_contracts.contracts._findings import Finding
from ecsm_contracts.contracts._references import clause_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts._contract import Contract

__all__ = ["find"]


def find(contract: Contract, *, notes: bool = False) -> tuple[Finding, ...]:
    """Return the findings for the author of *contract*, in the order of its clauses; with *notes* those as well."""
    followed, flows = _followed(contract), Flows(contract)
    found = [*term_findings(contract)]
    for position, clause in enumerate(contract.clauses):
        place = f"clauses.{position}"
        if isinstance(clause, ServiceLevel) and clause.ref not in followed:
            found += _unpriced(contract, clause, place)
        found += _of_clause(flows, clause, place)
    found += settlement_findings(contract)
    found += unused_calendars(contract)
    return tuple(each for each in dict.fromkeys(found) if notes or not each.is_note)


def _of_clause(flows: Flows, clause: Clause, place: str) -> Iterator[Finding]:
    contract = flows.contract
    if isinstance(clause, ServiceLevel):
        yield from target_findings(contract, clause, place)
    if isinstance(clause, Priced):
        yield from band_findings(contract, clause, place)
        yield from price_findings(contract, clause, place)
    yield from flow_findings(flows, clause, place)
    yield from history_findings(flows, clause, place)


def _followed(contract: Contract) -> frozenset[str]:
    """Return the levels from which something follows; what is relieved or earned back is no consequence."""
    return frozenset(
        reference.name
        for clause in contract.clauses
        if not isinstance(clause, (Relief, EarnBack))
        for reference in clause_references(clause)
        if reference.needs == "level"
    )


def _unpriced(contract: Contract, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """A breach without consequence (L4); what the customer promises is no breach of the provider's."""
    if level.promised_by != contract.parties.customer:
        message = "missing this level costs nothing, and nothing follows from it"
        remedy = "name it in the levels of a service_credit or a trigger, or say in its title that it only informs"
        yield Finding("breach_without_consequence", level.ref, message, remedy, place)
