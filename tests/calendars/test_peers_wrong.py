"""
What other libraries were seen to answer wrongly, asked of this one; `benchmarks/peers_wrong.py` asks the others.

No other library is imported here. Every expected figure is written out, and an oracle that reads a wall clock agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from ecsm_contracts.calendars import BusinessCalendar, zone
from ecsm_contracts.errors import InvalidValue
from tests.calendars.wallclock import DAY, MINUTE, TICK, Desk, transitions, zone_of

LONDON, SECOND = "Europe/London", timedelta(seconds=1)
ALL_WEEK, WORKING_DAYS, NIGHT = range(7), range(5), (22 * 60, 30 * 60)


def desk(days: range, *shifts: tuple[int, int], zone_name: str = LONDON) -> Desk:
    """Return the oracle's desk with the same shifts, in minutes of the day, on several days."""
    return Desk(zone_name, tuple((day * DAY + start, day * DAY + end) for day in days for start, end in shifts))


def calendar_of(asked: Desk) -> BusinessCalendar:
    """Return the calendar that the library makes of the oracle's desk."""
    return BusinessCalendar.weekly(asked.text, zone=asked.zone)


def at(text: str, zone_name: str = LONDON) -> datetime:
    """Return the instant of a text with `Z`, or else of a reading of a wall clock; the first, of two."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone(zone_name))


NINE_TO_HALF_PAST_FIVE = desk(WORKING_DAYS, (9 * 60, 17 * 60 + 30))
NINE_TO_FIVE = desk(WORKING_DAYS, (9 * 60, 17 * 60))
NIGHTS = desk(WORKING_DAYS, NIGHT)
EVERY_NIGHT = desk(ALL_WEEK, NIGHT)
ALWAYS = desk(ALL_WEEK, (0, DAY))
WITH_LUNCH = desk(WORKING_DAYS, (9 * 60, 12 * 60), (13 * 60, 17 * 60 + 30), zone_name="UTC")


@dataclass(frozen=True)
class Window:
    """Service time that another library had wrong."""

    peer: str
    """Which library, and what it says."""
    desk: Desk
    start: str
    end: str
    right: timedelta


@dataclass(frozen=True)
class Due:
    """A deadline that another library had wrong."""

    peer: str
    desk: Desk
    start: str
    amount: timedelta
    right: str


WINDOWS = [
    Window("businesstimedelta: 0:00:00", NIGHTS, "2025-01-14T02:00Z", "2025-01-14T05:00Z", timedelta(hours=3)),
    Window("businesstimedelta: 0", NIGHTS, "2025-01-14T22:05:37Z", "2025-01-14T22:26:28Z", timedelta(seconds=1251)),
    Window("businesstimedelta: hangs", ALWAYS, "2025-01-06T09:00", "2025-01-06T10:00", timedelta(hours=1)),
    Window(
        "businesstimedelta, naive: 7:30",
        NINE_TO_HALF_PAST_FIVE,
        "2025-07-01T09:00",
        "2025-07-01T17:30",
        timedelta(hours=8, minutes=30),
    ),
    Window(
        "businesstime: 0:00:00",
        NINE_TO_HALF_PAST_FIVE,
        "2025-01-09T18:18:06",
        "2025-01-10T21:32:36",
        timedelta(hours=8, minutes=30),
    ),
    Window("business-duration: 0 h", EVERY_NIGHT, "2025-01-14T02:00", "2025-01-14T05:00", timedelta(hours=3)),
    Window(
        "business-duration: 7.5 h", EVERY_NIGHT, "2025-01-13T22:00", "2025-01-16T00:30", timedelta(hours=18, minutes=30)
    ),
    Window("business-duration: 259200 s", ALWAYS, "2025-03-28", "2025-03-31", 255_600 * SECOND),
    Window("opening-hours-py: 108307 s", ALWAYS, "2025-10-26T01:09:57", "2025-10-27T07:15:04", 111_907 * SECOND),
    Window("pandas: 1 h", NINE_TO_HALF_PAST_FIVE, "2025-01-06T09:00", "2025-01-06T09:45", timedelta(minutes=45)),
    Window("pandas: 1 h", NINE_TO_HALF_PAST_FIVE, "2025-01-06T09:00", "2025-01-06T09:59", timedelta(minutes=59)),
    Window("a wall clock: 301683 s", ALWAYS, "2025-03-28T05:50:43", "2025-03-31T17:38:46", 298_083 * SECOND),
    Window("moment: -60 min", WITH_LUNCH, "2025-01-06T10:00Z", "2025-01-06T11:00Z", timedelta(minutes=60)),
    Window("moment: 270 min", WITH_LUNCH, "2025-01-06T10:00Z", "2025-01-07T10:00Z", timedelta(minutes=450)),
    Window("moment: -10 min", WITH_LUNCH, "2025-01-06T12:10Z", "2025-01-06T12:50Z", timedelta(0)),
    Window("numpy, datetime: 172800 s", ALWAYS, "2025-03-29T12:00", "2025-03-31T12:00", 169_200 * SECOND),
    Window(
        "OTRS: whole hours only",
        NINE_TO_HALF_PAST_FIVE,
        "2025-01-06T17:00",
        "2025-01-06T18:00",
        timedelta(minutes=30),
    ),
]

DEADLINES = [
    Due("pandas: Mon 03:56:09", NIGHTS, "2025-01-24T03:56:09", timedelta(hours=8), "2025-01-25T03:56:09"),
    Due("pandas: 22:00, an hour early", EVERY_NIGHT, "2025-03-29T22:00", timedelta(hours=8), "2025-03-30T23:00"),
    Due("pandas: an error", NINE_TO_HALF_PAST_FIVE, "2025-01-06T09:00", timedelta(hours=8.5), "2025-01-06T17:30"),
    Due("pandas: an error", ALWAYS, "2025-01-06T09:00", timedelta(hours=8), "2025-01-06T17:00"),
    Due("sla-calculator: Saturday", NINE_TO_FIVE, "2025-02-21T17:16:45", timedelta(minutes=30), "2025-02-24T09:30"),
]


@pytest.mark.parametrize("case", WINDOWS, ids=[f"{number}-{case.peer}" for number, case in enumerate(WINDOWS)])
def test_a_window_that_another_library_had_wrong_is_right_here(case: Window) -> None:
    """The service time is the figure written down, and the minutes counted on a wall clock come to the same."""
    start, end = at(case.start, case.desk.zone), at(case.end, case.desk.zone)
    assert calendar_of(case.desk).worked(start, end) == case.right
    assert case.desk.worked(start.astimezone(UTC), end.astimezone(UTC)) == case.right


@pytest.mark.parametrize("case", DEADLINES, ids=[f"{number}-{case.peer}" for number, case in enumerate(DEADLINES)])
def test_a_deadline_that_another_library_had_wrong_is_right_here(case: Due) -> None:
    """The deadline is the instant written down: the amount is counted until then, and not until just before."""
    start, right = at(case.start, case.desk.zone), at(case.right, case.desk.zone)
    assert calendar_of(case.desk).deadline(start, case.amount) == right
    first, last = start.astimezone(UTC), right.astimezone(UTC)
    assert case.desk.worked(first, last) == case.amount
    assert case.desk.worked(first, last - TICK) == case.amount - TICK


def test_times_without_a_zone_are_refused() -> None:
    """What businesstimedelta takes for UTC, and others for the zone of the machine, is an error that says so."""
    calendar = calendar_of(NINE_TO_HALF_PAST_FIVE)
    with pytest.raises(InvalidValue) as refused:
        calendar.worked(datetime(2025, 7, 1, 9), datetime(2025, 7, 1, 17, 30))
    assert refused.value.rule == "instant_naive"


def test_two_instants_of_one_zone_are_not_subtracted_on_the_wall_clock() -> None:
    """Python subtracts datetimes of one zone as readings, two days here; the service time is an hour shorter."""
    london = ZoneInfo(LONDON)
    start, end = datetime(2025, 3, 29, 12, tzinfo=london), datetime(2025, 3, 31, 12, tzinfo=london)
    assert end - start == timedelta(days=2)
    assert calendar_of(ALWAYS).worked(start, end) == timedelta(hours=47)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("09:00", "17:00", 480), ("09:00", "17:30", 510), ("00:30", "23:59", 1409)],
)
def test_hours_may_begin_and_end_at_any_minute(start: str, end: str, minutes: int) -> None:
    """Hours are not bound to whole hours, as they are in OTRS and Znuny."""
    calendar = BusinessCalendar.weekly(f"{start}-{end}", zone=LONDON)
    assert calendar.worked(at("2025-01-06"), at("2025-01-07")) == minutes * MINUTE


def test_an_amount_used_up_at_the_closing_is_due_there_or_at_the_next_opening_as_asked() -> None:
    """Where pandas and Ruby's biz say the next opening, the closing is said here, and the opening on request."""
    calendar, friday = calendar_of(NINE_TO_FIVE), at("2025-02-21T16:00")
    hour = timedelta(hours=1)
    assert calendar.deadline(friday, hour) == at("2025-02-21T17:00")
    assert calendar.deadline(friday, hour, at="next_opening") == at("2025-02-24T09:00")


