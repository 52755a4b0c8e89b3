"""What credits and bonuses share: quantity × rate × basis, for levels, when a condition holds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Needs
from ecsm_contracts.calendars import Duration, parse_duration
from ecsm_contracts.clauses._clause import Clause, Recall
from ecsm_contracts.clauses._exchange import Exchange, check_exchanged, written_in
from ecsm_contracts.clauses._level import level_number
from ecsm_contracts.clauses._quantity import look_back, quantities_of, quantity_of, table_key
from ecsm_contracts.clauses._rate import Bands, FactorBy, NumberBy, Rate, RateBy
from ecsm_contracts.clauses._when import When, WhenEach
from ecsm_contracts.facts import ExactDecimal, Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import ObservesLate
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.clauses._context import Context
    from ecsm_contracts.measures import Observation

__all__ = ["PartName", "Per", "Priced"]

PartName = Literal["up", "down", "exact"]
Per = Literal["level", "ticket", "late_time", "shortfall", "down_time", "points"]
"""
What is counted: missed windows of a level, each late ticket, the time by which tickets are late, by how much the number
falls short, the time that the service was down, or points for each missed window.
"""


def _unit_tag(value: object) -> str:
    if isinstance(value, timedelta) or (isinstance(value, str) and value[-1:].isalpha()):
        return "time"
    return "share" if isinstance(value, Percent) or (isinstance(value, str) and value.endswith("%")) else "number"


Measured = Annotated[
    Annotated[Duration, Tag("time")] | Annotated[Percent, Tag("share")] | Annotated[ExactDecimal, Tag("number")],
    Discriminator(_unit_tag),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["1h", "1%", "0.1"]}),
]
"""A time (``1h``), a share (``1%``) or a number (``0.1``)."""


class Priced(Clause):
    """Quantity × rate × basis, for each level or for all together."""

    levels: Annotated[tuple[Annotated[Ref, Needs("level")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """The levels that it is given for; each is priced by itself, and the amounts are added, if `when` says no more."""
    when: WhenEach = "each"
    """
    ``each`` level by itself; ``any`` or ``all``: one price, as soon as any or only when all are missed (for a bonus:
    met); or a condition over the past.
    """
    per: Per
    """
    What is counted. With `per: ticket` each late ticket of `ticket_time`; of `attainment` where the level is missed.
    """
    unit: Measured | None = None
    """The unit of late time, down time or a shortfall, for example one hour or ``1%``."""
    part: PartName | None = None
    """
    What a begun unit counts: as one (`up`), not at all (`down`), or its part (`exact`). Late time is counted ticket by
    ticket; down time as the sum of the window, not outage by outage.
    """
    free: Measured | None = None
    """
    What is free of charge: a time (``1h``) or a share (``0.01%``) of the service time off the down time, or a number
    (``2``) or a share (``10%``) of all tickets that were judged off the late ones.
    """
    points: NumberBy | ExactDecimal | None = None
    """The points for a missed window: a number, or a table by severity; for `per: points`."""
    times: FactorBy | None = None
    """A factor by run, occurrence or severity, for example for repeated failures; none by default."""
    most: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] | None = None
    """The greatest quantity that is priced; no such bound by default."""
    price: Literal["each", "together"] = "each"
    """Whether each level's quantity is priced by itself, or the sum of all; each by default."""
    rate: Rate
    """
    What one of them is worth. Bands are over the level's number for `per: level`, over the quantity otherwise, or where
    quantities are priced together.
    """
    of: Annotated[Ref, Needs("amount")] | None = None
    """The charge or basis that a percentage is of."""
    exchange: Exchange | None = None
    """At which declared rate amounts in another currency become the contract's; absent: there are none."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        return {
            key: value
            for key, value in handler(self).items()
            if not isinstance(value, str) or (key, value) not in {("when", "each"), ("price", "each")}
        }

    @field_validator("unit", mode="before")
    @classmethod
    def _unit_of_time(cls, value: object, info: ValidationInfo) -> object:
        """Refuse a bare number where a time is needed as any duration without a unit is refused."""
        if info.data.get("per") in {"late_time", "down_time"} and isinstance(value, (int, float, str)):
            return value if _unit_tag(value) == "share" else parse_duration(str(value))
        return value

    @property
    def _percentage(self) -> bool:
        priced = self.rate.priced if isinstance(self.rate, (Bands, RateBy)) else self.rate
        return isinstance(priced, Percent)

    @model_validator(mode="after")
    def _dimensions(self) -> Self:
        if self._percentage and self.of is None:
            raise PydanticCustomError("rate_without_basis", "a percentage needs a charge that it is of: add of")
        if not self._percentage and self.of is not None:
            raise PydanticCustomError("rate_with_basis", "an amount is not a share of anything; leave 'of' out")
        check_exchanged(self.exchange, self.rate)
        return self

    @model_validator(mode="after")
    def _units(self) -> Self:
        if self.per == "late_time" and (not isinstance(self.unit, timedelta) or not self.unit or self.part is None):
            raise PydanticCustomError(
                "late_time_unit", "late_time needs a unit above zero and a part: up, down or exact"
            )
        if self.per == "down_time" and (not isinstance(self.unit, timedelta) or not self.unit or self.part is None):
            raise PydanticCustomError(
                "down_time_unit", "down_time needs a unit above zero, such as 30min, and a part: up, down or exact"
            )
        if self.per == "shortfall" and (not self.unit or self.part is None):
            raise PydanticCustomError(
                "shortfall_unit", "a shortfall needs a unit above zero, such as 1%, and a part: up, down or exact"
            )
        if self.per not in {"late_time", "down_time", "shortfall"} and (self.unit is not None or self.part is not None):
            raise PydanticCustomError("unit_unused", "unit and part belong to per: late_time; leave them out")
        return self

    @model_validator(mode="after")
    def _quantities(self) -> Self:
        if (self.per == "points") != (self.points is not None):
            raise PydanticCustomError("points_unused", "points and per: points belong together")
        if isinstance(self.points, Decimal) and self.points < 0:
            raise PydanticCustomError("factor_negative", "a factor or a number of points is zero or more")
        if self.free is not None and self.per not in {"ticket", "down_time"}:
            raise PydanticCustomError("free_unused", "free belongs to per: ticket and per: down_time; leave it out")
        wrong = (timedelta,) if self.per == "ticket" else (Decimal,)
        if isinstance(self.free, wrong):
            raise PydanticCustomError("free_unit", 'free tickets are a number or a share, free down time a time: "1h"')
        if self.when in {"any", "all"} and (self.per != "level" or isinstance(self.rate, (Bands, RateBy))):
            raise PydanticCustomError("when_flat", "one price for several levels is a single rate, per: level")
        return self

    def observes(self) -> tuple[Observation, ...]:
        """Return the late units of each level, where they are what is counted, and the rate of exchange."""
        rate = () if self.exchange is None else (self.exchange.observes(self.ref),)
        if self.per != "late_time" or not isinstance(self.unit, timedelta) or self.part is None:
            return rate
        late = (ObservesLate(self.ref, self.late_column(level), level, self.unit, self.part) for level in self.levels)
        return (*late, *rate)

    def late_column(self, level: str) -> str:
        """Return the column in which the late units of *level* are counted."""
        return f"{self.ref}.late.{level}"

    @property
    def rewards(self) -> bool:
        """Whether it is given for levels that were met, and not for those that were missed."""
        return False

    def _tables(self) -> Iterator[RateBy | FactorBy]:
        for table in (self.rate, self.times, self.points):
            if isinstance(table, (RateBy, FactorBy)):
                yield table

    def recalls(self) -> tuple[Recall, ...]:
        """Return the states of levels that conditions and tables look back at."""
        own = self.when.recalls(self.ref, self.levels) if isinstance(self.when, When) else ()
        back = max((look_back(table) for table in self._tables()), default=0)
        return (*own, *(Recall(level, "state", back) for level in self.levels if back))

    def settle(self, context: Context) -> Figure[Any]:
        """Return the exact amount, not negative, before any limit."""
        name = self.title or ("bonus" if self.rewards else "credit")
        if self.when in {"any", "all"}:
            outcomes = [self._costing(level, context) for level in self.levels]
            word = given("which", self.when, self.cite), given("outcome that counts", self._counts, self.cite)
            together = derive("levels together", "together/1", *word, *outcomes)
            context.aspects[self.ref, "quantity"] = (together,)
            return self._sum(name, [derive("price for all", "times/1", together, self._flat(context))], context)
        quantities = {level: self._quantity(level, context) for level in self.levels}
        if self.price == "together":
            whole = derive("quantity of all", "add/1", *quantities.values())
            context.aspects[self.ref, "quantity"] = (whole,)
            return self._sum(name, [self._over(self._bounded(whole), context)], context)
        priced = [self._credit_for(level, quantity, context) for level, quantity in quantities.items()]
        context.aspects[self.ref, "quantity"] = (derive("quantity of all", "add/1", *quantities.values()),)
        return self._sum(name, priced, context)

    def _sum(self, name: str, parts: list[Figure[Any]], context: Context) -> Figure[Any]:
        """Return the sum of *parts*, in the contract's currency."""
        if self.exchange is not None:
            parts = [self.exchange.exchanged(each, context, self.ref) for each in parts]
        return derive(name, "sum/1", *parts, cites=(self.cite,))

    def _zero(self, context: Context) -> Money:
        """Return nothing, in the currency that the rate is written in."""
        return Money.zero(context.currency if self.exchange is None else written_in(self.rate) or context.currency)

    def is_linear(self) -> bool:
        """Say whether it is a flat price for a quantity that adds up item by item, so that groups can be priced."""
        flat = not isinstance(self.rate, (Bands, RateBy)) and self.when == "each"
        plain = (self.times is None or self.times.by == "level") and self.most is None and self.free is None
        return flat and plain and self.per in {"ticket", "late_time", "down_time"}

    def settle_group(self, context: Context) -> Figure[Any]:
        """Return the exact amount of one group of items; begun units of down time count within the group."""
        priced = [self._credit_for(level, self._quantity(level, context), context) for level in self.levels]
        return self._sum(self.title or "credit", priced, context)

    def _costing(self, level: str, context: Context) -> Figure[Any]:
        """Return the outcome of *level*, without the misses whose credits are waived."""
        freed = [context.waivers.get(window.name, ()) for window in context.windows_of(level)]
        if self.rewards or not any(freed):
            return context.figure(level)
        found = zip(context.aspects[level, "outcome"], freed, strict=True)
        outcomes = [derive("outcome that costs", "waived/1", outcome, *reasons) for outcome, reasons in found]
        return outcomes[0] if len(outcomes) == 1 else derive("outcome that costs", "outcome of windows/1", *outcomes)

    @property
    def _counts(self) -> str:
        return "met" if self.rewards else "missed"

    def _fires(self, context: Context) -> Mapping[str, tuple[Figure[bool], ...]] | None:
        return self.when.fires(context, self.ref, self.levels) if isinstance(self.when, When) else None

    def _quantity(self, level: str, context: Context) -> Figure[Any]:
        return quantity_of(self, level, context, self._fires(context))

    def _bounded(self, quantity: Figure[Any]) -> Figure[Any]:
        if self.most is None:
            return quantity
        return derive("at most so many", "at most so many/1", quantity, given("most", self.most, self.cite))

    def _credit_for(self, level: str, quantity: Figure[Any], context: Context) -> Figure[Any]:
        bounded, name = self._bounded(quantity), f"{'bonus' if self.rewards else 'credit'} for {level}"
        if isinstance(self.rate, Bands) and self.per != "level":
            return self._over(bounded, context, name)
        if isinstance(self.rate, (Bands, RateBy)) and len(context.windows_of(level)) != 1:
            return self._by_window(level, name, context)
        return derive(name, "times/1", bounded, self._price(level, context))

    def _by_window(self, level: str, name: str, context: Context) -> Figure[Any]:
        """Return the amount for a *level* of which several windows end in the period, or none: each at its own rate."""
        quantities = quantities_of(self, level, context, self._fires(context))
        windows = context.windows_of(level) if quantities else ()
        priced = [
            derive(f"{name} ({window.start})", "times/1", quantity, self._price(level, context, position))
            for position, (window, quantity) in enumerate(zip(windows, quantities, strict=True))
        ]
        nothing = given("no window", self._zero(context), self.cite)
        return derive(name, "sum/1", *priced) if priced else derive(name, "exact/1", nothing)

    def _over(self, quantity: Figure[Any], context: Context, name: str = "price of all") -> Figure[Any]:
        """Return the price of a *quantity* that no level's number chooses the band of."""
        if not isinstance(self.rate, Bands):
            return derive(name, "times/1", quantity, self._flat(context))
        if self.rate.how == "whole":
            rate = self.rate.rate(quantity, self.cite)
            price = derive("price", "exact/1", rate) if self.of is None else self._share("price", rate, context)
            return derive(name, "price of some/1", quantity, price)
        parts = self.rate.marginal(quantity, self.cite)
        return parts if self.of is None else derive(name, "times/1", parts, context.figure(self.of))

    def _flat(self, context: Context) -> Figure[Any]:
        rate = given("rate", self.rate, self.cite)
        return rate if self.of is None else self._share("price", rate, context)

    def _share(self, name: str, rate: Figure[Any], context: Context) -> Figure[Any]:
        return derive(name, "share of/1", rate, context.figure(str(self.of)))

    def _price(self, level: str, context: Context, position: int = -1) -> Figure[Any]:
        if isinstance(self.rate, Bands):
            number = level_number(context.aspects.get((level, "outcome"), (context.figure(level),))[position])
            if number is None:
                return given("nothing to price", self._zero(context), self.cite)
            rate = self.rate.rate(number, self.cite)
        elif isinstance(self.rate, RateBy):
            rate = self.rate.row(table_key(self.rate, level, context, position), self.cite)
        else:
            return self._flat(context)
        return rate if self.of is None else self._share("price", rate, context)

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return what was given after all limits, the quantity, and where the condition held."""
        found: dict[str, tuple[Figure[Any], ...]] = {"given": (context.flow.given(self.ref),)}
        if quantity := context.aspects.get((self.ref, "quantity")):
            found["quantity"] = quantity
        if isinstance(self.when, When) and self.when.consumes:
            fires = self.when.fires(context, self.ref, self.levels)
            found |= {"fired" if self.when.pooled else f"fired {level}": each for level, each in fires.items()}
        return found


@rule("price of some/1")
def _price_of_some(quantity: int | Fraction, price: ExactAmount) -> ExactAmount:
    """Return the price of a quantity as a whole; nothing costs nothing."""
    return price if quantity else ExactAmount.zero(price.currency)


@rule("waived/1")
def _waived(outcome: str, *reasons: bool) -> str:
    """Return ``waived`` for a miss whose credits are waived; any other outcome stays."""
    return "waived" if outcome == "missed" and any(reasons) else outcome
