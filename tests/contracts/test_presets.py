"""Presets: a few lines that stand for clauses, expanded when a document is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import ecsm_contracts as ec
from ecsm_contracts.contracts import PRESETS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "presets.md"
BANDS = [{"below": "99%", "is": "25%"}, {"is": "10%"}]
BASE: dict[str, Any] = {
    "schema": "ecsm.contract/1",
    "ref": "P",
    "title": "presets",
    "agreement": "sla",
    "parties": {"provider": "P", "customer": "C"},
    "term": {"start": "2026-01-01", "end": "2027-01-01"},
    "zone": "UTC",
    "currency": "GBP",
    "billing": {"cycle": "month", "anchor_day": 1},
    "calendars": {"always": {"zone": "UTC", "hours": ["always"]}},
    "services": [{"ref": "s", "title": "S", "hours": "always"}],
    "settlement": {
        "entitlement": "automatic",
        "instrument": "deduction",
        "rounding": {"mode": "half_up", "at": "line"},
        "tax": "price_reduction",
    },
}
FEE = {"ref": "1", "kind": "charge", "amount": "GBP 100000.00", "every": "month"}
UPTIME = {"preset": "cloud_uptime", "ref": "4", "hours": "always", "target": "99.9%", "bands": BANDS, "of": "1"}
LEVEL = {
    "ref": "5",
    "kind": "service_level",
    "measure": {"kind": "availability", "hours": "always"},
    "target": {"at_least": "99.9%"},
    "severities": [{"below": "99%", "is": "severe"}, {"is": "minor"}],
    "gaps": "breaks",
}
POINTS = {
    "preset": "points_regime",
    "ref": "6",
    "levels": ["5"],
    "points": {"by": "severity", "minor": 1, "severe": 3, "otherwise": 0},
    "worth": "0.5%",
    "of": "1",
    "limit": "10%",
}
POOL = {"preset": "at_risk_pool", "ref": "7", "levels": {"5": "40%"}, "of": "1", "at_risk": "10%", "pool": "50%"}
DESK = {"preset": "msp_tickets", "ref": "8", "hours": "always", "within": "4h", "rate": "GBP 10.00", "part": "up"}
DESK |= {"limit": "GBP 100.00"}
DOWN = {"ref": "O", "service": "s", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T07:00:00Z"}


def contract_of(*clauses: dict[str, Any]) -> ec.Contract:
    """Return a contract with these clauses beside a fee."""
    return ec.parse_contract(json.dumps({**BASE, "clauses": [FEE, *clauses]}))


@pytest.mark.parametrize(
    ("preset", "kinds"),
    [
        (UPTIME, ["4.1 service_level", "4.2 service_credit"]),
        ({**UPTIME, "limit": "30%"}, ["4.1 service_level", "4.2 service_credit", "4.3 limit"]),
        (POINTS, ["6.1 service_credit", "6.2 limit"]),
        (POOL, ["7.1 basis", "7.2 basis", "7.3 service_credit", "7.4 limit"]),
        (DESK, ["8.1 service_level", "8.2 service_credit", "8.3 limit"]),
    ],
)
def test_a_preset_is_the_clauses_that_it_stands_for(preset: dict[str, Any], kinds: list[str]) -> None:
    """A preset expands to ordinary clauses below its number, and the contract read from these is the same one."""
    contract = contract_of(LEVEL, preset)
    found = [f"{clause.ref} {clause.to_data()['kind']}" for clause in contract.clauses[2:]]
    assert found == kinds
    again = ec.Contract.model_validate(contract.to_data())
    assert again == contract
    assert again.digest() == contract.digest()


def test_the_formula_of_an_at_risk_pool() -> None:
    """The published example: an invoice of 100,000, a tenth at risk, half of it in the pool, 40% allocated: 2,000."""
    statement = ec.evaluate(contract_of(LEVEL, POOL), ec.facts_from_records(outages=[DOWN]), period="2026-01")
    assert [str(line.amount) for line in statement.lines] == ["GBP 100000.00", "GBP -2000.00"]


def test_points_are_doubled_from_the_second_miss_in_a_row() -> None:
    """A minor miss costs one point, the severe one after it two times three."""
    long = {**DOWN, "ref": "O-2", "start": "2026-02-10T00:00:00Z", "end": "2026-02-11T00:00:00Z"}
    facts = ec.facts_from_records(outages=[{**DOWN, "end": "2026-01-10T01:00:00Z"}, long])
    contract = contract_of(LEVEL, POINTS)
    january = ec.evaluate(contract, facts, period="2026-01")
    february = ec.evaluate(contract, facts, period="2026-02", carry=january)
    assert [str(each["6.1"].value) for each in (january, february)] == ["GBP 500", "GBP 3000"]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"preset": "cloud_uptim"}, "unknown_word", "clauses.1.preset"),
        ({"preset": 7}, "unknown_word", "clauses.1.preset"),
        ({"targett": "99%"}, "unknown_field", "clauses.1.targett"),
        ({"of": None}, "missing_field", "clauses.1"),
        ({"target": "99.9"}, "percent_sign", "clauses.1"),
        ({"of": "9.9"}, "dangling_reference", "clauses.2"),
    ],
)
def test_what_is_wrong_in_a_preset_is_said_at_the_preset(change: dict[str, Any], code: str, path: str) -> None:
    """A fault in a preset's terms, or in a clause that it stands for, is found at the preset, and hides no other."""
    preset = {key: value for key, value in {**UPTIME, **change}.items() if value is not None}
    text = json.dumps({**BASE, "clauses": [FEE, preset]}, indent=1)
    with pytest.raises(ec.DocumentError) as caught:
        ec.parse_contract(text)
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert found, caught.value
    assert found[0].path.startswith(path)
    assert found[0].line >= text[: text.index('"preset"')].count("\n")


