"""Closures and maintenance windows, against a wall clock that is read minute by minute."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import code_and_message
from ecsm_contracts.calendars import (
    BusinessCalendar,
    CombinedCalendar,
    Interval,
    RecurringWindow,
    WindowCalendar,
    to_micros,
    total_span,
)
from ecsm_contracts.errors import CalendarRangeError
from tests.calendars.strategies import ZONES
from tests.calendars.wallclock import MINUTE, TICK, transitions, zone_of

AMSTERDAM = "Europe/Amsterdam"
HOUR = timedelta(hours=1)
SUNDAYS = {"start": "2026-01-04T01:00", "end": "2026-01-04T05:00", "rule": "FREQ=WEEKLY;BYDAY=SU"}
SPRING_2026, AUTUMN_2026 = date(2026, 3, 29), date(2026, 10, 25)
"""The nights on which clocks are put forward (02:00 to 03:00) and back (03:00 to 02:00) in Amsterdam."""


def windows(*recurring: dict[str, Any], single: tuple[Any, ...] = (), zone: str = AMSTERDAM) -> WindowCalendar:
    """A calendar of windows, as a document writes it."""
    return WindowCalendar.model_validate({"zone": zone, "windows": single, "recurring": recurring})


def utc(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def worked_on(calendar: WindowCalendar | CombinedCalendar, day: date) -> timedelta:
    """The time in windows around one night: from noon to noon, UTC."""
    noon = datetime.combine(day, time(12), UTC)
    return calendar.worked(noon - timedelta(days=1), noon)


# --- By the minute ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """A window on some weekdays, or on the n-th of a weekday in each month, in the oracle's own words."""

    zone: str
    first: date
    weekday: int
    nth: int | None
    """Which of the month's; every week, when there is none."""
    opens: int
    """Minute of the day."""
    minutes: int
    by_the_clock: bool
    """The length is what the clock's hands move, else elapsed time."""

    @property
    def model(self) -> dict[str, Any]:
        """The series as a document writes it, from the first day that it gives."""
        day = self.first
        while not self.is_on(day):
            day += timedelta(days=1)
        name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[self.weekday]
        start = datetime.combine(day, time()) + self.opens * MINUTE
        length: dict[str, Any] = {"duration": self.minutes * MINUTE}
        if self.by_the_clock:
            length = {"end": start + self.minutes * MINUTE}
        rule = f"FREQ=MONTHLY;BYDAY={self.nth}{name}" if self.nth else f"FREQ=WEEKLY;BYDAY={name}"
        return {"start": start, "rule": rule, **length}

    def is_on(self, day: date) -> bool:
        """Whether a window starts on a date."""
        return day.weekday() == self.weekday and self.nth in {None, (day.day + 6) // 7}

    def edge(self, reading: datetime) -> datetime:
        """When the clock first shows *reading*: looked for minute by minute, from before it could."""
        zone = zone_of(self.zone)
        at = reading.replace(tzinfo=UTC) - timedelta(hours=15)
        shown = at.astimezone(zone).replace(tzinfo=None)
        while shown < reading:
            at += MINUTE
            before, shown = shown, at.astimezone(zone).replace(tzinfo=None)
            if shown > reading:
                return at + (reading - before) - MINUTE  # the clock went past it: as far after the change
        return at

    def minutes_within(self, start: datetime, end: datetime) -> set[datetime]:
        """Every whole minute of ``[start, end)`` that is in a window."""
        found = set()
        day = max(self.first, start.date() - timedelta(days=3))
        while day <= end.date() + timedelta(days=1):
            if self.is_on(day):
                reading = datetime.combine(day, time()) + self.opens * MINUTE
                at, length = self.edge(reading), self.minutes * MINUTE
                closes = self.edge(reading + length) if self.by_the_clock else at + length
                while at < closes:
                    if start <= at < end:
                        found.add(at)
                    at += MINUTE
            day += timedelta(days=1)
        return found


@st.composite
def nights(draw: st.DrawFn) -> tuple[datetime, list[Series]]:
    """Draw a change of clocks, and series of which some lie over it."""
    zone = draw(st.sampled_from(ZONES))
    turn = draw(st.sampled_from(transitions(zone, 2005, 2030) or (utc("2026-03-29T01:00"),)))
    series = []
    for _ in range(draw(st.integers(1, 3))):
        near = turn.astimezone(zone_of(zone)).date() + timedelta(days=draw(st.sampled_from([0, 0, 0, -1, 1, 3])))
        series.append(
            Series(
                zone=zone,
                first=near - timedelta(days=draw(st.integers(0, 400))),
                weekday=near.weekday(),
                nth=draw(st.sampled_from([None, None, min((near.day + 6) // 7, 4)])),
                opens=draw(st.sampled_from([0, 30, 60, 90, 120, 150, 180, 1380]) | st.integers(0, 1439)),
                minutes=draw(st.sampled_from([1, 15, 30, 60, 240, 1440]) | st.integers(1, 2000)),
                by_the_clock=draw(st.booleans()),
            )
        )
    return turn, series


@pytest.mark.sweep
@given(nights())
@settings(max_examples=120, deadline=None)
def test_windows_are_what_a_clock_shows_minute_by_minute(night: tuple[datetime, list[Series]]) -> None:
    """The time in windows around a change of clocks is the count of the minutes that a walk over local days finds."""
    turn, series = night
    calendar = windows(*(each.model for each in series), zone=series[0].zone)
    start, end = turn - timedelta(days=2), turn + timedelta(days=2)
    minutes = set().union(*(each.minutes_within(start, end) for each in series))
    assert calendar.worked(start, end) == len(minutes) * MINUTE
    at = turn - timedelta(hours=4)
    for _ in range(0, 480, 15):
        assert calendar.in_hours(at) == (at in minutes)
        at += 15 * MINUTE


# --- Laws ---------------------------------------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1)).map(lambda each: each.replace(tzinfo=UTC))
INTERVALS = st.tuples(INSTANTS, st.timedeltas(timedelta(), timedelta(days=9))).map(
    lambda two: (two[0], two[0] + two[1])
)


@st.composite
def calendars(draw: st.DrawFn) -> WindowCalendar:
    """Draw a calendar of single and recurring windows."""
    single = tuple(Interval(*each) for each in draw(st.lists(INTERVALS, max_size=5)))
    _, series = draw(nights())
    moved = (
        Series(each.zone, date(2025, 1, 1), each.weekday, each.nth, each.opens, each.minutes, each.by_the_clock)
        for each in series
    )
    return windows(*(each.model for each in moved), single=single, zone=series[0].zone)


@pytest.mark.sweep
@given(calendars(), INTERVALS, st.sampled_from(ZONES))
@settings(max_examples=80, deadline=None)
def test_a_desk_is_its_time_in_windows_and_out_of_them(
    calendar: WindowCalendar, window: tuple[datetime, datetime], zone: str
) -> None:
    """What a desk works is what it works outside the windows, and inside them."""
    desk = BusinessCalendar.weekly("Mon-Fri 08:00-12:00 13:00-18:00; Sat 22:00-06:00", zone=zone)
    assert desk.worked(*window) == (desk - calendar).worked(*window) + (desk & calendar).worked(*window)


@pytest.mark.sweep
@given(calendars(), INTERVALS, INSTANTS, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_order_and_splitting_mean_nothing(
    calendar: WindowCalendar, window: tuple[datetime, datetime], cut: datetime, random: Any
) -> None:
    """Windows in another order, listed twice, or cut in two are the same calendar, or have the same time."""
    single, recurring = list(calendar.windows) * 2, list(calendar.recurring) * 2
    random.shuffle(single)
    random.shuffle(recurring)
    assert calendar.replace(windows=tuple(single), recurring=tuple(recurring)).digest() == calendar.digest()
    halves = [
        half
        for each in calendar.windows
        for middle in [min(max(each.start, cut), each.end)]
        for half in (Interval(each.start, middle), Interval(middle, each.end))
    ]
    assert calendar.replace(windows=tuple(halves)).worked(*window) == calendar.worked(*window)
    middle = min(max(cut, window[0]), window[1])
    parts = calendar.worked(window[0], middle) + calendar.worked(middle, window[1])
    assert calendar.worked(*window) == parts


@pytest.mark.sweep
@given(calendars(), INTERVALS)
@settings(max_examples=60, deadline=None)
def test_wherever_one_looks_the_windows_are_the_same(
    calendar: WindowCalendar, window: tuple[datetime, datetime]
) -> None:
    """Expanding a short span finds what expanding a long one finds there: no window is lost at its edges."""
    start, end = (to_micros(each) for each in window)
    wide = calendar.open_spans(to_micros(utc("2024-01-01T00:00")), to_micros(utc("2029-01-01T00:00")))
    expected = [(max(first, start), min(last, end)) for first, last in wide if max(first, start) < min(last, end)]
    assert list(calendar.open_spans(start, end)) == expected
    assert calendar.worked(*window) == timedelta(microseconds=total_span(expected))


@pytest.mark.sweep
@given(calendars(), INSTANTS)
@settings(max_examples=60, deadline=None)
def test_an_opening_and_a_closing_are_edges(calendar: WindowCalendar, instant: datetime) -> None:
    """From the next opening to the next closing all is in windows, and at the closing nothing is."""
    opens, closes = calendar.next_open(instant), calendar.next_close(instant)
    assert instant <= opens < closes
    assert calendar.worked(instant, opens) == timedelta()
    assert calendar.worked(opens, closes) == closes - opens
    assert not calendar.in_hours(closes)
    assert calendar.in_hours(closes - TICK)


@pytest.mark.sweep
@given(calendars(), INTERVALS)
@settings(max_examples=40, deadline=None)
def test_it_travels(calendar: WindowCalendar, window: tuple[datetime, datetime]) -> None:
    """A calendar of windows is its data: written and read, pickled, copied, and within another calendar."""
    less = BusinessCalendar.always() - calendar
    worked = calendar.worked(*window), less.worked(*window)
    for kind, each in ((WindowCalendar, calendar), (CombinedCalendar, less)):
        again = (
            kind.model_validate(each.to_data()),
            pickle.loads(pickle.dumps(each)),  # noqa: S301 - our own
            copy.copy(each),
        )
        assert all(one == each for one in again)
        assert {one.worked(*window) for one in again} == {each.worked(*window)}
    assert sum(worked, timedelta()) == max(window[1] - window[0], timedelta())


# --- By hand ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "spring", "autumn", "plain"),
    [
        # 01:00 to 05:00 by the clock. Spring: 01-02 and 03-05. Autumn: 01-02, 02-03 twice, 03-05.
        ({"end": "2026-01-04T05:00"}, 3, 5, 4),
        # Four hours, whatever the clock shows: until 06:00 in spring, until 04:00 in autumn.
        ({"duration": "4h"}, 4, 4, 4),
        # A whole day by the clock, from 01:00 to 01:00. The change lies within it.
        ({"end": "2026-01-05T01:00"}, 23, 25, 24),
    ],
)
def test_clock_and_elapsed_time_on_the_nights_that_clocks_change(
    length: dict[str, str], spring: int, autumn: int, plain: int
) -> None:
    """With an end both edges are readings of the clock; with a duration the length is exact."""
    calendar = windows({"start": "2026-01-04T01:00", "rule": "FREQ=WEEKLY;BYDAY=SU", **length})
    for day, hours in ((SPRING_2026, spring), (AUTUMN_2026, autumn), (date(2026, 3, 22), plain)):
        midnight = datetime.combine(day, time(), UTC) - timedelta(hours=4)
        assert calendar.worked(midnight, midnight + timedelta(hours=36)) == hours * HOUR


@pytest.mark.parametrize(
    ("first", "last", "opens", "closes"),
    [
        # Spring, clocks skip 02:00 to 03:00 at 01:00Z.
        ("2026-03-29T02:30", "2026-03-29T04:00", "01:30", "02:00"),  # 02:30 is 30 min into the gap: 03:30
        ("2026-03-29T01:30", "2026-03-29T02:30", "00:30", "01:30"),  # it ends at 03:30: one hour after 01:30
        ("2026-03-29T02:15", "2026-03-29T02:45", "01:15", "01:45"),  # both edges skipped: 03:15 to 03:45
        ("2026-03-29T02:30", "2026-03-29T03:15", "", ""),  # 03:30 to 03:15: no time
        # Autumn, clocks show 02:00 to 03:00 twice, from 00:00Z and from 01:00Z.
        ("2026-10-25T02:30", "2026-10-25T04:00", "00:30", "03:00"),  # the first 02:30
        ("2026-10-25T01:00", "2026-10-25T02:30", "23:00", "00:30"),  # until the first 02:30
        ("2026-10-25T02:15", "2026-10-25T02:45", "00:15", "00:45"),  # both are the first
    ],
)
def test_readings_that_are_skipped_or_shown_twice(first: str, last: str, opens: str, closes: str) -> None:
    """A reading that happens twice means its first; one that never happens lies as far after the change."""
    calendar = windows({"start": first, "end": last, "rule": "FREQ=YEARLY;COUNT=1"})
    day = utc(first[:10] + "T00:00") - timedelta(hours=2)
    found = calendar.open_spans(to_micros(day), to_micros(day + timedelta(hours=24)))
    shown = [datetime.fromtimestamp(edge / 1_000_000, UTC).strftime("%H:%M") for span in found for edge in span]
    assert shown == ([opens, closes] if opens else [])


def test_a_desk_less_its_closures() -> None:
    """A plant that shuts from noon on 24 December to the end of 1 January leaves its desk the other hours."""
    desk = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone=AMSTERDAM)
    shut = windows(single=({"start": "2026-12-24T11:00:00Z", "end": "2027-01-01T23:00:00Z"},))
    # Monday 21 to Friday 25 December: three whole days and 09:00 to 12:00 on Thursday. 24 + 3 = 27.
    assert (desk - shut).worked(utc("2026-12-20T23:00"), utc("2026-12-27T23:00")) == 27 * HOUR
    # The desk's own hours in the closure: Thursday 5, Friday 8, Monday to Thursday 32, Friday 1 January 8. 53.
    assert (desk & shut).worked(utc("2026-12-20T23:00"), utc("2027-01-03T23:00")) == 53 * HOUR
    # Six hours from Thursday 09:00: three until noon, and three on Monday 4 January, until 12:00 = 11:00Z.
    assert (desk - shut).deadline(utc("2026-12-24T08:00"), 6 * HOUR) == utc("2027-01-04T11:00")


def test_the_second_tuesday_of_the_month() -> None:
    """A patch night from 22:00 to 02:00 on every second Tuesday: four hours a month, and 2 h by the end of its day."""
    patch = windows({"start": "2026-01-13T22:00", "end": "2026-01-14T02:00", "rule": "FREQ=MONTHLY;BYDAY=2TU"})
    # Amsterdam's first quarter of 2026: 13 January, 10 February, 10 March. 3 x 4 = 12.
    assert patch.worked(utc("2025-12-31T23:00"), utc("2026-03-31T22:00")) == 12 * HOUR
    # 14 April 2026, summer time: 20:00Z to 24:00Z. At 22:00Z, midnight, two of its hours are over.
    assert patch.next_open(utc("2026-04-01T00:00")) == utc("2026-04-14T20:00")
    assert patch.worked(utc("2026-04-13T22:00"), utc("2026-04-14T22:00")) == 2 * HOUR


@pytest.mark.parametrize("length", [{"duration": "720h"}, {"end": "2026-08-31T06:00"}])
def test_one_may_ask_in_the_middle_of_a_long_window(length: dict[str, str]) -> None:
    """A shutdown of thirty days in August is there on each of them, however short the span that is asked about."""
    shutdown = windows({"start": "2026-08-01T06:00", "rule": "FREQ=YEARLY", **length})
    for day in range(2, 31):
        noon = datetime(2027, 8, day, 12, tzinfo=UTC)
        assert shutdown.open_spans(to_micros(noon), to_micros(noon + MINUTE)) == (
            (to_micros(noon), to_micros(noon + MINUTE)),
        )
    assert shutdown.next_close(utc("2027-08-20T00:00")) == utc("2027-08-31T04:00")


def test_left_out_and_added_starts() -> None:
    """Sundays in February 2026 (1, 8, 15, 22) less the 8th, and Saturday 14th: 4 - 1 + 1 = 4 windows of 4 h."""
    series = windows({**SUNDAYS, "except": ["2026-02-08T01:00"], "also": ["2026-02-14T01:00", "2026-02-15T01:00"]})
    assert series.worked(utc("2026-01-31T23:00"), utc("2026-02-28T23:00")) == 16 * HOUR
    assert not series.in_hours(utc("2026-02-08T01:00"))
    assert series.in_hours(utc("2026-02-14T01:00"))


def test_a_start_that_is_added_may_be_left_out() -> None:
    """What is left out is left out of the starts beside the rule as well (RFC 5545, section 3.8.5.3)."""
    both = {"except": ["2026-02-14T01:00"], "also": ["2026-02-14T01:00"]}
    assert not windows({**SUNDAYS, **both}).in_hours(utc("2026-02-14T01:00"))


def test_overlapping_windows_count_once() -> None:
    """01:00 to 05:00, 04:00 to 06:00 and 06:00 to 07:00 on one Sunday are six hours, and close once."""
    second = {"start": "2026-01-04T04:00", "duration": "2h", "rule": "FREQ=WEEKLY"}
    single = {"start": "2026-02-01T05:00:00Z", "end": "2026-02-01T06:00:00Z"}
    calendar = windows(SUNDAYS, second, single=(single,))
    assert worked_on(calendar, date(2026, 2, 1)) == 6 * HOUR
    assert calendar.next_close(utc("2026-02-01T00:00")) == utc("2026-02-01T06:00")


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("FREQ=WEEKLY;COUNT=3", 3),  # 4, 11, 18 January
        ("FREQ=WEEKLY;UNTIL=20260118T010000", 3),  # the last start is the end itself: it is in
        ("FREQ=WEEKLY;UNTIL=20260118T005959", 2),
        ("FREQ=WEEKLY;UNTIL=20260118T000000Z", 3),  # 01:00 in Amsterdam
        ("FREQ=WEEKLY;UNTIL=20260117T235959Z", 2),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", 52),
        ("FREQ=WEEKLY", 52),
    ],
)
def test_where_a_rule_ends(rule: str, count: int) -> None:
    """COUNT counts from the start; UNTIL is the last start that may be, by the wall clock or in UTC."""
    calendar = windows({**SUNDAYS, "end": None, "duration": "1h", "rule": rule})
    assert calendar.worked(utc("2026-01-01T00:00"), utc("2026-12-31T00:00")) == count * HOUR


def test_count_and_exceptions() -> None:
    """A start that is left out is counted all the same: three less one are two."""
    calendar = windows({**SUNDAYS, "rule": "FREQ=WEEKLY;COUNT=3", "except": ["2026-01-11T01:00"]})
    assert calendar.worked(utc("2026-01-01T00:00"), utc("2026-12-31T00:00")) == 8 * HOUR


def test_a_window_in_another_zone() -> None:
    """The vendor's Sunday 01:00 in New York is 06:00Z in winter, and 05:00Z in summer."""
    vendor = windows({**SUNDAYS, "zone": "America/New_York"})
    assert vendor.next_open(utc("2026-01-04T00:00")) == utc("2026-01-04T06:00")
    assert vendor.next_open(utc("2026-07-05T00:00")) == utc("2026-07-05T05:00")
    assert vendor.day_zone == AMSTERDAM


def test_a_day_that_a_zone_skipped() -> None:
    """Apia had no 30 December 2011: its window falls on the day after, with the one of that day."""
    daily = {"start": "2011-12-28T10:00", "duration": "2h", "rule": "FREQ=DAILY"}
    calendar = windows(daily, zone="Pacific/Apia")
    # Starts at 20:00Z on the 28th and 29th (10:00 at -10), and at 20:00Z on the 30th (10:00 on the 31st at +14).
    assert calendar.worked(utc("2011-12-28T12:00"), utc("2011-12-31T12:00")) == 6 * HOUR


# --- Edges --------------------------------------------------------------------------------------------------------


def test_no_windows() -> None:
    """A calendar without windows is closed for good, and takes nothing from a desk."""
    nothing = windows()
    desk = BusinessCalendar.always()
    assert nothing.worked(utc("1990-01-01T00:00"), utc("2101-01-01T00:00")) == timedelta()
    assert (desk - nothing).worked(utc("2026-01-01T00:00"), utc("2026-01-02T00:00")) == timedelta(days=1)
    with pytest.raises(CalendarRangeError, match="0 single and 0 recurring windows"):
        nothing.next_open(utc("2026-01-01T00:00"))


@pytest.mark.sweep
def test_the_first_and_the_last_years() -> None:
    """Windows at both ends of what may be asked about are cut there, and beyond it is an error."""
    first = {"start": "1990-01-01T00:00", "duration": "2h", "rule": "FREQ=DAILY"}
    last = {"start": "2100-12-31T23:00", "end": "2101-01-01T00:00", "rule": "FREQ=YEARLY"}
    calendar = windows(first, last)
    assert calendar.in_hours(utc("1990-01-01T00:30"))  # 01:30 in Amsterdam
    assert calendar.in_hours(utc("2100-12-31T22:30"))
    assert calendar.worked(utc("2100-12-31T22:00"), utc("2101-01-01T00:00")) == 2 * HOUR  # 23:00 to 01:00 in Amsterdam
    with pytest.raises(CalendarRangeError):
        calendar.worked(utc("1989-12-31T00:00"), utc("1990-01-02T00:00"))


def test_thirty_years_of_a_weekly_window_compile_quickly() -> None:
    """1,565 windows from 2020 to 2050 are expanded in well under a second."""
    began = perf_counter()
    assert windows(SUNDAYS | {"start": "2020-01-05T01:00", "end": "2020-01-05T05:00"}).worked(
        utc("2020-01-01T00:00"), utc("2050-01-01T00:00")
    ) == timedelta(hours=4 * 1565)  # an hour is lost each spring, and won each autumn
    assert perf_counter() - began < 1


def test_windows_of_very_different_lengths() -> None:
    """A microsecond in one year and all of the next are counted exactly, and cost little to keep."""
    calendar = windows(
        single=(
            {"start": "2020-03-01T00:00:00Z", "end": "2020-03-01T00:00:00.000001Z"},
            {"start": "2021-01-01T00:00:00Z", "end": "2022-01-01T00:00:00Z"},
        )
    )
    start = utc("2020-01-01T00:00")
    assert calendar.worked(start, utc("2020-12-31T00:00")) == TICK  # what is compiled first is the short one
    assert calendar.worked(start, utc("2023-01-01T00:00")) == timedelta(days=365) + TICK
    assert calendar.deadline(start, timedelta(days=3)) == utc("2021-01-04T00:00") - TICK


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"end": None}, "window_end"),
        ({"duration": "4h"}, "window_end"),
        ({"end": "2026-01-04T01:00"}, "window_length"),
        ({"end": "2026-01-04T00:30"}, "window_length"),
        ({"end": "2027-01-05T01:01"}, "window_length"),
        ({"end": None, "duration": "0h"}, "window_length"),
        ({"end": None, "duration": "1d"}, "duration_day"),
        ({"start": "2026-01-04"}, "reading_syntax"),
        ({"start": "2026-02-30T01:00"}, "reading_syntax"),
        ({"start": "04.01.2026 01:00"}, "reading_syntax"),
        ({"start": date(2026, 1, 4)}, "reading_syntax"),
        ({"start": 1767488400}, "reading_syntax"),
        ({"start": datetime(2026, 1, 4, 1, fold=1)}, "reading_syntax"),  # the second of two is not to be had
        ({"start": "2026-01-04T01:00Z"}, "reading_offset"),
        ({"start": "2026-01-04T01:00:00+01:00"}, "reading_offset"),
        ({"start": datetime(2026, 1, 4, 1, tzinfo=UTC)}, "reading_offset"),
        ({"start": "1989-01-01T01:00"}, "instant_range"),
        ({"start": "2101-01-02T01:00"}, "instant_range"),
        ({"zone": "Europe/Amsterdm"}, "zone_unknown"),
        ({"exdate": []}, "unknown_field"),
        ({"except": ["2026-01-11T01:00"] * 10_001}, "too_many"),
        ({"except": ["2026-01-11"]}, "reading_syntax"),
        ({"except": ["2026-01-12T01:00"]}, "window_except"),
        ({"rule": ["FREQ=WEEKLY"]}, "not_a_text"),
    ],
)
def test_a_window_that_is_none_is_refused(change: dict[str, Any], code: str) -> None:
    """Each fault of a window has its code."""
    with pytest.raises(ValidationError) as caught:
        RecurringWindow.model_validate({**SUNDAYS, **change})
    assert code in {code_and_message(error)[0] for error in caught.value.errors()}


