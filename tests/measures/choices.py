"""Clocks of every make, as plain data, and a level bound to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecsm_contracts.calendars import BusinessCalendar
from ecsm_contracts.measures import BoundLevel, Item, LevelProgram, Scope, TicketTime, TicketView, Vocabulary, life_of
from tests.facts.lives import DESK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.facts import Step

ALWAYS = BusinessCalendar.always("Europe/Amsterdam")
START, END = DESK.limits
ENDS = st.sampled_from(
    [
        (["opened"], ["resolved"], "one"),
        (["opened"], ["resolved"], "one"),
        (["opened"], ["replied", "resolved"], "one"),
        (["acknowledged", "replied"], ["resolved"], "one"),
        (["opened"], ["closed"], "one"),
        (["opened", "customer_replied"], ["replied", "resolved"], "many"),
        (["opened", "customer_replied"], ["replied", "resolved"], "many"),
        (["opened", "replied"], ["replied", "resolved"], "many"),
        ([{"event": "transferred", "group": "network"}], ["resolved", {"event": "transferred"}], "many"),
    ]
)
COUNTING: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"holds": []},
        {"holds": ["customer"]},
        {"holds": ["customer", "vendor"]},
        {"counts_only": ["network"]},
        {"counts_only": ["vendor"]},
        {"counts_only": ["provider", "second line"]},
    ]
)
HOURS = st.sampled_from(["desk", "desk", {"by": "priority", "P1": "always", "otherwise": "desk"}])
WITHIN = st.sampled_from(
    [
        "4h",
        {"by": "priority", "P1": "30min", "P2": "4h", "P3": "8h", "otherwise": "none"},
        {"by": "priority", "P1": "0s", "P2": "7h", "otherwise": "100h"},
    ]
)


@st.composite
def clock_records(draw: st.DrawFn, /, **fixed: Any) -> dict[str, Any]:
    """Draw a clock as a contract writes it; any choice may be *fixed*."""
    start, stop, cycles = draw(ENDS)
    usual = {
        "start": start,
        "stop": stop,
        "hours": draw(HOURS),
        "reopened": draw(st.sampled_from(["continue_with_closed_time", "continue_without", "restart"])),
        "attempt": draw(st.sampled_from(["first", "last", "worst", "sum"])),
        "changed": draw(st.sampled_from(["restart", "keep_elapsed", "keep_share", "retroactive", "new_only"])),
        **({"cycles": cycles} if cycles == "many" and "start" not in fixed else {}),
    }
    counting = {} if {"holds", "counts_only"} & set(fixed) else draw(COUNTING)
    return {**usual, **counting, **fixed}


def level_of(clock: dict[str, Any], within: Any, relieved: Iterable[Span] = ()) -> BoundLevel:
    """Return a level that judges each ticket by *clock*, at any instant."""
    measure = TicketTime.model_validate({"kind": "ticket_time", "clock": clock, "within": within})
    tables = {name: {"desk": DESK, "always": ALWAYS}[name].table for name in measure.calendars()}
    return LevelProgram("4.2", Scope(), measure, tables, START, END, earliest=START).bind(relieved, Vocabulary())


def view_of(level: BoundLevel, steps: tuple[Step, ...]) -> TicketView:
    """Return what *level* needs of a ticket with these *steps*."""
    compiled = level.vocabulary.compile(steps)
    return TicketView(Item("desk", "incident"), compiled, life_of(compiled, level.vocabulary))
