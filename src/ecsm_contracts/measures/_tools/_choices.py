"""The dimensions in which help desks differ about a ticket clock, and what our own clock chooses in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from ecsm_contracts.errors import InvalidValue, did_you_mean, shown
from ecsm_contracts.measures._clock import Clock, EventSelector

__all__ = [
    "BEYOND_A_CLOCK",
    "CLOCK_WORDS",
    "DIMENSIONS",
    "EVERY_WAIT",
    "KINDS",
    "NEUTRAL",
    "WORDS",
    "Choice",
    "CountsOnly",
    "ToolChoices",
    "ToolClockKind",
    "clock_of",
    "known_kind",
    "show_choice",
]

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ToolClockKind: TypeAlias = Literal["response", "next_response", "update", "resolution"]
"""What a clock is about: the first answer, each later answer, an update from time to time, or the solution."""

KINDS: tuple[ToolClockKind, ...] = ("response", "next_response", "update", "resolution")

EVERY_WAIT = "every wait"
"""A choice of `holds`: the clock stands still while the ticket waits, whoever it waits for."""


class CountsOnly(NamedTuple):
    """A choice of `holds`: the clock runs in the hands of these alone."""

    parties: tuple[str, ...]


Choice: TypeAlias = str | tuple[str | EventSelector, ...] | CountsOnly
"""What is chosen in one dimension: a word, or the events or parties that it is about."""


class ToolChoices(NamedTuple):
    """
    One choice in every dimension. The first seven are those of a `Clock`; with the rest at their first word, it is one.
    """

    start: tuple[str | EventSelector, ...]
    stop: tuple[str | EventSelector, ...]
    holds: str | tuple[str, ...] | CountsOnly
    reopened: str
    attempt: str
    changed: str
    cycles: str
    pause: str = "service_time"
    hold_edges: str = "exact"
    open_hold: str = "held"
    closed_unsolved: str = "resolved"
    due_holds: str = "in_place"
    due_at_closing: str = "closing"
    verdict: str = "elapsed"
    at_target: str = "met"
    recorded: str = "service_time"
    grain: str = "exact"
    least: str = "nothing"


DIMENSIONS = ToolChoices._fields

CLOCK_WORDS: Mapping[str, tuple[str, ...]] = {
    "reopened": ("continue_without", "continue_with_closed_time", "restart"),
    "attempt": ("last", "first", "worst", "sum"),
    "changed": ("new_only", "retroactive", "keep_elapsed", "keep_share", "restart"),
    "cycles": ("one", "many"),
}

BEYOND_A_CLOCK: Mapping[str, tuple[str, ...]] = {
    "pause": ("service_time", "wall_clock"),
    "hold_edges": ("exact", "minute"),
    "open_hold": ("held", "counted"),
    "closed_unsolved": ("resolved", "gap_counts"),
    "due_holds": ("in_place", "added_after"),
    "due_at_closing": ("closing", "next_opening"),
    "verdict": ("elapsed", "deadline", "percentage", "whole_minutes"),
    "at_target": ("met", "missed_while_open", "missed"),
    "recorded": ("service_time", "wall_clock", "by_day", "longest"),
    "grain": ("exact", "second", "minute"),
    "least": ("nothing", "second"),
}
"""The dimensions of which a `Clock` knows only the first word."""

WORDS: Mapping[str, tuple[str, ...]] = {**CLOCK_WORDS, **BEYOND_A_CLOCK}

NEUTRAL: Mapping[ToolClockKind, ToolChoices] = {
    "response": ToolChoices(("opened",), ("replied", "resolved"), (), "continue_without", "first", "new_only", "one"),
    "next_response": ToolChoices(
        ("customer_replied",), ("replied", "resolved"), (), "continue_without", "worst", "new_only", "many"
    ),
    "update": ToolChoices(("replied",), ("replied", "resolved"), (), "continue_without", "worst", "new_only", "many"),
    "resolution": ToolChoices(("opened",), ("resolved",), ("customer",), "continue_without", "last", "new_only", "one"),
}
"""The usual promise of each kind, judged by our own clock: docs/reference/semantics.md, section 4."""


def known_kind(kind: object) -> ToolClockKind:
    """
    Return *kind*, which must be one of the four.

    Raises:
        InvalidValue: rule "tool_kind".
    """
    for known in KINDS:
        if kind == known:
            return known
    hint = did_you_mean(kind, KINDS) if isinstance(kind, str) else ""
    raise InvalidValue(
        f"{shown(kind)} is not a kind of clock; write {', '.join(KINDS)}{hint}", rule="tool_kind", value=kind
    )


def show_choice(choice: Any) -> str:
    """Return a choice as people read it."""
    if isinstance(choice, CountsOnly):
        return "only " + ", ".join(choice.parties)
    if isinstance(choice, str):
        return choice
    return ", ".join(_show_event(each) for each in choice) or "none"


def _show_event(event: str | EventSelector) -> str:
    if isinstance(event, str):
        return event
    return f"{event.event} ({event.group or event.party or 'any'})"


def clock_of(choices: ToolChoices, hours: object, waits: Iterable[str]) -> Clock:
    """Return what of *choices* a clock can say; *waits* are the parties that every wait is for."""
    holds = choices.holds
    only = holds.parties if isinstance(holds, CountsOnly) else None
    stands = None if only else tuple(dict.fromkeys(waits)) if holds == EVERY_WAIT else holds
    return Clock.model_validate(
        {
            "start": choices.start,
            "stop": choices.stop,
            "hours": hours,
            "holds": stands,
            "counts_only": only,
            "reopened": choices.reopened,
            "attempt": choices.attempt,
            "changed": choices.changed,
            "cycles": choices.cycles,
        }
    )
