"""Tests of the kernel against a clock that counts on its fingers, and its laws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import Span
from ecsm_contracts.measures import BoundClock, HoursByPriority, Judgement, ServiceTime, Vocabulary, walk
from ecsm_contracts.measures._table import WAITING

from .desk import (
    ATTEMPT,
    CHANGED,
    CLOSES,
    REOPENED,
    TABLE,
    TABLES,
    TARGETS,
    TICK,
    Happening,
    any_clocks,
    clock,
    clocks,
    hands,
    micros,
    moments,
    steps_of,
    stories,
    story,
    works,
)
from .fingers import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.facts import Step
    from ecsm_contracts.measures import Clock

pytestmark = pytest.mark.sweep

SPANS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)).map(lambda s: (s[0], s[0] + s[1])), max_size=3)
"""Relieved spans, in ticks."""
NOT_YET = Judgement(WAITING, 0, None, 0, None, None)
"""What is to be said of a ticket of which nothing is known."""


def judge(
    rules: Clock,
    targets: Mapping[str, int | None],
    told: Sequence[Happening],
    until: int,
    relieved: Sequence[tuple[int, int]] = (),
) -> Judgement:
    """Walk the library's clock over a story, with targets, *until* and *relieved* in ticks."""
    times = {name: ServiceTime(table, _spans(relieved)) for name, table in TABLES.items()}

    def terms_of(priority: str) -> tuple[int | None, ServiceTime]:
        target = targets[priority]
        name = rules.hours.row(priority) if isinstance(rules.hours, HoursByPriority) else rules.hours
        return None if target is None else target * TICK, times[name]

    vocabulary = Vocabulary()
    known = vocabulary.compile(step for step in steps_of(told) if step.at < micros(until))
    if not known.times:
        return NOT_YET
    return walk(BoundClock(rules.program(), terms_of, vocabulary), known, micros(until))


def _spans(ticks: Sequence[tuple[int, int]]) -> list[Span]:
    return [(micros(start), micros(end)) for start, end in ticks]


def judge_steps(target: int, time: ServiceTime, steps: Sequence[Step], until: int) -> Judgement:
    """Walk the usual clock over *steps*, with a *target* and *until* in microseconds."""
    vocabulary = Vocabulary()
    bound = BoundClock(clock().program(), lambda _: (target, time), vocabulary)
    return walk(bound, vocabulary.compile(steps), until)


def opened_again(told: Sequence[Happening]) -> tuple[Happening, ...]:
    """Return a story at whose end the ticket is open."""
    if told[-1].kind in {"cancelled", "merged"}:
        told = told[:-1]
    kinds = [each.kind for each in told if each.kind in {"resolved", "closed", "reopened"}]
    return (*told, Happening(told[-1].tick, "reopened")) if kinds and kinds[-1] != "reopened" else tuple(told)


@pytest.mark.parametrize("changed", CHANGED)
@pytest.mark.parametrize("attempt", ATTEMPT)
@pytest.mark.parametrize("reopened", REOPENED)
@settings(max_examples=30)
@given(data=st.data())
def test_counts_like_fingers(reopened: str, attempt: str, changed: str, data: st.DataObject) -> None:
    """Every choice of reopened, attempt and changed gives what looking at each half hour gives."""
    choices = {"reopened": reopened, "attempt": attempt, "changed": changed}
    rules = data.draw(clocks(**choices) | any_clocks(**choices))
    told = data.draw(stories())
    targets = data.draw(TARGETS)
    spans = data.draw(st.just([]) | SPANS)
    until = data.draw(moments(told))
    relieved = frozenset(tick for start, end in spans for tick in range(start, end))
    fingers = count(rules, targets, "P2", told, until, relieved)
    judged = judge(rules, targets, told, until, spans)
    assert judged.judged == fingers.judged
    if judged.judged:
        assert (judged.stopped, judged.ticking) == (fingers.stopped, fingers.state == "ticking")
        assert judged.target == fingers.target
        assert (judged.elapsed, judged.longest) == (fingers.elapsed, fingers.longest)
        assert judged.late == fingers.late
        assert judged.breach == fingers.breach
        assert judged.due == fingers.due


