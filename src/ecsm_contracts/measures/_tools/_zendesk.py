"""Zendesk Support: SLA metrics."""

from __future__ import annotations

from typing import Final

from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

_HELP = "https://support.zendesk.com/hc/en-us/articles/"
_FIRST_REPLY: Final = f"{_HELP}4408821871642"
_EVENTS: Final = (
    "https://developer.zendesk.com/documentation/ticketing/reference-guides/ticket-metric-event-types-reference"
)
_SOLVED: Final = "https://developer.zendesk.com/rest_api/docs/core/ticket_metric_events"
_TARGETS: Final = f"{_HELP}4408832852122"
_POLICIES: Final = "https://handbook.gitlab.com/handbook/security/customer-support-operations/zendesk/sla-policies/"
_COMBINED: Final = "fivetran/dbt_zendesk: models/sla_policy/reply_time/int_zendesk__reply_time_combined.sql"
_LAST: Final = "https://github.com/fivetran/dbt_zendesk/issues/179"
_SCHEDULE: Final = "fivetran/dbt_zendesk: DECISIONLOG.md, Business Time Metrics"

_VERDICT = (
    ToolRule(
        "verdict", "elapsed", "inferred", _COMBINED,
        "A target is breached when its time is exceeded; where it runs out exactly at a closing is not documented.",
    ),
    ToolRule("at_target", "met", "inferred", _COMBINED, "A reply at the very instant of the breach is in time."),
)  # fmt: skip
_CHANGED = ToolRule(
    "changed", "retroactive", "inferred", _LAST,
    "The policy applied last judges the whole life, unless an earlier one was met by then.",
)  # fmt: skip

ZENDESK = ToolSemantics(
    "zendesk",
    "Zendesk Support, SLA targets on native metrics",
    (
        ToolClock(
            "response",
            (
                ToolRule(
                    "start", ("opened",), "read", _FIRST_REPLY,
                    "First reply time runs from the creation of the ticket.",
                ),
                ToolRule(
                    "stop", ("replied", "resolved"), "read", _FIRST_REPLY,
                    "It ends at the first public reply of an agent; a ticket that is solved before is not breached.",
                ),
                ToolRule(
                    "holds", (), "inferred", _TARGETS,
                    "Only metrics that leave out a status, such as requester wait time, can be paused.",
                ),
                ToolRule("attempt", "first", "read", _FIRST_REPLY, "There is one first reply."),
                _CHANGED,
                *_VERDICT,
            ),
        ),
        ToolClock(
            "next_response",
            (
                ToolRule(
                    "start", ("customer_replied",), "inferred", _POLICIES,
                    "It runs from the oldest comment of the customer that is not answered.",
                ),
                ToolRule(
                    "stop", ("replied", "resolved"), "inferred", _POLICIES,
                    "It ends at the next public comment of an agent.",
                ),
                ToolRule("cycles", "many", "read", _EVENTS, "Each activation is an instance with a number of its own."),
                ToolRule(
                    "attempt", "worst", "inferred", _EVENTS,
                    "Each instance is judged by itself, so a breached one stays.",
                ),
                ToolRule(
                    "holds", (), "inferred", _TARGETS,
                    "Only metrics that leave out a status can be paused.",
                ),
                *_VERDICT,
            ),
        ),
        ToolClock(
            "update",
            (
                ToolRule(
                    "start", ("replied",), "inferred", _POLICIES,
                    "Periodic update runs from each public comment of an agent.",
                ),
                ToolRule("stop", ("replied", "resolved"), "inferred", _POLICIES, "It ends at the next one."),
                ToolRule("cycles", "many", "inferred", _POLICIES, "It runs between each two of them."),
                ToolRule(
                    "attempt", "worst", "inferred", _EVENTS,
                    "Each instance is judged by itself, so a breached one stays.",
                ),
                ToolRule(
                    "holds", (), "inferred", _POLICIES,
                    "It does not pause; another metric, pausable update, holds while the ticket is pending.",
                ),
                *_VERDICT,
            ),
        ),
        ToolClock(
            "resolution",
            (
                ToolRule("start", ("opened",), "read", _EVENTS, "Requester wait time runs from the creation."),
                ToolRule("stop", ("resolved",), "read", _SOLVED, "A change of status to solved fulfils the metric."),
                ToolRule(
                    "holds", ("customer",), "read", _EVENTS,
                    "Requester wait time is paused while the ticket is pending; on hold it runs.",
                ),
                ToolRule(
                    "reopened", "continue_without", "inferred", _EVENTS,
                    "A fulfilled metric is activated again; solved is not among the statuses that count.",
                ),
                ToolRule("attempt", "last", "inferred", _EVENTS, "It is one running counter."),
                ToolRule(
                    "changed", "retroactive", "inferred", _SCHEDULE,
                    "The schedule applied last counts for the whole life of the ticket.",
                ),
                *_VERDICT,
            ),
        ),
    ),
)  # fmt: skip
