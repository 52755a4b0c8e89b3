"""Why a ticket counted as it did: its clocks, stretch by stretch, from the facts, and equal to the stored row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts._display import Column, Table, escape_html, escape_text
from ecsm_contracts.calendars import duration_micros, format_instant, from_micros, show_duration, zone
from ecsm_contracts.engine._observe import Observer
from ecsm_contracts.engine._picture import clock_bars, counting_spans
from ecsm_contracts.engine._plan import plan
from ecsm_contracts.engine._standing import name_relief
from ecsm_contracts.engine._terms import contract_of
from ecsm_contracts.errors import UnknownReference, VerificationError, did_you_mean, expect, shown
from ecsm_contracts.facts import Facts, Rejected, timeline
from ecsm_contracts.measures import Row, Stretch, TargetedMeasure, trace
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.facts import Setting, Ticket
    from ecsm_contracts.measures import BoundLevel, Judgement

__all__ = ["ClockExplanation", "TicketExplanation", "explain_ticket"]


class ClockExplanation(NamedTuple):
    """What the clock of one promise made of a ticket by the end of a period."""

    clause: str
    title: str
    stretches: tuple[Stretch, ...]
    elapsed: timedelta
    """Service time of the attempt under way."""
    target: timedelta | None
    """What it may take; None where nothing is promised."""
    breach: datetime | None
    """The last instant that was still in time; None without a breach."""
    counted: bool
    """Whether the ticket is in the promise's population of the period."""
    numbers: tuple[tuple[str, int], ...]
    """The numbers of the ticket's row, by column; times are in microseconds."""
    tells_time: bool = False
    """Whether the clock only tells the time, and judges no ticket: then there is no target either."""
    counting: tuple[Span, ...] | None = None
    """The spans in which time counted, in microseconds; None where they are too many to be drawn."""

    @property
    def says_something(self) -> bool:
        """Whether there is more to show than that nothing is promised."""
        return self.target is not None or self.tells_time

    @property
    def verdict(self) -> str:
        """Return in words what came of it."""
        now = self.stretches[-1]
        if not now.has_begun:
            return "the clock has not begun"
        counted = "counted in this period" if self.counted else "not counted in this period"
        if self.tells_time:
            time = dict(self.numbers).get(f"{self.clause}.each") if self.counted else None
            return f"{show_duration(time or duration_micros(self.elapsed))} on its clock, {counted}"
        if self.target is None:
            return "nothing is promised"
        late = self.breach is not None
        in_time = "in time so far" if now.is_ticking else "in time"
        judged = "ended without a judgement" if now.is_void else "too late" if late else in_time
        elapsed, target = (show_duration(duration_micros(time)) for time in (self.elapsed, self.target))
        return f"{elapsed} of {target}: {judged}, {counted}"

    def to_data(self) -> dict[str, Any]:
        """Return plain data: instants as ISO 8601 in UTC, times in microseconds."""
        return {
            "clause": self.clause,
            "title": self.title,
            "verdict": self.verdict,
            "elapsed": duration_micros(self.elapsed),
            "target": None if self.target is None else duration_micros(self.target),
            "breach": None if self.breach is None else format_instant(self.breach),
            "counted": self.counted,
            "numbers": dict(self.numbers),
            "stretches": [_stretch_data(stretch) for stretch in self.stretches],
        }


_NUMBERS = ("length", "service_time", "outside_hours", "relieved", "counted", "elapsed", "target")


def _stretch_data(stretch: Stretch) -> dict[str, Any]:
    return {
        "start": format_instant(from_micros(stretch.start)),
        "end": format_instant(from_micros(stretch.end)),
        "events": list(stretch.events),
        "holder": stretch.holder._asdict(),
        "clock": stretch.clock,
        "rules": list(stretch.rules),
        "hours": stretch.hours,
        **{name: getattr(stretch, name) for name in _NUMBERS},
    }


