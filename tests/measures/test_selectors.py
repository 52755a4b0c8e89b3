"""Events chosen by party and group, and tickets that a resolution does not finish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ecsm_contracts as ec
from tests.measures.contracts import contract_with, event, story


def measure(**clock: Any) -> dict[str, Any]:
    """Return a promise of four hours for each ticket, on a clock that differs from the usual one in *clock*."""
    usual = {
        "start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": ["customer"],
        "reopened": "continue_without", "attempt": "first", "changed": "new_only",
    }  # fmt: skip
    return {"kind": "ticket_time", "within": "4h", "clock": {**usual, **clock}}


def test_a_transfer_during_a_wait_starts_the_clock_of_the_group_that_it_names() -> None:
    """A group is not spared its own clock because the ticket waits for the customer when it is handed over."""
    told = story(
        "T-1", event("opened", "04 09:00", group="first line"), event("held", "04 10:00", party="customer"),
        event("transferred", "04 11:00", group="network"), event("resumed", "04 12:00"), event("resolved", "04 15:00"),
    )  # fmt: skip
    contract = contract_with(measure(start=[{"event": "transferred", "group": "network"}]), None)
    facts = ec.facts_from_records(tickets=[told])
    march = ec.evaluate(contract, facts, period="2026-03")
    assert ec.explain_ticket(march, facts, "T-1").clocks[0].elapsed == timedelta(hours=3)


def test_of_transfers_during_one_wait_each_names_its_own_group() -> None:
    """Handed to two groups while it waits, a ticket starts the clock of the second with the second transfer."""
    told = story(
        "T-1", event("opened", "04 09:00"), event("held", "04 10:00", party="customer"),
        event("transferred", "04 11:00", group="hardware"), event("transferred", "04 12:00", group="network"),
        event("resolved", "04 15:00"),
    )  # fmt: skip
    contract = contract_with(measure(start=[{"event": "transferred", "group": "network"}], holds=[]), None)
    facts = ec.facts_from_records(tickets=[told])
    march = ec.evaluate(contract, facts, period="2026-03")
    assert (march.tally["4.1.met"], march.tally["4.1.misses"]) == (1, 0)
    assert ec.explain_ticket(march, facts, "T-1").clocks[0].elapsed == timedelta(hours=3)


def test_a_transfer_without_a_party_is_one_to_the_provider() -> None:
    """A selector of the provider's transfers takes those that name no party, as such a transfer is the provider's."""
    told = story("T-1", event("opened", "04 09:00"), event("transferred", "04 11:00"), event("resolved", "04 15:00"))
    contract = contract_with(measure(start=[{"event": "transferred", "party": "provider"}]), None)
    facts = ec.facts_from_records(tickets=[told])
    march = ec.evaluate(contract, facts, period="2026-03")
    assert ec.explain_ticket(march, facts, "T-1").clocks[0].elapsed == timedelta(hours=4)


def test_a_ticket_that_only_its_closing_stops_is_late_in_each_month_until_then() -> None:
    """A resolution of March does not make a ticket past whose clock runs on to a closing that has not come."""
    contract = contract_with(measure(stop=["closed"], holds=[]), None)
    told = story("T-1", event("opened", "04 09:00"), event("resolved", "04 10:00"))
    facts = ec.facts_from_records(tickets=[told])
    march = ec.evaluate(contract, facts, period="2026-03")
    april = ec.evaluate(contract, facts, period="2026-04", carry=march.carry)
    assert april.tally["4.1.late"] == 30 * 24 * 3600 * 10**6
    assert ec.account_for(april, facts).by_ref == {"T-1": "evaluated"}
