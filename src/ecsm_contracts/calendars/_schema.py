"""How a plain slotted value becomes a pydantic type: one function reads it, one writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["value_schema"]


def value_schema(
    read: Callable[[Any], Any], write: Callable[[Any], Any], document: core_schema.CoreSchema
) -> core_schema.CoreSchema:
    """
    Return the schema of a value that *read* takes from a document and *write* puts back.

    *read* raises `ecsm_contracts.errors.InvalidValue`, which pydantic reports with its place; *document*
    describes the written form, for JSON Schema.
    """
    return core_schema.no_info_plain_validator_function(
        read,
        json_schema_input_schema=document,
        serialization=core_schema.plain_serializer_function_ser_schema(write, return_schema=document, when_used="json"),
    )
