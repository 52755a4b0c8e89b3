"""The base of every clause, and what a clause may know while it settles."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ecsm_contracts._model import Model
from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.facts import Origin
    from ecsm_contracts.measures import Distribution, NeedsEvents, Observation, Tally
    from ecsm_contracts.money import Money, RoundingMode

__all__ = ["Clause", "Context", "Yields"]

Yields = Literal["charge", "level", "credit", "limit", "relief"]
"""
What a clause gives to those that refer to it: an amount to reckon from, an outcome, a credit, a limited sum,
a treatment.
"""


@dataclass(slots=True)
class Context:
    """
    All that a clause may know while it settles.

    Sums, the figures of earlier clauses, and what was carried. No ticket.

    `service_times` gives the service time of each availability level in the period, `calendars` what it
    cites, in microseconds; `used` what each limit has given before in its window; `origins` say what the
    facts do not record.
    """

    currency: str
    rounding: RoundingMode
    tally: Tally
    service_times: Mapping[str, tuple[int, str]]
    used: Mapping[str, Money]
    origins: tuple[Origin, ...] = ()
    settled: dict[str, Figure[Any]] = field(default_factory=dict)
    bucket_counts: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """For each level that is measured by buckets how many lie in its hours, and the calendar's name."""

    def figure(self, ref: str) -> Figure[Any]:
        """
        Return the figure of the clause *ref*, which is settled before those that refer to it.

        Raises:
            UnknownReference: when no clause of this reference has been settled.
        """
        try:
            return self.settled[ref]
        except KeyError:
            raise UnknownReference(f"no clause {ref!r} has been settled") from None

    def count(self, name: str, column: str) -> Figure[int]:
        """Return the sum of a *column* of the tally as a count."""
        return given(name, self.tally[column], f"tally {column}")

    def time(self, name: str, column: str) -> Figure[timedelta]:
        """Return the sum of a *column* of the tally as a time."""
        return given(name, timedelta(microseconds=self.tally[column]), f"tally {column}")

    def unrecorded(self, needing: NeedsEvents) -> tuple[Figure[str], ...]:
        """Return the kinds of event that a clock or measure needs and an origin does not record; mostly none."""
        return tuple(
            given("kind of event that is not recorded", kind, f"origin {origin.ref}")
            for origin in self.origins
            for kind in origin.unrecorded
            if needing.needs_any((kind,))
        )

    def service_time(self, ref: str) -> Figure[timedelta]:
        """Return the service time of the availability level *ref* in the period."""
        microseconds, calendar = self.service_times[ref]
        return given("service time", timedelta(microseconds=microseconds), f"calendar {calendar}")

    def buckets(self, ref: str) -> Figure[int]:
        """Return the number of buckets that lie in the hours of the level *ref* in the period."""
        number, calendar = self.bucket_counts[ref]
        return given("buckets in the hours", number, f"calendar {calendar}")

    def each(self, column: str) -> Distribution:
        """Return all values of a *column* whose rows the tally keeps apart."""
        return self.tally.each(column)

    def used_before(self, ref: str) -> Figure[Money]:
        """Return what the limit *ref* gave in earlier periods of its window."""
        return given("used before", self.used[ref], "carry")


class Clause(Model):
    """
    A numbered clause of a contract.

    A clause kind is one class: `kind`, its fields, `observes()` and `settle()`. Fields that name other
    clauses say what they need (``Annotated[Ref, Needs("level")]``); `yields` says what this clause gives. The
    order of settling follows from that.
    """

    yields: ClassVar[Yields]

    ref: Ref
    """The number of the clause in the contract, as a text: ``"4.2"``."""
    title: Ref | None = None
    """A heading for people."""

    @property
    def cite(self) -> str:
        """How figures cite this clause."""
        return f"clause {self.ref}"

    def observes(self) -> tuple[Observation, ...]:
        """Return what must be counted for this clause; nothing by default."""
        return ()

    @abstractmethod
    def settle(self, context: Context) -> Figure[Any]:
        """Return the figure of this clause, derived from what the *context* holds and nothing else."""
