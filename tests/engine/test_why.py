"""Why a ticket counted as it did: derived again from the facts, and equal to the row that is stored."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts._model import canonical_json
from ecsm_contracts.calendars import Period, to_micros
from ecsm_contracts.engine import ClockExplanation, TicketExplanation, account_for, explain_ticket
from ecsm_contracts.errors import UnknownReference, VerificationError, WrongType
from ecsm_contracts.measures import Row
from ecsm_contracts.testing import MonthCase, month_cases
from tests.engine.world import JANUARY, NOTICE, acme, acme_data, contract_of, incident, january, statement, tickets

GAP = {"ref": "log", "title": "Log", "unrecorded": ["replied"]}


def explained(*records: dict[str, Any], ref: str = "T-1", **tables: list[dict[str, Any]]) -> TicketExplanation:
    """The explanation of a ticket of January."""
    facts = january(tickets=list(records), **tables)
    return explain_ticket(ec.evaluate(acme(), facts, period=JANUARY), facts, ref)


def clock_of(found: TicketExplanation, clause: str) -> ClockExplanation:
    """What the clock of one clause made of the ticket."""
    return next(each for each in found.clocks if each.clause == clause)


def with_events(*events: tuple[str, str], **more: Any) -> dict[str, Any]:
    """The ticket T-1 with events of January in UTC, such as ``05T09:00``."""
    given = [{"kind": kind, "at": f"2026-01-{at}:00Z"} for kind, at in events]
    return {**incident(1), "events": given, **more}


def check_whole(found: TicketExplanation, row: Row, columns: tuple[str, ...], life: tuple[int, int]) -> None:
    """Assert that an explanation tells the numbers of the row, and the whole life of the ticket."""
    stored = dict(zip(columns, row.numbers, strict=True))
    told = {column: number for clock in found.clocks for column, number in clock.numbers}
    assert told.items() <= stored.items()
    assert not any(number for column, number in stored.items() if column not in told)
    for clock in found.clocks:
        assert clock.counted is any(number for _, number in clock.numbers)
        assert (clock.stretches[0].start, clock.stretches[-1].end) == life
        assert all(first.end == second.start for first, second in pairwise(clock.stretches))
        assert timedelta(microseconds=clock.stretches[-1].elapsed) == clock.elapsed
        assert clock.clause not in found.silent


@pytest.mark.sweep
@settings(max_examples=60)
@given(month_cases())
def test_an_explanation_is_the_stored_row(case: MonthCase) -> None:
    """Every ticket with a row is explained by the row's own numbers, over its whole life; the others are refused."""
    facts = case.facts
    settled = ec.evaluate(case.contract, facts, period=case.period, carry=case.carry)
    rows = {row.ref: row for row in settled.outcomes if row.kind == "ticket"}
    end = Period.parse(case.period).bounds(case.contract.zone)[1]
    evaluated = {ref for ref, fate in account_for(settled, facts).by_ref.items() if fate == "evaluated"}
    for ticket in facts.tickets:
        if ticket.ref not in rows:
            with pytest.raises(UnknownReference):
                explain_ticket(settled, facts, ticket.ref)
            continue
        found = explain_ticket(settled, facts, ticket.ref)
        life = min(to_micros(event.at) for event in ticket.events), end
        check_whole(found, rows[ticket.ref], settled.outcomes.columns, life)
        assert any(clock.counted for clock in found.clocks) is (ticket.ref in evaluated)
        assert str(found).startswith(f"Ticket {ticket.ref}, ")


def test_by_hand() -> None:
    """Opened Mon 09:00, answered 09:20, resolved Tue 09:00 in UTC: the clocks, their verdicts, and the wall clock of
    the contract's zone, an hour ahead."""
    ticket = incident(0)
    found = explained(ticket, ref="T-0")
    text = str(found)
    assert text.startswith("Ticket T-0, P3 at its opening, in 2026-01; wall clock of Europe/Amsterdam")
    assert "2026-01-05 10:00+01:00" in text
    answer = clock_of(found, "4.1")
    assert (answer.elapsed, answer.breach) == (timedelta(minutes=20), None)
    assert "20 min of 4 h" in answer.verdict
    assert "in time, counted in this period" in answer.verdict
    assert [stretch.clock for stretch in answer.stretches] == ["running", "stopped for good", "stopped for good"]


