"""Tests of the measure time: one number for the times of many tickets."""

from __future__ import annotations

import json
import math
import statistics
from datetime import timedelta
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.measures import Distribution, Tally
from ecsm_contracts.reports import render
from ecsm_contracts.statements import statement_from_data
from tests.engine.world import JANUARY
from tests.measures.months import CLOCK, contract_with, level, settled, ticket

MEASURE = {
    "kind": "time", "clock": CLOCK, "population": "resolved", "statistic": "median",
    "minimum": 1, "when_too_few": "not_measured",
}  # fmt: skip
MINUTE = 60_000_000


def months(statistic: Any, target: str = "4h", **changes: Any) -> ec.Contract:
    """The contract with a level over the times of requests."""
    measure = {**MEASURE, "statistic": statistic, **changes}
    return contract_with(measure, {"at_most": target}, scope={"type": "request"})


@pytest.mark.parametrize(
    ("statistic", "minutes", "expected"),
    [  # ten tickets of 10 to 100 minutes
        ("mean", range(10, 110, 10), 55),
        ("median", range(10, 110, 10), 55),
        ("maximum", range(10, 110, 10), 100),
        ({"percentile": "90%", "by": "nearest_rank"}, range(10, 110, 10), 90),
        ({"percentile": "90%", "by": "linear"}, range(10, 110, 10), 91),
        ({"percentile": "90%", "by": "exclusive"}, range(10, 110, 10), 99),
        ({"trimmed": "19.9%"}, range(10, 110, 10), 50),  # 1.99 of ten is one
        ({"trimmed": "20%"}, range(10, 110, 10), 45),
        ("median", [30], 30),
    ],
    ids=["mean", "median", "maximum", "nearest", "linear", "exclusive", "trimmed one", "trimmed two", "one ticket"],
)
def test_each_statistic_by_hand(statistic: Any, minutes: Any, expected: int) -> None:
    """What each statistic makes of a month is what a person reckons, and equal to the target is met."""
    tickets = [ticket(f"T-{place}", each) for place, each in enumerate(minutes)]
    for target, outcome in ((f"{expected}min", "met"), (f"{expected * 60 - 1}s", "missed")):
        found = level(settled(months(statistic, target), tickets=tickets))
        assert (found.outcome, found.number) == (outcome, timedelta(minutes=expected))
        assert found.counts == (("4.9.counted", len(tickets)), ("4.9.each", sum(minutes) * MINUTE))


TIMES = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)
STATISTICS = st.sampled_from(
    ["mean", "median", "maximum", {"trimmed": "25%"}]
    + [{"percentile": share, "by": by} for share in ("50%", "95%") for by in ("nearest_rank", "linear", "exclusive")]
)


