"""ERPNext support, the newer generation of its service level agreements (with the status Resolution Due)."""

from __future__ import annotations

from typing import Final

from ecsm_contracts.measures._tools._choices import EVERY_WAIT
from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

_SLA = "frappe/erpnext: erpnext/support/doctype/service_level_agreement/service_level_agreement.py, "
_ISSUE = "frappe/erpnext: erpnext/support/doctype/issue/issue.py, "
_METRICS: Final = f"{_SLA}update_response_and_resolution_metrics"
_STATUS: Final = f"{_SLA}handle_status_change"
_JUDGED: Final = f"{_SLA}update_agreement_status"
_EXPECTED: Final = f"{_SLA}get_expected_time_for"

_ENGINE = (
    ToolRule("start", ("opened",), "read", _METRICS, "It runs from the creation of the agreement on the ticket."),
    ToolRule(
        "changed", "retroactive", "read", f"{_SLA}process_sla",
        "At each saving the deadlines are computed again from the creation.",
    ),
    ToolRule("due_at_closing", "closing", "read", _EXPECTED, "What is left of the day may be used up whole."),
    ToolRule("verdict", "deadline", "read", _JUDGED, "The date of resolution is compared with the deadline."),
    ToolRule("at_target", "met", "read", _JUDGED, "The deadline itself is in time."),
)  # fmt: skip

ERPNEXT = ToolSemantics(
    "erpnext",
    "ERPNext support, newer generation",
    (
        ToolClock(
            "response",
            (
                ToolRule(
                    "stop", ("replied", "held", "resolved"), "read", f"{_STATUS}.set_first_response",
                    "The first leaving of an open status is the response, going on hold too; or the first answer sent.",
                ),
                ToolRule("holds", (), "read", f"{_SLA}set_response_by", "Going on hold is the response itself."),
                ToolRule("attempt", "first", "inferred", f"{_STATUS}.set_first_response", "It is written once."),
                ToolRule(
                    "recorded", "by_day", "read", f"{_ISSUE}calculate_first_response_time",
                    "Part of the first day, whole days between, part of the last; holidays are not left out.",
                ),
                ToolRule(
                    "least", "second", "read", f"{_ISSUE}calculate_first_response_time",
                    "Zero is kept as 1.0 second, as zero would be set again at the next answer.",
                ),
                *_ENGINE,
            ),
        ),
        ToolClock(
            "resolution",
            (
                ToolRule("stop", ("resolved",), "read", _STATUS, "It ends at a status in SLA Fulfilled On."),
                ToolRule(
                    "holds", EVERY_WAIT, "read", f"{_SLA}get_hold_statuses",
                    "The statuses in Pause SLA On hold it; every wait is taken for one.",
                ),
                ToolRule(
                    "pause", "wall_clock", "read", f"{_SLA}set_resolution_by",
                    "The seconds on hold by the wall clock, closed hours included, are added to the deadline.",
                ),
                ToolRule(
                    "reopened", "continue_without", "read", f"{_SLA}calculate_hold_hours",
                    "The time from the resolution to the reopening is added to the time on hold.",
                ),
                ToolRule("attempt", "last", "read", _STATUS, "The date of resolution is written again."),
                ToolRule(
                    "recorded", "wall_clock", "read", f"{_SLA}set_resolution_time",
                    "The resolution time kept is elapsed seconds, neither hours nor holds looked at.",
                ),
                *_ENGINE,
            ),
        ),
    ),
)  # fmt: skip
