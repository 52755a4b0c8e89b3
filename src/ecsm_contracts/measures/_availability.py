"""The share of service time in which a service was not out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import Discriminator, Field, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.calendars import Duration, clip_spans, duration_micros, merge_spans, to_micros
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures._base import SettingMeasure
from ecsm_contracts.measures._down_time import Down, Runs, down_times, weight_of
from ecsm_contracts.measures._service_time import ServiceTime
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.facts import Outage, Setting
    from ecsm_contracts.measures._observer import BoundLevel, LevelProgram
    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._tally import Tally

__all__ = ["Availability", "FixedDays"]

KeyT = TypeVar("KeyT", str, tuple[str, str])
_DEFAULTS = {"counts": "whole", "unknown": "leaves", "degraded": "ignored", "of": "service_time"}


class FixedDays(Model):
    """
    So many days of 24 hours, whatever the month has: ``{days: 30}`` is 43,200 minutes.

        >>> FixedDays(days=30).time
        datetime.timedelta(days=30)
    """

    days: int = Field(ge=1, le=366, strict=True)
    """The days of a month, or of whatever the window of the level is."""

    @property
    def time(self) -> timedelta:
        """The time of all of them."""
        return timedelta(days=self.days)


def _whole_tag(value: object) -> str:
    return "days" if isinstance(value, (Mapping, FixedDays)) else "word"


Whole = Annotated[
    Annotated[Literal["service_time"], Tag("word")] | Annotated[FixedDays, Tag("days")], Discriminator(_whole_tag)
]
"""What availability is a share of."""


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

    degraded: Literal["ignored", "down"] = "ignored"
    """
    What an outage in state ``degraded`` counts as, in which the service worked, but poorly: nothing, or as ``down``. By
    default nothing, as contracts that say no more promise that a service can be used.
    """
    weighted_by: Literal["affected"] | None = None
    """
    Whether an outage counts in proportion to the share of users concerned (`affected` of the outage; all where it names
    none). Of outages at the same time the greatest share counts, not their sum: the same users may suffer from both. By
    default each counts in full, whoever it concerned.
    """
    minutes: Literal["whole", "begun"] | None = None
    """
    How the last minute of a run counts, if it is not full: ``whole`` drops it, as Google's agreements do, ``begun``
    counts it in full. By default a run counts exactly.
    """
    of: Whole = "service_time"
    """
    What the number is a share of: the service time of the period, as nearly every contract has it, or so many
    ``{days: 30}`` of 24 hours, as agreements that reckon every month with 43,200 minutes.
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

        What is longer ago makes no difference: a run that reaches into the period has been long enough by then. Where
        minutes of a run are counted, all depends on its first instant, and there is no bound to how long ago that was.
        """
        return program.start - self._minimum if self.minutes is None else program.earliest

    def rows(self, level: BoundLevel, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """
        Return for each outage the time that it counts for, and for each notice what leaves the denominator.

        Each instant counts for one outage: the one with the greatest weight, of several the first.
        """
        program = level.program
        outages = list(_known(setting.outages, program))
        unsure = [(each.ref, span) for each, span in outages if each.state == "unknown"]
        as_down = self.unknown == "unavailable"
        down = [
            Down(each.ref, span, weight_of(each.affected)) if self.weighted_by else Down(each.ref, span)
            for each, span in outages
            if self._is_down(each.state)
        ]
        relieved = level.time.relieved
        hidden = () if as_down else clip_spans(merge_spans(span for _, span in unsure), program.start, program.end)
        counting = ServiceTime(program.table, (*relieved, *hidden))
        out = dict(down_times(down, self._runs, (program.start, program.end), counting))
        not_known = dict(_marginal(unsure, program, level.time))
        planned = _marginal(level.leaving_spans(setting), program, ServiceTime(program.table))
        found: dict[tuple[str, str], tuple[int, ...]]
        found = {("outage", each.ref): (out.get(each.ref, 0), 0, not_known.get(each.ref, 0)) for each, _ in outages}
        for key, time in planned:
            found[key] = (0, found.get(key, (0, 0, 0))[1] + time, 0)
        return found

    def _is_down(self, state: str) -> bool:
        """Return whether an outage in this *state* counts as down."""
        return (
            state == "down"
            or (state, self.degraded) == ("degraded", "down")
            or ((state, self.unknown) == ("unknown", "unavailable"))
        )

    @property
    def _runs(self) -> Runs:
        return Runs(self._minimum, self._minimum if self.counts == "excess" else 0, self.minutes)

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the share of service time."""
        cite, fixed = f"clause {ref}", not isinstance(self.of, str)
        less = "time left/1" if fixed else "less/1"
        whole = sums.service_time(ref) if isinstance(self.of, str) else given("fixed days", self.of.time, cite)
        planned = sums.time("planned time that leaves the denominator", f"{ref}.planned")
        service_time = derive("service time that counts", less, whole, planned)
        unknown = sums.time("time in state unknown, which leaves the denominator", f"{ref}.unknown")
        if self.unknown == "leaves" and unknown.value:
            service_time = derive("service time in a known state", less, service_time, unknown)
        if not service_time.value or target is None:
            return derive("outcome", "not measured/1", service_time, cites=(cite,))
        name = "unavailable" if self.weighted_by is None else "unavailable, by the share of users"
        how = "availability of fixed days/1" if fixed else "availability/1"
        return judged(derive("availability", how, service_time, sums.time(name, f"{ref}.unavailable")), target, cite)

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
        item = each.known_before(end) if program.scope.covers(each) else None
        if item is not None:
            yield item, (to_micros(item.start), end if item.end is None else to_micros(item.end))


def _marginal(spans: Sequence[tuple[KeyT, Span]], program: LevelProgram, time: ServiceTime) -> list[tuple[KeyT, int]]:
    """Return for each of the *spans* the time that it adds to the union of those before it, inside the period."""
    reach = program.start
    found = []
    for ref, (start, end) in sorted(spans, key=lambda each: (each[1], each[0])):
        fresh, until = max(start, reach), min(end, program.end)
        reach = max(reach, until)
        found.append((ref, time.between(fresh, until) if fresh < until else 0))
    return found


@rule("time left/1")
def _time_left(whole: timedelta, part: timedelta) -> timedelta:
    """Take a time from a time; never below zero."""
    return max(timedelta(0), whole - part)


@rule("availability of fixed days/1")
def _availability_of_fixed_days(days: timedelta, unavailable: timedelta) -> Fraction:
    """Return the share of so many days that was not unavailable; none where a longer month had more of it."""
    whole = duration_micros(days)
    return max(Fraction(0), Fraction(whole - duration_micros(unavailable), whole))
