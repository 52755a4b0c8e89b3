"""Which tickets stand behind the credits of a statement: an allocation, which says where to look, and no proof."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import ServiceCredit, ServiceLevel
from ecsm_contracts.measures import Attainment, ObservesLate, TicketTime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.statements import Statement

__all__ = ["Behind", "Weights", "credits_by_ticket"]

Weights = dict[str, int]
"""Tickets, by identity, with what their shares are in proportion to."""


def _given(contract: Contract, statement: Statement) -> dict[str, Fraction]:
    """Return what each credit gave after limits; what a limit takes off is in proportion to the credits' lines."""
    credits = {line.clause: -line.amount.ratio for line in statement.lines if line.kind == "credit"}
    given = dict(credits)
    for line in statement.lines:
        if line.kind == "limit":
            taken = [ref for ref in getattr(contract.clause(line.clause), "credits", ()) if ref in credits]
            gross = sum((credits[ref] for ref in taken), start=Fraction(0))
            for ref in taken:
                given[ref] -= line.amount.ratio * credits[ref] / gross
    return given


def _by_level(credit: ServiceCredit, statement: Statement, amount: Fraction) -> Iterator[tuple[str, Fraction]]:
    """
    Yield each level of *credit* with its part of the *amount*, in proportion to what each is priced at.

    Where several levels have one price together there are no such parts.
    """
    figure: Any = statement[credit.ref]
    whole = figure.value.ratio if len(figure.inputs) == len(credit.levels) else 0
    for level, priced in zip(credit.levels, figure.inputs, strict=True) if whole else ():
        yield level, amount * priced.value.ratio / whole


class Behind:
    """Finds the tickets behind a level that fell short, in the outcome table of one statement."""

    def __init__(self, contract: Contract, statement: Statement, numbers: Mapping[str, tuple[int, ...]]) -> None:
        self.contract = contract
        self.numbers = numbers
        self.places = {column: place for place, column in enumerate(statement.outcomes.columns)}
        self.judged = {each.clause for each in statement.assessments if each.number is not None}
        self.names = [each.clause for each in statement.assessments]

    def weights(self, credit: ServiceCredit, level: str) -> Weights:
        """Return the tickets that *credit* is given for at *level*, with their weights; none for outages."""
        found: Counter[str] = Counter()
        for name in self.names:
            if name == level or name.startswith(f"{level}@"):
                found.update(self._of_window(credit, level, name))
        return found

    def _of_window(self, credit: ServiceCredit, level: str, name: str) -> Weights:
        """Return the same for the period, or for the window of the level that has this *name*."""
        if credit.per == "ticket" and f"{name}.misses" in self.places:
            return self._column(f"{name}.misses")
        if credit.per == "late_time":
            late = {each.level: each.name for each in credit.observes() if isinstance(each, ObservesLate)}
            return self._column(late[level])
        clause = self.contract.clause(level)
        measure = clause.measure if isinstance(clause, ServiceLevel) else None
        if isinstance(measure, TicketTime):
            return dict.fromkeys(self._column(f"{name}.misses"), 1)
        if isinstance(measure, Attainment) and name in self.judged:
            counted, met = self.places[f"{name}.counted"], self.places[f"{name}.met"]
            return {ref: 1 for ref, row in self.numbers.items() if row[counted] and not row[met]}
        return {}

    def _column(self, name: str) -> Weights:
        place = self.places[name]
        return {ref: row[place] for ref, row in self.numbers.items() if row[place] > 0}


def credits_by_ticket(
    contract: Contract, statement: Statement, numbers: Mapping[str, tuple[int, ...]]
) -> dict[str | None, Fraction]:
    """
    Return the credits of *statement* by ticket, in major units, exactly; they add up to what the statement gives.

    *numbers* are the rows of its tickets. What no ticket stands behind is under None.
    """
    behind = Behind(contract, statement, numbers)
    given = _given(contract, statement)
    shares: dict[str | None, Fraction] = {None: sum(given.values(), start=Fraction(0))}
    for ref, amount in given.items():
        credit = contract.clause(ref)
        if not isinstance(credit, ServiceCredit):
            continue
        for level, part in _by_level(credit, statement, amount):
            weights = behind.weights(credit, level)
            whole = sum(weights.values())
            for ticket, weight in weights.items():
                shares[ticket] = shares.get(ticket, Fraction(0)) + part * Fraction(weight, whole)
            if weights:
                shares[None] -= part
    return shares
