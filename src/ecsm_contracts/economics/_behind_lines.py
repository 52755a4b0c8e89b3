"""
What stands behind each line of a statement: promises, services and items, in exact shares.

An allocation, which says where to look, and no proof. What nothing stands behind stays by itself.
"""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.clauses import Charge, Combine, Limit, PerTicket, Priced, ServiceCredit, ServiceLevel
from ecsm_contracts.economics._credits import Behind
from ecsm_contracts.measures import Availability
from ecsm_contracts.statements._services import Services

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.economics._credits import Weights
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures import Row
    from ecsm_contracts.statements import Line, Statement

__all__ = ["BehindLines", "Item", "Part", "Parts"]


class Item(NamedTuple):
    """A ticket or an outage."""

    kind: str
    ref: str


class Part(NamedTuple):
    """A part of an amount, and what it is about; None for what cannot be said."""

    amount: Fraction
    """Not negative, in major units."""
    promise: str | None = None
    """The clause of a level."""
    service: str | None = None
    """The service that the clauses are about."""
    items: Mapping[Item, int] = MappingProxyType({})
    """The items that the part is shared by, each with its weight above zero; empty where it is not known of any."""


Parts = tuple[Part, ...]


def _scaled(parts: Parts, amount: Fraction) -> Parts:
    """Return parts in the same proportion that come to *amount*; without any proportion nothing."""
    whole = sum((part.amount for part in parts), start=Fraction(0))
    return tuple(part._replace(amount=part.amount * amount / whole) for part in parts) if whole else ()


def _together(several: Iterable[Parts]) -> Parts:
    return tuple(chain.from_iterable(several))


class _Items(Behind):
    """Finds tickets and outages behind a level; a window that was not missed weighs nothing in what is per level."""

    def __init__(self, contract: Contract, statement: Statement) -> None:
        tickets = {row.ref: row.numbers for row in statement.outcomes.of_kind("ticket") if any(row.numbers)}
        super().__init__(contract, statement, tickets)
        self.outages = {row.ref: row.numbers for row in statement.outcomes.of_kind("outage") if any(row.numbers)}
        self.missed = {each.clause for each in statement.assessments if each.outcome == "missed"}

    def of_level(self, credit: Priced, level: str) -> dict[Item, int]:
        """Return the items that *credit* is given for at *level*, with their weights."""
        if not isinstance(credit, ServiceCredit):
            return {}
        tickets = {Item("ticket", ref): weight for ref, weight in self.weights(credit, level).items()}
        return tickets | self._outages(credit, level)

    def _of_window(self, credit: ServiceCredit, level: str, name: str) -> Weights:
        by_item = credit.per == "late_time" or (credit.per == "ticket" and f"{name}.misses" in self.places)
        return super()._of_window(credit, level, name) if by_item or name in self.missed else {}

    def _outages(self, credit: ServiceCredit, level: str) -> dict[Item, int]:
        clause = self.contract.clause(level)
        if not isinstance(clause, ServiceLevel) or not isinstance(clause.measure, Availability):
            return {}
        found: Counter[Item] = Counter()
        for name in self.names:
            if name == level or name.startswith(f"{level}@"):
                counts = credit.per == "down_time" or name in self.missed
                found.update(self._down(f"{name}.unavailable") if counts else {})
        return found

    def _down(self, column: str) -> dict[Item, int]:
        place = self.places[column]
        return {Item("outage", ref): row[place] for ref, row in self.outages.items() if row[place] > 0}


