"""What a remembered value must be; a carry may have been written by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecsm_contracts.money import ExactAmount, Money

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["GAPS", "past_problem"]

GAPS = frozenset({"excused", "not_measured"})
"""The states of windows that came to nothing: a gap in a row."""
STATES = GAPS | {"met", "missed", "worse"}


def _given(value: object) -> bool:
    return isinstance(value, Money) and value.ratio >= 0 and value == value.exact.round("down")


def _amount(value: object) -> bool:
    return isinstance(value, (Money, ExactAmount))


def _number(value: object) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool) and value >= 0


_AMOUNT = 'an amount in whole minor units, not below zero: {"money": "EUR 10.00"}'
_NUMBER = 'a number, not below zero: {"ratio": "10/1"}'
_CHECKS: dict[str, tuple[Callable[[object], bool], str]] = {
    "given": (_given, _AMOUNT),
    "excess": (_given, _AMOUNT),
    "amount": (_amount, 'an amount: {"money": "EUR 10.00"}'),
    "quantity": (_number, _NUMBER),
    "left": (_number, _NUMBER),
    "granted": (_number, _NUMBER),
    "fired": (lambda value: isinstance(value, bool), 'yes or no: {"truth": true}'),
}


def past_problem(name: str, value: object, severities: Collection[str], currency: str) -> str | None:
    """Return what a value that is remembered under *name* should be; None when it is that."""
    word = name.split(" ", 1)[0]
    if word == "state":
        known = (*sorted(STATES), *severities)
        return None if value in known else f'one of {", ".join(known)}: {{"text": "met"}}'
    if isinstance(value, (Money, ExactAmount)) and value.currency != currency:
        return f"an amount in {currency}"
    holds, wanted = _CHECKS.get(word, (lambda _: True, ""))
    return None if holds(value) else wanted
