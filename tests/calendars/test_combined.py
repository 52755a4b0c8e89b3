"""Hours of two calendars together, against a wall clock in each zone that is read minute by minute."""

from __future__ import annotations

import copy
import operator
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, CombinedCalendar, HolidaySet, from_micros, to_micros
from ecsm_contracts.errors import CalendarRangeError
from tests.calendars.strategies import ZONES, World, calendar_of, desks, instants, worlds
from tests.calendars.wallclock import MINUTE, TICK, Desk

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sweep

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "union": operator.or_,
    "intersection": operator.and_,
    "difference": operator.sub,
}


@dataclass(frozen=True)
class Pair:
    """Two desks around one change of clocks, and how they are combined."""

    world: World
    other: Desk
    operation: str

    @property
    def calendar(self) -> CombinedCalendar:
        """The library's calendar of both."""
        found: CombinedCalendar = OPERATIONS[self.operation](self.world.calendar, calendar_of(self.other))
        return found

    def open_minutes(self, start: datetime, end: datetime) -> set[datetime]:
        """The minutes in which a wall clock in each zone says so."""
        first, second = (set(desk.open_minutes(start, end)) for desk in (self.world.desk, self.other))
        found: set[datetime] = OPERATIONS[self.operation](first, second)
        return found


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Draw a world, and a desk in any zone whose hours lie around the same change of clocks."""
    world = draw(worlds())
    zone = draw(st.sampled_from([world.desk.zone, *ZONES]))
    return Pair(world, draw(desks(zone, world.turn)), draw(st.sampled_from(sorted(OPERATIONS))))


def to_the_minute(instant: datetime) -> datetime:
    """The instant, cut to whole minutes."""
    return instant.replace(second=0, microsecond=0)


@given(pairs())
@settings(max_examples=200, deadline=None)
def test_service_time_is_what_both_wall_clocks_show(pair: Pair) -> None:
    """The service time of a window is the count of its minutes in which the two wall clocks together say so."""
    start, end = to_the_minute(pair.world.start), to_the_minute(pair.world.end)
    assert pair.calendar.worked(start, end) == len(pair.open_minutes(start, end)) * MINUTE


@given(pairs(), st.data())
@settings(max_examples=120, deadline=None)
def test_membership_is_that_of_the_parts(pair: Pair, data: st.DataObject) -> None:
    """An instant is in the combined hours when the parts say so, at every edge and a microsecond beside it."""
    instant = data.draw(instants(data.draw(st.sampled_from([pair.world.desk, pair.other])), pair.world.turn))
    first, second = pair.calendar.first.in_hours(instant), pair.calendar.second.in_hours(instant)
    expected = {"union": first or second, "intersection": first and second, "difference": first and not second}
    assert pair.calendar.in_hours(instant) == expected[pair.operation]


@given(pairs())
@settings(max_examples=120, deadline=None)
def test_inclusion_and_exclusion(pair: Pair) -> None:
    """Either and both together are the sum of the parts; the difference is the first less both."""
    start, end = pair.world.start, pair.world.end
    first, second = pair.world.calendar, calendar_of(pair.other)
    one, two, either, both, without = (
        calendar.worked(start, end) for calendar in (first, second, first | second, first & second, first - second)
    )
    assert either + both == one + two
    assert without == one - both


@given(pairs(), st.data())
@settings(max_examples=120, deadline=None)
def test_an_opening_and_the_closing_after_it(pair: Pair, data: st.DataObject) -> None:
    """From `next_open` to `next_close` all is in hours; at the closing nothing is, before the opening nothing was."""
    calendar = data.draw(st.sampled_from([pair.calendar, pair.world.calendar]))
    instant = data.draw(instants(pair.world.desk, pair.world.turn))
    try:
        opens, closes = calendar.next_open(instant), calendar.next_close(instant)
    except CalendarRangeError:
        ahead = calendar.open_spans(to_micros(instant), to_micros(instant + timedelta(days=400)))
        assert not ahead or ahead == ((to_micros(calendar.next_open(instant)), ahead[0][1]),)
        return
    assert instant <= opens < closes
    assert calendar.in_hours(opens)
    assert not calendar.in_hours(closes)
    assert calendar.worked(opens, closes) == closes - opens
    assert calendar.worked(instant, opens) == timedelta()


@given(pairs())
@settings(max_examples=60, deadline=None)
def test_a_deadline_is_used_up_exactly(pair: Pair) -> None:
    """What is worked until a deadline is the amount, and a microsecond before it is less."""
    calendar, amount = pair.calendar, timedelta(minutes=95)
    try:
        deadline = calendar.deadline(pair.world.start, amount)
    except CalendarRangeError:
        assert calendar.worked(pair.world.start, from_micros(calendar.limits[1] - 1)) < amount
        return
    assert calendar.worked(pair.world.start, deadline) == amount
    assert calendar.worked(pair.world.start, deadline - TICK) < amount


@given(pairs())
@settings(max_examples=40, deadline=None)
def test_it_travels(pair: Pair) -> None:
    """A combined calendar is its data: written and read, pickled and copied it is the same, with the same answers."""
    calendar, window = pair.calendar, (pair.world.start, pair.world.end)
    worked = calendar.worked(*window)
    again = (
        CombinedCalendar.model_validate(calendar.to_data()),
        pickle.loads(pickle.dumps(calendar)),  # noqa: S301 - our own
        copy.copy(calendar),
    )
    assert all((each, each.worked(*window)) == (calendar, worked) for each in again)


def test_calendars_combine_more_than_once() -> None:
    """Two desks less a lunch hour, where the vendor works too: the hours are combined in the order written."""
    desk = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam")
    night = BusinessCalendar.weekly("Mon-Fri 17:00-22:00", zone="Europe/Amsterdam")
    lunch = BusinessCalendar.weekly("12:00-13:00", zone="Europe/Amsterdam")
    vendor = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="America/New_York")
    found = ((desk | night) - lunch) & vendor
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    assert found.worked(monday, monday + timedelta(days=1)) == timedelta(hours=7)  # 15:00 to 22:00 in Amsterdam
    assert found.next_close(monday) == datetime(2026, 3, 2, 21, tzinfo=UTC)
    assert found.title.count("calendar ") == 4


def test_it_covers_what_both_cover() -> None:
    """Holidays that are known for 2026 bound the whole; two calendars without a common year are refused."""
    known = HolidaySet.model_validate({"years": "2026", "days": ["2026-04-27"]})
    desk = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam", holidays=known)
    always = BusinessCalendar.always()
    assert (desk | always).limits == desk.limits
    with pytest.raises(CalendarRangeError, match="2027-03-01T00:00:00Z is outside"):
        (desk & always).in_hours(datetime(2027, 3, 1, tzinfo=UTC))
    past = HolidaySet.model_validate({"years": "2020", "days": ["2020-01-01"]})
    other = BusinessCalendar.weekly("always", zone="UTC", holidays=past)
    with pytest.raises(ValueError, match="cover no year together"):
        _ = desk & other


def test_only_calendars_combine() -> None:
    """Anything else is no calendar, and says so as operators do."""
    desk = BusinessCalendar.always()
    for combine in OPERATIONS.values():
        with pytest.raises(TypeError, match="unsupported operand"):
            combine(desk, "Mon-Fri 09:00-17:00")


def test_hours_that_never_close_have_no_closing() -> None:
    """A desk that is always open says until when it was looked for; so does one that has no hours at all."""
    with pytest.raises(CalendarRangeError, match="does not close before 2101"):
        BusinessCalendar.always().next_close(datetime(2026, 3, 2, tzinfo=UTC))
    nothing = BusinessCalendar.always() - BusinessCalendar.always()
    with pytest.raises(CalendarRangeError):
        nothing.next_open(datetime(2026, 3, 2, tzinfo=UTC))


def test_as_many_calendars_combine_as_can_travel() -> None:
    """Sixty-four combined one by one still pickle, copy, show themselves and read back; one more is refused, and so
    are as many by doubling, which would be worked out as often."""
    hour = BusinessCalendar.weekly("Mon 00:00-01:00", zone="UTC")
    most: BusinessCalendar | CombinedCalendar = hour
    for _ in range(63):
        most |= hour
    assert pickle.loads(pickle.dumps(most)) == copy.deepcopy(most) == most  # noqa: S301 - what it has just made
    assert CombinedCalendar.model_validate_json(most.model_dump_json()) == most
    assert len(repr(most)) > 64
    with pytest.raises(ValueError, match="65 calendars combined in one; at most 64 are"):
        most | hour
    doubled = hour | hour
    for _ in range(5):
        doubled |= doubled
    with pytest.raises(ValueError, match="128 calendars"):
        doubled | doubled
