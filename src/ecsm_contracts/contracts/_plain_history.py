"""In plain words: what comes back, and what follows from failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.clauses import When
from ecsm_contracts.contracts._plain_money import when_text
from ecsm_contracts.contracts._plain_words import counted, listed, named, sentence, value

if TYPE_CHECKING:
    from ecsm_contracts.clauses import AmountsReached, EarnBack, PointsReached, Trigger
    from ecsm_contracts.contracts._plain_book import Book

__all__ = ["earn_back_text", "trigger_text"]

_RIGHTS = {
    "terminate": "the right to end the contract",
    "rectify": "the duty to set things right",
    "critical_failure": "a critical failure",
    "step_in": "the right to step in and do the work, or have it done",
    "withhold": "the right to withhold payment",
    "escalate": "the matter goes to the next level of management",
    "audit": "the right to an audit",
    "other": "what its heading says",
}


def earn_back_text(book: Book, clause: EarnBack) -> list[str]:
    """Return what of credits comes back to the provider, and when."""
    period = book.period
    gap = "breaks the row" if clause.gaps == "breaks" else "is skipped"
    within = (
        "as long as the contract runs"
        if clause.within == "term"
        else f"within {counted(clause.within, period)} after the credit"
    )
    back = f"of what {book.clauses(clause.of)} gave in a {period}, after all limits, a part comes back to {book.us}"
    found = [
        sentence(f"{back} while the service stays good, {within}"),
        sentence(
            f"a {period} is good if none of {book.clauses(clause.levels)} is missed in it and at least one is kept"
        ),
        sentence(f"a {period} without result {gap}"),
    ]
    if clause.only:
        names = listed(map(named, clause.only), "or")
        found.append(sentence(f"nothing comes back of a {period} with a miss other than {names}"))
    rows = [
        f"- after {counted(each.after, f'good {period}')} in a row: {value(each.share)}" for each in clause.tranches
    ]
    return [*found, "What comes back, each once:", *rows]


def trigger_text(book: Book, trigger: Trigger) -> list[str]:
    """Return what follows, and from what."""
    found = [sentence(f"what follows is {_RIGHTS[trigger.right]}; no money")]
    if trigger.points is not None:
        return found + _points(book, trigger.points)
    if trigger.amounts is not None:
        return found + _amounts(book, trigger.amounts)
    if trigger.reached is not None:
        return [
            *found,
            sentence(f"it takes effect as soon as nothing is left of what {book.clause(trigger.reached)} allows"),
        ]
    if isinstance(trigger.when, When):
        return found + when_text(book, trigger.when, trigger.levels)
    each = f"as soon as one of {book.clauses(trigger.levels, 'or')} is missed"
    if trigger.when == "all":
        each = f"only if all of {book.clauses(trigger.levels)} are missed"
    return [*found, sentence(f"it takes effect in a {book.period} {each}")]


def _points(book: Book, points: PointsReached) -> list[str]:
    last = f"the last {counted(points.within, book.period)}, this one included"
    what = (
        f"what {book.clauses(points.credits)} counted (its points or numbers) comes to {value(points.at_least)} or more"
    )
    found = [sentence(f"it takes effect when {what} over {last}"), _used("points", consumes=points.consumes)]
    if points.reset_after is not None:
        after = counted(points.reset_after, book.period)
        found.append(sentence(f"after {after} in a row without any, those before are forgotten"))
    return found


def _amounts(book: Book, amounts: AmountsReached) -> list[str]:
    price = book.price(amounts.at_least if amounts.above is None else amounts.above, amounts.of)
    reach = f"comes to {price} or more" if amounts.above is None else f"is more than {price}"
    what = f"what {book.clauses(amounts.credits)} gave, after all limits, {reach}"
    return [
        sentence(f"it takes effect when {what}, over {book.money_window(amounts.window)}"),
        _used("amounts", consumes=amounts.consumes),
    ]


def _used(what: str, *, consumes: bool) -> str:
    return sentence(f"{what} that made it take effect once {'do not count again' if consumes else 'count again'}")
