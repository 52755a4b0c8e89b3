"""
Periods: whole local days that are billed or judged together.

A period holds its `start` and not its `end`. As time it runs from local midnight to local midnight in the
contract's zone, so a month may have 743 or 745 hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from ecsm_contracts.calendars._holidays import DateText, parse_date
from ecsm_contracts.calendars._instant import END_YEAR, FIRST_YEAR
from ecsm_contracts.calendars._month_end import LAST_DAY_OF_ANY_MONTH, MonthEnd, month_number, months_later
from ecsm_contracts.calendars._schema import value_schema
from ecsm_contracts.calendars._zones import first_instant
from ecsm_contracts.errors import InvalidValue, PeriodError, expect, shown

if TYPE_CHECKING:
    from ecsm_contracts.calendars._interval import Span

__all__ = ["Period", "counted"]

_NAMED = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")
_FIRST, _END = date(FIRST_YEAR, 1, 1), date(END_YEAR, 1, 1)
_MONTHS_OF_QUARTER, _MONTHS_OF_YEAR = 3, 12
_FORMS = 'write "2026-03", "2026-Q1", "2026" or "2026-03-15/2026-04-15"'


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
        return cls._numbered(year, month, 1, f"{shown(year)}-{shown(month)} is not a month")

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """
        Return a calendar quarter, 1 to 4; the first one begins on 1 January.

            >>> Period.quarter(2026, 1) == Period.parse("2026-Q1")
            True

        Raises:
            InvalidValue: rule "period_syntax", when there is no such quarter.
        """
        return cls._numbered(year, quarter, _MONTHS_OF_QUARTER, f"{shown(year)}-Q{shown(quarter)} is not a quarter")

    @classmethod
    def year(cls, year: int) -> Period:
        """
        Return a calendar year; the years of a contract are another thing, see `contract_year`.

        Raises:
            InvalidValue: rule "period_syntax", when there is no such year.
        """
        return cls._numbered(year, 1, _MONTHS_OF_YEAR, f"{shown(year)} is not a year")

    @classmethod
    def _numbered(cls, year: int, number: int, months: int, refusal: str) -> Period:
        """Return the period of so many *months* that has this *number* in its year, from 1."""
        try:
            start = date(year, (number - 1) * months + 1, 1)
        except (TypeError, ValueError, OverflowError):
            raise InvalidValue(refusal, rule="period_syntax", value=(year, number)) from None
        return cls(start, months_later(start, months))

    @classmethod
    def last_days(cls, end: date, days: int) -> Period:
        """
        Return the *days* local dates before *end*, which is not among them.

            >>> Period.last_days(date(2026, 4, 1), 90).label
            '2026-01-01/2026-04-01'

        It knows no contract: where it reaches back before the term, `overlap` cuts it.

        Raises:
            InvalidValue: rule "window_count", when *days* is no whole number above zero; rule "period_range".
        """
        last = parse_date(end)
        number = last.toordinal() - counted(days, "days")
        if number < 1:
            raise InvalidValue(f"{shown(days)} days before {last} there is no date", rule="period_range", value=days)
        return cls(date.fromordinal(number), last)

    @classmethod
    def last_months(cls, end: date, months: int, month_end: MonthEnd | None = None) -> Period:
        """
        Return the period from the same day *months* earlier up to *end*, which is not included.

            >>> Period.last_months(date(2026, 4, 1), 3).label
            '2026-01-01/2026-04-01'
            >>> Period.last_months(date(2026, 5, 31), 3, "last_day").label
            '2026-02-28/2026-05-31'

        Args:
            end: The first date after the period.

            months: How many, above zero.

            month_end: The rule for a month without that day, as a `BillingCycle` has it. It must be named when
                *end* is the 29th to the 31st, and changes nothing on other days.

        Raises:
            InvalidValue: rules "window_count", "month_end_missing", "unknown_word" and "period_range".
        """
        last, count = parse_date(end), counted(months, "months")
        if month_end not in (None, "last_day", "next_day"):
            raise InvalidValue(
                f"{shown(month_end)} is no rule for the end of a month; write last_day or next_day",
                rule="unknown_word",
                value=month_end,
            )
        if last.day > LAST_DAY_OF_ANY_MONTH and month_end is None:
            raise InvalidValue(
                f"not every month has a day {last.day}; name the rule: month_end last_day or next_day",
                rule="month_end_missing",
                value=last,
            )
        return cls(months_later(last, -count, month_end or "last_day"), last)

    @classmethod
    def parse(cls, text: str) -> Period:
        """
        Return the period of a text.

        It is a calendar month, quarter or year, ``2026-03``, ``2026-Q1`` or ``2026``, or two dates of which the
        second is not included, ``2026-03-15/2026-04-15``. Every `label` reads back.

        Raises:
            InvalidValue: rule "period_syntax", else as `Period` does.
        """
        expect(text, str, "period", _FORMS)
        named = _NAMED.fullmatch(text)
        if named is not None:
            year, month, quarter = (int(part) if part else 0 for part in named.groups())
            if month:
                return cls.month(year, month)
            return cls.quarter(year, quarter) if quarter else cls.year(year)
        start_text, slash, end_text = text.partition("/")
        if not slash:
            raise InvalidValue(f"{shown(text)} is not a period; {_FORMS}", rule="period_syntax", value=text)
        return cls(parse_date(start_text), parse_date(end_text))

    @property
    def label(self) -> str:
        """
        ``2026-03`` for a calendar month, else both dates; `parse` reads it.

        A quarter is labelled by its dates too: statements that were issued keep the label that they had.
        """
        if self.start.day == 1 and self.end == months_later(self.start, 1):
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

        A period by itself does not know the day that its cycle is anchored to, 28 February perhaps to the 31st.
        Nor does it know whether 28 days are four weeks. `BillingCycle.next` does.

        Raises:
            PeriodError: when the period is not a whole number of months, or starts after the 28th of a month.
        """
        months = month_number(self.end) - month_number(self.start)
        if self.start.day != self.end.day or self.start.day > LAST_DAY_OF_ANY_MONTH:
            raise PeriodError(
                f"{self.label} is not a whole number of months from a day that every month has, so that the next "
                "one is not defined; ask its cycle: BillingCycle(…).next(period)"
            )
        return Period(self.end, months_later(self.end, months))

    def overlap(self, other: Period) -> Period | None:
        """
        Return the dates that lie in both; None when there are none.

            >>> Period.quarter(2026, 1).overlap(Period.parse("2026-02-10/2027-02-10"))
            Period(start=datetime.date(2026, 2, 10), end=datetime.date(2026, 4, 1))
        """
        expect(other, Period, "other", 'write Period.parse("2026-03")')
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        """Read a `Period`, its label, or a mapping with `start` and `end`; write the mapping."""
        text = core_schema.str_schema()
        fields = {name: core_schema.typed_dict_field(text) for name in ("start", "end")}
        return value_schema(_read, _write, core_schema.typed_dict_schema(fields, extra_behavior="forbid"))


def counted(number: object, what: str) -> int:
    """
    Return *number* if it is a whole one above zero: how many of *what*.

    Raises:
        InvalidValue: rule "window_count".
    """
    if type(number) is not int or number < 1:
        raise InvalidValue(
            f"{shown(number)} {what} are no period; write a whole number above zero", rule="window_count", value=number
        )
    return number


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
