"""
How what is granted is given: noted, paid, put on invoices or a balance; and what is lost or taken back of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json
from ecsm_contracts.accounts._live import LiveCredit, Lot
from ecsm_contracts.accounts._parts import CreditDocument, DocumentKind
from ecsm_contracts.calendars import Period, format_instant, from_micros, to_micros
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import Figure, derive, given
from ecsm_contracts.money import Money, allocate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ecsm_contracts.accounts._parts import Issued, IssuedLine
    from ecsm_contracts.clauses import Settlement
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Declared

__all__ = ["USES", "Payout"]

USES: frozenset[DocumentKind] = frozenset(
    {"deduction", "draw", "credit_note", "payment", "withholding", "service_days", "expiry", "forfeiture"}
)
"""Kinds of documents that use up what is granted."""

LOSSES = frozenset({"expiry", "forfeiture"})
"""Kinds of documents by which a credit is lost, so that nobody has anything of it."""

TERM_OVER = "no invoice of the term is left"

AT_ONCE: dict[str, DocumentKind] = {"credit_note": "credit_note", "cash": "payment", "withheld": "withholding"}
"""The document of each instrument that needs no invoice."""


@dataclass(slots=True)
class Payout:
    """The documents by which credits are given."""

    contract: Contract
    declared: Sequence[Declared]
    documents: list[CreditDocument] = field(default_factory=list)
    lines: dict[str, list[IssuedLine]] = field(default_factory=dict)
    """All lines that were issued, by period."""
    invoiced: Period | None = None
    """The period of the last invoice."""
    queue: list[tuple[LiveCredit, Lot]] = field(default_factory=list)
    """What invoices can be lowered by, in the order in which it was granted."""
    holding: list[tuple[LiveCredit, Lot]] = field(default_factory=list)
    """What is kept, as it is too little to be given, in the order in which it was granted."""
    _same: Counter[str] = field(default_factory=Counter)

    def note_lines(self, issued: Issued) -> None:
        """Take note of the lines of a document: a day of service is a part of its charges."""
        self.lines.setdefault(issued.period, []).extend(issued.lines)

    def _emit(self, kind: DocumentKind, on: date, credit: LiveCredit, figure: Figure[Money], **more: Any) -> None:
        if figure.value.is_zero:
            return
        terms = credit.terms
        paid = more.pop("paid", None)
        if terms.pay_in is not None and kind in {"credit_note", "payment", "withholding"}:
            paid = self._paid(credit, figure, on)
        centres: tuple[tuple[str, Money], ...] = ()
        if terms.cost_centres:
            shares = allocate(figure.value, [centre.weight for centre in terms.cost_centres])
            centres = tuple((centre.ref, share) for centre, share in zip(terms.cost_centres, shares, strict=True))
        made = CreditDocument(
            kind, on, credit.period.label, credit.clause, credit.text, figure,
            paid=paid, tax=terms.tax, cost_centres=centres, **more,
        )  # fmt: skip
        same = canonical_json(made.to_data())
        self.documents.append(made.replace(number=self._same[same]))
        self._same[same] += 1

    def _paid(self, credit: LiveCredit, figure: Figure[Money], on: date) -> Figure[Money]:
        """Return an amount in the currency that credits are paid in."""
        pay_in = credit.terms.pay_in
        if pay_in is None:
            return figure
        end_of_day = Period(on, on + timedelta(days=1)).bounds(self.contract.zone)
        at = end_of_day[0] if pay_in.at == "issue" else credit.period.bounds(self.contract.zone)[1] - 1
        found = [
            each
            for each in self.declared
            if each.figure == pay_in.rate
            and to_micros(each.start) <= at < to_micros(each.end)
            and to_micros(each.at) < end_of_day[1]
        ]
        if not found:
            when = format_instant(from_micros(at))
            message = (
                f"no declared figure {pay_in.rate!r} is in force at {when} and delivered by {on}: declare how many "
                f"{pay_in.currency} one {self.contract.currency} is worth"
            )
            raise InvalidValue(message, rule="rate_missing", value=pay_in.rate)
        last = max(found, key=lambda each: (each.at, each.ref))
        if last.numerator <= 0:
            message = f"declared {last.ref}: a rate of exchange is above zero, not {last.value}"
            raise InvalidValue(message, rule="rate_missing", value=last.value)
        rate: Figure[Any] = given(pay_in.rate, Fraction(last.numerator, 10**last.places), f"declared {last.ref}")
        currency: Figure[Any] = given("currency", pay_in.currency, "settlement")
        mode: Figure[Any] = given("rounding", credit.terms.rounding.mode, "settlement")
        return derive(f"in {pay_in.currency}", "paid in/1", figure, rate, currency, mode)

    def take_back(self, credit: LiveCredit, wanted: Figure[Money], on: date) -> None:
        """Take back what is granted too much: what is not used yet, then what was lost, and the rest by a debit."""
        for lot in reversed(credit.lots):
            part = derive("not used yet", "lesser/1", lot.amount, wanted)
            lot.take(part)
            wanted = derive("still to be taken back", "left over/1", wanted, part)
            if lot.on_balance:
                self._emit("withdrawal", on, credit, part, why="it is not granted any more")
        self._drop_used_up()
        for place in range(len(credit.lost) - 1, -1, -1):
            part = derive("lost before, and taken back", "lesser/1", credit.lost[place], wanted)
            credit.lost[place] = derive("lost", "left over/1", credit.lost[place], part)
            wanted = derive("still to be taken back", "left over/1", wanted, part)
            self._emit("reversal", on, credit, part, why="it was lost before, and is not granted any more")
        self._emit("debit", on, credit, wanted, why="it was given before, and is not granted any more")

    def _drop_used_up(self) -> None:
        """Forget what is used up."""
        for pile in (self.queue, self.holding):
            for credit, lot in pile:
                if lot.is_used_up:
                    credit.lots.remove(lot)
            pile[:] = [(credit, lot) for credit, lot in pile if not lot.is_used_up]

    def give(self, grants: Sequence[tuple[LiveCredit, Figure[Money]]], on: date) -> None:
        """Give what was granted by one event, if it comes to enough."""
        if not grants:
            return
        for credit, amount in grants:
            credit.lots.append(Lot(amount))
            self.holding.append((credit, credit.lots[-1]))
        terms = grants[0][0].terms  # one event grants credits of one period only
        too_little = self._is_too_little(self._amount(self.holding), terms)
        if too_little and terms.minimum is not None and terms.minimum.below == "keep":
            if self.invoiced is not None and self._is_over(self.invoiced):
                self._end_kept(on)
            return
        for credit, lot in self.holding:
            if too_little:
                self._use(credit, lot, "forfeiture", on, why=f"less than the minimum of {_least(terms)}")
            else:
                self._grant(credit, lot, on)
        self._drop_used_up()
        self.queue += self.holding
        self.holding.clear()
        if self.invoiced is not None:
            self._end_left(self.invoiced, on)

    def _amount(self, lots: Sequence[tuple[LiveCredit, Lot]]) -> Money:
        return sum((lot.amount.value for _, lot in lots), start=Money.zero(self.contract.currency))

    def _use(self, credit: LiveCredit, lot: Lot, kind: DocumentKind, on: date, **more: Any) -> None:
        """Use up a *lot* of a credit."""
        self._emit(kind, on, credit, lot.amount, **more)
        if kind in LOSSES:
            credit.lost.append(lot.amount)
        lot.take(lot.amount)

    @staticmethod
    def _is_too_little(whole: Money, terms: Settlement) -> bool:
        least = terms.minimum
        if least is None:
            return False
        return whole < least.amount or (whole == least.amount and least.exactly == "not_given")

    def _grant(self, credit: LiveCredit, lot: Lot, on: date) -> None:
        """Give a *lot* of a credit in the way that the contract says; what needs an invoice is left."""
        terms = credit.terms
        if terms.instrument in AT_ONCE:
            self._use(credit, lot, AT_ONCE[terms.instrument], on)
        elif terms.instrument == "service_days":
            self._use(credit, lot, "service_days", on, days=self._days(credit, lot.amount))
        elif terms.instrument == "balance":
            self._emit("top_up", on, credit, lot.amount)
            lot.on_balance = True

    def _days(self, credit: LiveCredit, amount: Figure[Money]) -> Figure[Fraction]:
        day = credit.terms.day
        if day is None:
            return given("days", Fraction(0))
        lines = [
            given(line.text, line.amount, f"clause {line.clause}")
            for line in self.lines.get(credit.period.label, [])
            if line.clause == day.of and line.kind == "charge"
        ]
        if not lines:
            message = f"{credit.period.label}: clause {day.of} has no charge line, of which a day could be a part"
            raise InvalidValue(message, rule="service_day_zero", value=day.of)
        charge = derive("charge of the period", "total/1", *lines)
        length = 30 if day.count == "thirtieth" else (credit.period.end - credit.period.start).days
        days: Figure[Any] = given("days of the charge", length, "settlement")
        part: Figure[Any] = given("part of a day", day.part, "settlement")
        return derive("days of service", "days of service/1", amount, charge, days, part)

    def invoice(self, period: Period, charges: Money, on: date) -> None:
        """Take what is left off the invoice of *period*, and see what becomes of the rest."""
        self.invoiced = period
        label = period.label
        room = given(f"charges of {label}", max(charges, Money.zero(charges.currency)), f"invoice {label}")
        took_part = [(credit, lot) for credit, lot in self.queue if not self._too_early(credit, period)]
        for credit, lot in took_part:
            part = derive("taken off the invoice", "lesser/1", lot.amount, room)
            lot.take(part)
            room = derive("room left", "left over/1", room, part)
            kind: DocumentKind = "draw" if credit.terms.instrument == "balance" else "deduction"
            self._emit(kind, on, credit, part, invoice=label)
        for credit, lot in took_part:
            if credit.terms.instrument == "deduction" and not lot.is_used_up:
                self._insufficient(credit, lot, on)
        self._end_left(period, on)
        if self._is_over(period):
            self._end_kept(on)

    def _end_left(self, invoice: Period, on: date) -> None:
        """Bring to an end what is left in vain after the last *invoice*: it has expired, or the term is over."""
        over = self._is_over(invoice)
        for credit, lot in self.queue:
            if not lot.is_used_up and self._has_expired(credit, invoice):
                self._use(credit, lot, "expiry", on, why=f"not used by the invoice of {invoice.label}")
            elif not lot.is_used_up and over:
                self._use(credit, lot, self._at_end(credit), on, why=TERM_OVER)
        self._drop_used_up()

    @staticmethod
    def _too_early(credit: LiveCredit, period: Period) -> bool:
        """Say whether a credit is for later invoices only: of a later period, or of its own, as the contract says."""
        later = credit.terms.instrument == "balance" or credit.terms.deduct_from == "next"
        return credit.period.start > period.start or (credit.period == period and later)

    def _insufficient(self, credit: LiveCredit, lot: Lot, on: date) -> None:
        rule = credit.terms.insufficient
        if rule is None:
            message = (
                f"{credit.period.label}, clause {credit.clause}: {lot.amount.value} are more than the charges of the "
                "invoice, and the contract does not say what becomes of that: write insufficient: carry_forward, cash "
                "or forfeit"
            )
            raise InvalidValue(message, rule="insufficient_unsaid", value=credit.clause)
        if rule != "carry_forward":
            self._use(credit, lot, "payment" if rule == "cash" else "forfeiture", on, why="more than the charges")

    def _end_kept(self, on: date) -> None:
        """Bring to an end what was too little to be given, as no invoice is left that could make it more."""
        for credit, lot in self.holding:
            kind: DocumentKind = "payment" if credit.terms.at_end == "cash" else "forfeiture"
            self._use(credit, lot, kind, on, why=TERM_OVER)
        self._drop_used_up()

    def _at_end(self, credit: LiveCredit) -> DocumentKind:
        if credit.terms.at_end is None:
            message = (
                f"{credit.period.label}, clause {credit.clause}: no invoice of the term is left for the credit, and "
                "the contract does not say what becomes of it: write at_end: cash or forfeit"
            )
            raise InvalidValue(message, rule="at_end_unsaid", value=credit.clause)
        return "payment" if credit.terms.at_end == "cash" else "forfeiture"

    def _has_expired(self, credit: LiveCredit, invoice: Period) -> bool:
        expires = credit.terms.expires
        if expires is None or invoice.start < credit.period.start:
            return False
        return len(self.contract.billing.periods(credit.period.start, invoice.start)) >= expires.periods

    def _is_over(self, period: Period) -> bool:
        """Say whether *period* is the last one that the term holds whole."""
        version = self.contract.version_for(period)
        return self.contract.billing.next(period).end > version.term.end


def _least(terms: Settlement) -> str:
    """Return the minimum, for people."""
    return "" if terms.minimum is None else terms.minimum.amount.display
