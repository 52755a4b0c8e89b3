"""
A figure is a value, the rule that made it, and the figures it was made from.

`given` makes the leaves: facts and terms. `derive` makes all others, by applying the rule, so that a value
and its explanation cannot differ. `replay` applies every rule again and names what does not follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ecsm_contracts.errors import EcsmError, FigureError
from ecsm_contracts.figures._rules import GIVEN, apply_rule
from ecsm_contracts.figures._values import show_quantity, show_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Figure", "derive", "given", "replay", "walk_all"]

SHARES = frozenset(
    {
        "ratio/1",
        "availability/1",
        "availability of fixed days/1",
        "declared share/1",
        "mean of rates/1",
        "mean of shares/1",
        "no requests no errors/1",
        "rounded share/1",
    }
)
"""The rules whose ratios are shares of a whole; other ratios are quantities, such as hours."""

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Figure(Generic[T_co]):
    """
    A value with its proof.

        >>> from ecsm_contracts.money import Money, Percent
        >>> fee = given("fee", Money.parse("EUR 20000.00"), "clause 3.1")
        >>> share = given("share", Percent.parse("10%"), "clause 4.7")
        >>> str(derive("at-risk amount", "share of/1", share, fee).value)
        'EUR 2000'
    """

    name: str
    """What it is, for people."""
    value: T_co
    """An exact value: an amount, a percentage, a ratio, a count, a time, a truth or a text."""
    rule: str = GIVEN
    """The name of the rule that made it; ``given`` for facts and terms."""
    inputs: tuple[Figure[Any], ...] = ()
    """The figures that the rule was applied to, in order."""
    cites: tuple[str, ...] = ()
    """Where a person finds it: a clause, a calendar, a column of the tally."""

    def walk(self) -> Iterator[Figure[Any]]:
        """Yield every figure below and this one, inputs first, shared ones once."""
        return walk_all((self,))

    def sources(self) -> tuple[str, ...]:
        """Return everything cited by this figure or below it, sorted, each once."""
        return tuple(sorted({cite for figure in self.walk() for cite in figure.cites}))

    def __repr__(self) -> str:
        """Return name, value and rule in one line; `explain` gives the whole tree."""
        return f"<Figure {self} ({self.rule})>"

    def _repr_html_(self) -> str:
        """Return the figure for a notebook, as a tree that folds."""
        from ecsm_contracts.figures._explain import figure_tree  # noqa: PLC0415 - the tree is made of figures

        return figure_tree(self).html()

    def __str__(self) -> str:
        """Return name and value in one line."""
        return f"{self.name}: {self.shown}"

    @property
    def shown(self) -> str:
        """The value for people: a share as a percentage, a quantity as a number."""
        if isinstance(self.value, Fraction) and self.rule not in SHARES:
            return show_quantity(self.value)
        return show_value(self.value)  # type: ignore[arg-type]  # T_co is one of Value by construction


def walk_all(figures: Iterable[Figure[Any]], seen: set[int] | None = None) -> Iterator[Figure[Any]]:
    """
    Yield every figure of *figures* and below, inputs first, each once, also where several of them share it.

    Those whose `id` is in *seen* are left out with all below them, and what is yielded is added to it.
    """
    known: set[int] = set() if seen is None else seen
    for root in figures:
        stack: list[tuple[Figure[Any], bool]] = [(root, False)]
        while stack:
            figure, done = stack.pop()
            if done:
                yield figure
            elif id(figure) not in known:
                known.add(id(figure))
                stack.append((figure, True))
                stack.extend((child, False) for child in reversed(figure.inputs))


def given(name: str, value: T, *cites: str) -> Figure[T]:
    """Return a leaf: a fact or a term, with where it stands."""
    return Figure(name, value, GIVEN, (), cites)


def derive(name: str, rule: str, *inputs: Figure[Any], cites: tuple[str, ...] = ()) -> Figure[Any]:
    """
    Return the figure that *rule* makes of *inputs*.

    Raises:
        InvalidValue: when there is no such rule.
    """
    value = apply_rule(rule, tuple(figure.value for figure in inputs))
    return Figure(name, value, rule, inputs, cites)


def _check(figure: Figure[Any]) -> None:
    if figure.rule == GIVEN:
        if figure.inputs:
            raise FigureError(figure.name, "it is given, and yet has inputs")
        return
    try:
        again = apply_rule(figure.rule, tuple(part.value for part in figure.inputs))
    except (EcsmError, ArithmeticError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise FigureError(figure.name, f"{figure.rule} cannot be applied to its inputs: {problem}") from problem
    if type(again) is not type(figure.value) or again != figure.value:
        raise FigureError(
            figure.name,
            f"it says {show_value(figure.value)}, but {figure.rule} gives {show_value(again)} from its inputs",
        )


def replay(figure: Figure[Any], seen: set[int] | None = None) -> list[FigureError]:
    """
    Apply every rule below *figure* again, and return what does not follow from its inputs.

    An empty list is a proof. Figures whose `id` is in *seen* were replayed before; they are left out, and the others
    are added to it, so that what several figures share is replayed once.
    """
    failures: list[FigureError] = []
    for part in walk_all((figure,), seen):
        try:
            _check(part)
        except FigureError as failure:
            failures.append(failure)
    return failures
