"""What a figure may hold, as canonical data and as text for people."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import duration_micros, show_duration
from ecsm_contracts.errors import InvalidValue, shown
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Value", "show_quantity", "show_value", "value_from_data", "value_to_data"]

Value = Money | ExactAmount | Percent | Fraction | int | bool | timedelta | str
"""The types of value that a figure may hold: exact ones only."""

SHOWN_PLACES = 6


def value_to_data(value: Value) -> dict[str, str | int | bool]:
    """
    Return *value* as plain data that names its type.

        >>> value_to_data(Fraction(19, 20)), value_to_data(Percent.parse("15%"))
        ({'ratio': '19/20'}, {'percent': '15%'})
    """
    match value:
        case bool():
            return {"truth": value}
        case int():
            return {"count": value}
        case Fraction():
            return {"ratio": f"{value.numerator}/{value.denominator}"}
        case timedelta():
            return {"microseconds": duration_micros(value)}
        case Money():
            return {"money": str(value)}
        case ExactAmount():
            return {"exact": str(value)}
        case Percent():
            return {"percent": str(value)}
        case str():
            return {"text": value}
    raise InvalidValue(f"a figure cannot hold a {type(value).__name__}", rule="figure_value", value=value)


def _ratio(text: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    try:
        return Fraction(int(numerator), int(denominator))
    except (ValueError, ZeroDivisionError):
        message = f'not a ratio: {shown(text)}; write two whole numbers, such as "3/1"'
        raise InvalidValue(message, rule="figure_value", value=text) from None


def value_from_data(data: Mapping[str, object]) -> Value:
    """
    Return the value that `value_to_data` turned into *data*.

    Raises:
        InvalidValue: when *data* names no known type, or its value does not fit the type.
    """
    match data:
        case {"truth": bool(value)}:
            return value
        case {"count": int(value)} if not isinstance(value, bool):
            return value
        case {"ratio": str(value)}:
            return _ratio(value)
        case {"microseconds": int(value)}:
            return timedelta(microseconds=value)
        case {"money": str(value)}:
            return Money.parse(value)
        case {"exact": str(value)}:
            return ExactAmount.parse(value)
        case {"percent": str(value)}:
            return Percent.parse(value)
        case {"text": str(value)}:
            return value
    raise InvalidValue(f"not the value of a figure: {shown(dict(data))}", rule="figure_value", value=data)


def _decimal(value: Fraction, places: int) -> str:
    """
    Return *value* cut to *places* decimals, with an ellipsis when that is not all of it.

    Trailing zeros are left out.
    """
    scaled = abs(value) * 10**places
    whole = scaled.numerator // scaled.denominator
    digits = str(whole).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return ("-" if value < 0 else "") + text + ("" if scaled.denominator == 1 else "…")


def _grouped(number: str) -> str:
    """Return a decimal *number* with its thousands apart."""
    sign = "-" if number.startswith("-") else ""
    whole, point, decimals = number.removeprefix("-").partition(".")
    more = "…" if whole.endswith("…") else ""
    return f"{sign}{int(whole.removesuffix('…')):,}{more}{point}{decimals}"


def show_quantity(value: Fraction) -> str:
    """
    Return a number of units for people, with its fraction where the decimals do not end.

        >>> show_quantity(Fraction(10, 3)), show_quantity(Fraction(4))
        ('3.333333… (10/3)', '4')
    """
    text = _grouped(_decimal(value, SHOWN_PLACES))
    return f"{text} ({value})" if text.endswith("…") else text


def show_value(value: Value) -> str:
    """
    Return *value* for people.

    Amounts with thousands apart, ratios also in per cent, times in hours and minutes.

        >>> show_value(Fraction(19, 20)), show_value(Fraction(2, 3)), show_value(True)
        ('95% (19/20)', '66.666666…% (2/3)', 'yes')
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case Fraction():
            if value.denominator == 1 and not 0 <= value <= 1:
                return str(value.numerator)
            return f"{_decimal(value * 100, SHOWN_PLACES)}% ({value.numerator}/{value.denominator})"
        case timedelta():
            return show_duration(duration_micros(value))
        case Money():
            return value.display
        case ExactAmount():
            shown_amount = _grouped(_decimal(value.ratio, SHOWN_PLACES))
            return f"{value.currency} {shown_amount}" + ("" if shown_amount[-1] != "…" else f" ({value.ratio})")
        case _:
            return str(value)
