"""
Who held every second of a ticket, and in which state: one partition of its life.

A service-level agreement, the agreements of its groups and the contracts of its suppliers each count some parts of this
one partition. Calendar and relief come in as arguments: nothing here knows what was promised.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from ecsm_contracts.calendars import Interval, ServiceHours, clip_spans, from_micros, hold_spans, to_micros
from ecsm_contracts.errors import WrongType, expect, shown
from ecsm_contracts.facts._matrix import PriorityMatrix
from ecsm_contracts.facts._ticket import Ticket
from ecsm_contracts.facts._timeline import Holder, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from ecsm_contracts.calendars import Hold, Span
    from ecsm_contracts.facts._timeline import Step

__all__ = ["Attributes", "Held", "HeldState", "attributes_at", "cut_at_hours", "partition"]

HeldState = Literal["open", "held", "resolved"]
"""Whether a ticket is worked on, waits for somebody, or is resolved and not closed yet."""
_AFTER: dict[str, HeldState] = {
    "opened": "open",
    "held": "held",
    "resumed": "open",
    "resolved": "resolved",
    "closed": "resolved",
    "reopened": "open",
}
_MOST_AT_ONCE = 366 * 86_400_000_000
"""How much time is asked of a calendar at once, in microseconds: about a year."""


class _Hours(Protocol):
    """What is asked of hours: a `ServiceTimeTable` has it, and so has whatever counts like one."""

    def worked_until(self, instant: int, /) -> int: ...

    def spans_within(self, start: int, end: int, /) -> Iterable[Span]: ...


class Held(NamedTuple):
    """A part `[start, end)` of a ticket's life with one holder and one state; instants in microseconds, UTC."""

    start: int
    end: int
    holder: Holder
    """Whose turn it was."""
    state: HeldState
    reason: str | None = None
    """Why the ticket waited, where that was said."""
    relieved: bool = False
    """Whether the part lies in relieved time."""
    service_time: int | None = None
    """How much of it lies in hours, relieved or not, in microseconds; None without a calendar."""

    @property
    def length(self) -> int:
        """The elapsed time, in microseconds."""
        return self.end - self.start

    @property
    def in_hours(self) -> bool | None:
        """
        Whether the part is in hours.

        None without a calendar, and where only some of it is: `cut_at_hours` cuts such a part at the hours' edges.
        """
        if self.service_time is None or 0 < self.service_time < self.length:
            return None
        return self.service_time > 0

    @property
    def interval(self) -> Interval:
        """The part as an interval of instants."""
        return Interval(from_micros(self.start), from_micros(self.end))


class Attributes(NamedTuple):
    """What is known of a ticket as of an instant."""

    priority: str
    impact: str | None
    urgency: str | None
    holder: Holder | None
    """Whose turn it is; nobody's once the ticket was cancelled or merged."""
    state: Literal["open", "held", "resolved", "ended"]
    """`resolved` includes closed; `ended` is cancelled or merged."""


def partition(
    ticket: Ticket,
    until: datetime,
    *,
    matrix: PriorityMatrix | None = None,
    service_time: ServiceHours | None = None,
    relieved: Iterable[Hold] = (),
) -> tuple[Held, ...]:
    """
    Return the parts of *ticket*'s life, in order: each microsecond of it lies in exactly one.

    The life goes from the opening to the closing, cancelling or merging that stands, else to *until*; what happened at
    or after *until* does not exist. A closing that a reopening undid does not stand, nor does one before a
    cancellation. Neighbours differ in holder, state, reason or relief. Nothing is cut at the edges of hours, so that a
    ticket that was open for decades has as few parts as events.

        >>> from datetime import datetime
        >>> from ecsm_contracts.facts import Event
        >>> ticket = Ticket(ref="T-1", service="desk", type="incident", priority="P2", events=[
        ...     Event(kind="opened", at="2026-03-02T09:00:00Z"),
        ...     Event(kind="held", at="2026-03-02T10:00:00Z", party="customer"),
        ...     Event(kind="resolved", at="2026-03-02T12:00:00Z")])
        >>> until = datetime.fromisoformat("2026-03-02T12:30:00Z")
        >>> [(str(part.holder), part.state, part.length // 60_000_000) for part in partition(ticket, until)]
        [('provider', 'open', 60), ('customer', 'held', 120), ('customer', 'resolved', 30)]

    Args:
        ticket: the ticket, with all its events.

        until: the instant of asking.

        matrix: the priorities, for a ticket that says only impact and urgency.

        service_time: a calendar; with one, each part says how much of it lies in hours.

        relieved: spans that are relieved, as intervals or pairs of instants; they may overlap, and reach further.

    Raises:
        Contradiction: as `timeline` does.
        CalendarRangeError: when the calendar does not cover the life.
        InvalidValue: rules "instant_naive", "hold_order" and "hold_syntax".
    """
    end, hours = to_micros(until), _hours(service_time)
    known = _known(ticket, end, matrix)
    if known is None:
        return ()
    steps = timeline(known, matrix)
    relief = clip_spans(hold_spans(relieved), steps[0].at, end)
    return tuple(_with_hours(_cut(_plain_parts(steps, end), relief), hours))


