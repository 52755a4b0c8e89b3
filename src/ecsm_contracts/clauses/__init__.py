"""
What a contract says.

Clause kinds, the shapes they are written in, what one period hands to the next, and settlement terms.

A clause knows no ticket, no file and no other contract. It declares what it observes, and makes its figure
from a tally, from the figures of the clauses it refers to, and from the carry.
"""

from ecsm_contracts._model import Needs
from ecsm_contracts.clauses._balance import Further
from ecsm_contracts.clauses._bands import Band, Bands
from ecsm_contracts.clauses._basis import Basis, Previous
from ecsm_contracts.clauses._carry import Carry, Past, Remembered
from ecsm_contracts.clauses._charge import Charge
from ecsm_contracts.clauses._clause import Back, Clause, Recall, Yields
from ecsm_contracts.clauses._combine import Combine
from ecsm_contracts.clauses._context import Context, Window, back_over_gaps
from ecsm_contracts.clauses._credit import Bonus, ServiceCredit
from ecsm_contracts.clauses._due import MONTHS
from ecsm_contracts.clauses._earn_back import EarnBack, Tranche
from ecsm_contracts.clauses._exchange import Exchange, written_in
from ecsm_contracts.clauses._flow import Flow, takers
from ecsm_contracts.clauses._foreign import observed_by, settled_by
from ecsm_contracts.clauses._level import ServiceLevel, Severity, Target, level_number
from ecsm_contracts.clauses._limit import Limit, MoneyWindow, Rolling
from ecsm_contracts.clauses._per import PerBilled, PerTicket, PerUnit, PerWork
from ecsm_contracts.clauses._priced import Priced
from ecsm_contracts.clauses._rate import FactorBy, NumberBy, RateBy
from ecsm_contracts.clauses._registry import (
    AnyClause,
    clause_class,
    clause_kinds,
    kind_origins,
    register_clause,
    why_no_kind,
)
from ecsm_contracts.clauses._relief import Relief
from ecsm_contracts.clauses._settlement import (
    CalendarTime,
    ClaimTerms,
    CostCentre,
    Expiry,
    Minimum,
    PayIn,
    Rounding,
    ServiceDay,
    Settlement,
)
from ecsm_contracts.clauses._tariff import ByDate, Index, RateByRole, WeightByRole
from ecsm_contracts.clauses._trigger import AmountsReached, PointsReached, Right, Trigger
from ecsm_contracts.clauses._when import When

__all__ = [
    "MONTHS",
    "AmountsReached",
    "AnyClause",
    "Back",
    "Band",
    "Bands",
    "Basis",
    "Bonus",
    "ByDate",
    "CalendarTime",
    "Carry",
    "Charge",
    "ClaimTerms",
    "Clause",
    "Combine",
    "Context",
    "CostCentre",
    "EarnBack",
    "Exchange",
    "Expiry",
    "FactorBy",
    "Flow",
    "Further",
    "Index",
    "Limit",
    "Minimum",
    "MoneyWindow",
    "Needs",
    "NumberBy",
    "Past",
    "PayIn",
    "PerBilled",
    "PerTicket",
    "PerUnit",
    "PerWork",
    "PointsReached",
    "Previous",
    "Priced",
    "RateBy",
    "RateByRole",
    "Recall",
    "Relief",
    "Remembered",
    "Right",
    "Rolling",
    "Rounding",
    "ServiceCredit",
    "ServiceDay",
    "ServiceLevel",
    "Settlement",
    "Severity",
    "Target",
    "Tranche",
    "Trigger",
    "WeightByRole",
    "When",
    "Window",
    "Yields",
    "back_over_gaps",
    "clause_class",
    "clause_kinds",
    "kind_origins",
    "level_number",
    "observed_by",
    "register_clause",
    "settled_by",
    "takers",
    "why_no_kind",
    "written_in",
]
