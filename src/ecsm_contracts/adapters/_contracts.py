"""Contracts from YAML and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ecsm_contracts.adapters._documents import parse_document, read_document
from ecsm_contracts.contracts import Contract, contract_from_document
from ecsm_contracts.errors import expect

if TYPE_CHECKING:
    import os

__all__ = ["parse_contract", "read_contract"]


def read_contract(path: str | os.PathLike[str]) -> Contract:
    """
    Return the contract in the file *path*, ``.yaml``, ``.yml`` or ``.json``.

    Raises:
        DocumentError: with every problem of the document, each with line and column.
        MissingExtra: for YAML, when PyYAML is not installed.
        OSError: when the file cannot be read.
    """
    return contract_from_document(read_document(path))


def parse_contract(text: str, *, form: Literal["yaml", "json"] = "yaml", name: str = "contract") -> Contract:
    """
    Return the contract that *text* holds; *name* is what problems call it.

    Raises:
        DocumentError: with every problem of the document, each with line and column.
        MissingExtra: for YAML, when PyYAML is not installed.
    """
    expect(text, str, "text", "read a file with read_contract(…)")
    return contract_from_document(parse_document(text, name=name, form=form))
