"""Worked examples, computed by hand from docs/reference/semantics.md, that pin the oracle itself.

Unless an example says otherwise its desk is open Mon-Fri 08:00-18:00 in Amsterdam, where March 2026 begins on a Sunday,
the clock is at +01:00 until 29 March and at +02:00 from then to 25 October. Local times are written without an offset.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from .clock import (
    DAY,
    EPOCH,
    HOUR,
    MINUTE,
    bounds,
    calendar_key,
    calendar_of,
    duration,
    in_hours_time,
    instant,
    last_instant_within,
    ranges_of_date,
    union,
    without,
    zone_of,
)
from .money import amount, largest_remainder, rounded
from .statement import Result, contract_year, evaluate, used_before

AMSTERDAM = "Europe/Amsterdam"
DESK: dict[str, Any] = {"zone": AMSTERDAM, "hours": ["Mon-Fri 08:00-18:00"]}
ALWAYS: dict[str, Any] = {"zone": "UTC", "hours": ["always"]}
CLOCK: dict[str, Any] = {
    "start": ["opened"],
    "stop": ["resolved"],
    "hours": "desk",
    "holds": ["customer"],
    "reopened": "continue_without",
    "attempt": "last",
    "changed": "new_only",
}


def local(text: str, zone: str = AMSTERDAM) -> int:
    """An unambiguous local time of March 2026 (`02 09:00`) or of any month (`04-01 09:00`) as an instant."""
    day, time = text.split()
    month_day = day if "-" in day else f"03-{day}"
    reading = datetime.fromisoformat(f"2026-{month_day}T{time}").replace(tzinfo=zone_of(zone))
    return (reading - EPOCH) // timedelta(microseconds=1)


def utc_text(at: int) -> str:
    """An instant as the text that documents carry."""
    return (EPOCH + timedelta(microseconds=at)).isoformat()


def ticket(ref: str, *events: str, priority: str = "P3") -> dict[str, Any]:
    """A ticket from texts such as `02 09:00 held customer`."""
    found: list[dict[str, str]] = []
    for text in events:
        day, time, kind, *rest = text.split()
        event = {"kind": kind, "at": utc_text(local(f"{day} {time}"))}
        if rest:
            event["priority" if kind == "reprioritised" else "party"] = rest[0]
        found.append(event)
    return {"ref": ref, "service": "desk", "type": "incident", "priority": priority, "events": found}


def span(ref: str, start: str, end: str | None, kind: str | None = None) -> dict[str, Any]:
    """An outage, or a notice of a kind, of the service mail, in UTC."""
    record = {"ref": ref, "service": "mail", "start": start}
    if end is not None:
        record["end"] = end
    if kind is not None:
        record["kind"] = kind
    return record


def contract(
    *clauses: dict[str, Any], zone: str = AMSTERDAM, mode: str = "half_up", **calendars: Any
) -> dict[str, Any]:
    """A contract with the desk's calendar, one that is always open, and the clauses given."""
    return {
        "zone": zone,
        "currency": "EUR",
        "calendars": {"desk": DESK, "always": ALWAYS, **calendars},
        "clauses": list(clauses),
        "settlement": {"rounding": {"mode": mode, "at": "line"}},
    }


def attainment(within: Any, population: str = "due", minimum: int = 1, **changes: Any) -> dict[str, Any]:
    """A level over the share of tickets, with some fields of the clock changed."""
    measure = {
        "kind": "attainment",
        "clock": {**CLOCK, **changes},
        "within": within,
        "population": population,
        "minimum": minimum,
        "when_too_few": "not_measured",
    }
    scope = {"service": "desk", "type": "incident"}
    return {"ref": "L", "kind": "service_level", "scope": scope, "measure": measure, "target": {"at_least": "95%"}}


def ticket_time(within: Any, **changes: Any) -> dict[str, Any]:
    """A level over each ticket by itself."""
    measure = {"kind": "ticket_time", "clock": {**CLOCK, **changes}, "within": within}
    return {"ref": "L", "kind": "service_level", "scope": {"service": "desk"}, "measure": measure}


def availability(target: str = "99.9%", ref: str = "L") -> dict[str, Any]:
    """A level over the service mail being up."""
    measure = {"kind": "availability", "hours": "always"}
    return {
        "ref": ref, "kind": "service_level", "scope": {"service": "mail"}, "measure": measure, "target": {"at_least": target}
    }  # fmt: skip


def charge(text: str) -> dict[str, Any]:
    """A charge every month."""
    return {"ref": "F", "kind": "charge", "amount": text, "every": "month"}


def credit(ref: str, rate: Any, **more: Any) -> dict[str, Any]:
    """A credit for the level L."""
    return {"ref": ref, "kind": "service_credit", "levels": ["L"], "per": "level", "rate": rate, "of": "F", **more}


def limit(at_most: str, *credits: str, window: str = "period") -> dict[str, Any]:
    """A limit of credits."""
    return {
        "ref": "M", "kind": "limit", "credits": list(credits), "at_most": at_most, "of": "F", "window": window,
        "excess": "forfeit",
    }  # fmt: skip


def view(result: Result, ref: str = "T") -> dict[str, Any]:
    """What the level L sees of a ticket."""
    return result.tickets[ref, "L"]


def run(level: dict[str, Any], *tickets: dict[str, Any], period: str = "2026-03") -> Result:
    """A statement over one level and some tickets."""
    return evaluate(contract(level), {"tickets": list(tickets)}, period)


def key(**calendar: Any) -> str:
    """A calendar in Amsterdam by its content."""
    days = calendar.pop("days", [])
    given = {"zone": AMSTERDAM, "holidays": "set", **calendar}
    return calendar_key({"calendars": {"c": given}, "holidays": {"set": {"days": days}}}, "c")


# ---------------------------------------------------------------------------------------------------------------- hours


@pytest.mark.parametrize(("days", "hours"), [([], 8), (["2026-03-03"], 2), (["2026-03-02"], 6)])
def test_overnight_shift(days: list[str], hours: int) -> None:
    """Mon 22:00-06:00 is Monday 22-24 (2 h) and Tuesday 00-06 (6 h): 8; Tuesday a holiday: 2; Monday a holiday: 6."""
    calendar = key(hours=["Mon 22:00-06:00"], days=days)
    assert in_hours_time(calendar, local("02 00:00"), local("05 00:00")) == hours * HOUR


def test_sunday_night_passes_into_monday() -> None:
    """Sun 22:00-06:00 from Monday 00:00 to the next Monday 00:00: 6 h of Monday and 2 h of Sunday."""
    calendar = key(hours=["Sun 22:00-06:00"])
    assert in_hours_time(calendar, local("02 00:00"), local("09 00:00")) == 8 * HOUR


def test_spring_and_autumn() -> None:
    """Sun 00-06 on 29 March: 02-03 never happens, 6 - 1 = 5 h. On 25 October 02-03 happens twice: 6 + 1 = 7 h.

    Sun 01:30-02:30 on 25 October: 01:30-02:00 (30 min), 02:00-02:30 in summer time (30), again in winter time (30) =
    90. On 29 March only 01:30-02:00 happens: 30 min. Sat 22:00-06:00 over the spring night: 2 + 5 = 7 h.
    """
    sunday = key(hours=["Sun 00:00-06:00"])
    assert in_hours_time(sunday, local("28 12:00"), local("29 12:00")) == 5 * HOUR
    assert in_hours_time(sunday, local("10-24 12:00"), local("10-25 12:00")) == 7 * HOUR
    narrow = key(hours=["Sun 01:30-02:30"])
    assert in_hours_time(narrow, local("10-24 12:00"), local("10-25 12:00")) == 90 * MINUTE
    assert in_hours_time(narrow, local("28 12:00"), local("29 12:00")) == 30 * MINUTE
    assert in_hours_time(key(hours=["Sat 22:00-06:00"]), local("28 12:00"), local("29 12:00")) == 7 * HOUR


def test_holiday_and_special_day() -> None:
    """The week of 2 to 8 March with Mon-Fri 08-12 13-18 (9 h a day).

    All five days: 45. Wednesday a holiday: 36. Thursday a yearly holiday too: 27. The holiday Wednesday is also a
    special day 10-12: 29. Saturday a special day 09-10: 30. Friday a special day, closed: 21.
    """
    hours = ["Mon-Fri 08:00-12:00 13:00-18:00"]
    special = [
        {"date": "2026-03-04", "hours": "10:00-12:00"},
        {"date": "2026-03-07", "hours": "09:00-10:00"},
        {"date": "2026-03-06", "hours": "closed"},
    ]
    week = local("02 00:00"), local("09 00:00")
    assert in_hours_time(key(hours=hours), *week) == 45 * HOUR
    assert in_hours_time(key(hours=hours, days=["2026-03-04"]), *week) == 36 * HOUR
    more: dict[str, Any] = {"hours": hours, "days": ["2026-03-04"], "yearly_holidays": ["03-05"]}
    assert in_hours_time(key(**more), *week) == 27 * HOUR
    for count, total in ((1, 29), (2, 30), (3, 21)):
        assert in_hours_time(key(**more, special_days=special[:count]), *week) == total * HOUR


