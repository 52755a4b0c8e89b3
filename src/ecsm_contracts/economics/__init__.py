"""
What service costs the provider, beside what the contract pays.

An argument of the provider, never part of a statement.
"""

from ecsm_contracts.economics._cost import CostModel, CostToServe, HourlyRate, cost_to_serve

__all__ = ["CostModel", "CostToServe", "HourlyRate", "cost_to_serve"]
