"""Volumes, charges billed elsewhere and forecasts: from CSV, from JSON lines and from plain records."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from tests.facts.test_volumes import BILLED, FORECAST, VOLUME

RECORDS = {"volumes": VOLUME, "charges": BILLED, "forecasts": FORECAST}
FURTHER = {
    "volumes": {"service": "mail", "customer": 'Acme, "North"'},
    "charges": {"evidence": 'invoice 7, "second half"\nof two'},
    "forecasts": {"customer": "Ünïon; Söhne"},
}
KINDS = {"volumes": "volume", "charges": "billed", "forecasts": "forecast"}


def csv_text(records: list[dict[str, Any]]) -> str:
    """Return the records as CSV, by hand: each cell in quotes, those inside doubled, what is not said left blank."""
    columns = list(dict.fromkeys(name for record in records for name in record))
    lines = [",".join(columns)]
    for record in records:
        texts = [str(record.get(name, "")).replace('"', '""') for name in columns]
        lines.append(",".join(f'"{text}"' if text else "" for text in texts))
    return "\n".join(lines) + "\n"


@given(
    st.sampled_from([*RECORDS]), st.lists(st.tuples(st.sampled_from("ABC"), st.booleans(), st.booleans()), min_size=1)
)
def test_every_form_gives_the_same_facts(table: str, drawn: list[tuple[str, bool, bool]]) -> None:
    """A table as CSV, as JSON lines and as plain records gives the same facts; identities may repeat."""
    wrong = {"amount": "EUR 0.001"} if table == "charges" else {"quantity": "-1"}
    records = [
        {**RECORDS[table], "ref": ref, **(FURTHER[table] if more else {}), **({} if good else wrong)}
        for ref, more, good in drawn
    ]
    with tempfile.TemporaryDirectory() as name:
        lines, cells = Path(name, "lines"), Path(name, "cells")
        for folder in (lines, cells):
            folder.mkdir()
        (lines / f"{table}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
        (cells / f"{table}.csv").write_text(csv_text(records), encoding="utf-8")
        told = [ec.facts_from_records(**{table: records}), ec.read_facts(lines), ec.read_facts(cells)]
        ec.write_facts(told[0], Path(name, "again"))
        told.append(ec.read_facts(Path(name, "again")))
    good = [getattr(facts, table) for facts in told]
    assert good.count(good[0]) == len(told)
    said = [sorted((each.kind, each.ref, each.code, each.message) for each in facts.rejected) for facts in told]
    assert said.count(said[0]) == len(told)


@pytest.mark.parametrize(
    ("table", "changes", "code", "said"),
    [
        ("volumes", {"quantity": "-1"}, "quantity_negative", "quantity: -1 is less than none"),
        ("volumes", {"quantity": "many"}, "number_syntax", "quantity: 'many' is not a number"),
        ("volumes", {"unit": "users\t"}, "control_character", "unit: "),
        ("volumes", {"start": "2026-03-01"}, "instant_syntax", "start: "),
        ("volumes", {"end": "2026-03-01T00:00:00Z"}, "no_length", "end: it ends when it starts"),
        ("volumes", {"customer": "c" * 201}, "text_length", "customer: "),
        ("charges", {"amount": "EUR 0.001"}, "billed_scale", "amount: EUR 0.001 is finer than the minor unit"),
        ("charges", {"amount": "1200.00"}, "money_currency_missing", "amount: "),
        ("charges", {"at": "2026-03-31T21:59:00"}, "instant_naive", "at: "),
        ("charges", {"charge": "c" * 201}, "text_length", "charge: "),
        ("forecasts", {"quantity": "1e3"}, "number_syntax", "quantity: "),
        ("forecasts", {"end": "2026-02-01T00:00:00Z"}, "end_before_start", "end: "),
        ("forecasts", {"at": "soon"}, "instant_syntax", "at: "),
    ],
)
def test_a_bad_record_is_rejected_with_file_line_and_field(
    table: str, changes: dict[str, Any], code: str, said: str, tmp_path: Path
) -> None:
    """A line or row that cannot be read is kept with its place and reason, in each form, and costs nothing else."""
    lines = [{**RECORDS[table], "ref": "first"}, {**RECORDS[table], "ref": "bad", **changes}, RECORDS[table]]
    (tmp_path / f"{table}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    facts = ec.read_facts(tmp_path)
    (rejected,) = facts.rejected
    assert (rejected.kind, rejected.ref, rejected.place) == (KINDS[table], "bad", f"{table}.jsonl:2")
    assert (rejected.code, json.loads(rejected.raw)) == (code, lines[1])
    assert said in rejected.message
    (told,) = ec.facts_from_records(**{table: lines}).rejected
    assert told[:4] == rejected[:4]
    if code == "control_character":
        return  # blanks at the edges of a cell are none, as in every table of cells
    (tmp_path / f"{table}.jsonl").unlink()
    (tmp_path / f"{table}.csv").write_text(csv_text(lines), encoding="utf-8")
    (row,) = ec.read_facts(tmp_path).rejected
    assert (row[:4], row.place) == (rejected[:4], f"{table}.csv:3")


@pytest.mark.parametrize(
    ("text", "codes", "said"),
    [
        ("", ["table_header"], "it has no header"),
        ("ref,unit,quantity,start\n", ["missing_column"], "there is no column 'end'"),
        ("ref,unit,quantity,start,ende\n", ["missing_column", "unknown_column"], "did you mean"),
        ("ref,unit,quantity,start,end,at\n", ["unknown_column"], "'at' is no field"),
        ("ref,unit,unit,quantity,start,end\n", ["duplicate_column"], "'unit' twice"),
        ("ref;unit;quantity;start;end\n", ["table_header"], "write a comma between the columns"),
    ],
    ids=["empty", "missing", "misspelt", "unknown", "twice", "semicolons"],
)
def test_a_header_that_is_none_is_refused(text: str, codes: list[str], said: str, tmp_path: Path) -> None:
    """A table whose columns are not the fields of its records is no table; each fault is said, with its place."""
    path = tmp_path / "volumes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ec.DocumentError) as caught:
        ec.read_facts(tmp_path)
    assert sorted(problem.code for problem in caught.value.problems) == codes
    assert {(problem.file, problem.line) for problem in caught.value.problems} == {(str(path), 1)}
    assert said in str(caught.value)


def test_a_row_that_cannot_be_taken_apart_costs_itself(tmp_path: Path) -> None:
    """A row with a cell too many, and one with a stray quote, are rejected; those around them are read."""
    rows = ["V-1,users,1", "V-2,users,2,2", 'V-3,us"ers,3', "V-4,users,4"]
    dated = [f"{row},2026-03-01T00:00:00Z,2026-04-01T00:00:00Z" for row in rows]
    (tmp_path / "volumes.csv").write_text("\n".join(["ref,unit,quantity,start,end", *dated]), encoding="utf-8")
    facts = ec.read_facts(tmp_path)
    assert [volume.ref for volume in facts.volumes] == ["V-1", "V-4"]
    assert [(each.kind, each.place) for each in facts.rejected] == [
        ("volume", "volumes.csv:3"),
        ("volume", "volumes.csv:4"),
    ]
    ec.write_facts(facts, tmp_path / "again")
    assert ec.read_facts(tmp_path / "again") == facts


def test_a_table_that_is_not_read_as_csv_is_not_passed_over(tmp_path: Path) -> None:
    """Beside a table in CSV, tickets in CSV are refused and not left out in silence; those in JSON lines are read."""
    (tmp_path / "volumes.csv").write_text(csv_text([VOLUME]), encoding="utf-8")
    (tmp_path / "tickets.csv").write_text("ref\nT-1\n", encoding="utf-8")
    with pytest.raises(ec.DocumentError) as caught:
        ec.read_facts(tmp_path)
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [
        ("unknown_table", str(tmp_path / "tickets.csv"))
    ]
    (tmp_path / "tickets.jsonl").write_text("", encoding="utf-8")
    assert len(ec.read_facts(tmp_path).volumes) == 1


def test_a_table_in_two_forms_is_refused(tmp_path: Path) -> None:
    """Nobody can tell whether CSV or JSON lines are meant, so neither is read, and none is written beside the other."""
    facts = ec.facts_from_records(volumes=[VOLUME])
    ec.write_facts(facts, tmp_path)
    (tmp_path / "volumes.csv").write_text(csv_text([VOLUME]), encoding="utf-8")
    for attempt in (lambda: ec.read_facts(tmp_path), lambda: ec.write_facts(facts, tmp_path)):
        with pytest.raises(ec.DocumentError) as caught:
            attempt()
        (problem,) = caught.value.problems
        assert (problem.code, problem.file) == ("table_twice", str(tmp_path / "volumes.csv"))
