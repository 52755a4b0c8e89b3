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
from ecsm_contracts.calendars._instant import MICROSECOND, format_instant, from_micros, to_micros
from ecsm_contracts.calendars._moments import Moments
from ecsm_contracts.calendars._service_time import Hold, hold_spans, looking_back, used_up, worked_between
from ecsm_contracts.calendars._table import ServiceTimeTable
from ecsm_contracts.calendars._zones import DAY_MICROS
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.calendars._combined import CombinedCalendar, Operation
    from ecsm_contracts.calendars._interval import Span

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

    def in_hours(self, instant: datetime) -> bool:
        """
        Say whether *instant* is in hours; the instant of opening is, the instant of closing is not.

        Raises:
            CalendarRangeError: when it is outside the years that the calendar covers.
            InvalidValue: rule "instant_naive".
        """
        return self._moments.in_hours(instant)

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
            return self._moments.worked(start, end)
        return worked_between(self.table, to_micros(start), to_micros(end), hold_spans(holds)) * MICROSECOND

    def deadline(
        self,
        start: datetime,
        amount: timedelta,
        holds: Iterable[Hold] = (),
        *,
        at: Literal["earliest", "next_opening"] = "earliest",
    ) -> datetime:
        """
        Return the instant at which *amount* of service time is used up, counted from *start*, in UTC.

        With a positive amount that is the earliest instant t with ``worked(start, t, holds) == amount``; zero
        gives *start*. ``at="next_opening"`` gives the latest such t instead: it differs when the amount is
        used up exactly at a closing or at the start of a hold. A negative amount looks back: the latest
        instant b with ``worked(b, start, holds) == -amount``.

        Raises:
            CalendarRangeError: when there is not so much service time in the years that the calendar covers.
            InvalidValue: rules "instant_naive", "hold_order", "deadline_at" (an unknown *at*, or
                ``"next_opening"`` with a negative amount).
        """
        if not holds and at == "earliest" and amount > _ZERO:
            return self._moments.deadline(start, amount)
        first, micros = to_micros(start), amount // MICROSECOND
        held = hold_spans(holds) if holds else ()
        if at not in ("earliest", "next_opening") or (at == "next_opening" and micros < 0):
            raise InvalidValue(f"{shown(at)} does not fit a deadline of {amount}", rule="deadline_at", value=at)
        if micros < 0:
            return from_micros(looking_back(self.table, first, -micros, held))
        if micros == 0 and at == "earliest":
            return from_micros(first)
        return from_micros(used_up(self.table, first, micros, held, latest=at == "next_opening"))

    def next_open(self, instant: datetime) -> datetime:
        """
        Return *instant* when it is in hours, else the next instant that is, in UTC.

        Raises:
            CalendarRangeError: when there is none in the years that the calendar covers.
            InvalidValue: rule "instant_naive".
        """
        return from_micros(self.table.latest_instant_of(self.table.worked_until(to_micros(instant))))

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
            raise CalendarRangeError(f"{self.title} does not cover {from_micros(start)} to {from_micros(end)}")
