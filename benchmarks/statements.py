"""
What a statement costs: evaluate, write, read, verify in both forms, restate; its time and its memory.

    python benchmarks/statements.py [tickets …, 10000 and 100000 by default; 1000000 takes minutes]

Tickets of eight events of January against `examples/acme.yaml`. Each number is taken in a process of its own, so that
the peak of its memory is its own. Times are CPU time, medians of rounds in which the processes take turns. The peer is
`evaluate` from the same input in the same run.

`evaluate` reads the terms of the contract in the form in which `verify` finds them in the statement.

*Streamed* is from a file of JSON lines, one ticket at a time. *In memory* is from models that were read before, for up
to a hundred thousand of them. The corrected statement of `restate` differs in ten tickets. Of memory there is what the
process held when the work began, and the most that it held while at it; both beyond a process that has planned the
month and nothing else. Bytes a ticket are of that peak, the input included where it was in memory.
"""

import gc
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from spine import JANUARY, ROOT, record

import ecsm_contracts as ec
from ecsm_contracts.adapters import stream_tickets
from ecsm_contracts.engine import Observed, observe_setting, observe_tickets, settle
from ecsm_contracts.facts import Setting
from ecsm_contracts.measures import Outcomes

CHANGED = 10
"""How many tickets of the corrected statement are other ones."""
IN_MEMORY = 100_000
"""So many tickets are measured as models in memory, too."""
MIB = 1 << 20
UNIT = 1 if sys.platform == "darwin" else 1024
"""What `getrusage` counts memory in, in bytes."""
Work = Callable[[], Any]


def terms(folder: Path) -> ec.Contract:
    """The contract, read from its terms in the form in which a statement has them."""
    return ec.read_contract(folder / "terms.json")


def planned(folder: Path) -> ec.Plan:
    """The month of the contract, compiled."""
    return ec.plan(terms(folder), JANUARY)


def observed(plan: ec.Plan, folder: Path) -> Observed:
    """What the tickets of the file come to, none of them kept."""
    tickets = stream_tickets(folder / "facts" / "tickets.jsonl")
    return observe_setting(plan, Setting()) + observe_tickets(plan, Setting(), tickets)


