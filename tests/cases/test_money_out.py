"""
The worked examples about money that goes out, and the ways in which real contracts settle it, as documents of credits.

Each case names its number in the collection of clauses (part b), or its row (part a, G).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.money import Percent
from ecsm_contracts.reports import InvoiceParty, TaxRate, credit_note
from tests.cases.world import Clause, attainment, declared, document, fee, level, read, some_late, told

MICROSECOND = timedelta(microseconds=1)
MONTHS = ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08")
BILLED = date(2026, 5, 2)
"""When April is billed; each further month is billed a month later."""
ROUNDING = {"rounding": {"mode": "half_up", "at": "line"}, "tax": "price_reduction"}
AUTOMATIC = {"entitlement": "automatic", **ROUNDING}
CLAIMED = {"entitlement": "claimed", "instrument": "credit_note", **ROUNDING}
CLAIM = {"evidence": "not_required", "amount": "computed", "undecided": "pays"}
UP = level("level", told("figure"), {"at_least": "99.9%"})


def fine(rate: str, of: str = "fee") -> Clause:
    """A credit of so much, or such a share of a clause, for a month below its target."""
    basis = {"of": of} if rate.endswith("%") else {}
    return {"ref": "credit", "kind": "service_credit", "levels": ["level"], "per": "level", "rate": rate, **basis}


def contract(settlement: dict[str, Any], *clauses: Clause, currency: str = "EUR") -> ec.Contract:
    """A contract of a year from April 2026 with this settlement."""
    data = document(clauses or (fee(), UP, fine("EUR 100.00")), currency=currency)
    data["term"]["end"] = "2027-04-01"
    data["calendars"]["office"] = {"zone": "UTC", "hours": ["Mon-Fri 09:00-17:00"]}
    return read({**data, "settlement": settlement})


def billed(agreed: ec.Contract, *values: str, **records: Any) -> ec.Register:
    """The register after months with these numbers, each issued on the second of the month after it."""
    facts = ec.facts_from_records(**declared(*values), **records)
    register = ec.Register(agreed.ref)
    for number, statement in enumerate(ec.evaluate_periods(agreed, facts, last=MONTHS[len(values) - 1])):
        on = BILLED.replace(month=BILLED.month + number)
        register = register.issue([statement], run=f"run {number}", on=on).register
    return register


def documents(account: ec.CreditAccount) -> list[tuple[str, str, str]]:
    """Kind, day and amount of each document."""
    return [(each.kind, str(each.on), str(each.amount)) for each in account.documents]


def given(agreed: ec.Contract, *values: str, as_of: date = date(2027, 3, 1), **records: Any) -> ec.CreditAccount:
    """The account of what months with these numbers come to, with claims, decisions and rates."""
    return ec.credit_account(agreed, billed(agreed, *values), ec.facts_from_records(**records), as_of=as_of)


@pytest.mark.parametrize(("bill", "kind"), [("9.50", "forfeiture"), ("10.00", "forfeiture"), ("10.10", "credit_note")])
def test_5_a_credit_is_given_only_above_one_dollar(bill: str, kind: str) -> None:
    """Of AWS, raw credits of 0.95, 1.00 and 1.01: only what is greater than a dollar is given, and whole."""
    least = {"amount": "USD 1.00", "exactly": "not_given", "below": "forfeit"}
    terms = {**AUTOMATIC, "instrument": "credit_note", "minimum": least}
    agreed = contract(terms, fee(f"USD {bill}"), UP, fine("10%"), currency="USD")
    amount = {"9.50": "USD 0.95", "10.00": "USD 1.00", "10.10": "USD 1.01"}[bill]
    assert documents(given(agreed, "99")) == [(kind, "2026-05-02", amount)]


@pytest.mark.parametrize(("bill", "total"), [("9.50", "9.50"), ("10.00", "10.00"), ("10.10", "9.09")])
def test_5_the_same_as_a_limit_shows_it_on_the_statement(bill: str, total: str) -> None:
    """As a clause of the contract the dollar is a limit `above`: what is not more never becomes a credit."""
    above = {"ref": "a", "kind": "limit", "credits": ["credit"], "above": "USD 1.00", "window": "period"}
    clauses = (fee(f"USD {bill}"), UP, fine("10%"), {**above, "excess": "forfeit"})
    agreed = contract({**AUTOMATIC, "instrument": "credit_note"}, *clauses, currency="USD")
    statement = ec.evaluate(agreed, ec.facts_from_records(**declared("99")), period="2026-04")
    assert str(statement.total.value) == f"USD {total}"
    assert len(given(agreed, "99").credits) == (bill == "10.10")


@pytest.mark.parametrize("count", ["actual", "thirtieth"])
def test_25_seven_days_of_service_are_given_and_no_percentage(count: str) -> None:
    """Of Workspace, 98.5 % are seven days: as days of service they are exactly seven, in a month of thirty days."""
    day = {"ref": "day", "kind": "basis", "of": ["fee"], "day_count": count}
    terms = {**AUTOMATIC, "instrument": "service_days", "day": {"of": "fee", "count": count, "part": "exact"}}
    account = given(contract(terms, fee("EUR 3000.00"), day, UP, fine("700%", "day")), "98.5")
    [document_of_april] = account.documents
    assert document_of_april.days is not None
    assert (document_of_april.kind, document_of_april.days.value) == ("service_days", Fraction(7))


@pytest.mark.parametrize(("part", "days"), [("up", Fraction(4)), ("down", Fraction(3)), ("exact", Fraction(31, 10))])
def test_25_a_part_of_a_day_is_given_as_the_contract_says(part: str, days: Fraction) -> None:
    """A credit worth 3.1 days is four days, three, or 3.1."""
    terms = {**AUTOMATIC, "instrument": "service_days", "day": {"of": "fee", "count": "actual", "part": part}}
    [found] = given(contract(terms, fee("EUR 3000.00"), UP, fine("EUR 310.00")), "98").documents
    assert found.days is not None
    assert found.days.value == days


def test_75_a_price_that_is_halved_lowers_the_tax_with_it() -> None:
    """Of Barlin, 1,200 with 20 % of tax reduced to 600: the credit note has 500 net and 100 of tax, and tax halves."""
    terms = {**AUTOMATIC, "instrument": "credit_note", "prices": "gross"}
    agreed = contract(terms, fee("GBP 1200.00"), UP, fine("50%"), currency="GBP")
    xml = credit_note(
        given(agreed, "99").documents,
        agreed,
        seller=InvoiceParty(country="GB", vat_id="GB123456789"),
        buyer=InvoiceParty(country="GB"),
        number="CN-1",
        on=date(2026, 5, 2),
        tax=TaxRate(category="S", rate=Percent.parse("20%"), rounding="half_up"),
    )
    amounts = dict(re.findall(r'<cbc:(\w+Amount) currencyID="GBP">([0-9.]+)<', xml))
    assert (amounts["TaxableAmount"], amounts["TaxAmount"]) == ("500.00", "100.00")
    assert amounts["TaxInclusiveAmount"] == "600.00"
    before = Fraction(1200) * Fraction(20, 120)
    assert [before, before - Fraction(amounts["TaxAmount"])] == [200, 100]


def test_83_a_fixed_credit_is_paid_at_the_rate_of_the_day_of_its_document() -> None:
    """Of Rackspace, ten dollars at 0.91 on the day of the invoice are EUR 9.10; the rates around it do not matter."""
    terms = {**AUTOMATIC, "instrument": "credit_note", "pay_in": {"currency": "EUR", "rate": "usd-eur", "at": "issue"}}
    agreed = contract(terms, fee("USD 100.00"), UP, fine("USD 10.00"), currency="USD")
    days = [("0.90", "2026-05-01"), ("0.91", "2026-05-02"), ("0.92", "2026-05-03")]
    rates = [
        {
            "ref": f"R-{value}",
            "figure": "usd-eur",
            "value": value,
            "start": f"{day}T00:00:00Z",
            "end": (datetime.fromisoformat(f"{day}T00:00:00Z") + timedelta(days=1)).isoformat(),
            "at": f"{day}T00:00:00Z",
        }
        for value, day in days
    ]
    [found] = given(agreed, "99", declared=rates).documents
    assert found.paid is not None
    assert (str(found.amount), str(found.paid.value)) == ("USD 10.00", "EUR 9.10")


def test_85_three_cost_centres_share_a_hundred_without_a_cent_lost() -> None:
    """100.00 for three cost centres of one weight: 33.34, 33.33 and 33.33, the odd cent to the first."""
    centres = [{"ref": ref, "weight": 1} for ref in ("north", "south", "west")]
    terms = {**AUTOMATIC, "instrument": "deduction", "cost_centres": centres}
    agreed = contract(terms, fee("GBP 1000.00"), UP, fine("GBP 100.00"), currency="GBP")
    [found] = given(agreed, "99").documents
    assert [str(share) for _, share in found.cost_centres] == ["GBP 33.34", "GBP 33.33", "GBP 33.33"]


def test_88_a_reclassified_ticket_issues_the_whole_credit_once_and_then_nothing() -> None:
    """38 of 40 met the target; a third late ticket makes 37: one restatement, one credit note, no second one."""
    late = fine("EUR 100.00")
    agreed = contract(
        {**AUTOMATIC, "instrument": "credit_note"}, fee(), level("level", attainment(), {"at_least": "95%"}), late
    )
    before, after = (
        ec.evaluate(agreed, ec.facts_from_records(tickets=some_late(40, number)), period="2026-04") for number in (2, 3)
    )
    register = ec.Register(agreed.ref).issue([before], run="april", on=BILLED).register
    assert ec.credit_account(agreed, register, as_of=BILLED).documents == ()
    june = date(2026, 6, 2)
    register, issued = register.issue([after], run="corrected", on=june, archive=[before])
    assert [str(each.total.value) for each in issued] == ["EUR -100.00"]
    assert register.issue([after], run="again", on=june).documents == ()
    account = ec.credit_account(agreed, register, as_of=june)
    assert documents(account) == [("credit_note", "2026-06-02", "EUR 100.00")]
    assert sum((each.total for _, each in register.documents), start=ec.Money.zero("EUR")) == after.total.value
    assert ec.new_documents(account, ec.credit_account(agreed, register, as_of=date(2026, 9, 1))) == ()


def instant(text: str) -> datetime:
    """An instant of 2026, in UTC."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


