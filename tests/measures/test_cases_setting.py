"""
Shared cases of other systems about availability and ratios, each through a contract and `ec.evaluate`.

The windows of the cases are seconds since 1970, which no billing period is. A second of a case is a minute of
March 2026 here, and the calendar of the contract is open in the window alone: what lies outside of it is out of
hours, as for the source it is out of the window. So nothing is bound by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue
from tests.measures.contracts import contract_with, level_of, ticket

MON_2026_03_02 = datetime(2026, 3, 2, tzinfo=UTC)


def find_cases() -> Path | None:
    """Return the file of cases beside the repository or above it, or None."""
    for folder in Path(__file__).resolve().parents:
        found = folder.parent / "shared" / "cases" / "clock_cases.yaml"
        if found.exists():
            return found
    return None


PATH = find_cases()
FACTS: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8")) if PATH else {"cases": []}
pytestmark = pytest.mark.skipif(PATH is None, reason="the shared cases are not beside this repository")


def cases(kind: str, *, refused: bool = False) -> list[Any]:
    """Return the cases of a kind, those that must be *refused* apart from the others."""
    found = [each for each in FACTS["cases"] if each["kind"] == kind]
    return [pytest.param(each, id=each["id"]) for each in found if ("error" in each["expect"]) == refused]


def instant(second: int) -> str:
    """Return the instant that stands for a second of a case."""
    return (MON_2026_03_02 + timedelta(minutes=second)).isoformat()


def special_days(window: list[int]) -> dict[str, str]:
    """Return hours that are open in the *window* alone, by day."""
    start, end = window
    hours = {}
    for number in range(start // 1440, -(-end // 1440)):
        first, last = max(start - 1440 * number, 0), min(end - 1440 * number, 1440)
        day = (MON_2026_03_02 + timedelta(days=number)).date().isoformat()
        hours[day] = f"{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"
    return hours


def availability_contract(window: list[int]) -> ec.Contract:
    """Return a contract whose only promise is availability in the *window*; planned time stays, as for Icinga."""
    calendar = {"zone": "UTC", "hours": ["Mon 00:00-24:00"], "holidays": "others", "special_days": special_days(window)}
    mondays = ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"]
    return contract_with(
        {"kind": "availability", "hours": "window"},
        {"at_least": "99%"},
        {
            "ref": "5.1",
            "kind": "relief",
            "notices": ["maintenance"],
            "levels": ["4.1"],
            "treatment": "exclude",
            "denominator": "stays",
        },
        calendars={"window": calendar},
        holidays={"others": {"country": "NL", "years": "2026", "source": "made up for a test", "days": mondays}},
    )


def records(case: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the outages and notices of a case."""
    spans = [*((span, "down") for span in case["problem"]), *((span, "unknown") for span in case.get("unknown", []))]
    outages = [
        {"ref": f"O-{n}", "service": "mail", "start": instant(start), "end": instant(end), "state": state}
        for n, ((start, end), state) in enumerate(spans)
    ]
    notices = [
        {"ref": f"N-{n}", "service": "mail", "kind": "maintenance", "start": instant(start), "end": instant(end)}
        for n, (start, end) in enumerate(case.get("downtime", []))
    ]
    return {"outages": outages, "notices": notices}


@pytest.mark.parametrize("case", cases("availability"))
def test_availability_is_what_another_system_says(case: dict[str, Any]) -> None:
    """The share of a window in which nothing was wrong is the one that the source asserts, to its decimals."""
    contract = availability_contract(case["window"])
    level = level_of(ec.evaluate(contract, ec.facts_from_records(**records(case)), period="2026-03"))
    wanted = case["expect"]["ok_percent"]
    decimals = len(wanted.partition(".")[2])
    assert isinstance(level.number, Fraction)
    assert round(level.number * 100, decimals) == Fraction(wanted)


@pytest.mark.parametrize("case", cases("availability", refused=True))
def test_a_window_without_time_is_refused(case: dict[str, Any]) -> None:
    """A window that ends when it starts, or before, is an error with a code: as a period, and as hours."""
    start, end = ((MON_2026_03_02 + timedelta(days=each // 1000)).date() for each in case["window"])
    with pytest.raises(InvalidValue) as caught:
        ec.plan(availability_contract([0, 1000]), f"{start}/{end}")
    assert (caught.value.rule, "not after its start" in str(caught.value)) == ("period_order", True)


@pytest.mark.parametrize("case", cases("ratio"))
def test_a_share_of_tickets_is_what_another_system_says(case: dict[str, Any]) -> None:
    """The share is an exact fraction, is shown as the source's number, and costs what the source's tiers say."""
    tiers = FACTS["penalty_tiers"][case["tiers"]]
    rates = [{"below": f"{below}%", "is": f"{abs(Decimal(str(rate)))}%"} for _, below, rate in reversed(tiers["bands"])]
    contract = contract_with(
        {
            "kind": "ratio",
            "population": "resolved",
            "having": {"event": "reopened", "at_most": 0},
            "minimum": 1,
            "when_too_few": "not_measured",
        },
        {"at_least": f"{tiers['objective_pct']}%"},
        {
            "ref": "4.2",
            "kind": "service_credit",
            "levels": ["4.1"],
            "per": "level",
            "rate": {"bands": [*rates, {"is": "0%"}]},
            "of": "3.1",
        },
    )
    tickets = [ticket(n, reopened=n >= case["met"]) for n in range(case["total"])]
    statement = ec.evaluate(contract, ec.facts_from_records(tickets=tickets), period="2026-03")
    number = level_of(statement).number
    assert number == Fraction(case["expect"]["fraction"])
    assert round(number * 100, 4) == Fraction(case["expect"]["percent_4dp_half_up"])
    credit = next(line for line in statement.lines if line.kind == "credit")
    assert credit.amount == ec.Money.parse(f"EUR {Decimal(case['expect']['penalty_percent']) * 10}.00")
