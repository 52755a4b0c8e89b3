"""The contract that a statement was made under, from the terms that it keeps."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from ecsm_contracts.contracts import Contract, Document, contract_from_document

if TYPE_CHECKING:
    from ecsm_contracts.statements._statement import Statement

__all__ = ["contract_of"]


def contract_of(statement: Statement) -> Contract:
    """
    Return the contract whose terms *statement* keeps.

    Raises:
        DocumentError: when the terms are not those of a contract.
    """
    return _contract(statement.terms)


@lru_cache(maxsize=4)  # the months of a contract keep the same terms, and reading them is most of verifying a small one
def _contract(terms: str) -> Contract:
    return contract_from_document(Document.of(json.loads(terms), "terms"))
