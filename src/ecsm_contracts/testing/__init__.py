"""
For people who test contracts, clauses or engines: strategies for Hypothesis, and the laws that every statement keeps.

    import pytest
    from ecsm_contracts import testing

    @pytest.mark.parametrize(("name", "check"), testing.clause_laws(contract))
    def test_contract(name, check):
        check()

The strategies need Hypothesis, which the extra ``testing`` brings; the laws do not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ecsm_contracts.errors import MissingExtra, did_you_mean

if TYPE_CHECKING:
    from ecsm_contracts.testing._cases import MonthCase, month_cases
    from ecsm_contracts.testing._clause_laws import clause_laws
    from ecsm_contracts.testing._documents import contract_documents, contracts
    from ecsm_contracts.testing._hours import business_calendars
    from ecsm_contracts.testing._laws import LAWS, Law, contract_laws
    from ecsm_contracts.testing._records import fact_records, facts, tickets
    from ecsm_contracts.testing._values import durations, moneys, percents, periods

__all__ = [
    "LAWS",
    "Law",
    "MonthCase",
    "business_calendars",
    "clause_laws",
    "contract_documents",
    "contract_laws",
    "contracts",
    "durations",
    "fact_records",
    "facts",
    "moneys",
    "month_cases",
    "percents",
    "periods",
    "tickets",
]

_HOMES = {
    **dict.fromkeys(("LAWS", "Law", "contract_laws"), "_laws"),
    "clause_laws": "_clause_laws",
    **dict.fromkeys(("MonthCase", "month_cases"), "_cases"),
    **dict.fromkeys(("contract_documents", "contracts"), "_documents"),
    "business_calendars": "_hours",
    **dict.fromkeys(("fact_records", "facts", "tickets"), "_records"),
    **dict.fromkeys(("durations", "moneys", "percents", "periods"), "_values"),
}


def __getattr__(name: str) -> Any:
    """
    Import a name of this package when it is first asked for.

    Raises:
        MissingExtra: for a strategy, when Hypothesis is not installed.
        AttributeError: when there is no such name.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{did_you_mean(name, __all__)}")
    try:
        module = import_module(f"{__name__}.{_HOMES[name]}")
    except ModuleNotFoundError as problem:
        if problem.name != "hypothesis":
            raise
        raise MissingExtra("testing", f"{__name__}.{name}") from problem
    return getattr(module, name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
