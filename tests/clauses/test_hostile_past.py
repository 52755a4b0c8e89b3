"""A carry that was written by hand: what no statement would have handed on is refused, and says where."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.clauses import register_clause
from ecsm_contracts.errors import CarryError, ClauseError, InvalidValue, WrongType
from ecsm_contracts.figures import value_from_data
from ecsm_contracts.figures._rules import apply_rule
from tests.contracts.test_presets import BASE
from tests.engine.test_history import LEVEL

FEE = {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"}
CREDIT = {"ref": "5.1", "kind": "service_credit", "levels": ["4.1"], "per": "level", "of": "3.1"}
LIMIT = {"ref": "5.2", "kind": "limit", "credits": ["5.1"], "at_most": "GBP 400.00", "window": "contract_year"}
CONTRACT = ec.parse_contract(
    json.dumps(
        {
            **BASE,
            "clauses": [
                FEE,
                LEVEL,
                {**CREDIT, "rate": {"by": "run", "1": "10%", "otherwise": "20%"}},
                {**LIMIT, "excess": "carry"},
            ],
        }
    )
)
JANUARY = date(2026, 1, 1)
GOOD: dict[tuple[str, str], Any] = {
    ("4.1", "state"): "met",
    ("5.2", "given"): ec.Money.parse("GBP 5.00"),
    ("5.2", "excess"): ec.Money.parse("GBP 0.00"),
}


def settled(**changed: Any) -> ec.Statement:
    """Return February after an opening in which one value is another."""
    past = {key: [(JANUARY, changed.get(key[1], value))] for key, value in GOOD.items()}
    carry = ec.Carry.opening("P", ends=date(2026, 2, 1), past=past)
    return ec.evaluate(CONTRACT, ec.facts_from_records(), period="2026-02", carry=carry)


def test_an_opening_that_could_be_true_is_taken() -> None:
    """With values that a statement could have handed on, February settles."""
    assert str(settled().total.value) == "GBP 1000.00"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("given", ec.Money.parse("GBP -500.00")),
        ("given", ec.Money.parse("EUR 5.00")),
        ("given", "GBP 5.00"),
        ("excess", ec.Money.parse("GBP 0.005")),
        ("state", "bogus"),
        ("state", ""),
        ("state", 1),
    ],
)
def test_what_no_statement_hands_on_is_refused(name: str, value: Any) -> None:
    """A negative or foreign amount, a fraction of a penny, and a state that no level has are refused by name."""
    with pytest.raises(CarryError, match=f"remembers as '{name}' of 2026-01-01"):
        settled(**{name: value})


@pytest.mark.parametrize(
    "given",
    [
        {"limits": {"5.2": (date(2027, 1, 1), ec.Money.parse("GBP 5.00"))}},
        {"limits": {"5.2": 5}},
        {"limits": [1]},
        {"past": {("5.2", "given"): [(JANUARY, 1.5)]}},
        {"past": {"5.2": [1]}},
    ],
)
def test_an_opening_of_another_form_is_refused(given: dict[str, Any]) -> None:
    """Whatever is handed to an opening, what comes out is the library's own error."""
    with pytest.raises(CarryError):
        ec.Carry.opening("P", ends=date(2026, 2, 1), **given)


def test_hostile_values_of_figures_are_refused_at_once() -> None:
    """A ratio of nothing, and a number with a million digits behind its point, cost no time."""
    for text in ("1/0", "3", "x/1"):
        with pytest.raises(InvalidValue, match="not a ratio"):
            value_from_data({"ratio": text})
    assert apply_rule("declared number/1", (975, 1)) == Fraction(195, 2)
    for places in (10**30, -1):
        with pytest.raises(InvalidValue, match="digits behind the point"):
            apply_rule("declared share/1", (1, places))


def test_limits_around_limits_have_an_end() -> None:
    """Twenty limits may lie around each other; more are refused at the first that is too many."""
    limit = {"kind": "limit", "at_most": "GBP 1.00", "window": "period", "excess": "forfeit"}
    limits = [{**limit, "ref": f"L{n}", "credits": [f"L{n - 1}" if n else "5.1"]} for n in range(25)]
    flat = {**CREDIT, "rate": "10%"}
    ec.parse_contract(json.dumps({**BASE, "clauses": [FEE, LEVEL, flat, *limits[:20]]}))
    with pytest.raises(ec.DocumentError, match=r"clauses\.23: more than 20 clauses take from each other"):
        ec.parse_contract(json.dumps({**BASE, "clauses": [FEE, LEVEL, flat, *limits]}))


def test_what_is_no_text_and_no_class_is_refused() -> None:
    """A contract is parsed from a text, and a kind is registered by its class."""
    with pytest.raises(WrongType):
        ec.parse_contract(b"x")  # type: ignore[arg-type]  # that it is refused is the claim
    with pytest.raises(ClauseError, match="no class of clauses"):
        register_clause(int)  # type: ignore[type-var]  # that it is refused is the claim
