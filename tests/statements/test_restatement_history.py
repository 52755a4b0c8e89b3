"""Restatements of contracts that look back: rights that follow or not, severities, and every kind of line."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.statements import restatement_of
from tests.clauses.history import CREDIT, LEVEL, SEVERE, contract, statements

RECTIFY: dict[str, Any] = {
    "ref": "9.1", "kind": "trigger", "right": "rectify", "title": "A plan is due", "levels": ["4.1"],
    "when": {"run": 2, "consumes": False},
}  # fmt: skip


def test_a_right_that_follows_no_more_is_named() -> None:
    """A correction that undoes the second miss in a row takes the right away: both states stand in the document."""
    agreed = contract(LEVEL, CREDIT, RECTIFY)
    (march,) = ec.restate(statements(agreed, "gbb"), statements(agreed, "gbg"))
    assert [(each.after.clause, each.before.fired, each.after.fired) for each in march.triggers] == [
        ("9.1", True, False)
    ]
    data = march.to_data()["triggers"]
    assert [(each["before"]["fired"], each["after"]["fired"]) for each in data] == [(True, False)]
    table = str(march).split("Rights and duties\n", 1)[1].split("\n\n", 1)[0].splitlines()
    assert re.split(r"  +", table[2]) == ["9.1", "A plan is due", "follows", "does not", "4.1 missed 2 times in a row"]


def test_a_right_that_stays_is_not_named() -> None:
    """Where a correction leaves every right as it was there is no word of them, and no key in the data."""
    agreed = contract(LEVEL, CREDIT, RECTIFY)
    (only,) = ec.restate(statements(agreed, "g"), statements(agreed, "b"))
    assert only.triggers == ()
    assert "triggers" not in only.to_data()
    assert "Rights and duties" not in str(only)


def test_statements_of_other_rights_are_refused() -> None:
    """Two statements under the same terms that do not tell of the same rights are no pair."""
    agreed = contract(LEVEL, RECTIFY)
    (issued,), (corrected,) = statements(agreed, "g"), statements(agreed, "b")
    with pytest.raises(ec.VerificationError, match="different rights and duties"):
        restatement_of(issued, replace(corrected, triggers=()))


def test_another_severity_is_a_reassessment() -> None:
    """A miss that turns out to be a severe one is shown with both severities."""
    agreed = contract(SEVERE, CREDIT)
    (only,) = ec.restate(statements(agreed, "b"), statements(agreed, "s"))
    assert [(each.before.severity, each.after.severity) for each in only.assessments] == [("minor", "severe")]
    assert "missed (severe), 50%" in str(only)


BONUS = {"ref": "4.6", "kind": "bonus", "levels": ["4.1"], "per": "level", "rate": "1%", "of": "3.1"}
LIMIT = {
    "ref": "4.7", "kind": "limit", "credits": ["4.5"], "at_most": "10%", "of": "3.1", "window": "period",
    "excess": "carry",
}  # fmt: skip


def test_every_kind_of_line_is_restated() -> None:
    """Credits, what limits take off and carry, and bonuses are restated line by line, and come to the totals."""
    agreed = contract(LEVEL, CREDIT, BONUS, LIMIT)
    issued, corrected = statements(agreed, "gg"), statements(agreed, "bg")
    found = ec.restate(issued, corrected)
    assert {line.kind for each in found for line in each.lines} == {"credit", "bonus", "limit", "carried"}
    for each, before, after in zip(found, issued, corrected, strict=True):
        owed = after.total.value - before.total.value
        assert each.total.value == owed
        assert sum(line.amount.minor for line in each.lines) == owed.minor
        assert json.loads(each.to_json())["total"]["amount"] == str(owed)
