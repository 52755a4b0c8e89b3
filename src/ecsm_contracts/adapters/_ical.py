"""
Closures and maintenance windows from an iCalendar file, such as a plant's shared calendar.

Zones are those of the `tzdata` package, by name; what a file says about them itself (VTIMEZONE) is not read.

References:
    RFC 5545, sections 3.6.1 (VEVENT) and 3.8.5 (recurrence).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from pydantic import ValidationError

from ecsm_contracts._display import escape_text
from ecsm_contracts._model import code_and_message
from ecsm_contracts.adapters._ical_lines import IcalEvent, IcalProblems, IcalProperty, read_events
from ecsm_contracts.adapters._ical_times import Moment, ZoneNames, first_instant_at, read_duration, read_moments
from ecsm_contracts.adapters._limits import DATES, SERIES, SIZE
from ecsm_contracts.calendars import (
    Interval,
    RecurringWindow,
    WindowCalendar,
    duration_micros,
    from_micros,
    parse_instant,
    to_micros,
)
from ecsm_contracts.calendars import zone as zone_of
from ecsm_contracts.errors import DocumentError, InvalidValue, shown

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

__all__ = ["read_closures"]

_DAY: Final = timedelta(days=1)
_NO_TIME: Final = timedelta()
_ONCE: Final = "FREQ=DAILY;COUNT=1"
"""The rule of a series that has listed dates only."""
_TRANSPARENT: Final = (None, "keep", "leave_out")
_REFUSED: Final = {
    "EXRULE": "EXRULE is withdrawn by RFC 5545; list the dates in EXDATE",
}
_FIELDS: Final = {
    "start": "DTSTART", "end": "DTEND", "duration": "DURATION", "rule": "RRULE", "except": "EXDATE", "also": "RDATE"
}  # fmt: skip
_Read = TypeVar("_Read")

Ends = Literal["wall_clock", "elapsed"]
"""What DTEND says of a series: when each window ends by the clock, or how long each of them lasts."""

Transparent = Literal["keep", "leave_out"]
"""What is done with events that leave their time free (TRANSP:TRANSPARENT): they close, or they do not."""


def read_closures(
    path: str | os.PathLike[str],
    *,
    zone: str,
    ends: Ends = "wall_clock",
    zones: Mapping[str, str] | None = None,
    transparent: Transparent | None = None,
) -> WindowCalendar:
    """
    Return the events of the iCalendar file at *path* as a calendar of windows.

    Single events, series (RRULE, RDATE, EXDATE) and changed occurrences (RECURRENCE-ID) are read. Left out are
    cancelled events (``STATUS:CANCELLED``), a series with its changed occurrences. Names, attendees and alarms are
    not looked at.

    An event at a time that has neither an end nor a duration, or whose length is zero, takes no time (RFC 5545,
    section 3.6.1): it closes nothing. One of whole days without an end is one day. A date in EXDATE on which no window
    starts leaves nothing out.

    Args:
        path: a file of iCalendar objects, UTF-8.

        zone: the zone of the calendar: of days without a time, and of times without a zone.

        ends: what DTEND says of a series on the days that clocks are changed. As every window's end by the clock
            (Sundays from 01:00 to 05:00 stay that), which is what calendars show; or, to the letter of RFC 5545,
            section 3.8.5.3, as the elapsed time of the first. Whole days, and DURATION, are the same in both.

        zones: names of the `tzdata` package for names of zones in the file that are not, such as
            ``{"W. Europe Standard Time": "Europe/Berlin"}``.

        transparent: what is done with events that leave their time free (``TRANSP:TRANSPARENT``), as birthdays do,
            but also holidays and days off by the default of many programs: "keep" them as closures, or "leave_out".
            There is no default: a file that holds such events, not cancelled, is a problem until this is said.

    Raises:
        DocumentError: with every problem that was found, each with its line and its property.
        InvalidValue: rule "zone_unknown", when *zone* or a value of *zones* is none; rule "ical_ends"; rule
            "ical_transparent", when *transparent* is another word.
        MissingExtra: when the package `icalendar` is not installed.
        OSError: when the file cannot be opened or read.
    """
    if ends not in ("wall_clock", "elapsed"):
        raise InvalidValue(f"{shown(ends)} is not wall_clock or elapsed", rule="ical_ends", value=ends)
    if transparent not in _TRANSPARENT:
        raise InvalidValue(f"{shown(transparent)} is not keep or leave_out", rule="ical_transparent", value=transparent)
    known = {alias: zone_of(name).key for alias, name in (zones or {}).items()}
    problems = IcalProblems(escape_text(str(path)))
    with Path(path).open("rb") as stream:
        data = stream.read(SIZE.value + 1)
    if len(data) > SIZE.value:
        raise problems.exceeded(0, SIZE)
    reader = _Reader(ZoneNames(zone_of(zone).key, known), ends, problems, keeps_free=transparent == "keep")
    events = read_events(data, problems)
    if transparent is None:
        _check_transparent(events, problems)
    reader.read(events)
    if problems.found:
        raise DocumentError(problems.found)
    return WindowCalendar(zone=zone, windows=tuple(reader.windows), recurring=tuple(reader.series))


class _Fault(Exception):
    """An event that cannot be read, with the property at fault."""

    def __init__(self, found: IcalProperty | IcalEvent, code: str, message: str) -> None:
        super().__init__(message)
        self.line = found.line
        self.path = found.name if isinstance(found, IcalProperty) else "VEVENT"
        self.code = code


class _Reader:
    """Turns events into windows; each that it cannot read is a problem, and the others are read all the same."""

    def __init__(self, zones: ZoneNames, ends: Ends, problems: IcalProblems, *, keeps_free: bool) -> None:
        self.zones = zones
        self.ends = ends
        self.problems = problems
        self.keeps_free = keeps_free
        self.windows: list[Interval] = []
        self.series: list[RecurringWindow] = []
        self._listed_dates = 0
        self._masters: dict[str, Interval | RecurringWindow | None] = {}
        self._changes: dict[tuple[str, int], Interval | None] = {}
        self._cancelled: set[str] = set()

    def read(self, events: Sequence[IcalEvent]) -> None:
        changed: dict[str, list[IcalEvent]] = {}
        for event in events:
            if event.get("RECURRENCE-ID"):
                changed.setdefault(event.uid, []).append(event)
            elif event.word("STATUS") == "CANCELLED":
                self._cancelled.add(event.uid)
        for event in events:
            try:
                self._read_event(event, changed)
            except _Fault as fault:
                self.problems.add(fault.line, fault.path, fault.code, str(fault))
            if len(self.series) > SERIES.value:
                raise self.problems.exceeded(event.line, SERIES)

    def _read_event(self, event: IcalEvent, changed: Mapping[str, Sequence[IcalEvent]]) -> None:
        """Read one event, unless it is cancelled, or leaves its time free and those are not kept."""
        if event.broken or event.word("STATUS") == "CANCELLED" or (_is_free(event) and not self.keeps_free):
            return
        for name, message in _REFUSED.items():
            if found := event.get(name):
                raise _Fault(found, "ical_part", message)
        start = self._start(event)
        if changes := event.get("RECURRENCE-ID"):
            _check_change(event, changes)
            if event.uid not in self._cancelled:
                self._keep_change(event, changes, self._single(event, start))
            return
        left_out = self._left_out(start, changed.get(event.uid, ()) if event.uid else ())
        if event.get("RRULE") or event.get("RDATE"):
            self._keep(event, self._recurring(event, start, left_out))
        elif start.reading not in left_out:
            self._keep(event, self._single(event, start))

    def _keep(self, event: IcalEvent, window: Interval | RecurringWindow | None) -> None:
        """Keep a window, once for each UID; an event that takes no time has none."""
        uid = event.uid
        if uid and self._masters.setdefault(uid, window) != window:
            message = f"two different events have the UID {shown(uid)}; keep one"
            raise _Fault(event.properties["UID"][0], "duplicate_identity", message)
        if isinstance(window, Interval):
            self.windows.append(window)
        elif window is not None:
            self.series.append(window)

    def _keep_change(self, event: IcalEvent, occurrence: IcalProperty, window: Interval | None) -> None:
        """Keep what stands in the place of one occurrence of a series: one event for each occurrence."""
        place = event.uid, self._moment(occurrence).instant
        if event.uid and self._changes.setdefault(place, window) != window:
            message = f"two different events stand for the occurrence {shown(occurrence.value)}; keep one"
            raise _Fault(occurrence, "duplicate_identity", message)
        if window is not None:
            self.windows.append(window)

    def _start(self, event: IcalEvent) -> Moment:
        found = event.get("DTSTART")
        if found is None:
            raise _Fault(event, "missing_field", "an event needs DTSTART: when it begins")
        return self._moment(found)

    def _moment(self, found: IcalProperty) -> Moment:
        return self._moments(found)[0]

    def _moments(self, found: IcalProperty) -> tuple[Moment, ...]:
        """Return the times of a property; only lists may have more than one."""
        moments = _at(found, lambda: read_moments(found, self.zones))
        if len(moments) > 1 and found.name not in {"RDATE", "EXDATE"}:
            raise _Fault(found, "time_syntax", f"{found.name} is one time, not {shown(found.value)}")
        return moments

    def _like(self, start: Moment, found: IcalProperty) -> tuple[Moment, ...]:
        """Return the times of a property on the wall clock of *start*; both are dates, or both are times."""
        moments = self._moments(found)
        if any(each.whole_day != start.whole_day for each in moments):
            kind = "a date, with VALUE=DATE" if start.whole_day else "a time"
            raise _Fault(found, "ical_part", f"{found.name} must be {kind}, as DTSTART is; not {shown(found.value)}")
        return _at(found, lambda: tuple(each.shown_in(start.zone) for each in moments))

    def _left_out(self, start: Moment, changes: Sequence[IcalEvent]) -> frozenset[Any]:
        """Return the starts on whose place other events of the file stand."""
        found = [each for change in changes if (each := change.get("RECURRENCE-ID"))]
        return frozenset(moment.reading for each in found for moment in self._like(start, each))

    def _single(self, event: IcalEvent, start: Moment) -> Interval | None:
        """Return the window of one event; None when it takes no time."""
        first = _at(event.properties["DTSTART"][0], lambda: to_micros(parse_instant(from_micros(start.instant))))
        end = event.get("DTEND")
        place = end or event.get("DURATION") or event
        if end is not None:
            last = _at(end, lambda: self._like_end(event, start).instant)
        else:
            nominal, exact = self._duration(event, start)
            last = _at(place, lambda: first_instant_at(start.zone, start.reading + nominal)) + duration_micros(exact)
        if last == first and not start.whole_day:
            return None
        if last <= first:
            raise _Fault(place, "end_before_start", "the event does not end after its start")
        return _at(place, lambda: Interval(from_micros(first), from_micros(last)))

    def _recurring(self, event: IcalEvent, start: Moment, left_out: frozenset[Any]) -> RecurringWindow | None:
        """Return the windows of a series; None when they take no time."""
        rule = event.get("RRULE")
        left_out = left_out.union(self._listed(event, start, "EXDATE"))
        data: dict[str, Any] = {
            "start": start.reading,
            "rule": rule.value if rule else _ONCE,
            "also": self._listed(event, start, "RDATE"),
        }
        length = self._length(event, start)
        if not length:
            return None
        if start.zone != self.zones.local:
            data["zone"] = start.zone
        try:
            window = RecurringWindow.model_validate({**data, **length})
            if not left_out:
                return window
            starts = _at(event.get("EXDATE") or event, lambda: window.starts_among(left_out, self.zones.local))
            return window.replace(except_=starts)
        except ValidationError as errors:
            raise _fault_of(errors, event) from None

    def _listed(self, event: IcalEvent, start: Moment, name: str) -> tuple[Any, ...]:
        """Return the starts that the properties *name* list."""
        readings: list[Any] = []
        for found in event.properties.get(name, ()):
            self._listed_dates += 1 + found.value.count(",")
            if self._listed_dates > DATES.value:
                raise self.problems.exceeded(found.line, DATES)
            readings += (moment.reading for moment in self._like(start, found))
        return tuple(readings)

    def _length(self, event: IcalEvent, start: Moment) -> dict[str, Any]:
        """Return the end or the duration of a series, nothing for no time; days follow the clock, hours do not."""
        found = event.get("DTEND")
        if found is not None:
            return self._length_to(found, self._like_end(event, start), start)
        nominal, exact = self._duration(event, start)
        if nominal and exact:
            place = event.get("DURATION") or event
            raise _Fault(place, "ical_part", "a series lasts days or hours, not both; write DTEND")
        if not nominal:
            return {"duration": exact} if exact else {}
        return {"end": _at(event.get("DURATION") or event, lambda: start.reading + nominal)}

    def _length_to(self, found: IcalProperty, end: Moment, start: Moment) -> dict[str, Any]:
        """Return the length of a series whose first window ends at *end*, which the property *found* says."""
        if self.ends == "wall_clock" or start.whole_day:
            reading = _at(found, lambda: end.shown_in(start.zone)).reading
            same = not start.whole_day and reading == start.reading
            nothing = same and _at(found, lambda: end.instant == start.instant)
            return {} if nothing else {"end": reading}
        elapsed = _at(found, lambda: from_micros(end.instant) - from_micros(start.instant))
        if elapsed < _NO_TIME:
            raise _Fault(found, "end_before_start", "the event does not end after its start")
        return {"duration": elapsed} if elapsed else {}

    def _like_end(self, event: IcalEvent, start: Moment) -> Moment:
        """Return the end of an event, a date where its start is one."""
        found = event.properties["DTEND"][0]
        if second := event.get("DURATION"):
            raise _Fault(second, "ical_part", "an event has DTEND or DURATION, not both")
        end = self._moment(found)
        if end.whole_day != start.whole_day:
            raise _Fault(found, "ical_part", "DTSTART and DTEND must both be dates, or both times")
        return end

    def _duration(self, event: IcalEvent, start: Moment) -> tuple[timedelta, timedelta]:
        """Return how long an event lasts that has no end; at a time it may be no time."""
        found = event.get("DURATION")
        if found is None:
            return (_DAY, _NO_TIME) if start.whole_day else (_NO_TIME, _NO_TIME)
        nominal, exact = _at(found, lambda: read_duration(found.value.strip()))
        if start.whole_day and exact:
            raise _Fault(found, "ical_part", "an event of whole days lasts days or weeks, such as P1D")
        if start.whole_day and not nominal:
            raise _Fault(found, "no_length", "an event of whole days has no length; write P1D, or leave DURATION out")
        return nominal, exact


def _is_free(event: IcalEvent) -> bool:
    return event.word("TRANSP") == "TRANSPARENT"


def _check_transparent(events: Sequence[IcalEvent], problems: IcalProblems) -> None:
    """Report events that leave their time free: what is done with them is the caller's to say."""
    read = (event for event in events if not event.broken and event.word("STATUS") != "CANCELLED")
    places = [event.properties["TRANSP"][0].line for event in read if _is_free(event)]
    if places:
        count = f"{len(places)} events leave their time free, this is the first"
        message = (
            f"{count if len(places) > 1 else 'one event leaves its time free'}, as days off do in many programs; "
            'write transparent="keep" if they are closures, or transparent="leave_out"'
        )
        problems.add(places[0], "TRANSP", "ical_transparent", message)


