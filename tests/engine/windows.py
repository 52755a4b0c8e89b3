"""One contract with a level of every measure, whose windows a test chooses, and a seeded year of facts for it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ecsm_contracts as ec
from tests.engine.world import contract_of

ZONE = "Europe/Amsterdam"
"""Its clocks change on 29 March and 25 October 2026, inside a month, a week and a day."""
CLOCK: dict[str, Any] = {
    "start": ["opened"], "stop": ["resolved"], "hours": "desk", "holds": ["customer"],
    "reopened": "continue_without", "attempt": "last", "changed": "keep_elapsed",
}  # fmt: skip
FEW = {"minimum": 2, "when_too_few": "not_measured"}
MEASURES: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "due": ({"kind": "attainment", "clock": CLOCK, "within": "8h", "population": "due", **FEW}, {"at_least": "90%"}),
    "overdue": (
        {
            "kind": "attainment", "clock": CLOCK, "within": "8h", "population": "due",
            "overdue": "until_stopped", "minimum": 1, "when_too_few": "met",
        },
        {"at_least": "50%"},
    ),
    "active": (
        {
            "kind": "attainment", "clock": CLOCK, "within": "8h", "population": "active",
            "undecided": "left_out", "minimum": 1, "when_too_few": "met",
        },
        {"at_least": "50%"},
    ),
    "each": ({"kind": "ticket_time", "clock": CLOCK, "within": "8h"}, None),
    "mean": (
        {"kind": "time", "clock": CLOCK, "population": "resolved", "statistic": "median", **FEW},
        {"at_most": "8h"},
    ),
    "up": ({"kind": "availability", "hours": "desk", "minimum_outage": "10min"}, {"at_least": "99%"}),
    "errors": (
        {
            "kind": "error_rate", "hours": "always", "bucket": "6h", "take": "mean_of_buckets",
            "empty_bucket": "left_out", "places": 7,
        },
        {"at_most": "2%"},
    ),
    "count": ({"kind": "count", "of": "reopened"}, {"at_most": "3"}),
    "outages": ({"kind": "count", "of": "outages"}, {"at_most": "2"}),
    "ratio": (
        {"kind": "ratio", "population": "resolved", "having": {"event": "reopened", "at_most": 0}, **FEW},
        {"at_least": "80%"},
    ),
    "score": ({"kind": "score", "scale": [1, 5], "take": "mean", **FEW}, {"at_least": "3.5"}),
}  # fmt: skip
"""By the number of its level each measure with its target; declared figures have tests of their own."""


def contract(
    every: Any,
    *,
    billing: dict[str, Any] | None = None,
    start: str = "2026-01-01",
    end: str = "2027-01-01",
    names: tuple[str, ...] = tuple(MEASURES),
    clauses: tuple[dict[str, Any], ...] = (),
    **changes: Any,
) -> ec.Contract:
    """Return the contract whose levels have windows as *every* says; None is the billing period."""
    window = {} if every is None else {"every": every}
    cycle = billing or {"cycle": "month"}
    levels = [
        {
            "ref": name,
            "kind": "service_level",
            "scope": {} if measure["kind"] in {"error_rate", "score"} else {"service": "mail"},
            "measure": measure,
            **({} if target is None else {"target": target}),
            **window,
        }
        for name, (measure, target) in ((name, MEASURES[name]) for name in names)
    ]
    timed = [name for name in ("due", "each", "up", "errors") if name in names]
    relief = {
        "ref": "5.1", "kind": "relief", "notices": ["maintenance"], "levels": timed, "treatment": "exclude",
        **({"denominator": "leaves"} if "up" in names else {}),
    }  # fmt: skip
    return contract_of(
        {
            "schema": "ecsm.contract/1",
            "ref": "W-1",
            "title": "Windows",
            "agreement": "sla",
            "parties": {"provider": "Northwind Support", "customer": "Acme Ltd"},
            "term": {"start": start, "end": end},
            "zone": ZONE,
            "currency": "EUR",
            "billing": cycle,
            "calendars": {
                "desk": {"zone": ZONE, "hours": ["Mon-Fri 08:00-18:00", "Sun 00:00-06:00"]},
                "always": {"zone": ZONE, "hours": "always"},
            },
            "services": [{"ref": "mail", "title": "Mail", "hours": "always"}],
            "clauses": [
                {"ref": "3.1", "kind": "charge", "amount": "EUR 1000.00", "every": cycle["cycle"]},
                *levels,
                *([relief] if timed else []),
                *clauses,
            ],
            "settlement": {
                "entitlement": "automatic",
                "instrument": "deduction",
                "rounding": {"mode": "half_up", "at": "line"},
                "tax": "price_reduction",
            },
            **changes,
        }
    )


def text(at: datetime) -> str:
    """Return an instant as facts write it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _ticket(number: int, at: datetime, draw: random.Random) -> dict[str, Any]:
    """Return a ticket that is worked on for hours, sometimes waits, and may come back days or weeks later."""
    events: list[dict[str, Any]] = [{"kind": "opened", "at": text(at)}]

    def later(kind: str, most_hours: int, **said: str) -> None:
        nonlocal at
        at += timedelta(minutes=draw.randint(1, most_hours * 60))
        events.append({"kind": kind, "at": text(at), **said})

    later("replied", 4, party="provider")
    if draw.random() < 0.3:
        later("held", 5, party="customer", reason="waits")
        later("resumed", 70)
    if draw.random() < 0.9:
        later("resolved", 30)
        while draw.random() < 0.35:
            later("reopened", 900)
            later("resolved", 40)
        if draw.random() < 0.5:
            later("closed", 200)
    elif draw.random() < 0.3:
        later("cancelled", 50)
    return {"ref": f"T-{number}", "service": "mail", "type": "incident", "priority": "P1", "events": events}


