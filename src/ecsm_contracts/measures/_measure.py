"""The numbers that a promise can be judged on, as a contract writes them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.facts import Ref
from ecsm_contracts.measures._by import Within
from ecsm_contracts.measures._clock import Clock

__all__ = ["Attainment", "Availability", "Measure", "TicketTime"]

WhenTooFew = Literal["met", "missed", "not_measured"]


class Attainment(Model):
    """
    The share of tickets that are in time: of 40 tickets due in March, 38 in time are 95 %.

    References: semantics, section 5.
    """

    columns: ClassVar[tuple[str, ...]] = ("counted", "met", "elapsed")

    kind: Literal["attainment"]
    clock: Clock
    """The clock that each ticket is judged on."""
    within: Within
    """The target of that clock; reaching it exactly is in time."""
    population: Literal["due", "resolved"]
    """
    Which tickets a period counts: those whose time runs out in it, or those that were last resolved in it.
    """
    minimum: int = Field(ge=1, le=1_000_000, strict=True)
    """With fewer tickets than this, `when_too_few` says what the outcome is."""
    when_too_few: WhenTooFew
    """The outcome for a small sample, the empty one included."""

    @model_validator(mode="after")
    def _settled_periods_stay(self) -> Self:
        if self.population == "due" and self.clock.changed == "retroactive":
            raise PydanticCustomError(
                "due_retroactive",
                "population due does not go with changed: retroactive, "
                "which could move a ticket into a period that is settled",
            )
        return self


class TicketTime(Model):
    """
    Each ticket by itself: the level is missed as soon as one ticket takes longer than its target.

    A miss, and each late minute, counts in the period in which it happens, whether the ticket is closed or
    not.
    """

    columns: ClassVar[tuple[str, ...]] = ("met", "misses", "late")

    kind: Literal["ticket_time"]
    clock: Clock
    """The clock that each ticket is judged on."""
    within: Within
    """The target of that clock; reaching it exactly is in time."""


class Availability(Model):
    """
    The share of service time in which a service was not out: `(T - U) / T`, exact.

    Outages that overlap count once. Without any service time in the period the level is not measured.
    """

    columns: ClassVar[tuple[str, ...]] = ("unavailable", "planned")

    kind: Literal["availability"]
    hours: Annotated[Ref, Needs("calendar")]
    """The calendar whose hours count."""


Measure = Annotated[Attainment | TicketTime | Availability, Field(discriminator="kind")]
"""Any measure, told apart by its `kind`."""
