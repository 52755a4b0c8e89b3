"""
References between the parts of a contract: where they stand, what they need, and the order that follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import NamedModel, Needs
from ecsm_contracts.clauses import Clause, clause_class, takers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.contracts._document import Path

    _Step: TypeAlias = "Needs | type[BaseModel] | _Items"

__all__ = ["Reference", "clause_order", "clause_references", "find_references"]


class Reference(NamedTuple):
    """A text that names another part: its path, what that part must be, and the name."""

    path: Path
    needs: str
    name: str
    takes: bool = False
    given: bool = False


class _Items(NamedTuple):
    """What is searched for in each item of a list."""

    steps: tuple[_Step, ...]


class _Searched(NamedTuple):
    """What is searched for below each key of a model: under its own keys, and under all others, which are names."""

    fields: Mapping[str, tuple[_Step, ...]]
    named: tuple[_Step, ...]


_SEARCHED: dict[type[BaseModel], _Searched] = {}
"""By class, as it follows from the class alone: taking annotations apart again for each mapping is most of the time."""


def find_references(annotation: Any, raw: object, path: Path = ()) -> Iterator[Reference]:
    """
    Yield the references in *raw* data that is meant for *annotation*; the data need not be valid.

    Where a type offers alternatives, all of them are searched: a mark on a text finds nothing in a mapping.
    """
    return _found(tuple(_steps(annotation)), raw, path)


def _steps(annotation: Any, marks: Iterable[object] = ()) -> Iterator[_Step]:
    """Yield what is searched for in data that is meant for *annotation*, in the order in which it is found."""
    for mark in marks:
        if isinstance(mark, Needs):
            yield mark
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        yield from _steps(inner, marks)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is tuple:
        if steps := tuple(step for item in get_args(annotation)[:1] for step in _steps(item)):
            yield _Items(steps)
    else:
        for alternative in get_args(annotation):
            yield from _steps(alternative)


def _searched(model: type[BaseModel]) -> _Searched:
    """Return what is searched for below the keys of *model*; kept once all its types are known."""
    if (known := _SEARCHED.get(model)) is not None:
        return known
    fields = {
        field.alias or name: tuple(_steps(field.annotation, field.metadata))
        for name, field in model.model_fields.items()
    }
    named = tuple(_steps(model.type_of_named())) if issubclass(model, NamedModel) else ()
    found = _Searched(fields, named)
    if getattr(model, "__pydantic_fields_complete__", False):
        _SEARCHED[model] = found
    return found


def _found(steps: tuple[_Step, ...], raw: object, path: Path) -> Iterator[Reference]:
    for step in steps:
        if isinstance(step, Needs):
            if isinstance(raw, str):
                yield Reference(path, step.what, raw, step.takes, step.given)
        elif isinstance(step, _Items):
            if isinstance(raw, (list, tuple)):
                for position, item in enumerate(raw):
                    yield from _found(step.steps, item, (*path, position))
        elif isinstance(raw, dict):
            yield from _in_model(step, raw, path)


def _in_model(model: type[BaseModel], raw: dict[Any, Any], path: Path) -> Iterator[Reference]:
    if model is Clause:
        model = clause_class(raw.get("kind")) or Clause
    searched = _searched(model)
    for key, steps in searched.fields.items():
        if steps and key in raw:
            yield from _found(steps, raw[key], (*path, key))
    if searched.named:
        for key in sorted(raw.keys() - searched.fields.keys()):
            yield from _found(searched.named, raw[key], (*path, key))


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
