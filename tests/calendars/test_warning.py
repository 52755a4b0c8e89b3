"""Warnings: when a share of a target is used up, and when somebody is there to be told, against an oracle."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, Days, HolidaySet, Interval, WarningInstant
from ecsm_contracts.errors import CalendarRangeError, EcsmError, InvalidValue, WrongType
from tests.calendars.days_oracle import (
    BY_THE_CLOCK,
    DAY,
    HOUR,
    MEANINGS,
    ZERO,
    Meaning,
    Ticket,
    earliest_used_up,
    floored,
    holds_of,
    law,
    local,
    next_opening,
    tickets,
)
from tests.calendars.strategies import calendar_of, desks
from tests.calendars.wallclock import MINUTE, TICK, zone_of

pytestmark = pytest.mark.sweep

AMSTERDAM = "Europe/Amsterdam"
OFFICE = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone=AMSTERDAM)
ALWAYS = BusinessCalendar.always(AMSTERDAM)
MON_2026_03_02_09_00 = datetime(2026, 3, 2, 8, tzinfo=UTC)
FRI_2026_03_06_16_00 = datetime(2026, 3, 6, 15, tzinfo=UTC)
FRI_2026_03_27_16_00 = datetime(2026, 3, 27, 15, tzinfo=UTC)

SHARES = ("0%", "0.000001%", "1%", "33.333333%", "50%", "75%", "99.999999%", "100%", "100.000001%", "150%", "1000%")
"""Shares as documents write them."""


def share_of(text: str) -> Fraction:
    """Return a percentage as a fraction."""
    return Fraction(text.removesuffix("%")) / 100


def shares(most: int) -> st.SearchStrategy[Fraction]:
    """Draw shares: round ones, and such as no percentage writes."""
    written = st.sampled_from(SHARES).map(share_of).filter(lambda share: share <= most)
    return st.one_of(written, st.fractions(0, most, max_denominator=10**6))


def targets(ticket: Ticket) -> st.SearchStrategy[timedelta]:
    """Draw targets in service time, some that end exactly where the ticket's days do."""
    first, last = sorted((ticket.start, ticket.named))
    served = ticket.desk.worked(first, last)
    exact = [amount for amount in (served - TICK, served) if ZERO < amount <= 30 * HOUR]
    free = st.timedeltas(TICK, 30 * HOUR)
    return st.one_of(st.sampled_from(exact), free) if exact else free


def lasting(ticket: Ticket) -> bool:
    """Say whether there is any time between the start and the end to warn in."""
    return ticket.target > ZERO


# --- by hand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "share", "at", "deadline"),
    [
        # of eight hours of service, six lie before Monday 14:00, however long the weekend is
        (timedelta(hours=8), "75%", "2026-03-09 14:00", "2026-03-09 16:00"),
        # used up exactly at a closing: warned at the closing
        (timedelta(hours=4), "25%", "2026-03-06 17:00", "2026-03-09 12:00"),
        (timedelta(hours=8), "100%", "2026-03-09 16:00", "2026-03-09 16:00"),
        (timedelta(hours=8), "150%", "2026-03-10 12:00", "2026-03-09 16:00"),
        (timedelta(hours=8), "0%", "2026-03-06 16:00", "2026-03-09 16:00"),
        # the end of the second working day is 17 hours of service away: 8.5 h end on Monday at 16:30
        (Days(2, "end_of_working_day"), "50%", "2026-03-09 16:30", "2026-03-10 17:00"),
        (Days(2, "working_day_same_time"), "50%", "2026-03-09 16:00", "2026-03-10 16:00"),
        (Days(2, "24_service_hours"), "50%", "2026-03-11 16:00", "2026-03-16 16:00"),
        # by the clock: half of two days is a Saturday
        (Days(2, "24_hours"), "50%", "2026-03-07 16:00", "2026-03-08 16:00"),
        (Days(2, "calendar_day"), "50%", "2026-03-07 16:00", "2026-03-08 16:00"),
    ],
)
def test_warnings_by_hand(amount: timedelta | Days, share: str, at: str, deadline: str) -> None:
    """A ticket of Friday 16:00 is warned about at these times, worked out by hand."""
    warning = OFFICE.warning(FRI_2026_03_06_16_00, amount, share)
    assert warning.deadline is not None
    shown = [local(AMSTERDAM, instant).isoformat(" ", "minutes") for instant in (warning.at, warning.deadline)]
    assert shown == [at, deadline]
    assert warning.notify == warning.at
    assert warning.share == share_of(share)
    assert warning.too_late == (share_of(share) >= 1)