@dataclass(frozen=True, slots=True)
class TicketExplanation:
    """Every clock of one ticket, as known at the end of a period; it prints itself."""

    ticket: str
    period: str
    zone: str
    """The zone whose wall clock the text shows."""
    priority: str
    """The priority at the opening."""
    clocks: tuple[ClockExplanation, ...]
    silent: tuple[str, ...]
    """Promises that are not measured, as the facts do not record what their clocks need."""

    def _tables(self) -> Iterator[Table]:
        for clock in self.clocks:
            if not clock.says_something:
                continue  # nothing is promised: that it is so is said below, and its stretches tell nothing more
            yield Table(
                title=f"{clock.clause} {clock.title}: {clock.verdict}",
                columns=(
                    Column("from"),
                    Column("to"),
                    Column("what happened"),
                    Column("with"),
                    Column("clock"),
                    Column("why"),
                    Column("service time", "right"),
                    Column("counted", "right"),
                    Column("elapsed", "right"),
                ),
                rows=tuple(self._row(stretch) for stretch in clock.stretches),
                note="" if clock.breach is None else f"in time until {self._local(clock.breach)}",
            )

    def _row(self, stretch: Stretch) -> tuple[str, ...]:
        times = (stretch.service_time, stretch.counted, stretch.elapsed)
        return (
            self._local(from_micros(stretch.start)),
            self._local(from_micros(stretch.end)),
            ", ".join(stretch.events),
            str(stretch.holder),
            stretch.clock,
            "; ".join(stretch.rules),
            *map(show_duration, times),
        )

    def _local(self, instant: datetime) -> str:
        exact = bool(instant.second or instant.microsecond)
        return instant.astimezone(zone(self.zone)).isoformat(" ", "auto" if exact else "minutes")

    def _heading(self) -> str:
        return f"Ticket {self.ticket}, {self.priority} at its opening, in {self.period}; wall clock of {self.zone}"

    def _notes(self) -> list[str]:
        """Return what there is to say of promises without a table."""
        if not self.clocks and not self.silent:
            return ["No promise concerns it: none has its service and type in scope."]
        bare = [clock for clock in self.clocks if not clock.says_something]
        notes = [f"{clock.clause} {clock.title}: {clock.verdict}" for clock in bare]
        if self.silent:
            notes.append(f"Not measured, as the facts do not record it: {', '.join(self.silent)}")
        return notes

    def __str__(self) -> str:
        """Return a table for each clock."""
        tables = (table.text() for table in self._tables())
        return "\n\n".join([escape_text(self._heading()), *tables, *map(escape_text, self._notes())])

    def _repr_html_(self) -> str:
        """Return the picture and the tables for a notebook."""
        heading, *notes = (f"<p>{escape_html(text)}</p>" for text in (self._heading(), *self._notes()))
        tables = [table.html() for table in self._tables()]
        return "\n".join([heading, *([self.to_svg()] if tables else []), *tables, *notes])

    def to_svg(self) -> str:
        """
        Return the clocks as bars on a line of time: one `svg` element, which loads nothing; the same bytes each time.

        Clocks for which nothing is promised are left out. It is drawn to the last event, or to the period's end while a
        clock still runs or is held.
        """
        shown = [clock for clock in self.clocks if clock.says_something]
        return clock_bars(self._heading(), shown, lambda at: self._local(from_micros(at))).svg()

    def to_data(self) -> dict[str, Any]:
        """Return plain data, as JSON holds it: instants as ISO 8601 in UTC, times in microseconds."""
        return {
            "ticket": self.ticket,
            "period": self.period,
            "zone": self.zone,
            "priority": self.priority,
            "clocks": [clock.to_data() for clock in self.clocks],
            "silent": list(self.silent),
        }