LONG_DAY = ("Mon 09:00 opened", "Mon 15:00 resolved")
TWICE = (*LONG_DAY, "Tue 09:00 reopened", "Tue 12:00 resolved")
"""Six hours; then reopened after two hours of service, and three hours more."""
RAISED = ("Mon 09:00 opened", "Mon 14:00 reprioritised P1", "Mon 16:00 resolved")
RAISED_BETWEEN = ("Mon 09:00 opened", "Mon 15:00 resolved", "Mon 16:00 reprioritised P1", *TWICE[2:])


@pytest.mark.parametrize(
    ("choices", "told", "elapsed", "late", "breach", "due"),
    [
        # One attempt, no change. P2 has eight hours, P1 four, P3 forty, P4 no promise.
        # the last instant at which it is in time is the next opening
        ({}, LONG_DAY, 6, 0, None, "Tue 09:00"),
        ({}, ("Mon 09:00 opened", "Mon 17:00 resolved"), 8, 0, None, "Tue 09:00"),
        # exactly the target is in time
        ({}, ("Mon 09:00 opened", "Tue 09:00 resolved"), 8, 0, None, "Tue 09:00"),
        ({}, ("Mon 09:00 opened", "Tue 09:30 resolved"), 8.5, 0.5, "Tue 09:00", "Tue 09:00"),
        ({}, ("Mon 10:00 opened", "Tue 10:30 resolved"), 8.5, 0.5, "Tue 10:00", "Tue 10:00"),
        ({}, ("Fri 12:00 opened", "Mon2 12:30 resolved"), 8.5, 0.5, "Mon2 12:00", "Mon2 12:00"),
        ({}, ("Fri 18:00 opened", "Sat 12:00 resolved"), 0, 0, None, "Tue2 09:00"),
        ({}, ("Mon 09:00 opened",), 40, 32, "Tue 09:00", "Tue 09:00"),  # still running at the end of the week
        # Holds.
        ({}, ("Mon 09:00 opened", "Mon 11:00 held customer", "Tue 10:00 resumed", "Tue 11:00 resolved"),
         3, 0, None, "Tue 16:00"),
        ({}, ("Mon 09:00 opened", "Mon 11:00 held vendor", "Tue 10:00 resolved"), 9, 1, "Tue 09:00", "Tue 09:00"),
        ({"holds": []}, ("Mon 09:00 opened", "Mon 11:00 held customer", "Tue 10:00 resolved"),
         9, 1, "Tue 09:00", "Tue 09:00"),
        ({}, ("Mon 09:00 opened", "Mon 11:00 held customer", "Mon 13:00 held vendor", "Mon 15:00 resolved"),
         4, 0, None, "Tue 11:00"),  # a wait for another party ends the wait for the customer
        ({}, ("Mon 09:00 opened", "Mon 11:00 held customer", "Tue 12:00 resolved"), 2, 0, None, "Wed 10:00"),
        # all time is used, none beyond
        ({}, ("Mon 09:00 opened", "Mon 17:00 held customer"), 8, 0, None, None),
        ({}, ("Mon 09:00 opened", "Mon 11:00 held customer", "Mon 12:00 resolved", "Mon 13:00 reopened",
              "Mon 14:00 resolved"), 3, 0, None, "Tue 11:00"),  # a wait does not outlive a resolution
        ({"start": ["acknowledged"]}, ("Mon 09:00 opened", "Mon 10:00 held customer", "Mon 11:00 acknowledged",
                                       "Mon 13:00 resolved"), 0, 0, None, "Tue 13:00"),
        ({"start": ["acknowledged"]}, ("Mon 09:00 opened", "Mon 10:00 held customer", "Mon 11:00 acknowledged",
                                       "Mon 12:00 resumed", "Mon 13:00 resolved"),
         1, 0, None, "Tue 12:00"),  # a wait that began before the start holds the clock until it is over
        # Hands.
        ({}, ("Mon 09:00 opened", "Mon 11:00 transferred customer", "Mon 12:00 resumed",
              "Mon 13:00 transferred provider",
              "Mon 15:00 resolved"), 4, 0, None, "Tue 11:00"),  # only another transfer ends what one began
        ({"holds": ["vendor"]}, ("Mon 09:00 opened", "Mon 11:00 held customer", "Mon 11:30 transferred vendor",
                                 "Mon 12:00 resumed", "Mon 14:00 resolved"),
         3, 0, None, "Tue 11:00"),  # a transfer during a wait takes effect after it
        ({}, ("Mon 09:00 opened", "Mon 10:00 transferred customer", "Mon 11:00 resolved", "Mon 13:00 reopened",
              "Mon 14:00 resolved"), 1, 0, None, "Tue 13:00"),  # reopened, it is still in the hands that held it
        ({"holds": None, "counts_only": ["provider"]},
         ("Mon 09:00 opened", "Mon 11:00 held vendor", "Mon 13:00 held provider", "Mon 14:00 resolved"),
         3, 0, None, "Tue 11:00"),
        # Replies, and clocks that begin late or never.
        ({"stop": ["replied", "resolved"]}, ("Mon 09:00 opened", "Mon 10:00 replied customer",
                                             "Mon 11:00 replied provider", "Tue 16:00 resolved"),
         2, 0, None, "Tue 09:00"),
        ({"start": ["replied"]}, ("Mon 09:00 opened", "Mon 10:00 replied vendor", "Mon 11:00 replied provider",
                                  "Mon 12:00 replied provider", "Mon 13:00 resolved"), 2, 0, None, "Tue 11:00"),
        ({"start": ["acknowledged"]}, ("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 acknowledged",
                                       "Mon 12:00 reopened", "Mon 13:00 acknowledged", "Mon 15:00 resolved"),
         2, 0, None, "Tue 13:00"),  # it cannot begin between the resolution and the reopening
        # Reopening: six hours, two closed, three more.
        ({"reopened": "continue_without"}, TWICE, 9, 1, "Tue 11:00", "Tue 11:00"),
        ({"reopened": "continue_with_closed_time"}, TWICE, 11, 3, "Tue 09:00", "Tue 09:00"),
        ({"reopened": "restart"}, TWICE, 3, 0, None, "Wed 09:00"),
        ({"attempt": "first"}, TWICE, 6, 0, None, "Tue 09:00"),
        ({"reopened": "restart"}, (*TWICE[:3], "Wed 10:00 resolved"), 9, 1, "Wed 09:00", "Wed 09:00"),
        ({"reopened": "continue_with_closed_time"}, (*LONG_DAY, "Tue 10:00 reopened", "Tue 10:00 resolved"),
         9, 1, "Tue 10:00", "Tue 10:00"),  # what the closed time adds, it adds at the reopening
        ({"reopened": "continue_with_closed_time"}, (*LONG_DAY, "Tue 09:00 reopened", "Tue 09:00 resolved"),
         8, 0, None, "Tue 09:00"),
        # A breach in the first attempt: ten hours, then one.
        *[({"reopened": "restart", "attempt": attempt},
           ("Mon 09:00 opened", "Tue 11:00 resolved", "Tue 12:00 reopened", "Tue 13:00 resolved"), *expected)
          for attempt, expected in {
              "first": (10, 2, "Tue 09:00", "Tue 09:00"),
              "last": (1, 0, None, "Wed 12:00"),
              "worst": (1, 2, "Tue 09:00", "Tue 09:00"),
          }.items()],
        ({"reopened": "restart", "attempt": "sum"}, TWICE, 9, 1, "Tue 11:00", "Tue 11:00"),
        # Answers: one hour, then three from the oldest message that was not answered.
        ({"start": ["opened", "customer_replied"], "stop": ["replied", "resolved"], "cycles": "many"},
         ("Mon 09:00 opened", "Mon 10:00 replied provider", "Mon 11:00 replied customer", "Mon 12:00 replied customer",
          "Mon 14:00 replied provider", "Mon 15:00 resolved"), 3, 0, None, "Tue 11:00"),
        ({"start": ["opened", "customer_replied"], "stop": ["replied", "resolved"], "cycles": "many"},
         ("Mon 09:00 opened", "Mon 10:00 replied provider", "Mon 11:00 resolved", "Mon 12:00 replied customer",
          "Mon 13:00 reopened", "Mon 14:00 replied customer", "Mon 16:00 resolved"),
         2, 0, None, "Tue 14:00"),  # thanks for a resolution ask for no answer; a message after the reopening does
        # Changes of priority: P2 to P1 after five hours, resolved after seven.
        ({"changed": "new_only"}, RAISED, 7, 0, None, "Tue 09:00"),
        ({"changed": "retroactive"}, RAISED, 7, 3, "Mon 13:00", "Mon 13:00"),
        # beyond the new target at once
        ({"changed": "keep_elapsed"}, RAISED, 7, 3, "Mon 14:00", "Mon 14:00"),
        ({"changed": "keep_share"}, RAISED, 4.5, 0.5, "Mon 15:30", "Mon 15:30"),  # 5 of 8 are 2.5 of 4
        ({"changed": "restart"}, RAISED, 2, 0, None, "Tue 10:00"),
        ({"changed": "keep_elapsed"}, ("Mon 09:00 opened", "Tue 11:00 reprioritised P3", "Tue 12:00 resolved"),
         11, 0, "Tue 09:00", "Tue 09:00"),  # the breach before the change stands, the lateness goes
        ({"changed": "restart"}, ("Mon 09:00 opened", "Tue 11:00 reprioritised P3", "Tue 12:00 resolved"),
         1, 2, "Tue 09:00", "Tue 09:00"),
        ({"changed": "restart"}, ("Mon 09:00 opened", "Mon 12:00 reprioritised P2", "Mon 15:00 resolved"),
         6, 0, None, "Tue 09:00"),  # the priority that already holds is no change
        ({"changed": "restart"}, ("Mon 09:00 opened", "Mon 11:00 held customer", "Mon 12:00 reprioritised P1",
                                  "Mon 13:00 resumed", "Mon 14:00 resolved"), 1, 0, None, "Tue 09:00"),
        ({"changed": "new_only", "start": ["acknowledged"]},
         ("Mon 09:00 opened", "Mon 10:00 reprioritised P1", "Mon 11:00 acknowledged", "Mon 12:00 reprioritised P3",
          "Mon 16:00 resolved"), 5, 1, "Mon 15:00", "Mon 15:00"),  # the priority at the start holds
        # Changes while the clock is stopped.
        ({"changed": "keep_elapsed"}, RAISED_BETWEEN, 9, 5, "Tue 09:00", "Tue 09:00"),
        ({"changed": "restart"}, RAISED_BETWEEN, 3, 0, None, "Tue 13:00"),
        ({"changed": "new_only"}, RAISED_BETWEEN, 9, 1, "Tue 11:00", "Tue 11:00"),
        ({"changed": "retroactive"}, RAISED_BETWEEN, 9, 5, "Mon 13:00", "Mon 13:00"),
        ({"changed": "retroactive", "attempt": "first"}, RAISED_BETWEEN, 6, 0, None, "Tue 09:00"),
        ({"changed": "retroactive", "attempt": "first"}, RAISED, 7, 3, "Mon 13:00", "Mon 13:00"),
        ({"changed": "restart"}, (*TWICE[:2], "Mon 16:00 reprioritised P1", "Mon 16:30 reprioritised P2",
                                  *TWICE[2:]), 9, 1, "Tue 11:00", "Tue 11:00"),  # there and back is no change
        ({"changed": "restart", "reopened": "continue_with_closed_time"},
         (*LONG_DAY, "Mon 16:00 reprioritised P1", "Wed 09:00 reopened", "Wed 10:00 resolved"),
         1, 8, "Wed 09:00", "Wed 09:00"),  # the closed time breaches first, then the change restarts
        # Two attempts too late: nine hours for eight, then again.
        ({"reopened": "restart", "attempt": "worst"},
         ("Mon 09:00 opened", "Tue 10:00 resolved", "Wed 09:00 reopened", "Thu 10:00 resolved"),
         9, 2, "Tue 09:00", "Tue 09:00"),
    ],
)  # fmt: skip
def test_by_hand(
    choices: dict[str, Any],
    told: tuple[str, ...],
    elapsed: float,
    late: float,
    breach: str | None,
    due: str | None,
) -> None:
    """The times of typical stories are those worked out by hand on a desk open from nine to five."""
    targets = {"P1": 8, "P2": 16, "P3": 80, "P4": None}
    judged = judge(clock(**choices), targets, story(*told), story("Sat2 00:00 noted")[0].tick - 7 * 48)
    if due is not None and due.startswith(("Mon2", "Tue2", "Wed2")):
        judged = judge(clock(**choices), targets, story(*told), story("Sat2 00:00 noted")[0].tick)
    assert (judged.elapsed / TICK / 2, judged.late / TICK / 2) == (elapsed, late)
    expected = [None if text is None else micros(story(f"{text} noted")[0].tick) for text in (breach, due)]
    assert [judged.breach, judged.due] == expected