def test_half_of_a_day_of_23_hours() -> None:
    """From Saturday to Sunday, while clocks go forward, a calendar day has 23 hours, and half of it is 11.5 hours."""
    saturday = FRI_2026_03_27_16_00 + DAY
    warning = OFFICE.warning(saturday, Days(1, "calendar_day"), "50%")
    assert warning.deadline is not None
    assert (warning.at - saturday, warning.deadline - saturday) == (690 * MINUTE, 23 * HOUR)


def test_a_share_is_rounded_down_to_the_microsecond() -> None:
    """A third of one hour and a microsecond, and two thirds, are cut and not rounded."""
    amount = HOUR + TICK
    found = [ALWAYS.warning(MON_2026_03_02_09_00, amount, Fraction(part, 3)).at for part in (1, 2)]
    assert [at - MON_2026_03_02_09_00 for at in found] == [20 * MINUTE, 40 * MINUTE]


@pytest.mark.parametrize(
    ("amount", "share", "notify", "too_late"),
    [
        (30 * HOUR, "25%", "2026-03-02 16:30", False),  # in the office's hours: at once
        (30 * HOUR, "30%", "2026-03-03 09:00", False),  # at 18:00: the next morning
        (30 * HOUR, "90%", "2026-03-03 12:00", False),
        (30 * HOUR, "100%", "2026-03-03 15:00", True),  # at the deadline itself
        (24 * HOUR, "50%", "2026-03-03 09:00", True),  # at 21:00: when somebody comes, so does the deadline
        (23 * HOUR, "50%", "2026-03-03 09:00", True),  # at 20:30, and the deadline is at 08:00
    ],
)
def test_a_warning_waits_for_somebody(amount: timedelta, share: str, notify: str, too_late: bool) -> None:
    """Of round-the-clock service from Monday 09:00, a warning out of office hours waits for the morning, which may be
    too late."""
    warning = ALWAYS.warning(MON_2026_03_02_09_00, amount, share, notifier=OFFICE)
    assert local(AMSTERDAM, warning.notify).isoformat(" ", "minutes") == notify
    assert warning.at == MON_2026_03_02_09_00 + amount * int(share.removesuffix("%")) / 100
    assert warning.too_late is too_late


def test_one_microsecond_decides_whether_a_warning_is_too_late() -> None:
    """Somebody who comes one microsecond before the deadline is told in time; at the deadline it is too late."""
    morning = MON_2026_03_02_09_00 + DAY
    for lateness, too_late in ((ZERO, True), (TICK, False)):
        start = morning - 10 * HOUR + lateness
        assert ALWAYS.warning(start, 10 * HOUR, "50%", notifier=OFFICE).too_late is too_late


# --- against the oracle ----------------------------------------------------------------------------------


@pytest.mark.parametrize("meaning", MEANINGS)
@given(st.data())
@law(25)
def test_a_share_of_days_is_used_up_when_the_wall_clock_says(meaning: Meaning, data: st.DataObject) -> None:
    """A warning of days comes when the share of their time has passed outside the holds; of all of it, at the
    deadline."""
    ticket = data.draw(tickets(meaning, least=0).filter(lasting))
    holds, share = data.draw(holds_of(ticket)), data.draw(shares(2))
    warning = ticket.calendar.warning(ticket.start, ticket.amount, share, holds)
    assert warning == WarningInstant(share, warning.at, warning.at, warning.deadline)
    assert warning.deadline == ticket.deadline(holds)
    assert warning.at == ticket.warned(share, holds)
    assert warning.at.tzinfo is warning.deadline.tzinfo is UTC


