"""Every combination of a clock's choices, and tickets that are full of what the choices are about; all by a seed."""

from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random
from typing import Any

import ecsm_contracts as ec
from ecsm_contracts.calendars import format_instant, from_micros
from ecsm_contracts.testing import MonthCase

MINUTE = 60_000_000
HOUR = 60 * MINUTE
PERIOD = "2026-03"
CHOICES: dict[str, tuple[str, ...]] = {
    "reopened": ("continue_without", "continue_with_closed_time", "restart"),
    "attempt": ("first", "last", "worst", "sum"),
    "changed": ("new_only", "keep_elapsed", "keep_share", "restart", "retroactive"),
    "cycles": ("one", "many"),
    "hands": ("holds", "counts_only"),
    "hours": ("one calendar", "by priority"),
}
"""What a contract chooses; every combination is a level."""
ONE_CYCLE: tuple[tuple[list[Any], list[Any]], ...] = (
    (["opened"], ["resolved"]),
    (["opened"], ["resolved"]),
    (["opened"], ["closed"]),
    (["acknowledged"], ["replied", "resolved"]),
    (["opened"], [{"event": "replied", "party": "carrier"}, "resolved"]),
    ([{"event": "transferred", "group": "network"}], ["arrived", "resolved"]),
    (["customer_replied", "acknowledged"], ["replied", "closed"]),
    (["opened"], [{"event": "held", "party": "customer"}, "resolved"]),
    ([{"event": "reopened"}], ["resolved"]),
    (["resolved"], ["closed"]),
    (["held"], ["resolved"]),
)
MANY_CYCLES: tuple[tuple[list[Any], list[Any]], ...] = (
    (["opened", "customer_replied"], ["replied", "resolved"]),  # the next response
    (["customer_replied", {"event": "reopened"}], ["replied", "resolved"]),
    (["opened", "replied"], ["replied", "resolved"]),  # the periodic update
    ([{"event": "transferred", "group": "network"}], [{"event": "transferred", "party": "carrier"}, "resolved"]),
    (["opened", "customer_replied"], ["replied", "closed"]),
    (["acknowledged", "replied"], ["arrived", "replied", "closed"]),
)
HANDS: dict[str, tuple[list[str], ...]] = {
    "holds": (["customer"], ["customer", "carrier"], ["network", "customer"], [], ["provider"]),
    "counts_only": (["provider"], ["network"], ["provider", "carrier"], ["customer"]),
}
WITHINS: tuple[Any, ...] = (
    {"by": "priority", "P1": "1h", "P2": "2h", "otherwise": "4h"},
    {"by": "priority", "P1": "30min", "P2": "none", "otherwise": "8h"},
    {"by": "priority", "P1": "90min", "P2": "0s", "otherwise": "none"},
    "2h",
)
HOURS: dict[str, tuple[Any, ...]] = {
    "one calendar": ("desk", "always"),
    "by priority": ({"by": "priority", "P1": "always", "otherwise": "desk"},),
}
PARTIES = ("customer", "carrier", "provider", "customer")
OPEN = (
    *("held", "resumed", "replied", "replied", "acknowledged", "reprioritised", "reprioritised", "transferred") * 2,
    *("arrived", "noted", "resolved", "resolved", "resolved", "resolved", "closed", "closed"),
)
RESOLVED = ("reopened", "reopened", "reopened", "closed", "replied", "reprioritised", "transferred", "resolved")
STEPS = (0, 30 * MINUTE, HOUR, HOUR, 90 * MINUTE, 2 * HOUR, 4 * HOUR, 24 * HOUR, 5 * 24 * HOUR)
TIMES = (30 * MINUTE, HOUR, HOUR, 90 * MINUTE, 2 * HOUR, 2 * HOUR, 4 * HOUR)
JITTER = (0, 0, 0, 0, 0, 1, -1)
MATRIX = {"high": {"high": "P1", "low": "P2"}, "low": {"high": "P2", "low": "P3"}}


def combinations() -> list[dict[str, str]]:
    """Every combination of the choices."""
    return [dict(zip(CHOICES, words, strict=True)) for words in product(*CHOICES.values())]


def clock_of(chance: Random, chosen: dict[str, str]) -> dict[str, Any]:
    """A clock with the choices *chosen*, and the rest of it drawn."""
    start, stop = chance.choice(MANY_CYCLES if chosen["cycles"] == "many" else ONE_CYCLE)
    return {
        "start": start,
        "stop": stop,
        "hours": chance.choice(HOURS[chosen["hours"]]),
        chosen["hands"]: chance.choice(HANDS[chosen["hands"]]),
        **{name: chosen[name] for name in ("reopened", "attempt", "changed", "cycles")},
    }


def measure_of(chance: Random, chosen: dict[str, str]) -> dict[str, Any]:
    """A measure with a clock of the choices *chosen*."""
    measure: dict[str, Any] = {"clock": clock_of(chance, chosen), "within": chance.choice(WITHINS)}
    if chance.random() < 1 / 4:
        return {"kind": "ticket_time", **measure}
    populations = ["resolved", "closed", "opened", "active"] + ["due", "due"] * (chosen["changed"] != "retroactive")
    measure |= {"kind": "attainment", "population": chance.choice(populations), "minimum": chance.choice((1, 5))}
    measure["when_too_few"] = chance.choice(("met", "missed", {"misses_at_most": 1}))
    if measure["population"] in {"opened", "active"}:
        measure["undecided"] = chance.choice(("met", "missed", "left_out"))
    if measure["population"] == "due":
        measure["overdue"] = chance.choice(("once", "until_stopped"))
    return measure


