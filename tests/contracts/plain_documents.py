"""Contracts made up so that between them they use every field that a document has."""

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
    **{"service": "desk", "type": "incident", "customer": "Acme", "channel": "phone", "area": "north"},
    **{"subject": "printer", "children": "leave_out"},
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
    return {"kind": "error_rate", "hours": "always", "bucket": "5min", "take": take, "empty_bucket": "no_errors", **more}


def score(take: Any) -> dict[str, Any]:
    """What users answered."""
    return {"kind": "score", "scale": [0, 10], "take": take, "minimum": 5, "when_too_few": "met"}


def credit(ref: str, levels: list[str], **more: Any) -> dict[str, Any]:
    """A service credit."""
    return {"ref": ref, "kind": "service_credit", "levels": levels, **more}


FEE = {"ref": "3.1", "kind": "charge", "title": "Fee", "amount": "EUR 20000.00", "every": "month"}
OVERDUE = {"stopped": "counts", "unless_within": "72h"}
FEW = {"misses_at_most": 1}
LEVELS = (
    level("4.1", {"kind": "ticket_time", "clock": CLOCK, "within": {"by": "priority", "P1": "30min", "otherwise": "none"}}, scope=SCOPE, title="Answers", was="4.0"),
    level("4.2", {**DUE, "when_too_few": "met", "overdue": "until_stopped"}, target={"at_least": "95%"}, severities=[{"below": "80%", "is": "grave"}, {"from": "80%", "is": "slight"}], gaps="skips", every="week", promised_by="vendor"),
    level("4.3", {**DUE, "population": "active", "undecided": "met", "minimum": 5, "when_too_few": "missed", "clock": COUNTS}, target={"above": "90%"}, smoothed=3, precision={"places": 1, "mode": "half_up"}, every={"periods": 3}),
    level("4.4", {**DUE, "population": "resolved", "when_too_few": FEW, "overdue": OVERDUE}, target={"at_least": "90%"}, gaps="breaks"),
    level("4.5", {**DUE, "population": "closed", "when_too_few": "met", "overdue": {"stopped": "left_out"}, "clock": COUNTS}, target={"at_least": "90%"}, scope={"children": "leave_out"}),
    level("5.1", {**ALWAYS_UP, "minimum_outage": "10min", "counts": "excess", "unknown": "available", "degraded": "down", "weighted_by": "affected", "minutes": "whole", "of": {"days": 30}}, target={"at_least": "99.9%"}, scope={"service": "mail", "area": "north", "subject": "printer"}),
    level("5.2", errors("pooled"), target={"below": "1%"}, scope={"service": "mail"}),
    level("5.3", errors("mean_of_buckets", places=7, empty_bucket="left_out"), target={"at_most": "1%"}, every="quarter"),
    level("5.4", errors({"bad_buckets": {"above": "5%"}}), target={"at_most": "1%"}),
    level("5.5", errors({"bad_buckets": {"at_least": "5%"}}), target={"at_most": "1%"}),
    level("6.1", time("median"), target={"at_most": "4h"}, scope={"type": "incident"}),
    level("6.2", time({"percentile": "90%", "by": "nearest_rank"}), target={"below": "4h"}),
    level("6.3", time({"trimmed": "5%"}), target={"at_most": "4h"}),
    level("6.4", {"kind": "count", "of": "replied", "party": "provider"}, target={"at_most": 3}, scope={"channel": "phone"}),
    level("6.5", {"kind": "count", "of": "outages"}, target={"below": 4}, scope={"service": "mail"}),
    level("6.6", {"kind": "ratio", "population": "resolved", "having": {"event": "replied", "party": "vendor", "at_most": 1}, "minimum": 10, "when_too_few": "missed"}, target={"at_least": "70%"}),
    level("6.7", {"kind": "ratio", "population": "opened", "having": {"event": "reopened", "at_least": 1}, "minimum": 10, "when_too_few": "met"}, target={"at_most": "5%"}),
    level("6.8", score("mean"), target={"at_least": "8.5"}, precision={"places": 2, "mode": "down"}, scope={"customer": "Acme"}),
    level("6.9", score({"top": 8}), target={"at_least": "80%"}, promised_by="customer"),
    level("6.10", score({"promoters": 9, "detractors": 6}), target={"at_least": 30}),
    level("6.11", {"kind": "declared", "figure": "orders", "gives": "share", "delivered_within": "48h", "when_late": "missed", "when_missing": "not_measured", "evidence": "required"}, target={"at_least": "97%"}),
    level("6.12", {"kind": "levels", "levels": ["6.1", "6.2", "6.3"], "take": "missed"}, target={"at_most": 1}),
    level("6.13", {"kind": "levels", "levels": ["6.1", "6.2"], "take": "worst"}),
)
INDEX = {"figure": "CPI", "base": "102.3", "most": "5%", "least": "0%"}
UNIT = {"unit": "users", "counted": "peak", "round": "up", "service": "desk", "customer": "Acme"}
WORK = {
    **{"work": "billable", "unit": "1h", "roles": ["engineer", "agent"], "increment": "15min", "part": "up"},
    **{"rounded": "each_work", "at_least": "30min", "hours": "desk", "outside": "2"},
    **{"weights": {"by": "role", "engineer": "1.5", "otherwise": "1"}, "together": "greatest"},
}
BY_ROLE = {"by": "role", "engineer": "EUR 90.00", "otherwise": "EUR 60.00"}
BY_DATE = {"by": "date", "2026-01-01": "EUR 100.00", "2027-01-01": "EUR 103.00"}
AMOUNT_BANDS = {"bands": [{"below": "10", "is": "EUR 5.00"}, {"from": "10", "up_to": "20", "is": "EUR 4.00"}, {"is": "EUR 3.00"}]}
CHARGES = (
    {"ref": "3.2", "kind": "charge", "amount": BY_DATE, "every": "quarter", "billed": "arrears"},
    {"ref": "3.3", "kind": "charge", "amount": "EUR 500.00", "on": "2026-03-05"},
    {"ref": "3.4", "kind": "charge", "per": UNIT, "rate": {**AMOUNT_BANDS, "how": "marginal"}, "minimum": "EUR 50.00", "index": INDEX},
    {"ref": "3.5", "kind": "charge", "amount": "EUR 100.00", "every": "month", "per": {"tickets": "opened", "scope": SCOPE}, "rate": "EUR 12.00", "included": "20", "rollover": {"periods": 3}},
    {"ref": "3.6", "kind": "charge", "per": {"tickets": "closed"}, "rate": BY_DATE, "included": "5", "rollover": "term"},
    {"ref": "3.7", "kind": "charge", "per": WORK, "rate": BY_ROLE},
    {"ref": "3.8", "kind": "charge", "per": {"billed": "licences"}, "rate": "10%"},
    {"ref": "3.9", "kind": "charge", "per": {**UNIT, "round": "exact"}, "amount": AMOUNT_BANDS},
    {"ref": "3.10", "kind": "charge", "per": {"unit": "users", "counted": "sum", "round": "down"}, "rate": "EUR 0.1234", "minimum": "3"},
    {"ref": "3.11", "kind": "charge", "per": {"billed": "fares"}},
    {"ref": "3.12", "kind": "charge", "per": {"work": "all", "unit": "1h", "rounded": "period", "increment": "1h", "part": "down"}, "rate": "EUR 75.00"},
    {"ref": "3.13", "kind": "charge", "amount": "EUR 90.00", "every": "year", "billed": "advance", "per": {"unit": "users", "counted": "average", "round": "up"}, "rate": AMOUNT_BANDS},
    {"ref": "7.1", "kind": "basis", "of": ["3.1", "3.2"], "take": "greatest", "less": ["3.3"], "less_given": ["8.1"], "share": "60%", "window": {"previous": 3}, "average": True},
    {"ref": "7.2", "kind": "basis", "amount": "EUR 12.50"},
    {"ref": "7.3", "kind": "basis", "per": UNIT, "rate": "EUR 2.00"},
    {"ref": "7.4", "kind": "basis", "of": ["3.1"], "day_count": "thirtieth"},
    {"ref": "7.5", "kind": "basis", "of": ["3.1", "3.2"], "window": {"periods": 6}},
    {"ref": "7.6", "kind": "basis", "of": ["3.1"], "window": "contract_year"},
)
TIMES = {"by": "occurrence", "within": 6, "1": "1", "2": "1.5", "otherwise": "2"}
POINTS = {"by": "severity", "grave": "10", "otherwise": "3"}
RATES = {"by": "run", "1": "5%", "2": "10%", "otherwise": "20%"}
SHARE_BANDS = {"bands": [{"below": "80%", "is": "100%"}, {"up_to": "90%", "is": "25%"}, {"is": "10%"}]}
CREDITS = (
    credit("8.1", ["4.2"], per="level", rate="5%", of="3.1", title="Late"),
    credit("8.2", ["4.4", "4.5"], per="level", when="any", rate="EUR 100.00"),
    credit("8.3", ["4.4", "4.5"], per="level", when="all", rate="EUR 100.00"),
    credit("8.4", ["4.1"], per="late_time", unit="1h", part="up", rate="EUR 5.00"),
    credit("8.5", ["4.4"], per="ticket", free="2", rate={"bands": [{"below": "5", "is": "EUR 5.00"}, {"is": "EUR 9.00"}]}),
    credit("8.6", ["5.1"], per="down_time", unit="30min", part="down", free="0.01%", rate="1%", of="3.1"),
    credit("8.7", ["4.2"], per="points", points=POINTS, times=TIMES, price="together", rate="EUR 25.00"),
    credit("8.8", ["5.1"], per="shortfall", unit="0.1%", part="exact", rate="2%", of="3.1"),
    credit("8.9", ["4.4"], per="level", rate=RATES, of="3.1"),
    credit("8.10", ["4.2"], per="level", rate=SHARE_BANDS, of="7.1"),
    credit("8.11", ["4.2"], per="level", when={"severity": "grave", "run": 2, "consumes": True}, rate="EUR 1.00"),
    credit("8.12", ["4.4", "4.5"], per="level", when={"times": 2, "within": 6, "pooled": True, "consumes": False}, rate="EUR 1.00"),
    credit("8.13", ["4.4"], per="ticket", free="10%", rate="EUR 1.00", most=40),
    credit("8.14", ["4.4"], per="points", points="4", rate={**AMOUNT_BANDS, "how": "marginal"}),
    credit("8.15", ["4.4"], per="level", when={"outcome": "met"}, rate="EUR 1.00"),
    credit("8.18", ["4.4"], per="ticket", rate="EUR 1.00"),
    {"ref": "8.16", "kind": "bonus", "levels": ["4.4"], "per": "level", "rate": "EUR 10.00"},
    {"ref": "8.17", "kind": "bonus", "levels": ["5.1"], "per": "shortfall", "unit": "1%", "part": "up", "rate": "EUR 10.00"},
    {"ref": "9.1", "kind": "combine", "among": ["8.4", "8.18"], "take": "first", "per": "cause"},
    {"ref": "9.2", "kind": "combine", "among": ["8.11", "8.12"], "take": "least"},
    {"ref": "9.3", "kind": "limit", "credits": ["8.1", "9.1"], "at_most": "10%", "of": "3.1", "window": "contract_year", "excess": "carry"},
    {"ref": "9.4", "kind": "limit", "credits": ["8.5"], "above": "EUR 50.00", "window": "period", "excess": "forfeit"},
    {"ref": "9.5", "kind": "limit", "credits": ["8.6"], "times": 3, "window": {"periods": 12}, "excess": "forfeit"},
    {"ref": "9.6", "kind": "earn_back", "of": ["9.3"], "levels": ["4.2", "4.4"], "gaps": "skips", "tranches": [{"after": 2, "share": "50%"}, {"after": 4, "share": "25%"}], "within": 6, "only": ["slight"]},
    {"ref": "9.7", "kind": "earn_back", "of": ["8.6"], "levels": ["5.1"], "gaps": "breaks", "tranches": [{"after": 3, "share": "100%"}], "within": "term"},
)
AGAIN = {
    **{"start": "2026-01-04T01:00", "end": "2026-01-04T05:00", "rule": "FREQ=WEEKLY;BYDAY=SU"},
    **{"except": ["2026-04-05T01:00"], "also": ["2026-04-06T01:00"], "zone": "UTC"},
}
MONTHLY = {"start": "2026-01-04T01:00", "duration": "4h", "rule": "FREQ=MONTHLY;BYDAY=1SU"}
VOLUME = {"of": {"tickets": "opened", "scope": {"type": "incident"}}, "forecast": "incidents", "above": "110%"}
RELIEFS = (
    {"ref": "10.1", "kind": "relief", "notices": ["maintenance", "third_party"], "hours": "desk", "windows": [AGAIN, MONTHLY], "quota": {"time": "4h", "every": "month"}, "announced": {"before": "48h"}, "levels": ["5.1"], "treatment": "exclude", "denominator": "leaves"},
    {"ref": "10.2", "kind": "relief", "until": "2026-03-01", "levels": ["4.4"], "treatment": "excuse"},
    {"ref": "10.3", "kind": "relief", "first": 3, "volume": VOLUME, "levels": ["4.4"], "treatment": "waive"},
    {"ref": "10.4", "kind": "relief", "notices": ["customer_delay"], "levels": ["4.1"], "treatment": "extend"},
    {"ref": "11.1", "kind": "trigger", "right": "terminate", "levels": ["4.4", "4.5"], "when": "any"},
    {"ref": "11.2", "kind": "trigger", "right": "step_in", "levels": ["4.4"], "when": {"run": 3, "consumes": False}},
    {"ref": "11.3", "kind": "trigger", "right": "rectify", "points": {"credits": ["8.7"], "at_least": "50", "within": 3, "consumes": False, "reset_after": 2}},
    {"ref": "11.4", "kind": "trigger", "right": "audit", "amounts": {"credits": ["9.3"], "at_least": "50%", "of": "3.1", "window": "term", "consumes": True}},
    {"ref": "11.5", "kind": "trigger", "right": "withhold", "amounts": {"credits": ["9.3"], "above": "EUR 900.00", "window": {"periods": 4}, "consumes": False}},
    {"ref": "11.6", "kind": "trigger", "title": "A talk", "right": "other", "reached": "9.3"},
)
OTHER_FEE = {**FEE, "ref": "3.2", "was": "3.1", "amount": "EUR 21000.00"}
AMENDED = {
    "versions": {"period": "start", "tickets": "period"},
    "amendments": [
        {
            "ref": "A-1",
            "title": "Half a year on",
            "from": "2026-07-01",
            "set": {
                "title": "Another title",
                "parties": {"provider": "Northwind", "customer": "Acme"},
                "term": {"end": "2027-06-01"},
                "priorities": {"impact": {"low": {"low": "P9"}}},
                "settlement": {
                    "entitlement": "automatic",
                    "instrument": "credit_note",
                    "rounding": {"mode": "down", "at": "line"},
                    "tax": "compensation",
                },
            },
            "calendars": {"desk": {"zone": "UTC", "hours": ["Mon-Fri 09:00-17:00"]}},
            "holidays": {"floor": {"market": "XNYS", "years": "2026-2027", "days": ["2026-07-02"]}},
            "services": [{"ref": "mail", "title": "Mail and files", "hours": "always"}],
            "clauses": [{**LEVELS[0], "title": "Swift answers"}],
        },
        {"ref": "A-2", "from": "2027-01-01", "clauses": [OTHER_FEE], "remove": ["3.1", "10.4"]},
    ],
}
WEEKS = {"cycle": "four_weeks", "anchor": "2026-01-05"}
YEARS = {"cycle": "quarter", "anchor_day": 31, "anchor_month": 2, "month_end": "last_day"}

DOCUMENTS = (
    document(FEE, *LEVELS),
    document(FEE, *CHARGES, *LEVELS[:6], *CREDITS),
    document(FEE, *LEVELS[:6], *CREDITS, *CHARGES, *RELIEFS, agreement="underpinning"),
    document(FEE, LEVELS[0], RELIEFS[3], **AMENDED),
    document({**FEE, "every": "four_weeks"}, billing=WEEKS, agreement="ola"),
    document({**FEE, "every": "quarter"}, billing=YEARS),
)
"""Valid contracts, as plain data."""
