"""
Availability, counted second by second: slow and obvious, and nothing of the library in it.

All times are whole seconds; every span is half-open.
"""

from __future__ import annotations

from typing import NamedTuple

Seconds = tuple[int, int]


class Terms(NamedTuple):
    """What a contract chose."""

    minimum: int = 0
    excess: bool = False
    unknown: str = "leaves"


class Counted(NamedTuple):
    """Seconds in hours within the period."""

    whole: int
    unavailable: int
    planned: int
    unknown: int


def _inside(second: int, spans: list[Seconds]) -> bool:
    return any(start <= second < end for start, end in spans)


def _counting_seconds(down: list[bool], terms: Terms) -> list[bool]:
    """Say for each second whether it is one of a run of seconds out that counts."""
    counting = [False] * len(down)
    begun = 0
    for second, out in enumerate([*down, False]):
        if out:
            continue
        if second - begun >= max(terms.minimum, 1):
            first = begun + (terms.minimum if terms.excess else 0)
            for each in range(first, second):
                counting[each] = True
        begun = second + 1
    return counting


def count(
    period: Seconds,
    hours: list[Seconds],
    outages: list[tuple[int, int, str]],
    relieved: list[Seconds],
    terms: Terms,
    *,
    leaves: bool,
) -> Counted:
    """
    Count the seconds of *period* from zero on, of which outages ``(start, end, state)`` are known up to its end.

    What is *relieved* leaves the denominator, or stays in it as available.
    """
    start, end = period
    unknown_at = [_inside(each, [(a, b) for a, b, state in outages if state == "unknown"]) for each in range(end)]
    down = [_inside(each, [(a, b) for a, b, state in outages if state == "down"]) for each in range(end)]
    if terms.unknown == "unavailable":
        down = [a or b for a, b in zip(down, unknown_at, strict=True)]
    counting = _counting_seconds(down, terms)
    whole = unavailable = planned = unknown = 0
    for second in range(start, end):
        if not _inside(second, hours):
            continue
        whole += 1
        if _inside(second, relieved):
            planned += leaves
            continue
        unknown += unknown_at[second]
        hidden = unknown_at[second] and terms.unknown != "unavailable"
        unavailable += counting[second] and not hidden
    return Counted(whole, unavailable, planned, unknown)
