"""The laws hold on drawn contracts and facts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts import testing
from ecsm_contracts.testing import LAWS, MonthCase

pytestmark = pytest.mark.sweep


@settings(max_examples=30)
@given(case=testing.month_cases())
def test_every_law_holds(case: MonthCase) -> None:
    """Every law holds for whatever contract, facts and period are drawn."""
    for name, law in LAWS.items():
        try:
            law(case.contract, case.facts, ec.Period.parse(case.period))
        except Exception as problem:
            problem.add_note(f"the law that is broken: {name}")
            raise


@pytest.mark.deep
@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=1_000)
@given(case=testing.month_cases())
def test_every_law_holds_deeply(name: str, case: MonthCase) -> None:
    """It also holds for very many."""
    LAWS[name](case.contract, case.facts, ec.Period.parse(case.period))


@settings(max_examples=40)
@given(contract=testing.contracts())
def test_every_clause_keeps_its_laws(contract: ec.Contract) -> None:
    """Every clause that is drawn reads back, cites itself, and pays for misses only, within its limits."""
    for _, check in testing.clause_laws(contract):
        check()


def test_every_law_says_what_it_claims() -> None:
    """Each law has a claim of one line, and a name of its own."""
    claims = [(law.__doc__ or "").strip() for law in LAWS.values()]
    assert all(claim and "\n" not in claim and claim.endswith(".") for claim in claims)
    assert len(set(LAWS.values())) == len(LAWS)


@settings(max_examples=5)
@given(data=st.data())
def test_laws_come_named_and_bound(data: st.DataObject) -> None:
    """`contract_laws` gives every law by name, ready to be called, for a period or its label."""
    contract = data.draw(testing.contracts())
    period = data.draw(testing.periods(contract=contract))
    facts = data.draw(testing.facts(contract=contract, period=period))
    laws = testing.contract_laws(contract, facts, period.label)
    assert [name for name, _ in laws] == list(LAWS)
    for _, check in laws[:2]:
        check()
