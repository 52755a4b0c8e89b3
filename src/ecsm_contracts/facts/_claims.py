"""What a customer claims, and what was decided about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import Instant, Period
from ecsm_contracts.facts._record import Record
from ecsm_contracts.facts._text import Ref, ShortText
from ecsm_contracts.facts._volumes import whole_minor_units
from ecsm_contracts.money import Money

__all__ = ["Claim", "Decision"]


def _not_negative(amount: Money) -> Money:
    if amount < Money.zero(amount.currency):
        message = "{amount}: what a customer claims or is granted is not negative"
        raise PydanticCustomError("amount_negative", message, {"amount": str(amount)})
    return amount


def _label(period: str) -> str:
    return Period.parse(period).label


GrantedAmount = Annotated[Money, AfterValidator(whole_minor_units), AfterValidator(_not_negative)]


class Claim(Record):
    """
    What a customer asks for: the credits of a billing period, or other ones than were computed.

    Where credits are given without a claim, a claim is a dispute: it changes nothing until it is decided.

        >>> claim = Claim(ref="C-1", period="2026-03", at="2026-04-09T08:00:00Z", amount="EUR 2000.00")
        >>> claim.clauses, claim.to_data()["period"]
        ((), '2026-03')
    """

    period: Annotated[Ref, AfterValidator(_label)]
    """The billing period whose credits are claimed, by its label: ``2026-03``."""
    at: Instant
    """When the claim was received."""
    clauses: tuple[Ref, ...] = Field(default=(), max_length=400)
    """The clauses of the credits that are claimed; none: all of the period."""
    amount: GrantedAmount | None = None
    """How much is claimed in all; absent: what the contract comes to."""
    incident: Instant | None = None
    """The instant of the incident, or of becoming aware of it, as the claim says, where a contract counts from it."""
    evidence: ShortText | None = None
    """What it rests on, such as a report or a list of tickets; for people."""

    def to_data(self) -> dict[str, Any]:
        """Return the plain data; an empty list of clauses is left out."""
        return {name: value for name, value in super().to_data().items() if (name, value) != ("clauses", [])}


class Decision(Record):
    """
    What was agreed about a claim, or ruled.

        >>> Decision(ref="D-1", claim="C-1", at="2026-04-20T09:00:00Z", outcome="accepted", amount="EUR 1500.00").amount
        Money('EUR 1500.00')
    """

    claim: Ref
    """The claim that is decided, by its reference."""
    at: Instant
    """When it was decided; of several decisions about one claim the latest holds."""
    outcome: Literal["accepted", "rejected"]
    """Whether anything is granted."""
    amount: GrantedAmount | None = None
    """How much is granted in all, where it is accepted; absent: what the contract computes."""
    by: ShortText | None = None
    """Who agreed, for people."""
    reason: ShortText | None = None
    """Why, for people."""

    @model_validator(mode="after")
    def _amount_of_acceptance(self) -> Self:
        if self.outcome == "rejected" and self.amount is not None:
            raise PydanticCustomError("rejected_amount", "a rejected claim grants no amount: leave it out")
        return self
