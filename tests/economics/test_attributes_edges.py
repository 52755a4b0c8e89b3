"""What is known of a ticket at the very end of a period."""

import ecsm_contracts as ec
from tests.economics.desk import MON_05, event, facts_of, model_of, settled, ticket
from tests.engine.world import acme


def test_a_change_at_the_instant_at_which_a_period_ends_is_of_the_next() -> None:
    """January ends as February begins: a ticket moved and raised then was North and P3 throughout January."""
    end = "2026-01-31T23:00:00Z"  # midnight in the contract's zone
    moved = [event("transferred", end, group="South"), event("reprioritised", end, priority="P1")]
    facts = facts_of(ticket(1, "P3", event("resolved", f"{MON_05}10:00:00Z"), *moved, group="North"))
    assert [row.key for row in ec.cost_by(acme(), settled(facts), facts, model_of()).rows] == [("P3", "North")]


def test_a_group_that_is_called_blank_is_a_group() -> None:
    """A name that looks like the mark of a missing one has its own row, in quotes, before that of no group."""
    done = event("resolved", f"{MON_05}10:00:00Z")
    facts = facts_of(ticket(1, "P3", done), ticket(2, "P1", done, group="(blank)"), ticket(3, "P1", done))
    rows = ec.cost_by(acme(), settled(facts), facts, model_of(), by="group").rows
    assert [(row.key, row.tickets) for row in rows] == [(('"(blank)"',), 1), (("(blank)",), 2)]
