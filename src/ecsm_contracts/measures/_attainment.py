"""The share of tickets in time, and each ticket by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import Duration, duration_micros
from ecsm_contracts.errors import CalendarRangeError
from ecsm_contracts.figures import Figure, derive
from ecsm_contracts.measures._base import Population, Seen, SmallSample, TargetedMeasure, in_population, too_few
from ecsm_contracts.measures._by import ByPriority
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.measures._kernel import Judgement
    from ecsm_contracts.measures._observer import LevelProgram
    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._tally import Tally

__all__ = ["Attainment", "Overdue", "TicketTime"]


class Overdue(Model):
    """
    What becomes of a late ticket that is still open: it is missed in each period, until its clock stops.

        >>> Overdue.model_validate({"stopped": "counts", "unless_within": "672h"}).to_data()
        {'stopped': 'counts', 'unless_within': 'PT672H'}
    """

    stopped: Literal["counts", "left_out"]
    """
    What a ticket that was overdue when the period began is in the period in which its clock stops: it ``counts`` as
    missed once more, or is ``left_out``, as its miss was counted before.
    """
    unless_within: Duration | None = None
    """
    With ``counts``: it is left out all the same when it was resolved (or closed, where only that ends the clock) at
    most so long after its due instant, in elapsed time. By default none is.
    """

    @model_validator(mode="after")
    def _not_twice(self) -> Self:
        if self.stopped == "left_out" and self.unless_within is not None:
            raise PydanticCustomError(
                "overdue_within", "every ticket is left out when it stops; leave out unless_within, or write counts"
            )
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}


def _overdue_tag(value: object) -> str:
    return "table" if isinstance(value, (Mapping, Overdue)) else "word"


OverdueTerms = Annotated[
    Annotated[Literal["once", "until_stopped"], Tag("word")] | Annotated[Overdue, Tag("table")],
    Discriminator(_overdue_tag),
]


def _longest(measure: TargetedMeasure) -> int:
    """Return the longest target in microseconds; zero when nothing is promised."""
    within = measure.within
    targets = [row for _, row in within.rows()] if isinstance(within, ByPriority) else [within]
    return max((duration_micros(target) for target in targets if target is not None), default=0)


class Attainment(TargetedMeasure):
    """
    The share of tickets that are in time: of 40 tickets due in March, 38 in time are 95 %.

    References: semantics, section 5.
    """

    columns: ClassVar[tuple[str, ...]] = ("counted", "met", "elapsed")
    unit: ClassVar[Unit | None] = "share"

    kind: Literal["attainment"]
    population: Population
    """Which tickets a period counts."""
    undecided: Literal["met", "missed", "left_out"] | None = None
    """
    What a ticket counts as whose clock still runs, or is held, in time at the period's end. Needed for the populations
    opened and active, which count such tickets; the others have none.
    """
    overdue: OverdueTerms = "once"
    """
    Whether a late ticket that is still open counts as missed again in each later period, ``until_stopped``: until its
    clock stops, the period in which it does included; or as a table says, for contracts that leave it out there. By
    default each counts once, in the period in which its time ran out. For the populations due, resolved and closed:
    with the last two, a late ticket that is open at the period's end counts beside those resolved or closed in it.
    """
    minimum: int = Field(ge=1, le=1_000_000, strict=True)
    """With fewer tickets than this, `when_too_few` says what the outcome is."""
    when_too_few: SmallSample
    """The outcome for a small sample, the empty one included; or how many misses it may have."""

    @model_validator(mode="after")
    def _settled_periods_stay(self) -> Self:
        if self.population == "due" and self.clock.changed == "retroactive":
            raise PydanticCustomError(
                "due_retroactive",
                "population due does not go with changed: retroactive, "
                "which could move a ticket into a period that is settled",
            )
        if (self.undecided is None) == (self.population in {"opened", "active"}):
            raise PydanticCustomError(
                "undecided",
                "undecided says what a ticket counts as that is still in time at the period's end: "
                "met, missed or left_out; it is needed for the populations opened and active, and for no other",
            )
        if self.overdue != "once" and self.population in {"opened", "active"}:
            raise PydanticCustomError(
                "overdue", "overdue: until_stopped is for the populations due, resolved and closed; leave it out"
            )
        if self.excused_within is not None and set(self.clock.stop) != {self.clock.finish}:
            raise PydanticCustomError(
                "overdue_stop",
                "unless_within looks at when a ticket was {finish}, so nothing else stops the clock: stop: [{finish}]",
                {"finish": self.clock.finish},
            )
        return self

    @property
    def excused_within(self) -> int | None:
        """How soon after its due instant a ticket must be resolved to be left out, in microseconds; None: never."""
        within = None if isinstance(self.overdue, str) else self.overdue.unless_within
        return None if within is None else duration_micros(within)

    @property
    def leaves_stopped_out(self) -> bool:
        """Whether a ticket that was overdue is left out in the period in which its clock stops."""
        return not isinstance(self.overdue, str) and self.overdue.stopped == "left_out"

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        """Leave out what says no more than its absence."""
        data: dict[str, Any] = handler(self)
        return {key: value for key, value in data.items() if value is not None and (key, value) != ("overdue", "once")}

    def numbers(self, seen: Seen) -> tuple[int, ...]:
        """Return whether the ticket is counted, whether it is met, and how long it took."""
        at_end = seen.at_end
        if at_end is None or not at_end.judged:
            return 0, 0, 0
        carried_over = self._is_carried_over(seen)
        if carried_over and self._is_left_out(seen):
            return 0, 0, 0
        if self.population != "due":
            carried_over = self.overdue != "once" and _is_overdue(at_end)
        if not carried_over and not in_population(self.population, seen):
            return 0, 0, 0
        if carried_over or at_end.breach is not None:
            return 1, 0, at_end.elapsed
        if self.undecided is None or not at_end.ticking:
            return 1, 1, at_end.elapsed
        if self.undecided == "left_out":
            return 0, 0, 0
        return 1, int(self.undecided == "met"), at_end.elapsed

    def _is_carried_over(self, seen: Seen) -> bool:
        """Return whether a late ticket was still open when the period began."""
        return self.overdue != "once" and _is_overdue(seen.at_start)

    def _is_left_out(self, seen: Seen) -> bool:
        """Return whether a ticket that was overdue does not count any more, as its clock has stopped."""
        if seen.at_end is None or not seen.at_end.stopped:
            return False
        if self.leaves_stopped_out:
            return True
        finished = seen.life.resolved if self.clock.finish == "resolved" else seen.life.closed
        within, due = self.excused_within, seen.at_end.breach
        if within is None or finished is None or due is None:
            return False
        return finished - due <= within

    @property
    def needs_start(self) -> bool:  # type: ignore[override]  # a choice of the contract, not of the class
        """Whether it compares the end of the period with its start."""
        return self.overdue != "once"

    def look_back(self, program: LevelProgram) -> int:
        """
        Return the first instant from which facts can matter.

        A ticket that was resolved before the period can still be due in it; with relief, which only the
        setting tells, or several calendars, there is no bound to how long before.
        """
        if self.population != "due":
            return program.start
        if program.relieved or len(program.tables) > 1:
            return program.earliest
        table = program.table
        try:
            return min(program.start, table.instant_of(table.worked_until(program.start) - _longest(self)))
        except CalendarRangeError:
            return program.earliest

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the share of tickets in time."""
        if unrecorded := sums.unrecorded(self.clock):
            return derive("outcome", "not recorded/1", *unrecorded, cites=(f"clause {ref}",))
        counted = sums.count(f"tickets {self.population} in the period", f"{ref}.counted")
        if counted.value < self.minimum or target is None:
            return too_few(sums, ref, counted, self.minimum, self.when_too_few)
        met = sums.count("tickets in time", f"{ref}.met")
        return judged(derive("attainment", "ratio/1", met, counted), target, f"clause {ref}")

    def faults(self, tally: Tally, ref: str, whole: int) -> Iterator[str]:  # noqa: ARG002 - it has no whole
        """Yield more met than counted, or less than none."""
        met, counted = tally[f"{ref}.met"], tally[f"{ref}.counted"]
        if not 0 <= met <= counted:
            yield f"{ref}: {met} met of {counted} counted"


