"""Relief reaches the service, the kind of notice and the levels that it names, and nothing else."""

from typing import Any

import pytest

import ecsm_contracts as ec
from tests.engine.world import JANUARY, NOTICE, OUTAGE, acme_data, contract_of, january

HOUR = 3_600_000_000
DESK = {**NOTICE, "service": "desk", "start": "2026-01-05T09:00:00Z", "end": "2026-01-05T12:00:00Z"}
"""Three hours of a Monday morning on which one ticket is worked on."""


def tally(notices: list[dict[str, Any]], *, levels: tuple[str, ...] = ("4.3",)) -> ec.Tally:
    """The sums of January, with maintenance relieving *levels*."""
    data = acme_data()
    relief = next(clause for clause in data["clauses"] if clause["kind"] == "relief")
    relief["levels"] = list(levels)
    if "4.3" not in levels:
        del relief["denominator"]  # it is for availability only
    return ec.evaluate(contract_of(data), january(outages=[OUTAGE], notices=notices), period=JANUARY).tally


def test_a_notice_for_its_service_relieves() -> None:
    """One of the five hours of the outage was planned; three hours of work on the ticket fell into maintenance."""
    assert tally([NOTICE])["4.3.unavailable"] == 4 * HOUR
    both = ("4.2", "4.3")
    assert tally([DESK], levels=both)["4.2.elapsed"] == tally([], levels=both)["4.2.elapsed"] - 3 * HOUR


def test_a_notice_for_another_service_relieves_nothing() -> None:
    """Maintenance of the desk, at the very time of the outage, leaves all five hours of it; and the other way round."""
    assert tally([{**NOTICE, "service": "desk"}])["4.3.unavailable"] == 5 * HOUR
    both = ("4.2", "4.3")
    elsewhere = tally([{**DESK, "service": "mail"}], levels=both)
    assert elsewhere["4.2.elapsed"] == tally([], levels=both)["4.2.elapsed"]


def test_a_level_that_no_clause_names_is_not_relieved() -> None:
    """Relief for mail only stops no clock when the desk is maintained; with relief for the desk only, mail was down."""
    assert tally([DESK]) == tally([])
    assert tally([NOTICE], levels=("4.2",))["4.3.unavailable"] == 5 * HOUR


@pytest.mark.parametrize(("kind", "hours"), [("maintenance", 4), ("force_majeure", 5)])
def test_a_notice_of_another_kind_relieves_nothing(kind: str, hours: int) -> None:
    """A clause about maintenance says nothing about what is beyond anyone's control."""
    assert tally([{**NOTICE, "kind": kind}])["4.3.unavailable"] == hours * HOUR
