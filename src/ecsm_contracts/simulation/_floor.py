"""The floor of the desk: who arrives, who works on what, and what becomes of it; all chance is one generator's."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.simulation._case import CLOSED, ENDED, HELD, QUEUED, RESOLVED, WORKED, Case, utc_text

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from ecsm_contracts.simulation._count import TicketCounter
    from ecsm_contracts.simulation._desk import Desk, Traffic
    from ecsm_contracts.simulation._wallclock import WallClock

__all__ = ["Floor"]

PRIORITIES, WEIGHTS = ("P1", "P2", "P3", "P4"), (8, 22, 50, 20)
OTHERS = (("desk", "request"), ("mail", "incident"), ("mail", "request"))
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 12, 26, 30, 24, 16, 12, 16, 16, 14, 10, 6, 4, 3, 2, 2, 1, 1)
DAY_WEIGHT = 60 * sum(BY_HOUR)
WEEKEND = 0.2
SATURDAY = 5
PATIENCE = 5
"""How often a ticket is put back before it is solved."""
ROLES = ("agent", "agent", "engineer")


class _Agent:
    """One pair of hands."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.case: Case | None = None
        self.started = 0
        self.until = 0


class _Plan(NamedTuple):
    """Something that is going to happen."""

    at: int
    order: int
    act: Callable[[Case, int], None]
    case: Case


