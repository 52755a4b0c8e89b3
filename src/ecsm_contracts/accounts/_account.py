"""What has become of every credit by a day: granted or not, by which documents, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from ecsm_contracts._display import Column, Table
from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.accounts._bounds import check_account
from ecsm_contracts.accounts._flow_of_credits import CreditFlow
from ecsm_contracts.accounts._parts import Credit, CreditDocument
from ecsm_contracts.accounts._register import Register, check_day
from ecsm_contracts.calendars import Period
from ecsm_contracts.contracts import Contract
from ecsm_contracts.errors import InvalidValue, expect
from ecsm_contracts.facts import Claim, Decision, Facts
from ecsm_contracts.figures import Figure, encode_figures
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from ecsm_contracts.accounts._live import LiveCredit
    from ecsm_contracts.facts import Rejected

__all__ = ["CreditAccount", "credit_account", "new_documents"]

SCHEMA = "ecsm.credits/1"

RecordT = TypeVar("RecordT", Claim, Decision)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CreditAccount:
    """
    What has become of every credit of a contract by a day, and the documents by which it did.

    It is worked out from what was issued, claimed and decided, and from nothing else: not from an earlier account.
    Two accounts are equal when their content is.
    """

    contract: str
    """The contract's reference."""
    currency: str
    """The contract's currency."""
    as_of: date
    """The last day, a local date of the contract, whose events are in it."""
    credits: tuple[Credit, ...]
    """Every credit, in the order in which they came."""
    documents: tuple[CreditDocument, ...]
    """What became of what was granted, in the order in which it did."""
    left: tuple[tuple[str, str, Money], ...]
    """What is granted and not used yet, by period and clause of the credit, in the order of the credits."""
    unfit: tuple[tuple[str, str], ...]
    """The claims that no credit is given for, each with the reason why."""
    rejected: tuple[Rejected, ...] = ()
    """Claims and decisions that could not be read: while there is one, the account is provisional."""

    @property
    def status(self) -> str:
        """``provisional`` while a claim or decision could not be read, else ``final``."""
        return "provisional" if self.rejected else "final"

    def sum_of(self, *kinds: str) -> Money:
        """Return the sum of the documents of these *kinds*; of all kinds when none is named it would mean nothing."""
        amounts = (document.amount for document in self.documents if document.kind in kinds)
        return sum(amounts, start=Money.zero(self.currency))

    @property
    def granted(self) -> Money:
        """What is granted of all credits."""
        return sum((credit.granted.value for credit in self.credits), start=Money.zero(self.currency))

    @property
    def computed(self) -> Money:
        """What the contract comes to in credits, claimed or not."""
        return sum((credit.computed.value for credit in self.credits), start=Money.zero(self.currency))

    @property
    def balance(self) -> Money:
        """What is granted and not used yet."""
        return sum((amount for _, _, amount in self.left), start=Money.zero(self.currency))

    def to_data(self) -> dict[str, Any]:
        """Return the account as plain data, its proofs included."""
        figures: dict[str, Figure[Any]] = {}
        for position, credit in enumerate(self.credits, 1):
            figures[f"credit {position} computed"] = credit.computed
            figures[f"credit {position} granted"] = credit.granted
        for position, document in enumerate(self.documents, 1):
            figures[f"document {position}"] = document.figure
            if document.paid is not None:
                figures[f"document {position} paid"] = document.paid
            if document.days is not None:
                figures[f"document {position} days"] = document.days
        roots, nodes = encode_figures(figures)
        return {
            "schema": SCHEMA,
            "contract": self.contract,
            "currency": self.currency,
            "as_of": self.as_of.isoformat(),
            "status": self.status,
            "credits": [credit.to_data() for credit in self.credits],
            "documents": [document.to_data() for document in self.documents],
            "left": [[period, clause, str(amount)] for period, clause, amount in self.left],
            "unfit": [list(each) for each in self.unfit],
            "rejected": [record.to_data() for record in self.rejected],
            "figures": roots,
            "nodes": nodes,
        }

    def to_json(self) -> str:
        """Return the account as canonical JSON, one line."""
        return canonical_json(self.to_data()) + "\n"

    def digest(self) -> str:
        """Return the digest of the content."""
        return digest(self.to_data())

    def __eq__(self, other: object) -> bool:
        """Compare content."""
        return isinstance(other, CreditAccount) and self.digest() == other.digest()

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.digest())

    def tables(self) -> tuple[Table, ...]:
        """Return the tables that show it: credits, documents, claims that fit none."""
        found = [_credits_table(self), _documents_table(self)]
        if self.unfit:
            why = (Column("claim"), Column("why nothing is given for it"))
            found.append(Table(title="Claims that no credit is given for", columns=why, rows=self.unfit))
        if self.rejected:
            columns = (Column("kind"), Column("ref"), Column("reason"), Column("code"))
            rows = tuple((each.kind, each.name, each.message, each.code) for each in self.rejected)
            found.append(Table(title="Records that could not be read", columns=columns, rows=rows))
        return tuple(found)

    def __repr__(self) -> str:
        """Return one line; `str` gives the tables."""
        granted, left = self.granted.display, self.balance.display
        return f"<CreditAccount {self.contract} as of {self.as_of}: {self.status}, granted {granted}, left {left}>"

    def __str__(self) -> str:
        """Return the tables as plain text."""
        return "\n\n".join([f"Credits of {self.contract} as of {self.as_of}", *(each.text() for each in self.tables())])

    def _repr_html_(self) -> str:
        """Return the tables for a notebook."""
        return "\n".join(each.html() for each in self.tables())


