"""Facts from files: every line by itself."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import Rejected
from tests.engine.world import JANUARY, NOTICE, OUTAGE, acme, incident, january, tickets


def folder(tmp_path: Path, *lines: str, table: str = "tickets") -> Path:
    """A folder with one file of these lines."""
    (tmp_path / f"{table}.jsonl").write_bytes(b"\n".join(line.encode("utf-8", "surrogateescape") for line in lines))
    return tmp_path


GOOD = json.dumps(incident(1))


def with_(**changes: Any) -> str:
    """The record of a ticket with fields changed."""
    return json.dumps({**incident(2), **changes})


def event(**changes: Any) -> str:
    """The record of a ticket whose second event is changed."""
    record = incident(2)
    record["events"][1].update(changes)
    return json.dumps(record)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "json_syntax"),
        ("[]", "not_a_mapping"),
        ('{"ref": "T-2", "ref": "T-3"}', "duplicate_key"),
        ('{"ref": "T-2", "size": 1.5}', "number_float"),
        ('{"ref": "T-2", "size": NaN}', "number_float"),
        ("[" * 5_000_001, "too_large"),
        ("[" * 50_000, "json_syntax"),
        ("\udcff", "encoding"),
        (with_(titel="x"), "unknown_field"),
        (with_(events=[]), "too_few"),
        (with_(priority=1), "not_a_text"),
        (with_(ref="a\nb"), "control_character"),
        (with_(ref=" a"), "blank_edge"),
        (event(at="2026-01-07T09:20:00"), "instant_naive"),
        (event(at=1767776400), "instant_syntax"),
        (event(at="2026-01-07"), "instant_syntax"),
        (event(at="2026-01-07T09:20:00.1234567Z"), "instant_precision"),
        (event(at="1926-01-07T09:20:00Z"), "instant_range"),
        (event(kind="answered"), "unknown_word"),
        (event(party=None), "event_incomplete"),
        (event(priority="P1"), "event_priority"),
        (event(note="x"), "unknown_field"),
    ],
)
def test_a_bad_line_is_rejected_with_its_code_and_costs_nothing_else(line: str, code: str, tmp_path: Path) -> None:
    """The line is kept as it came, with file, line and reason; the good ones around it are read."""
    facts = ec.read_facts(folder(tmp_path, GOOD, line, "", json.dumps(incident(3))))
    assert [ticket.ref for ticket in facts.tickets] == ["T-1", "T-3"]
    (rejected,) = facts.rejected
    assert (rejected.kind, rejected.code, rejected.place) == ("ticket", code, "tickets.jsonl:2")
    assert rejected.raw
    assert "tickets.jsonl:2: ticket" in str(rejected)


def test_an_outage_that_ends_before_it_starts_is_rejected(tmp_path: Path) -> None:
    """Negative length is refused with a code of its own; no length at all is not."""
    backwards = {**OUTAGE, "end": "2026-01-09T00:00:00Z"}
    empty = {**OUTAGE, "ref": "O-2", "end": OUTAGE["start"]}
    facts = ec.read_facts(folder(tmp_path, json.dumps(backwards), json.dumps(empty), table="outages"))
    assert [each.code for each in facts.rejected] == ["end_before_start"]
    assert [each.ref for each in facts.outages] == ["O-2"]


def test_facts_read_back_as_they_were_written(tmp_path: Path) -> None:
    """Writing and reading again gives the same facts, rejected lines included, and the same statement."""
    work = {"ref": "W-1", "ticket": "T-1", "role": "agent", "effort": "PT30M", "at": "2026-01-06T09:00:00Z"}
    facts = january(work=[work])
    ec.write_facts(facts, tmp_path / "facts")
    assert ec.read_facts(tmp_path / "facts") == facts
    again = ec.evaluate(acme(), ec.read_facts(tmp_path / "facts"), period=JANUARY)
    assert again.to_json() == ec.evaluate(acme(), facts, period=JANUARY).to_json()


def test_writing_again_leaves_nothing_of_the_writing_before(tmp_path: Path) -> None:
    """What is read back is what was written last, not a mixture; files of other names are not touched."""
    where = tmp_path / "facts"
    first = ec.facts_from_records(tickets=[incident(1)], outages=[OUTAGE], notices=[NOTICE])
    row = Rejected("row", "R-1", "columns", "the row has 2 fields, and the header 3", "t.csv:2", "R-1,x")
    more = ec.Facts.of(tickets=first.tickets, outages=first.outages, notices=first.notices, rejected=[row])
    ec.write_facts(more, where)
    (where / "notes.txt").write_text("mine")
    assert {path.name for path in where.iterdir()} >= {"outages.jsonl", "notices.jsonl", "rejected.jsonl"}
    for facts in (ec.facts_from_records(tickets=[incident(3)]), ec.facts_from_records(), more):
        ec.write_facts(facts, where)
        assert ec.read_facts(where) == facts
    assert (where / "notes.txt").read_text() == "mine"


def test_a_rejected_record_survives_writing(tmp_path: Path) -> None:
    """What was rejected is written as it came, and rejected again for the same reason."""
    facts = ec.read_facts(folder(tmp_path, GOOD, with_(titel="x")))
    ec.write_facts(facts, tmp_path / "again")
    assert [each.code for each in ec.read_facts(tmp_path / "again").rejected] == ["unknown_field"]


def test_records_of_one_identity_that_differ_are_all_rejected() -> None:
    """Nobody can tell which of two different records is true; equal ones are one record."""
    other = {**incident(1), "priority": "P2"}
    facts = ec.facts_from_records(
        tickets=[incident(1), other, incident(2), incident(2)], outages=[OUTAGE], notices=[NOTICE]
    )
    assert [ticket.ref for ticket in facts.tickets] == ["T-2"]
    assert [(each.ref, each.code) for each in facts.rejected] == [("T-1", "duplicate_identity")] * 2


def test_a_folder_without_facts_or_with_a_file_that_no_table_is_named_after_is_refused(tmp_path: Path) -> None:
    """Neither an empty folder nor a misspelt file name is taken for a month in which nothing happened."""
    with pytest.raises(ec.DocumentError, match=r"holds none of .*; it holds nothing \[unknown_table\]"):
        ec.read_facts(tmp_path)
    folder(tmp_path, GOOD, table="tikets")
    with pytest.raises(ec.DocumentError, match=r"tikets\.jsonl: not one of .*: --mapping"):
        ec.read_facts(tmp_path)
    folder(tmp_path, GOOD)
    with pytest.raises(ec.DocumentError, match=r"tikets\.jsonl: not one of [^:]*\[unknown_table\]"):
        ec.read_facts(tmp_path)


def test_what_is_no_folder_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    """A file in place of its folder, and a folder that is not there, each have a message of their own."""
    with pytest.raises(ec.DocumentError, match=r"nowhere: there is no such folder \[not_a_folder\]"):
        ec.read_facts(tmp_path / "nowhere")
    with pytest.raises(ec.DocumentError, match=r"tickets\.jsonl: this is a file; give its folder \[not_a_folder\]"):
        ec.read_facts(folder(tmp_path, GOOD) / "tickets.jsonl")


def test_a_folder_of_tables_says_that_they_need_a_mapping(tmp_path: Path) -> None:
    """Who gives an export in place of facts is told what is there, and how tables are read."""
    (tmp_path / "export.csv.gz").touch()
    with pytest.raises(ec.DocumentError, match=r"it holds 'export\.csv\.gz'; .* with a mapping .*--mapping"):
        ec.read_facts(tmp_path)


def test_a_table_of_another_name_is_refused() -> None:
    """Records are given by the names of the tables."""
    with pytest.raises(InvalidValue, match="there is no table 'tikets'"):
        ec.facts_from_records(tikets=tickets())


def test_writing_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash while the new file is put in place leaves the old one, and no litter."""
    path = tmp_path / "carry.json"
    carry = ec.evaluate(acme(), january(), period=JANUARY).carry
    ec.write_carry(carry, path)

    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="no space"):
        ec.write_carry(carry.replace(contract="OTHER"), path)
    assert [each.name for each in tmp_path.iterdir()] == ["carry.json"]
    monkeypatch.undo()
    assert ec.read_carry(path) == carry