class Floor:
    """All tickets and the people who work on them."""

    def __init__(self, desk: Desk, rng: random.Random, counters: list[TicketCounter]) -> None:
        """Open the floor of *desk* without a ticket."""
        self._traffic: Traffic = desk.traffic
        self._rng = rng
        self._counters = counters
        self._queue: list[Case] = []
        self._plans: list[_Plan] = []
        self._orders = 0
        crowd = max(desk.traffic.agents, desk.traffic.night_agents)
        self._agents = [_Agent(ROLES[number % len(ROLES)]) for number in range(crowd)]
        self.cases: list[Case] = []
        self.work: list[dict[str, Any]] = []
        self.effort: dict[str, int] = {}

    def pass_minute(self, minute: int, wall: WallClock, is_open: bool) -> None:  # noqa: FBT001 - a minute has three facts
        """Let everything happen that happens at *minute*, before it is counted."""
        while self._plans and self._plans[0].at <= minute:
            plan = heappop(self._plans)
            plan.act(plan.case, minute)
        if self._arrives(wall):
            self._open(minute)
        present = self._traffic.agents if is_open else self._traffic.night_agents
        for number, agent in enumerate(self._agents):
            if agent.case is not None and agent.until <= minute:
                self._finish(agent, minute)
            if agent.case is None and number < present and self._queue:
                self._pick(agent, minute, urgent_only=not is_open)

    def _chance(self, percent: int) -> bool:
        return self._rng.random() * 100 < percent

    def _skewed(self, most: int) -> int:
        """Return some minutes, rather few than many."""
        return self._rng.randint(1, self._rng.randint(1, most))

    def _later(self, case: Case, at: int, act: Callable[[Case, int], None]) -> None:
        self._orders += 1
        heappush(self._plans, _Plan(at, self._orders, act, case))

    def _arrives(self, wall: WallClock) -> bool:
        share = WEEKEND if wall.day.weekday() >= SATURDAY else 1.0
        return self._rng.random() * DAY_WEIGHT < self._traffic.tickets_per_day * BY_HOUR[wall.minute // 60] * share

    def _open(self, minute: int) -> None:
        rng = self._rng
        kind = rng.choice(OTHERS) if self._chance(self._traffic.other_tickets) else ("desk", "incident")
        priority = rng.choices(PRIORITIES, WEIGHTS)[0]
        case = Case(f"T-{len(self.cases) + 1:05}", kind, priority, self._counters)
        self.cases.append(case)
        case.happen("opened", minute)
        self._queue.append(case)
        if self._chance(60):
            self._later(case, minute + self._skewed(30), self._acknowledge)
        if self._chance(self._traffic.reprioritised):
            self._later(case, minute + self._skewed(4000), self._reprioritise)
        if self._chance(self._traffic.cancelled):
            self._later(case, minute + self._skewed(30000), self._cancel)

    def _pick(self, agent: _Agent, minute: int, *, urgent_only: bool) -> None:
        case = min(self._queue, key=lambda each: (each.priority, each.ref))
        if urgent_only and case.priority > "P2":
            return
        self._queue.remove(case)
        case.state = WORKED
        agent.case, agent.started = case, minute
        agent.until = minute + self._rng.randint(3, self._traffic.work_minutes)
        if not case.answered and self._chance(75):
            case.happen("replied", minute, party="provider")

    def _finish(self, agent: _Agent, minute: int) -> None:
        case, agent.case = agent.case, None
        if case is None:
            return
        self._book(agent, case, minute)
        if case.state != WORKED:
            return
        if not case.answered and self._chance(85):
            case.happen("replied", minute, party="provider")
        case.pieces += 1
        self._outcome(case, minute)

    def _book(self, agent: _Agent, case: Case, minute: int) -> None:
        spent = minute - agent.started
        ref = f"W-{len(self.work) + 1:05}"
        self.work.append(
            {"ref": ref, "ticket": case.ref, "role": agent.role, "effort": f"PT{spent}M", "at": utc_text(minute)}
        )
        self.effort[agent.role] = self.effort.get(agent.role, 0) + spent

    def _outcome(self, case: Case, minute: int) -> None:
        customer, vendor = self._traffic.customer_holds, self._traffic.vendor_holds
        rest = max(0, 84 - customer - vendor)
        then = self._rng.choices(
            ("customer", "vendor", "pass on", "note", "close", "resolve"), (customer, vendor, 5, 7, 4, rest)
        )[0]
        if then in ("customer", "vendor"):
            self._hold(case, minute, then)
        elif then == "pass on":
            case.happen("transferred", minute, group="second line", party="provider")
            self._enqueue(case)
        elif then == "note" and case.pieces < PATIENCE:
            case.happen("noted", minute)
            self._enqueue(case)
        elif then == "close":
            self._close(case, minute)
        else:
            self._resolve(case, minute)

    def _enqueue(self, case: Case) -> None:
        case.state = QUEUED
        self._queue.append(case)

    def _leave_queue(self, case: Case) -> None:
        if case.state == QUEUED:
            self._queue.remove(case)

    def _hold(self, case: Case, minute: int, party: str) -> None:
        case.state = HELD
        case.happen("held", minute, party=party, reason="an answer is needed")
        self._later(case, minute + self._skewed(self._traffic.hold_minutes), self._wake)

    def _wake(self, case: Case, minute: int) -> None:
        if case.state != HELD:
            return
        then = self._rng.choices(("hold", "resolve", "reply", "resume"), (10, 10, 40, 40))[0]
        if then == "hold":
            self._hold(case, minute, self._rng.choice(("customer", "vendor")))
        elif then == "resolve":
            self._resolve(case, minute)
        else:
            if then == "reply":
                case.happen("replied", minute, party="customer")
            case.happen("resumed", minute)
            self._enqueue(case)

    def _acknowledge(self, case: Case, minute: int) -> None:
        if case.alive:
            case.happen("acknowledged", minute)

    def _reprioritise(self, case: Case, minute: int) -> None:
        if not case.alive:
            return
        case.happen("reprioritised", minute, priority=self._rng.choice(PRIORITIES))
        if self._chance(30):
            self._later(case, minute + self._skewed(3000), self._reprioritise)

    def _cancel(self, case: Case, minute: int) -> None:
        if not case.alive:
            return
        self._leave_queue(case)
        case.happen(self._rng.choice(("cancelled", "merged")), minute)
        case.state = ENDED
        if self._chance(50):
            case.happen("noted", minute + self._skewed(60))

    def _resolve(self, case: Case, minute: int) -> None:
        case.happen("resolved", minute)
        case.state = RESOLVED
        if self._chance(self._traffic.reopened):
            self._later(case, minute + self._skewed(15000), self._reopen)
        if self._chance(5):
            self._later(case, minute + self._skewed(600), self._resolve_again)
        if self._chance(70):
            self._later(case, minute + self._rng.randint(1000, 8000), self._close)

    def _resolve_again(self, case: Case, minute: int) -> None:
        if case.state == RESOLVED:
            case.happen("resolved", minute)

    def _close(self, case: Case, minute: int) -> None:
        if case.state in (WORKED, RESOLVED):
            case.happen("closed", minute)
            case.state = CLOSED

    def _reopen(self, case: Case, minute: int) -> None:
        if case.state in (RESOLVED, CLOSED):
            case.happen("reopened", minute)
            self._enqueue(case)
