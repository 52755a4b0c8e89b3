"""Promises about an area or a subject: which tickets, outages and notices they look at."""

from typing import Any

import pytest

import ecsm_contracts as ec
from tests.engine.world import JANUARY, NOTICE, OUTAGE, acme_data, contract_of, january, tickets

HOUR = 3_600_000_000


def tally(scope: dict[str, str], **tables: list[dict[str, Any]]) -> ec.Tally:
    """The sums of January, with promises 4.2 (resolved in time) and 4.3 (mail is up) about *scope*."""
    data = acme_data()
    for clause in data["clauses"]:
        if clause["ref"] in {"4.2", "4.3"}:
            clause["scope"] |= scope
    return ec.evaluate(contract_of(data), january(**tables), period=JANUARY).tally


@pytest.mark.parametrize("name", ["area", "subject"])
def test_a_promise_about_one_area_counts_its_tickets(name: str) -> None:
    """Of twenty tickets it counts those that name the area; those that name another, or none, are not in it."""
    said = [{**each, **([{name: "north"}, {name: "south"}, {}][at % 3])} for at, each in enumerate(tickets())]
    counted = [tally({name: area}, tickets=said)["4.2.counted"] for area in ("north", "south", "east")]
    assert counted == [7, 7, 0]
    assert tally({}, tickets=said)["4.2.counted"] == 20


@pytest.mark.parametrize("name", ["area", "subject"])
@pytest.mark.parametrize(
    ("of_outage", "of_notice", "hours"),
    [
        (None, None, 4),  # both concern every area: an hour of five was planned
        ("north", "north", 4),
        ("north", "south", 5),
        (None, "south", 5),
        ("south", "south", 0),
        ("south", None, 0),
    ],
)
def test_a_promise_about_one_area_looks_at_what_concerns_it(
    name: str, of_outage: str | None, of_notice: str | None, hours: int
) -> None:
    """An outage or a notice of another area is none; one that names no area concerns every area."""
    outage = {**OUTAGE, **({name: of_outage} if of_outage else {})}
    notice = {**NOTICE, **({name: of_notice} if of_notice else {})}
    assert tally({name: "north"}, outages=[outage], notices=[notice])["4.3.unavailable"] == hours * HOUR
    everywhere = tally({}, outages=[outage], notices=[notice])
    assert everywhere["4.3.unavailable"] == 4 * HOUR  # a scope that names no area asks for none


def test_a_notice_to_another_customer_excuses_nothing() -> None:
    """A promise to one customer is not excused by what was announced to another."""
    told = [{}, {"customer": "Acme"}, {"customer": "Umbrella"}]
    found = [tally({"customer": "Acme"}, notices=[{**NOTICE, **each}])["4.3.unavailable"] // HOUR for each in told]
    assert found == [4, 4, 5]
