"""The engine against the independent oracle, on drawn contracts and months."""

import pytest
from hypothesis import given, settings

from ecsm_contracts.testing import MonthCase, month_cases
from tests.laws import comparing

pytestmark = pytest.mark.sweep


def agree(case: MonthCase) -> None:
    """Assert that engine and oracle say the same of everything that both of them tell."""
    statement, result = comparing.settle(case)
    tickets = comparing.engine_tickets(case)
    assert tickets == comparing.oracle_tickets(result, set(tickets))
    assert comparing.engine_levels(statement, case) == comparing.oracle_levels(result, case)
    assert comparing.engine_money(statement) == comparing.oracle_money(result)
    assert comparing.engine_fates(statement, case) == comparing.oracle_fates(result)


@settings(max_examples=300)
@given(month_cases())
def test_engine_and_oracle_agree(case: MonthCase) -> None:
    """Every line to the minor unit, outcome, number, count and fate, and every ticket's time come out the same."""
    agree(case)


@pytest.mark.deep
@settings(max_examples=5_000)
@given(month_cases())
def test_engine_and_oracle_agree_deeply(case: MonthCase) -> None:
    """They also agree on very many cases."""
    agree(case)
