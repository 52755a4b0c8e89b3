"""Tests of what clauses refuse, each by a stable code."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ecsm_contracts.clauses import Rounding, Settlement

from .world import CREDIT, EACH, FEE, LEVEL, LIMIT, RELIEF, SHARE, codes, read, without

BANDS = [{"below": "99%", "is": "25%"}, {"below": "99.9%", "is": "10%"}, {"is": "0%"}]
ROWS = {"by": "run", "1": "10%", "otherwise": "20%"}
SEVERITIES = [{"below": "95%", "is": "bad"}, {"is": "minor"}]
DOWN = {**CREDIT, "per": "down_time", "unit": "30min", "part": "up"}
SHORT = {**CREDIT, "per": "shortfall", "unit": "1%", "part": "exact"}
LATE = without(CREDIT, "of", per="late_time", unit="1h", part="up", rate="EUR 500.00")


@pytest.mark.parametrize(
    "data",
    [
        FEE, LEVEL, CREDIT, LIMIT, RELIEF, LATE,
        {**FEE, "amount": "EUR 0.00", "title": "Free of charge"},
        {**LEVEL, "scope": {"service": "mail"}, "target": {"at_least": "100%"}},
        {**LEVEL, "measure": SHARE, "target": {"at_least": "0%"}},
        without(LEVEL, "target", measure=EACH),
        {**CREDIT, "rate": {"bands": BANDS}},
        without(CREDIT, "of", rate={"bands": [{"below": "99%", "is": "EUR 50.00"}, {"is": "EUR 0.00"}]}),
        without(CREDIT, "of", per="ticket", rate="EUR 50.00"),
        without(LIMIT, "of", at_most="EUR 100.00", window="contract_year"),
        {**LIMIT, "excess": "carry"},
        without(LIMIT, "at_most", above="5%"),
        without(LIMIT, "at_most", "of", times=2, window={"periods": 12}),
        {**CREDIT, "rate": {"bands": [{"up_to": "99%", "is": "25%"}, {"from": "99%", "is": "0%"}]}},
        {**CREDIT, "rate": ROWS, "when": {"run": 2, "consumes": True}, "times": {"by": "run", "1": 1, "otherwise": 2}},
        {**CREDIT, "rate": {**ROWS, "by": "occurrence", "within": 12}, "when": {"severity": "bad"}},
        {**CREDIT, "per": "points", "points": {"by": "severity", "bad": 3, "otherwise": 1}, "price": "together"},
        {**CREDIT, "when": "all", "most": 3},
        {**DOWN, "free": "0.01%"}, SHORT,
        {**CREDIT, "per": "ticket", "free": "2"},
        {**CREDIT, "kind": "bonus"},
        {"ref": "4.7", "kind": "combine", "among": ["4.5", "4.4"], "take": "first"},
        {**LEVEL, "severities": SEVERITIES, "gaps": "skips", "promised_by": "Northwind"},
        {**RELIEF, "notices": ["maintenance", "force_majeure"], "denominator": "leaves"},
    ],
)  # fmt: skip
def test_is_read(data: dict[str, Any]) -> None:
    """A clause is read as its kind, read back from what it writes, and cites itself."""
    clause = read(data)
    assert clause.to_data()["kind"] == data["kind"]
    assert read(clause.to_data()) == clause == read(clause)
    assert clause.cite == f"clause {data['ref']}"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # charges
        ({**FEE, "amount": "EUR -0.01"}, "amount_negative"),
        ({**FEE, "amount": "EUR 0.005"}, "amount_scale"),
        ({**FEE, "amount": "JPY 0.5"}, "amount_scale"),
        ({**FEE, "amount": 1000}, "money_number"),
        ({**FEE, "amount": 1000.0}, "money_float"),
        ({**FEE, "every": "week"}, "literal_error"),
        (without(FEE, "amount"), "charge_empty"),
        ({**FEE, "ref": ""}, "string_too_short"),
        ({**FEE, "note": "x"}, "extra_forbidden"),
        # levels
        (without(LEVEL, "target"), "target_missing"),
        ({**LEVEL, "target": None}, "target_missing"),
        (without(LEVEL, "target", measure=SHARE), "target_missing"),
        ({**LEVEL, "measure": EACH}, "target_unused"),
        ({**LEVEL, "target": {"at_least": "100.01%"}}, "target_range"),
        ({**LEVEL, "target": {"at_least": "-1%"}}, "percent_range"),
        ({**LEVEL, "scope": {"kind": "incident"}}, "extra_forbidden"),
        # credits
        (without(CREDIT, "of"), "rate_without_basis"),
        ({**CREDIT, "rate": "EUR 5.00"}, "rate_with_basis"),
        (without(CREDIT, "of", rate={"bands": BANDS}), "rate_without_basis"),
        ({**CREDIT, "rate": 15}, "rate_unit"),
        ({**CREDIT, "rate": 0.15}, "rate_unit"),
        ({**CREDIT, "rate": True}, "rate_unit"),
        ({**CREDIT, "levels": []}, "too_short"),
        ({**CREDIT, "per": "month"}, "literal_error"),
        (without(LATE, "unit"), "late_time_unit"),
        (without(LATE, "part"), "late_time_unit"),
        ({**LATE, "unit": "0h"}, "late_time_unit"),
        ({**LATE, "unit": 60}, "duration_unit"),
        ({**CREDIT, "unit": "1h"}, "unit_unused"),
        ({**CREDIT, "part": "up", "per": "ticket"}, "unit_unused"),
        # bands
        ({**CREDIT, "rate": {"bands": BANDS[2:]}}, "too_short"),
        ({**CREDIT, "rate": {"bands": BANDS[:2]}}, "bands_open_end"),
        ({**CREDIT, "rate": {"bands": [*BANDS, BANDS[2]]}}, "bands_edge_missing"),
        ({**CREDIT, "rate": {"bands": [BANDS[1], BANDS[0], BANDS[2]]}}, "bands_order"),
        ({**CREDIT, "rate": {"bands": [BANDS[0], BANDS[0], BANDS[2]]}}, "bands_order"),
        ({**CREDIT, "rate": {"bands": [*BANDS[:2], {"is": "EUR 0.00"}]}}, "bands_mixed"),
        ({**CREDIT, "rate": {"bands": [*BANDS[:2], {"is": 0}]}}, "rate_unit"),
        ({**CREDIT, "rate": {"bands": [{**BANDS[0], "up_to": "99%"}, *BANDS[1:]]}}, "bands_edge_missing"),
        ({**CREDIT, "rate": {"bands": [BANDS[0], {"below": "4h", "is": "10%"}, BANDS[2]]}}, "bands_units"),
        ({**CREDIT, "rate": {"bands": [BANDS[0], {**BANDS[1], "from": "99.1%"}, BANDS[2]]}}, "bands_gap"),
        ({**CREDIT, "rate": {"bands": [BANDS[0], {**BANDS[1], "from": "98.9%"}, BANDS[2]]}}, "bands_overlap"),
        ({**CREDIT, "rate": {"bands": BANDS, "how": "marginal"}}, "bands_marginal"),
        # tables
        ({**CREDIT, "rate": {**ROWS, "otherwise": "EUR 5.00"}}, "bands_mixed"),
        ({**CREDIT, "rate": {**ROWS, "within": 12}}, "table_within"),
        ({**CREDIT, "rate": {**ROWS, "by": "occurrence"}}, "table_within"),
        ({**CREDIT, "rate": {**ROWS, "0": "5%"}}, "table_key"),
        ({**CREDIT, "rate": {**ROWS, "minor": "5%"}}, "table_key"),
        ({**CREDIT, "times": {"by": "run", "1": -1, "otherwise": 2}}, "factor_negative"),
        # conditions over the past
        ({**CREDIT, "when": {"times": 3, "consumes": False}}, "when_within"),
        ({**CREDIT, "when": {"within": 3}}, "when_within"),
        ({**CREDIT, "when": {"run": 3, "times": 2, "within": 6, "consumes": False}}, "when_shape"),
        ({**CREDIT, "when": {"run": 3}}, "when_consumes"),
        ({**CREDIT, "when": {"consumes": True}}, "when_consumes"),
        ({**CREDIT, "when": {"run": 3, "pooled": True, "consumes": False}}, "when_pooled"),
        ({**CREDIT, "when": {"outcome": "met", "severity": "serious"}}, "when_severity"),
        ({**CREDIT, "when": "any", "rate": {"bands": BANDS}}, "when_flat"),
        ({**CREDIT, "when": "some"}, "literal_error"),
        # other quantities
        ({**CREDIT, "per": "points"}, "points_unused"),
        ({**CREDIT, "points": 3}, "points_unused"),
        ({**CREDIT, "per": "points", "points": -1}, "factor_negative"),
        ({**CREDIT, "free": "2"}, "free_unused"),
        ({**CREDIT, "per": "ticket", "free": "2h"}, "free_unit"),
        ({**DOWN, "free": "2"}, "free_unit"),
        ({**DOWN, "unit": "1%"}, "down_time_unit"),
        ({**DOWN, "unit": "30"}, "duration_unit"),
        (without(DOWN, "part"), "down_time_unit"),
        ({**SHORT, "unit": "0%"}, "shortfall_unit"),
        (without(SHORT, "part"), "shortfall_unit"),
        # severities
        ({**LEVEL, "severities": [*SEVERITIES[:1], {"is": "bad"}]}, "severity_name"),
        ({**LEVEL, "severities": [*SEVERITIES[:1], {"is": "met"}]}, "severity_name"),
        (without(LEVEL, "target", measure=EACH, severities=SEVERITIES), "severity_unused"),
        ({**LEVEL, "severities": [{"below": "4h", "is": "bad"}, {"is": "minor"}]}, "bands_units"),
        # limits
        (without(LIMIT, "of"), "rate_without_basis"),
        ({**LIMIT, "at_most": "EUR 100.00"}, "rate_with_basis"),
        ({**LIMIT, "at_most": 10}, "rate_unit"),
        ({**LIMIT, "credits": []}, "too_short"),
        (without(LIMIT, "window"), "missing"),
        ({**LIMIT, "excess": "keep"}, "literal_error"),
        (without(LIMIT, "of", "at_most"), "limit_shape"),
        ({**LIMIT, "above": "5%"}, "limit_shape"),
        (without(LIMIT, "at_most", above="5%", window="contract_year"), "above_window"),
        (without(LIMIT, "at_most", "of", times=2), "times_window"),
        (without(LIMIT, "at_most", "of", times=0, window="term"), "greater_than_equal"),
        ({**LIMIT, "window": {"periods": 1}}, "greater_than_equal"),
        # relief
        ({**RELIEF, "notices": []}, "relief_empty"),
        ({**RELIEF, "notices": ["strike"]}, "literal_error"),
        ({**RELIEF, "treatment": "forgive"}, "literal_error"),
        ({**RELIEF, "denominator": "shrinks"}, "literal_error"),
        # which clause at all
        ("4.1", "clause_shape"),
        ([], "clause_shape"),
        (without(FEE, "kind"), "missing_kind"),
        ({**FEE, "kind": "charges"}, "unknown_kind"),
        ({**FEE, "kind": 7}, "unknown_kind"),
        ({**FEE, "kind": ["charge"]}, "unknown_kind"),
    ],
)
def test_refuses(data: Any, expected: str) -> None:
    """A clause that leaves open what moves money, or says it twice, is refused by a stable code."""
    with pytest.raises(ValidationError) as caught:
        read(data)
    assert expected in codes(caught.value)


@pytest.mark.parametrize(
    ("kind", "hint"),
    [("charges", 'did you mean "charge"?'), ("limits", 'did you mean "limit"?'), ("zzz", "known are ")],
)
def test_hint(kind: str, hint: str) -> None:
    """A kind that is misspelt is met with the one that was probably meant, else with all that are known."""
    with pytest.raises(ValidationError) as caught:
        read({**FEE, "kind": kind})
    assert hint in str(caught.value)


@pytest.mark.parametrize("field", ["entitlement", "instrument", "rounding", "tax"])
def test_settlement_has_no_defaults(field: str) -> None:
    """How what is owed becomes money is said in full, or it is an error."""
    terms = {
        "entitlement": "automatic",
        "instrument": "credit_note",
        "rounding": {"mode": "half_even", "at": "line"},
        "tax": "compensation",
    }
    assert Settlement.model_validate(terms).rounding == Rounding(mode="half_even", at="line")
    for changed in (without(terms, field), {**terms, field: "other"}):
        with pytest.raises(ValidationError) as caught:
            Settlement.model_validate(changed)
        assert caught.value.errors()[0]["loc"][0] == field
