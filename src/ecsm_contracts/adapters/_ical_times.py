"""Times and durations of iCalendar properties, as readings of a wall clock in a zone of the `tzdata` package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ecsm_contracts.calendars import from_micros, instant_after_gap, wall_clock_instants, zone_names
from ecsm_contracts.calendars import zone as zone_of
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.adapters._ical_lines import IcalProperty

__all__ = ["Moment", "ZoneNames", "read_duration", "read_moments"]

_TIME = re.compile(r"(?P<date>[0-9]{8})(?P<time>T[0-9]{6})?(?P<utc>Z)?", re.ASCII)
_DURATION = re.compile(r"\+?(?P<nominal>P(?:[0-9]{1,5}[WD])?)(?:T(?P<exact>(?:[0-9]{1,9}[HMS]){1,3}))?", re.ASCII)
_UTC: Final = "UTC"
_MOST_STEPS: Final = 3
"""No name of a zone has more steps: America/Indiana/Knox."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a time of a file: what the wall clock in *zone* shows; a date is its midnight."""

    reading: datetime
    zone: str
    whole_day: bool

    @property
    def instant(self) -> int:
        """Microseconds since 1970; the first, when it is shown twice, and as far after the gap, when it is skipped."""
        return first_instant_at(self.zone, self.reading)

    def shown_in(self, zone: str) -> Moment:
        """Return what a wall clock in another *zone* shows at the same instant; a date stays the date that it is."""
        if self.whole_day or zone == self.zone:
            return self
        local = from_micros(self.instant).astimezone(zone_of(zone))
        return Moment(local.replace(tzinfo=None, fold=0), zone, whole_day=False)


@dataclass(frozen=True, slots=True)
class ZoneNames:
    """Which zone a time is in: *local* when it names none; *aliases* are names of the file for ours."""

    local: str
    aliases: Mapping[str, str]

    def of(self, name: str | None) -> str:
        """
        Return the zone that a TZID names.

        Raises:
            InvalidValue: rule "zone_unknown".
        """
        if name is None:
            return self.local
        if name in self.aliases:
            return self.aliases[name]
        try:
            return zone_of(name).key
        except InvalidValue as error:
            raise InvalidValue(_zone_message(name, str(error)), rule=error.rule, value=name) from None


def _zone_message(name: str, unknown: str) -> str:
    """Return what to write instead of a *name* of which *unknown* says that it is no zone."""
    if meant := _windows_zones().get(name):
        return f'{shown(name)} is what Windows calls a zone; write {meant}, or read with zones={{"{name}": "{meant}"}}'
    if meant := _zone_at_end(name):
        return f'{shown(name)} ends in a zone; write {meant}, or read with zones={{{shown(name)}: "{meant}"}}'
    joined = " Or" if unknown.endswith("?") else "; or"
    return f'{unknown}{joined} say what the name means: zones={{{shown(name)}: "…"}}'


def _zone_at_end(path: str) -> str | None:
    """
    Return the zone that a path such as ``/mozilla.org/20070129_1/Europe/Berlin`` ends in, by its longest name.

    Before a name of one word there must be more than one step: America/Cuba is a mistake, and does not mean Cuba.
    """
    names = {each.casefold(): each for each in zone_names()}
    steps = path.rsplit("/", _MOST_STEPS)[1:]
    for first in range(len(steps)):
        found = names.get("/".join(steps[first:]).casefold())
        if found and ("/" in found or path.count("/") > 1):
            return found
    return None


def first_instant_at(zone: str, reading: datetime) -> int:
    """Return the first instant at which the clock shows *reading*; as far after the gap, when it never does."""
    found = wall_clock_instants(zone, reading)
    return found[0] if found else instant_after_gap(zone, reading)


def read_moments(found: IcalProperty, zones: ZoneNames) -> tuple[Moment, ...]:
    """
    Return the dates or times that a property lists.

    Raises:
        InvalidValue: rules "time_syntax", "zone_unknown", "instant_range", and "ical_part" for a period.
    """
    if found.parameters.get("VALUE", "").upper() == "PERIOD":
        raise InvalidValue("periods are not read; write an event of its own", rule="ical_part", value=found.value)
    return tuple(_moment(text.strip(), found, zones) for text in found.value.split(","))


def read_duration(text: str) -> tuple[timedelta, timedelta]:
    """
    Return a duration in two parts: days and weeks, which clocks may lengthen, and hours, minutes and seconds.

    Raises:
        InvalidValue: rule "duration_syntax".
    """
    from icalendar.prop import vDuration  # noqa: PLC0415 - an extra

    match = _DURATION.fullmatch(text)
    try:
        if match is None or text.endswith("P"):
            raise _duration_syntax(text)
        return _parsed(vDuration, match["nominal"]), _parsed(vDuration, f"PT{match['exact'] or '0S'}")
    except (ValueError, OverflowError):
        raise _duration_syntax(text) from None


def _moment(text: str, found: IcalProperty, zones: ZoneNames) -> Moment:
    from icalendar.prop import vDate, vDatetime  # noqa: PLC0415 - an extra

    match = _TIME.fullmatch(text)
    whole_day = match is not None and match["time"] is None
    if match is None or (match["utc"] and (whole_day or "TZID" in found.parameters)):
        raise _time_syntax(text)
    try:
        if whole_day:
            return Moment(datetime.combine(_parsed(vDate, match["date"]), time()), zones.local, whole_day=True)
        reading = _parsed(vDatetime, match["date"] + match["time"])
    except ValueError:
        raise _time_syntax(text) from None
    zone = _UTC if match["utc"] else zones.of(found.parameters.get("TZID"))
    return Moment(reading, zone, whole_day=False)


def _parsed(kind: Any, text: str) -> Any:
    """Return what the package makes of a value; its functions have no types."""
    return kind.from_ical(text)


def _time_syntax(text: str) -> InvalidValue:
    message = f"{shown(text)} is not a time; write 20260104T010000 with a TZID, 20260104T000000Z, or a date 20260104"
    return InvalidValue(message, rule="time_syntax", value=text)


def _duration_syntax(text: str) -> InvalidValue:
    message = f'{shown(text)} is not a duration; write "PT4H", "PT1H30M" or "P1D"'
    return InvalidValue(message, rule="duration_syntax", value=text)


def _windows_zones() -> Mapping[str, str]:
    """Return the zones that names of Windows mean, as the Unicode Consortium lists them; for a hint only."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415 - an extra

    return WINDOWS_TO_OLSON
