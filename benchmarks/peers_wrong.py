"""
What other libraries answer off the path of nine to five: nights, changes of clocks, hours without an end.

    pip install -r benchmarks/peers_requirements.txt
    python benchmarks/peers_wrong.py

The inputs are written out, each with the right answer, and are asked of the versions that are installed. A library
that is not installed is passed over. The same inputs are tests of this library: tests/calendars/test_peers_wrong.py.
"""

import importlib
import importlib.metadata
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ecsm_contracts.calendars import BusinessCalendar

sys.path.insert(0, str(Path(__file__).parents[1]))  # the oracle is the one that the tests believe
oracle = importlib.import_module("tests.calendars.wallclock")

NONE, MINUTE, HOUR = timedelta(), timedelta(minutes=1), timedelta(hours=1)
LONDON, OPENS, CLOSES = ZoneInfo("Europe/London"), time(9), time(17, 30)
PATIENCE = 3


def installed(distribution: str) -> str | None:
    """The version of a library, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


Case = tuple[str, Callable[[], object], object]
"""What is asked, how, and what is right."""


reading = datetime.fromisoformat
"""A time without a zone, as naive libraries take it."""


def in_utc(text: str) -> datetime:
    """The instant that a text in UTC names."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cases_businesstimedelta() -> Iterator[Case]:
    """Nights, days without an end, and times without a zone."""
    library, pytz = importlib.import_module("businesstimedelta"), importlib.import_module("pytz")
    london = pytz.timezone("Europe/London")
    night = library.WorkDayRule(time(22), time(6), tz=london)
    day = library.WorkDayRule(OPENS, CLOSES, tz=london)

    def between(rule: Any, start: str, end: str) -> timedelta:
        return rule.difference(in_utc(start), in_utc(end)).timedelta

    yield (
        "Mon-Fri 22:00-06:00, Tue 2025-01-14 02:00 to 05:00",
        lambda: between(night, "2025-01-14 02:00", "2025-01-14 05:00"),
        timedelta(hours=3),
    )
    yield (
        "the same, 2025-01-14 22:05:37 to 22:26:28",
        lambda: between(night, "2025-01-14 22:05:37", "2025-01-14 22:26:28"),
        timedelta(seconds=1251),
    )
    yield (
        "09:00-17:30, the whole of Tue 2025-07-01 without a zone",
        lambda: day.difference(reading("2025-07-01T09:00"), reading("2025-07-01T17:30")).timedelta,
        timedelta(hours=8, minutes=30),
    )
    yield "always open as 00:00-00:00, any hour", hang_of_businesstimedelta, timedelta(hours=1)


