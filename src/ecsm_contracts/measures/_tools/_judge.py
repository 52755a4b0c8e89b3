"""What a tool would have shown of a ticket: elapsed time, deadline and verdict, by its own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.calendars import duration_micros, format_instant, from_micros, show_duration, to_micros
from ecsm_contracts.calendars._duration import read_duration
from ecsm_contracts.calendars._service_hours import ServiceHours
from ecsm_contracts.errors import InvalidValue, UnknownReference, WrongType, expect, shown
from ecsm_contracts.facts import Ticket, timeline
from ecsm_contracts.measures._by import ByPriority
from ecsm_contracts.measures._tools._account import Account, Course, course_of
from ecsm_contracts.measures._tools._choices import DIMENSIONS, EVERY_WAIT, NEUTRAL, ToolChoices, clock_of
from ecsm_contracts.measures._tools._presets import semantics_of
from ecsm_contracts.measures._tools._quirks import (
    HUNDRED_PERCENT,
    MINUTE,
    SECOND,
    Terms,
    by_day,
    due_of,
    percentage,
    recut,
    spent_of,
    whole_minutes,
)
from ecsm_contracts.measures._vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.facts import PriorityMatrix, Step
    from ecsm_contracts.measures._clock import ClockProgram
    from ecsm_contracts.measures._tools._choices import ToolClockKind
    from ecsm_contracts.measures._tools._rules import ToolClock, ToolRule, ToolSemantics
    from ecsm_contracts.measures._vocabulary import CompiledTicket

__all__ = ["Bench", "Case", "Shown", "ToolJudgement", "judge"]

_GRAINS = {"exact": 1, "second": SECOND, "minute": MINUTE}


class Shown(NamedTuple):
    """What a tool shows, as integers of microseconds."""

    state: str
    met: bool | None
    due: int | None
    elapsed: int
    target: int | None


class Case(NamedTuple):
    """One ticket, made ready for any semantics."""

    compiled: CompiledTicket
    waits: tuple[str, ...]
    """The parties that it ever waited for."""
    unsolved: frozenset[int]
    """The instants at which it was closed without a resolution."""


@dataclass(frozen=True)
class ToolJudgement:
    """What a tool would have shown of one clock of one ticket; it prints itself."""

    tool: str
    state: str
    """``not begun``, ``running``, ``held``, ``stopped`` or ``void``."""
    met: bool | None
    """Whether it is in time, so far where it has not stopped; None where there is nothing to judge."""
    due: datetime | None
    """The deadline shown; None where nothing is promised, and while it depends on when a hold ends."""
    elapsed: timedelta
    """The time shown."""
    target: timedelta | None
    rules: tuple[ToolRule, ...] = ()
    """The rules beyond a clock without each of which one of these figures would be another."""

    def __str__(self) -> str:
        """Return the judgement in one line."""
        said = {True: "in time", False: "late", None: "not judged"}[self.met]
        due = "no deadline" if self.due is None else f"due {format_instant(self.due)}"
        elapsed = show_duration(duration_micros(self.elapsed))
        by = f" (by {', '.join(rule.dimension for rule in self.rules)})" if self.rules else ""
        return f"{self.tool}: {self.state}, {said}, {elapsed}, {due}{by}"


def shown_as(tool: str, found: Shown, rules: tuple[ToolRule, ...] = ()) -> ToolJudgement:
    """Return *found* for people."""
    return ToolJudgement(
        tool,
        found.state,
        found.met,
        None if found.due is None else from_micros(found.due),
        timedelta(microseconds=found.elapsed),
        None if found.target is None else timedelta(microseconds=found.target),
        rules,
    )


class Bench:
    """Judges tickets by any choices, with the targets and hours of one promise."""

    def __init__(
        self,
        calendar: ServiceHours | Mapping[str, ServiceHours],
        within: timedelta | ByPriority | str | Mapping[str, object],
        matrix: PriorityMatrix | None = None,
    ) -> None:
        """Take one calendar or one by priority with ``otherwise``, and a duration or a table by priority."""
        self._calendar = _read_calendar(calendar)
        self._within = _read_within(within)
        self._matrix = matrix
        self._vocabulary = Vocabulary()
        self._terms: list[Terms] = []
        self._programs: dict[tuple[object, ...], tuple[ClockProgram, list[int]]] = {}

    def case(self, ticket: Ticket, until: int) -> Case | None:
        """
        Return *ticket* as known before *until*, made ready; None when nothing had happened.

        Raises:
            Contradiction: when its events cannot all be true.
        """
        expect(ticket, Ticket, "ticket", "take one of facts.tickets, or make one with Ticket(…)")
        known = ticket.known_before(until)
        if known is None:
            return None
        steps = timeline(known, self._matrix)
        waits = tuple(dict.fromkeys(step.party for step in steps if step.kind == "held" and step.party))
        compiled = self._vocabulary.compile(steps)
        for priority in self._vocabulary.priorities[len(self._terms) :]:
            self._terms.append(self._terms_of(priority))
        return Case(compiled, waits, frozenset(_closed_unsolved(steps)))

    def _terms_of(self, priority: str) -> Terms:
        within, calendars = self._within, self._calendar
        target = within.row(priority) if isinstance(within, ByPriority) else within
        hours = calendars.get(priority, calendars["otherwise"])
        return Terms(None if target is None else duration_micros(target), hours)

    def _program(self, choices: ToolChoices, waits: tuple[str, ...]) -> tuple[ClockProgram, list[int]]:
        every = choices.holds == EVERY_WAIT
        key = (*choices[:_CLOCK], waits if every else ())
        if key not in self._programs:
            self._programs[key] = clock_of(choices, "hours", ()).program(), []
        program, codes = self._programs[key]
        standing = frozenset(waits if every else ())  # made once: a clock goes through all its holds at each step
        for step in self._vocabulary.sayings[len(codes) :]:
            codes.append(program.code_of(step) | step.holder.answers_to(standing))
        return program, codes

    def judge(self, case: Case, choices: ToolChoices, until: int) -> Shown:
        """
        Return what a tool with these *choices* shows of a ticket at the instant *until*.

        Raises:
            ValueError: when the choices make no clock; from pydantic.
            CalendarRangeError: when a deadline lies beyond what the calendar covers.
        """
        program, codes = self._program(choices, case.waits)
        course = course_of(program, codes, case.compiled, self._vocabulary, until)
        return _shown(course, case, choices, self._terms, until)


_CLOCK = DIMENSIONS.index("pause")
"""How many of the dimensions are those of a clock."""


def _closed_unsolved(steps: Sequence[Step]) -> list[int]:
    return [step.at for step, after in pairwise(steps) if step.kind == "resolved" and after.position == step.position]


def _read_calendar(value: object) -> Mapping[str, ServiceHours]:
    if isinstance(value, ServiceHours):
        return {"otherwise": value}
    if not isinstance(value, Mapping) or not all(isinstance(each, ServiceHours) for each in value.values()):
        raise WrongType(f"calendar: a calendar, or one by priority, is needed, not {shown(value)}")
    if "otherwise" not in value:
        raise UnknownReference("calendar: a table by priority also says the calendar of every other one: otherwise")
    return value


def _read_within(value: object) -> timedelta | ByPriority:
    if isinstance(value, ByPriority):
        return value
    if isinstance(value, Mapping):
        try:
            return ByPriority.model_validate({**value, "by": "priority"})
        except ValueError as error:
            raise InvalidValue(f"within: {error}", rule="tool_within", value=value) from None
    if isinstance(value, (str, timedelta)):
        return read_duration(value)
    raise WrongType(f"within: a duration such as '4h', or a table by priority, is needed, not {shown(value)}")


def _shown(course: Course, case: Case, choices: ToolChoices, terms: Sequence[Terms], until: int) -> Shown:
    """Return what is shown of what the clock did."""
    if course.now is None or course.state in {"not begun", "void"}:
        return Shown(course.state, None, None, 0, None)
    open_until = until if course.state == "held" else None
    state = "running" if open_until is not None and choices.open_hold == "counted" else course.state
    now = recut(course.now, choices, case.unsolved, open_until)
    stood = [recut(each, choices, case.unsolved, None) for each in course.stood]
    judged = _Account.all_of([*stood, now], choices, terms, state, until)
    ours = judged[-1]
    target = terms[now.terms].target
    counted = judged if choices.attempt == "worst" or choices.verdict == "elapsed" else [ours]
    met = None if target is None else not any(each.is_late() for each in counted)
    longest = max(each.spent for each in judged)
    return Shown(state, met, ours.due(), ours.shown(longest), target)


class _Account(NamedTuple):
    """One account, with all that judging it takes."""

    account: Account
    choices: ToolChoices
    terms: Sequence[Terms]
    state: str
    until: int
    spent: int

    @classmethod
    def all_of(
        cls, accounts: Sequence[Account], choices: ToolChoices, terms: Sequence[Terms], state: str, until: int
    ) -> list[_Account]:
        """Return each of *accounts*, of which only the last may still be under way."""
        states = ["stopped"] * (len(accounts) - 1) + [state]
        return [
            cls(account, choices, terms, each, until, spent_of(account, choices, terms))
            for account, each in zip(accounts, states, strict=True)
        ]

    @property
    def _target(self) -> int | None:
        return self.terms[self.account.terms].target

    def due(self) -> int | None:
        """Return the deadline."""
        return due_of(self.account, self.choices, self.terms, self.state)

    def shown(self, longest: int) -> int:
        """Return the elapsed time as the tool records it; *longest* is that of the longest attempt."""
        recorded, account = self.choices.recorded, self.account
        elapsed = longest if recorded == "longest" else self.spent
        if recorded == "wall_clock":
            elapsed = account.end - account.start
        elif recorded == "by_day":
            elapsed = by_day(account.start, account.end, self.terms[account.terms].hours)
        grain = _GRAINS[self.choices.grain]
        return max(elapsed // grain * grain, SECOND if self.choices.least == "second" else 0)

    def is_late(self) -> bool:
        """Return whether the target is missed, so far where the clock has not stopped."""
        if self._target is None:
            return False
        compared = self._compared(self._target)
        if compared:
            return compared > 0
        at_target, is_open = self.choices.at_target, self.state != "stopped"
        return at_target == "missed" or (at_target == "missed_while_open" and is_open)

    def _compared(self, target: int) -> int:
        """Return a number above zero where the target is missed, zero at it."""
        verdict = self.choices.verdict
        if verdict == "percentage":
            return percentage(self.spent, target) - HUNDRED_PERCENT
        if verdict == "whole_minutes" and self.state == "stopped":
            return whole_minutes(self.spent) - whole_minutes(target)
        if verdict == "elapsed" or (due := self.due()) is None:
            return self.spent - target
        return (self.account.end if self.state == "stopped" else self.until) - due


def _moving(clock: ToolClock, bench: Bench, case: Case, until: int) -> Iterator[ToolRule]:
    """Yield the rules beyond a clock without which something else would be shown."""
    found, plain = bench.judge(case, clock.choices, until), NEUTRAL[clock.kind]
    for rule in clock.beyond_a_clock:
        without: dict[str, Any] = {rule.dimension: getattr(plain, rule.dimension)}
        if bench.judge(case, clock.choices._replace(**without), until) != found:
            yield rule


def judge(
    semantics: ToolSemantics | str,
    kind: ToolClockKind,
    ticket: Ticket,
    calendar: ServiceHours | Mapping[str, ServiceHours],
    within: timedelta | ByPriority | str | Mapping[str, object],
    *,
    until: datetime,
    matrix: PriorityMatrix | None = None,
) -> ToolJudgement:
    """
    Return what a tool would have shown at the instant *until* of one clock of a *ticket*: deadline, time and verdict.

    Args:
        semantics: a tool's semantics or its name, such as ``"zammad"``; ``"neutral"`` for our own.

        kind: which of its clocks.

        ticket: with all its events; those at *until* or later are not known yet.

        calendar: the hours, or a mapping from priorities to hours, with ``otherwise``.

        within: the target, such as ``"4h"``, or a table by priority with ``otherwise``.

        until: the instant of asking.

        matrix: makes priorities of impact and urgency, where tickets say no priority.

    Where nothing is known of a tool, our own choice stands in. Relief is not taken into account.

    Raises:
        Contradiction: when the events of the ticket cannot all be true.
        InvalidValue: rules "tool_unknown", "tool_kind", "tool_hours", "tool_within", and of instants and durations.
        CalendarRangeError: when a deadline lies beyond what the calendar covers.

    Examples:
        >>> from datetime import UTC, datetime, timedelta
        >>> from ecsm_contracts import BusinessCalendar, Event, Ticket
        >>> desk = BusinessCalendar.weekly("Mon-Sun 10:00-18:00", zone="UTC")
        >>> ticket = Ticket(ref="T-1", service="desk", type="incident", priority="P1", events=[
        ...     Event(kind="opened", at="2020-03-04T04:00:00Z"),
        ...     Event(kind="held", at="2020-03-04T04:15:00Z", party="customer"),
        ...     Event(kind="resumed", at="2020-03-04T05:00:00Z"),
        ...     Event(kind="resolved", at="2020-03-04T16:30:00Z")])
        >>> print(judge("erpnext", "resolution", ticket, desk, "6h", until=datetime(2020, 4, 1, tzinfo=UTC)))
        erpnext: stopped, in time, 12 h 30 min, due 2020-03-04T16:45:00Z (by pause, recorded)
        >>> print(judge("neutral", "resolution", ticket, desk, "6h", until=datetime(2020, 4, 1, tzinfo=UTC)))
        neutral: stopped, late, 6 h 30 min, due 2020-03-04T16:00:00Z
    """
    tool = semantics_of(semantics)
    clock = tool.of(kind)
    bench, end = Bench(calendar, within, matrix), to_micros(until)
    case = bench.case(ticket, end)
    if case is None:
        return shown_as(tool.name, Shown("not begun", None, None, 0, None))
    found = bench.judge(case, clock.choices, end)
    return shown_as(tool.name, found, tuple(_moving(clock, bench, case, end)))