def test_there_are_not_too_many_series() -> None:
    """A calendar has at most 500 series, which bounds what it costs to ask it."""
    assert RecurringWindow.model_validate(SUNDAYS).length == 4 * HOUR
    with pytest.raises(ValidationError):
        windows(*[SUNDAYS] * 501)


# --- What is left out must be there -------------------------------------------------------------------------------


def refused_except(change: dict[str, Any], zone: str | None = None) -> str:
    """The message with which a reading in `except` is refused; nothing, when it is not."""
    try:
        windows({**SUNDAYS, **change}, zone=zone) if zone else RecurringWindow.model_validate({**SUNDAYS, **change})
    except ValidationError as errors:
        ((code, message),) = (code_and_message(error) for error in errors.errors())
        assert code == "window_except"
        return message
    return ""


@pytest.mark.parametrize(
    ("change", "left_out", "nearest"),
    [
        ({}, "2026-04-06T01:00", "Sunday 2026-04-05T01:00"),  # a Monday
        ({}, "2026-04-05T13:00", "Sunday 2026-04-05T01:00"),  # the right day at another time
        ({}, "2026-04-05T01:00:01", "Sunday 2026-04-05T01:00"),
        ({}, "2026-04-08T13:00", "Sunday 2026-04-05T01:00"),  # as near to the 12th: the earlier
        ({}, "2026-04-08T13:01", "Sunday 2026-04-12T01:00"),
        ({}, "2025-12-28T01:00", "Sunday 2026-01-04T01:00"),  # before the rule begins
        ({"rule": "FREQ=WEEKLY;COUNT=3"}, "2026-01-25T01:00", "Sunday 2026-01-18T01:00"),
        ({"rule": "FREQ=WEEKLY;COUNT=3"}, "2099-12-27T01:00", "Sunday 2026-01-18T01:00"),
        ({"rule": "FREQ=WEEKLY;UNTIL=20260118T010000"}, "2026-01-25T01:00", "Sunday 2026-01-18T01:00"),
        ({"rule": "FREQ=WEEKLY;UNTIL=20260118T000000Z"}, "2026-01-25T01:00", "Sunday 2026-01-18T01:00"),
        ({"rule": "FREQ=WEEKLY;UNTIL=99991231T235959Z"}, "2026-01-25T02:00", "Sunday 2026-01-25T01:00"),
        ({"rule": "FREQ=YEARLY;INTERVAL=5"}, "2029-01-04T01:00", "Saturday 2031-01-04T01:00"),  # none within 400 days
        ({"also": ["2026-04-07T02:00"]}, "2026-04-07T01:00", "Tuesday 2026-04-07T02:00"),
    ],
)
def test_an_exception_that_is_no_start_is_refused(change: dict[str, Any], left_out: str, nearest: str) -> None:
    """A reading in `except` at which no window starts is refused, and the message names the nearest start."""
    message = refused_except({**change, "except": [left_out]})
    assert message.endswith(f"the nearest start is {nearest}")
    assert left_out in message


