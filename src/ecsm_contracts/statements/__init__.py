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
from ecsm_contracts.statements._codec import figures_by_name, statement_from_data, statement_to_data
from ecsm_contracts.statements._parts import Assessment, Line, LineKind, Seals, TriggerState, Unlisted
from ecsm_contracts.statements._restatement import Restatement, restatement_of
from ecsm_contracts.statements._shortfalls import Shortfall
from ecsm_contracts.statements._statement import Statement

__all__ = [
    "Assessment",
    "Cause",
    "ChangedItem",
    "Difference",
    "ItemChange",
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
    "figures_by_name",
    "restatement_of",
    "statement_from_data",
    "statement_to_data",
]
