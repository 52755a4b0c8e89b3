"""What is wrong with one record, and the words for it; readers of records share these."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ecsm_contracts._model import code_and_message
from ecsm_contracts.adapters._limits import SCALAR
from ecsm_contracts.errors import shown
from ecsm_contracts.facts import Ref
from ecsm_contracts.facts._text import ShortText

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecsm_contracts.adapters._limits import Limit

__all__ = ["RAW_LENGTH", "Bad", "checked_ref", "checked_text", "encodable", "json_record", "why"]

MOST_FAULTS = 5
"""How many faults of one record are put into words."""
RAW_LENGTH = 4000
"""How many characters of a rejected line are kept."""


class Bad(ValueError):
    """A record, or a part of one, that is not what it should be: `code` and message."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the *code* beside the message."""
        super().__init__(message)
        self.code = code


def encodable(text: str) -> str:
    """Return *text* with what UTF-8 does not hold escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def why(errors: ValidationError) -> tuple[str, str]:
    """Return the code of the first fault, and all of them in words."""
    some = errors.errors(include_url=False)[:MOST_FAULTS]
    found = [(error["loc"], *code_and_message(error)) for error in some]
    inner = {where[0] for where, _, _ in found if len(where) > 1}
    found = [each for each in found if len(each[0]) != 1 or each[0][0] not in inner]  # the list is short of the bad one
    words = [f"{'.'.join(map(str, where))}: {message}" if where else message for where, _, message in found]
    return found[0][1], encodable("; ".join(words))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, value in pairs:
        if key in record:
            raise Bad("duplicate_key", f"the field {shown(key)} stands twice")
        record[key] = value
    return record


def refuse_number(text: str) -> Any:
    """Refuse a number that would go through a binary float."""
    raise Bad("number_float", f"the number {shown(text)} would go through a binary float; write it as a text")


def json_record(
    line: str, parse_float: Callable[[str], Any] = refuse_number, *, most: Limit = SCALAR
) -> dict[str, Any]:
    """Return the object that *line* holds; `Bad` is raised when it holds none, or is longer than *most*."""
    if len(line) > most.value:
        raise Bad("too_large", f"a line of {len(line)} characters; {most.value} is the limit")
    try:
        record = json.loads(line, object_pairs_hook=_unique, parse_float=parse_float, parse_constant=refuse_number)
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, Bad):
            raise
        where = f" (column {problem.colno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise Bad("json_syntax", f"not a JSON record{where}") from None
    if not isinstance(record, dict):
        raise Bad("not_a_mapping", "a record is an object: {…}")
    return record


def _checked(adapter: TypeAdapter[str], text: str) -> str:
    try:
        return adapter.validate_python(text)
    except ValidationError as errors:
        raise Bad(*why(errors)) from None


_REF: TypeAdapter[str] = TypeAdapter(Ref)
_TEXT: TypeAdapter[str] = TypeAdapter(ShortText)


@lru_cache(maxsize=65536)
def checked_ref(text: str) -> str:
    """Return *text*, an identity; `Bad` is raised when it cannot be one."""
    return _checked(_REF, text)


@lru_cache(maxsize=65536)
def checked_text(text: str) -> str:
    """Return *text*, a title, subject or reason; `Bad` is raised when it cannot be one."""
    return _checked(_TEXT, text)
