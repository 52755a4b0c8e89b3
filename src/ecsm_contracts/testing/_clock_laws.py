"""
The laws that the clocks of every contract keep, ticket by ticket, whatever it promises and whatever happened.

Each is a plain function of a contract, facts and a period, as those of `LAWS`, where they stand by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.calendars import format_duration, from_micros, parse_duration, to_micros
from ecsm_contracts.contracts import Document, contract_from_document
from ecsm_contracts.engine import Observer, plan
from ecsm_contracts.errors import CalendarRangeError, Contradiction
from ecsm_contracts.facts import Event, timeline
from ecsm_contracts.measures import ClockMeasure, TargetedMeasure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.calendars import Interval, Period, Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Facts, Step, Ticket
    from ecsm_contracts.measures import BoundLevel, Clock, Judgement

__all__ = [
    "a_later_finish_shortens_no_clock",
    "a_longer_target_adds_no_breach",
    "breach_agrees_with_the_deadline",
    "holding_lengthens_no_clock",
    "judging_step_by_step_is_judging_at_once",
]

_HOUR = 3_600_000_000
_LEAST = 4
"""Microseconds in which a wait and a longer one have room."""


class _Read(NamedTuple):
    """One clock, and one ticket as it was known at the end of the period."""

    level: BoundLevel
    clock: Clock
    ticket: Ticket
    steps: tuple[Step, ...]


@dataclass
class _Clocks:
    """The clocks of a contract in one period, bound to the relief that the facts give."""

    contract: Contract
    facts: Facts
    period: Period

    def __post_init__(self) -> None:
        planned = plan(self.contract, self.period)
        self.end = planned.bounds[1]
        self.observer = Observer(planned, self.facts.setting)

    def judge(self, level: BoundLevel, ticket: Ticket, until: int) -> Judgement | None:
        """Return what a clock says of *ticket* at *until*; None where it says nothing, or is not known to."""
        try:
            steps = timeline(ticket, self.contract.priorities)
            return level.judge(self.observer.view(ticket, steps), until)
        except (Contradiction, CalendarRangeError):
            return None

    def __iter__(self) -> Iterator[_Read]:
        """Yield every clock with every ticket in its scope that does not contradict itself."""
        for ticket in self.facts.tickets:
            known = ticket.known_before(self.end)
            for level in self.observer.levels if known is not None else ():
                measure = level.program.measure
                if known is None or not isinstance(measure, ClockMeasure):
                    continue
                if self.judge(level, known, self.end) is not None:
                    yield _Read(level, measure.clock, known, timeline(known, self.contract.priorities))

    def told(self, read: _Read) -> Judgement:
        """Return what the clock says of the ticket at the end of the period."""
        judged = self.judge(read.level, read.ticket, self.end)
        assert judged is not None
        return judged


def judging_step_by_step_is_judging_at_once(contract: Contract, facts: Facts, period: Period) -> None:
    """At every event a clock says of what had happened by then what it says of the whole ticket as known then."""
    clocks = _Clocks(contract, facts, period)
    for read in clocks:
        view = clocks.observer.view(read.ticket, read.steps)
        for at in sorted({step.at + more for step in read.steps for more in (0, 1)}):
            known = read.ticket.known_before(at)
            if known is not None and at <= clocks.end:
                apart, whole = clocks.judge(read.level, known, at), read.level.judge(view, at)
                assert apart == whole, f"ticket {read.ticket.ref} judged at {from_micros(at)}: {apart}, not {whole}"


def _with_events(ticket: Ticket, events: list[Event]) -> Ticket:
    return ticket.replace(events=tuple(events))


def _later(ticket: Ticket, by: int) -> Ticket:
    """Return *ticket* with its last event later."""
    *before, last = ticket.events
    moved = {name: getattr(last, name) for name in ("kind", "party", "reason", "group")}
    return _with_events(ticket, [*before, Event(at=from_micros(to_micros(last.at) + by), **moved)])


def a_later_finish_shortens_no_clock(contract: Contract, facts: Facts, period: Period) -> None:
    """Whoever resolves (or, where that is what counts, closes) a ticket later has not been faster."""
    clocks = _Clocks(contract, facts, period)
    for read in clocks:
        if read.steps[-1].kind != read.clock.finish:
            continue
        before = clocks.told(read)
        for by in (1, _HOUR, 100 * _HOUR):
            after = clocks.judge(read.level, _later(read.ticket, by), clocks.end)
            if after is not None:
                assert after.elapsed >= before.elapsed, f"ticket {read.ticket.ref} was faster when finished later"
                assert after.breach is not None or before.breach is None, f"ticket {read.ticket.ref}: breach undone"


def _stretch(read: _Read, party: str) -> Iterator[Ticket]:
    """Yield the ticket with one more wait for *party*, a short and then a longer one, where it waits for nobody."""
    resolved = waits = False
    events = read.ticket.events
    for place, (event, following) in enumerate(zip(events, [*events[1:], None], strict=True), 1):
        resolved = (resolved or event.kind in {"resolved", "closed"}) and event.kind != "reopened"
        waits = (waits or event.kind == "held") and event.kind not in {"resumed", "resolved", "closed"}
        start = to_micros(event.at)
        end = start + 10 * _HOUR if following is None else to_micros(following.at)
        if resolved or waits or end - start < _LEAST:
            continue
        for until in ((start + end) // 2, end):
            held = Event(kind="held", at=from_micros(start + (end - start) // 4), party=party)
            resumed = Event(kind="resumed", at=from_micros(until))
            yield _with_events(read.ticket, [*events[:place], held, resumed, *events[place:]])


def _minds_waits(clock: Clock) -> bool:
    """Return whether a wait starts or stops a clock."""
    return clock.needs_any(("held", "resumed"))


def holding_lengthens_no_clock(contract: Contract, facts: Facts, period: Period) -> None:
    """A wait for a party that holds a clock, or a longer one, never makes the measured time longer."""
    clocks = _Clocks(contract, facts, period)
    for read in clocks:
        if not read.clock.holds or _minds_waits(read.clock) or not clocks.told(read).judged:
            continue
        unheld = longest = clocks.told(read).elapsed
        for number, held in enumerate(_stretch(read, read.clock.holds[0])):
            judged = clocks.judge(read.level, held, clocks.end)
            longest = unheld if number % 2 == 0 else longest
            if judged is not None:
                assert judged.elapsed <= longest, f"ticket {read.ticket.ref} took longer for having waited"
                longest = judged.elapsed


def _longer(text: Any) -> Any:
    return text if text == "none" else format_duration(2 * parse_duration(text))


def _with_longer_targets(contract: Contract) -> Contract:
    """Return *contract* with every target twice as long."""
    data = contract.to_data()
    for clause in data["clauses"]:
        measure = clause.get("measure", {})
        within = measure.get("within")
        if isinstance(within, dict):
            measure["within"] = {key: word if key == "by" else _longer(word) for key, word in within.items()}
        elif within is not None:
            measure["within"] = _longer(within)
    return contract_from_document(Document.of(data))


def a_longer_target_adds_no_breach(contract: Contract, facts: Facts, period: Period) -> None:
    """What was in time is in time by targets twice as long, and what is late is late later, if at all."""
    strict, lenient = _Clocks(contract, facts, period), _Clocks(_with_longer_targets(contract), facts, period)
    levels = {level.program.ref: level for level in lenient.observer.levels}
    for read in strict:
        before = strict.told(read)
        after = lenient.judge(levels[read.level.program.ref], read.ticket, lenient.end)
        assert after is not None
        assert after.judged == before.judged
        if after.breach is not None:
            assert before.breach is not None, f"ticket {read.ticket.ref} is late by the longer target only"
            assert before.breach <= after.breach, f"ticket {read.ticket.ref} is late earlier by the longer target"


class _Run(NamedTuple):
    """A clock that ran once, from its start to its stop, under one target; instants in microseconds."""

    start: int
    stop: int
    target: int
    breached: bool
    holds: tuple[Span, ...]


def _only_run(clocks: _Clocks, read: _Read) -> _Run | None:
    """Return the run of a clock that had only one, and whose ticket was neither reopened nor given another priority."""
    if any(step.kind in {"reopened", "reprioritised"} for step in read.steps):
        return None
    view = clocks.observer.view(read.ticket, read.steps)
    told = {step.at: read.level.judge(view, step.at + 1) for step in read.steps}
    known = [(at, judged) for at, judged in told.items() if judged is not None and judged.judged]
    begun = [at for at, judged in known if judged.ticking]
    last = clocks.told(read)
    if read.clock.cycles == "many" or not begun or not last.stopped or last.target is None:
        return None
    stop = next(at for at, judged in known if judged.stopped)
    following = [*[step.at for step in read.steps[1:]], stop]
    holds = [
        (step.at, min(end, stop))
        for step, end in zip(read.steps, following, strict=True)
        if not read.clock.counts(step) and step.at < min(end, stop)
    ]
    return _Run(begun[0], stop, last.target, last.breach is not None, tuple(holds))


def breach_agrees_with_the_deadline(contract: Contract, facts: Facts, period: Period) -> None:
    """A clock that ran once is breached exactly when it stopped after the deadline that its calendar gives."""
    clocks = _Clocks(contract, facts, period)
    for read in clocks:
        program = read.level.program
        if len(program.tables) > 1 or not isinstance(program.measure, TargetedMeasure):
            continue
        if (run := _only_run(clocks, read)) is None:
            continue
        calendar = contract.calendar(next(iter(read.level.program.tables)))
        spans = (*run.holds, *read.level.time.relieved)
        holds: list[Interval | tuple[Any, Any]] = [(from_micros(a), from_micros(b)) for a, b in spans]
        try:
            deadline = calendar.deadline(
                from_micros(run.start), timedelta(microseconds=run.target), holds, at="next_opening"
            )
        except CalendarRangeError:
            continue  # so much service time lies beyond the years that the calendar covers
        late = run.stop > to_micros(deadline)
        assert late == run.breached, (
            f"ticket {read.ticket.ref} stopped after {deadline}: {late}, breached: {run.breached}"
        )
