"""Tests of what clauses refuse, each by a stable code."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ecsm_contracts.clauses import Rounding, Settlement

from .world import CREDIT, EACH, FEE, LEVEL, LIMIT, RELIEF, SHARE, codes, read, without

BANDS = [{"below": "99%", "is": "25%"}, {"below": "99.9%", "is": "10%"}, {"is": "0%"}]
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
        (without(FEE, "amount"), "missing"),
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
        # limits
        (without(LIMIT, "of"), "rate_without_basis"),
        ({**LIMIT, "at_most": "EUR 100.00"}, "rate_with_basis"),
        ({**LIMIT, "at_most": 10}, "rate_unit"),
        ({**LIMIT, "credits": []}, "too_short"),
        (without(LIMIT, "window"), "missing"),
        ({**LIMIT, "excess": "carry"}, "literal_error"),
        # relief
        ({**RELIEF, "notices": []}, "too_short"),
        ({**RELIEF, "notices": ["strike"]}, "literal_error"),
        ({**RELIEF, "treatment": "extend"}, "literal_error"),
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
