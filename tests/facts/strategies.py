"""What the tests of this floor draw from: named dates, events, and tickets that may or may not make sense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import Event, EventKind, Ticket

MON_2026_03_02 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
KINDS: tuple[EventKind, ...] = get_args(EventKind)
NEEDED: dict[str, dict[str, str]] = {
    "replied": {"party": "provider"},
    "held": {"party": "customer"},
    "reprioritised": {"priority": "P1"},
}
"""The fields without which an event of a kind says nothing."""


def hour(number: float) -> datetime:
    """Return the instant so many hours after Monday, 2 March 2026, 09:00 UTC."""
    return MON_2026_03_02 + timedelta(hours=number)


def event(kind: EventKind, at: datetime | str = MON_2026_03_02, **fields: str) -> Event:
    """Return an event of *kind*, with what that kind needs."""
    data: dict[str, Any] = {"kind": kind, "at": at, **NEEDED.get(kind, {}), **fields}
    return Event(**data)


def ticket(*events: Event, **fields: Any) -> Ticket:
    """Return a ticket with these *events*."""
    usual = {"ref": "T-1", "service": "desk", "type": "incident", "priority": "P2"}
    return Ticket.model_validate({**usual, "events": events, **fields})


def ticket_of(*kinds: EventKind) -> Ticket:
    """Return a ticket to which these *kinds* of event happen, an hour apart."""
    return ticket(*(event(kind, hour(number)) for number, kind in enumerate(kinds)))


def codes(caught: ValidationError) -> list[str]:
    """Return the stable codes of what a validation found, in its order."""
    found = []
    for error in caught.errors():
        cause = error.get("ctx", {}).get("error")
        found.append(cause.rule if isinstance(cause, InvalidValue) else error["type"])
    return found


INSTANTS = st.integers(0, 5).map(hour) | st.integers(-3, 3).map(lambda n: hour(1) + n * MICRO)
"""Few instants, so that many are equal, and some a microsecond apart."""


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Draw an event, with further fields where its kind allows them."""
    what = draw(st.sampled_from(KINDS))
    fields = dict(NEEDED.get(what, {}))
    if what in {"held", "replied", "transferred"}:
        fields["party"] = draw(st.sampled_from(["customer", "provider", "vendor"]))
    if draw(st.booleans()):
        fields["reason"] = draw(st.sampled_from(["waits for a part", "…"]))
    return event(what, draw(INSTANTS), **fields)


EVENT_LISTS = st.lists(events(), min_size=1, max_size=8)
