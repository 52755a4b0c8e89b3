"""Whole and part units of a time: how late a ticket is, in the unit that a contract names."""

from __future__ import annotations

from typing import Literal

__all__ = ["Part", "units_of"]

Part = Literal["up", "down", "exact"]
"""What a begun unit counts: ``up`` as a whole one, ``down`` nothing, ``exact`` the fraction that it is."""


def units_of(time: int, unit: int, part: Part) -> int:
    """
    Return *time* in units of *unit* (both in microseconds); for ``exact`` in units of one microsecond.

        >>> units_of(61, 60, "up"), units_of(61, 60, "down"), units_of(61, 60, "exact")
        (2, 1, 61)
    """
    if part == "exact":
        return time
    return -(-time // unit) if part == "up" else time // unit
