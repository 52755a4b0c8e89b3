"""What a clause kind that is not the library's must keep to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from ecsm_contracts.clauses._clause import Clause, Yields
from ecsm_contracts.clauses._installed import belongs, installed_packages, package_of
from ecsm_contracts.errors import ClauseError, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_foreign", "is_foreign"]

_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_OURS = "ecsm_contracts."
_WRITES = frozenset({"observes", "settle"})
_TAKING = frozenset({"combine", "limit"})
"""What only the library's kinds yield: these take amounts, and how amounts flow is the engine's to know."""


def is_foreign(cls: type) -> bool:
    """Return whether *cls* is not one of the library's."""
    return not cls.__module__.startswith(_OURS)


def check_foreign(cls: type[Clause], kind: str) -> None:
    """
    Check a class from outside the library.

    Raises:
        ClauseError: when the kind has no prefix, or one of somebody else, or the class does more than to observe and
            to settle.
    """
    for problem in (*_of_the_prefix(cls, kind), *_of_the_class(cls)):
        raise ClauseError(f"{cls.__name__}: {problem}")


def _of_the_prefix(cls: type[Clause], kind: str) -> Iterator[str]:
    prefix, dot, _ = kind.partition(".")
    if not dot:
        yield f'kinds without a prefix are the library\'s; write kind: Literal["acme.{kind}"], with a name of your own'
        return
    if not _KIND.fullmatch(kind):
        yield f"{shown(kind)} is not a kind; write small letters, digits and _ on both sides of one dot"
        return
    own = [each for each in installed_packages() if belongs(cls, each)]
    if own and prefix not in {each.prefix for each in own}:
        yield f"{own[0]} adds kinds that begin with {own[0].prefix + '.'!r}, and {kind!r} does not"
        return
    package = package_of(prefix)
    if package is not None and package not in own:
        yield f"the prefix {prefix!r} is of the installed package {package}; take another one"


def _of_the_class(cls: type[Clause]) -> Iterator[str]:
    above = next((base for base in cls.__mro__ if issubclass(base, Clause) and not is_foreign(base)), Clause)
    if above is not Clause:
        yield f"it is made from {above.__name__}; derive it from Clause: the engine knows its own kinds by their class"
    written = {name for base in cls.__mro__[: cls.__mro__.index(Clause)] for name in vars(base)} | {*cls.model_fields}
    more = sorted((written & _said_by_the_base()) - _WRITES)
    if more:
        yield f"it says for itself what {', '.join(more)} is; a kind from outside has only observes() and settle()"
    if cls.__abstractmethods__:
        yield f"it does not write {', '.join(sorted(cls.__abstractmethods__))}()"
    yields = getattr(cls, "yields", None)
    known = sorted(set(get_args(Yields)) - _TAKING)
    if yields not in known:
        yield f"it yields {shown(yields)}; write one of {', '.join(known)}"
    if not cls.model_config.get("frozen") or cls.model_config.get("extra") != "forbid":
        yield "its model_config loosens what every clause keeps: it is frozen, and knows no further fields"
    floats = sorted(name for name, field in cls.model_fields.items() if _holds_float(field.annotation, ()))
    if floats:
        yield f"its field {floats[0]} takes a float; write Percent, Money, Fraction or int"


def _said_by_the_base() -> set[str]:
    """Return the names of the methods and properties that `Clause` has from the library."""
    bases = [base for base in Clause.__mro__ if base.__module__.startswith(_OURS)]
    return {name for base in bases for name in vars(base) if not name.startswith(("_", "model_"))} - {"yields"}


def _holds_float(annotation: Any, above: tuple[Any, ...]) -> bool:
    """Return whether a float fits *annotation*, in models below it too; models that hold themselves are seen once."""
    if annotation is float:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = () if annotation in above else [field.annotation for field in annotation.model_fields.values()]
        return any(_holds_float(each, (*above, annotation)) for each in inner)
    return any(_holds_float(each, above) for each in get_args(annotation))
