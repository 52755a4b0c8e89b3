"""
Bounds that every result keeps, checked always, also under `python -O`.

A result that breaks one is not issued. Those of single rows are in `_row_bounds`; docs/explanation/bounds.md has them
all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecsm_contracts.clauses import ServiceLevel
from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.measures import Attainment, Ratio, TimeTaken
from ecsm_contracts.money import ExactAmount, Money, currency_exponent

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from fractions import Fraction

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.engine._observe import Observed
    from ecsm_contracts.engine._plan import Plan
    from ecsm_contracts.engine._settled import Settled
    from ecsm_contracts.measures import Tally
    from ecsm_contracts.statements import Line

__all__ = ["check_observed", "check_settled"]

DIGITS: Final = 15
"""How many digits an amount has before the point, at most."""


def _counts(plan: Plan, tally: Tally) -> Iterator[str]:
    service_times = plan.service_times()
    for level in plan.levels:
        whole, _ = plan.bucket_counts.get(level.ref) or service_times.get(level.ref, (0, ""))
        yield from level.measure.faults(tally, level.ref, whole)


def _references(plan: Plan, settled: Settled) -> Iterator[str]:
    """Yield what is of no clause or there twice, and each clause and promise that has nothing (bounds 1, 6 and 7)."""
    clauses = {clause.ref for clause in plan.contract.clauses}
    lines = [(line.clause, line.kind) for line in settled.lines.lines]
    if len(set(lines)) != len(lines):
        yield "a clause has two lines of one kind"
    named = [ref for ref, _ in lines] + [each.clause for each in settled.triggers]
    for ref in (*named, *settled.lines.given, *settled.figures):
        if ref not in clauses:
            yield f"{ref}: there is no such clause"
    if settled.figures.keys() != clauses:
        yield f"{len(clauses)} clauses have {len(settled.figures)} figures"
    promises = [clause.ref for clause in plan.contract.clauses if isinstance(clause, ServiceLevel)]
    own = {ref: [window.name for window in windows] for ref, windows in plan.windows.items()}
    promised = [name for ref in promises for name in own.get(ref, [ref])]
    assessed = [each.clause for each in settled.assessments]
    if assessed != promised:
        yield f"{len(promised)} promises have {len(assessed)} assessments, or those of others"


def _total(lines: Iterable[Line], key: Callable[[Line], Hashable], zero: Money) -> Money:
    """Return the sum of the sums of the parts that *key* makes of the *lines*."""
    parts: dict[Hashable, Money] = {}
    for line in lines:
        parts[key(line)] = parts.get(key(line), zero) + line.amount
    return sum(parts.values(), start=zero)


def _sums(plan: Plan, settled: Settled) -> Iterator[str]:
    """Yield where parts are not the whole (bound 3)."""
    zero, total = Money.zero(plan.contract.currency), settled.lines.total.value
    lines = settled.lines.lines
    if sum((line.amount for line in lines), start=zero) != total:
        yield "the total is not the sum of the lines"
    if any(_total(lines, key, zero) != total for key in (lambda line: line.kind, lambda line: line.clause)):
        yield "the total is not the sum of a breakdown"


def _amounts(plan: Plan, settled: Settled) -> Iterator[str]:
    """Yield amounts that are no money of the contract, or are owed by the wrong party (bounds 2 and 9)."""
    currency = plan.contract.currency
    exponent, zero = currency_exponent(currency), Money.zero(currency)
    given = ((ref, amount) for ref, amount in settled.lines.given.items())
    lines = ((line.clause, line.amount) for line in settled.lines.lines)
    for ref, amount in (*lines, *given, ("total", settled.lines.total.value)):
        if amount.currency != currency or amount.scale != exponent:
            yield f"{ref}: {amount} is not in whole minor units of {currency}"
        elif abs(amount.units) >= 10 ** (DIGITS + exponent):
            yield f"{ref}: {amount} has more than {DIGITS} digits before the point"
    for line in settled.lines.lines:
        if line.kind == "credit" and line.amount > zero:
            yield f"{line.clause}: a credit of {line.amount} would be charged"
        if line.kind in {"bonus", "earn_back"} and line.amount < zero:
            yield f"{line.clause}: a {line.kind.replace('_', ' ')} of {line.amount} would be taken off"


def _limits(plan: Plan, settled: Settled) -> Iterator[str]:
    """Yield limits that gave more than there was room for, or another amount than their lines come to (bound 3)."""
    zero = Money.zero(plan.contract.currency)
    for ref, given in settled.lines.given.items():
        room = settled.figures[ref].inputs[1].value
        whole = getattr(plan.contract.clause(ref), "at_most", None) is None
        if given < zero or given > room.round("ceiling" if whole else "floor"):
            yield f"{ref}: {given} given, and the room was {room}"
        if _has_lines(plan, ref) and abs(_net(plan, settled, ref)) != given:
            yield f"{ref}: {given} given, and its lines come to {_net(plan, settled, ref)}"


def _taker(plan: Plan, ref: str) -> Clause | None:
    return next((clause for clause in plan.contract.clauses if ref in clause.takes()), None)


def _has_lines(plan: Plan, ref: str) -> bool:
    """Say whether what *ref* takes has lines: what is combined has none."""
    taker = _taker(plan, ref)
    return taker is None or (taker.yields == "limit" and _has_lines(plan, taker.ref))


def _net(plan: Plan, settled: Settled, ref: str) -> Money:
    """Return what the lines of *ref* and of all that it limits come to."""
    zero, clause = Money.zero(plan.contract.currency), plan.contract.clause(ref)
    own = sum((line.amount for line in settled.lines.lines if line.clause == ref), start=zero)
    if clause.yields != "limit":
        return own
    return sum((_net(plan, settled, taken) for taken in clause.takes()), start=own)


def _roundings(plan: Plan, settled: Settled) -> Iterator[str]:
    """
    Yield lines that are further from their exact amount than rounding and sharing may bring them (bound 2).

    Rounding alone moves an amount by less than a minor unit, sharing a rounded sum by less than another; where the
    total is rounded, each line may take a unit for every other.
    """
    exponent = currency_exponent(plan.contract.currency)
    for line in settled.lines.lines:
        exact = settled.figures[line.clause].value
        if line.kind in {"limit", "carried"} or not isinstance(exact, (Money, ExactAmount)):
            continue
        units = 1 if _taker(plan, line.clause) is None else 2
        if plan.contract.settlement.rounding.at != "line":
            units += len(settled.lines.lines)
        if _apart(line.amount.ratio, exact.ratio) * 10**exponent >= units:
            yield f"{line.clause}: {line.amount} is not what {exact} is rounded to"


def _apart(line: Fraction, exact: Fraction) -> Fraction:
    return abs(abs(line) - abs(exact))


def _raise(broken: list[str]) -> None:
    if broken:
        raise EngineInvariantError("; ".join(broken))


def check_settled(plan: Plan, tally: Tally, settled: Settled) -> None:
    """
    Check what was *settled* against its bounds.

    Raises:
        EngineInvariantError: naming each bound that is broken.
    """
    _raise([*_counts(plan, tally), *_references(plan, settled), *_amounts(plan, settled)])
    _raise([*_sums(plan, settled), *_limits(plan, settled), *_roundings(plan, settled)])


def check_observed(plan: Plan, observed: Observed) -> None:
    """
    Check what was *observed* against the number of its items.

    Raises:
        EngineInvariantError: naming each bound that is broken.
    """
    rows, tally = len(observed.outcomes), observed.tally
    if observed.outcomes.columns != plan.columns:
        raise EngineInvariantError("what was observed has other columns than the plan")
    broken = [
        f"{column}: {tally[column]} counted, and there are {rows} items"
        for level in plan.levels
        if isinstance(level.measure, (Attainment, Ratio, TimeTaken))
        for column in level.columns[:1]
        if tally[column] > rows
    ]
    if len(observed.unlisted) > rows:
        broken.append(f"{len(observed.unlisted)} items of services that are not listed, and there are {rows} items")
    _raise(broken)
