"""
A clock that counts on its fingers: it looks at every half hour in turn, and does what the contract says.

Written from section 4 of the semantics alone; it shares no code with the library. All times are ticks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .desk import Happening, works

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.measures import Clock


@dataclass
class Fingers:
    """One clock of one ticket, as it stands at a tick."""

    clock: Clock
    targets: Mapping[str, int | None]
    priority: str
    relieved: frozenset[int] = frozenset()
    state: str = "waiting"
    wanted: str = ""
    target: int | None = None
    elapsed: int = 0
    shut: int = 0
    """Service time since the stop."""
    earlier: int = 0
    """Lateness of earlier attempts whose breach stands."""
    breach: int | None = None
    run_out: int | None = None
    """When the time of a stopped clock would have run out."""

    def stands_still(self) -> bool:
        """Say whether nothing that happens counts any more: void, or stopped for good."""
        return self.state == "void" or (self.state == "stopped" and self.clock.attempt == "first")

    def look(self, tick: int) -> None:
        """Live through the half hour that begins with *tick*."""
        if not works(tick) or tick in self.relieved:
            return
        if self.state == "running":
            self.elapsed += 1
            self.judge(tick)
        elif self.state == "stopped":
            self.shut += 1
            if self.target is not None and self.run_out is None and self.elapsed + self.shut > self.target:
                self.run_out = tick

    def judge(self, tick: int) -> None:
        """Note a breach at *tick*, if the time is beyond the target and was not before."""
        if self.breach is None and self.target is not None and self.elapsed > self.target:
            self.breach = tick

    def happen(self, what: Happening) -> None:
        """Let one event happen."""
        if what.kind in {"cancelled", "merged"}:
            self.state = "void"
        elif self.stands_still():
            return
        elif what.kind == "reprioritised":
            self.change(what)
        elif what.kind == "reopened":
            self.reopen(what.tick)
        elif what.kind == "resolved":
            self.stop(resolved=True)
        elif what.kind in {"held", "resumed"}:
            if self.state in {"running", "held"}:
                waits = what.kind == "held" and what.party in self.clock.holds
                self.state = "held" if waits else "running"
        elif what.kind != "replied" or what.party == "provider":
            self.start_or_stop(what.kind)

    def start_or_stop(self, kind: str) -> None:
        """Do what the contract says that this kind of event does."""
        if kind in self.clock.stop:
            self.stop(resolved=False)
        elif kind in self.clock.start and self.state == "waiting":
            self.state, self.target = "running", self.targets[self.priority]

    def stop(self, *, resolved: bool) -> None:
        """Stop, if there is something to stop; a resolution before the start closes the way to it."""
        if self.state in {"running", "held"}:
            self.state, self.shut, self.run_out, self.wanted = "stopped", 0, None, self.priority
            if self.target is not None and self.elapsed > self.target:
                self.run_out = self.breach
        elif self.state == "waiting" and resolved:
            self.state = "over"

    def change(self, what: Happening) -> None:
        """Take note of a priority, at once or at the next reopening."""
        rule = self.clock.changed
        if rule == "retroactive" or what.priority is None:
            return
        if self.state in {"waiting", "over"}:
            self.priority = what.priority
        elif self.state == "stopped":
            self.wanted = what.priority
        elif rule != "new_only" and what.priority != self.priority:
            self.take(what.priority, what.tick)

    def take(self, priority: str, tick: int) -> None:
        """Let another priority hold from here."""
        if self.clock.changed == "restart":
            self.begin_again()
        self.priority, self.target = priority, self.targets[priority]
        self.judge(tick)

    def begin_again(self) -> None:
        """Begin at zero, and keep what is owed for the time before."""
        self.earlier += 0 if self.target is None else max(0, self.elapsed - self.target)
        self.elapsed = 0

    def reopen(self, tick: int) -> None:
        """Run on as the contract says, then let a change of priority take effect."""
        if self.state == "over":
            self.state = "waiting"
        if self.state != "stopped":
            return
        self.state = "running"
        if self.clock.reopened == "continue_with_closed_time":
            self.elapsed += self.shut
            self.judge(tick)
        elif self.clock.reopened == "restart":
            self.begin_again()
            if self.clock.attempt == "last":
                self.earlier, self.breach = 0, None
        if self.clock.changed in {"restart", "keep_elapsed"} and self.wanted != self.priority:
            self.take(self.wanted, tick)

    @property
    def judged(self) -> bool:
        """Whether the ticket can be in a population."""
        return self.state not in {"waiting", "over", "void"} and self.target is not None

    @property
    def late(self) -> int:
        """The time beyond the target, of this attempt and of those before whose breach stands."""
        return self.earlier + (0 if self.target is None else max(0, self.elapsed - self.target))

    @property
    def due(self) -> int | None:
        """The tick after which a stop is too late, if it has come."""
        if self.breach is not None or self.state != "stopped":
            return self.breach
        return self.run_out


def last_priority(clock: Clock, priority: str, known: Sequence[Happening]) -> str:
    """Return the priority that a retroactive clock goes by: the last, for a first attempt until it stopped."""
    probe = Fingers(clock, {}, priority)
    probe.targets = dict.fromkeys(["P1", "P2", "P3", "P4"])
    for what in known:
        probe.happen(what)
        if what.priority is not None:
            priority = what.priority
        if probe.state == "stopped" and clock.attempt == "first":
            break
    return priority


def count(
    clock: Clock,
    targets: Mapping[str, int | None],
    priority: str,
    told: Sequence[Happening],
    until: int,
    relieved: frozenset[int] = frozenset(),
) -> Fingers:
    """Return the clock as it stands at the tick *until*, knowing what happened before."""
    known = [what for what in told if what.tick < until]
    if clock.changed == "retroactive":
        priority = last_priority(clock, priority, known)
    fingers = Fingers(clock, targets, priority, relieved)
    told_at: dict[int, list[Happening]] = {}
    for what in known:
        told_at.setdefault(what.tick, []).append(what)
    for tick in range(min(told_at, default=until), until):
        for what in told_at.get(tick, ()):
            fingers.happen(what)
        fingers.look(tick)
    return fingers
