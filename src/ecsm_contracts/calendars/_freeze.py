"""Freezing holidays: from the `holidays` package, once, when a contract is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecsm_contracts.calendars._holidays import HolidaySet, read_years
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["freeze_holidays"]

ALPHA_2 = 2
"""The length of the country codes that are used here; the package lists the three-letter ones as well."""

_OFTEN_MEANT = {"UK": "GB", "EL": "GR", "ENG": "GB", "SCT": "GB", "WLS": "GB", "NIR": "GB"}
"""Codes that are not ISO 3166-1, one of which the package takes as an alias, and what they are meant for."""


def freeze_holidays(
    country: str,
    years: str,
    subdivision: str | None = None,
    *,
    categories: Iterable[str] = (),
    observed: bool = True,
) -> HolidaySet:
    """
    Return the public holidays of a country as dates, with their source and digest.

    Args:
        country: ISO 3166-1 alpha-2 code, such as ``NL``.

        years: calendar years, the last one included: ``"2026-2027"`` or ``"2026"``.

        subdivision: the part of the country, as the package calls it, where holidays differ (``ENG``).

        categories: categories of the package (``public``, ``bank``, ...); without any, those it calls public.

        observed: count the day on which a holiday is kept when it falls on a weekend.

    Raises:
        InvalidValue: rules "country_unknown", "subdivision_unknown", "category_unknown" and "years", each
            with the closest known name.
        CalendarRangeError: when the package has no rules for some of the years.

    References:
        the `holidays` package on PyPI; its version is kept in `HolidaySet.source`.
    """
    import holidays  # noqa: PLC0415 - heavy, and only needed here
    from holidays.version import __version__ as version  # noqa: PLC0415 - the same

    covered, chosen = read_years(years), tuple(sorted(set(categories)))
    listed = holidays.list_supported_countries(include_aliases=True)
    calendar = _country(country, subdivision, chosen, listed, holidays)
    first, last = int(covered[:4]), int(covered[-4:])
    if first < calendar.start_year or last > calendar.end_year:
        known = f"from {calendar.start_year} to {calendar.end_year}"
        raise CalendarRangeError(f"the holidays package knows {country} {known}, not {covered}")
    wanted = range(first, last + 1)
    days = calendar(subdiv=subdivision, years=wanted, expand=False, observed=observed, categories=chosen or None)
    notes = ([f"categories {' '.join(chosen)}"] if chosen else []) + ([] if observed else ["as dated, not as observed"])
    return HolidaySet(
        country=country,
        subdivision=subdivision,
        years=covered,
        source=", ".join([f"holidays {version}", *notes]),
        days=tuple(day for day in days if day.year in wanted),
    )


def _country(
    country: str,
    subdivision: str | None,
    categories: tuple[str, ...],
    listed: Mapping[str, Iterable[str]],
    package: Any,
) -> Any:
    """Return the package's calendar class of *country*, after checking every name."""
    supported = {code: parts for code, parts in listed.items() if len(code) == ALPHA_2 and code not in _OFTEN_MEANT}
    _check(country, supported, "country", "country", _OFTEN_MEANT)
    if subdivision is not None:
        _check(subdivision, supported[country], f"subdivision of {country}", "subdivision")
    calendar = getattr(package, country)
    for category in categories:
        _check(category, calendar.supported_categories, f"category of holidays of {country}", "category")
    return calendar


def _check(name: str, known: Iterable[str], what: str, rule: str, meant: dict[str, str] | None = None) -> None:
    names = sorted(known)
    if name in names:
        return
    close = (meant or {}).get(name.upper()) or (name.upper() if name.upper() in names else None)
    hint = f'; did you mean "{close}"?' if close else did_you_mean(name, names)
    message = f"{shown(name)} is not a {what} in the holidays package{hint}"
    raise InvalidValue(message, rule=f"{rule}_unknown", value=name)