WORKING = {"meaning": "end_of_working_day"}
WINDOWS: dict[str, tuple[dict[str, Any], datetime]] = {
    "AWS, the end of the second billing cycle": ({"since": "period_end", "within": {"periods": 2}}, instant("07-01")),
    "Google, 30 days": (
        {"since": "period_end", "within": {"days": 30, "meaning": "calendar_day"}},
        instant("05-31"),
    ),
    "Atlassian, 15 days after the end of the month": (
        {"since": "period_end", "within": {"days": 15, "meaning": "24_hours"}},
        instant("05-16"),
    ),
    "SAP, 30 business days": (
        {"since": "period_end", "within": {"days": 30, **WORKING}, "calendar": "office"},
        instant("06-11T17:00"),
    ),
    "Cloudflare, 5 business days": (
        {"since": "period_end", "within": {"days": 5, **WORKING}, "calendar": "office"},
        instant("05-07T17:00"),
    ),
    "Zendesk and OVH, 60 days from the statement": (
        {"since": "statement", "within": {"days": 60, "meaning": "calendar_day"}},
        instant("07-02"),
    ),
    "Notion, 72 hours from the incident": ({"since": "incident", "within": "72h"}, instant("04-13T06:30")),
    "Pylon, 24 hours from the incident": ({"since": "incident", "within": "24h"}, instant("04-11T06:30")),
}
"""Times to claim as real contracts have them, and the last instant for April, of which the statement is of 2 May."""


