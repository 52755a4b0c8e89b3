"""What became of every ticket or outage that was read: four fates that add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecsm_contracts._display import Column, Table
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.engine._observe import ended_before
from ecsm_contracts.engine._plan import plan
from ecsm_contracts.engine._terms import contract_of
from ecsm_contracts.errors import Contradiction, VerificationError, expect, shown
from ecsm_contracts.facts import Facts, Ticket, is_finished, timeline
from ecsm_contracts.measures import Availability, Count
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.engine._plan import Plan
    from ecsm_contracts.facts import Outage
    from ecsm_contracts.measures import Row

__all__ = ["Fate", "Fates", "account_for"]

Fate = Literal["quarantined", "evaluated", "open", "not_in_period"]


@dataclass(frozen=True, slots=True)
class Fates:
    """
    Every item of one kind that was read, by its fate in one period. The four counts add up to what was read.
    """

    kind: Literal["ticket", "outage"]
    period: str
    unnamed: int
    """Quarantined records whose identity could not be read."""
    by_ref: Mapping[str, Fate]
    """The fate of each item, by identity."""
    clauses: tuple[tuple[str, int], ...]
    """For each promise about such items how many of them it counted; one item can be counted by several."""

    def count(self, fate: Fate) -> int:
        """Return how many items met this *fate*."""
        return sum(each == fate for each in self.by_ref.values()) + (self.unnamed if fate == "quarantined" else 0)

    @property
    def read(self) -> int:
        """How many items were read, each identity once."""
        return len(self.by_ref) + self.unnamed

    def _table(self) -> Table:
        fates: tuple[Fate, ...] = ("quarantined", "evaluated", "open", "not_in_period")
        rows = [(fate.replace("_", " "), str(self.count(fate))) for fate in fates]
        counted = ", ".join(f"{clause}: {count}" for clause, count in self.clauses)
        return Table(
            title=f"What became of each {self.kind} in {self.period}",
            columns=(Column("fate"), Column("count", "right")),
            rows=tuple(rows),
            footer=(("read", str(self.read)),),
            note=f"in the numbers of clause {counted}" if counted else "",
        )

    def __str__(self) -> str:
        """Return the counts as a plain text table."""
        return self._table().text()

    def _repr_html_(self) -> str:
        """Return the counts for a notebook."""
        return self._table().html()


def account_for(statement: Statement, facts: Facts, *, kind: Literal["ticket", "outage"] = "ticket") -> Fates:
    """
    Return what became of each item of *facts* in the period of *statement*.

    An item is *quarantined* when a record of it was rejected; else *evaluated* when it is in at least one
    population of the period (a ticket with a number that is not zero in its row; an outage in the scope of an
    availability level and inside the period); else *open* when it began before the period's end and had not
    ended by then; else *not in period*.

    Raises:
        VerificationError: when the statement was made from other facts: an item has changed, is missing, or was
            rejected only once.
        DocumentError: when the terms that the statement keeps are not those of a contract.
    """
    expect(statement, Statement, "statement", "take what evaluate(…) gave")
    expect(facts, Facts, "facts", "read them with read_facts(…)")
    planned = plan(contract_of(statement), statement.period)
    _refuse_other_facts(statement, facts, kind, planned)
    rejected = [record.ref for record in statement.rejected if record.kind == kind]
    counted = _counted(statement, planned) if kind == "ticket" else _outages(facts, planned)
    in_a_population = frozenset().union(*counted.values())
    items: dict[str, Ticket | Outage] = {
        item.ref: item for item in (facts.tickets if kind == "ticket" else facts.outages)
    }
    quarantined = frozenset(rejected) - {""}
    fates: dict[str, Fate] = dict.fromkeys(sorted(quarantined), "quarantined")
    for ref, item in items.items():
        if ref not in quarantined:
            ongoing: Fate = "open" if _is_open(item, planned) else "not_in_period"
            fates[ref] = "evaluated" if ref in in_a_population else ongoing
    clauses = tuple((clause, len(refs)) for clause, refs in counted.items())
    return Fates(kind, statement.period.label, rejected.count(""), fates, clauses)


def _refuse_other_facts(statement: Statement, facts: Facts, kind: str, planned: Plan) -> None:
    """Raise unless *facts* hold what the statement kept of its items, no more, and were rejected where it says so."""
    items: dict[str, Ticket | Outage] = {
        item.ref: item for item in (facts.tickets if kind == "ticket" else facts.outages)
    }
    rows = {row.ref: row for row in statement.outcomes.of_kind(kind)}
    failures = [
        f"{kind} {shown(ref)}: {why}"
        for ref, row in rows.items()
        if (why := _change(row, items.get(ref), planned.bounds[1]))
    ]
    rejected = {record.ref for record in statement.rejected if record.kind == kind}
    failures += [
        f"{kind} {shown(ref)}: it is in the facts, and not in the statement"
        for ref, item in items.items()
        if ref not in rows and ref not in rejected and _belongs(item, planned)
    ]
    before = {record[:4] for record in statement.rejected if record.kind == kind}
    now = {record[:4] for record in facts.rejected if record.kind == kind}
    failures += [
        f"{kind} {ref or '(no ref)'}: it is rejected now, and the statement does not say so"
        for _, ref, *_ in sorted(now - before)
    ]
    known = items.keys() | {ref for _, ref, *_ in now}
    failures += [
        f"{kind} {ref}: the statement rejected it, and it is not among the facts"
        for _, ref, *_ in sorted(before - now)
        if not ref or ref not in known
    ]
    if failures:
        raise VerificationError(failures)


def _change(row: Row, item: Ticket | Outage | None, end: int) -> str:
    """Say how *item* is another one than the *row* was made of; nothing when it is not."""
    known = None if item is None else item.known_before(end)
    if known is None:
        return "it is in the statement, and not in the facts"
    return "" if known.short_digest == row.digest else "it was changed since the statement was made"


def _belongs(item: Ticket | Outage, planned: Plan) -> bool:
    """Return whether *item* is one that observing gives a row: known by the period's end, and not over before."""
    known = item.known_before(planned.bounds[1])
    if known is None:
        return False
    if not isinstance(known, Ticket):
        return known.end is None or to_micros(known.end) >= planned.window[0]
    try:
        return not ended_before(timeline(known, planned.contract.priorities), planned)
    except Contradiction:
        return True


