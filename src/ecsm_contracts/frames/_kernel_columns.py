"""
The kernel over columns: event position k of all tickets at once, over the table that `walk` walks.

It does what the bits of an action say under masks, in the order in which `walk` does. What it cannot do in 64 bits, or
what lies outside a calendar, it does not guess: such tickets are `odd`, and go the plain way.

This module needs NumPy; it is imported when the first columns of tickets are observed, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ecsm_contracts.errors import CalendarRangeError
from ecsm_contracts.measures import CompiledTicket, Judgement, walk
from ecsm_contracts.measures._kernel import NEVER
from ecsm_contracts.measures._table import (
    BANK,
    CHECK,
    CLEAR,
    FINAL,
    HELD,
    IDLE,
    LUMP,
    MARK,
    OVER,
    PARKED,
    PHASE,
    RESET,
    RUNNING,
    SEEN,
    SHARE,
    STOPPED,
    TAKE,
    VOID,
    WAITING,
    Code,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ecsm_contracts.frames._relieved_hours import EventTimes, Worked
    from ecsm_contracts.measures import BoundClock, ServiceTime

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["FEW", "NONE", "JudgementColumns", "Walked", "as_columns", "walk_columns"]

NONE: Final = int(np.iinfo(np.int64).min)
"""What stands in a column of instants where a judgement has None."""
FEW: Final = 48
"""With fewer tickets than this a position is walked one ticket at a time, which is quicker."""
_WIDTH: Final = 2 * Code.COUNT
_STOPPED: Final = (STOPPED, FINAL, IDLE, PARKED)
_MOST: Final = int(np.iinfo(np.int64).max)


class Walked(NamedTuple):
    """What is walked: for each ticket its first event, and how many of them are known; at least one."""

    starts: Ints
    counts: Ints
    symbols: NDArray[np.int32]
    """Of each event; the numbers of the clock's vocabulary."""
    events: EventTimes
    until: int
    """The instant of judging; no known event is at or after it."""


class JudgementColumns(NamedTuple):
    """A `Judgement` for each ticket, as columns; `NONE` and `NEVER` stand where a judgement has None."""

    phase: NDArray[np.int32]
    elapsed: Ints
    target: Ints
    late: Ints
    breach: Ints
    due: Ints
    longest: Ints
    odd: Flags
    """Where the columns mean nothing: such a ticket is for `walk`."""

    def of(self, rows: Ints | Flags) -> JudgementColumns:
        """Return those of some *rows*."""
        columns: Any = (column[rows] for column in self)
        return JudgementColumns(*columns)

    @property
    def judged(self) -> Flags:
        """Whether each clock has begun, was not voided, and something is promised."""
        return np.asarray((self.target != NEVER) & ~np.isin(self.phase, (WAITING, OVER, VOID)))

    @property
    def stopped(self) -> Flags:
        """Whether each clock has stopped."""
        return np.isin(self.phase, _STOPPED)

    @property
    def ticking(self) -> Flags:
        """Whether each clock runs or is held."""
        return np.isin(self.phase, (RUNNING, HELD))

    @property
    def breached(self) -> Flags:
        """Whether each clock has a breach."""
        return np.asarray(self.breach != NONE)


