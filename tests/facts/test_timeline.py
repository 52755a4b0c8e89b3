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
from ecsm_contracts.facts import Event, EventKind, Holder, PriorityMatrix, is_finished, timeline

from .strategies import KINDS, MON_2026_03_02, event, hour, ticket, ticket_of

LETTERS: dict[EventKind, str] = {
    "opened": "o", "noted": "n", "held": "h", "resumed": "h", "reopened": "p",
    "acknowledged": "a", "replied": "a", "arrived": "a", "reprioritised": "a", "transferred": "a",
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


def clashing(kinds: list[EventKind], clash: int) -> tuple[int, ...]:
    """Return the positions of the event that cannot be, the one at *clash*, and of the one that it clashes with."""
    before, kind = word(kinds[: clash - 1]), kinds[clash - 1]
    if not before:
        other = kinds.index("opened") + 1 if "opened" in kinds else clash
    elif kind == "opened" and "x" not in before:
        other = 1
    else:
        leading = "x" if "x" in before else "op" if kind == "reopened" else "r"
        other = max(n for n, letter in enumerate(before, 1) if letter in leading)
    return tuple(sorted({clash, other}))


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
    assert (caught.value.item, caught.value.events) == ("T-1", clashing(kinds, len(kinds)))
    assert f"T-1: {caught.value.reason}" == str(caught.value)
    assert f"(event {len(kinds)}" in caught.value.reason


@given(plausible() | st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
def test_contradiction_is_the_first_event_that_cannot_be(kinds: list[EventKind]) -> None:
    """A ticket is refused when it is no word of the expression, at the first that makes it none, and names both."""
    clash = next((n for n in range(1, len(kinds) + 1) if not TRUE.fullmatch(word(kinds[:n]))), None)
    if clash is None:
        timeline(ticket_of(*kinds))
        return
    with pytest.raises(Contradiction) as caught:
        timeline(ticket_of(*kinds))
    assert caught.value.events == clashing(kinds, clash)
    assert f"(event {clash}" in caught.value.reason


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
    ("kinds", "reason", "events"),
    [
        (["noted"], "the first event is noted, not opened (event 1)", (1,)),
        (["resolved"], "the first event is resolved, not opened (event 1)", (1,)),
        (["held", "noted", "opened"],
         "the first event is held, not opened (event 1, which clashes with event 3)", (1, 3)),
        (["opened", "opened"], "it is opened a second time (event 2, which clashes with event 1)", (1, 2)),
        (["opened", "resolved", "opened"], "it is opened a second time (event 3, which clashes with event 1)", (1, 3)),
        (["opened", "held", "reopened"],
         "it is reopened without having been resolved (event 3, which clashes with event 1)", (1, 3)),
        (["opened", "resolved", "reopened", "noted", "reopened"],
         "it is reopened without having been resolved (event 5, which clashes with event 3)", (3, 5)),
        (["opened", "resolved", "held"],
         "it is held while resolved; a reopening is missing (event 3, which clashes with event 2)", (2, 3)),
        (["opened", "resolved", "closed", "noted", "resumed"],
         "it is resumed while resolved; a reopening is missing (event 5, which clashes with event 3)", (3, 5)),
        (["opened", "cancelled", "noted", "resolved"],
         "it is resolved after it was cancelled or merged (event 4, which clashes with event 2)", (2, 4)),
        (["opened", "merged", "opened"],
         "it is opened after it was cancelled or merged (event 3, which clashes with event 2)", (2, 3)),
        (["opened", "merged", "cancelled"],
         "it is cancelled after it was cancelled or merged (event 3, which clashes with event 2)", (2, 3)),
    ],
)  # fmt: skip
def test_reason(kinds: list[EventKind], reason: str, events: tuple[int, ...]) -> None:
    """A contradiction says what is wrong, and at which two events, counted from one."""
    with pytest.raises(Contradiction) as caught:
        timeline(ticket_of(*kinds))
    assert (caught.value.reason, caught.value.events) == (reason, events)


def test_position_counts_in_the_order_of_time() -> None:
    """The positions of a clash are those among the events in the order of time, repetitions not counted."""
    opened, resolved = event("opened"), event("resolved", hour(1))
    with pytest.raises(Contradiction) as caught:
        timeline(ticket(event("held", hour(2)), resolved, opened, resolved))
    assert caught.value.events == (2, 3)


def test_a_step_carries_party_and_priority() -> None:
    """A step says who was waited for and the priority from it on; the resolution in a closing says neither."""
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
        ("opened", None, "P2"), ("held", "vendor", None), ("reprioritised", None, "P3"),
        ("resolved", None, None), ("closed", "customer", None),
    ]  # fmt: skip
    assert steps[0].at == to_micros(MON_2026_03_02)


def test_nothing_is_not_finished() -> None:
    """A ticket of which nothing is known is not finished."""
    assert not is_finished(())


