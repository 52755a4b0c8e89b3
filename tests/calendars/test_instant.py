"""Instants: what is one, what is refused, and how it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import EPOCH, Instant, format_instant, from_micros, parse_instant, to_micros
from ecsm_contracts.errors import InvalidValue

MON_2026_03_02 = datetime(2026, 3, 2, 9, tzinfo=UTC)
aware = st.datetimes(
    min_value=datetime(1990, 1, 2),
    max_value=datetime(2100, 12, 30),
    timezones=st.sampled_from(
        [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)), timezone(timedelta(minutes=345))]
    ),
)


class Event(Model):
    """A model with an instant."""

    at: Instant


def rule(value: object) -> str:
    """Return the rule by which *value* is refused as an instant."""
    with pytest.raises(InvalidValue) as caught:
        parse_instant(value)
    return caught.value.rule


@given(st.integers(to_micros(datetime(1, 1, 1, tzinfo=UTC)), to_micros(datetime(9999, 12, 31, tzinfo=UTC))))
def test_integers_and_datetimes_are_one_to_one(micros: int) -> None:
    """Every microsecond becomes one `datetime` in UTC, and that one the same microsecond."""
    assert to_micros(from_micros(micros)) == micros
    assert from_micros(micros).tzinfo is UTC


def test_the_epoch_is_zero() -> None:
    """Integers count from 1970-01-01T00:00:00Z, and are negative before it."""
    assert to_micros(EPOCH) == 0
    assert to_micros(EPOCH - timedelta(microseconds=1)) == -1


@given(aware)
def test_text_and_instant_agree(moment: datetime) -> None:
    """What is written reads back as the same instant, in UTC, and is written the same again."""
    text = format_instant(moment)
    assert parse_instant(text) == moment
    assert format_instant(parse_instant(text)) == text == format_instant(parse_instant(moment.isoformat()))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00Z"),
        ("2026-03-02 10:00+0100", "2026-03-02T09:00:00Z"),
        ("2026-03-01T23:00:00-10", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00.5Z", "2026-03-02T09:00:00.500000Z"),
        ("2026-03-02T09:00:00.000001Z", "2026-03-02T09:00:00.000001Z"),
        ("2026-03-02T09:00:00.000000Z", "2026-03-02T09:00:00Z"),
        ("1990-01-01T00:00:00Z", "1990-01-01T00:00:00Z"),
        ("1989-12-31T23:00:00-01:00", "1990-01-01T00:00:00Z"),
        ("2100-12-31T23:59:59.999999Z", "2100-12-31T23:59:59.999999Z"),
    ],
)
def test_iso_8601_with_an_offset_is_read(text: str, written: str) -> None:
    """The forms of RFC 3339 and the short offsets of tools are read, and all written in one form."""
    assert format_instant(parse_instant(text)) == written


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-02T09:00:00", "instant_naive"),
        ("2026-03-02T09:00", "instant_naive"),
        (datetime(2026, 3, 2, 9), "instant_naive"),
        ("2026-03-02T09:00:00.1234567Z", "instant_precision"),
        ("2026-03-02T09:00:00.1234567", "instant_precision"),
        ("1989-12-31T23:59:59.999999Z", "instant_range"),
        ("2101-01-01T00:00:00Z", "instant_range"),
        ("9999-12-31T23:59:59-14:00", "instant_range"),
        ("0001-01-01T00:00:00+14:00", "instant_range"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "instant_range"),
        (datetime(2101, 1, 1, tzinfo=UTC), "instant_range"),
        ("2026-03-02", "instant_syntax"),
        (date(2026, 3, 2), "instant_syntax"),
        ("20260302", "instant_syntax"),
        ("20260302T090000Z", "instant_syntax"),
        ("2026-W10-1T09:00:00Z", "instant_syntax"),
        ("2026-02-30T09:00:00Z", "instant_syntax"),
        ("2026-03-02T24:00:00Z", "instant_syntax"),
        ("2026-03-02T23:59:60Z", "instant_syntax"),
        ("2026-03-02T09:00:00+15:00", "instant_syntax"),
        ("2026-03-02T09:00:00,5Z", "instant_syntax"),
        ("2026-03-02T09:00:00Z ", "instant_syntax"),
        ("٢٠٢٦-03-02T09:00:00Z", "instant_syntax"),
        ("03/04/2026 09:00", "instant_syntax"),
        ("", "instant_syntax"),
        (1_772_442_000, "instant_syntax"),
        (1.5, "instant_syntax"),
        (True, "instant_syntax"),
        (Decimal(1), "instant_syntax"),
        (None, "instant_syntax"),
        (b"2026-03-02T09:00:00Z", "instant_syntax"),
    ],
)
def test_what_is_not_an_instant_is_refused_by_a_rule(value: object, expected: str) -> None:
    """Naive, too fine, out of range, and everything that merely looks like a time, each by its own rule."""
    assert rule(value) == expected


def test_any_zone_and_any_subclass_become_a_plain_utc_datetime() -> None:
    """A subclass of `datetime`, or one in a zone, is kept as a plain `datetime` in UTC."""

    class Stamp(datetime):
        """Another library's timestamp."""

    for moment in (
        Stamp(2026, 3, 2, 9, tzinfo=UTC),
        datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Europe/Amsterdam")),
    ):
        kept = parse_instant(moment)
        assert type(kept) is datetime
        assert kept.tzinfo is UTC
        assert kept == MON_2026_03_02


def test_both_readings_of_an_ambiguous_wall_time_are_told_apart() -> None:
    """02:30 on the night the clock goes back is two instants, an hour apart."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert to_micros(first.replace(fold=1)) - to_micros(first) == 3_600_000_000


def test_naive_values_are_refused_wherever_they_come() -> None:
    """`to_micros` and `format_instant` refuse a naive `datetime` rather than guess a zone."""
    for function in (to_micros, format_instant):
        with pytest.raises(InvalidValue, match="no offset") as caught:
            function(datetime(2026, 3, 2))
        assert caught.value.rule == "instant_naive"


def test_microseconds_beyond_every_datetime_are_refused() -> None:
    """An integer that no `datetime` can hold is an error of the library's own."""
    with pytest.raises(InvalidValue) as caught:
        from_micros(10**30)
    assert caught.value.rule == "instant_range"


def test_a_model_keeps_utc_and_writes_text() -> None:
    """A field reads text or `datetime`, keeps UTC, writes the canonical text, and names the field when it
    refuses."""
    event = Event.model_validate({"at": "2026-03-02T10:00:00+01:00"})
    assert event.at == MON_2026_03_02
    assert event.to_data() == {"at": "2026-03-02T09:00:00Z"}
    assert event.model_dump() == {"at": MON_2026_03_02}
    assert Event.model_validate_json(event.model_dump_json()) == event
    with pytest.raises(ValidationError, match="at\n"):
        Event.model_validate({"at": 1_772_442_000})
    assert Event.model_json_schema()["properties"]["at"]["format"] == "date-time"


def test_messages_are_short_and_say_what_to_write() -> None:
    """A long hostile text is cut, its control characters are escaped, and the message holds an example."""
    with pytest.raises(InvalidValue) as caught:
        parse_instant("\x1b[31m" * 1000)
    assert len(str(caught.value)) < 200
    assert "\x1b" not in str(caught.value)
    assert "2026-03-02T09:00:00Z" in str(caught.value)
