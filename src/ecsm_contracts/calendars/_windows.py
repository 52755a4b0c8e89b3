"""
Windows of time as a calendar: closures of a plant, maintenance windows.

They come one by one, between two instants, or again and again by a rule that is read off a wall clock.
``desk - closures`` is a desk without them, ``desk & maintenance`` the maintenance in its hours.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from ecsm_contracts._model import Model, canonical_json
from ecsm_contracts.calendars._duration import Duration, duration_micros
from ecsm_contracts.calendars._instant import END_YEAR, FIRST_YEAR, from_micros
from ecsm_contracts.calendars._interval import Interval, clip_spans, merge_spans
from ecsm_contracts.calendars._recurrence import (
    Rule,
    RuleText,
    first_given,
    gives_start,
    last_date,
    read_rule,
    rule_dates,
)
from ecsm_contracts.calendars._service_hours import ServiceHours
from ecsm_contracts.calendars._table import RANGE
from ecsm_contracts.calendars._wall_clock import instant_after_gap, wall_clock_instants
from ecsm_contracts.calendars._zones import ZoneName
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.calendars._interval import Span

__all__ = ["MOST_SERIES", "MOST_WINDOWS", "RecurringWindow", "WallClockTime", "WindowCalendar"]

LONGEST_WINDOW = timedelta(days=366)
"""No recurring window is longer."""
MOST_WINDOWS = 100_000
"""How many windows a calendar may list one by one."""
MOST_SERIES = 500
"""How many recurring windows a calendar may have: a bound on what compiling it costs."""
MOST_EXCEPTIONS = 10_000
"""How many starts a recurring window may leave out, and add."""

_LEAP: Final = 8
"""So many dates of a rule are walked to the next that is asked for; beyond them the rule is expanded anew there."""
_NEAR: Final = timedelta(days=400)
"""How far the nearest start is searched for, before the whole rule is."""
_MARGIN = timedelta(days=2)
"""More than a local date can lie from its date in UTC, a day that a zone skipped included."""
_SYNTAX = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?", re.ASCII)
_OFFSET = re.compile(r".{16,26}(?:Z|[+-][0-9]{2}:?[0-9]{2})", re.ASCII)
_FIRST, _LAST = datetime(FIRST_YEAR, 1, 1), datetime(END_YEAR, 1, 1)
_LAST_EDGE: Final = datetime(END_YEAR, 12, 30)


def _read_reading(value: Any) -> datetime:
    """Return the reading of a wall clock that *value*, a `datetime` without offset or a text, says."""
    try:
        if isinstance(value, str) and _SYNTAX.fullmatch(value):
            reading = datetime.fromisoformat(value)
        elif isinstance(value, datetime):
            date_parts = (value.year, value.month, value.day, value.hour, value.minute, value.second)
            reading = datetime(*date_parts, value.microsecond, tzinfo=value.tzinfo, fold=value.fold)
        else:
            reading = None
    except (TypeError, ValueError):
        reading = None
    if (isinstance(value, str) and _OFFSET.fullmatch(value)) or (reading is not None and reading.tzinfo is not None):
        message = f"{shown(str(value))} has an offset; write what the wall clock shows, without it"
        raise InvalidValue(message, rule="reading_offset", value=value)
    if reading is None or reading.fold:
        message = f'{shown(value)} is not the reading of a wall clock; write a date and a time, "2026-01-04T01:00"'
        raise InvalidValue(message, rule="reading_syntax", value=value)
    if not _FIRST <= reading <= _LAST:
        message = f"{reading.isoformat()} lies outside {FIRST_YEAR}-01-01 .. {END_YEAR}-01-01"
        raise InvalidValue(message, rule="instant_range", value=value)
    return reading


def _show_reading(reading: datetime) -> str:
    whole = not (reading.second or reading.microsecond)
    return reading.isoformat(timespec="minutes") if whole else reading.isoformat()


WallClockTime = Annotated[
    datetime,
    PlainValidator(_read_reading),
    PlainSerializer(_show_reading, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["2026-01-04T01:00"]}),
]
"""The reading of a wall clock in a model, a date and a time without offset; 1990 to 2100."""


def _sorted_readings(readings: tuple[datetime, ...]) -> tuple[datetime, ...]:
    return tuple(sorted(set(readings)))


_Readings = Annotated[tuple[WallClockTime, ...], Field(max_length=MOST_EXCEPTIONS), AfterValidator(_sorted_readings)]


class RecurringWindow(Model):
    """
    A window that comes again by a rule, read off a wall clock.

        >>> window = RecurringWindow.model_validate({
        ...     "start": "2026-01-04T01:00", "end": "2026-01-04T05:00", "rule": "FREQ=WEEKLY;BYDAY=SU",
        ...     "except": ["2026-04-05T01:00"],
        ... })
        >>> window.rule
        'FREQ=WEEKLY;BYDAY=SU'

    Each window starts at a reading of the wall clock in the zone. A reading that happens twice means its first. One
    that a change of clocks skips lies as far after the change as it is into the gap (RFC 5545, section 3.3.5). The
    length is either `end` or `duration`:

    * with `end`, every window ends at a reading too, as far from its start on the clock's face as in the first one.
      Sundays from 01:00 to 05:00 are three hours long when clocks are put forward, and five when they are put back.
      A window whose end does not then lie after its start has no time.
    * with `duration`, every window lasts that long, whatever the clocks do.

    The rule gives the first window too: RFC 5545 leaves undefined what happens when it does not, so that is refused.

    Raises:
        pydantic.ValidationError: rules "rule_…" for a rule that is not one, or does not give `start`; "window_end"
            unless there is either an end or a duration; "window_length" unless a window is longer than nothing, and
            at most 366 days long; "window_except" for a reading in `except` that is no start; "reading_syntax",
            "reading_offset" and "instant_range" for a reading.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    start: WallClockTime
    """When the first window starts."""

    end: WallClockTime | None = None
    """When the first window ends, not included; it says how far the hands of the clock move."""

    duration: Duration | None = None
    """How long every window lasts, instead of an end."""

    rule: RuleText
    """When it comes again: the value of an RRULE (RFC 5545), daily or rarer."""

    except_: Annotated[_Readings, Field(alias="except")] = ()
    """Starts that are left out, of the rule and of `also` (EXDATE); a reading that is no start is refused."""

    also: _Readings = ()
    """Starts beside those of the rule (RDATE); COUNT and UNTIL do not mind them."""

    zone: ZoneName | None = None
    """The zone whose wall clock is read, when it is not the calendar's."""

    @model_validator(mode="after")
    def _has_one_meaning(self) -> Self:
        if (self.end is None) == (self.duration is None):
            message = "a recurring window has either an end or a duration; write one of them"
            raise InvalidValue(message, rule="window_end", value=self.end)
        if not timedelta() < self.length <= LONGEST_WINDOW:
            message = f"a window is longer than nothing and at most 366 days long; this is {self.length}"
            raise InvalidValue(message, rule="window_length", value=self.length)
        _check_until(self.parsed, self.start)
        _check_start(self.parsed, self.start)
        _check_left_out(self, self.except_, self.zone)
        return self

    @property
    def length(self) -> timedelta:
        """How long a window is: elapsed time with `duration`, on the clock's face with `end`."""
        return self.duration if self.duration is not None else (self.end or self.start) - self.start

    @property
    def parsed(self) -> Rule:
        """The rule, read."""
        return read_rule(self.rule)

    def starts_among(self, readings: Iterable[datetime], zone: str | None = None) -> tuple[datetime, ...]:
        """
        Return those of *readings* at which a window starts, by the rule or by `also`, left out or not; sorted.

            >>> window = RecurringWindow.model_validate(
            ...     {"start": "2026-01-04T01:00", "duration": "4h", "rule": "FREQ=WEEKLY"}
            ... )
            >>> sundays = window.starts_among(datetime(2026, 4, day, 1) for day in (5, 6, 12))
            >>> [reading.day for reading in sundays]
            [5, 12]

        *zone* is the calendar's; the window's own goes before it. Only an UNTIL in UTC needs either. Where there is
        none, a reading less than two days after that end passes for a start. Rules are expanded around the readings
        only, not from their start on, but for one with COUNT.

        Raises:
            InvalidValue: rules "reading_syntax", "reading_offset" and "instant_range"; "zone_unknown".
        """
        rule, first, time = self.parsed, self.start.date(), self.start.time()
        wanted = {_read_reading(each) for each in readings}
        days = {each.date() for each in wanted if each.time() == time}
        given = (datetime.combine(day, time) for day in _given(rule, first, days, _counted_end(rule, first)))
        by_rule = {each for each in given if not _is_after(rule, self.zone or zone, each)}
        return tuple(sorted(by_rule | (wanted & set(self.also))))

    def spans(self, zone: str, start: int, end: int) -> Iterator[Span]:
        """
        Yield the windows that may touch ``[start, end)``, in microseconds since 1970; they are not cut to it.

        *zone* is the calendar's; the window's own goes before it. Windows come in no order, and may overlap.
        """
        name = self.zone or zone
        first = (from_micros(start) - self.length - _MARGIN).date()
        last = (from_micros(end) + _MARGIN).date()
        for reading in self._readings(name, first, last):
            opens = _instant(name, reading)
            if self.duration is not None:
                yield opens, opens + duration_micros(self.duration)
            else:
                yield opens, _instant(name, min(reading + self.length, _LAST_EDGE))

    def _readings(self, zone: str, first: date, last: date) -> Iterator[datetime]:
        """Yield the starts on dates from *first* to *last*: those of the rule, then those beside it."""
        rule, time, left_out = self.parsed, self.start.time(), frozenset(self.except_)
        begin = self.start.date()
        for day in rule_dates(rule, begin, first, min(last, _counted_end(rule, begin))):
            reading = datetime.combine(day, time)
            if rule.until is not None and _is_after(rule, zone, reading):
                break
            if reading not in left_out:
                yield reading
        yield from (reading for reading in self.also if first <= reading.date() <= last and reading not in left_out)


