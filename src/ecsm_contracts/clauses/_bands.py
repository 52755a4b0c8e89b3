"""
Bands over a whole domain by one-sided edges: the shape of rates and of severities.

There can be neither gap nor overlap: each band says where it ends, and begins where the one before ends. Where a paper
prints both ends, `from` may be written as well, and is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import Bound
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Band", "Bands", "Edged", "Price", "check_edges", "edge_terms", "in_band"]

EdgeValue = Percent | timedelta | Decimal


def _price_tag(value: object) -> str:
    return "percent" if isinstance(value, Percent) or (isinstance(value, str) and "%" in value) else "amount"


def not_a_number(value: object) -> object:
    """Refuse a rate without a unit."""
    if isinstance(value, (int, float)):
        raise PydanticCustomError("rate_unit", 'a rate names its unit: write "15%" or "EUR 15.00"')
    return value


Price = Annotated[
    Annotated[Percent, Tag("percent")] | Annotated[Money, Tag("amount")],
    Discriminator(_price_tag),
    BeforeValidator(not_a_number),
]
"""An amount (``EUR 50.00``) or a percentage (``15%``)."""


class Edged(Model):
    """A band of numbers, from the edge of the band before up to its own."""

    from_: Bound | None = Field(default=None, alias="from")
    """The lower edge as the paper prints it; it must be the upper edge of the band before."""
    below: Bound | None = None
    """The upper edge, itself not in the band; absent in the last band only, which has all that is left."""
    up_to: Bound | None = None
    """The upper edge, itself in the band, where the paper includes it; one of `below` and `up_to`."""

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @property
    def edge(self) -> EdgeValue | None:
        """The upper edge, whichever way it is written."""
        return self.below if self.up_to is None else self.up_to


class Band(Edged):
    """One band: the rate `is` for numbers under `below`, down to the edge of the band before."""

    is_: Price = Field(alias="is")
    """The rate of this band."""


def _pairs_of_edges(bands: Sequence[Edged]) -> Iterable[tuple[EdgeValue, Edged]]:
    return ((band.edge, after) for band, after in pairwise(bands) if band.edge is not None)


def check_edges(bands: Sequence[Edged]) -> None:
    """Refuse bands that leave a gap, overlap, or do not rise."""
    *edged, last = bands
    if last.edge is not None:
        raise PydanticCustomError("bands_open_end", "the last band has no upper edge: leave out its below")
    if any((band.below is None) == (band.up_to is None) for band in edged):
        raise PydanticCustomError(
            "bands_edge_missing", "every band but the last says below which number it holds, or up_to which"
        )
    edges = [band.edge for band in edged if band.edge is not None]
    if len({type(edge) for edge in edges}) > 1:
        raise PydanticCustomError("bands_units", "the edges are all percentages, all times or all numbers")
    if any(a >= b for a, b in pairwise(edges)):  # type: ignore[operator]  # of one type, as the line above has seen
        raise PydanticCustomError("bands_order", "the edges rise from band to band")
    for edge, after in _pairs_of_edges(bands):
        if after.from_ is not None and after.from_ != edge:
            code = "bands_gap" if type(after.from_) is type(edge) and after.from_ > edge else "bands_overlap"  # type: ignore[operator]  # of one type
            raise PydanticCustomError(
                code,
                "one band ends at {edge} and the next begins at {start}: write one edge for both, below or up_to",
                {"edge": str(edge), "start": str(after.from_)},
            )


class Bands(Model):
    """
    Bands of rates over a whole domain by one-sided edges, so that there can be neither gap nor overlap.

        >>> bands = Bands.model_validate({"bands": [{"below": "99%", "is": "25%"}, {"is": "10%"}]})
        >>> [str(band.below) for band in bands.bands]
        ['99%', 'None']
    """

    bands: tuple[Band, ...] = Field(min_length=2, max_length=100)
    """The bands, from the lowest number to the highest."""
    how: Literal["whole", "marginal"] = "whole"
    """
    ``whole``: the band that the number lies in prices all of it, as nearly every schedule of credits says.
    ``marginal``: each part of a quantity is priced by the band that it lies in, as tariffs and points with allowances.
    """

    @model_validator(mode="after")
    def _whole_domain(self) -> Self:
        check_edges(self.bands)
        if len({type(band.is_) for band in self.bands}) > 1:
            raise PydanticCustomError("bands_mixed", "the rates are all amounts or all percentages")
        if self.how == "marginal" and any(not isinstance(band.edge, Decimal | None) for band in self.bands):
            raise PydanticCustomError("bands_marginal", 'marginal bands are edged by quantities: below: "20"')
        return self

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if (key, value) != ("how", "whole")}

    @property
    def priced(self) -> Percent | Money:
        """One of the rates; all are of its type."""
        return self.bands[0].is_

    def rate(self, number: Figure[Any], cite: str) -> Figure[Any]:
        """Return the rate of the band that *number* lies in."""
        return in_band("rate", number, [(band, band.is_) for band in self.bands], cite)

    def marginal(self, quantity: Figure[Any], cite: str) -> Figure[Any]:
        """Return what each part of *quantity* costs in its band, added up: an amount, or a number of whole bases."""
        name, how = "parts by bands", "marginal amount/1" if isinstance(self.priced, Money) else "marginal share/1"
        terms = edge_terms([(band, band.is_) for band in self.bands], cite, words=False)
        return derive(name, how, quantity, *terms, cites=(cite,))


def edge_terms(bands: Iterable[tuple[Edged, Any]], cite: str, *, words: bool = True) -> list[Figure[Any]]:
    """Return the terms of *bands* as rules take them: ``below`` or ``up to``, edge, value, …, last value."""
    terms: list[Figure[Any]] = []
    for band, value in bands:
        edge = band.edge
        if edge is not None:
            word = "below" if band.up_to is None else "up to"
            if words:
                terms.append(given("edge", word, cite))
            terms.append(given(word, Fraction(edge) if isinstance(edge, Decimal) else edge, cite))
        terms.append(given("is", value, cite))
    return terms


def in_band(name: str, number: Figure[Any], bands: Sequence[tuple[Edged, Any]], cite: str) -> Figure[Any]:
    """Return the value of the band that *number* lies in."""
    plain = all(band.up_to is None and isinstance(band.edge, Percent | None) for band, _ in bands)
    if plain and not isinstance(bands[0][1], str):
        return derive(name, "band/1", number, *edge_terms(bands, cite, words=False), cites=(cite,))
    return derive(name, "in bands/1", number, *edge_terms(bands, cite), cites=(cite,))


def _is_in(number: Any, word: str, edge: Any) -> bool:
    bound = edge.ratio if isinstance(edge, Percent) else edge
    return bool(number < bound) if word == "below" else bool(number <= bound)


@rule("in bands/1")
def _in_bands(number: Fraction | timedelta | int, *terms: str | Percent | timedelta | Fraction | Money) -> Any:
    """
    Return the value of the first band that the number is in.

    Word (``below`` or ``up to``), edge, value, …, last value.
    """
    *triples, last = terms
    for word, edge, value in zip(triples[::3], triples[1::3], triples[2::3], strict=True):
        if isinstance(word, str) and _is_in(number, word, edge):
            return value
    return last


def _parts(quantity: Fraction, edges: Sequence[Fraction]) -> list[Fraction]:
    """Return how much of *quantity*, from zero up, lies in each band."""
    bounds = [Fraction(0), *edges]
    upper = [*edges, max(quantity, *bounds)]
    return [max(Fraction(0), min(quantity, high) - low) for low, high in zip(bounds, upper, strict=True)]


@rule("marginal amount/1")
def _marginal_amount(quantity: Fraction | int, *terms: Fraction | Money) -> ExactAmount:
    """Price each part of a quantity by the band that it lies in. Edge, amount, …, last amount."""
    edges = [term for term in terms if isinstance(term, Fraction)]
    amounts = [term for term in terms if isinstance(term, Money)]
    parts = zip(_parts(Fraction(quantity), edges), amounts, strict=True)
    return sum((amount.exact * part for part, amount in parts), start=ExactAmount.zero(amounts[0].currency))


@rule("marginal share/1")
def _marginal_share(quantity: Fraction | int, *terms: Fraction | Percent) -> Fraction:
    """Return the shares of all parts of a quantity, added up. Edge, percentage, …, last percentage."""
    edges = [term for term in terms if isinstance(term, Fraction)]
    shares = [term for term in terms if isinstance(term, Percent)]
    parts = zip(_parts(Fraction(quantity), edges), shares, strict=True)
    return sum((share.ratio * part for part, share in parts), start=Fraction(0))
