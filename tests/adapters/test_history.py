"""From the rows of one ticket to its events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecsm_contracts.adapters._history import History, Opening, Update, events_of
from ecsm_contracts.adapters._mapping_parts import StateWord
from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts import Event, Ticket, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS: tuple[StateWord, ...] = get_args(StateWord)
NEEDS_PARTY = ("held", "replied")


def row(minute: int, word: StateWord, party: str | None = None, **fields: str | None) -> Update:
    """Return what a row shows so many minutes after nine."""
    party = party or ("customer" if word in NEEDS_PARTY else None)
    text = fields.get("text") or word.title()
    return Update(NINE + timedelta(minutes=minute), word, party, text, fields.get("priority"), fields.get("group"))


def events(
    *updates: Update, by: Sequence[StateWord] = (), group: str | None = None, groups: bool = True
) -> list[Event]:
    """Return the events of a ticket opened at nine with priority P2."""
    return events_of(Opening(NINE, "P2", group), updates, History(by, groups))


def said(found: list[Event]) -> list[tuple[str, int, str | None]]:
    """Return kind, minute, and party, priority or group of each event."""
    minute = timedelta(minutes=1)
    return [(each.kind, (each.at - NINE) // minute, each.party or each.priority or each.group) for each in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "opened"),
        ("new", "opened noted"),
        ("working", "opened noted"),
        ("held", "opened held"),
        ("held held", "opened held noted"),
        ("held working", "opened held resumed"),
        ("held new", "opened held resumed"),
        ("held resolved", "opened held resolved"),  # a resolution ends a hold by itself
        ("held noted", "opened held noted"),  # leaves the state as it is
        ("held noted working", "opened held noted resumed"),
        ("held replied", "opened held replied"),
        ("resolved", "opened resolved"),
        ("resolved resolved", "opened resolved noted"),
        ("resolved closed", "opened resolved closed"),
        ("closed", "opened closed"),
        ("closed resolved", "opened closed noted"),  # a record put back is not reopened
        ("closed resolved closed", "opened closed noted closed"),
        ("closed closed", "opened closed noted"),
        ("resolved working", "opened resolved reopened"),
        ("resolved new", "opened resolved reopened"),
        ("resolved held", "opened resolved reopened held"),
        ("closed working resolved", "opened closed reopened resolved"),
        ("resolved replied working", "opened resolved replied reopened"),
        ("cancelled", "opened cancelled"),
        ("cancelled cancelled", "opened cancelled noted"),
        ("cancelled working", "opened cancelled reopened"),  # contradicts itself, and so shows
    ],
)
def test_a_row_is_what_it_changes(words: str, expected: str) -> None:
    """Each row gives the difference between its state and what held before it; none is lost."""
    updates = [row(number, word) for number, word in enumerate(words.split(), 1)]  # type: ignore[arg-type]  # words
    assert " ".join(event.kind for event in events(*updates)) == expected


def test_another_party_is_another_hold() -> None:
    """A change of party between two held states is one hold, with the state as its reason."""
    found = events(row(1, "held", "customer"), row(2, "held", "vendor"))
    assert said(found)[1:] == [("held", 1, "customer"), ("held", 2, "vendor")]
    assert found[1].reason == "Held"


def test_the_first_row_in_a_word_that_acknowledges_does() -> None:
    """Acknowledged is once, by the first row in one of the words, whatever comes later."""
    found = events(row(1, "new"), row(2, "working"), row(3, "held"), by=("working", "held"))
    assert said(found)[1:] == [("noted", 1, None), ("acknowledged", 2, None), ("held", 3, "customer")]


def test_changes_of_one_row_have_their_order() -> None:
    """Reopened, acknowledged, reprioritised, transferred, then the state: all at the instant of the row."""
    last = row(2, "held", priority="P1", group="B")
    found = events(row(1, "resolved", group="A"), last, by=("held",), group="A")
    assert said(found)[2:] == [
        ("reopened", 2, None),
        ("acknowledged", 2, None),
        ("reprioritised", 2, "P1"),
        ("transferred", 2, "B"),
        ("held", 2, "customer"),
    ]


def test_a_blank_priority_is_no_change() -> None:
    """A row that says no priority leaves it as it is."""
    assert said(events(row(1, "working", priority="P1"), row(2, "working")))[1:] == [
        ("reprioritised", 1, "P1"),
        ("noted", 2, None),
    ]


def test_a_blank_group_is_no_group() -> None:
    """A row with a blank group says that the ticket has none, where rows say groups at all."""
    updates = row(1, "new", group="A"), row(2, "new"), row(3, "new", group="A")
    assert said(events(*updates)) == [
        ("opened", 0, "A"),  # the opening has the group of the first row
        ("noted", 1, None),
        ("transferred", 2, None),
        ("transferred", 3, "A"),
    ]
    assert said(events(row(1, "new"), group="A", groups=False)) == [("opened", 0, "A"), ("noted", 1, None)]


def test_rows_before_the_opening_happen_at_it() -> None:
    """They keep their order, and are not before the opening."""
    found = events(row(-5, "resolved"), row(-10, "working"), by=("working",))
    assert said(found) == [("opened", 0, None), ("acknowledged", 0, None), ("resolved", 0, None)]


def test_what_happens_twice_at_one_instant_is_not_taken_for_a_repetition() -> None:
    """Resolved, reopened and resolved in one minute ends resolved, in the ticket too."""
    found = events(row(1, "resolved"), row(1, "working"), row(1, "resolved"), row(1, "resolved"), row(1, "resolved"))
    ticket = Ticket(ref="T-1", service="desk", type="incident", priority="P2", events=tuple(found))
    assert [event.kind for event in ticket.events] == ["opened", "resolved", "reopened", "resolved", "noted"]
    assert ticket.events[3].reason == "resolved (2)"


def test_a_number_that_tells_events_apart_is_in_no_name_of_a_state() -> None:
    """A state really called Wait (2) is not taken for the second time of Wait, before it or after it."""
    held, again = row(1, "held", text="Wait"), row(1, "held", text="Wait (2)")
    on = row(1, "working")
    for rows in ([held, on, again, on, held], [again, on, held, on, held], [held, on, held, on, again, on, held]):
        found = [event for event in events(*rows) if event.kind == "held"]
        assert len(set(found)) == len(found) == sum(each.word == "held" for each in rows)
        assert sum(event.reason == "Wait (2)" for event in found) == 1


PARTIES = st.sampled_from(["customer", "vendor"])
UPDATES = st.builds(
    lambda minute, word, party, priority, group: Update(
        NINE + timedelta(minutes=minute), word, party if word in NEEDS_PARTY else None, word.title(), priority, group
    ),
    st.integers(0, 6),
    st.sampled_from(WORDS),
    PARTIES,
    st.sampled_from([None, "P1", "P2", "P3"]),
    st.sampled_from([None, "A", "B"]),
)
HISTORIES = st.builds(History, st.sets(st.sampled_from(WORDS)), st.booleans())


def steps(found: list[Event]) -> object:
    """Return what clocks see of these events."""
    return timeline(Ticket(ref="T-1", service="desk", type="incident", priority="P2", events=tuple(found)))


@given(st.lists(UPDATES, max_size=12), HISTORIES)
def test_a_history_contradicts_itself_only_where_a_cancelled_ticket_goes_on(
    updates: list[Update], history: History
) -> None:
    """Whatever the rows are, their events can all be true, unless something happens after a cancellation."""
    found = events_of(Opening(NINE, "P2"), updates, history)
    try:
        steps(found)
    except Contradiction:
        assert "cancelled" in {update.word for update in updates}


@given(st.lists(UPDATES, max_size=12, unique_by=lambda update: update.at), HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_of_different_instants_changes_nothing(
    updates: list[Update], history: History, random: object
) -> None:
    """Rows are ordered by their instants, wherever they stand in the file."""
    shuffled = list(updates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert events_of(Opening(NINE, "P2"), updates, history) == events_of(Opening(NINE, "P2"), shuffled, history)


@given(st.lists(UPDATES, min_size=1, max_size=10), HISTORIES, st.data())
def test_a_row_that_is_repeated_is_noted(updates: list[Update], history: History, data: st.DataObject) -> None:
    """A row delivered twice adds one `noted` beside it and changes nothing else."""
    position = data.draw(st.integers(0, len(updates) - 1))
    assume(updates[position].word != "replied")  # an activity that happens twice is two replies
    twice = [*updates[: position + 1], *updates[position:]]
    once, again = (events_of(Opening(NINE, "P2"), each, history) for each in (updates, twice))
    assert [event for event in again if event.kind != "noted"] == [event for event in once if event.kind != "noted"]
    assert len(again) == len(once) + 1


@given(st.lists(UPDATES, max_size=12), HISTORIES)
def test_every_row_leaves_a_trace_at_its_instant(updates: list[Update], history: History) -> None:
    """There is an event at the instant of each row, and at no other but the opening."""
    found = events_of(Opening(NINE, "P2"), updates, history)
    assert {event.at for event in found} == {NINE, *(update.at for update in updates)}
    assert len(found) > len(updates)
