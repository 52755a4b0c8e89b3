"""Who held every second: the parts of a life leave nothing out, count nothing twice, and say what the page says."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.calendars import Interval, total_span
from ecsm_contracts.errors import CalendarRangeError, Contradiction, InvalidValue, WrongType
from ecsm_contracts.facts import PriorityMatrix, Ticket, attributes_at, cut_at_hours, partition

from .lives import DESK, LIVES, MICRO, MINUTE, as_of, life_of, lives, micros, sampled, traits_seen
from .strategies import event, hour, ticket, ticket_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = {"high": {"high": "P1", "low": "P3"}, "low": {"high": "P2", "low": "P4"}}
MATRIX = PriorityMatrix.model_validate({"impact": ROWS})
SPANS = st.lists(
    st.tuples(st.integers(-500, 9000), st.sampled_from([0, 1, 60, 600, 3000])).map(
        lambda drawn: (hour(0) + drawn[0] * MINUTE, hour(0) + sum(drawn) * MINUTE)
    ),
    max_size=4,
)


@given(LIVES, SPANS)
def test_a_life_is_covered_once(drawn: tuple[Ticket, datetime], spans: list[tuple[datetime, datetime]]) -> None:
    """From the opening to the end that stands there is neither gap nor overlap, and no part is empty."""
    one, until = drawn
    parts = partition(one, until, relieved=spans)
    life = life_of(one, until)
    assert all(first.end == second.start for first, second in pairwise(parts))
    assert all(part.start < part.end for part in parts)
    assert all(first[2:6] != second[2:6] for first, second in pairwise(parts))
    if life is None or life[0] == life[1]:
        assert parts == ()
    else:
        assert (parts[0].start, parts[-1].end) == (micros(life[0]), micros(life[1]))


@given(LIVES)
def test_every_instant_is_as_the_page_says(drawn: tuple[Ticket, datetime]) -> None:
    """At any instant of a part its holder and state are those that the events up to then lead to."""
    one, until = drawn
    known = one.known_before(micros(until)) or one
    for part in partition(one, until):
        for at in sampled(part.start, part.end):
            assert (*part.holder, part.state) == as_of(known, at)
            attributes = attributes_at(known, at)
            assert attributes is not None
            assert (attributes.holder, attributes.state) == (part.holder, part.state)


@given(LIVES, SPANS)
def test_sums_are_those_of_the_life(drawn: tuple[Ticket, datetime], spans: list[tuple[datetime, datetime]]) -> None:
    """Elapsed and service time by holder, state or relief add up to those of the life, whatever is relieved."""
    one, until = drawn
    life = life_of(one, until)
    plain, relieved = (partition(one, until, service_time=DESK, relieved=each) for each in ((), spans))
    if life is not None:
        worked = DESK.worked(*life) // MICRO
        for parts in (plain, relieved):
            assert sum(part.length for part in parts) == micros(life[1]) - micros(life[0])
            assert sum(part.service_time or 0 for part in parts) == worked
    by_holder: list[Counter[object]] = [Counter(), Counter()]
    for sums, parts in zip(by_holder, (plain, relieved), strict=True):
        for part in parts:
            sums[part.holder, part.state, part.reason] += part.length
    assert by_holder[0] == by_holder[1]
    covered = {at for part in relieved if part.relieved for at in (part.start, part.end)}
    assert covered <= {micros(edge) for span in spans for edge in span} | {at for part in plain for at in part[:2]}
    inside = [part for part in relieved if part.relieved]
    assert all(any(micros(a) <= part.start < micros(b) for a, b in spans) for part in inside)
    outside = [part for part in relieved if not part.relieved]
    assert not any(micros(a) <= part.start < micros(b) for part in outside for a, b in spans)


@given(LIVES)
def test_pieces_are_in_hours_or_not(drawn: tuple[Ticket, datetime]) -> None:
    """Cut at the edges of hours, each piece is in hours or is not, as its calendar says, and the parts are whole."""
    parts = partition(*drawn, service_time=DESK)
    pieces = list(cut_at_hours(parts, DESK))
    assert sum(piece.service_time or 0 for piece in pieces) == sum(part.service_time or 0 for part in parts)
    assert total_span(piece[:2] for piece in pieces) == total_span(part[:2] for part in parts)
    for piece in pieces:
        assert {DESK.in_hours(at) for at in sampled(piece.start, piece.end)} == {piece.in_hours}
    for part in parts:
        own = {piece.in_hours for piece in pieces if part.start <= piece.start < part.end}
        assert part.in_hours == (own.pop() if len(own) == 1 else None)


@given(LIVES, st.data())
def test_a_hold_said_twice_is_one_hold(drawn: tuple[Ticket, datetime], data: st.DataObject) -> None:
    """A wait that is confirmed in its middle, or a note, changes nothing."""
    one, until = drawn
    parts = partition(one, until)
    held = [part for part in parts if part.state == "held" and part.length > 1]
    more = [event("noted", until - MICRO)] if life_of(one, until) else []
    if held:
        part = data.draw(st.sampled_from(held))
        middle = part.interval.start + (part.interval.end - part.interval.start) // 2
        said = {"party": part.holder.party, **({"reason": part.reason} if part.reason else {})}
        more.append(event("held", middle, **said))
    assert partition(one.replace(events=(*one.events, *more)), until) == parts


@given(LIVES, st.randoms(use_true_random=False))
def test_the_order_of_records_is_neutral(drawn: tuple[Ticket, datetime], chance: Any) -> None:
    """Events of different instants may be given in any order."""
    one, until = drawn
    firsts = list({each.at: each for each in reversed(one.events)}.values())
    try:
        told = one.replace(events=tuple(sorted(firsts, key=lambda each: each.at)))
        expected = partition(told, until, service_time=DESK)
    except Contradiction:
        return
    chance.shuffle(firsts)
    assert partition(one.replace(events=tuple(firsts)), until, service_time=DESK) == expected


@given(LIVES)
def test_what_comes_later_does_not_exist(drawn: tuple[Ticket, datetime]) -> None:
    """Events at or after the instant of asking make no difference."""
    one, until = drawn
    known = one.known_before(micros(until))
    assert partition(one, until) == (partition(known, until) if known else ())


TRAITS: dict[str, Callable[[Ticket], bool]] = {
    "reopened after a closing": lambda one: ["closed", "reopened"] in _pairs(one),
    "a transfer during a wait": lambda one: ["held", "transferred"] in _pairs(one),
    "cancelled while held": lambda one: ["held", "cancelled"] in _pairs(one),
    "several events at one instant": lambda one: len({each.at for each in one.events}) < len(one.events) - 2,
    "a third party": lambda one: any(each.party == "vendor" for each in one.events),
    "waits for two parties in turn": lambda one: ["held", "held"] in _pairs(one),
    "merged after its resolution": lambda one: ["resolved", "merged"] in _pairs(one),
    "a transfer to a group of a supplier": lambda one: any(
        each.kind == "transferred" and each.party and each.group for each in one.events
    ),
}


def _pairs(one: Ticket) -> list[list[str]]:
    return [[first.kind, second.kind] for first, second in pairwise(one.events)]


def test_the_lives_are_crooked_enough() -> None:
    """The tickets that these laws are tried on include each trait that could break them."""
    assert traits_seen(lives(), TRAITS) == set(TRAITS)


def test_by_hand() -> None:
    """Mon 09:00 opened, 10:00 held, 12:00 given to a group, 13:00 resumed, 15:00 resolved, 16:00 closed; one hour of it
    is relieved."""
    one = ticket(
        event("opened", hour(0)),
        event("held", hour(1), party="customer", reason="an answer"),
        event("transferred", hour(3), group="network"),
        event("resumed", hour(4)),
        event("resolved", hour(6)),
        event("closed", hour(7)),
    )
    parts = partition(one, hour(100), relieved=[(hour(5), hour(8))])
    told = [(str(each.holder), *each[3:6], each.length // 3_600_000_000) for each in parts]
    assert told == [
        ("provider", "open", None, False, 1),
        ("customer", "held", "an answer", False, 3),
        ("provider: network", "open", None, False, 1),
        ("provider: network", "open", None, True, 1),
        ("customer", "resolved", None, True, 1),
    ]
    assert parts[0].interval == Interval(hour(0), hour(1))


def test_a_closing_that_is_undone_does_not_end_a_life() -> None:
    """A reopening, and a cancellation, take a closing back: the life goes on."""
    undone = ticket_of("opened", "closed", "reopened")
    assert partition(undone, hour(9))[-1].interval.end == hour(9)
    cancelled = ticket_of("opened", "closed", "cancelled")
    assert partition(cancelled, hour(9))[-1].interval.end == hour(2)


def test_thirty_years_are_one_part() -> None:
    """A ticket that was open for decades has as few parts as events; pieces come one by one, as many as are taken."""
    start = datetime(1995, 1, 2, tzinfo=UTC)
    one, until = ticket(event("opened", start)), start + timedelta(days=365 * 30)
    (part,) = partition(one, until, service_time=DESK)
    assert part.service_time == DESK.worked(start, until) // MICRO
    assert part.in_hours is None
    first = next(iter(cut_at_hours([part], DESK)))
    assert (first.in_hours, first.interval) == (False, Interval(start, start + 8 * 60 * MINUTE))


def test_attributes_change_with_events() -> None:
    """Impact and urgency make the priority as of the instant; an event at the instant is known; nothing is before."""
    one = ticket(
        event("opened", hour(0)), event("reprioritised", hour(2), priority="P9", urgency="high"),
        event("cancelled", hour(4)), priority=None, impact="low", urgency="low",
    )  # fmt: skip
    assert attributes_at(one, hour(0) - MICRO, MATRIX) is None
    early, late, ended = (attributes_at(one, hour(n), MATRIX) for n in (1, 2, 4))
    assert early is not None
    assert late is not None
    assert ended is not None
    assert (early.priority, early.impact, early.urgency, early.state) == ("P4", "low", "low", "open")
    assert (late.priority, late.urgency) == ("P9", "high")
    assert (ended.state, ended.holder) == ("ended", None)


NO_DATES = datetime(2026, 3, 2, 9)
BAD: dict[str, tuple[type[Exception], dict[str, Any]]] = {
    "no offset": (InvalidValue, {"until": NO_DATES}),
    "no instant": (WrongType, {"until": "2026-03-02"}),
    "no ticket": (WrongType, {"ticket": "T-1"}),
    "no matrix": (WrongType, {"matrix": {}}),
    "no calendar": (WrongType, {"service_time": "desk"}),
    "a reversed span": (InvalidValue, {"relieved": [(hour(2), hour(1))]}),
    "no spans": (InvalidValue, {"relieved": [5]}),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case: str) -> None:
    """What is no instant, ticket, matrix, calendar or span is told as one of the library's errors."""
    error, wrong = BAD[case]
    usual: dict[str, Any] = {"ticket": ticket(event("opened")), "until": hour(3)}
    with pytest.raises(error):
        partition(**{**usual, **wrong})


def test_beyond_a_calendar_is_an_error() -> None:
    """A life that reaches out of the years of a calendar is not counted as if it had no hours."""
    with pytest.raises(CalendarRangeError):
        partition(ticket(event("opened")), datetime(2102, 1, 1, tzinfo=UTC), service_time=DESK)
