"""
One process or two: a file of tickets observed in parts that share nothing, and joined.

    python benchmarks/processes.py [tickets, 20000 by default] [processes, 2 by default]

Each process is given a `ShardTask` that says where the tickets are, reads every so-manieth line of the file, validates
it and observes it; what comes back are outcomes, which are added. The run checks that the parts together are the whole,
to the digest. Times are by the clock on the wall, medians of interleaved rounds, with the processes already started;
the machine must have that many cores to spare. Beside it `evaluate` with the tickets in memory, which have to
travel to the processes first: that costs more than it saves.
"""

import gc
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from operator import add
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from tickets import JANUARY, ROOT, lines_of

import ecsm_contracts as ec
from ecsm_contracts.adapters import stream_tickets
from ecsm_contracts.engine import Observed, ShardTask, observe_shard
from ecsm_contracts.facts import Setting

ROUNDS = 5


def observed(task: ShardTask) -> tuple[Observed, float]:
    """Observe one part, and say how much CPU time that took."""
    started = process_time()
    return observe_shard(task), process_time() - started


def seconds(run: Callable[[], object]) -> float:
    """The time that *run* takes by the clock on the wall."""
    gc.collect()
    started = perf_counter()
    run()
    return perf_counter() - started


def main() -> None:
    """Print both times and their ratio, for a file and for tickets in memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    contract = ec.read_contract(ROOT / "examples" / "acme.yaml")
    with TemporaryDirectory() as folder, ProcessPoolExecutor(processes) as pool:
        path = Path(folder) / "tickets.jsonl"
        path.write_bytes(b"\n".join(lines_of(count)))
        january = ec.plan(contract, JANUARY).period
        alone, *parts = (
            ShardTask(contract, january, Setting(), stream_tickets(path, part=part, parts=of))
            for of in (1, processes)
            for part in range(of)
        )
        facts = ec.read_facts(folder)
        whole, one = observed(alone)
        each = list(pool.map(observed, parts))
        started = process_time()
        joined = reduce(add, (part for part, _ in each))
        join = process_time() - started
        if whole.outcomes.digest() != joined.outcomes.digest():
            sys.exit("the parts together are not the whole")
        asked: dict[str, Callable[[], object]] = {
            "a file, one process": lambda: observe_shard(alone),
            f"a file, {processes} processes": lambda: reduce(add, pool.map(observe_shard, parts)),
            "tickets in memory, one process": lambda: ec.evaluate(contract, fresh(facts), period=JANUARY),
            f"tickets in memory, {processes} processes": lambda: ec.evaluate(
                contract, fresh(facts), period=JANUARY, shards=processes, map=pool.map
            ),
        }
        found: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, run in asked.items():
                found[name].append(seconds(run))
    medians = [statistics.median(times) for times in found.values()]
    print(f"{count} tickets of eight events, {processes} processes")
    longest = max(time for _, time in each)
    print(f"CPU of one process {one:.2f} s; of the longest part {longest:.2f} s, of joining {join:.2f} s:", end=" ")
    print(f"at most {one / (longest + join):.2f} x, were the cores free")
    for name, median, one in zip(found, medians, [medians[0]] * 2 + [medians[2]] * 2, strict=True):
        print(f"{name:40} {median:8.2f} s   {count / median:10,.0f} tickets/s {one / median:6.2f} x one process")


def fresh(facts: ec.Facts) -> ec.Facts:
    """The same facts; none of the tickets has its digest yet."""
    for ticket in facts.tickets:
        ticket.__dict__.pop("short_digest", None)
    return facts


if __name__ == "__main__":
    main()
