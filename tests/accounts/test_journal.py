"""Journals: every entry balances, and every account is what the register and the account of credits say."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.accounts import (
    ChartOfAccounts,
    CreditAccount,
    Entry,
    Journal,
    Posting,
    Register,
    credit_account,
    journal,
)
from ecsm_contracts.accounts._journal import check_balanced
from ecsm_contracts.errors import EngineInvariantError, InvalidValue, WrongType
from tests.accounts.booked import (
    CONTRACTS,
    DRAWN,
    MONTHS,
    Case,
    cases,
    claims,
    days,
    eur,
    facts_of,
    issued,
    lines_of,
    months,
    register_of,
)

CHART = ChartOfAccounts()
LATE = date(2026, 6, 30)


def charges(register: Register, until: date = LATE) -> ec.Money:
    """The sum of all charge lines."""
    lines = (line for run, document in register.documents if run.on <= until for line in document.lines)
    return sum((line.amount for line in lines if line.kind == "charge"), start=eur(0))


def credits_issued(register: Register, until: date = LATE) -> ec.Money:
    """The sum of all other lines, with the sign turned."""
    lines = (line for run, document in register.documents if run.on <= until for line in document.lines)
    return -sum((line.amount for line in lines if line.kind != "charge"), start=eur(0))


@settings(max_examples=150)
@given(cases())
def test_accounts_are_what_was_issued_and_what_became_of_it(case: Case) -> None:
    """Each account is the sum that the register and the documents say, reckoned the other way."""
    contract, register, account = case
    booked = journal(contract, register, account)
    of, day = account.sum_of, account.as_of
    same_currency = () if contract.settlement.pay_in else ("credit_note", "withholding")
    to_receivable = ("deduction", "draw", *same_currency)
    assert booked.balance(CHART.receivable) == charges(register, day) - of(*to_receivable) + of("debit")
    assert booked.balance(CHART.revenue) == -charges(register, day)
    assert booked.balance(CHART.service_days) == -of("service_days")
    if contract.settlement.pay_in is None:
        assert booked.balance(CHART.bank) == -of("payment")
    pending = [each.computed.value for each in account.credits if each.state in {"open", "waiting"}]
    due = sum(pending, start=account.balance)
    assert booked.balance(CHART.credits_due) + booked.balance(CHART.customer_balance) == -due
    if contract.settlement.instrument == "balance" and contract.settlement.minimum is None:
        assert booked.balance(CHART.customer_balance) == -account.balance
    given_up = sum(pending, start=account.granted) - of("expiry", "forfeiture")
    assert booked.balance(CHART.service_credits) + booked.balance(CHART.damages) == given_up


@settings(max_examples=60)
@given(cases())
def test_every_entry_balances_in_each_currency(case: Case) -> None:
    """Debits and credits of every entry are equal in every currency, nothing in it is zero, and days never go back."""
    booked = journal(*case)
    for entry in booked.entries:
        for currency in {posting.amount.currency for posting in entry.postings}:
            assert not sum(each.amount.minor for each in entry.postings if each.amount.currency == currency)
        assert all(posting.amount.minor for posting in entry.postings)
    assert all(before.on <= after.on for before, after in pairwise(booked.entries))
    assert len({entry.reference for entry in booked.entries}) == len(booked.entries)


@settings(max_examples=60)
@given(st.sampled_from(DRAWN), months, claims, days)
def test_a_later_day_only_adds(name: str, drawn: Any, asked: Any, day: date) -> None:
    """The journal of a later day has every entry of a document that the journal of an earlier day has."""
    contract, register, facts = CONTRACTS[name], register_of(drawn), facts_of([] if name == "days" else asked)
    early, late = (
        journal(contract, register, credit_account(contract, register, facts, as_of=each)) for each in (day, LATE)
    )
    before, after = ([entry for entry in each.entries if entry.kind != "adjustment"] for each in (early, late))
    assert before == after[: len(before)]


@given(months)
def test_without_an_account_credits_stay_due(drawn: Any) -> None:
    """A register alone is booked as issued: what is owed by the customer, and what is due to it."""
    register = register_of(drawn)
    booked = journal(CONTRACTS["balance"], register)
    assert booked.balance(CHART.receivable) == charges(register)
    assert booked.balance(CHART.credits_due) == -credits_issued(register)
    assert booked.balance(CHART.service_credits) == credits_issued(register)


def only(name: str, *truths: tuple[int, int, int, int], asked: Any = (), until: date = LATE, **changes: Any) -> Journal:
    """The journal of one month after another under one of the contracts."""
    contract = CONTRACTS[name]
    if changes:
        contract = contract.replace(settlement={**contract.settlement.to_data(), **changes})
    register = register_of([[truth] for truth in truths])
    return journal(contract, register, credit_account(contract, register, facts_of(list(asked)), as_of=until))


def sides(booked: Journal, kind: str) -> list[tuple[str, str]]:
    """Account and amount of all postings of entries of a kind."""
    found = (posting for entry in booked.entries if entry.kind == kind for posting in entry.postings)
    return [(posting.account, str(posting.amount)) for posting in found]


def test_a_deduction_is_taken_off_what_the_customer_owes() -> None:
    """EUR 200 of charges less EUR 50 of credits: revenue 200, contra revenue 50, receivable 150."""
    booked = only("deduction", (20_000, 5_000, 0, 0))
    assert {name: str(amount) for (name, _), amount in booked.balances().items()} == {
        "Assets:Receivable": "EUR 150.00",
        "Income:ServiceCredits": "EUR 50.00",
        "Income:Services": "EUR -200.00",
        "Liabilities:CreditsDue": "EUR 0.00",
    }


def test_compensation_is_an_expense() -> None:
    """Where credits are damages the revenue stays whole, and they are an expense."""
    booked = only("forfeit", (20_000, 5_000, 0, 0))
    assert str(booked.balance("Expenses:Damages")) == "EUR 50.00"
    assert booked.balance("Income:ServiceCredits").is_zero


def test_what_is_not_used_goes_back() -> None:
    """What exceeds the charges and is forfeited is no expense any more."""
    booked = only("forfeit", (2_000, 5_000, 0, 0))
    assert sides(booked, "forfeiture") == [("Liabilities:CreditsDue", "EUR 30.00"), ("Expenses:Damages", "EUR -30.00")]
    assert str(booked.balance("Expenses:Damages")) == "EUR 20.00"


def test_a_balance_is_topped_up_and_drawn() -> None:
    """A credit goes on the balance, the invoice draws on it by cost centre, and what expires is taken back from it."""
    booked = only("balance", (2_000, 5_000, 0, 0), (1_000, 0, 0, 0))
    assert sides(booked, "top_up") == [
        ("Liabilities:CreditsDue", "EUR 50.00"),
        ("Liabilities:CustomerBalance", "EUR -33.33"),
        ("Liabilities:CustomerBalance", "EUR -16.67"),
    ]
    assert sides(booked, "draw") == [
        ("Liabilities:CustomerBalance", "EUR 10.00"),
        ("Assets:Receivable", "EUR -6.67"),
        ("Assets:Receivable", "EUR -3.33"),
    ]
    assert sides(booked, "expiry")[0] == ("Liabilities:CustomerBalance", "EUR 40.00")
    assert booked.balance("Liabilities:CustomerBalance").is_zero
    centres = [posting.cost_centre for entry in booked.entries for posting in entry.postings if entry.kind == "draw"]
    assert centres == [None, "north", "south"]


def test_a_correction_takes_it_off_the_balance() -> None:
    """What a correction takes back of an unused credit leaves the balance of the customer."""
    contract = CONTRACTS["balance paid out"]
    contract = contract.replace(settlement={**contract.settlement.to_data(), "entitlement": "automatic", "claim": None})
    register = register_of([[(1, 5_000, 0, 0), (1, 2_000, 0, 0)], [(1, 0, 0, 0)]])
    account = credit_account(contract, register, as_of=date(2026, 3, 4))
    booked = journal(contract, register, account)
    assert booked.balance("Liabilities:CustomerBalance") == -account.balance == eur(-1_999)
    assert booked.balance("Liabilities:CreditsDue").is_zero


def test_another_currency_is_booked_through_conversion() -> None:
    """A credit note in another currency balances in both: what is due in the one, what is noted in the other."""
    booked = only("note", (20_000, 5_000, 0, 0))
    assert sides(booked, "credit_note") == [
        ("Liabilities:CreditsDue", "EUR 50.00"),
        ("Equity:Conversion", "EUR -50.00"),
        ("Equity:Conversion", "USD 54.19"),
        ("Assets:Receivable", "USD -36.12"),
        ("Assets:Receivable", "USD -18.07"),
    ]
    assert booked.balance("Assets:Receivable", "USD") == ec.Money.parse("USD -54.19")


def test_what_nobody_claims_is_taken_back_on_the_day_of_the_deadline() -> None:
    """A credit that can be claimed stays due until it lapses; then it is no contra revenue any more."""
    open_ = only("withheld", (20_000, 5_000, 0, 0), until=date(2026, 2, 10))
    lapsed = only("withheld", (20_000, 5_000, 0, 0))
    assert str(open_.balance("Liabilities:CreditsDue")) == "EUR -50.00"
    assert lapsed.balance("Liabilities:CreditsDue").is_zero
    assert lapsed.balance("Income:ServiceCredits").is_zero
    assert [str(entry.on) for entry in lapsed.entries if entry.kind == "adjustment"] == ["2026-02-21"]
    assert [entry.text for entry in lapsed.entries if entry.kind == "adjustment"] == [
        "lapsed 2026-01: Monthly limit of credits"
    ]


@pytest.mark.parametrize(
    ("claim", "service_credits", "less"),
    [
        ((0, 5, 3_000, "none"), "EUR 30.00", ["EUR 20.00"]),
        ((0, 5, 3_000, "rejected"), "EUR 0.00", ["EUR 20.00", "EUR 30.00"]),
        ((0, 5, 7_000, "accepted"), "EUR 70.00", ["EUR -20.00"]),
    ],
)
def test_what_is_granted_is_what_stays(claim: tuple[int, int, int, str], service_credits: str, less: list[str]) -> None:
    """Each claim or decision that grants another amount adjusts the credit to it, in either direction."""
    booked = only("withheld", (20_000, 5_000, 0, 0), asked=[claim])
    assert str(booked.balance("Income:ServiceCredits")) == service_credits
    assert booked.balance("Liabilities:CreditsDue").is_zero
    found = [entry for entry in booked.entries if entry.kind == "adjustment"]
    assert {entry.text.partition(" 2026")[0] for entry in found} == {"granted by claim or decision"}
    assert [str(entry.postings[0].amount) for entry in found] == less


def test_goodwill_is_booked_on_the_day_of_the_decision() -> None:
    """What a decision grants beyond the contract is a credit like another, from that day on."""
    booked = only("deduction", (20_000, 0, 0, 0), (20_000, 0, 0, 0), asked=[(0, 9, 2_500, "accepted")])
    assert [(entry.kind, str(entry.on)) for entry in booked.entries] == [
        ("statement", "2026-02-03"),
        ("adjustment", "2026-02-09"),
        ("statement", "2026-03-03"),
        ("deduction", "2026-03-03"),
    ]
    assert str(booked.balance("Assets:Receivable")) == "EUR 375.00"


def test_a_debit_asks_for_it_back() -> None:
    """A credit that was deducted and is corrected away is owed by the customer again."""
    contract = CONTRACTS["deduction"]
    register = register_of([[(20_000, 5_000, 0, 0), (20_000, 0, 0, 0)], [(20_000, 0, 0, 0)]])
    booked = journal(contract, register, credit_account(contract, register, as_of=LATE))
    assert sides(booked, "debit") == [("Assets:Receivable", "EUR 50.00"), ("Liabilities:CreditsDue", "EUR -50.00")]
    assert str(booked.balance("Assets:Receivable")) == "EUR 400.00"


def test_days_of_service_are_owed() -> None:
    """Days of service are a liability of their own, at the amount that they are given for."""
    booked = only("days", (20_000, 5_000, 0, 0))
    assert str(booked.balance("Liabilities:ServiceDaysOwed")) == "EUR -50.00"


def test_bonuses_are_revenue() -> None:
    """A bonus and its limit are owed by the customer, whatever kind their lines have."""
    contract = CONTRACTS["deduction"]
    bonus = {"ref": "4.8", "kind": "bonus", "levels": ["4.2"], "per": "level", "rate": "EUR 80.00"}
    limit = {"ref": "4.9", "kind": "limit", "credits": ["4.8"], "at_most": "EUR 50.00", "window": "period"}
    data = contract.to_data()
    made = ec.parse_contract(
        ec.contract_text(contract.replace(clauses=[*data["clauses"], bonus, {**limit, "excess": "forfeit"}]))
    )
    lines = [("3.1", "charge", 20_000), ("4.8", "bonus", 8_000), ("4.9", "limit", -3_000)]
    run = register_of([[(1, 0, 0, 0)]]).runs[0]
    register = Register("ACME-2026", (replace(run, documents=(issued("2026-01", lines),)),))
    booked = journal(made, register)
    assert {name: str(amount) for (name, _), amount in booked.balances().items()} == {
        "Assets:Receivable": "EUR 250.00",
        "Income:Services": "EUR -250.00",
    }


def test_what_is_provisional_says_so() -> None:
    """An entry of a provisional statement is provisional, and so is the journal."""
    run = register_of([[(1, 0, 0, 0)]]).runs[0]
    lines = [(*key, cents) for key, cents in lines_of((20_000, 0, 0, 0)).items()]
    register = Register("ACME-2026", (replace(run, documents=(issued("2026-01", lines, status="provisional"),)),))
    booked = journal(CONTRACTS["deduction"], register)
    assert (booked.status, booked.entries[0].status) == ("provisional", "provisional")
    assert repr(booked) == "<Journal ACME-2026: provisional, 1 entries>"
    assert only("deduction", (1, 0, 0, 0)).status == "final"


def test_nothing_issued_is_an_empty_journal() -> None:
    """A register without documents, or one whose lines are all zero, books nothing."""
    booked = journal(CONTRACTS["deduction"], Register("ACME-2026"))
    assert (booked.entries, dict(booked.balances()), booked.status) == ((), {}, "final")
    zero = Register(
        "ACME-2026",
        (replace(register_of([[(1, 0, 0, 0)]]).runs[0], documents=(issued("2026-01", [("3.1", "charge", 0)]),)),),
    )
    assert journal(CONTRACTS["deduction"], zero).entries == ()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Assets",
        "assets:Bank",
        "Assets:bank",
        "Assets:Bank ",
        "Assets::Bank",
        "Bank:Assets",
        "Assets:B\n",
        'A"',
        "A" * 300,
    ],
)
def test_a_name_that_no_ledger_reads_is_refused(name: str) -> None:
    """A name of an account that Beancount would not read is refused where it is given, with an example."""
    with pytest.raises(InvalidValue, match="write it like") as found:
        ChartOfAccounts(bank=name)
    assert found.value.rule == "account_name"


def test_every_name_can_be_replaced() -> None:
    """Whatever the accounts are called, the amounts are the same, and no other name stands in the journal."""
    roles = ("receivable", "credits_due", "revenue", "service_credits")
    chart = ChartOfAccounts(**{role: f"Assets:X:{place}-Acme" for place, role in enumerate(roles)})
    contract, register = CONTRACTS["deduction"], register_of([[(20_000, 5_000, 0, 0)]])
    names = {name for name, _ in journal(contract, register, chart=chart).balances()}
    assert names == {chart.name(role) for role in roles}  # type: ignore[arg-type]


def test_an_account_of_another_register_is_refused() -> None:
    """An account that was worked out from another register, or a register of another contract, is refused."""
    contract, register = CONTRACTS["deduction"], register_of([[(20_000, 5_000, 0, 0)]])
    account = credit_account(contract, register_of([[(20_000, 4_000, 0, 0)]]), as_of=LATE)
    with pytest.raises(InvalidValue, match="take the account of this register") as found:
        journal(contract, register, account)
    assert found.value.rule == "journal_account"
    with pytest.raises(InvalidValue, match="the register is of OTHER") as found:
        journal(contract, Register("OTHER"))
    assert found.value.rule == "register_contract"
    with pytest.raises(InvalidValue, match="the account is of OTHER") as found:
        journal(contract, register, replace(account, contract="OTHER"))
    assert found.value.rule == "account_contract"


def test_wrong_types_are_named() -> None:
    """Anything but a contract, register, account and chart is refused by name."""
    contract, register = CONTRACTS["deduction"], Register("ACME-2026")
    wrong: Any = "acme"
    for arguments, name in (((wrong, register), "contract"), ((contract, wrong), "register")):
        with pytest.raises(WrongType, match=f"^{name}:"):
            journal(*arguments)
    with pytest.raises(WrongType, match=r"^account:"):
        journal(contract, register, wrong)
    with pytest.raises(WrongType, match=r"^chart:"):
        journal(contract, register, chart=wrong)
    with pytest.raises(WrongType, match=r"^bank:"):
        ChartOfAccounts(bank=7)  # type: ignore[arg-type]


def entry(*cents: int, currency: str = "EUR") -> Entry:
    """An entry with postings of so many cents."""
    postings = tuple(Posting("Assets:Bank", ec.Money.from_minor(each, currency)) for each in cents)
    return Entry(date(2026, 1, 1), "statement", "2026-01", "text", "reference", "final", postings)


def test_an_entry_out_of_balance_is_never_returned() -> None:
    """One cent too much is an error that names the entry; the greatest amounts that balance are none."""
    most = 10**17 - 1
    check_balanced([entry(most, -most), entry(), entry(1, -1, currency="USD")])
    with pytest.raises(EngineInvariantError, match=r"^reference: the entry is EUR 0.01 out of balance$"):
        check_balanced([entry(most, -most), entry(1)])
    with pytest.raises(EngineInvariantError):
        check_balanced([replace(entry(1), postings=(*entry(1).postings, *entry(-1, currency="USD").postings))])


def test_a_journal_shows_itself() -> None:
    """In a terminal and in a notebook a journal is a table of postings, with its balances."""
    booked = only("deduction", (20_000, 5_000, 0, 0))
    assert "Income:ServiceCredits   4.4       EUR 50.00" in str(booked)
    assert "<caption>Balances</caption>" in booked._repr_html_()


def test_months_are_those_of_the_contract() -> None:
    """The months of the drawn registers are the term of the contracts."""
    assert CONTRACTS["deduction"].term.end == date(2026, len(MONTHS) + 1, 1)
    assert isinstance(credit_account(CONTRACTS["deduction"], Register("ACME-2026"), as_of=LATE), CreditAccount)


def test_what_is_paid_out_leaves_the_balance() -> None:
    """What is left on a balance when the last invoice is issued goes from there to the bank."""
    contract = CONTRACTS["balance paid out"]
    contract = contract.replace(settlement={**contract.settlement.to_data(), "entitlement": "automatic", "claim": None})
    register = register_of([[(1, 5_000, 0, 0)], [(1, 0, 0, 0)], [(1, 0, 0, 0)], [(1, 0, 0, 0)]])
    booked = journal(contract, register, credit_account(contract, register, as_of=LATE))
    assert sides(booked, "payment") == [("Liabilities:CustomerBalance", "EUR 49.97"), ("Assets:Bank", "EUR -49.97")]
    assert not sides(booked, "adjustment")


def test_two_adjustments_that_are_the_same_are_two() -> None:
    """Two credits of one period, clause and amount that lapse have a reference each, the same on each day."""
    contract = CONTRACTS["withheld"]
    register = register_of([[(1, 5_000, 0, 0), (1, 10_000, 0, 0)], [(1, 0, 0, 0)]])
    found = [
        [entry.reference for entry in made.entries if entry.kind == "adjustment"]
        for day in (date(2026, 4, 1), LATE)
        for made in [journal(contract, register, credit_account(contract, register, as_of=day))]
    ]
    assert found[0] == found[1]
    assert len(set(found[0])) == 2
