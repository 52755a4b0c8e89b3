"""Reading the parts of a statement so that whatever is wrong with one names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from ecsm_contracts._model import code_and_message
from ecsm_contracts.errors import EcsmError, InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["each_named", "named"]

T = TypeVar("T")


def named(part: str, read: Callable[[Any], T], data: Any) -> T:
    """
    Return what *read* makes of *data*.

    Raises:
        InvalidValue: when it cannot be read; the message begins with the name of the *part*.
    """
    try:
        return read(data)
    except ValidationError as errors:
        first = errors.errors(include_url=False)[0]
        why = ": ".join([*(str(step) for step in first["loc"]), code_and_message(first)[1]])
    except EcsmError as problem:
        why = str(problem)
    except KeyError as problem:
        why = f"there is no {problem} in it"
    except (AttributeError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as problem:
        why = f"it cannot be read: {shown(str(problem))}"
    raise InvalidValue(f"{part}: {why}", rule="statement_part", value=data)


def each_named(part: str, read: Callable[[Any], T], data: Any) -> tuple[T, ...]:
    """
    Return what *read* makes of each item of the list *data*; an item is named by its number: ``line 2``.

    Raises:
        InvalidValue: when it is no list, or one of the items cannot be read.
    """
    if not isinstance(data, list):
        raise InvalidValue(f"{part}: a list is needed, this is {shown(data)}", rule="statement_part", value=data)
    return tuple(named(f"{part} {number}", read, item) for number, item in enumerate(data, 1))
