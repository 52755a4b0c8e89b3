"""A settlement in plain words: each of its choices is told, and no two that differ read alike."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import pytest

import ecsm_contracts as ec
from ecsm_contracts._model import Model
from ecsm_contracts.clauses import (
    CalendarTime,
    ClaimTerms,
    CostCentre,
    Expiry,
    Minimum,
    PayIn,
    Rounding,
    ServiceDay,
    Settlement,
)
from tests.contracts.plain_levels import FEE, LEVELS, document
from tests.contracts.plain_mutants import changed, mutants, read

ROUNDING = {"mode": "half_up", "at": "line"}
REST = {"rounding": ROUNDING, "tax": "price_reduction"}
CLAIM = {"since": "statement", "within": "72h", "evidence": "required", "amount": "least", "undecided": "pays"}
DAYS = {"days": 30, "meaning": "end_of_working_day"}
SAID: tuple[dict[str, Any], ...] = (
    {"entitlement": "automatic", "instrument": "deduction", **REST},
    {"entitlement": "automatic", "instrument": "deduction", "insufficient": "cash", "deduct_from": "same", **REST},
    {
        "entitlement": "automatic",
        "instrument": "deduction",
        "deduct_from": "next",
        "insufficient": "carry_forward",
        "expires": {"periods": 3},
        "at_end": "cash",
        "prices": "gross",
        **REST,
    },
    {"entitlement": "claimed", "claim": CLAIM, "instrument": "withheld", **REST},
    {
        "entitlement": "claimed",
        "claim": {**CLAIM, "since": "incident", "within": DAYS, "not_before": {"periods": 1}, "calendar": "desk"},
        "instrument": "credit_note",
        "pay_in": {"currency": "USD", "rate": "eur-usd", "at": "issue"},
        "cost_centres": [{"ref": "north", "weight": 2}, {"ref": "south", "weight": 1}],
        **REST,
    },
    {"entitlement": "claimed", "claim": {**CLAIM, "within": {"periods": 2}, "not_before": "6h"}, "instrument": "cash"}
    | REST,
    {
        "entitlement": "automatic",
        "instrument": "service_days",
        "day": {"of": "3.1", "count": "actual", "part": "up"},
        "minimum": {"amount": "EUR 100.00", "exactly": "given", "below": "keep"},
        **REST,
        "tax": "compensation",
    },
    {"entitlement": "automatic", "instrument": "balance", "at_end": "forfeit", "expires": {"periods": 0}, **REST},
)
MODELS: tuple[type[Model], ...] = (
    *(Settlement, ClaimTerms, CalendarTime, Minimum, Expiry, ServiceDay, PayIn, CostCentre, Rounding),
)


def contract(settlement: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A contract with a fee, a promise and this settlement, as plain data."""
    return document({**FEE, "ref": "3.1"}, {**FEE, "ref": "3.2"}, LEVELS[0], settlement=settlement, **more)


def words(settlement: dict[str, Any]) -> str:
    """What the contract says about its settlement."""
    found = read(contract(settlement))
    assert found is not None
    return found.plain().split("## How amounts are settled\n\n", 1)[1].strip()


