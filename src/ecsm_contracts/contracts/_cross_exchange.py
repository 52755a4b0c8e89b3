"""Contradictions between the currency of a contract and that of amounts that are exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Charge, Priced, RateBy, written_in
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path

__all__ = ["exchange_faults"]

Fault = tuple["Path", str, str]


def exchange_faults(contract: Contract, clause: Clause, path: Path) -> Iterator[Fault]:
    """Yield an exchange of what is in the contract's currency, and amounts of a table that nothing exchanges."""
    if not isinstance(clause, (Charge, Priced)):
        return
    prices = (clause.amount, clause.rate, clause.minimum) if isinstance(clause, Charge) else (clause.rate,)
    if clause.exchange is not None and written_in(*prices) == contract.currency:
        message = (
            f"its amounts are in {contract.currency}, as the contract is: write foreign ones, or leave exchange out"
        )
        yield (*path, "exchange"), "exchange_unused", message
    if clause.exchange is None and isinstance(clause, Priced) and isinstance(clause.rate, RateBy):
        for name, entry in (*clause.rate.named.items(), ("otherwise", clause.rate.otherwise)):
            if isinstance(entry, Money) and entry.currency != contract.currency:
                message = f"the contract is in {contract.currency}, and this amount in {entry.currency}"
                yield (*path, "rate", name), "currency_mismatch", message
