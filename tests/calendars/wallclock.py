"""
An independent oracle for service time: it reads a wall clock, and shares no code with the library.

Hours are given as intervals of minutes of the week (Monday 00:00 is 0), so that it does not depend on the
library's grammar either; `Desk.text` writes them in that grammar. Zones are read here from the files of the
`tzdata` package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 1440
WEEK = 7 * DAY
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return the zone, read by this file alone."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file)


@cache
def transitions(name: str, first_year: int, end_year: int) -> tuple[datetime, ...]:
    """Return the instants, in whole minutes, at which the zone's offset changes, found by looking every
    six hours."""
    zone, step = zone_of(name), timedelta(hours=6)
    found = []
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(end_year, 1, 1, tzinfo=UTC)
    before = at.astimezone(zone).utcoffset()
    while at < end:
        at += step
        after = at.astimezone(zone).utcoffset()
        if after != before:
            low, high = at - step, at
            while high - low > MINUTE:
                middle = low + (high - low) // 2
                middle = middle.replace(second=0, microsecond=0)
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
            found.append(high)
        before = after
    return tuple(found)


@dataclass(frozen=True)
class Desk:
    """What a calendar says, in the oracle's own words."""

    zone: str
    week: tuple[tuple[int, int], ...]
    """Disjoint intervals of minutes of the week, each shorter than a day or a whole day; the last may pass
    its end."""
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    special: tuple[tuple[date, tuple[tuple[int, int], ...]], ...] = field(default=())
    """Dates and their own minutes of the day."""

    @property
    def text(self) -> str:
        """The weekly hours in the library's grammar."""
        parts = [f"{NAMES[start // DAY % 7]} {clock(start % DAY)}-{close(start, end)}" for start, end in self.week]
        return "; ".join(parts) or "closed"

    def hours_of(self, day: date) -> frozenset[int]:
        """Return the minutes of the day in hours on one date."""
        for special, shifts in self.special:
            if special == day:
                return frozenset(minute for shift in shifts for minute in range(*shift))
        if day in self.holidays or (day.month, day.day) in self.yearly:
            return frozenset()
        first = day.weekday() * DAY
        of_week = (minute % WEEK for shift in self.week for minute in range(*shift))
        return frozenset(minute - first for minute in of_week if first <= minute < first + DAY)

    def is_open(self, instant: datetime) -> bool:
        """Say whether *instant* is in hours: read the wall clock, then the hours of its date."""
        local = instant.astimezone(zone_of(self.zone))
        return local.hour * 60 + local.minute in self.hours_of(local.date())

    def open_minutes(self, start: datetime, end: datetime) -> list[datetime]:
        """Return every whole minute in UTC that shares time with ``[start, end)`` and is in hours."""
        zone, hours, found = zone_of(self.zone), dict[date, frozenset[int]](), []
        at = start.astimezone(UTC).replace(second=0, microsecond=0)
        while at < end:
            local = at.astimezone(zone)
            day = local.date()
            if day not in hours:
                hours[day] = self.hours_of(day)
            if local.hour * 60 + local.minute in hours[day]:
                found.append(at)
            at += MINUTE
        return found

    def worked(self, start: datetime, end: datetime, holds: tuple[tuple[datetime, datetime], ...] = ()) -> timedelta:
        """
        Count the service time minute by minute, cutting the first and last.

        No offset since 1990 has seconds, so that no minute is in hours in part.
        """
        total = timedelta()
        for minute in self.open_minutes(start, end):
            first, last = max(start, minute), min(end, minute + MINUTE)
            total += last - first
            if holds:
                total -= covered(first, last, holds)
        return total


def covered(first: datetime, last: datetime, holds: tuple[tuple[datetime, datetime], ...]) -> timedelta:
    """Return how much of ``[first, last)`` lies in any hold, by cutting it at every edge and asking each
    piece."""
    if all(end <= first or start >= last for start, end in holds):
        return timedelta()
    edges = sorted({first, last, *(edge for hold in holds for edge in hold if first < edge < last)})
    total = timedelta()
    for piece, following in pairwise(edges):
        if any(start <= piece < end for start, end in holds):
            total += following - piece
    return total


def clock(minute: int) -> str:
    """Return a minute of the day as ``HH:MM``."""
    return f"{minute // 60:02}:{minute % 60:02}"


def close(start: int, end: int) -> str:
    """Return the end of a shift as the grammar writes it: 24:00 on its own day, else the time on the next."""
    inside = end - start // DAY * DAY
    return clock(inside if inside <= DAY else inside - DAY)
