"""
Observe: from each item to a row of integers.

One ticket at a time; the setting first and whole, as relief needs it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Self

from ecsm_contracts._model import canonical_json
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.engine._groups import Grouping
from ecsm_contracts.engine._reliefs import Extension, bind_level, relief_digests
from ecsm_contracts.engine._row_bounds import RowBounds, check_counted
from ecsm_contracts.errors import CalendarRangeError, Contradiction, EngineInvariantError, expect, shown
from ecsm_contracts.facts import Rejected, Ticket, is_finished, timeline
from ecsm_contracts.measures import BilledCharged, Item, Outcomes, Row, Tally, TicketView, Vocabulary, life_of
from ecsm_contracts.statements import Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.engine._plan import Plan
    from ecsm_contracts.facts import (
        Billed,
        Declared,
        Facts,
        Forecast,
        Notice,
        Origin,
        Outage,
        Sample,
        Setting,
        Step,
        Survey,
        Volume,
        Work,
    )
    from ecsm_contracts.measures import BoundLevel, LevelProgram, ObservesRelief

__all__ = ["Observed", "Observer", "observe", "observe_setting", "observe_tickets"]

OF_CREDITS = frozenset({"claim", "decision"})
"""Kinds of records that no statement depends on, so that a bad one makes none provisional."""


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


def ended_before(steps: Sequence[Step], planned: Plan) -> bool:
    """Return whether a ticket with these *steps* was over before the window of *planned*, so that it is not needed."""
    return steps[-1].at < planned.window[0] and is_finished(steps, by_closing=planned.by_closing)


class Observer:
    """A plan bound to the setting: turns one ticket into one row. It keeps nothing of what it saw."""

    def __init__(self, plan: Plan, setting: Setting) -> None:
        """Compile the relief that *setting* gives to each level of *plan*; what no origin records is not observed."""
        self.plan = plan
        self.vocabulary = Vocabulary()
        unrecorded = {kind for origin in setting.origins for kind in origin.unrecorded}
        self.levels: tuple[BoundLevel, ...] = tuple(
            bind_level(level, plan.reliefs, setting, self.vocabulary) for level in plan.levels
        )
        self._then = tuple(
            self.levels
            if under.is_own
            else tuple(
                None
                if level is None or level.misses(unrecorded)
                else bind_level(level, under.reliefs, setting, self.vocabulary)
                for level in under.levels
            )
            for under in plan.by_opening
        )
        self._setting, self._unrecorded = setting, unrecorded
        self._extensions = tuple(Extension.of(each, reliefs, setting) for each, reliefs in self._promises())
        self._apart: dict[tuple[int, int], tuple[BoundLevel | None, ...]] = {}
        self._silent = frozenset(level.ref for level in plan.levels if level.misses(unrecorded))
        self._grouping = Grouping.of(plan.contract, plan.columns)
        self._zeros = {level.ref: (0,) * len(level.columns) for level in plan.levels}
        self.bounds = RowBounds()

    def view(self, known: Ticket, steps: tuple[Step, ...]) -> TicketView:
        """Return what the levels need of a ticket as it was *known* at the period's end, with its *steps*."""
        compiled = self.vocabulary.compile(steps)
        return TicketView(Item.of(known), compiled, life_of(compiled, self.vocabulary))

    def _place(self, ticket: TicketView) -> int:
        return bisect_right(self.plan.by_opening, ticket.life.opened, key=attrgetter("start")) - 1

    def levels_of(self, ticket: TicketView) -> tuple[BoundLevel | None, ...]:
        """
        Return the levels of the plan as they are promised for *ticket*; None for one that did not exist at its opening.

        They are the plan's own, unless the contract says that tickets keep the promises of their day, or time is given
        back to tickets that were open earlier.
        """
        place = self._place(ticket) if self._then else 0
        apart = self._extensions[place].place(ticket.life.opened)
        if apart is not None:
            if (place, apart) not in self._apart:
                self._apart[place, apart] = self._bound_apart(place, ticket.life.opened)
            return self._apart[place, apart]
        return self._then[place] if self._then else self.levels

    def _promises(self) -> list[tuple[Sequence[LevelProgram | None], tuple[ObservesRelief, ...]]]:
        """Return the levels and reliefs of each version that tickets may be judged by."""
        if not self.plan.by_opening:
            return [(self.plan.levels, self.plan.reliefs)]
        return [(each.levels, each.reliefs) for each in self.plan.by_opening]

    def _bound_apart(self, place: int, opened: int) -> tuple[BoundLevel | None, ...]:
        """Return the levels for tickets *opened* then, without the time given back for what was over by then."""
        levels, reliefs = self._promises()[place]
        own = not self.plan.by_opening or self.plan.by_opening[place].is_own
        return tuple(
            None
            if level is None or (not own and level.misses(self._unrecorded))
            else bind_level(level, reliefs, self._setting, self.vocabulary, opened)
            for level in levels
        )

    @property
    def openings_apart(self) -> tuple[Span, ...]:
        """The instants of opening of tickets that get less time back than those that were opened before."""
        return tuple(span for each in self._extensions for span in each.openings)

    def reliefs_of(self, ticket: TicketView) -> tuple[ObservesRelief, ...]:
        """Return what is relieved for *ticket*."""
        return self.plan.by_opening[self._place(ticket)].reliefs if self._then else self.plan.reliefs

    def is_silent(self, level: str) -> bool:
        """Say whether *level* is not measured, as an origin of the facts does not record what its clock needs."""
        return level in self._silent

    def row(self, ticket: Ticket) -> Row | Rejected | None:
        """
        Return the row of *ticket*.

        None when nothing of it is known by the period's end, or it ended before the window.

        Raises:
            EngineInvariantError: when the row breaks its bounds.
        """
        known = ticket.known_before(self.plan.bounds[1])
        if known is None:
            return None
        try:
            steps = timeline(known, self.plan.contract.priorities)
            if ended_before(steps, self.plan):
                return None
            numbers = self._numbers(known, steps)
            group = self._grouping.group("ticket", known, numbers) if self._grouping.by else ""
            return Row("ticket", ticket.ref, known.short_digest, numbers, group)
        except Contradiction as clash:
            return Rejected("ticket", ticket.ref, clash.code, clash.reason, "", canonical_json(known.to_data()))
        except CalendarRangeError as outside:
            return Rejected("ticket", ticket.ref, outside.code, str(outside), "", canonical_json(known.to_data()))

    def _numbers(self, ticket: Ticket, steps: tuple[Step, ...]) -> tuple[int, ...]:
        view = self.view(ticket, steps)
        again = self.bounds.is_chosen(ticket.ref)
        numbers: list[int] = []
        for own, level in zip(self.levels, self.levels_of(view), strict=True):
            ref = own.program.ref
            observed = None if level is None or ref in self._silent else level.observe_ticket(view)
            if observed and level is not None:
                self.bounds.check_row(level, view, observed, ticket.ref, again=again)
            numbers.extend(observed or self._zeros[ref])
        return tuple(numbers)

    def setting_rows(self, setting: Setting) -> Iterator[Row]:
        """
        Yield a row for each outage and each notice of the *setting* that concerns the plan's window.

        Of the other kinds for each record that some level looks at, so that those of no promise leave no trace.
        """
        setting = in_currency(self.plan, setting)
        self._of_setting = [level.observe_setting(setting) for level in self.levels]
        yield from self._rows("outage", setting.outages)
        yield from self._rows("notice", setting.notices)
        for ref, seal in relief_digests(self.plan.reliefs).items():
            if any(("relief", ref) in found for found in self._of_setting):
                yield Row("relief", ref, seal, self._numbers_of_setting("relief", ref))
        yield from self._counted_rows("sample", setting.samples)
        yield from self._counted_rows("survey", setting.surveys)
        yield from self._counted_rows("declared", setting.declared)
        yield from self._counted_rows("volume", _known(setting.volumes, self.plan.bounds[1]))
        yield from self._counted_rows("forecast", setting.forecasts)
        yield from self._counted_rows("billed", setting.charges)
        yield from self._counted_rows("work", setting.work)

    def _rows(self, kind: str, items: Iterable[Outage | Notice]) -> Iterator[Row]:
        start, end = self.plan.window[0], self.plan.bounds[1]
        known = [item for item in (each.known_before(end) for each in items) if item is not None]
        live = [item for item in known if item.end is None or to_micros(item.end) >= start]
        for item in live:
            numbers = self._numbers_of_setting(kind, item.ref)
            group = self._grouping.group(kind, item, numbers) if self._grouping.by else ""
            yield Row(kind, item.ref, item.short_digest, numbers, group)

    def _counted_rows(
        self, kind: str, items: Iterable[Sample | Survey | Declared | Volume | Forecast | Billed | Work]
    ) -> Iterator[Row]:
        for item in items:
            if any((kind, item.ref) in found for found in self._of_setting):
                yield Row(kind, item.ref, item.short_digest, self._numbers_of_setting(kind, item.ref))

    def _numbers_of_setting(self, kind: str, ref: str) -> tuple[int, ...]:
        numbers = [
            found.get((kind, ref)) or self._zeros[level.program.ref]
            for level, found in zip(self.levels, self._of_setting, strict=True)
        ]
        return tuple(chain.from_iterable(numbers))


