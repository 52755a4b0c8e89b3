"""
Observe: from each item to a row of integers.

One ticket at a time; the setting first and whole, as relief needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from ecsm_contracts._model import canonical_json
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.errors import CalendarRangeError, Contradiction
from ecsm_contracts.facts import Rejected, is_finished, timeline
from ecsm_contracts.measures import Availability, Outcomes, Row, Tally, TicketView
from ecsm_contracts.statements import Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.engine._plan import Plan
    from ecsm_contracts.facts import Facts, Notice, Origin, Outage, Setting, Step, Ticket
    from ecsm_contracts.measures import BoundLevel, LevelProgram

__all__ = ["Observed", "Observer", "observe", "observe_setting", "observe_tickets"]


@dataclass(frozen=True)
class Observed:
    """
    What observing gives: a row for each item, and the records that could not be observed.

    ``observed + observed`` is associative and commutative, so that parts can be observed anywhere and joined
    in any order.
    """

    outcomes: Outcomes
    rejected: tuple[Rejected, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    """Items of services that the contract does not list, sorted."""
    origins: tuple[Origin, ...] = ()
    """Where the facts come from, by identity."""

    @cached_property
    def tally(self) -> Tally:
        """The sum of the rows: all that settling needs."""
        return self.outcomes.tally()

    def __add__(self, other: Self) -> Self:
        """
        Join two parts.

        Raises:
            DuplicateItem: when they share an item.
        """
        return type(self)(
            self.outcomes + other.outcomes,
            tuple(sorted((*self.rejected, *other.rejected), key=Rejected.order)),
            tuple(sorted((*self.unlisted, *other.unlisted))),
            tuple(sorted({*self.origins, *other.origins}, key=lambda origin: (origin.ref, origin.digest()))),
        )


def _relief_kinds(plan: Plan, level: LevelProgram, *, leaving: bool = False) -> frozenset[str]:
    """
    Return the kinds of notice that relieve *level*; with *leaving* only those that leave the denominator.
    """
    return frozenset(
        kind
        for relief in plan.reliefs
        if level.ref in relief.levels and (relief.leaves_denominator or not leaving)
        for kind in relief.notices
    )


def _relieved(plan: Plan, setting: Setting, level: LevelProgram) -> Iterator[Span]:
    kinds = _relief_kinds(plan, level)
    for each in setting.notices:
        notice = each.known_before(plan.bounds[1])
        if notice is not None and notice.kind in kinds and level.scope.has(notice.service):
            yield to_micros(notice.start), to_micros(notice.end)


def ended_before(steps: Sequence[Step], start: int) -> bool:
    """Return whether a ticket with these *steps* was over before *start*, so that no period from there on needs it."""
    return steps[-1].at < start and is_finished(steps)


class Observer:
    """A plan bound to the setting: turns one ticket into one row. It keeps nothing of what it saw."""

    def __init__(self, plan: Plan, setting: Setting) -> None:
        """Compile the relief that *setting* gives to each level of *plan*; what no origin records is not observed."""
        self.plan = plan
        self.levels: tuple[BoundLevel, ...] = tuple(
            level.bind(_relieved(plan, setting, level)) for level in plan.levels
        )
        unrecorded = {kind for origin in setting.origins for kind in origin.unrecorded}
        self._silent = frozenset(level.ref for level in plan.levels if level.misses(unrecorded))
        self._zeros = {level.ref: (0,) * len(level.columns) for level in plan.levels}

    def is_silent(self, level: str) -> bool:
        """Say whether *level* is not measured, as an origin of the facts does not record what its clock needs."""
        return level in self._silent

    def row(self, ticket: Ticket) -> Row | Rejected | None:
        """
        Return the row of *ticket*.

        None when nothing of it is known by the period's end, or it ended before the window.
        """
        known = ticket.known_before(self.plan.bounds[1])
        if known is None:
            return None
        try:
            steps = timeline(known)
            if ended_before(steps, self.plan.window[0]):
                return None
            return Row("ticket", ticket.ref, known.short_digest, self._numbers(known, steps))
        except Contradiction as clash:
            return Rejected("ticket", ticket.ref, clash.code, clash.reason, "", canonical_json(known.to_data()))
        except CalendarRangeError as outside:
            return Rejected("ticket", ticket.ref, outside.code, str(outside), "", canonical_json(known.to_data()))

    def _numbers(self, ticket: Ticket, steps: tuple[Step, ...]) -> tuple[int, ...]:
        view = TicketView(ticket.service, ticket.type, ticket.priority, steps)
        numbers: list[int] = []
        for level in self.levels:
            ref = level.program.ref
            observed = None if ref in self._silent else level.observe_ticket(view)
            numbers.extend(observed or self._zeros[ref])
        return tuple(numbers)

    def setting_rows(self, setting: Setting) -> Iterator[Row]:
        """Yield a row for each outage and each notice of the *setting* that concerns the plan's window."""
        yield from self._rows("outage", setting.outages)
        yield from self._rows("notice", setting.notices)

    def _rows(self, kind: str, items: Iterable[Outage | Notice]) -> Iterator[Row]:
        start, end = self.plan.window[0], self.plan.bounds[1]
        known = [item for item in (each.known_before(end) for each in items) if item is not None]
        spans = [(item, (to_micros(item.start), end if item.end is None else to_micros(item.end))) for item in known]
        live = [(item, span) for item, span in spans if span[1] >= start]
        numbers: dict[str, list[int]] = {item.ref: [] for item, _ in live}
        for level in self.levels:
            found = self._level_numbers(kind, level, live)
            for ref, row in numbers.items():
                row.extend(found.get(ref) or self._zeros[level.program.ref])
        for item, _ in live:
            yield Row(kind, item.ref, item.short_digest, tuple(numbers[item.ref]))

    def _level_numbers(
        self, kind: str, level: BoundLevel, live: list[tuple[Outage | Notice, Span]]
    ) -> dict[str, tuple[int, ...]]:
        if not isinstance(level.program.measure, Availability):
            return {}
        scoped = [(item, span) for item, span in live if level.program.scope.has(item.service)]
        if kind == "outage":
            return level.observe_outages([(item.ref, span) for item, span in scoped])
        kinds = _relief_kinds(self.plan, level.program, leaving=True)
        return level.observe_planned(
            [(item.ref, span) for item, span in scoped if getattr(item, "kind", None) in kinds]
        )


