"""Tests of what charges count: volumes, work in and out of hours, tickets, amounts billed elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, to_micros
from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.facts import Billed, Declared, Setting, Volume, Work
from ecsm_contracts.measures import (
    LIMB,
    BilledCharged,
    Charged,
    IndexCharged,
    LevelProgram,
    Scope,
    Vocabulary,
    VolumeCharged,
    WorkCharged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""
DAYS = 7
HOUR = 3_600_000_000
DESK = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="UTC")


def counted(
    measure: Charged, setting: Setting, **calendars: BusinessCalendar
) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return the numbers of each record in the week from Monday the second of March 2026 on."""
    tables = {name: calendar.table for name, calendar in calendars.items()}
    program = LevelProgram("3.1", Scope(), measure, tables, micros(0), micros(DAYS * 24))
    return program.bind([], Vocabulary()).observe_setting(setting)


def summed(rows: Mapping[Any, tuple[int, ...]], columns: int) -> list[int]:
    """Return the sums of the columns."""
    return [sum(row[place] for row in rows.values()) for place in range(columns)]


def micros(hour: int) -> int:
    """Return the start of an hour of the week."""
    return to_micros(START) + hour * HOUR


def at(hour: int, minute: int = 0) -> str:
    """Return an instant of the week as a record writes it."""
    return (START + timedelta(hours=hour, minutes=minute)).isoformat()


SPANS = st.tuples(st.integers(-30, DAYS * 24 + 30), st.integers(1, 60), st.integers(0, 40), st.sampled_from(["a", "b"]))


@given(st.lists(SPANS, max_size=6), st.sampled_from(["peak", "average", "at_start", "at_end", "sum"]))
def test_volumes_hour_by_hour(spans: list[tuple[int, int, int, str]], how: Any) -> None:
    """What a walk through the hours of the week finds, the rows add up to; those of other services leave none."""
    volumes = tuple(
        Volume.model_validate(
            {"ref": f"V-{n}", "unit": "users", "quantity": f"{tenths / 10}", "service": whose}
            | {"start": at(first), "end": at(first + long)}
        )
        for n, (first, long, tenths, whose) in enumerate(spans)
    )
    measure = VolumeCharged(of="users", counted=how, service="a")
    rows = counted(measure, Setting(volumes=volumes))
    mine = [(first, first + long, Fraction(tenths, 10)) for first, long, tenths, whose in spans if whose == "a"]
    hours = [
        sum((q for first, last, q in mine if first <= hour < last), start=Fraction(0)) for hour in range(DAYS * 24)
    ]
    expected = {
        "peak": max(hours),
        "average": sum(hours) / len(hours),
        "at_start": hours[0],
        "at_end": hours[-1],
        "sum": sum((q for first, _, q in mine if 0 <= first < DAYS * 24), start=Fraction(0)),
    }[how]
    found = summed(rows, len(measure.columns))
    if how == "average":
        high, middle, low = found
        number = Fraction((high * LIMB + middle) * LIMB + low, 10**9 * DAYS * 24 * HOUR)
    else:
        number = found[0] + Fraction(found[1], 10**9)
    assert number == expected
    alive = {f"V-{n}" for n, (first, long, _, whose) in enumerate(spans) if whose == "a" and first < DAYS * 24}
    assert {ref for _, ref in rows} == {ref for ref in alive if spans[int(ref[2:])][0] + spans[int(ref[2:])][1] > 0}


def test_a_peak_is_counted_where_it_is_first_reached() -> None:
    """Of two equal peaks the earlier one is counted, so that the rows are the same whoever counts."""
    volumes = tuple(
        Volume.model_validate({"ref": ref, "unit": "x", "quantity": 5, "start": at(first), "end": at(first + 3)})
        for ref, first in (("V-1", 20), ("V-2", 10))
    )
    rows = counted(VolumeCharged(of="x", counted="peak"), Setting(volumes=volumes))
    assert rows == {("volume", "V-1"): (0, 0), ("volume", "V-2"): (5, 0)}


def test_the_largest_volume_fits() -> None:
    """Eighteen digits, for the longest period, fit the columns of a row."""
    volume = Volume.model_validate(
        {"ref": "V-1", "unit": "x", "quantity": "9" * 18, "start": at(-9000), "end": at(9000)}
    )
    for how in ("average", "peak"):
        rows = counted(VolumeCharged(of="x", counted=how), Setting(volumes=(volume,)))
        assert all(0 <= number < 2**63 for number in rows["volume", "V-1"])


WORKS = st.tuples(
    st.integers(-24 * 60, DAYS * 24 * 60 + 60), st.integers(0, 300), st.integers(0, 400),
    st.sampled_from(["agent", "engineer"]), st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(WORKS, max_size=5))