class _Walk:
    """The accounts of all tickets, those with most events first, so that those under way are the first ones."""

    def __init__(self, clock: BoundClock, walked: Walked) -> None:
        """Lay out the clock's tables and a fresh account for each ticket."""
        if len(clock.codes) < len(clock.vocabulary.sayings):
            clock.learn()
        self.clock, self.walked = clock, walked
        self.times = walked.events.times
        self.table = np.array(clock.program.table, np.int32).reshape(-1)
        self.codes = np.array(clock.codes, np.int32)[walked.symbols]
        self.priority = np.array(clock.vocabulary.priority_of, np.int32)
        calendars: dict[int, ServiceTime] = {id(terms.time): terms.time for terms in clock.terms}
        places = {key: place for place, key in enumerate(calendars)}
        self.targets = np.array([terms.target for terms in clock.terms], np.int64)
        self.hours = np.array([places[id(terms.time)] for terms in clock.terms], np.int32)
        self.calendars: list[Worked] = [walked.events.worked(time) for time in calendars.values()]
        self._accounts(len(walked.starts))

    def _accounts(self, rows: int) -> None:
        self.phase = np.full(rows, WAITING, np.int32)
        self.target = np.full(rows, NEVER, np.int64)
        self.spent, self.mark, self.late, self.longest = (np.zeros(rows, np.int64) for _ in range(4))
        self.breach = np.full(rows, NONE, np.int64)
        self.odd = np.zeros(rows, np.bool_)
        first = self.walked.symbols[self.walked.starts]
        self.wanted = self.last_priorities() if self.clock.program.retroactive else self.priority[first]
        self.taken = self.wanted.copy()
        self.held = self.hours[self.wanted]

    def positions(self) -> Iterator[Ints]:
        """Yield for each position the events at it, of the first tickets, which have so many."""
        falling = self.walked.counts
        rising = falling[::-1]
        for position in range(int(falling[0]) if len(falling) else 0):
            active = len(falling) - int(np.searchsorted(rising, position, "right"))
            yield self.walked.starts[:active] + position

    def last_priorities(self) -> NDArray[np.int32]:
        """Return the last priority known of each ticket; if the first attempt is judged, until it stopped for good."""
        wanted, phase = np.zeros(len(self.phase), np.int32), self.phase.copy()
        for events in self.positions():
            row = slice(len(events))
            said = self.priority[self.walked.symbols[events]]
            wanted[row] = np.where((said >= 0) & (phase[row] != FINAL), said, wanted[row])
            after = self.table[phase[row] * _WIDTH + self.codes[events]] & PHASE
            phase[row] = np.where(phase[row] == FINAL, FINAL, after)
        return wanted

    def now(self, held: NDArray[np.int32], events: Ints, rows: Ints) -> Ints:
        """Return W at *events* of *rows*, in the hours that each is *held* to; where it has none, a row is odd."""
        if len(self.calendars) == 1:
            return self._at(self.calendars[0], events, rows)
        now = np.empty(len(events), np.int64)
        for place, worked in enumerate(self.calendars):
            mine = np.flatnonzero(held == place)
            if len(mine):
                now[mine] = self._at(worked, events[mine], rows[mine])
        return now

    def _at(self, worked: Worked, events: Ints, rows: Ints) -> Ints:
        if worked.outside is not None:
            self.odd[rows[worked.outside[events]]] = True
        return worked.at[events]

    def latest(self, rows: Ints, worked: Ints) -> Ints:
        """Return for each of *rows* the last instant at which W is at most *worked*; where there is none, it is odd."""
        found = np.full(len(rows), NONE, np.int64)
        held = self.held[rows]
        for place, calendar in enumerate(self.calendars):
            table = calendar.table
            mine = np.flatnonzero(held == place)
            inside = (worked[mine] >= table.lowest) & (worked[mine] < table.highest)
            self.odd[rows[mine[~inside]]] = True
            mine = mine[inside]
            found[mine] = table.instant_of(worked[mine])
        return found

    def step(self, events: Ints) -> None:
        """Let one event happen to each of the first tickets."""
        phase, code = self.phase[: len(events)], self.codes[events]
        action = self.table[phase * _WIDTH + code]
        rows = np.flatnonzero(action != phase)
        if not len(rows):
            return
        rows, action = self._followed(rows, action[rows], events[rows], code[rows])
        if not len(rows):
            return
        events = events[rows]
        self.phase[rows] = action & PHASE
        timed = np.flatnonzero(action & (BANK | MARK))
        now = np.zeros(len(rows), np.int64)
        now[timed] = self.now(self.held[rows[timed]], events[timed], rows[timed])
        self._bank(rows, action, events, now)
        self._reset(rows, action)
        self._take(rows, action, events, now)
        marked = np.flatnonzero(action & MARK)
        self.mark[rows[marked]] = now[marked]

    def _followed(
        self, rows: Ints, action: NDArray[np.int32], events: Ints, code: NDArray[np.int32]
    ) -> tuple[Ints, NDArray[np.int32]]:
        """Follow changes of priority, and return what is left to do; a change to the priority known is none."""
        seen = np.flatnonzero(action & SEEN)
        checked = np.flatnonzero((action & (SEEN | CHECK)) == CHECK)
        if len(checked):
            checked = checked[self.wanted[rows[checked]] != self.taken[rows[checked]]]
            changed = self.phase[rows[checked]] * _WIDTH + 2 * Code.REOPEN_CHANGED + code[checked] % 2
            action[checked] = self.table[changed]
        if len(seen):
            said = self.priority[self.walked.symbols[events[seen]]]
            same = seen[said == self.wanted[rows[seen]]]
            self.wanted[rows[seen]] = said
            rows, action = np.delete(rows, same), np.delete(action, same)
        return rows, action

    def _bank(self, rows: Ints, action: NDArray[np.int32], events: Ints, now: Ints) -> None:
        banked = np.flatnonzero(action & BANK)
        row, now = rows[banked], now[banked]
        mark, spent = self.mark[row], self.spent[row]
        latest = mark + self.target[row] - spent
        self.spent[row] = spent + now - mark
        over = np.flatnonzero((now > latest) & (self.breach[row] == NONE))
        lump = (action[banked[over]] & LUMP) != 0
        at, by = over[lump], over[~lump]
        self.breach[row[at]] = self.times[events[banked[at]]]
        self.breach[row[by]] = self.latest(row[by], latest[by])

    def _reset(self, rows: Ints, action: NDArray[np.int32]) -> None:
        reset = np.flatnonzero(action & RESET)
        if not len(reset):
            return
        row = rows[reset]
        spent, forgotten = self.spent[row], (action[reset] & CLEAR) != 0
        late = self.late[row] + np.maximum(0, spent - self.target[row])
        self.late[row] = np.where(forgotten, 0, late)
        self.longest[row] = np.where(forgotten, 0, np.maximum(self.longest[row], spent))
        self.breach[row[forgotten]] = NONE
        self.spent[row] = 0

    def _take(self, rows: Ints, action: NDArray[np.int32], events: Ints, now: Ints) -> None:
        taking = np.flatnonzero(action & TAKE)
        if not len(taking):
            return
        row, event, doing = rows[taking], events[taking], action[taking]
        wanted, before, held_in = self.wanted[row], self.target[row], self.held[row]
        target, held = self.targets[wanted], self.hours[wanted]
        self.taken[row], self.target[row], self.held[row] = wanted, target, held
        shared = np.flatnonzero(((doing & SHARE) != 0) & (before > 0) & (before < NEVER) & (target < NEVER))
        self.spent[row[shared]] = _shares(self.spent[row[shared]], target[shared], before[shared])
        over = (self.spent[row] > target) & (self.breach[row] == NONE)
        self.breach[row[over]] = self.times[event[over]]
        moved = np.flatnonzero((held != held_in) & ((doing & MARK) != 0))
        if len(moved):
            now[taking[moved]] = self.now(held[moved], event[moved], row[moved])

    def judged(self) -> JudgementColumns:
        """Return what the accounts come to."""
        until = self.walked.until
        running = np.flatnonzero(self.phase == RUNNING)
        stopped = np.flatnonzero(np.isin(self.phase, _STOPPED))
        latest = self.mark + self.target - self.spent
        ends = self._ends(until)
        now = ends[self.held[running]]
        self.odd[running[now == NONE]] = True
        over = running[(now > latest[running]) & (self.breach[running] == NONE)]
        self.breach[over] = self.latest(over, latest[over])
        self.spent[running] += now - self.mark[running]
        due = self.breach.copy()
        asked = stopped[(due[stopped] == NONE) & (self.target[stopped] < NEVER)]
        now = ends[self.held[asked]]
        self.odd[asked[now == NONE]] = True
        past = asked[latest[asked] < now]
        due[past] = self.latest(past, latest[past])
        late = self.late + np.maximum(0, self.spent - self.target)
        longest = np.maximum(self.longest, self.spent)
        return JudgementColumns(self.phase, self.spent, self.target, late, self.breach, due, longest, self.odd)

    def _ends(self, until: int) -> Ints:
        """Return W(*until*) in each of the calendars; `NONE` where it is outside."""
        found = [
            int(table.worked_until(np.array([until]))[0]) if table.first <= until <= table.last else NONE
            for _, _, table in self.calendars
        ]
        return np.array(found, np.int64)