@pytest.mark.parametrize(("beyond", "late", "breached"), [(-1, 0, False), (0, 0, False), (1, 1, True)])
def test_to_the_microsecond(beyond: int, late: int, breached: bool) -> None:
    """A resolution exactly at the target is in time, one microsecond later it is not."""
    resolved = micros(CLOSES - 2) + beyond
    told = (
        steps_of(story("Mon 12:00 opened"))[0],
        steps_of(story("Mon 16:00 resolved"))[0]._replace(at=resolved),
    )
    judged = judge_steps(8 * TICK, ServiceTime(TABLE), told, micros(100))
    assert (judged.late, judged.breach is not None) == (late, breached)
    assert judged.due == micros(CLOSES - 2)
    assert judged.breach in {None, micros(CLOSES - 2)}


@pytest.mark.parametrize(("beyond", "kept"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_a_share_is_rounded_down(beyond: int, kept: int) -> None:
    """Where the target halves, so does the time spent; half a microsecond is dropped."""
    opened, changed = steps_of(story("Mon 12:00 opened", "Mon 13:00 reprioritised P1"))
    steps, vocabulary = (opened, changed._replace(at=changed.at + beyond)), Vocabulary()
    targets = {"P1": 4 * TICK, "P2": 8 * TICK}
    rules = clock(changed="keep_share").program()
    bound = BoundClock(rules, lambda priority: (targets[priority], ServiceTime(TABLE)), vocabulary)
    assert walk(bound, vocabulary.compile(steps), steps[1].at + 1).elapsed == TICK + kept + 1


def test_a_target_reached_at_closing_is_due_at_the_next_opening() -> None:
    """Law E18: resolved in the evening, after the earliest deadline and before the latest, is in time."""
    told = story("Mon 16:00 opened", "Mon 17:30 resolved")
    judged = judge(clock(), {"P2": 2}, told, 200)
    assert (judged.elapsed, judged.breach) == (2 * TICK, None)
    assert judged.due == micros(story("Tue 09:00 noted")[0].tick)


@pytest.mark.parametrize(("end", "due"), [("Tue 09:00", None), ("Tue 09:30", "Tue 09:00")])
def test_due_is_before_the_end(end: str, due: str | None) -> None:
    """A due instant that is the end of what is known lies ahead; later it has come."""
    judged = judge(clock(), {"P2": 16}, story(*LONG_DAY), story(f"{end} noted")[0].tick)
    assert judged.due == (None if due is None else micros(story(f"{due} noted")[0].tick))


@pytest.mark.parametrize(
    ("told", "judged"),
    [
        (("Mon 09:00 opened",), True),
        (("Mon 09:00 opened", "Mon 10:00 cancelled"), False),
        (("Mon 09:00 opened", "Mon 10:00 resolved", "Mon 11:00 merged"), False),
        (("Mon 09:00 opened", "Mon 10:00 reprioritised P4"), False),
        (("Mon 09:00 opened", "Mon 10:00 reprioritised P4", "Mon 11:00 reprioritised P2"), True),
        (("Mon 12:00 opened",), False),  # not yet
    ],
)
def test_judged(told: tuple[str, ...], judged: bool) -> None:
    """A ticket is judged while its clock has begun, is not void, and something is promised."""
    targets = {"P1": 8, "P2": 16, "P4": None}
    assert judge(clock(), targets, story(*told), story("Mon 12:00 noted")[0].tick).judged is judged


def test_first_attempt_is_still_made_void() -> None:
    """After the first stop nothing counts, but a ticket that is cancelled is in no population."""
    told = story(*TWICE[:3], "Tue 12:00 cancelled")
    assert not judge(clock(attempt="first"), {"P2": 16}, told, 200).judged


@given(clocks(), stories(), TARGETS, st.data())
def test_what_comes_later_changes_nothing(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], data: st.DataObject
) -> None:
    """Laws E21 and E44: what happens at or after an instant changes nothing before it."""
    until = data.draw(moments(told))
    earlier = [each for each in told if each.tick < until]
    assert judge(rules, targets, told, until) == judge(rules, targets, earlier, until)


@given(clocks(), stories(), TARGETS, st.data(), st.sampled_from(["noted", "arrived", "transferred", "closed"]))
def test_neutral_events_are_neutral(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], data: st.DataObject, kind: Any
) -> None:
    """Law E21: notes, arrivals, closings of what is resolved, and transfers to who has it already change no clock."""
    position = data.draw(st.integers(1, len(told)))
    tick = data.draw(st.integers(told[position - 1].tick, told[position].tick if position < len(told) else 900))
    now = list(hands(told))[position - 1]
    assume(kind != "closed" or now.resolved)
    party, group = now.desk if kind == "transferred" else (None, None)
    until = data.draw(moments(told))
    more = (*told[:position], Happening(tick, kind, party, None, group), *told[position:])
    assert judge(rules, targets, more, until) == judge(rules, targets, told, until)


