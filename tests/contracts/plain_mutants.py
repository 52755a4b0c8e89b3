"""Documents with one leaf changed, and which field of which model that leaf belongs to."""

from __future__ import annotations

import copy
import re
import typing
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

import ecsm_contracts as ec
from ecsm_contracts._model import Model, NamedModel
from ecsm_contracts.contracts import Contract

Path = tuple[str | int, ...]
DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
LONGEST = 2


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Every word that a field of a name may hold, by that name, over all models."""
    found: dict[str, dict[str, None]] = {}
    for model in models():
        for name, field in model.model_fields.items():
            of_name = found.setdefault(field.alias or name, {})
            of_name.update(dict.fromkeys(_words_of(field.annotation)))
            of_name.update(dict.fromkeys(word for each in field.metadata for word in _words_of(each)))
    return {name: tuple(each) for name, each in found.items()}


def _words_of(annotation: Any) -> Iterator[str]:
    if typing.get_origin(annotation) is typing.Literal:
        yield from (word for word in typing.get_args(annotation) if isinstance(word, str))
    for part in typing.get_args(annotation):
        yield from _words_of(part)


def models(model: type[Model] = Model) -> Iterator[type[Model]]:
    """All models of the library that are loaded."""
    for each in model.__subclasses__():
        if each.__module__.startswith("ecsm_contracts."):
            yield each
        yield from models(each)


def others(name: str, value: Any) -> Iterator[Any]:
    """Other values for a leaf, of its own type, that may be valid there."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        yield from (word for word in words().get(name, ()) if word != value)
        yield from _other_texts(value)


def _other_texts(value: str) -> Iterator[str]:
    if DATE.fullmatch(value):
        yield from (f"{value[:8]}{int(value[8:]) % 28 + 1:02}", f"{int(value[:4]) + 1}{value[4:]}")
    elif match := re.search(r"[0-9]+", value):
        number = match.group()
        for other in (str(int(number) + 1), str(max(0, int(number) - 1)), f"{int(number) // 2}"):
            if other != number:
                yield value[: match.start()] + other.zfill(len(number)) + value[match.end() :]
    else:
        yield f"{value} too"
    if "/" in value:
        yield "Europe/Paris"
    if value in NAMES:
        yield from (each for each in NAMES if each != value)


NAMES = ("desk", "always", "mail", "customer", "provider", "vendor", "nl", "floor")


def mutants(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield for each leaf another value for it; for each key, and each item of a list, that it is left out."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        here = (*path, key)
        if value is not None:
            yield here, LEFT_OUT
        if isinstance(value, (dict, list)):
            yield from mutants(value, here)
        else:
            name = next((str(part) for part in reversed(here) if isinstance(part, str)), "")
            yield from ((here, other) for other in others(name, value))
        if isinstance(value, list) and len(value) >= LONGEST and value[0] != value[1]:
            yield here, [value[1], value[0], *value[2:]]


LEFT_OUT = object()


def changed(data: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The document with another value at a path."""
    found = copy.copy(data)
    at: Any = found
    for part in path[:-1]:
        at[part] = copy.copy(at[part])
        at = at[part]
    if value is LEFT_OUT:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return found


def read(data: dict[str, Any]) -> ec.Contract | None:
    """The contract that *data* says, or None."""
    try:
        return Contract.model_validate(data)
    except (ValidationError, ec.EcsmError):
        return None


Field = tuple[str, str]


def owner(model: type[Model], name: str) -> str:
    """The class that brings a field to a model."""
    return next(each.__name__ for each in reversed(model.__mro__) if name in getattr(each, "model_fields", ()))


def fields_of(model: Model, path: Path) -> tuple[Field, ...]:
    """The models and the fields that a path leads through, the last one last."""
    at: Any = model
    found: list[Field] = []
    for part in path:
        if isinstance(at, Model) and isinstance(part, str):
            names = {field.alias or name: name for name, field in type(at).model_fields.items()}
            if part in names:
                found.append((owner(type(at), names[part]), part))
                at = getattr(at, names[part])
            elif isinstance(at, NamedModel):
                at = at.named[part]
        elif isinstance(at, Sequence) and not isinstance(at, str) and isinstance(part, int):
            at = at[part] if part < len(at) else None
    return tuple(found)
