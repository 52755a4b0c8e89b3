"""
Soups of events, and contracts with every choice of a clock: what both drivers are compared on.

A soup is made by a seeded `random.Random`, not by Hypothesis: there are thousands in a test, and a ticket that differs
is small enough to be read.
"""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import ecsm_contracts as ec
from ecsm_contracts.calendars import format_instant, from_micros
from ecsm_contracts.facts import EVENT_KINDS, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

REOPENED = ("continue_with_closed_time", "continue_without", "restart")
ATTEMPT = ("first", "last", "worst", "sum")
CHANGED = ("restart", "keep_elapsed", "keep_share", "retroactive", "new_only")
MODES = tuple(product(CHANGED, REOPENED, ATTEMPT))
"""Every choice of what a change, a reopening and several attempts do."""
PRIORITIES = ("P1", "P2", "P3", "P4")
PARTIES = ("provider", "customer", "vendor")
GROUPS = ("first line", "network", None)
MINUTE = 60_000_000
HALF_HOUR, DAY = 30 * MINUTE, 48 * 30 * MINUTE
START, _ = ec.Period.month(2026, 3).bounds("Europe/Amsterdam")
NEXT = {
    "none": ("opened",) * 60 + EVENT_KINDS,
    "open": (
        *("resolved",) * 6,
        *("held",) * 5,
        *("resumed", "replied", "reprioritised", "transferred", "acknowledged", "closed") * 2,
        *("arrived", "noted", "cancelled", "merged"),
    ),
    "resolved": (
        *("reopened",) * 6,
        "resolved",
        "closed",
        "replied",
        "reprioritised",
        "noted",
        "transferred",
        "merged",
    ),
    "ended": ("noted",),
}
STARTS = (["opened"], ["opened"], ["acknowledged", "held"], ["customer_replied", "opened"], ["replied"], ["resumed"],
          [{"event": "transferred", "group": "network"}], [{"event": "reopened"}, "opened"])  # fmt: skip
STOPS = (["resolved"], ["resolved"], ["replied", "resolved"], ["closed"], ["arrived", "resolved", "closed"],
         [{"event": "replied", "party": "vendor"}, "resolved"])  # fmt: skip
WITHINS: tuple[Any, ...] = (
    "4h", "30min", "0s", "16h",
    {"by": "priority", "P1": "2h", "P2": "PT7H0.000001S", "P3": "40h", "otherwise": "none"},
    {"by": "priority", "P1": "1h", "P2": "4h", "P4": "PT3M0.000007S", "otherwise": "PT2400H0.000003S"},
)  # fmt: skip
HOURS: tuple[Any, ...] = (
    "desk", "desk", "always", {"by": "priority", "P1": "always", "P3": "nights", "otherwise": "desk"},
    {"by": "priority", "P2": "nights", "otherwise": "always"},
)  # fmt: skip
NOW: tuple[dict[str, list[str]], ...] = (
    {"holds": []}, {"holds": ["customer"]}, {"holds": ["customer", "vendor", "network"]},
    {"counts_only": ["provider"]}, {"counts_only": ["network", "vendor"]},
)  # fmt: skip


def _clock(rng: Random, changed: str, reopened: str, attempt: str) -> dict[str, Any]:
    start, stop = rng.choice(STARTS), rng.choice(STOPS)
    cycles = "many" if rng.random() < 0.4 or any(each in stop for each in start) else "one"
    clock = {"start": start, "stop": stop, "hours": rng.choice(HOURS), **rng.choice(NOW)}
    return {**clock, "reopened": reopened, "attempt": attempt, "changed": changed, "cycles": cycles}


