"""
Credits as an e-invoice: a UBL 2.1 credit note within the core of EN 16931.

References:
    EN 16931-1:2017 (business terms BT, business rules BR), OASIS UBL 2.1, CEN/TS 16931-3-2.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.accounts import CreditDocument
from ecsm_contracts.calendars import Period
from ecsm_contracts.contracts import Contract
from ecsm_contracts.errors import InvalidValue, WrongType, expect
from ecsm_contracts.money import Money, allocate, currency_exponent, withdrawn_since
from ecsm_contracts.reports._ubl_parts import InvoiceParty, TaxRate, check_text
from ecsm_contracts.reports._ubl_xml import Note, NoteLine, note_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecsm_contracts.accounts import DocumentKind

__all__ = ["credit_note"]

_INSTEAD: dict[DocumentKind, str] = {
    "debit": "it asks for a credit back: invoice the amount again (type 380), or correct the invoice (384)",
    "top_up": "nothing is noted until it is used: write the credit note of what is drawn from the balance",
    "service_days": "days of service are given for it, and no amount is: say so on the invoice that leaves them out",
    "expiry": "nothing is given: there is nothing to note",
    "forfeiture": "nothing is given: there is nothing to note",
}
"""Why a document has no credit note, and what to do."""
_MOST_DECIMALS = 2
_MOST_LINES = 100_000


class _Part(NamedTuple):
    """What one line is about."""

    document: CreditDocument
    cost_centre: str | None
    amount: Money


class _Amounts(NamedTuple):
    """Amounts of a credit note: without tax by line and in all, and the tax."""

    lines: tuple[Money, ...]
    net: Money
    tax: Money


class _Said(NamedTuple):
    """What a credit note says beside its documents."""

    contract: Contract
    seller: InvoiceParty
    buyer: InvoiceParty
    number: str
    on: date
    tax: TaxRate
    invoices: tuple[str, ...]
    buyer_reference: str | None
    terms: str


def _taken(documents: CreditDocument | Iterable[CreditDocument]) -> tuple[CreditDocument, ...]:
    if isinstance(documents, CreditDocument):
        return (documents,)
    expect(documents, Iterable, "documents", "take those of credit_account(…).documents")
    return tuple(documents)


def _check_document(document: CreditDocument, tax: TaxRate) -> None:
    expect(document, CreditDocument, "documents", "take those of credit_account(…).documents")
    if document.cancels is not None:
        message = (
            f"{document.ref} takes a document back: invoice the amount again (type 380), or correct the invoice (384)"
        )
        raise InvalidValue(message, rule="credit_note_kind", value=document.kind)
    if document.kind in _INSTEAD:
        message = f"a {document.kind.replace('_', ' ')} has no credit note; {_INSTEAD[document.kind]}"
        raise InvalidValue(message, rule="credit_note_kind", value=document.kind)
    if document.tax == "compensation" and tax.category != "O":
        message = (
            f"{document.ref} is compensation, which lowers no price and no tax: write a payment advice, not a tax "
            'credit note, or say that it is outside the scope of the tax: TaxRate(category="O", reason=…)'
        )
        raise InvalidValue(message, rule="credit_note_tax", value=document.tax)


def _check_documents(documents: Sequence[CreditDocument], tax: TaxRate) -> None:
    if not documents:
        raise InvalidValue("a credit note is about one document at least", rule="credit_note_documents")
    if len(documents) > _MOST_LINES:
        message = f"{len(documents):,} documents are too many for one credit note; write several"
        raise InvalidValue(message, rule="credit_note_documents")
    seen: set[str] = set()
    for document in documents:
        _check_document(document, tax)
        if document.ref in seen:
            message = f"{document.ref} is given twice: each credit is noted once"
            raise InvalidValue(message, rule="credit_note_documents", value=document.ref)
        seen.add(document.ref)


def _check_parties(seller: InvoiceParty, buyer: InvoiceParty, tax: TaxRate) -> None:
    for name, party in (("seller", seller), ("buyer", buyer)):
        expect(party, InvoiceParty, name, 'write InvoiceParty(country="NL", vat_id=…)')
    if tax.category == "O":
        if seller.legal_id is None:
            message = "seller: outside the scope of the tax no VAT id is written; give its legal_id"
            raise InvalidValue(message, rule="credit_note_party")
        return
    if seller.vat_id is None:
        raise InvalidValue(f"seller: the category {tax.category} needs its vat_id", rule="credit_note_party")
    known = buyer.vat_id is not None or (tax.category == "AE" and buyer.legal_id is not None)
    if tax.category in {"AE", "K"} and not known:
        raise InvalidValue(f"buyer: the category {tax.category} needs its vat_id", rule="credit_note_party")


def _parts(documents: Sequence[CreditDocument]) -> tuple[_Part, ...]:
    """Return what the lines are about: each document, or each of its cost centres with a share in it."""
    parts: list[_Part] = []
    for document in documents:
        amount = document.amount if document.paid is None else document.paid.value
        shares = [share for _, share in document.cost_centres]
        if amount.currency != document.amount.currency and shares:
            shares = list(allocate(amount, [share.minor for share in shares]))
        pairs = zip(document.cost_centres, shares, strict=True)
        split = [_Part(document, ref, share) for (ref, _), share in pairs if not share.is_zero]
        parts += split or [_Part(document, None, amount)]
    return tuple(parts)


def _check_currency(parts: Sequence[_Part]) -> str:
    """Return the one currency of all *parts*."""
    currencies = sorted({part.amount.currency for part in parts})
    if len(currencies) > 1:
        message = f"amounts in {' and '.join(currencies)}: write a credit note for each currency"
        raise InvalidValue(message, rule="credit_note_currency", value=tuple(currencies))
    (currency,) = currencies
    if currency_exponent(currency) > _MOST_DECIMALS or withdrawn_since(currency) is not None:
        message = f"{currency}: EN 16931 knows currencies in use, with at most two decimals"
        raise InvalidValue(message, rule="credit_note_currency", value=currency)
    return currency


def _is_gross(contract: Contract, documents: Sequence[CreditDocument]) -> bool:
    prices = {contract.version_for(Period.parse(each.period)).settlement.prices for each in documents}
    if len(prices) > 1:
        message = "some of these credits are with tax and some without; write two credit notes"
        raise InvalidValue(message, rule="credit_note_documents", value=tuple(sorted(prices)))
    return prices == {"gross"}


def _amounts(parts: Sequence[_Part], currency: str, tax: TaxRate, *, gross: bool) -> _Amounts:
    """
    Return the amounts without tax, which add up exactly, and the tax.

    Of amounts with tax their sum is divided by one and the rate and rounded; the lines share that by largest
    remainder, and the tax is the rest, so that what is paid stays what the contract says.
    """
    given = tuple(part.amount for part in parts)
    whole = sum(given, start=Money.zero(currency))
    if tax.rounding is None:
        return _Amounts(given, whole, Money.zero(currency))
    rate = tax.percent.ratio
    if not gross:
        return _Amounts(given, whole, (whole.exact * rate).round(tax.rounding))
    net = (whole.exact * (Fraction(1) / (1 + rate))).round(tax.rounding)
    made = _Amounts(tuple(allocate(net, [amount.minor for amount in given])), net, whole - net)
    if abs(made.tax.ratio - net.ratio * rate) >= 1:  # BR-CO-17, which a whole unit of yen can break
        message = f"tax of {made.tax} is no {tax.percent} of {net}: round by half_up or half_even"
        raise InvalidValue(message, rule="credit_note_rounding", value=tax.rounding)
    return made


def _lines(parts: Sequence[_Part], amounts: _Amounts, contract: str) -> tuple[NoteLine, ...]:
    return tuple(
        NoteLine(
            amount,
            part.document.text.strip() or "service credit",
            f"contract {contract}, clause {part.document.clause}" if part.document.clause else f"contract {contract}",
            part.document.ref,
            part.cost_centre,
            _dates([part.document]),
        )
        for part, amount in zip(parts, amounts.lines, strict=True)
    )


def _dates(documents: Iterable[CreditDocument]) -> tuple[date, date]:
    """Return the first and the last day of the periods of *documents*."""
    periods = [Period.parse(document.period) for document in documents]
    return min(each.start for each in periods), max(each.end for each in periods) - timedelta(days=1)


def _texts(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    if isinstance(texts, str):
        return _texts(name, (texts,))
    found = tuple(texts)
    for text in found:
        check_text(name, text)
    return found


def _check_said(said: _Said) -> None:
    expect(said.contract, Contract, "contract", "read it with read_contract(…)")
    expect(said.tax, TaxRate, "tax", 'write TaxRate(category="S", rate=Percent.parse("21%"), rounding="half_up")')
    expect(said.on, date, "on", "write date(2026, 4, 1)")
    if isinstance(said.on, datetime):
        raise WrongType("on: a date is needed, and this is an instant; write date(2026, 4, 1)")
    check_text("number", said.number)
    check_text("terms", said.terms)
    if said.buyer_reference is not None:
        check_text("buyer_reference", said.buyer_reference)


def _note(taken: Sequence[CreditDocument], said: _Said) -> Note:
    """Return what the credit note about the documents that were *taken* says."""
    parts, parties = _parts(taken), said.contract.parties
    currency = _check_currency(parts)
    amounts = _amounts(parts, currency, said.tax, gross=_is_gross(said.contract, taken))
    return Note(
        number=said.number,
        on=said.on,
        currency=currency,
        buyer_reference=said.buyer_reference,
        dates=_dates(taken),
        invoices=said.invoices,
        contract=said.contract.ref,
        seller=said.seller,
        seller_name=said.seller.name or parties.provider,
        buyer=said.buyer,
        buyer_name=said.buyer.name or parties.customer,
        terms=said.terms,
        tax=said.tax,
        net=amounts.net,
        tax_amount=amounts.tax,
        lines=_lines(parts, amounts, said.contract.ref),
    )


def credit_note(
    documents: CreditDocument | Iterable[CreditDocument],
    contract: Contract,
    *,
    seller: InvoiceParty,
    buyer: InvoiceParty,
    number: str,
    on: date,
    tax: TaxRate,
    invoices: str | Iterable[str] = (),
    buyer_reference: str | None = None,
    terms: str = "This amount is credited; nothing is to be paid.",
) -> str:
    """
    Return *documents* as one credit note in XML: UBL 2.1, type 381, within the core of EN 16931.

    Each document is a line; one with cost centres a line for each that shares in it. Where a document is paid in
    another currency, the credit note is in that one. Amounts are net or gross as the contract's ``prices`` says. Lines
    are in whole minor units, and their sum is exact. Of net amounts the tax is the rate of the sum, rounded; of gross
    amounts the sum without tax is rounded and shared by the lines, and the tax is the rest.

    The same input gives the same bytes. Characters that cannot be seen, or that XML forbids, are shown as escapes.

    Args:
        documents: Credit notes, deductions, withholdings, draws or payments of an account, all in one currency.
        contract: The contract with all its amendments; seller and buyer are its provider and its customer.
        seller: Who gave the service.
        buyer: Who is credited.
        number: The number of the credit note, by the seller's own count.
        on: Its date.
        tax: The category of tax, its rate, and how it is rounded.
        invoices: The numbers of the invoices that it is about.
        buyer_reference: What the buyer wants to find on it; some countries ask for it.
        terms: The terms of payment.

    Raises:
        InvalidValue: "credit_note_kind" for documents that have no credit note, with what to write instead;
            "credit_note_tax" for compensation, unless it is declared outside the scope of the tax;
            "credit_note_documents" for none, one given twice, or net and gross ones; "credit_note_currency";
            "credit_note_party" where the category of tax needs an identification; "credit_note_rounding";
            "invoice_text".
    """
    said = _Said(contract, seller, buyer, number, on, tax, _texts("invoices", invoices), buyer_reference, terms)
    _check_said(said)
    taken = _taken(documents)
    _check_documents(taken, tax)
    _check_parties(seller, buyer, tax)
    return note_xml(_note(taken, said))
