"""Statements, accounts of credits and journals as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ecsm_contracts._display import escape_text
from ecsm_contracts.accounts import CreditAccount, Journal
from ecsm_contracts.errors import InvalidValue, MissingExtra, WrongType
from ecsm_contracts.money import Money
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["workbook"]

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark in the file, in place of the time of writing it
_MOST_ROWS = 1_048_576
"""How many rows a sheet has, by the specification of Excel."""
_LONGEST_TEXT = 32_767
"""How many UTF-16 units a cell holds, by the specification of Excel."""
_MOST_DIGITS = 15
"""How many digits of a number a spreadsheet keeps."""
_FIRST_YEAR = 1900

Cell = str | int | date | Money | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


# --- what the sheets hold ---------------------------------------------------------------------------------------


def _promises(statements: Iterable[Statement]) -> Iterator[tuple[Cell, ...]]:
    for each in statements:
        for found in each.assessments:
            of = (each.contract, each.period.label, each.status)
            yield (*of, found.clause, found.title, found.outcome, found.shown_number, found.shown_target)


def _lines(statements: Iterable[Statement]) -> Iterator[tuple[Cell, ...]]:
    for each in statements:
        of = (each.contract, each.period.label, each.status)
        for line in each.lines:
            yield (*of, line.clause, line.kind, line.text, line.amount)
        yield (*of, "", "total", "total", each.total.value)


def _credits(accounts: Iterable[CreditAccount]) -> Iterator[tuple[Cell, ...]]:
    for account in accounts:
        for each in account.credits:
            of = (account.contract, account.as_of, account.status, each.period, each.clause, each.text, each.on)
            amounts = (each.computed.value, each.claim, each.claimed, each.decision, each.state, each.granted.value)
            yield (*of, each.deadline, *amounts)


def _documents(accounts: Iterable[CreditAccount]) -> Iterator[tuple[Cell, ...]]:
    for account in accounts:
        for each in account.documents:
            of = (account.contract, each.on, account.status, each.kind, each.period, each.clause, each.text)
            paid = None if each.paid is None else each.paid.value
            days = None if each.days is None else each.days.shown
            yield (*of, each.invoice, each.amount, paid, days, each.tax, each.ref)


def _postings(journals: Iterable[Journal]) -> Iterator[tuple[Cell, ...]]:
    for journal in journals:
        for number, entry in enumerate(journal.entries, 1):
            of = (journal.contract, number, entry.on, entry.status, entry.kind, entry.period, entry.text)
            for each in entry.postings:
                yield (*of, each.clause, each.account, each.cost_centre, each.amount, entry.reference)


_OF = ("contract", "period", "status")
_SHEETS: dict[str, tuple[type, Callable[[Any], Iterator[tuple[Cell, ...]]], tuple[str, ...]]] = {
    "Promises": (Statement, _promises, (*_OF, "clause", "promise", "outcome", "number", "target")),
    "Lines": (Statement, _lines, (*_OF, "clause", "kind", "text", "amount")),
    "Credits": (
        CreditAccount,
        _credits,
        (
            *(
                "contract",
                "as of",
                "status",
                "period",
                "clause",
                "credit",
                "issued",
                "claim until",
                "computed",
                "claim",
            ),
            *("claimed", "decision", "state", "granted"),
        ),
    ),
    "Documents": (
        CreditAccount,
        _documents,
        (
            *("contract", "on", "status", "kind", "period", "clause", "text", "invoice", "amount", "paid", "days"),
            *("tax", "reference"),
        ),
    ),
    "Journal": (
        Journal,
        _postings,
        (
            *("contract", "entry", "on", "status", "kind", "period", "text", "clause", "account", "cost centre"),
            *("amount", "reference"),
        ),
    ),
}
"""For each sheet what it is about, its rows, and its columns."""


def _sheets(contents: Sequence[Statement | CreditAccount | Journal]) -> Iterator[_Sheet]:
    for name, (kind, rows, columns) in _SHEETS.items():
        found = [each for each in contents if isinstance(each, kind)]
        if found:
            yield _Sheet(name, columns, tuple(rows(found)))


# --- how they are written ---------------------------------------------------------------------------------------


def _shortened(text: str) -> str:
    """Return *text* as a cell shows and holds it."""
    safe = escape_text(text)
    if len(safe.encode("utf-16-le")) <= 2 * _LONGEST_TEXT:
        return safe
    return safe.encode("utf-16-le")[: 2 * (_LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


class _Book:
    """A workbook while it is written."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self._bold = writer.add_format({"bold": True, "bottom": 1})
        self._date = writer.add_format({"num_format": "yyyy-mm-dd"})
        self._amounts: dict[tuple[str, int], Any] = {}

    def _amount(self, amount: Money) -> Any:
        """Return the format of an amount: its currency, and as many decimals as it has."""
        key = (amount.currency, amount.scale)
        if key not in self._amounts:
            digits = "#,##0" + ("." + "0" * amount.scale if amount.scale else "")
            self._amounts[key] = self._writer.add_format({"num_format": f'"{amount.currency}" {digits}'})
        return self._amounts[key]

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, Money):
            if len(str(abs(cell.units))) > _MOST_DIGITS:  # a number would lose its last digits: the text does not
                sheet.write_string(row, column, cell.display)
            else:
                sheet.write_number(row, column, cell.amount, self._amount(cell))
        elif isinstance(cell, date):
            if cell.year < _FIRST_YEAR:
                sheet.write_string(row, column, cell.isoformat())
            else:
                sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), self._date)  # noqa: DTZ001 - a day
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell)
        elif cell:
            sheet.write_string(row, column, _shortened(cell))

    def add(self, content: _Sheet) -> None:
        if len(content.rows) >= _MOST_ROWS:
            message = (
                f"{content.name}: {len(content.rows):,} rows are more than a sheet holds; write CSV, or fewer at once"
            )
            raise InvalidValue(message, rule="workbook_rows", value=len(content.rows))
        sheet = self._writer.add_worksheet(content.name)
        for column, name in enumerate(content.columns):
            sheet.write_string(0, column, name, self._bold)
        for row, cells in enumerate(content.rows, 1):
            for column, cell in enumerate(cells):
                self._cell(sheet, row, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(content.rows), len(content.columns) - 1)
        sheet.set_column(0, len(content.columns) - 1, 16)


