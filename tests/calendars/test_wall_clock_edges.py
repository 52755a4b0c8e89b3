"""The edges of the hour that clocks skip, to the microsecond."""

from datetime import datetime, timedelta

import pytest

from ecsm_contracts.calendars import format_instant, from_micros, instant_after_gap
from ecsm_contracts.errors import InvalidValue

FIRST, NEXT = datetime(2026, 3, 29, 2), datetime(2026, 3, 29, 3)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("reading", "instant"), [(FIRST, "2026-03-29T01:00:00Z"), (NEXT - MICROSECOND, "2026-03-29T01:59:59.999999Z")]
)
def test_a_gap_has_its_first_reading_and_its_last(reading: datetime, instant: str) -> None:
    """The first reading that clocks skip is the very instant of the change, and the last one ends an hour later."""
    assert format_instant(from_micros(instant_after_gap("Europe/Amsterdam", reading))) == instant


@pytest.mark.parametrize("reading", [FIRST - MICROSECOND, NEXT])
def test_the_readings_beside_a_gap_are_not_in_it(reading: datetime) -> None:
    """Clocks show the last reading before the change and the first one after it."""
    with pytest.raises(InvalidValue, match="is in no gap"):
        instant_after_gap("Europe/Amsterdam", reading)