class TicketTime(TargetedMeasure):
    """
    Each ticket by itself: the level is missed as soon as one ticket takes longer than its target.

    A miss, and each late minute, counts in the period in which it happens, whether the ticket is closed or
    not.
    """

    columns: ClassVar[tuple[str, ...]] = ("met", "misses", "late")
    unit: ClassVar[Unit | None] = None
    needs_start: ClassVar[bool] = True

    kind: Literal["ticket_time"]

    def numbers(self, seen: Seen) -> tuple[int, ...]:
        """Return what became of the ticket in the period: met, missed, and how much later it got."""
        after, before = (_state(judgement) for judgement in (seen.at_end, seen.at_start))
        return tuple(a - b for a, b in zip(after, before, strict=True))

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:  # noqa: ARG002 - it has none
        """Return ``missed`` as soon as one ticket took too long."""
        cites = (f"clause {ref}",)
        if unrecorded := sums.unrecorded(self.clock):
            return derive("outcome", "not recorded/1", *unrecorded, cites=cites)
        misses = sums.count("tickets that took too long", f"{ref}.misses")
        return derive("outcome", "outcome of misses/1", misses, cites=cites)


def _is_overdue(judgement: Judgement | None) -> bool:
    """Return whether a clock runs or is held though its time has run out."""
    return judgement is not None and judgement.judged and judgement.ticking and judgement.breach is not None


def _state(judgement: Any) -> tuple[int, int, int]:
    """Return whether a ticket is met, whether it is missed, and how late it is, at one instant."""
    if judgement is None or not judgement.judged:
        return 0, 0, 0
    breached = judgement.breach is not None
    return int(judgement.stopped and not breached), int(breached), judgement.late
