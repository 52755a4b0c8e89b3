"""Numbers of events and outages: what counts, when, and whose."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.facts import Setting
from ecsm_contracts.measures import Count
from ecsm_contracts.testing import clause_laws
from tests.measures import desk
from tests.measures.contracts import contract_with, event, level_of, problems_with, story, ticket
from tests.measures.setting_levels import bound, outage, sums

KINDS = (
    "opened",
    "acknowledged",
    "replied",
    "held",
    "transferred",
    "resolved",
    "reopened",
    "closed",
    "cancelled",
    "merged",
)
ONCE = {"resolved", "closed"}


def ticket_of(told: tuple[desk.Happening, ...]) -> dict[str, Any]:
    """Return the record of a story that is told in half hours of March."""
    events = [
        {
            "kind": each.kind,
            "at": ec.calendars.from_micros(desk.micros(each.tick)).isoformat(),
            **({"party": each.party} if each.party else {}),
            **({"priority": each.priority} if each.priority else {}),
            **({"group": "second line"} if each.kind == "transferred" else {}),
        }
        for each in told
    ]
    return {"ref": "T-1", "service": "desk", "type": "incident", "priority": "P3", "events": events}


def by_hand(told: tuple[desk.Happening, ...], kind: str, party: str | None, first: int, end: int) -> int:
    """Return the events of a story that count from a tick up to another."""
    found, standing, resolved = 0, False, False
    for each in told:
        if each.tick >= end:
            break
        kinds = [each.kind]
        if each.kind == "closed" and not resolved:
            kinds = ["resolved", "closed"]  # closing a ticket that is open resolves it
        resolved = (resolved or "resolved" in kinds) and each.kind != "reopened"
        for said in kinds:
            if said == "reopened":
                standing = False
            if said == kind and party in (None, each.party) and not (kind in ONCE and standing):
                found += each.tick >= first
                standing = True
    return found


MARCH_TICKS = 30 * desk.DAY
"""March, 2026, from Monday the second on."""


@given(desk.stories(), st.sampled_from(KINDS), st.sampled_from([None, "provider", "customer"]))
def test_events_counted_one_by_one_agree(told: tuple[desk.Happening, ...], kind: str, party: str | None) -> None:
    """Every event of the kind and party counts once in its month; a resolution that changes nothing does not."""
    party = party if kind in {"replied", "held"} else None
    told = tuple(dict.fromkeys(told))  # an event that repeats another in every field is one event
    contract = contract_with({"kind": "count", "of": kind, **({"party": party} if party else {})}, {"at_most": 100})
    facts = ec.facts_from_records(tickets=[ticket_of(told)])
    months = [ec.observe(ec.plan(contract, month), facts) for month in ("2026-03", "2026-04")]
    if any(each.rejected for each in months):
        return  # without the repetition the story contradicts itself
    assert [each.tally["4.1.number"] for each in months] == [
        by_hand(told, kind, party, -desk.DAY, MARCH_TICKS),
        by_hand(told, kind, party, MARCH_TICKS, 60 * desk.DAY),
    ]


OUTAGES = [
    {"ref": "O-1", "service": "mail", "start": "2026-02-28T23:00:00Z", "end": "2026-03-01T01:00:00Z"},
    {"ref": "O-2", "service": "mail", "start": "2026-03-01T00:00:00Z", "end": "2026-03-01T01:00:00Z"},
    {"ref": "O-3", "service": "mail", "start": "2026-03-31T23:59:59Z"},
    {"ref": "O-4", "service": "mail", "start": "2026-03-05T00:00:00Z", "end": "2026-03-05T00:00:00Z"},
    {
        "ref": "O-5",
        "service": "mail",
        "start": "2026-03-06T00:00:00Z",
        "end": "2026-03-06T01:00:00Z",
        "state": "unknown",
    },
    {"ref": "O-6", "service": "desk", "start": "2026-03-07T00:00:00Z", "end": "2026-03-07T01:00:00Z"},
]


def test_outages_count_where_they_begin() -> None:
    """
    Two of six outages count: one began before the period, one has no length, one is not known to be down, one is of
    another service.
    """
    level = {
        "ref": "4.2", "kind": "service_level", "scope": {"service": "mail"},
        "measure": {"kind": "count", "of": "outages"}, "target": {"at_most": 1},
    }  # fmt: skip
    contract = contract_with({"kind": "count", "of": "opened"}, {"at_most": 9}, level)
    facts = ec.facts_from_records(outages=OUTAGES)
    statement = ec.evaluate(contract, facts, period="2026-03")
    found = level_of(statement, "4.2")
    assert (found.number, found.outcome) == (2, "missed")
    assert [row.ref for row in statement.outcomes.of_kind("outage") if any(row.numbers)] == ["O-2", "O-3"]
    fates = ec.account_for(statement, facts, kind="outage")
    assert (fates.clauses, fates.count("evaluated"), fates.read) == ((("4.2", 2),), 2, 6)


def test_a_record_of_an_outage_counts_as_one() -> None:
    """Outages are counted as they are recorded: two that overlap are two."""
    setting = Setting(outages=(outage("a", 50, 60), outage("b", 55, 70)))
    measure = Count.model_validate({"kind": "count", "of": "outages"})
    assert sums(bound(measure, [], (40, 160), setting), setting) == {"number": 2}


@pytest.mark.parametrize(("most", "outcome"), [(3, "met"), (2, "missed")])
def test_a_number_is_judged_and_the_statement_reads_back(most: int, outcome: str) -> None:
    """Three reopenings keep a promise of at most three, and miss one of two; verifying observes them again."""
    contract = contract_with({"kind": "count", "of": "reopened"}, {"at_most": most})
    facts = ec.facts_from_records(tickets=[ticket(n, reopened=n < 3) for n in range(5)])
    statement = ec.evaluate(contract, facts, period="2026-03")
    level = level_of(statement)
    assert (level.number, level.outcome) == (3, outcome)
    ec.verify(statement, facts)
    assert "reopened" in str(ec.explain(statement["4.1"]))


def test_what_became_of_a_ticket_later_makes_no_difference() -> None:
    """A ticket that was opened and cancelled in March counts among those opened, and among those cancelled."""
    facts = ec.facts_from_records(tickets=[story("T-1", event("opened", "04 09:00"), event("cancelled", "05 09:00"))])
    for kind, number in (("opened", 1), ("cancelled", 1), ("resolved", 0)):
        contract = contract_with({"kind": "count", "of": kind}, {"at_most": 3})
        assert level_of(ec.evaluate(contract, facts, period="2026-03")).number == number


@pytest.mark.parametrize(
    ("kind", "outcome"), [("replied", "not_measured"), ("acknowledged", "met"), ("resolved", "met")]
)
def test_what_is_not_recorded_is_not_counted(kind: str, outcome: str) -> None:
    """No recorded reply is no proof that nobody replied: where replies are not recorded, their number is not known."""
    contract = contract_with({"kind": "count", "of": kind}, {"at_most": 3})
    origin = {"ref": "log", "title": "Log of the desk", "unrecorded": ["replied"]}
    facts = ec.facts_from_records(tickets=[ticket(1)], origins=[origin])
    level = level_of(ec.evaluate(contract, facts, period="2026-03"))
    assert (level.outcome, level.number is None) == (outcome, outcome == "not_measured")


@pytest.mark.parametrize(
    ("measure", "target", "code"),
    [
        ({"kind": "count", "of": "opened", "party": "customer"}, {"at_most": 3}, "party_unused"),
        ({"kind": "count", "of": "outages", "party": "provider"}, {"at_most": 3}, "party_unused"),
        ({"kind": "count", "of": "noted"}, {"at_most": 3}, "unknown_word"),
        ({"kind": "count", "of": "opened"}, {"at_most": "5%"}, "target_unit"),
        ({"kind": "count", "of": "opened"}, None, "target_missing"),
    ],
    ids=["party of an opening", "party of an outage", "noted", "a share", "no target"],
)
def test_what_cannot_work_is_refused(measure: dict[str, Any], target: dict[str, Any] | None, code: str) -> None:
    """What contradicts itself, or leaves open what must be said, is refused with its code."""
    assert problems_with(measure, target) == [code]


@pytest.mark.parametrize("measure", [
    {"kind": "count", "of": "opened"},
    {"kind": "ratio", "population": "opened", "having": {"event": "held", "at_least": 1}, "minimum": 1,
     "when_too_few": "met"},
], ids=["count", "ratio"])  # fmt: skip
def test_events_have_no_time_to_relieve(measure: dict[str, Any]) -> None:
    """A relief clause takes time out; a number of events has none, so naming it there is refused."""
    relief = {"ref": "5.1", "kind": "relief", "notices": ["maintenance"], "levels": ["4.1"], "treatment": "exclude"}
    target = {"at_most": 3} if measure["kind"] == "count" else {"at_least": "5%"}
    assert problems_with(measure, target, relief) == ["relief_unused"]


def test_the_laws_of_single_clauses_hold() -> None:
    """Made-up tallies settle within the bounds of every measure, and what they come to follows from its inputs."""
    rate = {"kind": "error_rate", "hours": "always", "bucket": "1h", "empty_bucket": "left_out"}
    share = {"kind": "ratio", "population": "opened", "minimum": 1, "when_too_few": "met"}
    measures: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"kind": "count", "of": "outages"}, {"at_most": 3}),
        ({**share, "having": {"event": "held", "at_most": 0}}, {"at_least": "90%"}),
        ({**rate, "take": "pooled"}, {"at_most": "1%"}),
        ({**rate, "take": "mean_of_buckets", "places": 4}, {"at_most": "1%"}),
        ({**rate, "take": {"bad_buckets": {"above": "5%"}}}, {"at_most": "1%"}),
        ({"kind": "availability", "hours": "always", "minimum_outage": "10min"}, {"at_least": "99%"}),
    ]
    for measure, target in measures:
        for _, law in clause_laws(contract_with(measure, target)):
            law()


def test_fewer_than_none_is_not_settled() -> None:
    """A tally with a negative number is refused."""
    planned = ec.plan(contract_with({"kind": "count", "of": "opened"}, {"at_most": 3}), "2026-03")
    with pytest.raises(EngineInvariantError, match=r"4\.1"):
        ec.settle_tally(planned, ec.Tally(planned.columns, (-1,)))


@pytest.mark.parametrize(
    ("kind", "number"), [("resolved", 2), ("closed", 2), ("reopened", 1), ("opened", 1), ("transferred", 2)]
)
def test_what_changes_nothing_does_not_count(kind: str, number: int) -> None:
    """
    Resolved twice, closed twice, reopened, and closed: two resolutions and two closings, as the last closing resolves.

    The opening, in the first instant of the period, counts in it.
    """
    told = story(
        "T-1",
        event("opened", "01 00:00"),
        event("transferred", "02 09:00", group="second line"),
        event("transferred", "02 10:00", group="third line"),
        event("resolved", "03 09:00"),
        event("resolved", "04 09:00"),
        event("closed", "05 09:00"),
        event("closed", "06 09:00"),
        event("reopened", "07 09:00"),
        event("closed", "08 09:00"),
    )
    contract = contract_with({"kind": "count", "of": kind}, {"at_most": 9})
    assert level_of(ec.evaluate(contract, ec.facts_from_records(tickets=[told]), period="2026-03")).number == number
