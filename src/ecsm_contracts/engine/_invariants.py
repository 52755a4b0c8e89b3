"""
Bounds that every result keeps, checked always, also under `python -O`.

A result that breaks one is not issued.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.engine._plan import Plan
    from ecsm_contracts.engine._settled import Settled
    from ecsm_contracts.measures import Tally

__all__ = ["check_settled"]


def _counts(plan: Plan, tally: Tally) -> Iterator[str]:
    service_times = plan.service_times()
    for level in plan.levels:
        whole, _ = plan.bucket_counts.get(level.ref) or service_times.get(level.ref, (0, ""))
        yield from level.measure.faults(tally, level.ref, whole)


def _money(plan: Plan, settled: Settled) -> Iterator[str]:
    zero = Money.zero(plan.contract.currency)
    lines = settled.lines
    if sum((line.amount for line in lines.lines), start=zero) != lines.total.value:
        yield "the total is not the sum of the lines"
    if len({(line.clause, line.kind) for line in lines.lines}) != len(lines.lines):
        yield "a clause has two lines of one kind"
    for line in lines.lines:
        if line.kind == "credit" and line.amount > zero:
            yield f"{line.clause}: a credit of {line.amount} would be charged"
        if line.kind in {"bonus", "earn_back"} and line.amount < zero:
            yield f"{line.clause}: a {line.kind.replace('_', ' ')} of {line.amount} would be taken off"
        if line.amount != line.amount.exact.round("down"):
            yield f"{line.clause}: {line.amount} is not in whole minor units"
    for ref, given in lines.given.items():
        room = settled.figures[ref].inputs[1].value
        whole = getattr(plan.contract.clause(ref), "at_most", None) is None
        if given < zero or given > room.round("ceiling" if whole else "floor"):
            yield f"{ref}: {given} given, and the room was {room}"


def check_settled(plan: Plan, tally: Tally, settled: Settled) -> None:
    """
    Check what was *settled* against its bounds.

    Raises:
        EngineInvariantError: naming each bound that is broken.
    """
    broken = [*_counts(plan, tally), *_money(plan, settled)]
    if broken:
        raise EngineInvariantError("; ".join(broken))
