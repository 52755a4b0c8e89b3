"""Which tickets and outages a promise is about."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import model_serializer

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.facts import Notice, Outage, Ref, Ticket

__all__ = ["Item", "Scope"]


class Item(NamedTuple):
    """What a scope asks of a ticket; an outage or another record has a service alone, and perhaps a customer."""

    service: str
    type: str | None = None
    customer: str | None = None
    channel: str | None = None
    is_child: bool = False
    area: str | None = None
    subject: str | None = None

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """Return what a scope asks of *ticket*."""
        is_child = ticket.parent is not None
        named = ticket.customer, ticket.channel
        return cls(ticket.service, ticket.type, *named, is_child, ticket.area, ticket.subject)


class Scope(Model):
    """
    The tickets or outages of one service, type, customer, channel, area or subject, or of several of these.

    An absent field asks nothing. A ticket must say what a scope names. An outage or a notice that names no area or
    subject concerns all of them, and so everything in scope.

        >>> Scope(service="desk").has("desk", "incident"), Scope(type="request").has("desk", "incident")
        (True, False)
    """

    service: Annotated[Ref, Needs("service")] | None = None
    """The reference of a service of the contract."""
    type: Ref | None = None
    """The type of ticket; outages have none, so it asks nothing of them."""
    customer: Ref | None = None
    """Whose user it is; asks nothing of outages, and of a notice only where it names a customer."""
    channel: Ref | None = None
    """How the ticket came in; asks nothing of outages."""
    area: Ref | None = None
    """The place or the part of the service, as tickets and outages name it; asks nothing of samples and surveys."""
    subject: Ref | None = None
    """The device, instance or circuit, as tickets and outages name it; asks nothing of samples and surveys."""
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
        if self.area is not None and item.area != self.area:
            return False
        if self.subject is not None and item.subject != self.subject:
            return False
        return not (item.is_child and self.children == "leave_out")

    def covers(self, record: Outage | Notice) -> bool:
        """
        Return whether an outage or a notice concerns something in scope.

        Where it names no area, subject or customer, it concerns all of them.

            >>> north = Notice(ref="N-1", kind="maintenance", service="mail", area="north",
            ...     start="2026-03-14T02:00:00Z", end="2026-03-14T04:00:00Z")
            >>> [Scope(service="mail", area=area).covers(north) for area in ("north", "south", None)]
            [True, False, True]
        """
        asked = [(self.area, record.area), (self.subject, record.subject)]
        if isinstance(record, Notice):
            asked.append((self.customer, record.customer))
        return self.has(record.service) and all(None in pair or pair[0] == pair[1] for pair in asked)
