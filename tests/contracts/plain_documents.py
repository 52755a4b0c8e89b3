"""Contracts made up so that between them they use every field that a document has."""

from __future__ import annotations

from tests.contracts.plain_levels import FEE, LEVELS, SCOPE, credit, document

INDEX = {"figure": "CPI", "base": "102.3", "most": "5%", "least": "0%"}
UNIT = {"unit": "users", "counted": "peak", "round": "up", "service": "desk", "customer": "Acme"}
WORK = {
    "work": "billable",
    "unit": "1h",
    "roles": ["engineer", "agent"],
    "increment": "15min",
    "part": "up",
    "rounded": "each_work",
    "at_least": "30min",
    "hours": "desk",
    "outside": "2",
    "weights": {"by": "role", "engineer": "1.5", "otherwise": "1"},
    "together": "greatest",
}
BY_ROLE = {"by": "role", "engineer": "EUR 90.00", "otherwise": "EUR 60.00"}
BY_DATE = {"by": "date", "2026-01-01": "EUR 100.00", "2027-01-01": "EUR 103.00"}
AMOUNT_BANDS = {
    "bands": [{"below": "10", "is": "EUR 5.00"}, {"from": "10", "up_to": "20", "is": "EUR 4.00"}, {"is": "EUR 3.00"}]
}
CHARGES = (
    {"ref": "3.2", "kind": "charge", "amount": BY_DATE, "every": "quarter", "billed": "arrears"},
    {"ref": "3.3", "kind": "charge", "amount": "EUR 500.00", "on": "2026-03-05"},
    {
        "ref": "3.4",
        "kind": "charge",
        "per": UNIT,
        "rate": {**AMOUNT_BANDS, "how": "marginal"},
        "minimum": "EUR 50.00",
        "index": INDEX,
    },
    {
        "ref": "3.5",
        "kind": "charge",
        "amount": "EUR 100.00",
        "every": "month",
        "per": {"tickets": "opened", "scope": SCOPE},
        "rate": "EUR 12.00",
        "included": "20",
        "rollover": {"periods": 3},
    },
    {
        "ref": "3.6",
        "kind": "charge",
        "per": {"tickets": "closed"},
        "rate": BY_DATE,
        "included": "5",
        "rollover": "term",
    },
    {"ref": "3.7", "kind": "charge", "per": WORK, "rate": BY_ROLE},
    {"ref": "3.8", "kind": "charge", "per": {"billed": "licences"}, "rate": "10%"},
    {"ref": "3.9", "kind": "charge", "per": {**UNIT, "round": "exact"}, "amount": AMOUNT_BANDS},
    {
        "ref": "3.10",
        "kind": "charge",
        "per": {"unit": "users", "counted": "sum", "round": "down"},
        "rate": "EUR 0.1234",
        "minimum": "3",
    },
    {"ref": "3.11", "kind": "charge", "per": {"billed": "fares"}},
    {
        "ref": "3.12",
        "kind": "charge",
        "per": {"work": "all", "unit": "1h", "rounded": "period", "increment": "1h", "part": "down"},
        "rate": "EUR 75.00",
    },
    {
        "ref": "3.13",
        "kind": "charge",
        "amount": "EUR 90.00",
        "every": "year",
        "billed": "advance",
        "per": {"unit": "users", "counted": "average", "round": "up"},
        "rate": AMOUNT_BANDS,
    },
    {
        "ref": "3.14",
        "kind": "charge",
        "amount": "USD 90.00",
        "every": "month",
        "minimum": "USD 80.00",
        "exchange": {"rate": "usd-eur", "at": "start"},
    },
    {
        "ref": "7.1",
        "kind": "basis",
        "of": ["3.1", "3.2"],
        "take": "greatest",
        "less": ["3.3"],
        "less_given": ["8.1"],
        "share": "60%",
        "window": {"previous": 3},
        "average": True,
    },
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
    credit(
        "8.5", ["4.4"], per="ticket", free="2", rate={"bands": [{"below": "5", "is": "EUR 5.00"}, {"is": "EUR 9.00"}]}
    ),
    credit("8.6", ["5.1"], per="down_time", unit="30min", part="down", free="0.01%", rate="1%", of="3.1"),
    credit("8.7", ["4.2"], per="points", points=POINTS, times=TIMES, price="together", rate="EUR 25.00"),
    credit("8.8", ["5.1"], per="shortfall", unit="0.1%", part="exact", rate="2%", of="3.1"),
    credit("8.9", ["4.4"], per="level", rate=RATES, of="3.1"),
    credit("8.10", ["4.2"], per="level", rate=SHARE_BANDS, of="7.1"),
    credit("8.11", ["4.2"], per="level", when={"severity": "grave", "run": 2, "consumes": True}, rate="EUR 1.00"),
    credit(
        "8.12",
        ["4.4", "4.5"],
        per="level",
        when={"times": 2, "within": 6, "pooled": True, "consumes": False},
        rate="EUR 1.00",
    ),
    credit("8.13", ["4.4"], per="ticket", free="10%", rate="EUR 1.00", most=40),
    credit("8.14", ["4.4"], per="points", points="4", rate={**AMOUNT_BANDS, "how": "marginal"}),
    credit("8.15", ["4.4"], per="level", when={"outcome": "met"}, rate="EUR 1.00"),
    credit("8.18", ["4.4"], per="ticket", rate="EUR 1.00"),
    credit("8.19", ["4.4"], per="ticket", rate="USD 1.00", exchange={"rate": "usd-eur", "at": "end"}),
    {"ref": "8.16", "kind": "bonus", "levels": ["4.4"], "per": "level", "rate": "EUR 10.00"},
    {
        "ref": "8.17",
        "kind": "bonus",
        "levels": ["5.1"],
        "per": "shortfall",
        "unit": "1%",
        "part": "up",
        "rate": "EUR 10.00",
    },
    {"ref": "9.1", "kind": "combine", "among": ["8.4", "8.18"], "take": "first", "per": "cause"},
    {"ref": "9.2", "kind": "combine", "among": ["8.11", "8.12"], "take": "least"},
    {
        "ref": "9.3",
        "kind": "limit",
        "credits": ["8.1", "9.1"],
        "at_most": "10%",
        "of": "3.1",
        "window": "contract_year",
        "excess": "carry",
    },
    {"ref": "9.4", "kind": "limit", "credits": ["8.5"], "above": "EUR 50.00", "window": "period", "excess": "forfeit"},
    {"ref": "9.5", "kind": "limit", "credits": ["8.6"], "times": 3, "window": {"periods": 12}, "excess": "forfeit"},
    {
        "ref": "9.6",
        "kind": "earn_back",
        "of": ["9.3"],
        "levels": ["4.2", "4.4"],
        "gaps": "skips",
        "tranches": [{"after": 2, "share": "50%"}, {"after": 4, "share": "25%"}],
        "within": 6,
        "only": ["slight"],
    },
    {
        "ref": "9.7",
        "kind": "earn_back",
        "of": ["8.6"],
        "levels": ["5.1"],
        "gaps": "breaks",
        "tranches": [{"after": 3, "share": "100%"}],
        "within": "term",
    },
)
AGAIN = {
    "start": "2026-01-04T01:00",
    "end": "2026-01-04T05:00",
    "rule": "FREQ=WEEKLY;BYDAY=SU",
    "except": ["2026-04-05T01:00"],
    "also": ["2026-04-06T01:00"],
    "zone": "UTC",
}
MONTHLY = {"start": "2026-01-04T01:00", "duration": "4h", "rule": "FREQ=MONTHLY;BYDAY=1SU"}
VOLUME = {"of": {"tickets": "opened", "scope": {"type": "incident"}}, "forecast": "incidents", "above": "110%"}
RELIEFS = (
    {
        "ref": "10.1",
        "kind": "relief",
        "notices": ["maintenance", "third_party"],
        "hours": "desk",
        "windows": [AGAIN, MONTHLY],
        "quota": {"time": "4h", "every": "month"},
        "announced": {"before": "48h"},
        "levels": ["5.1"],
        "treatment": "exclude",
        "denominator": "leaves",
    },
    {"ref": "10.2", "kind": "relief", "until": "2026-03-01", "levels": ["4.4"], "treatment": "excuse"},
    {"ref": "10.3", "kind": "relief", "first": 3, "volume": VOLUME, "levels": ["4.4"], "treatment": "waive"},
    {"ref": "10.4", "kind": "relief", "notices": ["customer_delay"], "levels": ["4.1"], "treatment": "extend"},
    {"ref": "11.1", "kind": "trigger", "right": "terminate", "levels": ["4.4", "4.5"], "when": "any"},
    {"ref": "11.2", "kind": "trigger", "right": "step_in", "levels": ["4.4"], "when": {"run": 3, "consumes": False}},
    {
        "ref": "11.3",
        "kind": "trigger",
        "right": "rectify",
        "points": {"credits": ["8.7"], "at_least": "50", "within": 3, "consumes": False, "reset_after": 2},
    },
    {
        "ref": "11.4",
        "kind": "trigger",
        "right": "audit",
        "amounts": {"credits": ["9.3"], "at_least": "50%", "of": "3.1", "window": "term", "consumes": True},
    },
    {
        "ref": "11.5",
        "kind": "trigger",
        "right": "withhold",
        "amounts": {"credits": ["9.3"], "above": "EUR 900.00", "window": {"periods": 4}, "consumes": False},
    },
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
