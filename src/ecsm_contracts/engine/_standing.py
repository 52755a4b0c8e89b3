"""A contract bound to a setting without a period: its clocks as they stand at any instant."""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from ecsm_contracts.clauses import observed_by
from ecsm_contracts.engine._opening import promises_when_opened, version_at_instant
from ecsm_contracts.engine._reliefs import bind_level, bound_reliefs
from ecsm_contracts.measures import (
    ClockMeasure,
    Item,
    LevelProgram,
    ObservesLevel,
    TicketView,
    Vocabulary,
    life_of,
    relief_spans,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Setting, Step, Ticket
    from ecsm_contracts.measures import BoundLevel, ObservesRelief, Scope

__all__ = ["Standing", "name_relief"]


def _notices(
    reliefs: Iterable[ObservesRelief], setting: Setting, level: str, scope: Scope
) -> Iterator[tuple[Span, str]]:
    """Yield the span of each notice or window that relieves *level*, and how it is called."""
    for relief in reliefs:
        if level not in relief.levels or relief.treatment == "count":
            continue
        for each in relief_spans(relief, setting.notices, scope):
            yield each.span, f"{each.name} (clause {relief.ref})"


def name_relief(
    reliefs: Iterable[ObservesRelief], setting: Setting, level: str, scope: Scope
) -> Callable[[int, int], str]:
    """Return what names the relief of *level* between two instants: ``maintenance (clause 5.1)``."""
    notices = tuple(_notices(reliefs, setting, level, scope))
    extended = tuple(_notices([each for each in reliefs if each.treatment == "extend"], setting, level, scope))

    def named(start: int, end: int) -> str:
        found = {name: None for span, name in notices if span[0] < end and span[1] > start}
        before = [name for span, name in extended if span[0] < end]
        return ", ".join(found) or ", ".join(dict.fromkeys(before[-1:]))

    return named


class Standing:
    """
    The clocks of a contract, for one ticket asked about at any instant.

    Of an amended contract the version is the one that judges the period of the instant; where tickets keep the promises
    of their day, its levels are what they were when the ticket was opened. Notices are taken as announced: those that
    lie ahead move what is reckoned ahead, and nothing that has passed.
    """

    def __init__(self, contract: Contract, setting: Setting, *, opened: int, at: int) -> None:
        """Bind the levels that have a clock, in the order of the clauses, for a ticket *opened* and asked *at*."""
        self.contract = version_at_instant(contract, at)
        self.vocabulary = Vocabulary()
        self.titles = {clause.ref: clause.title or clause.ref for clause in self.contract.clauses}
        observations = tuple(chain.from_iterable(observed_by(clause) for clause in self.contract.clauses))
        self.reliefs = bound_reliefs(self.contract, observations)
        levels = [each for each in observations if isinstance(each, ObservesLevel)]
        self._hours_of = self.contract
        promises = tuple(promises_when_opened(contract, self.contract, at + 1))
        if promises:
            found = promises[bisect_right(promises, opened, key=attrgetter("start")) - 1]
            self._hours_of, self.reliefs = found.contract, found.reliefs
            levels = [found.levels[each.ref] for each in levels if each.ref in found.levels]
        self._setting, self._opened = setting, opened
        self.levels: tuple[BoundLevel, ...] = tuple(
            self._level(each) for each in levels if isinstance(each.measure, ClockMeasure)
        )
        unrecorded = {kind for origin in setting.origins for kind in origin.unrecorded}
        self.silent = frozenset(level.program.ref for level in self.levels if level.program.misses(unrecorded))

    def _level(self, observed: ObservesLevel) -> BoundLevel:
        names = observed.measure.calendars()
        calendars = {name: self._hours_of.calendar(name, holidays_of=self.contract) for name in names}
        start = max(calendar.limits[0] for calendar in calendars.values())
        end = min(calendar.limits[1] for calendar in calendars.values())
        tables = {name: calendar.table for name, calendar in calendars.items()}
        program = LevelProgram(observed.ref, observed.scope, observed.measure, tables, start, end, earliest=start)
        return bind_level(program, self.reliefs, self._setting, self.vocabulary, self._opened, as_announced=True)

    def named(self, level: BoundLevel) -> Callable[[int, int], str]:
        """Return what names the relief of *level* between two instants."""
        return name_relief(self.reliefs, self._setting, level.program.ref, level.program.scope)

    def view(self, ticket: Ticket, steps: tuple[Step, ...]) -> TicketView:
        """Return what the levels need of *ticket*, with its *steps*."""
        compiled = self.vocabulary.compile(steps)
        return TicketView(Item.of(ticket), compiled, life_of(compiled, self.vocabulary))
