"""Forged statements, hostile records and clashing numbers: each was once believed, or stopped everything."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.cli import main
from ecsm_contracts.errors import EcsmError
from ecsm_contracts.statements import statement_from_data
from tests.engine.test_verify import failures, sealed
from tests.engine.world import (
    EXAMPLES,
    JANUARY,
    acme,
    acme_data,
    contract_of,
    incident,
    january,
    statement,
    tickets,
)


def written_and_read(given: ec.Statement) -> ec.Statement:
    """The statement as it comes back from a file."""
    return statement_from_data(json.loads(given.to_json()))


@pytest.mark.parametrize(
    "rate",
    [
        {"rate": "5%", "of": "3.1"},
        {"rate": "EUR 10.00"},
        {"rate": {"bands": [{"below": "50%", "is": "10%"}, {"below": "60%", "is": "10%"}, {"is": "20%"}]}, "of": "3.1"},
    ],
)
def test_a_statement_with_equal_leaves_verifies_when_it_is_read_back(rate: dict[str, Any]) -> None:
    """Leaves that are equal are one node in the file and several objects in memory: both are the same proof."""
    data = acme_data()
    credit = next(each for each in data["clauses"] if each["ref"] == "4.6")
    credit.pop("of")
    credit.update({"levels": ["4.2", "4.3"], **rate})
    given = ec.evaluate(contract_of(data), january(), period=JANUARY)
    assert str(ec.verify(given)) == str(ec.verify(written_and_read(given)))
    assert ec.verify(written_and_read(given), january()).with_facts


def another_header(data: dict[str, Any]) -> None:
    """Another title and contract."""
    data.update({"title": "PAID IN FULL", "contract": "OTHER-9"})


def another_column(data: dict[str, Any]) -> None:
    """A column that the plan does not have."""
    data["columns"].append("9.9.credit owed")
    data["tally"].append(0)
    for row in data["outcomes"]:
        row.append(0)


def truth_for_a_count(data: dict[str, Any]) -> None:
    """A truth where a number stood."""
    data["tally"] = [bool(number) if number in {0, 1} else number for number in data["tally"]]


def another_key(data: dict[str, Any]) -> None:
    """A key that statements do not have."""
    data["paid"] = "EUR 1985.00"


def a_note_on_a_line(data: dict[str, Any]) -> None:
    """A key that lines do not have."""
    data["lines"][0]["note"] = "settled in cash"


def a_loose_node(data: dict[str, Any]) -> None:
    """A node that no figure rests on."""
    data["nodes"]["0" * 24] = dict(next(iter(data["nodes"].values())))


def a_short_tally(data: dict[str, Any]) -> None:
    """A sum too few."""
    data["tally"].pop()


def a_row_of_a_number(data: dict[str, Any]) -> None:
    """An item whose identity is a number."""
    data["outcomes"][0][1] = 5


def a_digest_of_a_mapping(data: dict[str, Any]) -> None:
    """A mapping where a digest stood."""
    data["content"]["contract"] = {}


@pytest.mark.parametrize(
    "change",
    [
        another_header,
        another_column,
        truth_for_a_count,
        another_key,
        a_note_on_a_line,
        a_loose_node,
        a_short_tally,
        a_row_of_a_number,
        a_digest_of_a_mapping,
    ],
)
def test_whatever_is_forged_is_refused_by_an_error_of_the_library(change: Callable[[dict[str, Any]], None]) -> None:
    """With new seals and with the facts at hand: reading refuses it, or verifying does; nothing else is raised."""
    data = copy.deepcopy(statement().to_data())
    change(data)
    with pytest.raises(EcsmError):
        ec.verify(statement_from_data(sealed(data)), january())


def test_a_rule_refuses_arguments_that_are_not_its_own() -> None:
    """A forged figure cannot make a rule multiply texts."""
    with pytest.raises(EcsmError, match="does not take a int"):
        ec.derive("x", "share of/1", ec.given("many", 10**15), ec.given("text", "x"))


def test_an_honest_statement_is_not_refused() -> None:
    """The checks above do not mistake an honest statement, read back, for a forged one."""
    data = statement().to_data()
    assert statement_from_data(data).faults == ()
    with pytest.raises(pytest.fail.Exception):
        failures(data)


def test_numbers_of_clauses_that_would_share_a_column_are_refused() -> None:
    """A clause C.late.L beside a level L.met and a credit C by late time: what is counted would have one name."""
    data = acme_data()
    level = next(each for each in data["clauses"] if each["ref"] == "4.1")
    credit = {"ref": "C", "kind": "service_credit", "levels": ["L.met"], "per": "late_time", "unit": "1h", "part": "up"}
    data["clauses"] += [{**level, "ref": "C.late.L"}, {**level, "ref": "L.met"}, {**credit, "rate": "EUR 10.00"}]
    with pytest.raises(ec.DocumentError, match="column_clash"):
        contract_of(data)


@pytest.mark.parametrize(
    "line", ['{"ref":"\\ud800"}', '{"subject":"\\ud800"}', json.dumps({**incident(9), "subject": "\ud800"})]
)
def test_half_a_surrogate_costs_nothing_but_its_record(line: str, tmp_path: Path) -> None:
    """A record with half of a surrogate pair is rejected; the statement of the others can be sealed and written."""
    ec.write_facts(january(), tmp_path)
    with (tmp_path / "tickets.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    given = ec.evaluate(acme(), ec.read_facts(tmp_path), period=JANUARY)
    assert len(given.rejected) == 1
    assert ec.verify(written_and_read(given), ec.read_facts(tmp_path)).with_facts


@pytest.mark.parametrize("bad", [["x"], 7, None, {"ref": 10**5000}, {(1, 2): 3}, {"ref": {1, 2}}])
def test_a_record_that_is_none_stops_no_other(bad: Any) -> None:
    """Whatever stands where a record should, the others are read."""
    facts = ec.facts_from_records(tickets=[incident(1), bad, incident(2)])
    assert [ticket.ref for ticket in facts.tickets] == ["T-1", "T-2"]
    assert len(facts.rejected) == 1


def test_rejected_lines_in_another_order_are_the_same_statement(tmp_path: Path) -> None:
    """Where a bad line stood is no content."""
    texts = []
    for name, lines in (("a", ['{"x"', '{"y"']), ("b", ['{"y"', "", '{"x"'])):
        ec.write_facts(january(), tmp_path / name)
        with (tmp_path / name / "tickets.jsonl").open("a", encoding="utf-8") as file:
            file.write("\n".join(lines))
        texts.append(ec.evaluate(acme(), ec.read_facts(tmp_path / name), period=JANUARY).to_json())
    assert texts[0] == texts[1]


def test_what_verify_complains_of_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A forged amount with escape sequences is shown as what it is."""
    data = copy.deepcopy(statement().to_data())
    data["lines"][0]["amount"] = "EUR 1.00\x1b[2Jverified"
    (tmp_path / "s.json").write_text(json.dumps(sealed(data)), encoding="utf-8")
    assert main(["verify", str(tmp_path / "s.json")]) == 1
    assert "\x1b" not in capsys.readouterr().err


