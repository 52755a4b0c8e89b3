"""Days kept for datetimes give what the table of integers gives, from the first question to the last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, HolidaySet, from_micros, to_micros
from ecsm_contracts.calendars._moments import KEPT_DAYS
from ecsm_contracts.errors import CalendarRangeError, EcsmError, InvalidValue, WrongType
from tests.calendars.strategies import World, instants, worlds
from tests.calendars.wallclock import TICK

if TYPE_CHECKING:
    from collections.abc import Callable

DESK = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def answer(question: Callable[[], object]) -> object:
    """Return what is answered, or the message of the error."""
    try:
        return question()
    except EcsmError as error:
        return str(error)


def answers(desk: BusinessCalendar, start: datetime) -> list[object]:
    """Return what the desk says about *start* and the ends of its years."""
    first, last = map(from_micros, desk.limits)
    questions: list[Callable[[], object]] = [
        lambda: desk.in_hours(start),
        lambda: desk.worked(first, start),
        lambda: desk.worked(start, last),
        lambda: desk.deadline(start, timedelta(hours=3)),
        lambda: desk.deadline(start, timedelta(days=360)),
    ]
    return [answer(question) for question in questions]


class Length(timedelta):
    """A length of time of another package, which its results are too."""

    def __add__(self, other: object) -> timedelta:
        """Return a length of this kind."""
        total = timedelta.__add__(self, other)  # type: ignore[operator]  # whatever timedelta adds
        return Length(total.days, total.seconds, total.microseconds)

    __radd__ = __add__


class Moment(datetime):
    """A datetime of another package, whose differences are of that package too."""

    def __sub__(self, other: object) -> timedelta:  # type: ignore[override]  # one of the two overloads
        """Return the difference as a length of this kind."""
        since = datetime.__sub__(self, other)  # type: ignore[operator]  # only datetimes are given
        return Length(since.days, since.seconds, since.microseconds)


@given(worlds(), st.data())
def test_what_is_kept_answers_as_the_table_does(world: World, data: st.DataObject) -> None:
    """Asked three times, before the days are kept and after, elapsed time, deadline and hours are the table's."""
    table, calendar = world.calendar.table, world.calendar.replace()
    points = data.draw(st.lists(instants(world.desk, world.turn), min_size=2, max_size=6))
    for _ in range(3):
        for start in points:
            at = to_micros(start)
            assert calendar.in_hours(start) == (table.worked_until(at + 1) > table.worked_until(at))
            for end in points:
                elapsed = max(table.worked_until(to_micros(end)) - table.worked_until(at), 0)
                assert calendar.worked(start, end) == timedelta(microseconds=elapsed)
                if elapsed:
                    due = from_micros(table.instant_of(table.worked_until(at) + elapsed))
                    assert calendar.deadline(start, timedelta(microseconds=elapsed)) == due


@pytest.mark.parametrize("hours", ["Mon-Fri 09:00-17:00", "Sun 00:00-00:01", "always", "Mon-Sun 22:00-06:00", "closed"])
def test_the_edges_of_what_a_calendar_covers_are_the_same_kept_or_not(hours: str) -> None:
    """On the first and last days of the years, and past them, the first answer or error is the last."""
    year = HolidaySet.model_validate({"years": "2026", "days": []})
    desk = BusinessCalendar.weekly(hours, zone="Europe/Amsterdam", holidays=year)
    first, last = map(from_micros, desk.limits)
    near = [
        edge + timedelta(hours=h) + tick
        for edge in (first, last)
        for h in (-25, -1, 0, 1, 30)
        for tick in (-TICK, TICK)
    ]
    for start in [first, last, *near]:
        found = answers(desk, start)
        assert answers(desk, start) == found
        assert answers(desk.replace(), start) == found


def test_datetimes_of_other_packages_give_plain_results() -> None:
    """A subclass goes in, plain values come out, with the same time, kept or not."""
    start = Moment(2026, 3, 2, 9, 30, tzinfo=UTC)
    for _ in range(3):
        worked = DESK.worked(start, start + timedelta(hours=2))
        due = DESK.deadline(start, Length(hours=2))
        assert (type(worked), worked) == (timedelta, timedelta(hours=2))
        assert (type(due), due) == (datetime, datetime(2026, 3, 2, 11, 30, tzinfo=UTC))


def test_kept_or_not_a_naive_datetime_is_refused() -> None:
    """Every door names the fault also when the day around it is kept."""
    for at in (MONDAY, MONDAY.replace(tzinfo=None), "2026-03-02", None):
        for ask in (DESK.in_hours, lambda at: DESK.worked(at, MONDAY), lambda at: DESK.deadline(at, TICK)):
            if at is MONDAY:
                ask(at)
            else:
                with pytest.raises((InvalidValue, WrongType), match=r"has no offset|datetime is needed"):
                    ask(at)  # type: ignore[arg-type]  # what is refused


def test_a_deadline_past_all_datetimes_is_an_error_of_the_calendar() -> None:
    """The greatest amount there is does not overflow."""
    for _ in range(2):
        with pytest.raises(CalendarRangeError):
            DESK.deadline(MONDAY, timedelta.max)


def test_no_more_days_are_kept_than_said() -> None:
    """More than six years of days asked about one by one: the number kept is bounded, the answers stay."""
    always = BusinessCalendar.always()
    east = timezone(timedelta(hours=9))
    for day in range(KEPT_DAYS + 300):
        start = MONDAY + timedelta(days=day)
        assert always.worked(start.astimezone(east), start + TICK) == TICK
        assert always.deadline(start, TICK) == start + TICK
    kept = always._moments
    assert max(len(kept.days), len(kept.levels)) <= KEPT_DAYS


def test_a_datetime_is_no_amount_kept_or_not() -> None:
    """The error is the same before a day is kept and after."""
    for _ in range(3):
        with pytest.raises(WrongType, match="give a timedelta"):
            DESK.deadline(MONDAY, MONDAY)  # type: ignore[arg-type]  # what is refused
        assert DESK.deadline(MONDAY, timedelta(hours=1)) == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_end_of_what_is_covered_is_named_as_it_was_asked() -> None:
    """Nothing is known of the last limit itself, in a calendar of one and of two, and the error names that instant."""
    always = BusinessCalendar.always()
    for calendar in (always, always & always):
        with pytest.raises(CalendarRangeError, match="the end not included; 2101-01-01T00:00:00Z is outside"):
            calendar.in_hours(datetime(2101, 1, 1, tzinfo=UTC))
        with pytest.raises(CalendarRangeError, match="does not open again before 2101-01-01T00:00:00Z"):
            (calendar - always).next_open(MONDAY)


def test_a_part_of_a_microsecond_is_no_instant() -> None:
    """A float is not rounded silently."""
    with pytest.raises(WrongType, match="whole microseconds"):
        from_micros(1.5)  # type: ignore[arg-type]  # what is refused
