"""Durations: what is read, what is refused and why, and the two ways of writing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import (
    Duration,
    duration_micros,
    format_duration,
    parse_duration,
    show_duration,
)
from ecsm_contracts.errors import InvalidValue

lengths = st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=1_000_000))


class Target(Model):
    """A model with a duration."""

    within: Duration


def refused(text: str) -> InvalidValue:
    """Return the refusal of *text*."""
    with pytest.raises(InvalidValue) as caught:
        parse_duration(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4h", 14400),
        ("30min", 1800),
        ("30m", 1800),
        ("90s", 90),
        ("1h30m", 5400),
        ("1h30min", 5400),
        ("1h 05min 10s", 3910),
        ("2h10s", 7210),
        ("90min", 5400),
        ("0h", 0),
        ("36h", 129_600),
        ("PT4H", 14400),
        ("PT4H30M", 16200),
        ("PT36H", 129_600),
        ("PT0S", 0),
        ("PT90M", 5400),
        ("PT1H1.5S", 3601.5),
        ("PT0.000001S", 0.000001),
    ],
)
def test_short_texts_and_iso_8601_are_read(text: str, seconds: float) -> None:
    """Numbers with h, min and s in this order, and ISO 8601 without a date part, say a length of time."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@given(lengths)
def test_what_is_written_reads_back(length: timedelta) -> None:
    """Writing and reading is the identity, for the microsecond and for a million hours."""
    assert parse_duration(format_duration(length)) == length


@given(lengths)
def test_what_people_read_says_the_same(length: timedelta) -> None:
    """The text for people, its spaces taken out, reads back as the same length when it has whole seconds."""
    whole = timedelta(seconds=length // timedelta(seconds=1))
    assert parse_duration(show_duration(duration_micros(whole)).replace(" ", "")) == whole


@pytest.mark.parametrize(
    ("length", "iso", "shown"),
    [
        (timedelta(), "PT0S", "0 s"),
        (timedelta(hours=36), "PT36H", "36 h"),
        (timedelta(hours=4, minutes=5), "PT4H5M", "4 h 05 min"),
        (timedelta(hours=4, seconds=7), "PT4H7S", "4 h 00 min 07 s"),
        (timedelta(minutes=5, seconds=30), "PT5M30S", "5 min 30 s"),
        (timedelta(minutes=5, milliseconds=1500), "PT5M1.5S", "5 min 01.5 s"),
        (timedelta(seconds=12.5), "PT12.5S", "12.5 s"),
        (timedelta(microseconds=1), "PT0.000001S", "0.000001 s"),
        (timedelta(hours=-2, minutes=-30), "-PT2H30M", "-2 h 30 min"),
        (timedelta(days=30), "PT720H", "720 h"),
    ],
)
def test_both_forms_never_fold_hours_into_days(length: timedelta, iso: str, shown: str) -> None:
    """ISO 8601 and the text for people keep hours as hours, and negative lengths keep their sign."""
    assert format_duration(length) == iso
    assert show_duration(duration_micros(length)) == shown


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        ("4", "duration_unit", 'write "4h"'),
        (" 4 ", "duration_unit", 'write "4h"'),
        ("4hrs", "duration_unit", 'did you mean "4h"?'),
        ("4 hours", "duration_unit", 'did you mean "4h"?'),
        ("4H", "duration_unit", 'did you mean "4h"?'),
        ("4 h", "duration_unit", 'did you mean "4h"?'),
        ("1 hour, 30 minuts", "duration_unit", 'did you mean "1h30min"?'),
        ("500 ms", "duration_unit", "the units are h, min and s"),
        ("4x", "duration_unit", "the units are h, min and s"),
        ("30min1h", "duration_unit", "in this order"),
        ("P1M", "duration_unit", "no fixed length"),
        ("P1Y", "duration_unit", "no fixed length"),
        ("1 month", "duration_unit", "no fixed length"),
        ("2y", "duration_unit", "no fixed length"),
        ("1d", "duration_day", 'write "24h"'),
        ("1 day 4h", "duration_day", "five meanings"),
        ("1bd", "duration_day", "five meanings"),
        ("2 weeks", "duration_day", "five meanings"),
        ("P1D", "duration_day", "five meanings"),
        ("P1DT4H", "duration_day", "five meanings"),
        ("P2W", "duration_day", "five meanings"),
        ("-4h", "duration_negative", "negative"),
        ("-PT4H", "duration_negative", "negative"),
        ("100:00", "duration_syntax", 'write "100h"'),
        ("4:30", "duration_syntax", 'write "4h30min"'),
        ("1.5h", "duration_syntax", "whole numbers"),
        ("PT1.5H", "duration_syntax", "whole numbers"),
        ("PT1.0000001S", "duration_syntax", "whole numbers"),
        ("PT", "duration_syntax", "whole numbers"),
        ("P", "duration_syntax", "whole numbers"),
        ("pt4h", "duration_syntax", "whole numbers"),
        ("", "duration_syntax", "whole numbers"),
        ("-", "duration_syntax", "whole numbers"),
        ("soon", "duration_syntax", "whole numbers"),
        ("1h ", "duration_unit", 'did you mean "1h"?'),
        ("٤h", "duration_syntax", "whole numbers"),
        ("1000001h", "duration_range", "1000000 hours"),
        ("999999999h", "duration_range", "1000000 hours"),
    ],
)
def test_what_is_not_a_duration_is_refused_with_what_to_write(text: str, rule: str, hint: str) -> None:
    """Each refusal has its rule, and says what to write instead."""
    error = refused(text)
    assert error.rule == rule
    assert hint in str(error)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (3600, "duration_unit"),
        (4.5, "duration_unit"),
        (True, "duration_syntax"),
        (None, "duration_syntax"),
        (timedelta(seconds=-1), "duration_negative"),
        (timedelta(hours=1_000_000, microseconds=1), "duration_range"),
    ],
)
def test_a_field_takes_no_bare_numbers_and_no_negative_lengths(value: object, rule: str) -> None:
    """270 may be 4:30 that YAML has read, so that a number is refused; so is a length below zero."""
    with pytest.raises(ValidationError) as caught:
        Target.model_validate({"within": value})
    assert caught.value.errors()[0]["ctx"]["error"].rule == rule


def test_a_model_reads_both_forms_and_writes_iso_8601() -> None:
    """A field reads ``4h`` and a `timedelta`, keeps a plain `timedelta` and writes ISO 8601."""

    class Length(timedelta):
        """Another library's length."""

    for value in ("4h", "PT4H", timedelta(hours=4), Length(hours=4)):
        target = Target.model_validate({"within": value})
        assert type(target.within) is timedelta
        assert target.to_data() == {"within": "PT4H"}
    assert Target.model_json_schema()["properties"]["within"]["pattern"] == "^[0-9P]"


def test_hostile_texts_take_no_time() -> None:
    """Texts made for slow patterns are refused at once, and only their start is repeated."""
    for text in ("1h" * 50_000, "1 " * 50_000, "9" * 100_000 + "h", "1" + "a" * 100_000):
        assert len(str(refused(text))) < 250
