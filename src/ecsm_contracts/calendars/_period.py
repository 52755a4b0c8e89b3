"""
Periods: whole local days that are billed or judged together, and the cycles that they come in.

A period holds its `start` and not its `end`. As time it runs from local midnight to local midnight in the
contract's zone, so a month may have 743 or 745 hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, StrictInt
from pydantic_core import core_schema

from ecsm_contracts._model import Model
from ecsm_contracts.calendars._holidays import DateText, parse_date
from ecsm_contracts.calendars._instant import END_YEAR, FIRST_YEAR
from ecsm_contracts.calendars._schema import value_schema
from ecsm_contracts.calendars._zones import first_instant
from ecsm_contracts.errors import InvalidValue, PeriodError, shown

if TYPE_CHECKING:
    from ecsm_contracts.calendars._interval import Span

__all__ = ["BillingCycle", "Period", "contract_year"]

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FIRST, _END = date(FIRST_YEAR, 1, 1), date(END_YEAR, 1, 1)
LAST_DAY_OF_ANY_MONTH = 28
"""The last day that every month has."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """
    The local dates from `start` up to, not including, `end`.

        >>> Period.month(2026, 3)
        Period(start=datetime.date(2026, 3, 1), end=datetime.date(2026, 4, 1))
        >>> Period.parse("2026-03").label, Period.parse("2026-03-15/2026-04-15").label
        ('2026-03', '2026-03-15/2026-04-15')

    Raises:
        InvalidValue: rules "date_syntax", "period_order" (an end that is not after the start) and
            "period_range" (outside 1990 to 2100).
    """

    start: DateText
    end: DateText

    def __post_init__(self) -> None:
        """Read both dates and check their order and range."""
        object.__setattr__(self, "start", parse_date(self.start))
        object.__setattr__(self, "end", parse_date(self.end))
        if self.end <= self.start:
            raise InvalidValue(
                f"the period ends on {self.end}, not after its start on {self.start} (the end is not included)",
                rule="period_order",
                value=(self.start, self.end),
            )
        if self.start < _FIRST or self.end > _END:
            raise InvalidValue(
                f"{self.start}/{self.end} lies outside {_FIRST} .. {_END}",
                rule="period_range",
                value=(self.start, self.end),
            )

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """
        Return a calendar month.

        Raises:
            InvalidValue: rule "period_syntax", when there is no such month.
        """
        try:
            start = date(year, month, 1)
        except (TypeError, ValueError, OverflowError):
            raise InvalidValue(f"{year}-{month} is not a month", rule="period_syntax", value=(year, month)) from None
        return cls(start, _months_later(start, 1))

    @classmethod
    def parse(cls, text: str) -> Period:
        """
        Return the period of a `label`: ``2026-03``, or ``2026-03-15/2026-04-15`` (the end not included).

        Raises:
            InvalidValue: rule "period_syntax", else as `Period` does.
        """
        month = _MONTH.fullmatch(text)
        if month is not None:
            return cls.month(int(month[1]), int(month[2]))
        start_text, slash, end_text = text.partition("/")
        if not slash:
            raise InvalidValue(
                f'{shown(text)} is not a period; write "2026-03" or "2026-03-15/2026-04-15"',
                rule="period_syntax",
                value=text,
            )
        return cls(parse_date(start_text), parse_date(end_text))

    @property
    def label(self) -> str:
        """``2026-03`` for a calendar month, else both dates; `parse` reads it."""
        if self.start.day == 1 and self.end == _months_later(self.start, 1):
            return f"{self.start.year:04}-{self.start.month:02}"
        return f"{self.start}/{self.end}"

    def __str__(self) -> str:
        """Return the label."""
        return self.label

    def covers(self, day: date) -> bool:
        """Say whether the local date *day* lies in ``[start, end)``."""
        return self.start <= day < self.end

    def bounds(self, zone_name: str) -> Span:
        """
        Return the period as time in a zone: microseconds since 1970 in UTC, half-open.

        Each bound is the first instant whose local date is that date or later: local midnight, or the end of
        the gap where midnight does not exist. The bounds of neighbours meet.

            >>> start, end = Period.month(2026, 3).bounds("Europe/Amsterdam")
            >>> (end - start) // 3_600_000_000
            743

        Raises:
            InvalidValue: rule "zone_unknown".
        """
        return first_instant(zone_name, self.start), first_instant(zone_name, self.end)

    def next(self) -> Period:
        """
        Return the period of as many months that follows; only for periods of whole months.

            >>> Period.parse("2026-01-15/2026-02-15").next().label
            '2026-02-15/2026-03-15'

        Raises:
            PeriodError: when the period is not a whole number of months, or starts after the 28th of a month.
        """
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        if self.start.day != self.end.day or self.start.day > LAST_DAY_OF_ANY_MONTH:
            raise PeriodError(f"{self.label} is not a whole number of months, so the next one is not defined")
        return Period(self.end, _months_later(self.end, months))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        """Read a `Period`, its label, or a mapping with `start` and `end`; write the mapping."""
        text = core_schema.str_schema()
        fields = {name: core_schema.typed_dict_field(text) for name in ("start", "end")}
        return value_schema(_read, _write, core_schema.typed_dict_schema(fields, extra_behavior="forbid"))


class BillingCycle(Model):
    """
    How a contract is billed: one period after the other, from an anchor.

        >>> BillingCycle(anchor_day=15).period_containing(date(2026, 3, 14)).label
        '2026-02-15/2026-03-15'
    """

    cycle: Literal["month"] = "month"
    """How long a period is. Months, because nearly every support contract is billed by month."""

    anchor_day: StrictInt = Field(default=1, ge=1, le=LAST_DAY_OF_ANY_MONTH)
    """The day of the month on which a period starts, 1 to 28, so that every month has it."""

    def period_containing(self, day: date) -> Period:
        """
        Return the period in which the local date *day* lies.

        Raises:
            InvalidValue: rule "period_range".
        """
        start = parse_date(day).replace(day=self.anchor_day)
        if day < start:
            start = _months_later(start, -1)
        return Period(start, _months_later(start, 1))

    def is_period(self, period: Period) -> bool:
        """Say whether *period* is one of this cycle's."""
        return period == self.period_containing(period.start)

    def periods(self, start: date, end: date) -> tuple[Period, ...]:
        """
        Return every period that shares a day with the local dates ``[start, end)``, in order.

        Raises:
            InvalidValue: rule "period_range".
        """
        found: list[Period] = []
        day = start
        while day < end:
            found.append(self.period_containing(day))
            day = found[-1].end
        return tuple(found)


