"""What was issued, and what became of credits, as double-entry bookkeeping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from ecsm_contracts._display import Column, Table
from ecsm_contracts.accounts._account import CreditAccount
from ecsm_contracts.accounts._booking import Booking, booked_account, booked_register
from ecsm_contracts.accounts._chart import AccountRole, ChartOfAccounts
from ecsm_contracts.accounts._register import Register
from ecsm_contracts.contracts import Contract
from ecsm_contracts.errors import EngineInvariantError, InvalidValue, expect
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Entry", "Journal", "Posting", "journal"]


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry."""

    account: str
    """The name of the account."""
    amount: Money
    """Positive is a debit, negative a credit: of receivables, more and less that the customer owes."""
    clause: str = ""
    """The clause that it is of; empty where it is of several, or of goodwill."""
    cost_centre: str | None = None
    """The cost centre of the customer, where the contract names some."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one document does to the accounts; its postings add up to zero in each currency."""

    on: date
    """The day on which it is booked, a local date of the contract."""
    kind: str
    """``statement``, ``restatement``, ``adjustment``, or the kind of a document of a credit."""
    period: str
    """The billing period, by its label."""
    text: str
    """For people."""
    reference: str
    """The identity of the document, made of its content: an entry that was booked is known by it."""
    status: Literal["final", "provisional"]
    """``provisional`` while a record that was rejected might still change it."""
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Journal:
    """The entries of one contract, in the order of their days."""

    contract: str
    """The contract's reference."""
    currency: str
    """The contract's currency; credits may be paid in another one."""
    entries: tuple[Entry, ...]

    @property
    def status(self) -> Literal["final", "provisional"]:
        """``provisional`` while one of the entries is, else ``final``."""
        return "provisional" if any(entry.status == "provisional" for entry in self.entries) else "final"

    def balances(self) -> Mapping[tuple[str, str], Money]:
        """Return what each account comes to, by its name and currency, sorted; positive is a debit."""
        sums = _sums(posting for entry in self.entries for posting in entry.postings)
        return {key: sums[key] for key in sorted(sums)}

    def balance(self, account: str, currency: str | None = None) -> Money:
        """Return what the *account* comes to in a *currency*, the contract's by default; zero if nothing is booked."""
        currency = self.currency if currency is None else currency
        return self.balances().get((account, currency), Money.zero(currency))

    def __repr__(self) -> str:
        """Return one line; `str` gives the table."""
        return f"<Journal {self.contract}: {self.status}, {len(self.entries)} entries>"

    def _tables(self) -> Iterator[Table]:
        rows = tuple(
            (entry.on.isoformat(), entry.text, posting.account, posting.clause, posting.amount.display)
            for entry in self.entries
            for posting in entry.postings
        )
        columns = (Column("on"), Column("entry"), Column("account"), Column("clause"), Column("amount", "right"))
        yield Table(title=f"Journal of {self.contract}: {self.status}", columns=columns, rows=rows)
        sums = tuple((name, amount.display) for (name, _), amount in self.balances().items())
        yield Table(title="Balances", columns=(Column("account"), Column("amount", "right")), rows=sums)

    def __str__(self) -> str:
        """Return the postings and what the accounts come to as plain text tables."""
        return "\n\n".join(table.text() for table in self._tables())

    def _repr_html_(self) -> str:
        """Return the tables for a notebook."""
        return "\n".join(table.html() for table in self._tables())


def _sums(postings: Iterable[Posting]) -> dict[tuple[str, str], Money]:
    """Return the sums of *postings* by account and currency."""
    sums: dict[tuple[str, str], Money] = {}
    for posting in postings:
        key = (posting.account, posting.amount.currency)
        sums[key] = sums.get(key, Money.zero(key[1])) + posting.amount
    return sums


def check_balanced(entries: Iterable[Entry]) -> None:
    """
    Check that each entry adds up to zero in each currency; so do then all of them together.

    Raises:
        EngineInvariantError: naming the first entry that does not; nothing is returned then.
    """
    for entry in entries:
        sums: dict[str, Money] = {}
        for posting in entry.postings:
            currency = posting.amount.currency
            sums[currency] = sums.get(currency, Money.zero(currency)) + posting.amount
        for amount in sums.values():
            if not amount.is_zero:
                raise EngineInvariantError(f"{entry.reference}: the entry is {amount} out of balance")


