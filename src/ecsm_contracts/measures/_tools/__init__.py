"""How help desks compute their clocks: named rules with sources, what each would have shown, and where two differ."""

from ecsm_contracts.measures._tools._choices import BEYOND_A_CLOCK, EVERY_WAIT, CountsOnly, ToolChoices, ToolClockKind
from ecsm_contracts.measures._tools._compare import ToolDifference, ToolDifferences, compare_tools
from ecsm_contracts.measures._tools._judge import ToolJudgement, judge
from ecsm_contracts.measures._tools._presets import TOOLS, expanded, tool_semantics
from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics

__all__ = [
    "BEYOND_A_CLOCK",
    "EVERY_WAIT",
    "TOOLS",
    "CountsOnly",
    "ToolChoices",
    "ToolClock",
    "ToolClockKind",
    "ToolDifference",
    "ToolDifferences",
    "ToolJudgement",
    "ToolRule",
    "ToolSemantics",
    "compare_tools",
    "expanded",
    "judge",
    "tool_semantics",
]
