"""The contract that a statement was made under; it is read where statements are shown, and here to settle again."""

from ecsm_contracts.statements._terms import contract_of

__all__ = ["contract_of"]
