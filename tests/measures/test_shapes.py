"""Tests of scopes, tables by priority, parts of units, and the measures as documents."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ecsm_contracts.calendars import duration_micros
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import Notice, Outage, Ticket
from ecsm_contracts.measures import ByPriority, Item, Measure, Part, Scope, Within, units_of
from ecsm_contracts.measures._by import target_by_priority

from .desk import clock_data

WITHIN: TypeAdapter[Any] = TypeAdapter(Within)
MEASURE: TypeAdapter[Any] = TypeAdapter(Measure)
HOURS = st.integers(0, 100).map(lambda hours: f"{hours}h") | st.just("none")
NAMES = st.sampled_from([None, "desk", "mail"])


def codes(caught: ValidationError) -> set[str]:
    """Return the stable codes of what a validation found."""
    causes = [(error.get("ctx", {}).get("error"), error["type"]) for error in caught.errors()]
    return {cause.rule if isinstance(cause, InvalidValue) else kind for cause, kind in causes}


@given(NAMES, NAMES, st.sampled_from(["desk", "mail", "web"]), st.sampled_from([None, "desk", "mail", "web"]))
def test_scope(service: str | None, kind: str | None, of: str, this: str | None) -> None:
    """A scope has what equals all that it names; an outage has no type, so that only the service counts."""
    named = [(service, of)] + ([] if this is None else [(kind, this)])
    assert Scope(service=service, type=kind).has(of, this) == all(want in {None, is_} for want, is_ in named)


OF_ITEM = {"customer": NAMES, "channel": NAMES, "area": NAMES, "subject": NAMES}


@given(st.fixed_dictionaries(OF_ITEM), st.fixed_dictionaries(OF_ITEM), st.booleans(), st.booleans())
def test_scope_of_a_ticket(
    named: dict[str, str | None], said: dict[str, str | None], leave_out: bool, is_child: bool
) -> None:
    """A scope has the tickets that say all that it names, without children where they are left out."""
    scope = Scope.model_validate({**named, "children": "leave_out" if leave_out else "count"})
    matches = all(named[key] in {None, said[key]} for key in named)
    expected = matches and not (leave_out and is_child)
    assert scope.has_item(Item("desk", "incident", **said, is_child=is_child)) is expected
    assert scope.has("desk")  # of an outage none of this is asked
    assert Scope.model_validate(scope.to_data()) == scope
    assert scope.to_data().keys() == {name for name in named if named[name]} | ({"children"} if leave_out else set())


SPAN = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T11:00:00Z"}
OF_RECORD = st.fixed_dictionaries({}, optional=dict.fromkeys(("area", "subject", "customer"), st.sampled_from("AB")))


@given(OF_RECORD, OF_RECORD, st.sampled_from(["desk", "mail"]), NAMES)
def test_scope_of_an_outage_and_a_notice(
    named: dict[str, str], said: dict[str, str], service: str, of: str | None
) -> None:
    """What names no area, subject or customer concerns all of them; of an outage no customer is asked."""
    scope = Scope.model_validate({**named, "service": of, "type": "incident", "channel": "phone"})
    record = {"ref": "R-1", "service": service, **SPAN}
    told = {name: value for name, value in said.items() if name != "customer"}
    clash = {name for name in named if said.get(name, named[name]) != named[name]}
    right_service = of in {None, service}
    notice = Notice.model_validate({**record, "kind": "maintenance", **said})
    assert scope.covers(notice) == (right_service and not clash)
    assert scope.covers(Outage.model_validate({**record, **told})) == (right_service and not clash - {"customer"})


def test_what_a_scope_asks_of_a_ticket_is_taken_from_it() -> None:
    """An item holds what the ticket says, each under its own name."""
    said = {name: f"a {name}" for name in ("service", "type", "customer", "channel", "area", "subject")}
    events = [{"kind": "opened", "at": SPAN["start"]}]
    ticket = Ticket.model_validate({"ref": "T-1", "priority": "P1", "events": events, **said})
    assert Item.of(ticket)._asdict() == {**said, "is_child": False}
    assert Item.of(ticket.replace(parent="T-0", area=None))._asdict() == {**said, "is_child": True, "area": None}


@given(
    st.dictionaries(st.sampled_from(["P1", "P2", "P3", "row", "ünïcode"]), HOURS),
    HOURS,
    st.sampled_from(["P1", "P9"]),
)
def test_by_priority(rows: dict[str, str], otherwise: str, priority: str) -> None:
    """A table gives a listed priority its row and every other one `otherwise`; `none` promises nothing."""
    table = ByPriority.model_validate({"by": "priority", **rows, "otherwise": otherwise})
    said = rows.get(priority, otherwise)
    hours = None if said == "none" else timedelta(hours=int(said[:-1]))
    assert table.row(priority) == hours
    assert target_by_priority(table, priority) == (None if hours is None else duration_micros(hours))
    assert [name for name, _ in table.rows()] == [*rows, "otherwise"]
    again = ByPriority.model_validate(table.to_data())
    assert (again, hash(again)) == (table, hash(table))
    assert WITHIN.validate_python(table) is table


def test_single_target() -> None:
    """A single duration holds for every priority."""
    assert target_by_priority(WITHIN.validate_python("4h"), "P9") == 4 * 3600 * 1_000_000


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        ({"by": "priority", "P1": "4h"}, {"missing"}),  # no priority may be forgotten
        ({"by": "group", "otherwise": "4h"}, {"literal_error"}),
        ({"by": "priority", "P1": "4", "otherwise": "None"}, {"duration_unit", "duration_syntax"}),
        ({"by": "priority", "P1": "1d", "otherwise": "none"}, {"duration_day"}),
        ({"by": "priority", "P1": "-4h", "otherwise": "none"}, {"duration_negative"}),
        ({"by": "priority", "P1": None, "otherwise": "none"}, {"duration_syntax"}),
        ("none", {"duration_syntax", "duration_unit"}),  # a level for which nothing is promised is no level
        (4, {"duration_unit"}),
    ],
)
def test_refuses_targets(within: object, expected: set[str]) -> None:
    """A target is a duration with its unit, or a whole table of them; anything else is refused by a stable code."""
    with pytest.raises(ValidationError) as caught:
        WITHIN.validate_python(within)
    assert codes(caught.value) <= expected


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_units(time: int, unit: int) -> None:
    """A begun unit counts whole, not at all, or as the fraction that it is."""
    assert units_of(time, unit, "up") == math.ceil(Fraction(time, unit))
    assert units_of(time, unit, "down") == math.floor(Fraction(time, unit))
    assert units_of(time, unit, "exact") == time


@pytest.mark.parametrize(
    ("late", "part", "units"),
    [  # worked example 66: 3 h 20 min late, by the hour
        (200, "up", 4), (200, "down", 3), (180, "up", 3), (180, "down", 3), (0, "up", 0), (1, "up", 1), (59, "down", 0),
    ],
)  # fmt: skip
def test_late_units(late: int, part: Part, units: int) -> None:
    """Minutes late in hours are those worked by hand."""
    assert units_of(late * 60_000_000, 3_600_000_000, part) == units


ATTAINMENT = {
    "kind": "attainment", "clock": clock_data(), "within": "4h",
    "population": "due", "minimum": 1, "when_too_few": "met",
}  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        ATTAINMENT,
        {**ATTAINMENT, "population": "resolved", "clock": clock_data(changed="retroactive")},
        {
            "kind": "ticket_time",
            "clock": clock_data(),
            "within": {"by": "priority", "P1": "4h", "otherwise": "none"},
        },
        {**ATTAINMENT, "population": "opened", "undecided": "left_out"},
        {**ATTAINMENT, "population": "active", "undecided": "met", "when_too_few": {"misses_at_most": 2}},
        {**ATTAINMENT, "overdue": "until_stopped"},
        {**ATTAINMENT, "overdue": {"stopped": "left_out"}},
        {**ATTAINMENT, "population": "resolved", "overdue": {"stopped": "counts", "unless_within": "PT672H"}},
        {"kind": "availability", "hours": "desk"},
    ],
)
def test_measures_are_read(data: dict[str, Any]) -> None:
    """Each kind of measure is read back from what it writes."""
    measure = MEASURE.validate_python(data)
    assert measure.kind == data["kind"]
    assert MEASURE.validate_python(measure.to_data()) == measure
    assert set(measure.to_data()) == set(data)  # what says no more than its absence is not written


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"clock": clock_data(changed="retroactive")}, {"due_retroactive"}),
        ({"minimum": 0}, {"greater_than_equal"}),
        ({"minimum": 1_000_001}, {"less_than_equal"}),
        ({"population": "reopened"}, {"literal_error"}),
        ({"population": "opened"}, {"undecided"}),  # what counts as what, that is still in time at the end?
        ({"population": "active"}, {"undecided"}),
        ({"undecided": "met"}, {"undecided"}),  # a ticket that is due is decided
        ({"population": "opened", "undecided": "open"}, {"literal_error"}),
        ({"population": "opened", "undecided": "met", "overdue": "until_stopped"}, {"overdue"}),
        ({"population": "active", "undecided": "met", "overdue": {"stopped": "counts"}}, {"overdue"}),
        ({"overdue": {"stopped": "left_out", "unless_within": "672h"}}, {"overdue_within"}),
        ({"overdue": {"unless_within": "672h"}}, {"missing"}),
        (
            {
                "clock": clock_data(stop=["replied", "resolved"]),
                "overdue": {"stopped": "counts", "unless_within": "1h"},
            },
            {"overdue_stop"},
        ),
        ({"overdue": "always"}, {"literal_error"}),
        ({"when_too_few": {"misses_at_most": -1}}, {"greater_than_equal"}),
        ({"when_too_few": "passed"}, {"literal_error"}),
        ({"kind": "uptime"}, {"union_tag_invalid"}),
        ({"hours": "desk"}, {"extra_forbidden"}),
        ({"when_too_few": None}, {"literal_error"}),
    ],
)
def test_refuses_measures(change: dict[str, Any], expected: set[str]) -> None:
    """A measure that leaves something open, or could move what is settled, is refused by a stable code."""
    with pytest.raises(ValidationError) as caught:
        MEASURE.validate_python({**ATTAINMENT, **change})
    assert codes(caught.value) == expected
