"""Recurrence rules, against a walk over days that reads RFC 5545 by itself; and what is refused."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import code_and_message
from ecsm_contracts.calendars import RecurringWindow
from ecsm_contracts.calendars._recurrence import gives_start, last_date, read_rule, rule_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ONE_DAY = timedelta(days=1)
SUN_2026_01_04 = date(2026, 1, 4)


def period_of(parts: dict[str, str], day: date) -> tuple[date, date]:
    """The first day of the period that *day* lies in, and of the one after it."""
    frequency = parts["FREQ"]
    if frequency == "YEARLY":
        return date(day.year, 1, 1), date(day.year + 1, 1, 1)
    if frequency == "MONTHLY":
        return day.replace(day=1), (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    if frequency == "WEEKLY":
        while NAMES[day.weekday()] != parts.get("WKST", "MO"):
            day -= ONE_DAY
        return day, day + timedelta(days=7)
    return day, day + ONE_DAY


def nth_of(days: tuple[date, ...], day: date) -> set[int]:
    """The places of *day* among the days of its weekday, counted from the front and from the back."""
    same = days[(day - days[0]).days % 7 :: 7]
    return {same.index(day) + 1, same.index(day) - len(same)}


@cache
def whole(first: date, end: date) -> tuple[date, ...]:
    """All days from *first* to, not including, *end*."""
    return tuple(first + timedelta(days=ahead) for ahead in range((end - first).days))


def fits(parts: dict[str, str], start: date, day: date) -> bool:
    """Whether one day is among those of its period before BYSETPOS chooses."""
    month = whole(*period_of({"FREQ": "MONTHLY"}, day))
    if "BYMONTH" in parts and str(day.month) not in parts["BYMONTH"].split(","):
        return False
    month_days = {str(day.day), str(day.day - len(month) - 1)}
    if "BYMONTHDAY" in parts and not month_days & set(parts["BYMONTHDAY"].split(",")):
        return False
    if "BYDAY" in parts:
        year = whole(date(day.year, 1, 1), date(day.year + 1, 1, 1))
        places = nth_of(year if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts else month, day)
        names = {NAMES[day.weekday()], *(f"{place}{NAMES[day.weekday()]}" for place in places)}
        return bool(names & set(parts["BYDAY"].split(",")))
    if "BYMONTHDAY" in parts or parts["FREQ"] == "DAILY":
        return True
    if parts["FREQ"] == "WEEKLY":
        return day.weekday() == start.weekday()
    same_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts or day.month == start.month
    return day.day == start.day and same_month


def walk(parts: dict[str, str], start: date, last: date) -> Iterator[date]:
    """Every day from *start* to *last* that the rule gives, period by period."""
    first, end = period_of(parts, start)
    number = 0
    while first <= last:
        if number % int(parts.get("INTERVAL", "1")) == 0:
            days = [day for day in whole(first, end) if fits(parts, start, day)]
            if "BYSETPOS" in parts:
                chosen = {int(place) for place in parts["BYSETPOS"].split(",")}
                days = [day for i, day in enumerate(days) if {i + 1, i - len(days)} & chosen]
            yield from (day for day in days if start <= day <= last)
        first, end = end, period_of(parts, end)[1]
        number += 1


@st.composite
def rules(draw: st.DrawFn) -> dict[str, str]:
    """Draw a rule with the parts that its frequency may have."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": frequency}
    days = st.sampled_from(NAMES)
    ordinals = st.sampled_from([f"{n}{day}" for n in (1, 2, 4, 5, -1, -3) for day in NAMES])
    if draw(st.booleans()):
        parts["INTERVAL"] = str(draw(st.sampled_from([2, 3, 5])))
    if draw(st.booleans()):
        parts["BYMONTH"] = ",".join(map(str, draw(st.sets(st.integers(1, 12), min_size=1, max_size=6))))
    if frequency != "DAILY" and draw(st.booleans()):
        parts["WKST"] = draw(days)
    monthly = frequency == "MONTHLY" or (frequency == "YEARLY" and "BYMONTH" in parts)
    if monthly and draw(st.booleans()):
        parts["BYMONTHDAY"] = ",".join(
            map(str, draw(st.sets(st.sampled_from([1, 13, 28, 29, 31, -1, -30]), min_size=1)))
        )
    if draw(st.booleans()):
        kind = draw(st.sampled_from([days, ordinals])) if frequency in {"MONTHLY", "YEARLY"} else days
        parts["BYDAY"] = ",".join(sorted(draw(st.sets(kind, min_size=1, max_size=4))))
    if "BYDAY" in parts and frequency != "DAILY" and draw(st.booleans()):
        most = parts["BYDAY"].count(",") + 1
        parts["BYSETPOS"] = str(draw(st.integers(1, most)) * draw(st.sampled_from([1, -1])))
    return parts


