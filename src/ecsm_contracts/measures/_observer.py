"""
Levels bound to calendars and relief: from one item to its integers.

A `LevelProgram` knows no facts. `bind` gives it the relieved spans of the setting; what comes back turns one
ticket into the numbers of its columns, or the setting into the numbers of its items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import clip_spans, merge_spans, to_micros
from ecsm_contracts.measures._base import ClockMeasure, Seen, SettingMeasure, TicketMeasure
from ecsm_contracts.measures._by import HoursByPriority
from ecsm_contracts.measures._kernel import BoundClock, Judgement, walk
from ecsm_contracts.measures._life import life_of
from ecsm_contracts.measures._quantity import Part, units_of
from ecsm_contracts.measures._relief import lengthened
from ecsm_contracts.measures._service_time import ServiceTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ecsm_contracts.calendars import ServiceTimeTable, Span
    from ecsm_contracts.facts import Setting
    from ecsm_contracts.measures._charged import Charged
    from ecsm_contracts.measures._life import Life
    from ecsm_contracts.measures._measure import Measure
    from ecsm_contracts.measures._scope import Item, Scope
    from ecsm_contracts.measures._vocabulary import CompiledTicket, Vocabulary

Leaving = tuple[tuple[str, str], tuple[int, int]]
"""Kind and identity of what relieves, and its span in microseconds."""

__all__ = ["BoundLevel", "LateUnits", "LevelProgram", "TicketView"]


class TicketView(NamedTuple):
    """What a level needs of a ticket: what its scope asks, and its steps as integers of the observer's vocabulary."""

    item: Item
    compiled: CompiledTicket
    """What happened before the end of the period."""
    life: Life
    """The same in the instants that populations ask for."""


class LateUnits(NamedTuple):
    """Lateness in units for one clause; `unit` is in microseconds."""

    column: str
    unit: int
    part: Part


