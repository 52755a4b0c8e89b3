"""Closures from iCalendar files: what is read, what is left out, and what is refused at its place."""

from __future__ import annotations

import builtins
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecsm_contracts.adapters import read_closures
from ecsm_contracts.calendars import WindowCalendar, format_instant
from ecsm_contracts.errors import DocumentError, InvalidValue, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("icalendar", reason="the extra ical is not installed")

AMSTERDAM = "Europe/Amsterdam"
HOUR = timedelta(hours=1)
SUNDAYS = (
    "DTSTART;TZID=Europe/Amsterdam:20260104T010000\nDTEND;TZID=Europe/Amsterdam:20260104T050000\nRRULE:FREQ=WEEKLY"
)


def calendar_of(*events: str, before: str = "") -> str:
    """The text of a calendar with these events."""
    inner = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{before}{inner}END:VCALENDAR\n".replace("\n", "\r\n")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., WindowCalendar]:
    """Write a file and read it."""

    def reads(*events: str, data: bytes | str | None = None, **options: Any) -> WindowCalendar:
        text = calendar_of(*events) if data is None else data
        path = tmp_path / "closures.ics"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_closures(path, **{"zone": AMSTERDAM, **options})

    return reads


def single(calendar: WindowCalendar) -> list[str]:
    """The single windows of a calendar, as texts."""
    return [f"{format_instant(each.start)}/{format_instant(each.end)}" for each in calendar.windows]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20260302T120000Z\nDTEND:20260302T140000Z", "2026-03-02T12:00:00Z/2026-03-02T14:00:00Z"),
        ("DTSTART:20260302T120000\nDTEND:20260302T140000", "2026-03-02T11:00:00Z/2026-03-02T13:00:00Z"),
        (
            "DTSTART;TZID=America/New_York:20260302T120000\nDTEND;TZID=Europe/London:20260302T190000",
            "2026-03-02T17:00:00Z/2026-03-02T19:00:00Z",
        ),
        ("DTSTART;VALUE=DATE:20260302", "2026-03-01T23:00:00Z/2026-03-02T23:00:00Z"),
        ("DTSTART:20260302", "2026-03-01T23:00:00Z/2026-03-02T23:00:00Z"),  # no VALUE=DATE, and yet a date
        ("DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330", "2026-03-27T23:00:00Z/2026-03-29T22:00:00Z"),
        ("DTSTART;VALUE=DATE:20260328\nDURATION:P2D", "2026-03-27T23:00:00Z/2026-03-29T22:00:00Z"),
        ("DTSTART;VALUE=DATE:20260302\nDURATION:P1W", "2026-03-01T23:00:00Z/2026-03-08T23:00:00Z"),
        ("DTSTART:20260328T120000\nDURATION:P1D", "2026-03-28T11:00:00Z/2026-03-29T10:00:00Z"),  # a day of 23 hours
        ("DTSTART:20260328T120000\nDURATION:PT24H", "2026-03-28T11:00:00Z/2026-03-29T11:00:00Z"),
        ("DTSTART:20260328T120000\nDURATION:+P1DT2H30M", "2026-03-28T11:00:00Z/2026-03-29T12:30:00Z"),
        ("DTSTART:20261025T023000\nDURATION:PT1H", "2026-10-25T00:30:00Z/2026-10-25T01:30:00Z"),  # the first 02:30
        ("DTSTART:20260329T023000\nDURATION:PT1H", "2026-03-29T01:30:00Z/2026-03-29T02:30:00Z"),  # no 02:30
    ],
)
def test_single_events(read: Callable[..., WindowCalendar], event: str, expected: str) -> None:
    """Times in UTC, in a zone, without one, and whole days of the calendar's zone."""
    assert single(read(event)) == [expected]


