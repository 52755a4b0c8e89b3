"""Courses: what steps do to a clock is looked up once, and no ticket notices which came before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.measures import BoundClock, HoursByPriority, Judgement, ServiceTime, Vocabulary, _kernel, walk

from .desk import TABLES, TARGETS, TICK, Happening, any_clocks, micros, steps_of, stories

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.measures import Clock

UNTIL = micros(2000)


def bound(rules: Clock, targets: Mapping[str, int | None], vocabulary: Vocabulary) -> BoundClock:
    """Bind a clock to targets in ticks."""
    times = {name: ServiceTime(table) for name, table in TABLES.items()}

    def terms_of(priority: str) -> tuple[int | None, ServiceTime]:
        target = targets[priority]
        name = rules.hours.row(priority) if isinstance(rules.hours, HoursByPriority) else rules.hours
        return None if target is None else target * TICK, times[name]

    return BoundClock(rules.program(), terms_of, vocabulary)


def alone(rules: Clock, targets: Mapping[str, int | None], told: Sequence[Happening]) -> Judgement:
    """What a clock says that has never seen another ticket."""
    vocabulary = Vocabulary()
    return walk(bound(rules, targets, vocabulary), vocabulary.compile(steps_of(told)), UNTIL)


@pytest.mark.parametrize("most", [1, 2, 4096])
@given(any_clocks(), TARGETS, st.lists(stories(), min_size=1, max_size=5), st.data())
def test_no_ticket_notices_another(
    most: int,
    rules: Clock,
    targets: dict[str, int | None],
    stories_told: list[tuple[Happening, ...]],
    data: st.DataObject,
) -> None:
    """In any order, again and again, and however few courses are kept, a clock judges a ticket as if it were alone."""
    order = data.draw(st.lists(st.sampled_from(stories_told), min_size=1, max_size=8))
    vocabulary = Vocabulary()
    clock = bound(rules, targets, vocabulary)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_kernel, "MOST_COURSES", most)
        for told in order:
            assert walk(clock, vocabulary.compile(steps_of(told)), UNTIL) == alone(rules, targets, told)
            assert len(clock._courses) <= most


@given(any_clocks(), TARGETS, stories())
def test_watching_changes_nothing(rules: Clock, targets: dict[str, int | None], told: tuple[Happening, ...]) -> None:
    """A clock that is watched says what it says unwatched, and shows each step once, at its instant."""
    vocabulary = Vocabulary()
    clock, compiled = bound(rules, targets, vocabulary), vocabulary.compile(steps_of(told))
    seen: list[int] = []
    watched = walk(clock, compiled, UNTIL, lambda at, _phase, _elapsed: seen.append(at))
    assert watched == walk(clock, compiled, UNTIL)
    assert seen == list(compiled.times)
