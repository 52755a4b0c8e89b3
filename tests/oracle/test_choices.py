"""Worked examples for holders, cycles, added-up attempts, kept shares, hours by priority and populations, by hand.

The desk is open Mon-Fri 08:00-18:00 in Amsterdam; 2 March 2026 is a Monday. See `test_oracle` for the notation.
"""

from typing import Any

import pytest

from .clock import HOUR, MINUTE
from .statement import evaluate
from .test_oracle import attainment, contract, local, run, ticket, ticket_time, view

NEXT_RESPONSE: dict[str, Any] = {
    "start": ["opened", "customer_replied"],
    "stop": ["replied", "resolved"],
    "cycles": "many",
}


def counts_only(*names: str) -> dict[str, Any]:
    """A clock that runs in these hands alone."""
    return {"holds": None, "counts_only": list(names)}


def with_groups(found: dict[str, Any]) -> dict[str, Any]:
    """The ticket, its transfers to `network` being to that group, and others to a party."""
    for event in found["events"]:
        if event["kind"] == "transferred" and event["party"] == "network":
            event["group"] = event.pop("party")
    return found


@pytest.mark.parametrize(
    ("hands", "minutes"),
    [
        ({"holds": []}, 360),
        ({"holds": ["customer"]}, 300),
        ({"holds": ["network"]}, 300),
        ({"holds": ["carrier", "network"]}, 240),
        (counts_only("provider"), 240),
        (counts_only("network"), 60),
        (counts_only("customer", "carrier"), 120),
    ],
)
def test_whose_turn_it_is(hands: dict[str, Any], minutes: int) -> None:
    """
    Mon 09-10 provider, 10-11 network (of the provider), 11-12 customer, 12-13 carrier (handed over while it waited),
    13-14 provider, resolved 15:00: 14-15 provider too. With network: 09-10, 13-15 provider 3 h + network 1 h.
    """
    events = ["02 09:00 opened", "02 10:00 transferred network", "02 11:00 held customer"]
    events += ["02 11:30 transferred carrier", "02 12:00 resumed", "02 13:00 transferred provider", "02 15:00 resolved"]
    seen = view(run(attainment("8h", **hands), with_groups(ticket("T", *events))))
    assert seen["elapsed"] == minutes * MINUTE


def test_a_resolved_ticket_is_in_the_customers_hands() -> None:
    """Closing stops it. Mon 09-10 desk; resolved 10:00, closed 12:00: 2 h of the customer, held or not."""
    events = ["02 09:00 opened", "02 10:00 resolved", "02 12:00 closed"]
    for holds, hours in ((["customer"], 1), ([], 3)):
        seen = view(run(attainment("8h", stop=["closed"], holds=holds), ticket("T", *events)))
        assert (seen["state"], seen["elapsed"]) == ("stopped", hours * HOUR)


def test_events_by_party_and_group() -> None:
    """From the transfer to network (10:00) to the carrier's reply (12:30), not the customer's (11:00): 150 min."""
    choice: dict[str, Any] = {
        "start": [{"event": "transferred", "group": "network"}],
        "stop": [{"event": "replied", "party": "carrier"}, "resolved"],
    }
    events = ["02 09:00 opened", "02 09:30 transferred carrier", "02 10:00 transferred network"]
    events += ["02 11:00 replied customer", "02 12:30 replied carrier", "02 14:00 resolved"]
    assert view(run(attainment("8h", **choice), with_groups(ticket("T", *events))))["elapsed"] == 150 * MINUTE


@pytest.mark.parametrize(
    ("attempt", "elapsed", "late", "due"),
    [
        ("first", 30, 0, "02 10:00"),
        ("last", 45, 0, "02 15:00"),
        ("worst", 45, 60, "02 12:00"),
        ("sum", 195, 135, "02 11:30"),
    ],
)
def test_next_response(attempt: str, elapsed: int, late: int, due: str) -> None:
    """Target 1 h. Opened Mon 09:00, answered 09:30 (30 min). Asked 11:00 and 11:30, answered 13:00: 120 min, an hour
    late, over at 12:00. Asked 14:00, answered 14:45: 45 min, would have been due 15:00. All: 30 + 120 + 45 = 195,
    135 late, over 30 min after 11:00."""
    events = ["02 09:00 opened", "02 09:30 replied provider", "02 11:00 replied customer", "02 11:30 replied customer"]
    events += ["02 13:00 replied provider", "02 14:00 replied customer", "02 14:45 replied provider"]
    seen = view(run(attainment("1h", attempt=attempt, **NEXT_RESPONSE), ticket("T", *events)))
    assert (seen["elapsed"], seen["late"], seen["due"]) == (elapsed * MINUTE, late * MINUTE, local(due))


