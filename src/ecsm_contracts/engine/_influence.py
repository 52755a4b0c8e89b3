"""
Whose time it was: what a clock counted, and what made a ticket late, by who had it.

A service-level agreement counts all but the customer's time, the agreement of a group only its own, the contract of a
supplier only theirs. All of them look at one partition of the ticket's life, so that their times can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from ecsm_contracts._display import Column, Table
from ecsm_contracts.calendars import format_instant, from_micros, show_duration, to_micros
from ecsm_contracts.contracts import Contract
from ecsm_contracts.engine._observe import Observer
from ecsm_contracts.engine._plan import plan
from ecsm_contracts.engine._standing import Standing
from ecsm_contracts.engine._terms import contract_of
from ecsm_contracts.errors import InvalidValue, UnknownReference, VerificationError, did_you_mean, expect, shown
from ecsm_contracts.facts import Facts, Holder, Setting, Ticket, timeline
from ecsm_contracts.measures import BoundLevel, Life, TicketView, accounts, trace
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.facts import Step

__all__ = ["Influence", "InfluenceRow", "influence"]

_MICROSECOND = timedelta(microseconds=1)
_ZERO = timedelta(0)


class InfluenceRow(NamedTuple):
    """What one holder had of a ticket's life, or of several, and what a clock made of it."""

    holder: Holder
    elapsed: timedelta
    """How long it had the ticket, whatever the hours; over all rows, the life of the ticket."""
    service_time: timedelta
    """What of that lies in the hours of the clock and is not relieved."""
    counted: timedelta
    """What of it the clock counted; over all rows, what the clock shows."""
    late: timedelta
    """What of it was counted beyond the target; over all rows, the lateness of the ticket."""
    share: Fraction
    """Its part of all that was counted; zero where nothing was."""
    share_of_late: Fraction
    """Its part of all lateness; zero where there is none."""


