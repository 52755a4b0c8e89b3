"""
The contract as a document.

Parties, term, services, calendars, numbered clauses, and the checks that authors need.
"""

from ecsm_contracts.contracts._check import Finding, find
from ecsm_contracts.contracts._contract import (
    Billing,
    CalendarTerms,
    Contract,
    Parties,
    Service,
    Term,
)
from ecsm_contracts.contracts._document import Document, Place, Raw
from ecsm_contracts.contracts._read import contract_from_document
from ecsm_contracts.contracts._schema import contract_schema

__all__ = [
    "Billing",
    "CalendarTerms",
    "Contract",
    "Document",
    "Finding",
    "Parties",
    "Place",
    "Raw",
    "Service",
    "Term",
    "contract_from_document",
    "contract_schema",
    "find",
]
