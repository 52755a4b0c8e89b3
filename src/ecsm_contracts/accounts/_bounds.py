"""
Bounds that every account keeps, checked always, also under `python -O`.

An account that breaks one is not returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.accounts._payout import USES
from ecsm_contracts.calendars import Period
from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ecsm_contracts.accounts._flow_of_credits import CreditFlow
    from ecsm_contracts.accounts._register import Register

__all__ = ["check_account"]

Key = tuple[str, str]
"""A period and a clause."""


def _add(sums: dict[Key, Money], key: Key, amount: Money) -> None:
    sums[key] = sums[key] + amount if key in sums else amount


def _issued(flow: CreditFlow, register: Register, as_of: date) -> dict[Key, Money]:
    """Return what all documents come to in credits."""
    sums: dict[Key, Money] = {}
    for run, document in register.documents:
        if run.on <= as_of:
            version = flow.contract.version_for(Period.parse(document.period))
            for root, lines in flow.entitlement.roots_of(version).credits(document.lines).items():
                for line in lines:
                    _add(sums, (document.period, root), -line.amount)
    return sums


def _computed(flow: CreditFlow) -> dict[Key, Money]:
    """Return what all credits come to that a document brought."""
    sums: dict[Key, Money] = {}
    for credit in flow.entitlement.credits:
        if credit.document:
            _add(sums, (credit.period.label, credit.clause), credit.computed.value)
    return sums


def _unaccounted(flow: CreditFlow) -> dict[Key, Money]:
    """Return what is granted and neither used nor left; it should be nothing."""
    sums: dict[Key, Money] = {}
    for credit in flow.entitlement.credits:
        key = credit.period.label, credit.clause
        _add(sums, key, credit.granted.value)
        for lot in credit.lots:
            _add(sums, key, -lot.amount.value)
    for made in flow.payout.documents:
        if made.kind in USES:
            _add(sums, (made.period, made.clause), -made.amount)
        elif made.kind in {"debit", "reversal"}:
            _add(sums, (made.period, made.clause), made.amount)
    return sums


def _broken(flow: CreditFlow, register: Register, as_of: date) -> Iterator[str]:
    zero = Money.zero(flow.contract.currency)
    issued, computed = _issued(flow, register, as_of), _computed(flow)
    for key in sorted({*issued, *computed}):
        if issued.get(key, zero) != computed.get(key, zero):
            yield f"{key[0]}, clause {key[1]}: {issued.get(key)} issued, {computed.get(key)} computed"
    for key, amount in sorted(_unaccounted(flow).items()):
        if not amount.is_zero:
            yield f"{key[0]}, clause {key[1]}: {amount} granted, and neither used nor left"
    for made in flow.payout.documents:
        if made.amount <= zero:
            yield f"{made.ref}: a document of {made.amount}"
        if made.cost_centres and sum((part for _, part in made.cost_centres), start=zero) != made.amount:
            yield f"{made.ref}: its cost centres do not add up to it"


def check_account(flow: CreditFlow, register: Register, as_of: date) -> None:
    """
    Check what always holds: what is computed was issued, and all that is granted is used, left or kept.

    Raises:
        EngineInvariantError: naming each bound that is broken.
    """
    broken = list(_broken(flow, register, as_of))
    if broken:
        raise EngineInvariantError("; ".join(broken))
