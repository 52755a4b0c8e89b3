"""
Holidays, frozen: the dates themselves, with the years that they cover and where they came from.

The rules for holidays are corrected over the years, so a contract keeps dates, never a rule: what was assumed
when it was written is what it is judged by. A date outside the covered years is an error, never a working day
by default.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StrictStr,
    WithJsonSchema,
    model_validator,
)

from ecsm_contracts._model import Model, digest
from ecsm_contracts.errors import InvalidValue, shown

__all__ = ["DateText", "HolidaySet", "MonthDay", "Years", "parse_date"]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = re.compile(r"((?:19|20|21)[0-9]{2})(?:-((?:19|20|21)[0-9]{2}))?")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
LEAP_YEAR = 2024


def parse_date(value: object) -> date:
    """
    Return the date that *value*, a `date` or a text ``YYYY-MM-DD``, names.

        >>> parse_date("2026-04-27")
        datetime.date(2026, 4, 27)

    Raises:
        InvalidValue: rule "date_syntax"; also for a `datetime`, whose date depends on a zone.
    """
    if type(value) is date:
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return date(value.year, value.month, value.day)
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise InvalidValue(f"{shown(value)} is not in the calendar", rule="date_syntax", value=value) from None
    raise InvalidValue(f"{shown(value)} is not a date; write YYYY-MM-DD", rule="date_syntax", value=value)


def read_years(value: object) -> str:
    """
    Return *value*, a text such as ``2026-2027`` or ``2026``, in its canonical form.

    Raises:
        InvalidValue: rule "years".
    """
    match = _YEARS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidValue(
            f'{shown(value)} is not a range of years; write "2026-2027", or "2026" for one',
            rule="years",
            value=value,
        )
    first, last = match[1], match[2] or match[1]
    if last < first:
        raise InvalidValue(f"the years {value} end before they start", rule="years", value=value)
    return first if first == last else f"{first}-{last}"


def _read_month_day(value: object) -> str:
    if isinstance(value, str) and _MONTH_DAY.fullmatch(value):
        try:
            date.fromisoformat(f"{LEAP_YEAR}-{value}")
        except ValueError:
            pass
        else:
            return value
    raise InvalidValue(f"{shown(value)} is not a day of the year; write MM-DD", rule="month_day", value=value)


DateText = Annotated[
    date,
    PlainValidator(parse_date),
    PlainSerializer(date.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A local date in a model: reads a `date` or ``YYYY-MM-DD``, and nothing else."""

Years = Annotated[str, BeforeValidator(read_years)]
"""Whole calendar years, the last one included: ``2026-2027``, or ``2026``."""

MonthDay = Annotated[str, BeforeValidator(_read_month_day)]
"""A day of every year, ``MM-DD``; ``02-29`` exists in leap years only."""


def _sorted_days(days: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


class HolidaySet(Model):
    """
    Dates on which a calendar is closed, whatever the weekday.

        >>> HolidaySet(years="2026", days=(date(2026, 12, 25), date(2026, 4, 27))).days
        (datetime.date(2026, 4, 27), datetime.date(2026, 12, 25))

    The days are sorted and listed once. A set without `years` says nothing about how far it reaches, as when
    the days are given by hand; whoever wants to be warned states the years.

    Raises:
        pydantic.ValidationError: for a day outside `years`, or a digest that is not the one of the days.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    country: StrictStr | None = None
    """ISO 3166-1 code of the country, such as ``NL``; only a label here."""

    subdivision: StrictStr | None = None
    """The part of the country, as the source calls it, such as ``ENG``; only a label here."""

    years: Years | None = None
    """The calendar years that are covered, in local dates, the last one included."""

    source: StrictStr | None = None
    """Where the days came from: a package and its version, or a document."""

    days_digest: Annotated[StrictStr | None, Field(alias="digest")] = None
    """Digest of the sorted days, ``digest`` in documents: checked when given, else filled in."""

    days: Annotated[tuple[DateText, ...], AfterValidator(_sorted_days)] = ()
    """The local dates, sorted, each once."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        outside = [day for day in self.days if not self.covers(day)]
        if outside:
            raise InvalidValue(
                f"{outside[0]} is outside the years {self.years} that the holidays cover",
                rule="holiday_years",
                value=outside[0],
            )
        found = digest([day.isoformat() for day in self.days])
        if self.days_digest not in (None, found):
            raise InvalidValue(
                f"the days have the digest {found}, not {shown(self.days_digest)}: they were changed since",
                rule="holiday_digest",
                value=self.days_digest,
            )
        self.__dict__["days_digest"] = found
        return self

    @property
    def first_year(self) -> int | None:
        """The first year covered; None when no years are declared."""
        return int(self.years[:4]) if self.years else None

    @property
    def last_year(self) -> int | None:
        """The last year covered, included; None when no years are declared."""
        return int(self.years[-4:]) if self.years else None

    def covers(self, day: date) -> bool:
        """Say whether the local date *day* lies in the declared years; always, when none are declared."""
        return self.years is None or int(self.years[:4]) <= day.year <= int(self.years[-4:])


def read_holidays(value: Any) -> Any:
    """Return *value* as `HolidaySet` reads it: a plain list of dates becomes a set without declared years."""
    return {"days": tuple(value)} if isinstance(value, (list, tuple)) else value
