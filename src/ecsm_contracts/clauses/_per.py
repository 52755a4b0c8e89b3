"""What a charge counts: units, tickets, work, or amounts billed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.calendars import Duration, duration_micros
from ecsm_contracts.clauses._tariff import RateByRole, WeightByRole
from ecsm_contracts.facts import ExactDecimal, Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import (
    LIMB,
    BilledCharged,
    Counted,
    ObservesCharge,
    Rounded,
    Scope,
    TicketsCharged,
    VolumeCharged,
    WorkCharged,
    in_increments,
)
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses._context import Context

__all__ = ["Per", "PerBilled", "PerTicket", "PerUnit", "PerWork"]

_SCOPE = Scope()


class _Per(Model):
    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        fields = type(self).model_fields
        said = handler(self)
        return {
            key: value
            for key, value in said.items()
            if value is not None and (fields[key].is_required() or getattr(self, key) != fields[key].default)
        }


class PerUnit(_Per):
    """
    So many units, as volumes tell: users, devices, gigabytes.

    Volumes that overlap add up, and where there is none there are no units.

        >>> PerUnit.model_validate({"unit": "users", "counted": "peak", "round": "exact"}).counted
        'peak'
    """

    unit: Ref
    """The unit, by the name that the volumes have for it."""
    counted: Counted
    """
    How they are counted in a period: ``peak``, the most at any instant; ``average``, the mean over its time;
    ``at_start`` or ``at_end``, how many at its first or its last instant; ``sum``, all volumes that begin in it.
    """
    round: Literal["up", "down", "exact"]
    """Whether a part of a unit counts as one, not at all, or as the part that it is."""
    service: Annotated[Ref, Needs("service")] | None = None
    """Only volumes of this service."""
    customer: Ref | None = None
    """Only volumes of this customer."""

    def observes(self, ref: str) -> ObservesCharge:
        """Return what is counted for the clause *ref*."""
        measure = VolumeCharged(of=self.unit, counted=self.counted, service=self.service, customer=self.customer)
        return ObservesCharge(ref, _SCOPE, measure)

    def quantity(self, context: Context, ref: str, cite: str) -> Figure[Any]:
        """Return how many units there were."""
        if self.counted == "average":
            limbs = (context.count(f"{self.unit} · time", f"{ref}.{name}") for name in ("high", "middle", "low"))
            length = given("length of the period", timedelta(microseconds=context.bucket_counts[ref][0]), "period")
            number = derive(f"{self.unit} on average", "mean over time/1", *limbs, length)
        else:
            parts = (context.count(f"{self.unit}, {name}", f"{ref}.{name}") for name in ("whole", "billionths"))
            number = derive(self.unit, "whole and billionths/1", *parts)
        if self.round == "exact":
            return number
        return derive(f"{self.unit} charged", "whole number/1", number, given("round", self.round, cite))


class PerTicket(_Per):
    """
    So many tickets, each once: in the period of its first opening, resolution or closing.

        >>> PerTicket.model_validate({"tickets": "resolved", "scope": {"service": "desk"}}).tickets
        'resolved'
    """

    tickets: Literal["opened", "resolved", "closed"]
    """Which event makes a ticket count, the first time that it has it; one that was cancelled or merged does not."""
    scope: Scope = _SCOPE
    """Which tickets; all of them by default."""

    def observes(self, ref: str) -> ObservesCharge:
        """Return what is counted for the clause *ref*."""
        return ObservesCharge(ref, self.scope, TicketsCharged(of=self.tickets))

    def quantity(self, context: Context, ref: str, cite: str) -> Figure[Any]:  # noqa: ARG002 - there is no term in it
        """Return how many tickets there were."""
        return derive("tickets charged", "add/1", context.count(f"tickets {self.tickets}", f"{ref}.tickets"))


class PerWork(_Per):
    """
    The time of work, in units of time.

        >>> PerWork.model_validate({"work": "billable", "unit": "1h", "increment": "15min", "part": "up",
        ...     "rounded": "each_work"}).increment
        datetime.timedelta(seconds=900)
    """

    work: Literal["billable", "all"]
    """Whether only work counts that is marked as billable, or all of it."""
    unit: Duration
    """The time that the rate is for, for example ``1h``."""
    roles: Annotated[tuple[Ref, ...], AfterValidator(each_once)] = ()
    """Only the work of these roles; of all roles by default."""
    increment: Duration | None = None
    """In which steps time is counted, for example ``15min``; exactly by default."""
    part: Literal["up", "down"] | None = None
    """Whether a begun increment counts whole or not at all; goes with `increment`."""
    rounded: Rounded | None = None
    """
    What is rounded, and has the least time: ``each_work`` record; the work of one role on ``each_ticket``, over all
    periods; or all of one role in the ``period``. Goes with `increment` and `at_least`.
    """
    at_least: Duration | None = None
    """The least time that is counted for each record, or for each ticket and role, that has any."""
    hours: Annotated[Ref, Needs("calendar")] | None = None
    """The calendar outside of whose hours work counts differently."""
    outside: ExactDecimal | None = None
    """How much time outside of these hours counts, for example ``"2"`` for twice; goes with `hours`."""
    weights: WeightByRole | None = None
    """How much time of each role counts; once by default."""
    together: Literal["greatest", "product"] | None = None
    """Outside of the hours of a role with a weight: the greater of both factors, or their product."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.unit or (self.increment is not None and not self.increment):
            raise PydanticCustomError("work_unit", "a unit or an increment of time is above zero: 1h, 15min")
        if (self.increment is None) != (self.part is None):
            raise PydanticCustomError("work_increment", "increment and part (up or down) go together")
        if (self.increment is None and self.at_least is None) != (self.rounded is None):
            raise PydanticCustomError("work_rounded", "say what is rounded: each_work, each_ticket or period")
        if self.at_least is not None and self.rounded == "period":
            raise PydanticCustomError("work_rounded", "at_least is for each_work or each_ticket; for a period: minimum")
        if (self.hours is None) != (self.outside is None) or (self.outside is not None and self.outside < 0):
            raise PydanticCustomError("work_hours", 'hours and outside, a factor, go together: {outside: "2"}')
        if (self.hours is not None and self.weights is not None) != (self.together is not None):
            raise PydanticCustomError("work_together", "with hours and weights say how both work: greatest or product")
        return self

    def observes(self, ref: str, rate: object = None) -> ObservesCharge:
        """Return what is counted for the clause *ref*; roles that have a *rate* or a weight are counted apart."""
        measure = WorkCharged(
            takes_part=self.work,
            roles=self.roles,
            rows_of=self.apart(rate),
            hours=self.hours,
            increment=self.increment,
            part=self.part or "up",
            rounded=self.rounded or "period",
            at_least=self.at_least,
        )
        return ObservesCharge(ref, _SCOPE, measure)

    def apart(self, rate: object) -> tuple[str, ...]:
        """Return the roles that are counted apart, sorted."""
        tables = [table.named for table in (rate, self.weights) if isinstance(table, (RateByRole, WeightByRole))]
        return tuple(sorted({role for table in tables for role in table}))

    def quantity(self, context: Context, ref: str, cite: str, rate: object = None) -> Figure[Any]:
        """Return the units of all roles."""
        return derive("units of work", "add/1", *(units for _, units in self.units(context, ref, cite, rate)))

    def units(self, context: Context, ref: str, cite: str, rate: object) -> Iterator[tuple[str, Figure[Any]]]:
        """Yield for each role that is counted apart, and for all others, the units of its work."""
        for role in (*self.apart(rate), "otherwise"):
            yield role, self._units(context, ref, cite, role)

    def _units(self, context: Context, ref: str, cite: str, role: str) -> Figure[Any]:
        unit = given("unit", self.unit, cite)
        weight = None if self.weights is None else given("weight", Fraction(self.weights.row(role)), cite)
        if self.hours is None:
            time = self._time(context, f"work, {role}", f"{ref}.time.{role}", cite)
            once = given("weight", Fraction(1), cite) if weight is None else weight
            return derive(f"units of {role}", "weighted units/1", unit, time, once)
        inside = self._time(context, f"work in hours, {role}", f"{ref}.inside.{role}", cite)
        outside = self._time(context, f"work out of hours, {role}", f"{ref}.outside.{role}", cite)
        out = factor = given("outside", Fraction(self.outside or 0), cite)
        once = given("weight", Fraction(1), cite) if weight is None else weight
        if weight is not None:
            rule_name = "greatest number/1" if self.together == "greatest" else "product/1"
            out = derive("weight out of hours", rule_name, weight, factor)
        return derive(f"units of {role}", "weighted units/1", unit, inside, once, outside, out)

    def _time(self, context: Context, name: str, column: str, cite: str) -> Figure[Any]:
        time = context.time(name, column)
        if self.increment is None or self.rounded != "period":
            return time
        terms = given("increment", self.increment, cite), given("part", self.part, cite)
        return derive(f"{name}, in increments", "in increments/1", time, *terms)


