"""What a measure may know when it is settled: sums, and nothing of any ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures._distribution import Distribution

__all__ = ["NeedsEvents", "Sums"]


class NeedsEvents(Protocol):
    """A clock or a measure that needs certain kinds of event to be recorded."""

    def needs_any(self, kinds: Iterable[str]) -> bool:
        """Say whether it needs one of these *kinds*."""


class Sums(Protocol):
    """The tally of a period as figures; clauses hand in their context."""

    def count(self, name: str, column: str) -> Figure[int]:
        """Return the sum of a *column* of the tally as a count."""

    def time(self, name: str, column: str) -> Figure[timedelta]:
        """Return the sum of a *column* of the tally as a time."""

    def each(self, column: str) -> Distribution:
        """Return all values of a *column* whose rows are kept apart."""

    def service_time(self, ref: str) -> Figure[timedelta]:
        """Return the service time of the level *ref* in the period."""

    def buckets(self, ref: str) -> Figure[int]:
        """Return the number of buckets that lie in the hours of the level *ref* in the period."""

    def unrecorded(self, needing: NeedsEvents) -> tuple[Figure[str], ...]:
        """Return the kinds of event that a clock or measure needs and an origin does not record; mostly none."""

    def figure(self, ref: str) -> Figure[Any]:
        """Return the figure of the clause *ref*, which is settled before those that refer to it."""
