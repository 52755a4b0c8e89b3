"""Accounts of credits: what never leaves the library, and what running again on other records issues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.accounts import CreditAccount, CreditDocument, Register, credit_account, new_documents
from ecsm_contracts.accounts._entitlement import Entitlement
from ecsm_contracts.accounts._payout import Payout
from ecsm_contracts.errors import EngineInvariantError, InvalidValue
from ecsm_contracts.figures import given as told
from tests.accounts.booked import CONTRACTS, DRAWN, claims, eur, facts_of, months, register_of

LATE = date(2026, 6, 30)
TAKEN_BACK = [[(20_000, 5_000, 0, 0), (20_000, 2_000, 0, 0)], [(20_000, 0, 0, 0)]]
"""A credit of EUR 50.00 in January, which a restatement lowers to EUR 20.00 a month later."""


def account_of(name: str, register: Register, facts: ec.Facts | None = None, until: date = LATE) -> CreditAccount:
    """The account of a register under one of the settlements."""
    return credit_account(CONTRACTS[name], register, facts, as_of=until)


# --- accounts that do not add up ----------------------------------------------------------------------------------


def _emits(change: Callable[[dict[str, Any]], None]) -> Callable[[Any], Any]:
    def wrong(right: Any) -> Any:
        def emit(self: Payout, kind: Any, on: date, credit: Any, figure: Any, **more: Any) -> None:
            said = {"kind": kind, "figure": figure}
            change(said)
            right(self, said["kind"], on, credit, said["figure"], **more)

        return emit

    return wrong


def _no_emission(right: Any) -> Any:
    return lambda self, *given_, **more: None


def _not_taken_in(right: Any) -> Any:
    return lambda self, issued, on: None


def _never_lowered(right: Any) -> Any:
    return lambda self, period, root, by: None


def _half(said: dict[str, Any]) -> None:
    said["figure"] = told("half", ec.Money.from_minor(said["figure"].value.minor // 2, "EUR"))


def _negative(said: dict[str, Any]) -> None:
    said["figure"] = told("negative", -said["figure"].value)


def _one_centre_less(right: Any) -> Any:
    def emit(self: Payout, kind: Any, on: date, credit: Any, figure: Any, **more: Any) -> None:
        right(self, kind, on, credit, figure, **more)
        made = self.documents[-1]
        self.documents[-1] = made.replace(cost_centres=made.cost_centres[1:])

    return emit


@pytest.mark.parametrize(
    ("owner", "attribute", "wrong", "said"),
    [
        (Payout, "_emit", _no_emission, "neither used nor left"),
        (Payout, "_emit", _emits(_half), "2026-01, clause 4.7: EUR 25.00 granted, and neither used nor left"),
        (Payout, "_emit", _emits(_negative), "a document of EUR -50.00"),
        (Payout, "_emit", _one_centre_less, "its cost centres do not add up"),
        (Entitlement, "take_in", _not_taken_in, "EUR 50.00 issued, None computed"),
        (Entitlement, "_lower", _never_lowered, "EUR 20.00 issued, EUR 50.00 computed"),
    ],
)
def test_an_account_that_does_not_add_up_is_never_returned(
    owner: Any, attribute: str, wrong: Callable[[Any], Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong on the way, what is issued, computed, granted and used add up, or nothing is returned."""
    register = register_of(TAKEN_BACK if attribute == "_lower" else TAKEN_BACK[:1])
    monkeypatch.setattr(owner, attribute, wrong(owner.__dict__[attribute]))
    with pytest.raises(EngineInvariantError, match=said):
        account_of("note", register, facts_of([]))


# --- documents that are new ---------------------------------------------------------------------------------------


def net(documents: tuple[CreditDocument, ...]) -> dict[str, ec.Money]:
    """What the documents of each kind come to; one that takes another back counts against it."""
    sums: dict[str, ec.Money] = {}
    for each in documents:
        amount = each.amount if each.cancels is None else -each.amount
        sums[each.kind] = sums.get(each.kind, eur(0)) + amount
    return {kind: amount for kind, amount in sums.items() if not amount.is_zero}


@settings(max_examples=40)
@given(drawn=months, name=st.sampled_from([name for name in DRAWN if name != "days"]), asked=claims, day=st.dates())
def test_what_is_new_leads_from_one_account_to_the_other(drawn: Any, name: str, asked: Any, day: date) -> None:
    """The documents of an account and those that are new come to the other account, even if records came late."""
    register, day = register_of(drawn), min(max(day, date(2026, 2, 1)), LATE)
    before, after = account_of(name, register, facts_of([]), day), account_of(name, register, facts_of(asked))
    new = new_documents(before, after)
    assert net((*before.documents, *new)) == net(after.documents)
    assert new_documents(after, after) == ()
    assert new_documents(None, after) == after.documents


def test_a_late_record_takes_back_what_it_changes() -> None:
    """A claim that comes in after its day lowers the invoice of February: what was taken off it is taken back first."""
    register = register_of([[(20_000, 5_000, 0, 0)], [(2_000, 0, 0, 0)]])
    before = account_of("deduction", register, facts_of([]))
    after = account_of("deduction", register, facts_of([(0, 3, 2_000, "accepted")]))
    assert [(each.kind, str(each.on), str(each.amount)) for each in before.documents] == [
        ("deduction", "2026-02-03", "EUR 50.00")
    ]
    assert [(each.kind, each.cancels, str(each.on), str(each.amount)) for each in new_documents(before, after)] == [
        ("debit", None, "2026-02-03", "EUR 30.00")
    ]
    earlier = account_of("deduction", register, facts_of([]), date(2026, 2, 2))
    assert [each.kind for each in new_documents(after, earlier)] == ["deduction", "debit"]
    assert [each.cancels for each in new_documents(after, earlier)] == [each.ref for each in after.documents]


def test_accounts_of_two_contracts_are_not_compared() -> None:
    """Each contract has its own documents."""
    register = register_of(TAKEN_BACK)
    other_contract = CONTRACTS["cash"].replace(ref="OTHER-1")
    other = credit_account(other_contract, Register("OTHER-1"), as_of=LATE)
    with pytest.raises(InvalidValue) as caught:
        new_documents(other, account_of("deduction", register))
    assert caught.value.rule == "account_contract"
