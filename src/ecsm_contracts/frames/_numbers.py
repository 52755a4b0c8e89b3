"""
The vector form of measures: what `numbers` says of one ticket, of a column of them.

A measure that is not named here has none, and is asked ticket by ticket.

This module needs NumPy; it is imported when the first columns of tickets are observed, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ecsm_contracts.facts import EVENT_KINDS
from ecsm_contracts.frames._kernel_columns import NONE, JudgementColumns
from ecsm_contracts.measures import Attainment, LevelProgram, Part, TicketTime, TimeTaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ecsm_contracts.frames._steps import StepColumns
    from ecsm_contracts.measures import Measure, Population

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["LifeColumns", "SeenColumns", "late_numbers", "lives_of", "numbers_of"]


class LifeColumns(NamedTuple):
    """A `Life` for each ticket; `NONE` where there is no instant."""

    opened: Ints
    resolved: Ints
    closed: Ints
    ended: Ints


class SeenColumns(NamedTuple):
    """Tickets as known at the end of a period, for one level."""

    program: LevelProgram
    life: LifeColumns
    at_end: JudgementColumns
    at_start: JudgementColumns | None
    """None where the measure does not compare; a clock of which nothing is known by then has not begun."""


def _kind(name: str) -> int:
    return EVENT_KINDS.index(name)


def lives_of(steps: StepColumns) -> LifeColumns:
    """Return the lives of tickets as `life_of` does: what stands since the last reopening."""
    places, offsets = np.arange(len(steps.times)), steps.offsets
    starts, ends = offsets[:-1], offsets[1:]

    def last(flags: Flags) -> Ints:
        """Return the last place of each ticket that is flagged, -1 if none is."""
        found = np.concatenate(([-1], np.maximum.accumulate(np.where(flags, places, -1))))[ends]
        return np.where(found >= starts, found, -1)

    reopened = last(steps.kinds == _kind("reopened"))
    ended = last(np.isin(steps.kinds, [_kind("cancelled"), _kind("merged")]))

    def first_since(flags: Flags) -> Ints:
        """Return the instant of the first flagged place of each ticket after its last reopening."""
        flagged = np.append(np.flatnonzero(flags), len(places))
        found = flagged[np.searchsorted(flagged, np.maximum(reopened + 1, starts), "left")]
        standing = (found < ends) & (ended < 0)
        return _instants(steps.times, np.where(standing, found, -1))

    return LifeColumns(
        steps.times[starts],
        first_since(steps.kinds == _kind("resolved")),
        first_since(steps.kinds == _kind("closed")),
        _instants(steps.times, ended),
    )


def _instants(times: Ints, places: Ints) -> Ints:
    return np.where(places >= 0, np.append(times, NONE)[places], NONE)


def in_population(population: Population, seen: SeenColumns) -> Flags:
    """Say which tickets are in a *population* of the period, as the function of that name does of one."""
    life, (start, end) = seen.life, (seen.program.start, seen.program.end)
    stands = life.ended == NONE
    if population == "active":
        unfinished = (life.resolved == NONE) | (life.resolved >= start)
        return np.asarray(stands & (life.opened < end) & unfinished)
    at = {
        "due": seen.at_end.due,
        "opened": life.opened,
        "resolved": life.resolved,
        "closed": life.closed,
    }[population]
    return np.asarray(stands & (at != NONE) & (start <= at) & (at < end))


def _attainment(measure: Attainment, seen: SeenColumns) -> tuple[Ints, ...]:
    """Return whether each ticket is counted, whether it is met, and how long it took."""
    at_end, at_start = seen.at_end, seen.at_start
    counted = in_population(measure.population, seen)
    met = ~at_end.breached
    if measure.overdue != "once" and at_start is not None:
        carried_over = _is_overdue(at_start)
        left_out = carried_over & _left_out(measure, seen)
        if measure.population != "due":
            carried_over = _is_overdue(at_end)
        counted |= carried_over
        counted &= ~left_out
        met &= ~carried_over
    counted &= at_end.judged
    undecided = met & at_end.ticking
    if measure.undecided == "left_out":
        counted &= ~undecided
    elif measure.undecided == "missed":
        met &= ~undecided
    return counted.astype(np.int64), (counted & met).astype(np.int64), np.where(counted, at_end.elapsed, 0)


def _is_overdue(judgement: JudgementColumns) -> Flags:
    """Say which clocks run or are held though their time has run out."""
    return np.asarray(judgement.judged & judgement.ticking & judgement.breached)


def _left_out(measure: Attainment, seen: SeenColumns) -> Flags:
    """Say which tickets would not count any more if they were overdue, as their clocks have stopped."""
    at_end = seen.at_end
    if measure.leaves_stopped_out:
        return at_end.stopped
    within = measure.excused_within
    finished = seen.life.resolved if measure.clock.finish == "resolved" else seen.life.closed
    told = (finished != NONE) & at_end.breached
    if within is None:
        return np.zeros(len(told), np.bool_)
    return np.asarray(at_end.stopped & told & (np.where(told, finished - at_end.breach, 0) <= within))


def _state(judgement: JudgementColumns) -> tuple[Ints, ...]:
    """Return whether each ticket is met, whether it is missed, and how late it is, at one instant."""
    judged, breached = judgement.judged, judgement.breached
    met = judged & judgement.stopped & ~breached
    return met.astype(np.int64), (judged & breached).astype(np.int64), np.where(judged, judgement.late, 0)


def _ticket_time(_: TicketTime, seen: SeenColumns) -> tuple[Ints, ...]:
    """Return what became of each ticket in the period: met, missed, and how much later it got."""
    after = _state(seen.at_end)
    if seen.at_start is None:
        return after
    return tuple(a - b for a, b in zip(after, _state(seen.at_start), strict=True))


def _time_taken(measure: TimeTaken, seen: SeenColumns) -> tuple[Ints, ...]:
    """Return whether each ticket is counted, and how long it took."""
    at_end = seen.at_end
    is_in = at_end.ticking if measure.population == "open" else in_population(measure.population, seen)
    counted = is_in & at_end.judged
    took = at_end.longest if measure.clock.attempt == "worst" else at_end.elapsed
    return counted.astype(np.int64), np.where(counted, took, 0)


_VECTORS: Final[dict[type[Any], Callable[[Any, SeenColumns], tuple[Ints, ...]]]] = {
    Attainment: _attainment,
    TicketTime: _ticket_time,
    TimeTaken: _time_taken,
}


def numbers_of(measure: Measure) -> Callable[[Any, SeenColumns], tuple[Ints, ...]] | None:
    """Return the vector form of a measure; None when it has none. A class derived from one may count otherwise."""
    return _VECTORS.get(type(measure))


def _units_of(time: Ints, unit: int, part: Part) -> Ints:
    if part == "exact":
        return time
    return -(-time // unit) if part == "up" else time // unit


def late_numbers(seen: SeenColumns) -> tuple[Ints, ...]:
    """Return for each clause that prices lateness by how many units each ticket got later in the period."""
    found = []
    for each in seen.program.late_units:
        units = _units_of(_lateness(seen.at_end), each.unit, each.part)
        before = 0 if seen.at_start is None else _units_of(_lateness(seen.at_start), each.unit, each.part)
        found.append(units - before)
    return tuple(found)


def _lateness(judgement: JudgementColumns) -> Ints:
    return np.where(judgement.judged, judgement.late, 0)
