"""The windows in which a level is judged, as they lie in the term."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import duration_micros, measurement_windows
from ecsm_contracts.contracts._cross import settled_periods
from ecsm_contracts.errors import CalendarRangeError
from ecsm_contracts.measures import Availability, FixedDays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.clauses import ServiceLevel
    from ecsm_contracts.contracts._contract import Contract

__all__ = ["number_of_windows", "service_times", "windows_of"]

MOST_LOOKED_AT = 62
"""In how many windows service time is counted: those of two months, where they are days."""


def windows_of(contract: Contract, level: ServiceLevel) -> Iterator[Period]:
    """Yield the windows of *level* that end in a billing period of the term, oldest first."""
    for period in settled_periods(contract):
        if level.every is None:
            yield period
        else:
            yield from measurement_windows(level.every, contract.billing, contract.term.start, period)


def number_of_windows(contract: Contract, level: ServiceLevel, most: int) -> int:
    """Return how many windows *level* has in the term, counted up to *most*."""
    return sum(1 for _ in islice(windows_of(contract, level), most))


def service_times(contract: Contract, level: ServiceLevel, measure: Availability) -> Iterator[tuple[Period, int, int]]:
    """Yield windows of *level*, each with its service time, and with the time its number is a share of."""
    calendar = contract.calendar(measure.hours)
    for window in islice(windows_of(contract, level), MOST_LOOKED_AT):
        try:
            spans = calendar.open_spans(*window.bounds(contract.zone))
        except CalendarRangeError:
            return
        time = sum(end - start for start, end in spans)
        yield window, time, duration_micros(measure.of.time) if isinstance(measure.of, FixedDays) else time
