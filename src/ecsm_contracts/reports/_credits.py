"""An account of credits as text, JSON, HTML, Markdown and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from ecsm_contracts._display import escape_html, escape_markdown
from ecsm_contracts.accounts import CreditAccount
from ecsm_contracts.errors import InvalidValue, did_you_mean, expect
from ecsm_contracts.reports._csv import text_cell
from ecsm_contracts.reports._html import proof_page

if TYPE_CHECKING:
    from ecsm_contracts.accounts import CreditDocument

__all__ = ["CREDIT_COLUMNS", "CREDIT_FORMS", "CreditForm", "render_credits"]

CreditForm = Literal["text", "json", "html", "markdown", "csv"]
CREDIT_FORMS: tuple[CreditForm, ...] = get_args(CreditForm)
CREDIT_COLUMNS = (
    "on",
    "contract",
    "status",
    "kind",
    "period",
    "clause",
    "text",
    "invoice",
    "reference",
    "tax",
    "amount",
    "currency",
    "paid",
    "paid_currency",
    "days",
)
"""The columns, in their order; a row is a document, and its kind says in whose favour the amount is."""


def _csv_row(account: CreditAccount, document: CreditDocument) -> str:
    texts = (
        document.on.isoformat(),
        account.contract,
        account.status,
        document.kind,
        document.period,
        document.clause,
        document.text,
        document.invoice or "",
        document.ref,
        document.tax,
    )
    paid = None if document.paid is None else document.paid.value
    cells = [*map(text_cell, texts), document.amount.number, text_cell(document.amount.currency)]
    cells += ["", text_cell("")] if paid is None else [paid.number, text_cell(paid.currency)]
    return ",".join([*cells, text_cell("" if document.days is None else document.days.shown)])


def _csv(account: CreditAccount) -> str:
    rows = (_csv_row(account, document) for document in account.documents)
    return "\n".join([",".join(map(text_cell, CREDIT_COLUMNS)), *rows]) + "\n"


def _title(account: CreditAccount) -> str:
    return f"Credits of {account.contract} as of {account.as_of}: {account.status}"


def _markdown(account: CreditAccount) -> str:
    tables = (table.markdown() for table in account.tables())
    return "\n\n".join([f"# {escape_markdown(_title(account))}", *tables]) + "\n"


def _page(account: CreditAccount) -> str:
    seal = f'<p class="seal">Content {escape_html(account.digest())}</p>'
    return proof_page(_title(account), [*(table.html() for table in account.tables()), seal])


def render_credits(account: CreditAccount, form: CreditForm) -> str:
    """
    Return *account* in one of the forms ``text``, ``json``, ``html``, ``markdown`` and ``csv``, ending in a line feed.

    The CSV has a row for each document, written as the lines of a statement are: texts in double quotes, none of which
    a spreadsheet takes for a formula, and amounts as bare numbers. Only the JSON holds the proofs.

    Raises:
        InvalidValue: rule "report_form", for another form.
        WrongType: for anything but an account.

    Example:
        >>> import ecsm_contracts as ec
        >>> from datetime import date
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> account = ec.credit_account(contract, ec.Register("ACME-2026"), as_of=date(2026, 2, 28))
        >>> render_credits(account, "csv")[:22]
        '"on","contract","statu'
    """
    expect(account, CreditAccount, "account", "take what credit_account(…) gives")
    match form:
        case "text":
            return f"{account}\n"
        case "json":
            return account.to_json()
        case "html":
            return _page(account)
        case "markdown":
            return _markdown(account)
        case "csv":
            return _csv(account)
    raise InvalidValue(f"no form {form!r}{did_you_mean(form, CREDIT_FORMS)}", rule="report_form", value=form)
