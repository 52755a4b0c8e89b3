"""Tests of what a clock says, and of the table that it compiles to."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.facts import EventKind, Holder, Step
from ecsm_contracts.measures import Clock, EventSelector
from ecsm_contracts.measures._table import HELD, PHASE, PHASES, RUNNING, SEEN, VOID, WAITING, Code

from .desk import any_clocks, clock, clock_data, matched


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"stop": ["replied"]}, "stop_without_resolved"),
        ({"stop": ["acknowledged", "replied"]}, "stop_without_resolved"),
        ({"start": ["opened", "replied"], "stop": ["replied", "resolved"]}, "start_and_stop"),
        ({"start": ["acknowledged"], "stop": ["acknowledged", "resolved"]}, "start_and_stop"),
        ({"start": []}, "too_short"),
        ({"stop": []}, "too_short"),
        ({"start": ["opened", "resolved"]}, "start_and_stop"),
        ({"start": ["opened", "resolved"], "cycles": "many"}, "start_and_stop"),  # it would never rest
        ({"start": ["opened", "closed"]}, "literal_error"),
        ({"stop": ["opened", "resolved"]}, "literal_error"),
        ({"stop": [{"event": "replied"}]}, "stop_without_resolved"),
        ({"start": ["replied"], "stop": [{"event": "replied"}, "resolved"]}, "start_and_stop"),
        ({"start": [{"event": "transferred"}], "stop": [{"event": "transferred", "group": "network"}, "resolved"]},
         "start_and_stop"),  # a transfer to that group does both
        ({"stop": [{"event": "reopened"}, "resolved"]}, "stop_at_reopening"),
        ({"stop": [{"event": "opened"}, "resolved"]}, "literal_error"),
        ({"stop": [{"event": "replied", "by": "provider"}, "resolved"]}, "extra_forbidden"),
        ({"stop": [{"party": "provider"}, "resolved"]}, "missing"),
        ({"reopened": "continue"}, "literal_error"),
        ({"attempt": "total"}, "literal_error"),
        ({"changed": "keep"}, "literal_error"),
        ({"cycles": "some"}, "literal_error"),
        ({"holds": [""]}, "string_too_short"),
        ({"holds": "customer"}, "tuple_type"),
        ({"hours": ""}, "string_too_short"),
        ({"hours": {"by": "priority", "P1": "desk"}}, "missing"),  # no priority may be forgotten
        ({"counts_only": ["provider"]}, "holds_or_counts_only"),
        ({"holds": None}, "holds_or_counts_only"),
        ({"holds": None, "counts_only": []}, "too_short"),
    ],
)  # fmt: skip
def test_refuses(choices: dict[str, Any], expected: str) -> None:
    """A clock that never ends, or that one event both starts and stops, is refused by a stable code."""
    with pytest.raises(ValidationError) as caught:
        clock(**choices)
    assert {error["type"] for error in caught.value.errors()} == {expected}


@pytest.mark.parametrize("choice", ["start", "stop", "hours", "reopened", "attempt", "changed"])
def test_nothing_has_a_default(choice: str) -> None:
    """A choice that a contract leaves open is an error, as each of them moves money."""
    data = clock_data()
    del data[choice]
    with pytest.raises(ValidationError) as caught:
        Clock.model_validate(data)
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [("missing", (choice,))]


def test_what_does_not_count_has_no_default() -> None:
    """A clock that says neither what holds it nor what alone counts is refused; that nothing holds it must be said."""
    data = clock_data()
    del data["holds"]
    with pytest.raises(ValidationError) as caught:
        Clock.model_validate(data)
    assert [error["type"] for error in caught.value.errors()] == ["holds_or_counts_only"]
    assert Clock.model_validate({**data, "holds": []}).holds == ()


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (["replied"], ["customer_replied", "resolved"]),
        (["replied"], [{"event": "replied", "party": "vendor"}, "resolved"]),
        ([{"event": "transferred", "group": "network"}], [{"event": "transferred", "group": "field"}, "resolved"]),
        (["resolved"], ["closed"]),
        ([{"event": "reopened"}], ["closed", "resolved"]),
    ],
)
def test_kinds_may_be_shared(start: list[Any], stop: list[Any]) -> None:
    """Events of one kind may start and stop a clock where none of them does both."""
    assert len(clock(start=start, stop=stop).start) == len(start)


@given(any_clocks())
def test_table_is_whole(rules: Clock) -> None:
    """For each phase and code there is a next phase; the end voids, void stays, the unlisted stays."""
    table = rules.program().table
    assert [len(row) for row in table] == [2 * Code.COUNT] * len(PHASES)
    for phase, row in zip(PHASES, table, strict=True):
        assert {action & PHASE for action in row} <= set(PHASES)
        assert set(row[2 * Code.END : 2 * Code.END + 2]) == {VOID}
        usual = row[2 * Code.IGNORE : 2 * Code.IGNORE + 2]
        if phase in {RUNNING, HELD}:  # of which it does what the hands say
            assert [action & PHASE for action in usual] == [RUNNING, HELD]
            assert usual[phase == HELD] == phase
        else:
            assert set(usual) == {phase}
    assert set(table[VOID]) == {VOID}


@given(any_clocks(), any_clocks())
def test_equal_clocks_compile_alike(one: Clock, other: Clock) -> None:
    """A program is made of what the clock says and nothing else; the calendar is not part of its table."""
    assert one.program().table == one.replace(hours="other desk").program().table
    assert (one.program() == other.program()) or (one != other)


@pytest.mark.parametrize("changed", ["new_only", "retroactive"])
def test_change_is_nothing_to_some_clocks(changed: str) -> None:
    """A change that holds for new tickets only, or for the whole time, moves no clock at its instant."""
    table = clock(changed=changed).program().table
    codes = [row[2 * Code.CHANGE + (phase == HELD)] for phase, row in zip(PHASES, table, strict=True)]
    assert [action & ~SEEN for action in codes] == list(PHASES)
    if changed == "retroactive":
        assert not any(action & SEEN for action in codes)


@given(
    any_clocks(),
    st.sampled_from(get_args(EventKind)),
    st.sampled_from([None, "provider", "customer", "vendor"]),
    st.sampled_from([Holder("provider"), Holder("customer"), Holder("vendor"), Holder("provider", "network")]),
)
def test_only_listed_events_move_a_waiting_clock(rules: Clock, kind: Any, party: str | None, holder: Holder) -> None:
    """A clock begins by the events that start it, by kind, party and group; and runs as the hands say."""
    program = rules.program()
    moved = program.table[WAITING][program.code_of(Step(0, kind, party, None, holder, None, 1))] & PHASE
    wanted = [matched(each) for each in rules.start]
    starts = any(each == kind and who in {None, party} and group in {None, holder.group} for each, who, group in wanted)
    ends = kind in {"cancelled", "merged"} or kind == ("resolved" if "resolved" in rules.stop else "closed")
    assert (moved != WAITING) == (starts or ends)
    if starts and not ends:
        names = {holder.party, holder.group}
        held = bool(names & set(rules.holds)) if rules.holds is not None else not names & set(rules.counts_only or ())
        assert moved == (HELD if held else RUNNING)


@given(any_clocks())
def test_document_round_trip(rules: Clock) -> None:
    """A clock is read back from what it writes, and compiles to the same program."""
    again = Clock.model_validate(rules.to_data())
    assert again == rules
    assert again.program() == rules.program()


def test_a_clock_writes_what_it_was_told() -> None:
    """What says no more than its absence is not written: one cycle, and the one of holds and counts_only not said."""
    assert clock().to_data() == clock_data()
    told = clock_data(
        cycles="many", counts_only=["provider"], stop=[{"event": "replied", "party": "vendor"}, "resolved"]
    )
    del told["holds"]
    assert Clock.model_validate(told).to_data() == told
    assert clock(start=[EventSelector(event="held")]).to_data()["start"] == [{"event": "held"}]