def observe_tickets(plan: Plan, setting: Setting, tickets: Iterable[Ticket | Rejected]) -> Observed:
    """
    Observe *tickets*, any iterable of them, under a *setting* that is given whole.

    They are taken one by one and none is kept, so that a stream needs no more memory than the columns of its outcomes.
    Records that could not be read, which a stream may have among its tickets, are kept with those that cannot be
    observed. Every identity must be there once: `Facts.of` sees to that, a stream has to do so itself.

    Raises:
        DuplicateItem: when an identity is used twice.
        WrongType: for what is neither a ticket nor a rejected record.
        EngineInvariantError: when a row breaks its bounds, or a ticket is lost.
    """
    observer = Observer(plan, setting)
    rejected: list[Rejected] = []
    unlisted: list[Unlisted] = []
    listed = _listed(plan)
    read = left_out = 0

    def rows() -> Iterator[Row]:
        nonlocal read, left_out
        for read, ticket in enumerate(tickets, 1):  # noqa: B007 - it is told when all are read
            if isinstance(ticket, Rejected):
                rejected.append(ticket)
                continue
            expect(ticket, Ticket, "tickets", "read them with read_facts(…) or stream_tickets(…)")
            found = observer.row(ticket)
            if isinstance(found, Row):
                _check_is_of(ticket, found)
                yield found
                if ticket.service not in listed:
                    unlisted.append(Unlisted("ticket", ticket.ref, ticket.service))
            elif found is not None:
                rejected.append(found)
            else:
                left_out += _may_be_left_out(ticket, plan)

    outcomes = Outcomes(plan.columns, rows())
    check_counted(read, len(outcomes), len(rejected), left_out)
    return Observed(outcomes, tuple(sorted(rejected, key=Rejected.order)), tuple(sorted(unlisted)))


