"""The JSON Schema of contract documents, for editors and for other programs."""

from __future__ import annotations

from typing import Any

from ecsm_contracts.contracts._contract import Contract

__all__ = ["contract_schema"]


def contract_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a contract document in schema version 1."""
    schema = Contract.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ecsm.contract/1",
        **{key: value for key, value in schema.items() if key != "title"},
    }
