"""Where a ticket stands at an instant, and that a statement judges it the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts._model import canonical_json
from ecsm_contracts.calendars import BusinessCalendar
from ecsm_contracts.engine import ClockStatus, TicketStatus, explain_ticket, status
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, UnknownReference, WrongType
from tests.facts.lives import LIVES, MICRO, MINUTE, lives, traits_seen
from tests.measures.choices import WITHIN, clock_records

from .standing import MARCH, WORKS, acme_with, plain_clock, works
from .world import acme

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWN = st.tuples(LIVES, clock_records(), WITHIN, st.booleans())
Case = tuple[tuple[ec.Ticket, datetime], dict[str, Any], Any, bool]
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """An instant of March 2026 in Amsterdam, such as ``02T09:00``."""
    return datetime.fromisoformat(f"2026-03-{text}:00+01:00")


def ticket(*events: tuple[str, str], **more: Any) -> ec.Ticket:
    """A P2 incident with events at instants of March, such as ``("02T09:00", "held customer")``."""
    records = []
    for instant, said in events:
        kind, *rest = said.split()
        name = {"held": "party", "replied": "party", "reprioritised": "priority", "transferred": "group"}.get(kind, "")
        records.append({"kind": kind, "at": at(instant), **({name: rest[0]} if rest else {})})
    fields = {"ref": "T-1", "service": "desk", "type": "incident", "priority": "P2", "events": records}
    return ec.Ticket.model_validate({**fields, **more})


def stand(case: Case, instant: datetime | None = None) -> TicketStatus | None:
    """The status of a drawn ticket; None before its opening."""
    (one, until), clock, within, relieved = case
    asked = until if instant is None else instant
    if asked < one.events[0].at:
        return None
    return status(acme_with(clock, within=within), one, asked, setting=works() if relieved else ec.Facts().setting)


def _raised(instant: str, *, relieved: bool) -> Case:
    """A P3 ticket that is late, then raised to P2, which begins again at zero; asked about at *instant*."""
    told = ticket(("02T09:00", "opened"), ("03T09:30", "reprioritised P2"), priority="P3")
    within = {"by": "priority", "P2": "8h", "otherwise": "1h"}
    return (told, at(instant)), plain_clock(changed="restart", attempt="worst"), within, relieved


AIMED = st.sampled_from(["03T10:00", "03T12:30", "03T16:00", "04T12:00"]).flatmap(
    lambda instant: st.booleans().map(lambda relieved: _raised(instant, relieved=relieved))
)
CASES = st.one_of(DRAWN, DRAWN, DRAWN, AIMED)
"""Drawn tickets and clocks, and some that are late once, in time again, and under maintenance."""


@pytest.mark.sweep
@settings(max_examples=60)
@given(lives(), clock_records(), WITHIN, st.booleans())
def test_a_statement_judges_the_same(one: ec.Ticket, clock: dict[str, Any], within: Any, relieved: bool) -> None:
    """At the end of a period each clock shows what the statement's explanation shows, with the same breach."""
    contract = acme_with(clock, within=within)
    facts = ec.facts_from_records(tickets=[one.to_data()], notices=[WORKS] if relieved else [])
    settled = ec.evaluate(contract, facts, period=MARCH)
    explained = {each.clause: each for each in explain_ticket(settled, facts, one.ref).clocks}
    end = datetime.fromisoformat("2026-03-31T22:00:00+00:00")
    now = status(contract, one, end, setting=facts.setting)
    assert [each.clause for each in now] == list(explained)
    for each in now:
        other = explained[each.clause]
        assert (each.elapsed, each.state) == (other.elapsed, other.stretches[-1].clock)
        assert each.target == other.target
        assert each.breach == other.breach or each.state == "void"


