"""
Surroundings inside one process: decimal contexts, order, drivers, threads, processes, clocks.

Each takes a corpus and returns its digests. None of them may make a difference.
"""

# A script prints, and these surroundings are what the library must not look at.
# ruff: noqa: TID251

from __future__ import annotations

import asyncio
import decimal
import json
import random
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

import ecsm_contracts as ec
from ecsm_contracts.engine import observe_tickets, settle
from tests.determinism.corpus import Case, Driver, digests, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from tests.determinism.corpus import Digests, Records

    Corpus = tuple[Case, ...]
    Surrounding = Callable[[Corpus], Digests]

__all__ = ["SURROUNDINGS"]

PLAIN: Final = Driver()
SOME: Final = 8
"""How many tickets are work for a pool."""


def plain(corpus: Corpus) -> Digests:
    """Evaluate as a user does."""
    return digests(corpus, PLAIN)


def twice(corpus: Corpus) -> Digests:
    """Evaluate each case a second time, with whatever the process has kept of the first."""
    for case in corpus:
        list(statements(case, PLAIN))
    return digests(corpus, PLAIN)


# --- the caller's decimal context ---------------------------------------------------------------------------


def context(**changes: Any) -> decimal.Context:
    """Return a context in which nothing is refused, changed as said."""
    found = decimal.Context(traps=[], capitals=0, clamp=1)
    for name, value in changes.items():
        setattr(found, name, value)
    return found


def unchanged(caller: decimal.Context, corpus: Corpus) -> Digests:
    """Evaluate, and see that the caller's context is as it was."""
    before = repr(caller)
    found = digests(corpus, PLAIN)
    now = decimal.getcontext()
    if now is not caller or repr(now) != before:
        return {"context": f"{before} became {now!r}"}
    return found


def in_main(corpus: Corpus, **changes: Any) -> Digests:
    """Evaluate under a context of the main thread."""
    with decimal.localcontext(context(**changes)) as caller:
        return unchanged(caller, corpus)


def in_default_context(corpus: Corpus) -> Digests:
    """Evaluate in a new thread, whose context is made of a `DefaultContext` of precision 1."""
    kept = decimal.DefaultContext.prec, decimal.DefaultContext.rounding
    decimal.DefaultContext.prec, decimal.DefaultContext.rounding = 1, decimal.ROUND_UP
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(plain, corpus).result()
    finally:
        decimal.DefaultContext.prec, decimal.DefaultContext.rounding = kept


def in_thread(corpus: Corpus) -> Digests:
    """Evaluate in a thread that has set its own context."""

    def run() -> Digests:
        decimal.setcontext(context(prec=1, rounding=decimal.ROUND_FLOOR))
        return unchanged(decimal.getcontext(), corpus)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def in_coroutine(corpus: Corpus) -> Digests:
    """Evaluate in a coroutine, after another one has changed the context of both."""

    async def careless() -> None:
        decimal.getcontext().prec = 1

    async def run() -> Digests:
        await careless()
        return unchanged(decimal.getcontext(), corpus)

    with decimal.localcontext():
        return asyncio.run(run())


def in_generator(corpus: Corpus) -> Digests:
    """Evaluate while a generator stands still in a context of its own, which leaks to its caller."""

    def generator() -> Generator[None, None, None]:
        with decimal.localcontext(context(prec=2, rounding=decimal.ROUND_CEILING)):
            yield

    standing = generator()
    next(standing)
    try:
        return unchanged(decimal.getcontext(), corpus)
    finally:
        standing.close()


# --- order, parts and drivers ---------------------------------------------------------------------------------


def _shuffled(records: Records, rng: random.Random) -> Records:
    """Return *records* with their tables, records, keys and events in another order."""
    found: Records = {}
    readable = {ticket.ref for ticket in ec.facts_from_records(**records).tickets}
    for table in rng.sample(sorted(records), len(records)):
        rows = rng.sample(records[table], len(records[table]))
        found[table] = [_turned(row, rng, readable) for row in rows]
    return found


def _turned(record: dict[str, Any], rng: random.Random, readable: set[str]) -> dict[str, Any]:
    """Return *record* in another order; what cannot be read is kept as it was given, and so is its order."""
    events = record.get("events", [])
    turned = {key: record[key] for key in rng.sample(sorted(record), len(record))}
    if record.get("ref") in readable and len({_at(event) for event in events}) == len(events):
        turned["events"] = rng.sample(events, len(events))  # those of one instant happened as they are listed
    return turned


