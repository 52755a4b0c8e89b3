"""What one clock did with every stretch of a ticket's life: the answer to "where does this time come from?"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.measures._clock import FINAL, HELD, OVER, RUNNING, STOPPED, VOID, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.facts import Step
    from ecsm_contracts.measures._observer import BoundLevel, TicketView

__all__ = ["Stretch", "trace"]

_WORDS = {
    WAITING: "not begun",
    RUNNING: "running",
    HELD: "held",
    STOPPED: "stopped",
    FINAL: "stopped for good",
    VOID: "void",
    OVER: "cannot begin",
}


class Stretch(NamedTuple):
    """
    A stretch `[start, end)` of a ticket's life in which one clock did one thing; all times in microseconds.

    `service_time` is what of it lies in hours and is not relieved, `counted` what of that the clock spent, and
    `elapsed` what the clock showed at its end.
    """

    start: int
    end: int
    events: tuple[str, ...]
    """What happened at its start, in order."""
    clock: str
    """What the clock did: ``running``, ``held``, ``stopped`` and so on."""
    service_time: int
    counted: int
    elapsed: int

    @property
    def has_begun(self) -> bool:
        """Whether the clock has ever begun, in this stretch or before."""
        return self.clock not in {_WORDS[WAITING], _WORDS[OVER]}

    @property
    def is_void(self) -> bool:
        """Whether the ticket was cancelled or merged."""
        return self.clock == _WORDS[VOID]


def _said(step: Step) -> str:
    detail = step.party or step.priority
    return f"{step.kind} ({detail})" if detail else step.kind


def trace(level: BoundLevel, ticket: TicketView, until: int) -> tuple[Stretch, ...]:
    """
    Return the stretches of *ticket*'s life up to *until*, as the clock of *level* saw them; none out of scope.

    The clock is walked again to the end of each stretch by the kernel that judges it, so that the explanation
    cannot differ from the judgement.
    """
    steps = [step for step in ticket.steps if step.at < until]
    instants = [*dict.fromkeys(step.at for step in steps), until]
    return tuple(_stretches(level, ticket, steps, instants))


def _stretches(level: BoundLevel, ticket: TicketView, steps: list[Step], instants: list[int]) -> Iterable[Stretch]:
    for start, end in pairwise(instants):
        judged = level.judge(ticket, end)
        if judged is None:
            return
        service_time = level.time.between(start, end)
        counted = service_time if judged.phase == RUNNING else 0
        events = tuple(_said(step) for step in steps if step.at == start)
        yield Stretch(start, end, events, _WORDS[judged.phase], service_time, counted, judged.elapsed)