def test_no_hours_past_midnight_on_a_special_day() -> None:
    """22:00-06:00 is refused on a special day, 22:00-24:00 is not: 2 h of a Saturday."""
    special = [{"date": "2026-03-07", "hours": "22:00-24:00"}]
    assert in_hours_time(key(hours=[], special_days=special), local("06 00:00"), local("09 00:00")) == 2 * HOUR
    special[0]["hours"] = "22:00-06:00"
    with pytest.raises(ValueError):
        calendar_of(key(hours=[], special_days=special))


def test_exact_to_the_microsecond() -> None:
    """From 07:59:59.5 to 08:00:00.000007 only seven microseconds are in hours; nothing from an instant to itself."""
    calendar = key(hours=["Mon-Fri 08:00-18:00"])
    opening = local("02 08:00")
    assert in_hours_time(calendar, opening - 500_000, opening + 7) == 7
    assert in_hours_time(calendar, opening, opening) == in_hours_time(calendar, opening + 7, opening) == 0


def test_counting_by_days_is_reading_minute_by_minute() -> None:
    """The count over whole UTC days equals one reading of the wall clock for each minute, over random spans."""
    calendar = key(hours=["Mon-Fri 08:00-12:00 22:00-02:30", "Sun 01:30-02:30"], days=["2026-03-27"])
    content = calendar_of(calendar)
    chance = random.Random(1)
    for _ in range(20):
        start = local("25 00:00") + chance.randrange(4 * DAY)
        end = start + chance.randrange(2 * DAY)
        relieved = union([(start + chance.randrange(DAY), start + chance.randrange(DAY)) for _ in range(3)])
        cuts = {start, end, *range(start - start % MINUTE + MINUTE, end, MINUTE)}
        cuts |= {edge for interval in relieved for edge in interval if start < edge < end}
        edges = sorted(cuts)
        total = 0
        last: int | None = None
        allowance = chance.randrange(8 * HOUR)
        for first, following in zip(edges, edges[1:], strict=False):
            reading = (EPOCH + timedelta(microseconds=first)).astimezone(zone_of(AMSTERDAM))
            minute = reading.hour * 60 + reading.minute
            inside = any(low <= minute < high for low, high in ranges_of_date(content, reading.date()))
            if inside and not any(low <= first < high for low, high in relieved):
                if last is None and total + following - first > allowance:
                    last = first + allowance - total
                total += following - first
        assert sum(in_hours_time(calendar, *piece) for piece in without(start, end, relieved)) == total
        assert last_instant_within(calendar, relieved, start, end, allowance) == last


def test_period() -> None:
    """March 2026 in Amsterdam runs from 28 February 23:00Z to 31 March 22:00Z: 31 x 24 - 1 = 743 h."""
    start, end = bounds(AMSTERDAM, "2026-03")
    assert (start, end) == (instant("2026-02-28T23:00:00Z"), instant("2026-03-31T22:00:00Z"))
    assert end - start == 743 * HOUR
    assert bounds("UTC", "2026-12")[1] == instant("2027-01-01T00:00:00Z")


def test_durations() -> None:
    """The spellings of a duration."""
    assert duration("4h") == 4 * HOUR
    assert duration("30min") == 30 * MINUTE
    assert duration("PT4H30M") == 270 * MINUTE
    with pytest.raises(ValueError):
        duration("4 hours")


# --------------------------------------------------------------------------------------------------------------- clocks


def test_hold_outside_hours() -> None:
    """Opened Mon 17:00, held 17:30 (30 min), resumed Tue 07:30 before opening, resolved 09:00 (60 min): 90 min.

    A hold for another party stops nothing: Mon 17-18 and Tue 08-09 = 2 h. A hold for the vendor ends the customer's
    hold.
    """
    events = ["02 17:00 opened", "02 17:30 held customer", "03 07:30 resumed", "03 09:00 resolved"]
    assert view(run(attainment("4h"), ticket("T", *events)))["elapsed"] == 90 * MINUTE
    events[1] = "02 17:30 held vendor"
    assert view(run(attainment("4h"), ticket("T", *events)))["elapsed"] == 2 * HOUR
    events[1:3] = ["02 17:30 held customer", "03 08:30 held vendor"]
    assert view(run(attainment("4h"), ticket("T", *events)))["elapsed"] == HOUR


def test_the_breach_falls_after_a_hold() -> None:
    """Target 1 h. Opened Mon 09:00, held at 10:00 with elapsed 1 h, exactly the target: in time. Resumed Tue 11:00.

    Elapsed stays at the target until Tue 11:00, the last such instant and so the breach. Held to the end: no due
    instant.
    """
    events = ["02 09:00 opened", "02 10:00 held customer", "03 11:00 resumed", "03 12:00 resolved"]
    seen = view(run(attainment("1h"), ticket("T", *events)))
    assert (seen["elapsed"], seen["breached"], seen["due"]) == (2 * HOUR, True, local("03 11:00"))
    seen = view(run(attainment("1h"), ticket("T", *events[:2])))
    assert (seen["breached"], seen["due"], seen["in_population"]) == (False, None, False)


@pytest.mark.parametrize(
    ("reopened", "attempt", "elapsed", "due"),
    [
        ("continue_without", "last", 120, "02 14:30"),
        ("continue_with_closed_time", "last", 360, "02 14:00"),
        ("restart", "last", 60, None),
        ("restart", "worst", 60, None),
        ("restart", "first", 60, None),
    ],
)
def test_reopening(reopened: str, attempt: str, elapsed: int, due: str | None) -> None:
    """Target 90 min. Opened Mon 09:00, resolved 10:00 (60 min), reopened 14:00, resolved 15:00 (60 min).

    Without the closed time: 120, over at 14:30. With it: 60 + 240 + 60 = 360, over at once at 14:00. A new attempt: 60,
    in time, would have been due at 14:00 + 90 min = 15:30. The first attempt only: 60, would have been due at 10:30.
    """
    level = attainment("90min", reopened=reopened, attempt=attempt)
    events = ["02 09:00 opened", "02 10:00 resolved", "02 14:00 reopened", "02 15:00 resolved"]
    seen = view(run(level, ticket("T", *events)))
    assert (seen["elapsed"], seen["breached"]) == (elapsed * MINUTE, due is not None)
    assert seen["due"] == local(due or ("02 10:30" if attempt == "first" else "02 15:30"))


def test_attempts() -> None:
    """Target 90 min. First attempt 09:00-11:00, over at 10:30; second attempt 14:00-15:00, in time.

    `last` judges the second: met. `worst` keeps the first's breach, 10:30. `first` sees nothing after 11:00: breached.
    """
    events = ["02 09:00 opened", "02 11:00 resolved", "02 14:00 reopened", "02 15:00 resolved"]
    for attempt, due in (("last", "02 15:30"), ("worst", "02 10:30"), ("first", "02 10:30")):
        seen = view(run(attainment("90min", reopened="restart", attempt=attempt), ticket("T", *events)))
        assert (seen["breached"], seen["due"]) == (attempt != "last", local(due))


TABLE = {"by": "priority", "P1": "2h", "P3": "8h", "otherwise": "none"}


@pytest.mark.parametrize(
    ("changed", "elapsed", "breached", "due"),
    [
        ("new_only", 270, False, "02 17:00"),
        ("retroactive", 270, True, "02 11:00"),
        ("keep_elapsed", 270, True, "02 12:00"),
        ("restart", 90, False, "02 14:00"),
    ],
)
def test_change_to_a_shorter_target(changed: str, elapsed: int, breached: bool, due: str) -> None:
    """P3 (8 h) opened Mon 09:00, P1 (2 h) from 12:00, resolved 13:30.

    New tickets only: 4.5 h of 8 h, due 09:00 + 8 h = 17:00. From the start: over 2 h at 11:00. Elapsed kept: 3 h exceed
    2 h at once at 12:00. Restarted: 12:00-13:30 = 90 min of 2 h, due 14:00.
    """
    events = ["02 09:00 opened", "02 12:00 reprioritised P1", "02 13:30 resolved"]
    seen = view(run(attainment(TABLE, population="resolved", changed=changed), ticket("T", *events)))
    assert (seen["elapsed"], seen["breached"], seen["due"]) == (elapsed * MINUTE, breached, local(due))


def test_change_to_a_longer_target() -> None:
    """P1 (2 h) opened Mon 09:00, P3 (8 h) from 12:00, resolved 13:00: over 2 h at 11:00, which stands in every mode but
    `retroactive`, where 4 h of 8 h are in time."""
    events = ["02 09:00 opened", "02 12:00 reprioritised P3", "02 13:00 resolved"]
    for changed in ("new_only", "retroactive", "keep_elapsed", "restart"):
        level = attainment(TABLE, population="resolved", changed=changed)
        seen = view(run(level, ticket("T", *events, priority="P1")))
        assert (seen["breached"], seen["due"]) == (
            (False, local("02 17:00")) if changed == "retroactive" else (True, local("02 11:00"))
        )


def test_nothing_promised() -> None:
    """P2 has no target: in no population while it is P2, and counted again once it is P1 (over: 3 h of 2 h at once)."""
    events = ["02 09:00 opened", "02 12:00 reprioritised P1", "02 13:00 resolved"]
    seen = view(run(attainment(TABLE, changed="keep_elapsed"), ticket("T", *events[:1], priority="P2")))
    assert (seen["in_population"], seen["breached"]) == (False, False)
    seen = view(run(attainment(TABLE, changed="keep_elapsed"), ticket("T", *events, priority="P2")))
    assert (seen["in_population"], seen["due"]) == (True, local("02 12:00"))


