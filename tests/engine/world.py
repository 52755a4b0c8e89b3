"""A small contract and a small month that the engine's tests share, in the form of documents."""

import copy
import json
from pathlib import Path
from typing import Any

import ecsm_contracts as ec

EXAMPLES = Path(__file__).parents[2] / "examples"
JANUARY = "2026-01"


def acme() -> ec.Contract:
    """The example contract that the README uses."""
    return ec.read_contract(EXAMPLES / "acme.yaml")


def acme_data() -> dict[str, Any]:
    """The example contract as plain data, to be changed by a test."""
    return copy.deepcopy(acme().to_data())


def contract_of(data: dict[str, Any]) -> ec.Contract:
    """The contract that plain data describes."""
    return ec.parse_contract(json.dumps(data), form="json")


def incident(number: int, *, priority: str = "P3", hours: int = 24, replied: int = 20) -> dict[str, Any]:
    """An incident of the 5th to the 24th of January: replied after some minutes, resolved after some hours."""
    day = 5 + number % 20
    opened = f"2026-01-{day:02d}T09:00:00Z"
    resolved = f"2026-01-{day + hours // 24:02d}T{9 + hours % 24:02d}:00:00Z"
    return {
        "ref": f"T-{number}",
        "service": "desk",
        "type": "incident",
        "priority": priority,
        "events": [
            {"kind": "opened", "at": opened},
            {"kind": "replied", "at": f"2026-01-{day:02d}T09:{replied:02d}:00Z", "party": "provider"},
            {"kind": "resolved", "at": resolved},
        ],
    }


def tickets(count: int = 20) -> list[dict[str, Any]]:
    """
    Incidents of which every fifth is urgent and takes a day; one of these falls on a weekend: 17 of 20 are in time.
    """
    return [incident(n, priority="P1" if n % 5 == 0 else "P3") for n in range(count)]


OUTAGE = {"ref": "O-1", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T05:00:00Z"}
NOTICE = {
    "ref": "N-1",
    "kind": "maintenance",
    "service": "mail",
    "start": "2026-01-10T00:00:00Z",
    "end": "2026-01-10T01:00:00Z",
}


def january(**tables: list[dict[str, Any]]) -> ec.Facts:
    """The facts of January; a table that is given takes the place of the usual one."""
    usual: dict[str, list[dict[str, Any]]] = {"tickets": tickets(), "outages": [OUTAGE], "notices": [NOTICE]}
    return ec.facts_from_records(**{**usual, **tables})


def statement() -> ec.Statement:
    """The statement of January."""
    return ec.evaluate(acme(), january(), period=JANUARY)
