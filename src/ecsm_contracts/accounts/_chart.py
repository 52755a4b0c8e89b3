"""The names of the accounts that a journal books to."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal

from ecsm_contracts.errors import InvalidValue, expect, shown

__all__ = ["AccountRole", "ChartOfAccounts"]

AccountRole = Literal[
    "receivable",
    "bank",
    "credits_due",
    "customer_balance",
    "service_days",
    "revenue",
    "service_credits",
    "damages",
    "conversion",
]
"""What an account is for, whatever it is called."""

_NAME = re.compile(r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+")
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartOfAccounts:
    """
    What the accounts of a journal are called. Every name can be replaced; two accounts may have one name.

    A name is one that Beancount and hledger read: ``Assets``, ``Liabilities``, ``Equity``, ``Income`` or ``Expenses``,
    then parts that begin with a capital letter or a digit and hold letters, digits and hyphens, with colons between.

    Raises:
        InvalidValue: rule "account_name", for any other name.

    Example:
        >>> chart = ChartOfAccounts(receivable="Assets:Receivable:Acme")
        >>> chart.revenue
        'Income:Services'
        >>> ChartOfAccounts(revenue="8400 Erlöse")
        Traceback (most recent call last):
        ecsm_contracts.errors.InvalidValue: revenue: '8400 Erlöse' is no name of an account; write it like "Income:...
    """

    receivable: str = "Assets:Receivable"
    """What the customer owes."""
    bank: str = "Assets:Bank"
    """What is paid out."""
    credits_due: str = "Liabilities:CreditsDue"
    """Credits that are computed, and neither given nor lost yet."""
    customer_balance: str = "Liabilities:CustomerBalance"
    """Credits on a balance that later invoices draw on."""
    service_days: str = "Liabilities:ServiceDaysOwed"
    """Credits that are given as days of service."""
    revenue: str = "Income:Services"
    """Charges, bonuses, and what is earned back."""
    service_credits: str = "Income:ServiceCredits"
    """Credits that lower the price: contra revenue."""
    damages: str = "Expenses:Damages"
    """Credits that are compensation."""
    conversion: str = "Equity:Conversion"
    """Between two currencies, so that each entry balances in both."""

    def __post_init__(self) -> None:
        """Check every name."""
        for field in fields(self):
            name = getattr(self, field.name)
            expect(name, str, field.name, f'write the name of an account, like "{field.default}"')
            if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
                message = (
                    f'{field.name}: {shown(name)} is no name of an account; write it like "{field.default}": Assets, '
                    "Liabilities, Equity, Income or Expenses, then parts that begin with a capital or a digit"
                )
                raise InvalidValue(message, rule="account_name", value=name)

    def name(self, role: AccountRole) -> str:
        """Return what the account for *role* is called."""
        found: str = getattr(self, role)
        return found
