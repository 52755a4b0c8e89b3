"""The clocks of a ticket as bars on a line of time, for a customer to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import Bar, Bars, Lane, Mark
from ecsm_contracts.calendars import show_duration, subtract_spans, to_micros, total_span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.engine._why import ClockExplanation
    from ecsm_contracts.measures import BoundLevel, Stretch

__all__ = ["clock_bars", "counting_spans"]

_DAY = 86_400_000_000
_MOST_CUT = 400 * _DAY
"""A clock that ran for longer than this, in microseconds, is not cut at each opening: nobody would see it."""
_RUNS, _OUTSIDE, _HELD, _STOPPED, _NOT_BEGUN, _VOID = range(6)
_LEGEND = (
    (_RUNS, "time counts"),
    (_OUTSIDE, "outside hours, or relieved"),
    (_HELD, "held"),
    (_STOPPED, "stopped"),
    (_NOT_BEGUN, "not begun"),
    (_VOID, "cancelled or merged"),
)
_LOOK = {"running": _RUNS, "held": _HELD, "void": _VOID, "not begun": _NOT_BEGUN, "cannot begin": _NOT_BEGUN}
_TITLE = 48
"""How many letters of a clause's title a lane shows: what follows is the verdict."""
_QUARTERS = 4


def counting_spans(level: BoundLevel, stretches: Sequence[Stretch]) -> tuple[Span, ...] | None:
    """Return the spans in which time counted; None where these are too many to be of use."""
    running = [stretch for stretch in stretches if stretch.is_running]
    if total_span((stretch.start, stretch.end) for stretch in running) > _MOST_CUT:
        return None
    found: list[Span] = []
    for stretch in running:
        spans = level.program.tables[stretch.hours].spans_within(stretch.start, stretch.end)
        found += subtract_spans(spans, level.times[stretch.hours].relieved)
    return tuple(found)


def clock_bars(heading: str, clocks: Sequence[ClockExplanation], local: Callable[[int], str]) -> Bars:
    """Return *clocks*, of one ticket, as bars; *local* gives an instant in microseconds as people read it."""
    start, end = _bounds(clocks)
    first = clocks[0].stretches if clocks else ()
    spoken = [f"{clock.clause} {clock.title}: {clock.verdict}." for clock in clocks]
    quarters = [start + place * (end - start) // _QUARTERS for place in range(_QUARTERS + 1)] if clocks else []
    whole_minutes = [at - at % 60_000_000 for at in quarters]
    lanes = tuple(_lane(clock, local) for clock in clocks)
    used = {bar.look for lane in lanes for bar in lane.bars if bar.start < end}
    return Bars(
        title=heading,
        description=" ".join(spoken),
        start=start,
        end=end,
        lanes=lanes,
        marks=tuple(Mark(each.start, f"{local(each.start)}  {', '.join(each.events)}") for each in first),
        ticks=tuple(Mark(at, local(at)) for at in whole_minutes),
        legend=tuple(each for each in _LEGEND if each[0] in used),
        line_label="target used up" if any(clock.breach is not None for clock in clocks) else "",
    )


def _bounds(clocks: Sequence[ClockExplanation]) -> tuple[int, int]:
    """Return from when to when to draw: to the end while a clock ticks, else to shortly after the last event."""
    if not clocks:
        return 0, 0
    stretches = clocks[0].stretches
    start, last, end = stretches[0].start, stretches[-1].start, stretches[-1].end
    if any(clock.stretches[-1].is_ticking for clock in clocks):
        return start, end
    return start, min(end, last + max((last - start) // 20, 60_000_000))


def _cut(title: str) -> str:
    """Return a *title* that leaves room for the verdict behind it."""
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"


def _lane(clock: ClockExplanation, local: Callable[[int], str]) -> Lane:
    lines = [] if clock.breach is None else [to_micros(clock.breach)]
    return Lane(
        f"{clock.clause} {_cut(clock.title)}: {clock.verdict}",
        tuple(bar for bar in _bars(clock, local) if bar.start < bar.end),
        tuple(Mark(at, f"in time until {local(at)}") for at in lines),
    )


def _bars(clock: ClockExplanation, local: Callable[[int], str]) -> Iterator[Bar]:
    counting, place = clock.counting, 0
    for stretch in clock.stretches:
        look, said = _LOOK.get(stretch.clock, _STOPPED), _hint(stretch, local)
        if not stretch.is_running or counting is None:
            yield Bar(stretch.start, stretch.end, look, said)
            continue
        at = stretch.start
        while place < len(counting) and counting[place][0] < stretch.end:
            first, last = counting[place]
            yield Bar(at, first, _OUTSIDE, said)
            yield Bar(first, last, _RUNS, said)
            at, place = last, place + 1
        yield Bar(at, stretch.end, _OUTSIDE, said)


def _hint(stretch: Stretch, local: Callable[[int], str]) -> str:
    counted = f"{show_duration(stretch.counted)} counted, {show_duration(stretch.elapsed)} in all"
    return f"{local(stretch.start)} to {local(stretch.end)}: {'; '.join(stretch.rules)}; {counted}"
