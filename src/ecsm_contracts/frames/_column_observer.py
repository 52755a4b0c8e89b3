"""
A plan bound to the setting, for columns: a chunk of tickets becomes a chunk of rows.

This module needs NumPy; it is imported when the first columns of tickets are observed, and not before.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ecsm_contracts.engine import Observer
from ecsm_contracts.engine._observe import ended_before
from ecsm_contracts.engine._row_bounds import broken_numbers, row_error
from ecsm_contracts.errors import CalendarRangeError, Contradiction
from ecsm_contracts.facts import Rejected, timeline
from ecsm_contracts.frames._digests import short_digests
from ecsm_contracts.frames._kernel_columns import FEW, NONE, JudgementColumns, Walked, as_columns, walk_columns
from ecsm_contracts.frames._numbers import SeenColumns, late_numbers, lives_of, numbers_of
from ecsm_contracts.frames._relieved_hours import EventTimes, RelievedHours
from ecsm_contracts.frames._steps import StepColumns, count_before, steps_before, steps_of_some
from ecsm_contracts.frames._ticket_arrays import numbered
from ecsm_contracts.measures import ClockMeasure, CompiledTicket, Item, Life, Row, TicketMeasure, TicketView
from ecsm_contracts.measures._kernel import NEVER
from ecsm_contracts.measures._table import WAITING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.engine import Plan
    from ecsm_contracts.facts import Setting, Ticket
    from ecsm_contracts.frames._numbers import LifeColumns
    from ecsm_contracts.frames._ticket_columns import TicketColumns
    from ecsm_contracts.measures import BoundLevel, Judgement

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["ChunkJudged", "ColumnObserver", "number_outside"]

NO_DIGEST = "0" * 16
_SELDOM = ("area", "subject")
"""What few scopes ask of a ticket, and what may be another for each."""


class _Chunk(NamedTuple):
    """Some tickets, their steps by the period's end, and what the levels share of them."""

    columns: TicketColumns
    steps: StepColumns
    life: LifeColumns
    events: EventTimes
    """The instants of the steps."""
    items: Sequence[Item]
    """The different items that there are."""
    item: Ints
    """For each ticket the place of its item."""


class ChunkJudged(NamedTuple):
    """The tickets of a chunk that one level is about, and its judgements of them at the period's end."""

    refs: list[str]
    judgements: JudgementColumns
    rejected: list[str]
    """Those whose events contradict each other, or lie outside a calendar."""


