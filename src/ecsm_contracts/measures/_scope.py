"""Which tickets and outages a promise is about."""

from __future__ import annotations

from typing import Annotated

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.facts import Ref

__all__ = ["Scope"]


class Scope(Model):
    """
    The tickets or outages of one service, one type, or both; an absent field asks nothing.

        >>> Scope(service="desk").has("desk", "incident"), Scope(type="request").has("desk", "incident")
        (True, False)
    """

    service: Annotated[Ref, Needs("service")] | None = None
    """The reference of a service of the contract."""
    type: Ref | None = None
    """The type of ticket; outages have none, so it asks nothing of them."""

    def has(self, service: str, kind: str | None = None) -> bool:
        """Return whether a ticket of *service* and type *kind* (None for an outage) is in scope."""
        if self.service is not None and service != self.service:
            return False
        return kind is None or self.type is None or kind == self.type