def test_a_breach_is_told_with_its_instant() -> None:
    """A ticket that took too long says until when it was in time."""
    late = explained(incident(0, priority="P1"), ref="T-0")
    clock = clock_of(late, "4.2")
    assert clock.breach is not None
    assert "too late, counted in this period" in clock.verdict
    assert "in time until 2026-01-05 14:00+01:00" in str(late)


def test_a_clock_that_has_not_begun_says_so() -> None:
    """A clock that waits for its start is neither in time nor without a promise."""
    data = acme_data()
    level = next(each for each in data["clauses"] if each["ref"] == "4.2")
    level["measure"]["clock"]["start"] = ["acknowledged"]
    facts = january(tickets=[with_events(("opened", "06T09:00"), ("noted", "06T10:00"))])
    found = explain_ticket(ec.evaluate(contract_of(data), facts, period=JANUARY), facts, "T-1")
    assert clock_of(found, "4.2").verdict == "the clock has not begun"
    assert "the clock has not begun" in str(found)


def test_a_cancelled_ticket_ended_without_a_judgement() -> None:
    """Of a ticket that was cancelled no clock says that it was in time or too late."""
    found = explained(with_events(("opened", "06T09:00"), ("cancelled", "20T10:00")))
    assert all("ended without a judgement, not counted" in clock.verdict for clock in found.clocks)


def test_where_nothing_is_promised() -> None:
    """Where the table of targets says none, so does the explanation."""
    data = acme_data()
    level = next(each for each in data["clauses"] if each["ref"] == "4.2")
    level["measure"]["within"] = {"by": "priority", "P1": "4h", "otherwise": "none"}
    facts = january()
    found = explain_ticket(ec.evaluate(contract_of(data), facts, period=JANUARY), facts, "T-1")
    assert clock_of(found, "4.2").verdict == "nothing is promised"


def test_promises_that_are_not_measured_are_named() -> None:
    """Where replies are not recorded, the clause that needs them has no clock, and is named as not measured."""
    found = explained(incident(1), origins=[GAP])
    assert found.silent == ("4.1",)
    assert [clock.clause for clock in found.clocks] == ["4.2"]
    assert str(found).endswith("Not measured, as the facts do not record it: 4.1")
    assert "do not record it: 4.1</p>" in found._repr_html_()
    assert "do not record" not in str(explained(incident(1)))


