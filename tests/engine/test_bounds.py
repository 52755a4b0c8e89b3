"""The ten bounds of docs/explanation/bounds.md: an engine that goes wrong trips each, and no legal extreme does."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import DuplicateItem, EngineInvariantError
from ecsm_contracts.measures import Outcomes, Row
from tests.engine import bounds_trips
from tests.engine.bounds_trips import TRIPS, Trip, by_column, by_ticket, gone_wrong
from tests.engine.corrections import spring
from tests.engine.world import JANUARY, NOTICE, OUTAGE, acme_data, contract_of, incident, january, tickets

EUR = ec.Money.parse


def refused_by_the_bound(trip: Trip) -> str:
    """What is said when the engine goes wrong so."""
    with gone_wrong(trip), pytest.raises(EngineInvariantError) as caught:
        trip.run()
    return str(caught.value)


@pytest.mark.parametrize("trip", TRIPS, ids=lambda trip: f"{trip.bound} {trip.name}")
def test_each_bound_is_tripped_by_an_engine_that_goes_wrong(trip: Trip) -> None:
    """Nothing is issued by an engine that breaks a bound, and what is wrong is named."""
    assert re.search(trip.said, refused_by_the_bound(trip))


def test_every_bound_has_a_trip() -> None:
    """Ten bounds, and each is tripped at least once."""
    assert {trip.bound for trip in TRIPS} == set(range(1, 11))


def test_the_engine_is_right_again_after_each_trip() -> None:
    """What trips the bounds is the function that goes wrong: without it both drivers give one statement."""
    assert by_ticket() == by_column()


def test_the_bounds_hold_without_asserts() -> None:
    """Under `python -O` every trip is caught all the same."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}  # noqa: TID251 - the child's
    script = Path(bounds_trips.__file__)
    run = subprocess.run([sys.executable, "-O", str(script)], env=kept, capture_output=True, text=True, check=False)
    assert run.stdout == f"{len(TRIPS)} tried, without asserts: True\n", run.stderr


def test_one_item_has_one_row() -> None:
    """Two rows of one item are refused where the table of rows is made (bound 1)."""
    row = Row("ticket", "T-1", "0" * 16, (1,))
    with pytest.raises(DuplicateItem):
        Outcomes(("4.2.counted",), [row, row])


# --- legal extremes ---------------------------------------------------------------------------------------------


def of_currency(currency: str, fee: str) -> ec.Contract:
    """The example contract in another currency, with another fee."""
    text = json.dumps(acme_data()).replace("EUR 20000.00", fee)
    decimals = {"JPY": "", "KWD": ".000"}.get(currency, ".00")
    text = text.replace("EUR 50.00", f"{currency} 50{decimals}").replace('"EUR"', f'"{currency}"')
    return contract_of(json.loads(text))


def clause(data: dict[str, Any], ref: str) -> dict[str, Any]:
    """A clause of a contract as plain data."""
    found: dict[str, Any] = next(each for each in data["clauses"] if each["ref"] == ref)
    return found


@pytest.mark.parametrize(
    ("currency", "fee", "total"),
    [
        ("EUR", "EUR 0.00", "EUR 0.00"),  # every credit is a line of zero, as its level is missed
        ("EUR", "EUR 999999999999999.99", "EUR 900000000000000.00"),  # the largest there is; the limit is reached
        ("EUR", "EUR 0.01", "EUR 0.01"),  # a tenth of a cent may be given, which is nothing
        ("JPY", "JPY 999999999999999", "JPY 900000000000000"),
        ("JPY", "JPY 3", "JPY 3"),
        ("KWD", "KWD 20000.005", "KWD 18000.005"),
    ],
)
def test_the_extremes_of_money_trip_nothing(currency: str, fee: str, total: str) -> None:
    """No fee, the smallest and the largest, and currencies of no and of three decimals: each is settled."""
    bad = january(tickets=[incident(n, hours=100) for n in range(20)])
    assert ec.evaluate(of_currency(currency, fee), bad, period=JANUARY).total.value == ec.Money.parse(total)