@given(clocks(), stories(), TARGETS, st.data())
def test_repetitions_are_neutral(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], data: st.DataObject
) -> None:
    """Law E20: a second stop, wait, end of a wait or priority at the same instant changes nothing."""
    position = data.draw(st.integers(0, len(told) - 1))
    assume(told[position].kind != "reopened")
    until = data.draw(moments(told))
    more = (*told[: position + 1], *told[position:])
    assert judge(rules, targets, more, until) == judge(rules, targets, told, until)


@given(clocks(), stories(), TARGETS, st.data())
def test_a_wait_may_be_told_in_parts(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], data: st.DataObject
) -> None:
    """Laws E09 and E20: a wait that ends and begins again at one instant, or is told again, is one wait."""
    tick = told[-1].tick
    told = (*opened_again(told), Happening(tick + 1, "held", "customer"), Happening(tick + 9, "resumed"))
    n = data.draw(st.sampled_from([n for n, each in enumerate(told) if each.kind == "held"]))
    tick = data.draw(st.integers(told[n].tick, told[n + 1].tick))
    again = told[n]._replace(tick=tick)
    resumed = [Happening(tick, "resumed")] * data.draw(st.integers(0, 2))
    more = (*told[: n + 1], *resumed, again, *told[n + 1 :])
    until = data.draw(moments(told))
    assert judge(rules, targets, more, until) == judge(rules, targets, told, until)


