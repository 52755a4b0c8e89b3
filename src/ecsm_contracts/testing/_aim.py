"""
Where it hurts: the instants at which a month of a contract changes its mind.

The library's own calendars and clocks are used to find them. That is no harm: whoever checks a result must not use
them, whoever makes up a ticket may.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from ecsm_contracts.adapters import facts_from_records
from ecsm_contracts.calendars import Period, format_instant, from_micros
from ecsm_contracts.engine import Observer, plan
from ecsm_contracts.errors import CalendarRangeError, Contradiction
from ecsm_contracts.facts import Ticket, timeline
from ecsm_contracts.measures import BoundLevel
from ecsm_contracts.testing._hours import turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.contracts import Contract

__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "Aim", "instant_text"]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FAR = 60 * DAY


def instant_text(at: int) -> str:
    """Return microseconds since 1970 as ISO 8601 in UTC."""
    return format_instant(from_micros(at))


def _ticket(ticket: dict[str, Any]) -> Ticket:
    """Return a ticket whose events have `at` in microseconds."""
    events = [{**event, "at": instant_text(event["at"])} for event in ticket["events"]]
    return Ticket.model_validate({**ticket, "ref": ticket.get("ref", "T"), "events": events})


class Aim:
    """The instants of one month of one contract that are worth hitting."""

    def __init__(self, contract: Contract, period: Period, notices: Sequence[dict[str, Any]] = ()) -> None:
        """Take the month, and the notices that relieve its levels."""
        planned = plan(contract, period)
        self.contract = contract
        self.start, self.end = planned.bounds
        self._observer = Observer(planned, facts_from_records(notices=notices).setting)
        self.levels = self._observer.levels
        self._times = planned.service_times()
        self._calendars = [contract.calendar(name) for name in contract.calendar_names()]
        zones = sorted({calendar.zone for calendar in self._calendars})
        self.turned = [at for zone in zones for at in turns(zone, self.start, self.end)]
        self.moments = self._moments()

    def _moments(self) -> list[int]:
        """Return bounds of the month, changes of the clock, openings and closings near them and in the middle."""
        first, last = self.start - 2 * DAY, self.end + 2 * DAY
        found = {self.start, self.end, *self.turned}
        for middle in (self.start, self.end, self.start + (self.end - self.start) // 2, *self.turned):
            for calendar in self._calendars:
                spans = calendar.open_spans(max(first, middle - 2 * DAY), min(last, middle + 2 * DAY))
                found |= {edge for span in spans for edge in span}
        return sorted(found)

    def after(self, at: int, most: int = 6) -> list[int]:
        """Return the next moments from *at* on, at most *most* of them."""
        position = bisect_left(self.moments, at)
        return self.moments[position : position + most]

    def in_scope(self, ticket: dict[str, Any]) -> list[BoundLevel]:
        """Return the levels with a clock in whose scope the ticket is."""
        return [
            level
            for level in self.levels
            if level.clock is not None and level.program.scope.has(ticket["service"], ticket["type"])
        ]

    def deadline(self, level: BoundLevel, ticket: dict[str, Any]) -> int | None:
        """Return the last instant at which *ticket*, if nothing else happens, is in time; None if there is none."""
        known = _ticket(ticket)
        try:
            view = self._observer.view(known, timeline(known, self.contract.priorities))
            judged = level.judge(view, self.end + FAR)
        except (CalendarRangeError, Contradiction):
            return None
        return None if judged is None else judged.breach

    def outage_that_reaches(self, level: BoundLevel, start: int) -> int | None:
        """Return the end of an outage from *start* that leaves exactly the target; None where there is none."""
        clause = self.contract.clause(level.program.clause)
        target = getattr(clause, "target", None)
        whole, _ = self._times[level.program.ref]
        if target is None or not whole:
            return None
        share = (1 - target.bound.ratio) * whole
        end = level.time.latest_instant_of(level.time.worked_until(start) + share.numerator // share.denominator)
        return end if share.denominator == 1 and end <= self.end else None
