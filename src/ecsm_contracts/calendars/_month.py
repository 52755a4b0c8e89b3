"""
The month view of a calendar: for every date its hours, what kind of date it is, and its service time.

It is made from the same hours that clocks run on, so that the service time of its days adds up to that of the
month, months in which clocks change included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from ecsm_contracts.calendars._calendar import BusinessCalendar
from ecsm_contracts.calendars._duration import show_duration
from ecsm_contracts.calendars._hours import show_day_hours
from ecsm_contracts.calendars._instant import from_micros
from ecsm_contracts.calendars._interval import clip_spans, total_span
from ecsm_contracts.calendars._month_show import month_html, month_text
from ecsm_contracts.calendars._period import Period
from ecsm_contracts.calendars._service_hours import ServiceHours
from ecsm_contracts.calendars._wall_clock import wall_clock_instants
from ecsm_contracts.calendars._zones import DAY_MICROS, EPOCH_DAY, first_instant, offset_pieces, zone
from ecsm_contracts.errors import expect

if TYPE_CHECKING:
    from ecsm_contracts.calendars._interval import Span

__all__ = ["CalendarDay", "CalendarMonth", "DayKind", "month_view"]

DayKind = Literal["working", "closed", "holiday", "special"]
"""A date with hours, one without, a holiday, or a special day (whether it has hours or none)."""

_DAY = timedelta(days=1)
_Change = tuple[int, int, int]
"""An instant at which clocks change, and the offsets from UTC before and after it, in microseconds."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One date of a month view, in the zone of the view."""

    date: date
    """The local date."""
    kind: DayKind
    """What kind of date it is. A special day overrides a holiday, and a holiday a day that is closed anyway."""
    name: str
    """What the holiday is called; empty where that is not known."""
    hours: tuple[str, ...]
    """The hours on the wall clock, such as ``08:00-12:00``; none when it is closed."""
    spans: tuple[Span, ...]
    """The spans in hours, in microseconds since 1970, half-open, sorted and disjoint."""
    service_time: int
    """The length of the spans, in microseconds."""
    note: str
    """What is unusual about the date itself: ``clocks go forward by 1 h: 23 h``; mostly empty."""


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month of a calendar, shown as a grid of weeks in a terminal and in a notebook; see `month_view`."""

    title: str
    """The calendar, in one line."""
    zone: str
    """The zone whose dates and wall clock are shown."""
    period: Period
    """The month."""
    offsets: tuple[tuple[int, int], ...]
    """From which instant on the zone has which offset from UTC, both in microseconds; the first at its start."""
    days: tuple[CalendarDay, ...]
    """Every date of the month, in order."""

    @property
    def service_time(self) -> int:
        """The service time of the month, in microseconds: the sum over its days."""
        return sum(day.service_time for day in self.days)

    def __str__(self) -> str:
        """Return the month as plain text, for a terminal."""
        return month_text(self)

    def html(self) -> str:
        """Return the month as HTML without scripts; every text of it is escaped."""
        return month_html(self)

    def _repr_html_(self) -> str:
        """Return the month as a notebook shows it."""
        return self.html()


def month_view(calendar: ServiceHours, year: int, month: int, zone: str | None = None) -> CalendarMonth:
    """
    Return a calendar month of *calendar*, date by date.

        >>> desk = BusinessCalendar.weekly("Mon-Fri 08:00-18:00", zone="Europe/Amsterdam", yearly_holidays=["12-25"])
        >>> december = month_view(desk, 2026, 12)
        >>> december.days[24].kind, december.days[23].hours, december.service_time // 3_600_000_000
        ('holiday', ('08:00-18:00',), 220)

    Args:
        calendar: Any calendar. Of a combined one the hours are shown as they come out, and its dates are working
            or closed: a holiday of one of two calendars is none of both.

        year: The year, 1990 to 2100.

        month: 1 to 12.

        zone: In whose dates and wall clock; by default the calendar's `day_zone`. It must be named where the hours are
            read off clocks in several zones.

    Raises:
        CalendarRangeError: when the month lies outside the years that the calendar covers.
        InvalidValue: rules "period_syntax" (no such month), "period_range", "zone_unknown" and "day_zone" (the
            calendar has no zone of its own, and none is named).
    """
    expect(calendar, ServiceHours, "calendar", "write BusinessCalendar.weekly(…)")
    name = calendar.day_zone if zone is None else zone
    expect(name, str, "zone", 'write its name, such as "Europe/Amsterdam"')
    period = Period.month(year, month)
    start, end = period.bounds(name)
    ruled = calendar if isinstance(calendar, BusinessCalendar) and name == calendar.zone else None
    spans = calendar.open_spans(start, end)
    pieces = offset_pieces(name, start - 1, end + 1)
    changes = [(second[0], first[2], second[2]) for first, second in pairwise(pieces)]
    count = (period.end - period.start).days
    days = tuple(_day(ruled, name, period.start + i * _DAY, spans, changes) for i in range(count))
    offsets = tuple((max(first, start), offset) for first, last, offset in pieces if first < end and last > start)
    return CalendarMonth(calendar.title, name, period, offsets, days)


def _day(
    calendar: BusinessCalendar | None, name: str, day: date, spans: tuple[Span, ...], changes: list[_Change]
) -> CalendarDay:
    """Return one date: as the rules of *calendar* say, or as the *spans* come out where there are no rules."""
    start, end = first_instant(name, day), first_instant(name, day + _DAY)
    inside = clip_spans(spans, start, end)
    if calendar is None or start == end:
        kind: DayKind = "working" if inside else "closed"
        called, hours = "", tuple(_shown(name, span, end) for span in inside)
    else:
        kind, called, hours = _by_rule(calendar, day)
    return CalendarDay(day, kind, called, hours, inside, total_span(inside), _note(day, start, end, changes))


def _by_rule(calendar: BusinessCalendar, day: date) -> tuple[DayKind, str, tuple[str, ...]]:
    """Return kind, name and hours of *day* as the calendar's rules say."""
    minutes = calendar.hours_on(day)
    hours = tuple(show_day_hours((span,)) for span in minutes)
    holidays = calendar.holidays
    called = (holidays.name_of(day) or "") if holidays is not None else ""
    if any(special.date == day for special in calendar.special_days):
        return "special", called, hours
    yearly = f"{day.month:02}-{day.day:02}" in calendar.yearly_holidays
    if yearly or (holidays is not None and day in holidays.days):
        return "holiday", called, hours
    return ("working" if minutes else "closed"), called, hours


def _note(day: date, start: int, end: int, changes: list[_Change]) -> str:
    """Say that clocks change on *day*, the instants ``[start, end)``, or that there is no such date."""
    if start == end:
        return "this date does not exist here"
    midnight = (day.toordinal() - EPOCH_DAY) * DAY_MICROS
    said = []
    for at, before, after in changes:
        if after > before and midnight - after < at < midnight + DAY_MICROS - before:
            said.append(f"clocks go forward by {show_duration(after - before)}")  # readings of this date are left out
        elif after < before and start <= at < end:
            said.append(f"clocks go back by {show_duration(before - after)}")
    return f"{', '.join(said)}: {show_duration(end - start)}" if said else ""


def _shown(name: str, span: Span, midnight: int) -> str:
    """Return the wall clock at both ends of *span*; with the offset where a reading happens twice."""
    return f"{_reading(name, span[0])}-{'24:00' if span[1] == midnight else _reading(name, span[1])}"


def _reading(name: str, instant: int) -> str:
    local: datetime = from_micros(instant).astimezone(zone(name))
    twice = len(wall_clock_instants(name, local.replace(tzinfo=None, fold=0))) > 1
    return f"{local:%H:%M}{local.isoformat()[-6:] if twice else ''}"
