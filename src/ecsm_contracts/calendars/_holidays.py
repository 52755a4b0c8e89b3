"""
Holidays, frozen: the dates themselves, with the years that they cover and where they came from.

The rules for holidays are corrected over the years, so a contract keeps dates, never a rule: what was assumed
when it was written is what it is judged by. A date outside the covered years is an error, never a working day
by default.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SerializerFunctionWrapHandler,
    StrictBool,
    StrictStr,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from ecsm_contracts._model import Model, digest
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DateText", "HolidayName", "HolidaySet", "MonthDay", "Years", "parse_date"]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = re.compile(r"((?:19|20|21)[0-9]{2})(?:-((?:19|20|21)[0-9]{2}))?")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_UNWRITABLE = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LEAP_YEAR = 2024
LONGEST_NAME = 1000
"""How many characters the name of a day may have: the package joins those of all holidays that fall on it."""


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


def _writable(text: str) -> str:
    if _UNWRITABLE.search(text):
        raise InvalidValue("half of a surrogate pair is no letter; give text that UTF-8 can hold", rule="encoding")
    return text


def _read_name(text: str) -> str:
    if not text or text != text.strip() or len(text) > LONGEST_NAME or _UNSEEN.search(text):
        message = f"{shown(text)} is not the name of a day; write 1 to {LONGEST_NAME} characters on one line"
        raise InvalidValue(message, rule="holiday_name", value=text)
    return text


def _dates_of(value: Any) -> Any:
    """Read the dates of a mapping from dates to names; the names are read beside them."""
    return tuple(value) if isinstance(value, dict) else value


def _named(value: Any) -> Any:
    """Read a mapping from dates to names as well as a list of names; a date without a name is left out."""
    if isinstance(value, dict):
        return tuple({"date": day, "name": name} for day, name in value.items() if name is not None)
    return value


def _sorted_names(names: tuple[HolidayName, ...]) -> tuple[HolidayName, ...]:
    ordered = tuple(sorted(names, key=lambda named: named.date))
    for first, second in pairwise(ordered):
        if first.date == second.date:
            raise InvalidValue(
                f'{first.date} is named twice; join the names with "; "', rule="holiday_names", value=first.date
            )
    return ordered


def _sorted_texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


_Label = Annotated[StrictStr, AfterValidator(_writable)]


class HolidayName(Model):
    """
    What one day is called.

        >>> HolidayName(date="2026-04-27", name="Koningsdag").name
        'Koningsdag'
    """

    date: DateText
    """The local date."""

    name: Annotated[_Label, AfterValidator(_read_name)]
    """The name, on one line; several holidays on one day are joined with ``"; "``, as the package does."""


class HolidaySet(Model):
    """
    Dates on which a calendar is closed, whatever the weekday, and how they were frozen.

        >>> HolidaySet(years="2026", days=(date(2026, 12, 25), date(2026, 4, 27))).days
        (datetime.date(2026, 4, 27), datetime.date(2026, 12, 25))
        >>> HolidaySet.model_validate({"days": {"2026-04-27": "Koningsdag"}}).name_of(date(2026, 4, 27))
        'Koningsdag'

    The days are sorted and listed once. A set without `years` says nothing about how far it reaches, as when
    the days are given by hand; whoever wants to be warned states the years. Only `days` and `years` close a
    calendar; the other fields say where the days came from, so that they can be frozen again.

    Raises:
        pydantic.ValidationError: for a day outside `years`, a digest that is not the one of the days, a name for
            a day that is none of them, or a market beside a country.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    country: _Label | None = None
    """ISO 3166-1 code of the country, such as ``NL``."""

    subdivision: _Label | None = None
    """The part of the country, as the source calls it, such as ``ENG``."""

    market: _Label | None = None
    """The financial market, such as ``XNYS``, instead of a country."""

    categories: Annotated[tuple[_Label, ...], AfterValidator(_sorted_texts)] = ()
    """The categories that were frozen, sorted, such as ``public``; without any, those the source calls public."""

    observed: StrictBool = True
    """Whether a holiday that falls on a weekend also has the day on which it is kept instead."""

    language: _Label | None = None
    """The language of the names, as the source calls it, such as ``nl`` or ``en_US``."""

    years: Years | None = None
    """The calendar years that are covered, in local dates, the last one included."""

    source: _Label | None = None
    """Where the days came from: a package and its version, such as ``holidays 0.109``, or a document."""

    days_digest: Annotated[StrictStr | None, Field(alias="digest")] = None
    """Digest of the sorted days, ``digest`` in documents: checked when given, else filled in."""

    days: Annotated[
        tuple[DateText, ...],
        BeforeValidator(_dates_of, json_schema_input_type=tuple[DateText, ...] | dict[str, str | None]),
        AfterValidator(_sorted_days),
    ] = ()
    """The local dates, sorted, each once; a mapping from dates to names reads too, and fills `names`."""

    names: Annotated[
        tuple[HolidayName, ...],
        BeforeValidator(_named, json_schema_input_type=tuple[HolidayName, ...] | dict[str, str | None]),
        AfterValidator(_sorted_names),
    ] = ()
    """What days are called, by date, each once: a list, or a mapping from dates to names. No digest of days."""

    @model_validator(mode="before")
    @classmethod
    def _days_name_themselves(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("days"), dict):
            return data
        if data.get("names"):
            raise InvalidValue("the days have names already; leave `names` out", rule="holiday_names")
        return {**data, "names": data["days"]}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.market is not None and (self.country is not None or self.subdivision is not None):
            message = "a market has holidays of its own; name the market, or the country and its subdivision"
            raise InvalidValue(message, rule="holiday_market", value=self.market)
        self._check_days()
        self._check_names()
        return self

    def _check_days(self) -> None:
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

    def _check_names(self) -> None:
        days = set(self.days)
        for named in self.names:
            if named.date not in days:
                message = f"{named.date} has a name, {shown(named.name)}, and is none of the days"
                raise InvalidValue(message, rule="holiday_names", value=named.date)

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what says nothing: a document from before these fields keeps its canonical form and digest."""
        data: dict[str, Any] = write(self)
        silent = [name for name in ("categories", "names") if not data.get(name)]
        silent += ["observed"] if self.observed else []
        return {name: value for name, value in data.items() if name not in silent}

    @cached_property
    def _name_by_day(self) -> Mapping[date, str]:
        return {named.date: named.name for named in self.names}

    def name_of(self, day: date) -> str | None:
        """
        Return what the local date *day* is called; None for a day without a name, and for one that is no holiday.

        Dates outside the years that are covered have no name either: `covers` says which are.

            >>> HolidaySet(days=["2026-04-27"], names={"2026-04-27": "Koningsdag"}).name_of(date(2026, 4, 27))
            'Koningsdag'

        Raises:
            InvalidValue: rule "date_syntax", for what is not a plain date.
        """
        return self._name_by_day.get(parse_date(day))

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
        return self.years is None or int(self.years[:4]) <= parse_date(day).year <= int(self.years[-4:])


def read_holidays(value: Any) -> Any:
    """
    Return *value* as `HolidaySet` reads it: a plain list of dates becomes a set without declared years.

    Raises:
        InvalidValue: rule "holidays_live", for an object of the `holidays` package, which makes up its days as it is
            asked and so has none to keep.
    """
    if isinstance(value, dict) and type(value) is not dict:
        message = (
            f'{type(value).__name__} makes up its days as it is asked; freeze it: freeze_holidays("NL", "2026-2027")'
        )
        raise InvalidValue(message, rule="holidays_live", value=type(value).__name__)
    return {"days": tuple(value)} if isinstance(value, (list, tuple)) else value
