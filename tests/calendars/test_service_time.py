"""Deadlines and elapsed time over integers, against a search that tries every instant."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import (
    ServiceTimeTable,
    Span,
    clip_spans,
    merge_spans,
    subtract_spans,
    total_span,
)
from ecsm_contracts.calendars._service_time import looking_back, used_up, worked_between
from tests.calendars.test_table import ANCHOR

SIZE = 60
AFTER = (ANCHOR + SIZE, ANCHOR + SIZE + 100)
BEFORE = (ANCHOR - 100, ANCHOR)
few_spans = st.lists(st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)), max_size=5).map(
    lambda spans: merge_spans((ANCHOR + start, ANCHOR + end) for start, end in spans)
)


def worked(open_spans: tuple[Span, ...], start: int, end: int, holds: tuple[Span, ...]) -> int:
    """Return the service time by sets: what is open in the window, less what is held."""
    return total_span(subtract_spans(clip_spans(open_spans, start, end), holds)) if start < end else 0


@given(few_spans, few_spans, st.integers(-5, SIZE + 5), st.integers(-5, SIZE + 5), st.integers(1, 80))
@settings(max_examples=300)
def test_every_instant_tried_gives_the_same_deadlines(
    spans: tuple[Span, ...], holds: tuple[Span, ...], first: int, last: int, amount: int
) -> None:
    """Elapsed time, the earliest and latest deadline and the look back are what trying every instant
    finds."""
    everything = (BEFORE, *spans, AFTER) if not spans else merge_spans((BEFORE, *spans, AFTER))
    table = ServiceTimeTable(lambda start, end: clip_spans(everything, start, end))
    start, end = ANCHOR + first, ANCHOR + last
    assert worked_between(table, start, end, holds) == worked(everything, start, end, holds)
    later = range(start, AFTER[1] + 1)
    times = [at for at in later if worked(everything, start, at, holds) == amount]
    if times and times[-1] < AFTER[1]:
        assert used_up(table, start, amount, holds, latest=False) == times[0]
        assert used_up(table, start, amount, holds, latest=True) == times[-1]
    times = [at for at in range(BEFORE[0], start + 1) if worked(everything, at, start, holds) == amount]
    if times and times[0] > BEFORE[0]:
        assert looking_back(table, start, amount, holds) == times[-1]
