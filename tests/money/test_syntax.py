"""Tests of the grammar of amounts: every refusal, its rule, and what it says to write instead."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money import Money, is_currency
from ecsm_contracts.money._syntax import AMOUNT_PATTERN
from tests.money.strategies import brief

NINES = "9" * 5000

ASCII_ONLY = "only the digits 0-9, the point and the minus sign of ASCII are allowed"
APOSTROPHE = "an apostrophe is not allowed"
SYMBOL = "a currency symbol is not allowed; the ISO 4217 code comes first"
TOO_LARGE = "an amount has at most 15 digits before the point"
BLANK = "a blank is not allowed in or around an amount"

BAD_TEXTS: list[tuple[Any, str, str]] = [
    # a comma may separate thousands or decimals: the message offers what the rest of the number makes certain
    ("12,000.00", "money_syntax", '"12,000.00": "," is not allowed; write it like "EUR 12000.00"'),
    ("EUR 12,000.00", "money_syntax", '"12,000.00": "," is not allowed; write "EUR 12000.00"'),
    ("EUR 12.000,00", "money_syntax", '"12.000,00": "," is not allowed; write "EUR 12000.00"'),
    ("EUR 1,000,000", "money_syntax", '"1,000,000": "," is not allowed; write "EUR 1000000"'),
    # a group of three that means nothing as decimals: much of Europe writes twelve thousand so
    (
        "EUR 12.000",
        "money_ambiguous",
        '"12.000" could be read as 12000; write "EUR 12.00", or "EUR 12000" if the point sets thousands apart',
    ),
    (
        "JPY 150.000",
        "money_ambiguous",
        '"150.000" could be read as 150000; write "JPY 150", or "JPY 150000" if the point sets thousands apart',
    ),
    ("EUR 12,5", "money_syntax", '"12,5": "," is not allowed; write "EUR 12.5"'),
    ("EUR 12,000", "money_syntax", '"12,000": "," is not allowed'),
    ("EUR 1.000.000,00", "money_syntax", '"1.000.000,00": "," is not allowed; write "EUR 1000000.00"'),
    ("EUR 12_000.00", "money_syntax", '"12_000.00": "_" is not allowed; write "EUR 12000.00"'),
    ("CHF 12'000.00", "money_syntax", f'"12{chr(39)}000.00": {APOSTROPHE}; write "CHF 12000.00"'),
    ("CHF 12\u2019000.00", "money_syntax", f'"12\u2019000.00": {APOSTROPHE}; write "CHF 12000.00"'),
    # symbols, and codes in the wrong place
    (
        "€12000",
        "money_syntax",
        f'"€12000": {SYMBOL}; write it like "EUR 12000"',
    ),
    (
        "USD $5",
        "money_syntax",
        f'"$5": {SYMBOL}; write "USD 5"',
    ),
    (
        "£",
        "money_syntax",
        f'"£": {SYMBOL}, such as "EUR 20000.00"',
    ),
    ("20000.00 EUR", "money_syntax", '"20000.00 EUR": the currency code comes first; write "EUR 20000.00"'),
    ("20,5EUR", "money_syntax", '"20,5EUR": the currency code comes first; write "EUR 20.5"'),
    ("12,000 EUR", "money_syntax", '"12,000 EUR": the currency code comes first'),
    (
        "EUR20.00",
        "money_syntax",
        '"EUR20.00": a blank stands between the currency code and the amount; write "EUR 20.00"',
    ),
    ("-EUR 5.00", "money_syntax", '"-EUR 5.00": the sign stands before the digits; write "EUR -5.00"'),
    ("20000.00", "money_currency_missing", '"20000.00": name the currency, such as "EUR 20000.00"'),
    ("-5", "money_currency_missing", '"-5": name the currency, such as "EUR -5"'),
    ("eur 20", "currency_unknown", '"eur" is not an ISO 4217 code; did you mean "EUR"?'),
    ("euro 20", "currency_unknown", '"euro" is not an ISO 4217 code; did you mean "EUR"?'),
    ("QQQ 20", "currency_unknown", '"QQQ" is not an ISO 4217 code'),
    ("hello", "currency_unknown", '"hello" is not an ISO 4217 code'),
    (
        "XAU 5",
        "currency_no_minor_unit",
        '"XAU" has no minor unit in ISO 4217, so no money can be in it; name a currency, such as "EUR"',
    ),
    ("EUR", "money_syntax", '"EUR": money is a currency code and an amount, such as "EUR 20000.00"'),
    ("EUR ", "money_syntax", '"EUR ": money is a currency code and an amount, such as "EUR 20000.00"'),
    # blanks
    ("", "money_syntax", '"": an amount is digits, perhaps followed by "." and decimals'),
    ("EUR  20", "money_syntax", f'" 20": {BLANK}; write "EUR 20"'),
    ("EUR 20 ", "money_syntax", f'"20 ": {BLANK}; write "EUR 20"'),
    ("EUR 20\n", "money_syntax", f'"20\\n": {BLANK}; write "EUR 20"'),
    (" EUR 20", "money_syntax", f'" EUR 20": {BLANK}'),
    ("EUR\t20", "money_syntax", f'"EUR\\t20": {BLANK}'),
    ("SEK 12 000.00", "money_syntax", f'"12 000.00": {BLANK}; write "SEK 12000.00"'),
    ("SEK 12\u202f000", "money_syntax", f'"12\\u202f000": {BLANK}; write "SEK 12000"'),
    # digits, signs, exponents
    ("EUR +5", "money_syntax", '"+5": a plus sign is not allowed; write "EUR 5"'),
    ("EUR 1e5", "money_syntax", '"1e5": an exponent is not allowed; write the digits out'),
    ("EUR 1E+5", "money_syntax", '"1E+5": an exponent is not allowed; write the digits out'),
    ("EUR 007", "money_syntax", '"007": leading zeros are not allowed; write "EUR 7"'),
    ("EUR -00.5", "money_syntax", '"-00.5": leading zeros are not allowed; write "EUR -0.5"'),
    ("EUR .5", "money_syntax", '".5": there must be digits on both sides of the point'),
    ("EUR -.5", "money_syntax", '"-.5": there must be digits on both sides of the point'),
    ("EUR 5.", "money_syntax", '"5.": there must be digits on both sides of the point'),
    ("EUR 1.2.3", "money_syntax", '"1.2.3": an amount is digits, perhaps followed by "." and decimals'),
    ("EUR --5", "money_syntax", '"--5": an amount is digits, perhaps followed by "." and decimals'),
    ("EUR (5)", "money_syntax", '"(5)": an amount is digits, perhaps followed by "." and decimals'),
    ("EUR 0x10", "money_syntax", '"0x10": an amount is digits, perhaps followed by "." and decimals'),
    ("EUR \u22125", "money_syntax", f'"\u22125": {ASCII_ONLY}'),
    ("EUR \uff11\uff12", "money_syntax", f'"\uff11\uff12": {ASCII_ONLY}'),
    ("EUR \u0663", "money_syntax", f'"\u0663": {ASCII_ONLY}'),
    ("EUR 5\u200b", "money_syntax", f'"5\\u200b": {ASCII_ONLY}'),
    # values
    ("EUR -0.00", "money_negative_zero", '"-0.00": a zero has no sign; write "EUR 0.00"'),
    ("NaN", "not_finite", '"NaN": money must be finite'),
    ("EUR nan", "not_finite", '"nan": money must be finite'),
    ("EUR sNaN12", "not_finite", '"sNaN12": money must be finite'),
    ("EUR -Infinity", "not_finite", '"-Infinity": money must be finite'),
    ("EUR inf", "not_finite", '"inf": money must be finite'),
    ("EUR 1000000000000000", "money_range", f'"1000000000000000": {TOO_LARGE}'),
    (f"EUR -{NINES}", "money_range", f'"-{"9" * 79}…": {TOO_LARGE}'),
    (f"EUR 1.{NINES}", "money_scale", "EUR has 2 decimals, and an unrounded amount at most 6 more; got 5000"),
    ("EUR 0.000000001", "money_scale", "EUR has 2 decimals, and an unrounded amount at most 6 more; got 9"),
    ("EUR 0.000000000", "money_scale", "EUR has 2 decimals, and an unrounded amount at most 6 more; got 9"),
    ("JPY 0.0000001", "money_scale", "JPY has 0 decimals, and an unrounded amount at most 6 more; got 7"),
    # no texts
    (0.30000000000000004, "money_float", "got float, which does not hold decimals exactly"),
    (True, "money_float", 'money is written as a text, such as "EUR 20000.00"; got bool'),
    (float("nan"), "not_finite", "money must be finite"),
    (12000, "money_number", 'money is written as a text, such as "EUR 20000.00"; got int'),
    (Decimal("12000.00"), "money_number", 'money is written as a text, such as "EUR 20000.00"; got Decimal'),
    (Fraction(1, 2), "money_number", 'money is written as a text, such as "EUR 20000.00"; got Fraction'),
    (None, "money_type", 'money is written as a text, such as "EUR 20000.00"; got NoneType'),
    (b"EUR 5", "money_type", 'money is written as a text, such as "EUR 20000.00"; got bytes'),
    (["EUR", "5"], "money_type", 'money is written as a text, such as "EUR 20000.00"; got list'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule", "message"), BAD_TEXTS, ids=brief)
def test_bad_text(text: Any, rule: str, message: str) -> None:
    """A text that is no money is refused with a stable rule, and with what to write."""
    with pytest.raises(InvalidValue) as caught:
        Money.parse(text)
    assert caught.value.rule == rule
    assert str(caught.value).endswith(message)
    assert len(str(caught.value)) < 250


def test_remedies_are_read() -> None:
    """Whatever a message says to write instead can be read."""
    messages = " ".join(message for _, _, message in BAD_TEXTS)
    remedies = re.findall(r'(?:write|write it like|such as) "([A-Z]{3} [^"]+)"', messages)
    assert len(remedies) > 30
    for remedy in remedies:
        assert str(Money.parse(remedy)).startswith(remedy)


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        (0.1, "money_float"),
        (True, "money_float"),
        (float("inf"), "not_finite"),
        (Decimal("NaN"), "not_finite"),
        (Decimal("sNaN"), "not_finite"),
        (Decimal("-Infinity"), "not_finite"),
        (Decimal("1E+1000000"), "money_range"),
        (Decimal("1E-1000000"), "money_scale"),
        (Decimal("1E+15"), "money_range"),
        (Decimal("-1000000000000000.5"), "money_range"),
        (Decimal("0.123456789"), "money_scale"),
        (Decimal(1) / 3, "money_scale"),
        (10**15, "money_range"),
        (Fraction(1, 2), "money_number"),
        (None, "money_type"),
        (b"1", "money_type"),
        ("-0", "money_negative_zero"),
        ("EUR 5", "money_syntax"),
        ("1_000", "money_syntax"),
        (" 1.10 ", "money_syntax"),
        ("1.", "money_syntax"),
        ("1E+999999", "money_syntax"),
        ("\uff19", "money_syntax"),
        ("nan", "not_finite"),
    ],
    ids=brief,
)
def test_bad_amount(amount: Any, rule: str) -> None:
    """An amount that is not exact, finite and in bounds is refused, and a huge one at once."""
    with pytest.raises(InvalidValue) as caught:
        Money.of(amount, "EUR")
    assert caught.value.rule == rule


def test_huge_numbers() -> None:
    """A number with more digits than Python prints is refused with our error, not Python's."""
    huge: Any = 10**5000
    refusals: list[tuple[Any, str]] = [
        (huge, "money_range"),
        (-huge, "money_range"),
        (Fraction(huge), "money_number"),
    ]
    for refused, rule in refusals:
        with pytest.raises(InvalidValue) as caught:
            Money.of(refused, "EUR")
        assert caught.value.rule == rule
    with pytest.raises(InvalidValue, match="got int"):
        Money.parse(huge)


