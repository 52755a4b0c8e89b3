"""Deadlines in days: the five meanings and the preset, against an oracle that only reads a wall clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, DayMeaning, Days, Hold, Interval
from tests.calendars.days_oracle import (
    BY_THE_CLOCK,
    DAY,
    HOUR,
    LEAST,
    MEANINGS,
    MINUTES,
    SAME_TIME,
    SERVICE,
    ZERO,
    Meaning,
    Ticket,
    at,
    holds_of,
    law,
    local,
    shows,
    tickets,
)
from tests.calendars.strategies import calendar_of, instants, minutes_of_week, moved, with_minutes, without_exceptions
from tests.calendars.wallclock import zone_of

pytestmark = pytest.mark.sweep

EVERY = pytest.mark.parametrize("meaning", MEANINGS)
AMSTERDAM = "Europe/Amsterdam"
KINGS_DAY = date(2026, 4, 27)  # a Monday
OFFICE = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone=AMSTERDAM, holidays=(KINGS_DAY,))
FRI_2026_04_24_16_00 = datetime(2026, 4, 24, 14, tzinfo=UTC)


# --- by hand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "service", "same_time", "end", "hours", "dates"),
    [
        # over a weekend and King's Day: five meanings, four ends, eleven days apart
        ("04-24 16:00", 2, "05-05 16:00", "04-29 16:00", "04-29 17:00", "04-26 16:00", "04-26 16:00"),
        # after closing: the time of day may lie out of hours
        ("04-24 18:00", 1, "04-30 17:00", "04-28 18:00", "04-28 17:00", "04-25 18:00", "04-25 18:00"),
        # over the weekend in which summer time starts: 48 hours end an hour later on the clock
        ("03-27 16:30", 2, "04-06 16:30", "03-31 16:30", "03-31 17:00", "03-29 17:30", "03-29 16:30"),
        # and in which it ends: an hour earlier
        ("10-23 16:30", 2, "11-02 16:30", "10-27 16:30", "10-27 17:00", "10-25 15:30", "10-25 16:30"),
        # the time of day is skipped: an hour after the change lies as far after it
        ("03-28 02:30", 1, "04-01 17:00", "03-30 02:30", "03-30 17:00", "03-29 03:30", "03-29 03:30"),
        # no days: only the end of a day is something to wait for
        ("04-27 10:00", 0, "04-27 10:00", "04-27 10:00", "04-28 17:00", "04-27 10:00", "04-27 10:00"),
        ("04-30 08:00", 0, "04-30 08:00", "04-30 08:00", "04-30 17:00", "04-30 08:00", "04-30 08:00"),
        ("04-30 17:00", 0, "04-30 17:00", "04-30 17:00", "05-01 17:00", "04-30 17:00", "04-30 17:00"),
        # back over the same holiday
        ("04-28 10:00", -1, "04-22 10:00", "04-24 10:00", None, "04-27 10:00", "04-27 10:00"),
    ],
)
def test_a_week_with_a_holiday_in_five_meanings(
    start: str, days: int, service: str, same_time: str, end: str | None, hours: str, dates: str
) -> None:
    """The same ticket is due at these five times, worked out by hand on a calendar of 2026."""
    wanted = dict(zip(get_args(DayMeaning), (service, same_time, end, hours, dates), strict=True))
    for meaning, expected in wanted.items():
        if expected is not None:
            due = OFFICE.deadline(at(AMSTERDAM, f"2026-{start}"), Days(days, meaning))
            assert shows(AMSTERDAM, due) == f"2026-{expected}", meaning


@pytest.mark.parametrize(
    ("hours", "start", "due"),
    [
        ("Mon-Fri 09:00-17:00", "2025-04-28 08:00", "2025-04-28 17:00"),  # Monday before opening: the same day
        ("Mon-Fri 09:00-17:00", "2025-04-25 18:00", "2025-04-28 17:00"),  # Friday evening: the end of Monday
        ("Mon-Thu 09:00-17:00; Fri 10:00-16:00", "2025-04-28 10:00", "2025-04-29 10:00"),
        ("Mon-Thu 09:00-17:00; Fri 10:00-16:00", "2025-05-02 10:00", "2025-05-05 10:00"),  # Friday to Monday
    ],
)
def test_the_examples_of_freshdesk_for_its_older_day(hours: str, start: str, due: str) -> None:
    """One day of `legacy_freshdesk` ends as in the article of Freshdesk support that announces the newer day."""
    desk = BusinessCalendar.weekly(hours, zone="UTC")
    assert shows("UTC", desk.deadline(at("UTC", start), Days(1, "legacy_freshdesk"))) == due


GLPI = "Mon-Fri 08:00-20:00"
GLPI_LATE_MONDAY = "Mon 10:30-19:00; Tue-Fri 08:30-19:00"
BIZ = "Mon,Wed,Fri 09:00-17:00; Tue,Thu 10:00-16:00; Sat 11:00-14:30"


@pytest.mark.parametrize(
    ("hours", "start", "days", "meaning", "holds", "due"),
    [
        (GLPI, "2018-11-19 10:00", 7, "working_day_same_time", [], "2018-11-28 10:00"),
        (GLPI, "2018-11-19 10:00", 7, "end_of_working_day", [], "2018-11-28 20:00"),
        (GLPI, "2018-11-19 10:00", -7, "working_day_same_time", [], "2018-11-08 10:00"),
        (BIZ, "2006-01-06 12:00", 2, "working_day_same_time", [], "2006-01-09 12:00"),  # a short Saturday is a day
        # held from Wed 11:00 to Tue 11:00 (8 + 10.5 + 10.5 + 8.5 + 2.5 = 40 h) and on Wed from 08:30 to 18:00 (9.5 h);
        # 49.5 h after Wed 19:00: Thu and Fri 21, Mon 8.5 (29.5), Tue 10.5 (40), and 9.5 h on Wed
        (
            GLPI_LATE_MONDAY,
            "2034-06-07 10:00",
            5,
            "end_of_working_day",
            [("2034-06-07 11:00", "2034-06-13 11:00"), ("2034-06-14 07:00", "2034-06-14 18:00")],
            "2034-06-21 18:00",
        ),
    ],
)
def test_the_examples_of_other_tools(
    hours: str, start: str, days: int, meaning: Meaning, holds: list[tuple[str, str]], due: str
) -> None:
    """Days end where the specification files of GLPI and of the biz gem say that they do."""
    held = [(at("UTC", first), at("UTC", last)) for first, last in holds]
    found = BusinessCalendar.weekly(hours, zone="UTC").deadline(at("UTC", start), Days(days, meaning), held)
    assert shows("UTC", found) == due


@pytest.mark.parametrize(
    ("days", "meaning", "due"),
    [
        (1, "calendar_day", "2011-12-31 10:00"),  # 10:00 on the 30th was skipped with all of that date
        (2, "calendar_day", "2011-12-31 10:00"),
        (1, "24_hours", "2011-12-31 10:00"),
        (1, "working_day_same_time", "2011-12-31 10:00"),  # the 30th had no hours: it had no instants
        (2, "working_day_same_time", "2012-01-01 10:00"),
        (1, "end_of_working_day", "2012-01-01 00:00"),
    ],
)
def test_a_date_that_never_was(days: int, meaning: Meaning, due: str) -> None:
    """In Apia Friday 30 December 2011 did not happen: it is no working day, and its times lie as far after it."""
    desk = BusinessCalendar.always("Pacific/Apia")
    found = desk.deadline(at("Pacific/Apia", "2011-12-29 10:00"), Days(days, meaning))
    assert shows("Pacific/Apia", found) == due


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    """02:30 on the date on which summer time ends is the first of the two, and a start at the second is itself."""
    desk = BusinessCalendar.always(AMSTERDAM)
    first, second = (at(AMSTERDAM, "2026-10-25 02:30", fold) for fold in (0, 1))
    assert second - first == HOUR
    for meaning in SAME_TIME:
        assert desk.deadline(first - DAY, Days(1, meaning)) == first
        assert desk.deadline(second + 25 * HOUR - HOUR, Days(-1, meaning)) == first
        assert desk.deadline(second, Days(0, meaning)) == second


def test_an_overnight_shift_ends_the_day_at_midnight_and_works_the_next() -> None:
    """Of a shift from 22:00 to 06:00 the evening ends at midnight, and its early hours make Saturday a working day."""
    night = BusinessCalendar.weekly("Mon-Fri 22:00-06:00", zone="UTC")
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    ends = [shows("UTC", night.deadline(friday, Days(days, "end_of_working_day"))) for days in (0, 1, 2)]
    assert ends == ["2026-03-07 00:00", "2026-03-07 06:00", "2026-03-10 00:00"]
    assert shows("UTC", night.deadline(friday, Days(1, "working_day_same_time"))) == "2026-03-07 12:00"


def test_a_special_day_with_hours_is_a_working_day_and_a_holiday_is_none() -> None:
    """Days end on a Saturday with hours of its own, at its own closing, and never on a holiday."""
    desk = BusinessCalendar.weekly(
        "Mon-Fri 09:00-17:00", zone=AMSTERDAM, holidays=(KINGS_DAY,), special_days={date(2026, 4, 25): "10:00-12:30"}
    )
    ends = [desk.deadline(FRI_2026_04_24_16_00, Days(days, "end_of_working_day")) for days in (0, 1, 2)]
    assert [shows(AMSTERDAM, due) for due in ends] == ["2026-04-24 17:00", "2026-04-25 12:30", "2026-04-28 17:00"]


def test_a_hold_by_hand_in_five_meanings() -> None:
    """A weekend on hold, Friday 16:30 to Tuesday 10:00 after a holiday, moves each meaning by what it counts."""
    hold = (at(AMSTERDAM, "2026-04-24 16:30"), at(AMSTERDAM, "2026-04-28 10:00"))  # 1.5 h of service, 89.5 h elapsed
    dues = {meaning: OFFICE.deadline(FRI_2026_04_24_16_00, Days(2, meaning), [hold]) for meaning in MEANINGS}
    assert {meaning: shows(AMSTERDAM, due) for meaning, due in dues.items()} == {
        "24_service_hours": "2026-05-06 09:30",
        "working_day_same_time": "2026-04-30 09:30",  # Wed 16:00, and 1.5 h more
        "end_of_working_day": "2026-04-30 10:30",
        "24_hours": "2026-04-30 09:30",  # Sun 16:00, and 89.5 h more
        "calendar_day": "2026-04-30 09:30",
        "legacy_freshdesk": "2026-04-30 09:30",
    }


# --- against the oracle ----------------------------------------------------------------------------------


@EVERY
@given(st.data())
@law(40)
def test_days_end_where_a_wall_clock_says(meaning: Meaning, data: st.DataObject) -> None:
    """Without holds, days end at the instant that reading a wall clock minute by minute finds, in UTC."""
    ticket = data.draw(tickets(meaning))
    due = ticket.calendar.deadline(ticket.start, ticket.amount)
    assert due == ticket.named
    assert due.tzinfo is UTC


@EVERY
@given(st.data())
@law(40)
def test_holds_move_days_by_what_they_count(meaning: Meaning, data: st.DataObject) -> None:
    """With holds, days end at what they name, or where their time outside the holds is used up if that is farther."""
    ticket = data.draw(tickets(meaning))
    holds = data.draw(holds_of(ticket))
    assert ticket.calendar.deadline(ticket.start, ticket.amount, holds) == ticket.deadline(holds)


@given(tickets(), st.data())
@law(40)
def test_two_desks_in_one_zone_count_days_as_one(ticket: Ticket, data: st.DataObject) -> None:
    """A union, intersection or difference of hours in one zone ends days as one desk with those hours does."""
    one = without_exceptions(ticket.desk)
    two = moved(one, data.draw(st.sampled_from([1, 60, 720, MINUTES])))
    first, second = minutes_of_week(one), minutes_of_week(two)
    union = calendar_of(one) | calendar_of(two)
    assert union.day_zone == one.zone
    joined = calendar_of(with_minutes(one, first | second))
    assert union.deadline(ticket.start, ticket.amount) == joined.deadline(ticket.start, ticket.amount)
    for combined, minutes in (
        (calendar_of(one) & calendar_of(two), first & second),
        (calendar_of(one) - calendar_of(two), first - second),
    ):
        if len(minutes) >= 60:
            same = calendar_of(with_minutes(one, minutes))
            assert combined.deadline(ticket.start, ticket.amount) == same.deadline(ticket.start, ticket.amount)


def test_the_tickets_are_strong_enough() -> None:
    """Of the tickets drawn, enough end beside a change, at a time that is skipped or comes twice, are moved by their
    holds, start out of hours, or touch a holiday or special day."""
    counts: Counter[str] = Counter()

    @given(tickets(), st.data())
    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    def count(ticket: Ticket, data: st.DataObject) -> None:
        holds, zone = data.draw(holds_of(ticket)), zone_of(ticket.desk.zone)
        ends = ticket.named.astimezone(zone)
        counts["all"] += 1
        counts["beside a change"] += ticket.days != 0 and abs(ticket.named - ticket.turn) <= timedelta(minutes=61)
        same_time = ticket.meaning in SAME_TIME and ticket.days != 0
        counts["skipped"] += same_time and ends.time() != local(ticket.desk.zone, ticket.start).time()
        counts["twice"] += same_time and ends.utcoffset() != ends.replace(fold=1).utcoffset()
        counts["moved"] += ticket.deadline(holds) != ticket.named
        counts["not moved"] += bool(holds) and ticket.deadline(holds) == ticket.named
        counts["out of hours"] += not ticket.desk.is_open(ticket.start)
        counts["back"] += ticket.days < 0
        plain = replace(ticket, desk=without_exceptions(ticket.desk))
        counts["exceptions"] += ticket.meaning != "24_service_hours" and plain.named != ticket.named

    count()
    shares = {name: counts[name] / counts["all"] for name in counts}
    least = {"beside a change": 0.15, "skipped": 0.03, "twice": 0.02, "moved": 0.25, "not moved": 0.1}
    least |= {"out of hours": 0.25, "back": 0.1, "exceptions": 0.02}
    assert not {name: shares[name] for name in least if shares[name] < least[name]}, shares


# --- laws ------------------------------------------------------------------------------------------------


@EVERY
@given(st.data())
@law(25)
def test_more_days_never_end_earlier(meaning: Meaning, data: st.DataObject) -> None:
    """The end of n + 1 days is not before that of n, holds or not, and none lies before the start."""
    ticket = data.draw(tickets(meaning, least=1))
    holds = data.draw(holds_of(ticket))
    numbers = range(LEAST.get(meaning, 0), 12)
    for held in ((), holds):
        ends = [ticket.calendar.deadline(ticket.start, Days(number, meaning), held) for number in numbers]
        assert [ticket.start, *ends] == sorted([ticket.start, *ends])


@given(tickets(least=0), st.data())
@law(100)
def test_a_hold_never_ends_days_earlier(ticket: Ticket, data: st.DataObject) -> None:
    """With one hold more, days that look ahead end at the same instant or later; those that look back, or earlier."""
    holds = data.draw(holds_of(ticket))
    ends = [ticket.calendar.deadline(ticket.start, ticket.amount, holds[:number]) for number in range(len(holds) + 1)]
    assert ends == sorted(ends)
    if ticket.days and ticket.meaning not in LEAST:
        back = [
            ticket.calendar.deadline(ticket.start, Days(-ticket.days, ticket.meaning), holds[:number])
            for number in range(len(holds) + 1)
        ]
        assert back == sorted(back, reverse=True)


@given(tickets("24_service_hours"), st.data())
@law(100)
def test_days_of_service_are_hours_of_service(ticket: Ticket, data: st.DataObject) -> None:
    """Days of 24 service hours end as 24 times as many hours of service do, ahead and back, held or not."""
    number = data.draw(st.integers(-9, 9).filter(bool))
    holds = data.draw(holds_of(ticket))
    for held in ((), holds):
        due = ticket.calendar.deadline(ticket.start, Days(number, "24_service_hours"), held)
        assert due == ticket.calendar.deadline(ticket.start, timedelta(hours=24 * number), held)


@given(tickets("calendar_day"), st.integers(-400, 400))
@law(60)
def test_dates_there_and_back_end_at_the_start(ticket: Ticket, days: int) -> None:
    """Where no clock changes, n dates ahead and n back end where they began; 24 hours do so in every zone."""
    still = calendar_of(replace(ticket.desk, zone="Asia/Kathmandu"))
    for meaning in BY_THE_CLOCK:
        calendar = still if meaning == "calendar_day" else ticket.calendar
        there = calendar.deadline(ticket.start, Days(days, meaning))
        assert calendar.deadline(there, Days(-days, meaning)) == ticket.start
    assert still.deadline(ticket.start, Days(days, "calendar_day")) == ticket.start + days * DAY


@given(tickets("working_day_same_time", least=1), st.data())
@law(60)
def test_holds_in_closed_time_move_no_service(ticket: Ticket, data: st.DataObject) -> None:
    """A hold from any instant to the next opening changes no deadline in working days or hours of service."""
    first = data.draw(instants(ticket.desk, ticket.turn))
    hold = (first, ticket.calendar.next_open(first))
    for meaning in SERVICE:
        days = Days(ticket.days, meaning)
        due = ticket.calendar.deadline(ticket.start, days)
        assert ticket.calendar.deadline(ticket.start, days, [hold]) == due


@pytest.mark.parametrize("meaning", BY_THE_CLOCK)
@given(st.data())
@law(40)
def test_a_hold_moves_days_by_the_clock_by_all_of_it(meaning: Meaning, data: st.DataObject) -> None:
    """A hold between start and end, in hours or not, moves the end of days by the clock by its whole length."""
    ticket = data.draw(tickets(meaning, least=1))
    due = ticket.calendar.deadline(ticket.start, ticket.amount)
    begins = ticket.start + (due - ticket.start) * data.draw(st.integers(0, 99)) // 100
    length = data.draw(st.timedeltas(ZERO, 90 * HOUR))
    assert ticket.calendar.deadline(ticket.start, ticket.amount, [(begins, begins + length)]) == due + length


@given(tickets(), st.data())
@law(40)
def test_how_instants_and_holds_are_written_does_not_matter(ticket: Ticket, data: st.DataObject) -> None:
    """A start with another offset, and holds as intervals, in another order, twice, or told one by one, change
    nothing."""
    holds = data.draw(holds_of(ticket))
    due = ticket.calendar.deadline(ticket.start, ticket.amount, holds)
    assert ticket.calendar.deadline(ticket.start.astimezone(zone_of("Asia/Tokyo")), ticket.amount, holds) == due
    intervals = [Interval(first, last) for first, last in reversed(holds)]
    ways: list[Iterable[Hold]] = [(hold for hold in holds), iter(intervals), [*intervals, *holds], intervals]
    for same in ways:
        assert ticket.calendar.deadline(ticket.start, ticket.amount, same) == due


@pytest.mark.parametrize(
    "hours",
    ["always", "Sat-Sun 00:00-24:00", "Mon-Sun 22:00-06:00", "Mon-Sat 08:00-24:00; Sun 00:00-00:01", "Sat 00:00-24:00"],
)
def test_a_date_ends_at_its_first_midnight_where_clocks_go_back_to_it(hours: str) -> None:
    """In the Azores clocks go back from 01:00 to 00:00 on Sunday: Saturday is over at the first of the two midnights,
    whatever the hours of Sunday."""
    desk = BusinessCalendar.weekly(hours, zone="Atlantic/Azores")
    friday = datetime(2026, 10, 23, 15, tzinfo=UTC)
    assert desk.deadline(friday, Days(1, "end_of_working_day")) == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_a_date_whose_hours_come_twice_ends_with_the_second() -> None:
    """Half an hour after a midnight that comes twice: the working day ends with the second, by 0 days and by 1."""
    desk = BusinessCalendar.weekly("Sun 00:00-00:30", zone="Atlantic/Azores")
    saturday = datetime(2026, 10, 24, 10, tzinfo=UTC)
    for days in (0, 1):
        assert desk.deadline(saturday, Days(days, "end_of_working_day")) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
