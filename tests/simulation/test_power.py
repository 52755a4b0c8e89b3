"""The worlds are worth comparing with: what is difficult happens often enough in those that the tests run."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ecsm_contracts.simulation import Bands
from ecsm_contracts.simulation._wallclock import zone_of

from .compare import world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.simulation import World

pytestmark = pytest.mark.sweep

SEEDS = range(28)
NEEDED = {
    "a miss": 80,
    "a late minute in a later month than its miss": 5,
    "a miss that is taken back": 10,
    "a resolution that counts as missed": 60,
    "a ticket that counts in two months": 10,
    "a wait for the customer over the close of the desk": 60,
    "a resolution during a wait": 60,
    "a reopening": 80,
    "a ticket reopened after it was closed": 30,
    "a change of priority that takes effect": 60,
    "a closing without a resolution": 60,
    "a cancellation": 80,
    "overlapping outages": 60,
    "planned time": 30,
    "a monthly limit that binds": 15,
    "a yearly limit that binds": 10,
    "an hour that happens twice or never": 20,
    "hours that pass midnight": 10,
    "a zone for months other than that of the hours": 10,
    "several events in one minute": 80,
    "a credit by late time": 10,
    "a rate in bands for tickets": 10,
    "a priority without a promise": 20,
}
"""In how many percent of the worlds, at the least."""


STATES = frozenset({"opened", "held", "resumed", "resolved", "closed", "reopened"})
AGAIN = "a reopening"
CLOSED_OPEN = ("a closing without a resolution",)
ORDERS = {
    ("held", "resolved"): ("a resolution during a wait",),
    ("resolved", "reopened"): (AGAIN,),
    ("closed", "reopened"): (AGAIN, "a ticket reopened after it was closed"),
    **dict.fromkeys([("opened", "closed"), ("resumed", "closed"), ("reopened", "closed")], CLOSED_OPEN),
}
"""What two events that follow each other tell."""


def _ticket_events(world: World) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for record in world.tables["tickets"]:
        if (record["service"], record["type"]) == ("desk", "incident"):
            yield record["priority"], record["events"]


def _story(priority: str, events: list[dict[str, Any]], zone: str) -> Iterator[str]:
    """What is difficult about one ticket."""
    before, held_on = "", ""
    for event in events:
        kind = event["kind"]
        yield from ORDERS.get((before, kind), ())
        if kind == "held":
            held_on = _local_day(event["at"], zone) if event["party"] == "customer" else ""
        elif kind in {"resumed", "resolved"}:
            if held_on not in {"", _local_day(event["at"], zone)}:
                yield "a wait for the customer over the close of the desk"
            held_on = ""
        elif kind == "reprioritised" and event["priority"] != priority:
            yield "a change of priority that takes effect"
            priority = event["priority"]
        before = kind if kind in STATES else before
    if {"cancelled", "merged"} & {event["kind"] for event in events}:
        yield "a cancellation"
    if len({event["at"] for event in events}) < len(events):
        yield "several events in one minute"


def _local_day(text: str, zone: str) -> str:
    return datetime.fromisoformat(text).astimezone(zone_of(zone)).date().isoformat()


def _counts(world: World) -> Iterator[str]:
    """What is difficult about what was counted."""
    seen: set[str] = set()
    missed: set[str] = set()
    for month in world.months:
        answered, resolved = dict(month.level("4.1").tickets), dict(month.level("4.2").tickets)
        if any(row[1] > 0 for row in answered.values()):
            yield "a miss"
        if any(row[1] < 0 for row in answered.values()):
            yield "a miss that is taken back"
        if any(row[2] > 0 and not row[1] and ref in missed for ref, row in answered.items()):
            yield "a late minute in a later month than its miss"
        if any(not row[1] for row in resolved.values()):
            yield "a resolution that counts as missed"
        if seen & resolved.keys():
            yield "a ticket that counts in two months"
        if any(level.counts[-1][0] == "planned" and level.count("planned") for level in month.levels):
            yield "planned time"
        yield from (f"a {'yearly' if ref == '4.10' else 'monthly'} limit that binds" for ref in month.limited)
        seen |= resolved.keys()
        missed |= {ref for ref, row in answered.items() if row[1] > 0}


def _circumstances(world: World) -> Iterator[str]:
    """What is difficult about the desk."""
    desk, hours = world.desk, dict(world.desk.hours)["desk"]
    offsets = {
        datetime.fromtimestamp(minute * 60, UTC).astimezone(zone_of(hours.zone)).utcoffset()
        for month in world.months
        for minute in (month.start, month.end)
    }
    if len(offsets) > 1:
        yield "an hour that happens twice or never"
    if any(shift.end < shift.start for shift in hours.shifts):
        yield "hours that pass midnight"
    if desk.zone != hours.zone:
        yield "a zone for months other than that of the hours"
    if world.overlaps:
        yield "overlapping outages"
    if desk.credits[0].per == "late_time":
        yield "a credit by late time"
    if isinstance(desk.credits[1].rate, Bands):
        yield "a rate in bands for tickets"
    if any(target is None for promise in desk.promises for _, target in promise.targets):
        yield "a priority without a promise"


@pytest.fixture(scope="module")
def found() -> Counter[str]:
    """In how many worlds each difficulty occurs."""
    counter: Counter[str] = Counter()
    for seed in SEEDS:
        world = world_of(seed)
        zone = dict(world.desk.hours)["desk"].zone
        stories = (each for priority, events in _ticket_events(world) for each in _story(priority, events, zone))
        counter.update({*stories, *_counts(world), *_circumstances(world)})
    return counter


@pytest.mark.parametrize("difficulty", NEEDED)
def test_difficulties_are_not_rare(difficulty: str, found: Counter[str]) -> None:
    """Each difficulty occurs in its share of the worlds, so that agreement means something."""
    assert found[difficulty] * 100 >= NEEDED[difficulty] * len(SEEDS)


def test_all_difficulties_are_gated(found: Counter[str]) -> None:
    """Nothing is counted that has no threshold."""
    assert found.keys() <= NEEDED.keys()
