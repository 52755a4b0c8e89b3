"""A simulated desk: what it promised, how many people it has, and how much goes wrong around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from ecsm_contracts.simulation import _document
from ecsm_contracts.simulation._terms import (
    ALWAYS,
    Amount,
    Bands,
    ClockTerms,
    CreditTerms,
    Holidays,
    Hours,
    LimitTerms,
    ReliefTerms,
    Share,
    Shift,
    TicketPromise,
    UptimePromise,
)

if TYPE_CHECKING:
    from typing import Any

__all__ = ["Desk", "Traffic"]

_AMSTERDAM = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How much happens, and who is there to work on it. Shares are in percent."""

    tickets_per_day: int = 14
    """Arrivals on an ordinary weekday; there are fewer at weekends."""
    agents: int = 3
    """Agents in the desk's hours."""
    night_agents: int = 0
    """Agents outside of them."""
    work_minutes: int = 60
    """The longest piece of work on a ticket without a break."""
    other_tickets: int = 20
    """Share of tickets that are no incident of the desk."""
    customer_holds: int = 22
    vendor_holds: int = 8
    hold_minutes: int = 3000
    """The longest wait for a customer or a vendor."""
    reopened: int = 12
    reprioritised: int = 12
    cancelled: int = 4
    """Share of tickets that are cancelled or merged."""
    outages_per_month: int = 2
    """By service."""
    outage_minutes: int = 240
    """The longest outage."""
    notices_per_month: int = 1
    """By service; maintenance and force majeure."""
    bad_records: int = 10
    """Records that no one can read or believe, in the whole run."""
    redelivered: int = 8
    """Share of records that are delivered twice."""


def _acme_promises() -> tuple[TicketPromise, ...]:
    answered = TicketPromise(
        ref="4.1",
        title="Incidents are answered in time",
        service="desk",
        type="incident",
        measure="ticket_time",
        clock=ClockTerms(("replied", "resolved"), (), "continue_without", "first", "new_only"),
        hours="desk",
        targets=(("P1", 30), ("P2", 60), ("otherwise", 240)),
    )
    resolved = TicketPromise(
        ref="4.2",
        title="Incidents are resolved in time",
        service="desk",
        type="incident",
        measure="attainment",
        clock=ClockTerms(("resolved",), ("customer",), "continue_without", "last", "restart"),
        hours="desk",
        targets=(("P1", 240), ("P2", 480), ("otherwise", 2400)),
    )
    return answered, resolved


_ACME_UPTIMES = (UptimePromise(ref="4.3", title="Mail is up", service="mail", hours="always", at_least=9990),)
_ACME_BANDS = Bands(((9500, Share(10000)), (9900, Share(2500)), (9990, Share(1000)), (None, Share(0))))
_ACME_CREDITS = (
    CreditTerms(ref="4.4", title="Credit for late answers", levels=("4.1",), per="ticket", rate=Amount(5000)),
    CreditTerms(ref="4.5", title="Credit for late resolutions", levels=("4.2",), per="level", rate=Share(500)),
    CreditTerms(ref="4.6", title="Credit for mail that is down", levels=("4.3",), per="level", rate=_ACME_BANDS),
)
_ACME_LIMITS = (
    LimitTerms(
        ref="4.7", title="Monthly limit of credits", credits=("4.4", "4.5", "4.6"), at_most=Share(1000), window="period"
    ),
)
_ACME_RELIEFS = (
    ReliefTerms(
        ref="5.1", title="Planned maintenance", notices=("maintenance",), levels=("4.3",), denominator="leaves"
    ),
)
_ACME_DAYS = ((1, 1), (4, 5), (4, 6), (4, 27), (5, 14), (5, 24), (5, 25), (12, 25), (12, 26))
_ACME_HOLIDAYS = Holidays(
    "nl-2026",
    "NL",
    "2026",
    "written by hand from the Dutch public holidays of 2026",
    tuple(date(2026, month, day) for month, day in _ACME_DAYS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """
    A desk with its contract and its circumstances. Without arguments it is that of ``examples/acme.yaml``.

        >>> import json
        >>> json.loads(Desk().contract_text())["ref"]
        'ACME-2026'
    """

    ref: str = "ACME-2026"
    title: str = "Managed service desk for Acme"
    provider: str = "Northwind Support"
    customer: str = "Acme Ltd"
    term_start: date = date(2026, 1, 1)
    """The first day of the term, a first of a month."""
    term_end: date = date(2027, 1, 1)
    """The day after its last."""
    zone: str = _AMSTERDAM
    """The zone in which months begin."""
    currency: str = "EUR"
    charge: int = 2_000_000
    """What a month costs, in minor units of the currency."""
    hours: tuple[tuple[str, Hours], ...] = (
        ("desk", Hours(_AMSTERDAM, (Shift(0, 4, 480, 1080),), holidays=True)),
        ("always", Hours(_AMSTERDAM, ALWAYS)),
    )
    """Calendars by name; ``desk`` says when the agents work."""
    holidays: Holidays = _ACME_HOLIDAYS
    services: tuple[str, ...] = ("desk", "mail")
    promises: tuple[TicketPromise, ...] = _acme_promises()
    uptimes: tuple[UptimePromise, ...] = _ACME_UPTIMES
    credits: tuple[CreditTerms, ...] = _ACME_CREDITS
    limits: tuple[LimitTerms, ...] = _ACME_LIMITS
    reliefs: tuple[ReliefTerms, ...] = _ACME_RELIEFS
    rounding: Literal["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"] = "half_up"
    traffic: Traffic = Traffic()

    def contract(self) -> dict[str, Any]:
        """Return the contract of the desk as plain data."""
        return _document.contract_of(self)

    def contract_text(self) -> str:
        """Return the contract of the desk as JSON, which needs no optional package to be read."""
        return _document.json_text(self.contract())

    def contract_yaml(self) -> str:
        """Return the contract of the desk as YAML for people, one clause a line."""
        return _document.yaml_text(self.contract())
