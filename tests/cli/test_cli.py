"""The command line, as a person uses it."""

import json
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.cli import main
from tests.engine.world import EXAMPLES, january

ACME = str(EXAMPLES / "acme.yaml")


@pytest.fixture
def facts(tmp_path: Path) -> str:
    """A folder with the facts of January."""
    ec.write_facts(january(), tmp_path / "january")
    return str(tmp_path / "january")


@pytest.fixture
def statement(facts: str, tmp_path: Path) -> str:
    """The file of January's statement."""
    path = str(tmp_path / "january.json")
    assert main(["evaluate", ACME, facts, "--period", "2026-01", "--format", "json", "--output", path]) == 0
    return path


def test_check_says_that_a_contract_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """A sound contract: one line, status 0; what its author should look at comes before it."""
    first_light = str(EXAMPLES / "first_light" / "contract.yaml")
    assert main(["check", first_light]) == 0
    assert capsys.readouterr().out == f"{first_light}: 3 clauses, no problems, 0 findings\n"
    assert main(["check", ACME]) == 0
    finding, summary = capsys.readouterr().out.splitlines()
    assert finding.endswith("[tier_beyond_limit]")
    assert summary == f"{ACME}: 9 clauses, no problems, 1 finding"


def test_check_reports_all_problems_at_once_with_their_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A typo in a field, a dangling reference and a wrong unit: three problems, three places, what to write, status 1.
    """
    text = (EXAMPLES / "acme.yaml").read_text(encoding="utf-8")
    text = text.replace("      within: {by: priority, P1: 4h", "      withn: {by: priority, P1: 4h")
    text = text.replace('levels: ["4.1"], per: ticket', 'levels: ["4.9"], per: ticket').replace(
        "P1: 30min", "P1: 30 minutes"
    )
    path = tmp_path / "acme.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["check", str(path)]) == 1
    hint = 'did you mean "30min"?'
    assert capsys.readouterr().err.splitlines() == [
        f"{path}:32:34: clauses.1.measure.within.P1: '30 minutes' is not a duration; {hint} [duration_unit]",
        f"{path}:40:7: clauses.2.measure.withn: unknown field 'withn'; did you mean \"within\"? [unknown_field]",
        f"{path}:51:81: clauses.4.levels.0: there is no clause '4.9'; did you mean \"4.3\"? [dangling_reference]",
    ]


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("text", "Managed service desk"),
        ("json", '{"assessments"'),
        ("html", "<!DOCTYPE html>"),
        ("markdown", "# "),
        ("csv", '"contract",'),
    ],
)
def test_evaluate_prints_every_form(form: str, start: str, facts: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each form goes to standard output and begins as that form does."""
    assert main(["evaluate", ACME, facts, "--period", "2026-01", "--format", form]) == 0
    assert capsys.readouterr().out.startswith(start)


def test_evaluate_takes_the_carry_of_a_statement(
    statement: str, facts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """February with January's statement as its carry; without it, status 2 and what to give."""
    assert main(["evaluate", ACME, facts, "--period", "2026-02", "--carry", statement]) == 0
    assert "2026-02: final" in capsys.readouterr().out
    assert main(["evaluate", ACME, facts, "--period", "2026-02"]) == 2
    assert "give the carry of the statement before it" in capsys.readouterr().err


def test_evaluate_lists_what_it_rejected_with_file_and_line(facts: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that cannot be read is named on standard error; the statement is provisional, and otherwise the same."""
    with Path(facts, "tickets.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"ref": "T-bad", "priority": 1.5}\n')
    assert main(["evaluate", ACME, facts, "--period", "2026-01"]) == 0
    captured = capsys.readouterr()
    assert "tickets.jsonl:21: ticket" in captured.err
    assert "provisional" in captured.out
    assert "EUR 18,000.00" in captured.out


def test_explain_prints_the_proof(statement: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The tree behind a clause, to a depth if one is given."""
    assert main(["explain", statement, "4.7"]) == 0
    assert "tickets in time: 17  [tally 4.2.met]" in capsys.readouterr().out
    assert main(["explain", statement, "total", "--depth", "1"]) == 0
    assert capsys.readouterr().out.startswith("total: EUR 18,000.00")
    assert main(["explain", statement, "4.77"]) == 2
    assert 'did you mean "4.7"?' in capsys.readouterr().err


def test_explain_writes_a_proof_in_every_form(
    statement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As text, Markdown, one page or JSON, printed or into a file whose name says which; nothing else is taken."""
    for form, said in (("text", "attainment"), ("markdown", "- "), ("html", "<!DOCTYPE html>"), ("json", '{"clause"')):
        assert main(["explain", statement, "4.7", "--format", form]) == 0
        assert said in capsys.readouterr().out
    for name in ("proof.md", "proof.html", "proof.json", "proof.txt"):
        assert main(["explain", statement, "4.7", "--depth", "2", "--output", str(tmp_path / name)]) == 0
    assert json.loads((tmp_path / "proof.json").read_text("utf-8"))["clause"] == "4.7"
    assert main(["explain", statement, "4.7", "--output", str(tmp_path / "proof.csv")]) == 2
    assert "a proof is written as text, markdown, html, json" in capsys.readouterr().err
    assert main(["explain", statement, "4.7", "--depth", "-1"]) == 2
    assert "no number of levels" in capsys.readouterr().err


def test_evaluate_writes_an_annex(facts: str, tmp_path: Path) -> None:
    """The annex is Markdown, and may go to a file of such a name."""
    path = tmp_path / "annex.md"
    assert main(["evaluate", ACME, facts, "--period", "2026-01", "--format", "annex", "--output", str(path)]) == 0
    assert path.read_text("utf-8").startswith("# Annex: ")


def test_verify_says_what_it_did_and_fails_with_the_name(
    statement: str, facts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 0 and what was done; a digit changed: status 1 and the figure's name."""
    assert main(["verify", statement]) == 0
    assert main(["verify", statement, "--facts", facts]) == 0
    assert "observed again from the facts" in capsys.readouterr().out
    path = Path(statement)
    path.write_text(path.read_text(encoding="utf-8").replace('"ratio":"17/20"', '"ratio":"18/20"'), encoding="utf-8")
    assert main(["verify", statement]) == 1
    assert "attainment: it says 90% (9/10), but ratio/1 gives 85% (17/20)" in capsys.readouterr().err


def test_schema_prints_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """What it prints is JSON Schema of draft 2020-12 with every kind of clause."""
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"].endswith("2020-12/schema")


def test_a_misspelt_verb_is_met_with_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the verb that was probably meant."""
    with pytest.raises(SystemExit) as stopped:
        main(["chek", ACME])
    assert stopped.value.code == 2
    assert 'did you mean "check"?' in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and the name of the file."""
    assert main(["check", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().err
