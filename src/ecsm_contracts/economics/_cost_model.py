"""What the provider's own work costs, and what is assumed where it was not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import duration_micros, show_duration
from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.facts import Ref
from ecsm_contracts.measures import ByPriority, Within
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

__all__ = ["AssumedEffort", "CostModel", "HourlyRate", "RevenueBy"]

RevenueBy = Literal["tickets", "effort", "cost"]
"""What revenue is allocated in proportion to: the number of evaluated tickets, effort, or cost."""


class HourlyRate(Model):
    """What an hour of a role costs the provider."""

    role: Ref
    """The role, as work records name it."""
    rate: Money
    """The cost of one hour; not negative."""


class AssumedEffort(Model):
    """
    Effort that is assumed for each update of a ticket, for logs that hold none; every output says so.

    An update is an instant at which the state, the group or the priority of a ticket changes.

        >>> assumed = AssumedEffort(role="agent", per_update={"by": "priority", "P1": "20min", "otherwise": "5min"})
        >>> print(assumed)
        20 min for each update of P1, 5 min for each other update (role agent)
    """

    role: Ref
    """The role whose rate applies."""
    per_update: Within
    """The effort of one update, by the priority that holds after it; ``none`` is no effort."""

    def of(self, priority: str) -> timedelta | None:
        """Return the effort of an update of *priority*; None where none is assumed."""
        return self.per_update.row(priority) if isinstance(self.per_update, ByPriority) else self.per_update

    def __str__(self) -> str:
        """Return what is assumed for each update, for people."""
        return f"{', '.join(self._parts())} (role {self.role})"

    def _parts(self) -> Iterator[str]:
        if not isinstance(self.per_update, ByPriority) or not self.per_update.named:
            yield f"{_shown(self.of('otherwise'))} for each update"
            return
        for priority, effort in self.per_update.rows()[:-1]:
            yield f"{_shown(effort)} for each update of {priority}"
        yield f"{_shown(self.of('otherwise'))} for each other update"


def _shown(effort: timedelta | None) -> str:
    return "nothing" if effort is None else show_duration(duration_micros(effort))


class CostModel(Model):
    """
    The provider's own costs. It stays with the provider: no paper that a customer sees is made from it.

        >>> model = CostModel(rates=[{"role": "agent", "rate": "EUR 42.00"}])
        >>> str(model.rate("agent"))
        'EUR 42.00'
    """

    rates: tuple[HourlyRate, ...] = Field(min_length=1)
    """The rate of each role; all in one currency."""
    assumed: AssumedEffort | None = None
    """
    Effort to add to what is recorded. By default none is: an assumption is stated by whoever makes it, and never
    made for them.
    """
    revenue: RevenueBy | None = None
    """How `cost_by` allocates revenue. There is no usual way, so it must be named there."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        currencies = {each.rate.currency for each in self.rates}
        if len(currencies) > 1:
            raise PydanticCustomError("currency_mismatch", "the rates are in more than one currency")
        if any(each.rate < Money.zero(each.rate.currency) for each in self.rates):
            raise PydanticCustomError("amount_negative", "the cost of an hour is not negative")
        roles = {each.role for each in self.rates}
        if len(roles) < len(self.rates):
            raise PydanticCustomError("duplicate_role", "a role has two rates")
        if self.assumed is not None and self.assumed.role not in roles:
            raise PydanticCustomError(
                "role_without_rate",
                "the role {role} of the assumed effort has no rate; give it one, or name one of: {roles}",
                {"role": self.assumed.role, "roles": ", ".join(sorted(roles))},
            )
        return self

    @property
    def currency(self) -> str:
        """The ISO 4217 code that all rates are in."""
        return self.rates[0].rate.currency

    def rate(self, role: str) -> Money:
        """
        Return the cost of an hour of *role*.

        Raises:
            UnknownReference: when the model has no such role: an unknown cost is not a cost of zero.
        """
        for each in self.rates:
            if each.role == role:
                return each.rate
        raise UnknownReference(f"the cost model has no rate for the role {role!r}")