def observe_tickets(plan: Plan, setting: Setting, tickets: Iterable[Ticket]) -> Observed:
    """Observe *tickets*, any iterable of them, under a *setting* that is given whole."""
    observer = Observer(plan, setting)
    rows: list[Row] = []
    rejected: list[Rejected] = []
    unlisted: list[Unlisted] = []
    listed = _listed(plan)
    for ticket in tickets:
        found = observer.row(ticket)
        if isinstance(found, Row):
            rows.append(found)
            if ticket.service not in listed:
                unlisted.append(Unlisted("ticket", ticket.ref, ticket.service))
        elif found is not None:
            rejected.append(found)
    return Observed(
        Outcomes(plan.columns, rows),
        tuple(sorted(rejected, key=Rejected.order)),
        tuple(sorted(unlisted)),
    )


def observe_setting(plan: Plan, setting: Setting) -> Observed:
    """Observe the outages and notices of the *setting*; done once, however many parts the tickets come in."""
    outcomes = Outcomes(plan.columns, Observer(plan, setting).setting_rows(setting))
    known = {(row.kind, row.ref) for row in outcomes}
    items = [("outage", item) for item in setting.outages] + [("notice", item) for item in setting.notices]
    unlisted = [
        Unlisted(kind, item.ref, item.service)
        for kind, item in items
        if (kind, item.ref) in known and item.service not in _listed(plan)
    ]
    return Observed(outcomes, unlisted=tuple(sorted(unlisted)), origins=setting.origins)


def _listed(plan: Plan) -> frozenset[str]:
    return frozenset(service.ref for service in plan.contract.services)


def observe(plan: Plan, facts: Facts) -> Observed:
    """Observe all *facts*: setting, tickets, and the records that were rejected before."""
    before = Observed(Outcomes(plan.columns, ()), facts.rejected)
    return before + observe_setting(plan, facts.setting) + observe_tickets(plan, facts.setting, facts.tickets)
