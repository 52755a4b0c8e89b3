"""Plan: compile what a ticket meets, for one contract and one period. It knows no facts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import Period, duration_micros, measurement_windows
from ecsm_contracts.clauses import Window, observed_by
from ecsm_contracts.engine._opening import numbers_in, promises_when_opened
from ecsm_contracts.engine._reliefs import bound_reliefs, times_that_excuse
from ecsm_contracts.errors import PeriodError, expect
from ecsm_contracts.measures import (
    Charged,
    ClockMeasure,
    LateUnits,
    LevelProgram,
    ObservesCharge,
    ObservesGroups,
    ObservesLate,
    ObservesLevel,
    ObservesRelief,
    SettingMeasure,
    quota_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.engine._opening import PromisesOf
    from ecsm_contracts.measures import Observation

__all__ = ["OpenedUnder", "Plan", "plan"]


@dataclass(frozen=True, slots=True)
class OpenedUnder:
    """How tickets are observed that were opened while one version of a contract was in force."""

    start: int
    """From which instant on; until the next one starts."""
    levels: tuple[LevelProgram | None, ...]
    """One for each of the plan's, with the same columns; None where nothing of the kind was promised then."""
    reliefs: tuple[ObservesRelief, ...]
    is_own: bool
    """Whether it is the version of the period, so that the levels are the plan's own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A contract compiled for one period."""

    contract: Contract
    """The version that judges the period; it has no amendments."""
    document: Contract
    """The contract as a whole, with its amendments."""
    period: Period
    bounds: Span
    """The period as instants in the contract's zone, in microseconds since 1970; half-open."""
    window: Span
    """The span of facts that the period needs: every ticket that is alive in it must be given whole."""
    levels: tuple[LevelProgram, ...]
    """
    The levels, in the order of the clauses; one for each window that ends in the period, where a level has some; after
    them what charges count.
    """
    reliefs: tuple[ObservesRelief, ...]
    """What is relieved."""
    columns: tuple[str, ...]
    """The columns of rows and tallies."""
    bucket_counts: Mapping[str, tuple[int, str]]
    """For each level that is measured by buckets how many lie in its hours in its window, and the calendar's name."""
    windows: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    """For each level that has windows of its own those that end in the period, oldest first."""
    by_closing: bool = False
    """Whether a clock runs on until a ticket is closed, so that its resolution alone does not make it past."""
    by_opening: tuple[OpenedUnder, ...] = ()
    """Where tickets keep the promises of their day: those of each version, in order. Empty where they do not."""
    numbers_before: Mapping[str, str] | None = None
    """The number of each clause in the version of the period before; None where the contract has no amendments."""
    added: frozenset[str] = frozenset()
    """The clauses that the version of the period before did not have, under any number."""

    @property
    def groups_items(self) -> bool:
        """Whether a clause prices group by group, so that rows name the groups of their items."""
        return any(isinstance(each, ObservesGroups) for clause in self.contract.clauses for each in observed_by(clause))

    def service_times(self) -> Mapping[str, tuple[int, str]]:
        """
        Return the service time of each level about the setting in its window, in microseconds.

        With the calendar's name.
        """
        return {
            level.ref: (
                level.table.worked_until(level.end) - level.table.worked_until(level.start),
                next(iter(level.tables)),
            )
            for level in self.levels
            if isinstance(level.measure, SettingMeasure) and level.tables
        }


def _buckets(levels: Iterable[LevelProgram]) -> dict[str, tuple[int, str]]:
    counts = ((level, level.measure.buckets(level)) for level in levels)
    return {level.ref: (count, next(iter(level.tables), "")) for level, count in counts if count is not None}


def _checked(contract: Contract, wanted: Period) -> Period:
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
    contract: Contract,
    observed: ObservesLevel | ObservesCharge,
    bounds: Span,
    observations: Iterable[Observation],
    holidays_of: Contract | None = None,
) -> LevelProgram:
    names = observed.measure.calendars()
    calendars = {name: contract.calendar(name, holidays_of=holidays_of) for name in names}
    late = tuple(
        LateUnits(f"{each.ref}.late.{each.level}", duration_micros(each.unit), each.part)
        for each in observations
        if isinstance(each, ObservesLate) and each.level == observed.ref
    )
    reliefs = [
        each
        for each in observations
        if isinstance(each, ObservesRelief) and observed.ref in each.levels and each.treatment != "count"
    ]
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


def _windows(document: Contract, version: Contract, observed: ObservesLevel, period: Period) -> tuple[Period, ...]:
    """
    Return the windows of a level that end in *period*, oldest first.

    Without those in which the level did not stand in the contract from the first billing period on.
    """
    if observed.every is None:
        return ()
    windows = measurement_windows(observed.every, version.billing, version.term.start, period)
    first = period
    while document.amendments and windows and first.start > windows[0].start:
        before = version.billing.previous(first)
        if observed.ref not in _known_in(document, version, before):
            return tuple(window for window in windows if window.start >= first.start)
        first = before
    return windows


