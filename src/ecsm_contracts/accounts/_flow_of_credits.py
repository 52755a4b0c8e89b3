"""
The life of credits, event by event: issued, claimed, decided, granted, put on an invoice, used up, lost.

Semantics, section 11. Everything here is made anew for each account; nothing is kept between two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.accounts._entitlement import Entitlement
from ecsm_contracts.accounts._parts import Credit
from ecsm_contracts.accounts._payout import Payout
from ecsm_contracts.calendars import Period, format_instant, from_micros, zone
from ecsm_contracts.figures import Figure, derive
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from ecsm_contracts.accounts._live import LiveCredit
    from ecsm_contracts.accounts._parts import Issued
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Claim, Decision, Declared

__all__ = ["CreditFlow"]


class CreditFlow:
    """All credits of one contract, event by event: what is granted of them, and how that is given."""

    def __init__(self, contract: Contract, declared: Sequence[Declared]) -> None:
        """Begin with nothing issued; *declared* are rates of exchange."""
        self.contract = contract
        self.entitlement = Entitlement(contract)
        self.payout = Payout(contract, declared)

    def day(self, instant: datetime) -> date:
        """Return the local date of *instant*."""
        return instant.astimezone(zone(self.contract.zone)).date()

    def issue(self, issued: Issued, on: date) -> None:
        """Take in a document of the register, with its invoice if it is a statement."""
        self.payout.note_lines(issued)
        for credit in self.entitlement.of_period(issued.period):
            self._note_lapse(credit, on)
        self.entitlement.take_in(issued, on)
        self._settle(on, issued.period)
        if issued.kind == "statement":
            period = Period.parse(issued.period)
            roots = self.entitlement.roots_of(self.contract.version_for(period))
            self.payout.invoice(period, roots.charges(issued.lines, self.contract.currency), on)

    def receive(self, claim: Claim) -> None:
        """Take in a claim."""
        self.entitlement.receive(claim)
        self._settle(self.day(claim.at), claim.period, claim)

    def decide(self, decision: Decision) -> None:
        """Take in a decision; one about a claim that was not received yet waits for it."""
        self.entitlement.decide(decision)
        claim = self.entitlement.claims.get(decision.claim)
        if claim is not None:
            self._settle(self.day(decision.at), claim.period, claim)

    def _settle(self, on: date, label: str, claim: Claim | None = None) -> None:
        """Reckon again what is granted of each credit, and give what is more, take back what is less."""
        more: list[tuple[LiveCredit, Figure[Money]]] = []
        for credit, granted, state in self.entitlement.reckoned(on, label, claim):
            credit.state = state
            if granted.value > credit.granted.value:
                difference = derive("granted now", "left over/1", granted, credit.granted)
                more.append((credit, granted if credit.granted.value.is_zero else difference))
            elif granted.value < credit.granted.value:
                self.payout.take_back(credit, derive("taken back", "left over/1", credit.granted, granted), on)
            credit.granted = granted
            self._note_adjustment(credit, on)
        self.payout.give(more, on)

    def _note_adjustment(self, credit: LiveCredit, on: date) -> None:
        """Note by how much what a credit comes to was changed by a claim or decision; nothing while that is open."""
        zero = Money.zero(self.contract.currency)
        is_open = credit.state in {"open", "waiting"} and not credit.lapsed
        less = zero if is_open else credit.computed.value - credit.granted.value
        change = less - sum((amount for _, amount, _ in credit.adjusted), start=zero)
        if not change.is_zero:
            reason = "granted by claim or decision" if credit.document else "granted as goodwill"
            credit.adjusted.append((on, change, "lapsed" if credit.lapsed else reason))

    def _note_lapse(self, credit: LiveCredit, before: date | None) -> None:
        """Note that a *credit* that nobody claimed lapsed, if it did *before* a day."""
        deadline = None if credit.window is None or credit.claim is not None else credit.window.deadline()
        if credit.lapsed or deadline is None:
            return
        day = self.day(from_micros(deadline))
        if before is None or day < before:
            credit.lapsed = True
            self._note_adjustment(credit, max(credit.on, day))

    def result(self, credit: LiveCredit, end: int) -> Credit:
        """Return *credit* as it stands at the instant *end*."""
        deadline = None if credit.window is None else credit.window.deadline()
        state = credit.state
        if state == "open" and deadline is not None and deadline < end:
            state = "lapsed"
            self._note_lapse(credit, None)
        decision = None if credit.claim is None else self.entitlement.decided.get(credit.claim.ref)
        return Credit(
            credit.period.label,
            credit.clause,
            credit.text,
            credit.on,
            credit.document,
            credit.computed,
            None if deadline is None else format_instant(from_micros(deadline)),
            None if credit.claim is None else credit.claim.ref,
            None if credit.claim is None else credit.claim.amount,
            None if decision is None else decision.ref,
            credit.granted,
            state,
            tuple(credit.adjusted),
        )
