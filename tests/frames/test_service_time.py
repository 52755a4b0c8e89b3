"""Service time over columns: the plain calendar's answers, to the microsecond, and what is refused."""

from __future__ import annotations

import copy
import operator
import pickle
import subprocess
import sys
import tracemalloc
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar, HolidaySet, from_micros, to_micros
from ecsm_contracts.errors import CalendarRangeError, EcsmError, InvalidValue, MissingExtra, WrongType
from ecsm_contracts.frames import ServiceTimeColumns
from tests.calendars.strategies import World, worlds

if TYPE_CHECKING:
    from ecsm_contracts.calendars import CombinedCalendar

    Calendar = BusinessCalendar | CombinedCalendar

np: Any = pytest.importorskip("numpy")

DAY, HOUR, MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000
MICROSECOND = timedelta(microseconds=1)
FIRST, END = (to_micros(datetime(year, 1, 1, tzinfo=UTC)) for year in (1990, 2101))
MON_2026_03_30 = to_micros(datetime(2026, 3, 30, tzinfo=UTC))
OFFICE = BusinessCalendar.weekly("Mon-Fri 09:00-17:30", zone="Europe/London", yearly_holidays=["12-25"])
SHIFTS = " ".join(f"00:{minute:02}-00:{minute + 1:02}" for minute in range(0, 48, 2))
CALENDARS = {
    "office": OFFICE,
    "always": BusinessCalendar.always(),
    "nights and lunch": BusinessCalendar.weekly("Mon-Sun 22:00-06:00 12:00-12:30", zone="America/St_Johns"),
    "24 shifts of a minute": BusinessCalendar.weekly(f"Mon-Sun {SHIFTS}", zone="Australia/Lord_Howe"),
    "a crowded day among years": OFFICE - BusinessCalendar.always()
    | BusinessCalendar.weekly(
        "Mon 09:00-10:00", zone="UTC", special_days={date(2026, 3, 31): SHIFTS, date(2026, 4, 1): SHIFTS}
    ),
    "an hour a year": BusinessCalendar.always()
    - BusinessCalendar.weekly(
        "always", zone="UTC", special_days={date(year, 6, 1): "01:00-24:00" for year in range(1990, 2101)}
    ),
    "two in other zones": OFFICE & BusinessCalendar.weekly("Mon-Sat 08:00-16:00", zone="America/New_York"),
    "of two years": BusinessCalendar.weekly(
        "always", zone="Pacific/Auckland", holidays=HolidaySet(days=(date(2026, 1, 1),), years="2025-2026")
    ),
}
by_calendar = pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS.keys())


