"""Which class a `kind` is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import GetJsonSchemaHandler, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from ecsm_contracts.clauses._clause import Clause
from ecsm_contracts.errors import ClauseError, did_you_mean

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

__all__ = ["AnyClause", "clause_class", "clause_kinds", "register_clause"]

C = TypeVar("C", bound=Clause)
_KINDS: dict[str, type[Clause]] = {}


def register_clause(cls: type[C]) -> type[C]:
    """
    Register a clause class under its `kind`.

    Raises:
        ClauseError: when the class names no single kind, or the kind is taken: nothing can be shadowed.
    """
    field = cls.model_fields.get("kind")
    kinds = get_args(field.annotation) if field is not None else ()
    if len(kinds) != 1 or not isinstance(kinds[0], str):
        raise ClauseError(f'{cls.__name__} must have a field kind: Literal["…"] with exactly one word')
    if kinds[0] in _KINDS:
        raise ClauseError(f"the clause kind {kinds[0]!r} is taken by {_KINDS[kinds[0]].__name__}")
    _KINDS[kinds[0]] = cls
    return cls


def clause_kinds() -> tuple[str, ...]:
    """Return the kinds that are known, sorted."""
    return tuple(sorted(_KINDS))


def clause_class(kind: object) -> type[Clause] | None:
    """Return the class of *kind*, None when there is none."""
    return _KINDS.get(kind) if isinstance(kind, str) else None


def _validate(value: object) -> Clause:
    if isinstance(value, Clause):
        return value
    if not isinstance(value, Mapping):
        raise PydanticCustomError("clause_shape", "a clause is a mapping with ref and kind")
    kind = value.get("kind")
    if kind is None:
        raise PydanticCustomError(
            "missing_kind", "kind is missing; write one of {kinds}", {"kinds": ", ".join(clause_kinds())}
        )
    cls = clause_class(kind)
    if cls is None:
        hint = did_you_mean(str(kind), clause_kinds()) or f"; known are {', '.join(clause_kinds())}"
        raise PydanticCustomError("unknown_kind", "there is no such kind of clause{hint}", {"hint": hint})
    return cls.model_validate(value)


class _ClauseSchema:
    """Describes `AnyClause` to JSON Schema as one of the known kinds."""

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return a `oneOf` over the known kinds, told apart by `kind`."""
        return {
            "discriminator": {"propertyName": "kind"},
            "oneOf": [handler(_KINDS[kind].__pydantic_core_schema__) for kind in clause_kinds()],
        }


def _serialize(clause: Clause) -> dict[str, Any]:
    return clause.to_data()


AnyClause = Annotated[
    Clause,
    PlainValidator(_validate),
    PlainSerializer(_serialize, return_type=dict[str, Any]),
    _ClauseSchema(),
]
"""Any clause, of whichever kind its `kind` names."""
