"""
How long a service was down, by outage: runs, whole minutes, and whose time counts where outages overlap.

At each instant one outage counts, the one with the greatest share of users, of several the first; so no time counts
twice, whatever overlaps.
"""

from __future__ import annotations

from bisect import bisect_right
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Literal, NamedTuple

from ecsm_contracts.calendars import merge_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.measures._service_time import ServiceTime
    from ecsm_contracts.money import Percent

__all__ = ["Down", "Runs", "down_times", "weight_of"]

_MINUTE = 60_000_000
_WHOLE = 10**11
"""The weight of all users: a percentage has at most nine decimals, so that each share of them is a whole number."""


class Down(NamedTuple):
    """An outage that counts as down."""

    ref: str
    span: Span
    weight: int = _WHOLE
    """How much of its time counts, in parts of `_WHOLE`."""


def weight_of(affected: Percent | None) -> int:
    """Return the weight of a share of users; all of them where none is said."""
    return _WHOLE if affected is None else int(affected.ratio * _WHOLE)


class Runs(NamedTuple):
    """What of a run of outages counts: those that overlap or touch are one, on the wall clock."""

    minimum: int = 0
    """A shorter run counts nothing; in microseconds, as all here."""
    deducted: int = 0
    """What is left out at the beginning of each."""
    minutes: Literal["whole", "begun"] | None = None
    """How the last minute of each counts."""

    def counted(self, run: Span) -> Span | None:
        """Return the part of a *run* that counts; None where it is too short."""
        start, end = run
        if end - start < self.minimum:
            return None
        first = start + self.deducted
        if self.minutes is None:
            return first, end
        whole = (end - first) // _MINUTE * _MINUTE
        return first, first + whole + (_MINUTE if self.minutes == "begun" and whole < end - first else 0)


def _pieces(outages: Sequence[Down], terms: Runs, within: Span) -> list[Span]:
    """Return the part of each outage that counts, inside a period; empty spans where none does."""
    runs = merge_spans(each.span for each in outages)
    starts = [start for start, _ in runs]
    counted = [terms.counted(run) for run in runs]
    found = []
    for _, (start, end), _ in outages:
        place = bisect_right(starts, start) - 1
        part = counted[place] if start < end else None
        if part is None:
            found.append(within[:1] * 2)
            continue
        until = part[1] if end == runs[place][1] else min(end, part[1])  # the last minute is that of who ends the run
        found.append((max(start, part[0], within[0]), min(until, within[1])))
    return found


def down_times(outages: Iterable[Down], terms: Runs, within: Span, time: ServiceTime) -> list[tuple[str, int]]:
    """
    Return for each of the *outages* the *time* that it counts for *within* a period, in microseconds.

    Each instant counts once, with the greatest weight of all outages then, for the first that has it, in the order of
    their spans. The weighted time of all of them is rounded down to the microsecond, once: each has what the sum grows
    by.
    """
    ordered = sorted(outages, key=lambda each: (each.span, each.ref))
    weighted = _weighted(_pieces(ordered, terms, within), [each.weight for each in ordered], time)
    found, before = [], 0
    for each, more in zip(ordered, weighted, strict=True):
        after = before + more
        found.append((each.ref, after // _WHOLE - before // _WHOLE))
        before = after
    return found


def _weighted(pieces: Sequence[Span], weights: Sequence[int], time: ServiceTime) -> list[int]:
    """Return for each piece the time in which none outweighs it, times its weight."""
    found = [0] * len(pieces)
    waiting = sorted((start, place) for place, (start, end) in enumerate(pieces) if start < end)
    waiting.reverse()
    alive: list[tuple[int, int]] = []
    now = 0
    while waiting or alive:
        if not alive:
            now = waiting[-1][0]
        while waiting and waiting[-1][0] <= now:
            place = waiting.pop()[1]
            heappush(alive, (-weights[place], place))
        place = alive[0][1]
        if pieces[place][1] <= now:
            heappop(alive)
            continue
        until = min(pieces[place][1], waiting[-1][0]) if waiting else pieces[place][1]
        found[place] += time.between(now, until) * weights[place]
        now = until
    return found
