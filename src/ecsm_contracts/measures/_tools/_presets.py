"""The presets by name, and what of them a contract may name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from ecsm_contracts.errors import InvalidValue, WrongType, did_you_mean, shown
from ecsm_contracts.measures._tools._choices import KINDS, clock_of
from ecsm_contracts.measures._tools._rules import ToolSemantics, neutral

if TYPE_CHECKING:
    from ecsm_contracts.measures._tools._rules import ToolClock

__all__ = ["TOOLS", "expanded", "semantics_of", "tool_semantics"]

_PRESETS = ("erpnext", "glpi", "jira", "otrs", "servicenow", "zammad", "zendesk")
TOOLS: tuple[str, ...] = (*_PRESETS, "neutral")
"""The names that `tool_semantics` knows."""


@cache
def _preset(name: str) -> ToolSemantics:
    """Return a preset; its module is imported only now, as most programs need none."""
    if name == "neutral":
        return neutral()
    found: ToolSemantics = getattr(import_module(f"{__package__}._{name}"), name.upper())
    return found


def tool_semantics(name: object) -> ToolSemantics:
    """
    Return how a help desk computes its clocks: ``erpnext``, ``glpi``, ``jira``, ``otrs``, ``servicenow``, ``zammad``,
    ``zendesk``, or ``neutral`` for our own clock with its usual choices.

    Raises:
        InvalidValue: rule "tool_unknown".

    Examples:
        >>> tool_semantics("zammad").of("response").rule("hold_edges").choice
        'minute'
        >>> tool_semantics("jira").kinds()
        ('response', 'resolution')
    """  # noqa: D205 - the names are the summary
    if not isinstance(name, str) or name not in TOOLS:
        hint = did_you_mean(name, TOOLS) if isinstance(name, str) else ""
        message = f"{shown(name)} is no tool whose semantics are known; there are {', '.join(TOOLS)}{hint}"
        raise InvalidValue(message, rule="tool_unknown", value=name)
    return _preset(name)


def semantics_of(value: object) -> ToolSemantics:
    """
    Return semantics, or those that a name stands for.

    Raises:
        InvalidValue: rule "tool_unknown".
        WrongType: for anything else.
    """
    if isinstance(value, ToolSemantics):
        return value
    if isinstance(value, str):
        return tool_semantics(value)
    message = f"semantics: ToolSemantics or a name is needed, this is {type(value).__name__}; take tool_semantics(…)"
    raise WrongType(message)


_PRESET_FIELDS = frozenset({"preset", "kind"})
_HOLDS = frozenset({"holds", "counts_only"})
_CHOSEN = ("start", "stop", "holds", "reopened", "attempt", "changed")
"""What a contract's clock has to say, and has no default for."""


def expanded(data: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a document's clock with the fields that its ``preset`` and ``kind`` stand for; what it says itself holds.

    Raises:
        PydanticCustomError: "clock_preset", for a preset that is not known, or whose rules no clock can say.
    """
    clock = _named_clock(data.get("preset"), data.get("kind"))
    if clock.beyond_a_clock:
        rules = ", ".join(f"{rule.dimension} ({rule.choice})" for rule in clock.beyond_a_clock)
        raise _refusal(f"no clock of a contract can say what {data['preset']} does about {rules}; write the fields out")
    _refuse_what_is_left_open(clock, data)
    made = clock_of(clock.choices, "hours", ()).model_dump()
    made.pop("hours")
    if "counts_only" in data:
        made.pop("holds")
    return {**made, **{key: value for key, value in data.items() if key not in _PRESET_FIELDS}}


def _refuse_what_is_left_open(clock: ToolClock, data: Mapping[str, Any]) -> None:
    """Raise unless each choice is known of the tool or written beside its name."""
    written = {"holds" if key in _HOLDS else key for key in data}
    missing = [name for name in _CHOSEN if name not in clock.stated and name not in written]
    if missing:
        raise _refusal(f"what {data['preset']} does is not known of {', '.join(missing)}; add what the contract says")


def _refusal(message: str) -> PydanticCustomError:
    return PydanticCustomError("clock_preset", "{said}", {"said": message})


def _named_clock(preset: object, kind: object) -> ToolClock:
    if not isinstance(preset, str) or preset not in TOOLS:
        hint = did_you_mean(preset, TOOLS) if isinstance(preset, str) else ""
        raise _refusal(f"{shown(preset)} is no preset; there are {', '.join(TOOLS)}{hint}")
    tool = tool_semantics(preset)
    if not isinstance(kind, str) or kind not in KINDS:
        raise _refusal(f"add the kind of clock of the preset: {', '.join(tool.kinds())}")
    if kind not in tool.kinds():
        raise _refusal(f"{preset} has no {kind} clock that is known; it has {', '.join(tool.kinds())}")
    return tool.of(kind)
