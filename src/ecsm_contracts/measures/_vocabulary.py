"""What steps say, as numbers: each different saying has one, so that a ticket is two lists of integers."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecsm_contracts.facts import Step

__all__ = ["CompiledTicket", "Vocabulary"]


class CompiledTicket(NamedTuple):
    """The steps of a ticket as integers; `times` are in microseconds since 1970, UTC, and never decrease."""

    times: Sequence[int]
    symbols: Sequence[int]
    """The number of what each step says, by a `Vocabulary`."""

    def known_before(self, end: int) -> CompiledTicket:
        """Return what happened before the instant *end*."""
        times = self.times
        if not times or times[-1] < end:
            return self
        if times[0] >= end:
            return _NOTHING
        count = bisect_left(times, end)
        return CompiledTicket(times[:count], self.symbols[:count])


_NOTHING = CompiledTicket((), ())


_ENDINGS = frozenset({"resolved", "closed", "reopened", "cancelled", "merged"})


class Vocabulary:
    """
    The numbers of all sayings met so far, and of all priorities.

    It only grows, and belongs to one observer in one thread; numbers are given in the order of first meeting, and no
    figure depends on them.
    """

    __slots__ = ("_numbers", "_priority_numbers", "endings", "priorities", "priority_of", "sayings")

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.sayings: list[Step] = []
        """A step for each saying; its instant and position mean nothing."""
        self.priority_of: list[int] = []
        """For each saying the number of the priority that holds from it on; -1 where it says none."""
        self.endings: list[str | None] = []
        """For each saying its kind where that ends a ticket, or opens it again; None for others."""
        self.priorities: list[str] = []
        """The priorities met, by number."""
        self._numbers: dict[tuple[object, ...], int] = {}
        self._priority_numbers: dict[str, int] = {}

    def __len__(self) -> int:
        """Return how many sayings there are."""
        return len(self.sayings)

    def number(self, step: Step) -> int:
        """Return the number of what *step* says."""
        key = step[1:6]
        found = self._numbers.get(key)
        return self._add(key, step) if found is None else found

    def _add(self, key: tuple[object, ...], step: Step) -> int:
        self._numbers[key] = number = len(self.sayings)
        self.sayings.append(step)
        self.endings.append(step.kind if step.kind in _ENDINGS else None)
        self.priority_of.append(-1 if step.priority is None else self.priority_number(step.priority))
        return number

    def priority_number(self, priority: str) -> int:
        """Return the number of *priority*."""
        number = self._priority_numbers.setdefault(priority, len(self.priorities))
        if number == len(self.priorities):
            self.priorities.append(priority)
        return number

    def compile(self, steps: Iterable[Step]) -> CompiledTicket:
        """Return *steps* as integers."""
        times, symbols = [], []
        numbers = self._numbers
        for step in steps:
            key = step[1:6]
            found = numbers.get(key)
            times.append(step[0])
            symbols.append(self._add(key, step) if found is None else found)
        return CompiledTicket(times, tuple(symbols))
