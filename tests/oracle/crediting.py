"""
Section 11 of docs/reference/semantics.md: what becomes of credits, event by event.

Plain data in, plain data out: amounts in minor units, days as dates, instants in microseconds since 1970. Lots are a
credit's grants that are not given yet, from the first granted to the last.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .claiming import Plain, World, after, anchor_of, first_instant, in_time, is_about, local_date
from .money import amount, floor, largest_remainder, minor_digits, rounded

USED = ("deduction", "draw", "credit_note", "payment", "withholding", "service_days", "expiry", "forfeiture")


class Refused(Exception):
    """Section 11: an error, by its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Account:
    """Section 11: event by event."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.credits: list[Plain] = []
        self.documents: list[Plain] = []
        self.shown: list[Plain] = []  # the issued documents so far
        self.heard: list[Plain] = []  # the claims so far
        self.decided: dict[str, Plain] = {}  # the decision that holds, by claim
        self.invoiced = -1  # the number of the last invoice
        self.granted_so_far = 0
        self.event = 0
        self.decided_at: dict[str, int] = {}  # the event at which a claim was decided first
        self.marks: list[str] = []
        for day, _, kind, thing in self.events():
            self.event += 1
            if kind == "document":
                self.shown.append(thing)
                self.compute(thing)
            elif kind == "claim":
                self.heard.append(thing)
            else:
                self.decided[thing["claim"]] = thing
            for claim in self.heard:
                if claim["ref"] in self.decided:
                    self.decided_at.setdefault(claim["ref"], self.event)
            self.assign(day)
            self.reckon(day)
            if kind == "document" and thing["kind"] == "statement":
                self.invoice(day, thing)

    def events(self) -> list[tuple[date, tuple[Any, ...], str, Plain]]:
        """Section 11, Order of events: documents, claims, decisions of one date."""
        found: list[tuple[date, tuple[Any, ...], str, Plain]] = []
        for number, document in enumerate(self.world.issued):
            found.append((document["day"], (0, number), "document", document))
        for rank, kind, records in ((1, "claim", self.world.claims), (2, "decision", self.world.decisions)):
            for record in records:
                day = local_date(record["at"], self.world.zone)
                found.append((day, (rank, record["at"], record["ref"]), kind, record))
        found.sort(key=lambda event: event[:2])
        return [event for event in found if event[0] <= self.world.as_of]

    # ---------------------------------------------------------------------------------------------------- entitlement

    def settlement(self, credit: Plain) -> Plain:
        """The settlement of the version that judges the credit's period."""
        return self.world.terms[credit["period"]].settlement

    def compute(self, document: Plain) -> None:
        """Section 11, Credits: what a document brings, and what a restatement takes off."""
        terms = self.world.terms[document["period"]]
        for root in terms.roots_in(document["lines"]):
            change = terms.amount(root, document["lines"])
            if change > 0:
                self.new_credit(document["period"], root, change, document["day"])
                continue
            same = [each for each in self.credits if (each["period"], each["root"]) == (document["period"], root)]
            for credit in reversed([each for each in same if not each["goodwill"]]):
                off = min(credit["computed"], -change)
                credit["computed"] -= off
                change += off

    def new_credit(self, period: int, root: str, computed: int, day: date, goodwill: str | None = None) -> Plain:
        """Section 11, Credits: a credit that nothing is granted of yet."""
        credit = {"period": period, "root": root, "computed": computed, "issued": day, "goodwill": goodwill}
        self.credits.append({**credit, "claim": goodwill, "granted": 0, "lots": [], "lost": [], "event": self.event})
        return self.credits[-1]

    def assign(self, day: date) -> None:
        """Section 11: the claim of a credit is the first that is about it and, if it must be, in time for it."""
        for credit in self.credits:
            for claim in self.heard:
                free = credit["claim"] is None and is_about(self.world, claim, credit)
                if self.decided_at.get(claim["ref"], self.event) < credit["event"]:
                    self.marks.append("decided before it was issued")
                    continue
                automatic = self.settlement(credit)["entitlement"] == "automatic"
                if free and (automatic or in_time(self.world, credit, claim)):
                    credit["claim"] = claim["ref"]

    def state(self, credit: Plain) -> str:
        """Section 11, States."""
        settlement = self.settlement(credit)
        if settlement["entitlement"] == "automatic":
            return "granted"
        if credit["claim"] is not None:
            decision = self.decided.get(credit["claim"])
            if decision is None:
                return "waiting" if settlement["claim"]["undecided"] == "waits" else "granted"
            return "granted" if decision["outcome"] == "accepted" else "rejected"
        deadline = self.deadline(credit)
        end = first_instant(self.world.as_of + timedelta(days=1), self.world.zone)
        return "open" if deadline is None or deadline >= end else "lapsed"

    def entitled(self) -> list[int]:
        """Section 11, Entitlement: what is granted of each credit after an event."""
        found = [
            each["computed"] if self.settlement(each)["entitlement"] == "automatic" else 0 for each in self.credits
        ]
        for claim in self.heard:
            own = [n for n, each in enumerate(self.credits) if each["claim"] == claim["ref"] and not each["goodwill"]]
            total = sum(self.credits[n]["computed"] for n in own)
            granted = self.granted_for(claim, total)
            if granted is not None:
                weights = [Fraction(self.credits[n]["computed"]) for n in own]
                for n, share in zip(own, largest_remainder(granted, weights), strict=True):
                    found[n] = share
                if len([weight for weight in weights if weight]) > 1:
                    self.marks.append("a claim of several credits")
            if total == 0 and granted:
                found = self.goodwill(claim, granted, found)
        return found

    def granted_for(self, claim: Plain, total: int) -> int | None:
        """Section 11: `A`; None if the claim changes nothing."""
        settlement = self.world.terms[claim["period"]].settlement
        decision = self.decided.get(claim["ref"])
        automatic = settlement["entitlement"] == "automatic"
        if decision is not None:
            if decision["outcome"] == "accepted":
                return total if decision["amount"] is None else int(decision["amount"])
            return None if automatic else 0
        if automatic or settlement["claim"]["undecided"] == "waits":
            return None
        if settlement["claim"]["amount"] == "least" and claim["amount"] is not None:
            return min(total, int(claim["amount"]))
        return total

    def goodwill(self, claim: Plain, granted: int, found: list[int]) -> list[int]:
        """Section 11: what a decision grants where nothing was computed."""
        for n, credit in enumerate(self.credits):
            if credit["goodwill"] == claim["ref"]:
                return [granted if m == n else value for m, value in enumerate(found)]
        terms = self.world.terms[claim["period"]]
        roots = [root for root in terms.roots() if {root, *terms.takes(root)} & set(claim["clauses"])]
        root = roots[0] if len(roots) == 1 else ""
        self.new_credit(claim["period"], root, 0, date.min, goodwill=claim["ref"])
        self.marks.append("goodwill")
        return [*found, granted]

    # --------------------------------------------------------------------------------------------------------- grants

    def reckon(self, day: date) -> None:
        """Section 11, Order of events: grants, and what is taken back."""
        now = self.entitled()
        grants: list[tuple[int, Plain]] = []
        for n, (credit, wanted) in enumerate(zip(self.credits, now, strict=True)):
            if wanted < credit["granted"]:
                self.take_back(day, credit, credit["granted"] - wanted)
            elif wanted > credit["granted"]:
                self.granted_so_far += 1
                lot = {"amount": wanted - credit["granted"], "order": self.granted_so_far, "kept": True}
                credit["lots"].append(lot)
                grants.append((n, credit))
            credit["granted"] = wanted
        if grants:
            self.give_together(day, self.settlement(grants[0][1]))

    def take_back(self, day: date, credit: Plain, owed: int) -> None:
        """Section 11: first from what is still left, what was granted last first; then what was lost; the rest is a debit."""
        for lot in reversed(credit["lots"]):
            off = min(lot["amount"], owed)
            lot["amount"] -= off
            owed -= off
            if off:
                self.marks.append("taken back from kept" if lot["kept"] else "taken back from left")
                if not lot["kept"] and self.settlement(credit)["instrument"] == "balance":
                    self.document(day, credit, "withdrawal", off)
        for lot in reversed(credit["lost"]):
            off = min(lot["amount"], owed)
            lot["amount"] -= off
            owed -= off
            if off:
                self.document(day, credit, "reversal", off)
        if owed:
            self.document(day, credit, "debit", owed)

    def give_together(self, day: date, settlement: Plain) -> None:
        """Section 11, Grants: those of one event, and what was kept before, against the minimum."""
        lots = [(each, lot) for each in self.credits for lot in each["lots"] if lot["kept"] and lot["amount"]]
        total = sum(lot["amount"] for _, lot in lots)
        minimum = settlement.get("minimum")
        if minimum is not None:
            least = amount(minimum["amount"])
            if total == least:
                self.marks.append("exactly the minimum")
            if total < least or (total == least and minimum["exactly"] == "not_given"):
                for credit, lot in lots:
                    if minimum["below"] == "forfeit":
                        self.use(day, credit, lot, "forfeiture", lot["amount"])
                if minimum["below"] == "keep":
                    self.marks.append("kept")
                    if self.invoiced == self.world.last:
                        self.end_all(day)
                return
        if len({id(credit) for credit, _ in lots}) < len(lots):
            self.marks.append("one credit kept and granted")
        if any(self.settlement(credit) is not settlement for credit, _ in lots):
            self.marks.append("kept under another version")
        for credit, lot in lots:
            self.give(day, credit, lot)

    def give(self, day: date, credit: Plain, lot: Plain) -> None:
        """Section 11, Grants: by the instrument."""
        settlement = self.settlement(credit)
        kinds = {"credit_note": "credit_note", "cash": "payment", "withheld": "withholding"}
        instrument = settlement["instrument"]
        kinds["service_days"] = "service_days"
        if instrument not in ("deduction", "balance"):
            self.use(day, credit, lot, kinds[instrument], lot["amount"])
            return
        lot["kept"] = False
        if instrument == "balance":
            self.document(day, credit, "top_up", lot["amount"])
        expires = settlement.get("expires")
        if expires is not None and credit["period"] + expires["periods"] <= self.invoiced:
            self.marks.append("granted after its expiry")
            self.use(day, credit, lot, "expiry", lot["amount"])
        elif self.world.last == self.invoiced:
            self.marks.append("granted after the end")
            self.at_end(day, credit, lot)

    # ------------------------------------------------------------------------------------------------------- invoices

    def invoice(self, day: date, statement: Plain) -> None:
        """Section 11, Invoices."""
        number = statement["period"]
        room = max(0, self.world.terms[number].charges(statement["lines"]))
        part = []
        for credit in self.credits:
            settlement = self.settlement(credit)
            own = settlement["instrument"] == "deduction" and settlement.get("deduct_from") != "next"
            if credit["period"] < number or (credit["period"] == number and own):
                part += [(credit, lot) for lot in credit["lots"] if not lot["kept"]]
        before = list(part)
        part.sort(key=lambda pair: pair[1]["order"])
        if part != before and room < sum(lot["amount"] for _, lot in part):
            self.marks.append("the first granted, of a later credit, first")
        if any(credit["period"] > number and lot["amount"] for credit in self.credits for lot in credit["lots"]):
            self.marks.append("an invoice before that of a credit")
        for credit, lot in part:
            off = min(room, lot["amount"])
            room -= off
            kind = "draw" if self.settlement(credit)["instrument"] == "balance" else "deduction"
            self.use(day, credit, lot, kind, off, invoice=number)
        for credit, lot in part:
            if lot["amount"] and self.settlement(credit)["instrument"] == "deduction":
                self.insufficient(day, credit, lot)
        self.invoiced = number
        for credit in self.credits:
            expires = self.settlement(credit).get("expires")
            for lot in credit["lots"]:
                if expires is not None and not lot["kept"] and credit["period"] + expires["periods"] <= self.invoiced:
                    self.use(day, credit, lot, "expiry", lot["amount"])
        if number == self.world.last:
            self.end_all(day)

    def insufficient(self, day: date, credit: Plain, lot: Plain) -> None:
        """Section 11, Invoices: what exceeds the charges."""
        how = self.settlement(credit).get("insufficient")
        if how is None:
            raise Refused("insufficient_unsaid")
        self.marks.append(f"insufficient: {how}")
        if how != "carry_forward":
            self.use(day, credit, lot, "payment" if how == "cash" else "forfeiture", lot["amount"])

    def end_all(self, day: date) -> None:
        """Section 11, Invoices: what becomes of all that is left or kept after the last one."""
        for credit in self.credits:
            for lot in credit["lots"]:
                if lot["amount"]:
                    self.at_end(day, credit, lot)

    def at_end(self, day: date, credit: Plain, lot: Plain) -> None:
        """Section 11, Invoices: what is left or kept after the last one."""
        how = self.settlement(credit).get("at_end")
        if how is None and not lot["kept"]:
            raise Refused("at_end_unsaid")
        self.marks.append(f"at_end: {how}")
        self.use(day, credit, lot, "payment" if how == "cash" else "forfeiture", lot["amount"])

    # ------------------------------------------------------------------------------------------------------ documents

    def use(self, day: date, credit: Plain, lot: Plain, kind: str, minor: int, invoice: int | None = None) -> None:
        """Give so much of a lot."""
        if minor:
            lot["amount"] -= minor
            self.document(day, credit, kind, minor, invoice)
            if kind in ("expiry", "forfeiture"):
                credit["lost"].append({"amount": minor})

    def document(self, day: date, credit: Plain, kind: str, minor: int, invoice: int | None = None) -> None:
        """Section 11, Documents."""
        settlement = self.settlement(credit)
        centres = settlement.get("cost_centres", [])
        shares = largest_remainder(minor, [Fraction(each["weight"]) for each in centres])
        found = {
            "kind": kind,
            "day": day,
            "period": self.world.periods[credit["period"]].label,
            "root": credit["root"],
            "amount": minor,
            "invoice": None if invoice is None else self.world.periods[invoice].label,
            "paid": self.paid(day, credit, kind, minor),
            "days": self.service_days(credit, minor) if kind == "service_days" else None,
            "centres": [(each["ref"], share) for each, share in zip(centres, shares, strict=True)],
            "tax": settlement["tax"],
        }
        self.documents.append(found)

    def paid(self, day: date, credit: Plain, kind: str, minor: int) -> tuple[str, int] | None:
        """Section 11, Documents: the amount in the other currency."""
        settlement = self.settlement(credit)
        pay_in = settlement.get("pay_in")
        if pay_in is None or kind not in ("credit_note", "payment", "withholding"):
            return None
        at = first_instant(day, self.world.zone)
        if pay_in["at"] == "period_end":
            at = first_instant(self.world.periods[credit["period"]].after, self.world.zone) - 1
        known = []
        for each in self.world.declared:
            in_force = each["figure"] == pay_in["rate"] and each["start"] <= at < each["end"]
            if in_force and local_date(each["at"], self.world.zone) <= day:
                known.append(each)
        rate = max(known, key=lambda each: (each["at"], each["ref"]), default=None)
        if rate is None or rate["value"] <= 0:
            raise Refused("rate_missing")
        units = Fraction(10) ** (minor_digits(pay_in["currency"]) - minor_digits(self.currency(settlement)))
        return pay_in["currency"], rounded(minor * rate["value"] * units, settlement["rounding"]["mode"])

    def currency(self, settlement: Plain) -> str:
        """The currency of the contract; all drawn contracts are in euros."""
        return "EUR"

    def service_days(self, credit: Plain, minor: int) -> Fraction:
        """Section 11, Grants: the days that an amount is worth."""
        terms, period = self.settlement(credit)["day"], self.world.periods[credit["period"]]
        charged = sum(
            minor
            for document in self.shown
            if document["period"] == credit["period"]
            for clause, kind, minor in document["lines"]
            if (clause, kind) == (terms["of"], "charge")
        )
        if charged == 0:
            raise Refused("service_day_zero")
        days = 30 if terms["count"] == "thirtieth" else (period.after - period.first).days
        exact = Fraction(minor * days, charged)
        if terms["part"] == "exact":
            return exact
        return Fraction(-floor(-exact) if terms["part"] == "up" else floor(exact))

    # ------------------------------------------------------------------------------------------------------- in short

    def decisions_of_none(self, known: set[str]) -> list[str]:
        """Section 11: decisions about claims that were not received."""
        end = first_instant(self.world.as_of + timedelta(days=1), self.world.zone)
        return [each["ref"] for each in self.world.decisions if each["at"] < end and each["claim"] not in known]

    def deadline(self, credit: Plain) -> int | None:
        """Section 11, claimed: the deadline of a credit; None where there is none, or it is the claim's own."""
        terms = self.world.terms[credit["period"]]
        if credit["goodwill"] or terms.settlement["entitlement"] == "automatic":
            return None
        anchor = anchor_of(self.world, terms, credit, None)
        if anchor is None:
            return None
        return after(self.world, terms, credit["period"], anchor, terms.settlement["claim"]["within"])

    def plain(self) -> Plain:
        """All that an account says, as plain data."""
        credits = [
            {
                "period": self.world.periods[each["period"]].label,
                "root": each["root"],
                "computed": each["computed"],
                "claim": each["claim"],
                "state": self.state(each),
                "decision": self.decided[each["claim"]]["ref"] if each["claim"] in self.decided else None,
                "deadline": self.deadline(each),
                "granted": each["granted"],
                "left": sum(lot["amount"] for lot in each["lots"] if not lot["kept"]),
                "kept": sum(lot["amount"] for lot in each["lots"] if lot["kept"]),
            }
            for each in self.credits
        ]
        used, known = {each["claim"] for each in self.credits}, {each["ref"] for each in self.heard}
        unfit = [each["ref"] for each in self.heard if each["ref"] not in used]
        unfit += self.decisions_of_none(known)
        return {"credits": credits, "documents": self.documents, "unfit": unfit}


def account(world: World) -> Plain:
    """Section 11: credits, documents and the claims that fit none; `Refused` where the page names an error."""
    return Account(world).plain()
