"""Evaluate: plan, observe all, settle; in one loop, or in shards that any `map` may run anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ecsm_contracts.contracts import Contract
from ecsm_contracts.engine._observe import Observed, observe, observe_setting, observe_tickets, rejected_before
from ecsm_contracts.engine._plan import plan
from ecsm_contracts.engine._settle import settle
from ecsm_contracts.errors import InvalidValue, expect
from ecsm_contracts.facts import Facts
from ecsm_contracts.measures import Outcomes
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from ecsm_contracts.calendars import Period
    from ecsm_contracts.clauses import Carry
    from ecsm_contracts.facts import Rejected, Setting, Ticket

__all__ = ["ShardTask", "evaluate", "observe_shard"]


class ShardTask(NamedTuple):
    """One part of the work, complete in itself: it can be pickled and observed in another process."""

    contract: Contract
    period: Period
    setting: Setting
    tickets: Iterable[Ticket | Rejected]
    """Any that can be pickled: a tuple, or what `stream_tickets` gives, which each process reads for itself."""


MapLike: TypeAlias = Callable[[Callable[[ShardTask], Observed], Iterable[ShardTask]], Iterable[Observed]]


def observe_shard(task: ShardTask) -> Observed:
    """Observe the tickets of one *task*."""
    return observe_tickets(plan(task.contract, task.period), task.setting, task.tickets)


def evaluate(
    contract: Contract,
    facts: Facts,
    *,
    period: Period | str,
    carry: Carry | Statement | None = None,
    shards: int = 1,
    map: MapLike = map,  # noqa: A002 - it is one, and is given one
) -> Statement:
    """
    Return what *contract* owes for *period*, and why.

    Args:
        contract: The contract.

        facts: What happened; every ticket alive in the period is given whole.

        period: A billing period inside the term, for example ``"2026-03"``.

        carry: The statement before, or its `carry`; None only for the first period of the term.

        shards: In how many parts to observe the tickets. The result does not depend on it.

        map: What runs the parts: the built-in `map`, or that of a process pool.

    Raises:
        PeriodError: when the contract does not bill such a period.
        CarryError: when *carry* is missing, or is not the one of the period before.
        CalendarRangeError: when a calendar of the contract does not cover the period.
    """
    expect(contract, Contract, "contract", "read it with read_contract(…)")
    expect(facts, Facts, "facts", "read them with read_facts(…)")
    if isinstance(carry, Statement):
        carry = carry.carry
    if shards < 1:
        raise InvalidValue(f"shards: {shards} parts make no whole; write 1 or more", rule="shards", value=shards)
    planned = plan(contract, period)
    if shards == 1:
        return settle(planned, observe(planned, facts), carry)
    tasks = [ShardTask(contract, planned.period, part.setting, part.tickets) for part in facts.shards(shards)]
    before = Observed(Outcomes(planned.columns, ()), rejected_before(facts)) + observe_setting(planned, facts.setting)
    return settle(planned, reduce(add, map(observe_shard, tasks), before), carry)
