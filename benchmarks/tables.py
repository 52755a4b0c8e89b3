"""
What tables cost: reading an export by a mapping, and the verbs about its tickets, beside what a script would do.

    python benchmarks/tables.py [--tickets 10000]

All times are CPU time of one process, the best of three. The peers read the same files in the same run: rows as
dictionaries and nothing more (`csv.DictReader`, `json.loads`), and a script that makes the same tickets of these rows
and lets pydantic validate them: no mapping, no rules, no rejected rows. Data frames are peers where they are installed.
"""

import argparse
import csv
import gc
import gzip
import importlib
import importlib.util
import json
import random
import shutil
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast
from zoneinfo import ZoneInfo

import ecsm_contracts as ec
from ecsm_contracts.adapters import stream_tables

ROOT = Path(__file__).parents[1]
JANUARY = "2026-01"
HERE = ZoneInfo("Europe/Amsterdam")
COLUMNS = ("number", "at", "state", "priority", "group", "agent")
FILES = ("events.csv", "events.csv.gz", "events.jsonl", "events.jsonl.gz")
ROWS, SCRIPT = "rows as dictionaries", "a script for this one table"
KINDS = {"New": "noted", "Awaiting": "held", "Resolved": "resolved", "Closed": "closed"}
MAPPING = """\
schema: ecsm.mapping/1
ref: desk log
title: A generated log of a service desk
times: {zone: Europe/Amsterdam}
events:
  file: FILE
  ticket: number
  at: at
  state: state
  priority: priority
  group: group
  service: {always: desk}
  type: {always: incident}
states:
  New: {is: new}
  Active: {is: working}
  Awaiting: {is: held, party: customer}
  Resolved: {is: resolved}
  Closed: {is: closed}
acknowledged_by: [working]
"""
COSTS = {
    "rates": [{"role": "agent", "rate": "EUR 36.00"}],
    "assumed": {"role": "agent", "per_update": {"by": "priority", "P1": "20min", "otherwise": "5min"}},
    "revenue": "tickets",
}


def history(number: int, draw: random.Random) -> list[tuple[str, ...]]:
    """Return the rows of a ticket of January: four, six or eight, to the second, so that few times repeat."""
    waits = draw.randrange(3)
    states = ["New", "Active", *["Awaiting", "Active"] * waits, "Resolved", "Closed"]
    at = datetime(2026, 1, 1) + timedelta(seconds=draw.randrange(28 * 86_400))  # noqa: DTZ001 - the clock on the wall
    same = (draw.choice(["P1", "P2", "P3"]), draw.choice(["First line", "Network", "Mail"]), f"A{draw.randrange(40)}")
    rows: list[tuple[str, ...]] = []
    for state in states:
        rows.append((f"T-{number}", at.isoformat(" "), state, *same))
        at += timedelta(seconds=draw.randrange(1, 30_000))
    return rows


