"""
What every calendar can do with its hours: service time between instants, deadlines, openings and closings.

A calendar that knows its hours as spans of time has all of it; where the hours come from, it says itself.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from ecsm_contracts._model import Model
from ecsm_contracts.calendars._day_deadlines import end_of_days, instant_named
from ecsm_contracts.calendars._days import Days
from ecsm_contracts.calendars._instant import EPOCH, MICROSECOND, format_instant, from_micros, to_micros
from ecsm_contracts.calendars._moments import Moments
from ecsm_contracts.calendars._service_time import Hold, after_service, hold_spans, used_up, worked_between
from ecsm_contracts.calendars._table import ALL_TIME, ServiceTimeTable
from ecsm_contracts.calendars._warning import WarningInstant, read_share
from ecsm_contracts.calendars._zones import DAY_MICROS
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, expect, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from ecsm_contracts.calendars._combined import CombinedCalendar, Operation
    from ecsm_contracts.calendars._interval import Span
    from ecsm_contracts.calendars._month import CalendarMonth

__all__ = ["ServiceHours"]

_ZERO = timedelta(0)


class ServiceHours(Model):
    """Hours on the UTC time line, and the service time that they give; the base of every calendar."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The hours in one line, as errors name the calendar."""

    @property
    @abstractmethod
    def limits(self) -> Span:
        """What can be asked about, in microseconds since 1970."""

    @abstractmethod
    def open_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """
        Return the spans in hours within ``[start, end)``, sorted and disjoint, in microseconds since 1970.

        Raises:
            CalendarRangeError: when the span is not inside the years that the calendar covers.
        """

    def __str__(self) -> str:
        """Return the hours in one line."""
        return self.title

    def __repr__(self) -> str:
        """Return the hours in one line, in angle brackets."""
        return f"<{self.title}>"

    def in_hours(self, instant: datetime) -> bool:
        """
        Say whether *instant* is in hours; the instant of opening is, the instant of closing is not.

        Raises:
            CalendarRangeError: when it is outside the years that the calendar covers.
            InvalidValue: rule "instant_naive".
        """
        try:
            since = instant - EPOCH
            end, piece, is_open, _ = self._moments.days[since.days]  # type: ignore[misc]  # None raises
            while since >= end:
                end, piece, is_open, _ = piece
        except (LookupError, TypeError):
            return self._moments.in_hours(instant)
        return is_open

    @property
    def day_zone(self) -> str:
        """
        The zone whose dates are the days of this calendar.

        Raises:
            InvalidValue: rule "day_zone", for hours that are read off clocks in several zones.
        """
        message = (
            f"{self.title} has no dates of its own: its hours are read off clocks in several zones; "
            "give both parts one zone, or name the zone of a month view"
        )
        raise InvalidValue(message, rule="day_zone", value=self.title)

    def worked(self, start: datetime, end: datetime, holds: Iterable[Hold] = ()) -> timedelta:
        """
        Return the service time in ``[start, end)`` less what lies in *holds*.

        It is zero when *end* is not after *start*. A hold removes the service time that it
        covers and nothing else; holds may overlap, and reach further.

        Raises:
            CalendarRangeError: outside the years that the calendar covers.
            InvalidValue: rules "instant_naive" and "hold_order".
        """
        if not holds:
            days = self._moments.days
            try:
                since = start - EPOCH
                until, piece, is_open, value = days[since.days]  # type: ignore[misc]  # None raises
                while since >= until:
                    until, piece, is_open, value = piece
                before = since - value if is_open else value
                since = end - EPOCH
                until, piece, is_open, value = days[since.days]  # type: ignore[misc]  # None raises
                while since >= until:
                    until, piece, is_open, value = piece
                worked = (since - value if is_open else value) - before
            except (LookupError, TypeError):
                return self._moments.worked(start, end)
            if type(worked) is not timedelta:
                return self._moments.worked(start, end)
            return worked if worked > _ZERO else _ZERO  # noqa: FURB136 - max would cost a fifth of all this
        return worked_between(self.table, to_micros(start), to_micros(end), hold_spans(holds)) * MICROSECOND

    def deadline(
        self,
        start: datetime,
        amount: timedelta | Days,
        holds: Iterable[Hold] = (),
        *,
        at: Literal["earliest", "next_opening"] = "earliest",
    ) -> datetime:
        """
        Return the instant at which *amount* of service time is used up, counted from *start*, in UTC.

        A number of `Days` is counted in the dates of `day_zone`, by their own meaning.

        With a positive amount that is the earliest instant t with ``worked(start, t, holds) == amount``; zero
        gives *start*. ``at="next_opening"`` gives the latest such t instead: it differs when the amount is
        used up exactly at a closing or at the start of a hold. A negative amount looks back: the latest
        instant b with ``worked(b, start, holds) == -amount``.

        Raises:
            CalendarRangeError: when there is not so much service time in the years that the calendar covers.
            InvalidValue: rules "instant_naive", "hold_order", "deadline_at" (an unknown *at*, or
                ``"next_opening"`` with a negative amount, or with days).
            WrongType: for an amount that is neither a timedelta nor `Days`.
        """
        if not holds and at == "earliest":
            kept = self._moments
            try:
                since = start - EPOCH
                until, piece, is_open, value = kept.days[since.days]  # type: ignore[misc]  # None raises
                while since >= until:
                    until, piece, is_open, value = piece
                level = (since - value if is_open else value) + amount  # type: ignore[operator]  # Days: below
                closing, stretch, origin = kept.levels[level.days]  # type: ignore[misc]  # None raises
                while level > closing:
                    closing, stretch, origin = stretch
                if amount > _ZERO and type(level) is timedelta:  # type: ignore[operator]  # the same
                    return origin + level
            except (LookupError, TypeError, AttributeError, OverflowError):
                """Not kept yet, or nothing to be kept; or days, or no aware datetime, which is told below."""
            if isinstance(amount, timedelta) and amount > _ZERO:
                return kept.deadline(start, amount)
        first, held = to_micros(start), hold_spans(holds) if holds else ()
        if not isinstance(amount, Days):
            expect(amount, timedelta, "amount", "give a timedelta, or Days and what a day is")
        allowed = ("earliest", "next_opening") if isinstance(amount, timedelta) and amount >= _ZERO else ("earliest",)
        if at not in allowed:
            message = f"{shown(at)} does not fit a deadline of {amount}; write {' or '.join(allowed)}"
            raise InvalidValue(message, rule="deadline_at", value=at)
        if isinstance(amount, Days):
            return from_micros(end_of_days(self._table_of(amount), self._zone_of(amount, first), first, amount, held))
        latest = at == "next_opening"
        return from_micros(after_service(self.table, first, amount // MICROSECOND, held, latest=latest))

    def warning(
        self,
        start: datetime,
        amount: timedelta | Days,
        share: Fraction | str,
        holds: Iterable[Hold] = (),
        *,
        notifier: ServiceHours | None = None,
    ) -> WarningInstant:
        """
        Return when to warn that a *share* of a target is used up, counted from *start*.

        Args:
            start: where the clock started.

            amount: the target, not negative, as of `deadline`; of one that gives no time a share is used up at once.

            share: how much of it, ``"75%"`` or ``Fraction(3, 4)``; of service time, or of elapsed time for days by
                the clock, rounded down to the microsecond.

            holds: time that does not count.

            notifier: hours in which someone reads warnings; outside them a warning waits for the next opening.

        Raises:
            CalendarRangeError: when an instant lies outside what the calendars cover.
            InvalidValue: as `deadline`; rules "warning_share" (not from 0 to 1,000 %) and "warning_amount" (a target
                that looks back).
        """
        if notifier is not None:
            expect(notifier, ServiceHours, "notifier", "give a calendar")
        spans, part, first = hold_spans(holds), read_share(share), to_micros(start)
        held = tuple((from_micros(hold_start), from_micros(hold_end)) for hold_start, hold_end in spans)
        due, table = self.deadline(start, amount, held), self._table_of(amount)
        if isinstance(amount, Days):
            named = instant_named(table, self._zone_of(amount, first), first, amount)
            target = table.worked_until(named) - table.worked_until(first)
        else:
            target = amount // MICROSECOND
        if target < 0:
            raise InvalidValue(f"{amount} looks back; a warning looks ahead", rule="warning_amount", value=amount)
        used = target * part.numerator // part.denominator
        at = from_micros(used_up(table, first, used, spans, latest=False)) if used else from_micros(first)
        at = at if part < 1 else due if part == 1 else max(at, due)
        return WarningInstant(part, at, at if notifier is None else notifier.next_open(at), due)

    def _table_of(self, amount: timedelta | Days) -> ServiceTimeTable:
        """Return what *amount* is counted in: service time, or all time for days by the clock."""
        return ALL_TIME if isinstance(amount, Days) and amount.by_the_clock else self.table

    def _zone_of(self, days: Days, start: int) -> str:
        """Return the zone in which *days* are counted from *start*, which the calendar must cover."""
        self.table.worked_until(start)
        return self.day_zone if days.by_dates else "UTC"

    def next_open(self, instant: datetime) -> datetime:
        """
        Return *instant* when it is in hours, else the next instant that is, in UTC.

        Raises:
            CalendarRangeError: when there is none in the years that the calendar covers.
            InvalidValue: rule "instant_naive".
        """
        worked = self.table.worked_until(to_micros(instant))
        try:
            return from_micros(self.table.latest_instant_of(worked))
        except CalendarRangeError:
            limit = format_instant(from_micros(self.limits[1]))
            raise CalendarRangeError(f"{self.title} does not open again before {limit}") from None

    def next_close(self, instant: datetime) -> datetime:
        """
        Return the end of the hours that *instant* lies in, else of those that come next, in UTC.

        At a closing, which is not in hours, that is the closing after it. Hours that touch are one stretch.

        Raises:
            CalendarRangeError: when there is no closing in the years that the calendar covers.
            InvalidValue: rule "instant_naive".
        """
        start, limit = to_micros(self.next_open(instant)), self.limits[1]
        reach, ahead = start, DAY_MICROS
        while reach < limit:
            reach, ahead = min(start + ahead, limit), 4 * ahead
            end = self.open_spans(start, reach)[0][1]
            if end < reach:
                return from_micros(end)
        raise CalendarRangeError(f"{self.title} does not close before {format_instant(from_micros(limit))}")

    def month(self, year: int, month: int, zone: str | None = None) -> CalendarMonth:
        """
        Return a calendar month, date by date, as a terminal and a notebook show it.

        Args:
            year: the year, such as 2026.

            month: the month, 1 to 12.

            zone: the zone whose dates are shown; needed where the calendar has none of its own.

        Raises:
            CalendarRangeError: outside the years that the calendar covers.
            InvalidValue: rules "period_syntax", "day_zone" and "zone_unknown".
        """
        from ecsm_contracts.calendars._month import month_view  # noqa: PLC0415 - it shows these

        return month_view(self, year, month, zone)

    def __or__(self, other: object) -> CombinedCalendar:
        """Return the hours in which either works."""
        return self._with("union", other) if isinstance(other, ServiceHours) else NotImplemented

    def __and__(self, other: object) -> CombinedCalendar:
        """Return the hours in which both work."""
        return self._with("intersection", other) if isinstance(other, ServiceHours) else NotImplemented

    def __sub__(self, other: object) -> CombinedCalendar:
        """Return the hours in which this one works and *other* does not."""
        return self._with("difference", other) if isinstance(other, ServiceHours) else NotImplemented

    def _with(self, operation: Operation, other: ServiceHours) -> CombinedCalendar:
        from ecsm_contracts.calendars._combined import CombinedCalendar  # noqa: PLC0415 - it combines these

        return CombinedCalendar.model_validate({"operation": operation, "first": self, "second": other})

    @cached_property
    def table(self) -> ServiceTimeTable:
        """The compiled form: service time over integers, in both directions, shared by all who ask."""
        return ServiceTimeTable(self.open_spans, self.limits, self.title)

    @cached_property
    def _moments(self) -> Moments:
        return Moments(self.table)

    def _check_range(self, start: int, end: int) -> None:
        first, last = self.limits
        if not first <= start <= end <= last:
            span = " to ".join(format_instant(from_micros(each)) for each in (start, end))
            raise CalendarRangeError(f"{self.title} does not cover {span}")