def _window_name(ref: str, window: Period) -> str:
    return f"{ref}@{window.start}"


def _in_windows(level: LevelProgram, windows: tuple[Period, ...] | None, zone: str) -> Iterator[LevelProgram]:
    """Yield *level* as it is for each of its *windows*; as it is where it has none of its own."""
    if windows is None:
        yield level
        return
    for window in windows:
        (start, end), name = window.bounds(zone), _window_name(level.ref, window)
        late = tuple(each._replace(column=f"{each.column.removesuffix(level.ref)}{name}") for each in level.late_units)
        earliest = min(level.earliest, start)
        yield replace(level, ref=name, start=start, end=end, late_units=late, earliest=earliest, window_of=level.ref)


def _opened_under(promises: PromisesOf, version: Contract, levels: tuple[LevelProgram, ...]) -> OpenedUnder:
    """Return the *levels* of a *version* as they were promised at another time, counted in the same columns."""
    if promises.contract is version:
        return OpenedUnder(promises.start, levels, promises.reliefs, is_own=True)

    def then(level: LevelProgram) -> LevelProgram | None:
        if isinstance(level.measure, Charged):
            return level  # what is charged, the version of the period says
        observed = promises.levels.get(level.clause)
        if observed is None or not level.is_about_tickets:
            return None
        program = _level(promises.contract, observed, (level.start, level.end), promises.reliefs, version)
        return replace(program, ref=level.ref, window_of=level.window_of, late_units=level.late_units)

    return OpenedUnder(promises.start, tuple(map(then, levels)), promises.reliefs, is_own=False)


def _numbers_before(contract: Contract, version: Contract, period: Period) -> Mapping[str, str] | None:
    """Return what number each clause of *version* had in the period before; those that are new are left out."""
    return _known_in(contract, version, contract.billing.previous(period)) if contract.amendments else None


def _known_in(contract: Contract, version: Contract, period: Period) -> Mapping[str, str]:
    """Return the clauses of *version* that the one of *period* had, with the number that each had there."""
    earlier = contract.version_for(period)
    versions = [each for _, each in contract.versions_by_day()]
    places = [next(place for place, each in enumerate(versions) if each is one) for one in (version, earlier)]
    return numbers_in(versions, *places)


def plan(contract: Contract, period: Period | str) -> Plan:
    """
    Return *contract* compiled for *period*, for example ``"2026-03"``.

    Of an amended contract it is the version that judges the period.

    Raises:
        PeriodError: when the contract does not bill such a period, or it is not inside the term.
        CalendarRangeError: when a calendar does not cover it.
    """
    wanted = Period.parse(period) if isinstance(period, str) else period
    expect(wanted, Period, "period", 'write "2026-03", or Period.month(2026, 3)')
    document, contract = contract, contract.version_for(wanted)
    bounds = _checked(contract, wanted).bounds(contract.zone)
    observations = tuple(chain.from_iterable(observed_by(clause) for clause in contract.clauses))
    observed = [each for each in observations if isinstance(each, ObservesLevel)]
    windows = {each.ref: _windows(document, contract, each, wanted) for each in observed if each.every is not None}
    levels = tuple(
        program
        for each in observed
        for program in _in_windows(_level(contract, each, bounds, observations), windows.get(each.ref), contract.zone)
    )
    charged = (each for each in observations if isinstance(each, ObservesCharge))
    levels += tuple(_level(contract, each, bounds, observations) for each in charged)
    reliefs = bound_reliefs(contract, observations)
    levels += tuple(times_that_excuse(reliefs, levels))
    promises = promises_when_opened(document, contract, bounds[1])
    by_opening = tuple(_opened_under(each, contract, levels) for each in promises)
    programs = [*levels, *(level for each in by_opening for level in each.levels if level is not None)]
    start = min((level.look_back() for level in programs), default=bounds[0])
    start = min((quota_start(relief, start) for relief in reliefs), default=start)
    before = _numbers_before(document, contract, wanted)
    return Plan(
        contract,
        document,
        wanted,
        bounds,
        (start, bounds[1]),
        levels,
        reliefs,
        tuple(chain.from_iterable(level.columns for level in levels)),
        _buckets(levels),
        {ref: tuple(Window(_window_name(ref, each), each.start) for each in found) for ref, found in windows.items()},
        by_closing=any(
            isinstance(each.measure, ClockMeasure) and each.measure.clock.finish == "closed" for each in programs
        ),
        by_opening=by_opening if len(by_opening) > 1 else (),
        numbers_before=before,
        added=frozenset(() if before is None else (each.ref for each in contract.clauses if each.ref not in before)),
    )