def first_of(parts: dict[str, str], day: date) -> date:
    """A date from *day* on with which the rule can begin; examples that have none soon are left out."""
    found = next(walk({**parts, "INTERVAL": "1"}, day, day + timedelta(days=800)), None)
    assume(found is not None)
    assert found is not None
    return found


def text_of(parts: dict[str, str]) -> str:
    """The rule as a document writes it."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


@given(rules(), st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.integers(0, 900), st.integers(0, 800))
@settings(max_examples=250)
@example({"FREQ": "WEEKLY", "BYDAY": "MO,TU,WE", "BYSETPOS": "1", "WKST": "SU"}, date(2026, 1, 5), 0, 60)
@example({"FREQ": "MONTHLY", "BYMONTHDAY": "31"}, date(2026, 1, 31), 0, 400)
@example({"FREQ": "YEARLY"}, date(2024, 2, 29), 0, 3000)
def test_dates_are_those_of_a_walk_over_days(parts: dict[str, str], day: date, later: int, length: int) -> None:
    """Whatever the rule, and wherever in its life one looks, its dates are those that a walk from its start finds."""
    rule = read_rule(text_of(parts))
    start = first_of(parts, day)
    assert gives_start(rule, start)
    first = start + timedelta(days=later)
    last = first + timedelta(days=length)
    expected = [each for each in walk(parts, start, last) if each >= first]
    assert list(rule_dates(rule, start, first, last)) == expected


@given(rules(), st.dates(date(2023, 1, 1), date(2027, 12, 31)))
@settings(max_examples=150)
def test_a_start_is_refused_when_the_rule_does_not_give_it(parts: dict[str, str], start: date) -> None:
    """`gives_start` says what the walk says."""
    assert gives_start(read_rule(text_of(parts)), start) == (start in set(walk(parts, start, start)))


@given(st.integers(-366, 366).filter(bool), st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_days_of_the_year_are_counted_from_both_ends(number: int, day: date) -> None:
    """BYYEARDAY counts from 1 January, or back from 31 December; a year without such a day has none."""
    last = day + timedelta(days=1100)
    expected = []
    for each in whole(day, last + ONE_DAY):
        length = 366 if calendar.isleap(each.year) else 365
        if number in {each.timetuple().tm_yday, each.timetuple().tm_yday - length - 1}:
            expected.append(each)
    assert list(rule_dates(read_rule(f"FREQ=YEARLY;BYYEARDAY={number}"), day, day, last)) == expected


@given(rules(), st.integers(1, 40))
@settings(max_examples=60)
def test_count_includes_the_start(parts: dict[str, str], count: int) -> None:
    """A rule that counts ends on its n-th date, the start being the first."""
    day = first_of(parts, SUN_2026_01_04)
    found = last_date(read_rule(text_of({**parts, "COUNT": str(count)})), day)
    expected = list(islice(walk(parts, day, date(2040, 1, 1)), count))
    assert found == expected[-1] if len(expected) == count else found > date(2040, 1, 1)


@given(rules())
def test_a_rule_has_one_text(parts: dict[str, str]) -> None:
    """The order of parts and values, and case, mean nothing; the one text is read as the same rule."""
    rule = read_rule(text_of(parts))
    backwards = {name: ",".join(reversed(value.split(","))) for name, value in reversed(parts.items())}
    assert read_rule(text_of(backwards).lower()) == rule
    assert read_rule(str(rule)) == rule


def refusal(rule: str, start: str = "2026-01-04T01:00") -> tuple[str, str]:
    """The code and the message with which a rule is refused."""
    with pytest.raises(ValidationError) as caught:
        RecurringWindow.model_validate({"start": start, "duration": "4h", "rule": rule})
    return code_and_message(caught.value.errors()[0])


@pytest.mark.parametrize(
    ("rule", "code", "advice"),
    [
        ("", "rule_syntax", "FREQ=WEEKLY;BYDAY=SU"),
        ("every Sunday", "rule_syntax", "FREQ=WEEKLY;BYDAY=SU"),
        ("RRULE:FREQ=WEEKLY", "rule_syntax", "without RRULE:"),
        ("FREQ=WEEKLY;", "rule_syntax", "FREQ=WEEKLY;BYDAY=SU"),
        ("FREQ=WEEKLY;INTERVAL=\u0661", "rule_syntax", ""),  # a digit, but not one of ours
        ("FREQ=DAILY" + ";BYDAY=SU" * 100, "rule_syntax", "more than 500 characters"),
        ("BYDAY=SU", "rule_value", "it is missing"),
        ("FREQ=HOURLY", "rule_value", "DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("FREQ=WEEKLI", "rule_value", 'did you mean "WEEKLY"?'),
        ("FREQ=WEEKLY;BYDY=SU", "rule_part", 'did you mean "BYDAY"?'),
        ("FREQ=WEEKLY;BYDAY=SU;BYDAY=MO", "rule_part", "twice"),
        ("FREQ=DAILY;BYHOUR=1", "rule_part", "at the time of its start"),
        ("FREQ=DAILY;BYEASTER=0", "rule_part", "no part of a rule"),  # dateutil has it, the standard has not
        ("FREQ=DAILY;INTERVAL=0", "rule_value", "1 to 1000"),
        ("FREQ=DAILY;INTERVAL=-2", "rule_value", "1 to 1000"),
        ("FREQ=DAILY;INTERVAL=1001", "rule_value", "1 to 1000"),
        ("FREQ=DAILY;COUNT=0", "rule_value", "1 to 10000"),
        ("FREQ=DAILY;COUNT=1000000", "rule_value", "1 to 10000"),
        ("FREQ=DAILY;COUNT=" + "9" * 400, "rule_value", "1 to 10000"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "rule_value", "1 to 31 or -31 to -1"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "rule_value", "1 to 31 or -31 to -1"),
        ("FREQ=DAILY;BYMONTH=-1", "rule_value", "1 to 12"),
        ("FREQ=WEEKLY;BYDAY=SUN", "rule_value", "MO, TU"),
        ("FREQ=MONTHLY;BYDAY=0SU", "rule_value", "1SU or -1SU"),
        ("FREQ=YEARLY;BYDAY=54SU", "rule_value", "1SU or -1SU"),
        ("FREQ=WEEKLY;WKST=Sunday", "rule_value", "MO, TU"),
        ("FREQ=DAILY;UNTIL=2026-12-31", "rule_value", "20261231T235959"),
        ("FREQ=DAILY;UNTIL=20260230T000000", "rule_value", "20261231T235959"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231T235959", "rule_combination", "write one of them"),
        ("FREQ=WEEKLY;BYDAY=1SU", "rule_combination", "FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYDAY=SU,1MO", "rule_combination", "write two windows"),
        ("FREQ=MONTHLY;BYDAY=6SU", "rule_combination", "1 to 5"),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=6SU", "rule_combination", "1 to 5"),
        ("FREQ=WEEKLY;BYMONTHDAY=4", "rule_combination", "FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYMONTHDAY=4", "rule_combination", "BYMONTH"),
        ("FREQ=MONTHLY;BYYEARDAY=4", "rule_combination", "FREQ=YEARLY"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU", "rule_part", "list the dates"),
        ("FREQ=MONTHLY;BYSETPOS=1", "rule_combination", "another part"),
        ("FREQ=DAILY;BYDAY=SU;BYSETPOS=1", "rule_combination", "leave it out"),
        ("FREQ=WEEKLY;BYDAY=SU;BYSETPOS=2", "rule_combination", "more than the days"),
        ("FREQ=DAILY;UNTIL=20261231", "rule_until", "UNTIL=20261231T235959"),
        ("FREQ=DAILY;UNTIL=20260104T005959", "rule_until", "before its start"),
        ("FREQ=DAILY;UNTIL=00010101T000000Z", "rule_until", "before its start"),
        ("FREQ=WEEKLY;BYDAY=MO", "rule_start", "start at 2026-01-05T01:00"),
        ("FREQ=MONTHLY;BYDAY=2SU", "rule_start", "start at 2026-01-11T01:00"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", "rule_start", "no date near it fits"),
    ],
)
def test_what_has_no_one_meaning_is_refused(rule: str, code: str, advice: str) -> None:
    """A rule that is none, or that programs read differently, is an error that says what to write."""
    found, message = refusal(rule)
    assert found == code
    assert advice in message


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",  # the start is no Monday, nor is any day seven days on
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=20",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=YEARLY;BYDAY=SU;BYSETPOS=300",
    ],
)
def test_a_rule_that_never_comes_is_refused_at_once(rule: str) -> None:
    """Searching until the year 9999, as dateutil does, takes seconds; only the period of the start is searched."""
    began = perf_counter()
    for _ in range(10):
        assert refusal(rule)[0] == "rule_start"
    assert perf_counter() - began < 2


def test_a_rule_that_rarely_comes_costs_little() -> None:
    """29 February on a Thursday, every 28 years: a year without it is passed over in no time."""
    rule = read_rule("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TH")
    began = perf_counter()
    found = list(rule_dates(rule, date(1996, 2, 29), date(2025, 1, 1), date(2101, 1, 1)))
    assert found == [date(2052, 2, 29), date(2080, 2, 29)]
    for year in range(1990, 2100):
        list(rule_dates(rule, date(1996, 2, 29), date(year, 1, 1), date(year, 12, 31)))
    assert perf_counter() - began < 2


def test_the_week_begins_where_the_rule_says() -> None:
    """The example of RFC 5545, section 3.3.10: with WKST=SU every other week has other Tuesdays and Sundays."""
    start, last = date(1997, 8, 5), date(1997, 12, 31)
    expected = {"MO": [(8, 5), (8, 10), (8, 19), (8, 24)], "SU": [(8, 5), (8, 17), (8, 19), (8, 31)]}
    for week_start, days in expected.items():
        rule = read_rule(f"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST={week_start}")
        assert [(day.month, day.day) for day in islice(rule_dates(rule, start, start, last), 4)] == days


def test_a_setting_of_the_process_changes_nothing() -> None:
    """On which day a week begins, dateutil asks the process, unless it is told."""
    rule, start, last = read_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU"), date(1997, 8, 5), date(1997, 12, 31)
    before = list(rule_dates(rule, start, start, last))
    setting = calendar.firstweekday()
    try:
        calendar.setfirstweekday(calendar.SUNDAY)
        assert list(rule_dates(rule, start, start, last)) == before
    finally:
        calendar.setfirstweekday(setting)


def test_until_may_be_a_date_where_both_readings_agree() -> None:
    """A window that starts at midnight starts by the end of a date exactly when it starts by its beginning."""
    whole_days = {"start": datetime(2026, 1, 5), "duration": "24h", "rule": "FREQ=DAILY;UNTIL=20260107"}
    assert RecurringWindow.model_validate(whole_days).rule == "FREQ=DAILY;UNTIL=20260107"
