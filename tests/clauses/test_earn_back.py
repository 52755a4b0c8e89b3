"""Tests of what comes back: worked example 51, and the laws of earn-back over drawn histories."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ecsm_contracts as ec
from ecsm_contracts.clauses import EarnBack
from ecsm_contracts.errors import DocumentError
from ecsm_contracts.figures._rules import apply_rule
from ecsm_contracts.money import ExactAmount, Money, Percent

from .history import CREDIT, LEVEL, SEVERE, contract, euros, statements
from .world import codes, read

HALVES = [{"after": 2, "share": "50%"}, {"after": 4, "share": "50%"}]
EARN: dict[str, Any] = {
    "ref": "4.8", "kind": "earn_back", "of": ["4.5"], "levels": ["4.1"], "gaps": "breaks",
    "tranches": HALVES, "within": "term",
}  # fmt: skip
WORDS = st.text("gb.", min_size=1, max_size=10)


def returned(word: str, level: dict[str, Any] = LEVEL, fee: str = "EUR 1000000.00", **terms: Any) -> list[str]:
    """Return what comes back in each month that *word* spells."""
    found = contract(level, CREDIT, {**EARN, **terms}, fee=fee)
    return [euros(each, "4.8") for each in statements(found, word)]


@pytest.mark.parametrize(
    ("word", "terms", "back"),
    [
        ("bgggg", {}, [0, 0, 75_000, 0, 75_000]),  # worked example 51: Bank of Baroda
        ("bggbgggg", {}, [0, 0, 75_000, 0, 0, 75_000, 0, 150_000]),  # the first credit's second half comes with both
        ("bgbgg", {}, [0, 0, 0, 0, 150_000]),  # a row that breaks begins anew
        ("bg.g", {}, [0, 0, 0, 0]),
        ("bg.g", {"gaps": "skips"}, [0, 0, 0, 75_000]),
        ("bgggg", {"within": 4}, [0, 0, 75_000, 0, 75_000]),
        ("bg.ggg", {"within": 4}, [0, 0, 0, 0, 75_000, 0]),  # the second half would be due in the fifth month
        ("bbgggg", {"within": 4}, [0, 0, 0, 150_000, 0, 75_000]),  # the second half of the first credit is too late
    ],
)  # fmt: skip
def test_tranches(word: str, terms: dict[str, Any], back: list[int]) -> None:
    """Each half of what was given comes back in the month in which the row of good months reaches it, and once."""
    assert returned(word, **terms) == list(map(str, back))


def test_only_what_was_not_severe() -> None:
    """Where only minor misses are forgiven, the credit of a severe one stays."""
    assert returned("sgg", SEVERE, only=["minor"]) == ["0", "0", "0"]
    assert returned("bgg", SEVERE, only=["minor"]) == ["0", "0", "75000"]
    assert returned("sgg", SEVERE) == ["0", "0", "75000"]


def test_what_a_limit_left_comes_back() -> None:
    """What comes back is of what was given after the limit, whether the credit or the limit is named."""
    limit = {
        "ref": "4.6", "kind": "limit", "credits": ["4.5"], "at_most": "EUR 100000.00", "window": "period",
        "excess": "forfeit",
    }  # fmt: skip
    for of in ("4.5", "4.6"):
        found = contract(LEVEL, CREDIT, limit, {**EARN, "of": [of]})
        assert [euros(each, "4.8") for each in statements(found, "bgggg")] == ["0", "0", "50000", "0", "50000"]


def naive(word: str, gaps: str, within: int, tranches: list[tuple[int, int]], cents: int) -> list[int]:
    """Return what comes back in each month, in cents: credit by credit, tranche by tranche, month by month."""
    back = [0] * len(word)
    for place, letter in enumerate(word):
        if letter != "b":
            continue
        paid_of = 0
        owed = list(tranches)
        share = row = 0
        for now in range(place + 1, len(word)):
            row = row + 1 if word[now] == "g" else row if (word[now], gaps) == (".", "skips") else 0
            while owed and row >= owed[0][0] and now - place <= within:
                share += owed.pop(0)[1]
                whole = (cents * share * 2 + 100) // 200  # half up
                back[now] += whole - paid_of
                paid_of = whole
    return back


@settings(max_examples=40)
@given(
    WORDS,
    st.sampled_from(["breaks", "skips"]),
    st.integers(4, 9),
    st.sampled_from([[(2, 50), (4, 50)], [(1, 33), (2, 33), (3, 34)], [(3, 40)]]),
    st.integers(1, 9999),
)
def test_like_a_naive_reading(word: str, gaps: str, within: int, tranches: list[tuple[int, int]], cents: int) -> None:
    """For any history it is what reckoning credit by credit gives; never more than was given, never before it."""
    terms = [{"after": after, "share": f"{share}%"} for after, share in tranches]
    credit = {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "level",
              "rate": str(Money.from_minor(cents, "EUR"))}  # fmt: skip
    found = contract(LEVEL, credit, {**EARN, "gaps": gaps, "within": within, "tranches": terms})
    made = statements(found, word)
    lines = [{line.clause: line.amount.minor for line in each.lines} for each in made]
    assert [each.get("4.8", 0) for each in lines] == naive(word, gaps, within, tranches, cents)
    net = 0
    for each in lines:
        net += each.get("4.5", 0) + each.get("4.8", 0)
        assert net <= 0, "more came back than was given"


@given(st.integers(0, 10**6), st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_all_tranches_are_what_was_given(cents: int, shares: list[int]) -> None:
    """Tranches of 100 % together return to the cent what was given, however they are rounded."""
    shares = [*shares, 100 - sum(shares)] if sum(shares) < 100 else [100]
    terms = [term for after, share in enumerate(shares, 1) for term in (after, Percent.of(share))]
    amount = Money.from_minor(cents, "EUR")
    parts = [
        apply_rule("tranches/1", (amount, "half_even", "breaks", "missed", *terms, *["met"] * run))
        for run in range(1, len(shares) + 1)
    ]
    assert all(isinstance(part, ExactAmount) and part.ratio >= 0 for part in parts)
    assert sum(part.ratio for part in parts if isinstance(part, ExactAmount)) == amount.ratio
    assert not apply_rule("tranches/1", (amount, "half_even", "breaks", "worse", *terms, "met")).ratio  # type: ignore[union-attr]  # an amount


@pytest.mark.parametrize(
    ("only", "states", "state"),
    [
        ("", ["met", "missed"], "missed"), ("", ["met", "excused"], "met"), ("", [], "not_measured"),
        ("", ["excused", "not_measured"], "not_measured"), ("minor", ["minor", "met"], "missed"),
        ("minor", ["minor", "severe"], "worse"), ("minor", ["met"], "met"),
    ],
)  # fmt: skip
def test_state_of_period(only: str, states: list[str], state: str) -> None:
    """A period is missed with any miss in it, worse with one that is not forgiven, met with one met, else a gap."""
    assert apply_rule("state of period/1", (only, *states)) == state


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"tranches": [{"after": 2, "share": "50%"}, {"after": 2, "share": "50%"}]}, "tranches_order"),
        ({"tranches": [{"after": 2, "share": "60%"}, {"after": 4, "share": "50%"}]}, "tranches_share"),
        ({"within": 3}, "tranches_within"),
        ({"tranches": [{"after": 2, "share": "0%"}]}, "tranche_share"),
        ({"tranches": []}, "too_short"),
        ({"gaps": None}, "literal_error"),
    ],
)
def test_refuses(terms: dict[str, Any], code: str) -> None:
    """Tranches rise, return at most what was given, and fall due in time; what a gap does must be said."""
    with pytest.raises(ValidationError) as caught:
        read({**EARN, **terms})
    assert code in codes(caught.value)
    assert isinstance(read(EARN), EarnBack)


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ([LEVEL, CREDIT, EARN, {**EARN, "ref": "4.9"}], "returned_twice"),
        ([LEVEL, {**CREDIT, "kind": "bonus"}, EARN], "earn_back_of"),
        ([LEVEL, CREDIT, {**EARN, "only": ["minor"]}], "severity_unknown"),
    ],
)
def test_refuses_together(clauses: list[dict[str, Any]], code: str) -> None:
    """One credit comes back by one clause, a bonus is no credit, and severities are those of the levels."""
    with pytest.raises(DocumentError) as caught:
        contract(*clauses)
    assert code in {problem.code for problem in caught.value.problems}


def test_it_is_owed_to_the_provider_and_proved() -> None:
    """The line is positive, of its own kind, and the statement verifies, also when read back."""
    last = statements(contract(LEVEL, CREDIT, EARN), "bgg")[-1]
    assert [(line.kind, str(line.amount)) for line in last.lines][1:] == [("earn_back", "EUR 75000.00")]
    assert ec.verify(last).figures > 0