def _counted(statement: Statement, planned: Plan) -> dict[str, frozenset[str]]:
    """Return for each level about tickets those that have a number of it in their row, in any of its windows."""
    columns = statement.outcomes.columns
    places: dict[str, list[int]] = {}
    for level in planned.levels:
        if level.is_about_tickets:
            places.setdefault(level.clause, []).extend(columns.index(column) for column in level.columns)
    rows = [row for row in statement.outcomes if row.kind == "ticket"]
    return {
        clause: frozenset(row.ref for row in rows if any(row.numbers[place] for place in found))
        for clause, found in places.items()
    }


def _outages(facts: Facts, planned: Plan) -> dict[str, frozenset[str]]:
    """
    Return for each level about outages those in its scope that have a part in the period, or in a window of its own.

    For a number of outages those that it counts: they begin in it.
    """
    found: dict[str, frozenset[str]] = {}
    for level in planned.levels:
        available = isinstance(level.measure, Availability)
        if available or (isinstance(level.measure, Count) and level.measure.of == "outages"):
            counted = frozenset(
                outage.ref
                for outage in facts.outages
                if _has_a_part(outage, level.start, level.end)
                and level.scope.covers(outage)
                and (available or _is_counted(outage, level.start))
            )
            found[level.clause] = found.get(level.clause, frozenset()) | counted
    return found


def _is_counted(outage: Outage, start: int) -> bool:
    """Return whether a number of outages counts *outage*, of which a part lies in the window from *start* on."""
    return outage.state == "down" and to_micros(outage.start) >= start


def _has_a_part(outage: Outage, start: int, end: int) -> bool:
    """Return whether *outage* has a part in `[start, end)`; one of no length has none."""
    first = max(to_micros(outage.start), start)
    last = end if outage.end is None else min(to_micros(outage.end), end)
    return first < last


def _is_open(item: Ticket | Outage, planned: Plan) -> bool:
    """Return whether *item* had begun before the period's end and had not ended by then."""
    known = item.known_before(planned.bounds[1])
    if known is None:
        return False
    if not isinstance(known, Ticket):
        return known.end is None
    return not is_finished(timeline(known, planned.contract.priorities))
