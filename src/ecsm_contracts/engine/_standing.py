"""A contract bound to a setting without a period: its clocks as they stand at any instant."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.measures import (
    ClockMeasure,
    Item,
    LevelProgram,
    ObservesLevel,
    ObservesRelief,
    TicketView,
    Vocabulary,
    life_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Setting, Step, Ticket
    from ecsm_contracts.measures import BoundLevel, Scope

__all__ = ["Standing", "name_relief"]


def _notices(
    reliefs: Iterable[ObservesRelief], setting: Setting, level: str, scope: Scope
) -> Iterator[tuple[Span, str]]:
    """Yield the span of each notice that relieves *level*, and how it is called."""
    for relief in reliefs:
        if level not in relief.levels:
            continue
        for notice in setting.notices:
            if notice.kind in relief.notices and scope.has(notice.service):
                name = f"{notice.kind.replace('_', ' ')} (clause {relief.ref})"
                yield (to_micros(notice.start), to_micros(notice.end)), name


def name_relief(
    reliefs: Iterable[ObservesRelief], setting: Setting, level: str, scope: Scope
) -> Callable[[int, int], str]:
    """Return what names the relief of *level* between two instants: ``maintenance (clause 5.1)``."""
    notices = tuple(_notices(reliefs, setting, level, scope))

    def named(start: int, end: int) -> str:
        found = {name: None for span, name in notices if span[0] < end and span[1] > start}
        return ", ".join(found)

    return named


class Standing:
    """
    The clocks of a contract, for tickets asked about at any instant.

    Notices are taken as announced: those that lie ahead move what is reckoned ahead, and nothing that has passed.
    """

    def __init__(self, contract: Contract, setting: Setting) -> None:
        """Bind the levels that have a clock, in the order of the clauses."""
        self.contract = contract
        self.vocabulary = Vocabulary()
        self.titles = {clause.ref: clause.title or clause.ref for clause in contract.clauses}
        observations = tuple(chain.from_iterable(clause.observes() for clause in contract.clauses))
        self.reliefs = tuple(each for each in observations if isinstance(each, ObservesRelief))
        self._setting = setting
        self.levels: tuple[BoundLevel, ...] = tuple(
            self._level(each)
            for each in observations
            if isinstance(each, ObservesLevel) and isinstance(each.measure, ClockMeasure)
        )
        unrecorded = {kind for origin in setting.origins for kind in origin.unrecorded}
        self.silent = frozenset(level.program.ref for level in self.levels if level.program.misses(unrecorded))

    def _level(self, observed: ObservesLevel) -> BoundLevel:
        calendars = {name: self.contract.calendar(name) for name in observed.measure.calendars()}
        start = max(calendar.limits[0] for calendar in calendars.values())
        end = min(calendar.limits[1] for calendar in calendars.values())
        tables = {name: calendar.table for name, calendar in calendars.items()}
        program = LevelProgram(observed.ref, observed.scope, observed.measure, tables, start, end, earliest=start)
        spans = (span for span, _ in _notices(self.reliefs, self._setting, observed.ref, observed.scope))
        return program.bind(spans, self.vocabulary)

    def named(self, level: BoundLevel) -> Callable[[int, int], str]:
        """Return what names the relief of *level* between two instants."""
        return name_relief(self.reliefs, self._setting, level.program.ref, level.program.scope)

    def view(self, ticket: Ticket, steps: tuple[Step, ...]) -> TicketView:
        """Return what the levels need of *ticket*, with its *steps*."""
        compiled = self.vocabulary.compile(steps)
        item = Item(ticket.service, ticket.type, ticket.customer, ticket.channel, ticket.parent is not None)
        return TicketView(item, compiled, life_of(compiled, self.vocabulary))
