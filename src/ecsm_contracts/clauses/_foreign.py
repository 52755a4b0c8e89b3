"""
What the engine takes from a clause of another package: observations of the closed set, and one proven figure.

Whatever else it gives, or raises, is an error that names the clause and the package; nothing is settled then. The
library's own kinds pass unlooked at: tests stand for them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args

from ecsm_contracts._model import Model
from ecsm_contracts.clauses._kind_rules import is_foreign
from ecsm_contracts.clauses._registry import kind_origins
from ecsm_contracts.errors import ClauseError, shown
from ecsm_contracts.figures import Figure, replay, value_to_data
from ecsm_contracts.measures import Observation
from ecsm_contracts.money import ExactAmount, Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses._clause import Clause
    from ecsm_contracts.clauses._context import Context

__all__ = ["observed_by", "settled_by"]

_AMOUNT = (ExactAmount,)
_HOLDS: dict[str, tuple[type, ...]] = {
    "charge": (Money, ExactAmount),
    "basis": _AMOUNT,
    "credit": _AMOUNT,
    "bonus": _AMOUNT,
    "earn_back": _AMOUNT,
    "level": (str,),
    "trigger": (bool,),
}
"""What the figure of a clause holds, by what the clause yields; that of another one may hold any value."""


def settled_by(clause: Clause, context: Context) -> Figure[Any]:
    """
    Return the figure of *clause*; that of a kind from outside the library only when it can stand in a statement.

    It holds the type of value that it yields, an amount in the contract's currency and not below zero, and follows from
    its inputs by rules of the library or of its own prefix.

    Raises:
        ClauseError: when it does not, or when settling raises anything; the message names clause, kind and package.
    """
    if not is_foreign(type(clause)):
        return clause.settle(context)
    try:
        figure = clause.settle(context)
        problem = next(_figure_problems(clause, figure, context), None)
    except Exception as cause:
        raise ClauseError(f"{_who(clause)}: settle() raised {_said(cause)}") from cause
    if problem is not None:
        raise ClauseError(f"{_who(clause)}: {problem}")
    return figure


MOST_OBSERVATIONS = 1000
OUTCOMES = frozenset({"met", "missed", "excused", "not_measured", "undecided"})


def observed_by(clause: Clause) -> tuple[Observation, ...]:
    """
    Return what *clause* has counted; of a kind from outside the library only observations of the closed set.

    Raises:
        ClauseError: when one of them is something else, or is of another clause, or when observing raises anything; the
            message names clause, kind and package.
    """
    if not is_foreign(type(clause)):
        return clause.observes()
    try:
        observed = tuple(islice(clause.observes(), MOST_OBSERVATIONS + 1))
        if len(observed) > MOST_OBSERVATIONS:
            raise ClauseError(f"it observes more than {MOST_OBSERVATIONS} things")  # noqa: TRY301 - said below
        problem = next((said for each in observed for said in _observation_problems(clause, each)), None)
    except Exception as cause:
        raise ClauseError(f"{_who(clause)}: observes() raised {_said(cause)}") from cause
    if problem is not None:
        raise ClauseError(f"{_who(clause)}: {problem}")
    return observed


def _kind(clause: Clause) -> str:
    return str(getattr(clause, "kind", ""))


def _who(clause: Clause) -> str:
    kind = _kind(clause)
    return f"clause {clause.ref} ({kind}, {kind_origins([kind]).get(kind, 'not registered')})"


def _said(cause: Exception) -> str:
    try:
        return f"{type(cause).__name__}: {shown(str(cause))}"
    except Exception:  # noqa: BLE001 - it is somebody else's text
        return type(cause).__name__


def _figure_problems(clause: Clause, figure: object, context: Context) -> Iterator[str]:
    if not isinstance(figure, Figure):
        yield f"settle() returned {shown(figure)}, not a Figure; make it with derive(…)"
        return
    value = figure.value
    holds = _HOLDS.get(clause.yields)
    if holds is not None and type(value) not in holds:
        wanted = " or ".join(each.__name__ for each in holds)
        yield f"a {clause.yields} holds {wanted}, and its figure holds {type(value).__name__} {shown(value)}"
    if isinstance(value, (Money, ExactAmount)):
        if value.currency != context.currency:
            yield f"the contract is in {context.currency}, and its figure in {value.currency}"
        elif value.ratio < 0:
            yield f"its figure is {value}; no amount is below zero, what it takes off its kind says"
    if clause.yields == "level" and value not in OUTCOMES:
        yield f"a level is one of {', '.join(sorted(OUTCOMES))}, and its figure {shown(value)}"
    yield from _making_problems(clause, figure, context)


def _making_problems(clause: Clause, figure: Figure[Any], context: Context) -> Iterator[str]:
    """Yield what is wrong with how *figure* was made; what lies behind the figures of other clauses is theirs."""
    for part in figure.walk():
        value_to_data(part.value)  # refuses what no figure can hold: a float above all
    prefix = _kind(clause).partition(".")[0]
    strange = [each for each in figure.walk() if "." in each.rule and each.rule.partition(".")[0] != prefix]
    theirs = {id(each) for other in context.settled.values() for each in other.walk()} if strange else set()
    for part in strange:
        if id(part) not in theirs:
            own = f"rules are the library's, or begin with {prefix + '.'!r}"
            yield f"its figure {shown(part.name)} is made by {part.rule!r}; {own}"
    yield from map(str, replay(figure))


def _texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, str) for each in value)


def _ours(value: object) -> bool:
    return isinstance(value, Model) and not is_foreign(type(value))


_PARTS: dict[str, Callable[[Any], bool]] = {
    "amounts": _texts,
    "ref": lambda value: isinstance(value, str),
    "scope": _ours,
    "measure": _ours,
    "name": lambda value: isinstance(value, str),
    "level": lambda value: isinstance(value, str),
    "levels": _texts,
    "notices": _texts,
    "by": lambda value: isinstance(value, str),
    "unit": lambda value: isinstance(value, timedelta) and value > timedelta(0),
    "part": lambda value: value in {"up", "down", "exact"},
    "leaves_denominator": lambda value: isinstance(value, bool),
}
"""What parts of observations hold, by their names; who makes one from outside may have no type checker."""


def _observation_problems(clause: Clause, observed: Any) -> Iterator[str]:
    closed = get_args(Observation)
    if type(observed) not in closed:
        yield f"it observes {shown(observed)}; there are only {', '.join(each.__name__ for each in closed)}"
    elif observed.ref != clause.ref:
        yield f"it observes for {shown(observed.ref)}; write self.ref"
    else:
        strange = [name for name, value in observed._asdict().items() if name in _PARTS and not _PARTS[name](value)]
        if strange:
            value = shown(getattr(observed, strange[0]))
            yield f"it observes {type(observed).__name__} with {strange[0]} {value}, which it does not take"
