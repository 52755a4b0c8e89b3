"""Laws of service time (E01 to E13 and E16), on desks laid around real changes of real zones, against an
oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, first_instant, from_micros, merge_spans, to_micros
from tests.calendars.strategies import (
    YEARS,
    ZONES,
    World,
    calendar_of,
    instants,
    minutes_of_week,
    moved,
    turns,
    with_minutes,
    without_exceptions,
    worlds,
)
from tests.calendars.wallclock import DAY, MINUTE, TICK, WEEK, Desk, transitions, zone_of

pytestmark = pytest.mark.sweep

ZERO = timedelta()


def law(examples: int) -> settings:
    """Return settings for so many examples, and more in the deep profile; none has a time limit."""
    return settings(max_examples=examples * max(settings().max_examples // 100, 1), deadline=None)


@given(worlds())
@law(250)
def test_service_time_is_what_a_wall_clock_shows(world: World) -> None:
    """E39: the library counts, with and without holds, exactly what counting minutes on a wall clock
    counts."""
    assert world.calendar.worked(world.start, world.end) == world.desk.worked(world.start, world.end)
    held = world.desk.worked(world.start, world.end, world.holds)
    assert world.calendar.worked(world.start, world.end, world.holds) == held


@given(worlds(), st.data())
@law(120)
def test_an_instant_is_in_hours_when_the_wall_clock_is(world: World, data: st.DataObject) -> None:
    """Membership is read off the wall clock, at every edge and change of offset and one microsecond beside
    them."""
    instant = data.draw(instants(world.desk, world.turn))
    assert world.calendar.in_hours(instant) == world.desk.is_open(instant)


@given(worlds(), st.data())
@law(120)
def test_two_code_paths_agree_on_membership(world: World, data: st.DataObject) -> None:
    """`in_hours`, `open_spans`, `next_open` and one microsecond of `worked` say the same about an instant."""
    calendar, instant = world.calendar, data.draw(instants(world.desk, world.turn))
    inside, micros = calendar.in_hours(instant), to_micros(instant)
    assert inside == any(start <= micros < end for start, end in calendar.open_spans(micros, micros + 1))
    assert inside == (calendar.worked(instant, instant + TICK) == TICK)
    assert inside == (calendar.next_open(instant) == instant)


@given(worlds())
@law(60)
def test_e01_service_time_lies_between_zero_and_elapsed_time(world: World) -> None:
    """E01: 0 <= E(a,b) <= b - a, E(a,a) = 0, and a calendar without closing hours gives b - a in every
    zone."""
    calendar, start, end = world.calendar, world.start, world.end
    assert ZERO <= calendar.worked(start, end, world.holds) <= end - start
    assert calendar.worked(start, start) == calendar.worked(end + TICK, start) == ZERO
    assert BusinessCalendar.always(world.desk.zone).worked(start, end) == end - start


@given(worlds(), st.data())
@law(60)
def test_e02_service_time_adds_up_over_a_split(world: World, data: st.DataObject) -> None:
    """E02: E(a,c) = E(a,b) + E(b,c), holds included."""
    calendar, holds = world.calendar, world.holds
    first, middle, last = sorted([world.start, world.end, data.draw(instants(world.desk, world.turn))])
    parts = calendar.worked(first, middle, holds) + calendar.worked(middle, last, holds)
    assert parts == calendar.worked(first, last, holds)


def amounts(calendar: BusinessCalendar, world: World) -> st.SearchStrategy[timedelta]:
    """Draw amounts that end inside a shift, exactly at its end, or one microsecond beside it."""
    exact = calendar.worked(world.start, world.end, world.holds)
    near = [amount for amount in (exact - TICK, exact, exact + TICK) if amount > ZERO]
    free = st.timedeltas(min_value=TICK, max_value=timedelta(hours=60))
    return st.one_of(st.sampled_from(near), free) if near else free


@given(worlds(), st.data())
@law(120)
def test_e03_a_deadline_is_the_first_instant_at_which_the_time_is_used_up(world: World, data: st.DataObject) -> None:
    """E03: E(a, D(a,n,P), P) = n, one tick earlier it is n - 1 tick, and D(a,0) = a."""
    calendar, start, holds = world.calendar, world.start, world.holds
    amount = data.draw(amounts(calendar, world))
    due = calendar.deadline(start, amount, holds)
    assert calendar.worked(start, due, holds) == amount
    assert calendar.worked(start, due - TICK, holds) == amount - TICK
    assert calendar.deadline(start, ZERO, holds) == start


@given(worlds(), st.data())
@law(120)
def test_the_next_opening_is_the_last_instant_in_time(world: World, data: st.DataObject) -> None:
    """E18's other half: D at the next opening is the last instant at which elapsed time is still at most
    the amount."""
    calendar, start, holds = world.calendar, world.start, world.holds
    amount = data.draw(st.one_of(st.just(ZERO), amounts(calendar, world)))
    latest = calendar.deadline(start, amount, holds, at="next_opening")
    assert calendar.worked(start, latest, holds) == amount
    assert calendar.worked(start, latest + TICK, holds) == amount + TICK
    assert latest >= calendar.deadline(start, amount, holds)


@given(worlds(), st.data())
@law(120)
def test_a_negative_amount_looks_back_to_the_latest_start(world: World, data: st.DataObject) -> None:
    """D(a,-n,P) is the latest b with E(b,a,P) = n: one tick later a tick of work is missing."""
    calendar, end, holds = world.calendar, world.end, world.holds
    amount = data.draw(amounts(calendar, world))
    start = calendar.deadline(end, -amount, holds)
    assert calendar.worked(start, end, holds) == amount
    assert calendar.worked(start + TICK, end, holds) == amount - TICK


@given(worlds(), st.data())
@law(60)
def test_e04_deadlines_compose_and_never_go_back(world: World, data: st.DataObject) -> None:
    """E04: D(a,n+m) = D(D(a,n),m), and D rises with the start and with the amount."""
    calendar, start = world.calendar, world.start
    one, two = data.draw(amounts(calendar, world)), data.draw(amounts(calendar, world))
    assert calendar.deadline(start, one + two) == calendar.deadline(calendar.deadline(start, one), two)
    assert calendar.deadline(start, one) < calendar.deadline(start, one + two)
    assert calendar.deadline(start, one) <= calendar.deadline(world.end, one)


@given(worlds(), st.data())
@law(60)
def test_e05_less_hours_never_give_more_service_time(world: World, data: st.DataObject) -> None:
    """E05: a holiday more, a hold more or a narrower shift never increases E."""
    desk, start, end = world.desk, world.start, world.end
    before = world.calendar.worked(start, end)
    holiday = data.draw(instants(desk, world.turn)).date()
    assert calendar_of(replace(desk, holidays=desk.holidays | {holiday})).worked(start, end) <= before
    assert world.calendar.worked(start, end, world.holds) <= before
    narrower = tuple((first, last - 1) for first, last in desk.week if last - 1 > first)
    assert calendar_of(replace(desk, week=narrower)).worked(start, end) <= before


@given(worlds())
@law(40)
def test_e06_open_and_closed_hours_make_up_all_time(world: World) -> None:
    """E06: E(C) + E(closed hours of C) = b - a."""
    closed = with_minutes(world.desk, set(range(WEEK)) - minutes_of_week(world.desk))
    desks = (without_exceptions(world.desk), closed)
    assert sum((calendar_of(desk).worked(world.start, world.end) for desk in desks), ZERO) == world.end - world.start


@given(worlds(), st.data())
@law(40)
def test_e07_union_and_intersection_keep_the_sum(world: World, data: st.DataObject) -> None:
    """E07: E(A or B) + E(A and B) = E(A) + E(B) for two desks in one zone."""
    one = without_exceptions(world.desk)
    two = moved(one, data.draw(st.sampled_from([1, 30, 60, 720])))
    first, second = minutes_of_week(one), minutes_of_week(two)
    either, both, *each = (
        calendar_of(desk).worked(world.start, world.end)
        for desk in (with_minutes(one, first | second), with_minutes(one, first & second), one, two)
    )
    assert either + both == sum(each, ZERO)


@given(worlds(), st.data())
@law(60)
def test_e08_splitting_a_shift_changes_nothing(world: World, data: st.DataObject) -> None:
    """E08: a shift cut in two at any minute is the same shift: same value, same digest, same time."""
    desk = world.desk
    long_enough = [span for span in desk.week if span[1] - span[0] > 1]
    assume(long_enough)
    start, end = data.draw(st.sampled_from(long_enough))
    cut = data.draw(st.integers(start + 1, end - 1))
    others = tuple(span for span in desk.week if span != (start, end))
    split = calendar_of(replace(desk, week=(*others, (start, cut), (cut, end))))
    assert split == world.calendar
    assert split.digest() == world.calendar.digest()
    assert split.worked(world.start, world.end) == world.calendar.worked(world.start, world.end)


@given(worlds(), st.data())
@law(60)
def test_e09_how_holds_are_written_does_not_matter(world: World, data: st.DataObject) -> None:
    """E09: splitting, duplicating, permuting or joining holds is neutral, for time and deadlines."""
    assume(world.holds)
    calendar, start, end, holds = world.calendar, world.start, world.end, world.holds
    first, last = data.draw(st.sampled_from(holds))
    cut = first + data.draw(st.integers(0, max((last - first) // TICK, 0))) * TICK
    pieces = data.draw(st.permutations([*holds, *holds, (first, cut), (cut, last)]))
    joined = [(from_micros(a), from_micros(b)) for a, b in merge_spans((to_micros(a), to_micros(b)) for a, b in holds)]
    amount = data.draw(amounts(calendar, world))
    for same in (pieces, joined):
        assert calendar.worked(start, end, same) == calendar.worked(start, end, holds)
        assert calendar.deadline(start, amount, same) == calendar.deadline(start, amount, holds)
        assert calendar.deadline(start, -amount, same) == calendar.deadline(start, -amount, holds)


@given(worlds(), st.data())
@law(60)
def test_e10_holds_outside_hours_are_neutral(world: World, data: st.DataObject) -> None:
    """E10: a hold of no length, or wholly in closed time, changes neither elapsed time nor deadline."""
    calendar, start, end = world.calendar, world.start, world.end
    at = data.draw(instants(world.desk, world.turn))
    opens = calendar.next_open(at)
    amount = data.draw(amounts(calendar, world))
    for hold in ((at, at), (at, opens)):
        assert calendar.worked(start, end, [*world.holds, hold]) == calendar.worked(start, end, world.holds)
        assert calendar.deadline(start, amount, [hold]) == calendar.deadline(start, amount)


@given(worlds(), st.data())
@law(100)
def test_e11_a_holiday_is_a_hold_over_the_local_day(world: World, data: st.DataObject) -> None:
    """E11: a holiday removes what a hold over that local day, [00:00,24:00) of 0, 23, 24 or 25 hours,
    would remove."""
    desk = replace(world.desk, special=())
    assume(desk.zone != "America/St_Johns")  # a local day that ends, and comes back for its last hour, is no interval
    day = (data.draw(instants(desk, world.turn)) + timedelta(days=data.draw(st.integers(-1, 1)))).date()
    hold = tuple(from_micros(first_instant(desk.zone, each)) for each in (day, day + timedelta(days=1)))
    held = calendar_of(desk).worked(world.start, world.end, [(hold[0], hold[1])])
    closed = calendar_of(replace(desk, holidays=desk.holidays | {day}))
    assert closed.worked(world.start, world.end) == held


@given(turns(), st.integers(-200, 200), st.data())
@law(60)
def test_e12_whole_weeks_are_neutral_where_the_offset_is_constant(
    turn: tuple[str, datetime], weeks: int, data: st.DataObject
) -> None:
    """E12: in a zone that never changes its offset, moving every instant by whole weeks changes nothing."""
    desk = Desk(data.draw(st.sampled_from(["UTC", "Asia/Tokyo", "Asia/Kathmandu"])), ((1320, 1800), (5000, 5001)))
    calendar, later = calendar_of(desk), timedelta(weeks=weeks)
    start, end = sorted([data.draw(instants(desk, turn[1])), data.draw(instants(desk, turn[1]))])
    assert calendar.worked(start + later, end + later) == calendar.worked(start, end)


@given(worlds())
@law(40)
def test_e13_other_names_and_shifted_hours_agree(world: World) -> None:
    """E13: alias zones agree; hours moved by an offset in a zone with that offset equal those in UTC."""
    indian = [calendar_of(replace(world.desk, zone=name)) for name in ("Asia/Calcutta", "Asia/Kolkata")]
    assert len({calendar.worked(world.start, world.end) for calendar in indian}) == 1
    utc = calendar_of(replace(without_exceptions(world.desk), zone="UTC"))
    later = calendar_of(replace(moved(world.desk, 180), zone="Etc/GMT-3"))
    assert later.worked(world.start, world.end) == utc.worked(world.start, world.end)


@given(worlds(), st.data())
@law(100)
def test_e16_a_deadline_moves_by_the_service_time_that_is_held(world: World, data: st.DataObject) -> None:
    """E16: with x = D(a,n,P), E(a,x) = n + the service time in P before x."""
    calendar, start, holds = world.calendar, world.start, world.holds
    amount = data.draw(amounts(calendar, world))
    due = calendar.deadline(start, amount, holds)
    merged = merge_spans((to_micros(first), to_micros(last)) for first, last in holds)
    clipped = [(max(from_micros(first), start), min(from_micros(last), due)) for first, last in merged]
    held = sum((calendar.worked(first, last) for first, last in clipped), ZERO)
    assert calendar.worked(start, due) == amount + held


@given(worlds(), st.data())
@law(100)
def test_e16_holding_is_as_much_more_to_work(world: World, data: st.DataObject) -> None:
    """E16's other half: a hold that begins in time, with n of service time in it, moves the deadline as n more to
    work does, and so does the next opening."""
    calendar, start = world.calendar, world.start
    amount = data.draw(amounts(calendar, world))
    due = calendar.deadline(start, amount)
    first = min(start + (due - start) * data.draw(st.integers(0, 15)) / 16, due - TICK)
    last = max(first, data.draw(instants(world.desk, world.turn)))
    more = calendar.worked(first, last)
    hold = (first, last)
    assert calendar.deadline(start, amount, [hold]) == calendar.deadline(start, amount + more)
    latest = calendar.deadline(start, amount, [hold], at="next_opening")
    assert latest == calendar.deadline(start, amount + more, at="next_opening")


@given(worlds())
@law(60)
def test_e06_what_a_calendar_leaves_makes_up_all_time(world: World) -> None:
    """E06 for any calendar, holidays and special days included: its hours, and all hours without them, are all time."""
    rest = BusinessCalendar.always(world.desk.zone) - world.calendar
    start, end = world.start, world.end
    assert world.calendar.worked(start, end) + rest.worked(start, end) == end - start
    assert (rest & world.calendar).worked(start, end) == ZERO


@given(worlds(), st.data())
@law(100)
def test_e14_an_instant_may_be_written_in_any_zone(world: World, data: st.DataObject) -> None:
    """E14: what an instant is, not how it is written, decides: in the desk's zone, where its hour may come twice, in
    another, or with any offset."""
    calendar = world.calendar
    at, end = sorted((data.draw(instants(world.desk, world.turn)), world.end))
    amount = data.draw(amounts(calendar, world))
    minutes = data.draw(st.integers(-1439, 1439))
    zones = (zone_of(world.desk.zone), zone_of(data.draw(st.sampled_from(ZONES))), timezone(minutes * MINUTE))
    for one, two in ((at.astimezone(info), end.astimezone(info)) for info in zones):
        assert calendar.in_hours(one) == calendar.in_hours(at)
        assert calendar.next_open(one) == calendar.next_open(at)
        assert calendar.worked(one, two) == calendar.worked(at, end)
        assert calendar.deadline(one, amount) == calendar.deadline(at, amount)
        held = calendar.worked(world.start, world.end, [(at, end)])
        assert calendar.worked(world.start, world.end, [(one, two)]) == held


@given(worlds())
@law(40)
def test_e14_and_e15_only_the_instants_and_the_days_around_them_matter(world: World) -> None:
    """E14, E15: other offsets of the same instants, and holidays far away, change nothing."""
    start, end = (at.astimezone(zone_of(world.desk.zone)) for at in (world.start, world.end))
    assert world.calendar.worked(start, end) == world.calendar.worked(world.start, world.end)
    far = {world.turn.date() + timedelta(days=days) for days in (-400, -30, 30, 400)}
    other = calendar_of(replace(world.desk, holidays=world.desk.holidays | far))
    assert other.worked(world.start, world.end) == world.calendar.worked(world.start, world.end)


def test_the_worlds_are_strong_enough() -> None:
    """Of the worlds drawn, 20 % cross a transition with work, 20 % sit on an edge, 10 % work across midnight, and 15 %
    have an edge inside the hour that is skipped or comes twice."""
    counts = dict.fromkeys(["all", "turn", "edge", "midnight", "inside"], 0)

    @given(worlds())
    @settings(max_examples=250, deadline=None, database=None, derandomize=True)
    def count(world: World) -> None:
        desk, start, end, zone = world.desk, world.start, world.end, zone_of(world.desk.zone)
        counts["all"] += 1
        real = world.turn in transitions(desk.zone, *YEARS)
        counts["turn"] += real and start < world.turn < end and desk.worked(start, end) > ZERO
        counts["edge"] += any(desk.is_open(at) != desk.is_open(at - TICK) for at in (start, end))
        local = [at.astimezone(zone) for at in desk.open_minutes(start, end)]
        nights = (pair for pair in pairwise(local) if pair[0].date() != pair[1].date())
        counts["midnight"] += any(two.astimezone(UTC) - one.astimezone(UTC) == MINUTE for one, two in nights)
        shown = [at.astimezone(zone) for at in (world.turn - MINUTE, world.turn)]
        low, high = sorted((shown[0].hour * 60 + shown[0].minute + 1, shown[1].hour * 60 + shown[1].minute))
        within = high - low <= 180  # more is a change at midnight, which is left out of the count
        counts["inside"] += within and any(low < edge % DAY < high for shift in desk.week for edge in shift)

    count()
    shares = {name: counts[name] / counts["all"] for name in counts}
    assert shares["turn"] >= 0.20, shares
    assert shares["edge"] >= 0.20, shares
    assert shares["midnight"] >= 0.10, shares
    assert shares["inside"] >= 0.15, shares


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])
def test_long_windows_agree_with_the_wall_clock(zone: str) -> None:
    """A night desk over a whole month, in which the clock changes, counts what the wall clock shows."""
    desk = Desk(zone, tuple((day * DAY + 1290, day * DAY + DAY + 150) for day in range(6)))
    for turn in transitions(zone, 2010, 2013)[:2]:
        start, end = turn - timedelta(days=10), turn + timedelta(days=4, hours=5)
        assert calendar_of(desk).worked(start, end) == desk.worked(start, end)
