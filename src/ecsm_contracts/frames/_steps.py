"""
The timeline over columns: what `facts.timeline` makes of the events of one ticket, of all tickets at once.

Of the states each kind of event either leads to one and the same, or leaves them as they are. So the state after an
event is that of the last one, up to it, which leads anywhere; an event that this state does not allow is a
contradiction, and the ticket goes the plain way, where the two events that clash are named. Whose turn it is follows
from the last event that says so, in the same manner.

This module needs NumPy; it is imported when the first columns of tickets are observed, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ecsm_contracts.facts import CUSTOMER, EVENT_KINDS, PROVIDER, Step
from ecsm_contracts.facts._timeline import NEXT_STATE, Holder
from ecsm_contracts.frames._ticket_arrays import numbered
from ecsm_contracts.frames._ticket_columns import Texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecsm_contracts.frames._ticket_columns import TicketColumns
    from ecsm_contracts.measures import Vocabulary

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["LEADS_TO", "NEXT", "StepColumns", "count_before", "steps_before"]

_STATES: Final = tuple(NEXT_STATE)
_NUMBER: Final[dict[str, int]] = {kind: number for number, kind in enumerate(EVENT_KINDS)}
_NOWHERE: Final = -1
_RESOLVED: Final = _STATES.index("resolved")
_OPEN: Final = _STATES.index("open")
_ENDED: Final = _STATES.index("ended")


def _next() -> NDArray[np.int8]:
    """Return the table of states as numbers: by state and kind the next state, or -1 for a contradiction."""
    after = [[row.get(kind) for kind in EVENT_KINDS] for row in NEXT_STATE.values()]
    return np.array([[_NOWHERE if each is None else _STATES.index(each) for each in row] for row in after], np.int8)


def _leads_to() -> NDArray[np.int8]:
    """Return for each kind the state that it leads to, from wherever it is allowed; -1 where it leads nowhere."""
    found = []
    for column in NEXT.T.tolist():
        moves = {(before, after) for before, after in enumerate(column) if after != _NOWHERE}
        stays = all(before == after for before, after in moves)
        found.append(_NOWHERE if stays else next(iter({after for _, after in moves})))
    return np.array(found, np.int8)


NEXT: Final = _next()
LEADS_TO: Final = _leads_to()


def _kinds(*names: str) -> Flags:
    """Return a table that says of each kind whether it is one of *names*."""
    return np.isin(np.arange(len(EVENT_KINDS)), [_NUMBER[name] for name in names])


_TURNS: Final = _kinds("held", "resumed", "resolved", "closed")
_TRANSFERS: Final = _kinds("transferred")
_ENDS: Final = _kinds("cancelled", "merged")


class StepColumns(NamedTuple):
    """The steps of those tickets that went through, and the rows of those that must go the plain way."""

    rows: Ints
    """The rows of the tickets, in the columns that they came from."""
    offsets: Ints
    """The first step of each ticket, and at last the number of all steps."""
    times: Ints
    symbols: NDArray[np.int32]
    """By the vocabulary."""
    kinds: NDArray[np.uint8]
    finished: Flags
    """Whether each ticket is resolved, closed, cancelled or merged at the end."""
    plain: Ints
    """Rows with a contradiction, or whose priority needs a matrix."""

    @property
    def starts(self) -> Ints:
        """The first step of each ticket."""
        return self.offsets[:-1]

    @property
    def counts(self) -> Ints:
        """The number of steps of each ticket."""
        return np.diff(self.offsets)

    def of(self, kept: Flags) -> StepColumns:
        """Return the steps of those tickets that are *kept*."""
        if kept.all():
            return self
        counts = self.counts
        mine = np.repeat(kept, counts)
        offsets = np.concatenate(([0], np.cumsum(counts[kept])))
        times, symbols, kinds = self.times[mine], self.symbols[mine], self.kinds[mine]
        return StepColumns(self.rows[kept], offsets, times, symbols, kinds, self.finished[kept], self.plain)


def steps_of_some(steps: StepColumns, some: Ints, end: int) -> StepColumns:
    """Return the steps before *end* of *some* tickets; of each there is one. Which are finished is not told anew."""
    counts = count_before(steps.offsets, steps.times, end)[some]
    offsets = np.concatenate(([0], np.cumsum(counts)))
    mine = np.repeat(steps.starts[some] - offsets[:-1], counts) + np.arange(offsets[-1])
    times, symbols, kinds = steps.times[mine], steps.symbols[mine], steps.kinds[mine]
    return StepColumns(steps.rows[some], offsets, times, symbols, kinds, steps.finished[some], steps.plain)


def count_before(offsets: Ints, times: Ints, end: int) -> Ints:
    """Return for each ticket how many of its instants lie before *end*; they are in order."""
    before = np.concatenate(([0], np.cumsum(times < end)))
    return np.asarray(before[offsets[1:]] - before[offsets[:-1]])


class _Events(NamedTuple):
    """The known events of some tickets."""

    rows: Ints
    offsets: Ints
    times: Ints
    kinds: NDArray[np.uint8]
    party: NDArray[np.int32]
    group: NDArray[np.int32]
    priority: NDArray[np.int32]
    """What an opening or a change of priority says; -1 elsewhere."""

    @property
    def tickets(self) -> Ints:
        """For each event the place of its ticket."""
        return np.repeat(np.arange(len(self.rows)), np.diff(self.offsets))

    def of(self, kept: Flags) -> _Events:
        """Return the events of those tickets that are *kept*."""
        if kept.all():
            return self
        counts = np.diff(self.offsets)[kept]
        mine = kept[self.tickets]
        offsets = np.concatenate(([0], np.cumsum(counts)))
        columns: Any = (column[mine] for column in self[2:])
        return _Events(self.rows[kept], offsets, *columns)


class _Words(NamedTuple):
    """The words that the numbers of `_Events` stand for; the parties begin with provider and customer."""

    parties: tuple[str, ...]
    groups: tuple[str, ...]
    priorities: tuple[str, ...]


def _merged(*columns: Texts) -> tuple[tuple[str, ...], list[NDArray[np.int32]]]:
    """Return one dictionary of words for some columns, and the columns in its numbers."""
    numbers: dict[str, int] = {}
    found = []
    for codes, words in columns:
        table = [numbers.setdefault(word, len(numbers)) for word in words]
        found.append(np.array([*table, -1], np.int32)[codes])  # -1, for none, is the last
    return tuple(numbers), found


def _known(columns: TicketColumns, end: int) -> tuple[_Events, _Words]:
    """Return the events before *end*, of the tickets that have any."""
    counts = count_before(columns.offsets, columns.times, end)
    whole = len(columns.times) == int(counts.sum())
    known: Any = slice(None) if whole else np.flatnonzero(columns.times < end)
    none = Texts(np.full(len(columns.times), -1, np.int32), ())
    nothing = Texts(np.full(len(columns), -1, np.int32), ())
    said = {name: columns.event_texts.get(name, none) for name in ("party", "group", "priority")}
    first = Texts(np.arange(2, dtype=np.int32), (PROVIDER, CUSTOMER))
    parties, (_, party) = _merged(first, said["party"])
    priorities, (at_opening, changed) = _merged(columns.texts.get("priority", nothing), said["priority"])
    live = np.flatnonzero(counts)
    offsets = np.concatenate(([0], np.cumsum(counts[live])))
    priority = changed[known].copy()
    priority[offsets[:-1]] = at_opening[live]
    events = _Events(
        live, offsets, columns.times[known], columns.kinds[known], party[known], said["group"].codes[known], priority
    )
    return events, _Words(parties, said["group"].words, priorities)


def steps_before(columns: TicketColumns, end: int, vocabulary: Vocabulary) -> StepColumns:
    """Return the steps of *columns* before the instant *end*; a ticket of which nothing is known has none."""
    events, words = _known(columns, end)
    before, after = _states(events)
    bad = NEXT[before, events.kinds] == _NOWHERE
    # The priority of the opening is in the first event; without one, or for a change that says none, a matrix is asked.
    unsaid = (events.priority < 0) & _kinds("opened", "reprioritised")[events.kinds]
    odd = np.zeros(len(events.rows), np.bool_)
    odd[events.tickets[bad | unsaid]] = True
    plain = events.rows[odd]
    if len(plain):
        mine = ~odd[events.tickets]
        before, after = before[mine], after[mine]
        events = events.of(~odd)
    symbols, resolution = _symbols(events, after, words, vocabulary)
    finished = np.isin(after[events.offsets[1:] - 1], (_RESOLVED, _ENDED))
    implied = np.flatnonzero((events.kinds == _NUMBER["closed"]) & (before == _OPEN))
    if not len(implied):
        return StepColumns(events.rows, events.offsets, events.times, symbols, events.kinds, finished, plain)
    return StepColumns(
        events.rows,
        events.offsets + np.searchsorted(implied, events.offsets, "left"),
        np.insert(events.times, implied, events.times[implied]),
        np.insert(symbols, implied, resolution),
        np.insert(events.kinds, implied, _NUMBER["resolved"]),
        finished,
        plain,
    )


def _states(events: _Events) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return the state before each event and after it; what is said behind a contradiction means nothing."""
    places = np.arange(len(events.kinds))
    last = np.maximum.accumulate(np.where(LEADS_TO[events.kinds] != _NOWHERE, places, 0))
    after = LEADS_TO[events.kinds[last]]
    before = np.empty_like(after)
    before[1:] = after[:-1]
    before[events.offsets[:-1]] = 0
    return before, after


