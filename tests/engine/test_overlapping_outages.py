"""Outages that overlap take their time off once."""

from typing import Any

import pytest

import ecsm_contracts as ec
from tests.engine.world import JANUARY, OUTAGE, acme, january

HOUR = 3_600_000_000


def outage(ref: str, start: int, end: int) -> dict[str, Any]:
    """An outage of mail, from one hour of a day to another."""
    return {**OUTAGE, "ref": ref, "start": f"2026-01-10T{start:02}:00:00Z", "end": f"2026-01-10T{end:02}:00:00Z"}


@pytest.mark.parametrize(
    ("hours", "out"),
    [
        ([(0, 5), (0, 5)], 5),  # two records of one time
        ([(0, 5), (3, 8)], 8),
        ([(3, 8), (0, 5)], 8),
        ([(0, 9), (3, 5)], 9),  # one inside the other
        ([(0, 5), (5, 8)], 8),  # they meet
        ([(0, 2), (4, 6)], 4),
    ],
)
def test_an_hour_is_out_once(hours: list[tuple[int, int]], out: int) -> None:
    """Mail was down for the union of its outages, whatever covers what."""
    outages = [outage(f"O-{n}", start, end) for n, (start, end) in enumerate(hours)]
    statement = ec.evaluate(acme(), january(outages=outages, notices=[]), period=JANUARY)
    assert statement.tally["4.3.unavailable"] == out * HOUR