def _shares(spent: Ints, target: Ints, before: Ints) -> Ints:
    """Return ``spent * target // before``, exactly; of what 64 bits do not hold the share is reckoned by itself."""
    divisor = np.gcd(target, before)
    target, before = target // divisor, before // divisor
    fits = spent <= _MOST // np.maximum(target, 1)
    shares: Ints = np.where(fits, spent, 0) * target // before
    for place in np.flatnonzero(~fits).tolist():
        shares[place] = int(spent[place]) * int(target[place]) // int(before[place])
    return shares


def walk_columns(clock: BoundClock, walked: Walked, *, few: int = FEW) -> JudgementColumns:
    """
    Walk one clock over the known events of each ticket, and judge it at the instant *until*, as `walk` does.

    Positions that fewer than *few* tickets reach are not walked: such long tickets are walked one by one.
    """
    order = np.argsort(-walked.counts, kind="stable")
    ordered = walked._replace(starts=walked.starts[order], counts=walked.counts[order])
    long = len(order) if len(order) < few else 0
    if few and not long:
        long = int(np.searchsorted(-ordered.counts, -ordered.counts[few - 1], "left"))
    walk_of = _Walk(clock, ordered._replace(starts=ordered.starts[long:], counts=ordered.counts[long:]))
    for events in walk_of.positions():
        walk_of.step(events)
    found = walk_of.judged()
    plain = _plainly(clock, ordered, long)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    pairs: Any = zip(plain, found, strict=True)  # of one type each, which a tuple of several types cannot say
    return JudgementColumns(*(np.concatenate(pair)[back] for pair in pairs))


