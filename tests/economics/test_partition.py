"""Whatever happened, every column of a breakdown adds up to its total, and the total to the statement."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.testing import MonthCase, month_cases
from tests.economics.desk import ASSUMED
from tests.simulation.compare import contract_of, statements_of, world_of

pytestmark = pytest.mark.sweep

CHANGES = {"acknowledged", "held", "resumed", "reprioritised", "transferred", "resolved", "reopened", "closed"}
CHANGES |= {"cancelled", "merged"}
ATTRIBUTES = ("priority", "group", "service", "type", "customer")
EVERY_BY = list(chain.from_iterable(combinations(ATTRIBUTES, size) for size in (1, 2, 5)))
COLUMNS = ("tickets", "updates", "effort", "cost", "revenue", "credits", "margin")


def model_of(facts: ec.Facts, currency: str, revenue: str) -> ec.CostModel:
    """Odd rates for all roles that worked, and effort assumed for each update."""
    roles = sorted({work.role for work in facts.work} | {"agent"})
    rates = [{"role": role, "rate": str(ec.Money.from_minor(3_333 + 7 * n, currency))} for n, role in enumerate(roles)]
    return ec.CostModel.model_validate({"rates": rates, "assumed": ASSUMED, "revenue": revenue})


def total_of(found: ec.CostBreakdown, name: str) -> object:
    """What the rows of a column add up to."""
    whole = getattr(found.total, name)
    return sum((getattr(row, name) for row in found.rows), start=whole - whole)


def updates_of(contract: ec.Contract, statement: ec.Statement, facts: ec.Facts) -> int:
    """The updates of the period, counted the plain way."""
    start, end = statement.period.bounds(contract.zone)
    refused = {each.ref for each in statement.rejected}
    return len(
        {
            (ticket.ref, event.at)
            for ticket in facts.tickets
            for event in ticket.events
            if ticket.ref not in refused and event.kind in CHANGES and start <= to_micros(event.at) < end
        }
    )


def check(contract: ec.Contract, statement: ec.Statement, facts: ec.Facts, revenue: str, by: tuple[str, ...]) -> None:
    """Every column is a partition of its total, and the totals are those of the statement and of cost-to-serve."""
    model = model_of(facts, contract.currency, revenue)
    found = ec.cost_by(contract, statement, facts, model, by=by)
    for name in COLUMNS:
        assert total_of(found, name) == getattr(found.total, name), name
    served = ec.cost_to_serve(contract, statement, facts, model)
    assert found.total.effort == served.effort.value
    assert found.total.cost == served.cost.value.round("half_up")
    assert found.total.revenue - found.total.credits == statement.total.value
    assert found.total.updates == updates_of(contract, statement, facts)
    assert sum((cost for _, cost in served.tickets), start=ec.ExactAmount.zero(contract.currency)) == served.cost.value
    assert len({row.key for row in found.rows}) == len(found.rows)
    assert all(min(row.tickets, row.updates) >= 0 <= row.effort // timedelta.resolution for row in found.rows)
    assert all(amount.minor >= 0 for row in found.rows for amount in (row.cost, row.revenue, row.credits))
    assert all(amount == amount.exact.round("down") for row in found.rows for amount in row[4:])


@pytest.mark.parametrize("seed", range(6))
def test_every_column_of_a_simulated_month_is_a_partition(seed: int) -> None:
    """Months of simulated desks, with contradictory records among them, add up by any of several attributes."""
    world = world_of(seed)
    facts = ec.facts_from_records(**world.records())
    contract = contract_of(world.desk)
    for statement in statements_of(world, facts):
        ways = {"tickets": ("priority", "group"), "effort": ("group",), "cost": ATTRIBUTES}
        for revenue, by in ways.items():
            check(contract, statement, facts, revenue, by)


@settings(max_examples=60)
@given(month_cases(), st.sampled_from(["tickets", "effort", "cost"]), st.sampled_from(EVERY_BY))
def test_every_column_of_a_drawn_month_is_a_partition(case: MonthCase, revenue: str, by: tuple[str, ...]) -> None:
    """Drawn contracts, with credits of every kind and limits over them, add up for drawn facts."""
    facts = case.facts
    statement = ec.evaluate(case.contract, facts, period=case.period, carry=case.carry)
    check(case.contract, statement, facts, revenue, by)


@pytest.mark.parametrize("seed", range(3))
def test_a_finer_breakdown_refines_a_coarser_one(seed: int) -> None:
    """Counts and effort by priority are the sums of those by priority and group; amounts are within a cent a row."""
    world = world_of(seed)
    facts, contract = world.facts(), contract_of(world.desk)
    statement = statements_of(world, facts)[0]
    model = model_of(facts, contract.currency, "tickets")
    coarse = ec.cost_by(contract, statement, facts, model, by=("priority",))
    fine = ec.cost_by(contract, statement, facts, model, by=("priority", "group"))
    assert len(fine.rows) > len(coarse.rows) > 1
    for row in coarse.rows:
        parts = [each for each in fine.rows if each.key[0] == row.key[0]]
        for name in ("tickets", "updates", "effort"):
            whole = getattr(row, name)
            assert sum((getattr(each, name) for each in parts), start=whole - whole) == whole
        for name in ("cost", "revenue", "credits"):
            assert abs(sum(getattr(each, name).minor for each in parts) - getattr(row, name).minor) <= len(parts)


@settings(max_examples=30)
@given(month_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_makes_no_difference(case: MonthCase, shuffler: Random) -> None:
    """The same records in another order give the same breakdown, to the cent."""
    shuffled = {table: shuffler.sample(rows, len(rows)) for table, rows in case.records.items()}
    found = []
    for facts in (case.facts, ec.facts_from_records(**shuffled)):
        statement = ec.evaluate(case.contract, facts, period=case.period, carry=case.carry)
        model = model_of(facts, case.contract.currency, "cost")
        found.append(ec.cost_by(case.contract, statement, facts, model).to_data())
    assert found[0] == found[1]
