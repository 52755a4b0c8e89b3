"""Effort by ticket and role, recorded and assumed, and what it costs: exact, and without any figure's proof."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import duration_micros, to_micros
from ecsm_contracts.errors import CurrencyMismatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.economics._cost_model import AssumedEffort, CostModel
    from ecsm_contracts.facts import Facts, Work

__all__ = ["ONE_HOUR", "EffortByTicket", "cost_of", "effort_by_ticket", "same_currency", "work_in_period"]

ONE_HOUR = timedelta(hours=1)

EffortByTicket = dict[str, Counter[str]]
"""Microseconds of effort by ticket, and there by role."""


def same_currency(contract: Contract, model: CostModel) -> None:
    """
    Check that *model* is in the currency of *contract*.

    Raises:
        CurrencyMismatch: when it is not; no rate between currencies is implied.
    """
    if model.currency != contract.currency:
        raise CurrencyMismatch(contract.currency, model.currency)


def work_in_period(facts: Facts, bounds: Span) -> list[Work]:
    """Return the work whose instant lies in the period *bounds*, half-open, in microseconds."""
    return [work for work in facts.work if bounds[0] <= to_micros(work.at) < bounds[1]]


def effort_by_ticket(
    works: Iterable[Work], updates: Mapping[str, Counter[str]], assumed: AssumedEffort | None
) -> EffortByTicket:
    """Return the effort of each ticket that has any: what *works* record, and what is assumed of *updates*."""
    efforts: EffortByTicket = {}
    for work in works:
        efforts.setdefault(work.ticket, Counter())[work.role] += duration_micros(work.effort)
    if assumed is None:
        return efforts
    for ticket, priorities in updates.items():
        for priority, count in priorities.items():
            if (each := assumed.of(priority)) is not None:
                efforts.setdefault(ticket, Counter())[assumed.role] += count * duration_micros(each)
    return efforts


def cost_of(effort: Counter[str], model: CostModel) -> Fraction:
    """
    Return what the *effort* of a ticket costs in major units, exactly.

    Raises:
        UnknownReference: when the model has no rate for a role that worked.
    """
    hour = duration_micros(ONE_HOUR)
    return sum((model.rate(role).ratio * Fraction(micros, hour) for role, micros in effort.items()), start=Fraction(0))
