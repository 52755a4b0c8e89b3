"""
Business time beside other libraries: the same questions to all of them, in the same run.

    pip install -r benchmarks/peers_requirements.txt
    python benchmarks/peers.py

One calendar (Monday to Friday 09:00 to 17:30 in London, with the holidays of England), windows of 5 minutes to 20
days (log-uniform) and amounts of 15 minutes to 40 hours, drawn at random in 2025, to the second. What is right says
an oracle that reads a wall clock minute by minute. Every library gets the input that it likes best, converted outside
the timer, and is asked only what it says that it can answer. Times are CPU time of one process, medians of shuffled
rounds. A library that is not installed is listed as missing, and nothing stands in for it. What libraries answer off
this path is asked by peers_wrong.py.
"""

import importlib
import importlib.metadata
import random
import statistics
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time_ns
from typing import Any
from zoneinfo import ZoneInfo

from ecsm_contracts.calendars import BusinessCalendar, from_micros, to_micros

sys.path.insert(0, str(Path(__file__).parents[1]))  # the oracle is the one that the tests believe
oracle = importlib.import_module("tests.calendars.wallclock")

WINDOWS, ROUNDS, ROUND_NS = 4_000, 9, 60_000_000
MICROSECOND, SECOND, MINUTE, HOUR = (
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
)
LONDON, OPENS, CLOSES = ZoneInfo("Europe/London"), time(9), time(17, 30)
DAYS_OFF = (
    "2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 2026-01-01 2026-04-03"
)
OFF = [date.fromisoformat(day) for day in DAYS_OFF.split()]
DESK = BusinessCalendar.weekly("Mon-Fri 09:00-17:30", zone="Europe/London", holidays=OFF)
WEEKENDS, TZDATA = [5, 6], importlib.metadata.version("tzdata")


# --- the two loops one would write by hand ------------------------------------------------------------------

DATES_OFF, ORDINALS_OFF, WORKING = frozenset(OFF), frozenset(day.toordinal() for day in OFF), frozenset(range(1, 6))
NONE, ONE_DAY = timedelta(), timedelta(days=1)
DAY_OPENS, DAY_CLOSES = 9 * 3600 * 1_000_000, (17 * 60 + 30) * 60 * 1_000_000


def loop_over_days(start: datetime, end: datetime) -> timedelta:
    """Service time as it is mostly written: day by day, each shift turned into UTC and cut to the window."""
    total = NONE
    day, last = start.astimezone(LONDON).date(), end.astimezone(LONDON).date()
    while day <= last:
        if day.weekday() < 5 and day not in DATES_OFF:
            opens = datetime.combine(day, OPENS, LONDON).astimezone(UTC)
            closes = datetime.combine(day, CLOSES, LONDON).astimezone(UTC)
            total += max(min(end, closes) - max(start, opens), NONE)
        day += ONE_DAY
    return total


def deadline_over_days(start: datetime, amount: timedelta) -> datetime:
    """The deadline by the same loop."""
    day = start.astimezone(LONDON).date()
    while True:
        if day.weekday() < 5 and day not in DATES_OFF:
            opens = max(start, datetime.combine(day, OPENS, LONDON).astimezone(UTC))
            closes = datetime.combine(day, CLOSES, LONDON).astimezone(UTC)
            if opens + amount <= closes:
                return opens + amount
            amount -= max(closes - opens, NONE)
        day += ONE_DAY


def fitted_loop(start: datetime, end: datetime) -> timedelta:
    """
    Service time by a loop that knows this calendar: two conversions, and whole days added without any.

    Clocks in London change on Sundays, when the desk is closed. So no working day has a change in it: the difference of
    two readings of one such day is the time between them, and whole days are equally long. Other hours or zones need
    the loop above.
    """
    first, last = start.astimezone(LONDON), end.astimezone(LONDON)
    day, final, total = first.toordinal(), last.toordinal(), 0
    begins = max(((first.hour * 60 + first.minute) * 60 + first.second) * 1_000_000 + first.microsecond, DAY_OPENS)
    while day < final:
        if day % 7 in WORKING and day not in ORDINALS_OFF and begins < DAY_CLOSES:
            total += DAY_CLOSES - begins
        day += 1
        begins = DAY_OPENS
    if day % 7 in WORKING and day not in ORDINALS_OFF:
        ends = ((last.hour * 60 + last.minute) * 60 + last.second) * 1_000_000 + last.microsecond
        total += max(min(ends, DAY_CLOSES) - begins, 0)
    return timedelta(0, 0, total)


