"""
What charges count: tickets, volumes, work and amounts billed elsewhere.

They are counted as levels count, in columns of integers behind the number of the clause, and nothing is promised on
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.facts import Ref
from ecsm_contracts.measures._base import MeasureBase, Seen, SettingMeasure, TicketMeasure
from ecsm_contracts.measures._happenings import instants_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.facts import Setting, Volume
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures._observer import BoundLevel, LevelProgram
    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._target import Target, Unit

__all__ = [
    "LIMB",
    "BilledCharged",
    "Charged",
    "Counted",
    "IndexCharged",
    "RateCharged",
    "TicketsCharged",
    "VolumeCharged",
    "clipped",
    "nano",
]

LIMB = 10**18
"""Numbers that no column can hold stand in several, each less than this."""
NANO = 10**9
"""Quantities are counted in units of a billionth: they have at most nine decimals."""

Counted = Literal["peak", "average", "at_start", "at_end", "sum"]
"""
How many there were in a period: the most at any instant, the mean over its time, how many at its first or its last
instant, or all that began in it.
"""
Numbers = dict[tuple[str, str], tuple[int, ...]]
Span = tuple[int, int]


class Charged(MeasureBase):
    """What a charge counts; no level is judged on it."""

    unit: ClassVar[Unit | None] = None
    has_scope: ClassVar[bool] = False

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:  # noqa: ARG002 - there is none
        """Refuse: it has no outcome."""
        raise UnknownReference(f"clause {ref} counts what is charged, and promises nothing")


class TicketsCharged(TicketMeasure, Charged):
    """
    The tickets of a scope, each once: in the period of its first opening, resolution or closing.

    A ticket that was cancelled or merged by the end of that period is not counted.
    """

    columns: ClassVar[tuple[str, ...]] = ("tickets",)

    of: Literal["opened", "resolved", "closed"]

    def numbers(self, seen: Seen) -> tuple[int, ...]:
        """Return one for a ticket that is counted in the period, else zero."""
        first = next(instants_of(seen, self.of, None), None)
        return (int(seen.life.ended is None and first is not None and first >= seen.start),)


def nano(volume: Volume) -> int:
    """Return the quantity of a *volume* in units of a billionth."""
    return int(volume.numerator * 10 ** (9 - volume.places))


def clipped(volume: Volume, program: LevelProgram) -> Span:
    """Return what of a *volume* lies in the period of *program*; empty or reversed when nothing does."""
    return max(to_micros(volume.start), program.start), min(to_micros(volume.end), program.end)


class VolumeCharged(SettingMeasure, Charged):
    """
    How many of one unit there were in the period; records that overlap add up, and where there is none it is zero.

    The mean is counted as units of a billionth times microseconds, in three columns; the other numbers as whole units
    and billionths.
    """

    of: Ref
    """The unit, by the name that volumes have for it."""
    counted: Counted
    service: Ref | None = None
    customer: Ref | None = None

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]  # it depends on how they are counted
        """What is counted."""
        return ("high", "middle", "low") if self.counted == "average" else ("whole", "billionths")

    def rows(self, level: BoundLevel, setting: Setting) -> Numbers:
        """Return for each volume that concerns the period what it adds to the columns."""
        program = level.program
        found = [(each, clipped(each, program)) for each in setting.volumes if self._has(each)]
        live = [(each, span) for each, span in found if span[0] < span[1]]
        at = self._instant(program, live)
        return {("volume", each.ref): self._numbers(each, span, program, at) for each, span in live}

    def buckets(self, program: LevelProgram) -> int | None:
        """Return the microseconds of the period, which a mean is over."""
        return program.end - program.start if self.counted == "average" else None

    def _has(self, volume: Volume) -> bool:
        asked = (self.service, volume.service), (self.customer, volume.customer)
        return volume.unit == self.of and all(wanted is None or wanted == found for wanted, found in asked)

    def _instant(self, program: LevelProgram, live: list[tuple[Volume, Span]]) -> int:
        """Return the instant at which they are counted: of a peak the earliest one."""
        if self.counted == "peak":
            return _peak(live, program.start)
        return program.end - 1 if self.counted == "at_end" else program.start

    def _numbers(self, volume: Volume, span: Span, program: LevelProgram, at: int) -> tuple[int, ...]:
        quantity = nano(volume)
        if self.counted == "average":
            whole = quantity * (span[1] - span[0])
            return whole // LIMB**2, whole // LIMB % LIMB, whole % LIMB
        begins = to_micros(volume.start) >= program.start
        counts = begins if self.counted == "sum" else span[0] <= at < span[1]
        return divmod(quantity, NANO) if counts else (0, 0)


def _peak(live: Iterable[tuple[Volume, Span]], start: int) -> int:
    """Return the earliest instant at which the quantities of *live* volumes together are the greatest."""
    steps: dict[int, int] = {}
    for volume, (first, last) in live:
        steps[first] = steps.get(first, 0) + nano(volume)
        steps[last] = steps.get(last, 0) - nano(volume)
    level, best, at = 0, 0, start
    for instant in sorted(steps):
        level += steps[instant]
        if level > best:
            best, at = level, instant
    return at


class BilledCharged(SettingMeasure, Charged):
    """The sum of amounts that were billed elsewhere in the period under one name, in minor units of the currency."""

    columns: ClassVar[tuple[str, ...]] = ("minor",)

    of: Ref

    def rows(self, level: BoundLevel, setting: Setting) -> Numbers:
        """Return for each amount of the name and the period how much it is."""
        start, end = level.program.start, level.program.end
        return {
            ("billed", each.ref): (each.amount.minor,)
            for each in setting.charges
            if each.charge == self.of and start <= to_micros(each.at) < end
        }


class IndexCharged(SettingMeasure, Charged):
    """The figure that is declared for the first instant of the period; of several the one delivered last."""

    columns: ClassVar[tuple[str, ...]] = ("known", "whole", "billionths")

    of: Ref

    def rows(self, level: BoundLevel, setting: Setting) -> Numbers:
        """Return the number that is in force; none where none is declared."""
        return _in_force(setting, self.of, level.program.start)


def _in_force(setting: Setting, figure: str, instant: int) -> Numbers:
    """Return the number of a declared *figure* that is in force at an *instant*: of several the one delivered last."""
    known = [
        each
        for each in setting.declared
        if each.figure == figure and to_micros(each.start) <= instant < to_micros(each.end)
    ]
    if not known:
        return {}
    last = max(known, key=lambda each: (each.at, each.ref))
    return {("declared", last.ref): (1, *divmod(last.numerator * 10 ** (9 - last.places), NANO))}


class RateCharged(IndexCharged):
    """The rate that is declared for the first or the last instant of the period; one that is not above zero is none."""

    at: Literal["start", "end"]

    def rows(self, level: BoundLevel, setting: Setting) -> Numbers:
        """Return the rate that is in force; none where none is declared, or it is zero or less."""
        program = level.program
        found = _in_force(setting, self.of, program.start if self.at == "start" else program.end - 1)
        return {key: numbers for key, numbers in found.items() if numbers[1] > 0 or (numbers[1] == 0 and numbers[2])}
