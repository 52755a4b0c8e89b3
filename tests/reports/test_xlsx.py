"""Workbooks: amounts are numbers that add up, texts are texts, and the same content is the same file."""

import io
import re
import sys
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts.accounts import credit_account, journal
from ecsm_contracts.errors import InvalidValue, MissingExtra, WrongType
from ecsm_contracts.reports import _xlsx, workbook
from tests.accounts.booked import CONTRACTS, Case, cases, facts_of, register_of
from tests.reports.hostile import TEXTS, statement


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    """The cells of every sheet, with their values."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def amounts(rows: list[list[Any]], name: str) -> list[Decimal]:
    """A column of numbers, to the cent."""
    column = rows[0].index(name)
    return [Decimal(str(row[column])).quantize(Decimal("0.01")) for row in rows[1:]]


def column(rows: list[list[Any]], name: str) -> list[Any]:
    """A column of texts."""
    return [row[rows[0].index(name)] for row in rows[1:]]


@settings(max_examples=15)
@given(cases())
def test_accounts_and_journals_read_back(case: Case) -> None:
    """Credits, documents and postings are all there, each amount to the cent, and the journal adds up to zero."""
    contract, register, account = case
    booked = journal(contract, register, account)
    found = sheets(workbook(account, booked))
    assert list(found) == ["Credits", "Documents", "Journal"]
    assert amounts(found["Credits"], "granted") == [each.granted.value.amount for each in account.credits]
    assert column(found["Credits"], "state") == [each.state for each in account.credits]
    assert amounts(found["Documents"], "amount") == [each.amount.amount for each in account.documents]
    assert column(found["Documents"], "reference") == [each.ref for each in account.documents]
    postings = [posting for entry in booked.entries for posting in entry.postings]
    assert amounts(found["Journal"], "amount") == [posting.amount.amount for posting in postings]
    assert column(found["Journal"], "account") == [posting.account for posting in postings]
    assert sum(amounts(found["Journal"], "amount")) == 0
    days = [datetime(each.on.year, each.on.month, each.on.day) for each in account.documents]
    assert column(found["Documents"], "on") == days


def test_statements_read_back() -> None:
    """Promises and lines of several statements stand below each other, and each total is the sum of its lines."""
    first, second = statement("a"), statement("b", rejected=False)
    found = sheets(workbook(first, second))
    assert list(found) == ["Promises", "Lines"]
    assert column(found["Promises"], "outcome") == ["missed", "missed"]
    assert column(found["Lines"], "status") == ["provisional"] * 5 + ["final"] * 5
    lines = amounts(found["Lines"], "amount")
    assert lines == [each.amount.amount for each in first.lines] + [Decimal(940)] + lines[5:]
    assert sum(lines[:4]) == lines[4]
    assert sum(lines[5:9]) == lines[9]


@pytest.mark.parametrize(
    "text", [*TEXTS, "https://example.com/", "mailto:a@example.com", "1234", "a\x1b[31m\n\u202eb", "\ud800"]
)
def test_texts_are_texts(text: str) -> None:
    """No text is a formula, a link or a number, and what cannot be seen is shown as an escape."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(replace(statement("a"), contract=text))))
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    for sheet in book:
        for row in sheet.iter_rows(min_row=2, max_col=1):
            assert (row[0].value, row[0].data_type, row[0].hyperlink) == (shown, "s", None)


