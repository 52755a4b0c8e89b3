"""
Business calendars: when a desk works, and the arithmetic of service time that follows from it.

The membership rule, from which everything follows: an instant is in hours exactly when the reading of a wall
clock in the calendar's zone at that instant, a local date d and a time of day, has its time of day inside the
hours of d. The hours of d are the special day's, if d is one; else none, if d is a holiday, dated or yearly;
else those of its weekday, early hours of the shift that began the evening before included. An hour that
happens twice counts twice, one that never happens counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, StrictStr, model_validator

from ecsm_contracts._model import Model
from ecsm_contracts.calendars._compile import MINUTE_MICROS, Rules, open_spans
from ecsm_contracts.calendars._holidays import DateText, HolidaySet, MonthDay, parse_date, read_holidays
from ecsm_contracts.calendars._hours import WEEKDAYS, WeeklyHours, read_day_hours, show_day_hours
from ecsm_contracts.calendars._service_hours import ServiceHours
from ecsm_contracts.calendars._table import RANGE
from ecsm_contracts.calendars._zones import EPOCH_DAY, ZoneName, first_instant
from ecsm_contracts.errors import SHOWN_CHARACTERS, CalendarRangeError, InvalidValue

if TYPE_CHECKING:
    from ecsm_contracts.calendars._interval import Span

__all__ = ["BusinessCalendar", "SpecialDay", "SpecialDays"]


def _listed(value: Any) -> Any:
    """Return anything that can be gone through as a tuple; a text, a mapping and a model as they are."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, (str, dict, Model)) else value


def _canonical_day_hours(text: str) -> str:
    return show_day_hours(read_day_hours(text))


def _read_special_days(value: Any) -> Any:
    """Read a mapping from dates to hours as well as a list of special days."""
    if isinstance(value, dict):
        return tuple({"date": day, "hours": hours} for day, hours in value.items())
    return value


def _sorted_special_days(days: tuple[SpecialDay, ...]) -> tuple[SpecialDay, ...]:
    ordered = tuple(sorted(days, key=lambda special: special.date))
    for first, second in pairwise(ordered):
        if first.date == second.date:
            raise InvalidValue(f"{first.date} is a special day twice", rule="special_day_twice", value=first.date)
    return ordered


def _sorted_month_days(days: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(days)))


class SpecialDay(Model):
    """
    One date whose hours replace those of its weekday; it also overrides a holiday on that date.

    The early hours of the weekday before's overnight shift are replaced with the rest of the date.
    """

    date: DateText
    """The local date."""

    hours: Annotated[StrictStr, AfterValidator(_canonical_day_hours)]
    """Shifts such as ``08:00-12:00``, none past midnight; ``always``, or ``closed`` for no hours."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The minutes of the date in hours, half-open, sorted, disjoint."""
        return read_day_hours(self.hours)


SpecialDays = Annotated[
    tuple[SpecialDay, ...],
    BeforeValidator(_read_special_days, json_schema_input_type=tuple[SpecialDay, ...] | dict[str, str]),
    AfterValidator(_sorted_special_days),
]
"""Special days by date, each date once: a list of them, or a mapping from dates to hours."""


