"""A contract whose clocks are drawn, and tickets for it; what status and influence are tried on."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import ecsm_contracts as ec
from tests.engine.world import acme_data, contract_of

if TYPE_CHECKING:
    from ecsm_contracts.facts import Setting

MARCH = "2026-03"
WORKS = {
    "ref": "N-1",
    "kind": "maintenance",
    "service": "desk",
    "start": "2026-03-03T10:00:00Z",
    "end": "2026-03-04T10:00:00Z",
}


@lru_cache(maxsize=1)
def _acme_text() -> str:
    return json.dumps(acme_data())  # reading its YAML takes longer than all that is tried on it


def acme_with(*clocks: dict[str, Any], within: Any = "4h") -> ec.Contract:
    """The example contract from March on, with a promise ``9.1``, ``9.2``, … for each clock, under maintenance."""
    data = json.loads(_acme_text())
    data["term"]["start"] = "2026-03-01"
    data["calendars"]["desk"]["hours"] = ["Mon-Fri 09:00-12:00 13:00-17:00"]
    for number, clock in enumerate(clocks, 1):
        measure = {"kind": "ticket_time", "clock": clock, "within": within}
        data["clauses"].append({"ref": f"9.{number}", "kind": "service_level", "title": "Drawn", "measure": measure})
    levels = [f"9.{number}" for number, _ in enumerate(clocks, 1)]
    relief = next(each for each in data["clauses"] if each["ref"] == "5.1")
    relief["levels"] = [*relief["levels"], *levels]
    return contract_of(data)


@lru_cache(maxsize=1)
def works() -> Setting:
    """A setting in which the desk is under maintenance for a day of March."""
    return ec.facts_from_records(notices=[WORKS]).setting


def plain_clock(**choices: Any) -> dict[str, Any]:
    """A clock from opening to resolution that nothing disturbs, with some choices made otherwise."""
    usual = {"start": ["opened"], "stop": ["resolved"], "hours": "desk", "reopened": "continue_without"}
    fixed = {"attempt": "sum", "changed": "new_only", **({} if "counts_only" in choices else {"holds": ["customer"]})}
    return {**usual, **fixed, **choices}