def _at(event: Any) -> str:
    return str(event.get("at")) if isinstance(event, dict) else ""


def _keys_turned(value: Any) -> Any:
    """Return plain data with the keys of every mapping in the opposite order."""
    if isinstance(value, dict):
        return {key: _keys_turned(value[key]) for key in reversed(value)}
    return [_keys_turned(each) for each in value] if isinstance(value, list) else value


def shuffled(corpus: Corpus, seed: int) -> Digests:
    """Evaluate with tables, records, keys and events shuffled."""
    rng = random.Random(seed)
    return digests([case._replace(records=_shuffled(case.records, rng)) for case in corpus], PLAIN)


def contract_keys(corpus: Corpus) -> Digests:
    """Evaluate contracts whose keys are in the opposite order, written with an indent."""
    turned = [case._replace(contract=json.dumps(_keys_turned(json.loads(case.contract)), indent=3)) for case in corpus]
    return digests(turned, PLAIN)


def cases_shuffled(corpus: Corpus) -> Digests:
    """Evaluate the cases in another order, and tell of them in theirs."""
    order = random.Random(3).sample(range(len(corpus)), len(corpus))

    def mapped(function: Callable[[Case], Any], given: Iterable[Case]) -> list[Any]:
        kept = list(given)
        found = {place: function(kept[place]) for place in order}
        return [found[place] for place in range(len(kept))]

    return digests(corpus, PLAIN, map=mapped)


def in_shards(corpus: Corpus, number: int) -> Digests:
    """Evaluate in so many parts."""
    return digests(corpus, Driver(evaluate=partial(ec.evaluate, shards=number)))


def from_generator(corpus: Corpus) -> Digests:
    """Evaluate tickets that come one by one, once."""

    def evaluate(contract: ec.Contract, facts: ec.Facts, *, period: str, carry: Any) -> ec.Statement:
        planned = ec.plan(contract, period)
        streamed = observe_tickets(planned, facts.setting, (ticket for ticket in reversed(facts.tickets)))
        return settle(planned, ec.observe(planned, replace(facts, tickets=())) + streamed, carry)

    return digests(corpus, Driver(evaluate=evaluate))


def by_column(corpus: Corpus) -> Digests:
    """Evaluate with the driver of columns, wherever it can."""
    from ecsm_contracts.frames import TicketColumns, observe_columns  # noqa: PLC0415 - NumPy, here only

    def evaluate(contract: ec.Contract, facts: ec.Facts, *, period: str, carry: Any) -> ec.Statement:
        planned = ec.plan(contract, period)
        if planned.groups_items:  # columns name no groups, and say so
            return ec.evaluate(contract, facts, period=period, carry=carry)
        columns = TicketColumns.from_tickets(facts.tickets)
        before = ec.observe(planned, replace(facts, tickets=()))
        return settle(planned, before + observe_columns(planned, facts.setting, columns), carry)

    return digests(corpus, Driver(evaluate=evaluate))


# --- threads, tasks and processes -------------------------------------------------------------------------------


def in_threads(corpus: Corpus, number: int) -> Digests:
    """Evaluate the cases in so many threads, which share contracts whose calendars are not compiled yet."""
    contracts: dict[str, ec.Contract] = {}
    lock = threading.Lock()

    def contract_of(text: str) -> ec.Contract:
        with lock:
            return contracts.setdefault(text, PLAIN.contract_of(text))

    with ThreadPoolExecutor(number) as pool:
        return digests(corpus, Driver(contract_of=contract_of), map=pool.map)


def at_once(corpus: Corpus) -> Digests:
    """Evaluate the first case, with one contract, in sixteen threads that start together; then all."""
    contract, facts = PLAIN.contract_of(corpus[0].contract), PLAIN.facts_of(corpus[0].records)
    start = threading.Barrier(16)

    def run(_: int) -> str:
        start.wait()
        return ec.evaluate(contract, facts, period=corpus[0].periods[0]).digest()

    with ThreadPoolExecutor(16) as pool:
        found = sorted(set(pool.map(run, range(16))))
    return plain(corpus) if len(found) == 1 else {"threads": " ".join(found)}