def test_an_exception_is_looked_for_before_the_end_in_the_zone() -> None:
    """An UNTIL in UTC falls on a reading that the calendar's zone says; without a zone two days are let pass."""
    ends = {"rule": "FREQ=DAILY;UNTIL=20260117T235959Z", "except": ["2026-01-18T01:00"]}
    assert refused_except(ends, AMSTERDAM).endswith("Saturday 2026-01-17T01:00")  # 18 January 00:00Z is after it
    assert refused_except({**ends, "zone": AMSTERDAM}, "Asia/Tokyo")
    assert not refused_except(ends, "Asia/Tokyo")  # 17 January 16:00Z
    assert not refused_except(ends)
    assert refused_except({**ends, "except": ["2026-01-20T01:00"]})


@st.composite
def rules(draw: st.DrawFn) -> RecurringWindow:
    """Draw a window that comes again by one of some rules, with an end or without."""
    rule = draw(
        st.sampled_from(
            [
                "FREQ=DAILY;INTERVAL=3",
                "FREQ=WEEKLY;BYDAY=MO,WE,SU",
                "FREQ=MONTHLY;BYDAY=1SU",
                "FREQ=MONTHLY;INTERVAL=5",
                "FREQ=YEARLY",
                "FREQ=DAILY;BYMONTH=1,2",
            ]
        )
    )
    end = draw(st.sampled_from(["", ";COUNT=4", ";UNTIL=20260301T000000", ";UNTIL=20270104T010000"]))
    instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)).map(lambda each: each.replace(fold=0))
    added = draw(st.lists(instants, max_size=2))
    return RecurringWindow.model_validate({**SUNDAYS, "rule": rule + end, "also": added})


