"""Freezing holidays from the `holidays` package: what is frozen, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from holidays.version import __version__ as VERSION  # noqa: N812 - a constant here

from ecsm_contracts.calendars import HolidaySet, freeze_holidays
from ecsm_contracts.errors import CalendarRangeError, InvalidValue


def test_the_days_of_a_country_are_frozen_with_their_source() -> None:
    """The dates, the years that they cover, the version of the package and the digest are kept, never a
    rule."""
    frozen = freeze_holidays("NL", "2026-2027")
    assert (frozen.country, frozen.subdivision, frozen.years) == ("NL", None, "2026-2027")
    assert frozen.source == f"holidays {VERSION}"
    assert date(2026, 4, 27) in frozen.days
    assert date(2027, 4, 27) in frozen.days
    assert {day.year for day in frozen.days} == {2026, 2027}
    assert HolidaySet.model_validate(frozen.to_data()) == frozen


def test_a_subdivision_has_its_own_days() -> None:
    """England keeps the August bank holiday; Great Britain as such does not."""
    england, britain = freeze_holidays("GB", "2025", "ENG"), freeze_holidays("GB", "2025")
    assert england.subdivision == "ENG"
    assert set(england.days) - set(britain.days) == {date(2025, 4, 21), date(2025, 8, 25)}


def test_days_kept_in_another_year_are_left_out_with_it() -> None:
    """New Year 2022 was kept on 2021-12-31: it belongs to the year 2021, and days outside the years are
    not listed."""
    assert date(2021, 12, 31) in freeze_holidays("US", "2021").days
    assert all(day.year == 2022 for day in freeze_holidays("US", "2022").days)


def test_options_are_part_of_the_source() -> None:
    """Categories, and days as dated rather than as observed, are said in the source."""
    dated = freeze_holidays("US", "2021", observed=False)
    assert date(2021, 12, 31) not in dated.days
    assert dated.source == f"holidays {VERSION}, as dated, not as observed"
    optional = freeze_holidays("NL", "2026", categories=["public", "optional"])
    assert optional.source == f"holidays {VERSION}, categories optional public"
    assert date(2026, 5, 5) in optional.days


@pytest.mark.parametrize(
    ("country", "subdivision", "categories", "rule", "hint"),
    [
        ("UK", None, (), "country_unknown", 'did you mean "GB"?'),
        ("fr", None, (), "country_unknown", 'did you mean "FR"?'),
        ("NLD", None, (), "country_unknown", 'did you mean "NL"?'),
        ("Atlantis", None, (), "country_unknown", "not a country"),
        ("GB", "eng", (), "subdivision_unknown", 'did you mean "ENG"?'),
        ("GB", "Kent", (), "subdivision_unknown", "not a subdivision of GB"),
        ("NL", None, ("publik",), "category_unknown", 'did you mean "public"?'),
    ],
)
def test_unknown_names_are_refused_with_the_closest_known(
    country: str, subdivision: str | None, categories: tuple[str, ...], rule: str, hint: str
) -> None:
    """A country, subdivision or category that the package does not know is named, with what may have been
    meant."""
    with pytest.raises(InvalidValue) as caught:
        freeze_holidays(country, "2026", subdivision, categories=categories)
    assert caught.value.rule == rule
    assert hint in str(caught.value)


@pytest.mark.parametrize("years", ["1900", "2099-2101"])
def test_years_that_the_package_does_not_know_are_refused(years: str) -> None:
    """The package gives no days outside its range, which must not be read as years without holidays."""
    with pytest.raises(CalendarRangeError, match=years):
        freeze_holidays("NL", years)


def test_what_is_not_years_is_refused() -> None:
    """Years are a text, of one year or a range; a slip is not frozen as something else."""
    for years in ("26", "2027-2026", 2026):
        with pytest.raises(InvalidValue) as caught:
            freeze_holidays("NL", years)  # type: ignore[arg-type]
        assert caught.value.rule == "years"


def test_importing_the_floor_does_not_import_holidays() -> None:
    """The `holidays` package is loaded when holidays are frozen, and not before."""
    code = "import sys, ecsm_contracts.calendars; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