class ColumnObserver:
    """An `Observer` that takes tickets by the column; what columns cannot answer, it answers ticket by ticket."""

    def __init__(self, plan: Plan, setting: Setting, *, few: int = FEW) -> None:
        """Bind *plan* to *setting*; fewer than *few* tickets at one event position are walked one by one."""
        self.plain = Observer(plan, setting)
        self.plan = plan
        self._few = few
        self._asked = _asked(self.plain.levels)
        self._hours: dict[Hashable, RelievedHours] = {}

    def rows(self, columns: TicketColumns, *, digests: bool) -> Iterator[Row | Rejected]:
        """Yield the row of each ticket that has one, or why it was rejected."""
        chunk = self._chunk(columns)
        found = [self._numbers(level, chunk) for level in self.plain.levels]
        odd = np.logical_or.reduce([each for _, each in found]) if found else np.zeros(len(chunk.steps.rows), np.bool_)
        odd = odd | self._of_another_version(chunk)
        kept = np.flatnonzero(~odd)
        rows = chunk.steps.rows[kept]
        self._check(chunk, kept, [columns_ for columns_, _ in found])
        numbers = [column[kept].tolist() for columns_, _ in found for column in columns_]
        counts = count_before(columns.offsets, columns.times, self.plan.bounds[1])
        seals = self._seals(columns, counts, rows, digests=digests)
        for row, seal, *each in zip(rows.tolist(), seals, *numbers, strict=True):
            yield Row("ticket", columns.refs[row], seal, tuple(each))
        for row in chain(chunk.steps.plain.tolist(), chunk.steps.rows[np.flatnonzero(odd)].tolist()):
            alone = self.plain.row(columns.ticket(row))
            if alone is not None:
                yield alone._replace(digest=NO_DIGEST) if isinstance(alone, Row) and not digests else alone

    def _check(self, chunk: _Chunk, kept: Ints, found: Sequence[Sequence[Ints]]) -> None:
        """Check what was *found* of the tickets *kept*, level by level, against the bounds of the plain driver."""
        refs, bounds = chunk.columns.refs, self.plain.bounds
        rows, opened = chunk.steps.rows[kept].tolist(), chunk.life.opened[kept]
        for level, columns in zip(self.plain.levels, found, strict=True):
            wall = np.maximum(level.program.end - opened, 0)
            broken = broken_numbers(level, [column[kept] for column in columns], wall)
            if np.any(broken):
                row = rows[int(np.flatnonzero(broken)[0])]
                raise row_error(level, refs[row], "what its columns say cannot be")
        for place, row in zip(kept.tolist(), rows, strict=True):
            if bounds.is_chosen(refs[row]):
                view = _view(chunk, place)
                for level, columns in zip(self.plain.levels, found, strict=True):
                    numbers = [int(column[place]) for column in columns]
                    if any(numbers):
                        bounds.check_row(level, view, numbers, refs[row], again=True)

    @staticmethod
    def _seals(columns: TicketColumns, counts: Ints, rows: Ints, *, digests: bool) -> Iterator[str]:
        if not digests:
            return (NO_DIGEST for _ in rows)
        return short_digests(columns.taken(rows), counts[rows])

    def judged(self, columns: TicketColumns, level: BoundLevel) -> ChunkJudged:
        """
        Return what the clock of *level* says of each ticket in its scope that the plan's window concerns.

        At the end of the period, or of the window that *level* is compiled for.
        """
        chunk = self._chunk(columns)
        others = self._of_another_version(chunk)
        mine = np.flatnonzero(self._in_scope(level, chunk) & ~others)
        found = self._judgements(level, chunk, mine, level.program.end)
        rows = chunk.steps.rows[mine]
        alone: dict[str, Judgement] = {}
        rejected = []
        for row in (*chunk.steps.plain.tolist(), *rows[found.odd].tolist(), *chunk.steps.rows[others].tolist()):
            ticket = columns.ticket(row)
            try:
                judgement = self._judged_alone(level, ticket)
            except (Contradiction, CalendarRangeError):
                rejected.append(ticket.ref)
                continue
            if judgement is not None:
                alone[ticket.ref] = judgement
        refs = [columns.refs[row] for row in rows[~found.odd].tolist()]
        pairs: Any = zip(found.of(~found.odd), as_columns(list(alone.values())), strict=True)
        return ChunkJudged([*refs, *alone], JudgementColumns(*(np.concatenate(pair) for pair in pairs)), rejected)

    def _judged_alone(self, level: BoundLevel, ticket: Ticket) -> Judgement | None:
        known = ticket.known_before(self.plan.bounds[1])
        steps = () if known is None else timeline(known, self.plan.contract.priorities)
        if known is None or ended_before(steps, self.plan):
            return None
        view = self.plain.view(known, steps)
        then = self.plain.levels_of(view)[self.plain.levels.index(level)]
        return None if then is None else then.judge(view, level.program.end)

    def _of_another_version(self, chunk: _Chunk) -> Flags:
        """Say which tickets keep the promises of another version than the plan's: these are observed one by one."""
        opened, others = chunk.life.opened, np.zeros(len(chunk.steps.rows), np.bool_)
        for place, under in enumerate(self.plan.by_opening):
            if not under.is_own:
                following = self.plan.by_opening[place + 1 :]
                others |= (opened >= under.start) & (opened < (following[0].start if following else NEVER))
        for start, end in self.plain.openings_apart:
            others |= (opened >= start) & (opened < end)
        return others

    def _chunk(self, columns: TicketColumns) -> _Chunk:
        end = self.plan.bounds[1]
        steps = steps_before(columns, end, self.plain.vocabulary)
        over = steps.finished & (steps.times[steps.offsets[1:] - 1] < self.plan.window[0])
        if self.plan.by_closing:
            life = lives_of(steps)
            over &= (life.closed != NONE) | (life.ended != NONE)
        steps = steps.of(~over)
        events = EventTimes(steps.times, end, self._hours)
        items, item = _items(columns, steps.rows, self._asked)
        return _Chunk(columns, steps, lives_of(steps), events, items, item)

    def _in_scope(self, level: BoundLevel, chunk: _Chunk) -> Flags:
        """Say which tickets are in the scope of *level*, of those of which something is known at its end."""
        has = np.array([level.program.scope.has_item(item) for item in chunk.items], np.bool_)
        found = np.asarray(has[chunk.item])
        return found if self._ends_last(level) else found & (chunk.life.opened < level.program.end)

    def _ends_last(self, level: BoundLevel) -> bool:
        """Say whether *level* ends with the period, as all do but those of windows of their own."""
        return level.program.end == self.plan.bounds[1]

    def _numbers(self, level: BoundLevel, chunk: _Chunk) -> tuple[list[Ints], Flags]:
        """Return the columns of *level*, and which tickets are odd to it."""
        program, rows = level.program, len(chunk.steps.rows)
        columns = [np.zeros(rows, np.int64) for _ in program.columns]
        odd = np.zeros(rows, np.bool_)
        if not isinstance(program.measure, TicketMeasure) or self.plain.is_silent(program.ref):
            return columns, odd
        mine = np.flatnonzero(self._in_scope(level, chunk))
        if numbers_of(program.measure) is None or level.clock is None:
            self._one_by_one(level, chunk, mine, columns, odd)
            return columns, odd
        seen = self._seen(level, chunk, mine)
        odd[mine] = seen.at_end.odd if seen.at_start is None else seen.at_end.odd | seen.at_start.odd
        measured = numbers_of(program.measure)
        found = () if measured is None else measured(program.measure, seen)
        for column, values in zip(columns, (*found, *late_numbers(seen)), strict=True):
            column[mine] = values
        return columns, odd

    def _seen(self, level: BoundLevel, chunk: _Chunk, mine: Ints) -> SeenColumns:
        program, measure = level.program, level.program.measure
        if self._ends_last(level):
            life = type(chunk.life)(*(column[mine] for column in chunk.life))
        else:
            life = lives_of(steps_of_some(chunk.steps, mine, program.end))
        at_end = self._judgements(level, chunk, mine, program.end)
        compares = isinstance(measure, ClockMeasure) and measure.needs_start
        at_start = self._judgements(level, chunk, mine, program.start) if compares else None
        return SeenColumns(program, life, at_end, at_start)

    def _judgements(self, level: BoundLevel, chunk: _Chunk, mine: Ints, until: int) -> JudgementColumns:
        """Return the judgements of the tickets *mine* at *until*; one of which nothing is known has not begun."""
        steps = chunk.steps
        counts = steps.counts if until == self.plan.bounds[1] else count_before(steps.offsets, steps.times, until)
        known = np.flatnonzero(counts[mine])
        whole = _unbegun(len(mine))
        if level.clock is None or not len(known):
            return whole
        some = mine[known]
        walked = Walked(steps.starts[some], counts[some], steps.symbols, chunk.events, until)
        found = walk_columns(level.clock, walked, few=self._few)
        columns: Iterator[tuple[Any, Any]] = zip(whole, found, strict=True)
        for column, values in columns:
            column[known] = values
        return whole

    @staticmethod
    def _one_by_one(level: BoundLevel, chunk: _Chunk, mine: Ints, columns: list[Ints], odd: Flags) -> None:
        """Ask a measure that has no vector form of each ticket by itself."""
        for place in mine.tolist():
            try:
                numbers = level.observe_ticket(_view(chunk, place))
            except CalendarRangeError:
                odd[place] = True
                continue
            for column, number in zip(columns, numbers or (), strict=bool(numbers)):
                column[place] = number


