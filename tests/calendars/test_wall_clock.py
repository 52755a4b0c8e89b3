"""Readings of a wall clock, and the instants they name."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.calendars import from_micros, instant_after_gap, wall_clock_instants
from ecsm_contracts.errors import InvalidValue
from tests.calendars.wallclock import zone_of

ZONES = st.sampled_from(
    ["UTC", "Europe/Amsterdam", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]
)
READINGS = st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30))
NEAR_CHANGES = st.builds(
    lambda day, minute: day + timedelta(minutes=minute),
    st.sampled_from(
        [
            datetime(2026, 3, 29),  # Amsterdam: forward
            datetime(2026, 10, 25),  # Amsterdam: back
            datetime(2018, 2, 18),  # Sao Paulo: back at midnight
            datetime(2018, 11, 4),  # Sao Paulo: forward at midnight
            datetime(2026, 4, 5),  # Lord Howe: back by half an hour
            datetime(2011, 12, 30),  # Apia: a day that never was
        ]
    ),
    st.integers(-180, 1620),
)


@given(ZONES, READINGS | NEAR_CHANGES)
def test_the_instants_are_those_at_which_the_clock_shows_the_reading(name: str, reading: datetime) -> None:
    """A wall clock shows the reading at each instant that is named, and at no other within a day and a half."""
    found = wall_clock_instants(name, reading)
    zone = zone_of(name)
    offsets = {(reading + timedelta(hours=hours)).replace(tzinfo=zone).utcoffset() for hours in range(-36, 37)}
    offsets |= {reading.replace(tzinfo=zone, fold=1).utcoffset()}
    candidates = sorted((reading - offset).replace(tzinfo=UTC) for offset in offsets if offset is not None)
    shown = [each for each in candidates if each.astimezone(zone).replace(tzinfo=None) == reading]
    assert [from_micros(each) for each in found] == shown


@given(ZONES, NEAR_CHANGES)
def test_a_reading_in_a_gap_is_as_far_after_it_as_it_is_into_it(name: str, reading: datetime) -> None:
    """What never happens lands after the gap, by the offset that held before it."""
    if wall_clock_instants(name, reading):
        return
    after = from_micros(instant_after_gap(name, reading))
    gap = after.astimezone(zone_of(name)).replace(tzinfo=None) - reading
    before = zone_of(name).utcoffset((after - gap).astimezone(zone_of(name)).replace(tzinfo=None))
    assert gap > timedelta(0)
    assert before == reading.replace(tzinfo=UTC) - after


@pytest.mark.parametrize(
    ("reading", "count"),
    [
        (datetime(2026, 3, 29, 1, 59, 59, 999999), 1),
        (datetime(2026, 3, 29, 2, 0), 0),
        (datetime(2026, 3, 29, 2, 59, 59, 999999), 0),
        (datetime(2026, 3, 29, 3, 0), 1),
        (datetime(2026, 10, 25, 1, 59, 59, 999999), 1),
        (datetime(2026, 10, 25, 2, 0), 2),
        (datetime(2026, 10, 25, 2, 59, 59, 999999), 2),
        (datetime(2026, 10, 25, 3, 0), 1),
    ],
)
def test_the_edges_of_a_change_are_half_open(reading: datetime, count: int) -> None:
    """The hour that never happens, and the one that happens twice, begin with their first and end before the next."""
    assert len(wall_clock_instants("Europe/Amsterdam", reading)) == count


@pytest.mark.parametrize(
    ("reading", "rule"),
    [
        (datetime(2026, 3, 2, tzinfo=UTC), "reading_offset"),
        (datetime(1988, 12, 31), "instant_range"),
        (datetime(1, 1, 1), "instant_range"),
        (datetime(9999, 12, 31), "instant_range"),
    ],
)
def test_what_is_no_reading_is_refused(reading: datetime, rule: str) -> None:
    """A time with an offset is no reading, and one far away is in no zone's data."""
    with pytest.raises(InvalidValue) as refused:
        wall_clock_instants("Europe/Amsterdam", reading)
    assert refused.value.rule == rule


def test_an_instant_after_a_gap_needs_a_gap() -> None:
    """A reading that clocks do show is refused, because it is in no gap."""
    with pytest.raises(InvalidValue) as refused:
        instant_after_gap("Europe/Amsterdam", datetime(2026, 3, 2, 9))
    assert refused.value.rule == "reading_gap"