@pytest.mark.parametrize("name", [LONDON, "Africa/Cairo", "Australia/Lord_Howe", "America/Santiago"])
@pytest.mark.parametrize("fold", [0, 1])
def test_both_readings_of_an_hour_that_happens_twice_are_told_apart(name: str, fold: int) -> None:
    """A window may start in the first or the second of them, with Python's `fold`, which opening-hours-py drops."""
    turns = transitions(name, 2025, 2026)
    back = next(turn for turn in turns if offset(turn, name) < offset(turn - MINUTE, name))
    lost = offset(back - MINUTE, name) - offset(back, name)
    reading = (back.astimezone(zone(name)).replace(tzinfo=None) + 10 * MINUTE).replace(tzinfo=zone(name), fold=fold)
    end = back + timedelta(days=1)
    right = timedelta(days=1) - 10 * MINUTE + (0 if fold else 1) * lost
    always = desk(ALL_WEEK, (0, DAY), zone_name=name)
    assert calendar_of(always).worked(reading, end) == right
    assert always.worked(reading.astimezone(UTC), end) == right


def offset(instant: datetime, name: str) -> timedelta:
    """Return the offset of a zone from UTC, as the oracle reads it."""
    return instant.astimezone(zone_of(name)).replace(tzinfo=UTC) - instant


