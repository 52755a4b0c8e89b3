"""The mapping document: what it may say, and where it is wrong."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.adapters._formats import check_format, parse_time
from tests.adapters.exports import ALONE, EVENTS, OUTAGES, STATES, TICKETS, TOP, mapping
from tests.adapters.exports import UTC as IN_UTC

WHOLE = TOP + IN_UTC + TICKETS + EVENTS + STATES + "acknowledged_by: [working, held]\n" + OUTAGES
FIRST_LIGHT = TOP + IN_UTC + ALONE + STATES


def problems(text: str) -> list[tuple[str, str]]:
    """Return path and code of each problem of a mapping."""
    with pytest.raises(ec.DocumentError) as refused:
        ec.parse_mapping(text)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_a_text_is_a_column() -> None:
    """A cell that is only a text names a column, and means the same as the long form."""
    long = WHOLE.replace("group: group", "group: {column: group}")
    assert long != WHOLE
    assert ec.parse_mapping(long).digest() == ec.parse_mapping(WHOLE).digest()


def test_a_mapping_may_be_json(tmp_path: Path) -> None:
    """The same document in JSON is the same mapping, from a file as from a text."""
    expected = ec.parse_mapping(WHOLE)
    text = json.dumps(expected.to_data())
    assert ec.parse_mapping(text, form="json") == expected
    (tmp_path / "map.json").write_text(text)
    assert ec.read_mapping(tmp_path / "map.json") == expected


def test_a_mapping_shows_itself_in_one_line() -> None:
    """A mapping in a terminal is its identity and title."""
    assert repr(ec.parse_mapping(WHOLE)) == str(ec.parse_mapping(WHOLE)) == "<Mapping desk log: Log of the desk>"


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("ref: id", "ref: {column: id, always: x}", ("tickets.ref", "cell_source")),
        ("ref: id", "ref: {}", ("tickets.ref", "cell_source")),
        ("ref: id", "ref: {parts: [id, prio]}", ("tickets.ref", "cell_joined")),
        ("ref: id", "ref: {column: id, joined: '-'}", ("tickets.ref", "cell_joined")),
        ("ref: id", "ref: {parts: [id], joined: '-'}", ("tickets.ref.parts", "too_few")),
        ("ref: id", "ref: {parts: [id, {columm: x}], joined: ''}", ("tickets.ref.parts.1.columm", "unknown_field")),
        (
            "ref: id",
            "ref: id\n  only: {a: {take: [x]}, ' a': {take: [y]}}",
            ("tickets.only", "duplicate_key"),
        ),
        ("ref: id", "ref: 1", ("tickets.ref", "not_a_mapping")),
        ("{always: desk}", "{always: desk, blank: x}", ("tickets.service", "field_unused")),
        ("{always: desk}", "{column: s, otherwise: x}", ("tickets.service", "field_unused")),
        ("{always: desk}", "{column: s, is: {a: 1}}", ("tickets.service.is.a", "not_a_text")),
        ("{always: desk}", "{column: s, is: {a: 'x '}}", ("tickets.service.is.a", "blank_edge")),
        ("{always: desk}", "{column: s, is: {a: x, ' a': y}}", ("tickets.service.is", "duplicate_key")),
        ('{"1": P1, "2": P2}', '{"": P1, "2": P2}', ("tickets.priority.is", "field_unused")),
        ('{"1": P1, "2": P2}', '{" ": P1, "2": P2}', ("tickets.priority.is", "field_unused")),
        ("  New: {is: new}", "  '': {is: new}", ("states", "field_unused")),
        ("[working, held]", "[Active]", ("acknowledged_by.0", "unknown_word")),
        ("tickets.csv", "../tickets.csv", ("tickets.file", "file_name")),
        ("tickets.csv", "a/tickets.csv", ("tickets.file", "file_name")),
        ("tickets.csv", "tickets.xlsx", ("tickets.file", "file_name")),
        ("tickets.csv", "tickets.zip", ("tickets.file", "file_name")),
        ("tickets.csv", "tickets.csv\n  delimiter: ':'", ("tickets.delimiter", "unknown_word")),
        ("tickets.csv", "tickets.tsv\n  delimiter: ','", ("tickets", "field_unused")),
        ("tickets.csv", "tickets.csv\n  only: {prio: {take: []}}", ("tickets.only.prio.take", "too_few")),
        ("tickets.csv", "tickets.csv\n  only: {prio: {take: [a], leave: [a]}}", ("tickets.only.prio", "named_twice")),
        ("zone: UTC", "zone: Utopia", ("times.zone", "zone_unknown")),
        ("zone: UTC", "format: '%d/%m/%Y %H:%M'", ("times", "zone_missing")),
        ("zone: UTC", "zone: UTC, format: '%d %m %b %Y %H:%M'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%A %d/%m/%Y %H:%M'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y %I:%M'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y %H:%M %p'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y %H %I:%M %p'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: dd.MM.yyyy HH:mm", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y %y %H:%M'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y %d %H:%M'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y %H:%M.%f'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, format: '%d/%m/%Y %H:%M %'", ("times.format", "time_format")),
        ("zone: UTC", "zone: UTC, repeated: both", ("times.repeated", "unknown_word")),
        ("zone: UTC", "zone: UTC, skipped: before", ("times.skipped", "unknown_word")),
        ("{is: new}", "{is: fresh}", ("states.New.is", "unknown_word")),
        ("{is: new}", "{is: new, party: vendor}", ("states.New", "state_party")),
        ("{is: held, party: customer}", "{is: held}", ("states.Waiting", "state_party")),
        ("  New: {is: new}", "  New: {is: new}\n  'New ': {is: new}", ("states", "duplicate_key")),
        ("[working, held]", "[working, working]", ("acknowledged_by", "named_twice")),
        ("[working, held]", "[]", ("acknowledged_by", "too_few")),
        ("title: Log of the desk", "title: Log\nassumes: [a, a]", ("assumes", "named_twice")),
        (", no_length: reject", "", ("outages", "missing_field")),
        (STATES, "", ("events", "missing_field")),
        ("at: at, ", "at: at, service: x, ", ("events.service", "field_unused")),
        ("state: state", "state: {column: state, blank: Nwe}", ("events.state.blank", "unmapped_value")),
        ("state: state", "state: {column: state, is: {1: Nwe}}", ("events.state.is.1", "unmapped_value")),
        ("ecsm.mapping/1", "ecsm.mapping/2", ("schema", "unknown_word")),
    ],
)
def test_a_fault_is_a_problem_at_its_place(good: str, bad: str, problem: tuple[str, str]) -> None:
    """With one part replaced by a bad one, the mapping has this problem, and no other."""
    assert good in WHOLE
    assert problems(WHOLE.replace(good, bad, 1)) == [problem]


@pytest.mark.parametrize(
    ("good", "bad", "found"),
    [
        ("  type: {always: incident}\n", "", [("events", "missing_field")]),
        ("  service: {always: desk}\n  type: {always: incident}\n", "", [("events", "missing_field")] * 2),
        ("  at: at\n", "  at: at\n  before_opening: at_opening\n", [("events.before_opening", "field_unused")]),
        (STATES, "", [("events", "missing_field")]),
    ],
)
def test_an_event_table_by_itself_needs_more(good: str, bad: str, found: list[tuple[str, str]]) -> None:
    """Without a ticket table, what a ticket is must come from the rows, and what belongs to one is refused."""
    assert problems(FIRST_LIGHT.replace(good, bad, 1)) == found


def test_a_mapping_without_tables_is_refused() -> None:
    """One table at least is read, and states without an event table are for nothing."""
    assert problems(TOP) == [("", "tables_missing")]
    assert problems(TOP + TICKETS + STATES) == [("states", "field_unused")]
    assert problems(TOP + TICKETS + "acknowledged_by: [new]\n") == [("acknowledged_by", "field_unused")]


@pytest.mark.parametrize(
    ("state", "words", "found"),
    [
        ("state", "[working, replied]", []),
        ("{column: state, is: {a: Active, b: Waiting}}", "[held, new]", [("acknowledged_by.1", "field_unused")]),
        ("{always: Active}", "[resolved]", [("acknowledged_by.0", "field_unused")]),
        ("{column: state, is: {a: Active}, otherwise: New, blank: Note}", "[new, noted]", []),
        ("{column: state, is: {a: Actve}}", "[new]", [("events.state.is.a", "unmapped_value")]),
    ],
)
def test_a_word_that_no_row_can_mean_acknowledges_nothing(state: str, words: str, found: list[tuple[str, str]]) -> None:
    """A choice without effect is refused, so that nobody takes acknowledgements for recorded."""
    text = FIRST_LIGHT.replace("state: state", f"state: {state}") + f"acknowledged_by: {words}\n"
    if found:
        assert problems(text) == found
    else:
        assert ec.parse_mapping(text).acknowledged_by is not None


def test_all_problems_come_at_once_with_line_and_column() -> None:
    """Two faults are two problems, each at its line, with a hint at what was meant."""
    text = WHOLE.replace("opened: opened", "opend: opened").replace("{is: new}", "{is: nwe}")
    with pytest.raises(ec.DocumentError) as refused:
        ec.parse_mapping(text, name="map.yaml")
    first, second = map(str, refused.value.problems)
    assert first.startswith("map.yaml:8:3: tickets.opend: unknown field 'opend'; did you mean \"opened\"?")
    assert second.startswith("map.yaml:15:13: states.New.is:")
    assert 'did you mean "new"?' in second


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ('{"1": P1, "2": P2}', '{"": P1, "2": P2}', "the cell says what it means: blank: …"),
        ("[working, held]", "[Active]", "'Active' is not one of the words after `is`: new, working, held, "),
        ("[working, held]", "[helt]", 'names of states are not meant here; did you mean "held"?'),
        ("zone: UTC", "zone: UTC, format: dd.MM.yyyy HH:mm", "for 'dd.MM.yyyy HH:mm' write \"%d.%m.%Y %H:%M\""),
        ("zone: UTC", "zone: UTC, format: d/MMM/yy h:mm a", 'write "%d/%b/%y %I:%M %p"'),
        ("zone: UTC", "zone: UTC, format: \"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"", 'write "%Y-%m-%dT%H:%M:%S.%f%z"'),
        ("zone: UTC", "zone: UTC, format: dd/mm/yyyy hh:mm", 'write "%d.%m.%Y %H:%M"'),  # nobody's: an example
    ],
)
def test_a_message_says_what_to_write(good: str, bad: str, message: str) -> None:
    """Where another spelling is likely, the problem names the one that is read."""
    assert good in WHOLE
    with pytest.raises(ec.DocumentError) as refused:
        ec.parse_mapping(WHOLE.replace(good, bad, 1))
    assert message in str(refused.value)


def test_a_contract_for_a_mapping_is_one_problem_and_so_is_a_mapping_for_a_contract() -> None:
    """Who mixes up the two documents is told so, and not that every field of the one is unknown in the other."""
    contract = (Path(__file__).parents[2] / "examples" / "acme.yaml").read_text(encoding="utf-8")
    with pytest.raises(ec.DocumentError) as refused:
        ec.parse_mapping(contract, name="acme.yaml")
    [problem] = refused.value.problems
    assert (problem.path, problem.code) == ("schema", "unknown_word")
    assert problem.message == "this is a contract, not a mapping"
    with pytest.raises(ec.DocumentError) as refused:
        ec.parse_contract(WHOLE, name="map.yaml")
    assert list(map(str, refused.value.problems)) == [
        "map.yaml:1:9: schema: this is a mapping, not a contract [unknown_word]"
    ]
    with pytest.raises(ec.DocumentError, match="missing"):
        ec.parse_mapping("{schema: 1}")


def test_a_mapping_made_in_python_is_checked_too() -> None:
    """Tables that do not fit are refused where no document is read."""
    data = ec.parse_mapping(WHOLE).to_data()
    with pytest.raises(ValueError, match="states is missing"):
        ec.Mapping.model_validate({key: value for key, value in data.items() if key != "states"})


def test_the_schema_knows_every_field_and_both_forms_of_a_cell() -> None:
    """The JSON Schema describes the document that is read, so that an editor can help."""
    schema = ec.mapping_schema()
    assert schema["title"] == "ecsm.mapping/1"
    cell = schema["$defs"]["TicketTable"]["properties"]["ref"]["anyOf"]
    assert cell[0]["type"] == "string"
    assert set(schema["properties"]) == {
        *("schema", "ref", "title", "assumes", "times", "tickets", "events", "states", "acknowledged_by", "outages")
    }


def test_every_field_is_in_the_reference() -> None:
    """The page about the mapping document names each field of the schema."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "mapping.md").read_text(encoding="utf-8")
    schema = ec.mapping_schema()
    fields = {name for part in [schema, *schema["$defs"].values()] for name in part.get("properties", {})}
    assert {name for name in fields if not re.search(rf"`{name}`", page)} == set()