@pytest.mark.parametrize("currency", ["eur", "XAU", "", None, 978])
@pytest.mark.parametrize("amount", ["5", 5, Decimal(5), 0.5])
def test_bad_currency(amount: Any, currency: Any) -> None:
    """A currency that is none is refused before the amount is looked at."""
    with pytest.raises(InvalidValue) as caught:
        Money.of(amount, currency)
    assert caught.value.rule.startswith("currency_")


@given(st.text())
def test_nothing_else_escapes(text: str) -> None:
    """Whatever the text is, it is money or an `InvalidValue` with one of our rules."""
    for whole in (text, f"EUR {text}", f"{text} EUR", f"EUR{text}", f"-EUR {text}"):
        try:
            assert str(Money.parse(whole)).startswith(whole)
        except InvalidValue as error:
            assert error.rule.partition("_")[0] in {"money", "currency", "not"}  # noqa: PT017 - both ends are right


@given(st.text(alphabet="0123456789.,_-+' €eE", max_size=24))
def test_grammar_is_the_pattern(number: str) -> None:
    """An amount is read exactly if the published pattern has it, and no longer than its currency allows."""
    fits = re.fullmatch(AMOUNT_PATTERN, number)
    try:
        Money.parse(f"CLF {number}")
    except InvalidValue as error:
        assert not fits or error.rule == "money_negative_zero"  # noqa: PT017 - both ends are right
    else:
        assert fits


@given(st.text(alphabet=st.characters(codec="ascii", categories=["Lu"]), min_size=3, max_size=3))
def test_only_known_codes(code: str) -> None:
    """Money is in a currency of the table, or in none."""
    if is_currency(code):
        assert Money.parse(f"{code} 5").currency == code
    else:
        with pytest.raises(InvalidValue, match="ISO 4217"):
            Money.parse(f"{code} 5")