def others(settlement: dict[str, Any]) -> list[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every settlement that differs in one leaf, with the path to it."""
    found = [(path, changed(settlement, path, value)) for path, value in mutants(settlement)]
    if "pay_in" in settlement:
        found.append((("pay_in", "currency"), changed(settlement, ("pay_in", "currency"), "GBP")))
    if "day" in settlement:
        found.append((("day", "of"), changed(settlement, ("day", "of"), "3.2")))
    return found


@cache
def told() -> tuple[frozenset[str], tuple[object, ...]]:
    """The fields of which a change changes the text, and the changes of which the text says nothing."""
    seen: set[str] = set()
    mute: list[object] = []
    for settlement in SAID:
        text, digest = words(settlement), Settlement.model_validate(settlement).to_data()
        for path, other in others(settlement):
            made = read(contract(other))
            if made is None or made.settlement.to_data() == digest:
                continue
            if words(other) == text:
                mute.append((path, other))
            seen.update(str(part) for part in path)
    return frozenset(seen), tuple(mute)


def test_no_choice_of_a_settlement_is_mute() -> None:
    """Two settlements that differ in one leaf never have the same text."""
    assert told()[1] == ()


def test_every_field_of_a_settlement_was_tried() -> None:
    """The settlements that are changed use every field of every part, so that none escapes the test above."""
    fields = {field.alias or name for model in MODELS for name, field in model.model_fields.items()}
    assert fields - told()[0] == {"entitlement"}  # it says claim with it, and the next test has both


def test_all_settlements_that_are_tried_read_differently() -> None:
    """The settlements of this page have as many texts as there are of them."""
    assert len({words(each) for each in SAID}) == len(SAID)


@pytest.mark.parametrize("meaning", ["24_service_hours", "working_day_same_time", "calendar_day", "24_hours"])
def test_every_meaning_of_a_day_is_told(meaning: str) -> None:
    """A claim within thirty days says what a day is, and no other meaning has its words."""
    said = SAID[4] | {"claim": SAID[4]["claim"] | {"within": {"days": 30, "meaning": meaning}}}
    assert words(said) != words(SAID[4])


def test_claimed_credits_read_so() -> None:
    """The terms of a claim, word for word."""
    assert words(SAID[5]) == (
        "Credits are given if you claim them in time, by a payment. The time to claim runs from the end of the day on "
        "which the statement is issued. A credit can be claimed from 6 hours after the day of the statement up to and "
        "including the end of the 2nd month after that of the credit. A claim without evidence is none. What is given "
        "is what this contract comes to, but never more than is claimed, until a decision says otherwise. A claim in "
        "time is paid without waiting for a decision. What was given and turns out to be too much is charged again. "
        "Each line is rounded to the smallest unit of the currency: to the nearest, a "
        "tie away from zero. A total is the sum of its lines. A credit lowers the price, and the tax on it."
    )


def test_another_settlement_is_told_from_its_day() -> None:
    """An amendment that sets another settlement says all of it, from the day on which it holds."""
    amended = {
        "versions": {"period": "start", "tickets": "period"},
        "amendments": [{"ref": "A-1", "from": "2026-07-01", "set": {"settlement": SAID[7]}}],
    }
    found = read(contract(SAID[0], **amended))
    assert found is not None
    assert words(SAID[7]) in found.plain().split("From 1 July 2026", 1)[1].replace("\n", " ")


def test_names_in_a_settlement_are_no_markup() -> None:
    """The names of cost centres, rates and calendars are harmless in Markdown."""
    evil = "<b>_x_</b>"
    terms = SAID[4] | {"cost_centres": [{"ref": evil, "weight": 1}]}
    terms["pay_in"] = SAID[4]["pay_in"] | {"rate": evil}
    assert "<" not in words(terms)


@cache
def validator() -> jsonschema.Draft202012Validator:
    """The published schema."""
    return jsonschema.Draft202012Validator(ec.contract_schema())


@pytest.mark.parametrize("settlement", SAID, ids=range(len(SAID)))
def test_an_editor_knows_each_settlement(settlement: dict[str, Any]) -> None:
    """What the published schema says of a settlement is what reading it says: each of these is valid by it."""
    assert [each.message for each in validator().iter_errors(contract(settlement))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"entitlement": "asked"},
        {"instrument": "voucher"},
        {"claim": {**CLAIM, "within": "a while"}},
        {"claim": {**CLAIM, "within": {"days": 30}}},
        {"claim": {**CLAIM, "within": {"periods": -1}}},
        {"claim": {key: value for key, value in CLAIM.items() if key != "evidence"}},
        {"cost_centres": [{"ref": "north", "weight": -1}]},
        {"minimum": {"amount": "EUR 1.00", "exactly": "given"}},
        {"expires": {"periods": 1.5}},
    ],
    ids=range(9),
)
def test_an_editor_finds_a_wrong_settlement(wrong: dict[str, Any]) -> None:
    """Words that there are not, times that are none, and parts that are missing are no settlement by the schema."""
    assert list(validator().iter_errors(contract({**SAID[0], **wrong})))
