"""The share of service time in which a service was not out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Needs
from ecsm_contracts.calendars import Duration, clip_spans, duration_micros, merge_spans, to_micros
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive
from ecsm_contracts.measures._base import SettingMeasure
from ecsm_contracts.measures._service_time import ServiceTime
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.facts import Outage, Setting
    from ecsm_contracts.measures._observer import BoundLevel, LevelProgram
    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._tally import Tally

__all__ = ["Availability"]

_DEFAULTS = {"counts": "whole", "unknown": "leaves"}


class Availability(SettingMeasure):
    """
    The share of service time in which a service was not out: `(T - U) / T`, exact.

    Outages that overlap count once. Without any service time in the period the level is not measured.

        >>> from datetime import timedelta
        >>> measure = Availability(kind="availability", hours="always", minimum_outage=timedelta(minutes=10))
        >>> measure.to_data()
        {'kind': 'availability', 'hours': 'always', 'minimum_outage': 'PT10M'}

    References: semantics, section 5; ``minimum_outage`` as in Google's agreements, which count "a period of ten or
    more consecutive minutes"; time in state unknown ``leaves`` as in Icinga.
    """

    columns: ClassVar[tuple[str, ...]] = ("unavailable", "planned", "unknown")
    unit: ClassVar[Unit | None] = "share"

    kind: Literal["availability"]
    hours: Annotated[Ref, Needs("calendar")]
    """The calendar whose hours count."""
    minimum_outage: Duration | None = None
    """
    A run of outages that is shorter counts nothing. A *run* is what outages that overlap or touch make together, in
    elapsed time from its first instant to its last, whatever the hours, the relief or the period. By default the
    shortest outage counts.
    """
    counts: Literal["whole", "excess"] = "whole"
    """
    What a run of `minimum_outage` or longer counts: the ``whole`` of it, the usual reading of "consecutive minutes",
    or the ``excess`` only, what lies beyond the first `minimum_outage` of it: a deductible.
    """
    unknown: Literal["leaves", "available", "unavailable"] = "leaves"
    """
    What time counts as in which nobody can say whether the service worked (outages in state ``unknown``): it
    ``leaves`` the denominator, as nobody can be blamed or praised for what is not known; or it counts as
    ``available``; or as ``unavailable``, as if the state had been down.
    """

    @model_validator(mode="after")
    def _minimum_is_one(self) -> Self:
        if self.minimum_outage is None and self.counts != "whole":
            raise PydanticCustomError(
                "counts_without_minimum", "counts: excess is what lies beyond a minimum_outage; add it, or leave it out"
            )
        if self.minimum_outage is not None and not self.minimum_outage:
            raise PydanticCustomError(
                "minimum_outage_zero", "every outage reaches a minimum_outage of no time; leave it out"
            )
        return self

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        """Leave out what says no more than its absence."""
        data: dict[str, Any] = handler(self)
        return {key: value for key, value in data.items() if value is not None and _DEFAULTS.get(key) != value}

    def calendars(self) -> tuple[str, ...]:
        """Return the one calendar."""
        return (self.hours,)

    @property
    def _minimum(self) -> int:
        return 0 if self.minimum_outage is None else duration_micros(self.minimum_outage)

    def look_back(self, program: LevelProgram) -> int:
        """
        Return the first instant from which outages can matter: a run may have become long enough before the period.

        What is longer ago makes no difference: a run that reaches into the period has been long enough by then.
        """
        return program.start - self._minimum

    def rows(self, level: BoundLevel, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """
        Return for each outage what it adds to the union, and for each notice what leaves the denominator.

        Outages are taken in the order of their starts; each adds what those before it do not cover.
        """
        program = level.program
        outages = list(_known(setting.outages, program))
        unsure = [(each.ref, span) for each, span in outages if each.state == "unknown"]
        as_down = self.unknown == "unavailable"
        down = [(each.ref, span) for each, span in outages if as_down or each.state == "down"]
        relieved = level.time.relieved
        hidden = () if as_down else clip_spans(merge_spans(span for _, span in unsure), program.start, program.end)
        counting = ServiceTime(program.table, (*relieved, *hidden))
        out = dict(_marginal(down, program, counting, self._counted(down)))
        not_known = dict(_marginal(unsure, program, level.time))
        notices = [
            (item.ref, (to_micros(item.start), to_micros(item.end)))
            for each in setting.notices
            if each.kind in program.leaving
            and program.scope.has(each.service)
            and (item := each.known_before(program.end)) is not None
        ]
        planned = _marginal(notices, program, ServiceTime(program.table))
        found: dict[tuple[str, str], tuple[int, ...]]
        found = {("outage", each.ref): (out.get(each.ref, 0), 0, not_known.get(each.ref, 0)) for each, _ in outages}
        return found | {("notice", ref): (0, time, 0) for ref, time in planned}

    def _counted(self, outages: Sequence[tuple[str, Span]]) -> tuple[Span, ...] | None:
        """Return the parts of runs that count, sorted and disjoint; None where all of them do."""
        least = self._minimum
        if not least:
            return None
        deducted = least if self.counts == "excess" else 0
        runs = merge_spans(span for _, span in outages)
        return tuple((start + deducted, end) for start, end in runs if end - start >= least)

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the share of service time."""
        cite = f"clause {ref}"
        planned = sums.time("planned time that leaves the denominator", f"{ref}.planned")
        service_time = derive("service time that counts", "less/1", sums.service_time(ref), planned)
        unknown = sums.time("time in state unknown, which leaves the denominator", f"{ref}.unknown")
        if self.unknown == "leaves" and unknown.value:
            service_time = derive("service time in a known state", "less/1", service_time, unknown)
        if not service_time.value or target is None:
            return derive("outcome", "not measured/1", service_time, cites=(cite,))
        unavailable = sums.time("unavailable", f"{ref}.unavailable")
        return judged(derive("availability", "availability/1", service_time, unavailable), target, cite)

    def faults(self, tally: Tally, ref: str, whole: int) -> Iterator[str]:
        """Yield what cannot be: more time than there was, or less than none."""
        unavailable, planned, unknown = (tally[f"{ref}.{name}"] for name in self.columns)
        left = whole - planned - (unknown if self.unknown == "leaves" else 0)
        known = unavailable if self.unknown == "unavailable" else unavailable + unknown
        if min(unavailable, planned, unknown, left) < 0 or max(unavailable, unknown, planned) > whole or known > whole:
            yield (f"{ref}: {unavailable} µs unavailable, {planned} µs planned and {unknown} µs unknown in {whole} µs")


