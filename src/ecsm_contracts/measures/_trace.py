"""What one clock did with every stretch of a ticket's life: the answer to "where does this time come from?"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.measures._clock import FINAL, HELD, OVER, RUNNING, STOPPED, VOID, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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

    `service_time` is what of it lies in hours and is not relieved, `counted` what the clock spent in it (with the
    closed time that a reopening at its start adds), and `elapsed` what the clock showed at its end.
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
    def is_ticking(self) -> bool:
        """Whether the clock runs or is held: it may still be breached."""
        return self.clock in {_WORDS[RUNNING], _WORDS[HELD]}

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

    The clock is walked by the kernel that judges it, which is only watched here, so that the explanation cannot
    differ from the judgement.
    """
    shown: dict[int, tuple[int, int]] = {}
    judged = level.judge(ticket, until, lambda at, phase, elapsed: shown.setdefault(at, (phase, elapsed)))
    if judged is None:
        return ()
    shown[until] = judged.phase, judged.elapsed
    events: dict[int, list[str]] = {}
    for step in ticket.steps:
        events.setdefault(step.at, []).append(_said(step))
    return tuple(_stretches(level, shown, events))


def _stretches(
    level: BoundLevel, shown: Mapping[int, tuple[int, int]], events: Mapping[int, Sequence[str]]
) -> Iterator[Stretch]:
    """Yield a stretch between any two instants of *shown*: what the clock did, and showed, up to each."""
    before = 0
    for start, end in pairwise(shown):
        phase, elapsed = shown[end]
        service_time = level.time.between(start, end)
        running = service_time if phase == RUNNING else 0
        counted = max(running, elapsed - before)  # more, where a reopening adds the time since the stop
        before = elapsed
        yield Stretch(start, end, tuple(events[start]), _WORDS[phase], service_time, counted, elapsed)