def make(folder: Path, count: int) -> None:
    """Write the tickets, the statement, and the statement of other facts about some of them."""
    draw = random.Random(2026)
    (folder / "facts").mkdir()
    contract = ec.read_contract(ROOT / "examples" / "acme.yaml")
    (folder / "terms.json").write_text(json.dumps(contract.to_data()), encoding="utf-8")
    with (folder / "facts" / "tickets.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record(number, draw)) + "\n" for number in range(count))
    plan = planned(folder)
    found = observed(plan, folder)
    others = ec.facts_from_records(tickets=[record(number, draw) for number in range(0, count, count // CHANGED)])
    changed = {row.ref: row for row in observe_tickets(plan, Setting(), others.tickets).outcomes}
    rows = (changed.get(row.ref, row) for row in found.outcomes)
    ec.write_statement(settle(plan, found), folder / "issued.json")
    ec.write_statement(settle(plan, Observed(Outcomes(plan.columns, rows))), folder / "corrected.json")


def evaluate_streamed(folder: Path) -> Work:
    """Read the terms, observe the file and settle it."""
    planned(folder)
    return lambda: settle(plan := planned(folder), observed(plan, folder))


def verify_streamed(folder: Path) -> Work:
    """Verify a statement, its tickets observed again from the file."""
    issued = ec.read_statement(folder / "issued.json")
    plan = planned(folder)
    return lambda: ec.verify(issued, observed(plan, folder))


def evaluate_in_memory(folder: Path) -> Work:
    """Read the terms, and evaluate facts that are read."""
    planned(folder)
    facts = ec.read_facts(folder / "facts")
    return lambda: ec.evaluate(terms(folder), facts, period=JANUARY)


def verify_in_memory(folder: Path) -> Work:
    """Verify a statement against facts that are read."""
    issued, facts = ec.read_statement(folder / "issued.json"), ec.read_facts(folder / "facts")
    planned(folder)
    return lambda: ec.verify(issued, facts)


def verify(folder: Path) -> Work:
    """Verify a statement by itself."""
    issued = ec.read_statement(folder / "issued.json")
    return lambda: ec.verify(issued)


def write(folder: Path) -> Work:
    """Write a statement."""
    issued = ec.read_statement(folder / "issued.json")
    (folder / "again").mkdir(exist_ok=True)
    return lambda: ec.write_statement(issued, folder / "again" / "issued.json")


def read(folder: Path) -> Work:
    """Read a statement."""
    planned(folder)
    return lambda: ec.read_statement(folder / "issued.json")


def restate(folder: Path) -> Work:
    """Restate a statement by one of other facts."""
    issued, corrected = (ec.read_statement(folder / f"{name}.json") for name in ("issued", "corrected"))
    planned(folder)
    return lambda: ec.restate([issued], [corrected])


STREAMED: dict[str, Callable[[Path], Work]] = {
    "evaluate, streamed": evaluate_streamed,
    "verify with facts, streamed": verify_streamed,
    "write_statement": write,
    "read_statement": read,
    "verify": verify,
    "restate, ten tickets changed": restate,
}
HELD: dict[str, Callable[[Path], Work]] = {
    "evaluate, in memory": evaluate_in_memory,
    "verify with facts, in memory": verify_in_memory,
}


def nothing(folder: Path) -> Work:
    """What every process holds."""
    planned(folder)
    return lambda: None


STREAMED["nothing"] = nothing


def held() -> int:
    """The memory of this process, in bytes, where the system says it; else the most that it ever had."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return peak()


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def forget_peak() -> None:
    """Begin a new peak, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measure(name: str, folder: Path) -> None:
    """Do one piece of work; print its CPU seconds, and the memory before it and at its largest."""
    work = (STREAMED | HELD)[name](folder)
    gc.collect()
    forget_peak()
    before, start = held(), time.process_time()
    kept = work()
    spent = time.process_time() - start
    print(json.dumps([spent, before, peak()]))
    del kept


def asked(*arguments: object) -> list[float]:
    """What another process measures; nothing where it is asked only to make the files."""
    command = [sys.executable, __file__, "--child", *map(str, arguments)]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return list(json.loads(found or b"[]"))


def show(count: int, folder: Path) -> None:
    """Print a table for so many tickets."""
    asked("make", folder, count)
    names = [*STREAMED, *(HELD if count <= IN_MEMORY else ())]
    rounds = 5 if count <= IN_MEMORY // 10 else 3 if count <= IN_MEMORY else 1
    found: dict[str, list[list[float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            found[name].append(asked(name, folder))
    size = sum(path.stat().st_size for path in (folder / "again").iterdir())
    print(f"\n{count:,} tickets; the statement takes {size / count:.0f} bytes a ticket in its files")
    print(
        f"{'':32}{'CPU, s':>9}{'us a ticket':>13}{'x evaluate':>12}{'before':>9}{'peak, MiB':>11}{'bytes a ticket':>16}"
    )
    empty = found.pop("nothing")[0][1]
    for name, times in found.items():
        seconds, *memory = (statistics.median(each[place] for each in times) for place in range(3))
        before, most = (max(0, each - empty) for each in memory)
        peer = found["evaluate, in memory" if name in HELD else "evaluate, streamed"]
        ratio = statistics.median(mine[0] / other[0] for mine, other in zip(times, peer, strict=True))
        print(f"{name:32}{seconds:9.2f}{seconds / count * 1e6:13.1f}{ratio:12.3f}", end="")
        print(f"{before / MIB:9.1f}{most / MIB:11.1f}{most / count:16.0f}")


def main() -> None:
    """Print a table for each size; or do, as another process, what one line of it is about."""
    if sys.argv[1:2] == ["--child"]:
        name, folder, *count = sys.argv[2:]
        if name == "make":
            make(Path(folder), int(count[0]))
        else:
            measure(name, Path(folder))
        return
    for size in sys.argv[1:] or ["10000", "100000"]:
        with TemporaryDirectory() as folder:
            show(int(size), Path(folder))


if __name__ == "__main__":
    main()
