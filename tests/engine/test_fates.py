"""What became of every ticket and outage that was read: four fates that add up."""

from collections import Counter
from typing import Any, Literal, get_args

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts.engine import Fate, account_for
from ecsm_contracts.errors import WrongType
from ecsm_contracts.testing import MonthCase, month_cases
from ecsm_contracts.testing._opening import billing_periods, opening_carry
from tests.engine.world import JANUARY, acme, incident, january, statement

Kind = Literal["ticket", "outage"]
FATES: tuple[Fate, ...] = get_args(Fate)
KINDS: tuple[Kind, ...] = get_args(Kind)


def some_periods(case: MonthCase) -> list[ec.Period]:
    """The period of a case with the one before and the one after, and the first and last of the term."""
    every = billing_periods(case.contract)
    at = [period.label for period in every].index(case.period)
    return list(dict.fromkeys([every[0], *every[max(0, at - 1) : at + 2], every[-1]]))


@pytest.mark.sweep
@settings(max_examples=40)
@given(month_cases())
def test_fates_add_up_to_what_was_read(case: MonthCase) -> None:
    """In every period each ticket and each outage has one fate, and the four counts add up to the items read."""
    facts = case.facts
    for period in some_periods(case):
        settled = ec.evaluate(case.contract, facts, period=period, carry=opening_carry(case.contract, period))
        for kind, table in (("ticket", "tickets"), ("outage", "outages")):
            told = account_for(settled, facts, kind=kind)  # type: ignore[arg-type]  # the two literals
            assert told.by_ref.keys() == {record["ref"] for record in case.records[table]}
            assert sum(map(told.count, FATES)) == told.read == len(told.by_ref)
            assert {fate: told.count(fate) for fate in FATES} == {f: list(told.by_ref.values()).count(f) for f in FATES}


@pytest.mark.sweep
@settings(max_examples=40)
@given(month_cases())
def test_what_is_evaluated_is_what_the_clauses_counted(case: MonthCase) -> None:
    """Of the evaluated tickets each is counted by a clause, and no clause counts more than there are of them."""
    settled = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
    told = account_for(settled, case.facts)
    evaluated = told.count("evaluated")
    assert all(count <= evaluated for _, count in told.clauses)
    assert evaluated <= sum(count for _, count in told.clauses)
    for each in settled.assessments:
        counted = dict(each.counts).get(f"{each.clause}.counted")
        assert counted is None or dict(told.clauses)[each.clause] == counted


def told_tickets(*records: dict[str, Any], period: str = JANUARY) -> dict[str, Fate]:
    """The fate of some tickets under the example contract."""
    facts = january(tickets=list(records))
    contract = acme()
    settled = ec.evaluate(contract, facts, period=period, carry=opening_carry(contract, ec.Period.parse(period)))
    return dict(account_for(settled, facts).by_ref)


def without(record: dict[str, Any], *kinds: str, **changes: Any) -> dict[str, Any]:
    """A ticket to which some things did not happen."""
    return {**record, "events": [each for each in record["events"] if each["kind"] not in kinds], **changes}


def test_each_fate_of_a_ticket() -> None:
    """A ticket that is judged is evaluated; one in time and under way is open; of one that ended elsewhere, or comes
    later, nothing is in the period; one that contradicts itself is quarantined in the period that knows of it."""
    base = incident(1)
    opened = {"kind": "opened", "at": "2026-01-30T16:00:00Z"}
    later = {"kind": "opened", "at": "2026-02-02T09:00:00Z"}
    cancelled = [*base["events"][:1], {"kind": "cancelled", "at": "2026-01-06T09:01:00Z"}]
    contradicts = [*base["events"], {"kind": "resumed", "at": "2026-02-03T09:00:00Z"}]
    records = (
        base,
        {**base, "ref": "open", "events": [opened], "type": "incident"},
        {**base, "ref": "mail", "service": "mail", "events": base["events"]},
        {**base, "ref": "later", "events": [later]},
        {**base, "ref": "cancelled", "events": cancelled},
        {**base, "ref": "contradicts", "events": contradicts},
        {**base, "ref": "twice"},
        {**base, "ref": "twice", "priority": "P1"},
    )
    assert told_tickets(*records) == {
        "T-1": "evaluated",
        "open": "open",  # nothing of it is due before the month's end
        "mail": "not_in_period",
        "later": "not_in_period",
        "cancelled": "not_in_period",
        "contradicts": "evaluated",
        "twice": "quarantined",
    }
    mail = without({**base, "ref": "mail", "service": "mail"}, "resolved")
    assert told_tickets(mail) == {"mail": "open"}
    assert told_tickets(*records, period="2026-02")["contradicts"] == "quarantined"


def test_an_unnamed_record_is_quarantined_and_counted() -> None:
    """A record whose identity cannot be read has no name to list, and counts as one that is quarantined."""
    facts = january(tickets=[incident(1), {"service": "desk"}, {"ref": 7}])
    told = account_for(ec.evaluate(acme(), facts, period=JANUARY), facts)
    assert (told.unnamed, told.count("quarantined"), told.read) == (2, 2, 3)
    assert dict(told.by_ref) == {"T-1": "evaluated"}


