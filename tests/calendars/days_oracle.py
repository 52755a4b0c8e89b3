"""
An independent oracle for numbers of days and for warnings, written from what the docstrings promise.

It knows a desk (`tests.calendars.wallclock`) and nothing of the library's arithmetic: a date is worked when a wall
clock shows a minute in hours on it, a time of day is looked for minute by minute, and time is used up by walking
from minute to minute and cutting each at the edges of the holds. No offset since 1990 has seconds, so that whole
minutes are enough to find everything.

Below it are the tickets that the oracle is asked about, laid so that their days end in changes of clocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, DayMeaning, DayPreset, Days
from tests.calendars.strategies import calendar_of, desks, instants, minutes_of_week, turns
from tests.calendars.wallclock import MINUTE, TICK, Desk, zone_of

Holds = tuple[tuple[datetime, datetime], ...]
Meaning = DayMeaning | DayPreset

ZERO: Final = timedelta()
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
MINUTES: Final = DAY // MINUTE
FARTHEST: Final = timedelta(hours=15)
"""No clock has ever been farther from UTC."""

BY_THE_CLOCK: Final[tuple[Meaning, ...]] = ("24_hours", "calendar_day")
SAME_TIME: Final[tuple[Meaning, ...]] = ("working_day_same_time", "calendar_day")
LEAST: Final[dict[Meaning, int]] = {"end_of_working_day": 0, "legacy_freshdesk": 1}
"""The least number of days of meanings that do not look back."""
ENOUGH: Final = 20 * 60
"""Minutes a week; with fewer, a walk over 24 hours of service would take the oracle through years."""
MEANINGS: Final[tuple[Meaning, ...]] = (
    "24_service_hours",
    "working_day_same_time",
    "end_of_working_day",
    "24_hours",
    "calendar_day",
    "legacy_freshdesk",
)
OFTEN: Final[tuple[Meaning, ...]] = (*SAME_TIME, *MEANINGS, *SAME_TIME)
"""Meanings, those more often whose end changes of clocks can skip or repeat."""
SERVICE: Final = tuple(meaning for meaning in MEANINGS if meaning not in BY_THE_CLOCK)


def law(examples: int) -> settings:
    """Return settings for so many examples, and more in the deep profile; none has a time limit."""
    return settings(max_examples=examples * max(settings().max_examples // 100, 1), deadline=None)


# --- dates and readings ----------------------------------------------------------------------------------


def local(zone: str, instant: datetime) -> datetime:
    """Return what a wall clock shows, without its offset."""
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def at(zone: str, text: str, fold: int = 0) -> datetime:
    """Return the instant of a local date and time in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone_of(zone), fold=fold).astimezone(UTC)


def shows(zone: str, instant: datetime) -> str:
    """Return a local date and time as tables of dates write it."""
    return local(zone, instant).isoformat(" ", "minutes")


@lru_cache(maxsize=20_000)
def worked_on(desk: Desk, day: date) -> tuple[datetime, datetime] | None:
    """Return the first and the last instant, the end not included, in hours on one local date; None without any."""
    midnight = datetime.combine(day, time(), UTC)
    offsets = [local(desk.zone, midnight + days * DAY) - midnight.replace(tzinfo=None) - days * DAY for days in (-1, 2)]
    near = desk.open_minutes(midnight - max(offsets), midnight + DAY - min(offsets))
    minutes = [minute for minute in near if local(desk.zone, minute).date() == day]
    return (minutes[0], minutes[-1] + MINUTE) if minutes else None


def nth_worked_date(desk: Desk, day: date, number: int) -> date:
    """Return the n-th date with hours after *day*, or before it; of 0 the day itself."""
    step = DAY if number > 0 else -DAY
    for _ in range(abs(number)):
        day += step
        while worked_on(desk, day) is None:
            day += step
    return day


@lru_cache(maxsize=20_000)
def first_shown(zone: str, reading: datetime) -> datetime:
    """Return the first instant at which the clock shows *reading*; if it never does, as far after the change."""
    whole = reading.replace(second=0, microsecond=0)
    at, end = whole.replace(tzinfo=UTC) - FARTHEST, whole.replace(tzinfo=UTC) + FARTHEST
    before, skipped = at, None
    while at < end:
        if local(zone, at) == whole:
            return at + (reading - whole)
        if skipped is None and local(zone, before) < whole < local(zone, at):
            skipped = before + (reading - local(zone, before))
        before, at = at, at + MINUTE
    assert skipped is not None, (zone, reading)
    return skipped


# --- time used up ----------------------------------------------------------------------------------------