CHANGES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "another priority": {"tickets": [{**each, "priority": "P2"} for each in tickets()]},
    "another subject": {"tickets": [{**each, "subject": "another"} for each in tickets()]},
    "a contradiction": {"tickets": [{**each, "events": each["events"][1:]} for each in tickets()]},
    "a notice more": {"notices": [NOTICE, {**NOTICE, "ref": "N-2", "service": "desk"}]},
    "a notice fewer": {"notices": []},
    "an origin more": {"origins": [{**GAP, "unrecorded": []}]},
    "a gap": {"origins": [GAP]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_facts_are_refused(change: str) -> None:
    """A ticket, a notice or an origin that was changed since the statement was made is no explanation of it."""
    assert explain_ticket(statement(), january(), "T-1").clocks
    with pytest.raises(VerificationError):
        explain_ticket(statement(), january(**CHANGES[change]), "T-1")


def test_another_ticket_does_not_matter() -> None:
    """What was changed in another ticket does not keep this one from being explained."""
    changed = [{**each, "priority": "P2"} if each["ref"] == "T-2" else each for each in tickets()]
    assert explain_ticket(statement(), january(tickets=changed), "T-1") == explain_ticket(statement(), january(), "T-1")


def test_a_ticket_that_is_not_there_is_refused_with_a_hint() -> None:
    """An unknown identity is refused, with the nearest one; so is one that was rejected, and one that comes later."""
    with pytest.raises(UnknownReference, match="did you mean"):
        explain_ticket(statement(), january(), "T1")
    wrong = with_events(("opened", "06T09:00"), ("reopened", "06T10:00"))
    with pytest.raises(UnknownReference, match="entered no figure"):
        explained(wrong)
    later = {**incident(1), "events": [{"kind": "opened", "at": "2026-02-02T09:00:00Z"}]}
    with pytest.raises(UnknownReference, match="not in 2026-01"):
        explained(later)
    for wrong_kind in (None, "x"):
        with pytest.raises(WrongType):
            explain_ticket(wrong_kind, january(), "T-1")  # type: ignore[arg-type]  # that is what is tested


HOSTILE = ("<script>alert(1)</script>", "</table><img src=x onerror=alert(1)>", 'a" onmouseover="x', "=1+1", "a & b")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_escaped(text: str) -> None:
    """Markup in an identity, a party, a priority or a title stays text on the page of a notebook."""
    record = incident(1, hours=48)
    record |= {"ref": text, "priority": text, "subject": text}
    record["events"].insert(2, {"kind": "held", "at": "2026-01-06T10:00:00Z", "party": text})
    data = acme_data()
    for clause in data["clauses"]:
        clause["title"] = text
    facts = january(tickets=[record])
    page = explain_ticket(ec.evaluate(contract_of(data), facts, period=JANUARY), facts, text)._repr_html_()
    assert "<script" not in page
    assert "<img" not in page
    assert 'a" onmouseover' not in page
    assert text not in page or not set(text) & set('<>&"')


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\nb", "a\u202eb", "a\x00b"])
def test_control_characters_never_reach_a_terminal(text: str) -> None:
    """An explanation shows them escaped wherever they come from; as an identity they are refused, and shown escaped."""
    found = explained(incident(1), origins=[GAP])
    clocks = tuple(clock._replace(title=text, clause=text) for clock in found.clocks)
    hostile = replace(found, ticket=text, priority=text, clocks=clocks, silent=(text,))
    assert text not in str(hostile)
    with pytest.raises(UnknownReference) as caught:
        explain_ticket(statement(), january(), text)
    assert text not in str(caught.value)


def test_a_rejected_ticket_is_told_with_its_reason() -> None:
    """A record that could not be read is no ticket to explain, and the message says why, not that it is not there."""
    facts = january(tickets=[incident(1), {"ref": "T-2", "service": "desk"}])
    with pytest.raises(UnknownReference, match=r"T-2.* entered no figure: .*missing_field"):
        explain_ticket(ec.evaluate(acme(), facts, period=JANUARY), facts, "T-2")


def test_a_ticket_that_no_promise_concerns_says_so() -> None:
    """A request is in no scope: there is no clock to show, and the text says that."""
    text = str(explained({**incident(1), "type": "request"}))
    assert text.endswith("No promise concerns it: none has its service and type in scope.")


def test_a_clock_that_still_runs_is_in_time_so_far() -> None:
    """An open ticket that is not late is in time so far; one that is resolved is in time."""
    still, done = (with_events(("opened", "05T09:00"), *more) for more in ([], [("resolved", "05T10:00")]))
    assert "in time so far" not in clock_of(explained(done), "4.2").verdict
    assert "too late" in clock_of(explained(still), "4.2").verdict
    fresh = {**incident(1), "events": [{"kind": "opened", "at": "2026-01-31T22:30:00Z"}]}
    assert "in time so far" in clock_of(explained(fresh), "4.2").verdict


def test_a_long_history_is_explained_in_one_walk() -> None:
    """Two thousand waits of a ticket are told stretch by stretch, each with the clock walked once for all of them."""
    waits = [
        {"kind": kind, "at": f"2026-01-05T{9 + n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z", "party": "customer"}
        for n in range(1, 4001)
        for kind in [("held", "resumed")[n % 2]]
    ]
    waits = [{key: value for key, value in each.items() if key != "party" or each["kind"] == "held"} for each in waits]
    ticket = {**incident(1), "events": [{"kind": "opened", "at": "2026-01-05T09:00:00Z"}, *waits]}
    found = clock_of(explained(ticket), "4.2")
    assert len(found.stretches) == 4001
    assert sum(each.counted for each in found.stretches) == found.elapsed // timedelta(microseconds=1)


def test_each_stretch_says_why() -> None:
    """Every stretch names the term by which it counts or does not, and whose turn it was; its parts are whole."""
    ticket = with_events(("opened", "05T09:00"), ("noted", "05T18:00"), ("resolved", "06T09:00"), ("noted", "06T10:00"))
    clock = clock_of(explained(ticket), "4.2")
    assert [each.rules for each in clock.stretches] == [
        ("counts: provider has it",),
        ("counts: provider has it",),
        ("stopped by resolved",),
        ("stopped by resolved",),
    ]
    night = clock.stretches[1]
    assert (night.length, night.service_time, night.outside_hours, night.relieved) == (
        15 * 3_600_000_000, 2 * 3_600_000_000, 13 * 3_600_000_000, 0,
    )  # fmt: skip
    assert str(night.holder) == "provider"


def test_relief_is_named_with_its_clause() -> None:
    """Time that maintenance took out of a clock is told as such, with the clause that says so."""
    data = acme_data()
    relief = next(each for each in data["clauses"] if each["ref"] == "5.1")
    relief["levels"] = ["4.2", "4.3"]
    works = {**NOTICE, "service": "desk", "start": "2026-01-05T08:00:00Z", "end": "2026-01-05T12:00:00Z"}
    ticket = with_events(("opened", "05T09:00"), ("noted", "05T10:00"), ("resolved", "05T14:00"))
    facts = january(tickets=[ticket], notices=[works])
    clock = clock_of(explain_ticket(ec.evaluate(contract_of(data), facts, period=JANUARY), facts, "T-1"), "4.2")
    first, second, _ = clock.stretches
    assert (first.rules, first.counted) == (("relieved: maintenance (clause 5.1)",), 0)
    assert second.rules == ("counts: provider has it", "relieved: maintenance (clause 5.1)")
    assert (second.counted, second.relieved) == (2 * 3_600_000_000, 2 * 3_600_000_000)


def test_it_is_plain_data() -> None:
    """An explanation is data that JSON holds: instants in UTC, times in microseconds, no floats."""
    data = json.loads(canonical_json(explained(incident(0), ref="T-0").to_data()))
    answer = data["clocks"][0]
    assert (answer["clause"], answer["elapsed"]) == ("4.1", 20 * 60_000_000)
    first = answer["stretches"][0]
    assert (first["start"], first["holder"]) == ("2026-01-05T09:00:00Z", {"party": "provider", "group": None})
    assert first["rules"] == ["counts: provider has it"]


def test_the_picture_shows_clocks_marks_and_the_target() -> None:
    """The picture names each clock with its verdict, numbers the events, and marks where the target was used up."""
    late = explained(incident(0, priority="P1"), ref="T-0")
    picture = late.to_svg()
    root = ET.fromstring(picture)  # noqa: S314 - our own text
    assert picture == late.to_svg()
    assert root.find("{http://www.w3.org/2000/svg}desc") is not None
    assert "too late, counted in this period" in picture
    assert "1. 2026-01-05 10:00+01:00  opened (P1)" in picture
    assert "in time until 2026-01-05 14:00+01:00" in picture
    assert "target used up" in picture
    assert picture in late._repr_html_()
    nothing = explained({**incident(1), "type": "request"})
    assert "<svg" not in nothing._repr_html_()
    ET.fromstring(nothing.to_svg())  # noqa: S314 - our own text


def test_nights_are_told_from_hours_in_the_picture() -> None:
    """A clock that ran over a night is drawn in two looks: time that counts, and time outside the hours."""
    clock = clock_of(explained(with_events(("opened", "05T09:00"), ("resolved", "06T09:00"))), "4.2")
    hour = 3_600_000_000
    assert clock.counting is not None
    assert sum(end - start for start, end in clock.counting) == clock.elapsed // timedelta(microseconds=1) == 10 * hour
    assert len(clock.counting) == 2