@pytest.mark.parametrize(
    ("start", "end", "service", "fate"),
    [
        ("2026-01-10T00:00:00Z", "2026-01-10T00:00:00.000001Z", "mail", "evaluated"),
        ("2026-01-10T00:00:00Z", "2026-01-10T00:00:00Z", "mail", "not_in_period"),  # no length
        ("2025-12-01T00:00:00Z", "2025-12-31T23:00:00Z", "mail", "not_in_period"),  # ends where January begins
        ("2025-12-01T00:00:00Z", "2025-12-31T23:00:00.000001Z", "mail", "evaluated"),
        ("2026-01-31T23:00:00Z", None, "mail", "not_in_period"),  # begins where January ends
        ("2026-01-31T22:59:59.999999Z", None, "mail", "evaluated"),
        ("2026-01-10T00:00:00Z", None, "desk", "open"),  # in no scope
        ("2026-01-10T00:00:00Z", "2026-01-31T23:00:00Z", "desk", "open"),  # its end is not known yet
        ("2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z", "desk", "not_in_period"),
    ],
)
def test_each_fate_of_an_outage(start: str, end: str | None, service: str, fate: Fate) -> None:
    """An outage in scope is evaluated when it has a part, however small, in the half-open period."""
    record = {"ref": "O", "service": service, "start": start, **({} if end is None else {"end": end})}
    facts = january(outages=[record])
    told = account_for(ec.evaluate(acme(), facts, period=JANUARY), facts, kind="outage")
    assert dict(told.by_ref) == {"O": fate}
    assert told.clauses == (("4.3", int(fate == "evaluated")),)


def test_what_is_not_recorded_is_not_evaluated() -> None:
    """Where replies are not recorded, the clause of first answers counts no ticket; the other counts what it did."""
    gap = {"ref": "log", "title": "Log", "unrecorded": ["replied"]}
    before, facts = account_for(statement(), january()), january(origins=[gap])
    told = account_for(ec.evaluate(acme(), facts, period=JANUARY), facts)
    assert dict(before.clauses)["4.1"] > 0
    assert dict(told.clauses) == {**dict(before.clauses), "4.1": 0}


def test_fates_print_themselves() -> None:
    """The counts, what was read, and how many each clause counted stand in the text and in the page of a notebook."""
    facts = january()
    told = account_for(statement(), facts)
    text, page = str(told), told._repr_html_()
    for shown in ("quarantined", "not in period", "read", "20", "4.2: 20"):
        assert shown in text
        assert shown in page
    assert Counter(told.by_ref.values()) == {"evaluated": 20}


@pytest.mark.parametrize("wrong", [None, "january", 7])
def test_something_else_is_refused(wrong: Any) -> None:
    """What is no statement, or are no facts, is refused with an error of the library."""
    with pytest.raises(WrongType):
        account_for(wrong, january())
    with pytest.raises(WrongType):
        account_for(statement(), wrong)


def test_other_facts_are_named() -> None:
    """A ticket that contradicts itself, and that the statement did not reject, was not among its facts."""
    settled = ec.evaluate(acme(), january(), period=JANUARY)
    unopened = incident(99) | {"events": incident(99)["events"][1:]}
    facts = ec.Facts.of(tickets=[*january().tickets, ec.Ticket.model_validate(unopened)])
    with pytest.raises(ec.VerificationError, match="in the facts, and not in the statement"):
        account_for(settled, facts)


@pytest.mark.parametrize(
    ("tickets", "named"),
    [
        ([incident(1)], "T-2.* not in the facts"),
        ([incident(1), incident(2, replied=50)], "T-2.* changed"),
        ([incident(1), incident(2), {"ref": "T-3"}], "T-3.* rejected now"),
    ],
)
def test_facts_of_another_export_are_refused(tickets: list[dict[str, Any]], named: str) -> None:
    """A ticket that is missing, changed, or rejected only now is named: the counts would not be of the statement."""
    settled = ec.evaluate(acme(), january(tickets=[incident(1), incident(2)]), period=JANUARY)
    with pytest.raises(ec.VerificationError, match=named):
        account_for(settled, january(tickets=tickets))


def test_a_record_that_was_rejected_is_still_among_the_facts() -> None:
    """A statement that rejected a record, and facts in which it is gone, do not belong together."""
    settled = ec.evaluate(acme(), january(tickets=[incident(1), {"ref": "T-3"}]), period=JANUARY)
    with pytest.raises(ec.VerificationError, match=r"T-3.* not among the facts"):
        account_for(settled, january(tickets=[incident(1)]))


def test_a_ticket_that_came_in_late_is_not_passed_over() -> None:
    """A ticket of the period that the statement does not know has no fate in it: the facts are refused, by its name."""
    settled = ec.evaluate(acme(), january(tickets=[incident(1)]), period=JANUARY)
    with pytest.raises(ec.VerificationError, match=r"T-2.* not in the statement"):
        account_for(settled, january(tickets=[incident(1), incident(2)]))


def test_a_ticket_of_another_time_does_not_matter() -> None:
    """What came after the period, or was over long before, may be among the facts: it is not in the period."""
    settled = ec.evaluate(acme(), january(tickets=[incident(1)]), period=JANUARY)
    moved = {"opened": "2026-02-05T09:00:00Z", "resolved": "2026-02-05T10:00:00Z"}
    later = incident(2) | {"events": [{"kind": kind, "at": at} for kind, at in moved.items()]}
    early = incident(3) | {
        "events": [{"kind": kind, "at": at.replace("2026-02", "2025-11")} for kind, at in moved.items()]
    }
    told = account_for(settled, january(tickets=[incident(1), later, early]))
    assert dict(told.by_ref) == {"T-1": "evaluated", "T-2": "not_in_period", "T-3": "not_in_period"}