def test_start_stop_and_replies() -> None:
    """
    From acknowledgement to reply: 09:20 to 10:00 = 40 min; the customer's reply at 09:40 and that before count nothing.
    """
    level = attainment("1h", start=["acknowledged"], stop=["replied", "resolved"])
    events = ["02 09:00 opened", "02 09:10 replied provider", "02 09:20 acknowledged", "02 09:40 replied customer"]
    seen = view(run(level, ticket("T", *events, "02 10:00 replied provider")))
    assert (seen["elapsed"], seen["state"]) == (40 * MINUTE, "stopped")


def test_waits_before_the_start_and_after_the_stop() -> None:
    """From acknowledgement to reply. Held 09:10, before the start at 09:20: held, too, until the reply at 10:00, 0 min.
    Held 10:30, while it is stopped: nothing. Resolved 11:00, a second stop: nothing. Reopened 12:00: in the hands of the
    desk, runs to 12:30, 30 min."""
    level = attainment("8h", start=["acknowledged"], stop=["replied", "resolved"])
    events = ["02 09:00 opened", "02 09:10 held customer", "02 09:20 acknowledged", "02 10:00 replied provider"]
    events += ["02 10:30 held customer", "02 11:00 resolved", "02 12:00 reopened", "02 12:30 resolved"]
    assert view(run(level, ticket("T", *events)))["elapsed"] == 30 * MINUTE
    level["measure"]["clock"]["reopened"] = "continue_with_closed_time"  # 0 + 120 from 10:00 to 12:00 + 30
    assert view(run(level, ticket("T", *events)))["elapsed"] == 150 * MINUTE


@pytest.mark.parametrize("attempt", ["first", "last", "worst"])
@pytest.mark.parametrize("ending", ["resolved", "closed"])
def test_a_clock_cannot_begin_while_its_ticket_is_resolved(attempt: str, ending: str) -> None:
    """From acknowledgement to reply. Resolved (or closed) at 10:00 while it waits: the acknowledgement at 11:00 starts
    nothing, so the reply at 11:30 is no stop, and it waits to the end. The reopening at 12:00 is not one of a stopped
    clock and adds nothing; it still waits. The acknowledgement of 12:30 starts it; resolved 13:00: 30 min, due 12:30 +
    8 h: 5.5 h on Monday to 18:00, 2.5 h on Tuesday to 10:30."""
    level = attainment(
        "8h",
        start=["acknowledged"],
        stop=["replied", "resolved"],
        reopened="continue_with_closed_time",
        attempt=attempt,
    )
    events = ["02 09:00 opened", f"02 10:00 {ending}", "02 11:00 acknowledged", "02 11:30 replied provider"]
    for more in ([], ["02 12:00 reopened"]):
        seen = view(run(level, ticket("T", *events, *more)))
        assert (seen["state"], seen["elapsed"], seen["in_population"]) == ("waiting", 0, False)
    seen = view(run(level, ticket("T", *events, "02 12:00 reopened", "02 12:30 acknowledged", "02 13:00 resolved")))
    assert (seen["state"], seen["elapsed"], seen["due"]) == ("stopped", 30 * MINUTE, local("03 10:30"))


@pytest.mark.parametrize("changed", ["keep_elapsed", "restart"])
def test_a_change_to_the_same_priority_is_none(changed: str) -> None:
    """P3 opened Mon 09:00, `reprioritised` to P3 at 12:00: elapsed at 13:00 is 4 h in every mode, of 8 h."""
    events = ["02 09:00 opened", "02 12:00 reprioritised P3", "02 13:00 resolved"]
    seen = view(run(attainment(TABLE, changed=changed), ticket("T", *events)))
    assert (seen["elapsed"], seen["due"]) == (4 * HOUR, local("02 17:00"))


def test_changes_before_the_start() -> None:
    """P3 at its opening, P1 when it is acknowledged at 10:00: the target is 2 h in every mode, over at 12:00."""
    events = ["02 09:00 opened", "02 09:30 reprioritised P1", "02 10:00 acknowledged", "02 13:00 resolved"]
    for changed in ("new_only", "keep_elapsed", "restart"):
        seen = view(run(attainment(TABLE, changed=changed, start=["acknowledged"]), ticket("T", *events)))
        assert (seen["elapsed"], seen["due"]) == (3 * HOUR, local("02 12:00"))


def test_changes_while_stopped() -> None:
    """P3 (8 h), Mon 09:00-12:00, 3 h; P1 (2 h) from 13:00, while it is stopped.

    Not reopened: 3 h of 8 h in time, due 12:00 + 5 h = 17:00; so too if it is P2, of which nothing is promised.
    Reopened 14:00 with elapsed kept: 3 h exceed 2 h at once at 14:00. Restarted: 1 h of 2 h at 15:00, due 16:00. Back
    at P3 by the reopening: no change in either mode, 3 h + 1 h at 15:00, due in 4 h: 15:00-18:00 and Tue 08:00-09:00.
    """
    events = ["02 09:00 opened", "02 12:00 resolved", "02 13:00 reprioritised P1"]
    again = ["02 14:00 reopened", "02 15:00 resolved"]
    for changed, elapsed, due in (("keep_elapsed", 4, "02 14:00"), ("restart", 1, "02 16:00")):
        level = attainment(TABLE, changed=changed)
        for priority in ("P1", "P2"):
            seen = view(run(level, ticket("T", *events[:2], f"02 13:00 reprioritised {priority}")))
            assert (seen["in_population"], seen["breached"], seen["due"]) == (True, False, local("02 17:00"))
        seen = view(run(level, ticket("T", *events, *again)))
        assert (seen["elapsed"], seen["due"]) == (elapsed * HOUR, local(due))
        seen = view(run(level, ticket("T", *events, "02 13:30 reprioritised P3", *again)))
        assert (seen["elapsed"], seen["breached"], seen["due"]) == (4 * HOUR, False, local("03 09:00"))


@pytest.mark.parametrize(
    ("before", "after", "changed", "elapsed", "late", "due"),
    [
        ("P1", "P3", "restart", 1, 2, "02 13:00"),
        ("P1", "P3", "keep_elapsed", 5, 0, "02 13:00"),
        ("P3", "P1", "restart", 1, 0, None),
        ("P3", "P1", "keep_elapsed", 5, 3, "02 13:00"),
    ],
)
def test_closed_time_comes_before_a_change_while_stopped(
    before: str, after: str, changed: str, elapsed: int, late: int, due: str | None
) -> None:
    """Mon 09:00-10:00, 1 h; the priority changes at 11:00 while it is stopped; reopened 13:00: 3 h of closed time, 4 h,
    then the change; resolved 14:00.

    P1 (2 h) to P3 (8 h): 4 h exceed 2 h at 13:00, which stands. Restarted: 2 h late, and 1 h of 8 h. Kept: 5 h of 8 h,
    not late. P3 to P1: 4 h of 8 h are in time. Restarted: 1 h of 2 h, due 15:00. Kept: 4 h exceed 2 h at 13:00, 5 h are
    3 late.
    """
    events = ["02 09:00 opened", "02 10:00 resolved", f"02 11:00 reprioritised {after}", "02 13:00 reopened"]
    for attempt in ("last", "worst"):
        level = ticket_time(TABLE, changed=changed, reopened="continue_with_closed_time", attempt=attempt)
        result = run(level, ticket("T", *events, "02 14:00 resolved", priority=before))
        seen = view(result)
        assert (seen["elapsed"], seen["late"], seen["breached"]) == (elapsed * HOUR, late * HOUR, due is not None)
        assert seen["due"] == local(due or "02 15:00")
        assert result.levels["L"].lateness == [(0, late * HOUR)]


def test_closed_time_up_to_the_target_of_the_stop() -> None:
    """P1 (2 h): 1 h at the stop and 1 h of closed time are the target exactly, in time; then P3 begins at zero: 1 h at
    12:00, due 11:00 + 8 h: Mon to 18:00, 7 h, and Tue 09:00."""
    events = [
        "02 09:00 opened",
        "02 10:00 resolved",
        "02 10:30 reprioritised P3",
        "02 11:00 reopened",
        "02 12:00 resolved",
    ]
    level = ticket_time(TABLE, changed="restart", reopened="continue_with_closed_time")
    seen = view(run(level, ticket("T", *events, priority="P1")))
    assert (seen["elapsed"], seen["late"], seen["due"]) == (HOUR, 0, local("03 09:00"))


def test_retroactive_takes_a_change_while_stopped_at_once() -> None:
    """P3 (8 h), Mon 09:00-12:00, 3 h; P1 (2 h) from 13:00, while it is stopped: no reopening is needed, it was over at
    11:00. P2 instead, of which nothing is promised: in no population. Back at P3 from 14:00: 3 h of 8 h, due 17:00. New
    tickets only: P3 all along. And it is April that knows of a change in April: March has no miss, April has it, 1 h
    late."""
    events = ["02 09:00 opened", "02 12:00 resolved"]
    level = attainment(TABLE, population="resolved", changed="retroactive")
    seen = view(run(level, ticket("T", *events, "02 13:00 reprioritised P1")))
    assert (seen["in_population"], seen["breached"], seen["due"]) == (True, True, local("02 11:00"))
    seen = view(run(level, ticket("T", *events, "02 13:00 reprioritised P2")))
    assert (seen["in_population"], seen["breached"]) == (False, False)
    seen = view(run(level, ticket("T", *events, "02 13:00 reprioritised P1", "02 14:00 reprioritised P3")))
    assert (seen["breached"], seen["due"]) == (False, local("02 17:00"))
    seen = view(run(attainment(TABLE), ticket("T", *events, "02 13:00 reprioritised P1")))
    assert (seen["breached"], seen["due"]) == (False, local("02 17:00"))
    level, later = ticket_time(TABLE, changed="retroactive"), ticket("T", *events, "04-01 09:00 reprioritised P1")
    march, april = run(level, later).levels["L"], run(level, later, period="2026-04").levels["L"]
    assert (march.missed, march.lateness, april.missed, april.lateness) == (0, [(0, 0)], 1, [(0, HOUR)])


