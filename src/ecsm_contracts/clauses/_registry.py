"""
Which class a `kind` is.

The library's kinds are one word. Those of other packages begin with a prefix, ``acme.goodwill``: the name of an entry
point in the group ``ecsm_contracts.clauses``, whose module is imported when a document first uses one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import GetJsonSchemaHandler, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from ecsm_contracts.clauses._clause import Clause
from ecsm_contracts.clauses._installed import import_package, installed_packages, package_of
from ecsm_contracts.clauses._kind_rules import check_foreign, is_foreign
from ecsm_contracts.errors import ClauseError, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

__all__ = ["AnyClause", "clause_class", "clause_kinds", "kind_origins", "register_clause", "why_no_kind"]

C = TypeVar("C", bound=Clause)
_KINDS: dict[str, type[Clause]] = {}
_UNPACKAGED = "no package"
"""The origin of a kind that a program registered for itself: it has no version."""
_MOST_PACKAGES = 10
"""How many packages a message lists."""


def register_clause(cls: type[C]) -> type[C]:
    """
    Register a clause class under its `kind`.

    A class from outside the library has a kind with a prefix, derives from `Clause` itself, and writes `observes` and
    `settle` only. Where an installed package has the prefix, the class is of that package.

    Raises:
        ClauseError: when the class breaks one of these rules, names no single kind, or the kind is taken: nothing can
            be shadowed.
    """
    found: object = cls
    if not isinstance(found, type) or not issubclass(found, Clause):
        raise ClauseError(f"{shown(cls)} is no class of clauses; derive one from Clause")
    field = cls.model_fields.get("kind")
    kinds = get_args(field.annotation) if field is not None else ()
    if len(kinds) != 1 or not isinstance(kinds[0], str):
        raise ClauseError(f'{cls.__name__} must have a field kind: Literal["…"] with exactly one word')
    if kinds[0] in _KINDS:
        raise ClauseError(f"the clause kind {kinds[0]!r} is taken by {_KINDS[kinds[0]].__name__}")
    if is_foreign(cls):
        check_foreign(cls, kinds[0])
    _KINDS[kinds[0]] = cls
    return cls


def clause_kinds() -> tuple[str, ...]:
    """Return the kinds that are known, sorted; those of installed packages once a document has used one of them."""
    return tuple(sorted(_KINDS))


def clause_class(kind: object) -> type[Clause] | None:
    """
    Return the class of *kind*, None when there is none; `why_no_kind` says why.

    A kind with a prefix imports the installed package that brings it.
    """
    if not isinstance(kind, str) or (kind not in _KINDS and _missing(kind)):
        return None
    return _KINDS.get(kind)


def why_no_kind(kind: str) -> str:
    """
    Return why there is no class for *kind*, with the way to mend it; an empty text when there is one.

        >>> print(why_no_kind("acme.goodwill"))
        no installed package has the prefix 'acme'; install the one that brings 'acme.goodwill', and start Python again
        >>> why_no_kind("limit")
        ''
    """
    return "" if kind in _KINDS else _missing(kind)


def _missing(kind: str) -> str:
    """Return why there is no *kind*, after importing the package that should bring it."""
    prefix, dot, _ = kind.partition(".")
    close = did_you_mean(kind, clause_kinds())
    if not dot:
        return "there is no such kind of clause" + (close or f"; known are {', '.join(clause_kinds())}")
    try:
        package = package_of(prefix)
    except ClauseError as two:
        return str(two)
    if package is None:
        known = "".join(f"; {each.prefix!r} is of {each}" for each in installed_packages()[:_MOST_PACKAGES])
        wanted = close or f"; install the one that brings {shown(kind)}, and start Python again"
        return f"no installed package has the prefix {shown(prefix)}{wanted}{known}"
    if failed := import_package(package):
        for each in [each for each in _KINDS if each.startswith(f"{prefix}.")]:
            _KINDS.pop(each, None)  # what it had registered before it failed: half a package is none
        return failed
    return "" if kind in _KINDS else _not_brought(kind, str(package), prefix)


def _not_brought(kind: str, package: str, prefix: str) -> str:
    brought = [each for each in clause_kinds() if each.startswith(f"{prefix}.")]
    hint = did_you_mean(kind, brought) or (f"; it brings {', '.join(brought)}" if brought else "; it brings none")
    return f"{package} brings no kind {shown(kind)}{hint}"


def kind_origins(kinds: Iterable[str]) -> dict[str, str]:
    """
    Return for each of *kinds* that is not the library's which package gave it, as a statement seals it.

    Name and version, ``{"acme.goodwill": "acme-clauses 1.2"}``, sorted; ``no package`` for a kind that a program has
    registered for itself.

        >>> kind_origins(["charge", "limit"])
        {}
    """
    origins = {}
    for kind in sorted(set(kinds)):
        cls = clause_class(kind)
        if cls is not None and is_foreign(cls):
            package = package_of(kind.partition(".")[0])
            origins[kind] = _UNPACKAGED if package is None else str(package)
    return origins


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
        raise PydanticCustomError("unknown_kind", "{why}", {"why": _missing(str(kind))})
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
