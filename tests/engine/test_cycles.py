"""Contracts that bill by quarters, years and four weeks, settled over their whole term."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import CarryError, PeriodError
from ecsm_contracts.testing import LAWS
from tests.calendars.wallclock import zone_of
from tests.engine.world import acme_data, contract_of

ZONE = "Europe/Amsterdam"
DAY = timedelta(days=1)
CYCLES: dict[str, tuple[dict[str, Any], str, str]] = {
    "quarter-31st": (
        {"cycle": "quarter", "anchor_day": 31, "anchor_month": 1, "month_end": "last_day"},
        "2024-01-31",
        "2027-04-30",
    ),
    "quarter-31st-next": (
        {"cycle": "quarter", "anchor_day": 31, "anchor_month": 2, "month_end": "next_day"},
        "2024-03-01",
        "2026-12-01",
    ),
    "year-31st": (
        {"cycle": "year", "anchor_day": 31, "anchor_month": 8, "month_end": "last_day"},
        "2023-08-31",
        "2026-08-31",
    ),
    "year-leap-day": (
        {"cycle": "year", "anchor_day": 29, "anchor_month": 2, "month_end": "last_day"},
        "2024-02-29",
        "2028-02-29",
    ),
    "month-31st": ({"cycle": "month", "anchor_day": 31, "month_end": "last_day"}, "2024-12-31", "2026-12-31"),
    "four-weeks": ({"cycle": "four_weeks", "anchor": "2026-01-05"}, "2024-01-08", "2026-12-07"),
}
"""Billing, and the first day and the end of a term that holds whole periods only."""


def contract(billing: dict[str, Any], start: str, end: str, **charge: str) -> ec.Contract:
    """Mail is promised round the clock; each period that misses costs EUR 100, a contract year at most EUR 250."""
    data = acme_data()
    level = next(clause for clause in data["clauses"] if clause["ref"] == "4.3")
    level["measure"]["hours"] = "always"
    data |= {
        "billing": billing,
        "term": {"start": start, "end": end},
        "zone": ZONE,
        "calendars": {"always": {"zone": ZONE, "hours": "always"}},
        "clauses": [
            {"ref": "3.1", "kind": "charge", "amount": "EUR 1000.00", "every": billing["cycle"], **charge},
            level,
            {"ref": "4.5", "kind": "service_credit", "levels": ["4.3"], "per": "level", "rate": "EUR 100.00"},
            {
                "ref": "4.6",
                "kind": "limit",
                "credits": ["4.5"],
                "at_most": "EUR 250.00",
                "window": "contract_year",
                "excess": "forfeit",
            },
        ],
    }
    data.pop("holidays", None)
    for service in data["services"]:
        service["hours"] = "always"
    return contract_of(data)


def facts(start: str, end: str) -> ec.Facts:
    """Mail is down for the whole third day of every week."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    downs = [first + 2 * DAY + week * 7 * DAY for week in range((last - first).days // 7)]
    outages = [
        {"ref": f"O-{day}", "service": "mail", "start": f"{day}T00:00:00Z", "end": f"{day + DAY}T00:00:00Z"}
        for day in downs
    ]
    return ec.facts_from_records(outages=outages)


def settled(given: ec.Contract, happened: ec.Facts) -> list[ec.Statement]:
    """Return the statements of the whole term, each with the carry of the one before; all of them verify."""
    statements: list[ec.Statement] = []
    for period in given.billing.periods(given.term.start, given.term.end):
        carry = statements[-1].carry if statements else None
        statements.append(ec.evaluate(given, happened, period=period, carry=carry))
        assert ec.verify(statements[-1], happened).with_facts
    return statements


def hours_between(first: date, last: date) -> int:
    """Return the hours between two local midnights, as a wall clock in the contract's zone tells."""
    midnights = [datetime(day.year, day.month, day.day, tzinfo=zone_of(ZONE)).astimezone(UTC) for day in (first, last)]
    return (midnights[1] - midnights[0]) // timedelta(hours=1)


def year_of(start: date, day: date) -> int:
    """Return the number of the contract year of a day: how often the anniversary of the start has come."""
    anniversary = (start.month, min(start.day, 28) if start.month == 2 else start.day)
    leap = day.year % 4 == 0 and start.month == 2
    anniversary = (start.month, start.day) if leap else anniversary
    return day.year - start.year - ((day.month, day.day) < anniversary)


