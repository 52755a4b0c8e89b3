"""Calendars as a contract writes them: hours that meet every oddity of a clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, first_instant, from_micros, offset_pieces, zone
from ecsm_contracts.testing._choices import PLACES, Place, chance, pick, some

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["business_calendars", "calendar_documents", "turns"]

_PATTERNS = (
    ("always",),
    ("Mon-Fri 08:00-18:00",),
    ("Mon-Sun 22:00-06:00",),  # every night, over every change of the clock
    ("Mon-Fri 08:00-12:00 13:00-17:30", "Sat 09:00-12:00"),
    ("Mon-Fri 20:00-04:00",),
    ("Mon-Sun 00:30-02:30",),  # begins and ends inside the hours that happen twice or never
    ("Mon-Sun 02:15-03:45",),
    ("Sun 00:00-24:00",),  # the day on which clocks change
    ("Mon,Wed,Fri 06:00-14:00", "Fri 14:00-24:00"),
    ("Fri-Mon 10:00-16:00", "Sun 23:00-01:00"),
    ("Mon-Sun 00:00-01:00 23:00-24:00",),
)
_DAYS = ("Mon-Fri", "Mon-Sun", "Sat,Sun", "Mon,Thu", "Sun")
_SPECIAL = ("closed", "08:00-12:00", "always", "00:00-03:00 22:00-24:00")
_MINUTES = (0, 1, 30, 59, 90, 120, 150, 180, 240, 480, 720, 1020, 1350, 1439, 1440)


def turns(zone_name: str, start: int, end: int) -> tuple[int, ...]:
    """Return the instants in ``[start, end)`` at which the zone's offset changes, in microseconds."""
    return tuple(first for first, _, _ in offset_pieces(zone_name, start, end) if first > start)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def _weekly_hours(draw: st.DrawFn) -> list[str]:
    if not chance(draw, 25):
        return list(pick(draw, _PATTERNS))
    edges = sorted(draw(st.lists(st.sampled_from(_MINUTES), min_size=2, max_size=4, unique=True)))
    shifts = [f"{_clock(a)}-{_clock(b)}" for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return [f"{pick(draw, _DAYS)} {' '.join(shifts)}"]


def _near(place: Place) -> list[date]:
    """Return the local dates on and beside the odd days of a place."""
    days: set[date] = set()
    for year, month in place.months:
        first = date(year, month, 1)
        start = first_instant(place.zone, first)
        end = first_instant(place.zone, first + timedelta(days=31))
        turned = turns(place.zone, start, end) or (start + (end - start) // 2,)
        local = [from_micros(at).astimezone(zone(place.zone)).date() for at in turned]
        days |= {day + timedelta(days=step) for day in local for step in (-1, 0, 1)}
    return sorted(days)


@st.composite
def calendar_documents(draw: st.DrawFn, *, place: Place) -> dict[str, Any]:
    """Return a calendar of a contract, without a holiday set, and the dates that such a set might hold."""
    document: dict[str, Any] = {"zone": place.zone, "hours": draw(_weekly_hours())}
    near = _near(place)
    if chance(draw, 35):
        document["yearly_holidays"] = sorted({f"{day:%m-%d}" for day in some(draw, near, least=1)[:2]})
    if chance(draw, 30):
        special = some(draw, near, least=1)[:3]
        document["special_days"] = [{"date": day.isoformat(), "hours": pick(draw, _SPECIAL)} for day in special]
    return document


@st.composite
def holiday_documents(draw: st.DrawFn, *, place: Place, years: Sequence[int]) -> dict[str, Any]:
    """Return a holiday set of a contract whose days lie around the odd days of a place."""
    days = [day.isoformat() for day in some(draw, _near(place), least=1)]
    return {"years": f"{min(years)}-{max(years)}", "source": "drawn", "days": days}


@st.composite
def _calendars(draw: st.DrawFn) -> BusinessCalendar:
    place = pick(draw, PLACES)
    document = draw(calendar_documents(place=place))
    if chance(draw, 30):
        document["holidays"] = some(draw, _near(place), least=1)
    return BusinessCalendar.model_validate(document)


def business_calendars() -> st.SearchStrategy[BusinessCalendar]:
    """
    Return a strategy for calendars: nights, breaks and odd minutes, holidays and special days around clock changes.

    Their zones are chosen for their clocks: gaps and folds of an hour and of half an hour, one at midnight, a missing
    day, and none.
    """
    return _calendars()
