"""
What is owed and why, as a value.

Assessments, lines, totals, the figures behind them, and the seals of what went in; and what a correction changes.
"""

from ecsm_contracts.statements._changes import (
    Cause,
    ChangedItem,
    Difference,
    ItemChange,
    Reassessment,
    TriggerChange,
)
from ecsm_contracts.statements._codec import (
    content_to_data,
    figures_by_name,
    statement_from_data,
    statement_in_parts,
    statement_to_data,
)
from ecsm_contracts.statements._migrate import carry_from_data, same_memory
from ecsm_contracts.statements._parts import Assessment, Line, LineKind, Seals, TriggerState, Unlisted
from ecsm_contracts.statements._restatement import Restatement, restatement_of
from ecsm_contracts.statements._schema import carry_schema, restatement_schema, statement_schema
from ecsm_contracts.statements._shortfalls import Shortfall
from ecsm_contracts.statements._statement import Statement
from ecsm_contracts.statements._why_item import ItemCount, ItemExplanation

__all__ = [
    "Assessment",
    "Cause",
    "ChangedItem",
    "Difference",
    "ItemChange",
    "ItemCount",
    "ItemExplanation",
    "Line",
    "LineKind",
    "Reassessment",
    "Restatement",
    "Seals",
    "Shortfall",
    "Statement",
    "TriggerChange",
    "TriggerState",
    "Unlisted",
    "carry_from_data",
    "carry_schema",
    "content_to_data",
    "figures_by_name",
    "restatement_of",
    "restatement_schema",
    "same_memory",
    "statement_from_data",
    "statement_in_parts",
    "statement_schema",
    "statement_to_data",
]
