"""The share of tickets that have a property, first-contact resolution among them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import EngineInvariantError
from tests.measures.contracts import contract_with, event, level_of, problems_with, story, ticket

NOT_REOPENED: dict[str, Any] = {
    "kind": "ratio",
    "population": "resolved",
    "having": {"event": "reopened", "at_most": 0},
    "minimum": 1,
    "when_too_few": "not_measured",
}
FIRST_CONTACT = {**NOT_REOPENED, "having": {"event": "replied", "party": "provider", "at_most": 1}}
AT_LEAST = {"at_least": "70%"}


def told(ref: str, *replies: str, resolved: str = "07 09:00") -> dict[str, Any]:
    """Return a ticket with replies of these parties, which is resolved."""
    written = [event("replied", f"05 {9 + n:02d}:00", party=party) for n, party in enumerate(replies)]
    return story(ref, event("opened", "04 09:00"), *written, event("resolved", resolved))


def settled(measure: dict[str, Any], tickets: list[dict[str, Any]], **parts: Any) -> Any:
    """Return the assessment of March."""
    contract = contract_with(measure, AT_LEAST)
    facts = ec.facts_from_records(tickets=tickets, **parts)
    statement = ec.evaluate(contract, facts, period="2026-03")
    ec.verify(statement, facts)
    return level_of(statement)


def test_first_contact_resolution_is_such_a_share() -> None:
    """Of four resolved tickets three had at most one reply of the provider, whatever the customer wrote."""
    tickets = [
        told("T-1"),
        told("T-2", "provider"),
        told("T-3", "customer", "provider", "customer"),
        told("T-4", "provider", "provider"),
    ]
    level = settled(FIRST_CONTACT, tickets)
    assert (level.number, level.outcome) == (Fraction(3, 4), "met")


@pytest.mark.parametrize(
    ("having", "number"),
    [
        ({"event": "replied", "at_least": 1}, Fraction(3, 4)),
        ({"event": "replied", "at_least": 3}, Fraction(1, 4)),
        ({"event": "replied", "party": "customer", "at_least": 1}, Fraction(1, 4)),
        ({"event": "replied", "at_most": 2}, Fraction(3, 4)),
        ({"event": "transferred", "at_least": 1}, Fraction(0)),
        ({"event": "transferred", "at_most": 0}, Fraction(1)),
        ({"event": "resolved", "at_most": 1}, Fraction(1)),
    ],
    ids=str,
)
def test_a_property_is_a_number_of_events(having: dict[str, Any], number: Fraction) -> None:
    """At least and at most, of everybody or of one party: each is what counting by hand gives."""
    tickets = [
        told("T-1"),
        told("T-2", "provider"),
        told("T-3", "customer", "provider", "customer"),
        told("T-4", "provider", "provider"),
    ]
    assert settled({**NOT_REOPENED, "having": having}, tickets).number == number


@pytest.mark.parametrize(("population", "total"), [("opened", 4), ("resolved", 3), ("closed", 1)])
def test_a_population_is_that_of_the_period(population: str, total: int) -> None:
    """Of six tickets so many were opened, last resolved and last closed in March; a cancelled one is in none."""
    tickets = [
        ticket(1),
        story("T-2", event("opened", "04 09:00"), event("closed", "05 09:00")),
        story("T-3", event("opened", "04 09:00")),
        story("T-4", event("opened", "04 09:00"), event("cancelled", "05 09:00")),
        {**ticket(5), "events": [{"kind": "opened", "at": "2026-02-04T09:00:00Z"}, event("resolved", "04 09:00")]},
        {**ticket(6), "events": [
            {"kind": "opened", "at": "2026-03-04T09:00:00Z"}, {"kind": "resolved", "at": "2026-04-01T00:00:00Z"},
        ]},
    ]  # fmt: skip
    assert dict(settled({**NOT_REOPENED, "population": population}, tickets).counts)["4.1.total"] == total


def test_what_comes_after_the_period_is_not_known() -> None:
    """A reopening in April does not change March; in April the ticket counts with it, once it is resolved again."""
    back = [{"kind": "reopened", "at": "2026-04-02T09:00:00Z"}, {"kind": "resolved", "at": "2026-04-03T09:00:00Z"}]
    one = {**ticket(1), "events": [*ticket(1)["events"], *back]}
    contract = contract_with(NOT_REOPENED, AT_LEAST)
    facts = ec.facts_from_records(tickets=[one])
    found = [ec.observe(ec.plan(contract, month), facts).tally for month in ("2026-03", "2026-04")]
    assert [(each["4.1.total"], each["4.1.having"]) for each in found] == [(1, 1), (1, 0)]


@pytest.mark.parametrize("words", ["met", "missed", "not_measured"])
def test_a_small_sample_has_the_outcome_that_is_named(words: str) -> None:
    """With fewer tickets than the minimum the contract's word is the outcome, and there is no number."""
    few = {**NOT_REOPENED, "minimum": 2, "when_too_few": words}
    level = settled(few, [ticket(1)])
    assert (level.outcome, level.number) == (words, None)
    assert settled(few, [ticket(1), ticket(2)]).number == 1


def test_what_is_not_recorded_is_not_measured() -> None:
    """Where replies are not recorded nobody can say who needed one only."""
    origin = {"ref": "log", "title": "Log of the desk", "unrecorded": ["replied"]}
    assert settled(FIRST_CONTACT, [told("T-1")], origins=[origin]).outcome == "not_measured"
    assert settled(NOT_REOPENED, [told("T-1")], origins=[origin]).outcome == "met"


@pytest.mark.parametrize(
    ("having", "code"),
    [
        ({"event": "replied"}, "having_shape"),
        ({"event": "replied", "at_least": 1, "at_most": 2}, "having_shape"),
        ({"event": "replied", "at_least": 0}, "out_of_range"),
        ({"event": "replied", "at_most": -1}, "out_of_range"),
        ({"event": "reopened", "party": "customer", "at_least": 1}, "party_unused"),
        ({"event": "outages", "at_least": 1}, "unknown_word"),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused(having: dict[str, Any], code: str) -> None:
    """A property that says nothing, too much, or what cannot be is refused with its code."""
    assert problems_with({**NOT_REOPENED, "having": having}, AT_LEAST) == [code]


@pytest.mark.parametrize("sums", [(1, 2), (1, -1)], ids=["more than all", "fewer than none"])
def test_more_with_the_property_than_there_are_is_not_settled(sums: tuple[int, int]) -> None:
    """A tally with more tickets that have the property than tickets is refused."""
    planned = ec.plan(contract_with(NOT_REOPENED, AT_LEAST), "2026-03")
    with pytest.raises(EngineInvariantError, match=r"4\.1"):
        ec.settle_tally(planned, ec.Tally(planned.columns, sums))
