"""
The bad inputs that are no contracts, in this library's own form: tickets, rows of tables, batches and calls.

The cases are kept outside the repository. Tickets there have fields of other names: `record_of` says the same in ours,
and keeps what has no counterpart. Tables are read as they are, by `MAPPING`. What becomes of each is an `Answer`.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import ecsm_contracts as ec
from ecsm_contracts.reports import FORMATS, render
from tests.conftest import shared_path
from tests.contracts.test_bad_inputs import BASE

MARCH = "2025-03"
KINDS = {"first_response": "replied", "pause": "held", "resume": "resumed", "resolved": "resolved"}
PARTIES = {"replied": "provider", "held": "customer"}


class Answer(NamedTuple):
    """What the library makes of an input."""

    action: str
    code: str = ""
    place: str = ""


@cache
def cases() -> dict[str, dict[str, Any]]:
    """The cases that are no contracts, by id."""
    return {case["id"]: case for case in document()["cases"] if case["kind"] != "contract"}


@cache
def document() -> dict[str, Any]:
    """All bad inputs, as they are kept."""
    loaded: dict[str, Any] = yaml.safe_load(shared_path("cases", "bad_inputs.yaml").read_text("utf-8"))
    return loaded


def base_rows() -> bytes:
    """The table that the faults are put into."""
    rows: str = document()["base"]["events_csv"]
    return rows.encode()


@cache
def contract() -> ec.Contract:
    """Resolution within four hours, from March 2025 on."""
    return ec.parse_contract(BASE.replace("start: 2025-01-01, end: 2026", "start: 2025-03-01, end: 2026"))


def ticket(ref: str, end: str, **other: Any) -> dict[str, Any]:
    """A ticket of Monday morning that is resolved at *end*."""
    events = [
        {"kind": "opened", "at": "2025-03-03T09:00:00+01:00"},
        {"kind": "resolved", "at": f"2025-03-03T{end}+01:00"},
    ]
    return {"ref": ref, "service": "desk", "type": "incident", "priority": "P1", "events": events} | other


OTHERS = (ticket("T-8", "12:00:00"), ticket("T-9", "16:00:00"))
"""The other tickets of each batch: one in time, one late."""


def record_of(case: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The ticket of a case as a record of this library, and its work, which is a record of its own here."""
    given = json.loads(cases()[case]["input"]["text"])
    events = [{"kind": "opened", "at": given.pop("opened_at")}]
    for each in given.pop("events"):
        kind = KINDS[each["type"]]
        events.append({"kind": kind, "at": each["at"]} | ({"party": PARTIES[kind]} if kind in PARTIES else {}))
    if case == "T036":
        events.append(events.pop(0))
    record = {"ref": given.pop("id"), "service": "desk", "type": "incident", "events": events}
    work = []
    if "agent_minutes" in given:
        effort = given.pop("agent_minutes")
        effort = f"{effort}min" if isinstance(effort, str) else effort
        at = "2025-03-03T15:00:00Z"
        work.append({"ref": "W-1", "ticket": record["ref"], "role": "agent", "effort": effort, "at": at})
    return record | given, work


def lines_of(records: list[dict[str, Any]]) -> str:
    """The records as JSON lines."""
    return "".join(json.dumps(each) + "\n" for each in records)


@cache
def read_batch(case: str, *, alone: bool = False) -> ec.Facts:
    """The facts of a folder with the ticket of a case among others, or with these alone."""
    record, work = record_of(case)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        batch = [OTHERS[0], *([] if alone else [record]), OTHERS[1]]
        (folder / "tickets.jsonl").write_text(lines_of(batch), encoding="utf-8")
        if work and not alone:
            (folder / "work.jsonl").write_text(lines_of(work), encoding="utf-8")
        return ec.read_facts(folder)


def settled(facts: ec.Facts) -> ec.Statement:
    """The statement of March."""
    return ec.evaluate(contract(), facts, period=MARCH)


def place_in(message: str) -> str:
    """The field, or the event, that a rejection names."""
    found = re.match(r"[a-z_]+(?:\.[a-z0-9_]+)*(?=: )", message) or re.search(r"event [0-9]+", message)
    return found[0] if found else ""


