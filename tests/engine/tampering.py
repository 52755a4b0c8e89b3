"""A small statement with a part of every sort, and all the ways in which a forger may change one leaf of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import ecsm_contracts as ec
from ecsm_contracts.errors import EcsmError
from ecsm_contracts.figures import Figure, encode_figures
from ecsm_contracts.statements import figures_by_name, statement_from_data
from tests.engine.test_verify import sealed

Path = tuple[str | int, ...]

CLOCK = (
    "clock: {start: [opened], stop: [resolved], hours: always, holds: [], reopened: restart, attempt: last, "
    "changed: new_only}"
)
TEXT = f"""
schema: ecsm.contract/1
ref: DESK
title: Help desk
agreement: sla
parties: {{provider: Northwind, customer: Acme}}
term: {{start: 2026-01-01, end: 2027-01-01}}
zone: UTC
currency: EUR
billing: {{cycle: month, anchor_day: 1}}
calendars: {{always: {{zone: UTC, hours: [always]}}}}
services: [{{ref: desk, title: Desk, hours: always}}]
clauses:
  - {{ref: "1", kind: charge, title: Fee, amount: EUR 100.00, every: month}}
  - ref: "2"
    kind: service_level
    title: Quick
    scope: {{service: desk}}
    measure: {{kind: ticket_time, {CLOCK}, within: 1h}}
    gaps: breaks
  - {{ref: "3", kind: service_credit, title: Late, levels: ["2"], per: ticket, rate: EUR 9.00}}
  - {{ref: "4", kind: service_credit, title: Late again, levels: ["2"], per: ticket, rate: EUR 7.00}}
  - {{ref: "5", kind: combine, title: One for one cause, among: ["3", "4"], take: first, per: cause}}
  - {{ref: "6", kind: limit, title: Limit, credits: ["5"], at_most: 20%, of: "1", window: period, excess: carry}}
  - {{ref: "7", kind: trigger, title: A talk, right: escalate, levels: ["2"], when: {{run: 2, consumes: true}}}}
settlement:
  {{entitlement: automatic, instrument: deduction, rounding: {{mode: half_up, at: line}}, tax: price_reduction}}
"""


def ticket(
    number: int, month: int, *, cause: str | None = None, hours: int = 2, service: str = "desk"
) -> dict[str, Any]:
    """A ticket that takes some hours."""
    day = f"2026-{month:02d}-{number + 5:02d}"
    record: dict[str, Any] = {"ref": f"T-{month}{number}", "service": service, "type": "incident", "priority": "P3"}
    record |= {} if cause is None else {"cause": cause}
    events = [{"kind": "opened", "at": f"{day}T09:00:00Z"}, {"kind": "resolved", "at": f"{day}T{9 + hours:02d}:00:00Z"}]
    return record | {"events": events}


@cache
def statements() -> tuple[ec.Statement, ec.Statement]:
    """January, from which something is carried, and February, with a record that is rejected and one not listed."""
    contract, given = ec.parse_contract(TEXT), facts()
    january = ec.evaluate(contract, given, period="2026-01")
    return january, ec.evaluate(contract, given, period="2026-02", carry=january)


def facts() -> ec.Facts:
    """What both statements are of."""
    tickets = [ticket(number, 1, cause=f"disk {number}") for number in range(4)]
    tickets += [ticket(0, 2, cause="disk"), ticket(1, 2, hours=0), ticket(2, 2, service="garden")]
    tickets.append({"ref": "T-bad", "service": "desk"})
    origin = {"ref": "log", "title": "Log", "assumes": ["times are UTC"], "unrecorded": ["replied"]}
    return ec.facts_from_records(tickets=tickets, origins=[origin])


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every leaf: whatever is no list or object, and each that is empty."""
    parts = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    for key, value in parts:
        yield from leaves(value, (*path, key))
    if not parts:
        yield path


def at(data: Any, path: Path) -> Any:
    """What stands at *path*."""
    for key in path:
        data = data[key]
    return data


