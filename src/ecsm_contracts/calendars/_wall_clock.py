"""
From the reading of a wall clock to the instants at which the clock showed it.

A reading has no offset, so it may name one instant, two (clocks were put back over it) or none (clocks were put
forward over it). Nothing is chosen here: whoever reads it says what to do with the second and the third case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from ecsm_contracts.calendars._instant import END_YEAR, FIRST_YEAR
from ecsm_contracts.calendars._zones import DAY_MICROS, offset_pieces
from ecsm_contracts.errors import InvalidValue

__all__ = ["instant_after_gap", "wall_clock_instants"]

_NAIVE_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


def wall_clock_instants(name: str, reading: datetime) -> tuple[int, ...]:
    """
    Return the instants at which a wall clock in the zone *name* shows *reading*, a `datetime` without offset.

    In microseconds since 1970-01-01T00:00:00Z, in the order of time: one as a rule, two where clocks are put back
    over the reading, none where they are put forward over it.

        >>> wall_clock_instants("Europe/Amsterdam", datetime(2026, 3, 2, 10, 0))
        (1772442000000000,)
        >>> len(wall_clock_instants("Europe/Amsterdam", datetime(2026, 10, 25, 2, 30)))
        2
        >>> wall_clock_instants("Europe/Amsterdam", datetime(2026, 3, 29, 2, 30))
        ()

    Raises:
        InvalidValue: rule "zone_unknown"; rule "reading_offset", when the reading has an offset; rule
            "instant_range", when it lies outside the years that an instant may lie in.
    """
    local = _local_micros(reading)
    pieces = _pieces_around(name, local // DAY_MICROS)
    return tuple(local - offset for start, end, offset in pieces if start <= local - offset < end)


def instant_after_gap(name: str, reading: datetime) -> int:
    """
    Return the instant that *reading* names if clocks in the zone *name* had not been put forward over it yet.

    In microseconds since 1970-01-01T00:00:00Z. The offset before the gap is taken, so that a reading twenty minutes
    into the gap is the instant twenty minutes after it began.

        >>> from ecsm_contracts.calendars import format_instant, from_micros
        >>> format_instant(from_micros(instant_after_gap("Europe/Amsterdam", datetime(2026, 3, 29, 2, 20))))
        '2026-03-29T01:20:00Z'

    Raises:
        InvalidValue: as `wall_clock_instants`; rule "reading_gap", when clocks do show the reading.
    """
    local = _local_micros(reading)
    pieces = _pieces_around(name, local // DAY_MICROS)
    for (_, change, before), (_, _, after) in pairwise(pieces):
        if change + before <= local < change + after:
            return local - before
    raise InvalidValue(f"{reading.isoformat()} is in no gap of {name}", rule="reading_gap", value=reading)


def _local_micros(reading: datetime) -> int:
    if reading.tzinfo is not None:
        raise InvalidValue(f"{reading.isoformat()} has an offset already", rule="reading_offset", value=reading)
    if not FIRST_YEAR - 1 <= reading.year <= END_YEAR:
        message = f"{reading.isoformat()} lies outside {FIRST_YEAR}-01-01 .. {END_YEAR}-01-01 (the end not included)"
        raise InvalidValue(message, rule="instant_range", value=reading)
    return (reading - _NAIVE_EPOCH) // _MICROSECOND


@lru_cache(maxsize=4096)
def _pieces_around(name: str, day: int) -> tuple[tuple[int, int, int], ...]:
    """Return the pieces of constant offset around the *day*, counted from 1970-01-01, of any zone's calendar."""
    start = day * DAY_MICROS
    return tuple(offset_pieces(name, start - 2 * DAY_MICROS, start + 3 * DAY_MICROS))