def test_a_link_is_followed_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    """Neither is replaced by a file: what the link leads to has the new text, and who reads the pipe gets it."""
    carry = ec.evaluate(acme(), january(), period=JANUARY).carry
    (tmp_path / "carries").mkdir()
    target, link, pipe = tmp_path / "carries" / "carry.json", tmp_path / "link.json", tmp_path / "pipe.json"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    ec.write_carry(carry, link)
    assert link.is_symlink()
    assert ec.read_carry(target) == carry
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        ec.write_carry(carry, pipe)
        assert read.result(timeout=10) == target.read_text(encoding="utf-8")
    assert pipe.is_fifo()


def test_a_file_that_holds_no_carry_is_refused(tmp_path: Path) -> None:
    """The problem names the field."""
    (tmp_path / "carry.json").write_text('{"contract": "ACME-2026", "ends": "soon"}', encoding="utf-8")
    with pytest.raises(ec.DocumentError, match="ends"):
        ec.read_carry(tmp_path / "carry.json")


def test_what_was_rejected_never_comes_back_as_a_fact(tmp_path: Path) -> None:
    """A row that its mapping rejects, and that happens to be a good record as it stands, stays rejected."""
    (tmp_path / "down.jsonl").write_text(
        '{"ref": "O1", "service": "test lab", "start": "2026-03-03T09:00:00Z", "end": "2026-03-03T12:00:00Z"}\n'
    )
    mapping = ec.parse_mapping(
        "{schema: ecsm.mapping/1, ref: log, title: Log, outages: {file: down.jsonl, ref: ref,"
        " service: {column: service, is: {mail: mail}}, start: start, end: end, no_length: reject}}"
    )
    facts = ec.read_tables(mapping, tmp_path)
    ec.write_facts(facts, tmp_path / "facts")
    again = ec.read_facts(tmp_path / "facts")
    assert (again.outages, again.rejected) == ((), facts.rejected)