def test_work_minute_by_minute(works: list[tuple[int, int, int, str, bool, bool]]) -> None:
    """Work is in hours as its minutes are; what was done before the week, or is not billable, is not counted."""
    setting = Setting(work=tuple(_work(n, each) for n, each in enumerate(works)))
    measure = WorkCharged(takes_part="billable", rows_of=("engineer",), hours="desk")
    inside = dict.fromkeys(("engineer", "otherwise"), Fraction(0))
    outside = dict(inside)
    for end, length, effort, role, billable, has_start in works:
        if not billable or not 0 <= end < DAYS * 24 * 60:
            continue
        long = length if has_start else effort
        minutes = range(end - long, end) if long else range(end - 1, end)
        desk = Fraction(sum(_in_hours(minute) for minute in minutes), len(minutes))
        name = role if role == "engineer" else "otherwise"
        inside[name] += effort * desk
        outside[name] += effort * (1 - desk)
    found = summed(counted(measure, setting, desk=DESK), 4)
    expected = [inside["engineer"], outside["engineer"], inside["otherwise"], outside["otherwise"]]
    assert measure.columns == ("inside.engineer", "outside.engineer", "inside.otherwise", "outside.otherwise")
    assert all(abs(Fraction(time, 60_000_000) - minutes) < Fraction(len(works) + 1, 60_000_000)
               for time, minutes in zip(found, expected, strict=True))  # fmt: skip
    assert sum(found) == sum(expected) * 60_000_000


def _work(number: int, said: tuple[int, int, int, str, bool, bool]) -> Work:
    end, length, effort, role, billable, has_start = said
    start = {"start": at(0, end - length)} if has_start else {}
    record = {"ref": f"W-{number}", "ticket": "T-1", "role": role, "effort": f"{effort}min", "at": at(0, end)}
    return Work.model_validate(record | {"billable": billable} | start)


def _in_hours(minute: int) -> bool:
    day, of_day = divmod(minute, 24 * 60)
    return day % 7 < 5 and 9 * 60 <= of_day < 17 * 60


@pytest.mark.parametrize(
    ("rounded", "minutes"),
    [
        ("each_work", [30, 45, 30, 45]),  # twenty minutes, and one, are thirty at the least
        ("each_ticket", [30, 30, 0, 45]),  # on the first ticket 20, 51 and 52 minutes: 30, 60, 60
        ("period", [20, 31, 1, 40]),
    ],
)
def test_increments(rounded: Any, minutes: list[int]) -> None:
    """Of half hours at the least, then of quarters: each record, each ticket over all its work, or later."""
    efforts = [("T-1", 20), ("T-1", 31), ("T-1", 1), ("T-2", 40)]
    works = tuple(
        Work.model_validate({"ref": f"W-{n}", "ticket": ticket, "role": "agent", "effort": f"{effort}min", "at": at(n)})
        for n, (ticket, effort) in enumerate(efforts)
    )
    least = None if rounded == "period" else "30min"
    measure = WorkCharged.model_validate(
        {"takes_part": "all", "increment": "15min", "rounded": rounded, "at_least": least}
    )
    rows = counted(measure, Setting(work=works))
    assert [rows["work", f"W-{n}"][0] // 60_000_000 for n in range(4)] == minutes


def test_a_ticket_is_rounded_over_its_whole_life() -> None:
    """What was done on it before the period counts for its increments, and leaves no row of its own."""
    records = [("W-1", -5, "20min"), ("W-2", 5, "20min")]
    works = tuple(
        Work.model_validate({"ref": ref, "ticket": "T-1", "role": "agent", "effort": effort, "at": at(hour)})
        for ref, hour, effort in records
    )
    measure = WorkCharged.model_validate({"takes_part": "all", "increment": "30min", "rounded": "each_ticket"})
    assert counted(measure, Setting(work=works)) == {("work", "W-2"): (30 * 60_000_000,)}


def test_amounts_billed_elsewhere() -> None:
    """Those of the name and the period count, refunds below zero."""
    charges = tuple(
        Billed(ref=ref, charge=name, amount=amount, at=at(hour))  # type: ignore[arg-type]  # texts are read
        for ref, name, amount, hour in [
            ("B-1", "licences", "EUR 12.50", 0), ("B-2", "licences", "EUR -2.00", 167),
            ("B-3", "licences", "EUR 9.00", 168), ("B-4", "licences", "EUR 9.00", -1), ("B-5", "travel", "EUR 9.00", 5),
        ]
    )  # fmt: skip
    rows = counted(BilledCharged(of="licences"), Setting(charges=charges))
    assert rows == {("billed", "B-1"): (1250,), ("billed", "B-2"): (-200,)}


def test_the_index_in_force() -> None:
    """It is the figure declared for the first instant of the period; of two the one delivered last."""
    declared = tuple(
        Declared(ref=ref, figure=figure, value=value, start=at(first), end=at(last), at=at(hour))  # type: ignore[arg-type]  # texts are read
        for ref, figure, value, first, last, hour in [
            ("D-1", "CPI", "101.5", -100, 1, 3), ("D-2", "CPI", "102.25", -100, 1, 4), ("D-3", "CPI", "99", 1, 100, 9),
            ("D-4", "CPI", "98", -100, 0, 9), ("D-5", "PPI", "97", -100, 100, 9),
        ]
    )  # fmt: skip
    assert counted(IndexCharged(of="CPI"), Setting(declared=declared)) == {("declared", "D-2"): (1, 102, 250_000_000)}
    assert counted(IndexCharged(of="CPI"), Setting(declared=declared[2:])) == {}


def test_nothing_is_promised_on_what_is_charged() -> None:
    """What a charge counts has no outcome."""
    with pytest.raises(UnknownReference):
        BilledCharged(of="licences").outcome(None, "3.1", None)  # type: ignore[arg-type]  # it is not looked at
