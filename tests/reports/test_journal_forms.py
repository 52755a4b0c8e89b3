"""Journals as CSV and as text for Beancount, read back by others."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts.accounts import ChartOfAccounts, Journal, Register, credit_account, journal
from ecsm_contracts.errors import WrongType
from ecsm_contracts.reports import JOURNAL_COLUMNS, journal_beancount, journal_csv
from tests.accounts.booked import CONTRACTS, Case, cases, facts_of, register_of
from tests.reports.hostile import TEXTS
from tests.reports.validators import bean_check, beancount_reads

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
EVIL = (
    *TEXTS,
    'a "quoted" \\ text\\',
    '"\n2026-01-01 open Assets:Evil',
    "tab\tand \x1b[31m colour",
    "back\\nslash",
    "\u202eturned",
    "\ud800",
)


def booked(name: str = "note") -> Journal:
    """A journal with two currencies, cost centres and three months."""
    contract, register = (
        CONTRACTS[name],
        register_of([[(20_000, 5_000, 0, 0)], [(20_000, 0, 700, 300)], [(9_000, 0, 0, 0)]]),
    )
    account = credit_account(contract, register, facts_of([]), as_of=date(2026, 6, 30))
    return journal(contract, register, account)


def hostile(text: str) -> Journal:
    """A journal with *text* wherever a text may stand."""
    made = booked()
    postings = tuple(replace(each, clause=text, cost_centre=text) for each in made.entries[0].postings)
    entry = replace(made.entries[0], text=text, reference=text, period=text, kind=text, postings=postings)
    return replace(made, contract=text, entries=(entry,))


def rows(text: str) -> list[dict[str, str]]:
    """The rows, as a strict reader gives them."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@settings(max_examples=40)
@given(cases())
def test_postings_read_back(case: Case) -> None:
    """What is read back of the CSV are the postings, and each entry adds up to zero in each currency."""
    made = journal(*case)
    found = rows(journal_csv(made))
    postings = [posting for entry in made.entries for posting in entry.postings]
    assert [(row["account"], f"{row['currency']} {row['amount']}") for row in found] == [
        (posting.account, str(posting.amount)) for posting in postings
    ]
    sums: dict[tuple[str, str], Decimal] = {}
    for row in found:
        key = row["entry"], row["currency"]
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row["amount"])
    assert not any(sums.values())


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_a_formula(text: str) -> None:
    """No cell of text begins with what a spreadsheet would run; amounts stay numbers."""
    for row in rows(journal_csv(hostile(text))):
        assert tuple(row) == JOURNAL_COLUMNS
        cells = [cell for name, cell in row.items() if name != "amount"]
        assert not any(cell.startswith(FORMULA) for cell in cells)
        assert row["text"].removeprefix("'") == text
        assert Decimal(row["amount"]).is_finite()


def test_bean_check_accepts_a_journal(tmp_path: Path) -> None:
    """`bean-check` finds no fault in a journal with two currencies, and agrees with its balances."""
    made = booked()
    text = journal_beancount(made)
    balances = made.balances().items()
    asserted = [f"2027-01-01 balance {name} {amount.number} {currency}\n" for (name, currency), amount in balances]
    path = tmp_path / "journal.beancount"
    path.write_text(text + "".join(asserted), encoding="utf-8")
    assert len(asserted) > 5
    assert bean_check(path)[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("200.00 EUR", "200.01 EUR", "does not balance"),
        ("open Equity:Conversion EUR,USD", "open Equity:Conversion EUR", "Invalid currency"),
        ("open Assets:Receivable", "open Assets:Other", "unknown account"),
    ],
)
def test_bean_check_refuses_a_changed_journal(tmp_path: Path, old: str, new: str, says: str) -> None:
    """A cent more, a currency less or an account that is not opened: the check that passes can also fail."""
    text = journal_beancount(booked())
    assert old in text
    path = tmp_path / "journal.beancount"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    status, said = bean_check(path)
    assert status == 1
    assert says in said


def test_beancount_reads_every_drawn_journal(tmp_path: Path) -> None:
    """Of journals under all settlements Beancount finds no error, and the same amounts in the same accounts."""
    made: list[Journal] = []

    @settings(max_examples=40)
    @given(cases())
    def draw(case: Case) -> None:
        made.append(journal(*case))

    draw()
    for journal_, found in zip(
        made, beancount_reads([journal_beancount(each) for each in made], tmp_path), strict=True
    ):
        assert found["errors"] == []
        sums: dict[tuple[str, str], Decimal] = {}
        for account, number, currency in found["rows"]:
            sums[account, currency] = sums.get((account, currency), Decimal(0)) + Decimal(number)
        assert sums == {key: amount.amount for key, amount in journal_.balances().items()}


def test_texts_from_outside_stay_texts(tmp_path: Path) -> None:
    """Whatever stands in a text, Beancount reads one entry, and in it the text with what cannot be seen escaped."""
    found = beancount_reads([journal_beancount(hostile(text)) for text in EVIL], tmp_path)
    for text, each in zip(EVIL, found, strict=True):
        shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
        assert each["errors"] == []
        assert each["texts"] == [["*", shown, shown]]


def test_what_is_provisional_has_a_flag() -> None:
    """An entry that may still change is marked as one to look at."""
    made = booked()
    entries = tuple(replace(entry, status="provisional") for entry in made.entries)
    text = journal_beancount(replace(made, entries=entries))
    assert text.count('\n2026-02-03 ! "') == 2
    assert "* " not in text


def test_an_empty_journal_is_empty(tmp_path: Path) -> None:
    """A journal without entries has a head and nothing below it, and Beancount reads that."""
    made = journal(CONTRACTS["note"], Register("ACME-2026"))
    assert rows(journal_csv(made)) == []
    assert journal_beancount(made) == 'option "operating_currency" "EUR"\n'
    assert beancount_reads([journal_beancount(made)], tmp_path)[0]["errors"] == []


def test_accounts_of_one_name_are_opened_once(tmp_path: Path) -> None:
    """Two accounts that share a name are one account of the ledger."""
    contract, register = CONTRACTS["deduction"], register_of([[(20_000, 5_000, 0, 0)]])
    chart = ChartOfAccounts(revenue="Income:8400-Support", service_credits="Income:8400-Support")
    text = journal_beancount(journal(contract, register, chart=chart))
    assert text.count("open Income:8400-Support") == 1
    assert beancount_reads([text], tmp_path)[0]["errors"] == []


def test_the_library_imports_no_validator() -> None:
    """What checks the library in its tests, some of it under the GPL, is no part of it."""
    source = Path(ec.__file__).parent
    imports = re.compile(r"^\s*(?:import|from) (?:beancount|facturx|lxml|openpyxl|saxonche)\b", re.MULTILINE)
    assert not [path.name for path in source.rglob("*.py") if imports.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("form", [journal_csv, journal_beancount])
def test_only_journals_are_written(form: Any) -> None:
    """Anything but a journal is refused, with where one comes from."""
    with pytest.raises(WrongType, match=r"take what journal\(contract, register, …\) gives"):
        form(ec.Money.zero("EUR"))
