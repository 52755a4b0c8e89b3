"""Plan: compile what a ticket meets, for one contract and one period. It knows no facts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import Period, duration_micros
from ecsm_contracts.errors import PeriodError, expect
from ecsm_contracts.measures import (
    ClockMeasure,
    LateUnits,
    LevelProgram,
    ObservesLate,
    ObservesLevel,
    ObservesRelief,
    SettingMeasure,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.measures import Observation

__all__ = ["Plan", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A contract compiled for one period."""

    contract: Contract
    period: Period
    bounds: Span
    """The period as instants in the contract's zone, in microseconds since 1970; half-open."""
    window: Span
    """The span of facts that the period needs: every ticket that is alive in it must be given whole."""
    levels: tuple[LevelProgram, ...]
    """The levels, in the order of the clauses."""
    reliefs: tuple[ObservesRelief, ...]
    """What is relieved."""
    columns: tuple[str, ...]
    """The columns of rows and tallies."""
    bucket_counts: Mapping[str, tuple[int, str]]
    """For each level that is measured by buckets how many lie in its hours in the period, and the calendar's name."""
    by_closing: bool = False
    """Whether a clock runs on until a ticket is closed, so that its resolution alone does not make it past."""

    def service_times(self) -> Mapping[str, tuple[int, str]]:
        """
        Return the service time of each level about the setting in the period, in microseconds.

        With the calendar's name.
        """
        start, end = self.bounds
        return {
            level.ref: (level.table.worked_until(end) - level.table.worked_until(start), next(iter(level.tables)))
            for level in self.levels
            if isinstance(level.measure, SettingMeasure) and level.tables
        }


def _buckets(levels: Iterable[LevelProgram]) -> dict[str, tuple[int, str]]:
    counts = ((level, level.measure.buckets(level)) for level in levels)
    return {level.ref: (count, next(iter(level.tables))) for level, count in counts if count is not None}


def _period(contract: Contract, period: Period | str) -> Period:
    wanted = Period.parse(period) if isinstance(period, str) else period
    expect(wanted, Period, "period", 'write "2026-03", or Period.month(2026, 3)')
    if not contract.billing.is_period(wanted):
        raise PeriodError(
            f"{wanted.start}/{wanted.end} is not a billing period of {contract.ref}, which bills every "
            f"{contract.billing.words}; the one around its start is {contract.billing.period_containing(wanted.start)}"
        )
    if wanted.start < contract.term.start or wanted.end > contract.term.end:
        raise PeriodError(
            f"{wanted.label} is not inside the term of {contract.ref}, "
            f"from {contract.term.start} to {contract.term.end} (exclusive)"
        )
    return wanted


def _level(
    contract: Contract, observed: ObservesLevel, bounds: Span, observations: Iterable[Observation]
) -> LevelProgram:
    calendars = {name: contract.calendar(name) for name in observed.measure.calendars()}
    late = tuple(
        LateUnits(f"{each.ref}.late.{each.level}", duration_micros(each.unit), each.part)
        for each in observations
        if isinstance(each, ObservesLate) and each.level == observed.ref
    )
    reliefs = [each for each in observations if isinstance(each, ObservesRelief) and observed.ref in each.levels]
    leaves = observed.measure.relief_leaves
    return LevelProgram(
        observed.ref,
        observed.scope,
        observed.measure,
        {name: calendar.table for name, calendar in calendars.items()},
        *bounds,
        late,
        max((calendar.limits[0] for calendar in calendars.values()), default=bounds[0]),
        bool(reliefs),
        frozenset(chain.from_iterable(each.notices for each in reliefs if each.leaves_denominator or leaves)),
    )


def plan(contract: Contract, period: Period | str) -> Plan:
    """
    Return *contract* compiled for *period*, for example ``"2026-03"``.

    Raises:
        PeriodError: when the contract does not bill such a period, or it is not inside the term.
        CalendarRangeError: when a calendar does not cover it.
    """
    wanted = _period(contract, period)
    bounds = wanted.bounds(contract.zone)
    observations = tuple(chain.from_iterable(clause.observes() for clause in contract.clauses))
    levels = tuple(
        _level(contract, each, bounds, observations) for each in observations if isinstance(each, ObservesLevel)
    )
    start = min((level.look_back() for level in levels), default=bounds[0])
    return Plan(
        contract,
        wanted,
        bounds,
        (start, bounds[1]),
        levels,
        tuple(each for each in observations if isinstance(each, ObservesRelief)),
        tuple(chain.from_iterable(level.columns for level in levels)),
        _buckets(levels),
        any(isinstance(each.measure, ClockMeasure) and each.measure.clock.finish == "closed" for each in levels),
    )
