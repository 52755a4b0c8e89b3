"""A contract whose one level is a declared share of each month, so that a word says which months were good."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Mapping

FEE = {"ref": "3.1", "kind": "charge", "amount": "EUR 1000000.00", "every": "month"}
LEVEL: dict[str, Any] = {
    "ref": "4.1", "kind": "service_level", "target": {"at_least": "99%"}, "gaps": "breaks",
    "measure": {
        "kind": "declared", "figure": "uptime", "gives": "share", "evidence": "optional",
        "when_missing": "not_measured", "delivered_within": "240h", "when_late": "accepted",
    },
}  # fmt: skip
SEVERE = {**LEVEL, "severities": [{"below": "80%", "is": "severe"}, {"is": "minor"}]}
CREDIT = {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "level", "rate": "15%", "of": "3.1"}
VALUES = {"g": "100", "b": "90", "s": "50"}
"""What a letter stands for: good, bad, severe; a point is a month in which nothing was declared."""


def contract(*clauses: Mapping[str, Any], fee: str = "EUR 1000000.00", **changes: Any) -> ec.Contract:
    """Return a contract with a fee, and *clauses*."""
    data = {
        "schema": "ecsm.contract/1", "ref": "H-1", "title": "History", "agreement": "sla",
        "parties": {"provider": "Northwind", "customer": "Acme"},
        "term": {"start": "2026-01-01", "end": "2030-01-01"}, "zone": "UTC", "currency": "EUR",
        "billing": {"cycle": "month"},
        "calendars": {"always": {"zone": "UTC", "hours": ["Mon-Sun 00:00-24:00"]}},
        "services": [{"ref": "desk", "title": "Desk", "outcome": "work", "hours": "always", "channels": ["phone"]}],
        "clauses": [{**FEE, "amount": fee}, *clauses],
        "settlement": {
            "entitlement": "automatic", "instrument": "deduction",
            "rounding": {"mode": "half_up", "at": "line"}, "tax": "price_reduction",
        },
        **changes,
    }  # fmt: skip
    return ec.parse_contract(json.dumps(data), form="json")


def months(count: int) -> list[ec.Period]:
    """Return the first months of the term."""
    return [ec.Period.month(2026 + number // 12, number % 12 + 1) for number in range(count)]


def facts(word: str) -> ec.Facts:
    """Return what was declared in the months that *word* spells, one letter each."""
    declared = [
        {
            "ref": f"D-{month.label}", "figure": "uptime", "value": VALUES[letter],
            "start": f"{month.start}T00:00:00Z", "end": f"{month.end}T00:00:00Z", "at": f"{month.end}T00:00:00Z",
        }
        for month, letter in zip(months(len(word)), word, strict=True)
        if letter != "."
    ]  # fmt: skip
    return ec.facts_from_records(declared=declared)


def statements(found: ec.Contract, word: str) -> tuple[ec.Statement, ...]:
    """Return the statements of the months that *word* spells."""
    return ec.evaluate_periods(found, facts(word), last=months(len(word))[-1])


def euros(statement: ec.Statement, clause: str) -> str:
    """Return what the lines of *clause* come to, as a number in euros."""
    amounts = [line.amount.minor for line in statement.lines if line.clause == clause]
    return str(sum(amounts) // 100) if sum(amounts) % 100 == 0 else str(sum(amounts) / 100)
