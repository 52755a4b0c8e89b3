"""Where a statement and its recomputation differ, in words that name the part."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ecsm_contracts.figures import show_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.engine._observe import Observed
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures import Row
    from ecsm_contracts.statements import Statement

__all__ = ["added_up", "content_again", "observed_again", "settled_again"]


def added_up(statement: Statement) -> Iterator[str]:
    """Yield each column whose sum is not that of its rows."""
    added = statement.outcomes.tally()
    for column, stated, found in zip(statement.tally.columns, statement.tally.sums, added.sums, strict=True):
        if stated != found:
            yield f"tally {column}: it says {stated}, its rows add up to {found}"


def _difference(stated: Figure[Any], again: Figure[Any]) -> str:
    """Return where two figures first differ, from the leaves up."""
    for first, second in zip_longest(stated.walk(), again.walk()):
        if first is None or second is None or _making(first) != _making(second):
            return f"{(first or second).name}: it is derived in another way"
        if first.value != second.value or type(first.value) is not type(second.value):
            values = f"it says {show_value(first.value)}, settling again gives {show_value(second.value)}"
            return f"{first.name}: {values}"
    return ""


def _making(figure: Figure[Any]) -> tuple[str, str, tuple[str, ...]]:
    return figure.name, figure.rule, figure.cites


def settled_again(statement: Statement, again: Statement) -> Iterator[str]:
    """Yield each figure, line, total, assessment and carry that settling the same tally again does not give."""
    yield from _figures(statement, again)
    yield from _lines(statement, again)
    for assessment, second in zip_longest(statement.assessments, again.assessments):
        if assessment is None or second is None or assessment.to_data() != second.to_data():
            clause = (assessment or second).clause
            yield f"assessment of clause {clause}: settling again gives another one"
    if statement.carry != again.carry:
        yield "carry: settling again gives another one"


def _figures(statement: Statement, again: Statement) -> Iterator[str]:
    for ref in {**statement.figures, **again.figures}:
        if ref not in statement.figures or ref not in again.figures:
            yield f"clause {ref}: only one of the statement and its terms has it"
        elif difference := _difference(statement.figures[ref], again.figures[ref]):
            yield f"clause {ref}: {difference}"
    if difference := _difference(statement.total, again.total):
        yield f"total: {difference}"


def _lines(statement: Statement, again: Statement) -> Iterator[str]:
    for position, (line, other) in enumerate(zip_longest(statement.lines, again.lines), 1):
        if line is None or other is None or line[:3] != other[:3]:
            yield f"line {position}: settling again gives another line"
        elif difference := _difference(line.figure, other.figure):
            yield f"line {position} (clause {line.clause}): {difference}"


def content_again(statement: Statement, again: Statement) -> Iterator[str]:
    """Yield each part of the content, by its seal, that is another one here."""
    stated, found = statement.seals.content(), again.seals.content()
    for part, value in stated.items():
        if value != found[part] and isinstance(value, dict):
            yield f"{part}: {_named_differences(value, found[part])}"
        elif value != found[part]:
            yield f"{part}: the statement was made from another one"


def _named_differences(stated: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    names = sorted(name for name in {**stated, **found} if stated.get(name) != found.get(name))
    return ", ".join(f"{name} was {stated.get(name)}, here it is {found.get(name)}" for name in names)


def observed_again(statement: Statement, observed: Observed) -> Iterator[str]:
    """Yield each item of which observing the facts gives another row, and each record that is rejected only once."""
    stated = {(row.kind, row.ref): row for row in statement.outcomes}
    found = {(row.kind, row.ref): row for row in observed.outcomes}
    for kind, ref in sorted({**stated, **found}):
        if reason := _row_difference(stated.get((kind, ref)), found.get((kind, ref))):
            yield f"{kind} {ref}: {reason}"
    if statement.unlisted != observed.unlisted:
        yield "unlisted: other items are of services that the contract does not list"
    before = {tuple(record.to_data().values()) for record in statement.rejected}
    now = {tuple(record.to_data().values()) for record in observed.rejected}
    for kind, ref, *_ in sorted(before - now):
        yield f"{kind} {ref or '(no ref)'}: it was rejected when the statement was made, and is not now"
    for kind, ref, *_ in sorted(now - before):
        yield f"{kind} {ref or '(no ref)'}: it was rejected now, and not when the statement was made"


def _row_difference(stated: Row | None, found: Row | None) -> str:
    if stated is None:
        return "it is in the facts, and not in the statement"
    if found is None:
        return "it is in the statement, and not in the facts"
    if stated.digest != found.digest:
        return "it was changed since the statement was made"
    return "" if stated.numbers == found.numbers else "observing it again gives other numbers"
