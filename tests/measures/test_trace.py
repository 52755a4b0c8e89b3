"""The stretches of a ticket's life, as one clock saw them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.measures import Clock, Stretch, trace

from .desk import MINUTE, WEEK, Happening, clock, clocks, micros, moments, steps_of, stories, story, tick_of, works
from .test_observer import ticket_time, view

PLAIN = st.one_of(
    *(
        clocks(reopened=reopened, changed=changed)
        for reopened in ("continue_without", "continue_with_closed_time")
        for changed in ("keep_elapsed", "new_only")
    )
)
"""Clocks whose elapsed time never begins again."""
LIVES = stories().flatmap(lambda told: st.tuples(st.just(told), moments(told)))


def traced(rules: Clock, told: tuple[Happening, ...], until: int) -> tuple[Stretch, ...]:
    """The stretches of a ticket up to a tick."""
    return trace(ticket_time(rules, 0, 8 * WEEK), view(told), steps_of(told), micros(until))


@given(clocks(), LIVES)
def test_stretches_cover_the_life(rules: Clock, life: tuple[tuple[Happening, ...], int]) -> None:
    """From the first event to the end there is neither gap nor overlap, and every event begins a stretch."""
    told, until = life
    found = traced(rules, told, until)
    known = [each for each in told if each.tick < until]
    assert all(first.end == second.start for first, second in pairwise(found))
    assert all(each.start < each.end for each in found)
    assert [each.start for each in found] == sorted({micros(each.tick) for each in known})
    assert sum(len(each.events) for each in found) == len(known)
    if known:
        assert (found[0].start, found[-1].end) == (micros(told[0].tick), micros(until))


@given(clocks(), LIVES)
def test_the_last_stretch_shows_what_is_judged(rules: Clock, life: tuple[tuple[Happening, ...], int]) -> None:
    """What the clock shows at the end of the last stretch is the elapsed time that is judged."""
    told, until = life
    found = traced(rules, told, until)
    judged = ticket_time(rules, 0, 8 * WEEK).judge(view(told), micros(until))
    assert (judged is not None) == bool(found)
    if judged is not None:
        assert found[-1].elapsed == judged.elapsed
        assert not judged.judged or (found[-1].has_begun and not found[-1].is_void)
        assert found[-1].clock.startswith("stopped") is judged.stopped


@given(PLAIN, LIVES)
def test_counted_times_add_up_to_elapsed(rules: Clock, life: tuple[tuple[Happening, ...], int]) -> None:
    """Where elapsed time never begins again, the counted times, closed ones included, add up to what is shown."""
    spent = 0
    for each in traced(rules, *life):
        spent += each.counted
        if not each.is_void:
            assert each.elapsed == spent


@given(clocks(), LIVES)
def test_service_time_is_what_is_in_hours(rules: Clock, life: tuple[tuple[Happening, ...], int]) -> None:
    """
    The service time of a stretch is that of its half hours; all of it is counted, or nothing, and closed time besides.
    """
    for each in traced(rules, *life):
        first, last = ((at - micros(0)) // (30 * MINUTE) for at in (each.start, each.end))
        assert each.service_time == 30 * MINUTE * sum(map(works, range(first, last)))
        added = each.counted - (each.service_time if each.clock == "running" else 0)
        assert not added or (rules.reopened == "continue_with_closed_time" and "reopened" in each.events and added > 0)


def test_by_hand() -> None:
    """Mon 09:00-11:00 runs, held to 13:00, an hour more, stopped over two, and a reopening adds those and runs on."""
    told = story(
        "Mon 09:00 opened", "Mon 11:00 held customer", "Mon 13:00 resumed",
        "Mon 14:00 resolved", "Mon 16:00 reopened", "Tue 10:00 resolved",
    )  # fmt: skip
    found = traced(clock(reopened="continue_with_closed_time"), told, tick_of("Tue 12:00"))
    hours = [(each.clock, each.service_time // (60 * MINUTE), each.counted // (60 * MINUTE)) for each in found]
    assert hours == [
        ("running", 2, 2), ("held", 2, 0), ("running", 1, 1), ("stopped", 2, 0), ("running", 2, 4), ("stopped", 2, 0),
    ]  # fmt: skip
    assert [each.elapsed // (60 * MINUTE) for each in found] == [2, 2, 3, 3, 7, 7]
    assert [each.events for each in found][:2] == [("opened (P2)",), ("held (customer)",)]


def test_clocks_that_have_not_begun_or_are_void() -> None:
    """A clock that waits, or cannot begin, has not begun; one whose ticket was cancelled is void."""
    told = story("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 reopened", "Mon 12:00 cancelled")
    found = traced(clock(start=["acknowledged"]), told, tick_of("Mon 13:00"))
    assert [each.clock for each in found] == ["not begun", "cannot begin", "not begun", "void"]
    assert [each.has_begun for each in found] == [False, False, False, True]
    assert [each.is_void for each in found] == [False, False, False, True]


def test_relieved_time_is_no_service_time() -> None:
    """Of three hours two are relieved: one is service time, and counted."""
    told = story("Mon 09:00 opened", "Mon 12:00 resolved")
    level = ticket_time(clock(), 0, WEEK, [(tick_of("Mon 10:00"), tick_of("Mon 12:00"))])
    first, last = trace(level, view(told), steps_of(told), micros(tick_of("Mon 13:00")))
    assert (first.service_time, first.counted, first.elapsed) == (60 * MINUTE, 60 * MINUTE, 60 * MINUTE)
    assert (last.service_time, last.counted) == (60 * MINUTE, 0)


def test_out_of_scope_there_is_nothing() -> None:
    """A ticket of another service has no stretches; nor has one that is not known yet."""
    told = story("Mon 09:00 opened")
    level = ticket_time(clock(), 0, WEEK)
    assert trace(level, view(told, service="mail"), steps_of(told), micros(WEEK)) == ()
    assert trace(level, view(told), steps_of(told), micros(tick_of("Mon 09:00"))) == ()
