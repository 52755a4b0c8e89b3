"""
From exact figures to lines: where money is rounded, and nowhere else.

What nobody takes is rounded by itself, or as a share of the rounded total, as the contract says. Amounts that a limit
takes share the rounded sum by largest remainder, and what the limit takes off is a line of its own, so that nothing
counts twice and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import Combine, Priced
from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.money import Money
from ecsm_contracts.statements import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecsm_contracts.clauses import Clause, Context
    from ecsm_contracts.statements import LineKind

__all__ = ["Lines", "lines_of"]

_OF_MONEY: dict[str, LineKind] = {"credit": "credit", "combine": "credit", "bonus": "bonus", "earn_back": "earn_back"}
"""The kind of line for each kind of amount beside charges and limits."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a statement, their sum, and what each limit gave, rounded."""

    lines: tuple[Line, ...]
    total: Figure[Money]
    given: Mapping[str, Money]


def _signed(text: str, amount: Figure[Money], clause: Clause, *, owed: bool) -> Figure[Money]:
    """Return an amount as it is owed: as it is to the provider, negative to the customer."""
    return derive(text, "as is/1" if owed else "negative/1", amount, cites=(clause.cite,))


def _missed(context: Context, clause: Clause) -> bool:
    """Say whether a level behind *clause* came out as what it is given for, so that even a line of zero tells."""
    levels = clause.levels if isinstance(clause, Priced) else ()
    counts = "met" if isinstance(clause, Priced) and clause.rewards else "missed"
    found = any(context.settled[ref].value == counts for ref in levels)
    return found or any(_missed(context, context.flow.clauses[ref]) for ref in clause.takes())


def _amount_line(context: Context, clause: Clause) -> Iterator[Line]:
    """Yield the line of an amount of *clause*, which nobody takes or a limit does; what is combined has none."""
    flow = context.flow
    if not flow.has_line(clause.ref):
        return
    of_zero = context.settled[clause.ref].value.is_zero
    if of_zero and (clause.yields == "earn_back" or not _missed(context, clause)):
        return
    kind = _OF_MONEY[clause.yields]
    text = clause.title or ("service credit" if kind == "credit" else kind.replace("_", " "))
    text += _of_which(context, clause)
    owed = flow.is_earned(clause.ref)
    word: LineKind = "bonus" if owed and kind == "credit" else kind
    share = None if clause.ref in flow.takers else flow.share(clause.ref)
    figure = _signed(text, flow.line(clause.ref) if share is None else share, clause, owed=owed or share is not None)
    yield Line(clause.ref, word, text, figure)


def _of_which(context: Context, clause: Clause) -> str:
    """Return which one of several amounts it is, where one was chosen for the whole period."""
    if not isinstance(clause, Combine) or clause.take == "sum" or clause.per != "period":
        return ""
    amount = context.settled[clause.ref].value
    return next((f": {ref}" for ref in clause.among if context.flow.taken(ref).value == amount), "")


def _limit_lines(context: Context, clause: Clause) -> Iterator[Line]:
    """Yield what a limit adds from the period before, and what it takes off."""
    flow = context.flow
    if not flow.has_line(clause.ref):
        return
    gross, after, owed = flow.gross(clause.ref), flow.limited(clause.ref), flow.is_earned(clause.ref)
    if len(context.settled[clause.ref].inputs[0].inputs) > len(clause.takes()):
        carried = flow.part(clause.ref, len(clause.takes()) + 1)
        if not carried.value.is_zero:
            text = f"{clause.title or 'limit'}: carried from the period before"
            yield Line(clause.ref, "carried", text, _signed(text, carried, clause, owed=owed))
    if after.value < gross.value:
        text = f"{clause.title or 'limit'}: limits {', '.join(clause.takes())}"
        beyond = derive(text, "beyond/1", gross, after, cites=(clause.cite,))
        yield Line(clause.ref, "limit", text, beyond if not owed else derive(text, "negative/1", beyond))


def _whole_charge(context: Context, clause: Clause, exact: Figure[Any]) -> Figure[Money]:
    name, share = clause.title or "charge", context.flow.share(clause.ref)
    if share is not None:
        return derive(name, "as is/1", share, cites=(clause.cite,))
    return derive(name, "round/1", exact, context.flow.mode, cites=(clause.cite,))


def _lines(context: Context, clauses: Iterable[Clause]) -> Iterator[Line]:
    for clause in clauses:
        if clause.yields == "charge":
            figure: Figure[Any] = context.settled[clause.ref]
            if not isinstance(figure.value, Money):
                figure = _whole_charge(context, clause, figure)
            yield Line(clause.ref, "charge", clause.title or "charge", figure)
        elif clause.yields == "limit":
            yield from _limit_lines(context, clause)
        elif clause.yields in _OF_MONEY:
            yield from _amount_line(context, clause)


def lines_of(context: Context, clauses: Iterable[Clause]) -> Lines:
    """Return the lines that the settled *clauses* come to, in their order, and their total."""
    lines = tuple(_lines(context, clauses))
    parts = [line.figure for line in lines] or [given("nothing is owed", Money.zero(context.currency))]
    limits = [clause.ref for clause in context.flow.clauses.values() if clause.yields == "limit"]
    amounts = {ref: context.flow.limited(ref).value for ref in limits}
    return Lines(lines, derive("total", "total/1", *parts), amounts)
