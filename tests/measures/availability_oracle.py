"""
Availability, counted second by second: slow and obvious, and nothing of the library in it.

All times are whole seconds; every span is half-open.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

Seconds = tuple[int, int]
Known = tuple[int, int, str, Fraction]
"""First second, the one after the last, the state, and the share of users concerned."""


class Terms(NamedTuple):
    """What a contract chose."""

    minimum: int = 0
    excess: bool = False
    unknown: str = "leaves"
    degraded: str = "ignored"
    weighted: bool = False
    minutes: str | None = None


class Counted(NamedTuple):
    """Seconds in hours within the period; those unavailable perhaps in parts."""

    whole: int
    unavailable: Fraction
    planned: int
    unknown: int


def _inside(second: int, spans: list[Seconds]) -> bool:
    return any(start <= second < end for start, end in spans)


def _share(outages: list[Known], terms: Terms) -> Fraction:
    """Return the greatest share of users that any of these outages concerned."""
    return max((share if terms.weighted else Fraction(1) for *_, share in outages), default=Fraction(0))


def _runs(down: list[bool]) -> list[Seconds]:
    """Return the first second of each row of seconds out, and the one after its last."""
    edges = [n for n in range(len(down) + 1) if (n > 0 and down[n - 1]) != (n < len(down) and down[n])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _counting_seconds(outages: list[Known], until: int, terms: Terms) -> list[Fraction]:
    """Say for each second up to *until* how much of it counts as out."""
    at = [[each for each in outages if each[0] <= second < each[1]] for second in range(until)]
    counting = [Fraction(0)] * until
    for begun, over in _runs([bool(each) for each in at]):
        if over - begun < terms.minimum:
            continue
        first = begun + (terms.minimum if terms.excess else 0)
        last = over
        if terms.minutes is not None:
            last = first
            while last + 60 <= over or (terms.minutes == "begun" and last < over):
                last += 60
        for second in range(first, min(last, until)):
            ending = [each for each in outages if each[0] < each[1] == over]
            share = _share(at[second] if second < over else ending, terms)
            counting[second] = max(counting[second], share)
    return counting


def count(
    period: Seconds,
    hours: list[Seconds],
    outages: list[Known],
    relieved: list[Seconds],
    terms: Terms,
    *,
    leaves: bool,
) -> Counted:
    """
    Count the seconds of *period* from zero on, of which outages are known up to its end.

    What is *relieved* leaves the denominator, or stays in it as available.
    """
    start, end = period
    known = [(a, min(b, end), state, share) for a, b, state, share in outages]
    unknown_at = [_inside(each, [(a, b) for a, b, state, _ in known if state == "unknown"]) for each in range(end)]
    states = {"down", *(["unknown"] if terms.unknown == "unavailable" else [])}
    states |= {"degraded"} if terms.degraded == "down" else set()
    counting = _counting_seconds([each for each in known if each[2] in states], end, terms)
    whole = planned = unknown = 0
    unavailable = Fraction(0)
    for second in range(start, end):
        if not _inside(second, hours):
            continue
        whole += 1
        if _inside(second, relieved):
            planned += leaves
            continue
        unknown += unknown_at[second]
        hidden = unknown_at[second] and terms.unknown != "unavailable"
        unavailable += 0 if hidden else counting[second]
    return Counted(whole, unavailable, planned, unknown)
