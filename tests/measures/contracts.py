"""Small contracts with one promise, and tickets for them, in the form of documents."""

from __future__ import annotations

import json
from typing import Any

import ecsm_contracts as ec


def document(measure: dict[str, Any], target: dict[str, Any] | None, *clauses: dict[str, Any], **parts: Any) -> str:
    """Return a contract whose promise 4.1 is *measure* with a *target*, with further *clauses*, as a document."""
    level = {"ref": "4.1", "kind": "service_level", "measure": measure}
    return json.dumps(
        {
            "schema": "ecsm.contract/1",
            "ref": "C-1",
            "title": "A contract",
            "agreement": "sla",
            "parties": {"provider": "Northwind Support", "customer": "Acme Ltd"},
            "term": {"start": "2026-03-01", "end": "2026-05-01"},
            "zone": "UTC",
            "currency": "EUR",
            "billing": {"cycle": "month", "anchor_day": 1},
            "calendars": {"always": {"zone": "UTC", "hours": ["always"]}, **parts.pop("calendars", {})},
            "services": [
                {"ref": "desk", "title": "Desk", "outcome": "people can work", "hours": "always", "channels": ["mail"]},
                {
                    "ref": "mail",
                    "title": "Mail",
                    "outcome": "people can write",
                    "hours": "always",
                    "channels": ["mail"],
                },
            ],
            "clauses": [
                {"ref": "3.1", "kind": "charge", "amount": "EUR 1000.00", "every": "month"},
                level if target is None else {**level, "target": target},
                *clauses,
            ],
            "settlement": {
                "entitlement": "automatic",
                "instrument": "deduction",
                "rounding": {"mode": "half_up", "at": "line"},
                "tax": "price_reduction",
            },
            **parts,
        }
    )


def contract_with(
    measure: dict[str, Any], target: dict[str, Any] | None, *clauses: dict[str, Any], **parts: Any
) -> ec.Contract:
    """Return the contract of such a document."""
    return ec.parse_contract(document(measure, target, *clauses, **parts), form="json")


def problems_with(
    measure: dict[str, Any], target: dict[str, Any] | None, *clauses: dict[str, Any], **parts: Any
) -> list[str]:
    """Return the codes of what is wrong with such a document; none where it can be read."""
    try:
        contract_with(measure, target, *clauses, **parts)
    except ec.DocumentError as error:
        return [problem.code for problem in error.problems]
    return []


def level_of(statement: ec.Statement, ref: str = "4.1") -> Any:
    """Return the assessment of a promise."""
    return next(each for each in statement.assessments if each.clause == ref)


def event(kind: str, when: str, **more: str) -> dict[str, str]:
    """Return an event on a day and at an hour of March, such as ``05 09:00``."""
    return {"kind": kind, "at": f"2026-03-{when.replace(' ', 'T')}:00Z", **more}


def story(ref: str, *events: dict[str, str], service: str = "desk") -> dict[str, Any]:
    """Return a ticket with these events."""
    return {"ref": ref, "service": service, "type": "incident", "priority": "P3", "events": list(events)}


def ticket(number: int, *, reopened: bool = False) -> dict[str, Any]:
    """Return a ticket that is resolved in March, after a reopening or not."""
    again = [event("resolved", "05 09:00"), event("reopened", "06 09:00")] if reopened else []
    return story(f"T-{number}", event("opened", "04 09:00"), *again, event("resolved", "07 09:00"))