def hang_of_businesstimedelta() -> str:
    """Ask in a process of its own, because no answer may come."""
    program = (
        "import businesstimedelta as b, datetime as d; day = b.WorkDayRule(d.time(0), d.time(0), [*range(7)]);"
        "print(b.Rules([day]).difference(d.datetime(2025, 1, 6, 9), d.datetime(2025, 1, 6, 10)).timedelta)"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", program], timeout=PATIENCE, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {PATIENCE} s"
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def cases_businesstime() -> Iterator[Case]:
    """An evening, and the day after."""
    hours = importlib.import_module("businesstime").BusinessTime((OPENS, CLOSES))
    yield (
        "Mon-Fri 09:00-17:30, Thu 2025-01-09 18:18:06 to Fri 21:32:36",
        lambda: hours.businesstime_hours(reading("2025-01-09T18:18:06"), reading("2025-01-10T21:32:36")),
        timedelta(hours=8, minutes=30),
    )


def cases_business_duration() -> Iterator[Case]:
    """Nights, for which it has code, and a change of clocks."""
    ask = importlib.import_module("business_duration").businessDuration

    def between(start: datetime, end: datetime, opens: time, closes: time) -> timedelta:
        return timedelta(seconds=ask(start, end, opens, closes, [], None, "sec"))

    yield (
        "nights 22:00-06:00, 2025-01-14 02:00 to 05:00",
        lambda: between(reading("2025-01-14T02:00"), reading("2025-01-14T05:00"), time(22), time(6)),
        timedelta(hours=3),
    )
    yield (
        "the same, 2025-01-13 22:00 to 2025-01-16 00:30",
        lambda: between(reading("2025-01-13T22:00"), reading("2025-01-16T00:30"), time(22), time(6)),
        timedelta(hours=18, minutes=30),
    )
    yield (
        "always open, 2025-03-28 00:00 to 03-31 00:00, London",
        lambda: between(reading("2025-03-28T00:00"), reading("2025-03-31T00:00"), time(0), time(23, 59, 59)),
        timedelta(hours=71),
    )


def cases_opening_hours() -> Iterator[Case]:
    """The first of two readings of one hour."""
    library = importlib.import_module("opening_hours")
    hours = library.OpeningHours("24/7", timezone=LONDON)

    def between(start: datetime, end: datetime) -> timedelta:
        found = hours.intervals(start.astimezone(LONDON), end.astimezone(LONDON))
        return sum((b.astimezone(UTC) - a.astimezone(UTC) for a, b, _, _ in found), NONE)

    yield (
        "always open, 2025-10-26 01:09:57 (the first) to 10-27 07:15:04, London",
        lambda: between(in_utc("2025-10-26 00:09:57"), in_utc("2025-10-27 07:15:04")),
        timedelta(seconds=111_907),
    )


def cases_pandas() -> Iterator[Case]:
    """Nights, a night with a change of clocks, half an hour, and all hours."""
    pandas = importlib.import_module("pandas")
    offset = pandas.offsets.CustomBusinessHour
    every_day = "Mon Tue Wed Thu Fri Sat Sun"
    yield (
        "Mon-Fri 22:00-06:00, Fri 2025-01-24 03:56:09 + 8 h",
        lambda: pandas.Timestamp("2025-01-24 03:56:09") + 8 * offset(start="22:00", end="06:00"),
        "2025-01-25 03:56:09",
    )
    yield (
        "nights 22:00-06:00, 2025-03-29 22:00 + 8 h, London",
        lambda: (
            pandas.Timestamp("2025-03-29 22:00", tz=LONDON) + 8 * offset(start="22:00", end="06:00", weekmask=every_day)
        ),
        "2025-03-30 23:00:00+01:00",
    )
    yield (
        "Mon-Fri 09:00-17:30, Mon 2025-01-06 09:00 + 8.5 h",
        lambda: pandas.Timestamp("2025-01-06 09:00") + offset(n=8.5, start="09:00", end="17:30"),
        "2025-01-06 17:30:00",
    )
    yield (
        "always open as 00:00-00:00, 2025-01-06 09:00 + 8 h",
        lambda: pandas.Timestamp("2025-01-06 09:00") + 8 * offset(start="00:00", end="00:00", weekmask=every_day),
        "2025-01-06 17:00:00",
    )
    yield (
        "Mon-Fri 09:00-17:30 by date_range, Mon 2025-01-06 09:00 to 09:59",
        lambda: (
            len(pandas.date_range("2025-01-06 09:00", "2025-01-06 09:59", freq=offset(start="09:00", end="17:30")))
            * HOUR
        ),
        timedelta(minutes=59),
    )


def cases_of_python() -> Iterator[Case]:
    """What the standard library says where two instants are of one zone."""
    start, end = datetime(2025, 3, 29, 12, tzinfo=LONDON), datetime(2025, 3, 31, 12, tzinfo=LONDON)
    yield "2025-03-29 12:00 to 03-31 12:00, two datetimes of London", lambda: end - start, timedelta(hours=47)


WRONG: dict[str, Callable[[], Iterator[Case]]] = {
    "python": cases_of_python,
    "businesstimedelta": cases_businesstimedelta,
    "businesstime": cases_businesstime,
    "business-duration": cases_business_duration,
    "opening-hours-py": cases_opening_hours,
    "pandas": cases_pandas,
}


def answer(ask: Callable[[], object]) -> str:
    """What a library says, or how it fails."""
    try:
        return str(ask())
    except Exception as error:  # noqa: BLE001 - whatever a library raises is its answer
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def show_wrong() -> None:
    """Ask again, now, of what is installed."""
    print("\nAsked again: what was answered wrongly once")
    for distribution, cases in WRONG.items():
        if distribution != "python" and installed(distribution) is None:
            continue
        print(f"\n{distribution} {installed(distribution) or sys.version.split()[0]}")
        for asked, ask, right in cases():
            says = answer(ask)
            verdict = "right now" if says == str(right) else f"right: {right}"
            print(f"  {asked}\n      says {says}   {verdict}")


# --- hours that begin or end inside a change of clocks ------------------------------------------------

SPRING, AUTUMN = date(2025, 3, 30), date(2025, 10, 26)
EDGES = [
    (day, time.fromisoformat(opens), time.fromisoformat(closes))
    for opens, closes in (("00:30", "01:30"), ("01:30", "03:00"), ("00:00", "04:00"))
    for day in (SPRING, AUTUMN)
]


def show_edges() -> None:
    """Minutes of one day's hours, where an hour is skipped or happens twice; by the wall clock, and by libraries."""
    columns: dict[str, Callable[[datetime, datetime, time, time], timedelta]] = {"by the wall clock": edges_of_oracle}
    columns["ecsm_contracts"] = edges_of_ours
    if installed("businesstimedelta"):
        columns["businesstimedelta"] = edges_of_businesstimedelta
    if installed("opening-hours-py"):
        columns["opening-hours-py"] = edges_of_opening_hours
    print(f"\n{'hours in London':30}" + "".join(f"{name:>20}" for name in columns) + "   (minutes)")
    for day, opens, closes in EDGES:
        start = datetime.combine(day, time(0), LONDON).astimezone(UTC)
        end = datetime.combine(day, time(12), LONDON).astimezone(UTC)
        found = [ask(start, end, opens, closes) // MINUTE for ask in columns.values()]
        print(f"{day} {opens:%H:%M}-{closes:%H:%M}{'':8}" + "".join(f"{minutes:20}" for minutes in found))


def edges_of_oracle(start: datetime, end: datetime, opens: time, closes: time) -> timedelta:
    """Count minutes on a wall clock."""
    first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    week = tuple((day * 1440 + first, day * 1440 + last) for day in range(7))
    worked: timedelta = oracle.Desk("Europe/London", week).worked(start, end)
    return worked


def edges_of_ours(start: datetime, end: datetime, opens: time, closes: time) -> timedelta:
    """Ask this library."""
    return BusinessCalendar.weekly(f"{opens:%H:%M}-{closes:%H:%M}", zone="Europe/London").worked(start, end)


def edges_of_businesstimedelta(start: datetime, end: datetime, opens: time, closes: time) -> timedelta:
    """Ask businesstimedelta."""
    library, pytz = importlib.import_module("businesstimedelta"), importlib.import_module("pytz")
    rule = library.WorkDayRule(opens, closes, [*range(7)], tz=pytz.timezone("Europe/London"))
    found: timedelta = rule.difference(start, end).timedelta
    return found


def edges_of_opening_hours(start: datetime, end: datetime, opens: time, closes: time) -> timedelta:
    """Ask opening-hours-py."""
    library = importlib.import_module("opening_hours")
    hours = library.OpeningHours(f"{opens:%H:%M}-{closes:%H:%M}", timezone=LONDON)
    found = hours.intervals(start.astimezone(LONDON), end.astimezone(LONDON))
    spans = [(a.astimezone(UTC), b.astimezone(UTC)) for a, b, state, _ in found if state == library.State.OPEN]
    return sum((b - a for a, b in spans), NONE)


def main() -> None:
    """Ask again what was wrong, and then where clocks change."""
    show_wrong()
    show_edges()


if __name__ == "__main__":
    main()
