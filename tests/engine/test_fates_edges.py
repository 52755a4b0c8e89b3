"""Fates of tickets and of outages, of which each is told by itself."""

import ecsm_contracts as ec
from ecsm_contracts.engine import account_for
from tests.engine.world import JANUARY, OUTAGE, acme, incident, january


def test_a_rejected_record_is_quarantined_among_its_own_kind_only() -> None:
    """An outage that cannot be read is no ticket, and a ticket no outage, even where they share an identity."""
    wrong = {**OUTAGE, "ref": "T-1", "end": "2026-01-09T00:00:00Z"}
    unreadable = {**incident(2), "ref": "O-1", "events": []}
    facts = january(tickets=[incident(1), unreadable], outages=[OUTAGE, wrong])
    settled = ec.evaluate(acme(), facts, period=JANUARY)
    assert dict(account_for(settled, facts).by_ref) == {"O-1": "quarantined", "T-1": "evaluated"}
    assert dict(account_for(settled, facts, kind="outage").by_ref) == {"O-1": "evaluated", "T-1": "quarantined"}