class PerBilled(_Per):
    """
    Amounts that were billed elsewhere, as they are, or at a percentage.

        >>> PerBilled.model_validate({"billed": "licences"}).billed
        'licences'
    """

    billed: Ref
    """The name that the facts have for such amounts."""

    def observes(self, ref: str) -> ObservesCharge:
        """Return what is counted for the clause *ref*."""
        return ObservesCharge(ref, _SCOPE, BilledCharged(of=self.billed))

    def quantity(self, context: Context, ref: str, cite: str) -> Figure[Any]:  # noqa: ARG002 - there is no term in it
        """Return the sum of the amounts."""
        minor = context.count(f"{self.billed} billed elsewhere, in minor units", f"{ref}.minor")
        return derive(self.billed, "minor units/1", minor, given("currency", context.currency))


_BY_KEY = {"work": "work", "tickets": "tickets", "billed": "billed"}
_BY_CLASS: dict[type, str] = {PerWork: "work", PerTicket: "tickets", PerBilled: "billed", PerUnit: "unit"}


def _per_tag(value: object) -> str:
    if isinstance(value, Mapping):
        return next((key for key in _BY_KEY if key in value), "unit")
    return _BY_CLASS.get(type(value), "unit")


Per = Annotated[
    Annotated[PerUnit, Tag("unit")]
    | Annotated[PerTicket, Tag("tickets")]
    | Annotated[PerWork, Tag("work")]
    | Annotated[PerBilled, Tag("billed")],
    Discriminator(_per_tag),
]
"""What is counted: by ``unit``, ``tickets``, ``work`` or ``billed``, whichever of these it names."""