def free_parts(first: datetime, last: datetime, holds: Holds) -> list[tuple[datetime, datetime]]:
    """Return the pieces of ``[first, last)`` outside all holds, cut at every edge of a hold."""
    if all(end <= first or start >= last for start, end in holds):
        return [(first, last)]
    edges = sorted({first, last, *(edge for hold in holds for edge in hold if first < edge < last)})
    return [piece for piece in pairwise(edges) if not any(start <= piece[0] < end for start, end in holds)]


def minutes_after(desk: Desk | None, start: datetime) -> Iterator[datetime]:
    """Yield the minutes that count, from that of *start* on: all of them without a desk, else those in hours."""
    at = start.astimezone(UTC).replace(second=0, microsecond=0)
    while True:
        yield from desk.open_minutes(at, at + DAY) if desk else (at + step * MINUTE for step in range(MINUTES))
        at += DAY


def minutes_before(desk: Desk | None, start: datetime) -> Iterator[datetime]:
    """Yield the minutes that count and begin before *start*, the latest first."""
    at = start.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
    while True:
        at -= DAY
        minutes = desk.open_minutes(at, at + DAY) if desk else [at + step * MINUTE for step in range(MINUTES)]
        yield from (minute for minute in reversed(minutes) if minute < start)


def time_in(desk: Desk | None, start: datetime, end: datetime) -> timedelta:
    """Return the service time, or without a desk the elapsed time, in ``[start, end)``; none when reversed."""
    if desk is None:
        return max(end - start, ZERO)
    return desk.worked(start, end) if end > start else ZERO


def earliest_used_up(desk: Desk | None, start: datetime, amount: timedelta, holds: Holds) -> datetime:
    """Return the earliest instant until which so much time has passed from *start* outside the holds."""
    if amount <= ZERO:
        return start
    left = amount
    for minute in minutes_after(desk, start):
        for first, last in free_parts(max(start, minute), minute + MINUTE, holds):
            if last - first >= left:
                return first + left
            left -= last - first
    raise AssertionError("minutes have no end")


def latest_left(desk: Desk | None, start: datetime, amount: timedelta, holds: Holds) -> datetime:
    """Return the latest instant from which so much time passes until *start* outside the holds."""
    if amount <= ZERO:
        return start
    left = amount
    for minute in minutes_before(desk, start):
        for first, last in reversed(free_parts(minute, min(start, minute + MINUTE), holds)):
            if last - first >= left:
                return last - left
            left -= last - first
    raise AssertionError("minutes have no end")


# --- days and warnings -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ticket:
    """An instant, and the days counted from it on a desk."""

    desk: Desk
    start: datetime
    days: int
    meaning: Meaning
    turn: datetime = datetime(2024, 1, 1, tzinfo=UTC)
    """The change of clocks that it was laid around."""

    @cached_property
    def calendar(self) -> BusinessCalendar:
        """The library's calendar."""
        return calendar_of(self.desk)

    @property
    def amount(self) -> Days:
        """The library's number of days."""
        return Days(self.days, self.meaning)

    @property
    def counted(self) -> Desk | None:
        """What runs the time out: the desk, or nothing for days by the clock."""
        return None if self.meaning in BY_THE_CLOCK else self.desk

    @property
    def today(self) -> date:
        """The local date of the start."""
        return local(self.desk.zone, self.start).date()

    def end_of(self, day: date) -> datetime:
        """Return the end of the hours on a date that is worked."""
        span = worked_on(self.desk, day)
        assert span is not None
        return span[1]

    def same_time(self, day: date) -> datetime:
        """Return the first instant with the start's reading on *day*; on its own date the start."""
        reading = datetime.combine(day, local(self.desk.zone, self.start).time())
        return self.start if day == self.today else first_shown(self.desk.zone, reading)

    @cached_property
    def named(self) -> datetime:
        """The instant that the days name when nothing is held."""
        if self.meaning == "24_hours":
            return self.start + self.days * DAY
        if self.meaning == "24_service_hours":
            find = earliest_used_up if self.days >= 0 else latest_left
            return find(self.desk, self.start, abs(self.days) * DAY, ())
        if self.meaning == "calendar_day":
            return self.same_time(self.today + self.days * DAY)
        if self.meaning == "end_of_working_day" and self.days == 0:
            span = worked_on(self.desk, self.today)
            left = span is not None and span[1] > self.start
            return self.end_of(self.today if left else nth_worked_date(self.desk, self.today, 1))
        if self.meaning == "end_of_working_day":
            return self.end_of(nth_worked_date(self.desk, self.today, self.days))
        if self.meaning == "legacy_freshdesk" and not self.desk.is_open(self.start):
            opening = earliest_used_up(self.desk, self.start, TICK, ()) - TICK
            first = local(self.desk.zone, opening).date()
            return self.end_of(nth_worked_date(self.desk, first, self.days - 1))
        return self.same_time(nth_worked_date(self.desk, self.today, self.days))

    @property
    def target(self) -> timedelta:
        """The time between the start and what the days name: service time, or elapsed time by the clock."""
        first, last = sorted((self.start, self.named))
        return time_in(self.counted, first, last)

    def deadline(self, holds: Holds = ()) -> datetime:
        """Return the end of the days: what they name, or where their time is used up outside the holds if that is
        farther."""
        if not holds:
            return self.named
        if self.days < 0:
            return min(self.named, latest_left(self.counted, self.start, self.target, holds))
        return max(self.named, earliest_used_up(self.counted, self.start, self.target, holds))

    def warned(self, share: Fraction, holds: Holds = ()) -> datetime:
        """Return when the share of the days is used up; all of them at the deadline."""
        if share == 1:
            return self.deadline(holds)
        return earliest_used_up(self.counted, self.start, floored(share, self.target), holds)


