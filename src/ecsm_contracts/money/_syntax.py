"""
The grammar of amounts, and what a refusal says to write instead.

An amount is ``0`` or up to 15 digits without leading zeros, perhaps with ``-`` before it and with ``.`` and
decimals behind it; in a text of money, the currency code and one blank stand before it. There is one way to
write a number, in ASCII, whatever country the reader is from: what a comma or a blank inside a number means
is never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.money._currency import check_currency, currency_exponent, currency_refusal, is_currency
from ecsm_contracts.money._value import decimal_digits, not_a_text, quoted

if TYPE_CHECKING:
    from decimal import Decimal

MAXIMUM_DIGITS: Final = 15
"""An amount is less than 10 to this power of major units, on either side of zero."""

EXTRA_DECIMALS: Final = 6
"""How many decimals an unrounded amount (a rate per minute, for example) may have beyond the minor unit."""

EXAMPLE: Final = "EUR 20000.00"

AMOUNT_PATTERN: Final = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?"
"""The amounts of all currencies; how many decimals one may have depends on the currency."""

_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]+))?")
_NOT_FINITE = re.compile(r"[+-]?(?:s?nan|inf|infinity)[0-9]*", re.IGNORECASE)
_TOO_LARGE = re.compile(r"-?[1-9][0-9]{15,}(?:\.[0-9]+)?")
_CODE = re.compile(r"[A-Z]{3}")
_CODE_LAST = re.compile(r"(.*[0-9]) ?([A-Z]{3})")
_CODE_GLUED = re.compile(r"([A-Z]{3})([-0-9.].*)")
_SIGN_FIRST = re.compile(r"-([A-Z]{3}) (.*)")
_WORD_FIRST = re.compile(r"([A-Za-z]+)(?: .*)?", re.DOTALL)
_BETWEEN_DIGITS = "_'\u2019+"
_LONGEST_MENDED = 32

_FAULTS: Final = (
    (re.compile(r","), '"," is not allowed'),
    (re.compile(r"_"), '"_" is not allowed'),
    (re.compile(r"['\u2019]"), "an apostrophe is not allowed"),
    (re.compile(r"\s"), "a blank is not allowed in or around an amount"),
    (re.compile(r"[^\x00-\x7f]"), "only the digits 0-9, the point and the minus sign of ASCII are allowed"),
    (re.compile(r"[0-9.][eE][-+0-9]"), "an exponent is not allowed; write the digits out"),
    (re.compile(r"\+"), "a plus sign is not allowed"),
    (re.compile(r"\A-?0[0-9]"), "leading zeros are not allowed"),
    (re.compile(r"\A-?\.[0-9]|[0-9]\.\Z"), "there must be digits on both sides of the point"),
    (re.compile(r""), 'an amount is digits, perhaps followed by "." and decimals'),
)


GROUP = 3
"""How many digits a point sets apart where it marks thousands."""


def read_money(text: str) -> tuple[int, int, str]:
    """
    Return the units, the scale and the currency of a *text* such as ``EUR 20000.00``.

    Raises:
        InvalidValue: with the rule that the text breaks.
    """
    code, number = split_currency(text)
    units, scale = read_amount(number, code)
    return units, scale, code


def split_currency(text: str) -> tuple[str, str]:
    """
    Return the currency of a *text*, checked, and what stands behind the one blank after it.

    Raises:
        InvalidValue: when there is no currency, or it is not in its place.
    """
    if not isinstance(text, str):
        raise not_a_text(text, kind="money", number_rule="money_number", example=EXAMPLE)
    code, blank, number = text.partition(" ")
    if blank and number and _CODE.fullmatch(code):
        return check_currency(code), number
    raise _misplaced(text)


def read_amount(number: str, code: str) -> tuple[int, int]:
    """
    Return the units and the scale of a *number* in the currency *code*: ``("20.5", "EUR")`` is 205 and 1.

    Raises:
        InvalidValue: with the rule that the number breaks.
    """
    match = _AMOUNT.fullmatch(number)
    if match is None:
        raise _bad_amount(number, code)
    sign, whole, decimals = match.groups(default="")
    if len(decimals) > most_decimals(code):
        raise too_fine(number, len(decimals), code)
    if _looks_like_thousands(whole, decimals, code):
        raise _perhaps_thousands(number, whole, decimals, code)
    units = int(whole + decimals)
    if sign and not units:
        message = f'{quoted(number)}: a zero has no sign; write "{code} {number[1:]}"'
        raise InvalidValue(message, rule="money_negative_zero", value=number)
    return (-units if sign else units), len(decimals)


def _looks_like_thousands(whole: str, decimals: str, code: str) -> bool:
    """Say whether ``12.000`` stands there: a group of three that means nothing as decimals, and much as thousands."""
    grouped = 0 < len(whole) <= GROUP and whole != "0" and len(decimals) == GROUP
    return grouped and decimals.endswith("0") and currency_exponent(code) != GROUP


def _perhaps_thousands(number: str, whole: str, decimals: str, code: str) -> InvalidValue:
    """Return the refusal of ``EUR 12.000``: twelve, or, as much of Europe writes it, twelve thousand?"""
    fewer = f"{whole}.{decimals.rstrip('0').ljust(currency_exponent(code), '0')}".rstrip(".")
    message = (
        f'{quoted(number)} could be read as {whole + decimals}; write "{code} {fewer}", or "{code} {whole}{decimals}" '
        "if the point sets thousands apart"
    )
    return InvalidValue(message, rule="money_ambiguous", value=number)


def read_decimal(amount: Decimal, code: str) -> tuple[int, int]:
    """
    Return the units and the scale of an *amount*, digit by digit, without any decimal context.

    Raises:
        InvalidValue: when it is not finite, too large, or finer than the currency allows.
    """
    if not amount.is_finite():
        raise InvalidValue("money must be finite", rule="not_finite", value=amount)
    sign, digits, exponent = decimal_digits(amount)
    if len(digits) + exponent > MAXIMUM_DIGITS:
        raise too_large(code, amount)
    if -exponent > most_decimals(code):
        raise too_fine(amount, -exponent, code)
    units = int(digits + "0" * exponent)
    return (-units if sign else units), max(0, -exponent)


def most_decimals(code: str) -> int:
    """Return how many decimals an amount in this currency may have."""
    return currency_exponent(code) + EXTRA_DECIMALS


def too_fine(value: object, decimals: int, code: str) -> InvalidValue:
    """Return the refusal of an amount with too many *decimals*."""
    message = (
        f"{code} has {currency_exponent(code)} decimals, and an unrounded amount at most "
        f"{EXTRA_DECIMALS} more; got {decimals}"
    )
    return InvalidValue(message, rule="money_scale", value=value)


def too_large(code: str, value: object) -> InvalidValue:
    """Return the refusal of an amount of 10**15 major units or more."""
    message = f"an amount must be less than {code} 10^{MAXIMUM_DIGITS}, on either side of zero"
    return InvalidValue(message, rule="money_range", value=value)


def _misplaced(text: str) -> InvalidValue:
    """Return the refusal of a *text* that does not begin with a currency code and a blank."""
    word = _WORD_FIRST.fullmatch(text)
    if _AMOUNT.fullmatch(text):
        message = f'{quoted(text)}: name the currency, such as "EUR {text}"'
        return InvalidValue(message, rule="money_currency_missing", value=text)
    if word and not _NOT_FINITE.fullmatch(text):
        message = f'{quoted(text)}: money is a currency code and an amount, such as "{EXAMPLE}"'
        return currency_refusal(word[1]) or InvalidValue(message, rule="money_syntax", value=text)
    return _reordered(text) or _bad_amount(text, "")


def _reordered(text: str) -> InvalidValue | None:
    """Return the refusal of a *text* that has its currency code in another place; nothing when it has not."""
    last, glued, sign = _CODE_LAST.fullmatch(text), _CODE_GLUED.fullmatch(text), _SIGN_FIRST.fullmatch(text)
    if last and is_currency(last[2]):
        return _syntax(text, "the currency code comes first", _instead(last[1], last[2]))
    if glued and is_currency(glued[1]):
        return _syntax(text, "a blank stands between the currency code and the amount", _instead(glued[2], glued[1]))
    if sign and is_currency(sign[1]):
        return _syntax(text, "the sign stands before the digits", _instead(f"-{sign[2]}", sign[1]))
    return None


def _bad_amount(number: str, code: str) -> InvalidValue:
    """Return the refusal of a *number* that does not follow the grammar; the *code* may not be known."""
    if _NOT_FINITE.fullmatch(number):
        return InvalidValue(f"{quoted(number)}: money must be finite", rule="not_finite", value=number)
    if any(unicodedata.category(character) == "Sc" for character in number):
        instead = _instead(number, code) or f', such as "{EXAMPLE}"'
        return _syntax(number, "a currency symbol is not allowed; the ISO 4217 code comes first", instead)
    if _TOO_LARGE.fullmatch(number):
        return InvalidValue(
            f"{quoted(number)}: an amount has at most {MAXIMUM_DIGITS} digits before the point",
            rule="money_range",
            value=number,
        )
    reason = next(reason for fault, reason in _FAULTS if fault.search(number))
    return _syntax(number, reason, _instead(number, code))


def _syntax(text: str, reason: str, instead: str) -> InvalidValue:
    return InvalidValue(f"{quoted(text)}: {reason}{instead}", rule="money_syntax", value=text)


def _instead(number: str, code: str) -> str:
    """Return what to write instead of *number*, if only one thing can be meant."""
    plain = _mended(number)
    if not plain:
        return ""
    return f'; write "{code} {plain}"' if code else f'; write it like "EUR {plain}"'


def _mended(number: str) -> str:
    """Return *number* without what people put between digits; nothing when it has more than one reading."""
    kept = [c for c in number if not (c.isspace() or c in _BETWEEN_DIGITS or unicodedata.category(c) == "Sc")]
    plain = "".join(kept)
    marks = [c for c in plain if c in ".,"]
    if "." in marks and "," in marks:
        plain = plain.replace(marks[0], "").replace(marks[-1], ".")
    elif marks.count(",") > 1:
        plain = plain.replace(",", "")
    elif not re.search(r",[0-9]{3}\Z", plain):
        plain = plain.replace(",", ".")
    plain = re.sub(r"^(-?)0+(?=[0-9])", r"\1", plain)
    return plain if len(plain) <= _LONGEST_MENDED and _AMOUNT.fullmatch(plain) else ""