def _check_change(event: IcalEvent, changes: IcalProperty) -> None:
    """Refuse a changed occurrence that would change more than itself, or whose series cannot be found."""
    if "RANGE" in changes.parameters:
        message = "RANGE is not read; end the series by UNTIL, and write what follows as an event of its own"
        raise _Fault(changes, "ical_part", message)
    if not event.uid:
        raise _Fault(changes, "missing_field", "a changed occurrence needs the UID of its series")
    if rule := event.get("RRULE") or event.get("RDATE"):
        raise _Fault(rule, "ical_part", "a changed occurrence is one event; it has no rule of its own")


def _at(place: IcalProperty | IcalEvent, read: Callable[[], _Read]) -> _Read:
    """Return what *read* gives; what is wrong with it is the fault of the property at *place*."""
    try:
        return read()
    except InvalidValue as error:
        raise _Fault(place, error.rule, str(error)) from None
    except OverflowError:
        raise _Fault(place, "instant_range", "it lies outside 1990 to 2100") from None


def _fault_of(errors: ValidationError, event: IcalEvent) -> _Fault:
    """Return the first of pydantic's errors about a series, at the property that it is about."""
    error = errors.errors(include_url=False)[0]
    code, message = code_and_message(error)
    name = _FIELDS.get(str(error["loc"][0]) if error["loc"] else "", "")
    if code.startswith("rule_"):
        name = "RRULE"
    elif code.startswith("window_"):
        name = "DTEND" if event.get("DTEND") else "DURATION"
    return _Fault(event.get(name) or event.get("DTSTART") or event, code, message)
