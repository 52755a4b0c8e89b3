"""The grammar of weekly hours, the canonical text, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import Span, WeeklyHours
from ecsm_contracts.calendars._hours import read_day_hours, show_day_hours
from ecsm_contracts.errors import InvalidValue

DAY = 1440
day_spans = st.lists(st.integers(0, DAY), unique=True, max_size=8).map(
    lambda cuts: tuple(zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False))
)
week_spans = st.tuples(*[st.one_of(day_spans, st.just(((0, DAY),)))] * 7)


class Desk(Model):
    """A model with weekly hours."""

    hours: WeeklyHours


def refused(hours: str) -> InvalidValue:
    """Return the refusal of *hours*."""
    with pytest.raises(InvalidValue) as caught:
        WeeklyHours.parse(hours)
    return caught.value


@given(week_spans)
def test_every_week_has_a_text_that_reads_back(days: tuple[tuple[Span, ...], ...]) -> None:
    """The canonical text of any week, written once or in parts, gives the same value and the same text."""
    hours = WeeklyHours(days)
    assert WeeklyHours.parse(str(hours)) == WeeklyHours.parse(hours.texts) == hours
    assert WeeklyHours.parse(hours.texts).texts == hours.texts


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Mon-Fri 08:00-18:00", ("Mon-Fri 08:00-18:00",)),
        (
            "Mon-Fri 08:00-12:00 13:00-18:00; Sat 09:00-12:00",
            ("Mon-Fri 08:00-12:00 13:00-18:00", "Sat 09:00-12:00"),
        ),
        ("Mon,Wed 08:00-10:00", ("Mon,Wed 08:00-10:00",)),
        ("Wed, Mon  10:00-12:00, 08:00-10:00", ("Mon,Wed 08:00-12:00",)),
        ("Fri-Mon 08:00-10:00", ("Mon,Fri-Sun 08:00-10:00",)),
        ("Mon 08:00-12:00; Mon 13:00-17:00", ("Mon 08:00-12:00 13:00-17:00",)),
        ("Mon-Fri 22:00-06:00", ("Mon-Fri 22:00-06:00",)),
        ("Sun 22:00-06:00", ("Sun 22:00-06:00",)),
        ("Mon 22:00-24:00; Tue 00:00-06:00", ("Mon 22:00-06:00",)),
        ("Mon 22:00-00:00", ("Mon 22:00-24:00",)),
        ("Mon 08:00-24:00; Tue 00:00-10:00", ("Mon 08:00-24:00", "Tue 00:00-10:00")),
        ("Mon-Sun 00:00-24:00", ("always",)),
        ("00:00-24:00", ("always",)),
        ("always", ("always",)),
        ("08:00-10:00", ("Mon-Sun 08:00-10:00",)),
        ("closed", ("closed",)),
        ("Mon-Fri 00:00-24:00", ("Mon-Fri 00:00-24:00",)),
    ],
)
def test_one_meaning_has_one_text(text: str, canonical: tuple[str, ...]) -> None:
    """Order, spaces, cuts at midnight and touching shifts do not matter; the canonical text is the
    shortest plain one."""
    assert WeeklyHours.parse(text).texts == canonical


def test_an_overnight_shift_ends_in_the_early_hours_of_the_next_day() -> None:
    """Sunday's night shift reaches Monday, and the week begins on Monday."""
    days = WeeklyHours.parse("Sun 22:00-06:00; Mon 08:00-12:00").days
    assert days[6] == ((1320, 1440),)
    assert days[0] == ((0, 360), (480, 720))


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        ("Mon-Fri", "hours_syntax", "has no shift"),
        ("", "hours_syntax", "has no shift"),
        ("Mon 08:00-10:00;", "hours_syntax", "has no shift"),
        ("closed; Mon 08:00-10:00", "hours_syntax", "has no shift"),
        ("Mon 8:00-18:00", "hours_syntax", 'did you mean "08:00-18:00"?'),
        ("Mon 08:00–18:00", "hours_syntax", 'did you mean "08:00-18:00"?'),
        ("Mon 08:00", "hours_syntax", "two times of day"),
        ("Mon 08:00-10:00 Tue 08:00-10:00", "hours_syntax", "two times of day"),
        ("Mon 08:00:00-18:00:00", "hours_seconds", 'did you mean "08:00-18:00"?'),
        ("Mon 08:00-18:00:30", "hours_seconds", "whole minutes"),
        ("Monday 08:00-10:00", "hours_day", 'did you mean "Mon"?'),
        ("wednesday 08:00-10:00", "hours_day", 'did you mean "Wed"?'),
        ("Mo 08:00-10:00", "hours_day", "the days are Mon"),
        ("Mon-Wed-Fri 08:00-10:00", "hours_day", "not a range"),
        ("Mon-Mon 08:00-10:00", "hours_day", "not a range"),
        ("Mon, 08:00-10:00", "hours_day", "not a weekday"),
        ("Mon 08:60-10:00", "hours_time", "00:00 to 23:59"),
        ("Mon 08:00-10:60", "hours_time", "00:00 to 23:59"),
        ("Mon 08:00-24:01", "hours_time", "00:00 to 23:59"),
        ("Mon 24:00-08:00", "hours_time", "00:00 to 23:59"),
        ("Mon 08:00-08:00", "hours_empty", "is empty"),
        ("Mon 00:00-00:00", "hours_empty", "00:00-24:00"),
        ("Mon 09:00-13:00 12:00-17:00", "hours_overlap", "12:00-17:00 overlaps 09:00-13:00 on Mon"),
        ("Mon-Tue 08:00-10:00; Tue 09:00-11:00", "hours_overlap", "on Tue"),
        (
            "Mon 22:00-06:00; Tue 05:00-09:00",
            "hours_overlap",
            "05:00-09:00 overlaps 22:00-06:00 of Mon on Tue",
        ),
        ("always; Mon 08:00-10:00", "hours_overlap", "on Mon"),
        ("Mon " + "08:00-10:00 " * 1000, "hours_syntax", "more than 2000 characters"),
    ],
)
def test_what_is_not_hours_is_refused_with_a_rule(text: str, rule: str, hint: str) -> None:
    """Every mistake has its rule and a message that names it."""
    error = refused(text)
    assert error.rule == rule
    assert hint in str(error)


