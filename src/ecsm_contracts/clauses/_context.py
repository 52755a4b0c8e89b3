"""What a clause may know while it settles: sums, earlier figures, and what was carried. No ticket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import add
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecsm_contracts.clauses._flow import Flow
from ecsm_contracts.clauses._foreign import settled_by
from ecsm_contracts.clauses._past import GAPS, past_problem
from ecsm_contracts.errors import CarryError, UnknownReference, shown
from ecsm_contracts.figures import Figure, derive, given, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from ecsm_contracts.calendars import BillingCycle, Period
    from ecsm_contracts.clauses._carry import Carry, Past, Remembered
    from ecsm_contracts.clauses._clause import Clause
    from ecsm_contracts.facts import Origin
    from ecsm_contracts.measures import Distribution, GroupedBy, NeedsEvents, Tally
    from ecsm_contracts.money import RoundingMode

__all__ = ["Context", "Window", "back_over_gaps"]


class Window(NamedTuple):
    """One measurement window of a level: the name its columns begin with, and its first day."""

    name: str
    start: date


@dataclass(slots=True)
class Context:
    """
    All that a clause may know while it settles.

    Sums, the figures of earlier clauses, and what was carried. No ticket.

    `service_times` gives the service time of each level about the setting in its window, `calendars` what it cites,
    in microseconds; `origins` say what the facts do not record.
    """

    currency: str
    rounding: RoundingMode
    tally: Tally
    service_times: Mapping[str, tuple[int, str]]
    period: Period
    """The billing period that is settled."""
    term_start: date
    """The first day of the contract."""
    year_start: date
    """The first day of the contract year in which the period starts."""
    first_of_year: bool = True
    """Whether the period is the first of its contract year, so that nothing has happened in that year yet."""
    carry: Carry | None = None
    """What the period before handed on; None where the term starts."""
    origins: tuple[Origin, ...] = ()
    bucket_counts: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """For each level that is measured by buckets how many lie in its hours, and the calendar's name."""
    windows: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    """For each level the windows that end in the period; levels without an entry have the period itself."""
    settled: dict[str, Figure[Any]] = field(default_factory=dict)
    """The figure of each clause that has settled."""
    aspects: dict[tuple[str, str], tuple[Figure[Any], ...]] = field(default_factory=dict)
    """What else a settled clause says of itself, by clause and name: the ``state`` of each window of a level."""
    was: Mapping[str, str] = field(default_factory=dict)
    """For each renumbered clause the number it had before."""
    excuses: dict[str, list[Figure[bool]]] = field(default_factory=dict)
    """For each window of a level, by its name, what excuses it, as relief clauses say that have settled."""
    waivers: dict[str, list[Figure[bool]]] = field(default_factory=dict)
    """For each window of a level, by its name, what waives the credits for it."""
    number: int = 1
    """Which billing period of the term it is, from 1."""
    grouped_by: tuple[GroupedBy, ...] = ()
    """What the tally's groups are named by, in their order."""
    billing: BillingCycle | None = None
    """How the contract is billed; None for a period by itself."""
    numbers_before: Mapping[str, str] | None = None
    """The number of each clause in the version of the period before; None where the contract has no amendments."""
    added: frozenset[str] = frozenset()
    """The clauses that an amendment has brought since the period before: they remember nothing yet."""
    group: str = ""
    """The group that is looked at by itself; empty where all items are."""
    rounded_at: Literal["line", "total"] = "line"
    """Whether each line is rounded, or their sum."""
    in_lines: tuple[str, ...] = ()
    """The clauses in the order in which lines come; empty where it is that of settling."""
    _flow: Flow | None = None
    _past_figures: dict[tuple[str, str, date], Figure[Any]] = field(default_factory=dict)

    @property
    def flow(self) -> Flow:
        """Who takes whose amount, and what of it is given."""
        if self._flow is None:
            raise UnknownReference("nothing settles yet, so no amount flows")
        return self._flow

    def figure(self, ref: str) -> Figure[Any]:
        """
        Return the figure of the clause *ref*, which is settled before those that refer to it.

        Raises:
            UnknownReference: when no clause of this reference has been settled.
        """
        try:
            return self.settled[ref]
        except KeyError:
            raise UnknownReference(f"no clause {ref!r} has been settled") from None

    def settle(self, clauses: Iterable[Clause]) -> None:
        """Settle *clauses*, which come in such an order that each follows those it refers to."""
        ordered = tuple(clauses)
        self.was = {clause.ref: clause.was for clause in ordered if clause.was is not None}
        self._flow = Flow(ordered, self.rounding, self.settled, at=self.rounded_at, in_lines=self.in_lines)
        for clause in ordered:
            self.settled[clause.ref] = settled_by(clause, self)

    def count(self, name: str, column: str) -> Figure[int]:
        """Return the sum of a *column* of the tally as a count."""
        return given(name, self.tally[column], self._cite(column))

    def time(self, name: str, column: str) -> Figure[timedelta]:
        """Return the sum of a *column* of the tally as a time."""
        return given(name, timedelta(microseconds=self.tally[column]), self._cite(column))

    def _cite(self, column: str) -> str:
        return f"tally {column}" + (f" of {self.group}" if self.group else "")

    def each(self, column: str) -> Distribution:
        """Return all values of a *column* whose rows the tally keeps apart."""
        return self.tally.each(column)

    def unrecorded(self, needing: NeedsEvents) -> tuple[Figure[str], ...]:
        """Return the kinds of event that a clock or measure needs and an origin does not record; mostly none."""
        return tuple(
            given("kind of event that is not recorded", kind, f"origin {origin.ref}")
            for origin in self.origins
            for kind in origin.unrecorded
            if needing.needs_any((kind,))
        )

    def service_time(self, ref: str) -> Figure[timedelta]:
        """Return the service time of the availability level *ref* in the period."""
        microseconds, calendar = self.service_times[ref]
        return given("service time", timedelta(microseconds=microseconds), f"calendar {calendar}")

    def buckets(self, ref: str) -> Figure[int]:
        """Return the number of buckets that lie in the hours of the level *ref* in the period."""
        number, calendar = self.bucket_counts[ref]
        return given("buckets in the hours", number, f"calendar {calendar}")

    def groups(self, by: GroupedBy) -> Mapping[str, tuple[int, ...]]:
        """Return for each group of items the sums of all columns, by the name of the group and sorted."""
        place = self.grouped_by.index(by)
        found: dict[str, tuple[int, ...]] = {}
        for group, numbers in self.tally.groups:
            name = str(json.loads(group)[place])
            found[name] = tuple(map(add, found[name], numbers)) if name in found else numbers
        return dict(sorted(found.items()))

    def within(self, name: str, numbers: tuple[int, ...]) -> Context:
        """Return the same for the group of this *name* alone, with its *numbers* for a tally."""
        inside = tuple(each for each in self.tally.groups if name in json.loads(each[0]))
        return replace(self, tally=replace(self.tally, sums=numbers, bags=(), groups=inside), group=name)

    def windows_of(self, ref: str) -> tuple[Window, ...]:
        """Return the windows of the level *ref* that end in the period, oldest first; mostly the period itself."""
        return self.windows.get(ref, (Window(ref, self.period.start),))

    def states(self, ref: str) -> tuple[Figure[str], ...]:
        """
        Return what each window of the level *ref* came to that ends in the period, oldest first.

        ``met``, ``missed`` or, where the level names severities, the severity, ``excused`` or ``not_measured``.
        """
        return self.aspects.get((ref, "state"), ())

    def severities_of(self, ref: str) -> tuple[str, ...]:
        """Return the severities of the level *ref*, the worst first; empty where it names none."""
        return tuple(getattr(self.flow.clauses.get(ref), "severity_names", ()))

    def gaps_of(self, ref: str) -> Figure[str]:
        """Return what a window without outcome does to a row of misses of the level *ref*."""
        return given("what a gap does", getattr(self.flow.clauses[ref], "gaps", None) or "breaks", f"clause {ref}")

    def excused(self, ref: str, outcome: Figure[str], window: str | None = None) -> Figure[str]:
        """Return the *outcome* of a *window* of the level *ref* after all that excuses it."""
        for excuse in self.excuses.get(window or ref, ()):
            if not excuse.value or outcome.value != "missed":
                continue
            outcome = derive("outcome", "excused/1", outcome, excuse, cites=(f"clause {ref}",))
        return outcome

    def freed(self, window: str) -> tuple[Figure[bool], ...]:
        """Return what makes a *window* cost nothing: all that excuses it, and all that waives it."""
        return (*self.excuses.get(window, ()), *self.waivers.get(window, ()))

    def remembered(self, ref: str, name: str) -> Remembered | None:
        """Return what the carry says of the clause *ref* under *name*, or under the number that it had before."""
        if self.carry is None:
            return None
        if self.numbers_before is None:
            return self.carry.find(ref, name) or self.carry.find(self.was.get(ref, ref), name)
        if ref not in self.numbers_before:
            return None
        word, _, level = name.partition(" ")
        then = f"{word} {self.numbers_before.get(level, level)}" if level else name
        return self.carry.find(self.numbers_before[ref], then)

    def past(
        self, ref: str, name: str, *, last: int | None = None, since: date | None = None
    ) -> tuple[Figure[Any], ...]:
        """
        Return what the clause *ref* handed on under *name*, oldest first: the *last* so many, or those *since* a day.

        Where the term starts there is nothing yet.

        Raises:
            CarryError: when the carry does not say what the clause remembers.
        """
        if self.carry is None:
            return ()
        found = self.remembered(ref, name)
        if found is None and ref in self.added:
            return ()
        if found is None:
            raise CarryError(
                f"the carry does not say what clause {ref} remembers as {name!r}; where a contract is taken over, "
                f"write Carry.opening(…, past={{({ref!r}, {name!r}): […]}}), with an empty list where nothing happened"
            )
        entries = [each for each in found.past if since is None or each.at >= since]
        wanted = entries if last is None else entries[len(entries) - min(last, len(entries)) :]
        while last is not None and wanted and self._is_older(ref, wanted[0].at, last):
            wanted = wanted[1:]  # an opening may leave periods out
        self._check_past(ref, name, wanted)
        return tuple(self._past_figure(ref, name, each) for each in wanted)

    def _past_figure(self, ref: str, name: str, entry: Past) -> Figure[Any]:
        """Return the figure of one value that was handed on, the same one for all that look at it."""
        key = (ref, name, entry.at)
        found = self._past_figures.get(key)
        if found is None:
            found = self._past_figures[key] = given(f"{name} of {entry.at}", entry.value, f"carry {ref}")
        return found

    def past_states(self, level: str, last: int) -> tuple[Figure[str], ...]:
        """
        Return the states of windows of *level* before those of the period, oldest first, as rows of misses need them.

        The *last* so many; where the level says that gaps are skipped, so many that are no gaps, and those among them.
        """
        if self.gaps_of(level).value != "skips":
            return self.past(level, "state", last=last)
        states = self.past(level, "state")
        return states[len(states) - back_over_gaps([each.value for each in states], last) :]

    def _is_older(self, ref: str, start: date, last: int) -> bool:
        """Say whether a period that began at *start* is not among the *last* so many before that of now."""
        if self.billing is None or ref in self.windows:
            return False
        return len(self.billing.periods(start, self.period.start)) > last

    def _check_past(self, ref: str, name: str, entries: Iterable[Past]) -> None:
        for each in entries:
            wanted = past_problem(name, each.value, self.severities_of(ref), self.currency)
            if wanted is not None:
                found = shown(str(each.value))
                raise CarryError(
                    f"what clause {ref} remembers as {name!r} of {each.at} is {found}, and should be {wanted}"
                )


def back_over_gaps(states: Sequence[str], last: int) -> int:
    """Return how many of the last *states* hold so many that are no gaps; all of them where there are fewer."""
    count = 0
    for position, state in enumerate(reversed(states)):
        if count == last:
            return position
        count += state not in GAPS
    return len(states)


@rule("excused/1")
def _excused(outcome: str, excuse: bool) -> str:  # noqa: FBT001 - the value of a figure
    """Return ``excused`` for a miss that is excused; any other outcome stays."""
    return "excused" if excuse and outcome == "missed" else outcome
