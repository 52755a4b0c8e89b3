"""
What a relief clause relieves: the spans of its notices and of its own windows, up to its quota.

And what is counted of it, for clauses that excuse a window in which something was relieved, or in which there was more
to do than was forecast.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import BillingCycle, Duration, Period, duration_micros, from_micros, to_micros, zone
from ecsm_contracts.measures._base import SettingMeasure
from ecsm_contracts.measures._charged import Charged, VolumeCharged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ecsm_contracts.calendars import ServiceTimeTable, Span
    from ecsm_contracts.facts import Notice, Setting
    from ecsm_contracts.measures._observation import ObservesRelief
    from ecsm_contracts.measures._observer import BoundLevel
    from ecsm_contracts.measures._scope import Scope

__all__ = [
    "Announced",
    "ForecastCharged",
    "Quota",
    "ReliefSpan",
    "ReliefTime",
    "lengthened",
    "quota_start",
    "relief_spans",
]

Numbers = dict[tuple[str, str], tuple[int, ...]]


class Quota(Model):
    """
    So much time is relieved in each month, and no more: beyond that it counts again, the oldest being relieved first.

        >>> Quota.model_validate({"time": "4h", "every": "month"}).every
        'month'
    """

    time: Duration
    """How much, in elapsed time, whatever the hours."""
    every: Literal["period", "month", "quarter", "year"]
    """In which spans: the contract's billing periods, or months, quarters or years of the calendar, in its zone."""


class Announced(Model):
    """
    A notice relieves only when it was announced early enough; one without a known announcement does not.

        >>> Announced.model_validate({"before": "48h"}).to_data()
        {'before': 'PT48H'}
    """

    before: Duration
    """How long before its start at the latest, in elapsed time; exactly this long is in time."""


