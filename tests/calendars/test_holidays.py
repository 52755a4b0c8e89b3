"""Frozen holidays: dates, the years they cover, and their digest."""

from __future__ import annotations

import copy
import pickle
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


def ascii_of(value: str) -> str:
    """Return a short name for a case."""
    return ascii(value[:9])


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


def test_days_have_names_from_a_mapping_or_a_list() -> None:
    """A mapping from dates to names, a list of both, or the days themselves with their names: one meaning."""
    days = ["2026-12-25", "2026-04-27"]
    mapping = {"2026-12-25": "Christmas", KINGS_DAY: "King's Day"}
    listed = [{"date": day, "name": name} for day, name in mapping.items()]
    one, two, three = (
        HolidaySet.model_validate(fields)
        for fields in ({"days": days, "names": mapping}, {"days": days, "names": listed}, {"days": mapping})
    )
    assert one == two == three
    assert [(named.date, named.name) for named in one.names] == [(KINGS_DAY, "King's Day"), (CHRISTMAS, "Christmas")]
    assert [one.name_of(day) for day in (KINGS_DAY, CHRISTMAS, date(2026, 1, 1))] == ["King's Day", "Christmas", None]
    assert HolidaySet.model_validate(one.to_data()) == one


def test_a_day_may_go_without_a_name() -> None:
    """Where a mapping has nothing beside a date, the day is a holiday without a name."""
    found = HolidaySet.model_validate({"days": {"2026-04-27": None, "2026-12-25": "Christmas"}})
    assert found.days == (KINGS_DAY, CHRISTMAS)
    assert found.name_of(KINGS_DAY) is None


def test_names_and_labels_are_not_in_the_digest_of_the_days() -> None:
    """The digest is over the dates alone: neither a name nor the way of freezing changes which days are closed."""
    plain = HolidaySet(days=(KINGS_DAY,))
    dressed = HolidaySet(
        country="NL", categories=("public",), observed=False, language="nl", days=(KINGS_DAY,)
    ).replace(names={KINGS_DAY: "K"})
    assert dressed.days_digest == plain.days_digest
    assert dressed.digest() != plain.digest()


def test_what_is_not_said_is_not_written() -> None:
    """A set that does not use the fields for freezing has the canonical form and digest that it had without them."""
    found = HolidaySet(country="NL", years="2026", source="by hand", days=(KINGS_DAY, CHRISTMAS))
    assert set(found.to_data()) == {"country", "years", "source", "digest", "days"}
    assert found.digest() == "sha256:e54eb8af845fb6459502ddc6756134929706dc1acad718acf49195cc98c409b4"
    spelt = HolidaySet.model_validate({**found.to_data(), "categories": [], "observed": True, "names": []})
    assert spelt.to_data() == found.to_data()
    said = found.replace(categories=("public", "bank"), observed=False, names={KINGS_DAY: "K"}).to_data()
    assert (said["categories"], said["observed"]) == (["bank", "public"], False)
    assert said["names"] == [{"date": "2026-04-27", "name": "K"}]


def test_names_for_other_days_are_refused() -> None:
    """A name for a day that is no holiday shows that either is wrong; so do two names for a day, or two lists."""
    day = ["2026-04-27"]
    assert rule(days=day, names={"2026-04-28": "King's Day"}) == "holiday_names"
    twice = [{"date": "2026-04-27", "name": "a"}, {"date": "2026-04-27", "name": "b"}]
    assert rule(days=day, names=twice) == "holiday_names"
    assert rule(days={"2026-04-27": "a"}, names={"2026-04-27": "a"}) == "holiday_names"
    named = HolidaySet.model_validate({"days": {"2026-04-27": "a", "2026-12-25": "b"}})
    with pytest.raises(ValidationError, match="none of the days"):
        named.replace(days=(KINGS_DAY,))


@pytest.mark.parametrize(
    "name", ["", " ", " a", "a ", "a\nb", "a\x1b[31m", "a\u2028b", "\ud800", "a" * 1001], ids=ascii_of
)
def test_a_name_is_one_line_of_text(name: str) -> None:
    """A name fits on a line, has no blanks around it, and can be written as UTF-8."""
    assert rule(days={"2026-04-27": name}) in {"holiday_name", "encoding"}


@pytest.mark.parametrize("name", [1, True, ["a"], {"a": 1}, b"a"])
def test_a_name_is_a_text(name: object) -> None:
    """What is no text is not turned into one."""
    with pytest.raises(ValidationError):
        HolidaySet.model_validate({"days": {"2026-04-27": name}})


@pytest.mark.parametrize("days", [{"2026-04-31": "a"}, {"": "a"}, {1: "a"}, {None: "a"}, "2026-04-27"])
def test_days_are_dates_in_a_list_or_a_mapping(days: object) -> None:
    """A key that is no date is refused like a date in a list that is none."""
    with pytest.raises(ValidationError):
        HolidaySet.model_validate({"days": days})


def test_a_market_stands_instead_of_a_country() -> None:
    """Holidays are those of a country or of a market, not of both."""
    assert HolidaySet(market="XNYS").market == "XNYS"
    assert rule(market="XNYS", country="US") == "holiday_market"
    assert rule(market="XNYS", subdivision="NY") == "holiday_market"


def test_labels_can_be_written() -> None:
    """Half of a surrogate pair would break the digest of whatever holds it, so it is refused when it is read."""
    for label in ("country", "subdivision", "market", "language", "source"):
        assert rule(**{label: "N\ud800"}) == "encoding"
    assert rule(categories=["\udfff"]) == "encoding"


def test_names_travel_with_the_set() -> None:
    """A pickled or copied set is the same, and so is its hash; what is looked up stays behind."""
    found = HolidaySet.model_validate({"days": {"2026-04-27": "King's Day"}})
    assert found.name_of(KINGS_DAY) == "King's Day"
    for other in (pickle.loads(pickle.dumps(found)), copy.copy(found)):  # noqa: S301 - what was just made
        assert other == found
        assert hash(other) == hash(found)
        assert "_name_by_day" not in other.__dict__
        assert other.name_of(KINGS_DAY) == "King's Day"
