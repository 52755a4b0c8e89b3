"""From pydantic's errors to problems with a place, a stable code, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ecsm_contracts._model import NamedModel, code_and_message
from ecsm_contracts.clauses import Clause, clause_class
from ecsm_contracts.errors import did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError

    from ecsm_contracts.contracts._document import Document, Path
    from ecsm_contracts.errors import Problem

__all__ = ["MOST_PROBLEMS", "problems_of"]

MOST_PROBLEMS = 100
"""How many problems of one sort are put into words; the rest shows once these are mended."""


def _path(raw: object, location: Iterable[str | int]) -> Path:
    """
    Return the part of pydantic's *location* that exists in *raw*; names of alternatives in it are left out.
    """
    path: list[str | int] = []
    at = raw
    for part in location:
        if (isinstance(at, dict) and part in at) or (isinstance(at, list) and isinstance(part, int) and part < len(at)):
            path.append(part)
            at = at[part]  # type: ignore[index]  # the condition above has looked
    return tuple(path)


def _fields(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


def _told_apart(candidates: list[type[BaseModel]], at: object) -> list[type[BaseModel]]:
    """Return those of *candidates* that the mapping *at* can be, going by its `kind`."""
    if not isinstance(at, dict):
        return candidates
    kind = at.get("kind")
    found = clause_class(kind) if Clause in candidates else None
    return [found] if found else [each for each in candidates if _is_kind(each, kind)] or candidates


def _words_of(model: type[BaseModel], raw: object, path: Path, field: str) -> str:
    """Return the words that a missing *field* may hold, where it holds one of a few."""
    for each in _models_at(model, raw, path):
        found = each.model_fields.get(field)
        words = [word for word in getattr(found and found.annotation, "__args__", ()) if isinstance(word, str)]
        if words:
            return f"it is {' or '.join(words)}" if len(words) > 1 else f"the only word for it is {words[0]}"
    return ""


def _fields_at(model: type[BaseModel], raw: object, path: Path) -> list[str]:
    """Return the names of the fields that the mapping at *path* may have, as far as the models tell."""
    return sorted({name for each in _models_at(model, raw, path) for name in _fields(each)})


def _models_at(model: type[BaseModel], raw: object, path: Path) -> list[type[BaseModel]]:
    """Return the models that the mapping at *path* may be, as far as it tells."""
    candidates = _told_apart([model], raw)
    at = raw
    for part in path:
        at = at[part]  # type: ignore[index]  # the path was found in the data
        if isinstance(part, str):
            annotations = [
                field.annotation
                for each in candidates
                for name, field in each.model_fields.items()
                if part in {name, field.alias}
            ] or [each.type_of_named() for each in candidates if issubclass(each, NamedModel)]
            candidates = [found for annotation in annotations for found in _models_in(annotation)]
        candidates = _told_apart(candidates, at)
    return candidates


def _is_kind(model: type[BaseModel], kind: object) -> bool:
    field = model.model_fields.get("kind")
    return field is not None and kind in getattr(field.annotation, "__args__", ())


def problems_of(errors: ValidationError, document: Document, model: type[BaseModel]) -> list[Problem]:
    """
    Return a problem for each of pydantic's *errors*, at its place in *document*.

    A field that is missing while an unknown one with a similar name stands beside it is one problem: the
    misspelling.
    """
    problems: list[Problem] = []
    misspelt: set[Path] = set()
    missing: list[tuple[Path, Problem]] = []
    found = errors.errors(include_url=False)[:MOST_PROBLEMS]
    inner = {error["loc"][:length] for error in found for length in range(len(error["loc"]))}
    for error in found:
        path = _path(document.data, error["loc"])
        if error["type"] == "too_short" and error["loc"] in inner:
            continue  # the list is short only of the items that are at fault themselves
        if error["type"] == "extra_forbidden":
            field = str(path[-1])
            known = _fields_at(model, document.data, path[:-1])
            hint = did_you_mean(field, known)
            misspelt.update((*path[:-1], name) for name in known if hint and f'"{name}"' in hint)
            message = f"unknown field {shown(field)}{hint or '; known are ' + ', '.join(known)}"
            problems.append(document.problem(path, "unknown_field", message, at_key=True))
        elif error["type"] == "missing":
            field = str(error["loc"][-1])
            words = _words_of(model, document.data, path, field)
            message = f"{field} is missing; {words or 'nothing is assumed in its place'}"
            problem = document.problem(path, "missing_field", message)
            missing.append(((*path, field), problem))
        else:
            code, message = code_and_message(error)
            named = (*path, "kind") if code == "unknown_kind" else path
            problems.append(document.problem(named, code, message))
    return problems + [problem for path, problem in missing if path not in misspelt]
