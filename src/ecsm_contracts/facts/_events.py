"""The events of a ticket."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import Instant
from ecsm_contracts.facts._text import Party, Ref, ShortText

__all__ = ["EVENT_KINDS", "Event", "EventKind"]

EventKind = Literal[
    "opened",
    "acknowledged",
    "replied",
    "arrived",
    "held",
    "resumed",
    "reprioritised",
    "transferred",
    "resolved",
    "reopened",
    "closed",
    "cancelled",
    "merged",
    "noted",
]
"""
What can happen to a ticket, in the words of ITIL; the meaning of each is in the reference, under semantics.
"""

EVENT_KINDS: tuple[EventKind, ...] = EventKind.__args__  # type: ignore[attr-defined]  # Literal has no typed __args__
"""The kinds, in a fixed order; a kind's number in the table of states is its place here."""

_PARTY_NEEDED = frozenset({"replied", "held"})


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", hide_input_in_errors=True))
class Event:
    """
    One thing that happened to a ticket, at one instant.

    `held` names the party that the ticket waits for, `replied` who wrote, `reprioritised` the new priority, or the new
    impact or urgency that a matrix turns into one, `transferred` the group or party that has it from here on.

        >>> Event(kind="held", at="2026-03-02T10:00:00+01:00", party="customer").at.isoformat()
        '2026-03-02T09:00:00+00:00'
    """

    kind: EventKind
    at: Instant
    party: Party | None = None
    reason: ShortText | None = None
    priority: Ref | None = None
    group: ShortText | None = None
    impact: Ref | None = None
    urgency: Ref | None = None
    into: Ref | None = None
    """For `merged`: the ticket that goes on in its place."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        kind = self.kind
        if kind in _PARTY_NEEDED and self.party is None:
            raise PydanticCustomError("event_incomplete", "{kind} needs a party", {"kind": kind})
        says_priority = self.priority is not None or self.impact is not None or self.urgency is not None
        if kind == "reprioritised" and not says_priority:
            raise PydanticCustomError(
                "event_incomplete", "reprioritised needs a priority, or an impact or urgency for a matrix"
            )
        if kind != "reprioritised" and says_priority:
            raise PydanticCustomError(
                "event_priority", "only reprioritised changes a priority, not {kind}", {"kind": kind}
            )
        if self.into is not None and kind != "merged":
            raise PydanticCustomError("event_into", "only merged goes into another ticket, not {kind}", {"kind": kind})
        return self
