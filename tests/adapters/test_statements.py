"""A statement of many items: its rows are in a table beside it, named by what it holds, and nothing else changes."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import EcsmError
from tests.engine.world import JANUARY, acme, january, statement, tickets


@cache
def other() -> ec.Statement:
    """The month with fewer tickets."""
    return ec.evaluate(acme(), january(tickets=tickets(5)), period=JANUARY)


def written(folder: Path) -> tuple[Path, Path]:
    """The files of a statement and of its table."""
    path = folder / "january.json"
    ec.write_statement(statement(), path, detached_above=5)
    (table,) = folder.glob("*.jsonl")
    return path, table


def test_a_detached_table_changes_nothing_but_the_files(tmp_path: Path) -> None:
    """Seals, digest and text are those of the statement in one file, and it verifies against the facts."""
    path, _ = written(tmp_path)
    again = ec.read_statement(path)
    assert again == statement()
    assert again.to_json() == statement().to_json()
    assert again.faults == ()
    assert ec.verify(again, january()).items == len(statement().outcomes)
    data, whole = json.loads(path.read_bytes()), statement().to_data()
    assert {key: value for key, value in data.items() if key != "outcomes"} == {
        key: value for key, value in whole.items() if key != "outcomes"
    }


def test_the_table_is_canonical_and_named_by_its_own_digest(tmp_path: Path) -> None:
    """A row a line, each as canonical JSON; the name is its SHA-256, as any tool finds it, and the statement has it."""
    path, table = written(tmp_path)
    text = table.read_bytes()
    assert table.name == f"outcomes-{hashlib.sha256(text).hexdigest()}.jsonl"
    assert [json.loads(line) for line in text.splitlines()] == statement().outcomes.to_data()
    assert json.loads(path.read_bytes())["outcomes"] == {
        "digest": f"sha256:{hashlib.sha256(text).hexdigest()}",
        "rows": len(statement().outcomes),
    }


@pytest.mark.parametrize(("above", "files"), [(0, 2), (21, 2), (22, 1), (5000, 1)])
def test_only_a_long_table_is_detached(above: int, files: int, tmp_path: Path) -> None:
    """The 22 rows of this month stay in the file where so many may; by default they may."""
    assert len(statement().outcomes) == 22
    ec.write_statement(statement(), tmp_path / "january.json", detached_above=above)
    assert len(list(tmp_path.iterdir())) == files
    assert ec.read_statement(tmp_path / "january.json") == statement()
    ec.write_statement(statement(), tmp_path / "default.json")
    assert (tmp_path / "default.json").read_text(encoding="utf-8") == statement().to_json()


def renamed(path: Path, table: Path) -> None:
    """Another name of the table, as a forger would have to give it."""
    text = table.read_bytes()
    sealed = hashlib.sha256(text).hexdigest()
    table.rename(table.with_name(f"outcomes-{sealed}.jsonl"))
    data = json.loads(path.read_bytes())
    data["outcomes"] = {"digest": f"sha256:{sealed}", "rows": len(text.splitlines())}
    path.write_text(json.dumps(data), encoding="utf-8")


def a_digit(_: Path, table: Path) -> None:
    """A digit of a row."""
    table.write_text(table.read_text(encoding="utf-8").replace(",1,", ",0,", 1), encoding="utf-8")


def a_row_less(_: Path, table: Path) -> None:
    """A row taken out."""
    table.write_bytes(b"".join(table.read_bytes().splitlines(keepends=True)[1:]))


def a_row_twice(_: Path, table: Path) -> None:
    """A row put in again."""
    table.write_bytes(table.read_bytes() + table.read_bytes().splitlines(keepends=True)[-1])


def half_a_table(_: Path, table: Path) -> None:
    """The second half lost."""
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])


def no_table(_: Path, table: Path) -> None:
    """The table left behind."""
    table.unlink()


def a_blank(_: Path, table: Path) -> None:
    """The same rows in other bytes."""
    table.write_bytes(table.read_bytes().replace(b",", b", ", 1))


def a_blank_more(path: Path, table: Path) -> None:
    """The same rows in other bytes, under the name of these."""
    table.write_bytes(table.read_bytes().replace(b",", b", ", 1))
    renamed(path, table)


def a_line_that_is_no_row(path: Path, table: Path) -> None:
    """An object among the rows, and the name that fits."""
    table.write_bytes(b"{}\n" + table.read_bytes())
    renamed(path, table)


def a_fraction(path: Path, table: Path) -> None:
    """A number that is not whole, and the name that fits."""
    table.write_bytes(table.read_bytes().replace(b",1,", b",1.0,", 1))
    renamed(path, table)


def deep_nesting(path: Path, table: Path) -> None:
    """A line that would take all of the stack, and the name that fits."""
    table.write_bytes(b"[" * 200_000)
    renamed(path, table)


@pytest.mark.parametrize(
    "damage",
    [
        a_digit,
        a_row_less,
        a_row_twice,
        half_a_table,
        no_table,
        a_blank,
        a_blank_more,
        a_line_that_is_no_row,
        a_fraction,
        deep_nesting,
    ],
)
def test_a_table_that_is_not_the_one_is_named(damage: Callable[[Path, Path], None], tmp_path: Path) -> None:
    """Whatever became of the table, reading refuses the statement, and names the table."""
    path, table = written(tmp_path)
    damage(path, table)
    with pytest.raises(ec.DocumentError, match=r"january\.json.*outcomes-[0-9a-f]{64}\.jsonl"):
        ec.read_statement(path)


def test_a_forged_table_under_its_own_name_is_found_by_its_seal_and_by_the_ticket(tmp_path: Path) -> None:
    """Who gives a changed table the name that fits it breaks the seal of the content; facts name the ticket."""
    path, table = written(tmp_path)
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if '"T-0"' in line)
    lines[at] = lines[at].replace(",0,", ",1,", 1)
    table.write_text("".join(lines), encoding="utf-8")
    renamed(path, table)
    with pytest.raises(ec.VerificationError) as caught:
        ec.verify(ec.read_statement(path), january())
    assert "seals.content: the seal does not fit the content" in caught.value.failures
    assert any(failure.startswith("tally ") for failure in caught.value.failures)
    assert "ticket T-0: observing it again gives other numbers" in caught.value.failures


@pytest.mark.parametrize(
    "outcomes",
    [
        {},
        {"rows": 22},
        {"digest": "sha256:../../secret", "rows": 22},
        {"digest": "sha256:" + "0" * 63, "rows": 22},
        {"digest": "sha256:" + "0" * 64 + "\n", "rows": 22},
        {"digest": ["sha256:" + "0" * 64], "rows": 22},
        {"digest": "sha256:" + "0" * 64, "rows": "22"},
        {"digest": "sha256:" + "0" * 64, "rows": True},
        {"digest": "sha256:" + "0" * 64, "rows": 22, "path": "/etc/passwd"},
    ],
)
def test_nothing_but_a_digest_names_the_table(outcomes: dict[str, Any], tmp_path: Path) -> None:
    """No path can be written into a statement; what is no digest of a table is refused before a file is opened."""
    path, _ = written(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"outcomes": outcomes}), encoding="utf-8")
    with pytest.raises(ec.DocumentError, match=r"neither rows nor the digest.*outcome_table"):
        ec.read_statement(path)


@pytest.mark.parametrize("columns", [None, 7, {}, [[]], ["4.2.met"], [7]])
def test_a_table_without_its_columns_is_refused(columns: object, tmp_path: Path) -> None:
    """Whatever stands where the columns should, the error is of the library."""
    path, _ = written(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"columns": columns}), encoding="utf-8")
    with pytest.raises(EcsmError):
        ec.read_statement(path)


@pytest.mark.parametrize("crash_at", [1, 2])
def test_a_crash_leaves_the_old_statement_whole(crash_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the table or the statement could not be put in place: the old one can be read, and nothing is half."""
    path = tmp_path / "january.json"
    ec.write_statement(other(), path, detached_above=0)
    calls: list[Path] = []
    replace = Path.replace

    def crash(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == crash_at:
            raise OSError("no space left")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="no space"):
        ec.write_statement(statement(), path, detached_above=0)
    assert [each.suffix for each in calls] == [".jsonl", ".json"][:crash_at]
    monkeypatch.undo()
    assert ec.read_statement(path) == other()
    assert not list(tmp_path.glob(".*"))
    ec.write_statement(statement(), path, detached_above=0)
    assert ec.read_statement(path) == statement()


def test_a_link_has_its_table_beside_what_it_leads_to(tmp_path: Path) -> None:
    """Through the link and without it the statement is read with its rows."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "kept" / "january.json")
    ec.write_statement(statement(), tmp_path / "link.json", detached_above=0)
    assert ec.read_statement(tmp_path / "link.json") == ec.read_statement(tmp_path / "kept" / "january.json")


def test_a_pipe_gets_all_in_one(tmp_path: Path) -> None:
    """What reads a pipe has no folder to look into: it gets the rows, and no file is left beside it."""
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    ec.write_statement(statement(), pipe, detached_above=0)
    reader.join()
    assert found == [statement().to_json()]
    assert [each.name for each in tmp_path.iterdir()] == ["pipe.json"]