def plain(calendar: Calendar, starts: list[int], ends: list[int]) -> list[int]:
    """Return what the calendar says of each pair by itself."""
    return [calendar.worked(from_micros(a), from_micros(b)) // MICROSECOND for a, b in zip(starts, ends, strict=True)]


def plain_deadline(calendar: Calendar, start: int, amount: int, at: Any) -> int | str:
    """Return the calendar's own deadline, or the name of the error that it raises."""
    try:
        return to_micros(calendar.deadline(from_micros(start), amount * MICROSECOND, at=at))
    except EcsmError as error:
        return type(error).__name__


def deadline(columns: ServiceTimeColumns, start: int, amount: int, at: Any) -> int | str:
    """Return one row's deadline, or the name of the error that it raises."""
    try:
        return int(columns.deadlines([start], [amount], at=at)[0])
    except EcsmError as error:
        return type(error).__name__


def edges(calendar: Calendar, around: int, days: int = 9) -> list[int]:
    """Return openings and closings near an instant, and the microseconds beside them, within the limits."""
    start, end = calendar.limits
    first, last = max(around - days * DAY, start), min(around + days * DAY, end)
    spans = calendar.open_spans(first, last)[:60]
    near = {edge + step for span in spans for edge in span for step in (-1, 0, 1)} | {first, last, around}
    return sorted(each for each in near if start <= each <= end)


@st.composite
def calendars_and_instants(draw: st.DrawFn) -> tuple[Calendar, list[int]]:
    """Draw a desk at a transition, perhaps combined with one elsewhere, and instants on and beside its edges."""
    world: World = draw(worlds())
    calendar: Calendar = world.calendar
    if draw(st.booleans()):
        other: World = draw(worlds())
        combine = draw(st.sampled_from([operator.and_, operator.or_, operator.sub]))
        calendar = combine(calendar, draw(st.sampled_from([other.calendar, OFFICE, BusinessCalendar.always()])))
    turn = to_micros(world.turn)
    some = st.sampled_from(edges(calendar, turn)) | st.integers(turn - 5 * DAY, turn + 5 * DAY)
    return calendar, draw(st.lists(some | st.integers(FIRST, END - 1), min_size=1, max_size=12))


@settings(max_examples=60)
@given(calendars_and_instants())
def test_columns_say_what_the_calendar_says(drawn: tuple[Calendar, list[int]]) -> None:
    """Service time of every pair, W, and hours of every instant are those of the plain path."""
    calendar, instants = drawn
    columns = ServiceTimeColumns(calendar)
    starts, ends = [a for a in instants for _ in instants], instants * len(instants)
    assert columns.worked(starts, ends).tolist() == plain(calendar, starts, ends)
    assert columns.worked_until(instants).tolist() == [calendar.table.worked_until(each) for each in instants]
    assert columns.in_hours(instants).tolist() == [calendar.in_hours(from_micros(each)) for each in instants]


@pytest.mark.sweep
@settings(max_examples=60)
@given(calendars_and_instants(), st.data(), st.sampled_from(["earliest", "next_opening"]))
def test_deadlines_are_those_of_the_calendar(drawn: tuple[Calendar, list[int]], data: st.DataObject, at: Any) -> None:
    """Exact fits, zero and looking back included; where the calendar raises, the row is refused the same way."""
    calendar, instants = drawn
    columns = ServiceTimeColumns(calendar)
    fits = [calendar.table.worked_until(b) - calendar.table.worked_until(a) for a in instants for b in instants]
    some = st.sampled_from(fits) | st.integers(-40 * HOUR, 40 * HOUR) | st.sampled_from([0, 1, -1])
    amounts = data.draw(st.lists(some, min_size=len(instants), max_size=len(instants)))
    expected = [plain_deadline(calendar, *row, at) for row in zip(instants, amounts, strict=True)]
    assert [deadline(columns, *row, at) for row in zip(instants, amounts, strict=True)] == expected
    if not any(isinstance(each, str) for each in expected):
        assert columns.deadlines(instants, amounts, at=at).tolist() == expected


@settings(max_examples=60)
@given(worlds(), worlds(), st.randoms(use_true_random=False))
def test_holds_are_subtracted_as_the_calendar_does(one: World, two: World, chance: Any) -> None:
    """Holds of several pairs, overlapping and in any order, take away what they cover, once."""
    pairs = [(one.start, one.end), (two.start, two.end), (one.end, one.start), (one.turn, two.turn)]
    held = [(row, *hold) for row in range(len(pairs)) for hold in (*one.holds, *two.holds) if chance.random() < 0.8]
    chance.shuffle(held)
    holds = (
        [row for row, _, _ in held],
        [to_micros(start) for _, start, _ in held],
        [to_micros(end) for _, _, end in held],
    )
    starts, ends = ([to_micros(pair[side]) for pair in pairs] for side in (0, 1))
    answers = ServiceTimeColumns(one.calendar).worked(starts, ends, holds)
    assert answers.tolist() == [
        one.calendar.worked(start, end, [(at, until) for of, at, until in held if of == row]) // MICROSECOND
        for row, (start, end) in enumerate(pairs)
    ]


@settings(max_examples=200)
@given(st.lists(st.integers(-500, 500) | st.integers(-(10**15), 10**15), max_size=80).map(sorted), st.data())
def test_counting_by_buckets_is_a_binary_search(entries: list[int], data: st.DataObject) -> None:
    """However the entries are crowded or spread, as many are counted as a binary search finds."""
    from ecsm_contracts.frames._column_table import Counts  # noqa: PLC0415 - it needs NumPy

    first, last = min(entries, default=0) - 3, max(entries, default=0) + 3
    beside = [entry + step for entry in entries for step in (-1, 0, 1)]
    values = [first, last, *beside, *data.draw(st.lists(st.integers(first, last), max_size=10))]
    found = Counts(np.array(entries, np.int64), first, last).until(np.array(values, np.int64))
    assert found.tolist() == [bisect_right(entries, value) for value in values]


@pytest.mark.sweep
@by_calendar
def test_every_sort_of_calendar(calendar: Calendar) -> None:
    """Crowded, nearly empty, combined and bounded calendars give the plain answers, near and far, to their limits."""
    columns = ServiceTimeColumns(calendar)
    start, end = calendar.limits
    far = [start, start + 1, start + 30 * DAY, MON_2026_03_30, end - 30 * DAY, end - 1, end]
    instants = sorted({each for at in far for each in edges(calendar, at, days=3)})[::3] + far
    starts, ends = instants, instants[::-1]
    assert columns.worked(starts, ends).tolist() == plain(calendar, starts, ends)
    assert columns.worked_until(instants).tolist() == [calendar.table.worked_until(each) for each in instants]
    inside = [each for each in instants if each < end]
    assert columns.in_hours(inside).tolist() == [calendar.in_hours(from_micros(each)) for each in inside]
    for at, signs in (("earliest", (1, 0, -1)), ("next_opening", (1, 0))):
        for instant in instants[::5]:
            for amount in (sign * size for sign in signs for size in (1, 30 * MINUTE, HOUR, 30 * HOUR)):
                expected = plain_deadline(calendar, instant, amount, at)
                assert deadline(columns, instant, amount, at) == expected, (instant, amount)


def test_no_hours_at_all() -> None:
    """A calendar without hours gives no service time, and no deadline but where no time is asked for."""
    columns = ServiceTimeColumns(OFFICE - OFFICE)
    assert columns.worked([FIRST, END], [END, FIRST]).tolist() == [0, 0]
    assert columns.in_hours([FIRST, END - 1]).tolist() == [False, False]
    assert columns.deadlines([FIRST, END], [0, 0]).tolist() == [FIRST, END]
    for amount in (1, -1, 2**63 - 1, -(2**63)):
        with pytest.raises(CalendarRangeError, match=r"no such service time.*starts\[1\] = .*, amounts\[1\] = "):
            columns.deadlines([FIRST, FIRST], [0, amount])


def test_what_was_asked_before_does_not_matter() -> None:
    """Years compiled one by one, forward and backward, give what years compiled at once do."""
    instants = [to_micros(datetime(year, 5, 17, 13, tzinfo=UTC)) for year in (2030, 2021, 1991, 2099, 2000)]
    grown = ServiceTimeColumns(OFFICE)
    one_by_one = [int(grown.worked_until([each])[0]) for each in instants]
    assert ServiceTimeColumns(OFFICE).worked_until(instants).tolist() == one_by_one
    assert grown.worked_until(instants).tolist() == one_by_one


def drawn_columns(rows: int) -> tuple[Any, Any, Any]:
    """Return starts, ends and amounts of a seeded draw."""
    draw = np.random.default_rng(7)
    starts = draw.integers(FIRST + 400 * DAY, END - 400 * DAY, rows)
    return starts, starts + draw.integers(-DAY, 30 * DAY, rows), draw.integers(-40 * HOUR, 40 * HOUR, rows)


def test_rows_do_not_know_each_other() -> None:
    """Over several chunks, shuffled rows give shuffled answers, and a sample of them is the calendar's own."""
    starts, ends, amounts = drawn_columns(100_001)
    columns, order = ServiceTimeColumns(OFFICE), np.random.default_rng(8).permutation(100_001)
    starts[:40_000:7], amounts[::11] = MON_2026_03_30, 0
    worked, due = columns.worked(starts, ends), columns.deadlines(starts, amounts)
    assert (columns.worked(starts[order], ends[order]) == worked[order]).all()
    assert (columns.deadlines(starts[order], amounts[order]) == due[order]).all()
    for row in range(0, 100_001, 997):
        start, end, amount = (int(column[row]) for column in (starts, ends, amounts))
        assert [worked[row]] == plain(OFFICE, [start], [end])
        assert due[row] == plain_deadline(OFFICE, start, amount, "earliest")


@pytest.mark.sweep
@by_calendar
def test_service_time_never_falls_nor_outruns_the_clock(calendar: Calendar) -> None:
    """From one instant to a later one, W grows by nothing at least and by the time that passes at most."""
    start, end = calendar.limits
    instants = np.sort(np.random.default_rng(9).integers(start, end, 5_000))
    grown = np.diff(ServiceTimeColumns(calendar).worked_until(instants))
    assert (grown >= 0).all()
    assert (grown <= np.diff(instants)).all()


def test_every_unit_names_the_same_instant() -> None:
    """Whole numbers and datetime64 of any unit and byte order give the same answers, each in its own form."""
    columns, day = ServiceTimeColumns(OFFICE), np.array(["2026-03-30", "2026-03-31"], "datetime64[D]")
    numbers = day.astype("datetime64[us]").astype(np.int64)
    expected = columns.worked(numbers, numbers + 12 * HOUR)
    assert expected.dtype == np.int64
    assert expected.tolist() == plain(OFFICE, numbers.tolist(), (numbers + 12 * HOUR).tolist())
    for unit in ("D", "12h", "h", "m", "s", "25s", "ms", "us", "5us", "ns", "1500ns"):
        dated = day.astype(f"datetime64[{unit}]")
        answer = columns.worked(dated, (day + np.timedelta64(12, "h")).astype("datetime64[us]"))
        assert (answer.dtype, answer.astype(np.int64).tolist()) == (np.dtype("m8[us]"), expected.tolist())
        due = columns.deadlines(dated, np.array([1, 2], "timedelta64[h]"))
        assert (due.dtype, due.astype(np.int64).tolist()) == (
            np.dtype("M8[us]"),
            columns.deadlines(numbers, [HOUR, 2 * HOUR]).tolist(),
        )
        assert columns.worked_until(dated).dtype == np.dtype("m8[us]")
        assert columns.in_hours(dated).tolist() == [False, False]
    for other in (numbers.astype(">i8"), numbers.astype("u8"), list(numbers), tuple(numbers.tolist())):
        assert columns.worked(other, numbers + 12 * HOUR).tolist() == expected.tolist()
    swapped = day.astype("datetime64[us]").astype(">M8[us]")
    assert columns.worked_until(swapped).tolist() == columns.worked_until(day).tolist()
    year = np.array(["2026"], "M8[Y]")
    assert columns.worked_until(year) == columns.worked_until(np.array(["2026-01"], "M8[M]"))


def test_a_column_may_be_part_of_another() -> None:
    """Strided and read-only columns are read as they are, and what is handed in is not changed."""
    starts, ends, _ = drawn_columns(50)
    table = np.stack((starts, ends), axis=1)
    table.setflags(write=False)
    kept = table.copy()
    columns = ServiceTimeColumns(OFFICE)
    assert (columns.worked(table[:, 0], table[:, 1]) == columns.worked(starts, ends)).all()
    assert (columns.deadlines(table[::-1, 0], np.zeros(50, int)) == table[::-1, 0]).all()
    assert (table == kept).all()
    assert not np.shares_memory(columns.deadlines(starts, np.zeros(50, int)), starts)


def test_no_rows_are_no_error() -> None:
    """Empty columns of every form give empty answers, and nothing is compiled for them."""
    columns = ServiceTimeColumns(OFFICE)
    dated, lengths = np.array([], "M8[s]"), np.array([], "m8[s]")
    for starts, amounts in (([], []), (np.array([], int), []), (dated, lengths)):
        assert columns.worked(starts, starts, ([], [], [])).shape == (0,)
        assert columns.deadlines(starts, amounts).shape == (0,)
        assert columns.worked_until(starts).shape == columns.in_hours(starts).shape == (0,)
    assert columns.worked(dated, dated).dtype == columns.worked_until(dated).dtype == np.dtype("m8[us]")
    assert columns.deadlines(dated, lengths).dtype == np.dtype("M8[us]")
    assert columns.worked_until([]).dtype == np.int64
    assert columns._reckoner._table is None


NOW = MON_2026_03_30
BESIDE = np.array(["2026-03-30", "2026-03-30"], "M8[ns]") + np.arange(2)
NAT, DATED = np.array(["2026-03-30", "NaT"], "M8[s]"), np.array(["2026-03-30"], "M8[s]")
LENGTH = np.array([1], "m8[h]")


class Unwilling:
    """What raises when it is asked for an array."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        """Refuse."""
        raise RuntimeError


@pytest.mark.parametrize(
    ("rule", "says", "ask"),
    [
        ("column_type", "starts holds float64", lambda c: c.worked([1.5], [NOW])),
        ("column_type", "ends holds bool", lambda c: c.worked([NOW], np.array([True]))),
        ("column_type", "instants holds object", lambda c: c.in_hours([datetime(2026, 3, 30)])),
        ("column_type", "instants holds object", lambda c: c.in_hours([2**70])),
        ("column_type", "instants holds float64", lambda c: c.in_hours(np.array([]))),
        ("column_type", "instants holds <U10", lambda c: c.in_hours(["2026-03-30"])),
        ("column_type", "instants holds timedelta64", lambda c: c.worked_until(LENGTH)),
        ("column_type", "instants holds datetime64", lambda c: c.worked_until(np.array(["NaT"], "M8"))),
        ("column_type", "instants holds complex128", lambda c: c.worked_until([1j])),
        ("column_type", "instants is masked", lambda c: c.worked_until(np.ma.masked_array([NOW], [True]))),
        ("column_type", "instants is no column", lambda c: c.worked_until([[1], [1, 2]])),
        ("column_type", "instants is no column", lambda c: c.worked_until(Unwilling())),
        ("column_type", "amounts holds datetime64", lambda c: c.deadlines(DATED, DATED)),
        ("column_type", "amounts holds timedelta64.M", lambda c: c.deadlines(DATED, np.array([1], "m8[M]"))),
        ("column_type", "amounts holds timedelta64", lambda c: c.deadlines(DATED, np.array([1], "m8"))),
        ("column_type", "give all as", lambda c: c.deadlines(DATED, [HOUR])),
        ("column_type", "give all as", lambda c: c.worked([NOW], DATED)),
        ("column_type", "holds: starts datetime64", lambda c: c.worked([NOW], [NOW], ([0], DATED, DATED))),
        ("column_type", "holds: rows holds float64", lambda c: c.worked([NOW], [NOW], ([0.0], [NOW], [NOW]))),
        ("column_shape", "instants has 0 dimensions", lambda c: c.worked_until(NOW)),
        ("column_shape", "instants has 0 dimensions", lambda c: c.worked_until({NOW})),
        ("column_shape", "instants has 0 dimensions", lambda c: c.worked_until(None)),
        ("column_shape", "instants has 2 dimensions", lambda c: c.worked_until([[NOW]])),
        ("column_shape", "starts has 2 rows and ends has 1", lambda c: c.worked([NOW, NOW], [NOW])),
        ("column_shape", "starts has 1 rows and amounts has 0", lambda c: c.deadlines([NOW], [])),
        ("column_shape", "three columns", lambda c: c.worked([NOW], [NOW], ([0], [NOW]))),
        ("column_shape", "three columns", lambda c: c.worked([NOW], [NOW], "abc")),
        ("column_shape", "holds: rows has 0 rows", lambda c: c.worked([NOW], [NOW], ([], [NOW], [NOW]))),
        ("column_missing", r"instants\[1\] is NaT", lambda c: c.worked_until(NAT)),
        ("column_missing", r"ends\[1\] is NaT", lambda c: c.worked(NAT[[0, 0]], NAT.astype("M8[us]"))),
        ("column_missing", r"amounts\[0\] is NaT", lambda c: c.deadlines(DATED, np.array(["NaT"], "m8[s]"))),
        (
            "column_precision",
            r"\[1\] = 2026.* is finer",
            lambda c: c.in_hours(BESIDE),
        ),
        ("column_precision", "amounts.0. = 1 .*finer", lambda c: c.deadlines(DATED, np.array([1], "m8[ps]"))),
        ("hold_row", "= 1: there are 1 pairs", lambda c: c.worked([NOW], [NOW], ([0, 1], [NOW] * 2, [NOW] * 2))),
        ("hold_row", "-1: there are 1 pairs", lambda c: c.worked([NOW], [NOW], ([-1], [NOW], [NOW]))),
        ("hold_order", "lies before", lambda c: c.worked([NOW], [NOW], ([0], [NOW], [NOW - 1]))),
        ("deadline_at", "'latest' is no deadline", lambda c: c.deadlines([NOW], [1], at="latest")),
        ("deadline_at", "is no deadline", lambda c: c.deadlines([NOW], [1], at=np.array(["earliest"] * 2))),
        ("deadline_at", r"amounts\[1\] = -1 looks", lambda c: c.deadlines([NOW] * 2, [1, -1], at="next_opening")),
    ],
)
def test_what_is_no_column_is_refused(rule: str, says: str, ask: Any) -> None:
    """Everything that would have to be guessed or rounded is refused, with its rule and the first row at fault."""
    with pytest.raises(InvalidValue, match=says) as caught:
        ask(ServiceTimeColumns(OFFICE))
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ([NOW, FIRST - 1, END + 1], rf"instants\[1\] = {FIRST - 1} is outside; whole numbers are microseconds"),
        ([NOW, END + 1], r"instants\[1\]"),
        ([-(2**63), NOW], r"instants\[0\] = -9223372036854775808"),
        (np.array([NOW, 2**64 - 1], np.uint64), r"instants\[1\] = 18446744073709551615"),
        (np.array([NOW // 10**6]), "whole numbers are microseconds"),  # seconds: the likely mistake
        (np.array([2026 - 1970, 2**62], "M8[Y]"), r"instants\[1\]"),  # would wrap to 1970
        (np.array([2**62], "M8[s]"), r"instants\[0\]"),
        (np.array(["2026-03-30", "1989-12-31T23:59:59"], "M8[s]"), r"instants\[1\] = 1989-12-31T23:59:59 is outside$"),
        (np.array([-(2**62), 0], "M8[D]"), r"instants\[0\]"),
        (np.array([2**62], "M8[123456789W]"), r"instants\[0\]"),
        (np.array([2**62], "M8[100000000h]"), r"instants\[0\]"),
        (np.array([2**62], "M8[us]"), r"instants\[0\]"),
        (np.array(["1889-03-30"], "M8[ns]"), r"instants\[0\] = 1889"),
    ],
    ids=range(13),
)
def test_an_instant_outside_the_calendar_is_named(column: Any, says: str) -> None:
    """What lies outside, however far, is an error that names the first such row; nothing wraps around."""
    for ask in (ServiceTimeColumns(OFFICE).worked_until, ServiceTimeColumns(OFFICE).in_hours):
        with pytest.raises(CalendarRangeError, match=says):
            ask(column)


def test_each_column_is_looked_at() -> None:
    """An end outside is named though its start is inside, and the end of the years is no instant in or out of hours."""
    columns = ServiceTimeColumns(OFFICE)
    with pytest.raises(CalendarRangeError, match=r"ends\[1\]"):
        columns.worked([NOW, NOW], [END, END + 1])
    with pytest.raises(CalendarRangeError, match=r"instants\[1\]"):
        columns.in_hours([NOW, END])
    with pytest.raises(CalendarRangeError, match=r"starts\[0\]"):
        columns.deadlines([FIRST - 1], [0])


@pytest.mark.parametrize("amount", [2**62, 2**63 - 1, -(2**63), -(2**53), 120 * 366 * DAY])
def test_more_time_than_there_is_is_named(amount: int) -> None:
    """An amount of any size is refused where the calendar has not so much, and the first such row is named."""
    with pytest.raises(CalendarRangeError, match=rf"starts\[2\] = {NOW}, amounts\[2\] = {amount}"):
        ServiceTimeColumns(OFFICE).deadlines([NOW] * 4, [HOUR, 0, amount, amount])
    if amount > 2**53:
        with pytest.raises(CalendarRangeError, match=r"amounts\[0\]"):
            ServiceTimeColumns(OFFICE).deadlines(DATED, np.array([amount], "m8[W]"))


def test_an_unsigned_amount_is_not_read_as_looking_back() -> None:
    """An unsigned number too large for 64 bits with a sign is too much time, and no negative amount."""
    with pytest.raises(CalendarRangeError, match=r"amounts\[0\] = 18446744073709551615"):
        ServiceTimeColumns(OFFICE).deadlines([NOW], np.array([2**64 - 1], np.uint64))


@pytest.mark.parametrize("year", [2019, 2026])
def test_deadlines_at_the_edge_of_what_is_compiled(year: int) -> None:
    """The time that a year has left is used up at its end, and a microsecond more just after it; so looking back."""
    start, first, last = (
        to_micros(datetime(*day, tzinfo=UTC)) for day in ((year, 5, 1), (year, 1, 1), (year + 1, 1, 1))
    )
    for at in (first - 1, first, first + 1, last - 1, last, last + 1):
        for how in ("earliest", "next_opening") if at > start else ("earliest",):
            columns = ServiceTimeColumns(BusinessCalendar.always())
            assert columns.deadlines([start], [at - start], at=how).tolist() == [at]


def test_the_row_that_is_named_is_counted_from_the_first() -> None:
    """A row far down, beyond the first chunk, is named by its place in the column."""
    amounts = np.full(70_000, HOUR)
    amounts[69_998:] = 2**60
    with pytest.raises(CalendarRangeError, match=r"amounts\[69998\]"):
        ServiceTimeColumns(OFFICE).deadlines(np.full(70_000, NOW), amounts)


def test_holds_may_reach_beyond_the_calendar() -> None:
    """A hold is cut to its pair before it is looked up, so that it may begin and end anywhere."""
    columns = ServiceTimeColumns(BusinessCalendar.always())
    assert columns.worked([NOW], [NOW + 10], ([0], [-(2**63)], [NOW + 4])).tolist() == [6]
    far = np.array([-(2**60)], "M8[D]"), np.array([2**60], "M8[D]")
    dated = np.array([NOW], "M8[us]")
    assert columns.worked(dated, dated + 10, ([0], *far)).astype(int).tolist() == [0]


@pytest.mark.sweep
def test_eight_threads_share_one() -> None:
    """Threads that ask about other years at once get what one thread gets."""
    years = [np.arange(8) * DAY * 40 + to_micros(datetime(year, 1, 1, tzinfo=UTC)) for year in range(1995, 2095)]
    expected = [ServiceTimeColumns(OFFICE).deadlines(each, each * 0 + HOUR).tolist() for each in years[:10]]
    for _ in range(5):
        shared = ServiceTimeColumns(OFFICE)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda each, c=shared: c.deadlines(each, each * 0 + HOUR).tolist(), years))
        assert found[:10] == expected
        assert found == [shared.deadlines(each, each * 0 + HOUR).tolist() for each in years]


def test_what_travels_is_the_calendar() -> None:
    """Pickled and copied, the object takes its calendar along, and nothing that was compiled."""
    columns = ServiceTimeColumns(OFFICE)
    columns.worked_until([FIRST, END])
    for other in (pickle.loads(pickle.dumps(columns)), copy.copy(columns), copy.deepcopy(columns)):  # noqa: S301
        assert other.calendar == OFFICE
        assert other._reckoner._table is None
        assert other.worked([NOW], [NOW + DAY]) == columns.worked([NOW], [NOW + DAY])
    assert len(pickle.dumps(columns)) < 2_000
    assert repr(columns) == f"ServiceTimeColumns({OFFICE.title})"


def test_memory_is_bounded_by_the_answer() -> None:
    """Beyond the answer, a column of any length takes a few chunks and a truth value a row."""
    starts, ends, amounts = drawn_columns(400_000)
    columns = ServiceTimeColumns(OFFICE)
    columns.deadlines(starts[:1000], amounts[:1000])
    columns.worked_until([FIRST, END])
    for ask, second in ((columns.worked, ends), (columns.deadlines, amounts)):
        tracemalloc.start()
        answer = ask(starts, second)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < answer.nbytes + 400_000 + 12 * 32_768 * 8


def test_only_a_calendar_is_taken() -> None:
    """What is no calendar is refused, and the error says where one comes from."""
    with pytest.raises(WrongType, match=r"BusinessCalendar\.weekly"):
        ServiceTimeColumns("Mon-Fri 09:00-17:00")  # type: ignore[arg-type]  # that is what is tested


def test_an_absent_numpy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without NumPy, the error says what to install."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    for name in [name for name in sys.modules if name.startswith("ecsm_contracts.frames._")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r'pip install "ecsm-contracts\[frames\]"'):
        ServiceTimeColumns(OFFICE)


def test_importing_loads_no_numpy() -> None:
    """NumPy is loaded when the first object is made, not with the library."""
    program = "import sys, ecsm_contracts, ecsm_contracts.frames; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
