"""
A quick oracle for the hours around one change of clocks; it shares no code with the library.

It reads the wall clock, as `wallclock` does, but not every minute: only at instants at which hours may begin or
end. Those are the change itself, and the instants at which a clock that runs with the offset before the change, or
with that after it, would show an edge of the hours or midnight. An instant too many does no harm; `Desk.worked`,
which reads every minute, says that none is missing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias

from tests.calendars.wallclock import DAY, Desk, zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MICROS = 1_000_000
DAY_SECONDS = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
REACH = 30 * 3600
"""How far, in seconds, hours are read before and after a change."""
DATE_LINE = 12 * 3600
"""A clock that jumps further has crossed the date line."""

Shift: TypeAlias = tuple[int, int]


@dataclass(frozen=True, order=True)
class Turn:
    """One change of clocks: the second since 1970 at which it happens, and the offsets in seconds east of UTC."""

    at: int
    before: int
    after: int

    @property
    def jump(self) -> int:
        """How far the clock is put forward, in seconds; negative when it is put back, 0 when only names change."""
        return self.after - self.before

    @property
    def minutes(self) -> tuple[int, int]:
        """What the clock would show at this instant without the change, and what it shows; minutes of the day."""
        before, after = ((self.at + offset) // 60 % DAY for offset in (self.before, self.after))
        return before, after

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates just before and just after, and those beside them."""
        shown = [(self.at + self.before - 1) // DAY_SECONDS, (self.at + self.after) // DAY_SECONDS]
        return tuple(date.fromordinal(EPOCH_DAY + day) for day in range(min(shown) - 1, max(shown) + 2))


@cache
def zone_files() -> tuple[tuple[str, ...], ...]:
    """Return the names of all zones, those whose files are equal to the byte together; `Factory` is no place."""
    folder, same = files("tzdata"), defaultdict(list)
    for name in folder.joinpath("zones").read_text(encoding="utf-8").replace("Factory\n", "").split():
        same[folder.joinpath("zoneinfo", *name.split("/")).read_bytes()].append(name)
    return tuple(tuple(names) for names in same.values())


@cache
def turns_of(name: str, first_year: int, end_year: int) -> tuple[Turn, ...]:
    """
    Return every change of a zone's offset, name or summer time, found by looking once a day.

    All clocks change on a whole minute; that is asserted, since hours are written in minutes.
    """
    zone, found = zone_of(name), []
    start, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (first_year, end_year))
    before = clock_at(zone, start)
    for second in range(start, end, DAY_SECONDS):
        after = clock_at(zone, second)
        if after != before:
            found.append(turn_between(zone, second - DAY_SECONDS, second))
        before = after
    assert all(turn.at % 60 == turn.before % 60 == turn.after % 60 == 0 for turn in found)
    return tuple(found)


@cache
def date_line_moves(name: str) -> tuple[Turn, ...]:
    """Return the changes of more than twelve hours from 1990 to 2014, found by looking once a week."""
    zone, found = zone_of(name), []
    start, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1990, 2015))
    seconds = range(start, end, 7 * DAY_SECONDS)
    offsets = [offset_at(zone, second) for second in seconds]
    for i, (before, after) in enumerate(pairwise(offsets)):
        if abs(after - before) > DATE_LINE:
            day = next(at for at in range(seconds[i], seconds[i + 1], 3600) if offset_at(zone, at + 3600) != before)
            found.append(turn_between(zone, day, day + 3600))
    return tuple(found)