class ReliefSpan(NamedTuple):
    """A span that is relieved, in microseconds, half-open, and what relieves it."""

    kind: Literal["notice", "relief"]
    """A notice, or a window that the relief clause itself names."""
    ref: str
    """The identity of the notice, or the clause."""
    name: str
    """How it is called, for people: ``maintenance``."""
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Start and end."""
        return self.start, self.end


def relief_spans(
    relief: ObservesRelief, notices: Iterable[Notice], scope: Scope, end: int | None = None
) -> tuple[ReliefSpan, ...]:
    """
    Return what *relief* relieves of a level with *scope*, as known just before *end*, sorted.

    With a quota the spans are disjoint, else they may overlap. Windows of the clause itself relieve in its term alone.
    """
    found = sorted(
        chain(_of_notices(relief, notices, scope, end), _of_windows(relief, end)),
        key=lambda each: (each.span, each.kind, each.ref),
    )
    return tuple(found) if relief.quota is None else tuple(_within_quota(relief, relief.quota, found))


def _of_notices(
    relief: ObservesRelief, notices: Iterable[Notice], scope: Scope, end: int | None
) -> Iterator[ReliefSpan]:
    for each in notices:
        if each.kind not in relief.notices or not scope.covers(each) or not _announced(relief, each):
            continue
        notice = each if end is None else each.known_before(end)
        if notice is not None:
            name = notice.kind.replace("_", " ")
            yield ReliefSpan("notice", notice.ref, name, to_micros(notice.start), to_micros(notice.end))


def _announced(relief: ObservesRelief, notice: Notice) -> bool:
    if relief.announced is None:
        return True
    latest = to_micros(notice.start) - duration_micros(relief.announced.before)
    return notice.announced is not None and to_micros(notice.announced) <= latest


def _of_windows(relief: ObservesRelief, end: int | None) -> Iterator[ReliefSpan]:
    first, last = relief.bounds
    last = last if end is None else min(last, end)
    if first >= last:
        return
    spans: list[Span] = []
    if relief.calendar is not None:
        low, high = relief.calendar.limits
        spans.extend(relief.calendar.open_spans(max(first, low), min(last, high)))
    for window in relief.windows:
        spans.extend(window.spans(relief.zone, first, last))
    for start, until in spans:
        if max(start, first) < min(until, last):
            yield ReliefSpan("relief", relief.ref, "a window of the contract", max(start, first), min(until, last))


_CALENDAR: dict[str, BillingCycle] = {
    "period": BillingCycle(),
    "month": BillingCycle(),
    "quarter": BillingCycle(cycle="quarter", anchor_month=1),
    "year": BillingCycle(cycle="year", anchor_month=1),
}


def _day(relief: ObservesRelief, instant: int) -> date:
    return from_micros(instant).astimezone(zone(relief.zone)).date()


def quota_start(relief: ObservesRelief, instant: int) -> int:
    """Return the start of the span of the quota in which *instant* lies; the instant itself where there is no quota."""
    if relief.quota is None:
        return instant
    return _cycle(relief, relief.quota).period_containing(_day(relief, instant)).bounds(relief.zone)[0]


def _cycle(relief: ObservesRelief, quota: Quota) -> BillingCycle:
    return relief.cycle if quota.every == "period" and relief.cycle is not None else _CALENDAR[quota.every]


def _within_quota(relief: ObservesRelief, quota: Quota, found: Sequence[ReliefSpan]) -> Iterator[ReliefSpan]:
    """Yield what of *found* the quota leaves, disjoint, the oldest first."""
    cycle, reach = _cycle(relief, quota), -(1 << 62)
    window: Period | None = None
    until, left = reach, 0
    for each in found:
        start = max(each.start, reach)
        while start < each.end:
            if window is None or start >= until:
                window = cycle.period_containing(_day(relief, start))
                until, left = window.bounds(relief.zone)[1], duration_micros(quota.time)
            end = min(each.end, until)
            if kept := min(left, end - start):
                yield each._replace(start=start, end=start + kept)
            left -= kept
            reach = start = end


def lengthened(table: ServiceTimeTable, spans: Sequence[Span], end: int) -> Iterator[Span]:
    """
    Yield *spans*, each going on until as much service time has passed since its start as it is long; none beyond *end*.

    The spans are sorted and disjoint. Where one reaches into the next, the time that is still to be given is added to
    that of the next.
    """
    begin, reach, owed = 0, -(1 << 62), 0
    for start, until in spans:
        if start >= reach:
            if owed:
                yield begin, reach
            begin, owed = start, 0
        owed += until - start
        reach = max(until, _used_up(table, begin, owed, end))
    if owed:
        yield begin, reach


def _used_up(table: ServiceTimeTable, begin: int, owed: int, end: int) -> int:
    """Return the first instant at which so much service time has passed since *begin*, at most *end*."""
    worked = table.worked_until(begin)
    if begin >= end or table.worked_until(end) - worked <= owed:
        return max(begin, end)
    return table.latest_instant_of(worked + owed - 1) + 1


class ReliefTime(SettingMeasure, Charged):
    """The elapsed time in a window of a level that one relief clause relieves."""

    columns: ClassVar[tuple[str, ...]] = ("excusing",)

    relief: str
    """The clause."""
    level: str
    """The level."""

    def rows(self, level: BoundLevel, setting: Setting) -> Numbers:
        """Return for each notice, and for the windows of the clause, the time that those before it do not cover."""
        found: Numbers = {}
        reach = level.program.start
        for key, (start, end) in level.leaving_spans(setting):
            fresh, until = max(start, reach), min(end, level.program.end)
            reach = max(reach, until)
            found[key] = (found.get(key, (0,))[0] + max(0, until - fresh),)
        return found


class ForecastCharged(VolumeCharged):
    """
    How many of one unit were forecast for the period, counted as volumes are.

    Only forecasts given before the period starts are looked at; of several for one interval, service and customer the
    one that was given last.
    """

    def rows(self, level: BoundLevel, setting: Setting) -> Numbers:
        """Return for each forecast that concerns the period what it adds to the columns."""
        latest: dict[tuple[Any, ...], Any] = {}
        for each in sorted(setting.forecasts, key=lambda each: (each.at, each.ref)):
            if to_micros(each.at) < level.program.start and self._has(each):  # type: ignore[arg-type]  # it has the same fields
                latest[each.start, each.end, each.service, each.customer] = each
        counted = super().rows(level, replace(setting, volumes=tuple(latest.values())))
        return {("forecast", ref): numbers for (_, ref), numbers in counted.items()}
