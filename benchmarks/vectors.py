"""Service time over columns: what a row costs, beside a plain loop and beside a binary search by NumPy.

    python benchmarks/vectors.py [--rows 1000000]

One desk, `Mon-Fri 09:00-17:30` in Europe/London with holidays, thirty years compiled. Every figure is the median of
shuffled rounds, CPU time of this process. The peers answer the same questions in the same run, and all answers must be
equal: a loop over plain integers (over a part of the rows, as it takes long), and a kernel of two `np.searchsorted`, as
one would write it over the same openings and closings.
"""

import argparse
import importlib.util
import random
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from time import process_time_ns
from typing import Any

from ecsm_contracts.calendars import BusinessCalendar, to_micros

ROUNDS, LOOPED = 9, 50_000
FIRST, LAST = (to_micros(datetime(year, 1, 1, tzinfo=UTC)) for year in (2005, 2035))
DAYS_OFF = [date(year, month, day) for year in range(2005, 2035) for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))]
DESK = BusinessCalendar.weekly("Mon-Fri 09:00-17:30", zone="Europe/London", holidays=DAYS_OFF)
LOOP, SEARCH, OURS = "a plain loop", "two np.searchsorted", "ServiceTimeColumns"
ORDERS = ("random order", "sorted by start")


class BinarySearch:
    """The peer: openings and closings in one array, and a binary search for each row."""

    def __init__(self) -> None:
        """Compile the thirty years."""
        import numpy as np  # noqa: PLC0415 - it may be absent

        self.np = np
        spans = np.array(DESK.open_spans(FIRST, LAST), np.int64)
        opens, closes = spans[:, 0], spans[:, 1]
        self.breaks = spans.reshape(-1)
        self.levels = np.concatenate(([0], np.cumsum(closes - opens)))
        self.offsets = np.empty(2 * len(spans) + 1, np.int64)
        self.offsets[::2], self.offsets[1::2] = self.levels, self.levels[:-1] - opens

    def until(self, instants: Any) -> Any:
        """W of each instant."""
        passed = self.np.searchsorted(self.breaks, instants, "right")
        return self.offsets[passed] + instants * (passed & 1)

    def worked(self, starts: Any, ends: Any) -> Any:
        """Service time of each pair."""
        return self.until(ends) - self.until(starts)

    def deadlines(self, starts: Any, amounts: Any) -> Any:
        """Earliest instant at which each positive amount is used up."""
        targets = self.until(starts) + amounts
        span = self.np.searchsorted(self.levels, targets, "left") - 1
        return targets - self.offsets[2 * span + 1]


def loop_worked(starts: list[int], ends: list[int]) -> list[int]:
    """The plain path, row by row."""
    worked_until = DESK.table.worked_until
    return [worked_until(end) - worked_until(start) for start, end in zip(starts, ends, strict=True)]


def loop_deadlines(starts: list[int], amounts: list[int]) -> list[int]:
    """The plain path, row by row."""
    worked_until, instant_of = DESK.table.worked_until, DESK.table.instant_of
    return [instant_of(worked_until(start) + amount) for start, amount in zip(starts, amounts, strict=True)]


def columns(rows: int) -> tuple[Any, Any, Any]:
    """Starts over thirty years, ends 5 minutes to 20 days later (log-uniform), amounts of 15 minutes to 40 hours."""
    import numpy as np  # noqa: PLC0415 - it may be absent

    draw = np.random.default_rng(2026)
    starts = draw.integers(FIRST, LAST - 90 * 86_400_000_000, rows)
    ends = starts + (300e6 * 5760 ** draw.random(rows)).astype(np.int64)
    return starts, ends, draw.integers(900_000_000, 40 * 3_600_000_000, rows)


Case = tuple[str, str, str, Callable[[], Any], int]
"""What is asked, in which order, who answers, how, and about how many rows."""


def cases(rows: int) -> list[Case]:
    """Every question, in both orders, for each who answers; all answers are compared."""
    from ecsm_contracts.frames import ServiceTimeColumns  # noqa: PLC0415 - it needs NumPy when it is made

    ours, peer = ServiceTimeColumns(DESK), BinarySearch()
    ours.worked_until([FIRST, LAST])
    DESK.table.worked_until(FIRST), DESK.table.worked_until(LAST)
    given = columns(rows)
    found: list[Case] = []
    for order in ORDERS:
        sort = given[0].argsort() if order == ORDERS[1] else slice(None)
        starts, ends, amounts = (column[sort].copy() for column in given)
        for question, second, loop, search, vector in (
            ("worked", ends, loop_worked, peer.worked, ours.worked),
            ("deadlines", amounts, loop_deadlines, peer.deadlines, ours.deadlines),
        ):
            few = (starts[:LOOPED].tolist(), second[:LOOPED].tolist())
            answers = vector(starts, second)
            if answers[:LOOPED].tolist() != loop(*few) or not (answers == search(starts, second)).all():
                sys.exit(f"{question}, {order}: the answers differ")
            found += [
                (question, order, LOOP, partial(loop, *few), len(few[0])),
                (question, order, SEARCH, partial(search, starts, second), rows),
                (question, order, OURS, partial(vector, starts, second), rows),
            ]
    return found


def main() -> None:
    """Measure in shuffled rounds and show the medians."""
    parser = argparse.ArgumentParser(description="Measure service time over columns.")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="how many pairs (default 1000000)")
    rows = parser.parse_args().rows
    if importlib.util.find_spec("numpy") is None:
        print("NumPy is not installed, so there are no columns to measure")
        return
    asked = cases(rows)
    times: dict[tuple[str, str, str], list[float]] = {case[:3]: [] for case in asked}
    order = random.Random(1)
    for _ in range(ROUNDS):
        for *name, run, count in order.sample(asked, len(asked)):
            started = process_time_ns()
            run()
            times[name[0], name[1], name[2]].append((process_time_ns() - started) / count)
    medians = {name: statistics.median(each) for name, each in times.items()}
    print(f"{rows} rows, Python {sys.version.split()[0]}; all answers are equal\n")
    print(f"{'':52}{'ns a row':>10}{'x faster than the loop':>24}{'than searchsorted':>20}")
    for (question, rank, who), median in medians.items():
        loop, search = medians[question, rank, LOOP], medians[question, rank, SEARCH]
        print(f"{f'{question}, {rank}: {who}':52}{median:10.1f}{loop / median:24.1f}{search / median:20.1f}")


if __name__ == "__main__":
    main()