def contract_year(term_start: date, day: date) -> Period:
    """
    Return the year of a term in which *day* lies, counted from the term's start.

    Each year is reckoned from the term's start, never from the year before. The named rule for a term that
    starts on 29 February: in years without that day its anniversary is the last day of February.

        >>> contract_year(date(2024, 2, 29), date(2027, 12, 31)).label
        '2027-02-28/2028-02-29'

    Raises:
        PeriodError: when *day* lies before the term.
        InvalidValue: rule "period_range".
    """
    if day < term_start:
        raise PeriodError(f"{day} lies before the term, which starts on {term_start}")
    years = day.year - term_start.year
    if day < _months_later(term_start, 12 * years):
        years -= 1
    return Period(_months_later(term_start, 12 * years), _months_later(term_start, 12 * (years + 1)))


def _months_later(start: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month when it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise InvalidValue(f"{months} months from {start} there is no date", rule="period_range", value=start)
    for day in range(start.day, LAST_DAY_OF_ANY_MONTH - 1, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, start.day)


def _read(value: Any) -> Period:
    if isinstance(value, Period):
        return value
    if isinstance(value, str):
        return Period.parse(value)
    if isinstance(value, dict) and set(value) == {"start", "end"}:
        return Period(value["start"], value["end"])
    raise InvalidValue(
        f'{shown(value)} is not a period; write "2026-03", or a start and an end',
        rule="period_syntax",
        value=value,
    )


def _write(period: Period) -> dict[str, str]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
