"""What is owed as lines: limits within limits, what is combined, and what of each amount is given in the end."""

from collections.abc import Mapping
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.engine import Settled
from ecsm_contracts.figures import replay
from tests.engine.world import JANUARY, acme_data, contract_of, january

CREDITS = ("4.5", "4.5b", "4.5c")


def contract(*more: Mapping[str, Any]) -> ec.Contract:
    """Three credits of EUR 33.335 each on a missed level, and more clauses."""
    data = acme_data()
    data["clauses"] = [clause for clause in data["clauses"] if clause["ref"] in {"3.1", "4.2", "4.5"}]
    charge, credit = (next(each for each in data["clauses"] if each["ref"] == ref) for ref in ("3.1", "4.5"))
    charge["amount"] = "EUR 666.70"
    data["clauses"] += [{**credit, "ref": ref} for ref in CREDITS[1:]]
    data["clauses"] += more
    return contract_of(data)


def limit(ref: str, credits: list[str], at_most: str) -> dict[str, Any]:
    """A limit of each period."""
    terms = {"at_most": f"EUR {at_most}", "window": "period", "excess": "forfeit"}
    return {"ref": ref, "kind": "limit", "credits": credits, **terms}


def combine(ref: str, among: list[str], take: str) -> dict[str, Any]:
    """One amount of several."""
    return {"ref": ref, "kind": "combine", "among": among, "take": take}


def settled(*more: Mapping[str, Any]) -> Settled:
    """January, settled and replayed."""
    plan = ec.plan(contract(*more), JANUARY)
    result = ec.settle_tally(plan, ec.observe(plan, january()).tally)
    assert [failure for figure in result.figures.values() for failure in replay(figure)] == []
    return result


def owed(result: Settled) -> dict[tuple[str, str], str]:
    """What each line but that of the charge comes to."""
    lines = result.lines.lines[1:]
    return {(line.clause, line.kind): str(line.amount).removeprefix("EUR ") for line in lines}


THREE = {("4.5", "credit"): "-33.34", ("4.5b", "credit"): "-33.33", ("4.5c", "credit"): "-33.34"}


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("50.00", "60.00", {**THREE, ("4.7", "limit"): "16.67", ("4.8", "limit"): "23.34"}),
        ("500.00", "600.00", THREE),
        ("500.00", "99.99", {**THREE, ("4.8", "limit"): "0.02"}),
        ("0.00", "600.00", {**THREE, ("4.7", "limit"): "66.67"}),
    ],
)
def test_a_limit_within_a_limit(inner: str, outer: str, expected: dict[tuple[str, str], str]) -> None:
    """What the inner limit gave, in whole cents, counts for the outer one; both keep their own lines."""
    assert owed(settled(limit("4.7", ["4.5", "4.5b"], inner), limit("4.8", ["4.7", "4.5c"], outer))) == expected


@pytest.mark.parametrize(
    ("take", "amount"), [("sum", "-83.34"), ("greatest", "-50.00"), ("least", "-33.34"), ("first", "-50.00")]
)
def test_what_is_combined_is_owed_once(take: str, amount: str) -> None:
    """Of EUR 50.00 behind a limit and EUR 33.335 beside it one line is owed, and no other of what is behind it."""
    found = settled(limit("4.7", ["4.5", "4.5b"], "50.00"), combine("4.8", ["4.7", "4.5c"], take))
    assert owed(found) == {("4.8", "credit"): amount}


def test_the_first_displaces_a_greater_one() -> None:
    """Of amounts in their order the first above zero is owed, also where a later one is greater."""
    found = settled(limit("4.7", ["4.5", "4.5b"], "50.00"), combine("4.8", ["4.5c", "4.7"], "first"))
    assert owed(found) == {("4.8", "credit"): "-33.34"}


@pytest.mark.parametrize(
    ("take", "given"),
    [
        ("sum", ("12.00", "12.00", "16.00")),  # 40.00 over 50.00 and 33.335, and the first over two equal ones
        ("greatest", ("20.00", "20.00", "0.00")),
        ("least", ("0.00", "0.00", "33.34")),
        ("first", ("20.00", "20.00", "0.00")),
    ],
)
def test_what_is_given_in_the_end(take: str, given: tuple[str, ...]) -> None:
    """What a limit around a combined amount gives is shared by what was taken, and nothing is lost of it."""
    clauses = limit("4.7", ["4.5", "4.5b"], "50.00"), combine("4.8", ["4.7", "4.5c"], take)
    around = limit("4.9", ["4.8"], "40.00")
    yearly = [
        {**limit(f"5.{place}", [ref], "1000.00"), "window": "term"} for place, ref in enumerate(CREDITS)
    ]  # each remembers what it gave after all limits
    inner = [yearly[0]["ref"], yearly[1]["ref"]]
    found = settled(*yearly, {**clauses[0], "credits": inner}, {**clauses[1], "among": ["4.7", "5.2"]}, around)
    past = {each.ref: str(each.past[0].value).removeprefix("EUR ") for each in found.carry.remembered}
    total = sum(ec.Money.parse(f"EUR {amount}").minor for amount in past.values())
    assert total == -sum(line.amount.minor for line in found.lines.lines[1:])
    if take != "sum":
        assert tuple(past.values()) == given


def test_what_a_limit_inside_gave_keeps_its_cents() -> None:
    """EUR 10.00 behind a limit and five times EUR 0.001 come to a cent more: one of the five has it, not the limit."""
    small = [f"6.{place}" for place in range(1, 6)]
    credit = next(each for each in acme_data()["clauses"] if each["ref"] == "4.5")
    credits = [{**credit, "ref": ref, "rate": "0.00015%"} for ref in small]
    found = settled(*credits, limit("4.7", ["4.5"], "10.00"), limit("4.8", ["4.7", *small], "100.00"))
    lines = owed(found)
    assert sorted(lines[ref, "credit"] for ref in small) == ["-0.01", "0.00", "0.00", "0.00", "0.00"]
    assert (lines["4.5", "credit"], lines["4.7", "limit"]) == ("-33.34", "23.34")
    assert sum(each.amount.minor for each in found.lines.lines if each.clause in {"4.5", "4.7", *small}) == -1001


def test_lines_come_in_the_order_of_the_clauses() -> None:
    """A credit that is written before its charge and its level has its line there as well."""
    data = acme_data()
    data["clauses"].reverse()
    lines = ec.evaluate(contract_of(data), january(), period=JANUARY).lines
    places = [[clause["ref"] for clause in data["clauses"]].index(line.clause) for line in lines]
    assert places == sorted(places)
    assert lines[-1].kind == "charge"
