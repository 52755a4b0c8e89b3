"""
The contract as a document.

Parties, term, services, calendars, numbered clauses, and the checks that authors need.
"""

from ecsm_contracts.contracts._amend import Amendment, Versions
from ecsm_contracts.contracts._check import find
from ecsm_contracts.contracts._contract import (
    Billing,
    CalendarTerms,
    Contract,
    Parties,
    Service,
    Term,
)
from ecsm_contracts.contracts._diff import Change, ContractDiff, diff
from ecsm_contracts.contracts._document import Document, Place, Raw
from ecsm_contracts.contracts._findings import Finding
from ecsm_contracts.contracts._presets import PRESETS, Choice, Preset
from ecsm_contracts.contracts._read import contract_from_document
from ecsm_contracts.contracts._schema import contract_schema

__all__ = [
    "PRESETS",
    "Amendment",
    "Billing",
    "CalendarTerms",
    "Change",
    "Choice",
    "Contract",
    "ContractDiff",
    "Document",
    "Finding",
    "Parties",
    "Place",
    "Preset",
    "Raw",
    "Service",
    "Term",
    "Versions",
    "contract_from_document",
    "contract_schema",
    "diff",
    "find",
]
