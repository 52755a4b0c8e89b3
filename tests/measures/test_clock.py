"""Tests of what a clock says, and of the table that it compiles to."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.facts import EventKind, Step
from ecsm_contracts.measures import Clock
from ecsm_contracts.measures._clock import CHANGE, CODES, END, IGNORE, PHASE, PHASES, VOID, WAITING
from ecsm_contracts.measures._kernel import code_of

from .desk import clock, clock_data, clocks


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"stop": ["replied"]}, "stop_without_resolved"),
        ({"stop": ["acknowledged", "replied"]}, "stop_without_resolved"),
        ({"start": ["opened", "replied"], "stop": ["replied", "resolved"]}, "start_and_stop"),
        ({"start": ["acknowledged"], "stop": ["acknowledged", "resolved"]}, "start_and_stop"),
        ({"start": []}, "too_short"),
        ({"stop": []}, "too_short"),
        ({"start": ["opened", "resolved"]}, "literal_error"),
        ({"stop": ["closed", "resolved"]}, "literal_error"),  # closing resolves; it stops no clock by itself
        ({"stop": ["opened", "resolved"]}, "literal_error"),
        ({"reopened": "continue"}, "literal_error"),
        ({"attempt": "sum"}, "literal_error"),
        ({"changed": "keep_share"}, "literal_error"),
        ({"holds": [""]}, "string_too_short"),
        ({"holds": "customer"}, "tuple_type"),
        ({"hours": ""}, "string_too_short"),
        ({"counts_only": ["provider"]}, "extra_forbidden"),
    ],
)
def test_refuses(choices: dict[str, Any], expected: str) -> None:
    """A clock that never ends, or that one event both starts and stops, is refused by a stable code."""
    with pytest.raises(ValidationError) as caught:
        clock(**choices)
    assert {error["type"] for error in caught.value.errors()} == {expected}


@pytest.mark.parametrize("choice", ["start", "stop", "hours", "holds", "reopened", "attempt", "changed"])
def test_nothing_has_a_default(choice: str) -> None:
    """A choice that a contract leaves open is an error, as each of them moves money."""
    data = clock_data()
    del data[choice]
    with pytest.raises(ValidationError) as caught:
        Clock.model_validate(data)
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [("missing", (choice,))]


@given(clocks())
def test_table_is_whole(rules: Clock) -> None:
    """For each phase and code there is a next phase; the end voids, void stays, the unlisted stays."""
    table = rules.program().table
    assert len(table) == len(PHASES) * CODES
    for phase in PHASES:
        row = table[phase * CODES : (phase + 1) * CODES]
        assert {action & PHASE for action in row} <= set(PHASES)
        assert row[END] == VOID
        assert row[IGNORE] == phase
        assert set(row[END + 1 :]) == {phase}
    assert set(table[VOID * CODES : (VOID + 1) * CODES]) == {VOID}


@given(clocks(), clocks())
def test_equal_clocks_compile_alike(one: Clock, other: Clock) -> None:
    """A program is made of what the clock says and nothing else; the calendar is not part of it."""
    assert one.program() == one.replace(hours="other desk").program()
    assert (one.program() == other.program()) or (one != other)


@pytest.mark.parametrize("changed", ["new_only", "retroactive"])
def test_change_is_nothing_to_some_clocks(changed: str) -> None:
    """A change that holds for new tickets only, or for the whole time, moves no clock at its instant."""
    table = clock(changed=changed).program().table
    assert [table[phase * CODES + CHANGE] for phase in PHASES] == list(PHASES)


@given(clocks(), st.sampled_from(get_args(EventKind)), st.sampled_from([None, "provider", "customer", "vendor"]))
def test_only_listed_events_move_a_waiting_clock(rules: Clock, kind: Any, party: str | None) -> None:
    """A clock begins by the kinds that start it; of replies, only the provider's do."""
    program = rules.program()
    code = code_of(program, Step(0, kind, party, None, 1))
    moved = program.table[WAITING * CODES + code] & PHASE != WAITING
    starts = kind in rules.start and (kind != "replied" or party == "provider")
    assert moved == (starts or kind in {"resolved", "cancelled", "merged"})


@given(clocks())
def test_document_round_trip(rules: Clock) -> None:
    """A clock is read back from what it writes, and compiles to the same program."""
    again = Clock.model_validate(rules.to_data())
    assert again == rules
    assert again.program() == rules.program()
