"""
From two tables, of tickets and of events, to the arrays of `TicketColumns`.

Each different word is checked once, whole columns for what must be there. A ticket that is not as it must be is made
into a record and refused by `Ticket` itself, so that the reason is the one that reading records gives.

This module needs NumPy, PyArrow and narwhals; it is imported when the first frames are read, and not before.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from ecsm_contracts._model import code_and_message
from ecsm_contracts.calendars import from_micros, to_micros
from ecsm_contracts.calendars._instant import END_YEAR, EPOCH, FIRST_YEAR, format_instant
from ecsm_contracts.errors import InvalidValue, did_you_mean, shown
from ecsm_contracts.facts import EVENT_KINDS, Event, Rejected, Ticket
from ecsm_contracts.facts._ticket import MOST_EVENTS
from ecsm_contracts.frames._given_tables import FAR, SAY_ZONE, WRITE_INSTANTS, arrow_table
from ecsm_contracts.frames._ticket_arrays import TicketArrays, numbered, sayings, tidy_events
from ecsm_contracts.frames._ticket_columns import EVENT_TEXTS, TICKET_TEXTS, Texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["arrays_from"]

_NEEDED: Final = {"tickets": ("ref", "service", "type"), "events": ("ticket", "kind", "at")}
_ALLOWED: Final = {"tickets": ("ref", *TICKET_TEXTS), "events": ("ticket", "kind", "at", *EVENT_TEXTS)}
_FIRST, _END = (to_micros(EPOCH.replace(year=year)) for year in (FIRST_YEAR, END_YEAR))
_PER_MICRO: Final = {"s": 1_000_000, "ms": 1_000, "us": 1}
_TELLABLE: Final = 60_000_000_000_000_000
"""Some 1,900 years: a `datetime` reaches as far on either side of 1970."""
_RAW_LENGTH = 4000
_MOST_FAULTS = 5
_KIND_PARTIES: Final = ("replied", "held")


def _columns_in(frame: Any, name: str) -> Any:
    """Return the table *frame* with the columns that it must have, and none that there is not."""
    table = arrow_table(frame, name)
    found = table.column_names
    unknown = [each for each in found if each not in _ALLOWED[name]]
    absent = [each for each in _NEEDED[name] if each not in found]
    twice = [each for each in found if found.count(each) > 1]
    if unknown:
        message = f"{name} have no column {shown(unknown[0])}{did_you_mean(unknown[0], _ALLOWED[name])}"
        raise InvalidValue(f"{message}: select those that are read", rule="frame_column", value=unknown[0])
    if absent or twice:
        message = f"a column {absent[0]!r} is missing" if absent else f"two columns are named {twice[0]!r}"
        needed = ", ".join(_NEEDED[name])
        raise InvalidValue(f"{name}: {message}; {needed} are needed", rule="frame_column", value=(absent or twice)[0])
    return table


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    view = getattr(pa.types, "is_string_view", lambda _: False)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind) or view(kind))


def _strings(table: Any, name: str, place: str) -> Any:
    """Return a column as one array of texts."""
    column = table.column(name)
    if not len(column):
        return pa.array([], pa.large_string())  # a column without rows may have any type
    if not _is_text(column.type):
        message = f"{place}.{name} holds {column.type}; it must hold texts"
        raise InvalidValue(message, rule="column_type", value=str(column.type))
    return column.cast(pa.large_string()).combine_chunks()


def _texts(table: Any, name: str, place: str) -> Texts:
    """Return a column of texts; the words in the order of first meeting."""
    strings = _strings(table, name, place)
    encoded = pc.dictionary_encode(strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return Texts(_whole(encoded.indices, -1).astype(np.int32), tuple(encoded.dictionary.to_pylist()))


def _whole(column: Any, absent: int) -> Ints:
    """Return a column of whole numbers, with *absent* for what is null."""
    filled = pc.fill_null(column.cast(pa.int64()), absent)
    return np.asarray(filled.to_numpy(zero_copy_only=False) if isinstance(filled, pa.Array) else filled.to_numpy())


class _Instants(NamedTuple):
    """A column of instants: in microseconds where it is `good`, in the unit given for all rows."""

    micros: Ints
    good: Flags
    """There, where an instant may be, and whole microseconds."""
    exact: Flags
    given: Any

    def text(self, row: int) -> str | None:
        """Return one row as it is told in a record."""
        scalar = self.given[row]
        if not scalar.is_valid:
            return None
        if self.exact[row] and abs(int(self.micros[row])) < _TELLABLE:
            return format_instant(from_micros(int(self.micros[row])))
        if pa.types.is_timestamp(self.given.type):
            return f"{np.datetime64(scalar.value, self.given.type.unit)}Z"
        return str(scalar.as_py())


def _instants(table: Any) -> _Instants:
    """Return the column ``at`` of events; a timestamp is a whole number of its unit, and no `datetime` is made."""
    column = table.column("at")
    if not len(column) and not pa.types.is_timestamp(column.type):
        column = pa.chunked_array([pa.nulls(0)])  # a column without rows may have any type
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz is None:
        message = f"events.at holds timestamps without a zone, which name no instants; {SAY_ZONE}"
        raise InvalidValue(message, rule="instant_naive", value=str(kind))
    if not (pa.types.is_timestamp(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind)):
        message = f"events.at holds {kind}; {WRITE_INSTANTS}"
        raise InvalidValue(message, rule="column_type", value=str(kind))
    if pa.types.is_uint64(kind):
        column = pc.min_element_wise(column, pa.scalar(FAR, pa.uint64()), skip_nulls=False)
    counts = _whole(column, FAR)
    unit = kind.unit if pa.types.is_timestamp(kind) else "us"
    if unit == "ns":
        micros, exact = counts // 1_000, counts % 1_000 == 0
    else:
        factor = _PER_MICRO[unit]
        micros, exact = np.clip(counts, -FAR // factor, FAR // factor) * factor, np.ones(len(counts), np.bool_)
    good = (micros >= _FIRST) & (micros < _END) & exact & _whole(pc.is_valid(column), 0).astype(np.bool_)
    return _Instants(micros, good, exact, column)


@cache
def _fits(model: type, name: str) -> TypeAdapter[Any]:
    """Return what checks the texts of one field."""
    return TypeAdapter(get_type_hints(model, include_extras=True)[name])


def _bad_words(model: type, name: str, words: Sequence[str]) -> Flags:
    """Say which *words* the field *name* of *model* does not take; the last flag is that of no word."""
    adapter = _fits(model, name)
    bad = []
    for word in words:
        try:
            adapter.validate_python(word)
            bad.append(False)
        except ValidationError:
            bad.append(True)
    return np.array([*bad, False], np.bool_)


class _Tables(NamedTuple):
    """Both tables as they came in, the events in the order given."""

    refs: Texts
    first_rows: Ints
    """For each different ``ref`` the first row in which it stands."""
    texts: dict[str, Texts]
    owner: Ints
    """For each event the row of its ticket."""
    kinds: Texts
    instants: _Instants
    event_texts: dict[str, Texts]

    def row_of(self, row: int) -> int:
        """Return the first row with the ``ref`` of *row*."""
        return int(self.first_rows[self.refs.codes[row]])

    def record(self, row: int, events: Iterable[int]) -> dict[str, Any]:
        """Return one ticket as a plain record, with its events in the order given."""
        data = {"ref": self.refs.text(row), **{name: column.text(row) for name, column in self.texts.items()}}
        told = [self._event(place) for place in events]
        return {**_said(data), **({"events": told} if told else {})}

    def _event(self, place: int) -> dict[str, Any]:
        data = {"kind": self.kinds.text(place), "at": self.instants.text(place)}
        return _said({**data, **{name: column.text(place) for name, column in self.event_texts.items()}})


def _said(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def _read(tickets: Any, events: Any) -> tuple[_Tables, list[Rejected]]:
    ticket_table, event_table = _columns_in(tickets, "tickets"), _columns_in(events, "events")
    refs = _texts(ticket_table, "ref", "tickets")
    texts = {name: _texts(ticket_table, name, "tickets") for name in TICKET_TEXTS if name in ticket_table.column_names}
    said = {name: _texts(event_table, name, "events") for name in EVENT_TEXTS if name in event_table.column_names}
    named, kinds = _texts(event_table, "ticket", "events"), _texts(event_table, "kind", "events")
    instants = _instants(event_table)
    first_rows = _first_rows(refs)
    owner = _owners(refs.words, first_rows, named)
    tables = _Tables(refs, first_rows, _spoken(texts), owner, kinds, instants, _spoken(said))
    return tables, list(_orphans(tables, named))


def _spoken(texts: dict[str, Texts]) -> dict[str, Texts]:
    return {name: column for name, column in texts.items() if column.words}


def _first_rows(refs: Texts) -> Ints:
    """Return for each different ``ref`` the first row in which it stands."""
    rows = np.full(len(refs.words), -1, np.int64)
    known = np.flatnonzero(refs.codes >= 0)[::-1]
    rows[refs.codes[known]] = known
    return rows


def _owners(refs: Sequence[str], first_rows: Ints, named: Texts) -> Ints:
    """Return for each event the first row of the ticket that it names, and -1 where there is none."""
    places = dict(zip(refs, first_rows.tolist(), strict=True))
    owner_of = np.array([*(places.get(word, -1) for word in named.words), -1], np.int64)
    return owner_of[named.codes]


def _orphans(tables: _Tables, named: Texts) -> Iterator[Rejected]:
    """Yield a rejected record for each event of a ticket that there is not."""
    for place in np.flatnonzero(tables.owner < 0).tolist():
        ref = named.text(place)
        record = {**({} if ref is None else {"ticket": ref}), **tables._event(place)}  # noqa: SLF001 - of this module
        code, words = "unknown_ticket", "the table of tickets has no such ticket"
        if ref is None:
            code, words = "missing_field", "ticket: it is missing, and nothing is assumed in its place"
        yield Rejected("ticket", _encodable(ref or ""), code, words, f"events:{place + 1}", _raw(record))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _raw(record: dict[str, Any]) -> str:
    return _encodable(json.dumps(record, ensure_ascii=False, sort_keys=True))[:_RAW_LENGTH]


def _bad_events(tables: _Tables) -> Flags:
    """Say which events `Event` does not take."""
    said, words = tables.event_texts, tables.kinds.words
    bad = ~tables.instants.good
    for name, column in said.items():
        bad |= _bad_words(Event, name, column.words)[column.codes]

    def has(name: str) -> Flags:
        return said[name].codes >= 0 if name in said else np.zeros(len(bad), np.bool_)

    def kind(*names: str) -> Flags:
        return np.array([*(word in names for word in words), False], np.bool_)[tables.kinds.codes]

    priority = has("priority") | has("impact") | has("urgency")
    bad |= ~kind(*EVENT_KINDS) | (kind(*_KIND_PARTIES) & ~has("party"))
    bad |= kind("reprioritised") != priority
    bad |= has("into") & ~kind("merged")
    return bad


def _bad_tickets(tables: _Tables) -> Flags:
    """Say which tickets `Ticket` does not take, or of which one of the events is bad."""
    rows = len(tables.refs.codes)
    bad = _bad_words(Ticket, "ref", tables.refs.words)[tables.refs.codes] | (tables.refs.codes < 0)
    for name, column in tables.texts.items():
        bad |= _bad_words(Ticket, name, column.words)[column.codes]

    def has(name: str) -> Flags:
        return tables.texts[name].codes >= 0 if name in tables.texts else np.zeros(rows, np.bool_)

    bad |= ~has("service") | ~has("type") | ~(has("priority") | (has("impact") & has("urgency")))
    owned = tables.owner[tables.owner >= 0]
    events = np.bincount(owned, minlength=rows)
    bad |= (events == 0) | (events > MOST_EVENTS)
    bad[tables.owner[_bad_events(tables) & (tables.owner >= 0)]] = True
    return np.asarray(bad)


def _twins(tables: _Tables) -> tuple[Flags, list[Rejected]]:
    """
    Return which rows are of a ``ref`` that stands in another row before them, or in rows that differ, and the latter.

    Rows that say the same are one ticket. Of those that differ no one can tell which is true.
    """
    refs = tables.refs
    counts = np.bincount(refs.codes[refs.codes >= 0], minlength=len(refs.words))
    repeated = (np.append(counts, 0) > 1)[refs.codes]
    rows = np.flatnonzero(repeated)
    if not len(rows):
        return repeated, []
    columns = (refs, *tables.texts.values())
    said, first = numbered([(column.codes[rows], len(column.words)) for column in columns])
    owner = tables.first_rows[refs.codes[rows]]
    same = said == said[np.searchsorted(rows, owner)]
    clashing = np.zeros(len(refs.codes), np.bool_)
    clashing[owner[~same]] = True
    repeated[rows] = clashing[owner] | (rows != owner)
    different = [row for row in rows[first].tolist() if clashing[tables.row_of(row)]]
    many = Counter(refs.codes[different].tolist())
    return repeated, [_twin(tables, row, many[int(refs.codes[row])]) for row in different]


def _twin(tables: _Tables, row: int, many: int) -> Rejected:
    message = f"{many} different records have this identity; give each its own, or correct them"
    record = tables.record(row, ())
    return Rejected("ticket", _encodable(record["ref"]), "duplicate_identity", message, "", _raw(record))


def _believed(tables: _Tables) -> tuple[Flags, list[Rejected]]:
    """Return which rows are tickets to go on with, and the others' reasons."""
    repeated, rejected = _twins(tables)
    kept = ~repeated
    asked = np.flatnonzero(_bad_tickets(tables) & kept)
    places = np.flatnonzero(tables.owner >= 0)
    places = places[np.argsort(tables.owner[places], kind="stable")]
    owners = tables.owner[places]
    edges = zip(np.searchsorted(owners, asked, "left"), np.searchsorted(owners, asked, "right"), strict=True)
    for row, (start, stop) in zip(asked.tolist(), edges, strict=True):
        found = _refused(tables.record(row, places[start:stop].tolist()), f"tickets:{row + 1}")
        if found is not None:
            kept[row] = False
            rejected.append(found)
    return kept, rejected