@given(clocks(), stories(), TARGETS, st.data())
def test_waiting_never_lengthens(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], data: st.DataObject
) -> None:
    """Law E05: one more wait for a party never adds to elapsed time, to lateness, or to breaches."""
    n = data.draw(st.integers(0, len(told) - 1))
    later = told[n + 1].tick if n + 1 < len(told) else told[n].tick + 100
    first, last = sorted((data.draw(st.integers(told[n].tick, later)), data.draw(st.integers(told[n].tick, later))))
    assume(list(hands(told))[n].waits_for not in (rules.holds or ()))  # to end a wait that holds would be to shorten it
    more = (*told[: n + 1], Happening(first, "held", "customer"), Happening(last, "resumed"), *told[n + 1 :])
    until = data.draw(moments(told))
    with_wait, without = judge(rules, targets, more, until), judge(rules, targets, told, until)
    assert with_wait.elapsed <= without.elapsed
    assert with_wait.late <= without.late
    assert without.breach is not None or with_wait.breach is None


@given(clocks(), stories(), TARGETS, st.integers(0, 60))
def test_a_later_resolution_never_shortens(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], more: int
) -> None:
    """The later a ticket is resolved, the more time has elapsed, the more of it is late, and no breach goes away."""
    tick = told[-1].tick + 8
    until = tick + more + 1
    early, late = (
        judge(rules, targets, (*opened_again(told), Happening(at, "resolved")), until) for at in (tick, tick + more)
    )
    assert early.elapsed <= late.elapsed
    assert early.late <= late.late
    assert early.breach is None or early.breach == late.breach