def in_tasks(corpus: Corpus) -> Digests:
    """Evaluate the cases by `asyncio.to_thread`, gathered."""

    def mapped(function: Callable[[Case], Any], given: Iterable[Case]) -> list[Any]:
        async def run() -> list[Any]:
            return await asyncio.gather(*(asyncio.to_thread(function, case) for case in given))

        return asyncio.run(run())

    return digests(corpus, PLAIN, map=mapped)


def in_processes(corpus: Corpus, method: str) -> Digests:
    """Evaluate with shards observed by other processes, forked or started afresh, where there is some work to do."""
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:

        def evaluate(contract: ec.Contract, facts: ec.Facts, *, period: str, carry: Any) -> ec.Statement:
            mapped: Any = pool.map if len(facts.tickets) >= SOME else map
            return ec.evaluate(contract, facts, period=period, carry=carry, shards=4, map=mapped)

        return digests(corpus, Driver(evaluate=evaluate))


# --- what may not be asked --------------------------------------------------------------------------------------

_CLOCKS: Final = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "ctime", "monotonic"}


def no_clock(corpus: Corpus) -> Digests:
    """Evaluate with an error for whoever asks what time it is."""

    def refuse(frame: Any, event: str, called: Any) -> None:
        owner = getattr(called, "__self__", None)
        if event == "c_call" and called.__name__ in _CLOCKS and getattr(owner, "__name__", "") != "":
            raise RuntimeError(f"{owner} was asked {called.__name__}")

    def mapped(function: Callable[[Case], Any], given: Iterable[Case]) -> Iterator[Any]:
        for place, case in enumerate(given):
            sys.setprofile(refuse if place % 3 == 0 else None)  # it makes everything slow
            try:
                yield function(case)
            finally:
                sys.setprofile(None)

    return digests(corpus, PLAIN, map=mapped)


def all_at_once(corpus: Corpus) -> Digests:
    """Evaluate shuffled records in shards, in threads, in a context of precision 1."""
    rng = random.Random(5)
    turned = [case._replace(records=_shuffled(case.records, rng)) for case in corpus]
    driver = Driver(evaluate=partial(ec.evaluate, shards=5))
    with ThreadPoolExecutor(4, initializer=lambda: decimal.setcontext(context(prec=1))) as pool:
        return digests(turned, driver, map=pool.map)


def no_holidays(corpus: Corpus) -> Digests:
    """Evaluate without the package of holidays: contracts hold their days."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "holidays"}
    sys.modules["holidays"] = None  # type: ignore[assignment]  # how Python says that it cannot be imported
    try:
        return digests(corpus, PLAIN)
    finally:
        del sys.modules["holidays"]
        sys.modules.update(kept)


_CONTEXTS: Final = (
    (1, "UP"),
    (1, "HALF_EVEN"),
    (2, "05UP"),
    (4, "DOWN"),
    (4, "HALF_UP"),
    (9, "CEILING"),
    (28, "FLOOR"),
    (200, "HALF_DOWN"),
)

SURROUNDINGS: Final[dict[str, Surrounding]] = {
    "plain": plain,
    "twice": twice,
    **{f"precision {prec} {name}": partial(in_main, prec=prec, rounding=f"ROUND_{name}") for prec, name in _CONTEXTS},
    "Emax 9": partial(in_main, prec=1, Emax=9, Emin=-9),
    "default context": in_default_context,
    "context of a thread": in_thread,
    "context of a coroutine": in_coroutine,
    "context of a generator": in_generator,
    **{f"records shuffled {seed}": partial(shuffled, seed=seed) for seed in (1, 2)},
    "contract keys turned": contract_keys,
    "cases shuffled": cases_shuffled,
    **{f"shards {number}": partial(in_shards, number=number) for number in (2, 7, 64)},
    "generator": from_generator,
    "columns": by_column,
    **{f"threads {number}": partial(in_threads, number=number) for number in (1, 16)},
    "threads at once": at_once,
    "tasks": in_tasks,
    **{f"processes {method}": partial(in_processes, method=method) for method in ("fork", "spawn")},
    "all at once": all_at_once,
    "no clock": no_clock,
    "no holidays": no_holidays,
}
"""By the name of the cell."""
