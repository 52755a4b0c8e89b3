"""
The plain kernel: one pass over the steps of one ticket, integers only, no model in sight.

What the steps do to a clock depends on what they say and not on when: `BoundClock.follow` looks that up in the table,
once for all tickets that say the same, and `walk` adds the time to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.measures._table import (
    BANK,
    CHECK,
    CLEAR,
    FINAL,
    HELD,
    IDLE,
    LUMP,
    MARK,
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
    from collections.abc import Callable, Sequence

    from ecsm_contracts.measures._clock import ClockProgram
    from ecsm_contracts.measures._service_time import ServiceTime
    from ecsm_contracts.measures._vocabulary import CompiledTicket, Vocabulary

__all__ = ["NEVER", "BoundClock", "Judgement", "walk"]

NEVER = 1 << 62
"""The target where nothing is promised: some 146,000 years, which no clock spends."""
_RENEWAL = RESET | CLEAR | TAKE | SHARE | LUMP
_TIMED = BANK | MARK | _RENEWAL
MOST_COURSES = 4096
"""How many different courses a clock keeps; beyond it begins anew."""
_UNJUDGED = frozenset({WAITING, OVER, VOID})
_STOPPED = frozenset({STOPPED, FINAL, IDLE, PARKED})
_TICKING = frozenset({RUNNING, HELD})


@dataclass(slots=True, eq=False)
class Judgement:
    """
    One clock of one ticket, as known at one instant; read only. All times are in microseconds.

    `elapsed` is the service time of the attempt under way. `late` is what lies beyond the target, with that
    of earlier attempts whose breach stands. `breach` is the last instant at which elapsed time was still at
    most the target, None while it is. `longest` is the longest attempt whose breach would stand, this one included.
    """

    phase: int
    elapsed: int
    target: int | None
    late: int
    breach: int | None
    runs_out: tuple[ServiceTime, int, int] | None = field(repr=False)
    """
    Of a clock that stopped in time: its service time, how much of it there is when the target is used up, and the
    instant of judging. None of any other.
    """
    longest: int = 0

    @property
    def due(self) -> int | None:
        """The last instant at which stopping is still in time, None while that lies ahead; reckoned when asked for."""
        if self.breach is not None or self.runs_out is None:
            return self.breach
        time, latest, until = self.runs_out
        return time.latest_instant_of(latest) if latest < time.worked_until(until) else None

    @property
    def judged(self) -> bool:
        """Whether the clock has begun, was not voided, and something is promised."""
        return self.target is not None and self.phase not in _UNJUDGED

    @property
    def stopped(self) -> bool:
        """Whether the clock has stopped."""
        return self.phase in _STOPPED

    @property
    def ticking(self) -> bool:
        """Whether the clock runs or is held."""
        return self.phase in _TICKING

    def _said(self) -> tuple[int | None, ...]:
        return self.phase, self.elapsed, self.target, self.late, self.breach, self.due, self.longest

    def __eq__(self, other: object) -> bool:
        """Compare what is said of the clock."""
        return self._said() == other._said() if isinstance(other, Judgement) else NotImplemented

    def __hash__(self) -> int:
        """Hash what is said of the clock."""
        return hash(self._said())


class Terms(NamedTuple):
    """What one priority is promised: a target in microseconds, `NEVER` where there is none, and whose hours count."""

    target: int
    time: ServiceTime


class Act(NamedTuple):
    """What one step does with the time, as `walk` wants it."""

    place: int
    """The place of the step in the ticket, from 0."""
    before: int
    """The phase before it."""
    counts: int
    """Whether the service time by then is needed."""
    banks: int
    marks: int
    renewal: tuple[int, Terms | None] | None
    """What else there is to do: the bits of it, and with TAKE the terms that hold from the step on."""


class Course(NamedTuple):
    """What all steps of a ticket do to a clock, apart from the time between them."""

    phase: int
    """The phase after the last."""
    time: ServiceTime
    """Whose hours count until an act takes others."""
    acts: tuple[Act, ...]
    stopped: bool
    """Whether the clock has stopped after the last."""


class BoundClock:
    """
    A clock bound to targets and hours: what each number of a vocabulary is to it.

    *terms_of* gives for a priority its target in microseconds (None where nothing is promised) and the service time
    that it is measured in.
    """

    __slots__ = ("_courses", "_terms_of", "codes", "program", "terms", "vocabulary")

    def __init__(
        self,
        program: ClockProgram,
        terms_of: Callable[[str], tuple[int | None, ServiceTime]],
        vocabulary: Vocabulary,
    ) -> None:
        """Bind *program* to a *vocabulary*, which may grow later."""
        self.program = program
        self.vocabulary = vocabulary
        self.codes: list[int] = []
        """For each saying what it is to the clock."""
        self.terms: list[Terms] = []
        """For each priority what it is promised."""
        self._terms_of = terms_of
        self._courses: dict[tuple[int, ...], Course] = {}

    def learn(self) -> None:
        """Take in what the vocabulary has learnt since."""
        vocabulary = self.vocabulary
        self.codes.extend(self.program.code_of(step) for step in vocabulary.sayings[len(self.codes) :])
        for priority in vocabulary.priorities[len(self.terms) :]:
            target, time = self._terms_of(priority)
            self.terms.append(Terms(NEVER if target is None else target, time))

    def course_of(self, symbols: Sequence[int]) -> Course:
        """Return what steps that say *symbols* do to the clock; it is kept, as many tickets say the same."""
        key = tuple(symbols)
        found = self._courses.get(key)
        if found is None:
            if len(self._courses) >= MOST_COURSES:
                self._courses.clear()
            found = self._courses[key] = self.follow(key)
        return found

    def follow(self, symbols: Sequence[int], *, every: bool = False) -> Course:
        """Return what steps that say *symbols* do to the clock; with *every* also those that do nothing."""
        if len(self.codes) < len(self.vocabulary.sayings):
            self.learn()
        codes, table, priority_of = self.codes, self.program.table, self.vocabulary.priority_of
        wanted = taken = _last_priority(self, symbols) if self.program.retroactive else priority_of[symbols[0]]
        time, acts, phase = self.terms[wanted].time, [], WAITING
        for place, symbol in enumerate(symbols):
            action = table[phase][codes[symbol]]
            if action & SEEN:
                if priority_of[symbol] == wanted:
                    action = phase
                else:
                    wanted = priority_of[symbol]
            elif action & CHECK and wanted != taken:
                action = table[phase][2 * Code.REOPEN_CHANGED + codes[symbol] % 2]
            if action & _TIMED or every:
                taken = wanted if action & TAKE else taken
                acts.append(_act(place, phase, action, self.terms[wanted] if action & TAKE else None))
            phase = action & PHASE
        return Course(phase, time, tuple(acts), phase in _STOPPED)


def _act(place: int, before: int, action: int, terms: Terms | None) -> Act:
    renewal = (action & _RENEWAL, terms) if action & _RENEWAL else None
    return Act(place, before, action & (BANK | MARK), action & BANK, action & MARK, renewal)


def _last_priority(clock: BoundClock, symbols: Sequence[int]) -> int:
    """
    Return the last priority known, for a clock whose first attempt is judged the last one until it stopped.
    """
    priority_of, table, phase, wanted = clock.vocabulary.priority_of, clock.program.table, WAITING, 0
    for symbol in symbols:
        if priority_of[symbol] >= 0:
            wanted = priority_of[symbol]
        phase = table[phase][clock.codes[symbol]] & PHASE
        if phase == FINAL:
            break
    return wanted


def walk(  # noqa: C901, PLR0912 - the one loop that time goes into: a call for each bit would double what it costs
    clock: BoundClock,
    ticket: CompiledTicket,
    until: int,
    watch: Callable[[int, int, int], object] | None = None,
) -> Judgement:
    """
    Walk one clock over the steps of a *ticket*, all of which happened before the instant *until*, and judge it there.

    *watch* is told before each step its instant, the phase up to there, and what has elapsed by then.
    """
    times, symbols = ticket
    phase, time, acts, stopped = clock.course_of(symbols) if watch is None else clock.follow(symbols, every=True)
    target = NEVER
    spent = mark = late = longest = now = 0
    breach: int | None = None
    for place, before, counts, banks, marks, renewal in acts:
        at = times[place]
        if watch is not None:
            watch(at, before, spent + time.worked_until(at) - mark if before == RUNNING else spent)
        if counts:
            now = time.worked_until(at)
        if banks:
            latest = mark + target - spent
            if now > latest and breach is None:
                breach = at if renewal is not None and renewal[0] & LUMP else time.latest_instant_of(latest)
            spent += now - mark
        if renewal is not None:
            bits, terms = renewal
            if bits & RESET:
                if bits & CLEAR:
                    late, longest, breach = 0, 0, None
                else:
                    late, longest = late + max(0, spent - target), max(longest, spent)
                spent = 0
            if terms is not None:
                old, held_in = target, time
                target, time = terms
                if bits & SHARE and 0 < old < NEVER and target < NEVER:
                    spent = spent * target // old
                if spent > target and breach is None:
                    breach = at
                if marks and time is not held_in:
                    now = time.worked_until(at)
        if marks:
            mark = now
    if phase == RUNNING:
        now = time.worked_until(until)
        latest = mark + target - spent
        if now > latest and breach is None:
            breach = time.latest_instant_of(latest)
        spent += now - mark
    if spent > target:
        late += spent - target
    if spent > longest:  # noqa: PLR1730 - max() would cost as much as the rest of these lines
        longest = spent
    promised = None if target == NEVER else target
    runs_out = (time, mark + target - spent, until) if stopped and breach is None and promised is not None else None
    return Judgement(phase, spent, promised, late, breach, runs_out, longest)