def _known(outages: Sequence[Outage], program: LevelProgram) -> Iterator[tuple[Outage, Span]]:
    """Yield the outages in scope as known at the period's end, with their spans; one that lasts goes on to it."""
    end = program.end
    for each in outages:
        item = each.known_before(end) if program.scope.has(each.service) else None
        if item is not None:
            yield item, (to_micros(item.start), end if item.end is None else to_micros(item.end))


def _marginal(
    spans: Sequence[tuple[str, Span]], program: LevelProgram, time: ServiceTime, counted: Sequence[Span] | None = None
) -> list[tuple[str, int]]:
    """
    Return for each of the *spans* the time that it adds to the union of those before it, inside the period.

    Only what lies in the *counted* spans adds anything; None stands for all time. They are sorted, and no span of the
    union reaches from one of them into another.
    """
    reach, position = program.start, 0
    found = []
    for ref, (start, end) in sorted(spans, key=lambda each: (each[1], each[0])):
        fresh, until = max(start, reach), min(end, program.end)
        reach = max(reach, until)
        if counted is not None:
            while position < len(counted) and counted[position][1] <= fresh:
                position += 1
            fresh = until if position == len(counted) else max(fresh, counted[position][0])
        found.append((ref, time.between(fresh, until) if fresh < until else 0))
    return found