def write_tables(folder: Path, count: int) -> int:
    """Write the same table four times, in the order of its instants, as exports are; return how many rows it has."""
    draw = random.Random(2026)
    rows = sorted((row for number in range(count) for row in history(number, draw)), key=lambda row: row[1])
    with (folder / "events.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    with (folder / "events.jsonl").open("w") as file:
        file.writelines(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in rows)
    for name in ("events.csv", "events.jsonl"):
        with (folder / name).open("rb") as plain, gzip.open(folder / f"{name}.gz", "wb") as zipped:
            shutil.copyfileobj(plain, zipped)
    return len(rows)


def records(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows as dictionaries: the first peer."""
    with cast("TextIO", gzip.open(path, "rt")) if path.suffix == ".gz" else path.open() as file:
        yield from map(json.loads, file) if ".jsonl" in path.name else csv.DictReader(file)


def by_hand(path: Path) -> list[ec.Ticket]:
    """Return the tickets as a script makes them that knows this one table: the second peer."""
    tickets: dict[str, dict[str, Any]] = {}
    for row in records(path):
        state = row["state"]
        at = datetime.fromisoformat(row["at"]).replace(tzinfo=HERE)
        if row["number"] not in tickets:
            opened = {"kind": "opened", "at": at, "group": row["group"]}
            ticket = {"ref": row["number"], "service": "desk", "type": "incident", "priority": row["priority"]}
            tickets[row["number"]] = {**ticket, "events": [opened]}
        events = tickets[row["number"]]["events"]
        again = "resumed" if len(events) > 2 else "acknowledged"
        more = {"party": "customer", "reason": state} if state == "Awaiting" else {}
        events.append({"kind": KINDS.get(state, again), "at": at, **more})
    return [ec.Ticket.model_validate(ticket) for ticket in tickets.values()]


def frames() -> dict[str, Callable[[Path], object]]:
    """Return the readers of data frames that are installed; they make columns of texts, and no tickets."""
    found: dict[str, Callable[[Path], object]] = {}
    if importlib.util.find_spec("pandas"):
        found["columns of texts (pandas)"] = lambda path: importlib.import_module("pandas").read_csv(path, dtype=str)
    if importlib.util.find_spec("polars"):
        found["columns of texts (polars)"] = lambda path: importlib.import_module("polars").read_csv(
            path, infer_schema_length=0
        )
    return found


def use_up(items: Iterable[object]) -> None:
    """Take *items* one by one and keep none."""
    for _ in items:
        pass


def best(run: Callable[[], object]) -> float:
    """Return the least CPU time of three runs, in seconds; each begins with none of what the one before gave."""
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        result = run()
        times.append(time.process_time() - start)
        del result
    return min(times)


def same(tickets: Iterable[object], others: Iterable[ec.Ticket]) -> bool:
    """Return whether both are the same tickets, in any order."""
    found = {item.ref: item for item in tickets if isinstance(item, ec.Ticket)}
    return found == {ticket.ref: ticket for ticket in others}


def reading(folder: Path, name: str) -> dict[str, float]:
    """Return what reading the table *name* takes, in seconds, after what its peers take."""
    path, mapping = folder / name, ec.parse_mapping(MAPPING.replace("FILE", name))
    found = {ROWS: best(lambda: use_up(records(path)))}
    if path.suffix != ".gz":
        found[SCRIPT] = best(lambda: by_hand(path))
    if name == "events.csv":
        if not same(stream_tables(mapping, folder), by_hand(path)):
            raise SystemExit(f"{name}: the script and the mapping do not give the same tickets")
        found |= {what: best(partial(run, path)) for what, run in frames().items()}
        found["read_tables"] = best(lambda: ec.read_tables(mapping, folder))
    found["stream_tables"] = best(lambda: use_up(stream_tables(mapping, folder)))
    return found


def show_reading(folder: Path, rows: int) -> None:
    """Print a line for each reader of each file: microseconds a row, and how many times its peers that is."""
    print(f"{'reading, CPU a row':44}       us   x rows   x script")
    for name in FILES:
        found = reading(folder, name)
        for what, seconds in found.items():
            label = f"{name.removeprefix('events')}: {what}"
            beside = f"   {seconds / found[SCRIPT]:8.2f}" if SCRIPT in found else ""
            print(f"{label:44} {seconds / rows * 1e6:8.1f}   {seconds / found[ROWS]:6.1f}{beside}")


def traced(run: Callable[[], object]) -> tuple[int, int]:
    """Return the most bytes that *run* holds at once, and those that what it gives keeps."""
    gc.collect()
    tracemalloc.start()
    result = run()
    gc.collect()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return peak, now


def streamed(mapping: ec.Mapping, folder: Path) -> tuple[int, int]:
    """Return the bytes held when the first ticket comes, and the most held beyond, one ticket at a time."""
    gc.collect()
    tracemalloc.start()
    items = stream_tables(mapping, folder)
    next(item for item in items if isinstance(item, ec.Ticket))
    collected = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    use_up(items)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return collected, peak - collected


def memory(folder: Path, count: int) -> dict[str, float]:
    """Return what reading a plain CSV file of *count* tickets holds in memory, in MiB."""
    rows = write_tables(folder, count)
    mapping = ec.parse_mapping(MAPPING.replace("FILE", "events.csv"))
    collected, beyond = streamed(mapping, folder)
    most, kept = traced(lambda: ec.read_tables(mapping, folder))
    script, _ = traced(lambda: by_hand(folder / "events.csv"))
    found = {
        "stream_tables: rows collected": collected,
        "stream_tables: beyond these, at most": beyond,
        "read_tables: at most": most,
        "read_tables: facts, which are kept": kept,
        f"{SCRIPT}: at most": script,
    }
    return {name: size / 2**20 for name, size in found.items()} | {"bytes collected a row": collected / rows}


def show_memory(folder: Path, *counts: int) -> None:
    """Print the memory of reading, for each of some *counts* of tickets."""
    found = [memory(folder, count) for count in counts]
    print(f"\n{'reading, MiB of memory':44} " + " ".join(f"{count:8}" for count in counts) + " tickets")
    for name in found[0]:
        print(f"{name:44} " + " ".join(f"{each[name]:8.2f}" for each in found))


def show_verbs(folder: Path, count: int) -> None:
    """Print what evaluating the month takes, and the verbs about its tickets."""
    text = (ROOT / "examples" / "acme.yaml").read_text()
    contract = ec.parse_contract(text.replace("stop: [replied, resolved]", "stop: [acknowledged, resolved]"))
    mapping = ec.parse_mapping(MAPPING.replace("FILE", "events.csv"))
    fresh = [ec.read_tables(mapping, folder) for _ in range(3)]  # none of the tickets has its digest yet
    facts = fresh[0]
    evaluate = best(lambda: ec.evaluate(contract, fresh.pop(), period=JANUARY))
    statement = ec.evaluate(contract, facts, period=JANUARY)
    without = ec.Facts.of(tickets=facts.tickets[max(1, count // 100) :], origins=facts.origins)
    corrected = ec.evaluate(contract, without, period=JANUARY)
    model = ec.CostModel.model_validate(COSTS)
    middle = facts.tickets[count // 2].ref
    verbs: dict[str, Callable[[], object]] = {
        "account_for": lambda: ec.account_for(statement, facts),
        "cost_by, priority and group": lambda: ec.cost_by(contract, statement, facts, model),
        "restate, one ticket in 100 withdrawn": lambda: ec.restate([statement], [corrected]),
        "explain_ticket, one ticket": lambda: ec.explain_ticket(statement, facts, middle),
    }
    print(f"\n{'a month, CPU':44}       ms   us a ticket   x evaluate")
    for name, seconds in {"evaluate": evaluate, **{name: best(run) for name, run in verbs.items()}}.items():
        print(f"{name:44} {seconds * 1e3:8.1f}   {seconds / count * 1e6:11.1f}   {seconds / evaluate:10.3f}")


def main() -> None:
    """Print three tables: reading, its memory, and the verbs about tickets."""
    parser = argparse.ArgumentParser(description="Measure reading tables by a mapping, and the verbs about tickets.")
    parser.add_argument("--tickets", type=int, default=10_000, metavar="N", help="how many, 10 or more (default 10000)")
    count = parser.parse_args().tickets
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_tables(folder, count)
        print(f"{count} tickets, {rows} rows")
        show_reading(folder, rows)
        show_verbs(folder, count)
        show_memory(folder, count // 10, count // 2)  # not of all: watching memory makes everything slow


if __name__ == "__main__":
    main()