def test_the_delimiter_may_be_a_tab_by_its_name() -> None:
    """`tab` is a tab."""
    found = mapping(TICKETS.replace("tickets.csv", "tickets.csv\n  delimiter: tab")).tickets
    assert found is not None
    assert found.delimiter == "\t"


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("02/03/2026 09:05", "%d/%m/%Y %H:%M", datetime(2026, 3, 2, 9, 5)),
        ("2/3/2026 9:05", "%d/%m/%Y %H:%M", datetime(2026, 3, 2, 9, 5)),
        ("3/2/26 9:05:07", "%m/%d/%y %H:%M:%S", datetime(2026, 3, 2, 9, 5, 7)),
        ("3/2/69 9:05:07", "%m/%d/%y %H:%M:%S", datetime(1969, 3, 2, 9, 5, 7)),
        ("20260302090507", "%Y%m%d%H%M%S", datetime(2026, 3, 2, 9, 5, 7)),
        ("2026-03-02 09:05:07.25", "%Y-%m-%d %H:%M:%S.%f", datetime(2026, 3, 2, 9, 5, 7, 250_000)),
        ("2026-03-02 09:05 +0130", "%Y-%m-%d %H:%M %z", datetime(2026, 3, 2, 7, 35, tzinfo=UTC)),
        ("2026-03-02 09:05-01:30", "%Y-%m-%d %H:%M%z", datetime(2026, 3, 2, 10, 35, tzinfo=UTC)),
        ("2026-03-02 09:05Z", "%Y-%m-%d %H:%M%z", datetime(2026, 3, 2, 9, 5, tzinfo=UTC)),
        ("100% 2.3.2026 9.05", "100%% %d.%m.%Y %H.%M", datetime(2026, 3, 2, 9, 5)),
        ("27/Mar/26 4:30 PM", "%d/%b/%y %I:%M %p", datetime(2026, 3, 27, 16, 30)),
        ("3/27/2026 4:30 pm", "%m/%d/%Y %I:%M %p", datetime(2026, 3, 27, 16, 30)),
        ("3/27/2026 4:30\u202fPM", "%m/%d/%Y %I:%M %p", datetime(2026, 3, 27, 16, 30)),
        ("3/27/2026 12:00 a.m.", "%m/%d/%Y %I:%M %p", datetime(2026, 3, 27)),
        ("3/27/2026 12:00 P.M.", "%m/%d/%Y %I:%M %p", datetime(2026, 3, 27, 12)),
        ("3/27/2026 11:59PM", "%m/%d/%Y %I:%M%p", datetime(2026, 3, 27, 23, 59)),
        ("2DEC2026 9:05", "%d%b%Y %H:%M", datetime(2026, 12, 2, 9, 5)),
        ("30 Sept 2026 9:05", "%d %b %Y %H:%M", datetime(2026, 9, 30, 9, 5)),
        ("may 2, 2026 09:05", "%B %d, %Y %H:%M", datetime(2026, 5, 2, 9, 5)),
        ("3/27/2026 0:30 AM", "%m/%d/%Y %I:%M %p", None),
        ("3/27/2026 16:30 PM", "%m/%d/%Y %I:%M %p", None),
        ("3/27/2026 4:30", "%m/%d/%Y %I:%M %p", None),
        ("3/27/2026 4:30 a.m", "%m/%d/%Y %I:%M %p", None),
        ("27/M\u00e4r/26 4:30 PM", "%d/%b/%y %I:%M %p", None),
        ("27/March/26 4:30 PM", "%d/%b/%y %I:%M %p", None),
        ("27 Mar 2026 9:05", "%d %B %Y %H:%M", None),
        ("2026-02-30 09:05", "%Y-%m-%d %H:%M", None),
        ("2026-03-02 24:00", "%Y-%m-%d %H:%M", None),
        ("2026-03-02 09:05:60", "%Y-%m-%d %H:%M:%S", None),
        ("2026-03-02 09:05+25:00", "%Y-%m-%d %H:%M%z", None),
        ("2026-03-02 09:05+01:75", "%Y-%m-%d %H:%M%z", None),
        ("1122026 0905", "%d%m%Y %H%M", None),  # 1 December or 11 February: nobody can tell
        (" 2026-03-02 09:05", "%Y-%m-%d %H:%M", None),
        ("2026-03-02  09:05", "%Y-%m-%d %H:%M", None),
        ("٢٠٢٦-03-02 09:05", "%Y-%m-%d %H:%M", None),
        ("26-03-02 09:05", "%Y-%m-%d %H:%M", None),
    ],
)
def test_a_format_is_read_strictly(text: str, form: str, expected: datetime | None) -> None:
    """A time is what the format says, in ASCII digits and English names, or none."""
    assert parse_time(text, check_format(form)) == expected


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)))
def test_what_a_format_writes_it_reads(moment: datetime) -> None:
    """Reading by a format undoes writing by the same format."""
    for form in ("%Y-%m-%d %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S,%f", "%Y%m%d%H%M%S.%f"):
        assert parse_time(moment.strftime(form), form) == moment
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    half = "AM" if moment.hour < 12 else "PM"
    text = (
        f"{moment.day}/{months[moment.month - 1]}/{moment.year} {(moment.hour + 11) % 12 + 1}:{moment.minute:02} {half}"
    )
    assert parse_time(text, "%d/%b/%Y %I:%M %p") == moment.replace(second=0, microsecond=0)
