"""
What a contract says.

Clause kinds, the shapes they are written in, what one period hands to the next, and settlement terms.

A clause knows no ticket, no file and no other contract. It declares what it observes, and makes its figure
from a tally, from the figures of the clauses it refers to, and from the carry.
"""

from ecsm_contracts._model import Needs
from ecsm_contracts.clauses._carry import Carry, UsedOfLimit
from ecsm_contracts.clauses._charge import Charge
from ecsm_contracts.clauses._clause import Clause, Context, Yields
from ecsm_contracts.clauses._credit import ServiceCredit
from ecsm_contracts.clauses._level import ServiceLevel, Target, level_number
from ecsm_contracts.clauses._limit import Limit
from ecsm_contracts.clauses._rate import Band, Bands
from ecsm_contracts.clauses._registry import AnyClause, clause_class, clause_kinds, register_clause
from ecsm_contracts.clauses._relief import Relief
from ecsm_contracts.clauses._settlement import Rounding, Settlement

__all__ = [
    "AnyClause",
    "Band",
    "Bands",
    "Carry",
    "Charge",
    "Clause",
    "Context",
    "Limit",
    "Needs",
    "Relief",
    "Rounding",
    "ServiceCredit",
    "ServiceLevel",
    "Settlement",
    "Target",
    "UsedOfLimit",
    "Yields",
    "clause_class",
    "clause_kinds",
    "level_number",
    "register_clause",
]
