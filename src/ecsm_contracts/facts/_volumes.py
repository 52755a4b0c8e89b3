"""How many there were, how many were forecast, and what was billed elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import Instant, from_micros, to_micros
from ecsm_contracts.facts._number import ExactDecimal, decimal_parts
from ecsm_contracts.facts._record import Measured, Record
from ecsm_contracts.facts._text import Ref, ShortText
from ecsm_contracts.money import Money, currency_exponent

__all__ = ["Billed", "Forecast", "Volume"]


def _not_negative(quantity: Decimal) -> Decimal:
    if decimal_parts(quantity)[0] < 0:
        message = "{quantity} is less than none; a quantity is 0 or more"
        raise PydanticCustomError("quantity_negative", message, {"quantity": f"{quantity:f}"})
    return quantity


Quantity = Annotated[ExactDecimal, AfterValidator(_not_negative)]
"""How many or how much, exactly: at most 18 digits, of which 9 behind the point; never less than none."""


def whole_minor_units(amount: Money) -> Money:
    if amount.scale > currency_exponent(amount.currency):
        message = "{amount} is finer than the minor unit of {currency}; a billed amount is one that can be paid"
        raise PydanticCustomError("billed_scale", message, {"amount": str(amount), "currency": amount.currency})
    return amount


class _Counted(Measured):
    """A quantity of one unit over an interval."""

    unit: Ref
    """What is counted, by the name that the contract has for it: ``users``, ``devices``, ``GB``."""
    quantity: Quantity
    """How many, at every instant of the interval. The unit says what one is."""
    service: Ref | None = None
    """The service that they use, where volumes are told by service."""
    customer: Ref | None = None
    """Whose they are, where one provider serves many."""

    @property
    def numerator(self) -> int:
        """The quantity without its point: the quantity is numerator / 10**places, exactly."""
        return decimal_parts(self.quantity)[0]

    @property
    def places(self) -> int:
        """How many digits of the numerator stand behind the point, from 0 to 9; the fewest that will do."""
        return decimal_parts(self.quantity)[1]


class Volume(_Counted):
    """
    How many users, devices or gigabytes there were over an interval, half-open.

        >>> march = {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}
        >>> volume = Volume(ref="V-1", unit="users", quantity=250, **march)
        >>> volume.quantity, volume.to_data()["quantity"]
        (Decimal('250'), '250')
    """

    def known_before(self, end: int) -> Self | None:
        """
        Return the volume as it was known just before *end* (microseconds): lasting until then, if it ended later.

        None when it starts no earlier.
        """
        if to_micros(self.start) >= end:
            return None
        return self if to_micros(self.end) <= end else self.replace(end=from_micros(end))


class Forecast(_Counted):
    """
    How many were forecast for an interval, half-open; relief for volume above forecast compares it with the volumes.

        >>> march = {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}
        >>> Forecast(ref="F-1", unit="calls", quantity="1200", at="2026-02-10T09:00:00Z", **march).numerator
        1200
    """

    at: Instant
    """When the forecast was given; what too late means is for a clause to say."""

    def known_before(self, end: int) -> Self | None:
        """Return the forecast; None when it was given at *end* (microseconds) or later."""
        return self if to_micros(self.at) < end else None


class Billed(Record):
    """
    An amount that was billed elsewhere, under the name that the contract has for such charges.

    The sign is that of the bill: what was refunded is negative. No tax is in it, unless the contract reckons with tax.

        >>> billed = Billed(ref="B-1", charge="licences", amount="EUR 1200.00", at="2026-03-31T21:59:00Z")
        >>> billed.amount, billed.to_data()["amount"]
        (Money('EUR 1200.00'), 'EUR 1200.00')
    """

    charge: Ref
    """Which charge it is, by the name that the contract has for it."""
    amount: Annotated[Money, AfterValidator(whole_minor_units)]
    """How much, in whole minor units of its currency; negative when it was refunded."""
    at: Instant
    """When it was billed; it belongs to the period in which this instant lies."""
    evidence: ShortText | None = None
    """Where it comes from, such as an invoice and its number; for people, no clause reads it."""

    def known_before(self, end: int) -> Self | None:
        """Return the amount; None when it was billed at *end* (microseconds) or later."""
        return self if to_micros(self.at) < end else None