def test_periodic_update() -> None:
    """Every reply ends an attempt and begins the next: 09:00, 09:40, 10:10, resolved 10:30. Last attempt: 20 min."""
    choice: dict[str, Any] = {"start": ["opened", "replied"], "stop": ["replied", "resolved"], "cycles": "many"}
    events = ["02 09:00 opened", "02 09:40 replied provider", "02 10:10 replied provider", "02 10:30 resolved"]
    for attempt, elapsed in (("last", 20), ("sum", 90), ("first", 40)):
        assert (
            view(run(attainment("1h", attempt=attempt, **choice), ticket("T", *events)))["elapsed"] == elapsed * MINUTE
        )


def test_an_answered_ticket_is_reopened() -> None:
    """Answered 09:30, resolved 10:00, asked 11:00 (resolved: cannot begin), reopened 12:00: answered as before. Where a
    reopening starts it: 12:00 to 12:20 are 20 min."""
    events = ["02 09:00 opened", "02 09:30 replied provider", "02 10:00 resolved", "02 11:00 replied customer"]
    events += ["02 12:00 reopened", "02 12:20 resolved"]
    assert view(run(attainment("1h", **NEXT_RESPONSE), ticket("T", *events)))["elapsed"] == 30 * MINUTE
    start = [*NEXT_RESPONSE["start"], {"event": "reopened"}]
    assert (
        view(run(attainment("1h", **{**NEXT_RESPONSE, "start": start}), ticket("T", *events)))["elapsed"] == 20 * MINUTE
    )


def test_attempts_add_up() -> None:
    """Target 90 min. 09-10 and, reopened, 14-15: 120 min with `sum`, over at 14:30, though `restart` says zero."""
    events = ["02 09:00 opened", "02 10:00 resolved", "02 14:00 reopened", "02 15:00 resolved"]
    seen = view(run(attainment("90min", reopened="restart", attempt="sum"), ticket("T", *events)))
    assert (seen["elapsed"], seen["due"]) == (2 * HOUR, local("02 14:30"))


@pytest.mark.parametrize(
    ("within", "elapsed"),
    [
        ({"P1": "2h", "otherwise": "8h"}, 15 * MINUTE + HOUR),  # an hour of eight is a quarter of an hour of two
        ({"P1": "1us", "otherwise": "8h"}, HOUR),  # an eighth of a microsecond is none
        ({"P1": "none", "otherwise": "8h"}, 2 * HOUR),
        ({"P1": "2h", "otherwise": "none"}, 2 * HOUR),
        ({"P1": "2h", "otherwise": "0s"}, 2 * HOUR),
    ],
)
def test_a_share_is_kept(within: dict[str, str], elapsed: int) -> None:
    """Opened Mon 09:00 as P3, P1 at 10:00 with an hour elapsed, asked at 11:00 on the day it was resolved: one more."""
    table = {"by": "priority", **{key: "PT0.000001S" if word == "1us" else word for key, word in within.items()}}
    events = ["02 09:00 opened", "02 10:00 reprioritised P1", "02 11:00 resolved"]
    assert view(run(attainment(table, changed="keep_share"), ticket("T", *events)))["elapsed"] == elapsed


@pytest.mark.parametrize(
    ("changed", "hours"), [("keep_elapsed", 15), ("new_only", 1), ("retroactive", 15), ("restart", 14)]
)
def test_hours_by_priority(changed: str, hours: int) -> None:
    """P1 around the clock, others in the desk's hours. Opened Mon 17:00 as P3, P1 at 18:00 (1 h), resolved Tue 08:00:
    14 h around the clock; retroactively 15; as P3 only the hour on Monday."""
    clock: dict[str, Any] = {"hours": {"by": "priority", "P1": "always", "otherwise": "desk"}, "changed": changed}
    events = ["02 17:00 opened", "02 18:00 reprioritised P1", "03 08:00 resolved"]
    level = attainment("40h", population="resolved", **clock)
    assert view(run(level, ticket("T", *events)))["elapsed"] == hours * HOUR


