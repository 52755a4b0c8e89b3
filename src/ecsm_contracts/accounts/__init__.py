"""
What was issued, and what became of every credit: registers, claims, documents.

How amounts come about is not known here; statements say it.
"""

from ecsm_contracts.accounts._account import CreditAccount, credit_account, new_documents
from ecsm_contracts.accounts._chart import AccountRole, ChartOfAccounts
from ecsm_contracts.accounts._journal import Entry, Journal, Posting, journal
from ecsm_contracts.accounts._parts import Credit, CreditDocument, CreditState, DocumentKind, Issued, IssuedLine, Run
from ecsm_contracts.accounts._register import Issue, Register
from ecsm_contracts.accounts._register_file import register_from_data
from ecsm_contracts.accounts._register_schema import register_schema

__all__ = [
    "AccountRole",
    "ChartOfAccounts",
    "Credit",
    "CreditAccount",
    "CreditDocument",
    "CreditState",
    "DocumentKind",
    "Entry",
    "Issue",
    "Issued",
    "IssuedLine",
    "Journal",
    "Posting",
    "Register",
    "Run",
    "credit_account",
    "journal",
    "new_documents",
    "register_from_data",
    "register_schema",
]