def _measure(rng: Random, clock: dict[str, Any], *, due: bool) -> dict[str, Any]:
    kind = rng.choice(("attainment", "attainment", "ticket_time", "time"))
    measure = {"kind": kind, "clock": clock, "within": rng.choice(WITHINS)}
    few = {"minimum": 1, "when_too_few": "met"}
    if kind == "ticket_time":
        return measure
    if kind == "time":
        del measure["within"]
        population = rng.choice(("closed", "active", "open"))
        return {**measure, **few, "population": population, "statistic": "mean"}
    populations = ["opened", "resolved", "closed", "active", *(["due"] * 2 if due else [])]
    measure |= {**few, "population": rng.choice(populations)}
    if measure["population"] in {"opened", "active"}:
        measure["undecided"] = rng.choice(("met", "missed", "left_out"))
    if measure["population"] in {"due", "resolved", "closed"}:
        overdue = ["once", "until_stopped", {"stopped": "left_out"}, {"stopped": "counts"}]
        if len(clock["stop"]) == 1:
            overdue += [{"stopped": "counts", "unless_within": each} for each in ("1h", "48h")]
        measure["overdue"] = rng.choice(overdue)
    return measure


def _scope(rng: Random) -> dict[str, Any]:
    scopes: tuple[dict[str, Any], ...] = (
        {}, {}, {"service": "desk"}, {"service": "mail", "type": "incident"}, {"customer": "acme"},
        {"channel": "phone"}, {"children": "leave_out"},
    )  # fmt: skip
    return rng.choice(scopes)


TARGETS = {"attainment": {"at_least": "95%"}, "time": {"at_most": "8h"}, "ratio": {"at_least": "50%"}}


MATRIX = {"impact": {"high": {"high": "P1", "low": "P3"}, "low": {"high": "P2", "low": "P4"}}}


def contract(rng: Random, *, due: bool = True, matrix: bool = True) -> ec.Contract:
    """
    A contract with a level for each of the modes; every other choice is drawn.

    With *due* some levels count the tickets due, which makes the window of facts long; with *matrix* it says which
    priority impact and urgency make.
    """
    clauses: list[dict[str, Any]] = []
    for number, mode in enumerate(MODES, 1):
        measure = _measure(rng, _clock(rng, *mode), due=due and mode[0] != "retroactive")
        level = {"ref": f"4.{number}", "kind": "service_level", "title": "A promise", "scope": _scope(rng)}
        target = TARGETS.get(measure["kind"])
        clauses.append({**level, "measure": measure, **({"target": target} if target else {})})
    levels = [clause["ref"] for clause in clauses if clause["measure"]["kind"] == "ticket_time"]
    for part, ref in (("up", "5.1"), ("down", "5.2"), ("exact", "5.3")):
        credit = {"ref": ref, "kind": "service_credit", "title": "By lateness", "levels": levels[:5]}
        clauses.append({**credit, "per": "late_time", "unit": "7min", "part": part, "rate": "EUR 1.00"})
    relief = {
        "ref": "6.1",
        "kind": "relief",
        "title": "Maintenance",
        "notices": ["maintenance"],
        "treatment": "exclude",
    }
    relieved = [clause["ref"] for clause in clauses if clause["kind"] == "service_level" and rng.random() < 0.4]
    clauses.append({**relief, "levels": relieved or ["4.1"]})
    return ec.parse_contract(
        json.dumps({**_HEAD, **({"priorities": MATRIX} if matrix else {}), "clauses": clauses}), form="json"
    )


_HEAD: dict[str, Any] = {
    "schema": "ecsm.contract/1",
    "ref": "SOUP",
    "title": "Every choice of a clock",
    "agreement": "sla",
    "parties": {"provider": "Northwind Support", "customer": "Acme Ltd"},
    "term": {"start": "2026-03-01", "end": "2026-09-01"},
    "zone": "Europe/Amsterdam",
    "currency": "EUR",
    "billing": {"cycle": "month", "anchor_day": 1},
    "calendars": {
        "desk": {"zone": "Europe/Amsterdam", "hours": ["Mon-Fri 08:00-12:00 13:00-18:00"], "holidays": "some"},
        "nights": {"zone": "America/New_York", "hours": ["Mon-Sun 22:00-06:00"]},
        "always": {"zone": "Europe/Amsterdam", "hours": ["always"]},
    },
    "holidays": {"some": {"country": "NL", "years": "2026", "source": "written by hand", "days": ["2026-03-05"]}},
    "services": [
        {"ref": name, "title": name, "outcome": "people can work", "hours": "desk", "channels": ["portal"]}
        for name in ("desk", "mail")
    ],
    "settlement": {
        "entitlement": "automatic",
        "instrument": "deduction",
        "rounding": {"mode": "half_up", "at": "line"},
        "tax": "price_reduction",
    },
}


