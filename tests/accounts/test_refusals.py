"""What registers and accounts refuse, and how accounts show themselves."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.accounts import register_from_data
from ecsm_contracts.errors import InvalidValue, VerificationError, WrongType

ACME = Path("examples/acme.yaml").read_text(encoding="utf-8")
CLAIM = "{since: statement, within: {days: 20, meaning: calendar_day}, evidence: required, amount: least, undecided: "
ROUNDING = "rounding: {mode: half_up, at: line}, tax: price_reduction"
CLAIMED = f"entitlement: claimed, claim: {CLAIM}waits}}, instrument: credit_note, {ROUNDING}"
DEDUCTED = f"entitlement: automatic, instrument: deduction, {ROUNDING}"


def contract(settlement: str = DEDUCTED, **changed: str) -> ec.Contract:
    """The contract of acme with another settlement, and with some texts *changed*."""
    text = f"{ACME[: ACME.index('settlement:')]}settlement: {{{settlement}}}\n"
    for old, new in changed.items():
        text = text.replace(old.replace("_", " "), new)
    return ec.parse_contract(text)


def outage(month: int, hours: int = 5) -> dict[str, Any]:
    """Mail is down on the tenth of a month."""
    day = f"2026-{month:02}-10T"
    return {"ref": f"O-{month}", "service": "mail", "start": f"{day}00:00:00Z", "end": f"{day}{hours:02}:00:00Z"}


def issued(agreed: ec.Contract, *outages: dict[str, Any], last: str = "2026-03") -> tuple[ec.Statement, ...]:
    """The statements of the first months."""
    return ec.evaluate_periods(agreed, ec.facts_from_records(outages=outages), last=last)


def register(agreed: ec.Contract, statements: tuple[ec.Statement, ...]) -> ec.Register:
    """Each of them issued on the second of the next month."""
    found = ec.Register(agreed.ref)
    for statement in statements:
        on = statement.period.end.replace(day=2)
        found = found.issue([statement], run=statement.period.label, on=on).register
    return found


def claim(ref: str, at: str, **more: Any) -> dict[str, Any]:
    """A claim of January."""
    return {"ref": ref, "period": "2026-01", "at": f"2026-{at}T10:00:00Z", "evidence": "a report", **more}


def test_a_statement_by_itself_is_no_list_of_them() -> None:
    """A forgotten pair of brackets, and nothing at all, are told with what to write."""
    (january,) = issued(contract(), last="2026-01")
    for statements in (january, None, 5):
        with pytest.raises(WrongType, match=r"write \[statement\]"):
            ec.Register("ACME-2026").issue(statements, run="r", on=date(2026, 2, 2))  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [date.max, date(1989, 12, 31), datetime(2026, 5, 1, tzinfo=UTC)])
def test_a_day_is_a_day_of_the_years_that_are_reckoned_with(day: date) -> None:
    """Neither an account nor a run has a day beyond them, or an instant for a day."""
    agreed = contract()
    with pytest.raises(InvalidValue) as caught:
        ec.credit_account(agreed, ec.Register(agreed.ref), as_of=day)
    assert caught.value.rule == "run_day"
    with pytest.raises(InvalidValue) as caught:
        ec.Register(agreed.ref).issue([], run="r", on=day)
    assert caught.value.rule == "run_day"


def test_a_register_of_another_contract_of_the_same_name_is_refused() -> None:
    """One that lacks a clause that was issued, or bills otherwise, gives no account: it would grant too much."""
    agreed = contract()
    found = register(agreed, issued(agreed, outage(1, hours=20)))
    limit = next(line for line in ACME.splitlines() if 'ref: "4.7"' in line)
    without = ec.parse_contract(ACME.replace(limit + "\n", ""))
    by_quarter = ACME.replace("cycle: month", "cycle: quarter, anchor_month: 1").replace(
        "every: month", "every: quarter"
    )
    quarterly = ec.parse_contract(by_quarter)
    for other in (without, quarterly):
        with pytest.raises(InvalidValue, match="under another contract") as caught:
            ec.credit_account(other, found, as_of=date(2026, 4, 30))
        assert caught.value.rule == "register_contract"


def test_a_register_has_one_currency() -> None:
    """A statement in another currency than those before is not issued: no account could be made of both."""
    agreed, other = contract(), ec.parse_contract(ACME.replace("EUR", "USD"))
    found = register(agreed, issued(agreed))
    april = issued(other, last="2026-04")[3]
    with pytest.raises(InvalidValue, match="is in USD") as caught:
        found.issue([april], run="april", on=date(2026, 5, 2))
    assert caught.value.rule == "register_contract"


def test_letters_that_no_text_holds_are_refused_in_a_register() -> None:
    """A lone surrogate anywhere is a part that cannot be read, and no error of Python's."""
    agreed = contract()
    data = register(agreed, issued(agreed)).to_data()
    with pytest.raises((InvalidValue, VerificationError)):
        register_from_data({**data, "contract": "\ud800"})


