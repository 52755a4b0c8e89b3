"""What is owed for the service itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Tag, field_validator, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import CycleName, DateText
from ecsm_contracts.clauses._balance import Balance, Rollover, drawn_from
from ecsm_contracts.clauses._bands import Bands, in_band
from ecsm_contracts.clauses._clause import Clause, Recall, Yields
from ecsm_contracts.clauses._due import due_in, fixed_part
from ecsm_contracts.clauses._exchange import Exchange, check_exchanged
from ecsm_contracts.clauses._per import Per, PerBilled, PerWork
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.clauses._tariff import AmountOf, ByDate, ChargeRate, Index, RateByRole
from ecsm_contracts.facts import ExactDecimal
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import IndexCharged, ObservesCharge, Scope
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.clauses._context import Context
    from ecsm_contracts.measures import Observation

__all__ = ["Charge"]


def _least_tag(value: object) -> str:
    return "amount" if isinstance(value, Money) or (isinstance(value, str) and value[:1].isalpha()) else "number"


Least = Annotated[
    Annotated[Money, Tag("amount")] | Annotated[ExactDecimal, Tag("number")],
    Discriminator(_least_tag),
]
"""An amount (``EUR 500.00``) or a number (``50``)."""


@register_clause
class Charge(Clause):
    """
    What is owed for the service: a fixed amount, or so much for each of what is counted, or both.

    Exact until its line is rounded. What is reckoned from a charge is reckoned from the exact amount.
    """

    yields: ClassVar[Yields] = "charge"

    kind: Literal["charge"]
    amount: AmountOf | None = None
    """
    What is owed as a whole: an amount, in whole minor units and not negative; amounts by date; or an amount by bands
    for all of what `per` counts.
    """
    every: CycleName | None = None
    """
    How often `amount` is owed: once for each billing period, or for a quarter or a year of the contract. Goes with
    `amount`, unless that is owed `on` a day or by bands.
    """
    billed: Literal["advance", "arrears", "spread"] | None = None
    """
    Of an amount for more than one billing period: whether it is owed in the first of these (`advance`), in the last
    (`arrears`), or a part in each (`spread`), split to the cent. Of an amount for one billing period it says only when
    it is invoiced, and changes nothing.
    """
    on: DateText | None = None
    """The day on which `amount` is owed once; it is in the period that holds this day."""
    per: Per | None = None
    """What is counted, where it is not a fixed amount alone."""
    rate: ChargeRate | None = None
    """
    What one costs of what `per` counts beyond what is `included`: an amount, by date, by role (of work), or in bands
    over the quantity; of what is billed elsewhere a percentage of it, all of it by default.
    """
    included: ExactDecimal | None = None
    """How many cost nothing more; each time that `amount` is owed, or in each period where there is none."""
    rollover: Rollover | None = None
    """
    For how long what is included and was not used can be used after the time that it is for: ``{periods: 3}``, or until
    the end of the ``term``. By default it lapses with its time. What is oldest is used first.
    """
    minimum: Least | None = None
    """The least that is owed in a period (an amount), or the least quantity that is priced (a number)."""
    index: Index | None = None
    """How `amount` and `rate` follow a declared figure; not at all by default."""
    exchange: Exchange | None = None
    """At which declared rate amounts in another currency become the contract's; absent: there are none."""

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @field_validator("amount")
    @classmethod
    def _payable(cls, amount: Money | ByDate | Bands | None) -> Money | ByDate | Bands | None:
        for each in _amounts(amount):
            if each.ratio < 0:
                raise PydanticCustomError(
                    "amount_negative", "a charge is not negative; write what is owed to the provider"
                )
            if isinstance(each, Money) and each != each.exact.round("down"):
                raise PydanticCustomError("amount_scale", "a charge is owed in whole minor units of its currency")
        return amount

    @field_validator("rate", "minimum")
    @classmethod
    def _not_negative(cls, value: Any) -> Any:
        if any(each.ratio < 0 if not isinstance(each, Decimal) else each < 0 for each in _amounts(value)):
            raise PydanticCustomError("amount_negative", "a charge is not negative; write what is owed to the provider")
        return value

    @model_validator(mode="after")
    def _fixed(self) -> Self:
        if self.amount is None and self.per is None:
            raise PydanticCustomError("charge_empty", "say an amount, or per what it is owed and at which rate")
        bands = isinstance(self.amount, Bands)
        if bands and (self.per is None or self.rate is not None or isinstance(self.per, PerBilled)):
            raise PydanticCustomError(
                "charge_bands", "an amount by bands is for a quantity: it needs per, and no rate beside it"
            )
        if self.on is not None and (self.amount is None or bands or self.every is not None):
            raise PydanticCustomError(
                "charge_on", "on is the day of an amount that is owed once; leave out on, or every"
            )
        if self.amount is not None and not bands and self.on is None and self.every is None:
            raise PydanticCustomError("missing_field", "every is missing; it is month or quarter or year or four_weeks")
        if self.billed is not None and (self.every is None or self.amount is None or bands):
            raise PydanticCustomError("billed_unused", "billed goes with an amount and every; leave it out")
        return self

    @model_validator(mode="after")
    def _counted(self) -> Self:
        rate, bands = self.rate, isinstance(self.amount, Bands)
        if self.per is None and (rate, self.included, self.rollover) != (None, None, None):
            raise PydanticCustomError("per_missing", "say what the rate is for: per: {unit: users, …}, or leave it out")
        of_billed = isinstance(self.per, PerBilled)
        if self.per is not None and rate is None and not of_billed and not bands:
            raise PydanticCustomError("rate_missing", "say what one of them costs: rate")
        priced = rate.priced if isinstance(rate, Bands) else rate
        if rate is not None and isinstance(priced, Percent) != of_billed:
            raise PydanticCustomError(
                "charge_rate", "a rate is an amount; only of what is billed elsewhere it is a percentage"
            )
        if of_billed and isinstance(rate, Bands):
            raise PydanticCustomError(
                "charge_rate", "a rate is an amount; only of what is billed elsewhere it is a percentage"
            )
        if isinstance(rate, RateByRole) and not isinstance(self.per, PerWork):
            raise PydanticCustomError("rate_by_role", "rates by role are for work: per: {work: billable, unit: 1h}")
        return self

    @model_validator(mode="after")
    def _allowance(self) -> Self:
        if self.included is not None:
            if self.included < 0 or isinstance(self.per, PerBilled) or isinstance(self.rate, RateByRole):
                raise PydanticCustomError("charge_included", "included is a number of what has one rate, zero or more")
            if self.billed in {"arrears", "spread"}:
                raise PydanticCustomError(
                    "charge_included", "what is included is there from the first day: billed: advance"
                )
        if self.rollover is not None and self.included is None:
            raise PydanticCustomError("rollover_unused", "rollover says what becomes of what is included; add included")
        if isinstance(self.minimum, Decimal) and (self.per is None or isinstance(self.per, PerBilled)):
            raise PydanticCustomError(
                "minimum_unused", "a least quantity needs what is counted; write an amount: EUR 500.00"
            )
        if isinstance(self.minimum, Decimal) and isinstance(self.rate, RateByRole):
            raise PydanticCustomError("minimum_unused", "a least quantity needs one rate; write an amount: EUR 500.00")
        return self

    @model_validator(mode="after")
    def _band_edges(self) -> Self:
        for bands in (self.amount, self.rate):
            if not isinstance(bands, Bands):
                continue
            if not isinstance(bands.priced, Money) or not isinstance(bands.bands[0].edge, Decimal):
                raise PydanticCustomError(
                    "bands_units", 'the bands of a charge are amounts, edged by quantities: below: "20"'
                )
            if bands is self.amount and bands.how == "marginal":
                raise PydanticCustomError(
                    "bands_marginal", "an amount for all of it has no parts: write the bands as a rate"
                )
        return self

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        if self.exchange is not None and isinstance(self.per, PerBilled):
            raise PydanticCustomError(
                "exchange_unused", "what is billed elsewhere is in the contract's currency; write two charges"
            )
        check_exchanged(self.exchange, self.amount, self.rate, self.minimum)
        return self

    @property
    def _index_ref(self) -> str:
        return f"{self.ref}.index"

    def observes(self) -> tuple[Observation, ...]:
        """Return what is counted, and the figure that prices follow."""
        counted: list[Observation] = []
        if isinstance(self.per, PerWork):
            counted.append(self.per.observes(self.ref, self.rate))
        elif self.per is not None:
            counted.append(self.per.observes(self.ref))
        if self.index is not None:
            counted.append(ObservesCharge(self._index_ref, Scope(), IndexCharged(of=self.index.figure)))
        if self.exchange is not None:
            counted.append(self.exchange.observes(self.ref))
        return tuple(counted)

    @property
    def _balance(self) -> Balance | None:
        """What is included where it lasts longer than one period."""
        if self.included is None:
            return None
        return Balance(self.ref, self.included, self.every, self.on, self.rollover)

    def recalls(self) -> tuple[Recall, ...]:
        """Return the balance at the end of the period before, and what was included in those before."""
        return () if self._balance is None else self._balance.recalls()

    def settle(self, context: Context) -> Figure[Any]:
        """Return the amount: as it is written where it is fixed, exact otherwise, and in the contract's currency."""
        whole = self._whole(context)
        return whole if self.exchange is None else self.exchange.exchanged(whole, context, self.ref)

    def _whole(self, context: Context) -> Figure[Any]:
        name = self.title or "charge"
        parts = [*self._fixed_parts(context, name), *self._counted_parts(context)]
        if len(parts) == 1 and self.minimum is None and self.per is None:
            return parts[0]
        if isinstance(self.minimum, Money):
            whole = derive("before the minimum", "amounts together/1", *parts)
            return derive(name, "not less/1", whole, given("minimum", self.minimum, self.cite), cites=(self.cite,))
        return derive(name, "amounts together/1", *parts, cites=(self.cite,))

    def _fixed_parts(self, context: Context, name: str) -> Iterator[Figure[Any]]:
        if self.amount is None or isinstance(self.amount, Bands):
            return
        if isinstance(self.amount, ByDate):
            whole = self.amount.in_force(context, self.cite)
        else:
            whole = given(name, self.amount, self.cite)
        yield self._indexed(fixed_part(whole, due_in(context, self.every, self.on), self.billed, self.cite), context)

    def _indexed(self, amount: Figure[Any], context: Context) -> Figure[Any]:
        if self.index is None:
            return amount
        factor = self.index.factor(context, self._index_ref, self.cite)
        return derive(f"{amount.name}, indexed", "times/1", factor, amount, cites=(self.cite,))

    def _counted_parts(self, context: Context) -> Iterator[Figure[Any]]:
        per, rate = self.per, self.rate
        if per is None:
            return
        if isinstance(per, PerWork) and isinstance(rate, RateByRole):
            for role, units in per.units(context, self.ref, self.cite, rate):
                price = given(f"rate of {role}", rate.row(role), self.cite)
                yield self._indexed(derive(f"work of {role}", "times/1", units, price), context)
            return
        quantity = per.quantity(context, self.ref, self.cite)
        if isinstance(per, PerBilled):
            share = None if rate is None else given("rate", rate, self.cite)
            yield quantity if share is None else derive("charged of it", "share of/1", share, quantity)
            return
        yield self._indexed(self._price(self._beyond(quantity, context), context), context)

    def _beyond(self, quantity: Figure[Any], context: Context) -> Figure[Any]:
        """Return what of a *quantity* is priced: not less than the minimum, and beyond what is included."""
        if isinstance(self.minimum, Decimal):
            least = given("minimum", Fraction(self.minimum), self.cite)
            quantity = derive("quantity that counts", "greatest number/1", quantity, least)
        if self._balance is None:
            return quantity
        return drawn_from(self._balance, quantity, context, self.cite)

    def _price(self, quantity: Figure[Any], context: Context) -> Figure[Any]:
        rate = self.rate
        if isinstance(self.amount, Bands):
            return in_band("amount", quantity, [(band, band.is_) for band in self.amount.bands], self.cite)
        if isinstance(rate, Bands) and rate.how == "marginal":
            return rate.marginal(quantity, self.cite)
        if isinstance(rate, Bands):
            return derive("price of all", "times/1", quantity, rate.rate(quantity, self.cite))
        each = rate.in_force(context, self.cite) if isinstance(rate, ByDate) else given("rate", rate, self.cite)
        return derive("price of all", "times/1", quantity, each)

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return the amount, and of what is included what was granted and what is left."""
        found: dict[str, tuple[Figure[Any], ...]] = {"amount": (context.settled[self.ref],)}
        for name in ("granted", "left"):
            if figures := context.aspects.get((self.ref, name)):
                found[name] = figures
        return found


def _amounts(value: object) -> Iterator[Any]:
    """Yield every amount, percentage or number in what a price is written as."""
    match value:
        case None:
            return
        case ByDate():
            yield from value.named.values()
        case RateByRole():
            yield from (*value.named.values(), value.otherwise)
        case Bands():
            yield from (band.is_ for band in value.bands)
        case _:
            yield value


@rule("not less/1")
def _not_less(amount: ExactAmount, minimum: Money) -> ExactAmount:
    """Return an amount, or the minimum where that is more."""
    return max(amount, minimum.exact)
