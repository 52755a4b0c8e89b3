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

    `elapsed` is the service time of the attempt under way. `late` is what lies beyond the target, with that
    of earlier attempts whose breach stands. `breach` is the last instant at which elapsed time was still at
    most the target, None while it is. `due` is the last instant at which stopping is still in time, None
    while that lies ahead.
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
    """
    Return the last priority known, for a clock whose first attempt is judged the last one until it stopped.
    """
    phase = WAITING
    for step in known:
        if step.priority is not None:
            priority = step.priority
        phase = program.table[phase * CODES + code_of(program, step)] & PHASE
        if phase == FINAL:
            break
    return priority


class _Account:
    """What one clock has spent so far, against which target; all in microseconds."""

    __slots__ = ("_time", "breach", "late", "mark", "spent", "target")

    def __init__(self, time: ServiceTime) -> None:
        self._time = time
        self.spent = 0
        self.mark = 0
        self.late = 0
        self.target: int | None = None
        self.breach: int | None = None

    def latest_in_time(self) -> int | None:
        """Return W at the last instant that is in time if the clock runs on from its mark; None without a target."""
        return None if self.target is None else self.mark + self.target - self.spent

    def bank(self, now: int, at: int | None = None) -> None:
        """Spend the time from the mark to W = *now*; *at* once, if an instant is given, else as it passed."""
        latest = self.latest_in_time()
        if self.breach is None and latest is not None and now > latest:
            self.breach = self._time.latest_instant_of(latest) if at is None else at
        self.spent += now - self.mark

    def elapsed(self, now: int, *, running: bool) -> int:
        """Return what is spent at W = *now*, without spending it."""
        return self.spent + now - self.mark if running else self.spent

    def reset(self, *, forget: bool) -> None:
        """Begin again at zero; *forget* drops the breach and the lateness so far, else they stand."""
        self.late = 0 if forget else self.late + self.beyond()
        self.breach = None if forget else self.breach
        self.spent = 0

    def take(self, target: int | None, at: int) -> None:
        """Let *target* hold from the instant *at*."""
        self.target = target
        if self.breach is None and self.beyond():
            self.breach = at

    def beyond(self) -> int:
        """Return what is spent beyond the target."""
        return 0 if self.target is None or self.spent <= self.target else self.spent - self.target

    def due(self, *, stopped: bool, now: int) -> int | None:
        """Return the due instant, if it lies before the instant with W = *now*; None while it lies ahead."""
        latest = self.latest_in_time()
        if self.breach is not None or not stopped or latest is None or latest >= now:
            return self.breach
        return self._time.latest_instant_of(latest)


def _act(account: _Account, action: int, now: int, at: int, target: int | None) -> None:
    """Do to *account* what the bits of *action* say, at the instant *at* with W = *now*."""
    if action & BANK:
        account.bank(now, at if action & LUMP else None)
    if action & RESET:
        account.reset(forget=bool(action & CLEAR))
    if action & TAKE:
        account.take(target, at)
    if action & MARK:
        account.mark = now


def walk(
    program: ClockProgram,
    time: ServiceTime,
    target_of: Callable[[str], int | None],
    *,
    priority: str,
    steps: Sequence[Step],
    until: int,
    watch: Callable[[int, int, int], object] | None = None,
) -> Judgement:
    """
    Walk one clock over the *steps* of a ticket that happened before the instant *until*, and judge it there.

    *priority* is the one at the ticket's opening; *target_of* gives the target for a priority; *watch* is told before
    each step its instant, the phase up to there, and what has elapsed by then.
    """
    known = [step for step in steps if step.at < until]
    wanted = taken = _retroactive(program, known, priority) if program.retroactive else priority
    account = _Account(time)
    phase = WAITING
    for step in known:
        if watch is not None:
            watch(step.at, phase, account.elapsed(time.worked_until(step.at), running=phase == RUNNING))
        code = code_of(program, step)
        if code == CHANGE:
            if program.retroactive or step.priority is None or step.priority == wanted:
                continue
            wanted = step.priority
        elif code == REOPEN and wanted != taken:
            code = REOPEN_CHANGED
        action = program.table[phase * CODES + code]
        phase = action & PHASE
        if action > PHASE:
            taken = wanted if action & TAKE else taken
            _act(account, action, time.worked_until(step.at), step.at, target_of(wanted))
    now = time.worked_until(until)
    if phase == RUNNING:
        account.bank(now)
    due = account.due(stopped=phase in _STOPPED, now=now)
    return Judgement(phase, account.spent, account.target, account.late + account.beyond(), account.breach, due)
