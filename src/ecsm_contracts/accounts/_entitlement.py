"""
What is granted of each credit: by what is computed, claimed and decided. How it is given is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ecsm_contracts.accounts._rules  # noqa: F401 - the rules that amounts become documents by
from ecsm_contracts.accounts._claims import ClaimWindow
from ecsm_contracts.accounts._live import LiveCredit
from ecsm_contracts.accounts._roots import Roots
from ecsm_contracts.calendars import Period
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from ecsm_contracts.accounts._parts import CreditState, Issued
    from ecsm_contracts.clauses import Settlement
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Claim, Decision

__all__ = ["Entitlement"]


@dataclass(slots=True)
class Entitlement:
    """The credits of one contract, the claims for them, and the decisions about these."""

    contract: Contract
    credits: list[LiveCredit] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    """Those that were received, by their references and in their order."""
    decided: dict[str, Decision] = field(default_factory=dict)
    """The decision that holds, by the reference of its claim."""
    events: int = 0
    """How many events there were."""
    decided_at: dict[str, int] = field(default_factory=dict)
    """At which event a claim was decided first, or received if it was decided before."""
    _by_period: dict[str, list[LiveCredit]] = field(default_factory=dict)
    _claims_of: dict[str, list[Claim]] = field(default_factory=dict)
    """The claims of each period."""
    _of_claim: dict[str, list[LiveCredit]] = field(default_factory=dict)
    """The credits of each claim, goodwill included."""
    _roots: dict[int, Roots] = field(default_factory=dict)

    def roots_of(self, version: Contract) -> Roots:
        """Return what the clauses of a *version* owe to the customer in the end."""
        return self._roots.setdefault(id(version), Roots.of(version))

    def _zero(self, why: str) -> Figure[Money]:
        return given(why, Money.zero(self.contract.currency))

    def take_in(self, issued: Issued, on: date) -> None:
        """Take in what a document of the register, issued on the day *on*, owes the customer, or takes back."""
        period = Period.parse(issued.period)
        version = self.contract.version_for(period)
        for root, lines in self.roots_of(version).credits(issued.lines).items():
            amounts = [given(line.text, line.amount, f"clause {line.clause}", issued.document) for line in lines]
            computed = derive("credit computed", "entitled/1", *amounts)
            if computed.value > Money.zero(self.contract.currency):
                self._add(issued, on, version, root, computed)
            elif not computed.value.is_zero:
                self._lower(period, root, given("correction", -computed.value, issued.document))

    def _add(self, issued: Issued, on: date, version: Contract, root: str, computed: Figure[Money]) -> None:
        terms, period = version.settlement, Period.parse(issued.period)
        window = None if terms.claim is None else ClaimWindow(version, terms.claim, period, on)
        text = self.roots_of(version).titles[root]
        nothing = self._zero("nothing granted yet")
        live = LiveCredit(period, root, text, on, issued.document, computed, terms, window, nothing)
        live.number = self.events + 1
        self._keep(live)

    def _keep(self, credit: LiveCredit) -> None:
        self.credits.append(credit)
        self._by_period.setdefault(credit.period.label, []).append(credit)
        if credit.claim is not None:
            self._of_claim.setdefault(credit.claim.ref, []).append(credit)

    def of_period(self, label: str) -> Sequence[LiveCredit]:
        """Return the credits of a period, in the order in which they came."""
        return self._by_period.get(label, [])

    def receive(self, claim: Claim) -> None:
        """Take in a claim, about which there may be a decision already."""
        self.claims[claim.ref] = claim
        self._claims_of.setdefault(claim.period, []).append(claim)
        if claim.ref in self.decided:
            self.decided_at.setdefault(claim.ref, self.events + 1)

    def decide(self, decision: Decision) -> None:
        """Take in a decision; one about a claim that was not received yet waits for it."""
        self.decided[decision.claim] = decision
        if decision.claim in self.claims:
            self.decided_at.setdefault(decision.claim, self.events + 1)

    def _lower(self, period: Period, root: str, by: Figure[Money]) -> None:
        """Take *by* off what is computed of the credits of a period and root, the last one first."""
        for credit in reversed(
            [each for each in self.of_period(period.label) if each.clause == root and each.document]
        ):
            part = derive("taken off", "lesser/1", credit.computed, by)
            credit.computed = derive("credit after corrections", "left over/1", credit.computed, part)
            by = derive("correction left", "left over/1", by, part)
        if not by.value.is_zero:
            message = f"{period.label}, clause {root}: the register takes {by.value} more off than it had given"
            raise InvalidValue(message, rule="register_below_zero", value=root)

    def is_about(self, claim: Claim, credit: LiveCredit) -> bool:
        """Say whether *claim* is about *credit*, in time or not."""
        if claim.period != credit.period.label:
            return False
        version = self.contract.version_for(credit.period)
        return not claim.clauses or credit.clause in self.roots_of(version).about(claim.clauses)

    def can_be_of(self, claim: Claim, credit: LiveCredit) -> bool:
        """Say whether *claim* was not decided before *credit* was issued."""
        return credit.number <= self.decided_at.get(claim.ref, credit.number)

    def _match(self, label: str, claim: Claim | None) -> None:
        """Give each credit of a period without a claim the first one, or *claim*, that fits it."""
        claims = self._claims_of.get(label, []) if claim is None else [claim]
        for credit in self.of_period(label):
            if credit.claim is None and credit.document:
                about = (each for each in claims if self.can_be_of(each, credit) and self.is_about(each, credit))
                in_time = (each for each in about if credit.window is None or credit.window.why_not(each) is None)
                credit.claim = next(in_time, None)
                if credit.claim is not None:
                    self._of_claim.setdefault(credit.claim.ref, []).append(credit)

    def reckoned(
        self, on: date, label: str, claim: Claim | None = None
    ) -> list[tuple[LiveCredit, Figure[Money], CreditState]]:
        """
        Return what is granted of each credit that an event of the day *on* touches, and its state.

        That are all of the period *label*, or those of one *claim* of it, where the event was about that.
        """
        self.events += 1
        self._match(label, claim)
        found: dict[int, tuple[Figure[Money], CreditState]] = {}
        if claim is None:
            found |= {id(credit): self._unclaimed(credit) for credit in self.of_period(label)}
        for each in self._claims_of.get(label, []) if claim is None else [claim]:
            found |= self._of(each, on)
        touched = self.of_period(label) if claim is None else self._of_claim.get(claim.ref, [])
        return [(credit, *found[id(credit)]) for credit in touched]

    def _of(self, claim: Claim, on: date) -> dict[int, tuple[Figure[Money], CreditState]]:
        """Return what is granted of each credit of a *claim*."""
        group = [credit for credit in self._of_claim.get(claim.ref, []) if credit.document]
        self._goodwill(claim, group, on)
        own = [credit for credit in self._of_claim.get(claim.ref, []) if not credit.document]
        found = {id(credit): self._by_decision(claim, credit.terms) for credit in own}
        return found | {id(each): result for each, result in zip(group, self._claimed(claim, group), strict=True)}

    def _unclaimed(self, credit: LiveCredit) -> tuple[Figure[Money], CreditState]:
        if credit.terms.entitlement == "automatic":
            return credit.computed, "granted"
        return self._zero("nothing is claimed"), "open"

    def _sum(self, group: Sequence[LiveCredit]) -> Figure[Money]:
        amounts = [credit.computed for credit in group] or [self._zero("nothing is computed")]
        return derive("credits computed", "total/1", *amounts)

    def bills(self, claim: Claim) -> bool:
        """Say whether the period of *claim* is a billing period inside the term, with an invoice."""
        period = Period.parse(claim.period)
        term = self.contract.version_for(period).term
        return self.contract.billing.is_period(period) and term.start <= period.start and period.end <= term.end

    def _goodwill(self, claim: Claim, group: Sequence[LiveCredit], on: date) -> None:
        """Add the credit of a decision that grants something where nothing is computed, if it is not there yet."""
        decision = self.decided.get(claim.ref)
        if decision is None or decision.amount is None or decision.amount.is_zero or not self.bills(claim):
            return
        if len(self._of_claim.get(claim.ref, [])) > len(group) or self._sum(group).value.minor:
            return
        period = Period.parse(claim.period)
        version = self.contract.version_for(period)
        roots = self.roots_of(version).about(claim.clauses)
        clause = next(iter(roots)) if len(roots) == 1 else ""
        nothing = self._zero("nothing is computed")
        self._keep(LiveCredit(period, clause, "goodwill", on, "", nothing, version.settlement, None, nothing, claim))

    def _by_decision(self, claim: Claim, terms: Settlement) -> tuple[Figure[Money], CreditState]:
        """Return what the decision that holds grants as goodwill: a decided claim gets no credit beside it later."""
        decision = self.decided.get(claim.ref)
        if decision is None or decision.amount is None:
            rejected = decision is not None and decision.outcome == "rejected" and terms.entitlement == "claimed"
            return self._zero("nothing granted beside what is computed"), "rejected" if rejected else "granted"
        return given("granted by decision", decision.amount, f"decision {decision.ref}"), "granted"

    def _claimed(self, claim: Claim, group: Sequence[LiveCredit]) -> list[tuple[Figure[Money], CreditState]]:
        """Return what is granted of each credit of a claim."""
        if not group:
            return []
        automatic = group[0].terms.entitlement == "automatic"
        decision, whole = self.decided.get(claim.ref), self._sum(group)
        if decision is not None and decision.outcome == "accepted":
            amount = whole
            if decision.amount is not None:
                amount = given("accepted", decision.amount, f"decision {decision.ref}")
            return [(part, "granted") for part in self._split(amount, whole, group, f"decision {decision.ref}")]
        if automatic:
            return [(credit.computed, "granted") for credit in group]
        if decision is not None:
            nothing = given("rejected", Money.zero(self.contract.currency), f"decision {decision.ref}")
            return [(nothing, "rejected")] * len(group)
        terms = group[0].terms.claim
        if terms is None or terms.undecided == "waits":
            return [(self._zero("not decided yet"), "waiting")] * len(group)
        amount = whole
        if terms.amount == "least" and claim.amount is not None:
            amount = derive("claimed, as far as it is computed", "lesser/1", whole, self._asked(claim))
        return [(part, "granted") for part in self._split(amount, whole, group, f"claim {claim.ref}")]

    def _asked(self, claim: Claim) -> Figure[Money]:
        return given("claimed", claim.amount or Money.zero(self.contract.currency), f"claim {claim.ref}")

    def _split(
        self, amount: Figure[Money], whole: Figure[Money], group: Sequence[LiveCredit], cite: str
    ) -> Iterator[Figure[Money]]:
        """Yield the share of each credit of a claim in the *amount* that is granted of the *whole*."""
        if amount is whole:
            yield from (derive("granted as computed", "as is/1", credit.computed, cites=(cite,)) for credit in group)
            return
        if whole.value.is_zero:
            yield from (self._zero("nothing is computed") for _ in group)
            return
        weights = [derive("weight", "exact/1", credit.computed) for credit in group]
        for position in range(1, len(group) + 1):
            place: Figure[Any] = given("position", position)
            yield derive("share of what is granted", "split/1", amount, place, *weights, cites=(cite,))
