"""
What a clock says, and the integer transition table that it compiles to.

A clock is in one of seven phases. Each event of a ticket is one of ten codes to it. The table gives for phase
and code the next phase and what to do with the time: a few bits, so that a loop over one ticket and a column
of millions can walk over the same table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.facts import Party, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Clock", "ClockProgram"]

WAITING, RUNNING, HELD, STOPPED, FINAL, VOID, OVER = PHASES = range(7)
IGNORE, START, STOP, RESOLVE, HOLD, RELEASE, CHANGE, REOPEN, REOPEN_CHANGED, END = range(10)
CODES = 16
"""The width of a row of the table."""

BANK = 8
"""Add the service time since the mark to what is spent."""
CLEAR = 16
"""With RESET: the attempt before is forgotten, with its breach and its lateness."""
RESET = 32
"""Begin again with nothing spent."""
TAKE = 64
"""Let the target of the priority now known hold."""
MARK = 128
"""Count from here."""
LUMP = 256
"""With BANK: the time is added all at once, here and now."""
PHASE = 7
"""The bits of an action that are the next phase."""


class ClockProgram(NamedTuple):
    """A clock as integers: `table[phase * 16 + code]` is the next phase and the bits of what to do."""

    table: tuple[int, ...]
    starts: frozenset[str]
    stops: frozenset[str]
    holds: frozenset[str]
    retroactive: bool
    first: bool


class Clock(Model):
    """
    A clock over the events of a ticket.

    What starts it, what stops it, whose hours it runs in, what does not count.

    Nothing has a default: contracts differ on every one of these choices, and each of them moves money.
    The exact meaning of each choice is in the reference, under semantics, section 4.
    """

    start: tuple[Literal["opened", "acknowledged", "replied"], ...] = Field(min_length=1)
    """The kinds of event of which the first starts the clock; ``replied`` counts when the provider wrote."""
    stop: tuple[Literal["acknowledged", "replied", "resolved"], ...] = Field(min_length=1)
    """The kinds of event that stop it. ``resolved`` must be one of them, or it would outlive the ticket."""
    hours: Annotated[Ref, Needs("calendar")]
    """The calendar in whose hours it runs."""
    holds: tuple[Party, ...]
    """The parties for whose waits it stands still; may be empty."""
    reopened: Literal["continue_with_closed_time", "continue_without", "restart"]
    """What a reopening does to the time."""
    attempt: Literal["first", "last", "worst"]
    """Which attempt is judged where a ticket was reopened."""
    changed: Literal["restart", "keep_elapsed", "retroactive", "new_only"]
    """What a change of priority does."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if "resolved" not in self.stop:
            raise PydanticCustomError(
                "stop_without_resolved",
                "add resolved to stop: a clock that a resolution does not stop never ends",
            )
        both = sorted({*self.start} & {*self.stop})
        if both:
            raise PydanticCustomError(
                "start_and_stop", "{kind} cannot both start and stop the clock", {"kind": both[0]}
            )
        return self

    def needs_any(self, kinds: Iterable[str]) -> bool:
        """Say whether the clock starts or stops at one of these *kinds* of event."""
        return not {*self.start, *self.stop}.isdisjoint(kinds)

    def program(self) -> ClockProgram:
        """Return the clock as an integer transition table."""
        table = [phase for phase in PHASES for _ in range(CODES)]
        for (phase, code), action in self._transitions().items():
            table[phase * CODES + code] = action
        return ClockProgram(
            tuple(table),
            frozenset(self.start),
            frozenset(self.stop),
            frozenset(self.holds),
            self.changed == "retroactive",
            self.attempt == "first",
        )

    def _transitions(self) -> dict[tuple[int, int], int]:
        stopped = FINAL if self.attempt == "first" else STOPPED
        fresh = RESET | (CLEAR if self.attempt == "last" else 0)
        reopen = (
            RUNNING
            | MARK
            | {
                "continue_without": 0,
                "continue_with_closed_time": BANK | LUMP,
                "restart": fresh,
            }[self.reopened]
        )
        renewed = {"restart": TAKE | RESET, "keep_elapsed": TAKE}.get(self.changed, 0)
        transitions = {
            (WAITING, START): RUNNING | TAKE | MARK,
            (WAITING, RESOLVE): OVER,
            **dict.fromkeys([(OVER, REOPEN), (OVER, REOPEN_CHANGED)], WAITING),
            **dict.fromkeys([(RUNNING, STOP), (RUNNING, RESOLVE)], stopped | BANK | MARK),
            **dict.fromkeys([(HELD, STOP), (HELD, RESOLVE)], stopped | MARK),
            (RUNNING, HOLD): HELD | BANK,
            (HELD, RELEASE): RUNNING | MARK,
            (STOPPED, REOPEN): reopen,
            (STOPPED, REOPEN_CHANGED): reopen | renewed,
            **{(phase, END): VOID for phase in PHASES},
        }
        if renewed:
            transitions[RUNNING, CHANGE] = RUNNING | BANK | MARK | renewed
            transitions[HELD, CHANGE] = HELD | renewed
        return transitions
