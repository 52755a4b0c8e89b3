"""Where two tools would have shown different figures of the same tickets, and which rules make them differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from ecsm_contracts._display import Column, Table
from ecsm_contracts.calendars import duration_micros, format_duration, format_instant, show_duration, to_micros
from ecsm_contracts.errors import CalendarRangeError, Contradiction, InvalidValue, did_you_mean, expect, shown
from ecsm_contracts.measures._tools._choices import DIMENSIONS, NEUTRAL, ToolChoices, show_choice
from ecsm_contracts.measures._tools._judge import Bench, shown_as
from ecsm_contracts.measures._tools._presets import semantics_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from ecsm_contracts.calendars._service_hours import ServiceHours
    from ecsm_contracts.facts import PriorityMatrix, Ticket
    from ecsm_contracts.measures._by import ByPriority
    from ecsm_contracts.measures._tools._choices import ToolClockKind
    from ecsm_contracts.measures._tools._judge import Case, Shown, ToolJudgement
    from ecsm_contracts.measures._tools._rules import ToolClock, ToolSemantics

__all__ = ["Part", "ToolDifference", "ToolDifferences", "compare_tools"]

Part = Literal["verdict", "due", "elapsed"]
_PLACES = {"verdict": 1, "due": 2, "elapsed": 3}
MOST_SHOWN = 20
"""How many tickets a printed report lists; the totals count all of them."""


@dataclass(frozen=True, slots=True)
class ToolDifference:
    """One ticket of which two tools show different figures."""

    ticket: str
    first: ToolJudgement
    second: ToolJudgement
    parts: tuple[str, ...]
    """What differs: ``verdict``, ``due``, ``elapsed``."""
    rules: tuple[str, ...]
    """The dimensions each of which alone, switched to the second tool's choice, gives the second tool's figures."""
    together: tuple[str, ...] = ()
    """If none alone does: the dimensions that do so together, none of which can be left out."""

    @property
    def cause(self) -> str:
        """Return the rule in words: ``pause``, ``start or stop``, ``several: holds + pause``."""
        return " or ".join(self.rules) or "several: " + " + ".join(self.together)

    def to_data(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        sides = {"first": _judgement_data(self.first), "second": _judgement_data(self.second)}
        causes = {"rules": list(self.rules), "together": list(self.together)}
        return {"ticket": self.ticket, **sides, "parts": list(self.parts), **causes}


def _judgement_data(each: ToolJudgement) -> dict[str, Any]:
    return {
        "tool": each.tool,
        "state": each.state,
        "met": each.met,
        "due": None if each.due is None else format_instant(each.due),
        "elapsed": format_duration(each.elapsed),
    }


@dataclass(frozen=True, slots=True)
class ToolDifferences:
    """The tickets of which two tools show different figures; it prints itself, with totals by rule."""

    first: str
    second: str
    kind: ToolClockKind
    read: int
    """How many tickets there were."""
    judged: int
    """Those of which at least one of the two has a verdict."""
    late: tuple[int, int]
    """How many are late by each."""
    tickets: tuple[ToolDifference, ...]
    refused: tuple[tuple[str, str], ...]
    """Tickets that could not be judged, and why; they are in no other figure."""
    choices: tuple[tuple[str, str, str], ...]
    """The dimensions in which the two differ, with both choices; those of which one of them is silent are left out."""

    def by_rule(self) -> tuple[tuple[str, int], ...]:
        """Return for each cause how many tickets it is the cause of, the most frequent first."""
        counts = Counter(each.cause for each in self.tickets)
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def table(self, most: int | None = MOST_SHOWN) -> Table:
        """Return the tickets as a table, at *most* so many."""
        figures = ("due", "elapsed")
        names = ("ticket", f"{self.first}: verdict", *figures, f"{self.second}: verdict", *figures, "rule")
        listed = self.tickets[:most]
        more = len(self.tickets) - len(listed)
        rows = tuple((each.ticket, *_cells(each.first), *_cells(each.second), each.cause) for each in listed)
        title = f"{self.kind}: {self.first} and {self.second} differ in {len(self.tickets)} of {self.judged} tickets"
        return Table(title, tuple(map(Column, names)), rows, note=f"and {more} more" if more else "")

    def totals(self) -> Table:
        """Return how many tickets each rule is the cause of."""
        columns = (Column("rule"), Column(self.first), Column(self.second), Column("tickets", "right"))
        said = {dimension: (one, other) for dimension, one, other in self.choices}
        rows = tuple((cause, *said.get(cause, ("", "")), str(count)) for cause, count in self.by_rule())
        footer = (("all", "", "", str(len(self.tickets))),)
        late = f"late: {self.late[0]} by {self.first}, {self.late[1]} by {self.second}"
        refused = f"; {len(self.refused)} could not be judged" if self.refused else ""
        return Table("By rule", columns, rows, footer, note=late + refused)

    def to_data(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "kind": self.kind,
            "read": self.read,
            "judged": self.judged,
            "late": list(self.late),
            "choices": [list(each) for each in self.choices],
            "by_rule": [list(each) for each in self.by_rule()],
            "tickets": [each.to_data() for each in self.tickets],
            "refused": [list(each) for each in self.refused],
        }

    def __str__(self) -> str:
        """Return the tickets and the totals as text."""
        return f"{self.table().text()}\n\n{self.totals().text()}"

    def _repr_html_(self) -> str:
        """Return the tickets and the totals for a notebook."""
        return f"{self.table().html()}\n{self.totals().html()}"


def _cells(each: ToolJudgement) -> tuple[str, str, str]:
    met = {True: "in time", False: "late", None: "not judged"}[each.met]
    due = "" if each.due is None else format_instant(each.due)
    return met, due, show_duration(duration_micros(each.elapsed))


def compare_tools(  # noqa: PLR0917 - what is judged, in the order of `judge`
    first: ToolSemantics | str,
    second: ToolSemantics | str,
    tickets: Iterable[Ticket],
    kind: ToolClockKind,
    calendar: ServiceHours | Mapping[str, ServiceHours],
    within: timedelta | ByPriority | str | Mapping[str, object],
    *,
    until: datetime,
    by: Sequence[Part] = ("verdict",),
    matrix: PriorityMatrix | None = None,
) -> ToolDifferences:
    """
    Return the tickets of which two tools show different figures, with the rules that make them differ.

    A rule is found by switching the first tool's choice in one dimension to the second's: where that alone gives the
    second's figures, it is named. Where no single one does, the smallest set is named that is left when choices are
    switched back one after the other. Of what one of the two is silent about, the other's choice is taken for both.

    Args:
        first: semantics, or a name such as ``"neutral"``; take `ToolSemantics.of_clock` for a contract's clock.

        second: the same.

        tickets: any iterable; one that contradicts itself is listed and stops nothing.

        kind: which clock.

        calendar: the hours, or a mapping from priorities to hours, with ``otherwise``.

        within: the target, such as ``"4h"``, or a table by priority with ``otherwise``.

        until: the instant of asking; what happened at it or later is not known yet.

        by: what has to differ: ``verdict``, ``due``, ``elapsed``.

        matrix: makes priorities of impact and urgency, where tickets say no priority.

    Raises:
        InvalidValue: rules "tool_unknown", "tool_kind", "tool_part", "tool_within" and "tool_hours".
        WrongType: for what is no list of tickets.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from ecsm_contracts import BusinessCalendar, Event, Ticket
        >>> desk = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="UTC")
        >>> ticket = Ticket(ref="T-1", service="desk", type="incident", priority="P1", events=[
        ...     Event(kind="opened", at="2026-03-02T09:00:00Z"),
        ...     Event(kind="held", at="2026-03-02T10:00:00Z", party="customer"),
        ...     Event(kind="resolved", at="2026-03-02T13:30:00Z")])
        >>> found = compare_tools("neutral", "otrs", [ticket], "resolution", desk, "4h",
        ...                       until=datetime(2026, 4, 1, tzinfo=UTC))
        >>> found.by_rule()
        (('holds', 1),)
    """
    expect(tickets, Iterable, "tickets", "write a list of tickets")
    sides = semantics_of(first), semantics_of(second)
    clocks = sides[0].of(kind), sides[1].of(kind)
    comparison = _Comparison(_filled(*clocks), Bench(calendar, within, matrix), to_micros(until), _places(by))
    return comparison.report((sides[0].name, sides[1].name), clocks[0].kind, tickets)


def _filled(first: ToolClock, second: ToolClock) -> tuple[ToolChoices, ToolChoices]:
    """Return both tools' choices, each with the other's, or else ours, where it is silent."""
    ours = NEUTRAL[first.kind]
    return first.filled(second.filled(ours)), second.filled(first.filled(ours))


def _places(by: Sequence[str]) -> tuple[int, ...]:
    parts = (by,) if isinstance(by, str) or not isinstance(by, (list, tuple, set, frozenset)) else tuple(by)
    for part in parts:
        if not isinstance(part, str) or part not in _PLACES:
            hint = did_you_mean(str(part), _PLACES)
            known = ", ".join(get_args(Part))
            message = f"{shown(part)} is not what may differ; write {known}{hint}"
            raise InvalidValue(message, rule="tool_part", value=part)
    return tuple(_PLACES[part] for part in parts)


class _Comparison:
    """Two sets of choices, and the bench that judges tickets by them and by all between."""

    def __init__(
        self, sides: tuple[ToolChoices, ToolChoices], bench: Bench, until: int, places: tuple[int, ...]
    ) -> None:
        self.sides = sides
        self.dimensions = tuple(name for name, one, other in zip(DIMENSIONS, *sides, strict=True) if one != other)
        self._bench, self._until, self._places = bench, until, places

    def pair(self, ticket: Ticket) -> tuple[Case, Shown, Shown] | None:
        """Return what both show of *ticket*; None when nothing had happened to it."""
        case = self._bench.case(ticket, self._until)
        if case is None:
            return None
        one, other = (self._bench.judge(case, side, self._until) for side in self.sides)
        return case, one, other

    def report(self, names: tuple[str, str], kind: ToolClockKind, tickets: Iterable[Ticket]) -> ToolDifferences:
        """Return what differs among *tickets*."""
        found: list[ToolDifference] = []
        refused: list[tuple[str, str]] = []
        read = judged = 0
        late = [0, 0]
        for ticket in tickets:
            read += 1
            try:
                pair = self.pair(ticket)
                if pair is None:
                    continue
                difference = self.difference(ticket.ref, names, *pair)
            except (Contradiction, CalendarRangeError) as error:
                refused.append((ticket.ref, str(error)))
                continue
            _, one, other = pair
            judged += one.met is not None or other.met is not None
            late[0] += one.met is False
            late[1] += other.met is False
            if difference is not None:
                found.append(difference)
        sums = (late[0], late[1])
        return ToolDifferences(*names, kind, read, judged, sums, tuple(found), tuple(refused), self._choices())

    def _choices(self) -> tuple[tuple[str, str, str], ...]:
        one, other = self.sides
        return tuple(
            (name, show_choice(getattr(one, name)), show_choice(getattr(other, name))) for name in self.dimensions
        )

    def _figures(self, found: Shown) -> tuple[object, ...]:
        return tuple(found[place] for place in self._places)

    def difference(
        self, ref: str, names: tuple[str, str], case: Case, one: Shown, other: Shown
    ) -> ToolDifference | None:
        """Return the difference with its rules; None where there is none."""
        wanted = self._figures(other)
        if self._figures(one) == wanted:
            return None
        parts = tuple(part for part, place in _PLACES.items() if place in self._places and one[place] != other[place])
        alone = tuple(name for name in self.dimensions if self._gives((name,), case, wanted))
        together = () if alone else self._smallest(case, wanted)
        return ToolDifference(ref, shown_as(names[0], one), shown_as(names[1], other), parts, alone, together)

    def _gives(self, names: tuple[str, ...], case: Case, wanted: tuple[object, ...]) -> bool:
        """Say whether the first tool with the second's choices in these dimensions shows the *wanted* figures."""
        first, second = self.sides
        switched: dict[str, Any] = {name: getattr(second, name) for name in names}
        try:
            return self._figures(self._bench.judge(case, first._replace(**switched), self._until)) == wanted
        except (ValueError, CalendarRangeError):
            return False  # choices that make no clock, or none with a deadline: nothing is switched by them

    def _smallest(self, case: Case, wanted: tuple[object, ...]) -> tuple[str, ...]:
        """Return the dimensions that are left when those that are not needed are switched back, one after the other."""
        needed = self.dimensions
        for name in self.dimensions:
            fewer = tuple(each for each in needed if each != name)
            if self._gives(fewer, case, wanted):
                needed = fewer
        return needed