@given(tickets("end_of_working_day"), st.data())
@law(60)
def test_a_share_of_service_time_is_used_up_when_the_wall_clock_says(ticket: Ticket, data: st.DataObject) -> None:
    """A warning of a target in hours comes when the share of it has been worked outside the holds."""
    holds, share, amount = data.draw(holds_of(ticket)), data.draw(shares(2)), data.draw(targets(ticket))
    warning = ticket.calendar.warning(ticket.start, amount, share, holds)
    assert warning.at == earliest_used_up(ticket.desk, ticket.start, floored(share, amount), holds)
    assert warning.deadline == ticket.calendar.deadline(ticket.start, amount, holds)


@given(tickets(least=0).filter(lasting), st.data())
@law(60)
def test_it_is_told_when_the_notifier_next_works(ticket: Ticket, data: st.DataObject) -> None:
    """Told is who reads warnings at the first instant of their hours from the warning on, holds or not, and too late
    when that is not before the deadline."""
    holds, share = data.draw(holds_of(ticket)), data.draw(shares(2))
    reader = data.draw(desks(ticket.desk.zone, ticket.turn))
    warning = ticket.calendar.warning(ticket.start, ticket.amount, share, holds, notifier=calendar_of(reader))
    assert warning.notify == next_opening(reader, warning.at)
    assert warning.deadline is not None
    assert warning.too_late == (warning.notify >= warning.deadline)
    alone = ticket.calendar.warning(ticket.start, ticket.amount, share, holds)
    assert replace(warning, notify=alone.notify) == alone


def test_the_warnings_are_strong_enough() -> None:
    """Of the warnings drawn, enough are moved by holds, wait for their reader, come at a closing or in closed time,
    and are in time as well as too late."""
    counts: Counter[str] = Counter()

    @given(tickets(least=0).filter(lasting), st.data())
    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    def count(ticket: Ticket, data: st.DataObject) -> None:
        holds, share = data.draw(holds_of(ticket)), data.draw(shares(2))
        reader = data.draw(desks(ticket.desk.zone, ticket.turn))
        at = ticket.warned(share, holds)
        told = next_opening(reader, at)
        counts["all"] += 1
        counts["moved"] += at != ticket.warned(share)
        counts["waits"] += told != at
        counts["closed"] += not ticket.desk.is_open(at)
        counts["late"] += told >= ticket.deadline(holds)
        counts["in time"] += told < ticket.deadline(holds)

    count()
    found = {name: counts[name] / counts["all"] for name in counts}
    assert all(found[name] >= 0.15 for name in ("moved", "waits", "closed", "late", "in time")), found


# --- laws ------------------------------------------------------------------------------------------------


@given(tickets(least=0).filter(lasting), st.data())
@law(100)
def test_a_greater_share_is_never_warned_about_earlier(ticket: Ticket, data: st.DataObject) -> None:
    """Warnings come in the order of their shares, from the start on, those up to 100 % not after the deadline, and
    that of 100 % at it; a share over 100 % by less than a microsecond is left out."""
    holds, drawn = data.draw(holds_of(ticket)), data.draw(st.lists(shares(10), min_size=2, max_size=6))
    drawn = [share for share in drawn if share <= 1 or floored(share, ticket.target) > ticket.target]
    warnings = [
        ticket.calendar.warning(ticket.start, ticket.amount, share, holds)
        for share in sorted({*drawn, Fraction(0), Fraction(1)})
    ]
    order = [warning.at for warning in warnings]
    assert order == sorted(order)
    assert order[0] == ticket.start
    for warning in warnings:
        assert warning.deadline is not None
        assert warning.share > 1 or warning.at <= warning.deadline
        assert warning.share != 1 or warning.at == warning.deadline


