"""What is issued, and what becomes of credits, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from ecsm_contracts._model import short_digest
from ecsm_contracts.figures import value_to_data
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from ecsm_contracts.figures import Figure
    from ecsm_contracts.statements import LineKind

__all__ = ["DOCUMENT_KINDS", "Credit", "CreditDocument", "CreditState", "DocumentKind", "Issued", "IssuedLine", "Run"]

DocumentKind = Literal[
    "deduction",
    "credit_note",
    "payment",
    "withholding",
    "service_days",
    "top_up",
    "draw",
    "expiry",
    "forfeiture",
    "debit",
    "reversal",
    "withdrawal",
]
"""
What a document does with a credit: takes it off an invoice; notes it; pays it out; says that the customer keeps it
back; gives days of service for it; puts it on a balance; takes it off that balance and an invoice; says that it was not
used in time, or is lost for another reason; asks for it back, as a correction has made it less; takes back that it
was lost; or takes what was not used yet off the balance, as it is not owed any more.
"""
DOCUMENT_KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)

CreditState = Literal["granted", "open", "waiting", "lapsed", "rejected"]
"""
What became of a credit: it is given; it can still be claimed; its claim waits for a decision; nobody claimed it in
time; its claim was rejected.
"""


class IssuedLine(NamedTuple):
    """A line of a document that was issued: of a statement its amount, of a restatement the difference."""

    clause: str
    """The clause."""
    kind: LineKind
    text: str
    """For people."""
    amount: Money
    """Positive is owed to the provider, negative to the customer."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A statement or restatement that was issued, as far as a ledger needs it."""

    kind: Literal["statement", "restatement"]
    period: str
    """The billing period, by its label."""
    document: str
    """The digest of the document."""
    statement: str
    """The digest of the statement that holds from then on: of a restatement, the corrected one."""
    begins: str | None
    """The digest of the carry that this statement begins with; None where the term starts."""
    carries: str
    """The digest of the carry that it hands on."""
    status: Literal["final", "provisional"]
    lines: tuple[IssuedLine, ...]
    """The lines: of a restatement only those that differ."""
    total: Money
    """The sum of the lines."""

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "kind": self.kind,
            "period": self.period,
            "document": self.document,
            "statement": self.statement,
            "begins": self.begins,
            "carries": self.carries,
            "status": self.status,
            "lines": [[line.clause, line.kind, line.text, str(line.amount)] for line in self.lines],
            "total": str(self.total),
        }


@dataclass(frozen=True, slots=True)
class Run:
    """One entry of a register: what one run issued, or that periods were locked."""

    run: str
    """The identity of the run; a second run of this identity must have the same content."""
    on: date
    """The day on which it was issued, a local date of the contract."""
    content: str
    """The digest of what was asked for: the statements, and the day."""
    documents: tuple[Issued, ...]
    """What was issued, in the order of the periods; nothing where nothing had changed."""
    locked: date | None
    """Periods whose last day is this one or earlier cannot be restated any more; None while there is no lock."""
    seal: str
    """The digest of all of this, and of the seal of the entry before."""


@dataclass(frozen=True, slots=True)
class Credit:
    """
    What one document owes the customer by one clause: a credit, or what a limit leaves of several.

    Amounts are positive, in the contract's currency.
    """

    period: str
    """The billing period that it is of, by its label."""
    clause: str
    """The clause that gives it in the end: the outermost limit, or the credit that no limit takes; empty: goodwill."""
    text: str
    """For people."""
    on: date
    """When it was issued."""
    document: str
    """The digest of the statement or restatement that brought it; empty: none, a decision did."""
    computed: Figure[Money]
    """What the contract comes to, after all corrections since."""
    deadline: str | None
    """Until when it could be claimed, in UTC; None where no claim is needed, or the deadline is the claim's own."""
    claim: str | None
    """The claim for it, if there is one."""
    claimed: Money | None
    """What that claim asks for, in all, whatever it is granted; None where it names no amount."""
    decision: str | None
    """The decision about the claim that holds, if there is one."""
    granted: Figure[Money]
    """What is given in the end."""
    state: CreditState
    adjusted: tuple[tuple[date, Money, str], ...] = ()
    """
    By how much less than it comes to is granted, once that is settled: each change, with its day and what brought it;
    negative where more is. What nobody claimed in time lapsed on the day of its deadline.
    """

    @property
    def disputed(self) -> bool:
        """Whether the claim asks for something and is not decided yet."""
        return self.claimed is not None and self.decision is None

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data, without the proofs."""
        return {
            "period": self.period,
            "clause": self.clause,
            "text": self.text,
            "on": self.on.isoformat(),
            "document": self.document,
            "computed": str(self.computed.value),
            "deadline": self.deadline,
            "claim": self.claim,
            "claimed": None if self.claimed is None else str(self.claimed),
            "decision": self.decision,
            "granted": str(self.granted.value),
            "state": self.state,
            "adjusted": [[day.isoformat(), str(amount), why] for day, amount, why in self.adjusted],
        }


@dataclass(frozen=True, slots=True)
class CreditDocument:
    """
    One step in the life of a credit, which a ledger books.

    The amount is positive, in the contract's currency; the kind says in whose favour it is.
    """

    kind: DocumentKind
    on: date
    """When it takes effect, a local date of the contract."""
    period: str
    """The billing period of the credit, by its label."""
    clause: str
    """The clause of the credit; empty: goodwill."""
    text: str
    """For people."""
    figure: Figure[Money]
    """The amount and its proof."""
    invoice: str | None = None
    """The billing period of the invoice that it is taken off (or, of a debit, put on), by its label."""
    paid: Figure[Money] | None = None
    """What it is in the currency that credits are paid in, where that is another one."""
    days: Figure[Fraction] | None = None
    """How many days of service are given for it."""
    tax: Literal["price_reduction", "compensation"] = "price_reduction"
    """Whether it lowers the price, and the tax on it, or is damages outside of it."""
    cost_centres: tuple[tuple[str, Money], ...] = ()
    """Its parts by cost centre, which add up to the amount."""
    why: str = ""
    """Why it came to this, where the kind does not say it: ``less than the minimum of EUR 1.00``."""
    number: int = 0
    """Which of several documents that are otherwise the same, from 0."""
    cancels: str | None = None
    """The identity of the document that this one takes back, as a record came late; None for all others."""

    def replace(self, **changed: Any) -> CreditDocument:
        """Return the same document with some parts *changed*."""
        return replace(self, **changed)

    @property
    def amount(self) -> Money:
        """The amount, in whole minor units; never negative."""
        return self.figure.value

    @property
    def ref(self) -> str:
        """Its identity, made of its content: a document that is worked out twice is the same one."""
        return f"{self.kind}-{self.period}-{short_digest(self.to_data())}"

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data, without the proof."""
        return {
            "kind": self.kind,
            "on": self.on.isoformat(),
            "period": self.period,
            "clause": self.clause,
            "text": self.text,
            "amount": str(self.amount),
            "invoice": self.invoice,
            "paid": None if self.paid is None else str(self.paid.value),
            "days": None if self.days is None else value_to_data(self.days.value)["ratio"],
            "tax": self.tax,
            "cost_centres": [[ref, str(amount)] for ref, amount in self.cost_centres],
            "why": self.why,
            "number": self.number,
            **({} if self.cancels is None else {"cancels": self.cancels}),
        }
