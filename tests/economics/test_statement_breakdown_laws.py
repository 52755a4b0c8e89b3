"""Every breakdown of every statement is a partition, to the cent: over drawn contracts and real ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts.testing import MonthCase, month_cases
from tests.laws.comparing_money import months
from tests.oracle.money_documents import MoneyCase, money_cases

HERE = Path(__file__).parents[2] / "examples" / "contracts"
sys.path.insert(0, str(HERE))

import scenarios  # type: ignore[import-not-found]  # noqa: E402 - beside the contracts, where mypy does not look

pytestmark = pytest.mark.sweep

LINE = ("clause", "kind")
"""What there is one line of."""
ALONE = ("service", "outcome", "promise", "item")
WITH_FACTS = (("priority", "cause"), ("service", "customer", "area", "impact", "urgency", "group"))


def minors(rows: Any) -> int:
    """The sum of the rows in minor units."""
    return sum(int(row.amount.minor) for row in rows)


def check_partition(statement: ec.Statement, facts: ec.Facts) -> None:
    """Assert that rows add up to the total and to each line, that no share is against its line, and counts are true."""
    given_facts = [(by, facts) for by in WITH_FACTS]
    for by, known in [*(((name,), None) for name in ALONE), *given_facts, (("item", "promise"), None)]:
        rows = ec.breakdown(statement, (*LINE, *by), facts=known).rows
        assert len({row.key for row in rows}) == len(rows)
        of_line = {(line.clause, line.kind): line.amount.minor for line in statement.lines}
        for key, amount in of_line.items():
            of_this = [row for row in rows if row.key[:2] == key]
            assert minors(of_this) == amount
            assert all(row.amount.minor * amount >= 0 and row.lines == 1 for row in of_this)
        assert {row.key[:2] for row in rows} == set(of_line)
        coarse = ec.breakdown(statement, by, facts=known)
        assert minors(coarse.rows) == coarse.total.minor == statement.total.value.minor
        assert all(row.lines <= coarse.lines == len(statement.lines) for row in coarse.rows)


def check_items(statement: ec.Statement) -> None:
    """Assert that items are those of the statement, and that a row by item has one, or is blank."""
    found = ec.breakdown(statement, "item")
    names = {f"{row.kind} {row.ref}" for row in statement.outcomes}
    assert {row.key[0] for row in found.rows} <= names | {None}
    assert [row.items for row in found.rows if row.key[0] is not None] == [1] * found.items


@settings(max_examples=25)
@given(month_cases())
def test_every_breakdown_of_a_drawn_month_is_a_partition(case: MonthCase) -> None:
    """Whatever the contract and the month, the rows of a breakdown add up to the total, and each line's to the line."""
    statement = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
    check_partition(statement, case.facts)
    check_items(statement)


@settings(max_examples=15)
@given(money_cases())
def test_every_breakdown_of_drawn_flows_of_money_is_a_partition(case: MoneyCase) -> None:
    """The same over combines, limits in limits, bonuses and what comes back, over several periods."""
    facts = ec.facts_from_records(**case.facts)
    for statement in months(case)[-2:]:
        check_partition(statement, facts)
        check_items(statement)


@settings(max_examples=10)
@given(month_cases())
def test_the_order_of_the_records_changes_no_row(case: MonthCase) -> None:
    """The same records in another order give the same rows."""
    other = ec.facts_from_records(**{name: list(reversed(table)) for name, table in case.records.items()})
    one, again = (
        ec.evaluate(case.contract, each, period=case.period, carry=case.carry) for each in (case.facts, other)
    )
    for by in ("item", ("priority", "service")):
        assert ec.breakdown(one, by, facts=case.facts) == ec.breakdown(again, by, facts=other)


@pytest.mark.parametrize("name", scenarios.contracts()[::2])
def test_every_breakdown_of_a_real_contract_is_a_partition(name: str) -> None:
    """The same for contracts of the real world, by the facts of their first scenario."""
    contract = ec.read_contract(HERE / name / "contract.yaml")
    first = scenarios.read_scenarios(name)[0]
    facts = ec.facts_from_records(**first.facts)
    carry, period = None, contract.billing.period_containing(contract.term.start)
    for _ in range(2):
        statement = ec.evaluate(contract, facts, period=period, carry=carry)
        check_partition(statement, facts)
        carry, period = statement.carry, contract.billing.period_containing(period.end)


@pytest.mark.deep
@settings(max_examples=600)
@given(money_cases())
def test_every_breakdown_of_drawn_flows_of_money_is_a_partition_deeply(case: MoneyCase) -> None:
    """The same, on very many cases."""
    facts = ec.facts_from_records(**case.facts)
    for statement in months(case):
        check_partition(statement, facts)
        check_items(statement)
