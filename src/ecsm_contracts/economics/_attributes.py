"""What a breakdown can be by: what was last known of a ticket before a period's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import InvalidValue, UnknownReference, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecsm_contracts.facts import Event, PriorityMatrix, Ticket

__all__ = ["BLANK", "Attribute", "check_attributes", "last_known", "order", "show_key"]

Attribute = Literal["priority", "group", "service", "type", "customer"]
"""What a breakdown can be by."""
BLANK = "(blank)"
"""How a row is named whose tickets do not say."""
_KNOWN = get_args(Attribute)


def check_attributes(by: Iterable[str], known: Sequence[str] = _KNOWN) -> tuple[str, ...]:
    """
    Return the attributes that *by* names, out of those that are *known*.

    Raises:
        UnknownReference: when one of them is none; the message names what there is.
        InvalidValue: when there is none at all, or one stands twice.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    for name in names:
        if name not in known:
            hint = did_you_mean(str(name), known)
            raise UnknownReference(f"nothing can be broken down by {shown(name)}; there are {', '.join(known)}{hint}")
    if not names:
        raise InvalidValue(f"by: name at least one of {', '.join(known)}", rule="too_few", value=by)
    if len(set(names)) < len(names):
        raise InvalidValue("by: an attribute is named twice; leave one out", rule="named_twice", value=by)
    return names


def last_known(
    ticket: Ticket, by: Sequence[str], end: int, matrix: PriorityMatrix | None = None
) -> tuple[str | None, ...]:
    """
    Return the attributes *by* of *ticket* as last known before *end* (microseconds since 1970, UTC).

    The group is that of the last opening or transfer. A priority that nobody said is made by *matrix*, that of the
    contract, of the impact and urgency last known. None for what is not said, or is blank.
    """
    events = [event for event in ticket.events if to_micros(event.at) < end]
    return tuple(_attribute(ticket, events, name, matrix) for name in by)


def _priority(ticket: Ticket, events: list[Event], matrix: PriorityMatrix | None) -> str | None:
    """Return the priority last said or made; what was said at the opening goes before what the matrix would make."""
    priority, impact, urgency = ticket.priority, ticket.impact, ticket.urgency
    if priority is None and matrix is not None:
        priority = matrix.priority(impact, urgency)
    for event in events:
        if event.kind == "reprioritised":
            impact, urgency = event.impact or impact, event.urgency or urgency
            made = None if matrix is None else matrix.priority(impact, urgency)
            priority = event.priority or made or priority
    return priority


def _attribute(ticket: Ticket, events: list[Event], name: str, matrix: PriorityMatrix | None) -> str | None:
    if name == "priority":
        return _priority(ticket, events, matrix)
    if name == "group":
        groups = (event.group for event in reversed(events) if event.kind in {"opened", "transferred"})
        group = next(groups, None)
        return group if group and group.strip() else None
    value: str | None = getattr(ticket, name)
    if name in {"impact", "urgency"}:
        for event in events:
            if event.kind == "reprioritised":
                value = getattr(event, name) or value
    return value


def order(key: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    """Return what rows are sorted by: as texts, what is blank behind the rest."""
    return tuple((part is None, part or "") for part in key)


def show_key(key: tuple[str | None, ...]) -> tuple[str, ...]:
    """Return *key* as a row shows it; a name that looks like what is blank stands in quotes."""
    return tuple(BLANK if part is None else f'"{part}"' if part.startswith("(") else part for part in key)