def _credits_table(account: CreditAccount) -> Table:
    columns = ("period", "clause", "credit", "computed", "claim", "claimed", "state", "granted")
    rows = tuple(
        (
            credit.period,
            credit.clause,
            credit.text,
            credit.computed.value.display,
            credit.claim or "",
            "" if credit.claimed is None else credit.claimed.display,
            f"{credit.state}, disputed" if credit.disputed else credit.state,
            credit.granted.value.display,
        )
        for credit in account.credits
    )
    right = {"computed", "claimed", "granted"}
    shown = tuple(Column(name, "right") if name in right else Column(name) for name in columns)
    footer = (("", "", "total", account.computed.display, "", "", "", account.granted.display),)
    return Table(title="Credits", columns=shown, rows=rows, footer=footer)


def _documents_table(account: CreditAccount) -> Table:
    rows = tuple(
        (
            each.on.isoformat(),
            each.kind.replace("_", " "),
            each.period,
            each.clause,
            each.invoice or "",
            each.amount.display,
            _also(each),
        )
        for each in account.documents
    )
    columns = (
        Column("on"),
        Column("document"),
        Column("of"),
        Column("clause"),
        Column("invoice"),
        Column("amount", "right"),
        Column("is"),
    )
    left = account.balance
    return Table(
        title="What became of them",
        columns=columns,
        rows=rows,
        note="" if left.is_zero else f"Granted and not used yet: {left.display}",
    )


def _also(document: CreditDocument) -> str:
    """Return what a document is beside its amount: another currency, days."""
    if document.paid is not None:
        return document.paid.value.display
    return document.why if document.days is None else f"{document.days.shown} days"


def _events(flow: CreditFlow, register: Register, facts: Facts, as_of: date) -> Iterator[tuple[date, int, Any]]:
    """Yield what happened by *as_of*, in order: by date; documents, claims, decisions."""
    found: list[tuple[date, int, int, Any]] = []
    for place, (run, issued) in enumerate(register.documents):
        found.append((run.on, 0, place, (issued, run.on)))
    claims = sorted(_own(facts.claims, flow), key=lambda claim: (claim.at, claim.ref))
    decisions = sorted(_own(facts.decisions, flow), key=lambda decision: (decision.at, decision.ref))
    found += [(flow.day(claim.at), 1, place, claim) for place, claim in enumerate(claims)]
    found += [(flow.day(decision.at), 2, place, decision) for place, decision in enumerate(decisions)]
    for day, rank, _, event in sorted(found, key=lambda each: each[:3]):
        if day <= as_of:
            yield day, rank, event


