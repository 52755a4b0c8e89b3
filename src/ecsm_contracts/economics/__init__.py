"""
What service costs the provider, beside what the contract pays.

An argument of the provider, never part of a statement.
"""

from ecsm_contracts.economics._breakdown import CostBreakdown, CostRow
from ecsm_contracts.economics._cost import CostToServe, cost_to_serve
from ecsm_contracts.economics._cost_by import cost_by
from ecsm_contracts.economics._cost_model import AssumedEffort, CostModel, HourlyRate
from ecsm_contracts.economics._ratchet import ratchet
from ecsm_contracts.economics._statement_breakdown import Breakdown, BreakdownRow, breakdown

__all__ = [
    "AssumedEffort",
    "Breakdown",
    "BreakdownRow",
    "CostBreakdown",
    "CostModel",
    "CostRow",
    "CostToServe",
    "HourlyRate",
    "breakdown",
    "cost_by",
    "cost_to_serve",
    "ratchet",
]
