"""What one item came to in a statement, told from the statement alone: no facts are needed, and none are believed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts._display import Column, Table, escape_html, escape_text
from ecsm_contracts.calendars import show_duration
from ecsm_contracts.errors import InvalidValue, UnknownReference, did_you_mean, expect, shown
from ecsm_contracts.measures._outcomes import KINDS
from ecsm_contracts.statements._shortfalls import places_of, shortfall_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.measures import Row
    from ecsm_contracts.statements._parts import Assessment, Line
    from ecsm_contracts.statements._statement import Statement

__all__ = ["ItemCount", "ItemExplanation", "why_item"]

HINTED = 1000
"""Among how many items of a kind a hint looks for the one that was meant."""
_TIMES = frozenset({"each", "elapsed", "late", "planned", "unavailable", "unknown"})
"""The names of columns that hold times, in microseconds."""


class ItemCount(NamedTuple):
    """What one item added to one promise."""

    clause: str
    """The clause of the promise, or of a window of its own: ``4.2@2026-03-05``."""
    title: str
    """Its heading."""
    outcome: str
    """What came of the promise as a whole: ``met``, ``missed`` and so on."""
    numbers: tuple[tuple[str, int], ...]
    """What the item added to each column, by the name of the column: ``met``; times are in microseconds."""
    shortfall: str
    """How it fell short, for people; empty when it did not."""

    @property
    def shown_numbers(self) -> str:
        """The numbers for people, times in hours and minutes; those that are zero are left out."""
        return ", ".join(f"{name} {_shown(name, number)}" for name, number in self.numbers if number)

    @property
    def row(self) -> tuple[str, ...]:
        """The cells of its row in a table."""
        return self.clause, self.title, self.outcome.replace("_", " "), self.shown_numbers, self.shortfall


def _shown(name: str, number: int) -> str:
    return show_duration(number) if name in _TIMES else f"{number:,}"


@dataclass(frozen=True, slots=True)
class ItemExplanation:
    """
    What one item came to in a statement; it prints itself.

    It repeats what the statement says. How a clock came to its time only the facts can tell: see `explain_ticket`.
    """

    kind: str
    """``ticket``, ``outage``, ``survey`` and so on."""
    ref: str
    """The identity of the item."""
    period: str
    """The period of the statement, by its label."""
    digest: str
    """The digest of what was known of the item, by the statement's seal: 16 hexadecimal digits."""
    counts: tuple[ItemCount, ...]
    """The promises that it counted for, in the order of the statement."""
    others: tuple[tuple[str, int], ...]
    """What it added to other columns, such as the tickets that a charge is for; those that are zero are left out."""
    clauses: tuple[str, ...]
    """The clauses whose figures rest on a column that it added to, in the order of the statement."""
    lines: tuple[Line, ...]
    """The lines that do."""
    unlisted: str = ""
    """The service that it names, where the contract does not list it."""

    @property
    def heading(self) -> str:
        """What it is about, in one line."""
        return f"{self.kind.capitalize()} {self.ref} in {self.period}"

    def _tables(self) -> Iterator[Table]:
        if self.counts:
            names = ("clause", "promise", "outcome of the promise", "what the item added", "how it fell short")
            rows = tuple(each.row for each in self.counts)
            yield Table(title="Promises that count it", columns=tuple(map(Column, names)), rows=rows)
        if self.lines:
            yield Table(
                title="Lines that rest on what it was counted in",
                columns=(Column("clause"), Column("line"), Column("amount", "right")),
                rows=tuple((line.clause, line.text, line.amount.display) for line in self.lines),
            )

    def _notes(self) -> Iterator[str]:
        if not self.counts:
            yield "No promise counts it."
        if self.others:
            yield "It also added " + ", ".join(f"{number:,} to {column}" for column, number in self.others) + "."
        if self.clauses:
            yield f"Clauses that rest on what it was counted in: {', '.join(self.clauses)}."
        if self.unlisted:
            yield f"The contract does not list its service {self.unlisted}."

    def __str__(self) -> str:
        """Return it as plain text."""
        tables = (table.text() for table in self._tables())
        return "\n\n".join([escape_text(self.heading), *tables, *map(escape_text, self._notes())])

    def _repr_html_(self) -> str:
        """Return it for a notebook."""
        notes = (f"<p>{escape_html(note)}</p>" for note in self._notes())
        return "\n".join([f"<p>{escape_html(self.heading)}</p>", *(table.html() for table in self._tables()), *notes])


