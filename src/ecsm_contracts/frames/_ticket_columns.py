"""Tickets as columns: all that `Ticket` models say, in arrays of integers and a dictionary of words for each text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ecsm_contracts.calendars import from_micros
from ecsm_contracts.errors import InvalidValue, WrongType, shown
from ecsm_contracts.facts import EVENT_KINDS, Event, Rejected, Ticket
from ecsm_contracts.frames._arrow import needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy import int32, int64, uint8
    from numpy.typing import NDArray

__all__ = ["EVENT_TEXTS", "TICKET_TEXTS", "Texts", "TicketColumns"]

TICKET_TEXTS: tuple[str, ...] = tuple(name for name in Ticket.model_fields if name not in {"ref", "events"})
"""What a ticket says beside its identity and its events."""
EVENT_TEXTS: tuple[str, ...] = tuple(each.name for each in fields(Event) if each.name not in {"kind", "at"})
"""What an event says beside its kind and its instant."""
CHUNK = 65_536
"""How many tickets are worked on at once, so that memory stays flat."""
_EVENTS_AT_ONCE = 1 << 21


class Texts(NamedTuple):
    """A column of texts: the place of each among `words`, and -1 where there is none."""

    codes: NDArray[int32]
    words: tuple[str, ...]

    def text(self, row: int) -> str | None:
        """Return the text of one row."""
        code = int(self.codes[row])
        return None if code < 0 else self.words[code]


@dataclass(frozen=True, slots=True, eq=False)
class TicketColumns:
    """
    Tickets as columns; make them with `from_tickets` or `from_frames`.

    Nothing is lost on the way: `ticket` gives each of them back. Where a text is said by no ticket, or no event, there
    is no column for it. It needs the extra ``frames``.

        >>> from ecsm_contracts.facts import Event
        >>> ticket = Ticket(ref="T-1", service="desk", type="incident", priority="P2", events=[
        ...     Event(kind="opened", at="2026-03-02T09:00:00Z"), Event(kind="resolved", at="2026-03-02T12:00:00Z")])
        >>> columns = TicketColumns.from_tickets([ticket])
        >>> columns.offsets.tolist(), columns.times.tolist()
        ([0, 2], [1772442000000000, 1772452800000000])
        >>> columns.ticket(0) == ticket
        True
    """

    refs: tuple[str, ...]
    """The identity of each ticket."""
    texts: Mapping[str, Texts]
    """What each ticket says: ``service``, ``type``, ``priority`` and so on."""
    offsets: NDArray[int64]
    """The first event of each ticket, and at last the number of all events: one more than there are tickets."""
    times: NDArray[int64]
    """The instant of each event in microseconds since 1970, UTC; within a ticket they never decrease."""
    kinds: NDArray[uint8]
    """The kind of each event: its place in `ecsm_contracts.facts.EVENT_KINDS`."""
    event_texts: Mapping[str, Texts]
    """What each event says: ``party``, ``priority``, ``group`` and so on."""
    rejected: tuple[Rejected, ...] = ()
    """Tickets of a frame that could not be read, sorted; they are in no column."""

    @classmethod
    def from_tickets(cls, tickets: Iterable[Ticket | Rejected]) -> Self:
        """
        Return *tickets* as columns; records among them that could not be read are kept in `rejected`.

        Raises:
            MissingExtra: when NumPy is not installed.
            WrongType: when there is anything else among them.
        """
        needed("numpy", "tickets as columns")
        from ecsm_contracts.frames._ticket_arrays import arrays_of  # noqa: PLC0415 - it needs NumPy

        return cls(*arrays_of(tickets))

    @classmethod
    def from_frames(cls, tickets: Any, events: Any) -> Self:
        """
        Return the tickets of two tables; what cannot be believed is in `rejected`, and costs nothing but itself.

        A table is a data frame that narwhals knows (pandas, Polars, PyArrow and others), an Arrow record batch, or a
        mapping of column names to columns.

        Args:
            tickets: A row for each ticket, with the fields of `Ticket` as columns: ``ref``, ``service``, ``type``,
                and ``priority`` or both ``impact`` and ``urgency``; others as there are.

            events: A row for each event, in any order, with the fields of `Event` as columns: ``ticket`` (a ``ref``),
                ``kind``, ``at``; others as there are. ``at`` holds timestamps with a zone, of any unit, or whole
                microseconds since 1970, UTC.

        Raises:
            MissingExtra: when NumPy, PyArrow or narwhals is not installed.
            InvalidValue: for what is no table (rule "frame_table"), for a column that is missing or that there is not
                ("frame_column"), timestamps without a zone ("instant_naive"), columns of another type ("column_type"),
                or of different lengths ("column_shape"), and a text with half of a surrogate pair ("encoding").
        """
        for module in ("numpy", "pyarrow", "narwhals"):
            needed(module, "tickets from data frames")
        from ecsm_contracts.frames._ticket_frames import arrays_from  # noqa: PLC0415 - it needs all three

        return cls(*arrays_from(tickets, events))

    def __len__(self) -> int:
        """Return the number of tickets."""
        return len(self.refs)

    def __repr__(self) -> str:
        """Say how much there is."""
        return f"<TicketColumns: {len(self)} tickets, {len(self.times)} events, {len(self.rejected)} rejected>"

    def ticket(self, row: int) -> Ticket:
        """
        Return one ticket as a model.

        Raises:
            InvalidValue: rule "ticket_row", when there is no such row; rows are counted from 0.
        """
        self._check_row("row", row, 0, len(self) - 1)
        data: dict[str, Any] = {name: column.text(row) for name, column in self.texts.items()}
        events = [self._event(place) for place in range(int(self.offsets[row]), int(self.offsets[row + 1]))]
        return Ticket.model_validate({**data, "ref": self.refs[row], "events": events})

    @staticmethod
    def _check_row(name: str, value: object, least: int, most: int | None) -> None:
        if not hasattr(value, "__index__") or isinstance(value, bool):
            raise WrongType(f"{name}: a whole number is needed, not {shown(value)}")
        number = index(value)
        if number < least or (most is not None and number > most):
            span = f"from {least} to {most}" if most is not None else f"of {least} or more"
            hint = f"write a whole number {span}" if most is None or most >= least else "there is none"
            raise InvalidValue(f"{name}: there is no {shown(number)}; {hint}", rule="ticket_row", value=number)

    def _event(self, place: int) -> Event:
        said = {name: column.text(place) for name, column in self.event_texts.items()}
        return Event(kind=EVENT_KINDS[self.kinds[place]], at=from_micros(int(self.times[place])), **said)

    def part(self, start: int, stop: int) -> TicketColumns:
        """
        Return the tickets in rows ``[start, stop)``; views of the same arrays. Rejected ones stay with the first.

        Raises:
            InvalidValue: rule "ticket_row", when *stop* lies before *start*, or one of them outside the columns.
        """
        self._check_row("start", start, 0, len(self))
        self._check_row("stop", stop, start, len(self))
        from ecsm_contracts.frames._ticket_arrays import texts_at  # noqa: PLC0415 - it needs NumPy

        events = slice(int(self.offsets[start]), int(self.offsets[stop]))
        return TicketColumns(
            self.refs[start:stop],
            texts_at(self.texts, slice(start, stop)),
            self.offsets[start : stop + 1] - self.offsets[start],
            self.times[events],
            self.kinds[events],
            texts_at(self.event_texts, events),
            self.rejected if start == 0 else (),
        )

    def taken(self, rows: NDArray[int64] | Sequence[int]) -> TicketColumns:
        """
        Return the tickets in *rows*: whole numbers from 0, each larger than the one before.

        Rejected ones stay only where all rows are taken.

        Raises:
            InvalidValue: rule "ticket_row", for rows that do not rise, or that there are not.
        """
        from ecsm_contracts.frames._ticket_arrays import rising_rows, taken_arrays  # noqa: PLC0415 - it needs NumPy

        places = rising_rows(rows, len(self))
        return self if len(places) == len(self) else TicketColumns(*taken_arrays(self, places))

    def chunks(self, rows: int = CHUNK) -> Iterator[TicketColumns]:
        """
        Yield parts of at most so many tickets, 1 or more, and fewer where they have very many events.

        Raises:
            InvalidValue: rule "ticket_row", when *rows* is less than 1.
        """
        self._check_row("rows", rows, 1, None)
        start = 0
        while start < len(self):
            most = int(self.offsets[start]) + _EVENTS_AT_ONCE
            stop = int(self.offsets.searchsorted(most, "right")) - 1
            stop = max(min(start + rows, stop, len(self)), start + 1)
            yield self.part(start, stop)
            start = stop