def turn_between(zone: ZoneInfo, low: int, high: int) -> Turn:
    """Return the one change after *low* and not after *high*, found by halving."""
    first, before = low, clock_at(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if clock_at(zone, middle) == before else (low, middle)
    return Turn(high, offset_at(zone, first), offset_at(zone, high))


def clock_at(zone: ZoneInfo, second: int) -> tuple[timedelta | None, timedelta | None, str | None]:
    """Return how a clock in the zone is set at a second since 1970: offset, summer time, and what that is called."""
    local = datetime.fromtimestamp(second, zone)
    return local.utcoffset(), local.dst(), local.tzname()


def offset_at(zone: ZoneInfo, second: int) -> int:
    """Return the seconds east of UTC at a second since 1970, as the difference of two clocks."""
    local, utc = (datetime.fromtimestamp(second, each).replace(tzinfo=None) for each in (zone, UTC))
    return (local - utc) // timedelta(seconds=1)


class Wall:
    """A desk's hours, beside a wall clock: shifts by weekday, with what is left of the night before, and by date."""

    def __init__(self, desk: Desk) -> None:
        """Cut the desk's shifts at midnight."""
        self.zone = zone_of(desk.zone)
        self.special = dict(desk.special)
        self.week: list[list[Shift]] = [[] for _ in range(7)]
        for start, end in desk.week:
            day, first = divmod(start, DAY)
            last = first + end - start
            self.week[day].append((first, min(last, DAY)))
            if last > DAY:
                self.week[(day + 1) % 7].append((0, last - DAY))

    def shifts(self, day: date) -> list[Shift] | tuple[Shift, ...]:
        """Return the hours of one date, in minutes."""
        return self.special.get(day, self.week[day.weekday()])

    def marks(self, turn: Turn) -> list[int]:
        """Return the seconds, within the reach of a change, at which hours may begin or end."""
        start, end = turn.at - REACH, turn.at + REACH
        marks = {start, turn.at}
        for offset in {turn.before, turn.after}:
            for day in range((start + offset) // DAY_SECONDS, (end + offset) // DAY_SECONDS + 1):
                midnight = day * DAY_SECONDS - offset
                edges = (edge for shift in self.shifts(date.fromordinal(EPOCH_DAY + day)) for edge in shift)
                marks |= {midnight, *(midnight + 60 * edge for edge in edges)}
        return sorted(mark for mark in marks if start <= mark < end)

    def is_open(self, second: int) -> bool:
        """Say whether a second since 1970 is in hours: read the clock, then the hours of the date that it shows."""
        local = datetime.fromtimestamp(second, self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.shifts(local.date()))

    def hours_around(self, turn: Turn) -> Hours:
        """Return when the desk works, from thirty hours before a change to thirty after it."""
        marks = self.marks(turn)
        spans: list[Shift] = []
        for first, last in pairwise([*marks, turn.at + REACH]):
            if self.is_open(first):
                joins = spans and spans[-1][1] == first * MICROS
                spans.append((spans.pop()[0] if joins else first * MICROS, last * MICROS))
        return Hours(turn, tuple(spans), tuple(mark * MICROS for mark in marks))


class Hours:
    """When a desk works around one change: disjoint spans of microseconds since 1970, and what is asked of them."""

    def __init__(self, turn: Turn, spans: tuple[Shift, ...], marks: tuple[int, ...]) -> None:
        """Add the spans up."""
        self.turn, self.spans, self.marks = turn, spans, marks
        self.starts = [start for start, _ in spans]
        self.totals = list(accumulate((end - start for start, end in spans), initial=0))

    def until(self, at: int) -> int:
        """Return the time in hours before an instant."""
        i = bisect_right(self.starts, at)
        if i == 0:
            return 0
        start, end = self.spans[i - 1]
        return self.totals[i - 1] + min(at, end) - start

    def is_open(self, at: int) -> bool:
        """Say whether an instant is in hours."""
        i = bisect_right(self.starts, at)
        return i > 0 and at < self.spans[i - 1][1]

    def earliest(self, start: int, amount: int) -> int:
        """Return the first instant at which *amount* is used up."""
        if amount == 0:
            return start
        level = self.until(start) + amount
        i = bisect_left(self.totals, level) - 1
        return self.spans[i][0] + level - self.totals[i]

    def latest(self, level: int) -> int | None:
        """Return the last instant at which no more than *level* is used up; None when it is out of reach."""
        i = bisect_right(self.totals, level) - 1
        return self.spans[i][0] + level - self.totals[i] if i < len(self.spans) else None

    def closing(self, at: int) -> int | None:
        """Return the end of the hours at an instant, else of those that come next; None when it is out of reach."""
        later = (end for _, end in self.spans if end > at)
        end = next(later, None)
        return end if end is None or end < (self.turn.at + REACH) * MICROS else None
