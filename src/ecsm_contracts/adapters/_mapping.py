"""The mapping document: how exported tables of another system become facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.adapters._mapping_parts import Cell, CellTerms, Only, State, States, StateWord, Times
from ecsm_contracts.errors import did_you_mean, shown
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.facts._text import ShortText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.facts import EventKind

ATTRIBUTES: Final = ("customer", "channel", "user", "parent", "subject", "area", "cause")
"""The cells of what else a ticket is: each may be left out."""

__all__ = [
    "EventTable",
    "Mapping",
    "Misfit",
    "Moments",
    "OutageTable",
    "TableTerms",
    "TicketTable",
    "shown_states",
    "table_form",
]

TableForm = Literal["csv", "tsv", "jsonl"]

_SUFFIXES: dict[str, TableForm] = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl"}


def table_form(file: str) -> TableForm | None:
    """
    Return how the table in *file* is written, going by its name; None for a name that does not say it.

        >>> table_form("tickets.csv.gz"), table_form("tickets.xlsx")
        ('csv', None)
    """
    name = file.lower().removesuffix(".gz")
    return next((form for suffix, form in _SUFFIXES.items() if name.endswith(suffix)), None)


def _file_name(name: str) -> str:
    if "/" in name or "\\" in name or ".." in name:
        raise PydanticCustomError("file_name", "a file name without any path is needed; the folder is given on reading")
    if table_form(name) is None:
        raise PydanticCustomError("file_name", "a table is a .csv, .tsv or .jsonl file, or one of these with .gz")
    return name


def _as_tab(value: object) -> object:
    return "\t" if value == "tab" else value


class TableTerms(Model):
    """A file that holds a table."""

    file: Annotated[str, Field(strict=True, max_length=200), AfterValidator(_file_name)]
    """Its name in the folder: ``.csv``, ``.tsv`` or ``.jsonl``, or one of these with ``.gz``."""
    delimiter: Annotated[Literal[",", ";", "\t", "|"], BeforeValidator(_as_tab)] | None = None
    """What stands between the fields of a CSV file: a comma, if nothing is said, a semicolon, ``tab`` or a bar."""
    only: Only = Field(default_factory=Only)
    """Which rows are read; absent: all."""

    @model_validator(mode="after")
    def _delimiter_of_csv(self) -> Self:
        if self.delimiter is not None and table_form(self.file) != "csv":
            raise PydanticCustomError("field_unused", "only a .csv file has a delimiter to choose; leave it out")
        return self

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield each column that is read, after the name of the field that reads it."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, CellTerms):
                yield from ((name, column) for column in value.columns())
        yield from (("only", column.strip()) for column in self.only.named)


class Moments(Model):
    """Columns of a ticket table with the instants of what happened; a blank cell: it did not."""

    acknowledged: Ref | None = None
    """When someone took the ticket."""
    replied: Ref | None = None
    """When the provider first replied."""
    resolved: Ref | None = None
    """When it was resolved."""
    closed: Ref | None = None
    """When it was closed."""
    cancelled: Ref | None = None
    """When it was cancelled."""

    def columns(self) -> Iterator[tuple[EventKind, str]]:
        """Yield the kind of event and its column, in the order of a ticket's life."""
        kinds: tuple[EventKind, ...] = ("acknowledged", "replied", "resolved", "closed", "cancelled")
        yield from ((kind, column) for kind in kinds if (column := getattr(self, kind)) is not None)


