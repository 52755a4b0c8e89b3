"""The drawn cases are worth testing with: they go where mistakes are made."""

import pytest

from tests.testing import drawing

pytestmark = pytest.mark.sweep

SHARES = {
    "a ticket exactly on its target": 20,
    "a ticket one microsecond beyond its target": 10,
    "a ticket worked on over a change of the clock": 10,
    "a ticket worked on over an edge of the hours": 20,
    "an event on an end of the period": 20,
    "an event beside an end of the period": 5,
    "a reopening": 20,
    "a miss": 30,
    "a number exactly on its target": 10,
    "a level that is missed": 25,
    "a credit that is given": 20,
    "a limit that binds": 10,
    "an exact tie": 8,
    "a record that is rejected": 3,
    "a period that is not the first": 30,
    "several tickets": 50,
    "a line per level": 10,
    "a line per ticket": 5,
    "a line per late_time": 5,
    "measure attainment": 25,
    "measure availability": 15,
    "measure ticket_time": 25,
    "attempt first": 10,
    "attempt last": 10,
    "attempt worst": 10,
    "attempt sum": 10,
    "cycles many": 10,
    "holds": 40,
    "counts_only": 10,
    "hours by priority": 6,
    "an event by party or group": 6,
    "population due": 10,
    "population resolved": 8,
    "population closed": 4,
    "population opened": 4,
    "population active": 4,
    "undecided": 8,
    "overdue until_stopped": 4,
    "misses_at_most": 6,
    "a matrix of priorities": 10,
    "a scope by customer": 6,
    "a scope by channel": 6,
    "a scope without children": 6,
    "a priority made by the matrix": 6,
    "a customer's reply": 20,
    "a transfer to a third party": 5,
    "reopened continue_without": 10,
    "reopened continue_with_closed_time": 10,
    "reopened restart": 10,
    "changed new_only": 10,
    "changed keep_elapsed": 10,
    "changed restart": 10,
    "changed retroactive": 5,
    "changed keep_share": 8,
    "an origin": 10,
    "origins without a gap": 1,
    "a level that is not recorded": 4,
    "a level that is not recorded beside one that is": 2,
    "a ticket that is evaluated": 30,
    "a ticket that is open": 10,
    "a ticket that is not_in_period": 10,
    "a ticket that is quarantined": 3,
    "an outage that is evaluated": 5,
    "an outage that is open": 1,
    "an outage that is not_in_period": 5,
}
"""In how many cases of a hundred each of these must be seen."""


def test_cases_go_where_mistakes_are_made() -> None:
    """What cases are drawn for is in enough of them."""
    count, found = len(drawing.cases()), drawing.seen()
    assert count > 100
    assert {thing: found[thing] for thing, share in SHARES.items() if found[thing] * 100 < share * count} == {}
