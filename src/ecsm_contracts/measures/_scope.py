"""Which tickets and outages a promise is about."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import model_serializer

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.facts import Ref

__all__ = ["Item", "Scope"]


class Item(NamedTuple):
    """What a scope asks of a ticket; an outage or another record has a service alone, and perhaps a customer."""

    service: str
    type: str | None = None
    customer: str | None = None
    channel: str | None = None
    is_child: bool = False


class Scope(Model):
    """
    The tickets or outages of one service, type, customer or channel, or of several of these.

    An absent field asks nothing.

        >>> Scope(service="desk").has("desk", "incident"), Scope(type="request").has("desk", "incident")
        (True, False)
    """

    service: Annotated[Ref, Needs("service")] | None = None
    """The reference of a service of the contract."""
    type: Ref | None = None
    """The type of ticket; outages have none, so it asks nothing of them."""
    customer: Ref | None = None
    """Whose user it is; asks nothing of outages."""
    channel: Ref | None = None
    """How the ticket came in; asks nothing of outages."""
    children: Literal["count", "leave_out"] = "count"
    """Whether tickets that have a parent count; by default they do, as each was somebody's request."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        """Leave out what says no more than its absence."""
        data: dict[str, Any] = handler(self)
        return {
            key: value for key, value in data.items() if value is not None and (key, value) != ("children", "count")
        }

    def has(self, service: str, kind: str | None = None) -> bool:
        """Return whether a ticket of *service* and type *kind* (None for an outage) is in scope, by these alone."""
        if self.service is not None and service != self.service:
            return False
        return kind is None or self.type is None or kind == self.type

    def has_item(self, item: Item) -> bool:
        """Return whether a ticket is in scope."""
        if not self.has(item.service, item.type):
            return False
        if self.customer is not None and item.customer != self.customer:
            return False
        if self.channel is not None and item.channel != self.channel:
            return False
        return not (item.is_child and self.children == "leave_out")