def test_every_choice_of_a_preset_stands_on_its_page() -> None:
    """The page of presets names each preset, each of its terms, and each choice with value and reason."""
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    for name, preset in PRESETS.items():
        assert f"## {name}" in page
        assert all(f"`{term}`" in page for term in (*preset.required, *preset.optional)), name
        for choice in preset.choices:
            assert f"| `{choice.field}` | {choice.value} | {choice.reason} |" in page, choice


def test_the_schema_takes_presets() -> None:
    """An editor's schema takes each preset with its terms, and refuses a term that is missing or unknown."""
    schema = jsonschema.Draft202012Validator(ec.contract_schema())
    for preset in (UPTIME, POINTS, POOL, DESK):
        assert schema.is_valid({**BASE, "clauses": [FEE, LEVEL, preset]})
        assert not schema.is_valid({**BASE, "clauses": [FEE, LEVEL, {**preset, "targett": "1%"}]})
        required = {key: value for key, value in preset.items() if key != PRESETS[str(preset["preset"])].required[0]}
        assert not schema.is_valid({**BASE, "clauses": [FEE, LEVEL, required]})


def test_a_percentage_in_a_preset_needs_what_it_is_of() -> None:
    """Without `of` a percentage is refused, with it one in bands or in a table is taken; none ends in a KeyError."""
    without = {key: value for key, value in POINTS.items() if key != "of"}
    desk = {**DESK, "rate": "1%"}
    for preset in (without, desk):
        with pytest.raises(ec.DocumentError, match="rate_without_basis"):
            contract_of(LEVEL, preset)
    bands = {"bands": [{"up_to": "5", "is": "1%"}, {"is": "2%"}]}
    assert contract_of(LEVEL, {**POINTS, "worth": bands}).clause("6.1").to_data()["of"] == "1"
    assert contract_of({**desk, "of": "1"}).clause("8.2").to_data()["of"] == "1"