def _check_is_of(ticket: Ticket, row: Row) -> None:
    """Raise unless *row* is that of *ticket*."""
    if row.ref != ticket.ref or row.kind != "ticket":
        raise EngineInvariantError(f"the row of ticket {shown(ticket.ref)} is of {row.kind} {shown(row.ref)}")


def _may_be_left_out(ticket: Ticket, plan: Plan) -> bool:
    """Return whether nothing of *ticket* lies in the window of *plan*: all of it is later, or earlier."""
    (start, end), first = plan.window, to_micros(ticket.events[0].at)
    return first >= end or all(not start <= to_micros(event.at) < end for event in reversed(ticket.events))


def observe_setting(plan: Plan, setting: Setting) -> Observed:
    """Observe the records of the *setting*; done once, however many parts the tickets come in."""
    outcomes = Outcomes(plan.columns, Observer(plan, setting).setting_rows(setting))
    known = {(row.kind, row.ref) for row in outcomes}
    items: list[tuple[str, Outage | Notice | Sample | Survey]] = [
        *(("outage", item) for item in setting.outages),
        *(("notice", item) for item in setting.notices),
        *(("sample", item) for item in setting.samples),
        *(("survey", item) for item in setting.surveys),
    ]
    listed = _listed(plan)
    unlisted = [
        Unlisted(kind, item.ref, item.service)
        for kind, item in items
        if item.service not in listed and (kind, item.ref) in known
    ]
    foreign = tuple(sorted(_foreign(plan, setting), key=Rejected.order))
    return Observed(outcomes, foreign, tuple(sorted(unlisted)), setting.origins)


def _known(volumes: Iterable[Volume], end: int) -> Iterator[Volume]:
    """Yield *volumes* as they were known just before *end*."""
    return (known for each in volumes if (known := each.known_before(end)) is not None)


def in_currency(plan: Plan, setting: Setting) -> Setting:
    """Return the *setting* with those amounts billed elsewhere that are in the currency of the contract."""
    currency = plan.contract.currency
    return replace(setting, charges=tuple(each for each in setting.charges if each.amount.currency == currency))


def _foreign(plan: Plan, setting: Setting) -> Iterator[Rejected]:
    """Yield each amount of the period that a charge asks for and that is in another currency than the contract's."""
    (start, end), currency = plan.bounds, plan.contract.currency
    names = {level.measure.of for level in plan.levels if isinstance(level.measure, BilledCharged)}
    for each in setting.charges:
        if each.charge in names and start <= to_micros(each.at) < end and each.amount.currency != currency:
            reason = f"{each.amount} was billed elsewhere, and the contract is in {currency}; convert it first"
            yield Rejected("billed", each.ref, "billed_currency", reason, "", canonical_json(each.to_data()))


def _listed(plan: Plan) -> frozenset[str]:
    return frozenset(service.ref for service in plan.contract.services)


def rejected_before(facts: Facts) -> tuple[Rejected, ...]:
    """Return the records of *facts* that were rejected when they were read, and that a statement may depend on."""
    return tuple(each for each in facts.rejected if each.kind not in OF_CREDITS)


def observe(plan: Plan, facts: Facts) -> Observed:
    """Observe all *facts*: setting, tickets, and the records that were rejected before."""
    before = Observed(Outcomes(plan.columns, ()), rejected_before(facts))
    return before + observe_setting(plan, facts.setting) + observe_tickets(plan, facts.setting, facts.tickets)