@pytest.mark.parametrize(
    ("ends", "spring", "autumn"),
    [("wall_clock", 3, 5), ("elapsed", 4, 4)],
)
def test_a_series_on_the_nights_that_clocks_change(
    read: Callable[..., WindowCalendar], ends: str, spring: int, autumn: int
) -> None:
    """DTEND says when each window ends by the clock, or on request how long each of them lasts."""
    calendar = read(SUNDAYS, ends=ends)
    for day, hours in ((datetime(2026, 3, 29, tzinfo=UTC), spring), (datetime(2026, 10, 25, tzinfo=UTC), autumn)):
        assert calendar.worked(day - 12 * HOUR, day + 12 * HOUR) == hours * HOUR


def test_duration_in_hours_is_exact_and_in_days_is_not(read: Callable[..., WindowCalendar]) -> None:
    """PT24H over the night of the change is 24 hours; P1D is the 23 until the same time on the clock."""
    day = datetime(2026, 3, 28, tzinfo=UTC)
    for length, hours in (("PT24H", 24), ("P1D", 23)):
        calendar = read(f"DTSTART:20260103T120000\nDURATION:{length}\nRRULE:FREQ=WEEKLY")
        assert calendar.worked(day, day + 48 * HOUR) == hours * HOUR


def test_exceptions_additions_and_changed_occurrences(read: Callable[..., WindowCalendar]) -> None:
    """Sundays in February 2026 (4) less one, and one more; one is moved to a Monday, and one is cancelled."""
    calendar = read(
        f"UID:1\n{SUNDAYS};BYDAY=SU\nEXDATE:20260201T000000Z\nRDATE;TZID=Europe/London:20260210T000000",
        "UID:1\nRECURRENCE-ID;TZID=Europe/Amsterdam:20260208T010000\nDTSTART:20260209T100000Z\nDURATION:PT2H",
        "UID:1\nRECURRENCE-ID:20260215T000000Z\nDTSTART:20260215T000000Z\nDURATION:PT4H\nSTATUS:CANCELLED",
    )
    (series,) = calendar.recurring
    assert series.to_data()["except"] == ["2026-02-01T01:00", "2026-02-08T01:00", "2026-02-15T01:00"]
    assert series.to_data()["also"] == ["2026-02-10T01:00"]
    assert single(calendar) == ["2026-02-09T10:00:00Z/2026-02-09T12:00:00Z"]
    # Left: 22 February and 10 February, 4 h each, and the moved one's 2 h.
    assert calendar.worked(datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)) == 10 * HOUR


def test_one_event_stands_for_an_occurrence(read: Callable[..., WindowCalendar]) -> None:
    """Two different ones for the same are a problem, as two events of one UID are; the same one twice is one."""
    change = "UID:1\nRECURRENCE-ID:20260111T000000Z\nDURATION:PT1H\nDTSTART:"
    series, moved = f"UID:1\n{SUNDAYS}", f"{change}20260112T000000Z"
    with pytest.raises(DocumentError, match="two different events stand for the occurrence"):
        read(series, moved, f"{change}20260113T000000Z")
    assert read(series, moved, moved) == read(series, moved)


def test_a_cancelled_series_is_cancelled_with_what_was_changed_in_it(read: Callable[..., WindowCalendar]) -> None:
    """A changed occurrence of a series that is off closes nothing, wherever it stands in the file."""
    moved = "UID:1\nRECURRENCE-ID:20260111T000000Z\nDURATION:PT1H\nDTSTART:20260112T000000Z"
    off = f"UID:1\n{SUNDAYS}\nSTATUS:CANCELLED"
    for events in ((off, moved), (moved, off)):
        calendar = read(*events)
        assert (calendar.windows, calendar.recurring) == ((), ())


