"""Small documents and facts for cases that come from outside: one clause or two, and a month."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Clause = dict[str, Any]
Facts = dict[str, list[dict[str, Any]]]

CLOCK = {
    "start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": [],
    "reopened": "continue_without", "attempt": "last", "changed": "new_only",
}  # fmt: skip
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def document(clauses: Iterable[Clause], *, currency: str = "EUR", start: str = "2026-04-01") -> dict[str, Any]:
    """Return a contract of *clauses* for two years from *start*, in UTC, with one service."""
    return {
        "schema": "ecsm.contract/1",
        "ref": "CASE",
        "title": "A case",
        "agreement": "sla",
        "parties": {"provider": "provider", "customer": "customer"},
        "term": {"start": start, "end": f"{int(start[:4]) + 2}{start[4:]}"},
        "zone": "UTC",
        "currency": currency,
        "billing": {"cycle": "month", "anchor_day": 1},
        "calendars": {"always": {"zone": "UTC", "hours": ["always"]}},
        "services": [{"ref": "s", "title": "Service", "outcome": "it works", "hours": "always"}],
        "clauses": copy.deepcopy(list(clauses)),
        "settlement": {
            "entitlement": "automatic",
            "instrument": "deduction",
            "rounding": {"mode": "half_up", "at": "line"},
            "tax": "price_reduction",
        },
    }


def read(data: dict[str, Any]) -> ec.Contract:
    """Return the contract that plain data describes."""
    return ec.parse_contract(json.dumps(data), form="json")


def settle(
    contract: ec.Contract, facts: Facts, periods: Sequence[str], *, carry: ec.Carry | None = None
) -> list[ec.Statement]:
    """Settle *periods* one after the other, and verify each statement against the facts."""
    records = ec.facts_from_records(**facts)
    assert records.rejected == ()
    found: list[ec.Statement] = []
    for period in periods:
        found.append(ec.evaluate(contract, records, period=period, carry=found[-1].carry if found else carry))
        ec.verify(found[-1], records)
    return found


def fee(amount: str = "EUR 10000.00", ref: str = "fee") -> Clause:
    """A fixed monthly charge."""
    return {"ref": ref, "kind": "charge", "amount": amount, "every": "month"}


def level(ref: str, measure: dict[str, Any], target: dict[str, Any] | None = None, **more: Any) -> Clause:
    """A promise about the service."""
    about = {} if measure["kind"] == "declared" else {"scope": {"service": "s"}}
    aim = {} if target is None else {"target": target}
    return {"ref": ref, "kind": "service_level", **about, "measure": measure, **aim, **more}


def credit(ref: str, of_level: str, per: str, rate: Any, **more: Any) -> Clause:
    """A credit for one level; percentages are of the fee."""
    percentage = "%" in (rate if isinstance(rate, str) else rate["bands"][-1]["is"])
    basis = {"of": "fee"} if percentage and "of" not in more else {}
    return {"ref": ref, "kind": "service_credit", "levels": [of_level], "per": per, "rate": rate, **basis, **more}


def limit(ref: str, *credits: str, **more: Any) -> Clause:
    """A limit for each period."""
    terms = {"window": "period", "excess": "forfeit", **more}
    return {"ref": ref, "kind": "limit", "credits": list(credits), **terms}


def told(figure: str, gives: str = "share") -> dict[str, Any]:
    """A measure that is declared from outside."""
    return {
        "kind": "declared",
        "figure": figure,
        "gives": gives,
        "when_missing": "not_measured",
        "evidence": "optional",
    }


def declared(*values: str, figure: str = "figure", first: str = "2026-04") -> Facts:
    """Figures of months that follow each other; an empty text is a month without one."""
    found = []
    year, month = int(first[:4]), int(first[5:])
    for number, value in enumerate(values):
        begin = datetime(year + (month - 1 + number) // 12, (month - 1 + number) % 12 + 1, 1, tzinfo=UTC)
        end = (begin + timedelta(days=32)).replace(day=1)
        if value:
            found.append(
                {
                    "ref": f"{figure}-{number}",
                    "figure": figure,
                    "start": begin.isoformat(),
                    "end": end.isoformat(),
                    "value": value,
                    "at": end.isoformat(),
                }
            )
    return {"declared": found}


def outage(minutes: str | int, ref: str = "O-1", service: str = "s") -> dict[str, Any]:
    """One outage of so many minutes in April 2026, which has 43,200."""
    start = APRIL + timedelta(days=9)
    seconds = round(float(minutes) * 60)
    return {
        "ref": ref,
        "service": service,
        "start": start.isoformat(),
        "end": (start + timedelta(seconds=seconds)).isoformat(),
    }


def down(minutes: str | int) -> Facts:
    """One outage alone."""
    return {"outages": [outage(minutes)]}


def ticket(ref: str, opened: str, *events: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A ticket with the instants of its later events; of priority P2."""
    moments = [("opened", opened), *events]
    kinds: list[dict[str, Any]] = [{"kind": kind, "at": at} for kind, at in moments]
    return {"ref": ref, "service": "s", "type": "incident", "priority": "P2", "events": kinds, **more}


def some_late(count: int, late: int) -> list[dict[str, Any]]:
    """Tickets of April with a target of four hours, of which the first *late* take five."""
    found = []
    for number in range(count):
        opened = APRIL + timedelta(days=2, hours=number)
        taken = timedelta(hours=5 if number < late else 3)
        found.append(ticket(f"T-{number:03d}", opened.isoformat(), ("resolved", (opened + taken).isoformat())))
    return found


def attainment(within: object = "4h", **more: Any) -> dict[str, Any]:
    """The share of tickets in time."""
    terms = {"population": "due", "minimum": 1, "when_too_few": "met", **more}
    return {"kind": "attainment", "clock": terms.pop("clock", CLOCK), "within": within, **terms}
