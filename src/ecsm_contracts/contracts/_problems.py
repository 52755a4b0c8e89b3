"""From pydantic's errors to problems with a place, a stable code, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ecsm_contracts.clauses import Clause, clause_class
from ecsm_contracts.errors import InvalidValue, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import ValidationError

    from ecsm_contracts.contracts._document import Document, Path
    from ecsm_contracts.errors import Problem

__all__ = ["problems_of"]

_CODES = {
    "extra_forbidden": "unknown_field",
    "missing": "missing_field",
    "literal_error": "unknown_word",
    "union_tag_invalid": "unknown_kind",
    "union_tag_not_found": "missing_kind",
    "string_type": "not_a_text",
    "int_type": "not_a_number",
    "tuple_type": "not_a_list",
    "model_type": "not_a_mapping",
    "model_attributes_type": "not_a_mapping",
    "dict_type": "not_a_mapping",
    "too_short": "too_few",
    "too_long": "too_many",
}
_MESSAGES = {
    "string_type": "this must be a text; put it in quotes",
    "tuple_type": "this must be a list; put it in brackets: [ … ]",
    "model_type": "this must be a mapping of fields",
    "model_attributes_type": "this must be a mapping of fields",
    "dict_type": "this must be a mapping",
}


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


def _fields_at(model: type[BaseModel], raw: object, path: Path) -> list[str]:
    """Return the names of the fields that the mapping at *path* may have, as far as the models tell."""
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
            ]
            candidates = [found for annotation in annotations for found in _models_in(annotation)]
        candidates = _told_apart(candidates, at)
    return sorted({name for each in candidates for name in _fields(each)})


def _is_kind(model: type[BaseModel], kind: object) -> bool:
    field = model.model_fields.get("kind")
    return field is not None and kind in getattr(field.annotation, "__args__", ())


def _message(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return code and message of one of pydantic's errors."""
    kind = error["type"]
    context = error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, InvalidValue):
        return cause.rule, str(cause)
    if kind == "literal_error":
        hint = did_you_mean(
            str(error["input"]), str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        )
        return _CODES[kind], f"{shown(error['input'])} is not one of the words known here: {context['expected']}{hint}"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _CODES[kind], f"kind must be one of {context.get('expected_tags', 'the known kinds')}"
    return _CODES.get(kind, kind), _MESSAGES.get(kind, error["msg"])


def problems_of(errors: ValidationError, document: Document, model: type[BaseModel]) -> list[Problem]:
    """
    Return a problem for each of pydantic's *errors*, at its place in *document*.

    A field that is missing while an unknown one with a similar name stands beside it is one problem: the
    misspelling.
    """
    problems: list[Problem] = []
    misspelt: set[Path] = set()
    missing: list[tuple[Path, Problem]] = []
    for error in errors.errors(include_url=False):
        path = _path(document.data, error["loc"])
        if error["type"] == "extra_forbidden":
            field = str(path[-1])
            known = _fields_at(model, document.data, path[:-1])
            hint = did_you_mean(field, known)
            misspelt.update((*path[:-1], name) for name in known if hint and f'"{name}"' in hint)
            message = f"unknown field {shown(field)}{hint or '; known are ' + ', '.join(known)}"
            problems.append(document.problem(path, "unknown_field", message, at_key=True))
        elif error["type"] == "missing":
            field = str(error["loc"][-1])
            problem = document.problem(path, "missing_field", f"{field} is missing: nothing is assumed in its place")
            missing.append(((*path, field), problem))
        else:
            code, message = _message(error)
            named = (*path, "kind") if code == "unknown_kind" else path
            problems.append(document.problem(named, code, message))
    return problems + [problem for path, problem in missing if path not in misspelt]
