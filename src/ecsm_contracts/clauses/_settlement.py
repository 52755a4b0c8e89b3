"""How what is owed becomes money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, LiteralString, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.calendars import Days, Duration
from ecsm_contracts.facts import Ref
from ecsm_contracts.money import Currency, Money, RoundingMode

__all__ = [
    "CalendarTime",
    "ClaimTerms",
    "ClaimTime",
    "CostCentre",
    "Expiry",
    "Minimum",
    "PayIn",
    "Rounding",
    "ServiceDay",
    "Settlement",
]


def _not_negative(amount: Money) -> Money:
    if amount < Money.zero(amount.currency):
        raise PydanticCustomError("amount_negative", "an amount is not negative here")
    if amount != amount.exact.round("down"):
        raise PydanticCustomError("amount_scale", "an amount is in whole minor units of its currency")
    return amount


class Rounding(Model):
    """Where amounts are rounded to the minor unit of the currency, and how ties go."""

    mode: RoundingMode
    """
    ``half_up`` rounds a tie away from zero; ``half_even`` to the even neighbour; the others are named
    likewise.
    """
    at: Literal["line", "total"]
    """
    ``line``: each line is rounded by itself, and the total is their sum. ``total``: the sum of the exact amounts is
    rounded, and the lines are whole minor units that add up to it.
    """


class CalendarTime(Model):
    """So many billing periods, counted from the one after the period of the credit."""

    periods: Annotated[int, Field(ge=0, le=1200, strict=True)]
    """How many; zero is the period of the credit itself."""


def _time_tag(value: object) -> str:
    if isinstance(value, CalendarTime) or (isinstance(value, Mapping) and "periods" in value):
        return "periods"
    return "days" if isinstance(value, (Mapping, Days)) else "duration"


ClaimTime = Annotated[
    Annotated[Duration, Tag("duration")] | Annotated[Days, Tag("days")] | Annotated[CalendarTime, Tag("periods")],
    Discriminator(_time_tag),
]
"""
How long: by the clock (``72h``), in days of a named meaning (``{days: 30, meaning: calendar_day}``), or until the end
of the n-th billing period after that of the credit (``{periods: 2}``).
"""


class ClaimTerms(Model):
    """When a customer may claim credits, and what a claim is worth. Nothing is assumed."""

    since: Literal["period_end", "statement", "incident"]
    """
    Where the time to claim runs from: the end of the period, the end of the day on which the statement was issued, or
    the instant that the claim names as its incident's.
    """
    within: ClaimTime
    """How long a credit can be claimed; a claim at the very end is in time."""
    not_before: ClaimTime | None = None
    """How long it cannot be claimed yet, from the same instant; absent: at any time, also before the period ends."""
    calendar: Annotated[Ref, Needs("calendar")] | None = None
    """Whose days count; needed for days that are working days or service hours."""
    evidence: Literal["required", "not_required"]
    """Whether a claim without evidence is none."""
    amount: Literal["computed", "least"]
    """What is given: what the contract computes, whatever is claimed, or never more than was claimed."""
    undecided: Literal["pays", "waits"]
    """Whether a claim in time is paid at once, or waits until a decision accepts it."""

    @model_validator(mode="after")
    def _days_have_a_calendar(self) -> Self:
        times = [each for each in (self.within, self.not_before) if isinstance(each, Days)]
        need = [each for each in times if each.meaning not in {"24_hours", "calendar_day"}]
        if need and self.calendar is None:
            message = "days of the meaning {meaning} need a calendar: name one of the contract"
            raise PydanticCustomError("claim_calendar", message, {"meaning": need[0].meaning})
        if self.calendar is not None and not times:
            message = "no number of days is counted here; leave the calendar out"
            raise PydanticCustomError("claim_calendar", message)
        return self

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: Any) -> dict[str, Any]:
        """Leave out what is absent."""
        return {key: value for key, value in handler(self).items() if value is not None}


class Minimum(Model):
    """How much credits must come to, so that they are given."""

    amount: Annotated[Money, AfterValidator(_not_negative)]
    """The least amount."""
    exactly: Literal["given", "not_given"]
    """Whether exactly this much is given: ``not_given`` where credits must exceed it."""
    below: Literal["forfeit", "keep"]
    """What becomes of less: it is lost, or is added to what is given next."""


class Expiry(Model):
    """Until when a credit that is not used up can be used."""

    periods: Annotated[int, Field(ge=0, le=1200, strict=True)]
    """On how many invoices after that of its own period."""


class ServiceDay(Model):
    """What a day of service is worth, where credits are given as days."""

    of: Annotated[Ref, Needs("amount")]
    """The charge that a day is a part of."""
    count: Literal["thirtieth", "actual"]
    """Whether a day is a thirtieth of the period's charge, or one part of as many as the period has days."""
    part: Literal["up", "down", "exact"]
    """Whether a part of a day is given as a whole one, not at all, or as it is."""


