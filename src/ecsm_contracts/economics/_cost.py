"""Cost-to-serve: recorded effort at hourly rates, and the margin that is left of what a statement pays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import CurrencyMismatch, UnknownReference
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money

if TYPE_CHECKING:
    from fractions import Fraction

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Facts, Work
    from ecsm_contracts.statements import Statement

__all__ = ["CostModel", "CostToServe", "HourlyRate", "cost_to_serve"]

ONE_HOUR = timedelta(hours=1)


@rule("hours/1")
def _hours(effort: timedelta, hour: timedelta) -> Fraction:
    """Return an effort in hours, exactly."""
    from fractions import Fraction  # noqa: PLC0415 - only this rule needs it

    return Fraction(effort // timedelta(microseconds=1), hour // timedelta(microseconds=1))


@rule("margin/1")
def _margin(paid: Money, cost: ExactAmount) -> ExactAmount:
    """Return what is left of what is paid, exactly; negative for a loss."""
    return paid.exact - cost


class HourlyRate(Model):
    """What an hour of a role costs the provider."""

    role: Ref
    """The role, as work records name it."""
    rate: Money
    """The cost of one hour; not negative."""


class CostModel(Model):
    """
    The provider's own costs. It stays with the provider: no paper that a customer sees is made from it.

        >>> model = CostModel(rates=[{"role": "agent", "rate": "EUR 42.00"}])
        >>> str(model.rate("agent"))
        'EUR 42.00'
    """

    rates: tuple[HourlyRate, ...] = Field(min_length=1)
    """The rate of each role; all in one currency."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        currencies = {each.rate.currency for each in self.rates}
        if len(currencies) > 1:
            raise PydanticCustomError("currency_mismatch", "the rates are in more than one currency")
        if any(each.rate < Money.zero(each.rate.currency) for each in self.rates):
            raise PydanticCustomError("amount_negative", "the cost of an hour is not negative")
        if len({each.role for each in self.rates}) < len(self.rates):
            raise PydanticCustomError("duplicate_role", "a role has two rates")
        return self

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


class CostToServe(NamedTuple):
    """What a period cost, and what was left. Amounts are exact; round them where they are shown or booked."""

    effort: Figure[timedelta]
    """All recorded effort of the period."""
    cost: Figure[ExactAmount]
    """Effort at its rates."""
    paid: Figure[Money]
    """The total of the statement: charges less credits."""
    margin: Figure[ExactAmount]
    """What is left of what was paid; negative for a loss."""
    tickets: tuple[tuple[str, ExactAmount], ...]
    """The cost of each ticket with effort in the period, by identity; they add up to the cost."""


def _in_period(facts: Facts, bounds: Span) -> list[Work]:
    return [work for work in facts.work if bounds[0] <= to_micros(work.at) < bounds[1]]


def _role_cost(role: str, works: list[Work], model: CostModel) -> Figure[Any]:
    effort = given(f"effort of {role}", sum((work.effort for work in works), start=timedelta()), "work")
    hours = derive(f"hours of {role}", "hours/1", effort, given("one hour", ONE_HOUR))
    return derive(f"cost of {role}", "times/1", hours, given("hourly rate", model.rate(role), "cost model"))


def _ticket_costs(works: list[Work], model: CostModel) -> tuple[tuple[str, ExactAmount], ...]:
    costs: dict[str, ExactAmount] = {}
    for work in works:
        cost = model.rate(work.role).exact * _hours(work.effort, ONE_HOUR)
        costs[work.ticket] = costs[work.ticket] + cost if work.ticket in costs else cost
    return tuple(sorted(costs.items()))


def cost_to_serve(contract: Contract, statement: Statement, facts: Facts, model: CostModel) -> CostToServe:
    """
    Return what the period of *statement* cost its provider, by the effort recorded in *facts*.

    Work belongs to the period in which its instant lies; work on any ticket counts.

    Raises:
        UnknownReference: when the model has no rate for a role that worked.
        CurrencyMismatch: when the model is in another currency than the contract; no rate is implied.
    """
    currency = model.rates[0].rate.currency
    if currency != contract.currency:
        raise CurrencyMismatch(contract.currency, currency)
    works = _in_period(facts, statement.period.bounds(contract.zone))
    roles = sorted({work.role for work in works})
    nothing = given("no effort recorded", ExactAmount.zero(currency), "work")
    parts = [_role_cost(role, [work for work in works if work.role == role], model) for role in roles] or [nothing]
    cost = derive("cost to serve", "sum/1", *parts)
    margin = derive("margin", "margin/1", statement.total, cost)
    effort = given("effort", sum((work.effort for work in works), start=timedelta()), "work")
    return CostToServe(effort, cost, statement.total, margin, _ticket_costs(works, model))
