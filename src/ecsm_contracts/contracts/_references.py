"""
References between the parts of a contract: where they stand, what they need, and the order that follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import NamedModel, Needs
from ecsm_contracts.clauses import Clause, clause_class, takers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.contracts._document import Path

__all__ = ["Reference", "clause_order", "clause_references", "find_references"]


class Reference(NamedTuple):
    """A text that names another part: its path, what that part must be, and the name."""

    path: Path
    needs: str
    name: str
    takes: bool = False
    given: bool = False


def find_references(annotation: Any, raw: object, path: Path = ()) -> Iterator[Reference]:
    """
    Yield the references in *raw* data that is meant for *annotation*; the data need not be valid.

    Where a type offers alternatives, all of them are searched: a mark on a text finds nothing in a mapping.
    """
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        yield from _marked(inner, marks, raw, path)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _in_model(annotation, raw, path)
    elif get_origin(annotation) is tuple and isinstance(raw, (list, tuple)):
        for position, item in enumerate(raw):
            yield from find_references(get_args(annotation)[0], item, (*path, position))
    elif get_args(annotation) and get_origin(annotation) is not tuple:
        for alternative in get_args(annotation):
            yield from find_references(alternative, raw, path)


def _marked(inner: Any, marks: Iterable[object], raw: object, path: Path) -> Iterator[Reference]:
    for mark in marks:
        if isinstance(mark, Needs) and isinstance(raw, str):
            yield Reference(path, mark.what, raw, mark.takes, mark.given)
    yield from find_references(inner, raw, path)


def _in_model(model: type[BaseModel], raw: object, path: Path) -> Iterator[Reference]:
    if model is Clause and isinstance(raw, dict):
        model = clause_class(raw.get("kind")) or Clause
    if not isinstance(raw, dict):
        return
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in raw:
            yield from _marked(field.annotation, field.metadata, raw[key], (*path, key))
    if issubclass(model, NamedModel):
        own = {field.alias or name for name, field in model.model_fields.items()}
        for key in sorted(raw.keys() - own):
            yield from find_references(model.type_of_named(), raw[key], (*path, key))


def clause_references(clause: Clause) -> tuple[Reference, ...]:
    """Return the references that *clause* makes to other parts, by path inside the clause."""
    return tuple(find_references(type(clause), clause.to_data()))


SATISFIED_BY: Mapping[str, frozenset[str]] = {
    "amount": frozenset({"charge", "basis"}),
    "money": frozenset({"credit", "bonus", "combine", "limit", "earn_back"}),
}
"""What fits where a reference needs more than one kind of clause; other references need what they say."""
_NOT_CLAUSES = frozenset({"calendar", "holidays", "service"})


def satisfies(yields: str | None, needs: str) -> bool:
    """Return whether a clause that *yields* something fits where something is needed; None is not known, and fits."""
    return yields is None or yields == needs or yields in SATISFIED_BY.get(needs, ())


def _dependencies(clauses: tuple[Clause, ...]) -> Mapping[str, list[str]]:
    """Return for each clause those that settle before it."""
    by_ref = {clause.ref: clause for clause in clauses}
    taken_by = {ref: taker for ref, (taker, _) in takers(clauses).items()}
    found: dict[str, list[str]] = {clause.ref: [] for clause in clauses}
    for clause in clauses:
        for reference in clause_references(clause):
            if reference.needs in _NOT_CLAUSES or reference.name not in by_ref:
                continue
            if clause.yields == "relief":
                found[reference.name].append(clause.ref)
                continue
            found[clause.ref].append(reference.name)
            taker = taken_by.get(reference.name) if reference.given else None
            while taker is not None and taker not in found[clause.ref]:
                found[clause.ref].append(taker)
                taker = taken_by.get(taker)
    return found


def clause_order(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """
    Return the *clauses* so that each comes after those it refers to.

    Among equals the order of the document is kept.

    A validator's error is raised when an identity is used twice, or when clauses refer to each other in a
    circle.
    """
    by_ref = {clause.ref: clause for clause in clauses}
    if len(by_ref) < len(clauses):
        raise PydanticCustomError("duplicate_ref", "two clauses have the same ref; each needs its own")
    position = {clause.ref: index for index, clause in enumerate(clauses)}
    sorter = TopologicalSorter(_dependencies(clauses))
    try:
        sorter.prepare()
    except CycleError as circle:
        raise PydanticCustomError(
            "circular_reference",
            "clauses refer to each other in a circle: {circle}",
            {"circle": " > ".join(circle.args[1])},
        ) from None
    ordered: list[Clause] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        ordered.extend(by_ref[ref] for ref in ready)
        sorter.done(*ready)
    return tuple(ordered)