def _refused(record: dict[str, Any], place: str) -> Rejected | None:
    try:
        Ticket.model_validate(record)
    except ValidationError as errors:
        return Rejected("ticket", _encodable(record.get("ref", "")), *_why(errors), place, _raw(record))
    return None


def _why(errors: ValidationError) -> tuple[str, str]:
    """Return the code of the first fault, and all of them in words; as the readers of records do."""
    some = errors.errors(include_url=False)[:_MOST_FAULTS]
    found = [(error["loc"], *code_and_message(error)) for error in some]
    inner = {where[0] for where, _, _ in found if len(where) > 1}
    found = [each for each in found if len(each[0]) != 1 or each[0][0] not in inner]
    words = [f"{'.'.join(map(str, where))}: {message}" if where else message for where, _, message in found]
    return found[0][1], _encodable("; ".join(words))


def arrays_from(tickets: Any, events: Any) -> TicketArrays:
    """Return the arrays of two tables, and what was rejected of them, sorted."""
    tables, rejected = _read(tickets, events)
    kept, refused = _believed(tables)
    rows = np.flatnonzero(kept)
    place = np.full(len(kept) + 1, -1, np.int64)
    place[rows] = np.arange(len(rows))
    owner = place[tables.owner]  # -1, for no ticket, is the last
    mine = np.flatnonzero(owner >= 0)
    owner, times = owner[mine], tables.instants.micros[mine]
    numbers = np.array([EVENT_KINDS.index(word) if word in EVENT_KINDS else 0 for word in tables.kinds.words], np.uint8)
    kinds = numbers[tables.kinds.codes[mine]] if len(numbers) else np.empty(0, np.uint8)
    said = {name: Texts(column.codes[mine], column.words) for name, column in tables.event_texts.items()}
    number, _ = sayings(kinds, said)
    order = tidy_events(owner, times, number)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(owner[order], minlength=len(rows))))).astype(np.int64)
    words = tables.refs.words
    return TicketArrays(
        tuple(words[code] for code in tables.refs.codes[rows].tolist()),
        {name: Texts(column.codes[rows], column.words) for name, column in tables.texts.items()},
        offsets,
        times[order],
        kinds[order],
        {name: Texts(column.codes[order], column.words) for name, column in said.items()},
        tuple(sorted([*rejected, *refused], key=Rejected.order)),
    )
