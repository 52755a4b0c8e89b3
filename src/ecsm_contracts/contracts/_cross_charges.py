"""Contradictions between a charge and the rest of its contract: its billing, its term and its currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import MONTHS, Bands, ByDate, Charge, PerBilled, RateByRole
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path

__all__ = ["basis_of_billed", "charge_faults"]

Fault = tuple["Path", str, str]


def charge_faults(contract: Contract, charge: Charge, path: Path, settled: Sequence[Period]) -> Iterator[Fault]:
    """Yield what contradicts itself between a *charge* and its contract, whose *settled* periods are known."""
    yield from _cycle_faults(contract, charge, path, settled)
    yield from _currency_faults(contract, charge, path)
    for name in ("amount", "rate"):
        dated = getattr(charge, name)
        if isinstance(dated, ByDate) and settled and dated.first > str(settled[0].start):
            message = f"no amount is in force on {settled[0].start}, when the first period starts; begin with that day"
            yield (*path, name), "dated_start", message


def _cycle_faults(contract: Contract, charge: Charge, path: Path, settled: Sequence[Period]) -> Iterator[Fault]:
    cycle, every, place = contract.billing.cycle, charge.every, (*path, "every")
    if every is None or every == cycle:
        return
    longer = every in MONTHS and cycle in MONTHS and MONTHS[every] % MONTHS[cycle] == 0
    if not longer or charge.amount is None or isinstance(charge.amount, Bands):
        yield place, "charge_cycle", _other_cycle(contract, charge)
        return
    count = MONTHS[every] // MONTHS[cycle]
    if charge.billed is None:
        message = f"an amount for {count} billing periods: say which of them it is owed in: billed"
        yield place, "billed_missing", message
    if settled and settled[0].start != contract.term.start:
        message = f"a {every} of the contract starts on {contract.term.start}, and no billing period does"
        yield place, "every_unaligned", f"{message}; write the amount for a {cycle}"
    elif charge.billed == "arrears" and len(settled) % count:
        message = f"the term ends within a {every}, whose amount would never be owed; write the amount for a {cycle}"
        yield place, "every_unaligned", message


def _other_cycle(contract: Contract, charge: Charge) -> str:
    billed, cycle = contract.billing.words, contract.billing.cycle
    return (
        f"{charge.ref} is owed every {str(charge.every).replace('_', ' ')}, but the contract bills by {billed}: "
        f"write the amount for {'' if cycle == 'four_weeks' else 'a '}{billed}, and every: {cycle}"
    )


def _currency_faults(contract: Contract, charge: Charge, path: Path) -> Iterator[Fault]:
    """Yield each amount inside a table that is in another currency; plain amounts and rates are looked at before."""
    if charge.exchange is not None:
        return
    found: list[tuple[Path, Any]] = [((*path, "minimum"), charge.minimum)]
    for name in ("amount", "rate"):
        value = getattr(charge, name)
        if isinstance(value, (ByDate, RateByRole)):
            found += [((*path, name, key), entry) for key, entry in value.named.items()]
        if isinstance(value, RateByRole):
            found.append(((*path, name, "otherwise"), value.otherwise))
    if isinstance(charge.amount, Bands):
        found += [((*path, "amount", "bands", at, "is"), band.is_) for at, band in enumerate(charge.amount.bands)]
    for place, amount in found:
        if isinstance(amount, Money) and amount.currency != contract.currency:
            message = f"the contract is in {contract.currency}, and this amount in {amount.currency}"
            yield place, "currency_mismatch", message


def basis_of_billed(contract: Contract, clause: Any, path: Path) -> Iterator[Fault]:
    """Yield a percentage of a charge that may be below zero: what was billed elsewhere may have been refunded."""
    of = getattr(clause, "of", None)
    charge = contract.clause(of) if isinstance(of, str) else None
    if isinstance(charge, Charge) and isinstance(charge.per, PerBilled):
        message = (
            f"what is billed elsewhere ({charge.ref}) is below zero when it is refunded: "
            "name a basis of it, which never is"
        )
        yield (*path, "of"), "basis_of_billed", message