@pytest.mark.parametrize(
    "days",
    [
        ((),) * 6,
        (((0, 1441),), *((),) * 6),
        (((10, 5),), *((),) * 6),
        (((0, 5), (5, 9)), *((),) * 6),
        (((-1, 5),), *((),) * 6),
    ],
)
def test_a_week_that_is_not_canonical_is_refused(days: tuple[tuple[Span, ...], ...]) -> None:
    """The value itself takes only seven days of sorted, disjoint minutes that do not touch."""
    with pytest.raises(InvalidValue) as caught:
        WeeklyHours(days)
    assert caught.value.rule == "hours_days"


def test_a_model_reads_a_text_or_a_list_and_writes_the_list() -> None:
    """A field reads both forms, and writes the list of canonical texts."""
    parts = ["Mon 08:00-10:00", "Sat 09:00-12:00"]
    desk = Desk(hours=WeeklyHours.parse(parts))
    for value in ("; ".join(parts), parts, desk.hours):
        same = Desk.model_validate({"hours": value})
        assert same.to_data() == {"hours": parts}
        assert same == desk
        assert hash(same) == hash(desk)
    assert "anyOf" in Desk.model_json_schema()["properties"]["hours"]


@pytest.mark.parametrize("value", [None, [], [1], {"Mon": "08:00-10:00"}, 8])
def test_a_field_takes_nothing_else(value: object) -> None:
    """Neither nothing nor an empty list nor a mapping is weekly hours."""
    with pytest.raises(ValidationError, match="not weekly hours"):
        Desk.model_validate({"hours": value})


@given(day_spans)
def test_the_hours_of_a_date_have_a_text_that_reads_back(spans: tuple[Span, ...]) -> None:
    """Writing and reading the hours of one date is the identity; no hours are written ``closed``."""
    assert read_day_hours(show_day_hours(spans)) == spans


def test_the_hours_of_a_date_do_not_pass_midnight() -> None:
    """A special day says nothing about the next; ``always`` is the whole date."""
    assert read_day_hours("always") == ((0, 1440),)
    with pytest.raises(InvalidValue) as caught:
        read_day_hours("22:00-06:00")
    assert caught.value.rule == "hours_overnight"
