"""Tests of what is relieved: by windows, quota, announcement, early life and volume; excused, waived and extended."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ecsm_contracts as ec
from ecsm_contracts.calendars import BusinessCalendar, to_micros
from ecsm_contracts.errors import DocumentError
from ecsm_contracts.figures._rules import apply_rule
from ecsm_contracts.measures import lengthened
from ecsm_contracts.money import Percent

from .history import LEVEL, contract, euros, months
from .world import CLOCK, RELIEF, codes, read

HOUR = timedelta(hours=1)
JANUARY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
UP: dict[str, Any] = {
    "ref": "4.1", "kind": "service_level", "measure": {"kind": "availability", "hours": "always"},
    "target": {"at_least": "100%"}, "gaps": "skips",
}  # fmt: skip
CREDIT = {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "down_time", "unit": "1h", "part": "exact",
          "rate": "EUR 1.00"}  # fmt: skip
BASE = {"ref": "5.1", "kind": "relief", "levels": ["4.1"]}
OUT = {**BASE, "treatment": "exclude", "denominator": "leaves"}
SUNDAYS = {"start": "2026-01-04T01:00", "end": "2026-01-04T05:00", "rule": "FREQ=WEEKLY;BYDAY=SU"}


def at(hours: float) -> str:
    """Return the instant so many hours after the start of January."""
    return (JANUARY + hours * HOUR).isoformat()


def outage(number: int, start: float, end: float) -> dict[str, Any]:
    """Return an outage between two hours of January."""
    return {"ref": f"O-{number}", "service": "desk", "start": at(start), "end": at(end)}


def notice(number: int, start: float, end: float, announced: float | None = None, **more: Any) -> dict[str, Any]:
    """Return a notice of maintenance between two hours of January, announced at one of them."""
    known = {} if announced is None else {"announced": at(announced)}
    record = {"ref": f"N-{number}", "kind": "maintenance", "service": "desk", "start": at(start), "end": at(end)}
    return {**record, **known, **more}


def settled(relief: dict[str, Any], *extra: dict[str, Any], month: int = 1, **facts: Any) -> ec.Statement:
    """Return the statement of a month of 2026 under *relief*, verified."""
    found = contract(UP, CREDIT, relief, *extra)
    all_facts = ec.facts_from_records(**facts)
    made = ec.evaluate_periods(found, all_facts, last=months(month)[-1])[-1]
    ec.verify(made, all_facts)
    return made


def down(made: ec.Statement) -> tuple[float, float]:
    """Return the hours that were unavailable, and those that left the denominator."""
    return made.tally["4.1.unavailable"] / 3.6e9, made.tally["4.1.planned"] / 3.6e9


@pytest.mark.parametrize(
    ("terms", "notices", "expected"),
    [
        ({"notices": ["maintenance"]}, [(10, 14)], (10, 4)),
        ({"notices": ["maintenance"], "quota": {"time": "3h", "every": "month"}}, [(10, 14)], (11, 3)),
        ({"notices": ["maintenance"], "quota": {"time": "3h", "every": "month"}}, [(10, 12), (20, 24)], (11, 3)),
        ({"notices": ["maintenance"], "quota": {"time": "3h", "every": "period"}}, [(10, 12), (11, 14)], (11, 3)),
        ({"notices": ["maintenance"], "announced": {"before": "8h"}}, [(10, 14, 2)], (10, 4)),  # exactly in time
        ({"notices": ["maintenance"], "announced": {"before": "8h"}}, [(10, 14, 3)], (14, 0)),
        ({"notices": ["maintenance"], "announced": {"before": "8h"}}, [(10, 14)], (14, 0)),  # not known
        ({"hours": "nights"}, [], (11, 31 * 3)),
        ({"hours": "nights", "quota": {"time": "4h", "every": "month"}}, [], (13, 4)),  # one night and an hour
        ({"hours": "nights", "notices": ["maintenance"]}, [(0, 2)], (11, 31 * 3)),  # within a night already
        ({"windows": [SUNDAYS]}, [], (14, 16)),  # four Sundays; none of the outage on the 1st and 2nd
    ],
)
def test_time_that_is_excluded(terms: dict[str, Any], notices: list[tuple[float, ...]], expected: Any) -> None:
    """Of fourteen hours of outage, what notices or windows cover does not count, up to the quota, if announced."""
    calendars = {
        name: {"zone": "UTC", "hours": [hours]}
        for name, hours in (("always", "Mon-Sun 00:00-24:00"), ("nights", "Mon-Sun 00:00-03:00"))
    }
    records = [notice(number, *each) for number, each in enumerate(notices)]
    found = contract(UP, CREDIT, {**OUT, **terms}, calendars=calendars)
    facts = ec.facts_from_records(outages=[outage(1, 10, 14), outage(2, 20, 30)], notices=records)
    made = ec.evaluate(found, facts, period="2026-01")
    ec.verify(made, facts)
    assert down(made) == expected


def test_a_quota_begins_anew_each_month() -> None:
    """What January used up is there again in February; a notice over both months is cut at the month."""
    relief = {**OUT, "notices": ["maintenance"], "quota": {"time": "3h", "every": "month"}}
    days = 31 * 24
    outages, notices = [outage(1, days - 5, days + 5)], [notice(1, days - 5, days + 5)]
    assert down(settled(relief, outages=outages, notices=notices)) == (2, 3)
    assert down(settled(relief, month=2, outages=outages, notices=notices)) == (2, 3)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), max_size=6), st.integers(0, 60), st.integers(1, 100)
)
@settings(max_examples=40)
def test_a_quota_hour_by_hour(spans: list[tuple[int, int]], quota: int, length: int) -> None:
    """The first so many relieved hours of the month do not count, and all others do: as a list of hours says."""
    relief = {**OUT, "notices": ["maintenance"], "quota": {"time": f"{quota}h", "every": "month"}}
    records = [notice(number, start, start + long) for number, (start, long) in enumerate(spans)]
    hours = sorted({hour for start, long in spans for hour in range(start, start + long)})[:quota]
    made = settled(relief, outages=[outage(1, 0, length)], notices=records)
    assert down(made) == (length - sum(hour < length for hour in hours), len(hours))


@pytest.mark.parametrize(
    ("treatment", "state", "euros_of_january"),
    [("excuse", "excused", "0"), ("waive", "missed", "0")],
)
@pytest.mark.parametrize(
    "terms",
    [{"notices": ["maintenance"]}, {"windows": [SUNDAYS]}, {"until": "2026-01-02"}, {"first": 1}],
)
def test_whole_windows(terms: dict[str, Any], treatment: str, state: str, euros_of_january: str) -> None:
    """A missed month in which something relieves is excused, or stays missed; either way it costs nothing."""
    relief = {**BASE, **terms, "treatment": treatment}
    made = settled(relief, outages=[outage(1, 10, 14)], notices=[notice(1, 100, 101)])
    assert (made.assessments[0].outcome, euros(made, "4.5")) == (state, euros_of_january)
    assert made["5.1"].value is True
    assert made.assessments[0].number is not None
    kept = settled({**relief, "levels": ["4.2"]}, {**UP, "ref": "4.2"}, outages=[outage(1, 10, 14)])
    assert (kept.assessments[0].outcome, euros(kept, "4.5")) == ("missed", "-4")


@pytest.mark.parametrize(
    "terms",
    [
        {"notices": ["force_majeure"]},
        {"notices": ["maintenance"], "announced": {"before": "48h"}},
        {"notices": ["maintenance"], "quota": {"time": "0s", "every": "month"}},
        {"until": "2026-01-01"},
    ],
)
@pytest.mark.parametrize("treatment", ["excuse", "waive"])
def test_what_does_not_apply_changes_nothing(terms: dict[str, Any], treatment: str) -> None:
    """A relief that does not apply leaves a missed month missed and priced."""
    made = settled({**BASE, **terms, "treatment": treatment}, outages=[outage(1, 10, 14)], notices=[notice(1, 9, 11)])
    assert (made.assessments[0].outcome, euros(made, "4.5")) == ("missed", "-4")
    assert made["5.1"].value is False


def test_early_life_ends() -> None:
    """Two months are excused by their number, or by a day; the third one is not."""
    outages = [outage(number, start, start + 4) for number, start in ((1, 10), (2, 800), (3, 1500))]
    for terms in ({"first": 2}, {"until": "2026-02-02"}):
        relief = {**BASE, **terms, "treatment": "excuse"}
        found = [settled(relief, month=month, outages=outages).assessments[0].outcome for month in (1, 2, 3)]
        assert found == ["excused", "excused", "missed"]


def test_waived_misses_count_in_rows_and_excused_ones_do_not() -> None:
    """A trigger on two misses in a row fires when the first was waived, and not when it was excused."""
    outages = [outage(1, 10, 14), outage(2, 800, 804)]
    trigger = {"ref": "9.1", "kind": "trigger", "right": "terminate", "levels": ["4.1"],
               "when": {"run": 2, "consumes": False}}  # fmt: skip
    for treatment, fires in (("waive", True), ("excuse", False)):
        relief = {**BASE, "first": 1, "treatment": treatment}
        assert settled(relief, trigger, month=2, outages=outages).triggers[0].fired is fires


@pytest.mark.parametrize("treatment", ["excuse", "waive"])
@pytest.mark.parametrize("when", ["any", "all", {"run": 2, "consumes": False}])
def test_one_price_for_several_levels(when: Any, treatment: str) -> None:
    """With one price for any or all levels, or a condition over the past, what is relieved costs nothing either."""
    credit = {"ref": "4.6", "kind": "service_credit", "levels": ["4.1"], "per": "level", "when": when,
              "rate": "EUR 9.00"}  # fmt: skip
    outages = [outage(1, 10, 14), outage(2, 800, 804)]
    for first, cost in ((1, "-9"), (2, "0")):
        relief = {**BASE, "first": first, "treatment": treatment}
        made = settled(relief, credit, month=2, outages=outages)
        expected = "0" if treatment == "excuse" and isinstance(when, dict) else cost
        assert euros(made, "4.6") == expected


def volume(ref: str, quantity: int, month: int = 1, **more: Any) -> dict[str, Any]:
    """Return how many calls there were, or were forecast, in a month."""
    span = months(month)[-1]
    return {"ref": ref, "unit": "calls", "quantity": str(quantity), "start": f"{span.start}T00:00:00Z",
            "end": f"{span.end}T00:00:00Z", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("calls", "forecast", "state"),
    [(1101, 1000, "excused"), (1100, 1000, "missed"), (900, 1000, "missed"), (1101, None, "missed")],
)
@pytest.mark.parametrize("counted", ["sum", "average", "peak"])
def test_volume_above_forecast(calls: int, forecast: int | None, state: str, counted: str) -> None:
    """More than 110 % of what was forecast excuses the month; exactly that does not, nor does it without a forecast."""
    terms = {"of": {"unit": "calls", "counted": counted, "round": "exact"}, "forecast": "calls", "above": "110%"}
    relief = {**BASE, "volume": terms, "treatment": "excuse"}
    before, after = at(-100), at(100)
    known = [] if forecast is None else [
        volume("F-1", 5000, at=at(-200)), volume("F-2", forecast, at=before), volume("F-3", 9000, at=after),
    ]  # fmt: skip
    made = settled(relief, outages=[outage(1, 10, 14)], volumes=[volume("V-1", calls)], forecasts=known)
    assert made.assessments[0].outcome == state


def test_tickets_above_forecast() -> None:
    """Tickets opened in the month are compared with the sum of what was forecast for it."""
    terms = {"of": {"tickets": "opened"}, "forecast": "calls", "above": "100%"}
    relief = {**BASE, "volume": terms, "treatment": "excuse"}
    tickets = [
        {"ref": f"T-{number}", "service": "desk", "type": "incident", "priority": "P1",
         "events": [{"kind": "opened", "at": at(number)}]}
        for number in range(3)
    ]  # fmt: skip
    for forecast, state in ((2, "excused"), (3, "missed")):
        known = [volume("F-1", forecast, at=at(-1))]
        made = settled(relief, outages=[outage(1, 10, 14)], tickets=tickets, forecasts=known)
        assert made.assessments[0].outcome == state


TICKETS: dict[str, Any] = {
    "ref": "4.1", "kind": "service_level", "gaps": "breaks",
    "measure": {"kind": "ticket_time", "clock": {**CLOCK, "hours": "office"}, "within": "4h"},
}  # fmt: skip
LATE = {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "late_time", "unit": "1h", "part": "exact",
        "rate": "EUR 1.00"}  # fmt: skip
CALENDARS = {name: {"zone": "UTC", "hours": [hours]} for name, hours in (
    ("always", "Mon-Sun 00:00-24:00"), ("office", "Mon-Sun 08:00-18:00"))}  # fmt: skip


def late_hours(opened: int, took: int, spans: list[tuple[int, int]]) -> int:
    """Return how many hours beyond four a ticket took, hour by hour: what was relieved is owed, and used up first."""
    owed = counted = 0
    for hour in range(opened, opened + took):
        inside = [span for span in spans if span[0] <= hour < span[1]]
        mine = [span for span in spans if span[1] > opened]
        owed += sum(span[1] - span[0] for span in mine if span[0] == hour or (hour == opened and span[0] < opened))
        if not 8 <= hour % 24 < 18:
            continue
        if owed > 0:
            owed -= 1
        elif not inside:
            counted += 1
    return max(0, counted - 4)


def test_all_time_comes_back() -> None:
    """Two hours of the evening, outside the office hours, are two hours of the next morning that do not count."""
    relief = {**BASE, "notices": ["maintenance"], "treatment": "extend"}
    found = contract(TICKETS, LATE, relief, calendars=CALENDARS)

    def late(opened: int, resolved: int, *spans: tuple[int, int]) -> int:
        ticket = {
            "ref": "T-1", "service": "desk", "type": "incident", "priority": "P1",
            "events": [{"kind": "opened", "at": at(opened)}, {"kind": "resolved", "at": at(resolved)}],
        }  # fmt: skip
        records = [notice(number, *span) for number, span in enumerate(spans)]
        facts = ec.facts_from_records(tickets=[ticket], notices=records)
        return ec.evaluate(found, facts, period="2026-01").tally["4.5.late.4.1"] // 3_600_000_000

    assert late(16, 24 + 14) == 4  # two hours in the evening and six in the morning
    assert late(16, 24 + 14, (19, 21)) == 2
    assert late(16, 24 + 14, (16, 18)) == 2  # in hours: as if it were excluded
    assert late(16, 24 + 14, (19, 21), (33, 35)) == 0
    assert late(24 + 7, 24 + 17, (19, 21)) == 5  # opened when it was over: nothing comes back
    assert late(20, 24 + 17, (19, 21)) == 3  # opened before it was over: all of it does
    assert late(24 + 7, 48 + 9, (19, 21), (28, 30), (36, 38)) == 5


@given(
    st.integers(0, 60), st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), max_size=4),
)  # fmt: skip
@settings(max_examples=60)
def test_time_comes_back_hour_by_hour(opened: int, took: int, drawn: list[tuple[int, int]]) -> None:
    """For any ticket and any notices it is what a list of hours says."""
    spans, start = [], 0
    for gap, long in drawn:
        spans.append((start + gap + 1, start + gap + 1 + long))
        start += gap + 1 + long
    spans = [span for span in spans if not span[0] < opened < span[1]]  # for those see the test before
    relief = {**BASE, "notices": ["maintenance"], "treatment": "extend"}
    found = contract(TICKETS, LATE, relief, calendars=CALENDARS)
    ticket = {
        "ref": "T-1", "service": "desk", "type": "incident", "priority": "P1",
        "events": [{"kind": "opened", "at": at(opened)}, {"kind": "resolved", "at": at(opened + took)}],
    }  # fmt: skip
    facts = ec.facts_from_records(tickets=[ticket], notices=[notice(n, *span) for n, span in enumerate(spans)])
    made = ec.evaluate(found, facts, period="2026-01")
    assert made.tally["4.5.late.4.1"] == late_hours(opened, took, spans) * 3_600_000_000


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=5))
def test_lengthened_spans(drawn: list[tuple[int, int]]) -> None:
    """Lengthened spans are sorted and disjoint, cover what they lengthen, and in always open hours are no longer."""
    always = BusinessCalendar.weekly("Mon-Sun 00:00-24:00", zone="UTC").table
    spans, start = [], 0
    for gap, long in drawn:
        spans.append((start + gap + 1, start + gap + 1 + long))
        start = spans[-1][1]
    begin_of_all = to_micros(JANUARY)
    spans = [(begin_of_all + begin, begin_of_all + end) for begin, end in spans]
    found = list(lengthened(always, spans, begin_of_all + 10**6))
    assert sum(end - begin for begin, end in found) == sum(long for _, long in drawn)
    assert [each for each in found if each not in spans] == []


def test_columns_of_tickets_get_the_same_time_back() -> None:
    """By the column as ticket by ticket: tickets opened before, in, just after and long after what was relieved."""
    pytest.importorskip("numpy")
    from ecsm_contracts.frames import TicketColumns, observe_columns  # noqa: PLC0415 - they need NumPy

    relief = {**BASE, "notices": ["maintenance"], "treatment": "extend"}
    planned = ec.plan(contract(TICKETS, LATE, relief, calendars=CALENDARS), "2026-01")
    tickets = [
        {"ref": f"T-{opened:03d}-{took}", "service": "desk", "type": "incident", "priority": "P1",
         "events": [{"kind": "opened", "at": at(opened)}, {"kind": "resolved", "at": at(opened + took)}]}
        for opened in range(60) for took in (5, 20, 40)
    ]  # fmt: skip
    facts = ec.facts_from_records(tickets=tickets, notices=[notice(1, 19, 21), notice(2, 28, 30), notice(3, 30, 32)])
    one_by_one = ec.observe_tickets(planned, facts.setting, facts.tickets)
    by_column = observe_columns(planned, facts.setting, TicketColumns.from_tickets(facts.tickets))
    assert by_column.outcomes == one_by_one.outcomes
    assert len({row.numbers for row in one_by_one.outcomes}) > 10


def test_status_knows_what_comes_back() -> None:
    """For a support tool the deadline of an open ticket moves by all that was relieved."""
    relief = {**BASE, "notices": ["maintenance"], "treatment": "extend"}
    found = contract(TICKETS, LATE, relief, calendars=CALENDARS)
    ticket = {"ref": "T-1", "service": "desk", "type": "incident", "priority": "P1",
              "events": [{"kind": "opened", "at": at(16)}]}  # fmt: skip
    for spans, due in (((), 34), (((19, 21),), 36)):
        facts = ec.facts_from_records(tickets=[ticket], notices=[notice(n, *span) for n, span in enumerate(spans)])
        now = ec.status(found, facts.tickets[0], as_of=JANUARY + 17 * HOUR, setting=facts.setting)["4.1"]
        assert now.deadline == JANUARY + due * HOUR


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"treatment": "excuse"}, "relief_empty"),
        ({"treatment": "exclude", "until": "2026-02-01"}, "relief_treatment"),
        ({"treatment": "extend", "first": 2}, "relief_treatment"),
        ({"treatment": "excuse", "first": 2, "quota": {"time": "1h", "every": "month"}}, "quota_unused"),
        ({"treatment": "excuse", "hours": "always", "announced": {"before": "1h"}}, "announced_unused"),
        ({"treatment": "excuse", "first": 2, "denominator": "leaves"}, "denominator_unused"),
        ({"treatment": "excuse", "first": 0}, "greater_than_equal"),
        (
            {"treatment": "excuse", "volume": {"of": {"billed": "x"}, "forecast": "x", "above": "1%"}},
            "volume_of",
        ),
        (
            {"treatment": "excuse", "volume": {"of": {"tickets": "opened"}, "forecast": "x", "above": "0%"}},
            "threshold_zero",
        ),
    ],
)
def test_refuses(terms: dict[str, Any], code: str) -> None:
    """A relief says what relieves, and only what its treatment can do."""
    with pytest.raises(ValidationError) as caught:
        read({**BASE, **terms})
    assert code in codes(caught.value)


@pytest.mark.parametrize(
    ("level", "relief", "code"),
    [
        (UP, {**BASE, "notices": ["maintenance"], "treatment": "extend"}, "relief_extend"),
        (UP, {**BASE, "notices": ["maintenance"], "treatment": "exclude"}, "denominator_missing"),
        (LEVEL, {**BASE, "notices": ["maintenance"], "treatment": "exclude"}, "relief_unused"),
        (UP, {**BASE, "hours": "nowhere", "treatment": "excuse"}, "dangling_reference"),
    ],
)
def test_refuses_together(level: dict[str, Any], relief: dict[str, Any], code: str) -> None:
    """What is relieved must be there to be relieved."""
    with pytest.raises(DocumentError) as caught:
        contract(level, relief)
    assert code in {problem.code for problem in caught.value.problems}


def test_documents_of_before_are_as_they_were() -> None:
    """A relief that says no more than it could before is written as it was."""
    assert json.loads(json.dumps(read(RELIEF).to_data())) == RELIEF


@given(st.integers(-5, 5), st.integers(0, 5), st.sampled_from(["met", "missed", "excused"]), st.lists(st.booleans()))
def test_rules(first: int, second: int, outcome: str, reasons: list[bool]) -> None:
    """Each rule is what its sentence says."""
    assert apply_rule("any time/1", (timedelta(seconds=second),)) == (second > 0)
    days = "2026-03-10", f"2026-03-{10 + first:02d}"
    assert apply_rule("before day/1", days) == (first > 0)
    assert apply_rule("unless/1", (first > 0, second)) == (0 if first > 0 else second)
    left = "waived" if outcome == "missed" and True in reasons else outcome
    assert apply_rule("waived/1", (outcome, *reasons)) == left
    assert apply_rule("above share/1", (Fraction(second), Fraction(2), Percent.of(100))) == (second > 2)
    assert apply_rule("above share/1", (Fraction(second), Fraction(0), Percent.of(100))) is False