@dataclass(frozen=True, slots=True)
class LevelProgram:
    """One level, compiled for one window `[start, end)` in microseconds, mostly the period; it knows no facts."""

    ref: str
    """What its columns begin with: the number of its clause, and the first day of a window of its own."""
    scope: Scope
    measure: Measure | Charged
    tables: Mapping[str, ServiceTimeTable]
    """The compiled calendars of the measure, by name, in its order; may be empty."""
    start: int
    end: int
    late_units: tuple[LateUnits, ...] = ()
    earliest: int = 0
    """The first instant that all calendars can be asked about."""
    relieved: bool = False
    """Whether a relief clause names this level."""
    leaving: frozenset[str] = frozenset()
    """The kinds of notice whose time leaves the level's denominator."""
    window_of: str | None = None
    """The clause, where it is compiled for a window of its own: ``4.2`` of ``4.2@2026-03-05``."""

    @property
    def clause(self) -> str:
        """The clause that it is of."""
        return self.window_of or self.ref

    @property
    def table(self) -> ServiceTimeTable:
        """The first of its calendars."""
        return next(iter(self.tables.values()))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of this level, as ``4.2.met``."""
        own = tuple(f"{self.ref}.{name}" for name in self.measure.columns)
        return own + tuple(late.column for late in self.late_units)

    @property
    def is_about_tickets(self) -> bool:
        """Whether it looks at tickets, and not at the setting."""
        return self.measure.is_about_tickets

    def misses(self, unrecorded: Iterable[str]) -> bool:
        """Say whether the level needs a kind of event that is *unrecorded*: it is not measured then."""
        return self.measure.needs_any(unrecorded)

    def look_back(self) -> int:
        """Return the first instant from which facts can matter to this period."""
        return self.measure.look_back(self)

    def bind(
        self,
        relieved: Iterable[Span],
        vocabulary: Vocabulary,
        *,
        extended: Iterable[Span] = (),
        leaving: tuple[Leaving, ...] | None = None,
    ) -> BoundLevel:
        """
        Return the level with the spans that relief takes out of its time, for tickets compiled by *vocabulary*.

        Clocks get the *extended* spans back as a whole, outside of their hours too. *leaving* are the spans that leave
        the denominator, with what they are of; by default the notices of the kinds that do.
        """
        within = tuple(clip_spans(merge_spans(relieved), self.earliest, self.end))
        longer = tuple(clip_spans(merge_spans(extended), self.earliest, self.end))
        times = {
            name: ServiceTime(table, (*within, *lengthened(table, longer, self.end)) if longer else within)
            for name, table in self.tables.items()
        }
        clock = self._clock(times, vocabulary) if isinstance(self.measure, ClockMeasure) else None
        return BoundLevel(self, clock, times, vocabulary, leaving)

    def _clock(self, times: Mapping[str, ServiceTime], vocabulary: Vocabulary) -> BoundClock | None:
        measure = self.measure
        if not isinstance(measure, ClockMeasure):
            return None
        hours = measure.clock.hours

        def terms_of(priority: str) -> tuple[int | None, ServiceTime]:
            name = hours.row(priority) if isinstance(hours, HoursByPriority) else hours
            return measure.target_of(priority), times[name]

        return BoundClock(measure.clock.program(), terms_of, vocabulary)


@dataclass(frozen=True, slots=True)
class BoundLevel:
    """A level that can observe: its program, its clock as a table, and its service time less relief."""

    program: LevelProgram
    clock: BoundClock | None
    times: Mapping[str, ServiceTime]
    vocabulary: Vocabulary
    leaving: tuple[Leaving, ...] | None = None
    """The spans that leave the denominator, sorted; None where these are the notices of the program's kinds."""

    def leaving_spans(self, setting: Setting) -> tuple[Leaving, ...]:
        """Return the spans that leave the denominator, sorted, each with kind and identity of what it is of."""
        if self.leaving is not None:
            return self.leaving
        program = self.program
        known = (
            each.known_before(program.end)
            for each in setting.notices
            if each.kind in program.leaving and program.scope.covers(each)
        )
        found = (
            (("notice", each.ref), (to_micros(each.start), to_micros(each.end))) for each in known if each is not None
        )
        return tuple(sorted(found, key=lambda each: (each[1], each[0])))

    @property
    def time(self) -> ServiceTime:
        """The service time of the first of its calendars."""
        return next(iter(self.times.values()))

    def judge(
        self, ticket: TicketView, until: int, watch: Callable[[int, int, int], object] | None = None
    ) -> Judgement | None:
        """
        Return what the level's clock says of *ticket* just before *until*; *watch* is told of each step on the way.

        None when the ticket is out of scope, had not happened, or the level has no clock.
        """
        return self._judged(ticket, until, watch) if self.program.scope.has_item(ticket.item) else None

    def _judged(
        self, ticket: TicketView, until: int, watch: Callable[[int, int, int], object] | None = None
    ) -> Judgement | None:
        """Return the same for a ticket that is in scope."""
        known = ticket.compiled.known_before(until)
        return walk(self.clock, known, until, watch) if self.clock is not None and known.times else None

    def observe_ticket(self, ticket: TicketView) -> tuple[int, ...] | None:
        """Return the numbers of *ticket* for the level's columns; None when it is out of scope or not about tickets."""
        program, measure = self.program, self.program.measure
        if not isinstance(measure, TicketMeasure) or not program.scope.has_item(ticket.item):
            return None
        compiled, life = ticket.compiled, ticket.life
        if compiled.times and compiled.times[-1] >= program.end:  # a window that ends before the period
            compiled = compiled.known_before(program.end)
            if not compiled.times:
                return None
            life = life_of(compiled, self.vocabulary)
        seen = Seen(
            program.start,
            program.end,
            compiled,
            self.vocabulary,
            life,
            self._judged(ticket, program.end),
            self._judged(ticket, program.start) if measure.needs_start else None,
        )
        numbers = measure.numbers(seen)
        return numbers if not program.late_units else (*numbers, *self._late(seen))

    def _late(self, seen: Seen) -> tuple[int, ...]:
        late = [0 if each is None or not each.judged else each.late for each in (seen.at_end, seen.at_start)]
        return tuple(
            units_of(late[0], each.unit, each.part) - units_of(late[1], each.unit, each.part)
            for each in self.program.late_units
        )

    def observe_setting(self, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return for each item of the *setting*, by kind and identity, the numbers of the level's columns."""
        measure = self.program.measure
        return measure.rows(self, setting) if isinstance(measure, SettingMeasure) else {}
