"""The plain kernel: one pass over the steps of one ticket, integers only, no model in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.measures._clock import (
    BANK,
    CHANGE,
    CLEAR,
    CODES,
    END,
    FINAL,
    HOLD,
    IGNORE,
    LUMP,
    MARK,
    OVER,
    PHASE,
    RELEASE,
    REOPEN,
    REOPEN_CHANGED,
    RESET,
    RESOLVE,
    RUNNING,
    START,
    STOP,
    STOPPED,
    TAKE,
    VOID,
    WAITING,
    ClockProgram,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecsm_contracts.facts import Step
    from ecsm_contracts.measures._service_time import ServiceTime

__all__ = ["Judgement", "code_of", "walk"]

PROVIDER = "provider"
_ENDS = frozenset({"cancelled", "merged"})
_STOPPED = frozenset({STOPPED, FINAL})


class Judgement(NamedTuple):
    """
    One clock of one ticket, as known at one instant. All times are in microseconds.

    `elapsed` is the service time of the attempt under way. `late` is what lies beyond the target, with that of earlier attempts
    whose breach stands. `breach` is the last instant at which elapsed time was still at most the target, None while it is.
    `due` is the last instant at which stopping is still in time, None while that lies ahead.
    """

    phase: int
    elapsed: int
    target: int | None
    late: int
    breach: int | None
    due: int | None

    @property
    def judged(self) -> bool:
        """Whether the clock has begun, was not voided, and something is promised."""
        return self.phase not in {WAITING, OVER, VOID} and self.target is not None

    @property
    def stopped(self) -> bool:
        """Whether the clock has stopped."""
        return self.phase in _STOPPED


def code_of(program: ClockProgram, step: Step) -> int:
    """Return what *step* is to a clock with this *program*."""
    kind = step.kind
    if kind == "resolved":
        return RESOLVE
    if kind in program.stops:
        return STOP if kind != "replied" or step.party == PROVIDER else IGNORE
    if kind in program.starts:
        return START if kind != "replied" or step.party == PROVIDER else IGNORE
    if kind == "held":
        return HOLD if step.party in program.holds else RELEASE
    if kind == "resumed":
        return RELEASE
    if kind == "reprioritised":
        return CHANGE
    if kind == "reopened":
        return REOPEN
    return END if kind in _ENDS else IGNORE


def _retroactive(program: ClockProgram, known: Sequence[Step], priority: str) -> str:
    """Return the last priority known, for a clock whose first attempt is judged the last one until it stopped."""
    phase = WAITING
    for step in known:
        if step.priority is not None:
            priority = step.priority
        phase = program.table[phase * CODES + code_of(program, step)] & PHASE
        if phase == FINAL:
            break
    return priority


def _beyond(spent: int, target: int | None) -> int:
    return 0 if target is None or spent <= target else spent - target


def walk(
    program: ClockProgram,
    time: ServiceTime,
    target_of: Callable[[str], int | None],
    priority: str,
    steps: Sequence[Step],
    until: int,
) -> Judgement:
    """
    Walk one clock over the *steps* of a ticket that happened before the instant *until*, and judge it there.

    *priority* is the one at the ticket's opening; *target_of* gives the target for a priority.
    """
    known = [step for step in steps if step.at < until]
    wanted = taken = _retroactive(program, known, priority) if program.retroactive else priority
    phase, spent, mark, late = WAITING, 0, 0, 0
    target = breach = None
    for step in known:
        code = code_of(program, step)
        if code == CHANGE:
            if program.retroactive or step.priority is None or step.priority == wanted:
                continue
            wanted = step.priority
        elif code == REOPEN and wanted != taken:
            code = REOPEN_CHANGED
        action = program.table[phase * CODES + code]
        phase = action & PHASE
        if action <= PHASE:
            continue
        now = time.worked_until(step.at)
        if action & BANK:
            if breach is None and target is not None and spent + now - mark > target:
                breach = step.at if action & LUMP else time.latest_instant_of(mark + target - spent)
            spent += now - mark
        if action & RESET:
            late = 0 if action & CLEAR else late + _beyond(spent, target)
            breach = None if action & CLEAR else breach
            spent = 0
        if action & TAKE:
            taken = wanted
            target = target_of(wanted)
            if breach is None and target is not None and spent > target:
                breach = step.at
        if action & MARK:
            mark = now
    if phase == RUNNING:
        now = time.worked_until(until)
        if breach is None and target is not None and spent + now - mark > target:
            breach = time.latest_instant_of(mark + target - spent)
        spent += now - mark
    due = breach
    if (
        due is None
        and target is not None
        and phase in _STOPPED
        and mark + target - spent < time.worked_until(until)
    ):
        due = time.latest_instant_of(mark + target - spent)
    return Judgement(phase, spent, target, late + _beyond(spent, target), breach, due)