def _exact(times: list[int], statistic: Any) -> Fraction:
    """Return the statistic of *times* as a fraction, by the standard library."""
    ranked = sorted(map(Fraction, times))
    if statistic == "mean":
        return Fraction(statistics.mean(ranked))
    if statistic == "median":
        return Fraction(statistics.median(ranked))
    if statistic == "maximum":
        return ranked[-1]
    if "trimmed" in statistic:
        return Fraction(statistics.mean(ranked[: len(ranked) - len(ranked) // 4]))
    share = Fraction(statistic["percentile"].rstrip("%")) / 100
    if statistic["by"] == "nearest_rank":
        return ranked[max(0, math.ceil(share * len(ranked)) - 1)]
    if len(ranked) == 1:
        return ranked[0]
    how: Literal["inclusive", "exclusive"] = "inclusive" if statistic["by"] == "linear" else "exclusive"
    found = statistics.quantiles(ranked, n=20, method=how)[int(share * 20) - 1]
    return Fraction(min(max(found, ranked[0]), ranked[-1]))


PLANS: dict[str, ec.Plan] = {}


@given(TIMES, STATISTICS)
def test_a_made_up_tally_settles_to_the_exact_statistic(times: list[int], statistic: Any) -> None:
    """Without any ticket: the number is the exact statistic rounded up to the microsecond, and its proof replays."""
    key = json.dumps(statistic)
    plan = PLANS[key] = PLANS.get(key) or ec.plan(months(statistic), JANUARY)
    sums = {"4.9.counted": len(times), "4.9.each": sum(times)}
    tally = Tally(plan.columns, tuple(sums.get(name, 0) for name in plan.columns), (Distribution.of(times),))
    outcome = ec.settle_tally(plan, tally).figures["4.9"]
    number = outcome.inputs[0].inputs[0].value
    exact = _exact(times, statistic)
    assert number == timedelta(microseconds=math.ceil(exact))
    assert (outcome.value == "met") == (exact <= 4 * 3600 * 10**6)
    assert sum(1 for _ in outcome.walk()) <= 12, "the figure stays small"


def test_too_few_have_no_number() -> None:
    """Fewer tickets than the minimum give the outcome that the contract names, and no number; enough are measured."""
    for words in ("met", "missed", "not_measured"):
        contract = months("mean", minimum=2, when_too_few=words)
        found = level(settled(contract, tickets=[ticket("T-1", 10)]))
        assert (found.outcome, found.number) == (words, None)
        assert level(settled(contract, tickets=[ticket("T-1", 10), ticket("T-2", 20)])).outcome == "met"


def test_who_is_counted() -> None:
    """Requests resolved in January, with any priority; not those that are open, cancelled or resolved later."""
    opened = {"kind": "opened", "at": "2026-01-05T00:00:00Z"}
    others = [
        ticket("T-open", 1, events=[opened]),
        ticket("T-void", 1, events=[opened, {"kind": "cancelled", "at": "2026-01-06T00:00:00Z"}]),
        ticket("T-later", 1, events=[opened, {"kind": "resolved", "at": "2026-02-06T00:00:00Z"}]),
        ticket("T-else", 1, type="incident"),
    ]
    statement = settled(months("maximum"), tickets=[*others, ticket("T-1", 20, priority="P9")])
    assert level(statement).counts == (("4.9.counted", 1), ("4.9.each", 20 * MINUTE))


@pytest.mark.parametrize(
    ("population", "counted", "longest"), [("open", 1, 26 * 1440 + 1380), ("active", 2, 26 * 1440 + 1380)]
)
def test_the_age_of_open_work(population: str, counted: int, longest: int) -> None:
    """The oldest ticket that is open at the period's end is as old as its clock says, and so it is as an active one."""
    opened = {"kind": "opened", "at": "2026-01-05T00:00:00Z"}
    others = [
        ticket("T-open", 1, events=[opened]),
        ticket("T-void", 1, events=[opened, {"kind": "cancelled", "at": "2026-01-06T00:00:00Z"}]),
    ]
    statement = settled(months("maximum", "648h", population=population), tickets=[*others, ticket("T-1", 20)])
    found = level(statement)
    assert (found.outcome, found.number) == ("met", timedelta(minutes=longest))  # 26 days and 23 hours to the end
    assert dict(found.counts)["4.9.counted"] == counted
    younger = settled(months("maximum", "646h", population=population), tickets=others)
    assert level(younger).outcome == "missed"


def test_attempts() -> None:
    """A reopened ticket took as long as the attempt that is judged: the last one, or the longest, or all together."""
    events = [
        {"kind": kind, "at": f"2026-01-05T{hour:02d}:00:00Z"}
        for kind, hour in (("opened", 0), ("resolved", 5), ("reopened", 10), ("resolved", 12))
    ]
    for attempt, hours in (("first", 5), ("last", 2), ("worst", 5), ("sum", 7)):
        contract = months("maximum", clock={**CLOCK, "reopened": "restart", "attempt": attempt})
        assert level(settled(contract, tickets=[ticket("T-1", 1, events=events)])).number == timedelta(hours=hours)


def test_shown_and_explained() -> None:
    """A time is shown as a time wherever a statement is, and the ticket's clock says that it counted."""
    statement = settled(months("maximum", "30min"), tickets=[ticket("T-1", 20), ticket("T-2", 90)])
    row = next(line for line in str(statement).splitlines() if line.startswith("4.9"))
    assert row.split("  ")[-1] == "2 tickets"
    for text in (row, render(statement, "markdown"), render(statement, "html"), statement._repr_html_()):
        assert "1 h 30 min" in text
        assert "≤ 30 min" in text
    assert [(each.ref, each.text) for each in statement.shortfalls("4.9")] == [
        ("T-2", "took 1 h 30 min, longer than 30 min")
    ]
    facts = ec.facts_from_records(tickets=[ticket("T-1", 20), ticket("T-2", 90)])
    told = ec.explain_ticket(statement, facts, "T-2")
    assert "4.9 time: 1 h 30 min on its clock, counted in this period" in str(told)
    assert ec.account_for(statement, facts).by_ref == {"T-1": "evaluated", "T-2": "evaluated"}


def test_read_back_from_its_file() -> None:
    """A statement that is read keeps the values apart again, without a copy of them in its file."""
    statement = settled(months("median"), tickets=[ticket("T-1", 20), ticket("T-2", 90)])
    data = json.loads(statement.to_json())
    read = statement_from_data(data)
    assert not read.faults
    assert (read.to_json(), read.tally) == (statement.to_json(), statement.tally)
    assert data["tally"] == list(statement.tally.sums)
    found = next(each for each in data["assessments"] if each["clause"] == "4.9")
    assert (found["number"], found["target"]) == ({"microseconds": 55 * MINUTE}, {"at_most": "PT4H"})
    changed = next(row for row in data["outcomes"] if row[1] == "T-1")
    place = 3 + data["columns"].index("4.9.each")
    changed[place] += MINUTE  # and another one, so that the sum stays
    next(row for row in data["outcomes"] if row[1] == "T-2")[place] -= MINUTE
    with pytest.raises(ec.VerificationError):
        ec.verify(statement_from_data(data))


def test_what_is_not_recorded_is_not_measured() -> None:
    """A clock that starts at an acknowledgement that nobody records measures nothing."""
    contract = months("mean", clock={**CLOCK, "start": ["acknowledged"]})
    origin = {"ref": "G-1", "title": "A gap", "unrecorded": ["acknowledged"]}
    found = level(settled(contract, tickets=[ticket("T-1", 20)], origins=[origin]))
    assert (found.outcome, found.number) == ("not_measured", None)


@pytest.mark.parametrize(
    ("changes", "target", "code"),
    [
        ({"statistic": {"percentile": "0%", "by": "linear"}}, {"at_most": "4h"}, "share_range"),
        ({"statistic": {"trimmed": "100%"}}, {"at_most": "4h"}, "share_range"),
        ({"statistic": {"percentile": "90%"}}, {"at_most": "4h"}, "missing_field"),
        ({"statistic": "mode"}, {"at_most": "4h"}, "unknown_word"),
        ({"clock": {**CLOCK, "stop": ["closed"]}}, {"at_most": "4h"}, "population_unstopped"),
        ({"within": "4h"}, {"at_most": "4h"}, "unknown_field"),
        ({}, {"at_most": "95%"}, "target_unit"),
        ({}, {"at_least": "4h"}, "target_unit"),
    ],
)
def test_refused(changes: dict[str, Any], target: dict[str, Any], code: str) -> None:
    """What cannot work is refused by a stable code."""
    with pytest.raises(ec.DocumentError) as caught:
        contract_with({**MEASURE, **changes}, target)
    assert {problem.code for problem in caught.value.problems} == {code}


def test_credits_that_cannot_work_are_refused() -> None:
    """Bands need a share, and late tickets or late time are of ticket_time only."""
    data = months("mean").to_data()
    bands = {"bands": [{"below": "95%", "is": "EUR 10.00"}, {"is": "EUR 0.00"}]}
    credit = {"ref": "4.91", "kind": "service_credit", "levels": ["4.9"], "per": "level", "rate": bands}
    for each, code in (
        (credit, "bands_need_share"),
        ({**credit, "per": "ticket", "rate": "EUR 1.00"}, "per_needs_tickets"),
        ({**credit, "per": "late_time", "unit": "1h", "part": "up", "rate": "EUR 1.00"}, "per_needs_tickets"),
    ):
        with pytest.raises(ec.DocumentError) as caught:
            ec.parse_contract(json.dumps({**data, "clauses": [*data["clauses"], each]}), form="json")
        assert {problem.code for problem in caught.value.problems} == {code}