def test_the_first_attempt_minds_no_later_change() -> None:
    """P3 (8 h) opened Mon 09:00, P1 (2 h) from 10:00, resolved 13:00: the first stop. P3 from 14:00, reopened 15:00.

    Retroactive: P1 is the last priority known up to the first stop: over at 11:00. Elapsed kept: 4 h of 2 h, over at
    11:00. Merged at 16:00 it is void all the same.
    """
    events = ["02 09:00 opened", "02 10:00 reprioritised P1", "02 13:00 resolved", "02 14:00 reprioritised P3"]
    events.append("02 15:00 reopened")
    for changed in ("retroactive", "keep_elapsed"):
        level = ticket_time(TABLE, attempt="first", changed=changed)
        seen = view(run(level, ticket("T", *events)))
        assert (seen["state"], seen["elapsed"], seen["due"]) == ("stopped", 4 * HOUR, local("02 11:00"))
        assert view(run(level, ticket("T", *events, "02 16:00 merged")))["state"] == "void"


# ------------------------------------------------------------------------------------------------------------- measures


def test_due_moves_to_the_next_opening() -> None:
    """Target 2 h. Opened Tue 31 March 16:00, resolved 17:00. Run on, it would have had 2 h from 18:00 until the desk
    opens on Wed 1 April 08:00, the last instant in time: counted in April, not in March."""
    late = ticket("T", "31 16:00 opened", "31 17:00 resolved")
    march, april = run(attainment("2h"), late), run(attainment("2h"), late, period="2026-04")
    assert (march.levels["L"].outcome, march.levels["L"].counted, view(march)["due"]) == ("not_measured", 0, None)
    assert (april.levels["L"].counted, view(april)["due"]) == (1, local("04-01 08:00"))


def test_attainment_and_minimum() -> None:
    """
    19 of 20 tickets in time are 19/20 = 95 %, at least the target: met. 18 of 19 are less: missed. Minimum 21: too few.
    """
    good = [ticket(f"G{n}", "02 09:00 opened", "02 10:00 resolved") for n in range(19)]
    bad = ticket("B", "02 09:00 opened", "02 10:01 resolved")
    level = run(attainment("1h"), *good, bad).levels["L"]
    assert (level.outcome, level.number, level.counted, level.missed) == ("met", Fraction(19, 20), 20, 1)
    level = run(attainment("1h"), *good[1:], bad).levels["L"]
    assert (level.outcome, level.number) == ("missed", Fraction(18, 19))
    level = run(attainment("1h", minimum=21), *good, bad).levels["L"]
    assert (level.outcome, level.number, level.counted) == ("not_measured", None, 20)


def test_population_resolved() -> None:
    """Closed on 31 March without being resolved: resolved in March. Reopened on 1 April and resolved on the 2nd: April
    has it too, March still has it. The one still open and the cancelled one are in neither."""
    level = attainment("8h", population="resolved")
    tickets = [
        ticket("A", "31 09:00 opened", "31 10:00 closed", "04-01 09:00 reopened", "04-02 09:00 resolved"),
        ticket("B", "30 09:00 opened"),
        ticket("C", "30 09:00 opened", "31 09:00 resolved", "31 10:00 cancelled"),
    ]
    march, april = run(level, *tickets).levels["L"], run(level, *tickets, period="2026-04").levels["L"]
    assert (march.counted, march.met) == (1, 1)
    assert (april.counted, april.met) == (1, 0)  # 1 h and then 10 h of the 1st (09-18) and the 2nd (08-09): 11 h


LATE = ticket("T", "31 15:00 opened", "04-01 09:30 resolved")


def test_ticket_time_across_two_periods() -> None:
    """Target 2 h. Opened Tue 31 March 15:00, over at 17:00, late by 1 h at the end of March. Resolved Wed 1 April
    09:30: late by 1 h + 1.5 h = 2.5 h. The miss is March's; April has 1.5 h of lateness and no miss."""
    march, april = run(ticket_time("2h"), LATE), run(ticket_time("2h"), LATE, period="2026-04")
    assert (march.levels["L"].outcome, march.levels["L"].missed) == ("missed", 1)
    assert march.levels["L"].lateness == [(0, HOUR)]
    assert (april.levels["L"].outcome, april.levels["L"].missed, april.levels["L"].met) == ("met", 0, 0)
    assert april.levels["L"].lateness == [(HOUR, 150 * MINUTE)]


def test_ticket_time_met() -> None:
    """Opened 31 March 17:00 and resolved 1 April 08:30 within 2 h: met in April. Reopened on 2 April 09:00 (90 min had)
    and still open at the end of April: met(end) - met(start) = 0, and over: one miss."""
    events = ["31 17:00 opened", "04-01 08:30 resolved"]
    level = run(ticket_time("2h"), ticket("T", *events), period="2026-04").levels["L"]
    assert (level.met, level.missed, level.counted) == (1, 0, 1)
    level = run(ticket_time("2h"), ticket("T", *events, "04-02 09:00 reopened"), period="2026-04").levels["L"]
    assert (level.met, level.missed, level.counted) == (0, 1, 1)


@pytest.mark.parametrize(("part", "minor"), [("up", 2000), ("down", 1000), ("exact", 1500)])
def test_late_time(part: str, minor: int) -> None:
    """One hour late in units of 40 min is 1.5: up 2, down 1, exact 1.5; at EUR 10.00 each."""
    clause = credit("C", "EUR 10.00", per="late_time", unit="40min", part=part)
    result = evaluate(contract(ticket_time("2h"), clause), {"tickets": [LATE]}, "2026-03")
    assert result.lines == [("C", -minor)]


@pytest.mark.parametrize(("part", "minor"), [("up", 2000), ("down", 2000), ("exact", 2250)])
def test_late_time_of_two_periods(part: str, minor: int) -> None:
    """April has 1 h to 2.5 h of lateness, in units of 40 min 1.5 to 3.75: up 4 - 2 = 2, down 3 - 1 = 2, exact 2.25. It
    is paid though there is no new miss. With another ticket, late by one microsecond, the level is missed in April:
    `up` counts one more unit, `exact` 1 / (40 x 60 x 10^6) of EUR 10.00, too little for a cent."""
    other = ticket("U", "04-01 09:00 opened", "04-01 11:00 resolved")
    other["events"][1]["at"] = utc_text(local("04-01 11:00") + 1)
    clause = credit("C", "EUR 10.00", per="late_time", unit="40min", part=part)
    alone = evaluate(contract(ticket_time("2h"), clause), {"tickets": [LATE]}, "2026-04")
    assert (alone.levels["L"].outcome, alone.lines) == ("met", [("C", -minor)])
    both = evaluate(contract(ticket_time("2h"), clause), {"tickets": [LATE, other]}, "2026-04")
    assert (both.levels["L"].outcome, both.lines) == ("missed", [("C", -(minor + (1000 if part == "up" else 0)))])


def test_a_credit_of_zero_for_late_time() -> None:
    """Units of 4 h, whole ones only. March: 1 h late, no unit, but a miss: a line of zero. April: 2.5 h late, no unit
    and no new miss: no line."""
    clause = credit("C", "EUR 10.00", per="late_time", unit="4h", part="down")
    assert evaluate(contract(ticket_time("2h"), clause), {"tickets": [LATE]}, "2026-03").lines == [("C", 0)]
    assert evaluate(contract(ticket_time("2h"), clause), {"tickets": [LATE]}, "2026-04").lines == []


@pytest.mark.parametrize("ending", ["04-01 09:00 cancelled", "04-01 09:00 reprioritised P2"])
def test_a_miss_is_taken_back(ending: str) -> None:
    """P1 (2 h) opened Tue 31 March 15:00, over at 17:00, 1 h late at the end of March. On 1 April it is cancelled, or
    gets P2, of which nothing is promised: in no population, so April has 0 - 1 misses and 0 - 1 h of lateness, and no
    credit.

    Another ticket's miss in April makes 1 - 1 = 0 misses: not missed. Two others make 1: missed, one rate.
    """
    gone = ticket("T", "31 15:00 opened", ending, priority="P1")
    level = ticket_time(TABLE, changed="keep_elapsed")
    terms = contract(level, credit("C", "EUR 12.50", per="ticket"))
    assert evaluate(terms, {"tickets": [gone]}, "2026-03").lines == [("C", -1250)]
    april = evaluate(terms, {"tickets": [gone]}, "2026-04")
    assert (april.levels["L"].missed, april.levels["L"].lateness, april.lines) == (-1, [(HOUR, 0)], [])
    hourly = contract(level, credit("C", "EUR 12.50", per="late_time", unit="1h", part="exact"))
    assert evaluate(hourly, {"tickets": [gone]}, "2026-04").lines == []
    others = [ticket(ref, "04-01 09:00 opened", "04-01 12:00 resolved", priority="P1") for ref in ("A", "B")]
    april = evaluate(terms, {"tickets": [gone, others[0]]}, "2026-04")
    assert (april.levels["L"].missed, april.levels["L"].outcome, april.lines) == (0, "met", [])
    april = evaluate(terms, {"tickets": [gone, *others]}, "2026-04")
    assert (april.levels["L"].missed, april.levels["L"].outcome, april.lines) == (1, "missed", [("C", -1250)])


