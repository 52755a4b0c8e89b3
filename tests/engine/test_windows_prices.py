"""What credits and bonuses make of windows: each window has its own number, and so its own rate."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from tests.engine.test_windows_days import DAY, mail, midnight, opening
from tests.engine.windows import contract, text

DOWN = {date(2026, 3, 5): 1, date(2026, 3, 6): 3, date(2026, 3, 9): 12, date(2026, 3, 20): 24}
"""Hours that mail was down, by day."""


def hours_down(down: dict[date, int]) -> ec.Facts:
    """Return an outage from midnight on for each day."""
    spans = {day: (midnight(day), midnight(day) + timedelta(hours=hours)) for day, hours in down.items()}
    return ec.facts_from_records(
        outages=[
            {"ref": f"O-{day}", "service": "mail", "start": text(start), "end": text(end)}
            for day, (start, end) in spans.items()
        ]
    )


def given_for(credit: dict[str, Any], every: str = "day", down: dict[date, int] = DOWN) -> Fraction:
    """Return what a credit comes to in March, in euros."""
    clause = {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], **credit}
    given, happened = mail(every, clause), hours_down(down)
    found = ec.evaluate(given, happened, period="2026-03", carry=_carry(given))
    assert ec.verify(found, happened).with_facts
    return -sum((line.amount.ratio for line in found.lines if line.clause == "4.5"), start=Fraction(0))


def _carry(given: ec.Contract) -> ec.Carry:
    recalled: dict[tuple[str, str], list[Any]] = {
        (each.ref, each.name): [] for clause in given.clauses for each in clause.recalls()
    }
    return opening(given, "2026-03", past=recalled)


def test_a_flat_price_is_paid_for_each_window_that_is_missed() -> None:
    """Four days are missed, and two weeks, at EUR 10 each."""
    assert given_for({"per": "level", "rate": "EUR 10.00"}) == 40
    assert given_for({"per": "level", "rate": "EUR 10.00"}, "week") == 30
    assert given_for({"per": "level", "rate": "EUR 10.00"}, "quarter") == 10


def test_down_time_is_counted_within_each_window() -> None:
    """Of each day two hours are free: 1 + 10 + 22 hours are left, where the month as a whole would have 38."""
    credit = {"per": "down_time", "unit": "1h", "part": "exact", "free": "2h", "rate": "EUR 1.00"}
    assert given_for(credit) == 1 + 10 + 22


BANDS = {"bands": [{"below": "50%", "is": "EUR 100.00"}, {"below": "90%", "is": "EUR 10.00"}, {"is": "EUR 1.00"}]}


def _band(hours: int) -> int:
    share = Fraction(24 - hours, 24)
    return 100 if share < Fraction(1, 2) else 10 if share < Fraction(9, 10) else 1


def test_each_window_is_priced_by_its_own_number() -> None:
    """The band of a day is that of the day's number, whatever the other days came to."""
    assert given_for({"per": "level", "rate": {**BANDS, "how": "whole"}}) == sum(map(_band, DOWN.values()))


@pytest.mark.parametrize("by", ["run", "occurrence"])
def test_each_window_is_priced_by_its_own_place(by: str) -> None:
    """The second day in a row, or the second of seven days, has a rate of its own."""
    within = {"within": 7} if by == "occurrence" else {}
    rate = {"by": by, **within, "1": "EUR 1.00", "2": "EUR 10.00", "otherwise": "EUR 100.00"}
    expected = 0
    for day in DOWN:
        if by == "run":
            place = next(n for n in range(1, 40) if day - n * DAY not in DOWN)
        else:
            place = sum(day - n * DAY in DOWN for n in range(7))
        expected += {1: 1, 2: 10}.get(place, 100)
    assert given_for({"per": "level", "rate": rate}) == expected


def test_a_period_in_which_no_window_ends_owes_nothing() -> None:
    """In February no quarter ends: a credit by bands, by severity or flat is nothing, and the statement is whole."""
    severities = [{"is": "serious", "below": "90%"}, {"is": "minor"}]
    level = {
        "ref": "4.1", "kind": "service_level", "measure": {"kind": "availability", "hours": "always"},
        "target": {"at_least": "99%"}, "severities": severities, "every": "quarter",
    }  # fmt: skip
    rates: tuple[Any, ...] = (
        {**BANDS, "how": "whole"},
        {"by": "severity", "serious": "EUR 5.00", "minor": "EUR 1.00", "otherwise": "EUR 1.00"},
        "EUR 3.00",
    )
    credits = [
        {"ref": f"4.{5 + n}", "kind": "service_credit", "levels": ["4.1"], "per": "level", "rate": rate}
        for n, rate in enumerate(rates)
    ]
    given = contract(None, names=(), clauses=(level, *credits))
    happened = hours_down({date(2026, 1, day): 24 for day in range(1, 32)})
    amounts = []
    carry = None
    for month in ("2026-01", "2026-02", "2026-03"):
        found = ec.evaluate(given, happened, period=month, carry=carry)
        assert ec.verify(found, happened).with_facts
        carry = found.carry
        amounts.append({line.clause: -line.amount.ratio for line in found.lines if line.kind == "credit"})
    assert amounts == [{}, {}, {"4.5": 10, "4.6": 5, "4.7": 3}]
