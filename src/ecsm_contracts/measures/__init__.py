"""
Every number that a promise can be judged on: scopes, clocks, the plain kernel, and tallies.

It knows no money and no history.
"""

from ecsm_contracts.measures._attainment import Attainment, TicketTime
from ecsm_contracts.measures._availability import Availability
from ecsm_contracts.measures._base import (
    ClockMeasure,
    MeasureBase,
    Population,
    Seen,
    SettingMeasure,
    TargetedMeasure,
    TicketMeasure,
    TooFew,
    in_population,
)
from ecsm_contracts.measures._by import ByPriority, HoursByPriority, Within
from ecsm_contracts.measures._clock import Clock, ClockProgram, EventSelector
from ecsm_contracts.measures._count import Count
from ecsm_contracts.measures._declared import DeclaredFigure
from ecsm_contracts.measures._distribution import Definition, Distribution
from ecsm_contracts.measures._error_rate import BadBuckets, ErrorRate
from ecsm_contracts.measures._follow import Accounts, accounts
from ecsm_contracts.measures._happenings import Happening
from ecsm_contracts.measures._kernel import BoundClock, Judgement, walk
from ecsm_contracts.measures._levels import LevelsTogether
from ecsm_contracts.measures._life import Life, life_of
from ecsm_contracts.measures._measure import Measure
from ecsm_contracts.measures._observation import Observation, ObservesLate, ObservesLevel, ObservesRelief
from ecsm_contracts.measures._observer import BoundLevel, LateUnits, LevelProgram, TicketView
from ecsm_contracts.measures._outcomes import Outcomes, Row
from ecsm_contracts.measures._quantity import Part, units_of
from ecsm_contracts.measures._ratio import Having, Ratio
from ecsm_contracts.measures._scope import Item, Scope
from ecsm_contracts.measures._score import Promoters, Score, Take, Top
from ecsm_contracts.measures._service_time import ServiceTime
from ecsm_contracts.measures._sums import NeedsEvents, Sums
from ecsm_contracts.measures._tally import Tally, kept_apart
from ecsm_contracts.measures._target import Target, judged
from ecsm_contracts.measures._time import Percentile, Statistic, TimeTaken, Trimmed
from ecsm_contracts.measures._tools import (
    BEYOND_A_CLOCK,
    EVERY_WAIT,
    TOOLS,
    CountsOnly,
    ToolChoices,
    ToolClock,
    ToolClockKind,
    ToolDifference,
    ToolDifferences,
    ToolJudgement,
    ToolRule,
    ToolSemantics,
    compare_tools,
    judge,
    tool_semantics,
)
from ecsm_contracts.measures._trace import Stretch, reached, trace
from ecsm_contracts.measures._vocabulary import CompiledTicket, Vocabulary

__all__ = [
    "BEYOND_A_CLOCK",
    "EVERY_WAIT",
    "TOOLS",
    "Accounts",
    "Attainment",
    "Availability",
    "BadBuckets",
    "BoundClock",
    "BoundLevel",
    "ByPriority",
    "Clock",
    "ClockMeasure",
    "ClockProgram",
    "CompiledTicket",
    "Count",
    "CountsOnly",
    "DeclaredFigure",
    "Definition",
    "Distribution",
    "ErrorRate",
    "EventSelector",
    "Happening",
    "Having",
    "HoursByPriority",
    "Item",
    "Judgement",
    "LateUnits",
    "LevelProgram",
    "LevelsTogether",
    "Life",
    "Measure",
    "MeasureBase",
    "NeedsEvents",
    "Observation",
    "ObservesLate",
    "ObservesLevel",
    "ObservesRelief",
    "Outcomes",
    "Part",
    "Percentile",
    "Population",
    "Promoters",
    "Ratio",
    "Row",
    "Scope",
    "Score",
    "Seen",
    "ServiceTime",
    "SettingMeasure",
    "Statistic",
    "Stretch",
    "Sums",
    "Take",
    "Tally",
    "Target",
    "TargetedMeasure",
    "TicketMeasure",
    "TicketTime",
    "TicketView",
    "TimeTaken",
    "TooFew",
    "ToolChoices",
    "ToolClock",
    "ToolClockKind",
    "ToolDifference",
    "ToolDifferences",
    "ToolJudgement",
    "ToolRule",
    "ToolSemantics",
    "Top",
    "Trimmed",
    "Vocabulary",
    "Within",
    "accounts",
    "compare_tools",
    "in_population",
    "judge",
    "judged",
    "kept_apart",
    "life_of",
    "reached",
    "tool_semantics",
    "trace",
    "units_of",
    "walk",
]
