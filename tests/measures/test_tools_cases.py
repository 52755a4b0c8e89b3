"""
Facts from other help desks, told as tickets: our clock gives what holds, and each preset what its own tool asserts.

A case is told as a ticket: opened at its start; a hold for the customer at the start of each pause and a resumption at
its end; at its end, an answer of the provider for cases about responses, and a resolution for the others. A case
without an end is asked about a day after all that happened, while it is still open.

Cases about a change are told by priorities. For a changed target or calendar, the ticket is opened with priority
``old`` and is ``new`` a minute later; ``old`` has the target and the hours of before, every other priority those of
after. The modes are choices of the clock: ``retroactive``, ``keep_original`` (`new_only`) and ``restart``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts import Event, Ticket
from ecsm_contracts.measures import ToolClockKind, ToolJudgement, ToolSemantics, judge, tool_semantics
from tests.clock_cases import FACTS, PATH, calendar_of, instant

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUPS = ("response", "resolution", "response-matrix", "pause", "change-semantics")
PRESETS = {
    "zammad/zammad": "zammad",
    "glpi-project/glpi": "glpi",
    "frappe/erpnext": "erpnext",
    "znuny/Znuny": "otrs",
    "ServiceNow": "servicenow",
}
"""The preset of each source that has one; the others are judged by our clock alone."""

NOTHING_PROMISED = timedelta(days=1000)
"""A target for cases that ask for the elapsed time only."""

CASES = [case for case in FACTS["cases"] if case["group"] in GROUPS]
OF_CALENDARS = [case for case in FACTS["cases"] if case["group"] in {"due", "elapsed"}]
"""Facts about calendars alone, without holds or changes."""
REVERSED = {"znuny-delta-swapped", "wh-reversed"}
"""Cases whose end lies before their start: no ticket ends before it is opened."""
PLAIN = [case for case in CASES if case["kind"] != "timeline"]
CHANGES = {case["id"]: case for case in CASES if case["kind"] == "timeline"}
pytestmark = pytest.mark.skipif(PATH is None, reason="the shared cases are not beside this repository")


def kind_of(case: Mapping[str, Any]) -> ToolClockKind:
    """Return which clock a case is about."""
    about_response = case["group"].startswith("response") or case["id"] == "zammad-pause-frt"
    return "response" if about_response else "resolution"


def ticket_of(case: Mapping[str, Any], zone_name: str, stop: str) -> tuple[Ticket, datetime]:
    """Return the ticket that a case tells of, with its end as *stop*, and an instant after all of it."""
    events = [Event(kind="opened", at=instant(case["start"], zone_name))]
    for start, end in case.get("pauses", []):
        events.append(Event(kind="held", at=instant(start, zone_name), party="customer"))
        events.append(Event(kind="resumed", at=instant(end, zone_name)))
    if "end" in case:
        party = "provider" if stop == "replied" else None
        kind: Any = stop
        events.append(Event(kind=kind, at=instant(case["end"], zone_name), party=party))
    ticket = Ticket(ref=case["id"], service="desk", type="incident", priority="P1", events=tuple(events))
    return ticket, ticket.events[-1].at + timedelta(days=1)


def judged(case: Mapping[str, Any], tool: ToolSemantics | str, kind: ToolClockKind) -> ToolJudgement:
    """Return what *tool* shows of a case."""
    calendar = calendar_of(case["calendar"])
    ticket, until = ticket_of(case, calendar.zone, "replied" if kind == "response" else "resolved")
    if "end" not in case:  # asked while it is still open, but not held: the deadline is known then
        until = ticket.events[-1].at + timedelta(microseconds=1)
    within = timedelta(seconds=case["target_s"]) if "target_s" in case else NOTHING_PROMISED
    return judge(tool, kind, ticket, calendar, within, until=until)


def assert_shown(found: ToolJudgement, expected: Mapping[str, Any], zone_name: str) -> None:
    """Compare with each figure that is expected."""
    if "due" in expected:
        assert found.due == instant(expected["due"], zone_name)
    if "elapsed_s" in expected:
        assert found.elapsed == timedelta(seconds=expected["elapsed_s"])
    if "breached" in expected:
        assert found.met is not expected["breached"]


def ours(case: Mapping[str, Any], kind: ToolClockKind) -> ToolSemantics:
    """Return our own clock; held for the customer also where the case is about a response."""
    neutral = tool_semantics("neutral")
    return neutral.with_choice(kind, "holds", ("customer",)) if case.get("pauses") else neutral


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in PLAIN])
def test_our_clock_gives_what_holds(case: dict[str, Any]) -> None:
    """Deadline, elapsed time and verdict of a ticket are those that the case expects, traps included."""
    kind = kind_of(case)
    found = judged(case, ours(case, kind), kind)
    zone_name = calendar_of(case["calendar"]).zone
    assert_shown(found, case["expect"], zone_name)
    asserted = case.get("source_asserts", {})
    if "due" in asserted:
        assert found.due != instant(asserted["due"], zone_name)
    if "elapsed_s" in asserted:
        assert found.elapsed != timedelta(seconds=asserted["elapsed_s"])


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in PLAIN if case["source"]["repo"] in PRESETS]
)
def test_a_preset_gives_what_its_tool_asserts(case: dict[str, Any]) -> None:
    """A preset shows what the tests of its own tool assert, also where that is not what holds."""
    asserted = {**case["expect"], **case.get("source_asserts", {})}
    if case["id"] == "zammad-update-missed":
        found = judged_as_update(case)
    else:
        found = judged(case, PRESETS[case["source"]["repo"]], kind_of(case))
    assert_shown(found, asserted, calendar_of(case["calendar"]).zone)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in OF_CALENDARS])
def test_a_fact_about_a_calendar_holds_for_a_ticket(case: dict[str, Any]) -> None:
    """Our clock gives the deadline and the time of a calendar's case; an end before the opening is refused."""
    if case["id"] in REVERSED:
        with pytest.raises(Contradiction):
            judged(case, "neutral", "resolution")
        return
    zone_name = calendar_of(case["calendar"]).zone
    assert_shown(judged(case, "neutral", "resolution"), case["expect"], zone_name)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["id"])
        for case in OF_CALENDARS
        if case["source"]["repo"] in PRESETS and case["kind"] == "due"
    ],
)
def test_a_preset_gives_the_deadlines_of_its_tool(case: dict[str, Any]) -> None:
    """Without holds or changes, a preset's deadline is what the tests of its own tool assert of the calendar."""
    asserted = {**case["expect"], **case.get("source_asserts", {})}
    found = judged(case, PRESETS[case["source"]["repo"]], "resolution")
    assert_shown(found, {"due": asserted["due"]}, calendar_of(case["calendar"]).zone)


