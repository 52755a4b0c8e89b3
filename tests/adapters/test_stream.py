"""Streams of tickets: what `read_facts` reads, one by one, in parts, and without losing what cannot be read."""

from __future__ import annotations

import gc
import json
import pickle
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.adapters import stream_tickets
from ecsm_contracts.engine import ShardTask, observe, observe_shard, observe_tickets
from ecsm_contracts.errors import DuplicateItem, InvalidValue
from ecsm_contracts.facts import Rejected, Setting, Ticket

CONTRACT = ec.read_contract(Path(__file__).parents[2] / "examples" / "acme.yaml")
PLAN = ec.plan(CONTRACT, "2026-03")
BAD = [
    b"",
    b"   ",
    b"{",
    b"[]",
    b'"T-1"',
    b"\xff\xfe",
    b'{"ref": "T-1"}',
    b'{"ref": "T-1", "ref": "T-2"}',
    b'{"ref": 1.5}',
]


def line(number: int, **more: Any) -> bytes:
    """A ticket that was opened and resolved in March."""
    events = [
        {"kind": "opened", "at": f"2026-03-{2 + number % 20:02}T09:00:00Z"},
        {"kind": "resolved", "at": f"2026-03-{2 + number % 20:02}T1{number % 9}:00:00Z"},
    ]
    data = {"ref": f"T-{number}", "service": "desk", "type": "incident", "priority": "P2", "events": events}
    return json.dumps({**data, **more}).encode()


def clash(number: int) -> bytes:
    """A ticket that can be read, and whose events cannot all be true."""
    return line(number, events=[{"kind": "resolved", "at": "2026-03-02T09:00:00Z"}])


LINES = st.lists(st.sampled_from(BAD) | st.sampled_from(["good", "clash"]), max_size=12).map(
    lambda kinds: [
        kind if isinstance(kind, bytes) else (line if kind == "good" else clash)(number)
        for number, kind in enumerate(kinds)
    ]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for one table of tickets."""
    return tmp_path_factory.mktemp("stream")


@given(LINES)
def test_a_stream_is_what_facts_are_read_from(folder: Path, lines: list[bytes]) -> None:
    """A stream has the tickets of `read_facts`, and rejects the same lines, with the same places and reasons."""
    path = folder / "tickets.jsonl"
    path.write_bytes(b"\n".join(lines))
    found, facts = list(stream_tickets(path)), ec.read_facts(folder)
    assert sorted((each for each in found if isinstance(each, Ticket)), key=lambda each: each.ref) == list(
        facts.tickets
    )
    assert sorted((each for each in found if isinstance(each, Rejected)), key=Rejected.order) == list(facts.rejected)


@given(LINES, st.integers(1, 5))
def test_nothing_is_lost_on_the_way(folder: Path, lines: list[bytes], parts: int) -> None:
    """Observed as a stream, whole or in parts of other processes, tickets come to what facts in memory come to."""
    path = folder / "tickets.jsonl"
    path.write_bytes(b"\n".join(lines))
    expected = observe(PLAN, ec.read_facts(folder))
    assert observe_tickets(PLAN, Setting(), stream_tickets(path)) == expected
    streams: list[Any] = [stream_tickets(path, part=part, parts=parts) for part in range(parts)]
    tasks = [ShardTask(CONTRACT, PLAN.period, Setting(), stream) for stream in streams]
    observed = [observe_shard(pickle.loads(pickle.dumps(task))) for task in tasks]  # noqa: S301 - written in this line
    assert reduce(add, observed) == expected


def test_an_identity_that_is_used_twice_stops_a_stream(folder: Path) -> None:
    """A stream compares nothing, so an identity that comes twice is an error, and never counts twice."""
    path = folder / "tickets.jsonl"
    path.write_bytes(b"\n".join([line(1), line(2), line(1)]))
    with pytest.raises(DuplicateItem, match="ticket T-1"):
        observe_tickets(PLAN, Setting(), stream_tickets(path))


def test_no_ticket_is_kept() -> None:
    """While a stream of tickets is observed, none is kept after the next one has come, nor are there rows of Python."""
    alive: WeakSet[Ticket] = WeakSet()
    most = 0

    def tickets() -> Any:
        nonlocal most
        for number in range(300):
            ticket = Ticket.model_validate_json(line(number))
            alive.add(ticket)
            most = max(most, len(alive))
            yield ticket

    gc.collect()
    gc.disable()
    try:
        outcomes = observe_tickets(PLAN, Setting(), tickets()).outcomes
    finally:
        gc.enable()
    assert len(outcomes) == 300
    assert most <= 2


@pytest.mark.parametrize(("part", "parts"), [(1, 1), (-1, 2), (2, 2), (0, 0)])
def test_a_part_that_there_is_not(part: int, parts: int) -> None:
    """A part beyond the parts is refused, before any file is opened."""
    with pytest.raises(InvalidValue) as refused:
        stream_tickets("nowhere.jsonl", part=part, parts=parts)
    assert refused.value.rule == "stream_parts"
