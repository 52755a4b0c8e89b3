"""A credit while its account is worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from ecsm_contracts.accounts._claims import ClaimWindow
    from ecsm_contracts.accounts._parts import CreditState
    from ecsm_contracts.calendars import Period
    from ecsm_contracts.clauses import Settlement
    from ecsm_contracts.facts import Claim
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.money import Money

__all__ = ["LiveCredit"]


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
    left: list[Figure[Money]] = field(default_factory=list)
    """What is granted and can still be used, in the order in which it was granted."""
    kept: list[Figure[Money]] = field(default_factory=list)
    """What is granted, and too little to be given yet."""
