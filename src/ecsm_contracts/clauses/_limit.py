"""How much may be given at the most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Needs
from ecsm_contracts.clauses._clause import Clause, Context, Yields
from ecsm_contracts.clauses._rate import Price
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Limit"]


@register_clause
class Limit(Clause):
    """
    A limit on the sum of credits, for one period or over a contract year.

    It *takes* the credits it names: each credit is taken by at most one limit, and what no limit takes is
    owed as it is.
    """

    yields: ClassVar[Yields] = "limit"

    kind: Literal["limit"]
    credits: tuple[Annotated[Ref, Needs("credit")], ...] = Field(min_length=1)
    """The credits that it limits together."""
    at_most: Price
    """The most that may be given: an amount, or a percentage of a charge."""
    of: Annotated[Ref, Needs("charge")] | None = None
    """The charge that a percentage is of."""
    window: Literal["period", "contract_year"]
    """
    What it limits: each period by itself, or the years of the contract, counted from the first day of its
    term.
    """
    excess: Literal["forfeit"]
    """What becomes of what exceeds it."""

    @model_validator(mode="after")
    def _dimensions(self) -> Self:
        percentage = isinstance(self.at_most, Percent)
        if percentage and self.of is None:
            raise PydanticCustomError("rate_without_basis", "a percentage needs a charge that it is of: add of")
        if not percentage and self.of is not None:
            raise PydanticCustomError("rate_with_basis", "an amount is not a share of anything; leave 'of' out")
        return self

    def settle(self, context: Context) -> Figure[Any]:
        """Return what is given: the lesser of the credits' sum and the room that is left."""
        wanted = derive("credits before the limit", "sum/1", *(context.figure(ref) for ref in self.credits))
        at_most = given("at most", self.at_most, self.cite)
        if self.of is None:
            allowed = derive("amount allowed", "exact/1", at_most)
        else:
            allowed = derive("amount allowed", "share of/1", at_most, context.figure(self.of))
        room = derive("room left", "room/1", allowed, context.used_before(self.ref))
        return derive(self.title or "credits after the limit", "least/1", wanted, room, cites=(self.cite,))
