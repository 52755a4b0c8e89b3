"""The month view of a calendar: its sums, its grid, and what it says of odd dates."""

from __future__ import annotations

import calendar as stdlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import (
    BusinessCalendar,
    CalendarMonth,
    HolidaySet,
    Period,
    from_micros,
    month_view,
    to_micros,
    total_span,
)
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, WrongType
from tests.calendars.strategies import ZONES, World, worlds
from tests.calendars.wallclock import MINUTE, zone_of

HOUR = 3_600_000_000
AMSTERDAM = "Europe/Amsterdam"
XMAS_2026 = date(2026, 12, 25)
DESK = BusinessCalendar.weekly(
    "Mon-Fri 08:00-12:00 13:00-18:00",
    zone=AMSTERDAM,
    holidays=HolidaySet.model_validate({"days": {"2026-12-25": "<b>Kerst</b>", "2026-12-26": "Tweede dag"}}),
    yearly_holidays=["12-31"],
    special_days={date(2026, 12, 24): "08:00-12:00", date(2026, 12, 26): "10:00-11:00", date(2026, 12, 28): "closed"},
)


@settings(max_examples=60)
@given(worlds())
def test_the_days_add_up_to_what_the_month_gives(world: World) -> None:
    """Around any change of any clock, service time of the days is that between the bounds of the month."""
    desk = world.calendar
    local = world.turn.astimezone(zone_of(desk.zone))
    view = month_view(desk, local.year, local.month)
    start, end = view.period.bounds(desk.zone)
    assert view.service_time == desk.worked(from_micros(start), from_micros(end)) // timedelta(microseconds=1)
    assert [day.date for day in view.days] == [
        date(local.year, local.month, number + 1) for number in range(stdlib.monthrange(local.year, local.month)[1])
    ]
    assert all(day.service_time == total_span(day.spans) for day in view.days)


@settings(max_examples=15)
@given(worlds())
def test_a_day_has_the_minutes_that_its_wall_clock_shows(world: World) -> None:
    """Service time of the days around a change of the clock, counted minute by minute off a wall clock."""
    local = world.turn.astimezone(zone_of(world.desk.zone))
    view = month_view(world.calendar, local.year, local.month)
    shown: dict[date, int] = {}
    for minute in world.desk.open_minutes(world.turn - timedelta(days=2), world.turn + timedelta(days=2)):
        there = minute.astimezone(zone_of(world.desk.zone)).date()
        shown[there] = shown.get(there, 0) + 1
    for day in view.days:
        if abs((day.date - local.date()).days) < 2:
            assert day.service_time // (MINUTE // timedelta(microseconds=1)) == shown.get(day.date, 0)


@settings(max_examples=40)
@given(worlds(), st.sampled_from(ZONES))
def test_in_another_zone_the_days_add_up_too(world: World, zone: str) -> None:
    """A combined calendar, shown in any zone: nothing is lost between its days."""
    both = world.calendar | BusinessCalendar.weekly("Wed 10:00-14:30", zone="Asia/Kathmandu")
    local = world.turn.astimezone(zone_of(zone))
    view = month_view(both, local.year, local.month, zone)
    start, end = view.period.bounds(zone)
    assert view.service_time == both.worked(from_micros(start), from_micros(end)) // timedelta(microseconds=1)
    assert {day.kind for day in view.days} <= {"working", "closed"}
    for day in view.days:
        assert bool(day.hours) == bool(day.spans) == (day.kind == "working")


def of(view: CalendarMonth, number: int) -> tuple[Any, ...]:
    """Return what a view says of one date."""
    day = view.days[number - 1]
    return day.kind, day.name, day.hours, day.service_time // HOUR, day.note


def test_each_date_says_what_it_is() -> None:
    """Working days, days off, holidays with and without a name, and special days that override them."""
    view = month_view(DESK, 2026, 12)
    assert of(view, 23) == ("working", "", ("08:00-12:00", "13:00-18:00"), 9, "")
    assert of(view, 24) == ("special", "", ("08:00-12:00",), 4, "")
    assert of(view, 25) == ("holiday", "<b>Kerst</b>", (), 0, "")
    assert of(view, 26) == ("special", "Tweede dag", ("10:00-11:00",), 1, "")
    assert of(view, 27) == ("closed", "", (), 0, "")
    assert of(view, 28) == ("special", "", (), 0, "")
    assert of(view, 31) == ("holiday", "", (), 0, "")
    assert view.period == Period.month(2026, 12)
    assert (view.zone, view.title) == (AMSTERDAM, DESK.title)


