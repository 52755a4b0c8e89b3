"""Contracts and levels made up so that between them they use every field that promises have."""

from __future__ import annotations

from typing import Any

CLOCK = {
    "start": ["opened", {"event": "transferred", "party": "vendor", "group": "network"}],
    "stop": ["replied", "customer_replied", "resolved"],
    "hours": {"by": "priority", "P1": "always", "otherwise": "desk"},
    "holds": ["customer", "vendor"],
    "reopened": "continue_without",
    "attempt": "last",
    "changed": "keep_share",
    "cycles": "many",
}
PLAIN = {"start": ["opened"], "stop": ["resolved"], "hours": "desk", "holds": [], "reopened": "restart"}
SIMPLE = {**PLAIN, "attempt": "worst", "changed": "new_only"}
COUNTS = {**SIMPLE, "holds": None, "counts_only": ["provider", "network"], "start": ["held"], "stop": ["closed"]}
COUNTS = {key: value for key, value in COUNTS.items() if value is not None}
SCOPE = {
    "service": "desk",
    "type": "incident",
    "customer": "Acme",
    "channel": "phone",
    "area": "north",
    "subject": "printer",
    "children": "leave_out",
}
ALWAYS_UP = {"kind": "availability", "hours": "always"}
DUE = {"kind": "attainment", "clock": SIMPLE, "within": "4h", "population": "due", "minimum": 1}


