"""
What is owed and why, as a value.

Assessments, lines, totals, the figures behind them, and the seals of what went in.
"""

from ecsm_contracts.statements._codec import figures_by_name, statement_from_data, statement_to_data
from ecsm_contracts.statements._parts import Assessment, Line, Seals, Unlisted
from ecsm_contracts.statements._shortfalls import Shortfall
from ecsm_contracts.statements._statement import Statement

__all__ = [
    "Assessment",
    "Line",
    "Seals",
    "Shortfall",
    "Statement",
    "Unlisted",
    "figures_by_name",
    "statement_from_data",
    "statement_to_data",
]