class TicketTable(TableTerms):
    """A table with one row for each ticket."""

    ref: Cell
    """The identity of the ticket."""
    opened: Ref
    """The column with the instant of its opening."""
    service: Cell
    """The service concerned."""
    type: Cell
    """The type of ticket."""
    priority: Cell
    """The priority at its opening."""
    customer: Cell | None = None
    """Whose user it is."""
    channel: Cell | None = None
    """How it came in."""
    user: Cell | None = None
    """Who asked."""
    parent: Cell | None = None
    """The ticket that it is a part of."""
    subject: Cell | None = None
    """What it is about."""
    area: Cell | None = None
    """The place or the part of the service concerned."""
    cause: Cell | None = None
    """What caused it: an identity that everything shares that one event caused."""
    group: Cell | None = None
    """The group that had it at its opening."""
    moments: Moments = Field(default_factory=Moments)
    """Columns with the instants of what happened."""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield each column that is read, after the name of the field that reads it."""
        yield from super().fields()
        yield "opened", self.opened
        yield from ((f"moments.{kind}", column) for kind, column in self.moments.columns())


class EventTable(TableTerms):
    """A table with one row for each update of a ticket."""

    ticket: Cell
    """The identity of the ticket."""
    at: Ref
    """The column with the instant of the update."""
    state: Cell
    """The state (or the activity) that the row shows."""
    priority: Cell | None = None
    """The priority that the row shows; required where there is no ticket table."""
    group: Cell | None = None
    """The group that the row shows."""
    service: Cell | None = None
    """The service concerned, of the first row; only, and always, where there is no ticket table."""
    type: Cell | None = None
    """The type of ticket, of the first row; only, and always, where there is no ticket table."""
    customer: Cell | None = None
    """Whose user it is, of the first row; only where there is no ticket table."""
    channel: Cell | None = None
    """How it came in, of the first row; only where there is no ticket table."""
    user: Cell | None = None
    """Who asked, of the first row; only where there is no ticket table."""
    parent: Cell | None = None
    """The ticket that it is a part of, of the first row; only where there is no ticket table."""
    subject: Cell | None = None
    """What it is about, of the first row; only where there is no ticket table."""
    area: Cell | None = None
    """The place or the part of the service, of the first row; only where there is no ticket table."""
    cause: Cell | None = None
    """What caused it, of the first row; only where there is no ticket table."""
    before_opening: Literal["reject", "at_opening"] = "reject"
    """What becomes of a row before the opening that the ticket table gives."""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield each column that is read, after the name of the field that reads it."""
        yield from super().fields()
        yield "at", self.at


