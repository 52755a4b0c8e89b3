"""
Tests of the timeline: every cell of its table, and the whole of it against a regular expression.

Each kind of event is a letter; tickets that do not contradict themselves are the words of one expression.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts import EventKind, is_finished, timeline

from .strategies import KINDS, MON_2026_03_02, event, hour, ticket, ticket_of

LETTERS: dict[EventKind, str] = {
    "opened": "o", "noted": "n", "held": "h", "resumed": "h", "reopened": "p",
    "acknowledged": "a", "replied": "a", "reprioritised": "a", "transferred": "a",
    "resolved": "r", "closed": "r", "cancelled": "x", "merged": "x",
}  # fmt: skip
OPEN, DONE = "[anh]*", "r[anr]*"
TRUE = re.compile(f"o{OPEN}(?:{DONE}p{OPEN})*(?:{DONE})?(?:xn*)?")
FINISHED = re.compile(f"o{OPEN}(?:{DONE}p{OPEN})*(?:{DONE}|(?:{DONE})?xn*)")
LEADING: dict[str, tuple[EventKind, ...]] = {
    "none": (),
    "open": ("opened",),
    "open again": ("opened", "resolved", "reopened"),
    "held": ("opened", "held"),
    "resolved": ("opened", "resolved"),
    "closed": ("opened", "closed"),
    "resolved while held": ("opened", "held", "resolved"),
    "cancelled": ("opened", "cancelled"),
    "merged after resolution": ("opened", "resolved", "merged"),
}
"""A ticket that leads to each state."""


def word(kinds: list[EventKind]) -> str:
    """Return the letters of *kinds*."""
    return "".join(LETTERS[kind] for kind in kinds)


@st.composite
def plausible(draw: st.DrawFn) -> list[EventKind]:
    """Draw kinds of event that mostly make sense, so that contradictions come late."""
    kinds: list[EventKind] = ["opened"]
    for _ in range(draw(st.integers(0, 9))):
        likely = [kind for kind in KINDS if TRUE.fullmatch(word([*kinds, kind]))]
        kinds.append(draw(st.sampled_from([*likely, *likely, *likely, *KINDS])))
    return kinds


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", LEADING)
def test_every_cell(state: str, kind: EventKind) -> None:
    """In each state each kind of event is allowed or a contradiction, as the words of the expression say."""
    kinds = [*LEADING[state], kind]
    if TRUE.fullmatch(word(kinds)):
        assert timeline(ticket_of(*kinds))[-1].kind == kind
        return
    with pytest.raises(Contradiction) as caught:
        timeline(ticket_of(*kinds))
    assert (caught.value.item, caught.value.events) == ("T-1", (len(kinds),))
    assert f"T-1: {caught.value.reason}" == str(caught.value)
    assert f"(event {len(kinds)})" in caught.value.reason


@given(plausible() | st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
def test_contradiction_is_the_first_event_that_cannot_be(kinds: list[EventKind]) -> None:
    """A ticket is refused when it is no word of the expression, at the first event that makes it none."""
    clash = next((n for n in range(1, len(kinds) + 1) if not TRUE.fullmatch(word(kinds[:n]))), None)
    if clash is None:
        timeline(ticket_of(*kinds))
        return
    with pytest.raises(Contradiction) as caught:
        timeline(ticket_of(*kinds))
    assert caught.value.events == (clash,)


@given(plausible())
def test_steps_are_the_events(kinds: list[EventKind]) -> None:
    """Each event is one step at its instant; a closing that also resolves is two, the resolution first."""
    while not TRUE.fullmatch(word(kinds)):
        kinds = kinds[:-1]
    expected: list[tuple[int, str, int]] = []
    resolved = False
    for position, kind in enumerate(kinds, 1):
        if kind == "closed" and not resolved:
            expected.append((to_micros(hour(position - 1)), "resolved", position))
        expected.append((to_micros(hour(position - 1)), kind, position))
        resolved = LETTERS[kind] == "r" or (resolved and LETTERS[kind] in "an")
    steps = timeline(ticket_of(*kinds))
    assert [(step.at, step.kind, step.position) for step in steps] == expected
    assert is_finished(steps) == bool(FINISHED.fullmatch(word(kinds)))


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [
        (["noted"], "the first event is noted, not opened"),
        (["resolved"], "the first event is resolved, not opened"),
        (["opened", "opened"], "it is opened a second time"),
        (["opened", "resolved", "opened"], "it is opened a second time"),
        (["opened", "held", "reopened"], "it is reopened without having been resolved"),
        (["opened", "resolved", "held"], "it is held while resolved; a reopening is missing"),
        (["opened", "closed", "resumed"], "it is resumed while resolved; a reopening is missing"),
        (["opened", "cancelled", "resolved"], "it is resolved after it was cancelled or merged"),
        (["opened", "merged", "opened"], "it is opened after it was cancelled or merged"),
        (["opened", "merged", "cancelled"], "it is cancelled after it was cancelled or merged"),
    ],
)
def test_reason(kinds: list[EventKind], reason: str) -> None:
    """A contradiction says what is wrong, and at which event, counted from one."""
    with pytest.raises(Contradiction) as caught:
        timeline(ticket_of(*kinds))
    assert caught.value.reason == f"{reason} (event {len(kinds)})"


def test_position_counts_in_the_order_of_time() -> None:
    """The position of a clash is that among the events in the order of time, repetitions not counted."""
    opened, resolved = event("opened"), event("resolved", hour(1))
    with pytest.raises(Contradiction) as caught:
        timeline(ticket(event("held", hour(2)), resolved, opened, resolved))
    assert caught.value.events == (3,)


def test_a_step_carries_party_and_priority() -> None:
    """A step says who was waited for and the new priority; the resolution in a closing says neither."""
    steps = timeline(
        ticket(
            event("opened"),
            event("held", hour(1), party="vendor"),
            event("reprioritised", hour(2), priority="P3"),
            event("closed", hour(3), party="customer"),
        )
    )
    said = [(step.kind, step.party, step.priority) for step in steps]
    assert said == [
        ("opened", None, None), ("held", "vendor", None), ("reprioritised", None, "P3"),
        ("resolved", None, None), ("closed", "customer", None),
    ]  # fmt: skip
    assert steps[0].at == to_micros(MON_2026_03_02)


def test_nothing_is_not_finished() -> None:
    """A ticket of which nothing is known is not finished."""
    assert not is_finished(())