@dataclass(frozen=True, slots=True)
class Influence:
    """Whose time the clock of one promise counted, in one ticket or in several; it prints itself."""

    clause: str
    title: str
    until: datetime
    tickets: tuple[str, ...]
    """The tickets that it adds up."""
    rows: tuple[InfluenceRow, ...]
    """A row for each holder, those with most of the lateness, then of the counted time, first."""

    @property
    def counted(self) -> timedelta:
        """What the clock counted in all."""
        return sum((row.counted for row in self.rows), _ZERO)

    @property
    def late(self) -> timedelta:
        """What of it lay beyond the target."""
        return sum((row.late for row in self.rows), _ZERO)

    @property
    def elapsed(self) -> timedelta:
        """How long the tickets lived by then, in all."""
        return sum((row.elapsed for row in self.rows), _ZERO)

    def to_data(self) -> dict[str, Any]:
        """Return plain data, as JSON holds it: times in microseconds, shares as fractions in text."""
        times = ("elapsed", "service_time", "counted", "late")
        rows = [
            {
                **row.holder._asdict(),
                **{name: getattr(row, name) // _MICROSECOND for name in times},
                "share": str(row.share),
                "share_of_late": str(row.share_of_late),
            }
            for row in self.rows
        ]
        data = {"clause": self.clause, "title": self.title, "until": format_instant(self.until)}
        return {**data, "tickets": list(self.tickets), "rows": rows}

    def _table(self) -> Table:
        times = ("elapsed", "in hours", "counted", "share", "beyond the target", "share")
        whose = f"ticket {self.tickets[0]}" if len(self.tickets) == 1 else f"{len(self.tickets):,} late tickets"
        totals = [show_duration(each // _MICROSECOND) for each in (self.elapsed, self.counted, self.late)]
        return Table(
            title=f"{self.clause} {self.title}: whose time it was, {whose}",
            columns=(Column("holder"), *(Column(name, "right") for name in times)),
            rows=tuple(_cells(row) for row in self.rows),
            footer=(("", totals[0], "", totals[1], "", totals[2], ""),) if self.rows else (),
        )

    def __str__(self) -> str:
        """Return a line for each holder."""
        return self._table().text()

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self._table().html()


def _cells(row: InfluenceRow) -> tuple[str, ...]:
    times = (row.elapsed, row.service_time, row.counted, row.late)
    elapsed, hours, counted, late = (show_duration(each // _MICROSECOND) for each in times)
    return str(row.holder), elapsed, hours, counted, _percent(row.share), late, _percent(row.share_of_late)


def _percent(share: Fraction) -> str:
    """Return a share to a tenth of a percent, half up, for people; the row holds the fraction."""
    tenths = (share * 2000 + 1) // 2
    return f"{tenths // 10}.{tenths % 10}%" if share else ""


@overload
def influence(
    source: Contract, about: Ticket, *, clause: str, until: datetime, setting: Setting = ...
) -> Influence: ...


@overload
def influence(source: Statement, about: Facts, *, clause: str) -> Influence: ...


def influence(
    source: Contract | Statement,
    about: Ticket | Facts,
    *,
    clause: str,
    until: datetime | None = None,
    setting: Setting = Setting(),  # noqa: B008 - frozen, and empty
) -> Influence:
    """
    Return whose time the clock of *clause* counted, and whose time made it late.

    Of a contract and a ticket: what it counted by *until*, for the attempt under way, and how it adds up. Of a
    statement and its facts: the same over all tickets that the clause counted in the period and whose target was
    exceeded at its end, added up. Of a clause with windows of its own each ticket is looked at once, at the end of the
    last window that counted it; one window is named as the statement does: ``4.2@2026-03-05``.

    Time that a reopening adds is put to whoever had the ticket then. Where a change of priority keeps the share of a
    target, the times before it are scaled as the clock's are.

    Args:
        source: a contract, or a statement.

        about: a ticket, or the facts of the statement.

        clause: the promise.

        until: for a ticket, the instant of asking; what happened at or after it does not exist.

        setting: for a ticket, the notices that relieve.

    Raises:
        UnknownReference: when there is no such clause, it has no clock, or the ticket is not in its scope by *until*.
        Contradiction: when what is known of the ticket cannot all be true.
        VerificationError: when the facts are not those of the statement.
        CalendarRangeError: when a calendar does not cover the life of the ticket.
        InvalidValue: rule "until_missing" for a ticket without *until*, or a statement with one.
    """
    if isinstance(source, Statement):
        expect(about, Facts, "facts", "give the facts of the statement")
        if until is not None:
            message = "a statement ends with its period; leave until out"
            raise InvalidValue(message, rule="until_missing", value=until)
        return _of_statement(source, about, clause)  # type: ignore[arg-type]  # checked above
    expect(source, Contract, "contract", "give a contract and a ticket, or a statement and its facts")
    expect(about, Ticket, "ticket", "give one of facts.tickets")
    expect(setting, Setting, "setting", "give facts.setting")
    if until is None:
        raise InvalidValue("say until when the ticket is looked at: until=…", rule="until_missing")
    return _of_ticket(source, about, clause, setting, until)  # type: ignore[arg-type]  # checked above


_Sums = dict[Holder, list[int]]
"""Elapsed, service time, counted and late, in microseconds."""


def _of_ticket(contract: Contract, ticket: Ticket, clause: str, setting: Setting, until: datetime) -> Influence:
    end = to_micros(until)
    standing = Standing(contract, setting, opened=to_micros(ticket.events[0].at), at=end)
    level = _level(standing.levels, clause)
    known = ticket.known_before(end)
    if known is None:
        raise UnknownReference(f"ticket {shown(ticket.ref)} is not open before {format_instant(until)}")
    steps = timeline(known, standing.contract.priorities)
    view = standing.view(known, steps)
    if not level.program.scope.has_item(view.item):
        raise UnknownReference(f"ticket {shown(ticket.ref)} is not in the scope of clause {shown(clause)}")
    sums = _sums(level, view, steps, end)
    return _influence(clause, standing.titles[clause], until, (ticket.ref,), sums)


def _of_statement(statement: Statement, facts: Facts, clause: str) -> Influence:
    planned = plan(contract_of(statement), statement.period)
    observer = Observer(planned, facts.setting)
    levels = _levels(observer.levels, clause)
    places = [(level, [planned.columns.index(column) for column in level.program.columns]) for level in levels]
    tickets = {ticket.ref: ticket for ticket in facts.tickets}
    late, total = [], _no_sums()
    for row in statement.outcomes.of_kind("ticket"):
        level = next((each for each, found in reversed(places) if any(row.numbers[place] for place in found)), None)
        if level is None:
            continue
        ticket = tickets.get(row.ref)
        if ticket is None or observer.row(ticket) != row:
            raise VerificationError([f"ticket {shown(row.ref)}: the facts no longer give the row of the statement"])
        end = level.program.end
        known = ticket.known_before(end) or ticket
        steps = timeline(known, planned.contract.priorities)
        view = observer.view(known, steps)
        ref = level.program.ref
        own = next((each for each in observer.levels_of(view) if each and each.program.ref == ref), level)
        judged = own.judge(view, end)
        if judged is not None and judged.judged and judged.breach is not None:
            late.append(row.ref)
            _add(total, _sums(own, view, steps, end))
    windows = {level.program.ref for level in levels}
    title = next((each.title for each in statement.assessments if each.clause in windows), clause)
    return _influence(clause, title, from_micros(levels[-1].program.end), tuple(late), total)


def _level(levels: Iterable[BoundLevel], clause: str) -> BoundLevel:
    return _levels(levels, clause)[-1]


def _levels(levels: Iterable[BoundLevel], clause: str) -> list[BoundLevel]:
    """Return what judges *clause*, or the one window that is named: one level, or one for each of its windows."""
    clocks = [level for level in levels if level.clock is not None]
    found = [level for level in clocks if clause in {level.program.clause, level.program.ref}]
    if not found:
        hint = did_you_mean(str(clause), [level.program.ref for level in clocks])
        raise UnknownReference(f"no promise with a clock is clause {shown(clause)}{hint}")
    return found


def _no_sums() -> _Sums:
    return defaultdict(lambda: [0, 0, 0, 0])


def _add(total: _Sums, sums: _Sums) -> None:
    for holder, amounts in sums.items():
        total[holder] = [before + more for before, more in zip(total[holder], amounts, strict=True)]


def _sums(level: BoundLevel, view: TicketView, steps: tuple[Step, ...], until: int) -> _Sums:
    """Return the sums of one ticket; none out of scope."""
    sums, end = _no_sums(), _end_of(view.life, until)
    for stretch in trace(level, view, steps, until):
        if stretch.start < end:
            sums[stretch.holder][0] += stretch.length
            sums[stretch.holder][1] += stretch.service_time
    if sums and level.clock is not None:
        account = accounts(level.clock, view.compiled.known_before(until), steps, until)
        for place, entries in ((2, account.counted), (3, account.late)):
            for holder, amount in entries:
                sums[holder][place] += amount
    return sums


def _end_of(life: Life, until: int) -> int:
    """Return where a life ends: with the cancelling, merging or closing that stands, else at *until*."""
    return next((at for at in (life.ended, life.closed) if at is not None), until)


def _influence(clause: str, title: str, until: datetime, tickets: tuple[str, ...], sums: _Sums) -> Influence:
    counted, late = (sum(amounts[place] for amounts in sums.values()) for place in (2, 3))
    rows = [
        InfluenceRow(
            holder,
            elapsed * _MICROSECOND,
            in_hours * _MICROSECOND,
            spent * _MICROSECOND,
            beyond * _MICROSECOND,
            Fraction(spent, counted or 1),
            Fraction(beyond, late or 1),
        )
        for holder, (elapsed, in_hours, spent, beyond) in sums.items()
    ]
    rows.sort(key=lambda row: (-row.late, -row.counted, -row.elapsed, str(row.holder)))
    return Influence(clause, title, until, tickets, tuple(rows))