def test_listed_dates_without_a_rule(read: Callable[..., WindowCalendar]) -> None:
    """RDATE alone makes a series: its start, and the dates listed."""
    calendar = read("DTSTART;VALUE=DATE:20260427\nRDATE;VALUE=DATE:20260505,20260514")
    assert calendar.worked(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == timedelta(days=3)


def test_whole_days_that_come_again(read: Callable[..., WindowCalendar]) -> None:
    """A yearly day in the calendar's zone, whose UNTIL may be a date."""
    calendar = read("DTSTART;VALUE=DATE:20241225\nRRULE:FREQ=YEARLY;UNTIL=20261225")
    assert calendar.recurring[0].to_data()["end"] == "2024-12-26T00:00"
    assert calendar.worked(datetime(2024, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)) == timedelta(days=3)


def test_series_in_other_zones(read: Callable[..., WindowCalendar]) -> None:
    """A series keeps the zone that it is written in; UTC is one."""
    utc, york = read(
        "DTSTART:20260104T010000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY",
        "DTSTART;TZID=America/New_York:20260104T010000\nDTEND:20260104T070000Z\nRRULE:FREQ=WEEKLY",
    ).recurring
    assert {utc.zone, york.zone} == {"UTC", "America/New_York"}
    assert {utc.length, york.length} == {HOUR}


FREE = (
    "DTSTART:20260302T120000Z\nDURATION:PT1H\nSTATUS:CANCELLED\nTRANSP:TRANSPARENT",
    "DTSTART:20260303T120000Z\nDURATION:PT1H\nTRANSP:transparent",
    "DTSTART;VALUE=DATE:20260427\nTRANSP:TRANSPARENT\nUID:1",
    "DTSTART:20260304T120000Z\nDURATION:PT1H\nSTATUS:TENTATIVE\nTRANSP:OPAQUE",
)
"""One event is cancelled, two leave their time free, one does not."""


def test_events_that_leave_time_free_are_closures_or_not_as_the_caller_says(
    read: Callable[..., WindowCalendar],
) -> None:
    """Cancelled events are never closures; those that leave their time free are, or are not, on request."""
    taken = "2026-03-04T12:00:00Z/2026-03-04T13:00:00Z"
    free = ["2026-03-03T12:00:00Z/2026-03-03T13:00:00Z", "2026-04-26T22:00:00Z/2026-04-27T22:00:00Z"]
    assert single(read(*FREE, transparent="leave_out")) == [taken]
    assert single(read(*FREE, transparent="keep")) == [free[0], taken, free[1]]
    assert single(read(FREE[0], FREE[3])) == [taken]  # none is free but a cancelled one: nothing to say
    assert single(read("DTSTART:nonsense\nTRANSP:TRANSPARENT", FREE[3], transparent="leave_out")) == [taken]


def test_events_that_leave_time_free_are_a_problem_until_it_is_said(read: Callable[..., WindowCalendar]) -> None:
    """Without a word on them the first is a problem at its line, which counts them and says what to write."""
    with pytest.raises(DocumentError) as caught:
        read(*FREE)
    (problem,) = caught.value.problems
    assert (problem.line, problem.path, problem.code) == (12, "TRANSP", "ical_transparent")
    assert problem.message.startswith("2 events leave their time free, this is the first")
    assert 'transparent="keep"' in problem.message
    assert 'transparent="leave_out"' in problem.message
    with pytest.raises(DocumentError, match="one event leaves its time free"):
        read(FREE[2])


def test_a_changed_occurrence_that_leaves_time_free(read: Callable[..., WindowCalendar]) -> None:
    """One occurrence of a series is shown as free: it is taken out, or it is as long as it says."""
    events = (
        f"UID:1\n{SUNDAYS}",
        ("UID:1\nRECURRENCE-ID:20260111T000000Z\nDTSTART:20260111T000000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT"),
    )
    week = datetime(2026, 1, 7, tzinfo=UTC), datetime(2026, 1, 14, tzinfo=UTC)
    assert read(*events, transparent="leave_out").worked(*week) == timedelta()
    assert read(*events, transparent="keep").worked(*week) == HOUR


@pytest.mark.parametrize(
    "length",
    ["", "\nDURATION:PT0S", "\nDURATION:P0D", "\nDTEND:20260104T010000", "\nDTEND:20260104T000000Z"],
)
@pytest.mark.parametrize("series", ["", "\nRRULE:FREQ=WEEKLY"])
@pytest.mark.parametrize("ends", ["wall_clock", "elapsed"])
def test_an_event_that_takes_no_time_closes_nothing(
    read: Callable[..., WindowCalendar], length: str, series: str, ends: str
) -> None:
    """A time without an end, or of zero length, is nothing (RFC 5545, section 3.6.1), and others are read."""
    calendar = read(f"UID:1\nDTSTART:20260104T010000{length}{series}", "DTSTART;VALUE=DATE:20260427", ends=ends)
    assert single(calendar) == ["2026-04-26T22:00:00Z/2026-04-27T22:00:00Z"]
    assert calendar.recurring == ()


def test_what_takes_no_time_by_one_clock_only(read: Callable[..., WindowCalendar]) -> None:
    """From 02:30, which clocks skip, to 03:30 is no time that night, and an hour on all others."""
    event = "DTSTART:20260329T023000\nDTEND:20260329T033000"
    assert read(event) == WindowCalendar(zone=AMSTERDAM)
    (series,) = read(f"{event}\nRRULE:FREQ=WEEKLY").recurring
    assert series.length == HOUR
    with pytest.raises(DocumentError, match="window_length"):  # an hour that shows no move of the clock's hands
        read("DTSTART:20261025T023000\nDTEND:20261025T013000Z\nRRULE:FREQ=WEEKLY")


def test_an_occurrence_that_is_changed_to_no_time(read: Callable[..., WindowCalendar]) -> None:
    """It stands in for its own, which is gone."""
    calendar = read(f"UID:1\n{SUNDAYS}", "UID:1\nRECURRENCE-ID:20260111T000000Z\nDTSTART:20260111T000000Z")
    assert not calendar.windows
    assert calendar.recurring[0].to_data()["except"] == ["2026-01-11T01:00"]


@pytest.mark.parametrize(
    ("rule", "stray"),
    [
        ("FREQ=WEEKLY", "20260112T010000"),  # a Monday
        ("FREQ=WEEKLY", "20260111T020000"),  # another time
        ("FREQ=WEEKLY", "20251228T010000"),  # before it begins
        ("FREQ=WEEKLY;COUNT=2", "20260118T010000"),
        ("FREQ=WEEKLY;UNTIL=20260117T235959Z", "20260118T010000"),  # 00:00Z, after the end
    ],
)
def test_an_exdate_that_names_no_start_leaves_nothing_out(
    read: Callable[..., WindowCalendar], rule: str, stray: str
) -> None:
    """Such a date changes nothing (RFC 5545, section 3.8.5.1), be it in EXDATE or in RECURRENCE-ID."""
    event = f"UID:1\n{START}DURATION:PT1H\nRRULE:{rule}"
    plain = read(f"{event}\nEXDATE:20260111T010000")
    assert len(plain.recurring[0].except_) == 1
    assert read(f"{event}\nEXDATE:20260111T010000,{stray}") == plain
    assert read(event, f"UID:1\nRECURRENCE-ID:{stray}\nDTSTART:20260111T010000Z") == read(event)


def test_what_is_no_event_is_passed_over(read: Callable[..., WindowCalendar]) -> None:
    """Alarms, tasks and zones of the file's own change nothing, though they look like events."""
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Europe/Amsterdam\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+1400\n"
        "TZOFFSETTO:+1400\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    alarm = "BEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT5H\nREPEAT:2\nEND:VALARM"
    task = "BEGIN:VTODO\nDTSTART:20260101T000000Z\nDURATION:P1D\nEND:VTODO\n"
    event = f"DTSTART;TZID=Europe/Amsterdam:20260302T120000\nDURATION:PT1H\n{alarm}"
    assert single(read(data=calendar_of(event, before=zone + task))) == ["2026-03-02T11:00:00Z/2026-03-02T12:00:00Z"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\r\n", "\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("DTSTART", "dtstart").replace("VEVENT", "vevent"),
        lambda text: text.replace("20260302", "2026\r\n 0302").replace("DURATION", "DUR\r\n\tATION"),
        lambda text: text.replace("\r\n", "\r\n\r\n"),
        lambda text: text.replace("VERSION:2.0", "X-NAME:two calendars\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR"),
        lambda text: text.replace("DURATION", "SUMMARY:caf\u00e9 \u2028 \x85 shut\r\nDURATION"),
    ],
    ids=["crlf", "lf", "byte order mark", "lower case", "folded", "blank lines", "two objects", "odd line ends"],
)
def test_a_calendar_may_be_written_in_many_ways(
    read: Callable[..., WindowCalendar], change: Callable[[str], str]
) -> None:
    """Line ends, folds, case and a byte order mark mean nothing."""
    text = calendar_of("DTSTART:20260302T120000Z\nDURATION:PT1H")
    assert single(read(data=change(text))) == ["2026-03-02T12:00:00Z/2026-03-02T13:00:00Z"]


