"""OTRS, as read in its open-source continuation Znuny."""

from __future__ import annotations

from typing import Final

from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

_TICKET = "znuny/Znuny: Kernel/System/Ticket.pm, "
_INDEX: Final = f"{_TICKET}TicketEscalationIndexBuild"
_FIRST: Final = f"{_TICKET}_TicketGetFirstResponse"
_CLOSED: Final = f"{_TICKET}_TicketGetClosed"
_LIVE: Final = f"{_TICKET}TicketEscalationDateCalculation"
_ADD: Final = "znuny/Znuny: Kernel/System/DateTime.pm, Add"

_ENGINE = (
    ToolRule(
        "changed", "retroactive", "read", _INDEX,
        "The index is built again with the settings that hold now (queue, SLA, calendar), from the creation on.",
    ),
    ToolRule(
        "holds", (), "read", _INDEX,
        "A pending ticket does not hold the clock; only the update clock looks at pending states.",
    ),
    ToolRule("due_at_closing", "closing", "read", _ADD, "The loop ends at the instant at which no seconds are left."),
    ToolRule("start", ("opened",), "read", _INDEX, "The clock runs from the creation of the ticket."),
)  # fmt: skip


def _report(source: str) -> tuple[ToolRule, ...]:
    return (
        ToolRule(
            "verdict", "whole_minutes", "read", source,
            "The report compares whole minutes, cut off: 1 to 59 seconds late print as 0.",
        ),
        ToolRule("grain", "minute", "read", source, "Times are reported in whole minutes, cut off."),
        ToolRule(
            "at_target", "missed_while_open", "read", _LIVE,
            "While the clock runs, no second left is an escalation.",
        ),
    )  # fmt: skip


OTRS = ToolSemantics(
    "otrs",
    "OTRS, as read in Znuny",
    (
        ToolClock(
            "response",
            (
                ToolRule(
                    "stop", ("replied", "resolved"), "read", _FIRST,
                    "It ends at the first article of an agent that the customer sees; closed tickets do not escalate.",
                ),
                ToolRule("attempt", "first", "read", _FIRST, "Only the first such article is looked for."),
                *_ENGINE,
                *_report(_FIRST),
            ),
        ),
        ToolClock(
            "resolution",
            (
                ToolRule("stop", ("resolved",), "read", _CLOSED, "It ends at the move to a state of type closed."),
                ToolRule(
                    "reopened", "continue_with_closed_time", "read", _CLOSED,
                    "The reported time goes from the creation to the last closing, what lies between included.",
                ),
                ToolRule("attempt", "last", "read", _CLOSED, "The last closing is collected."),
                *_ENGINE,
                *_report(_CLOSED),
            ),
        ),
    ),
)  # fmt: skip
