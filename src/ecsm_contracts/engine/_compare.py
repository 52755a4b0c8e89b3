"""Where a statement and its recomputation differ, in words that name the part."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json
from ecsm_contracts.figures import show_value
from ecsm_contracts.statements import figures_by_name

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
    for column, stated, found in zip_longest(statement.tally.columns, statement.tally.sums, added.sums):
        if type(stated) is not int or stated != found:
            yield f"tally {column}: it says {stated}, its rows add up to {found}"
    if statement.tally.bags != added.bags:
        yield "tally: the values that it keeps apart are not those of its rows"


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
    """Yield each part that settling the same tally again does not give; figures are compared with their making."""
    stated, found = statement.to_data(), again.to_data()
    named = list(_figures(statement, again, stated, found))
    yield from named
    for part in dict.fromkeys((*stated, *found)):
        value, other = stated.get(part), found.get(part)
        if part in _APART or canonical_json(value) == canonical_json(other):
            continue
        if part in {"figures", "nodes"}:
            if not named:
                yield f"{part}: settling again gives other ones"
        elif isinstance(value, list) and isinstance(other, list):
            yield from _items(part, value, other)
        else:
            yield f"{part}: settling again gives another one"


_APART = frozenset({"content", "made_by", "seals", "outcomes"})
"""Parts that are compared by other means, or are not content."""


def _figures(
    statement: Statement, again: Statement, stated: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[str]:
    figures, others = figures_by_name(statement), figures_by_name(again)
    for name, figure in figures.items():
        if name not in others:
            yield f"{name}: the terms give no such figure"
        elif stated["figures"][name] != found["figures"][name]:
            yield f"{name}: {_difference(figure, others[name]) or 'it is derived in another way'}"
    for name in others:
        if name not in figures:
            yield f"{name}: the terms give this figure, and the statement does not have it"


def _items(part: str, stated: list[Any], found: list[Any]) -> Iterator[str]:
    singular = {"lines": "line", "assessments": "assessment", "triggers": "trigger"}.get(part, part)
    for position, (item, other) in enumerate(zip_longest(stated, found), 1):
        if item is None or other is None or canonical_json(item) != canonical_json(other):
            clause = (item or other or {}).get("clause") if isinstance(item or other, dict) else None
            where = f"{singular} {position}" + (f" (clause {clause})" if clause else "")
            yield f"{where}: settling again gives another one"


def content_again(statement: Statement, again: Statement) -> Iterator[str]:
    """Yield each part of the content, by its seal, that is another one here."""
    stated, found = statement.seals.content(), again.seals.content()
    for part in {**found, **stated}:
        value, here = stated.get(part, {}), found.get(part, {})
        if value != here and isinstance(value, dict):
            yield f"{part}: {_named_differences(value, here)}"
        elif value != here:
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
    if statement.origins != observed.origins:
        yield "origins: the facts come from elsewhere, or assume or record something else"
    before = Counter(tuple(map(str, record.to_data().values())) for record in statement.rejected)
    now = Counter(tuple(map(str, record.to_data().values())) for record in observed.rejected)
    for kind, ref, *_ in sorted((before - now).elements()):
        yield f"{kind} {ref or '(no ref)'}: it was rejected when the statement was made, and is not now"
    for kind, ref, *_ in sorted((now - before).elements()):
        yield f"{kind} {ref or '(no ref)'}: it was rejected now, and not when the statement was made"


def _row_difference(stated: Row | None, found: Row | None) -> str:
    if stated is None:
        return "it is in the facts, and not in the statement"
    if found is None:
        return "it is in the statement, and not in the facts"
    if stated.digest != found.digest:
        return "it was changed since the statement was made"
    return "" if stated.numbers == found.numbers else "observing it again gives other numbers"
