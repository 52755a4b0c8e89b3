"""Where a statement and its recomputation differ, in words that name the part."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json
from ecsm_contracts.figures import show_value
from ecsm_contracts.statements import content_to_data, figures_by_name

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
    """Return where two figures first differ: other inputs from the top down, other values from the leaves up."""
    seen: set[tuple[int, int]] = set()
    left = [(stated, again, False)]
    while left:
        first, second, inputs_done = left.pop()
        if not inputs_done and (id(first), id(second)) in seen:
            continue
        seen.add((id(first), id(second)))
        if found := _another_value(first, second) if inputs_done else _another_making(first, second):
            return f"{first.name}: {found}"
        if not inputs_done:
            left.append((first, second, True))
            left.extend((*pair, False) for pair in reversed([*zip(first.inputs, second.inputs, strict=True)]))
    return ""


def _another_making(stated: Figure[Any], again: Figure[Any]) -> str:
    """Say in what a figure is made in another way: its name, its rule, what it cites, the names of its inputs."""
    if stated.name != again.name:
        return f"it stands where settling again gives {again.name}"
    for what, one, other in (("rule", stated.rule, again.rule), ("cites", stated.cites, again.cites)):
        if one != other:
            return f"it is derived in another way: its {what} {_said(one)}, settling again {_said(other)}"
    if len(stated.inputs) != len(again.inputs):
        numbers = f"from {len(stated.inputs)} inputs, settling again from {len(again.inputs)}"
        return f"it is derived in another way: {numbers}"
    for number, (mine, other_one) in enumerate(zip(stated.inputs, again.inputs, strict=True), 1):
        if mine.name != other_one.name:
            return f"its input {number} is {mine.name}, settling again it is {other_one.name}"
    return ""


def _another_value(stated: Figure[Any], again: Figure[Any]) -> str:
    if stated.value == again.value and type(stated.value) is type(again.value):
        return ""
    return f"it says {show_value(stated.value)}, settling again gives {show_value(again.value)}"


def _said(value: str | tuple[str, ...]) -> str:
    return f"is {value}" if isinstance(value, str) else f"are {', '.join(value) or 'none'}"


def settled_again(statement: Statement, again: Statement) -> Iterator[str]:
    """Yield each part that settling the same tally again does not give; figures are compared with their making."""
    stated, found = content_to_data(statement), content_to_data(again)
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


_APART = frozenset({"content"})
"""Parts that are compared by other means, beside the rows: these are what both were settled from."""


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
        if value != here and isinstance(value, dict) and isinstance(here, dict):
            yield f"{part}: {_named_differences(value, here)}"
        elif value != here:
            yield f"{part}: the statement was made from another one{_MADE_FROM.get(part, '')}"


_MADE_FROM = {"contract": ", by its terms", "facts": ", by its rows, rejected records, unlisted items and origins"}
"""For a seal what stands in the statement, and does not fit it."""


def _named_differences(stated: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    names = sorted(name for name in {**stated, **found} if stated.get(name) != found.get(name))
    return ", ".join(f"{name} was {stated.get(name)}, here it is {found.get(name)}" for name in names)


def observed_again(statement: Statement, observed: Observed) -> Iterator[str]:
    """Yield each item of which observing the facts gives another row, and each record that is rejected only once."""
    for stated, found in statement.outcomes.differences(observed.outcomes):
        row = stated or found
        if row is not None:
            yield f"{row.kind} {row.ref}: {_row_difference(stated, found)}"
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
    what = "other numbers" if stated.numbers != found.numbers else "another group"
    return f"observing it again gives {what}"
