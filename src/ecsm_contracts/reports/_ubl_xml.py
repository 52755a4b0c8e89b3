"""The elements of a UBL 2.1 credit note, in the order that its schema asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts._display import escape_text

if TYPE_CHECKING:
    from datetime import date
    from xml.etree.ElementTree import Element

    from ecsm_contracts.money import Money
    from ecsm_contracts.reports._ubl_parts import InvoiceParty, TaxRate

__all__ = ["Note", "NoteLine", "note_xml"]

_NAMESPACES = {
    "xmlns": "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
    "xmlns:cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "xmlns:cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_CUSTOMIZATION = "urn:cen.eu:en16931:2017"
_CREDIT_NOTE = "381"
_ONE = "C62"
"""The unit "one" of UN/ECE recommendation 20."""


class NoteLine(NamedTuple):
    """A line, without tax."""

    amount: Money
    name: str
    description: str
    note: str
    """The identity of the document that it notes."""
    cost_centre: str | None
    dates: tuple[date, date]
    """The first and the last day that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """All that stands in a credit note."""

    number: str
    on: date
    currency: str
    buyer_reference: str | None
    dates: tuple[date, date]
    invoices: tuple[str, ...]
    contract: str
    seller: InvoiceParty
    seller_name: str
    buyer: InvoiceParty
    buyer_name: str
    terms: str
    tax: TaxRate
    net: Money
    tax_amount: Money
    lines: tuple[NoteLine, ...]


def _add(parent: Element, tag: str, attributes: dict[str, str]) -> Element:
    child = parent.makeelement(tag, attributes)
    parent.append(child)
    return child


def _text(parent: Element, name: str, text: str | None, **attributes: str) -> None:
    """Add an element of text below *parent*, unless there is none."""
    if text is not None:
        _add(parent, f"cbc:{name}", attributes).text = escape_text(text)


def _amount(parent: Element, name: str, amount: Money) -> None:
    _text(parent, name, amount.number, currencyID=amount.currency)


def _group(parent: Element, name: str) -> Element:
    return _add(parent, f"cac:{name}", {})


def _scheme(parent: Element) -> None:
    _text(_group(parent, "TaxScheme"), "ID", "VAT")


def _period(parent: Element, dates: tuple[date, date]) -> None:
    period = _group(parent, "InvoicePeriod")
    _text(period, "StartDate", dates[0].isoformat())
    _text(period, "EndDate", dates[1].isoformat())


def _category(parent: Element, name: str, tax: TaxRate) -> Element:
    category = _group(parent, name)
    _text(category, "ID", tax.category)
    if tax.category != "O":  # BR-O-05: outside the scope of the tax there is no rate, not even zero
        _text(category, "Percent", tax.percent.number)
    return category


def _party(root: Element, role: str, party: InvoiceParty, name: str, tax: TaxRate) -> None:
    element = _group(_group(root, role), "Party")
    if party.endpoint is not None and party.endpoint_scheme is not None:
        _text(element, "EndpointID", party.endpoint, schemeID=party.endpoint_scheme)
    address = _group(element, "PostalAddress")
    _text(address, "StreetName", party.street)
    _text(address, "CityName", party.city)
    _text(address, "PostalZone", party.postal_code)
    _text(_group(address, "Country"), "IdentificationCode", party.country)
    if party.vat_id is not None and tax.category != "O":  # BR-O-02
        scheme = _group(element, "PartyTaxScheme")
        _text(scheme, "CompanyID", party.vat_id)
        _scheme(scheme)
    legal = _group(element, "PartyLegalEntity")
    _text(legal, "RegistrationName", name)
    _text(legal, "CompanyID", party.legal_id)


def _head(root: Element, note: Note) -> None:
    _text(root, "CustomizationID", _CUSTOMIZATION)
    _text(root, "ID", note.number)
    _text(root, "IssueDate", note.on.isoformat())
    _text(root, "CreditNoteTypeCode", _CREDIT_NOTE)
    _text(root, "DocumentCurrencyCode", note.currency)
    _text(root, "BuyerReference", note.buyer_reference)
    _period(root, note.dates)
    for invoice in note.invoices:
        _text(_group(_group(root, "BillingReference"), "InvoiceDocumentReference"), "ID", invoice)
    _text(_group(root, "ContractDocumentReference"), "ID", note.contract)


def _totals(root: Element, note: Note) -> None:
    total = _group(root, "TaxTotal")
    _amount(total, "TaxAmount", note.tax_amount)
    subtotal = _group(total, "TaxSubtotal")
    _amount(subtotal, "TaxableAmount", note.net)
    _amount(subtotal, "TaxAmount", note.tax_amount)
    category = _category(subtotal, "TaxCategory", note.tax)
    _text(category, "TaxExemptionReason", note.tax.reason)
    _scheme(category)
    sums = _group(root, "LegalMonetaryTotal")
    _amount(sums, "LineExtensionAmount", note.net)
    _amount(sums, "TaxExclusiveAmount", note.net)
    _amount(sums, "TaxInclusiveAmount", note.net + note.tax_amount)
    _amount(sums, "PayableAmount", note.net + note.tax_amount)


def _line(root: Element, number: int, line: NoteLine, tax: TaxRate) -> None:
    element = _group(root, "CreditNoteLine")
    _text(element, "ID", str(number))
    _text(element, "Note", line.note)
    _text(element, "CreditedQuantity", "1", unitCode=_ONE)
    _amount(element, "LineExtensionAmount", line.amount)
    _text(element, "AccountingCost", line.cost_centre)
    _period(element, line.dates)
    item = _group(element, "Item")
    _text(item, "Description", line.description)
    _text(item, "Name", line.name)
    _scheme(_category(item, "ClassifiedTaxCategory", tax))
    _amount(_group(element, "Price"), "PriceAmount", line.amount)


def note_xml(note: Note) -> str:
    """Return *note* as XML, with a line for each element, ending in a line feed."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - few programs write invoices

    root = ET.Element("CreditNote", _NAMESPACES)
    _head(root, note)
    _party(root, "AccountingSupplierParty", note.seller, note.seller_name, note.tax)
    _party(root, "AccountingCustomerParty", note.buyer, note.buyer_name, note.tax)
    if note.tax.category == "K":  # BR-IC-12
        location = _group(_group(root, "Delivery"), "DeliveryLocation")
        _text(_group(_group(location, "Address"), "Country"), "IdentificationCode", note.buyer.country)
    _text(_group(root, "PaymentTerms"), "Note", note.terms)
    _totals(root, note)
    for number, line in enumerate(note.lines, 1):
        _line(root, number, line, note.tax)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