def fitted_deadline(start: datetime, amount: timedelta) -> datetime:
    """The deadline by the loop that knows this calendar."""
    first = start.astimezone(LONDON)
    day, left = first.toordinal(), amount // MICROSECOND
    at = max(((first.hour * 60 + first.minute) * 60 + first.second) * 1_000_000 + first.microsecond, DAY_OPENS)
    while True:
        if day % 7 in WORKING and day not in ORDINALS_OFF:
            room = DAY_CLOSES - at
            if left <= room:
                return (datetime.fromordinal(day).replace(tzinfo=LONDON) + timedelta(0, 0, at + left)).astimezone(UTC)
            left -= max(room, 0)
        day += 1
        at = DAY_OPENS


# --- the libraries ------------------------------------------------------------------------------------------


def same(value: Any) -> Any:
    """The input as it is."""
    return value


def to_wall_clock(instant: datetime) -> datetime:
    """The reading of the wall clock in London, which has no zone."""
    return instant.astimezone(LONDON).replace(tzinfo=None)


def to_london(instant: datetime) -> datetime:
    """The same instant, in the zone of London."""
    return instant.astimezone(LONDON)


def from_wall_clock(reading: datetime) -> datetime:
    """The instant at which the wall clock in London showed it."""
    return reading.replace(tzinfo=LONDON).astimezone(UTC)


@dataclass(frozen=True)
class Peer:
    """One library: how it is asked, and how its answers are read."""

    name: str
    answers: str
    """What it takes and answers in; questions are cut down to that."""
    worked: Callable[[Any, Any], Any] | None = None
    deadline: Callable[[Any, Any], Any] | None = None
    instant: Callable[[datetime], Any] = same
    """Its favourite input, made outside the timer."""
    last: Callable[[datetime], Any] | None = None
    """The same for the end of a window, where it is another."""
    amount: Callable[[timedelta], Any] = same
    read_worked: Callable[[Any], timedelta] = same
    read_deadline: Callable[[Any], datetime] = same
    grain: timedelta = SECOND
    amount_grain: timedelta = SECOND


def ask_businesstimedelta() -> Peer:
    """Rules of pytz zones; steps from shift to shift."""
    library, pytz = importlib.import_module("businesstimedelta"), importlib.import_module("pytz")
    london = pytz.timezone("Europe/London")
    shifts = library.WorkDayRule(OPENS, CLOSES, [0, 1, 2, 3, 4], tz=london)
    rules = library.Rules([shifts, library.HolidayRule(DATES_OFF, tz=london)])
    return Peer(
        "businesstimedelta",
        "seconds, pytz zones",
        rules.difference,
        lambda start, amount: start + amount,
        amount=lambda amount: library.BusinessTimeDelta(rules, timedelta=amount),
        read_worked=lambda found: found.timedelta,
        read_deadline=lambda found: found.astimezone(UTC),
    )


def ask_business_duration() -> Peer:
    """One function over naive times."""
    ask = importlib.import_module("business_duration").businessDuration
    return Peer(
        "business-duration",
        "seconds, no zones",
        lambda start, end: ask(start, end, OPENS, CLOSES, WEEKENDS, OFF, "sec"),
        instant=to_wall_clock,
        read_worked=lambda found: timedelta(seconds=found),
    )


def ask_businesstime() -> Peer:
    """A class over naive times."""
    hours = importlib.import_module("businesstime").BusinessTime((OPENS, CLOSES), holidays=OFF)
    return Peer(
        "businesstime",
        "seconds, no zones",
        hours.businesstime_hours,
        instant=to_wall_clock,
        read_worked=lambda found: timedelta(seconds=round(found.total_seconds())),
    )


