"""Freezing holidays from the `holidays` package: what is frozen, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from itertools import pairwise
from typing import Any

import holidays
import pytest
from holidays.version import __version__ as VERSION  # noqa: N812 - a constant here
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.calendars import BusinessCalendar, HolidaySet, freeze_holidays, freeze_market_holidays
from ecsm_contracts.errors import CalendarRangeError, EcsmError, InvalidValue, WrongType

COUNTRIES = sorted(holidays.list_supported_countries(include_aliases=False))
MARKETS = sorted(
    code
    for code in holidays.list_supported_financial(include_aliases=True)
    if code in holidays.list_supported_financial(include_aliases=False)
    or code in holidays.list_supported_financial(include_aliases=False)["ENX"]
)
YEARS = "2026"  # of every country and market that the package knows


def test_the_days_of_a_country_are_frozen_with_their_source() -> None:
    """The dates, their names, the years that they cover, the version of the package and the digest are kept, never a
    rule."""
    frozen = freeze_holidays("NL", "2026-2027")
    assert (frozen.country, frozen.subdivision, frozen.market, frozen.years) == ("NL", None, None, "2026-2027")
    assert (frozen.categories, frozen.observed, frozen.language) == ((), True, "nl")
    assert frozen.source == f"holidays {VERSION}"
    assert frozen.name_of(date(2026, 4, 27)) == "Koningsdag"
    assert frozen.name_of(date(2027, 4, 27)) == "Koningsdag"
    assert {day.year for day in frozen.days} == {2026, 2027}


def test_a_subdivision_has_its_own_days() -> None:
    """England keeps the August bank holiday; Great Britain as such does not."""
    england, britain = freeze_holidays("GB", "2025", "ENG"), freeze_holidays("GB", "2025")
    assert england.subdivision == "ENG"
    assert set(england.days) - set(britain.days) == {date(2025, 4, 21), date(2025, 8, 25)}


def test_a_market_has_its_own_days() -> None:
    """New York's exchange is closed on Good Friday, which is no public holiday of the United States."""
    market, country = freeze_market_holidays("XNYS", "2026"), freeze_holidays("US", "2026")
    assert (market.market, market.country, market.language) == ("XNYS", None, "en_US")
    assert date(2026, 4, 3) in set(market.days) - set(country.days)
    early = freeze_market_holidays("XNYS", "2026", categories=["half_day"])
    assert date(2026, 12, 24) in early.days
    assert not set(early.days) & set(market.days)


def test_days_kept_in_another_year_are_left_out_with_it() -> None:
    """New Year 2022 was kept on 2021-12-31: it belongs to the year 2021, and days outside the years are
    not listed."""
    assert date(2021, 12, 31) in freeze_holidays("US", "2021").days
    assert all(day.year == 2022 for day in freeze_holidays("US", "2022").days)


def test_options_are_kept_by_the_set() -> None:
    """Categories, days as dated rather than as observed, and the language are fields; the source names the package
    only."""
    dated = freeze_holidays("US", "2021", observed=False)
    assert date(2021, 12, 31) not in dated.days
    assert (dated.observed, dated.source) == (False, f"holidays {VERSION}")
    optional = freeze_holidays("NL", "2026", categories=["public", "optional", "public"], language="en_US")
    assert (optional.categories, optional.language) == (("optional", "public"), "en_US")
    assert optional.name_of(date(2026, 5, 5)) == "Liberation Day"


def test_names_say_which_dates_are_estimated() -> None:
    """The dates of Islamic holidays years ahead are estimates, and are called so, also where the package is silent by
    default."""
    for country in ("SA", "AE"):
        names = [named.name for named in freeze_holidays(country, "2029", language="en_US").names]
        assert any("(estimated)" in name for name in names), country


def test_the_language_changes_names_and_not_days() -> None:
    """Whatever the language, the same days are closed, and the digest of the days is the same."""
    for country in ("CH", "NL", "IN", "HK"):
        languages = getattr(holidays, country).supported_languages
        sets = [freeze_holidays(country, YEARS, language=language) for language in languages]
        assert len({frozen.days_digest for frozen in sets}) == 1, country
        assert len({frozen.names for frozen in sets}) > 1, country


