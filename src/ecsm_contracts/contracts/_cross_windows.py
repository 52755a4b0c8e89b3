"""Contradictions between the measurement windows of levels and what is done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.calendars import Rolling, may_skip_periods, measurement_windows
from ecsm_contracts.clauses import Bands, Priced, RateBy, ServiceLevel, When
from ecsm_contracts.errors import InvalidValue, shown
from ecsm_contracts.measures import LevelsTogether

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path

__all__ = ["window_faults"]

Fault = tuple["Path", str, str]
_COUNTED_ONCE = frozenset({"ticket", "down_time"})


def window_faults(contract: Contract, clause: Clause, path: Path) -> Iterator[Fault]:
    """Yield what contradicts itself about the windows of a level, or of the levels that *clause* looks at."""
    if isinstance(clause, Priced):
        yield from _priced(contract, clause, path)
    if not isinstance(clause, ServiceLevel):
        return
    if isinstance(clause.measure, LevelsTogether):
        yield from _together(contract, clause, clause.measure, (*path, "measure", "levels"))
    if clause.every is not None:
        yield from _own(contract, clause, path)


def _own(contract: Contract, level: ServiceLevel, path: Path) -> Iterator[Fault]:
    if level.every == contract.billing.cycle:
        message = f"the contract bills by {contract.billing.words}, which is the window without every: leave it out"
        yield (*path, "every"), "window_is_period", message
    elif not _ever_ends(contract, level):
        message = (
            f"no such window both begins and ends in a billing period of the term: {level.ref} would never be judged"
        )
        yield (*path, "every"), "window_never_ends", message
    for position, other in enumerate(contract.clauses):
        if other.ref.startswith(f"{level.ref}@"):
            message = f"windows of {shown(level.ref)} are named like clause {shown(other.ref)}; renumber it"
            yield ("clauses", position, "ref"), "column_clash", message


def _ever_ends(contract: Contract, level: ServiceLevel) -> bool:
    """Say whether a window ends in the term; true where the billing periods cannot be reckoned, which is told apart."""
    try:
        return any(_windows(contract, level, period) for period in _last_periods(contract))
    except InvalidValue:
        return True


def _last_periods(contract: Contract) -> Iterator[Period]:
    """Yield the billing periods of the term from the last one back, as many as the longest window has at most."""
    billing, term = contract.billing, contract.term
    period = billing.period_containing(term.end.fromordinal(term.end.toordinal() - 1))
    for _ in range(_MOST):
        if period.start < term.start:
            return
        if period.end <= term.end:
            yield period
        period = billing.previous(period)


_MOST = 15
"""More billing periods than a year has, so that a window of a year ends in one of them."""


def _windows(contract: Contract, level: ServiceLevel, period: Period) -> tuple[Period, ...]:
    every = level.every
    return () if every is None else measurement_windows(every, contract.billing, contract.term.start, period)


def _together(contract: Contract, level: ServiceLevel, measure: LevelsTogether, path: Path) -> Iterator[Fault]:
    for position, ref in enumerate(measure.levels):
        other = contract.clause(ref)
        every = other.every if isinstance(other, ServiceLevel) else None
        if every is not None and may_skip_periods(every, contract.billing.cycle):
            message = f"{level.ref} is judged in every period, and {ref} has no outcome where none of its windows ends"
            yield (*path, position), "window_undecided", message


def _priced(contract: Contract, clause: Priced, path: Path) -> Iterator[Fault]:
    levels = [each for ref in clause.levels if isinstance(each := contract.clause(ref), ServiceLevel)]
    for position, level in enumerate(levels):
        place = (*path, "levels", position)
        if clause.per == "late_time" and level.every is not None:
            message = f"late time is counted by the billing period, and {level.ref} has windows of its own (every)"
            yield place, "late_time_window", message
        if clause.per in _COUNTED_ONCE and isinstance(level.every, Rolling):
            message = (
                f"the windows of {level.ref} overlap, so that per: {clause.per} would price the same again; "
                "price a level without every"
            )
            yield place, "window_overlaps", message
        if clause.most is not None and level.every is not None and isinstance(clause.rate, (Bands, RateBy)):
            message = (
                f"each window of {level.ref} has a rate of its own, so that it is open which of them most leaves out"
            )
            yield place, "window_most", message
    if isinstance(clause.when, When) and clause.when.pooled and len({str(each.every) for each in levels}) > 1:
        message = "pooled levels are counted window by window, so they need the same windows (every)"
        yield (*path, "levels"), "windows_differ", message