def explain_ticket(statement: Statement, facts: Facts, ref: str) -> TicketExplanation:
    """
    Return why the ticket *ref* counted in *statement* as it did: each clock, stretch by stretch.

    It is derived again from *facts* by the rules that made the statement, and must give the row that the
    statement keeps.

    Raises:
        UnknownReference: when there is no such ticket among the facts, or it was rejected.
        VerificationError: when the ticket, a notice or what the origins record was changed since the statement was
            made.
    """
    expect(statement, Statement, "statement", "take what evaluate(…) gave")
    expect(facts, Facts, "facts", "read them with read_facts(…)")
    planned = plan(contract_of(statement), statement.period)
    observer = Observer(planned, facts.setting)
    ticket = _ticket(facts, ref)
    found = observer.row(ticket)
    row = None if isinstance(found, Rejected) else found
    stored = statement.outcomes.find("ticket", ref)
    if row != stored:
        raise VerificationError([f"ticket {shown(ref)}: the facts no longer give the row that the statement keeps"])
    if isinstance(found, Rejected):
        raise UnknownReference(f"ticket {shown(ref)} entered no figure: {found.message}")
    _refuse_another_setting(statement, facts, observer)
    known = ticket.known_before(planned.bounds[1])
    if row is None or known is None:
        raise UnknownReference(f"ticket {shown(ref)} is not in {statement.period.label}: it came later or ended before")
    steps = timeline(known, planned.contract.priorities)
    titles = {each.clause: each.title for each in statement.assessments}
    clocks = tuple(_clocks(observer, known, row, (titles, facts.setting)))
    silent = tuple(
        dict.fromkeys(level.program.clause for level in observer.levels if observer.is_silent(level.program.ref))
    )
    return TicketExplanation(
        ref, statement.period.label, planned.contract.zone, steps[0].priority or "", clocks, silent
    )


def _refuse_another_setting(statement: Statement, facts: Facts, observer: Observer) -> None:
    """Raise when the notices or origins are not those of *statement*: they may move a clock and leave its row."""
    if statement.origins != facts.origins:
        raise VerificationError(["origins: the facts come from elsewhere, or assume or record something else"])
    stored = list(statement.outcomes.of_kind("notice"))
    if stored != [row for row in observer.setting_rows(facts.setting) if row.kind == "notice"]:
        raise VerificationError(["notices: the facts no longer give the rows that the statement keeps"])


def _ticket(facts: Facts, ref: str) -> Ticket:
    found = next((ticket for ticket in facts.tickets if ticket.ref == ref), None)
    if found is None:
        rejected = next((each for each in facts.rejected if (each.kind, each.ref) == ("ticket", ref)), None)
        if rejected is not None:
            raise UnknownReference(f"ticket {shown(ref)} entered no figure: {rejected}")
        hint = did_you_mean(ref, (ticket.ref for ticket in facts.tickets))
        raise UnknownReference(f"there is no ticket {shown(ref)} among the facts{hint}")
    return found


def _clocks(
    observer: Observer, known: Ticket, row: Row, said: tuple[dict[str, str], Setting]
) -> Iterator[ClockExplanation]:
    (titles, setting), columns = said, observer.plan.columns
    steps = timeline(known, observer.plan.contract.priorities)
    view = observer.view(known, steps)
    for level in observer.levels_of(view):
        if level is None:
            continue  # nothing of the kind was promised when the ticket was opened
        ref = level.program.ref
        numbers = tuple((column, row.numbers[columns.index(column)]) for column in level.program.columns)
        if level.program.window_of is not None and not any(number for _, number in numbers):
            continue  # a window of its own that does not count it
        judged = None if observer.is_silent(ref) else level.judge(view, level.program.end)
        if judged is not None:
            relief = name_relief(observer.reliefs_of(view), setting, level.program.clause, level.program.scope)
            stretches = trace(level, view, steps, level.program.end, relief=relief)
            yield _clock(level, stretches, judged, titles[ref], numbers)


def _clock(
    level: BoundLevel,
    stretches: tuple[Stretch, ...],
    judged: Judgement,
    title: str,
    numbers: tuple[tuple[str, int], ...],
) -> ClockExplanation:
    tells_time = not isinstance(level.program.measure, TargetedMeasure)
    return ClockExplanation(
        level.program.ref,
        title,
        stretches,
        timedelta(microseconds=judged.elapsed),
        None if judged.target is None or tells_time else timedelta(microseconds=judged.target),
        None if judged.breach is None else from_micros(judged.breach),
        any(number for _, number in numbers),
        numbers,
        tells_time,
        counting_spans(level, stretches),
    )
