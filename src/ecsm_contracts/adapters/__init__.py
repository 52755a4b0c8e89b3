"""
Files in and out: contracts, facts, carries and statements.

What cannot be read is reported with its place, and loses nothing else.
"""

from ecsm_contracts.adapters._contracts import parse_contract, read_contract
from ecsm_contracts.adapters._documents import parse_document, read_document
from ecsm_contracts.adapters._facts import facts_from_records, read_facts, write_facts
from ecsm_contracts.adapters._statements import (
    read_carry,
    read_statement,
    write_atomically,
    write_carry,
    write_statement,
)

__all__ = [
    "facts_from_records",
    "parse_contract",
    "parse_document",
    "read_carry",
    "read_contract",
    "read_document",
    "read_facts",
    "read_statement",
    "write_atomically",
    "write_carry",
    "write_facts",
    "write_statement",
]
