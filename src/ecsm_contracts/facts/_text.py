"""Identities and other short texts of facts and contracts."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

__all__ = ["CUSTOMER", "PROVIDER", "Party", "Ref", "ShortText", "each_once"]

PROVIDER = "provider"
"""The party whose replies answer a ticket."""

CUSTOMER = "customer"
"""The party whose users ask."""


def each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return *values*; a validator's error is raised when one of them stands twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise PydanticCustomError("named_twice", "{value} is named twice; leave one out", {"value": value})
        seen.add(value)
    return values


def _visible(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("control_character", "a control character is not allowed here; remove it")
    if text != text.strip():
        raise PydanticCustomError("blank_edge", "blanks at the edges are not allowed here; remove them")
    return text


Ref = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200), AfterValidator(_visible)]
"""The identity of a ticket, clause or other thing: 1 to 200 visible characters, compared as given."""

Party = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100), AfterValidator(_visible)]
"""Who a ticket waits for or who wrote a reply: ``provider``, ``customer``, or the name of a third party."""


def _encodable(text: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise PydanticCustomError("encoding", "half of a surrogate pair is no letter; save the text as UTF-8")
    return text


ShortText = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=2000), AfterValidator(_encodable)]
"""A title, subject or reason: 1 to 2,000 characters, shown escaped."""
