"""A named amount to reckon from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.clauses._clause import Clause, Recall, Yields
from ecsm_contracts.clauses._limit import Rolling, back_of, past_of
from ecsm_contracts.clauses._per import Per, PerBilled
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecsm_contracts.clauses._context import Context
    from ecsm_contracts.measures import Observation

__all__ = ["Basis", "BasisWindow", "Previous"]


class Previous(Model):
    """
    The last so many billing periods before that of now.

        >>> Previous(previous=3).previous
        3
    """

    previous: int = Field(ge=1, le=1200, strict=True)
    """How many."""


def _window_tag(value: object) -> str:
    if isinstance(value, Previous) or (isinstance(value, Mapping) and "previous" in value):
        return "previous"
    return "rolling" if isinstance(value, (Mapping, Rolling)) else "word"


BasisWindow = Annotated[
    Annotated[Literal["period", "contract_year", "term"], Tag("word")]
    | Annotated[Rolling, Tag("rolling")]
    | Annotated[Previous, Tag("previous")],
    Discriminator(_window_tag),
]
"""
The period of now; the contract year or the term up to and with it; the last so many periods with it: ``{periods: 12}``;
or the last so many before it: ``{previous: 3}``.
"""

_RULES = {"sum": "sum/1", "greatest": "greatest/1", "least": "least/1"}
_WHOLE = Percent.of(100)
_WITH_DEFAULTS = frozenset({"of", "take", "average", "share", "window", "less", "less_given"})


@register_clause
class Basis(Clause):
    """
    A share of charges or other bases, over a window of periods, less what is named: what percentages are of.

    Or of an amount, or of so much for each of what is counted, that is owed by no charge.

    It owes nothing by itself, and is never below zero.
    """

    yields: ClassVar[Yields] = "basis"

    kind: Literal["basis"]
    of: Annotated[tuple[Annotated[Ref, Needs("amount")], ...], AfterValidator(each_once)] = ()
    """The charges and bases that it is made of; or say `amount`, or `per` and `rate`."""
    amount: Money | None = None
    """An amount that is owed by no charge, such as the fare that a compensation is reckoned from."""
    per: Per | None = None
    """What is counted, such as the weight of what was lost; with a `rate`."""
    rate: Money | None = None
    """What each of that is worth."""
    take: Literal["sum", "greatest", "least"] = "sum"
    """All of them added up, the greatest or the least; added up by default, as an invoice is."""
    less: Annotated[tuple[Annotated[Ref, Needs("amount")], ...], AfterValidator(each_once)] = ()
    """Charges and bases that are taken off, such as one-time charges; none by default."""
    less_given: Annotated[tuple[Annotated[Ref, Needs("money", given=True)], ...], AfterValidator(each_once)] = ()
    """Credits that are taken off, as they are given after all limits; none by default."""
    share: Percent = _WHOLE
    """Which part of that it is; all of it by default."""
    window: BasisWindow = "period"
    """Over which billing periods each of them is added up; the period of now by default."""
    average: bool = False
    """Whether each is divided by the number of periods of the window that have been; not by default."""
    day_count: Literal["thirtieth", "actual"] | None = None
    """One day of it: a thirtieth, or by the days that the period has; the whole by default. For `window: period`."""

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None and not self._goes_without(key)}

    def _goes_without(self, key: str) -> bool:
        return key in _WITH_DEFAULTS and getattr(self, key) == type(self).model_fields[key].default

    @model_validator(mode="after")
    def _made_of(self) -> Self:
        if sum((bool(self.of), self.amount is not None, self.per is not None)) != 1 or (
            (self.per is None or isinstance(self.per, PerBilled)) != (self.rate is None)
        ):
            raise PydanticCustomError("basis_shape", "say of, amount, or per and rate, and only one of these")
        if any(each is not None and each.ratio < 0 for each in (self.amount, self.rate)):
            raise PydanticCustomError("amount_negative", "an amount of a contract is not negative")
        if not self.of and (self.less or self.less_given or self.take != "sum" or self.window != "period"):
            raise PydanticCustomError("basis_shape", "take, less and a window are for what it is made of: of")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.average and self.window == "period":
            raise PydanticCustomError("basis_average", "an average is over several periods: window: {previous: 3}")
        if self.day_count is not None and self.window != "period":
            raise PydanticCustomError("basis_day_count", "one day is of the period of now: window: period")
        if set(self.of) & set(self.less):
            raise PydanticCustomError("basis_less", "what is taken off again is not part of it; leave it out of both")
        return self

    @property
    def _parts(self) -> tuple[tuple[str, str], ...]:
        """What it reads, by clause and by the name under which its past is remembered."""
        return (*((ref, "amount") for ref in (*self.of, *self.less)), *((ref, "given") for ref in self.less_given))

    def recalls(self) -> tuple[Recall, ...]:
        """Return the amounts of earlier periods of its window."""
        back = self.window.previous if isinstance(self.window, Previous) else back_of(self.window)
        return tuple(Recall(ref, name, back) for ref, name in self._parts) if back else ()

    def observes(self) -> tuple[Observation, ...]:
        """Return what is counted."""
        return () if self.per is None else (self.per.observes(self.ref),)

    def settle(self, context: Context) -> Figure[Any]:
        """Return the exact amount, not below zero."""
        if self.of:
            taken = derive("taken together", _RULES[self.take], *(self._part(ref, context) for ref in self.of))
        else:
            taken = derive("whole amount", "amounts together/1", self._own(context))
        off = [
            *(self._part(ref, context) for ref in self.less),
            *(self._given(ref, context) for ref in self.less_given),
        ]
        if off:
            taken = derive("less what is taken off", "less amounts/1", taken, *off)
        if self.day_count is not None:
            taken = self._one_day(taken, context)
        share = given("share", self.share, self.cite)
        return derive(self.title or "basis", "basis/1", share, taken, cites=(self.cite,))

    def _own(self, context: Context) -> Figure[Any]:
        if self.per is None:
            return given("amount", self.amount, self.cite)
        quantity = self.per.quantity(context, self.ref, self.cite)
        if self.rate is None:
            return quantity
        return derive("price of all", "times/1", quantity, given("rate", self.rate, self.cite))

    def _part(self, ref: str, context: Context) -> Figure[Any]:
        return self._over_window(ref, "amount", context.figure, context)

    def _given(self, ref: str, context: Context) -> Figure[Any]:
        return self._over_window(ref, "given", context.flow.given, context)

    def _over_window(self, ref: str, name: str, now: Callable[[str], Figure[Any]], context: Context) -> Figure[Any]:
        """Return the sum, or the mean, of one amount over the window, which may do without that of *now*."""
        if isinstance(self.window, Previous):
            amounts = context.past(ref, name, last=self.window.previous)
        else:
            amounts = (*past_of(context, ref, name, self.window), now(ref))
        if not amounts:
            return given(f"{ref}, nothing yet", ExactAmount.zero(context.currency), self.cite)
        whole = derive(f"{ref} in the window", "amounts together/1", *amounts)
        if not self.average:
            return whole
        return derive(f"{ref} on average", "mean of amounts/1", whole, given("periods", len(amounts)))

    def _one_day(self, whole: Figure[Any], context: Context) -> Figure[Any]:
        days = given("days", 30, self.cite)
        if self.day_count == "actual":
            days = given("days of the period", (context.period.end - context.period.start) // timedelta(days=1))
        return derive("one day of it", "mean of amounts/1", whole, days)

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return the amount."""
        return {"amount": (context.settled[self.ref],)}


@rule("less amounts/1")
def _less_amounts(whole: ExactAmount, *parts: ExactAmount) -> ExactAmount:
    """Take exact amounts from an exact amount."""
    return whole - sum(parts, start=ExactAmount.zero(whole.currency))


@rule("mean of amounts/1")
def _mean_of_amounts(whole: ExactAmount, count: int) -> ExactAmount:
    """Return an exact amount divided by a count, exactly."""
    return whole * Fraction(1, count)


@rule("basis/1")
def _basis(share: Percent, whole: ExactAmount) -> ExactAmount:
    """Return a share of an exact amount; nothing where that is below zero."""
    return max(whole, ExactAmount.zero(whole.currency)) * share