def attributes_at(ticket: Ticket, instant: datetime, matrix: PriorityMatrix | None = None) -> Attributes | None:
    """
    Return priority, impact, urgency, holder and state of *ticket* as of *instant*, from what happened up to and at it.

    None before its opening. Where the ticket, or a change, says no priority, *matrix* makes it of impact and urgency.

    Raises:
        Contradiction: as `timeline` does, by what is known at *instant*.
        InvalidValue: rule "instant_naive".
    """
    known = _known(ticket, to_micros(instant) + 1, matrix)
    if known is None:
        return None
    steps = timeline(known, matrix)
    priority = next(step.priority for step in reversed(steps) if step.priority is not None)
    impact, urgency = known.impact, known.urgency
    for event in known.events:
        impact, urgency = event.impact or impact, event.urgency or urgency
    if any(step.kind in {"cancelled", "merged"} for step in steps):
        return Attributes(priority, impact, urgency, None, "ended")
    state, _ = _states(steps)[-1]
    return Attributes(priority, impact, urgency, steps[-1].holder, state)


def cut_at_hours(parts: Iterable[Held], service_time: ServiceHours) -> Iterator[Held]:
    """
    Yield *parts* cut where hours open and close, one by one: each piece is in hours, or is not.

    There are two pieces for each opening: of a ticket that was open for decades take only as many as are needed.

    Raises:
        CalendarRangeError: when the calendar does not cover a part.
    """
    hours = _hours(service_time)
    for part in parts:
        for start in range(part.start, part.end, _MOST_AT_ONCE):
            piece = part._replace(start=start, end=min(part.end, start + _MOST_AT_ONCE))
            spans = () if hours is None else tuple(hours.spans_within(piece.start, piece.end))
            for is_open, cut in _inside(piece, spans):
                yield cut._replace(service_time=cut.length if is_open else 0)


def _hours(service_time: Any) -> _Hours | None:
    """Return what counts service time: the table of a calendar, or an object that counts like one."""
    found = getattr(service_time, "table", service_time)
    if found is None or (hasattr(found, "worked_until") and hasattr(found, "spans_within")):
        return found  # type: ignore[no-any-return]  # whatever has both is taken
    found = type(service_time).__name__
    raise WrongType(f"service_time: a calendar is needed, this is {found}; give a BusinessCalendar")


def _known(ticket: Ticket, end: int, matrix: PriorityMatrix | None) -> Ticket | None:
    """Return *ticket* as known just before *end*, None when nothing of it is."""
    expect(ticket, Ticket, "ticket", "give one of facts.tickets")
    if matrix is not None:
        expect(matrix, PriorityMatrix, "matrix", f"give contract.priorities, not {shown(matrix)}")
    return ticket.known_before(end)


def _states(steps: Sequence[Step]) -> list[tuple[HeldState, str | None]]:
    """Return the state from each step on, and why the ticket waits."""
    state: HeldState = "open"
    reason: str | None = None
    found = []
    for step in steps:
        after = _AFTER.get(step.kind)
        if after is not None:
            state, reason = after, step.reason if after == "held" else None
        found.append((state, reason))
    return found


def _end(steps: Sequence[Step]) -> int | None:
    """Return the closing, cancelling or merging that stands."""
    closed = None
    for step in steps:
        if step.kind in {"cancelled", "merged"}:
            return step.at
        if step.kind == "closed":
            closed = step.at if closed is None else closed
        elif step.kind == "reopened":
            closed = None
    return closed


def _plain_parts(steps: Sequence[Step], until: int) -> Iterator[Held]:
    """Yield the parts of a life by holder, state and reason; without hours and relief."""
    end = _end(steps)
    end = until if end is None else end
    starts = [step.at for step in steps]
    whose = [(step.holder, *state) for step, state in zip(steps, _states(steps), strict=True)]
    pieces = zip(starts, [*starts[1:], end], whose, strict=True)
    lasting = [(start, min(stop, end), key) for start, stop, key in pieces if start < min(stop, end)]
    for key, same in groupby(lasting, key=lambda piece: piece[2]):
        group = list(same)
        yield Held(group[0][0], group[-1][1], *key)


def _cut(parts: Iterable[Held], relief: Sequence[Span]) -> Iterator[Held]:
    """Yield *parts* cut at the edges of relieved spans, which are sorted and disjoint."""
    starts = [start for start, _ in relief]
    for part in parts:
        first = max(0, bisect_right(starts, part.start) - 1)
        last = bisect_right(starts, part.end)
        for inside, cut in _inside(part, relief[first:last]):
            yield cut._replace(relieved=inside)


def _inside(part: Held, spans: Iterable[Span]) -> Iterator[tuple[bool, Held]]:
    """Yield the pieces of *part* inside and outside of sorted, disjoint *spans*."""
    at = part.start
    for start, end in clip_spans(tuple(spans), part.start, part.end):
        if at < start:
            yield False, part._replace(start=at, end=start)
        yield True, part._replace(start=start, end=end)
        at = end
    if at < part.end:
        yield False, part._replace(start=at)


def _with_hours(parts: Iterable[Held], hours: _Hours | None) -> Iterator[Held]:
    """Yield *parts* with their service time: one difference of W for each."""
    if hours is None:
        yield from parts
        return
    for part in parts:
        yield part._replace(service_time=hours.worked_until(part.end) - hours.worked_until(part.start))
