"""
From exact figures to lines: where money is rounded, and nowhere else.

What no limit takes is rounded by itself. Credits that a limit takes share the rounded sum by largest
remainder, and what the limit takes off is a line of its own, so that nothing counts twice and nothing is
lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.money import Money
from ecsm_contracts.statements import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts import Contract

__all__ = ["Lines", "lines_of"]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a statement, their sum, and what each limit gave, rounded."""

    lines: tuple[Line, ...]
    total: Figure[Money]
    given: Mapping[str, Money]


def _taken(contract: Contract) -> dict[str, tuple[str, int]]:
    """Return for each credit that a limit takes the limit and its position there, from 1."""
    return {
        ref: (clause.ref, position)
        for clause in contract.clauses
        if clause.yields == "limit"
        for position, ref in enumerate(getattr(clause, "credits", ()), 1)
    }


class _Rounding:
    """The rounded figures of the limits of one statement; each is made once and shared by its lines."""

    def __init__(self, contract: Contract, figures: Mapping[str, Figure[Any]]) -> None:
        mode = given("rounding", contract.settlement.rounding.mode, "settlement")
        self.mode = mode
        self.gross: dict[str, Figure[Money]] = {}
        self.given: dict[str, Figure[Money]] = {}
        for clause in contract.clauses:
            if clause.yields != "limit":
                continue
            limited = figures[clause.ref]
            wanted, room = limited.inputs
            self.gross[clause.ref] = derive("credits before the limit, rounded", "round/1", wanted, mode)
            self.given[clause.ref] = derive("credits given, rounded", "round within/1", limited, room, mode)


def _credit_line(clause: Clause, amount: Figure[Money]) -> Line:
    text = clause.title or "service credit"
    return Line(clause.ref, "credit", text, derive(text, "negative/1", amount, cites=(clause.cite,)))


def _any_missed(credit: Clause, figures: Mapping[str, Figure[Any]]) -> bool:
    return any(figures[ref].value == "missed" for ref in getattr(credit, "levels", ()))


def _lines(contract: Contract, figures: Mapping[str, Figure[Any]], rounding: _Rounding) -> Iterator[Line]:
    taken = _taken(contract)
    for clause in contract.clauses:
        figure = figures[clause.ref]
        if clause.yields == "charge":
            yield Line(clause.ref, "charge", clause.title or "charge", figure)
        elif clause.yields == "credit":
            if figure.value.is_zero and not _any_missed(clause, figures):
                continue
            if clause.ref in taken:
                limit, position = taken[clause.ref]
                weights = figures[limit].inputs[0].inputs
                amount = derive(
                    "share of the rounded sum",
                    "split/1",
                    rounding.gross[limit],
                    given("position", position),
                    *weights,
                )
            else:
                amount = derive("credit, rounded", "round/1", figure, rounding.mode)
            yield _credit_line(clause, amount)
        elif clause.yields == "limit":
            gross, after = rounding.gross[clause.ref], rounding.given[clause.ref]
            if after.value < gross.value:
                text = f"{clause.title or 'limit'}: limits {', '.join(getattr(clause, 'credits', ()))}"
                yield Line(clause.ref, "limit", text, derive(text, "beyond/1", gross, after, cites=(clause.cite,)))


def lines_of(contract: Contract, figures: Mapping[str, Figure[Any]]) -> Lines:
    """
    Return the lines that the *figures* of the clauses come to, in the order of the clauses, and their total.
    """
    rounding = _Rounding(contract, figures)
    lines = tuple(_lines(contract, figures, rounding))
    parts = [line.figure for line in lines] or [given("nothing is owed", Money.zero(contract.currency))]
    total = derive("total", "total/1", *parts)
    return Lines(lines, total, {ref: figure.value for ref, figure in rounding.given.items()})
