"""GLPI: time to own (response) and time to resolve (resolution) of SLAs in hours and minutes."""

from __future__ import annotations

from typing import Final

from ecsm_contracts.measures._tools._choices import EVERY_WAIT
from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

_ASSIGNED: Final = "glpi-project/glpi: src/Ticket.php, Ticket::getDatasToAddSLA"
_UPDATE: Final = "glpi-project/glpi: src/CommonITILObject.php, CommonITILObject::pre_updateInDB"
_OWN: Final = "glpi-project/glpi: src/Ticket.php, Ticket::pre_updateInDB"
_END: Final = "glpi-project/glpi: src/Calendar.php, Calendar::computeEndDate"
_DELAY: Final = "glpi-project/glpi: src/Ticket.php, Ticket::computeTakeIntoAccountDelayStat"
_STATS: Final = "glpi-project/glpi: src/Ticket.php, Ticket::showStatsDates"
_LEVEL: Final = "glpi-project/glpi: src/LevelAgreement.php, LevelAgreement::computeDate"

_ENGINE = (
    ToolRule("start", ("opened",), "read", _ASSIGNED, "The target date is computed from the opening date."),
    ToolRule(
        "changed", "retroactive", "read", _ASSIGNED,
        "Another SLA is computed from the opening again, with the waits kept.",
    ),
    ToolRule(
        "due_at_closing", "next_opening", "read", _END,
        "A delay that is greater than or equal to what is left of the day passes to the next day.",
    ),
    ToolRule("verdict", "deadline", "read", _STATS, "A date after the target date is passed."),
    ToolRule("at_target", "met", "read", _STATS, "The comparison is strict."),
    ToolRule("grain", "second", "read", _UPDATE, "Dates and waiting times are whole seconds."),
)  # fmt: skip

GLPI = ToolSemantics(
    "glpi",
    "GLPI, targets in hours and minutes",
    (
        ToolClock(
            "response",
            (
                ToolRule(
                    "stop", ("acknowledged", "resolved"), "read", _OWN,
                    "It ends when the ticket is first taken into account.",
                ),
                ToolRule(
                    "holds", (), "read", "glpi-project/glpi: src/Item_Ola.php, Item_Ola::compute",
                    "Time to own is not impacted by waiting time.",
                ),
                ToolRule("attempt", "first", "read", _OWN, "It is written once."),
                ToolRule("least", "second", "read", _DELAY, "The delay is at least one second."),
                *_ENGINE,
            ),
        ),
        ToolClock(
            "resolution",
            (
                ToolRule("stop", ("resolved",), "read", _UPDATE, "It ends when the ticket is solved, or else closed."),
                ToolRule("holds", EVERY_WAIT, "read", _UPDATE, "The status pending holds, whoever it waits for."),
                ToolRule(
                    "pause", "service_time", "read", _LEVEL,
                    "The additional delay has only waiting times inside the hours of the calendar.",
                ),
                ToolRule(
                    "due_holds", "added_after", "read", _LEVEL,
                    "All waiting time is added after the target date, in hours.",
                ),
                ToolRule(
                    "reopened", "continue_without", "read", _UPDATE,
                    "The time from solved or closed to the reopening is a wait.",
                ),
                ToolRule(
                    "closed_unsolved", "gap_counts", "read", _UPDATE,
                    "A ticket that was closed without being solved has no begin of a wait, so the time to its "
                    "reopening counts.",
                ),
                ToolRule("attempt", "last", "read", _UPDATE, "The date of solving is written again."),
                *_ENGINE,
            ),
        ),
    ),
)  # fmt: skip
