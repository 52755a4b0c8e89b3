"""
Every number that a promise can be judged on: scopes, clocks, the plain kernel, and tallies.

It knows no money and no history.
"""

from ecsm_contracts.measures._attainment import Attainment, Overdue, TicketTime
from ecsm_contracts.measures._availability import Availability, FixedDays
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
from ecsm_contracts.measures._charged import (
    LIMB,
    BilledCharged,
    Charged,
    Counted,
    IndexCharged,
    RateCharged,
    TicketsCharged,
    VolumeCharged,
)
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
from ecsm_contracts.measures._observation import (
    GroupedBy,
    Observation,
    ObservesCharge,
    ObservesGroups,
    ObservesLate,
    ObservesLevel,
    ObservesRelief,
    Relieves,
)
from ecsm_contracts.measures._observer import BoundLevel, LateUnits, LevelProgram, TicketView
from ecsm_contracts.measures._outcomes import Outcomes, Row
from ecsm_contracts.measures._quantity import Part, units_of
from ecsm_contracts.measures._ratio import Having, Ratio
from ecsm_contracts.measures._relief import (
    Announced,
    ForecastCharged,
    Quota,
    ReliefSpan,
    ReliefTime,
    lengthened,
    quota_start,
    relief_spans,
)
from ecsm_contracts.measures._scope import Item, Scope
from ecsm_contracts.measures._score import Promoters, Score, Take, Top
from ecsm_contracts.measures._service_time import ServiceTime
from ecsm_contracts.measures._sums import NeedsEvents, Sums
from ecsm_contracts.measures._tally import Tally, kept_apart
from ecsm_contracts.measures._target import Bound, Precision, Target, judged
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
from ecsm_contracts.measures._work import Rounded, WorkCharged, in_increments

__all__ = [
    "BEYOND_A_CLOCK",
    "EVERY_WAIT",
    "LIMB",
    "TOOLS",
    "Accounts",
    "Announced",
    "Attainment",
    "Availability",
    "BadBuckets",
    "BilledCharged",
    "Bound",
    "BoundClock",
    "BoundLevel",
    "ByPriority",
    "Charged",
    "Clock",
    "ClockMeasure",
    "ClockProgram",
    "CompiledTicket",
    "Count",
    "Counted",
    "CountsOnly",
    "DeclaredFigure",
    "Definition",
    "Distribution",
    "ErrorRate",
    "EventSelector",
    "FixedDays",
    "ForecastCharged",
    "GroupedBy",
    "Happening",
    "Having",
    "HoursByPriority",
    "IndexCharged",
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
    "ObservesCharge",
    "ObservesGroups",
    "ObservesLate",
    "ObservesLevel",
    "ObservesRelief",
    "Outcomes",
    "Overdue",
    "Part",
    "Percentile",
    "Population",
    "Precision",
    "Promoters",
    "Quota",
    "RateCharged",
    "Ratio",
    "ReliefSpan",
    "ReliefTime",
    "Relieves",
    "Rounded",
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
    "TicketsCharged",
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
    "VolumeCharged",
    "Within",
    "WorkCharged",
    "accounts",
    "compare_tools",
    "in_increments",
    "in_population",
    "judge",
    "judged",
    "kept_apart",
    "lengthened",
    "life_of",
    "quota_start",
    "reached",
    "relief_spans",
    "tool_semantics",
    "trace",
    "units_of",
    "walk",
]