@pytest.mark.parametrize(
    ("country", "options", "rule", "hint"),
    [
        ("UK", {}, "country_unknown", 'did you mean "GB"?'),
        ("EL", {}, "country_unknown", 'did you mean "GR"?'),  # the European Union's code for Greece
        ("fr", {}, "country_unknown", 'did you mean "FR"?'),
        ("NLD", {}, "country_unknown", 'did you mean "NL"?'),
        ("CHN", {}, "country_unknown", 'did you mean "CN"?'),  # which is closer to CH, by its letters
        ("Netherlands", {}, "country_unknown", 'did you mean "NL"?'),
        ("united kingdom", {}, "country_unknown", 'did you mean "GB"?'),
        ("Atlantis", {}, "country_unknown", "not a country"),
        ("", {}, "country_unknown", "not a country"),
        ("XNYS", {}, "country_unknown", "but a market"),
        ("GB", {"subdivision": "eng"}, "subdivision_unknown", 'did you mean "ENG"?'),
        ("GB", {"subdivision": "Scotland"}, "subdivision_unknown", 'did you mean "SCT"?'),
        ("DE", {"subdivision": "Bayer"}, "subdivision_unknown", 'did you mean "BY"?'),
        ("GB", {"subdivision": "Kent"}, "subdivision_unknown", "not a subdivision of GB"),
        ("GB", {"subdivision": ""}, "subdivision_unknown", "there is ENG, NIR, SCT, WLS"),
        ("LU", {"subdivision": "XX"}, "subdivision_unknown", "there is none"),
        ("NL", {"categories": ("publik",)}, "category_unknown", 'did you mean "public"?'),
        ("NL", {"categories": "public"}, "category_unknown", "not a list of categories"),
        ("NL", {"language": "zz"}, "language_unknown", "there is en_US, fy, nl, th, uk"),
        ("NL", {"language": "NL"}, "language_unknown", 'did you mean "nl"?'),
        ("NL", {"language": ""}, "language_unknown", "not a language of NL"),
        ("ZA", {"language": "en_US"}, "language_unknown", "in one language only"),
    ],
)
def test_unknown_names_are_refused_with_the_closest_known(
    country: str, options: dict[str, Any], rule: str, hint: str
) -> None:
    """A country, subdivision, category or language that the package does not know is named, with what may have been
    meant."""
    with pytest.raises(InvalidValue) as caught:
        freeze_holidays(country, YEARS, **options)
    assert caught.value.rule == rule
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("market", "hint"),
    [
        ("NYSE", 'did you mean "XNYS"?'),
        ("xnys", 'did you mean "XNYS"?'),
        ("xams", 'did you mean "XAMS"?'),  # a part of Euronext, which has days of its own
        ("XNYC", 'did you mean "XNYS"?'),
        ("NL", "but a country"),
        ("", "not a market"),
    ],
)
def test_unknown_markets_are_refused_with_the_closest_known(market: str, hint: str) -> None:
    """Another name for a market is refused with its code; so is a country."""
    with pytest.raises(InvalidValue) as caught:
        freeze_market_holidays(market, YEARS)
    assert caught.value.rule == "market_unknown"
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [None, 26, True, b"NL", ["NL"], {"NL": 1}, object, "\ud800", "N\0L", "N" * 10**6],
    ids=["none", "int", "bool", "bytes", "list", "dict", "type", "surrogate", "nul", "long"],
)
def test_what_is_no_name_is_refused_wherever_it_stands(value: Any) -> None:
    """Whatever is given in place of a text ends in an error of this library, and a short one."""
    asked: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((value, YEARS), {}),
        (("NL", value), {}),
        (("NL", YEARS, [value]), {}),
        (("NL", YEARS), {"categories": [value]}),
        (("NL", YEARS), {"categories": value}),
        (("NL", YEARS), {"language": [value]}),
        (("NL", YEARS), {"observed": [value]}),
    ]
    for positions, options in asked:
        with pytest.raises(EcsmError) as caught:
            freeze_holidays(*positions, **options)
        assert len(str(caught.value)) < 400
    with pytest.raises(EcsmError):
        freeze_market_holidays(value, YEARS)


def test_observed_is_true_or_false() -> None:
    """A number or text in place of `observed` is not taken for a truth value."""
    with pytest.raises(WrongType, match="observed: bool is needed"):
        freeze_holidays("NL", YEARS, observed="no")  # type: ignore[arg-type]


@pytest.mark.parametrize("years", ["1900", "2099-2101", "1900-2199"])
def test_years_that_the_package_does_not_know_are_refused(years: str) -> None:
    """The package gives no days outside its range, which must not be read as years without holidays."""
    with pytest.raises(CalendarRangeError, match=f"knows NL from 1966 to 2100, not {years}"):
        freeze_holidays("NL", years)
    with pytest.raises(CalendarRangeError, match=f"knows XNAS from 1971 to 2100, not {years}"):
        freeze_market_holidays("XNAS", years)


def test_years_for_which_the_package_warns_are_refused() -> None:
    """The package has no Hindu holidays for India in 2090 and only warns: a set without them would look complete."""
    with pytest.raises(CalendarRangeError, match="warns about IN in 2090"):
        freeze_holidays("IN", "2090")