def test_met_is_taken_back() -> None:
    """Resolved in time on 31 March: met in March. Merged on 1 April: 0 - 1 met in April."""
    ended = ticket("T", "31 09:00 opened", "31 10:00 resolved", "04-01 09:00 merged")
    march, april = run(ticket_time("2h"), ended), run(ticket_time("2h"), ended, period="2026-04")
    assert (march.levels["L"].met, april.levels["L"].met, april.levels["L"].missed) == (1, -1, 0)


@pytest.mark.parametrize(
    ("attempt", "stop", "missed", "late", "met"),
    [
        ("last", "10:00", -1, 0, 1),
        ("last", "11:00", 0, 30, 0),
        ("worst", "10:00", 0, 90, 0),
        ("worst", "11:00", 0, 120, 0),
    ],
)
def test_lateness_of_earlier_attempts(attempt: str, stop: str, missed: int, late: int, met: int) -> None:
    """Target 90 min. First attempt Mon 30 March 09:00-12:00, 180 min, 90 late: March's miss. A new attempt begins on
    Wed 1 April 09:00 and ends at 10:00 (in time) or 11:00 (30 late).

    `last` forgets the first: April has 0 - 1 or 1 - 1 misses, 0 or 30 min late at its end. `worst` keeps it: no further
    miss, and 90 + 0 or 90 + 30 min late; the breach is the first, in March.
    """
    level = ticket_time("90min", reopened="restart", attempt=attempt)
    events = ["30 09:00 opened", "30 12:00 resolved", "04-01 09:00 reopened", f"04-01 {stop} resolved"]
    march, april = run(level, ticket("T", *events)), run(level, ticket("T", *events), period="2026-04")
    assert (march.levels["L"].missed, march.levels["L"].lateness) == (1, [(0, 90 * MINUTE)])
    seen = april.levels["L"]
    assert (seen.missed, seen.lateness, seen.met) == (missed, [(90 * MINUTE, late * MINUTE)], met)
    if attempt == "worst":
        assert view(april)["due"] == local("30 10:30")


def test_lateness_before_a_restarting_change() -> None:
    """P1 (2 h) opened Mon 09:00, P3 (8 h) from 12:00 with 3 h, 1 h late; elapsed begins at zero. Resolved 13:00: 1 h of
    8 h, late by 1 h + 0. Resolved Tue 12:00: 6 h + 4 h = 10 h of 8 h, late by 1 h + 2 h. One miss, at 11:00, the first.

    A reopening that restarts forgets it all with `last`; with `worst` the 1 h stands.
    """
    events = ["02 09:00 opened", "02 12:00 reprioritised P3"]
    for stop, elapsed, late in (("02 13:00", 1, 1), ("03 12:00", 10, 3)):
        result = run(ticket_time(TABLE, changed="restart"), ticket("T", *events, f"{stop} resolved", priority="P1"))
        seen = view(result)
        assert (seen["elapsed"], seen["late"], seen["due"]) == (elapsed * HOUR, late * HOUR, local("02 11:00"))
        assert result.levels["L"].missed == 1
    events += ["02 13:00 resolved", "02 14:00 reopened", "02 15:00 resolved"]
    for attempt, late in (("last", 0), ("worst", 1)):
        level = ticket_time(TABLE, changed="restart", reopened="restart", attempt=attempt)
        seen = view(run(level, ticket("T", *events, priority="P1")))
        assert (seen["elapsed"], seen["late"], seen["breached"]) == (HOUR, late * HOUR, attempt == "worst")


def test_relief() -> None:
    """April in UTC: 720 h. Maintenance 10 h, of which the outage of 8 h covers 4 h: U = 4 h.

    Leaving: T = 710, (710 - 4) / 710 = 706/710. Staying: T = 720, 716/720. Without relief: 712/720.
    """
    facts = {
        "outages": [span("O", "2026-04-10T06:00:00Z", "2026-04-10T14:00:00Z")],
        "notices": [span("N", "2026-04-10T00:00:00Z", "2026-04-10T10:00:00Z", "maintenance")],
    }
    relief = {"ref": "R", "kind": "relief", "notices": ["maintenance"], "levels": ["L"], "treatment": "exclude"}
    for denominator, number in (("leaves", Fraction(706, 710)), ("stays", Fraction(716, 720))):
        terms = contract(availability(), {**relief, "denominator": denominator}, zone="UTC")
        assert evaluate(terms, facts, "2026-04").levels["L"].number == number
    assert evaluate(contract(availability(), zone="UTC"), facts, "2026-04").levels["L"].number == Fraction(712, 720)
    relief["notices"] = ["force_majeure"]
    assert evaluate(contract(availability(), relief, zone="UTC"), facts, "2026-04").levels["L"].number == Fraction(
        712, 720
    )


def test_several_clauses_of_relief() -> None:
    """
    Maintenance 00-10 and force majeure 08-12 of one day are 12 h together, T = 708; the outage 06-14 keeps 2 h of 8.
    """
    facts = {
        "outages": [span("O", "2026-04-10T06:00:00Z", "2026-04-10T14:00:00Z")],
        "notices": [
            span("N", "2026-04-10T00:00:00Z", "2026-04-10T10:00:00Z", "maintenance"),
            span("P", "2026-04-10T08:00:00Z", "2026-04-10T12:00:00Z", "force_majeure"),
        ],
    }
    relief = {"kind": "relief", "levels": ["L"], "treatment": "exclude", "denominator": "leaves"}
    both = [{**relief, "ref": kind, "notices": [kind]} for kind in ("maintenance", "force_majeure")]
    level = evaluate(contract(availability(), *both, zone="UTC"), facts, "2026-04").levels["L"]
    assert (level.service_us, level.outage_us) == (708 * HOUR, 2 * HOUR)


def test_relief_of_a_clock() -> None:
    """Opened Mon 09:00, resolved 12:00, relieved 09:30-11:00: 3 h - 1.5 h = 90 min; target 30 min: the last instant
    with 30 min is not 09:30 but 11:00, when service time goes on."""
    notice = {"ref": "N", "kind": "maintenance", "service": "desk"}
    notice |= {"start": "2026-03-02T08:30:00Z", "end": "2026-03-02T10:00:00Z"}
    relief = {"ref": "R", "kind": "relief", "notices": ["maintenance"], "levels": ["L"], "treatment": "exclude"}
    facts = {"tickets": [ticket("T", "02 09:00 opened", "02 12:00 resolved")], "notices": [notice]}
    seen = view(evaluate(contract(attainment("30min"), relief), facts, "2026-03"))
    assert (seen["elapsed"], seen["due"]) == (90 * MINUTE, local("02 11:00"))


def test_outages() -> None:
    """Two outages overlap: 00-04 and 03-06 are 6 h. One that lasts from 30 April 20:00 adds 4 h. One of no length adds
    0. U = 10 h of 720 h. Its end on 2 May is not known to April; May has it from 1 May 00:00 to 2 May 12:00, 36 h."""
    facts = {
        "outages": [
            span("A", "2026-04-10T00:00:00Z", "2026-04-10T04:00:00Z"),
            span("B", "2026-04-10T03:00:00Z", "2026-04-10T06:00:00Z"),
            span("C", "2026-04-30T20:00:00Z", "2026-05-02T12:00:00Z"),
            span("D", "2026-04-11T00:00:00Z", "2026-04-11T00:00:00Z"),
        ]
    }
    level = evaluate(contract(availability(), zone="UTC"), facts, "2026-04").levels["L"]
    assert (level.outage_us, level.service_us) == (10 * HOUR, 720 * HOUR)
    assert evaluate(contract(availability(), zone="UTC"), facts, "2026-05").levels["L"].outage_us == 36 * HOUR
    del facts["outages"][2]["end"]
    assert evaluate(contract(availability(), zone="UTC"), facts, "2026-04").levels["L"].outage_us == 10 * HOUR


def test_not_measured() -> None:
    """A calendar without hours has no service time: not measured, and no credit."""
    level = availability()
    level["measure"] = {"kind": "availability", "hours": "never"}
    terms = contract(level, charge("EUR 100.00"), credit("C", "10%"), never={"zone": "UTC", "hours": []})
    result = evaluate(terms, {"outages": [span("O", "2026-03-02T00:00:00Z", None)]}, "2026-03")
    assert (result.levels["L"].outcome, result.lines) == ("not_measured", [("F", 10000)])


def origin(*unrecorded: str, ref: str = "log", title: str = "Log of the desk") -> dict[str, Any]:
    """An origin that leaves some kinds of event unrecorded."""
    return {"ref": ref, "title": title, "assumes": [], "unrecorded": list(unrecorded)}