def number_outside(columns: TicketColumns, window: Span) -> int:
    """Return how many tickets have no event in the *window*: only these may have no row."""
    start, end = window
    inside = np.concatenate(([0], np.cumsum((columns.times >= start) & (columns.times < end))))
    return int(np.count_nonzero(inside[columns.offsets[1:]] == inside[columns.offsets[:-1]]))


def _unbegun(rows: int) -> JudgementColumns:
    def column(value: int) -> Ints:
        return np.full(rows, value, np.int64)

    phase, odd = np.full(rows, WAITING, np.int32), np.zeros(rows, np.bool_)
    return JudgementColumns(phase, column(0), column(NEVER), column(0), column(NONE), column(NONE), column(0), odd)


def _asked(levels: Iterable[BoundLevel]) -> tuple[str, ...]:
    """Return the columns that the scopes ask for; what no scope names is left out where it makes many items of few."""
    scopes = [level.program.scope for level in levels]
    further = [name for name in _SELDOM if any(getattr(scope, name) is not None for scope in scopes)]
    return (*further, "service", "type", "customer", "channel", "parent")


def _items(columns: TicketColumns, rows: Ints, asked: Sequence[str]) -> tuple[list[Item], Ints]:
    """Return the different items among tickets by what is *asked*, and for each ticket the place of its own."""
    names = [name for name in asked if name in columns.texts]
    texts = [columns.texts[name] for name in names]
    said = [(column.codes[rows], len(column.words)) for column in texts]
    if "parent" in names:
        said[-1] = np.minimum(said[-1][0], 0), 1
    if not said:
        return [], np.zeros(len(rows), np.int64)
    item, first = numbered(said)
    return [_item(columns, row, names) for row in rows[first].tolist()], item


def _item(columns: TicketColumns, row: int, names: Sequence[str]) -> Item:
    said: dict[str, Any] = {name: columns.texts[name].text(row) for name in names}
    return Item(is_child=said.pop("parent", None) is not None, **{"service": None, **said})


def _view(chunk: _Chunk, place: int) -> TicketView:
    steps, life = chunk.steps, chunk.life
    mine = slice(int(steps.offsets[place]), int(steps.offsets[place + 1]))
    compiled = CompiledTicket(steps.times[mine].tolist(), steps.symbols[mine].tolist())
    opened, *others = (int(column[place]) for column in life)
    return TicketView(
        chunk.items[int(chunk.item[place])],
        compiled,
        Life(opened, *(None if instant == NONE else instant for instant in others)),
    )
