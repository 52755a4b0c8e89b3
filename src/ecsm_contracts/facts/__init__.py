"""
What happened, and nothing that was promised.

Tickets and their events, outages, notices, work, samples, surveys, declared figures, volumes, forecasts, what was
billed elsewhere, claims and decisions about them, and what could not be read.
"""

from ecsm_contracts.facts._claims import Claim, Decision
from ecsm_contracts.facts._events import EVENT_KINDS, Event, EventKind
from ecsm_contracts.facts._facts import Facts, Setting
from ecsm_contracts.facts._matrix import PriorityMatrix
from ecsm_contracts.facts._number import ExactDecimal
from ecsm_contracts.facts._origin import Origin, RecordedKind
from ecsm_contracts.facts._partition import Attributes, Held, HeldState, attributes_at, cut_at_hours, partition
from ecsm_contracts.facts._records import Declared, Notice, NoticeKind, Outage, OutageState, Sample, Survey, Work
from ecsm_contracts.facts._rejected import Rejected
from ecsm_contracts.facts._text import CUSTOMER, PROVIDER, Party, Ref, each_once
from ecsm_contracts.facts._ticket import Ticket
from ecsm_contracts.facts._timeline import NEXT_STATE, Holder, Step, is_finished, timeline
from ecsm_contracts.facts._volumes import Billed, Forecast, Volume

__all__ = [
    "CUSTOMER",
    "EVENT_KINDS",
    "NEXT_STATE",
    "PROVIDER",
    "Attributes",
    "Billed",
    "Claim",
    "Decision",
    "Declared",
    "Event",
    "EventKind",
    "ExactDecimal",
    "Facts",
    "Forecast",
    "Held",
    "HeldState",
    "Holder",
    "Notice",
    "NoticeKind",
    "Origin",
    "Outage",
    "OutageState",
    "Party",
    "PriorityMatrix",
    "RecordedKind",
    "Ref",
    "Rejected",
    "Sample",
    "Setting",
    "Step",
    "Survey",
    "Ticket",
    "Volume",
    "Work",
    "attributes_at",
    "cut_at_hours",
    "each_once",
    "is_finished",
    "partition",
    "timeline",
]