def test_a_long_ticket_is_written_and_read(tmp_path: Path) -> None:
    """A ticket of five thousand events, a line of some hundreds of kilobytes, comes back as it was."""
    noted = [
        {"kind": "noted", "at": f"2026-03-02T{9 + n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z"} for n in range(5000)
    ]
    record = {"ref": "T-1", "service": "desk", "type": "incident", "priority": "P1"}
    facts = ec.facts_from_records(
        tickets=[{**record, "events": [{"kind": "opened", "at": "2026-03-02T08:00:00Z"}, *noted]}]
    )
    ec.write_facts(facts, tmp_path)
    assert ec.read_facts(tmp_path) == facts


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "ticket", "ref": "\\ud800", "code": "x", "message": "m", "place": "", "raw": ""}',
        '{"kind": "surprise", "ref": "T-1", "code": "x", "message": "m", "place": "", "raw": ""}',
        '{"kind": "ticket", "ref": "T-1"}',
        "[]",
    ],
)
def test_hostile_rejected_records_are_rejected(line: str, tmp_path: Path) -> None:
    """What stands in the table of rejected records is data too: whatever it says, it can be shown and written."""
    (tmp_path / "rejected.jsonl").write_text(f"\n{line}\n\n", encoding="utf-8")
    facts = ec.read_facts(tmp_path)
    assert len(facts.rejected) == 1
    str(facts.rejected[0]).encode()
    ec.write_facts(facts, tmp_path / "again")
    assert len(ec.read_facts(tmp_path / "again").rejected) == 1