@pytest.mark.parametrize("name", sorted(CYCLES))
def test_a_term_is_settled_to_its_last_period(name: str) -> None:
    """Every period follows on the carry of the one before; charge, number and limit are reckoned beside the engine."""
    billing, start, end = CYCLES[name]
    given, happened = contract(billing, start, end), facts(start, end)
    statements = settled(given, happened)
    assert statements[0].period.start == given.term.start
    assert statements[-1].carry.ends == given.term.end
    used: dict[int, int] = {}
    for statement in statements:
        period = statement.period
        year = year_of(given.term.start, period.start)
        expected = min(100, 250 - used.get(year, 0))
        used[year] = used.get(year, 0) + expected
        assert statement.total.value == ec.Money.parse(f"EUR {1000 - expected}.00")
        number = statement.assessments[0].number
        assert isinstance(number, Fraction)
        down = (1 - number) * hours_between(period.start, period.end)
        assert down.denominator == 1
        weeks = (period.end - period.start).days // 7
        assert abs(down - 24 * weeks) <= 24


def test_a_period_of_four_weeks_counts_for_the_year_in_which_it_starts() -> None:
    """Thirteen periods fill a year less a day or two: the one across the turn belongs to the year that ends."""
    billing, start, end = CYCLES["four-weeks"]
    given = contract(billing, start, end)
    statements = settled(given, facts(start, end))
    across = next(each for each in statements if each.period.label == "2025-01-06/2025-02-03")
    assert across.period.covers(date(2025, 1, 8))
    (used,) = across.carry.remembered
    assert (used.ref, used.name, used.past) == ("4.6", "given", ())  # the year that ends is over with it
    following = statements[statements.index(across) + 1]
    assert following.carry.sum_given("4.6", "EUR") == ec.Money.parse("EUR 100.00")
    assert [each.at for each in following.carry.remembered[0].past] == [following.period.start]
    assert across.total.value == ec.Money.parse("EUR 1000.00")
    assert following.total.value == ec.Money.parse("EUR 900.00")


def test_a_period_of_another_cycle_is_refused() -> None:
    """A month is no period of a contract that bills by quarter, and a carry of another day does not fit."""
    billing, start, end = CYCLES["quarter-31st"]
    given, happened = contract(billing, start, end), facts(start, end)
    with pytest.raises(PeriodError, match="not a billing period"):
        ec.evaluate(given, happened, period="2024-02")
    first = ec.evaluate(given, happened, period="2024-01-31/2024-04-30")
    with pytest.raises(CarryError, match="a statement between them is missing"):
        ec.evaluate(given, happened, period="2024-07-31/2024-10-31", carry=first.carry)


def test_a_quarter_of_the_calendar_can_be_asked_for_by_its_name() -> None:
    """A quarterly contract from January takes 2026-Q1 for its period."""
    billing = {"cycle": "quarter", "anchor_month": 1}
    given = contract(billing, "2026-01-01", "2027-01-01")
    statement = ec.evaluate(given, facts("2026-01-01", "2026-04-01"), period="2026-Q1")
    assert statement.period.label == "2026-01-01/2026-04-01"
    assert ec.verify(statement).with_facts is False


@pytest.mark.parametrize("every", ["month", "four_weeks"])
def test_a_charge_of_another_cycle_is_a_problem_at_its_place(every: str) -> None:
    """The amount would be for another length of time: the message says what to write, and where."""
    with pytest.raises(ec.DocumentError) as caught:
        contract({"cycle": "quarter", "anchor_month": 1}, "2026-01-01", "2027-01-01", every=every)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("charge_cycle", "clauses.0.every")
    words = every.replace("_", " ")
    assert problem.message == (
        f"3.1 is owed every {words}, but the contract bills by quarter: "
        "write the amount for a quarter, and every: quarter"
    )


def test_a_charge_over_several_periods_says_which_of_them_it_is_owed_in() -> None:
    """An amount for a year in a contract that bills by quarter could be owed in any of the four: it has to say."""
    with pytest.raises(ec.DocumentError) as caught:
        contract({"cycle": "quarter", "anchor_month": 1}, "2026-01-01", "2027-01-01", every="year")
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("billed_missing", "clauses.0.every")
    assert problem.message == "an amount for 4 billing periods: say which of them it is owed in: billed"


def test_a_term_beyond_what_is_covered_is_a_problem_of_the_document() -> None:
    """A term that begins before 1990 has no billing periods that can be reckoned: it is said at its place."""
    data = acme_data()
    data["term"]["start"] = "1980-01-01"
    with pytest.raises(ec.DocumentError) as caught:
        ec.parse_contract(json.dumps(data), form="json")
    assert ("period_range", "term") in {(problem.code, problem.path) for problem in caught.value.problems}


@pytest.mark.parametrize("law", sorted(LAWS))
@pytest.mark.parametrize("name", ["quarter-31st-next", "four-weeks"])
def test_the_laws_hold_whatever_the_cycle(name: str, law: str) -> None:
    """What every statement keeps, it keeps for quarters and for four weeks: order, redelivery, proof, carry."""
    billing, start, end = CYCLES[name]
    given = contract(billing, start, end)
    second = given.billing.periods(given.term.start, given.term.end)[1]
    LAWS[law](given, facts(start, end), second)
