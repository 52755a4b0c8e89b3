"""Where a contract is taken over: the carry with which a period in mid-term can be settled by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.calendars import Period, contract_year
from ecsm_contracts.clauses import Carry, Limit
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.contracts import Contract

__all__ = ["billing_periods", "limits_by_year", "opening_carry"]


def billing_periods(contract: Contract) -> tuple[Period, ...]:
    """Return the periods that *contract* settles, in order."""
    term = contract.term
    inside = contract.billing.periods(term.start, term.end)
    return tuple(each for each in inside if term.start <= each.start and each.end <= term.end)


def limits_by_year(contract: Contract) -> tuple[str, ...]:
    """Return the limits over a contract year."""
    limits = (clause for clause in contract.clauses if isinstance(clause, Limit))
    return tuple(limit.ref for limit in limits if limit.window == "contract_year")


def opening_carry(contract: Contract, period: Period, used: Mapping[str, Money] | None = None) -> Carry | None:
    """
    Return a carry to begin with at *period*; None for the first period of the term.

    Limits over a contract year have given what *used* says; of all else that clauses look back at nothing has happened.
    """
    if period == billing_periods(contract)[0]:
        return None
    year = contract_year(contract.term.start, period.start).start
    zero = Money.zero(contract.currency)
    limits = {ref: (year, (used or {}).get(ref, zero)) for ref in limits_by_year(contract)}
    nothing = {
        (recall.ref, recall.name): ()
        for clause in contract.clauses
        for recall in clause.recalls()
        if (recall.ref, recall.name) not in {(ref, "given") for ref in limits}
    }
    return Carry.opening(contract.ref, ends=period.start, limits=limits, past=nothing)
