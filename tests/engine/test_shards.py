"""Observing in parts keeps all that observing at once keeps."""

import pytest

import ecsm_contracts as ec
from tests.engine.world import JANUARY, acme, incident, january, tickets


@pytest.mark.parametrize("shards", [2, 3, 50])
def test_records_that_were_rejected_before_are_kept_in_parts(shards: int) -> None:
    """Two records of one identity, rejected while facts are made, are listed however many parts there are."""
    facts = january(tickets=[*tickets(), incident(99), incident(99, hours=30)])
    whole = ec.evaluate(acme(), facts, period=JANUARY)
    assert [(each.ref, each.code) for each in whole.rejected] == [("T-99", "duplicate_identity")] * 2
    parts = ec.evaluate(acme(), facts, period=JANUARY, shards=shards)
    assert parts.status == "provisional"
    assert parts.to_json() == whole.to_json()