def test_a_fold_within_a_character(read: Callable[..., WindowCalendar]) -> None:
    """Programs that fold by bytes may cut a character in two; that is put together again."""
    text = calendar_of("UID:caf\u00e9\nDTSTART:20260302T120000Z\nDURATION:PT1H").encode()
    assert read(data=text.replace(b"\xc3\xa9", b"\xc3\r\n \xa9")).windows


def test_the_order_of_events_means_nothing(read: Callable[..., WindowCalendar]) -> None:
    """The same events in another order are the same calendar; one that stands twice is one."""
    events = ["DTSTART:20260302T120000Z\nDURATION:PT1H\nUID:a", f"UID:b\n{SUNDAYS}", "DTSTART;VALUE=DATE:20260427"]
    assert read(*reversed(events), *events).digest() == read(*events).digest()


def test_names_of_windows_are_told_and_may_be_translated(read: Callable[..., WindowCalendar]) -> None:
    """Zones by the names of another system are an error that says which are meant, unless the caller does."""
    event = "DTSTART;TZID=W. Europe Standard Time:20260302T120000\nDURATION:PT1H"
    with pytest.raises(DocumentError, match="write Europe/Berlin") as caught:
        read(event)
    assert caught.value.problems[0].code == "zone_unknown"
    found = read(event, zones={"W. Europe Standard Time": "Europe/Berlin"})
    assert single(found) == ["2026-03-02T11:00:00Z/2026-03-02T12:00:00Z"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("/mozilla.org/20070129_1/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/America/Indiana/Knox", "America/Indiana/Knox"),
        ("/example.org/1/UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("/Europe/Amsterdam", "Europe/Amsterdam"),
    ],
)
def test_a_path_that_ends_in_a_zone_suggests_it(read: Callable[..., WindowCalendar], name: str, meant: str) -> None:
    """Names that programs put a path before are an error that says which zone is meant; the caller may agree."""
    event = f'DTSTART;TZID="{name}":20260302T120000\nDURATION:PT1H'
    with pytest.raises(DocumentError) as caught:
        read(event)
    (problem,) = caught.value.problems
    assert problem.code == "zone_unknown"
    assert f"write {meant}, or read with zones={{'{name}': \"{meant}\"}}" in problem.message
    assert read(event, zones={name: meant}).windows


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Plant time", "zones={'Plant time': \"…\"}"),
        ("Europe/Amsterdm", 'did you mean "Europe/Amsterdam"?'),
        ("Europe/Amsterdm", "zones={'Europe/Amsterdm': \"…\"}"),
        ("America/Cuba", "zones={'America/Cuba': \"…\"}"),  # a mistake, not a path: Cuba is another zone
        ("/" * 500, "zones={'////"),
    ],
)
def test_a_name_that_is_no_zone_may_be_translated(read: Callable[..., WindowCalendar], name: str, hint: str) -> None:
    """Where nothing is known of a name, the message says how the caller can say what it means."""
    with pytest.raises(DocumentError) as caught:
        read(f"DTSTART;TZID={name}:20260302T120000\nDURATION:PT1H")
    (problem,) = caught.value.problems
    assert problem.code == "zone_unknown"
    assert hint in problem.message


