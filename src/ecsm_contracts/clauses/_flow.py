"""
The flow of money: who takes whose amount, and what of it is given in the end.

Each amount is taken by at most one clause, and what nobody takes is owed. A limit gives whole minor units; a limit
around it takes what it gave. What several amounts share is split over them by largest remainder, so that nothing
counts twice and nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ecsm_contracts.errors import InvalidValue, UnknownReference
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from fractions import Fraction

    from ecsm_contracts.clauses._clause import Clause
    from ecsm_contracts.money import RoundingMode

__all__ = ["Flow", "takers"]

_IN_LINES = frozenset({"charge", "credit", "bonus", "combine", "limit", "earn_back"})
EARNED = frozenset({"bonus", "earn_back"})
"""What is owed to the provider; the other amounts beside charges are owed to the customer."""


@rule("less given/1")
def _less_given(whole: Money, *parts: Money) -> Money:
    """Take rounded amounts from a rounded amount."""
    return whole - sum(parts, start=Money.zero(whole.currency))


def takers(clauses: Iterable[Clause]) -> dict[str, tuple[str, int]]:
    """Return for each amount that is taken the clause that takes it, and its place there, from 1."""
    return {ref: (clause.ref, position) for clause in clauses for position, ref in enumerate(clause.takes(), 1)}


@rule("negative amount/1")
def _negative_amount(amount: ExactAmount) -> ExactAmount:
    """Return an exact amount as a deduction."""
    return -amount


@rule("last to get a unit/1")
def _last_to_get_a_unit(total: Money, *amounts: ExactAmount) -> int:
    """
    Return which amount (from 1) is the last to get a minor unit, when all are cut to make up a total; 0 where none is.

    Each is rounded down, towards what is owed to the customer; the units that are left go one each to the amounts with
    the greatest fractions, among equals to the earlier ones.
    """
    shares = [amount.round("floor") for amount in amounts]
    left = (total - sum(shares, start=Money.zero(total.currency))).minor
    fractions = [_fraction(amount) for amount in amounts]
    if not 0 <= left <= sum(bool(fraction) for fraction in fractions):
        raise InvalidValue(f"{total} is not the sum of these amounts, rounded", rule="split_total", value=total)
    by_fraction = sorted(range(len(amounts)), key=lambda place: -fractions[place])
    return by_fraction[left - 1] + 1 if left else 0


@rule("signed share of total/1")
def _signed_share(position: int, amount: ExactAmount, last: int, *of_last: ExactAmount) -> Money:
    """
    Return the amount at a position (from 1) rounded down, and a minor unit more if it gets one.

    It does if its fraction is greater than that of the last one to get one, or as great and it is not later.
    """
    share = amount.round("floor")
    own = (_fraction(amount), -position)
    gets = any(own >= (_fraction(each), -last) for each in of_last)
    return share + Money.from_minor(1, share.currency) if gets else share


def _fraction(amount: ExactAmount) -> Fraction:
    """Return what of an amount lies above the minor unit below it."""
    return amount.ratio - amount.round("floor").ratio


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

    def __init__(
        self,
        clauses: Iterable[Clause],
        mode: RoundingMode,
        settled: Mapping[str, Figure[Any]],
        *,
        at: Literal["line", "total"] = "line",
        in_lines: Iterable[str] = (),
    ) -> None:
        """
        Look at *clauses*, whose figures are or will be in *settled*.

        Each line is rounded, or their sum, as *at* says; *in_lines* is the order of the lines, that of *clauses* by
        default.
        """
        self.clauses = {clause.ref: clause for clause in clauses}
        self._at = at
        self._in_lines = tuple(in_lines) or tuple(self.clauses)
        self._shared: dict[str, Figure[Money]] | None = None
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
        share = self.share(ref)
        if share is not None:
            return share if self._is_owed(ref) else derive("without its sign", "negative/1", share)
        return derive(f"{self._clause(ref).yields}, rounded", "round/1", self._figure(ref), self.mode)

    def share(self, ref: str) -> Figure[Money] | None:
        """
        Return what *ref* is in the rounded total, rounded and below zero where it is owed to the customer.

        None where each line is rounded, and for what is in whole minor units already. All clauses have settled.

        Raises:
            UnknownReference: when one has not, so that there is no total yet.
        """
        if self._at == "line":
            return None
        if self._shared is None:
            self._shared = self._shares()
        return self._shared.get(ref)

    def _is_owed(self, ref: str) -> bool:
        """Say whether the amount of *ref* is owed to the provider."""
        return self._clause(ref).yields == "charge" or self.is_earned(ref)

    def _signed(self, ref: str) -> Figure[Any]:
        """Return what nobody takes, below zero where it is owed to the customer; `Money` where it is whole."""
        figure = self.limited(ref) if self.is_limit(ref) else self._figure(ref)
        if isinstance(figure.value, ExactAmount) and figure.value == figure.value.round("floor").exact:
            figure = derive(figure.name, "round/1", figure, self.mode)
        if self._is_owed(ref):
            return figure
        how = "negative/1" if isinstance(figure.value, Money) else "negative amount/1"
        return derive(f"{figure.name}, taken off", how, figure)

    def _shares(self) -> dict[str, Figure[Money]]:
        """Return the share of each line that is not whole in the total, rounded."""
        owed = [ref for ref in self._in_lines if ref not in self.takers and self._clause(ref).yields in _IN_LINES]
        signed = {ref: self._signed(ref) for ref in owed}
        whole = [figure for figure in signed.values() if isinstance(figure.value, Money)]
        exact = {ref: figure for ref, figure in signed.items() if not isinstance(figure.value, Money)}
        if not exact:
            return {}
        together = [derive("whole amounts", "total/1", *whole)] if whole else []
        total = derive("exact total", "amounts together/1", *together, *exact.values())
        rest: Figure[Money] = derive("total, rounded", "round/1", total, self.mode)
        if together:
            rest = derive("total without whole amounts", "less given/1", rest, *together)
        amounts = tuple(exact.values())
        last: Figure[int] = derive("last line that gets a unit", "last to get a unit/1", rest, *amounts)
        cut = (last, *((amounts[last.value - 1],) if last.value else ()))
        places = enumerate(exact.items(), 1)
        how = "signed share of total/1"
        return {ref: derive("share of the total", how, given("line", at), each, *cut) for at, (ref, each) in places}

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