def test_many_outages_are_swept_once() -> None:
    """Eight thousand outages, half of them overlapping, add up to their union."""
    starts = [datetime(2026, 1, 1 + n // 400, n % 400 // 20, n % 20, tzinfo=UTC) for n in range(8000)]
    outages = [
        {"ref": f"O-{n}", "service": "mail", "start": at.isoformat(), "end": (at + timedelta(minutes=2)).isoformat()}
        for n, at in enumerate(starts)
    ]
    given = ec.evaluate(acme(), january(tickets=[], outages=outages, notices=[]), period=JANUARY)
    assert given.tally["4.3.unavailable"] == 20 * 20 * 21 * 60_000_000


def test_items_of_services_that_are_not_listed_are_named() -> None:
    """A misspelt service is no silent zero: the statement says which items name it, and shows it."""
    strange = {**incident(99), "service": "dsk"}
    given = ec.evaluate(acme(), january(tickets=[*tickets(), strange]), period=JANUARY)
    assert [tuple(each) for each in given.unlisted] == [("ticket", "T-99", "dsk")]
    assert "ticket T-99 (dsk)" in str(given)
    assert "T-99" in ec.render(given, "html")
    assert written_and_read(given) == given


def test_a_missed_promise_names_its_tickets() -> None:
    """The tickets and outages behind a missed promise can be asked for, by promise or by what rests on it."""
    given = statement()
    assert [each.ref for each in given.shortfalls("4.2")] == ["T-0", "T-10", "T-15"]
    assert [each.text for each in given.shortfalls("4.6")] == ["unavailable for 4 h"]
    assert len(given.shortfalls()) == len(given.shortfalls("4.7")) == 4


def test_a_statement_is_taken_as_the_carry_it_holds() -> None:
    """Giving the statement before is giving its carry."""
    first = statement()
    by_statement = ec.evaluate(acme(), january(), period="2026-02", carry=first)
    assert by_statement == ec.evaluate(acme(), january(), period="2026-02", carry=first.carry)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ec.explain(statement()),  # type: ignore[arg-type]  # that is what is tried
        lambda: ec.evaluate("acme.yaml", january(), period=JANUARY),  # type: ignore[arg-type]  # that is what is tried
        lambda: ec.evaluate(acme(), "january", period=JANUARY),  # type: ignore[arg-type]  # that is what is tried
        lambda: ec.evaluate(acme(), january(), period=2026),  # type: ignore[arg-type]  # that is what is tried
        lambda: ec.verify("january.json"),  # type: ignore[arg-type]  # that is what is tried
        lambda: ec.evaluate(acme(), january(), period=JANUARY, shards=0),
    ],
)
def test_wrong_arguments_are_told_what_to_write(call: Callable[[], object]) -> None:
    """An argument of the wrong type gives an error of the library, not one from its inside."""
    with pytest.raises(EcsmError, match=r"needed, this is|write 1 or more"):
        call()