class PayIn(Model):
    """In which other currency credits are paid, after all limits."""

    currency: Currency
    """The currency."""
    rate: Ref
    """The declared figure that says how many units of it one unit of the contract's currency is worth."""
    at: Literal["issue", "period_end"]
    """
    Which rate: that of the day on which the document is issued, or of the last instant of the period of the credit.
    """


class CostCentre(Model):
    """A cost centre of the customer that shares in credits."""

    ref: Ref
    """Its name."""
    weight: Annotated[int, Field(ge=0, le=10**9, strict=True)]
    """Its share is in proportion to this."""


class Settlement(Model):
    """
    How credits are claimed, given and taxed.

    A choice is in the contract or missing from it. What is optional here is only needed where credits are given in
    that way; where it turns out to be needed and is not there, nothing is guessed: `credit_account` says what to write.
    """

    entitlement: Literal["automatic", "claimed"]
    """Whether credits are given without a claim, or to those that are claimed as `claim` says."""
    claim: ClaimTerms | None = None
    """When and how credits are claimed; needed where they are."""
    instrument: Literal["deduction", "credit_note", "service_days", "cash", "balance", "withheld"]
    """
    How credits are given: taken off an invoice; by a credit note of their own; as days of service; paid out; put on a
    balance that later invoices draw on; or kept back by the customer from what it pays.
    """
    deduct_from: Literal["same", "next"] | None = None
    """
    Which invoice a ``deduction`` is taken off first: that of the period of the credit, or the one after. Absent: the
    same, as a statement that shows charges and credits together is one invoice.
    """
    insufficient: Literal["carry_forward", "cash", "forfeit"] | None = None
    """What becomes of what exceeds the charges of the invoice: the next one takes it, or it is paid, or lost."""
    expires: Expiry | None = None
    """Until when what is left can be used; absent: as long as the contract runs."""
    at_end: Literal["cash", "forfeit"] | None = None
    """What becomes of what is left when the last invoice of the term is issued."""
    minimum: Minimum | None = None
    """How much credits that are given together must come to; absent: any amount is given."""
    day: ServiceDay | None = None
    """What a day of service is worth; needed for ``service_days``."""
    pay_in: PayIn | None = None
    """The other currency in which credits are paid; absent: that of the contract."""
    cost_centres: tuple[CostCentre, ...] = Field(default=(), max_length=1000)
    """Among whom each document is split, by largest remainder; absent: it is not."""
    rounding: Rounding
    tax: Literal["price_reduction", "compensation"]
    """
    Whether a credit lowers the price, and so the tax on it, or is damages outside of it; rates of tax are no part of a
    contract for support, and are given to what writes invoices.
    """
    prices: Literal["net", "gross"] = "net"
    """Whether amounts of the contract are without tax, as those between businesses are, or with it."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for fault in settlement_faults(self):
            raise PydanticCustomError(*fault)
        return self

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: Any) -> dict[str, Any]:
        """Leave out what is absent, so that a contract that says no more has the digest that it always had."""
        data: dict[str, Any] = handler(self)
        gone = [key for key, value in data.items() if value is None or (key, value) == ("prices", "net")]
        return {key: value for key, value in data.items() if key not in gone and (key != "cost_centres" or value)}


def settlement_faults(terms: Settlement) -> Iterator[tuple[LiteralString, LiteralString]]:
    """Yield code and message of each contradiction in *terms*."""
    keeps = terms.instrument == "balance" or terms.insufficient == "carry_forward" or terms.deduct_from == "next"
    if (terms.entitlement == "claimed") != (terms.claim is not None):
        yield "settlement_claim", "say claim: … where the entitlement is claimed, and only there"
    if terms.instrument != "deduction" and (terms.insufficient or terms.deduct_from):
        yield "settlement_deduction", "insufficient and deduct_from are about the instrument deduction; leave them out"
    may_keep = keeps or (terms.minimum is not None and terms.minimum.below == "keep")
    if (terms.expires and not keeps) or (terms.at_end and not may_keep):
        message = "nothing is left to expire: expires and at_end go with balance, insufficient: carry_forward or next"
        yield "settlement_expiry", message
    if keeps and terms.at_end is None:
        yield "settlement_at_end", "say at_end: what becomes of what is left when the last invoice is issued"
    if (terms.instrument == "service_days") != (terms.day is not None):
        yield "settlement_day", "say day: … where credits are given as service_days, and only there"
    if terms.pay_in is not None and terms.instrument not in {"credit_note", "cash", "withheld"}:
        yield "settlement_currency", "only a credit_note, cash and what is withheld can be in another currency"
    if terms.cost_centres and not any(each.weight for each in terms.cost_centres):
        yield "settlement_centres", "one cost centre at least needs a weight above zero"
    if len({each.ref for each in terms.cost_centres}) < len(terms.cost_centres):
        yield "settlement_centres", "a cost centre stands twice"