@pytest.mark.parametrize(
    ("currency", "total", "form"),
    [("EUR", 940, '"EUR" #,##0.00'), ("JPY", 940, '"JPY" #,##0'), ("KWD", 940, '"KWD" #,##0.000')],
)
def test_amounts_have_the_format_of_their_currency(currency: str, total: int, form: str) -> None:
    """An amount is a number, whose format names its currency and has its decimals."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(statement("a", currency))))
    cell = book["Lines"].cell(6, 7)
    assert (cell.value, cell.data_type, cell.number_format) == (total, "n", form)


def booked_in(cents: int) -> bytes:
    """A workbook with one journal over so many cents."""
    register = register_of([[(cents, 0, 0, 0)]])
    return workbook(journal(CONTRACTS["deduction"], register))


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (10**15 - 1, 9999999999999.99),
        (10**15, "EUR 10,000,000,000,000.00"),
        (10**17 - 1, "EUR 999,999,999,999,999.99"),
    ],
)
def test_what_a_number_would_lose_is_a_text(cents: int, written: Any) -> None:
    """Fifteen digits are a number; with more a spreadsheet would change the last ones, so the amount is a text."""
    assert column(sheets(booked_in(cents))["Journal"], "amount")[0] == written


def test_the_same_content_is_the_same_file() -> None:
    """A workbook has no clock in it: the same content gives the same bytes."""
    register = register_of([[(20_000, 5_000, 0, 0)]])
    account = credit_account(CONTRACTS["note"], register, facts_of([]), as_of=date(2026, 6, 30))
    contents = statement("a"), account, journal(CONTRACTS["note"], register, account)
    assert workbook(*contents) == workbook(*contents)
    for part in zipfile.ZipFile(io.BytesIO(workbook(*contents))).infolist():
        assert part.date_time == (1980, 1, 1, 0, 0, 0)
    core = zipfile.ZipFile(io.BytesIO(workbook(*contents))).read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"2000-01-01T"}


def test_a_text_that_is_too_long_for_a_cell() -> None:
    """What is longer than a cell holds ends in an ellipsis, never in half a letter."""
    for text in ("x" * 40_000, "😀" * 20_000):
        (found, *_) = column(sheets(workbook(replace(statement("a"), contract=text)))["Lines"], "contract")
        assert found.endswith("…")
        assert text.startswith(found[:-1])
        assert len(found.encode("utf-16-le")) // 2 in {32_766, 32_767}
    whole = "x" * 32_767
    assert column(sheets(workbook(replace(statement("a"), contract=whole)))["Lines"], "contract")[0] == whole


def test_more_rows_than_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that would be cut is refused: no row is lost in silence. One that just fits is written."""
    made = statement("a")
    monkeypatch.setattr(_xlsx, "_MOST_ROWS", 6)
    assert len(sheets(workbook(made))["Lines"]) == 6
    monkeypatch.setattr(_xlsx, "_MOST_ROWS", 5)
    with pytest.raises(InvalidValue, match="Lines: 5 rows are more than a sheet holds") as found:
        workbook(made)
    assert found.value.rule == "workbook_rows"


def test_old_days_are_texts() -> None:
    """Excel has no days before 1900; such a day is written as a text."""
    register = register_of([[(20_000, 5_000, 0, 0)]])
    made = journal(CONTRACTS["note"], register)
    old = replace(made, entries=(replace(made.entries[0], on=date(1899, 12, 31)), *made.entries))
    days = column(sheets(workbook(old))["Journal"], "on")
    assert days[0] == "1899-12-31"
    assert days[-1] == datetime(2026, 2, 3)


def test_nothing_and_anything_else() -> None:
    """No contents at all, or contents that are none, are refused with what to give instead."""
    with pytest.raises(InvalidValue, match="nothing to write") as found:
        workbook()
    assert found.value.rule == "workbook_rows"
    wrong: Any = ec.Money.zero("EUR")
    with pytest.raises(WrongType, match=r"contents\[1\]: a statement, account or journal is needed, this is Money"):
        workbook(statement("a"), wrong)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where XlsxWriter is not installed the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra, match=r'pip install "ecsm-contracts\[excel\]"'):
        workbook(statement("a"))


def test_an_extra_that_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where XlsxWriter is there and lacks something itself, that is said as it is."""
    (tmp_path / "xlsxwriter.py").write_text("import no_such_module_anywhere")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "xlsxwriter", raising=False)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere") as found:
        workbook(statement("a"))
    assert not isinstance(found.value, MissingExtra)
