"""Where a ticket stands at an instant: for a support tool that asks what is due, what is late, and whom to warn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts._display import Column, Table
from ecsm_contracts.calendars import (
    ServiceHours,
    WarningInstant,
    duration_micros,
    format_instant,
    from_micros,
    read_share,
    show_duration,
    to_micros,
    zone,
)
from ecsm_contracts.contracts import Contract
from ecsm_contracts.engine._standing import Standing
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, UnknownReference, did_you_mean, expect, shown
from ecsm_contracts.facts import Holder, Setting, Ticket, attributes_at, timeline
from ecsm_contracts.measures import reached, trace, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ecsm_contracts.facts import Attributes
    from ecsm_contracts.measures import BoundLevel, Judgement, Stretch

__all__ = ["ClockStatus", "TicketStatus", "status"]

_MICROSECOND = timedelta(microseconds=1)


class ClockStatus(NamedTuple):
    """Where one clock of a ticket stands; instants are in UTC."""

    clause: str
    title: str
    as_of: datetime
    state: str
    """``not begun``, ``running``, ``held``, ``stopped``, ``stopped for good``, ``answered``, ``void`` and so on."""
    reason: str
    """Why time counts or does not, by the term that says so."""
    hours: str
    """The name of the calendar in whose hours it runs."""
    in_hours: bool
    """Whether that calendar is open."""
    relieved: bool
    """Whether the instant is relieved, so that nothing counts although it is in hours."""
    elapsed: timedelta
    """Service time of the attempt under way."""
    target: timedelta | None
    """What it may take; None where nothing is promised, or before it has begun."""
    remaining: timedelta | None
    """The target less what has elapsed: negative when late. None without a target, and for a void clock."""
    deadline: datetime | None
    """
    The earliest instant at which the target is used up: in the past if it is, else ahead, if the clock runs on from
    here without further waits. None unless the clock runs or is held, or when `beyond` says why.
    """
    if_resumed: bool
    """Whether the deadline lies ahead of a clock that is held: it is the one that holds if the wait ended now."""
    breach: datetime | None
    """The last instant that was still in time; None without a breach."""
    running_since: datetime | None
    """Since when it runs without a stop, in hours or not; None unless it runs."""
    next_opening: datetime | None
    """The next instant from which time counts, for a clock that runs or is held while nothing counts for its hours."""
    warnings: tuple[WarningInstant, ...]
    """A warning for each share of the target asked for, given already or to come; none for a clock that has stopped."""
    beyond: str = ""
    """Why a deadline or a warning is missing: it lies beyond the years that a calendar covers."""

    @property
    def breached(self) -> bool:
        """Whether more has elapsed than the target."""
        return self.breach is not None

    @property
    def is_ticking(self) -> bool:
        """Whether it runs or is held."""
        return self.state in {"running", "held"}

    @property
    def warned(self) -> tuple[WarningInstant, ...]:
        """The warnings that are due by now, in the notifier's hours."""
        return tuple(each for each in self.warnings if each.notify <= self.as_of)

    def to_data(self) -> dict[str, Any]:
        """Return plain data: instants as ISO 8601 in UTC, times in microseconds."""
        data: dict[str, Any] = {name: _plain(value) for name, value in self._asdict().items()}
        data["warnings"] = [
            {"share": str(each.share), "at": _plain(each.at), "notify": _plain(each.notify)} for each in self.warnings
        ]
        return {**data, "breached": self.breached}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return duration_micros(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class TicketStatus:
    """Where every clock of a ticket stands at an instant; it prints itself, and gives its clocks one by one."""

    ticket: str
    as_of: datetime
    zone: str
    """The zone whose wall clock the text shows."""
    priority: str
    state: str
    """``open``, ``held``, ``resolved`` (or closed), or ``ended`` (cancelled or merged)."""
    holder: Holder | None
    """Whose turn it is."""
    clocks: tuple[ClockStatus, ...]
    """Those of the promises in whose scope the ticket is, in the order of the contract."""
    silent: tuple[str, ...] = ()
    """Promises that are not measured, as the facts do not record what their clocks need."""

    def __iter__(self) -> Iterator[ClockStatus]:
        return iter(self.clocks)

    def __len__(self) -> int:
        return len(self.clocks)

    def __getitem__(self, clause: str) -> ClockStatus:
        """
        Return the clock of *clause*.

        Raises:
            UnknownReference: when the ticket has no clock of such a clause.
        """
        for each in self.clocks:
            if each.clause == clause:
                return each
        hint = did_you_mean(str(clause), [each.clause for each in self.clocks])
        raise UnknownReference(f"ticket {shown(self.ticket)} has no clock of clause {shown(clause)}{hint}")

    @property
    def next_due(self) -> ClockStatus | None:
        """The running clock in time whose deadline comes first; None when no clock runs in time."""
        ahead = [each for each in self.clocks if each.deadline is not None and each.state == "running"]
        ahead = [each for each in ahead if not each.breached]
        return min(ahead, key=lambda each: each.deadline or each.as_of, default=None)

    def to_data(self) -> dict[str, Any]:
        """Return plain data, as JSON holds it: instants as ISO 8601 in UTC, times in microseconds."""
        return {
            "ticket": self.ticket,
            "as_of": format_instant(self.as_of),
            "zone": self.zone,
            "priority": self.priority,
            "state": self.state,
            "holder": None if self.holder is None else self.holder._asdict(),
            "clocks": [each.to_data() for each in self.clocks],
            "silent": list(self.silent),
        }

    def _table(self) -> Table:
        whose = "" if self.holder is None else f", with {self.holder}"
        heading = f"Ticket {self.ticket}, {self.priority}, {self.state}{whose}, as of {self._local(self.as_of)}"
        notes = [f"{each.clause}: {each.beyond}" for each in self.clocks if each.beyond]
        notes += [f"not measured, as the facts do not record it: {', '.join(self.silent)}"] if self.silent else []
        notes += [] if self.clocks or self.silent else ["no promise concerns it"]
        right = ("elapsed", "target", "remaining")
        names = ("clause", "promise", "clock", *right, "deadline", "breach")
        columns = tuple(Column(name, "right" if name in right else "left") for name in names)
        title, rows = f"{heading}; wall clock of {self.zone}", tuple(map(self._row, self.clocks))
        return Table(title, columns, rows, note="; ".join(notes))

    def _row(self, clock: ClockStatus) -> tuple[str, ...]:
        times = (clock.elapsed, clock.target, clock.remaining)
        deadline = "" if clock.deadline is None else self._local(clock.deadline)
        return (
            clock.clause,
            clock.title,
            clock.state,
            *("" if time is None else show_duration(time // _MICROSECOND) for time in times),
            f"{deadline} if resumed now" if clock.if_resumed else deadline,
            "" if clock.breach is None else f"in time until {self._local(clock.breach)}",
        )

    def _local(self, instant: datetime) -> str:
        exact = bool(instant.second or instant.microsecond)
        return instant.astimezone(zone(self.zone)).isoformat(" ", "auto" if exact else "minutes")

    def __str__(self) -> str:
        """Return a line for each clock."""
        return self._table().text()

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self._table().html()


def status(
    contract: Contract,
    ticket: Ticket,
    as_of: datetime,
    *,
    setting: Setting = Setting(),  # noqa: B008 - frozen, and empty
    warn_at: Iterable[str | Fraction] = ("75%",),
    notifier: ServiceHours | None = None,
) -> TicketStatus:
    """
    Return where each clock of *ticket* stands at *as_of*, for all promises in whose scope it is.

    What happened at *as_of* itself is known, as a tool asks right after it has recorded an event; time is counted up
    to *as_of*. What comes later does not exist. There is no period: a statement judges the ticket the same at the
    period's end. Of an amended contract the version is the one that judges the period of *as_of*; what a later one will
    say is not known yet.

    Args:
        contract: the contract; *as_of* must lie in the years that its calendars cover.

        ticket: the ticket with its events so far.

        as_of: the instant of asking, aware.

        setting: notices, that relieve, and origins; of notices also those that are announced for later.

        warn_at: shares of the target at which to warn, such as ``"75%"``.

        notifier: hours in which someone reads warnings; outside them a warning waits for the next opening.

    Raises:
        InvalidValue: rules "instant_naive", "warning_share", and "as_of_early" when the ticket was opened later.
        Contradiction: when what is known of the ticket cannot all be true.
        CalendarRangeError: when a calendar covers neither *as_of* nor the life of the ticket.
    """
    expect(contract, Contract, "contract", "read it with read_contract(…)")
    expect(ticket, Ticket, "ticket", "give one of facts.tickets")
    expect(setting, Setting, "setting", "give facts.setting")
    if notifier is not None:
        expect(notifier, ServiceHours, "notifier", "give a calendar")
    shares = _shares(warn_at)
    attributes = attributes_at(ticket, as_of, contract.priorities)
    if attributes is None:
        opened = format_instant(ticket.events[0].at)
        message = f"ticket {shown(ticket.ref)} was opened at {opened}; ask for an instant from there on"
        raise InvalidValue(message, rule="as_of_early", value=as_of)
    at = to_micros(as_of)
    standing = Standing(contract, setting, opened=to_micros(ticket.events[0].at), at=at)
    attributes = attributes_at(ticket, as_of, standing.contract.priorities) or attributes
    return _status(standing, ticket, at, attributes, _Warner(shares, notifier))


def _shares(warn_at: Iterable[str | Fraction]) -> list[Fraction]:
    """Return the shares at which to warn; one that stands alone is a list of one."""
    try:
        return [read_share(each) for each in ((warn_at,) if isinstance(warn_at, str) else warn_at)]
    except TypeError:
        return [read_share(warn_at)]


class _Warner(NamedTuple):
    shares: Sequence[Fraction]
    notifier: ServiceHours | None


def _status(standing: Standing, ticket: Ticket, at: int, attributes: Attributes, warner: _Warner) -> TicketStatus:
    known = ticket.known_before(at + 1) or ticket
    steps = timeline(known, standing.contract.priorities)
    view = standing.view(known, steps)
    clocks, silent = [], []
    for level in standing.levels:
        ref = level.program.ref
        if not level.program.scope.has_item(view.item):
            continue
        if ref in standing.silent:
            silent.append(ref)
            continue
        stretches = trace(level, view, steps, at, inclusive=True)
        judged = walk(level.clock, view.compiled, at)  # type: ignore[arg-type]  # a level of a standing has a clock
        clocks.append(_clock(_Ahead(standing, level, stretches, at), judged, warner))
    return TicketStatus(
        ticket.ref,
        from_micros(at),
        standing.contract.zone,
        attributes.priority,
        attributes.state,
        attributes.holder,
        tuple(clocks),
        tuple(silent),
    )


def _clock(ahead: _Ahead, judged: Judgement, warner: _Warner) -> ClockStatus:
    level, at, now = ahead.level, ahead.at, ahead.now
    ref, target = level.program.ref, now.target
    in_hours = level.program.tables[now.hours].is_open(at)
    relieved = any(start <= at < end for start, end in ahead.time.relieved)
    relief = ahead.standing.named(level)(at, at + 1) if relieved else ""
    promised = target if now.is_ticking else None
    deadline = None if promised is None else ahead.used_up(promised)
    warnings = () if promised is None else ahead.warnings(promised, deadline, warner)
    return ClockStatus(
        ref,
        ahead.standing.titles[ref],
        from_micros(at),
        now.clock,
        _reason(now, relief, in_hours=in_hours),
        now.hours,
        in_hours,
        relieved,
        now.elapsed * _MICROSECOND,
        None if target is None else target * _MICROSECOND,
        None if target is None or now.is_void else (target - now.elapsed) * _MICROSECOND,
        None if deadline is None else from_micros(deadline),
        now.clock == "held" and deadline is not None and now.elapsed < (target or 0),
        None if judged.breach is None or not judged.judged else from_micros(judged.breach),
        _running_since(ahead.stretches),
        ahead.next_opening() if now.is_ticking else None,
        warnings,
        ahead.beyond,
    )


def _reason(now: Stretch, relief: str, *, in_hours: bool) -> str:
    """Return why time counts or not at this very instant, in the words of a trace."""
    if not now.is_running:
        return now.rules[-1]
    if not in_hours:
        return f"outside the hours of {now.hours}"
    return f"relieved: {relief}" if relief else f"counts: {now.holder} has it"


def _running_since(stretches: Sequence[Stretch]) -> datetime | None:
    since = None
    for each in reversed(stretches):
        if not each.is_running:
            break
        since = from_micros(each.start)
        if each.begins:
            break
    return since


class _Ahead:
    """What lies ahead of a clock that runs on from an instant, as far as its calendars reach."""

    def __init__(self, standing: Standing, level: BoundLevel, stretches: Sequence[Stretch], at: int) -> None:
        self.standing, self.level, self.stretches, self.at = standing, level, stretches, at
        self.now = stretches[-1]
        self.time = level.times[self.now.hours]
        self.beyond = ""

    def used_up(self, amount: int) -> int | None:
        """Return the earliest instant at which *amount* has elapsed, passed or to come."""
        past = reached(self.level, self.stretches, amount)
        if past is not None:
            return past
        missing = amount - self.now.elapsed
        try:
            return self.time.latest_instant_of(self.time.worked_until(self.at) + missing - 1) + 1
        except CalendarRangeError as outside:
            self.beyond = str(outside)
            return None

    def next_opening(self) -> datetime | None:
        """Return the next instant from which time counts; None when it does here, or never again."""
        try:
            found = self.time.latest_instant_of(self.time.worked_until(self.at))
        except CalendarRangeError:
            return None
        return from_micros(found) if found > self.at else None

    def warnings(self, target: int, deadline: int | None, warner: _Warner) -> tuple[WarningInstant, ...]:
        """Return the warnings that can be reckoned."""
        found = []
        for share in warner.shares:
            at = self.used_up(target * share.numerator // share.denominator)
            if at is None:
                continue
            told = from_micros(at)
            try:
                notify = told if warner.notifier is None else warner.notifier.next_open(told)
            except CalendarRangeError as outside:
                self.beyond = str(outside)
                continue
            found.append(WarningInstant(share, told, notify, None if deadline is None else from_micros(deadline)))
        return tuple(found)
