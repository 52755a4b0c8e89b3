"""What one unit is worth: an amount, a percentage, bands, or a table by run, occurrence or severity."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import NamedModel
from ecsm_contracts.clauses._bands import Band, Bands, Price, not_a_number
from ecsm_contracts.facts import ExactDecimal
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Band", "Bands", "By", "FactorBy", "NumberBy", "Price", "Rate", "RateBy"]

By = Literal["run", "occurrence", "severity", "level"]
"""
What the rows of a table are chosen by: how many windows in a row were missed, this one included; how many of the last
`within` windows were, this one included; how severe the miss is; or which level it is of, by its number. Runs and
occurrences are counted from 1.
"""


class _Table(NamedModel):
    by: By
    """What the rows are chosen by."""
    within: int | None = Field(default=None, ge=2, le=1200, strict=True)
    """Of how many windows, this one included, occurrences are counted; for `by: occurrence` alone."""

    @model_validator(mode="after")
    def _keys(self) -> Self:
        if (self.by == "occurrence") != (self.within is not None):
            raise PydanticCustomError(
                "table_within", "within belongs to by: occurrence, which needs it: the number of windows to look back"
            )
        if self.by in {"run", "occurrence"} and any(not key.isdecimal() or key.startswith("0") for key in self.named):
            raise PydanticCustomError("table_key", "the rows of {by} are numbers from 1, in quotes", {"by": self.by})
        return self

    def row(self, key: Figure[Any], cite: str) -> Figure[Any]:
        """Return the entry for *key*, with every entry in its proof."""
        terms = [
            term
            for name, value in sorted(self.named.items())  # as canonical JSON has them: verify reads the terms back
            for term in (given("row", name, cite), given("is", _plain(value), cite))
        ]
        otherwise: Any = getattr(self, "otherwise", None)
        return derive("row of the table", "row/1", key, *terms, given("otherwise", _plain(otherwise), cite))

    def entries(self) -> Iterable[Any]:
        """Return every entry, that of `otherwise` last."""
        return (*self.named.values(), getattr(self, "otherwise", None))


def _plain(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


class RateBy(_Table):
    """
    A rate for each run, occurrence or severity.

        >>> RateBy.model_validate({"by": "run", "1": "12.5%", "2": "25%", "otherwise": "50%"}).by
        'run'
    """

    __pydantic_extra__: dict[str, Price]

    otherwise: Price
    """The rate of every other row."""

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if len({type(entry) for entry in self.entries()}) > 1:
            raise PydanticCustomError("bands_mixed", "the rates are all amounts or all percentages")
        return self

    @property
    def priced(self) -> Percent | Money:
        """One of the rates; all are of its type."""
        return self.otherwise


class FactorBy(_Table):
    """
    A factor for each run, occurrence or severity.

        >>> FactorBy.model_validate({"by": "run", "1": 1, "otherwise": 2}).otherwise
        Decimal('2')
    """

    __pydantic_extra__: dict[str, ExactDecimal]

    otherwise: ExactDecimal
    """The factor of every other row."""

    @model_validator(mode="after")
    def _not_negative(self) -> Self:
        if any(entry < 0 for entry in self.entries()):
            raise PydanticCustomError("factor_negative", "a factor or a number of points is zero or more")
        return self


class NumberBy(FactorBy):
    """A number of points for each severity, run or occurrence."""


@rule("row/1")
def _row(key: str | int, *terms: str | Percent | Money | Fraction) -> Any:
    """Return the entry of the row that the key names, else the last. Row, entry, …, otherwise."""
    *pairs, otherwise = terms
    wanted = str(key)
    return next((value for name, value in zip(pairs[::2], pairs[1::2], strict=True) if name == wanted), otherwise)


def _rate_tag(value: object) -> str:
    if isinstance(value, RateBy) or (isinstance(value, Mapping) and "by" in value):
        return "table"
    if isinstance(value, (Mapping, Bands)):
        return "bands"
    return "percent" if isinstance(value, Percent) or (isinstance(value, str) and "%" in value) else "amount"


Rate = Annotated[
    Annotated[Bands, Tag("bands")]
    | Annotated[RateBy, Tag("table")]
    | Annotated[Percent, Tag("percent")]
    | Annotated[Money, Tag("amount")],
    Discriminator(_rate_tag),
    BeforeValidator(not_a_number),
]
"""A price, bands of prices, or a table of prices."""
