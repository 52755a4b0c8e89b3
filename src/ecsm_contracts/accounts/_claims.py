"""Which claim is about which credit, and whether it came in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import (
    BusinessCalendar,
    Days,
    Period,
    duration_micros,
    format_instant,
    from_micros,
    to_micros,
)
from ecsm_contracts.clauses import CalendarTime

if TYPE_CHECKING:
    from datetime import date

    from ecsm_contracts.clauses import ClaimTerms
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Claim

__all__ = ["ClaimWindow"]

_BY_CLOSING = frozenset({"end_of_working_day", "legacy_freshdesk"})
"""Days that end with a closing; the others end at the time of day at which they begin."""


@lru_cache(maxsize=16)  # compiling a calendar takes longer than asking it
def _always(zone: str) -> BusinessCalendar:
    return BusinessCalendar.always(zone)


@dataclass(frozen=True, slots=True)
class ClaimWindow:
    """When the credits of one document can be claimed."""

    contract: Contract
    """The version that judges the period."""
    terms: ClaimTerms
    period: Period
    on: date
    """The day on which the document was issued."""

    def _anchor(self, claim: Claim | None) -> int | None:
        if self.terms.since == "period_end":
            return self.period.bounds(self.contract.zone)[1]
        if self.terms.since == "statement":
            return Period(self.on, self.on + timedelta(days=1)).bounds(self.contract.zone)[1]
        return None if claim is None or claim.incident is None else to_micros(claim.incident)

    def _after(self, anchor: int, time: timedelta | Days | CalendarTime) -> int:
        if isinstance(time, CalendarTime):
            period = self.period
            for _ in range(time.periods):
                period = self.contract.billing.next(period)
            return period.bounds(self.contract.zone)[1]
        if isinstance(time, timedelta):
            return anchor + duration_micros(time)
        name = self.terms.calendar
        calendar = _always(self.contract.zone) if name is None else self.contract.calendar(name)
        if self.terms.since == "incident" or not time.by_dates:
            return to_micros(calendar.deadline(from_micros(anchor), time))
        end = to_micros(
            calendar.deadline(from_micros(anchor - 1), time)
        )  # counted from the date that ends at the anchor
        return end if time.meaning in _BY_CLOSING else end + 1

    def deadline(self, claim: Claim | None = None) -> int | None:
        """Return the last instant at which a claim is in time, in microseconds; None where it depends on the claim."""
        anchor = self._anchor(claim)
        return None if anchor is None else self._after(anchor, self.terms.within)

    def why_not(self, claim: Claim) -> str | None:
        """Return why *claim* is not in time, or no claim; None if it is one."""
        if self.terms.evidence == "required" and claim.evidence is None:
            return "it has no evidence, which the contract requires"
        deadline = self.deadline(claim)
        if deadline is None:
            return "it names no incident, from which the time to claim runs"
        at = to_micros(claim.at)
        if at > deadline:
            return f"too late: credits could be claimed until {format_instant(from_micros(deadline))}"
        anchor = self._anchor(claim)
        if self.terms.not_before is not None and anchor is not None and at < self._after(anchor, self.terms.not_before):
            first = format_instant(from_micros(self._after(anchor, self.terms.not_before)))
            return f"too early: credits could be claimed from {first} on"
        return None