def _check_until(rule: Rule, start: datetime) -> None:
    if rule.until is None:
        return
    if rule.until_form == "date" and start.time() != datetime.min.time():
        message = (
            f"UNTIL={rule.until:%Y%m%d} does not say whether the window of that date is in; "
            f"write UNTIL={rule.until:%Y%m%d}T235959 if it is"
        )
        raise InvalidValue(message, rule="rule_until", value=str(rule))
    offset = _MARGIN if rule.until_form == "utc" else timedelta()
    if rule.until < start - offset:
        message = f"the rule ends at {rule.until.isoformat()}, before its start at {start.isoformat()}"
        raise InvalidValue(message, rule="rule_until", value=str(rule))


def _check_start(rule: Rule, start: datetime) -> None:
    if gives_start(rule, start.date()):
        return
    found = first_given(rule, start.date())
    hint = f"start at {_show_reading(datetime.combine(found, start.time()))}" if found else "no date near it fits"
    message = f"{rule} does not give its own start, {start:%A} {_show_reading(start)}; {hint}"
    raise InvalidValue(message, rule="rule_start", value=start)


def _check_left_out(window: RecurringWindow, readings: tuple[datetime, ...], zone: str | None) -> None:
    """Refuse the first of *readings*, which are left out, at which no window starts."""
    stray = min(set(readings).difference(window.starts_among(readings, zone)), default=None) if readings else None
    if stray is None:
        return
    nearest = _nearest_start(window, stray, zone)
    message = (
        f'"except" leaves out {stray:%A} {_show_reading(stray)}, at which no window starts by {window.rule} or "also"; '
        f"the nearest start is {nearest:%A} {_show_reading(nearest)}"
    )
    raise InvalidValue(message, rule="window_except", value=stray)