def test_claims_that_no_contract_reckons_with_are_listed() -> None:
    """Another currency, a period that is not billed, a decision about nothing: each has its reason."""
    agreed = contract()
    records = ec.facts_from_records(
        claims=[
            claim("C-1", "02-09", amount="USD 5.00"),
            {**claim("C-2", "02-09"), "period": "2031-01"},
            {**claim("C-3", "02-09"), "period": "2026-06"},
            claim("C-4", "02-09", clauses=["4.1"]),
        ],
        decisions=[{"ref": "D-1", "claim": "C-9", "at": "2026-02-10T10:00:00Z", "outcome": "rejected"}],
    )
    found = register(agreed, issued(agreed, outage(1)))
    account = ec.credit_account(agreed, found, records, as_of=date(2026, 4, 30))
    assert dict(account.unfit) == {
        "C-1": "it is in another currency than the contract, which is in EUR",
        "C-2": "2031-01 is no billing period of the contract",
        "C-3": "no statement of 2026-06 is issued",
        "C-4": "nothing is owed to the customer by what it claims",
        "D-1": "a decision about C-9, a claim that was not received",
    }
    assert [str(document.amount) for document in account.documents] == ["EUR 2000.00"]
    early = ec.credit_account(agreed, found, records, as_of=date(2026, 2, 5))
    assert early.unfit == ()


def restated(agreed: ec.Contract) -> ec.Register:
    """January without a credit, restated on 5 May to one of 2,000.00."""
    before = issued(agreed)
    after = issued(agreed, outage(1))
    found = register(agreed, before)
    return found.issue(after, run="correction", on=date(2026, 5, 5), archive=before).register


def test_a_decision_binds_what_it_knew() -> None:
    """A claim that was decided before a credit was issued does not take it: another one can."""
    agreed = contract(CLAIMED)
    first = [claim("C-1", "02-05"), claim("C-2", "05-10"), claim("C-3", "05-11")]
    rulings = [
        {"ref": "D-1", "claim": "C-1", "at": "2026-03-01T10:00:00Z", "outcome": "rejected"},
        {"ref": "D-2", "claim": "C-2", "at": "2026-05-15T10:00:00Z", "outcome": "accepted"},
    ]
    records = ec.facts_from_records(claims=first, decisions=rulings)
    account = ec.credit_account(agreed, restated(agreed), records, as_of=date(2026, 6, 30))
    assert [(each.claim, each.state, str(each.granted.value)) for each in account.credits] == [
        ("C-2", "granted", "EUR 2000.00")
    ]
    assert dict(account.unfit)["C-3"] == "claimed before, by C-2"


def test_what_lapsed_stays_booked() -> None:
    """A credit that nobody claimed lapses on its day, also where a later correction takes it away altogether."""
    agreed = contract(CLAIMED)
    before, after = issued(agreed, outage(1)), issued(agreed)
    found = register(agreed, before)
    found = found.issue(after, run="correction", on=date(2026, 5, 5), archive=before).register
    journals = [
        ec.journal(agreed, found, ec.credit_account(agreed, found, as_of=day))
        for day in (date(2026, 4, 30), date(2026, 6, 30))
    ]
    early, late = ([entry.reference for entry in each.entries] for each in journals)
    assert set(early) < set(late)
    assert [str(each.balance("Income:ServiceCredits")) for each in journals] == ["EUR 0.00", "EUR 0.00"]
    assert all(each.balance("Liabilities:CreditsDue").is_zero for each in journals)


def test_a_forfeited_credit_is_never_charged_back() -> None:
    """A correction takes back that a credit was lost, and asks nothing of a customer who got nothing."""
    minimum = "minimum: {amount: EUR 5000.00, exactly: given, below: forfeit}"
    agreed = contract(f"entitlement: automatic, instrument: cash, {minimum}, {ROUNDING}")
    before, after = issued(agreed, outage(1)), issued(agreed)
    found = register(agreed, before).issue(after, run="c", on=date(2026, 5, 5), archive=before).register
    account = ec.credit_account(agreed, found, as_of=date(2026, 6, 30))
    assert [(each.kind, str(each.amount)) for each in account.documents] == [
        ("forfeiture", "EUR 2000.00"),
        ("reversal", "EUR 2000.00"),
    ]
    assert "less than the minimum of EUR 5,000.00" in str(account)
    booked = ec.journal(agreed, found, account)
    assert booked.balance("Income:ServiceCredits").is_zero
    assert str(booked.balance("Assets:Receivable")) == "EUR 60000.00"


def test_days_to_claim_are_counted_from_the_date_that_ends() -> None:
    """One working day after a statement of Thursday is Friday, and its last closing is still in time."""
    days = "{days: 1, meaning: end_of_working_day}"
    terms = f"{{since: statement, within: {days}, calendar: desk, evidence: required, amount: least, undecided: pays}}"
    agreed = contract(f"entitlement: claimed, claim: {terms}, instrument: credit_note, {ROUNDING}")
    statements = issued(agreed, outage(3))
    found = ec.Register(agreed.ref).issue(statements, run="r", on=date(2026, 4, 9)).register
    (credit,) = ec.credit_account(agreed, found, as_of=date(2026, 4, 30)).credits
    assert credit.deadline == "2026-04-10T16:00:00Z"
    assert credit.state == "lapsed"


def test_an_account_shows_itself_and_is_equal_by_content() -> None:
    """As text, as HTML and as a line; two that were worked out by themselves are equal, and hash alike."""
    agreed = contract()
    found = register(agreed, issued(agreed, outage(1)))
    bad = ec.facts_from_records(claims=[{"ref": "C-1"}])
    one, other = (ec.credit_account(agreed, found, bad, as_of=date(2026, 4, 30)) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != ec.credit_account(agreed, found, as_of=date(2026, 4, 30))
    assert repr(one) == "<CreditAccount ACME-2026 as of 2026-04-30: provisional, granted EUR 2,000.00, left EUR 0.00>"
    assert "Records that could not be read" in str(one)
    assert "<table" in one._repr_html_()
    assert (str(one.computed), str(one.sum_of("deduction"))) == ("EUR 2000.00", "EUR 2000.00")
    assert one.to_json() == other.to_json()
