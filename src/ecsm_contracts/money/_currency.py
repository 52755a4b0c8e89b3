"""Currencies by their ISO 4217 code: which there are, their decimals, and which have been withdrawn."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Strict, WithJsonSchema

from ecsm_contracts.errors import CurrencyMismatch, InvalidValue, did_you_mean
from ecsm_contracts.money._iso4217 import ACTIVE, EXPONENTS, NO_MINOR_UNIT, WITHDRAWN
from ecsm_contracts.money._value import in_pydantic, quoted

_SHORTEST_MISSPELLING = 3
_LONGEST_MISSPELLING = 12


def is_currency(code: str) -> bool:
    """
    Say whether *code* is a currency that money can be in: active or withdrawn, with a minor unit.

        >>> is_currency("EUR"), is_currency("DEM"), is_currency("eur"), is_currency("XAU")
        (True, True, False, False)

    References:
        ISO 4217:2015, lists one and three.
    """
    return code in EXPONENTS


def check_currency(code: str) -> str:
    """
    Return *code* if money can be in it.

        >>> check_currency("EUR")
        'EUR'
        >>> check_currency("eur")
        Traceback (most recent call last):
        ecsm_contracts.errors.InvalidValue: "eur" is not an ISO 4217 code; did you mean "EUR"?

    Raises:
        InvalidValue: with rule `currency_unknown` when it is no ISO 4217 code in capitals, and with rule
            `currency_no_minor_unit` when it is one that money cannot be in, such as gold (XAU).
    """
    refusal = currency_refusal(code)
    if refusal:
        raise refusal
    return code


def currency_refusal(code: object) -> InvalidValue | None:
    """Return why money cannot be in *code*; nothing when it can."""
    if not isinstance(code, str):
        message = f'a currency is an ISO 4217 code, such as "EUR"; got {type(code).__name__}'
        return InvalidValue(message, rule="currency_unknown", value=code)
    if code in EXPONENTS:
        return None
    if code in NO_MINOR_UNIT:
        reason = "has no minor unit in ISO 4217, so no money can be in it"
        message = f'"{code}" {reason}; name a currency, such as "EUR"'
        return InvalidValue(message, rule="currency_no_minor_unit", value=code)
    hint = did_you_mean(code[:_LONGEST_MISSPELLING].upper(), ACTIVE) if len(code) >= _SHORTEST_MISSPELLING else ""
    return InvalidValue(f"{quoted(code)} is not an ISO 4217 code{hint}", rule="currency_unknown", value=code)


def currency_exponent(code: str) -> int:
    """
    Return how many decimals the minor unit of a currency has: 2 for the euro cent, 0 for the yen.

        >>> [currency_exponent(code) for code in ("EUR", "JPY", "KWD", "CLF")]
        [2, 0, 3, 4]

    Raises:
        InvalidValue: as `check_currency` does.

    References:
        ISO 4217:2015, list one, column "minor unit". Locale data (CLDR) has other decimals for some
        currencies, which say how cash is shown; they are not used here.
    """
    return EXPONENTS[check_currency(code)]


def withdrawn_since(code: str) -> str | None:
    """
    Return the month since which a currency is withdrawn, as ``YYYY-MM``; none if it is active.

    Where the standard names only a year, or a span, it is that year, or the end of the span.

        >>> withdrawn_since("HRK"), withdrawn_since("BGN"), withdrawn_since("CSJ"), withdrawn_since("EUR")
        ('2023-01', '2026-01', '1990', None)

    Raises:
        InvalidValue: as `check_currency` does.

    References:
        ISO 4217:2015, list three.
    """
    return WITHDRAWN.get(check_currency(code))


def same_currency(first: str, second: str) -> str:
    """
    Return the currency that two amounts share.

    Raises:
        CurrencyMismatch: when they do not share one.
    """
    if first != second:
        raise CurrencyMismatch(first, second)
    return first


def _validate(code: str) -> str:
    try:
        return check_currency(code)
    except InvalidValue as error:
        raise in_pydantic(error) from error


Currency = Annotated[
    str,
    Strict(),
    AfterValidator(_validate),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "description": "An ISO 4217 currency code, active or withdrawn.",
            "examples": ["EUR"],
        }
    ),
]
"""The type of a model field that holds a currency code."""
