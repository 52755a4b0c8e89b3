"""Relief bound to a contract and a setting: which spans each level is relieved in, and what becomes of them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts._model import short_digest
from ecsm_contracts.calendars import first_instant, merge_spans
from ecsm_contracts.measures import LevelProgram, ObservesRelief, ReliefTime, lengthened, relief_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Setting
    from ecsm_contracts.measures import BoundLevel, Observation, Vocabulary

__all__ = ["Extension", "bind_level", "bound_reliefs", "relief_digests", "times_that_excuse"]


def bound_reliefs(
    contract: Contract, observations: Iterable[Observation], holidays_of: Contract | None = None
) -> tuple[ObservesRelief, ...]:
    """Return the reliefs among *observations* with what they need of their *contract*."""
    term = contract.term
    bounds = first_instant(contract.zone, term.start), first_instant(contract.zone, term.end)
    return tuple(
        each._replace(
            zone=contract.zone,
            cycle=contract.billing,
            bounds=bounds,
            calendar=None if each.hours is None else contract.calendar(each.hours, holidays_of=holidays_of),
        )
        for each in observations
        if isinstance(each, ObservesRelief)
    )


def times_that_excuse(reliefs: Iterable[ObservesRelief], levels: Iterable[LevelProgram]) -> Iterator[LevelProgram]:
    """Yield what counts the time by which each of the *reliefs* excuses each of the *levels*."""
    programs = tuple(levels)
    for relief in reliefs:
        if relief.treatment != "count" or not (relief.notices or relief.windows or relief.hours):
            continue
        for level in programs:
            if level.clause in relief.levels:
                measure = ReliefTime(relief=relief.ref, level=level.clause)
                yield LevelProgram(f"{relief.ref}.{level.ref}", level.scope, measure, {}, level.start, level.end)


def relief_digests(reliefs: Iterable[ObservesRelief]) -> dict[str, str]:
    """Return for each relief that has windows of its own a short digest of them."""
    return {
        each.ref: short_digest([each.ref, each.hours, [window.to_data() for window in each.windows]])
        for each in reliefs
        if each.hours is not None or each.windows
    }


class _Relieved(NamedTuple):
    excluded: tuple[Span, ...]
    extended: tuple[Span, ...]
    leaving: tuple[tuple[tuple[str, str], Span], ...]


def _relieved(
    level: LevelProgram, reliefs: Iterable[ObservesRelief], setting: Setting, *, as_announced: bool = False
) -> _Relieved:
    """Return the spans in which *level* is relieved, by what becomes of them."""
    excluded: list[Span] = []
    extended: list[Span] = []
    leaving: list[tuple[tuple[str, str], Span]] = []
    counts = level.measure.relief if isinstance(level.measure, ReliefTime) else None
    until = None if as_announced else level.end
    for relief in reliefs:
        is_own = level.clause in relief.levels and relief.treatment != "count"
        applies = is_own if counts is None else relief.ref == counts
        spans = relief_spans(relief, setting.notices, level.scope, until) if applies else ()
        if relief.treatment == "extend":
            extended.extend(each.span for each in spans)
        elif counts is None:
            excluded.extend(each.span for each in spans)
        if counts is not None or relief.leaves_denominator or level.measure.relief_leaves:
            leaving.extend(((each.kind, each.ref), each.span) for each in spans)
    leaving.sort(key=lambda each: (each[1], each[0]))
    return _Relieved(tuple(excluded), tuple(merge_spans(extended)), tuple(leaving))


def bind_level(
    level: LevelProgram,
    reliefs: Sequence[ObservesRelief],
    setting: Setting,
    vocabulary: Vocabulary,
    opened: int | None = None,
    *,
    as_announced: bool = False,
) -> BoundLevel:
    """
    Return *level* with its relief; for tickets *opened* then, without the time given back for what was over.

    Notices are cut at the level's end, unless they are taken as announced.
    """
    found = _relieved(level, reliefs, setting, as_announced=as_announced)
    extended = (each for each in found.extended if opened is None or each[1] > opened)
    return level.bind(found.excluded, vocabulary, extended=extended, leaving=found.leaving)


class Extension(NamedTuple):
    """When tickets are opened that get less time back than others: after a span, and before its time is given back."""

    openings: tuple[Span, ...]
    """Instants of opening, sorted and disjoint; half-open."""
    ends: tuple[int, ...]
    """Where the spans end: tickets opened between the same two of them have the same time."""

    @classmethod
    def of(
        cls, levels: Iterable[LevelProgram | None], reliefs: Sequence[ObservesRelief], setting: Setting
    ) -> Extension:
        """Return it for *levels* under their *reliefs*."""
        openings: list[Span] = []
        ends: set[int] = set()
        extend = any(each.treatment == "extend" for each in reliefs)
        for level in (each for each in levels if extend and each is not None):
            first, last = level.earliest, level.end
            cut = ((max(start, first), min(end, last)) for start, end in _relieved(level, reliefs, setting).extended)
            spans = [each for each in cut if each[0] < each[1]]
            ends.update(end for _, end in spans)
            over = dict(spans)
            for table in level.tables.values():
                openings.extend((over[start], reach) for start, reach in lengthened(table, spans, last))
        return cls(tuple(merge_spans(each for each in openings if each[0] < each[1])), tuple(sorted(ends)))

    def place(self, opened: int) -> int | None:
        """Return which of the different times a ticket *opened* then gets; None for the time that all others get."""
        before = bisect_right(self.openings, opened, key=lambda each: each[0])
        if not before or opened >= self.openings[before - 1][1]:
            return None
        return bisect_right(self.ends, opened)
