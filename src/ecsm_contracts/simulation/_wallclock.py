"""The world's own wall clocks: the zone files of the `tzdata` package, read every minute; no calendar arithmetic."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from ecsm_contracts.simulation._terms import Holidays, Hours

__all__ = ["OpenSign", "WallClock", "zone_of"]

Spans = tuple[tuple[int, int], ...]


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone *name* from the files of the `tzdata` package, never from the system's."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


class WallClock:
    """A clock on the wall in one zone; it shows what it last read."""

    def __init__(self, zone: str) -> None:
        """Hang a clock in *zone*; it shows nothing yet."""
        self._zone = zone_of(zone)
        self.day = date.min
        """The local date."""
        self.minute = 0
        """The minute of the local day."""

    def read(self, minute: int) -> None:
        """Show the local time at *minute*, in minutes since 1970 in UTC."""
        now = datetime.fromtimestamp(minute * 60, self._zone)
        self.day = now.date()
        self.minute = now.hour * 60 + now.minute


class OpenSign:
    """The sign on the door: whether the hours of a calendar hold by a wall clock."""

    def __init__(self, hours: Hours, holidays: Holidays, wall: WallClock) -> None:
        """Hang the sign of *hours* under *wall*."""
        self._wall = wall
        self._week = _week(hours)
        self._special = dict(hours.special)
        self._holidays = frozenset(holidays.days if hours.holidays else ())
        self._yearly = frozenset(hours.yearly)
        self._day = date.min
        self._today: Spans = ()

    def is_open(self) -> bool:
        """Say whether the minute that the wall clock shows is in hours."""
        wall = self._wall
        if wall.day != self._day:
            self._day = wall.day
            self._today = self._spans_of(wall.day)
        return any(start <= wall.minute < end for start, end in self._today)

    def _spans_of(self, day: date) -> Spans:
        if day in self._special:
            return self._special[day]
        if day in self._holidays or (day.month, day.day) in self._yearly:
            return ()
        return self._week[day.weekday()]


def _week(hours: Hours) -> tuple[Spans, ...]:
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for shift in hours.shifts:
        for weekday in range(shift.first, shift.last + 1):
            if shift.start < shift.end:
                days[weekday].append((shift.start, shift.end))
                continue
            days[weekday].append((shift.start, 1440))
            days[(weekday + 1) % 7].append((0, shift.end))
    return tuple(tuple(day) for day in days)
