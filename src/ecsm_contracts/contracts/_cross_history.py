"""Contradictions between what returns, triggers or relieves, and the clauses that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Bonus, EarnBack, Limit, Relief, ServiceCredit, ServiceLevel, Trigger, When
from ecsm_contracts.measures import Availability, ClockMeasure, Count, DeclaredFigure, LevelsTogether, Ratio, Score
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path

__all__ = ["earn_back_faults", "relief_faults", "trigger_faults"]

Fault = tuple["Path", str, str]
_WITHOUT_HOURS = (Count, DeclaredFigure, LevelsTogether, Ratio, Score)
"""Measures of which no part lies in hours."""


def _leaves(contract: Contract, ref: str) -> Iterator[str]:
    """Yield the credits and bonuses whose money the clause *ref* gives."""
    taken = contract.clause(ref).takes()
    if not taken:
        yield ref
    for each in taken:
        yield from _leaves(contract, each)


def earn_back_faults(contract: Contract, clause: EarnBack, path: Path) -> Iterator[Fault]:
    """Yield what would return something twice, or something that was no credit, or severities that no level has."""
    elsewhere = {
        leaf: other.ref
        for other in contract.clauses
        if isinstance(other, EarnBack) and other.ref != clause.ref
        for ref in other.of
        for leaf in _leaves(contract, ref)
    }
    seen: dict[str, str] = {}
    for position, ref in enumerate(clause.of):
        place = (*path, "of", position)
        for leaf in dict.fromkeys(_leaves(contract, ref)):
            if isinstance(contract.clause(leaf), (Bonus, EarnBack)):
                yield place, "earn_back_of", f"{leaf} is owed to the provider already; name what was taken off"
            elif leaf in seen or leaf in elsewhere:
                other = seen.get(leaf) or f"clause {elsewhere[leaf]}"
                yield place, "returned_twice", f"credit {leaf} comes back by {other} too: name it once"
            seen[leaf] = ref
    levels = [contract.clause(ref) for ref in clause.levels]
    known = {name for level in levels if isinstance(level, ServiceLevel) for name in level.severity_names}
    for position, name in enumerate(clause.only):
        if name not in known and not (name == "missed" and _unnamed(levels)):
            message = f"no level here has the severity {name!r}; there is {', '.join(sorted(known)) or 'none'}"
            yield (*path, "only", position), "severity_unknown", message


def _unnamed(levels: Iterable[object]) -> bool:
    return any(isinstance(level, ServiceLevel) and not level.severity_names for level in levels)


def trigger_faults(contract: Contract, clause: Trigger, path: Path) -> Iterator[Fault]:
    """Yield conditions that the levels or credits of a trigger cannot tell."""
    when = clause.when
    for position, ref in enumerate(clause.levels):
        level = contract.clause(ref)
        if not isinstance(level, ServiceLevel) or not isinstance(when, When):
            continue
        if when.run is not None and level.gaps is None:
            message = f"windows in a row are counted: say in level {level.ref} what one without outcome does: gaps"
            yield (*path, "levels", position), "gaps_missing", message
        if when.severity is not None and when.severity not in level.severity_names:
            known = ", ".join(level.severity_names) or "none"
            message = f"level {level.ref} has no severity {when.severity!r}; it has {known}"
            yield (*path, "when", "severity"), "severity_unknown", message
    if isinstance(clause.reached, str):
        limit = contract.clause(clause.reached)
        if isinstance(limit, Limit) and limit.at_most is None:
            message = f"limit {limit.ref} has no at_most that could be reached"
            yield (*path, "reached"), "reached_unbounded", message
    for position, ref in enumerate(clause.points.credits if clause.points is not None else ()):
        credit = contract.clause(ref)
        if isinstance(credit, ServiceCredit) and credit.when in {"any", "all"}:
            message = f"credit {ref} has one price for all its levels and counts nothing; read its levels instead"
            yield (*path, "points", "credits", position), "points_uncounted", message
    yield from _negative(clause, path)


def _negative(clause: Trigger, path: Path) -> Iterator[Fault]:
    amounts = clause.amounts
    if amounts is not None and isinstance(amounts.above, (Money, Percent)) and amounts.above.ratio < 0:
        yield (*path, "amounts", "above"), "amount_negative", "an amount of a contract is not negative"


def relief_faults(contract: Contract, relief: Relief, path: Path) -> Iterator[Fault]:
    """Yield what cannot be relieved in this way, and what the contract must say of it."""
    levels = [(place, contract.clause(ref)) for place, ref in enumerate(relief.levels)]
    measures = [(place, each.ref, each.measure) for place, each in levels if isinstance(each, ServiceLevel)]
    available = any(isinstance(measure, Availability) for _, _, measure in measures)
    if available and relief.treatment == "exclude" and relief.denominator is None:
        message = "say whether planned time leaves the denominator of availability or stays: denominator"
        yield path, "denominator_missing", message
    if not available and relief.denominator is not None:
        message = "no level here measures availability; leave out denominator"
        yield (*path, "denominator"), "denominator_unused", message
    for place, ref, measure in measures:
        if relief.treatment == "exclude" and isinstance(measure, _WITHOUT_HOURS):
            message = f"level {ref} measures no time that could be relieved; leave it out"
            yield (*path, "levels", place), "relief_unused", message
        elif relief.treatment == "extend" and not isinstance(measure, ClockMeasure):
            message = f"level {ref} has no clock that could get time back; write exclude or excuse, or leave it out"
            yield (*path, "levels", place), "relief_extend", message
