"""
Levels bound to calendars and relief: from one item to its integers.

A `LevelProgram` knows no facts. `bind` gives it the relieved spans of the setting; what comes back turns one
ticket into the numbers of its columns, or all outages into theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import clip_spans, duration_micros, merge_spans
from ecsm_contracts.errors import CalendarRangeError
from ecsm_contracts.measures._by import ByPriority, target_by_priority
from ecsm_contracts.measures._kernel import Judgement, walk
from ecsm_contracts.measures._measure import Attainment, Availability, TicketTime
from ecsm_contracts.measures._quantity import Part, units_of
from ecsm_contracts.measures._service_time import ServiceTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ecsm_contracts.calendars import ServiceTimeTable, Span
    from ecsm_contracts.facts import Step
    from ecsm_contracts.measures._clock import ClockProgram
    from ecsm_contracts.measures._scope import Scope

__all__ = ["BoundLevel", "LateUnits", "LevelProgram", "TicketView", "last_resolution"]


class TicketView(NamedTuple):
    """What a clock needs of a ticket."""

    service: str
    type: str
    priority: str
    steps: Sequence[Step]


class LateUnits(NamedTuple):
    """Lateness in units for one clause; `unit` is in microseconds."""

    column: str
    unit: int
    part: Part


def last_resolution(steps: Sequence[Step], until: int) -> int | None:
    """
    Return the instant of the resolution that stands just before *until*.

    None when the ticket is open or ended.
    """
    resolved: int | None = None
    for step in steps:
        if step.at >= until:
            break
        if step.kind == "resolved" and resolved is None:
            resolved = step.at
        elif step.kind in {"reopened", "cancelled", "merged"}:
            resolved = None
    return resolved


@dataclass(frozen=True, slots=True)
class LevelProgram:
    """One level, compiled for one period `[start, end)` in microseconds; it knows no facts."""

    ref: str
    scope: Scope
    measure: Attainment | TicketTime | Availability
    table: ServiceTimeTable
    start: int
    end: int
    late_units: tuple[LateUnits, ...] = ()
    earliest: int = 0
    """The first instant that the calendar can be asked about."""
    relieved: bool = False
    """Whether a relief clause names this level."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of this level, as ``4.2.met``."""
        own = tuple(f"{self.ref}.{name}" for name in self.measure.columns)
        return own + tuple(late.column for late in self.late_units)

    def misses(self, unrecorded: Iterable[str]) -> bool:
        """Say whether the level's clock needs a kind of event that is *unrecorded*: it is not measured then."""
        return not isinstance(self.measure, Availability) and self.measure.clock.needs_any(unrecorded)

    def look_back(self) -> int:
        """
        Return the first instant from which facts can matter to this period.

        A ticket that was resolved before the period can still be due in it; with relief, which only the
        setting tells, there is no bound to how long before.
        """
        measure = self.measure
        if not isinstance(measure, Attainment) or measure.population != "due":
            return self.start
        if self.relieved:
            return self.earliest
        targets = (
            [row for _, row in measure.within.rows()] if isinstance(measure.within, ByPriority) else [measure.within]
        )
        longest = max((duration_micros(target) for target in targets if target is not None), default=0)
        try:
            return min(self.start, self.table.instant_of(self.table.worked_until(self.start) - longest))
        except CalendarRangeError:
            return self.earliest

    def bind(self, relieved: Iterable[Span] = ()) -> BoundLevel:
        """Return the level with the spans that relief takes out of its time."""
        clock = None if isinstance(self.measure, Availability) else self.measure.clock.program()
        within = clip_spans(merge_spans(relieved), self.earliest, self.end)
        return BoundLevel(self, clock, ServiceTime(self.table, within))


@dataclass(frozen=True, slots=True)
class BoundLevel:
    """A level that can observe: its program, its clock as a table, and its service time less relief."""

    program: LevelProgram
    clock: ClockProgram | None
    time: ServiceTime

    def judge(
        self, ticket: TicketView, until: int, watch: Callable[[int, int, int], object] | None = None
    ) -> Judgement | None:
        """
        Return what the level's clock says of *ticket* just before *until*; *watch* is told of each step on the way.

        None when the ticket is out of scope.
        """
        measure = self.program.measure
        if (
            self.clock is None
            or isinstance(measure, Availability)
            or not self.program.scope.has(ticket.service, ticket.type)
        ):
            return None
        within = measure.within
        return walk(
            self.clock,
            self.time,
            lambda priority: target_by_priority(within, priority),
            priority=ticket.priority,
            steps=ticket.steps,
            until=until,
            watch=watch,
        )

    def observe_ticket(self, ticket: TicketView) -> tuple[int, ...] | None:
        """Return the numbers of *ticket* for the level's columns; None when it is out of scope."""
        at_end = self.judge(ticket, self.program.end)
        if at_end is None:
            return None
        if isinstance(self.program.measure, Attainment):
            return self._attainment(ticket, at_end)
        at_start = self.judge(ticket, self.program.start)
        after, before = self._ticket_time(at_end), self._ticket_time(at_start)
        return tuple(a - b for a, b in zip(after, before, strict=True))

    def _attainment(self, ticket: TicketView, judged: Judgement) -> tuple[int, ...]:
        program = self.program
        at = judged.due
        if isinstance(program.measure, Attainment) and program.measure.population == "resolved":
            at = last_resolution(ticket.steps, program.end)
        if not judged.judged or at is None or not program.start <= at < program.end:
            return 0, 0, 0
        return 1, int(judged.breach is None), judged.elapsed

    def _ticket_time(self, judged: Judgement | None) -> tuple[int, ...]:
        units = self.program.late_units
        if judged is None or not judged.judged:
            return (0,) * (len(TicketTime.columns) + len(units))
        breached = judged.breach is not None
        late = [units_of(judged.late, each.unit, each.part) for each in units]
        return int(judged.stopped and not breached), int(breached), judged.late, *late

    def observe_outages(self, spans: Sequence[tuple[str, Span]]) -> dict[str, tuple[int, ...]]:
        """
        Return for each outage, by identity, the service time that it adds to the union of those before it.

        *spans* are the outages in scope, with their intervals; the numbers add up to the length of the union.
        """
        return self._marginal(spans, column=0, time=self.time)

    def observe_planned(self, spans: Sequence[tuple[str, Span]]) -> dict[str, tuple[int, ...]]:
        """Return for each notice, by identity, the service time that it takes out of the denominator."""
        return self._marginal(spans, column=1, time=ServiceTime(self.program.table))

    def _marginal(
        self, spans: Sequence[tuple[str, Span]], column: int, time: ServiceTime
    ) -> dict[str, tuple[int, ...]]:
        numbers: dict[str, tuple[int, ...]] = {}
        reach = self.program.start
        for ref, (start, end) in sorted(spans, key=lambda each: (each[1], each[0])):
            fresh, until = max(start, reach), min(end, self.program.end)
            row = [0] * len(Availability.columns)
            row[column] = time.between(fresh, until)
            numbers[ref] = tuple(row)
            reach = max(reach, until)
        return numbers
