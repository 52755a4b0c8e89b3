"""What is no number of days: refused with its rule, and never by anything but the library's own errors."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from ecsm_contracts.calendars import BusinessCalendar, DayMeaning, DayPreset, Days, HolidaySet
from ecsm_contracts.errors import CalendarRangeError, EcsmError, InvalidValue, WrongType
from tests.calendars.days_oracle import DAY, HOUR, LEAST, MEANINGS, SERVICE, ZERO, Meaning, at, shows
from tests.calendars.wallclock import MINUTE, TICK

EVERY = pytest.mark.parametrize("meaning", MEANINGS)
AMSTERDAM = "Europe/Amsterdam"
KINGS_DAY = date(2026, 4, 27)  # a Monday
OFFICE = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone=AMSTERDAM, holidays=[KINGS_DAY])
FRI_2026_04_24_16_00 = datetime(2026, 4, 24, 14, tzinfo=UTC)


# --- the value -------------------------------------------------------------------------------------------


def test_the_meanings_are_five_and_a_preset() -> None:
    """There are these five meanings and one preset, and a document is told of all."""
    assert (*get_args(DayMeaning), *get_args(DayPreset)) == MEANINGS
    assert set(TypeAdapter(Days).json_schema()["properties"]["meaning"]["enum"]) == set(MEANINGS)


@pytest.mark.parametrize("days", [-40_000, 0, 2, 40_000])
def test_days_are_a_value(days: int) -> None:
    """Days with the same content are equal, hash and pickle alike, go through a document, and cannot be changed."""
    value, documents = Days(days, "24_hours"), TypeAdapter(Days)
    assert documents.validate_json(documents.dump_json(value)) == value
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - of its own making
    assert documents.validate_python({"days": days, "meaning": "24_hours"}) == documents.validate_python(value)
    assert len({value, Days(days, "24_hours"), Days(days, "calendar_day")}) == 2
    assert str(value) == f"{days} x 24_hours"
    with pytest.raises(FrozenInstanceError):
        value.days = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("days", "meaning", "rule", "said"),
    [
        (True, "24_hours", "days_count", "True is not a number of days"),
        (1.0, "24_hours", "days_count", "1.0 is not"),
        ("1", "24_hours", "days_count", "'1' is not"),
        (None, "24_hours", "days_count", "whole number up to 40000"),
        (40_001, "24_hours", "days_count", "40001"),
        (-40_001, "24_hours", "days_count", "-40001"),
        (10**9, "calendar_day", "days_count", "1000000000"),
        (1, "calender_day", "days_meaning", 'did you mean "calendar_day"?'),
        (1, "business_day", "days_meaning", 'did you mean "working_day_same_time"?'),
        (1, "end_of_business_day", "days_meaning", 'did you mean "end_of_working_day"?'),
        (1, "24h", "days_meaning", 'did you mean "24_hours"?'),
        (1, "24_service_hour", "days_meaning", 'did you mean "24_service_hours"?'),
        (1, "", "days_meaning", '"calendar_day"'),
        (1, "fortnight", "days_meaning", "is not a meaning of a day"),
        (1, None, "days_meaning", "None is not a meaning"),
        (1, ["24_hours"], "days_meaning", "is not a meaning"),
        (1, "x" * 10**6, "days_meaning", "xxx"),
        (-1, "end_of_working_day", "days_back", "no meaning backwards"),
        (-1, "legacy_freshdesk", "days_back", "no meaning backwards"),
        (0, "legacy_freshdesk", "days_count", "no zeroth day"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_days_that_mean_nothing_are_refused(days: Any, meaning: Any, rule: str, said: str) -> None:
    """What is no whole number of days, or no meaning, is refused with its rule, and a short message says what is."""
    with pytest.raises(InvalidValue) as refused:
        Days(days, meaning)
    assert refused.value.rule == rule
    assert said in str(refused.value)
    assert len(str(refused.value)) < 400
    with pytest.raises(ValidationError):
        TypeAdapter(Days).validate_python({"days": days, "meaning": meaning})


@pytest.mark.parametrize(
    "written", [2, "2d", None, [], {"days": 2}, {"days": 2, "meaning": "24_hours", "of": 1}], ids=str
)
def test_documents_say_what_days_they_mean(written: object) -> None:
    """A number alone, a text, and fields that are missing or too many are not read as days."""
    with pytest.raises(ValidationError, match=r"is not a number of days; write \{days: 2"):
        TypeAdapter(Days).validate_python(written)


# --- errors ----------------------------------------------------------------------------------------------


@EVERY
def test_a_start_that_is_no_instant_or_not_covered_is_refused(meaning: Meaning) -> None:
    """A naive start, a text, and a start outside the years of the holidays are the library's own errors."""
    covered = BusinessCalendar.weekly(
        "Mon-Fri 09:00-17:00", zone=AMSTERDAM, holidays=HolidaySet(years="2026", days=(KINGS_DAY,))
    )
    for start in (datetime(2026, 3, 2), "2026-03-02T09:00:00Z", None, 5, date(2026, 3, 2)):
        with pytest.raises((InvalidValue, WrongType), match=r"has no offset|datetime is needed"):
            covered.deadline(start, Days(1, meaning))  # type: ignore[arg-type]
    for start in (FRI_2026_04_24_16_00 - 400 * DAY, FRI_2026_04_24_16_00 + 400 * DAY):
        with pytest.raises(CalendarRangeError, match="holidays of 2026"):
            covered.deadline(start, Days(1, meaning))