class BehindLines:
    """The parts of every amount of one statement, each clause after those whose amounts it takes."""

    def __init__(self, contract: Contract, statement: Statement) -> None:
        """Look at the *contract* that is in force in the period of *statement*."""
        self.services = Services(contract)
        self._contract = contract
        self._statement = statement
        self._items = _Items(contract, statement)
        self._groups: dict[str, Mapping[str, frozenset[Item]]] = {}
        self._parts: dict[str, Parts] = {}
        for clause in contract.order:
            self._parts[clause.ref] = self._of_clause(clause, statement.figures[clause.ref], None)

    def of_line(self, line: Line) -> Parts:
        """Return the parts of the amount of *line*: only the proportion of their amounts matters, none is zero."""
        parts = () if line.kind == "carried" else self._parts[line.clause]
        parts = tuple(part for part in parts if part.amount)
        return parts or (Part(Fraction(1), service=self.services.of(line.clause)),)

    def _of_clause(self, clause: Clause, figure: Figure[Any], within: frozenset[Item] | None) -> Parts:
        """Return the parts of the amount of *clause* before any limit on it; of some items alone when *within*."""
        if isinstance(clause, Priced):
            return self._of_priced(clause, figure, within)
        if isinstance(clause, Combine):
            return self._of_combine(clause, figure, within)
        if isinstance(clause, Limit):
            return self._of_limit(clause, figure)
        if isinstance(clause, Charge):
            return (self._of_charge(clause),)
        return ()

    def _of_priced(self, clause: Priced, figure: Figure[Any], within: frozenset[Item] | None) -> Parts:
        if len(clause.levels) > 1 and (clause.price == "together" or clause.when in {"any", "all"}):
            return self._of_together(clause, figure, within)
        if figure.rule != "sum/1" or len(figure.inputs) != len(clause.levels):
            return (Part(figure.value.ratio, service=self.services.of(clause.ref)),)
        priced = zip(clause.levels, figure.inputs, strict=True)
        return tuple(self._over(clause, level, within, amount.value.ratio) for level, amount in priced)

    def _over(self, clause: Priced, level: str, within: frozenset[Item] | None, amount: Fraction) -> Part:
        """Return an *amount*, given by *clause* for one *level*, with the items behind it."""
        items = self._inside(self._items.of_level(clause, level), within)
        return Part(amount, level, self.services.of(level), items)

    def _of_together(self, clause: Priced, figure: Figure[Any], within: frozenset[Item] | None) -> Parts:
        """Return one price for several levels: over what was counted where that is items, else as one part."""
        found = [self._over(clause, level, within, Fraction(0)) for level in clause.levels]
        parts = tuple(part._replace(amount=Fraction(sum(part.items.values()))) for part in found)
        if clause.per in {"ticket", "late_time", "down_time"} and any(part.amount for part in parts):
            return _scaled(parts, figure.value.ratio)
        return (Part(figure.value.ratio, service=self.services.of(clause.ref)),)

    @staticmethod
    def _inside(weights: Mapping[Item, int], within: frozenset[Item] | None) -> Mapping[Item, int]:
        return weights if within is None else {item: weight for item, weight in weights.items() if item in within}

    def _of_combine(self, clause: Combine, figure: Figure[Any], within: frozenset[Item] | None) -> Parts:
        if clause.per == "period":
            return self._of_chosen(clause, figure, within)
        groups = figure.inputs if figure.rule == "sum/1" else ()
        found = []
        for group in groups:
            items = self._members(clause.per).get(group.name, frozenset())
            found.append(self._of_chosen(clause, group, items if within is None else items & within))
        return _together(found)

    def _of_chosen(self, clause: Combine, figure: Figure[Any], within: frozenset[Item] | None) -> Parts:
        """Return all that is combined where it is added up, else the one amount that was taken."""
        taken = list(zip(clause.among, figure.inputs, strict=True))
        if clause.take != "sum":
            taken = next([each] for each in taken if each[1].value == figure.value)
        return _together(self._of_taken(ref, amount, within) for ref, amount in taken)

    def _of_taken(self, ref: str, amount: Figure[Any], within: frozenset[Item] | None) -> Parts:
        parts = self._parts[ref]
        if within is not None:
            parts = self._of_clause(self._contract.clause(ref), amount, within)
        return _scaled(parts, amount.value.ratio)

    def _members(self, by: str) -> Mapping[str, frozenset[Item]]:
        """Return the items of each group of causes, areas or items, by its name in the figures."""
        if by not in self._groups:
            found: dict[str, set[Item]] = {}
            for row in self._statement.outcomes:
                for name in _names(row, by):
                    found.setdefault(name, set()).add(Item(row.kind, row.ref))
            self._groups[by] = {name: frozenset(items) for name, items in found.items()}
        return self._groups[by]

    def _of_limit(self, clause: Limit, figure: Figure[Any]) -> Parts:
        """Return what it takes: what it gives, and what it takes off, is in proportion to it."""
        wanted = figure.inputs[0].inputs
        carried = sum((each.value.ratio for each in wanted[len(clause.credits) :]), start=Fraction(0))
        taken = zip(clause.credits, wanted, strict=False)
        own = Part(carried, service=self.services.of(clause.ref))
        return _together([*(self._of_taken(ref, amount, None) for ref, amount in taken), (own,)])

    def _of_charge(self, clause: Charge) -> Part:
        """Return a price for each of some tickets over these, equally; any other charge has no item behind it."""
        own = Part(Fraction(1), service=self.services.of(clause.ref))
        place = self._items.places.get(f"{clause.ref}.tickets")
        if not isinstance(clause.per, PerTicket) or clause.every is not None or clause.on is not None or place is None:
            return own
        tickets = [ref for ref, row in self._items.numbers.items() if row[place] > 0]
        return own._replace(items=dict.fromkeys((Item("ticket", ref) for ref in tickets), 1))


def _names(row: Row, by: str) -> Iterator[str]:
    """Yield the name of the group that a row is in; of a cause or area, or that of the item by itself."""
    alone = f"{row.kind} {row.ref}"
    for name in json.loads(row.group) if row.group else ():
        if name == alone or (by != "item" and name.startswith(f"{by} ")):
            yield name
