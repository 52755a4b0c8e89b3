"""Service time: what one question costs, beside a call that does nothing and the loop one would write by hand.

Every figure is the median of several rounds on the process's own clock, with its ratio to a call that does
nothing and to the loop over days, both measured in the same run: machines differ, ratios hardly do.

    python benchmarks/service_time.py
"""

import random
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from time import process_time_ns
from typing import Any

from ecsm_contracts.calendars import BusinessCalendar, CombinedCalendar, from_micros, to_micros, zone

ROUNDS, PAIRS = 11, 5_000
DAYS_OFF = ["2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25"]
DESK = BusinessCalendar.weekly(
    "Mon-Fri 09:00-17:30", zone="Europe/London", holidays=[date.fromisoformat(day) for day in DAYS_OFF]
)
DESKS: dict[str, BusinessCalendar | CombinedCalendar] = {
    "Mon-Fri 09:00-17:30, with holidays": DESK,
    "Mon-Fri 09:00-12:30 13:30-17:30": DESK.replace(hours="Mon-Fri 09:00-12:30 13:30-17:30"),
    "every night 22:00-06:00": BusinessCalendar.weekly("Mon-Sun 22:00-06:00", zone="Europe/London"),
    "always": BusinessCalendar.always("Europe/London"),
    "two desks, London or New York": DESK | BusinessCalendar.weekly("Mon-Fri 09:00-17:30", zone="America/New_York"),
}
LONDON, OPENS, CLOSES, OFF = zone("Europe/London"), time(9), time(17, 30), set(DAYS_OFF)


def year(number: int) -> int:
    """The first instant of a year, in microseconds."""
    return to_micros(datetime(number, 1, 1, tzinfo=UTC))


def nothing(_start: object, _end: object) -> int:
    """Do nothing, as the measure of a call."""
    return 0


def loop_over_days(start: datetime, end: datetime) -> timedelta:
    """Service time as it is mostly written: day by day, each shift turned into UTC and cut to the window."""
    total = timedelta()
    day = start.astimezone(LONDON).date()
    last = end.astimezone(LONDON).date()
    while day <= last:
        if day.weekday() < 5 and day.isoformat() not in OFF:
            opens = datetime.combine(day, OPENS, LONDON).astimezone(UTC)
            closes = datetime.combine(day, CLOSES, LONDON).astimezone(UTC)
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return total


def windows() -> tuple[list[int], list[int], list[int]]:
    """Starts in 2025, ends 5 minutes to 20 days later (log-uniform), amounts of 15 minutes to 40 hours."""
    chance = random.Random(1)
    starts = [chance.randrange(year(2025), year(2026)) for _ in range(PAIRS)]
    ends = [start + int(300e6 * 5760 ** chance.random()) for start in starts]
    amounts = [int(chance.uniform(0.25, 40) * 3600) * 1_000_000 for _ in range(PAIRS)]
    return starts, ends, amounts


def nanoseconds(function: Callable[..., Any], *columns: Sequence[Any]) -> float:
    """What one call costs, in nanoseconds, the loop around it included."""
    started = process_time_ns()
    for row in zip(*columns, strict=True):
        function(*row)
    return (process_time_ns() - started) / len(columns[0])


def questions() -> Iterator[tuple[str, Callable[..., Any], Sequence[Any], Sequence[Any]]]:
    """Every question and what it is asked about; the table holds thirty years."""
    starts, ends, amounts = windows()
    from_datetime, to_datetime = [list(map(from_micros, column)) for column in (starts, ends)]
    lengths = [timedelta(microseconds=amount) for amount in amounts]
    wrong = sum(DESK.worked(*pair) != loop_over_days(*pair) for pair in zip(from_datetime, to_datetime, strict=True))
    if wrong:
        sys.exit(f"{wrong} of {PAIRS} answers differ from the loop over days")
    table = DESK.table
    table.worked_until(year(2050))
    worked_until, instant_of = table.worked_until, table.instant_of
    yield "a call that does nothing", nothing, starts, ends
    yield "elapsed, integers", lambda start, end: worked_until(end) - worked_until(start), starts, ends
    yield "deadline, integers", lambda start, amount: instant_of(worked_until(start) + amount), starts, amounts
    yield "elapsed, datetimes", DESK.worked, from_datetime, to_datetime
    yield "deadline, datetimes", DESK.deadline, from_datetime, lengths
    yield "in hours, datetimes", lambda start, _end: DESK.in_hours(start), from_datetime, to_datetime
    yield "elapsed, loop over days", loop_over_days, from_datetime, to_datetime


