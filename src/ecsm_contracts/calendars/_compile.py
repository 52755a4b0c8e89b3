"""
From hours on a wall clock to spans on the UTC time line.

The one rule: an instant is in hours exactly when a wall clock in the zone, read at that instant, shows a date
d and a time of day inside the hours of d. So for every piece of time with a constant offset from UTC, and
every local date in it, the hours of that date are moved by the offset and cut to the piece. An hour that
happens twice lies in two pieces and counts twice; one that never happens lies in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ecsm_contracts.calendars._zones import DAY_MICROS, EPOCH_DAY, offset_pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.calendars._interval import Span

__all__ = ["MINUTE_MICROS", "Rules", "open_spans"]

MINUTE_MICROS = 60_000_000
_THURSDAY = 3
"""The weekday of 1970-01-01, Monday being 0."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What of a calendar the compiler needs; all spans are microseconds of the local day, half-open."""

    zone: str
    week: tuple[tuple[Span, ...], ...]
    dates: Mapping[int, tuple[Span, ...]]
    """Special days and dated holidays, by days since 1970-01-01."""
    yearly: tuple[tuple[int, int], ...]
    """Yearly holidays, as month and day."""

    def exceptions(self, first: int, last: int) -> dict[int, tuple[Span, ...]]:
        """Return the hours of every date from *first* to *last* that does not follow its weekday."""
        if not self.yearly:
            return dict(self.dates)
        years = range(date.fromordinal(first + EPOCH_DAY).year, date.fromordinal(last + EPOCH_DAY).year + 1)
        days = (_day(year, month, day) for year in years for month, day in self.yearly)
        return {**{day: () for day in days if day is not None}, **self.dates}


def open_spans(rules: Rules, start: int, end: int) -> tuple[Span, ...]:
    """Return the spans in hours within ``[start, end)``, sorted and disjoint; microseconds since 1970."""
    spans: list[Span] = []
    week, touching = rules.week, start - 1
    for piece_start, piece_end, offset in offset_pieces(rules.zone, start, end):
        first = (piece_start + offset) // DAY_MICROS
        last = (piece_end - 1 + offset) // DAY_MICROS
        exceptions = rules.exceptions(first, last)
        for day in range(first, last + 1):
            midnight = day * DAY_MICROS - offset
            for opening, closing in exceptions.get(day, week[(day + _THURSDAY) % 7]):
                opens, closes = midnight + opening, midnight + closing
                if opens < piece_start:  # noqa: PLR1730 - a call per shift would be a third of the compile time
                    opens = piece_start
                if closes > piece_end:  # noqa: PLR1730 - the same
                    closes = piece_end
                if opens >= closes:
                    continue
                if opens == touching:
                    opens = spans.pop()[0]
                spans.append((opens, closes))
                touching = closes
    return tuple(spans)


def _day(year: int, month: int, day: int) -> int | None:
    """Return the days since 1970-01-01, or None for 29 February of a year that has none."""
    try:
        return date(year, month, day).toordinal() - EPOCH_DAY
    except ValueError:
        return None