@given(clocks(), stories(), TARGETS, st.integers(0, 10), st.data())
def test_a_longer_target_never_adds_a_breach(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], more: int, data: st.DataObject
) -> None:
    """Law E19: where all targets are longer there is no breach that was not there, and none is earlier."""
    longer = {priority: None if target is None else target + more for priority, target in targets.items()}
    until = data.draw(moments(told))
    short, long = judge(rules, targets, told, until), judge(rules, longer, told, until)
    if rules.changed != "keep_share":  # which makes more of what is late where the target grows by more
        assert long.late <= short.late
    if long.breach is not None:
        assert short.breach is not None
        assert short.breach <= long.breach


@given(clocks(), stories(), TARGETS, st.integers(0, 99), st.data())
def test_other_priorities_are_irrelevant(
    rules: Clock, told: tuple[Happening, ...], targets: dict[str, int | None], other: int, data: st.DataObject
) -> None:
    """Law E22: the targets of priorities that a ticket never had make no difference."""
    had = {"P2", *(each.priority for each in told)}
    others = {priority: target if priority in had else other for priority, target in targets.items()}
    until = data.draw(moments(told))
    assert judge(rules, targets, told, until) == judge(rules, others, told, until)


@given(st.integers(0, 300), st.integers(0, 120), st.integers(0, 40), st.integers(-1, 1), SPANS)
def test_duality(opened: int, length: int, target: int, nudge: int, spans: list[tuple[int, int]]) -> None:
    """Law E18: a ticket is late when it is resolved after the last instant at which it was in time."""
    time = ServiceTime(TABLE, _spans(spans))
    start, resolved = micros(opened), max(micros(opened), micros(opened + length) + nudge)
    told = [
        steps_of([Happening(opened, "opened")])[0],
        steps_of([Happening(opened, "resolved")])[0]._replace(at=resolved),
    ]
    judged = judge_steps(target * TICK, time, told, resolved + 1)
    last = time.latest_instant_of(time.worked_until(start) + target * TICK)
    assert judged.elapsed == time.between(start, resolved)
    assert (judged.breach is not None) == (judged.elapsed > target * TICK) == (resolved > last)


@given(stories(), TARGETS, st.data())
def test_shares_of_a_day_add_up(
    told: tuple[Happening, ...], targets: dict[str, int | None], data: st.DataObject
) -> None:
    """A clock that nothing holds or stops has worked all open half hours since the ticket's opening."""
    running = [each for each in told if each.kind not in {"resolved", "closed", "reopened", "cancelled", "merged"}]
    until = data.draw(moments(running))
    judged = judge(clock(holds=[], changed="new_only"), targets, running, until)
    assert judged.elapsed == TICK * sum(works(tick) for tick in range(told[0].tick, until))