class OutageTable(TableTerms):
    """A table with one row for each outage."""

    ref: Cell | None = None
    """The identity of the outage; absent: ``line N``, by the line of the file on which its row begins."""
    service: Cell
    """The service concerned."""
    start: Ref
    """The column with the first instant of the outage."""
    end: Ref
    """The column with the first instant after it; blank: it lasts."""
    no_length: Literal["reject", "keep"]
    """What becomes of an outage that ends when it starts."""
    state: Cell | None = None
    """What is known of the service: ``down``, ``degraded`` or ``unknown``; absent, or blank: ``down``."""
    area: Cell | None = None
    """The place or the part of the service concerned."""
    subject: Cell | None = None
    """What was out, such as a device or a circuit."""
    cause: Cell | None = None
    """What caused it: an identity that everything shares that one event caused."""
    affected: Cell | None = None
    """The share of users concerned, such as ``40%``; absent, or blank: all of them."""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield each column that is read, after the name of the field that reads it."""
        yield from super().fields()
        yield "start", self.start
        yield "end", self.end

    def others(self) -> Iterator[tuple[str, CellTerms]]:
        """Yield the cells of what else an outage says, by the names of its fields."""
        names = ("state", "area", "subject", "cause", "affected")
        yield from ((name, cell) for name in names if (cell := getattr(self, name)) is not None)


def _after_is(word: object) -> object:
    known = get_args(StateWord)
    if isinstance(word, str) and word not in known:
        message = "{word} is not one of the words after `is`: {known}; names of states are not meant here{hint}"
        context = {"word": shown(word), "known": ", ".join(known), "hint": did_you_mean(word, known)}
        raise PydanticCustomError("unknown_word", message, context)
    return word


AfterIs = Annotated[StateWord, BeforeValidator(_after_is)]
"""A word that a state can mean, and not the name of a state."""


class Mapping(Model):
    """
    How exported tables become facts. Read one with `ecsm_contracts.read_mapping`.

    A ticket table gives one row for each ticket, an event table one for each update of a ticket; one of the two is
    enough. An outage table gives one row for each outage.
    """

    schema_: Literal["ecsm.mapping/1"] = Field(alias="schema")
    """The form of the document."""
    ref: Ref
    """The identity of the origin of the facts."""
    title: ShortText
    """What the source is, for people."""
    assumes: Annotated[tuple[ShortText, ...], AfterValidator(each_once)] = ()
    """What the mapping takes for granted; every statement repeats it."""
    times: Times = Field(default_factory=Times)
    """How times are read."""
    tickets: TicketTable | None = None
    """The ticket table."""
    events: EventTable | None = None
    """The event table."""
    states: States | None = None
    """What each state of the event table means."""
    acknowledged_by: Annotated[tuple[AfterIs, ...], Field(min_length=1), AfterValidator(each_once)] | None = None
    """The first row whose state means one of these acknowledges the ticket; absent: no row does."""
    outages: OutageTable | None = None
    """The outage table."""

    @model_validator(mode="after")
    def _tables_fit(self, info: ValidationInfo) -> Self:
        """Check one table against the others; a reader that hands in a list is given all that does not fit."""
        found = list(_misfits(self))
        if isinstance(info.context, list):
            info.context.extend(found)
        elif found:
            raise PydanticCustomError(found[0][1], found[0][2])
        return self

    def __repr__(self) -> str:
        """Return one line; `to_data` gives the whole document."""
        return f"<Mapping {self.ref}: {self.title}>"

    def __str__(self) -> str:
        """Return one line."""
        return repr(self)


Misfit = tuple[tuple[str | int, ...], str, str]
"""Where, code and message."""


def shown_states(mapping: Mapping) -> list[State]:
    """Return those of the states that a row of the event table can show, going by what its state cell looks up."""
    if mapping.events is None or mapping.states is None:
        return []
    cell = mapping.events.state
    named = {name.strip(): state for name, state in mapping.states.named.items()}
    if cell.always is not None:
        names = {cell.always}
    elif cell.is_ is not None:
        names = {name for name in (*cell.is_.named.values(), cell.otherwise, cell.blank) if name is not None}
    else:
        names = set(named)
    return [state for name, state in named.items() if name in names]


def _misfits(mapping: Mapping) -> Iterator[Misfit]:
    """Yield what is missing beside the tables that there are, and what none of them would read."""
    if mapping.events is not None:
        found = [*_misfits_of_events(mapping, mapping.events), *_unknown_states(mapping, mapping.events)]
        yield from found or _unused_words(mapping)
        return
    if mapping.tickets is None and mapping.outages is None:
        yield (), "tables_missing", "one of tickets, events and outages says which table is read"
    for name in ("states", "acknowledged_by"):
        if getattr(mapping, name) is not None:
            yield (name,), "field_unused", f"{name} belongs to events, which is missing"


def _misfits_of_events(mapping: Mapping, events: EventTable) -> Iterator[Misfit]:
    """Yield what does not fit between the event table, the states and the ticket table."""
    if mapping.states is None:
        yield ("events",), "missing_field", "states is missing: what each state of the event table means"
    if mapping.tickets is not None:
        for name in ("service", "type", *ATTRIBUTES):
            if getattr(events, name) is not None:
                yield ("events", name), "field_unused", f"{name} is read from the ticket table; leave it out here"
        return
    for name in ("service", "type", "priority"):
        if getattr(events, name) is None:
            message = f"{name} is missing; without a ticket table it is read from the first row"
            yield ("events",), "missing_field", message
    if events.before_opening == "at_opening":
        yield ("events", "before_opening"), "field_unused", "without a ticket table the first row is the opening"


def _unused_words(mapping: Mapping) -> Iterator[Misfit]:
    """Yield each word of `acknowledged_by` that no row can mean: it would be a choice without effect."""
    words = {state.is_ for state in shown_states(mapping)}
    for position, word in enumerate(mapping.acknowledged_by or ()):
        if word not in words:
            message = f"no row can show a state that is {word}; leave the word out"
            yield ("acknowledged_by", position), "field_unused", message


def _unknown_states(mapping: Mapping, events: EventTable) -> Iterator[Misfit]:
    """Yield each meaning of the event table's state cell that `states` does not know."""
    if mapping.states is None:
        return
    known = {name.strip() for name in mapping.states.named}
    cell = events.state
    meanings = {("is", raw): meaning for raw, meaning in cell.is_.named.items()} if cell.is_ is not None else {}
    single = [((name,), getattr(cell, name)) for name in ("always", "otherwise", "blank")]
    for path, meaning in [*meanings.items(), *single]:
        if meaning is not None and meaning not in known:
            message = f"{shown(meaning)} is not among the states{did_you_mean(meaning, known)}"
            yield ("events", "state", *path), "unmapped_value", message
