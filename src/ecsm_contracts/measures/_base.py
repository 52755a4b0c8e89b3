"""
The two families of measures: those that look at one ticket at a time, and those that look at the setting as a whole.

A measure says what it counts (`columns` and one row of integers for each item) and what the sums come to (`outcome`).
It never sees both: rows are made while observing, outcomes while settling.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Discriminator, Field, Tag

from ecsm_contracts._model import Model
from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.measures._by import Within, target_by_priority
from ecsm_contracts.measures._clock import Clock
from ecsm_contracts.measures._kernel import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.facts import Setting
    from ecsm_contracts.measures._kernel import Judgement
    from ecsm_contracts.measures._life import Life
    from ecsm_contracts.measures._observer import BoundLevel, LevelProgram
    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._tally import Tally
    from ecsm_contracts.measures._target import Target, Unit
    from ecsm_contracts.measures._vocabulary import CompiledTicket, Vocabulary

__all__ = [
    "ClockMeasure",
    "MeasureBase",
    "Population",
    "Seen",
    "SettingMeasure",
    "TargetedMeasure",
    "TicketMeasure",
    "in_population",
]

Population = Literal["opened", "due", "resolved", "closed", "active"]
"""
Which tickets a period counts: those opened in it, those whose time runs out in it, those that were last resolved or
last closed in it, or those that were open at any instant of it.
"""


class Seen(NamedTuple):
    """One ticket as known at the end of a period `[start, end)`, for one level."""

    start: int
    end: int
    ticket: CompiledTicket
    """What happened before the end."""
    vocabulary: Vocabulary
    life: Life
    at_end: Judgement | None
    """The level's clock at the end; None for a measure without one."""
    at_start: Judgement | None
    """The same at the start, for measures that need it; None when nothing had happened by then."""


def in_population(population: Population, seen: Seen) -> bool:
    """Return whether a ticket is in a *population* of the period; a cancelled or merged one is in none."""
    life, start, end = seen.life, seen.start, seen.end
    if life.ended is not None:
        return False
    if population == "active":
        return life.is_alive_in(start, end)
    at: int | None
    if population == "due":
        at = None if seen.at_end is None else seen.at_end.due
    else:
        at = {"opened": life.opened, "resolved": life.resolved, "closed": life.closed}[population]
    return at is not None and start <= at < end


class MeasureBase(Model):
    """A number that a promise can be judged on."""

    columns: ClassVar[tuple[str, ...]]
    """What is counted; each is a column of the tally, behind the level's number: ``4.2.met``."""
    unit: ClassVar[Unit | None]
    """What the number is; None for a measure that is judged without a target."""
    relief_leaves: ClassVar[bool] = False
    """Whether what is relieved leaves what the number is a share of, without a relief clause that says so."""
    has_scope: ClassVar[bool] = True
    """Whether it looks at what is in the scope of its level; if not, the level has no scope."""

    def calendars(self) -> tuple[str, ...]:
        """Return the names of the calendars whose hours count; none for a measure that has no use for hours."""
        return ()

    @abstractmethod
    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the level *ref*, whose *target* the number must reach."""

    def look_back(self, program: LevelProgram) -> int:
        """Return the first instant from which facts can matter to the period of *program*."""
        return program.start

    @property
    def is_about_tickets(self) -> bool:
        """Whether it looks at tickets, and not at the setting."""
        return isinstance(self, TicketMeasure)

    def needs_any(self, kinds: Iterable[str]) -> bool:  # noqa: ARG002 - most measures need no kind of event
        """Say whether it needs one of these *kinds* of event: where one is not recorded, it is not measured."""
        return False

    def buckets(self, program: LevelProgram) -> int | None:  # noqa: ARG002 - most measures have none
        """Return the number of buckets that lie in its hours in the period; None for a measure that has none."""
        return None

    def faults(self, tally: Tally, ref: str, whole: int) -> Iterator[str]:  # noqa: ARG002 - what is bounded, says so
        """
        Yield in words each bound that the *tally* of the level *ref* breaks; none does, or the library is at fault.

        *whole* is what the calendar alone tells of the period: microseconds of service time, or for a measure with
        buckets their number.
        """
        yield from ()


class TicketMeasure(MeasureBase):
    """A measure that looks at one ticket at a time."""

    needs_start: ClassVar[bool] = False
    """Whether it compares the end of the period with its start."""

    @abstractmethod
    def numbers(self, seen: Seen) -> tuple[int, ...]:
        """Return what one ticket adds to each of the columns."""


UNLIMITED = NEVER - 1
"""The target of a clock that only tells the time: no ticket is late, and each is promised something."""


class ClockMeasure(TicketMeasure):
    """A measure that reads a clock for each ticket; by itself it promises no ticket anything but that it counts."""

    clock: Clock
    """The clock that each ticket is judged on."""

    def calendars(self) -> tuple[str, ...]:
        """Return the calendars of the clock."""
        return self.clock.calendars()

    def needs_any(self, kinds: Iterable[str]) -> bool:
        """Say whether the clock starts or stops at one of these *kinds* of event."""
        return self.clock.needs_any(kinds)

    def target_of(self, priority: str) -> int | None:  # noqa: ARG002 - the same for each
        """Return the target of the clock for *priority* in microseconds; None when nothing is promised."""
        return UNLIMITED


class TargetedMeasure(ClockMeasure):
    """A measure that judges each ticket by a clock and its target."""

    within: Within
    """The target of that clock; reaching it exactly is in time."""

    def target_of(self, priority: str) -> int | None:
        """Return the target of the clock for *priority* in microseconds; None when nothing is promised."""
        return target_by_priority(self.within, priority)


class SettingMeasure(MeasureBase):
    """A measure that looks at outages, samples, surveys or declared figures, all of them at once."""

    @abstractmethod
    def rows(self, level: BoundLevel, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return for each item, by kind and identity, what it adds to each of the columns."""


WhenTooFew = Literal["met", "missed", "not_measured"]


class TooFew(Model):
    """What a small sample is judged by instead: of fewer than `minimum` so many misses are in order."""

    misses_at_most: int = Field(ge=0, le=1_000_000, strict=True)
    """With this many misses or fewer the level is met, with more it is missed."""
    when_none: WhenTooFew | None = None
    """What it is without any ticket at all; by default as few misses as any other small sample, so that it is met."""


def _too_few_tag(value: object) -> str:
    return "table" if isinstance(value, (Mapping, TooFew)) else "word"


SmallSample = Annotated[
    Annotated[WhenTooFew, Tag("word")] | Annotated[TooFew, Tag("table")],
    Discriminator(_too_few_tag),
]
"""An outcome, or how many misses are in order."""


def too_few(sums: Sums, ref: str, counted: Figure[int], minimum: int, words: WhenTooFew | TooFew) -> Figure[Any]:
    """Return the outcome of a sample of *counted* items that is smaller than *minimum*."""
    cite = f"clause {ref}"
    least = given("minimum", minimum, cite)
    if isinstance(words, TooFew) and words.when_none is not None and not counted.value:
        words = words.when_none
    if isinstance(words, TooFew):
        met = sums.count("in time", f"{ref}.met")
        allowed = given("misses allowed when too few", words.misses_at_most, cite)
        return derive("outcome", "outcome of few misses/1", counted, least, met, allowed, cites=(cite,))
    return derive(
        "outcome", "outcome when too few/1", counted, least, given("when too few", words, cite), cites=(cite,)
    )
