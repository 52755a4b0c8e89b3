"""The semantics of a tool: named rules, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecsm_contracts._display import Column, Table
from ecsm_contracts.errors import InvalidValue, did_you_mean, expect, shown
from ecsm_contracts.measures._clock import Clock
from ecsm_contracts.measures._tools._choices import (
    BEYOND_A_CLOCK,
    DIMENSIONS,
    EVERY_WAIT,
    KINDS,
    NEUTRAL,
    WORDS,
    Choice,
    CountsOnly,
    ToolChoices,
    ToolClockKind,
    clock_of,
    known_kind,
    show_choice,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Evidence", "ToolClock", "ToolRule", "ToolSemantics"]

Evidence = Literal["read", "inferred"]
"""``read``: it stands in the source code or in the vendor's own pages. ``inferred``: it follows from them, or another
party says it of the tool."""


class ToolRule(NamedTuple):
    """What a tool does in one dimension, and where that is said."""

    dimension: str
    choice: Choice
    evidence: Evidence
    source: str
    """An address, or ``owner/repository: file, function``."""
    says: str
    """One sentence."""


def _refuse(message: str, value: object) -> InvalidValue:
    return InvalidValue(message, rule="tool_choice", value=value)


def _checked(rule: ToolRule) -> None:
    """Raise unless the rule's choice is one that its dimension has."""
    dimension, choice = rule.dimension, rule.choice
    if dimension not in DIMENSIONS:
        hint = did_you_mean(str(dimension), DIMENSIONS)
        raise _refuse(f"{shown(dimension)} is not a dimension; there are {', '.join(DIMENSIONS)}{hint}", dimension)
    words = WORDS.get(dimension)
    if words is not None:
        if choice not in words:
            hint = did_you_mean(str(choice), words)
            raise _refuse(f"{dimension}: {shown(choice)} is not one of {', '.join(words)}{hint}", choice)
    elif not isinstance(choice, tuple) and (dimension != "holds" or choice != EVERY_WAIT):
        raise _refuse(f"{dimension}: {shown(choice)} is not a tuple of names", choice)


@dataclass(frozen=True)
class ToolClock:
    """
    One kind of clock of a tool: what it is known to do. Where it says nothing, nothing is known.

    Raises:
        InvalidValue: rule "tool_choice", for a dimension or a choice that is not known, or one that is said twice.
    """

    kind: ToolClockKind
    rules: tuple[ToolRule, ...]

    def __post_init__(self) -> None:
        """Check each rule, put them in the order of the dimensions, and see that the choices make a clock."""
        known_kind(self.kind)
        seen: set[str] = set()
        for rule in self.rules:
            _checked(rule)
            if rule.dimension in seen:
                raise _refuse(f"{rule.dimension} is said twice", rule.dimension)
            seen.add(rule.dimension)
        in_order = tuple(sorted(self.rules, key=lambda rule: DIMENSIONS.index(rule.dimension)))
        object.__setattr__(self, "rules", in_order)
        try:
            clock_of(self.choices, "hours", ("customer",))
        except ValueError as error:
            raise _refuse(f"these choices make no clock: {error}", None) from None

    @cached_property
    def choices(self) -> ToolChoices:
        """A choice in every dimension: the tool's, or that of our own clock where nothing is known of it."""
        return self.filled(NEUTRAL[self.kind])

    @property
    def stated(self) -> tuple[str, ...]:
        """The dimensions of which something is known."""
        return tuple(rule.dimension for rule in self.rules)

    @property
    def beyond_a_clock(self) -> tuple[ToolRule, ...]:
        """The rules that no `Clock` can say."""
        return tuple(
            rule for rule in self.rules if rule.choice != BEYOND_A_CLOCK.get(rule.dimension, (rule.choice,))[0]
        )

    def filled(self, other: ToolChoices) -> ToolChoices:
        """Return a choice in every dimension: the tool's, or *other*'s where nothing is known of it."""
        said: dict[str, Any] = {rule.dimension: rule.choice for rule in self.rules}
        return other._replace(**said)

    def rule(self, dimension: str) -> ToolRule | None:
        """Return the rule of a *dimension*; None where nothing is known."""
        return next((rule for rule in self.rules if rule.dimension == dimension), None)

    def clock(self, hours: Any, waits: Iterable[str] = ("customer",)) -> Clock:
        """
        Return the part that our clock can say, in *hours*: the name of a calendar, or a table of names by priority.

        *waits* are the parties that a ticket waits for, where the tool holds its clock in every wait.
        """
        return clock_of(self.choices, hours, waits)

    def with_choice(self, dimension: str, choice: Choice, source: str = "chosen by the caller") -> ToolClock:
        """
        Return the clock with another choice in one *dimension*.

        Raises:
            InvalidValue: rule "tool_choice".
        """
        others = tuple(rule for rule in self.rules if rule.dimension != dimension)
        return ToolClock(self.kind, (*others, ToolRule(dimension, choice, "inferred", source, "Chosen by the caller.")))


