"""Which lines are credits, by which clause they are owed in the end, and which are charges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Flow
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecsm_contracts.accounts._parts import IssuedLine
    from ecsm_contracts.contracts import Contract

__all__ = ["Roots"]

_OF_CREDITS = frozenset({"credit", "limit", "carried"})
_MONEY = frozenset({"credit", "combine", "limit"})


@dataclass(frozen=True, slots=True)
class Roots:
    """What the clauses of one version of a contract owe to the customer in the end, and through which of them."""

    root_of: Mapping[str, str]
    """For each clause that owes money to the customer the one that gives it in the end: itself, or its last taker."""
    titles: Mapping[str, str]
    """What each clause is called, for people."""

    @classmethod
    def of(cls, contract: Contract) -> Roots:
        """Return those of a *contract* without amendments."""
        flow = Flow(contract.clauses, contract.settlement.rounding.mode, {})
        found: dict[str, str] = {}
        for clause in contract.clauses:
            if clause.yields in _MONEY and not flow.is_earned(clause.ref):
                root = clause.ref
                while root in flow.takers:
                    root = flow.takers[root][0]
                found[clause.ref] = root
        words = {each.ref: each.title or each.yields for each in contract.clauses}
        return cls(found, {ref: "service credit" if word == "credit" else word for ref, word in words.items()})

    def is_credit(self, line: IssuedLine) -> bool:
        """Say whether *line* is part of what is owed to the customer."""
        return line.kind in _OF_CREDITS and line.clause in self.root_of

    def credits(self, lines: Iterable[IssuedLine]) -> dict[str, list[IssuedLine]]:
        """Return the lines of credits by their root, in the order in which the roots come."""
        found: dict[str, list[IssuedLine]] = {}
        for line in lines:
            if self.is_credit(line):
                found.setdefault(self.root_of[line.clause], []).append(line)
        return found

    def charges(self, lines: Iterable[IssuedLine], currency: str) -> Money:
        """Return the sum of all lines that are no part of a credit."""
        return sum((line.amount for line in lines if not self.is_credit(line)), start=Money.zero(currency))

    def about(self, clauses: Iterable[str]) -> set[str]:
        """Return the roots of *clauses*; a clause that owes nothing to the customer has none."""
        return {self.root_of[ref] for ref in clauses if ref in self.root_of}
