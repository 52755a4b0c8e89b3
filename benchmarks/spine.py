"""
What the spine costs: reading, observing, settling, writing and verifying a month, beside what pydantic alone needs.

    python benchmarks/spine.py [tickets, 10000 by default]

All times are CPU time of one process, the best of three. The peer is the bare validation of the same tickets by
pydantic, measured in the same run: no evaluation that believes its input can be cheaper than reading it.
"""

import gc
import json
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import ecsm_contracts as ec
from ecsm_contracts.measures import Outcomes
from ecsm_contracts.statements import statement_from_data

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
JANUARY = "2026-01"
KINDS: list[tuple[str, dict[str, str]]] = [
    ("opened", {}),
    ("replied", {"party": "provider"}),
    ("held", {"party": "customer"}),
    ("resumed", {}),
    ("held", {"party": "vendor"}),
    ("resumed", {}),
    ("resolved", {}),
    ("closed", {}),
]


def record(number: int, draw: random.Random) -> dict[str, Any]:
    """A ticket of January with eight events, some minutes apart."""
    at = datetime(2026, 1, 2, 8, tzinfo=UTC) + timedelta(minutes=draw.randrange(60 * 24 * 28))
    events = []
    for kind, more in KINDS:
        events.append({"kind": kind, "at": at.isoformat(), **more})
        at += timedelta(minutes=draw.randrange(300))
    priority = draw.choice(["P1", "P2", "P3"])
    return {"ref": f"T-{number}", "service": "desk", "type": "incident", "priority": priority, "events": events}


def best(run: Callable[[], T]) -> tuple[float, T]:
    """The least CPU time of three runs, in seconds, and what the last one gave."""
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        result = run()
        times.append(time.process_time() - start)
    return min(times), result


def import_cost() -> float:
    """CPU seconds that `import ecsm_contracts` takes beyond pydantic, the best of five new interpreters."""
    script = (
        "import time\nfrom pydantic import BaseModel\nstart = time.process_time()\n"
        "import ecsm_contracts\nprint(time.process_time() - start)"
    )
    return min(float(subprocess.check_output([sys.executable, "-c", script])) for _ in range(5))


def main() -> None:
    """Print a table: what, microseconds a ticket, and how many times the bare validation that is."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    draw = random.Random(2026)
    lines = [json.dumps(record(number, draw)) for number in range(count)]
    contract = ec.read_contract(ROOT / "examples" / "acme.yaml")
    ec.plan(contract, JANUARY)  # compiled once, before anything is timed

    bare, _ = best(lambda: [ec.Ticket.model_validate_json(line) for line in lines])
    read, facts = best(lambda: ec.facts_from_records(tickets=[json.loads(line) for line in lines]))
    fresh = [[ec.Ticket.model_validate_json(line) for line in lines] for _ in range(3)]  # none has its digest yet
    evaluate, statement = best(lambda: ec.evaluate(contract, ec.Facts.of(tickets=fresh.pop()), period=JANUARY))
    write, text = best(statement.to_json)
    load, _ = best(lambda: statement_from_data(json.loads(text)))
    verify, _ = best(lambda: ec.verify(statement))
    verify_facts, _ = best(lambda: ec.verify(statement, facts))

    rows = list(statement.outcomes)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    table = Outcomes(statement.outcomes.columns, rows)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    print(f"{count} tickets of {len(KINDS)} events; microseconds of CPU a ticket")
    for name, seconds in [
        ("bare validation by pydantic (the peer)", bare),
        ("read records into facts", read),
        ("evaluate", evaluate),
        ("write the statement", write),
        ("read the statement", load),
        ("verify", verify),
        ("verify with facts", verify_facts),
    ]:
        print(f"{name:40} {seconds / count * 1e6:8.1f}   {seconds / bare:5.2f} x the peer")
    print(f"{'statement file':40} {len(text) / count:8.1f} bytes a ticket")
    print(f"{'outcome table in memory':40} {kept / max(1, len(table)):8.1f} bytes a ticket")
    print(f"{'import beyond pydantic':40} {import_cost():8.3f} s")


if __name__ == "__main__":
    main()