class BusinessCalendar(ServiceHours):
    """
    The hours of a desk in its zone, and the service time between instants.

        >>> from datetime import datetime, timedelta
        >>> kings_day = date(2026, 4, 27)
        >>> desk = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Paris", holidays=[kings_day])
        >>> friday = datetime.fromisoformat("2026-04-24T16:00:00+02:00")
        >>> desk.deadline(friday, timedelta(hours=2)).isoformat()
        '2026-04-28T08:00:00+00:00'

    Instants are aware `datetime` values; results are in UTC. All intervals are half-open, all arithmetic
    exact to the microsecond.
    """

    zone: ZoneName
    """The zone whose wall clock the hours are read off."""

    hours: WeeklyHours
    """The hours of an ordinary week."""

    holidays: Annotated[
        HolidaySet | None,
        BeforeValidator(read_holidays, json_schema_input_type=HolidaySet | tuple[DateText, ...] | None),
    ] = None
    """Dates without hours; a plain list declares no years. None, because a desk may work on holidays."""

    yearly_holidays: Annotated[tuple[MonthDay, ...], AfterValidator(_sorted_month_days)] = ()
    """Days of every year without hours, ``MM-DD``."""

    special_days: SpecialDays = ()
    """Dates with hours of their own, which override weekday and holiday; a mapping reads too."""

    @classmethod
    def weekly(
        cls,
        hours: str | Iterable[str] | WeeklyHours,
        *,
        zone: str,
        holidays: HolidaySet | Iterable[date] = (),
        yearly_holidays: Iterable[str] = (),
        special_days: Mapping[date, str] | Iterable[SpecialDay] = (),
    ) -> Self:
        """
        Return a calendar with weekly hours.

        Args:
            hours: weekly hours, such as ``"Mon-Fri 08:00-12:00 13:00-18:00; Sat 09:00-12:00"``, or its parts.

            zone: name of the zone.

            holidays: a frozen set, which knows the years that it covers, or plain dates, which do not; or a mapping
                from dates to names.

            yearly_holidays: days of every year, ``MM-DD``.

            special_days: dates with their own hours, such as ``"08:00-12:00"`` or ``"closed"``.

        Raises:
            pydantic.ValidationError: for any part that is not what it should be; rule "holidays_live" for an object
                of the `holidays` package, which is to be frozen first.
        """
        frozen: Any = _listed(holidays)
        if type(frozen) is dict and frozen:
            frozen = {"days": frozen}
        return cls.model_validate(
            {
                "zone": zone,
                "hours": _listed(hours),
                "holidays": None if frozen == () else frozen,
                "yearly_holidays": _listed(yearly_holidays),
                "special_days": dict(special_days) if isinstance(special_days, Mapping) else special_days,
            }
        )

    @classmethod
    def always(cls, zone: str = "UTC") -> Self:
        """
        Return a calendar whose hours are all hours; its zone says only where a day begins.

            >>> BusinessCalendar.always().hours.texts
            ('always',)
        """
        return cls.weekly("always", zone=zone)

    @model_validator(mode="after")
    def _some_year(self) -> Self:
        start, end = self.limits
        if start >= end:
            raise InvalidValue("the holidays cover no year in which there are instants", rule="holiday_years")
        return self

    @property
    def day_zone(self) -> str:
        """The zone whose dates are the days of this calendar: that of its hours."""
        return self.zone

    @property
    def title(self) -> str:
        """The hours and the zone in one line, as errors name the calendar."""
        covered = f", holidays of {self.holidays.years}" if self.holidays and self.holidays.years else ""
        hours = str(self.hours)
        short = hours if len(hours) <= SHOWN_CHARACTERS else hours[:SHOWN_CHARACTERS] + "…"
        return f'calendar "{short}" ({self.zone}{covered})'

    def hours_on(self, day: date) -> tuple[Span, ...]:
        """
        Return the hours of one local date: minutes on its wall clock, half-open, sorted and disjoint.

        Raises:
            CalendarRangeError: when *day* is outside the years of the holidays.
            InvalidValue: rule "date_syntax", for what is not a plain date.
        """
        day = parse_date(day)
        for special in self.special_days:
            if special.date == day:
                return special.spans
        if self.holidays is not None:
            if not self.holidays.covers(day):
                raise CalendarRangeError(f"{self.title} does not cover {day}")
            if day in self.holidays.days:
                return ()
        if f"{day.month:02}-{day.day:02}" in self.yearly_holidays:
            return ()
        return self.hours.days[day.weekday()]

    def open_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """
        Return the spans in hours within ``[start, end)``, sorted and disjoint, in microseconds since 1970.

        Raises:
            CalendarRangeError: when the span is not inside the years that the calendar covers.
        """
        self._check_range(start, end)
        return open_spans(self._rules, start, end)

    @cached_property
    def limits(self) -> Span:
        """What can be asked about, in microseconds since 1970: 1990 to 2101, or the holidays' years."""
        start, end = RANGE
        if self.holidays is not None and self.holidays.years is not None:
            years = self.holidays.years
            start = max(start, first_instant(self.zone, date(int(years[:4]), 1, 1)))
            end = min(end, first_instant(self.zone, date(int(years[-4:]) + 1, 1, 1)))
        return start, end

    @cached_property
    def _rules(self) -> Rules:
        closed: dict[int, tuple[Span, ...]] = {_number(day): () for day in self.holidays.days} if self.holidays else {}
        special = {_number(day.date): _micros(day.spans) for day in self.special_days}
        return Rules(
            zone=self.zone,
            week=tuple(_micros(self.hours.days[weekday]) for weekday in range(len(WEEKDAYS))),
            dates={**closed, **special},
            yearly=tuple((int(day[:2]), int(day[3:])) for day in self.yearly_holidays),
        )


def _number(day: date) -> int:
    return parse_date(day).toordinal() - EPOCH_DAY


def _micros(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple((start * MINUTE_MICROS, end * MINUTE_MICROS) for start, end in spans)
