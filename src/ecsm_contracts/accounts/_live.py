"""A credit while its account is worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecsm_contracts.figures import derive

if TYPE_CHECKING:
    from datetime import date

    from ecsm_contracts.accounts._claims import ClaimWindow
    from ecsm_contracts.accounts._parts import CreditState
    from ecsm_contracts.calendars import Period
    from ecsm_contracts.clauses import Settlement
    from ecsm_contracts.facts import Claim
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.money import Money

__all__ = ["LiveCredit", "Lot"]


@dataclass(slots=True, eq=False)
class Lot:
    """What one event granted of a credit, as far as it is not used yet."""

    amount: Figure[Money]
    on_balance: bool = False
    """Whether it was put on the balance of the customer."""

    @property
    def is_used_up(self) -> bool:
        """Whether nothing of it is left."""
        return self.amount.value.is_zero

    def take(self, part: Figure[Money]) -> None:
        """Use a *part* of it, never more than all."""
        self.amount = derive("left", "left over/1", self.amount, part)


@dataclass(slots=True, eq=False)
class LiveCredit:
    """A credit while its account is worked out."""

    period: Period
    clause: str
    text: str
    on: date
    document: str
    computed: Figure[Money]
    terms: Settlement
    window: ClaimWindow | None
    """When it can be claimed; None where no claim is needed."""
    granted: Figure[Money]
    claim: Claim | None = None
    state: CreditState = "open"
    lots: list[Lot] = field(default_factory=list)
    """What is granted and not used yet, in the order in which it was granted."""
    lost: list[Figure[Money]] = field(default_factory=list)
    """What was granted and is lost: forfeited, or expired."""
    lapsed: bool = False
    """Whether it is noted that nobody claimed it in time."""
    adjusted: list[tuple[date, Money, str]] = field(default_factory=list)
    """By how much what is computed is more than what is granted, once that is settled: each change, its day and why."""
    number: int = 0
    """At which event, counted from 1, it was issued."""
