"""What would change if frozen holidays were frozen again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.calendars import (
    HolidaySet,
    compare_holidays,
    diff_holidays,
    freeze_holidays,
    freeze_market_holidays,
)
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, WrongType

KINGS_DAY, CHRISTMAS = date(2026, 4, 27), date(2026, 12, 25)
NAMES = st.sampled_from(["Koningsdag", "Eid al-Fitr (estimated)", "Eid al-Fitr", "a; b"])


@st.composite
def holiday_sets(draw: st.DrawFn) -> HolidaySet:
    """Return a set of days close together, some of them without a name."""
    days = draw(st.sets(st.integers(0, 9).map(lambda step: KINGS_DAY + timedelta(days=step))))
    return HolidaySet.model_validate({"days": {day: draw(st.none() | NAMES) for day in sorted(days)}})


@given(holiday_sets(), holiday_sets())
def test_the_changes_lead_from_one_set_to_the_other(frozen: HolidaySet, fresh: HolidaySet) -> None:
    """Whoever makes the changes by hand has the days of the fresh set, and its names, except where there were none."""
    found = compare_holidays(frozen, fresh)
    made = {day: frozen.name_of(day) for day in frozen.days}
    for change in found.removed:
        assert made.pop(change.date) == change.was
    for change in found.added:
        assert change.date not in made
        made[change.date] = change.now
    for change in found.renamed:
        assert made[change.date] == change.was
        made[change.date] = change.now
    assert tuple(sorted(made)) == fresh.days
    assert all(name == fresh.name_of(day) for day, name in made.items() if name is not None)
    assert list(found.changes) == sorted(found.changes, key=lambda change: change.date)


@given(holiday_sets(), holiday_sets())
def test_the_diff_is_false_exactly_when_nothing_would_change(frozen: HolidaySet, fresh: HolidaySet) -> None:
    """No change of days means the same digest of days; no change at all is told in one word, and by truth."""
    found = compare_holidays(frozen, fresh)
    assert found.same_days == (frozen.days_digest == fresh.days_digest)
    assert found.same == (not found) == (not found.changes) == ("no changes" in str(found))
    assert not compare_holidays(frozen, frozen)


@pytest.mark.parametrize(
    "frozen",
    [
        freeze_holidays("NL", "2024-2027"),
        freeze_holidays("NL", "2026", categories=["optional"], language="en_US"),
        freeze_holidays("US", "2021", observed=False),
        freeze_holidays("GB", "2026", "SCT"),
        freeze_market_holidays("XLON", "2026", categories=["half_day"]),
    ],
    ids=["country", "category-and-language", "as-dated", "subdivision", "market"],
)
def test_what_was_just_frozen_would_be_the_same(frozen: HolidaySet) -> None:
    """A set says all that it was frozen with: the package gives the same days and names again, and the read document
    as well."""
    assert diff_holidays(frozen).same
    assert diff_holidays(HolidaySet.model_validate(frozen.to_data())).same


def test_each_option_of_freezing_matters() -> None:
    """Were an option forgotten when freezing again, other days would come out."""
    for options in ({"categories": ["optional"]}, {"observed": False}, {"subdivision": "CA"}):
        country = "NL" if "categories" in options else "US"
        frozen = freeze_holidays(country, "2021", **options)
        assert diff_holidays(frozen).same
        assert compare_holidays(frozen, freeze_holidays(country, "2021"))


def test_a_diff_says_what_would_be_added_removed_and_renamed() -> None:
    """Days with their names, by date, with the source then and now; names are no reason for other service times."""
    now = freeze_holidays("NL", "2026")
    names = {named.date: named.name for named in now.names}
    then = {day: name for day, name in names.items() if day != KINGS_DAY} | {date(2026, 4, 30): "Koninginnedag"}
    then[CHRISTMAS] = "Kerstmis"
    frozen = HolidaySet(country="NL", years="2026", language="nl", source="holidays 0.1", days=then)  # type: ignore[arg-type]  # a mapping reads too
    found = diff_holidays(frozen)
    assert str(found).splitlines() == [
        f"then: holidays 0.1; now: {now.source}",
        "+ 2026-04-27  Koningsdag",
        "- 2026-04-30  Koninginnedag",
        "~ 2026-12-25  Kerstmis → Eerste kerstdag",
    ]
    assert [change.date for change in (*found.added, *found.removed, *found.renamed)] == [
        KINGS_DAY,
        date(2026, 4, 30),
        CHRISTMAS,
    ]
    assert not found.same_days
    assert (found.source_then, found.source_now) == ("holidays 0.1", now.source)


def test_only_names_that_were_frozen_can_change() -> None:
    """A set from before names were kept is the same, if its days are."""
    frozen = freeze_holidays("NL", "2026")
    nameless = HolidaySet(country="NL", years="2026", days=frozen.days)
    assert diff_holidays(nameless).same
    assert str(diff_holidays(nameless)).startswith("then: not said; now: holidays ")


def test_what_cannot_be_seen_is_shown_escaped() -> None:
    """A source or name from a document cannot move the cursor or turn the direction of writing."""
    frozen = HolidaySet(source="a\x1b[31m", days={KINGS_DAY: "a\u202eb"})  # type: ignore[arg-type]  # a mapping reads too
    assert str(compare_holidays(frozen, HolidaySet())) == ("then: a\\x1b[31m; now: not said\n- 2026-04-27  a\\u202eb")


def test_only_a_frozen_set_can_be_frozen_again() -> None:
    """Without years, or without country and market, nobody can say what to freeze; an unknown country says so."""
    for frozen in (
        HolidaySet(days=(KINGS_DAY,)),
        HolidaySet(years="2026", days=(KINGS_DAY,)),
        HolidaySet(country="NL", days=(KINGS_DAY,)),
        HolidaySet(market="XNYS", days=()),
    ):
        with pytest.raises(InvalidValue, match="were not frozen from the holidays package") as caught:
            diff_holidays(frozen)
        assert caught.value.rule == "holidays_not_frozen"
    with pytest.raises(InvalidValue, match='did you mean "NL"'):
        diff_holidays(HolidaySet(country="Netherlands", years="2026"))
    with pytest.raises(CalendarRangeError, match="from 1966 to 2100"):
        diff_holidays(HolidaySet(country="NL", years="2101"))


def test_what_is_no_set_is_refused() -> None:
    """A list of dates, or nothing, is named as what it is."""
    for wrong in (None, [KINGS_DAY], "NL"):
        with pytest.raises(WrongType, match="HolidaySet is needed"):
            diff_holidays(wrong)  # type: ignore[arg-type]
        with pytest.raises(WrongType, match="fresh: HolidaySet is needed"):
            compare_holidays(HolidaySet(), wrong)  # type: ignore[arg-type]
