"""The events of a ticket."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import Instant
from ecsm_contracts.facts._text import Party, Ref, ShortText

__all__ = ["Event", "EventKind"]

EventKind = Literal[
    "opened",
    "acknowledged",
    "replied",
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

_NEEDS = {"replied": "party", "held": "party", "reprioritised": "priority"}


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", hide_input_in_errors=True))
class Event:
    """
    One thing that happened to a ticket, at one instant.

    `held` names the party that the ticket waits for, `replied` who wrote, `reprioritised` the new priority.

        >>> Event(kind="held", at="2026-03-02T10:00:00+01:00", party="customer").at.isoformat()
        '2026-03-02T09:00:00+00:00'
    """

    kind: EventKind
    at: Instant
    party: Party | None = None
    reason: ShortText | None = None
    priority: Ref | None = None
    group: ShortText | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = _NEEDS.get(self.kind)
        if needed is not None and getattr(self, needed) is None:
            raise PydanticCustomError(
                "event_incomplete", "{kind} needs a {needed}", {"kind": self.kind, "needed": needed}
            )
        if self.priority is not None and self.kind != "reprioritised":
            raise PydanticCustomError(
                "event_priority", "only reprioritised changes a priority, not {kind}", {"kind": self.kind}
            )
        return self