def facts(seed: int, *, tickets: int = 150, first: date = date(2026, 1, 1), days: int = 365) -> ec.Facts:
    """Return a year of tickets, outages, notices, samples and answers, drawn from *seed*."""
    draw = random.Random(seed)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)

    def moment() -> datetime:
        return start + timedelta(minutes=draw.randrange(days * 1440))

    def spans(letter: str, number: int, most_hours: int, **said: str) -> list[dict[str, Any]]:
        found = []
        for place in range(number):
            begins = moment()
            ends = begins + timedelta(minutes=draw.randint(1, most_hours * 60))
            span = {"start": text(begins), "end": text(ends)}
            found.append({"ref": f"{letter}-{place}", "service": "mail", **span, **said})
        return found

    samples = [
        {
            **span,
            "end": text(datetime.fromisoformat(span["start"]) + timedelta(minutes=5)),
            "requests": draw.randint(0, 500),
            "errors": 0,
        }
        for span in spans("S", days, 1)
    ]
    for sample in samples:
        sample["errors"] = draw.randint(0, sample["requests"] // 20)
    return ec.facts_from_records(
        tickets=[_ticket(number, moment(), draw) for number in range(tickets)],
        outages=spans("O", days // 8, 60),
        notices=spans("N", days // 15, 30, kind="maintenance"),
        samples=samples,
        surveys=[
            {"ref": f"A-{place}", "service": "mail", "at": text(moment()), "score": draw.randint(1, 5)}
            for place in range(days // 3)
        ],
    )


def statements(given: ec.Contract, happened: ec.Facts) -> list[ec.Statement]:
    """Return the statements of all whole periods of the term, each with the carry of the one before."""
    found: list[ec.Statement] = []
    for period in given.billing.periods(given.term.start, given.term.end):
        if period.start >= given.term.start and period.end <= given.term.end:
            found.append(ec.evaluate(given, happened, period=period, carry=found[-1].carry if found else None))
    return found


def judged(found: list[ec.Statement]) -> dict[str, tuple[Any, ...]]:
    """Return by level and window what every assessment says, whatever the period that it stands in."""
    return {
        f"{each.clause if '@' in each.clause else f'{each.clause}@{statement.period.start}'}": (
            each.outcome,
            each.number,
            tuple((column.rpartition(".")[2], number) for column, number in each.counts),
        )
        for statement in found
        for each in statement.assessments
    }
