"""
What each step of a ticket did to a clock, and whose time it was that the clock counted.

The kernel keeps the sums alone. Here the same table is followed step by step, without the time; the time between two
steps is then put to the account of whoever had the ticket. Laws check that the accounts add up to what the kernel says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.measures._kernel import NEVER
from ecsm_contracts.measures._table import (
    BANK,
    CHECK,
    CLEAR,
    FINAL,
    LUMP,
    MARK,
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
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.facts import Holder, Step
    from ecsm_contracts.measures._kernel import BoundClock
    from ecsm_contracts.measures._service_time import ServiceTime
    from ecsm_contracts.measures._vocabulary import CompiledTicket

__all__ = ["Accounts", "Effect", "accounts", "follow"]

_Entries = list[tuple["Holder", int]]
"""Whose time was counted, in the order of time; in microseconds."""


class Effect(NamedTuple):
    """What one step did to a clock."""

    before: int
    """The phase before it."""
    phase: int
    """The phase after it."""
    action: int
    """What it did with the time, as bits of the table."""
    is_news: bool
    """Whether it said another priority than the one known before."""
    taken: int
    """The number of the priority whose target and hours hold from it on."""


def _first_wanted(clock: BoundClock, symbols: Sequence[int]) -> int:
    """Return the priority known at the first step; for a retroactive clock the last one, until it stops for good."""
    priority_of = clock.vocabulary.priority_of
    wanted = priority_of[symbols[0]]
    if not clock.program.retroactive:
        return wanted
    phase = WAITING
    for symbol in symbols:
        wanted = priority_of[symbol] if priority_of[symbol] >= 0 else wanted
        phase = clock.program.table[phase][clock.codes[symbol]] & PHASE
        if phase == FINAL:
            break
    return wanted


def follow(clock: BoundClock, ticket: CompiledTicket) -> Iterator[Effect]:
    """Yield what each step of *ticket*, of which there is at least one, did to *clock*."""
    if len(clock.codes) < len(clock.vocabulary.sayings):
        clock.learn()
    table, priority_of = clock.program.table, clock.vocabulary.priority_of
    known = priority_of[ticket.symbols[0]]
    taken = wanted = _first_wanted(clock, ticket.symbols)
    phase = WAITING
    for symbol in ticket.symbols:
        before, code = phase, clock.codes[symbol]
        said = priority_of[symbol]
        is_news = said not in {-1, known}
        known = known if said < 0 else said
        action = table[phase][code]
        if action & SEEN:
            action = phase if said == wanted else action
            wanted = said
        elif action & CHECK and wanted != taken:
            action = table[phase][2 * Code.REOPEN_CHANGED + code % 2]
        phase = action & PHASE
        taken = wanted if action & TAKE else taken
        yield Effect(before, phase, action, is_news, taken)


class Accounts(NamedTuple):
    """Whose time a clock counted: amounts by holder, in the order of time, in microseconds."""

    counted: tuple[tuple[Holder, int], ...]
    """Adds up to what has elapsed."""
    late: tuple[tuple[Holder, int], ...]
    """What of it lay beyond the target, with that of earlier attempts whose breach stands: adds up to the lateness."""


class _Account:
    """The account of one clock under way."""

    def __init__(self) -> None:
        self.entries: _Entries = []
        self.late: _Entries = []
        self.closed: _Entries = []
        """What passed since the clock stopped, as a reopening may count it."""
        self.banked = 0
        """How many entries have been added up; the kernel drops the others when a ticket is cancelled."""
        self.target = NEVER

    def pass_time(self, phase: int, holder: Holder, amount: int) -> None:
        if phase == RUNNING:
            self.entries.append((holder, amount))
        elif phase == STOPPED:
            self.closed.append((holder, amount))

    def take(self, effect: Effect, target: int) -> None:
        action = effect.action
        if action & LUMP:
            self.entries += self.closed
        if effect.phase != STOPPED or effect.before != STOPPED:
            self.closed = []
        if action & RESET:
            self.late = [] if action & CLEAR else self.late + _beyond(self.entries, self.target)
            self.entries = []
        if action & TAKE:
            if action & SHARE and 0 < self.target < NEVER and target < NEVER:
                self.entries = _scaled(self.entries, target, self.target)
            self.target = target
        if effect.phase == VOID != effect.before:
            del self.entries[self.banked :]
        elif action & (BANK | MARK):
            self.banked = len(self.entries)


def accounts(clock: BoundClock, ticket: CompiledTicket, steps: Sequence[Step], until: int) -> Accounts:
    """
    Return whose time *clock* counted of *ticket* up to *until*.

    *ticket* holds what is known, at least one step of *steps*, of which it was compiled.
    """
    account = _Account()
    effects = tuple(follow(clock, ticket))
    ends = (*ticket.times[1:], until)
    for effect, step, end in zip(effects, steps, ends, strict=False):  # those that are not known yet have no effect
        target, time = clock.terms[effect.taken]
        account.take(effect, target)
        account.pass_time(effect.phase, step.holder, _between(time, step.at, end))
    late = account.late + _beyond(account.entries, account.target)
    return Accounts(tuple(account.entries), tuple(late))


def _between(time: ServiceTime, start: int, end: int) -> int:
    return time.between(start, end) if start < end else 0


def _beyond(entries: _Entries, target: int) -> _Entries:
    """Return what of *entries* lies beyond *target*."""
    spent, late = 0, []
    for holder, amount in entries:
        late.append((holder, max(0, spent + amount - max(spent, target))))
        spent += amount
    return late


def _scaled(entries: _Entries, target: int, before: int) -> _Entries:
    """Return *entries* as the same share of *target* as they were of the target *before*; the sum is rounded down."""
    spent = given = 0
    scaled = []
    for holder, amount in entries:
        spent += amount
        scaled.append((holder, spent * target // before - given))
        given = spent * target // before
    return scaled