@rule("mean over time/1")
def _mean_over_time(high: int, middle: int, low: int, length: timedelta) -> Fraction:
    """Return billionths of units times microseconds, that are counted in three limbs, over a length of time."""
    whole = (high * LIMB + middle) * LIMB + low
    return Fraction(whole, duration_micros(length) * 10**9)


@rule("whole number/1")
def _whole_number(number: Fraction, part: str) -> Fraction:
    """Return the number rounded ``up`` or ``down`` to a whole one."""
    whole = number.numerator // number.denominator
    return Fraction(whole + 1 if part == "up" and whole != number else whole)


@rule("weighted units/1")
def _weighted_units(unit: timedelta, *terms: timedelta | Fraction) -> Fraction:
    """Return times by their weights, in units. Time, weight, …."""
    times = (duration_micros(time) for time in terms[::2] if isinstance(time, timedelta))
    weights = (weight for weight in terms[1::2] if isinstance(weight, Fraction))
    whole = sum((time * weight for time, weight in zip(times, weights, strict=True)), start=Fraction(0))
    return whole / duration_micros(unit)


@rule("in increments/1")
def _in_increments(time: timedelta, increment: timedelta, part: str) -> timedelta:
    """Return a time in whole increments, a begun one whole (``up``) or not at all (``down``)."""
    return timedelta(microseconds=in_increments(duration_micros(time), duration_micros(increment), part))


@rule("greatest number/1")
def _greatest_number(first: Fraction, *others: Fraction) -> Fraction:
    """Return the greatest of numbers."""
    return max(first, *others) if others else first


@rule("minor units/1")
def _minor_units(minor: int, currency: str) -> Money:
    """Return so many minor units of a currency."""
    return Money.from_minor(minor, currency)