@pytest.mark.parametrize(
    ("start", "stop", "unrecorded", "measured"),
    [
        ("opened", "resolved", ["replied", "acknowledged"], True),
        ("opened", "replied", ["replied"], False),
        ("opened", "replied", ["acknowledged"], True),
        ("acknowledged", "resolved", ["acknowledged"], False),
        ("opened", "replied", [], True),
    ],
)
def test_what_is_not_recorded(start: str, stop: str, unrecorded: list[str], measured: bool) -> None:
    """One ticket, over 2 h by an hour. Where the clock needs what is unrecorded there are no misses, no late time, no
    credit and no number, though too few tickets would be a miss; otherwise one miss of EUR 12.50."""
    late = ticket("T", "02 09:00 opened", "02 09:00 acknowledged", "02 12:00 replied provider", "02 12:00 resolved")
    stops = sorted({stop, "resolved"})
    facts = {"tickets": [late], "origins": [origin(*unrecorded), origin(ref="other")]}
    terms = contract(ticket_time("2h", start=[start], stop=stops), credit("C", "EUR 12.50", per="ticket"))
    result = evaluate(terms, facts, "2026-03")
    seen = result.levels["L"]
    assert (seen.outcome, seen.missed, seen.lateness, result.lines) == (
        ("missed", 1, [(0, HOUR)], [("C", -1250)]) if measured else ("not_measured", 0, [], [])
    )
    share = attainment("2h", start=[start], stop=stops, minimum=2)
    share["measure"]["when_too_few"] = "missed"
    seen = evaluate(contract(share), facts, "2026-03").levels["L"]
    assert (seen.outcome, seen.number) == ("missed" if measured else "not_measured", None)


def test_origins_do_not_concern_availability() -> None:
    """Down 7.2 h of 720 h is 99 % with whatever origin."""
    facts = {
        "outages": [span("O", "2026-04-10T00:00:00Z", "2026-04-10T07:12:00Z")],
        "origins": [origin("replied", "acknowledged")],
    }
    assert evaluate(contract(availability(), zone="UTC"), facts, "2026-04").levels["L"].number == Fraction(99, 100)


def test_origins_are_quarantined_like_other_records() -> None:
    """Twice the same origin is one. Two contents of one ref are both quarantined, and a gap that only they tell of is
    none; so is an origin whose gap is no kind that a source may leave out."""
    level = attainment("1h", stop=["replied", "resolved"])
    fine = ticket("T", "02 09:00 opened", "02 09:30 resolved")
    for origins, quarantined, outcome in (
        ([origin("replied"), origin("replied")], [], "not_measured"),
        ([origin("replied"), origin("replied", title="Another")], ["log"], "met"),
        ([origin("resolved")], ["log"], "met"),
    ):
        result = evaluate(contract(level), {"tickets": [fine], "origins": origins}, "2026-03")
        assert (result.quarantined, result.levels["L"].outcome) == (quarantined, outcome)
        assert result.provisional is bool(quarantined)


def test_fates_of_tickets() -> None:
    """Target 2 h, each ticket by itself, in March. A: resolved in time. B: still open, but late. C: open and in time.
    D: resolved in February. E: opened in April. F: contradicts itself. G: cancelled. H: of another service, open.
    I: resolved in March, reopened and open again: nothing met, nothing missed. Where nothing is recorded of what the
    clock needs, A and B are not evaluated: A has ended, B is open."""
    tickets = [
        ticket("A", "02 09:00 opened", "02 10:00 resolved"),
        ticket("B", "02 09:00 opened"),
        ticket("C", "31 17:00 opened"),
        ticket("D", "02-02 09:00 opened", "02-02 10:00 closed"),
        ticket("E", "04-02 09:00 opened"),
        ticket("F", "02 09:00 opened", "02 10:00 reopened"),
        ticket("G", "02 09:00 opened", "02 10:00 cancelled"),
        {**ticket("H", "02 09:00 opened"), "service": "mail"},
        ticket("I", "31 09:00 opened", "31 10:00 resolved", "31 17:30 reopened"),
    ]
    expected = {
        "A": "evaluated",
        "B": "evaluated",
        "C": "open",
        "D": "not_in_period",
        "E": "not_in_period",
        "F": "quarantined",
        "G": "not_in_period",
        "H": "open",
        "I": "open",
    }
    level = ticket_time("2h", stop=["replied", "resolved"])
    assert run(level, *tickets).fates.tickets == expected
    silent = evaluate(contract(level), {"tickets": tickets, "origins": [origin("replied")]}, "2026-03")
    assert silent.fates.tickets == {**expected, "A": "not_in_period", "B": "open"}


def test_fates_of_outages() -> None:
    """April, availability of mail. A ends on the first instant of April: no part. B has a part. C lasts: it has a part.
    D has no length. E begins in May. F, of another service, lasts; G, of another service, ended. X is two."""
    first, last = "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"
    outages = [
        span("A", "2026-03-10T00:00:00Z", first),
        span("B", "2026-03-10T00:00:00Z", "2026-04-01T00:00:01Z"),
        span("C", "2026-04-10T00:00:00Z", last),
        span("D", "2026-04-10T00:00:00Z", "2026-04-10T00:00:00Z"),
        span("E", last, None),
        {**span("F", first, None), "service": "desk"},
        {**span("G", first, "2026-04-02T00:00:00Z"), "service": "desk"},
        span("X", first, None),
        span("X", first, last),
    ]
    result = evaluate(contract(availability(), zone="UTC"), {"outages": outages}, "2026-04")
    assert result.fates.outages == {
        "A": "not_in_period",
        "B": "evaluated",
        "C": "evaluated",
        "D": "not_in_period",
        "E": "not_in_period",
        "F": "open",
        "G": "not_in_period",
        "X": "quarantined",
    }


# ---------------------------------------------------------------------------------------------------------------- money

BANDS = {
    "bands": [
        {"below": "95%", "is": "100%"},
        {"below": "99%", "is": "25%"},
        {"below": "99.9%", "is": "10%"},
        {"is": "0%"},
    ]
}


@pytest.mark.parametrize(("more", "minor"), [(0, -1000), (1, -2500)])
def test_edges_of_bands(more: int, minor: int) -> None:
    """
    Down 7.2 h of 720 h is exactly 99 %: 99 % is not greater, 99.9 % is: 10 % of EUR 100. A microsecond more: 25 %.
    """
    end = utc_text(instant("2026-04-10T07:12:00Z") + more)
    facts = {"outages": [span("O", "2026-04-10T00:00:00Z", end)]}
    terms = contract(charge("EUR 100.00"), availability(), credit("C", BANDS), zone="UTC")
    assert evaluate(terms, facts, "2026-04").lines == [("F", 10000), ("C", minor)]


def test_a_credit_of_zero() -> None:
    """Missed at 99.95 % of a target of 99.99 %, in the last band: a line of zero. Met: no line."""
    facts = {"outages": [span("O", "2026-04-10T00:00:00Z", "2026-04-10T00:21:36Z")]}  # 0.36 h of 720 h
    terms = contract(charge("EUR 100.00"), availability("99.99%"), credit("C", BANDS), zone="UTC")
    assert evaluate(terms, facts, "2026-04").lines == [("F", 10000), ("C", 0)]
    assert evaluate(terms, {}, "2026-04").lines == [("F", 10000)]


DOWN = {"outages": [span("O", "2026-04-01T00:00:00Z", None)]}


@pytest.mark.parametrize(
    ("mode", "shares", "forfeited"),
    [
        ("half_up", (34, 34, 33), 51),
        ("half_even", (34, 33, 33), 50),
        ("up", (34, 34, 33), 51),
        ("floor", (34, 33, 33), 50),
    ],
)
def test_limit(mode: str, shares: tuple[int, int, int], forfeited: int) -> None:
    """Three credits of 0.5 % of EUR 67.00 are 33.5 cents each, S = 100.5; the limit of 0.75 % has room 50.25 = G.

    Half up: gross 101, shares of 33.67 cut to 33, two cents left to the first two. Half even: gross 100, shares of
    33.33, one cent left to the first. Given: round(50.25) = 50, `up` 51 but the room rounded down is 50. Limit: gross -
    50.
    """
    terms = contract(
        charge("EUR 67.00"), availability(), credit("A", "0.5%"), credit("B", "0.5%"), credit("C", "0.5%"),
        limit("0.75%", "A", "B", "C"), zone="UTC", mode=mode,
    )  # fmt: skip
    result = evaluate(terms, DOWN, "2026-04")
    assert result.lines == [("F", 6700), *zip("ABC", (-share for share in shares), strict=True), ("M", forfeited)]
    assert result.total == 6700 - 50


def test_ties_go_by_the_order_in_which_the_limit_names_its_credits() -> None:
    """Two credits of 33.5 cents, S = gross = 67 = given: 33 each, and the cent left goes to B, which the limit names
    first. Lines keep the order of the clauses."""
    terms = contract(
        charge("EUR 67.00"),
        availability(),
        credit("A", "0.5%"),
        credit("B", "0.5%"),
        limit("100%", "B", "A"),
        zone="UTC",
    )
    assert evaluate(terms, DOWN, "2026-04").lines == [("F", 6700), ("A", -33), ("B", -34)]