def _nearest_start(window: RecurringWindow, reading: datetime, zone: str | None) -> datetime:
    """Return the start that is nearest to *reading* on the clock's face, the earlier of two; it may be left out."""
    rule, first, time = window.parsed, window.start.date(), window.start.time()
    last = _counted_end(rule, first)
    if rule.until is not None and rule.until.date() < last:
        last = rule.until.date() + _MARGIN
    middle = max(first, min(reading.date(), last))
    near = tuple(rule_dates(rule, first, middle - _NEAR, min(middle + _NEAR, last)))
    days = near or rule_dates(rule, first, first, last)
    starts = {window.start, *window.also}
    starts.update(window.starts_among((datetime.combine(day, time) for day in days), zone))
    return min(starts, key=lambda each: (abs(each - reading), each))


@lru_cache(maxsize=1024)
def _counted_end(rule: Rule, start: date) -> date:
    """Return the last date of a rule; one with COUNT is counted once."""
    return last_date(rule, start)


def _given(rule: Rule, start: date, days: Iterable[date], last: date) -> Iterator[date]:
    """
    Yield those of *days* that the rule gives, none after *last*.

    `at` is the first date of the rule from the days looked at so far on: days before it are none of the rule's.
    """
    given: Iterator[date] = iter(())
    at = date.min
    weekdays = {weekday for _, weekday in rule.days} or set(range(7))
    months = rule.listed("BYMONTH") or range(1, 13)
    for day in sorted(each for each in days if each.weekday() in weekdays and each.month in months):
        if at < day:
            at = next((each for each in islice(given, _LEAP) if each >= day), date.min)
        if at < day:
            given = rule_dates(rule, start, day, last)
            at = next(given, date.max)
        if at == day:
            yield day