START = "DTSTART:20260104T010000\n"


@pytest.mark.parametrize(
    ("event", "line", "path", "code"),
    [
        ("SUMMARY:shut", 3, "VEVENT", "missing_field"),
        ("DTSTART;VALUE=DATE:20260104\nDURATION:P0D", 5, "DURATION", "no_length"),
        ("DTSTART;VALUE=DATE:20260104\nDTEND;VALUE=DATE:20260104", 5, "DTEND", "end_before_start"),
        ("DTSTART;VALUE=DATE:20260104\nDTEND;VALUE=DATE:20260104\nRRULE:FREQ=WEEKLY", 5, "DTEND", "window_length"),
        (START + "RRULE:FREQ=DAILY\nRDATE;VALUE=PERIOD:20260105T010000/PT2H", 6, "RDATE", "ical_part"),
        (START + "DTEND:20260103T010000", 5, "DTEND", "end_before_start"),
        (START + "DURATION:-PT1H", 5, "DURATION", "duration_syntax"),
        (START + "DURATION:1H", 5, "DURATION", "duration_syntax"),
        (START + "DURATION:P", 5, "DURATION", "duration_syntax"),
        (START + "DURATION:P1M", 5, "DURATION", "duration_syntax"),
        (START + "DURATION:P" + "9" * 5000 + "D", 5, "DURATION", "duration_syntax"),
        (START + "DURATION:P99999W", 5, "DURATION", "instant_range"),
        (START + "DTEND:20260104T020000\nDURATION:PT1H", 6, "DURATION", "ical_part"),
        (START + "DTEND;VALUE=DATE:20260105", 5, "DTEND", "ical_part"),
        ("DTSTART:4 January\nDURATION:PT1H", 4, "DTSTART", "time_syntax"),
        ("DTSTART:20260230T010000\nDURATION:PT1H", 4, "DTSTART", "time_syntax"),
        ("DTSTART;VALUE=DATE:20260230", 4, "DTSTART", "time_syntax"),
        ("DTSTART:20260104T240000\nDURATION:PT1H", 4, "DTSTART", "time_syntax"),
        ("DTSTART:20260104T010000,20260105T010000\nDURATION:PT1H", 4, "DTSTART", "time_syntax"),
        ("DTSTART;TZID=Europe/Paris:20260104T010000Z\nDURATION:PT1H", 4, "DTSTART", "time_syntax"),
        ("DTSTART:19260104T010000\nDURATION:PT1H", 4, "DTSTART", "instant_range"),
        ("DTSTART;VALUE=DATE:99991231\nDURATION:P99999D", 4, "DTSTART", "instant_range"),
        ("DTSTART;VALUE=DATE:99991231\nDURATION:P99999D\nRRULE:FREQ=DAILY", 5, "DURATION", "instant_range"),
        ("DTSTART;TZID=Europe/Amsterdm:20260104T010000\nDURATION:PT1H", 4, "DTSTART", "zone_unknown"),
        ("DTSTART;TZID=/etc/passwd:20260104T010000\nDURATION:PT1H", 4, "DTSTART", "zone_unknown"),
        (START + START + "DURATION:PT1H", 5, "DTSTART", "ical_part"),
        (START + "DURATION", 5, "", "ical_syntax"),
        (START + "DURATION;:PT1H", 5, "DURATION", "ical_syntax"),
        (START + "DURATION:PT1H\nDESCRIPTION:broken\nover two lines", 7, "", "ical_syntax"),
        (START + "DURATION:PT1H\nRRULE:FREQ=HOURLY", 6, "RRULE", "rule_value"),
        (START + "DURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO", 6, "RRULE", "rule_start"),
        (START + "DURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20261231", 6, "RRULE", "rule_until"),
        (START + "DURATION:PT1H\nRRULE:", 6, "RRULE", "rule_syntax"),
        (START + "DURATION:P1DT2H\nRRULE:FREQ=WEEKLY", 5, "DURATION", "ical_part"),
        (START + "DURATION:P53W\nRRULE:FREQ=WEEKLY", 5, "DURATION", "window_length"),
        (START + "DTEND:20260104T005959\nRRULE:FREQ=WEEKLY", 5, "DTEND", "window_length"),
        (START + "DURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20260105", 7, "EXDATE", "ical_part"),
        (START + "DURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE:tomorrow", 7, "EXDATE", "time_syntax"),
        (START + "DURATION:PT1H\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", 7, "EXRULE", "ical_part"),
        (START + "DURATION:PT1H\nRDATE;VALUE=PERIOD:20260105T010000/PT2H", 6, "RDATE", "ical_part"),
        (START + "DURATION:PT1H\nRECURRENCE-ID:20260104T010000", 6, "RECURRENCE-ID", "missing_field"),
        (START + "DURATION:PT1H\nUID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260104", 7, "RECURRENCE-ID", "ical_part"),
        (START + "DURATION:PT1H\nUID:1\nRECURRENCE-ID:20260104T010000\nRRULE:FREQ=DAILY", 8, "RRULE", "ical_part"),
    ],
)  # fmt: skip
def test_each_fault_has_its_place(
    read: Callable[..., WindowCalendar], event: str, line: int, path: str, code: str
) -> None:
    """A bad event is a problem with its file, line, property and code, and hides nothing behind it."""
    with pytest.raises(DocumentError) as caught:
        read(event, "DTSTART:behind it\nDURATION:PT1H")
    (problem, behind) = caught.value.problems
    assert (problem.line, problem.path, problem.code) == (line, path, code)
    assert problem.file.endswith("closures.ics")
    assert (behind.path, behind.code) == ("DTSTART", "time_syntax")


