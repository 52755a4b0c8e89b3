"""Business calendars: what a document says, the traps of the field, ranges, and travelling."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from ecsm_contracts.calendars import (
    BusinessCalendar,
    HolidaySet,
    Interval,
    SpecialDay,
    from_micros,
    to_micros,
)
from ecsm_contracts.errors import CalendarRangeError, InvalidValue

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FRI_2026_03_06 = datetime(2026, 3, 6, tzinfo=UTC)
MON_2026_03_09 = datetime(2026, 3, 9, tzinfo=UTC)
OFFICE = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="UTC")


def at(text: str) -> datetime:
    """Return the instant of an ISO 8601 text."""
    return datetime.fromisoformat(text)


class TestDocument:
    """What a calendar says, and how."""

    def test_the_designs_example_works(self) -> None:
        """The calendar of the design page: lunch, Saturday, a holiday, a yearly one and a special day."""
        desk = BusinessCalendar.weekly(
            "Mon-Fri 08:00-12:00 13:00-18:00; Sat 09:00-12:00",
            zone="Europe/Amsterdam",
            holidays=[date(2026, 4, 27)],
            yearly_holidays=["12-25"],
            special_days={date(2026, 12, 24): "08:00-12:00"},
        )
        assert desk.in_hours(at("2026-04-24T12:59:59+02:00")) is False
        assert desk.deadline(at("2026-04-24T17:00:00+02:00"), 4 * HOUR) == at("2026-04-25T12:00:00+02:00")
        assert desk.deadline(at("2026-04-25T11:00:00+02:00"), 2 * HOUR) == at("2026-04-28T09:00:00+02:00")
        assert desk.deadline(at("2026-12-24T11:00:00+01:00"), 2 * HOUR) == at("2026-12-26T10:00:00+01:00")

    def test_a_document_reads_and_writes_the_same_calendar(self) -> None:
        """The mapping of a document gives the calendar, which writes one canonical form with one digest."""
        data = {
            "zone": "Europe/Amsterdam",
            "hours": "Mon-Fri 08:00-18:00",
            "holidays": {"years": "2026", "days": ["2026-12-25", "2026-01-01"]},
            "yearly_holidays": ["12-26", "05-05", "12-26"],
            "special_days": {"2026-12-31": "08:00-12:00", "2026-12-24": "closed"},
        }
        desk = BusinessCalendar.model_validate(data)
        assert BusinessCalendar.model_validate(desk.to_data()) == desk
        assert BusinessCalendar.model_validate_json(desk.model_dump_json(by_alias=True)).digest() == desk.digest()
        assert desk.yearly_holidays == ("05-05", "12-26")
        assert [special.date for special in desk.special_days] == [date(2026, 12, 24), date(2026, 12, 31)]
        assert desk.to_data()["special_days"][0] == {"date": "2026-12-24", "hours": "closed"}
        assert desk.to_data()["hours"] == ["Mon-Fri 08:00-18:00"]

    def test_a_list_of_dates_is_a_set_without_years(self) -> None:
        """Plain dates, in code or in a document, declare no years."""
        desk = BusinessCalendar.model_validate({"zone": "UTC", "hours": "always", "holidays": ["2026-12-25"]})
        assert desk.holidays == HolidaySet(days=(date(2026, 12, 25),))
        assert desk == BusinessCalendar.weekly("always", zone="UTC", holidays=[date(2026, 12, 25)])
        assert BusinessCalendar.weekly(desk.hours, zone="UTC", holidays=desk.holidays) == desk

    def test_parts_of_hours_may_be_listed(self) -> None:
        """A list of parts is the same as one text."""
        assert BusinessCalendar.weekly(["Mon 09:00-17:00", "Sat 09:00-12:00"], zone="UTC") == BusinessCalendar.weekly(
            "Mon 09:00-17:00; Sat 09:00-12:00", zone="UTC"
        )

    @pytest.mark.parametrize(
        "change",
        [
            {"zone": "localtime"},
            {"hours": "Mon"},
            {"hours": None},
            {"yearly_holidays": ["12-32"]},
            {"special_days": {"2026-12-24": "22:00-06:00"}},
            {"special_days": {"2026-12-24": None}},
            {
                "special_days": [
                    {"date": "2026-12-24", "hours": "closed"},
                    {"date": "2026-12-24", "hours": "always"},
                ]
            },
            {"holidays": {"years": "1985-1988"}},
            {"holidays": ["tomorrow"]},
            {"opening": "09:00"},
        ],
    )
    def test_what_is_not_a_calendar_is_refused(self, change: dict[str, object]) -> None:
        """Each part that does not fit, and each unknown part, is an error of validation."""
        with pytest.raises(ValidationError):
            BusinessCalendar.model_validate({"zone": "UTC", "hours": "always", **change})

    def test_its_schema_tells_every_form(self) -> None:
        """The JSON schema has the list of dates and the mapping of special days beside the canonical
        forms."""
        schema = BusinessCalendar.model_json_schema()["properties"]
        assert {"array", "null"} <= {form.get("type") for form in schema["holidays"]["anyOf"]}
        assert {form["type"] for form in schema["special_days"]["anyOf"]} == {"array", "object"}
        assert all("description" in field for field in schema.values())


class TestMembership:
    """Whose hours a date has."""

    def test_a_special_day_overrides_weekday_and_holiday(self) -> None:
        """Special before holiday before weekday, by local date."""
        desk = OFFICE.replace(holidays=["2026-03-09", "2026-03-10"], special_days={"2026-03-10": "10:00-11:00"})
        assert desk.hours_on(date(2026, 3, 9)) == ()
        assert desk.hours_on(date(2026, 3, 10)) == ((600, 660),)
        assert desk.hours_on(date(2026, 3, 11)) == ((540, 1020),)
        assert desk.worked(MON_2026_03_09, MON_2026_03_09 + timedelta(days=3)) == 9 * HOUR

    def test_a_special_day_overrides_a_yearly_holiday(self) -> None:
        """A Christmas that is worked is worked, in the table as in the hours of the date."""
        desk = BusinessCalendar.weekly(
            "always", zone="UTC", yearly_holidays=["12-25"], special_days={date(2026, 12, 25): "10:00-12:00"}
        )
        assert desk.hours_on(date(2026, 12, 25)) == ((600, 720),)
        assert desk.worked(at("2026-12-25T00:00:00Z"), at("2026-12-26T00:00:00Z")) == 2 * HOUR

    def test_yearly_holidays_come_every_year(self) -> None:
        """A yearly holiday closes its day each year, the leap day in leap years only."""
        desk = BusinessCalendar.weekly("always", zone="UTC", yearly_holidays=["02-29", "12-25"])
        for year, days in ((2024, 366 - 2), (2025, 365 - 1), (2026, 365 - 1)):
            span = (datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
            assert desk.worked(*span) == timedelta(days=days)
        assert desk.hours_on(date(2024, 2, 29)) == ()
        assert desk.hours_on(date(2026, 12, 25)) == ()

    def test_a_holiday_closes_its_own_local_day_only(self) -> None:
        """The early hours after a holiday belong to the next date, also those of the holiday's own night
        shift."""
        desk = BusinessCalendar.weekly("22:00-06:00", zone="Asia/Tokyo", holidays=[date(2026, 3, 9)])
        assert desk.hours_on(date(2026, 3, 9)) == ()
        assert desk.worked(at("2026-03-08T20:00:00+09:00"), at("2026-03-10T12:00:00+09:00")) == 8 * HOUR
        assert desk.in_hours(at("2026-03-10T05:59:59+09:00")) is True

    def test_opening_is_in_hours_and_closing_is_not(self) -> None:
        """Hours are half-open, to the microsecond."""
        opening, closing = FRI_2026_03_06 + 9 * HOUR, FRI_2026_03_06 + 17 * HOUR
        found = [OFFICE.in_hours(instant) for instant in (opening - TICK, opening, closing - TICK, closing)]
        assert found == [False, True, True, False]

    @pytest.mark.parametrize(
        ("hours", "day", "minutes"),
        [
            ("00:30-01:30", "2025-03-30", 30),
            ("00:30-01:30", "2025-10-26", 90),
            ("01:30-03:00", "2025-03-30", 60),
            ("01:30-03:00", "2025-10-26", 120),
            ("00:00-04:00", "2025-03-30", 180),
            ("00:00-04:00", "2025-10-26", 300),
        ],
    )
    def test_a_window_on_the_night_of_the_change_is_what_the_clock_shows(
        self, hours: str, day: str, minutes: int
    ) -> None:
        """London: what happens twice counts twice, what never happens counts nothing (a table where
        engines differ)."""
        desk = BusinessCalendar.weekly(hours, zone="Europe/London")
        start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/London"))
        assert desk.worked(start, start + timedelta(days=1)) == timedelta(minutes=minutes)

    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            ("Europe/Paris", "2026-10-25", 25),
            ("Europe/Paris", "2026-03-29", 23),
            ("Australia/Lord_Howe", "2026-04-05", 24.5),
            ("Antarctica/Troll", "2026-03-29", 22),
            ("America/Sao_Paulo", "2018-11-04", 23),
            ("Asia/Tehran", "2022-03-22", 23),
            ("Pacific/Apia", "2011-12-30", 0),
        ],
    )
    def test_a_day_has_as_many_hours_as_its_clock_shows(self, zone: str, day: str, hours: float) -> None:
        """A desk that is always open, closed on one date, misses exactly the hours of that local day."""
        always = BusinessCalendar.always(zone)
        closed = always.replace(holidays=[day])
        start, end = (datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=days) for days in (-3, 3))
        assert always.worked(start, end) - closed.worked(start, end) == timedelta(hours=hours)


class TestTraps:
    """Where other tools go wrong."""

    def test_a_weekend_of_waiting_is_two_hours(self) -> None:
        """A hold from Friday 16:00 to Monday 10:00 is one hour on Friday and one on Monday, not 66."""
        hold = (FRI_2026_03_06 + 16 * HOUR, MON_2026_03_09 + 10 * HOUR)
        assert OFFICE.worked(*hold) == 2 * HOUR
        start = FRI_2026_03_06 + 15 * HOUR
        assert OFFICE.deadline(start, 2 * HOUR, [hold]) == MON_2026_03_09 + 11 * HOUR
        assert OFFICE.worked(start, MON_2026_03_09 + 11 * HOUR, [Interval(*hold)]) == 2 * HOUR

    def test_a_hold_in_closed_hours_is_neutral(self) -> None:
        """Waiting overnight costs nobody any service time."""
        hold = (FRI_2026_03_06 + 17 * HOUR, FRI_2026_03_06 + 20 * HOUR)
        start = FRI_2026_03_06 + 16 * HOUR
        assert OFFICE.deadline(start, 2 * HOUR, [hold]) == OFFICE.deadline(start, 2 * HOUR)

    def test_a_deadline_at_closing_is_the_closing_or_the_next_opening(self) -> None:
        """An exactly used-up budget is due at the close; the next opening is given on request; one second
        more is past it."""
        start = FRI_2026_03_06 + 16 * HOUR
        assert OFFICE.deadline(start, HOUR) == FRI_2026_03_06 + 17 * HOUR
        assert OFFICE.deadline(start, HOUR, at="next_opening") == MON_2026_03_09 + 9 * HOUR
        late = OFFICE.deadline(start, HOUR + timedelta(seconds=1))
        assert late == MON_2026_03_09 + 9 * HOUR + timedelta(seconds=1)

    def test_a_deadline_at_the_start_of_a_hold_may_wait_for_its_end(self) -> None:
        """The same choice at a hold: the earliest instant is its start, the latest in time is its end."""
        start, hold = FRI_2026_03_06 + 9 * HOUR, (FRI_2026_03_06 + 10 * HOUR, FRI_2026_03_06 + 12 * HOUR)
        assert OFFICE.deadline(start, HOUR, [hold]) == hold[0]
        assert OFFICE.deadline(start, HOUR, [hold], at="next_opening") == hold[1]
        assert OFFICE.deadline(hold[1] + HOUR, -HOUR, [hold]) == hold[1]
        assert OFFICE.deadline(hold[0] + HOUR, -HOUR, [hold]) == start

    def test_zero_is_used_up_at_once(self) -> None:
        """No service time is used up at the start itself, or, on request, at the next opening."""
        midnight = FRI_2026_03_06
        assert OFFICE.deadline(midnight, timedelta()) == midnight
        assert (
            OFFICE.deadline(midnight, timedelta(), at="next_opening")
            == midnight + 9 * HOUR
            == OFFICE.next_open(midnight)
        )

    def test_all_time_held_is_no_time_at_all(self) -> None:
        """A ticket that waits from its opening to its end has used nothing, whatever the holds overlap."""
        start, end = FRI_2026_03_06, MON_2026_03_09 + 12 * HOUR
        assert OFFICE.worked(start, end, [(start - HOUR, start + 30 * HOUR), (start + HOUR, end + HOUR)]) == timedelta()

    def test_an_end_before_the_start_counts_nothing(self) -> None:
        """The records of some tools end before they start: that is no service time, never a negative one."""
        assert OFFICE.worked(MON_2026_03_09, FRI_2026_03_06) == timedelta()

    def test_created_at_night_and_answered_after_opening_takes_seconds(self) -> None:
        """Three seconds after opening are three seconds, not zero minutes."""
        answered = FRI_2026_03_06 + 9 * HOUR + timedelta(seconds=3)
        assert OFFICE.worked(FRI_2026_03_06, answered) == timedelta(seconds=3)

    def test_the_result_is_in_utc_whatever_comes_in(self) -> None:
        """A start in Amsterdam gives the same deadline as the same instant in UTC."""
        start = at("2026-03-06T10:00:00+00:00")
        for given in (start, start.astimezone(AMSTERDAM)):
            assert OFFICE.deadline(given, HOUR).isoformat() == "2026-03-06T11:00:00+00:00"
            assert OFFICE.next_open(given).tzinfo is UTC

    def test_a_hold_that_ends_before_it_starts_is_refused(self) -> None:
        """It contradicts itself, and so it is not counted as nothing."""
        hold = (MON_2026_03_09, FRI_2026_03_06)
        calls: list[Callable[[], object]] = [
            lambda: OFFICE.worked(FRI_2026_03_06, MON_2026_03_09, [hold]),
            lambda: OFFICE.deadline(FRI_2026_03_06, HOUR, [hold]),
        ]
        for call in calls:
            with pytest.raises(InvalidValue) as caught:
                call()
            assert caught.value.rule == "hold_order"

    @pytest.mark.parametrize(("amount", "mode"), [(HOUR, "soon"), (-HOUR, "next_opening"), (timedelta(), "")])
    def test_an_unknown_convention_is_refused(self, amount: timedelta, mode: str) -> None:
        """Only two conventions exist, and looking back has one."""
        with pytest.raises(InvalidValue) as caught:
            OFFICE.deadline(FRI_2026_03_06, amount, at=mode)  # type: ignore[arg-type]
        assert caught.value.rule == "deadline_at"

    def test_naive_values_are_refused(self) -> None:
        """No method guesses a zone."""
        naive = datetime(2026, 3, 6)
        calls: list[Callable[[], object]] = [
            lambda: OFFICE.in_hours(naive),
            lambda: OFFICE.worked(naive, FRI_2026_03_06),
            lambda: OFFICE.worked(FRI_2026_03_06, FRI_2026_03_06, [(naive, naive)]),
            lambda: OFFICE.deadline(naive, HOUR),
            lambda: OFFICE.next_open(naive),
        ]
        for call in calls:
            with pytest.raises(InvalidValue) as caught:
                call()
            assert caught.value.rule == "instant_naive"


class TestRange:
    """What a calendar covers, and what it says beyond."""

    desk = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam", holidays=HolidaySet(years="2026"))
    first, last = at("2026-01-01T00:00:00+01:00"), at("2027-01-01T00:00:00+01:00")

    def test_the_whole_of_the_declared_years_can_be_asked(self) -> None:
        """From the first local midnight to the last, both ends included."""
        assert self.desk.worked(self.first, self.last) == 261 * 8 * HOUR
        assert self.desk.limits == (to_micros(self.first), to_micros(self.last))
        whole = self.desk.deadline(self.first, 261 * 8 * HOUR)
        assert whole == at("2026-12-31T17:00:00+01:00")
        assert self.desk.deadline(self.last, -261 * 8 * HOUR) == at("2026-01-01T09:00:00+01:00")

    def test_a_year_outside_is_an_error_that_names_the_range(self) -> None:
        """Every question that touches another year raises, naming the calendar and its years."""
        calls: list[Callable[[], object]] = [
            lambda: self.desk.worked(self.first - TICK, self.last),
            lambda: self.desk.worked(self.first, self.last + TICK),
            lambda: self.desk.in_hours(self.first - TICK),
            lambda: self.desk.in_hours(self.last),
            lambda: self.desk.hours_on(date(2027, 1, 1)),
            lambda: self.desk.open_spans(to_micros(self.first) - 1, to_micros(self.last)),
            lambda: self.desk.deadline(self.last - 48 * HOUR, 40 * HOUR),
            lambda: self.desk.deadline(self.first + 48 * HOUR, -40 * HOUR),
            lambda: self.desk.deadline(self.last - 6 * HOUR, timedelta(), at="next_opening"),
            lambda: self.desk.next_open(self.last - 6 * HOUR),
            lambda: self.desk.deadline(self.last - 8 * HOUR, 2 * HOUR, [(self.last - 7 * HOUR, self.last + HOUR)]),
        ]
        for call in calls:
            with pytest.raises(CalendarRangeError, match=r"Mon-Fri 09:00-17:00.*holidays of 2026\)"):
                call()

    def test_a_calendar_is_named_in_one_short_line(self) -> None:
        """Its title holds hours, zone and years, and is cut when the hours are long."""
        assert self.desk.title == 'calendar "Mon-Fri 09:00-17:00" (Europe/Amsterdam, holidays of 2026)'
        shifts = " ".join(f"{hour:02}:00-{hour:02}:30" for hour in range(24))
        assert len(BusinessCalendar.weekly(shifts, zone="UTC").title) < 110

    def test_a_hold_that_reaches_further_does_no_harm(self) -> None:
        """A hold that begins after the deadline, or lasts beyond the window, is not asked about outside
        the range."""
        start = at("2026-12-30T09:00:00+01:00")
        hold = (at("2026-12-31T09:00:00+01:00"), at("2028-01-01T09:00:00+01:00"))
        assert self.desk.deadline(start, HOUR, [hold]) == start + HOUR
        assert self.desk.worked(start, self.last, [hold]) == 8 * HOUR

    def test_a_special_day_outside_the_years_can_be_read_but_not_worked(self) -> None:
        """Its own hours are known; the calendar around it is not."""
        desk = self.desk.replace(special_days={"2027-01-04": "10:00-12:00"})
        assert desk.hours_on(date(2027, 1, 4)) == ((600, 720),)
        with pytest.raises(CalendarRangeError):
            desk.worked(self.last, self.last + 240 * HOUR)

    def test_without_declared_years_instants_are_the_limit(self) -> None:
        """1990 to 2100 in UTC, the years in which instants may lie."""
        always = BusinessCalendar.always()
        start, end = datetime(1990, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
        assert always.worked(start, end) == end - start
        with pytest.raises(CalendarRangeError, match="2101-01-01T00:00:00Z"):
            always.worked(start, end + TICK)

    def test_a_desk_that_never_opens_says_so(self) -> None:
        """It has no service time, and a deadline is an error that names it, not an endless search."""
        never = BusinessCalendar.weekly("closed", zone="UTC")
        assert never.worked(FRI_2026_03_06, MON_2026_03_09) == timedelta()
        assert never.deadline(FRI_2026_03_06, timedelta()) == FRI_2026_03_06
        calls: list[Callable[[], object]] = [
            lambda: never.deadline(FRI_2026_03_06, HOUR),
            lambda: never.deadline(FRI_2026_03_06, -HOUR),
            lambda: never.next_open(FRI_2026_03_06),
        ]
        for call in calls:
            with pytest.raises(CalendarRangeError, match='calendar "closed"'):
                call()

    def test_a_desk_that_opens_once_is_found_far_away(self) -> None:
        """A calendar with one special day decades ahead finds it in both directions."""
        once = BusinessCalendar.weekly("closed", zone="UTC", special_days={date(2071, 6, 1): "10:00-12:00"})
        assert once.next_open(FRI_2026_03_06) == datetime(2071, 6, 1, 10, tzinfo=UTC)
        assert once.deadline(FRI_2026_03_06, 2 * HOUR) == datetime(2071, 6, 1, 12, tzinfo=UTC)
        assert once.deadline(datetime(2090, 1, 1, tzinfo=UTC), -2 * HOUR) == datetime(2071, 6, 1, 10, tzinfo=UTC)


class TestTravel:
    """Copies, processes and threads."""

    desk = BusinessCalendar.weekly("Mon-Fri 22:00-06:00", zone="America/St_Johns", yearly_holidays=["12-25"])

    def test_what_is_compiled_stays_behind(self) -> None:
        """Copies and pickles hold what the document says, and nothing that was computed."""
        self.desk.worked(FRI_2026_03_06, MON_2026_03_09)
        assert "table" in self.desk.__dict__
        sent = pickle.loads(pickle.dumps(self.desk))  # noqa: S301 - our own bytes
        for other in (sent, copy.copy(self.desk), copy.deepcopy(self.desk)):
            assert set(other.__dict__) == set(BusinessCalendar.model_fields)
            assert other == self.desk
            assert hash(other) == hash(self.desk)

    def test_another_process_computes_the_same(self) -> None:
        """A calendar sent to another process gives the same service time there."""
        with ProcessPoolExecutor(1) as pool:
            there = pool.submit(self.desk.worked, FRI_2026_03_06, MON_2026_03_09).result()
        assert there == self.desk.worked(FRI_2026_03_06, MON_2026_03_09)

    def test_threads_share_one_calendar(self) -> None:
        """Sixteen threads that make one table grow in both directions all get what one thread gets alone."""
        shared, alone = self.desk.replace(), self.desk.replace()
        days = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=sign * 97 * k) for k in range(20) for sign in (1, -1)]
        spans = [(day, day + timedelta(days=k % 50, hours=k % 24)) for k, day in enumerate(days)]
        expected = [alone.worked(*span) for span in spans]

        def run(turn: int) -> list[timedelta]:
            order = spans[turn:] + spans[:turn]
            found = [shared.worked(*span) for span in order]
            return found[len(spans) - turn :] + found[: len(spans) - turn]

        with ThreadPoolExecutor(16) as pool:
            assert all(result == expected for result in pool.map(run, range(0, 32, 2)))

    def test_a_special_day_is_a_value(self) -> None:
        """Its hours are canonical, and its minutes follow from them."""
        special = SpecialDay(date=date(2026, 12, 24), hours="08:00-10:00 10:00-12:00")
        assert special.hours == "08:00-12:00"
        assert special.spans == ((480, 720),)

    def test_open_spans_are_utc_and_cut(self) -> None:
        """The compiled spans are sorted, disjoint, cut to the span asked for, and add up to the service
        time."""
        start, end = to_micros(FRI_2026_03_06), to_micros(MON_2026_03_09)
        spans = OFFICE.open_spans(start + 10 * 3_600_000_000, end)
        assert [(from_micros(a).hour, from_micros(b).hour) for a, b in spans] == [(10, 17)]
        with pytest.raises(CalendarRangeError):
            OFFICE.open_spans(end, start)
