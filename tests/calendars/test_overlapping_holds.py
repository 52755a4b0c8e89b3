"""Holds that overlap take their time off once."""

from datetime import UTC, datetime, timedelta

import pytest

from ecsm_contracts.calendars import BusinessCalendar

OFFICE = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="UTC")
HOUR = timedelta(hours=1)
FRI_2026_03_06 = datetime(2026, 3, 6, tzinfo=UTC)
OPENS, CLOSES = FRI_2026_03_06 + 9 * HOUR, FRI_2026_03_06 + 17 * HOUR


@pytest.mark.parametrize(
    ("hours", "worked"),
    [
        ([(10, 12), (10, 12)], 6),  # told twice
        ([(10, 12), (11, 13)], 5),
        ([(11, 13), (10, 12)], 5),
        ([(10, 14), (11, 12)], 4),  # one inside the other
        ([(10, 11), (11, 12)], 6),  # they meet
        ([(8, 18), (9, 17)], 0),
    ],
)
def test_an_hour_is_held_once(hours: list[tuple[int, int]], worked: int) -> None:
    """Of a day of eight hours the union of the holds is taken off, whatever covers what."""
    holds = [(FRI_2026_03_06 + start * HOUR, FRI_2026_03_06 + end * HOUR) for start, end in hours]
    assert OFFICE.worked(OPENS, CLOSES, holds) == worked * HOUR
