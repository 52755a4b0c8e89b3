"""Jira Service Management: conditions are configured, so start, stop and pause are one usual configuration."""

from __future__ import annotations

from typing import Final

from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

_CONDITIONS: Final = (
    "https://support.atlassian.com/jira/kb/understand-sla-condition-options-in-jira-service-management-cloud/"
)
_PAUSED: Final = (
    "https://confluence.atlassian.com/jirakb/"
    "understanding-why-an-sla-is-paused-in-a-jira-service-management-ticket-1271267987.html"
)
_CYCLES: Final = "https://support.atlassian.com/jira/kb/can-slas-have-multiple-cycles/"
_ENDED: Final = "https://support.atlassian.com/ja/jira-service-management-cloud/docs/create-an-sla"
_BREACHED: Final = "https://mrrefactoring.github.io/jira.js (SlaInformationCompletedCycle.breached)"
_TEAMS: Final = "https://confluence.atlassian.com/servicemanagementserver0417/how-teams-see-slas-1072468255.html"

_ENGINE = (
    ToolRule(
        "pause", "service_time", "inferred", _TEAMS,
        "Time outside the calendar and time in a pause are left out by one mechanism.",
    ),
    ToolRule("verdict", "elapsed", "inferred", _BREACHED, "A cycle is breached when its goal is exceeded."),
    ToolRule("at_target", "met", "inferred", _BREACHED, "A goal that is reached exactly is not exceeded."),
)  # fmt: skip

JIRA = ToolSemantics(
    "jira",
    "Jira Service Management, one usual configuration",
    (
        ToolClock(
            "response",
            (
                ToolRule(
                    "start", ("opened",), "inferred", _CONDITIONS,
                    "Time to first response usually starts at: issue created.",
                ),
                ToolRule(
                    "stop", ("replied", "resolved"), "inferred", _CONDITIONS,
                    "It usually stops at: comment for customers, or when the resolution is set.",
                ),
                ToolRule("attempt", "first", "inferred", _CYCLES, "An issue is created once, so there is one cycle."),
                *_ENGINE,
            ),
        ),
        ToolClock(
            "resolution",
            (
                ToolRule(
                    "start", ("opened",), "inferred", _CONDITIONS,
                    "Time to resolution usually starts at: issue created.",
                ),
                ToolRule("stop", ("resolved",), "read", _CONDITIONS, "It stops at: resolution set."),
                ToolRule(
                    "holds", ("customer",), "inferred", _PAUSED,
                    "It usually pauses on: waiting for customer, a status listed under time is not counted during.",
                ),
                ToolRule(
                    "reopened", "restart", "read", _CYCLES,
                    "After a stop, a start condition that is met again resets the clock and begins a new cycle.",
                ),
                ToolRule(
                    "attempt", "worst", "inferred", _ENDED,
                    "Completed cycles stay as they are, so a breached one stays breached.",
                ),
                *_ENGINE,
            ),
        ),
    ),
)  # fmt: skip
