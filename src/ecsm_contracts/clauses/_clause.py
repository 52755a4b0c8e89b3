"""The base of every clause."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from ecsm_contracts._model import Model
from ecsm_contracts.errors import ClauseError
from ecsm_contracts.facts import Ref

if TYPE_CHECKING:
    from ecsm_contracts.clauses._context import Context
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures import Observation

__all__ = ["Back", "Clause", "Recall", "Yields"]

Yields = Literal["charge", "basis", "level", "credit", "bonus", "combine", "limit", "earn_back", "relief", "trigger"]
"""
What a clause gives to those that refer to it: an amount to reckon from (`charge`, `basis`), an outcome, an amount that
poor service costs or better service earns, one amount of several, a limited sum, what is returned, a treatment, a
right.
"""

Back = int | Literal["contract_year", "term"]
"""How far back: so many windows before those of the period, since the contract year began, or since the term did."""


class Recall(NamedTuple):
    """What a clause looks back at: what the clause `ref` handed on under `name`, and how far back."""

    ref: str
    name: str
    back: Back


class Clause(Model):
    """
    A numbered clause of a contract.

    A clause kind is one class: `kind`, its fields, `observes()` and `settle()`. Fields that name other
    clauses say what they need (``Annotated[Ref, Needs("level")]``); `yields` says what this clause gives. The
    order of settling follows from that.
    """

    yields: ClassVar[Yields]

    ref: Ref
    """The number of the clause in the contract, as a text: ``"4.2"``."""
    title: Ref | None = None
    """A heading for people."""
    was: Ref | None = None
    """The number it had in the version of the contract before, where it was renumbered."""

    @property
    def cite(self) -> str:
        """How figures cite this clause."""
        return f"clause {self.ref}"

    def observes(self) -> tuple[Observation, ...]:
        """Return what must be counted for this clause; nothing by default."""
        return ()

    def takes(self) -> tuple[str, ...]:
        """Return the clauses whose amounts it takes, so that they are owed only through this one; none by default."""
        return ()

    def recalls(self) -> tuple[Recall, ...]:
        """Return what it looks back at, so that it is carried from period to period; nothing by default."""
        return ()

    @abstractmethod
    def settle(self, context: Context) -> Figure[Any]:
        """Return the figure of this clause, derived from what the *context* holds and nothing else."""

    def settle_group(self, context: Context) -> Figure[Any]:
        """
        Return the amount of one group of items, whose counts are the *context*'s tally.

        Raises:
            ClauseError: when the clause cannot be priced group by group.
        """
        raise ClauseError(f"clause {self.ref} cannot be priced group by group in {context.period.label}")

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:  # noqa: ARG002 - most have none
        """
        Return by name what can be remembered of this clause, once all clauses have settled.

        One figure for the period, or one for each of its windows that ends in it. Only what some clause recalls is
        carried.
        """
        return {}
