"""Work that is charged by its time: whose, in or out of hours, and in which increments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ecsm_contracts.calendars import Duration, duration_micros, to_micros
from ecsm_contracts.facts import Ref
from ecsm_contracts.measures._base import SettingMeasure
from ecsm_contracts.measures._charged import Charged, Numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.facts import Setting, Work
    from ecsm_contracts.measures._observer import BoundLevel

__all__ = ["Rounded", "WorkCharged", "in_increments"]

Rounded = Literal["each_work", "each_ticket", "period"]
"""What is rounded to increments: each record of work, the work on each ticket by role, or all of a period by role."""


def in_increments(time: int, increment: int, part: str) -> int:
    """
    Return a *time* in whole increments, a begun one whole (`up`) or not at all (`down`), in microseconds.

        >>> in_increments(70, 15, "up"), in_increments(70, 15, "down")
        (75, 60)
    """
    return -(-time // increment) * increment if part == "up" else time // increment * increment


class WorkCharged(SettingMeasure, Charged):
    """
    The time of work that was done in the period, by role, and where a calendar is named in and out of its hours.

    The time of a record is spread evenly over the interval in which it was done; without a start it was done in one
    piece up to its end.
    """

    takes_part: Literal["billable", "all"]
    roles: tuple[Ref, ...] = ()
    """Whose work counts; everybody's when empty."""
    rows_of: tuple[Ref, ...] = ()
    """The roles that are counted apart; others are counted under ``otherwise``."""
    hours: Ref | None = None
    increment: Duration | None = None
    part: Literal["up", "down"] = "up"
    rounded: Rounded = "period"
    at_least: Duration | None = None

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]  # they depend on the roles
        """What is counted: time in hours and out of them for each role, or time alone."""
        words = ("time",) if self.hours is None else ("inside", "outside")
        return tuple(f"{word}.{role}" for role in (*self.rows_of, "otherwise") for word in words)

    def calendars(self) -> tuple[str, ...]:
        """Return the calendar whose hours make a difference."""
        return () if self.hours is None else (self.hours,)

    def rows(self, level: BoundLevel, setting: Setting) -> Numbers:
        """Return for each record of work in the period its time, in the columns of its role."""
        start, end = level.program.start, level.program.end
        known = [each for each in setting.work if self._has(each) and to_micros(each.at) < end]
        known.sort(key=lambda each: (each.at, each.ref))
        return {
            ("work", each.ref): tuple(self._numbers(level, each, time))
            for each, time in self._times(known)
            if to_micros(each.at) >= start
        }

    def _has(self, work: Work) -> bool:
        return (work.billable or self.takes_part == "all") and (not self.roles or work.role in self.roles)

    def _times(self, known: Iterable[Work]) -> Iterator[tuple[Work, int]]:
        """Yield each record with its time in increments; of a ticket what it adds to all that came before."""
        spent: dict[tuple[str, str], int] = {}
        for each in known:
            effort = duration_micros(each.effort)
            key = each.ticket, each.role
            before = spent.get(key, 0) if self.rounded == "each_ticket" else 0
            spent[key] = before + effort
            yield each, self._charged(before + effort) - self._charged(before)

    def _charged(self, effort: int) -> int:
        """Return what is charged for an *effort*, in microseconds; nothing for none."""
        if self.rounded == "period" or not effort:
            return effort
        least = 0 if self.at_least is None else duration_micros(self.at_least)
        time = max(effort, least)
        return time if self.increment is None else in_increments(time, duration_micros(self.increment), self.part)

    def _numbers(self, level: BoundLevel, work: Work, time: int) -> Iterator[int]:
        role = work.role if work.role in self.rows_of else "otherwise"
        parts = (time,) if self.hours is None else _split(level, work, time)
        for each in (*self.rows_of, "otherwise"):
            yield from parts if each == role else (0,) * len(parts)


def _split(level: BoundLevel, work: Work, time: int) -> tuple[int, int]:
    """Return what of the *time* of a record lies in hours, cut to the microsecond, and what does not."""
    end = to_micros(work.at)
    start = end - duration_micros(work.effort) if work.start is None else to_micros(work.start)
    start = min(start, end - 1)
    inside = time * level.time.between(start, end) // (end - start)
    return inside, time - inside
