"""The world's counters: for each promise what every minute adds, and what a month came to when it ended."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.simulation._clock import STOPPED, CountingClock
from ecsm_contracts.simulation._truth import LevelTruth, TicketTruth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.simulation._terms import ReliefTerms, TicketPromise, UptimePromise

__all__ = ["LevelMonth", "ReliefOf", "TicketCounter", "UptimeCounter"]

ActiveNotices = dict[tuple[str, str], int]


class LevelMonth(NamedTuple):
    """What a month came to, and how late each ticket was at its start and at its end, in minutes."""

    truth: LevelTruth
    late: tuple[tuple[int, int], ...] = ()


class ReliefOf:
    """Which notices take time out of one level."""

    def __init__(self, ref: str, service: str | None, reliefs: tuple[ReliefTerms, ...]) -> None:
        """Pick the clauses that relieve the level *ref* with the scope *service*."""
        own = [relief for relief in reliefs if ref in relief.levels]
        self._service = service
        self._kinds = frozenset(kind for relief in own for kind in relief.notices)
        self._leaving = frozenset(kind for relief in own if relief.denominator == "leaves" for kind in relief.notices)

    def _holds(self, active: ActiveNotices, kinds: frozenset[str]) -> bool:
        return any(
            number and kind in kinds and self._service in (None, service) for (service, kind), number in active.items()
        )

    def is_relieved(self, active: ActiveNotices) -> bool:
        """Say whether the minute counts for nothing."""
        return bool(active) and self._holds(active, self._kinds)

    def is_leaving(self, active: ActiveNotices) -> bool:
        """Say whether the minute leaves the time that should have been available."""
        return bool(active) and self._holds(active, self._leaving)


class TicketCounter:
    """Counts a promise about tickets."""

    def __init__(self, promise: TicketPromise, reliefs: tuple[ReliefTerms, ...]) -> None:
        """Begin with no tickets."""
        self.promise = promise
        self.relief = ReliefOf(promise.ref, promise.service, reliefs)
        self.clocks: dict[str, CountingClock] = {}
        self._ready: dict[str, int | None] = {}
        self._awake: dict[str, CountingClock] = {}
        self._before: dict[str, tuple[int, int, int]] = {}
        self._minutes = 0

    def open(self, ref: str, priority: str) -> None:
        """Start the clock of a new ticket in scope."""
        self.clocks[ref] = self._awake[ref] = CountingClock(self.promise, priority)
        self._ready[ref] = None

    def happen(self, ref: str, kind: str, at: int, party: str | None, priority: str | None) -> None:
        """Take note of an event of a ticket; of tickets out of scope there is none."""
        clock = self.clocks.get(ref)
        if clock is None:
            return
        clock.happen(kind, at, party, priority, counted=self._minutes)
        self._awake[ref] = clock
        if kind == "resolved" and self._ready[ref] is None:
            self._ready[ref] = at
        elif kind in ("reopened", "cancelled", "merged"):
            self._ready[ref] = None

    def pass_minute(self, minute: int) -> None:
        """Count one service minute for every ticket whose clock may need it."""
        self._minutes += 1
        for ref in [ref for ref, clock in self._awake.items() if not clock.pass_minute(minute)]:
            del self._awake[ref]

    def close_month(self, start: int, end: int) -> LevelMonth:
        """Return what the month from minute *start* to minute *end*, which is now, came to."""
        return self._attainment(start, end) if self.promise.measure == "attainment" else self._ticket_time()

    def _counted(self, start: int, end: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        due = self.promise.population == "due"
        for ref, clock in self.clocks.items():
            at = clock.due if due else self._ready[ref]
            if clock.promised and at is not None and start <= at < end:
                yield ref, (1, int(clock.breach is None), clock.spent)

    def _attainment(self, start: int, end: int) -> LevelMonth:
        rows = tuple(sorted(self._counted(start, end)))
        counted, met, spent = (sum(row[place] for _, row in rows) for place in range(3))
        number, outcome = None, str(self.promise.when_too_few)
        if counted >= self.promise.minimum:
            number = Fraction(met, counted)
            outcome = "met" if met * 10000 >= self.promise.at_least * counted else "missed"
        counts = (("counted", counted), ("met", met), ("elapsed", spent))
        return LevelMonth(LevelTruth(self.promise.ref, outcome, number, counts, rows))

    def _ticket_time(self) -> LevelMonth:
        now = {ref: _standing(clock) for ref, clock in self.clocks.items()}
        nothing = (0, 0, 0)
        rows = tuple(
            sorted(
                (ref, tuple(new - old for new, old in zip(after, self._before.get(ref, nothing), strict=True)))
                for ref, after in now.items()
            )
        )
        late = tuple((self._before.get(ref, nothing)[2], after[2]) for ref, after in now.items())
        self._before = now
        met, misses, minutes = (sum(row[place] for _, row in rows) for place in range(3))
        counts = (("met", met), ("misses", misses), ("late", minutes))
        outcome = "missed" if misses > 0 else "met"
        changed = tuple((ref, row) for ref, row in rows if any(row))
        return LevelMonth(LevelTruth(self.promise.ref, outcome, None, counts, changed), late)

    def tickets(self) -> Iterator[TicketTruth]:
        """Yield how every ticket in scope stands now."""
        for ref, clock in self.clocks.items():
            met = clock.promised and clock.state == STOPPED and clock.breach is None
            yield TicketTruth(ref, self.promise.ref, clock.spent, clock.breach, clock.late, met, clock.promised)


def _standing(clock: CountingClock) -> tuple[int, int, int]:
    if not clock.promised:
        return 0, 0, 0
    breached = clock.breach is not None
    return int(clock.state == STOPPED and not breached), int(breached), clock.late


class UptimeCounter:
    """Counts a promise that a service can be used."""

    def __init__(self, promise: UptimePromise, reliefs: tuple[ReliefTerms, ...]) -> None:
        """Begin with no minutes."""
        self.promise = promise
        self.relief = ReliefOf(promise.ref, promise.service, reliefs)
        self._total = self._down = self._planned = 0

    def pass_minute(self, down: dict[str, int], active: ActiveNotices) -> None:
        """Count one minute of the promise's hours; *down* holds the outages that last, by service."""
        if self.relief.is_leaving(active):
            self._planned += 1
        else:
            self._total += 1
        broken = any(number and self.promise.service in (None, service) for service, number in down.items())
        if broken and not self.relief.is_relieved(active):
            self._down += 1

    def close_month(self) -> LevelMonth:
        """Return what the month came to, and begin the next."""
        total, down, planned = self._total, self._down, self._planned
        self._total = self._down = self._planned = 0
        number, outcome = None, "not_measured"
        if total:
            number = Fraction(total - down, total)
            outcome = "met" if number >= Fraction(self.promise.at_least, 10000) else "missed"
        counts = (("unavailable", down), ("planned", planned))
        return LevelMonth(LevelTruth(self.promise.ref, outcome, number, counts))
