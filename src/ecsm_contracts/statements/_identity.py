"""The identity that every restatement keeps: what was issued and the difference are what is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.statements._changes import Difference
    from ecsm_contracts.statements._parts import Line

__all__ = ["check_identity"]

_Amounts = dict[tuple[str, str], Money]


def _amounts(lines: Iterable[Line | Difference], zero: Money) -> _Amounts:
    found: _Amounts = {}
    for line in lines:
        key = line.clause, line.kind
        found[key] = found.get(key, zero) + line.amount
    return found


def check_identity(
    issued: Iterable[Line], corrected: Iterable[Line], changes: Iterable[Difference], owed: Money
) -> None:
    """
    Check that lines that were *issued* and the *changes* add up to those *corrected*, by clause and kind and in all.

    *owed* is the total of the restatement. Checked always, also under `python -O`.

    Raises:
        EngineInvariantError: naming each clause and kind that does not add up; no restatement is issued then.
    """
    zero = Money.zero(owed.currency)
    before, after, moved = (_amounts(lines, zero) for lines in (issued, corrected, changes))
    broken = [
        f"{clause} {kind}: {before.get((clause, kind), zero)} was issued, the difference is "
        f"{moved.get((clause, kind), zero)}, and {after.get((clause, kind), zero)} is right"
        for clause, kind in sorted({*before, *after, *moved})
        if before.get((clause, kind), zero) + moved.get((clause, kind), zero) != after.get((clause, kind), zero)
    ]
    if sum(moved.values(), start=zero) != owed:
        broken.append(f"the differences of all lines are not {owed}, the total of the restatement")
    if broken:
        raise EngineInvariantError("; ".join(broken))
