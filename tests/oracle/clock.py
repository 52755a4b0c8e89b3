"""Sections 1 and 3 of docs/reference/semantics.md: instants, periods, hours, service time.

An instant is a whole number of microseconds since 1970-01-01T00:00Z. Hours are read off the wall clock, one reading for
every whole UTC minute: hours have edges on whole minutes and the offsets of zones are whole minutes, so that the wall
clock cannot enter or leave the hours within a minute.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache, lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Interval = tuple[int, int]


def instant(text: str) -> int:
    """Words: a point on the UTC time line, in whole microseconds."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def text_of(at: int) -> str:
    """Words: the same point as a text, for people."""
    return (EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")


def duration(text: str) -> int:
    """Section 4, Target: a duration such as `4h`, `30min`, `1h30min` or `PT4H30M`, in microseconds."""
    body = text.removeprefix("PT").lower()
    total = Fraction(0)
    position = 0
    for part in re.finditer(r"(\d+(?:\.\d+)?)(h|min|m|s)", body):
        if part.start() != position:
            break
        total += Fraction(part[1]) * {"h": HOUR, "min": MINUTE, "m": MINUTE, "s": SECOND}[part[2]]
        position = part.end()
    if not body or position != len(body) or total.denominator != 1:
        raise ValueError(f"not a duration: {text!r}")
    return int(total)


@cache
def zone_of(name: str) -> ZoneInfo:
    """Section 1: the zone, from the tzdata package and never from the machine."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def wall(at: int, zone: str) -> datetime:
    """Section 1: the reading of a wall clock in the zone at a whole second."""
    return datetime.fromtimestamp(at // SECOND, zone_of(zone))


@cache
def first_instant(zone: str, year: int, month: int) -> int:
    """Words: the first instant whose local date is the first of the month."""
    first = date(year, month, 1)
    at = (first - date(1970, 1, 1)).days * DAY - 2 * DAY
    while wall(at, zone).date() != first:
        at += MINUTE
    return at


def bounds(zone: str, period: str) -> Interval:
    """Words: the period, one calendar month in the contract's zone, start and (exclusive) end."""
    year, month = (int(part) for part in period.split("-"))
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    return first_instant(zone, year, month), first_instant(zone, *following)


# ---------------------------------------------------------------------------------------------------------------- hours


@dataclass(frozen=True)
class Calendar:
    """Section 1: a zone, weekly hours by weekday, holidays, yearly holidays and special days (ranges in minutes)."""

    zone: str
    weekly: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[str]
    yearly: frozenset[str]
    special: Mapping[str, tuple[Interval, ...]]


def minute_of_day(text: str) -> int:
    """Section 1: a time of day as a minute; 24:00 is the end of the day."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def ranges(texts: Iterable[str]) -> list[Interval]:
    """
    Section 1: `08:00-12:00` and the like as minutes; the end is not after the start where the shift passes midnight.
    """
    found: list[Interval] = []
    for text in texts:
        start, end = text.split("-")
        found.append((minute_of_day(start), minute_of_day(end)))
    return found


def days_named(text: str) -> list[int]:
    """Section 1: `Mon-Fri` or `Sat` (or several with commas) as numbers of weekdays, Monday is 0."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        day = WEEKDAYS.index(first)
        found.append(day)
        while last and day != WEEKDAYS.index(last):
            day = (day + 1) % 7
            found.append(day)
    return found


def weekly_hours(texts: Iterable[str]) -> tuple[tuple[Interval, ...], ...]:
    """Section 1, rule 3: hours by weekday; a shift that passes midnight gives hours to two days."""
    week: list[list[Interval]] = [[] for _ in WEEKDAYS]
    for text in texts:
        words = text.split()
        if words == ["always"]:
            words = ["00:00-24:00"]
        days = days_named(words.pop(0)) if words[0][0].isalpha() else list(range(7))
        for start, end in ranges(words):
            for day in days:
                if start < end:
                    week[day].append((start, end))
                else:
                    week[day].append((start, 24 * 60))
                    week[(day + 1) % 7].append((0, end))
    return tuple(tuple(day) for day in week)


def special_hours(text: str) -> tuple[Interval, ...]:
    """Section 1, rule 1: the hours of a special day; hours that pass midnight are refused there."""
    if text == "closed":
        return ()
    found = ranges(["00:00-24:00"] if text == "always" else text.split())
    if any(start >= end for start, end in found):
        raise ValueError(f"hours that pass midnight on a special day: {text!r}")
    return tuple(found)


def calendar_key(contract: dict[str, Any], name: str) -> str:
    """Section 1: the content of a calendar of the contract, its holiday set filled in, as one text (for caches)."""
    given = contract["calendars"][name]
    holidays = given.get("holidays")
    days = contract["holidays"][holidays]["days"] if holidays else []
    special = {str(day["date"]): str(day["hours"]) for day in given.get("special_days", [])}
    content = {
        "zone": given["zone"],
        "hours": list(given["hours"]),
        "holidays": sorted(str(day) for day in days),
        "yearly": sorted(str(day) for day in given.get("yearly_holidays", [])),
        "special": special,
    }
    return json.dumps(content, sort_keys=True)


@lru_cache(maxsize=512)
def calendar_of(key: str) -> Calendar:
    """Section 1: the calendar a key stands for."""
    content = json.loads(key)
    return Calendar(
        zone=content["zone"],
        weekly=weekly_hours(content["hours"]),
        holidays=frozenset(content["holidays"]),
        yearly=frozenset(content["yearly"]),
        special={day: special_hours(text) for day, text in content["special"].items()},
    )


def ranges_of_date(calendar: Calendar, day: date) -> tuple[Interval, ...]:
    """Section 1, rules 1 to 3: the hours of a local date."""
    text = day.isoformat()
    if text in calendar.special:
        return calendar.special[text]
    if text in calendar.holidays or text[5:] in calendar.yearly:
        return ()
    return calendar.weekly[day.weekday()]


@lru_cache(maxsize=8192)
def minutes_of_date(key: str, day: date) -> bytes:
    """Section 1: for each minute of the day, whether that time of day is inside the hours of the date."""
    inside = ranges_of_date(calendar_of(key), day)
    return bytes(any(start <= minute < end for start, end in inside) for minute in range(24 * 60))


@lru_cache(maxsize=8192)
def minutes_of_utc_day(key: str, number: int) -> bytes:
    """Section 1: for each minute of a UTC day (days since 1970), whether it is in hours, by the wall clock."""
    zone = calendar_of(key).zone
    flags = bytearray()
    for minute in range(24 * 60):
        reading = wall(number * DAY + minute * MINUTE, zone)
        flags.append(minutes_of_date(key, reading.date())[reading.hour * 60 + reading.minute])
    return bytes(flags)


# --------------------------------------------------------------------------------------------------------- service time


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Section 3: the union of intervals, as disjoint intervals in order."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def without(start: int, end: int, removed: list[Interval]) -> list[Interval]:
    """Section 3: what is left of [start, end) without a union of intervals."""
    left: list[Interval] = []
    for first, last in removed:
        if start < min(first, end):
            left.append((start, min(first, end)))
        start = max(start, last)
    if start < end:
        left.append((start, end))
    return left


def in_hours_time(key: str, start: int, end: int) -> int:
    """Section 1: the measure of the instants in hours between two instants; zero when the second is not after."""
    total = 0
    while start < end:
        number, within = divmod(start, DAY)
        flags = minutes_of_utc_day(key, number)
        stop = min(end, (number + 1) * DAY)
        minute, begun = divmod(within, MINUTE)
        whole = (stop - start) // MINUTE
        if begun or not whole:  # the rest of a minute, or a part of one
            edge = min(stop, start - begun + MINUTE)
            total += (edge - start) * flags[minute]
            start = edge
        else:  # whole minutes of this UTC day
            total += flags[minute : minute + whole].count(1) * MINUTE
            start += whole * MINUTE
    return total


def service_time(key: str, relieved: list[Interval], start: int, end: int) -> int:
    """Sections 1 and 3: the service time between two instants, less relieved time."""
    return sum(in_hours_time(key, first, last) for first, last in without(start, end, relieved))


def last_instant_within(key: str, relieved: list[Interval], start: int, end: int, allowance: int) -> int | None:
    """
    Section 4, Breach: the last instant up to which at most `allowance` has passed since start; None if not before end.
    """
    for first, last in without(start, end, relieved):
        at = first
        while at < last:
            number, within = divmod(at, DAY)
            midnight = (number + 1) * DAY
            if within == 0 and midnight <= last:  # a whole UTC day that the allowance outlasts needs no walk
                whole = in_hours_time(key, at, midnight)
                if whole <= allowance:
                    allowance -= whole
                    at = midnight
                    continue
            flags = minutes_of_utc_day(key, number)
            inside = flags[within // MINUTE]
            change = flags.find(1 - inside, within // MINUTE)  # the next minute that is otherwise
            edge = min(last, midnight if change < 0 else number * DAY + change * MINUTE)
            if inside:
                if edge - at > allowance:
                    return at + allowance
                allowance -= edge - at
            at = edge
    return None
