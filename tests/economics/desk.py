"""A desk with four tickets whose month is easily reckoned by hand."""

from typing import Any

import ecsm_contracts as ec
from tests.engine.world import JANUARY, acme, acme_data, contract_of

MON_05 = "2026-01-05T"  # desk hours are 07:00 to 17:00 in UTC
MON_12 = "2026-01-12T"

ASSUMED = {"role": "agent", "per_update": {"by": "priority", "P1": "20min", "otherwise": "5min"}}


def event(kind: str, at: str, **fields: str) -> dict[str, Any]:
    """An event."""
    return {"kind": kind, "at": at, **fields}


def ticket(number: int, priority: str, *events: dict[str, Any], group: str | None = None) -> dict[str, Any]:
    """An incident opened on the 5th of January at nine, before its other events."""
    opened = event("opened", f"{MON_05}09:00:00Z", **({} if group is None else {"group": group}))
    return {
        "ref": f"T-{number}",
        "service": "desk",
        "type": "incident",
        "priority": priority,
        "events": [opened, *events],
    }


def replied(minutes: int) -> dict[str, Any]:
    """A reply after so many minutes of service time."""
    return event("replied", f"{MON_05}{9 + minutes // 60:02}:{minutes % 60:02}:00Z", party="provider")


LATE_REPLY = ticket(1, "P1", replied(45), event("resolved", f"{MON_05}11:00:00Z"), group="North")
"""Answered after 45 minutes where 30 were promised, resolved in time; one update, of P1."""
IN_TIME = ticket(2, "P3", replied(10), event("resolved", f"{MON_05}10:00:00Z"), group="North")
"""In time; one update, of P3."""
LATE_RESOLUTION = ticket(3, "P3", replied(20), event("resolved", f"{MON_12}12:00:00Z"))
"""Resolved after 51 hours where 40 were promised, and no group is known; one update, of P3."""
MOVED = ticket(
    4,
    "P1",
    replied(10),
    event("transferred", f"{MON_05}09:30:00Z", group="South"),
    event("reprioritised", f"{MON_05}09:30:00Z", priority="P2"),
    event("resolved", f"{MON_05}10:00:00Z"),
    group="North",
)
"""In time; two updates, both of P2: transfer and change of priority are of one instant."""
CONTRADICTORY = ticket(
    9, "P1", event("resolved", f"{MON_05}10:00:00Z"), event("held", f"{MON_05}11:00:00Z", party="customer")
)
"""Held while it is resolved: quarantined."""

FOUR = [LATE_REPLY, IN_TIME, LATE_RESOLUTION, MOVED]


def facts_of(*tickets: dict[str, Any], **tables: list[dict[str, Any]]) -> ec.Facts:
    """Facts with these tickets."""
    return ec.facts_from_records(tickets=list(tickets), **tables)


def model_of(revenue: str | None = "tickets", **changes: Any) -> ec.CostModel:
    """An agent at EUR 60 an hour, with effort assumed."""
    data = {"rates": [{"role": "agent", "rate": "EUR 60.00"}], "assumed": ASSUMED, "revenue": revenue, **changes}
    return ec.CostModel.model_validate(data)


def contract_with(**clauses: dict[str, Any]) -> ec.Contract:
    """The example contract with fields of clauses changed: ``c44={...}`` for clause 4.4."""
    data = acme_data()
    for clause in data["clauses"]:
        changes = clauses.get("c" + clause["ref"].replace(".", ""), {})
        clause.update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del clause[name]
    return contract_of(data)


def settled(facts: ec.Facts, contract: ec.Contract | None = None) -> ec.Statement:
    """The statement of January."""
    return ec.evaluate(contract or acme(), facts, period=JANUARY)
