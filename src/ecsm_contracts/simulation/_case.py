"""A ticket while it lives: its events as they happen, and what may happen to it next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.simulation._count import TicketCounter

__all__ = ["Case", "utc_text"]

QUEUED, WORKED, HELD, RESOLVED, CLOSED, ENDED = "queued", "worked on", "held", "resolved", "closed", "ended"


def utc_text(minute: int) -> str:
    """Return *minute*, in minutes since 1970 in UTC, as ISO 8601."""
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Case:
    """One ticket. Every event goes to the counters in the minute in which it happens."""

    def __init__(self, ref: str, kind: tuple[str, str], priority: str, counters: Iterable[TicketCounter]) -> None:
        """Make a ticket of a service and type, which is not opened yet."""
        self.ref = ref
        self.service, self.type = kind
        self.first_priority = self.priority = priority
        self.events: list[dict[str, str]] = []
        self.state = QUEUED
        self.answered = False
        self.pieces = 0
        self._counters = [
            each for each in counters if (each.promise.service, each.promise.type) == (self.service, self.type)
        ]

    @property
    def alive(self) -> bool:
        """Whether anything but a note may still happen to it."""
        return self.state != ENDED

    @property
    def unsolved(self) -> bool:
        """Whether it is open."""
        return self.state in (QUEUED, WORKED, HELD)

    def happen(self, kind: str, at: int, **fields: str) -> bool:
        """Let an event happen at the minute *at*; False where the very same one has just happened."""
        event = {"kind": kind, "at": utc_text(at), **fields}
        if event in self.events[-8:]:
            return False
        self.events.append(event)
        if kind == "closed" and self.unsolved:
            self._tell("resolved", at, {})
        self._tell(kind, at, fields)
        self.priority = fields.get("priority", self.priority)
        self.answered |= fields.get("party") == "provider" and kind == "replied"
        return True

    def _tell(self, kind: str, at: int, fields: dict[str, str]) -> None:
        for counter in self._counters:
            if kind == "opened":
                counter.open(self.ref, self.first_priority)
            else:
                counter.happen(self.ref, kind, at, fields.get("party"), fields.get("priority"))

    def record(self) -> dict[str, Any]:
        """Return the ticket as a plain record."""
        return {
            "ref": self.ref,
            "service": self.service,
            "type": self.type,
            "priority": self.first_priority,
            "events": [dict(event) for event in self.events],
        }
