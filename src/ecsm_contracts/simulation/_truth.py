"""The ground truth of a world: what was counted while it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["LevelTruth", "LineTruth", "MonthTruth", "ServiceTruth", "TicketTruth"]


@dataclass(frozen=True, slots=True)
class TicketTruth:
    """One ticket under one promise, as it stood when the world ended. Minutes are service minutes."""

    ref: str
    clause: str
    minutes: int
    """Service minutes spent in the attempt under way."""
    breached_at: int | None
    """The minute, since 1970 in UTC, in which time ran out; None for a ticket that is in time."""
    late: int
    """Minutes beyond the target."""
    met: bool
    """Whether it is stopped and in time."""
    counts: bool
    """Whether it is judged at all: not when it was cancelled, or nothing is promised for its priority."""


@dataclass(frozen=True, slots=True)
class LevelTruth:
    """One promise in one month."""

    clause: str
    outcome: str
    """``met``, ``missed`` or ``not_measured``."""
    number: Fraction | None
    """The share that it is judged on; None where there is none."""
    counts: tuple[tuple[str, int], ...]
    """What was counted by name; times in minutes."""
    tickets: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """For every ticket that counts with anything its part of `counts`, by identity."""

    def count(self, name: str) -> int:
        """Return one count, for example ``misses``; times in minutes."""
        return dict(self.counts)[name]


@dataclass(frozen=True, slots=True)
class LineTruth:
    """An expected line of a statement, in minor units of the currency."""

    clause: str
    minor: int


@dataclass(frozen=True, slots=True)
class ServiceTruth:
    """One service in one month, by the clock on the wall and not in service hours."""

    service: str
    down: int
    """Minutes in which at least one outage lasted."""
    planned: int
    """Minutes under a notice of maintenance."""


@dataclass(frozen=True, slots=True)
class MonthTruth:
    """One calendar month of the contract's zone."""

    month: str
    """As ``2026-03``."""
    start: int
    """The first minute, since 1970 in UTC."""
    end: int
    """The first minute after it."""
    levels: tuple[LevelTruth, ...]
    lines: tuple[LineTruth, ...]
    services: tuple[ServiceTruth, ...]
    effort: tuple[tuple[str, int], ...]
    """Minutes of work that were recorded in the month, by role."""
    limited: tuple[str, ...]
    """The limits that took something off."""

    @property
    def total(self) -> int:
        """The sum of the lines, in minor units of the currency."""
        return sum(line.minor for line in self.lines)

    def level(self, clause: str) -> LevelTruth:
        """Return the promise *clause*."""
        return next(level for level in self.levels if level.clause == clause)
