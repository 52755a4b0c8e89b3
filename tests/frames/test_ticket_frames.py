"""Two data frames are read as the records that they tell: the same tickets, and the same rejections."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.calendars import from_micros, to_micros
from ecsm_contracts.errors import EcsmError, InvalidValue, MissingExtra, UnknownReference
from ecsm_contracts.facts import Event
from ecsm_contracts.frames import TicketColumns, evaluate_frame, judge_frame
from ecsm_contracts.frames._ticket_columns import EVENT_TEXTS, TICKET_TEXTS
from ecsm_contracts.measures._table import PHASE_WORDS, PHASES
from tests.engine.world import JANUARY, acme, january, tickets
from tests.frames.soups import record

if TYPE_CHECKING:
    from collections.abc import Sequence

np: Any = pytest.importorskip("numpy")
pa: Any = pytest.importorskip("pyarrow")
nw: Any = pytest.importorskip("narwhals")

ZONED = pa.timestamp("us", "UTC")
MON_09_00 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(instant: datetime | None) -> str | None:
    """An instant as a record tells it."""
    return None if instant is None else instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def tables(records: Sequence[dict[str, Any]], kind: Any = ZONED) -> tuple[Any, Any]:
    """Records of tickets as two Arrow tables: one of tickets, and one of events, in their order."""
    events = [{"ticket": each.get("ref"), **event} for each in records for event in each.get("events", ())]
    first = {name: pa.array([each.get(name) for each in records], pa.string()) for name in ("ref", *TICKET_TEXTS)}
    others = ("ticket", "kind", *EVENT_TEXTS)
    second = {name: pa.array([event.get(name) for event in events], pa.string()) for name in others}
    instants = [event.get("at") and datetime.fromisoformat(event["at"]) for event in events]
    return pa.table(first), pa.table({**second, "at": pa.array(instants, ZONED).cast(kind)})


FAULTS = (
    ("priority", None), ("priority", " P1"), ("service", None), ("type", ""), ("ref", ""), ("subject", "x" * 3000),
    ("parent", "p" * 201), ("impact", "high"),
)  # fmt: skip
EVENT_FAULTS = (
    ("kind", "opned"), ("kind", None), ("at", None), ("at", "1926-03-02T09:00:00Z"), ("at", "2101-01-01T00:00:00Z"),
    ("party", None), ("party", "q" * 101), ("priority", "P1"), ("into", "T-9"), ("impact", "low"), ("reason", ""),
)  # fmt: skip


def spoilt(rng: random.Random, one: dict[str, Any]) -> dict[str, Any]:
    """A record with one fault, or none."""
    if rng.random() < 0.15:
        name, value = rng.choice(FAULTS)
        one[name] = f"{one['ref']}\t" if name == "ref" else value
    if rng.random() < 0.15:
        name, value = rng.choice(EVENT_FAULTS)
        rng.choice(one["events"])[name] = value
    if rng.random() < 0.02:
        one["events"] = []
    one["events"] = [{name: value for name, value in event.items() if value is not None} for event in one["events"]]
    kept = {name: value for name, value in one.items() if value is not None}
    return kept if kept["events"] else {name: value for name, value in kept.items() if name != "events"}


def test_frames_are_read_as_records_are() -> None:
    """Two tables give the tickets of the records that they tell, and the same rejections to the letter."""
    codes = set()
    for seed in range(4):
        rng = random.Random(seed)
        records = [spoilt(rng, record(rng, number)) for number in range(200)]
        rows, events = tables(records)
        columns = TicketColumns.from_frames(rows, events)
        facts = ec.facts_from_records(tickets=records)
        assert {columns.ticket(row) for row in range(len(columns))} == set(facts.tickets)
        assert columns.rejected == facts.rejected
        codes |= {each.code for each in facts.rejected}
    texts = {"blank_edge", "control_character", "text_length", "missing_field", "ticket_priority"}
    assert codes >= {*texts, "unknown_word", "instant_range", "event_incomplete", "event_priority", "event_into"}


def test_the_order_of_events_is_that_of_a_ticket() -> None:
    """Rows of events may come in any order; those of one ticket and instant keep theirs, and repetitions go."""
    rng = random.Random(5)
    records = [record(rng, number) for number in range(200)]
    rows, events = tables(records)
    order = list(range(len(events)))
    rng.shuffle(order)
    mixed = events.take(order)
    placed = [{**each, "events": []} for each in records]
    by_ref = {each["ref"]: each["events"] for each in placed}
    for event in mixed.to_pylist():
        said = {name: value for name, value in event.items() if value is not None and name not in {"ticket", "at"}}
        by_ref[event["ticket"]].append({**said, "at": told(event["at"])})
    columns = TicketColumns.from_frames(rows, mixed)
    assert tuple(columns.ticket(row) for row in range(200)) == tuple(map(ec.Ticket.model_validate, placed))
    assert len(columns.times) < len(events)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_timestamps_of_any_unit_and_zone_are_instants(unit: str, zone: str) -> None:
    """What a timestamp column is counted in, and shown in, makes no difference."""
    rows, events = tables(tickets())
    expected = TicketColumns.from_frames(rows, events).times.tolist()
    _, others = tables(tickets(), pa.timestamp(unit, zone))
    assert TicketColumns.from_frames(rows, others).times.tolist() == expected
    counted = others.set_column(others.column_names.index("at"), "at", others["at"].cast(ZONED).cast(pa.int64()))
    assert TicketColumns.from_frames(rows, counted).times.tolist() == expected


def pair(at: Any, **events: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """One ticket with one event."""
    one = {"ref": ["A"], "service": ["desk"], "type": ["incident"], "priority": ["P1"]}
    return one, {"ticket": ["A"], "kind": ["opened"], "at": at, **events}


FAR = {
    "finer than a microsecond": pa.array([1_772_442_000_000_000_001], pa.timestamp("ns", "UTC")),
    "seconds far off": pa.array([2**62], pa.timestamp("s", "UTC")),
    "seconds that would wrap around to March": pa.array([1_772_442_000 + 2**58], pa.timestamp("s", "UTC")),
    "milliseconds long ago": pa.array([-(2**62)], pa.timestamp("ms", "UTC")),
    "a whole number far off": pa.array([2**63 - 1], pa.int64()),
    "without a sign": pa.array([2**64 - 1], pa.uint64()),
    "of the year 1": pa.array([-62_135_596_800_000_000], pa.int64()),
    "none": pa.array([None], pa.int64()),
    "nothing but none": pa.nulls(1),
}


@pytest.mark.parametrize("at", FAR.values(), ids=FAR.keys())
def test_an_instant_that_is_none_costs_its_ticket_alone(at: Any) -> None:
    """What is no instant of ours is rejected with its ticket, whatever its size; no number wraps around."""
    rows, events = pair(at)
    columns = TicketColumns.from_frames(rows, events)
    assert len(columns) == 0
    assert [(each.kind, each.ref) for each in columns.rejected] == [("ticket", "A")]
    assert columns.rejected[0].code in {"instant_range", "instant_precision", "missing_field", "instant_syntax"}


def test_rows_that_differ_in_one_identity_are_all_rejected() -> None:
    """Of two rows of one identity the same is kept once, and of different ones none."""
    rows = {"ref": ["A", "A", "B", "B", "B"], "service": ["desk"] * 5, "type": ["x"] * 5}
    rows["priority"] = ["P1", "P1", "P1", "P2", "P2"]
    at = pa.array([MON_09_00, MON_09_00], ZONED)
    columns = TicketColumns.from_frames(rows, {"ticket": ["A", "B"], "kind": ["opened"] * 2, "at": at})
    assert columns.refs == ("A",)
    assert [(each.ref, each.code) for each in columns.rejected] == [("B", "duplicate_identity")] * 2
    assert columns.rejected[0].message.startswith("2 different records")


def test_an_event_of_no_ticket_is_rejected() -> None:
    """An event whose ticket is not in the table, or that names none, is rejected with its row."""
    rows, _ = pair([0])
    at = pa.array([MON_09_00] * 3, ZONED)
    columns = TicketColumns.from_frames(rows, {"ticket": ["A", "Z", None], "kind": ["opened"] * 3, "at": at})
    assert columns.refs == ("A",)
    found = [(each.ref, each.code, each.place) for each in columns.rejected]
    assert found == [("", "missing_field", "events:3"), ("Z", "unknown_ticket", "events:2")]


def test_a_thousand_rows_of_one_identity_take_no_time_to_speak_of() -> None:
    """However often an identity stands with however many events, each row is looked at a bounded number of times."""
    count = 20_000
    rows = {"ref": ["A"] * count, "service": ["desk"] * count, "type": [f"x{place}" for place in range(count)]}
    rows["priority"] = ["P1"] * count
    at = pa.array([MON_09_00 + timedelta(seconds=place) for place in range(count)], ZONED)
    columns = TicketColumns.from_frames(rows, {"ticket": ["A"] * count, "kind": ["noted"] * count, "at": at})
    assert len(columns) == 0
    assert len(columns.rejected) == count


GOOD = pair(pa.array([MON_09_00], ZONED))
REFUSED = {
    "no table": (1, GOOD[1], "frame_table"),
    "a text": ("tickets", GOOD[1], "frame_table"),
    "columns of different lengths": ({**GOOD[0], "type": ["x", "y"]}, GOOD[1], "frame_table"),
    "what is no column": ({**GOOD[0], "type": object()}, GOOD[1], "frame_table"),
    "a column that there is not": ({**GOOD[0], "titel": ["x"]}, GOOD[1], "frame_column"),
    "a column that is missing": ({"ref": ["A"], "type": ["x"]}, GOOD[1], "frame_column"),
    "a column twice": (
        pa.Table.from_arrays([pa.array(["A"])] * 4, ["ref", "ref", "service", "type"]),
        GOOD[1],
        "frame_column",
    ),
    "numbers for texts": ({**GOOD[0], "type": [1]}, GOOD[1], "column_type"),
    "events without at": (GOOD[0], {"ticket": ["A"], "kind": ["opened"]}, "frame_column"),
    "naive timestamps": (GOOD[0], pair(pa.array([MON_09_00], pa.timestamp("us")))[1], "instant_naive"),
    "texts for instants": (GOOD[0], pair(["2026-03-02T09:00:00Z"])[1], "column_type"),
    "floats for instants": (GOOD[0], pair([1.5])[1], "column_type"),
    "dates for instants": (GOOD[0], pair(pa.array([1], pa.date32()))[1], "column_type"),
}


@pytest.mark.parametrize(("rows", "events", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_table_of_tickets_is_refused(rows: Any, events: Any, rule: str) -> None:
    """What cannot be read as a whole is an error of ours that names the column."""
    with pytest.raises(InvalidValue) as caught:
        TicketColumns.from_frames(rows, events)
    assert caught.value.rule == rule


def test_an_unknown_column_is_told_with_a_close_match() -> None:
    """A column whose name is misspelt is not left out in silence."""
    with pytest.raises(InvalidValue, match='did you mean "priority"'):
        TicketColumns.from_frames({**GOOD[0], "priorty": ["P1"]}, GOOD[1])


def as_it_is(table: Any) -> Any:
    """The table itself."""
    return table


def as_batch(table: Any) -> Any:
    """One record batch."""
    return table.combine_chunks().to_batches()[0]


def as_mapping(table: Any) -> Any:
    """A mapping of columns."""
    return {name: table[name] for name in table.column_names}


def as_dictionaries(table: Any) -> Any:
    """Texts as dictionaries, as categories of data frames are."""
    columns = {name: table[name] for name in table.column_names}
    return pa.table({name: each if name == "at" else each.dictionary_encode() for name, each in columns.items()})


def in_chunks(table: Any) -> Any:
    """The same in chunks of three rows, and texts of the large type."""
    columns = {
        name: table[name] if name == "at" else table[name].cast(pa.large_string()) for name in table.column_names
    }
    whole = pa.table(columns)
    return pa.concat_tables([whole.slice(start, 3) for start in range(0, len(whole), 3)])


@pytest.mark.parametrize("form", [as_it_is, as_batch, as_mapping, as_dictionaries, in_chunks])
def test_a_statement_of_frames_is_that_of_facts(form: Any) -> None:
    """Whatever kind of table comes in, the statement is the one that records give."""
    rows, events = tables(tickets(60))
    setting = january(tickets=[]).setting
    statement = evaluate_frame(acme(), form(rows), form(events), period=JANUARY, setting=setting)
    assert statement == ec.evaluate(acme(), january(tickets=tickets(60)), period=JANUARY)
    assert ec.verify(statement, january(tickets=tickets(60))).with_facts


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_of_other_libraries_come_and_go(library: str) -> None:
    """Frames of pandas and Polars are read, and judgements come back as such frames."""
    pytest.importorskip(library)
    rows, events = (nw.from_arrow(table, backend=library).to_native() for table in tables(tickets(60)))
    setting = january(tickets=[]).setting
    statement = evaluate_frame(acme(), rows, events, period=JANUARY, setting=setting)
    assert statement == ec.evaluate(acme(), january(tickets=tickets(60)), period=JANUARY)
    judged = judge_frame(acme(), "4.2", rows, events, period=JANUARY)
    assert type(judged) is type(rows)
    assert nw.from_native(judged).shape == (60, 8)


def test_judgements_are_those_of_the_statement() -> None:
    """What a frame says of each ticket adds up to what the statement counts, and misses stand where they fall."""
    contradiction = {**tickets(1)[0], "ref": "X", "events": tickets(1)[0]["events"][1:]}
    rows, events = tables([*tickets(60), contradiction])
    judged = judge_frame(acme(), "4.2", rows, events, period=JANUARY).to_pylist()
    statement = ec.evaluate(acme(), january(tickets=[*tickets(60), contradiction]), period=JANUARY)
    outcomes = [row["outcome"] for row in judged]
    assert outcomes.count("met") == statement.outcomes.tally()["4.2.met"]
    assert outcomes.count("rejected") == len(statement.rejected) == 1
    assert [row["ref"] for row in judged] == sorted(row["ref"] for row in judged)
    missed = next(row for row in judged if row["outcome"] == "missed")
    assert missed["late"] == missed["elapsed"] - missed["target"] > timedelta()
    assert missed["breach"] == missed["due"] is not None
    assert {row["clock"] for row in judged} == {"stopped", None}


def test_every_phase_has_a_word() -> None:
    """Each phase of the table has a word of its own for people, in frames as in explanations."""
    assert set(PHASE_WORDS) == set(PHASES)
    assert len(set(PHASE_WORDS.values())) == len(PHASES)


@pytest.mark.parametrize("level", ["4.9", "", "4.4", None, 4])
def test_a_level_that_there_is_not_is_told(level: Any) -> None:
    """Only a level of the contract can be judged."""
    with pytest.raises(UnknownReference):
        judge_frame(acme(), level, *tables(tickets(1)), period=JANUARY)


def test_a_level_without_a_clock_judges_no_ticket() -> None:
    """Availability has no clock that a ticket could be judged by."""
    with pytest.raises(InvalidValue) as caught:
        judge_frame(acme(), "4.3", *tables(tickets(1)), period=JANUARY)
    assert caught.value.rule == "level_clock"


@pytest.mark.parametrize("absent", ["numpy", "pyarrow", "narwhals"])
def test_an_absent_library_is_named(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one of the libraries of the extra the error says what to install."""
    rows, events = tables(tickets(1))
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(MissingExtra, match="frames"):
        TicketColumns.from_frames(rows, events)


