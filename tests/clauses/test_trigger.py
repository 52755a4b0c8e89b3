"""Tests of rights and duties: clauses P1 to P5 of real contracts, windows, consumption, and an oracle for each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ecsm_contracts as ec
from ecsm_contracts.clauses import Trigger
from ecsm_contracts.errors import DocumentError, VerificationError
from ecsm_contracts.figures._rules import apply_rule
from ecsm_contracts.money import ExactAmount, Money
from ecsm_contracts.statements import statement_from_data

from .history import CREDIT, LEVEL, SEVERE, contract, statements
from .world import codes, read

POINTS = {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "points", "rate": "EUR 10.00",
          "points": {"by": "severity", "severe": 4, "otherwise": 1}}  # fmt: skip
BASE: dict[str, Any] = {"ref": "9.1", "kind": "trigger", "right": "terminate"}


def on_levels(when: object, **more: Any) -> dict[str, Any]:
    """Return a trigger on the level."""
    return {**BASE, "levels": ["4.1"], "when": when, **more}


def fired(word: str, trigger: dict[str, Any], *clauses: dict[str, Any]) -> str:
    """Return for each month of *word* an X where the trigger fires, else a dash."""
    made = statements(contract(*(clauses or (SEVERE, POINTS)), trigger), word)
    for each in made:
        assert each["9.1"].value == each.triggers[0].fired
    return "".join("X" if each.triggers[0].fired else "-" for each in made)


@pytest.mark.parametrize(
    ("when", "word", "expected"),
    [
        ({"run": 3, "consumes": False}, "bbbbgbb", "--XX---"),  # P3: three consecutive months
        ({"run": 2, "consumes": False}, "b.bb", "---X"),
        ({"run": 2, "consumes": True}, "bbbb", "-X-X"),  # worked example 73: what fired is used up
        ({"times": 4, "within": 12, "consumes": False}, "gbggbgggbggbgb", "-----------XXX"),  # worked example 45
        ({"times": 2, "within": 3, "consumes": True}, "bbbb", "-X-X"),
        ({"severity": "severe"}, "bsgs", "-X-X"),  # P3: one month below the second edge
        ({"severity": "minor"}, "bsgs", "XX-X"),
        ({"run": 2, "severity": "severe", "consumes": False}, "bsss", "--XX"),
        ("any", "bg.", "X--"),
        ({"outcome": "met", "run": 2, "consumes": False}, "ggbgg", "-X--X"),
    ],
)
def test_on_levels(when: object, word: str, expected: str) -> None:
    """Rows, so many times in a window, and severities: it fires in the months in which the condition holds."""
    assert fired(word, on_levels(when)) == expected


def test_a_failure_stacked_away_still_counts() -> None:
    """A miss whose credit another one displaces, or a limit cuts to nothing, counts for a trigger all the same."""
    other = {**POINTS, "ref": "4.4", "rate": "EUR 50.00"}
    limit = {
        "ref": "4.7", "kind": "limit", "credits": ["4.6"], "at_most": "EUR 0.00", "window": "period",
        "excess": "forfeit",
    }  # fmt: skip
    combine = {"ref": "4.6", "kind": "combine", "among": ["4.4", "4.5"], "take": "first"}
    assert fired("bb", on_levels({"run": 2, "consumes": False}), SEVERE, other, POINTS, combine, limit) == "-X"


def naive_sums(numbers: list[int], within: int, at_least: int, *, consumes: bool, reset: int | None = None) -> str:
    """Say month by month whether the numbers of the last months reach something, with nothing carried."""
    found = ""
    used = 0  # months up to here are used up
    for now in range(len(numbers)):
        first = max(used, now + 1 - within)
        whole = clean = 0
        for each in numbers[first : now + 1]:
            clean = 0 if each else clean + 1
            whole = 0 if reset and clean >= reset else whole + each
        found += "X" if whole >= at_least else "-"
        if consumes and whole >= at_least:
            used = now + 1
    return found


@settings(max_examples=40)
@given(
    st.text("gbs", min_size=1, max_size=9), st.integers(1, 5), st.integers(1, 9), st.booleans(),
    st.none() | st.integers(1, 3),
)  # fmt: skip
def test_points_like_a_naive_reading(word: str, within: int, at_least: int, consumes: bool, reset: int | None) -> None:
    """P1: points of the last months, used up or not, forgotten after clean months or not, as a plain loop adds them."""
    terms: dict[str, Any] = {"credits": ["4.5"], "at_least": str(at_least), "within": within, "consumes": consumes}
    trigger = {**BASE, "points": terms | ({"reset_after": reset} if reset else {})}
    numbers = [{"g": 0, "b": 1, "s": 4}[letter] for letter in word]
    assert fired(word, trigger) == naive_sums(numbers, within, at_least, consumes=consumes, reset=reset)


@settings(max_examples=40)
@given(st.text("gbs", min_size=1, max_size=9), st.sampled_from([2, 3, 12]), st.integers(1, 90), st.booleans())
def test_amounts_like_a_naive_reading(word: str, window: int, at_least: int, consumes: bool) -> None:
    """What was given in the last months reaches an amount when a plain loop says so."""
    terms = {"credits": ["4.5"], "at_least": f"EUR {at_least}.00", "window": {"periods": window}, "consumes": consumes}
    numbers = [{"g": 0, "b": 10, "s": 40}[letter] for letter in word]
    expected = naive_sums(numbers, window, at_least, consumes=consumes)
    assert fired(word, {**BASE, "amounts": terms}) == expected


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"at_least": "EUR 20.00", "window": "period"}, "----X"),
        ({"at_least": "EUR 20.00", "window": "term"}, "-XXXX"),
        ({"above": "EUR 20.00", "window": "term"}, "---XX"),
        ({"at_least": "0.002%", "of": "3.1", "window": "contract_year"}, "-XXXX"),  # of 1,000,000: 20
    ],
)
def test_amounts(terms: dict[str, Any], expected: str) -> None:
    """An amount or a share of a charge, reached or exceeded, in a period, a year or the whole term."""
    assert fired("bbgbs", {**BASE, "amounts": {"credits": ["4.5"], "consumes": False, **terms}}) == expected


def test_a_new_contract_year_begins_at_zero() -> None:
    """What was given in the year before does not count in the new one; twelve months later it does not either."""
    terms = {"credits": ["4.5"], "at_least": "EUR 20.00", "window": "contract_year", "consumes": False}
    assert fired("g" * 11 + "bbb", {**BASE, "amounts": terms}) == "-" * 13 + "X"


def test_a_limit_that_is_reached() -> None:
    """P1: it fires when credits use up what a limit allows, and not below it, nor when nothing is given."""
    limit = {
        "ref": "4.6", "kind": "limit", "credits": ["4.5"], "at_most": "EUR 10.00", "window": "period",
        "excess": "forfeit",
    }  # fmt: skip
    assert fired("gbs", {**BASE, "reached": "4.6"}, SEVERE, POINTS, limit) == "-XX"
    assert fired("gbs", {**BASE, "reached": "4.6"}, SEVERE, POINTS, {**limit, "at_most": "EUR 11.00"}) == "--X"


def test_in_the_statement() -> None:
    """A statement names every right, whether it follows, and why; it reads back; one that lies is found out."""
    found = contract(SEVERE, POINTS, on_levels({"run": 2, "consumes": False}, title="Notice of termination"))
    first, second = statements(found, "bb")
    state = second.triggers[0]
    assert state == ("9.1", "Notice of termination", "terminate", True, "4.1 missed 2 times in a row")
    assert "Notice of termination  YES" in str(second)
    assert "Notice of termination  no" in str(first)
    data = second.to_data()
    assert statement_from_data(data) == second
    data["triggers"][0]["fired"] = False
    with pytest.raises(VerificationError, match=r"trigger 9\.1: it says False"):
        ec.verify(statement_from_data(data))
    del data["triggers"]
    with pytest.raises(VerificationError, match="triggers"):
        ec.verify(statement_from_data(data))


def test_no_part_without_a_trigger() -> None:
    """A contract without triggers has statements without that part, so that their digests do not move."""
    made = statements(contract(LEVEL, CREDIT), "b")[0]
    assert "triggers" not in made.to_data()
    assert "Rights and duties" not in str(made)


AMOUNTS = {"credits": ["4.5"], "at_least": "EUR 1.00", "window": "period", "consumes": False}
SOME = {"credits": ["4.5"], "at_least": "1", "within": 2, "consumes": False}


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({}, "trigger_shape"),
        ({"reached": "4.6", "points": SOME}, "trigger_shape"),
        ({"levels": ["4.1"], "reached": "4.6"}, "trigger_levels"),
        ({"when": {"severity": "severe"}}, "trigger_levels"),
        ({"reached": "4.6", "right": "other"}, "trigger_title"),
        ({"points": {**SOME, "at_least": "0"}}, "threshold_zero"),
        ({"points": {"credits": ["4.5"], "at_least": "1", "within": 2}}, "missing"),
        ({"amounts": {**AMOUNTS, "above": "EUR 1.00"}}, "threshold_shape"),
        ({"amounts": {**AMOUNTS, "at_least": "5%"}}, "rate_without_basis"),
        ({"amounts": {**AMOUNTS, "of": "3.1"}}, "rate_with_basis"),
        ({"amounts": {**AMOUNTS, "at_least": "EUR 0.00"}}, "threshold_zero"),
        ({"levels": ["4.1"], "when": {"run": 2}}, "when_consumes"),
    ],
)
def test_refuses(terms: dict[str, Any], code: str) -> None:
    """A trigger has one condition, whole, and says whether what fired is used up."""
    with pytest.raises(ValidationError) as caught:
        read({**BASE, **terms})
    assert code in codes(caught.value)
    assert isinstance(read({**BASE, "reached": "4.6"}), Trigger)


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        (({**LEVEL, "gaps": None}, CREDIT, on_levels({"run": 2, "consumes": False})), "gaps_missing"),
        ((LEVEL, CREDIT, on_levels({"severity": "severe"})), "severity_unknown"),
        ((LEVEL, {**CREDIT, "when": "any"}, {**BASE, "points": SOME}), "points_uncounted"),
        (
            (
                LEVEL, CREDIT,
                {"ref": "4.6", "kind": "limit", "credits": ["4.5"], "above": "EUR 1.00", "window": "period",
                 "excess": "forfeit"},
                {**BASE, "reached": "4.6"},
            ),
            "reached_unbounded",
        ),
        ((LEVEL, CREDIT, {**BASE, "reached": "4.5"}), "reference_kind"),
        ((LEVEL, CREDIT, {**BASE, "points": {**SOME, "credits": ["4.1"]}}), "reference_kind"),
        ((LEVEL, CREDIT, {**BASE, "amounts": {**AMOUNTS, "above": "EUR -1.00", "at_least": None}}), "amount_negative"),
    ],
)  # fmt: skip
def test_refuses_together(clauses: tuple[dict[str, Any], ...], code: str) -> None:
    """What a condition needs of levels, credits and limits must be there."""
    with pytest.raises(DocumentError) as caught:
        contract(*({name: value for name, value in each.items() if value is not None} for each in clauses))
    assert code in {problem.code for problem in caught.value.problems}


@given(st.lists(st.booleans(), max_size=4))
def test_any(conditions: list[bool]) -> None:
    """It holds when one of its conditions does; of none, none does."""
    assert apply_rule("any/1", tuple(conditions)) == (conditions.count(True) > 0)


@given(st.integers(0, 50), st.integers(-1, 50))
def test_thresholds(cents: int, threshold: int) -> None:
    """An amount that is exactly the threshold reaches it and is not above it; nothing reaches nothing."""
    terms = Money.from_minor(cents, "EUR"), ExactAmount(Fraction(threshold, 100), "EUR")
    assert apply_rule("amount at least/1", terms) == (cents >= threshold and cents > 0)
    assert apply_rule("amount above/1", terms) == (cents > threshold)


def test_points_since_reset() -> None:
    """Three clean months make the points before them forgotten; two do not."""
    assert apply_rule("points since reset/1", (3, 5, 0, 0, 1)) == 6
    assert apply_rule("points since reset/1", (3, 5, 0, 0, 0, 1)) == 1
