"""
Files in and out: contracts, facts, mappings and the tables they read, carries and statements.

What cannot be read is reported with its place, and loses nothing else.
"""

from ecsm_contracts.adapters._contracts import parse_contract, read_contract
from ecsm_contracts.adapters._documents import parse_document, read_document
from ecsm_contracts.adapters._facts import facts_from_records, read_facts, write_facts
from ecsm_contracts.adapters._ical import read_closures
from ecsm_contracts.adapters._mapping import Mapping
from ecsm_contracts.adapters._mappings import mapping_schema, parse_mapping, read_mapping
from ecsm_contracts.adapters._registers import read_register, write_register
from ecsm_contracts.adapters._statements import (
    read_carry,
    read_statement,
    write_atomically,
    write_carry,
    write_statement,
)
from ecsm_contracts.adapters._stream import TicketStream, stream_tickets
from ecsm_contracts.adapters._tables import read_tables, stream_tables
from ecsm_contracts.adapters._write import contract_text, write_contract

__all__ = [
    "Mapping",
    "TicketStream",
    "contract_text",
    "facts_from_records",
    "mapping_schema",
    "parse_contract",
    "parse_document",
    "parse_mapping",
    "read_carry",
    "read_closures",
    "read_contract",
    "read_document",
    "read_facts",
    "read_mapping",
    "read_register",
    "read_statement",
    "read_tables",
    "stream_tables",
    "stream_tickets",
    "write_atomically",
    "write_carry",
    "write_contract",
    "write_facts",
    "write_register",
    "write_statement",
]