def _table(name: str, clock: ToolClock) -> Table:
    columns = tuple(map(Column, ("rule", "choice", "evidence", "source")))
    rows = tuple((rule.dimension, show_choice(rule.choice), rule.evidence, rule.source) for rule in clock.rules)
    open_ = [dimension for dimension in DIMENSIONS if dimension not in clock.stated]
    note = f"nothing is known of: {', '.join(open_)}" if open_ else ""
    return Table(f"{name}: {clock.kind}", columns, rows, note=note)


@dataclass(frozen=True)
class ToolSemantics:
    """
    How one help desk computes its clocks; it prints itself, rule by rule.

        >>> from ecsm_contracts.measures import tool_semantics
        >>> znuny = tool_semantics("otrs")
        >>> znuny.of("resolution").rule("holds").says
        'A pending ticket does not hold the clock; only the update clock looks at pending states.'
    """

    name: str
    title: str
    clocks: tuple[ToolClock, ...]
    """At most one of each kind."""

    def kinds(self) -> tuple[ToolClockKind, ...]:
        """Return the kinds of clock of which something is known."""
        return tuple(clock.kind for clock in self.clocks)

    def of(self, kind: ToolClockKind) -> ToolClock:
        """
        Return the clock of a *kind*.

        Raises:
            InvalidValue: rule "tool_kind", for no kind, or one that the tool has not or of which nothing is known.
        """
        known = known_kind(kind)
        for clock in self.clocks:
            if clock.kind == known:
                return clock
        has = ", ".join(self.kinds())
        message = f"{self.name} has no {known} clock that is known; it has {has}"
        raise InvalidValue(message, rule="tool_kind", value=kind)

    def clock(self, kind: ToolClockKind, hours: Any, waits: Iterable[str] = ("customer",)) -> Clock:
        """Return the part of one clock that our `Clock` can say; see `ToolClock.clock`."""
        return self.of(kind).clock(hours, waits)

    def with_choice(self, kind: ToolClockKind, dimension: str, choice: Choice) -> ToolSemantics:
        """
        Return the semantics with another choice in one *dimension* of one clock.

        Raises:
            InvalidValue: rules "tool_kind" and "tool_choice".
        """
        changed = self.of(kind).with_choice(dimension, choice)
        return ToolSemantics(
            self.name, self.title, tuple(changed if each.kind == kind else each for each in self.clocks)
        )

    @classmethod
    def of_clock(cls, clock: Clock, kind: ToolClockKind = "resolution", name: str = "contract") -> ToolSemantics:
        """
        Return our own semantics with the choices of a contract's *clock*, to compare a tool with.

        The hours are not among them: a comparison is given calendars.
        """
        expect(clock, Clock, "clock", "take the clock of a measure, such as contract.clause(…).measure.clock")
        choices = NEUTRAL[known_kind(kind)]._replace(
            start=clock.start,
            stop=clock.stop,
            holds=CountsOnly(clock.counts_only) if clock.counts_only else clock.holds or (),
            reopened=clock.reopened,
            attempt=clock.attempt,
            changed=clock.changed,
            cycles=clock.cycles,
        )
        return cls(name, "The contract's own clock", (own_clock(kind, choices, "the contract"),))

    def to_data(self) -> dict[str, Any]:
        """Return the rules as plain data."""
        clocks = {
            clock.kind: [{**rule._asdict(), "choice": show_choice(rule.choice)} for rule in clock.rules]
            for clock in self.clocks
        }
        return {"name": self.name, "title": self.title, "clocks": clocks}

    def __str__(self) -> str:
        """Return a table for each clock."""
        return "\n\n".join([self.title, *(_table(self.name, clock).text() for clock in self.clocks)])

    def _repr_html_(self) -> str:
        """Return the tables for a notebook."""
        return "\n".join(_table(self.name, clock).html() for clock in self.clocks)


def own_clock(kind: ToolClockKind, choices: ToolChoices, source: str) -> ToolClock:
    """Return a clock that says something in every dimension."""
    rules = [
        ToolRule(dimension, choice, "read", source, "As our own clock does.")
        for dimension, choice in choices._asdict().items()
    ]
    return ToolClock(kind, tuple(rules))


def neutral() -> ToolSemantics:
    """Return our own semantics, with the usual choices of each kind of clock."""
    clocks = tuple(own_clock(kind, NEUTRAL[kind], "docs/reference/semantics.md, section 4") for kind in KINDS)
    return ToolSemantics("neutral", "Our own clock, with the usual choices", clocks)
