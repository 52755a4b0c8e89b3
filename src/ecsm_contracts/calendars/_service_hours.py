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
from ecsm_contracts.calendars._instant import MICROSECOND, from_micros, to_micros
from ecsm_contracts.calendars._service_time import Hold, hold_spans, looking_back, used_up, worked_between
from ecsm_contracts.calendars._table import ServiceTimeTable
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.calendars._interval import Span

__all__ = ["ServiceHours"]


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

    def worked(self, start: datetime, end: datetime, holds: Iterable[Hold] = ()) -> timedelta:
        """
        Return the service time in ``[start, end)`` less what lies in *holds*.

        It is zero when *end* is not after *start*. A hold removes the service time that it
        covers and nothing else; holds may overlap, and reach further.

        Raises:
            CalendarRangeError: outside the years that the calendar covers.
            InvalidValue: rules "instant_naive" and "hold_order".
        """
        first, last = to_micros(start), to_micros(end)
        return worked_between(self.table, first, last, hold_spans(holds) if holds else ()) * MICROSECOND

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

    @cached_property
    def table(self) -> ServiceTimeTable:
        """The compiled form: service time over integers, in both directions, shared by all who ask."""
        return ServiceTimeTable(self.open_spans, self.limits, self.title)

    def _check_range(self, start: int, end: int) -> None:
        first, last = self.limits
        if not first <= start <= end <= last:
            raise CalendarRangeError(f"{self.title} does not cover {from_micros(start)} to {from_micros(end)}")
