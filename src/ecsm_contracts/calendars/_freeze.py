"""Freezing holidays: from the `holidays` package, once, when a contract is written."""

from __future__ import annotations

import warnings
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ecsm_contracts.calendars._holidays import HolidaySet, read_years
from ecsm_contracts.errors import SHOWN_CHARACTERS, CalendarRangeError, InvalidValue, expect, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

__all__ = ["freeze_holidays", "freeze_market_holidays"]

_OFTEN_MEANT = {"EL": "GR", "ENG": "GB", "SCT": "GB", "WLS": "GB", "NIR": "GB"}
"""Codes that are neither in ISO 3166-1 nor in the package, and the countries that they are meant for."""

MOST_LISTED = 12
"""How many names a message lists when none of them is close."""


def freeze_holidays(
    country: str,
    years: str,
    subdivision: str | None = None,
    *,
    categories: Iterable[str] = (),
    observed: bool = True,
    language: str | None = None,
) -> HolidaySet:
    """
    Return the public holidays of a country as dates with names, and all that is needed to freeze them again.

        >>> frozen = freeze_holidays("NL", "2026")
        >>> str(frozen.days[4]), frozen.names[4].name, frozen.language
        ('2026-04-27', 'Koningsdag', 'nl')

    Nothing is taken from the process's locale, unlike in the package itself.

    Args:
        country: ISO 3166-1 alpha-2 code, such as ``NL``, in capitals.

        years: calendar years, the last one included: ``"2026-2027"`` or ``"2026"``.

        subdivision: the part of the country, as the package calls it, where holidays differ (``ENG``).

        categories: categories of the package (``public``, ``bank``, ...); without any, those it calls public.

        observed: count the day on which a holiday is kept when it falls on a weekend.

        language: of the names, as the package calls it (``nl``, ``en_US``); without one, the country's own.

    Raises:
        InvalidValue: rules "country_unknown", "subdivision_unknown", "category_unknown", "language_unknown" and
            "years", each with the closest known name.
        CalendarRangeError: when the package has no rules for some of the years, or warns that it misses days.
        WrongType: when `observed` is not a bool.

    References:
        the `holidays` package on PyPI; its version is kept in `HolidaySet.source`.
    """
    package = _package()
    _check(country, _countries(package), "country", package)
    calendar = getattr(package, country)
    if subdivision is not None:
        _check_subdivision(subdivision, calendar, country)
    return _freeze(
        calendar,
        {"country": country, "subdivision": subdivision},
        years,
        categories=categories,
        observed=observed,
        language=language,
    )


def freeze_market_holidays(
    market: str,
    years: str,
    *,
    categories: Iterable[str] = (),
    observed: bool = True,
    language: str | None = None,
) -> HolidaySet:
    """
    Return the days on which a financial market is closed, as `freeze_holidays` does for a country.

        >>> str(freeze_market_holidays("XNYS", "2026").days[0])
        '2026-01-01'

    Days on which it closes early are the category ``half_day``, which is not among the public ones: they are
    days with hours of their own, `special_days` in a calendar.

    Args:
        market: its ISO 10383 code, such as ``XNYS``, in capitals; also the package's ``ENX`` and ``IFEU``.

        years: calendar years, the last one included: ``"2026-2027"`` or ``"2026"``.

        categories: categories of the package; without any, those it calls public.

        observed: count the day on which a holiday is kept when it falls on a weekend.

        language: of the names, as the package calls it; without one, the market's own.

    Raises:
        InvalidValue: rules "market_unknown", "category_unknown", "language_unknown" and "years", each with the
            closest known name.
        CalendarRangeError: when the package has no rules for some of the years, or warns that it misses days.
        WrongType: when `observed` is not a bool.
    """
    package = _package()
    _check(market, _markets(package), "market", package)
    calendar = getattr(package, market)
    return _freeze(calendar, {"market": market}, years, categories=categories, observed=observed, language=language)


def _package() -> Any:
    """Return the `holidays` package, which is heavy and only needed here."""
    import holidays  # noqa: PLC0415 - the reason stands above

    return holidays


def _countries(package: Any) -> tuple[str, ...]:
    """Return the ISO 3166-1 alpha-2 codes of all countries, without other names for them."""
    return tuple(package.list_supported_countries(include_aliases=False))


def _markets(package: Any) -> tuple[str, ...]:
    """Return the codes of all markets, those of the parts of Euronext among them, without other names for them."""
    parts_by_market: Mapping[str, list[str]] = package.list_supported_financial(include_aliases=False)
    listed = package.list_supported_financial(include_aliases=True)
    parts = [part for parts in parts_by_market.values() for part in parts if part in listed]
    return (*parts_by_market, *parts)