def _why_unfit(flow: CreditFlow, claim: Claim) -> str:
    """Return why *claim* is the one of no credit."""
    if not flow.entitlement.bills(claim):
        return f"{claim.period} is no billing period of the contract"
    if claim.period not in flow.payout.lines:
        return f"no statement of {claim.period} is issued"
    about = [
        credit
        for credit in flow.entitlement.of_period(claim.period)
        if credit.document and flow.entitlement.is_about(claim, credit)
    ]
    if not about:
        return "nothing is owed to the customer by what it claims"
    reasons = [None if credit.window is None else credit.window.why_not(claim) for credit in about]
    others = [
        each.claim.ref for each, why in zip(about, reasons, strict=True) if why is None and each.claim is not None
    ]
    if others:
        return f"claimed before, by {others[-1]}"
    return next((why for why in reversed(reasons) if why is not None), "it was decided before the credit was issued")


def _unfit(flow: CreditFlow, facts: Facts, as_of: date) -> Iterator[tuple[str, str]]:
    fit = {credit.claim.ref for credit in flow.entitlement.credits if credit.claim is not None}
    for claim in flow.entitlement.claims.values():
        if claim.ref not in fit:
            yield claim.ref, _why_unfit(flow, claim)
    known = flow.entitlement.claims
    records: tuple[Claim | Decision, ...] = (*facts.claims, *facts.decisions)
    for each in records:
        if flow.day(each.at) > as_of:
            continue
        if _in_other_currency(flow.contract, each):
            yield each.ref, f"it is in another currency than the contract, which is in {flow.contract.currency}"
        elif isinstance(each, Decision) and each.claim not in known:
            yield each.ref, f"a decision about {each.claim}, a claim that was not received"


def _own(records: Iterable[RecordT], flow: CreditFlow) -> Iterator[RecordT]:
    """Yield the *records* that the contract can reckon with."""
    return (each for each in records if not _in_other_currency(flow.contract, each))


def _in_other_currency(contract: Contract, record: Claim | Decision) -> bool:
    return record.amount is not None and record.amount.currency != contract.currency


def _check_inputs(contract: Contract, register: Register, facts: Facts, as_of: date) -> None:
    expect(contract, Contract, "contract", "read it with read_contract(…)")
    expect(register, Register, "register", "begin with Register(contract.ref)")
    check_day(as_of)
    expect(facts, Facts, "facts", "read them with read_facts(…)")
    if register.contract != contract.ref:
        message = f"the register is of {register.contract}, not of {contract.ref}"
        raise InvalidValue(message, rule="register_contract", value=register.contract)
    _check_lines(contract, register)


def _check_lines(contract: Contract, register: Register) -> None:
    """Refuse a register that was not made under *contract*: periods it does not bill, clauses it does not have."""
    for _, issued in register.documents:
        period = Period.parse(issued.period)
        bills = contract.billing.is_period(period)
        known = {clause.ref for clause in contract.version_for(period).clauses} if bills else set[str]()
        strange = next((line.clause for line in issued.lines if line.clause not in known), None)
        if not bills or strange is not None or issued.total.currency != contract.currency:
            what = (
                f"clause {strange}" if bills and strange is not None else f"{issued.period} in {issued.total.currency}"
            )
            message = f"{issued.period} was issued under another contract of this reference: this one has no {what}"
            raise InvalidValue(message, rule="register_contract", value=issued.period)


def _left(credit: LiveCredit) -> Money:
    return sum((lot.amount.value for lot in credit.lots), start=Money.zero(credit.granted.value.currency))


