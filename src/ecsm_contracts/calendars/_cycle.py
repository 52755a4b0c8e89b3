"""
Billing cycles: how billing periods follow each other, and the years of a contract.

Each period is reckoned from the cycle's anchor, never from the period before: a month anchored to the 31st starts
on 31 January, 28 February and again on 31 March. So periods tile the time line whatever the lengths of months.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal, Self

from pydantic import Field, StrictInt, model_validator

from ecsm_contracts._model import Model
from ecsm_contracts.calendars._holidays import DateText, parse_date
from ecsm_contracts.calendars._instant import END_YEAR, FIRST_YEAR
from ecsm_contracts.calendars._month_end import LAST_DAY_OF_ANY_MONTH, MonthEnd, day_of_month, month_number
from ecsm_contracts.calendars._period import Period, counted
from ecsm_contracts.errors import InvalidValue, PeriodError, expect

__all__ = ["BillingCycle", "CycleName", "contract_year"]

CycleName = Literal["month", "quarter", "year", "four_weeks"]
"""How long a period is; `four_weeks` are 28 days."""

MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}
FOUR_WEEKS: Final = timedelta(days=28)
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "month": ("anchor_day", "month_end"),
    "quarter": ("anchor_day", "month_end", "anchor_month"),
    "year": ("anchor_day", "month_end", "anchor_month"),
    "four_weeks": ("anchor",),
}
_DAYS_OF_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NEEDED: Final[dict[str, str]] = {
    "anchor_month": "anchor_month, 1 to 12, the month in which a period starts",
    "anchor": "anchor, the first day of any period, such as 2026-01-05",
}
_HINTS: Final[dict[str, str]] = {
    "anchor": "only four_weeks are anchored to a date",
    "anchor_day": "four_weeks are anchored to a date",
    "anchor_month": "only quarters and years are anchored to a month",
    "month_end": "four_weeks know no months",
}
"""The fields that belong to some cycles only, and why they do not belong to the others."""


class BillingCycle(Model):
    """
    How a contract is billed: one period after the other, from an anchor.

        >>> BillingCycle(anchor_day=15).period_containing(date(2026, 3, 14)).label
        '2026-02-15/2026-03-15'
        >>> cycle = BillingCycle(anchor_day=31, month_end="last_day")
        >>> [period.label for period in cycle.periods(date(2026, 2, 1), date(2026, 4, 1))]
        ['2026-01-31/2026-02-28', '2026-02-28/2026-03-31', '2026-03-31/2026-04-30']
        >>> BillingCycle(cycle="four_weeks", anchor=date(2026, 1, 5)).period_containing(date(2025, 12, 31)).label
        '2025-12-08/2026-01-05'

    Raises:
        pydantic.ValidationError: with the rules "anchor_missing", "anchor_unused", "anchor_absent" (a year that
            starts on a day that its month never has), "month_end_missing" and "month_end_unused".
    """

    cycle: CycleName = "month"
    """How long a period is. Months, because nearly every support contract is billed by month."""

    anchor_day: StrictInt | None = Field(default=None, ge=1, le=31)
    """
    The day of the month on which a period starts, 1 to 31. Of months, quarters and years; the 1st unless another
    day is written, because a calendar month is what a month means in an invoice.
    """

    month_end: MonthEnd | None = None
    """
    Where a period starts in a month that has no such day: on its last day (`last_day`), or on the first day of the
    month after it (`next_day`). Required when the anchor day is the 29th to the 31st: contracts differ on it.
    """

    anchor_month: StrictInt | None = Field(default=None, ge=1, le=12)
    """
    A month in which a period starts, 1 for January to 12; of a quarterly cycle any of the four. Required for
    quarters and years, because those of a contract are seldom those of the calendar.
    """

    anchor: DateText | None = None
    """The first day of any one of the periods of four weeks; the others lie before and after it without end."""

    @model_validator(mode="after")
    def _anchored(self) -> Self:
        own = _FIELDS[self.cycle]
        written = [name for name in _HINTS if getattr(self, name) is not None]
        strange = "; ".join(f"it has no {name}: {_HINTS[name]}" for name in written if name not in own)
        for name in ("anchor", "anchor_month"):
            if name in own and name not in written:
                also = f"; {strange}" if strange else ""
                raise InvalidValue(f"a cycle by {self.words} needs {_NEEDED[name]}{also}", rule="anchor_missing")
        if strange:
            raise InvalidValue(f"leave this out of a cycle by {self.words}; {strange}", rule="anchor_unused")
        if "anchor_day" in own and self.anchor_day is None:
            self.__dict__["anchor_day"] = 1
        self._check_month_end(self.anchor_day or 1)
        return self

    def _check_month_end(self, day: int) -> None:
        if day > LAST_DAY_OF_ANY_MONTH and self.month_end is None:
            raise InvalidValue(
                f"not every month has a day {day}: write month_end: last_day for the last day of shorter months, or "
                "month_end: next_day for the first day of the month after",
                rule="month_end_missing",
                value=day,
            )
        if day <= LAST_DAY_OF_ANY_MONTH and self.month_end is not None:
            raise InvalidValue(f"every month has a day {day}: leave out month_end", rule="month_end_unused", value=day)
        longest = _DAYS_OF_MONTH[(self.anchor_month or 1) - 1]
        if self.cycle == "year" and day > longest:
            raise InvalidValue(
                f"month {self.anchor_month} never has a day {day}: write anchor_day: {longest}",
                rule="anchor_absent",
                value=day,
            )

    @property
    def words(self) -> str:
        """How long a period is, for a sentence: ``four weeks``."""
        return self.cycle.replace("_", " ")

    @property
    def months(self) -> int | None:
        """How many months a period has; None for four weeks."""
        return MONTHS.get(self.cycle)

    def period_containing(self, day: date) -> Period:
        """
        Return the period in which the local date *day* lies.

        Raises:
            InvalidValue: rule "period_range", when the period does not lie inside 1990 to 2100.
        """
        return Period(*self._around(parse_date(day)))

    def _around(self, day: date) -> tuple[date, date]:
        """Return start and end of the period in which *day* lies; the years are not checked."""
        if not FIRST_YEAR <= day.year < END_YEAR:
            raise InvalidValue(f"{day} lies outside {FIRST_YEAR} .. {END_YEAR - 1}", rule="period_range", value=day)
        if self.anchor is not None:
            start = day - (day - self.anchor) % FOUR_WEEKS
            return start, start + FOUR_WEEKS
        number, step = month_number(day), MONTHS[self.cycle]
        number -= (number - ((self.anchor_month or 1) - 1)) % step
        while self._start_in(number) > day:
            number -= step
        return self._start_in(number), self._start_in(number + step)

    def _start_in(self, number: int) -> date:
        return day_of_month(number, self.anchor_day or 1, self.month_end or "last_day")

    def is_period(self, period: Period) -> bool:
        """Say whether *period* is one of this cycle's."""
        expect(period, Period, "period", 'write Period.parse("2026-03")')
        return (period.start, period.end) == self._around(period.start)

    def next(self, period: Period) -> Period:
        """
        Return the period that starts where *period* ends.

            >>> cycle = BillingCycle(anchor_day=31, month_end="last_day")
            >>> cycle.next(Period.parse("2026-01-31/2026-02-28")).label
            '2026-02-28/2026-03-31'

        Raises:
            PeriodError: when *period* is not one of this cycle's.
            InvalidValue: rule "period_range".
        """
        return self.period_containing(self._own(period).end)

    def previous(self, period: Period) -> Period:
        """
        Return the period that ends where *period* starts.

        Raises:
            PeriodError: when *period* is not one of this cycle's.
            InvalidValue: rule "period_range".
        """
        return self.period_containing(self._own(period).start - timedelta(days=1))

    def _own(self, period: Period) -> Period:
        if not self.is_period(period):
            start, end = self._around(period.start)
            raise PeriodError(f"{period.label} is not a period of the cycle; the one around its start is {start}/{end}")
        return period

    def periods(self, start: date, end: date) -> tuple[Period, ...]:
        """
        Return every period that shares a day with the local dates ``[start, end)``, in order.

        Raises:
            InvalidValue: rule "period_range".
        """
        found: list[Period] = []
        day, last = parse_date(start), parse_date(end)
        while day < last:
            found.append(self.period_containing(day))
            day = found[-1].end
        return tuple(found)

    def window(self, period: Period, count: int) -> Period:
        """
        Return the span of *count* periods of which *period* is the last.

            >>> BillingCycle().window(Period.month(2026, 3), 3).label
            '2026-01-01/2026-04-01'

        The cycle knows no term: a window may reach back before its start, and whoever asks says what that
        means. `Period.overlap` cuts it, `periods` gives the parts of it.

        Raises:
            PeriodError: when *period* is not one of this cycle's.
            InvalidValue: rule "window_count", when *count* is no whole number above zero; rule "period_range".
        """
        first = self._own(period)
        for _ in range(counted(count, "periods") - 1):
            first = self.previous(first)
        return Period(first.start, period.end)


def contract_year(term_start: date, day: date) -> Period:
    """
    Return the year of a term in which *day* lies, counted from the term's start.

    It is the period of a yearly cycle anchored to the first day of the term. Each year is reckoned from the
    term's start, never from the year before. The named rule for a term that starts on 29 February is `last_day`:
    in years without that day its anniversary is the last day of February.

        >>> contract_year(date(2024, 2, 29), date(2027, 12, 31)).label
        '2027-02-28/2028-02-29'

    A billing period belongs to the contract year in which it starts: of a period of four weeks that begins on
    28 December, all counts for the year that ends with December.

    Raises:
        PeriodError: when *day* lies before the term.
        InvalidValue: rule "period_range".
    """
    start, asked = parse_date(term_start), parse_date(day)
    if asked < start:
        raise PeriodError(f"{asked} lies before the term, which starts on {start}")
    rule: MonthEnd | None = "last_day" if start.day > LAST_DAY_OF_ANY_MONTH else None
    cycle = BillingCycle(cycle="year", anchor_month=start.month, anchor_day=start.day, month_end=rule)
    return cycle.period_containing(asked)