WAITED = (event("opened"), event("held", hour(1), party="customer"))
RETURNED = (event("resumed", hour(3)),)
TO_CARRIER = event("transferred", hour(2), party="carrier", group="field")


@pytest.mark.parametrize(
    ("told", "holders"),
    [
        ((event("opened"),), "provider"),
        ((event("opened", group="first line"),), "provider: first line"),
        ((*WAITED, *RETURNED), "provider, customer, provider"),
        ((*WAITED, TO_CARRIER, *RETURNED), "provider, customer, customer, carrier: field"),
        ((event("opened"), TO_CARRIER), "provider, carrier: field"),
        ((event("opened"), TO_CARRIER, event("transferred", hour(3))), "provider, carrier: field, provider"),
        ((event("opened"), TO_CARRIER, event("held", hour(3), party="vendor"), event("resumed", hour(4))),
         "provider, carrier: field, vendor, carrier: field"),
        ((*WAITED, event("held", hour(2), party="vendor")), "provider, customer, vendor"),
        ((*WAITED, event("resolved", hour(2)), event("reopened", hour(3))), "provider, customer, customer, provider"),
        ((*WAITED, event("closed", hour(2)), event("reopened", hour(3))),
         "provider, customer, customer, customer, provider"),  # the closing is two steps
        ((event("opened"), event("resolved", hour(1)), TO_CARRIER, event("reopened", hour(3))),
         "provider, customer, customer, carrier: field"),
        ((*WAITED, event("replied", hour(2), party="customer"), event("arrived", hour(3))),
         "provider, customer, customer, customer"),  # a message ends no wait
    ],
)  # fmt: skip
def test_holder(told: tuple[Event, ...], holders: str) -> None:
    """Each step says who has the ticket from it on: whom it waits for, else the desk; when resolved, the customer."""
    assert ", ".join(str(step.holder) for step in timeline(ticket(*told))) == holders


def test_a_holder_answers_to_its_party_and_its_group() -> None:
    """A holder is meant by a list that has its party or its group, and by no other."""
    holder = Holder("carrier", "field")
    assert holder.answers_to(frozenset({"carrier"}))
    assert holder.answers_to(frozenset({"vendor", "field"}))
    assert not holder.answers_to(frozenset({"carrier: field", "provider"}))
    assert not holder.answers_to(frozenset())


MATRIX = PriorityMatrix.model_validate(
    {"impact": {"high": {"high": "P1", "low": "P2"}, "low": {"high": "P3", "low": "P4"}}}
)
URGED = Event(kind="reprioritised", at=hour(1), urgency="high")
WIDENED = Event(kind="reprioritised", at=hour(2), impact="high")
NAMED = event("reprioritised", hour(3), priority="P9")


@pytest.mark.parametrize(
    ("fields", "told", "priorities"),
    [
        ({"priority": None, "impact": "low", "urgency": "low"}, (), ["P4"]),
        ({"priority": "P2", "impact": "low", "urgency": "low"}, (), ["P2"]),  # what is said goes before what is made
        ({"priority": None, "impact": "low", "urgency": "low"}, (URGED, WIDENED), ["P4", "P3", "P1"]),
        ({"priority": "P2", "impact": "low", "urgency": "low"}, (URGED, NAMED), ["P2", "P3", "P9"]),
        ({"priority": "P2"}, (NAMED,), ["P2", "P9"]),
    ],
)
def test_a_matrix_makes_priorities(fields: dict[str, str], told: tuple[Event, ...], priorities: list[str]) -> None:
    """Where no priority is said, the matrix makes it of impact and urgency as of each event."""
    found = [step.priority for step in timeline(ticket(event("opened"), *told, **fields), MATRIX)]
    assert found == priorities


@pytest.mark.parametrize(
    ("fields", "told", "matrix", "event_number", "reason"),
    [
        ({"priority": None, "impact": "low", "urgency": "low"}, (), None, 1, "no matrix of priorities"),
        ({"priority": None, "impact": "low", "urgency": "none"}, (), MATRIX, 1, "impact low and urgency none"),
        ({"priority": None, "impact": "vast", "urgency": "low"}, (), MATRIX, 1, "impact vast and urgency low"),
        ({"priority": "P2"}, (URGED,), MATRIX, 2, "impact None and urgency high"),
        ({"priority": "P2"}, (URGED,), None, 2, "no matrix of priorities"),
    ],
)
def test_without_a_priority_it_is_no_ticket_to_judge(
    fields: dict[str, str], told: tuple[Event, ...], matrix: PriorityMatrix | None, event_number: int, reason: str
) -> None:
    """A ticket whose priority nobody says, at its opening or at a change, contradicts itself there."""
    with pytest.raises(Contradiction) as caught:
        timeline(ticket(event("opened"), *told, **fields), matrix)
    assert caught.value.events == (event_number,)
    assert reason in caught.value.reason
    assert f"event {event_number}" in caught.value.reason
