"""A clock that counts: one minute at a time, by what it is told as it happens. It knows no calendar and no dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecsm_contracts.simulation._terms import TicketPromise

__all__ = ["CountingClock"]

RUNNING, HELD, STOPPED, VOID = "running", "held", "stopped", "void"


class CountingClock:
    """The clock of one ticket under one promise, which starts with it. Times are minutes since 1970, UTC."""

    __slots__ = (
        "breach",
        "earlier_late",
        "final",
        "known",
        "priority",
        "promise",
        "run_on",
        "run_out",
        "spent",
        "state",
        "stopped_after",
        "target",
    )

    def __init__(self, promise: TicketPromise, priority: str) -> None:
        """Start to run for a ticket that is opened with *priority*."""
        self.promise = promise
        self.state = RUNNING
        self.final = False
        self.known = self.priority = priority
        self.target = self._target_of(priority)
        self.spent = 0
        self.breach: int | None = None
        self.earlier_late = 0
        self.run_on = self.stopped_after = 0
        self.run_out: int | None = None

    def _target_of(self, priority: str) -> int | None:
        table = dict(self.promise.targets)
        return table[priority] if priority in table else table["otherwise"]

    @property
    def promised(self) -> bool:
        """Whether the ticket is judged at all."""
        return self.state != VOID and self.target is not None

    @property
    def due(self) -> int | None:
        """The minute at which time ran out, whether the ticket was ready by then or not; None while it has not."""
        return self.breach if self.breach is not None else self.run_out

    @property
    def late(self) -> int:
        """Minutes beyond the target, with those of earlier attempts whose breach stands."""
        return self.earlier_late + self._beyond()

    def _beyond(self) -> int:
        return 0 if self.target is None else max(0, self.spent - self.target)

    def pass_minute(self, minute: int) -> bool:
        """Count the service minute that begins at *minute*; False when no other can matter until something happens."""
        if self.state == RUNNING:
            self.spent += 1
            if self.breach is None and self.target is not None and self.spent > self.target:
                self.breach = minute
            return True
        if self.state != STOPPED or self.due is not None or self.target is None:
            return False
        self.run_on += 1
        if self.run_on > self.target:
            self.run_out = minute
        return True

    def happen(self, kind: str, at: int, party: str | None, priority: str | None, *, counted: int) -> None:
        """Take note of one event at the minute *at*, before which *counted* service minutes were counted in all."""
        if kind in ("cancelled", "merged"):
            self.state = VOID
        elif self.final:
            return
        elif kind == "reprioritised" and priority is not None:
            self.known = priority
            if self.state != STOPPED:
                self._change(at)
        elif kind in self.promise.clock.stops and (kind != "replied" or party == "provider"):
            self._stop(counted)
        elif kind == "held" and self.state != STOPPED:
            self.state = HELD if party in self.promise.clock.holds else RUNNING
        elif kind == "resumed" and self.state == HELD:
            self.state = RUNNING
        elif kind == "reopened" and self.state == STOPPED:
            self._reopen(at, counted - self.stopped_after)

    def _stop(self, counted: int) -> None:
        if self.state != STOPPED:
            self.state = STOPPED
            self.final = self.promise.clock.attempt == "first"
            self.run_on, self.stopped_after, self.run_out = self.spent, counted, None

    def _exceeded_at_once(self, at: int) -> None:
        if self.breach is None and self.target is not None and self.spent > self.target:
            self.breach = at

    def _begin_again(self) -> None:
        self.earlier_late += self._beyond()
        self.spent = 0

    def _change(self, at: int) -> None:
        changed = self.promise.clock.changed
        if changed == "new_only" or self.known == self.priority:
            return
        if changed == "restart":
            self._begin_again()
        self.priority = self.known
        self.target = self._target_of(self.known)
        self._exceeded_at_once(at)

    def _reopen(self, at: int, closed: int) -> None:
        clock = self.promise.clock
        if clock.reopened == "restart":
            self._begin_again()
            if clock.attempt == "last":
                self.breach, self.earlier_late = None, 0
        elif clock.reopened == "continue_with_closed_time":
            self.spent += closed
            self._exceeded_at_once(at)
        self.state, self.run_out = RUNNING, None
        self._change(at)
