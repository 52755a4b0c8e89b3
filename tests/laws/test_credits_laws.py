"""What always holds of accounts of credits, whoever works them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.accounts import CreditAccount, CreditDocument, credit_account, new_documents
from ecsm_contracts.errors import EcsmError
from ecsm_contracts.figures import replay
from tests.oracle.credit_worlds import CreditCase, amended, case_number, pick, settlements
from tests.oracle.crediting import USED

from .comparing_credits import account_of, contract_of, facts_of, minor, register_of

pytestmark = pytest.mark.sweep

Law = Callable[[CreditCase, Random], bool]
ISSUES = ("instrument", "deduct_from", "insufficient", "expires", "at_end", "minimum", "day", "pay_in")


def read(case: CreditCase) -> CreditAccount | None:
    """The account of a case; None where the contract does not provide for it."""
    try:
        return account_of(case)
    except EcsmError:
        return None


def refs(account: CreditAccount) -> list[str]:
    """The documents of an account, by their identity."""
    return [document.ref for document in account.documents]


def a_later_day_keeps_all_documents(case: CreditCase, chance: Random) -> bool:
    """An account of a later day begins with all documents of an earlier one, in their order."""
    later = read(case)
    if later is None:
        return False
    days = sorted({each["day"] for each in case.issued} | {document.on for document in later.documents})
    day = min(case.as_of, pick(chance, days) - timedelta(days=pick(chance, [0, 0, 1])))
    earlier = account_of(case, day)
    assert refs(later)[: len(earlier.documents)] == refs(earlier)
    assert all(document.on > day for document in later.documents[len(earlier.documents) :])
    new = later.documents[len(earlier.documents) :]
    assert new_documents(earlier, later) == new
    return len(new) > 0 < len(earlier.documents)


def the_order_of_records_is_neutral(case: CreditCase, chance: Random) -> bool:
    """Claims, decisions and rates may come in any order."""
    account = read(case)
    if account is None:
        return False
    parts: dict[str, Any] = {name: list(getattr(case, name)) for name in ("claims", "decisions", "declared")}
    for part in parts.values():
        chance.shuffle(part)
    assert account_of(replace(case, **parts)).to_json() == account.to_json()
    return sum(len(part) > 1 for part in parts.values()) > 1


def new_documents_add_up(case: CreditCase, chance: Random) -> bool:
    """What was issued before, and what is new since a record came late, are the documents of now."""
    fewer: dict[str, Any] = {
        name: [each for each in getattr(case, name) if chance.random() < 0.6] for name in ("claims", "decisions")
    }
    before, after = read(replace(case, **fewer)), read(case)
    if before is None or after is None:
        return False
    new = new_documents(before, after)
    gone = Counter(each.cancels for each in new if each.cancels is not None)
    left = Counter(refs(before)) - gone + Counter(each.ref for each in new if each.cancels is None)
    assert left == Counter(refs(after))
    assert gone <= Counter(refs(before))
    assert new_documents(after, after) == ()
    assert new_documents(None, after) == after.documents
    assert len(set(refs(after))) == len(after.documents)
    return bool(gone) and len(new) > gone.total()


def sums_hold(case: CreditCase, _: Random) -> bool:
    """What is granted is used, left or kept, less debits; what is computed was issued; parts add up to the whole."""
    account = read(case)
    if account is None:
        return False
    sums: Counter[tuple[str, str]] = Counter()
    for credit in account.credits:
        sums[credit.period, credit.clause] += minor(credit.granted.value)
    for document in account.documents:
        sign = {"debit": 1, "reversal": 1, "top_up": 0, "withdrawal": 0}.get(document.kind, -1)
        assert sign != -1 or document.kind in USED
        assert document.amount.minor > 0
        sums[document.period, document.clause] += sign * minor(document.amount)
        assert (
            not document.cost_centres or sum(minor(part) for _, part in document.cost_centres) == document.amount.minor
        )
    for period, clause, amount in account.left:
        sums[period, clause] -= minor(amount)
    assert set(sums.values()) <= {0}
    room = {case.periods[each["period"]].label: each["lines"] for each in case.issued if each["kind"] == "statement"}
    taken: Counter[str] = Counter()
    for document in account.documents:
        if document.kind in ("deduction", "draw"):
            taken[str(document.invoice)] += minor(document.amount)
    for invoice, minor_units in taken.items():
        assert minor_units <= sum(max(0, line[2]) for line in room[invoice])
    return bool(account.documents)


def figures_replay(case: CreditCase, _: Random) -> bool:
    """Every amount, in both currencies, and every number of days follows from what it says it follows from."""
    account = read(case)
    if account is None:
        return False
    proofs: list[ec.Figure[Any]] = []
    for document in account.documents:
        proofs += [each for each in (document.figure, document.paid, document.days) if each is not None]
    for credit in account.credits:
        proofs += [credit.computed, credit.granted]
    assert [failure for proof in proofs for failure in replay(proof)] == []
    return bool(account.documents)


def granted(account: CreditAccount) -> list[tuple[Any, ...]]:
    """What is granted, whatever the instrument."""
    return [
        (each.period, each.clause, each.computed.value, each.claim, each.state, each.granted.value)
        for each in account.credits
    ]


def the_instrument_grants_nothing(case: CreditCase, chance: Random) -> bool:
    """With another instrument, minimum or expiry the same is granted of each credit."""
    other = settlements(chance)
    changed = {key: other[key] for key in ISSUES if key in other}

    def with_other(terms: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in terms.items() if key not in ISSUES} | changed

    contract = {**case.contract, "settlement": with_other(case.contract["settlement"])}
    contract = {key: value for key, value in contract.items() if key not in ("versions", "amendments")}
    second = None if case.second is None else with_other(case.second)
    if second is not None and case.amended is not None:
        contract = amended(contract, case.periods[case.amended].first, second, bare=case.bare)
    first, then = read(case), read(replace(case, contract=contract, second=second))
    if first is None or then is None:
        return False
    assert granted(then) == granted(first)
    return refs(first) != refs(then)


def a_taken_back_document_stands_for_itself(case: CreditCase, _: Random) -> bool:
    """Without any record, all documents are taken back that needed one, and the others stay."""
    before, after = read(case), read(replace(case, claims=[], decisions=[]))
    if before is None or after is None:
        return False
    gone: list[CreditDocument] = [each for each in new_documents(before, after) if each.cancels is not None]
    by_ref = {document.ref: document for document in before.documents}
    for each in gone:
        assert each.replace(cancels=None) == by_ref[str(each.cancels)]
        assert each.ref not in by_ref
    return bool(gone)


LAWS: dict[str, tuple[Law, int]] = {
    "a later day keeps all documents": (a_later_day_keeps_all_documents, 4),
    "the order of records is neutral": (the_order_of_records_is_neutral, 8),
    "new documents add up": (new_documents_add_up, 2),
    "sums hold": (sums_hold, 10),
    "figures replay": (figures_replay, 10),
    "the instrument grants nothing": (the_instrument_grants_nothing, 8),
    "what is taken back": (a_taken_back_document_stands_for_itself, 5),
}
"""Each law says whether a world put it to the test; and how many of 40 must do so at least."""


@pytest.mark.parametrize("name", LAWS)
def test_law(name: str) -> None:
    """Each law holds in 40 worlds, so many of which put it to the test."""
    law, least = LAWS[name]
    assert sum(law(case_number(10_000 + number), Random(number)) for number in range(40)) >= least


@pytest.mark.deep
@pytest.mark.parametrize("name", LAWS)
def test_law_deeply(name: str) -> None:
    """Each law holds in 600 worlds."""
    for number in range(600):
        LAWS[name][0](case_number(20_000 + number), Random(number))


def test_one_facts_object_serves_all_days() -> None:
    """Accounts of all days of one register and the same facts follow each other without anything taken back."""
    case = case_number(10_003)
    contract, register, facts = contract_of(case), register_of(case), facts_of(case)
    before = None
    for days in range(0, 400, 20):
        after = credit_account(contract, register, facts, as_of=case.issued[0]["day"] + timedelta(days=days))
        assert all(document.cancels is None for document in new_documents(before, after))
        before = after