@pytest.mark.sweep
@given(rules(), st.lists(st.integers(0, 900), max_size=30), st.integers(0, 1))
@settings(max_examples=80, deadline=None)
def test_starts_are_those_that_a_window_has(window: RecurringWindow, days: list[int], hours: int) -> None:
    """Readings pass as starts exactly when a window that begins there is found by expanding the rule."""
    readings = {datetime(2025, 12, 1, hours) + timedelta(days=day) for day in days} | set(window.also[:1])
    zone = "UTC"
    found = window.spans(zone, to_micros(utc("2025-12-01T00:00")), to_micros(utc("2029-01-01T00:00")))
    starts = {start for start, _ in found}
    expected = sorted(each for each in readings if to_micros(each.replace(tzinfo=UTC)) in starts)
    assert list(window.starts_among(readings, zone)) == expected
    assert window.replace(except_=expected).except_ == tuple(expected)


def test_exceptions_cost_little_however_long_ago_the_rule_began() -> None:
    """One far exception of a daily rule, and ten thousand over a century, are found without walking through it all."""
    daily = {"start": "1990-01-01T01:00", "duration": "1h", "rule": "FREQ=DAILY"}
    began = perf_counter()
    for _ in range(20):
        RecurringWindow.model_validate({**daily, "except": ["2099-05-05T01:00"]})
    assert perf_counter() - began < 1
    many = [datetime(1990, 1, 1, 1) + timedelta(days=4 * each) for each in range(10_000)]
    began = perf_counter()
    assert len(RecurringWindow.model_validate({**daily, "except": many}).except_) == 10_000
    assert perf_counter() - began < 2