def _account_of(flow: CreditFlow, facts: Facts, as_of: date) -> CreditAccount:
    """Return the account of a *flow* to which everything has happened by the day *as_of*."""
    contract, credits_ = flow.contract, flow.entitlement.credits
    end = Period(as_of, as_of + timedelta(days=1)).bounds(contract.zone)[1]
    left = ((credit.period.label, credit.clause, _left(credit)) for credit in credits_)
    return CreditAccount(
        contract=contract.ref,
        currency=contract.currency,
        as_of=as_of,
        credits=tuple(flow.result(credit, end) for credit in credits_),
        documents=tuple(flow.payout.documents),
        left=tuple((period, clause, amount) for period, clause, amount in left if not amount.is_zero),
        unfit=tuple(_unfit(flow, facts, as_of)),
        rejected=tuple(each for each in facts.rejected if each.kind in {"claim", "decision"}),
    )


def credit_account(contract: Contract, register: Register, facts: Facts | None = None, *, as_of: date) -> CreditAccount:
    """
    Return what has become of every credit under *contract* by the day *as_of*.

    Args:
        contract: The contract, with all its amendments; each credit follows the settlement of its period's version.

        register: What was issued.

        facts: Claims, decisions, and declared rates of exchange; nothing else of them is read.

        as_of: The last day, a local date of the contract, whose documents, claims and decisions happen.

    Raises:
        InvalidValue: where something happens that the contract does not provide for ("insufficient_unsaid",
            "at_end_unsaid"), a rate of exchange is missing ("rate_missing"), a day of service is worth nothing
            ("service_day_zero"), or the register is of another contract ("register_contract").
        CalendarRangeError: where the days to claim lie outside of the years of the calendar's holidays.
        EngineInvariantError: when what comes out does not add up; nothing is returned then.

    Example:
        >>> import ecsm_contracts as ec
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> outage = {"ref": "O-1", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T05:00:00Z"}
        >>> january = ec.evaluate(contract, ec.facts_from_records(outages=[outage]), period="2026-01")
        >>> register, _ = ec.Register("ACME-2026").issue([january], run="r1", on=date(2026, 2, 2))
        >>> account = credit_account(contract, register, as_of=date(2026, 2, 28))
        >>> [(each.kind, each.invoice, str(each.amount)) for each in account.documents]
        [('deduction', '2026-01', 'EUR 2000.00')]
    """
    facts = Facts.of() if facts is None else facts
    _check_inputs(contract, register, facts, as_of)
    flow = CreditFlow(contract, facts.declared)
    for _, rank, event in _events(flow, register, facts, as_of):
        if rank == 0:
            flow.issue(*event)
        elif rank == 1:
            flow.receive(event)
        else:
            flow.decide(event)
    check_account(flow, register, as_of)
    return _account_of(flow, facts, as_of)


def new_documents(before: CreditAccount | None, after: CreditAccount) -> tuple[CreditDocument, ...]:
    """
    Return the documents to issue now, if those of *before* were issued: what is new, and what takes others back.

    A document of *before* that *after* does not have is taken back by one that `cancels` it: that happens only where a
    record came late, dated before a document that it changes. So running again on the same records issues nothing.

    Raises:
        InvalidValue: "account_contract" for accounts of two contracts.
    """
    expect(after, CreditAccount, "after", "take what credit_account(…) gives")
    if before is None:
        return after.documents
    expect(before, CreditAccount, "before", "take what credit_account(…) gave, or None")
    if before.contract != after.contract:
        message = f"accounts of {before.contract} and of {after.contract}: each contract has its own"
        raise InvalidValue(message, rule="account_contract", value=after.contract)
    known = {document.ref for document in before.documents}
    still = {document.ref for document in after.documents}
    gone = [each.replace(cancels=each.ref) for each in before.documents if each.ref not in still]
    return (*gone, *(each for each in after.documents if each.ref not in known))