@pytest.mark.parametrize("meaning", SERVICE)
def test_service_days_end_within_the_years_of_the_holidays(meaning: Meaning) -> None:
    """On the last working day that is covered the day before still ends; one day more is an error and not a guess."""
    covered = BusinessCalendar.weekly("always", zone=AMSTERDAM, holidays=HolidaySet(years="2026", days=(KINGS_DAY,)))
    wednesday, thursday = (at(AMSTERDAM, f"2026-12-{day} 10:00") for day in (30, 31))
    end = {"end_of_working_day": "2027-01-01 00:00"}.get(meaning, "2026-12-31 10:00")
    assert shows(AMSTERDAM, covered.deadline(wednesday, Days(1, meaning))) == end
    for days in (1, 2, 40_000):
        with pytest.raises(CalendarRangeError):
            covered.deadline(thursday, Days(days, meaning))
    if meaning not in LEAST:
        with pytest.raises(CalendarRangeError):
            covered.deadline(at(AMSTERDAM, "2026-01-01 10:00"), Days(-1, meaning))


@pytest.mark.parametrize("meaning", SERVICE)
def test_a_desk_without_hours_has_no_working_days(meaning: Meaning) -> None:
    """Counting working days on a desk that never opens is an error, at once, and not a search without end."""
    closed = BusinessCalendar.weekly("closed", zone="UTC")
    with pytest.raises(CalendarRangeError, match="closed"):
        closed.deadline(FRI_2026_04_24_16_00, Days(1, meaning))


@pytest.mark.parametrize("meaning", [meaning for meaning in MEANINGS if not meaning.startswith("24_")])
def test_desks_in_two_zones_have_no_days(meaning: Meaning) -> None:
    """Hours that are read off clocks in two zones have no dates to count, and the error names both."""
    overseas = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="America/New_York")
    with pytest.raises(InvalidValue, match=r"Amsterdam.*New_York") as refused:
        (OFFICE | overseas).deadline(FRI_2026_04_24_16_00, Days(1, meaning))
    assert refused.value.rule == "day_zone"


@EVERY
def test_days_end_once(meaning: Meaning) -> None:
    """There is no next opening of a deadline in days: `at` is refused, and so is a number without a meaning."""
    wrongs: tuple[Any, ...] = ("next_opening", "latest", None, [])
    for wrong in wrongs:
        with pytest.raises(InvalidValue) as refused:
            OFFICE.deadline(FRI_2026_04_24_16_00, Days(1, meaning), at=wrong)
        assert refused.value.rule == "deadline_at"
    for amount in (1, 1.0, "1", None, (1, meaning), {"days": 1, "meaning": meaning}):
        with pytest.raises(WrongType, match="give a timedelta, or Days"):
            OFFICE.deadline(FRI_2026_04_24_16_00, amount)  # type: ignore[arg-type]


