"""
What a clock did with a ticket's life, as spans: the ground on which the rules of tools differ.

The phases come from the transition table of our own clock, so that both agree on what a clock is doing; what they come
to in time is added up here, span by span, as tools differ about single spans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.measures._table import (
    BANK,
    CHECK,
    CLEAR,
    FINAL,
    HELD,
    IDLE,
    LUMP,
    OVER,
    PARKED,
    PHASE,
    RESET,
    RUNNING,
    SEEN,
    SHARE,
    STOPPED,
    TAKE,
    VOID,
    WAITING,
    Code,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.measures._clock import ClockProgram
    from ecsm_contracts.measures._vocabulary import CompiledTicket, Vocabulary

__all__ = ["Account", "Course", "Leg", "course_of"]

_WHAT = {RUNNING: "running", HELD: "held", STOPPED: "gap", FINAL: "gap", IDLE: "gap", PARKED: "gap"}
"""What a phase leaves in an account; a gap lies between a stop and what makes the clock run again."""
_RESTING = frozenset({STOPPED, FINAL, IDLE, PARKED})
_STATES = {WAITING: "not begun", OVER: "not begun", VOID: "void", RUNNING: "running", HELD: "held"}


class Leg(NamedTuple):
    """A span `[start, end)` of one attempt in microseconds, in which the clock ran, was held or stood stopped."""

    start: int
    end: int
    what: str
    """``running``, ``held``, ``gap``; or ``share``, at an instant: what is spent becomes the same share of a new
    target."""
    terms: int
    """The number of the priority whose target and hours held in it."""
    next_terms: int = -1
    """For ``share``: the priority from there on."""


class Account(NamedTuple):
    """The legs of one attempt up to an instant, and the priority whose target it is judged by there."""

    legs: tuple[Leg, ...]
    terms: int

    @property
    def start(self) -> int:
        """The instant at which the attempt began."""
        return self.legs[0].start

    @property
    def end(self) -> int:
        """The instant up to which it ran or was held."""
        return next((leg.end for leg in reversed(self.legs) if leg.what in {"running", "held"}), self.start)


class Course(NamedTuple):
    """All that a clock did: its state, the accounts whose breach would stand, and the one under way."""

    state: str
    """``not begun``, ``running``, ``held``, ``stopped`` or ``void``."""
    stood: tuple[Account, ...]
    now: Account | None


def _wanted_at_last(program: ClockProgram, codes: Sequence[int], ticket: CompiledTicket, of: Vocabulary) -> int:
    """Return the last priority known, for a clock whose first attempt is judged the last one until it stopped."""
    phase = wanted = 0
    for symbol in ticket.symbols:
        if of.priority_of[symbol] >= 0:
            wanted = of.priority_of[symbol]
        phase = program.table[phase][codes[symbol]] & PHASE
        if phase == FINAL:
            break
    return wanted


class _Ledger:
    """The legs of the attempt under way, and the accounts before it."""

    def __init__(self, wanted: int) -> None:
        self.wanted = self.taken = wanted
        self.legs: list[Leg] = []
        self.stood: list[Account] = []
        self.since: int | None = None

    def close(self, at: int, what: str) -> None:
        """Write down what the clock did up to *at*."""
        if self.since is not None and self.since < at:
            self.legs.append(Leg(self.since, at, what, self.taken))

    def turn(self, at: int, action: int) -> None:
        """Begin another attempt, or another target, as *action* says."""
        if action & RESET:
            if action & CLEAR:
                self.stood.clear()
            elif self.legs:
                self.stood.append(Account(tuple(self.legs), self.taken))
            self.legs = []
        if action & TAKE:
            if self.legs:
                self.stood.append(Account(tuple(self.legs), self.taken))
            if action & SHARE:
                self.legs.append(Leg(at, at, "share", self.taken, self.wanted))
            self.taken = self.wanted


def _action(row: Sequence[int], code: int, ledger: _Ledger, priority: int) -> int | None:
    """Return what a step does; None for a change to the priority that is known already."""
    action = row[code]
    if action & SEEN:
        if priority == ledger.wanted:
            return None
        ledger.wanted = priority
    elif action & CHECK and ledger.wanted != ledger.taken:
        return row[2 * Code.REOPEN_CHANGED + code % 2]
    return action


def course_of(
    program: ClockProgram, codes: Sequence[int], ticket: CompiledTicket, vocabulary: Vocabulary, until: int
) -> Course:
    """Return what the clock did with a *ticket*, all of whose steps happened before *until*, up to there."""
    first = vocabulary.priority_of[ticket.symbols[0]]
    ledger = _Ledger(_wanted_at_last(program, codes, ticket, vocabulary) if program.retroactive else first)
    phase, row = WAITING, program.table[WAITING]
    for at, symbol in zip(*ticket, strict=True):
        action = _action(row, codes[symbol], ledger, vocabulary.priority_of[symbol])
        if action is None or action == phase:
            continue
        if phase in _RESTING and action & PHASE in _RESTING:
            phase, row = action & PHASE, program.table[action & PHASE]
            continue  # the gap goes on, whatever is said in it
        added = action & BANK and action & LUMP
        ledger.close(at, "running" if added else _WHAT.get(phase, ""))
        ledger.turn(at, action)
        phase = action & PHASE
        row = program.table[phase]
        ledger.since = at if phase in _WHAT else None
        if phase in _WHAT and not ledger.legs:
            ledger.legs.append(Leg(at, at, _WHAT[phase], ledger.taken))
    if phase in {RUNNING, HELD}:
        ledger.close(until, _WHAT[phase])
    now = Account(tuple(ledger.legs), ledger.taken) if ledger.legs else None
    return Course(_STATES.get(phase, "stopped"), tuple(ledger.stood), now)
