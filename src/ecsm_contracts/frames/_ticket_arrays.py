"""
From ticket models, or from arrays in any order, to the arrays of `TicketColumns`.

This module needs NumPy; it is imported when the first columns of tickets are made, and not before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import InvalidValue, expect, shown
from ecsm_contracts.facts import EVENT_KINDS, Rejected, Ticket
from ecsm_contracts.frames._ticket_columns import EVENT_TEXTS, TICKET_TEXTS, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ecsm_contracts.frames._ticket_columns import TicketColumns

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["TicketArrays", "arrays_of", "numbered", "rising_rows", "sayings", "taken_arrays", "texts_at", "tidy_events"]

_KIND_NUMBERS = {kind: number for number, kind in enumerate(EVENT_KINDS)}
_DENSE = 1 << 22
_LARGE = 1 << 62


class TicketArrays(NamedTuple):
    """The fields of `TicketColumns`."""

    refs: tuple[str, ...]
    texts: dict[str, Texts]
    offsets: Ints
    times: Ints
    kinds: NDArray[np.uint8]
    event_texts: dict[str, Texts]
    rejected: tuple[Rejected, ...] = ()


class _Words(dict[str | None, int]):
    """The number of each text, in the order of first meeting; -1 for none."""

    def __init__(self) -> None:
        super().__init__({None: -1})

    def __missing__(self, text: str | None) -> int:
        self[text] = number = len(self) - 1
        return number

    def texts(self, codes: Sequence[int]) -> Texts:
        return Texts(np.array(codes, np.int32), tuple(text for text in self if text is not None))


def _columns_of(items: Sequence[Any], names: Iterable[str]) -> dict[str, Texts]:
    """Return a column for each of the *names* that one of the *items* says anything by."""
    found = {}
    for name in names:
        words = _Words()
        codes = [words[getattr(item, name)] for item in items]
        if len(words) > 1:
            found[name] = words.texts(codes)
    return found


def arrays_of(tickets: Iterable[Ticket | Rejected]) -> TicketArrays:
    """Return the arrays of ticket models, whose events are in order already, and what was rejected, sorted."""
    expect(tickets, Iterable, "tickets", "write a list of tickets")
    kept, rejected = list[Ticket](), list[Rejected]()
    for ticket in tickets:
        if isinstance(ticket, Rejected):
            rejected.append(ticket)
            continue
        expect(ticket, Ticket, "ticket", "take one of facts.tickets, or make one with Ticket(…)")
        kept.append(ticket)
    events = [event for ticket in kept for event in ticket.events]
    return TicketArrays(
        tuple(ticket.ref for ticket in kept),
        _columns_of(kept, TICKET_TEXTS),
        np.cumsum([0, *(len(ticket.events) for ticket in kept)], dtype=np.int64),
        np.array([to_micros(event.at) for event in events], np.int64),
        np.array([_KIND_NUMBERS[event.kind] for event in events], np.uint8),
        _columns_of(events, EVENT_TEXTS),
        tuple(sorted(rejected, key=Rejected.order)),
    )


def texts_at(columns: Mapping[str, Texts], rows: Any) -> dict[str, Texts]:
    """Return columns of texts at some *rows*; words go along only if there are few of them, or they are said there."""
    return {name: _few_words(Texts(column.codes[rows], column.words)) for name, column in columns.items()}


def _few_words(column: Texts) -> Texts:
    """Return a column with no more words than rows, so that parts together are no larger than the whole."""
    codes, words = column
    if len(words) <= len(codes):
        return column
    said, places = np.unique(codes, return_inverse=True)
    unsaid = int(len(said) > 0 and said[0] < 0)
    return Texts((places - unsaid).astype(np.int32), tuple(words[code] for code in said[unsaid:].tolist()))


def rising_rows(rows: object, count: int) -> Ints:
    """
    Return *rows* as an array, once they are found to be whole numbers in `[0, count)` that rise.

    Raises:
        InvalidValue: rule "ticket_row".
    """
    try:
        places = np.asarray(rows)
    except (TypeError, ValueError, OverflowError):
        places = np.empty((), np.object_)
    if places.ndim != 1 or (len(places) and places.dtype.kind not in "iu"):
        message = f"rows: {shown(rows)} is no column of whole numbers; write those of the tickets, from 0"
        raise InvalidValue(message, rule="ticket_row", value=type(rows).__name__)
    if len(places) and (int(places.min()) < 0 or int(places.max()) >= count):
        message = f"rows: they reach from {places.min()} to {places.max()}, and there are {count} tickets, from 0"
        raise InvalidValue(message, rule="ticket_row", value=count)
    if np.any(places[1:] <= places[:-1]):
        message = "rows: they must rise, and none may stand twice; sort them, as numpy.unique does"
        raise InvalidValue(message, rule="ticket_row", value=count)
    return places.astype(np.int64)


def taken_arrays(columns: TicketColumns, rows: Ints) -> TicketArrays:
    """Return the arrays of the tickets in *rows*, which rise."""
    kept = np.zeros(len(columns), np.bool_)
    kept[rows] = True
    counts = np.diff(columns.offsets)
    events = np.repeat(kept, counts)
    return TicketArrays(
        tuple(map(columns.refs.__getitem__, rows.tolist())),
        texts_at(columns.texts, rows),
        np.concatenate(([0], np.cumsum(counts[rows]))).astype(np.int64),
        columns.times[events],
        columns.kinds[events],
        texts_at(columns.event_texts, events),
    )


def numbered(columns: Sequence[tuple[NDArray[Any], int]]) -> tuple[Ints, Ints]:
    """
    Number the different combinations of some *columns*, each given with how many values it has, from -1 up.

    Return the number of each row, and for each number a row in which it stands.
    """
    rows = len(columns[0][0])
    key, size = np.zeros(rows, np.int64), 1
    for codes, words in columns:
        if size * (words + 1) >= _LARGE:
            _, key = np.unique(key, return_inverse=True)
            size = rows
        key = key * (words + 1) + (codes.astype(np.int64) + 1)
        size *= words + 1
    if size > max(_DENSE, rows):
        _, first, number = np.unique(key, return_index=True, return_inverse=True)
        return number.astype(np.int64), first.astype(np.int64)
    last = np.full(size, -1, np.int64)
    last[key] = np.arange(rows)
    known = np.flatnonzero(last >= 0)
    numbers = np.zeros(size, np.int64)
    numbers[known] = np.arange(len(known))
    return numbers[key], last[known]


def sayings(kinds: NDArray[np.uint8], texts: Mapping[str, Texts]) -> tuple[Ints, Ints]:
    """Number all that events say beside their instants; as `numbered`."""
    return numbered([(kinds, len(EVENT_KINDS)), *((column.codes, len(column.words)) for column in texts.values())])


def tidy_events(tickets: Ints, times: Ints, said: Ints) -> Ints:
    """
    Return the places of events in the order of a `Ticket`: by ticket and instant, without exact repetitions.

    Of events of one instant the order given is kept, and of repetitions the first.
    """
    same = tickets[1:] == tickets[:-1]
    if np.all(tickets[1:] >= tickets[:-1]) and not np.any(same & (times[1:] < times[:-1])):
        order = np.arange(len(tickets), dtype=np.int64)
    else:
        order = np.lexsort((times, tickets)).astype(np.int64)
    tickets, times = tickets[order], times[order]
    twins = (tickets[1:] == tickets[:-1]) & (times[1:] == times[:-1])
    if not twins.any():
        return order
    return order[~_repeated(twins, said[order])]


def _repeated(twins: Flags, said: Ints) -> Flags:
    """Say of each event, in order, whether one at the same instant before it says the same."""
    group = np.concatenate(([0], np.cumsum(~twins)))
    by_saying = np.lexsort((said, group))  # stable: of equal ones the first stays first
    again = (group[by_saying][1:] == group[by_saying][:-1]) & (said[by_saying][1:] == said[by_saying][:-1])
    repeated = np.zeros(len(said), np.bool_)
    repeated[by_saying[1:][again]] = True
    return repeated
