"""Tests of the currency codes and their table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from ecsm_contracts.errors import CurrencyMismatch, InvalidValue
from ecsm_contracts.money import Currency, check_currency, currency_exponent, is_currency, withdrawn_since
from ecsm_contracts.money._currency import same_currency
from ecsm_contracts.money._iso4217 import ACTIVE, EXPONENTS, NO_MINOR_UNIT, WITHDRAWN


def test_table_is_whole() -> None:
    """The table has as many codes as the lists of 2026-01-01: 165 + 13 active ones, and the withdrawn
    ones."""
    assert len(ACTIVE) == 165
    assert len(NO_MINOR_UNIT) == 13 + 3
    assert len(WITHDRAWN) == 126
    assert set(EXPONENTS) == set(ACTIVE) | set(WITHDRAWN)


def test_lists_are_apart() -> None:
    """No code is in two of the lists: active, withdrawn, without a minor unit."""
    assert not set(ACTIVE) & set(WITHDRAWN)
    assert not set(EXPONENTS) & NO_MINOR_UNIT


def test_table_is_well_formed() -> None:
    """Codes are three capitals, exponents 0 to 4, and dates a year, perhaps with a month."""
    assert all(re.fullmatch("[A-Z]{3}", code) for code in [*EXPONENTS, *NO_MINOR_UNIT])
    assert set(EXPONENTS.values()) == {0, 2, 3, 4}
    assert all(re.fullmatch(r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?", date) for date in WITHDRAWN.values())


def test_table_cannot_be_changed() -> None:
    """Nobody can add a currency at run time, so no two computations can see different tables."""
    table: Any = EXPONENTS
    with pytest.raises(TypeError):
        table["ABC"] = 2


@pytest.mark.parametrize(
    ("code", "exponent"),
    [
        ("EUR", 2), ("USD", 2), ("GBP", 2), ("CHF", 2), ("JPY", 0), ("KRW", 0), ("CLP", 0), ("ISK", 0),
        ("XOF", 0), ("KWD", 3), ("BHD", 3), ("TND", 3), ("IQD", 3), ("CLF", 4), ("UYW", 4),
        ("HUF", 2),  # cash has none, money has
        ("UGX", 0), ("VND", 0), ("MGA", 2), ("MRU", 2),  # a fifth, but the standard lists hundredths
        ("XAD", 2), ("XCG", 2), ("ZWG", 2), ("SLE", 2), ("VED", 2),  # the youngest
        ("ITL", 0), ("ESP", 0), ("BEF", 0), ("TRL", 0), ("DEM", 2), ("HRK", 2), ("BGN", 2), ("YDD", 3),
        ("BYR", 0),
    ],
)  # fmt: skip
def test_exponent(code: str, exponent: int) -> None:
    """The number of decimals is the one of ISO 4217, not the one of locale data."""
    assert currency_exponent(code) == exponent
    assert is_currency(code)
    assert check_currency(code) == code


@pytest.mark.parametrize(
    ("code", "since"),
    [
        ("EUR", None), ("XCG", None), ("SDG", None), ("RON", None), ("PEN", None),  # withdrawn elsewhere only
        ("BGN", "2026-01"), ("HRK", "2023-01"), ("ANG", "2025-03"), ("ZWL", "2024-09"), ("SLL", "2023-12"),
        ("DEM", "2002-03"), ("FRF", "2002-03"), ("NLG", "2002-03"), ("ITL", "2002-03"), ("ESP", "2002-03"),
        ("SKK", "2009-01"), ("EEK", "2011-01"), ("LVL", "2014-01"), ("LTL", "2014-12"), ("VEF", "2018-08"),
        ("CUC", "2021-06"), ("BYR", "2017-01"), ("ZMK", "2012-12"), ("GWE", "1981"), ("CSJ", "1990"),
    ],
)  # fmt: skip
def test_withdrawn_since(code: str, since: str | None) -> None:
    """A withdrawn currency is still one, and says since when it is not in use."""
    assert withdrawn_since(code) == since


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("eur", '"eur" is not an ISO 4217 code; did you mean "EUR"?'),
        ("GBR", '"GBR" is not an ISO 4217 code; did you mean "GBP"?'),
        ("Euro", '"Euro" is not an ISO 4217 code; did you mean "EUR"?'),
        ("", '"" is not an ISO 4217 code'),
        ("€", '"€" is not an ISO 4217 code'),
        ("kr", '"kr" is not an ISO 4217 code'),
        ("EUR ", '"EUR " is not an ISO 4217 code; did you mean "EUR"?'),
        ("QQQ\x1b[31m", '"QQQ\\x1b[31m" is not an ISO 4217 code'),
        ("9" * 200, f'"{"9" * 80}…" is not an ISO 4217 code'),
        (None, 'a currency is an ISO 4217 code, such as "EUR"; got NoneType'),
        (["EUR"], 'a currency is an ISO 4217 code, such as "EUR"; got list'),
    ],
)
def test_unknown(code: Any, message: str) -> None:
    """What is no code is refused, in few words, with the code that was probably meant."""
    for function in (check_currency, currency_exponent, withdrawn_since):
        with pytest.raises(InvalidValue) as caught:
            function(code)
        assert str(caught.value) == message
        assert caught.value.rule == "currency_unknown"
        assert caught.value.value == code


@pytest.mark.parametrize("code", sorted(NO_MINOR_UNIT))
def test_no_minor_unit(code: str) -> None:
    """Gold, drawing rights and test codes are in the standard, but are not money."""
    assert not is_currency(code)
    with pytest.raises(InvalidValue, match="has no minor unit") as caught:
        check_currency(code)
    assert caught.value.rule == "currency_no_minor_unit"


def test_same_currency() -> None:
    """Two currencies do not mix, and the error carries both."""
    assert same_currency("EUR", "EUR") == "EUR"
    with pytest.raises(CurrencyMismatch) as caught:
        same_currency("EUR", "USD")
    assert (caught.value.first, caught.value.second) == ("EUR", "USD")


class Priced(BaseModel):
    """A model with a currency."""

    currency: Currency


def test_currency_in_a_model() -> None:
    """A model field of the type takes a code and nothing else, and an error has our code."""
    assert Priced.model_validate({"currency": "HRK"}).currency == "HRK"
    for wrong, code in [("eur", "currency_unknown"), ("XAU", "currency_no_minor_unit"), (978, "string_type")]:
        with pytest.raises(ValidationError) as caught:
            Priced.model_validate({"currency": wrong})
        assert [error["type"] for error in caught.value.errors()] == [code]
    assert Priced.model_json_schema()["properties"]["currency"]["pattern"] == "^[A-Z]{3}$"
