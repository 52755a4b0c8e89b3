"""What is owed for the service itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import CycleName
from ecsm_contracts.clauses._clause import Clause, Context, Yields
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.figures import Figure, given
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Charge"]


@register_clause
class Charge(Clause):
    """A fixed amount for each billing period."""

    yields: ClassVar[Yields] = "charge"

    kind: Literal["charge"]
    amount: Money
    """What is owed for one period; not negative, in whole minor units."""
    every: CycleName
    """How often it is owed: once for each billing period, so that it is the cycle of the contract's billing."""

    @field_validator("amount")
    @classmethod
    def _payable(cls, amount: Money) -> Money:
        if amount < Money.zero(amount.currency):
            raise PydanticCustomError("amount_negative", "a charge is not negative; write what is owed to the provider")
        if amount != amount.exact.round("down"):
            raise PydanticCustomError("amount_scale", "a charge is owed in whole minor units of its currency")
        return amount

    def settle(self, context: Context) -> Figure[Any]:  # noqa: ARG002 - a fixed amount needs no context
        """Return the amount."""
        return given(self.title or "charge", self.amount, self.cite)
