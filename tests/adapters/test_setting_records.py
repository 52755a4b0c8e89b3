"""Samples, surveys and declared figures from files and from plain records."""

from __future__ import annotations

import json
import tempfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

import ecsm_contracts as ec
from tests.facts.setting_strategies import DECLARED, SAMPLE, SURVEY, TABLES

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = {"samples": SAMPLE, "surveys": SURVEY, "declared": DECLARED}


@given(TABLES)
def test_facts_read_back_as_they_were_written(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Writing and reading again gives the same facts, records of a doubtful identity included."""
    facts = ec.facts_from_records(**tables)
    with tempfile.TemporaryDirectory() as folder:
        ec.write_facts(facts, folder)
        assert ec.read_facts(folder) == facts


@given(TABLES)
def test_files_and_records_are_read_alike(tables: dict[str, list[dict[str, Any]]]) -> None:
    """A table of a file, one record a line, gives the facts that the same records give in Python."""
    with tempfile.TemporaryDirectory() as folder:
        for name, records in tables.items():
            with open(f"{folder}/{name}.jsonl", "w", encoding="utf-8") as file:  # noqa: PTH123 - as users do
                file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        assert ec.read_facts(folder) == ec.facts_from_records(**tables)


@pytest.mark.parametrize(
    ("table", "kind", "changes", "code", "said"),
    [
        ("samples", "sample", {"errors": 1201}, "errors_exceed", "errors: 1201 errors in 1200 requests"),
        ("samples", "sample", {"requests": "many"}, "not_a_number", "requests: this must be a whole number"),
        ("samples", "sample", {"requests": 10**15 + 1}, "out_of_range", "requests: this must be at most 10000"),
        ("samples", "sample", {"end": "2026-03-02T09:00:00Z"}, "no_length", "end: it ends when it starts"),
        ("samples", "sample", {"end": "2026-03-01T09:00:00Z"}, "end_before_start", "end: the end lies before"),
        ("samples", "sample", {"start": "2026-03-02T09:00:00"}, "instant_naive", "start: "),
        ("surveys", "survey", {"score": 1001}, "out_of_range", "score: this must be at most 1000"),
        ("surveys", "survey", {"score": None}, "not_a_number", "score: this must be a whole number"),
        ("surveys", "survey", {"rating": 5}, "unknown_field", "rating: there is no such field"),
        ("declared", "declared", {"value": "97,5"}, "number_syntax", "value: '97,5' is not a number"),
        ("declared", "declared", {"value": 10**18}, "number_range", "value: 1000000000000000000: "),
        ("declared", "declared", {"value": "0." + "3" * 10}, "number_scale", "at most 9 decimals"),
        ("declared", "declared", {"value": 97.5}, "number_float", "write it as a text"),
        ("declared", "declared", {"evidence": ["report 12"]}, "not_a_text", "evidence: "),
        ("declared", "declared", {"figure": "a\nb"}, "control_character", "figure: "),
    ],
)
def test_a_bad_record_is_rejected_with_file_line_and_field(
    table: str, kind: str, changes: dict[str, Any], code: str, said: str, tmp_path: Path
) -> None:
    """A line that cannot be read is kept with its place and reason, and costs nothing but itself."""
    good = [{**RECORDS[table], "ref": ref} for ref in ("first", "last")]
    bad = {**RECORDS[table], "ref": "bad", **changes}
    lines = [good[0], bad, good[1]]
    (tmp_path / f"{table}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    facts = ec.read_facts(tmp_path)
    assert [record.ref for record in getattr(facts, table)] == ["first", "last"]
    (rejected,) = facts.rejected
    assert (rejected.kind, rejected.code, rejected.place) == (kind, code, f"{table}.jsonl:2")
    assert said in rejected.message
    assert json.loads(rejected.raw) == bad
    (told,) = ec.facts_from_records(**{table: lines}).rejected
    assert (told.kind, told.ref, told.code, told.place) == (kind, "bad", code, f"{table}:2")


def test_a_rejected_record_survives_writing(tmp_path: Path) -> None:
    """What was rejected is written as it came into the file of its kind, and rejected again for the same reason."""
    for table, changes in (("samples", {"errors": -1}), ("surveys", {"score": "9"}), ("declared", {"value": "1e3"})):
        (tmp_path / f"{table}.jsonl").write_text(json.dumps({**RECORDS[table], **changes}) + "\n", encoding="utf-8")
    facts = ec.read_facts(tmp_path)
    ec.write_facts(facts, tmp_path / "again")
    assert ec.read_facts(tmp_path / "again") == facts
    assert [record.kind for record in facts.rejected] == ["declared", "sample", "survey"]
    names = sorted(path.name for path in (tmp_path / "again").iterdir())
    assert names == ["declared.jsonl", "samples.jsonl", "surveys.jsonl"]


def test_writing_again_removes_tables_that_the_facts_do_not_hold(tmp_path: Path) -> None:
    """What is read back is what was written last: samples of an earlier writing do not stay behind."""
    ec.write_facts(ec.facts_from_records(samples=[SAMPLE], surveys=[SURVEY], declared=[DECLARED]), tmp_path)
    less = ec.facts_from_records(surveys=[SURVEY])
    ec.write_facts(less, tmp_path)
    assert ec.read_facts(tmp_path) == less
    assert [path.name for path in tmp_path.iterdir()] == ["surveys.jsonl"]