def _freeze(
    calendar: Any,
    where: Mapping[str, str | None],
    years: str,
    *,
    categories: Iterable[str],
    observed: bool,
    language: str | None,
) -> HolidaySet:
    """Return the set of the package's *calendar*; *where* are the fields that say whose holidays they are."""
    expect(observed, bool, "observed", "write True or False")
    place = where.get("market") or str(where["country"])
    chosen = _categories(categories, calendar, place)
    spoken = _language(language, calendar, place)
    covered = read_years(years)
    first, last = int(covered[:4]), int(covered[-4:])
    if first < calendar.start_year or last > calendar.end_year:
        known = f"from {calendar.start_year} to {calendar.end_year}"
        raise CalendarRangeError(f"the holidays package knows {place} {known}, not {covered}")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        named: Mapping[date, str] = calendar(
            subdiv=where.get("subdivision"),
            years=range(first, last + 1),
            expand=False,
            observed=observed,
            language=spoken,
            categories=chosen or None,
            **_honest(calendar),
        )
    _refuse_incomplete(warned, place, covered)
    return HolidaySet.model_validate(
        {
            **where,
            "categories": chosen,
            "observed": observed,
            "language": spoken,
            "years": covered,
            "source": f"holidays {_package().__version__}",
            "days": {day: name for day, name in named.items() if first <= day.year <= last},
        }
    )


def _honest(calendar: Any) -> dict[str, bool]:
    """Return the option by which the names say which dates are estimated, where the package has it."""
    option = "islamic_show_estimated"
    return {option: True} if option in calendar.get_supported_options() else {}


def _refuse_incomplete(warned: Iterable[warnings.WarningMessage], place: str, years: str) -> None:
    """Refuse years for which the package warns that it leaves days out; what it warns of otherwise is its own."""
    for warning in warned:
        if warning.category is UserWarning:
            raise CalendarRangeError(f"the holidays package warns about {place} in {years}: {warning.message}")


def _categories(categories: Iterable[str], calendar: Any, place: str) -> tuple[str, ...]:
    """Return *categories*, sorted, each once, after checking them."""
    known = sorted(calendar.supported_categories)
    if isinstance(categories, str) or not hasattr(categories, "__iter__"):
        message = f"{shown(categories)} is not a list of categories; write some of: {', '.join(known)}"
        raise InvalidValue(message, rule="category_unknown", value=categories)
    chosen: set[str] = set()
    for category in categories:
        if category not in known:
            raise _unknown(category, f"category of holidays of {place}", "category", known)
        chosen.add(category)
    return tuple(sorted(chosen))


def _language(language: str | None, calendar: Any, place: str) -> str | None:
    """Return the language of the names: the one asked for, or the one that the place has by itself, if it has any."""
    if language is None:
        default: str | None = calendar.default_language
        return default
    known = sorted(calendar.supported_languages)
    if not known:
        message = f"the holidays package names the days of {place} in one language only; leave the language out"
        raise InvalidValue(message, rule="language_unknown", value=language)
    if language not in known:
        raise _unknown(language, f"language of {place}", "language", known)
    return language


def _check_subdivision(subdivision: str, calendar: Any, country: str) -> None:
    known = sorted(calendar.subdivisions)
    if subdivision in known:
        return
    aliases: Mapping[str, str] = calendar.subdivisions_aliases
    raise _unknown(subdivision, f"subdivision of {country}", "subdivision", known, aliases)


def _check(code: str, known: Iterable[str], what: str, package: Any) -> None:
    """Refuse a country or market that the package does not know, with the code that is meant."""
    codes = sorted(known)
    if code in codes:
        return
    other, others = ("market", _markets(package)) if what == "country" else ("country", _countries(package))
    if code in others:
        message = f"{shown(code)} is not a {what} in the holidays package, but a {other}: freeze it as one"
        raise InvalidValue(message, rule=f"{what}_unknown", value=code)
    meant = _code_of(code, what, package)
    raise _unknown(code, what, what, codes, {code: meant} if meant in codes else None)


def _code_of(text: object, what: str, package: Any) -> str | None:
    """Return the code of the country or market that the package also calls *text*: ``NLD``, ``Netherlands``, ``nl``."""
    if not isinstance(text, str) or len(text) > SHOWN_CHARACTERS:
        return None
    for spelling in (text, text.upper(), text.title().replace(" ", "")):
        code = getattr(getattr(package, spelling, None), what, None)
        if isinstance(code, str):
            return code
    return _OFTEN_MEANT.get(text.upper())


def _unknown(
    name: object, what: str, rule: str, known: list[str], aliases: Mapping[str, str] | None = None
) -> InvalidValue:
    """Return the error for a *name* that is none of the *known*; *aliases* are other names for some of them."""
    listed = f"; there is {', '.join(known) or 'none'}" if len(known) <= MOST_LISTED else ""
    hint = _meant(name, known, aliases or {}) or listed
    return InvalidValue(
        f"{shown(name)} is not a {what} in the holidays package{hint}", rule=f"{rule}_unknown", value=name
    )


def _meant(name: object, known: Iterable[str], aliases: Mapping[str, str]) -> str:
    """Return a hint at the known name that is closest, whatever its case, by itself or by another name for it."""
    if not isinstance(name, str):
        return ""
    by_spelling = {alias.casefold(): code for alias, code in aliases.items()}
    by_spelling |= {code.casefold(): code for code in known}
    close = get_close_matches(name[:SHOWN_CHARACTERS].casefold(), by_spelling, n=1)
    return f'; did you mean "{by_spelling[close[0]]}"?' if close else ""