def other(value: Any) -> Any:
    """Another value of the same type that looks as good."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        place = next((n for n in reversed(range(len(value))) if value[n].isdigit()), None)
        return value + "x" if place is None else f"{value[:place]}{(int(value[place]) + 1) % 10}{value[place + 1 :]}"
    return "x" if value is None else ["x"]


def kinds_of(paths: Iterable[Path]) -> list[Path]:
    """The first of the *paths* that lead to the same field: of another line, node or clause."""
    found: dict[Path, Path] = {}
    for path in paths:
        steps = ["*" if isinstance(key, int) else key for key in path]
        steps[1:2] = ["*"] if steps[0] in {"nodes", "figures"} else steps[1:2]
        found.setdefault(tuple(steps), path)
    return list(found.values())


def changed(data: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The *data* with another *value* at *path*."""
    made = copy.deepcopy(data)
    at(made, path[:-1])[path[-1]] = value
    return made


def without(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """The *data* without what stands at *path*."""
    made = copy.deepcopy(data)
    del at(made, path[:-1])[path[-1]]
    return made


def rebuilt(statement: ec.Statement, target: Figure[Any], change: Callable[[Figure[Any]], Figure[Any]]) -> Any:
    """The data of *statement* with one figure changed, and everything that follows from its key made to fit."""
    made: dict[int, Figure[Any]] = {}
    named = figures_by_name(statement)
    for root in named.values():
        for figure in root.walk():
            again = replace(figure, inputs=tuple(made[id(part)] for part in figure.inputs))
            made.setdefault(id(figure), change(again) if figure is target else again)
    data = statement.to_data()
    roots = {name: made[id(figure)] for name, figure in named.items()}
    data["figures"], data["nodes"] = encode_figures(roots)
    for number, line in enumerate(data["lines"], 1):
        line["amount"] = str(roots[f"line {number}"].value)
    data["total"] = str(roots["total"].value)
    return sealed(data)


def refused(data: dict[str, Any], given: ec.Facts | None = None) -> tuple[str, ...]:
    """What reading or verifying *data* says is wrong with it; nothing when it is believed."""
    try:
        ec.verify(statement_from_data(data), given)
    except ec.VerificationError as error:
        return error.failures
    except EcsmError as error:
        return (str(error),)
    return ()


def names(data: dict[str, Any], path: Path) -> tuple[str, ...]:
    """Of what is wrong at *path*, any of these words name it."""
    part, where = path[0], path[1:2]
    number = where[0] + 1 if where and isinstance(where[0], int) else 0
    found: dict[str | int, Callable[[], tuple[str, ...]]] = {
        "terms": lambda: ("terms:", "by its terms"),
        "assessments": lambda: (f"assessment {number}",),
        "lines": lambda: (f"line {number}",),
        "triggers": lambda: (f"trigger {number}", "trigger "),
        "figures": lambda: tuple(map(str, where)),
        "nodes": lambda: (data["nodes"][where[0]]["name"],),
        "columns": lambda: (data["columns"][number - 1], "column"),
        "tally": lambda: (f"tally {data['columns'][number - 1]}",),
        "outcomes": lambda: _of_a_row(data, path),
        "carried": lambda: ("carry", "carried", *_remembered(data, path)),
        "content": lambda: tuple(map(str, where)),
        "made_by": lambda: ("seals.made_by",),
        "seals": lambda: (f"seals.{where[0]}",),
    }
    plain = ("ecsm.statement",) if part == "schema" else (str(part),)
    return found.get(part, lambda: plain)() if where else plain


def _of_a_row(data: dict[str, Any], path: Path) -> tuple[str, ...]:
    row = at(data, path[:2])
    columns = data["columns"]
    place = path[2] - 3 if len(path) > 2 and isinstance(path[2], int) else -1
    return (
        row[1],
        f"{other(row[1])} was observed twice",
        "by its rows",
        "outcomes: ",
        *(columns[place : place + 1] if place >= 0 else ()),
        *map(str, row[3 + len(columns) :]),
    )


def _remembered(data: dict[str, Any], path: Path) -> tuple[str, ...]:
    if len(path) < 3:
        return ()
    entry = at(data, path[:3])
    return (f"clause {entry['ref']}", *(f"{entry['name']} of {each['at']}" for each in entry["past"]))


__all__ = [
    "at",
    "changed",
    "facts",
    "kinds_of",
    "leaves",
    "names",
    "other",
    "rebuilt",
    "refused",
    "sealed",
    "statements",
    "without",
]
