"""Statements as comma-separated values."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts.reports import render
from ecsm_contracts.testing import MonthCase, month_cases
from tests.reports.hostile import TEXTS, statement

COLUMNS = ("contract", "period", "status", "clause", "kind", "text", "amount", "currency")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def rows(statement: ec.Statement) -> list[dict[str, str]]:
    """The rows, as a strict reader gives them."""
    return list(csv.DictReader(io.StringIO(render(statement, "csv"), newline=""), strict=True))


@pytest.mark.sweep
@settings(max_examples=40)
@given(month_cases())
def test_amounts_read_back(case: MonthCase) -> None:
    """What is read back are the amounts of the lines and their total, to the last digit."""
    settled = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
    found = rows(settled)
    amounts = [ec.Money.parse(f"{row['currency']} {row['amount']}") for row in found]
    assert amounts == [*(line.amount for line in settled.lines), settled.total.value]
    assert sum(Decimal(row["amount"]) for row in found[:-1]) == Decimal(found[-1]["amount"])
    assert [(row["clause"], row["kind"]) for row in found] == [
        *((line.clause, line.kind) for line in settled.lines),
        ("", "total"),
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_a_formula(text: str) -> None:
    """No cell of text begins with what a spreadsheet would run, and an apostrophe is all that was added."""
    for row in rows(statement(text)):
        texts = [cell for name, cell in row.items() if name != "amount"]
        assert not any(cell.startswith(FORMULA) for cell in texts)
        assert row["contract"] in {text, f"'{text}"}


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n=1", "\0=1", 'a\r\nb "c", d'])
def test_control_characters_break_no_row(text: str) -> None:
    """Texts that no contract can hold, and a damaged file may, neither break a row nor become a formula."""
    made = replace(statement("a"), contract=text)
    for row in rows(made):
        assert row["contract"] == (f"'{text}" if text.startswith(FORMULA) else text)
        assert set(row) == set(COLUMNS)


@pytest.mark.parametrize(("currency", "total"), [("EUR", "940.00"), ("JPY", "940"), ("KWD", "940.000")])
def test_amounts_have_the_digits_of_their_currency(currency: str, total: str) -> None:
    """Amounts are bare numbers with all digits of the currency; a credit keeps its minus sign and is not a text."""
    found = rows(statement("a", currency))
    assert found[-1]["amount"] == total
    assert next(row for row in found if row["kind"] == "credit")["amount"].startswith("-")


def test_lines_end_in_a_line_feed() -> None:
    """There is one header, one row for each line and one for the total, each ended by a line feed alone."""
    text = render(statement("a"), "csv")
    assert "\r" not in text
    assert text.endswith("\n")
    assert text.count("\n") == 2 + len(statement("a").lines)
    assert text.startswith('"contract","period","status","clause","kind","text","amount","currency"\n')


def test_the_status_is_in_every_row() -> None:
    """A provisional statement says so in every row, and a final one likewise."""
    assert {row["status"] for row in rows(statement("a"))} == {"provisional"}
    assert {row["status"] for row in rows(statement("a", rejected=False))} == {"final"}