@EVERY
def test_holds_that_are_none_are_refused(meaning: Meaning) -> None:
    """A hold that ends before it starts, or without offsets, is refused whichever days are counted."""
    start = FRI_2026_04_24_16_00
    for hold, rule in (((start, start - TICK), "hold_order"), ((start, datetime(2026, 4, 25)), "instant_naive")):
        with pytest.raises(InvalidValue) as refused:
            OFFICE.deadline(start, Days(1, meaning), [hold])
        assert refused.value.rule == rule


@pytest.mark.parametrize("meaning", [meaning for meaning in MEANINGS if meaning not in LEAST])
def test_no_days_end_at_the_start_whatever_is_held(meaning: Meaning) -> None:
    """Of 0 days nothing is left to hold: they end at the start, as no service time does."""
    start = FRI_2026_04_24_16_00
    hold = (start - 2 * HOUR, start + 3 * DAY)
    assert OFFICE.deadline(start, ZERO, [hold]) == start
    assert OFFICE.deadline(start, Days(0, meaning), [hold]) == start


def test_days_without_service_time_are_not_held() -> None:
    """When no service time lies before the time of day on the n-th working day, a hold moves nothing, long or
    short."""
    desk = BusinessCalendar.weekly("Mon 22:00-23:00", zone="UTC")
    sunday, due = at("UTC", "2026-03-01 20:00"), at("UTC", "2026-03-02 20:00")
    for before in (HOUR, 21 * DAY):
        hold = (sunday - before, due + 150 * MINUTE)
        assert desk.deadline(sunday, Days(1, "working_day_same_time"), [hold]) == due


def test_a_date_that_comes_back_ends_at_its_second_midnight() -> None:
    """In St. John's clocks went back at 00:01 to 23:01 of the date before: its last closing is the second."""
    zone = "America/St_Johns"
    desk = BusinessCalendar.weekly("Mon-Sun 23:00-24:00", zone=zone)
    midnight = at(zone, "2010-11-07 00:00", 1)
    assert desk.deadline(at(zone, "2010-11-06 12:00"), Days(0, "end_of_working_day")) == midnight
    assert desk.deadline(at(zone, "2010-11-06 23:30", 1), Days(0, "end_of_working_day")) == midnight


@pytest.mark.parametrize(
    "meaning",
    MEANINGS,
)
def test_more_days_than_there_are_is_an_error_of_range(meaning: Meaning) -> None:
    """40,000 days from 2026 reach beyond all instants: CalendarRangeError in every meaning, ahead and back."""
    for days in (40_000, -40_000):
        if days > 0 or meaning not in LEAST:
            with pytest.raises(CalendarRangeError):
                OFFICE.deadline(FRI_2026_04_24_16_00, Days(days, meaning))


class Hostile:
    """Something that cannot be shown."""

    def __repr__(self) -> str:
        """Refuse."""
        raise RuntimeError("no")


@pytest.mark.parametrize("days", [10**5000, -(10**5000), Hostile()], ids=["huge", "minus huge", "hostile"])
def test_numbers_that_cannot_be_shown_are_refused(days: Any) -> None:
    """A number with more digits than Python shows, or a value whose `repr` raises, is the library's own error."""
    with pytest.raises(EcsmError):
        Days(days, "24_hours")


@pytest.mark.parametrize(
    "holds",
    [5, [5], [None], [(FRI_2026_04_24_16_00,)], {1: 2}],
    ids=["number", "numbers", "none", "start alone", "mapping"],
)
def test_what_is_no_hold_is_refused(holds: Any) -> None:
    """A hold that is no pair of instants is the library's own error."""
    with pytest.raises(EcsmError):
        OFFICE.deadline(FRI_2026_04_24_16_00, Days(1, "24_hours"), holds)


def test_an_amount_of_a_wrong_type_has_no_next_opening() -> None:
    """A number without a unit is refused as such, whatever `at` says."""
    with pytest.raises(WrongType, match="give a timedelta, or Days"):
        OFFICE.deadline(FRI_2026_04_24_16_00, 5, at="next_opening")  # type: ignore[arg-type]