@cache
def document(seed: int) -> dict[str, Any]:
    """A contract with a level for every combination of the choices."""
    chance = Random(seed)
    levels = []
    for number, chosen in enumerate(combinations()):
        level: dict[str, Any] = {"ref": f"4.{number}", "kind": "service_level", "measure": measure_of(chance, chosen)}
        if level["measure"]["kind"] == "attainment":
            level["target"] = {"at_least": "75%"}
        levels.append(level)
    return {
        "schema": "ecsm.contract/1",
        "ref": "C-1",
        "title": "Every choice",
        "agreement": "sla",
        "parties": {"provider": "Provider", "customer": "Customer"},
        "term": {"start": "2026-03-01", "end": "2027-01-01"},
        "zone": "UTC",
        "currency": "EUR",
        "billing": {"cycle": "month", "anchor_day": 1},
        "calendars": {
            "desk": {"zone": "UTC", "hours": ["Mon-Fri 08:00-18:00"]},
            "always": {"zone": "UTC", "hours": ["always"]},
        },
        "priorities": {"impact": MATRIX},
        "services": [{"ref": "desk", "title": "Desk", "hours": "desk"}],
        "clauses": levels,
        "settlement": {
            "entitlement": "automatic",
            "instrument": "deduction",
            "rounding": {"mode": "half_up", "at": "line"},
            "tax": "price_reduction",
        },
    }


def event_of(chance: Random, kind: str, at: int) -> dict[str, Any]:
    """An event of a *kind*, with what it must say."""
    event: dict[str, Any] = {"kind": kind, "at": at}
    if kind in {"held", "replied"}:
        event["party"] = chance.choice(PARTIES)
    elif kind == "reprioritised":
        event |= chance.choice(
            ({"priority": "P1"}, {"priority": "P2"}, {"priority": "P3"}, {"impact": "high"}, {"urgency": "low"})
        )
    elif kind == "transferred":
        event |= chance.choice(({"group": "network"}, {"party": "carrier"}, {"group": "desk"}, {"party": "provider"}))
    return event


def long_story(chance: Random, start: int, end: int) -> list[dict[str, Any]]:
    """Up to twelve events, on whole half hours or a microsecond beside."""
    opened = chance.choice((start, start + 9 * HOUR, start + 56 * HOUR, end - 24 * HOUR, end - 4 * HOUR))
    events: list[dict[str, Any]] = [{"kind": "opened", "at": opened - chance.choice((0, 0, 0, 30, 150)) * HOUR}]
    if chance.random() < 1 / 4:
        events[0]["group"] = "network"
    resolved = False
    for _ in range(chance.randrange(1, 12)):
        kind = "cancelled" if chance.random() < 1 / 80 else chance.choice(RESOLVED if resolved else OPEN)
        at = max(events[-1]["at"], events[-1]["at"] + chance.choice(STEPS) + chance.choice(JITTER))
        events.append(event_of(chance, kind, at))
        resolved = (resolved or kind in {"resolved", "closed"}) and kind != "reopened"
        if kind == "cancelled":
            break
    return events


def short_story(chance: Random, start: int, beside: int) -> list[dict[str, Any]]:
    """In the hours what may start a clock, and after some time, give or take *beside*, what may stop it."""
    at = start + chance.choice((33, 57, 81, 225)) * HOUR
    events: list[dict[str, Any]] = [{"kind": "opened", "at": at}]
    first = ("acknowledged", "replied", "transferred", "held", "resumed")
    events += [event_of(chance, kind, at) for kind in first if chance.random() < 1 / 2]
    at += beside
    for kinds in (("replied", "arrived", "transferred"), ("resolved", "closed")):
        at += chance.choice(TIMES)
        events += [event_of(chance, kind, at) for kind in kinds if chance.random() < 3 / 4]
    return events


def ticket_of(chance: Random, ref: str, place: int) -> dict[str, Any]:
    """A ticket with a short or a long story."""
    start, end = ec.Period.parse(PERIOD).bounds("UTC")
    events = long_story(chance, start, end) if place % 3 == 2 else short_story(chance, start, place // 3 % 3 - 1)
    said = chance.choice(({"priority": "P1"}, {"priority": "P2"}, {}, {}))
    about = {"ref": ref, "service": "desk", "type": "incident", "impact": "low", "urgency": "high"}
    return {**about, **said, "events": [{**each, "at": format_instant(from_micros(each["at"]))} for each in events]}


def cases(seed: int, count: int, tickets: int = 6) -> Iterator[MonthCase]:
    """Months of *tickets*, *count* of them, under a contract with a level for every combination."""
    chance = Random(seed + 1)
    for number in range(count):
        found = [ticket_of(chance, f"T-{number}-{place}", place) for place in range(tickets)]
        yield MonthCase(document(seed), PERIOD, {"tickets": found}, {})
