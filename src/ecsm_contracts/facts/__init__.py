"""
What happened, and nothing that was promised.

Tickets and their events, outages, notices, work, and what could not be read.
"""

from ecsm_contracts.facts._events import Event, EventKind
from ecsm_contracts.facts._facts import Facts, Setting
from ecsm_contracts.facts._origin import Origin, RecordedKind
from ecsm_contracts.facts._records import Notice, NoticeKind, Outage, Work
from ecsm_contracts.facts._rejected import Rejected
from ecsm_contracts.facts._text import Party, Ref, each_once
from ecsm_contracts.facts._ticket import Ticket
from ecsm_contracts.facts._timeline import Step, is_finished, timeline

__all__ = [
    "Event",
    "EventKind",
    "Facts",
    "Notice",
    "NoticeKind",
    "Origin",
    "Outage",
    "Party",
    "RecordedKind",
    "Ref",
    "Rejected",
    "Setting",
    "Step",
    "Ticket",
    "Work",
    "each_once",
    "is_finished",
    "timeline",
]
