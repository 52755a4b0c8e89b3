"""The items behind a missed promise: which tickets were late, which outages counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import duration_micros, show_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures import Row
    from ecsm_contracts.statements._statement import Statement

__all__ = ["Shortfall", "levels_behind", "places_of", "shortfall_of", "shortfalls"]


class Shortfall(NamedTuple):
    """An item that fell short of a promise in the period."""

    clause: str
    """The clause of the promise."""
    kind: str
    """``ticket``, ``outage``, ``survey`` or ``declared``."""
    ref: str
    """The identity of the item."""
    text: str
    """By how much, for people."""
    missed_before: bool = False
    """Whether the promise was missed in an earlier period, and the item only grew later in this one."""


_SAID = {
    "off_scale": "its score is not on the scale: left out",
    "unproven": "it names no evidence: left out",
    "overdue": "delivered late",
}
"""What is said of an item that has a number in such a column."""


def _text(numbers: dict[str, int], longest: int | None) -> str:
    """
    Say how an item with these *numbers* of one level fell short; nothing when it did not.

    *longest* is the time that a promise about times allows, None for another promise.
    """
    if longest is not None and numbers.get("each", 0) > longest:
        return f"took {show_duration(numbers['each'])}, longer than {show_duration(longest)}"
    if said := next((text for name, text in _SAID.items() if numbers.get(name)), ""):
        return said
    if numbers.get("counted") and not numbers.get("met", 1):
        return f"not in time: {show_duration(numbers['elapsed'])} on its clock"
    if _missed_before(numbers):
        return f"missed before the period, and later by {show_duration(numbers['late'])} in it"
    if numbers.get("misses") or numbers.get("late"):
        late = numbers["late"]
        return (
            f"late by {show_duration(late)} in the period"
            if late > 0
            else "its miss of an earlier period is taken back"
        )
    if numbers.get("unavailable"):
        return f"unavailable for {show_duration(numbers['unavailable'])}"
    return ""


def _missed_before(numbers: dict[str, int]) -> bool:
    return numbers.get("misses") == 0 < numbers.get("late", 0)


def _longest(statement: Statement, clause: str) -> int | None:
    """Return the time in microseconds that the target of *clause* allows; None where it is no time."""
    target = next((each.target for each in statement.assessments if each.clause == clause), None)
    return duration_micros(target.bound) if target is not None and isinstance(target.bound, timedelta) else None


def _is_of(column: str, clause: str) -> bool:
    """Say whether a *column* is one of the level *clause*, not of a level whose number only begins so."""
    return column.startswith(f"{clause}.") and column.count(".") == clause.count(".") + 1


def shortfalls(statement: Statement, clause: str) -> Iterator[Shortfall]:
    """Yield the items that fell short of the promise of *clause*, by kind and identity; none for another clause."""
    places = places_of(statement, clause)
    longest = _longest(statement, clause)
    for row in statement.outcomes if places else ():
        if (found := _shortfall(row, clause, places, longest)) is not None:
            yield found


def shortfall_of(statement: Statement, clause: str, row: Row) -> Shortfall | None:
    """Return how the item of one *row* fell short of the promise of *clause*; None when it did not."""
    return _shortfall(row, clause, places_of(statement, clause), _longest(statement, clause))


def places_of(statement: Statement, clause: str) -> dict[str, int]:
    """Return by name the places of the columns that are of the promise of *clause*: ``met`` for ``4.2.met``."""
    prefix = f"{clause}."
    columns = enumerate(statement.outcomes.columns)
    return {column.removeprefix(prefix): place for place, column in columns if _is_of(column, clause)}


def _shortfall(row: Row, clause: str, places: dict[str, int], longest: int | None) -> Shortfall | None:
    numbers = {name: row.numbers[place] for name, place in places.items()}
    text = _text(numbers, longest)
    return Shortfall(clause, row.kind, row.ref, text, _missed_before(numbers)) if text else None


def levels_behind(statement: Statement, figure: Figure[object]) -> tuple[str, ...]:
    """Return the clauses of the promises whose counts *figure* rests on, in the order of the statement."""
    cited = [cite.removeprefix("tally ") for cite in figure.sources() if cite.startswith("tally ")]
    return tuple(
        each.clause
        for each in statement.assessments
        if any(_is_of(column, each.clause) or column.endswith(f".late.{each.clause}") for column in cited)
    )
