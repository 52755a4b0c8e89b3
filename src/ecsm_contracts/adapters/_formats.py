"""Formats of times: the numeric directives of ``strptime``, read strictly and without the machine's locale."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from pydantic_core import PydanticCustomError

__all__ = ["check_format", "has_offset", "parse_time"]

_DIGITS: Final = {"Y": "[0-9]{4}", "f": "[0-9]{1,6}", "z": "Z|[+-][0-9]{2}:?[0-5][0-9]"}
_TWO = "[0-9]{2}"
_ONE_OR_TWO = "[0-9]{1,2}"
_KNOWN: Final = "YymdHMSfz"
_NEEDED: Final = "mdHM"
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_FIRST_TWO_DIGIT_YEAR = 69


def _directives(form: str) -> list[str]:
    return [letter for letter in _DIRECTIVE.findall(form) if letter != "%"]


def check_format(form: str) -> str:
    """Return *form*; a validator's error is raised unless it tells a minute by numbers alone."""
    found = _directives(form)
    for letter in found:
        if letter not in _KNOWN or not letter:
            raise PydanticCustomError(
                "time_format", "%{letter} is not read; there are %Y %y %m %d %H %M %S %f %z", {"letter": letter}
            )
        if found.count(letter) > 1:
            raise PydanticCustomError("time_format", "%{letter} stands twice", {"letter": letter})
    if not set(_NEEDED) <= set(found) or ("Y" in found) == ("y" in found):
        raise PydanticCustomError("time_format", "a format has one of %Y and %y, and each of %m %d %H %M")
    if "f" in found and "S" not in found:
        raise PydanticCustomError("time_format", "%f is a fraction of a second: it follows %S")
    return form


def has_offset(form: str) -> bool:
    """Return whether times of this *form* have an offset."""
    return "z" in _directives(form)


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of *form*; numbers that touch have all their digits, else nobody could tell them apart."""
    pattern, position = "", 0
    spans = [(match.start(), match.end(), match[1]) for match in _DIRECTIVE.finditer(form)]
    starts, ends = {start for start, _, _ in spans}, {end for _, end, _ in spans}
    for start, end, letter in spans:
        pattern += re.escape(form[position:start])
        touches = start in ends or end in starts
        digits = _DIGITS.get(letter, _TWO if touches or letter == "y" else _ONE_OR_TWO)
        pattern += "%" if letter == "%" else f"(?P<{letter}>{digits})"
        position = end
    return re.compile(pattern + re.escape(form[position:]), re.ASCII)


def parse_time(text: str, form: str) -> datetime | None:
    """
    Return the time that *text* writes in *form*, with or without an offset; None when it is not one.

        >>> parse_time("2/3/2026 9:05", "%d/%m/%Y %H:%M")
        datetime.datetime(2026, 3, 2, 9, 5)
        >>> parse_time("02.03.26 09:05", "%d/%m/%Y %H:%M")
    """
    match = _pattern(form).fullmatch(text)
    if match is None:
        return None
    part = match.groupdict()
    year = int(part["Y"]) if "Y" in part else _full_year(int(part["y"]))
    month, day, hour, minute, second = (int(part.get(letter, 0)) for letter in "mdHMS")
    fraction = int(part.get("f", "0").ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, fraction, tzinfo=_offset(part.get("z")))
    except ValueError:
        return None


def _full_year(year: int) -> int:
    return year + (1900 if year >= _FIRST_TWO_DIGIT_YEAR else 2000)


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = 60 * int(text[1:3]) + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
