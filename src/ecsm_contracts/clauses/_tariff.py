"""Shapes of prices that charges are written in: by date, by role, by bands of a quantity; and an index."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Tag, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, NamedModel
from ecsm_contracts.clauses._bands import Bands, not_a_number
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import ExactDecimal, Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from ecsm_contracts.clauses._context import Context

__all__ = ["AmountOf", "ByDate", "ChargeRate", "Index", "RateByRole", "WeightByRole"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_day(key: str) -> bool:
    try:
        return _DAY.fullmatch(key) is not None and bool(date.fromisoformat(key))
    except ValueError:
        return False


class ByDate(NamedModel):
    """
    An amount from each of several days on: in force is the last one that began by the first day of the period.

        >>> ByDate.model_validate({"by": "date", "2026-01-01": "EUR 100.00", "2027-01-01": "EUR 103.00"}).first
        '2026-01-01'
    """

    __pydantic_extra__: dict[str, Money]

    by: Literal["date"]
    """What the rows are chosen by."""

    @model_validator(mode="after")
    def _days_rise(self) -> Self:
        days = list(self.named)
        if not days or not all(map(_is_day, days)):
            raise PydanticCustomError("dated_key", 'the rows of by: date are days: "2026-01-01": EUR 100.00')
        if any(earlier >= later for earlier, later in pairwise(days)):
            raise PydanticCustomError("dated_order", "write the days in their order, the earliest first")
        return self

    @property
    def first(self) -> str:
        """The first day."""
        return next(iter(self.named))

    def in_force(self, context: Context, cite: str) -> Figure[Any]:
        """Return the amount that is in force on the first day of the period, with all others in its proof."""
        rows = ((given("from", day, cite), given("is", amount, cite)) for day, amount in self.named.items())
        start = given("first day of the period", str(context.period.start))
        terms = (term for row in rows for term in row)
        return derive("amount in force", "in force/1", start, *terms, cites=(cite,))


class RateByRole(NamedModel):
    """
    A rate for each role; roles that are not listed have the one of `otherwise`.

        >>> rates = RateByRole.model_validate({"by": "role", "engineer": "EUR 90.00", "otherwise": "EUR 60.00"})
        >>> rates.row("engineer"), rates.row("agent")
        (Money('EUR 90.00'), Money('EUR 60.00'))
    """

    __pydantic_extra__: dict[str, Money]

    by: Literal["role"]
    """What the rows are chosen by."""
    otherwise: Money
    """The rate of every other role; ``EUR 0.00`` where their work costs nothing."""

    def row(self, role: str) -> Money:
        """Return the rate of a *role*."""
        found: Money = self.named.get(role, self.otherwise)
        return found


class WeightByRole(NamedModel):
    """
    How much an hour of each role counts; roles that are not listed have the weight of `otherwise`.

        >>> WeightByRole.model_validate({"by": "role", "engineer": "1.5", "otherwise": 1}).row("engineer")
        Decimal('1.5')
    """

    __pydantic_extra__: dict[str, ExactDecimal]

    by: Literal["role"]
    """What the rows are chosen by."""
    otherwise: ExactDecimal
    """The weight of every other role."""

    @model_validator(mode="after")
    def _not_negative(self) -> Self:
        if any(weight < 0 for weight in (*self.named.values(), self.otherwise)):
            raise PydanticCustomError("factor_negative", "a factor or a number of points is zero or more")
        return self

    def row(self, role: str) -> Any:
        """Return the weight of a *role*."""
        return self.named.get(role, self.otherwise)


def _tag(value: object) -> str:
    if isinstance(value, (ByDate, RateByRole, Bands)):
        return {ByDate: "date", RateByRole: "role", Bands: "bands"}[type(value)]
    if isinstance(value, Mapping):
        by = value.get("by")
        return by if by in ("date", "role") else "bands"
    return "percent" if isinstance(value, Percent) or (isinstance(value, str) and "%" in value) else "amount"


def _amount_tag(value: object) -> str:
    tag = _tag(value)
    return tag if tag in {"date", "bands"} else "amount"


AmountOf = Annotated[
    Annotated[Money, Tag("amount")] | Annotated[ByDate, Tag("date")] | Annotated[Bands, Tag("bands")],
    Discriminator(_amount_tag),
]
"""An amount, amounts by date, or for what is counted an amount for all of it by bands."""

ChargeRate = Annotated[
    Annotated[Money, Tag("amount")]
    | Annotated[ByDate, Tag("date")]
    | Annotated[RateByRole, Tag("role")]
    | Annotated[Bands, Tag("bands")]
    | Annotated[Percent, Tag("percent")],
    Discriminator(_tag),
    BeforeValidator(not_a_number),
]
"""What one unit costs: an amount, amounts by date or by role, bands, or a percentage of what was billed elsewhere."""


class Index(Model):
    """
    How prices follow a declared figure: by the figure of the day on which the period starts, over its base.

        >>> Index.model_validate({"figure": "CPI", "base": "102.3", "most": "5%"}).base
        Decimal('102.3')
    """

    figure: Ref
    """The name of the declared figure; the one in force is declared for the first instant of the period."""
    base: ExactDecimal
    """The figure at which prices are as the contract writes them; above zero. Without a figure they are, too."""
    most: Percent | None = None
    """By how much prices are above those of the contract at the most; no such bound by default."""
    least: Percent | None = None
    """By how much they are above at the least: ``0%`` where they never fall; no such bound by default."""

    @field_validator("base")
    @classmethod
    def _above_zero(cls, base: Any) -> Any:
        if base <= 0:
            raise PydanticCustomError("index_base", "the base of an index is above zero")
        return base

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise PydanticCustomError("index_bounds", "the least change is not above the greatest; swap least and most")
        return self

    def factor(self, context: Context, ref: str, cite: str) -> Figure[Any]:
        """Return what prices are multiplied by; the figures are counted behind the number *ref*."""
        known = context.count(f"{self.figure} is declared", f"{ref}.known")
        whole, rest = context.count("whole", f"{ref}.whole"), context.count("billionths", f"{ref}.billionths")
        number = derive(self.figure, "whole and billionths/1", whole, rest)
        base = given("base", Fraction(self.base), cite)
        factor = derive("index over its base", "index/1", known, number, base)
        for name, bound in (("least", self.least), ("most", self.most)):
            if bound is not None:
                factor = derive("index, bounded", f"index {name}/1", factor, given(name, bound, cite))
        return factor


@rule("in force/1")
def _in_force(start: str, *terms: str | Money) -> Money:
    """Return the amount of the last day that is not after the start; days rise. Day, amount, …."""
    found = [amount for day, amount in zip(terms[::2], terms[1::2], strict=True) if str(day) <= start]
    if not found or not isinstance(found[-1], Money):
        raise InvalidValue(f"no amount is in force on {start}", rule="dated_start", value=start)
    return found[-1]


@rule("whole and billionths/1")
def _whole_and_billionths(whole: int, billionths: int) -> Fraction:
    """Return the number that is counted in whole units and billionths of one."""
    return whole + Fraction(billionths, 10**9)


@rule("index/1")
def _index(known: int, number: Fraction, base: Fraction) -> Fraction:
    """Return a figure over its base, never below zero; one where no figure is known."""
    return max(Fraction(0), number / base) if known else Fraction(1)


@rule("index least/1")
def _index_least(factor: Fraction, least: Percent) -> Fraction:
    """Return the factor, but not below one and the least change."""
    return max(factor, 1 + least.ratio)


@rule("index most/1")
def _index_most(factor: Fraction, most: Percent) -> Fraction:
    """Return the factor, but not above one and the greatest change."""
    return min(factor, 1 + most.ratio)


@rule("amounts together/1")
def _amounts_together(first: Money | ExactAmount, *others: Money | ExactAmount) -> ExactAmount:
    """Add amounts, rounded or not, exactly."""
    start = ExactAmount.zero(first.currency)
    return sum((each.exact if isinstance(each, Money) else each for each in (first, *others)), start=start)
