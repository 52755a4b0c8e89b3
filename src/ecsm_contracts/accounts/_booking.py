"""Which accounts each document moves, and by how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecsm_contracts._model import short_digest
from ecsm_contracts.accounts._roots import Roots
from ecsm_contracts.calendars import Period
from ecsm_contracts.money import Money, allocate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ecsm_contracts.accounts._account import CreditAccount
    from ecsm_contracts.accounts._chart import AccountRole
    from ecsm_contracts.accounts._parts import CreditDocument, DocumentKind, Issued, Run
    from ecsm_contracts.accounts._register import Register
    from ecsm_contracts.contracts import Contract

__all__ = ["Booking", "Moved", "booked_account", "booked_register"]

_GOES_TO: dict[DocumentKind, AccountRole] = {
    "deduction": "receivable",
    "draw": "receivable",
    "credit_note": "receivable",
    "withholding": "receivable",
    "payment": "bank",
    "service_days": "service_days",
    "top_up": "customer_balance",
}
"""Where a document takes a credit; an expiry or forfeiture takes it back to where it came from."""

_OFF_BALANCE = frozenset({"draw", "payment", "expiry", "forfeiture"})
"""What takes from the balance of the customer, if that much of its credit is on it; what was kept back never was."""


class Moved(NamedTuple):
    """One side of a booking."""

    role: AccountRole
    amount: Money
    """Positive is a debit."""
    clause: str = ""
    cost_centre: str | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry, as long as accounts have no names yet."""

    on: date
    kind: str
    period: str
    text: str
    reference: str
    status: Literal["final", "provisional"]
    postings: tuple[Moved, ...]


def _taxed_as(tax: str) -> AccountRole:
    return "service_credits" if tax == "price_reduction" else "damages"


# --- what was issued --------------------------------------------------------------------------------------------


def _issued(run: Run, issued: Issued, roots: Roots, tax: str) -> Booking:
    """Return the booking of a statement or restatement: charges to the receivable, credits to what is due."""
    zero = Money.zero(issued.total.currency)
    owed, due = zero, zero
    moved: list[Moved] = []
    for line in issued.lines:
        if line.amount.is_zero:
            continue
        if roots.is_credit(line):
            due += line.amount
            moved.append(Moved(_taxed_as(tax), -line.amount, line.clause))
        else:
            owed += line.amount
            moved.append(Moved("revenue", -line.amount, line.clause))
    sides = [Moved("receivable", owed), Moved("credits_due", due)]
    return Booking(
        run.on,
        issued.kind,
        issued.period,
        f"{issued.kind} {issued.period}",
        issued.document,
        issued.status,
        tuple([side for side in sides if not side.amount.is_zero] + moved),
    )


def booked_register(contract: Contract, register: Register) -> Iterator[Booking]:
    """Yield a booking for each document of *register* that moves something, in order."""
    roots: dict[str, tuple[Roots, str]] = {}
    for run, issued in register.documents:
        if issued.period not in roots:
            version = contract.version_for(Period.parse(issued.period))
            roots[issued.period] = Roots.of(version), version.settlement.tax
        booking = _issued(run, issued, *roots[issued.period])
        if booking.postings:
            yield booking


# --- what became of credits -------------------------------------------------------------------------------------


def _split(side: Moved, document: CreditDocument) -> list[Moved]:
    """Return one side of a document by cost centre, where it has some."""
    if not document.cost_centres:
        return [side]
    sign = 1 if side.amount > Money.zero(side.amount.currency) else -1
    shares = [amount for _, amount in document.cost_centres]
    if side.amount.currency != document.amount.currency:
        shares = list(allocate(abs(side.amount), [share.minor for share in shares]))
    pairs = zip(document.cost_centres, shares, strict=True)
    return [side._replace(amount=share * sign, cost_centre=ref) for (ref, _), share in pairs if not share.is_zero]


def _moved(document: CreditDocument, source: AccountRole, target: AccountRole, amount: Money) -> list[Moved]:
    """Return what takes an *amount* of a credit from *source* to *target*, through two currencies where it must."""
    clause = document.clause
    moved = [Moved(source, amount, clause)]
    if document.paid is None:
        return moved + _split(Moved(target, -amount, clause), document)
    paid = document.paid.value
    moved += [Moved("conversion", -amount, clause), Moved("conversion", paid, clause)]
    return moved + _split(Moved(target, -paid, clause), document)


def _sides(document: CreditDocument, on_balance: Money) -> list[Moved]:
    """Return the sides of a document, of whose credit so much is *on_balance* of the customer."""
    if document.kind == "debit":
        back = Moved("receivable", document.amount, document.clause)
        return [*_split(back, document), Moved("credits_due", -document.amount, document.clause)]
    if document.kind == "reversal":
        again = Moved(_taxed_as(document.tax), document.amount, document.clause)
        return [*_split(again, document), Moved("credits_due", -document.amount, document.clause)]
    if document.kind == "withdrawal":
        return _moved(document, "customer_balance", "credits_due", document.amount)
    target = _GOES_TO.get(document.kind, _taxed_as(document.tax))
    off_balance = document.kind in _OFF_BALANCE and document.amount <= on_balance
    return _moved(document, "customer_balance" if off_balance else "credits_due", target, document.amount)


class _Balances:
    """What is on the balance of the customer, by period and clause of the credit."""

    def __init__(self, account: CreditAccount) -> None:
        self._zero = Money.zero(account.currency)
        self._found: dict[tuple[str, str], Money] = {}

    def of(self, document: CreditDocument) -> Money:
        return self._found.get((document.period, document.clause), self._zero)

    def move(self, document: CreditDocument, sides: list[Moved]) -> None:
        amounts = (-side.amount for side in sides if side.role == "customer_balance")
        self._found[document.period, document.clause] = sum(amounts, start=self.of(document))


def _documents(account: CreditAccount, balances: _Balances) -> Iterator[Booking]:
    for document in account.documents:
        sides = _sides(document, balances.of(document))
        balances.move(document, sides)
        words = document.kind.replace("_", " ")
        text = f"{words} {document.period}: {document.text}"
        shown = tuple(side for side in sides if not side.amount.is_zero)
        status: Any = account.status
        yield Booking(document.on, document.kind, document.period, text, document.ref, status, shown)


def _adjustment(account: CreditAccount, on: date, period: str, text: str, *postings: Moved) -> Booking:
    data = [account.contract, period, text, [[each.role, str(each.amount), each.clause] for each in postings]]
    reference = f"adjustment-{period}-{short_digest(data)}"
    status: Any = account.status
    return Booking(on, "adjustment", period, text, reference, status, postings)


def _adjusted(contract: Contract, account: CreditAccount) -> Iterator[Booking]:
    """Yield what takes what is due of each credit to what is granted of it; what may still be granted stays due."""
    seen: dict[str, int] = {}
    for credit in account.credits:
        tax = contract.version_for(Period.parse(credit.period)).settlement.tax
        for day, less, reason in credit.adjusted:
            text = f"{reason} {credit.period}: {credit.text}"
            sides = Moved("credits_due", less, credit.clause), Moved(_taxed_as(tax), -less, credit.clause)
            booking = _adjustment(account, day, credit.period, text, *sides)
            number = seen[booking.reference] = seen.get(booking.reference, 0) + 1
            yield booking if number == 1 else replace(booking, reference=f"{booking.reference}-{number}")


def booked_account(contract: Contract, account: CreditAccount) -> Iterator[Booking]:
    """Yield a booking for each document of *account*, then what adjusts credits to what is granted, in order."""
    balances = _Balances(account)
    yield from _documents(account, balances)
    yield from _adjusted(contract, account)