def kept(value: object, seen: set[int]) -> int:
    """The bytes of a tree of tuples and integers, each counted once."""
    if id(value) in seen:
        return 0
    seen.add(id(value))
    return sys.getsizeof(value) + (sum(kept(each, seen) for each in value) if isinstance(value, tuple) else 0)


def compiling(desk: BusinessCalendar | CombinedCalendar) -> tuple[float, float, float]:
    """Milliseconds to compile 2020 to 2049, and one year more, and the MiB of thirty years; zones already read."""
    thirty, one, size = [], [], 0
    for _ in range(ROUNDS):
        table = desk.replace().table
        started = process_time_ns()
        table.worked_until(year(2050))
        halfway = process_time_ns()
        size = kept(table._state, set())  # noqa: SLF001 - what it keeps is what is measured
        later = process_time_ns()
        table.worked_until(year(2051))
        thirty.append((halfway - started) / 1e6)
        one.append((process_time_ns() - later) / 1e6)
    return statistics.median(thirty), statistics.median(one), size / 2**20


def kept_for_datetimes() -> float:
    """The MiB that are kept beside the table when every day of thirty years is asked about with datetimes."""
    desk = DESK.replace()
    for day in range(30 * 365):
        start = from_micros(year(2020)) + timedelta(days=day)
        desk.deadline(start, desk.worked(start, start + timedelta(days=5)) or timedelta(1))
    moments = desk._moments  # noqa: SLF001 - what it keeps is what is measured
    kinds = [moments.days, moments.levels]
    seen: set[int] = set()
    return (
        sum(sys.getsizeof(kind) + sum(kept(each, seen) for pair in kind.items() for each in pair) for kind in kinds)
        / 2**20
    )


def main() -> None:
    """Measure in shuffled rounds and show the medians."""
    asked = list(questions())
    found: dict[str, list[float]] = {name: [] for name, *_ in asked}
    order = random.Random(2)
    for _ in range(ROUNDS):
        for name, function, *columns in order.sample(asked, len(asked)):
            found[name].append(nanoseconds(function, *columns))
    medians = {name: statistics.median(times) for name, times in found.items()}
    call, loop = medians["a call that does nothing"], medians["elapsed, loop over days"]
    print(f"{PAIRS} windows of 2025 in Europe/London, Python {sys.version.split()[0]}; all agree with the loop\n")
    print(f"{'':26}{'ns':>10}{'x nothing':>12}{'x faster than the loop':>25}")
    for name, median in medians.items():
        print(f"{name:26}{median:10,.0f}{median / call:12.1f}{loop / median:25.1f}")
    print(f"\n{'30 years compiled':44}{'ms':>8}{'a year more, ms':>18}{'MiB':>8}")
    for name, desk in DESKS.items():
        thirty, one, size = compiling(desk)
        print(f"{name:44}{thirty:8.1f}{one:18.2f}{size:8.2f}")
    calls = compiling(DESK)[0] * 1e6 / medians["elapsed, integers"]
    print(f"\ncompiling 30 years of the first takes the time of {calls:,.0f} calls of elapsed on integers;")
    print(
        f"datetimes asked about on every day of 30 years keep {kept_for_datetimes():.2f} MiB more, and never above that"
    )


if __name__ == "__main__":
    main()
