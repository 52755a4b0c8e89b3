"""What Acme's contracts say: goodwill for late work."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

import ecsm_contracts as ec
from ecsm_contracts.clauses import Clause, Context, Needs, Yields, register_clause
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import Observation, ObservesLate


@rule("acme.beyond/1")
def beyond(count: int, free: int) -> int:
    """Return how much of a count lies beyond the free ones."""
    return max(0, count - free)


@register_clause
class Goodwill(Clause):
    """An amount for each begun hour by which tickets are late, after the first few hours of a month."""

    yields: ClassVar[Yields] = "credit"

    kind: Literal["acme.goodwill"]
    level: Annotated[Ref, Needs("level")]
    """The level whose tickets are late."""
    free: int = Field(ge=0)
    """How many hours a month cost nothing."""
    amount: ec.Money
    """What each further hour costs; not negative."""

    def observes(self) -> tuple[Observation, ...]:
        """Return the hours by which each ticket of the level is late, begun ones as whole ones."""
        return (ObservesLate(self.ref, self._column, self.level, timedelta(hours=1), "up"),)

    def settle(self, context: Context) -> Figure[Any]:
        """Return the exact credit."""
        late = context.count("late hours", self._column)
        free = given("free", self.free, self.cite)
        hours = derive("late hours beyond the free ones", "acme.beyond/1", late, free)
        amount = given("amount", self.amount, self.cite)
        return derive(self.title or "goodwill", "times/1", hours, amount, cites=(self.cite,))

    @property
    def _column(self) -> str:
        return f"{self.ref}.late.{self.level}"