def _sum_of_roles(bookings: Iterable[Booking], roles: frozenset[AccountRole], currency: str) -> Money:
    amounts = (each.amount for booking in bookings for each in booking.postings if each.role in roles)
    return sum((each for each in amounts if each.currency == currency), start=Money.zero(currency))


def _check_pending(bookings: Iterable[Booking], account: CreditAccount) -> None:
    """
    Check that what is booked as due, or on the balance of the customer, is what the account still has to give.

    Raises:
        InvalidValue: rule "journal_account", when it is not, as the account is of another register.
    """
    open_ = (credit.computed.value for credit in account.credits if credit.state in {"open", "waiting"})
    pending = account.balance + sum(open_, start=Money.zero(account.currency))
    booked = -_sum_of_roles(bookings, frozenset({"credits_due", "customer_balance"}), account.currency)
    if booked != pending:
        message = (
            f"by the register {booked} of credits are still due, and by the account {pending}: take the account of "
            "this register, credit_account(contract, register, facts, as_of=…)"
        )
        raise InvalidValue(message, rule="journal_account", value=booked)


def _check_inputs(contract: Contract, register: Register, account: CreditAccount | None) -> None:
    expect(contract, Contract, "contract", "read it with read_contract(…)")
    expect(register, Register, "register", "begin with Register(contract.ref)")
    if account is not None:
        expect(account, CreditAccount, "account", "take what credit_account(…) gives, or None")
    if register.contract != contract.ref:
        message = f"the register is of {register.contract}, not of {contract.ref}"
        raise InvalidValue(message, rule="register_contract", value=register.contract)
    if account is not None and account.contract != contract.ref:
        message = f"the account is of {account.contract}, not of {contract.ref}"
        raise InvalidValue(message, rule="account_contract", value=account.contract)


def _entry(booking: Booking, chart: ChartOfAccounts) -> Entry:
    postings = tuple(
        Posting(chart.name(each.role), each.amount, each.clause, each.cost_centre) for each in booking.postings
    )
    return Entry(booking.on, booking.kind, booking.period, booking.text, booking.reference, booking.status, postings)


def journal(
    contract: Contract,
    register: Register,
    account: CreditAccount | None = None,
    *,
    chart: ChartOfAccounts | None = None,
) -> Journal:
    """
    Return what was issued under *contract*, and what became of its credits, as double-entry bookkeeping.

    A statement or restatement books its charges, bonuses and what is earned back as owed by the customer against
    revenue, and its credits as due to the customer against service credits (contra revenue) or damages, as the
    contract's ``tax`` says. What becomes of a credit takes it from credits due: off what the customer owes, out of the
    bank, on a balance, or back where it is not used. Of an account with claims, what is computed and not granted is
    adjusted: on the day of each claim or decision that changes it, and on the day of the deadline where nobody claimed.
    So a journal of a later day has the entries of an earlier one, and more.

    Args:
        contract: The contract, with all its amendments.

        register: What was issued.

        account: What became of the credits, worked out from this *register*; only what was issued by its day is booked
            then. Without it credits stay due.

        chart: What the accounts are called.

    Raises:
        InvalidValue: when *register* or *account* is of another contract ("register_contract", "account_contract"), or
            the account is not of this register ("journal_account").
        EngineInvariantError: when an entry does not balance; nothing is returned then.

    Example:
        >>> import ecsm_contracts as ec
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> january = ec.evaluate(contract, ec.facts_from_records(), period="2026-01")
        >>> register, _ = Register("ACME-2026").issue([january], run="r1", on=date(2026, 2, 2))
        >>> booked = journal(contract, register)
        >>> {name: str(amount) for (name, _), amount in booked.balances().items()}
        {'Assets:Receivable': 'EUR 20000.00', 'Income:Services': 'EUR -20000.00'}
    """
    _check_inputs(contract, register, account)
    chart = ChartOfAccounts() if chart is None else chart
    expect(chart, ChartOfAccounts, "chart", 'write ChartOfAccounts(bank="Assets:Bank:Checking")')
    if account is not None:
        register = replace(register, runs=tuple(run for run in register.runs if run.on <= account.as_of))
    bookings = list(booked_register(contract, register))
    if account is not None:
        bookings += booked_account(contract, account)
        _check_pending(bookings, account)
    entries = tuple(_entry(each, chart) for each in sorted(bookings, key=lambda booking: booking.on))
    check_balanced(entries)
    return Journal(contract.ref, contract.currency, entries)