def judged_as_update(case: Mapping[str, Any]) -> ToolJudgement:
    """Return the case about Zammad's update clock, which runs from the ticket, as the customer's first message."""
    return judged_with(case, "zammad", "next_response")


def judged_with(case: Mapping[str, Any], tool: str, kind: ToolClockKind) -> ToolJudgement:
    """Return what *tool* shows of a case that ends with an answer."""
    calendar = calendar_of(case["calendar"])
    ticket, until = ticket_of(case, calendar.zone, "replied")
    return judge(tool, kind, ticket, calendar, timedelta(seconds=case["target_s"]), until=until)


def change(case: Mapping[str, Any], at: timedelta) -> tuple[Ticket, datetime]:
    """Return a ticket that is ``old`` at its opening and ``new`` from *at* later on, and an instant after that."""
    start = instant(case["start"], calendar_of(case["calendar"]).zone)
    events = (Event(kind="opened", at=start), Event(kind="reprioritised", at=start + at, priority="new"))
    ticket = Ticket(ref=case["id"], service="desk", type="incident", priority="old", events=events)
    return ticket, start + at + timedelta(microseconds=1)


def the(name: str) -> dict[str, Any]:
    """Return a case about a change; skipped where there is none."""
    found: dict[str, Any] = CHANGES[name]
    return found


