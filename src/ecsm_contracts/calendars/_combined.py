"""
Hours of two calendars together: either, both, or the first without the second.

They are combined on the UTC time line, whatever the zones: where a desk in Amsterdam and a vendor in New York both
work is a set of instants, and no wall clock shows it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from pydantic import model_validator

from ecsm_contracts.calendars._calendar import BusinessCalendar
from ecsm_contracts.calendars._interval import intersect_spans, merge_spans, subtract_spans
from ecsm_contracts.calendars._service_hours import ServiceHours
from ecsm_contracts.calendars._windows import WindowCalendar
from ecsm_contracts.errors import InvalidValue

if TYPE_CHECKING:
    from typing import Self

    from ecsm_contracts.calendars._interval import Span

__all__ = ["CombinedCalendar"]

Operation = Literal["union", "intersection", "difference"]
"""Which instants are in hours: those of either, of both, or of the first and not the second."""
MOST_PARTS: Final = 64
"""How many calendars are combined in one at most: each is worked out as often as it stands there."""
_SIGNS: Final[dict[str, str]] = {"union": "or", "intersection": "and", "difference": "without"}


class CombinedCalendar(ServiceHours):
    """
    Two calendars as one. Write ``desk | night``, ``desk & vendor`` or ``desk - break``.

        >>> from datetime import datetime, timedelta
        >>> santiago = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="America/Santiago")
        >>> amsterdam = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam")
        >>> both = santiago & amsterdam
        >>> monday = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
        >>> str(both.worked(monday, monday + timedelta(days=1)))
        '4:00:00'

    It covers the years that both cover. All intervals are half-open, all arithmetic exact to the microsecond.
    """

    operation: Operation
    """How the two are combined."""
    first: BusinessCalendar | WindowCalendar | CombinedCalendar
    """The first calendar."""
    second: BusinessCalendar | WindowCalendar | CombinedCalendar
    """The second calendar; of a difference the one whose hours are taken away."""

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.parts > MOST_PARTS:
            message = f"{self.parts} calendars combined in one; at most {MOST_PARTS} are"
            raise InvalidValue(message, rule="calendars_many", value=self.parts)
        start, end = self.limits
        if start >= end:
            raise InvalidValue("the two calendars cover no year together", rule="holiday_years")
        return self

    @property
    def parts(self) -> int:
        """How many calendars are combined, each counted as often as it stands in it."""
        return sum(part.parts if isinstance(part, CombinedCalendar) else 1 for part in (self.first, self.second))

    @property
    def title(self) -> str:
        """The calendars and how they are combined, in one line, as errors name them."""
        return f"({self.first.title}) {_SIGNS[self.operation]} ({self.second.title})"

    @property
    def day_zone(self) -> str:
        """
        The zone whose dates are the days of this calendar: the one that both calendars have.

        Raises:
            InvalidValue: rule "day_zone", when they have different ones.
        """
        first, second = self.first.day_zone, self.second.day_zone
        return first if first == second else super().day_zone

    @cached_property
    def limits(self) -> Span:
        """What can be asked about: what both calendars cover, in microseconds since 1970."""
        (start, end), (other_start, other_end) = self.first.limits, self.second.limits
        return max(start, other_start), min(end, other_end)

    def open_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """
        Return the spans in hours within ``[start, end)``, sorted and disjoint, in microseconds since 1970.

        Raises:
            CalendarRangeError: when the span is not inside the years that the calendar covers.
        """
        self._check_range(start, end)
        first, second = self.first.open_spans(start, end), self.second.open_spans(start, end)
        if self.operation == "union":
            return merge_spans((*first, *second))
        return intersect_spans(first, second) if self.operation == "intersection" else subtract_spans(first, second)
