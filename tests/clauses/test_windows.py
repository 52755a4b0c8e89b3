"""The field `every` of a level: what it reads and writes, which windows it means, and what contradicts it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from ecsm_contracts.calendars import BillingCycle, EveryName, Period, Rolling, may_skip_periods, measurement_windows
from ecsm_contracts.errors import DocumentError
from tests.clauses.world import LEVEL, codes, read
from tests.engine.windows import CLOCK, contract

WORDS: tuple[EveryName, ...] = ("day", "week", "four_weeks", "month", "quarter", "year")
DAY = timedelta(days=1)
BILLINGS = (
    BillingCycle(),
    BillingCycle(anchor_day=15),
    BillingCycle(anchor_day=31, month_end="last_day"),
    BillingCycle(anchor_day=31, month_end="next_day"),
    BillingCycle(cycle="quarter", anchor_month=2),
    BillingCycle(cycle="year", anchor_month=2, anchor_day=29, month_end="last_day"),
    BillingCycle(cycle="four_weeks", anchor=date(2026, 1, 7)),
)


@pytest.mark.parametrize("every", [*WORDS, {"periods": 3}], ids=[*WORDS, "rolling"])
def test_every_is_written_as_it_is_read(every: Any) -> None:
    """A window reads back as it was written."""
    assert read({**LEVEL, "every": every}).to_data()["every"] == every


def test_no_window_leaves_no_trace() -> None:
    """A level without a window of its own writes nothing of it, so that its digest is what it was."""
    assert "every" not in read(LEVEL).to_data()


@pytest.mark.parametrize(
    "every", ["hour", "Day", 7, True, [], {}, {"hours": 4}, {"periods": 1}, {"periods": 121}, {"periods": "3"}]
)
def test_other_windows_are_refused(every: Any) -> None:
    """There are six words, and rolling windows of 2 to 120 periods."""
    with pytest.raises(ValidationError):
        read({**LEVEL, "every": every})


def test_levels_together_have_no_window() -> None:
    """A level about other levels is judged by the period, as they come out in it."""
    measure = {"kind": "levels", "levels": ["4.1"], "take": "worst"}
    with pytest.raises(ValidationError) as caught:
        read({"ref": "4.2", "kind": "service_level", "measure": measure, "every": "week"})
    assert codes(caught.value) == ["every_unused"]


def _periods(billing: BillingCycle, start: date) -> list[Period]:
    """Return the billing periods of three years from *start* on that lie in them as a whole."""
    end = date(start.year + 3, 1, 1)
    return [each for each in billing.periods(start, end) if each.start >= start and each.end <= end]


@pytest.mark.parametrize("every", WORDS)
@pytest.mark.parametrize("billing", BILLINGS, ids=lambda each: f"{each.cycle}-{each.anchor_day}-{each.month_end}")
def test_windows_tile_the_term(every: EveryName, billing: BillingCycle) -> None:
    """From the first whole one on each window begins where the one before ends, and ends in exactly one period."""
    for start in (date(2024, 1, 1), date(2024, 2, 29), date(2025, 6, 17)):
        found: list[Period] = []
        for period in _periods(billing, start):
            windows = measurement_windows(every, billing, start, period)
            assert all(period.start < window.end <= period.end for window in windows)
            assert windows or may_skip_periods(every, billing.cycle) or period is _periods(billing, start)[0]
            found.extend(windows)
        assert all(before.end == after.start for before, after in pairwise(found))
        assert found[0].start >= start
        lengths = {(window.end - window.start).days for window in found}
        assert lengths <= _LENGTHS[every]
        if every == "week":
            assert {window.start.weekday() for window in found} == {0}


_LENGTHS: dict[str, set[int]] = {
    "day": {1},
    "week": {7},
    "four_weeks": {28},
    "month": set(range(28, 34)),
    "quarter": set(range(89, 94)),
    "year": {365, 366, 367},
}
"""By the month-end rule ``next_day`` a month runs from 1 March to 31 March, or from 31 January to 1 March."""


@pytest.mark.parametrize("billing", BILLINGS, ids=lambda each: f"{each.cycle}-{each.anchor_day}-{each.month_end}")
def test_windows_as_long_as_the_billing_are_its_periods(billing: BillingCycle) -> None:
    """The word for the billing cycle means its periods, so that both anchor in the same way."""
    for period in _periods(billing, date(2024, 1, 1)):
        assert measurement_windows(billing.cycle, billing, date(2024, 1, 1), period) == (period,)


def test_quarters_and_years_count_from_the_month_of_the_term() -> None:
    """Of a term from May on the quarters end with July, October, January and April, its year with April."""
    billing, start = BillingCycle(anchor_day=10), date(2025, 5, 10)
    ends: dict[EveryName, list[str]] = {"quarter": [], "year": []}
    for period in _periods(billing, start)[:12]:
        for every, found in ends.items():
            found.extend(str(each.end) for each in measurement_windows(every, billing, start, period))
    assert ends["quarter"] == ["2025-08-10", "2025-11-10", "2026-02-10", "2026-05-10"]
    assert ends["year"] == ["2026-05-10"]


def test_rolling_windows_end_with_each_period() -> None:
    """From the n-th period on there is one, from the first day of n periods to the end of the last."""
    draw = random.Random(3)
    for billing in BILLINGS:
        count = draw.randint(2, 5)
        periods = _periods(billing, date(2020, 1, 1))
        for position, period in enumerate(periods):
            found = measurement_windows(Rolling(periods=count), billing, periods[0].start, period)
            whole = position + 1 >= count
            assert found == ((Period(periods[position + 1 - count].start, period.end),) if whole else ())


def _level(every: Any, **changes: Any) -> dict[str, Any]:
    return {**LEVEL, **({} if every is None else {"every": every}), **changes}


def _credit(**changes: Any) -> dict[str, Any]:
    return {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "level", "rate": "EUR 1.00", **changes}


TIMED = {"measure": {"kind": "ticket_time", "clock": CLOCK, "within": "8h"}, "target": None}
TOGETHER = {"ref": "4.9", "kind": "service_level", "measure": {"kind": "levels", "levels": ["4.1"], "take": "worst"}}
BANDS = {"how": "whole", "bands": [{"below": "90%", "is": "EUR 2.00"}, {"is": "EUR 1.00"}]}
LATE = {"per": "late_time", "unit": "1h", "part": "up"}
DOWN = {"per": "down_time", "unit": "1h", "part": "up"}
POOLED = {
    "levels": ["4.1", "4.2"],
    "when": {"outcome": "missed", "times": 2, "within": 3, "pooled": True, "consumes": False},
}


@pytest.mark.parametrize(
    ("code", "clauses"),
    [
        pytest.param("window_is_period", [_level("month")], id="period"),
        pytest.param("window_never_ends", [_level({"periods": 13})], id="too-long"),
        pytest.param("column_clash", [_level("day"), {**LEVEL, "ref": "4.1@2026-01-01"}], id="name"),
        pytest.param("window_undecided", [_level("quarter"), TOGETHER], id="undecided"),
        pytest.param("late_time_window", [_level("week", **TIMED), _credit(**LATE)], id="late"),
        pytest.param("window_overlaps", [_level({"periods": 3}), _credit(**DOWN)], id="rolling"),
        pytest.param("window_most", [_level("day"), _credit(rate=BANDS, most=2)], id="most"),
        pytest.param(
            "windows_differ", [_level("day"), {**_level("week"), "ref": "4.2"}, _credit(**POOLED)], id="pooled"
        ),
    ],
)
def test_contradictions_are_refused(code: str, clauses: list[dict[str, Any]]) -> None:
    """Each has a code and the place of the clause; with one window for all, the same clauses are a contract."""
    with pytest.raises(DocumentError) as caught:
        contract(None, names=(), clauses=tuple(clauses))
    assert [problem.code for problem in caught.value.problems] == [code]
    lengthened = [{key: value for key, value in clause.items() if key != "every"} for clause in clauses]
    if code != "column_clash":
        contract(None, names=(), clauses=tuple(lengthened))