@given(tickets("working_day_same_time", least=1), st.data())
@law(60)
def test_warned_is_where_the_deadline_of_the_share_would_be(ticket: Ticket, data: st.DataObject) -> None:
    """A share of a target in service time is warned about at the deadline of that much service time."""
    holds, share, amount = data.draw(holds_of(ticket)), data.draw(shares(10)), data.draw(targets(ticket))
    warning = ticket.calendar.warning(ticket.start, amount, share, holds)
    part = floored(share, amount)
    assert warning.at == (ticket.calendar.deadline(ticket.start, part, holds) if part else ticket.start)


@given(tickets(least=0).filter(lasting), st.data())
@law(40)
def test_how_a_warning_is_asked_for_does_not_matter(ticket: Ticket, data: st.DataObject) -> None:
    """Holds told one by one, or as intervals, a start with another offset, and a share as text or fraction give one
    answer."""
    holds, text = data.draw(holds_of(ticket)), data.draw(st.sampled_from(SHARES[:8]))
    warning = ticket.calendar.warning(ticket.start, ticket.amount, share_of(text), holds)
    for same in ((hold for hold in holds), iter([Interval(*hold) for hold in reversed(holds)])):
        assert ticket.calendar.warning(ticket.start, ticket.amount, text, same) == warning
    elsewhere = ticket.start.astimezone(zone_of("Asia/Tokyo"))
    assert ticket.calendar.warning(elsewhere, ticket.amount, text.replace("%", " %"), holds) == warning


@pytest.mark.parametrize("meaning", MEANINGS)
def test_a_reader_who_is_always_there_is_told_at_once(meaning: Meaning) -> None:
    """A notifier without closing hours changes nothing; one of two desks waits for the hours that they share."""
    days = Days(1, meaning)
    warning = OFFICE.warning(FRI_2026_03_27_16_00, days, "30%")
    assert OFFICE.warning(FRI_2026_03_27_16_00, days, "30%", notifier=ALWAYS) == warning
    both = OFFICE & BusinessCalendar.weekly("Tue-Sat 08:00-12:00", zone="America/New_York")
    told = OFFICE.warning(FRI_2026_03_27_16_00, days, "30%", notifier=both).notify
    assert told == both.next_open(warning.at)


# --- errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "share",
    [
        *(0.75, float("nan"), True, 1, 75, None, b"75%", ["75%"], {}),
        *("75", "", "%", "-1%", "+5%", " 75%", "75%%", "1e2%", "75,5%", "٧٥%", "nan%", "7" * 10**6 + "%"),
        *("1000.000001%", "99999%", "0.0000000001%", Fraction(-1, 10**9), Fraction(10_000_001, 10**6)),
    ],
    ids=lambda share: ascii(share)[:20],
)
def test_what_is_no_share_is_refused(share: Any) -> None:
    """A share is a percentage or a fraction from 0 to 1,000 %; a float is not, and the message says what to write."""
    with pytest.raises(InvalidValue, match=r'write "75%" or Fraction\(3, 4\)') as refused:
        OFFICE.warning(FRI_2026_03_06_16_00, 8 * HOUR, share)
    assert refused.value.rule == "warning_share"
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("amount", [ZERO, *(Days(0, meaning) for meaning in (*BY_THE_CLOCK, *MEANINGS[:2]))], ids=str)
def test_a_target_that_gives_no_time_is_used_up_at_once(amount: timedelta | Days) -> None:
    """Any share of nothing is used up at the start, and all of it at the deadline, which is the start too."""
    for share in ("0%", "75%", "100%"):
        warning = OFFICE.warning(FRI_2026_03_06_16_00, amount, share)
        assert (warning.at, warning.deadline) == (FRI_2026_03_06_16_00, FRI_2026_03_06_16_00)


