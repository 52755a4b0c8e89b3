"""A journal as comma-separated values, and as text for Beancount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import escape_text
from ecsm_contracts.accounts import Journal
from ecsm_contracts.errors import expect
from ecsm_contracts.reports._csv import text_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.accounts import Entry, Posting

__all__ = ["JOURNAL_COLUMNS", "journal_beancount", "journal_csv"]

JOURNAL_COLUMNS = (
    "entry",
    "on",
    "contract",
    "period",
    "kind",
    "status",
    "clause",
    "text",
    "reference",
    "account",
    "cost_centre",
    "amount",
    "currency",
)
"""The columns, in their order; a row is a posting, and `entry` counts the entries from 1."""

_HINT = "take what journal(contract, register, …) gives"


def _csv_row(journal: Journal, number: int, entry: Entry, posting: Posting) -> str:
    before = (
        entry.on.isoformat(),
        journal.contract,
        entry.period,
        entry.kind,
        entry.status,
        posting.clause,
        entry.text,
        entry.reference,
        posting.account,
        posting.cost_centre or "",
    )
    cells = [str(number), *map(text_cell, before), posting.amount.number, text_cell(posting.amount.currency)]
    return ",".join(cells)


def journal_csv(journal: Journal) -> str:
    """
    Return *journal* as comma-separated values, a row for each posting.

    Written as the lines of a statement are: texts in double quotes, none of which a spreadsheet takes for a formula;
    amounts as bare numbers, positive for a debit; lines end in a line feed.

    Raises:
        WrongType: for anything but a journal.
    """
    expect(journal, Journal, "journal", _HINT)
    rows = [
        _csv_row(journal, number, entry, posting)
        for number, entry in enumerate(journal.entries, 1)
        for posting in entry.postings
    ]
    return "\n".join([",".join(map(text_cell, JOURNAL_COLUMNS)), *rows]) + "\n"


def _quoted(text: str) -> str:
    r"""
    Return *text* as a string of Beancount: on one line, with what cannot be seen shown as an escape.

    >>> print(_quoted('a "b"\n\\'))
    "a \"b\"\\n\\"
    """
    return '"' + escape_text(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _opened(journal: Journal) -> Iterator[str]:
    """Yield an `open` directive for each account, with its currencies."""
    currencies: dict[str, list[str]] = {}
    for account, currency in journal.balances():
        currencies.setdefault(account, []).append(currency)
    for account, found in currencies.items():
        yield f"{journal.entries[0].on.isoformat()} open {account} {','.join(found)}"


def _entry(journal: Journal, entry: Entry) -> Iterator[str]:
    flag = "*" if entry.status == "final" else "!"
    yield f"{entry.on.isoformat()} {flag} {_quoted(entry.text)}"
    yield f"  contract: {_quoted(journal.contract)}"
    yield f"  period: {_quoted(entry.period)}"
    yield f"  kind: {_quoted(entry.kind)}"
    yield f"  reference: {_quoted(entry.reference)}"
    for posting in entry.postings:
        yield f"  {posting.account}  {posting.amount.number} {posting.amount.currency}"
        if posting.clause:
            yield f"    clause: {_quoted(posting.clause)}"
        if posting.cost_centre is not None:
            yield f"    cost-centre: {_quoted(posting.cost_centre)}"


def journal_beancount(journal: Journal) -> str:
    """
    Return *journal* as text for Beancount: a file that can stand by itself, or be included in a ledger.

    Every account is opened on the day of the first entry. What is provisional has the flag ``!``. Contract, period and
    identity of the document are metadata of the entry, clause and cost centre those of the posting. Texts stand on one
    line, with quotes and backslashes escaped, and characters that cannot be seen shown as escapes.

    Raises:
        WrongType: for anything but a journal.
    """
    expect(journal, Journal, "journal", _HINT)
    blocks = [f"option {_quoted('operating_currency')} {_quoted(journal.currency)}"]
    if journal.entries:
        blocks.append("\n".join(_opened(journal)))
    blocks += ["\n".join(_entry(journal, entry)) for entry in journal.entries]
    return "\n\n".join(blocks) + "\n"