def why_item(statement: Statement, ref: str, kind: str | None) -> ItemExplanation:
    """
    Return what the item *ref* came to in *statement*.

    Raises:
        UnknownReference: when the statement has no such item, or it was rejected.
        InvalidValue: when items of several kinds are called so and *kind* does not say which, or there is no such kind.
    """
    expect(ref, str, "item", 'write its identity: statement.why("T-101")')
    row = _row(statement, ref, kind)
    added = {column: number for column, number in zip(statement.outcomes.columns, row.numbers, strict=True) if number}
    counts = tuple(_counts(statement, row, {column.rpartition(".")[0] for column in added}))
    counted = {f"{each.clause}.{name}" for each in counts for name, _ in each.numbers}
    cites = _cites(added, row)
    return ItemExplanation(
        row.kind,
        row.ref,
        statement.period.label,
        row.digest,
        counts,
        tuple((column, number) for column, number in added.items() if column not in counted),
        tuple(clause for clause, figure in statement.figures.items() if cites.intersection(figure.sources())),
        tuple(line for line in statement.lines if cites.intersection(line.figure.sources())),
        next((each.service for each in statement.unlisted if each[:2] == (row.kind, row.ref)), ""),
    )


def _cites(columns: Iterable[str], row: Row) -> set[str]:
    """Return how figures cite *columns*: as a whole, or for a group that the item is in."""
    groups = [str(each) for each in json.loads(row.group)] if row.group else []
    return {f"tally {column}{of}" for column in columns for of in ("", *(f" of {group}" for group in groups))}


def _row(statement: Statement, ref: str, kind: str | None) -> Row:
    if kind is not None and kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS)
        message = f"there is no kind of item {shown(kind)}{hint}; there are {', '.join(KINDS)}"
        raise InvalidValue(message, rule="item_kind", value=kind)
    kinds = KINDS if kind is None else (kind,)
    found = [row for each in kinds if (row := statement.outcomes.find(each, ref)) is not None]
    if len(found) > 1:
        named = " and ".join(row.kind for row in found)
        message = f"{shown(ref)} is the identity of several items: {named}; write kind={found[0].kind!r}"
        raise InvalidValue(message, rule="item_ambiguous", value=ref)
    if not found:
        raise _unknown(statement, ref, kinds)
    return found[0]


def _unknown(statement: Statement, ref: str, kinds: tuple[str, ...]) -> UnknownReference:
    rejected = next((each for each in statement.rejected if each.kind in kinds and each.ref == ref), None)
    if rejected is not None:
        return UnknownReference(f"{rejected.kind} {shown(ref)} entered no figure: {rejected.message}")
    some = chain.from_iterable(islice(statement.outcomes.of_kind(each), HINTED) for each in kinds)
    what = kinds[0] if len(kinds) == 1 else "item"
    hint = did_you_mean(ref, (row.ref for row in some))
    return UnknownReference(f"the statement of {statement.period.label} has no {what} {shown(ref)}{hint}")


def _counts(statement: Statement, row: Row, clauses: set[str]) -> Iterator[ItemCount]:
    for each in statement.assessments:
        if each.clause in clauses:
            places = places_of(statement, each.clause).items()
            numbers = tuple((name, row.numbers[place]) for name, place in places)
            yield ItemCount(each.clause, each.title, each.outcome, numbers, _shortfall(statement, each, row))


def _shortfall(statement: Statement, assessment: Assessment, row: Row) -> str:
    found = shortfall_of(statement, assessment.clause, row)
    return "" if found is None else found.text
