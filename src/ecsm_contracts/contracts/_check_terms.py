"""Findings about the terms that all clauses share: the term, zones, hours and holidays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import offset_pieces
from ecsm_contracts.contracts._cross import settled_periods
from ecsm_contracts.contracts._findings import Finding
from ecsm_contracts.contracts._references import find_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._parts import CalendarTerms

__all__ = ["term_findings", "unused_calendars"]

_REVERSED = re.compile(r"Etc/GMT([+-])([1-9][0-9]?)")
_LAST_MINUTE = 24 * 60 - 1
_MINUTE = 60_000_000
_DAY = 1440 * _MINUTE
_EPOCH = date(1970, 1, 1)
_BY_PARTS = {
    "AU": "the King's Birthday and Labour Day are on other days in each state, or not at all",
    "CH": "all but the first of August is for the cantons to say",
    "GB": "Easter Monday is none in Scotland, the second of January none in England, and the August day another one",
}
"""Countries of which no list of days is right everywhere, and why."""


def term_findings(contract: Contract) -> Iterator[Finding]:
    """Yield what is odd about the terms that all clauses of *contract* share."""
    yield from _part_months(contract)
    yield from _zones(contract)
    for name, terms in contract.calendars.named.items():
        yield from _last_minutes(name, terms)
        yield from _repeated_edges(contract, name, terms)
    yield from _holiday_years(contract)
    yield from _holiday_parts(contract)


def _part_months(contract: Contract) -> Iterator[Finding]:
    """Days of the term that belong to no whole billing period."""
    periods = settled_periods(contract)
    first, last = contract.term.start, contract.term.end
    for start, end in ((first, periods[0].start), (periods[-1].end, last)):
        if start < end:
            message = f"from {start} to {end} (exclusive) nothing is settled: that is no whole billing period"
            yield Finding("term_part_month", "term", message, "the end of a term is the day after its last", "term")


def _zones(contract: Contract) -> Iterator[Finding]:
    """Zones whose name has the sign the other way round."""
    zones = [("zone", contract.zone)]
    zones += [(f"calendars.{name}.zone", terms.zone) for name, terms in contract.calendars.named.items()]
    for place, zone in zones:
        match = _REVERSED.fullmatch(zone)
        if match:
            behind = "behind" if match[1] == "+" else "ahead of"
            hours = "one hour" if match[2] == "1" else f"{match[2]} hours"
            message = f"{zone} is {hours} {behind} UTC: such names have the sign the other way round"
            remedy = "name a place, such as Europe/Paris, whose clocks people read"
            yield Finding("zone_sign", place.removesuffix(".zone"), message, remedy, place)


def _last_minutes(name: str, terms: CalendarTerms) -> Iterator[Finding]:
    """Shifts that leave out the last minute of a day."""
    short = any(end == _LAST_MINUTE for spans in terms.hours.days for _, end in spans)
    special = [str(each.date) for each in terms.special_days if any(end == _LAST_MINUTE for _, end in each.spans)]
    if short or special:
        where, field = f"calendars.{name}", "hours" if short else "special_days"
        on = f" on {special[0]}" if special and not short else ""
        message = f"a shift ends at 23:59{on}, so that the last minute of the day does not count"
        yield Finding("shift_ends_early", where, message, "write 24:00", f"{where}.{field}")


def _repeated_edges(contract: Contract, name: str, terms: CalendarTerms) -> Iterator[Finding]:
    """Shifts that begin or end at a reading of the clock that comes twice when clocks are put back."""
    calendar = contract.calendar(name)
    for low, high in _repeated(terms.zone, contract.term.start, contract.term.end):
        for day in {low // _DAY, high // _DAY}:
            local = _EPOCH + timedelta(days=day)
            if not contract.term.start <= local < contract.term.end:
                continue
            edges = {edge for span in calendar.hours_on(local) for edge in span if 0 < edge < _LAST_MINUTE + 1}
            inside = [edge for edge in sorted(edges) if low <= day * _DAY + edge * _MINUTE < high]
            if inside:
                reading = f"{inside[0] // 60:02}:{inside[0] % 60:02}"
                message = f"on {local} clocks in {terms.zone} show {reading} twice, and a shift begins or ends then"
                where = f"calendars.{name}"
                remedy = "begin or end it outside of the hour that comes twice, if that is not meant"
                yield Finding("shift_edge_repeated", where, message, remedy, f"{where}.hours")
                return


def _repeated(zone: str, start: date, end: date) -> Iterator[tuple[int, int]]:
    """Yield the readings of the clock, in local microseconds, that come twice between two days."""
    first, last = ((each - _EPOCH).days * _DAY for each in (start, end))
    for (_, change, before), (_, _, after) in pairwise(offset_pieces(zone, first - _DAY, last + _DAY)):
        if after < before:
            yield change + after, change + before


def _holiday_years(contract: Contract) -> Iterator[Finding]:
    """Years that a set of holidays covers by its word only."""
    for name, holidays in contract.holidays.named.items():
        if holidays.first_year is None or holidays.last_year is None:
            continue
        with_days = {day.year for day in holidays.days}
        empty = [year for year in range(holidays.first_year, holidays.last_year + 1) if year not in with_days]
        if empty:
            years, where = ", ".join(map(str, empty[:10])), f"holidays.{name}"
            message = f"it covers {holidays.years} and has no day in {years}"
            yield Finding("holiday_year_empty", where, message, "freeze them, or leave these years out", where)


def _holiday_parts(contract: Contract) -> Iterator[Finding]:
    """Days of a country whose parts keep other days, without the part."""
    for name, holidays in contract.holidays.named.items():
        why = _BY_PARTS.get(holidays.country or "")
        if why is not None and holidays.subdivision is None:
            where = f"holidays.{name}"
            message = f"the days of {holidays.country} are not the same in all its parts, and none is named: {why}"
            remedy = (
                "freeze them for a subdivision, such as ENG" if holidays.country == "GB" else "name the subdivision"
            )
            yield Finding("holiday_subdivision_missing", where, message, remedy, where)


def unused_calendars(contract: Contract) -> Iterator[Finding]:
    """Yield calendars that nothing in the contract names."""
    references = find_references(type(contract), contract.to_data())
    used = {each.name for each in references if each.needs == "calendar"}
    for name in contract.calendar_names():
        if name not in used:
            where, remedy = f"calendars.{name}", "leave it out, or name it where its hours are meant"
            yield Finding("calendar_unused", where, "nothing uses this calendar", remedy, where)