def claim(at: datetime, **more: Any) -> dict[str, Any]:
    """A claim for April, about an incident on the tenth."""
    return {"ref": "C-1", "period": "2026-04", "at": at.isoformat(), "incident": "2026-04-10T06:30:00Z", **more}


@pytest.mark.parametrize("name", WINDOWS)
def test_g1_a_claim_is_in_time_up_to_its_last_instant(name: str) -> None:
    """At the deadline the credit is given; a microsecond later nothing is, and the reason is told."""
    terms, last = WINDOWS[name]
    agreed = contract({**CLAIMED, "claim": {**CLAIM, **terms}})
    for late, count in ((timedelta(0), 1), (MICROSECOND, 0)):
        account = given(agreed, "99", claims=[claim(last + late)])
        assert (len(account.documents), len(account.unfit)) == (count, 1 - count)


def test_g1_a_claim_can_be_too_early() -> None:
    """Of Alibaba: not before the sixth working day, and not after sixty days."""
    terms = {"since": "period_end", "within": {"days": 60, "meaning": "24_hours"}, "calendar": "office"}
    agreed = contract({**CLAIMED, "claim": {**CLAIM, **terms, "not_before": {"days": 6, **WORKING}}})
    first, last = instant("05-08T17:00"), instant("06-30")
    found = [
        len(given(agreed, "99", claims=[claim(at)]).documents)
        for at in (first - MICROSECOND, first, last, last + MICROSECOND)
    ]
    assert found == [0, 1, 1, 0]