@pytest.mark.parametrize("amount", [-HOUR, *(Days(-2, meaning) for meaning in (*BY_THE_CLOCK, *MEANINGS[:2]))], ids=str)
def test_a_target_that_looks_back_is_refused(amount: timedelta | Days) -> None:
    """Nobody is warned about the past."""
    with pytest.raises(InvalidValue) as refused:
        OFFICE.warning(FRI_2026_03_06_16_00, amount, "75%")
    assert refused.value.rule == "warning_amount"


def test_days_without_service_time_are_warned_about_at_once() -> None:
    """When the time of day on the n-th working day comes before it opens, no service time lies before it: a share of
    it is used up at the start, all of it at the deadline."""
    desk = BusinessCalendar.weekly("Mon 22:00-23:00", zone="UTC")
    sunday = datetime(2026, 3, 1, 20, tzinfo=UTC)
    days = Days(1, "working_day_same_time")
    assert desk.warning(sunday, days, "50%").at == sunday
    assert desk.warning(sunday, days, "100%").at == desk.deadline(sunday, days) == sunday + 24 * HOUR
    assert desk.warning(sunday, Days(1, "24_hours"), "50%").at == sunday + 12 * HOUR


def test_a_target_is_of_a_type_that_says_what_it_is() -> None:
    """A number of hours without a unit is the library's own error of type."""
    for amount in (8, 8.0, "8h", None, (1, "24_hours")):
        with pytest.raises(WrongType, match="give a timedelta, or Days"):
            OFFICE.warning(FRI_2026_03_06_16_00, amount, "75%")  # type: ignore[arg-type]


def test_starts_and_holds_are_those_of_deadlines() -> None:
    """A naive start and a reversed hold are refused here as for deadlines, and so are days of desks in two zones."""
    start = FRI_2026_03_06_16_00
    for wrong, holds, rule in (
        (datetime(2026, 3, 6), [], "instant_naive"),
        (start, [(start, start - TICK)], "hold_order"),
    ):
        for amount in (8 * HOUR, Days(1, "24_hours")):
            with pytest.raises(InvalidValue) as refused:
                OFFICE.warning(wrong, amount, "75%", holds)
            assert refused.value.rule == rule
    overseas = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="America/New_York")
    with pytest.raises(InvalidValue) as refused:
        (OFFICE | overseas).warning(start, Days(1, "end_of_working_day"), "75%")
    assert refused.value.rule == "day_zone"
    assert (OFFICE | overseas).warning(start, 8 * HOUR, "75%").at == start + 6 * HOUR


def test_warnings_lie_within_what_both_calendars_cover() -> None:
    """A share beyond the years of the holidays, and a reader who never comes, are errors of range and not guesses."""
    covered = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone=AMSTERDAM, holidays=HolidaySet(years="2026"))
    thursday = datetime(2026, 12, 31, 15, tzinfo=UTC)  # one hour before the last closing of the year
    warning = covered.warning(thursday, HOUR, "50%")
    assert (warning.at, warning.deadline) == (thursday + 30 * MINUTE, thursday + HOUR)
    for share, notifier in (("200%", None), ("50%", BusinessCalendar.weekly("closed", zone="UTC"))):
        with pytest.raises(CalendarRangeError):
            covered.warning(thursday, HOUR, share, notifier=notifier)
    with pytest.raises(CalendarRangeError, match="holidays of 2026"):
        ALWAYS.warning(thursday, 24 * HOUR, "50%", notifier=covered)


@pytest.mark.parametrize("notifier", [5, "office", OFFICE.hours], ids=["number", "text", "hours"])
def test_a_notifier_is_a_calendar(notifier: Any) -> None:
    """What has no hours cannot be told anything: the library's own error."""
    with pytest.raises(EcsmError):
        OFFICE.warning(FRI_2026_03_06_16_00, HOUR, "50%", notifier=notifier)
