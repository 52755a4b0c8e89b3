"""A table by priority: one of the four shapes that contracts are written in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from ecsm_contracts._model import NamedModel, Needs
from ecsm_contracts.calendars import Duration, duration_micros
from ecsm_contracts.facts import Ref

__all__ = ["ByPriority", "HoursByPriority", "Within", "target_by_priority"]

NoPromise = Literal["none"]


def _entry_tag(value: object) -> str:
    return "none" if value == "none" else "duration"


Entry = Annotated[
    Annotated[Duration, Tag("duration")] | Annotated[NoPromise, Tag("none")],
    Discriminator(_entry_tag),
]


class ByPriority(NamedModel):
    """
    A duration for each priority; priorities that are not listed have the one of `otherwise`.

    `otherwise` is required, so that no priority is forgotten; ``none`` says that nothing is promised.

        >>> ByPriority.model_validate({"by": "priority", "P1": "4h", "otherwise": "none"}).row("P1")
        datetime.timedelta(seconds=14400)
    """

    __pydantic_extra__: dict[str, Entry]

    by: Literal["priority"]
    """What the rows are chosen by."""
    otherwise: Entry
    """The duration for every other priority, or ``none``."""

    def row(self, priority: str) -> timedelta | None:
        """Return the duration for *priority*; None when nothing is promised."""
        entry = self.named.get(priority, self.otherwise)
        return entry if isinstance(entry, timedelta) else None

    def rows(self) -> tuple[tuple[str, timedelta | None], ...]:
        """Return each listed priority with its duration, in the order of the document, then ``otherwise``."""
        listed = tuple((priority, self.row(priority)) for priority in self.named)
        return (*listed, ("otherwise", self.row("otherwise")))


class HoursByPriority(NamedModel):
    """
    A calendar for each priority; priorities that are not listed have the one of `otherwise`.

        >>> hours = HoursByPriority.model_validate({"by": "priority", "P1": "always", "otherwise": "desk"})
        >>> hours.row("P1"), hours.row("P3")
        ('always', 'desk')
    """

    __pydantic_extra__: dict[str, Annotated[Ref, Needs("calendar")]]

    by: Literal["priority"]
    """What the rows are chosen by."""
    otherwise: Annotated[Ref, Needs("calendar")]
    """The calendar for every other priority."""

    def row(self, priority: str) -> str:
        """Return the name of the calendar for *priority*."""
        return str(self.named.get(priority, self.otherwise))

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return each listed priority with its calendar, in the order of the document, then ``otherwise``."""
        return (*((priority, self.row(priority)) for priority in self.named), ("otherwise", self.otherwise))


def _within_tag(value: object) -> str:
    return "table" if isinstance(value, (Mapping, ByPriority)) else "single"


Within = Annotated[
    Annotated[Duration, Tag("single")] | Annotated[ByPriority, Tag("table")],
    Discriminator(_within_tag),
]
"""A duration, or a table of durations by priority."""


def target_by_priority(within: Any, priority: str) -> int | None:
    """Return the target for *priority* in microseconds of service time; None when nothing is promised."""
    duration = within.row(priority) if isinstance(within, ByPriority) else within
    return None if duration is None else duration_micros(duration)