def warning_of(statement: ec.Statement) -> Answer | None:
    """The first warning that the statement repeats."""
    for origin in statement.origins:
        for text in origin.assumes:
            if found := re.search(r"\[([a-z_]+)\]$", text):
                return Answer("accept_with_warning", found[1], "statement.origins")
    return None


def of_ticket(case: str) -> Answer:
    """What becomes of a ticket."""
    if case in WALL_CLOCK:
        return of_table(case)
    record, _ = record_of(case)
    statement = settled(read_batch(case))
    if statement.rejected:
        first = statement.rejected[0]
        return Answer("quarantine_ticket", first.code, place_in(first.message))
    if any(ord(letter) < ord(" ") or letter == "<" for letter in record.get("subject", "")):
        return Answer("sanitize_output")
    return warning_of(statement) or Answer("accept_exact")


WALL_CLOCK = ("T021", "T022")
"""Times with the name of a zone: records have none, tables have one in their mapping."""
MAPPING = """\
schema: ecsm.mapping/1
ref: log
title: Log of the desk
times: {TIMES}
events: {file: "FILE", ticket: ticket_id, at: at, state: event, priority: priority,
  service: {always: desk}, type: {always: incident}}
states: {opened: {is: new}, resolved: {is: resolved}}
"""
OTHER_ROWS = b"""\
T-8,P1,opened,2025-03-03T09:00:00+01:00,1.00
T-8,P1,resolved,2025-03-03T12:00:00+01:00,1.00
T-9,P1,opened,2025-03-03T09:00:00+01:00,1.00
T-9,P1,resolved,2025-03-03T16:00:00+01:00,1.00
"""
HEADER = b"ticket_id,priority,event,at,cost\n"
WHOLE = ("R012", "R018", "R020")
"""Files that are faulty as a whole, so that nothing is put below them."""


def bytes_of(case: str) -> bytes:
    """The file of a case, with rows of other tickets below its own."""
    given = cases()[case]["input"]
    if case in WALL_CLOCK:
        at = json.loads(given["text"])["opened_at"].partition("[")[0]
        return HEADER + f"T-1,P1,opened,{at},1.00\n".encode() + OTHER_ROWS
    if case == "R014":
        return base_rows() + b"T-2,P1,opened," + b"x" * 131_073 + b",1.00\n" + OTHER_ROWS
    if case == "R020":
        return gzip.compress(b"0" * 10**7, mtime=0) * 20  # 200 MB, of which a fifth is read: more would be the same
    data = base64.b64decode(given["b64"]) if "b64" in given else given["text"].encode()
    return data if case in WHOLE else data + OTHER_ROWS


@cache
def read_rows(case: str, *, alone: bool = False) -> ec.Facts | ec.DocumentError:
    """The facts of the table of a case, or of the other tickets alone; or why the table is refused."""
    name = "events.csv.gz" if case == "R020" else "events.csv"
    times = "zone: Europe/Paris" if case in WALL_CLOCK else ""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(HEADER + OTHER_ROWS if alone else bytes_of(case))
        try:
            return ec.read_tables(ec.parse_mapping(MAPPING.replace("TIMES", times).replace("FILE", name)), folder)
        except ec.DocumentError as error:
            return error


def of_table(case: str) -> Answer:
    """What becomes of the rows of a table."""
    facts = read_rows(case)
    if isinstance(facts, ec.DocumentError):
        first = facts.problems[0]
        return Answer("reject_document", first.code, f"line {first.line}")
    action = "quarantine_ticket" if case in WALL_CLOCK else "quarantine_row"
    statement = settled(facts)
    lines = {int(each.place.rpartition(":")[2]): each.code for each in facts.rejected}
    if lines:
        wanted = cases()[case]["required"].get("line", 2)
        line = wanted if wanted in lines else min(lines)
        return Answer(action, lines[line], f"line {line}")
    return warning_of(statement) or Answer("accept_exact")


def shown_everywhere(statement: ec.Statement) -> dict[str, str]:
    """The statement in each form in which it leaves the library."""
    return {form: render(statement, form) for form in FORMATS}