def test_two_events_with_one_identity(read: Callable[..., WindowCalendar]) -> None:
    """Two events with one UID that say different things are a problem: nobody knows which holds."""
    with pytest.raises(DocumentError) as caught:
        read(f"UID:1\n{START}DURATION:PT1H", f"UID:1\n{START}DURATION:PT2H")
    assert caught.value.problems[0].code == "duplicate_identity"


def test_options_are_checked(read: Callable[..., WindowCalendar]) -> None:
    """A zone that is none, and another word for the ends, are errors of the caller."""
    for options, rule in (
        ({"zone": "Europe/Amsterdm"}, "zone_unknown"),
        ({"zones": {"CET": "Mars"}}, "zone_unknown"),
        ({"ends": "exact"}, "ical_ends"),
        ({"transparent": "drop"}, "ical_transparent"),
    ):
        with pytest.raises(InvalidValue) as caught:
            read(f"{START}DURATION:PT1H", **options)
        assert caught.value.rule == rule


def test_only_the_gregorian_calendar(read: Callable[..., WindowCalendar]) -> None:
    """Dates of another calendar are not taken for ours."""
    with pytest.raises(DocumentError, match="Gregorian"):
        read(data=calendar_of(before="CALSCALE:JULIAN\n"))
    assert read(data=calendar_of(before="CALSCALE:GREGORIAN\n")) == WindowCalendar(zone=AMSTERDAM)


