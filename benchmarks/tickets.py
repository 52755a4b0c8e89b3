"""
One ticket from its line of JSON to its row of outcomes: where the time goes, and how much memory stays.

    python benchmarks/tickets.py [tickets, 5000 by default] [largest stream, 100000 by default]

Tickets have eight events and are settled against `examples/acme.yaml`: two clocks, one of them asked at both ends of
the month. Times are CPU times of one process, medians of interleaved rounds with collected garbage frozen; the peers
are measured in the same rounds: one guarded service time on integers for the kernel, and the bare validation of the
same bytes by pydantic for all of it. Memory is measured in a new process for each size.
"""

import gc
import json
import random
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time_ns

from spine import record

import ecsm_contracts as ec
from ecsm_contracts.adapters import stream_tickets
from ecsm_contracts.engine import Observer, observe_tickets
from ecsm_contracts.facts import Setting, Ticket, timeline
from ecsm_contracts.measures import Outcomes, Row, walk

ROUNDS = 11
KERNEL_TICKETS = 300
"""Few enough to stay in the cache, as each ticket does that is observed as soon as it is read."""
ROOT = Path(__file__).parents[1]
JANUARY = "2026-01"
DIFFERENT = 1000


def lines_of(count: int) -> Iterator[bytes]:
    """Yield *count* lines of a file of tickets, of which a thousand differ in more than their identity."""
    draw = random.Random(2026)
    some = [json.dumps({**record(number, draw), "ref": "?"}).encode() for number in range(min(count, DIFFERENT))]
    for number in range(count):
        yield some[number % DIFFERENT].replace(b'"?"', b'"INC%07d"' % number, 1)


def plan() -> ec.Plan:
    """The plan of the example for January."""
    return ec.plan(ec.read_contract(ROOT / "examples" / "acme.yaml"), JANUARY)


def medians(asked: dict[str, Callable[[], int]], rounds: int = ROUNDS) -> dict[str, float]:
    """Microseconds of CPU for each item that a function says it has handled, the median of interleaved rounds."""
    found: dict[str, list[float]] = {name: [] for name in asked}
    for run in asked.values():
        run()
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name, run in asked.items():
            started = process_time_ns()
            handled = run()
            found[name].append((process_time_ns() - started) / handled / 1000)
    gc.unfreeze()
    return {name: statistics.median(times) for name, times in found.items()}


def kernel() -> None:
    """Print what both clocks of a ticket take on integers, beside one guarded service time."""
    planned = plan()
    observer, end = Observer(planned, Setting()), planned.bounds[1]
    tickets = [Ticket.model_validate_json(line) for line in lines_of(KERNEL_TICKETS)]
    compiled = [observer.view(ticket, timeline(ticket)).compiled.known_before(end) for ticket in tickets]
    clocks = [level.clock for level in observer.levels if level.clock is not None]
    worked_until = planned.levels[0].table.worked_until
    windows = [(ticket.times[0], ticket.times[-1]) for ticket in compiled]

    def elapsed(start: int, end: int) -> int:
        return worked_until(end) - worked_until(start)

    def ask() -> int:
        for start, end in windows:
            elapsed(start, end)
        return len(windows)

    def judge() -> int:
        for ticket in compiled:
            for clock in clocks:
                walk(clock, ticket, end)
        return len(compiled)

    found = medians({"ask": ask, "judge": judge}, 20 * ROUNDS)
    print(f"one guarded service time on integers {found['ask']:14.2f} us")
    print(f"the {len(clocks)} clocks of a ticket of 8 events {found['judge']:12.2f} us", end="")
    print(f"   {found['judge'] / found['ask']:5.1f} x that service time\n")


def whole(count: int) -> None:
    """Print what a ticket takes from its bytes to its row, part by part, beside its bare validation."""
    planned, lines = plan(), list(lines_of(count))
    observer = Observer(planned, Setting())
    tickets = [Ticket.model_validate_json(line) for line in lines]
    steps = [timeline(ticket) for ticket in tickets]
    views = [observer.view(*each) for each in zip(tickets, steps, strict=True)]
    rows = [row for row in map(observer.row, tickets) if isinstance(row, Row)]

    def each(function: Callable[..., object], *columns: list[object]) -> Callable[[], int]:
        def run() -> int:
            for values in zip(*columns, strict=True):
                function(*values)
            return count

        return run

    def judged(view: object) -> None:
        for level in observer.levels:
            level.observe_ticket(view)

    def observed() -> int:
        observe_tickets(planned, Setting(), map(Ticket.model_validate_json, lines))
        return count

    def streamed() -> int:
        observe_tickets(planned, Setting(), stream_tickets(path))
        return count

    with TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.jsonl"
        path.write_bytes(b"\n".join(lines))
        found = medians(
            {
                "bare validation by pydantic (the peer)": each(Ticket.model_validate_json, lines),
                "from bytes to outcomes": observed,
                "from a file to outcomes, strictly read": streamed,
                "  timeline": each(timeline, tickets),
                "  steps as integers, life, scope": each(observer.view, tickets, steps),
                "  clocks and numbers of all levels": each(judged, views),
                "  canonical JSON": each(Ticket.canonical_json, tickets),
                "  rows into columns": lambda: len(Outcomes(planned.columns, rows)),
            }
        )
    bare = found["bare validation by pydantic (the peer)"]
    for name, time in found.items():
        print(f"{name:40} {time:8.1f} us {time / bare:6.2f} x the peer")


def child(count: int) -> None:
    """Observe a stream of *count* tickets and print what it took, for `memory`."""
    planned = plan()
    outcomes = observe_tickets(planned, Setting(), map(Ticket.model_validate_json, lines_of(count))).outcomes
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, kept(outcomes))


def kept(outcomes: Outcomes) -> int:
    """The bytes of all columns of a table."""
    refs = outcomes._refs  # noqa: SLF001 - what it keeps is what is measured
    columns = [outcomes._kinds, outcomes._digests, *outcomes._numbers, refs._bytes, refs._ends]  # noqa: SLF001 - the same
    return sum(map(sys.getsizeof, columns))


def memory(largest: int) -> None:
    """Print the memory of streams of growing length: of the columns that stay, and of the process beside them."""
    print(f"\n{'tickets streamed':>16}{'outcome columns, bytes a ticket':>34}{'process beside them, MiB':>28}")
    count = 1000
    while count <= largest:
        told = subprocess.check_output([sys.executable, __file__, "--child", str(count)])
        peak, kept = map(int, told.split())
        print(f"{count:16,}{kept / count:34.1f}{(peak - kept) / 2**20:28.1f}")
        count *= 10


def main() -> None:
    """Print all of it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    largest = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    kernel()
    whole(count)
    memory(largest)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(int(sys.argv[2]))
    else:
        main()