def _is_after(rule: Rule, zone: str | None, reading: datetime) -> bool:
    """Say whether a start lies after the end of the rule: a reading, or an instant, which may be so in any zone."""
    if rule.until is None or rule.until_form != "utc":
        return rule.until is not None and reading > rule.until
    if zone is None:
        return reading - _MARGIN > rule.until
    return from_micros(_instant(zone, reading)).replace(tzinfo=None) > rule.until


def _instant(zone: str, reading: datetime) -> int:
    """Return the first instant at which the clock shows *reading*; as far after the gap, when it never does."""
    found = wall_clock_instants(zone, reading)
    return found[0] if found else instant_after_gap(zone, reading)


def _sorted_windows(windows: tuple[Interval, ...]) -> tuple[Interval, ...]:
    return tuple(sorted(set(windows)))


def _sorted_series(series: tuple[RecurringWindow, ...]) -> tuple[RecurringWindow, ...]:
    by_text = {canonical_json(window.to_data()): window for window in series}
    return tuple(window for _, window in sorted(by_text.items()))


class WindowCalendar(ServiceHours):
    """
    A calendar whose hours are windows: closures of a plant, maintenance windows.

        >>> from ecsm_contracts.calendars import BusinessCalendar, WindowCalendar
        >>> closures = WindowCalendar.model_validate({
        ...     "zone": "Europe/Amsterdam",
        ...     "windows": [{"start": "2026-03-02T12:00:00Z", "end": "2026-03-02T14:00:00Z"}],
        ...     "recurring": [{"start": "2026-01-04T01:00", "duration": "4h", "rule": "FREQ=WEEKLY;BYDAY=SU"}],
        ... })
        >>> desk = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam")
        >>> monday = datetime.fromisoformat("2026-03-02T00:00:00+01:00")
        >>> str((desk - closures).worked(monday, monday + timedelta(days=1)))
        '6:00:00'
        >>> closures.next_open(monday).isoformat()
        '2026-03-02T12:00:00+00:00'

    Windows may overlap, and those that touch are one stretch. The order in which they are listed means nothing, nor
    does listing one twice. It covers 1990 to 2100. All intervals are half-open, all arithmetic exact to the
    microsecond.
    """

    zone: ZoneName
    """The zone whose wall clock recurring windows are read off, unless they name their own."""

    windows: Annotated[tuple[Interval, ...], Field(max_length=MOST_WINDOWS), AfterValidator(_sorted_windows)] = ()
    """Windows that come once, between two instants."""

    recurring: Annotated[
        tuple[RecurringWindow, ...], Field(max_length=MOST_SERIES), AfterValidator(_sorted_series)
    ] = ()
    """Windows that come again."""

    @model_validator(mode="after")
    def _leaves_out_starts(self) -> Self:
        """Look again at readings near the instant at which a rule ends: whether they lie before it, the zone says."""
        for window in self.recurring:
            until = window.parsed.until
            if until is not None and window.parsed.until_form == "utc" and window.zone is None:
                near = tuple(each for each in window.except_ if each + _MARGIN > until)
                _check_left_out(window, near, self.zone)
        return self

    @property
    def title(self) -> str:
        """How many windows there are, and the zone, in one line, as errors name the calendar."""
        return f"calendar of {len(self.windows)} single and {len(self.recurring)} recurring windows ({self.zone})"

    @property
    def day_zone(self) -> str:
        """The zone whose dates are the days of this calendar: its own."""
        return self.zone

    @property
    def limits(self) -> Span:
        """What can be asked about, in microseconds since 1970: 1990 to 2100."""
        return RANGE

    def open_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """
        Return the windows within ``[start, end)``, sorted and disjoint, in microseconds since 1970.

        Rules are expanded for that span only, however long ago they began.

        Raises:
            CalendarRangeError: when the span is not inside 1990 to 2100.
        """
        self._check_range(start, end)
        single, starts = self._single
        touching = single[max(bisect_right(starts, start) - 1, 0) : bisect_left(starts, end)]
        recurring = (span for window in self.recurring for span in window.spans(self.zone, start, end))
        return clip_spans(merge_spans((*touching, *recurring)), start, end)

    @cached_property
    def _single(self) -> tuple[tuple[Span, ...], tuple[int, ...]]:
        """The single windows, merged, and where each of those starts."""
        merged = merge_spans(window.span for window in self.windows)
        return merged, tuple(start for start, _ in merged)
