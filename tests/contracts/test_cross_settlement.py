"""How a settlement fits its contract: currencies, charges and times to claim, also where an amendment sets it."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ecsm_contracts as ec
from tests.contracts.plain_levels import FEE, LEVELS, document

REST = {"rounding": {"mode": "half_up", "at": "line"}, "tax": "price_reduction"}
CLAIM = {"since": "statement", "within": "72h", "evidence": "required", "amount": "least", "undecided": "pays"}
CLAIMED = {"entitlement": "claimed", "instrument": "cash", **REST}
GIVEN = {"entitlement": "automatic", "instrument": "cash", **REST}
BASIS = {"ref": "7.2", "kind": "basis", "amount": "EUR 12.50"}
SIGNED = {"entitlement": "automatic", "instrument": "deduction", **REST}


def days(count: int, meaning: str = "calendar_day") -> dict[str, Any]:
    """A number of days."""
    return {"days": count, "meaning": meaning}


def service_days(of: str) -> dict[str, Any]:
    """Credits as days of service that are a part of this clause."""
    return {**GIVEN, "instrument": "service_days", "day": {"of": of, "count": "actual", "part": "up"}}


def claimed(**terms: Any) -> dict[str, Any]:
    """Claimed credits with these terms."""
    return {**CLAIMED, "claim": {**CLAIM, **terms}}


def pay_in(currency: str) -> dict[str, Any]:
    """Credits in this currency."""
    return {**GIVEN, "pay_in": {"currency": currency, "rate": "rate", "at": "issue"}}


def minimum(amount: str) -> dict[str, Any]:
    """Credits of so much at least."""
    return {**GIVEN, "minimum": {"amount": amount, "exactly": "given", "below": "keep"}}


def problems(settlement: dict[str, Any], *, amended: bool) -> list[tuple[str, str]]:
    """Code and place of each problem of a contract that says so, or whose amendment does."""
    data = document(FEE, LEVELS[0], BASIS, settlement=SIGNED if amended else settlement)
    if amended:
        data |= {
            "versions": {"period": "start", "tickets": "period"},
            "amendments": [{"ref": "A-1", "from": "2026-07-01", "set": {"settlement": settlement}}],
        }
    try:
        ec.parse_contract(json.dumps(data), form="json")
    except ec.DocumentError as error:
        return [(each.code, each.path) for each in error.problems]
    return []


REFUSED = [
    (minimum("USD 1.00"), "currency_mismatch", "minimum.amount"),
    (minimum("EUR -1.00"), "amount_negative", "minimum.amount"),
    (pay_in("EUR"), "settlement_currency", "pay_in.currency"),
    (service_days("7.2"), "settlement_day", "day.of"),
    (service_days("4.1"), "reference_kind", "day.of"),
    (service_days("3.11"), "dangling_reference", "day.of"),
    (claimed(within=days(5, "end_of_working_day"), calendar="night"), "dangling_reference", "claim.calendar"),
    (claimed(within=days(5, "end_of_working_day")), "claim_calendar", "claim"),
    (claimed(calendar="desk"), "claim_calendar", "claim"),
    (claimed(within=days(-1)), "claim_order", "claim.within"),
    (claimed(not_before=days(-1), within=days(5)), "claim_order", "claim.not_before"),
    (claimed(not_before="72h"), "claim_order", "claim.not_before"),
    (claimed(not_before=days(6), within=days(5)), "claim_order", "claim.not_before"),
    (claimed(not_before={"periods": 2}, within={"periods": 2}), "claim_order", "claim.not_before"),
    (claimed(within="3d"), "duration_day", "claim.within"),
    (CLAIMED, "settlement_claim", ""),
]


@pytest.mark.parametrize("amended", [False, True], ids=["signed", "amended"])
@pytest.mark.parametrize(
    ("settlement", "code", "place"), REFUSED, ids=[f"{code} {n}" for n, (_, code, _) in enumerate(REFUSED)]
)
def test_what_does_not_fit_is_refused_at_its_place(
    settlement: dict[str, Any], code: str, place: str, *, amended: bool
) -> None:
    """A contradiction has one problem, at the field that says it, also where an amendment sets the settlement."""
    at = f"{'amendments.0.set.' if amended else ''}settlement{'.' if place else ''}{place}"
    assert problems(settlement, amended=amended) == [(code, at)]


@pytest.mark.parametrize("amended", [False, True], ids=["signed", "amended"])
@pytest.mark.parametrize(
    "settlement",
    [
        minimum("EUR 0.00"),
        pay_in("USD"),
        service_days("3.1"),
        claimed(within=days(0)),
        claimed(not_before="71h"),
        claimed(not_before="100h", within=days(5)),
        claimed(not_before=days(9, "24_hours"), within=days(5)),
        claimed(within={"periods": 0}),
        claimed(within=days(5, "end_of_working_day"), calendar="desk"),
    ],
    ids=range(9),
)
def test_what_fits_is_read(settlement: dict[str, Any], *, amended: bool) -> None:
    """Legal extremes are read: no least amount, no day, times that cannot be compared."""
    assert problems(settlement, amended=amended) == []


def test_the_calendar_in_which_claims_are_counted_is_used() -> None:
    """A calendar that only the days of a claim are counted in is no calendar that nothing uses."""
    terms = claimed(within=days(5, "end_of_working_day"), calendar="night")
    night = {"night": {"zone": "UTC", "hours": ["Mon-Fri 20:00-22:00"]}}
    data = document(FEE, LEVELS[0], settlement=terms)
    contract = ec.parse_contract(json.dumps({**data, "calendars": data["calendars"] | night}), form="json")
    assert "calendars.night" not in {each.clause for each in contract.check()}


EARLY = [
    ("period_end", "23h", True),
    ("period_end", "24h", False),
    ("statement", "23h", True),
    ("statement", days(0), True),
    ("statement", days(1), False),
    ("incident", "72h", True),
    ("incident", "73h", False),
    ("incident", days(3), True),
    ("incident", days(4), False),
    ("period_end", {"periods": 0}, True),
    ("period_end", {"periods": 1}, False),
]


@pytest.mark.parametrize(("since", "within", "early"), EARLY, ids=[f"{n}-{each[0]}" for n, each in enumerate(EARLY)])
def test_a_deadline_is_early_by_a_clear_rule(since: str, within: Any, *, early: bool) -> None:
    """A day after the end of a period or a statement, and more than three after an incident, are no finding."""
    data = document(FEE, LEVELS[0], settlement=claimed(since=since, within=within))
    codes = {each.code for each in ec.parse_contract(json.dumps(data), form="json").check()}
    assert ("claim_deadline_early" in codes) is early


UP = {
    "ref": "6.1",
    "kind": "service_level",
    "scope": {"service": "mail"},
    "measure": {"kind": "availability", "hours": "always"},
    "target": {"at_least": "99%"},
}
CREDIT = {"ref": "8.1", "kind": "service_credit", "levels": ["6.1"], "per": "level", "rate": "EUR 100.00"}
MANY = {"ref": "8.2", "kind": "service_credit", "levels": ["4.1"], "per": "ticket", "rate": "EUR 1.00"}
UP_TO = {"kind": "limit", "window": "period", "excess": "forfeit"}


def least(amount: str, exactly: str = "given", below: str = "forfeit") -> dict[str, Any]:
    """Credits of so much at least, in cash."""
    return {**GIVEN, "minimum": {"amount": amount, "exactly": exactly, "below": below}}


SETTLED: list[tuple[str, tuple[dict[str, Any], ...], dict[str, Any], str | None]] = [
    ("the least is the most", (CREDIT,), least("EUR 100.00"), None),
    ("the most must be exceeded", (CREDIT,), least("EUR 100.00", "not_given"), "minimum_unreachable"),
    ("a cent more than the most", (CREDIT,), least("EUR 100.01"), "minimum_unreachable"),
    ("what is less is kept", (CREDIT,), least("EUR 100.01", below="keep"), None),
    ("two credits together", (CREDIT, {**CREDIT, "ref": "8.3"}), least("EUR 200.00"), None),
    ("no bound is known", (CREDIT, MANY), least("EUR 900.00"), None),
    (
        "a limit is a bound",
        (MANY, {**UP_TO, "ref": "9.1", "credits": ["8.2"], "at_most": "EUR 90.00"}),
        least("EUR 90.01"),
        "minimum_unreachable",
    ),
    (
        "a carried excess is none",
        (MANY, {**UP_TO, "ref": "9.1", "credits": ["8.2"], "at_most": "EUR 90.00", "excess": "carry"}),
        least("EUR 90.01"),
        None,
    ),
    ("as much as is charged", ({**CREDIT, "rate": "100%", "of": "3.1"},), SIGNED, None),
    ("more than is charged", ({**CREDIT, "rate": "101%", "of": "3.1"},), SIGNED, "insufficient_missing"),
    ("and said", ({**CREDIT, "rate": "101%", "of": "3.1"},), {**SIGNED, "insufficient": "cash"}, None),
    ("and in cash", ({**CREDIT, "rate": "101%", "of": "3.1"},), GIVEN, None),
    (
        "what is charged is not known",
        ({**CREDIT, "rate": "101%", "of": "3.1"}, {"ref": "3.9", "kind": "charge", "per": {"billed": "calls"}}),
        SIGNED,
        None,
    ),
]


@pytest.mark.parametrize(
    ("clauses", "settlement", "found"), [each[1:] for each in SETTLED], ids=[s[0] for s in SETTLED]
)
def test_what_can_never_be_given_is_found(
    clauses: tuple[dict[str, Any], ...], settlement: dict[str, Any], found: str | None
) -> None:
    """A least amount that is never reached, and credits beyond the charges, are found where that is certain."""
    data = document(FEE, LEVELS[0], UP, *clauses, settlement=settlement)
    codes = {each.code for each in ec.parse_contract(json.dumps(data), form="json").check()}
    assert codes & {"minimum_unreachable", "insufficient_missing"} == ({found} - {None})