def test_no_item_at_all_trips_nothing() -> None:
    """Without a ticket or an outage the fee is owed."""
    assert ec.evaluate(contract_of(acme_data()), ec.facts_from_records(), period=JANUARY).total.value == EUR(
        "EUR 20000.00"
    )


def test_a_time_that_is_all_excused_trips_nothing() -> None:
    """A month that is all maintenance has no time to be down in, and no credit for it."""
    whole = {"start": "2025-12-31T00:00:00Z", "end": "2026-02-02T00:00:00Z"}
    facts = january(tickets=[], outages=[{**OUTAGE, **whole}], notices=[{**NOTICE, **whole}])
    found = ec.evaluate(contract_of(acme_data()), facts, period=JANUARY)
    assert found.total.value == EUR("EUR 20000.00")


def months(contract: ec.Contract, facts: ec.Facts, *labels: str) -> Iterator[ec.Statement]:
    """The statements of some months from the first of the term on."""
    carry = None
    for label in labels:
        statement = ec.evaluate(contract, facts, period=label, carry=carry)
        carry = statement.carry
        yield statement


def test_an_excess_that_is_carried_trips_nothing() -> None:
    """What a limit could not give is given in the months after, though nothing is wrong in them."""
    data = acme_data()
    clause(data, "4.7")["excess"] = "carry"
    january_, february = months(contract_of(data), january(), JANUARY, "2026-02")
    assert {line.kind for line in january_.lines} == {"charge", "credit", "limit"}
    assert "carried" in {line.kind for line in february.lines}


def test_lateness_that_is_taken_back_trips_nothing() -> None:
    """A late ticket whose new attempt forgets the old one takes its lateness back: a number below zero."""
    data = acme_data()
    clause(data, "4.1")["measure"]["clock"] |= {"attempt": "last", "stop": ["resolved"], "reopened": "restart"}
    late = incident(1, hours=100)
    late["events"] += [
        {"kind": "reopened", "at": "2026-02-02T09:00:00Z"},
        {"kind": "resolved", "at": "2026-02-02T09:30:00Z"},
    ]
    first, second = months(contract_of(data), january(tickets=[late]), JANUARY, "2026-02")
    assert dict(first.assessments[0].counts)["4.1.misses"] == 1
    counts = dict(second.assessments[0].counts)
    assert counts["4.1.misses"] == -1
    assert counts["4.1.late"] < 0


def test_a_share_that_is_kept_trips_nothing() -> None:
    """An hour spent of four is ten of forty: a clock that keeps the share may show more than went by."""
    data = acme_data()
    clause(data, "4.2")["measure"]["clock"]["changed"] = "keep_share"
    turned = incident(1, priority="P1", hours=1)
    turned["events"].insert(1, {"kind": "reprioritised", "at": "2026-01-06T09:50:00Z", "priority": "P3"})
    found = ec.evaluate(contract_of(data), january(tickets=[turned]), period=JANUARY)
    plain = dict(found.assessments[1].counts)
    assert plain["4.2.counted"] in {0, 1}  # due in this month or the next
    assert ec.verify(found).items == len(found.outcomes)


def test_a_correction_of_nothing_trips_nothing() -> None:
    """A restatement of equal statements is none, and of unequal ones every clause adds up."""
    before, after = spring({**OUTAGE, "start": "2026-03-10T00:00:00Z", "end": "2026-03-10T05:00:00Z"}), spring()
    assert ec.restate(before, before) == ()
    assert ec.restate(before, after)


def test_many_tickets_are_judged_again_by_identity() -> None:
    """Beyond the first hundred one in sixteen is judged by the second path, so that an engine that errs is caught."""
    many = january(tickets=tickets(400))
    wrong = next(trip for trip in TRIPS if trip.name == "all are met")
    with gone_wrong(wrong), pytest.raises(EngineInvariantError):
        ec.evaluate(contract_of(acme_data()), many, period=JANUARY)
