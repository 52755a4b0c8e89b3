"""Tests of tickets: the order of events, repetitions, what is known when, and digests."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import digest
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.facts import Event, Ticket

from .strategies import EVENT_LISTS, MICRO, MON_2026_03_02, codes, event, hour, ticket


@given(EVENT_LISTS)
def test_events_are_in_order_each_once(some: list[Event]) -> None:
    """Events are sorted by instant, those of one instant stay as given, and exact repetitions go."""
    expected: list[Event] = []
    for candidate in some:
        if candidate in expected:
            continue
        after = [n for n, each in enumerate(expected) if each.at > candidate.at]
        expected.insert(after[0] if after else len(expected), candidate)
    assert list(ticket(*some).events) == expected


@given(EVENT_LISTS, st.randoms(use_true_random=False))
def test_order_given_is_irrelevant(some: list[Event], random: Any) -> None:
    """Law E20: with instants that differ, any order of events and any redelivery make the same ticket."""
    apart = list({each.at: each for each in some}.values())
    shuffled = [*apart, *random.sample(apart, random.randint(0, len(apart)))]
    random.shuffle(shuffled)
    one, other = ticket(*apart), ticket(*shuffled)
    assert one == other
    assert one.short_digest == other.short_digest


@pytest.mark.parametrize(
    "other",
    [
        event("held", hour(1), party="vendor"),
        event("held", hour(1), reason="waits for a part"),
        event("held", hour(1) + MICRO),
        event("resumed", hour(1)),
    ],
)
def test_nearly_a_repetition_is_another_event(other: Event) -> None:
    """An event that differs in any one field is kept."""
    held = event("held", hour(1))
    assert ticket(event("opened"), held, other, held).events == (event("opened"), held, other)


@given(EVENT_LISTS, st.integers(-2, 7).map(hour) | st.integers(-4, 4).map(lambda n: hour(1) + n * MICRO))
def test_known_before(some: list[Event], end: Any) -> None:
    """What is known before an instant is the ticket with the earlier events only, None if there are none."""
    whole = ticket(*some)
    known = whole.known_before(to_micros(end))
    earlier = tuple(each for each in whole.events if each.at < end)
    if not earlier:
        assert known is None
        return
    assert known is not None
    assert known.events == earlier
    assert known.to_data() == {**whole.to_data(), "events": whole.to_data()["events"][: len(earlier)]}
    assert (known is whole) == (earlier == whole.events)


def test_known_before_is_exclusive() -> None:
    """An event at the very end of a period is not known in it; a microsecond earlier it is."""
    one = ticket(event("opened"), event("resolved", hour(1)))
    end = to_micros(hour(1))
    assert [len(known.events) for at in (end, end + 1) if (known := one.known_before(at))] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        {"ref": "T-2"},
        {"service": "mail"},
        {"type": "request"},
        {"priority": "P1"},
        {"subject": "Printer"},
        {"customer": "acme"},
        {"events": [event("opened", MON_2026_03_02 + MICRO)]},
        {"events": [event("opened", reason="by telephone")]},
        {"events": [event("opened", group="first line")]},
        {"events": [event("opened", party="customer")]},
        {"events": [event("opened"), event("noted")]},
    ],
    ids=str,
)
def test_digest_sees_every_field(change: dict[str, Any]) -> None:
    """A change of anything a ticket says changes its digest."""
    one = ticket(event("opened"))
    assert one.replace(**change).short_digest != one.short_digest


@given(EVENT_LISTS, st.sampled_from([None, "Printer"]), st.sampled_from([None, "acme"]))
def test_data_round_trip(some: list[Event], subject: str | None, customer: str | None) -> None:
    """A ticket is read back from its data, which is what every model gives, and its digest is made of it."""
    one = ticket(*some, subject=subject, customer=customer)
    data = one.to_data()
    assert Ticket.model_validate(data) == one
    assert data == one.model_dump(mode="json", exclude_none=True)
    assert one.digest() == digest(data)
    assert one.short_digest == digest(data)[7:23]


@given(EVENT_LISTS)
def test_copies_are_equal(some: list[Event]) -> None:
    """A ticket is the same after a pickle, a copy and a deep copy."""
    one = ticket(*some)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - written in this line
    assert copy.copy(one) == one
    assert copy.deepcopy(one) == one


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"events": []}, ["too_short"]),
        ({"events": [{"kind": "held", "at": "2026-03-02T09:00:00Z"}, {"kind": "opened", "at": 5}]},
         ["event_incomplete", "instant_syntax", "too_short"]),  # no event is left
        ({"ref": ""}, ["string_too_short"]),
        ({"ref": 7}, ["string_type"]),
        ({"ref": "T" * 201}, ["string_too_long"]),
        ({"ref": "T-1\x1b[31m"}, ["control_character"]),
        ({"ref": "T-1 "}, ["blank_edge"]),
        ({"service": "\u00a0desk"}, ["control_character"]),
        ({"type": None}, ["string_type"]),
        ({"priority": 1}, ["string_type"]),
        ({"colour": "red"}, ["extra_forbidden"]),
        ({"subject": "s" * 2001}, ["string_too_long"]),
    ],
)  # fmt: skip
def test_refuses(fields: dict[str, Any], expected: list[str]) -> None:
    """What is not a ticket is refused, every fault at once, each by a stable code."""
    with pytest.raises(ValidationError) as caught:
        ticket(event("opened"), **fields)
    assert codes(caught.value) == expected


def test_a_ticket_is_frozen() -> None:
    """A ticket cannot be changed."""
    with pytest.raises(ValidationError, match="frozen"):
        ticket(event("opened")).priority = "P1"  # type: ignore[misc]  # that it is frozen is the claim