def workbook(*contents: Statement | CreditAccount | Journal) -> bytes:
    """
    Return statements, accounts of credits and journals as a workbook for Excel (``.xlsx``).

    Statements fill the sheets Promises and Lines, accounts Credits and Documents, journals Journal; a sheet of which
    there is nothing is left out. Amounts are numbers with their currency in the format, so that they add up; one with
    more than 15 digits, which a spreadsheet would not keep, is a text. Texts are never formulas or links; characters
    that cannot be seen are shown as escapes, and what is too long for a cell ends in an ellipsis.

    The same content gives the same bytes with the same release of XlsxWriter.

    Raises:
        MissingExtra: when XlsxWriter is not installed.
        InvalidValue: rule "workbook_rows", when there is nothing to write, or more rows than a sheet holds.
        WrongType: for anything else.

    Example:
        >>> import ecsm_contracts as ec
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> january = ec.evaluate(contract, ec.facts_from_records(), period="2026-01")
        >>> workbook(january)[:2]
        b'PK'
    """
    given: tuple[object, ...] = contents
    for position, each in enumerate(given):
        if not isinstance(each, (Statement, CreditAccount, Journal)):
            message = f"contents[{position}]: a statement, account or journal is needed, this is {type(each).__name__}"
            raise WrongType(f"{message}; take what evaluate(…), credit_account(…) or journal(…) gives")
    if not contents:
        message = "nothing to write: give a statement, an account of credits or a journal"
        raise InvalidValue(message, rule="workbook_rows")
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as problem:
        if problem.name != "xlsxwriter":
            raise
        raise MissingExtra("excel", "a spreadsheet") from problem
    buffer = io.BytesIO()
    writer = Workbook(buffer, _OPTIONS)
    writer.set_properties({"title": "", "created": _CREATED})
    book = _Book(writer)
    for sheet in _sheets(contents):
        book.add(sheet)
    writer.close()
    return buffer.getvalue()
