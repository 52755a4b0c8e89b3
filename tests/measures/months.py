"""A January of the example contract with one more level, for the measures that are judged month by month."""

from __future__ import annotations

from typing import Any

import ecsm_contracts as ec
from tests.engine.world import JANUARY, acme_data, contract_of

SPAN = {"start": "2025-12-31T23:00:00Z", "end": "2026-01-31T23:00:00Z"}
"""January in Amsterdam."""
CLOCK = {
    "start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": [],
    "reopened": "continue_without", "attempt": "last", "changed": "keep_elapsed",
}  # fmt: skip


def contract_with(measure: dict[str, Any], target: dict[str, Any] | None = None, **fields: Any) -> ec.Contract:
    """The example contract with the level 4.9."""
    data = acme_data()
    level = {"ref": "4.9", "kind": "service_level", "measure": measure, **fields}
    data["clauses"].append(level if target is None else {**level, "target": target})
    return contract_of(data)


def ticket(ref: str, minutes: int, **fields: Any) -> dict[str, Any]:
    """A ticket of 5 January 2026 that took so many minutes."""
    hours, minutes = divmod(minutes, 60)
    return {
        "ref": ref, "service": "desk", "type": "request", "priority": "P3",
        "events": [
            {"kind": "opened", "at": "2026-01-05T00:00:00Z"},
            {"kind": "resolved", "at": f"2026-01-{5 + hours // 24:02d}T{hours % 24:02d}:{minutes:02d}:00Z"},
        ],
        **fields,
    }  # fmt: skip


def settled(contract: ec.Contract, **records: Any) -> ec.Statement:
    """The statement of January for records, verified from its leaves and from the facts."""
    facts = ec.facts_from_records(**records)
    statement = ec.evaluate(contract, facts, period=JANUARY)
    ec.verify(statement)
    ec.verify(statement, facts)
    return statement


def level(statement: ec.Statement) -> Any:
    """What became of the level 4.9."""
    return next(each for each in statement.assessments if each.clause == "4.9")