def test_without_a_limit_each_line_is_rounded() -> None:
    """33.5 cents each: 34 half up, 34 half even (34 is even), 33 half down, 34 up, 33 down."""
    for mode, minor in (("half_up", 34), ("half_even", 34), ("half_down", 33), ("up", 34), ("down", 33)):
        terms = contract(charge("EUR 67.00"), availability(), credit("A", "0.5%"), zone="UTC", mode=mode)
        assert evaluate(terms, DOWN, "2026-04").lines == [("F", 6700), ("A", -minor)]


def test_limit_of_the_contract_year() -> None:
    """
    The limit is EUR 50.00 a year and has given EUR 35.00; the credit is EUR 20.00: room 15, forfeited 5, given 50.
    """
    terms = contract(
        charge("EUR 100.00"),
        availability(),
        credit("A", "20%"),
        limit("EUR 50.00", "A", window="contract_year"),
        zone="UTC",
    )
    result = evaluate(terms, DOWN, "2026-04", {"M": "EUR 35.00"})
    assert result.lines == [("F", 10000), ("A", -2000), ("M", 500)]
    assert (result.total, result.used_after) == (8500, {"M": "EUR 50.00"})
    result = evaluate(terms, DOWN, "2026-04", {"M": "EUR 30.00"})
    assert (result.lines, result.used_after) == ([("F", 10000), ("A", -2000)], {"M": "EUR 50.00"})
    assert evaluate(terms, {}, "2026-04", {"M": "EUR 35.00"}).used_after == {"M": "EUR 35.00"}


def test_limit_of_the_contract_year_by_percentage() -> None:
    """0.75 % of one month's EUR 67.00 is 50.25 cents for the year from 1 April. The credit is 33.5 cents a month, a
    line of 34 half up. April gives 34, rounded; May has room for 50.25 - 34 = 16.25: gives 16, 18 forfeited; June has
    0.25: gives 0. April 2027 is a new year."""
    terms = contract(
        charge("EUR 67.00"),
        availability(),
        credit("A", "0.5%"),
        limit("0.75%", "A", window="contract_year"),
        zone="UTC",
    )
    terms["term"] = {"start": "2026-04-01", "end": "2028-04-01"}
    for period, before, forfeited, after in (
        ("2026-04", None, 0, 34),
        ("2026-05", 34, 18, 50),
        ("2026-06", 50, 34, 50),
        ("2027-04", None, 0, 34),
    ):
        used = used_before(terms, DOWN, period)
        assert used == ({} if before is None else {"M": f"EUR 0.{before}"})
        result = evaluate(terms, DOWN, period, used)
        assert result.lines == [("F", 6700), ("A", -34), *([("M", forfeited)] if forfeited else [])]
        assert result.used_after == {"M": f"EUR 0.{after}"}


def test_contract_years() -> None:
    """
    A term from 15 January 2026: January 2027 starts before the 15th, in the first year; February 2027 in the second.
    """
    terms = {"term": {"start": "2026-01-15"}}
    assert [contract_year(terms, period) for period in ("2026-02", "2027-01", "2027-02")] == [0, 0, 1]


def test_credits_of_several_levels() -> None:
    """One ticket of 3 h, over 1 h and over 2 h: a miss of both levels, 2 x EUR 12.50; over 1 h and 4 h: one miss."""
    late = ticket("T", "02 09:00 opened", "02 12:00 resolved")
    for second, minor in (("2h", -2500), ("4h", -1250)):
        levels = [ticket_time("1h"), {**ticket_time(second), "ref": "L2"}]
        terms = contract(*levels, credit("C", "EUR 12.50", per="ticket", levels=["L", "L2"]))
        assert evaluate(terms, {"tickets": [late]}, "2026-03").lines == [("C", minor)]


def test_a_quantity_below_zero_is_cut_off_for_each_level() -> None:
    """The incident T is over 2 h on Tue 31 March 17:00, 1 h late; cancelled on 1 April: L has -1 miss and -1 h in
    April. The request U, 1 April 09:00-12:00, is a miss of L2 and 1 h late. The credit of both in April is 0 + 1, not
    -1 + 1: EUR 12.50 for a miss, EUR 12.50 for an hour; of L alone there is no line."""
    gone = ticket("T", "31 15:00 opened", "04-01 09:00 cancelled")
    other = {**ticket("U", "04-01 09:00 opened", "04-01 12:00 resolved"), "type": "request"}
    levels = [
        {**ticket_time("2h"), "ref": ref, "scope": {"type": type_}}
        for ref, type_ in (("L", "incident"), ("L2", "request"))
    ]
    for how in ({"per": "ticket"}, {"per": "late_time", "unit": "1h", "part": "exact"}):
        both = contract(*levels, credit("C", "EUR 12.50", **{"levels": ["L", "L2"], **how}))
        result = evaluate(both, {"tickets": [gone, other]}, "2026-04")
        assert (result.levels["L"].missed, result.levels["L"].lateness) == (-1, [(HOUR, 0)])
        assert (result.levels["L2"].missed, result.levels["L2"].lateness) == (1, [(0, HOUR)])
        assert result.lines == [("C", -1250)]
        alone = contract(*levels, credit("C", "EUR 12.50", **how))
        assert evaluate(alone, {"tickets": [gone, other]}, "2026-04").lines == []


def test_what_is_not_offered() -> None:
    """Each combination that the page rules out is refused, with no facts at all; its neighbour is not."""
    good = [attainment("1h"), ticket_time("1h"), availability()]
    for level in good:
        evaluate(contract(level), {}, "2026-03")
    bad = [
        attainment("1h", changed="retroactive"),
        attainment("1h", minimum=0),
        attainment("1h", stop=["replied"]),
        attainment("1h", start=["opened", "replied"], stop=["replied", "resolved"]),
    ]
    for level in bad:
        with pytest.raises(ValueError):
            evaluate(contract(level), {}, "2026-03")
    may_miss = attainment("1h")
    may_miss["measure"]["when_too_few"] = "missed"
    fee = charge("EUR 100.00")
    evaluate(contract(fee, attainment("1h"), credit("C", BANDS)), {}, "2026-03")
    for level, clause in (
        (may_miss, credit("C", BANDS)),
        (ticket_time("1h"), credit("C", BANDS)),
        (availability(), credit("C", {"bands": [{"below": "99%", "is": "10%"}]})),
        (availability(), credit("C", "EUR 1.00", per="ticket")),
        (attainment("1h"), credit("C", "EUR 1.00", per="late_time", unit="1h", part="up")),
    ):
        with pytest.raises(ValueError):
            evaluate(contract(fee, level, clause), {}, "2026-03")


def test_per_ticket() -> None:
    """Two tickets over 1 h in March, one in time: 2 x EUR 12.50."""
    tickets = [ticket(f"B{n}", "02 09:00 opened", "02 11:00 resolved") for n in range(2)]
    tickets.append(ticket("G", "02 09:00 opened", "02 10:00 resolved"))
    terms = contract(ticket_time("1h"), credit("C", "EUR 12.50", per="ticket"))
    result = evaluate(terms, {"tickets": tickets}, "2026-03")
    assert result.lines == [("C", -2500)]
    assert (result.levels["L"].counted, result.levels["L"].met, result.levels["L"].missed) == (3, 1, 2)


def test_rounding_and_remainders() -> None:
    """Modes at a tie below zero and above; 10 split by 1:1:1 is 4, 3, 3; by 1:2 of 10, 3.33 and 6.67, is 3 and 7."""
    modes = ("half_up", "half_down", "half_even", "up", "down", "ceiling", "floor")
    assert [rounded(Fraction(5, 2), mode) for mode in modes] == [3, 2, 2, 3, 2, 3, 2]
    assert [rounded(Fraction(-5, 2), mode) for mode in modes] == [-3, -2, -2, -3, -2, -2, -3]
    assert largest_remainder(10, [Fraction(1)] * 3) == [4, 3, 3]
    assert largest_remainder(10, [Fraction(1), Fraction(2)]) == [3, 7]
    assert largest_remainder(0, [Fraction(0)]) == [0]
    assert [amount(text) for text in ("EUR 1.005", "JPY 7", "KWD 1.005")] == [Fraction(201, 2), 7, 1005]


# ----------------------------------------------------------------------------------------------------------- quarantine


@pytest.mark.parametrize(
    "events",
    [
        ["02 09:00 acknowledged", "02 10:00 opened"],
        ["02 09:00 opened", "02 10:00 opened"],
        ["02 09:00 opened", "02 10:00 reopened"],
        ["02 09:00 opened", "02 10:00 resolved", "02 11:00 held customer"],
        ["02 09:00 opened", "02 10:00 closed", "02 11:00 resumed"],
        ["02 09:00 opened", "02 10:00 cancelled", "02 11:00 resolved"],
    ],
)
def test_contradictory_ticket(events: list[str]) -> None:
    """Each way to contradict itself: listed, and in no figure; the good ticket beside it is counted."""
    result = run(attainment("1h"), ticket("X", *events), ticket("G", "02 09:00 opened", "02 10:00 resolved"))
    assert (result.quarantined, result.levels["L"].counted) == (["X"], 1)
    assert ("X", "L") not in result.tickets


