"""Choosing: the two ways in which everything here is drawn, and the zones that are worth drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OFTEN", "PLACES", "Place", "chance", "pick", "some"]

T = TypeVar("T")


class Place(NamedTuple):
    """A zone and the months in which its clocks do something unusual; any months where they never do."""

    zone: str
    months: tuple[tuple[int, int], ...]


PLACES = (
    Place("Europe/Amsterdam", ((2026, 3), (2026, 10))),
    Place("America/New_York", ((2026, 3), (2026, 11))),
    Place("Australia/Lord_Howe", ((2026, 4), (2026, 10))),  # half an hour
    Place("Africa/Cairo", ((2026, 4), (2026, 10))),  # at midnight, which does not exist then
    Place("America/Sao_Paulo", ((2018, 2), (2018, 11))),  # likewise, in the years when it had summer time
    Place("Asia/Kathmandu", ((2026, 5), (2026, 6))),  # a quarter of an hour off, and never a change
    Place("UTC", ((2026, 2), (2026, 7))),
    Place("Pacific/Apia", ((2011, 9), (2011, 12))),  # 30 December 2011 is missing
)
"""Zones chosen for their clocks."""


OFTEN = (*PLACES[:5], *PLACES)
"""Those whose clocks change, more often than the others."""


def pick(draw: Callable[[st.SearchStrategy[T]], T], options: Sequence[T]) -> T:
    """Return one of the *options*; the first is the simplest."""
    return draw(st.sampled_from(options))


def chance(draw: Callable[[st.SearchStrategy[int]], int], percent: int) -> bool:
    """Say yes in *percent* of a hundred cases; no is the simpler answer."""
    return draw(st.integers(0, 99)) >= 100 - percent


def some(draw: Callable[[st.SearchStrategy[int]], int], options: Sequence[T], *, least: int = 0) -> list[T]:
    """Return at least *least* of the *options*, in their order."""
    chosen = [option for option in options if draw(st.integers(0, 1))]
    return chosen if len(chosen) >= least else list(options[:least])
