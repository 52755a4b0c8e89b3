"""What a clock did is followed step by step, and agrees with the kernel that judged it."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsm_contracts.calendars import from_micros
from ecsm_contracts.facts import Step, Ticket, timeline
from ecsm_contracts.measures import BoundLevel, Judgement, Stretch, TicketView, accounts, reached, trace, walk
from tests.facts.lives import DESK, LIVES, MICRO, MINUTE, as_of, micros, traits_seen

from .choices import WITHIN, clock_records, level_of, view_of

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sweep

LATER = micros(datetime.fromisoformat("2026-03-03T13:00:00Z"))
RELIEVED = st.sampled_from([(), ((LATER, LATER + 24 * 3_600_000_000),)])
CASES = st.tuples(LIVES, clock_records(), WITHIN, RELIEVED)
Case = tuple[tuple[Ticket, datetime], dict[str, Any], Any, Any]


def made(case: Case) -> tuple[BoundLevel, TicketView, tuple[Step, ...], int]:
    """The level, the ticket as it sees it, its steps, and the instant of asking."""
    (ticket, until), clock, within, relieved = case
    level = level_of(clock, within, relieved)
    steps = timeline(ticket)
    return level, view_of(level, steps), steps, micros(until)


def judged(case: Case) -> tuple[Judgement, BoundLevel, TicketView, tuple[Step, ...], int] | None:
    """The same with the judgement; none where nothing had happened."""
    level, view, steps, until = made(case)
    found = level.judge(view, until)
    return None if found is None else (found, level, view, steps, until)


PLAIN = {"start": ["opened"], "stop": ["resolved"], "holds": ["customer"]}
CHOSEN: dict[str, dict[str, Any]] = {
    "anything": {},
    "closed time": {**PLAIN, "reopened": "continue_with_closed_time"},
    "the share of a target": {**PLAIN, "changed": "keep_share", "attempt": "sum"},
    "another attempt": {**PLAIN, "reopened": "restart", "attempt": "worst"},
    "the last attempt": {**PLAIN, "reopened": "restart", "attempt": "last"},
    "begun anew": {**PLAIN, "changed": "restart", "attempt": "worst"},
}


@pytest.mark.parametrize("chosen", CHOSEN)
@settings(max_examples=80)
@given(LIVES, st.data(), WITHIN, RELIEVED)
def test_accounts_add_up_to_the_judgement(
    chosen: str, life: tuple[Ticket, datetime], data: st.DataObject, within: Any, relieved: Any
) -> None:
    """What holders had adds up exactly to what the clock shows, and to how late it is, under every choice of terms."""
    found = judged((life, data.draw(clock_records(**CHOSEN[chosen])), within, relieved))
    if found is None:
        return
    judgement, level, view, steps, until = found
    assert level.clock is not None
    account = accounts(level.clock, view.compiled.known_before(until), steps, until)
    assert sum(amount for _, amount in account.counted) == judgement.elapsed
    assert sum(amount for _, amount in account.late) == judgement.late
    assert all(amount >= 0 for _, amount in (*account.counted, *account.late))


@settings(max_examples=40)
@given(CASES)
def test_only_time_that_counts_is_put_to_an_account(case: Case) -> None:
    """A holder in whose hands the clock stands still has none of its time, but for closed time that was added."""
    found = judged(case)
    if found is None or case[1]["reopened"] == "continue_with_closed_time":
        return
    _, level, view, steps, until = found
    clock = case[1]
    assert level.clock is not None
    for holder, amount in accounts(level.clock, view.compiled.known_before(until), steps, until).counted:
        names = {holder.party, holder.group}
        counts = not names & set(clock["holds"]) if "holds" in clock else bool(names & set(clock["counts_only"]))
        assert counts or not amount


@settings(max_examples=40)
@given(CASES, st.booleans())
def test_stretches_tell_the_judgement(case: Case, inclusive: bool) -> None:
    """Stretches leave no gap, end as the clock is judged, and their numbers are those of their calendar."""
    ticket, relieved = case[0][0], case[3]
    level, view, steps, end = made(case)
    found = trace(level, view, steps, end, inclusive=inclusive)
    known = view.compiled.known_before(end + inclusive)
    if not known.times:
        assert found == ()
        return
    assert level.clock is not None
    judgement = walk(level.clock, known, end)
    last = found[-1]
    assert (last.elapsed, last.end) == (judgement.elapsed, end)
    assert last.is_ticking is judgement.ticking
    assert judgement.target is None or not judgement.judged or last.target == judgement.target
    assert all(first.end == second.start for first, second in pairwise(found))
    assert [each.start for each in found] == sorted(set(known.times))
    for each in found:
        span = from_micros(each.start), from_micros(each.end)
        holds = [(from_micros(a), from_micros(b)) for a, b in relieved]
        if each.hours == "desk":
            assert each.service_time == DESK.worked(*span, holds=holds) // MICRO
            assert each.service_time + each.relieved == DESK.worked(*span) // MICRO
        else:
            assert each.service_time + each.relieved == each.length
        assert min(each.service_time, each.outside_hours, each.relieved, each.shown_before) >= 0
        assert each.rules
        if not any(step.kind in {"cancelled", "merged"} for step in steps) and each.length:
            known_then = ticket.known_before(end + inclusive) or ticket
            assert (*each.holder,) == as_of(known_then, span[0])[:2]


@settings(max_examples=40)
@given(CASES)
def test_what_is_added_up_is_what_is_shown(case: Case) -> None:
    """Where elapsed time never begins again nor is scaled, the counted times add up to what is shown."""
    clock = case[1]
    if clock["attempt"] not in {"sum", "first"} or clock["changed"] in {"restart", "keep_share"}:
        return
    level, view, steps, end = made(case)
    spent = 0
    for each in trace(level, view, steps, end):
        spent += each.counted
        assert each.is_void or each.elapsed == spent or each.begins


@settings(max_examples=40)
@given(CASES, st.sampled_from([0, 1, 60, 3_600, 14_400]).map(lambda seconds: seconds * 1_000_000))
def test_the_instant_at_which_so_much_was_shown(case: Case, amount: int) -> None:
    """Judged at that instant the clock shows the amount, and a microsecond before it does not, or not since."""
    level, view, steps, end = made(case)
    found = trace(level, view, steps, end)
    if not found or found[-1].is_void:
        return
    at = reached(level, found, amount)
    assert (at is None) is (found[-1].elapsed < amount)
    if at is None:
        return
    assert level.clock is not None
    for instant in sorted({at, (at + end) // 2, end}):
        judgement = walk(level.clock, view.compiled.known_before(instant + 1), instant)
        assert judgement.elapsed >= amount or instant != at
    before = view.compiled.known_before(at)
    began = any(each.start == at and each.begins for each in found)
    if before.times and at > found[0].start and not began and amount:
        assert walk(level.clock, before, at - 1).elapsed < amount


def _any(shows: Callable[[Stretch], bool]) -> Callable[[Case], bool]:
    """Return what says whether any stretch of a case *shows* something."""

    def look(case: Case) -> bool:
        level, view, steps, until = made(case)
        return any(map(shows, trace(level, view, steps, until)))

    return look


def _late(case: Case, *, earlier: bool) -> bool:
    found = judged(case)
    if found is None or found[0].target is None:
        return False
    beyond = max(0, found[0].elapsed - found[0].target)
    return found[0].late > beyond if earlier else found[0].late > 0


TRAITS: dict[str, Callable[[Case], bool]] = {
    "late": lambda case: _late(case, earlier=False),
    "late in an earlier attempt": lambda case: _late(case, earlier=True),
    "scaled": _any(lambda each: "changed: keep_share" in each.rules and each.elapsed > 0),
    "closed time": _any(lambda each: each.counted > each.service_time),
    "relieved": _any(lambda each: each.relieved > 0 and each.is_running),
    "void": _any(lambda each: each.is_void),
    "another calendar": _any(lambda each: each.hours == "always"),
    "answered": _any(lambda each: each.clock == "answered"),
    "answered, then resolved": _any(lambda each: each.clock == "answered and resolved"),
    "another attempt": _any(lambda each: any(rule.startswith("another attempt") for rule in each.rules)),
    "held by counts_only": _any(lambda each: any(rule.startswith("counts_only") for rule in each.rules)),
}


def test_the_clocks_are_tried() -> None:
    """What these laws are tried on includes lateness, scaling, closed time and so on."""
    assert traits_seen(CASES, TRAITS, 1000) == set(TRAITS)


def _rules(clock: dict[str, Any], *events: tuple[int, str, dict[str, str]]) -> list[tuple[str, ...]]:
    """The rules of each stretch of a ticket with events at so many minutes after Monday, 09:00 in Amsterdam."""
    first = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    records = [{"kind": kind, "at": first + at * MINUTE, **more} for at, kind, more in events]
    fields = {"ref": "T", "service": "desk", "type": "incident", "priority": "P2"}
    ticket = Ticket.model_validate({**fields, "events": records})
    usual = {"start": ["opened"], "stop": ["resolved"], "hours": "desk", "reopened": "continue_without"}
    fixed = {"attempt": "last", "changed": "keep_share", **({} if "counts_only" in clock else {"holds": ["customer"]})}
    relieved = [(micros(first + 60 * MINUTE), micros(first + 120 * MINUTE))]
    level = level_of({**usual, **fixed, **clock}, "4h", relieved)
    steps = timeline(ticket)
    until = micros(first + 600 * MINUTE)
    return [each.rules for each in trace(level, view_of(level, steps), steps, until, relief=lambda *_: "works")]


def test_rules_by_hand() -> None:
    """Each stretch names the terms by which it counts or does not."""
    told = _rules(
        {},
        (0, "opened", {}),
        (30, "reprioritised", {"priority": "P3"}),
        (60, "noted", {}),
        (120, "held", {"party": "customer"}),
        (180, "resumed", {}),
        (200, "noted", {}),
        (300, "resolved", {}),
        (320, "reopened", {}),
        (500, "noted", {}),
        (540, "cancelled", {}),
    )
    assert told == [
        ("counts: provider has it",),
        ("changed: keep_share", "counts: provider has it"),
        ("relieved: works",),
        ("holds: customer",),
        ("outside the hours of desk",),
        ("counts: provider has it",),
        ("stopped by resolved",),
        ("reopened: continue_without", "counts: provider has it"),
        ("outside the hours of desk",),
        ("void: cancelled",),
    ]


def test_rules_of_one_group() -> None:
    """A clock that counts only one group says who has it instead, and that it has not begun."""
    told = _rules(
        {"counts_only": ["network"], "start": ["acknowledged"], "stop": ["replied", "resolved"], "attempt": "first"},
        (0, "opened", {}),
        (10, "acknowledged", {}),
        (20, "transferred", {"group": "network"}),
        (30, "replied", {"party": "provider"}),
        (40, "reprioritised", {"priority": "P1"}),
    )
    assert told == [
        ("not begun",),
        ("counts_only: provider has it, not network",),
        ("counts: provider: network has it",),
        ("stopped for good by replied",),
        ("stopped for good by replied",),
    ]