ONE_HOUR = f"{START}DURATION:PT1H"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "ical_syntax"),
    "binary": (lambda: bytes(range(256)) * 1000, "ical_syntax"),
    "another format": (lambda: b'{"events": []}', "ical_syntax"),
    "utf-16": (lambda: calendar_of().encode("utf-16"), "ical_syntax"),
    "no calendar around the events": (lambda: b"BEGIN:VEVENT\nEND:VEVENT\n", "ical_syntax"),
    "half a file": (lambda: calendar_of(f"{START}DURATION:PT1H").encode()[:-30], "ical_syntax"),
    "an end without a beginning": (lambda: b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n", "ical_syntax"),
    "crossed components": (lambda: b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n", "ical_syntax"),
    "deep nesting": (lambda: b"BEGIN:VCALENDAR\n" * 100_000, "too_deep"),
    "too large": (lambda: b"BEGIN:VCALENDAR\n" + b" x\n" * 2_000_000, "too_large"),
    "a million events": (lambda: b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 190_000, "too_many"),
    "a long fold": (lambda: b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:" + b"\n x" * 1_000_000, "too_large"),
    "quotes": (lambda: calendar_of('DTSTART;A="' + "\\" * 90_000).encode(), "ical_syntax"),
    "many dates": (
        lambda: calendar_of(ONE_HOUR + ("\nRDATE:" + ",".join(["20260105T010000"] * 5_000)) * 9).encode(),
        "too_many",
    ),
    "many series": (lambda: calendar_of(*[f"{START}DURATION:PT1H\nRRULE:FREQ=DAILY"] * 600).encode(), "too_many"),
    "rules that never come": (
        lambda: calendar_of(*[f"{START}DURATION:PT1H\nRRULE:FREQ=YEARLY;BYDAY=SU;BYSETPOS=300"] * 400).encode(),
        "rule_start",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little(read: Callable[..., WindowCalendar], name: str) -> None:
    """Whatever the bytes are, there is an answer within seconds, and it is a problem with a code."""
    make, code = HOSTILE[name]
    began = perf_counter()
    with pytest.raises(DocumentError) as caught:
        read(data=make())
    assert code in {problem.code for problem in caught.value.problems}
    assert perf_counter() - began < 10


LINES = st.sampled_from(
    [
        "BEGIN:VEVENT", "END:VEVENT", "DTSTART:20260104T010000", "DTSTART;VALUE=DATE:20260104", "DURATION:PT1H",
        "DTEND:20260104T020000Z", "DURATION:P1D", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=YEARLY;UNTIL=20271231T000000Z",
        "UID:1", "UID:2", "EXDATE:20260111T010000", "RDATE:20260112T010000Z", "RECURRENCE-ID:20260111T010000",
        "STATUS:CANCELLED", "TRANSP:TRANSPARENT", " folded", "",
    ]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=40))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_lines_are_read_or_refused(read: Callable[..., WindowCalendar], lines: list[str]) -> None:
    """Lines in any order are a calendar that can be asked, or a document error: nothing else comes out."""
    text = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""])
    with suppress(DocumentError):
        calendar = read(data=text.encode("utf-8", "surrogatepass"))
        assert calendar.worked(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)) >= timedelta()


