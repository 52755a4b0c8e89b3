"""
Money that is exact: amounts, percentages, rounding by name, and splitting to the last cent.

`Money` is what can be paid, `ExactAmount` what is reckoned with on the way, `Percent` a share. None of them
takes a binary float, reads or changes the caller's `decimal` context, or rounds unless told how.

    >>> fee = Money.parse("EUR 20000.00")
    >>> credit = (fee.exact * Percent.parse("15%")).round("half_up")
    >>> str(credit)
    'EUR 3000.00'
    >>> [str(share) for share in allocate(credit, [1, 1, 1])]
    ['EUR 1000.00', 'EUR 1000.00', 'EUR 1000.00']
"""

from __future__ import annotations

from ecsm_contracts.money._allocate import allocate
from ecsm_contracts.money._currency import (
    Currency,
    check_currency,
    currency_exponent,
    is_currency,
    withdrawn_since,
)
from ecsm_contracts.money._money import ExactAmount, Money
from ecsm_contracts.money._percent import Percent
from ecsm_contracts.money._rounding import ROUNDING_MODES, RoundingMode, check_rounding_mode, round_ratio

__all__ = [
    "ROUNDING_MODES",
    "Currency",
    "ExactAmount",
    "Money",
    "Percent",
    "RoundingMode",
    "allocate",
    "check_currency",
    "check_rounding_mode",
    "currency_exponent",
    "is_currency",
    "round_ratio",
    "withdrawn_since",
]
