"""The verbs about facts and their tickets, as a person uses them, from an exported table on."""

import json
from pathlib import Path

import pytest

from ecsm_contracts.cli import main
from tests.engine.world import EXAMPLES

OWN = EXAMPLES / "own_csv"
CONTRACT, MAPPING, EXPORT = (str(OWN / name) for name in ("contract.yaml", "mapping.yaml", "export"))
TABLES = ["--facts", EXPORT, "--mapping", MAPPING]


@pytest.fixture
def statement(tmp_path: Path) -> str:
    """The file of March's statement, from the exported table."""
    path = str(tmp_path / "march.json")
    asked = ["evaluate", CONTRACT, EXPORT, "--mapping", MAPPING, "--period", "2026-03", "--output", path]
    assert main(asked) == 0
    return path


def test_evaluate_reads_tables_and_names_what_it_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    """The two bad rows are on standard error with file and line, and the statement is provisional."""
    assert main(["evaluate", CONTRACT, EXPORT, "--mapping", MAPPING, "--period", "2026-03"]) == 0
    captured = capsys.readouterr()
    assert "tickets.csv:6: ticket INC-5" in captured.err
    assert "tickets.csv:7: ticket INC-6" in captured.err
    assert "2026-03: provisional" in captured.out


def test_verify_observes_the_tables_again(statement: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the mapping, the folder of tables serves as facts; a mapping without a folder is an error that says so."""
    assert main(["verify", statement, *TABLES]) == 0
    assert "observed again from the facts" in capsys.readouterr().out
    assert main(["verify", statement, "--mapping", MAPPING]) == 2
    assert "--facts" in capsys.readouterr().err


def test_ticket_prints_each_clock_stretch_by_stretch(statement: str, capsys: pytest.CaptureFixture[str]) -> None:
    """INC-4 was answered after half an hour on Friday and 45 minutes on Monday; a ticket that is not there is named."""
    assert main(["ticket", statement, "INC-4", *TABLES]) == 0
    assert "1 h 15 min of 1 h: too late, counted in this period" in capsys.readouterr().out
    assert main(["ticket", statement, "INC-44", *TABLES]) == 2
    assert 'did you mean "INC-4"?' in capsys.readouterr().err


def test_account_adds_up_to_what_was_read(statement: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Six rows were read: two are quarantined, four evaluated."""
    assert main(["account", statement, *TABLES]) == 0
    lines = dict(line.split()[:: len(line.split()) - 1] for line in capsys.readouterr().out.splitlines()[3:7])
    assert lines["quarantined"] == "2"
    assert sum(map(int, lines.values())) == 6


def test_facts_writes_what_tables_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder of facts that it writes gives the same statement as the tables."""
    assert main(["facts", MAPPING, EXPORT, str(tmp_path / "facts")]) == 0
    assert "4 tickets" in capsys.readouterr().out
    assert main(["evaluate", CONTRACT, str(tmp_path / "facts"), "--period", "2026-03"]) == 0
    written = capsys.readouterr().out
    assert main(["evaluate", CONTRACT, EXPORT, "--mapping", MAPPING, "--period", "2026-03"]) == 0
    assert written == capsys.readouterr().out


def test_restate_prints_what_changed(statement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same statement twice: nothing. A corrected one: a document, as text and as JSON."""
    assert main(["restate", "--issued", statement, "--corrected", statement]) == 0
    assert "nothing to restate" in capsys.readouterr().out
    mapping = tmp_path / "mapping.yaml"
    text = Path(MAPPING).read_text(encoding="utf-8")
    mapping.write_text(text.replace("{High: P1, Low: P2}", "{Urgent: P1, High: P1, Low: P2}"), encoding="utf-8")
    better = str(tmp_path / "better.json")
    asked = ["evaluate", CONTRACT, EXPORT, "--mapping", str(mapping), "--period", "2026-03", "--output", better]
    assert main(asked) == 0
    capsys.readouterr()
    assert main(["restate", "--issued", statement, "--corrected", better]) == 0
    assert "2026-03" in capsys.readouterr().out
    assert main(["restate", "--issued", statement, "--corrected", better, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "ecsm.restatement/1"


def test_schema_prints_the_one_of_mappings_too(capsys: pytest.CaptureFixture[str]) -> None:
    """`schema mapping` is the JSON Schema of mapping documents."""
    assert main(["schema", "mapping"]) == 0
    assert "ecsm.mapping/1" in capsys.readouterr().out


def test_a_wrong_column_is_a_problem_of_the_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that the table does not have: status 1, the file, and the column that was probably meant."""
    mapping = tmp_path / "mapping.yaml"
    text = Path(MAPPING).read_text(encoding="utf-8")
    mapping.write_text(text.replace("opened: Opened", "opened: Openend"), encoding="utf-8")
    assert main(["facts", str(mapping), EXPORT, str(tmp_path / "facts")]) == 1
    said = capsys.readouterr().err
    assert "tickets.csv" in said
    assert 'did you mean "Opened"?' in said


def test_account_lists_the_tickets_of_a_fate(statement: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--list` prints identities, one a line, and nothing else."""
    assert main(["account", statement, *TABLES, "--list", "quarantined"]) == 0
    assert capsys.readouterr().out == "INC-5\nINC-6\n"


def test_a_restatement_is_written_as_its_file_says(statement: str, tmp_path: Path) -> None:
    """A file that ends in .json holds JSON; one that ends in .html is refused."""
    target = tmp_path / "documents.json"
    asked = ["restate", "--issued", statement, "--corrected", statement, "--output"]
    assert main([*asked, str(target)]) == 0
    assert target.read_text(encoding="utf-8") == ""  # nothing differs: no document, one a line
    assert main([*asked, str(tmp_path / "documents.html")]) == 2
    assert not (tmp_path / "documents.html").exists()


def test_facts_do_not_go_among_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """The folder of the export is not written to."""
    assert main(["facts", MAPPING, EXPORT, EXPORT]) == 2
    assert "a folder of their own" in capsys.readouterr().err


def test_each_rejected_row_is_named_with_its_own_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three equal rows that cannot be read are three lines, not one of them three times."""
    table = Path(EXPORT, "tickets.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "tickets.csv").write_text("\n".join([table, *[";;;;;;"] * 3]) + "\n", encoding="utf-8")
    assert main(["facts", MAPPING, str(tmp_path), str(tmp_path / "facts")]) == 0
    said = capsys.readouterr().err
    assert [f"tickets.csv:{line}:" in said for line in (2, 3, 4)] == [True] * 3