@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_read_or_refused(read: Callable[..., WindowCalendar], data: st.DataObject) -> None:
    """A byte changed anywhere gives another calendar, or a document error."""
    good = bytearray(calendar_of(f"UID:1\n{SUNDAYS}\nEXDATE:20260111T000000Z", f"UID:2\n{START}DURATION:PT1H").encode())
    for _ in range(data.draw(st.integers(1, 3))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DocumentError):
        assert isinstance(read(data=bytes(good)), WindowCalendar)


def test_without_the_package_the_error_names_the_command(
    read: Callable[..., WindowCalendar], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra that is missing is named with the command that installs it."""
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "icalendar":
            raise ModuleNotFoundError(name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingExtra, match=r'pip install "ecsm-contracts\[ical\]"'):
        read(f"{START}DURATION:PT1H")


def faults_on_the_page() -> list[tuple[str, str, str]]:
    """The rows of the page of codes about these files: code, what is refused, and what to write instead."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "error-codes.md").read_text(encoding="utf-8")
    section = page.split("\n## Closures and maintenance windows\n")[1].split("\n## ")[0]
    rows = [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in section.splitlines()]
    return [
        (row[0].strip(" |`"), row[2], row[3].strip(" |`")) for row in rows if len(row) == 4 and row[3].strip(" |`-")
    ][1:]


def test_the_codes_on_the_page(read: Callable[..., WindowCalendar]) -> None:
    """What the page says is refused is refused with its code; what it says to write is read."""
    good = "UID:1\nDTSTART;TZID=Europe/Amsterdam:20260104T010000\nDTEND:20260104T040000Z\nRRULE:FREQ=WEEKLY;BYDAY=SU"
    assert read(good).recurring
    faults = faults_on_the_page()
    assert len(faults) >= 12
    for code, instead, write in faults:
        assert write in good
        with pytest.raises(DocumentError) as caught:
            read(good.replace(write, "" if instead == "nothing" else instead.replace("\\n", "\n")))
        assert code in {problem.code for problem in caught.value.problems}, code