@pytest.mark.parametrize("name", [LONDON, "Africa/Cairo", "Australia/Lord_Howe", "America/Santiago"])
@pytest.mark.parametrize("hours", [(0, DAY), NIGHT, (9 * 60, 17 * 60 + 30)], ids=["always", "nights", "days"])
def test_windows_around_every_change_of_clocks_are_right(name: str, hours: tuple[int, int]) -> None:
    """In the four zones in which others were tried, nights and all hours come out as a wall clock counts them."""
    asked = desk(ALL_WEEK, hours, zone_name=name)
    calendar = calendar_of(asked)
    for turn in transitions(name, 2024, 2026):
        edges = [turn + timedelta(seconds=seconds) for seconds in (-200_003, -7_205, -1_801, 0, 1_801, 7_205, 200_003)]
        for start, end in [*pairwise(edges), (edges[0], edges[-1])]:
            assert calendar.worked(start, end) == asked.worked(start, end)


@pytest.mark.parametrize(
    ("hours", "day", "minutes"),
    [
        ("00:30-01:30", "2025-03-30", 30),  # biz, businesstimedelta, working_hours: 60
        ("00:30-01:30", "2025-10-26", 90),  # biz, working_hours: 60; businesstimedelta, opening-hours-py: 120
        ("01:30-03:00", "2025-03-30", 60),  # biz, businesstimedelta, working_hours: 30
        ("01:30-03:00", "2025-10-26", 120),  # biz: 150; the others: 90
        ("00:00-04:00", "2025-03-30", 180),  # working_hours: 240
        ("00:00-04:00", "2025-10-26", 300),  # working_hours: 240
    ],
)
def test_hours_with_an_edge_inside_a_change_of_clocks_follow_the_wall_clock(hours: str, day: str, minutes: int) -> None:
    """Every minute at which the clock on the wall shows a time inside the hours counts, and no other."""
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in hours.split("-"))
    asked = desk(ALL_WEEK, (first, last))
    start, end = at(day).astimezone(UTC), (at(day) + timedelta(days=1)).astimezone(UTC)
    assert BusinessCalendar.weekly(hours, zone=LONDON).worked(start, end) == minutes * MINUTE
    assert asked.worked(start, end) == minutes * MINUTE