def _plainly(clock: BoundClock, walked: Walked, rows: int) -> JudgementColumns:
    """Walk the first *rows* tickets one by one."""
    found: list[Judgement | None] = []
    for start, count in zip(walked.starts[:rows].tolist(), walked.counts[:rows].tolist(), strict=True):
        known = slice(start, start + count)
        ticket = CompiledTicket(walked.events.times[known].tolist(), walked.symbols[known].tolist())
        try:
            judgement = walk(clock, ticket, walked.until)
            _ = judgement.due  # it may lie outside the calendar, and is reckoned when it is asked for
        except CalendarRangeError:
            found.append(None)
        else:
            found.append(judgement)
    return as_columns(found)


def as_columns(judgements: list[Judgement | None]) -> JudgementColumns:
    """Return judgements as columns; what is None is odd."""
    odd = Judgement(WAITING, 0, None, 0, None, None)
    rows = [odd if each is None else each for each in judgements]

    def column(values: list[int]) -> Ints:
        return np.array(values, np.int64)

    return JudgementColumns(
        np.array([each.phase for each in rows], np.int32),
        column([each.elapsed for each in rows]),
        column([NEVER if each.target is None else each.target for each in rows]),
        column([each.late for each in rows]),
        column([NONE if each.breach is None else each.breach for each in rows]),
        column([NONE if each.due is None else each.due for each in rows]),
        column([each.longest for each in rows]),
        np.array([each is None for each in judgements], np.bool_),
    )
