"""
Durations: lengths of time in hours, minutes and seconds, never in days.

A "day" has five meanings in the field (24 hours of service, the n-th working day at the same time, the end of
it, 24 hours by the clock, a calendar day), and a month has no length, so a duration in days or months is
refused rather than guessed. Documents read ``4h``, ``1h30min`` or ``PT4H30M``, and write ISO 8601 with hours
unfolded (``PT36H``).

References:
    ISO 8601-1:2019, section 5.5.2 (durations by designators).
"""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from ecsm_contracts.calendars._instant import MICROSECOND
from ecsm_contracts.errors import InvalidValue, expect, shown

__all__ = ["Duration", "duration_micros", "format_duration", "parse_duration", "show_duration"]

LONGEST_HOURS = 1_000_000
"""No duration is longer: about 114 years, more than the years that instants may lie in."""

_SHORT = re.compile(
    r"(?=[0-9])(?:(?P<hours>[0-9]{1,9})h ?)?(?:(?P<minutes>[0-9]{1,9})(?:min|m) ?)?"
    r"(?:(?P<seconds>[0-9]{1,9})s)?(?<! )"
)
_ISO = re.compile(
    r"PT(?=[0-9])(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9})(?:\.(?P<fraction>[0-9]{1,6}))?S)?"
)
_ISO_DATE = re.compile(r"P(?:[0-9]+(?P<unit>[YMWD]))")
_CLOCK = re.compile(r"[0-9]{1,6}:[0-9]{2}(?::[0-9]{2})?")
_LOOSE = re.compile(r"(?:[0-9]{1,9} {0,3}[A-Za-z]{1,20}[ ,]{0,3}){1,6}")
_PIECE = re.compile(r"([0-9]{1,9}) {0,3}([A-Za-z]{1,20})")

_UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "mn", "min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("ms", "msec", "millis", "millisecond", "milliseconds", "us", "microsecond", "microseconds"), ""),
    **dict.fromkeys(("d", "day", "days", "bd", "wd", "workday", "workdays", "w", "week", "weeks"), "day"),
    **dict.fromkeys(("mo", "mon", "month", "months", "y", "yr", "yrs", "year", "years"), "month"),
}
"""What units are called elsewhere, and what is meant; nothing, for those that only ISO 8601 can say here."""


def parse_duration(text: str) -> timedelta:
    """
    Return the length of time that *text* says: ``4h``, ``1h30min``, ``90s`` or ISO 8601 such as ``PT4H30M``.

        >>> parse_duration("1h30min")
        datetime.timedelta(seconds=5400)
        >>> parse_duration("PT0.5S")
        datetime.timedelta(microseconds=500000)

    Raises:
        InvalidValue: rules "duration_unit" (none, unknown, or a month or year), "duration_day" (see the
            module), "duration_negative", "duration_range" and "duration_syntax"; the message says what to
            write instead.
    """
    expect(text, str, "duration", 'write "4h" or "PT4H"')
    match = _SHORT.fullmatch(text) or _ISO.fullmatch(text)
    if match is None:
        raise _refusal(text)
    parts = match.groupdict()
    hours, minutes, seconds = (int(parts[unit] or 0) for unit in ("hours", "minutes", "seconds"))
    fraction = int((parts.get("fraction") or "").ljust(6, "0"))
    return _checked(timedelta(seconds=hours * 3600 + minutes * 60 + seconds, microseconds=fraction), text)


def format_duration(duration: timedelta) -> str:
    """
    Return *duration* as ISO 8601, with hours never folded into days.

        >>> format_duration(timedelta(days=1, hours=12))
        'PT36H'
        >>> format_duration(timedelta(seconds=90.25))
        'PT1M30.25S'
    """
    micros = duration_micros(duration)
    hours, minutes, seconds, fraction = _split(abs(micros))
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction or not text:
        text += f"{_decimal(seconds, fraction)}S"
    return ("-PT" if micros < 0 else "PT") + text


def duration_micros(duration: timedelta) -> int:
    """
    Return the microseconds of *duration*.

        >>> duration_micros(timedelta(hours=4))
        14400000000
    """
    return duration // MICROSECOND


