"""Service time over columns of instants: what a calendar answers one question at a time, a million at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ecsm_contracts.calendars._service_hours import ServiceHours
from ecsm_contracts.errors import MissingExtra, expect

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import ArrayLike, NDArray

    from ecsm_contracts.frames._reckoner import Reckoner

__all__ = ["ServiceTimeColumns"]


class ServiceTimeColumns:
    """
    A calendar that is asked about columns; its answers are those of the calendar, equal to the microsecond.

        >>> import numpy as np
        >>> from ecsm_contracts.calendars import BusinessCalendar
        >>> desk = ServiceTimeColumns(BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam"))
        >>> opened = np.array(["2026-03-27T15:00", "2026-03-30T07:30"], "datetime64[m]")
        >>> desk.worked(opened, opened + np.timedelta64(1, "D")).astype("timedelta64[m]")
        array([ 60, 480], dtype='timedelta64[m]')

    **Columns** have one dimension: a NumPy array, what makes one of itself (`np.asarray`), or a list. Instants are
    whole numbers, microseconds since 1970 in UTC, or datetime64 of any unit, which NumPy understands as UTC. Amounts
    are whole numbers of microseconds or timedelta64. Nothing is rounded: floats, objects, truth values, masked arrays,
    NaT and what is finer than a microsecond are refused, and the error names the first such row.

    **Answers** have the form of the column asked about: whole numbers (int64) for whole numbers, datetime64[us] and
    timedelta64[us] for datetime64. The two forms do not mix in one question.

    Every instant must lie in what the calendar covers, also where the answer would not depend on it. Years are compiled
    when they are first asked about, and kept as long as this object is; threads may share it. Pickled or copied, it
    takes the calendar along and nothing compiled. It needs the extra ``frames``.

    Raises:
        MissingExtra: when NumPy is not installed.
        WrongType: for what is no calendar.
    """

    __slots__ = ("_reckoner", "calendar")

    calendar: ServiceHours
    """The calendar whose hours they are."""

    def __init__(self, calendar: ServiceHours) -> None:
        """Compile nothing yet."""
        expect(calendar, ServiceHours, "calendar", "make one with BusinessCalendar.weekly(…)")
        self.calendar = calendar
        self._reckoner = _reckoner(calendar)

    def worked(
        self, starts: ArrayLike, ends: ArrayLike, holds: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None
    ) -> NDArray[Any]:
        """
        Return the service time in each ``[start, end)`` less what lies in its holds; zero where it is reversed.

            >>> from ecsm_contracts.calendars import BusinessCalendar
            >>> always = ServiceTimeColumns(BusinessCalendar.always())
            >>> january = 1_767_225_600_000_000
            >>> always.worked([january, january], [january + 50, january - 50]).tolist()
            [50, 0]
            >>> always.worked([january], [january + 50], ([0, 0], [january, january + 5], [january + 10, january + 20]))
            array([30])

        Args:
            starts: the first instant of each row.

            ends: its end, which does not count; as many.

            holds: three columns, a row of them for each hold: the row of its pair, counted from 0, its start and its
                end. In any order; holds of one pair may overlap, and reach beyond it and beyond the calendar.

        Raises:
            CalendarRangeError: for an instant that the calendar does not cover.
            InvalidValue: rules "column_type", "column_shape", "column_missing", "column_precision"; for holds also
                "hold_row" (there is no such pair) and "hold_order" (it ends before it starts).
        """
        return self._reckoner.worked(starts, ends, holds)

    def deadlines(
        self, starts: ArrayLike, amounts: ArrayLike, *, at: Literal["earliest", "next_opening"] = "earliest"
    ) -> NDArray[Any]:
        """
        Return the instant at which each amount of service time is used up, counted from its start.

        As `BusinessCalendar.deadline`: the earliest such instant, or the latest with ``at="next_opening"``; zero gives
        the start itself, or with ``"next_opening"`` the next instant in hours; a negative amount looks back, to
        the latest instant from which it is worked. Holds are not taken here: each moves a deadline by what the one
        before it left.

        Raises:
            CalendarRangeError: for a start that the calendar does not cover, or more service time than it has.
            InvalidValue: rules "column_type", "column_shape", "column_missing", "column_precision", and "deadline_at"
                (an unknown *at*, or ``"next_opening"`` with a negative amount).
        """
        return self._reckoner.deadlines(starts, amounts, at)

    def in_hours(self, instants: ArrayLike) -> NDArray[bool_]:
        """
        Say of each instant whether it is in hours; the instant of opening is, the instant of closing is not.

        Raises:
            CalendarRangeError: for an instant that the calendar does not cover; here, the end of its years is one.
            InvalidValue: rules "column_type", "column_shape", "column_missing", "column_precision".
        """
        return self._reckoner.in_hours(instants)

    def worked_until(self, instants: ArrayLike) -> NDArray[Any]:
        """
        Return W(t) for each instant t: the service time since a fixed origin, the calendar's own.

        It never falls, and is negative before the origin. What lies between two instants is a difference, so that a
        column of events needs W of each only once.

        Raises:
            CalendarRangeError: for an instant that the calendar does not cover.
            InvalidValue: rules "column_type", "column_shape", "column_missing", "column_precision".
        """
        return self._reckoner.worked_until(instants)

    def __repr__(self) -> str:
        """Name the calendar."""
        return f"ServiceTimeColumns({self.calendar.title})"

    def __reduce__(self) -> tuple[type[ServiceTimeColumns], tuple[ServiceHours]]:
        """Travel with the calendar, and without what is compiled."""
        return type(self), (self.calendar,)


def _reckoner(calendar: ServiceHours) -> Reckoner:
    try:
        from ecsm_contracts.frames._reckoner import Reckoner  # noqa: PLC0415 - it needs NumPy
    except ModuleNotFoundError as problem:
        if problem.name != "numpy":
            raise
        raise MissingExtra("frames", "service time over columns") from problem
    return Reckoner(calendar)
