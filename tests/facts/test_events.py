"""Tests of events: what each kind needs, and what is refused."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from ecsm_contracts.facts import Event, EventKind

from .strategies import KINDS, MON_2026_03_02, NEEDED, codes, event, events

AT = "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("kind", KINDS)
def test_needs_exactly_what_its_kind_means(kind: EventKind) -> None:
    """A reply and a wait name a party, a change of priority names the priority; nothing else is required."""
    bare: dict[str, Any] = {"kind": kind, "at": MON_2026_03_02}
    if kind not in NEEDED:
        assert Event(**bare).kind == kind
        return
    with pytest.raises(ValidationError) as caught:
        Event(**bare)
    assert codes(caught.value) == ["event_incomplete"]
    (needed,) = NEEDED[kind]
    assert f"{kind} needs a {needed}" in str(caught.value)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "reprioritised"])
def test_only_reprioritised_has_a_priority(kind: EventKind) -> None:
    """A priority on any other kind is refused: it would look like a change and be none."""
    with pytest.raises(ValidationError) as caught:
        event(kind, priority="P1")
    assert codes(caught.value) == ["event_priority"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"at": datetime(2026, 3, 2, 9)}, ["instant_naive"]),
        ({"at": "2026-03-02T09:00:00"}, ["instant_naive"]),
        ({"at": 1772442000}, ["instant_syntax"]),  # seconds or milliseconds? nobody can say
        ({"at": 1772442000.0}, ["instant_syntax"]),
        ({"at": date(2026, 3, 2)}, ["instant_syntax"]),
        ({"at": "2026-03-02"}, ["instant_syntax"]),
        ({"at": None}, ["instant_syntax"]),
        ({"at": "2026-03-02T09:00:00.1234567Z"}, ["instant_precision"]),
        ({"at": "1989-12-31T23:59:59Z"}, ["instant_range"]),
        ({"kind": "reopend"}, ["literal_error"]),
        ({"kind": "Opened"}, ["literal_error"]),
        ({"colour": "red"}, ["unexpected_keyword_argument"]),
        ({"kind": "held", "party": ""}, ["string_too_short"]),
        ({"kind": "held", "party": " customer"}, ["blank_edge"]),
        ({"kind": "held", "party": "customer\n"}, ["control_character"]),
        (
            {"kind": "held", "party": "customer\u202e"},
            ["control_character"],
        ),  # turns the text around when shown
        ({"kind": "held", "party": 7}, ["string_type"]),
        ({"kind": "held", "party": "p" * 101}, ["string_too_long"]),
        ({"kind": "reprioritised", "priority": 1}, ["string_type"]),
        ({"reason": ""}, ["string_too_short"]),
        ({"reason": "r" * 2001}, ["string_too_long"]),
        ({"group": ""}, ["string_too_short"]),
    ],
)
def test_refuses(data: dict[str, Any], expected: list[str]) -> None:
    """What is not an event of a known kind at a known instant is refused, each fault by a stable code."""
    fields: dict[str, Any] = {"kind": "noted", "at": AT, **data}
    with pytest.raises(ValidationError) as caught:
        Event(**fields)
    assert codes(caught.value) == expected


@pytest.mark.parametrize(
    "at",
    [
        AT,
        "2026-03-02T10:00:00+01:00",
        "2026-03-02 03:30:00-05:30",
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        datetime(2026, 3, 2, 18, tzinfo=timezone(timedelta(hours=9))),
    ],
)
def test_one_instant_one_event(at: datetime | str) -> None:
    """Law E14: an instant written with another offset is the same event, with the same hash."""
    written = event("opened", at)
    assert written == event("opened")
    assert hash(written) == hash(event("opened"))
    assert written.at.tzinfo is UTC


@given(events())
def test_frozen(some: Event) -> None:
    """An event cannot be changed, nor given a field that it does not have."""
    with pytest.raises(FrozenInstanceError):
        some.kind = "closed"  # type: ignore[misc]  # that it is frozen is the claim
    with pytest.raises((AttributeError, TypeError)):
        some.colour = "red"  # type: ignore[attr-defined]  # that there is no such field is the claim
