"""Levels judged by the day, against plain formulas over the facts of each day."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from tests.calendars.wallclock import zone_of
from tests.engine.windows import ZONE, contract, facts, judged, text

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FEE = "EUR 1000.00"


def midnight(day: date) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(ZONE)).astimezone(UTC)


def days_of(period: str) -> list[date]:
    """Return the days of a month."""
    month = ec.Period.parse(period)
    return [month.start + number * DAY for number in range((month.end - month.start).days)]


def minutes_of(spans: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> int:
    """Count the minutes in `[start, end)` that lie in any of the spans, one by one."""
    return sum(
        any(first <= start + number * MINUTE < last for first, last in spans)
        for number in range((end - start) // MINUTE)
    )


def outages(seed: int, period: str) -> list[tuple[datetime, datetime]]:
    """Return outages of some minutes to two days, around the month and in it."""
    draw, month = random.Random(seed), ec.Period.parse(period)
    first, found = midnight(month.start) - 2 * DAY, []
    for _ in range(8):
        start = first + draw.randrange(34 * 1440) * MINUTE
        found.append((start, start + draw.randint(1, 2880 if draw.random() < 0.3 else 90) * MINUTE))
    return found


def opening(given: ec.Contract, period: str, **past: Any) -> ec.Carry:
    """Return the state in which a contract is taken over with *period*."""
    return ec.Carry.opening(given.ref, ends=ec.Period.parse(period).start, **past)


UPTIME = {"kind": "availability", "hours": "always"}


def mail(every: Any = "day", *clauses: dict[str, Any], measure: dict[str, Any] = UPTIME) -> ec.Contract:
    """Return a contract that promises mail to be up 99 % of each day, and relieves maintenance."""
    level = {
        "ref": "4.1", "kind": "service_level", "measure": measure, "target": {"at_least": "99%"},
        "every": every, "gaps": "breaks",
    }  # fmt: skip
    relief = {
        "ref": "5.1", "kind": "relief", "notices": ["maintenance"], "levels": ["4.1"],
        "treatment": "exclude", "denominator": "leaves",
    }  # fmt: skip
    return contract(None, names=(), clauses=(level, relief, *clauses))


@pytest.mark.parametrize("period", ["2026-02", "2026-03", "2026-10"])
def test_each_day_has_its_own_availability(period: str) -> None:
    """Minutes down and relieved, counted one by one in each local day, give its share; not every day has 24 hours."""
    down, relieved = outages(1, period), outages(2, period)[:3]
    happened = ec.facts_from_records(
        outages=[
            {"ref": f"O-{n}", "service": "mail", "start": text(start), "end": text(end)}
            for n, (start, end) in enumerate(down)
        ],
        notices=[
            {"ref": f"N-{n}", "service": "mail", "kind": "maintenance", "start": text(start), "end": text(end)}
            for n, (start, end) in enumerate(relieved)
        ],
    )
    given = mail()
    found = ec.evaluate(given, happened, period=period, carry=opening(given, period))
    assert ec.verify(found, happened).with_facts
    assert [each.clause for each in found.assessments] == [f"4.1@{day}" for day in days_of(period)]
    lengths = set()
    for day, each in zip(days_of(period), found.assessments, strict=True):
        start, end = midnight(day), midnight(day + DAY)
        whole = (end - start) // MINUTE
        lengths.add(whole)
        planned = minutes_of(relieved, start, end)
        out = minutes_of([*down, *relieved], start, end) - planned
        counts = {column.rpartition(".")[2]: number for column, number in each.counts}
        assert counts == {"unavailable": out * 60_000_000, "planned": planned * 60_000_000, "unknown": 0}
        number = Fraction(whole - planned - out, whole - planned) if whole > planned else None
        assert each.number == number
        met = number is not None and number >= Fraction(99, 100)
        assert each.outcome == ("not_measured" if number is None else "met" if met else "missed")
    assert lengths == {1440} | {"2026-03": {1380}, "2026-10": {1500}}.get(period, set())


def test_each_day_has_its_own_counts() -> None:
    """Outages that begin, tickets reopened and answers given are counted in the local day of their instant, once."""
    happened, period = facts(30, tickets=120, first=date(2026, 2, 20), days=50), "2026-03"
    given = contract("day", names=("outages", "count", "score"))
    found = judged([ec.evaluate(given, happened, period=period, carry=opening(given, period))])

    def day_of(at: datetime) -> date:
        return at.astimezone(zone_of(ZONE)).date()

    begun = [day_of(each.start) for each in happened.outages]
    reopened = [day_of(event.at) for ticket in happened.tickets for event in ticket.events if event.kind == "reopened"]
    answers = [(day_of(each.at), each.score) for each in happened.surveys]
    for day in days_of(period):
        assert dict(found[f"outages@{day}"][2]) == {"number": begun.count(day)}
        assert dict(found[f"count@{day}"][2]) == {"number": reopened.count(day)}
        scores = [score for at, score in answers if at == day]
        assert found[f"score@{day}"][1] == (Fraction(sum(scores), len(scores)) if len(scores) > 1 else None)
    assert len(found) == 3 * 31


def test_a_declared_figure_is_for_exactly_its_window() -> None:
    """A figure that is declared for a week is for that week; the one for the month is for none of them."""
    measure = {
        "kind": "declared", "figure": "KPI", "gives": "share", "when_missing": "not_measured",
        "evidence": "optional", "delivered_within": "48h", "when_late": "missed",
    }  # fmt: skip
    level = {
        "ref": "4.1", "kind": "service_level", "measure": measure, "target": {"at_least": "90%"}, "every": "week",
    }  # fmt: skip
    given = contract(None, names=(), clauses=(level,))
    spans = [(date(2026, 3, 2), 7, 1), (date(2026, 3, 9), 7, 3), (date(2026, 3, 1), 31, 1)]
    declared = [
        {
            "ref": f"D-{start}-{days}",
            "figure": "KPI",
            "value": "95",
            "start": text(midnight(start)),
            "end": text(midnight(start + days * DAY)),
            "at": text(midnight(start + days * DAY) + later * DAY),
        }
        for start, days, later in spans
    ]
    found = ec.evaluate(
        given, ec.facts_from_records(declared=declared), period="2026-03", carry=opening(given, "2026-03")
    )
    assert [(each.clause[-5:], each.outcome) for each in found.assessments] == [
        ("02-23", "not_measured"),
        ("03-02", "met"),
        ("03-09", "missed"),
        ("03-16", "not_measured"),
        ("03-23", "not_measured"),
    ]


def _rows(bad: set[date], first: date, last: date, run: int, *, consumes: bool) -> list[date]:
    """Return the days on which *run* bad days in a row are complete."""
    found, length, day = [], 0, first
    while day < last:
        length = length + 1 if day in bad else 0
        if length >= run:
            found.append(day)
            length = 0 if consumes else length
        day += DAY
    return found


@pytest.mark.parametrize("consumes", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_days_in_a_row_are_counted_across_months(seed: int, *, consumes: bool) -> None:
    """Three bad days in a row cost EUR 10 on each day that completes them, by carry alone, month after month."""
    draw = random.Random(seed)
    first, last = date(2026, 1, 1), date(2026, 5, 1)
    bad = {first + number * DAY for number in range((last - first).days) if draw.random() < 0.7}
    happened = ec.facts_from_records(
        outages=[
            {"ref": f"O-{day}", "service": "mail", "start": text(midnight(day)), "end": text(midnight(day + DAY))}
            for day in sorted(bad)
        ]
    )
    credit = {
        "ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "level", "rate": "EUR 10.00",
        "when": {"outcome": "missed", "run": 3, "consumes": consumes},
    }  # fmt: skip
    given, carry = mail("day", credit), None
    fired = _rows(bad, first, last, 3, consumes=consumes)
    for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
        found = ec.evaluate(given, happened, period=month, carry=carry)
        assert ec.verify(found, happened).with_facts
        carry = found.carry
        days = sum(str(day).startswith(month) for day in fired)
        assert sum(line.amount.ratio for line in found.lines if line.clause == "4.5") == -10 * days
    assert fired
