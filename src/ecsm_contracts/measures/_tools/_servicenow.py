"""ServiceNow task SLAs: one engine for every target, with definitions that are configured."""

from __future__ import annotations

from typing import Final

from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

_PAGES = "https://www.servicenow.com/docs/r/it-service-management/service-level-management/"
_EXAMPLE: Final = f"{_PAGES}t_SLAProcessExample.html"
_PROCESSING: Final = f"{_PAGES}c_SLAProcessing.html"
_BREACH: Final = f"{_PAGES}t_SLABreachCalculation.html"
_DURATION: Final = f"{_PAGES}c_SLADuration.html"
_RECORD: Final = f"{_PAGES}r_TaskSLATable.html"

_ENGINE = (
    ToolRule(
        "changed", "restart", "read", _EXAMPLE,
        "The record of the old priority is cancelled and one of the new priority attached (unless it starts "
        "retroactively).",
    ),
    ToolRule(
        "pause", "service_time", "read", _RECORD,
        "The end is moved by the business pause duration where the SLA has a schedule.",
    ),
    ToolRule(
        "verdict", "percentage", "read", _BREACH,
        "The share of the target that has elapsed is rounded to two decimals of a percent.",
    ),
    ToolRule("at_target", "missed", "read", _BREACH, "100 % is a breach."),
    ToolRule("grain", "second", "read", _DURATION, "Durations are days, hours, minutes and seconds."),
)  # fmt: skip

SERVICENOW = ToolSemantics(
    "servicenow",
    "ServiceNow, task SLAs without retroactive start",
    (
        ToolClock(
            "response",
            (
                ToolRule(
                    "start", ("opened",), "inferred", _PROCESSING,
                    "A record starts when its start conditions match, at the saving of the task.",
                ),
                *_ENGINE,
            ),
        ),
        ToolClock(
            "resolution",
            (
                ToolRule(
                    "start", ("opened",), "inferred", _PROCESSING,
                    "A record starts when its start conditions match, at the saving of the task.",
                ),
                ToolRule("stop", ("resolved",), "read", _EXAMPLE, "The example completes it at the state resolved."),
                ToolRule(
                    "holds", ("customer",), "read", _EXAMPLE,
                    "The example pauses it while the state is awaiting user info.",
                ),
                ToolRule(
                    "reopened", "restart", "inferred", _PROCESSING,
                    "A completed record stays; a definition without an active record attaches a new one.",
                ),
                ToolRule(
                    "attempt", "worst", "inferred", _PROCESSING,
                    "Each record keeps its own verdict, so a breached one stays.",
                ),
                *_ENGINE,
            ),
        ),
    ),
)  # fmt: skip