def floored(share: Fraction, amount: timedelta) -> timedelta:
    """Return a share of an amount, down to the microsecond."""
    return (amount // TICK * share.numerator // share.denominator) * TICK


def next_opening(desk: Desk, instant: datetime) -> datetime:
    """Return the instant if it is in hours, else the first minute in hours after it."""
    if desk.is_open(instant):
        return instant
    return next(minute for minute in minutes_after(desk, instant) if minute > instant)


# --- tickets ---------------------------------------------------------------------------------------------


def numbers(desk: Desk, meaning: Meaning, least: int) -> st.SearchStrategy[int]:
    """Draw numbers of days that the meaning knows, few where a day of service takes weeks."""
    most = (
        1
        if meaning == "24_service_hours" and len(minutes_of_week(desk)) < 3 * ENOUGH
        else 3
        if meaning == "24_service_hours"
        else 4
    )
    return st.integers(max(least, LEAST.get(meaning, -most)), most)


@st.composite
def tickets(draw: st.DrawFn, wanted: Meaning | None = None, *, least: int = -3) -> Ticket:
    """Draw a ticket near a change of clocks, mostly so many dates before it that its time of day falls into it."""
    zone, turn = draw(turns())
    desk = draw(desks(zone, turn))
    meaning = draw(st.sampled_from(OFTEN)) if wanted is None else wanted
    if meaning == "24_service_hours" and len(minutes_of_week(desk)) < ENOUGH:
        desk = replace(desk, week=tuple((day * MINUTES, day * MINUTES + MINUTES) for day in range(5)))
    days = draw(numbers(desk, meaning, least))
    kind = draw(st.sampled_from(["reading", "reading", "reading", "reading", "edge", "before"]))
    if kind == "reading":
        readings = sorted((local(zone, turn - MINUTE) + MINUTE, local(zone, turn)))
        inside = (readings[1] - readings[0]) // MINUTE
        beside = draw(st.sampled_from([0, 1, inside // 2, inside - 1, 0, inside // 2, -1, inside])) * MINUTE
        dates = days + (draw(st.sampled_from([0, 0, 0, 1, 2])) if days > 0 else 0)
        naive = readings[0] + beside - dates * DAY
        start = naive.replace(tzinfo=zone_of(zone), fold=draw(st.sampled_from([0, 1]))).astimezone(UTC)
    else:
        start = draw(instants(desk, turn)) - (days * DAY if kind == "before" else ZERO)
    return Ticket(desk, start + draw(st.sampled_from([0, 0, 0, 1, -1])) * TICK, days, meaning, turn)


@st.composite
def holds_of(draw: st.DrawFn, ticket: Ticket) -> Holds:
    """Draw up to three holds, with edges on and beside the start, the end without holds, the change and the hours."""
    beside = st.sampled_from([-HOUR, -TICK, ZERO, ZERO, TICK, MINUTE, HOUR, 20 * HOUR])
    exact = st.sampled_from([ticket.start, ticket.named, ticket.named, ticket.turn])
    inside = st.integers(0, 24).map(lambda part: ticket.start + (ticket.named - ticket.start) * part // 24)
    edges = st.one_of(st.builds(lambda at, step: at + step, exact, beside), inside, instants(ticket.desk, ticket.turn))
    pairs = st.tuples(edges, edges).map(lambda pair: (min(pair), max(pair)))
    return tuple(draw(st.lists(pairs, max_size=3)))
