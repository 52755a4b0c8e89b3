"""
Where days end: the instant that a number of days names, and how holds move it.

Days first name an instant as if nothing were held. What lies until then, in service time or by the clock, is what
the days give; holds move the end until so much has passed outside them, and never before the instant named.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ecsm_contracts.calendars._instant import EPOCH, MICROSECOND
from ecsm_contracts.calendars._service_time import after_service, looking_back, used_up
from ecsm_contracts.calendars._wall_clock import instant_after_gap, wall_clock_instants
from ecsm_contracts.calendars._zones import DAY_MICROS, end_of_date, first_instant, zone

if TYPE_CHECKING:
    from datetime import date

    from ecsm_contracts.calendars._days import Days
    from ecsm_contracts.calendars._interval import Span
    from ecsm_contracts.calendars._table import ServiceTimeTable

__all__ = ["end_of_days", "instant_named"]

DAY = timedelta(days=1)


def end_of_days(table: ServiceTimeTable, name: str, start: int, days: Days, holds: tuple[Span, ...]) -> int:
    """
    Return the instant at which *days* are over, counted from *start*; microseconds since 1970.

    Args:
        table: the service time of the calendar; of all time, for days by the clock.

        name: the zone whose dates are counted.

        start: where the days begin, or, when they are negative, where they end.

        days: how many, and of which meaning.

        holds: what does not count, sorted and disjoint.

    Raises:
        CalendarRangeError: when that lies outside the calendar's limits.
    """
    named = instant_named(table, name, start, days)
    amount = table.worked_until(named) - table.worked_until(start)
    if not holds or not amount:
        return named
    if days.days < 0:
        return min(named, looking_back(table, start, -amount, holds))
    return max(named, used_up(table, start, amount, holds, latest=False))


def instant_named(table: ServiceTimeTable, name: str, start: int, days: Days) -> int:
    """Return the instant that *days* name when nothing is held; microseconds since 1970."""
    count = days.days
    if days.meaning == "24_hours":
        return start + count * DAY_MICROS
    if days.meaning == "24_service_hours":
        return after_service(table, start, count * DAY_MICROS, (), latest=False)
    today = _local(name, start).date()
    if days.meaning == "calendar_day":
        table.worked_until(start + count * DAY_MICROS)
        return _same_time(name, start, today + count * DAY)
    if days.meaning == "end_of_working_day":
        return _last_closing(table, name, _ending(table, name, start, today, count))
    if days.meaning == "legacy_freshdesk" and table.latest_instant_of(table.worked_until(start)) > start:
        return _last_closing(table, name, _included(table, name, start, count))
    return _same_time(name, start, _working_day(table, name, today, count))


def _ending(table: ServiceTimeTable, name: str, start: int, day: date, count: int) -> date:
    """Return the working day at whose end *count* days end; the zeroth is the first with hours left."""
    if count == 0 and table.worked_until(end_of_date(name, day)) > table.worked_until(start):
        return day
    return _working_day(table, name, day, max(count, 1))


def _included(table: ServiceTimeTable, name: str, start: int, count: int) -> date:
    """Return the working day number *count* from the next opening, the day of that opening being the first."""
    opening = table.latest_instant_of(table.worked_until(start))
    return _working_day(table, name, _local(name, opening).date(), count - 1)


def _working_day(table: ServiceTimeTable, name: str, day: date, count: int) -> date:
    """Return the working day number *count* after the date *day*, or before it; *day* itself when it is 0."""
    for _ in range(count):
        opening = table.latest_instant_of(table.worked_until(end_of_date(name, day)))
        day = _local(name, opening).date()
    for _ in range(-count):
        closing = table.instant_of(table.worked_until(first_instant(name, day)))
        day = _local(name, closing - 1).date()
    return day


def _last_closing(table: ServiceTimeTable, name: str, day: date) -> int:
    """Return where the hours of a working day end: its last closing, or midnight when they go on."""
    return table.instant_of(table.worked_until(end_of_date(name, day)))


def _same_time(name: str, start: int, day: date) -> int:
    """Return the instant on *day* at which a wall clock shows the time of day that it shows at *start*."""
    local = _local(name, start)
    if day == local.date():
        return start
    reading = datetime.combine(day, local.time())
    instants = wall_clock_instants(name, reading)
    return instants[0] if instants else instant_after_gap(name, reading)


def _local(name: str, instant: int) -> datetime:
    return (EPOCH + instant * MICROSECOND).astimezone(zone(name)).replace(tzinfo=None)