def notices(rng: Random) -> list[dict[str, Any]]:
    """Planned maintenance, some of it overlapping."""
    found = []
    for number in range(rng.randrange(6)):
        start = START + rng.randrange(-8 * 48, 30 * 48) * HALF_HOUR + rng.choice((0, 1))
        end = start + rng.choice((1, HALF_HOUR, 5 * HALF_HOUR, 2 * DAY))
        span = {"start": format_instant(from_micros(start)), "end": format_instant(from_micros(end))}
        found.append({"ref": f"N-{number}", "kind": "maintenance", "service": rng.choice(("desk", "mail")), **span})
    return found


def _event(rng: Random, kind: str, at: int) -> dict[str, Any]:
    event: dict[str, Any] = {"kind": kind, "at": format_instant(from_micros(at))}
    if kind in {"replied", "held"} or (kind in {"transferred", "arrived", "noted"} and rng.random() < 0.5):
        event["party"] = rng.choice(PARTIES)
    if kind == "opened" and rng.random() < 0.2:
        event["party"] = "vendor"
    if kind in {"transferred", "opened"} and (group := rng.choice(GROUPS)):
        event["group"] = group
    if kind == "reprioritised":
        event["priority"] = rng.choice(PRIORITIES)
    if kind == "merged" and rng.random() < 0.5:
        event["into"] = "T-0"
    if rng.random() < 0.1:
        event["reason"] = rng.choice(("waiting", '“quoted” \\ " \n', "\u00e9\u20ac"))
    return event


def _events(rng: Random) -> Iterator[dict[str, Any]]:
    state, at = "none", START + rng.randrange(-6 * 48, 34 * 48) * HALF_HOUR
    step = rng.choice((HALF_HOUR, HALF_HOUR, DAY))
    for _ in range(rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 25))):
        kind = rng.choice(EVENT_KINDS if rng.random() < 0.01 else NEXT[state])
        event = _event(rng, kind, at)
        yield event
        if rng.random() < 0.05:
            yield dict(event)
        if kind in {"opened", "reopened"}:
            state = "open"
        elif kind in {"resolved", "closed"}:
            state = "resolved"
        elif kind in {"cancelled", "merged"}:
            state = "ended"
        at += rng.choice((0, 1, MINUTE, step, step, 3 * step, 7 * step, 20 * step))


def ticket(rng: Random, number: int, *, matrix: bool = True) -> Ticket:
    """A ticket, as `record` tells it."""
    return Ticket.model_validate(record(rng, number, matrix=matrix))


def record(rng: Random, number: int, *, matrix: bool = True) -> dict[str, Any]:
    """A ticket as a plain record; few contradict themselves, and some are given in disorder.

    Some changes are of impact, and few where there is no *matrix*, as they contradict the contract then.
    """
    told: dict[str, Any] = {
        "ref": f"T-{number}",
        "service": rng.choice(("desk", "desk", "mail", "elsewhere")),
        "type": rng.choice(("incident", "request")),
        "priority": rng.choice(PRIORITIES),
    }
    if rng.random() < 0.03:
        del told["priority"]
        told |= {"impact": "high", "urgency": rng.choice(("high", "low"))}
    for name, word in (("customer", "acme"), ("channel", "phone"), ("parent", "T-0"), ("subject", 'Ça\u2028"')):
        if rng.random() < 0.3:
            told[name] = word
    events = list(_events(rng))
    for event in events:
        if event["kind"] == "reprioritised" and rng.random() < (0.1 if matrix else 0.02):
            del event["priority"]
            event["impact"] = rng.choice(("high", "low"))
    if rng.random() < 0.05:
        told["priority"] = "P9"
        events[0] |= {"at": "2025-12-31T22:59:59Z"}  # before the years that the desk's holidays are frozen for
    if rng.random() < 0.3:
        by_instant = {event["at"]: [each for each in events if each["at"] == event["at"]] for event in events}
        groups = list(by_instant.values())
        rng.shuffle(groups)
        events = [event for group in groups for event in group]
    return {**told, "events": events}