def test_what_is_not_years_is_refused() -> None:
    """Years are a text, of one year or a range; a slip is not frozen as something else."""
    for years in ("26", "2027-2026", "2026-", "", 2026, None):
        with pytest.raises(InvalidValue) as caught:
            freeze_holidays("NL", years)  # type: ignore[arg-type]
        assert caught.value.rule == "years"


def freeze(place: str, years: str = YEARS) -> HolidaySet:
    """Return the frozen holidays of a country or market."""
    return (freeze_holidays if place in COUNTRIES else freeze_market_holidays)(place, years)


@pytest.mark.parametrize("places", [COUNTRIES, MARKETS], ids=["countries", "markets"])
def test_every_place_of_the_package_freezes_to_what_the_package_says(places: list[str]) -> None:
    """Each country and market: the days and names are those that the package gives in the place's own language, and
    the set is read back from its document as it was."""
    for place in places:
        calendar = getattr(holidays, place)
        estimates = {name: True for name in calendar.get_supported_options() if name == "islamic_show_estimated"}
        said = dict(calendar(years=2026, language=calendar.default_language, **estimates))
        frozen = freeze(place)
        assert frozen.days == tuple(sorted(said)), place
        assert {named.date: named.name for named in frozen.names} == said, place
        assert HolidaySet.model_validate(frozen.to_data()) == frozen, place


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, int, int, dict[str, Any]]:
    """Return a country, years that the package knows, and options that it knows for the country."""
    country = draw(st.sampled_from(COUNTRIES))
    calendar = getattr(holidays, country)
    first = draw(st.integers(max(2001, calendar.start_year), min(2035, calendar.end_year)))
    last = draw(st.integers(first, min(first + 3, calendar.end_year, 2035)))
    categories = draw(st.lists(st.sampled_from(sorted(calendar.supported_categories)), max_size=3))
    subdivision = draw(st.sampled_from([None, *calendar.subdivisions]))
    options = {"categories": categories, "subdivision": subdivision, "observed": draw(st.booleans())}
    return country, first, last, options


@given(asked())
def test_days_lie_in_the_years_sorted_and_named(question: tuple[str, int, int, dict[str, Any]]) -> None:
    """The days lie in the years, each once, in order, each with a name; and several years are each of them together."""
    country, first, last, options = question
    frozen = freeze_holidays(country, f"{first}-{last}", **options)
    assert all(first <= day.year <= last for day in frozen.days)
    assert all(earlier < later for earlier, later in pairwise(frozen.days))
    assert tuple(named.date for named in frozen.names) == frozen.days
    single = [freeze_holidays(country, str(year), **options) for year in range(first, last + 1)]
    assert frozen.names == tuple(named for one in single for named in one.names)


ALL_DIGESTS = """
import hashlib, json, sys, holidays
from ecsm_contracts.calendars import freeze_holidays, freeze_market_holidays
countries = [freeze_holidays(code, "2026") for code in sorted(holidays.list_supported_countries(include_aliases=False))]
markets = [freeze_market_holidays(code, "2026") for code in ("XECB", "XNZE", "XJSE", "XHKG", "XAMS", "XBOM")]
data = json.dumps([frozen.to_data() for frozen in (*countries, *markets)], sort_keys=True)
print(hashlib.sha256(data.encode()).hexdigest())
"""


@pytest.mark.sweep
def test_the_locale_of_the_process_changes_nothing() -> None:
    """The package would take the language of names from the surroundings; frozen sets are the same in any of them."""
    found = set()
    for language in ("", "th:uk:de:fr:ar:es", "en_US", "nl"):
        surroundings = dict.fromkeys(("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"), language)
        ran = subprocess.run(
            [sys.executable, "-c", ALL_DIGESTS],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, **surroundings},  # noqa: TID251 - so that coverage and the path reach the process
        )
        found.add(ran.stdout)
    assert len(found) == 1


def test_importing_the_floor_does_not_import_holidays() -> None:
    """The `holidays` package is loaded when holidays are frozen, and not before."""
    code = "import sys, ecsm_contracts.calendars; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("years", [None, 2026], ids=["lazy", "filled"])
def test_an_object_of_the_package_is_no_list_of_days(years: int | None) -> None:
    """It makes up its days as it is asked, so that a calendar would keep none of them, or some: it is to be frozen."""
    live = holidays.country_holidays("NL", years=years)
    with pytest.raises(ValidationError, match=r"freeze it: freeze_holidays"):
        BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam", holidays=live)
    named = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="UTC", holidays={date(2026, 12, 25): "Kerst"})
    assert named.holidays is not None
    assert named.holidays.name_of(date(2026, 12, 25)) == "Kerst"