def test_a_clock_that_goes_forward_takes_an_hour_from_the_night() -> None:
    """29 March 2026 has 23 hours in Amsterdam; a night shift over it one less, which its date says."""
    night = BusinessCalendar.weekly("Mon-Sun 22:00-06:00", zone=AMSTERDAM)
    view = month_view(night, 2026, 3)
    hours = ("00:00-06:00", "22:00-24:00")
    assert of(view, 28) == ("working", "", hours, 8, "")
    assert of(view, 29) == ("working", "", hours, 7, "clocks go forward by 1 h: 23 h")
    assert [(offset // HOUR) for _, offset in view.offsets] == [1, 2]
    assert from_micros(view.offsets[1][0]) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert "UTC+01:00, UTC+02:00 from 2026-03-29 03:00" in str(view)
    back = month_view(night, 2026, 10)
    assert of(back, 25) == ("working", "", hours, 9, "clocks go back by 1 h: 25 h")


@pytest.mark.parametrize(
    ("zone", "month", "number", "note"),
    [
        ("Australia/Lord_Howe", (2026, 4), 5, "clocks go back by 30 min: 24 h 30 min"),
        ("America/Sao_Paulo", (2018, 11), 4, "clocks go forward by 1 h: 23 h"),
        ("America/Sao_Paulo", (2018, 2), 17, "clocks go back by 1 h: 25 h"),
        ("Africa/Cairo", (2026, 4), 24, "clocks go forward by 1 h: 23 h"),
        ("Asia/Pyongyang", (2018, 5), 4, "clocks go forward by 30 min: 23 h 30 min"),
        ("Pacific/Apia", (2011, 12), 30, "this date does not exist here"),
    ],
)
def test_odd_days_say_so(zone: str, month: tuple[int, int], number: int, note: str) -> None:
    """Half an hour, a change at midnight, a date that was skipped: the day says it, and no other day does."""
    view = month_view(BusinessCalendar.always(zone), *month)
    assert view.days[number - 1].note == note
    assert [day.date.day for day in view.days if day.note] == [number]


def test_a_change_at_the_edge_of_a_month_belongs_to_one_month() -> None:
    """Amman skipped the first hour of 1 April 2016: April says so, and March, which ends there, does not."""
    march, april = (month_view(BusinessCalendar.always("Asia/Amman"), 2016, month) for month in (3, 4))
    assert not any(day.note for day in march.days)
    assert april.days[0].note == "clocks go forward by 1 h: 23 h"
    assert [offset // HOUR for _, offset in march.offsets] == [2]
    assert [offset // HOUR for _, offset in april.offsets] == [3]


@given(st.sampled_from(ZONES), st.integers(1991, 2040), st.integers(1, 12))
def test_a_day_of_another_length_says_why(zone: str, year: int, month: int) -> None:
    """A date has a note exactly when it does not have 24 hours, and no hour of the month goes missing."""
    view = month_view(BusinessCalendar.always(zone), year, month)
    assert [day.date for day in view.days if day.note] == [
        day.date for day in view.days if day.service_time != 24 * HOUR
    ]


def test_a_date_that_does_not_exist_has_no_hours() -> None:
    """Apia had no 30 December 2011, whatever its weekly hours say."""
    assert of(month_view(BusinessCalendar.always("Pacific/Apia"), 2011, 12), 30)[:4] == ("closed", "", (), 0)


def test_a_reading_that_happens_twice_is_told_apart() -> None:
    """An hour that begins at the second 02:30 is shown with its offset."""
    first = BusinessCalendar.weekly("Sun 00:30-01:15", zone="UTC")
    view = month_view(first, 2026, 10, AMSTERDAM)
    assert view.days[24].hours == ("02:30+02:00-02:15+01:00",)
    assert view.days[17].hours == ("02:30-03:15",)
    assert view.days[24].service_time == 45 * HOUR // 60


def grid(text: str) -> list[list[str]]:
    """Return the cells of the dates in a grid, week by week, by the columns of its header."""
    lines = text.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("Mon"))
    columns = [match.start() for match in re.finditer(r"\S+", lines[head])]
    weeks = []
    for line in lines[head + 2 :]:
        if not line:
            break
        cells = [line[left:right].strip() for left, right in zip(columns, [*columns[1:], None], strict=True)]
        if all(re.fullmatch(r"[0-9]{0,2}( \*)?", cell) for cell in cells):
            weeks.append([cell.removesuffix(" *") for cell in cells])
    return weeks


@given(st.integers(1991, 2100), st.integers(1, 12))
def test_the_grid_is_the_one_on_the_wall(year: int, month: int) -> None:
    """Weeks from Monday to Sunday, as the standard library lays them out."""
    expected = [[str(day or "") for day in week] for week in stdlib.monthcalendar(year, month)]
    assert grid(str(month_view(DESK.replace(holidays=None), year, month))) == expected


def test_the_text_of_a_month() -> None:
    """Heading, grid, what is unusual, and the total."""
    lines = str(month_view(DESK, 2026, 12)).splitlines()
    assert lines[0] == "December 2026, Europe/Amsterdam, UTC+01:00"
    assert lines[1] == DESK.title
    assert lines[3].split() == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert "Thu 24  special day                       4 h" in lines
    assert "Fri 25  holiday: <b>Kerst</b>             0 s" in lines
    assert "Sat 26  special day: Tweede dag           1 h" in lines
    assert "Thu 31  holiday                           0 s" in lines
    assert lines[-1] == "Service time: 176 h"
    assert all(line == line.rstrip() for line in lines)


def test_the_html_of_a_month_is_data_not_markup() -> None:
    """The name of a holiday is escaped, in what a notebook shows too; every date and every week is there."""
    view = month_view(DESK, 2026, 12)
    page = view._repr_html_()
    assert page == view.html()
    assert "<b>Kerst" not in page
    assert "holiday: &lt;b&gt;Kerst&lt;/b&gt;" in page
    assert "<script" not in page
    assert re.findall(r"<strong>([0-9]+)</strong>", page) == [str(number) for number in range(1, 32)]
    body = page.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    assert [row.count("<td") for row in body.split("</tr>")[:-1]] == [7] * 5


def test_a_title_from_outside_is_shown_harmless() -> None:
    """Whatever a calendar is called, it neither moves the cursor nor opens a tag."""
    view = month_view(DESK, 2026, 12)
    hostile = CalendarMonth("\x1b[31m<script>", view.zone, view.period, view.offsets, view.days)
    assert "\x1b" not in str(hostile)
    assert "<script>" not in hostile.html()


@pytest.mark.parametrize("month", [(2026, 0), (2026, 13), (2026, "12"), (None, 1), (1989, 12), (2101, 1), (2026, 1.5)])
def test_only_months_have_a_view(month: tuple[Any, Any]) -> None:
    """What is no month, or not covered, is refused in the library's words."""
    with pytest.raises(InvalidValue):
        month_view(DESK, *month)


def test_the_first_and_the_last_month_that_there_are() -> None:
    """January 1990 and December 2100 are covered in UTC."""
    always = BusinessCalendar.always()
    assert month_view(always, 1990, 1).service_time == 744 * HOUR
    assert month_view(always, 2100, 12).service_time == 744 * HOUR


def test_a_combined_calendar_is_shown_in_a_zone_that_is_named() -> None:
    """Of two calendars neither has the say; without a zone the view is refused."""
    both = DESK & BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="America/New_York")
    with pytest.raises(InvalidValue, match="clocks in several zones") as caught:
        month_view(both, 2026, 12)
    assert caught.value.rule == "day_zone"
    assert of(month_view(both, 2026, 12, AMSTERDAM), 23) == ("working", "", ("15:00-18:00",), 3, "")
    with pytest.raises(InvalidValue) as unknown:
        month_view(both, 2026, 12, "Europe/Amsterdm")
    assert unknown.value.rule == "zone_unknown"
    with pytest.raises(InvalidValue):
        month_view(DESK, 2026, 12, "")
    with pytest.raises(WrongType):
        month_view(DESK, 2026, 12, 5)  # type: ignore[arg-type]
    with pytest.raises(WrongType):
        month_view("desk", 2026, 12)  # type: ignore[arg-type]


def test_a_calendar_seen_from_elsewhere_shows_hours_as_they_come_out() -> None:
    """A desk in Amsterdam on the wall clock of New York: other hours, the same service time on its workdays."""
    there = month_view(DESK, 2026, 12, "America/New_York")
    assert there.days[22].hours == ("02:00-06:00", "07:00-12:00")
    assert there.days[24].kind == "closed"
    assert month_view(DESK, 2026, 12, AMSTERDAM) == month_view(DESK, 2026, 12)


def test_a_month_outside_the_frozen_holidays_is_refused() -> None:
    """A year whose holidays nobody knows is not shown as if it had none."""
    frozen = BusinessCalendar.weekly("always", zone=AMSTERDAM, holidays=HolidaySet(years="2026", days=(XMAS_2026,)))
    assert month_view(frozen, 2026, 12).service_time == 30 * 24 * HOUR
    with pytest.raises(CalendarRangeError, match="2026"):
        month_view(frozen, 2027, 1)


def test_the_spans_of_a_day_are_instants() -> None:
    """Nine in the morning in Amsterdam is eight in UTC, in December."""
    assert month_view(DESK, 2026, 12).days[0].spans[0] == (
        to_micros(datetime(2026, 12, 1, 7, tzinfo=UTC)),
        to_micros(datetime(2026, 12, 1, 11, tzinfo=UTC)),
    )
