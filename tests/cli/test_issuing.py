"""The verbs that issue what is owed and follow what becomes of it, as a billing job calls them."""

import json
import os
from datetime import date
from pathlib import Path
from typing import cast
from unittest import mock

import pytest

import ecsm_contracts as ec
from ecsm_contracts.cli import _issuing, main
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.reports import CreditForm, InvoiceParty, TaxRate, credit_note, journal_csv, render_credits
from ecsm_contracts.statements import restatement_of
from tests.engine.world import EXAMPLES

ACME = str(EXAMPLES / "acme.yaml")
O_1 = {"ref": "O-1", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T05:00:00Z"}
O_2 = {"ref": "O-2", "service": "mail", "start": "2026-02-07T00:00:00Z", "end": "2026-02-07T05:00:00Z"}
BILLING = ["--run", "billing", "--on", "2026-03-02"]
CORRECTION = ["--run", "correction", "--on", "2026-03-20"]
BEGIN = ["--contract", "ACME-2026"]


def written(folder: Path, *outages: dict[str, str]) -> list[str]:
    """The files of January and February, settled with these outages."""
    folder.mkdir()
    facts = ec.facts_from_records(outages=outages)
    found = ec.evaluate_periods(ec.read_contract(ACME), facts, last="2026-02")
    for statement in found:
        ec.write_statement(statement, folder / f"{statement.period.label}.json")
    return [str(folder / f"{statement.period.label}.json") for statement in found]


@pytest.fixture
def first(tmp_path: Path) -> list[str]:
    """January and February as they were known first."""
    return written(tmp_path / "first", O_1)


@pytest.fixture
def corrected(tmp_path: Path) -> list[str]:
    """The same, with an outage of February that was told late."""
    return written(tmp_path / "corrected", O_1, O_2)


@pytest.fixture
def books(tmp_path: Path, first: list[str]) -> Path:
    """A folder with a register in which January and February are issued."""
    folder = tmp_path / "books"
    assert main(["issue", str(folder / "register.json"), *first, *BILLING, *BEGIN, "--output-dir", str(folder)]) == 0
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """What is in a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_issue_begins_a_register_and_writes_what_it_issues(
    tmp_path: Path, first: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Both statements stand in the folder as they were given; the register names them, and the table their files."""
    books = tmp_path / "books"
    path = tmp_path / "register.json"
    assert main(["issue", str(path), *first, *BILLING, *BEGIN, "--output-dir", str(books)]) == 0
    register = ec.read_register(path)
    assert [(run.run, issued.period, issued.kind) for run, issued in register.documents] == [
        ("billing", "2026-01", "statement"),
        ("billing", "2026-02", "statement"),
    ]
    files = sorted(books.iterdir())
    assert [path.read_bytes() for path in files] == [Path(path).read_bytes() for path in first]
    assert [path.name[:18] for path in files] == ["2026-01-statement-", "2026-02-statement-"]
    printed = capsys.readouterr().out
    assert "EUR 18,000.00" in printed
    assert all(path.name in printed for path in files)


def test_a_run_that_is_repeated_issues_nothing(
    books: Path, first: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same run again leaves every byte as it is; another run with the same content is noted, and issues nothing."""
    before = content(books)
    register = str(books / "register.json")
    capsys.readouterr()
    assert main(["issue", register, *first, *BILLING]) == 0
    assert capsys.readouterr().out == "nothing to issue\n"
    assert content(books) == before
    assert main(["issue", register, *first, *CORRECTION]) == 0
    assert capsys.readouterr().out == "nothing to issue\n"
    assert [run.run for run in ec.read_register(register).runs] == ["billing", "correction"]


def test_a_correction_issues_the_difference_and_keeps_the_statement_in_force(
    books: Path, first: list[str], corrected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """
    February's restatement is the one that `restate` gives, and the folder is the archive of the next correction:
    taking it back needs no other file, and all adds up to the first statements again.
    """
    register = str(books / "register.json")
    assert main(["issue", register, *corrected, *CORRECTION]) == 0
    assert "EUR -2,000.00" in capsys.readouterr().out
    (path,) = books.glob("2026-02-restatement-*.json")
    expected = restatement_of(ec.read_statement(first[1]), ec.read_statement(corrected[1]))
    assert expected is not None
    assert path.read_text(encoding="utf-8") == expected.to_json()
    assert main(["issue", register, *first, "--run", "back", "--on", "2026-03-25"]) == 0
    sums = {key: str(amount) for key, amount in ec.read_register(register).totals().items()}
    assert sums == {
        ("2026-01", "3.1", "charge"): "EUR 20000.00",
        ("2026-01", "4.6", "credit"): "EUR -2000.00",
        ("2026-02", "3.1", "charge"): "EUR 20000.00",
    }


@pytest.mark.parametrize("whole", [True, False], ids=["folder", "file"])
def test_a_correction_takes_what_it_replaces_from_an_archive(
    whole: bool, books: Path, first: list[str], corrected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the folder lacks the statement in force, the error names --archive; a file or its folder will do."""
    for path in books.glob("2026-02-statement-*.json"):
        path.unlink()
    Path(first[0]).with_name("no statement.json").write_text("[]", encoding="utf-8")
    ask = ["issue", str(books / "register.json"), *corrected, *CORRECTION]
    assert main(ask) == 2
    assert "(here: --archive FOLDER)" in capsys.readouterr().err
    assert main([*ask, "--archive", *([str(Path(first[1]).parent)] if whole else first)]) == 0


@pytest.mark.parametrize("survived", [0, 1, 2, 3], ids=str)
def test_a_crash_before_the_register_means_that_nothing_was_issued(
    survived: int, tmp_path: Path, first: list[str], corrected: list[str], books: Path
) -> None:
    """Wherever writing stops, the register is the old one, and running again gives what an untroubled run gives."""
    calm = tmp_path / "calm"
    calm.mkdir()
    for name, data in content(books).items():
        (calm / name).write_bytes(data)
    assert main(["issue", str(calm / "register.json"), *corrected, *CORRECTION]) == 0
    old, left = (books / "register.json").read_bytes(), [survived]

    def fsync(descriptor: int) -> None:
        if not left[0]:
            raise OSError("the machine stops")
        left[0] -= 1

    ask = ["issue", str(books / "register.json"), *corrected, *CORRECTION]
    with mock.patch.object(os, "fsync", fsync):
        status = main(ask)
    assert (status, left) == ((2, [0]) if survived < 3 else (0, [0]))
    assert ((books / "register.json").read_bytes() == old) == (survived < 3)
    assert main(ask) == 0
    assert content(books) == content(calm)


def test_there_is_no_register_by_mistake(tmp_path: Path, first: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A path that is misspelt begins no register, which would issue all again; nor does a contract of another name."""
    ask = ["issue", str(tmp_path / "registre.json"), *first, *BILLING]
    assert main(ask) == 2
    assert "there is no register here" in capsys.readouterr().err
    assert main([*ask, "--contract", "ACME-2027"]) == 2
    assert main([*ask, *BEGIN]) == 0
    assert main([*ask, "--contract", "ACME-2027"]) == 2
    assert "the register is of ACME-2026, not of 'ACME-2027'" in capsys.readouterr().err


def test_what_a_register_refuses_is_one_line_and_changes_nothing(
    books: Path, first: list[str], corrected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Another content under a known run, a day that is none, a run before the last, a closed period: status 2."""
    register = str(books / "register.json")
    assert main(["lock", register, "2026-03-01", "--run", "close", "--on", "2026-03-10"]) == 0
    assert capsys.readouterr().out.endswith("ACME-2026: periods whose last day is 2026-03-01 or earlier are closed\n")
    before = content(books)
    for arguments, said in (
        ([*corrected, *BILLING], "another content"),
        ([*corrected, "--run", "x", "--on", "2026-02-30"], "2026-02-30"),
        ([*corrected, "--run", "x", "--on", "2026-03-01"], "before the last run"),
        ([*corrected, *CORRECTION], "2026-02 is closed"),
        ([first[1], first[0], *CORRECTION], "does not follow"),
    ):
        assert main(["issue", register, *arguments]) == 2
        captured = capsys.readouterr()
        assert said in captured.err
        assert captured.err.count("\n") == 1
        assert captured.out == ""
    assert main(["lock", register, "2026-02-01", "--run", "open", "--on", "2026-03-10"]) == 2
    assert main(["lock", register, "2026-03-01", "--run", "close", "--on", "2026-03-10"]) == 0
    assert content(books) == before


def test_a_register_that_was_changed_by_hand_is_not_well(
    books: Path, first: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A seal that does not fit names the run, with status 1; a file that is no register names the file."""
    path = books / "register.json"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-03-02", "2026-03-03"), encoding="utf-8")
    assert main(["issue", str(path), *first, *BILLING]) == 1
    assert "run 1 ('billing')" in capsys.readouterr().err
    assert main(["lock", first[0], "2026-03-01", *BILLING]) == 1
    assert "not a register" in capsys.readouterr().err


def test_a_provisional_statement_is_issued_only_when_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record that could not be read stops the run, and the error names the option."""
    facts = ec.facts_from_records(outages=[O_1, {"ref": "O-9", "service": "mail"}])
    path = tmp_path / "january.json"
    ec.write_statement(ec.evaluate(ec.read_contract(ACME), facts, period="2026-01"), path)
    ask = ["issue", str(tmp_path / "register.json"), str(path), "--run", "r", "--on", "2026-02-02", *BEGIN]
    assert main(ask) == 2
    assert "(here: --allow-provisional)" in capsys.readouterr().err
    assert not (tmp_path / "register.json").exists()
    assert main([*ask, "--allow-provisional"]) == 0


def test_names_of_files_are_safe_for_every_billing_period() -> None:
    """A period that is no month has a stroke in its label, and none in the name of its file."""
    name = _issuing._name("2026-03-15/2026-04-15", "statement", "sha256:" + "0123456789abcdef" * 4)
    assert name == "2026-03-15_2026-04-15-statement-0123456789abcdef.json"


def account_of(books: Path, facts: ec.Facts | None = None) -> ec.CreditAccount:
    """The account of what is issued, on the last of March."""
    register = ec.read_register(books / "register.json")
    return ec.credit_account(ec.read_contract(ACME), register, facts, as_of=date(2026, 3, 31))


AS_OF = ["--as-of", "2026-03-31"]


@pytest.mark.parametrize(
    ("form", "start"),
    [("text", "Credits of"), ("html", "<!DOCTYPE html>"), ("markdown", "# Credits of"), ("csv", '"on","contract"')],
)
def test_credits_prints_every_form(form: str, start: str, books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each form begins as it does, and shows the deduction."""
    capsys.readouterr()
    assert main(["credits", ACME, str(books / "register.json"), *AS_OF, "--format", form]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(start)
    assert "deduction" in printed
    assert "2,000.00" in printed or "2000.00" in printed


def test_credits_are_those_of_the_library(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON the account is, byte for byte, what `credit_account` gives."""
    capsys.readouterr()
    assert main(["credits", ACME, str(books / "register.json"), *AS_OF, "--format", "json"]) == 0
    assert capsys.readouterr().out == account_of(books).to_json()
    with pytest.raises(InvalidValue, match='did you mean "json"'):
        render_credits(account_of(books), cast("CreditForm", "jsno"))


def test_credits_reads_claims_and_names_those_it_cannot_read(
    books: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A decision of the folder raises what is granted; a claim without a time is on standard error with its line."""
    folder = tmp_path / "claims"
    claim = {"ref": "C-1", "period": "2026-01", "at": "2026-03-05T09:00:00Z", "amount": "EUR 2500.00"}
    decision = {"ref": "D-1", "claim": "C-1", "at": "2026-03-09T09:00:00Z", "outcome": "accepted"}
    decision["amount"] = "EUR 2200.00"
    ec.write_facts(ec.facts_from_records(claims=[claim], decisions=[decision]), folder)
    with (folder / "claims.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"ref": "C-2", "period": "2026-01"}\n')
    capsys.readouterr()
    assert main(["credits", ACME, str(books / "register.json"), str(folder), *AS_OF, "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert "claims.jsonl:2: claim C-2" in captured.err
    found = json.loads(captured.out)
    assert (found["status"], found["credits"][0]["granted"]) == ("provisional", "EUR 2200.00")


def test_journal_is_written_as_its_file_says(books: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CSV and Beancount by the name of the file, text when printed; another form than the name says is refused."""
    ask = ["journal", ACME, str(books / "register.json"), *AS_OF]
    capsys.readouterr()
    assert main(ask) == 0
    assert capsys.readouterr().out.startswith("Journal of ACME-2026: final")
    from ecsm_contracts.accounts import journal  # noqa: PLC0415 - the name is that of the verb here

    booked = journal(ec.read_contract(ACME), ec.read_register(books / "register.json"), account_of(books))
    for name in ("march.csv", "march.beancount", "march.bean", "march.txt"):
        assert main([*ask, "--output", str(tmp_path / name)]) == 0
    assert (tmp_path / "march.csv").read_text(encoding="utf-8") == journal_csv(booked)
    assert (tmp_path / "march.bean").read_text(encoding="utf-8").startswith('option "operating_currency" "EUR"')
    assert main([*ask, "--format", "csv", "--output", str(tmp_path / "other.beancount")]) == 2
    assert "holds beancount, not csv" in capsys.readouterr().err
    assert not (tmp_path / "other.beancount").exists()


def test_workbook_writes_a_spreadsheet_and_nothing_else(
    first: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two statements go into one workbook; a statement that stands where the workbook belongs is not overwritten."""
    pytest.importorskip("xlsxwriter")
    target = tmp_path / "quarter.xlsx"
    assert main(["workbook", *first, str(target)]) == 0
    assert target.read_bytes()[:2] == b"PK"
    before = Path(first[1]).read_bytes()
    assert main(["workbook", *first]) == 2
    assert "a workbook is written as .xlsx" in capsys.readouterr().err
    assert Path(first[1]).read_bytes() == before
    assert main(["workbook", *first, str(tmp_path / "no folder" / "quarter.xlsx")]) == 2
    assert "the folder is not there" in capsys.readouterr().err
    (tmp_path / "folder.xlsx").mkdir()
    assert main(["workbook", *first, str(tmp_path / "folder.xlsx")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "folder.xlsx", "quarter.xlsx"]


PARTIES = {
    "seller": {"country": "NL", "vat_id": "NL123456789B01"},
    "buyer": {"country": "NL"},
    "tax": {"category": "S", "rate": "21%", "rounding": "half_up"},
}


def note_arguments(books: Path, tmp_path: Path, parties: object, ref: str) -> list[str]:
    """What asks for a credit note of one document."""
    path = tmp_path / "parties.json"
    path.write_text(json.dumps(parties), encoding="utf-8")
    numbered = ["--number", "CN-1", "--on", "2026-03-31", "--invoice", "2026-0107"]
    named = ["--document", ref, "--parties", str(path)]
    return ["credit-note", ACME, str(books / "register.json"), *AS_OF, *named, *numbered]


def test_credit_note_is_the_one_of_the_library(books: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file holds, byte for byte, what `credit_note` gives for the same parties, number, day and tax."""
    (document,) = account_of(books).documents
    target = tmp_path / "note.xml"
    assert main([*note_arguments(books, tmp_path, PARTIES, document.ref), "--output", str(target)]) == 0
    expected = credit_note(
        document,
        ec.read_contract(ACME),
        seller=InvoiceParty(country="NL", vat_id="NL123456789B01"),
        buyer=InvoiceParty(country="NL"),
        tax=TaxRate(category="S", rate=ec.Percent.parse("21%"), rounding="half_up"),
        number="CN-1",
        on=date(2026, 3, 31),
        invoices=["2026-0107"],
    )
    assert target.read_text(encoding="utf-8") == expected
    capsys.readouterr()
    assert main(note_arguments(books, tmp_path, PARTIES, f"{document.ref}0")) == 2
    assert f'did you mean "{document.ref}"?' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("parties", "said"),
    [
        ([], "must be a mapping"),
        (PARTIES | {"sellers": {}}, "unknown field 'sellers'; did you mean \"seller\"?"),
        ({"seller": PARTIES["seller"], "tax": PARTIES["tax"]}, "buyer is needed"),
        (PARTIES | {"buyer": {"contry": "NL"}}, 'did you mean "country"?'),
        (PARTIES | {"buyer": {"country": 31}}, "write a text, in quotes"),
        (PARTIES | {"buyer": {"country": "Holland"}}, "no ISO 3166-1 code"),
        (PARTIES | {"tax": {"category": "S", "rate": "21"}}, "21"),
    ],
    ids=["list", "part", "absent", "field", "number", "country", "rate"],
)
def test_parties_that_cannot_be_read_are_named(
    parties: object, said: str, books: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with the file of the parties is said in lines that name it, and nothing is printed."""
    capsys.readouterr()
    assert main(note_arguments(books, tmp_path, parties, "any")) in {1, 2}
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
