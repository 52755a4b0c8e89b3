"""The parts of a statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from ecsm_contracts.figures import Figure
    from ecsm_contracts.money import Money, Percent

__all__ = ["Assessment", "Line", "LineKind", "Seals", "Unlisted"]

LineKind = Literal["charge", "credit", "limit"]
"""What a line is: what the service costs, what poor service takes off, what a limit gives back of that."""


class Assessment(NamedTuple):
    """Whether one promise was kept."""

    clause: str
    """The clause of the promise."""
    title: str
    """Its heading."""
    outcome: str
    """``met``, ``missed`` or ``not_measured``."""
    number: Fraction | None
    """The number it was judged on, exact; None where there is no single one."""
    target: Percent | None
    """What the number had to reach."""
    counts: tuple[tuple[str, int], ...]
    """What was counted, by column; times are in microseconds."""

    def to_data(self) -> dict[str, Any]:
        """Return the assessment as plain data."""
        return {
            "clause": self.clause,
            "title": self.title,
            "outcome": self.outcome,
            "number": None if self.number is None else f"{self.number.numerator}/{self.number.denominator}",
            "target": None if self.target is None else str(self.target),
            "counts": dict(self.counts),
        }


class Line(NamedTuple):
    """
    An amount of a clause, rounded: what is owed to the provider is positive, what is taken off is negative.
    """

    clause: str
    """The clause."""
    kind: LineKind
    text: str
    """For people."""
    figure: Figure[Money]
    """The amount and its proof."""

    @property
    def amount(self) -> Money:
        """The amount, in whole minor units."""
        return self.figure.value


class Unlisted(NamedTuple):
    """An item of a service that the contract does not list: a misspelling, or another contract's; no scope names it."""

    kind: str
    """``ticket``, ``outage`` or ``notice``."""
    ref: str
    """The identity of the item."""
    service: str
    """The service that it names."""


@dataclass(frozen=True, slots=True)
class Seals:
    """
    What went into a statement, by digest, and what made it.

    The first part is content: the same content gives the same bytes. `made_by` is only recorded: another
    release or Python that gives the same content gives the same statement.
    """

    contract: str
    """Digest of the terms."""
    facts: str
    """
    Digest of all items that were observed, as known by the end of the period, and of all records that were
    rejected.
    """
    calendars: Mapping[str, str]
    """Digest of each calendar, holidays included."""
    zones: Mapping[str, str]
    """Digest of each zone's rules, and the version of the zone data they came from."""
    rules: tuple[str, ...]
    """The rules that the figures were made by, with their versions."""
    made_by: Mapping[str, str]
    """Library and Python, with their versions."""

    def content(self) -> dict[str, Any]:
        """Return the part that is content, as plain data."""
        return {
            "contract": self.contract,
            "facts": self.facts,
            "calendars": dict(self.calendars),
            "zones": dict(self.zones),
            "rules": list(self.rules),
        }
