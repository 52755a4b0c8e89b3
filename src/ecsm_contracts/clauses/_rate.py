"""What one unit of a failure is worth: an amount, a percentage, or bands over the level's number."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.money import Money, Percent

__all__ = ["Band", "Bands", "Price", "Rate"]


def _price_tag(value: object) -> str:
    return "percent" if isinstance(value, Percent) or (isinstance(value, str) and "%" in value) else "amount"


def _rate_tag(value: object) -> str:
    return "bands" if isinstance(value, (Mapping, Bands)) else _price_tag(value)


def _not_a_number(value: object) -> object:
    if isinstance(value, (int, float)):
        raise PydanticCustomError("rate_unit", 'a rate names its unit: write "15%" or "EUR 15.00"')
    return value


Price = Annotated[
    Annotated[Percent, Tag("percent")] | Annotated[Money, Tag("amount")],
    Discriminator(_price_tag),
    BeforeValidator(_not_a_number),
]
"""An amount (``EUR 50.00``) or a percentage (``15%``)."""


class Band(Model):
    """One band: the rate `is` for numbers under `below`, down to the edge of the band before."""

    below: Percent | None = None
    """The upper edge, itself not in the band; absent in the last band only, which has all that is left."""
    is_: Price = Field(alias="is")
    """The rate of this band."""


class Bands(Model):
    """
    Bands over a whole domain by one-sided edges, so that there can be neither gap nor overlap.

        >>> bands = Bands.model_validate({"bands": [{"below": "99%", "is": "25%"}, {"is": "10%"}]})
        >>> [str(band.below) for band in bands.bands]
        ['99%', 'None']
    """

    bands: tuple[Band, ...] = Field(min_length=2, max_length=100)
    """The bands, from the worst number to the best."""

    @model_validator(mode="after")
    def _whole_domain(self) -> Self:
        *edged, last = self.bands
        if last.below is not None:
            raise PydanticCustomError("bands_open_end", "the last band has no upper edge: leave out its below")
        edges = [band.below for band in edged]
        if any(edge is None for edge in edges):
            raise PydanticCustomError("bands_edge_missing", "every band but the last says below which number it holds")
        if any(a >= b for a, b in pairwise(edges) if a is not None and b is not None):
            raise PydanticCustomError("bands_order", "the edges rise from band to band: worst number first")
        if len({type(band.is_) for band in self.bands}) > 1:
            raise PydanticCustomError("bands_mixed", "the rates are all amounts or all percentages")
        return self

    @property
    def priced(self) -> Percent | Money:
        """One of the rates; all are of its type."""
        return self.bands[0].is_


Rate = Annotated[
    Annotated[Bands, Tag("bands")] | Annotated[Percent, Tag("percent")] | Annotated[Money, Tag("amount")],
    Discriminator(_rate_tag),
    BeforeValidator(_not_a_number),
]
"""A price, or bands of prices."""
