"""How what is owed becomes money."""

from __future__ import annotations

from typing import Literal

from ecsm_contracts._model import Model
from ecsm_contracts.money import RoundingMode

__all__ = ["Rounding", "Settlement"]


class Rounding(Model):
    """Where amounts are rounded to the minor unit of the currency, and how ties go."""

    mode: RoundingMode
    """
    ``half_up`` rounds a tie away from zero; ``half_even`` to the even neighbour; the others are named
    likewise.
    """
    at: Literal["line"]
    """Each line is rounded; a total is the sum of its lines."""


class Settlement(Model):
    """
    How credits are claimed, given and taxed.

    Nothing has a default: each choice is in the contract or missing from it.
    """

    entitlement: Literal["automatic"]
    """Credits are given without a claim."""
    instrument: Literal["deduction", "credit_note"]
    """Whether credits are deducted from the same invoice or noted separately; amounts are the same."""
    rounding: Rounding
    tax: Literal["price_reduction", "compensation"]
    """
    Whether a credit lowers the price, and so the tax on it, or is damages outside of it; this library
    computes no tax.
    """
