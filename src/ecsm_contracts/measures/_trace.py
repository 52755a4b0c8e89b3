"""What one clock did with every stretch of a ticket's life: the answer to "where does this time come from?"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.measures._by import HoursByPriority
from ecsm_contracts.measures._follow import follow
from ecsm_contracts.measures._kernel import NEVER, walk
from ecsm_contracts.measures._table import (
    FINAL,
    HELD,
    IDLE,
    LUMP,
    OVER,
    PARKED,
    PHASE_WORDS,
    RESET,
    RUNNING,
    STOPPED,
    TAKE,
    VOID,
    WAITING,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ecsm_contracts.facts import Holder, Step
    from ecsm_contracts.measures._clock import Clock
    from ecsm_contracts.measures._follow import Effect
    from ecsm_contracts.measures._kernel import BoundClock
    from ecsm_contracts.measures._observer import BoundLevel, TicketView

__all__ = ["Stretch", "reached", "trace"]

_BY = {
    STOPPED: "stopped by",
    FINAL: "stopped for good by",
    VOID: "void:",
    IDLE: "answered by",
    PARKED: "answered, then",
}


class Stretch(NamedTuple):
    """
    A stretch `[start, end)` of a ticket's life in which one clock did one thing; all times in microseconds.

    `service_time` is what of it lies in hours and is not relieved, `counted` what the clock spent in it (with the
    closed time that a reopening at its start adds), and `elapsed` what the clock showed at its end.
    """

    start: int
    end: int
    events: tuple[str, ...]
    """What happened at its start, in order."""
    clock: str
    """What the clock did: ``running``, ``held``, ``stopped`` and so on."""
    service_time: int
    counted: int
    elapsed: int
    holder: Holder
    """Whose turn it was."""
    rules: tuple[str, ...]
    """Why it counted or did not, and what its first event did, each with the term that says so."""
    relieved: int
    """What of it lies in hours and is relieved."""
    hours: str
    """The name of the calendar in whose hours it was counted."""
    target: int | None
    """What the clock may take in all; None where nothing is promised, or before it has begun."""
    begins: bool
    """Whether the clock began, or began anew with nothing spent, at its start."""

    @property
    def length(self) -> int:
        """How long it is, whatever the hours."""
        return self.end - self.start

    @property
    def outside_hours(self) -> int:
        """What of it lies outside the hours."""
        return self.length - self.service_time - self.relieved

    @property
    def shown_before(self) -> int:
        """What the clock showed just after its first events."""
        return self.elapsed - (self.service_time if self.is_running else 0)

    @property
    def has_begun(self) -> bool:
        """Whether the clock has ever begun, in this stretch or before."""
        return self.clock not in {PHASE_WORDS[WAITING], PHASE_WORDS[OVER]}

    @property
    def is_running(self) -> bool:
        """Whether the clock runs: time in hours counts."""
        return self.clock == PHASE_WORDS[RUNNING]

    @property
    def is_ticking(self) -> bool:
        """Whether the clock runs or is held: it may still be breached."""
        return self.clock in {PHASE_WORDS[RUNNING], PHASE_WORDS[HELD]}

    @property
    def is_void(self) -> bool:
        """Whether the ticket was cancelled or merged."""
        return self.clock == PHASE_WORDS[VOID]


def _said(step: Step) -> str:
    detail = step.party or step.priority
    return f"{step.kind} ({detail})" if detail else step.kind


def trace(
    level: BoundLevel,
    ticket: TicketView,
    steps: Sequence[Step],
    until: int,
    *,
    inclusive: bool = False,
    relief: Callable[[int, int], str] | None = None,
) -> tuple[Stretch, ...]:
    """
    Return the stretches of *ticket*'s life up to *until*, as the clock of *level* saw them; none out of scope.

    The clock is walked by the kernel that judges it, which is only watched here, so that the explanation cannot
    differ from the judgement.

    Args:
        level: the level, bound to its calendars and relief.

        ticket: the ticket as the level sees it.

        steps: those that the ticket was compiled of.

        until: the instant of asking, in microseconds.

        inclusive: whether what happened at *until* itself is known; then an empty stretch at the end shows what it did.

        relief: names what relieved the time between two instants.
    """
    if level.clock is None or not level.program.scope.has_item(ticket.item):
        return ()
    known = ticket.compiled.known_before(until + inclusive)
    if not known.times:
        return ()
    shown: list[tuple[int, int, int]] = []

    def watch(at: int, phase: int, elapsed: int) -> None:
        if not shown or shown[-1][0] != at:
            shown.append((at, phase, elapsed))

    judged = walk(level.clock, known, until, watch)
    shown.append((until, judged.phase, judged.elapsed))
    effects = tuple(zip(steps, follow(level.clock, known), strict=False))  # steps that are not known yet have no effect
    return tuple(_stretches(level, level.clock, shown, effects, relief))


def _stretches(
    level: BoundLevel,
    clock: BoundClock,
    shown: Sequence[tuple[int, int, int]],
    effects: Sequence[tuple[Step, Effect]],
    relief: Callable[[int, int], str] | None,
) -> Iterator[Stretch]:
    """Yield a stretch between any two instants *shown*: what the clock did, and showed, up to each."""
    place = closed = 0
    cause, took = "", False
    for (start, _, _), (end, phase, elapsed) in pairwise(shown):
        first = place
        while place < len(effects) and effects[place][0].at == start:
            step, effect = effects[place]
            cause = step.kind if effect.phase != effect.before else cause
            place += 1
        here, (step, effect) = effects[first:place], effects[place - 1]
        target, time = clock.terms[effect.taken]
        hours = _hours(clock, effect.taken)
        service_time = time.between(start, end)
        table = level.program.tables[hours]
        relieved = table.worked_until(end) - table.worked_until(start) - service_time
        added = closed if any(each.action & LUMP for _, each in here) else 0
        closed = (0 if added or phase != STOPPED else closed) + (service_time if phase == STOPPED else 0)
        took = took or any(each.action & TAKE for _, each in here)
        named = relief(start, end) if relief is not None and relieved else ""
        counts = _running(step, hours, (end - start, service_time, relieved), named)
        why = counts if phase == RUNNING else _reasons(clock.program.clock, step, phase, cause)
        yield Stretch(
            start,
            end,
            tuple(_said(each) for each, _ in here),
            PHASE_WORDS[phase],
            service_time,
            (service_time if phase == RUNNING else 0) + added,
            elapsed,
            step.holder,
            (*_changes(clock.program.clock, here), *why),
            relieved,
            hours,
            target if took and target < NEVER else None,
            any(_begins(each) for _, each in here),
        )


def _hours(clock: BoundClock, priority: int) -> str:
    hours = clock.program.clock.hours
    return hours.row(clock.vocabulary.priorities[priority]) if isinstance(hours, HoursByPriority) else hours


def _begins(effect: Effect) -> bool:
    return bool(effect.action & RESET) or (effect.before == WAITING and effect.phase in {RUNNING, HELD})


def _changes(clock: Clock, effects: Sequence[tuple[Step, Effect]]) -> Iterator[str]:
    """Yield what the events at the start of a stretch did by the terms of the contract."""
    for step, effect in effects:
        if step.kind == "reopened" and effect.before == STOPPED:
            yield f"reopened: {clock.reopened}"
        renewed = step.kind == "reopened" and effect.before == STOPPED and effect.action & TAKE
        if renewed or (step.kind == "reprioritised" and effect.is_news and effect.before not in {FINAL, VOID}):
            yield f"changed: {clock.changed}"
        again = effect.before in {IDLE, PARKED} or (effect.before in {RUNNING, HELD} and step.kind != "reprioritised")
        if again and effect.action & TAKE:
            yield f"another attempt: {clock.attempt}"


def _reasons(clock: Clock, step: Step, phase: int, cause: str) -> Iterator[str]:
    """Yield why nothing counts in a *phase* to which *cause* led."""
    if phase == HELD and clock.counts_only is not None:
        yield f"counts_only: {step.holder} has it, not {' or '.join(clock.counts_only)}"
    elif phase == HELD:
        held = [name for name in clock.holds or () if name in {step.holder.party, step.holder.group}]
        yield f"holds: {' and '.join(held)}"
    else:
        yield f"{_BY[phase]} {cause}" if phase in _BY else PHASE_WORDS[phase]


def _running(step: Step, hours: str, times: tuple[int, int, int], named: str) -> Iterator[str]:
    """Yield why the time of a clock that runs counts, or why none of it does: of its length, in hours, relieved."""
    length, service_time, relieved = times
    if service_time or not length:
        yield f"counts: {step.holder} has it"
    elif not relieved:
        yield f"outside the hours of {hours}"
    if relieved:
        yield f"relieved: {named}" if named else "relieved"


def reached(level: BoundLevel, stretches: Sequence[Stretch], amount: int) -> int | None:
    """
    Return the earliest instant since which the clock has shown *amount* or more; None when it shows less at the end.

    In microseconds, both; *stretches* are those of a trace, at least one.
    """
    if stretches[-1].elapsed < amount:
        return None
    following = stretches[-1].start
    for each in reversed(stretches):
        missing = amount - each.shown_before
        if missing > 0 and each.elapsed < amount:
            return following  # more was shown at once, by the event after it
        if missing > 0:
            time = level.times[each.hours]
            return time.latest_instant_of(time.worked_until(each.start) + missing - 1) + 1
        following = each.start
        if each.begins:
            break
    return following
