"""What cannot be reckoned while the total is still to be rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Basis, Limit, Previous, takers
from ecsm_contracts.contracts._references import clause_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path

__all__ = ["rounding_faults"]

Fault = tuple["Path", str, str]


def rounding_faults(contract: Contract) -> Iterator[Fault]:
    """
    Yield what reads in a period what is given in it, where that hangs on the rounded total of all lines.

    What a limit gives is in whole minor units before there is a total; what earlier periods gave is settled.
    """
    if contract.settlement.rounding.at == "line":
        return
    taken_by = {ref: taker for ref, (taker, _) in takers(contract.clauses).items()}
    for position, clause in enumerate(contract.clauses):
        if isinstance(clause, Basis) and isinstance(clause.window, Previous):
            continue
        for each in clause_references(clause):
            if each.given and not isinstance(contract.clause(_outermost(taken_by, each.name)), Limit):
                message = (
                    f"{clause.ref} needs what {each.name} gives in the period that is settled, and the total that "
                    "this is a part of is not rounded by then: write rounding: {mode: …, at: line}, or name a limit"
                )
                yield ("clauses", position, *each.path), "rounding_total", message


def _outermost(taken_by: dict[str, str], ref: str) -> str:
    while ref in taken_by:
        ref = taken_by[ref]
    return ref
