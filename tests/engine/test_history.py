"""Runs, occurrences and conditions over the past, month by month through the carry."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import CarryError
from tests.contracts.test_presets import BASE

MISSED = (1, 2, 3, 5, 6, 7, 8)
"""The months of 2026 in which the service was down for seven hours; April was good."""
LEVEL = {
    "ref": "4.1",
    "kind": "service_level",
    "measure": {"kind": "availability", "hours": "always"},
    "target": {"at_least": "100%"},
    "gaps": "breaks",
}
BY_RUN = {"by": "run", "1": "12.5%", "2": "25%", "otherwise": "50%"}
BY_OCCURRENCE = {"by": "occurrence", "within": 3, "1": "1%", "otherwise": "2%"}


def months(**credit: Any) -> list[str]:
    """Return what a credit of a fee of 1,000 gives from January to August."""
    fee = {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"}
    priced = {"ref": "5.1", "kind": "service_credit", "levels": ["4.1"], "per": "level", "of": "3.1", **credit}
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": [fee, LEVEL, priced]}))
    down = [
        {"ref": f"O-{each}", "service": "s", "start": f"2026-{each:02}-10T00:00Z", "end": f"2026-{each:02}-10T07:00Z"}
        for each in MISSED
    ]
    facts = ec.facts_from_records(outages=down)
    carry, found = None, []
    for month in range(1, 9):
        statement = ec.evaluate(contract, facts, period=f"2026-{month:02}", carry=carry)
        ec.verify(statement, facts)
        carry = ec.Carry.model_validate(json.loads(json.dumps(statement.carry.to_data())))
        found.append(str(statement["5.1"].value).removeprefix("GBP "))
    return found


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ({"rate": BY_RUN}, "125 250 500 0 125 250 500 500"),
        ({"rate": BY_OCCURRENCE}, "10 20 20 0 20 20 20 20"),
        ({"rate": "10%", "times": {"by": "run", "1": 1, "otherwise": 2}}, "100 200 200 0 100 200 200 200"),
        ({"rate": "10%", "when": {"run": 2, "consumes": False}}, "0 100 100 0 0 100 100 100"),
        ({"rate": "10%", "when": {"run": 2, "consumes": True}}, "0 100 0 0 0 100 0 100"),
        ({"rate": "10%", "when": {"times": 2, "within": 3, "consumes": False}}, "0 100 100 0 100 100 100 100"),
        ({"rate": "10%", "when": {"times": 2, "within": 3, "consumes": True}}, "0 100 0 0 100 0 100 0"),
    ],
    ids=["rate-by-run", "rate-by-occurrence", "factor-by-run", "run", "run-consumed", "times", "times-consumed"],
)
def test_the_past_prices_the_present(credit: dict[str, Any], expected: str) -> None:
    """Each window is priced by the windows before it, with itself the last, whatever carried them here."""
    assert months(**credit) == expected.split()


def test_windows_that_are_skipped_are_as_if_they_were_not_there() -> None:
    """Two misses with two months between them that were not measured are a row of two, however far the first is."""
    declared = {"kind": "declared", "figure": "kpi", "gives": "share", "when_missing": "not_measured"}
    level = {**LEVEL, "measure": {**declared, "evidence": "optional"}, "target": {"at_least": "99%"}, "gaps": "skips"}
    fee = {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"}
    credit = {"ref": "5.1", "kind": "service_credit", "levels": ["4.1"], "per": "level", "of": "3.1", "rate": BY_RUN}
    when = {**credit, "ref": "5.2", "rate": "10%", "when": {"run": 2, "consumes": False}}
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": [fee, level, credit, when]}))
    low = [
        {
            "ref": f"D-{m}",
            "figure": "kpi",
            "value": "90",
            "start": f"2026-{m:02}-01T00:00Z",
            "end": f"2026-{m + 1:02}-01T00:00Z",
        }
        | {"at": f"2026-{m + 1:02}-02T00:00Z"}
        for m in (1, 4, 7)
    ]
    statements = ec.evaluate_periods(contract, ec.facts_from_records(declared=low), last="2026-07")
    assert [str(each["5.1"].value) for each in statements] == [
        "GBP 125",
        *["GBP 0"] * 2,
        "GBP 250",
        *["GBP 0"] * 2,
        "GBP 500",
    ]
    assert [str(each["5.2"].value) for each in statements] == [*["GBP 0"] * 3, "GBP 100", *["GBP 0"] * 2, "GBP 100"]


def test_points_of_each_level_by_its_number() -> None:
    """A table by level gives each level points of its own; a row for a level that is none is refused."""
    other = {**LEVEL, "ref": "4.2", "target": {"at_least": "50%"}}
    fee = {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"}
    points = {"by": "level", "4.1": 3, "otherwise": 5}
    credit = {"ref": "5.1", "kind": "service_credit", "levels": ["4.1", "4.2"], "per": "points", "points": points}
    credit |= {"price": "together", "rate": "1%", "of": "3.1"}
    document = {**BASE, "clauses": [fee, LEVEL, other, credit]}
    down = {"ref": "O", "service": "s", "start": "2026-01-01T00:00Z", "end": "2026-01-20T00:00Z"}
    short = {**down, "end": "2026-01-02T00:00Z"}
    for outage, expected in ((down, "GBP 80"), (short, "GBP 30")):
        facts = ec.facts_from_records(outages=[outage])
        assert (
            str(ec.evaluate(ec.parse_contract(json.dumps(document)), facts, period="2026-01")["5.1"].value) == expected
        )
    credit["points"] = {**points, "9.9": 1}
    with pytest.raises(ec.DocumentError, match="none of its levels"):
        ec.parse_contract(json.dumps(document))


def test_what_one_area_lacks_displaces_what_failed_in_it() -> None:
    """Unavailability of an area goes first, else each ticket costs its greatest failure: a combine of a combine."""
    clock = {"start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": [], "reopened": "continue_without"}
    clock |= {"attempt": "last", "changed": "restart"}
    late = {"kind": "service_level", "measure": {"kind": "ticket_time", "clock": clock, "within": "1h"}}
    credit = {"kind": "service_credit", "per": "ticket"}
    clauses = [
        {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"},
        {**late, "ref": "4.1"},
        {**late, "ref": "4.2", "scope": {"type": "x"}},
        {**LEVEL, "ref": "4.3"},
        {**credit, "ref": "5.1", "levels": ["4.1"], "rate": "GBP 240.00"},
        {**credit, "ref": "5.2", "levels": ["4.2"], "rate": "GBP 312.00"},
        {
            **credit,
            "ref": "5.3",
            "levels": ["4.3"],
            "per": "down_time",
            "unit": "1h",
            "part": "up",
            "rate": "GBP 500.00",
        },
        {"ref": "5.4", "kind": "combine", "among": ["5.1", "5.2"], "take": "greatest", "per": "item"},
        {"ref": "5.5", "kind": "combine", "among": ["5.3", "5.4"], "take": "first", "per": "area"},
    ]
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": clauses}))

    def ticket(ref: str, sort: str, area: str) -> dict[str, Any]:
        events = [{"kind": "opened", "at": "2026-01-05T00:00Z"}, {"kind": "resolved", "at": "2026-01-05T05:00Z"}]
        return {"ref": ref, "service": "s", "type": sort, "priority": "P1", "area": area, "events": events}

    tickets = [ticket("T-1", "x", "north"), ticket("T-2", "y", "north"), ticket("T-3", "x", "south")]
    outage = {"ref": "O", "service": "s", "area": "south", "start": "2026-01-10T00:00Z", "end": "2026-01-10T00:30Z"}
    facts = ec.facts_from_records(tickets=tickets, outages=[outage])
    statement = ec.evaluate(contract, facts, period="2026-01")
    assert {line.clause: str(line.amount) for line in statement.lines}["5.5"] == "GBP -1052.00"  # 312 + 240, and 500
    ec.verify(statement, facts)


def test_an_amendment_pays_what_was_carried_before_it() -> None:
    """What a limit carried is owed although an amendment forfeits from then on; without that limit it is refused."""
    fee = {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"}
    credit = {"ref": "5.1", "kind": "service_credit", "levels": ["4.1"], "per": "level", "of": "3.1", "rate": "25%"}
    limit = {"ref": "5.2", "kind": "limit", "credits": ["5.1"], "at_most": "20%", "of": "3.1", "window": "period"}
    clauses = [fee, LEVEL, credit, {**limit, "excess": "carry"}]
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": clauses}))
    down = {"ref": "O", "service": "s", "start": "2026-01-10T00:00Z", "end": "2026-01-10T07:00Z"}
    facts = ec.facts_from_records(outages=[down])
    versions = {"period": "start", "tickets": "period"}

    def months_of(**change: Any) -> list[str]:
        amended = contract.amend(ref="A", from_=date(2026, 2, 1), versions=versions, **change)
        return [str(each.total.value) for each in ec.evaluate_periods(amended, facts, last="2026-03")]

    assert months_of(clauses=[{**limit, "excess": "forfeit"}]) == ["GBP 800.00", "GBP 950.00", "GBP 1000.00"]
    with pytest.raises(CarryError, match=r"limit 5\.2 carried GBP 50\.00 into 2026-02"):
        months_of(remove=["5.2"])


def test_numbers_that_are_exchanged_keep_their_history() -> None:
    """Two limits exchange their numbers by an amendment: each goes on from what it gave itself."""
    level = {**LEVEL, "target": {"at_least": "100%"}}
    credits = [
        {"ref": f"3.{n}", "kind": "service_credit", "levels": ["4.1"], "per": "level", "rate": rate}
        for n, rate in ((8, "GBP 1000.00"), (9, "GBP 1.00"))
    ]
    limit = {"kind": "limit", "at_most": "GBP 1500.00", "window": "contract_year", "excess": "forfeit"}
    first, second = {**limit, "credits": ["3.8"]}, {**limit, "credits": ["3.9"]}
    fee = {"ref": "3.1", "kind": "charge", "amount": "GBP 10000.00", "every": "month"}
    clauses = [fee, level, *credits, {**first, "ref": "5.1"}, {**second, "ref": "5.2"}]
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": clauses}))
    down = [
        {"ref": f"O-{n}", "service": "s", "start": f"2026-0{n}-10T00:00Z", "end": f"2026-0{n}-10T07:00Z"}
        for n in (1, 2, 3)
    ]
    facts = ec.facts_from_records(outages=down)
    totals = ["GBP 8999.00", "GBP 9499.00", "GBP 9999.00"]
    assert [str(each.total.value) for each in ec.evaluate_periods(contract, facts, last="2026-03")] == totals
    exchanged = [{**first, "ref": "5.2", "was": "5.1"}, {**second, "ref": "5.1", "was": "5.2"}]
    shifted = [{**first, "ref": "5.2", "was": "5.1"}, {**second, "ref": "5.3", "was": "5.2"}]
    for change in ({"clauses": exchanged}, {"clauses": shifted, "remove": ["5.1"]}):
        amended = contract.amend(
            ref="A", from_=date(2026, 2, 1), versions={"period": "start", "tickets": "period"}, **change
        )
        statements = ec.evaluate_periods(amended, facts, last="2026-03")
        assert [str(each.total.value) for each in statements] == totals
        assert all(ec.verify(each, facts) for each in statements)


@pytest.mark.parametrize("was", ["9.9", "3.1", "5.2"])
def test_a_number_that_no_such_clause_had_is_refused(was: str) -> None:
    """A clause that says it was one that is not there, or of another kind, or itself, is refused at its place."""
    credit = {"ref": "5.1", "kind": "service_credit", "levels": ["4.1"], "per": "level", "rate": "GBP 5.00"}
    fee = {"ref": "3.1", "kind": "charge", "amount": "GBP 1000.00", "every": "month"}
    contract = ec.parse_contract(json.dumps({**BASE, "clauses": [fee, LEVEL, credit]}))
    with pytest.raises(ec.DocumentError, match=r"amendments\.0\.clauses\.0\.was"):
        contract.amend(
            ref="A",
            from_=date(2026, 2, 1),
            versions={"period": "start", "tickets": "period"},
            clauses=[{**credit, "ref": "5.2", "was": was}],
            remove=["5.1"],
        )