@pytest.mark.parametrize(("mode", "choice"), [("retroactive", None), ("keep_original", "new_only")])
def test_zammad_changes_the_calendar_from_the_creation_on(mode: str, choice: str | None) -> None:
    """With another calendar the deadline is computed again from the creation; `new_only` keeps the first one."""
    case = the("zammad-calendar-change")
    hours = {"old": calendar_of(case["calendar"]), "otherwise": calendar_of(case["change"]["to_calendar"])}
    ticket, until = change(case, timedelta(minutes=1))
    zammad = tool_semantics("zammad")
    tool = zammad if choice is None else zammad.with_choice("response", "changed", choice)
    found = judge(tool, "response", ticket, hours, timedelta(seconds=case["target_s"]), until=until)
    assert found.due == instant(case["expect"][mode]["due"], "UTC")


@pytest.mark.parametrize(("mode", "choice"), [("retroactive", "retroactive"), ("keep_original", "new_only")])
def test_a_changed_target_holds_from_the_start_or_not_at_all(mode: str, choice: str) -> None:
    """Both modes of a tool without a preset are choices of our own clock."""
    case = the("rt-sla-change")
    ticket, until = change(case, timedelta(minutes=1))
    tool = tool_semantics("neutral").with_choice("resolution", "changed", choice)
    within = {
        "old": timedelta(seconds=case["change"]["from_s"]),
        "otherwise": timedelta(seconds=case["change"]["to_s"]),
    }
    found = judge(tool, "resolution", ticket, calendar_of(case["calendar"]), within, until=until)
    assert found.due == instant(case["expect"][mode]["due"], "UTC")


@pytest.mark.parametrize(("mode", "choice"), [("restart", None), ("retroactive", "retroactive")])
def test_servicenow_attaches_a_new_record_unless_it_starts_retroactively(mode: str, choice: str | None) -> None:
    """Without a promise for the first priority, the second one's target runs from the change, or from the opening."""
    case = the("servicenow-p3-to-p1")
    calendar = calendar_of(case["calendar"])
    after = instant(case["change"]["at"], calendar.zone) - instant(case["start"], calendar.zone)
    ticket, until = change(case, after)
    plain = tool_semantics("servicenow")
    tool = plain if choice is None else plain.with_choice("resolution", "changed", choice)
    within = {"old": "none", "otherwise": timedelta(seconds=case["change"]["to_s"])}
    found = judge(tool, "resolution", ticket, calendar, within, until=until)
    assert found.due == instant(case["expect"][mode]["due"], calendar.zone)


@pytest.mark.parametrize("tool", ["neutral", "zendesk", "jira", "glpi"])
def test_a_later_closing_does_not_lengthen_the_resolution(tool: str) -> None:
    """Closing a resolved ticket a day later leaves the time of its resolution as it was."""
    case = the("frappe-resolved-then-closed")
    calendar = calendar_of(case["calendar"])
    told: list[Any] = [(case["start"], "opened"), *case["events"]]
    events = tuple(Event(kind=kind, at=instant(at, calendar.zone)) for at, kind in told)
    ticket = Ticket(ref="T-1", service="desk", type="incident", priority="P1", events=events)
    until = events[-1].at + timedelta(days=1)
    found = judge(tool, "resolution", ticket, calendar, NOTHING_PROMISED, until=until)
    assert found.elapsed == timedelta(seconds=case["expect"]["resolution_s"])


@pytest.mark.parametrize(("mode", "tool"), [("source_semantics", "otrs"), ("business_pause", "neutral")])
def test_a_pending_ticket_does_not_hold_the_clock_of_znuny(mode: str, tool: str) -> None:
    """Two hours of pending move our deadline by two hours, and that of OTRS not at all."""
    case = the("znuny-no-pause")
    calendar = calendar_of(case["calendar"])
    (pending, _), (resumed, _) = case["events"]
    held = {**case, "pauses": [[pending, resumed]], "events": []}
    ticket, _ = ticket_of(held, calendar.zone, "resolved")
    until = instant(resumed, calendar.zone) + timedelta(microseconds=1)
    found = judge(tool, "resolution", ticket, calendar, timedelta(seconds=case["target_s"]), until=until)
    assert found.due == instant(case["expect"][mode]["due"], calendar.zone)


def test_no_case_is_left_out() -> None:
    """Every case of these groups is told: 32 without a change, and five about one."""
    assert (len(PLAIN), len(CHANGES)) == (32, 5)
    known = {"zammad-calendar-change", "rt-sla-change", "servicenow-p3-to-p1"}
    assert set(CHANGES) == known | {"frappe-resolved-then-closed", "znuny-no-pause"}
