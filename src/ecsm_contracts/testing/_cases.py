"""A contract, a month of facts, and what was given before: all that one settlement takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecsm_contracts.adapters import facts_from_records
from ecsm_contracts.calendars import Period, contract_year
from ecsm_contracts.money import Money
from ecsm_contracts.testing._choices import pick
from ecsm_contracts.testing._documents import contract_documents, contract_of
from ecsm_contracts.testing._opening import billing_periods, limits_by_year, opening_carry
from ecsm_contracts.testing._records import Records, fact_records
from ecsm_contracts.testing._values import periods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.clauses import Carry
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.facts import Facts

__all__ = ["MonthCase", "month_cases"]

_GIVEN = (0, 0, 1, 100, 12_345, 50_000, 10**7)
"""What limits over a contract year may have given before, in minor units."""


@dataclass(frozen=True)
class MonthCase:
    """One settlement, as plain data; the models are made from it."""

    document: dict[str, Any]
    """The contract."""
    period: str
    """The label of the period that is settled."""
    records: Records
    """The facts."""
    used: Mapping[str, str]
    """What each limit over a contract year gave earlier in that year, as amounts."""

    @cached_property
    def contract(self) -> Contract:
        """The contract."""
        return contract_of(self.document)

    @property
    def facts(self) -> Facts:
        """The facts."""
        return facts_from_records(**self.records)

    @property
    def carry(self) -> Carry | None:
        """What the period before handed on; None for the first period of the term."""
        used = {ref: Money.parse(text) for ref, text in self.used.items()}
        return opening_carry(self.contract, Period.parse(self.period), used)


def _used(draw: st.DrawFn, contract: Contract, period: Period) -> dict[str, str]:
    """Return amounts for limits over a contract year of which a period has been settled before."""
    first = contract.term.start
    year = contract_year(first, period.start)
    earlier = [
        each
        for each in billing_periods(contract)
        if each.start < period.start and contract_year(first, each.start) == year
    ]
    if not earlier:
        return {}
    return {ref: str(Money.from_minor(pick(draw, _GIVEN), contract.currency)) for ref in limits_by_year(contract)}


@st.composite
def _cases(draw: st.DrawFn) -> MonthCase:
    document = draw(contract_documents())
    contract = contract_of(document)
    period = draw(periods(contract=contract))
    records = draw(fact_records(document, period=period))
    return MonthCase(document, period.label, records, _used(draw, contract, period))


def month_cases() -> st.SearchStrategy[MonthCase]:
    """Return a strategy for settlements: a contract, a month of its term, the facts, and what limits gave before."""
    return _cases()
