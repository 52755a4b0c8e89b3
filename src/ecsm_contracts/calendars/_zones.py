"""
Time zones, from the `tzdata` package and from nowhere else: the one module that reads files.

The system's own zone data is never read, so that a statement does not depend on the machine; the version of
the package's data is part of what a statement seals. Names are those of the package's own list:
``localtime``, ``posixrules``, ``right/…`` and paths are not zones.

References:
    IANA Time Zone Database, https://www.iana.org/time-zones; the `tzdata` package on PyPI.
"""

from __future__ import annotations

import hashlib
import importlib
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Strict

from ecsm_contracts.calendars._instant import from_micros
from ecsm_contracts.errors import SHOWN_CHARACTERS, InvalidValue, did_you_mean, expect, shown

__all__ = [
    "ZoneName",
    "end_of_date",
    "first_instant",
    "offset_pieces",
    "zone",
    "zone_data_version",
    "zone_digest",
    "zone_names",
]

MICROS = 1_000_000
DAY_SECONDS = 86400
DAY_MICROS = DAY_SECONDS * MICROS
PROBE_SECONDS = 2 * DAY_SECONDS
EPOCH_DAY = date(1970, 1, 1).toordinal()

_NOT_PLACES = ("Factory",)
"""Listed by the package, but a placeholder for a machine that has not been set up."""


class _PackagedZone(ZoneInfo):
    """A zone of the package, which travels between processes by its name."""

    def __reduce__(self) -> tuple[Any, ...]:
        return zone, (self.key,)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return the names of all zones of the `tzdata` package, sorted."""
    listed = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return tuple(sorted(name for name in listed if name not in _NOT_PLACES))


@lru_cache(maxsize=1)
def zone_data_version() -> str:
    """Return the version of the zone data, as IANA names it, such as ``2026f``."""
    return str(importlib.import_module("tzdata").IANA_VERSION)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """
    Return the zone called *name*, read from the `tzdata` package.

    Raises:
        InvalidValue: rule "zone_unknown", with the closest name of the package's list.
    """
    with files("tzdata").joinpath("zoneinfo", *_known(name).split("/")).open("rb") as file:
        return _PackagedZone.from_file(file, key=name)


@lru_cache(maxsize=1024)
def zone_digest(name: str) -> str:
    """
    Return ``sha256:`` and 64 hexadecimal digits over the bytes of the zone's data; aliases have equal ones.

    Raises:
        InvalidValue: rule "zone_unknown".
    """
    data = files("tzdata").joinpath("zoneinfo", *_known(name).split("/")).read_bytes()
    return "sha256:" + hashlib.sha256(data).hexdigest()


def offset_pieces(name: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """
    Return ``[start, end)`` cut where the zone's offset from UTC changes.

    *start* and *end* are microseconds since 1970 in UTC. Each piece is ``(start, end, offset)``, the offset
    in microseconds east of UTC; the pieces cover the span, in order, and neighbours have different offsets.

    Raises:
        InvalidValue: rule "zone_unknown"; rule "instant_range" beyond the years that a `datetime` reaches.
    """
    pieces: list[tuple[int, int, int]] = []
    if start >= end:
        return pieces
    for year in range(from_micros(start).year, from_micros(end - 1).year + 1):
        for piece_start, piece_end, offset in _year_pieces(name, year):
            first, last = max(piece_start, start), min(piece_end, end)
            if first >= last:
                continue
            if pieces and pieces[-1][2] == offset:
                first = pieces.pop()[0]
            pieces.append((first, last, offset))
    return pieces


def first_instant(name: str, day: date) -> int:
    """
    Return the first instant, in microseconds since 1970, whose local date in the zone is *day* or later.

    That is local midnight where there is one, else the end of the gap that swallowed it (as in Cairo or São
    Paulo on the day that summer time starts, or in Apia for the whole of 2011-12-30).

    Raises:
        InvalidValue: rule "zone_unknown"; rule "instant_range" beyond the years that a `datetime` reaches.
    """
    midnight = (day.toordinal() - EPOCH_DAY) * DAY_MICROS
    return next(
        max(start, midnight - offset)
        for start, end, offset in offset_pieces(name, midnight - 2 * DAY_MICROS, midnight + 3 * DAY_MICROS)
        if midnight - offset < end
    )


def end_of_date(name: str, day: date) -> int:
    """
    Return the first instant, in microseconds since 1970, from which on no clock in the zone shows *day* or earlier.

    That is the midnight after it; the second one where clocks go back over midnight, so that the date comes again for
    an hour (as in St. John's until 2011); and the end of the gap that swallowed it.

    Raises:
        InvalidValue: as `first_instant` does.
    """
    midnight = (day.toordinal() + 1 - EPOCH_DAY) * DAY_MICROS
    return max(
        min(end, midnight - offset)
        for start, end, offset in offset_pieces(name, midnight - 2 * DAY_MICROS, midnight + 3 * DAY_MICROS)
        if start < midnight - offset
    )


@lru_cache(maxsize=4096)
def _year_pieces(name: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """
    Return the pieces of constant offset in one UTC year.

    The zone is asked every other day, and a change is then found to the second by bisection. No zone has
    changed its offset twice within less than seven days since 1990 (a test looks at every zone), so that no
    change is missed.
    """
    info = zone(name)
    start = (date(year, 1, 1).toordinal() - EPOCH_DAY) * DAY_SECONDS
    end = start + (date(year, 12, 31).toordinal() - date(year, 1, 1).toordinal() + 1) * DAY_SECONDS
    probes = [*range(start, end, PROBE_SECONDS), end - 1]
    offsets = [_offset(info, probe) for probe in probes]
    pieces: list[tuple[int, int, int]] = []
    since = start
    for i in range(1, len(probes)):
        if offsets[i] != offsets[i - 1]:
            change = _change_between(info, probes[i - 1], probes[i])
            pieces.append((since * MICROS, change * MICROS, offsets[i - 1] * MICROS))
            since = change
    pieces.append((since * MICROS, end * MICROS, offsets[-1] * MICROS))
    return tuple(pieces)


def _change_between(info: ZoneInfo, low: int, high: int) -> int:
    """Return the first second at which the offset is no longer what it is at *low*; it differs at *high*."""
    before = _offset(info, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(info, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(info: ZoneInfo, second: int) -> int:
    """Return the offset in seconds east of UTC at *second*, in seconds since 1970 in UTC."""
    offset = datetime.fromtimestamp(second, info).utcoffset()
    return offset.days * DAY_SECONDS + offset.seconds if offset else 0


def _known(name: str) -> str:
    expect(name, str, "zone", "write its name, such as Europe/Amsterdam")
    names = zone_names()
    if name in names:
        return name
    hint = _hint(name[:SHOWN_CHARACTERS], names)
    raise InvalidValue(
        f"{shown(name)} is not a time zone of the tzdata package ({zone_data_version()}){hint}",
        rule="zone_unknown",
        value=name,
    )


def _hint(name: str, names: tuple[str, ...]) -> str:
    """Return what may be meant: the name in other letters, a place of that name, else a name that looks like it."""
    said = name.casefold().replace(" ", "_")
    same = [known for known in names if said in {known.casefold(), known.rpartition("/")[2].casefold()}]
    if same:
        return f'; did you mean "{same[0]}"?'
    close = did_you_mean(name, names) if "/" in name else ""
    return close or "; write a place, such as Europe/Amsterdam"


ZoneName = Annotated[str, Strict(), AfterValidator(_known)]
"""The name of a zone of the `tzdata` package, such as ``Europe/Amsterdam``."""