TWICE = {"ref": "4.7", "year": "2026-01-01"}


@pytest.mark.parametrize(
    "limits",
    [
        [{**TWICE, "amount": "EUR 0.00"}, {**TWICE, "amount": "EUR 60.00"}],
        [{"ref": "4.7", "year": "2026-01-01", "amount": "EUR 0.001"}],
        [{"ref": "4.7", "year": "2026-01-01", "amount": "EUR -1.00"}],
    ],
)
def test_a_carry_that_contradicts_itself_is_refused(limits: list[dict[str, str]]) -> None:
    """Two amounts for one limit, a part of a cent, less than nothing: no carry holds such."""
    with pytest.raises(ValueError, match="validation error"):
        ec.Carry.model_validate({"contract": "ACME-2026", "ends": "2026-02-01", "limits": limits})


def test_everything_shows_itself_in_one_line_and_in_a_notebook() -> None:
    """A prompt gets one line each; a notebook gets a table or a folding tree, escaped."""
    given, facts = statement(), january()
    assert repr(given) == "<Statement ACME-2026 2026-01: final, total EUR 18,000.00>"
    assert repr(given.total) == "<Figure total: EUR 18,000.00 (total/1)>"
    assert repr(facts) == "<Facts: 20 tickets, 1 outages, 1 notices, 0 work, 0 rejected>"
    assert str(acme()).startswith("<Contract ACME-2026: Managed service desk for Acme, 9 clauses")
    lost = {**incident(99), "events": incident(99)["events"][1:], "service": "dsk"}
    odd = ec.evaluate(acme(), january(tickets=[{**incident(98), "service": "dsk"}, lost]), period=JANUARY)
    html = odd._repr_html_()
    assert "<table" in html
    assert "ticket T-98 (dsk)" in html
    assert "<details" in given["4.7"]._repr_html_()


@pytest.mark.parametrize("module", ["ecsm_contracts", "ecsm_contracts.cli"])
def test_the_command_runs_as_a_module(module: str) -> None:
    """`python -m` is the command."""
    run = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("ecsm-contracts ")


def test_a_file_is_written_in_the_form_that_its_name_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An .html holds HTML without being asked; a form that the name contradicts is refused; a statement is .json."""
    ec.write_facts(january(), tmp_path / "facts")
    command = ["evaluate", str(EXAMPLES / "acme.yaml"), str(tmp_path / "facts"), "--period", JANUARY]
    assert main([*command, "--output", str(tmp_path / "s.html")]) == 0
    assert (tmp_path / "s.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert main([*command, "--output", str(tmp_path / "s.html"), "--format", "csv"]) == 2
    assert "holds html, not csv" in capsys.readouterr().err
    assert main([*command, "--output", str(tmp_path / "nowhere" / "s.json")]) == 2
    assert "the folder is not there" in capsys.readouterr().err
    with pytest.raises(EcsmError, match=r"written as \.json"):
        ec.write_statement(statement(), tmp_path / "s.html")


def test_findings_about_terms_that_are_probably_not_meant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Part months, a limit above all it limits, a credit outside of it, rates that fall the wrong way: all found."""
    data = acme_data()
    data["term"]["end"] = "2026-12-31"
    bands = next(each for each in data["clauses"] if each["ref"] == "4.6")["rate"]["bands"]
    bands[0]["is"], bands[1]["is"] = bands[1]["is"], bands[0]["is"]
    limit = next(each for each in data["clauses"] if each["ref"] == "4.7")
    limit["at_most"] = "150%"
    limit["credits"].remove("4.4")
    assert {finding.code for finding in contract_of(data).check()} == {
        *("term_part_month", "bands_not_falling", "limit_above_charge", "credit_without_limit"),
        "limit_never_reached",
    }
    (tmp_path / "c.json").write_text(json.dumps(data), encoding="utf-8")
    assert main(["check", str(tmp_path / "c.json")]) == 0
    assert "5 findings" in capsys.readouterr().out
    data["term"] = {"start": "2026-01-10", "end": "2026-01-25"}
    with pytest.raises(ec.DocumentError, match="term_without_period"):
        contract_of(data)


def test_a_contract_made_in_python_checks_its_references() -> None:
    """A dangling reference is no matter of files only."""
    credit = acme().clause("4.5").replace(levels=["9.9"])
    with pytest.raises(ValueError, match=r"there is no 9\.9"):
        acme().replace(clauses=[credit if each.ref == "4.5" else each for each in acme().clauses])
