"""One amount of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_serializer

from ecsm_contracts._model import Needs
from ecsm_contracts.clauses._clause import Clause, Yields
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import ObservesGroups
from ecsm_contracts.money import ExactAmount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.clauses._context import Context
    from ecsm_contracts.measures import GroupedBy, Observation

__all__ = ["Combine"]

Take = Literal["sum", "greatest", "least", "first"]
_RULES: dict[Take, str] = {
    "sum": "sum/1",
    "greatest": "greatest/1",
    "least": "least above zero/1",
    "first": "first above zero/1",
}


@register_clause
class Combine(Clause):
    """
    One amount of several credits, or bonuses: what happened once costs once.

    It *takes* the amounts it names, and owes its own in their place.
    """

    yields: ClassVar[Yields] = "combine"

    kind: Literal["combine"]
    among: Annotated[tuple[Annotated[Ref, Needs("money", takes=True)], ...], AfterValidator(each_once)] = Field(
        min_length=1, max_length=400
    )
    """The amounts, in the order of their precedence."""
    take: Take
    """
    All added up; the greatest; the least of those above zero; or the first above zero, in the order of `among`: the one
    that displaces the others.
    """

    per: Literal["period", "cause", "area", "item"] = "period"
    """
    Whether the amounts of the whole period are combined, as a contract without more words says; or those of each cause
    or area by themselves, or of each ticket or outage, and the results added up. An item that names no cause (area) is
    one by itself.
    """

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if (key, value) != ("per", "period")}

    def observes(self) -> tuple[Observation, ...]:
        """Return the groups, where there are any."""
        return () if self.per == "period" else (ObservesGroups(self.ref, self.per, self.among),)

    def takes(self) -> tuple[str, ...]:
        """Return the amounts it combines."""
        return self.among

    def settle(self, context: Context) -> Figure[Any]:
        """Return the exact amount, not negative, before any limit on it."""
        name = self.title or "credits together"
        if self.per == "period":
            return derive(name, _RULES[self.take], *map(context.flow.taken, self.among), cites=(self.cite,))
        return self._by_group(name, self.per, context)

    def _by_group(self, name: str, by: GroupedBy, context: Context) -> Figure[Any]:
        groups = context.groups(by).items()
        each = (self._of_group(group, context.within(group, numbers)) for group, numbers in groups)
        found = [amount for amount in each if not amount.value.is_zero]
        if not found:
            return given(name, ExactAmount.zero(context.currency), self.cite)
        return derive(name, "sum/1", *found, cites=(self.cite,))

    def _of_group(self, group: str, context: Context) -> Figure[Any]:
        amounts = [context.flow.clauses[ref].settle_group(context) for ref in self.among]
        return derive(group, _RULES[self.take], *amounts)

    def settle_group(self, context: Context) -> Figure[Any]:
        """Return the amount of one group of items, for a combine around this one."""
        name = self.title or "credits together"
        return self._of_group(name, context) if self.per == "period" else self._by_group(name, self.per, context)

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return what was given after all limits."""
        return {"given": (context.flow.given(self.ref),)}


@rule("greatest/1")
def _greatest(first: ExactAmount, *others: ExactAmount) -> ExactAmount:
    """Return the greatest of exact amounts."""
    return max(first, *others) if others else first


@rule("least above zero/1")
def _least_above_zero(first: ExactAmount, *others: ExactAmount) -> ExactAmount:
    """Return the least of the exact amounts that are above zero; zero when none is."""
    above = [each for each in (first, *others) if each.ratio > 0]
    return min(above) if above else ExactAmount.zero(first.currency)


@rule("first above zero/1")
def _first_above_zero(first: ExactAmount, *others: ExactAmount) -> ExactAmount:
    """Return the first of the exact amounts that is above zero; zero when none is."""
    return next((each for each in (first, *others) if each.ratio > 0), ExactAmount.zero(first.currency))
