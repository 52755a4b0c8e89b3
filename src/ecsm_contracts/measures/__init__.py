"""
Every number that a promise can be judged on: scopes, clocks, the plain kernel, and tallies.

It knows no money and no history.
"""

from ecsm_contracts.measures._by import ByPriority, Within
from ecsm_contracts.measures._clock import Clock, ClockProgram
from ecsm_contracts.measures._kernel import Judgement, walk
from ecsm_contracts.measures._measure import Attainment, Availability, Measure, TicketTime
from ecsm_contracts.measures._observation import Observation, ObservesLate, ObservesLevel, ObservesRelief
from ecsm_contracts.measures._observer import BoundLevel, LateUnits, LevelProgram, TicketView
from ecsm_contracts.measures._outcomes import Outcomes, Row
from ecsm_contracts.measures._quantity import Part, units_of
from ecsm_contracts.measures._scope import Scope
from ecsm_contracts.measures._service_time import ServiceTime
from ecsm_contracts.measures._tally import Tally
from ecsm_contracts.measures._trace import Stretch, trace

__all__ = [
    "Attainment",
    "Availability",
    "BoundLevel",
    "ByPriority",
    "Clock",
    "ClockProgram",
    "Judgement",
    "LateUnits",
    "LevelProgram",
    "Measure",
    "Observation",
    "ObservesLate",
    "ObservesLevel",
    "ObservesRelief",
    "Outcomes",
    "Part",
    "Row",
    "Scope",
    "ServiceTime",
    "Stretch",
    "Tally",
    "TicketTime",
    "TicketView",
    "Within",
    "trace",
    "units_of",
    "walk",
]
