"""
What a simulated desk promised, in words of its own: minutes, minor units of money, hundredths of a percent.

Nothing here is shared with the contract models; `_document` writes these terms as a contract that anyone can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "ALWAYS",
    "Amount",
    "Bands",
    "ClockTerms",
    "CreditTerms",
    "Holidays",
    "Hours",
    "LimitTerms",
    "ReliefTerms",
    "Share",
    "Shift",
    "TicketPromise",
    "UptimePromise",
]


@dataclass(frozen=True, slots=True)
class Shift:
    """The same hours on consecutive weekdays."""

    first: int
    """The first weekday, 0 for Monday."""
    last: int
    """The last weekday, not before the first."""
    start: int
    """The minute of the day at which it begins."""
    end: int
    """The minute of the day at which it ends, at most 1440; not after the start where it passes midnight."""


ALWAYS = (Shift(0, 6, 0, 1440),)
"""Every minute of the week."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """The frozen holidays of a contract."""

    name: str
    country: str
    years: str
    """The years that are covered, as ``2026`` or ``2025-2027``."""
    source: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """When a wall clock in a zone shows service hours."""

    zone: str
    shifts: tuple[Shift, ...]
    holidays: bool = False
    """Whether the holidays of the contract are kept."""
    yearly: tuple[tuple[int, int], ...] = ()
    """Month and day of holidays of every year."""
    special: tuple[tuple[date, tuple[tuple[int, int], ...]], ...] = ()
    """Days with hours of their own, in minutes of the day; none at all for a closed day."""


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """What stops a clock and what does not; it starts when the ticket is opened."""

    stops: tuple[str, ...]
    holds: tuple[str, ...]
    reopened: Literal["continue_without", "continue_with_closed_time", "restart"]
    attempt: Literal["first", "last", "worst"]
    changed: Literal["new_only", "keep_elapsed", "restart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPromise:
    """A promise about tickets of one service and type."""

    ref: str
    title: str
    service: str
    type: str
    measure: Literal["ticket_time", "attainment"]
    clock: ClockTerms
    hours: str
    targets: tuple[tuple[str, int | None], ...]
    """Minutes by priority, the last row ``otherwise``; None where nothing is promised."""
    population: Literal["due", "resolved"] = "due"
    minimum: int = 1
    when_too_few: Literal["met", "missed", "not_measured"] = "met"
    at_least: int = 9500
    """The share that must be in time, in hundredths of a percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimePromise:
    """A promise that a service can be used; of all services where none is named."""

    ref: str
    title: str
    service: str | None
    hours: str
    at_least: int
    """The share of service time that it must be up, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A price in minor units of the currency."""

    minor: int


@dataclass(frozen=True, slots=True)
class Share:
    """A price as a share of the monthly charge, in hundredths of a percent."""

    hundredths: int


Price: TypeAlias = Amount | Share


@dataclass(frozen=True, slots=True)
class Bands:
    """Prices by the number of a level: upper edge in hundredths of a percent (None for the last band) and price."""

    rows: tuple[tuple[int | None, Price], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms:
    """What a failure takes off the bill."""

    ref: str
    title: str
    levels: tuple[str, ...]
    per: Literal["level", "ticket", "late_time"]
    rate: Price | Bands
    unit: int = 0
    """Minutes of a unit of late time."""
    part: Literal["up", "down", "exact"] = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTerms:
    """The most that some credits may take off."""

    ref: str
    title: str
    credits: tuple[str, ...]
    at_most: Price
    window: Literal["period", "contract_year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefTerms:
    """Announced time that does not count."""

    ref: str
    title: str
    notices: tuple[str, ...]
    levels: tuple[str, ...]
    denominator: Literal["leaves", "stays"] | None