def test_g2_without_a_claim_every_credit_is_given_on_its_own_invoice() -> None:
    """Of the UK authority: credits are automatic, and a claim would be a dispute that changes nothing by itself."""
    agreed = contract({**AUTOMATIC, "instrument": "deduction"})
    asked = claim(instant("05-20"), amount="EUR 900.00")
    for claims in ([], [asked]):
        account = given(agreed, "99", "99.95", claims=claims)
        assert documents(account) == [("deduction", "2026-05-02", "EUR 100.00")]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"instrument": "credit_note"}, [("credit_note", "2026-05-02", "EUR 100.00")]),
        ({"instrument": "cash"}, [("payment", "2026-05-02", "EUR 100.00")]),
        ({"instrument": "withheld"}, [("withholding", "2026-05-02", "EUR 100.00")]),
        (
            {"instrument": "deduction", "deduct_from": "next", "insufficient": "cash", "at_end": "cash"},
            [("deduction", "2026-06-02", "EUR 40.00"), ("payment", "2026-06-02", "EUR 60.00")],
        ),
        (
            {"instrument": "deduction", "insufficient": "carry_forward", "at_end": "cash"},
            [("deduction", f"2026-{month}-02", amount) for month, amount in (("05", "EUR 40.00"), ("06", "EUR 40.00"),
             ("07", "EUR 20.00"))],
        ),
        (
            {"instrument": "balance", "at_end": "forfeit"},
            [("top_up", "2026-05-02", "EUR 100.00"), ("draw", "2026-06-02", "EUR 40.00"),
             ("draw", "2026-07-02", "EUR 40.00"), ("draw", "2026-08-02", "EUR 20.00")],
        ),
    ],
    ids=["memo", "cash", "withheld", "next invoice, and cash", "carried", "balance"],
)  # fmt: skip
def test_g3_one_credit_in_each_instrument(terms: dict[str, str], expected: list[tuple[str, str, str]]) -> None:
    """A credit of 100 against a fee of 40 a month, as Accord, OVH, TCP and Oracle give it."""
    agreed = contract({**AUTOMATIC, **terms}, fee("EUR 40.00"), UP, fine("EUR 100.00"))
    assert documents(given(agreed, "99", "99.95", "99.95", "99.95")) == expected


def test_g6_what_is_paid_is_converted_after_the_limit() -> None:
    """Of Accord: a credit of 100 limited to 60 is paid as 60 times the rate, at the end of its period."""
    limit = {"ref": "l", "kind": "limit", "credits": ["credit"], "at_most": "EUR 60.00", "window": "period"}
    pay_in = {"currency": "USD", "rate": "eur-usd", "at": "period_end"}
    agreed = contract(
        {**AUTOMATIC, "instrument": "cash", "pay_in": pay_in},
        *(fee(), UP, fine("EUR 100.00"), {**limit, "excess": "forfeit"}),
    )
    april = {"start": "2026-04-01T00:00:00Z", "end": "2026-05-01T00:00:00Z", "at": "2026-04-01T00:00:00Z"}
    rate = {"ref": "R-1", "figure": "eur-usd", "value": "1.1", **april}
    [found] = given(agreed, "99", declared=[rate]).documents
    assert found.paid is not None
    assert (str(found.amount), str(found.paid.value)) == ("EUR 60.00", "USD 66.00")


@pytest.mark.parametrize("tax", ["price_reduction", "compensation"])
def test_g7_a_document_says_whether_it_lowers_the_price(tax: str) -> None:
    """Each document carries what the contract says about tax, for whoever writes the invoice."""
    account = given(contract({**AUTOMATIC, "instrument": "credit_note", "tax": tax}), "99")
    assert [each.tax for each in account.documents] == [tax]


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        (0, [("deduction", "2026-05-02"), ("expiry", "2026-05-02")]),
        (2, [("deduction", f"2026-{month}-02") for month in ("05", "06", "07")] + [("expiry", "2026-07-02")]),
    ],
    ids=["the same month", "two months"],
)
def test_g9_what_is_not_used_in_time_is_lost(expiry: int, expected: list[tuple[str, str]]) -> None:
    """Of Oracle and Alibaba: credits are used in the same month, or within two months, and lost after that."""
    terms = {"instrument": "deduction", "insufficient": "carry_forward", "at_end": "forfeit"}
    agreed = contract({**AUTOMATIC, **terms, "expires": {"periods": expiry}}, fee("EUR 40.00"), UP, fine("EUR 190.00"))
    account = given(agreed, "99", "99.95", "99.95", "99.95")
    assert [(kind, on) for kind, on, _ in documents(account)] == expected
    assert account.balance.is_zero


def test_g10_what_is_decided_holds() -> None:
    """Of Alibaba and IBM: a claim waits for a determination, which is final; both figures stay in the account."""
    terms = {**CLAIM, "since": "statement", "within": "1440h", "undecided": "waits"}
    agreed = contract({**CLAIMED, "claim": terms})
    asked = claim(instant("05-10"), amount="EUR 100.00")
    waiting = given(agreed, "99", claims=[asked])
    assert ([each.state for each in waiting.credits], waiting.documents) == (["waiting"], ())
    ruled = {"ref": "D-1", "claim": "C-1", "at": "2026-05-20T09:00:00Z", "outcome": "accepted", "amount": "EUR 30.00"}
    account = given(agreed, "99", claims=[asked], decisions=[ruled])
    assert documents(account) == [("credit_note", "2026-05-20", "EUR 30.00")]
    [found] = account.credits
    assert (str(found.computed.value), str(found.claimed), str(found.granted.value)) == (
        "EUR 100.00", "EUR 100.00", "EUR 30.00",
    )  # fmt: skip