def ask_workalendar() -> Peer:
    """Working days of a country; the clipping to hours is written here, as its user would."""
    days = importlib.import_module("workalendar.europe").UnitedKingdom()

    def clipped(start: datetime, end: datetime) -> timedelta:
        total, day, last = NONE, start.date(), end.date()
        while day <= last:
            if days.is_working_day(day):
                opens, closes = datetime.combine(day, OPENS), datetime.combine(day, CLOSES)
                total += max(min(end, closes) - max(start, opens), NONE)
            day += ONE_DAY
        return total

    return Peer("workalendar", "days; hours clipped by hand", clipped, instant=to_wall_clock)


def ask_opening_hours() -> Peer:
    """Intervals of the opening hours of OpenStreetMap, computed in Rust."""
    library = importlib.import_module("opening_hours")
    is_open, closed = library.State.OPEN, "; ".join(f"{day:%Y %b %d} off" for day in OFF)
    hours = library.OpeningHours(f"Mo-Fr 09:00-17:30; {closed}", timezone=LONDON)

    def worked(start: datetime, end: datetime) -> timedelta:
        total = NONE
        for opens, closes, state, _ in hours.intervals(start, end):
            if state == is_open:
                total += closes - opens
        return total

    def deadline(start: datetime, amount: timedelta) -> datetime:
        for opens, closes, state, _ in hours.intervals(start):
            if state == is_open:
                if closes - opens >= amount:
                    return opens + amount
                amount -= closes - opens
        raise LookupError

    return Peer(
        "opening-hours-py",
        "seconds, by its intervals",
        worked,
        deadline,
        instant=to_london,
        read_deadline=lambda found: found.astimezone(UTC),
    )