def test_hostile_columns_raise_nothing_else() -> None:
    """Whatever stands in the columns, there is an error of ours or a rejected record."""
    rng = random.Random(3)
    words = ["", " ", "\u202e", "a\x00", "x" * 5000, "A", None, "opened", "=1+1", "é"]
    for _ in range(150):
        rows = {name: [rng.choice(words) for _ in range(4)] for name in rng.sample(("ref", *TICKET_TEXTS), 6)}
        events = {name: [rng.choice(words) for _ in range(6)] for name in rng.sample(("kind", *EVENT_TEXTS), 5)}
        at = [rng.choice([None, 0, to_micros(MON_09_00), -(2**63), 2**63 - 1]) for _ in range(6)]
        pairs = [({"ref": ["A", "A", None, "é"], "service": ["x"] * 4, "type": ["y"] * 4, **rows}, events)]
        for left, right in pairs:
            try:
                columns = TicketColumns.from_frames(
                    left, {"ticket": ["A"] * 6, "kind": ["opened"] * 6, **right, "at": at}
                )
            except EcsmError:
                continue
            assert all(isinstance(columns.ticket(row), ec.Ticket) for row in range(len(columns)))


def test_instants_are_written_as_the_plain_driver_writes_them() -> None:
    """Fractions of a second are written with six digits, whole seconds without."""
    from ecsm_contracts.frames._digests import instant_texts  # noqa: PLC0415 - it needs NumPy

    instants = [0, 1, 999_999, 1_000_000, 1_772_442_000_000_000, -1, -1_000_000, to_micros(MON_09_00) + 120_000]
    plain = [Event(kind="opened", at=from_micros(each)) if each > 10**15 else None for each in instants]
    texts = instant_texts(np.array(instants, np.int64))
    assert texts[1:4] == ["1970-01-01T00:00:00.000001", "1970-01-01T00:00:00.999999", "1970-01-01T00:00:01"]
    assert [told(each.at) for each in plain if each] == [f"{texts[4]}Z", f"{texts[7]}Z"]