def test_the_matrix() -> None:
    """High and low make P2, and from 10:00 urgency high makes P1; without a matrix, or a row, it is quarantined."""
    one = ticket("T", "02 09:00 opened", "02 10:00 reprioritised", "02 10:30 resolved")
    one |= {"priority": None, "impact": "high", "urgency": "low"}
    one["events"][1]["urgency"] = "high"
    within = {"by": "priority", "P1": "1h", "P2": "2h", "otherwise": "8h"}
    terms = contract(attainment(within, changed="keep_elapsed", population="resolved"))
    terms["priorities"] = {"impact": {"high": {"high": "P1", "low": "P2"}}}
    assert view(evaluate(terms, {"tickets": [one]}, "2026-03"))["late"] == 30 * MINUTE
    assert evaluate({**terms, "priorities": {}}, {"tickets": [one]}, "2026-03").quarantined == ["T"]
    one["events"][1]["urgency"] = "middling"
    assert evaluate(terms, {"tickets": [one]}, "2026-03").quarantined == ["T"]


TICKETS = [
    ticket("A", "02-26 09:00 opened", "03-03 09:00 resolved"),  # opened before, late
    ticket("B", "03-02 09:00 opened", "03-02 10:00 resolved", "03-05 09:00 closed"),  # in time
    ticket("C", "03-31 17:00 opened"),  # undecided at the end of March
    ticket("D", "02-23 09:00 opened", "02-23 10:00 resolved", "03-05 09:00 closed"),  # resolved before
    ticket("E", "02-23 09:00 opened"),  # late, and never resolved
]


@pytest.mark.parametrize(
    ("measure", "counted", "met"),
    [
        ({"population": "opened", "undecided": "met"}, "BC", "BC"),
        ({"population": "opened", "undecided": "missed"}, "BC", "B"),
        ({"population": "opened", "undecided": "left_out"}, "B", "B"),
        ({"population": "active", "undecided": "met"}, "ABCE", "BC"),
        ({"population": "active", "undecided": "left_out"}, "ABE", "B"),
        ({"population": "resolved"}, "AB", "B"),
        ({"population": "closed"}, "BD", "BD"),
        ({"population": "due"}, "B", "B"),
        ({"population": "due", "overdue": "until_stopped"}, "ABE", "B"),
    ],
)
def test_populations(measure: dict[str, Any], counted: str, met: str) -> None:
    """Target 4 h. A is over on 26 February and D due there; E is over on 23 February and runs on; C has an hour."""
    level = attainment("4h")
    level["measure"] |= measure
    result = run(level, *TICKETS)
    assert {ref for (ref, _), each in result.tickets.items() if each["in_population"]} == set(counted)
    assert (result.levels["L"].counted, result.levels["L"].met) == (len(counted), len(met))


@pytest.mark.parametrize(("allowed", "outcome"), [(0, "missed"), (1, "met")])
def test_few_tickets_may_have_misses(allowed: int, outcome: str) -> None:
    """Two tickets, one of them late, are fewer than five: one miss is in order, if so many are."""
    level = attainment("4h", population="resolved", minimum=5)
    level["measure"]["when_too_few"] = {"misses_at_most": allowed}
    result = run(level, *TICKETS[:2]).levels["L"]
    assert (result.outcome, result.number, result.counted) == (outcome, None, 2)


def test_scopes() -> None:
    """Customer and channel must be equal, and a child is left out where the scope says so."""
    level = ticket_time("1h")
    child = {
        **ticket("T", "02 09:00 opened", "02 11:00 resolved"),
        "customer": "Acme",
        "channel": "mail",
        "parent": "P",
    }
    for scope, seen in (
        ({"customer": "Acme", "channel": "mail"}, 1),
        ({"customer": "Beta"}, 0),
        ({"channel": "phone"}, 0),
        ({"children": "count"}, 1),
        ({"children": "leave_out"}, 0),
    ):
        assert run({**level, "scope": scope}, child).levels["L"].missed == seen
