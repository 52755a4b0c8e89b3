"""Pairs of statements that differ less than meets the eye, or more."""

from dataclasses import replace

import pytest

import ecsm_contracts as ec
from ecsm_contracts.figures import derive, given
from ecsm_contracts.statements import restatement_of
from tests.engine.corrections import IN_APRIL, IN_MARCH, spring
from tests.engine.world import JANUARY, acme, incident, january, tickets


def test_another_rejected_record_is_a_cause() -> None:
    """As many records were rejected as before, but not the same one: the document names that, not the rules."""
    issued, corrected = (
        ec.evaluate(acme(), january(tickets=[*tickets(), {**incident(1), "ref": ref, "events": []}]), period=JANUARY)
        for ref in ("T-X", "T-Y")
    )
    document = restatement_of(issued, corrected)
    assert document is not None
    assert document.causes == ("rejected",)


def test_a_total_that_differs_by_more_than_its_lines_is_refused() -> None:
    """Lines that differ do not excuse a total that is not their sum: no document takes the ledger half the way."""
    issued, corrected = spring(IN_MARCH)[0], spring(IN_APRIL)[0]
    wrong = derive("total", "total/1", given("made up", ec.Money.parse("EUR 17999.99")))
    with pytest.raises(ec.VerificationError, match=r"the lines differ by EUR 2000.00, and the totals by EUR 2000.01"):
        restatement_of(replace(issued, total=wrong), corrected)