def _since(events: _Events, kinds: Flags) -> Ints:
    """Return for each event the last one up to it, of its ticket, that is of *kinds*; else the first of its ticket."""
    places = np.arange(len(events.kinds))
    found = np.where(kinds[events.kinds], places, 0)
    found[events.offsets[:-1]] = events.offsets[:-1]
    return np.maximum.accumulate(found)


def _holders(events: _Events, after: NDArray[np.int8]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return whose turn it is after each event: the party and the group."""
    provider, customer = 0, 1
    turn, desk = _since(events, _TURNS), _since(events, _TRANSFERS)
    waits, resolved = events.kinds[turn] == _NUMBER["held"], after == _RESOLVED
    named = _TRANSFERS[events.kinds[desk]] & (events.party[desk] >= 0)
    party = np.where(named, events.party[desk], provider)
    party = np.where(waits, events.party[turn], party)
    group = np.where(resolved | waits, -1, events.group[desk])
    return np.where(resolved, customer, party).astype(np.int32), group.astype(np.int32)


def _symbols(
    events: _Events, after: NDArray[np.int8], words: _Words, vocabulary: Vocabulary
) -> tuple[NDArray[np.int32], int]:
    """Return the number of what each step says, and that of a resolution which a closing implies."""
    party, group = _holders(events, after)
    said = _kinds("opened", "reprioritised")[events.kinds]
    priority = np.where(said, events.priority, -1)
    moved = np.where(_kinds("transferred")[events.kinds], events.group, -1)
    parties, groups, priorities = words
    number, rows = numbered(
        [
            (events.kinds, len(EVENT_KINDS)),
            (events.party, len(parties)),
            (priority, len(priorities)),
            (party, len(parties)),
            (group, len(groups)),
            (moved, len(groups)),
        ]
    )
    steps = [
        Step(
            0,
            EVENT_KINDS[events.kinds[row]],
            _word(parties, events.party[row]),
            _word(priorities, priority[row]),
            Holder(parties[party[row]], _word(groups, group[row])),
            _word(groups, moved[row]),
            0,
        )
        for row in rows.tolist()
    ]
    implied = vocabulary.number(Step(0, "resolved", None, None, Holder(CUSTOMER), None, 0))
    symbols = np.array([vocabulary.number(step) for step in steps], np.int32)
    return symbols[number] if steps else np.empty(0, np.int32), implied


def _word(words: tuple[str, ...], number: Any) -> str | None:
    return None if number < 0 else words[number]