def ask_pandas() -> Peer:
    """An offset of whole business hours; it has no service time between two instants."""
    pandas = importlib.import_module("pandas")
    hour = pandas.offsets.CustomBusinessHour(start="09:00", end="17:30", holidays=OFF)
    return Peer(
        "pandas CustomBusinessHour",
        "deadlines in whole hours",
        deadline=lambda start, amount: start + amount,
        instant=lambda instant: pandas.Timestamp(to_wall_clock(instant)),
        amount=lambda amount: hour * (amount // HOUR),
        read_deadline=lambda found: from_wall_clock(found.to_pydatetime()),
        amount_grain=HOUR,
    )


def ask_exchange_calendars() -> Peer:
    """Minutes of an exchange that trades in these hours."""
    library, pandas = importlib.import_module("exchange_calendars"), importlib.import_module("pandas")
    described = {
        "name": "DESK",
        "tz": LONDON,
        "open_times": ((None, OPENS),),
        "close_times": ((None, CLOSES),),
        "adhoc_holidays": [pandas.Timestamp(day) for day in OFF],
    }
    desk = type("Desk", (library.ExchangeCalendar,), described)(start="2024-12-02", end="2026-03-31")
    minute = pandas.Timedelta(minutes=1)
    return Peer(
        "exchange_calendars",
        "whole minutes",
        desk.minutes_distance,
        lambda start, minutes: desk.minute_offset(desk.minute_to_trading_minute(start, "next"), minutes - 1) + minute,
        instant=pandas.Timestamp,
        last=lambda end: pandas.Timestamp(end) - minute,  # it counts the last minute too
        amount=lambda amount: amount // MINUTE,
        read_worked=lambda found: found * MINUTE,
        read_deadline=lambda found: found.to_pydatetime(),
        grain=MINUTE,
        amount_grain=MINUTE,
    )


OWN = (
    Peer("ecsm_contracts", "microseconds", DESK.worked, DESK.deadline),
    Peer("ecsm_contracts, London", "the same, input in London", DESK.worked, DESK.deadline, to_london),
    Peer("a loop over days, by hand", "microseconds", loop_over_days, deadline_over_days),
    Peer("the loop fitted to this desk", "microseconds", fitted_loop, fitted_deadline),
)


def installed(distribution: str) -> str | None:
    """The version of a library, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


PEERS: dict[str, Callable[[], Peer]] = {
    "opening-hours-py": ask_opening_hours,
    "workalendar": ask_workalendar,
    "businesstime": ask_businesstime,
    "business-duration": ask_business_duration,
    "businesstimedelta": ask_businesstimedelta,
    "exchange_calendars": ask_exchange_calendars,
    "pandas": ask_pandas,
}
"""By the name of the distribution."""


# --- first part: agreement, and time --------------------------------------------------------------------------


class Truth:
    """Service time by the oracle, which is asked once which minutes are open and then only counts them."""

    def __init__(self) -> None:
        hours = tuple((day * 1440 + 9 * 60, day * 1440 + 17 * 60 + 30) for day in range(5))
        self.desk = oracle.Desk("Europe/London", hours, frozenset(OFF))
        first, last = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
        self.minutes = self.desk.open_minutes(first, last)

    def until(self, instant: datetime) -> timedelta:
        """Service time since the beginning of 2025."""
        later = bisect_left(self.minutes, instant)
        part = min(instant - self.minutes[later - 1], MINUTE) - MINUTE if later else NONE
        return later * MINUTE + part

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Service time of a window."""
        return self.until(end) - self.until(start)

    def deadlines(self, start: datetime, amount: timedelta) -> tuple[datetime, datetime]:
        """The earliest and the latest instant at which the amount is used up."""
        target = self.until(start) + amount
        whole, rest = divmod(target, MINUTE)
        if rest:
            return (self.minutes[whole] + rest,) * 2
        return self.minutes[whole - 1] + MINUTE, self.minutes[whole]


Question = tuple[datetime, datetime, timedelta]


def questions() -> list[Question]:
    """Starts in 2025, ends, and amounts of service time, all to the second."""
    chance, year = random.Random(1), to_micros(datetime(2025, 1, 1, tzinfo=UTC))
    drawn = []
    for _ in range(WINDOWS):
        start = year + chance.randrange(365 * 86_400) * 1_000_000
        end = start + int(300 * 5760 ** chance.random()) * 1_000_000
        drawn.append((from_micros(start), from_micros(end), timedelta(seconds=int(chance.uniform(0.25, 40) * 3600))))
    return drawn


def cut_down(peer: Peer, drawn: Sequence[Question]) -> list[Question]:
    """The questions in the units of the peer; windows and amounts stay longer than nothing."""
    epoch = datetime(2000, 1, 3, tzinfo=UTC)
    return [
        (
            start - (start - epoch) % peer.grain,
            end - (end - epoch) % peer.grain,
            max(amount - amount % peer.amount_grain, peer.amount_grain),
        )
        for start, end, amount in drawn
    ]


@dataclass(frozen=True)
class Found:
    """What one peer was asked in one direction, and how its answers compare with the oracle."""

    peer: Peer
    ask: Callable[[Any, Any], Any]
    inputs: Sequence[tuple[Any, Any]]
    wrong: int
    later: int
    """Deadlines at the next opening instead of the closing: right too, by another convention."""


def judge_worked(peer: Peer, drawn: Sequence[Question], truth: Truth) -> Iterator[Found]:
    """Compare every window with the oracle."""
    if peer.worked is None:
        return
    asked = cut_down(peer, drawn)
    inputs = [(peer.instant(start), (peer.last or peer.instant)(end)) for start, end, _ in asked]
    answers = [peer.read_worked(peer.worked(*each)) for each in inputs]
    wrong = sum(answer != truth.worked(start, end) for answer, (start, end, _) in zip(answers, asked, strict=True))
    yield Found(peer, peer.worked, inputs, wrong, 0)


def judge_deadline(peer: Peer, drawn: Sequence[Question], truth: Truth) -> Iterator[Found]:
    """Compare every deadline with the oracle."""
    if peer.deadline is None:
        return
    asked = cut_down(peer, drawn)
    inputs = [(peer.instant(start), peer.amount(amount)) for start, _, amount in asked]
    answers = [peer.read_deadline(peer.deadline(*each)) for each in inputs]
    right = [truth.deadlines(start, amount) for start, _, amount in asked]
    wrong = sum(answer not in both for answer, both in zip(answers, right, strict=True))
    later = sum(answer == last != first for answer, (first, last) in zip(answers, right, strict=True))
    yield Found(peer, peer.deadline, inputs, wrong, later)


def nanoseconds(ask: Callable[..., Any], inputs: Sequence[tuple[Any, ...]]) -> float:
    """What one call costs, the loop around it included."""
    started = process_time_ns()
    for each in inputs:
        ask(*each)
    return (process_time_ns() - started) / len(inputs)


def medians(asked: Sequence[tuple[Callable[..., Any], Sequence[tuple[Any, ...]]]]) -> list[float]:
    """Nanoseconds a call, the median of shuffled rounds; a slow one is asked fewer questions a round."""
    rounds: list[list[float]] = [[] for _ in asked]
    calls = [max(200, int(ROUND_NS / nanoseconds(ask, inputs[:100]))) for ask, inputs in asked]
    order = random.Random(2)
    for _ in range(ROUNDS):
        for number in order.sample(range(len(asked)), len(asked)):
            ask, inputs = asked[number]
            rounds[number].append(nanoseconds(ask, inputs[: calls[number]]))
    return [statistics.median(each) for each in rounds]


def show(title: str, found: Sequence[Found]) -> None:
    """One table: what was asked, how many answers were wrong, and what a call costs."""
    times = medians([(each.ask, each.inputs) for each in found])
    print(f"\n{title:30}{'answers in':27}{'wrong / asked':>15}{'µs a call':>12}{'ours faster by':>16}")
    for each, spent in zip(found, times, strict=True):
        wrong = f"{each.wrong} / {len(each.inputs)}"
        note = f"   ({each.later} at the next opening)" if each.later else ""
        print(
            f"{each.peer.name:30}{each.peer.answers:27}{wrong:>15}{spent / 1000:12.2f}{spent / times[0]:15,.1f}×{note}"
        )


def nothing(_value: int) -> int:
    """Do nothing, as the measure of a call."""
    return 0


def show_integers(drawn: Sequence[Question]) -> None:
    """The same without datetimes: one look-up in the table, beside a call that does nothing."""
    table = DESK.table
    instants = [(to_micros(start),) for start, _, _ in drawn]
    worked = [(table.worked_until(instant),) for (instant,) in instants]
    call, forward, back = medians([(nothing, instants), (table.worked_until, instants), (table.instant_of, worked)])
    print("\nintegers of microseconds           ns   × nothing")
    for name, spent in (("nothing", call), ("table.worked_until", forward), ("table.instant_of", back)):
        print(f"{name:27}{spent:10.0f}{spent / call:12.1f}")


def main() -> None:
    """Ask all, compare with the oracle, measure."""
    drawn, truth = questions(), Truth()
    if any(truth.worked(start, end) != truth.desk.worked(start, end) for start, end, _ in drawn[:100]):
        sys.exit("the oracle contradicts itself")
    missing = [name for name in PEERS if installed(name) is None]
    peers = [*OWN, *(make() for name, make in PEERS.items() if name not in missing)]
    print(f"{WINDOWS} windows of 2025, Mon-Fri 09:00-17:30 in London, Python {sys.version.split()[0]}, tzdata {TZDATA}")
    print("measured:", ", ".join(f"{name} {installed(name)}" for name in PEERS if name not in missing) or "no library")
    print("missing, so not measured:", ", ".join(missing) or "none")
    for title, judge in (("service time", judge_worked), ("deadline", judge_deadline)):
        found = [each for peer in peers for each in judge(peer, drawn, truth)]
        if any(each.wrong for each in found if each.peer in OWN):
            sys.exit(f"{title}: ours, or a loop, contradicts the oracle")
        show(title, found)
    show_integers(drawn)


if __name__ == "__main__":
    main()
