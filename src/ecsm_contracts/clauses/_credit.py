"""What poor service costs the provider, and what good service earns."""

from __future__ import annotations

from typing import ClassVar, Literal

from ecsm_contracts.clauses._clause import Yields
from ecsm_contracts.clauses._priced import Priced
from ecsm_contracts.clauses._registry import register_clause

__all__ = ["Bonus", "ServiceCredit"]


@register_clause
class ServiceCredit(Priced):
    """
    An amount for levels that are missed: quantity × rate × basis.

    A credit is not negative and not rounded here; what limits it, and where it is rounded, other clauses say.
    """

    yields: ClassVar[Yields] = "credit"

    kind: Literal["service_credit"]


@register_clause
class Bonus(Priced):
    """
    An amount for levels that are met: quantity × rate × basis, owed to the provider.

    With `per: shortfall` the distance by which the number is better than the target.
    """

    yields: ClassVar[Yields] = "bonus"

    kind: Literal["bonus"]

    @property
    def rewards(self) -> bool:
        """Whether it is given for levels that were met: it is."""
        return True
