"""Formats of times: directives of ``strptime``, read strictly, in English, and without the machine's locale."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from pydantic_core import PydanticCustomError

from ecsm_contracts.errors import shown

__all__ = ["check_format", "has_offset", "parse_time"]

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ABBREVIATED: Final = 3
_PATTERNS: Final = {
    "Y": "[0-9]{4}",
    "f": "[0-9]{1,6}",
    "z": "Z|[+-][0-9]{2}:?[0-5][0-9]",
    "b": f"(?i:{'|'.join(name[:_ABBREVIATED] for name in _MONTHS)}|sept)",
    "B": f"(?i:{'|'.join(_MONTHS)})",
    "p": r"(?i:[ap]m|[ap]\.m\.)",
}
_TWO = "[0-9]{2}"
_ONE_OR_TWO = "[0-9]{1,2}"
_BLANK = "[ \u00a0\u202f]"
"""A blank of a format: newer programs write one that does not break before AM and PM."""
_WORDS: Final = "bBp"
"""What is told from a number that it touches."""
_KNOWN: Final = "YymbBdHIpMSfz"
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_FIRST_TWO_DIGIT_YEAR = 69
_NOON = 12

_JAVA: Final = {
    "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d",
    "HH": "%H", "H": "%H", "hh": "%I", "h": "%I", "mm": "%M", "ss": "%S", "SSS": "%f", "a": "%p", "XXX": "%z",
}  # fmt: skip
_JAVA_LETTERS = re.compile(r"([A-Za-z])\1*")


def _directives(form: str) -> list[str]:
    return [letter for letter in _DIRECTIVE.findall(form) if letter != "%"]


def check_format(form: str) -> str:
    """Return *form*; a validator's error is raised unless it tells a minute, in numbers and names of months."""
    found = _directives(form)
    if not found:
        raise PydanticCustomError(
            "time_format", 'a format is written with %: for {form} write "{ours}"',
            {"form": shown(form), "ours": _ours(form)},
        )  # fmt: skip
    for letter in found:
        if letter not in _KNOWN or not letter:
            known = " ".join(f"%{each}" for each in _KNOWN)
            message = "%{letter} is not read; there are {known}"
            raise PydanticCustomError("time_format", message, {"letter": letter, "known": known})
        if found.count(letter) > 1:
            raise PydanticCustomError("time_format", "%{letter} stands twice", {"letter": letter})
    if not _tells_a_minute(set(found)):
        raise PydanticCustomError(
            "time_format", "a format has one of %Y and %y, one of %m, %b and %B, %d, %M, and either %H or %I with %p"
        )
    if "f" in found and "S" not in found:
        raise PydanticCustomError("time_format", "%f is a fraction of a second: it follows %S")
    return form


def _tells_a_minute(found: set[str]) -> bool:
    hour = found & set("HIp")
    return (
        len(found & set("Yy")) == 1
        and len(found & set("mbB")) == 1
        and set("dM") <= found
        and hour in ({"H"}, {"I", "p"})
    )


def _ours(form: str) -> str:
    """Return *form*, written in letters as other programs do, with our directives; an example if that is none."""
    ours = _JAVA_LETTERS.sub(lambda match: _JAVA.get(match[0], match[0]), form.replace("'", ""))
    return ours if _tells_a_minute(set(_directives(ours))) else "%d.%m.%Y %H:%M"


def has_offset(form: str) -> bool:
    """Return whether times of this *form* have an offset."""
    return "z" in _directives(form)


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of *form*; numbers that touch have all their digits, else nobody could tell them apart."""
    pattern, position = "", 0
    spans = [(match.start(), match.end(), match[1]) for match in _DIRECTIVE.finditer(form)]
    numbers = [(start, end) for start, end, letter in spans if letter not in _WORDS]
    starts, ends = {start for start, _ in numbers}, {end for _, end in numbers}
    for start, end, letter in spans:
        pattern += _literally(form[position:start])
        touches = start in ends or end in starts
        digits = _PATTERNS.get(letter, _TWO if touches or letter == "y" else _ONE_OR_TWO)
        pattern += "%" if letter == "%" else f"(?P<{letter}>{digits})"
        position = end
    return re.compile(pattern + _literally(form[position:]), re.ASCII)


def _literally(text: str) -> str:
    return _BLANK.join(map(re.escape, text.split(" ")))


def parse_time(text: str, form: str) -> datetime | None:
    """
    Return the time that *text* writes in *form*, with or without an offset; None when it is not one.

        >>> parse_time("2/3/2026 9:05", "%d/%m/%Y %H:%M")
        datetime.datetime(2026, 3, 2, 9, 5)
        >>> parse_time("27/Mar/26 4:30 PM", "%d/%b/%y %I:%M %p")
        datetime.datetime(2026, 3, 27, 16, 30)
        >>> parse_time("02.03.26 09:05", "%d/%m/%Y %H:%M")
    """
    match = _pattern(form).fullmatch(text)
    if match is None:
        return None
    part = match.groupdict()
    year = int(part["Y"]) if "Y" in part else _full_year(int(part["y"]))
    day, minute, second = (int(part.get(letter, 0)) for letter in "dMS")
    hour = int(part["H"]) if "H" in part else _full_hour(int(part["I"]), part["p"])
    fraction = int(part.get("f", "0").ljust(6, "0"))
    try:
        return datetime(year, _month(part), day, hour, minute, second, fraction, tzinfo=_offset(part.get("z")))
    except ValueError:
        return None


def _full_year(year: int) -> int:
    return year + (1900 if year >= _FIRST_TWO_DIGIT_YEAR else 2000)


def _full_hour(hour: int, half: str) -> int:
    """Return the hour of the day, or one that no day has: 12 AM is midnight, 12 PM is noon."""
    if not 1 <= hour <= _NOON:
        return -1
    return hour % _NOON + (_NOON if half[0] in "pP" else 0)


def _month(part: dict[str, str]) -> int:
    if "m" in part:
        return int(part["m"])
    name = part["b"] if "b" in part else part["B"]
    starts = [month[:_ABBREVIATED] for month in _MONTHS]
    return starts.index(name[:_ABBREVIATED].lower()) + 1


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = 60 * int(text[1:3]) + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
