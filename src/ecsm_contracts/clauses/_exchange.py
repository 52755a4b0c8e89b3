"""Amounts in another currency than the contract's, and the declared rate at which they are exchanged."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, NamedModel
from ecsm_contracts.clauses._bands import Bands
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import ObservesCharge, RateCharged, Scope
from ecsm_contracts.money import ExactAmount, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.clauses._context import Context

__all__ = ["Exchange", "check_exchanged", "written_in"]


class Exchange(Model):
    """
    The declared rate at which the amounts of a clause are exchanged into the contract's currency, before any limit.

        >>> Exchange(rate="usd-eur", at="end").rate
        'usd-eur'
    """

    rate: Ref
    """
    The name of a declared figure: how many units of the contract's currency one unit of the other is worth. It is a
    plain number above zero (``0.91``).
    """
    at: Literal["start", "end"]
    """Whether it is the rate of the first or of the last instant of the billing period."""

    def observes(self, ref: str) -> ObservesCharge:
        """Return the rate that is counted for the clause *ref*."""
        return ObservesCharge(_column(ref), Scope(), RateCharged(of=self.rate, at=self.at))

    def exchanged(self, amount: Figure[Any], context: Context, ref: str) -> Figure[Any]:
        """
        Return an *amount* of the clause *ref* in the contract's currency, exactly; nothing is worth nothing.

        Raises:
            InvalidValue: rule "rate_missing", when there is something to exchange and no rate is declared.
        """
        known, rate = self._rate(context, ref)
        if not known.value and not amount.value.is_zero:
            day = context.period.start if self.at == "start" else context.period.end
            instant = f"the first instant of {day}" if self.at == "start" else f"the last instant before {day}"
            message = (
                f"clause {ref} has {amount.value} to exchange, and there is no rate at the {self.at} of "
                f"{context.period.label}: declare the figure {self.rate!r}, a number above zero, for {instant}"
            )
            raise InvalidValue(message, rule="rate_missing", value=self.rate)
        currency = given("currency of the contract", context.currency)
        name, cite = f"{amount.name}, exchanged", f"clause {ref}"
        return derive(name, "exchanged/1", amount, known, rate, currency, cites=(cite,))

    def _rate(self, context: Context, ref: str) -> tuple[Figure[Any], ...]:
        """Return whether a rate is known, and the rate: of the period, also where a group is looked at by itself."""
        found = context.aspects.get((ref, "exchange"))
        if found is None:
            column = _column(ref)
            known = context.count(f"{self.rate} is declared", f"{column}.known")
            whole, rest = context.count("whole", f"{column}.whole"), context.count("billionths", f"{column}.billionths")
            found = known, derive(self.rate, "whole and billionths/1", whole, rest)
            context.aspects[ref, "exchange"] = found
        return found


def _column(ref: str) -> str:
    return f"{ref}.exchange"


def _amounts(*prices: object) -> Iterator[Money]:
    """Yield every amount in what *prices* are written as; percentages and numbers are none."""
    for price in prices:
        entries: Iterable[object] = (price,)
        if isinstance(price, Bands):
            entries = (band.is_ for band in price.bands)
        elif isinstance(price, NamedModel):
            entries = (*price.named.values(), getattr(price, "otherwise", None))
        yield from (each for each in entries if isinstance(each, Money))


def written_in(*prices: object) -> str | None:
    """Return the currency that *prices* are written in, of the first amount; None where there are only percentages."""
    return next((each.currency for each in _amounts(*prices)), None)


def check_exchanged(exchange: Exchange | None, *prices: object) -> None:
    """Refuse an *exchange* of *prices* that are not all amounts of one currency."""
    if exchange is None:
        return
    currencies = sorted({each.currency for each in _amounts(*prices)})
    if not currencies:
        raise PydanticCustomError(
            "exchange_unused", "there is no amount here to exchange: a percentage has no currency; leave exchange out"
        )
    if len(currencies) > 1:
        raise PydanticCustomError(
            "exchange_currencies",
            "one rate exchanges one currency, and these amounts are in {currencies}: write a clause for each",
            {"currencies": " and ".join(currencies)},
        )


@rule("exchanged/1")
def _exchanged(amount: Money | ExactAmount, known: int, rate: Fraction, currency: str) -> ExactAmount:
    """Return an amount in another currency, exactly, at a rate above zero; without a rate only nothing has a worth."""
    if not amount:
        return ExactAmount.zero(currency)
    if not known or rate <= 0:
        raise InvalidValue("a rate of exchange is known, and above zero", rule="rate_missing", value=rate)
    return ExactAmount(amount.ratio * rate, currency)