def show_duration(micros: int) -> str:
    """
    Return *micros* microseconds as people read them: hours, minutes, seconds, without zeros at the end.

        >>> show_duration(14_700_000_000), show_duration(129_600_000_000), show_duration(12_500_000)
        ('4 h 05 min', '36 h', '12.5 s')
    """
    hours, minutes, seconds, fraction = _split(abs(micros))
    shows_seconds = bool(seconds or fraction or not (hours or minutes))
    parts = [f"{hours} h"] if hours else []
    if minutes or (hours and shows_seconds):
        parts.append(f"{minutes:02} min" if parts else f"{minutes} min")
    if shows_seconds:
        text = _decimal(seconds, fraction)
        parts.append(f"{'0' if parts and seconds < 10 else ''}{text} s")  # noqa: PLR2004 - one digit
    return ("-" if micros < 0 else "") + " ".join(parts)


def read_duration(value: object) -> timedelta:
    """
    Return *value*, a `timedelta` or a text, as a duration that is not negative.

    Raises:
        InvalidValue: as `parse_duration` does.
    """
    if isinstance(value, timedelta):
        return _checked(timedelta(value.days, value.seconds, value.microseconds), value)
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise _no_unit(value)
    raise InvalidValue(f'{shown(value)} is not a duration; write "4h" or "PT4H"', rule="duration_syntax", value=value)


def _split(micros: int) -> tuple[int, int, int, int]:
    seconds, fraction = divmod(micros, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds, fraction


def _decimal(seconds: int, fraction: int) -> str:
    return f"{seconds}.{fraction:06}".rstrip("0") if fraction else str(seconds)


def _checked(duration: timedelta, value: object) -> timedelta:
    if duration.days < 0:
        raise InvalidValue(f"{shown(value)} is negative; a duration is not", rule="duration_negative", value=value)
    if duration > timedelta(hours=LONGEST_HOURS):
        raise InvalidValue(f"{shown(value)} is longer than {LONGEST_HOURS} hours", rule="duration_range", value=value)
    return duration


def _no_unit(value: object) -> InvalidValue:
    return InvalidValue(f'{shown(value)} has no unit; write "4h" for four hours', rule="duration_unit", value=value)


def _refusal(text: str) -> InvalidValue:
    said, stripped = shown(text), text.strip()
    if stripped.isdecimal():
        return _no_unit(text)
    if stripped.startswith("-") and len(stripped) > 1:
        return InvalidValue(f"{said} is negative; a duration is not", rule="duration_negative", value=text)
    iso = _ISO_DATE.match(stripped.upper())
    if iso is not None:
        return _not_fixed(text, "day" if iso["unit"] in "WD" else "month")
    if _CLOCK.fullmatch(stripped):
        hours, minutes = (int(part) for part in stripped.split(":")[:2])
        meant = f"{hours}h" + (f"{minutes}min" if minutes else "")
        return InvalidValue(f'{said} reads like a time of day; write "{meant}"', rule="duration_syntax", value=text)
    if _LOOSE.fullmatch(stripped):
        return _odd_units(text, _PIECE.findall(stripped))
    return InvalidValue(
        f'{said} is not a duration; write whole numbers with h, min and s, such as "1h30min", or ISO 8601 "PT1H30M"',
        rule="duration_syntax",
        value=text,
    )


def _odd_units(text: str, pieces: list[tuple[str, str]]) -> InvalidValue:
    close = [get_close_matches(unit.lower(), _UNITS, n=1) for _, unit in pieces]
    units = [_UNITS[match[0]] if match else "" for match in close]
    for kind in ("month", "day"):
        if kind in units:
            return _not_fixed(text, kind)
    meant = "".join(f"{number}{unit}" for (number, _), unit in zip(pieces, units, strict=True))
    known = all(units) and _SHORT.fullmatch(meant)
    hint = f'; did you mean "{meant}"?' if known else '; the units are h, min and s, in this order, as in "1h30min"'
    return InvalidValue(f"{shown(text)} is not a duration{hint}", rule="duration_unit", value=text)


def _not_fixed(text: str, kind: str) -> InvalidValue:
    if kind == "month":
        return InvalidValue(
            f'{shown(text)}: months and years have no fixed length; write hours, such as "720h"',
            rule="duration_unit",
            value=text,
        )
    return InvalidValue(
        f'{shown(text)}: a day has five meanings in the field; write "24h" for 24 hours counted on the clock',
        rule="duration_day",
        value=text,
    )


Duration = Annotated[
    timedelta,
    PlainValidator(read_duration),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^[0-9P]", "examples": ["4h", "PT4H30M"]}),
]
"""A length of time in a model, not negative: reads a `timedelta`, ``4h`` or ``PT4H``, writes ISO 8601."""
