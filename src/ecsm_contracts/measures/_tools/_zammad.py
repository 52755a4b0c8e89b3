"""Zammad."""

from __future__ import annotations

from typing import Final

from ecsm_contracts.measures._tools._choices import EVERY_WAIT
from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

_ESCALATION: Final = "zammad/zammad: lib/escalation.rb, "
_BREAKS: Final = "zammad/zammad: lib/escalation/ticket_biz_break.rb, "
_MINUTES: Final = "zammad/zammad: lib/escalation/period_working_minutes.rb"
_IMPACT: Final = "zammad/zammad: app/models/ticket/article/has_ticket_contact_attributes_impact.rb, "
_CLOSE: Final = "zammad/zammad: app/models/ticket/sets_close_time.rb, ticket_set_close_time"
_ADMIN: Final = "zammad/zammad-admin-documentation: manage/slas/how-do-they-work.rst"
_BIZ: Final = "zendesk/biz: lib/biz/calculation/for_duration.rb, after"

_ENGINE = (
    ToolRule(
        "holds", EVERY_WAIT, "read", f"{_BREAKS}history_list_in_break",
        "Every state that ignores escalation is a break: pending reminder and pending close among them.",
    ),
    ToolRule("pause", "service_time", "read", f"{_BREAKS}history_list_in_break", "Breaks are breaks of the calendar."),
    ToolRule(
        "hold_edges", "minute", "read", f"{_BREAKS}history_range_break_key",
        "Both edges of a break are written as hours and minutes, seconds cut off.",
    ),
    ToolRule(
        "open_hold", "counted", "read", f"{_BREAKS}history_list_in_break",
        "A break needs the change of state that ends it; one that still lasts is none.",
    ),
    ToolRule(
        "changed", "retroactive", "read", f"{_ESCALATION}Escalation#enforce_if_needed",
        "With another SLA or calendar everything is calculated again from the creation.",
    ),
    ToolRule("due_at_closing", "closing", "read", _BIZ, "The deadline is the end of the last period used."),
    ToolRule(
        "verdict", "whole_minutes", "read", f"{_ESCALATION}statistics_first_response",
        "The report is the target less whole minutes, cut off: late by less than a minute prints as 0.",
    ),
    ToolRule(
        "at_target", "met", "read", "zammad/zammad: app/models/ticket.rb, current_state_color",
        "A ticket escalates once its deadline is past, not at it.",
    ),
    ToolRule("grain", "minute", "read", _MINUTES, "Times are reported in whole minutes, cut off."),
)  # fmt: skip

ZAMMAD = ToolSemantics(
    "zammad",
    "Zammad",
    (
        ToolClock(
            "response",
            (
                ToolRule(
                    "start", ("opened",), "read", f"{_ESCALATION}Escalation#escalation_first_response",
                    "It runs from the creation of the ticket.",
                ),
                ToolRule(
                    "stop", ("replied", "resolved"), "read", f"{_IMPACT}first_response_at_update",
                    "It ends at the first article of an agent to the customer, or at the first closing.",
                ),
                ToolRule("attempt", "first", "read", f"{_IMPACT}first_response_at_update", "It is written once."),
                *_ENGINE,
            ),
        ),
        ToolClock(
            "next_response",
            (
                ToolRule(
                    "start", ("opened", "customer_replied"), "read", f"{_IMPACT}last_contact_update_at",
                    "It runs from the oldest contact of the customer that is not answered; the ticket itself is one.",
                ),
                ToolRule(
                    "stop", ("replied", "resolved"), "read", "zammad/zammad: app/models/ticket.rb, agent_responded?",
                    "It ends at a later contact of an agent.",
                ),
                ToolRule("cycles", "many", "read", f"{_ESCALATION}Escalation#escalation_update", "It begins again."),
                ToolRule(
                    "attempt", "worst", "inferred", f"{_ESCALATION}Escalation#statistics_update_applicable?",
                    "The longest time is kept, so a late answer stays late.",
                ),
                ToolRule(
                    "recorded", "longest", "read", f"{_ESCALATION}Escalation#statistics_update_applicable?",
                    "The report keeps the longest time.",
                ),
                *_ENGINE,
            ),
        ),
        ToolClock(
            "update",
            (
                ToolRule("start", ("replied",), "read", _ADMIN, "It runs between updates of agents."),
                ToolRule("stop", ("replied", "resolved"), "read", _ADMIN, "The next update of an agent ends it."),
                ToolRule("cycles", "many", "read", _ADMIN, "It runs between each two of them."),
                ToolRule(
                    "attempt", "worst", "inferred", f"{_ESCALATION}Escalation#statistics_update_applicable?",
                    "The longest time is kept, so a late answer stays late.",
                ),
                ToolRule(
                    "recorded", "longest", "read", f"{_ESCALATION}Escalation#statistics_update_applicable?",
                    "The report keeps the longest time.",
                ),
                *_ENGINE,
            ),
        ),
        ToolClock(
            "resolution",
            (
                ToolRule(
                    "start", ("opened",), "read", f"{_ESCALATION}Escalation#escalation_close",
                    "It runs from the creation of the ticket.",
                ),
                ToolRule("stop", ("resolved",), "read", _CLOSE, "It ends at the move to a state of type closed."),
                ToolRule("attempt", "first", "read", _CLOSE, "The first closing is written once and stays."),
                *_ENGINE,
            ),
        ),
    ),
)  # fmt: skip