def test_what_is_no_contradiction() -> None:
    """A repeated `opened`, a `resumed` without a wait, a second `resolved`, `closed` after it and a note after the end
    are fine; and what contradicts in April is not known to March."""
    events = ["02 09:00 opened", "02 09:00 opened", "02 09:10 resumed", "02 10:00 resolved", "02 11:00 resolved"]
    fine = ticket("T", *events, "03 09:00 closed")
    assert view(run(attainment("1h"), fine))["elapsed"] == HOUR
    later = ticket("T", "02 09:00 opened", "02 10:00 resolved", "04-02 09:00 resumed")
    assert run(attainment("1h"), later).quarantined == []
    assert run(attainment("1h"), later, period="2026-04").quarantined == ["T"]
    ended = ticket("T", "02 09:00 opened", "02 10:00 merged", "02 11:00 noted")
    assert run(attainment("1h"), ended).quarantined == []
    assert view(run(attainment("1h"), ended))["in_population"] is False


def test_quarantined_records() -> None:
    """
    The same outage twice is one; two of one ref with different content, and an end before a start, are quarantined.
    """
    facts = {
        "outages": [
            span("A", "2026-04-10T00:00:00Z", "2026-04-10T04:00:00Z"),
            span("A", "2026-04-10T02:00:00+02:00", "2026-04-10T04:00:00Z"),
            span("B", "2026-04-11T00:00:00Z", "2026-04-11T01:00:00Z"),
            span("B", "2026-04-11T00:00:00Z", "2026-04-11T02:00:00Z"),
        ],
        "notices": [span("N", "2026-04-10T04:00:00Z", "2026-04-10T03:00:00Z", "maintenance")],
    }
    result = evaluate(contract(availability(), zone="UTC"), facts, "2026-04")
    assert (result.quarantined, result.levels["L"].outage_us) == (["B", "N"], 4 * HOUR)


MAY = ("2026-05-03T00:00:00Z", "2026-05-02T00:00:00Z")  # backwards


@pytest.mark.parametrize("period", ["2026-03", "2026-04", "2026-05"])
@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("outages", span("X", *MAY)),
        ("outages", span("X", MAY[0], "2026-04-02T00:00:00Z")),
        ("outages", span("X", "soon", None)),
        ("outages", span("X", "2026-05-03T00:00:00", None)),
        ("outages", {"ref": "X", "start": MAY[0]}),
        ("outages", {"ref": "X", "service": "mail"}),
        ("notices", span("X", *MAY, "maintenance")),
        ("notices", span("X", MAY[0], None, "maintenance")),
        ("notices", span("X", MAY[1], MAY[0], "holiday")),
        ("notices", span("X", MAY[1], MAY[0])),
        ("tickets", {"ref": "X", "service": "desk", "type": "incident", "priority": "P3"}),
        ("tickets", {**ticket("X", "05-04 09:00 opened"), "priority": None}),
        ("tickets", ticket("X", "05-04 09:00 opened", "05-04 10:00 paused")),
        ("tickets", ticket("X", "05-04 09:00 opened", "05-04 10:00 reprioritised")),
        ("tickets", ticket("X", "05-04 09:00 opened", "05-04 10:00 held")),
    ],
)
def test_records_not_of_the_form(kind: str, record: dict[str, Any], period: str) -> None:
    """Each is quarantined whatever the period, so also in March and April, when what it speaks of lies in May; the good
    record beside it is not, nor one of no length or one that ends in May and began in April."""
    good = {
        "outages": [span("A", "2026-05-01T00:00:00Z", "2026-05-01T04:00:00Z"), span("Z", MAY[0], MAY[0])],
        "notices": [span("N", "2026-04-30T00:00:00Z", "2026-05-03T00:00:00Z", "maintenance")],
        "tickets": [ticket("T", "05-04 09:00 opened", "05-04 10:00 resolved")],
    }
    terms = contract(availability(), {**attainment("1h"), "ref": "A"}, zone="UTC")
    facts = {**good, kind: [record, *good[kind]]}
    result = evaluate(terms, facts, period)
    assert (result.quarantined, result.provisional) == (["X"], True)
    assert result.levels["L"].outage_us == (4 * HOUR if period == "2026-05" else 0)
    assert result.levels["A"].counted == (1 if period == "2026-05" else 0)
    assert evaluate(terms, good, period).quarantined == []


def test_a_record_not_of_the_form_beside_its_namesake() -> None:
    """A record of the same ref with other content takes the good one with it, however broken; twice the same is one."""
    good, bad = span("X", "2026-04-10T00:00:00Z", "2026-04-10T04:00:00Z"), span("X", "soon", None)
    for outages in ([good, bad], [bad, good, bad]):
        result = evaluate(contract(availability(), zone="UTC"), {"outages": outages}, "2026-04")
        assert (result.quarantined, result.levels["L"].outage_us) == (["X"], 0)
    result = evaluate(contract(availability(), zone="UTC"), {"outages": [bad, bad]}, "2026-04")
    assert result.quarantined == ["X"]


def test_duplicates_are_compared_whole() -> None:
    """Two tickets of one ref that differ only in April are quarantined in March too; the same events given in another
    order, or instants spelt in another zone, are the same ticket. A repeated event is ignored."""
    events = ["02 09:00 opened", "02 10:00 resolved"]
    one = ticket("T", *events, "04-02 09:00 closed")
    result = run(attainment("1h"), one, ticket("T", *events, "04-03 09:00 closed"))
    assert (result.quarantined, result.levels["L"].counted, result.provisional) == (["T"], 0, True)
    assert run(attainment("1h"), one, {**one, "subject": "Printer"}).quarantined == ["T"]
    same = ticket("T", "04-02 09:00 closed", *events, events[1])
    same["events"][0]["at"] = "2026-04-02T09:00:00+02:00"
    result = run(attainment("1h"), one, same)
    assert (result.quarantined, result.levels["L"].counted, result.provisional) == ([], 1, False)


def test_duplicates_of_spans_are_compared_whole() -> None:
    """Two ends in May of one outage are unknown to April, and two contents all the same; so are a maintenance and a
    force majeure of one ref, and a third outage that equals the first is quarantined with both."""
    start = "2026-04-10T00:00:00Z"
    outages = [span("O", start, "2026-05-02T00:00:00Z"), span("O", start, "2026-05-03T00:00:00Z")]
    notices = [span("N", start, "2026-04-11T00:00:00Z", kind) for kind in ("maintenance", "force_majeure")]
    facts = {"outages": [*outages, outages[0]], "notices": notices}
    result = evaluate(contract(availability(), zone="UTC"), facts, "2026-04")
    assert (result.quarantined, result.levels["L"].outage_us) == (["N", "O"], 0)


def test_references_are_told_apart_by_kind() -> None:
    """
    A ticket and an outage may share a ref: neither is quarantined; the ticket is, alone, if it contradicts itself.
    """
    outage = span("X", "2026-03-10T00:00:00Z", "2026-03-10T04:00:00Z")
    fine = ticket("X", "02 09:00 opened", "02 10:00 resolved")
    terms = contract({**attainment("1h"), "ref": "A"}, availability())
    result = evaluate(terms, {"tickets": [fine], "outages": [outage]}, "2026-03")
    assert (result.quarantined, result.levels["A"].counted, result.levels["L"].outage_us) == ([], 1, 4 * HOUR)
    bad = ticket("X", "02 09:00 opened", "02 10:00 reopened")
    result = evaluate(terms, {"tickets": [bad], "outages": [outage]}, "2026-03")
    assert (result.quarantined, result.levels["A"].counted, result.levels["L"].outage_us) == (["X"], 0, 4 * HOUR)


# -------------------------------------------------------------------------------------------------------------- example


def test_the_example_contract() -> None:
    """March of the example contract.

    T-1 (P1): opened Mon 2 March 09:00, answered 09:45, over 30 min: one miss, EUR 50. Resolved 12:00: 3 h of 4 h.
    T-2 (P2): opened Tue 16:00, answered 16:30, of 1 h. Resolved Thu 09:00: 2 + 10 + 1 = 13 h of 8 h, due Wed 14:00.
    4.2: 1/2 is less than 95 %: 5 % of EUR 20000 = 1000. 4.3: down 10 h of 743 h, 733/743 = 98.65 %: 25 % = 5000.
    The limit: 50 + 1000 + 5000 = 6050, room 10 % = 2000, forfeited 4050. Total: 20000 - 6050 + 4050 = 18000.
    """
    path = Path(__file__).parents[2] / "examples" / "acme.yaml"
    terms: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    facts = {
        "tickets": [
            ticket("T-1", "02 09:00 opened", "02 09:45 replied provider", "02 12:00 resolved", priority="P1"),
            ticket("T-2", "03 16:00 opened", "03 16:30 replied provider", "05 09:00 resolved", priority="P2"),
        ],
        "outages": [span("O-1", "2026-03-10T08:00:00Z", "2026-03-10T18:00:00Z")],
    }
    result = evaluate(terms, facts, "2026-03")
    assert {ref: level.outcome for ref, level in result.levels.items()} == dict.fromkeys(
        ("4.1", "4.2", "4.3"), "missed"
    )
    assert result.levels["4.1"].missed == result.levels["4.1"].met == 1
    assert result.levels["4.2"].number == Fraction(1, 2)
    assert result.tickets["T-2", "4.2"]["due"] == local("04 14:00")
    assert result.levels["4.3"].number == Fraction(733, 743)
    assert result.lines == [("3.1", 2000000), ("4.4", -5000), ("4.5", -100000), ("4.6", -500000), ("4.7", 405000)]
    assert (result.total, result.quarantined) == (1800000, [])
