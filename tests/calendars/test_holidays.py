"""Frozen holidays: dates, the years they cover, and their digest."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from ecsm_contracts._model import Model, digest
from ecsm_contracts.calendars import DateText, HolidaySet, MonthDay, Years, parse_date
from ecsm_contracts.errors import InvalidValue

KINGS_DAY, CHRISTMAS = date(2026, 4, 27), date(2026, 12, 25)


class Paper(Model):
    """A model with a date, some years and a day of the year."""

    day: DateText = KINGS_DAY
    years: Years = "2026"
    yearly: MonthDay = "12-25"


def rule(**fields: object) -> str:
    """Return the rule by which a `HolidaySet` of *fields* is refused."""
    with pytest.raises(ValidationError) as caught:
        HolidaySet.model_validate(fields)
    return str(caught.value.errors()[0]["ctx"]["error"].rule)


def test_days_are_sorted_and_listed_once() -> None:
    """The order and number of times in which days are given do not matter, nor do text and `date`."""
    days = ["2026-12-25", KINGS_DAY, "2026-12-25"]
    given = HolidaySet.model_validate({"years": "2026-2027", "days": days})
    assert given.days == (KINGS_DAY, CHRISTMAS)
    assert given == HolidaySet(years="2026-2027", days=(KINGS_DAY, CHRISTMAS))


def test_the_digest_is_filled_in_and_checked() -> None:
    """The digest is over the sorted days; a given one must fit, so that a changed day is noticed."""
    found = HolidaySet(years="2026", days=(CHRISTMAS, KINGS_DAY))
    assert found.days_digest == digest(["2026-04-27", "2026-12-25"])
    assert HolidaySet.model_validate(found.to_data()) == found
    assert found.to_data()["digest"] == found.days_digest
    assert rule(digest=found.days_digest, days=["2026-04-27"]) == "holiday_digest"
    assert found.replace(days=(CHRISTMAS,)).days_digest == digest(["2026-12-25"])


def test_a_set_knows_what_it_covers() -> None:
    """Declared years cover their local dates, the last year included; without years every date is covered."""
    declared = HolidaySet(years="2026-2027")
    assert (declared.first_year, declared.last_year) == (2026, 2027)
    covered = [declared.covers(date(*day)) for day in ((2025, 12, 31), (2026, 1, 1), (2027, 12, 31), (2028, 1, 1))]
    assert covered == [False, True, True, False]
    free = HolidaySet(days=(CHRISTMAS,))
    assert free.covers(date(1999, 1, 1))
    assert (free.first_year, free.last_year) == (None, None)


def test_days_outside_the_years_are_refused() -> None:
    """A day beyond the declared years shows that either is wrong."""
    assert rule(years="2026", days=["2027-01-01"]) == "holiday_years"


@pytest.mark.parametrize("years", ["2027-2026", "26", "2026-27", "2026 - 2027", "1890", 2026, None, "2026-2027-2028"])
def test_years_are_a_text_of_whole_years(years: object) -> None:
    """One year or a range, as text; a range that ends before it starts is refused."""
    with pytest.raises(ValidationError):
        Paper.model_validate({"years": years})


def test_a_range_of_one_year_is_that_year() -> None:
    """``2026-2026`` is written ``2026``."""
    assert Paper(years="2026-2026").years == "2026"


@pytest.mark.parametrize("day", ["12-32", "13-01", "02-30", "1-1", "12/25", "2026-12-25", 1225, None])
def test_a_yearly_day_is_month_and_day(day: object) -> None:
    """Only days that some year has, written ``MM-DD``."""
    with pytest.raises(ValidationError, match="MM-DD"):
        Paper.model_validate({"yearly": day})


def test_the_leap_day_is_a_yearly_day() -> None:
    """``02-29`` is a day of the year, in leap years."""
    assert Paper(yearly="02-29").yearly == "02-29"


@pytest.mark.parametrize(
    "value",
    [
        20260427,
        "20260427",
        "2026-02-30",
        "27-04-2026",
        "01/02/2026",
        "2026-4-27",
        86400,
        None,
        "2026-W18-1",
        datetime(2026, 4, 27, tzinfo=UTC),
        "2026-04-27T00:00:00+05:00",
        "٢٠٢٦-04-27",
        True,
    ],
)
def test_a_date_is_year_month_day_and_nothing_else(value: object) -> None:
    """Numbers, other orders, other digits and instants are not dates."""
    with pytest.raises(InvalidValue) as caught:
        parse_date(value)
    assert caught.value.rule == "date_syntax"


def test_a_model_keeps_plain_dates_and_writes_text() -> None:
    """A field reads a text or a `date`, also a subclass, keeps a plain `date`, and writes the text."""

    class Day(date):
        """Another library's date."""

    for value in ("2026-04-27", KINGS_DAY, Day(2026, 4, 27)):
        paper = Paper.model_validate({"day": value})
        assert type(paper.day) is date
        assert paper.to_data()["day"] == "2026-04-27"
    assert Paper.model_json_schema()["properties"]["day"]["format"] == "date"
