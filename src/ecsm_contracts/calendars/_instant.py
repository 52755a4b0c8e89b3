"""
Instants: points on the UTC time line, in whole microseconds.

Inside, an instant is an integer, microseconds since 1970-01-01T00:00:00Z; at the edge it is an aware
`datetime` in UTC. Nothing here knows a zone: a text without an offset is no instant, because nobody can say
which one it means.

References:
    RFC 3339, "Date and Time on the Internet: Timestamps", section 5.6; ISO 8601-1:2019.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from ecsm_contracts.errors import InvalidValue, expect, shown

__all__ = ["EPOCH", "Instant", "format_instant", "from_micros", "to_micros"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The instant that integers of microseconds count from."""

MICROSECOND = timedelta(microseconds=1)

FIRST_YEAR = 1990
"""The first year that an instant may lie in, in UTC."""

END_YEAR = 2101
"""The first year after the last that an instant may lie in, in UTC."""

_SYNTAX = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9](?:\.(?P<fraction>[0-9]{1,40}))?)?"
    r"(?P<offset>Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?",
    re.ASCII,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MICROSECOND_DIGITS = 6


def to_micros(instant: datetime) -> int:
    """
    Return the microseconds from 1970-01-01T00:00:00Z to *instant*; negative before it.

        >>> to_micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
        1000000

    Raises:
        InvalidValue: rule "instant_naive", when *instant* has no offset.
        WrongType: for what is no `datetime`.
    """
    try:
        since = instant - EPOCH
    except TypeError:
        expect(instant, datetime, "instant", "give an aware datetime; datetime.fromisoformat reads a text")
        raise _naive(instant) from None
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """
    Return the instant *micros* microseconds after 1970-01-01T00:00:00Z, as an aware `datetime` in UTC.

        >>> from_micros(1_000_000)
        datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc)

    Raises:
        InvalidValue: rule "instant_range", when no `datetime` reaches that far.
        WrongType: for what is no integer: a part of a microsecond is no instant.
    """
    if type(micros) is not int:
        expect(micros, int, "micros", "give whole microseconds")
    try:
        return EPOCH + micros * MICROSECOND
    except OverflowError:
        raise _out_of_range(micros) from None


def format_instant(instant: datetime) -> str:
    """
    Return *instant* in UTC as ISO 8601, with six fractional digits if it has microseconds, else none.

        >>> format_instant(datetime.fromisoformat("2026-03-02T10:00:00+01:00"))
        '2026-03-02T09:00:00Z'

    Raises:
        InvalidValue: rule "instant_naive", when *instant* has no offset.
    """
    return from_micros(to_micros(instant)).replace(tzinfo=None).isoformat() + "Z"


def parse_instant(value: object) -> datetime:
    """
    Return the instant that *value*, an aware `datetime` or an ISO 8601 text with an offset, names, in UTC.

        >>> parse_instant("2026-03-02T10:00:00+01:00")
        datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.timezone.utc)

    Raises:
        InvalidValue: rules "instant_syntax", "instant_naive" (no offset), "instant_precision" (finer than a
            microsecond) and "instant_range" (outside [1990-01-01, 2101-01-01), in UTC).
    """
    moment = _from_text(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise InvalidValue(
            f'{shown(value)} is not an instant: numbers and dates are not timestamps; write "2026-03-02T09:00:00Z"',
            rule="instant_syntax",
            value=value,
        )
    micros = to_micros(moment)
    if not _FIRST <= micros < _END:
        raise _out_of_range(value)
    return moment if type(moment) is datetime and moment.tzinfo is UTC else from_micros(micros)


def _from_text(text: str) -> datetime:
    match = _SYNTAX.fullmatch(text)
    if match is None:
        raise _syntax(text)
    if len(match["fraction"] or "") > _MICROSECOND_DIGITS:
        raise InvalidValue(
            f"{shown(text)} has more than {_MICROSECOND_DIGITS} fractional digits; cutting would lose time",
            rule="instant_precision",
            value=text,
        )
    if match["offset"] is None:
        raise _naive(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _syntax(text) from None


def _syntax(text: str) -> InvalidValue:
    hint = "a date is not an instant; " if _DATE.fullmatch(text) else ""
    return InvalidValue(
        f'{shown(text)} is not an instant: {hint}write "2026-03-02T09:00:00Z" or "2026-03-02T10:00:00+01:00"',
        rule="instant_syntax",
        value=text,
    )


def _naive(value: object) -> InvalidValue:
    said = value.isoformat() if isinstance(value, datetime) else value
    return InvalidValue(
        f"{shown(said)} has no offset, so it names no instant; add Z or an offset such as +01:00",
        rule="instant_naive",
        value=value,
    )


_FIRST, _END = (to_micros(datetime(year, 1, 1, tzinfo=UTC)) for year in (FIRST_YEAR, END_YEAR))


def _out_of_range(value: object) -> InvalidValue:
    return InvalidValue(
        f"{shown(value)} lies outside {FIRST_YEAR}-01-01 .. {END_YEAR}-01-01 (UTC, the end not included)",
        rule="instant_range",
        value=value,
    )


Instant = Annotated[
    datetime,
    PlainValidator(parse_instant),
    PlainSerializer(format_instant, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-02T09:00:00Z"]}),
]
"""An instant in a model: reads an aware `datetime` or ISO 8601 with an offset, keeps and writes UTC."""
