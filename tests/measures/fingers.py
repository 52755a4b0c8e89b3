"""
A clock that counts on its fingers: it looks at every half hour in turn, and does what the contract says.

Written from section 4 of the semantics alone; it shares no code with the library. Instants and times are in
microseconds, as a share of a target may be part of a half hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .desk import TICK, Happening, hands, matched, micros, works

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.measures import Clock

    from .desk import Hands

FOLLOWS = frozenset({"restart", "keep_elapsed", "keep_share"})
"""The rules by which a change of priority takes effect on the way."""


@dataclass
class Fingers:
    """One clock of one ticket, as it stands at a tick."""

    clock: Clock
    targets: Mapping[str, int | None]
    """By priority, in ticks."""
    known: str
    """The priority last known."""
    relieved: frozenset[int] = frozenset()
    state: str = "waiting"
    counting: bool = True
    """Whether time counts in the hands that the ticket is in."""
    holds: str = ""
    """The priority whose target and hours hold."""
    elapsed: int = 0
    shut: int = 0
    """Service time since the stop."""
    earlier: int = 0
    """Lateness of earlier attempts whose breach stands."""
    longest_before: int = 0
    """The longest of those attempts."""
    breach: int | None = None
    run_out: int | None = None
    """When the time of a stopped clock would have run out."""

    @property
    def target(self) -> int | None:
        """The target that holds."""
        ticks = self.targets[self.holds] if self.holds else None
        return None if ticks is None else ticks * TICK

    @property
    def stopped(self) -> bool:
        """Whether the clock has stopped, for good or not."""
        return self.state in {"stopped", "answered", "parked"}

    def stands_still(self) -> bool:
        """Say whether nothing that happens counts any more: void, or stopped for good."""
        return self.state == "void" or (self.stopped and self.clock.attempt == "first")

    def is_open(self, tick: int) -> bool:
        """Say whether the calendar that holds is open in the half hour that begins with *tick*."""
        hours = self.clock.to_data()["hours"]
        name = hours if isinstance(hours, str) else hours.get(self.holds, hours["otherwise"])
        return (name == "always" or works(tick)) and tick not in self.relieved

    def look(self, tick: int) -> None:
        """Live through the half hour that begins with *tick*."""
        if not self.is_open(tick):
            return
        if self.state == "ticking" and self.counting:
            self.elapsed += TICK
            self.judge(micros(tick + 1) - self.beyond(self.elapsed))
        elif self.stopped:
            self.shut += TICK
            if self.run_out is None and self.beyond(self.elapsed + self.shut):
                self.run_out = micros(tick + 1) - self.beyond(self.elapsed + self.shut)

    def beyond(self, time: int) -> int:
        """Return how much of *time* is beyond the target."""
        return 0 if self.target is None else max(0, time - self.target)

    def judge(self, at: int) -> None:
        """Note a breach at the instant *at*, if the time is beyond the target and was not before."""
        if self.breach is None and self.beyond(self.elapsed):
            self.breach = at

    def happen(self, what: Happening, now: Hands) -> None:
        """Let one event happen, after which it is the turn of *now*."""
        if what.kind in {"cancelled", "merged"}:
            self.state = "void"
        if self.stands_still():
            return
        names = set(now.holder)
        only = self.clock.counts_only
        self.counting = bool(names & set(only)) if only is not None else not names & set(self.clock.holds or ())
        finish = "resolved" if "resolved" in self.clock.stop else "closed"
        if what.kind == finish:
            self.finish()
        elif what.kind == "reprioritised":
            self.change(what)
        elif what.kind == "reopened":
            self.reopen(what, starts=self.is_one_of(self.clock.start, what, now))
        else:
            starts, stops = (self.is_one_of(events, what, now) for events in (self.clock.start, self.clock.stop))
            if stops and self.state == "ticking":
                self.stop("answered" if self.clock.cycles == "many" else "stopped")
            if starts and not self.stands_still():
                self.start(what)

    def is_one_of(self, events: Sequence[object], what: Happening, now: Hands) -> bool:
        """Say whether an event is one of those that a contract names."""
        said = [matched(each) for each in events]
        named = (what.group if what.kind == "transferred" else None) or now.holder[1]
        return any(
            kind == what.kind and party in {None, what.party} and group in {None, named} for kind, party, group in said
        )

    def start(self, what: Happening) -> None:
        """Begin, or begin again after an answer, by the priority now known."""
        if self.state not in {"waiting", "answered"}:
            return
        if self.state == "answered":
            self.begin_again()
        self.state, self.holds = "ticking", self.known
        self.judge(micros(what.tick))

    def stop(self, state: str) -> None:
        """Stop, for a while or for good."""
        self.state, self.shut, self.run_out = state, 0, None
        if self.beyond(self.elapsed):
            self.run_out = self.breach

    def finish(self) -> None:
        """Stop, if there is something to stop; a resolution before the start closes the way to it."""
        if self.state == "ticking":
            self.stop("stopped")
        self.state = {"waiting": "over", "answered": "parked"}.get(self.state, self.state)

    def change(self, what: Happening) -> None:
        """Take note of a priority, and let it hold at once if the clock ticks and the contract says so."""
        if self.clock.changed == "retroactive" or what.priority is None or what.priority == self.known:
            return
        self.known = what.priority
        if self.state == "ticking" and self.clock.changed in FOLLOWS:
            self.take(what)

    def take(self, what: Happening) -> None:
        """Let the priority now known hold from here."""
        before = self.target
        if self.clock.changed == "restart":
            self.leave_behind()
        self.holds = self.known
        if self.clock.changed == "keep_share" and before and self.target is not None:
            self.elapsed = self.elapsed * self.target // before
        self.judge(micros(what.tick))

    def leave_behind(self) -> None:
        """Begin at zero, and keep what is owed for the time before."""
        self.earlier += self.beyond(self.elapsed)
        self.longest_before = max(self.longest_before, self.elapsed)
        self.elapsed = 0

    def begin_again(self) -> None:
        """Begin another attempt: at zero, unless all are added up."""
        if self.clock.attempt != "sum":
            self.leave_behind()
        if self.clock.attempt == "last":
            self.earlier, self.longest_before, self.breach = 0, 0, None

    def reopen(self, what: Happening, *, starts: bool) -> None:
        """Run on as the contract says, then let a change of priority take effect."""
        self.state = {"over": "waiting", "parked": "answered"}.get(self.state, self.state)
        if self.state == "stopped":
            self.state = "ticking"
            if self.clock.reopened == "continue_with_closed_time":
                self.elapsed += self.shut
                self.judge(micros(what.tick))
            elif self.clock.reopened == "restart":
                self.begin_again()
            if self.clock.changed in FOLLOWS and self.known != self.holds:
                self.take(what)
        elif starts:
            self.start(what)

    @property
    def judged(self) -> bool:
        """Whether the ticket can be in a population."""
        return self.state not in {"waiting", "over", "void"} and self.target is not None

    @property
    def late(self) -> int:
        """The time beyond the target, of this attempt and of those before whose breach stands."""
        return self.earlier + self.beyond(self.elapsed)

    @property
    def longest(self) -> int:
        """The longest attempt whose breach would stand."""
        return max(self.longest_before, self.elapsed)

    @property
    def due(self) -> int | None:
        """The instant after which a stop is too late, if it has come."""
        if self.breach is not None or not self.stopped:
            return self.breach
        return self.run_out


def last_priority(clock: Clock, priority: str, known: Sequence[Happening]) -> str:
    """Return the priority that a retroactive clock goes by: the last, for a first attempt until it stopped."""
    probe = Fingers(clock, dict.fromkeys(["P1", "P2", "P3", "P4"]), priority)
    for what, now in zip(known, hands(known), strict=True):
        probe.happen(what, now)
        if what.priority is not None:
            priority = what.priority
        if probe.stopped and clock.attempt == "first":
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
    told_at: dict[int, list[tuple[Happening, Hands]]] = {}
    for what, now in zip(known, hands(known), strict=True):
        told_at.setdefault(what.tick, []).append((what, now))
    for tick in range(min(told_at, default=until), until):
        for what, now in told_at.get(tick, ()):
            fingers.happen(what, now)
        fingers.look(tick)
    return fingers
