"""What is excused."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.calendars import DateText, RecurringWindow
from ecsm_contracts.clauses._clause import Clause, Yields
from ecsm_contracts.clauses._per import Per, PerTicket, PerUnit
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.facts import NoticeKind, Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import Announced, ForecastCharged, ObservesCharge, ObservesRelief, Quota, Scope
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses._context import Context, Window
    from ecsm_contracts.measures import Observation, Relieves

__all__ = ["Relief", "Treatment", "VolumeAbove"]

Treatment = Literal["exclude", "extend", "excuse", "waive"]
"""What becomes of what is relieved."""

_RELIEVES: dict[Treatment, Relieves] = {
    "exclude": "exclude",
    "extend": "extend",
    "excuse": "count",
    "waive": "count",
}
MOST_SERIES = 100
"""How many windows by a rule a relief clause may have."""


class VolumeAbove(Model):
    """
    More to do than was forecast: it excuses the whole period.

        >>> terms = {"of": {"tickets": "opened"}, "forecast": "incidents", "above": "110%"}
        >>> VolumeAbove.model_validate(terms).above
        Percent('110%')
    """

    of: Per
    """How many there were: units as volumes tell, or tickets."""
    forecast: Ref
    """
    The unit of the forecasts that it is compared with. They are counted as the units are, those for tickets by their
    ``sum``. Only what was forecast before the period starts is looked at; without a forecast nothing is excused.
    """
    above: Percent
    """Above which share of the forecast the period is excused; exactly this share does not excuse it."""

    @model_validator(mode="after")
    def _countable(self) -> Self:
        if not isinstance(self.of, (PerUnit, PerTicket)):
            raise PydanticCustomError("volume_of", "what is compared with a forecast are units or tickets")
        if self.above.ratio <= 0:
            raise PydanticCustomError("threshold_zero", "a threshold is above zero, else it always holds")
        return self

    @property
    def _forecast(self) -> PerUnit:
        return PerUnit(
            unit=self.forecast,
            counted=self.of.counted if isinstance(self.of, PerUnit) else "sum",
            round="exact",
            service=self.of.service if isinstance(self.of, PerUnit) else None,
            customer=self.of.customer if isinstance(self.of, PerUnit) else None,
        )

    def observes(self, ref: str) -> tuple[Observation, ...]:
        """Return what is counted for the clause *ref*."""
        terms = self._forecast
        forecast = ForecastCharged(
            of=self.forecast, counted=terms.counted, service=terms.service, customer=terms.customer
        )
        return self.of.observes(f"{ref}.volume"), ObservesCharge(f"{ref}.forecast", Scope(), forecast)

    def applies(self, context: Context, ref: str) -> Figure[bool]:
        """Return whether there was so much more than was forecast."""
        cite = f"clause {ref}"
        volume = self.of.quantity(context, f"{ref}.volume", cite)
        forecast = self._forecast.quantity(context, f"{ref}.forecast", cite)
        return derive("volume above forecast", "above share/1", volume, forecast, given("above", self.above, cite))


@register_clause
class Relief(Clause):
    """
    What does not count against the provider: time, such as planned maintenance, or whole windows of a level.

    Time is relieved by notices, and by windows that the contract itself names. A window of a level is excused, or its
    credits are waived, where time in it is relieved, in early life, or where there was more to do than was forecast.
    """

    yields: ClassVar[Yields] = "relief"

    kind: Literal["relief"]
    notices: Annotated[tuple[NoticeKind, ...], AfterValidator(each_once)] = ()
    """The kinds of notice whose intervals are relieved."""
    hours: Annotated[Ref, Needs("calendar")] | None = None
    """A calendar in whose hours time is relieved: maintenance every Sunday from 01:00 to 05:00."""
    windows: tuple[RecurringWindow, ...] = Field(default=(), max_length=MOST_SERIES)
    """
    Windows that come again by a rule, read off the wall clock of the contract's zone; they relieve in the contract's
    term, as the hours do.
    """
    quota: Quota | None = None
    """
    How much time is relieved at most: ``{time: 4h, every: month}``. What is relieved of a level, by notices and windows
    together, is counted in elapsed time; the oldest is relieved first, and what exceeds the quota counts again.
    """
    announced: Announced | None = None
    """How early a notice must have been announced to relieve: ``{before: 48h}``. Windows of the contract are known."""
    until: DateText | None = None
    """Early life: windows of levels that start before this day are relieved."""
    first: Annotated[int, Field(ge=1, le=1200, strict=True)] | None = None
    """Early life: the windows that end in one of the first so many billing periods of the term are relieved."""
    volume: VolumeAbove | None = None
    """More to do than was forecast."""
    levels: Annotated[tuple[Annotated[Ref, Needs("level")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """The levels that are relieved."""
    treatment: Treatment
    """
    ``exclude``: relieved time is taken out of what the levels count, out of their clocks and out of their outages.
    ``extend``: the clock of a ticket that was opened before relieved time ended gets all of it back, also what lay
    outside of its hours: from the start of relieved time on nothing counts until as much service time has passed as
    was relieved. ``excuse``: a window in which anything relieves is ``excused`` if it was missed, and costs nothing.
    ``waive``: it stays missed, in rows and triggers too, and costs nothing.
    """
    denominator: Literal["leaves", "stays"] | None = None
    """
    For availability: whether planned time leaves the time that should have been available, or stays in it as
    available.
    """

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value not in ([], None)}

    @model_validator(mode="after")
    def _something_relieves(self) -> Self:
        if not self._relieves_time and self.until is None and self.first is None and self.volume is None:
            raise PydanticCustomError(
                "relief_empty", "say what relieves: notices, hours, windows, until, first or volume"
            )
        whole = self.until is not None or self.first is not None or self.volume is not None
        if whole and self.treatment in {"exclude", "extend"}:
            raise PydanticCustomError(
                "relief_treatment", "until, first and volume relieve whole windows: write treatment: excuse or waive"
            )
        if self.quota is not None and not self._relieves_time:
            raise PydanticCustomError("quota_unused", "a quota is of time, and no time is relieved here; leave it out")
        if self.announced is not None and not self.notices:
            raise PydanticCustomError("announced_unused", "only notices are announced; leave it out")
        if self.denominator is not None and self.treatment != "exclude":
            raise PydanticCustomError(
                "denominator_unused", "only time that is excluded leaves a denominator; leave it out"
            )
        return self

    @property
    def _relieves_time(self) -> bool:
        return bool(self.notices or self.windows) or self.hours is not None

    @property
    def _by_window(self) -> bool:
        return self.treatment in {"excuse", "waive"}

    def observes(self) -> tuple[Observation, ...]:
        """Return the relief of the levels, and the volumes that it depends on."""
        volumes = () if self.volume is None else self.volume.observes(self.ref)
        if not self._relieves_time:
            return volumes
        relief = ObservesRelief(self.ref, self.notices, self.levels, self.denominator == "leaves")
        relief = relief._replace(treatment=_RELIEVES[self.treatment], hours=self.hours, windows=self.windows)
        return (relief._replace(quota=self.quota, announced=self.announced), *volumes)

    def settle(self, context: Context) -> Figure[Any]:
        """
        Return the treatment; what it changed is in the figures of the levels.

        Where it relieves whole windows, return whether it relieved any.
        """
        if not self._by_window:
            return given(self.title or "relief", self.treatment, self.cite)
        found: list[Figure[bool]] = []
        for level in self.levels:
            for window in context.windows_of(level):
                applies = derive("relieved", "any/1", *self._applies(context, window), cites=(self.cite,))
                put = context.excuses if self.treatment == "excuse" else context.waivers
                put.setdefault(window.name, []).append(applies)
                found.append(applies)
        return derive(self.title or "relief", "any/1", *found, cites=(self.cite,))

    def _applies(self, context: Context, window: Window) -> Iterator[Figure[bool]]:
        if self._relieves_time:
            time = context.time("time relieved in the window", f"{self.ref}.{window.name}.excusing")
            yield derive("time was relieved", "any time/1", time)
        if self.until is not None:
            days = given("starts", window.start.isoformat()), given("until", self.until.isoformat(), self.cite)
            yield derive("early life", "before day/1", *days)
        if self.first is not None:
            number = given("billing period of the term", context.number)
            yield derive("early life", "number at most/1", number, given("first", Fraction(self.first), self.cite))
        if self.volume is not None:
            yield self.volume.applies(context, self.ref)


@rule("any time/1")
def _any_time(time: timedelta) -> bool:
    """Return whether a time is longer than none."""
    return bool(time)


@rule("before day/1")
def _before_day(day: str, until: str) -> bool:
    """Return whether a day comes before another; both as ISO 8601."""
    return date.fromisoformat(day) < date.fromisoformat(until)


@rule("above share/1")
def _above_share(volume: Fraction, forecast: Fraction, share: Percent) -> bool:
    """Return whether a volume exceeds a share of its forecast; without a forecast it does not."""
    return forecast > 0 and volume > share.ratio * forecast
