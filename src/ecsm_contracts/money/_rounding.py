"""Rounding of exact values to whole numbers, in one of seven named ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from ecsm_contracts.errors import InvalidValue, did_you_mean
from ecsm_contracts.money._value import exact_number, quoted

if TYPE_CHECKING:
    from fractions import Fraction

RoundingMode = Literal["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"]
"""
How a value between two neighbours is rounded. A contract names one; there is no default.

| mode        | to                                                   | 2.4 | 2.5 | 3.5 | -2.5 | -2.6 |
|-------------|------------------------------------------------------|-----|-----|-----|------|------|
| `half_up`   | the nearer one, from the middle away from zero       |  2  |  3  |  4  |  -3  |  -3  |
| `half_even` | the nearer one, from the middle to the even one      |  2  |  2  |  4  |  -2  |  -3  |
| `half_down` | the nearer one, from the middle toward zero          |  2  |  2  |  3  |  -2  |  -3  |
| `up`        | the one farther from zero                            |  3  |  3  |  4  |  -3  |  -3  |
| `down`      | the one nearer to zero                               |  2  |  2  |  3  |  -2  |  -2  |
| `ceiling`   | the greater one                                      |  3  |  3  |  4  |  -2  |  -2  |
| `floor`     | the lesser one                                       |  2  |  2  |  3  |  -3  |  -3  |
"""

ROUNDING_MODES: Final[tuple[RoundingMode, ...]] = get_args(RoundingMode)
"""The modes in the order of the table."""


def check_rounding_mode(mode: str) -> RoundingMode:
    """
    Return *mode* if it is one of the seven.

    Raises:
        InvalidValue: with rule `rounding_mode`.
    """
    for known in ROUNDING_MODES:
        if mode == known:
            return known
    hint = did_you_mean(str(mode), ROUNDING_MODES)
    message = f"{quoted(str(mode))} is not a rounding mode; write one of {', '.join(ROUNDING_MODES)}{hint}"
    raise InvalidValue(message, rule="rounding_mode", value=mode)


def round_ratio(value: Fraction | int, mode: RoundingMode) -> int:
    """
    Return *value* rounded to a whole number; a whole number is returned as it is.

    Only integers are reckoned with, so neither precision nor settings of the `decimal` module play a part.

        >>> from fractions import Fraction
        >>> [round_ratio(Fraction(5, 2), mode) for mode in ("half_up", "half_even", "half_down", "floor")]
        [3, 2, 2, 2]
        >>> round_ratio(Fraction(-5, 2), "half_up")
        -3

    Args:
        value: any exact number, of either sign, without bound.

        mode: one of the seven of `RoundingMode`.

    Raises:
        InvalidValue: with rule `money_float` when the value is not exact, and `rounding_mode` when the mode
            is unknown.

    References:
        The names and meanings are those of the General Decimal Arithmetic Specification, 1.70, "rounding".
    """
    value = exact_number(value, kind="money", noun="what is rounded")
    lower, rest = divmod(value.numerator, value.denominator)
    above = _goes_up(check_rounding_mode(mode), lower, 2 * rest - value.denominator)
    return lower + 1 if rest and above else lower


def _goes_up(mode: RoundingMode, lower: int, beyond_middle: int) -> bool:
    """Say whether a value above *lower* goes up; *beyond_middle* is negative where it is below the middle."""
    away = lower >= 0
    directed = {"ceiling": True, "floor": False, "up": away, "down": not away}
    from_middle = {"half_up": away, "half_down": not away, "half_even": lower % 2 == 1}
    if mode in directed:
        return directed[mode]
    return beyond_middle > 0 if beyond_middle else from_middle[mode]