@pytest.mark.sweep
@settings(max_examples=60)
@given(LIVES, clock_records(cycles="one"), WITHIN, st.data())
def test_elapsed_time_never_falls(
    life: tuple[ec.Ticket, datetime], clock: dict[str, Any], within: Any, data: st.DataObject
) -> None:
    """Asked later, a clock that neither restarts nor scales shows no less."""
    one, _ = life
    fixed = {"start": ["opened"], "stop": ["resolved"], "attempt": "sum", "changed": "keep_elapsed"}
    if any(each.kind in {"cancelled", "merged"} for each in one.events):
        return
    contract = acme_with({**clock, **fixed}, within=within)
    last = one.events[-1].at - one.events[0].at + 50 * HOUR
    waits = data.draw(st.lists(st.integers(0, last // MINUTE), min_size=2, max_size=6).map(sorted))
    shown = [status(contract, one, one.events[0].at + wait * MINUTE)["9.1"].elapsed for wait in waits]
    assert shown == sorted(shown)


@pytest.mark.sweep
@settings(max_examples=60)
@given(CASES)
def test_a_deadline_is_when_the_time_is_used_up(case: Case) -> None:
    """Asked at the deadline, with nothing more happening, the target is used up and not exceeded; before it is not."""
    now = stand(case)
    if now is None:
        return
    clock = now["9.1"]
    (one, until), *_ = case
    known = one.known_before(_micros(until) + 1) or one
    if clock.state != "running" or clock.deadline is None or clock.elapsed >= (clock.target or timedelta(0)):
        return
    assert clock.deadline > until
    at_deadline, before = (stand(((known, until), *case[1:]), clock.deadline - step) for step in (timedelta(0), MICRO))
    assert at_deadline is not None
    assert before is not None
    assert at_deadline["9.1"].elapsed == clock.target
    assert at_deadline["9.1"].deadline == clock.deadline
    assert at_deadline["9.1"].breached is clock.breached
    assert before["9.1"].elapsed < at_deadline["9.1"].elapsed


@pytest.mark.sweep
@settings(max_examples=60)
@given(CASES)
def test_a_held_clock_says_what_holds_if_it_is_resumed(case: Case) -> None:
    """The deadline of a clock that is held is the one that holds when the wait ends at that instant."""
    now = stand(case)
    if now is None or now.state != "held":
        return
    (one, until), *others = case
    known = one.known_before(_micros(until) + 1) or one
    resumed = known.replace(events=(*known.events, ec.Event(kind="resumed", at=until)))
    after = stand(((resumed, until), *others))
    assert after is not None
    first, second = now["9.1"], after["9.1"]
    if first.state == "held" and second.state == "running":
        assert first.deadline == second.deadline
        assert first.if_resumed is (first.deadline is not None and first.elapsed < (first.target or timedelta(0)))
        assert not second.if_resumed


def _micros(instant: datetime) -> int:
    return (instant - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // MICRO


TRAITS: dict[str, Callable[[Any], Any]] = {
    "held": lambda now: now["9.1"].if_resumed,
    "running": lambda now: now["9.1"].state == "running" and now["9.1"].remaining > timedelta(0),
    "late": lambda now: now["9.1"].remaining is not None and now["9.1"].remaining < timedelta(0),
    "breached before": lambda now: now["9.1"].breached and now["9.1"].remaining >= timedelta(0),
    "relieved": lambda now: now["9.1"].relieved and now["9.1"].is_ticking,
    "waits for an opening": lambda now: now["9.1"].next_opening is not None,
    "not begun": lambda now: now["9.1"].state == "not begun",
    "void": lambda now: now["9.1"].state == "void",
}


@pytest.mark.sweep
def test_the_tickets_stand_everywhere() -> None:
    """What these laws are tried on includes clocks in every state."""

    def shows(trait: str) -> Any:
        return lambda now: now is not None and TRAITS[trait](now)

    assert traits_seen(CASES.map(stand), {trait: shows(trait) for trait in TRAITS}, 150) == set(TRAITS)


OFFICE = BusinessCalendar.weekly("Mon-Thu 10:00-11:00", zone="Europe/Amsterdam")
WAITS = st.lists(st.integers(1, 300), min_size=1, max_size=5)


@pytest.mark.sweep
@given(WAITS, st.sampled_from(["0%", "50%", "75%", "100%", "150%"]))
def test_warnings_are_those_of_the_calendar(waits: list[int], share: str) -> None:
    """A warning comes when the calendar says, with the waits left out, and is told in the notifier's hours."""
    start = at("02T08:30")
    instants = [start]
    for wait in waits[: len(waits) // 2 * 2]:
        instants.append(instants[-1] + wait * MINUTE)
    kinds = ["opened", *("held", "resumed") * 3][: len(instants)]
    records = [
        {"kind": kind, "at": instant, **({"party": "customer"} if kind == "held" else {})}
        for kind, instant in zip(kinds, instants, strict=True)
    ]
    contract = acme_with(plain_clock())
    desk = contract.calendar("desk")
    holds = list(zip(instants[1::2], instants[2::2], strict=True))
    expected = desk.warning(start, 4 * HOUR, share, holds, notifier=OFFICE)
    fields = {"ref": "T", "service": "desk", "type": "incident", "priority": "P2"}
    one = ec.Ticket.model_validate({**fields, "events": records})
    for asked in (instants[-1], instants[-1] + 5 * HOUR, instants[-1] + 80 * HOUR):
        clock = status(contract, one, asked, warn_at=[share], notifier=OFFICE)["9.1"]
        assert clock.warnings == (expected,)
        assert clock.warned == ((expected,) if expected.notify <= asked else ())


def test_by_hand() -> None:
    """P2: eight hours in hours of 08:00-18:00. Held 10:00-15:00; at 20:00 there are four hours left, until noon."""
    one = ticket(("02T09:00", "opened"), ("02T10:00", "held customer"), ("02T15:00", "resumed"))
    held, evening, late = (status(acme(), one, at(text))["4.2"] for text in ("02T12:00", "02T20:00", "03T14:00"))
    assert (held.state, held.reason, held.remaining) == ("held", "holds: customer", 7 * HOUR)
    assert (held.deadline, held.if_resumed) == (at("03T09:00"), True)
    assert (evening.state, evening.reason, evening.remaining) == ("running", "outside the hours of desk", 4 * HOUR)
    assert (evening.deadline, evening.next_opening) == (at("03T12:00"), at("03T08:00"))
    assert (evening.running_since, evening.in_hours, evening.breached) == (at("02T15:00"), False, False)
    assert (late.remaining, late.breach, late.deadline) == (-2 * HOUR, at("03T12:00"), at("03T12:00"))
    assert (late.running_since, late.next_opening) == (at("02T15:00"), None)


def test_what_happens_at_the_instant_is_known() -> None:
    """Right after an event is recorded, the status knows it; what is recorded for later does not exist."""
    one = ticket(("02T09:00", "opened"), ("02T10:00", "held customer"), ("02T11:00", "resolved"))
    assert [status(acme(), one, at(text))["4.2"].state for text in ("02T09:00", "02T10:00", "02T11:00")] == [
        "running", "held", "stopped",
    ]  # fmt: skip
    now = status(acme(), one, at("02T10:00"))
    assert (now.state, str(now.holder), now["4.2"].elapsed) == ("held", "customer", HOUR)


def test_announced_maintenance_moves_a_deadline() -> None:
    """A notice for later moves what lies ahead, not what has elapsed, and its time is told as relieved."""
    contract, one = acme_with(plain_clock()), ticket(("03T10:00", "opened"))
    before = status(contract, one, at("03T10:30"), setting=works())["9.1"]
    assert (before.elapsed, before.deadline) == (HOUR / 2, at("04T15:00"))
    during = status(contract, one, at("03T14:00"), setting=works())["9.1"]
    assert (during.elapsed, during.relieved, during.in_hours) == (HOUR, True, True)
    assert (during.reason, during.next_opening) == ("relieved: maintenance (clause 5.1)", at("04T11:00"))


def test_the_next_deadline_is_named() -> None:
    """Of the clocks that run in time the one that ends first is told; none when nothing runs."""
    now = status(acme(), ticket(("02T09:00", "opened")), at("02T09:30"))
    assert now.next_due is now["4.1"]
    answered = ticket(("02T09:00", "opened"), ("02T09:10", "replied provider"))
    after = status(acme(), answered, at("02T09:30"))
    assert after.next_due is after["4.2"]
    assert status(acme(), answered, at("20T09:30")).next_due is None


def test_beyond_the_calendar_the_deadline_is_missing_and_says_why() -> None:
    """Where holidays are not known yet, elapsed time is, and so are warnings before; the deadline is not made up."""
    one = ec.Ticket.model_validate(
        {**ticket(("02T09:00", "opened")).to_data(), "priority": "P3",
         "events": [{"kind": "opened", "at": "2026-12-30T12:00:00Z"}]}
    )  # fmt: skip
    clock = status(acme(), one, datetime.fromisoformat("2026-12-31T12:00:00Z"), warn_at=["10%", "75%"])["4.2"]
    assert (clock.elapsed, clock.deadline) == (10 * HOUR, None)
    assert [(each.share, each.at) for each in clock.warned] == [
        (Fraction(1, 10), datetime(2026, 12, 30, 16, tzinfo=UTC))
    ]
    assert not clock.warnings[0].too_late
    assert "2026" in clock.beyond
    with pytest.raises(CalendarRangeError):
        status(acme(), one, datetime.fromisoformat("2027-02-01T12:00:00Z"))


def test_what_is_not_recorded_is_named() -> None:
    """A promise whose clock needs what no origin records has no clock; a ticket in no scope has none at all."""
    setting = ec.facts_from_records(origins=[{"ref": "log", "title": "Log", "unrecorded": ["replied"]}]).setting
    now = status(acme(), ticket(("02T09:00", "opened")), at("02T10:00"), setting=setting)
    assert (now.silent, [each.clause for each in now]) == (("4.1",), ["4.2"])
    none = status(acme(), ticket(("02T09:00", "opened"), type="request"), at("02T10:00"))
    assert len(none) == 0
    assert "no promise concerns it" in str(none)


BAD: dict[str, tuple[type[Exception], dict[str, Any]]] = {
    "no offset": (InvalidValue, {"as_of": datetime(2026, 3, 2, 9)}),
    "a text": (WrongType, {"as_of": "2026-03-02"}),
    "before the opening": (InvalidValue, {"as_of": at("02T08:59")}),
    "no contract": (WrongType, {"contract": "acme.yaml"}),
    "no ticket": (WrongType, {"ticket": {}}),
    "facts for a setting": (WrongType, {"setting": ec.Facts()}),
    "no calendar": (WrongType, {"notifier": "office"}),
    "no share": (InvalidValue, {"warn_at": ["soon"]}),
    "a number for shares": (InvalidValue, {"warn_at": 75}),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case: str) -> None:
    """What is no instant, ticket, setting, share and so on is told as one of the library's errors."""
    error, wrong = BAD[case]
    usual: dict[str, Any] = {"contract": acme(), "ticket": ticket(("02T09:00", "opened")), "as_of": at("02T10:00")}
    with pytest.raises(error):
        status(**{**usual, **wrong})


def test_one_share_needs_no_list() -> None:
    """A single share is a share."""
    one = ticket(("02T09:00", "opened"))
    for share in ("50%", Fraction(1, 2)):
        (warning,) = status(acme(), one, at("02T10:00"), warn_at=share)["4.2"].warnings  # type: ignore[arg-type]
        assert warning.share == Fraction(1, 2)


def test_it_is_data_and_text() -> None:
    """A status is plain data that JSON holds, prints a line for each clock, and escapes what comes from outside."""
    hostile = "<script>alert(1)</script>\x1b[31m"
    one = ticket(("02T09:00", "opened"), ("02T10:00", "held customer"), ref="<script>", priority="<b>")
    now = status(acme(), one, at("02T11:00"), setting=ec.Facts().setting)
    assert '"deadline":"2026-03-' in canonical_json(now.to_data())
    assert "if resumed now" in str(now)
    clock = now["4.2"]._replace(title=hostile)
    page = TicketStatus(hostile, now.as_of, now.zone, "P1", "open", now.holder, (clock,))
    assert "<script" not in page._repr_html_()
    assert "\x1b" not in str(page)
    assert "<script>" not in now._repr_html_()
    with pytest.raises(UnknownReference, match="did you mean"):
        now["4.22"]
    with pytest.raises(UnknownReference):
        now[4]  # type: ignore[index]
    assert isinstance(clock, ClockStatus)
