"""Contradictions between how credits are settled and the rest of the contract."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import Days
from ecsm_contracts.clauses import Basis, CalendarTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import ClaimTerms
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path

__all__ = ["settlement_faults_of"]

Fault = tuple["Path", str, str]


def settlement_faults_of(contract: Contract) -> Iterator[Fault]:
    """Yield what contradicts itself between the settlement and the currency, clauses and claims of a *contract*."""
    terms = contract.settlement
    path: Path = ("settlement",)
    if terms.minimum is not None and terms.minimum.amount.currency != contract.currency:
        message = f"the contract is in {contract.currency}, and this amount in {terms.minimum.amount.currency}"
        yield (*path, "minimum", "amount"), "currency_mismatch", message
    if terms.pay_in is not None and terms.pay_in.currency == contract.currency:
        message = f"the contract is in {contract.currency} itself: name another currency, or leave pay_in out"
        yield (*path, "pay_in", "currency"), "settlement_currency", message
    if terms.day is not None and isinstance(contract.clause(terms.day.of), Basis):
        message = f"a day of service is a part of what is charged, and {terms.day.of} is a basis: name a charge"
        yield (*path, "day", "of"), "settlement_day", message
    if terms.claim is not None:
        yield from _claim_faults(terms.claim, (*path, "claim"))


def _claim_faults(claim: ClaimTerms, path: Path) -> Iterator[Fault]:
    for name, time in (("within", claim.within), ("not_before", claim.not_before)):
        if isinstance(time, Days) and time.days < 0:
            yield (*path, name), "claim_order", "a claim is not counted back in time: write days from 0 on"
    first, last = _number(claim.not_before), _number(claim.within)
    if first is not None and last is not None and first[0] == last[0] and first[1] >= last[1]:
        message = "credits could be claimed at one instant or none: not_before must be over before within is"
        yield (*path, "not_before"), "claim_order", message


def _number(time: timedelta | Days | CalendarTime | None) -> tuple[str, int] | None:
    """Return what is counted, and how much of it; None for no time."""
    if time is None:
        return None
    if isinstance(time, CalendarTime):
        return "periods", time.periods
    if isinstance(time, Days):
        return time.meaning, time.days
    return "time", time // timedelta(microseconds=1)
