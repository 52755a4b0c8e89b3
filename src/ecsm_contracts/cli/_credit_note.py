"""The verb that writes credits as an e-invoice."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ecsm_contracts.adapters import read_document
from ecsm_contracts.calendars import parse_date
from ecsm_contracts.cli._issuing import account_of
from ecsm_contracts.cli._verbs import give
from ecsm_contracts.errors import DocumentError, InvalidValue, did_you_mean, shown
from ecsm_contracts.money import Percent
from ecsm_contracts.reports import InvoiceParty, TaxRate
from ecsm_contracts.reports import credit_note as credit_note_of

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping

    from ecsm_contracts.accounts import CreditAccount, CreditDocument
    from ecsm_contracts.contracts._document import Document
    from ecsm_contracts.errors import Problem

__all__ = ["credit_note"]

PARTS: dict[str, type] = {"seller": InvoiceParty, "buyer": InvoiceParty, "tax": TaxRate}
"""What a document for `--parties` holds, each part with the fields of its class, and every value a text."""


def _problems(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield each field that is unknown, is missing or holds no text."""
    for name in data:
        if name not in PARTS:
            yield document.problem((name,), "unknown_field", f"unknown field {shown(name)}{did_you_mean(name, PARTS)}")
    for name, kind in PARTS.items():
        known = [field.name for field in fields(kind)]
        part = data.get(name)
        if not isinstance(part, dict):
            message = f"{name} is needed, with fields such as {', '.join(known[:2])}"
            yield document.problem((name,) if name in data else (), "missing_field", message)
            continue
        if known[0] not in part:
            yield document.problem((name,), "missing_field", f"{known[0]} is needed")
        for field, value in part.items():
            if field not in known:
                message = f"unknown field {shown(field)}{did_you_mean(field, known)}"
                yield document.problem((name, field), "unknown_field", message)
            elif not isinstance(value, str):
                yield document.problem((name, field), "not_a_text", "write a text, in quotes")


def _parties(path: str) -> dict[str, Any]:
    """
    Return seller, buyer and tax as the document at *path* says.

    Raises:
        DocumentError: for fields that are unknown or missing, and values that are no texts, each with its place.
        InvalidValue: for a value that its field cannot have.
    """
    document = read_document(path)
    data: Any = document.data
    problems = list(_problems(document, data))
    if problems:
        raise DocumentError(problems)
    rate = {"rate": Percent.parse(data["tax"]["rate"])} if "rate" in data["tax"] else {}
    return {
        "seller": InvoiceParty(**data["seller"]),
        "buyer": InvoiceParty(**data["buyer"]),
        "tax": TaxRate(**data["tax"] | rate),
    }


def _named(account: CreditAccount, refs: Iterable[str]) -> Iterator[CreditDocument]:
    """Yield the documents of *account* with these identities."""
    known = {document.ref: document for document in account.documents}
    for ref in refs:
        if ref not in known:
            message = f"no document {shown(ref)} in the account as of {account.as_of}{did_you_mean(ref, known)}"
            raise InvalidValue(message, rule="credit_note_documents", value=ref)
        yield known[ref]


def credit_note(options: Namespace) -> int:
    """Print or write documents of an account as one credit note in UBL."""
    parties = _parties(options.parties)
    contract, _, account = account_of(options)
    text = credit_note_of(
        tuple(_named(account, options.document)),
        contract,
        number=options.number,
        on=parse_date(options.on),
        invoices=options.invoice,
        buyer_reference=options.buyer_reference,
        **parties,
    )
    return give(options, text)
