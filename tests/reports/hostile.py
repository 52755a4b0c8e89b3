"""Statements whose texts try something on whoever shows them."""

from typing import Any

import ecsm_contracts as ec
from ecsm_contracts.contracts import Document, contract_from_document

TEXTS = (
    '=HYPERLINK("http://x","y")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "<script>alert(1)</script>",
    "</table><img src=x onerror=alert(1)>",
    'a" onmouseover="x',
    "a & b; 'c'",
    "| a | **b** | [c](d) `e` |",
    "# heading",
    'comma, and "quotes"',
    "日本 ünïcødé",
)


def contract(text: str, currency: str = "EUR") -> ec.Contract:
    """A contract with *text* wherever a text may stand."""
    fee = {"EUR": "EUR 1000.00", "JPY": "JPY 1000", "KWD": "KWD 1000.000"}[currency]
    clock = {"start": ["opened"], "stop": ["resolved"], "hours": "desk", "holds": []}
    clock |= {"reopened": "restart", "attempt": "last", "changed": "new_only"}
    clauses: list[dict[str, Any]] = [
        {"ref": "3.1", "kind": "charge", "title": text, "amount": fee, "every": "month"},
        {
            "ref": text,
            "kind": "service_level",
            "title": text,
            "measure": {"kind": "ticket_time", "clock": clock, "within": "1h"},
        },
        {"ref": "5.1", "kind": "service_credit", "levels": [text], "per": "ticket", "rate": f"{currency} 30"},
        {
            "ref": "5.2",
            "kind": "service_credit",
            "title": text,
            "levels": [text],
            "per": "level",
            "rate": "5%",
            "of": "3.1",
        },
        {"ref": "6.1", "kind": "limit", "title": text, "credits": ["5.2", "5.1"], "at_most": "6%", "of": "3.1"},
    ]
    clauses[4] |= {"window": "period", "excess": "forfeit"}
    document: dict[str, Any] = {
        "schema": "ecsm.contract/1",
        "ref": text,
        "title": text,
        "agreement": "sla",
        "parties": {"provider": text, "customer": text},
        "term": {"start": "2026-01-01", "end": "2027-01-01"},
        "zone": "UTC",
        "currency": currency,
        "billing": {"cycle": "month", "anchor_day": 1},
        "calendars": {"desk": {"zone": "UTC", "hours": ["always"]}},
        "services": [{"ref": "desk", "title": text, "hours": "desk"}],
        "clauses": clauses,
        "settlement": {
            "entitlement": "automatic",
            "instrument": "deduction",
            "rounding": {"mode": "half_up", "at": "line"},
            "tax": "price_reduction",
        },
    }
    return contract_from_document(Document.of(document))


def statement(text: str, currency: str = "EUR", *, rejected: bool = True) -> ec.Statement:
    """A statement of two late tickets, and of one that contradicts itself when *rejected*."""

    def ticket(ref: str, *kinds: str) -> dict[str, Any]:
        events = [{"kind": kind, "at": f"2026-01-{5 + n:02}T09:00:00Z"} for n, kind in enumerate(kinds)]
        return {"ref": ref, "service": "desk", "type": text, "priority": text, "subject": text, "events": events}

    tickets = [ticket(f"{text}-1", "opened", "resolved"), ticket(f"{text}-2", "opened")]
    tickets += [ticket(text, "resolved")] if rejected else []
    return ec.evaluate(contract(text, currency), ec.facts_from_records(tickets=tickets), period="2026-01")
