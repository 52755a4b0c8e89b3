"""
The flow of money: who takes whose amount, and what of it is given in the end.

Each amount is taken by at most one clause, and what nobody takes is owed. A limit gives whole minor units; a limit
around it takes what it gave. What several amounts share is split over them by largest remainder, so that nothing
counts twice and nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ecsm_contracts.clauses._clause import Clause
    from ecsm_contracts.money import RoundingMode

__all__ = ["Flow", "takers"]

EARNED = frozenset({"bonus", "earn_back"})
"""What is owed to the provider; the other amounts beside charges are owed to the customer."""


@rule("less given/1")
def _less_given(whole: Money, *parts: Money) -> Money:
    """Take rounded amounts from a rounded amount."""
    return whole - sum(parts, start=Money.zero(whole.currency))


def takers(clauses: Iterable[Clause]) -> dict[str, tuple[str, int]]:
    """Return for each amount that is taken the clause that takes it, and its place there, from 1."""
    return {ref: (clause.ref, position) for clause in clauses for position, ref in enumerate(clause.takes(), 1)}


@rule("part taken/1")
def _part_taken(position: int, taken: ExactAmount, *amounts: ExactAmount) -> ExactAmount:
    """Return the amount at a position (from 1) if it is the first that is the one taken, else nothing."""
    is_taken = amounts.index(taken) == position - 1 if taken in amounts else False
    return taken if is_taken else ExactAmount.zero(taken.currency)


def _of_group(group: Figure[ExactAmount], number: int) -> tuple[Figure[ExactAmount], ...]:
    """Return how much each of *number* amounts is of the one that a clause made of them."""
    if group.rule == "sum/1":
        return group.inputs
    places: Iterable[Figure[int]] = (given("position", place) for place in range(1, number + 1))
    return tuple(derive("part taken", "part taken/1", place, group, *group.inputs) for place in places)


class Flow:
    """The amounts of one settlement; each rounded figure is made once, and shared by all that rest on it."""

    def __init__(self, clauses: Iterable[Clause], mode: RoundingMode, settled: Mapping[str, Figure[Any]]) -> None:
        """Look at *clauses*, whose figures are or will be in *settled*."""
        self.clauses = {clause.ref: clause for clause in clauses}
        self.takers = takers(self.clauses.values())
        self.mode: Figure[Any] = given("rounding", mode, "settlement")
        self._settled = settled
        self._made: dict[tuple[str, str], Figure[Money]] = {}

    def _once(self, what: str, ref: str, make: Callable[[], Figure[Money]]) -> Figure[Money]:
        found = self._made.get((what, ref))
        if found is None:
            found = self._made[what, ref] = make()
        return found

    def _figure(self, ref: str) -> Figure[Any]:
        try:
            return self._settled[ref]
        except KeyError:
            raise UnknownReference(f"no clause {ref!r} has been settled") from None

    def _clause(self, ref: str) -> Clause:
        try:
            return self.clauses[ref]
        except KeyError:
            raise UnknownReference(f"no clause {ref!r} has been settled") from None

    def is_limit(self, ref: str) -> bool:
        """Say whether the clause *ref* limits what it takes."""
        return self._clause(ref).yields == "limit"

    def is_earned(self, ref: str) -> bool:
        """Say whether the amount of *ref* is owed to the provider: a bonus, what is returned, or a limit of these."""
        clause = self._clause(ref)
        if clause.yields in {"limit", "combine"} and clause.takes():
            return self.is_earned(clause.takes()[0])
        return clause.yields in EARNED

    def taken(self, ref: str) -> Figure[ExactAmount]:
        """Return the amount of *ref* as whoever takes it gets it: exact, or whole minor units behind a limit."""
        if self.is_limit(ref):
            return derive("given under the limit", "exact/1", self.limited(ref))
        return self._figure(ref)

    def gross(self, ref: str) -> Figure[Money]:
        """Return what the limit *ref* takes, rounded."""
        wanted = self._figure(ref).inputs[0]
        name = f"{self._word(ref)} before the limit, rounded"
        return self._once("gross", ref, lambda: derive(name, "round/1", wanted, self.mode))

    def limited(self, ref: str) -> Figure[Money]:
        """Return what the limit *ref* gives, rounded, and never above its room."""
        figure = self._figure(ref)
        name = f"{self._word(ref)} given, rounded"
        if getattr(self.clauses[ref], "at_most", None) is None:  # all or nothing: what passes is not cut
            return self._once("limited", ref, lambda: derive(name, "round/1", figure, self.mode))
        return self._once("limited", ref, lambda: derive(name, "round within/1", figure, figure.inputs[1], self.mode))

    def _word(self, ref: str) -> str:
        return "bonuses" if self.is_earned(ref) else "credits"

    def has_line(self, ref: str) -> bool:
        """Say whether the amount of *ref* has lines: what is combined has none, nor what limits in it take."""
        while ref in self.takers:
            ref = self.takers[ref][0]
            if not self.is_limit(ref):
                return False
        return True

    def line(self, ref: str) -> Figure[Money]:
        """Return the amount of *ref* as a line has it, before any limit, not negative and rounded."""
        if ref not in self.takers:
            return self._once("line", ref, lambda: self._rounded(ref))
        limit, position = self.takers[ref]
        return self._once("line", ref, lambda: self.part(limit, position))

    def _rounded(self, ref: str) -> Figure[Money]:
        return derive(f"{self._clause(ref).yields}, rounded", "round/1", self._figure(ref), self.mode)

    def part(self, limit: str, position: int) -> Figure[Money]:
        """
        Return the share of the part at *position*, from 1, in what *limit* takes, rounded.

        What limits inside it gave is in whole minor units already, and keeps its share.
        """
        weights = self._settled[limit].inputs[0].inputs
        inner = [self.limited(ref) for ref in self.clauses[limit].takes() if self.is_limit(ref)]
        whole = self.gross(limit)
        if inner:
            whole = derive("rounded sum without limits inside", "less given/1", whole, *inner)
            fixed = {place for place, ref in enumerate(self.clauses[limit].takes(), 1) if self.is_limit(ref)}
            position -= sum(place < position for place in fixed)
            weights = tuple(weight for place, weight in enumerate(weights, 1) if place not in fixed)
        return derive("share of the rounded sum", "split/1", whole, given("position", position), *weights)

    def given(self, ref: str) -> Figure[Money]:
        """Return what is given of *ref* after all limits, rounded."""
        if ref not in self.takers:
            return self.limited(ref) if self.is_limit(ref) else self.line(ref)
        taker, position = self.takers[ref]
        weights = self._weights(taker)
        place: Figure[int] = given("position", position)
        return self._once(
            "given", ref, lambda: derive("given after limits", "split/1", self.given(taker), place, *weights)
        )

    def _weights(self, taker: str) -> tuple[Figure[ExactAmount], ...]:
        """Return how much of the amount of *taker* is of each that it takes, in their order."""
        figure, clause = self._figure(taker), self._clause(taker)
        if self.is_limit(taker):
            return figure.inputs[0].inputs
        groups = (figure,) if getattr(clause, "per", "period") == "period" else figure.inputs
        parts = [_of_group(group, len(clause.takes())) for group in groups] or [(figure,) * len(clause.takes())]
        return tuple(derive("part of all groups", "sum/1", *each) for each in zip(*parts, strict=True))