def document(*clauses: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A contract of these clauses."""
    return {
        "schema": "ecsm.contract/1",
        "ref": "C-1",
        "title": "All *sorts* of <clauses>",
        "agreement": "sla",
        "parties": {"provider": "Northwind Support", "customer": "Acme Ltd"},
        "term": {"start": "2026-01-01", "end": "2028-01-01"},
        "zone": "Europe/Amsterdam",
        "currency": "EUR",
        "billing": {"cycle": "month", "anchor_day": 1},
        "calendars": {
            "desk": {
                "zone": "Europe/Amsterdam",
                "hours": ["Mon-Fri 08:00-18:00", "Sat 22:00-02:00"],
                "holidays": "nl",
                "yearly_holidays": ["12-24"],
                "special_days": [{"date": "2026-12-31", "hours": "08:00-12:00"}],
            },
            "always": {"zone": "UTC", "hours": ["always"]},
        },
        "holidays": {
            "nl": {
                "country": "NL",
                "subdivision": "NH",
                "categories": ["public"],
                "observed": False,
                "language": "nl",
                "years": "2026-2027",
                "source": "holidays 0.109",
                "days": ["2026-04-27", "2026-12-25"],
                "names": [{"date": "2026-04-27", "name": "Koningsdag"}],
            },
            "floor": {"market": "XNYS", "years": "2026-2027", "days": ["2026-07-03"]},
        },
        "services": [
            {"ref": "desk", "title": "Desk", "outcome": "people work", "hours": "desk", "channels": ["phone", "mail"]},
            {"ref": "mail", "title": "Mail", "hours": "always"},
        ],
        "priorities": {"impact": {"low": {"low": "P4", "high": "P2"}, "high": {"low": "P2", "high": "P1"}}},
        "clauses": list(clauses),
        "settlement": {
            "entitlement": "automatic",
            "instrument": "deduction",
            "rounding": {"mode": "half_up", "at": "line"},
            "tax": "price_reduction",
        },
        **parts,
    }


def level(ref: str, measure: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A service level."""
    return {"ref": ref, "kind": "service_level", "measure": measure, **more}


def time(statistic: Any) -> dict[str, Any]:
    """How long tickets took."""
    few = {"minimum": 3, "when_too_few": "not_measured"}
    return {"kind": "time", "clock": SIMPLE, "population": "closed", "statistic": statistic, **few}


def errors(take: Any, **more: Any) -> dict[str, Any]:
    """How many requests failed."""
    return {
        "kind": "error_rate",
        "hours": "always",
        "bucket": "5min",
        "take": take,
        "empty_bucket": "no_errors",
        **more,
    }


def score(take: Any) -> dict[str, Any]:
    """What users answered."""
    return {"kind": "score", "scale": [0, 10], "take": take, "minimum": 5, "when_too_few": "met"}


def credit(ref: str, levels: list[str], **more: Any) -> dict[str, Any]:
    """A service credit."""
    return {"ref": ref, "kind": "service_credit", "levels": levels, **more}


FEE = {"ref": "3.1", "kind": "charge", "title": "Fee", "amount": "EUR 20000.00", "every": "month"}
OVERDUE = {"stopped": "counts", "unless_within": "72h"}
FEW = {"misses_at_most": 1, "when_none": "not_measured"}
LEVELS = (
    level(
        "4.1",
        {"kind": "ticket_time", "clock": CLOCK, "within": {"by": "priority", "P1": "30min", "otherwise": "none"}},
        scope=SCOPE,
        title="Answers",
        was="4.0",
    ),
    level(
        "4.2",
        {**DUE, "when_too_few": "met", "overdue": "until_stopped"},
        target={"at_least": "95%"},
        severities=[{"below": "80%", "is": "grave"}, {"from": "80%", "is": "slight"}],
        gaps="skips",
        every="week",
        promised_by="vendor",
    ),
    level(
        "4.3",
        {**DUE, "population": "active", "undecided": "met", "minimum": 5, "when_too_few": "missed", "clock": COUNTS},
        target={"above": "90%"},
        smoothed=3,
        precision={"places": 1, "mode": "half_up"},
        every={"periods": 3},
    ),
    level(
        "4.4",
        {**DUE, "population": "resolved", "when_too_few": FEW, "overdue": OVERDUE},
        target={"at_least": "90%"},
        gaps="breaks",
    ),
    level(
        "4.5",
        {**DUE, "population": "closed", "when_too_few": "met", "overdue": {"stopped": "left_out"}, "clock": COUNTS},
        target={"at_least": "90%"},
        scope={"children": "leave_out"},
    ),
    level(
        "5.1",
        {
            **ALWAYS_UP,
            "minimum_outage": "10min",
            "counts": "excess",
            "unknown": "available",
            "degraded": "down",
            "weighted_by": "affected",
            "minutes": "whole",
            "of": {"days": 30},
        },
        target={"at_least": "99.9%"},
        scope={"service": "mail", "area": "north", "subject": "printer"},
    ),
    level("5.2", errors("pooled"), target={"below": "1%"}, scope={"service": "mail"}),
    level(
        "5.3", errors("mean_of_buckets", places=7, empty_bucket="left_out"), target={"at_most": "1%"}, every="quarter"
    ),
    level("5.4", errors({"bad_buckets": {"above": "5%"}}), target={"at_most": "1%"}),
    level("5.5", errors({"bad_buckets": {"at_least": "5%"}}), target={"at_most": "1%"}),
    level("6.1", time("median"), target={"at_most": "4h"}, scope={"type": "incident"}),
    level("6.2", time({"percentile": "90%", "by": "nearest_rank"}), target={"below": "4h"}),
    level("6.3", time({"trimmed": "5%"}), target={"at_most": "4h"}),
    level(
        "6.4",
        {"kind": "count", "of": "replied", "party": "provider"},
        target={"at_most": 3},
        scope={"channel": "phone"},
    ),
    level("6.5", {"kind": "count", "of": "outages"}, target={"below": 4}, scope={"service": "mail"}),
    level(
        "6.6",
        {
            "kind": "ratio",
            "population": "resolved",
            "having": {"event": "replied", "party": "vendor", "at_most": 1},
            "minimum": 10,
            "when_too_few": "missed",
        },
        target={"at_least": "70%"},
    ),
    level(
        "6.7",
        {
            "kind": "ratio",
            "population": "opened",
            "having": {"event": "reopened", "at_least": 1},
            "minimum": 10,
            "when_too_few": "met",
        },
        target={"at_most": "5%"},
    ),
    level(
        "6.8",
        score("mean"),
        target={"at_least": "8.5"},
        precision={"places": 2, "mode": "down"},
        scope={"customer": "Acme"},
    ),
    level("6.9", score({"top": 8}), target={"at_least": "80%"}, promised_by="customer"),
    level("6.10", score({"promoters": 9, "detractors": 6}), target={"at_least": 30}),
    level(
        "6.11",
        {
            "kind": "declared",
            "figure": "orders",
            "gives": "share",
            "delivered_within": "48h",
            "when_late": "missed",
            "when_missing": "not_measured",
            "evidence": "required",
        },
        target={"at_least": "97%"},
    ),
    level("6.12", {"kind": "levels", "levels": ["6.1", "6.2", "6.3"], "take": "missed"}, target={"at_most": 1}),
    level("6.13", {"kind": "levels", "levels": ["6.1", "6.2"], "take": "worst"}),
)
