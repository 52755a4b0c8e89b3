"""
The transition table that both drivers walk: phases, codes, and the bits of what to do with the time.

`table[phase][code]` is an integer: the next phase, and a bit for each thing to do at the step. Of a code the lowest bit
says that the time from the step on does not count, as the ticket is in hands that hold the clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ecsm_contracts.measures._clock import Attempt, Changed, Reopened

__all__ = ["PHASES", "PHASE_WORDS", "Choices", "Code", "program_table"]

WAITING, RUNNING, HELD, STOPPED, FINAL, VOID, OVER, IDLE, PARKED = PHASES = range(9)
"""
Not begun; running; held; stopped (a reopening may run it again); stopped for good; void; cannot begin before a
reopening; answered, and waiting for the next start; the same, and the ticket resolved.
"""
PHASE_WORDS = {
    WAITING: "not begun",
    RUNNING: "running",
    HELD: "held",
    STOPPED: "stopped",
    FINAL: "stopped for good",
    VOID: "void",
    OVER: "cannot begin",
    IDLE: "answered",
    PARKED: "answered and resolved",
}
"""What people read of a phase, in explanations and in frames."""
PHASE = 15
"""The bits of an action that are the next phase."""
BANK = 16
"""Add the service time since the mark to what is spent."""
CLEAR = 32
"""With RESET: the attempt before is forgotten, with its breach and its lateness."""
RESET = 64
"""Begin again with nothing spent."""
TAKE = 128
"""Let the target and the hours of the priority now known hold."""
MARK = 256
"""Count from here."""
LUMP = 512
"""With BANK: the time is added all at once, here and now."""
SHARE = 1024
"""With TAKE: keep the share of the target that is spent, not the time."""
SEEN = 2048
"""The step says another priority: know it from here on."""
CHECK = 4096
"""If the priority now known is not the one that holds, do what a changed reopening does."""
_ON = RUNNING


class Code:
    """What a step is to a clock; a row of the table has two actions for each: time counts or does not."""

    IGNORE, START, STOP, FINISH, CHANGE, REOPEN, REOPEN_CHANGED, REOPEN_START, TICK, END = range(10)
    COUNT = 10


class Choices(NamedTuple):
    """What a contract chose, of which the table is made."""

    reopened: Reopened
    attempt: Attempt
    changed: Changed
    many: bool = False

    @property
    def fresh(self) -> int:
        """What a new attempt does to the time of those before."""
        return {"sum": 0, "last": RESET | CLEAR}.get(self.attempt, RESET)

    @property
    def renewed(self) -> int:
        """What a change of priority does to target and time."""
        return {"restart": TAKE | RESET, "keep_elapsed": TAKE, "keep_share": TAKE | SHARE}.get(self.changed, 0)

    @property
    def seen(self) -> int:
        """Whether changes are followed on the way; a retroactive clock knows the last one from the start."""
        return 0 if self.changed == "retroactive" else SEEN

    @property
    def begin(self) -> int:
        """The first attempt."""
        return _ON | TAKE | MARK

    @property
    def begin_again(self) -> int:
        """A further attempt."""
        return self.begin | self.fresh

    @property
    def reopen(self) -> int:
        """What a reopening does to a stopped clock."""
        closed = {"continue_with_closed_time": BANK | LUMP, "restart": self.fresh}
        return _ON | MARK | closed.get(self.reopened, 0)


def _ticking(choices: Choices) -> dict[int, int]:
    """Return what each code does to a clock that runs or is held, as if it ran."""
    first = choices.attempt == "first"
    answered = FINAL if first else IDLE if choices.many else STOPPED
    tick = _ON | MARK | TAKE | choices.fresh
    return {
        Code.STOP: answered | BANK | MARK,
        Code.FINISH: (FINAL if first else STOPPED) | BANK | MARK,
        Code.TICK: FINAL | BANK | MARK if first else tick | BANK,
        Code.CHANGE: _ON | choices.seen | (BANK | MARK | choices.renewed if choices.renewed else 0),
    }


def _resting(choices: Choices) -> dict[tuple[int, int], int]:
    """Return what codes do to a clock that neither runs nor is held."""
    renewed = choices.reopen | choices.renewed
    return {
        (WAITING, Code.START): choices.begin,
        (WAITING, Code.TICK): choices.begin,
        (WAITING, Code.REOPEN_START): choices.begin,
        (WAITING, Code.FINISH): OVER,
        (OVER, Code.REOPEN): WAITING,
        (OVER, Code.REOPEN_CHANGED): WAITING,
        (OVER, Code.REOPEN_START): choices.begin,
        (STOPPED, Code.REOPEN): choices.reopen | CHECK,
        (STOPPED, Code.REOPEN_START): choices.reopen | CHECK,
        (STOPPED, Code.REOPEN_CHANGED): renewed,
        (IDLE, Code.START): choices.begin_again,
        (IDLE, Code.TICK): choices.begin_again,
        (IDLE, Code.REOPEN_START): choices.begin_again,
        (IDLE, Code.FINISH): PARKED,
        (PARKED, Code.REOPEN): IDLE,
        (PARKED, Code.REOPEN_START): choices.begin_again,
        **{(phase, Code.CHANGE): phase | choices.seen for phase in (WAITING, STOPPED, OVER, IDLE, PARKED)},
    }


def _held_or_not(action: int, phase: int, *, out: bool) -> int:
    """
    Return *action*, that of a clock that counts, for a step at *phase* from which time counts or, if *out*, does not.
    """
    if phase == HELD:
        action &= ~BANK
    if action & PHASE != _ON:
        return action
    if not out:
        return action | (MARK if phase == HELD else 0)
    held = action & ~PHASE & ~MARK | HELD
    return held | BANK if phase == RUNNING else held


def program_table(choices: Choices) -> tuple[tuple[int, ...], ...]:
    """Return the table for *choices*: a row for each phase, two actions for each code."""
    ticking, resting = _ticking(choices), _resting(choices)
    rows = []
    for phase in PHASES:
        row: list[int] = []
        for code in range(Code.COUNT):
            usual = ticking.get(code, _ON) if phase in {RUNNING, HELD} else resting.get((phase, code), phase)
            action = VOID if code == Code.END else usual
            row.extend(_held_or_not(action, phase, out=out) for out in (False, True))
        rows.append(tuple(row))
    return tuple(rows)
