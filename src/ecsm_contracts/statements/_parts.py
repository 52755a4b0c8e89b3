"""The parts of a statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecsm_contracts.figures import show_quantity, show_value, value_to_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures import Target
    from ecsm_contracts.money import Money

__all__ = ["Assessment", "Line", "LineKind", "Seals", "TriggerState", "Unlisted"]

LineKind = Literal["charge", "credit", "limit", "bonus", "earn_back", "carried"]
"""
What a line is: what the service costs, what poor service takes off, what a limit gives back of that (or takes off a
bonus), what better service earns, what is returned of earlier credits, what a limit adds from the period before.
"""


class Assessment(NamedTuple):
    """Whether one promise was kept."""

    clause: str
    """The clause of the promise."""
    title: str
    """Its heading."""
    outcome: str
    """``met``, ``missed`` or ``not_measured``."""
    number: Fraction | timedelta | int | None
    """
    The number it was judged on, exact: a share or a number, a time, or a count; None where there is no single one.
    """
    target: Target | None
    """What the number had to reach, or not to exceed; it says which of these the number is."""
    counts: tuple[tuple[str, int], ...]
    """What was counted, by column; times are in microseconds."""
    severity: str | None = None
    """How bad a miss was, where the level names severities."""

    def to_data(self) -> dict[str, Any]:
        """Return the assessment as plain data."""
        return {
            "clause": self.clause,
            "title": self.title,
            "outcome": self.outcome,
            "number": _number_data(self.number),
            "target": _target_data(self.target),
            "counts": dict(self.counts),
            **({} if self.severity is None else {"severity": self.severity}),
        }

    @property
    def shown_number(self) -> str:
        """The number for people, in the unit of its target, cut to six decimals: ``95%``, ``4h``, ``4.2``."""
        if self.number is None:
            return ""
        if isinstance(self.number, Fraction) and self.target is not None and self.target.unit == "number":
            return show_quantity(self.number).partition(" (")[0]
        return show_value(self.number).partition(" (")[0]

    @property
    def shown_target(self) -> str:
        """The target for people: ``≥ 95%``, ``≤ 4h``, ``> 99.5%``."""
        if self.target is None:
            return ""
        return f"{self.target.sign} {self.target.shown_bound}"


def _number_data(number: Fraction | timedelta | int | None) -> str | dict[str, Any] | None:
    """Return a fraction as text, as it always was; a time or a count by its type."""
    if isinstance(number, Fraction):
        return f"{number.numerator}/{number.denominator}"
    return None if number is None else value_to_data(number)


def _target_data(target: Target | None) -> str | dict[str, Any] | None:
    """Return a share that must be reached as text, as it always was; any other target as the contract writes it."""
    if target is None:
        return None
    is_share = target.unit == "share" and target.at_least is not None
    return target.shown_bound if is_share else target.to_data()


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


class TriggerState(NamedTuple):
    """Whether a right or duty follows from what happened."""

    clause: str
    """The clause that gives the right."""
    title: str
    """Its heading."""
    right: str
    """What follows: ``terminate``, ``rectify`` and so on."""
    fired: bool
    """Whether it follows in this period."""
    what: str
    """What it looks at, for people: ``4.2 missed 3 times in a row``."""

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return self._asdict()


class Unlisted(NamedTuple):
    """An item of a service that the contract does not list: a misspelling, or another contract's; no scope names it."""

    kind: str
    """``ticket``, ``outage``, ``notice`` or ``survey``."""
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
    Digest of all items that were observed, as known by the end of the period, of all records that were rejected, of
    the items that are unlisted, and of the origins.
    """
    calendars: Mapping[str, str]
    """Digest of each calendar, holidays included."""
    zones: Mapping[str, str]
    """Digest of each zone's rules, and the version of the zone data they came from."""
    rules: tuple[str, ...]
    """The rules that the figures were made by, with their versions."""
    made_by: Mapping[str, str]
    """Library and Python, with their versions."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """
    For each kind of clause that another package brought that package and its version; mostly empty.
    """

    def content(self) -> dict[str, Any]:
        """Return the part that is content, as plain data; kinds only where there are any."""
        content: dict[str, Any] = {
            "contract": self.contract,
            "facts": self.facts,
            "calendars": dict(self.calendars),
            "zones": dict(self.zones),
            "rules": list(self.rules),
        }
        return content | ({"kinds": dict(self.kinds)} if self.kinds else {})
