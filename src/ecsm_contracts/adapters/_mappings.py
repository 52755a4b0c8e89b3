"""Mappings from YAML and JSON, and their JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from ecsm_contracts.adapters._documents import parse_document, read_document
from ecsm_contracts.adapters._mapping import Mapping, Misfit
from ecsm_contracts.contracts._problems import problems_of
from ecsm_contracts.errors import DocumentError

if TYPE_CHECKING:
    import os

    from ecsm_contracts.contracts._document import Document

__all__ = ["mapping_schema", "parse_mapping", "read_mapping"]

CONTRACT_SCHEMA = "ecsm.contract/"
"""How the schema of a contract begins."""


def read_mapping(path: str | os.PathLike[str]) -> Mapping:
    """
    Return the mapping in the file *path*, ``.yaml``, ``.yml`` or ``.json``.

    Raises:
        DocumentError: with every problem of the document, each with line and column.
        MissingExtra: for YAML, when PyYAML is not installed.
        OSError: when the file cannot be read.
    """
    return _mapping_from_document(read_document(path))


def parse_mapping(text: str, *, form: Literal["yaml", "json"] = "yaml", name: str = "mapping") -> Mapping:
    """
    Return the mapping that *text* holds; *name* is what problems call it.

        >>> parse_mapping("{schema: ecsm.mapping/1, ref: log, title: Log}")
        Traceback (most recent call last):
        ecsm_contracts.errors.DocumentError: mapping:1:1: one of ... [tables_missing]

    Raises:
        DocumentError: with every problem of the document, each with line and column.
        MissingExtra: for YAML, when PyYAML is not installed.
    """
    return _mapping_from_document(parse_document(text, name=name, form=form))


def _refuse_contract(document: Document) -> None:
    """Refuse a contract that is given in place of a mapping: its fields would each be a problem."""
    schema = document.data.get("schema") if isinstance(document.data, dict) else None
    if isinstance(schema, str) and schema.startswith(CONTRACT_SCHEMA):
        raise DocumentError([document.problem(("schema",), "unknown_word", "this is a contract, not a mapping")])


def _mapping_from_document(document: Document) -> Mapping:
    _refuse_contract(document)
    misfits: list[Misfit] = []
    try:
        mapping = Mapping.model_validate(document.data, context=misfits)
    except ValidationError as errors:
        raise DocumentError(problems_of(errors, document, Mapping)) from None
    if misfits:
        raise DocumentError(document.problem(path, code, message) for path, code, message in misfits)
    return mapping


def mapping_schema() -> dict[str, Any]:
    """
    Return the JSON Schema (draft 2020-12) of a mapping document in schema version 1.

        >>> mapping_schema()["title"]
        'ecsm.mapping/1'
    """
    schema = Mapping.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ecsm.mapping/1",
        **{key: value for key, value in schema.items() if key != "title"},
    }
