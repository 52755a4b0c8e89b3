"""One calendar for many: threads that compile it at the same time, copies, and other processes."""

from __future__ import annotations

import copy
import pickle
import random
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from ecsm_contracts.calendars import BusinessCalendar, CombinedCalendar, to_micros, total_span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

pytestmark = pytest.mark.sweep

Calendar: TypeAlias = BusinessCalendar | CombinedCalendar
Question: TypeAlias = tuple[str, tuple[datetime | timedelta, ...]]
Answer: TypeAlias = datetime | timedelta | bool

TraceFunction: TypeAlias = "Callable[[FrameType, str, object], TraceFunction | None]"

THREADS = 16
MON_2020_03_02 = datetime(2020, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHTS = {
    "zone": "America/St_Johns",
    "hours": "Mon-Fri 22:00-06:00; Sun 01:30-02:30",
    "holidays": ["2031-05-05", "2047-11-03"],
    "yearly_holidays": ["12-25"],
    "special_days": {"2026-12-24": "08:00-12:00"},
}
VENDOR = {"zone": "Europe/Amsterdam", "hours": "Mon-Sat 06:00-23:00"}


def nights() -> BusinessCalendar:
    """Return a desk with every sort of hours, of which nothing is compiled yet."""
    return BusinessCalendar.model_validate(NIGHTS)


def combined() -> CombinedCalendar:
    """Return two desks as one, less an hour, of which nothing is compiled yet."""
    vendor = BusinessCalendar.model_validate(VENDOR)
    return (nights() | vendor) - BusinessCalendar.weekly("12:00-13:00", zone="Europe/Amsterdam")


MAKERS: list[Callable[[], Calendar]] = [nights, combined]


def questions(seed: int, count: int, years: tuple[int, int]) -> list[Question]:
    """Return questions of every kind about instants in years far apart."""
    order = random.Random(seed)
    found: list[Question] = []
    for _ in range(count):
        at = datetime(
            order.randint(*years), order.randint(1, 12), order.randint(1, 28), order.randrange(24), tzinfo=UTC
        )
        at += timedelta(microseconds=order.randrange(HOUR // timedelta(microseconds=1)))
        amount = order.randint(1, 90) * HOUR
        found += [
            ("worked", (at, at + amount)),
            ("worked", (at - order.randrange(300) * 24 * HOUR, at)),
            ("deadline", (at, amount)),
            ("deadline", (at, -amount)),
            ("in_hours", (at,)),
            ("next_open", (at,)),
            ("next_close", (at,)),
        ]
    return found


def answers(calendar: Calendar, asked: list[Question]) -> list[Answer]:
    """Ask one after the other."""
    return [getattr(calendar, method)(*arguments) for method, arguments in asked]


@pytest.fixture
def hurried_threads() -> Iterator[None]:
    """Let threads take turns every few microseconds, so that they meet in the middle of everything."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurried_threads")
@pytest.mark.parametrize(("make", "seed", "years"), [(nights, 0, (2005, 2045)), (combined, 1, (2017, 2027))])
def test_threads_that_compile_at_once_get_what_one_gets_alone(
    make: Callable[[], Calendar], seed: int, years: tuple[int, int]
) -> None:
    """Sixteen threads that start together on a fresh calendar, in years far apart and in both directions, each in an
    order of its own, get the answers of a fresh calendar that one thread asks."""
    asked = questions(seed, 5, years)
    alone, shared, start = dict(zip(asked, answers(make(), asked), strict=True)), make(), threading.Barrier(THREADS)

    def run(number: int) -> bool:
        mine = random.Random(number).sample(asked, len(asked))
        start.wait()
        return answers(shared, mine) == [alone[question] for question in mine]

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(run, range(THREADS))) == [True] * THREADS
    assert answers(shared, asked) == list(alone.values())


@pytest.mark.usefixtures("hurried_threads")
def test_threads_that_copy_while_others_compile_get_whole_copies() -> None:
    """A calendar is pickled and copied while other threads make its table grow: every copy gives the same answers."""
    asked = questions(7, 4, (2015, 2035))
    expected, shared, start = answers(nights(), asked), nights(), threading.Barrier(THREADS)

    def run(number: int) -> bool:
        start.wait()
        if number % 2:
            return answers(shared, asked[number:] + asked[:number]) == expected[number:] + expected[:number]
        copies = [make(shared) for _ in range(20) for make in COPIES.values()]
        return all(each == shared and "table" not in vars(each) for each in copies) and (
            answers(copies[-1], asked) == expected
        )

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(run, range(THREADS))) == [True] * THREADS


COPIES: dict[str, Callable[[Calendar], Calendar]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "model_copy": lambda calendar: calendar.model_copy(),
    "model_copy deep": lambda calendar: calendar.model_copy(deep=True),
    "replace": lambda calendar: calendar.replace(),
    **{
        f"pickle {protocol}": lambda calendar, protocol=protocol: pickle.loads(pickle.dumps(calendar, protocol))  # type: ignore[misc]  # noqa: S301 - our own bytes
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    },
}


def parts(calendar: Any) -> Iterator[Any]:
    """Return a calendar and all that it is combined from."""
    yield calendar
    if isinstance(calendar, CombinedCalendar):
        yield from parts(calendar.first)
        yield from parts(calendar.second)


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("make", MAKERS)
def test_a_copy_answers_the_same_and_carries_nothing_compiled(make: Callable[[], Calendar], way: str) -> None:
    """However a calendar is copied, the copy holds its fields alone, and gives the same answers.

    Only `replace` reads it anew, and so has found its limits again.
    """
    asked, calendar = questions(1, 3, (2010, 2040)), make()
    expected = answers(calendar, asked)
    assert "table" in vars(calendar)
    other = COPIES[way](calendar)
    kept = set(vars(other)) - set(type(calendar).model_fields)
    assert kept == ({"limits"} if way == "replace" else set())
    assert (other, hash(other), other.digest()) == (calendar, hash(calendar), calendar.digest())
    assert answers(other, asked) == expected
    assert answers(calendar, asked) == expected


def copied_while(step: int, way: str, calendar: BusinessCalendar) -> tuple[BusinessCalendar, int]:
    """Copy a calendar, which another thread compiles at this step of the copying; return how many steps there were."""
    source, steps = type(calendar).__copy__.__code__.co_filename, 0

    def trace(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal steps
        if frame.f_code.co_filename != source:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            steps += 1
            if steps == step:
                calendar.worked(MON_2020_03_02, MON_2020_03_02 + HOUR)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        other = COPIES[way](calendar)
    finally:
        sys.settrace(before)
    assert isinstance(other, BusinessCalendar)
    return other, steps


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_is_whole_whenever_another_thread_compiles(way: str) -> None:
    """A calendar that is compiled in the midst of being copied, at whatever step, is copied all the same.

    The other thread is played by a trace function: real ones meet there once in a thousand times.
    """
    _, steps = copied_while(0, way, nights())
    assert steps > 10
    for step in range(1, steps + 1):
        calendar = nights()
        other, _ = copied_while(step, way, calendar)
        assert "table" in vars(calendar)
        assert other == calendar
        assert "table" not in vars(other)


@pytest.mark.parametrize("make", MAKERS)
def test_thirty_compiled_years_do_not_travel(make: Callable[[], Calendar]) -> None:
    """A pickle of a calendar that has compiled thirty years is that of a fresh one to the byte, in all its parts."""
    fresh, used = make(), make()
    used.worked(datetime(2010, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
    for each in parts(used):
        answers(each, questions(2, 2, (2010, 2039)))
    assert used.table.compiled[1] - used.table.compiled[0] > 29 * 365 * 86_400_000_000
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert len(pickle.dumps(used, protocol)) == len(pickle.dumps(fresh, protocol))
    again = pickle.loads(pickle.dumps(used))  # noqa: S301 - our own bytes
    assert all(set(vars(each)) == set(type(each).model_fields) for each in parts(again))


@pytest.mark.parametrize(
    "change",
    [lambda desk, new: desk.replace(**new), lambda desk, new: desk.model_copy(update=new)],
    ids=["replace", "model_copy"],
)
def test_a_changed_copy_does_not_answer_from_the_old_table(change: Callable[..., BusinessCalendar]) -> None:
    """A copy in another zone, of a calendar that is compiled, works by the clocks of its own zone."""
    asked, desk = questions(3, 3, (2019, 2022)), nights()
    before = answers(desk, asked)
    other = change(desk, {"zone": "Asia/Tokyo"})
    assert answers(other, asked) == answers(BusinessCalendar.model_validate({**NIGHTS, "zone": "Asia/Tokyo"}), asked)
    assert answers(desk, asked) == before != answers(other, asked)


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("make", MAKERS)
def test_other_processes_give_the_same_answers(make: Callable[[], Calendar], method: str) -> None:
    """Processes that are forked from this one or started afresh answer as this one does, from what is sent to them."""
    asked, calendar = questions(4, 3, (2012, 2032)), make()
    expected = answers(calendar, asked)
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        there = [pool.submit(getattr(calendar, name), *arguments) for name, arguments in asked]
        assert [each.result() for each in there] == expected


def test_a_hundred_calendars_share_nothing() -> None:
    """Calendars in many zones, asked in turn about the same days, each count their own hours."""
    zones = ["UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"]
    texts = [f"Mon-Fri {hour:02}:00-{hour + 4:02}:30" for hour in range(20)]
    made = [BusinessCalendar.weekly(text, zone=zone) for zone in zones for text in texts]
    for day in range(20):
        start, end = (MON_2020_03_02 + timedelta(days=day, hours=hour) for hour in (7, 40))
        for each in made:
            spans = each.open_spans(to_micros(start), to_micros(end))
            assert each.worked(start, end) == timedelta(microseconds=total_span(spans))
