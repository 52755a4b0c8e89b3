"""Registers and accounts for journals, e-invoices and workbooks: drawn documents, under each way to settle."""

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.accounts import CreditAccount, Issued, IssuedLine, Register, Run, credit_account

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
ROUNDING = {"mode": "half_up", "at": "line"}
CLAIM = {"since": "period_end", "within": "480h", "evidence": "not_required"}
PAYS = {"entitlement": "claimed", "claim": {**CLAIM, "amount": "least", "undecided": "pays"}}
WAITS = {"entitlement": "claimed", "claim": {**CLAIM, "amount": "computed", "undecided": "waits"}}
CENTRES = [{"ref": "north", "weight": 2}, {"ref": "south", "weight": 1}, {"ref": "none", "weight": 0}]
LEFT = {"instrument": "deduction", "insufficient": "carry_forward", "at_end": "cash"}
USD = {"currency": "USD", "rate": "usd per eur", "at": "issue"}
TERMS: dict[str, dict[str, Any]] = {
    "deduction": LEFT,
    "next": {**LEFT, "deduct_from": "next", "minimum": {"amount": "EUR 30.00", "exactly": "given", "below": "keep"}},
    "expires": {**LEFT, "expires": {"periods": 0}, "cost_centres": CENTRES, **PAYS},
    "forfeit": {"instrument": "deduction", "insufficient": "forfeit", "tax": "compensation"},
    "balance": {"instrument": "balance", "at_end": "forfeit", "expires": {"periods": 1}, "cost_centres": CENTRES},
    "balance kept": {
        "instrument": "balance",
        "at_end": "forfeit",
        "minimum": {"amount": "EUR 60.00", "exactly": "not_given", "below": "keep"},
    },
    "balance paid out": {"instrument": "balance", "at_end": "cash", **WAITS},
    "note": {"instrument": "credit_note", "pay_in": USD, "cost_centres": CENTRES},
    "note waits": {"instrument": "credit_note", **WAITS},
    "cash": {"instrument": "cash", "tax": "compensation", "pay_in": USD},
    "withheld": {"instrument": "withheld", **PAYS},
    "days": {"instrument": "service_days", "day": {"of": "3.1", "count": "thirtieth", "part": "up"}},
}
"""Settlements by name, without what all of them say."""
DRAWN = tuple(name for name in TERMS if name != "forfeit")
"""Those that say what becomes of a credit in every case; where one does not, its account may be refused."""


def contract(name: str = "deduction", **changes: Any) -> ec.Contract:
    """The contract of the examples, for four months, with one of the settlements."""
    terms = {"entitlement": "automatic", "rounding": ROUNDING, "tax": "price_reduction", **TERMS[name], **changes}
    term = {"start": "2026-01-01", "end": "2026-05-01"}
    return ec.read_contract("examples/acme.yaml").replace(term=term, settlement=terms)


CONTRACTS = {name: contract(name) for name in TERMS}


def eur(cents: int) -> ec.Money:
    """So many cents of a euro."""
    return ec.Money.from_minor(cents, "EUR")


def issued(period: str, lines: list[tuple[str, str, int]], number: int = 0, status: str = "final") -> Issued:
    """A document of lines (clause, kind, cents); one with a number is a restatement."""
    made = tuple(IssuedLine(clause, kind, f"{kind} of {clause}", eur(cents)) for clause, kind, cents in lines)  # type: ignore[arg-type]
    total = sum((line.amount for line in made), start=eur(0))
    kind: Any = "restatement" if number else "statement"
    mark: Any = status
    return Issued(kind, period, f"document {period} {number}", "statement", None, "carry", mark, made, total)


Truth = tuple[int, int, int, int]
"""Charge, two credits, and what their limit takes off, in cents."""


def lines_of(truth: Truth) -> dict[tuple[str, str], int]:
    """The lines of a statement."""
    charge, late, down, limit = truth
    return {
        ("3.1", "charge"): charge,
        ("4.4", "credit"): -late,
        ("4.6", "credit"): -down,
        ("4.7", "limit"): min(limit, late + down),
    }


def register_of(months: list[list[Truth]]) -> Register:
    """A register in which each month is issued, and restated to each further truth a month later."""
    runs: list[Run] = []
    for place, period in enumerate(MONTHS[: len(months)]):
        day = date(2026, place + 2, 3)
        before = months[place - 1] if place else []
        documents = [
            issued(MONTHS[place - 1], _difference(old, new), number)
            for number, (old, new) in enumerate(pairwise(before), 1)
        ]
        lines = [(*key, cents) for key, cents in lines_of(months[place][0]).items()]
        runs.append(Run(f"run {place}", day, "content", (*documents, issued(period, lines)), None, "seal"))
    return Register("ACME-2026", tuple(runs))


def _difference(old: Truth, new: Truth) -> list[tuple[str, str, int]]:
    before, after = lines_of(old), lines_of(new)
    return [(*key, after[key] - before[key]) for key in after if after[key] != before[key]]


def facts_of(claims: list[tuple[int, int, int | None, str]]) -> ec.Facts:
    """Claims: of which month, on which day of the next, for how many cents, and what was decided ten days later."""
    made, decided = [], []
    for place, (month, day, cents, outcome) in enumerate(claims):
        at = f"2026-{month + 2:02}-{day:02}T12:00:00Z"
        claim = {"ref": f"C-{place}", "period": MONTHS[month], "at": at}
        made.append(claim if cents is None else {**claim, "amount": str(eur(cents))})
        if outcome != "none":
            decision = {"ref": f"D-{place}", "claim": f"C-{place}", "at": at.replace("T12", "T18"), "outcome": outcome}
            some = outcome == "accepted" and cents is not None
            decided.append({**decision, "amount": str(eur(cents or 0))} if some else decision)
    year = {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z", "at": "2026-01-01T00:00:00Z"}
    rate = {"ref": "R-1", "figure": "usd per eur", "value": "1.0837", **year}
    return ec.facts_from_records(claims=made, decisions=decided, declared=[rate])


Case = tuple[ec.Contract, Register, CreditAccount]
cents = st.integers(0, 12_000)
truths: st.SearchStrategy[Truth] = st.tuples(st.integers(1, 20_000), cents, cents, st.one_of(st.just(0), cents))
months = st.lists(st.lists(truths, min_size=1, max_size=3), min_size=1, max_size=4)
outcomes = st.sampled_from(["none", "accepted", "rejected"])
claims = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 27), st.none() | cents, outcomes), max_size=4)
days = st.dates(date(2026, 2, 1), date(2026, 6, 30))


@st.composite
def cases(draw: st.DrawFn, names: tuple[str, ...] = DRAWN) -> Case:
    """A contract, what was issued under it, and the account of a day."""
    name = draw(st.sampled_from(names))
    register, asked = register_of(draw(months)), draw(claims)
    facts = facts_of([] if name == "days" else asked)  # a day of service is worth nothing before the first charge
    return CONTRACTS[name], register, credit_account(CONTRACTS[name], register, facts, as_of=draw(days))
